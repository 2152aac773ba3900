"""The verdict of a clause: a pass needs full coverage, and nothing missing is ever a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from netaudit.checks import CHECKS
from netaudit.checks.run import run_checks
from netaudit.checks.verdicts import control_verdicts
from netaudit.findings import CheckSummary, ControlVerdict, Examined, Outcome, Verdict
from netaudit.frameworks.controls import Control, Framework
from netaudit.frameworks.load import load_frameworks
from netaudit.model.source import Affects, FileCoverage, FileStatus, LineNote, LineState, SourceRef
from netaudit.policy.registers import FirmProfile, Policy, Register, Zone, ZoneType

from .harness import context_of

CONTROL = Control(
    id="X-1",
    framework="x",
    document="X",
    article="1",
    title={"en": "a clause"},
    grade="A",
    applies="all",
    industry="futures",
    registers=("R02",),
    checks=("RULE-001", "RULE-004"),
)
POLICY = Policy(given=frozenset({Register.ZONE_MAP}))
GOOD: Mapping[str, tuple[Outcome, ...]] = {"RULE-001": (Outcome.PASS,), "RULE-004": (Outcome.PASS, Outcome.PASS)}


def verdict(
    control: Control = CONTROL,
    outcomes: Mapping[str, tuple[Outcome, ...]] = GOOD,
    policy: Policy = POLICY,
    complete: bool = True,
    missing_registers: tuple[str, ...] = (),
    coverage: tuple[FileCoverage, ...] | None = None,
    missing_devices: tuple[str, ...] = (),
) -> ControlVerdict:
    results = {check: [Examined(one, "fw-1", "s") for one in found] for check, found in outcomes.items()}
    summaries = [
        CheckSummary(check, found.count(Outcome.PASS), found.count(Outcome.FAIL), 0, missing_registers)
        for check, found in outcomes.items()
    ]
    framework = Framework("x", {"en": "x"}, {}, (control,))
    return control_verdicts((framework,), results, summaries, policy, complete, coverage, missing_devices)[0]


def test_all_checks_passed_with_full_coverage_is_a_pass() -> None:
    assert verdict().verdict is Verdict.PASS
    assert verdict().reasons == ()


def test_one_failed_subject_fails_the_clause_whatever_is_missing() -> None:
    failed = {**GOOD, "RULE-004": (Outcome.PASS, Outcome.FAIL)}
    for given in ({}, {"complete": False}, {"policy": Policy()}, {"missing_devices": ("rtr-1",)}):
        found = verdict(outcomes=failed, **given)  # type: ignore[arg-type]
        assert found.verdict is Verdict.FAIL and found.reasons[0] == "failed:RULE-004"
        assert found.findings == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"policy": Policy()}, "missing_register:R02"),
        ({"missing_registers": ("R04",)}, "missing_register:R04"),
        ({"missing_devices": ("rtr-twse",)}, "missing_devices:rtr-twse"),
        ({"outcomes": {}}, "no_check"),
        ({"outcomes": {"RULE-001": (), "RULE-004": ()}}, "nothing_examined"),
    ],
)
def test_what_is_missing_makes_a_clause_not_assessed_and_never_a_pass(change: dict[str, object], reason: str) -> None:
    found = verdict(**change)  # type: ignore[arg-type]
    assert found.verdict is Verdict.NOT_ASSESSED
    assert reason in found.reasons


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"outcomes": {"RULE-001": (Outcome.PASS,)}}, "not_implemented:RULE-004"),
        ({"outcomes": {**GOOD, "RULE-001": (Outcome.PASS, Outcome.UNKNOWN)}}, "unknown:RULE-001"),
        ({"complete": False}, "incomplete_coverage"),
        ({"control": replace(CONTROL, grade="C")}, "supporting_evidence_only"),
        ({"control": replace(CONTROL, other_evidence=("contract",))}, "other_evidence:contract"),
    ],
)
def test_what_is_open_makes_a_clause_partial(change: dict[str, object], reason: str) -> None:
    found = verdict(**change)  # type: ignore[arg-type]
    assert found.verdict is Verdict.PARTIAL
    assert reason in found.reasons


UNCONFIRMED = Zone("OA", ZoneType.OA, SourceRef("zone_map.yaml", 3))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"policy": replace(POLICY, drafts=frozenset({Register.ZONE_MAP}))}, "register_draft:R02"),
        ({"policy": replace(POLICY, zones=(UNCONFIRMED,))}, "unconfirmed_zones:OA"),
        ({"outcomes": {**GOOD, "RULE-001": ()}}, "nothing_examined:RULE-001"),
    ],
)
def test_what_nobody_confirmed_or_examined_is_no_pass(change: dict[str, object], reason: str) -> None:
    found = verdict(**change)  # type: ignore[arg-type]
    assert found.verdict is Verdict.PARTIAL
    assert reason in found.reasons


def test_a_draft_that_the_clause_does_not_need_takes_nothing_from_it() -> None:
    assert verdict(policy=replace(POLICY, drafts=frozenset({Register.INVENTORY}))).verdict is Verdict.PASS
    confirmed = replace(UNCONFIRMED, confirmed_by="A. Chen")
    assert verdict(policy=replace(POLICY, zones=(confirmed,))).verdict is Verdict.PASS


def test_a_check_of_zones_needs_the_zone_map_whatever_the_clause_names() -> None:
    zoned = replace(CONTROL, registers=(), checks=("SEG-001",))
    drafted = replace(POLICY, drafts=frozenset({Register.ZONE_MAP}))
    found = verdict(control=zoned, outcomes={"SEG-001": (Outcome.PASS,)}, policy=drafted)
    assert found.verdict is Verdict.PARTIAL


def file_with(*notes: Affects, status: FileStatus = FileStatus.PARTIAL) -> FileCoverage:
    place = SourceRef("fw-1.cfg", 9, "something odd")
    lines = tuple(LineNote(place, LineState.UNRECOGNIZED, one) for one in notes)
    return FileCoverage("fw-1.cfg", "0", "cisco_ios", "fw-1", status, 10, notes=lines)


def test_text_that_was_not_understood_counts_for_the_clauses_that_it_can_change() -> None:
    assert verdict(coverage=(file_with(Affects.FILTER),)).reasons == ("unparsed_lines:filter 1",)
    assert verdict(coverage=(file_with(Affects.OTHER, Affects.MANAGEMENT),)).verdict is Verdict.PASS
    unreadable = file_with(status=FileStatus.UNREADABLE)
    assert verdict(coverage=(unreadable,)).verdict is Verdict.PARTIAL


def test_a_recommendation_never_fails() -> None:
    failed = {**GOOD, "RULE-004": (Outcome.FAIL,)}
    assert verdict(replace(CONTROL, advisory=True), failed).verdict is Verdict.PARTIAL
    assert verdict(replace(CONTROL, advisory_checks=("RULE-004",)), failed).verdict is Verdict.PARTIAL
    assert verdict(replace(CONTROL, advisory_checks=("RULE-001",)), failed).verdict is Verdict.FAIL


def test_a_clause_for_other_firms_does_not_apply() -> None:
    second_class = replace(POLICY, profile=FirmProfile(firm_type="fcm", firm_class="2"))
    found = verdict(replace(CONTROL, applies="class_1"), policy=second_class)
    assert found.verdict is Verdict.NOT_APPLICABLE and found.findings == 0
    unstated = verdict(replace(CONTROL, applies="class_1"))
    assert unstated.verdict is not Verdict.NOT_APPLICABLE


def test_an_audit_of_nothing_passes_no_clause() -> None:
    frameworks = load_frameworks()
    _, examined, summaries = run_checks(context_of(()), CHECKS, frameworks)
    found = control_verdicts(frameworks, examined, summaries, Policy(), True)
    assert {one.verdict for one in found} <= {Verdict.NOT_ASSESSED, Verdict.NOT_APPLICABLE}
    assert [one.id for one in found] == [one.id for framework in frameworks for one in framework.controls]
