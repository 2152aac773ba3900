"""What can open a connection from zone to zone: filters, routes, NAT, unknown ground."""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.policy.registers import ZoneType
from tests.topology.networks import conduit, device, may_pass, network, passes, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")
INTERNET = zone("INTERNET", ZoneType.INTERNET, members=(("fw", "wan1"), ("edge", "GigabitEthernet0/0")))


def switch(acl: str = "", binding: str = "", extra: str = "") -> Device:
    lines = ["hostname core", "ip routing"]
    lines += ["interface Vlan1", " ip address 10.1.0.1 255.255.255.0", *([f" {binding}"] if binding else [])]
    lines += ["interface Vlan2", " ip address 10.2.0.1 255.255.255.0", *extra.splitlines(), *acl.splitlines(), "end"]
    return device("cisco_ios", "\n".join(lines), "core.cfg")


def test_a_layer_3_switch_without_a_list_joins_its_zones() -> None:
    found = conduit([switch()], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 1521)
    assert found.unfiltered_devices == ("core",)


def test_a_list_that_denies_shuts_the_pair() -> None:
    acl = "ip access-list extended IN\n permit tcp any host 10.9.9.9\n deny ip any any"
    found = conduit([switch(acl, "ip access-group IN in")], UAT, PROD)
    assert not found.permitted
    assert not found.undecided


def test_only_what_the_list_permits_passes_and_the_rule_is_named() -> None:
    acl = "ip access-list extended IN\n 10 deny tcp any any eq 22\n 20 permit tcp any host 10.2.0.9 range 20 30"
    found = conduit([switch(acl, "ip access-group IN in")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.9", 25)
    assert not passes(found, "10.1.0.5", "10.2.0.9", 22)
    assert [one.rule.name for passed in found.permitted for one in passed.deciding if one.rule] == ["20"]


def test_established_opens_no_connection() -> None:
    acl = "ip access-list extended IN\n permit tcp any any established\n deny ip any any"
    assert not conduit([switch(acl, "ip access-group IN in")], UAT, PROD).permitted


def test_an_undefined_list_filters_nothing_on_ios() -> None:
    found = conduit([switch("", "ip access-group NOT-THERE in")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)


def test_an_ipv4_list_does_not_stop_ipv6() -> None:
    acl = "ip access-list extended IN\n deny ip any any"
    text = (
        "hostname core\nipv6 unicast-routing\ninterface Vlan1\n ip address 10.1.0.1 255.255.255.0\n"
        " ipv6 address 2001:db8:1::1/64\n ip access-group IN in\ninterface Vlan2\n ipv6 address 2001:db8:2::1/64\n"
        + acl
    )
    left = zone("UAT", ZoneType.UAT, "10.1.0.0/24", "2001:db8:1::/64")
    right = zone("PROD", ZoneType.PROD, "2001:db8:2::/64")
    assert passes(conduit([device("cisco_ios", text)], left, right), "2001:db8:1::5", "2001:db8:2::5", 443)


def test_text_that_was_not_understood_makes_the_answer_unknown() -> None:
    acl = "ip access-list extended IN\n permit tcp any any eq blafasel\n deny ip any any"
    found = conduit([switch(acl, "ip access-group IN in")], UAT, PROD)
    assert not passes(found, "10.1.0.5", "10.2.0.5", 443)
    assert may_pass(found, "10.1.0.5", "10.2.0.5", 443)


def test_a_deny_that_was_not_understood_takes_the_certainty_from_later_permits() -> None:
    acl = "ip access-list extended IN\n deny tcp any any eq blafasel\n permit ip any any"
    found = conduit([switch(acl, "ip access-group IN in")], UAT, PROD)
    assert not passes(found, "10.1.0.5", "10.2.0.5", 443)
    assert may_pass(found, "10.1.0.5", "10.2.0.5", 443)


def test_two_routers_pass_packets_on_by_their_routes() -> None:
    one = device(
        "cisco_ios",
        "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.1 255.255.255.252\nip route 10.2.0.0 255.255.255.0 192.168.0.2",
        "a.cfg",
    )
    two = device(
        "cisco_ios",
        "hostname b\ninterface Gi0/0\n ip address 10.2.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.2 255.255.255.252\nip route 10.1.0.0 255.255.255.0 192.168.0.1",
        "b.cfg",
    )
    found = conduit([one, two], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert found.paths == (("a", "b"),)


def test_a_null_route_and_a_missing_route_deliver_nothing() -> None:
    text = "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\nip route 10.2.0.0 255.255.255.0 Null0"
    assert not conduit([device("cisco_ios", text)], UAT, PROD).permitted


def test_a_next_hop_without_an_export_is_unknown() -> None:
    text = (
        "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.0\ninterface Gi0/1\n"
        " ip address 192.168.0.1 255.255.255.252\nip route 10.2.0.0 255.255.255.0 192.168.0.2"
    )
    found = conduit([device("cisco_ios", text)], UAT, PROD)
    assert not found.permitted
    assert may_pass(found, "10.1.0.5", "10.2.0.5", 80)
    assert any("192.168.0.2" in reason for reason in found.reasons)


def test_a_zone_that_no_device_has_is_unknown_not_separated() -> None:
    elsewhere = zone("PROD", ZoneType.PROD, "10.77.0.0/24")
    found = conduit([switch()], UAT, elsewhere)
    assert found.undecided


def test_a_router_that_learns_routes_leaves_the_rest_unknown() -> None:
    found = conduit([switch(extra="router ospf 1\n network 10.0.0.0 0.255.255.255 area 0")], UAT, PROD)
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert any("ospf" in reason for reason in found.reasons)


ASA = """
ASA Version 9.16(4)
hostname fw
interface GigabitEthernet0/0
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
interface GigabitEthernet0/1
 nameif dmz
 security-level {level}
 ip address 10.2.0.1 255.255.255.0
"""


def test_asa_lets_a_higher_level_reach_a_lower_one_without_a_list() -> None:
    assert passes(conduit([device("cisco_asa", ASA.format(level=50))], UAT, PROD), "10.1.0.5", "10.2.0.5", 80)


def test_asa_stops_a_lower_level_and_equal_levels_without_a_list() -> None:
    assert not conduit([device("cisco_asa", ASA.format(level=50))], PROD, UAT).permitted
    assert not conduit([device("cisco_asa", ASA.format(level=100))], UAT, PROD).permitted
    same = ASA.format(level=100) + "same-security-traffic permit inter-interface\n"
    assert conduit([device("cisco_asa", same)], UAT, PROD).permitted


ASA_STATIC = """
ASA Version 9.16(4)
hostname fw
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 203.0.113.2 255.255.255.240
interface GigabitEthernet0/1
 nameif dmz
 security-level 50
 ip address 10.2.0.1 255.255.255.0
object network WEB
 host 10.2.0.80
 nat (dmz,outside) static 203.0.113.5
access-list OUT-IN extended permit tcp any host {permitted} eq https
access-group OUT-IN in interface outside
route outside 0.0.0.0 0.0.0.0 203.0.113.1
"""
OUTSIDE = zone("INTERNET", ZoneType.INTERNET, members=(("fw", "outside"),))


def test_asa_lists_name_the_real_address_of_a_published_host() -> None:
    real = conduit([device("cisco_asa", ASA_STATIC.format(permitted="10.2.0.80"))], OUTSIDE, PROD)
    assert passes(real, "198.51.100.9", "10.2.0.80", 443)
    assert not passes(real, "198.51.100.9", "10.2.0.80", 22)
    mapped = conduit([device("cisco_asa", ASA_STATIC.format(permitted="203.0.113.5"))], OUTSIDE, PROD)
    assert not passes(mapped, "198.51.100.9", "10.2.0.80", 443)


FORTIGATE = """
#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin
config system global
    set hostname "fw"
end
config system interface
    edit "wan1"
        set ip 203.0.113.2 255.255.255.240
    next
    edit "prod"
        set ip 10.2.0.1 255.255.255.0
    next
end
config firewall vip
    edit "WEB"
        set extip 203.0.113.5
        set mappedip "10.2.0.80"
        set extintf "wan1"
        set portforward enable
        set extport 443
        set mappedport 8443
    next
end
{policy}
config router static
    edit 1
        set gateway 203.0.113.1
        set device "wan1"
    next
end
"""
POLICY = """config firewall policy
    edit 1
        set srcintf "wan1"
        set dstintf "prod"
        set action accept
        set srcaddr "all"
        set dstaddr "WEB"
        set schedule "always"
        set service "ALL"
    next
end"""


def test_a_virtual_ip_in_a_policy_publishes_the_real_host_on_its_port() -> None:
    found = conduit([device("fortios", FORTIGATE.format(policy=POLICY))], INTERNET, PROD)
    assert passes(found, "198.51.100.9", "10.2.0.80", 8443)
    assert not passes(found, "198.51.100.9", "10.2.0.80", 22)
    assert not passes(found, "198.51.100.9", "10.2.0.81", 8443)


def test_a_virtual_ip_in_no_policy_publishes_nothing() -> None:
    assert not conduit([device("fortios", FORTIGATE.format(policy=""))], INTERNET, PROD).permitted


def test_a_router_before_the_firewall_leads_to_its_virtual_ips() -> None:
    edge = device(
        "cisco_ios",
        "hostname edge\ninterface GigabitEthernet0/0\n ip address 198.51.100.2 255.255.255.240\n"
        "interface GigabitEthernet0/1\n ip address 203.0.113.1 255.255.255.240\nip route 0.0.0.0 0.0.0.0 198.51.100.1",
        "edge.cfg",
    )
    outside = zone("INTERNET", ZoneType.INTERNET, members=(("edge", "GigabitEthernet0/0"),))
    firewall = device("fortios", FORTIGATE.format(policy=POLICY))
    found = conduit([edge, firewall], outside, PROD)
    assert passes(found, "198.51.100.99", "10.2.0.80", 8443)
    assert found.paths == (("edge", "fw"),)


def test_an_expired_schedule_opens_nothing() -> None:
    schedule = (
        'config firewall schedule onetime\n    edit "old"\n        set start 00:00 2025/01/01\n'
        "        set end 23:59 2025/12/31\n    next\nend\n"
    )
    expired = schedule + POLICY.replace('"always"', '"old"')
    found = conduit([device("fortios", FORTIGATE.format(policy=expired))], INTERNET, PROD)
    assert not found.permitted
    assert not found.possible


def test_links_between_devices_are_no_zones_but_a_larger_transit_net_is() -> None:
    link = zone("LINK", ZoneType.TRANSIT, "10.1.0.0/24")
    assert "LINK" not in network([switch()], link, PROD).link_zones
    small = device(
        "cisco_ios",
        "hostname a\ninterface Gi0/0\n ip address 10.1.0.1 255.255.255.252\ninterface Gi0/1\n"
        " ip address 10.2.0.1 255.255.255.0",
    )
    assert "LINK" in network([small], link, PROD).link_zones


def test_the_internet_is_everything_that_no_zone_has() -> None:
    known = network([switch()], UAT, PROD, INTERNET)
    outside = known.zone_addresses["INTERNET"]
    names = {one.name for one in known.zones_of(outside)}
    assert names == {"INTERNET"}
