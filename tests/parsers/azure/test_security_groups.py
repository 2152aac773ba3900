"""Rules of network security groups, each answer from Microsoft Learn ("Network security groups", "Service tags")."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from tests.parsers.azure.reading import (
    Json,
    devices,
    fate,
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


def net(*rules: Json, **fields: object) -> Device:
    """Return the network "net" (10.0.0.0/16) whose subnet "app" has the group "nsg" with these rules."""
    contents = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg"), **fields)
    return devices(contents, group("nsg", *rules))["net"]


def test_default_rules_stand_behind_every_group() -> None:
    device = net()
    assert fate(device, "nsg inbound", WEB, APP) == ("permit", "AllowVnetInBound")
    assert fate(device, "nsg inbound", "168.63.129.16", APP)[0] == "permit"
    assert fate(device, "nsg inbound", OUTSIDE, APP) == ("deny", "DenyAllInBound")
    assert fate(device, "nsg outbound", APP, WEB) == ("permit", "AllowVnetOutBound")
    assert fate(device, "nsg outbound", APP, OUTSIDE) == ("permit", "AllowInternetOutBound")
    # No address of the network, and none that the internet has.
    assert fate(device, "nsg inbound", "172.16.0.1", APP) == ("deny", "DenyAllInBound")


def test_the_lowest_priority_number_decides_and_the_order_of_the_file_does_not() -> None:
    device = net(rule("late", 200, "Deny"), rule("early", 100, "Allow", destinationPortRange="443"))
    assert fate(device, "nsg inbound", OUTSIDE, APP, 443) == ("permit", "early")
    assert fate(device, "nsg inbound", WEB, APP, 80) == ("deny", "late")


def test_a_rule_of_one_direction_says_nothing_of_the_other() -> None:
    device = net(rule("out", 100, "Deny", direction="Outbound"))
    assert fate(device, "nsg outbound", APP, OUTSIDE) == ("deny", "out")
    assert fate(device, "nsg inbound", WEB, APP) == ("permit", "AllowVnetInBound")


def test_augmented_rules_take_every_prefix_and_port() -> None:
    device = net(
        rule(
            "many",
            100,
            "Allow",
            sourceAddressPrefix=None,
            sourceAddressPrefixes=["198.51.100.0/25", "203.0.113.9"],
            destinationPortRange=None,
            destinationPortRanges=["80", "8000-8010"],
        )
    )
    for source, port, verdict in (
        (OUTSIDE, 80, "permit"),
        ("203.0.113.9", 8010, "permit"),
        ("203.0.113.10", 80, "deny"),
        (OUTSIDE, 8011, "deny"),
    ):
        assert fate(device, "nsg inbound", source, APP, port)[0] == verdict


@pytest.mark.parametrize(
    ("word", "protocol", "verdict"),
    [
        *(("Tcp", 6, "permit"), ("Tcp", 17, "deny"), ("Udp", 17, "permit"), ("Icmp", 1, "permit")),
        *(("Esp", 50, "permit"), ("Ah", 51, "permit"), ("*", 47, "permit"), ("Icmp", 6, "deny")),
        ("Sctp?", 6, "unknown"),
    ],
)
def test_protocols(word: str, protocol: int, verdict: str) -> None:
    device = net(rule("one", 100, "Allow", protocol=word))
    assert fate(device, "nsg inbound", OUTSIDE, APP, protocol=protocol)[0] == verdict


def test_any_protocol_with_ports_is_sure_for_protocols_with_ports_only() -> None:
    device = net(rule("one", 100, "Allow", protocol="*", destinationPortRange="443"))
    assert fate(device, "nsg inbound", OUTSIDE, APP, 443, 17) == ("permit", "one")
    assert fate(device, "nsg inbound", OUTSIDE, APP, 80, 17)[0] == "deny"
    assert fate(device, "nsg inbound", OUTSIDE, APP, protocol=1)[0] == "unknown"


def test_internet_is_public_space_outside_of_the_network() -> None:
    device = net(rule("web", 100, "Allow", sourceAddressPrefix="Internet"), rule("rest", 4096, "Deny", protocol="*"))
    assert fate(device, "nsg inbound", OUTSIDE, APP) == ("permit", "web")
    assert fate(device, "nsg inbound", WEB, APP) == ("deny", "rest")
    assert fate(device, "nsg inbound", "192.168.1.1", APP)[0] == "unknown"


def test_other_service_tags_widen_the_upper_bound_only() -> None:
    device = net(rule("storage", 100, "Deny", direction="Outbound", destinationAddressPrefix="Storage.TaiwanNorth"))
    assert fate(device, "nsg outbound", APP, OUTSIDE)[0] == "unknown"
    (storage,) = [one for one in device.rulebases[1].rules if one.name == "storage"]
    assert storage.match.reasons == ("service tag Storage.TaiwanNorth",)


def test_platform_services_pass_what_a_rule_denies() -> None:
    """168.63.129.16 and 169.254.169.254 are not held back unless their own tags are named."""
    device = net(rule("none", 100, "Deny", direction="Outbound", protocol="*"))
    assert fate(device, "nsg outbound", APP, "168.63.129.16", 53, 17)[0] == "unknown"
    assert fate(device, "nsg outbound", APP, "169.254.169.254", 80)[0] == "unknown"
    assert fate(device, "nsg outbound", APP, OUTSIDE) == ("deny", "none")


def test_peered_networks_belong_to_virtual_network() -> None:
    fields = {"virtualNetworkPeerings": [peering("to-hub", "hub", "10.9.0.0/16")]}
    assert fate(net(**fields), "nsg inbound", "10.9.0.1", APP) == ("permit", "AllowVnetInBound")
    closed = {"virtualNetworkPeerings": [peering("to-hub", "hub", "10.9.0.0/16", allowVirtualNetworkAccess=False)]}
    assert fate(net(**closed), "nsg inbound", "10.9.0.1", APP) == ("deny", "DenyAllInBound")
    gone = {"virtualNetworkPeerings": [peering("to-hub", "hub", "10.9.0.0/16", peeringState="Disconnected")]}
    assert fate(net(**gone), "nsg inbound", "10.9.0.1", APP) == ("deny", "DenyAllInBound")


def test_networks_behind_a_gateway_may_belong_to_virtual_network() -> None:
    contents = network(
        "net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg"), subnet("GatewaySubnet", "10.0.255.0/27")
    )
    device = devices(contents, group("nsg"))["net"]
    assert fate(device, "nsg inbound", "172.16.0.1", APP)[0] == "unknown"
    assert fate(device, "nsg inbound", WEB, APP) == ("permit", "AllowVnetInBound")


def test_prefixes_of_user_defined_routes_may_belong_to_virtual_network() -> None:
    route = {"name": "r", "properties": {"addressPrefix": "172.16.0.0/16", "nextHopType": "None"}}
    contents = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg", table="rt"))
    device = devices([contents, group("nsg"), resource("routeTables", "rt", routes=[route])])["net"]
    assert fate(device, "nsg inbound", "172.16.0.1", APP)[0] == "unknown"
    assert fate(device, "nsg inbound", "172.17.0.1", APP) == ("deny", "DenyAllInBound")


def asg_rule() -> Json:
    return rule(
        "to-web",
        100,
        "Allow",
        destinationAddressPrefix=None,
        destinationApplicationSecurityGroups=[reference("applicationSecurityGroups", "web")],
    )


def test_an_application_security_group_is_its_network_interfaces() -> None:
    listed: Json = {"ipConfigurations": [{"id": identity("networkInterfaces", "vm1", "ipConfigurations", "ip")}]}
    contents = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg", **listed))
    asg = resource("applicationSecurityGroups", "web")
    device = devices(contents, group("nsg", asg_rule()), asg, nic("vm1", APP, "app", groups=["web"]))["net"]
    assert fate(device, "nsg inbound", OUTSIDE, APP) == ("permit", "to-web")
    assert fate(device, "nsg inbound", OUTSIDE, "10.0.1.5") == ("deny", "DenyAllInBound")
    (found,) = [one for one in device.address_objects if one.kind == "group"]
    assert (found.name, found.members, found.exact) == ("web", ("vm1",), True)


def test_members_that_the_export_lacks_may_be_anywhere_in_the_network() -> None:
    contents = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg"))
    asg = resource("applicationSecurityGroups", "web")
    device = devices(contents, group("nsg", asg_rule()), asg, nic("vm1", APP, "app", groups=["web"]))["net"]
    assert fate(device, "nsg inbound", OUTSIDE, APP) == ("permit", "to-web")
    assert fate(device, "nsg inbound", OUTSIDE, "10.0.1.5")[0] == "unknown"
    assert fate(device, "nsg inbound", OUTSIDE, "10.99.0.1") == ("deny", "DenyAllInBound")


def test_a_group_that_is_not_in_the_export_is_reported_and_known_from_above() -> None:
    device = net(asg_rule())
    assert fate(device, "nsg inbound", OUTSIDE, APP)[0] == "unknown"
    assert [(one.kind, one.name) for one in device.undefined_references] == [("application security group", "web")]


def test_a_security_group_that_is_not_in_the_export_decides_nothing() -> None:
    device = devices(network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg")))["net"]
    assert fate(device, "nsg inbound", WEB, APP)[0] == "unknown"
    assert [(one.kind, one.name) for one in device.undefined_references] == [("network security group", "nsg")]


def test_rules_that_miss_what_decides_are_known_from_above() -> None:
    for field in ("access", "direction", "protocol", "sourceAddressPrefix", "priority", "destinationPortRange"):
        odd = rule("odd", 100, "Allow")
        del odd["properties"][field]
        assert fate(net(odd), "nsg inbound", OUTSIDE, APP)[0] == "unknown", field


def test_a_private_endpoint_is_not_guarded_unless_the_subnet_says_so() -> None:
    endpoint = nic("pe-nic", APP, "app", privateEndpoint={"id": identity("privateEndpoints", "pe")})
    for policy, verdict in (("Disabled", "permit"), ("Enabled", "deny"), ("NetworkSecurityGroupEnabled", "deny")):
        contents = network(
            "net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg", privateEndpointNetworkPolicies=policy)
        )
        device = devices(contents, group("nsg", rule("no", 100, "Deny")), endpoint)["net"]
        assert fate(device, "nsg inbound", WEB, APP)[0] == verdict
        assert fate(device, "nsg inbound", WEB, "10.0.1.9") == ("deny", "no")


def test_security_admin_rules_may_decide_before_the_group() -> None:
    """Network managers: "Deny" and "AlwaysAllow" end the search, "Allow" leaves it to the group."""

    def admin(name: str, access: str, port: str) -> Json:
        kind = "networkManagers/securityAdminConfigurations/ruleCollections/rules"
        stated = {"access": access, "direction": "Inbound", "priority": 1, "protocol": "Tcp"}
        found = resource("networkManagers", name, **stated, destinationPortRanges=[port])
        inner = ("securityAdminConfigurations", "c", "ruleCollections", "r", "rules", name)
        return found | {"type": f"Microsoft.Network/{kind}", "id": identity("networkManagers", "m", *inner)}

    rules = rule("web", 100, "Allow", destinationPortRanges=["80", "443"], destinationPortRange=None)
    contents = network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg"))
    admins = [admin("a", "Deny", "80"), admin("b", "AlwaysAllow", "22"), admin("c", "Allow", "25")]
    device = devices(contents, group("nsg", rules), *admins)["net"]
    for port, verdict in ((80, "unknown"), (443, "permit"), (22, "unknown"), (25, "deny")):
        assert fate(device, "nsg inbound", OUTSIDE, APP, port)[0] == verdict


def test_a_group_of_no_known_network_is_a_device_of_its_own() -> None:
    device = devices([group("lonely", rule("ssh", 100, "Allow", destinationPortRange="22"))])["lonely"]
    assert fate(device, "lonely inbound", OUTSIDE, APP, 22) == ("permit", "ssh")
    # What VirtualNetwork stands for is not known.
    assert fate(device, "lonely inbound", WEB, APP, 80)[0] == "unknown"


def test_rules_that_are_listed_without_their_group() -> None:
    """The answer of `az network nsg rule list`."""
    found = rule("ssh", 100, "Allow", destinationPortRange="22")
    found["id"] = identity("networkSecurityGroups", "nsg", "securityRules", "ssh")
    device = devices([found])["nsg"]
    assert fate(device, "nsg inbound", OUTSIDE, APP, 22) == ("permit", "ssh")
    assert fate(device, "nsg inbound", OUTSIDE, APP, 23)[0] == "unknown"  # it may be an address of the network


def test_what_was_in_force_at_an_interface_is_noted() -> None:
    effective = {
        "value": [{"networkSecurityGroup": reference("networkSecurityGroups", "n"), "effectiveSecurityRules": []}]
    }
    routes = {"value": [{"addressPrefix": ["10.0.0.0/16"], "nextHopType": "VnetLocal"}]}
    (first, second) = read(effective, routes)
    assert [note.affects.value for note in (*first.coverage.notes, *second.coverage.notes)] == ["filter", "routing"]


@pytest.mark.parametrize("indent", [None, 1])
def test_a_document_on_one_line_says_the_same(indent: int | None) -> None:
    contents = [
        network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg")),
        group("nsg", *(rule(f"r{one}", 100 + one, "Allow", destinationPortRange=str(one)) for one in range(1, 40))),
    ]
    (parsed,) = read(contents, indent=indent)
    rulebase = parsed.devices[0].rulebase("nsg inbound")
    assert rulebase is not None
    assert '"r5"' in rulebase.rules[4].where.text and len(rulebase.rules[4].where.text) < 400
    assert fate(parsed.devices[0], "nsg inbound", OUTSIDE, APP, 5) == ("permit", "r5")


def test_a_group_tells_its_subnet_where_the_network_is_not_in_the_export() -> None:
    placed = group("nsg")
    placed["properties"]["subnets"] = [reference("virtualNetworks", "net", "subnets", "app")]
    device = devices(placed)["net"]
    bound = {(one.interface, one.rulebase, one.direction.value) for one in device.bindings if one.direction}
    assert {one for one in bound if one[0] != "Internet"} == {
        ("app", "nsg inbound", "out"),
        ("app", "nsg outbound", "in"),
    }


def test_every_place_points_to_its_line() -> None:
    (parsed,) = read(
        [network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg")), group("nsg", rule("a", 100, "Deny"))]
    )
    rulebase = parsed.devices[0].rulebase("nsg inbound")
    assert rulebase is not None
    assert rulebase.rules[0].where.text == '"name": "a",'
    assert parsed.coverage.notes == ()


@pytest.mark.parametrize("style", ["flat", "snake", "pascal"])
def test_other_spellings_say_the_same(style: str) -> None:
    """`az` flattens `properties`, Python tools write snake case, PowerShell Pascal case."""

    def spelt(key: str) -> str:
        if style == "snake":
            return "".join(f"_{one.lower()}" if one.isupper() else one for one in key).replace("i_p", "ip")
        return key[0].upper() + key[1:] if style == "pascal" else key

    def rewritten(value: object) -> object:
        if isinstance(value, list):
            return [rewritten(one) for one in value]
        if isinstance(value, dict):
            flat = {key: inner for key, inner in value.items() if key != "properties"} | value.get("properties", {})
            return {spelt(key): rewritten(inner) for key, inner in flat.items()}
        return value

    contents = [
        network("net", ["10.0.0.0/16"], subnet("app", "10.0.1.0/24", nsg="nsg")),
        group("nsg", rule("ssh", 100, "Allow", destinationPortRange="22", sourceAddressPrefix="198.51.100.0/24")),
    ]
    device = devices(rewritten(contents))["net"]
    assert fate(device, "nsg inbound", OUTSIDE, APP, 22) == ("permit", "ssh")
    assert fate(device, "nsg inbound", "203.0.113.1", APP, 22) == ("deny", "DenyAllInBound")
