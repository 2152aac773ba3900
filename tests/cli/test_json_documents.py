"""`--format json` prints one document that fits its schema, and nothing else, to standard output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.schema_validation import faults
from tests.cli.snapshots import OPEN, STRANGE, snapshot
from tests.command_line import Outcome, netaudit

AS_OF = ("--as-of", "2026-11-20")


def schema(name: str) -> dict[str, object]:
    document: dict[str, object] = netaudit("schema", name).document
    return document


def assert_fits(outcome: Outcome, name: str) -> None:
    assert outcome.out.endswith("\n")
    assert outcome.out.count("\n") == 1  # compact where it is not a terminal
    assert faults(outcome.document, schema(name)) == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("parse", ("parse", "CONFIGS")),
        ("rules", ("rules", "CONFIGS")),
        ("rules", ("rules", "CONFIGS", "--device", "fw-line-1", "--rulebase", "EXG-IN")),
        ("matrix", ("matrix", "CONFIGS", "--policy", "POLICY", *AS_OF)),
        ("inventory", ("inventory", "CONFIGS", "--policy", "POLICY", *AS_OF)),
        ("inventory", ("inventory", "CONFIGS", *AS_OF)),
        ("scan", ("scan", "CONFIGS", "--policy", "POLICY", *AS_OF)),
        ("scan", ("scan", "CONFIGS", *AS_OF)),
        ("checks", ("checks",)),
        ("explain", ("explain", "LINE-002")),
        ("policy", ("policy", "check", "POLICY")),
    ],
)
def test_a_document_fits_its_schema(configs: Path, policy: Path, name: str, arguments: tuple[str, ...]) -> None:
    places = {"CONFIGS": configs, "POLICY": policy}
    outcome = netaudit(*(places.get(one, one) for one in arguments), "--format", "json")
    assert outcome.code in (0, 1)
    assert outcome.error == ""
    assert_fits(outcome, name)


def test_the_documents_of_a_snapshot_that_is_only_half_understood_fit_too(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", strange=STRANGE, open=OPEN, other="what is this\nnobody knows\n", empty="")
    for name in ("parse", "rules", "inventory", "scan"):
        outcome = netaudit(name, folder, "--format", "json")
        assert outcome.code == (1 if name == "scan" else 3)
        assert_fits(outcome, name)
    files = {one["path"]: one for one in netaudit("parse", folder, "--format", "json").document["files"]}
    assert files["strange.cfg"]["unrecognized"][0]["text"] == "frobnicate the filter"
    assert files["open.cfg"]["status"] == "understood"
    assert files["other.cfg"]["status"] == "unknown_platform"
    assert files["empty.cfg"]["status"] == "unreadable"


def test_the_answers_about_flows_fit_their_schema(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN)
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "device,rulebase,source,destination,protocol,destination_port\n"
        "OPEN,IN,10.9.9.9,10.1.2.5,tcp,443\n"
        "open,IN,10.1.1.20,10.1.2.5,6,443\n"
        "OPEN,10,10.1.1.9,10.1.1.1,tcp,22\n"
        "OPEN,10,10.1.1.8,10.1.1.1,tcp,22\n"
    )
    outcome = netaudit("flow", folder, "--flows", flows, "--format", "json")
    assert outcome.code == 0, outcome.error
    assert_fits(outcome, "flow")
    answers = outcome.document["flows"]
    assert [one["row"] for one in answers] == [1, 2, 3, 4]
    assert [one["verdict"] for one in answers] == ["permit", "permit", "permit", "deny"]
    assert [OPEN.splitlines()[one["line"] - 1].strip() for one in answers] == [
        "permit ip any any",
        "permit tcp host 10.1.1.20 host 10.1.2.5 eq 443 log",
        "access-list 10 permit 10.1.1.9 log",
        "access-list 10 deny any log",
    ]


def test_a_flow_that_cannot_be_asked_is_unknown_and_the_others_are_answered(tmp_path: Path) -> None:
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "device,rulebase,source,destination,protocol\nOPEN,IN,10.9.9.9,10.1.2.5,tcp\nGONE,IN,10.9.9.9,10.1.2.5,tcp\n"
        "OPEN,NONE,10.9.9.9,10.1.2.5,tcp\nOPEN,IN,300.1.1.1,10.1.2.5,tcp\nOPEN,IN,10.1.1.1,10.1.2.5,bogus\n"
    )
    outcome = netaudit("flow", snapshot(tmp_path / "s", open=OPEN), "--flows", flows, "--format", "json")
    assert outcome.code == 3
    assert_fits(outcome, "flow")
    assert [one["verdict"] for one in outcome.document["flows"]] == ["permit"] + ["unknown"] * 4
    for row, word in ((2, "GONE"), (3, "NONE"), (4, "300.1.1.1"), (5, "bogus")):
        assert f"row {row}: " in outcome.error
        assert word in outcome.error


_EDGE = """hostname edge
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
 ip access-group IN in
interface Gi0/1
 ip address 192.168.0.1 255.255.255.252
ip route 10.2.0.0 255.255.255.0 192.168.0.2
ip route 0.0.0.0 0.0.0.0 192.168.0.3
ip access-list extended IN
 permit tcp any 10.2.0.0 0.0.0.255 eq 443
 permit icmp any any
"""
_CORE = """hostname core
interface Gi0/0
 ip address 192.168.0.2 255.255.255.252
interface Gi0/1
 ip address 10.2.0.1 255.255.255.0
ip route 10.1.0.0 255.255.255.0 192.168.0.1
"""


def test_traces_go_hop_by_hop_and_back(tmp_path: Path) -> None:
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "start,source,destination,protocol,source_port,destination_port\n"
        ",10.1.0.5,10.2.0.9,tcp,40000,443\n"
        "edge:Gi0/0,10.1.0.5,10.2.0.9,tcp,40000,22\n"
        "core,10.2.0.1,10.9.0.1,icmp,,\n"
        "edge,10.1.0.1,203.0.113.9,tcp,40000,443\n"
        ",172.16.0.1,10.2.0.9,tcp,40000,443\n"
        "nowhere,10.1.0.5,10.2.0.9,tcp,40000,443\n"
    )
    folder = snapshot(tmp_path / "s", edge=_EDGE, core=_CORE)
    outcome = netaudit("trace", folder, "--flows", flows, "--format", "json")
    assert outcome.code == 3
    assert_fits(outcome, "trace")
    answers = outcome.document["flows"]
    assert [one["disposition"] for one in answers] == [
        "delivered", "denied", "no_route", "exits", "unknown", "unknown",
    ]  # fmt: skip
    there, back = answers[0]["traces"][0]["hops"], answers[0]["return"]
    assert [(hop["device"], hop["in_interface"], hop["out_interface"]) for hop in there] == [
        ("edge", "Gi0/0", "Gi0/1"), ("core", "Gi0/0", "Gi0/1"),
    ]  # fmt: skip
    assert [step["line"] for step in there[0]["steps"] if step["kind"] == "filter"] == [10]
    assert back["disposition"] == "delivered"
    assert [hop["device"] for hop in back["traces"][0]["hops"]] == ["core", "edge"]
    assert "row 5: no subnet of the snapshot holds 172.16.0.1" in outcome.error
    assert "row 6: no device nowhere" in outcome.error
    assert "delivered" in netaudit("trace", folder, "--flows", flows).out


def test_evidence_and_history_fit_their_schema(tmp_path: Path) -> None:
    folder, out, history = snapshot(tmp_path / "s", open=OPEN), tmp_path / "o", tmp_path / "h.db"
    netaudit("scan", folder, "--out", out, "--db", history)
    assert_fits(netaudit("evidence", "verify", out, "--format", "json"), "evidence")
    outcome = netaudit("history", "--db", history, "--format", "json")
    assert_fits(outcome, "history")
    assert [one["snapshot"] for one in outcome.document["runs"]] == ["s"]


def test_what_writes_files_names_them(tmp_path: Path, configs: Path) -> None:
    drafted = netaudit("policy", "init", configs, "--out", tmp_path / "p", "--format", "json")
    assert drafted.code == 0
    assert sorted(drafted.document["files"]) == sorted(map(str, (tmp_path / "p").iterdir()))
    shown = netaudit("demo", "--out", tmp_path / "o", "--format", "json").document
    written = {path.relative_to(tmp_path / "o").as_posix() for path in (tmp_path / "o").rglob("*") if path.is_file()}
    assert set(shown["files"]) == written


def test_the_report_and_the_printed_document_of_a_scan_are_the_same(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN)
    printed = netaudit("scan", folder, "--format", "json", "--out", tmp_path / "o", *AS_OF)
    assert json.loads((tmp_path / "o" / "report.json").read_text(encoding="utf-8")) == printed.document
    assert faults(printed.document, schema("scan")) == []


def test_every_schema_is_listed_and_printed() -> None:
    names = netaudit("schema").out.split()
    assert names == netaudit("schema", "--format", "json").document["schemas"]
    for name in names:
        assert schema(name)["title"] == f"netaudit {name}"
        assert netaudit("schema", name, "--format", "json").document == schema(name)


def test_the_validator_itself_finds_faults() -> None:
    one = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a", "b"]}
    assert faults({"a": True}, one) == ["$: b is missing", "$.a: bool where integer is expected"]
    assert faults([1], {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}})
    assert faults("x", {"enum": ["y"]})
    assert faults("x", {"pattern": "y"}) == ["$: the schema uses pattern"]
