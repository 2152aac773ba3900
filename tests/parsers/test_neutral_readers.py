"""Small readers that several platforms share: headers of changes, AAA methods, certificates, first-hop groups."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.aaa_methods import read_aaa_methods
from netaudit.parsers.conf_tree import conf_tree
from netaudit.parsers.der_certificates import certificate_contents
from netaudit.parsers.first_hop_groups import FirstHopGroups
from netaudit.parsers.last_changes import printed_day, read_last_change
from netaudit.parsers.ledger import LineLedger

HERE = SourceRef("a.cfg", 1)


def ledger_of(text: str) -> LineLedger:
    return LineLedger(SourceFile("a.cfg", "0" * 64, "utf-8", tuple(text.splitlines())))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("10:11:12 UTC Tue Mar 5 2024", date(2024, 3, 5)),
        ("10:11:12.345 CST Tue Mar 5 2024", date(2024, 3, 5)),
        ("Tue Mar  5 10:11:12 2024", date(2024, 3, 5)),
        ("Tue Mar  5 10:11:12 CET 2024", date(2024, 3, 5)),
        ("2024-03-05 10:11:12", date(2024, 3, 5)),
        ("Tue Feb 31 10:11:12 2024", None),
        ("No configuration change since last restart", None),
    ],
)
def test_days_as_devices_print_them(text: str, day: date | None) -> None:
    assert printed_day(text) == day


@pytest.mark.parametrize(
    ("text", "time", "user", "saved"),
    [
        (
            "! Last configuration change at 10:11:12 UTC Tue Mar 5 2024 by kim\n"
            "! NVRAM config last updated at 10:12:00 UTC Tue Mar 5 2024 by kim",
            "10:11:12 UTC Tue Mar 5 2024",
            "kim",
            "10:12:00 UTC Tue Mar 5 2024",
        ),
        ("!Running configuration last done at: Tue Mar  5 10:11:12 2024", "Tue Mar  5 10:11:12 2024", "", ""),
        ("! Startup-config last modified at  Tue Mar  5 10:11:12 2024 by kim", "Tue Mar  5 10:11:12 2024", "kim",
         "Tue Mar  5 10:11:12 2024"),
        (": Written by kim at 10:11:12.3 CST Tue Mar 5 2024", "10:11:12.3 CST Tue Mar 5 2024", "kim",
         "10:11:12.3 CST Tue Mar 5 2024"),
    ],
)  # fmt: skip
def test_the_last_change(text: str, time: str, user: str, saved: str) -> None:
    found = read_last_change(ledger_of(text))
    assert found is not None
    assert (found.time, found.user, found.saved) == (time, user, saved)


def test_a_comment_that_speaks_of_changes_is_no_header() -> None:
    assert read_last_change(ledger_of("! Last configuration change was a mistake\nhostname r1")) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("aaa authentication login default group tacacs+ local", ("authentication login", "default",
                                                                  ("group tacacs+", "local"))),
        ("aaa authentication login default group ONE TWO local", ("authentication login", "default",
                                                                  ("group ONE", "group TWO", "local"))),
        ("aaa authentication login console none", ("authentication login console", "default", ("none",))),
        ("aaa authorization commands 15 LIST group TAC if-authenticated", ("authorization commands 15", "LIST",
                                                                           ("group TAC", "if-authenticated"))),
        ("aaa accounting default group TAC", ("accounting", "default", ("group TAC",))),
        ("aaa accounting exec default start-stop broadcast group TAC", ("accounting exec", "default", ("group TAC",))),
        ("aaa accounting system default none", ("accounting system", "default", ("none",))),
    ],
)  # fmt: skip
def test_method_lists(line: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    (found,) = read_aaa_methods(conf_tree([line], "ios"), ledger_of(line))
    assert (found.service, found.name, found.methods) == expected


@pytest.mark.parametrize(
    "line",
    [
        "aaa new-model",
        "aaa authentication attempts login 3",
        "aaa authentication login default",
        "aaa authorization config-commands",
        "aaa accounting update newinfo",
        "aaa group server tacacs+ TAC",
    ],
)
def test_settings_are_no_method_lists(line: str) -> None:
    assert read_aaa_methods(conf_tree([line], "ios"), ledger_of(line)) == ()


@given(st.binary(max_size=200))
def test_any_bytes_that_are_no_certificate_have_no_contents(data: bytes) -> None:
    assert certificate_contents(data) is None


def test_lines_of_a_first_hop_group_add_up() -> None:
    groups = FirstHopGroups()
    for words in (["ip", "10.0.0.1"], ["ip", "10.0.0.2", "secondary"], ["priority", "120"], ["no", "preempt"],
                  ["authentication", "text", "opensesame"], ["track", "5"], ["timers", "1", "3"]):  # fmt: skip
        assert groups.setting("vrrp", "Vlan1", "7", words, HERE)
    assert not groups.setting("vrrp", "Vlan1", "7", ["unheard-of"], HERE)
    (group,) = groups.groups()
    assert (group.addresses, group.priority, group.preempts) == (("10.0.0.1", "10.0.0.2"), 120, False)
    assert (group.tracked, group.authentication) == (("5",), "text")
    assert "opensesame" not in repr(group)
