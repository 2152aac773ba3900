"""Where the boxes of the topology picture stand: a band for each site, columns from the outside to the inside.

Columns have the same places in every band, so that the lanes between them are free of boxes from top to bottom:
links between sites run there, and in the gaps between the bands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netaudit.policy.registers import ZoneType
from netaudit.reports.result import DiagramNode

NODE_WIDTH = 142
COLUMN_GAP = 132
ROW_GAP = 16
PORT_STEP = 19
MIN_HEIGHT = 42
MARGIN = 16
BAND_HEAD = 30  # room for the name of a site
BAND_GAP = 26
LANE = 7  # between two lines that run beside each other
SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Link:
    """An edge with the label at each end."""

    source: str
    target: str
    source_label: str = ""
    target_label: str = ""
    kind: str = "link"
    state: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """A place in picture units."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Band:
    """A site with its box."""

    site: str
    box: Box


@dataclass(frozen=True, slots=True)
class Route:
    """The way of an edge. `corners` from end to end; `curved`: a curve between two corners."""

    corners: tuple[tuple[int, int], ...]
    curved: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """All places. `bands` is empty where no site is stated."""

    width: int
    height: int
    bands: tuple[Band, ...]
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]  # one a link, in their order


def lay_out(nodes: Sequence[DiagramNode], links: Sequence[Link], types: Mapping[str, ZoneType | None]) -> Layout:
    """Return the places of nodes and links; `types` has the zone type of every node, None where it is no zone."""
    site_of = {node.id: node.site for node in nodes}
    bands = [(site, _columns_of(site, nodes, links, types, site_of)) for site in _sites(nodes)]
    titled = len(bands) > 1 or any(site for site, _ in bands)
    column_of = {one: index for _, columns in bands for index, column in enumerate(columns) for one in column}
    order_of = {
        one: (number, row)
        for number, (_, columns) in enumerate(bands)
        for column in columns
        for row, one in enumerate(column)
    }
    band_of = {one: order[0] for one, order in order_of.items()}
    sides = _sides(links, column_of, band_of, order_of)
    heights = {
        one: max(MIN_HEIGHT, 10 + PORT_STEP * max(len(sides.get((one, side), ())) for side in ("left", "right")))
        for one in site_of
    }
    crossing = [number for number, link in enumerate(links) if band_of[link.source] != band_of[link.target]]
    gaps = _gap_lanes(crossing, links, band_of)
    boxes, placed, lane_tops, bottom = _stacked(bands, heights, gaps, titled)
    columns = max((len(found) for _, found in bands), default=0)
    width = 2 * MARGIN + columns * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP if columns else 0
    last = any(column_of[link.source] == column_of[link.target] == columns - 1 for link in links)
    outmost = any(columns - 1 in (column_of[links[one].source], column_of[links[one].target]) for one in crossing)
    if outmost or last:
        width += COLUMN_GAP if outmost else COLUMN_GAP // 2
    ports = _ports(sides, boxes, band_of)
    routes = _routes(links, ports, column_of, crossing, gaps, lane_tops)
    full = tuple(Band(site, Box(box.x, box.y, width - 2 * box.x, box.height)) for site, box in placed if titled)
    return Layout(width, bottom + MARGIN if boxes else 2 * MARGIN, full, boxes, routes)


def _sites(nodes: Sequence[DiagramNode]) -> list[str]:
    """Return the sites, that with the most devices first, what has no site last."""
    devices = {node.site: 0 for node in nodes}
    for node in nodes:
        devices[node.site] += node.kind == "device"
    return sorted(devices, key=lambda site: (not site, -devices[site], site))


def _columns_of(
    site: str,
    nodes: Sequence[DiagramNode],
    links: Sequence[Link],
    types: Mapping[str, ZoneType | None],
    site_of: Mapping[str, str],
) -> list[list[str]]:
    neighbours: dict[str, list[str]] = {node.id: [] for node in nodes if node.site == site}
    leaving: set[str] = set()
    for link in links:
        for one, other in ((link.source, link.target), (link.target, link.source)):
            if site_of[one] == site == site_of[other]:
                neighbours[one].append(other)
            elif site_of[one] == site:
                leaving.add(one)
    own = {one: types[one] for one in neighbours}
    return _ordered(_columns(neighbours, own, sorted(leaving)), neighbours)


def _columns(
    neighbours: Mapping[str, list[str]], types: Mapping[str, ZoneType | None], leaving: Sequence[str]
) -> list[list[str]]:
    """Return the ids by distance from the outside; islands begin at the left, lone nodes stand at the right.

    The outside is the internet, else third-party lines, else the links to other sites.
    """
    rank: dict[str, int] = {}

    def spread(front: list[str]) -> None:
        rank.update(dict.fromkeys(front, 0))
        while front:
            reached = sorted({other for one in front for other in neighbours[one]} - rank.keys())
            rank.update(dict.fromkeys(reached, rank[front[0]] + 1))
            front = reached

    for outside in (ZoneType.INTERNET, ZoneType.THIRDPARTY):
        if not rank:
            spread([one for one in sorted(types) if types[one] is outside and neighbours[one]])
    if not rank:
        spread(list(leaving))
    for one in sorted(neighbours, key=lambda one: (-len(neighbours[one]), one)):
        if one not in rank and neighbours[one]:
            spread([one])
    # Lines are outside, too: they stand one column left of the device that they come to.
    for one in sorted(types):
        if types[one] is ZoneType.THIRDPARTY and rank.get(one, 0) > 1 and len(set(neighbours[one])) == 1:
            rank[one] -= 2
    last = max(rank.values(), default=0)
    columns: list[list[str]] = [[] for _ in range(last + 1)]
    for one in sorted(neighbours):
        columns[rank.get(one, last)].append(one)
    return [column for column in columns if column]


def _ordered(columns: list[list[str]], neighbours: Mapping[str, list[str]]) -> list[list[str]]:
    """Return the columns sorted by the mean place of each node's neighbours, swept to and fro."""
    columns = [list(column) for column in columns]
    for sweep in range(SWEEPS):
        position = {one: i / max(1, len(column)) for column in columns for i, one in enumerate(column)}
        order = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        for index in order:
            column = columns[index]

            def mean(one: str, position: Mapping[str, float] = position) -> float:
                places = [position[other] for other in neighbours[one]]
                return sum(places) / len(places) if places else position[one]

            column.sort(key=lambda one: (mean(one), one))
            position |= {one: i / max(1, len(column)) for i, one in enumerate(column)}
    return columns


Sides = dict[tuple[str, str], list[tuple[str, int]]]
"""(node, "left" or "right") -> the links that end there, as (node at the other end, number of the link)."""


def _sides(
    links: Sequence[Link],
    column_of: Mapping[str, int],
    band_of: Mapping[str, int],
    order_of: Mapping[str, tuple[int, int]],
) -> Sides:
    """Return at which side of its node each link ends: towards the other end; within a column and to other sites right.

    Sorted by where the other end lies, so that links leave without crossing each other.
    """
    found: Sides = {}
    for number, link in enumerate(links):
        for here, there in ((link.source, link.target), (link.target, link.source)):
            side = "left" if band_of[here] == band_of[there] and column_of[there] < column_of[here] else "right"
            found.setdefault((here, side), []).append((there, number))
    for ends in found.values():
        ends.sort(key=lambda end: (order_of[end[0]], column_of[end[0]], end[1]))
    return found


def _gap_lanes(crossing: Sequence[int], links: Sequence[Link], band_of: Mapping[str, int]) -> dict[int, list[int]]:
    """Return, for each band, the links that run in the gap above it: those to it from a band further up."""
    found: dict[int, list[int]] = {}
    for number in crossing:
        found.setdefault(max(band_of[links[number].source], band_of[links[number].target]), []).append(number)
    return found


def _stacked(
    bands: Sequence[tuple[str, list[list[str]]]],
    heights: Mapping[str, int],
    gaps: Mapping[int, list[int]],
    titled: bool,
) -> tuple[dict[str, Box], list[tuple[str, Box]], dict[int, int], int]:
    """Return the boxes, the bands, the first lane of the gap above each band, and where all ends."""
    boxes: dict[str, Box] = {}
    placed: list[tuple[str, Box]] = []
    lane_tops: dict[int, int] = {}
    y = MARGIN
    for number, (site, columns) in enumerate(bands):
        if number:
            lane_tops[number] = y + BAND_GAP // 2
            y += BAND_GAP + LANE * len(gaps.get(number, ()))
        top = y
        y += BAND_HEAD if titled else 0
        tall = [sum(heights[one] for one in column) + ROW_GAP * (len(column) - 1) for column in columns]
        tallest = max(tall, default=0)
        for index, column in enumerate(columns):
            spare = (tallest - tall[index]) // (len(column) + 1)
            place = y + spare
            for one in column:
                boxes[one] = Box(MARGIN + index * (NODE_WIDTH + COLUMN_GAP), place, NODE_WIDTH, heights[one])
                place += heights[one] + ROW_GAP + spare
        y += tallest + (ROW_GAP if titled else 0)
        placed.append((site, Box(MARGIN // 2, top, 0, y - top)))
    return boxes, placed, lane_tops, y


def _ports(
    sides: Sides, boxes: Mapping[str, Box], band_of: Mapping[str, int]
) -> dict[tuple[str, int], tuple[int, int, bool]]:
    """Return where each link touches its node, and whether at the right side."""
    found = {}
    for (one, side), ends in sides.items():
        box = boxes[one]
        ends.sort(key=lambda end: (band_of[end[0]], boxes[end[0]].y, end[1]))
        step = box.height / (len(ends) + 1)
        for place, (_, number) in enumerate(ends, start=1):
            x = box.x + (box.width if side == "right" else 0)
            found[one, number] = (x, round(box.y + step * place), side == "right")
    return found


def _routes(
    links: Sequence[Link],
    ports: Mapping[tuple[str, int], tuple[int, int, bool]],
    column_of: Mapping[str, int],
    crossing: Sequence[int],
    gaps: Mapping[int, list[int]],
    lane_tops: Mapping[int, int],
) -> tuple[Route, ...]:
    lane_of = {
        number: lane_tops[band] + LANE * lane for band, found in gaps.items() for lane, number in enumerate(found)
    }
    in_gap: dict[int, int] = {}
    side_lane: dict[tuple[int, int], int] = {}
    for number in crossing:
        for end in dict.fromkeys((column_of[links[number].source], column_of[links[number].target])):
            in_gap[end] = in_gap.get(end, 0) + 1
            side_lane[number, end] = in_gap[end]
    routes = []
    for number, link in enumerate(links):
        x1, y1, _ = ports[link.source, number]
        x2, y2, _ = ports[link.target, number]
        if number not in lane_of:
            routes.append(Route(((x1, y1), (x2, y2)), True))
            continue
        ends = []
        for x, one in ((x1, link.source), (x2, link.target)):
            column = column_of[one]
            shift = LANE * (2 * side_lane[number, column] - in_gap[column] - 1) // 2
            limit = COLUMN_GAP // 2 - 2 * LANE
            ends.append(x + COLUMN_GAP // 2 + max(-limit, min(limit, shift)))
        lane = lane_of[number]
        corners = [(x1, y1), (ends[0], y1), (ends[0], lane), (ends[1], lane), (ends[1], y2), (x2, y2)]
        routes.append(Route(tuple(corners), False))
    return tuple(routes)
