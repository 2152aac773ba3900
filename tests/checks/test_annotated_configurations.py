"""Every annotated configuration under fixtures/checks gets from each check what it announces."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.checks import CHECKS
from netaudit.findings import Outcome
from netaudit.parsers import parser_of

from .harness import FIXTURES, fixture_context, read_fixture

FILES = sorted(FIXTURES.glob("*-*/*.cfg"))
BY_ID = {check.id: check for check in CHECKS}


def _is_missing(platform: str) -> bool:
    try:
        return parser_of(platform) is None
    except ModuleNotFoundError:
        return True


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_check_says_what_the_configuration_announces(path: Path) -> None:
    fixture = read_fixture(path)
    if _is_missing(fixture.platform):
        pytest.skip(f"no parser of {fixture.platform} yet")
    check = BY_ID[path.parent.name]
    context = fixture_context(fixture)
    said: dict[str, dict[int, str]] = {"expect": {}, "unknown": {}, "ok": {}}
    for one in check.examine(context):
        word = {Outcome.FAIL: "expect", Outcome.UNKNOWN: "unknown"}.get(one.outcome, "ok")
        line = one.where[0].line if one.where else 0
        severity = check.severity if one.severity is None else one.severity
        said[word][line] = severity.word
    announced = {
        word: {one.line: one.severity for one in fixture.announced if one.word == word and one.check == check.id}
        for word in said
    }
    for word in ("expect", "unknown"):
        assert set(said[word]) == set(announced[word]), f"{word}: lines said {said[word]}, announced {announced[word]}"
        for line, severity in announced[word].items():
            assert not severity or said[word][line] == severity, f"line {line}"
    for line in announced["ok"]:
        assert line not in said["expect"], f"line {line} is announced as good"
        assert line not in said["unknown"], f"line {line} is announced as good"


def test_every_check_of_rules_exposure_and_management_has_a_fixture() -> None:
    families = ("RULE", "EXT", "MGMT", "LOG")
    wanted = {check.id for check in CHECKS if check.id.split("-")[0] in families}
    assert wanted == {path.parent.name for path in FILES} & wanted
