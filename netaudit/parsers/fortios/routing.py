"""Static routes and routing processes of one VDOM.

Source: CLI Reference, config router static, static6 (distance 10 unless set), bgp, ospf, rip, isis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields

from netaudit.model.device import RoutingProcess, StaticRoute
from netaudit.model.routing import RoutingPlane
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, parse_address, prefix_interval
from netaudit.parsers.fortios.addresses import AddressBook, address_and_mask
from netaudit.parsers.fortios.bgp import read_bgp, vrf_targets
from netaudit.parsers.fortios.interfaces import DEFAULT_SDWAN_ZONE, vrf_name
from netaudit.parsers.fortios.interior import read_ospf, read_rip
from netaudit.parsers.fortios.path_choice import read_path_rules, read_policy_routes
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.route_lists import RouteLists
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.ledger import LineLedger

DEFAULT_DISTANCE = 10


def read_static_routes(scope: Scope, books: dict[Family, AddressBook], ledger: LineLedger) -> tuple[StaticRoute, ...]:
    """Return the static routes; one with a named destination or over SD-WAN becomes one for each prefix and member."""
    routes: list[StaticRoute] = []
    for path, family in (("router static", Family.IPV4), ("router static6", Family.IPV6)):
        for node in scope.entries(path):
            routes += _routes(node, family, scope, books[family], ledger)
    return tuple(routes)


def _routes(node: Node, family: Family, scope: Scope, book: AddressBook, ledger: LineLedger) -> Iterator[StaticRoute]:
    prefixes = list(_destinations(node, family, book, ledger))
    distance = node.value("distance", str(DEFAULT_DISTANCE))
    known = distance.isascii() and distance.isdigit() and len(distance) <= 3
    if not known:
        ledger.unrecognized(node.line_of("distance"), Affects.ROUTING, "not a distance")
    if node.is_on("dynamic-gateway"):
        ledger.unsupported(node.line_of("dynamic-gateway"), Affects.ROUTING, "the next hop comes from DHCP or PPPoE")
    discards = node.is_on("blackhole")
    for next_hop, interface in [("", "")] if discards else _ways(node, family, scope, ledger):
        for network, length in prefixes:
            yield StaticRoute(
                family=family,
                network=network,
                prefix_length=length,
                where=node_ref(ledger, node),
                next_hop=next_hop,
                interface=interface,
                vrf=vrf_name(node.value("vrf")),
                distance=int(distance) if known else DEFAULT_DISTANCE,
                discards=discards,
                enabled=node.value("status") != "disable",
                virtual_system=scope.name,
            )


def _destinations(node: Node, family: Family, book: AddressBook, ledger: LineLedger) -> Iterator[tuple[int, int]]:
    for key in ("internet-service", "internet-service-custom"):
        if node.words(key) and node.value(key) != "0":
            ledger.unsupported(node.line_of(key), Affects.ROUTING, "a route to an internet service")
            return
    if name := node.value("dstaddr"):
        value = book.union((name,), node, "dstaddr", f"static route {node.name}")
        if not value.is_exact:
            ledger.unsupported(node.line_of("dstaddr"), Affects.ROUTING, "the destination is not in the configuration")
            return
        for text in value.maybe.prefixes():
            address, _, length = text.partition("/")
            yield parse_address(address)[1], int(length) if length else family.bits
        return
    try:
        found, value6, length6 = address_and_mask(node.words("dst") or (str(_DEFAULT[family]),))
        if found is not family:
            raise ValueError("wrong family")
    except ValueError:
        ledger.unrecognized(node.line_of("dst"), Affects.ROUTING, "not a prefix")
        return
    yield prefix_interval(family, value6, length6)[0], length6


_DEFAULT = {Family.IPV4: "0.0.0.0/0", Family.IPV6: "::/0"}


def _ways(node: Node, family: Family, scope: Scope, ledger: LineLedger) -> Iterator[tuple[str, str]]:
    """Yield (next hop, interface) of a route; several over SD-WAN."""
    zones = node.words("sdwan-zone")
    if zones or node.is_on("sdwan") or node.is_on("virtual-wan-link"):
        key = "gateway" if family is Family.IPV4 else "gateway6"
        for path in ("system sdwan", "system virtual-wan-link"):
            table = scope.node.table(path)
            for member in table.entries_of("members") if table is not None else ():
                in_zone = not zones or member.value("zone", DEFAULT_SDWAN_ZONE) in zones
                if in_zone and member.value("status") != "disable" and member.words("interface"):
                    yield _address(member, key, ledger), member.value("interface")
        return
    yield _address(node, "gateway", ledger), node.value("device")


def _address(node: Node, key: str, ledger: LineLedger) -> str:
    """Return a next hop; "" where none is set (0.0.0.0 and :: stand for none)."""
    text = node.value(key)
    if not text:
        return ""
    try:
        return text if parse_address(text)[1] else ""
    except ValueError:
        ledger.unrecognized(node.line_of(key), Affects.ROUTING, "not an address")
        return ""


def read_routing_processes(scope: Scope, lists: RouteLists, ledger: LineLedger) -> tuple[RoutingProcess, ...]:
    """Return the dynamic protocols that run. `show` also writes those that do not, with their defaults."""
    found = []
    for protocol, tables, key in _PROTOCOLS:
        table = scope.node.table(f"router {protocol}")
        if table is None:
            continue
        number = table.value(key) if key else ""
        if (key and number not in ("", "0")) or any(True for name in tables for _ in table.entries_of(name)):
            if protocol == "bgp":
                found.append(read_bgp(table, lists))
            elif protocol in ("ospf", "ospf6"):
                found.append(read_ospf(table, lists, "ospf" if protocol == "ospf" else "ospfv3"))
            elif protocol in ("rip", "ripng"):
                found.append(read_rip(table, lists, protocol))
            else:
                where = node_ref(ledger, table)
                found.append(RoutingProcess(protocol, protocol, where, virtual_system=scope.name, exact=False))
                ledger.unsupported(table.line, Affects.ROUTING, "a routing process that is not read")
        elif protocol.startswith("multicast") and table.is_on("multicast-routing"):
            ledger.unsupported(table.line, Affects.ROUTING, "multicast routing")
    return tuple(found)


def read_plane(scope: Scope, lists: RouteLists, references: References, ledger: LineLedger) -> RoutingPlane:
    """Return what a VDOM says of routing beside its processes and static routes."""
    steering, policy_routes = read_policy_routes(scope, references, ledger)
    bgp = scope.node.table("router bgp")
    return RoutingPlane(
        policies=(*lists.policies(), *steering),
        prefix_lists=tuple(lists.prefix_lists()),
        text_lists=tuple(lists.text_lists()),
        vrf_targets=() if bgp is None else tuple(vrf_targets(bgp, lists)),
        policy_routes=policy_routes,
        path_rules=tuple(read_path_rules(scope, ledger)),
    )


def joined(planes: Iterable[RoutingPlane]) -> RoutingPlane:
    """Return the routing planes of several VDOMs as one."""
    parts = tuple(planes)
    names = [field.name for field in fields(RoutingPlane)]
    return RoutingPlane(**{name: tuple(one for part in parts for one in getattr(part, name)) for name in names})


_PROTOCOLS = (
    ("bgp", (), "as"),
    ("ospf", ("area", "network", "ospf-interface"), ""),
    ("ospf6", ("area", "ospf6-interface"), ""),
    ("rip", ("network", "interface"), ""),
    ("ripng", ("network", "interface"), ""),
    ("isis", ("isis-net", "isis-interface"), ""),
    ("multicast", (), ""),
    ("multicast6", (), ""),
)
