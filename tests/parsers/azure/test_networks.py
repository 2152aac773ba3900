"""Virtual networks: both groups must permit, user-defined routes, peerings, public addresses, load balancers."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, NatKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, parse_address
from netaudit.policy.registers import Policy
from netaudit.topology.decisions import decide_at_interface
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.azure.reading import (
    Json,
    devices,
    flow,
    group,
    identity,
    network,
    nic,
    peering,
    read,
    reference,
    resource,
    rule,
    subnet,
)

APP, WEB, OUTSIDE = "10.0.1.4", "10.0.2.4", "198.51.100.7"


def net(*subnets: Json, more: tuple[Json, ...] = (), **fields: object) -> Device:
    return devices([network("net", ["10.0.0.0/16"], *subnets, **fields), *more])["net"]


def trace(device: Device, source: str, destination: str, port: int = 443) -> str:
    built = build_network([device], Policy())
    packet = flow(source, destination, port)
    (place,) = starting_places(built, "", "", packet)
    return trace_flow(built, place, packet).disposition.value


def test_subnets_are_interfaces_with_the_default_gateway_of_azure() -> None:
    device = net(subnet("app", "10.0.1.0/24"), subnet("web", "10.0.2.0/24"))
    assert [(one.name, [str(address) for address in one.addresses]) for one in device.interfaces] == [
        ("app", ["10.0.1.1/24"]),
        ("web", ["10.0.2.1/24"]),
        ("Internet", []),
    ]
    assert trace(device, APP, WEB) == "delivered"


@pytest.mark.parametrize(
    ("port", "verdict"),
    [(22, "deny"), (80, "deny"), (443, "permit"), (25, "deny")],
)
def test_the_groups_of_subnet_and_network_interface_must_both_permit(port: int, verdict: str) -> None:
    """Inbound the subnet's group is asked first, then that of the network interface; outbound the other way round."""
    outer = group("outer", *(rule(f"p{one}", one, "Allow", destinationPortRange=str(one)) for one in (443, 4000)))
    inner = group(
        "inner", rule("https", 100, "Allow", destinationPortRange="443"), rule("no", 200, "Deny", protocol="*")
    )
    device = net(
        subnet("web", "10.0.2.0/24", nsg="outer"),
        more=(outer, inner, nic("vm", WEB, "web", "inner"), nic("other", "10.0.2.9", "web")),
    )
    web = device.interfaces[0]
    assert decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, WEB, port), None).verdict == verdict
    # Without a group of its own the machine beside it has that of the subnet alone.
    beside = decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, "10.0.2.9", port), None)
    assert beside.verdict == verdict
    inside = decide_at_interface(device, web, Direction.OUT, flow("10.0.1.4", WEB, 80), None)
    assert inside.verdict == "deny"  # AllowVnetInBound of the subnet's group, "no" of the machine's
    assert decide_at_interface(device, web, Direction.OUT, flow("10.0.1.4", "10.0.2.9", 80), None).verdict == "permit"


def test_network_interfaces_that_the_export_lacks_may_have_groups() -> None:
    listed = [{"id": identity("networkInterfaces", one, "ipConfigurations", "ip")} for one in ("vm", "lost")]
    device = net(subnet("web", "10.0.2.0/24", ipConfigurations=listed), more=(nic("vm", WEB, "web"),))
    web = device.interfaces[0]
    assert decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, WEB), None).verdict == "permit"
    assert decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, "10.0.2.9"), None).verdict == "unknown"
    assert device.undefined_references == ()


def test_the_address_that_a_group_guards_may_not_be_known() -> None:
    contents = (nic("vm", None, "web", "inner"), group("inner", rule("no", 100, "Deny")))
    device = net(subnet("web", "10.0.2.0/24"), more=contents)
    web = device.interfaces[0]
    assert decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, WEB), None).verdict == "unknown"


def test_a_subnet_that_the_export_lacks_may_have_a_group() -> None:
    device = devices([nic("vm", WEB, "web", "inner"), group("inner", rule("https", 100, "Allow"))])["net"]
    web = device.interfaces[0]
    assert decide_at_interface(device, web, Direction.OUT, flow(OUTSIDE, WEB), None).verdict == "unknown"
    assert device.undefined_references == ()


def test_answers_of_permitted_connections_pass_by_themselves() -> None:
    device = net(
        subnet("app", "10.0.1.0/24", nsg="closed"),
        subnet("web", "10.0.2.0/24"),
        more=(group("closed", rule("none", 100, "Deny", protocol="*")),),
    )
    built = build_network([device], Policy())
    packet = flow(APP, WEB)
    (place,) = starting_places(built, "", "", packet)
    found = trace_flow(built, place, packet)
    assert found.disposition.value == "delivered"
    assert found.answer is not None and found.answer.value == "delivered"
    assert trace(device, WEB, APP) == "denied"


def table(*routes: tuple[str, str, str]) -> Json:
    return resource(
        "routeTables",
        "rt",
        routes=[
            {
                "name": f"r{number}",
                "properties": {"addressPrefix": prefix, "nextHopType": hop}
                | ({"nextHopIpAddress": address} if address else {}),
            }
            for number, (prefix, hop, address) in enumerate(routes)
        ],
    )


def ways(device: Device, vrf: str) -> dict[str, tuple[str, str]]:
    """Return the routes of a VRF: prefix -> (interface, next hop), ("", "") where they drop."""
    return {one.prefix: (one.interface, one.next_hop) for one in device.static_routes if one.vrf == vrf}


def test_a_route_table_counts_for_its_subnets_alone() -> None:
    device = net(
        subnet("app", "10.0.1.0/24", table="rt"),
        subnet("web", "10.0.2.0/24"),
        subnet("fw", "10.0.3.0/24"),
        more=(table(("0.0.0.0/0", "VirtualAppliance", "10.0.3.4"), ("192.0.2.0/24", "None", "")),),
    )
    assert ways(device, "app")["0.0.0.0/0"] in {("fw", "10.0.3.4"), ("Internet", "")}
    chosen = min(
        (one for one in device.static_routes if (one.vrf, one.prefix) == ("app", "0.0.0.0/0")),
        key=lambda one: one.distance,
    )
    assert (chosen.interface, chosen.next_hop) == ("fw", "10.0.3.4")
    assert ways(device, "default")["0.0.0.0/0"] == ("Internet", "")
    assert trace(device, APP, "192.0.2.1") == "null_routed"
    assert trace(device, WEB, "192.0.2.1") != "null_routed"
    assert trace(device, APP, WEB) == "delivered"


def test_a_route_for_the_address_space_takes_packets_between_subnets() -> None:
    """Of equal prefixes a user-defined route wins over the system's; a shorter one does not."""
    subnets = (subnet("app", "10.0.1.0/24", table="rt"), subnet("web", "10.0.2.0/24"), subnet("fw", "10.0.3.0/24"))
    taken = net(*subnets, more=(table(("10.0.0.0/16", "VirtualAppliance", "10.0.3.4")),))
    assert "10.0.2.0/24" not in ways(taken, "app")
    assert ways(taken, "app")["10.0.0.0/16"] == ("fw", "10.0.3.4")
    kept = net(*subnets, more=(table(("10.0.0.0/8", "VirtualAppliance", "10.0.3.4")),))
    assert ways(kept, "app")["10.0.2.0/24"] == ("web", "")


@pytest.mark.parametrize(
    ("hop", "expected"), [("Internet", "Internet"), ("VirtualNetworkGateway", "VirtualNetworkGateway"), ("None", "")]
)
def test_next_hop_types(hop: str, expected: str) -> None:
    device = net(subnet("app", "10.0.1.0/24", table="rt"), more=(table(("172.20.0.0/16", hop, "")),))
    assert ways(device, "app")["172.20.0.0/16"] == (expected, "")


def test_routes_that_are_not_understood_are_noted() -> None:
    contents = [
        network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", table="rt")),
        table(("AzureMonitor", "Internet", ""), ("10.9.0.0/16", "Teleport", "")),
    ]
    (parsed,) = read(contents)
    assert [note.affects for note in parsed.coverage.notes] == [Affects.ROUTING, Affects.ROUTING]


def test_private_addresses_without_a_way_are_dropped_and_a_gateway_leaves_them_open() -> None:
    device = net(subnet("app", "10.0.1.0/24"))
    assert trace(device, APP, "172.16.0.1") == "null_routed"
    with_gateway = net(subnet("app", "10.0.1.0/24"), subnet("GatewaySubnet", "10.0.255.0/27"))
    assert trace(with_gateway, APP, "172.16.0.1") == "unknown"


def test_a_peering_is_an_end_of_the_network() -> None:
    device = net(subnet("app", "10.0.1.0/24"), virtualNetworkPeerings=[peering("to-hub", "hub", "10.9.0.0/16")])
    assert ways(device, "default")["10.9.0.0/16"] == ("peering to-hub", "")
    assert trace(device, APP, "10.9.0.1") not in ("null_routed", "delivered", "denied")


def test_public_addresses_and_nat_gateways() -> None:
    device = net(
        subnet("app", "10.0.1.0/24", natGateway=reference("natGateways", "out")),
        subnet("web", "10.0.2.0/24"),
        more=(
            nic("vm", WEB, "web", public="front"),
            resource("publicIPAddresses", "front", ipAddress="203.0.113.5"),
            resource("publicIPAddresses", "exit", ipAddress="203.0.113.6"),
            resource("natGateways", "out", publicIpAddresses=[reference("publicIPAddresses", "exit")]),
        ),
    )
    found = {one.kind: one for one in device.nat_rules}
    assert str(found[NatKind.STATIC].match.surely.sources()) == WEB
    assert str(found[NatKind.STATIC].translated_source) == "203.0.113.5"
    assert str(found[NatKind.SOURCE].match.surely.sources()) == "10.0.1.0/24"
    assert str(found[NatKind.SOURCE].translated_source) == "203.0.113.6"
    built = build_network([device], Policy())
    (place,) = starting_places(built, "net", "Internet", flow(OUTSIDE, "203.0.113.5"))
    result = trace_flow(built, place, flow(OUTSIDE, "203.0.113.5"))
    assert [(one.disposition.value, one.last and one.last.destination_text) for one in result.traces] == [
        ("delivered", WEB)
    ]


def balancer(**fields: object) -> Json:
    backend = {"id": identity("networkInterfaces", "vm", "ipConfigurations", "ip")}
    stated = {
        "frontendIPConfiguration": {"id": identity("loadBalancers", "lb", "frontendIPConfigurations", "fe")},
        "backendAddressPool": {"id": identity("loadBalancers", "lb", "backendAddressPools", "be")},
        "protocol": "Tcp",
        "frontendPort": 443,
        "backendPort": 8443,
    } | fields
    return resource(
        "loadBalancers",
        "lb",
        frontendIPConfigurations=[
            {"name": "fe", "properties": {"publicIPAddress": reference("publicIPAddresses", "front")}}
        ],
        backendAddressPools=[{"name": "be", "properties": {"backendIPConfigurations": [backend]}}],
        loadBalancingRules=[{"name": "https", "properties": stated}],
    )


def balanced(**fields: object) -> list[Json]:
    return [
        network("net", ["10.0.0.0/16"], subnet("web", "10.0.2.0/24")),
        nic("vm", WEB, "web"),
        resource("publicIPAddresses", "front", ipAddress="203.0.113.5"),
        balancer(**fields),
    ]


def test_a_load_balancer_publishes_its_backends() -> None:
    (nat,) = devices(balanced())["net"].nat_rules
    assert (nat.kind, nat.protocol) == (NatKind.DESTINATION, 6)
    assert (str(nat.match.surely.destinations()), str(nat.translated_destination)) == ("203.0.113.5", WEB)
    assert nat.original_ports is not None and nat.original_ports.lowest() == 443
    assert nat.translated_ports is not None and nat.translated_ports.lowest() == 8443


def test_floating_ip_is_noted_and_not_translated() -> None:
    (parsed,) = read(balanced(enableFloatingIP=True))
    assert parsed.devices[0].nat_rules == ()
    assert [note.affects for note in parsed.coverage.notes] == [Affects.NAT]


def test_networks_of_one_name_stay_apart() -> None:
    other = network("net", ["10.8.0.0/16"])
    other["id"] = other["id"].replace("resourceGroups/rg", "resourceGroups/rg2")
    assert set(devices([network("net", ["10.0.0.0/16"]), other])) == {"net", "net (2)"}


def test_dual_stack_subnets_have_both_gateways() -> None:
    both = subnet("app", "")
    both["properties"] = {"addressPrefixes": ["10.0.1.0/24", "2001:db8:0:1::/64"]}
    device = net(both)
    assert [(one.family, one.value) for one in device.interfaces[0].addresses] == [
        (Family.IPV4, parse_address("10.0.1.1")[1]),
        (Family.IPV6, parse_address("2001:db8:0:1::1")[1]),
    ]
