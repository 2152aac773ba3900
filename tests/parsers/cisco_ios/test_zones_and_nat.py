"""The zone-based firewall and address translation."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import NatKind, RulebaseKind
from netaudit.packets.intervals import IntervalSet

from .conftest import Judge, Reader


@pytest.fixture(scope="module")
def zones(fixture_file: Reader) -> Device:
    return fixture_file("zone-firewall.cfg").devices[0]


@pytest.fixture(scope="module")
def nat(fixture_file: Reader) -> Device:
    return fixture_file("nat.cfg").devices[0]


def test_zones_know_their_interfaces(zones: Device) -> None:
    assert {one.name: one.interfaces for one in zones.security_zones} == {
        "INSIDE": ("GigabitEthernet0/0",),
        "OUTSIDE": ("GigabitEthernet0/1",),
        "DMZ": ("GigabitEthernet0/2",),
    }
    assert all(one.intrazone_permitted for one in zones.security_zones)


def test_a_policy_is_a_rulebase_between_the_zones_of_its_pairs(zones: Device) -> None:
    kinds = {one.name: one.kind for one in zones.rulebases}
    assert kinds["IN-OUT"] is kinds["OUT-DMZ"] is RulebaseKind.ZONE_POLICY
    assert kinds["NOT-APPLIED"] is RulebaseKind.FILTER  # bound nowhere
    shared = zones.rulebase("OUT-DMZ")
    assert shared is not None
    assert {name for rule in shared.rules for name in rule.from_zones.names()} == {"INSIDE", "OUTSIDE"}


def test_the_first_class_that_matches_decides(zones: Device, fate: Judge) -> None:
    pair = ("OUTSIDE", "DMZ")
    assert fate(zones, "OUT-DMZ", "198.51.100.1", "192.0.2.80", port=443, zones=pair) == "permit"
    assert fate(zones, "OUT-DMZ", "198.51.100.1", "192.0.2.80", port=22, zones=pair) == "deny"
    assert fate(zones, "OUT-DMZ", "10.0.0.66", "192.0.2.80", port=443, zones=("INSIDE", "DMZ")) == "deny"


def test_an_application_without_a_known_port_leaves_the_fate_open(zones: Device, fate: Judge) -> None:
    assert fate(zones, "IN-OUT", "10.0.0.1", "198.51.100.1", port=443, zones=("INSIDE", "OUTSIDE")) == "unknown"
    assert fate(zones, "IN-OUT", "10.0.0.1", "198.51.100.1", port=22, zones=("INSIDE", "OUTSIDE")) == "deny"


def test_class_maps_may_name_each_other(zones: Device, fate: Judge) -> None:
    pair = ("OUTSIDE", "self")
    assert fate(zones, "TO-SELF", "10.0.9.1", "203.0.113.1", port=443, zones=pair) == "permit"
    assert fate(zones, "TO-SELF", "10.0.8.1", "203.0.113.1", port=443, zones=pair) == "deny"


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (("INSIDE", "INSIDE"), "permit"),
        (("DMZ", "INSIDE"), "deny"),
        (("GigabitEthernet0/3", "INSIDE"), "deny"),
        (("GigabitEthernet0/3", "GigabitEthernet0/4"), "permit"),
        (("INSIDE", "self"), "permit"),
        (("OUTSIDE", "self"), "deny"),
    ],
)
def test_what_holds_where_no_policy_speaks(zones: Device, fate: Judge, pair: tuple[str, str], expected: str) -> None:
    assert fate(zones, "zone defaults", "10.0.0.1", "10.0.0.2", port=80, zones=pair) == expected
    assert all(rule.implicit for rule in zones.rulebase("zone defaults").rules)  # type: ignore[union-attr]


def test_rules_of_a_policy_show_their_lines_lists_and_logging(zones: Device) -> None:
    to_web = zones.rulebase("OUT-DMZ").rules[0]  # type: ignore[union-attr]
    assert (to_web.sources, to_web.services, to_web.description) == (("WEB-SERVER",), ("tcp",), "the public web server")
    assert (to_web.where.line, to_web.where.last_line) == (36, 37)
    policy = zones.rulebase("IN-OUT")
    assert policy is not None
    assert policy.default_logged and policy.stateful
    assert not zones.rulebase("OUT-DMZ").stateful  # type: ignore[union-attr]


def test_an_undefined_policy_is_told(zones: Device) -> None:
    assert ("inspect policy map", "MISSING") in {(one.kind, one.name) for one in zones.undefined_references}


def test_translations_by_list(nat: Device) -> None:
    overload, pool = nat.nat_rules[:2]
    assert overload.kind is NatKind.SOURCE
    assert str(overload.match.surely.sources()) == "10.0.0.0/26, 10.0.0.64/31, 10.0.0.67-10.0.0.255"
    assert str(overload.translated_source) == "203.0.113.1"
    assert overload.from_interface.names() == ("GigabitEthernet0/0",)
    assert overload.to_interface.names() == ("GigabitEthernet0/1",)
    assert str(pool.translated_source) == "203.0.113.20-203.0.113.29"


def test_static_translations(nat: Device) -> None:
    host, port, interface, network = nat.nat_rules[2:6]
    assert host.kind is NatKind.STATIC
    assert (str(host.match.surely.sources()), str(host.translated_source)) == ("10.0.0.5", "203.0.113.5")
    assert (port.protocol, str(port.original_ports.intervals), str(port.translated_ports.intervals)) == (  # type: ignore[union-attr]
        6,
        "((443, 443),)",
        "((8443, 8443),)",
    )
    assert str(interface.translated_source) == "203.0.113.1"
    assert (str(network.match.surely.sources()), str(network.translated_source)) == ("10.8.0.0/26", "203.0.113.128/26")


def test_other_translations(nat: Device) -> None:
    by_map, outside, destination = nat.nat_rules[6:]
    assert by_map.match.is_exact
    assert str(by_map.match.maybe.sources()) == "10.0.0.0/26, 10.0.0.64/31, 10.0.0.67-10.0.0.255"
    assert outside.from_interface.names() == ("GigabitEthernet0/1",)
    assert destination.kind is NatKind.DESTINATION
    assert str(destination.match.surely.destinations()) == "203.0.113.77"
    assert destination.match.surely.services().protocols() == IntervalSet.single(6)


_TWO_LINES = """\
ip vrf SHOP
interface Gi0
 ip address 10.0.0.1 255.255.255.0
 ip nat inside
interface Gi1
 ip vrf forwarding SHOP
 ip address 10.0.0.1 255.255.255.0
 ip nat inside
interface Gi2
 ip address 203.0.113.1 255.255.255.0
 ip nat outside
interface Gi3
 ip address 198.51.100.1 255.255.255.0
 ip nat outside
ip nat inside source route-map FIRST interface Gi2 overload
ip nat inside source route-map SECOND interface Gi3 overload
ip nat inside source list LAN interface Gi2 vrf SHOP overload
ip nat inside source route-map ODD interface Gi2 overload
ip access-list standard LAN
 permit 10.0.0.0 0.0.0.255
route-map FIRST permit 10
 match ip address LAN
 match interface Gi2
route-map SECOND deny 5
 match ip address 5
route-map SECOND permit 10
 match ip address LAN
 match interface Gi3
route-map ODD permit 10
 match length 1 100
access-list 5 permit 10.0.0.66
"""


def test_a_route_map_may_bind_a_translation_to_one_line(read: Reader) -> None:
    first, second, shop, odd = read(_TWO_LINES).devices[0].nat_rules
    assert (first.match.is_exact, first.to_interface.names()) == (True, ("Gi2",))
    assert second.to_interface.names() == ("Gi3",)
    assert str(second.match.surely.sources()) == "10.0.0.0/26, 10.0.0.64/31, 10.0.0.67-10.0.0.255"
    assert shop.from_interface.names() == ("Gi1",)
    # An overload at one interface takes what leaves through any interface outside.
    assert shop.to_interface.names() == ("Gi2", "Gi3")
    assert not odd.match.surely and odd.match.maybe


def test_the_virtual_interface_translates_between_all_that_enable_it(read: Reader) -> None:
    parsed = read(
        """\
interface Gi0
 ip address 10.0.0.1 255.255.255.0
 ip nat enable
interface Gi1
 ip address 203.0.113.1 255.255.255.0
 ip nat enable
interface Gi2
 ip address 10.2.0.1 255.255.255.0
ip nat source list 1 interface Gi1 overload
ip nat source static 10.0.0.5 203.0.113.5
access-list 1 permit any
"""
    )
    overload, static = parsed.devices[0].nat_rules
    assert overload.from_interface.names() == overload.to_interface.names() == ("Gi0", "Gi1")
    assert (static.kind, static.from_interface.names()) == (NatKind.STATIC, ("Gi0", "Gi1"))
    assert parsed.coverage.notes == ()
