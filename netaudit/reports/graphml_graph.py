"""The whole topology as GraphML, for networkx, yEd, Gephi and scripts.

Not the picture: interfaces, VRFs, VLANs, subnets and tunnels are nodes and edges of their own (see
`netaudit/topology/graph.py` for kinds). Source: the GraphML specification (http://graphml.graphdrawing.org).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from netaudit.reports.result import AuditResult
from netaudit.reports.words import readable
from netaudit.topology.graph import GraphElement

_SCHEMA = "http://graphml.graphdrawing.org/xmlns"


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return topology.graphml; codes and names only, the same whatever the `language`."""
    nodes, edges = result.topology
    file = ElementTree.Element("graphml", xmlns=_SCHEMA)
    keys = {
        scope: sorted({name for one in elements for name, _ in one.attributes})
        for scope, elements in (("node", nodes), ("edge", edges))
    }
    for scope, names in keys.items():
        for name in names:
            attributes = {"id": f"{scope}-{name}", "for": scope, "attr.name": name, "attr.type": "string"}
            ElementTree.SubElement(file, "key", attributes)
    graph = ElementTree.SubElement(file, "graph", id="topology", edgedefault="undirected")
    identities = {node.id: readable(node.id) for node in nodes}
    for node in nodes:
        _data(ElementTree.SubElement(graph, "node", id=identities[node.id]), "node", node)
    for number, edge in enumerate(edges):
        ends = {"source": identities[edge.source], "target": identities[edge.target]}
        _data(ElementTree.SubElement(graph, "edge", {"id": f"e{number}", **ends}), "edge", edge)
    ElementTree.indent(file, " ")
    data: bytes = ElementTree.tostring(file, encoding="utf-8", xml_declaration=True)
    return {"topology.graphml": data + b"\n"}


def _data(element: ElementTree.Element, scope: str, one: GraphElement) -> None:
    for name, value in one.attributes:
        ElementTree.SubElement(element, "data", key=f"{scope}-{name}").text = readable(value)
