"""Azure Firewall: the order of its rules (Microsoft Learn, "Azure Firewall rule processing logic")."""

from __future__ import annotations

from netaudit.model.device import Device
from tests.parsers.azure.reading import Json, devices, fate, identity, network, read, reference, resource, subnet

APP, OUTSIDE = "10.0.1.4", "198.51.100.7"


def network_rule(name: str, *ports: str, source: str = "*", destination: str = "*", **fields: object) -> Json:
    return {
        "ruleType": "NetworkRule",
        "name": name,
        "ipProtocols": ["TCP"],
        "sourceAddresses": [source],
        "destinationAddresses": [destination],
        "destinationPorts": list(ports),
    } | fields


def collection(name: str, priority: int, action: str, *rules: Json) -> Json:
    kind = "FirewallPolicyNatRuleCollection" if action == "DNAT" else "FirewallPolicyFilterRuleCollection"
    return {
        "ruleCollectionType": kind,
        "name": name,
        "priority": priority,
        "action": {"type": action},
        "rules": list(rules),
    }


def rule_group(policy: str, name: str, priority: int, *collections: Json) -> Json:
    found = resource("firewallPolicies", policy, priority=priority, ruleCollections=list(collections))
    return found | {
        "name": name,
        "id": identity("firewallPolicies", policy, "ruleCollectionGroups", name),
        "type": "Microsoft.Network/firewallPolicies/ruleCollectionGroups",
    }


def firewall(*contents: Json, **policy: object) -> Device:
    subnets = subnet("AzureFirewallSubnet", "10.0.0.0/26"), subnet("app", "10.0.1.0/24")
    configuration = {
        "name": "ip",
        "properties": {
            "privateIPAddress": "10.0.0.4",
            "subnet": reference("virtualNetworks", "net", "subnets", "AzureFirewallSubnet"),
            "publicIPAddress": reference("publicIPAddresses", "front"),
        },
    }
    return devices(
        [
            network("net", ["10.0.0.0/16"], *subnets),
            resource("publicIPAddresses", "front", ipAddress="203.0.113.5"),
            resource(
                "azureFirewalls",
                "fw",
                ipConfigurations=[configuration],
                firewallPolicy=reference("firewallPolicies", "pol"),
            ),
            resource("firewallPolicies", "pol", **policy),
            *contents,
        ]
    )["fw"]


def test_groups_and_collections_are_asked_by_priority() -> None:
    device = firewall(
        rule_group("pol", "second", 300, collection("late", 100, "Deny", network_rule("all", "*"))),
        rule_group(
            "pol",
            "first",
            200,
            collection("b", 200, "Allow", network_rule("web", "443", "80")),
            collection("a", 150, "Deny", network_rule("no-http", "80")),
        ),
    )
    assert fate(device, "pol", APP, OUTSIDE, 443) == ("permit", "b/web")
    assert fate(device, "pol", APP, OUTSIDE, 80) == ("deny", "a/no-http")
    assert fate(device, "pol", APP, OUTSIDE, 22) == ("deny", "late/all")


def test_nothing_matched_is_denied() -> None:
    device = firewall(rule_group("pol", "g", 200, collection("c", 100, "Allow", network_rule("web", "443"))))
    assert fate(device, "pol", APP, OUTSIDE, 22)[0] == "deny"
    assert [str(one) for one in device.interfaces[0].addresses] == ["10.0.0.4/26"]


def test_rules_of_the_parent_policy_come_first_whatever_their_priority() -> None:
    device = firewall(
        resource("firewallPolicies", "base"),
        rule_group("base", "g", 5000, collection("company", 5000, "Deny", network_rule("no-ssh", "22"))),
        rule_group("pol", "g", 200, collection("own", 100, "Allow", network_rule("any", "*"))),
        basePolicy=reference("firewallPolicies", "base"),
    )
    assert fate(device, "pol", APP, OUTSIDE, 22) == ("deny", "company/no-ssh")
    assert fate(device, "pol", APP, OUTSIDE, 443) == ("permit", "own/any")


def test_network_rules_come_before_application_rules_whatever_their_priority() -> None:
    application = {
        "ruleType": "ApplicationRule",
        "name": "updates",
        "protocols": [{"protocolType": "Https", "port": 443}],
        "sourceAddresses": ["10.0.1.0/24"],
        "targetFqdns": ["*.example.org"],
    }
    device = firewall(
        rule_group("pol", "apps", 100, collection("app", 100, "Allow", application)),
        rule_group("pol", "net", 900, collection("no", 900, "Deny", network_rule("udp", "*", ipProtocols=["UDP"]))),
    )
    # A name is in no header: the packet may pass.
    assert fate(device, "pol", APP, OUTSIDE, 443)[0] == "unknown"
    assert fate(device, "pol", APP, OUTSIDE, 443, 17) == ("deny", "no/udp")
    assert fate(device, "pol", APP, OUTSIDE, 22)[0] == "deny"


def test_names_in_network_rules_are_known_from_above() -> None:
    named = network_rule("time", "123", destinationAddresses=[], destinationFqdns=["time.example.org"])
    device = firewall(rule_group("pol", "g", 200, collection("c", 100, "Allow", named)))
    assert fate(device, "pol", APP, OUTSIDE, 123)[0] == "unknown"


def test_ip_groups() -> None:
    grouped = network_rule("partners", "443", sourceAddresses=[], sourceIpGroups=[reference("ipGroups", "p")["id"]])
    lost = network_rule("lost", "22", sourceAddresses=[], sourceIpGroups=[identity("ipGroups", "missing")])
    device = firewall(
        resource("ipGroups", "p", ipAddresses=["198.51.100.0/25", "203.0.113.10-203.0.113.20"]),
        rule_group("pol", "g", 200, collection("c", 100, "Allow", grouped, lost)),
    )
    assert fate(device, "pol", "203.0.113.15", APP, 443)[0] == "permit"
    assert fate(device, "pol", "203.0.113.21", APP, 443)[0] == "unknown"  # the infrastructure rules
    assert fate(device, "pol", "203.0.113.21", APP, 22)[0] == "unknown"
    assert next(one.unresolved for one in device.rulebases[0].rules if one.name == "c/lost")


def test_nat_rules_translate_and_permit() -> None:
    nat = {
        "ruleType": "NatRule",
        "name": "rdp",
        "ipProtocols": ["TCP"],
        "sourceAddresses": ["198.51.100.0/24"],
        "destinationAddresses": ["203.0.113.5"],
        "destinationPorts": ["3389"],
        "translatedAddress": APP,
        "translatedPort": "33389",
    }
    device = firewall(rule_group("pol", "g", 200, collection("in", 100, "DNAT", nat)))
    found = device.nat_rules[0]
    assert (str(found.match.surely.destinations()), str(found.translated_destination)) == ("203.0.113.5", APP)
    assert found.translated_ports is not None and found.translated_ports.lowest() == 33389
    assert fate(device, "pol", OUTSIDE, APP, 33389)[0] == "permit"
    assert fate(device, "pol", "198.51.101.1", APP, 33389)[0] == "deny"
    assert fate(device, "pol", OUTSIDE, APP, 3390)[0] == "deny"


def test_a_policy_that_is_not_in_the_export_decides_nothing() -> None:
    found = devices([resource("azureFirewalls", "fw", firewallPolicy=reference("firewallPolicies", "gone"))])["fw"]
    assert fate(found, "fw", APP, OUTSIDE, 22)[0] == "unknown"
    device = firewall(ruleCollectionGroups=[{"id": identity("firewallPolicies", "pol", "ruleCollectionGroups", "g")}])
    assert fate(device, "pol", APP, OUTSIDE, 22)[0] == "unknown"


def test_classic_rules() -> None:
    classic = {
        "name": "c",
        "properties": {
            "priority": 100,
            "action": {"type": "Allow"},
            "rules": [
                {
                    "name": "dns",
                    "protocols": ["UDP"],
                    "sourceAddresses": ["10.0.0.0/16"],
                    "destinationAddresses": ["*"],
                    "destinationPorts": ["53"],
                }
            ],
        },
    }
    found = devices([resource("azureFirewalls", "fw", networkRuleCollections=[classic])])["fw"]
    assert fate(found, "fw", APP, OUTSIDE, 53, 17) == ("permit", "c/dns")
    assert fate(found, "fw", APP, OUTSIDE, 53, 6)[0] == "deny"


def test_threat_intelligence_is_noted_where_it_denies() -> None:
    for mode, notes in (("Alert", 0), ("Off", 0), ("Deny", 1)):
        (parsed,) = read([resource("firewallPolicies", "pol", threatIntelMode=mode)])
        assert len(parsed.coverage.notes) == notes


def test_a_policy_without_a_firewall_is_a_device_of_its_own() -> None:
    contents = [
        resource("firewallPolicies", "pol"),
        rule_group("pol", "g", 200, collection("c", 100, "Allow", network_rule("web", "443"))),
    ]
    assert fate(devices(contents)["pol"], "pol", APP, OUTSIDE, 443) == ("permit", "c/web")
