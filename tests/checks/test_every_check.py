"""The tuple of checks holds every file, and every file keeps the form of a check."""

from __future__ import annotations

import inspect
import pkgutil
import re
import string
from importlib import import_module
from types import ModuleType

import pytest

import netaudit.checks
from netaudit.checks import CHECKS, Check
from netaudit.checks.fact_words import LANGUAGES
from netaudit.findings import Severity

HEADINGS = ("What it does", "Why it matters", "Example", "Use instead", "Limits", "References")
FAMILIES = ("rules", "exposure", "lifecycle", "management", "logging", "inventory", "segmentation", "lines")

# The severities of domain regulation 1.3.
SEVERITIES = {
    "EOL-001": Severity.HIGH,
    "EOL-002": Severity.HIGH,
    "EOL-003": Severity.MEDIUM,
    "EOL-004": Severity.HIGH,
    "EOL-005": Severity.MEDIUM,
    "EOL-006": Severity.INFO,
    "EXT-002": Severity.HIGH,
    "EXT-004": Severity.HIGH,
    "INV-001": Severity.MEDIUM,
    "LINE-001": Severity.CRITICAL,
    "LINE-002": Severity.HIGH,
    "LINE-003": Severity.MEDIUM,
    "LINE-004": Severity.HIGH,
    "LINE-005": Severity.MEDIUM,
    "LOG-001": Severity.HIGH,
    "MGMT-001": Severity.HIGH,
    "MGMT-002": Severity.HIGH,
    "MGMT-004": Severity.MEDIUM,
    "RULE-001": Severity.CRITICAL,
    "RULE-002": Severity.HIGH,
    "RULE-003": Severity.MEDIUM,
    "RULE-004": Severity.HIGH,
    "RULE-005": Severity.MEDIUM,
    "RULE-006": Severity.MEDIUM,
    "RULE-007": Severity.MEDIUM,
    "RULE-008": Severity.MEDIUM,
    "RULE-009": Severity.LOW,
    "RULE-011": Severity.HIGH,
    "RULE-013": Severity.MEDIUM,
    "RULE-020": Severity.HIGH,
    "SEG-001": Severity.HIGH,
    "SEG-004": Severity.MEDIUM,
    "SEG-010": Severity.HIGH,
    "SEG-011": Severity.HIGH,
    "SEG-012": Severity.HIGH,
    "SEG-014": Severity.CRITICAL,
}


def _check_modules() -> list[ModuleType]:
    names = [
        f"netaudit.checks.{family}.{module.name}"
        for family in FAMILIES
        for module in pkgutil.iter_modules(import_module(f"netaudit.checks.{family}").__path__)
    ]
    return [import_module(name) for name in names]


def test_the_tuple_holds_the_check_of_every_file_in_order_of_its_id() -> None:
    assert [check.id for check in CHECKS] == sorted(module.CHECK.id for module in _check_modules())
    assert len({check.id for check in CHECKS}) == len(CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_every_folder_of_checks_is_a_family_of_this_test() -> None:
    folders = {one.name for one in pkgutil.iter_modules(netaudit.checks.__path__) if one.ispkg}
    assert folders == set(FAMILIES)


@pytest.mark.parametrize("module", _check_modules(), ids=lambda module: module.CHECK.id)
def test_a_check_documents_itself_under_six_headings(module: ModuleType) -> None:
    lines = (module.__doc__ or "").splitlines()
    assert lines[0].startswith(f"{module.CHECK.id}: ") and lines[0].endswith(".")
    places = [lines.index(heading) for heading in HEADINGS]
    assert places == sorted(places)
    for heading, start, end in zip(HEADINGS, places, [*places[1:], len(lines)], strict=True):
        assert lines[start + 1] == "-" * len(heading)
        assert "".join(lines[start + 2 : end]).strip(), f"{heading} is empty"
    assert "條" in module.__doc__ or "SC-" in (module.__doc__ or "")


@pytest.mark.parametrize("module", _check_modules(), ids=lambda module: module.CHECK.id)
def test_a_file_is_named_after_the_flaw_and_knows_no_other_check_and_no_parser(module: ModuleType) -> None:
    source = inspect.getsource(module)
    others = [name for name in FAMILIES if re.search(rf"netaudit\.checks\.{name}\b(?!_)", source)]
    assert not others and "netaudit.parsers" not in source and "netaudit.frameworks" not in source
    assert ".platform" not in source and ".vendor" not in source


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_has_its_severity_and_both_languages(check: Check) -> None:
    assert check.severity is SEVERITIES[check.id]
    for texts in (check.title, check.remediation):
        assert set(texts) == set(LANGUAGES)
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in texts.values()]
        assert fields[0] == fields[1], "both languages show the same facts"
    assert check.name == check.name.lower() and " " not in check.name
