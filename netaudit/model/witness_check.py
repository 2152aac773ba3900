"""A second opinion on witnesses: first match by plain membership, without the coordinates of the analysis."""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.rules import AccessRule
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow

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
    """The address spans of all rules in one family; of IPv6 the upper 64 bits, which is enough to pass over most."""

    def __init__(self, rules: Sequence[AccessRule], family: Family) -> None:
        import numpy

        self._shift = 0 if family is Family.IPV4 else 64
        self._sides = []
        for side in ("source", "destination"):
            owners: list[int] = []
            lows: list[int] = []
            highs: list[int] = []
            for number, rule in enumerate(rules):
                for product in rule.match.maybe.products:
                    if product.family is family:
                        spans: IntervalSet = getattr(product, side)
                        for low, high in spans:
                            owners.append(number)
                            lows.append(low >> self._shift)
                            highs.append(high >> self._shift)
            self._sides.append(
                (
                    numpy.array(owners, dtype=numpy.int64),
                    numpy.array(lows, dtype=numpy.uint64),
                    numpy.array(highs, dtype=numpy.uint64),
                )
            )
        self._count = len(rules)

    def near(self, flows: Sequence[Flow]) -> list[list[int]]:
        """Return for each flow the rules, in order, whose source and destination may hold it."""
        import numpy

        both = None
        for (owners, lows, highs), side in zip(self._sides, ("source", "destination"), strict=True):
            values = numpy.array([getattr(flow, side) >> self._shift for flow in flows], dtype=numpy.uint64)
            order = numpy.argsort(values, kind="stable")
            ranked = values[order]
            first = numpy.searchsorted(ranked, lows, "left")
            counts = numpy.searchsorted(ranked, highs, "right") - first
            hit = numpy.zeros((len(flows), self._count), dtype=bool)
            pair_owner = numpy.repeat(owners, counts)
            offsets = numpy.arange(len(pair_owner)) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
            hit[order[numpy.repeat(first, counts) + offsets], pair_owner] = True
            both = hit if both is None else both & hit
        assert both is not None
        return [numpy.flatnonzero(row).tolist() for row in both]
