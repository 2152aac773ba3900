"""The account of the lines, secrets, and any text at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.model.source import Affects, FileStatus, LineState
from netaudit.parsers.cisco_asa import parse
from netaudit.parsers.cisco_asa.commands import INTERFACE_LINES, POLICY_LINES, TOP_LINES, fate_of

from .conftest import FIXTURES, source_of

NAMES = sorted(path.name for path in FIXTURES.glob("*.cfg"))
LINES = [line for name in NAMES for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_every_line_has_one_state(fixture_file, name):
    coverage = fixture_file(name).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
    assert coverage.platform == "cisco_asa"
    assert coverage.status is (FileStatus.PARTIAL if coverage.notes else FileStatus.UNDERSTOOD)


def test_a_whole_configuration_has_no_unknown_line(fixture_file):
    for name in ("branch-9x.cfg", "legacy-8.2.cfg", "nat-sections.cfg", "purposes.cfg"):
        coverage = fixture_file(name).coverage
        assert coverage.in_state(LineState.UNRECOGNIZED) == (), name


def test_unknown_lines_say_what_they_could_change(read):
    text = "access-lists A permit\nroute\nobject-group\nnat (a\nssh\nfrobnicate\nno access-list A\n"
    affects = [note.affects for note in read(text).coverage.notes]
    assert affects == [
        Affects.OTHER,
        Affects.ROUTING,
        Affects.FILTER,
        Affects.NAT,
        Affects.MANAGEMENT,
        Affects.OTHER,
        Affects.FILTER,
    ]


def test_a_crypto_map_and_where_it_stands_are_understood(fixture_file):
    notes = [note.where.text for note in fixture_file("branch-9x.cfg").coverage.notes]
    assert "crypto map VPN interface outside" not in notes
    assert [text for text in notes if "match address" in text] == []


def test_the_tables_hold_no_command_twice_with_two_fates():
    assert fate_of(["crypto", "ca", "certificate"], TOP_LINES).state is LineState.IGNORED
    assert fate_of(["crypto", "map", "M", "interface", "outside"], TOP_LINES).state is LineState.UNSUPPORTED
    assert fate_of(["no", "sysopt", "connection", "permit-vpn"], TOP_LINES).state is LineState.IGNORED
    assert fate_of(["frobnicate"], TOP_LINES) is None
    for table in (INTERFACE_LINES, POLICY_LINES, TOP_LINES):
        assert all(1 <= len(words) <= 4 for words in table)


def test_no_planted_secret_leaves_the_parser(fixture_file):
    parsed = fixture_file("secrets.cfg")
    shown = repr(parsed)
    assert re.findall(r"[^\s']*PLANTED[^\s']*", shown) == []
    assert "5044414e544544" not in shown
    assert "308201aa" not in shown


def test_accounts_are_read_from_lines_whose_secrets_are_masked(fixture_file):
    users = {one.name: one.password_kind for one in fixture_file("secrets.cfg").devices[0].management.users}
    assert users == {
        "enable": "md5",
        "enable level 5": "pbkdf2",
        "admin": "md5",
        "nt": "nt-encrypted",
        "pb": "pbkdf2",
    }


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400))
def test_any_text_parses(text):
    assert parse(source_of(text)).coverage.lines == len(text.splitlines())


_WORDS = sorted({word for line in LINES for word in line.split()})


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.lists(st.sampled_from(_WORDS), min_size=1, max_size=9)),
        max_size=12,
    )
)
def test_any_words_of_the_language_parse(lines: Iterable[tuple[int, list[str]]]):
    text = "\n".join(" " * indent + " ".join(words) for indent, words in lines)
    parse(source_of(text))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_lines_cut_and_shuffled_parse(data):
    chosen = data.draw(st.lists(st.sampled_from(LINES), max_size=40))
    cut = [line[: data.draw(st.integers(0, len(line)))] if data.draw(st.booleans()) else line for line in chosen]
    parsed = parse(source_of("\n".join(cut)))
    for device in parsed.devices:
        for rulebase in device.rulebases:
            for rule in rulebase.rules:
                assert rule.match.surely <= rule.match.maybe


@pytest.mark.parametrize("text", ["", "\n\n", "! nothing here", "lorem ipsum"])
def test_a_file_of_which_nothing_is_understood_is_no_device(read, text):
    assert read(text).devices == ()


def test_deep_nesting_and_long_chains_of_groups_parse():
    parse(source_of("\n".join(["interface a", *(" " * depth + "x y" for depth in range(1, 2000))])))
    chain = [f"object-group network g{i}\n group-object g{i + 1}" for i in range(5000)]
    text = "\n".join([*chain, "object-group network g5000", " network-object host 10.0.0.1"])
    objects = {one.name: one for one in parse(source_of(text)).devices[0].address_objects}
    assert str(objects["g0"].addresses) == "10.0.0.1"


def _large_groups(entries: int) -> str:
    lines = ["ASA Version 9.14(3)", "hostname large"]
    for group in range(100):
        lines.append(f"object-group network N{group}")
        lines += [f" network-object host 10.{group}.{host * 3}.{host}" for host in range(50 if group % 2 else 20)]
        lines.append(f"object-group service S{group} tcp")
        lines += [f" port-object eq {group * 300 + port * 7}" for port in range(15)]
    for i in range(entries):
        action = "deny" if i % 5 else "permit"
        lines.append(
            f"access-list OUT extended {action} tcp object-group N{i % 100} object-group N{i * 7 % 100} "
            f"object-group S{i * 3 % 100}"
        )
    return "\n".join(lines)


def test_groups_are_not_multiplied_out():
    """10,000 entries with groups of 50 x 20 x 15 stay 10,000 products; multiplied out they would be 150 million."""
    device = parse(source_of(_large_groups(10_000))).devices[0]
    rules = device.rulebase("OUT").rules
    assert len(rules) == 10_000
    assert all(len(rule.match.maybe.products) == 1 for rule in rules)
    assert rules[0].match.maybe.products[0].source is rules[100].match.maybe.products[0].source
