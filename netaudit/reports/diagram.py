"""The topology picture: boxes, lines and words in picture units, computed without chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.policy.registers import Policy, ZoneType
from netaudit.reports.diagram_columns import MARGIN, Wire
from netaudit.reports.diagram_layout import Box, Frame, Route, Spot, lay_out
from netaudit.reports.diagram_zones import Chip, Link, settle_zones
from netaudit.reports.result import DiagramEdge, DiagramNode
from netaudit.reports.text_widths import cut_to_width, text_width
from netaudit.reports.words import Words

PAGE_WIDTH = 1150
MIN_SCALE, MAX_SCALE = 0.72, 0.95
LARGE = (1500, 900)
"""From this width or height on a picture is printed on A3."""

NAME_SIZE, SMALL_SIZE, PORT_SIZE = 13.5, 11.0, 10.5
NARROWEST, WIDEST = 120, 300
ICON_ROOM = 36
HEAD_HEIGHT = 42
CHIP_HEIGHT, CHIP_GAP = 19, 4
CHIPS_IN_COLUMN = 5
PORT_WIDTH, NOTE_WIDTH = 92, 260
TEXT_STEP = 14
EDGE_KINDS = ("link", "cable", "tunnel", "peering", "pair", "confirmed", "contradicted", "unanswered")
"""What an edge may look like: its kind, and what is known of it."""
DEVICE_LOOKS = ("firewall", "router", "switch", "cloud", "host", "device")
ZONE_LOOKS = ("outside", "line", "dmz", "prod", "test", "mgmt", "other", "subnet", "unknown")

# How people write interface names; pictures have no room for more.
_SHORT_INTERFACES = (
    ("HundredGigE", "Hu"),
    ("FortyGigabitEthernet", "Fo"),
    ("TwentyFiveGigE", "Twe"),
    ("TenGigabitEthernet", "Te"),
    ("GigabitEthernet", "Gi"),
    ("FastEthernet", "Fa"),
    ("Ethernet", "Eth"),
    ("ethernet", "eth"),
    ("Port-channel", "Po"),
    ("port-channel", "po"),
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
class PlacedChip:
    """A zone within the box of a device that stands in it. `port` names the device's interface."""

    zone: str
    zone_type: str
    look: str
    port: str
    shown_zone: str
    shown_port: str
    x: int
    y: int
    width: int
    height: int = CHIP_HEIGHT


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A node with its box in picture units. `look` is a class name of the style sheet: a device's role, a zone's kind.

    `shown` is the label as it fits; `lines` stand below it, "" for the word of the node's type.
    """

    id: str
    label: str
    kind: str
    look: str
    zone_type: str  # "" where the node is no zone of the register
    site: str
    detail: str
    shown: str
    lines: tuple[str, ...]
    x: int
    y: int
    width: int
    height: int
    chips: tuple[PlacedChip, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedLabel:
    """A text at the end of an edge or above it: `short` is shown. `anchor` is the SVG text-anchor."""

    text: str
    short: str
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
    note: PlacedLabel | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole picture; empty if there are no nodes. `frames` are the sites, none where none is stated."""

    width: int
    height: int
    frames: tuple[Frame, ...]
    nodes: tuple[PlacedNode, ...]
    edges: tuple[PlacedEdge, ...]

    @property
    def scale(self) -> float:
        """Return pixels a unit: the picture is within PAGE_WIDTH where the text stays readable, else scrolled."""
        return min(MAX_SCALE, max(MIN_SCALE, PAGE_WIDTH / self.width)) if self.width else MAX_SCALE

    @property
    def large(self) -> bool:
        """Tell whether the text would be too small on A4."""
        return self.width >= LARGE[0] or self.height >= LARGE[1]


def place(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge], policy: Policy) -> Picture:
    """Return the picture of a graph. Edges to nodes that do not exist are left out."""
    nodes, links = _joined(nodes, edges)
    types = {node.id: _zone_type(node, policy) for node in nodes}
    nodes, links, chips = settle_zones(nodes, links, types)
    links = list(_gathered(links))
    cards = {node.id: _card(node, types[node.id], chips.get(node.id, ())) for node in nodes}
    layout = lay_out(
        {node.id: node.site for node in nodes},
        [node.id for node in nodes if _is_outside(node, types[node.id], links)],
        [_wire(link) for link in links],
        {one: card.width for one, card in cards.items()},
        lambda one, width: cards[one].height(width),
    )
    placed = tuple(_placed(node, cards[node.id], types[node.id], layout.boxes[node.id]) for node in nodes)
    drawn = tuple(_edge(link, route) for link, route in zip(links, layout.routes, strict=True))
    return Picture(layout.width, layout.height, layout.frames, placed, drawn)


def _joined(nodes: Sequence[DiagramNode], edges: Sequence[DiagramEdge]) -> tuple[list[DiagramNode], list[Link]]:
    """Return the graph with each subnet between just two devices drawn as one edge between them."""
    kind_of = {node.id: node.kind for node in nodes}
    links: list[Link] = []
    touching: dict[str, list[Link]] = {}
    for edge in edges:
        if edge.source not in kind_of or edge.target not in kind_of or edge.source == edge.target:
            continue
        words = edge.label, edge.target_label, edge.kind, edge.state, edge.title, edge.note
        link = Link(edge.source, edge.target, *words)
        if kind_of[edge.source] != "device" and kind_of[edge.target] == "device":
            link = link.turned
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
            note = first.note or second.note or node.label
            links.append(Link(first.source, second.source, *labels, first.kind, state, node.label, note))
    return [node for node in nodes if node.id in kind_of], [link for link in links if link not in short]


def _gathered(links: Sequence[Link]) -> Iterator[Link]:
    """Yield the links, those of one kind and state between the same two nodes as one that names them all."""
    together: dict[tuple[str, str, str, str], list[Link]] = {}
    for link in links:
        if (link.target, link.source, link.kind, link.state) in together:
            link = link.turned
        together.setdefault((link.source, link.target, link.kind, link.state), []).append(link)
    for found in together.values():
        first, more = found[0], f" +{len(found) - 1}"
        if len(found) == 1:
            yield first
            continue
        names = [
            " ".join(part for part in (link.source_label, link.title, link.target_label) if part) for link in found
        ]
        notes = list(dict.fromkeys(link.note for link in found if link.note))
        yield replace(
            first,
            source_label=short_interface(first.source_label) + more if first.source_label else "",
            target_label=short_interface(first.target_label) + more if first.target_label else "",
            title=", ".join(names),
            note=notes[0] if len(notes) == 1 else "",
        )


def _zone_type(node: DiagramNode, policy: Policy) -> ZoneType | None:
    zone = (policy.zone(node.label) or policy.zone(node.zone)) if node.kind == "zone" else None
    return zone.type if zone else None


def _is_outside(node: DiagramNode, zone_type: ZoneType | None, links: Sequence[Link]) -> bool:
    """Tell whether a node stands on top: a zone outside the firm, or a peer known from tunnels alone."""
    if node.kind == "zone":
        return zone_type is not None and zone_type.external
    if node.kind == "internet":
        return True
    kinds = {link.kind for link in links if node.id in (link.source, link.target)}
    return node.kind == "unknown" and kinds == {"tunnel"}


def _look(node: DiagramNode, zone_type: ZoneType | None) -> str:
    if node.kind == "device":
        return node.role if node.role in DEVICE_LOOKS else "device"
    if node.kind != "zone":
        return {"subnet": "subnet", "internet": "outside"}.get(node.kind, "unknown")
    return zone_look(zone_type)


def zone_look(zone_type: ZoneType | None) -> str:
    """Return the class name of a zone."""
    return _CLASSES.get(zone_type, "other") if zone_type else "other"


@dataclass(frozen=True, slots=True)
class _Card:
    """What a box shows and how much room it takes. `room`: of one chip."""

    shown: str
    lines: tuple[str, ...]
    width: int
    chips: tuple[Chip, ...]
    room: int

    def columns(self, width: int) -> int:
        fit = max(1, (width - 2 * CHIP_GAP + CHIP_GAP) // (self.room + CHIP_GAP))
        rows = math.ceil(len(self.chips) / fit)
        return math.ceil(len(self.chips) / rows) if rows else 1

    def height(self, width: int) -> int:
        head = max(HEAD_HEIGHT, 26 + TEXT_STEP * len(self.lines))
        rows = math.ceil(len(self.chips) / self.columns(width))
        return head + (rows * (CHIP_HEIGHT + CHIP_GAP) + CHIP_GAP if rows else 0)


def _card(node: DiagramNode, zone_type: ZoneType | None, chips: Sequence[Chip]) -> _Card:
    icon = ICON_ROOM if node.kind in ("device", "internet") or zone_look(zone_type) == "outside" else 16
    shown = cut_to_width(node.label, NAME_SIZE, WIDEST - icon)
    details = [cut_to_width(line, SMALL_SIZE, WIDEST - icon) for line in node.detail.split("\n") if line]
    # A device tells what it is by its shape; a zone by the word of its type.
    lines = tuple(details) if node.kind == "device" and details else ("", *details)
    widest = max(text_width(shown, NAME_SIZE), 70, *(text_width(line, SMALL_SIZE) for line in lines))
    room = max((_chip_room(chip) for chip in chips), default=0)
    across = math.ceil(len(chips) / CHIPS_IN_COLUMN)
    width = max(NARROWEST, widest + icon + 14, across * (room + CHIP_GAP) + CHIP_GAP)
    return _Card(shown, lines, width, tuple(chips), room)


def _chip_texts(chip: Chip) -> tuple[str, str]:
    port = cut_to_width(short_interface(chip.port), PORT_SIZE, PORT_WIDTH)
    return port, cut_to_width(chip.zone, SMALL_SIZE, WIDEST - PORT_WIDTH)


def _chip_room(chip: Chip) -> int:
    port, zone = _chip_texts(chip)
    return text_width(port, PORT_SIZE) + round(text_width(zone, SMALL_SIZE) * 1.05) + 24


def _placed(node: DiagramNode, card: _Card, zone_type: ZoneType | None, box: Box) -> PlacedNode:
    chips = []
    columns = card.columns(box.width)
    rows = math.ceil(len(card.chips) / columns)
    room = (box.width - CHIP_GAP) // columns - CHIP_GAP
    top = box.y + max(HEAD_HEIGHT, 26 + TEXT_STEP * len(card.lines))
    for number, chip in enumerate(card.chips):
        port, zone = _chip_texts(chip)
        chips.append(
            PlacedChip(
                chip.zone,
                chip.zone_type.value if chip.zone_type else "",
                zone_look(chip.zone_type),
                chip.port,
                zone,
                port,
                box.x + CHIP_GAP + number // rows * (room + CHIP_GAP),
                top + number % rows * (CHIP_HEIGHT + CHIP_GAP),
                room,
            )
        )
    return PlacedNode(
        node.id,
        node.label,
        node.kind,
        _look(node, zone_type),
        zone_type.value if zone_type else "",
        node.site,
        node.detail,
        card.shown,
        card.lines,
        box.x,
        box.y,
        box.width,
        box.height,
        tuple(chips),
    )


def _shown_port(text: str) -> str:
    return cut_to_width(short_interface(text), PORT_SIZE, PORT_WIDTH)


def _wire(link: Link) -> Wire:
    ends = [text_width(_shown_port(text), PORT_SIZE) if text else 0 for text in (link.source_label, link.target_label)]
    note = text_width(cut_to_width(link.note, PORT_SIZE, NOTE_WIDTH), PORT_SIZE) if link.note else 0
    tunnel, pair = link.kind == "tunnel", link.kind == "pair"
    return Wire(link.source, link.target, ends[0], ends[1], note, distant=tunnel or pair, pair=pair, above=tunnel)


def _edge(link: Link, route: Route) -> PlacedEdge:
    path = "M" + "L".join(f"{x} {y}" for x, y in route.corners)
    ends = ((link.source_label, route.source), (link.target_label, route.target))
    labels = tuple(_label(text, _shown_port(text), spot) for text, spot in ends if text)
    note = _label(link.note, cut_to_width(link.note, PORT_SIZE, NOTE_WIDTH), route.note) if route.note else None
    return PlacedEdge(link, path, route.corners, f"{link.kind} {link.state}".strip(), labels, link.title, note)


def _label(text: str, short: str, spot: Spot) -> PlacedLabel:
    return PlacedLabel(text, short, spot.x, spot.y, spot.anchor)


def short_interface(name: str) -> str:
    """Return an interface name as people write it: GigabitEthernet0/0/1 is Gi0/0/1."""
    for long, short in _SHORT_INTERFACES:
        if name.startswith(long):
            return short + name[len(long) :]
    return name


# --- the legend -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend. `kind`: "device", "zone" or "edge"; `look` as of what it explains."""

    kind: str
    look: str
    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Legend:
    """The legend below the picture; `height` is what it adds."""

    keys: tuple[Key, ...]
    height: int


def legend_of(picture: Picture, words: Words) -> Legend:
    """Return the explanation of what the picture has, in rows as wide as it."""
    devices = {node.look for node in picture.nodes if node.kind == "device"}
    zones = {node.look for node in picture.nodes if node.kind != "device"}
    zones |= {chip.look for node in picture.nodes for chip in node.chips}
    drawn = {word for edge in picture.edges for word in edge.look.split()}
    groups = (
        [("device", look, words(f"role.{look}")) for look in DEVICE_LOOKS if look in devices],
        [("zone", look, words(f"zone_look.{look}")) for look in ZONE_LOOKS if look in zones],
        [("edge", look, words(f"edge.{look}")) for look in EDGE_KINDS if look in drawn],
    )
    keys: list[Key] = []
    y = picture.height + 6
    for group in groups:
        x = MARGIN + 4
        for kind, look, text in group:
            room = 34 + text_width(text, SMALL_SIZE) + 22
            if x > MARGIN + 4 and x + room > picture.width:
                x, y = MARGIN + 4, y + 24
            keys.append(Key(kind, look, text, x, y))
            x += room
        y += 24 if group else 0
    return Legend(tuple(keys), y - picture.height + 6 if keys else 0)
