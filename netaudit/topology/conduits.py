"""Conduits: what can open a connection from one zone to another, over every path.

Exact packet sets are pushed from the interfaces of the one zone, hop by hop, in the order in-filter, destination
NAT, route, zone policy, out-filter, source NAT. The question is about the first packet of a connection, so TCP
carries SYN alone (`established` and answers of a stateful firewall do not open anything).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from netaudit.model.device import Device, Interface
from netaudit.model.rules import Direction, NatKind, NatRule
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct, PacketSet
from netaudit.packets.services import (
    ALL_PROTOCOLS,
    ANY_TCP,
    SYN,
    TCP,
    ServiceSet,
)
from netaudit.topology.filters import Passed, at_interface, by_policy
from netaudit.topology.network import Network
from netaudit.topology.reach import Conduit, DecidingRule, PassedPackets

FIRST_PACKETS = (ServiceSet.of_protocols(ALL_PROTOCOLS) - ANY_TCP) | ServiceSet.ports(
    TCP, tcp_flags=IntervalSet.single(SYN)
)

MAX_HOPS = 16
MAX_BEAMS = 20_000  # past this a conduit says so instead of running on


@dataclass(frozen=True, slots=True)
class Beam:
    """Packets on their way. `sent` is the header at the source, `now` the header after translation."""

    sent: PacketProduct
    now: PacketProduct
    surely: bool
    deciding: tuple[DecidingRule, ...] = ()
    devices: tuple[str, ...] = ()
    visited: frozenset[tuple[str, str, str]] = frozenset()  # (device, virtual system, VRF)
    reasons: tuple[str, ...] = ()

    def narrowed(self, part: PacketProduct) -> Beam:
        """Return the beam with `now` cut down to a part of it; fields that were not translated follow."""
        sent = replace(
            self.sent,
            source=part.source if self.now.source == self.sent.source else self.sent.source,
            destination=part.destination if self.now.destination == self.sent.destination else self.sent.destination,
            services=part.services if self.now.services == self.sent.services else self.sent.services,
        )
        return replace(self, sent=sent, now=part)


@dataclass(frozen=True, slots=True)
class _Start:
    device: Device
    interface: Interface
    beam: Beam


def find_conduits(network: Network, as_of: date | None = None) -> dict[tuple[str, str], Conduit]:
    """Return the conduit of every ordered pair of different zones; rules that ended before `as_of` do not count.

    Zones that hold nothing but links between devices have no hosts, so they have no conduits.
    """
    zones = [zone for zone in network.zones if zone not in network.link_zones]
    neighbours = _neighbours(network)
    conduits = {}
    for from_zone in zones:
        arrived, lost, overflow = _spread(network, neighbours, from_zone, as_of)
        for to_zone in zones:
            if to_zone != from_zone:
                conduits[from_zone, to_zone] = _conduit(network, from_zone, to_zone, arrived, lost, overflow)
    return conduits


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """Who answers for an address: `owners` by interface address, `published` by destination NAT on a subnet."""

    owners: Mapping[tuple[Family, int], list[tuple[Device, Interface]]]
    published: Mapping[str, list[tuple[Device, Interface, AddressSet]]]  # subnet -> who answers there


def _neighbours(network: Network) -> _Neighbours:
    owners: dict[tuple[Family, int], list[tuple[Device, Interface]]] = {}
    published: dict[str, list[tuple[Device, Interface, AddressSet]]] = {}
    for device in network.devices.values():
        for interface in device.interfaces:
            if not interface.enabled:
                continue
            answers = _answers_for(device, interface)
            for address in interface.addresses:
                owners.setdefault((address.family, address.value), []).append((device, interface))
                if answers:
                    published.setdefault(address.network_text, []).append((device, interface, answers))
    return _Neighbours(owners, published)


def _answers_for(device: Device, interface: Interface) -> AddressSet:
    """Return the outside addresses of the translations that take packets at an interface (proxy ARP)."""
    found = [
        outside.destinations()
        for nat in device.nat_rules
        if nat.enabled and nat.virtual_system == interface.virtual_system and (published := _published(nat))
        for outside, _, arrives_at in (published,)
        if any(name in arrives_at for name in _names(interface))
    ]
    whole = ANY_ADDRESS
    return AddressSet.union(one for one in found if not whole <= one)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A beam that left the last device that we know, through `interface`, to a subnet or a next hop."""

    beam: Beam
    device: str
    interface: Interface
    next_hop: tuple[Family, int] | None


def _spread(
    network: Network, neighbours: _Neighbours, from_zone: str, as_of: date | None
) -> tuple[list[_Arrival], list[str], bool]:
    """Push everything that the zone can send until it leaves the known devices."""
    arrived: list[_Arrival] = []
    lost: list[str] = []
    queue = list(_starts(network, from_zone))
    if not queue and network.zone_addresses[from_zone]:
        lost.append(f"zone {from_zone} is attached to no device of the snapshot")
    count = 0
    while queue:
        start = queue.pop()
        count += 1
        if count > MAX_BEAMS:
            return arrived, lost, True
        for beam, interface, next_hop in _through(network, start, as_of):
            following = neighbours.owners.get(next_hop, []) if next_hop else []
            if not following:
                arrived.append(_Arrival(beam, start.device.name, interface, next_hop))
            queue += _next(start.device, interface, beam, following, neighbours if next_hop is None else None)
        table = network.table(start.device.name, start.interface)
        if table:
            lost += table.doubts
        lost += network.doubts[start.device.name]
    return arrived, list(dict.fromkeys(lost)), False


def _next(
    device: Device,
    outgoing: Interface,
    beam: Beam,
    following: list[tuple[Device, Interface]],
    neighbours: _Neighbours | None,
) -> Iterator[_Start]:
    """Yield the devices that a beam comes to: the next hop, or on a subnet who answers for translated addresses."""
    steps = [(other, incoming, beam) for other, incoming in following]
    if neighbours is not None:
        for address in outgoing.addresses:
            for other, incoming, answers in neighbours.published.get(address.network_text, ()):
                part = beam.now.destination & answers.family(beam.now.family)
                if other is not device and part:
                    steps.append((other, incoming, beam.narrowed(replace(beam.now, destination=part))))
    for other, incoming, part_of_beam in steps:
        key = (other.name, incoming.virtual_system, incoming.vrf)
        if key not in beam.visited and len(beam.devices) < MAX_HOPS and other.forwards:
            yield _Start(other, incoming, part_of_beam)


def _starts(network: Network, from_zone: str) -> Iterator[_Start]:
    """Yield the interfaces of a zone with what can come in there: the zone's addresses that lie behind."""
    everything = network.zone_addresses[from_zone]
    for device, interface in network.zone_interfaces(from_zone):
        if not interface.enabled or not device.forwards:
            continue
        behind = network.addresses_behind(device.name, interface)
        sources = (everything & behind) or everything
        for family in Family:
            if sources.family(family):
                product = PacketProduct(family, sources.family(family), family.all_addresses, FIRST_PACKETS)
                yield _Start(device, interface, Beam(product, product, True))


def _through(
    network: Network, start: _Start, as_of: date | None
) -> Iterator[tuple[Beam, Interface, tuple[Family, int] | None]]:
    """Yield what leaves a device, with the interface and the next hop (None: on the subnet)."""
    device, interface = start.device, start.interface
    key = (device.name, interface.virtual_system, interface.vrf)
    beam = replace(start.beam, devices=(*start.beam.devices, device.name), visited=start.beam.visited | {key})
    table = network.table(device.name, interface)
    if table is None:
        return
    for translated, nat in _entered(device, interface, beam, as_of):
        for entry, part in table.lookup(translated.now.family, translated.now.destination):
            routed = translated.narrowed(replace(translated.now, destination=part))
            for way in entry.exits:
                outgoing = network.interface(device.name, way.interface)
                if outgoing is None or outgoing.name == interface.name:
                    continue
                hop = None if way.next_hop is None else (entry.family, way.next_hop)
                for passed in _policed(device, interface, outgoing, routed, nat, as_of):
                    for outside in _filtered(device, outgoing, Direction.OUT, passed, as_of):
                        yield _source_nat(device, interface, outgoing, outside), outgoing, hop


def _entered(
    device: Device, interface: Interface, beam: Beam, as_of: date | None
) -> Iterator[tuple[Beam, NatRule | None]]:
    """Apply the in-filter and destination NAT in the platform's order."""
    if device.filters_see_real_addresses:
        for translated, nat in _destination_nat(device, interface, beam):
            for inside in _filtered(device, interface, Direction.IN, translated, as_of):
                yield inside, nat
    else:
        for inside in _filtered(device, interface, Direction.IN, beam, as_of):
            yield from _destination_nat(device, interface, inside)


def _filtered(
    device: Device, interface: Interface, direction: Direction, beam: Beam, as_of: date | None
) -> Iterator[Beam]:
    yield from _apply(beam, at_interface(device, interface, direction, beam.now, as_of))


def _policed(
    device: Device, incoming: Interface, outgoing: Interface, beam: Beam, nat: NatRule | None, as_of: date | None
) -> Iterator[Beam]:
    """Apply the zone policy; a policy that names a virtual IP sees the header before translation."""
    if nat is None or not nat.needs_rule:
        yield from _apply(beam, by_policy(device, incoming, outgoing, beam.now, as_of))
        return
    before = replace(beam.now, destination=beam.sent.destination, services=beam.sent.services)
    for passed in by_policy(device, incoming, outgoing, before, as_of):
        part = passed.packets
        services = beam.now.services if nat.translated_ports else part.services
        now = replace(beam.now, source=part.source, services=services)
        source = part.source if beam.now.source == beam.sent.source else beam.sent.source
        sent = replace(beam.sent, source=source, destination=part.destination, services=part.services)
        yield from _apply(replace(beam, sent=sent, now=now), [replace(passed, packets=now)])


def _apply(beam: Beam, passed: list[Passed]) -> Iterator[Beam]:
    for one in passed:
        narrowed = beam if one.packets == beam.now else beam.narrowed(one.packets)
        yield replace(
            narrowed,
            surely=beam.surely and one.surely,
            deciding=beam.deciding + ((one.deciding,) if one.deciding else ()),
            reasons=beam.reasons + one.reasons,
        )


def _destination_nat(device: Device, interface: Interface, beam: Beam) -> Iterator[tuple[Beam, NatRule | None]]:
    """Yield the beam split by the destination translations that it meets, the first that matches deciding."""
    rest = [beam]
    for nat in device.nat_rules:
        published = _published(nat)
        if published is None or not nat.enabled or nat.virtual_system != interface.virtual_system:
            continue
        outside, inside, arrives_at = published
        if not any(name in arrives_at for name in _names(interface)):
            continue
        for product in outside.products:
            remaining: list[Beam] = []
            for one in rest:
                common = one.now.intersection(product)
                if common is None:
                    remaining.append(one)
                    continue
                remaining += [one.narrowed(piece) for piece in one.now.difference(product)]
                inner = inside.family(common.family)
                if inner:
                    yield _translated(one.narrowed(common), nat, product, inner), nat
            rest = remaining
    for one in rest:
        yield one, None


def _translated(beam: Beam, nat: NatRule, outside: PacketProduct, inner: IntervalSet) -> Beam:
    """Return the beam with its destination replaced by the real addresses.

    A part of a range is translated to some of the real addresses, not known here to which: not surely.
    """
    now = replace(beam.now, destination=inner, services=_port_forwarded(beam.now.services, nat))
    if beam.now.destination == outside.destination:
        return replace(beam, now=now)
    reason = f"NAT {nat.name} translates a part of its range"
    return replace(beam, now=now, surely=False, reasons=(*beam.reasons, reason))


def _names(interface: Interface) -> tuple[str, ...]:
    return tuple(name for name in (interface.name, interface.nickname, interface.security_zone) if name)


def _published(nat: NatRule) -> tuple[PacketSet, AddressSet, NameSet] | None:
    """Return (packets from outside, real addresses, interfaces where they arrive) of a translation."""
    if nat.kind is NatKind.DESTINATION and nat.translated_destination is not None:
        return nat.match.maybe, nat.translated_destination, nat.from_interface
    if nat.kind is NatKind.STATIC and nat.translated_source is not None:
        real = nat.match.maybe.sources()
        services = FIRST_PACKETS
        if nat.protocol is not None:
            services = (
                ServiceSet.ports(nat.protocol, nat.translated_ports)
                if nat.translated_ports
                else ServiceSet.protocol(nat.protocol)
            )
        return PacketSet.of(destination=nat.translated_source, services=services), real, nat.to_interface
    return None


def _port_forwarded(services: ServiceSet, nat: NatRule) -> ServiceSet:
    ports = nat.translated_ports if nat.kind is NatKind.DESTINATION else nat.original_ports
    if not ports or nat.protocol is None:
        return services
    return ServiceSet.ports(nat.protocol, ports, tcp_flags=IntervalSet.single(SYN))


def _source_nat(device: Device, incoming: Interface, outgoing: Interface, beam: Beam) -> Beam:
    """Return the beam with its source translated by the first rule that takes all of it, if one does."""
    for nat in device.nat_rules:
        if (
            not nat.enabled
            or nat.kind not in (NatKind.SOURCE, NatKind.STATIC)
            or not nat.translated_source
            or nat.virtual_system != incoming.virtual_system
        ):
            continue
        if not any(name in nat.from_interface for name in _names(incoming)) or not any(
            name in nat.to_interface for name in _names(outgoing)
        ):
            continue
        source = nat.translated_source.family(beam.now.family)
        if source and PacketSet((beam.now,)) <= nat.match.surely:
            return replace(beam, now=replace(beam.now, source=source))
    return beam


def _blind_spot(arrival: _Arrival, destinations: IntervalSet) -> str:
    """Return why it is not known what becomes of packets that leave the last known device; "" where it is."""
    if arrival.next_hop is not None:
        return f"{arrival.device}: next hop {format_address(*arrival.next_hop)} has no export"
    family = arrival.beam.now.family
    subnets = [one.network for one in arrival.interface.addresses if one.family is family]
    if any(destinations <= subnet for subnet in subnets):
        return ""
    return f"{arrival.device}: what lies behind {arrival.interface.rule_name} is not known (tunnel or missing export)"


def _conduit(
    network: Network, from_zone: str, to_zone: str, arrived: list[_Arrival], lost: list[str], overflow: bool
) -> Conduit:
    target = network.zone_addresses[to_zone]
    permitted: list[PassedPackets] = []
    possible: list[PacketSet] = []
    reasons: list[str] = []
    unfiltered: list[str] = []
    for arrival in arrived:
        beam = arrival.beam
        zones = {zone.name for zone in network.interface_zones(arrival.device, arrival.interface.name)}
        part = beam.now.destination & target.family(beam.now.family)
        if to_zone in zones and arrival.next_hop is not None and not part:
            # A line's subnet is often only the transfer net; what leaves through it reaches the zone.
            part = beam.now.destination
        elif zones and to_zone not in zones:
            continue
        elif part and not zones:
            blind = _blind_spot(arrival, part)
            if blind:
                reasons.append(blind)
                beam = replace(beam, surely=False)
        if not part:
            continue
        beam = beam.narrowed(replace(beam.now, destination=part))
        packets = PacketSet((replace(beam.now, source=beam.sent.source),))
        if not beam.surely:
            possible.append(packets)
            reasons += beam.reasons
            continue
        permitted.append(PassedPackets(packets, beam.deciding, beam.devices))
        if not beam.deciding:
            unfiltered += beam.devices
    if not network.zone_interfaces(to_zone) and target:
        reasons.append(f"zone {to_zone} is attached to no device of the snapshot")
    if overflow:
        reasons.append("too many paths: the search was ended")
    sure = PacketSet.union(one.packets for one in permitted)
    beyond = PacketSet.union(one - sure for one in possible) if possible else NO_PACKETS
    return Conduit(
        from_zone=from_zone,
        to_zone=to_zone,
        permitted=tuple(permitted),
        possible=beyond,
        reasons=tuple(dict.fromkeys([*lost, *reasons])),
        unfiltered_devices=tuple(dict.fromkeys(unfiltered)),
        paths=tuple(dict.fromkeys(one.devices for one in permitted)),
    )
