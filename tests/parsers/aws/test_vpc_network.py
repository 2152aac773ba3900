"""Subnets, routes, translations and transit gateways; and packets followed through them."""

from __future__ import annotations

from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.parsers.aws import parse_together
from netaudit.policy.registers import Policy
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.aws.reading import devices, read, source
from tests.parsers.aws.reading_resources import (
    acl,
    entry,
    group,
    interface,
    permission,
    ranges,
    route_table,
    subnet,
    vpc,
)

OPEN = [entry(100, "allow", "0.0.0.0/0"), entry(100, "allow", "0.0.0.0/0", egress=True)]


def _files(**changed: Any) -> dict[str, Any]:
    """Two subnets with tables of their own; web may be asked from anywhere, app from web's subnet alone."""
    files: dict[str, Any] = {
        "vpcs": {"Vpcs": [vpc()]},
        "subnets": {"Subnets": [subnet("subnet-a", "10.1.1.0/24"), subnet("subnet-b", "10.1.2.0/24")]},
        "groups": {
            "SecurityGroups": [
                group("sg-web", [permission("tcp", 443, IpRanges=ranges("0.0.0.0/0"))]),
                group("sg-app", [permission("tcp", 8080, IpRanges=ranges("10.1.1.0/24"))]),
                group("sg-ssh", [permission("tcp", 22, IpRanges=ranges("10.1.0.0/16"))]),
            ]
        },
        "interfaces": {
            "NetworkInterfaces": [
                interface("eni-web", "10.1.1.10", "subnet-a", "sg-web", public="203.0.113.10"),
                interface("eni-app", "10.1.2.10", "subnet-b", "sg-app", "sg-ssh"),
                interface("eni-two", "10.1.2.11", "subnet-b", "sg-ssh"),
            ]
        },
        "acls": {"NetworkAcls": [acl("acl-1", OPEN, ("subnet-a", "subnet-b"))]},
        "tables": {
            "RouteTables": [
                route_table(
                    "rtb-a",
                    [
                        {"DestinationCidrBlock": "10.1.0.0/16", "GatewayId": "local", "State": "active"},
                        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
                    ],
                    ("subnet-a",),
                ),
                route_table("rtb-main", [{"DestinationCidrBlock": "10.7.0.0/16", "State": "blackhole"}]),
            ]
        },
        "gateways": {"InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}]}]},
    }
    return files | changed


def _device(**changed: Any) -> Device:
    return devices(read(**_files(**changed)))["vpc-1"]


def _way(device: Device, source: str, destination: str, port: int) -> str:
    network = build_network([device], Policy())
    flow = Flow.of(source, destination, 6, source_port=40000, destination_port=port)
    return trace_flow(network, starting_places(network, "", "", flow)[0], flow).disposition.value


def test_subnets_and_gateways_are_interfaces() -> None:
    ports = {one.name: one for one in _device().interfaces}
    assert [str(one) for one in ports["subnet-a"].addresses] == ["10.1.1.1/24"]
    assert (ports["subnet-a"].vrf, ports["subnet-b"].vrf) == ("rtb-a", "rtb-main")
    assert ports["igw-1"].addresses == ()


def test_hosts_are_address_objects() -> None:
    hosts = {one.name: str(one.addresses) for one in _device().address_objects}
    assert hosts == {"eni-web": "10.1.1.10", "eni-app": "10.1.2.10", "eni-two": "10.1.2.11"}


def test_routes_of_tables() -> None:
    routes = {(one.vrf, one.prefix): one for one in _device().static_routes}
    assert routes["rtb-a", "0.0.0.0/0"].interface == "igw-1"
    assert routes["rtb-main", "10.7.0.0/16"].discards
    assert routes["rtb-a", "10.1.2.0/24"].next_vrf == "rtb-main"


@pytest.mark.parametrize(
    ("start", "destination", "port", "disposition"),
    [
        ("10.1.1.10", "10.1.2.10", 8080, "delivered"),
        ("10.1.1.10", "10.1.2.10", 22, "delivered"),  # two groups of one interface add up
        ("10.1.1.10", "10.1.2.10", 25, "denied"),
        ("10.1.1.10", "10.1.2.11", 8080, "denied"),
        ("10.1.2.10", "10.1.1.10", 443, "delivered"),
        ("10.1.2.10", "10.1.2.11", 22, "delivered"),  # groups act within a subnet too
        ("10.1.2.10", "10.1.2.11", 23, "denied"),
        ("10.1.1.10", "10.1.2.99", 22, "denied"),  # nobody has that address
        ("10.1.2.10", "10.7.1.1", 22, "null_routed"),
        ("10.1.2.10", "192.0.2.1", 22, "no_route"),
        ("10.1.1.10", "192.0.2.1", 22, "exits"),  # the internet is behind the gateway
    ],
)
def test_ways_through_a_vpc(start: str, destination: str, port: int, disposition: str) -> None:
    assert _way(_device(), start, destination, port) == disposition


def test_an_acl_guards_the_way_into_a_subnet_and_not_within_it() -> None:
    closed = [entry(100, "deny", "10.1.0.0/16"), entry(100, "deny", "10.1.0.0/16", egress=True)]
    device = _device(acls={"NetworkAcls": [acl("acl-1", OPEN, ("subnet-a",)), acl("acl-2", closed, ("subnet-b",))]})
    assert _way(device, "10.1.1.10", "10.1.2.10", 8080) == "denied"
    assert _way(device, "10.1.2.10", "10.1.2.11", 22) == "delivered"
    assert _way(device, "10.1.2.10", "10.1.1.10", 443) == "denied"


def test_a_route_to_a_whole_subnet_wins_over_the_local_route() -> None:
    tables = _files()["tables"]
    tables["RouteTables"][0]["Routes"].append(
        {"DestinationCidrBlock": "10.1.2.0/24", "NetworkInterfaceId": "eni-firewall", "State": "active"}
    )
    device = _device(tables=tables)
    assert _way(device, "10.1.1.10", "10.1.2.10", 8080) == "unknown"  # what the appliance does is not known
    assert _way(device, "10.1.2.10", "10.1.1.10", 443) == "delivered"
    tables["RouteTables"][1]["Routes"].append(
        {"DestinationCidrBlock": "10.1.2.0/24", "NetworkInterfaceId": "eni-firewall", "State": "active"}
    )
    assert _way(_device(tables=tables), "10.1.2.10", "10.1.2.11", 22) == "delivered"  # it stays in the subnet


def test_the_route_table_of_a_gateway_decides_over_what_comes_in_there() -> None:
    tables = _files()["tables"]
    edge = route_table("rtb-edge", [{"DestinationCidrBlock": "10.1.2.0/24", "NetworkInterfaceId": "eni-firewall"}])
    edge["Associations"] = [{"RouteTableId": "rtb-edge", "GatewayId": "igw-1", "Main": False}]
    tables["RouteTables"].append(edge)
    app = interface("eni-app", "10.1.2.10", "subnet-b", "sg-app", public="203.0.113.11")
    web = interface("eni-web", "10.1.1.10", "subnet-a", "sg-web", public="203.0.113.10")
    device = _device(tables=tables, interfaces={"NetworkInterfaces": [web, app]})
    assert {one.name: one.vrf for one in device.interfaces}["igw-1"] == "rtb-edge"
    network = build_network([device], Policy())
    for destination, port, disposition in (
        ("203.0.113.11", 8080, "unknown"),  # what the appliance does is not known
        ("203.0.113.10", 443, "delivered"),
        ("10.1.1.10", 443, "denied"),  # the internet carries nothing to private addresses
    ):
        flow = Flow.of("192.0.2.7", destination, 6, source_port=40000, destination_port=port)
        place = starting_places(network, "vpc-1", "igw-1", flow)[0]
        assert trace_flow(network, place, flow).disposition.value == disposition, destination


def test_what_the_export_lacks_is_not_known() -> None:
    for lacking in ("interfaces", "acls"):
        files = _files()
        del files[lacking]
        assert _way(devices(read(**files))["vpc-1"], "10.1.1.10", "10.1.2.10", 8080) == "unknown", lacking
    groups = {"SecurityGroups": [group("sg-web", [permission("tcp", 443, IpRanges=ranges("0.0.0.0/0"))])]}
    assert _way(_device(groups=groups), "10.1.1.10", "10.1.2.10", 8080) == "unknown"


def test_nobody_connects_to_a_nat_gateway_and_services_are_open() -> None:
    files = _files()
    for identity, kind, address in (
        ("eni-n", "nat_gateway", "10.1.1.20"),
        ("eni-l", "network_load_balancer", "10.1.1.21"),
    ):
        one = interface(identity, address, "subnet-a") | {"InterfaceType": kind}
        files["interfaces"]["NetworkInterfaces"].append(one)
    device = devices(read(**files))["vpc-1"]
    assert _way(device, "10.1.2.10", "10.1.1.20", 22) == "denied"
    assert _way(device, "10.1.2.10", "10.1.1.21", 22) == "unknown"


def test_public_addresses_and_nat_gateways_translate() -> None:
    gateway = {
        "NatGatewayId": "nat-1",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-a",
        "State": "available",
        "NatGatewayAddresses": [{"PrivateIp": "10.1.1.20", "PublicIp": "203.0.113.20"}],
    }
    gone = gateway | {"NatGatewayId": "nat-2", "State": "deleted"}
    found = devices(read(**_files(nats={"NatGateways": [gateway, gone]})))
    rules = {one.name: one for one in found["vpc-1"].nat_rules}
    assert rules.keys() == {"eni-web", "nat-1"}
    assert str(rules["eni-web"].translated_source) == "203.0.113.10"
    assert (str(rules["nat-1"].translated_source), rules["nat-1"].to_interface.names()) == ("203.0.113.20", ("igw-1",))
    assert [str(one.translated_source) for one in found["nat-1"].nat_rules] == ["10.1.1.20"]
    assert "nat-2" not in found


def test_a_transit_gateway_is_a_device_with_its_route_tables() -> None:
    transit = {
        "TransitGateways": [{"TransitGatewayId": "tgw-1", "TransitGatewayArn": "arn", "State": "available"}],
        "TransitGatewayAttachments": [
            {
                "TransitGatewayAttachmentId": "tgw-attach-1",
                "TransitGatewayId": "tgw-1",
                "ResourceType": "vpc",
                "ResourceId": "vpc-1",
                "State": "available",
                "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
            }
        ],
        "TransitGatewayRouteTables": [
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}
        ],
        "TransitGatewayStaticRoutes": [
            {
                "TransitGatewayRouteTableId": "tgw-rtb-1",
                "Routes": [{"DestinationCidrBlock": "10.9.0.0/16", "State": "blackhole", "Type": "static"}],
            }
        ],
        "TransitGatewayPropagations": [
            {
                "TransitGatewayRouteTableId": "tgw-rtb-1",
                "TransitGatewayRouteTablePropagations": [
                    {
                        "TransitGatewayAttachmentId": "tgw-attach-1",
                        "ResourceId": "vpc-1",
                        "ResourceType": "vpc",
                        "State": "enabled",
                    }
                ],
            }
        ],
    }
    device = devices(read(**_files(transit=transit)))["tgw-1"]
    assert [(one.name, one.vrf) for one in device.interfaces] == [("tgw-attach-1", "tgw-rtb-1")]
    routes = {one.prefix: one for one in device.static_routes}
    assert routes["10.9.0.0/16"].discards
    assert (routes["10.1.0.0/16"].interface, routes["10.1.0.0/16"].vrf) == ("tgw-attach-1", "tgw-rtb-1")


def test_one_file_with_all_kinds_reads_like_many() -> None:
    together: dict[str, Any] = {}
    for content in _files().values():
        together |= content
    apart, one = _device(), devices(read(all=together))["vpc-1"]
    assert [one.name for one in one.rulebases] == [one.name for one in apart.rulebases]
    for start, destination, port in (("10.1.1.10", "10.1.2.10", 25), ("10.1.1.10", "10.1.2.10", 22)):
        assert _way(one, start, destination, port) == _way(apart, start, destination, port)


def test_copies_with_other_contents_are_other_exports() -> None:
    old = {"SecurityGroups": [group("sg-web", [permission("tcp", 80, IpRanges=ranges("0.0.0.0/0"))])]}
    new = {"SecurityGroups": [group("sg-web", [permission("tcp", 443, IpRanges=ranges("0.0.0.0/0"))])]}
    found = parse_together([source("monday/groups.json", old), source("tuesday/groups.json", new)])
    assert [len(one.devices) for one in found] == [1, 1]
    assert found[0].devices[0].rulebases != found[1].devices[0].rulebases
