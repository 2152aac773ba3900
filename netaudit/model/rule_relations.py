"""What the rules of a rulebase are to each other: which can never match, which change nothing.

Definitions (DESIGN section 4; E. Al-Shaer and H. Hamed, "Discovery of Policy Anomalies in Distributed Firewalls",
INFOCOM 2004; Batfish, filterLineReachability):

- unreachable: everything the rule may match (`maybe`) is covered by what earlier rules surely match (`surely`), or by
  one earlier rule that asks for no other application, user or schedule.
- redundant: reachable, and without it every packet would get the same action: from a later rule, or the default.
  REJECT and DENY are two actions here, since the sender sees the difference.
- unmatchable: the match is empty.
- generalized: an earlier rule of the other action is a subset of this one (advisory).
- correlated: an earlier rule of the other action overlaps it, neither holds the other (advisory).
- unknown: the bounds of some match disagree on reachability or redundancy, or the budget is spent.

A rule is reachable if some packet that it surely matches is missed by everything that earlier rules may match. For
a rule that surely matches nothing (an FQDN, a schedule) its `maybe` is asked instead: "if it ever matches what it
may, can it be reached?". Disabled rules neither block nor are reported; a platform's own (`implicit`) rules block
and are not reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from netaudit.model.compiled_rulebase import CompiledRulebase, collector_paused
from netaudit.model.named_conditions import holds_by_name
from netaudit.model.permitted_flows import effective_match, permitted, rows
from netaudit.model.rulebase_difference import difference
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.first_match import DEFAULT_BUDGET
from netaudit.packets.neighbours import neighbours
from netaudit.packets.packet import Flow
from netaudit.packets.reachability import Reach, State, reaches
from netaudit.packets.removal import Worth, worths

__all__ = [
    "RelationKind",
    "RuleReach",
    "RuleRelation",
    "analyze_rulebase",
    "difference",
    "effective_match",
    "permitted",
    "reachability",
    "rows",
]

_NAMED_NEIGHBOURS = 4


class RelationKind(StrEnum):
    """The kinds of relations, as the JSON documents write them."""

    UNREACHABLE = "unreachable"
    REDUNDANT = "redundant"
    UNMATCHABLE = "unmatchable"
    CORRELATED = "correlated"
    GENERALIZED = "generalized"
    UNKNOWN = "unknown"

    @property
    def is_advice(self) -> bool:
        """Tell whether the kind is common in good rulebases too."""
        return self in (RelationKind.CORRELATED, RelationKind.GENERALIZED)


@dataclass(frozen=True, slots=True)
class RuleRelation:
    """One thing to know about a rule.

    `blocking_rules`: for UNREACHABLE an irreducible set that covers the rule, all of them effective (each decides
    some packet of it); for the advisory kinds the earlier rules meant; for UNKNOWN the rules that leave it open.
    `different_action`: an earlier rule that decides some packet of it permits where this one denies, or the other
    way round.
    `witness` (REDUNDANT only) is a packet that the rule decides. `reason` is a short English sentence.
    """

    rule: AccessRule
    kind: RelationKind
    blocking_rules: tuple[AccessRule, ...] = ()
    different_action: bool = False
    witness: Flow | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RuleReach:
    """Whether one rule can match: a witness, or the rules that stop it.

    `reachable` is None where the answer is unknown; `reason` says why. The zones are names for which the witness
    holds, "" where any zone will do. `conditional`: the rule surely matches nothing (FQDN, schedule ...), so the
    witness is one that it may match.
    """

    rule: AccessRule
    reachable: bool | None
    witness: Flow | None = None
    from_zone: str = ""
    to_zone: str = ""
    conditional: bool = False
    blocking_rules: tuple[AccessRule, ...] = ()
    reason: str = ""


def analyze_rulebase(
    rulebase: Rulebase, *, budget: int = DEFAULT_BUDGET, advisory: bool = True
) -> tuple[RuleRelation, ...]:
    """Return what is to be known of the rules, in their order.

    `budget` bounds the work for one rule (visits of overlapping rules, each under a microsecond); 12 times as much
    is allowed for the whole rulebase. Past it the answer for a rule is UNKNOWN. `advisory` adds CORRELATED and
    GENERALIZED, of which only the first few earlier rules are looked at and named.
    """
    with collector_paused():
        return _relations(CompiledRulebase(rulebase, budget), advisory)


def _relations(whole: CompiledRulebase, advisory: bool) -> tuple[RuleRelation, ...]:
    first_match, rules = whole.first_match, whole.rules
    found_reaches = reaches(first_match)
    worth = worths(first_match, found_reaches)
    found: dict[int, list[RuleRelation]] = {}
    removable = [number for number, one in worth.items() if one is Worth.REMOVABLE]
    flows = whole.witnesses([(number, found_reaches[number].cells) for number in removable])
    witnesses = {number: flow for number, (flow, _, _) in zip(removable, flows, strict=True)}
    for number, reach in enumerate(found_reaches):
        relation = _reach_relation(rules, number, reach)
        if relation is None:
            relation = _worth_relation(rules[number], worth.get(number), witnesses.get(number))
        if relation is not None:
            found[number] = [relation]
    if advisory:
        open_rules = [number for number in range(len(rules)) if number not in found]
        dead = {number for number, reach in enumerate(found_reaches) if reach.state in (State.UNREACHABLE, State.EMPTY)}
        for number, (contained, partly) in neighbours(first_match, open_rules).items():
            for kind, others in ((RelationKind.GENERALIZED, contained), (RelationKind.CORRELATED, partly)):
                named = tuple(rules[other] for other in others if other not in dead)[:_NAMED_NEIGHBOURS]
                named = tuple(other for other in named if other.action.permits != rules[number].action.permits)
                if named:
                    found.setdefault(number, []).append(_advice(rules[number], kind, named))
    return tuple(
        relation
        for number in sorted(found)
        if not rules[number].implicit and not _asks_about_later_packets(rules[number])
        for relation in found[number]
    )


def _asks_about_later_packets(rule: AccessRule) -> bool:
    """Tell whether a rule matches no first packet on purpose (iptables states without NEW): it is not unmatchable."""
    return rule.return_traffic and not rule.match.maybe


def _advice(rule: AccessRule, kind: RelationKind, others: tuple[AccessRule, ...]) -> RuleRelation:
    if kind is RelationKind.GENERALIZED:
        reason = "an earlier rule of the other action is an exception from this one"
    else:
        reason = "it partly overlaps an earlier rule of the other action; their order matters"
    return RuleRelation(rule, kind, others, different_action=True, reason=reason)


def _reach_relation(rules: Sequence[AccessRule], number: int, reach: Reach) -> RuleRelation | None:
    rule = rules[number]
    blocking = tuple(rules[other] for other in reach.blockers)
    if reach.state is State.EMPTY:
        return RuleRelation(rule, RelationKind.UNMATCHABLE, reason=_why_empty(rule))
    if reach.state is State.UNREACHABLE:
        reason = (
            "one earlier rule matches all of it" if len(blocking) == 1 else "earlier rules together match all of it"
        )
        if not reach.minimal:
            reason += "; the budget did not suffice to find an irreducible set"
        if not reach.decided:
            reason += "; the budget did not suffice to tell whether one of them acts differently"
        return RuleRelation(
            rule,
            RelationKind.UNREACHABLE,
            blocking,
            different_action=reach.acts_differently,
            reason=reason,
        )
    if reach.state is State.BOUNDS:
        holder = next((other for other in blocking if holds_by_name(other, rule)), None)
        if holder is not None:
            reason = "one earlier rule asks for no other application, user or schedule and matches all of it"
            differs = holder.action.permits != rule.action.permits
            return RuleRelation(rule, RelationKind.UNREACHABLE, (holder,), different_action=differs, reason=reason)
    if reach.state in (State.BOUNDS, State.BUDGET):
        return RuleRelation(rule, RelationKind.UNKNOWN, blocking, reason=_why_unknown(reach, blocking))
    return None


def _why_unknown(reach: Reach, blocking: Sequence[AccessRule]) -> str:
    if reach.state is State.BUDGET:
        return "reachability was not decided within the budget"
    causes = sorted({reason for rule in blocking for reason in rule.match.reasons})
    because = f" ({', '.join(causes)})" if causes else ""
    return f"unreachable if earlier rules match all that they may{because}, reachable if not"


def _worth_relation(rule: AccessRule, worth: Worth | None, witness: Flow | None) -> RuleRelation | None:
    if worth is Worth.REMOVABLE:
        reason = "without it later rules or the default do the same"
        return RuleRelation(rule, RelationKind.REDUNDANT, witness=witness, reason=reason)
    if worth is Worth.BUDGET:
        return RuleRelation(rule, RelationKind.UNKNOWN, reason="redundancy was not decided within the budget")
    if worth is Worth.BOUNDS:
        reason = "redundant or not, depending on what rules that are only partly known match"
        return RuleRelation(rule, RelationKind.UNKNOWN, reason=reason)
    return None


def _why_empty(rule: AccessRule) -> str:
    if rule.unresolved:
        return f"it refers to names that are not defined: {', '.join(rule.unresolved)}"
    if not rule.from_zones or not rule.to_zones:
        return "no interface or zone is left that it applies to"
    if rule.match.reasons:
        return f"no packet can match: {', '.join(rule.match.reasons)}"
    return "no packet can have this source, destination and service together"


def reachability(rulebase: Rulebase, *, budget: int = DEFAULT_BUDGET) -> tuple[RuleReach, ...]:
    """Return for each enabled rule, in order, a packet that reaches it or the rules that stop all of its packets."""
    with collector_paused():
        return tuple(_reaches(CompiledRulebase(rulebase, budget)))


def _reaches(whole: CompiledRulebase) -> Iterator[RuleReach]:
    found = reaches(whole.first_match)
    reached = [number for number, reach in enumerate(found) if reach.state is State.REACHABLE]
    flows = dict(zip(reached, whole.witnesses([(number, found[number].cells) for number in reached]), strict=True))
    for number, reach in enumerate(found):
        rule = whole.rules[number]
        if number in flows:
            flow, from_zone, to_zone = flows[number]
            conditional = not whole.first_match.entries[number].surely
            yield RuleReach(rule, True, flow, from_zone, to_zone, conditional)
            continue
        relation = _reach_relation(whole.rules, number, reach)
        assert relation is not None
        known = False if reach.state in (State.UNREACHABLE, State.EMPTY) else None
        yield RuleReach(rule, known, blocking_rules=relation.blocking_rules, reason=relation.reason)
