"""The fate of single packets at a rulebase: the first match decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from netaudit.model.compiled_rulebase import CompiledRulebase, collector_paused, compiled
from netaudit.model.rules import AccessRule, Action, Rulebase
from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.packets.space import FROM_ZONE, TO_ZONE


@dataclass(frozen=True, slots=True)
class FlowFate:
    """What becomes of a packet: "permit", "deny" or "unknown".

    `rule` decides; None where the default does, and where the verdict is unknown. Where several rules may be the
    one that decides and all do the same, `rule` is the first that surely matches. `reason` is a short English
    sentence, empty where one rule surely decides.
    """

    verdict: str
    rule: AccessRule | None
    reason: str = ""


class FlowJudge:
    """Judges packets at one rulebase; made once, quick for many packets.

    A zone of None means that it is not known. Then a rule that applies to some zones only may match and does not
    surely match, so the verdict is unknown where the zone matters. Where a rule's two bounds disagree on a packet
    the later rules are looked at too: if all that may decide do the same the verdict is known, else it is unknown.
    Of packets of an IP version that never meets the rulebase it says nothing: unknown.
    """

    def __init__(self, rulebase: Rulebase) -> None:
        self._rulebase = rulebase
        self._compiled: CompiledRulebase = compiled(rulebase)
        self._default = FlowFate(_verdict(rulebase.default_action), None, "no rule matches: the default decides")
        self._by_rule = [FlowFate(_verdict(rule.action), rule) for rule in self._compiled.rules]
        self._unmet = {
            family: FlowFate("unknown", None, f"packets of IP version {int(family)} never meet this rulebase")
            for family in Family
            if family not in rulebase.families
        }

    def fate(self, flow: Flow, from_zone: str | None = None, to_zone: str | None = None) -> FlowFate:
        """Return the fate of one packet."""
        return self.fates([(flow, from_zone, to_zone)])[0]

    def fates(self, flows: Iterable[tuple[Flow, str | None, str | None]]) -> list[FlowFate]:
        """Return the fates of packets, each with its from_zone and to_zone (None = not known), in their order."""
        with collector_paused():
            return self._fates(flows)

    def _fates(self, flows: Iterable[tuple[Flow, str | None, str | None]]) -> list[FlowFate]:
        space, first_match = self._compiled.space, self._compiled.first_match
        zones: dict[tuple[int, str], int] = {}

        def zone(axis: int, name: str | None) -> int | None:
            if name is None:
                return None
            known = zones.get((axis, name))
            if known is None:
                known = zones[axis, name] = space.zone(axis, name)
            return known

        asked = list(flows)
        points = [
            (*space.point(flow), zone(FROM_ZONE, from_zone), zone(TO_ZONE, to_zone))
            for flow, from_zone, to_zone in asked
        ]
        unmet = self._unmet
        return [
            unmet[flow.family]
            if flow.family in unmet
            else self._default
            if not found
            else self._by_rule[found[0]]
            if sure and len(found) == 1
            else self._open(found, sure)
            for (flow, _, _), (found, sure) in zip(asked, first_match.deciders(points), strict=True)
        ]

    def _open(self, found: Sequence[int], sure: bool) -> FlowFate:
        """Return the fate where several rules, or rules and the default, may decide."""
        rules = [self._compiled.rules[number] for number in found]
        actions = {rule.action.permits for rule in rules}
        if not sure:
            actions.add(self._rulebase.default_action.permits)
        causes = sorted({reason for rule in rules for reason in rule.match.reasons})
        because = f" ({', '.join(causes)})" if causes else ""
        names = ", ".join(rule.name for rule in rules[:-1] if sure) if sure else ", ".join(rule.name for rule in rules)
        reason = f"rule {names} may match{because}"
        if len(actions) > 1:
            return FlowFate("unknown", None, reason)
        return FlowFate(_verdict(rules[0].action), rules[-1] if sure else None, reason + ", with the same verdict")


def _verdict(action: Action) -> str:
    return "permit" if action.permits else "deny"
