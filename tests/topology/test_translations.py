"""NAT on the way: what the next filter sees decides."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_IPV4, AddressSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.policy.registers import ZoneType
from tests.topology.networks import conduit, device, may_pass, passes, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
PLACE = SourceRef("a.cfg", 1)
INSIDE, OUTSIDE = NameSet.of(["Gi0/0"]), NameSet.of(["Gi0/1"])


def first(*nats: NatRule) -> Device:
    text = (
        "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.1 255.255.255.0\nip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    return replace(device("cisco_ios", text, "a.cfg"), nat_rules=nats)


def second(*rules: str) -> Device:
    lines = "".join(f" {one}\n" for one in (*rules, "deny ip any any"))
    text = (
        "hostname b\ninterface Gi0/0\n ip address 10.2.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.2 255.255.255.0\n ip access-group L in\nip access-list extended L\n" + lines
    )
    return device("cisco_ios", text, "b.cfg")


def nat(kind: NatKind, outside: AddressSet | None = None, match: PacketMatch | None = None) -> NatRule:
    real = PacketMatch.exact(PacketSet.of(AddressSet.prefix("10.1.0.0/24"))) if match is None else match
    return NatRule("1", kind, real, PLACE, outside, from_interface=INSIDE, to_interface=OUTSIDE)


def test_the_next_filter_sees_the_translated_source() -> None:
    dynamic = nat(NatKind.SOURCE, AddressSet.host("192.168.0.1"))
    found = conduit([first(dynamic), second("permit ip host 192.168.0.1 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert not conduit([first(dynamic), second("permit ip 10.1.0.0 0.0.0.255 any")], UAT, PROD).permitted


def test_a_translation_of_a_part_leaves_the_rest_as_it_is() -> None:
    part = PacketMatch.exact(PacketSet.of(AddressSet.prefix("10.1.0.0/25")))
    dynamic = nat(NatKind.SOURCE, AddressSet.host("192.168.0.1"), part)
    found = conduit([first(dynamic), second("permit ip host 192.168.0.1 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80) and not passes(found, "10.1.0.200", "10.2.0.5", 80)
    found = conduit([first(dynamic), second("permit ip 10.1.0.0 0.0.0.255 any")], UAT, PROD)
    assert passes(found, "10.1.0.200", "10.2.0.5", 80) and not passes(found, "10.1.0.5", "10.2.0.5", 80)


def test_an_exemption_ends_the_search() -> None:
    rules = nat(NatKind.EXEMPT), nat(NatKind.SOURCE, AddressSet.host("192.168.0.1"))
    found = conduit([first(*rules), second("permit ip 10.1.0.0 0.0.0.255 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)


@pytest.mark.parametrize("pool", [AddressSet.prefix("192.168.0.64/30"), ANY_IPV4])
def test_a_part_of_a_pool_or_an_unknown_one_is_not_sure(pool: AddressSet) -> None:
    found = conduit([first(nat(NatKind.SOURCE, pool)), second("permit ip host 192.168.0.65 any")], UAT, PROD)
    assert not found.permitted and may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_a_translation_that_only_may_match_goes_both_ways() -> None:
    maybe = PacketMatch.upper(PacketSet.of(AddressSet.prefix("10.1.0.0/24")), "route map")
    dynamic = nat(NatKind.SOURCE, AddressSet.host("192.168.0.1"), maybe)
    for rule in ("permit ip host 192.168.0.1 any", "permit ip 10.1.0.0 0.0.0.255 any"):
        found = conduit([first(dynamic), second(rule)], UAT, PROD)
        assert not found.permitted and may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_an_unknown_outside_address_does_not_swallow_what_passes_untranslated() -> None:
    unknown = nat(NatKind.STATIC, ANY_IPV4, PacketMatch.exact(PacketSet.of(AddressSet.host("10.1.0.9"))))
    unknown = replace(unknown, from_interface=OUTSIDE, to_interface=INSIDE)
    found = conduit([first(unknown), second("permit ip 10.1.0.0 0.0.0.255 any")], UAT, PROD)
    assert may_pass(found, "10.1.0.5", "10.2.0.5", 80)


def test_an_out_list_of_ios_sees_the_translated_source() -> None:
    text = (
        "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\n ip nat inside\ninterface Gi0/1\n"
        " ip address 10.2.0.1 255.255.255.0\n ip nat outside\n ip access-group OUT out\n"
        "ip nat inside source list 10 interface Gi0/1 overload\naccess-list 10 permit 10.1.0.0 0.0.0.255\n"
        "ip access-list extended OUT\n permit ip host 10.2.0.1 any\n deny ip any any"
    )
    assert passes(conduit([device("cisco_ios", text, "a.cfg")], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


def test_a_range_keeps_its_order_and_so_stays_exact() -> None:
    static = nat(NatKind.STATIC, AddressSet.prefix("192.168.0.64/30"))
    static = replace(static, match=PacketMatch.exact(PacketSet.of(AddressSet.prefix("10.1.0.4/30"))))
    back = replace(first(static), static_routes=())
    left = device(
        "cisco_ios",
        "hostname b\ninterface Gi0/0\n ip address 10.2.0.1 255.255.255.0\n ip access-group L in\ninterface Gi0/1\n"
        " ip address 192.168.0.2 255.255.255.0\nip access-list extended L\n permit ip any host 192.168.0.65\n"
        " deny ip any any",
        "b.cfg",
    )
    found = conduit([back, left], PROD, UAT)
    assert passes(found, "10.2.0.5", "10.1.0.5", 80)
    assert not any(passes(found, "10.2.0.5", f"10.1.0.{last}", 80) for last in (4, 6, 7))


def test_a_packet_may_pass_a_router_twice_when_a_firewall_translates_it_in_between() -> None:
    core = device(
        "cisco_ios",
        "hostname core\ninterface Vlan1\n ip address 10.1.0.1 255.255.255.0\ninterface Vlan2\n"
        " ip address 10.2.0.1 255.255.255.0\ninterface Vlan9\n ip address 192.168.9.1 255.255.255.0\n"
        "ip access-list extended NO\n deny ip any 10.2.0.0 0.0.0.255\n permit ip any any\n"
        "interface Vlan1\n ip access-group NO in\nip route 203.0.113.5 255.255.255.255 192.168.9.2",
        "core.cfg",
    )
    published = NatRule(
        "vip",
        NatKind.DESTINATION,
        PacketMatch.exact(PacketSet.of(destination=AddressSet.host("203.0.113.5"))),
        PLACE,
        translated_destination=AddressSet.host("10.2.0.80"),
    )
    firewall = device(
        "cisco_ios",
        "hostname fw\ninterface Gi0/0\n ip address 192.168.9.2 255.255.255.0\n"
        "ip route 10.2.0.0 255.255.255.0 192.168.9.1",
        "fw.cfg",
    )
    found = conduit([core, replace(firewall, nat_rules=(published,))], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.80", 443)


FORTIGATE = """
#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw"
end
config system interface
    edit "uat"
        set ip 10.1.0.1 255.255.255.0
    next
    edit "up"
        set ip 192.168.0.1 255.255.255.0
    next
end
config firewall policy
    edit 1
        set srcintf "uat"
        set dstintf "up"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "HTTP"
        set nat enable
    next
    edit 2
        set srcintf "uat"
        set dstintf "up"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "SSH"
    next
end
config router static
    edit 1
        set dst 10.2.0.0 255.255.255.0
        set gateway 192.168.0.2
        set device "up"
    next
end
"""


def test_the_policy_that_lets_a_packet_pass_tells_whether_it_is_translated() -> None:
    fortigate = device("fortios", FORTIGATE, "fw.conf")
    found = conduit([fortigate, second("permit ip host 192.168.0.1 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80) and not passes(found, "10.1.0.5", "10.2.0.5", 22)
    found = conduit([fortigate, second("permit ip 10.1.0.0 0.0.0.255 any")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 22) and not passes(found, "10.1.0.5", "10.2.0.5", 80)


def test_a_host_behind_a_static_virtual_ip_may_leave_by_it_and_its_neighbours_do_not() -> None:
    text = """config system global
    set hostname "a"
end
config system interface
    edit "port1"
        set ip 192.168.0.1 255.255.255.0
    next
    edit "port2"
        set ip 10.1.0.1 255.255.255.0
    next
end
config firewall vip
    edit "published"
        set extip 192.168.0.11
        set mappedip "10.1.0.5"
        set extintf "port1"
    next
end
config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set action accept
        set srcaddr "all"
        set dstaddr "published"
        set schedule "always"
        set service "ALL"
    next
    edit 7
        set srcintf "port2"
        set dstintf "port1"
        set action accept
        set srcaddr "all"
        set dstaddr "all"
        set schedule "always"
        set service "ALL"
        set nat enable
    next
end
config router static
    edit 1
        set dst 10.2.0.0 255.255.255.0
        set gateway 192.168.0.2
        set device "port1"
    next
end"""
    fortigate = device("fortios", text, "a.conf")
    by_interface = conduit([fortigate, second("permit ip host 192.168.0.1 any")], UAT, PROD)
    assert passes(by_interface, "10.1.0.4", "10.2.0.5", 80)
    assert may_pass(by_interface, "10.1.0.5", "10.2.0.5", 80)
    by_virtual_ip = conduit([fortigate, second("permit ip host 192.168.0.11 any")], UAT, PROD)
    assert not may_pass(by_virtual_ip, "10.1.0.4", "10.2.0.5", 80)
    assert may_pass(by_virtual_ip, "10.1.0.5", "10.2.0.5", 80)
    assert not passes(by_virtual_ip, "10.1.0.5", "10.2.0.5", 80)
