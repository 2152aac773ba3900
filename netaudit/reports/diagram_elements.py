"""What the topology picture shows: devices, zones, transit subnets and unknown next hops."""

from __future__ import annotations

from netaudit.reports.result import DiagramEdge, DiagramNode
from netaudit.topology.network import Network


def diagram_elements(network: Network) -> tuple[tuple[DiagramNode, ...], tuple[DiagramEdge, ...]]:
    """Return the nodes and edges of the picture.

    A device is joined to the zones at its interfaces; a subnet is drawn only where it joins several devices, or stands
    in no zone.
    """
    graph = network.graph
    nodes = [DiagramNode(f"zone:{zone}", zone, "zone", zone) for zone in network.zones]
    edges: dict[DiagramEdge, None] = {}
    for node, data in graph.nodes(data=True):
        if data["kind"] == "device":
            nodes.append(DiagramNode(f"device:{node[1]}", node[1], "device"))
        elif data["kind"] == "interface":
            for zone in data["zones"]:
                edges[DiagramEdge(f"device:{node[1]}", f"zone:{zone}", data["label"])] = None
        elif data["kind"] == "subnet":
            ends = [(end, graph.nodes[end]) for end in graph.neighbors(node)]
            zoned = any(attributes["zones"] for _, attributes in ends)
            if zoned or (len(ends) < 2 and str(node[1]).endswith(("/32", "/128"))):
                continue
            nodes.append(DiagramNode(f"subnet:{node[1]}", node[1], "subnet"))
            for end, attributes in ends:
                edges[DiagramEdge(f"device:{end[1]}", f"subnet:{node[1]}", attributes["label"])] = None
        elif data["kind"] == "unknown":
            ends = [(end, graph.nodes[end]) for end in graph.neighbors(node)]
            if any(attributes["zones"] for _, attributes in ends):
                continue
            nodes.append(DiagramNode(f"unknown:{node[1]}", node[1], "unknown"))
            for end, attributes in ends:
                edges[DiagramEdge(f"device:{end[1]}", f"unknown:{node[1]}", attributes["label"])] = None
    return tuple(nodes), tuple(edges)
