"""A bundle tells of every changed, missing and added byte."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netaudit.errors import InputError
from netaudit.evidence.manifest import evidence_files
from netaudit.evidence.verify import verify_bundle
from netaudit.reports.result import AuditResult


@pytest.fixture
def bundle(tmp_path: Path, demo_result: AuditResult) -> Path:
    for name, data in evidence_files(demo_result, {"report.html": b"<p>one</p>", "findings.csv": b"a,b\n"}).items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_a_fresh_bundle_is_intact(bundle: Path) -> None:
    found = verify_bundle(bundle)
    assert found.intact
    assert set(found.files) == {"report.html", "findings.csv", "manifest.json"}


@pytest.mark.parametrize("name", ["report.html", "findings.csv", "manifest.json"])
def test_one_changed_byte_is_named(bundle: Path, name: str) -> None:
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(bytes(data))
    found = verify_bundle(bundle)
    assert found.changed == (name,)
    assert not found.intact


def test_a_removed_and_an_added_file_are_named(bundle: Path) -> None:
    (bundle / "findings.csv").unlink()
    (bundle / "extra.txt").write_text("x", encoding="utf-8")
    found = verify_bundle(bundle)
    assert found.missing == ("findings.csv",)
    assert found.unexpected == ("extra.txt",)


def test_a_report_exchanged_together_with_its_hash_still_differs_from_the_manifest(bundle: Path) -> None:
    from netaudit.evidence.manifest import sha256

    old = sha256((bundle / "report.html").read_bytes())
    (bundle / "report.html").write_bytes(b"<p>two</p>")
    sums = (bundle / "SHA256SUMS").read_text(encoding="utf-8")
    (bundle / "SHA256SUMS").write_text(sums.replace(old, sha256(b"<p>two</p>")), encoding="utf-8")
    assert verify_bundle(bundle).changed == ("report.html",)


def test_a_folder_that_no_scan_wrote_gets_a_clear_message(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="SHA256SUMS"):
        verify_bundle(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        verify_bundle(tmp_path / "nowhere")
    (tmp_path / "SHA256SUMS").write_text("../etc/passwd\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 1"):
        verify_bundle(tmp_path)


def test_the_manifest_names_inputs_reports_and_missing_devices(bundle: Path, demo_result: AuditResult) -> None:
    document = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    assert document["as_of"] == "2026-11-20"
    assert {one["path"] for one in document["inputs"]} == {one.path for one in demo_result.coverage}
    assert {one["path"] for one in document["reports"]} == {"report.html", "findings.csv"}
    assert document["coverage"]["missing_devices"] == ["rtr-twse"]
    assert all(len(one["sha256"]) == 64 for one in document["inputs"] + document["registers"])
