"""Every line is accounted for; nothing raises; no secret comes out; large lists are quick."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.source import Affects, FileStatus, LineState
from netaudit.parsers.cisco_ios import parse
from netaudit.parsers.secrets import MASK

from .conftest import FIXTURES, Judge, Reader, source_of

ALL_LINES = tuple(
    line for path in sorted(FIXTURES.glob("*.cfg")) for line in path.read_text(encoding="utf-8").splitlines()
)


def test_text_around_the_commands_is_no_command(fixture_file: Reader) -> None:
    parsed = fixture_file("banners.cfg")
    device = parsed.devices[0]
    assert [one.name for one in device.interfaces] == ["GigabitEthernet0/0"]
    assert not device.static_routes and not device.bindings and not device.management.accesses
    assert parsed.coverage.status is FileStatus.UNDERSTOOD


def test_a_banner_that_never_ends_hides_nothing(read: Reader) -> None:
    device = read("banner motd ^C\nhostname AFTER\ninterface Loopback0\n ip address 10.0.0.1 255.255.255.255").devices[
        0
    ]
    assert device.name == "AFTER"
    assert device.interfaces


def test_a_macro_is_text_until_its_end(read: Reader) -> None:
    parsed = read("macro name uplink\nswitchport mode trunk\ninterface Fake\n@\ninterface Real\n shutdown")
    assert [one.name for one in parsed.devices[0].interfaces] == ["Real"]
    assert not parsed.coverage.notes


def test_a_file_that_lost_its_indentation(fixture_file: Reader, fate: Judge) -> None:
    parsed = fixture_file("flat.cfg")
    device = parsed.devices[0]
    assert not parsed.coverage.notes
    (interface,) = device.interfaces
    assert (interface.description, str(interface.addresses[0])) == ("lost its blanks", "10.0.0.1/24")
    assert fate(device, "IN", "192.0.2.1", "10.0.0.80", port=443) == "permit"
    assert fate(device, "IN", "192.0.2.1", "10.0.0.80", port=80) == "deny"
    assert device.rulebase("IN").rules[1].description == "after a comment line"  # type: ignore[union-attr]
    assert device.management.accesses[0].authentication == "local"


def test_lines_that_nobody_knows_say_what_they_could_change(fixture_file: Reader) -> None:
    notes = fixture_file("not-understood.cfg").coverage.notes
    unknown = {note.where.line: note.affects for note in notes if note.state is LineState.UNRECOGNIZED}
    assert unknown == {
        **dict.fromkeys((4, 5, 6, 7, 8, 9, 11, 15, 20, 21), Affects.FILTER),
        **dict.fromkeys((14, 18), Affects.ROUTING),
        16: Affects.OTHER,
        19: Affects.NAT,
        23: Affects.MANAGEMENT,
    }


def test_an_entry_that_is_not_understood_leaves_the_fate_open(fixture_file: Reader, fate: Judge) -> None:
    device = fixture_file("not-understood.cfg").devices[0]
    assert fate(device, "ODD", "10.0.0.1", "10.0.0.2", port=99) == "unknown"
    rules = device.rulebase("ODD").rules  # type: ignore[union-attr]
    assert all(not rule.match.surely for rule in rules)
    assert "not understood" in rules[0].match.reasons


def test_the_message_of_a_vacant_line_is_text(read: Reader) -> None:
    text = "line con 0\n vacant-message ^C\n    enter at your own risk\n^C\n exec-timeout 5 0\nhostname r1\n"
    parsed = read(text)
    assert parsed.coverage.notes == ()
    assert parsed.devices[0].management.accesses[0].idle_timeout_s == 300


def test_known_blocks_that_are_not_modelled_say_so(read: Reader) -> None:
    notes = read("hostname r1\nbridge-domain 7\nrouter lisp\n locator-set A\nmpls traffic-eng tunnels\n").coverage.notes
    assert {(note.where.text.split()[0], note.state, note.affects) for note in notes} == {
        ("bridge-domain", LineState.UNSUPPORTED, Affects.ROUTING),
        ("router", LineState.UNSUPPORTED, Affects.ROUTING),
        ("locator-set", LineState.UNSUPPORTED, Affects.ROUTING),
        ("mpls", LineState.UNSUPPORTED, Affects.ROUTING),
    }


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.cfg")), ids=lambda path: path.stem)
def test_every_line_is_in_one_state(path: object, fixture_file: Reader) -> None:
    coverage = fixture_file(path.name).coverage  # type: ignore[attr-defined]
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


@given(st.lists(st.text(st.characters(exclude_characters="\n\r"), max_size=60), max_size=20))
@settings(deadline=None)
def test_any_text_parses(lines: list[str]) -> None:
    parse(source_of("\n".join(lines)))


@given(st.data())
@settings(deadline=None, max_examples=150)
def test_lines_cut_shuffled_and_moved_parse(data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from(ALL_LINES), max_size=40))
    cut = [line[: data.draw(st.integers(0, len(line)))] if data.draw(st.booleans()) else line for line in lines]
    parsed = parse(source_of("\n".join(cut)))
    coverage = parsed.coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


def test_deep_nesting_ends() -> None:
    parse(source_of("\n".join(" " * depth + "class X" for depth in range(3000))))
    parse(source_of("\n".join(f"object-group network G{i}\n group-object G{i + 1}" for i in range(2000))))


# `event manager environment` names its variables freely, so that nothing tells a password there.
_NOT_TOLD = {"PLANTEDbb2", "PLANTEDaw"}


def test_planted_secrets_stay_inside(fixture_file: Reader) -> None:
    parsed = fixture_file("secrets.cfg")
    said = repr(parsed)
    assert MASK in said
    assert not set(re.findall(r"PLANTED\w*", said)) - _NOT_TOLD


def test_a_secret_in_the_wrong_place_is_no_name(read: Reader) -> None:
    parsed = read(
        "hostname X\nsnmp-server community 7 PLANTEDone RO\n"
        "ip access-list extended A\n remark password PLANTEDtwo\n permit ip any any"
    )
    assert "PLANTED" not in repr(parsed)


def large_list(entries: int) -> str:
    chance = random.Random(1)

    def address() -> str:
        return f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(256)}"

    forms = (
        lambda: f" permit tcp host {address()} host {address()} eq {chance.randrange(65536)}",
        lambda: f" permit tcp {address()} 0.0.0.255 host {address()} eq www log",
        lambda: f" deny udp any host {address()} range 100 {chance.randrange(200, 60000)}",
        lambda: f" permit ip {address()} 0.0.255.255 {address()} 0.0.0.15",
    )
    head = "hostname BIG\ninterface GigabitEthernet0/0\n ip access-group BIG in\nip access-list extended BIG\n"
    return head + "\n".join(chance.choice(forms)() for _ in range(entries))


def test_a_large_list_is_read_whole() -> None:
    parsed = parse(source_of(large_list(10_000)))
    assert len(parsed.devices[0].rulebases[0].rules) == 10_000
    assert not parsed.coverage.notes
