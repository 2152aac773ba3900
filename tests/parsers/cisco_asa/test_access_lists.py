"""Access lists: what entries match, and what they say beside."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.rules import Action, Direction, Purpose, RulebaseKind
from netaudit.model.source import Affects, LineState
from netaudit.packets.addresses import Family

HEAD = "ASA Version 9.12(4)\nhostname fw\n"


def test_list_is_stateful_and_ends_in_an_implicit_deny(read):
    device = read(HEAD + "access-list A extended permit tcp any host 10.0.0.1 eq https").devices[0]
    rulebase = device.rulebase("A")
    assert rulebase.kind is RulebaseKind.FILTER
    assert rulebase.stateful
    assert rulebase.default_action is Action.DENY
    assert rulebase.default_where is None
    assert rulebase.flavour == "extended"


@pytest.mark.parametrize(
    ("entry", "source", "destination", "protocol", "port", "expected"),
    [
        ("permit ip any any", "10.0.0.1", "2.2.2.2", 89, 0, "permit"),
        ("permit ip any4 any4", "2001:db8::1", "2001:db8::2", 6, 80, "deny"),
        ("permit ip any6 any6", "2001:db8::1", "2001:db8::2", 6, 80, "permit"),
        ("permit ip any any", "2001:db8::1", "2001:db8::2", 6, 80, "permit"),
        ("permit tcp host 10.0.0.1 10.1.0.0 255.255.0.0 eq www", "10.0.0.1", "10.1.9.9", 6, 80, "permit"),
        ("permit tcp host 10.0.0.1 10.1.0.0 255.255.0.0 eq www", "10.0.0.1", "10.2.9.9", 6, 80, "deny"),
        ("permit tcp any any range 20 ssh", "10.0.0.1", "10.0.0.2", 6, 22, "permit"),
        ("permit tcp any any range 20 ssh", "10.0.0.1", "10.0.0.2", 6, 23, "deny"),
        ("permit udp any any neq domain", "10.0.0.1", "10.0.0.2", 17, 53, "deny"),
        ("permit udp any any neq domain", "10.0.0.1", "10.0.0.2", 17, 54, "permit"),
        ("permit tcp any any lt 1024", "10.0.0.1", "10.0.0.2", 6, 1024, "deny"),
        ("permit tcp any any gt 1024", "10.0.0.1", "10.0.0.2", 6, 1024, "deny"),
        ("permit tcp any any gt 1024", "10.0.0.1", "10.0.0.2", 6, 1025, "permit"),
        ("permit 47 any any", "10.0.0.1", "10.0.0.2", 47, 0, "permit"),
        ("permit ah any any", "10.0.0.1", "10.0.0.2", 51, 0, "permit"),
        ("permit 0 any any", "10.0.0.1", "10.0.0.2", 99, 0, "permit"),
        ("permit sctp any any eq 9000", "10.0.0.1", "10.0.0.2", 132, 9000, "permit"),
        ("permit ip 2001:db8::/32 any6", "2001:db8::1", "2001:dead::2", 6, 80, "permit"),
        ("permit tcp any host 10.0.0.1", "10.0.0.9", "10.0.0.1", 17, 80, "deny"),
    ],
)
def test_entry_matches(read, fate, entry, source, destination, protocol, port, expected):
    device = read(HEAD + f"access-list A extended {entry}").devices[0]
    assert fate(device, "A", source, destination, protocol, port) == expected


def test_source_ports_stand_before_the_destination(read, fate):
    device = read(HEAD + "access-list A extended permit tcp any eq 20 host 10.0.0.1 gt 1023").devices[0]
    assert fate(device, "A", "10.0.0.2", "10.0.0.1", 6, 2000, source_port=20) == "permit"
    assert fate(device, "A", "10.0.0.2", "10.0.0.1", 6, 2000, source_port=21) == "deny"
    assert device.rulebase("A").rules[0].services == ("tcp source eq 20 gt 1023",)


@pytest.mark.parametrize(
    ("entry", "icmp_type", "icmp_code", "expected"),
    [
        ("icmp any any", 13, 5, "permit"),
        ("icmp any any echo", 8, 0, "permit"),
        ("icmp any any echo", 0, 0, "deny"),
        ("icmp any any unreachable 4", 3, 4, "permit"),
        ("icmp any any unreachable 4", 3, 3, "deny"),
        ("icmp any any 11", 11, 1, "permit"),
        ("icmp any any log", 11, 1, "permit"),
        ("object icmp-redirect any any", 5, 1, "permit"),
    ],
)
def test_icmp_types_and_codes(read, fate, entry, icmp_type, icmp_code, expected):
    device = read(HEAD + f"access-list A extended permit {entry}").devices[0]
    assert fate(device, "A", "10.0.0.1", "10.0.0.2", 1, icmp_type=icmp_type, icmp_code=icmp_code) == expected


def test_icmp6_has_types_of_its_own(read, fate):
    device = read(HEAD + "access-list A extended permit icmp6 any6 any6 echo").devices[0]
    assert fate(device, "A", "2001:db8::1", "2001:db8::2", 58, icmp_type=128) == "permit"
    assert fate(device, "A", "2001:db8::1", "2001:db8::2", 58, icmp_type=8) == "deny"


def test_before_9_0_any_is_ipv4_and_ipv6_has_lists_of_its_own(read, fate):
    text = (
        "ASA Version 8.4(7)\naccess-list A extended permit ip any any\n"
        "ipv6 access-list B permit tcp any host 2001:db8::5 eq www"
    )
    device = read(text).devices[0]
    assert fate(device, "A", "2001:db8::1", "2001:db8::5", 6, 80) == "deny"
    assert fate(device, "B", "2001:db8::1", "2001:db8::5", 6, 80) == "permit"
    assert device.rulebase("B").flavour == "ipv6"


def test_a_mask_is_a_netmask_and_may_have_holes(fixture_file, fate):
    device = fixture_file("masks.cfg").devices[0]
    assert fate(device, "M", "10.77.1.5", "1.1.1.1") == "permit"
    assert fate(device, "M", "10.77.2.5", "1.1.1.1") == "deny"
    assert fate(device, "M", "10.2.2.200", "1.1.1.1") == "permit"


def test_a_wildcard_in_place_of_a_netmask_is_never_sure(fixture_file, fate):
    """The device refuses such a line ("address,mask doesn't pair"), so neither reading is certain."""
    parsed = fixture_file("masks.cfg")
    device = parsed.devices[0]
    assert [(note.where.line, note.affects) for note in parsed.coverage.notes] == [(4, Affects.FILTER)]
    assert fate(device, "W", "10.1.3.4", "192.0.2.1") == "unknown"
    assert fate(device, "W", "172.16.0.0", "192.0.2.1") == "unknown"
    assert fate(device, "W", "10.1.3.4", "192.0.2.2") == "deny"


def test_remarks_describe_the_next_rule_and_count_as_lines(fixture_file):
    rules = fixture_file("branch-9x.cfg").devices[0].rulebase("OUTSIDE-IN").rules
    assert [rule.name for rule in rules] == ["line 3", "line 4", "line 5"]
    assert rules[0].description == "published web servers ticket 4711"
    assert rules[1].description == ""


def test_log_inactive_and_their_words(fixture_file):
    published, inactive, denied = fixture_file("branch-9x.cfg").devices[0].rulebase("OUTSIDE-IN").rules
    assert published.logged is True
    assert inactive.enabled is False
    assert inactive.logged is False  # a permit without `log`
    assert denied.logged is False  # `log disable`


def test_denials_are_logged_unless_their_message_is_switched_off(read):
    entry = "access-list A extended deny ip any any\n"
    assert read(HEAD + entry).devices[0].rulebase("A").rules[0].logged is True
    off = read(HEAD + "no logging message 106023\n" + entry)
    assert off.devices[0].rulebase("A").rules[0].logged is False


def test_line_numbers_insert(fixture_file, fate):
    device = fixture_file("line-numbers.cfg").devices[0]
    rules = device.rulebase("N").rules
    assert [rule.services for rule in rules] == [("tcp eq 79",), ("tcp eq 80",), ("tcp eq 81",)]
    assert [rule.name for rule in rules] == ["line 2", "line 3", "line 4"]
    assert rules[0].description == "now first"
    assert device.rulebase("H").rules[0].hit_count == 42


def test_a_schedule_may_be_inactive_and_tells_its_last_day(fixture_file, fate):
    device = fixture_file("time-ranges.cfg").devices[0]
    project, office, nowhere = device.rulebase("T").rules
    assert project.schedule == "project"
    assert project.expires == date(2024, 6, 30)
    assert office.expires is None
    assert nowhere.unresolved == ("nowhere",)
    assert [bool(rule.match.surely) for rule in (project, office, nowhere)] == [False, False, False]
    assert fate(device, "T", "1.1.1.1", "10.0.0.2", 6, 443) == "unknown"
    assert "schedule" in office.match.reasons


@pytest.mark.parametrize("server", [1, 2, 3, 4])
def test_users_groups_and_unknown_interfaces_are_never_sure(fixture_file, fate, server):
    device = fixture_file("uncertain.cfg").devices[0]
    rule = device.rulebase("U").rules[server - 1]
    assert not rule.match.surely
    assert rule.match.maybe
    assert rule.match.reasons
    if server < 4:
        assert rule.users


@pytest.mark.parametrize("line", [10, 11])
def test_an_entry_that_is_not_understood_may_match_everything(fixture_file, fate, line):
    parsed = fixture_file("uncertain.cfg")
    rule = next(rule for rule in parsed.devices[0].rulebase("U").rules if rule.where.line == line)
    assert rule.match.reasons == ("not understood",)
    note = next(note for note in parsed.coverage.notes if note.where.line == line)
    assert (note.state, note.affects) == (LineState.UNRECOGNIZED, Affects.FILTER)
    assert fate(parsed.devices[0], "U", "1.2.3.4", "5.6.7.8", 17, 9) == "unknown"


def test_every_entry_becomes_one_rule(fixture_file):
    assert len(fixture_file("uncertain.cfg").devices[0].rulebase("U").rules) == 7


@pytest.mark.parametrize(
    ("name", "purpose", "interface", "direction"),
    [
        ("IN", Purpose.FILTER, "outside", Direction.IN),
        ("OUT", Purpose.FILTER, "outside", Direction.OUT),
        ("ALL", Purpose.FILTER, "*", Direction.IN),
        ("BOX", Purpose.MANAGEMENT, "outside", Direction.IN),
        ("VPN", Purpose.CRYPTO, "", None),
        ("CAP", Purpose.CAPTURE, "", None),
        ("CLASS", Purpose.QOS, "", None),
        ("SPLIT", Purpose.SPLIT_TUNNEL, "", None),
        ("VPNF", Purpose.VPN_FILTER, "", None),
        ("AUTH", Purpose.OTHER, "", None),
        ("PBR", Purpose.ROUTING, "", None),
        ("OSPF", Purpose.ROUTING, "", None),
    ],
)
def test_each_use_of_a_list_has_a_purpose(fixture_file, name, purpose, interface, direction):
    device = fixture_file("purposes.cfg").devices[0]
    uses = {(one.purpose, one.interface, one.direction) for one in device.bindings if one.rulebase == name}
    assert (purpose, interface, direction) in uses
    assert len({use[0] for use in uses}) == 1


def test_the_global_list_is_asked_after_the_interface_list(fixture_file):
    bindings = {one.rulebase: one for one in fixture_file("purposes.cfg").devices[0].bindings}
    assert bindings["ALL"].fallback
    assert not bindings["IN"].fallback


def test_undefined_and_unused(fixture_file):
    device = fixture_file("purposes.cfg").devices[0]
    assert {(one.kind, one.name, one.where.line) for one in device.undefined_references} == {
        ("access list", "GONE", 22),
        ("interface", "nowhere", 22),
    }
    assert [(one.kind, one.name) for one in device.unused_objects] == [("access list", "NEVER"), ("route map", "PBR")]
    assert next(one for one in device.bindings if one.rulebase == "GONE").defined is False


def test_a_later_access_group_takes_the_place_of_an_earlier_one(read):
    text = HEAD + (
        "access-list A extended permit ip any any\naccess-list B extended deny ip any any\n"
        "access-group A in interface x\naccess-group B in interface x\n"
    )
    assert [one.rulebase for one in read(text).devices[0].bindings] == ["B"]


def test_a_list_sent_by_a_server_makes_the_binding_uncertain(read):
    text = HEAD + "access-list A extended permit ip any any\naccess-group A in interface x per-user-override\n"
    (note,) = read(text).coverage.notes
    assert (note.state, note.affects) == (LineState.UNSUPPORTED, Affects.FILTER)


def test_frames_have_a_list_of_their_own_on_a_transparent_firewall(fixture_file):
    parsed = fixture_file("transparent.cfg")
    assert {one.rulebase: one.purpose for one in parsed.devices[0].bindings} == {
        "FRAMES": Purpose.OTHER,
        "PACKETS": Purpose.FILTER,
    }
    notes = {note.where.line: note.affects for note in parsed.coverage.notes}
    assert notes[11] is Affects.FILTER  # a deny of every frame stops IP too
    assert notes[10] is Affects.OTHER
    assert notes[2] is Affects.ROUTING


def test_network_services_are_never_sure(fixture_file, fate):
    device = fixture_file("transparent.cfg").devices[0]
    assert fate(device, "PACKETS", "10.0.0.1", "10.0.0.2", 6, 22) == "unknown"
    assert fate(device, "PACKETS", "10.0.0.1", "10.0.0.2", 6, 443) == "permit"


def test_each_family_has_its_lists_before_9_0(fixture_file):
    rulebases = {one.name: one.families for one in fixture_file("legacy-8.2.cfg").devices[0].rulebases}
    assert rulebases["outside_in"] == (Family.IPV4,)
    assert rulebases["v6_in"] == (Family.IPV6,)
    assert fixture_file("branch-9x.cfg").devices[0].rulebase("OUTSIDE-IN").families == tuple(Family)


def test_a_service_group_in_place_of_ports_is_known_from_above(read, fate):
    text = HEAD + (
        "object-group service s\n service-object tcp destination eq 8443\n service-object udp destination eq 53\n"
        "access-list A extended permit tcp any any object-group s\n"
    )
    device = read(text).devices[0]
    assert fate(device, "A", "10.0.0.1", "10.0.0.2", 6, 8443) == "unknown"
    assert fate(device, "A", "10.0.0.1", "10.0.0.2", 6, 53) == "deny"
