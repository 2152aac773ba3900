"""An ordered list of entries, the first match decides. Knows nothing of rules and devices.

An entry is two unions of boxes (what it surely matches, what it may match) and an action. This module holds the
list and answers for points; `reachability` and `removal` answer for whole entries.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random

from netaudit.packets.box_index import Block, BoxIndex, bits, many_bits
from netaudit.packets.cover import Meter, Target
from netaudit.packets.set_relations import SetRelations
from netaudit.packets.space import FROM_ZONE, SERVICE, SOURCE_PORT, TO_ZONE, Box, Space, Spans

DEFAULT_BUDGET = 1_000_000  # visits of candidate boxes a question, each well under a microsecond
_WORTH_THINNING = 64  # fewer candidates are not worth the search for those that others contain
_ROW_MEMORY = 100_000_000  # bytes
_TOTAL_FACTOR = 12  # all questions of a list together may use this many budgets

_UNKNOWN = -2  # in place of a cell: the coordinate is not known

Cells = tuple[int, ...]
Rows = dict[int, tuple[int, int]]  # of a box: the boxes that overlap it, and those that contain it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `maybe` is None where it is the same as `surely`."""

    surely: Sequence[Box]
    maybe: Sequence[Box] | None
    action: Hashable


class Side(Enum):
    """Which boxes are asked for, seen from a box."""

    EARLIER = auto()
    LATER = auto()
    BOTH = auto()


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
        self.effect = effect
        self.effects = [effect(entry.action) for entry in entries]
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
        self.relations = SetRelations(self.index) if self.index.has_large_sets else None
        self._holders: dict[int, int] = {}  # of a box: the row of the other boxes that contain it
        self._alike: dict[tuple[int, ...], list[int]] = {}  # boxes that are the same, by their key
        self.whole: dict[int, Spans] = {}  # of an axis: all of it; needed only where a coordinate may be unknown
        self.surely = _mask(surely, len(boxes))
        self.maybe = _mask(maybe, len(boxes))
        acting: dict[Hashable, list[int]] = {}
        for box, number in enumerate(self.owner):
            acting.setdefault(entries[number].action, []).append(box)
        self.acting = {action: _mask(many, len(boxes)) for action, many in acting.items()}
        self._slices: dict[int, tuple[int, int, dict[Hashable, int]]] = {}
        self._random = Random(20250101)
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

    def nice_cells(self, box: int) -> Cells:
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

    def random_cells(self, spans_of_axes: Sequence[Spans], by_value: bool) -> Cells:
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

    def parts(self, block: Block) -> tuple[int, int, dict[Hashable, int]]:
        """Return the rows of what is surely, what may be matched, and of each action, in one block."""
        known = self._slices.get(block.start)
        if known is None:
            everything, start = block.everything, block.start
            known = self._slices[start] = (
                (self.surely >> start) & everything,
                (self.maybe >> start) & everything,
                {action: (mask >> start) & everything for action, mask in self.acting.items()},
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
            maybe = self.parts(block)[1]
            start, end = block.start, block.stop
            remaining = []
            for position, row in zip(live, block.at_each([points[position][1] for position in live]), strict=True):
                limit = firsts[points[position][0]]
                row &= maybe
                if row:
                    first = start + (row & -row).bit_length() - 1
                    if first < limit:
                        hits[position] = self.owner[first]
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
            surely, maybe, acting = self.parts(block)
            start, stop = block.start, block.stop
            asked = [position for position in live if self.first[points[position][0]] < stop]
            remaining = [position for position in live if self.first[points[position][0]] >= stop]
            for position, row in zip(asked, block.at_each([points[position][1] for position in asked]), strict=True):
                limit = self.first[points[position][0]]
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
            surely, maybe, _ = self.parts(block)
            remaining = []
            rows = block.at_each([places for _, places, _ in live if _UNKNOWN not in places])
            for one in live:
                position, places, vague = one
                if _UNKNOWN in places:
                    row, sure = self._unknown_rows(block, places)
                    sure &= surely
                else:
                    row = next(rows)
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
            elif not any(meets(touched, spans) for spans in line.spans):
                return []
            if not touched:
                return []
        by_axis = dict(cells)
        query = [by_axis[axis] for axis in self.index.active]
        found: list[int] = []
        for block in self.index.blocks():
            row = block.overlapping_spans(query) & self.parts(block)[1]
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

    def rows(self, boxes: Sequence[int], side: Side = Side.BOTH) -> Rows:
        """Return for boxes (in order) the rows of all boxes that overlap them, and that contain them.

        For EARLIER and LATER the rows may lack boxes of the other side.
        """
        keys = self.index.keys
        if self.relations is not None:
            # In the order of their keys: boxes of one set follow each other.
            return {box: self.relations.rows(box) for box in sorted(boxes, key=lambda one: keys[one])}
        overlapping = dict.fromkeys(boxes, 0)
        containing = dict.fromkeys(boxes, 0)
        first, stop = 0, None
        if boxes and side is Side.EARLIER:
            stop = boxes[-1] + 1
        elif boxes and side is Side.LATER:
            first = boxes[0]
        for block in self.index.blocks(first, stop):
            asked = boxes
            if side is Side.EARLIER:
                asked = boxes[bisect_left(boxes, block.start) :]
            elif side is Side.LATER:
                asked = boxes[: bisect_left(boxes, block.stop)]
            for box, row in zip(asked, block.overlapping_each([keys[box] for box in asked]), strict=True):
                if row:
                    overlapping[box] |= row << block.start
                    row &= block.containing(keys[box])
                    if row:
                        containing[box] |= row << block.start
        return {box: (overlapping[box], containing[box]) for box in boxes}

    def with_rows(self, entries: list[int], side: Side = Side.BOTH) -> Iterator[tuple[list[int], Rows]]:
        """Yield the entries (in order) in chunks with the rows of their boxes (see `rows`)."""
        boxes_of = {entry: sorted({*self.target_boxes(entry), *self.maybe_boxes(entry)}) for entry in entries}
        for chunk in self._entry_chunks(entries, boxes_of):
            yield chunk, self.rows([box for entry in chunk for box in boxes_of[entry]], side)

    def _entry_chunks(self, entries: list[int], boxes_of: dict[int, list[int]]) -> Iterable[list[int]]:
        size = max(1000, 8 * _ROW_MEMORY // max(self.index.size, 1))
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

    def target(self, box: int, row: int) -> Target:
        """Return a box and the boxes of a row, cut into local cells."""
        return self.target_of(self.index.spans(box), row)

    def target_of(self, spans: Sequence[Spans], row: int) -> Target:
        """The same for a box given as spans of cells."""
        many, index = many_bits(row), self.index
        columns = ((index.axes[axis].spans, index.numbers[axis]) for axis in index.active)
        return Target(spans, many, [(sets, [numbers[other] for other in many]) for sets, numbers in columns])

    def own(self, entry: int) -> int:
        return (1 << self.first[entry + 1]) - (1 << self.first[entry])

    def thinned(self, row: int) -> int:
        """Return a row without the boxes that another box of the row contains: it covers the same points."""
        many = self._worth_thinning(row)
        holders = self._holders
        return row ^ _mask([box for box in many if holders[box] & row], self.index.size) if many else row

    def without_followers(self, row: int, by: int) -> int:
        """Return a row without the boxes that a box of an earlier entry in the row `by` contains."""
        idle = []
        for box in self._worth_thinning(row):
            held = self._holders[box] & by
            if held and (held & -held).bit_length() <= self.first[self.owner[box]]:
                idle.append(box)
        return row ^ _mask(idle, self.index.size) if idle else row

    def _worth_thinning(self, row: int) -> list[int]:
        """Return the boxes of a row, their holders known; none where they are few."""
        many = many_bits(row)
        if len(many) < _WORTH_THINNING:
            return []
        missing = [box for box in many if box not in self._holders]
        if (len(self._holders) + len(missing)) * self.index.size > 8 * _ROW_MEMORY:
            self._holders.clear()
            missing = many
        self._find_holders(missing)
        return many

    def _find_holders(self, boxes: list[int]) -> None:
        """Remember the rows of the other boxes that contain these; of equal boxes only the earlier ones count."""
        if not boxes:
            return
        keys = self.index.keys
        found = dict.fromkeys(boxes, 0)
        if self.relations is not None:
            found = {box: self.relations.rows(box)[1] for box in boxes}
        else:
            for block in self.index.blocks():
                for box in boxes:
                    part = block.containing(keys[box])
                    if part:
                        found[box] |= part << block.start
        if not self._alike:
            for box, key in enumerate(keys):
                self._alike.setdefault(key, []).append(box)
        alike: dict[tuple[int, ...], int] = {}
        for box, row in found.items():
            key = keys[box]
            same = self._alike[key]
            if len(same) == 1:
                row ^= 1 << box
            else:
                if key not in alike:
                    alike[key] = _mask(same, self.index.size)
                row ^= alike[key] & -1 << box
            self._holders[box] = row


def _in_order(owners: Iterable[int]) -> list[int]:
    return sorted(dict.fromkeys(owners))


def meets(left: Spans, right: Spans) -> bool:
    """Tell whether two span sets share a cell."""
    return bool(common_spans(left, right, 1))


def common_spans(left: Spans, right: Spans, most: int = 1 << 30) -> Spans:
    """Return what two span sets share, or the first `most` spans of it."""
    result: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        first, last = left[i]
        low, high = right[j]
        if last < low:
            i += 1
        elif high < first:
            j += 1
        else:
            result.append((first if first > low else low, last if last < high else high))
            if len(result) == most:
                break
            if last < high:
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
