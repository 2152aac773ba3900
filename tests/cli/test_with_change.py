"""`--with-change`: the answer after planned changes, what they do, and files that cannot be applied."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.schema_validation import faults
from tests.cli.snapshots import OPEN, QUIET, snapshot
from tests.command_line import Outcome, netaudit

AS_OF = ("--as-of", "2026-11-20")
PLAN = Path(__file__).resolve().parents[2] / "fixtures" / "changes" / "order-gateway.yaml"


def plan(folder: Path, text: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def fits(outcome: Outcome, name: str) -> dict[str, object]:
    document: dict[str, object] = outcome.document
    assert faults(document, netaudit("schema", name).document) == []
    return document


def test_the_matrix_says_what_the_example_does(configs: Path, policy: Path) -> None:
    outcome = netaudit("matrix", configs, "--policy", policy, *AS_OF, "--with-change", PLAN, "--format", "json")
    assert outcome.code == 0, outcome.error
    change = fits(outcome, "matrix")["change"]
    assert isinstance(change, dict)
    assert [(one["line"], one["change"], one["device"]) for one in change["changes"]] == [
        (4, "add_rule", "fw-ext"),
        (17, "remove_rule", "fw-line-1"),
        (23, "add_rule", "fw-line-1"),
        (31, "add_route", "core-sw-1"),
        (37, "interface_down", "core-sw-1"),
    ]
    cells = {(one["from"], one["to"]): one for one in change["cells"]}
    (opened,) = cells["DEALER", "PROD-DB"]["newly_permitted"]
    assert (opened["verdict"], opened["surely"]) == ("excess", True)
    assert opened["witness"]["destination"] == "10.10.23.10"
    assert [(one["rule"], one["file"], one["line"]) for one in opened["rules"]] == [
        ("dealers-to-database", "order-gateway.yaml", 4)
    ]
    assert (cells["DEALER", "PROD-DB"]["verdict_before"], cells["DEALER", "PROD-DB"]["verdict"]) == ("ok", "excess")
    line = cells["PROD-EXG", "LINE-TAIFEX"]
    assert {row["verdict"] for row in line["newly_denied"]} == {"ok"}  # nobody had agreed to it
    assert {(rule["rule"]) for row in line["newly_denied"] for rule in row["rules"]} >= {"line 8", "line 10"}
    assert {row["ends"]["name"] for row in line["newly_denied"]} == {"EXG-IN line 12"}
    assert "newly_permitted" in line
    shut = cells["UT", "PROD-DB"]["newly_denied"]
    assert [(row["ends"]["disposition"], row["ends"]["reason"]) for row in shut] == [
        ("no_route", "Vlan311 of core-sw-1 is down")
    ]
    document = netaudit("matrix", configs, "--policy", policy, *AS_OF, "--format", "json").document
    assert "change" not in document
    answered = {(one["from"], one["to"]): one["verdict"] for one in outcome.document["cells"]}
    assert answered["DEALER", "PROD-DB"] == "excess"


def test_the_matrix_prints_both_tables(configs: Path, policy: Path) -> None:
    outcome = netaudit("matrix", configs, "--policy", policy, *AS_OF, "--with-change", PLAN)
    lines = outcome.out.splitlines()
    assert any(line.startswith("變更 change\t設備 device") for line in lines)
    assert any(line.startswith("DEALER\tPROD-DB\tnewly_permitted\t10.10.48.0 > 10.10.23.10 tcp/1521") for line in lines)
    assert f"add_rule\tfw-ext\tpolicy: dealers-to-database before 1\t{PLAN}:4" in lines


def test_a_trace_says_how_the_packet_fared_before(configs: Path, tmp_path: Path) -> None:
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "source,destination,protocol,source_port,destination_port\n"
        "10.10.48.5,10.10.23.10,tcp,40000,1521\n"
        "10.10.31.5,10.10.23.10,tcp,40000,1521\n"
        "10.10.20.5,10.10.23.10,tcp,40000,1521\n"
    )
    arguments = ("trace", configs, "--flows", flows, *AS_OF, "--with-change", PLAN)
    document = netaudit(*arguments, "--format", "json")
    assert document.code == 0, document.error
    found = fits(document, "trace")
    rows = found["flows"]
    assert isinstance(rows, list)
    assert [(one["change"]["before"]["disposition"], one["disposition"], one["change"]["changed"]) for one in rows] == [
        ("denied", "delivered", True),
        ("delivered", "no_route", True),
        ("delivered", "delivered", False),
    ]
    steps = [step for hop in rows[0]["traces"][0]["hops"] for step in hop["steps"] if step["kind"] == "policy"]
    assert [(one["name"], one["file"], one["line"]) for one in steps] == [
        ("policy dealers-to-database", "order-gateway.yaml", 4)
    ]
    text = netaudit(*arguments).out.splitlines()
    assert "1\t10.10.48.5 > 10.10.23.10 tcp/1521\tdenied\tdelivered, 回 back delivered\t✓" in text
    assert "3\t10.10.20.5 > 10.10.23.10 tcp/1521\tdelivered, 回 back delivered\tdelivered, 回 back delivered\t-" in text
    assert any(line.startswith("列 row 1 去 there\t10.10.48.5 → 10.10.23.10: delivered") for line in text)
    assert any(line.startswith("列 row 1 回 back\t10.10.23.10 → 10.10.48.5: delivered") for line in text)


def test_flow_and_rules_answer_after_the_change(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", quiet=QUIET)
    change = plan(
        tmp_path,
        "- {change: add_rule, device: QUIET, rulebase: IN, position: first, name: all, action: permit, source: any,"
        " destination: any, service: any}\n",
    )
    flows = tmp_path / "flows.csv"
    flows.write_text(
        "device,rulebase,source,destination,protocol,destination_port\nQUIET,IN,10.9.9.9,10.1.2.5,tcp,22\n"
    )
    asked = ("flow", folder, "--flows", flows, "--format", "json")
    assert netaudit(*asked).document["flows"][0]["verdict"] == "deny"
    answer = fits(netaudit(*asked, "--with-change", change), "flow")
    (row,) = answer["flows"]  # type: ignore[misc]
    assert (row["verdict"], row["rule"], row["file"], row["line"]) == ("permit", "all", "plan.yaml", 1)
    relations = fits(netaudit("rules", folder, "--with-change", change, "--format", "json"), "rules")
    hidden = {one["rule"]: one["kind"] for one in relations["relations"] if one["rulebase"] == "IN"}  # type: ignore[attr-defined]
    assert hidden == {"10": "unreachable", "20": "unreachable"}
    assert "change" in relations
    for command in (("flow", folder, "--flows", flows), ("rules", folder)):
        assert "add_rule\tQUIET\tIN: all first" in netaudit(*command, "--with-change", change).out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {change: interface_down, device: OPN, interface: Gi0/0}\n", ("line 1, key device", "did you mean 'OPEN'?")),
        ("- {change: interface_up, device: OPEN, interface: GigabitEthernet0/0}\n", ("is up already (open.cfg:4)",)),
        ("- {change: add_rule}\n", ("add_rule needs the key device", "needs the key rulebase")),
        ("change: add_rule\n", ("must be a list of changes",)),
        ("- {change: [\n", ("is not well-formed YAML",)),
        ("", ("is empty",)),
        ("- &a {change: interface_down, device: OPEN, interface: x}\n- *a\n", ("is used by an alias",)),
    ],
)
def test_a_file_that_cannot_be_applied_stops_the_command(text: str, words: tuple[str, ...], tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN)
    flows = tmp_path / "flows.csv"
    flows.write_text("source,destination\n10.1.1.20,10.1.2.5\n")
    change = plan(tmp_path, text)
    for command in (("rules", folder), ("flow", folder, "--flows", flows), ("trace", folder, "--flows", flows)):
        outcome = netaudit(*command, "--with-change", change)
        assert outcome.code == 2
        assert outcome.out == ""
        for word in (str(change), *words):
            assert word in outcome.error


def test_a_file_that_is_not_there_and_one_of_another_kind(tmp_path: Path, policy: Path) -> None:
    folder = snapshot(tmp_path / "s", open=OPEN)
    missing = netaudit("matrix", folder, "--policy", policy, "--with-change", tmp_path / "no.yaml")
    assert (missing.code, missing.out) == (2, "")
    assert "no.yaml: cannot be read" in missing.error
    other = netaudit("matrix", folder, "--policy", policy, "--with-change", policy / "zone_matrix.csv")
    assert (other.code, other.out) == (2, "")
    assert "is not one of .yaml, .yml, .json" in other.error
