"""Which of many boxes overlap, contain or hold something: answered with bitsets, one bit a box.

Each axis is cut at the ends of all spans in use; the parts are called cells. A row is a Python integer with one
bit for each box of a block. For a question the rows of the axes are joined with AND: one instruction answers for
64 boxes. A block is small enough that a row stays within the small-object allocator.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import and_

from netaudit.packets.space import Box, Spans

BLOCK = 3600  # boxes a block: a row of 480 bytes
_TOGETHER = 512  # rows that are joined in one go: they stay in the processor's cache
_CHUNK = 32  # cells that one summary row stands for, for wide spans over boxes of many spans
_KEPT_BLOCKS = 40
_REMEMBERED = 18_000  # indexes of more boxes forget rows when they go on to the next block
_LARGE = 4000  # boxes
_DENSE_CELLS = 60_000
_INCIDENCES = 20_000_000  # pairs of cell and set that are kept at most


class Axis:
    """One axis: the distinct span sets of all boxes, in cell numbers."""

    def __init__(self) -> None:
        self._numbers: dict[Spans, int] = {}
        self._by_identity: dict[int, tuple[Spans, int]] = {}
        self.raw: list[Spans] = []
        self.spans: list[Spans] = []
        self.bounds: list[int] = []
        self.cells = 0
        self.wide: list[Spans] = []  # of each set; filled by `narrow`
        self._narrow: list[Sequence[int]] = []

    def number(self, spans: Spans) -> int:
        """Return the number of a span set, adding it if it is new."""
        known = self._by_identity.get(id(spans))
        if known is not None:
            return known[1]
        number = self._numbers.get(spans)
        if number is None:
            number = self._numbers[spans] = len(self.raw)
            self.raw.append(spans)
        self._by_identity[id(spans)] = (spans, number)
        return number

    def freeze(self) -> None:
        """Cut the line into cells; no set may be added after this."""
        total = sum(map(len, self.raw))
        if total > 20000 and max(spans[-1][1] for spans in self.raw) < 1 << 62:
            self._freeze_many()
        else:
            ends = {low for spans in self.raw for low, _ in spans}
            ends.update(high + 1 for spans in self.raw for _, high in spans)
            self.bounds = sorted(ends)
            rank = {value: index for index, value in enumerate(self.bounds)}
            self.spans = [tuple((rank[low], rank[high + 1] - 1) for low, high in spans) for spans in self.raw]
        self.cells = max(len(self.bounds) - 1, 0)
        self._by_identity.clear()
        self._numbers.clear()

    def _freeze_many(self) -> None:
        import numpy

        flat = numpy.array([value for spans in self.raw for span in spans for value in span], dtype=numpy.int64)
        flat[1::2] += 1
        bounds, ranks = numpy.unique(flat, return_inverse=True)
        ranks[1::2] -= 1
        self.bounds = bounds.tolist()
        values = iter(ranks.tolist())
        pairs = list(zip(values, values, strict=True))
        start = 0
        for spans in self.raw:
            self.spans.append(tuple(pairs[start : start + len(spans)]))
            start += len(spans)

    def narrow(self) -> list[Sequence[int]]:
        """Return for each cell the sets that hold it by a narrow span; the wide spans of the sets are in `wide`."""
        if not self._narrow:
            widest = 64
            while widest > 1 and sum(min(high - low + 1, widest) for s in self.spans for low, high in s) > _INCIDENCES:
                widest //= 4
            found: list[list[int] | tuple[int, ...]] = [()] * self.cells
            for number, spans in enumerate(self.spans):
                wide = []
                for low, high in spans:
                    if high - low < widest:
                        for cell in range(low, high + 1):
                            here = found[cell]
                            if isinstance(here, list):
                                here.append(number)
                            else:
                                found[cell] = [number]
                    else:
                        wide.append((low, high))
                self.wide.append(tuple(wide))
            self._narrow = list(found)
        return self._narrow

    def cell(self, value: int) -> int:
        """Return the cell that holds a coordinate, -1 where no set does."""
        index = bisect_right(self.bounds, value) - 1
        return index if index < self.cells else -1

    def covering_cells(self, spans: Spans) -> Spans:
        """Return the cells that some raw spans touch."""
        result: list[tuple[int, int]] = []
        for low, high in spans:
            first = max(bisect_right(self.bounds, low) - 1, 0)
            last = min(bisect_right(self.bounds, high) - 1, self.cells - 1)
            if first <= last and high >= self.bounds[0]:
                if result and first <= result[-1][1]:
                    first = result[-1][1] + 1
                    if first > last:
                        continue
                result.append((first, last))
        return tuple(result)


class _SpanRows:
    """The rows of one axis in one block where each box is a single span."""

    def __init__(self, axis: Axis, members: dict[int, int]) -> None:
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for number, mask in members.items():
            low, high = axis.spans[number][0]
            starts[low] = starts.get(low, 0) | mask
            ends[high + 1] = ends.get(high + 1, 0) | mask
        self._starts, self._started = _running(starts)  # low <= cell
        self._ends, self._ended = _running(ends)  # high < cell

    def at(self, cell: int) -> int:
        return self._started[bisect_right(self._starts, cell)] ^ self._ended[bisect_right(self._ends, cell)]

    def at_each(self, cells: Sequence[int]) -> list[int]:
        return [self.at(cell) for cell in cells]

    def overlapping(self, spans: Spans) -> int:
        row = 0
        for low, high in spans:
            row |= self._started[bisect_right(self._starts, high)] ^ self._ended[bisect_right(self._ends, low)]
        return row

    def overlapping_each(self, many: Sequence[Spans]) -> list[int]:
        return [self.overlapping(spans) for spans in many]

    def containing(self, spans: Spans) -> int:
        low, high = spans[0][0], spans[-1][1]
        return self._started[bisect_right(self._starts, low)] & ~self._ended[bisect_right(self._ends, high)]


def _running(events: dict[int, int]) -> tuple[list[int], list[int]]:
    """Return the positions in order, and the union of the events before each and after the last."""
    positions = sorted(events)
    rows = [0]
    for position in positions:
        rows.append(rows[-1] | events[position])
    return positions, rows


class _DenseSpanRows:
    """The same for small indexes: a row for each cell is at hand without a search."""

    def __init__(self, axis: Axis, members: dict[int, int]) -> None:
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        for number, mask in members.items():
            low, high = axis.spans[number][0]
            starts[low] = starts.get(low, 0) | mask
            ends[high + 1] = ends.get(high + 1, 0) | mask
        self._started = _running_everywhere(starts, axis.cells + 1)  # low <= cell
        self._ended = _running_everywhere(ends, axis.cells + 1)  # high < cell

    def at(self, cell: int) -> int:
        return self._started[cell] ^ self._ended[cell]

    def at_each(self, cells: Sequence[int]) -> list[int]:
        started, ended = self._started, self._ended
        return [started[cell] ^ ended[cell] for cell in cells]

    def overlapping(self, spans: Spans) -> int:
        row = 0
        for low, high in spans:
            row |= self._started[high] ^ self._ended[low]  # what ended before `low` had started
        return row

    def overlapping_each(self, many: Sequence[Spans]) -> list[int]:
        started, ended = self._started, self._ended
        return [
            started[spans[0][1]] ^ ended[spans[0][0]] if len(spans) == 1 else self.overlapping(spans) for spans in many
        ]

    def containing(self, spans: Spans) -> int:
        return self._started[spans[0][0]] & ~self._ended[spans[-1][1]]


def _running_everywhere(events: dict[int, int], length: int) -> list[int]:
    """Return for each position the union of the events up to it; positions between events share one row."""
    rows: list[int] = []
    current = 0
    for position in sorted(events):
        rows.extend([current] * (position - len(rows)))
        current |= events[position]
    rows.extend([current] * (length - len(rows)))
    return rows


class _SetRows:
    """The rows of one axis in one block where boxes may have many spans.

    Most spans of object groups are a cell or two, and a cell lies in few sets: a row is put together when it is
    asked for, from the sets that hold the cell by a narrow span and a row of those that hold it by a wide one.
    """

    def __init__(self, axis: Axis, members: dict[int, int], everything: int) -> None:
        self._cells = axis.cells
        self._everything = everything
        self._members = members
        self._narrow = axis.narrow()
        self._memory: dict[int, int] = {}
        events: dict[int, int] = {}
        for number, mask in members.items():
            for low, high in axis.wide[number]:
                events[low] = events.get(low, 0) ^ mask
                events[high + 1] = events.get(high + 1, 0) ^ mask
        self._positions = sorted(events)
        self._wide = [0]
        for position in self._positions:
            self._wide.append(self._wide[-1] ^ events[position])
        self._any: list[int] = []
        self._all: list[int] = []

    def at(self, cell: int) -> int:
        row = self._memory.get(cell)
        if row is None:
            row = self._wide[bisect_right(self._positions, cell)]
            members = self._members
            for number in self._narrow[cell]:
                if number in members:
                    row |= members[number]
            self._memory[cell] = row
        return row

    def at_each(self, cells: Sequence[int]) -> list[int]:
        return [self.at(cell) for cell in cells]

    def overlapping_each(self, many: Sequence[Spans]) -> list[int]:
        return [self.overlapping(spans) for spans in many]

    def forget(self) -> None:
        self._memory.clear()

    def _parts(self, spans: Spans, summaries: list[int]) -> Iterator[int]:
        """Yield rows of single cells and of whole chunks that make up the spans."""
        for low, high in spans:
            if low == high:
                yield self.at(low)
            elif high - low < 2 * _CHUNK:
                for cell in range(low, high + 1):
                    yield self.at(cell)
            else:
                if not summaries:
                    self._summarize()
                first, last = -(-low // _CHUNK), (high + 1) // _CHUNK
                for cell in range(low, first * _CHUNK):
                    yield self.at(cell)
                yield from summaries[first:last]
                for cell in range(last * _CHUNK, high + 1):
                    yield self.at(cell)

    def _summarize(self) -> None:
        for start in range(0, self._cells, _CHUNK):
            some, every = 0, -1
            for cell in range(start, min(start + _CHUNK, self._cells)):
                row = self.at(cell)
                some |= row
                every &= row
            self._any.append(some)
            self._all.append(every)

    def overlapping(self, spans: Spans) -> int:
        if spans == ((0, self._cells - 1),):
            return self._everything
        result = 0
        for row in self._parts(spans, self._any):
            result |= row
        return result

    def containing(self, spans: Spans) -> int:
        result = self._everything
        for row in self._parts(spans, self._all):
            result &= row
            if not result:
                break
        return result


class Block:
    """The boxes `start` to `stop` (not included) of an index; bit 0 of a row is box `start`."""

    def __init__(self, index: BoxIndex, start: int, stop: int) -> None:
        self.start, self.stop = start, stop
        self.rows: list[_SpanRows | _DenseSpanRows | _SetRows] = []
        self._axes = [index.axes[axis] for axis in index.active]
        self._overlaps: list[dict[int, int]] = [{} for _ in index.active]
        self._contains: list[dict[int, int]] = [{} for _ in index.active]
        self.everything = (1 << (stop - start)) - 1
        for axis in index.active:
            line = index.axes[axis]
            members: dict[int, int] = {}
            for bit, number in enumerate(index.numbers[axis][start:stop]):
                members[number] = members.get(number, 0) | 1 << bit
            single = all(len(line.spans[number]) == 1 for number in members)
            if not single:
                self.rows.append(_SetRows(line, members, self.everything))
            elif index.size <= _REMEMBERED and line.cells < _DENSE_CELLS:
                self.rows.append(_DenseSpanRows(line, members))
            else:
                self.rows.append(_SpanRows(line, members))

    def forget(self) -> None:
        """Drop remembered rows, to bound the memory of large indexes."""
        for memory in (*self._overlaps, *self._contains):
            memory.clear()
        for rows in self.rows:
            if isinstance(rows, _SetRows):
                rows.forget()

    def at(self, cells: Sequence[int]) -> int:
        """Return the boxes that hold a point, given as one cell for each active axis."""
        row = self.everything
        for rows, cell in zip(self.rows, cells, strict=True):
            if cell < 0:
                return 0
            row &= rows.at(cell)
            if not row:
                break
        return row

    def at_each(self, points: Sequence[Sequence[int]]) -> Iterator[int]:
        """Yield for each of many points, none with a cell below 0, the boxes that hold it."""
        for start in range(0, len(points), _TOGETHER):
            part = points[start : start + _TOGETHER]
            found = [self.everything] * len(part)
            for rows, cells in zip(self.rows, zip(*part, strict=True), strict=False):
                found = list(map(and_, found, rows.at_each(cells)))
            yield from found

    def overlapping_each(self, keys: Sequence[Sequence[int]]) -> Iterator[int]:
        """Yield for each of many boxes the boxes that share a point with it."""
        for start in range(0, len(keys), _TOGETHER):
            part = keys[start : start + _TOGETHER]
            found = [self.everything] * len(part)
            for position, numbers in enumerate(zip(*part, strict=True)):
                found = list(map(and_, found, self._overlapping_sets(position, numbers)))
            yield from found

    def _overlapping_sets(self, position: int, numbers: Sequence[int]) -> list[int]:
        rows, sets = self.rows[position], self._axes[position].spans
        if not isinstance(rows, _SetRows):
            return rows.overlapping_each([sets[number] for number in numbers])
        memory = self._overlaps[position]
        for number in numbers:
            if number not in memory:
                memory[number] = rows.overlapping(sets[number])
        return [memory[number] for number in numbers]

    def overlapping(self, numbers: Sequence[int]) -> int:
        """Return the boxes that share a point with a box, given as one set number for each active axis."""
        row = self.everything
        for position, number in enumerate(numbers):
            memory = self._overlaps[position]
            part = memory.get(number)
            if part is None:
                part = memory[number] = self.rows[position].overlapping(self._axes[position].spans[number])
            row &= part
            if not row:
                break
        return row

    def containing(self, numbers: Sequence[int]) -> int:
        """Return the boxes that hold all of a box, given as one set number for each active axis."""
        row = self.everything
        for position, number in enumerate(numbers):
            memory = self._contains[position]
            part = memory.get(number)
            if part is None:
                part = memory[number] = self.rows[position].containing(self._axes[position].spans[number])
            row &= part
            if not row:
                break
        return row

    def overlapping_spans(self, cells: Sequence[Spans]) -> int:
        """Return the boxes that share a cell with spans of cells, one for each active axis."""
        row = self.everything
        for rows, spans in zip(self.rows, cells, strict=True):
            row &= rows.overlapping(spans)
            if not row:
                break
        return row


class BoxIndex:
    """An index of boxes in order. An axis on which all boxes are alike is not `active`."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        self.size = len(boxes)
        axes = len(boxes[0]) if boxes else 0
        self.axes = [Axis() for _ in range(axes)]
        self.numbers = [[line.number(box[axis]) for box in boxes] for axis, line in enumerate(self.axes)]
        for line in self.axes:
            line.freeze()
        # The most varied axis first: its row is the sparsest, and an empty row ends a question.
        several = [axis for axis, line in enumerate(self.axes) if len(line.raw) > 1]
        self.active = tuple(sorted(several, key=lambda axis: (-len(self.axes[axis].raw), axis)))
        columns = [self.numbers[axis] for axis in self.active]
        self.keys: list[tuple[int, ...]] = (
            list(zip(*columns, strict=True)) if columns else [()] * self.size
        )  # of each box: its set number on each active axis
        self._blocks: dict[int, Block] = {}

    @property
    def has_large_sets(self) -> bool:
        """Tell whether the index is large and made of sets of many spans (object groups)."""
        spans = max((sum(map(len, self.axes[axis].spans)) for axis in self.active), default=0)
        sets = max((len(self.axes[axis].spans) for axis in self.active), default=0)
        return self.size > _LARGE and spans > 4 * sets

    def spans(self, box: int) -> list[Spans]:
        """Return a box as spans of cells, one for each active axis."""
        return [self.axes[axis].spans[number] for axis, number in zip(self.active, self.keys[box], strict=True)]

    def raw(self, box: int) -> Box:
        """Return a box as it was given."""
        return tuple(line.raw[self.numbers[axis][box]] for axis, line in enumerate(self.axes))

    def blocks(self, first: int = 0, stop: int | None = None) -> Iterator[Block]:
        """Yield the blocks in order that hold boxes from `first` to `stop` (not included)."""
        end = self.size if stop is None else min(stop, self.size)
        for start in range(first - first % BLOCK, end, BLOCK):
            block = self._blocks.get(start)
            if block is None:
                block = Block(self, start, min(start + BLOCK, self.size))
                if len(self._blocks) < _KEPT_BLOCKS:
                    self._blocks[start] = block
            yield block
            if self.size > _REMEMBERED:
                block.forget()


def bits(row: int) -> Iterator[int]:
    """Yield the positions of the ones, lowest first."""
    while row:
        low = row & -row
        yield low.bit_length() - 1
        row ^= low


def many_bits(row: int) -> list[int]:
    """Return the positions of the ones, lowest first; quick for rows with many."""
    text = bin(row)[:1:-1]
    result = []
    position = text.find("1")
    while position >= 0:
        result.append(position)
        position = text.find("1", position + 1)
    return result
