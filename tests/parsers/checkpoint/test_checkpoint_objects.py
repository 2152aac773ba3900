"""Objects stand for what the Management API Reference and the guide's "Managing Objects" say."""

from __future__ import annotations

import pytest

from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.checkpoint.services import port_set
from tests.parsers.checkpoint.reading import (
    fate,
    gateway,
    group,
    host,
    named,
    network,
    policy,
    port,
    rule,
    tcp,
)


def addresses(*objects: dict, name: str = "x") -> tuple[str, bool, tuple[str, ...]]:
    """Return what a rule's source named `name` may be, whether it surely is, and why not."""
    match = policy(objects, [rule(1, source=name)]).rulebases[0].rules[0].match
    return str(match.maybe.sources()), match.is_exact, match.reasons


def union(*texts: str) -> str:
    return str(AddressSet.union(AddressSet.prefix(text) for text in texts))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (host("x", "10.1.1.1"), "10.1.1.1"),
        (named("host", "x", ipv4_address="10.1.1.1", ipv6_address="2001:db8::1"), union("10.1.1.1", "2001:db8::1")),
        (network("x", "10.1.0.0", 16), "10.1.0.0/16"),
        (named("network", "x", subnet4="10.1.0.0", subnet_mask="255.255.0.0"), "10.1.0.0/16"),
        (named("network", "x", subnet6="2001:db8::", mask_length6=32), "2001:db8::/32"),
        (named("address-range", "x", ipv4_address_first="10.1.1.4", ipv4_address_last="10.1.1.7"), "10.1.1.4/30"),
        (named("multicast-address-range", "x", ipv4_address="224.0.0.5"), "224.0.0.5"),
        (named("wildcard", "x", ipv4_address="10.1.0.1", ipv4_mask_wildcard="0.0.255.0"), None),
        (named("checkpoint-host", "x", ipv4_address="10.1.1.9"), "10.1.1.9"),
    ],
)
def test_plain_objects(found: dict, expected: str | None):
    text, exact, _ = addresses(found)
    assert exact
    if expected is not None:
        assert text == expected


def test_a_wildcard_leaves_the_bits_of_its_mask_open():
    objects = [named("wildcard", "x", ipv4_address="10.1.0.1", ipv4_mask_wildcard="0.0.255.0")]
    rules = policy(objects, [rule(1, source="x")]).rulebases[0]
    assert fate(rules, "10.1.77.1", "192.0.2.1")[0] == "permit"
    assert fate(rules, "10.1.77.2", "192.0.2.1")[0] == "deny"


def test_a_group_is_all_of_its_members_and_those_of_groups_inside():
    objects = [host("a", "10.1.1.1"), host("b", "10.1.1.2"), group("inner", "b"), group("x", "a", "inner")]
    assert addresses(*objects) == ("10.1.1.1, 10.1.1.2", True, ())
    assert addresses(group("x", "y"), group("y", "x"))[1:] == (False, ("group cycle",))
    assert policy([group("x")], [rule(1, source="x")]).rulebases[0].rules[0].match.maybe.products == ()


def test_a_group_shown_as_ranges():
    ranges = {"ipv4": [{"start": "10.1.1.4", "end": "10.1.1.7"}], "ipv6": [], "others": []}
    assert addresses(named("group", "x", ranges=ranges)) == ("10.1.1.4/30", True, ())


def test_a_group_with_exclusion_is_the_one_without_the_other():
    """`include` and `except` are identities or whole objects; of what is not known only the sure part is taken off."""
    objects = [
        network("all", "10.1.0.0", 30),
        host("not", "10.1.0.1"),
        group("g-all", "all"),
        group("g-not", "not"),
        named("group-with-exclusion", "x", include="uid-g-all", **{"except": group("g-not", "not")}),
    ]
    assert addresses(*objects) == (union("10.1.0.0", "10.1.0.2/31"), True, ())
    open_ended = [
        *objects[:-1],
        named("dns-domain", ".d"),
        named("group-with-exclusion", "x", include="uid-all", **{"except": "uid-.d"}),
    ]
    rules = policy(open_ended, [rule(1, source="x")]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.1")[0] == "unknown"


def test_a_gateway_stands_for_all_its_addresses():
    """A stealth rule protects each of them (Gateway and Management Hardening, "Security Gateway Stealth Rule")."""
    interfaces = [port("eth0", "10.1.0.1"), port("eth1", "10.2.0.1")]
    objects = [gateway("x", "", interfaces, ipv4_address="192.0.2.1")]
    assert addresses(*objects) == (union("10.1.0.1", "10.2.0.1", "192.0.2.1"), True, ())


def test_a_gateway_without_its_interfaces_is_known_from_below_only():
    short = named("simple-gateway", "x", ipv4_address="192.0.2.1")
    rules = policy([short], [rule(1, "Drop", destination="x"), rule(2)]).rulebases[0]
    assert fate(rules, "10.1.0.1", "192.0.2.1") == ("deny", "1")
    assert fate(rules, "10.1.0.1", "192.0.2.9")[0] == "unknown"


def test_automatic_static_nat_shows_an_object_under_a_second_address():
    settings = {"auto-rule": True, "method": "static", "ipv4-address": "203.0.113.5"}
    rules = policy([host("x", "10.1.1.1", nat_settings=settings)], [rule(1, destination="x")]).rulebases[0]
    assert fate(rules, "198.51.100.1", "10.1.1.1")[0] == "permit"
    assert fate(rules, "198.51.100.1", "203.0.113.5")[0] == "unknown"
    assert fate(rules, "198.51.100.1", "203.0.113.6")[0] == "deny"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (host("x", "10.1.1.999"), "not understood"),
        (host("x", ""), "address not in the export"),
        (named("network", "x", subnet4="10.0.0.0", mask_length4=99), "not understood"),
        (named("wildcard", "x", ipv4_address="10.0.0.0", ipv4_mask_wildcard="85.85.85.85"), "wildcard mask"),
        (named("group", "x"), "group members not in the export"),
        (named("hologram", "x"), "object type hologram"),
    ],
)
def test_what_is_not_understood_widens_the_upper_bound(broken: dict, reason: str):
    assert addresses(broken) == ("any", False, (reason,))


# Services


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("80", [(80, 80)]),
        ("1024-65535", [(1024, 65535)]),
        (">1023", [(1024, 65535)]),
        ("<1024", [(0, 1023)]),
        ("80, 443", [(80, 80), (443, 443)]),
    ],
)
def test_ports(text: str, expected: list):
    assert port_set(text) == IntervalSet.of(expected)


@pytest.mark.parametrize("text", ["", "x", "70000", "9-1", ">65535", "<0", "-1"])
def test_what_is_no_port_is_refused(text: str):
    with pytest.raises(ValueError):
        port_set(text)


def permits(service: dict, protocol: int, number: int, *more: dict) -> str:
    rules = policy([service, *more], [rule(1, service=service["name"])]).rulebases[0]
    return fate(rules, "10.1.0.1", "192.0.2.1", number, protocol)[0]


def test_services_with_ports():
    assert permits(tcp("s", "80"), 6, 80) == "permit"
    assert permits(tcp("s", "80"), 17, 80) == "deny"
    assert permits(named("service-udp", "s", port="53"), 17, 53) == "permit"
    assert permits(named("service-sctp", "s", port="2905"), 132, 2905) == "permit"
    assert permits(tcp("s", "80", source_port="1-1023"), 6, 80) == "deny"  # the packet comes from port 40000
    assert permits(tcp("s", "80", match_by_protocol_signature=True), 6, 8080) == "unknown"
    assert permits(tcp("s", "http"), 6, 80) == "unknown"


def test_services_by_protocol_and_groups():
    assert permits(named("service-other", "s", ip_protocol=50), 50, 0) == "permit"
    assert permits(named("service-other", "s", ip_protocol=50), 51, 0) == "deny"
    assert permits(named("service-other", "s", ip_protocol=-1, match="odd"), 6, 80) == "unknown"
    both = named("service-group", "s", members=["uid-a", "uid-b"])
    assert permits(both, 17, 53, tcp("a", "53"), named("service-udp", "b", port="53")) == "permit"


def test_icmp_types():
    objects = [named("service-icmp", "ping", icmp_type=8), named("service-icmp6", "ping6", icmp_type=128, icmp_code=0)]
    first, second = policy(objects, [rule(1, service="ping"), rule(2, service="ping6")]).rulebases[0].rules
    (box,) = first.match.maybe.services().boxes
    assert (box.source_ports, box.destination_ports.size()) == (IntervalSet.single(8), 256)
    (box,) = second.match.maybe.services().boxes
    assert (box.source_ports, box.destination_ports) == (IntervalSet.single(128), IntervalSet.single(0))


def test_objects_of_the_model_and_those_that_nothing_uses():
    shipped = {"domain-type": "data domain", "name": "Check Point Data"}
    objects = [
        host("used", "10.1.1.1"),
        host("spare", "10.1.1.2"),
        group("g", "used"),
        tcp("old", "23", domain=shipped),
    ]
    device = policy(objects, [rule(1, source="g")])
    assert {one.name: one.kind for one in device.address_objects} == {
        "used": "address",
        "spare": "address",
        "g": "group",
    }
    assert [one.members for one in device.address_objects if one.name == "g"] == [("used",)]
    assert [(one.kind, one.name) for one in device.unused_objects] == [("address object", "spare")]
