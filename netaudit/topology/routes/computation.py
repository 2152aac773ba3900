"""All tables of a snapshot: connected, static, OSPF and BGP, until none of them changes any more.

What one protocol learns another may announce, so the tables are filled in rounds. What cannot be computed is a doubt
about the table: a protocol without a computation, a neighbour without an export, a policy that was not understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from netaudit.model.device import Device, StaticRoute
from netaudit.model.routing import DEFAULT_VRF, RoutingProcess
from netaudit.packets.addresses import Family
from netaudit.topology.leaks import looks_up_again, shared_routes
from netaudit.topology.links.wires import stated_wires
from netaudit.topology.routes.bgp import bgp_routes, is_of
from netaudit.topology.routes.bgp_sessions import bgp_speakers, doubted
from netaudit.topology.routes.defaults import defaults_of
from netaudit.topology.routes.openings import Opening, Surroundings, openings
from netaudit.topology.routes.ospf import External, OspfNetwork, ospf_routes
from netaudit.topology.routes.ospf_speakers import Speaker, adjacencies, outside_neighbors, speakers
from netaudit.topology.routes.policies import PolicyBook, Verdict
from netaudit.topology.routes.route import Prefix, Route, RouteTable, resolved
from netaudit.topology.routes.spreading import Node, Stranger, links_inside, spread
from netaudit.topology.routes.uncomputed import uncomputed
from netaudit.topology.ways import Exit, parsed_address, static_exits

MAX_ROUNDS = 12
COMPUTED = frozenset({"ospf", "ospfv3", "bgp"})
WITHOUT_ROUTES = frozenset({"ldp"})  # labels for the routes of others

Key = tuple[str, str, str]  # device, virtual system, VRF


@dataclass
class LearnedRoutes:
    """The tables of a snapshot. `tables` hold the best routes; `learned` those of OSPF and BGP alone, best or not."""

    tables: dict[Key, RouteTable] = field(default_factory=dict)
    learned: dict[Key, list[Route]] = field(default_factory=dict)
    doubts: dict[Key, dict[str, None]] = field(default_factory=dict)
    openings: dict[Key, tuple[Opening, ...]] = field(default_factory=dict)

    by_protocol: dict[Node, dict[str, None]] = field(default_factory=dict)  # the doubts that may spread

    def doubt(self, key: Key, reason: str, protocol: str = "") -> None:
        """Remember why a table may be otherwise; with the protocol that may tell others something else."""
        self.doubts.setdefault(key, {})[reason] = None
        if protocol:
            self.by_protocol.setdefault((key, protocol), {})[reason] = None


def compute_routes(devices: Sequence[Device], whole: Sequence[Device] = ()) -> LearnedRoutes:
    """Return the tables of all devices.

    `whole` are the devices before a part of them failed: who was a neighbour then is down now, and no stranger.
    """
    result = LearnedRoutes()
    before = _ospf_strangers(whole)
    gone = _speaking_addresses(whole) - _speaking_addresses(devices)
    keys = {key: device for device in devices for key in _keys(device)}
    wires = stated_wires(devices)
    ospf = {
        family: OspfNetwork.of([one for one in speakers(devices) if one.family is family], wires) for family in Family
    }
    bgp = bgp_speakers(devices)
    by_ospf: dict[Key, list[Route]] = {}
    by_bgp: dict[Key, list[Route]] = {}
    tables: dict[Key, RouteTable] = {key: RouteTable() for key in keys}
    shared = {key: shared_routes(device, (key[1], key[2]))[0] for key, device in keys.items()}
    for _ in range(MAX_ROUNDS):
        base = {
            key: [*_connected(device, key), *_static(device, key, tables[key]), *shared[key], *by_ospf.get(key, ())]
            for key, device in keys.items()
        }
        inner = {key: RouteTable(routes) for key, routes in base.items()}
        following = {key: RouteTable([*base[key], *by_bgp.get(key, ())]) for key in keys}
        now_ospf: dict[Key, list[Route]] = {}
        redistributing = LearnedRoutes()  # its doubts count once the tables have settled
        for network in ospf.values():
            externals = {one: list(_externals(one, following[one.key], redistributing)) for one in network.everyone}
            found = ospf_routes(network, {one: many for one, many in externals.items() if many})
            for speaker, routes in found.items():
                now_ospf.setdefault(speaker.key, []).extend(routes)
        answer = bgp_routes(bgp, inner, gone)
        now_bgp: dict[Key, list[Route]] = {}
        for one, routes in answer.routes.items():
            now_bgp.setdefault(one.key, []).extend(routes)
        settled = now_ospf == by_ospf and now_bgp == by_bgp and all(following[key].same_as(tables[key]) for key in keys)
        by_ospf, by_bgp, tables = now_ospf, now_bgp, following
        if settled:
            break
    else:
        for key in {**by_ospf, **by_bgp}:
            reason = "the routing protocols do not settle: what they announce depends on each other"
            for protocol in sorted(COMPUTED):
                result.doubt(key, reason, protocol)
    result.tables = tables
    for key, reasons in redistributing.doubts.items():
        result.doubts.setdefault(key, {}).update(reasons)
    for node, reasons in redistributing.by_protocol.items():
        result.by_protocol.setdefault(node, {}).update(reasons)
    result.learned = {key: [*by_ospf.get(key, ()), *by_bgp.get(key, ())] for key in {**by_ospf, **by_bgp}}
    for one, reasons in answer.doubts().items():
        for reason in reasons:
            result.doubt(one.key, doubted(reason), "" if isinstance(reason, Stranger) else "bgp")
    for network in ospf.values():
        for speaker, many in network.doubts.items():
            for reason in many:
                if not isinstance(reason, Stranger):
                    result.doubt(speaker.key, reason, speaker.process.protocol)
                elif not whole or (speaker.key, reason) in before:
                    result.doubt(speaker.key, reason)
    _inexact(devices, result)
    _more_ways_than_taken(devices, result)
    links = links_inside(devices)
    for network in ospf.values():
        for speaker, near in network.neighbors.items():
            here = speaker.key, speaker.process.protocol
            links.setdefault(here, set()).update((one.neighbor.key, here[1]) for one in near)
    announcing: dict[Key, list[tuple[Key, tuple[Family, int]]]] = {}
    for session in (one for many in answer.sessions.heard.values() for one in many):
        links.setdefault((session.remote.key, "bgp"), set()).add((session.local.key, "bgp"))
        announcing.setdefault(session.local.key, []).append((session.remote.key, session.remote_address))
    strangers = [
        one
        for network in ospf.values()
        for one in outside_neighbors(network.neighbors)
        if not whole or (one.node[0], one.reason.removeprefix(f"{one.node[0][0]}: ")) in before
    ]
    around = Surroundings(links, tables, {key: _own(device, key) for key, device in keys.items()}, announcing)
    result.openings = openings([*answer.sessions.outside, *strangers], around)
    for key, reason in spread({node: list(reasons) for node, reasons in result.by_protocol.items()}, links).items():
        result.doubt(key, reason)
    return result


def _ospf_strangers(devices: Sequence[Device]) -> set[tuple[Key, str]]:
    """Return what OSPF says of neighbours outside of the snapshot."""
    wires = stated_wires(devices)
    return {
        (speaker.key, reason)
        for family in Family
        for speaker, many in adjacencies([one for one in speakers(devices) if one.family is family], wires)[1].items()
        for reason in many
        if isinstance(reason, Stranger)
    }


def _speaking_addresses(devices: Sequence[Device]) -> frozenset[tuple[Family, int]]:
    return frozenset(address for speaker in bgp_speakers(devices) for address in speaker.addresses)


def _keys(device: Device) -> Iterator[Key]:
    pairs = {(one.virtual_system, one.vrf) for one in device.interfaces}
    pairs |= {(one.virtual_system, one.vrf) for one in device.static_routes}
    pairs |= {(one.virtual_system, one.vrf) for one in device.routing_processes}
    for system, vrf in sorted(pairs):
        yield device.name, system, vrf


def _inexact(devices: Iterable[Device], result: LearnedRoutes) -> None:
    for device in devices:
        for process in device.routing_processes:
            key = device.name, process.virtual_system, process.vrf
            if not process.enabled or process.protocol in WITHOUT_ROUTES:
                continue
            if process.protocol not in COMPUTED:
                result.doubt(key, f"routes learned by {process.name} are not computed", process.protocol)
                continue
            if not process.exact:
                result.doubt(key, f"not every line of {process.name} was understood", process.protocol)
            for reason in uncomputed(process):
                result.doubt(key, f"{process.name}: {reason}", process.protocol)


def _more_ways_than_taken(devices: Iterable[Device], result: LearnedRoutes) -> None:
    """Doubt tables where OSPF found more equal ways than the process takes: which it takes is not known."""
    for device in devices:
        for process in device.routing_processes:
            key = device.name, process.virtual_system, process.vrf
            if process.enabled and process.protocol in ("ospf", "ospfv3") and process.maximum_paths is not None:
                for route in result.learned.get(key, ()):
                    if _made_by(process, route) and len(route.exits) > process.maximum_paths:
                        result.doubt(key, f"{process.name} takes {process.maximum_paths} of the ways to {route.prefix}")


def _made_by(process: RoutingProcess, route: Route) -> bool:
    return (route.protocol, route.process) == (process.protocol, process.identifier)


def _connected(device: Device, key: Key) -> Iterator[Route]:
    for interface in device.interfaces:
        if interface.enabled and (device.name, interface.virtual_system, interface.vrf) == key:
            for address in interface.addresses:
                if not address.virtual:
                    prefix = Prefix.of(address.family, address.value, address.prefix_length)
                    yield Route(prefix, "connected", 0, exits=(Exit(interface.name),))


def _own(device: Device, key: Key) -> list[tuple[Family, int]]:
    """Return the addresses that a device alone has in a table."""
    return [
        (one.family, one.value)
        for interface in device.interfaces
        if interface.enabled and (device.name, interface.virtual_system, interface.vrf) == key
        for one in interface.addresses
        if not one.virtual
    ]


def _static(device: Device, key: Key, table: RouteTable) -> Iterator[Route]:
    for route in device.static_routes:
        if not route.enabled or (device.name, route.virtual_system, route.vrf) != key:
            continue
        prefix = Prefix.of(route.family, route.network, route.prefix_length)
        made = Route(prefix, "static", route.distance)
        if route.discards or looks_up_again(route):
            yield made
            continue
        exits = tuple(static_exits(device, route)) or _through(table, route, prefix)
        if exits:
            yield replace(made, exits=exits)


def _through(table: RouteTable, route: StaticRoute, prefix: Prefix) -> tuple[Exit, ...]:
    """Return the ways to the next hop of a static route through learned routes."""
    if not route.next_hop or route.interface:
        return ()
    known = parsed_address(route.next_hop)
    if known is None:
        return ()
    family, hop = known
    via = table.longest(family, hop)
    return resolved(table, family, hop) if via is not None and via.prefix != prefix and via.prefix.length else ()


def _externals(speaker: Speaker, table: RouteTable, result: LearnedRoutes) -> Iterator[External]:
    """Yield what a router redistributes into OSPF."""
    process = speaker.process
    defaults = defaults_of(speaker.device.platform)
    book = PolicyBook(speaker.device)
    found: dict[Prefix, External] = {}
    for stated in process.redistributions:
        for route in table:
            mine = route.protocol == process.protocol and route.process == process.identifier
            if mine or route.prefix.family is not speaker.family or not is_of(route, stated):
                continue
            if route.prefix.length == 0 and stated.source != "any":
                continue  # a default route needs its own statement
            if not stated.subnets and not _is_classful(route.prefix):
                reason = f"{process.name}: redistribution without `subnets` takes {route.prefix} on newer releases only"
                result.doubt(speaker.key, reason, process.protocol)
                continue
            if route.kind == "ibgp" and speaker.device.platform in _CISCO_ROUTERS and not _passes_ibgp(speaker, result):
                continue
            metric = stated.metric if stated.metric is not None else process.default_metric
            if metric is None:
                metric = 1 if route.protocol == "bgp" else defaults.ospf_external_metric
            kind = f"external {stated.metric_type or 2}"
            made = replace(route, metric=metric, kind=kind, attributes=route.attributes)
            names = (stated.policy,) if stated.policy else stated.chain
            if names:
                judged = book.chain(names, made)
                if judged.verdict is Verdict.UNKNOWN:
                    reason = f"what {', '.join(names)} makes of {route.prefix} was not understood"
                    result.doubt(speaker.key, reason, process.protocol)
                if judged.verdict is not Verdict.PERMIT:
                    continue
                made = judged.route
            metric_type = 1 if made.kind.endswith("1") else 2
            found.setdefault(route.prefix, External(route.prefix, made.metric, metric_type, stated.tag or made.tag))
    yield from found.values()
    default = process.default_route
    if default is not None:
        prefix = Prefix(speaker.family, 0, 0)
        known = table.get(prefix)
        if default.always or (known is not None and known.protocol != process.protocol):
            if default.policy:
                reason = f"the default route of {process.name} depends on {default.policy}"
                result.doubt(speaker.key, reason, process.protocol)
            metric = 1 if default.metric is None else default.metric
            yield External(prefix, metric, default.metric_type or 2)


_CISCO_ROUTERS = frozenset({"cisco_ios", "cisco_asa"})


def _passes_ibgp(speaker: Speaker, result: LearnedRoutes) -> bool:
    """Tell whether routes of internal BGP are redistributed (IOS: only with `bgp redistribute-internal`)."""
    mine = [
        one
        for one in speaker.device.routing_processes
        if one.protocol == "bgp" and (speaker.device.name, one.virtual_system, one.vrf) == speaker.key
    ]
    if any(name == "redistribute-internal" for one in mine for name, _ in one.options):
        return True
    if speaker.process.vrf != DEFAULT_VRF:
        reason = f"{speaker.process.name}: whether routes of internal BGP are redistributed in a VRF is not computed"
        result.doubt(speaker.key, reason, speaker.process.protocol)
    return False


def _is_classful(prefix: Prefix) -> bool:
    """Tell whether a prefix is a network of class A, B or C (RFC 791)."""
    if prefix.family is not Family.IPV4:
        return True
    first = prefix.network >> 24
    return prefix.length == (8 if first < 128 else 16 if first < 192 else 24)


def tables_of(learned: LearnedRoutes, device: str) -> Mapping[tuple[str, str], Sequence[Route]]:
    """Return what a device learned, by virtual system and VRF."""
    return {(system, vrf): routes for (name, system, vrf), routes in learned.learned.items() if name == device}
