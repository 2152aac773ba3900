"""One fact is one finding, and it keeps its identity when rules move or are renumbered."""

from __future__ import annotations

import pytest

from netaudit.checks import CHECKS
from netaudit.checks.run import run_checks
from netaudit.findings import Finding, Outcome

from .harness import context_of, parse, registers

HEAD = [
    "hostname edge-1",
    "interface GigabitEthernet0/1",
    " ip address 10.10.40.1 255.255.252.0",
    " ip access-group IN in",
    "ip access-list extended IN",
]


def rule_findings(*entries: str, with_registers: bool = False) -> list[Finding]:
    lines = [*HEAD, *(f" {entry}" for entry in entries), " deny ip any any log", "end"]
    devices, _ = parse(lines, "cisco_ios")
    findings, _, _ = run_checks(context_of(devices, registers() if with_registers else None), CHECKS)
    return [one for one in findings if one.check.startswith("RULE") and one.outcome is Outcome.FAIL]


@pytest.mark.parametrize(
    ("entry", "checks"),
    [
        ("permit ip any any log", {"RULE-001"}),
        ("permit ip 10.10.40.0 0.0.3.255 any log", {"RULE-002"}),
        ("permit tcp any any eq 443 log", {"RULE-002"}),
        ("permit tcp any host 10.10.10.10 eq 443 log", {"RULE-003"}),
        ("permit ip host 10.10.40.9 host 10.10.10.10 log", {"RULE-006"}),
        ("permit tcp host 10.10.40.9 host 10.10.10.10 log", {"RULE-005"}),
        ("permit ip 10.0.0.0 0.255.255.255 host 10.10.10.10 log", {"RULE-006", "RULE-007"}),
        ("permit tcp any 10.0.0.0 0.255.255.255 range 1 2000 log", {"RULE-003", "RULE-005", "RULE-007"}),
        ("permit tcp host 10.10.40.9 host 10.10.10.10 eq 443 log", set()),
    ],
)
def test_every_field_of_a_rule_is_judged_once(entry: str, checks: set[str]) -> None:
    assert {one.check for one in rule_findings(entry)} - {"RULE-009"} == checks


def test_ids_survive_new_numbers_and_a_new_place_and_change_with_the_rule() -> None:
    before = {one.id for one in rule_findings("10 permit tcp any any eq 443 log", "20 permit ip any host 10.1.1.1 log")}
    moved = {
        one.id
        for one in rule_findings(
            "5 permit tcp host 10.9.9.9 host 10.9.9.8 eq 8443 log",
            "700 permit tcp any any eq 443 log",
            "900 permit ip any host 10.1.1.1 log",
        )
    }
    changed = {one.id for one in rule_findings("10 permit tcp any any eq 444 log")}
    assert before == moved
    assert not before & changed


def test_the_same_text_gives_the_same_findings_every_time() -> None:
    entries = ("permit ip any any log", "permit tcp any any eq 443", "permit udp any any range 1 5000")
    assert rule_findings(*entries) == rule_findings(*entries)


def test_towards_production_the_any_is_graver_and_still_one_finding() -> None:
    lines = [
        *HEAD[:4],
        "interface GigabitEthernet0/2",
        " ip address 10.10.20.1 255.255.255.0",
        HEAD[4],
        " permit ip host 10.10.40.9 host 10.10.20.15 log",
        " deny ip any any log",
        "end",
    ]
    devices, _ = parse(lines, "cisco_ios")
    findings, _, _ = run_checks(context_of(devices, registers()), CHECKS)
    assert [(one.check, one.severity.word) for one in findings if one.check.startswith("RULE")] == [
        ("RULE-003", "high")
    ]


def test_every_permit_is_kept_as_examined_so_that_a_pass_is_evidence() -> None:
    devices, _ = parse(
        [*HEAD, " permit tcp host 10.1.1.1 host 10.1.1.2 eq 443 log", " deny ip any any log"], "cisco_ios"
    )
    _, examined, summaries = run_checks(context_of(devices), CHECKS)
    assert [one.outcome for one in examined["RULE-001"]] == [Outcome.PASS]
    assert next(one for one in summaries if one.check == "RULE-004").passed == 1
