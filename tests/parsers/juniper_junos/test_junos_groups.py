"""Groups, wildcards, interface ranges and apply-path."""

from __future__ import annotations

from tests.parsers.juniper_junos.reading import device_of, fate, load, read, tcp

FILTER = """\
set firewall family inet filter F term web from protocol tcp
set firewall family inet filter F term web then accept
"""


def test_the_configuration_wins_over_its_groups():
    text = """\
set groups g system host-name from-group
set groups g system services telnet
set apply-groups g
set system host-name own
"""
    device = device_of(text)
    assert device.name == "own"
    assert [access.protocol for access in device.management.accesses] == ["telnet", "console"]


def test_the_innermost_and_the_first_group_win():
    text = """\
set groups far interfaces <*> description far
set groups near interfaces <*> description near
set groups other interfaces <*> description other
set apply-groups far
set interfaces ge-0/0/0 apply-groups [ near other ]
set interfaces ge-0/0/1 unit 0
"""
    found = {one.name: one.description for one in device_of(text).interfaces}
    assert found["ge-0/0/0"] == "near"
    assert found["ge-0/0/1"] == "far"


def test_wildcards_name_what_is_there_and_create_nothing():
    text = """\
set groups g interfaces <ge-*> unit <*> family inet filter input F
set apply-groups g
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set interfaces xe-0/0/0 unit 0 family inet address 10.1.0.1/24
"""
    device = device_of(text + FILTER)
    assert [one.interface for one in device.bindings] == ["ge-0/0/0.0"]
    assert [one.name for one in device.interfaces] == ["ge-0/0/0", "ge-0/0/0.0", "xe-0/0/0", "xe-0/0/0.0"]


def test_apply_groups_except_keeps_a_group_away():
    text = """\
set groups g interfaces <*> unit <*> family inet filter input F
set apply-groups g
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set interfaces ge-0/0/1 apply-groups-except g
set interfaces ge-0/0/1 unit 0 family inet address 10.1.0.1/24
"""
    assert [one.interface for one in device_of(text + FILTER).bindings] == ["ge-0/0/0.0"]


def test_a_term_from_a_group_comes_last():
    text = """\
set groups g firewall family inet filter <*> term last then discard
set groups g firewall family inet filter <*> term last then log
set firewall family inet apply-groups g
"""
    rules = device_of(text + FILTER).rulebases[0].rules
    assert [(rule.name, rule.action.value) for rule in rules] == [("web", "permit"), ("last", "deny")]
    assert rules[1].where.line == 1


def test_a_group_that_is_inactive_or_not_applied_says_nothing():
    text = "set groups g system host-name other\nset system domain-name example.com\n"
    assert device_of(text).name == "device"
    assert device_of(text + "set apply-groups g\ndeactivate groups g\n").name == "device"
    assert device_of(text + "set apply-groups g\ndeactivate apply-groups g\n").name == "device"


def test_a_group_of_the_nodes_of_a_cluster_is_noted():
    parsed = load("branch-srx.conf")
    assert parsed.devices[0].name == "branch-srx-a"
    assert any("each node" in note.reason for note in parsed.coverage.notes)


def test_a_group_that_is_not_in_the_file_is_noted():
    (note,) = read("set system host-name r\nset apply-groups missing\n").coverage.notes
    assert note.affects == "filter"


def test_a_deny_for_every_pair_of_zones_comes_from_a_group():
    rulebase = load("branch-srx.conf").devices[0].rulebase("policies")
    packet = tcp("10.200.0.9", "198.51.100.1", 22)
    assert fate(rulebase, packet, "trust", "untrust") == ("deny", "deny-and-log")


def test_an_interface_range_configures_its_members():
    device = load("branch-srx.conf").devices[0]
    access = {one.name: one.vlan for one in device.interfaces if one.switchport == "access"}
    assert access == {"ge-0/0/3.0": 20, "ge-0/0/4.0": 20, "ge-0/0/5.0": 20}


def test_apply_path_collects_addresses_after_groups_were_applied():
    text = """\
set groups g protocols bgp group <*> neighbor 192.0.2.7
set apply-groups g
set protocols bgp group a neighbor 192.0.2.1
set protocols bgp group a type external
set interfaces ge-0/0/0 unit 0 family inet address 10.0.0.1/24
set policy-options prefix-list peers apply-path "protocols bgp group <*> neighbor <*>"
set policy-options prefix-list nets apply-path "interfaces <ge-*> unit <*> family inet address <10.*>"
set firewall family inet filter F term peers from source-prefix-list peers
set firewall family inet filter F term peers then accept
set firewall family inet filter F term nets from source-prefix-list nets
set firewall family inet filter F term nets then accept
"""
    rulebase = device_of(text).rulebase("F")
    for source, rule in (("192.0.2.1", "peers"), ("192.0.2.7", "peers"), ("10.0.0.77", "nets"), ("192.0.2.2", None)):
        assert fate(rulebase, tcp(source, "10.9.9.9", 179))[1] == rule
