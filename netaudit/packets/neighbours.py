"""Which earlier entries of another action an entry overlaps: for advice, so only the first few are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from netaudit.packets.box_index import bits
from netaudit.packets.first_match import FirstMatch
from netaudit.packets.space import Spans

_NEIGHBOURS = 8  # overlapping entries that are looked at
_CHUNK = 4000


def neighbours(table: FirstMatch, entries: Iterable[int]) -> dict[int, tuple[list[int], list[int]]]:
    """Return for entries the earlier ones of another action that they contain, and that they partly overlap.

    Looks at the first few overlapping boxes only: this question is for advice.
    """
    wanted = [entry for entry in entries if table.maybe_boxes(entry)]
    found = _overlapping(table, wanted) if table.relations is None else _overlapping_sets(table, wanted)
    result = {}
    for entry, others in found.items():
        contained, partly = [], []
        for other in others:
            if _within(table, other, entry):
                contained.append(other)
            elif not _within(table, entry, other):
                partly.append(other)
        if contained or partly:
            result[entry] = (contained, partly)
    return result


def _overlapping(table: FirstMatch, wanted: list[int]) -> dict[int, list[int]]:
    """Return for entries the first few earlier ones of another action that they overlap."""
    found: dict[int, list[int]] = {entry: [] for entry in wanted}
    keys, owner = table.index.keys, table.owner
    for block in table.index.blocks():
        _, maybe, acting = table.parts(block)
        start = block.start
        asked = [entry for entry in wanted if table.first[entry] > start and len(found[entry]) < _NEIGHBOURS]
        rows = block.overlapping_each([keys[box] for entry in asked for box in table.maybe_boxes(entry)])
        differing = {action: maybe & ~mask for action, mask in acting.items()}
        for entry in asked:
            limit = table.first[entry]
            others = found[entry]
            row = 0
            for _ in table.maybe_boxes(entry):
                row |= next(rows)
            row &= differing[table.entries[entry].action]
            if limit < block.stop:
                row &= (1 << (limit - start)) - 1
            for bit in bits(row):
                number = owner[start + bit]
                if not others or others[-1] != number:
                    others.append(number)
                    if len(others) >= _NEIGHBOURS:
                        break
    return found


def _overlapping_sets(table: FirstMatch, wanted: list[int]) -> dict[int, list[int]]:
    """The same for large indexes of object groups, entry by entry."""
    found: dict[int, list[int]] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows = table.rows([box for entry in chunk for box in table.maybe_boxes(entry)])
        for entry in chunk:
            row = 0
            for box in table.maybe_boxes(entry):
                row |= rows[box][0]
            row &= table.maybe & ~table.acting.get(table.entries[entry].action, 0) & ((1 << table.first[entry]) - 1)
            # One entry may have a few boxes: look at some more bits than entries are wanted.
            owners = dict.fromkeys(table.owner[bit] for bit in islice(bits(row), 4 * _NEIGHBOURS))
            found[entry] = list(islice(owners, _NEIGHBOURS))
    return found


def _within(table: FirstMatch, inner: int, outer: int) -> bool:
    """Tell whether each box of one entry lies in one box of the other."""
    keys, axes, active = table.index.keys, table.index.axes, table.index.active
    for box in table.maybe_boxes(inner):
        for other in table.maybe_boxes(outer):
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
