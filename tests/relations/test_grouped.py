"""Rules of many values each, from object groups of three platforms: one answer, proved box by box."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from netaudit.model.rule_relations import analyze_rulebase, reachability
from tests.relations.boxes import Box, overlap, without
from tests.relations.classbench import read_rules
from tests.relations.grouped import PLATFORMS, GroupRule, grouped
from tests.relations.test_classbench import positions


def _sets(corpus: Path, name: str, size: int) -> list[GroupRule]:
    rules = read_rules(corpus / "classbench/neurocuts" / name)
    random.Random(11).shuffle(rules)
    return grouped(rules, size)


@pytest.mark.parametrize(("name", "size"), [("acl1_1k", 3), ("acl2_1k", 4), ("acl3_1k", 6), ("fw1_1k", 2)])
def test_three_platforms_tell_the_same_of_object_groups(corpus: Path, name: str, size: int) -> None:
    rules = _sets(corpus, name, size)
    seen = []
    for platform in PLATFORMS:
        rulebase = platform.parse(rules)
        seen.append(positions(rulebase, analyze_rulebase(rulebase)))
    assert seen[0] == seen[1] == seen[2]
    assert not Counter(kind for _, kind, _, _ in seen[0])["unknown"]
    assert seen[0]


@pytest.mark.parametrize(("name", "size"), [("acl1_1k", 3), ("acl2_1k", 2), ("fw1_1k", 2)])
def test_reachability_of_object_groups_is_proved(corpus: Path, name: str, size: int) -> None:
    """A witness in no earlier rule, or blockers that together hold every box of the rule, and none of them to spare."""
    rules = _sets(corpus, name, size)
    boxes = [rule.boxes() for rule in rules]
    rulebase = PLATFORMS[0].parse(rules)
    number = {id(rule): position for position, rule in enumerate(rulebase.rules)}
    judged: dict[int, bool] = {}
    for position, reach in enumerate(reachability(rulebase)):
        if reach.witness is not None:
            flow = reach.witness
            point = (flow.source, flow.source, flow.destination, flow.destination)
            point += (flow.destination_port, flow.destination_port)
            matching = [
                one
                for one in range(position + 1)
                if rules[one].protocol == flow.protocol and any(overlap(box, point) for box in boxes[one])
            ]
            assert matching == [position]
            continue
        assert reach.reachable is False
        judged[position] = _decided_otherwise(rules, boxes, position)
        blockers = [number[id(rule)] for rule in reach.blocking_rules]
        assert all(one < position and rules[one].protocol == rules[position].protocol for one in blockers)
        for spared in (None, *blockers):
            left = boxes[position]
            for blocker in blockers:
                for hole in boxes[blocker] if blocker != spared else ():
                    left = without(left, hole)
            assert bool(left) is (spared is not None)
    assert judged
    told = positions(rulebase, analyze_rulebase(rulebase, advisory=False))
    assert judged == {one: different for one, kind, _, different in told if kind == "unreachable"}


def _decided_otherwise(rules: list[GroupRule], boxes: list[list[Box]], position: int) -> bool:
    """Tell whether an earlier rule of the other action decides a packet of a hidden rule."""
    left, others = boxes[position], False
    for number in range(position):
        if rules[number].protocol != rules[position].protocol:
            continue
        if any(overlap(box, hole) for box in left for hole in boxes[number]):
            others = others or rules[number].permits != rules[position].permits
            for hole in boxes[number]:
                left = without(left, hole)
    assert not left
    return others
