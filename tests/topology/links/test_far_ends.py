"""Links that no subnet makes: packets that cross a VPC peering, a transit gateway and the internet."""

from __future__ import annotations

from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.links.far_ends import far_ends
from netaudit.topology.network import build_network
from netaudit.topology.places import Place, starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.aws.reading import devices, read
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
from tests.topology.networks import TODAY, device, may_pass, network, passes, zone

Json = dict[str, Any]

PEERING = {"DestinationCidrBlock": "10.2.0.0/16", "VpcPeeringConnectionId": "pcx-1", "State": "active"}
TRANSIT = {"DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1", "State": "active"}
INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}


def _way_back(route: Json) -> Json:
    turned = {"10.2.0.0/16": "10.1.0.0/16", "igw-1": "igw-2"}
    return {key: turned.get(value, value) for key, value in route.items()}


def _peering(status: str) -> Json:
    return {
        "VpcPeeringConnectionId": "pcx-1",
        "RequesterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.1.0.0/16"},
        "AccepterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.2.0.0/16"},
        "Status": {"Code": status},
    }


def _transit(associated: bool) -> Json:
    table = {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"}
    attachments = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-{number}",
            "TransitGatewayId": "tgw-1",
            "ResourceType": "vpc",
            "ResourceId": f"vpc-{number}",
            "State": "available",
        }
        | ({"Association": table} if associated else {})
        for number in (1, 2)
    ]
    propagations = [
        {
            "TransitGatewayAttachmentId": one["TransitGatewayAttachmentId"],
            "ResourceId": one["ResourceId"],
            "ResourceType": "vpc",
            "State": "enabled",
        }
        for one in attachments
    ]
    return {
        "TransitGateways": [{"TransitGatewayId": "tgw-1", "TransitGatewayArn": "arn", "State": "available"}],
        "TransitGatewayAttachments": attachments,
        "TransitGatewayRouteTables": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1"}],
        "TransitGatewayPropagations": [
            {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayRouteTablePropagations": propagations}
        ],
    }


def _two_networks(route: Json, **more: Any) -> list[Device]:
    """Two VPCs, each with one subnet and one host; the second host lets SSH in from 10.1.0.0/16 and HTTPS from all."""
    opened = [entry(100, "allow", "0.0.0.0/0"), entry(100, "allow", "0.0.0.0/0", egress=True)]
    found = read(
        vpcs={"Vpcs": [vpc("vpc-1", "10.1.0.0/16"), vpc("vpc-2", "10.2.0.0/16")]},
        subnets={"Subnets": [subnet("subnet-1", "10.1.1.0/24", "vpc-1"), subnet("subnet-2", "10.2.1.0/24", "vpc-2")]},
        groups={
            "SecurityGroups": [
                group("sg-1", [], vpc="vpc-1"),
                group(
                    "sg-2",
                    [
                        permission("tcp", 22, IpRanges=ranges("10.1.0.0/16")),
                        permission("tcp", 443, IpRanges=ranges("0.0.0.0/0")),
                    ],
                    vpc="vpc-2",
                ),
            ]
        },
        interfaces={
            "NetworkInterfaces": [
                interface("eni-1", "10.1.1.10", "subnet-1", "sg-1", vpc="vpc-1", public="203.0.113.1"),
                interface("eni-2", "10.2.1.10", "subnet-2", "sg-2", vpc="vpc-2", public="203.0.113.2"),
            ]
        },
        acls={
            "NetworkAcls": [acl("acl-1", opened, ("subnet-1",), "vpc-1"), acl("acl-2", opened, ("subnet-2",), "vpc-2")]
        },
        tables={
            "RouteTables": [
                route_table("rtb-1", [route], vpc="vpc-1"),
                route_table("rtb-2", [_way_back(route)], vpc="vpc-2"),
            ]
        },
        **more,
    )
    return list(devices(found).values())


def _gateways() -> Json:
    return {
        "InternetGateways": [
            {"InternetGatewayId": f"igw-{number}", "Attachments": [{"VpcId": f"vpc-{number}"}]} for number in (1, 2)
        ]
    }


def _way(found: list[Device], destination: str, port: int) -> tuple[str, str]:
    known = build_network(found, Policy())
    flow = Flow.of("10.1.1.10", destination, 6, source_port=40000, destination_port=port)
    followed = trace_flow(known, starting_places(known, "", "", flow)[0], flow)
    return followed.disposition.value, followed.answer.value if followed.answer else ""


@pytest.mark.parametrize(
    ("port", "ends"), [(22, ("delivered", "delivered")), (443, ("delivered", "delivered")), (80, ("denied", ""))]
)
def test_a_peering_joins_two_networks(port: int, ends: tuple[str, str]) -> None:
    found = _two_networks(PEERING, peerings={"VpcPeeringConnections": [_peering("active")]})
    assert _way(found, "10.2.1.10", port) == ends


def test_a_peering_that_was_deleted_carries_nothing() -> None:
    found = _two_networks(PEERING, peerings={"VpcPeeringConnections": [_peering("deleted")]})
    assert _way(found, "10.2.1.10", 22)[0] != "delivered"
    assert far_ends(found) == {}


def test_what_lies_behind_a_peering_without_an_export_is_not_known() -> None:
    found = _two_networks(PEERING, peerings={"VpcPeeringConnections": [_peering("active")]})
    assert _way([one for one in found if one.name == "vpc-1"], "10.2.1.10", 22)[0] == "unknown"


@pytest.mark.parametrize(("associated", "end"), [(True, "delivered"), (False, "no_route")])
def test_a_transit_gateway_forwards_by_the_table_of_the_attachment(associated: bool, end: str) -> None:
    found = _two_networks(TRANSIT, transit=_transit(associated))
    assert _way(found, "10.2.1.10", 22)[0] == end


def test_hosts_meet_on_the_internet_by_their_public_addresses_alone() -> None:
    found = _two_networks(INTERNET, gateways=_gateways())
    assert _way(found, "203.0.113.2", 443) == ("delivered", "delivered")
    assert _way(found, "203.0.113.2", 22)[0] == "denied"  # the host sees the public address of the other
    assert _way(found, "10.2.1.10", 443)[0] == "no_route"
    assert _way(found, "198.51.100.1", 443)[0] == "exits"


@pytest.mark.parametrize("route", [PEERING, TRANSIT, INTERNET])
def test_conduits_cross_the_same_links(route: Json) -> None:
    found = _two_networks(
        route, peerings={"VpcPeeringConnections": [_peering("active")]}, transit=_transit(True), gateways=_gateways()
    )
    first = zone("First", ZoneType.PROD, "10.1.1.0/24")
    second = zone("Second", ZoneType.UAT, "10.2.1.0/24")
    outside = zone("Outside", ZoneType.INTERNET)
    conduits = find_conduits(network(found, first, second, outside), TODAY)
    between = conduits["First", "Second"]
    internal = route is not INTERNET
    assert passes(between, "10.1.1.10", "10.2.1.10", 22) is internal
    assert not passes(between, "10.1.1.10", "10.2.1.10", 80)
    assert not may_pass(between, "10.1.1.10", "10.2.1.10", 80)
    # From the internet, through the gateway that the configuration says faces it (conduits name real addresses).
    assert passes(conduits["Outside", "Second"], "198.51.100.9", "10.2.1.10", 443)
    assert not passes(conduits["Outside", "Second"], "198.51.100.9", "10.2.1.10", 22)
    assert passes(conduits["First", "Outside"], "10.1.1.10", "198.51.100.9", 80) is not internal


def test_packets_from_the_internet_come_to_who_translates_the_address() -> None:
    found = _two_networks(INTERNET, gateways=_gateways())
    known = build_network(found, Policy())
    ends = known.neighbours.far["vpc-1", "igw-1"]
    flow = Flow.of("198.51.100.9", "203.0.113.2", 6, source_port=40000, destination_port=443)
    taking = [one for one in ends if one.takes is not None and flow.destination in one.takes.ipv4]
    assert [one.interface.name for one in taking] == ["igw-2"]
    place = Place(taking[0].device, taking[0].interface)
    assert trace_flow(known, place, flow).disposition.value == "delivered"


ON_PREMISES = """
hostname edge
interface GigabitEthernet1
 ip address 192.0.2.2 255.255.255.252
 ip nat outside
interface GigabitEthernet2
 ip address 10.7.0.1 255.255.255.0
 ip nat inside
ip nat inside source static 10.7.0.10 198.51.100.50
ip route 0.0.0.0 0.0.0.0 192.0.2.1
"""


def test_how_the_internet_leads_to_a_device_on_premises_is_not_known() -> None:
    """The router translates an address that its provider routes to it, on no subnet of its own."""
    found = [*_two_networks(INTERNET, gateways=_gateways()), device("cisco_ios", ON_PREMISES, "edge.cfg")]
    assert _way(found, "198.51.100.50", 443)[0] == "unknown"
    assert _way(found, "192.0.2.2", 443)[0] == "unknown"
    assert _way(found, "198.51.100.51", 443)[0] == "exits"
    first = zone("First", ZoneType.PROD, "10.1.1.0/24")
    servers = zone("Servers", ZoneType.DMZ, "10.7.0.0/24")
    conduit = find_conduits(network(found, first, servers), TODAY)["First", "Servers"]
    assert may_pass(conduit, "10.1.1.10", "10.7.0.10", 443)
    assert not passes(conduit, "10.1.1.10", "10.7.0.10", 443)


def test_transit_gateways_of_two_regions_are_joined_by_their_peering() -> None:
    """Each lists the attachment with the other as its resource."""
    transit = _transit(associated=True)
    second = {"TransitGatewayId": "tgw-2", "TransitGatewayArn": "arn", "State": "available"}
    transit["TransitGateways"].append(second)
    other_table = {"TransitGatewayRouteTableId": "tgw-rtb-2", "State": "associated"}
    attachments = transit["TransitGatewayAttachments"]
    attachments[1] |= {"TransitGatewayId": "tgw-2", "Association": other_table}
    attachments += [
        {
            "TransitGatewayAttachmentId": "tgw-attach-p",
            "TransitGatewayId": f"tgw-{one}",
            "ResourceType": "peering",
            "ResourceId": f"tgw-{3 - one}",
            "State": "available",
            "Association": {"TransitGatewayRouteTableId": f"tgw-rtb-{one}", "State": "associated"},
        }
        for one in (1, 2)
    ]
    transit["TransitGatewayRouteTables"].append(
        {"TransitGatewayRouteTableId": "tgw-rtb-2", "TransitGatewayId": "tgw-2"}
    )
    transit["TransitGatewayPropagations"] = []
    transit["TransitGatewayStaticRoutes"] = [
        {
            "TransitGatewayRouteTableId": f"tgw-rtb-{one}",
            "Routes": [
                {
                    "DestinationCidrBlock": f"10.{network_number}.0.0/16",
                    "State": "active",
                    "Type": "static",
                    "TransitGatewayAttachments": [{"TransitGatewayAttachmentId": attachment}],
                }
                for network_number, attachment in (
                    (one, f"tgw-attach-{one}"),
                    (3 - one, "tgw-attach-p"),
                )
            ],
        }
        for one in (1, 2)
    ]
    found = _two_networks(TRANSIT, transit=transit)
    other_side = next(one for one in found if one.name == "vpc-2")
    assert {one.name for one in found} == {"vpc-1", "vpc-2", "tgw-1", "tgw-2"}
    # The second VPC's routes name the first gateway in `_two_networks`: only the way there is asked for.
    assert {one.name for one in other_side.interfaces} >= {"tgw-2"}
    assert _way(found, "10.2.1.10", 22)[0] == "delivered"
