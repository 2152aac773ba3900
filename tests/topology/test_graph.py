"""The graph: every part of the network as a node, with what joins them."""

from __future__ import annotations

from dataclasses import replace

import networkx

from netaudit.model.capture import Captured, CapturedNeighbor
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.policy.registers import ZoneType
from netaudit.topology.network import Network

from .networks import device, network, zone


def switch(name: str, neighbor: str, allowed: str) -> Device:
    known = device(
        "cisco_ios",
        f"""
        hostname {name}
        vlan 10
         name SERVERS
        vlan 20
        interface Port-channel1
         switchport mode trunk
         switchport trunk allowed vlan {allowed}
        interface GigabitEthernet0/1
         switchport mode trunk
         switchport trunk allowed vlan {allowed}
         channel-group 1 mode active
        interface GigabitEthernet0/2
         switchport mode access
         switchport access vlan 10
        """,
        f"{name}.cfg",
    )
    row = CapturedNeighbor("lldp", "Gi0/1", neighbor, SourceRef("lldp.txt", 1), "Gi0/1", addresses=("10.5.0.9",))
    return replace(known, captured=Captured(neighbors=(row,)))


def edge_router() -> Device:
    return device(
        "cisco_ios",
        """
        hostname edge
        vrf definition LINES
         address-family ipv4
        interface GigabitEthernet0/0
         ip address 203.0.113.2 255.255.255.252
        interface GigabitEthernet0/1
        interface GigabitEthernet0/1.30
         encapsulation dot1Q 30
         vrf forwarding LINES
         ip address 10.5.0.1 255.255.255.0
        interface Tunnel1
         ip address 172.16.0.1 255.255.255.252
         tunnel source GigabitEthernet0/0
         tunnel destination 198.51.100.9
        ip route 0.0.0.0 0.0.0.0 203.0.113.1
        ip route vrf LINES 10.9.0.0 255.255.0.0 10.5.0.9
        """,
        "edge.cfg",
    )


def built() -> Network:
    return network(
        [edge_router(), switch("sw1", "sw2", "10,20"), switch("sw2", "SW-TEMP", "10")],
        zone("INTERNET", ZoneType.INTERNET, members=(("edge", "GigabitEthernet0/0"),)),
        zone("LINE-A", ZoneType.THIRDPARTY, "10.5.0.0/24"),
    )


def test_every_part_is_a_node_of_its_kind() -> None:
    kinds = networkx.get_node_attributes(built().graph, "kind")
    assert kinds["device", "edge"] == "device"
    assert kinds["vrf", "edge", "", "LINES"] == "vrf"
    assert kinds["interface", "edge", "GigabitEthernet0/1.30"] == "interface"
    assert kinds["subnet", "10.5.0.0/24"] == "subnet"
    assert kinds["vlan", "sw1", 10] == "vlan"
    assert (kinds["end", "INTERNET"], kinds["end", "LINE-A"]) == ("end", "end")
    assert kinds["neighbor", "SW-TEMP"] == "unknown"


def test_parts_hang_together() -> None:
    graph = built().graph
    port = ("interface", "edge", "GigabitEthernet0/1.30")
    assert graph.has_edge(port, ("interface", "edge", "GigabitEthernet0/1"), "part")
    assert graph.has_edge(port, ("vrf", "edge", "", "LINES"), "in")
    assert graph.has_edge(port, ("end", "LINE-A"), "end")
    assert graph.has_edge(("interface", "sw1", "GigabitEthernet0/1"), ("interface", "sw1", "Port-channel1"), "part")
    assert graph.has_edge(("interface", "sw1", "GigabitEthernet0/2"), ("vlan", "sw1", 10), "vlan")
    assert graph.nodes["interface", "sw1", "Port-channel1"]["trunk"] == "10,20"


def test_vlans_are_one_domain_where_a_seen_trunk_carries_them() -> None:
    graph = built().graph
    domain = networkx.get_node_attributes(graph, "domain")
    assert domain["vlan", "sw1", 10] == domain["vlan", "sw2", 10]
    assert domain["vlan", "sw1", 20] != domain["vlan", "sw2", 20], "sw2's side does not carry it"


def test_unknown_next_hops_are_named_by_the_neighbour_that_told_the_address() -> None:
    graph = built().graph
    assert ("address", "203.0.113.1") in graph
    assert ("address", "10.5.0.9") not in graph
    assert graph.has_edge(("interface", "edge", "GigabitEthernet0/1.30"), ("neighbor", "SW-TEMP"), "next_hop")


def test_a_tunnel_that_ends_outside_leads_to_its_peer() -> None:
    graph = built().graph
    attributes = graph.get_edge_data(("interface", "edge", "Tunnel1"), ("address", "198.51.100.9"), "tunnel")
    assert (attributes["state"], attributes["encrypted"]) == ("outside", False)
