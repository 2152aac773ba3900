"""Packets with their interfaces, known between two bounds: what a condition matches and what is left of a chain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet

_MAX_PRODUCTS = 4000


@dataclass(frozen=True, slots=True)
class Region:
    """Packets that enter through `ins` and leave through `outs`; `surely` is a subset of `maybe`."""

    surely: PacketSet
    maybe: PacketSet
    ins: NameSet = ANY_NAME
    outs: NameSet = ANY_NAME
    reasons: tuple[str, ...] = ()

    @classmethod
    def exact(cls, packets: PacketSet, ins: NameSet = ANY_NAME, outs: NameSet = ANY_NAME) -> Region:
        """Return a region that is known exactly."""
        return cls(packets, packets, ins, outs)

    def __bool__(self) -> bool:
        return bool(self.maybe) and bool(self.ins) and bool(self.outs)

    def __and__(self, other: Region) -> Region:
        exact = self.surely is self.maybe and other.surely is other.maybe
        maybe = self.maybe & other.maybe
        return Region(
            maybe if exact else self.surely & other.surely,
            maybe,
            self.ins & other.ins,
            self.outs & other.outs,
            _joined(self.reasons, other.reasons),
        )

    def minus(self, other: Region) -> tuple[Region, ...]:
        """Return disjoint regions that make up this one less the other, bounds the safe way round."""
        if not other or not self:
            return (self,)
        ins, outs = self.ins & other.ins, self.outs & other.outs
        if not ins or not outs:
            return (self,)
        rest: list[Region] = []
        if outside := self.ins - other.ins:
            rest.append(replace(self, ins=outside))
        if outside := self.outs - other.outs:
            rest.append(replace(self, ins=ins, outs=outside))
        exact = self.surely is self.maybe and other.surely is other.maybe
        maybe = self.maybe - other.surely
        if len(maybe.products) > _MAX_PRODUCTS:
            unknown = _joined(self.reasons, ("too many rules",))
            rest.append(Region(NO_PACKETS, self.maybe, ins, outs, unknown))
            return tuple(rest)
        surely = maybe if exact else self.surely - other.maybe
        reasons = self.reasons if exact else _joined(self.reasons, other.reasons)
        rest.append(Region(surely, maybe, ins, outs, reasons))
        return tuple(region for region in rest if region)

    def covers(self, other: Region) -> bool:
        """Tell whether every packet that the other may hold is in this one's upper bound."""
        return other.ins <= self.ins and other.outs <= self.outs and other.maybe <= self.maybe

    @property
    def match(self) -> PacketMatch:
        """Return the packets as a rule's match."""
        if self.surely is self.maybe or self.surely == self.maybe:
            return PacketMatch.exact(self.maybe)
        return PacketMatch(self.surely, self.maybe, self.reasons)


def joined(regions: Iterable[Region]) -> tuple[Region, ...]:
    """Return the same packets in fewer regions: those of the same interfaces and reasons become one."""
    groups: dict[tuple[NameSet, NameSet, tuple[str, ...]], list[Region]] = {}
    for one in regions:
        groups.setdefault((one.ins, one.outs, one.reasons), []).append(one)
    found = []
    for (ins, outs, reasons), parts in groups.items():
        maybe = PacketSet.union(one.maybe for one in parts)
        exact = all(one.surely is one.maybe for one in parts)
        surely = maybe if exact else PacketSet.union(one.surely for one in parts)
        found.append(Region(surely, maybe, ins, outs, reasons))
    return tuple(found)


def _joined(left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, ...]:
    return left if left == right or not right else tuple(dict.fromkeys(left + right))
