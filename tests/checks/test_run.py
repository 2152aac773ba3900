"""From what checks say to findings: ids, order, templates that cannot be filled, registers that are missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netaudit.checks.contract import Check, Context
from netaudit.checks.run import controls_by_check, run_checks
from netaudit.findings import Examined, Outcome, Severity
from netaudit.frameworks.load import load_frameworks
from netaudit.model.source import SourceRef
from netaudit.policy.registers import Policy, Register

from .harness import context_of

EMPTY = context_of(())


def check_of(*subjects: Examined, **changes: object) -> Check:
    def examine(_: Context) -> Iterable[Examined]:
        return subjects

    check = Check(
        "TEST-001",
        "test-flaw",
        Severity.MEDIUM,
        {"en": "{subject} has {what}", "zh-TW": "{subject} 有{what}"},
        {"en": "mend it", "zh-TW": "請修正"},
        examine,
    )
    return replace(check, **changes)  # type: ignore[arg-type]


def subject(name: str, outcome: Outcome = Outcome.FAIL, **changes: object) -> Examined:
    one = Examined(outcome, "fw-1", name, (SourceRef("fw-1.cfg", 7),), {"what": ("source", "service")})
    return replace(one, **changes)  # type: ignore[arg-type]


def test_only_failed_and_open_subjects_become_findings_and_all_are_kept_as_examined() -> None:
    check = check_of(
        subject("a"),
        subject("b", Outcome.PASS),
        subject("c", Outcome.UNKNOWN, why_unknown="fqdn"),
        subject("d", Outcome.NOT_APPLICABLE),
    )
    findings, examined, summaries = run_checks(EMPTY, (check,))
    assert [(one.subject, one.outcome) for one in findings] == [("a", Outcome.FAIL), ("c", Outcome.UNKNOWN)]
    assert len(examined["TEST-001"]) == 4
    assert (summaries[0].passed, summaries[0].failed, summaries[0].unknown) == (1, 1, 1)


def test_facts_stand_in_the_words_of_each_language() -> None:
    findings, _, _ = run_checks(EMPTY, (check_of(subject("rule 1")),))
    assert findings[0].title == {"en": "rule 1 has source, service", "zh-TW": "rule 1 有來源、服務"}


def test_an_undecided_subject_says_so_with_the_reason() -> None:
    findings, _, _ = run_checks(EMPTY, (check_of(subject("r", Outcome.UNKNOWN, why_unknown="fqdn, schedule")),))
    assert findings[0].title["en"] == "Undecided: r has source, service (domain name, schedule)"
    assert findings[0].title["zh-TW"] == "無法判定：r 有來源、服務（網域名稱、時段）"
    assert findings[0].facts["why_unknown"] == "fqdn, schedule"


def test_a_broken_template_costs_a_title_and_not_the_run() -> None:
    broken = check_of(subject("rule 1"), title={"en": "{subject!q} {", "zh-TW": "{0}"})
    findings, _, _ = run_checks(EMPTY, (broken,))
    assert findings[0].title["en"] == "TEST-001 test-flaw: fw-1 rule 1"
    missing = check_of(subject("rule 1", facts={}))
    assert run_checks(EMPTY, (missing,))[0][0].title["en"] == "rule 1 has -"


def test_the_worst_stands_first_and_failures_before_open_questions() -> None:
    check = check_of(
        subject("low", severity=Severity.LOW),
        subject("open", Outcome.UNKNOWN, severity=Severity.HIGH),
        subject("high", severity=Severity.HIGH),
        subject("critical", severity=Severity.CRITICAL),
    )
    findings, _, _ = run_checks(EMPTY, (check,))
    assert [one.subject for one in findings] == ["critical", "high", "open", "low"]


def test_subjects_with_one_identity_get_ids_of_their_own_and_the_same_ones_every_time() -> None:
    check = check_of(subject("a", key="same"), subject("b", key="same"), subject("c", key="other"))
    first = [one.id for one in run_checks(EMPTY, (check,))[0]]
    assert len(set(first)) == 3
    assert first == [one.id for one in run_checks(EMPTY, (check,))[0]]


def test_an_id_does_not_depend_on_the_line_or_the_name() -> None:
    before = run_checks(EMPTY, (check_of(subject("rule 10", key="k")),))[0][0]
    after = run_checks(EMPTY, (check_of(subject("rule 20", key="k", where=(SourceRef("fw-1.cfg", 99),))),))[0][0]
    assert before.id == after.id


def test_a_check_without_its_register_is_not_run_and_says_which_is_missing() -> None:
    check = check_of(subject("a"), registers=(Register.ZONE_MAP, Register.LINE_AGREEMENTS))
    context = context_of((), Policy(given=frozenset({Register.ZONE_MAP})))
    findings, examined, summaries = run_checks(context, (check,))
    assert findings == () and examined["TEST-001"] == ()
    assert summaries[0].missing_registers == ("R04",)


def test_a_finding_names_the_controls_that_its_check_serves() -> None:
    frameworks = load_frameworks()
    assert "FNS-4-2-2" in controls_by_check(frameworks)["RULE-001"]
    findings, _, _ = run_checks(EMPTY, (check_of(subject("a"), id="RULE-001"),), frameworks)
    assert "FNS-4-2-2" in findings[0].controls
