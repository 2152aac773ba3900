"""Addresses, services and schedules: what they surely hold and what they may hold."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.packets.addresses import ANY_IPV4
from netaudit.packets.services import ANY_SERVICE
from netaudit.parsers.fortios.predefined import PREDEFINED_SERVICES


@pytest.fixture(scope="module")
def addresses(load):
    return {one.name: one for one in load("addresses.conf").address_objects}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("host", "192.0.2.1"),
        ("prefix", "192.0.2.0/28"),
        ("default-is-everything", "any (IPv4)"),
        ("range", "192.0.2.10/31, 192.0.2.12"),
        ("own-subnet", "10.1.1.0/24"),  # the interface decides, the object holds a copy
        ("two", "192.0.2.1, 192.0.2.10/31, 192.0.2.12"),
        ("without", "192.0.2.0, 192.0.2.2-192.0.2.9, 192.0.2.13, 192.0.2.14/31"),
        ("six", "2001:db8:1::/48"),
        ("six-range", "2001:db8::1-2001:db8::9"),
    ],
)
def test_what_the_configuration_tells_is_exact(addresses, name, expected):
    assert addresses[name].exact
    parts = set(str(addresses[name].addresses).split(", "))
    assert parts == set(expected.split(", ")) or str(addresses[name].addresses) == expected


def test_wildcard_compares_the_bits_that_are_set(addresses):
    assert addresses["holes"].exact is False or addresses["holes"].addresses.ipv4.size() == 65536


@pytest.mark.parametrize("name", ["name", "country", "card", "tag", "dhcp-subnet", "typo", "future"])
def test_what_the_configuration_does_not_tell_has_no_lower_bound(addresses, name):
    assert not addresses[name].exact
    assert not addresses[name].addresses


def test_groups_with_open_members_keep_what_is_sure(addresses):
    assert not addresses["circle-a"].exact
    assert "192.0.2.1" in list(addresses["circle-a"].addresses.prefixes())
    assert not addresses["broken"].exact
    assert list(addresses["broken"].addresses.prefixes()) == ["192.0.2.1"]


def test_excluding_an_open_member_leaves_nothing_sure(addresses):
    assert not addresses["without-name"].exact
    assert not addresses["without-name"].addresses


def test_undefined_member_is_reported_with_its_line(load):
    found = load("addresses.conf").undefined_references
    assert [(one.kind, one.name, one.context) for one in found] == [
        ("address object", "never-defined", "address group broken")
    ]


def test_dense_circles_of_groups_end(read):
    names = [f"g{i}" for i in range(60)]
    groups = "".join(f'    edit "{name}"\n        set member {" ".join(names)}\n    next\n' for name in names)
    device = read(f"config firewall addrgrp\n{groups}end\nconfig firewall service group\n{groups}end\n").devices[0]
    assert len(device.address_objects) == 60
    assert not any(one.exact for one in device.address_objects)


@pytest.mark.parametrize(
    ("settings", "inside", "outside"),
    [
        ("set tcp-portrange 80", [(6, 1, 80)], [(6, 1, 81), (17, 1, 80)]),
        ("set tcp-portrange 80 443 8000-8010", [(6, 1, 8010), (6, 1, 443)], [(6, 1, 8011)]),
        ("set tcp-portrange 513:512-1023", [(6, 600, 513)], [(6, 1024, 513), (6, 600, 512)]),
        ("set tcp-portrange 1-2:3-4 10-11 13:6-7", [(6, 3, 1), (6, 9, 10), (6, 7, 13)], [(6, 5, 1), (6, 5, 13)]),
        ("set udp-portrange 53\n set tcp-portrange 53", [(6, 1, 53), (17, 1, 53)], [(132, 1, 53)]),
        ("set sctp-portrange 200", [(132, 1, 200)], [(6, 1, 200)]),
        ("set protocol ICMP\n set icmptype 8", [(1, 8, 0), (1, 8, 5)], [(1, 0, 0), (58, 8, 0)]),
        ("set protocol ICMP\n set icmptype 3\n set icmpcode 4", [(1, 3, 4)], [(1, 3, 0)]),
        ("set protocol ICMP\n set icmptype 3\n set icmpcode 4\n unset icmptype", [(1, 9, 9)], [(6, 0, 0)]),
        ("set protocol ICMP6\n set icmptype 128", [(58, 128, 0)], [(1, 128, 0)]),
        ("set protocol IP\n set protocol-number 47", [(47, 0, 0)], [(50, 0, 0)]),
        ("set protocol IP", [(47, 0, 0), (6, 1, 1), (58, 1, 1)], []),
        ("set protocol IP\n set protocol-number 6\n set tcp-portrange 80", [(6, 1, 22)], []),
    ],
)
def test_service_holds_what_it_says(read, settings, inside, outside):
    text = f'config firewall service custom\n    edit "s"\n {settings}\n    next\nend\n'
    (service,) = read(text).devices[0].service_objects
    for protocol, first, second in inside:
        assert service.services.contains(protocol, first, second, 2 if protocol == 6 else 0)
    for protocol, first, second in outside:
        assert not service.services.contains(protocol, first, second, 2 if protocol == 6 else 0)


@pytest.mark.parametrize(
    "settings",
    ["set comment x", "set tcp-portrange abc", "set tcp-portrange 443\n set fqdn www.example.com",
     "set tcp-portrange 443\n set future thing", "set protocol IP\n set protocol-number 999"],
)  # fmt: skip
def test_service_that_is_not_understood_matches_nothing_surely(policy, settings):
    rule = policy("set service s", f'config firewall service custom\n edit "s"\n {settings}\n next\nend\n')
    assert not rule.match.surely
    assert rule.match.maybe


def test_factory_services_are_known_where_the_file_does_not_define_them(policy):
    rule = policy("set service HTTPS DNS PING")
    assert rule.match.is_exact
    assert rule.match.surely.services().contains(6, 40000, 443, 2)
    assert rule.match.surely.services().contains(17, 40000, 53, 0)
    assert rule.match.surely.services().contains(1, 8, 0, 0)
    assert rule.unresolved == ()
    assert {"ALL", "ALL_TCP", "SSH", "RDP", "SAMBA", "NONE"} <= PREDEFINED_SERVICES.keys()


def test_own_definition_goes_before_the_factory_service(policy):
    rule = policy(
        "set service HTTPS", 'config firewall service custom\n edit "HTTPS"\n set tcp-portrange 8443\n next\nend\n'
    )
    assert not rule.match.maybe.services().contains(6, 40000, 443, 2)


def test_service_groups_nest(policy):
    objects = """config firewall service group
    edit "inner"
        set member "SSH" "Web Access"
    next
    edit "outer"
        set member "inner" "NTP"
    next
end
"""
    services = policy('set service "outer"', objects).match.surely.services()
    assert services.contains(6, 1, 22, 2)
    assert services.contains(6, 1, 443, 2)
    assert services.contains(17, 1, 123, 0)
    assert not services.contains(6, 1, 25, 2)


SCHEDULES = """config firewall schedule recurring
    edit "always"
        set day sunday monday tuesday wednesday thursday friday saturday
    next
    edit "none"
    next
    edit "office"
        set start 09:00
        set end 18:00
        set day monday tuesday wednesday thursday friday
    next
    edit "weekdays-all-day"
        set day monday tuesday
    next
end
config firewall schedule onetime
    edit "march"
        set start 08:00 2026/03/01
        set end 18:00 2026/03/31
    next
    edit "april"
        set start 08:00 2026/04/01
        set end 18:00 2026/04/30
    next
end
config firewall schedule group
    edit "spring"
        set member "march" "april"
    next
    edit "with-always"
        set member "march" "always"
    next
    edit "march-or-office"
        set member "march" "office"
    next
end
"""


@pytest.mark.parametrize(
    ("name", "surely", "maybe", "expires"),
    [
        ("always", True, True, None),
        ("none", False, False, None),
        ("office", False, True, None),
        ("weekdays-all-day", False, True, None),
        ("march", False, True, date(2026, 3, 31)),
        ("spring", False, True, date(2026, 4, 30)),
        ("with-always", True, True, None),
        ("march-or-office", False, True, None),
        ("not-defined", False, True, None),
    ],
)
def test_only_a_schedule_without_gaps_matches_surely(policy, name, surely, maybe, expires):
    rule = policy(f'set schedule "{name}"', SCHEDULES)
    assert (bool(rule.match.surely), bool(rule.match.maybe), rule.expires) == (surely, maybe, expires)
    assert rule.schedule == ("" if name == "always" else name)


def test_everything_is_everything(policy):
    rule = policy()
    assert rule.match.is_exact
    assert rule.match.surely.sources() == ANY_IPV4
    assert rule.match.surely.services().same_as(ANY_SERVICE)
