"""What the registers state of a rule's breadth: the Internet is any by nature, an agreement may name a range."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netaudit.checks.rule_width import DESTINATION, SOURCE, Width
from netaudit.checks.scored_rules import ScoredRule, zones_of
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.packets.services import ANY_SERVICE
from netaudit.policy.registers import Zone, ZoneType
from netaudit.topology.network import translated_destinations
from netaudit.topology.stated import agreed_packets, entry_packets, is_valid, valid_entries

if TYPE_CHECKING:
    from netaudit.checks.contract import Context


def unstated_any_fields(context: Context, scored: ScoredRule, width: Width) -> frozenset[str]:
    """Return the fields that are any and that no register explains.

    A source (destination) that is any is explained where packets can come from (go to) the Internet only, and the
    zone matrix or the list of published services states all that the rule permits. Three fields of any are never
    explained.
    """
    fields = width.any_fields
    if len(fields) == 3 or not fields & {SOURCE, DESTINATION} or not context.policy.zones:
        return fields
    from_zones, to_zones = zones_of(context, scored)
    explained = set()
    if SOURCE in fields and _only_internet(from_zones):
        explained.add(SOURCE)
    if DESTINATION in fields and _only_internet(to_zones):
        explained.add(DESTINATION)
    if not explained or not _all_stated(context, scored, from_zones, to_zones):
        return fields
    return fields - explained


def _only_internet(zones: tuple[Zone, ...]) -> bool:
    return bool(zones) and all(zone.type is ZoneType.INTERNET for zone in zones)


def _all_stated(context: Context, scored: ScoredRule, from_zones: tuple[Zone, ...], to_zones: tuple[Zone, ...]) -> bool:
    if is_published(context, scored.maybe):
        return True
    transit = AddressSet.union(context.network.zone_addresses[name] for name in sorted(context.network.link_zones))
    sources, destinations = scored.maybe.sources(), scored.maybe.destinations()
    outer_source = _only_internet(from_zones) or (bool(sources) and sources <= transit)
    outer_destination = _only_internet(to_zones) or (bool(destinations) and destinations <= transit)
    if outer_source and outer_destination:
        return True  # links and the Internet only: no zone of the firm is entered or left
    crossing = False
    for from_zone in from_zones:
        for to_zone in to_zones:
            packets = between_zones(context, scored, scored.maybe, from_zone, to_zone)
            if from_zone.name == to_zone.name or not packets:
                continue
            crossing = True
            if not packets <= stated_between(context, from_zone, to_zone):
                return False
    return crossing


def between_zones(
    context: Context, scored: ScoredRule, packets: PacketSet, from_zone: Zone, to_zone: Zone
) -> PacketSet:
    """Return the part of a rule's packets that goes from one zone to another, virtual IPs translated."""
    addresses = context.network.zone_addresses
    services = packets.services()
    found = packets & PacketSet.of(addresses[from_zone.name], addresses[to_zone.name], ANY_SERVICE)
    inner = translated_destinations(scored.device, scored.rule) & addresses[to_zone.name]
    if inner:
        found = found | PacketSet.of(packets.sources() & addresses[from_zone.name], inner, services)
    return found


def stated_between(context: Context, from_zone: Zone, to_zone: Zone, named_only: bool = False) -> PacketSet:
    """Return what the zone matrix permits between two zones on the day of the audit.

    With `named_only`, entries that permit any service are left out: they name none.
    """
    return PacketSet.union(
        entry_packets(entry, context.network)
        for entry in valid_entries(context.policy, from_zone.name, to_zone.name, context.as_of)
        if not (named_only and entry.services.same_as(ANY_SERVICE))
    )


def is_published(context: Context, packets: PacketSet) -> bool:
    """Tell whether the register of published services names all of these packets."""
    if not packets or not context.policy.published_services:
        return False
    published = PacketSet.union(
        PacketSet.of(ANY_ADDRESS, one.public if one.inner is None else one.public | one.inner, one.services)
        for one in context.policy.published_services
    )
    return packets <= published


def is_agreed(context: Context, packets: PacketSet) -> bool:
    """Tell whether line agreements in force name all of these packets, or all of their answers."""
    agreed = PacketSet.union(
        agreed_packets(one) for one in context.policy.line_agreements if is_valid(one, context.as_of)
    )
    return bool(packets) and agreed is not NO_PACKETS and packets <= agreed
