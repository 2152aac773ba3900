"""Which boxes overlap or contain one box, for large indexes of object groups: answered on distinct sets.

A large rulebase names far fewer groups than it has rules. For one set the others that share a cell with it are
counted with one gather over "cell -> sets"; a count as large as the set means that it is contained. The answer for
boxes is the answer for their sets, joined over the axes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from netaudit.packets.box_index import Axis, BoxIndex
from netaudit.packets.space import Spans

if TYPE_CHECKING:
    from numpy import bool_, int64
    from numpy.typing import NDArray

    Flags = NDArray[bool_]
    Numbers = NDArray[int64]

_MEMORY = 100_000_000  # bytes of remembered rows for each axis


class _AxisRelations:
    """The sets of one axis that overlap and contain a set."""

    def __init__(self, axis: Axis, numbers: Sequence[int]) -> None:
        import numpy

        self._spans = axis.spans
        self._cells = axis.cells
        self._sets = len(axis.spans)
        self._numbers = numpy.array(numbers, dtype=numpy.int64)
        cell_sets = axis.narrow()
        self._start = numpy.zeros(axis.cells + 1, dtype=numpy.int64)
        numpy.cumsum([len(one) for one in cell_sets], out=self._start[1:])
        self._held: Numbers = numpy.array([number for one in cell_sets for number in one], dtype=numpy.int64)
        wide = [(number, low, high) for number, spans in enumerate(axis.wide) for low, high in spans]
        self._wide: Numbers = numpy.array(wide, dtype=numpy.int64).reshape(len(wide), 3)
        self._memory: dict[int, tuple[int, int | list[int]]] = {}
        self._held_bytes = 0

    def of(self, number: int) -> tuple[int, int]:
        """Return the row of the boxes whose set overlaps set `number`, and of those whose set contains it."""
        known = self._memory.get(number)
        if known is None:
            if self._held_bytes > _MEMORY:
                self._memory.clear()
                self._held_bytes = 0
            overlap, contain = self._sets_related(self._spans[number])
            containing = contain[self._numbers].nonzero()[0].tolist()
            # Few boxes contain a set: their numbers take less room than a row.
            kept = containing if len(containing) < 64 else _row(contain[self._numbers])
            known = self._memory[number] = (_row(overlap[self._numbers]), kept)
            self._held_bytes += (len(self._numbers) if isinstance(kept, list) else 2 * len(self._numbers)) // 7
        overlapping, kept = known
        if isinstance(kept, int):
            return overlapping, kept
        row = 0
        for box in kept:
            row |= 1 << box
        return overlapping, row

    def _sets_related(self, spans: Spans) -> tuple[Flags, Flags]:
        import numpy

        ends = numpy.array(spans, dtype=numpy.int64)
        sizes = numpy.concatenate(([0], numpy.cumsum(ends[:, 1] - ends[:, 0] + 1)))
        counts = numpy.zeros(self._sets, dtype=numpy.int64)
        start = self._start
        gathered = numpy.concatenate([self._held[start[low] : start[high + 1]] for low, high in spans])
        if len(gathered):
            counts += numpy.bincount(gathered, minlength=self._sets)
        if len(self._wide):
            shared = _below(self._wide[:, 2] + 1, ends, sizes) - _below(self._wide[:, 1], ends, sizes)
            counts += numpy.bincount(self._wide[:, 0], weights=shared, minlength=self._sets).astype(numpy.int64)
        return counts > 0, counts == sizes[-1]


def _below(cells: Numbers, ends: Numbers, sizes: Numbers) -> Numbers:
    """Return for cells how many cells of some spans (their ends, their sizes summed up) lie below."""
    import numpy

    spans = numpy.searchsorted(ends[:, 0], cells, "left")
    past = numpy.maximum(ends[numpy.maximum(spans - 1, 0), 1] + 1 - cells, 0)
    result: Numbers = sizes[spans] - numpy.where(spans > 0, past, 0)
    return result


def _row(flags: Flags) -> int:
    import numpy

    return int.from_bytes(numpy.packbits(flags, bitorder="little").tobytes(), "little")


class SetRelations:
    """Overlap and containment of the boxes of one index."""

    def __init__(self, index: BoxIndex) -> None:
        self._keys = index.keys
        self._axes = [_AxisRelations(index.axes[axis], index.numbers[axis]) for axis in index.active]

    def rows(self, box: int) -> tuple[int, int]:
        """Return the row of the boxes that overlap a box, and of those that contain it."""
        overlap = contain = (1 << len(self._keys)) - 1
        for axis, number in zip(self._axes, self._keys[box], strict=True):
            mine, whole = axis.of(number)
            overlap &= mine
            contain &= whole
        return overlap, contain
