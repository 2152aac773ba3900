"""Addresses and services as objects give them: what they surely hold and what they may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE, ServiceSet


@dataclass(frozen=True, slots=True)
class AddressBounds:
    """`surely` is a subset of `maybe`; `reasons` says why they differ, `unresolved` which names are undefined."""

    surely: AddressSet
    maybe: AddressSet
    reasons: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    @classmethod
    def exact(cls, addresses: AddressSet) -> AddressBounds:
        """Return addresses that are fully known."""
        return cls(addresses, addresses)

    @classmethod
    def upper(cls, addresses: AddressSet, reason: str, unresolved: tuple[str, ...] = ()) -> AddressBounds:
        """Return addresses that are known from above only."""
        return cls(NO_ADDRESS, addresses, (reason,), unresolved)

    @classmethod
    def undefined(cls, name: str) -> AddressBounds:
        """Return what a name without a definition may stand for: everything."""
        return cls.upper(ANY_ADDRESS, "undefined reference", (name,))

    @classmethod
    def union(cls, many: Iterable[AddressBounds]) -> AddressBounds:
        """Return the union of many."""
        parts = list(many)
        if len(parts) == 1:
            return parts[0]
        reasons = _distinct(part.reasons for part in parts)
        surely = AddressSet.union(part.surely for part in parts)
        maybe = AddressSet.union(part.maybe for part in parts) if reasons else surely
        return cls(surely, maybe, reasons, _distinct(part.unresolved for part in parts))


@dataclass(frozen=True, slots=True)
class ServiceBounds:
    """As `AddressBounds`, for services."""

    surely: ServiceSet
    maybe: ServiceSet
    reasons: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    @classmethod
    def exact(cls, services: ServiceSet) -> ServiceBounds:
        """Return services that are fully known."""
        return cls(services, services)

    @classmethod
    def upper(cls, services: ServiceSet, reason: str, unresolved: tuple[str, ...] = ()) -> ServiceBounds:
        """Return services that are known from above only."""
        return cls(NO_SERVICE, services, (reason,), unresolved)

    @classmethod
    def undefined(cls, name: str) -> ServiceBounds:
        """Return what a name without a definition may stand for: everything."""
        return cls.upper(ANY_SERVICE, "undefined reference", (name,))

    @classmethod
    def union(cls, many: Iterable[ServiceBounds]) -> ServiceBounds:
        """Return the union of many."""
        parts = list(many)
        if len(parts) == 1:
            return parts[0]
        reasons = _distinct(part.reasons for part in parts)
        surely = ServiceSet.union(part.surely for part in parts)
        maybe = ServiceSet.union(part.maybe for part in parts) if reasons else surely
        return cls(surely, maybe, reasons, _distinct(part.unresolved for part in parts))

    def weakened(self, reason: str) -> ServiceBounds:
        """Return the same upper bound with nothing sure."""
        return ServiceBounds(NO_SERVICE, self.maybe, _distinct((self.reasons, (reason,))), self.unresolved)


@dataclass(frozen=True, slots=True)
class NumberBounds:
    """As `AddressBounds`, for the ports, protocols or ICMP types of a group."""

    surely: IntervalSet
    maybe: IntervalSet
    reasons: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()

    @classmethod
    def exact(cls, numbers: IntervalSet) -> NumberBounds:
        """Return numbers that are fully known."""
        return cls(numbers, numbers)

    @classmethod
    def upper(cls, numbers: IntervalSet, reason: str, unresolved: tuple[str, ...] = ()) -> NumberBounds:
        """Return numbers that are known from above only."""
        return cls(EMPTY, numbers, (reason,), unresolved)

    @classmethod
    def union(cls, many: Iterable[NumberBounds]) -> NumberBounds:
        """Return the union of many."""
        parts = list(many)
        return cls(
            IntervalSet.of(interval for part in parts for interval in part.surely),
            IntervalSet.of(interval for part in parts for interval in part.maybe),
            _distinct(part.reasons for part in parts),
            _distinct(part.unresolved for part in parts),
        )


def _distinct(many: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for words in many for word in words))


def match_of(
    source: AddressBounds, destination: AddressBounds, services: ServiceBounds, *more_reasons: str
) -> PacketMatch:
    """Return the packets of a rule; with `more_reasons` (schedule, user ...) nothing matches surely."""
    maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
    if not (source.reasons or destination.reasons or services.reasons or more_reasons):
        return PacketMatch.exact(maybe)
    reasons = _distinct((source.reasons, destination.reasons, services.reasons, more_reasons))
    if more_reasons:
        return PacketMatch.upper(maybe, *reasons)
    return PacketMatch(PacketSet.of(source.surely, destination.surely, services.surely), maybe, reasons)
