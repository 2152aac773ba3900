"""The whole topology as GraphML, for networkx, yEd, Gephi and scripts.

Not the picture: interfaces, VRFs, VLANs, subnets and tunnels are nodes and edges of their own (see
`netaudit/topology/graph.py` for kinds). The `name` of a node is its place in the network ("interface/core-1/Vlan40");
its id is a number, for the schema wants a name token there. Source: the GraphML specification and its schema
(http://graphml.graphdrawing.org/xmlns/1.1/graphml.xsd).
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from netaudit.reports.result import AuditResult
from netaudit.reports.words import readable
from netaudit.topology.graph import GraphElement, graph_elements

_SCHEMA = "http://graphml.graphdrawing.org/xmlns"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_LOCATION = f"{_SCHEMA} {_SCHEMA}/1.1/graphml.xsd"


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return topology.graphml; codes and names only, the same whatever the `language`."""
    nodes, edges = graph_elements(result.topology) if result.topology is not None else ((), ())
    file = ElementTree.Element("graphml", {"xmlns": _SCHEMA, "xmlns:xsi": _INSTANCE, "xsi:schemaLocation": _LOCATION})
    keys = {
        scope: sorted({*always, *(name for one in elements for name, _ in one.attributes)})
        for scope, elements, always in (("node", nodes, ("name",)), ("edge", edges, ()))
    }
    for scope, names in keys.items():
        for name in names:
            attributes = {"id": f"{scope}-{name}", "for": scope, "attr.name": name, "attr.type": "string"}
            ElementTree.SubElement(file, "key", attributes)
    graph = ElementTree.SubElement(file, "graph", id="topology", edgedefault="undirected")
    identities = {node.id: f"n{number}" for number, node in enumerate(nodes)}
    for node in nodes:
        element = ElementTree.SubElement(graph, "node", id=identities[node.id])
        ElementTree.SubElement(element, "data", key="node-name").text = readable(node.id)
        _data(element, "node", node)
    for number, edge in enumerate(edges):
        ends = {"source": identities[edge.source], "target": identities[edge.target]}
        _data(ElementTree.SubElement(graph, "edge", {"id": f"e{number}", **ends}), "edge", edge)
    ElementTree.indent(file, " ")
    data: bytes = ElementTree.tostring(file, encoding="utf-8", xml_declaration=True)
    return {"topology.graphml": data + b"\n"}


def _data(element: ElementTree.Element, scope: str, one: GraphElement) -> None:
    for name, value in one.attributes:
        ElementTree.SubElement(element, "data", key=f"{scope}-{name}").text = readable(value)
