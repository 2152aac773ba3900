"""One set of rules, written for four platforms: the same relations, and right by two judges of the tests' own.

The kinds, the blocking rules (as positions) and whether one of them acts the other way must not depend on the words of
a platform. What they are is checked against a linear scan (witnesses) and against boxes cut out of boxes (covers).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from netaudit.model.rule_relations import RelationKind, RuleRelation, analyze_rulebase, reachability
from netaudit.model.rules import Rulebase
from netaudit.packets.packet import Flow
from tests.relations.boxes import covered, deciders
from tests.relations.classbench import ANY_PORT, LinearScan, Packet, PlainRule, packets, read_rules
from tests.relations.writers import IOS, PLATFORMS

NEUROCUTS = "classbench/neurocuts"
Seen = set[tuple[int, str, tuple[int, ...], bool]]


def positions(rulebase: Rulebase, relations: Iterable[RuleRelation]) -> Seen:
    """Return the relations with positions for rules."""
    number = {id(rule): position for position, rule in enumerate(rulebase.rules)}
    return {
        (
            number[id(one.rule)],
            one.kind.value,
            tuple(sorted(number[id(blocker)] for blocker in one.blocking_rules)),
            one.different_action,
        )
        for one in relations
    }


def on_every_platform(rules: list[PlainRule]) -> Seen:
    """Return the relations of the rules, having seen that they are those of each platform."""
    seen = []
    for platform in PLATFORMS:
        rulebase = platform.parse(rules)
        seen.append(positions(rulebase, analyze_rulebase(rulebase)))
    for platform, others in zip(PLATFORMS, seen, strict=True):
        assert seen[0] == others, (platform.name, sorted(seen[0] ^ others)[:5])
    return seen[0]


def shuffled(rules: list[PlainRule]) -> list[PlainRule]:
    """Return the rules without those for any packet, in another order: many then hide others, some together."""
    whole = [
        rule
        for rule in rules
        if rule.source.prefixlen or rule.destination.prefixlen or rule.destination_ports != ANY_PORT
    ]
    random.Random(7).shuffle(whole)
    return whole


# The sets that take the plain rules whole (fw2 and fw4 have ports without a protocol: those lines are left out).
SETS = ("acl1_1k", "acl2_1k", "acl5_1k", "fw1_1k", "fw2_1k", "fw4_1k", "fw5_1k", "ipc1_1k", "ipc2_1k")


@pytest.mark.parametrize("name", SETS)
def test_four_platforms_tell_the_same_relations(corpus: Path, name: str) -> None:
    rules = read_rules(corpus / NEUROCUTS / name)
    kinds = Counter(kind for _, kind, _, _ in on_every_platform(rules))
    assert kinds["redundant"] > 10
    assert not kinds["unknown"]
    assert not kinds["unmatchable"]


@pytest.mark.parametrize("name", ["acl1_1k", "fw1_1k", "fw5_1k", "ipc1_1k"])
def test_four_platforms_tell_the_same_of_rules_out_of_order(corpus: Path, name: str) -> None:
    rules = shuffled(read_rules(corpus / NEUROCUTS / name))
    unreachable = [one for one in on_every_platform(rules) if one[1] == "unreachable"]
    assert len(unreachable) > 300
    assert {different for _, _, _, different in unreachable} == {False, True}


@pytest.mark.parametrize("name", ["acl1_10k", "acl3_10k", "fw1_10k", "ipc1_10k", "ipc2_10k"])
def test_four_platforms_tell_the_same_of_every_eighth_rule_of_ten_thousand(corpus: Path, name: str) -> None:
    rules = read_rules(corpus / NEUROCUTS / name)[::8]
    # Every eighth rule has one parity: let them alternate again.
    rules = [replace(rule, permits=number % 2 == 0) for number, rule in enumerate(rules)]
    assert len(on_every_platform(rules)) > 400


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acl1_10k", "acl3_10k", "fw1_10k", "fw4_10k", "ipc1_10k", "ipc2_10k"])
def test_four_platforms_tell_the_same_of_ten_thousand_rules(corpus: Path, name: str) -> None:
    assert on_every_platform(read_rules(corpus / NEUROCUTS / name))


@pytest.mark.parametrize(
    ("name", "in_order"),
    [
        ("acl1_1k", True),
        ("ipc2_1k", True),
        ("ipc1_1k", False),
        ("acl1_1k", False),
        pytest.param("fw2_1k", True, marks=pytest.mark.slow),
        pytest.param("fw3_1k", True, marks=pytest.mark.slow),
        pytest.param("fw1_1k", False, marks=pytest.mark.slow),
        pytest.param("fw5_1k", False, marks=pytest.mark.slow),
    ],
)
def test_reachability_is_proved_by_witnesses_and_covers(corpus: Path, name: str, in_order: bool) -> None:
    """A witness that the scan gives to the rule, or blockers that cover it, none to spare, each deciding some of it."""
    rules = read_rules(corpus / NEUROCUTS / name)
    rules = rules if in_order else shuffled(rules)
    scan, boxes = LinearScan(rules), [rule.bounds() for rule in rules]
    rulebase = IOS.parse(rules)
    number = {id(rule): position for position, rule in enumerate(rulebase.rules)}
    judged: dict[int, bool] = {}
    for position, reach in enumerate(reachability(rulebase)):
        if reach.witness is not None:
            assert reach.reachable
            assert scan.first(packet_of(reach.witness)) == position
            continue
        assert reach.reachable is False
        blockers = [number[id(rule)] for rule in reach.blocking_rules]
        assert covered(boxes[position], [boxes[one] for one in blockers])
        for spared in blockers:
            assert not covered(boxes[position], [boxes[one] for one in blockers if one != spared])
        earlier, left = deciders(boxes, position)
        assert not left
        assert set(blockers) <= set(earlier)
        judged[position] = any(rules[one].permits != rules[position].permits for one in earlier)
    told = {one: different for one, _, _, different in positions(rulebase, relations(rulebase, "unreachable"))}
    assert told == judged


@pytest.mark.parametrize(("name", "in_order"), [("acl1_1k", True), ("fw1_1k", True), ("fw5_1k", False)])
def test_without_a_redundant_rule_no_packet_fares_otherwise(corpus: Path, name: str, in_order: bool) -> None:
    rules = read_rules(corpus / NEUROCUTS / name)
    rules = rules if in_order else shuffled(rules)
    rulebase = IOS.parse(rules)
    number = {id(rule): position for position, rule in enumerate(rulebase.rules)}
    whole = LinearScan(rules)
    redundant = relations(rulebase, "redundant")
    assert redundant
    for one in redundant:
        position = number[id(one.rule)]
        assert one.witness is not None
        assert whole.first(packet_of(one.witness)) == position
        rest = rules[:position] + rules[position + 1 :]
        later = LinearScan(rest)
        for packet in (packet_of(one.witness), *packets([rules[position]], 4, seed=position)):
            assert _permits(rules, whole, packet) == _permits(rest, later, packet), (position, packet)


def _permits(rules: list[PlainRule], scan: LinearScan, packet: Packet) -> bool:
    first = scan.first(packet)
    return first is not None and rules[first].permits


def relations(rulebase: Rulebase, kind: str) -> list[RuleRelation]:
    """Return the relations of one kind."""
    return [one for one in analyze_rulebase(rulebase, advisory=False) if one.kind is RelationKind(kind)]


def packet_of(flow: Flow) -> Packet:
    """Return a flow as the scan takes it."""
    return Packet(flow.source, flow.destination, flow.protocol, flow.source_port, flow.destination_port)
