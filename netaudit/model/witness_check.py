"""A second opinion on witnesses: first match by plain membership, without the coordinates of the analysis."""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.rules import AccessRule
from netaudit.packets.packet import Flow


class PlainFirstMatch:
    """First match over rules in order. Only products whose address spans hold the flow are asked further."""

    def __init__(self, rules: Sequence[AccessRule]) -> None:
        import numpy

        self._rules = rules
        rows = []
        for number, rule in enumerate(rules):
            for product in rule.match.maybe.products:
                # 64 bits are enough to narrow the search: of IPv6 the upper half.
                shift = 0 if product.family == 4 else 64
                source, destination = product.source.intervals, product.destination.intervals
                rows.append(
                    (
                        number,
                        int(product.family),
                        source[0][0] >> shift,
                        source[-1][1] >> shift,
                        destination[0][0] >> shift,
                        destination[-1][1] >> shift,
                    )
                )
        self._columns = numpy.array(rows, dtype=numpy.uint64).reshape(len(rows), 6).T.copy()

    def may_decide(self, number: int, flow: Flow, from_zone: str, to_zone: str) -> bool:
        """Tell whether rule `number` may match a flow and no earlier rule may.

        A zone of "" stands for one that no rule mentions by name; a name that ends in "+" for one with that prefix.
        """
        owners, family, source_low, source_high, destination_low, destination_high = self._columns
        shift = 0 if flow.family == 4 else 64
        source, destination = flow.source >> shift, flow.destination >> shift
        near = (source_low <= source) & (source_high >= source)
        near &= (destination_low <= destination) & (destination_high >= destination)
        near &= (family == int(flow.family)) & (owners <= number)
        for candidate in owners[near].tolist():
            rule = self._rules[candidate]
            if from_zone in rule.from_zones and to_zone in rule.to_zones and rule.match.maybe.contains(flow):
                return bool(candidate == number)
        return False
