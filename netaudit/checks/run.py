"""Runs the checks and turns what failed or stayed open into findings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from netaudit.checks.contract import Check, Context
from netaudit.checks.fact_words import LANGUAGES, fact_words, undecided_words
from netaudit.findings import CheckSummary, Examined, Finding, Outcome, finding_id
from netaudit.frameworks.controls import Framework


def run_checks(
    context: Context, checks: Sequence[Check], frameworks: Sequence[Framework] = ()
) -> tuple[tuple[Finding, ...], dict[str, tuple[Examined, ...]], tuple[CheckSummary, ...]]:
    """Return the findings (worst first), all that each check examined, and how each check ended.

    A check whose registers were not all given is not run and examines nothing.
    """
    controls = controls_by_check(frameworks)
    findings: list[Finding] = []
    examined: dict[str, tuple[Examined, ...]] = {}
    summaries = []
    for check in checks:
        missing = tuple(one.value for one in check.registers if one not in context.policy.given)
        subjects = () if missing else tuple(check.examine(context))
        examined[check.id] = subjects
        findings += check_findings(check, subjects, controls.get(check.id, ()))
        counts = {outcome: sum(one.outcome is outcome for one in subjects) for outcome in Outcome}
        summaries.append(
            CheckSummary(
                check.id,
                counts[Outcome.PASS],
                counts[Outcome.FAIL],
                counts[Outcome.UNKNOWN],
                missing,
                tuple(one.value for one in check.registers),
            )
        )
    findings.sort(key=_worst_first)
    return tuple(findings), examined, tuple(summaries)


def controls_by_check(frameworks: Iterable[Framework]) -> dict[str, tuple[str, ...]]:
    """Return the controls that each check serves, in the order of the frameworks."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for framework in frameworks:
        for control in framework.controls:
            for check in control.checks:
                found[check][control.id] = None
    return {check: tuple(controls) for check, controls in found.items()}


def check_findings(check: Check, subjects: Iterable[Examined], controls: tuple[str, ...]) -> list[Finding]:
    """Return a finding for every subject that failed or stayed open.

    Subjects with one identity (the same rule written twice) get numbers in their order, so that ids stay unique.
    """
    seen: dict[tuple[str, str], int] = defaultdict(int)
    found = []
    for one in subjects:
        if one.outcome not in (Outcome.FAIL, Outcome.UNKNOWN):
            continue
        key = one.key or one.subject
        seen[one.device, key] += 1
        number = seen[one.device, key]
        found.append(
            Finding(
                id=finding_id(check.id, one.device, key if number == 1 else f"{key}#{number}"),
                check=check.id,
                severity=check.severity if one.severity is None else one.severity,
                outcome=one.outcome,
                device=one.device,
                subject=one.subject,
                facts={**one.facts, "why_unknown": one.why_unknown} if one.why_unknown else one.facts,
                title={language: _title(check, one, language) for language in LANGUAGES},
                remediation={language: _text(check, check.remediation, one, language) for language in LANGUAGES},
                where=one.where,
                witness=one.witness,
                controls=controls,
            )
        )
    return found


def _title(check: Check, one: Examined, language: str) -> str:
    title = _text(check, check.title, one, language)
    return undecided_words(title, one.why_unknown, language) if one.outcome is Outcome.UNKNOWN else title


class _FactWords(dict[str, str]):
    """The facts in words; a fact that a subject does not have is shown as "-"."""

    def __missing__(self, key: str) -> str:
        return "-"


def _text(check: Check, templates: Mapping[str, str], one: Examined, language: str) -> str:
    """Fill a template. One that cannot be filled must not cost the run: then the subject says what is meant."""
    words = _FactWords({name: fact_words(fact, language) for name, fact in one.facts.items()})
    words |= {"device": one.device, "subject": one.subject}
    try:
        text = templates.get(language, templates["en"]).format_map(words)
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        return f"{check.id} {check.name}: {one.device} {one.subject}"
    return " ".join(text.split())


def _worst_first(finding: Finding) -> tuple[object, ...]:
    place = finding.where[0] if finding.where else None
    return (
        -finding.severity,
        finding.outcome is Outcome.UNKNOWN,
        finding.check,
        finding.device,
        place.path if place else "",
        place.line if place else 0,
        finding.subject,
        finding.id,
    )
