"""Text as it comes: long values, captures, damaged files, secrets. Nothing of it may raise."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.model.source import Affects, LineState
from netaudit.parsers.fortios import parse
from netaudit.parsers.fortios.words import split_words
from tests.parsers.fortios.reading import FIXTURES, source_of

NAMES = sorted(path.name for path in FIXTURES.iterdir())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('"a" "b c"', ("a", "b c")),
        ("a  b", ("a", "b")),
        ('"say \\"hi\\"" x', ('say "hi"', "x")),
        ("'single quoted' y", ("single quoted", "y")),
        ("''", ("",)),
        ("it's", ("it's",)),
        ('"new"_name', ("new_name",)),
        ("back\\ slash", ("back slash",)),
        ('"a""b"', ("ab",)),
        ("", ()),
    ],
)
def test_words(text, words):
    assert split_words(text) == (words, False)


def test_open_quote_is_told():
    assert split_words('"a" "b')[1]


def test_values_over_several_lines_do_not_end_the_section(load):
    device = load("long-values.conf")
    assert device.name == "fw-long"
    assert [one.name for one in device.address_objects] == ['web "one"', "two words"]
    assert len(device.rulebase("policy").rules) == 1
    assert device.rulebase("policy").rules[0].description == "it's\nmulti-line"
    assert device.undefined_references == ()


def test_texts_that_look_like_configuration_are_believed_only_where_they_belong(read):
    assert parse(source_of((FIXTURES / "long-values.conf").read_text(encoding="utf-8"))).coverage.notes == ()
    text = 'config firewall policy\n edit 1\n set comments "cut\n next\n edit 2\n set name "x"\n next\nend\n'
    (note, *_) = read(text).coverage.notes
    assert (note.where.line, note.affects) == (3, Affects.FILTER)


def test_quote_that_never_ends_costs_one_line(read):
    text = 'config firewall policy\n edit 1\n set comments "cut\n set srcintf any\n next\nend\n'
    parsed = read(text)
    assert "anything" in parsed.devices[0].rulebases[0].rules[0].from_zones
    assert [note.where.line for note in parsed.coverage.notes] == [3]


def test_terminal_capture_is_read_through_its_prompts(load, read):
    device = load("terminal-capture.txt")
    assert (device.name, device.model, device.version) == ("fw-branch", "FortiGate-60F", "7.2.10")
    assert device.serials == ("FGT60FTK00000000",)
    assert [rule.name for rule in device.rulebase("policy").rules] == ["1"]
    assert device.rulebase("policy").rules[0].match.surely
    assert [one.protocol for one in device.management.accesses] == ["ping", "telnet"]
    coverage = parse(source_of((FIXTURES / "terminal-capture.txt").read_text(encoding="utf-8"))).coverage
    assert [note.where.text for note in coverage.notes] == ["login as: auditor"]


def test_commands_at_a_prompt_choose_the_vdom(read):
    text = (
        "fw # config vdom\nfw (vdom) # edit dmz\ncurrent vf=dmz:1\nfw (dmz) # show firewall address\n"
        'config firewall address\n edit "a"\n set subnet 192.0.2.1/32\n next\nend\nfw (dmz) # end\n'
    )
    device = read(text).devices[0]
    assert device.virtual_systems == ("dmz",)
    assert device.address_objects[0].virtual_system == "dmz"


def test_missing_end_is_noticed_and_the_next_section_is_read(read):
    text = (
        'config system global\n set hostname "x"\nconfig system interface\n edit "p"\n set ip 192.0.2.1/24\n next\nend'
    )
    parsed = read(text)
    assert parsed.devices[0].interfaces[0].name == "p"
    assert [note.state for note in parsed.coverage.notes] == [LineState.UNSUPPORTED]


def test_cut_policies_leave_the_rest_unknown(read, fate):
    policy = (
        " edit 1\n set srcintf any\n set dstintf any\n set srcaddr all\n set dstaddr all\n set action accept\n"
        " set service HTTPS\n next\n"
    )
    cut = read(f"config firewall policy\n{policy} edit 2\n set srcintf any\n")
    (note,) = cut.coverage.notes
    assert note.affects is Affects.FILTER
    rulebase = cut.devices[0].rulebase("policy")
    assert fate(rulebase, "192.0.2.1", "192.0.2.2", 443) == ("permit", "1")
    assert fate(rulebase, "192.0.2.1", "192.0.2.2", 80)[0] == "unknown"
    whole = read(f"config firewall policy\n{policy}end\n")
    assert fate(whole.devices[0].rulebase("policy"), "192.0.2.1", "192.0.2.2", 80) == ("deny", None)


def test_settings_that_lost_their_policy_leave_the_rest_unknown(read, fate):
    text = (
        "config firewall policy\n set srcintf any\n set action accept\n next\n edit 2\n set srcintf port1\n next\nend\n"
    )
    parsed = read(text)
    assert [note.state for note in parsed.coverage.notes] == [LineState.UNRECOGNIZED] * 3
    assert fate(parsed.devices[0].rulebase("policy"), "192.0.2.1", "192.0.2.2", from_zone="x")[0] == "unknown"


def test_manager_is_no_firewall(read):
    text = (
        "# Platform Full Name              : FortiManager-VM64\n# Version  : v7.4.6-build2588 241218\n"
        '# Serial Number                   : FMG-VMTM20000000\nconfig system interface\n edit "port1"\n next\nend\n'
    )
    device = read(text).devices[0]
    assert (device.model, device.version, device.operating_system) == ("FortiManager-VM64", "7.4.6", "FortiManager")
    assert (device.rulebases, device.forwards) == ((), False)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "hello world", "!\nhostname router\n", "#only a comment", "end\nnext\nend"]
)
def test_texts_of_other_kinds_do_no_harm(read, text):
    assert parse(source_of(text)).coverage.lines == len(text.split("\n"))


def test_no_planted_secret_leaves_the_parser():
    text = (FIXTURES / "secrets.conf").read_text(encoding="utf-8")
    assert text.count("PLANTED") == 28
    assert "PLANTED" not in repr(parse(source_of(text)))


def test_a_file_cut_at_any_line_shows_no_secret():
    lines = (FIXTURES / "secrets.conf").read_text(encoding="utf-8").split("\n")
    for index in range(len(lines)):
        for part in (lines[:index], lines[index:]):
            assert "PLANTED" not in repr(parse(source_of("\n".join(part))))


@pytest.mark.parametrize("name", NAMES)
def test_cut_and_shuffled_fixtures_do_not_raise(name):
    lines = (FIXTURES / name).read_text(encoding="utf-8").split("\n")
    chance = random.Random(name)
    for _ in range(12):
        start = chance.randrange(len(lines))
        parse(source_of("\n".join(lines[start : start + chance.randrange(len(lines))])))
        mixed = lines[:]
        chance.shuffle(mixed)
        parse(source_of("\n".join(mixed)))
        parse(source_of("\n".join(line for line in lines if chance.random() > 0.2)))


@given(st.text(max_size=300))
def test_any_text_is_accepted(text):
    parse(source_of(text))


_VERBS = ["config", "edit", "set", "unset", "append", "next", "end", "move", "rename", "delete", "#", "fw #"]
_WORDS = [
    "firewall policy",
    "firewall address",
    "firewall addrgrp",
    "firewall vip",
    "system interface",
    "router static",
    "vdom",
    "global",
    "root",
    "1",
    "2",
    "srcaddr",
    "dstaddr",
    "member",
    "subnet",
    "service",
    "extip",
    "mappedip",
    "extport",
    "10.0.0.1",
    "255.255.255.0",
    "10.0.0.0/8",
    '"a',
    '"',
    "all",
    "any",
    "before",
    "to",
    "type",
    "iprange",
    "vlanid",
    "99999999999999999999",
    "-1",
    "::/0",
    "enable",
    "ip",
    "allowaccess",
    "ssh",
    "distance",
    "schedule",
    "firewall ippool",
    "firewall service custom",
    "tcp-portrange",
    "80-90:1-2",
    "protocol",
    "IP",
    "protocol-number",
    "system admin",
    "trusthost1",
    "system snmp community",
    "hosts",
    "firewall central-snat-map",
    "orig-addr",
    "secondaryip",
    "ipv6",
    "ip6-address",
]


@given(st.lists(st.tuples(st.sampled_from(_VERBS), st.lists(st.sampled_from(_WORDS), max_size=4)), max_size=40))
def test_any_order_of_commands_is_accepted(commands):
    parse(source_of("\n".join(" ".join((verb, *words)) for verb, words in commands)))


def test_deep_nesting_is_accepted():
    parse(source_of("config a\nedit 1\n" * 3000))
