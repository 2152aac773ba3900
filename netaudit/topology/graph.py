"""The topology as a networkx graph.

Nodes, each with `kind` and `label`:

- ("device", name): `platform`, `model`
- ("virtual_system", device, name), ("vrf", device, virtual system, name): where a device has more than one table
- ("interface", device, name): `zones` (the firm's), `enabled`, `addresses`; `trunk`, the VLANs that a trunk carries;
  `members`, the ports of a port channel
- ("subnet", "10.1.0.0/24"): `ambiguous` where a device has it in several tables
- ("vlan", device, number): `domain`, a number that VLANs joined by cables share
- ("group", protocol, group, virtual address, subnet): kind first_hop
- ("end", zone): the internet and third-party lines, by the name of the firm's zone; ("end", "internet") behind a
  gateway of the cloud that no zone names
- ("address", text): kind unknown, a next hop or tunnel peer that no device has
- ("neighbor", name): kind unknown, a CDP or LLDP neighbour without an export
- ("peer", name): kind unknown, the other end of a peering or attachment that no export has

Edges have `kind` as their key: "has" (device to its parts), "in" (interface to VRF), "part" (sub-interface to port,
port to bundle), "address" (interface to subnet: `state`, `address`), "vlan" (access port or VLAN interface),
"trunk" (VLAN to VLAN), "cable", "tunnel" (`encrypted`, `state`, `type`), "first_hop" (`priority`), "twin", "end",
"next_hop", "neighbor" (`port` ours, `interface` theirs), "peering" (`name`: peerings and attachments of the cloud).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.packets.addresses import Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.policy.registers import ZoneType
from netaudit.topology.links.cables import carried_vlans, used_vlans
from netaudit.topology.links.ports import Port
from netaudit.topology.links.survey import LinkSurvey, survey_links
from netaudit.topology.ways import parsed_address

INTERNET = ("end", "internet")
"""What lies behind a gateway of the cloud where no zone of the firm stands there."""

_CLOUDS = frozenset({"aws", "azure"})

if TYPE_CHECKING:
    import networkx

    from netaudit.topology.network import Network

    Graph = networkx.MultiGraph[Any]


def build_graph(network: Network) -> Graph:
    """Return all that the snapshot says of devices and what joins them."""
    import networkx

    devices = tuple(network.devices.values())
    graph: Graph = networkx.MultiGraph()
    survey = survey_links(devices)
    graph.graph["survey"] = survey
    for device in devices:
        _add_device(graph, network, device)
    _add_segments(graph, survey)
    _add_lodgers(graph, devices)
    _add_vlans(graph, devices, survey)
    _add_neighbors(graph, survey)
    _add_next_hops(graph, network, survey)
    _add_tunnels(graph, survey)
    _add_pairs(graph, survey)
    _add_peerings(graph, network, survey)
    return graph


def link_survey(network: Network) -> LinkSurvey:
    """Return the links that the network's graph was built from."""
    survey: LinkSurvey = network.graph.graph["survey"]
    return survey


def zone_ports(network: Network) -> dict[str, tuple[Port, ...]]:
    """Return the interfaces that stand in each zone and are up."""
    return {
        zone: tuple(Port(device.name, one.name) for device, one in network.zone_interfaces(zone) if one.enabled)
        for zone in network.zones
    }


def _add_device(graph: Graph, network: Network, device: Device) -> None:
    node = ("device", device.name)
    graph.add_node(node, kind="device", label=device.name, platform=device.platform, model=device.model)
    tables = {(one.virtual_system, one.vrf) for one in device.interfaces}
    tables |= {("", vrf) for vrf in device.vrfs} | {(system, DEFAULT_VRF) for system in device.virtual_systems}
    for system in sorted({system for system, _ in tables if system}):
        graph.add_node(("virtual_system", device.name, system), kind="virtual_system", label=system)
        graph.add_edge(node, ("virtual_system", device.name, system), "has", kind="has")
    several = len(tables) > 1
    for system, vrf in sorted(tables) if several else ():
        owner = ("virtual_system", device.name, system) if system else node
        graph.add_node(("vrf", device.name, system, vrf), kind="vrf", label=vrf)
        graph.add_edge(owner, ("vrf", device.name, system, vrf), "has", kind="has")
    names = {one.name for one in device.interfaces}
    for interface in device.interfaces:
        own = ("interface", device.name, interface.name)
        zones = network.interface_zones(device.name, interface.name)
        graph.add_node(
            own,
            kind="interface",
            label=interface.rule_name,
            zones=tuple(zone.name for zone in zones),
            enabled=interface.enabled,
            addresses=tuple(map(str, interface.addresses)),
        )
        graph.add_edge(node, own, "has", kind="has")
        if several:
            graph.add_edge(own, ("vrf", device.name, interface.virtual_system, interface.vrf), "in", kind="in")
        for whole in (interface.parent, interface.bundle):
            if whole in names and whole != interface.name:
                graph.add_edge(own, ("interface", device.name, whole), "part", kind="part")
        members = tuple(one.name for one in device.interfaces if one.bundle == interface.name != one.name)
        if members:
            graph.nodes[own]["members"] = members
        for zone in zones:
            if zone.type.external and interface.enabled:
                graph.add_node(("end", zone.name), kind="end", label=zone.name, type=zone.type.value)
                graph.add_edge(own, ("end", zone.name), "end", kind="end")
        for address in interface.addresses if interface.enabled else ():
            subnet = ("subnet", address.network_text)
            graph.add_node(subnet, kind="subnet", label=address.network_text)
            graph.add_edge(own, subnet, "address", kind="address", address=str(address), state="inferred")


def _add_segments(graph: Graph, survey: LinkSurvey) -> None:
    for segment in survey.segments:
        graph.nodes["subnet", segment.subnet]["ambiguous"] = segment.ambiguous
        for one in segment.ports:
            own = ("interface", one.port.device, one.port.interface)
            graph.edges[own, ("subnet", segment.subnet), "address"]["state"] = one.state.value


def _add_lodgers(graph: Graph, devices: Iterable[Device]) -> None:
    """Join what has one address of a subnet to it: gateways and balancers of a cloud do not state the length."""
    for device in devices:
        for interface in device.interfaces if device.platform in _CLOUDS else ():
            for address in interface.addresses:
                if not interface.enabled or address.prefix_length != address.family.bits:
                    continue
                wider = (replace(address, prefix_length=length) for length in range(address.family.bits - 1, 0, -1))
                around = next((one for one in wider if ("subnet", one.network_text) in graph), None)
                if around is not None:
                    ends = ("interface", device.name, interface.name), ("subnet", around.network_text)
                    graph.add_edge(*ends, "address", kind="address", address=str(address), state="inferred")


def _add_vlans(graph: Graph, devices: Iterable[Device], survey: LinkSurvey) -> None:
    import networkx

    by_name = {device.name: device for device in devices}
    for device in by_name.values():
        names = {one.number: one.name for one in device.vlans}
        used = used_vlans(device)
        for number in sorted(used):
            vlan = ("vlan", device.name, number)
            graph.add_node(vlan, kind="vlan", label=names.get(number) or str(number), number=number)
            graph.add_edge(("device", device.name), vlan, "has", kind="has")
        for interface in device.interfaces:
            own = ("interface", device.name, interface.name)
            if interface.switchport == "trunk":
                # An edge for each of its VLANs would make millions where many ports carry all.
                vlans = interface.trunk_vlans
                graph.nodes[own]["trunk"] = "all" if vlans is None else vlan_ranges(vlans)
            elif interface.vlan is not None and not interface.parent:
                graph.add_edge(own, ("vlan", device.name, interface.vlan), "vlan", kind="vlan")
    for cable in survey.neighbors.cables:
        one, other = cable.one, cable.other
        ends = ("interface", one.device, one.interface), ("interface", other.device, other.interface)
        graph.add_edge(*ends, "cable", kind="cable", protocols=cable.protocols)
        for carried in carried_vlans(cable, by_name[one.device], by_name[other.device]):
            graph.add_edge(("vlan", *carried.one), ("vlan", *carried.other), "trunk", kind="trunk")
    only_vlans = graph.subgraph([node for node in graph if node[0] == "vlan"])
    for domain, members in enumerate(sorted(map(sorted, networkx.connected_components(only_vlans))), start=1):
        for node in members:
            graph.nodes[node]["domain"] = domain


def vlan_ranges(vlans: IntervalSet) -> str:
    """Return VLAN numbers as switches write them: "10,20-29"."""
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in vlans.intervals)


def _add_neighbors(graph: Graph, survey: LinkSurvey) -> None:
    for one in survey.neighbors.unknown:
        node = ("neighbor", one.name)
        graph.add_node(node, kind="unknown", label=one.name, platform=one.platform)
        port: tuple[str, ...] = ("interface", one.port.device, one.port.interface)
        if port not in graph:  # the capture names a port that the configuration does not
            port = ("device", one.port.device)
        graph.add_edge(port, node, "neighbor", kind="neighbor", interface=one.interface, port=one.port.interface)


def _add_next_hops(graph: Graph, network: Network, survey: LinkSurvey) -> None:
    named = {
        address: one.name
        for one in survey.neighbors.unknown
        for text in one.addresses
        if (address := parsed_address(text)) is not None
    }
    owners = {
        (address.family, address.value)
        for device in network.devices.values()
        for interface in device.interfaces
        if interface.enabled
        for address in interface.addresses
    }
    for device in network.devices.values():
        for table in network.tables[device.name].values():
            for entry in table.entries:
                for way in entry.exits:
                    if way.next_hop is None or (entry.family, way.next_hop) in owners:
                        continue
                    node = _unknown_address(graph, entry.family, way.next_hop, named)
                    own = ("interface", device.name, way.interface)
                    graph.add_edge(own, node, "next_hop", kind="next_hop")


def _unknown_address(graph: Graph, family: Family, value: int, named: dict[tuple[Family, int], str]) -> tuple[str, str]:
    """Return the node of an address that no device has: that of the neighbour who told it, else its own."""
    if (family, value) in named:
        return ("neighbor", named[family, value])
    text = format_address(family, value)
    graph.add_node(("address", text), kind="unknown", label=text)
    return ("address", text)


def _add_tunnels(graph: Graph, survey: LinkSurvey) -> None:
    for tunnel in survey.tunnels:
        here = ("interface", tunnel.one.port.device, tunnel.one.port.interface)
        there: tuple[str, ...]
        if tunnel.other is not None:
            there = ("interface", tunnel.other.port.device, tunnel.other.port.interface)
        elif tunnel.peer_device:
            there = ("device", tunnel.peer_device)
        elif tunnel.peer:
            there = ("address", tunnel.peer)
            graph.add_node(there, kind="unknown", label=tunnel.peer)
        else:
            continue
        if here not in graph or there not in graph:
            continue
        graph.add_edge(
            *(here, there, "tunnel"),
            kind="tunnel",
            type=tunnel.one.kind,
            encrypted=tunnel.one.encrypted,
            state=tunnel.state.value,
        )


def _add_pairs(graph: Graph, survey: LinkSurvey) -> None:
    for group in survey.first_hop:
        node = ("group", group.protocol, group.group, group.address, group.subnet)
        graph.add_node(node, kind="first_hop", label=f"{group.protocol.upper()} {group.group} {group.address}".strip())
        for member in group.members:
            own = ("interface", member.port.device, member.port.interface)
            graph.add_edge(own, node, "first_hop", kind="first_hop", priority=member.priority)
    for twin in survey.twins:
        graph.add_edge(("device", twin.one), ("device", twin.other), "twin", kind="twin")


def _add_peerings(graph: Graph, network: Network, survey: LinkSurvey) -> None:
    for peering in survey.peerings:
        nodes: list[tuple[str, ...]] = [("interface", port.device, port.interface) for port in peering.ports]
        if len(nodes) == 1:
            nodes.append(("peer", peering.name))
            graph.add_node(nodes[1], kind="unknown", label=peering.name)
        for one, other in pairwise(nodes):
            graph.add_edge(one, other, "peering", kind="peering", name=peering.name)
    for device in network.devices.values():
        for interface in device.interfaces:
            own = ("interface", device.name, interface.name)
            if interface.faces_internet and interface.enabled and not any(end[0] == "end" for end in graph[own]):
                graph.add_node(INTERNET, kind="end", label="internet", type=ZoneType.INTERNET.value)
                graph.add_edge(own, INTERNET, "end", kind="end")


@dataclass(frozen=True, slots=True)
class GraphElement:
    """A node or edge of the graph as text. `id` of a node: its parts joined by "/"; edges have both ends."""

    id: str
    attributes: tuple[tuple[str, str], ...]
    source: str = ""
    target: str = ""


def graph_elements(graph: networkx.Graph[Any]) -> tuple[tuple[GraphElement, ...], tuple[GraphElement, ...]]:
    """Return the nodes and the edges of a graph, in its order, with attributes sorted and lists joined by spaces."""
    names = {node: "/".join(map(str, node)) for node in graph}
    nodes = tuple(GraphElement(names[node], _attributes(data)) for node, data in graph.nodes(data=True))
    edges = tuple(
        GraphElement("", _attributes(data), names[one], names[other]) for one, other, data in graph.edges(data=True)
    )
    return nodes, edges


def _attributes(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, _text(value)) for name, value in data.items()))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)
