"""The relations agree with their definitions, tried on every packet of a small universe."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.rule_relations import RelationKind, RuleReach, RuleRelation, analyze_rulebase, reachability
from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.packet import NO_PACKETS, PacketMatch

from .small_universe import PLAIN, ZONED, rulebases

Case = tuple  # (flow, from zone, to zone)


def members(rule: AccessRule, universe: tuple[Case, ...]) -> tuple[frozenset[int], frozenset[int]]:
    """Return which packets a rule surely matches, and may match."""
    inside = [
        number
        for number, (_, entry, leave) in enumerate(universe)
        if entry in rule.from_zones and leave in rule.to_zones
    ]
    return (
        frozenset(number for number in inside if rule.match.surely.contains(universe[number][0])),
        frozenset(number for number in inside if rule.match.maybe.contains(universe[number][0])),
    )


class Judge:
    """The definitions, word by word."""

    def __init__(self, rulebase: Rulebase, universe: tuple[Case, ...]) -> None:
        self.rulebase = rulebase
        self.rules = [rule for rule in rulebase.rules if rule.enabled]
        sets = [members(rule, universe) for rule in self.rules]
        self.surely = [one[0] for one in sets]
        self.maybe = [one[1] for one in sets]
        self.count = len(universe)

    def union(self, sets: list[frozenset[int]]) -> frozenset[int]:
        return frozenset().union(*sets)

    def target(self, number: int) -> frozenset[int]:
        return self.surely[number] or self.maybe[number]

    def reachable(self, number: int) -> bool | None:
        if self.target(number) - self.union(self.maybe[:number]):
            return True
        if self.maybe[number] <= self.union(self.surely[:number]):
            return False
        return None

    def possible_actions(self, point: int, first: int) -> set[Action]:
        found = set()
        for number in range(first, len(self.rules)):
            if point in self.maybe[number]:
                found.add(self.rules[number].action)
            if point in self.surely[number]:
                return found
        return found | {self.rulebase.default_action}

    def redundant(self, number: int) -> bool | None:
        action = self.rules[number].action
        decided = self.maybe[number] - self.union(self.surely[:number])
        if all(self.possible_actions(point, number + 1) == {action} for point in decided):
            return True
        surely_decided = self.target(number) - self.union(self.maybe[:number])
        if any(action not in self.possible_actions(point, number + 1) for point in surely_decided):
            return False
        return None

    def effective(self, number: int) -> list[int]:
        return [
            earlier
            for earlier in range(number)
            if (self.surely[earlier] & self.maybe[number]) - self.union(self.surely[:earlier])
        ]

    def check(self, relations: tuple[RuleRelation, ...]) -> None:
        by_rule: dict[int, RuleRelation] = {}
        for relation in relations:
            if not relation.kind.is_advice:
                number = self.rules.index(relation.rule)
                assert number not in by_rule
                by_rule[number] = relation
        for number in range(len(self.rules)):
            relation = by_rule.get(number)
            kind = relation.kind if relation else None
            if not self.maybe[number]:
                assert kind is RelationKind.UNMATCHABLE
                continue
            reachable = self.reachable(number)
            if reachable is None:
                assert kind is RelationKind.UNKNOWN
            elif reachable is False:
                assert relation is not None and kind is RelationKind.UNREACHABLE
                self.check_blockers(number, relation)
            else:
                expected = {True: RelationKind.REDUNDANT, False: None, None: RelationKind.UNKNOWN}
                assert kind is expected[self.redundant(number)]

    def check_blockers(self, number: int, relation: RuleRelation) -> None:
        blocking = [self.rules.index(rule) for rule in relation.blocking_rules]
        assert self.maybe[number] <= self.union([self.surely[other] for other in blocking])
        for left_out in blocking:
            rest = [self.surely[other] for other in blocking if other != left_out]
            assert not self.maybe[number] <= self.union(rest), "a blocking rule could be left out"
        effective = self.effective(number)
        assert set(blocking) <= set(effective)
        permits = self.rules[number].action.permits
        assert relation.different_action == any(self.rules[other].action.permits != permits for other in effective)

    def check_reachability(self, reaches: tuple[RuleReach, ...]) -> None:
        assert [reach.rule for reach in reaches] == self.rules
        for number, reach in enumerate(reaches):
            if not self.maybe[number]:
                assert reach.reachable is False and reach.witness is None
                continue
            assert reach.reachable is self.reachable(number)
            assert (reach.witness is not None) == (reach.reachable is True)
            if reach.witness is not None:
                match = reach.rule.match.maybe if reach.conditional else reach.rule.match.surely
                assert match.contains(reach.witness)


@settings(max_examples=250, deadline=None)
@given(rulebases())
def test_exact_rules_agree_with_trying_every_packet(rulebase: Rulebase) -> None:
    judge = Judge(rulebase, PLAIN)
    judge.check(analyze_rulebase(rulebase))
    judge.check_reachability(reachability(rulebase))


@settings(max_examples=250, deadline=None)
@given(rulebases(vague=True))
def test_rules_with_two_bounds_agree_with_trying_every_packet(rulebase: Rulebase) -> None:
    judge = Judge(rulebase, PLAIN)
    judge.check(analyze_rulebase(rulebase))
    judge.check_reachability(reachability(rulebase))


@settings(max_examples=150, deadline=None)
@given(rulebases(zoned=True))
def test_rules_between_zones_agree_with_trying_every_packet(rulebase: Rulebase) -> None:
    judge = Judge(rulebase, ZONED)
    judge.check(analyze_rulebase(rulebase))
    judge.check_reachability(reachability(rulebase))


@settings(max_examples=100, deadline=None)
@given(rulebases(vague=True, zoned=True, longest=9), st.integers(0, 40))
def test_a_small_budget_never_makes_a_wrong_answer(rulebase: Rulebase, budget: int) -> None:
    judge = Judge(rulebase, ZONED)
    for relation in analyze_rulebase(rulebase, budget=budget):
        number = judge.rules.index(relation.rule)
        if relation.kind is RelationKind.UNREACHABLE:
            assert judge.reachable(number) is False
            blocking = [judge.surely[judge.rules.index(rule)] for rule in relation.blocking_rules]
            assert judge.maybe[number] <= judge.union(blocking)
        elif relation.kind is RelationKind.REDUNDANT:
            assert judge.redundant(number) is True


def test_a_rule_for_later_packets_of_a_connection_is_not_called_unmatchable() -> None:
    answers = AccessRule("1", Action.PERMIT, PacketMatch.exact(NO_PACKETS), SourceRef("a", 1), return_traffic=True)
    nothing = AccessRule("2", Action.PERMIT, PacketMatch.exact(NO_PACKETS), SourceRef("a", 2))
    found = analyze_rulebase(
        Rulebase("INPUT", RulebaseKind.LOCAL, (answers, nothing), Action.DENY, SourceRef("a", 1), stateful=True)
    )
    assert [(one.rule.name, one.kind) for one in found] == [("2", RelationKind.UNMATCHABLE)]
