"""Where the boxes and lines of the topology picture are: a column for each site, the outside on top.

Boxes stand in rows; between two rows is a channel where lines run sideways, each in a lane of its own, so that no line
touches a box that it does not end at and no two lines lie on each other. Labels have room kept for them beside the line
that they belong to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from netaudit.reports.diagram_columns import FRAME_PADDING, GRID, MARGIN, Plan, Wire, set_columns
from netaudit.reports.diagram_tiers import Line, Place, arrange

FRAME_HEAD = 32  # room for the name of a site
LANE = 8  # between two lines that run beside each other
NOTE_LANE = 20  # with words above the line
LABEL_ROOM = 17  # above and below a box
SIDE_STEP = 17  # between lines that join two neighbours in a row


@dataclass(frozen=True, slots=True)
class Box:
    """A place in picture units."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A site with its box."""

    site: str
    box: Box


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text begins ("start"), ends or has its middle."""

    x: int
    y: int
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Route:
    """The way of a wire from its source to its target, and where its words stand; `note` None: no room."""

    corners: tuple[tuple[int, int], ...]
    source: Spot
    target: Spot
    note: Spot | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """All places. `frames` is empty where no site is stated."""

    width: int
    height: int
    frames: tuple[Frame, ...]
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]  # one a wire, in their order


def lay_out(
    site_of: Mapping[str, str],
    outside: Sequence[str],
    wires: Sequence[Wire],
    width_of: Mapping[str, int],
    height_of: Callable[[str, int], int],
) -> Layout:
    """Return the places of boxes (id -> site) and wires; `height_of` tells how tall a box of some width must be.

    Boxes that are `outside` stand on top. No wire may join a box to itself.
    """
    if not site_of:
        return Layout(2 * MARGIN, 2 * MARGIN, (), {}, ())
    sites = _sites(site_of)
    number_of = {site: number for number, site in enumerate(sites)}
    lines = [Line(number, one.source, one.target, one.distant, one.pair) for number, one in enumerate(wires)]
    tiers = arrange({one: number_of[site] for one, site in site_of.items()}, outside, lines, len(sites))
    plan = Plan(wires, tiers)
    spans = set_columns(plan, width_of, len(sites))
    framed = any(sites)
    frame_edges = [edge for low, high in spans for edge in (low - FRAME_PADDING, high + FRAME_PADDING)]
    heights = {one: _height(plan, one, height_of) for one in site_of}
    return _draw(plan, sites, spans, heights, framed, frame_edges if framed else [])


def _sites(site_of: Mapping[str, str]) -> list[str]:
    """Return the sites, that with the most boxes first, what has no site last."""
    counts: dict[str, int] = {}
    for site in site_of.values():
        counts[site] = counts.get(site, 0) + 1
    return sorted(counts, key=lambda site: (not site, -counts[site], site))


def _height(plan: Plan, one: str, height_of: Callable[[str, int], int]) -> int:
    steps = [step + 1 for first, second, step in plan.beside.values() if one in (first, second)]
    return max(height_of(one, plan.widths[one]), SIDE_STEP * max(steps, default=0) + 10)


# --- channels -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Crossing:
    """A wire in a channel. `upper` and `lower` are its x at both sides of it; of a turn both are at one side."""

    wire: int
    upper: int
    lower: int
    turn: str = ""  # "down": from the boxes above and back to them, "up": the other way round

    @property
    def span(self) -> tuple[int, int]:
        return min(self.upper, self.lower), max(self.upper, self.lower)


def _channels(plan: Plan) -> list[list[_Crossing]]:
    """Return the wires below each row; those above the first row are none."""
    found: list[list[_Crossing]] = [[] for _ in plan.tiers.rows]
    for number, way in plan.tiers.ways.items():
        if number in plan.beside:
            continue
        if way[0].row == way[-1].row:
            xs = plan.at[way[0].id, number], plan.at[way[-1].id, number]
            top = any(wire == number for wire, _ in plan.ends.get((way[0].id, "top"), ()))
            found[way[0].row - top].append(_Crossing(number, *xs, "up" if top else "down"))
            continue
        for one, other in pairwise(way):
            found[one.row].append(_Crossing(number, plan.at[one.id, number], plan.at[other.id, number]))
    return found


def _lanes(crossings: Sequence[_Crossing]) -> dict[_Crossing, int]:
    """Return the lane of each wire that runs sideways; wires of one lane do not meet."""

    def key(one: _Crossing) -> tuple[int, int, int]:
        low, high = one.span
        if one.turn == "down":
            return 0, high - low, one.wire
        if one.turn == "up":
            return 2, low - high, one.wire
        # Of two that go the same way, the one ahead keeps out of the other's way by running higher.
        return 1, -one.upper if one.lower > one.upper else one.upper, one.wire

    lanes: list[list[tuple[int, int]]] = []
    found: dict[_Crossing, int] = {}
    for one in sorted((one for one in crossings if one.upper != one.lower), key=key):
        low, high = one.span
        number = next(
            (
                number
                for number, taken in enumerate(lanes)
                if all(high + GRID <= start or end + GRID <= low for start, end in taken)
            ),
            len(lanes),
        )
        if number == len(lanes):
            lanes.append([])
        lanes[number].append((low, high))
        found[one] = number
    return found


def _note_place(
    one: _Crossing, width: int, lanes: Mapping[_Crossing, int], crossings: Sequence[_Crossing], edges: Sequence[int]
) -> int | None:
    """Return the middle of the widest piece of a lane that no other line crosses, None where the words do not fit."""
    low, high = one.span
    lane = lanes[one]
    walls = {low, high, *(edge for edge in edges if low < edge < high)}
    for other in crossings:
        at = lanes.get(other, lane)
        if (other.turn != "up" and at >= lane) or other.upper == other.lower:
            walls |= {other.upper} | ({other.lower} if other.turn == "down" else set())
        if other.turn != "down" and at <= lane:
            walls |= {other.lower} | ({other.upper} if other.turn == "up" else set())
    pieces = list(pairwise(sorted(wall for wall in walls if low <= wall <= high)))
    start, end = max(pieces, key=lambda piece: (piece[1] - piece[0], -piece[0]))
    return (start + end) // 2 if end - start >= width + 10 else None


def _draw(
    plan: Plan,
    sites: Sequence[str],
    spans: Sequence[tuple[int, int]],
    heights: Mapping[str, int],
    framed: bool,
    edges: Sequence[int],
) -> Layout:
    channels = _channels(plan)
    y = MARGIN + (FRAME_HEAD if framed else 0) + 10
    boxes: dict[str, Box] = {}
    lane_y: dict[tuple[int, int], int] = {}  # (row, wire) -> y
    notes: dict[int, Spot] = {}
    tops: list[int] = []
    for row, crossings in zip(plan.tiers.rows, channels, strict=True):
        tops.append(y)
        tallest = 0
        for places in row:
            for one in places:
                if one.line is None:
                    boxes[one.id] = Box(plan.left[one.id], y, plan.widths[one.id], heights[one.id])
                    tallest = max(tallest, heights[one.id])
        y += tallest
        if not crossings:
            y += 2 * LABEL_ROOM
            continue
        y += LABEL_ROOM
        lanes = _lanes(crossings)
        noted: dict[_Crossing, int] = {}
        for crossing in lanes:
            width = plan.wires[crossing.wire].note_width
            middle = _note_place(crossing, width, lanes, crossings, edges) if width else None
            if middle is not None and crossing.wire not in notes:
                noted[crossing] = middle
                notes[crossing.wire] = Spot(middle, 0, "middle")
        tall = {lanes[crossing] for crossing in noted}
        ys: list[int] = []
        for lane in range(max(lanes.values(), default=-1) + 1):
            y += NOTE_LANE if lane in tall else LANE
            ys.append(y)
        for crossing, lane in lanes.items():
            lane_y[len(tops) - 1, crossing.wire] = ys[lane]
            if crossing in noted:
                notes[crossing.wire] = Spot(noted[crossing], ys[lane] - 4, "middle")
        y += LABEL_ROOM + LANE
    bottom = y - (LANE if channels[-1] else LABEL_ROOM)
    routes = tuple(_route(plan, number, boxes, tops, lane_y, notes) for number in range(len(plan.wires)))
    frames = tuple(
        Frame(site, Box(low - FRAME_PADDING, MARGIN, high - low + 2 * FRAME_PADDING, bottom - MARGIN))
        for site, (low, high) in zip(sites, spans, strict=True)
        if framed
    )
    return Layout(spans[-1][1] + FRAME_PADDING + MARGIN, bottom + MARGIN, frames, boxes, routes)


def _route(
    plan: Plan,
    number: int,
    boxes: Mapping[str, Box],
    tops: Sequence[int],
    lane_y: Mapping[tuple[int, int], int],
    notes: Mapping[int, Spot],
) -> Route:
    wire, way = plan.wires[number], plan.tiers.ways[number]
    if number in plan.beside:
        left, right, step = plan.beside[number]
        y = boxes[left].y + SIDE_STEP * (step + 1)
        corners = [(boxes[left].x + boxes[left].width, y), (boxes[right].x, y)]
        spots = [Spot(corners[0][0] + 4, y - 4), Spot(corners[1][0] - 4, y - 4, "end")]
        first = left
    else:
        corners, spots = _winding(plan, number, way, boxes, tops, lane_y)
        first = way[0].id
    if first != wire.source:
        corners, spots = corners[::-1], spots[::-1]
    return Route(tuple(corners), spots[0], spots[1], notes.get(number))


def _winding(
    plan: Plan,
    number: int,
    way: Sequence[Place],
    boxes: Mapping[str, Box],
    tops: Sequence[int],
    lane_y: Mapping[tuple[int, int], int],
) -> tuple[list[tuple[int, int]], list[Spot]]:
    """Return the corners of a wire through the channels, from its upper end on, and the places of its labels."""
    first, last = way[0], way[-1]
    xs = [plan.at[place.id, number] for place in way]
    if first.row == last.row:
        up = any(wire == number for wire, _ in plan.ends.get((first.id, "top"), ()))
        lane = lane_y[first.row - up, number]
        ys = [boxes[one.id].y + (0 if up else boxes[one.id].height) for one in (first, last)]
        corners = [(xs[0], ys[0]), (xs[0], lane), (xs[1], lane), (xs[1], ys[1])]
        return corners, [Spot(x + 4, y - 5 if up else y + 13) for x, y in zip(xs, ys, strict=True)]
    start, end = boxes[first.id].y + boxes[first.id].height, tops[last.row]
    corners = [(xs[0], start)]
    for (one, x), (_, following) in pairwise(zip(way, xs, strict=True)):
        if x != following:
            lane = lane_y[one.row, number]
            corners += [(x, lane), (following, lane)]
    corners.append((xs[-1], end))
    return corners, [Spot(xs[0] + 4, start + 13), Spot(xs[-1] + 4, end - 5)]
