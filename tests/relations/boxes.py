"""Exact first-match reachability by cutting boxes out of boxes: slow, short, and shares nothing with ours.

A box is the bounds of its fields in order: low, high, low, high ... (both ends inclusive).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

Box = tuple[int, ...]


def overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share a point."""
    return all(one[i] <= other[i + 1] and other[i] <= one[i + 1] for i in range(0, len(one), 2))


def without(boxes: Iterable[Box], hole: Box) -> list[Box]:
    """Return the boxes less the hole, as disjoint boxes."""
    left: list[Box] = []
    for box in boxes:
        if not overlap(box, hole):
            left.append(box)
            continue
        for i in range(0, len(box), 2):
            low, high = box[i], box[i + 1]
            if low < hole[i]:
                left.append((*box[:i], low, hole[i] - 1, *box[i + 2 :]))
            if high > hole[i + 1]:
                left.append((*box[:i], hole[i + 1] + 1, high, *box[i + 2 :]))
            box = (*box[:i], max(low, hole[i]), min(high, hole[i + 1]), *box[i + 2 :])
    return left


def deciders(boxes: Sequence[Box], position: int) -> tuple[list[int], list[Box]]:
    """Return the earlier boxes that decide a point of the one at `position`, and what they leave of it."""
    left, found = [boxes[position]], []
    for number in range(position):
        if overlap(boxes[position], boxes[number]) and any(overlap(box, boxes[number]) for box in left):
            found.append(number)
            left = without(left, boxes[number])
    return found, left


def covered(box: Box, by: Iterable[Box]) -> bool:
    """Tell whether boxes together hold all of one."""
    left = [box]
    for hole in by:
        left = without(left, hole)
    return not left
