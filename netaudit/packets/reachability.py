"""Can an entry of an ordered list match at all, and if not, what stops it?

- reachable: some point that the entry matches surely (or, where it surely matches nothing, may match) is missed by
  everything that an earlier entry may match.
- unreachable: everything the entry may match is covered by what earlier entries surely match.
- undecided: neither is proven, since the bounds disagree or the budget is spent.

Most entries are settled by trying points; what is left by one containing entry; the rest by an exact search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice

from netaudit.packets.box_index import bits, many_bits
from netaudit.packets.cover import BudgetSpent, Candidate, in_turn, uncovered
from netaudit.packets.first_match import Cells, FirstMatch, Rows, Side, common_spans
from netaudit.packets.space import Spans

_SAMPLES = 24
_NAMED = 8  # entries that are named where the bounds disagree, and containers that are looked at


class State(Enum):
    """What is known of an entry."""

    REACHABLE = auto()
    UNREACHABLE = auto()
    BOUNDS = auto()  # the two bounds of some match disagree
    BUDGET = auto()  # the work allowed is used up
    EMPTY = auto()  # it matches nothing


@dataclass(slots=True)
class Reach:
    """Whether an entry can match. `cells` is the witness; `blockers` the entries that stop it."""

    state: State
    cells: Cells = ()
    blockers: tuple[int, ...] = ()
    minimal: bool = True  # False: the budget did not suffice to make `blockers` irreducible
    acts_differently: bool = False  # some earlier entry that decides a packet of it
    decided: bool = True  # False: the budget did not suffice to tell `acts_differently`


def reaches(table: FirstMatch) -> list[Reach]:
    """Return for every entry whether it can match."""
    return _Search(table).run()


class _Search:
    def __init__(self, table: FirstMatch) -> None:
        self._table = table
        self._result: list[Reach | None] = [None] * len(table.entries)
        self._seen: dict[int, set[int]] = {}  # of an entry: those that were seen to decide some point of it

    def run(self) -> list[Reach]:
        table, result = self._table, self._result
        for entry in range(len(table.entries)):
            if not table.maybe_boxes(entry):
                result[entry] = Reach(State.EMPTY)
        still_open = [entry for entry, one in enumerate(result) if one is None]
        self._settle([(entry, table.nice_cells(table.target_boxes(entry)[0])) for entry in still_open])
        self._sample(still_open, 3)
        hard = [entry for entry in still_open if result[entry] is None]
        for chunk, rows in table.with_rows(hard, Side.EARLIER):
            # Samples cannot help where one earlier box contains the entry.
            containing = table.surely if table.exact else 0
            free = [
                entry
                for entry in chunk
                if not rows[table.first[entry]][1] & containing & ((1 << table.first[entry]) - 1)
            ]
            self._sample(free, _SAMPLES)
            for entry in chunk:
                if result[entry] is None:
                    result[entry] = self._prove(entry, rows)
        return [one for one in result if one is not None]

    def _sample(self, entries: Iterable[int], count: int) -> None:
        """Try random points of those entries that are still open."""
        table = self._table
        points = []
        for entry in entries:
            if self._result[entry] is None:
                boxes = table.target_boxes(entry)
                spans = [table.index.spans(box) for box in boxes[:count]]
                points += [
                    (entry, table.random_cells(spans[turn % len(spans)], turn % 2 == 0)) for turn in range(count)
                ]
        self._settle(points)

    def _settle(self, points: list[tuple[int, Cells]]) -> None:
        for (entry, cells), hit in zip(points, self._table.first_hits(points), strict=True):
            if self._result[entry] is None:
                if hit < 0:
                    self._result[entry] = Reach(State.REACHABLE, cells)
                else:
                    self._seen.setdefault(entry, set()).add(hit)

    def _prove(self, entry: int, rows: Rows) -> Reach:
        table = self._table
        earlier = (1 << table.first[entry]) - 1
        table.meter.start(table.budget)
        used: set[int] = set()
        try:
            if not table.exact:
                # The wide bound first: a point that no earlier entry may match.
                for box in table.target_boxes(entry):
                    point = self._missed(box, rows, earlier & table.maybe, set())
                    if point is not None:
                        return Reach(State.REACHABLE, point)
            for box in table.maybe_boxes(entry):
                point = self._missed(box, rows, earlier & table.surely, used)
                if point is not None:
                    return Reach(State.REACHABLE, point) if table.exact else self._vague(entry, rows)
        except BudgetSpent:
            return Reach(State.BUDGET)
        return self._explain(entry, rows, {table.owner[box] for box in used})

    def _missed(self, box: int, rows: Rows, by: int, used: set[int]) -> Cells | None:
        """Return a point of a box that the boxes `by` miss; else add to `used` boxes that cover it together."""
        overlap, contain = rows[box]
        contain &= by
        if contain:
            used.add((contain & -contain).bit_length() - 1)
            return None
        target = self._table.target(box, self._table.thinned(overlap & by))
        part = uncovered(target.full, target.candidates, self._table.meter, used)
        return None if part is None else target.cells(part)

    def _vague(self, entry: int, rows: Rows) -> Reach:
        """Return an undecided answer with the entries whose bounds leave it open (at most a few)."""
        table = self._table
        row = 0
        for box in table.target_boxes(entry):
            row |= rows[box][0] & ((1 << table.first[entry]) - 1) & table.maybe & ~table.surely
        owners = dict.fromkeys(table.owner[box] for box in islice(bits(row), _NAMED))
        return Reach(State.BOUNDS, blockers=tuple(owners))

    # -- why an entry cannot match ----------------------------------------------------------------------------

    def _explain(self, entry: int, rows: Rows, used: set[int]) -> Reach:
        """Return an irreducible set of effective blockers, and whether an effective one acts differently."""
        table = self._table
        table.meter.start(table.budget)
        effective = set(self._seen.get(entry, ())) if table.exact else set()
        try:
            different, decided = self._find_different(entry, rows, effective), True
        except BudgetSpent:
            different, decided = False, False
        blockers, minimal = self._blockers(entry, rows, used, effective)
        return Reach(State.UNREACHABLE, (), blockers, minimal, different, decided)

    def _differs(self, entry: int, other: int) -> bool:
        return self._table.effects[entry] != self._table.effects[other]

    def _find_different(self, entry: int, rows: Rows, effective: set[int]) -> bool:
        """Tell whether an effective blocker acts differently, and add it to `effective`. Raises BudgetSpent."""
        table = self._table
        if any(self._differs(entry, other) for other in effective):
            return True
        row = 0
        for box in table.maybe_boxes(entry):
            overlap, contain = self._earlier_rows(entry, box, rows)
            # Nothing of the box goes past the first box that contains it.
            row |= overlap & ((contain & -contain) * 2 - 1) if contain else overlap
        for action, mask in table.acting.items():
            if table.effect(action) == table.effects[entry]:
                row &= ~mask
        suspects = list(dict.fromkeys(table.owner[box] for box in many_bits(row)))
        spans = [table.index.spans(box) for box in table.maybe_boxes(entry)]
        doubtful = []
        for other in suspects:
            if self._known_effective(other, spans):
                effective.add(other)
                return True
            reach = self._result[other]
            if reach is None or reach.state is not State.UNREACHABLE:
                doubtful.append(other)
        for other in self._seen_taking(doubtful, spans) or (
            other for other in doubtful if self._takes_something(other, entry, rows)
        ):
            effective.add(other)
            return True
        return False

    def _earlier_rows(self, entry: int, box: int, rows: Rows) -> tuple[int, int]:
        earlier = ((1 << self._table.first[entry]) - 1) & self._table.surely
        return rows[box][0] & earlier, rows[box][1] & earlier

    def _known_effective(self, other: int, spans: list[list[Spans]]) -> bool:
        """Tell whether the witness of an entry lies in one of the boxes, and so the entry decides it there."""
        reach = self._result[other]
        if reach is None or reach.state is not State.REACHABLE or not self._table.entries[other].surely:
            return False
        return any(_holds(one, reach.cells) for one in spans)

    def _seen_taking(self, others: Sequence[int], spans: list[list[Spans]]) -> list[int]:
        """Return those entries that random points show to decide something of the boxes."""
        table = self._table
        points = []
        for mine in spans:
            for other in others:
                if table.entries[other].surely:
                    for box in table.target_boxes(other):
                        shared = [
                            common_spans(one, two, 4) for one, two in zip(mine, table.index.spans(box), strict=True)
                        ]
                        if all(shared):
                            points += [(other, table.random_cells(shared, turn % 2 == 0)) for turn in range(3)]
        return [point[0] for point, free in zip(points, table.untouched(points), strict=True) if free]

    def _takes_something(self, other: int, entry: int, rows: Rows) -> bool:
        """Tell whether an earlier entry decides some point of an entry. Raises BudgetSpent."""
        table = self._table
        before = ((1 << table.first[other]) - 1) & table.surely
        own = table.own(other) & table.surely
        for box in table.maybe_boxes(entry):
            overlap = rows[box][0]
            mine = table.index.spans(box)
            for part in many_bits(overlap & own):
                shared = [common_spans(one, two) for one, two in zip(mine, table.index.spans(part), strict=True)]
                target = table.target_of(shared, table.thinned(overlap & before))
                if uncovered(target.full, target.candidates, table.meter) is not None:
                    return True
        return False

    def _blockers(self, entry: int, rows: Rows, used: set[int], effective: set[int]) -> tuple[tuple[int, ...], bool]:
        """Return an irreducible cover of effective blockers, and whether it is certain to be that."""
        table = self._table
        boxes = table.maybe_boxes(entry)
        spans = [table.index.spans(box) for box in boxes]
        allowed = used | effective
        if len(boxes) == 1:
            contain = self._earlier_rows(entry, boxes[0], rows)[1]
            allowed |= {table.owner[box] for box in islice(bits(contain), _NAMED)}
        idle: set[int] = set()
        table.meter.start(table.budget)
        while True:
            blockers, minimal = self._irreducible(entry, rows, allowed, effective)
            try:
                doubtful = [
                    other for other in blockers if other not in effective and not self._known_effective(other, spans)
                ]
                shown = set(self._seen_taking(doubtful, spans))
                now_idle = {
                    other for other in doubtful if other not in shown and not self._takes_something(other, entry, rows)
                }
                if not now_idle:
                    return blockers, minimal
                idle |= now_idle
                allowed = self._cover_without(entry, rows, idle) | effective
            except BudgetSpent:
                return blockers, False

    def _cover_without(self, entry: int, rows: Rows, idle: set[int]) -> set[int]:
        """Return entries, none of them idle, that cover an entry together. Raises BudgetSpent."""
        table = self._table
        used: set[int] = set()
        not_idle = -1
        for other in idle:
            not_idle &= ~table.own(other)
        for box in table.maybe_boxes(entry):
            target = table.target(box, table.thinned(self._earlier_rows(entry, box, rows)[0] & not_idle))
            uncovered(target.full, target.candidates, table.meter, used)
        return {table.owner[box] for box in used}

    def _irreducible(
        self, entry: int, rows: Rows, allowed: set[int], effective: set[int]
    ) -> tuple[tuple[int, ...], bool]:
        """Return entries of `allowed`, which cover an entry, none of which can be left out.

        One entry that does it alone is preferred, one known to be effective and one that acts differently more so.
        """
        table = self._table
        mine = 0
        for other in allowed:
            mine |= table.own(other)
        targets = [
            table.target(box, self._earlier_rows(entry, box, rows)[0] & mine) for box in table.maybe_boxes(entry)
        ]
        alone = set(allowed)
        sizes = dict.fromkeys(allowed, 0)
        for target in targets:
            alone &= {table.owner[number] for parts, number in target.candidates if parts == target.full}
            for parts, number in target.candidates:
                size = 1
                for part in parts:
                    size *= part.bit_count()
                sizes[table.owner[number]] += size
        if alone:
            best = min(alone, key=lambda one: (one not in effective, not self._differs(entry, one), one))
            return (best,), True
        # The largest first: few are needed then.
        candidates = [sorted(target.candidates, key=lambda one: -sizes[table.owner[one[1]]]) for target in targets]
        chosen: set[int] = set()
        try:
            for target, many in zip(targets, candidates, strict=True):
                chosen.update(table.owner[number] for number in in_turn(target.full, many, table.meter)[0])
        except BudgetSpent:
            return tuple(sorted(allowed)), False
        try:
            for number in sorted(chosen, key=lambda one: (self._differs(entry, one), sizes[one], -one)):
                if len(chosen) > 1 and self._dispensable(number, candidates, chosen):
                    chosen.discard(number)
        except BudgetSpent:
            return tuple(sorted(chosen)), False
        return tuple(sorted(chosen)), True

    def _dispensable(self, number: int, candidates: list[list[Candidate]], chosen: set[int]) -> bool:
        """Tell whether what an entry covers is covered by the other chosen ones. Raises BudgetSpent."""
        owner, meter = self._table.owner, self._table.meter
        for many in candidates:
            own = [parts for parts, box in many if owner[box] == number]
            if own:
                others = [one for one in many if owner[one[1]] != number and owner[one[1]] in chosen]
                if any(uncovered(parts, others, meter) is not None for parts in own):
                    return False
        return True


def _holds(box: Sequence[Spans], cells: Cells) -> bool:
    return all(any(low <= cell <= high for low, high in spans) for spans, cell in zip(box, cells, strict=True))
