"""What the names in a rule stand for, from below and from above, and the match that a rule makes of them.

`surely` is a subset of `maybe`; `reasons` says why they differ, `undefined` which names the export lacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import NO_SERVICE, ServiceSet


@dataclass(frozen=True, slots=True)
class AddressValue:
    """Addresses that a name stands for."""

    surely: AddressSet
    maybe: AddressSet
    reasons: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether both bounds are the same."""
        return self.surely is self.maybe or self.surely == self.maybe


@dataclass(frozen=True, slots=True)
class ServiceValue:
    """Services that a name stands for."""

    surely: ServiceSet
    maybe: ServiceSet
    reasons: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether both bounds are the same."""
        return self.surely is self.maybe or self.surely == self.maybe


def exact_addresses(addresses: AddressSet) -> AddressValue:
    """Return addresses that are fully known."""
    return AddressValue(addresses, addresses)


def exact_services(services: ServiceSet) -> ServiceValue:
    """Return services that are fully known."""
    return ServiceValue(services, services)


def joined_addresses(values: Iterable[AddressValue]) -> AddressValue:
    """Return what several names stand for together, bound by bound; nothing for none."""
    many = list(values)
    if len(many) == 1:
        return many[0]
    maybe = AddressSet.union(one.maybe for one in many) if many else NO_ADDRESS
    exact = all(one.is_exact for one in many)
    surely = maybe if exact else AddressSet.union(one.surely for one in many)
    return AddressValue(
        surely, maybe, _each_once(one.reasons for one in many), _each_once(one.undefined for one in many)
    )


def joined_services(values: Iterable[ServiceValue]) -> ServiceValue:
    """Return what several names stand for together, bound by bound; nothing for none."""
    many = list(values)
    if len(many) == 1:
        return many[0]
    maybe = ServiceSet.union(one.maybe for one in many) if many else NO_SERVICE
    exact = all(one.is_exact for one in many)
    surely = maybe if exact else ServiceSet.union(one.surely for one in many)
    return ServiceValue(
        surely, maybe, _each_once(one.reasons for one in many), _each_once(one.undefined for one in many)
    )


def _each_once(texts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for many in texts for text in many))


class RuleMatches:
    """Makes the matches of rules; rules that name the same objects share one set of packets."""

    def __init__(self) -> None:
        self._packets: dict[tuple[int, int, int], PacketSet] = {}
        self._kept: list[object] = []  # keeps what `_packets` knows by identity alive

    def match(
        self, source: AddressValue, destination: AddressValue, services: ServiceValue, reasons: Sequence[str]
    ) -> PacketMatch:
        """Return the match of a rule; `reasons` say why none of its packets is sure."""
        why = (*source.reasons, *destination.reasons, *services.reasons, *reasons)
        maybe = self._product(source.maybe, destination.maybe, services.maybe)
        if not why:
            return PacketMatch.exact(maybe)
        surely = NO_PACKETS
        if not reasons:
            surely = self._product(source.surely, destination.surely, services.surely)
        return PacketMatch(surely, maybe, tuple(dict.fromkeys(why)))

    def _product(self, source: AddressSet, destination: AddressSet, services: ServiceSet) -> PacketSet:
        key = (id(source), id(destination), id(services))
        known = self._packets.get(key)
        if known is None:
            known = self._packets[key] = PacketSet.of(source, destination, services)
            self._kept += [source, destination, services]
        return known
