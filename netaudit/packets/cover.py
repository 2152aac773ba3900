"""Is a box covered by the union of others? Exact, within a budget of work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import and_

from netaudit.packets.space import Spans

Parts = tuple[int, ...]  # one bitset of local cells for each axis that matters
Candidate = tuple[Parts, int]  # the clipped box and its number


class BudgetSpent(Exception):
    """The work allowed for a question is used up: the answer is not known."""


@dataclass(slots=True)
class Meter:
    """Counts visits of candidate boxes; raises BudgetSpent past the limits.

    `left` is for the current question, `total` for all questions together.
    """

    total: int
    left: int = 0

    def start(self, budget: int) -> None:
        """Begin a question with this budget, or what is left of the total."""
        self.left = min(budget, self.total)

    def spend(self, visits: int) -> None:
        """Count work. Raises BudgetSpent."""
        self.left -= visits
        self.total -= visits
        if self.left < 0:
            raise BudgetSpent


class Target:
    """A box, cut into local cells by the candidates that overlap it.

    Axes on which every candidate holds the whole target are left out. `candidates` keeps the order of the input.
    """

    def __init__(self, box: Sequence[Spans], candidates: Iterable[tuple[int, Sequence[Spans]]]) -> None:
        many = list(candidates)
        columns: list[list[int]] = []
        full: list[int] = []
        self._cuts: list[list[int] | int] = []  # a number where the axis was left out: its lowest cell
        for axis, target in enumerate(box):
            cuts, whole, sets = _local(target, [spans[axis] for _, spans in many])
            if all(part == whole for part in sets):
                self._cuts.append(target[0][0])
                continue
            self._cuts.append(cuts)
            full.append(whole)
            columns.append(sets)
        self.full: Parts = tuple(full)
        if columns:
            self.candidates: list[Candidate] = [
                (parts, number)
                for parts, (number, _) in zip(zip(*columns, strict=True), many, strict=True)
                if all(parts)
            ]
        else:
            self.candidates = [((), number) for number, _ in many]

    def cells(self, parts: Parts) -> tuple[int, ...]:
        """Return one point of a local box as a cell for each axis of the target."""
        remaining = iter(parts)
        point = []
        for cuts in self._cuts:
            if isinstance(cuts, int):
                point.append(cuts)
            else:
                bits = next(remaining)
                point.append(cuts[(bits & -bits).bit_length() - 1])
        return tuple(point)


def _local(target: Spans, sets: list[Spans]) -> tuple[list[int], int, list[int]]:
    """Cut the target's cells at the ends of the sets; return the cuts, the target and the clipped sets as bits."""
    memory: dict[int, Spans] = {}
    for spans in sets:
        if id(spans) not in memory:
            memory[id(spans)] = _clip(spans, target)
    ends = {low for low, _ in target}
    ends.update(high + 1 for _, high in target)
    for clipped in memory.values():
        for low, high in clipped:
            ends.add(low)
            ends.add(high + 1)
    cuts = sorted(ends)
    rank = {value: index for index, value in enumerate(cuts)}
    masks = {key: _mask(clipped, rank) for key, clipped in memory.items()}
    return cuts, _mask(target, rank), [masks[id(spans)] for spans in sets]


def _mask(spans: Iterable[tuple[int, int]], rank: dict[int, int]) -> int:
    result = 0
    for low, high in spans:
        result |= (1 << rank[high + 1]) - (1 << rank[low])
    return result


def _clip(spans: Spans, target: Spans) -> Spans:
    if len(target) == 1:
        first, last = target[0]
        if len(spans) == 1:
            low, high = spans[0]
            if low < first:
                low = first
            if high > last:
                high = last
            return ((low, high),) if low <= high else ()
    result = []
    i = j = 0
    while i < len(spans) and j < len(target):
        low = max(spans[i][0], target[j][0])
        high = min(spans[i][1], target[j][1])
        if low <= high:
            result.append((low, high))
        if spans[i][1] < target[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


def uncovered(box: Parts, candidates: Sequence[Candidate], meter: Meter, used: set[int] | None = None) -> Parts | None:
    """Return a part of the box that no candidate overlaps, None where they cover it all. Raises BudgetSpent.

    Adds to `used` the numbers of candidates that cover the box together.

    Depth first: candidates that miss the box fall away, one that holds all of it ends the branch, else the one
    with the largest overlap is cut out and the pieces around it are looked at.
    """
    weight = _weight(box)
    stack: list[tuple[Parts, Sequence[Candidate]]] = [(box, candidates)]
    while stack:
        current, many = stack.pop()
        meter.spend((len(many) + 1) * weight)
        remaining: list[Candidate] = []
        best, best_size = -1, 0
        for parts, number in many:
            common = tuple(map(and_, parts, current))
            if not all(common):
                continue
            if common == current:
                if used is not None:
                    used.add(number)
                break
            size = 1
            for part in common:
                size *= part.bit_count()
            if size > best_size:
                best, best_size = len(remaining), size
            remaining.append((common, number))
        else:
            if best < 0:
                return current
            chosen, number = remaining.pop(best)
            if used is not None:
                used.add(number)
            stack.extend((piece, remaining) for piece in _around(current, chosen))
    return None


def _weight(box: Parts) -> int:
    """Return how much a visit costs: bitsets of many cells take longer."""
    return 1 + max((part.bit_length() for part in box), default=0) // 1024


def _around(box: Parts, hole: Parts) -> list[Parts]:
    """Return disjoint boxes that make up a box less a hole within it."""
    pieces = []
    for axis, (whole, part) in enumerate(zip(box, hole, strict=True)):
        rest = whole & ~part
        if rest:
            pieces.append((*hole[:axis], rest, *box[axis + 1 :]))
    return pieces


def in_turn(box: Parts, candidates: Sequence[Candidate], meter: Meter) -> tuple[list[int], list[Parts]]:
    """Take the candidates away in order; return those that took something, and what is left.

    Raises BudgetSpent.
    """
    weight = _weight(box)
    rest = [box]
    effective: list[int] = []
    for parts, number in candidates:
        meter.spend(len(rest) * weight)
        kept: list[Parts] = []
        touched = False
        for piece in rest:
            common = tuple(map(and_, parts, piece))
            if all(common):
                touched = True
                kept += _around(piece, common)
            else:
                kept.append(piece)
        if touched:
            effective.append(number)
            rest = kept
            if not rest:
                break
    return effective, rest
