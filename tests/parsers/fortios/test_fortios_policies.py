"""Firewall policies: match bounds, actions, order, and what narrows a policy without telling to what."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.rules import Action, RulebaseKind
from netaudit.model.source import Affects, LineState
from netaudit.packets.addresses import AddressSet
from tests.parsers.fortios.reading import INTERFACES

HOSTS = """config firewall address
    edit "a"
        set subnet 192.0.2.1 255.255.255.255
    next
    edit "b"
        set subnet 192.0.2.2 255.255.255.255
    next
    edit "site"
        set type fqdn
        set fqdn "www.example.com"
    next
end
config firewall address6
    edit "a6"
        set ip6 2001:db8::1/128
    next
end
"""


def test_policy_keeps_its_identity_and_its_words(load):
    rule = load("single-vdom.conf").rulebase("policy").rules[0]
    assert rule.name == "10"
    assert rule.description == "web out: ticket 4711"
    assert rule.uid == "00000000-0000-51e5-0000-000000000010"
    assert (rule.sources, rule.destinations, rule.services) == (("lan-net",), ("all",), ("HTTP", "HTTPS"))
    assert rule.from_zones.names() == ("inside",)
    assert rule.to_zones.names() == ("wan1",)
    assert (rule.where.line, rule.where.last_line) == (169, 182)


@pytest.mark.parametrize(
    ("settings", "action"),
    [
        ("", Action.PERMIT),
        ("unset action", Action.DENY),
        ("set action deny", Action.DENY),
        ("set action deny\nset send-deny-packet enable", Action.REJECT),
        ("set action ssl-vpn", Action.PERMIT),
    ],
)
def test_action(policy, settings, action):
    assert policy(settings).action is action


@pytest.mark.parametrize(
    ("settings", "logged"),
    [("", False), ("set logtraffic utm", False), ("set logtraffic all", True), ("set logtraffic disable", False)],
)
def test_only_logtraffic_all_logs_the_sessions(policy, settings, logged):
    assert policy(settings).logged is logged


def test_disabled_policy_keeps_its_match(policy):
    rule = policy("set status disable")
    assert not rule.enabled
    assert rule.match.surely


def test_any_interface_is_every_zone(policy):
    assert "whatever" in policy("set srcintf any").from_zones
    assert "port2" not in policy().from_zones


@pytest.mark.parametrize(
    "settings",
    [
        'set groups "staff"', 'set users "alice"', 'set fsso-groups "CN=X"', 'set devices "phone"',
        "set internet-service enable\nset internet-service-name Google-Web",
        "set internet-service-src enable\nset internet-service-src-name Google-Web",
        "set ztna-status enable", 'set ztna-ems-tag "tag"', "set reputation-minimum 3", "set vlan-filter 10",
        "set tos-mask 0xff", "set src-vendor-mac 5", "set application 15832", "set nat64 enable",
        "set sgt-check enable", "set policy-expiry enable\nset policy-expiry-date 2026-03-31 18:00:00",
        "set quantum-filter enable", "set action fly", 'set srcaddr "site"', 'set dstaddr "site"', "unset service",
        'set service "not-defined"', 'set srcaddr "not-defined"', "set action ipsec\nset vpntunnel x",
        "config quantum\nedit 1\nnext\nend",
    ],
)  # fmt: skip
def test_what_narrows_without_telling_to_what_empties_the_lower_bound(policy, settings):
    rule = policy(settings, HOSTS)
    assert not rule.match.surely
    assert rule.match.maybe
    assert rule.match.reasons


@pytest.mark.parametrize(
    "settings",
    [
        'set ips-sensor "default"\nset utm-status enable', 'set application-list "default"', "set tos-mask 0x00",
        "set ztna-status disable", "set groups", "set fsso disable", "set session-ttl 300", "set nat enable",
        "set reputation-minimum 0", "set internet-service disable", "set match-vip disable", "set dsri enable",
    ],
)  # fmt: skip
def test_inspection_and_what_is_switched_off_leave_the_match_exact(policy, settings):
    assert policy(settings).match.is_exact


def test_unknown_setting_is_listed_as_able_to_change_the_filter(read):
    text = f"{INTERFACES}config firewall policy\n edit 1\n set srcintf any\n set quantum-filter enable\n next\nend\n"
    (note,) = read(text).coverage.notes
    assert (note.where.text, note.state, note.affects) == (
        "set quantum-filter enable", LineState.UNRECOGNIZED, Affects.FILTER,
    )  # fmt: skip


def test_negation_matches_everything_else(policy):
    rule = policy("set srcaddr a\nset srcaddr-negate enable\nset service SSH\nset service-negate enable", HOSTS)
    assert rule.match.is_exact
    assert not rule.match.maybe.sources().overlaps(AddressSet.host("192.0.2.1"))
    assert AddressSet.host("192.0.2.2") <= rule.match.surely.sources()
    assert not rule.match.maybe.services().contains(6, 1, 22, 2)
    assert rule.match.surely.services().contains(6, 1, 23, 2)
    assert (rule.sources, rule.services) == (("not a",), ("not SSH",))


def test_negation_of_an_open_address_swaps_its_bounds(policy):
    rule = policy("set dstaddr a site\nset dstaddr-negate enable", HOSTS)
    assert not rule.match.surely
    assert not rule.match.maybe.destinations().overlaps(AddressSet.host("192.0.2.1"))


def test_both_families_stand_in_one_policy(policy, fate, read):
    rule = policy("set srcaddr6 a6\nset dstaddr6 all", HOSTS)
    assert rule.match.is_exact
    assert rule.sources == ("all", "a6")
    assert AddressSet.host("2001:db8::1") <= rule.match.surely.sources()
    assert not AddressSet.host("2001:db8::2") <= rule.match.maybe.sources()


def test_policy_for_one_family_says_nothing_of_the_other(policy):
    assert not policy().match.maybe.sources().ipv6


def test_policies_for_ipv6_alone_are_a_rulebase_of_their_own(read, fate):
    text = f"""{INTERFACES}{HOSTS}config firewall policy6
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "a6"
        set dstaddr "all"
        set action accept
        set schedule "always"
        set service "ALL"
    next
end
"""
    rulebase = read(text).devices[0].rulebase("policy6")
    assert fate(rulebase, "2001:db8::1", "2001:db8:9::1") == ("permit", "1")
    assert fate(rulebase, "2001:db8::2", "2001:db8:9::1") == ("deny", None)


def test_expiry_of_the_policy_is_its_last_day(policy):
    rule = policy("set policy-expiry enable\nset policy-expiry-date 2026-03-31 18:00:00")
    assert rule.expires == date(2026, 3, 31)


def test_users_are_named(policy):
    assert policy('set groups "staff" "ops"').users == ("staff", "ops")


def test_undefined_names_are_reported_with_their_lines(read):
    text = f"""{INTERFACES}{HOSTS}config firewall policy
    edit 1
        set srcintf "port9"
        set dstintf "port2"
        set srcaddr "a" "gone"
        set dstaddr "all"
        set action accept
        set schedule "sometime"
        set service "HTTPS" "own-app"
    next
end
"""
    parsed = read(text)
    device = parsed.devices[0]
    assert [(one.kind, one.name, one.where.text.split()[1]) for one in device.undefined_references] == [
        ("address object", "gone", "srcaddr"),
        ("service object", "own-app", "service"),
        ("interface", "port9", "srcintf"),
        ("schedule", "sometime", "schedule"),
    ]
    assert device.rulebases[0].rules[0].unresolved == ("gone", "own-app")


def test_partial_export_does_not_call_names_undefined(read):
    text = """config firewall policy
    edit 1
        set srcintf "port1"
        set dstintf "port2"
        set srcaddr "servers"
        set dstaddr "all"
        set action accept
        set schedule "office"
        set service "own-app"
    next
end
"""
    device = read(text).devices[0]
    assert device.undefined_references == ()
    assert device.unused_objects == ()
    assert not device.rulebases[0].rules[0].match.surely
    assert device.rulebases[0].default_logged is None


class TestCommands:
    """Commands that change what earlier lines said."""

    def names(self, read, commands):
        policies = "".join(f" edit {n}\n set srcintf any\n next\n" for n in (1, 2, 3))
        device = read(f"config firewall policy\n{policies}{commands}\nend\n").devices[0]
        return [rule.name for rule in device.rulebases[0].rules]

    def test_move_changes_the_order(self, read):
        assert self.names(read, "move 3 before 1") == ["3", "1", "2"]
        assert self.names(read, "move 1 after 2") == ["2", "1", "3"]

    def test_delete_and_edit_again_puts_it_last(self, read):
        assert self.names(read, "delete 1\nedit 1\nnext") == ["2", "3", "1"]

    def test_edit_zero_makes_a_new_policy_each_time(self, read):
        assert len(self.names(read, "edit 0\nnext\nedit 0\nnext")) == 5

    def test_second_edit_adds_to_the_first(self, policy):
        rule = policy("set srcaddr a\nappend srcaddr b", HOSTS)
        assert rule.sources == ("a", "b")
        rule = policy("set srcaddr a b\nunselect srcaddr a", HOSTS)
        assert rule.sources == ("b",)

    def test_rename_is_followed_by_earlier_references(self, read):
        text = f"""{HOSTS}config firewall addrgrp
    edit "g"
        set member "a"
    next
end
config firewall address
    rename a to z
end
"""
        group = next(one for one in read(text).devices[0].address_objects if one.name == "g")
        assert group.members == ("z",)
        assert group.exact


class TestLocalIn:
    """Local-in policies: traffic to the device itself."""

    TEXT = f"""{INTERFACES}{HOSTS}config firewall local-in-policy
    edit 1
        set intf "port1"
        set srcaddr "a"
        set dstaddr "all"
        set action accept
        set service "SSH"
        set schedule "always"
    next
    edit 2
        set intf "any"
        set srcaddr "all"
        set dstaddr "all"
        set service "SSH"
        set schedule "always"
    next
end
"""

    def test_is_a_rulebase_of_kind_local(self, read, fate):
        rulebase = read(self.TEXT).devices[0].rulebase("local-in-policy")
        assert rulebase.kind is RulebaseKind.LOCAL
        assert fate(rulebase, "192.0.2.1", "10.1.0.1", 22) == ("permit", "1")
        assert fate(rulebase, "192.0.2.9", "10.1.0.1", 22) == ("deny", "2")
        # What no policy takes is up to the device's own services.
        assert fate(rulebase, "192.0.2.9", "10.1.0.1", 443) == ("unknown", "interface access")
        assert [rule.implicit for rule in rulebase.rules] == [False, False, True]

    def test_narrows_who_may_manage(self, read):
        text = self.TEXT.replace(
            "set ip 10.1.0.1 255.255.255.0", "set ip 10.1.0.1 255.255.255.0\n set allowaccess ssh https"
        )
        admin = 'config system admin\n edit "admin"\n set accprofile "super_admin"\n next\nend\n'
        access = {one.protocol: one for one in read(text + admin).devices[0].management.accesses}
        assert access["ssh"].sources == AddressSet.host("192.0.2.1")
        assert access["ssh"].sources_exact
        assert access["https"].sources is None

    def test_absent_without_entries(self, read):
        device = read(INTERFACES + "config firewall local-in-policy\nend\n").devices[0]
        assert device.rulebase("local-in-policy") is None


@pytest.mark.parametrize(
    ("section", "affects"),
    [
        ("firewall proxy-policy", Affects.FILTER), ("firewall access-proxy", Affects.FILTER),
        ("firewall vip46", Affects.NAT), ("firewall ip-translation", Affects.NAT),
        ("system link-monitor", Affects.ROUTING),
    ],
)  # fmt: skip
def test_known_sections_outside_the_model_are_unsupported(read, section, affects):
    coverage = read(f"config {section}\n edit 1\n set status enable\n next\nend\n").coverage
    assert {(note.state, note.affects) for note in coverage.notes} == {(LineState.UNSUPPORTED, affects)}
    assert read(f"config {section}\nend\n").coverage.notes == ()


def test_unknown_section_is_unrecognised(read):
    coverage = read("config firewall quantum-policy\n edit 1\n set x y\n next\nend\n").coverage
    assert {(note.state, note.affects) for note in coverage.notes} == {(LineState.UNRECOGNIZED, Affects.FILTER)}


def test_policy_based_mode_leaves_the_decision_to_other_policies(read):
    text = f"""{INTERFACES}config system settings
    set ngfw-mode policy-based
end
config firewall policy
    edit 1
        set srcintf any
        set dstintf any
        set srcaddr all
        set dstaddr all
        set action accept
        set service ALL
    next
end
"""
    parsed = read(text)
    assert not parsed.devices[0].rulebases[0].rules[0].match.surely
    assert [note.affects for note in parsed.coverage.notes] == [Affects.FILTER]


def test_device_without_policies_denies(read):
    rulebase = read(INTERFACES).devices[0].rulebase("policy")
    assert rulebase.rules == ()
    assert rulebase.default_action is Action.DENY
