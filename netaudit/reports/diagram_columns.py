"""How far to the right the boxes and the ends of lines of the topology picture are.

Source of the placing: the pool-adjacent-violators algorithm (R. E. Barlow et al., "Statistical Inference under Order
Restrictions", 1972).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from netaudit.reports.diagram_tiers import Place, Tiers

GRID = 12  # boxes and the lines from their lower sides stand on it
MARGIN = 12
FRAME_PADDING = 24
FRAME_GAP = 24
BOX_GAP = 24
SIDE_LINES = 4
SWEEPS = 16
PASSES = 3


@dataclass(frozen=True, slots=True)
class Wire:
    """A line to draw. Widths are those of the words at its ends and of its note, 0 = none.

    `distant` lines say nothing of the tiers (see diagram_tiers.Line); `above`: in a row it runs over the boxes.
    """

    source: str
    target: str
    source_width: int = 0
    target_width: int = 0
    note_width: int = 0
    distant: bool = False
    pair: bool = False
    above: bool = False


_Pull = tuple[str, float]
"""What a wire asks of the middle of a box: to be this far from the middle of another."""


@dataclass(slots=True)
class Plan:
    """The picture while it is laid out. `ends`: (box, side) -> the wires that end there, as (wire, the other end)."""

    wires: Sequence[Wire]
    tiers: Tiers
    widths: dict[str, int] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    ends: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)
    at: dict[tuple[str, int], int] = field(default_factory=dict)  # (box or place, wire) -> x of its upper or lower end
    beside: dict[int, tuple[str, str, int]] = field(default_factory=dict)  # wires between neighbours: left, right, step

    def centre(self, one: str) -> float:
        """Return the middle of a box or place."""
        return self.left[one] + self.widths[one] / 2

    def offset(self, one: str, wire: int) -> float:
        """Return how far from the middle a wire touches a box, 0 as long as that is not known."""
        return self.at[one, wire] - self.centre(one) if (one, wire) in self.at else 0

    def label(self, wire: int, one: str) -> int:
        """Return the width of the words of a wire at one of its boxes."""
        known = self.wires[wire]
        return known.source_width if one == known.source else known.target_width


def set_columns(plan: Plan, width_of: Mapping[str, int], site_count: int) -> list[tuple[int, int]]:
    """Set the widths, the left sides and the ends of all wires; return where each site begins and ends."""
    _choose_sides(plan)
    _widen(plan, width_of)
    spans: list[tuple[int, int]] = []
    for _ in range(PASSES):  # the first pass knows the middles of the boxes alone, the next where wires touch them
        spans = _place_boxes(plan, site_count)
        _set_ends(plan)
    return spans


# --- which side of its boxes a wire ends at ----------------------------------------------------------


def _choose_sides(plan: Plan) -> None:
    next_to = {
        (one.id, other.id)
        for row in plan.tiers.rows
        for places in row
        for one, other in pairwise(places)
        if one.line is None and other.line is None
    }
    taken: dict[tuple[str, str], int] = {}
    for number, way in plan.tiers.ways.items():
        first, last = way[0], way[-1]
        if first.row != last.row:
            sides = "bottom", "top"
        else:
            ends = (first.id, last.id) if (first.id, last.id) in next_to else (last.id, first.id)
            step = taken.get(ends, 0)
            if ends in next_to and step < SIDE_LINES:
                taken[ends] = step + 1
                plan.beside[number] = (*ends, step)
                continue
            side = "top" if plan.wires[number].above and first.row > 0 else "bottom"
            sides = side, side
        for place, other, side in ((first, last, sides[0]), (last, first, sides[1])):
            plan.ends.setdefault((place.id, side), []).append((number, other.id))


def _slot(label: int) -> int:
    """Return the room that an end with a label needs, with the play that makes straight lines possible."""
    return math.ceil((label + 10) / GRID) * GRID + GRID


def _widen(plan: Plan, width_of: Mapping[str, int]) -> None:
    """Give each box the width that it asks for, or that the ends at its sides need."""
    for row in plan.tiers.rows:
        for places in row:
            for place in places:
                if place.line is not None:
                    plan.widths[place.id] = GRID
                    continue
                rooms = [
                    sum(_slot(plan.label(number, place.id)) for number, _ in plan.ends.get((place.id, side), ()))
                    for side in ("top", "bottom")
                ]
                plan.widths[place.id] = math.ceil((max(width_of[place.id], *rooms) + GRID) / GRID) * GRID


# --- places from left to right --------------------------------------------------------------------


def spread(wanted: Sequence[float], gaps: Sequence[float], low: float, high: float) -> list[float]:
    """Return places near those wanted, in their order and at least `gaps` apart, all from `low` to `high`.

    The sum of the squared distances is the least possible (pool adjacent violators). Where there is too little room
    the last ones stand beyond `high`.
    """
    offsets = [0.0]
    for gap in gaps:
        offsets.append(offsets[-1] + gap)
    pools: list[tuple[float, int]] = []
    for value, offset in zip(wanted, offsets, strict=True):
        mean, size = value - offset, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (before * count + mean * size) / (count + size), count + size
        pools.append((mean, size))
    room = max(low, high - offsets[-1])
    flat = [min(max(mean, low), room) for mean, size in pools for _ in range(size)]
    return [place + offset for place, offset in zip(flat, offsets, strict=True)]


def _place_boxes(plan: Plan, site_count: int) -> list[tuple[int, int]]:
    """Set the left side of every place; return where each site begins and ends."""
    joined: dict[str, tuple[list[_Pull], list[_Pull]]] = {}
    for number, way in plan.tiers.ways.items():
        for one, other in pairwise(way):
            if one.row != other.row and one.site == other.site:
                apart = plan.offset(one.id, number) - plan.offset(other.id, number)
                joined.setdefault(one.id, ([], []))[1].append((other.id, -apart))
                joined.setdefault(other.id, ([], []))[0].append((one.id, apart))
    gap_after = _gaps(plan)
    spans: list[tuple[int, int]] = []
    x = MARGIN + FRAME_PADDING
    for site in range(site_count):
        rows = [row[site] for row in plan.tiers.rows if row[site]]
        centre = _centres(plan, rows, joined, gap_after)
        lowest = min(centre[one.id] - plan.widths[one.id] / 2 for places in rows for one in places)
        for places in rows:
            for one in places:
                left = centre[one.id] - plan.widths[one.id] / 2 - lowest
                plan.left[one.id] = x + int((left + 1e-6) // GRID) * GRID
        end = max(plan.left[one.id] + plan.widths[one.id] for places in rows for one in places)
        spans.append((x, end))
        x = end + 2 * FRAME_PADDING + FRAME_GAP
    return spans


def _gaps(plan: Plan) -> dict[str, int]:
    """Return the gap right of boxes whose lines to the next one bear labels."""
    found: dict[str, int] = {}
    for number, (left, _, _) in plan.beside.items():
        wire = plan.wires[number]
        words = wire.source_width + wire.target_width + 24
        found[left] = max(found.get(left, BOX_GAP), math.ceil(words / GRID) * GRID)
    return found


def _centres(
    plan: Plan,
    rows: Sequence[Sequence[Place]],
    joined: Mapping[str, tuple[list[_Pull], list[_Pull]]],
    gap_after: Mapping[str, int],
) -> dict[str, float]:
    """Return the middles of the places of one site: each as near to what it is joined to as the others let it."""
    gaps = [
        [
            (plan.widths[one.id] + plan.widths[other.id]) / 2
            + (gap_after.get(one.id, BOX_GAP) if one.line is None and other.line is None else GRID)
            for one, other in pairwise(places)
        ]
        for places in rows
    ]
    centre: dict[str, float] = {}
    for places, apart in zip(rows, gaps, strict=True):
        start = -sum(apart) / 2
        for place, offset in zip(places, [0.0, *apart], strict=True):
            start += offset
            centre[place.id] = start
    for sweep in range(SWEEPS):
        order = range(len(rows)) if sweep % 2 == 0 else range(len(rows) - 1, -1, -1)
        for index in order:
            wanted = []
            for place in rows[index]:
                above, below = joined.get(place.id, ((), ()))
                near = (above or below) if sweep % 2 == 0 else (below or above)
                others = [*above, *below] if sweep >= SWEEPS - 4 else near
                wanted.append(
                    sum(centre[other] + apart for other, apart in others) / len(others) if others else centre[place.id]
                )
            middles = spread(wanted, gaps[index], -math.inf, math.inf)
            centre |= {place.id: middle for place, middle in zip(rows[index], middles, strict=True)}
    return centre


def _set_ends(plan: Plan) -> None:
    """Set where each wire leaves its boxes; no two wires share an x in a channel."""
    for row in plan.tiers.rows:
        for places in row:
            for place in places:
                if place.line is not None:
                    plan.at[place.id, place.line] = plan.left[place.id] + 3
                else:
                    plan.at |= {(place.id, number): x for number, x in _ends_at(plan, place.id, "bottom")}
    upper_of = {
        (way[index + 1].id, number): way[index].id
        for number, way in plan.tiers.ways.items()
        for index in range(len(way) - 1)
        if way[index].row != way[index + 1].row
    }
    for row in plan.tiers.rows:
        taken = {plan.at[way_end] for way_end in _upper_ends(plan, row, upper_of)}
        for places in row:
            for place in places:
                if place.line is None:
                    for number, x in _ends_at(plan, place.id, "top"):
                        own = plan.at.get((upper_of.get((place.id, number), ""), number))
                        straight = own is not None and x <= own < x + GRID
                        plan.at[place.id, number] = own if straight and own is not None else x + GRID // 2
                else:
                    own = plan.at[upper_of[place.id, place.line], place.line]
                    x = plan.left[place.id] + 3
                    plan.at[place.id, place.line] = (
                        own
                        if 0 <= own - plan.left[place.id] < GRID
                        else next((x + shift for shift in (0, 2, 4, 6, 8, -2) if x + shift not in taken), x)
                    )


def _upper_ends(
    plan: Plan, row: Sequence[Sequence[Place]], upper_of: Mapping[tuple[str, int], str]
) -> list[tuple[str, int]]:
    """Return the ends, in the row above, of the wires that come down to a row."""
    wires = [
        (place.id, number)
        for places in row
        for place in places
        for number in (
            [place.line] if place.line is not None else [wire for wire, _ in plan.ends.get((place.id, "top"), ())]
        )
    ]
    return [(upper_of[end], end[1]) for end in wires if end in upper_of]


def _ends_at(plan: Plan, one: str, side: str) -> list[tuple[int, int]]:
    """Return the wires at the upper or lower side of a box with their x, on the grid, each near its other end."""
    row = plan.tiers.box[one].row

    def towards(end: tuple[int, str]) -> str:
        way = plan.tiers.ways[end[0]]
        return way[1].id if way[0].id == one else way[-2].id

    def key(end: tuple[int, str]) -> tuple[int, float, int]:
        other = plan.centre(towards(end))
        if plan.tiers.box[end[1]].row != row:
            return 0, other, end[0]
        # Within the row the far ones leave nearer the middle: their lanes lie deeper.
        return (1 if other > plan.centre(one) else -1), -other, end[0]

    ends = sorted(plan.ends.get((one, side), ()), key=key)
    if not ends:
        return []
    rooms = [_slot(plan.label(number, one)) for number, _ in ends]
    low, high = plan.left[one] + GRID, plan.left[one] + plan.widths[one] - rooms[-1]
    wanted = [
        plan.at.get((towards(end), end[0]), plan.centre(towards(end))) if side == "top" else plan.centre(towards(end))
        for end in ends
    ]
    places = spread(wanted, rooms[:-1], low, max(low, high))
    return [
        (number, plan.left[one] + int((place - plan.left[one] + 1e-6) // GRID) * GRID)
        for (number, _), place in zip(ends, places, strict=True)
    ]
