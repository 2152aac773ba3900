"""`netaudit matrix --failures` and the reports of a firm whose backup line goes past the firewall."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from tests.cli.schema_validation import faults
from tests.command_line import netaudit

AS_OF = ("--as-of", "2026-11-20")
SHUT = "ip access-list extended SHUT\n deny ip any any log\n"
CONFIGS = {
    "left": "interface GigabitEthernet0/0\n ip address 10.1.0.1 255.255.255.0\n"
    "interface GigabitEthernet0/1\n ip address 192.168.1.1 255.255.255.252\n"
    "interface GigabitEthernet0/2\n ip address 192.168.9.1 255.255.255.252\n"
    "ip route 10.2.0.0 255.255.255.0 192.168.1.2\nip route 10.2.0.0 255.255.255.0 192.168.9.2 200\n",
    "wall": "interface GigabitEthernet0/0\n ip address 192.168.1.2 255.255.255.252\n ip access-group SHUT in\n"
    "interface GigabitEthernet0/1\n ip address 192.168.2.2 255.255.255.252\n ip access-group SHUT in\n"
    "ip route 10.1.0.0 255.255.255.0 192.168.1.1\nip route 10.2.0.0 255.255.255.0 192.168.2.1\n" + SHUT,
    "right": "interface GigabitEthernet0/0\n ip address 10.2.0.1 255.255.255.0\n"
    "interface GigabitEthernet0/1\n ip address 192.168.2.1 255.255.255.252\n"
    "interface GigabitEthernet0/2\n ip address 192.168.9.2 255.255.255.252\n"
    "ip route 10.1.0.0 255.255.255.0 192.168.2.2\nip route 10.1.0.0 255.255.255.0 192.168.9.1 200\n",
}
MAIN = "left GigabitEthernet0/1 - wall GigabitEthernet0/0"


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """UAT and PROD with a firewall on the main line and none on the backup; nothing is stated between them."""
    folder = tmp_path_factory.mktemp("firm")
    (folder / "configs").mkdir()
    (folder / "policy").mkdir()
    for name, text in CONFIGS.items():
        (folder / "configs" / f"{name}.cfg").write_text(f"version 16.9\nhostname {name}\n{text}end\n", encoding="utf-8")
    (folder / "policy" / "zone_map.yaml").write_text(
        "- {zone: UAT, type: uat, subnets: [10.1.0.0/24]}\n- {zone: PROD, type: prod, subnets: [10.2.0.0/24]}\n",
        encoding="utf-8",
    )
    (folder / "policy" / "zone_matrix.csv").write_text(
        "src_zone,dst_zone,action,services\nUAT,PROD,deny,any\n", encoding="utf-8"
    )
    return folder


def test_the_document_names_the_failure_the_path_and_a_witness(firm: Path) -> None:
    outcome = netaudit(
        "matrix", firm / "configs", "--policy", firm / "policy", *AS_OF, "--failures", "--format", "json"
    )
    assert outcome.code == 0, outcome.error
    assert faults(outcome.document, netaudit("schema", "matrix").document) == []
    cells = {(one["from"], one["to"]): one["verdict"] for one in outcome.document["cells"]}
    assert cells["UAT", "PROD"] == "ok"  # while all is up
    found = outcome.document["failures"]
    assert found["not_repeated"] == []
    (change,) = [one for one in found["changes"] if (one["failure"]["name"], one["from"]) == (MAIN, "UAT")]
    assert change["failure"]["kind"] == "link"
    assert {one["device"] for one in change["failure"]["interfaces"]} == {"left", "wall"}
    assert change["opens"][0]["path"] == ["left", "right"]
    assert change["opens"][0]["rules"] == []
    assert change["opens"][0]["witness"]["destination"].startswith("10.2.0.")


def test_the_field_is_there_on_demand_alone(firm: Path) -> None:
    document = netaudit("matrix", firm / "configs", "--policy", firm / "policy", *AS_OF, "--format", "json").document
    assert "failures" not in document


def test_the_table_says_what_opens(firm: Path) -> None:
    outcome = netaudit("matrix", firm / "configs", "--policy", firm / "policy", *AS_OF, "--failures")
    rows = [line.split("\t") for line in outcome.out.splitlines()]
    assert any(row[:4] == [MAIN, "UAT", "PROD", "opens"] and row[5] == "left > right" for row in rows)


def test_the_scan_reports_it_everywhere(firm: Path, tmp_path: Path) -> None:
    reports = ("--format", "html,csv,json,xlsx", "--lang", "en", "--out", tmp_path)
    outcome = netaudit("scan", firm / "configs", "--policy", firm / "policy", *AS_OF, *reports)
    assert outcome.code == 1, outcome.error
    findings = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["findings"]
    titles = [one["title"]["en"] for one in findings if one["check"] == "SEG-011"]
    assert titles
    assert all(f"while one of these has failed: {MAIN}" in title for title in titles)
    with (tmp_path / "failures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["effect"], rows[0]["failed_kind"], rows[0]["path"]) == ("opens", "link", "left > right")
    assert {row["effect"] for row in rows} == {"opens", "may_open"}
    page = (tmp_path / "report.en.html").read_text(encoding="utf-8")
    assert '<section id="failures">' in page
    assert "passes only then" in page
    assert MAIN in page


def test_the_reference_firm_opens_nothing_during_a_failure(configs: Path, policy: Path) -> None:
    outcome = netaudit("matrix", configs, "--policy", policy, *AS_OF, "--failures", "--format", "json")
    found = outcome.document["failures"]
    assert faults(outcome.document, netaudit("schema", "matrix").document) == []
    assert found["not_repeated"] == []
    assert not any(one["opens"] or one["may_open"] for one in found["changes"])
    lines = {name for one in found["changes"] for name in one["failure"]["lines"]}
    assert lines == {"TAIFEX (T-3001)", "BANK-B (B-2002)"}
    closing = {one["failure"]["name"] for one in found["changes"] if one["surely_closes"]}
    assert "fw-line-1 taifex" in closing
