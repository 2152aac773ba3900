"""One device's passage: what becomes of a beam between entering a device and leaving it.

The order is that of the platform: in-filter and destination NAT (ASA from 8.3 the other way round), route, zone
policy, source NAT and out-filter (ASA from 8.3 the other way round). Sources: Cisco "NAT Order of Operation"; Cisco
ASA Firewall CLI guide, "IP addresses used for access rules when you use NAT"; FortiOS Administration Guide, "Parallel
path processing".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from netaudit.model.device import Device, Interface
from netaudit.model.rules import Direction
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_PORTS, PORT_PROTOCOLS, ServiceSet
from netaudit.topology.beam import Beam
from netaudit.topology.encryption import encrypted
from netaudit.topology.filters import Passed, at_interface, by_policy, policy_names
from netaudit.topology.network import Network
from netaudit.topology.routes.openings import Opening
from netaudit.topology.routing_decision import Decided, decide_way
from netaudit.topology.translation import Entered, translate_destination, translate_source
from netaudit.topology.ways import DEFAULT_LENGTH, carries_transit


@dataclass(frozen=True, slots=True)
class Departure:
    """A beam that leaves a device. `on_subnet`: its destinations are addresses of the interface's own subnets."""

    beam: Beam
    device: Device
    interface: Interface
    next_hop: tuple[Family, int] | None
    on_subnet: bool
    by_default: bool  # a default route sent it
    astray: bool = False  # where it goes is not known: it may come out wherever its destinations are


def departures(
    network: Network, device: Device, interface: Interface, arriving: Beam, as_of: date | None
) -> Iterator[Departure]:
    """Yield what leaves a device of a beam that came in at an interface."""
    if not carries_transit(device, interface):
        return
    tables, key = network.tables.get(device.name, {}), (interface.virtual_system, interface.vrf)
    visits = (*arriving.visits, (device.name, interface.name, arriving.now))
    beam = replace(arriving, devices=(*arriving.devices, device.name), visits=visits)
    openings = network.openings.get(device.name, {}).get(key, ())
    home = any(one.at_home and one.reason == beam.drawn for one in openings)
    for entered in _entered(device, interface, beam, as_of):
        translated = entered.nat is not None
        if not home:
            for decided in decide_way(device, tables, interface, key, entered.beam, translated=translated):
                by_default = decided.prefix_length is not None and decided.prefix_length <= DEFAULT_LENGTH
                yield from _by_way(network, device, interface, entered, decided, by_default, as_of)
        for one in openings:
            if beam.drawn in ("", one.reason):
                yield from _drawn(network, device, interface, entered, one, as_of)


def _by_way(
    network: Network,
    device: Device,
    interface: Interface,
    entered: Entered,
    decided: Decided,
    by_default: bool,
    as_of: date | None,
) -> Iterator[Departure]:
    if decided.end == "unknown":
        yield Departure(decided.beam, device, interface, None, False, False, astray=True)
    routed = replace(entered, beam=decided.beam)
    for way in decided.exits:
        outgoing = network.interface(device.name, way.interface)
        if outgoing is None or not carries_transit(device, outgoing):
            continue
        hop = None if way.next_hop is None else (decided.beam.now.family, way.next_hop)
        for left in _left(device, interface, outgoing, routed, as_of):
            hidden, clear = encrypted(device, outgoing, left)
            for piece in hidden:
                yield Departure(piece, device, outgoing, None, False, False, astray=True)
            for piece, on_subnet in (two for one in clear for two in _by_subnet(outgoing, one, hop)):
                yield Departure(piece, device, outgoing, hop, on_subnet, by_default)


def _drawn(
    network: Network, device: Device, interface: Interface, entered: Entered, opening: Opening, as_of: date | None
) -> Iterator[Departure]:
    """Yield what a neighbour without an export may draw to itself: by a default route, or by one that wins."""
    part = entered.beam.now.destination & opening.addresses.family(entered.beam.now.family)
    if part:
        beam = replace(entered.beam.to(part).doubted(opening.reason), drawn=opening.reason)
        decided = Decided(beam, opening.exits, "" if opening.exits else "unknown")
        yield from _by_way(network, device, interface, entered, decided, True, as_of)


def subnets_of(interface: Interface, family: Family) -> IntervalSet:
    """Return all addresses of an interface's own subnets."""
    return IntervalSet.of(
        interval for one in interface.addresses if one.family is family for interval in one.network.intervals
    )


def _by_subnet(outgoing: Interface, beam: Beam, hop: tuple[Family, int] | None) -> Iterator[tuple[Beam, bool]]:
    if hop is not None:
        yield beam, False
        return
    subnets = subnets_of(outgoing, beam.now.family)
    for part, on_subnet in ((beam.now.destination & subnets, True), (beam.now.destination - subnets, False)):
        if part:
            yield beam.to(part), on_subnet


def _entered(device: Device, interface: Interface, beam: Beam, as_of: date | None) -> Iterator[Entered]:
    """Apply the in-filter and destination NAT in the platform's order."""
    if device.filters_see_real_addresses:
        for entered in translate_destination(device, interface, beam):
            for inside in _filtered(device, interface, Direction.IN, entered.beam, as_of):
                yield replace(entered, beam=inside)
    else:
        for inside in _filtered(device, interface, Direction.IN, beam, as_of):
            yield from translate_destination(device, interface, inside)


def _left(
    device: Device, incoming: Interface, outgoing: Interface, entered: Entered, as_of: date | None
) -> Iterator[Beam]:
    """Apply zone policy, source NAT and out-filter."""
    before = len(entered.beam.deciding)
    for passed in _policed(device, incoming, outgoing, entered, as_of):
        rules = passed.deciding[before:]
        if device.filters_see_real_addresses:
            for inner in _filtered(device, outgoing, Direction.OUT, passed, as_of):
                for outer in translate_source(device, incoming, outgoing, inner, rules):
                    yield from _with_other_ports(device, inner, outer)
        else:
            for translated in translate_source(device, incoming, outgoing, passed, rules):
                for outer in _with_other_ports(device, passed, translated):
                    yield from _filtered(device, outgoing, Direction.OUT, outer, as_of)


def _with_other_ports(device: Device, inner: Beam, outer: Beam) -> Iterator[Beam]:
    """Yield a beam as it leaves; one of few source ports whose source was translated may have any other port."""
    yield outer
    boxes = outer.now.services.boxes
    few = [one.protocols <= PORT_PROTOCOLS and one.source_ports != ALL_PORTS for one in boxes]
    if outer.now.source != inner.now.source and any(few):
        wide = [replace(one, source_ports=ALL_PORTS) for one, is_few in zip(boxes, few, strict=True) if is_few]
        reason = f"{device.name}: a translation may change source ports"
        yield replace(outer, now=replace(outer.now, services=ServiceSet(tuple(wide)))).doubted(reason)


def _filtered(
    device: Device, interface: Interface, direction: Direction, beam: Beam, as_of: date | None
) -> Iterator[Beam]:
    yield from _apply(beam, at_interface(device, interface, direction, beam.now, as_of))


def _policed(
    device: Device, incoming: Interface, outgoing: Interface, entered: Entered, as_of: date | None
) -> Iterator[Beam]:
    """Apply the zone policy; one that names a virtual IP, and any on some platforms, sees the untranslated header."""
    beam, nat = entered.beam, entered.nat
    sees_original = device.policies_see_original_addresses or (nat is not None and nat.needs_rule)
    if nat is None or not sees_original or entered.before is None:
        passed = by_policy(device, incoming, outgoing, beam.now, as_of)
        turns_back = incoming.name == outgoing.name and not device.policies_decide_hairpins
        if turns_back and policy_names(device, incoming):
            yield from _hairpin(device, incoming, beam, passed)
        else:
            yield from _apply(beam, passed)
        return
    before = replace(entered.before, source=beam.now.source)
    for one in by_policy(device, incoming, outgoing, before, as_of):
        part = one.packets
        services = beam.now.services if nat.translated_ports else part.services
        now = replace(beam.now, source=part.source, services=services)
        same = part.destination == before.destination and (not nat.translated_ports or part.services == before.services)
        narrowed = beam if same else beam.doubted(f"{device.name} NAT {nat.name}: a rule takes a part of it")
        yield from _apply(narrowed, [replace(one, packets=now)])


def _hairpin(device: Device, interface: Interface, beam: Beam, passed: list[Passed]) -> Iterator[Beam]:
    """Yield packets that leave where they came in.

    Firewalls have a switch for it (ASA `same-security-traffic permit intra-interface`, FortiOS
    `allow-traffic-redirect`, which goes past the policies), so what no policy permits only may pass.
    """
    yield from _apply(beam, [one for one in passed if one.surely and one.deciding and one.deciding.rule])
    yield beam.doubted(f"{device.name}: packets that leave {interface.rule_name} where they came in may pass")


def _apply(beam: Beam, passed: Iterable[Passed]) -> Iterator[Beam]:
    for one in passed:
        rules = one.earlier + ((one.deciding,) if one.deciding else ())
        found = replace(beam.narrowed(one.packets), deciding=beam.deciding + rules)
        yield found if one.surely else found.doubted(*one.reasons)
