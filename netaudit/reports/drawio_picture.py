"""The architecture diagram for draw.io (diagrams.net): an uncompressed mxGraphModel that people go on drawing in.

Source: diagrams.net, "Generate diagrams from text or code", the mxfile format; mxGraph, "mxCell" and "mxGeometry".
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from xml.etree import ElementTree

from netaudit.reports.diagram import PORT_SIZE, PlacedEdge, PlacedLabel, PlacedNode, place
from netaudit.reports.result import AuditResult
from netaudit.reports.text_widths import text_width
from netaudit.reports.words import Words, readable, words_of

_INK = "fontColor=#1B2530;"
_TEXT = f"html=0;whiteSpace=wrap;fontSize=12;{_INK}"
_SMALL = "fontSize=10;spacing=1;"

_ROUND = "rounded=1;arcSize=40;strokeColor=#5D6B79;"

NODE_STYLES: Mapping[str, str] = {
    "firewall": "rounded=0;fillColor=#FFFAF7;strokeColor=#9C3D1E;strokeWidth=2;",
    "router": "rounded=1;absoluteArcSize=1;arcSize=40;fillColor=#FFFFFF;strokeColor=#1F4E79;strokeWidth=2;",
    "switch": "shape=process;size=0.04;fillColor=#F5F9FD;strokeColor=#1F4E79;strokeWidth=2;",
    "cloud": "rounded=1;absoluteArcSize=1;arcSize=24;fillColor=#FAF7FD;strokeColor=#6A4C93;strokeWidth=2;",
    "host": "rounded=0;fillColor=#FFFFFF;strokeColor=#46525E;strokeWidth=2;",
    "device": "rounded=0;fillColor=#FFFFFF;strokeColor=#46525E;strokeWidth=2;",
    "outside": _ROUND + "fillColor=#FBE3DF;strokeColor=#8C1D18;dashed=1;",
    "line": _ROUND + "fillColor=#FDF1CF;strokeColor=#8A6500;dashed=1;",
    "dmz": _ROUND + "fillColor=#FDE8D2;",
    "prod": _ROUND + "fillColor=#D3E9DC;strokeWidth=2;",
    "test": _ROUND + "fillColor=#E5E0F3;",
    "mgmt": _ROUND + "fillColor=#DDE6EE;",
    "other": _ROUND + "fillColor=#EEF1F4;",
    "subnet": _ROUND + "fillColor=#FFFFFF;",
    "unknown": _ROUND + "fillColor=#FFFFFF;dashed=1;",
}

EDGE_STYLES: Mapping[str, str] = {
    "link": "strokeColor=#8796A5;",
    "cable": "strokeColor=#46525E;strokeWidth=2;",
    "tunnel": "strokeColor=#6A4C93;strokeWidth=2;dashed=1;",
    "peering": "strokeColor=#6A4C93;strokeWidth=2;",
    "pair": "strokeColor=#1C6B41;strokeWidth=2;dashed=1;dashPattern=1 2;",
    "confirmed": "strokeColor=#1F4E79;strokeWidth=2;",
    "contradicted": "strokeColor=#8C1D18;strokeWidth=2;",
    "unanswered": "strokeColor=#8C1D18;strokeWidth=2;",
}

_SITE = (
    "swimlane;shape=swimlane;verticalAlign=middle;collapsible=0;startSize=32;fontStyle=1;html=0;"
    f"fillColor=#FAFBFC;swimlaneFillColor=#FAFBFC;strokeColor=#C3CCD5;{_INK}"
)
_LINE = "endArrow=none;html=0;fontSize=10;labelBackgroundColor=none;verticalAlign=bottom;fontColor=#1F4E79;"


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return architecture.<language>.drawio."""
    words = words_of(language)
    picture = place(result.diagram_nodes, result.diagram_edges, result.policy)
    file = ElementTree.Element("mxfile", host="netaudit")
    page = ElementTree.SubElement(file, "diagram", id="architecture", name=words("nav.topology"))
    size = {"pageWidth": str(picture.width), "pageHeight": str(picture.height)}
    model = ElementTree.SubElement(page, "mxGraphModel", {"grid": "1", "gridSize": "10", "page": "1", **size})
    root = ElementTree.SubElement(model, "root")
    _cell(root, id="0")
    _cell(root, id="1", parent="0")
    sites: dict[str, tuple[str, int, int]] = {}
    for number, frame in enumerate(picture.frames):
        identity = f"site-{number}"
        sites[frame.site] = (identity, frame.box.x, frame.box.y)
        title = readable(frame.site) or words("topology.no_site")
        cell = _cell(root, id=identity, value=title, style=_SITE, vertex="1", parent="1")
        _geometry(cell, frame.box.x, frame.box.y, frame.box.width, frame.box.height)
    identities = {node.id: f"node-{number}" for number, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        _node(root, node, identities[node.id], sites.get(node.site, ("1", 0, 0)), words)
    boxes = {node.id: node for node in picture.nodes}
    for number, edge in enumerate(picture.edges):
        _edge(root, edge, f"edge-{number}", identities, boxes)
    ElementTree.indent(file, " ")
    data: bytes = ElementTree.tostring(file, encoding="utf-8", xml_declaration=True)
    return {f"architecture.{language}.drawio": data + b"\n"}


def _node(
    root: ElementTree.Element, node: PlacedNode, identity: str, parent: tuple[str, int, int], words: Words
) -> None:
    """Add a box; the zones within a device move with it."""
    kind = _kind(node, words)
    lines = [readable(node.label), *(readable(line) or kind for line in node.lines)]
    style = _TEXT + ("verticalAlign=top;container=1;collapsible=0;" if node.chips else "") + NODE_STYLES[node.look]
    cell = _cell(root, id=identity, value="\n".join(lines), style=style, vertex="1", parent=parent[0])
    _geometry(cell, node.x - parent[1], node.y - parent[2], node.width, node.height)
    for number, chip in enumerate(node.chips):
        part = _cell(
            root,
            id=f"{identity}-zone-{number}",
            value=f"{readable(chip.shown_port)}  {readable(chip.shown_zone)}".strip(),
            style=_TEXT + _SMALL + NODE_STYLES[chip.look],
            vertex="1",
            connectable="0",
            parent=identity,
        )
        _geometry(part, chip.x - node.x, chip.y - node.y, chip.width, chip.height)


def _kind(node: PlacedNode, words: Words) -> str:
    if node.zone_type:
        return words(f"zone_type.{node.zone_type}")
    return words(f"role.{node.look}") if node.kind == "device" else words(f"node.{node.kind}")


def _edge(
    root: ElementTree.Element,
    edge: PlacedEdge,
    identity: str,
    identities: Mapping[str, str],
    boxes: Mapping[str, PlacedNode],
) -> None:
    """Add a line that keeps its way: the corners as points, its ends where they touch the boxes."""
    style = _LINE + "".join(EDGE_STYLES.get(word, "") for word in edge.look.split())
    for side, node, corner in (
        ("exit", boxes[edge.link.source], edge.corners[0]),
        ("entry", boxes[edge.link.target], edge.corners[-1]),
    ):
        share = (corner[0] - node.x) / node.width, (corner[1] - node.y) / node.height
        style += f"{side}X={share[0]:.4g};{side}Y={share[1]:.4g};{side}Dx=0;{side}Dy=0;"
    cell = _cell(
        root,
        id=identity,
        value=readable(edge.note.short) if edge.note else "",
        style=style,
        edge="1",
        parent="1",
        source=identities[edge.link.source],
        target=identities[edge.link.target],
    )
    geometry = ElementTree.SubElement(cell, "mxGeometry", {"relative": "1", "as": "geometry"})
    if len(edge.corners) > 2:
        points = ElementTree.SubElement(geometry, "Array", {"as": "points"})
        for x, y in edge.corners[1:-1]:
            ElementTree.SubElement(points, "mxPoint", x=str(x), y=str(y))
    ends = [at_target for at_target, text in enumerate((edge.link.source_label, edge.link.target_label)) if text]
    for number, (label, at_target) in enumerate(zip(edge.labels, ends, strict=True)):
        _end_label(root, edge, label, identity, number, bool(at_target))


def _end_label(
    root: ElementTree.Element, edge: PlacedEdge, label: PlacedLabel, identity: str, number: int, at_target: bool
) -> None:
    """Add the words at an end of a line, where the picture has them: they stay there when the line is moved.

    `x` of the geometry is the share of the line's length, from -1 at its source to 1 at its target.
    """
    corners = edge.corners[::-1] if at_target else edge.corners
    (x, y), (next_x, _) = corners[0], corners[1]
    width = text_width(label.short, PORT_SIZE)
    middle_x, middle_y = label.x + (-width if label.anchor == "end" else width) // 2, label.y - 4
    upright = x == next_x
    length = sum(abs(one[0] - other[0]) + abs(one[1] - other[1]) for one, other in pairwise(corners))
    share = 2 * (abs(middle_y - y) if upright else abs(middle_x - x)) / max(1, length)
    text = _cell(
        root,
        id=f"{identity}-{number}",
        value=readable(label.short),
        style=f"edgeLabel;html=0;fontSize=10;align=center;verticalAlign=middle;resizable=0;{_INK}",
        vertex="1",
        connectable="0",
        parent=identity,
    )
    place = f"{1 - share if at_target else share - 1:.4f}"
    geometry = ElementTree.SubElement(text, "mxGeometry", {"x": place, "relative": "1", "as": "geometry"})
    offset = (middle_x - x, 0) if upright else (0, middle_y - y)
    ElementTree.SubElement(geometry, "mxPoint", {"x": str(offset[0]), "y": str(offset[1]), "as": "offset"})


def _cell(root: ElementTree.Element, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(root, "mxCell", attributes)


def _geometry(cell: ElementTree.Element, x: int, y: int, width: int, height: int) -> None:
    size = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
    ElementTree.SubElement(cell, "mxGeometry", {**size, "as": "geometry"})
