"""Conduits: what can open a connection from one zone to another, over every path.

Exact packet sets are pushed from the interfaces of the one zone, hop by hop, through the devices (see `passage`).
The question is about the first packet of a connection: TCP with SYN and neither ACK nor RST (`established` and answers
of a stateful firewall do not open anything). What leaves the known devices at a place where it cannot be seen what
becomes of it is never "nothing passes": it is possible, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, format_address
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct, PacketSet
from netaudit.policy.registers import Zone, ZoneType
from netaudit.topology.beam import Beam
from netaudit.topology.links.far_ends import FarEnd, unknown_source, unknown_way
from netaudit.topology.neighbours import Neighbours, Port, kept_apart
from netaudit.topology.network import NOT_INTERNET, Network
from netaudit.topology.passage import Departure, departures
from netaudit.topology.reach import Conduit, PassedPackets
from netaudit.topology.segments import SharedSegment
from netaudit.topology.side_by_side import side_by_side
from netaudit.topology.waves import Naming, Wave, Waves

MAX_HOPS = 32
MAX_PATHS = 200  # beams from one zone that are followed each on its own, so that every chain of rules is named
PARALLEL_DEVICES = 60  # below this a second process costs more than it saves
MAX_WAVES = 100_000  # past this a conduit says so instead of running on


def find_conduits(
    network: Network, as_of: date | None = None, max_paths: int = MAX_PATHS, jobs: int = 1
) -> dict[tuple[str, str], Conduit]:
    """Return the conduit of every ordered pair of different zones; rules that ended before `as_of` do not count.

    Zones that hold nothing but links between devices have no hosts, so they have no conduits. What a zone sends is
    followed path by path; past `max_paths` in waves, which names not every combination of rules (see `waves`). Zones
    are followed in up to `jobs` processes where there are enough devices.
    """
    rules = (rule for device in network.devices.values() for rulebase in device.rulebases for rule in rulebase.rules)
    zones = sorted(
        network.host_zones, key=lambda one: -len(network.zone_interfaces(one))
    )  # what takes long comes first
    answers = side_by_side(
        lambda from_zone: conduits_from(network, from_zone, as_of, max_paths),
        zones,
        rules,
        jobs if len(network.devices) >= PARALLEL_DEVICES else 1,
    )
    found = dict(zip(zones, answers, strict=True))
    return {(one, to_zone): conduit for one in network.host_zones for to_zone, conduit in found[one].items()}


def conduits_from(
    network: Network,
    from_zone: str,
    as_of: date | None = None,
    max_paths: int = MAX_PATHS,
    destinations: AddressSet = ANY_ADDRESS,
) -> dict[str, Conduit]:
    """Return the conduits from one zone to every other, of packets sent to some destinations alone where asked for."""
    zone = network.zones[from_zone]
    starts = [
        replace(start, beam=start.beam.to(part))
        for start in _starts(network, zone)
        if (part := start.beam.now.destination & destinations.family(start.beam.now.family))
    ]
    spread = _by_path(network, starts, as_of, max_paths) or _by_waves(network, starts, as_of)
    return {
        to_zone: _conduit(network, zone, network.zones[to_zone], spread)
        for to_zone in network.host_zones
        if to_zone != from_zone
    }


def sources_at(network: Network, from_zone: str) -> dict[tuple[str, str, Family], IntervalSet]:
    """Return the sources with which packets of a zone come in, by device, interface and family."""
    return {
        (start.device.name, start.interface.name, start.beam.now.family): start.beam.now.source
        for start in _starts(network, network.zones[from_zone])
    }


@dataclass(frozen=True, slots=True)
class _Start:
    device: Device
    interface: Interface
    beam: Beam


@dataclass
class _Spread:
    """What a zone sends: what left the known devices, and why more may pass."""

    network: Network
    as_of: date | None
    arrived: list[tuple[Departure, Wave | None]] = field(default_factory=list)
    lost: dict[str, None] = field(default_factory=dict)
    waves: Waves | None = None
    reached: set[str] = field(default_factory=set)  # the devices that it came into
    steps: int = 0

    def through(self, start: _Start, wave: Wave | None = None) -> Iterator[_Start]:
        """Push a beam through a device, and yield what comes to others; routers only pass it on."""
        network, device, interface = self.network, start.device, start.interface
        self.reached.add(device.name)
        self.steps += 1 + sum(len(one.rules) for one in device.rulebases)
        for departure in departures(network, device, interface, start.beam, self.as_of):
            following, left = _following(network.neighbours, departure)
            if left is not None and network.whole is not None:
                # What came to a part that failed comes to nobody now.
                left = _following(network.whole.neighbours, departure)[1]
            if left is not None:
                self.arrived += [(one, wave) for one in _with_contradictions(network.neighbours, left)]
            yield from (one for one in following if one.device.forwards)
        _, doubts = network.missing_routes(device.name, (interface.virtual_system, interface.vrf))
        self.lost |= dict.fromkeys(doubts)

    def too_long(self) -> None:
        """Remember that a path was not followed to its end."""
        self.lost[f"a path has more than {MAX_HOPS} hops"] = None


def _by_path(network: Network, starts: Sequence[_Start], as_of: date | None, max_paths: int) -> _Spread | None:
    """Push everything that the zone can send, each path on its own; None where there are too many."""
    spread = _Spread(network, as_of)
    queue = list(starts)
    count = 0
    while queue:
        count += 1
        if count + len(queue) > max_paths:
            return None
        for one in spread.through(queue.pop()):
            if one.beam.circles(one.device.name, one.interface.name):
                continue
            if len(one.beam.devices) < MAX_HOPS:
                queue.append(one)
            else:
                spread.too_long()
    return spread


def _by_waves(network: Network, starts: Sequence[_Start], as_of: date | None) -> _Spread:
    """Push everything that the zone can send, hop by hop, in waves."""
    rulebases = [(device, one) for device in network.devices.values() for one in device.rulebases]
    waves = Waves(
        frozenset((device.name, one.name) for device, one in rulebases if one.stateful),
        frozenset((device.name, one.name) for device, one in rulebases),
    )
    spread = _Spread(network, as_of, waves=waves)
    arriving: list[tuple[_Start, Wave | None]] = [(one, None) for one in starts]
    for _ in range(MAX_HOPS):
        by_place: dict[tuple[str, str], list[tuple[_Start, Wave | None]]] = {}
        for start, before in arriving:
            by_place.setdefault((start.device.name, start.interface.name), []).append((start, before))
        arriving = []
        for many in by_place.values():
            first = many[0][0]
            for wave in waves.enter(first.device, first.interface, [(start.beam, before) for start, before in many]):
                start = _Start(wave.device, wave.interface, wave.beam)
                arriving += [(one, wave) for one in spread.through(start, wave)]
        if len(waves.all) > MAX_WAVES:
            spread.lost["too many paths: the search was ended"] = None
            break
    else:
        if arriving:
            spread.too_long()
    waves.settle()
    return spread


def _following(neighbours: Neighbours, departure: Departure) -> tuple[list[_Start], Departure | None]:
    """Return the devices that a beam comes to, and what of it may also come to something without an export."""
    if departure.astray:
        return [], departure
    beam = departure.beam
    beyond = neighbours.beyond(
        departure.device, departure.interface, beam.now.family, beam.now.destination, departure.next_hop
    )
    if beyond is not None:
        return _at_far_ends(neighbours, departure, beyond)
    if departure.next_hop is not None:
        if closed := neighbours.closed(departure.interface, departure.next_hop):
            return [], replace(departure, beam=beam.doubted(f"{departure.device.name}: {closed}"))
        found, unknown = _at_next_hop(neighbours, departure, departure.next_hop)
    elif departure.on_subnet:
        found, unknown = list(_at_published(neighbours, departure)), True
    else:
        found, unknown = _at_other_end(neighbours, departure)
    return found, departure if unknown else None


def _with_contradictions(neighbours: Neighbours, left: Departure) -> Iterator[Departure]:
    """Yield what left; addresses on the subnet that a cabling file puts elsewhere apart, since they contradict it."""
    family, device, outgoing = left.beam.now.family, left.device, left.interface
    elsewhere = neighbours.elsewhere(outgoing, family)
    if left.on_subnet and (part := left.beam.now.destination & elsewhere):
        yield replace(left, beam=left.beam.to(part).doubted(kept_apart(device, outgoing, family, part.lowest())))
        rest = left.beam.now.destination - part
        if rest:
            yield replace(left, beam=left.beam.to(rest))
    elif left.next_hop is not None and left.next_hop[1] in elsewhere:
        yield replace(left, beam=left.beam.doubted(kept_apart(device, outgoing, family, left.next_hop[1])))
    else:
        yield left


def _at_far_ends(
    neighbours: Neighbours, departure: Departure, beyond: list[tuple[FarEnd, IntervalSet]]
) -> tuple[list[_Start], Departure | None]:
    """Return who is at the other end of a link that no subnet makes, and what nobody known takes there."""
    beam = departure.beam
    if departure.interface.faces_internet:
        carried = beam.now.destination - NOT_INTERNET.family(beam.now.family)
        if not carried:
            return [], None
        beam = beam.to(carried)
    found, rest = [], beam.now.destination
    for end, destinations in beyond:
        part = destinations & beam.now.destination
        if not part:
            continue
        several = f"{departure.device.name}: {departure.interface.rule_name} leads to several devices"
        doubts = end.doubts + tuple(several for other, others in beyond if other is not end and others & part)[:1]
        found += [
            _Start(end.device, end.interface, one.doubted(*doubts) if doubts else one)
            for one in _by_known_source(departure, beam.to(part))
        ]
        rest = rest - part
    if departure.interface.faces_internet:
        for device, interface, part in neighbours.somewhere(beam.now.family, rest):
            why = unknown_way(departure.device, departure.interface, device.name)
            found.append(_Start(device, interface, beam.to(part).doubted(why)))
    return found, replace(departure, beam=beam.to(rest)) if rest else None


def _by_known_source(departure: Departure, beam: Beam) -> Iterator[Beam]:
    """Yield a beam as it is, or over the internet with what comes from private addresses apart."""
    private = beam.now.source & NOT_INTERNET.family(beam.now.family)
    if not departure.interface.faces_internet or not private:
        yield beam
        return
    hidden = beam.narrowed(replace(beam.now, source=private))
    yield hidden.doubted(unknown_source(departure.device, departure.interface))
    if public := beam.now.source - private:
        yield beam.narrowed(replace(beam.now, source=public))


def _at_next_hop(neighbours: Neighbours, departure: Departure, hop: tuple[Family, int]) -> tuple[list[_Start], bool]:
    """Return who has the next hop's address on the subnet of the outgoing interface."""
    near: list[Port] = []
    real: set[str] = set()
    for device, interface, own in neighbours.holding(departure.interface, hop):
        near.append((device, interface))
        if not own.virtual:
            real.add(f"{device.name} {interface.rule_name}")
    beam = departure.beam
    if len(real) > 1:
        beam = beam.doubted(f"{format_address(*hop)} is the address of several interfaces: {', '.join(sorted(real))}")
    return [_Start(device, interface, beam) for device, interface in near], not near or hop in neighbours.unpaired


def _at_published(neighbours: Neighbours, departure: Departure) -> Iterator[_Start]:
    """Yield who answers on a subnet for addresses that it translates."""
    beam = departure.beam
    for _, other, incoming, answers in neighbours.publishing(departure.interface):
        part = beam.now.destination & answers.family(beam.now.family)
        if part:
            yield _Start(other, incoming, beam.to(part))


def _at_other_end(neighbours: Neighbours, departure: Departure) -> tuple[list[_Start], bool]:
    """Return who stands on the subnet of an interface that a route names without a next hop.

    On a link of two addresses that is the other end; elsewhere it is not known who takes the packets (proxy ARP).
    """
    beam = departure.beam
    others, certain = neighbours.at_other_end(departure.interface, beam.now.family)
    if not certain:
        beam = beam.doubted(
            f"{departure.device.name}: the route through {departure.interface.rule_name} names no next hop"
        )
    return [_Start(device, interface, beam) for device, interface in others], not certain


def _starts(network: Network, from_zone: Zone) -> Iterator[_Start]:
    """Yield the interfaces of a zone with what can come in there: the zone's addresses that lie behind.

    From outside the firm anything can come, whatever the routes back say; on a third party's line also addresses that
    nobody stated.
    """
    everything = network.zone_addresses[from_zone.name]
    for device, interface in network.zone_interfaces(from_zone.name):
        if not interface.enabled or not device.forwards:
            continue
        sources = everything
        if from_zone.type is ZoneType.THIRDPARTY:
            sources = everything | (ANY_ADDRESS - _claimed(network, from_zone))
        elif not from_zone.type.external:
            sources = (everything & network.addresses_behind(device.name, interface)) or everything
        for family in Family:
            if sources.family(family):
                product = PacketProduct(family, sources.family(family), family.all_addresses, network.first_packets)
                yield _Start(device, interface, Beam(product, product))


def _claimed(network: Network, zone: Zone) -> AddressSet:
    """Return the addresses of all other zones but the internet."""
    return AddressSet.union(
        [
            AddressSet(),
            *(
                network.zone_addresses[other.name]
                for other in network.zones.values()
                if other is not zone and other.type is not ZoneType.INTERNET
            ),
        ]
    )


def _landed(network: Network, departure: Departure, from_zone: Zone, to_zone: Zone) -> tuple[IntervalSet, str]:
    """Return the destinations of a beam that are in a zone, and why it is not sure that they get there."""
    family = departure.beam.now.family
    destinations = departure.beam.now.destination
    part = destinations & network.zone_addresses[to_zone.name].family(family)
    if departure.on_subnet or departure.astray:
        return part, ""
    standing = network.interface_zones(departure.device.name, departure.interface.name)
    if departure.interface.faces_internet and to_zone.type is not ZoneType.THIRDPARTY:
        if to_zone.type is ZoneType.INTERNET or not part:
            return part, ""
        return part, unknown_way(departure.device, departure.interface, to_zone.name)
    if to_zone in standing:
        if to_zone.type is ZoneType.THIRDPARTY:
            # What leaves through a line reaches the third party, whatever was stated of its subnets.
            return part | (destinations - _claimed(network, to_zone).family(family)), ""
        return part or (EMPTY if to_zone.type is ZoneType.INTERNET else destinations), ""
    # What turns back to the outside that it came from goes no further than by a default route.
    outward = departure.by_default or from_zone in standing
    if part and outward and _leads_out(network, departure, to_zone, part):
        return EMPTY, ""
    return part, _blind_spot(departure)


def _leads_out(network: Network, departure: Departure, to_zone: Zone, part: IntervalSet) -> bool:
    """Tell whether a default route surely takes packets out of the firm: no VPN, and no way back over the internet."""
    standing = network.interface_zones(departure.device.name, departure.interface.name)
    if not standing or not all(zone.type.external for zone in standing) or to_zone.type is ZoneType.INTERNET:
        return False
    return not AddressSet.of(departure.beam.now.family, part).overlaps(ANY_ADDRESS - NOT_INTERNET)


def _blind_spot(departure: Departure) -> str:
    """Return why it is not known what becomes of packets that leave the last known device."""
    if departure.next_hop is not None:
        return f"{departure.device.name}: next hop {format_address(*departure.next_hop)} has no export"
    name = departure.interface.rule_name
    return f"{departure.device.name}: what lies behind {name} is not known (tunnel or missing export)"


def _conduit(network: Network, from_zone: Zone, to_zone: Zone, spread: _Spread) -> Conduit:
    permitted = list(_on_one_segment(network, from_zone, to_zone))
    paths = [one.devices for one in permitted]
    possible: list[PassedPackets] = []
    open_reasons = [*spread.lost, *network.loose_ends[from_zone.name], *network.loose_ends[to_zone.name]]
    reasons = list(open_reasons)
    naming = Naming(spread.waves) if spread.waves else None
    for departure, wave in spread.arrived:
        part, blind = _landed(network, departure, from_zone, to_zone)
        if not part:
            continue
        beam = departure.beam.to(part)
        if beam.drawn:  # what a neighbour may announce makes no packets of its own possible, it leaves the answer open
            reasons.append(beam.drawn)
            continue
        if blind:
            beam = beam.doubted(blind)
        packets = PacketSet((replace(beam.now, source=beam.sent.source),))
        if not beam.surely:
            possible.append(PassedPackets(packets, beam.deciding, beam.devices))
            reasons += beam.reasons or ("not all of it was understood",)
        elif naming and wave:
            naming.add(beam, packets.products[0], wave)
        else:
            permitted.append(PassedPackets(packets, beam.deciding, beam.devices))
            paths.append(beam.devices)
    if naming:
        permitted += naming.passed()
        paths += naming.paths
        if not naming.complete:
            reasons.append("too many paths: not every rule on them is named")
    sure = PacketSet.union(one.packets for one in permitted)
    return Conduit(
        from_zone=from_zone.name,
        to_zone=to_zone.name,
        permitted=tuple(permitted),
        possible=PacketSet.union(one.packets - sure for one in possible) if possible else NO_PACKETS,
        open_reasons=tuple(dict.fromkeys(open_reasons)),
        possible_ways=tuple(possible),
        reached=frozenset(spread.reached),
        steps=spread.steps,
        by_path=spread.waves is None,
        reasons=tuple(dict.fromkeys(reasons)),
        unfiltered_devices=tuple(
            dict.fromkeys(device for one in permitted if not one.deciding for device in one.devices)
        ),
        paths=tuple(dict.fromkeys(paths)),
    )


def _segments(network: Network) -> tuple[SharedSegment, ...]:
    """Return the segments of several zones; a gateway that fails or is shut parts no hosts."""
    if network.before is not None:
        every = (*network.shared_segments, *network.before.shared_segments)
        return tuple({(one.zones, one.addresses, one.devices): one for one in every}.values())
    return (network.whole or network).shared_segments


def _on_one_segment(network: Network, from_zone: Zone, to_zone: Zone) -> Iterator[PassedPackets]:
    """Yield what the hosts of two zones send each other directly, where they share a segment."""
    for segment in _segments(network):
        if from_zone.name in segment.zones and to_zone.name in segment.zones:
            ends = [network.zone_addresses[zone.name] for zone in (from_zone, to_zone)]
            source, destination = ((one & segment.addresses) or one for one in ends)
            packets = PacketSet.of(source, destination, network.first_packets)
            if packets:
                yield PassedPackets(packets, (), segment.devices)
