"""Which earlier entries of another action an entry overlaps: for advice, so only the first few are looked at."""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.packets.box_index import bits
from netaudit.packets.first_match import FirstMatch
from netaudit.packets.space import Spans

_NEIGHBOURS = 8  # overlapping entries that are looked at


def neighbours(table: FirstMatch, entries: Iterable[int]) -> dict[int, tuple[list[int], list[int]]]:
    """Return for entries the earlier ones of another action that they contain, and that they partly overlap.

    Looks at the first few overlapping boxes only: this question is for advice.
    """
    wanted = [entry for entry in entries if table.maybe_boxes(entry)]
    found: dict[int, list[int]] = {entry: [] for entry in wanted}
    keys, owner = table.index.keys, table.owner
    for block in table.index.blocks():
        _, maybe, acting = table.parts(block)
        start = block.start
        for entry in wanted:
            limit = table.first[entry]
            others = found[entry]
            if limit <= start or len(others) >= _NEIGHBOURS:
                continue
            other_action = maybe & ~acting.get(table.entries[entry].action, 0)
            if limit < block.stop:
                other_action &= (1 << (limit - start)) - 1
            row = 0
            for box in table.maybe_boxes(entry):
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
            if _within(table, other, entry):
                contained.append(other)
            elif not _within(table, entry, other):
                partly.append(other)
        if contained or partly:
            result[entry] = (contained, partly)
    return result


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
