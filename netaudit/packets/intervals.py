"""Sets of whole numbers as sorted, disjoint, inclusive intervals."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MANY = 8  # times as many intervals on one side: those of the other are looked up


@dataclass(frozen=True, slots=True)
class IntervalSet:
    """A finite union of intervals `(low, high)`, both ends inclusive.

    Normal form: sorted, disjoint and never adjacent, so equal sets compare equal.
    Build with `IntervalSet.of` (any intervals) or `IntervalSet.span` (one).
    """

    intervals: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[tuple[int, int]]) -> IntervalSet:
        """Return the union of any intervals, in any order; those with low > high are empty."""
        merged: list[tuple[int, int]] = []
        for low, high in sorted(intervals):
            if low > high:
                continue
            if merged and low <= merged[-1][1] + 1:
                if high > merged[-1][1]:
                    merged[-1] = (merged[-1][0], high)
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    @classmethod
    def span(cls, low: int, high: int) -> IntervalSet:
        """Return one interval, both ends inclusive; empty if low > high."""
        return cls(((low, high),)) if low <= high else EMPTY

    @classmethod
    def single(cls, value: int) -> IntervalSet:
        """Return the set of one number."""
        return cls(((value, value),))

    def __bool__(self) -> bool:
        return bool(self.intervals)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.intervals)

    def __contains__(self, value: int) -> bool:
        index = bisect_right(self.intervals, value, key=lambda interval: interval[0]) - 1
        return index >= 0 and value <= self.intervals[index][1]

    def __or__(self, other: IntervalSet) -> IntervalSet:
        if not other.intervals or self is other:
            return self
        if not self.intervals:
            return other
        return IntervalSet.of(self.intervals + other.intervals)

    def __and__(self, other: IntervalSet) -> IntervalSet:
        if self is other:
            return self
        left, right = self.intervals, other.intervals
        if len(left) > len(right):
            left, right = right, left
        if not left:
            return EMPTY
        if len(left) == 1 and left[0][0] <= right[0][0] and right[-1][1] <= left[0][1]:
            return self if right is self.intervals else other
        if len(right) > MANY * len(left):
            return IntervalSet(tuple(part for interval in left for part in _within(right, *interval)))
        result: list[tuple[int, int]] = []
        i = j = 0
        while i < len(left) and j < len(right):
            low = max(left[i][0], right[j][0])
            high = min(left[i][1], right[j][1])
            if low <= high:
                result.append((low, high))
            if left[i][1] < right[j][1]:
                i += 1
            else:
                j += 1
        return IntervalSet(tuple(result))

    def __sub__(self, other: IntervalSet) -> IntervalSet:
        right = other.intervals
        if not right or not self.intervals:
            return self
        if len(right) > MANY * len(self.intervals):
            right = tuple(part for interval in self.intervals for part in _within(right, *interval))
        result: list[tuple[int, int]] = []
        j = 0
        for low, high in self.intervals:
            while j < len(right) and right[j][1] < low:
                j += 1
            k = j
            while k < len(right) and right[k][0] <= high:
                if right[k][0] > low:
                    result.append((low, right[k][0] - 1))
                low = right[k][1] + 1
                if low > high:
                    break
                k += 1
            if low <= high:
                result.append((low, high))
        return IntervalSet(tuple(result))

    def __le__(self, other: IntervalSet) -> bool:
        """Tell whether every number of this set is in the other."""
        right = other.intervals
        j = 0
        for low, high in self.intervals:
            while j < len(right) and right[j][1] < low:
                j += 1
            if j == len(right) or right[j][0] > low or right[j][1] < high:
                return False
        return True

    def overlaps(self, other: IntervalSet) -> bool:
        """Tell whether the two sets share a number."""
        left, right = self.intervals, other.intervals
        i = j = 0
        while i < len(left) and j < len(right):
            if left[i][1] < right[j][0]:
                i += 1
            elif right[j][1] < left[i][0]:
                j += 1
            else:
                return True
        return False

    def size(self) -> int:
        """Return how many numbers the set holds."""
        return sum(high - low + 1 for low, high in self.intervals)

    def is_single(self) -> bool:
        """Tell whether the set holds exactly one number."""
        return len(self.intervals) == 1 and self.intervals[0][0] == self.intervals[0][1]

    def lowest(self) -> int:
        """Return the smallest number. Raises IndexError on the empty set."""
        return self.intervals[0][0]


def _within(intervals: tuple[tuple[int, int], ...], low: int, high: int) -> Iterator[tuple[int, int]]:
    """Yield what sorted intervals have between two numbers, found by bisection."""
    place = max(0, bisect_right(intervals, low, key=lambda interval: interval[0]) - 1)
    while place < len(intervals) and intervals[place][0] <= high:
        first, last = intervals[place]
        if last >= low:
            yield max(first, low), min(last, high)
        place += 1


EMPTY = IntervalSet()
