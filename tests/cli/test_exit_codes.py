"""Exit codes: 0 clean, 1 findings at or above --fail-on, 2 it could not run, 3 it ran but coverage is incomplete."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.snapshots import OPEN, QUIET, STRANGE, snapshot
from tests.command_line import netaudit

REPORTS = {"manifest.json", "SHA256SUMS"}


def test_a_clean_snapshot_ends_with_0(tmp_path: Path) -> None:
    outcome = netaudit("scan", snapshot(tmp_path / "s", quiet=QUIET), "--out", tmp_path / "o", "--fail-on", "medium")
    assert outcome.code == 0
    assert outcome.error == ""
    assert {path.name for path in (tmp_path / "o").iterdir()} >= REPORTS


def test_a_finding_at_or_above_the_threshold_ends_with_1(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN)
    assert netaudit("scan", folder, "--out", tmp_path / "o").code == 1
    assert netaudit("scan", folder, "--out", tmp_path / "o", "--fail-on", "CRITICAL").code == 1


def test_the_threshold_alone_makes_the_difference(tmp_path: Path) -> None:
    words = ["info", "low", "medium", "high", "critical"]
    folder = snapshot(tmp_path / "s", quiet=QUIET.replace(" exec-timeout 5 0\n", " exec-timeout 0 0\n"))
    findings = netaudit("scan", folder, "--format", "json").document["findings"]
    worst = max(words.index(one["severity"]) for one in findings if one["verdict"] == "fail")
    assert 0 < worst < words.index("critical")
    for place, fail_on in enumerate(words):
        code = netaudit("scan", folder, "--out", tmp_path / "o", "--fail-on", fail_on).code
        assert code == (1 if place <= worst else 0), fail_on


def test_a_line_that_is_not_understood_ends_with_3(tmp_path: Path) -> None:
    outcome = netaudit(
        "scan", snapshot(tmp_path / "s", strange=STRANGE), "--out", tmp_path / "o", "--fail-on", "medium"
    )
    assert outcome.code == 3
    assert {path.name for path in (tmp_path / "o").iterdir()} >= REPORTS


def test_a_finding_outweighs_incomplete_coverage(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN, strange=STRANGE)
    assert netaudit("scan", folder, "--out", tmp_path / "o").code == 1


def test_a_device_that_the_inventory_expects_and_no_file_shows_ends_with_3(tmp_path: Path) -> None:
    registers = tmp_path / "policy"
    registers.mkdir()
    (registers / "device_inventory.csv").write_text(
        "device_id,hostname,vendor,model,expected_export\n1,QUIET,Cisco,ISR4331,yes\n2,GONE,Cisco,ISR4331,yes\n",
        encoding="utf-8",
    )
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    outcome = netaudit(
        "scan", folder, "--policy", registers, "--out", tmp_path / "o", "--fail-on", "critical", "--as-of", "2026-11-20"
    )
    assert outcome.code == 3, outcome
    assert "GONE" in outcome.out


@pytest.mark.parametrize("command", ["parse", "rules", "inventory"])
def test_the_reading_commands_end_with_0_or_3_and_never_judge(tmp_path: Path, command: str) -> None:
    assert netaudit(command, snapshot(tmp_path / "open", open=OPEN)).code == 0
    assert netaudit(command, snapshot(tmp_path / "strange", strange=STRANGE)).code == 3


def test_the_demo_ends_with_0_although_it_finds_much(tmp_path: Path) -> None:
    outcome = netaudit("demo", "--out", tmp_path / "o")
    assert outcome.code == 0
    assert outcome.error == ""
    page = next(line for line in outcome.out.splitlines() if "open in a browser" in line).split()[-1]
    assert Path(page.removeprefix("file://")).is_file()


@pytest.mark.parametrize("arguments", [("frobnicate",), ("scan",), ("scan", "--frob"), ("matrix", "."), ("flow", ".")])
def test_a_command_that_is_not_given_rightly_ends_with_2(arguments: tuple[str, ...]) -> None:
    outcome = netaudit(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert "Usage" in outcome.error


def test_without_arguments_the_help_is_shown() -> None:
    outcome = netaudit()
    assert outcome.code == 2
    commands = (
        "demo",
        "scan",
        "parse",
        "rules",
        "flow",
        "trace",
        "matrix",
        "inventory",
        "policy",
        "evidence",
        "history",
    )
    for command in commands:
        assert command in outcome.out
    assert netaudit("--help").code == 0
    assert netaudit("--version").out.startswith("netaudit ")
