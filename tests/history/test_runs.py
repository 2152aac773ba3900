"""Runs are recorded, and the next run says what is new, fixed and still open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from netaudit.errors import InputError
from netaudit.history.runs import list_runs, open_history, record_run
from netaudit.reports.result import AuditResult, CheckSummary

NOW = "2026-11-20T02:15:00+08:00"


def without(result: AuditResult, number: int) -> AuditResult:
    return replace(result, findings=tuple(one for i, one in enumerate(result.findings) if i != number))


def test_the_first_run_has_only_new_findings(tmp_path: Path, demo_result: AuditResult) -> None:
    difference = record_run(open_history(str(tmp_path / "runs.db")), demo_result, NOW)
    assert difference.previous is None
    assert set(difference.new) == {one.id for one in demo_result.findings}


def test_new_fixed_and_still_open(tmp_path: Path, demo_result: AuditResult) -> None:
    engine = open_history(str(tmp_path / "runs.db"))
    last = len(demo_result.findings) - 1
    record_run(engine, without(demo_result, 0), NOW)
    difference = record_run(engine, without(demo_result, last), NOW)
    assert difference.new == (demo_result.findings[0].id,)
    assert [one.id for one in difference.fixed] == [demo_result.findings[last].id]
    assert len(difference.still_open) == len(demo_result.findings) - 2


def test_a_device_without_an_export_fixes_nothing(tmp_path: Path, demo_result: AuditResult) -> None:
    engine = open_history(str(tmp_path / "runs.db"))
    record_run(engine, demo_result, NOW)
    gone = demo_result.findings[0].device
    partial = replace(
        demo_result,
        devices=tuple(one for one in demo_result.devices if one.name != gone),
        findings=tuple(one for one in demo_result.findings if one.device != gone),
    )
    difference = record_run(engine, partial, NOW)
    assert difference.fixed == ()
    assert {one.device for one in difference.not_examined} == {gone}


def test_a_check_without_its_register_fixes_nothing(tmp_path: Path, demo_result: AuditResult) -> None:
    engine = open_history(str(tmp_path / "runs.db"))
    record_run(engine, demo_result, NOW)
    check = demo_result.findings[0].check
    partial = replace(
        demo_result,
        findings=tuple(one for one in demo_result.findings if one.check != check),
        checks=tuple(
            CheckSummary(one.check, 0, 0, 0, ("R02",)) if one.check == check else one for one in demo_result.checks
        ),
    )
    difference = record_run(engine, partial, NOW)
    assert difference.fixed == ()
    assert {one.check for one in difference.not_examined} == {check}


def test_another_snapshot_is_not_compared(tmp_path: Path, demo_result: AuditResult) -> None:
    engine = open_history(str(tmp_path / "runs.db"))
    record_run(engine, demo_result, NOW)
    other = replace(demo_result, snapshot_name="elsewhere")
    assert record_run(engine, other, NOW).previous is None
    assert record_run(engine, other, NOW, baseline=1).previous == 1


def test_runs_are_listed_in_order(tmp_path: Path, demo_result: AuditResult) -> None:
    engine = open_history(str(tmp_path / "runs.db"))
    for _ in range(2):
        record_run(engine, demo_result, NOW)
    runs = list_runs(engine)
    assert [one.id for one in runs] == [1, 2]
    assert runs[0].findings == len(demo_result.findings)
    assert runs[0].recorded_at == NOW


def test_what_cannot_be_opened_is_said_without_the_password(tmp_path: Path, demo_result: AuditResult) -> None:
    with pytest.raises(InputError) as caught:
        open_history("nodatabase://user:hunter2@host/db")
    assert "hunter2" not in str(caught.value)
    (tmp_path / "text.db").write_text("this is no database, it only looks like a file" * 50, encoding="utf-8")
    with pytest.raises(InputError, match="--db"):
        open_history(str(tmp_path / "text.db"))
    with pytest.raises(InputError, match="no such history"):
        open_history(str(tmp_path / "absent.db"), create=False)
    with pytest.raises(InputError, match="--baseline"):
        record_run(open_history(str(tmp_path / "runs.db")), demo_result, NOW, baseline=77)
