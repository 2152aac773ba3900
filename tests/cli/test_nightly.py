"""Two nights: what is new, fixed and still open; what a bundle proves; the same inputs give the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.snapshots import OPEN, QUIET, snapshot
from tests.command_line import netaudit

AS_OF = ("--as-of", "2026-11-20")


def bundle(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_second_night_says_what_is_new_fixed_and_still_open(tmp_path: Path) -> None:
    folder, history = snapshot(tmp_path / "exports", first=OPEN), tmp_path / "history.db"
    scan = ("scan", folder, "--db", history, "--format", "json", *AS_OF)

    first = netaudit(*scan).document
    assert first["history"]["previous"] is None
    assert sorted(first["history"]["new"]) == sorted(one["id"] for one in first["findings"])

    again = netaudit(*scan).document["history"]
    assert again["previous"] == first["history"]["run"]
    assert (again["new"], again["fixed"]) == ([], [])
    assert sorted(again["still_open"]) == sorted(first["history"]["new"])

    # The rule that opens everything goes; telnet comes.
    text = OPEN.replace(" permit ip any any\n", " deny ip any any log\n").replace("input ssh", "input ssh telnet")
    snapshot(folder, first=text)
    changed = netaudit(*scan).document
    identities = {one["check"]: one["id"] for one in first["findings"]}
    now = {one["check"]: one["id"] for one in changed["findings"]}
    assert identities["RULE-001"] in changed["history"]["fixed"]
    assert now["MGMT-002"] in changed["history"]["new"]
    before = {one["id"] for one in first["findings"]}
    assert set(changed["history"]["still_open"]) == {one["id"] for one in changed["findings"]} & before

    # The export is missing: nothing of it is called fixed.
    (folder / "first.cfg").unlink()
    snapshot(folder, second=QUIET)
    gone = netaudit(*scan).document["history"]
    assert now["MGMT-002"] in gone["not_examined"]
    assert now["MGMT-002"] not in gone["fixed"]

    # Against the first night, not the last.
    snapshot(folder, first=OPEN)
    against_first = netaudit(*scan, "--baseline", first["history"]["run"]).document["history"]
    assert against_first["previous"] == first["history"]["run"]
    assert identities["RULE-001"] in against_first["still_open"]

    shown = netaudit("history", "--db", history).out.splitlines()
    assert len(shown) == 1 + 5


def test_the_summary_says_it_in_words(tmp_path: Path) -> None:
    folder, history = snapshot(tmp_path / "exports", first=OPEN), tmp_path / "history.db"
    scan = ("scan", folder, "--db", history, "--out", tmp_path / "report", *AS_OF)
    assert "since -" in netaudit(*scan).out
    snapshot(folder, first=QUIET.replace("QUIET", "OPEN"))
    second = netaudit(*scan).out
    assert "since run 1" in second
    assert "fixed 0" not in second


def test_a_changed_missing_or_added_file_is_named(tmp_path: Path) -> None:
    out = tmp_path / "report"
    netaudit("scan", snapshot(tmp_path / "s", open=OPEN), "--out", out, *AS_OF)
    assert netaudit("evidence", "verify", out).code == 0

    page = next(out.glob("*.html"))
    data = bytearray(page.read_bytes())
    data[len(data) // 2] ^= 1
    page.write_bytes(data)
    outcome = netaudit("evidence", "verify", out)
    assert (outcome.code, outcome.out) == (1, f"已被更動 changed: {page.name}\n")

    data[len(data) // 2] ^= 1
    page.write_bytes(data)
    (out / "added.txt").write_text("x")
    workbook = next(out.glob("*.xlsx"))
    workbook.unlink()
    outcome = netaudit("evidence", "verify", out, "--format", "json")
    assert outcome.code == 1
    assert outcome.document["changed"] == []
    assert outcome.document["missing"] == [workbook.name]
    assert outcome.document["unexpected"] == ["added.txt"]


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, configs: Path, policy: Path, language: str) -> None:
    scan = ("scan", configs, "--policy", policy, "--lang", language, *AS_OF)
    assert netaudit(*scan, "--out", tmp_path / "one", "--jobs", "1").code == 1
    assert netaudit(*scan, "--out", tmp_path / "two", "--jobs", "2").code == 1
    one, two = bundle(tmp_path / "one"), bundle(tmp_path / "two")
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []


def test_reports_hold_no_path_of_the_machine(tmp_path: Path, configs: Path, policy: Path) -> None:
    netaudit("scan", configs, "--policy", policy, "--out", tmp_path / "o", *AS_OF)
    for name, data in bundle(tmp_path / "o").items():
        assert str(tmp_path).encode() not in data, name
        assert str(configs).encode() not in data, name
