"""The analysis of ordered lists against an independent engine: binary decision diagrams (oxidd)."""

from __future__ import annotations

import random

import pytest

from netaudit.packets.first_match import Entry, FirstMatch
from netaudit.packets.neighbours import neighbours
from netaudit.packets.reachability import State, reaches
from netaudit.packets.removal import Worth, worths
from netaudit.packets.set_relations import SetRelations
from netaudit.packets.space import Box, Spans

BITS = (10, 10, 8)  # width of the three axes


def spans(rng: random.Random, bits: int) -> Spans:
    """Return a prefix, a range, everything or a union of a few prefixes."""
    size = 1 << bits
    kind = rng.random()
    if kind < 0.1:
        return ((0, size - 1),)
    if kind < 0.3:
        low, high = sorted((rng.randrange(size), rng.randrange(size)))
        return ((low, high),)
    parts = 1 if kind < 0.7 else rng.randrange(2, 6)
    found: list[tuple[int, int]] = []
    for _ in range(parts):
        width = 1 << rng.randrange(bits)
        low = rng.randrange(size) // width * width
        found.append((low, low + width - 1))
    merged: list[tuple[int, int]] = []
    for low, high in sorted(found):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def box(rng: random.Random) -> Box:
    return (*(spans(rng, bits) for bits in BITS), ((0, 0),), ((0, 0),), ((0, 0),))


class Diagrams:
    """Boxes as BDDs over the bits of the three axes."""

    def __init__(self) -> None:
        bcdd = pytest.importorskip("oxidd").bcdd
        self.manager = bcdd.BCDDManager(1 << 22, 1 << 18, 1)
        self.manager.add_vars(sum(BITS))
        self.variables = [self.manager.var(number) for number in range(sum(BITS))]
        self.true, self.false = self.manager.true(), self.manager.false()

    def at_least(self, axis: int, value: int):  # type: ignore[no-untyped-def]
        start = sum(BITS[:axis])
        result = self.true
        for position in range(BITS[axis]):  # from the lowest bit
            variable = self.variables[start + BITS[axis] - 1 - position]
            result = (variable & result) if value >> position & 1 else (variable | result)
        return result

    def of(self, boxes: list[Box]):  # type: ignore[no-untyped-def]
        whole = self.false
        for one in boxes:
            product = self.true
            for axis, bits in enumerate(BITS):
                side = self.false
                for low, high in one[axis]:
                    part = self.at_least(axis, low)
                    if high + 1 < 1 << bits:
                        part = part & ~self.at_least(axis, high + 1)
                    side = side | part
                product = product & side
            whole = whole | product
        return whole


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_relations_agree_with_decision_diagrams(seed: int, large: bool) -> None:
    rng = random.Random(seed)
    entries = []
    for _ in range(250):
        boxes = [box(rng) for _ in range(2 if rng.random() < 0.15 else 1)]
        entries.append(Entry(boxes, None, rng.choice(("permit", "deny"))))
    table = FirstMatch(entries, "deny")
    if large:
        table.relations = SetRelations(table.index)  # the way of large lists of object groups
    found = reaches(table)
    kept = worths(table, found)

    diagrams = Diagrams()
    matches = [diagrams.of(list(entry.surely)) for entry in entries]
    before = [diagrams.false]
    for match in matches:
        before.append(before[-1] | match)
    # What is permitted by the entries from a position on.
    after = [diagrams.false] * (len(entries) + 1)
    for number in range(len(entries) - 1, -1, -1):
        rest = after[number + 1]
        after[number] = (rest | matches[number]) if entries[number].action == "permit" else (rest & ~matches[number])

    reachable = 0
    for number, reach in enumerate(found):
        decided = matches[number] & ~before[number]
        if decided == diagrams.false:
            assert reach.state is State.UNREACHABLE
            cover = diagrams.false
            for blocker in reach.blockers:
                cover = cover | matches[blocker]
                assert matches[number] & matches[blocker] & ~before[blocker] != diagrams.false, "it is effective"
            assert matches[number] & ~cover == diagrams.false
            for left_out in reach.blockers:
                rest = diagrams.false
                for blocker in reach.blockers:
                    rest = rest | (matches[blocker] if blocker != left_out else diagrams.false)
                assert matches[number] & ~rest != diagrams.false, "no blocker can be left out"
            differs = any(
                matches[number] & matches[other] & ~before[other] != diagrams.false
                for other in range(number)
                if entries[other].action != entries[number].action
            )
            assert reach.acts_differently == differs
        else:
            reachable += 1
            assert reach.state is State.REACHABLE
            others = after[number + 1]
            same = decided & ~others if entries[number].action == "permit" else decided & others
            assert kept[number] is (Worth.REMOVABLE if same == diagrams.false else Worth.KEPT)
    assert 20 < reachable < 230, "the lists are worth a test"


def test_a_hostile_list_ends_and_says_that_it_does_not_know() -> None:
    """Thousands of boxes along a diagonal, and rules that they cover all but."""
    rng = random.Random(1)
    count = 1500
    entries = []
    for number in range(count):
        low = number * 7
        width = rng.randrange(400, 900)
        side = ((low, low + width),)
        entries.append(Entry([(side, side, side, ((0, 0),), ((0, 0),), ((0, 0),))], None, "permit"))
    for number in range(40):
        part = ((number * 200, number * 200 + 3000),)
        entries.append(Entry([(part, part, part, ((0, 0),), ((0, 0),), ((0, 0),))], None, "deny"))
    found = reaches(FirstMatch(entries, "deny", budget=2_000))
    assert len(found) == len(entries)
    assert all(reach.state in (State.REACHABLE, State.UNREACHABLE, State.BUDGET) for reach in found)


def test_neighbours_are_the_same_in_small_and_large_lists() -> None:
    rng = random.Random(3)
    entries = [Entry([box(rng)], None, rng.choice(("permit", "deny"))) for _ in range(150)]
    small, large = FirstMatch(entries, "deny"), FirstMatch(entries, "deny")
    large.relations = SetRelations(large.index)
    assert neighbours(small, range(150)) == neighbours(large, range(150)) != {}


def test_a_list_without_entries() -> None:
    table = FirstMatch([], "deny")
    assert reaches(table) == []
    assert worths(table, []) == {}
