"""What a cabling file says that cannot be used is told, with the line and what was expected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.source import FileStatus

ROUTER = "hostname {}\ninterface Gi0/0\n ip address 10.0.0.{} 255.255.255.0\nend\n"
PAIR = {"hostname": "r1", "interfaceName": "GigabitEthernet0/0"}, {"hostname": "R2.example", "interfaceName": "gi0/0"}


def _problems(folder: Path, text: str) -> list[str]:
    for number in (1, 2):
        (folder / f"r{number}.cfg").write_text(ROUTER.format(f"r{number}", number), encoding="utf-8")
    (folder / "batfish").mkdir()
    (folder / "batfish" / "layer1_topology.json").write_text(text, encoding="utf-8")
    reading = read_snapshot(str(folder))
    assert {one.path: one.status for one in reading.coverage}["batfish/layer1_topology.json"] is FileStatus.CABLING
    return [f"{one.place}: {one.message}" for one in reading.problems]


def _edge(one: object, other: object) -> dict[str, object]:
    return {"node1": one, "node2": other}


def test_an_edge_in_both_directions_and_in_short_names_is_one_cable(tmp_path: Path) -> None:
    edges = [_edge(*PAIR), _edge(PAIR[1], PAIR[0])]
    assert _problems(tmp_path, json.dumps({"edges": edges})) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no JSON"),
        ("", "states no cables; expected"),
        ("[]", "states no cables; expected"),
        ('{"edges": 5}', "states no cables; expected"),
        ('{"edges": [7]}', "expected node1 and node2"),
        ('{"edges": [{"node1": {"hostname": "r1"}}]}', "expected node1 and node2"),
        (json.dumps({"edges": [_edge(PAIR[0], PAIR[0])]}), "is cabled to itself"),
    ],
)
def test_what_is_no_cable_is_told(tmp_path: Path, text: str, told: str) -> None:
    (problem,) = _problems(tmp_path, text)
    assert told in problem


def test_unknown_devices_and_ports_are_told_with_their_line(tmp_path: Path) -> None:
    far, wrong = {"hostname": "r9", "interfaceName": "x"}, {"hostname": "r2", "interfaceName": "Gi7/7"}
    problems = _problems(tmp_path, json.dumps({"edges": [_edge(PAIR[0], far), _edge(wrong, far)]}, indent=1))
    assert problems[0] == (
        "line 3, edge 1: names r9, expected a device of the snapshot: what stands at that end is not known"
    )
    assert "names Gi7/7 of r2, expected an interface of its configuration" in problems[1]


def test_a_port_with_two_cables_is_told_once_with_its_lines(tmp_path: Path) -> None:
    far = {"hostname": "r1", "interfaceName": "Gi7/7"}
    problems = _problems(tmp_path, json.dumps({"edges": [_edge(*PAIR), _edge(PAIR[1], far)]}, indent=1))
    told = [one for one in problems if "expected one cable a port" in one]
    assert len(told) == 1
    assert told[0].startswith("line 3, 13: r2 Gi0/0 is cabled to ")
