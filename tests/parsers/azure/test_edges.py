"""The ends of virtual networks: packets over peerings, through appliances in peered networks, and from the internet."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.policy.registers import Policy, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.parsers.azure.reading import (
    Json,
    devices,
    flow,
    group,
    network,
    nic,
    peering,
    reference,
    resource,
    rule,
    subnet,
)
from tests.topology.networks import TODAY, may_pass, passes, zone
from tests.topology.networks import network as zoned

ONE, TWO, HUB = "10.1.1.4", "10.2.1.4", "10.9.1.4"
OUTSIDE, PUBLIC = "198.51.100.7", "203.0.113.9"


def _table(name: str, *routes: tuple[str, str, str]) -> Json:
    return resource(
        "routeTables",
        name,
        routes=[
            {
                "name": f"r{number}",
                "properties": {"addressPrefix": prefix, "nextHopType": hop}
                | ({"nextHopIpAddress": address} if address else {}),
            }
            for number, (prefix, hop, address) in enumerate(routes)
        ],
    )


def _firewall(*permitted: int) -> Json:
    """Return a firewall of the hub that lets TCP to some ports through between all private addresses."""
    rules = [
        {
            "name": f"port {port}",
            "protocols": ["TCP"],
            "sourceAddresses": ["10.0.0.0/8"],
            "destinationAddresses": ["10.0.0.0/8"],
            "destinationPorts": [str(port)],
        }
        for port in permitted
    ]
    collection = {"name": "c", "properties": {"priority": 100, "action": {"type": "Allow"}, "rules": rules}}
    return resource(
        "azureFirewalls",
        "fw",
        ipConfigurations=[
            {
                "name": "ip",
                "properties": {
                    "privateIPAddress": "10.9.2.4",
                    "subnet": reference("virtualNetworks", "hub", "subnets", "AzureFirewallSubnet"),
                },
            }
        ],
        networkRuleCollections=[collection],
    )


def _hub_and_spokes(forwarded: bool | None = True, **fields: str) -> list[Device]:
    """A hub with a firewall and two spokes that reach each other through it; of the spokes the other is behind it."""
    said = {} if forwarded is None else {"allowForwardedTraffic": forwarded}
    spokes = [
        network(
            f"spoke{number}",
            [f"10.{number}.0.0/16"],
            subnet("app", f"10.{number}.1.0/24", f"spoke{number}", table=f"rt{number}"),
            virtualNetworkPeerings=[peering("to-hub", "hub", "10.9.0.0/16", **said, **fields)],
        )
        for number in (1, 2)
    ]
    hub = network(
        "hub",
        ["10.9.0.0/16"],
        subnet("shared", "10.9.1.0/24", "hub"),
        subnet("AzureFirewallSubnet", "10.9.2.0/26", "hub"),
        virtualNetworkPeerings=[
            peering(f"to-spoke{number}", f"spoke{number}", f"10.{number}.0.0/16", allowForwardedTraffic=False)
            for number in (1, 2)
        ],
    )
    tables = [
        _table("rt1", ("10.2.0.0/16", "VirtualAppliance", "10.9.2.4")),
        _table("rt2", ("10.1.0.0/16", "VirtualAppliance", "10.9.2.4")),
    ]
    return list(devices([hub, *spokes, *tables, _firewall(443)]).values())


def _way(found: list[Device], source: str, destination: str, port: int = 443) -> tuple[str, str, list[str]]:
    built = build_network(found, Policy())
    packet = flow(source, destination, port)
    traced = trace_flow(built, starting_places(built, "", "", packet)[0], packet)
    way = [hop.device for hop in traced.traces[0].hops]
    return traced.disposition.value, traced.answer.value if traced.answer else "", way


def test_a_peering_joins_two_networks() -> None:
    found = _hub_and_spokes()
    assert _way(found, ONE, HUB, 80) == ("delivered", "delivered", ["spoke1", "hub"])
    assert _way(found, HUB, TWO, 80) == ("delivered", "delivered", ["hub", "spoke2"])


def test_a_peering_that_is_not_connected_carries_nothing() -> None:
    assert _way(_hub_and_spokes(peeringState="Disconnected"), ONE, HUB)[0] == "null_routed"


def test_the_other_end_may_not_be_in_the_export() -> None:
    found = [one for one in _hub_and_spokes() if one.name != "hub"]
    assert _way(found, ONE, HUB)[0] == "unknown"


def test_spokes_reach_each_other_through_the_appliance_alone() -> None:
    found = _hub_and_spokes()
    through = ["spoke1", "hub", "fw", "hub", "spoke2"]
    assert _way(found, ONE, TWO) == ("delivered", "delivered", through)
    assert _way(found, ONE, TWO, 80)[0] == "denied"


@pytest.mark.parametrize(("forwarded", "end"), [(True, "delivered"), (False, "denied"), (None, "unknown")])
def test_forwarded_traffic_is_taken_where_the_peering_allows_it(forwarded: bool | None, end: str) -> None:
    found = _hub_and_spokes(forwarded)
    assert _way(found, ONE, TWO)[0] == end
    assert _way(found, HUB, TWO)[0] == "delivered"  # not forwarded: the hub's own


def test_an_interface_without_ip_forwarding_drops_what_is_not_for_it() -> None:
    machine = nic("vm", "10.0.2.4", "fw", enableIPForwarding=False)
    net = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", table="rt"), subnet("fw", "10.0.2.0/24"))
    found = list(devices([net, _table("rt", ("172.16.0.0/12", "VirtualAppliance", "10.0.2.4")), machine]).values())
    assert _way(found, "10.0.1.4", "172.16.0.1")[0] == "null_routed"


def test_conduits_cross_peerings_and_appliances() -> None:
    first, second = zone("First", ZoneType.PROD, "10.1.1.0/24"), zone("Second", ZoneType.UAT, "10.2.1.0/24")
    shared = zone("Shared", ZoneType.MGMT, "10.9.1.0/24")
    found = find_conduits(zoned(_hub_and_spokes(), first, second, shared), TODAY)
    assert passes(found["First", "Second"], ONE, TWO, 443)
    assert not passes(found["First", "Second"], ONE, TWO, 80)
    assert not may_pass(found["First", "Second"], ONE, TWO, 80)
    assert passes(found["First", "Shared"], ONE, HUB, 80)
    closed = find_conduits(zoned(_hub_and_spokes(False), first, second, shared), TODAY)
    assert not passes(closed["First", "Second"], ONE, TWO, 443)
    assert not may_pass(closed["First", "Second"], ONE, TWO, 443)


def _published(**fields: object) -> list[Device]:
    address = resource("publicIPAddresses", "pip", ipAddress=PUBLIC)
    guard = group("nsg", rule("https", 100, "Allow", destinationPortRange="443"))
    net = network("net", ["10.0.0.0/16"], subnet("web", "10.0.1.0/24", nsg="nsg", **fields))
    return list(devices([net, address, guard, nic("vm", "10.0.1.4", "web", public="pip")]).values())


def test_from_the_internet_comes_what_has_a_public_address() -> None:
    found = _published()
    assert _way(found, OUTSIDE, PUBLIC)[:2] == ("delivered", "exits")
    assert _way(found, OUTSIDE, PUBLIC, 22)[0] == "denied"
    outside, web = zone("Outside", ZoneType.INTERNET), zone("Web", ZoneType.DMZ, "10.0.1.0/24")
    conduits = find_conduits(zoned(found, outside, web), TODAY)
    assert passes(conduits["Outside", "Web"], OUTSIDE, "10.0.1.4", 443)
    assert not passes(conduits["Outside", "Web"], OUTSIDE, "10.0.1.5", 443)
    assert not may_pass(conduits["Outside", "Web"], OUTSIDE, "10.0.1.5", 443)


def test_a_subnet_without_default_outbound_access_needs_a_public_address() -> None:
    assert _way(_published(), "10.0.1.9", OUTSIDE)[0] == "exits"
    closed = _published(defaultOutboundAccess=False)
    assert _way(closed, "10.0.1.9", OUTSIDE)[0] == "denied"
    assert _way(closed, "10.0.1.4", OUTSIDE)[0] == "exits"


FRONT = "203.0.113.5"


def _behind_a_firewall() -> list[Device]:
    """A firewall that publishes port 443 of a machine, and through which the machine's subnet leaves."""
    published = {
        "name": "web",
        "protocols": ["TCP"],
        "sourceAddresses": ["*"],
        "destinationAddresses": [FRONT],
        "destinationPorts": ["443"],
        "translatedAddress": "10.9.1.4",
        "translatedPort": "8443",
    }
    nat = {"name": "nat", "properties": {"priority": 100, "action": {"type": "Dnat"}, "rules": [published]}}
    wall = _firewall()
    wall["properties"]["natRuleCollections"] = [nat]
    outward = {
        "name": "out",
        "protocols": ["TCP"],
        "sourceAddresses": ["10.9.1.0/24"],
        "destinationAddresses": ["*"],
        "destinationPorts": ["80"],
    }
    wall["properties"]["networkRuleCollections"][0]["properties"]["rules"] = [outward]
    wall["properties"]["ipConfigurations"][0]["properties"]["publicIPAddress"] = reference("publicIPAddresses", "front")
    hub = network(
        "hub",
        ["10.9.0.0/16"],
        subnet("shared", "10.9.1.0/24", "hub", table="rt", nsg="nsg"),
        subnet("AzureFirewallSubnet", "10.9.2.0/26", "hub"),
    )
    guard = group(
        "nsg",
        rule("from firewall", 100, "Allow", sourceAddressPrefix="10.9.2.0/26"),
        rule("out", 100, "Allow", direction="Outbound"),
    )
    out = _table("rt", ("0.0.0.0/0", "VirtualAppliance", "10.9.2.4"))
    return list(devices([hub, out, wall, guard, resource("publicIPAddresses", "front", ipAddress=FRONT)]).values())


def test_a_firewall_publishes_and_hides_behind_its_public_address() -> None:
    found = _behind_a_firewall()
    # The group sees the firewall, not the client: the source is translated with the destination.
    assert _way(found, OUTSIDE, FRONT) == ("delivered", "exits", ["fw", "hub"])
    assert _way(found, OUTSIDE, FRONT, 22)[0] == "denied"
    built = build_network(found, Policy())
    packet = flow(HUB, OUTSIDE, 80)
    (way,) = trace_flow(built, starting_places(built, "", "", packet)[0], packet).traces
    assert (way.disposition.value, [hop.device for hop in way.hops]) == ("exits", ["hub", "fw", "hub"])
    assert way.last is not None
    assert way.last.source_text == FRONT
    outside, shared = zone("Outside", ZoneType.INTERNET), zone("Shared", ZoneType.PROD, "10.9.1.0/24")
    conduits = find_conduits(zoned(found, outside, shared), TODAY)
    assert passes(conduits["Outside", "Shared"], OUTSIDE, HUB, 8443)
    assert not passes(conduits["Outside", "Shared"], OUTSIDE, HUB, 22)
    assert not may_pass(conduits["Outside", "Shared"], OUTSIDE, HUB, 22)


def test_answers_come_back_to_the_address_of_a_nat_gateway() -> None:
    """Two networks meet on the internet: one by a NAT gateway, the other by the public address of a machine."""
    address = resource("publicIPAddresses", "pip", ipAddress=PUBLIC)
    front = resource("publicIPAddresses", "out", ipAddress=FRONT)
    gateway = resource("natGateways", "nat", publicIpAddresses=[reference("publicIPAddresses", "out")])
    guard = group("nsg", rule("nat", 100, "Allow", sourceAddressPrefix=FRONT, destinationPortRange="443"))
    web = network("net", ["10.0.0.0/16"], subnet("web", "10.0.1.0/24", nsg="nsg"))
    other = network(
        "other", ["10.5.0.0/16"], subnet("app", "10.5.1.0/24", "other", natGateway=reference("natGateways", "nat"))
    )
    found = list(
        devices([web, other, address, front, gateway, guard, nic("vm", "10.0.1.4", "web", public="pip")]).values()
    )
    assert _way(found, "10.5.1.4", PUBLIC)[:2] == ("delivered", "delivered")
    assert _way(found, "10.5.1.4", PUBLIC, 22)[0] == "denied"
    assert _way(found, OUTSIDE, FRONT)[0] == "denied"  # nobody connects to a NAT gateway
