"""An ordered list of entries, the first match decides: which entries can match, and which could be left out.

Knows nothing of rules and devices; an entry is two unions of boxes (what it surely matches, what it may match) and
an action. The questions and the bounds that they take:

- reachable: some point that the entry matches surely (or, where it surely matches nothing, may match) is missed by
  everything that an earlier entry may match.
- unreachable: everything the entry may match is covered by what earlier entries surely match.
- removable: for every point that the entry may match and no earlier entry surely matches, whatever may decide in
  its place (later entries that may match, up to the first that surely does, or the default) does the same.
- kept: for some point that the entry matches as in "reachable", everything that may decide in its place does
  something else.
- undecided: neither is proven, since the bounds disagree or the budget is spent.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import islice
from random import Random

from netaudit.packets.box_index import Block, BoxIndex, bits, many_bits
from netaudit.packets.cover import BudgetSpent, Candidate, Meter, Target, in_turn, uncovered
from netaudit.packets.space import FROM_ZONE, SERVICE, SOURCE_PORT, TO_ZONE, Box, Space, Spans

DEFAULT_BUDGET = 1_000_000  # visits of candidate boxes a question, each well under a microsecond
_TOTAL_FACTOR = 25  # all questions of a list together may use this many budgets
_TURN_BUDGET = 10_000  # for taking blockers away in turn, which pays only if few pieces arise
_SAMPLES = 24
_PROBES = 6  # later entries at which points are tried to show that an entry matters
_NEIGHBOURS = 8  # overlapping entries that the advisory question looks at

_UNKNOWN = -2  # in place of a cell: the coordinate is not known

Cells = tuple[int, ...]
Rows = dict[int, tuple[int, int]]  # of a box: the boxes that overlap it, and those that contain it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `maybe` is None where it is the same as `surely`."""

    surely: Sequence[Box]
    maybe: Sequence[Box] | None
    action: Hashable


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


class Worth(Enum):
    """Whether an entry could be left out."""

    KEPT = auto()
    REMOVABLE = auto()
    BOUNDS = auto()
    BUDGET = auto()


class FirstMatch:
    """An ordered list of entries with a default action.

    `effect` groups actions that the question "does a blocker act differently" takes for the same.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        default: Hashable,
        budget: int = DEFAULT_BUDGET,
        effect: Callable[[Hashable], Hashable] = lambda action: action,
    ) -> None:
        self._effect = effect
        self._effects = [effect(entry.action) for entry in entries]
        self.entries = entries
        self.default = default
        self.budget = budget
        self.meter = Meter(budget * _TOTAL_FACTOR)
        boxes: list[Box] = []
        self.owner: list[int] = []
        self.first: list[int] = []  # of an entry: its first box; one more at the end
        surely: list[int] = []
        maybe: list[int] = []
        for number, entry in enumerate(entries):
            self.first.append(len(boxes))
            exact = entry.maybe is None
            surely += range(len(boxes), len(boxes) + len(entry.surely))
            if exact:
                maybe += range(len(boxes), len(boxes) + len(entry.surely))
            boxes += entry.surely
            if entry.maybe is not None:
                maybe += range(len(boxes), len(boxes) + len(entry.maybe))
                boxes += entry.maybe
            self.owner += [number] * (len(boxes) - self.first[-1])
        self.first.append(len(boxes))
        self.exact = all(entry.maybe is None for entry in entries)
        self.index = BoxIndex(boxes)
        self.whole: dict[int, Spans] = {}  # of an axis: all of it; needed only where a coordinate may be unknown
        self._surely = _mask(surely, len(boxes))
        self._maybe = _mask(maybe, len(boxes))
        acting: dict[Hashable, list[int]] = {}
        for box, number in enumerate(self.owner):
            acting.setdefault(entries[number].action, []).append(box)
        self._acting = {action: _mask(many, len(boxes)) for action, many in acting.items()}
        self._slices: dict[int, tuple[int, int, dict[Hashable, int]]] = {}
        self._random = Random(20250101)
        self._seen: dict[int, set[int]] = {}  # of an entry: those that were seen to decide some point of it
        self._nice: dict[tuple[int, int], int] = {}
        self._preferred: dict[int, list[int]] = {}

    # -- boxes of an entry ------------------------------------------------------------------------------------

    def maybe_boxes(self, entry: int) -> range:
        """Return the boxes of what the entry may match."""
        if self.entries[entry].maybe is None:
            return range(self.first[entry], self.first[entry + 1])
        return range(self.first[entry] + len(self.entries[entry].surely), self.first[entry + 1])

    def target_boxes(self, entry: int) -> range:
        """Return the boxes of what the entry surely matches, or may match where that is nothing."""
        if self.entries[entry].surely:
            return range(self.first[entry], self.first[entry] + len(self.entries[entry].surely))
        return self.maybe_boxes(entry)

    # -- points -----------------------------------------------------------------------------------------------

    def prefer(self, space: Space) -> None:
        """Choose witnesses with well-known services and an unprivileged source port where possible."""
        self.whole = {axis: space.all_zones(axis) for axis in (FROM_ZONE, TO_ZONE)}
        for axis, values in ((SERVICE, space.usual_services()), (SOURCE_PORT, (49152, 1024))):
            if axis in self.index.active:
                line = self.index.axes[axis]
                cells = [line.cell(value) for value in values]
                self._preferred[self.index.active.index(axis)] = [cell for cell in cells if cell >= 0]

    def _nice_cells(self, box: int) -> Cells:
        key = self.index.keys[box]
        result = []
        for position, number in enumerate(key):
            cell = self._nice.get((position, number))
            if cell is None:
                spans = self.index.axes[self.index.active[position]].spans[number]
                cell = self._nice_cell(position, spans)
                self._nice[position, number] = cell
            result.append(cell)
        return tuple(result)

    def _nice_cell(self, position: int, spans: Spans) -> int:
        for wanted in self._preferred.get(position, ()):
            for low, high in spans:
                if low <= wanted <= high:
                    return wanted
        return spans[0][0]

    def _random_cells(self, spans_of_axes: Sequence[Spans], by_value: bool) -> Cells:
        """Return a random point: every second one by value, so that sparse parts are found too."""
        pick = self._random.random
        result = []
        for position, spans in enumerate(spans_of_axes):
            low, high = spans[0] if len(spans) == 1 else spans[int(pick() * len(spans))]
            if low != high:
                if by_value:
                    line = self.index.axes[self.index.active[position]]
                    first, last = line.bounds[low], line.bounds[high + 1]
                    low = line.cell(min(first + int(pick() * (last - first)), last - 1))
                else:
                    low += int(pick() * (high - low + 1))
            result.append(low)
        return tuple(result)

    def coordinates(self, cells: Cells, space: Space) -> tuple[int, ...]:
        """Return raw coordinates of a point on all axes, readable where there is a choice."""
        result = []
        active = dict(zip(self.index.active, cells, strict=True))
        for axis, line in enumerate(self.index.axes):
            spans: Spans
            if axis in active:
                cell = active[axis]
                spans = ((line.bounds[cell], line.bounds[cell + 1] - 1),)
            else:
                spans = line.raw[0]
            value = spans[0][0]
            wanted: Iterable[int] = ()
            if axis == SERVICE:
                wanted = space.usual_services()
            elif axis == SOURCE_PORT:
                wanted = (49152, 1024)
            for one in wanted:
                if any(low <= one <= high for low, high in spans):
                    value = one
                    break
            result.append(value)
        return tuple(result)

    def cells_of(self, coordinates: Sequence[int]) -> Cells | None:
        """Return the cells of raw coordinates, None where no box can hold the point."""
        cells = []
        for axis, value in enumerate(coordinates):
            cell = self.index.axes[axis].cell(value)
            if cell < 0:
                return None
            if axis in self.index.active:
                cells.append(cell)
            elif not any(low <= cell <= high for low, high in self.index.axes[axis].spans[0]):
                return None
        return tuple(cells)

    def _parts(self, block: Block) -> tuple[int, int, dict[Hashable, int]]:
        """Return the rows of what is surely, what may be matched, and of each action, in one block."""
        known = self._slices.get(block.start)
        if known is None:
            everything, start = block.everything, block.start
            known = self._slices[start] = (
                (self._surely >> start) & everything,
                (self._maybe >> start) & everything,
                {action: (mask >> start) & everything for action, mask in self._acting.items()},
            )
        return known

    def untouched(self, points: Sequence[tuple[int, Cells]]) -> list[bool]:
        """Tell for points, each with an entry, whether no earlier entry may match them."""
        return [hit < 0 for hit in self.first_hits(points)]

    def first_hits(self, points: Sequence[tuple[int, Cells]]) -> list[int]:
        """Return for points, each with an entry, the earlier entry that is the first that may match, or -1."""
        hits = [-1] * len(points)
        live = sorted(range(len(points)), key=lambda position: points[position][0])
        firsts = self.first
        while live and firsts[points[live[0]][0]] == 0:
            live.pop(0)
        stop = max((firsts[points[position][0]] for position in live), default=0)
        for block in self.index.blocks(0, stop):
            maybe = self._parts(block)[1]
            start, end = block.start, block.stop
            remaining = []
            at = block.at
            for position in live:
                entry, cells = points[position]
                limit = firsts[entry]
                if limit <= start:
                    continue
                row = at(cells) & maybe
                if limit < end:
                    row &= (1 << (limit - start)) - 1
                if row:
                    hits[position] = self.owner[start + (row & -row).bit_length() - 1]
                elif limit > end:
                    remaining.append(position)
            live = remaining
            if not live:
                break
        return hits

    def outcomes(self, points: Sequence[tuple[int, Cells]]) -> list[set[Hashable]]:
        """Return for points, each with an entry number, every action that may decide from that entry on."""
        found: list[set[Hashable]] = [set() for _ in points]
        live = list(range(len(points)))
        begin = min((self.first[entry] for entry, _ in points), default=0)
        for block in self.index.blocks(begin):
            surely, maybe, acting = self._parts(block)
            start, stop = block.start, block.stop
            remaining = []
            for position in live:
                entry, cells = points[position]
                limit = self.first[entry]
                if limit >= stop:
                    remaining.append(position)
                    continue
                row = block.at(cells)
                if limit > start:
                    row &= -1 << (limit - start)
                sure = row & surely
                if sure:
                    row &= (sure & -sure) * 2 - 1
                else:
                    remaining.append(position)
                row &= maybe | surely
                if row:
                    actions = found[position]
                    for action, mask in acting.items():
                        if row & mask:
                            actions.add(action)
            live = remaining
        for position in live:
            found[position].add(self.default)
        return found

    def deciders(self, points: Sequence[Sequence[int | None]]) -> list[tuple[list[int], bool]]:
        """Return for points on all axes the entries that may decide, in order, and whether the last surely does.

        A coordinate of None is not known: entries that need it on their axis may match, and do not surely.
        """
        found: list[tuple[list[int], bool]] = [([], False)] * len(points)
        live: list[tuple[int, list[int], list[int]]] = []
        axes, active = self.index.axes, self.index.active
        still = [axis for axis in range(len(axes)) if axis not in active]
        memory: list[dict[int, int]] = [{} for _ in axes]
        for position, point in enumerate(points):
            cells = []
            for axis in active:
                value = point[axis]
                if value is None:
                    cells.append(_UNKNOWN)
                    continue
                cell = memory[axis].get(value)
                if cell is None:
                    cell = memory[axis][value] = axes[axis].cell(value)
                cells.append(cell)
            if -1 in cells:
                continue
            vague = [axis for axis in still if point[axis] is None and not self._is_whole(axis, 0)]
            if all(axis in vague or point[axis] is None or self._inside(axis, point[axis]) for axis in still):
                live.append((position, cells, vague))
        for block in self.index.blocks():
            surely, maybe, _ = self._parts(block)
            remaining = []
            for one in live:
                position, places, vague = one
                if _UNKNOWN in places:
                    row, sure = self._unknown_rows(block, places)
                    sure &= surely
                else:
                    row = block.at(places)
                    sure = row & surely
                if vague:
                    sure = 0
                if sure:
                    low = sure & -sure
                    row = row & maybe & (low * 2 - 1) | low
                    earlier = found[position][0]
                    if row == low and not earlier:
                        found[position] = ([self.owner[block.start + low.bit_length() - 1]], True)
                    else:
                        more = (self.owner[block.start + bit] for bit in bits(row))
                        found[position] = (_in_order([*earlier, *more]), True)
                    continue
                row &= maybe
                if row:
                    more = (self.owner[block.start + bit] for bit in bits(row))
                    found[position] = (_in_order([*found[position][0], *more]), False)
                remaining.append(one)
            live = remaining
            if not live:
                break
        return found

    def overlapping(self, box: Box) -> list[int]:
        """Return the entries, in order, that may hold a point of a box; every cell that it touches counts whole."""
        cells = []
        for axis, line in enumerate(self.index.axes):
            touched = line.covering_cells(box[axis])
            if axis in self.index.active:
                cells.append((axis, touched))
            elif not any(_common(touched, spans) for spans in line.spans):
                return []
            if not touched:
                return []
        by_axis = dict(cells)
        query = [by_axis[axis] for axis in self.index.active]
        found: list[int] = []
        for block in self.index.blocks():
            row = block.overlapping_spans(query) & self._parts(block)[1]
            found += [self.owner[block.start + bit] for bit in many_bits(row)]
        return _in_order(found)

    def _is_whole(self, axis: int, number: int) -> bool:
        """Tell whether a set is the whole of a zone axis."""
        return self.index.axes[axis].raw[number] == self.whole[axis]

    def _inside(self, axis: int, value: int | None) -> bool:
        return value is not None and any(low <= value <= high for low, high in self.index.axes[axis].raw[0])

    def _unknown_rows(self, block: Block, cells: Sequence[int]) -> tuple[int, int]:
        """Return the boxes that may hold a point with unknown cells, and those that do whatever they are."""
        row = sure = block.everything
        for rows, cell, axis in zip(block.rows, cells, self.index.active, strict=True):
            if cell == _UNKNOWN:
                sure &= rows.containing(((0, self.index.axes[axis].cells - 1),)) if self._reaches_all(axis) else 0
            else:
                part = rows.at(cell)
                row &= part
                sure &= part
        return row, sure

    def _reaches_all(self, axis: int) -> bool:
        bounds, whole = self.index.axes[axis].bounds, self.whole[axis]
        return bool(whole) and bounds[0] <= whole[0][0] and bounds[-1] > whole[-1][1]

    # -- overlap rows over the whole list ---------------------------------------------------------------------

    def _rows(self, boxes: Sequence[int], first: int = 0, stop: int | None = None) -> Rows:
        """Return for boxes the rows of all boxes that overlap them, and that contain them.

        Only the blocks that hold the boxes from `first` to `stop` are asked.
        """
        overlapping = dict.fromkeys(boxes, 0)
        containing = dict.fromkeys(boxes, 0)
        keys = self.index.keys
        for block in self.index.blocks(first, stop):
            for box in boxes:
                key = keys[box]
                row = block.overlapping(key)
                if row:
                    overlapping[box] |= row << block.start
                    row &= block.containing(key)
                    if row:
                        containing[box] |= row << block.start
        return {box: (overlapping[box], containing[box]) for box in boxes}

    # -- reachability -----------------------------------------------------------------------------------------

    def reach(self) -> list[Reach]:
        """Return for every entry whether it can match."""
        result: list[Reach | None] = [None] * len(self.entries)
        for entry in range(len(self.entries)):
            if not self.maybe_boxes(entry):
                result[entry] = Reach(State.EMPTY)
        open_entries = [entry for entry, one in enumerate(result) if one is None]
        points = [(entry, self._nice_cells(self.target_boxes(entry)[0])) for entry in open_entries]
        self._settle(points, result)
        self._sample(open_entries, 3, result)
        hard = [entry for entry in open_entries if result[entry] is None]
        for chunk, rows in self._with_rows(hard, earlier_only=True):
            held = self._surely if self.exact else 0
            self._sample([entry for entry in chunk if not rows[self.first[entry]][1] & held], _SAMPLES, result)
            for entry in chunk:
                if result[entry] is None:
                    result[entry] = self._prove_reach(entry, rows, result)
        return [one for one in result if one is not None]

    def _sample(self, entries: Iterable[int], count: int, result: list[Reach | None]) -> None:
        """Try random points of those entries that are still open."""
        points = []
        for entry in entries:
            if result[entry] is None:
                boxes = self.target_boxes(entry)
                spans = {box: self.index.spans(box) for box in boxes[:count]}
                points += [
                    (entry, self._random_cells(spans[boxes[turn % len(spans)]], turn % 2 == 0)) for turn in range(count)
                ]
        self._settle(points, result)

    def _with_rows(self, entries: list[int], earlier_only: bool = False) -> Iterator[tuple[list[int], Rows]]:
        """Yield the entries in chunks with the rows of their boxes (see `_rows`)."""
        boxes_of = {entry: sorted({*self.target_boxes(entry), *self.maybe_boxes(entry)}) for entry in entries}
        for chunk in self._entry_chunks(entries, boxes_of):
            stop = self.first[chunk[-1] + 1] if earlier_only else None
            yield chunk, self._rows([box for entry in chunk for box in boxes_of[entry]], 0, stop)

    def _entry_chunks(self, entries: list[int], boxes_of: dict[int, list[int]]) -> Iterable[list[int]]:
        size = max(1000, 800_000_000 // max(self.index.size, 1))
        chunk: list[int] = []
        held = 0
        for entry in entries:
            chunk.append(entry)
            held += 2 * len(boxes_of[entry])
            if held >= size:
                yield chunk
                chunk, held = [], 0
        if chunk:
            yield chunk

    def _settle(self, points: list[tuple[int, Cells]], result: list[Reach | None]) -> None:
        for (entry, cells), hit in zip(points, self.first_hits(points), strict=True):
            if result[entry] is None:
                if hit < 0:
                    result[entry] = Reach(State.REACHABLE, cells)
                else:
                    self._seen.setdefault(entry, set()).add(hit)

    def _target(self, box: int, row: int) -> Target:
        spans = self.index.spans
        return Target(spans(box), [(other, spans(other)) for other in many_bits(row)])

    def _prove_reach(self, entry: int, rows: Rows, known: Sequence[Reach | None]) -> Reach:
        earlier = (1 << self.first[entry]) - 1
        self.meter.start(self.budget)
        try:
            if not self.exact:
                # The wide bound first: a point that no earlier entry may match.
                for box in self.target_boxes(entry):
                    overlap, contain = rows[box]
                    if not contain & earlier & self._maybe:
                        target = self._target(box, overlap & earlier & self._maybe)
                        part = uncovered(target.full, target.candidates, self.meter)
                        if part is not None:
                            return Reach(State.REACHABLE, target.cells(part))
            for box in self.maybe_boxes(entry):
                overlap, contain = rows[box]
                if not contain & earlier & self._surely:
                    target = self._target(box, overlap & earlier & self._surely)
                    part = uncovered(target.full, target.candidates, self.meter)
                    if part is not None:
                        if self.exact:
                            return Reach(State.REACHABLE, target.cells(part))
                        return self._vague(entry, rows)
        except BudgetSpent:
            return Reach(State.BUDGET)
        return self._explain(entry, rows, known)

    def _vague(self, entry: int, rows: Rows) -> Reach:
        """Return an undecided answer with the entries whose bounds leave it open (at most a few)."""
        earlier = (1 << self.first[entry]) - 1
        row = 0
        for box in self.target_boxes(entry):
            row |= rows[box][0] & earlier & self._maybe & ~self._surely
        owners = dict.fromkeys(self.owner[box] for box in islice(bits(row), _NEIGHBOURS))
        return Reach(State.BOUNDS, blockers=tuple(owners))

    # -- why an entry cannot match ----------------------------------------------------------------------------

    def _explain(self, entry: int, rows: Rows, known: Sequence[Reach | None]) -> Reach:
        """Return an irreducible set of effective blockers, and whether an effective one acts differently."""
        earlier = ((1 << self.first[entry]) - 1) & self._surely
        boxes = list(self.maybe_boxes(entry))
        if len(boxes) == 1 and self.exact:
            easy = self._explain_easily(entry, rows[boxes[0]][0] & earlier, rows[boxes[0]][1] & earlier)
            if easy is not None:
                return easy
        targets: list[Target] = []
        effective: set[int] = set()
        self.meter.start(min(self.budget, _TURN_BUDGET))
        try:
            for box in boxes:
                overlap, contain = rows[box]
                overlap &= earlier
                contain &= earlier
                if contain:
                    # Nothing of the box is left past its first container.
                    overlap &= (contain & -contain) * 2 - 1
                target = self._target(box, overlap)
                targets.append(target)
                takers, _ = in_turn(target.full, target.candidates, self.meter)
                effective.update(self.owner[number] for number in takers)
        except BudgetSpent:
            return self._explain_wide(entry, boxes, rows, known)
        if len(boxes) > 1:
            # An entry that takes something of one box may hold all of another, past that box's container.
            mine = 0
            for number in effective:
                mine |= self._own(number)
            targets = [self._target(box, rows[box][0] & self._surely & mine) for box in boxes]
        different = {number for number in effective if self._effects[number] != self._effects[entry]}
        blockers, minimal = self._irreducible(targets, effective, different)
        return Reach(State.UNREACHABLE, (), blockers, minimal, bool(different))

    def _explain_easily(self, entry: int, overlap: int, contain: int) -> Reach | None:
        """Explain an entry of one box that a single earlier one contains, from what the samples showed."""
        if not contain:
            return None
        seen = self._seen.get(entry, set())
        effect = self._effects[entry]
        containers = [self.owner[box] for box in islice(bits(contain), _NEIGHBOURS)]
        usual = [number for number in containers if number in seen]
        if not usual:
            return None
        best = min(usual, key=lambda number: (self._effects[number] == effect, number))
        if any(self._effects[number] != effect for number in seen):
            return Reach(State.UNREACHABLE, (), (best,), acts_differently=True)
        # Nothing is left past the first container.
        overlap &= (contain & -contain) * 2 - 1
        for action, mask in self._acting.items():
            if self._effect(action) != effect and overlap & mask:
                return None
        return Reach(State.UNREACHABLE, (), (best,), acts_differently=False)

    def _explain_wide(self, entry: int, boxes: list[int], rows: Rows, known: Sequence[Reach | None]) -> Reach:
        """Explain where taking the blockers away in turn is too much work: ask for each one alone.

        An entry whose own witness lies in the boxes is effective; one that cannot match at all is not.
        """
        earlier = ((1 << self.first[entry]) - 1) & self._surely
        everything = [self._target(box, rows[box][0] & earlier) for box in boxes]
        owners = sorted({self.owner[number] for target in everything for _, number in target.candidates})
        spans = [self.index.spans(box) for box in boxes]
        effective: set[int] = set()
        doubtful: list[int] = []
        for number in owners:
            reach = known[number]
            if reach is None or reach.state is State.UNREACHABLE:
                continue
            if reach.state is State.REACHABLE and any(_holds(one, reach.cells) for one in spans):
                effective.add(number)
            else:
                doubtful.append(number)
        effect = self._effects[entry]
        decided = True
        self.meter.start(self.budget)
        try:
            if all(self._effects[number] == effect for number in effective):
                suspects = [number for number in doubtful if self._effects[number] != effect]
                effective.update(self._seen_taking(suspects, boxes)[:1])
                if all(self._effects[number] == effect for number in effective):
                    for number in suspects:
                        if self._takes_something(number, everything):
                            effective.add(number)
                            break
        except BudgetSpent:
            decided = False
        different = {number for number in effective if self._effects[number] != effect}
        blockers, minimal = self._effective_cover(everything, effective, set(doubtful), different)
        return Reach(State.UNREACHABLE, (), blockers, minimal, bool(different), decided or bool(different))

    def _effective_cover(
        self, targets: list[Target], effective: set[int], doubtful: set[int], different: set[int]
    ) -> tuple[tuple[int, ...], bool]:
        """Return an irreducible cover, free of entries that turn out to decide nothing of the targets."""
        blockers, minimal = self._irreducible(targets, effective, different)
        if blockers:
            return blockers, minimal
        while True:
            blockers, minimal = self._irreducible(targets, effective | doubtful, different)
            idle = []
            try:
                for number in blockers:
                    if number not in effective:
                        if self._takes_something(number, targets):
                            effective.add(number)
                        else:
                            idle.append(number)
            except BudgetSpent:
                return blockers, False
            if not idle:
                return blockers, minimal
            doubtful.difference_update(idle)

    def _seen_taking(self, entries: Sequence[int], boxes: list[int]) -> list[int]:
        """Return those entries that random points show to decide something of the boxes."""
        points = []
        for box in boxes:
            mine = self.index.spans(box)
            for entry in entries:
                for other in self.target_boxes(entry):
                    spans = [_common(one, two) for one, two in zip(mine, self.index.spans(other), strict=True)]
                    if all(spans):
                        points += [(entry, self._random_cells(spans, turn % 2 == 0)) for turn in range(4)]
        return [point[0] for point, free in zip(points, self.untouched(points), strict=True) if free]

    def _takes_something(self, number: int, targets: list[Target]) -> bool:
        """Tell whether an entry decides some point of the targets. Raises BudgetSpent."""
        for target in targets:
            before = [one for one in target.candidates if self.owner[one[1]] < number]
            for parts, box in target.candidates:
                if self.owner[box] == number and uncovered(parts, before, self.meter) is not None:
                    return True
        return False

    def _irreducible(
        self, targets: list[Target], allowed: set[int], different: set[int]
    ) -> tuple[tuple[int, ...], bool]:
        """Return entries of `allowed` that together cover the targets, none of which can be left out.

        One entry that does it alone is preferred, and one that acts differently before one that does not. Returns
        no entries if the allowed ones do not cover the targets.
        """
        candidates = [[one for one in target.candidates if self.owner[one[1]] in allowed] for target in targets]
        self.meter.start(self.budget)
        alone = set(allowed)
        sizes = dict.fromkeys(allowed, 0)
        for target, many in zip(targets, candidates, strict=True):
            alone &= {self.owner[number] for parts, number in many if parts == target.full}
            for parts, number in many:
                size = 1
                for part in parts:
                    size *= part.bit_count()
                sizes[self.owner[number]] += size
        if alone:
            return (min(alone, key=lambda number: (number not in different, number)),), True
        chosen: set[int] = set()
        try:
            for target, many in zip(targets, candidates, strict=True):
                # The largest first: few are needed then.
                many.sort(key=lambda one: -sizes[self.owner[one[1]]])
                takers, rest = in_turn(target.full, many, self.meter)
                if rest:
                    return (), False
                chosen.update(self.owner[number] for number in takers)
        except BudgetSpent:
            chosen = set(allowed)
        try:
            for number in sorted(chosen, key=lambda one: (one in different, sizes[one], -one)):
                if len(chosen) > 1 and self._dispensable(number, candidates, chosen):
                    chosen.discard(number)
        except BudgetSpent:
            return tuple(sorted(chosen)), False
        return tuple(sorted(chosen)), True

    def _dispensable(self, number: int, candidates: list[list[Candidate]], chosen: set[int]) -> bool:
        """Tell whether what an entry covers is covered by the other chosen ones. Raises BudgetSpent."""
        for many in candidates:
            own = [parts for parts, box in many if self.owner[box] == number]
            if own:
                others = [one for one in many if self.owner[one[1]] != number and self.owner[one[1]] in chosen]
                if any(uncovered(parts, others, self.meter) is not None for parts in own):
                    return False
        return True

    # -- could an entry be left out ---------------------------------------------------------------------------

    def worth(self, reaches: Sequence[Reach]) -> dict[int, Worth]:
        """Return for every reachable entry whether leaving it out changes the action for some point."""
        result: dict[int, Worth] = {}
        reachable = [entry for entry, reach in enumerate(reaches) if reach.state is State.REACHABLE]
        points = [(entry + 1, reaches[entry].cells) for entry in reachable]
        for entry, actions in zip(reachable, self.outcomes(points), strict=True):
            if self.entries[entry].action not in actions:
                result[entry] = Worth.KEPT
        hard = [entry for entry in reachable if entry not in result]
        for chunk, rows in self._with_rows(hard):
            rest = []
            for entry in chunk:
                if self._plainly_removable(entry, rows):
                    result[entry] = Worth.REMOVABLE
                else:
                    rest.append(entry)
            self._refute(rest, rows, result)
            for entry in rest:
                if entry not in result:
                    result[entry] = self._prove_worth(entry, rows)
        return result

    def _plainly_removable(self, entry: int, rows: Rows) -> bool:
        """Tell whether nothing that acts differently can come into its place, without looking at parts."""
        own = self._own(entry)
        opposite = self._opposite(entry)
        default_differs = self.default != self.entries[entry].action
        for box in self.maybe_boxes(entry):
            overlap, contain = rows[box]
            contain &= self._surely & ~own
            others = overlap & opposite
            if contain:
                others &= (contain & -contain) * 2 - 1
            elif default_differs:
                return False
            if others:
                return False
        return True

    def _opposite(self, entry: int) -> int:
        """Return the row of later boxes that act differently."""
        later = -1 << self.first[entry + 1]
        own = self._acting.get(self.entries[entry].action, 0)
        return (self._surely | self._maybe) & later & ~own

    def _refute(self, entries: Iterable[int], rows: Rows, result: dict[int, Worth]) -> None:
        """Try random points of entries, and points that they share with later boxes of another action."""
        points = []
        for entry in entries:
            opposite = self._opposite(entry) & self._surely
            for box in self.target_boxes(entry)[:4]:
                mine = self.index.spans(box)
                points += [(entry, self._random_cells(mine, turn % 2 == 0)) for turn in range(4)]
                for other in islice(bits(rows[box][0] & opposite), _PROBES):
                    spans = [_common(one, two) for one, two in zip(mine, self.index.spans(other), strict=True)]
                    points += [(entry, self._random_cells(spans, turn == 0)) for turn in range(2)]
        free = [point for point, alone in zip(points, self.untouched(points), strict=True) if alone]
        after = [(entry + 1, cells) for entry, cells in free]
        for (entry, _), actions in zip(free, self.outcomes(after), strict=True):
            if self.entries[entry].action not in actions:
                result[entry] = Worth.KEPT

    def _prove_worth(self, entry: int, rows: Rows) -> Worth:
        self.meter.start(self.budget)
        try:
            if self._surely_removable(entry, rows):
                return Worth.REMOVABLE
            if self.exact or self._surely_kept(entry, rows):
                return Worth.KEPT
        except BudgetSpent:
            return Worth.BUDGET
        return Worth.BOUNDS

    def _own(self, entry: int) -> int:
        return (1 << self.first[entry + 1]) - (1 << self.first[entry])

    def _surely_removable(self, entry: int, rows: Rows) -> bool:
        """Tell whether no point that the entry may decide can end otherwise without it. Raises BudgetSpent."""
        own = self._own(entry)
        default_differs = self.default != self.entries[entry].action
        opposite = self._opposite(entry) & self._maybe
        for box in self.maybe_boxes(entry):
            overlap, contain = rows[box]
            contain &= self._surely & ~own
            others = opposite & overlap
            covering = overlap & self._surely & ~own
            if contain:
                # Nothing of the box goes past the first entry that contains it.
                below = (1 << self.first[self.owner[(contain & -contain).bit_length() - 1] + 1]) - 1
                others &= below
                covering &= below
            if not others and (contain or not default_differs):
                continue
            target = self._target(box, covering | others)
            if not contain and default_differs:
                many = [one for one in target.candidates if covering >> one[1] & 1]
                if uncovered(target.full, many, self.meter) is not None:
                    return False
            if not self._all_covered(target, others, covering, -1):
                return False
        return True

    def _surely_kept(self, entry: int, rows: Rows) -> bool:
        """Tell whether some point that the entry decides surely ends otherwise without it. Raises BudgetSpent."""
        own = self._own(entry)
        earlier = (1 << self.first[entry]) - 1
        action = self.entries[entry].action
        same = self._acting.get(action, 0) & ~earlier & ~own
        default_differs = self.default != action
        for box in self.target_boxes(entry):
            overlap, _ = rows[box]
            others = self._opposite(entry) & self._surely & overlap
            covering = overlap & self._maybe & (earlier | same)
            target = self._target(box, covering | others)
            if default_differs:
                many = [one for one in target.candidates if covering >> one[1] & 1]
                if uncovered(target.full, many, self.meter) is not None:
                    return True
            if not self._all_covered(target, others, covering, self.first[entry]):
                return True
        return False

    def _all_covered(self, target: Target, others: int, covering: int, first: int) -> bool:
        """Tell whether what each of `others` shares with the target is covered by earlier ones of `covering`."""
        many: list[Candidate] = []
        for parts, number in target.candidates:
            owner_first = self.first[self.owner[number]]
            if others >> number & 1:
                before = [one for one in many if one[1] < owner_first]
                if uncovered(parts, before, self.meter) is not None:
                    return False
            if covering >> number & 1:
                many.append((parts, number))
        return True

    # -- advisory ---------------------------------------------------------------------------------------------

    def neighbours(self, entries: Iterable[int]) -> dict[int, tuple[list[int], list[int]]]:
        """Return for entries the earlier ones of another action that they contain, and that they partly overlap.

        Looks at the first few overlapping boxes only: this question is for advice.
        """
        wanted = [entry for entry in entries if self.maybe_boxes(entry)]
        found: dict[int, list[int]] = {entry: [] for entry in wanted}
        keys, owner = self.index.keys, self.owner
        for block in self.index.blocks():
            _, maybe, acting = self._parts(block)
            start = block.start
            for entry in wanted:
                limit = self.first[entry]
                others = found[entry]
                if limit <= start or len(others) >= _NEIGHBOURS:
                    continue
                other_action = maybe & ~acting.get(self.entries[entry].action, 0)
                if limit < block.stop:
                    other_action &= (1 << (limit - start)) - 1
                row = 0
                for box in self.maybe_boxes(entry):
                    row |= block.overlapping(keys[box])
                for bit in bits(row & other_action):
                    number = owner[start + bit]
                    if not others or others[-1] != number:
                        others.append(number)
                        if len(others) >= _NEIGHBOURS:
                            break
        result = {}
        for entry, others in found.items():
            contained, partly = [], []
            for other in others:
                if self._within(other, entry):
                    contained.append(other)
                elif not self._within(entry, other):
                    partly.append(other)
            if contained or partly:
                result[entry] = (contained, partly)
        return result

    def _within(self, inner: int, outer: int) -> bool:
        """Tell whether each box of one entry lies in one box of the other."""
        keys, axes, active = self.index.keys, self.index.axes, self.index.active
        for box in self.maybe_boxes(inner):
            for other in self.maybe_boxes(outer):
                if all(
                    mine == theirs or _subset(axes[axis].spans[mine], axes[axis].spans[theirs])
                    for axis, mine, theirs in zip(active, keys[box], keys[other], strict=True)
                ):
                    break
            else:
                return False
        return True


def _subset(inner: Spans, outer: Spans) -> bool:
    position = 0
    for low, high in inner:
        while position < len(outer) and outer[position][1] < low:
            position += 1
        if position == len(outer) or outer[position][0] > low or outer[position][1] < high:
            return False
    return True


def _in_order(owners: Iterable[int]) -> list[int]:
    return sorted(dict.fromkeys(owners))


def _holds(box: Sequence[Spans], cells: Cells) -> bool:
    return all(any(low <= cell <= high for low, high in spans) for spans, cell in zip(box, cells, strict=True))


def _common(left: Spans, right: Spans) -> Spans:
    result = []
    i = j = 0
    while i < len(left) and j < len(right):
        low, high = max(left[i][0], right[j][0]), min(left[i][1], right[j][1])
        if low <= high:
            result.append((low, high))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return tuple(result)


def _mask(positions: Sequence[int], size: int) -> int:
    """Return an integer with these bits set."""
    flags = bytearray((size + 7) // 8)
    for position in positions:
        flags[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(flags, "little")
