"""The topology picture: boxes, lines and labels in picture units, computed without chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.policy.registers import Policy, ZoneType
from netaudit.reports.diagram_layout import COLUMN_GAP, Band, Link, Route, lay_out
from netaudit.reports.result import DiagramEdge, DiagramNode

PAGE_WIDTH = 1150
MIN_SCALE, MAX_SCALE = 0.72, 0.95
LARGE = (1500, 900)
"""From this width or height on a picture is printed on A3."""

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

    id: str
    label: str
    kind: str
    look: str
    zone_type: str  # "" where the node is no zone of the register
    site: str
    detail: str
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
    """An edge as an SVG path. `title` says what it stands for, "" where the labels say it all.

    `look` is its kind, and its state where captures or the other end say something: "link contradicted".
    """

    link: Link
    path: str
    corners: tuple[tuple[int, int], ...]
    look: str
    labels: tuple[PlacedLabel, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture; empty if there are no nodes. `bands` are the sites, none where none is stated."""

    width: int
    height: int
    bands: tuple[Band, ...]
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]

    @property
    def shown_size(self) -> tuple[int, int]:
        """Return width and height in pixels: within PAGE_WIDTH where the text stays readable, else scrolled."""
        scale = min(MAX_SCALE, max(MIN_SCALE, PAGE_WIDTH / self.width)) if self.width else MAX_SCALE
        return round(self.width * scale), round(self.height * scale)

    @property
    def large(self) -> bool:
        """Tell whether the text would be too small on A4."""
        return self.width >= LARGE[0] or self.height >= LARGE[1]

    @property
    def edge_kinds(self) -> tuple[str, ...]:
        """Return the looks of edges in the picture, for its legend, in the order of `EDGE_KINDS`."""
        looks = {word for edge in self.edges for word in edge.look.split()}
        return tuple(kind for kind in EDGE_KINDS if kind in looks)


EDGE_KINDS = ("link", "cable", "tunnel", "pair", "confirmed", "contradicted", "unanswered")
"""What an edge may look like: its kind, and what is known of it."""


def place(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge], policy: Policy) -> Picture:
    """Return the picture of a graph. Edges to nodes that do not exist are left out."""
    nodes, links = _joined(nodes, edges)
    links = list(_gathered(links))
    types = {node.id: _zone_type(node, policy) for node in nodes}
    layout = lay_out(nodes, links, types)
    placed = []
    for node in nodes:
        box, zone_type = layout.boxes[node.id], types[node.id]
        placed.append(
            PlacedNode(
                node.id,
                node.label,
                node.kind,
                _look(node, zone_type),
                zone_type.value if zone_type else "",
                node.site,
                node.detail,
                box.x,
                box.y,
                box.width,
                box.height,
            )
        )
    drawn = tuple(_edge(link, route) for link, route in zip(links, layout.routes, strict=True))
    return Picture(layout.width, layout.height, layout.bands, tuple(placed), drawn)


def _joined(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge]) -> tuple[list[DiagramNode], list[Link]]:
    """Return the graph with each subnet between just two devices drawn as one edge between them."""
    kind_of = {node.id: node.kind for node in nodes}
    links: list[Link] = []
    touching: dict[str, list[Link]] = {}
    for edge in edges:
        if edge.source not in kind_of or edge.target not in kind_of or edge.source == edge.target:
            continue
        link = Link(edge.source, edge.target, edge.label, edge.target_label, edge.kind, edge.state, edge.title)
        if kind_of[edge.source] != "device" and kind_of[edge.target] == "device":
            link = Link(edge.target, edge.source, edge.label, edge.target_label, edge.kind, edge.state, edge.title)
        links.append(link)
        for end in (link.source, link.target):
            touching.setdefault(end, []).append(link)
    short: set[Link] = set()
    for node in nodes:
        ends = touching.get(node.id, [])
        if node.kind != "subnet" or len(ends) != 2 or ends[0].source == ends[1].source:
            continue
        if all(kind_of[end.source] == "device" and end.target == node.id for end in ends):
            first, second = ends
            kind_of.pop(node.id)
            short |= {first, second}
            states = {first.state, second.state}
            state = "contradicted" if "contradicted" in states else "confirmed" if "confirmed" in states else ""
            labels = (first.source_label, second.source_label)
            links.append(Link(first.source, second.source, *labels, first.kind, state, node.label))
    return [node for node in nodes if node.id in kind_of], [link for link in links if link not in short]


def _gathered(links: Sequence[Link]) -> Iterator[Link]:
    """Yield the links, those of one kind and state between the same two nodes as one that names them all."""
    together: dict[tuple[str, str, str, str], list[Link]] = {}
    for link in links:
        if (link.target, link.source, link.kind, link.state) in together:
            link = replace(
                link,
                source=link.target,
                target=link.source,
                source_label=link.target_label,
                target_label=link.source_label,
            )
        together.setdefault((link.source, link.target, link.kind, link.state), []).append(link)
    for found in together.values():
        first, more = found[0], f" +{len(found) - 1}"
        if len(found) == 1:
            yield first
            continue
        names = [
            " ".join(part for part in (link.source_label, link.title, link.target_label) if part) for link in found
        ]
        yield replace(
            first,
            source_label=short_interface(first.source_label) + more if first.source_label else "",
            target_label=short_interface(first.target_label) + more if first.target_label else "",
            title=", ".join(names),
        )


def _zone_type(node: DiagramNode, policy: Policy) -> ZoneType | None:
    zone = (policy.zone(node.label) or policy.zone(node.zone)) if node.kind == "zone" else None
    return zone.type if zone else None


def _look(node: DiagramNode, zone_type: ZoneType | None) -> str:
    if node.kind != "zone":
        return node.kind if node.kind in ("device", "subnet") else "unknown"
    return _CLASSES.get(zone_type, "other") if zone_type else "other"


def _edge(link: Link, route: Route) -> PlacedEdge:
    (x1, y1), (x2, y2) = route.corners[0], route.corners[-1]
    if route.curved:
        same_column = x1 == x2
        bends = (COLUMN_GAP // 2,) * 2 if same_column else ((x2 - x1) // 2, (x1 - x2) // 2)
        path = f"M{x1} {y1}C{x1 + bends[0]} {y1} {x2 + bends[1]} {y2} {x2} {y2}"
    else:
        bends = (1, 1)
        path = "M" + "L".join(f"{x} {y}" for x, y in route.corners)
    columns = 9 if link.source_label and link.target_label else 19
    ends = ((link.source_label, x1, y1, bends[0]), (link.target_label, x2, y2, bends[1]))
    labels = tuple(_label(text, columns, x, y, bend > 0) for text, x, y, bend in ends if text)
    return PlacedEdge(link, path, route.corners, f"{link.kind} {link.state}".strip(), labels, link.title)


def _label(text: str, columns: int, x: int, y: int, rightward: bool) -> PlacedLabel:
    side = (x + 5, "start") if rightward else (x - 5, "end")
    return PlacedLabel(text, short_interface(text), columns, side[0], y - 3, side[1])


def short_interface(name: str) -> str:
    """Return an interface name as people write it: GigabitEthernet0/0/1 is Gi0/0/1."""
    for long, short in _SHORT_INTERFACES:
        if name.startswith(long):
            return short + name[len(long) :]
    return name
