"""A second opinion on witnesses: first match by plain membership, without the coordinates of the analysis."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

from netaudit.model.rules import AccessRule
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow

if TYPE_CHECKING:
    from numpy import bool_
    from numpy.typing import NDArray

Claim = tuple[int, Flow, str, str]  # a rule's number, a packet that it should decide, from zone, to zone

_CELLS = 8_000_000  # claims looked up at once, times rules: bounds the memory to as many bytes


class PlainFirstMatch:
    """First match over rules in order.

    Rules whose source or destination misses a packet are passed over by a search over sorted packets; the others
    are asked one by one, from the top.
    """

    def __init__(self, rules: Sequence[AccessRule]) -> None:
        self._rules = rules
        self._by_family = {family: _Spans(rules, family) for family in Family}

    def wrong(self, claims: Sequence[Claim]) -> list[Claim]:
        """Return the claims that do not hold: the rule may not match the packet, or an earlier one may.

        A zone of "" stands for one that no rule mentions by name, one that ends in "+" for a name with that prefix.
        """
        found = []
        for family, spans in self._by_family.items():
            many = [claim for claim in claims if claim[1].family is family]
            size = max(1, _CELLS // max(len(self._rules), 1))
            for start in range(0, len(many), size):
                part = many[start : start + size]
                for claim, near in zip(part, spans.near([claim[1] for claim in part]), strict=True):
                    if self._first(near, claim) != claim[0]:
                        found.append(claim)
        return found

    def _first(self, near: Sequence[int], claim: Claim) -> int | None:
        _, flow, from_zone, to_zone = claim
        for number in near:
            rule = self._rules[number]
            if rule.match.maybe.contains(flow) and from_zone in rule.from_zones and to_zone in rule.to_zones:
                return number
        return None


class _Spans:
    """The address spans of all rules in one family; of IPv6 the upper 64 bits, which is enough to pass over most.

    Rules share address sets (object groups): each set counts once.
    """

    def __init__(self, rules: Sequence[AccessRule], family: Family) -> None:
        self._shift = 0 if family is Family.IPV4 else 64
        products = [
            (number, product)
            for number, rule in enumerate(rules)
            for product in rule.match.maybe.products
            if product.family is family
        ]
        self._owners = [number for number, _ in products]
        self._sides = [
            _Side([product.source for _, product in products], self._shift),
            _Side([product.destination for _, product in products], self._shift),
        ]

    def near(self, flows: Sequence[Flow]) -> list[list[int]]:
        """Return for each flow the rules, in order, whose source and destination may hold it."""
        import numpy

        source = self._sides[0].holding([flow.source >> self._shift for flow in flows])
        destination = self._sides[1].holding([flow.destination >> self._shift for flow in flows])
        return [[self._owners[i] for i in numpy.flatnonzero(row).tolist()] for row in source & destination]


class _Side:
    """One address field of many products, as distinct sets of spans."""

    def __init__(self, sets: Sequence[IntervalSet], shift: int) -> None:
        import numpy

        numbers: dict[int, int] = {}
        owners, lows, highs = array("q"), array("Q"), array("Q")
        of_product = array("q")
        for one in sets:
            number = numbers.get(id(one))
            if number is None:
                number = numbers[id(one)] = len(numbers)
                for low, high in one:
                    owners.append(number)
                    lows.append(low >> shift)
                    highs.append(high >> shift)
            of_product.append(number)
        self._count = len(numbers)
        self._owners = numpy.array(owners, dtype=numpy.int64)
        self._lows = numpy.array(lows, dtype=numpy.uint64)
        self._highs = numpy.array(highs, dtype=numpy.uint64)
        self._of_product = numpy.array(of_product, dtype=numpy.int64)

    def holding(self, addresses: Sequence[int]) -> NDArray[bool_]:
        """Return a table, addresses by products: may the product's set hold the address?"""
        import numpy

        values = numpy.array(addresses, dtype=numpy.uint64)
        order = numpy.argsort(values, kind="stable")
        ranked = values[order]
        first = numpy.searchsorted(ranked, self._lows, "left")
        counts = numpy.searchsorted(ranked, self._highs, "right") - first
        offsets = numpy.arange(int(counts.sum())) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
        table = numpy.zeros((len(values), self._count), dtype=bool)
        table[order[numpy.repeat(first, counts) + offsets], numpy.repeat(self._owners, counts)] = True
        result: NDArray[bool_] = table[:, self._of_product]
        return result
