"""What stands at the ends of a VPC: internet and NAT gateways, load balancers, transit gateways, appliances, hosts."""

from __future__ import annotations

from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import FlowTrace
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.aws.reading import devices, read
from tests.parsers.aws.reading_resources import (
    Json,
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
from tests.topology.networks import TODAY, may_pass, network, passes, zone

OPEN = [entry(100, "allow", "0.0.0.0/0"), entry(100, "allow", "0.0.0.0/0", egress=True)]
OUTSIDE = "198.51.100.7"
EVERYWHERE = {"DestinationCidrBlock": "0.0.0.0/0", "State": "active"}
TO_INTERNET, TO_NAT = EVERYWHERE | {"GatewayId": "igw-1"}, EVERYWHERE | {"NatGatewayId": "nat-1"}


def _files(**changed: Any) -> dict[str, Any]:
    """A public subnet with a NAT gateway and a web server, and a private one with an application server."""
    files: dict[str, Any] = {
        "vpcs": {"Vpcs": [vpc()]},
        "subnets": {
            "Subnets": [
                subnet("subnet-public", "10.1.1.0/24") | {"AvailabilityZone": "a"},
                subnet("subnet-private", "10.1.2.0/24") | {"AvailabilityZone": "b"},
            ]
        },
        "groups": {
            "SecurityGroups": [
                group("sg-web", [permission("tcp", 443, IpRanges=ranges("0.0.0.0/0"))]),
                group("sg-app", [permission("tcp", 8080, IpRanges=ranges("10.1.1.0/24"))]),
            ]
        },
        "interfaces": {
            "NetworkInterfaces": [
                interface("eni-web", "10.1.1.10", "subnet-public", "sg-web", public="203.0.113.10"),
                interface("eni-plain", "10.1.1.11", "subnet-public", "sg-web"),
                interface("eni-app", "10.1.2.10", "subnet-private", "sg-app"),
            ]
        },
        "acls": {"NetworkAcls": [acl("acl-1", OPEN, ("subnet-public",)), acl("acl-2", OPEN, ("subnet-private",))]},
        "tables": {
            "RouteTables": [
                route_table("rtb-public", [TO_INTERNET], ("subnet-public",)),
                route_table("rtb-private", [TO_NAT], ("subnet-private",)),
            ]
        },
        "gateways": {"InternetGateways": [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1"}]}]},
        "nats": {
            "NatGateways": [
                {
                    "NatGatewayId": "nat-1",
                    "VpcId": "vpc-1",
                    "SubnetId": "subnet-public",
                    "State": "available",
                    "NatGatewayAddresses": [{"PrivateIp": "10.1.1.20", "PublicIp": "203.0.113.20"}],
                }
            ]
        },
    }
    return files | changed


def _devices(**changed: Any) -> list[Device]:
    return list(devices(read(**_files(**changed))).values())


def _traced(found: list[Device], source: str, destination: str, port: int = 443) -> FlowTrace:
    built = build_network(found, Policy())
    flow = Flow.of(source, destination, 6, source_port=40000, destination_port=port)
    return trace_flow(built, starting_places(built, "", "", flow)[0], flow)


def _ends(found: list[Device], source: str, destination: str, port: int = 443) -> tuple[str, str]:
    traced = _traced(found, source, destination, port)
    return traced.disposition.value, traced.answer.value if traced.answer else ""


# Internet and NAT gateways


def test_a_private_host_reaches_the_internet_through_the_nat_gateway() -> None:
    (way,) = _traced(_devices(), "10.1.2.10", OUTSIDE).traces
    assert way.disposition.value == "exits"
    assert [hop.device for hop in way.hops] == ["vpc-1", "nat-1", "vpc-1"]
    assert way.last is not None
    assert way.last.source_text == "203.0.113.20"


def test_the_acl_and_the_table_of_the_nat_gateways_subnet_decide_too() -> None:
    closed = [entry(90, "deny", "198.51.100.0/24", egress=True), *OPEN]
    acls = {"NetworkAcls": [acl("acl-1", closed, ("subnet-public",)), acl("acl-2", OPEN, ("subnet-private",))]}
    assert _ends(_devices(acls=acls), "10.1.2.10", OUTSIDE)[0] == "denied"
    tables = _files()["tables"]
    tables["RouteTables"][0]["Routes"] = []
    assert _ends(_devices(tables=tables), "10.1.2.10", OUTSIDE)[0] == "no_route"


def test_nobody_outside_connects_to_a_nat_gateway() -> None:
    assert _ends(_devices(), OUTSIDE, "203.0.113.20")[0] == "denied"


def test_an_internet_gateway_serves_public_addresses_alone() -> None:
    found = _devices()
    assert _ends(found, "10.1.1.10", OUTSIDE)[0] == "exits"
    assert _ends(found, "10.1.1.11", OUTSIDE)[0] == "denied"
    assert _ends(found, OUTSIDE, "203.0.113.10") == ("delivered", "exits")
    outside, web = zone("Outside", ZoneType.INTERNET), zone("Web", ZoneType.DMZ, "10.1.1.0/24")
    conduits = find_conduits(network(found, outside, web), TODAY)
    assert passes(conduits["Outside", "Web"], OUTSIDE, "10.1.1.10", 443)
    assert not passes(conduits["Outside", "Web"], OUTSIDE, "10.1.1.11", 443)
    assert not may_pass(conduits["Outside", "Web"], OUTSIDE, "10.1.1.11", 443)


def test_public_addresses_may_be_missing_in_the_export() -> None:
    files = _files()
    del files["interfaces"]
    found = list(devices(read(**files)).values())
    assert _ends(found, "10.1.1.11", OUTSIDE)[0] == "unknown"


def test_an_answer_that_leaves_through_the_nat_gateway_is_none() -> None:
    """The connection came in by the public address; the subnet's way out would give the answer another one."""
    interfaces = _files()["interfaces"]
    public = interface("eni-app", "10.1.2.10", "subnet-private", "sg-web", public="203.0.113.30")
    interfaces["NetworkInterfaces"][2] = public
    assert _ends(_devices(interfaces=interfaces), OUTSIDE, "203.0.113.30") == ("delivered", "denied")


# The network of the VPC itself


def test_an_address_of_the_vpc_in_no_subnet_is_dropped() -> None:
    assert _ends(_devices(), "10.1.1.10", "10.1.9.9")[0] == "null_routed"
    cut_short = _files()["subnets"] | {"NextToken": "more"}
    assert _ends(_devices(subnets=cut_short), "10.1.1.10", "10.1.9.9")[0] == "unknown"


@pytest.mark.parametrize(("checked", "end"), [(True, "null_routed"), (False, "exits")])
def test_an_appliance_forwards_unless_its_interface_checks(checked: bool, end: str) -> None:
    tables = _files()["tables"]
    tables["RouteTables"][1]["Routes"] = [
        {"DestinationCidrBlock": "192.0.2.0/24", "NetworkInterfaceId": "eni-plain", "State": "active"}
    ]
    interfaces = _files()["interfaces"]
    interfaces["NetworkInterfaces"][1]["SourceDestCheck"] = checked
    assert _ends(_devices(tables=tables, interfaces=interfaces), "10.1.2.10", "192.0.2.1")[0] == end


def test_a_host_keeps_what_it_sends_to_itself() -> None:
    interfaces = _files()["interfaces"]
    for place, number in ((0, 0), (1, 1)):
        interfaces["NetworkInterfaces"][place]["Attachment"] = {"InstanceId": "i-1", "DeviceIndex": number}
    found = _devices(interfaces=interfaces)
    assert _ends(found, "10.1.1.10", "10.1.1.11", 22) == ("delivered", "delivered")
    assert _ends(found, "10.1.2.10", "10.1.2.10", 22) == ("delivered", "delivered")
    assert _ends(_devices(), "10.1.1.10", "10.1.1.11", 22)[0] == "denied"


def test_a_subnet_without_a_known_table_leads_into_the_unknown() -> None:
    tables = {"RouteTables": [route_table("rtb-public", [TO_INTERNET], ("subnet-public",))]}
    assert _ends(_devices(tables=tables), "10.1.2.10", OUTSIDE)[0] == "unknown"
    assert _ends(_devices(tables=tables), "10.1.1.10", "10.1.2.10", 8080)[0] == "delivered"


# Load balancers

BALANCER = "arn:aws:elasticloadbalancing:r:1:loadbalancer/net/web/1"


def _balancer(kind: str = "ip", targets: tuple[tuple[str, str], ...] = (("10.1.2.10", "healthy"),)) -> dict[str, Json]:
    node = interface("eni-node", "10.1.1.30", "subnet-public", public="203.0.113.40")
    node |= {"InterfaceType": "network_load_balancer", "Description": "ELB net/web/1"}
    interfaces = _files()["interfaces"]
    interfaces["NetworkInterfaces"].append(node)
    health = [
        {"Target": {"Id": name, "Port": 8080, "AvailabilityZone": "b"}, "TargetHealth": {"State": state}}
        for name, state in targets
    ]
    action = {"Type": "forward", "TargetGroupArn": "group-1"}
    listener = {
        "ListenerArn": "listener-1",
        "LoadBalancerArn": BALANCER,
        "Protocol": "TCP",
        "Port": 443,
        "DefaultActions": [action],
    }
    instance = {
        "InstanceId": "i-app",
        "InstanceType": "t3",
        "VpcId": "vpc-1",
        "SubnetId": "subnet-private",
        "PrivateIpAddress": "10.1.2.10",
        "NetworkInterfaces": [],
    }
    return {
        "interfaces": interfaces,
        "balancers": {
            "LoadBalancers": [
                {"LoadBalancerArn": BALANCER, "LoadBalancerName": "web", "Type": "network", "VpcId": "vpc-1"}
                | {"Scheme": "internet-facing", "DNSName": "web"}
            ]
        },
        "listeners": {"LoadBalancerListeners": [{"LoadBalancerArn": BALANCER, "Listeners": [listener]}]},
        "target_groups": {
            "TargetGroups": [{"TargetGroupArn": "group-1", "TargetType": kind, "LoadBalancerArns": [BALANCER]}]
        },
        "health": {"LoadBalancerTargetHealth": [{"TargetGroupArn": "group-1", "TargetHealthDescriptions": health}]},
        "instances": {"Reservations": [{"ReservationId": "r-1", "Instances": [instance]}]},
    }


def test_a_load_balancer_leads_to_its_targets_and_nowhere_else() -> None:
    found = _devices(**_balancer())
    traced = _traced(found, OUTSIDE, "203.0.113.40")
    assert (traced.disposition.value, traced.answer.value if traced.answer else "") == ("delivered", "exits")
    assert [hop.device for hop in traced.traces[0].hops] == ["vpc-1", "net/web/1", "vpc-1"]
    assert traced.traces[0].last is not None
    assert traced.traces[0].last.destination_text == "10.1.2.10"
    assert _ends(found, OUTSIDE, "203.0.113.40", 80)[0] == "denied"
    assert _ends(found, "10.1.2.10", "10.1.1.30", 22)[0] == "denied"


def test_targets_by_address_see_the_node_and_instances_the_client() -> None:
    """The group of the target permits the public subnet alone, in which the node stands."""
    assert _ends(_devices(**_balancer("ip")), OUTSIDE, "203.0.113.40") == ("delivered", "exits")
    instances = _balancer("instance", (("i-app", "healthy"),))
    assert _ends(_devices(**instances), OUTSIDE, "203.0.113.40")[0] == "denied"
    groups = _files()["groups"]
    groups["SecurityGroups"][1] = group("sg-app", [permission("tcp", 8080, IpRanges=ranges("0.0.0.0/0"))])
    # The answer goes back through the load balancer, though the target's own way out is the NAT gateway.
    assert _ends(_devices(**instances, groups=groups), OUTSIDE, "203.0.113.40") == ("delivered", "exits")


@pytest.mark.parametrize(
    ("targets", "end"),
    [
        ((("10.1.2.10", "unhealthy"),), "unknown"),  # it may be well again
        ((("10.1.2.10", "unused"),), "denied"),
        ((("10.1.2.10", "healthy"), ("10.1.2.99", "unhealthy")), "delivered"),
        ((("10.1.2.10", "healthy"), ("10.1.2.99", "healthy")), "unknown"),  # one of them does not answer
    ],
)
def test_targets_count_by_their_health(targets: tuple[tuple[str, str], ...], end: str) -> None:
    assert _ends(_devices(**_balancer("ip", targets)), OUTSIDE, "203.0.113.40")[0] == end


def test_a_node_uses_targets_of_its_own_zone_unless_told_otherwise() -> None:
    attributes = {
        "LoadBalancerAttributes": [
            {
                "LoadBalancerArn": BALANCER,
                "Attributes": [{"Key": "load_balancing.cross_zone.enabled", "Value": "false"}],
            }
        ]
    }
    assert _ends(_devices(**_balancer(), attributes=attributes), OUTSIDE, "203.0.113.40")[0] == "denied"


def test_conduits_pass_the_load_balancer() -> None:
    outside, public = zone("Outside", ZoneType.INTERNET), zone("Public", ZoneType.DMZ, "10.1.1.0/24")
    private = zone("Private", ZoneType.PROD, "10.1.2.0/24")
    conduits = find_conduits(network(_devices(**_balancer()), outside, public, private), TODAY)
    assert passes(conduits["Outside", "Private"], OUTSIDE, "10.1.2.10", 8080)
    assert not passes(conduits["Outside", "Private"], OUTSIDE, "10.1.2.10", 22)
    assert not passes(conduits["Private", "Public"], "10.1.2.10", "10.1.1.30", 22)
    without = find_conduits(network(_devices(), outside, public, private), TODAY)
    assert not passes(without["Outside", "Private"], OUTSIDE, "10.1.2.10", 8080)


# Transit gateways


def _transit(subnets: tuple[str, ...] | None = ("subnet-public",)) -> dict[str, Json]:
    """Return a transit gateway that joins the VPC to another one, which has no way to the internet of its own."""
    vpcs = {"Vpcs": [vpc(), vpc("vpc-2", "10.2.0.0/16")]}
    attachments = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-{number}",
            "TransitGatewayId": "tgw-1",
            "ResourceType": "vpc",
            "ResourceId": f"vpc-{number}",
            "State": "available",
            "Association": {"TransitGatewayRouteTableId": "tgw-rtb-1", "State": "associated"},
        }
        for number in (1, 2)
    ]
    detailed = [
        {
            "TransitGatewayAttachmentId": f"tgw-attach-{number}",
            "TransitGatewayId": "tgw-1",
            "VpcId": f"vpc-{number}",
            "SubnetIds": list(places),
            "State": "available",
        }
        for number, places in ((1, subnets or ()), (2, ("subnet-2",)))
    ]
    to_first = [
        {"DestinationCidrBlock": prefix, "State": "active", "Type": "static"}
        | {"TransitGatewayAttachments": [{"TransitGatewayAttachmentId": f"tgw-attach-{number}"}]}
        for prefix, number in (("0.0.0.0/0", 1), ("10.2.0.0/16", 2))
    ]
    files = _files()
    own = files["subnets"]["Subnets"] + [subnet("subnet-2", "10.2.1.0/24", "vpc-2") | {"AvailabilityZone": "a"}]
    groups = files["groups"]["SecurityGroups"] + [group("sg-2", [], vpc="vpc-2")]
    tables = files["tables"]["RouteTables"] + [
        route_table("rtb-2", [EVERYWHERE | {"TransitGatewayId": "tgw-1"}], vpc="vpc-2")
    ]
    for table in tables[:2]:
        back = {"DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1", "State": "active"}
        table["Routes"] = [*table["Routes"], back]
    interfaces = files["interfaces"]["NetworkInterfaces"] + [
        interface("eni-2", "10.2.1.10", "subnet-2", "sg-2", vpc="vpc-2")
    ]
    acls = files["acls"]["NetworkAcls"] + [acl("acl-3", OPEN, ("subnet-2",), "vpc-2")]
    return {
        "vpcs": vpcs,
        "subnets": {"Subnets": own},
        "groups": {"SecurityGroups": groups},
        "tables": {"RouteTables": tables},
        "interfaces": {"NetworkInterfaces": interfaces},
        "acls": {"NetworkAcls": acls},
        "transit": {
            "TransitGateways": [{"TransitGatewayId": "tgw-1", "TransitGatewayArn": "arn", "State": "available"}],
            "TransitGatewayAttachments": attachments,
            "TransitGatewayVpcAttachments": detailed,
            "TransitGatewayRouteTables": [
                {"TransitGatewayRouteTableId": "tgw-rtb-1", "TransitGatewayId": "tgw-1", "State": "available"}
            ],
            "TransitGatewayStaticRoutes": [{"TransitGatewayRouteTableId": "tgw-rtb-1", "Routes": to_first}],
        },
    }


def test_what_a_transit_gateway_sends_in_follows_the_table_of_the_attachments_subnet() -> None:
    """Attached in the private subnet, whose way out is the NAT gateway: the other VPC uses it too."""
    through_nat = _traced(_devices(**_transit(("subnet-private",))), "10.2.1.10", OUTSIDE)
    assert through_nat.disposition.value == "exits"
    assert [hop.device for hop in through_nat.traces[0].hops] == ["vpc-2", "tgw-1", "vpc-1", "nat-1", "vpc-1"]
    # In the public subnet the internet gateway would have to serve an address without a public one.
    assert _ends(_devices(**_transit()), "10.2.1.10", OUTSIDE)[0] == "denied"
    assert _ends(_devices(**_transit(None)), "10.2.1.10", OUTSIDE)[0] == "unknown"


def test_only_zones_of_the_attachment_reach_the_transit_gateway() -> None:
    groups = _transit()["groups"]
    groups["SecurityGroups"][2] = group("sg-2", [permission("-1", IpRanges=ranges("0.0.0.0/0"))], vpc="vpc-2")
    found = _devices(**_transit() | {"groups": groups})
    assert _ends(found, "10.1.1.11", "10.2.1.10") == ("delivered", "delivered")
    assert _ends(found, "10.1.2.10", "10.2.1.10")[0] == "denied"  # in zone b


def test_the_acl_of_the_attachments_subnet_is_asked_about_other_subnets() -> None:
    files = _transit(("subnet-public",))
    closed = [entry(90, "deny", "10.1.2.0/24", egress=True), *OPEN]
    files["acls"]["NetworkAcls"][0] = acl("acl-1", closed, ("subnet-public",))
    groups = files["groups"]
    groups["SecurityGroups"][1] = group("sg-app", [permission("-1", IpRanges=ranges("0.0.0.0/0"))])
    assert _ends(_devices(**files), "10.2.1.10", "10.1.2.10", 22)[0] == "denied"
    assert _ends(_devices(**files), "10.2.1.10", "10.1.1.10", 443)[0] == "delivered"
    files["acls"]["NetworkAcls"][0] = acl("acl-1", OPEN, ("subnet-public",))
    assert _ends(_devices(**files), "10.2.1.10", "10.1.2.10", 22)[0] == "delivered"
