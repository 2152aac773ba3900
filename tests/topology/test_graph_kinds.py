"""Each kind of node and edge of the graph, from text as devices and clouds print it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from netaudit.audit import read_snapshot, run_audit
from netaudit.model.device import Device
from netaudit.policy.registers import Policy, ZoneType
from netaudit.reports.diagram import place
from netaudit.topology.graph import build_graph, graph_elements, link_survey
from netaudit.topology.network import build_network
from tests.parsers.aws.reading import devices as cloud_devices
from tests.parsers.aws.reading import read
from tests.parsers.aws.reading_resources import route_table, subnet, vpc
from tests.reports.test_diagram import boxes_crossed, lines_on_lines, overlapping

from .networks import device, network, zone

if TYPE_CHECKING:
    import networkx

    Graph = networkx.Graph[Any]

ROOT = Path(__file__).parents[2]


def graph_of(*devices: Device) -> Graph:
    """Return the graph of devices without zones."""
    return network(list(devices)).graph


def edges(graph: Graph, kind: str) -> list[tuple[Any, Any, dict[str, Any]]]:
    """Return the edges of a kind."""
    return [(one, other, data) for one, other, data in graph.edges(data=True) if data["kind"] == kind]


def asa(management: str) -> Device:
    """Return one unit of a failover pair; each unit has a management address of its own."""
    return device(
        "cisco_asa",
        f"""
        ASA Version 9.14(4)
        hostname fw
        interface GigabitEthernet0/0
         nameif outside
         security-level 0
         ip address 203.0.113.2 255.255.255.0 standby 203.0.113.3
        interface GigabitEthernet0/1
         nameif inside
         security-level 100
         ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2
        interface Management0/0
         management-only
         nameif management
         security-level 100
         ip address {management} 255.255.255.0
        """,
        "fw.cfg",
    )


def test_virtual_domains_hang_below_their_device_and_hold_its_tables() -> None:
    text = (ROOT / "fixtures" / "fortios" / "multi-vdom.conf").read_text(encoding="utf-8")
    graph = graph_of(device("fortios", text, "fw-ext.conf"))
    assert graph.has_edge(("device", "fw-ext"), ("virtual_system", "fw-ext", "dmz"), "has")
    tables = {node for node in graph if node[0] == "vrf" and node[2] == "dmz"}
    assert all(graph.has_edge(("virtual_system", "fw-ext", "dmz"), table, "has") for table in tables)
    (table,) = (other for _, other, kind in graph.edges(("interface", "fw-ext", "port3"), keys=True) if kind == "in")
    assert table in tables


def test_both_units_of_a_failover_pair_are_joined_although_each_is_managed_by_itself() -> None:
    graph = graph_of(asa("10.9.0.1"), replace(asa("10.9.0.2"), name="fw-2"))
    assert graph.has_edge(("device", "fw"), ("device", "fw-2"), "twin")
    other = replace(asa("10.9.0.1"), name="fw-2")
    moved = tuple(one for one in other.interfaces if one.nickname != "inside")
    assert not edges(graph_of(asa("10.9.0.1"), replace(other, interfaces=moved)), "twin"), "one address is no cluster"


def test_a_port_channel_has_its_members() -> None:
    graph = graph_of(
        device(
            "arista_eos",
            """
            hostname sw1
            interface Port-Channel1
               switchport mode trunk
               switchport trunk allowed vlan 10,20-29
            interface Ethernet1
               channel-group 1 mode active
            interface Ethernet2
               channel-group 1 mode active
            """,
            "sw1.cfg",
        )
    )
    channel = ("interface", "sw1", "Port-Channel1")
    assert graph.nodes[channel]["members"] == ("Ethernet1", "Ethernet2")
    assert graph.nodes[channel]["trunk"] == "10,20-29"
    assert graph.has_edge(("interface", "sw1", "Ethernet2"), channel, "part")


CRYPTO = """
hostname {name}
crypto isakmp policy 10
 encryption aes 256
crypto ipsec transform-set STRONG esp-aes 256 esp-sha256-hmac
crypto map LINE 10 ipsec-isakmp
 set peer {peer}
 set transform-set STRONG
 match address PROTECTED
interface GigabitEthernet0/0
 ip address {own} 255.255.255.0
 crypto map LINE
ip access-list extended PROTECTED
 permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.255
"""


@pytest.mark.parametrize(
    ("lines", "kind", "encrypted"),
    [
        ("", "gre", False),
        ("tunnel mode ipsec ipv4\n tunnel protection ipsec profile P", "ipsec", True),
        ("tunnel protection ipsec profile P", "gre", True),
    ],
)
def test_tunnel_interfaces_are_joined_with_kind_and_protection(lines: str, kind: str, encrypted: bool) -> None:
    def end(name: str, own: str, peer: str, inner: int) -> Device:
        text = f"hostname {name}\ninterface Gi0/0\n ip address {own} 255.255.255.0\ninterface Tunnel0\n"
        text += (
            f" ip address 10.0.0.{inner} 255.255.255.252\n tunnel source {own}\n tunnel destination {peer}\n {lines}"
        )
        return device("cisco_ios", text, f"{name}.cfg")

    graph = graph_of(end("a", "192.0.2.1", "198.51.100.1", 1), end("b", "198.51.100.1", "192.0.2.1", 2))
    ((one, other, data),) = edges(graph, "tunnel")
    assert {one, other} == {("interface", "a", "Tunnel0"), ("interface", "b", "Tunnel0")}
    assert (data["type"], data["encrypted"], data["state"]) == (kind, encrypted, "joined")


def test_crypto_maps_are_tunnels_between_the_interfaces_that_they_stand_at() -> None:
    ends = [("a", "192.0.2.1", "198.51.100.1"), ("b", "198.51.100.1", "192.0.2.1")]
    graph = graph_of(
        *(device("cisco_ios", CRYPTO.format(name=name, own=own, peer=peer), f"{name}.cfg") for name, own, peer in ends)
    )
    ((one, other, data),) = edges(graph, "tunnel")
    assert {one[1:], other[1:]} == {("a", "GigabitEthernet0/0"), ("b", "GigabitEthernet0/0")}
    assert (data["encrypted"], data["state"]) == (True, "joined")


@pytest.mark.parametrize(
    ("platform", "lines", "protocol"),
    [
        ("cisco_ios", "interface Vlan5\n ip address 10.5.0.{n} 255.255.255.0\n standby 5 ip 10.5.0.1", "hsrp"),
        ("cisco_nxos", "interface Vlan5\n no shutdown\n ip address 10.5.0.{n}/24\n hsrp 5\n  ip 10.5.0.1", "hsrp"),
        ("arista_eos", "interface Vlan5\n ip address 10.5.0.{n}/24\n vrrp 5 ipv4 10.5.0.1", "vrrp"),
        (
            "juniper_junos",
            "set interfaces irb unit 5 family inet address 10.5.0.{n}/24 vrrp-group 5 virtual-address 10.5.0.1",
            "vrrp",
        ),
    ],
)
def test_first_hop_groups_join_their_members(platform: str, lines: str, protocol: str) -> None:
    def member(number: int) -> Device:
        head = "set system host-name" if platform == "juniper_junos" else "hostname"
        return device(platform, f"{head} s{number}\n{lines.format(n=number)}", f"s{number}.cfg")

    graph = graph_of(member(2), member(3))
    (group,) = (node for node in graph if node[0] == "group")
    assert group[1:] == (protocol, "5", "10.5.0.1", "10.5.0.0/24")
    assert {one[1] for one, other, _ in edges(graph, "first_hop") if other == group} == {"s2", "s3"}


def two_networks(*, both: bool) -> list[Device]:
    """Return two VPCs that peer, or one of them, with an internet gateway at the first."""
    peering = {"VpcPeeringConnectionId": "pcx-1", "State": "active"}
    out = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
    numbers = (1, 2) if both else (1,)
    found = read(
        vpcs={"Vpcs": [vpc(f"vpc-{number}", f"10.{number}.0.0/16") for number in numbers]},
        subnets={"Subnets": [subnet(f"subnet-{n}", f"10.{n}.1.0/24", f"vpc-{n}") for n in numbers]},
        tables={
            "RouteTables": [
                route_table(
                    f"rtb-{n}",
                    [{"DestinationCidrBlock": f"10.{3 - n}.0.0/16", **peering}, *([out] if n == 1 else [])],
                    vpc=f"vpc-{n}",
                )
                for n in numbers
            ]
        },
        peerings={
            "VpcPeeringConnections": [
                {
                    "VpcPeeringConnectionId": "pcx-1",
                    "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"},
                    "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"},
                    "Status": {"Code": "active"},
                }
            ]
        },
        gateways={
            "InternetGateways": [
                {"InternetGatewayId": "igw-1", "Attachments": [{"State": "available", "VpcId": "vpc-1"}]}
            ]
        },
    )
    return list(cloud_devices(found).values())


def test_networks_of_a_cloud_are_joined_by_their_peering_and_lead_to_the_internet() -> None:
    graph = graph_of(*two_networks(both=True))
    ((one, other, data),) = edges(graph, "peering")
    assert {one[1], other[1]} == {"vpc-1", "vpc-2"} and data["name"] == "pcx-1"
    ((gateway, end, _),) = edges(graph, "end")
    assert (gateway[1], end) == ("vpc-1", ("end", "internet"))


def test_a_gateway_in_a_zone_leads_to_the_zone_alone() -> None:
    devices = two_networks(both=True)
    (gateway,) = [one.name for one in devices[0].interfaces if one.faces_internet]
    known = network(devices, zone("WORLD", ZoneType.INTERNET, members=(("vpc-1", gateway),)))
    assert [other for _, other, _ in edges(known.graph, "end")] == [("end", "WORLD")]


def test_a_peering_with_a_network_that_no_export_has_leads_to_its_name() -> None:
    graph = graph_of(*two_networks(both=False))
    ((_, other, data),) = edges(graph, "peering")
    assert other == ("peer", "pcx-1") and data["name"] == "pcx-1"
    assert graph.nodes[other]["kind"] == "unknown"


def test_what_has_an_address_of_a_subnet_of_the_cloud_stands_in_it(corpus: Path) -> None:
    folder = corpus / "lab-validation" / "aws_demo"
    if not folder.is_dir():
        pytest.skip("the corpus has no such lab")
    graph = build_graph(build_network(read_snapshot(str(folder)).devices, Policy()))
    gateway = ("interface", "nat-044f518facb617e97", "subnet-0e3b67b96fa52d20d")
    assert graph.has_edge(gateway, ("subnet", "10.1.201.0/24"), "address")
    loopback = device("cisco_ios", "hostname r\ninterface Loopback0\n ip address 10.5.0.9 255.255.255.255")
    lan = device("cisco_ios", "hostname s\ninterface Vlan5\n ip address 10.5.0.1 255.255.255.0", "s.cfg")
    graph = graph_of(loopback, lan)
    assert not graph.has_edge(("interface", "r", "Loopback0"), ("subnet", "10.5.0.0/24")), "a loopback is elsewhere"


def test_a_contradicted_link_says_so_at_both_ports(tmp_path: Path) -> None:
    for name, last, interface in (("left", 1, "GigabitEthernet0/0"), ("right", 2, "GigabitEthernet0/0")):
        text = f"hostname {name}\ninterface {interface}\n ip address 10.0.0.{last} 255.255.255.252\n"
        text += f"interface GigabitEthernet0/1\n ip address 10.{last}.0.1 255.255.255.0\n"
        (tmp_path / f"{name}.cfg").write_text(f"version 15.2\n{text}end\n", encoding="utf-8")
    cdp = "left#show cdp neighbors\nDevice ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
    cdp += "right            Gig 0/0           150          R         ISR4321   Gig 0/1\n"
    cdp += "SW-TEMP          Gig 0/1           150          S         WS-C2960  Fas 0/24\n"
    (tmp_path / "left_cdp.txt").write_text(cdp, encoding="utf-8")
    known = build_network(read_snapshot(str(tmp_path)).devices, Policy())
    graph = known.graph
    near = graph.edges[("interface", "left", "GigabitEthernet0/0"), ("subnet", "10.0.0.0/30"), "address"]
    assert near["state"] == "contradicted"
    assert graph.has_edge(("interface", "left", "GigabitEthernet0/1"), ("neighbor", "SW-TEMP"), "neighbor")
    assert {one.kind for one in link_survey(known).facts} == {"contradicted_link", "unknown_neighbor"}


LABS = (
    *("aws_multi_account_vpc_peering", "aws_multi_account_vpc_peering_tgw", "eos_switchport_order"),
    *("ios_basic_vrrp", "iosxe_vrf_route_leaking_export_map", "junos_l3vpn", "checkpoint_simple_routing"),
)


@pytest.mark.parametrize("lab", LABS)
def test_the_networks_of_the_corpus_are_whole_graphs_and_pictures(corpus: Path, lab: str) -> None:
    """Each interface hangs at its device, no two nodes bear one name, each edge has a kind, nothing lies on another."""
    folder = corpus / "lab-validation" / lab
    if not folder.is_dir():
        pytest.skip(f"the corpus has no {lab}")
    result = run_audit(str(folder), policy_folder=None, as_of=date(2026, 11, 20))
    graph = result.topology
    assert graph is not None
    for known in result.devices:
        for interface in known.interfaces:
            assert graph.has_edge(("device", known.name), ("interface", known.name, interface.name), "has")
    nodes, joins = graph_elements(graph)
    assert len({node.id for node in nodes}) == len(nodes)
    assert all(dict(one.attributes).get("kind") for one in (*nodes, *joins))
    picture = place(result.diagram_nodes, result.diagram_edges, result.policy)
    assert {one.name for one in result.devices} == {node.label for node in picture.nodes if node.kind == "device"}
    assert overlapping(picture) == [] and boxes_crossed(picture) == [] and lines_on_lines(picture) == []


def test_a_network_of_the_corpus_with_peerings_has_them_in_its_graph(corpus: Path) -> None:
    folder = corpus / "lab-validation" / "aws_multi_account_vpc_peering"
    if not folder.is_dir():
        pytest.skip("the corpus has no such lab")
    graph = build_graph(build_network(read_snapshot(str(folder)).devices, Policy()))
    peers = [(one[1], other[1]) for one, other, _ in edges(graph, "peering") if "pcx" in one[2]]
    assert peers and all(one != other for one, other in peers)
