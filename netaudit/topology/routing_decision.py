"""Which way packets take at a device: policy-based routing first, then the forwarding table.

Conduits and traces both ask here. A policy route whose match, next hop or state is not sure makes several ways
possible: each is given, as one that the packets only may take.

Sources: Cisco IOS IP Routing: Protocol-Independent Configuration Guide, "Policy-Based Routing" (order of the `set`
commands; a next hop must be adjacent); Juniper Routing Policies, Firewall Filters, and Traffic Policers User Guide,
"Filter-Based Forwarding"; FortiOS Administration Guide, "Policy routes"; PAN-OS Administrator's Guide, "Policy-Based
Forwarding".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import Device, Interface
from netaudit.model.routing import PolicyRoute, RoutePolicy, RoutePolicyTerm
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceRef
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch
from netaudit.topology.beam import Beam, met
from netaudit.topology.forwarding import ForwardingEntry, ForwardingTable, TableKey
from netaudit.topology.line_choice import lines_of
from netaudit.topology.policy_matches import term_match
from netaudit.topology.ways import Exit, on_subnet, parsed_address, static_exits

Tables = Mapping[TableKey, ForwardingTable]
Sets = Mapping[str, tuple[str, ...]]

# Platforms whose guides do not say whether policy routes see a destination before or after its translation.
_ORDER_NOT_KNOWN = frozenset({"cisco_asa", "paloalto_panos", "juniper_junos"})
_DISCARDING = ("null", "discard")


@dataclass(frozen=True, slots=True)
class Decided:
    """A part of a beam and what becomes of it: it leaves by one of `exits`.

    Without exits it is dropped ("discard"), has no route ("no_route"), or may go anywhere ("unknown"): see `end`.
    `policy` names the policy route that decided, "" where the table did; `prefix_length` is that of the table's entry.
    """

    beam: Beam
    exits: tuple[Exit, ...] = ()
    end: str = ""
    policy: str = ""
    where: SourceRef | None = None
    prefix_length: int | None = None
    table: TableKey = ("", "")  # that was asked
    doubt: str = ""  # why it is not sure which of the exits is in force


@dataclass(frozen=True, slots=True)
class _Asked:
    """What every step needs: the device, its tables, and where the packets came in."""

    device: Device
    tables: Tables
    incoming: Interface | None
    key: TableKey


@dataclass(frozen=True, slots=True)
class _Step:
    """One match of a policy and what it does; without a term the packets go by the table."""

    match: PacketMatch
    term: RoutePolicyTerm | None


def decide_way(
    device: Device, tables: Tables, incoming: Interface | None, key: TableKey, beam: Beam, *, translated: bool = False
) -> Iterator[Decided]:
    """Yield the parts of a beam that came in at an interface (None = the device made it), with their ways.

    `key` is the table that packets meet where no policy says otherwise. `translated`: the destination was translated
    at this device.
    """
    asked = _Asked(device, tables, incoming, key)
    rest = [beam]
    for bound in _bound(asked, beam):
        policy = _policy(device, bound)
        if policy is None:
            reason = f"{device.name}: the policy {bound.policy} of policy-based routing is not defined"
            rest = [one.doubted(reason) for one in rest]
            continue
        steps = _steps_by_rule(device, policy, incoming) if _by_rule(policy) else None
        if steps is not None:
            for step in steps:
                taken, rest = _split(asked, policy, rest, step, translated)
                yield from taken
            continue
        for term in policy.terms:
            following: list[Beam] = []
            for one in rest:
                match = term_match(device, key[0], incoming, term, one.now)
                taken, left = _split(asked, policy, [one], _Step(match, term), translated)
                yield from taken
                following += left
            rest = following
    for one in rest:
        yield from _by_table(asked, key, one)


def steered_tables(device: Device, key: TableKey) -> list[TableKey]:
    """Return the tables that policy-based routing may ask instead of one."""
    names = {one.policy for one in device.routing.policy_routes if one.virtual_system == key[0]}
    found = {
        (key[0], vrf)
        for policy in device.routing.policies
        if policy.name in names and policy.virtual_system == key[0]
        for term in policy.terms
        for change in term.changes
        if change.kind == "vrf"
        for vrf in change.values
    }
    return sorted(found - {key})


def _bound(asked: _Asked, beam: Beam) -> Iterator[PolicyRoute]:
    """Yield the policy routes that packets of a beam meet, in their order."""
    names = {asked.incoming.name, asked.incoming.nickname, "*"} - {""} if asked.incoming else {""}
    for one in asked.device.routing.policy_routes:
        if one.interface in names and one.virtual_system == asked.key[0] and one.family in (None, beam.now.family):
            yield one


def _policy(device: Device, bound: PolicyRoute) -> RoutePolicy | None:
    for one in device.routing.policies:
        if one.name == bound.policy and one.virtual_system == bound.virtual_system:
            return one
    return None


def _by_rule(policy: RoutePolicy) -> bool:
    return any(condition.kind == "rule" for term in policy.terms for condition in term.conditions)


def _steps_by_rule(device: Device, policy: RoutePolicy, incoming: Interface | None) -> list[_Step] | None:
    """Return the rules of the filter that steers, in their order; rules that do not steer end the search."""
    terms = {
        condition.values[1]: (condition.values[0], term)
        for term in policy.terms
        for condition in term.conditions
        if condition.kind == "rule"
    }
    name = next(iter(terms.values()))[0]
    found: Rulebase | None = device.rulebase(name, policy.virtual_system)
    if found is None:
        return None
    return [
        _Step(rule.match, terms[rule.name][1] if rule.name in terms else None) for rule in found.rules if rule.enabled
    ]


def _split(
    asked: _Asked, policy: RoutePolicy, beams: list[Beam], step: _Step, translated: bool
) -> tuple[list[Decided], list[Beam]]:
    """Return what becomes of the packets that one step takes, and the packets that go on to the next."""
    match, name = step.match, policy.name if step.term is None else f"{policy.name} {step.term.name}"
    if translated and asked.device.platform in _ORDER_NOT_KNOWN:
        match = PacketMatch.upper(match.maybe, *match.reasons, "the destination is translated")
    if step.term is not None and step.term.continues_at:  # the guides describe `continue` for routes only
        match = PacketMatch.upper(match.maybe, *match.reasons, "the term goes on at another")
    reason = f"{asked.device.name}: policy-based routing {name}: {', '.join(match.reasons) or 'not sure to match'}"
    taken, rest = met(beams, match.surely, match.maybe, reason)
    found: list[Decided] = []
    for one, _ in taken:
        if step.term is None or step.term.outcome == "deny":
            found += _by_table(asked, asked.key, one)
        else:
            done, left = _changed(asked, step.term, name, one)
            found += done
            rest += left
    return found, rest


def _by_table(
    asked: _Asked, key: TableKey, beam: Beam, policy: str = "", where: SourceRef | None = None
) -> Iterator[Decided]:
    table = asked.tables.get(key)
    if table is None and policy:
        reason = f"{asked.device.name}: policy-based routing {policy}: there is no table of that name"
        yield Decided(beam.doubted(reason), (), "unknown", policy, where)
        return
    rest = beam.now.destination
    for entry, part in table.by_exits(beam.now.family, rest) if table else ():
        rest = rest - part
        one = beam.to(part)
        if entry.anywhere:
            yield Decided(one.doubted(entry.doubt), (), "unknown", policy, where, entry.prefix_length, key)
            continue
        one = one.doubted(entry.doubt) if entry.doubt else one
        exits, several = lines_of(asked.device, key, entry, part)
        one = one.doubted(several) if several else one
        end = "" if exits else "discard"
        yield Decided(one, exits, end, policy, where, entry.prefix_length, key, entry.doubt)
    if rest:
        yield Decided(beam.to(rest), (), "no_route", policy, where, None, key)


def _changed(asked: _Asked, term: RoutePolicyTerm, name: str, beam: Beam) -> tuple[list[Decided], list[Beam]]:
    """Apply what a term sets, in the order that the guide gives; return also what goes on to the next term."""
    sets = {change.kind: change.values for change in term.changes}
    vrf = sets.get("vrf", ())
    key = (asked.key[0], vrf[0]) if vrf else asked.key
    found: list[Decided] = []
    rest = beam
    if not term.exact:
        reason = f"{asked.device.name}: policy-based routing {name} was not understood"
        found.append(Decided(beam.doubted(reason), end="unknown", policy=name, where=term.where))
        rest = beam.doubted(reason)
    if "discard" in sets:
        return [*found, Decided(rest, end="discard", policy=name, where=term.where)], []
    if "virtual_system" in sets:
        reason = f"{asked.device.name}: policy-based routing {name}: what another virtual system does is not followed"
        return [*found, Decided(rest.doubted(reason), end="unknown", policy=name, where=term.where)], []
    if asked.device.platform in ("fortios", "paloalto_panos"):
        return _by_firewall(asked, term, name, rest, found, sets)
    # NX-OS may share the load over several next hops (`load-share`); others count only while they answer.
    shared = asked.device.platform == "cisco_nxos" and len(sets.get("next_hop", ())) > 1
    shared = shared or "verify_availability" in sets
    for kind in ("next_hop", "interface"):
        for value in sets.get(kind, ()):
            ways, certain = _to_hop(asked, key, value) if kind == "next_hop" else _to_port(asked, value)
            certain = certain and not (shared and kind == "next_hop")
            if ways is None:
                return [*found, Decided(rest, end="discard", policy=name, where=term.where)], []
            reason = f"{asked.device.name}: policy-based routing {name}: whether {value} can be used is not known"
            if ways:
                one = rest if certain else rest.doubted(reason)
                found.append(Decided(one, ways, policy=name, where=term.where))
            elif not certain:
                found.append(Decided(rest.doubted(reason), end="unknown", policy=name, where=term.where))
            if ways and certain:
                return found, []
            if not certain:
                rest = rest.doubted(reason)
    for decided in _by_table(asked, key, rest, name if vrf else "", term.where if vrf else None):
        found += _or_default(asked, term, name, sets, key, decided)
    return found, []


def _or_default(
    asked: _Asked,
    term: RoutePolicyTerm,
    name: str,
    sets: Sets,
    key: TableKey,
    decided: Decided,
) -> Iterator[Decided]:
    """Yield the way of the table, and of packets without an explicit route there the default next hop."""
    values = [(kind, value) for kind in ("default_next_hop", "default_interface") for value in sets.get(kind, ())]
    if decided.prefix_length:
        yield decided
        return
    rest = decided.beam
    for kind, value in values:
        ways, certain = _to_hop(asked, key, value) if kind == "default_next_hop" else _to_port(asked, value)
        reason = f"{asked.device.name}: policy-based routing {name}: whether {value} can be used is not known"
        one = rest if certain else rest.doubted(reason)
        if ways or not certain:
            yield Decided(one, ways or (), "" if ways else "unknown", name, term.where)
        if certain and ways:
            return
        if ways is None:
            yield Decided(rest, end="discard", policy=name, where=term.where)
            return
        rest = one
    yield replace(decided, beam=rest)


def _to_hop(asked: _Asked, key: TableKey, value: str) -> tuple[tuple[Exit, ...] | None, bool]:
    """Return the exits to a next hop, and whether it is sure to be used where it has any.

    ((), True): it cannot be used. A next hop that is tracked, or found through other routes, only may be used.
    """
    text, _, state = value.partition(" ")
    hop = parsed_address(text)
    if hop is None:
        return (), False
    own = [one for one in asked.device.interfaces if (one.virtual_system, one.vrf) == key]
    near = on_subnet((one for one in own if one.enabled), *hop)
    if near is not None:
        mine = any((one.family, one.value) == hop for one in near.addresses)
        return (Exit(near.name, hop[1]),), not mine and not state.startswith("track")
    if on_subnet(own, *hop) is not None:
        return (), True  # the interface is shut down
    table = asked.tables.get(key)
    entries: Sequence[ForwardingEntry] = (
        [entry for entry, _ in table.lookup(hop[0], IntervalSet.single(hop[1]))] if table else ()
    )
    exits = tuple(
        Exit(way.interface, hop[1] if way.next_hop is None else way.next_hop) for one in entries for way in one.exits
    )
    return exits, state == "recursive" and bool(exits)


def _to_port(asked: _Asked, value: str) -> tuple[tuple[Exit, ...] | None, bool]:
    """Return the exit through an interface; None where that discards.

    Through a port with many neighbours only packets with an explicit route there go: that both ways are possible.
    """
    if value.lower().startswith(_DISCARDING):
        return None, True
    port = next(
        (one for one in asked.device.interfaces if value.lower() in (one.name.lower(), one.nickname.lower())), None
    )
    if port is None:
        return (), False
    if not port.enabled:
        return (), True
    link = is_link(asked.device, port)
    return (Exit(port.name),), link


def is_link(device: Device, port: Interface) -> bool:
    """Tell whether an interface has one other end: a tunnel, or a subnet of two addresses."""
    tunnel = any(one.interface == port.name and one.destination for one in device.tunnels)
    return tunnel or (bool(port.addresses) and all(one.family.bits - one.prefix_length <= 2 for one in port.addresses))


def _by_firewall(
    asked: _Asked,
    term: RoutePolicyTerm,
    name: str,
    beam: Beam,
    found: list[Decided],
    sets: Sets,
) -> tuple[list[Decided], list[Beam]]:
    """Apply a rule that names the interface and the next hop together.

    FortiOS takes what is missing from the best route there, and without one asks the next rule (FortiOS Administration
    Guide, "Policy routes"). On PAN-OS a packet without a next hop goes to its destination on the subnet.
    """
    hops, ports = sets.get("next_hop", ()), sets.get("interface", ())
    if ports and not hops and asked.device.platform == "fortios":
        return _through_ports(asked, term, name, beam, found, ports)
    exits: list[Exit] = []
    monitored = any("track" in hop for hop in hops)
    values = [parsed_address(hop.partition(" ")[0]) for hop in hops]
    if ports:
        up = [one for one in ports if _is_up(asked, one)]
        exits = [Exit(port, one[1] if one else None) for port in up for one in values or [None]]
        if any(one is None for one in values) and not monitored:  # a name: who it is nobody can tell offline
            doubted = beam.doubted(f"{asked.device.name}: policy-based routing {name}: the next hop is a name")
            return [*found, Decided(doubted, end="unknown", policy=name, where=term.where)], []
    else:
        exits = [way for hop in hops for way in _to_hop(asked, asked.key, hop)[0] or ()]
    if not exits:
        return found, [beam]
    if monitored:
        beam = beam.doubted(f"{asked.device.name}: policy-based routing {name} is in force while its monitor is up")
    found.append(Decided(beam, tuple(exits), policy=name, where=term.where))
    return found, [beam] if monitored else []


def _through_ports(
    asked: _Asked, term: RoutePolicyTerm, name: str, beam: Beam, found: list[Decided], ports: Sequence[str]
) -> tuple[list[Decided], list[Beam]]:
    """Follow a policy route that names interfaces alone: the best route through one of them gives the gateway."""
    rest: list[Beam] = []
    up = [one for one in ports if _is_up(asked, one)]
    for decided in _by_table(asked, asked.key, beam):
        same = tuple(way for way in decided.exits if way.interface in up)
        if same:
            found.append(Decided(decided.beam, same, policy=name, where=term.where))
            continue
        others = tuple(
            way
            for route in asked.device.static_routes
            if route.enabled and (route.virtual_system, route.vrf) == asked.key and not route.discards
            for way in static_exits(asked.device, route)
            if way.interface in up
        )
        if others:
            doubted = decided.beam.doubted(f"{asked.device.name}: policy route {name} names no gateway")
            found.append(Decided(doubted, tuple(dict.fromkeys(others)), policy=name, where=term.where))
            rest.append(doubted)
        else:
            rest.append(decided.beam)
    return found, rest


def _is_up(asked: _Asked, name: str) -> bool:
    return any(one.enabled and name in (one.name, one.nickname) for one in asked.device.interfaces)
