"""The architecture diagram for draw.io (diagrams.net): an uncompressed mxGraphModel that people go on drawing in.

Source: diagrams.net, "Generate diagrams from text or code", the mxfile format; mxGraph, "mxCell" and "mxGeometry".
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from netaudit.reports.diagram import PlacedEdge, PlacedNode, place, short_interface
from netaudit.reports.diagram_layout import BAND_HEAD
from netaudit.reports.result import AuditResult
from netaudit.reports.words import Words, readable, words_of

_TEXT = "html=0;whiteSpace=wrap;fontSize=12;"

NODE_STYLES: Mapping[str, str] = {
    "device": "rounded=0;fillColor=#1F4E79;strokeColor=#163A5A;fontColor=#FFFFFF;fontStyle=1;",
    "outside": "rounded=1;arcSize=40;fillColor=#FBE3DF;strokeColor=#8C1D18;dashed=1;",
    "line": "rounded=1;arcSize=40;fillColor=#FDF1CF;strokeColor=#8A6500;dashed=1;",
    "dmz": "rounded=1;arcSize=40;fillColor=#FDE8D2;strokeColor=#5D6B79;",
    "prod": "rounded=1;arcSize=40;fillColor=#D3E9DC;strokeColor=#5D6B79;strokeWidth=2;",
    "test": "rounded=1;arcSize=40;fillColor=#E5E0F3;strokeColor=#5D6B79;",
    "mgmt": "rounded=1;arcSize=40;fillColor=#DDE6EE;strokeColor=#5D6B79;",
    "other": "rounded=1;arcSize=40;fillColor=#EEF1F4;strokeColor=#5D6B79;",
    "subnet": "rounded=1;arcSize=40;fillColor=#FFFFFF;strokeColor=#5D6B79;",
    "unknown": "rounded=1;arcSize=40;fillColor=#FFFFFF;strokeColor=#5D6B79;dashed=1;",
}

EDGE_STYLES: Mapping[str, str] = {
    "link": "strokeColor=#8796A5;",
    "cable": "strokeColor=#46525E;strokeWidth=2;",
    "tunnel": "strokeColor=#2F6690;strokeWidth=2;dashed=1;",
    "pair": "strokeColor=#1C6B41;strokeWidth=2;dashed=1;dashPattern=1 2;",
    "confirmed": "strokeColor=#1F4E79;strokeWidth=2;",
    "contradicted": "strokeColor=#8C1D18;strokeWidth=2;",
    "unanswered": "strokeColor=#8C1D18;strokeWidth=2;",
}

_SITE = "swimlane;startSize=30;fillColor=#FAFBFC;swimlaneFillColor=#FAFBFC;strokeColor=#C3CCD5;fontStyle=1;html=0;"


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
    for number, band in enumerate(picture.bands):
        identity = f"site-{number}"
        sites[band.site] = (identity, band.box.x, band.box.y)
        title = readable(band.site) or words("topology.no_site")
        cell = _cell(root, id=identity, value=title, style=_SITE, vertex="1", parent="1")
        _geometry(cell, band.box.x, band.box.y, band.box.width, max(BAND_HEAD, band.box.height))
    identities = {node.id: f"node-{number}" for number, node in enumerate(picture.nodes)}
    for node in picture.nodes:
        _node(root, node, identities[node.id], sites.get(node.site, ("1", 0, 0)), words)
    for number, edge in enumerate(picture.edges):
        _edge(root, edge, f"edge-{number}", identities)
    ElementTree.indent(file, " ")
    data: bytes = ElementTree.tostring(file, encoding="utf-8", xml_declaration=True)
    return {f"architecture.{language}.drawio": data + b"\n"}


def _node(
    root: ElementTree.Element, node: PlacedNode, identity: str, parent: tuple[str, int, int], words: Words
) -> None:
    kind = words(f"zone_type.{node.zone_type}") if node.zone_type else words(f"node.{node.kind}")
    cell = _cell(
        root,
        id=identity,
        value=f"{readable(node.label)}\n{readable(node.detail) or kind}",
        style=_TEXT + NODE_STYLES[node.look],
        vertex="1",
        parent=parent[0],
    )
    _geometry(cell, node.x - parent[1], node.y - parent[2], node.width, node.height)


def _edge(root: ElementTree.Element, edge: PlacedEdge, identity: str, identities: Mapping[str, str]) -> None:
    style = "endArrow=none;html=0;fontSize=10;" + "".join(EDGE_STYLES.get(word, "") for word in edge.look.split())
    if len(edge.corners) > 2:
        style += "edgeStyle=orthogonalEdgeStyle;"
    cell = _cell(
        root,
        id=identity,
        value=readable(edge.title) if "," not in edge.title else "",
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
    for end, (label, place_) in enumerate(((edge.link.source_label, "-0.8"), (edge.link.target_label, "0.8"))):
        if label:
            text = _cell(
                root,
                id=f"{identity}-{end}",
                value=readable(short_interface(label)),
                style="edgeLabel;html=0;fontSize=10;align=center;verticalAlign=middle;resizable=0;",
                vertex="1",
                connectable="0",
                parent=identity,
            )
            ElementTree.SubElement(text, "mxGeometry", {"x": place_, "relative": "1", "as": "geometry"})


def _cell(root: ElementTree.Element, **attributes: str) -> ElementTree.Element:
    return ElementTree.SubElement(root, "mxCell", attributes)


def _geometry(cell: ElementTree.Element, x: int, y: int, width: int, height: int) -> None:
    size = {"x": str(x), "y": str(y), "width": str(width), "height": str(height)}
    ElementTree.SubElement(cell, "mxGeometry", {**size, "as": "geometry"})
