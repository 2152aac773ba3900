"""What the firm states, as packets: the zone matrix and the line agreements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import LineAgreement, MatrixEntry, Policy, ZoneType
from netaudit.topology.network import Network
from netaudit.topology.reach import Conduit, PassedPackets


def entry_packets(entry: MatrixEntry, network: Network) -> PacketSet:
    """Return the packets of one matrix entry."""
    source = _whole(network, entry.from_zone) if entry.sources is None else entry.sources
    destination = _whole(network, entry.to_zone) if entry.destinations is None else entry.destinations
    return PacketSet.of(source, destination, entry.services)


def _whole(network: Network, zone: str) -> AddressSet:
    """Return what an entry for a whole zone means: outside the firm any address, as nobody knows all of theirs."""
    return ANY_ADDRESS if network.zones[zone].type.external else network.zone_addresses[zone]


def stated_packets(policy: Policy, network: Network, from_zone: str, to_zone: str, as_of: date) -> PacketSet:
    """Return what the zone matrix permits for an ordered pair on a day; a deny entry takes nothing away."""
    return PacketSet.union(entry_packets(entry, network) for entry in valid_entries(policy, from_zone, to_zone, as_of))


def valid_entries(policy: Policy, from_zone: str, to_zone: str, as_of: date) -> Iterator[MatrixEntry]:
    """Yield the permit entries of a pair that have not expired; the last day is valid."""
    for entry in policy.stated(from_zone, to_zone):
        if entry.permitted and (entry.valid_to is None or entry.valid_to >= as_of):
            yield entry


def agreed_packets(agreement: LineAgreement) -> PacketSet:
    """Return the packets that one agreement lets open a connection, whatever its dates.

    A feed that any source may send is agreed to its groups alone: the local address receives it and is not reached.
    """
    ours = ANY_ADDRESS if agreement.local is None else agreement.local
    if agreement.direction == "in":
        if agreement.multicast:
            known = agreement.local is not None and agreement.peers not in (ANY_ADDRESS, ANY_IPV4, ANY_IPV6)
            ours = agreement.multicast | agreement.local if known and agreement.local else agreement.multicast
        return PacketSet.of(agreement.peers, ours, agreement.services)
    return PacketSet.of(ours, agreement.peers, agreement.services)


def is_valid(agreement: LineAgreement, as_of: date) -> bool:
    """Tell whether an agreement is in force on a day, both ends inclusive."""
    return (agreement.valid_from is None or agreement.valid_from <= as_of) and (
        agreement.valid_to is None or as_of <= agreement.valid_to
    )


def excess(conduit: Conduit, allowed: PacketSet) -> tuple[tuple[PassedPackets, PacketSet], ...]:
    """Return what surely passes beyond `allowed`, for each way that has some."""
    found = []
    for passed in conduit.permitted:
        rest = passed.packets - allowed
        if rest:
            found.append((passed, rest))
    return tuple(found)


def missing(conduit: Conduit, stated: Iterable[PacketSet]) -> tuple[PacketSet, ...]:
    """Return the statements of which nothing passes, surely or possibly."""
    return tuple(
        one
        for one in stated
        if one
        and not any(passed.packets.overlaps(one) for passed in conduit.permitted)
        and not conduit.possible.overlaps(one)
    )


def agreements_of_zone(policy: Policy, network: Network, zone: str) -> tuple[LineAgreement, ...]:
    """Return the agreements of all lines that end in a zone, whatever their dates."""
    lines = {line for line in policy.lines() if zone in line_zones(policy, network, line)}
    return tuple(one for one in policy.line_agreements if one.line in lines)


def agreed_between(policy: Policy, network: Network, from_zone: str, to_zone: str, as_of: date) -> PacketSet:
    """Return what line agreements in force let open from one zone to another, one of them a third-party line."""
    found = []
    for zone, direction in ((from_zone, "in"), (to_zone, "out")):
        if network.zones[zone].type is ZoneType.THIRDPARTY:
            found += [
                agreed_packets(one)
                for one in agreements_of_zone(policy, network, zone)
                if one.direction == direction and is_valid(one, as_of)
            ]
    return PacketSet.union(found)


def line_zones(policy: Policy, network: Network, line: str) -> tuple[str, ...]:
    """Return the zones that a third-party line ends in: by its interface, else by its peers' addresses."""
    found: dict[str, None] = {}
    for agreement in policy.line_agreements:
        if agreement.line != line:
            continue
        zones = network.interface_zones(agreement.device, agreement.interface) or tuple(
            zone
            for zone in network.zones.values()
            if zone.type.external and zone.subnets and agreement.peers.overlaps(zone.subnets)
        )
        found |= dict.fromkeys(zone.name for zone in zones)
    return tuple(found)
