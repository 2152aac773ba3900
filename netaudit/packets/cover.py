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

    def __init__(
        self, box: Sequence[Spans], numbers: Sequence[int], columns: Iterable[tuple[Sequence[Spans], Sequence[int]]]
    ) -> None:
        """Take the spans of the box, the candidates' numbers, and for each axis all sets and which each one has."""
        clipped: list[list[int]] = []
        full: list[int] = []
        self._cuts: list[list[int] | int] = []  # a number where the axis was left out: its lowest cell
        empty = False
        for target, (sets, column) in zip(box, columns, strict=True):
            cuts, whole, masks = _local(target, sets, set(column))
            if all(mask == whole for mask in masks.values()):
                self._cuts.append(target[0][0])
                continue
            empty = empty or 0 in masks.values()
            self._cuts.append(cuts)
            full.append(whole)
            clipped.append([masks[number] for number in column])
        self.full: Parts = tuple(full)
        self.candidates: list[Candidate] = (
            list(zip(zip(*clipped, strict=True), numbers, strict=True)) if clipped else [((), one) for one in numbers]
        )
        if empty:
            self.candidates = [one for one in self.candidates if all(one[0])]

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


def _local(target: Spans, sets: Sequence[Spans], numbers: Iterable[int]) -> tuple[list[int], int, dict[int, int]]:
    """Cut the target's cells at the ends of the sets; return the cuts, the target and the clipped sets as bits."""
    clipped = {number: _clip(sets[number], target) for number in numbers}
    ends = {low for low, _ in target}
    ends.update([high + 1 for _, high in target])
    for spans in clipped.values():
        for low, high in spans:
            ends.add(low)
            ends.add(high + 1)
    cuts = sorted(ends)
    rank = {value: index for index, value in enumerate(cuts)}
    return cuts, _mask(target, rank), {number: _mask(spans, rank) for number, spans in clipped.items()}


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
