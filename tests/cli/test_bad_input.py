"""What cannot be used is named with what to mend; the rest is still done; nobody ever sees a traceback.

In this process a bug would raise through `netaudit(...)` and fail the test, so that a returned outcome is the proof.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.cli.snapshots import OPEN, QUIET, snapshot
from tests.command_line import Outcome, netaudit


def assert_refused(outcome: Outcome, *words: str) -> None:
    """Exit 2, nothing on standard output, a message of netaudit's own that holds the words."""
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.error
    assert all(line.startswith("netaudit: ") for line in outcome.error.splitlines()), outcome.error
    for word in words:
        assert word in outcome.error


READING = ("parse", "rules", "inventory", "scan")


# --- the snapshot


@pytest.mark.parametrize("command", READING)
def test_a_path_that_is_not_there(command: str) -> None:
    assert_refused(netaudit(command, "no/such/folder"), "no/such/folder", "does not exist")


@pytest.mark.parametrize("command", READING)
def test_an_empty_folder(command: str, tmp_path: Path) -> None:
    assert_refused(netaudit(command, tmp_path), "holds no files")


@pytest.mark.parametrize("word", ["", "  ", "git:", "git:/no/such/repository@HEAD", "a\0b", "x" * 5000])
def test_a_snapshot_that_is_no_path(word: str) -> None:
    assert_refused(netaudit("parse", word))


def test_archives_that_are_cut_short_or_broken(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", quiet=QUIET, open=OPEN)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.add(folder, arcname="s")
    half = buffer.getvalue()[: len(buffer.getvalue()) // 2]
    for name, data in {
        "half.tgz": half,
        "half.tar.gz": gzip.compress(b"hostname a\n" * 1000)[:40],
        "one.cfg.gz": gzip.compress(QUIET.encode()),
        "broken.zip": b"PK\x03\x04 and then nothing",
        "text.zip": b"not a zip at all",
        "text.7z": b"7z\xbc\xaf",
    }.items():
        (tmp_path / name).write_bytes(data)
        outcome = netaudit("parse", tmp_path / name)
        assert_refused(outcome, name, "unpack it and give the folder")
        assert len(outcome.error.splitlines()) == 1


def test_a_broken_member_of_a_zip_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "s.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("broken.cfg", OPEN * 5)
        archive.writestr("quiet.cfg", QUIET)
    data = bytearray(path.read_bytes())
    data[60:64] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    outcome = netaudit("parse", path, "--format", "json")
    assert outcome.code == 3
    assert "broken.cfg: cannot be unpacked" in outcome.error
    states = {one["path"]: one["status"] for one in outcome.document["files"]}
    assert states == {"broken.cfg": "unreadable", "quiet.cfg": "understood"}


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """One good export among files that cannot be read."""
    folder = snapshot(tmp_path / "mixed", open=OPEN)
    (folder / "link.cfg").symlink_to("/no/such/place")
    (folder / "folder.cfg").mkdir()
    (folder / "nul.cfg").write_bytes(b"hostname x\x00\x00\x01\n" * 50)
    (folder / "empty.cfg").write_bytes(b"")
    (folder / "blank.cfg").write_bytes(b"\n  \n\n")
    (folder / "broken.zip").write_bytes(b"PK\x03\x04garbage")
    (folder / "half.gz").write_bytes(gzip.compress(OPEN.encode())[:50])
    os.mkfifo(folder / "pipe.cfg")
    return folder


UNREADABLE = ("link.cfg", "nul.cfg", "empty.cfg", "blank.cfg", "broken.zip", "half.gz", "pipe.cfg")


@pytest.mark.parametrize("command", ["parse", "rules", "inventory"])
def test_unreadable_files_are_named_and_the_others_are_read(command: str, mixed: Path) -> None:
    outcome = netaudit(command, mixed)
    assert outcome.code == 3
    assert "OPEN" in outcome.out
    named = [line.split(":")[1].strip() for line in outcome.error.splitlines()]
    assert sorted(named) == sorted(UNREADABLE)


def test_unreadable_files_do_not_hide_the_findings_of_the_others(mixed: Path, tmp_path: Path) -> None:
    outcome = netaudit("scan", mixed, "--format", "json", "--out", tmp_path / "o")
    assert outcome.code == 1
    assert "RULE-001" in {one["check"] for one in outcome.document["findings"]}
    states = {one["path"]: one["status"] for one in outcome.document["inputs"]}
    assert {path for path, state in states.items() if state == "unreadable"} == set(UNREADABLE)


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("text", ["what is this\nnobody knows it\n", "# Notes\n\nOnly words.\n"])
def test_a_snapshot_without_any_configuration_is_never_clean(command: str, text: str, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / ("notes.md" if text.startswith("#") else "a.txt")).write_text(text)
    outcome = netaudit(command, folder)
    assert outcome.code == 3
    assert "holds no configuration that could be read" in outcome.error


def test_the_platform_of_unknown_text_can_be_named(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    (folder / "fw.txt").write_text("frobnicate the filter\npermit me\n")
    assert "--platform names it" in netaudit("parse", folder).error
    document = netaudit("parse", folder, "--platform", "cisco_ios", "--format", "json").document
    assert document["files"][0]["platform"] == "cisco_ios"
    assert_refused(netaudit("parse", folder, "--platform", "windows"), "--platform", "windows", "cisco_ios")


# --- options


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--as-of", "2026-13-99", ("--as-of", "2026-11-20")),
        ("--as-of", "yesterday", ("--as-of", "yesterday")),
        ("--fail-on", "terrible", ("--fail-on", "critical, high, medium, low, info")),
        ("--format", "pdf", ("--format", "html, xlsx, csv, json", "pdf")),
        ("--format", ",", ("--format", "nothing")),
        ("--db", "made-up://somewhere/x", ("--db", "made-up")),
        ("--db", "postgresql://u:p@127.0.0.1:port/x", ("--db",)),
        ("--db", ".", ("--db",)),
        ("--policy", "no/such/folder", ("no/such/folder", "policy init")),
        ("--policy", "a-file", ("a-file", "is a file")),
        ("--out", "a-file", ("a-file", "--out")),
        ("--out", "a-file/below", ("a-file",)),
        ("--baseline", "7", ("--baseline", "--db")),
    ],
)
def test_an_option_that_cannot_be_used(
    own_folder: Path, tmp_path: Path, option: str, value: str, words: tuple[str, ...]
) -> None:
    (own_folder / "a-file").write_text("x")
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    assert_refused(netaudit("scan", folder, option, value), *words)
    assert sorted(path.name for path in own_folder.iterdir()) == ["a-file"], "nothing is written before that is known"


@pytest.mark.parametrize("command", ["parse", "rules", "inventory", "checks"])
def test_a_format_that_does_not_exist(command: str, tmp_path: Path) -> None:
    outcome = netaudit(command, *(() if command == "checks" else (tmp_path,)), "--format", "xml")
    assert outcome.code == 2
    assert outcome.out == ""
    assert "'text'" in outcome.error
    assert "'json'" in outcome.error


def test_a_database_that_is_none(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    (tmp_path / "notes.txt").write_text("not a database " * 100)
    assert_refused(netaudit("scan", folder, "--db", tmp_path / "notes.txt", "--out", tmp_path / "o"), "--db")
    assert_refused(netaudit("history", "--db", tmp_path / "notes.txt"), "--db")
    assert_refused(netaudit("history", "--db", tmp_path / "none.db"), "no such history database")
    assert not (tmp_path / "none.db").exists()
    assert_refused(
        netaudit("scan", folder, "--db", tmp_path / "h.db", "--baseline", 7, "--out", tmp_path / "o"), "run 7"
    )
    assert not (tmp_path / "o").exists()


def test_an_output_folder_with_the_files_of_others_is_left_alone(tmp_path: Path) -> None:
    folder, out = snapshot(tmp_path / "s", quiet=QUIET), tmp_path / "o"
    out.mkdir()
    (out / "thesis.docx").write_text("years of work")
    for outcome in (netaudit("scan", folder, "--out", out), netaudit("demo", "--out", out)):
        assert_refused(outcome, "thesis.docx", "empty or a new folder")
    assert [path.name for path in out.iterdir()] == ["thesis.docx"]


def test_an_output_folder_of_an_earlier_scan_is_replaced(tmp_path: Path) -> None:
    folder, out = snapshot(tmp_path / "s", quiet=QUIET), tmp_path / "o"
    netaudit("scan", folder, "--out", out, "--format", "html,csv,json,xlsx")
    assert netaudit("scan", folder, "--out", out, "--format", "csv").code == 0
    assert not list(out.glob("*.html"))
    assert netaudit("evidence", "verify", out).code == 0


def test_reports_inside_the_snapshot_are_not_read_as_its_files(tmp_path: Path) -> None:
    """`cd exports; netaudit scan .` every night: the report folder lies in the snapshot."""
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    for _ in range(2):
        assert netaudit("scan", folder, "--out", folder / "netaudit-report", "--format", "html,json,xlsx").code == 0
    inputs = netaudit("scan", folder, "--format", "json", "--out", folder / "netaudit-report").document["inputs"]
    assert [one["path"] for one in inputs] == ["quiet.cfg"]


# --- registers


@pytest.fixture
def wrong_registers(policy: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "wrong"
    shutil.copytree(policy, folder)
    (folder / "zone_matrix.csv").write_text("src_zone,dst_zone,colour\nNOWHERE,ELSEWHERE,red\n")
    (folder / "device_inventory.csv").write_text("devicee,foo\n1,2\n")
    return folder


@pytest.mark.parametrize("command", ["scan", "matrix", "inventory"])
def test_all_mistakes_of_all_registers_are_told_at_once(command: str, configs: Path, wrong_registers: Path) -> None:
    outcome = netaudit(command, configs, "--policy", wrong_registers)
    assert_refused(outcome, "zone_matrix.csv", "colour", "NOWHERE", "ELSEWHERE", "device_inventory.csv", "devicee")
    assert netaudit("policy", "check", wrong_registers).error == outcome.error


def test_mistakes_as_a_document(wrong_registers: Path) -> None:
    outcome = netaudit("policy", "check", wrong_registers, "--format", "json")
    assert outcome.code == 2
    assert outcome.document["valid"] is False
    assert {"zone_matrix.csv", "device_inventory.csv"} == {
        Path(one["path"]).name for one in outcome.document["problems"]
    }
    assert all(one["place"] for one in outcome.document["problems"])


@pytest.mark.parametrize("name", ["zone_map.yaml", "zone_matrix.csv", "device_inventory.xlsx"])
@pytest.mark.parametrize("data", [b"\x00\x01\x02" * 100, b"", b"PK\x03\x04", b"{[(", b"a: &a [*a]\n", b"\xff\xfe"])
def test_a_register_that_is_no_table_never_ends_in_a_traceback(name: str, data: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "policy"
    folder.mkdir()
    (folder / name).write_bytes(data)
    outcome = netaudit("policy", "check", folder)
    assert outcome.code in (0, 2)
    if outcome.code == 2:
        assert_refused(outcome, name)


def test_drafts_never_overwrite(tmp_path: Path, configs: Path) -> None:
    assert netaudit("policy", "init", configs, "--out", tmp_path / "p").code == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()}
    assert_refused(netaudit("policy", "init", configs, "--out", tmp_path / "p"), "already", "--out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "p").iterdir()} == before
    (tmp_path / "f").write_text("x")
    assert_refused(netaudit("policy", "init", configs, "--out", tmp_path / "f"), "cannot be written")


# --- the other inputs


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"src,dst\n1.1.1.1,2.2.2.2\n", ("src, dst", "missing column source, destination")),
        (b"", ("missing column",)),
        (b"\xff\xfe\x00s", ("UTF-8",)),
        (b'source,destination\n"' + b"1" * 200_000 + b'",2.2.2.2\n', ("row 1", "CSV")),
        (b'"' + b"s" * 200_000 + b'"\n', ("row 0", "CSV")),
    ],
)
def test_a_flow_file_that_cannot_be_read(data: bytes, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "flows.csv").write_bytes(data)
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    assert_refused(netaudit("flow", folder, "--flows", tmp_path / "flows.csv"), "flows.csv", *words)


def test_a_flow_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    assert_refused(netaudit("flow", folder, "--flows", tmp_path / "none.csv"), "none.csv", "No such file")
    assert_refused(netaudit("flow", folder, "--flows", folder), "Is a directory")


def test_names_that_do_not_exist_are_told_with_those_that_do(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    assert_refused(netaudit("rules", folder, "--device", "GONE"), "GONE", "QUIET")
    assert_refused(netaudit("rules", folder, "--rulebase", "NONE"), "NONE", "IN")
    assert_refused(netaudit("explain", "RULE-0001"), "RULE-001")
    assert_refused(netaudit("explain", "nonsense"), "netaudit checks")
    assert_refused(netaudit("schema", "nonsense"), "scan, parse")


def test_evidence_that_is_none(tmp_path: Path) -> None:
    assert_refused(netaudit("evidence", "verify", tmp_path / "none"), "no such folder")
    assert_refused(netaudit("evidence", "verify", tmp_path), "SHA256SUMS")
    (tmp_path / "SHA256SUMS").write_bytes(b"\xff\xfe\x00")
    assert_refused(netaudit("evidence", "verify", tmp_path), "SHA256SUMS")
    (tmp_path / "SHA256SUMS").write_text("what\n")
    assert_refused(netaudit("evidence", "verify", tmp_path), "line 1")
