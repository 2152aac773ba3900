"""How the match of a policy is put together: its sides, and what virtual IPs add to it and take from it.

Source: FortiOS Administration Guide, "Destination NAT"; the destination is translated before a policy is looked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, AddressSet, Family
from netaudit.packets.names import NameSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ServiceSet
from netaudit.parsers.fortios.services import ServiceValue
from netaudit.parsers.fortios.virtual_ips import VirtualIp, external_space
from netaudit.parsers.rule_values import AddressValue


@dataclass(frozen=True, slots=True)
class Space:
    """Where virtual IPs take packets that arrive from `zones`."""

    zones: NameSet
    pairs: tuple[tuple[AddressSet, ServiceSet], ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """What the virtual IPs in use take. `rivals`: name -> others that may take the same packets; None: too many."""

    spaces: tuple[Space, ...]
    rivals: Mapping[str, tuple[VirtualIp, ...]] | None


_MAX_COMPARISONS = 1_000_000  # of pairs of virtual IPs, two seconds


def rivals_of(vips: Iterable[VirtualIp]) -> dict[str, tuple[VirtualIp, ...]] | None:
    """Return which virtual IPs share an external address and port with which; None where there are too many pairs."""
    rows = sorted(
        (
            (family, low, high, position, vip)
            for position, vip in enumerate(vips)
            for family in Family
            for low, high in vip.external.maybe.family(family)
        ),
        key=lambda row: row[:4],
    )
    found: dict[str, list[VirtualIp]] = {}
    comparisons = 0
    for number, (family, _, high, _, vip) in enumerate(rows):
        for following in range(number + 1, len(rows)):
            other_family, low, _, _, other = rows[following]
            if other_family is not family or low > high:
                break
            comparisons += 1
            if comparisons > _MAX_COMPARISONS:
                return None
            if vip.meets(other):
                found.setdefault(vip.name, []).append(other)
                found.setdefault(other.name, []).append(vip)
    return {name: tuple({other.name: other for other in others}.values()) for name, others in found.items()}


def plain_match(
    source: AddressValue, destination: AddressValue, services: ServiceValue, reasons: list[str]
) -> PacketMatch:
    """Return the match of a policy without virtual IPs; `reasons` are those that empty the lower bound."""
    maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
    if not reasons and source.is_exact and destination.is_exact and services.is_exact:
        return PacketMatch.exact(maybe)
    why = tuple(dict.fromkeys((*reasons, *source.reasons, *destination.reasons, *services.reasons)))
    if reasons:
        return PacketMatch.upper(maybe, *why)
    return PacketMatch(PacketSet.of(source.surely, destination.surely, services.surely), maybe, why)


def with_virtual_ips(
    match: PacketMatch,
    virtual: list[VirtualIp],
    source: AddressValue,
    services: ServiceValue,
    reasons: list[str],
    others: Iterable[VirtualIp],
) -> PacketMatch:
    """Add what arrives for virtual IPs to the match of a policy; `others` may take some of these packets."""
    both = [vip.packets(source, services) for vip in virtual]
    maybe = PacketSet.union([match.maybe, *(packets for _, packets in both)])
    why = dict.fromkeys((*reasons, *match.reasons, *source.reasons, *services.reasons))
    why |= dict.fromkeys(reason for vip in virtual for reason in vip.reasons)
    if any(vip.arriving(services.surely, surely=True) != vip.arriving(services.surely) for vip in virtual):
        why["virtual ip"] = None
    arriving = NO_PACKETS if reasons else PacketSet.union([packets for packets, _ in both])
    for addresses, taken in external_space(list(others)) if arriving else ():
        space = PacketSet.of(ANY_ADDRESS, addresses, taken)
        if arriving.overlaps(space):
            arriving = arriving - space
            why["virtual ip"] = None
    if not why:
        return PacketMatch.exact(maybe)
    return PacketMatch(NO_PACKETS if reasons else match.surely | arriving, maybe, tuple(why))


def without_virtual_ips(
    match: PacketMatch, taken: Taken, from_zones: NameSet, matches_them: bool, destination: AddressValue
) -> PacketMatch:
    """Take what virtual IPs translate out of the lower bound of a policy that does not name them.

    `matches_them` (`match-vip`): where the policy is for every destination it takes those packets too.
    """
    if not taken.spaces or not match.surely:
        return match
    if matches_them and destination.surely >= ANY_IPV4:
        return match
    surely = match.surely
    for space in taken.spaces:
        if not space.zones & from_zones:
            continue
        for addresses, services in space.pairs:
            packets = PacketSet.of(ANY_ADDRESS, addresses, services)
            if surely.overlaps(packets):
                surely = surely - packets
    if surely is match.surely:
        return match
    return PacketMatch(surely, match.maybe, tuple(dict.fromkeys((*match.reasons, "virtual ip"))))
