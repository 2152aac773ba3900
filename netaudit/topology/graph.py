"""The topology as a networkx graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from netaudit.packets.addresses import Family, format_address

if TYPE_CHECKING:
    import networkx

    from netaudit.topology.network import Network


def build_graph(network: Network) -> networkx.Graph[Any]:
    """Return devices, interfaces, subnets and unknown next hops; see `Network.graph` for the node names."""
    import networkx

    graph: networkx.Graph[Any] = networkx.Graph()
    owners: set[tuple[Family, int]] = set()
    for device in network.devices.values():
        graph.add_node(("device", device.name), kind="device", label=device.name)
        for interface in device.interfaces:
            node = ("interface", device.name, interface.name)
            zones = tuple(zone.name for zone in network.interface_zones(device.name, interface.name))
            graph.add_node(node, kind="interface", label=interface.rule_name, zones=zones)
            graph.add_edge(("device", device.name), node)
            if not interface.enabled:
                continue
            for address in interface.addresses:
                owners.add((address.family, address.value))
                subnet = ("subnet", address.network_text)
                graph.add_node(subnet, kind="subnet", label=address.network_text)
                graph.add_edge(node, subnet, address=str(address))
    for device in network.devices.values():
        for table in network.tables[device.name].values():
            for entry in table.entries:
                for way in entry.exits:
                    if way.next_hop is None or (entry.family, way.next_hop) in owners:
                        continue
                    text = format_address(entry.family, way.next_hop)
                    graph.add_node(("address", text), kind="unknown", label=text)
                    graph.add_edge(("interface", device.name, way.interface), ("address", text))
    return graph
