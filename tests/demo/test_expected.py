"""The reference firm: each defect is found at its line, no decoy is, and nothing else of weight is reported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from netaudit.cli.demo import demo_firm
from netaudit.findings import Finding, Outcome, Severity
from netaudit.parsers.secrets import mask_lines
from netaudit.reports.result import AuditResult

EXPECTED: dict[str, list[dict[str, Any]]] = YAML(typ="safe").load(demo_firm() / "expected.yaml")


def lines_of(name: str) -> list[str]:
    path: Path = next(path for path in demo_firm().rglob(name))
    for encoding in ("utf-8", "cp950"):
        try:
            return list(mask_lines(path.read_text(encoding=encoding).splitlines()))
        except UnicodeDecodeError:
            continue
    raise AssertionError(f"{name} is neither UTF-8 nor Big5")


def line_numbers(place: dict[str, str]) -> set[int]:
    """Return the numbers of the lines that a place of expected.yaml means."""
    found = set()
    begun = "after" not in place
    for number, line in enumerate(lines_of(place["file"]), start=1):
        begun = begun or line.strip() == place.get("after")
        exact = place["text"].startswith(("edit ", "interface ", "version "))
        if begun and (line.strip() == place["text"] if exact else place["text"] in line):
            found.add(number)
    assert found, f"expected.yaml names a line that is not in {place['file']}: {place['text']}"
    return found


def is_at(finding: Finding, place: dict[str, str]) -> bool:
    numbers = line_numbers(place)
    return any(
        where.path.endswith(place["file"]) and any(where.line <= number <= where.last_line for number in numbers)
        for where in finding.where
    )


def expected_findings() -> Iterator[tuple[str, dict[str, str]]]:
    for defect in EXPECTED["defects"]:
        for finding in defect["findings"]:
            yield defect["id"], finding


def answers(finding: Finding, wanted: dict[str, str]) -> bool:
    return (
        finding.outcome is Outcome.FAIL
        and finding.check == wanted["check"]
        and finding.device == wanted["device"]
        and finding.subject == wanted.get("subject", finding.subject)
        and is_at(finding, wanted)
    )


@pytest.mark.parametrize(("defect", "wanted"), list(expected_findings()), ids=lambda value: str(value)[:60])
def test_each_defect_is_found_at_its_line(demo_result: AuditResult, defect: str, wanted: dict[str, str]) -> None:
    assert any(answers(finding, wanted) for finding in demo_result.findings)


@pytest.mark.parametrize("decoy", EXPECTED["decoys"], ids=lambda decoy: decoy["id"])
def test_no_decoy_is_reported(demo_result: AuditResult, decoy: dict[str, str]) -> None:
    numbers = line_numbers(decoy)
    reported = [
        (finding.check, finding.subject)
        for finding in demo_result.findings
        if finding.severity >= Severity.MEDIUM
        and any(where.path.endswith(decoy["file"]) and where.line in numbers for where in finding.where)
    ]
    assert not reported


def test_nothing_else_of_weight_is_reported(demo_result: AuditResult) -> None:
    wanted = [one for _, one in expected_findings()]
    surplus = [
        (finding.check, finding.device, finding.subject)
        for finding in demo_result.findings
        if finding.severity >= Severity.MEDIUM and not any(answers(finding, one) for one in wanted)
    ]
    assert not surplus


def test_there_are_enough_defects_and_decoys() -> None:
    assert len(EXPECTED["defects"]) >= 24
    assert len(EXPECTED["decoys"]) >= 10


def test_every_file_of_the_firm_is_understood(demo_result: AuditResult) -> None:
    assert {one.path: [note.where.text for note in one.notes] for one in demo_result.coverage if one.notes} == {}


def test_a_missing_register_is_never_a_pass(demo_result: AuditResult) -> None:
    needs_reviews = [one for one in demo_result.controls if any(reason.endswith("R14") for reason in one.reasons)]
    assert needs_reviews
    assert all(one.verdict.value in ("not_assessed", "fail", "partial", "not_applicable") for one in needs_reviews)
