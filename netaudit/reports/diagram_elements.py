"""What the topology picture shows: devices, zones, subnets between devices, tunnels, pairs and unknown neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from netaudit.model.device import Device
from netaudit.policy.registers import Policy
from netaudit.reports.diagram_roles import device_role
from netaudit.reports.result import DiagramEdge, DiagramNode
from netaudit.topology.graph import INTERNET, link_survey
from netaudit.topology.links.pairs import FirstHopPair
from netaudit.topology.links.ports import Port
from netaudit.topology.links.segments import LinkState
from netaudit.topology.network import Network

_CABLED = frozenset({"confirmed", "contradicted"})

MOST_LINES = 3
"""Words below the name of a zone outside the firm."""

# How people call the kinds of tunnels.
_TUNNEL_WORDS = {"gre": "GRE", "gre multipoint": "DMVPN", "ipsec": "IPsec", "ipip": "IP-IP", "crypto map": "IPsec"}


@dataclass(slots=True)
class _Drawing:
    """The picture while it is put together."""

    network: Network
    sites: Mapping[str, str]
    nodes: dict[str, DiagramNode] = field(default_factory=dict)
    edges: dict[DiagramEdge, None] = field(default_factory=dict)
    tunnels: frozenset[frozenset[tuple[str, ...]]] = frozenset()  # the nodes at the ends of tunnels, joined or not
    twins: frozenset[frozenset[str]] = frozenset()

    def zones(self, device: str, interface: str) -> tuple[str, ...]:
        """Return the zones to draw at an interface; links between devices are drawn as lines, not as a zone."""
        zones = self.network.interface_zones(device, interface)
        return tuple(zone.name for zone in zones if zone.name not in self.network.link_zones)

    def join(self, edge: DiagramEdge, *nodes: DiagramNode) -> None:
        for node in nodes:
            self.nodes.setdefault(node.id, node)
        self.edges.setdefault(edge)


def diagram_elements(network: Network, policy: Policy) -> tuple[tuple[DiagramNode, ...], tuple[DiagramEdge, ...]]:
    """Return the nodes and edges of the picture.

    A device is joined to the zones at its interfaces, at its own site; a subnet is drawn only where it joins several
    devices, or stands in no zone.
    """
    twins = frozenset(frozenset((twin.one, twin.other)) for twin in link_survey(network).twins)
    drawing = _Drawing(
        network, {name: _site(name, policy) for name in network.devices}, tunnels=_tunnel_ends(network), twins=twins
    )
    for device in network.devices.values():
        node = DiagramNode(
            f"device:{device.name}",
            device.name,
            "device",
            site=drawing.sites[device.name],
            detail=_detail(device),
            role=device_role(device),
        )
        drawing.nodes[node.id] = node
    _draw_graph(drawing)
    _draw_stretched_zones(drawing)
    _draw_cables(drawing)
    _draw_tunnels(drawing)
    _draw_pairs(drawing)
    _draw_peerings(drawing)
    _name_lines(drawing, policy)
    standing = {node.zone for node in drawing.nodes.values() if node.kind == "zone"}
    for zone in network.zones:
        if zone not in standing and zone not in network.link_zones:
            drawing.nodes[f"zone:{zone}"] = DiagramNode(f"zone:{zone}", zone, "zone", zone)
    return tuple(drawing.nodes.values()), tuple(drawing.edges)


def _tunnel_ends(network: Network) -> frozenset[frozenset[tuple[str, ...]]]:
    """Return the interfaces of each tunnel, of one whose other end is not here that alone."""
    return frozenset(
        frozenset(
            ("interface", end.port.device, end.port.interface) for end in (tunnel.one, tunnel.other) if end is not None
        )
        for tunnel in link_survey(network).tunnels
        if tunnel.other is not None or tunnel.peer
    )


def _site(device: str, policy: Policy) -> str:
    entry = policy.inventory_entry(device)
    return entry.site if entry is not None else ""


def _detail(device: Device) -> str:
    return " ".join(part for part in (device.vendor, device.model or device.operating_system) if part)


def _name_lines(drawing: _Drawing, policy: Policy) -> None:
    """Tell of each zone outside the firm whose line it is and who carries it: by the agreements, else as described."""
    names: dict[str, dict[str, None]] = {}
    for edge in drawing.edges:
        node = drawing.nodes.get(edge.target)
        zone = policy.zone(node.zone) if node is not None and node.kind == "zone" else None
        if zone is None or not zone.type.external:
            continue
        device = edge.source.partition(":")[2]
        told = [
            "\n".join(part for part in (one.counterparty, f"{one.carrier} {one.circuit}".strip()) if part)
            for one in policy.line_agreements
            if one.device.lower() == device.lower()
            and one.interface.lower() in _port_names(drawing, device, edge.label)
        ]
        names.setdefault(edge.target, {}).update(dict.fromkeys(filter(None, told or [edge.note])))
    for identity, found in names.items():
        lines = list(dict.fromkeys(line for text in found for line in text.split("\n")))
        drawing.nodes[identity] = replace(drawing.nodes[identity], detail="\n".join(lines[:MOST_LINES]))


def _port_names(drawing: _Drawing, device: str, label: str) -> frozenset[str]:
    found = drawing.network.devices[device]
    return frozenset(
        name.lower()
        for interface in found.interfaces
        if label in (interface.name, interface.nickname)
        for name in (interface.name, interface.nickname)
        if name
    )


def _note(network: Network, port: Port) -> str:
    """Return how an interface is described: where people write the provider and the bandwidth."""
    interface = network.interface(port.device, port.interface)
    return interface.description if interface is not None else ""


def _draw_graph(drawing: _Drawing) -> None:
    graph = drawing.network.graph
    for node, data in graph.nodes(data=True):
        if data["kind"] == "interface":
            for zone in drawing.zones(node[1], node[2]):
                site = drawing.sites[node[1]]
                at = f"zone:{zone}@{site}" if site else f"zone:{zone}"
                drawing.join(
                    DiagramEdge(
                        f"device:{node[1]}",
                        at,
                        data["label"],
                        note=_note(drawing.network, Port(node[1], node[2])),
                    ),
                    DiagramNode(at, zone, "zone", zone, site),
                )
        elif data["kind"] in ("subnet", "unknown"):
            _draw_joint(drawing, node, data["kind"], data["label"])


def _draw_joint(drawing: _Drawing, node: Any, kind: str, label: str) -> None:
    """Draw a subnet or an unknown neighbour with the devices at it, but for what a zone stands for already."""
    graph = drawing.network.graph
    ends = [(end, data) for _, end, data in graph.edges(node, data=True) if end[0] in ("device", "interface")]
    joins = [(end, data) for end, data in ends if data["kind"] in ("address", "next_hop", "neighbor")]
    seen = any(data["kind"] == "neighbor" for _, data in joins)
    zoned = any(end[0] == "interface" and drawing.zones(end[1], end[2]) for end, _ in joins)
    if not joins or (zoned and not seen):
        return
    if kind == "subnet" and frozenset(end for end, _ in joins) in drawing.tunnels:
        return  # the tunnel itself is drawn
    if kind == "subnet" and frozenset(end[1] for end, _ in joins) in drawing.twins:
        return  # nobody but the two copies stands there
    if kind == "subnet" and len(joins) < 2 and str(node[1]).endswith(("/32", "/128")):
        return
    at = f"{kind}:{node[1]}"
    site = _most_common(drawing.sites[end[1]] for end, _ in joins)
    drawing.nodes.setdefault(at, DiagramNode(at, label, kind, site=site))
    for end, data in joins:
        state = data.get("state", "")
        port = graph.nodes[end]["label"] if end[0] == "interface" else data.get("port", "")
        edge = DiagramEdge(
            f"device:{end[1]}",
            at,
            port,
            kind="cable" if data["kind"] == "neighbor" else "link",
            state=state if state in _CABLED else "",
            note=_note(drawing.network, Port(end[1], end[2])) if end[0] == "interface" else "",
        )
        drawing.edges.setdefault(edge)


def _draw_stretched_zones(drawing: _Drawing) -> None:
    """Join the boxes of a zone at several sites where one subnet of it spans them."""
    subnets: dict[tuple[str, str], list[str]] = {}
    for segment in link_survey(drawing.network).segments:
        boxes: dict[str, dict[str, None]] = {}
        for one in segment.ports:
            site = drawing.sites[one.port.device]
            for zone in drawing.zones(one.port.device, one.port.interface):
                boxes.setdefault(zone, {})[f"zone:{zone}@{site}" if site else f"zone:{zone}"] = None
        for found in boxes.values():
            for ends in pairwise(found):
                subnets.setdefault(ends, []).append(segment.subnet)
    for (first, second), names in subnets.items():
        drawing.join(DiagramEdge(first, second, title=", ".join(names)))


def _most_common(sites: Iterable[str]) -> str:
    counts = Counter(sites)
    return min(counts, key=lambda site: (-counts[site], site))


def _draw_cables(drawing: _Drawing) -> None:
    """Draw the cables that no subnet stands for: those between switches, port channels as one."""
    survey = link_survey(drawing.network)
    subnets: dict[Port, set[str]] = {}
    for segment in survey.segments:
        for standing in segment.ports:
            if standing.state is LinkState.CONFIRMED:
                subnets.setdefault(standing.port, set()).add(segment.subnet)
    for cable in survey.neighbors.cables:
        one, other = _carrier(drawing.network, cable.one), _carrier(drawing.network, cable.other)
        if not subnets.get(one, set()) & subnets.get(other, set()):
            note = _note(drawing.network, one) or _note(drawing.network, other)
            title = " ".join(cable.protocols).upper()
            drawing.join(_between(drawing.network, one, other, "cable", title=title, note=note))


def _carrier(network: Network, port: Port) -> Port:
    interface = network.interface(port.device, port.interface)
    return Port(port.device, interface.bundle) if interface is not None and interface.bundle else port


def _between(
    network: Network, one: Port, other: Port, kind: str, title: str = "", state: str = "", note: str = ""
) -> DiagramEdge:
    labels = []
    for port in (one, other):
        interface = network.interface(port.device, port.interface)
        labels.append(interface.rule_name if interface is not None else port.interface)
    return DiagramEdge(f"device:{one.device}", f"device:{other.device}", labels[0], labels[1], kind, state, title, note)


def _draw_tunnels(drawing: _Drawing) -> None:
    for tunnel in link_survey(drawing.network).tunnels:
        here = f"device:{tunnel.one.port.device}"
        title = f"{tunnel.one.kind} {tunnel.peer}".strip()
        note = _TUNNEL_WORDS.get(tunnel.one.kind, tunnel.one.kind)
        if tunnel.one.encrypted and note != "IPsec":
            note += " (IPsec)"
        if tunnel.other is not None:
            drawing.join(
                _between(drawing.network, tunnel.one.port, tunnel.other.port, "tunnel", title, tunnel.state.value, note)
            )
            continue
        if tunnel.peer_device:
            there = f"device:{tunnel.peer_device}"
        elif tunnel.peer:
            there = f"unknown:{tunnel.peer}"
            site = drawing.sites[tunnel.one.port.device]
            drawing.nodes.setdefault(there, DiagramNode(there, tunnel.peer, "unknown", site=site))
        else:
            continue
        drawing.join(
            DiagramEdge(here, there, tunnel.one.port.interface, "", "tunnel", tunnel.state.value, title, note),
        )


def _draw_pairs(drawing: _Drawing) -> None:
    survey = link_survey(drawing.network)
    groups: dict[tuple[str, str], list[FirstHopPair]] = {}
    for group in survey.first_hop:
        for ends in _neighbouring(group):
            groups.setdefault(ends, []).append(group)
    for (one, other), found in groups.items():
        names = [f"{group.protocol.upper()} {group.group} {group.address}" for group in found]
        label = "/".join(dict.fromkeys(group.protocol.upper() for group in found))
        drawing.join(DiagramEdge(f"device:{one}", f"device:{other}", label, "", "pair", "", ", ".join(names)))
    for twin in survey.twins:
        drawing.join(DiagramEdge(f"device:{twin.one}", f"device:{twin.other}", "=", "", "pair"))


def _draw_peerings(drawing: _Drawing) -> None:
    """Draw the peerings of the cloud, and the internet where a gateway faces it and no zone stands there."""
    for peering in link_survey(drawing.network).peerings:
        for one, other in pairwise(peering.ports):
            drawing.join(_between(drawing.network, one, other, "peering", peering.name, note=peering.name))
        if len(peering.ports) == 1:
            (port,) = peering.ports
            there = DiagramNode(f"unknown:{peering.name}", peering.name, "unknown", site=drawing.sites[port.device])
            edge = DiagramEdge(f"device:{port.device}", there.id, port.interface, kind="peering", title=peering.name)
            drawing.join(edge, there)
    graph = drawing.network.graph
    behind = list(graph[INTERNET]) if INTERNET in graph else []
    for own in behind:
        site = drawing.sites[own[1]]
        node = DiagramNode(f"internet:{site}", "INTERNET", "internet", site=site)
        drawing.join(DiagramEdge(f"device:{own[1]}", node.id, graph.nodes[own]["label"]), node)


def _neighbouring(group: FirstHopPair) -> Iterator[tuple[str, str]]:
    devices = sorted({member.port.device for member in group.members})
    yield from pairwise(devices)
