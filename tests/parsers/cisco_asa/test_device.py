"""Header, interfaces, routes, translations and the management plane."""

from __future__ import annotations

import pytest

from netaudit.model.rules import NatKind
from netaudit.model.source import Affects, LineState
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet


@pytest.fixture(scope="module")
def branch(fixture_file):
    return fixture_file("branch-9x.cfg").devices[0]


@pytest.fixture(scope="module")
def legacy(fixture_file):
    return fixture_file("legacy-8.2.cfg").devices[0]


def test_the_header_names_model_version_and_serial(branch):
    assert (branch.name, branch.vendor, branch.operating_system) == ("fw-branch-1", "Cisco", "ASA")
    assert (branch.model, branch.version, branch.serials) == ("ASA5525", "9.14(3)18", ("JAD22150A1B",))
    assert {field: where.line for field, where in branch.fact_sources} == {
        "serial": 4,
        "model": 5,
        "version": 8,
        "operating_system": 8,
    }


def test_interfaces(branch):
    found = {one.name: one for one in branch.interfaces}
    outside = found["GigabitEthernet0/0"]
    assert (outside.nickname, outside.security_level, outside.description) == ("outside", 0, "ISP line")
    assert [str(address) for address in outside.addresses] == ["203.0.113.2/29"]
    assert outside.source_check is True
    dmz = found["GigabitEthernet0/1.20"]
    assert (dmz.vlan, dmz.parent, dmz.rule_name) == (20, "GigabitEthernet0/1", "dmz")
    assert [str(address) for address in dmz.addresses] == ["10.20.0.1/24", "2001:db8:20::1/64"]
    guest = found["GigabitEthernet0/1.30"]
    assert guest.dynamic_address
    assert not guest.enabled


def test_a_banner_that_looks_like_configuration_is_text(branch):
    assert "GigabitEthernet9/9" not in {one.name for one in branch.interfaces}
    assert all(one.nickname != "trap" for one in branch.interfaces)


def test_a_management_only_interface_has_a_routing_table_of_its_own(branch):
    assert {one.vrf for one in branch.interfaces if one.nickname == "management"} == {"management-only"}
    assert {one.vrf for one in branch.static_routes if one.interface == "management"} == {"management-only"}
    assert branch.vrfs == ("default", "management-only")


def test_security_levels_and_their_traffic(branch, legacy, read):
    assert branch.same_level_permitted is True
    assert legacy.same_level_permitted is False
    defaults = read("interface Ethernet0\n nameif inside\ninterface Ethernet1\n nameif dmz\n").devices[0]
    assert [one.security_level for one in defaults.interfaces] == [100, 0]


def test_static_routes(branch):
    default, inside, management, null, ipv6 = branch.static_routes
    assert (default.prefix, default.next_hop, default.interface) == ("0.0.0.0/0", "203.0.113.1", "outside")
    assert default.tracked == "track 1"
    assert inside.distance == 200
    assert management.prefix == "192.168.0.0/16"
    assert (null.discards, null.next_hop, null.distance) == (True, "", 254)
    assert (ipv6.prefix, ipv6.next_hop) == ("2001:db8:ffff::/48", "2001:db8:20::fe")


def test_routing_processes_are_read(fixture_file):
    parsed = fixture_file("branch-9x.cfg")
    (process,) = parsed.devices[0].routing_processes
    assert (process.protocol, process.name, process.exact) == ("ospf", "ospf 1", True)
    assert [(str(one.addresses), one.area) for one in process.networks] == [("10.10.0.0/16", "0.0.0.0")]


def test_failover_links_have_their_addresses(read):
    text = (
        "interface GigabitEthernet0/2\n description LAN Failover Interface\n"
        "failover lan interface FO GigabitEthernet0/2\n"
        "failover interface ip FO 192.0.2.1 255.255.255.252 standby 192.0.2.2\n"
    )
    (interface,) = read(text).devices[0].interfaces
    assert (interface.nickname, str(interface.addresses[0])) == ("FO", "192.0.2.1/30")
    assert interface.vrf == "management-only"


def test_contexts_are_virtual_systems(read):
    parsed = read("context A\n allocate-interface GigabitEthernet0/0\n config-url disk0:/A.cfg\n")
    assert parsed.devices[0].virtual_systems == ("A",)
    assert parsed.coverage.notes[0].state is LineState.UNSUPPORTED


def test_translations_stand_in_the_order_in_which_they_are_tried(fixture_file):
    rules = fixture_file("nat-sections.cfg").devices[0].nat_rules
    assert [rule.name for rule in rules] == [
        *(f"section 1 line {number}" for number in (1, 2, 3, 4)),
        "object one-a",
        "object one-b",
        "object few",
        "object many",
        "section 3 line 1",
    ]


def test_what_translations_do(fixture_file):
    rules = {rule.name: rule for rule in fixture_file("nat-sections.cfg").devices[0].nat_rules}
    assert rules["section 1 line 1"].kind is NatKind.EXEMPT
    published = rules["section 1 line 2"]
    assert published.kind is NatKind.DESTINATION
    assert published.match.maybe.destinations() == AddressSet.host("10.99.0.7")
    assert published.translated_destination == AddressSet.host("198.51.100.7")
    ssh = rules["section 1 line 3"]
    assert (ssh.kind, ssh.enabled, ssh.protocol) == (NatKind.STATIC, False, 6)
    assert (ssh.original_ports, ssh.translated_ports) == (IntervalSet.single(22), IntervalSet.single(2222))
    web = rules["object one-b"]
    assert web.translated_source == AddressSet.host("203.0.113.2")
    assert (web.original_ports, web.translated_ports) == (IntervalSet.single(80), IntervalSet.single(8080))
    assert rules["object few"].translated_source == AddressSet.prefix("203.0.113.8/29")
    assert rules["object many"].kind is NatKind.SOURCE
    assert "inside" in rules["object many"].from_interface
    assert "outside" not in rules["object many"].from_interface


def test_old_translations_stand_in_the_order_of_8_2(legacy):
    assert [(rule.kind, rule.where.line) for rule in legacy.nat_rules] == [
        (NatKind.EXEMPT, 28),
        (NatKind.STATIC, 31),
        (NatKind.STATIC, 32),
        (NatKind.SOURCE, 29),
        (NatKind.SOURCE, 30),
    ]
    exempt, mail, web, policy, rest = legacy.nat_rules
    assert exempt.match.maybe.destinations() == AddressSet.prefix("10.8.0.0/16")
    assert mail.match.maybe.sources() == AddressSet.host("192.168.1.10")
    assert mail.translated_source == AddressSet.host("198.51.100.3")
    assert (web.protocol, web.translated_ports) == (6, IntervalSet.single(8080))
    assert policy.translated_source == AddressSet.range("198.51.100.4", "198.51.100.5")
    assert rest.translated_source == AddressSet.host("198.51.100.2")
    assert {one.rulebase for one in legacy.bindings if one.purpose.value == "nat"} == {"nonat", "policy_nat"}


def test_lists_of_both_families_are_bound_before_9_0(legacy):
    assert {one.rulebase for one in legacy.bindings if one.purpose.value == "filter"} == {"outside_in", "v6_in"}


def test_vlan_interfaces_and_ports(legacy):
    found = {one.name: one for one in legacy.interfaces}
    assert found["Vlan2"].vlan == 2
    assert (found["Ethernet0/0"].switchport, found["Ethernet0/0"].vlan) == ("access", 2)


def test_who_may_log_in(branch):
    found = {(one.protocol, one.endpoint): one for one in branch.management.accesses}
    inner = found["ssh", "management"]
    assert inner.sources == AddressSet.prefix("192.168.100.0/24") | AddressSet.prefix("10.10.0.0/24")
    assert (inner.version, inner.idle_timeout_s, inner.authentication) == ("2", 600, "aaa")
    assert found["ssh", "outside"].sources == AddressSet.prefix("0.0.0.0/0")
    https = found["https", "management"]
    assert (https.enabled, https.authentication, https.idle_timeout_s) == (True, "local", None)
    assert https.default_idle_timeout_s == 1200
    assert found["console", "console"].idle_timeout_s == 900
    assert ("telnet", "inside") not in found


def test_telnet_uses_the_login_password_and_http_needs_its_server(legacy, read):
    telnet = next(one for one in legacy.management.accesses if one.protocol == "telnet")
    assert telnet.authentication == "line password"
    (https,) = read("http 10.0.0.0 255.0.0.0 inside").devices[0].management.accesses
    assert not https.enabled


def test_accounts_and_how_their_passwords_are_kept(branch):
    assert {one.name: (one.privilege, one.password_kind) for one in branch.management.users} == {
        "enable": ("15", "pbkdf2"),
        "audit": ("5", "pbkdf2"),
        "oper": ("15", "md5"),
    }


def test_syslog_servers(branch, read):
    first, second = branch.management.log_targets
    assert (first.address, first.transport, first.port, first.enabled) == ("10.10.0.50", "udp", 514, True)
    assert (second.transport, second.port) == ("tls", 6514)
    silent = read("logging enable\nlogging host inside 10.0.0.1\n").devices[0]  # without `logging trap`
    assert silent.management.log_targets[0].enabled is False


def test_snmp_ntp_and_aaa(branch, read):
    (community,) = branch.management.snmp_communities
    assert (community.access, community.version, community.well_known) == ("ro", "2c", False)
    assert community.sources == AddressSet.host("10.10.0.70")
    assert all(one.protocol != "snmp" for one in branch.management.accesses)
    (third,) = read("snmp-server host inside 10.0.0.5 version 3 auditor\n").devices[0].management.accesses
    assert (third.protocol, third.version, third.sources) == ("snmp", "3", AddressSet.host("10.0.0.5"))
    assert branch.management.time_servers == ("10.10.0.50",)
    assert branch.management.authentication_servers == ("10.10.0.60",)
    public = read("snmp-server community public\n").devices[0].management.snmp_communities[0]
    assert public.well_known


def test_pools_of_one_number_are_one_range_of_addresses(read):
    text = (
        "global (outside) 1 192.0.2.1-192.0.2.2\nglobal (outside) 1 192.0.2.3\nglobal (dmz) 1 198.51.100.1\n"
        "nat (inside) 1 10.0.0.0 255.0.0.0\nnat (inside) 7 10.0.0.0 255.0.0.0\n"
    )
    parsed = read(text)
    assert [str(rule.translated_source) for rule in parsed.devices[0].nat_rules] == [
        "192.0.2.1, 192.0.2.2/31",
        "198.51.100.1",
    ]
    (note,) = parsed.coverage.notes
    assert (note.where.line, note.affects) == (5, Affects.NAT)


def test_a_translation_to_an_unknown_address_is_never_sure(read):
    text = (
        "interface Ethernet0\n nameif outside\n ip address dhcp\n"
        "object network inside-net\n subnet 10.0.0.0 255.0.0.0\n nat (any,outside) dynamic interface\n"
    )
    (rule,) = read(text).devices[0].nat_rules
    assert not rule.match.surely
    assert rule.match.reasons == ("interface address unknown",)
