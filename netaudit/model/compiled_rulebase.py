"""A rulebase in the coordinates of the analysis."""

from __future__ import annotations

import gc
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from netaudit.model.rules import AccessRule, Action, Rulebase
from netaudit.model.witness_check import PlainFirstMatch
from netaudit.packets.first_match import DEFAULT_BUDGET, Cells, Entry, FirstMatch
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.space import FROM_ZONE, TO_ZONE, Box, Space


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: the analysis makes many small values and no cycles (a quarter of its time)."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class CompiledRulebase:
    """A rulebase in the coordinates of the analysis; rules that are disabled are left out."""

    def __init__(self, rulebase: Rulebase, budget: int = DEFAULT_BUDGET) -> None:
        self.rulebase = rulebase
        self.rules = tuple(rule for rule in rulebase.rules if rule.enabled)
        self.space = Space(
            [packets for rule in self.rules for packets in (rule.match.surely, rule.match.maybe)],
            [(rule.from_zones, rule.to_zones) for rule in self.rules],
        )
        self.first_match = FirstMatch(
            [self._entry(rule) for rule in self.rules],
            rulebase.default_action,
            budget,
            effect=lambda action: action is Action.PERMIT,
        )
        self.first_match.prefer(self.space)
        self._plain: PlainFirstMatch | None = None

    def _entry(self, rule: AccessRule) -> Entry:
        match = rule.match
        surely = self._boxes(match.surely, rule)
        if match.is_exact:
            return Entry(surely, None, rule.action)
        return Entry(surely, self._boxes(match.maybe, rule), rule.action)

    def _boxes(self, packets: PacketSet, rule: AccessRule) -> list[Box]:
        families = self.rulebase.families
        if any(product.family not in families for product in packets.products):
            packets = PacketSet(tuple(one for one in packets.products if one.family in families))
        return self.space.boxes(packets, rule.from_zones, rule.to_zones)

    def overlapping(self, packets: PacketSet) -> list[int]:
        """Return the numbers of the rules that may match a packet of a set, in order; zones are not asked."""
        found: set[int] = set()
        # TCP flags that no rule mentions may fall into one class here: the answer may hold a rule too many.
        for box in self.space.boxes(packets):
            found.update(self.first_match.overlapping(box))
        return sorted(found)

    def witnesses(self, points: Sequence[tuple[int, Cells]]) -> list[tuple[Flow, str, str]]:
        """Return the flows at points that rules (by number) were found to decide, with zone names.

        A plain first-match evaluation checks them all; RuntimeError would be a bug of the analysis.
        """
        claims = []
        for number, cells in points:
            point = self.first_match.coordinates(cells, self.space)
            from_zone = self.space.zone_name(FROM_ZONE, point[FROM_ZONE])
            to_zone = self.space.zone_name(TO_ZONE, point[TO_ZONE])
            claims.append((number, self.space.flow(point), from_zone, to_zone))
        if claims:
            if self._plain is None:
                self._plain = PlainFirstMatch(self.rules)
            for number, flow, _, _ in self._plain.wrong(claims):
                raise RuntimeError(f"rule {self.rules[number].name}: the witness {flow.to_json()} does not reach it")
        return [(flow, from_zone, to_zone) for _, flow, from_zone, to_zone in claims]


_COMPILED: OrderedDict[tuple[int, int], CompiledRulebase] = OrderedDict()
_KEPT = 4


def compiled(rulebase: Rulebase, budget: int = DEFAULT_BUDGET) -> CompiledRulebase:
    """Return the compiled form; the last few are kept, since one rulebase is asked many questions."""
    key = (id(rulebase), budget)
    known = _COMPILED.get(key)
    if known is None or known.rulebase is not rulebase:
        known = _COMPILED[key] = CompiledRulebase(rulebase, budget)
        while len(_COMPILED) > _KEPT:
            _COMPILED.popitem(last=False)
    _COMPILED.move_to_end(key)
    return known
