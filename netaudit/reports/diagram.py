"""The topology picture: places for nodes and edges, computed without chance.

Columns from left to right by distance from the outside (internet, third-party lines); within a column the
nodes are ordered so that edges cross little. Devices show their interfaces at ports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netaudit.policy.registers import Policy, ZoneType
from netaudit.reports.result import DiagramEdge, DiagramNode

NODE_WIDTH = 142
COLUMN_GAP = 128
ROW_GAP = 16
PORT_STEP = 19
MIN_HEIGHT = 42
MARGIN = 16
SWEEPS = 8
PAGE_WIDTH = 1150
MIN_SCALE, MAX_SCALE = 0.72, 0.95

# How people write interface names; pictures have no room for more.
_SHORT_INTERFACES = (
    ("HundredGigE", "Hu"),
    ("FortyGigabitEthernet", "Fo"),
    ("TwentyFiveGigE", "Twe"),
    ("TenGigabitEthernet", "Te"),
    ("GigabitEthernet", "Gi"),
    ("FastEthernet", "Fa"),
    ("Ethernet", "Eth"),
    ("Port-channel", "Po"),
    ("Loopback", "Lo"),
    ("Tunnel", "Tu"),
)

# What a zone stands for, in few enough classes to tell apart by colour and by the word beside it.
_CLASSES: Mapping[ZoneType, str] = {
    ZoneType.INTERNET: "outside",
    ZoneType.THIRDPARTY: "line",
    ZoneType.DMZ: "dmz",
    ZoneType.PROD: "prod",
    ZoneType.UAT: "test",
    ZoneType.UT: "test",
    ZoneType.MGMT: "mgmt",
}


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with its box in picture units. `look` is a class name of the style sheet."""

    label: str
    kind: str
    look: str
    zone_type: str  # "" where the node is no zone of the register
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A text beside the end of an edge: `short` is shown. `anchor` is the SVG text-anchor."""

    text: str
    short: str
    columns: int  # room for the text
    x: int
    y: int
    anchor: str


@dataclass(frozen=True, slots=True)
class PlacedEdge:
    """An edge as an SVG path. `title` says what it stands for, "" where the labels say it all."""

    path: str
    labels: tuple[PlacedLabel, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class _Link:
    """An edge with the interface label at each end."""

    source: str
    target: str
    source_label: str
    target_label: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture; empty if there are no nodes."""

    width: int
    height: int
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]

    @property
    def shown_size(self) -> tuple[int, int]:
        """Return width and height in pixels: within PAGE_WIDTH where the text stays readable, else scrolled."""
        scale = min(MAX_SCALE, max(MIN_SCALE, PAGE_WIDTH / self.width)) if self.width else MAX_SCALE
        return round(self.width * scale), round(self.height * scale)


def place(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge], policy: Policy) -> Picture:
    """Return the picture of a graph. Edges to nodes that do not exist are left out."""
    nodes, links = _joined(nodes, edges)
    by_id = {node.id: node for node in nodes}
    neighbours: dict[str, list[str]] = {node.id: [] for node in nodes}
    for edge in links:
        neighbours[edge.source].append(edge.target)
        neighbours[edge.target].append(edge.source)
    types = {node.id: _zone_type(node, policy) for node in nodes}
    columns = _ordered(_columns(nodes, neighbours, types), neighbours)
    return _drawn(columns, by_id, links, types)


def _joined(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge]) -> tuple[list[DiagramNode], list[_Link]]:
    """Return the graph with each subnet between just two devices drawn as one edge between them."""
    kind_of = {node.id: node.kind for node in nodes}
    links: list[_Link] = []
    touching: dict[str, list[_Link]] = {}
    for edge in edges:
        if edge.source not in kind_of or edge.target not in kind_of or edge.source == edge.target:
            continue
        link = _Link(edge.source, edge.target, edge.label, "")
        if kind_of[edge.source] != "device" and kind_of[edge.target] == "device":
            link = _Link(edge.target, edge.source, edge.label, "")
        links.append(link)
        for end in (link.source, link.target):
            touching.setdefault(end, []).append(link)
    for node in nodes:
        ends = touching.get(node.id, [])
        if node.kind != "subnet" or len(ends) != 2 or ends[0].source == ends[1].source:
            continue
        if all(kind_of[end.source] == "device" and end.target == node.id for end in ends):
            first, second = ends
            kind_of.pop(node.id)
            links = [link for link in links if link not in (first, second)]
            links.append(_Link(first.source, second.source, first.source_label, second.source_label, node.label))
    return [node for node in nodes if node.id in kind_of], links


def _zone_type(node: DiagramNode, policy: Policy) -> ZoneType | None:
    zone = (policy.zone(node.label) or policy.zone(node.zone)) if node.kind == "zone" else None
    return zone.type if zone else None


def _columns(
    nodes: Sequence[DiagramNode], neighbours: Mapping[str, list[str]], types: Mapping[str, ZoneType | None]
) -> list[list[str]]:
    """Return the ids by distance from the outside; islands begin at the left, lone nodes stand at the right."""
    rank: dict[str, int] = {}

    def spread(front: list[str]) -> None:
        rank.update(dict.fromkeys(front, 0))
        while front:
            reached = sorted({other for one in front for other in neighbours[one]} - rank.keys())
            rank.update(dict.fromkeys(reached, rank[front[0]] + 1))
            front = reached

    for outside in (ZoneType.INTERNET, ZoneType.THIRDPARTY):
        if not rank:
            spread(sorted(one for one, zone_type in types.items() if zone_type is outside))
    for one in sorted(neighbours, key=lambda one: (-len(neighbours[one]), one)):
        if one not in rank and neighbours[one]:
            spread([one])
    # Lines are outside, too: they stand one column left of the device that they come to.
    for one, zone_type in types.items():
        if zone_type is ZoneType.THIRDPARTY and rank.get(one, 0) > 1 and len(neighbours[one]) == 1:
            rank[one] -= 2
    last = max(rank.values(), default=0)
    columns: list[list[str]] = [[] for _ in range(last + 1)]
    for node in nodes:
        columns[rank.get(node.id, last)].append(node.id)
    return [sorted(column) for column in columns if column]


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


def _drawn(
    columns: list[list[str]],
    by_id: Mapping[str, DiagramNode],
    links: Sequence[_Link],
    types: Mapping[str, ZoneType | None],
) -> Picture:
    column_of = {one: index for index, column in enumerate(columns) for one in column}
    row_of = {one: row for column in columns for row, one in enumerate(column)}
    # Each end of an edge has a side of its node: towards the other end; within one column always the right.
    ends: dict[tuple[str, str], list[tuple[int, int, int]]] = {}
    for number, edge in enumerate(links):
        for here, there in ((edge.source, edge.target), (edge.target, edge.source)):
            side = "left" if column_of[there] < column_of[here] else "right"
            ends.setdefault((here, side), []).append((row_of[there], column_of[there], number))
    height_of = {
        one: max(MIN_HEIGHT, 10 + PORT_STEP * max(len(ends.get((one, side), ())) for side in ("left", "right")))
        for one in by_id
    }
    heights = [sum(height_of[one] for one in column) + ROW_GAP * (len(column) - 1) for column in columns]
    tallest = max(heights, default=0)
    boxes: dict[str, tuple[int, int]] = {}
    for index, column in enumerate(columns):
        x = MARGIN + index * (NODE_WIDTH + COLUMN_GAP)
        spare = (tallest - heights[index]) // (len(column) + 1)
        y = MARGIN + spare
        for one in column:
            boxes[one] = (x, y)
            y += height_of[one] + ROW_GAP + spare
    ports: dict[tuple[str, int], tuple[int, int]] = {}
    for (one, side), found in ends.items():
        x, y = boxes[one]
        # Sorted by where the other end lies, so that edges leave without crossing each other.
        found.sort(key=lambda end: (boxes[columns[end[1]][end[0]]][1], end[1], end[2]))
        step = height_of[one] / (len(found) + 1)
        for place_, end in enumerate(found, start=1):
            ports[(one, end[2])] = (x + (NODE_WIDTH if side == "right" else 0), round(y + step * place_))
    placed = tuple(
        PlacedNode(
            label=node.label,
            kind=node.kind,
            look=_look(node, types[one]),
            zone_type=types[one].value if types[one] else "",  # type: ignore[union-attr]
            x=boxes[one][0],
            y=boxes[one][1],
            width=NODE_WIDTH,
            height=height_of[one],
        )
        for one, node in by_id.items()
    )
    drawn = tuple(_edge(edge, number, ports, column_of) for number, edge in enumerate(links))
    width = 2 * MARGIN + len(columns) * (NODE_WIDTH + COLUMN_GAP) - COLUMN_GAP if columns else 0
    if any(column_of[edge.source] == column_of[edge.target] == len(columns) - 1 for edge in links):
        width += COLUMN_GAP // 2
    return Picture(width, 2 * MARGIN + tallest, placed, drawn)


def _look(node: DiagramNode, zone_type: ZoneType | None) -> str:
    if node.kind != "zone":
        return node.kind if node.kind in ("device", "subnet") else "unknown"
    return _CLASSES.get(zone_type, "other") if zone_type else "other"


def _edge(
    link: _Link, number: int, ports: Mapping[tuple[str, int], tuple[int, int]], column_of: Mapping[str, int]
) -> PlacedEdge:
    (x1, y1), (x2, y2) = ports[link.source, number], ports[link.target, number]
    same_column = column_of[link.source] == column_of[link.target]
    bend_1, bend_2 = (COLUMN_GAP // 2,) * 2 if same_column else ((x2 - x1) // 2, (x1 - x2) // 2)
    path = f"M{x1} {y1}C{x1 + bend_1} {y1} {x2 + bend_2} {y2} {x2} {y2}"
    columns = 9 if link.source_label and link.target_label else 19
    ends = ((link.source_label, x1, y1, bend_1), (link.target_label, x2, y2, bend_2))
    labels = tuple(_label(text, columns, x, y, bend > 0) for text, x, y, bend in ends if text)
    return PlacedEdge(path, labels, link.title)


def _label(text: str, columns: int, x: int, y: int, rightward: bool) -> PlacedLabel:
    side = (x + 5, "start") if rightward else (x - 5, "end")
    return PlacedLabel(text, short_interface(text), columns, side[0], y - 3, side[1])


def short_interface(name: str) -> str:
    """Return an interface name as people write it: GigabitEthernet0/0/1 is Gi0/0/1."""
    for long, short in _SHORT_INTERFACES:
        if name.startswith(long):
            return short + name[len(long) :]
    return name
