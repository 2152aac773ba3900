"""A second opinion on witnesses: first match by plain membership, without the coordinates of the analysis."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from netaudit.model.rules import AccessRule
from netaudit.packets.addresses import Family
from netaudit.packets.box_index import bits
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import Flow, PacketProduct

Claim = tuple[int, Flow, str, str]  # a rule's number, a packet that it should decide, from zone, to zone

_TOGETHER = 8192  # claims looked up at once: bounds the memory to some megabytes


class PlainFirstMatch:
    """First match over rules in order, for many packets at once.

    The packets are sorted by each address, so that a rule finds those within its source and destination by binary
    search; only these are asked for service and zones.
    """

    def __init__(self, rules: Sequence[AccessRule]) -> None:
        self._rules = rules
        self._products: dict[Family, list[tuple[int, PacketProduct]]] = {family: [] for family in Family}
        for number, rule in enumerate(rules):
            for product in rule.match.maybe.products:
                self._products[product.family].append((number, product))

    def wrong(self, claims: Sequence[Claim]) -> list[Claim]:
        """Return the claims that do not hold: the rule may not match the packet, or an earlier one may.

        A zone of "" stands for one that no rule mentions by name, one that ends in "+" for a name with that prefix.
        """
        found = []
        for family, products in self._products.items():
            many = sorted((claim for claim in claims if claim[1].family is family), key=lambda claim: claim[0])
            for start in range(0, len(many), _TOGETHER):
                found += self._wrong(products, many[start : start + _TOGETHER])
        return found

    def _wrong(self, products: Sequence[tuple[int, PacketProduct]], claims: Sequence[Claim]) -> list[Claim]:
        """Return the claims that do not hold, of claims on packets of one family in the order of their rules."""
        sources = _Sorted([flow.source for _, flow, _, _ in claims])
        destinations = _Sorted([flow.destination for _, flow, _, _ in claims])
        services = [flow.service_point() for _, flow, _, _ in claims]
        last = claims[-1][0]
        still_open = (1 << len(claims)) - 1  # a bit for each claim whose packet no rule has matched yet
        found = []
        for number, product in products:
            if number > last:
                break
            near = still_open & sources.within(product.source)
            if near:
                near &= destinations.within(product.destination)
            for position in bits(near):
                if product.services.contains(*services[position]) and self._zones_fit(number, claims[position]):
                    still_open ^= 1 << position
                    if claims[position][0] != number:
                        found.append(claims[position])
        return found + [claims[position] for position in bits(still_open)]

    def _zones_fit(self, number: int, claim: Claim) -> bool:
        rule = self._rules[number]
        if rule.from_zones is ANY_NAME and rule.to_zones is ANY_NAME:
            return True
        return claim[2] in rule.from_zones and claim[3] in rule.to_zones


class _Sorted:
    """Addresses in order, to find which of them a set holds: one bit for each address, in the order given."""

    def __init__(self, addresses: Sequence[int]) -> None:
        order = sorted(range(len(addresses)), key=addresses.__getitem__)
        self._values = [addresses[position] for position in order]
        self._below = [0]  # the bits of the first addresses in order, for each count of them
        for position in order:
            self._below.append(self._below[-1] | 1 << position)
        self._memory: dict[int, int] = {}  # by identity: rules share large sets

    def within(self, addresses: IntervalSet) -> int:
        """Return the bits of the addresses in a set, which must outlive this object."""
        values, below, spans = self._values, self._below, addresses.intervals
        if len(spans) == 1:
            low, high = spans[0]
            first = bisect_left(values, low)
            return below[first] ^ below[bisect_right(values, high, first)]
        known = self._memory.get(id(addresses))
        if known is None:
            known = 0
            for low, high in spans:
                first = bisect_left(values, low)
                known |= below[first] ^ below[bisect_right(values, high, first)]
            self._memory[id(addresses)] = known
        return known
