"""Security groups: stateful, only permits, addresses through other groups and prefix lists."""

from __future__ import annotations

import pytest

from netaudit.model.rules import Rulebase
from tests.parsers.aws.reading import devices, fate, read
from tests.parsers.aws.reading_resources import Json, group, interface, permission, ranges, subnet

WEB_IN = "~INGRESS~SECURITY-GROUP~web~sg-web~"
WEB_OUT = "~EGRESS~SECURITY-GROUP~web~sg-web~"


def _rulebase(name: str, **files: object) -> Rulebase:
    found = devices(read(**files))["vpc-1"].rulebase(name)
    assert found is not None
    return found


def _verdict(rulebase: Rulebase, source: str, protocol: int = 6, port: int = 443) -> str:
    return fate(rulebase, source, "10.1.1.10", protocol, port).verdict


def test_what_no_rule_permits_is_denied_and_answers_pass() -> None:
    rule = permission("tcp", 443, IpRanges=ranges("192.0.2.0/24"))
    web = _rulebase(WEB_IN, groups={"SecurityGroups": [group("sg-web", [rule])]})
    assert _verdict(web, "192.0.2.9") == "permit"
    assert _verdict(web, "192.0.2.9", port=444) == "deny"
    assert _verdict(web, "198.51.100.1") == "deny"
    assert web.stateful


def test_ingress_looks_at_the_source_and_egress_at_the_destination() -> None:
    out = permission("udp", 53, IpRanges=ranges("10.1.0.2/32"))
    files = {"SecurityGroups": [group("sg-web", [], [out])]}
    assert fate(_rulebase(WEB_OUT, groups=files), "10.1.1.10", "10.1.0.2", 17, 53).verdict == "permit"
    assert fate(_rulebase(WEB_OUT, groups=files), "10.1.0.2", "10.1.1.10", 17, 53).verdict == "deny"
    assert _verdict(_rulebase(WEB_IN, groups=files), "10.1.0.2") == "deny"


@pytest.mark.parametrize(
    ("rule", "protocol", "port", "verdict"),
    [
        (permission("-1"), 89, 0, "permit"),
        (permission("tcp", 0, 65535), 6, 8080, "permit"),
        (permission("tcp", 0, 65535), 17, 8080, "deny"),
        (permission("tcp", 8000, 8080), 6, 8080, "permit"),
        (permission("tcp", 8000, 8080), 6, 8081, "deny"),
        (permission("50"), 50, 0, "permit"),
        (permission("50", 1, 2), 50, 0, "permit"),  # ports of other protocols are disregarded
        (permission("17", 53), 17, 53, "permit"),
        (permission("icmp", -1), 1, 0, "permit"),
        (permission("icmp", 8, -1), 1, 0, "deny"),  # type 8 only; the packet is of type 0
        (permission("bogus"), 6, 1, "unknown"),
        (permission("tcp", 90, 80), 6, 85, "unknown"),
    ],
)
def test_protocols_and_ports(rule: Json, protocol: int, port: int, verdict: str) -> None:
    one = rule | {"IpRanges": ranges("0.0.0.0/0")}
    web = _rulebase(WEB_IN, groups={"SecurityGroups": [group("sg-web", [one])]})
    assert _verdict(web, "192.0.2.1", protocol, port) == verdict


def test_a_group_as_source_means_the_private_addresses_of_its_members() -> None:
    rule = permission("tcp", 443, UserIdGroupPairs=[{"GroupId": "sg-app"}])
    groups = {"SecurityGroups": [group("sg-web", [rule]), group("sg-app", [])]}
    members = {
        "NetworkInterfaces": [
            interface("eni-1", "10.1.2.5", "subnet-1", "sg-app", public="203.0.113.5"),
            interface("eni-2", "10.1.2.6", "subnet-1", "sg-web"),
        ]
    }
    web = _rulebase(WEB_IN, groups=groups, interfaces=members)
    assert _verdict(web, "10.1.2.5") == "permit"
    assert _verdict(web, "10.1.2.6") == "deny"
    assert _verdict(web, "203.0.113.5") == "deny"


def test_members_are_open_without_the_list_of_interfaces_or_with_a_part_of_it() -> None:
    rule = permission("tcp", 443, UserIdGroupPairs=[{"GroupId": "sg-app"}])
    groups = {"SecurityGroups": [group("sg-web", [rule]), group("sg-app", [])]}
    assert _verdict(_rulebase(WEB_IN, groups=groups), "10.1.2.5") == "unknown"
    page: Json = {"NetworkInterfaces": [interface("eni-1", "10.1.2.5", "subnet-1", "sg-app")], "NextToken": "more"}
    web = _rulebase(WEB_IN, groups=groups, interfaces=page)
    assert _verdict(web, "10.1.2.5") == "permit"
    assert _verdict(web, "10.1.2.7") == "unknown"
    other = interface("eni-2", "10.1.2.8", "subnet-1", "sg-web")
    page["NetworkInterfaces"] = [*page["NetworkInterfaces"], other]
    assert _verdict(_rulebase(WEB_IN, groups=groups, interfaces=page), "10.1.2.8") == "deny"


def test_a_group_of_another_account_may_hold_anyone() -> None:
    rule = permission("tcp", 443, UserIdGroupPairs=[{"GroupId": "sg-far", "UserId": "111122223333"}])
    files = {"SecurityGroups": [group("sg-web", [rule])]}
    web = _rulebase(WEB_IN, groups=files, interfaces={"NetworkInterfaces": []})
    assert _verdict(web, "10.9.9.9") == "unknown"
    (device,) = devices(read(groups=files)).values()
    assert [(one.kind, one.name) for one in device.undefined_references] == [("security group", "sg-far")]


def test_prefix_lists() -> None:
    rule = permission("tcp", 443, PrefixListIds=[{"PrefixListId": "pl-1a2b"}])
    groups = {"SecurityGroups": [group("sg-web", [rule])]}
    listed = {"PrefixLists": [{"PrefixListId": "pl-1a2b", "PrefixListName": "s3", "Cidrs": ["198.51.100.0/24"]}]}
    web = _rulebase(WEB_IN, groups=groups, lists=listed)
    assert (_verdict(web, "198.51.100.7"), _verdict(web, "192.0.2.1")) == ("permit", "deny")
    managed = {"PrefixLists": [{"PrefixListId": "pl-1a2b", "PrefixListName": "office", "MaxEntries": 5}]}
    assert _verdict(_rulebase(WEB_IN, groups=groups, lists=managed), "198.51.100.7") == "unknown"
    entries = {"Entries": [{"Cidr": "198.51.100.0/24", "Description": "office"}]}
    named = {"groups": groups, "lists": managed, "entries-pl-1a2b": entries}
    assert _verdict(_rulebase(WEB_IN, **named), "192.0.2.1") == "deny"


def test_rules_listed_one_by_one_say_the_same() -> None:
    rules = {
        "SecurityGroupRules": [
            {
                "SecurityGroupRuleId": "sgr-1",
                "GroupId": "sg-web",
                "IsEgress": False,
                "IpProtocol": "tcp",
                "FromPort": 443,
                "ToPort": 443,
                "CidrIpv4": "192.0.2.0/24",
            }
        ]
    }
    bare = {key: value for key, value in group("sg-web", []).items() if not key.startswith("IpPermissions")}
    web = _rulebase(WEB_IN, groups={"SecurityGroups": [bare]}, rules=rules)
    assert (_verdict(web, "192.0.2.1"), _verdict(web, "198.51.100.1")) == ("permit", "deny")
    assert web.rules[0].uid == "sgr-1"
    assert _verdict(_rulebase(WEB_IN, groups={"SecurityGroups": [bare]}), "192.0.2.1") == "unknown"


def test_ipv6_ranges() -> None:
    rule = permission("tcp", 443, Ipv6Ranges=[{"CidrIpv6": "2001:db8:1::/48"}])
    web = _rulebase(WEB_IN, groups={"SecurityGroups": [group("sg-web", [rule])]})
    assert fate(web, "2001:db8:1::9", "2001:db8::1", 6, 443).verdict == "permit"
    assert fate(web, "2001:db8:2::9", "2001:db8::1", 6, 443).verdict == "deny"


def test_a_range_that_is_no_prefix_leaves_the_rule_open() -> None:
    web = _rulebase(WEB_IN, groups={"SecurityGroups": [group("sg-web", [permission("-1", IpRanges=ranges("any"))])]})
    assert _verdict(web, "192.0.2.1") == "unknown"


def test_unused_groups_and_logging() -> None:
    groups = {"SecurityGroups": [group("sg-web", []), group("sg-old", []), group("sg-ref", [])]}
    groups["SecurityGroups"][0]["IpPermissions"] = [permission("-1", UserIdGroupPairs=[{"GroupId": "sg-ref"}])]
    files = {
        "groups": groups,
        "interfaces": {"NetworkInterfaces": [interface("eni-1", "10.1.1.5", "subnet-1", "sg-web")]},
        "subnets": {"Subnets": [subnet("subnet-1", "10.1.1.0/24")]},
    }
    device = devices(read(**files))["vpc-1"]
    assert [one.name for one in device.unused_objects] == ["sg-old"]
    web = device.rulebase(WEB_IN)
    assert web is not None and web.default_logged is None
    log = {
        "FlowLogs": [{"FlowLogId": "fl-1", "ResourceId": "vpc-1", "TrafficType": "REJECT", "FlowLogStatus": "ACTIVE"}]
    }
    web = devices(read(**files, logs=log))["vpc-1"].rulebase(WEB_IN)
    assert web is not None and web.default_logged and web.rules[0].logged is False
