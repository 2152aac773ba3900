"""The JSON documents have the fields of the design, and say what the model says."""

from __future__ import annotations

import json
from dataclasses import replace

from netaudit.reports import WRITERS
from netaudit.reports.views import inventory_document, matrix_document, parse_document, scan_document

from .sample import coverage, devices, inventory, matrix, sample


def test_the_scan_document_has_the_fields_of_the_design() -> None:
    document = json.loads(WRITERS["json"](sample(), "en")["report.json"])
    assert document.keys() >= {"schema_version", "run", "inputs", "coverage", "findings", "controls"}
    assert document["run"]["as_of"] == "2026-11-20"
    assert document["run"]["tool_version"] == "0.1.0"
    assert {"path", "sha256", "status"} <= document["inputs"][0].keys()
    assert document["controls"][0].keys() >= {"id", "framework", "verdict", "reasons"}


def test_a_finding_carries_facts_place_witness_and_both_titles() -> None:
    found = {one["check"]: one for one in scan_document(sample())["findings"]}
    finding = found["SEG-011"]
    assert list(finding) == [
        *("id", "check", "severity", "verdict", "device", "subject", "facts", "title", "where", "witness"),
        *("controls", "remediation", "waiver"),
    ]
    assert (finding["severity"], finding["verdict"], finding["waiver"]) == ("critical", "fail", None)
    assert finding["title"].keys() == {"en", "zh-TW"}
    assert finding["where"][0] == {"file": "fw-ext/fw-ext.conf", "line": 412, "text": "edit 22"}
    assert finding["witness"] == {
        "source": "10.10.30.0",
        "destination": "10.10.23.0",
        "protocol": 6,
        "source_port": 49152,
        "destination_port": 1521,
        "tcp_flags": 2,
    }
    assert found["RULE-006"]["verdict"] == "unknown"
    assert found["RULE-013"]["waiver"] == "W-2026-003 (2027-03-31)"


def test_the_coverage_says_what_was_missing() -> None:
    summary = scan_document(sample())["coverage"]
    assert summary["complete"] is False
    assert summary["missing_devices"] == ["rtr-twse"]
    assert (summary["unsupported"], summary["unrecognized"]) == (1, 1)


def test_parse_lists_files_lines_interfaces_routes_and_filters() -> None:
    document = parse_document(coverage(), devices())
    assert document.keys() == {"files", "devices", "captures"}
    partial = document["files"][1]
    assert (partial["status"], partial["lines"], partial["understood"], partial["ignored"]) == (
        *("partial", 1200),
        *(1100, 98),
    )
    assert partial["unsupported"] == [
        {
            "line": 950,
            "text": "set internet-service-name Google-DNS",
            "affects": "filter",
            "reason": "internet service database",
        }
    ]
    core, fortigate, asa = document["devices"]
    assert core["interfaces"][0]["addresses"] == ["10.10.20.1/24"]
    assert (fortigate["interfaces"][0]["zone"], fortigate["interfaces"][0]["acl_in"]) == ("wan1", None)
    assert (asa["interfaces"][0]["zone"], asa["interfaces"][0]["acl_in"]) == ("bank-a", "BANK-A-IN")
    assert asa["interfaces"][0]["acl_out"] is None
    assert {"vrf", "prefix", "next_hop", "interface", "protocol"} <= fortigate["routes"][-1].keys()
    assert fortigate["routes"][-1]["prefix"] == "0.0.0.0/0"
    assert {"name": "firewall policy", "rules": 4}.items() <= fortigate["rulebases"][0].items()
    assert asa["undefined_references"] == [
        {"kind": "access list", "name": "OLD-LIST", "file": "fw-line-1/running-config.txt", "line": 230}
    ]


def test_an_interface_with_two_lists_names_both() -> None:
    device = devices()[2]
    twice = replace(device, bindings=(*device.bindings, replace(device.bindings[0], rulebase="V6-IN")))
    interface = parse_document((), (twice,))["devices"][0]["interfaces"][0]
    assert interface["acl_in"] == "BANK-A-IN"
    assert interface["acls_in"] == ["BANK-A-IN", "V6-IN"]


def test_inventory_gives_status_and_sources() -> None:
    document = inventory_document(inventory(), devices())
    core, fortigate, asa, missing = document["devices"]
    assert core["software_status"] == "eos"
    assert core["software_end_of_support"] == "2026-07-29"
    assert fortigate["sources"] == [
        {"field": "version", "file": "fw-ext/fw-ext.conf", "line": 1},
        {"field": "model", "file": "fw-ext/fw-ext.conf", "line": 1},
    ]
    assert asa["part_number"] == "ASA5525-K9"
    assert (missing["exported"], missing["software_status"]) == (False, "unknown")


def test_matrix_cells_tell_excess_and_the_rules_that_decide() -> None:
    document = matrix_document(("UAT", "PROD-DB"), matrix())
    cell = next(one for one in document["cells"] if (one["from"], one["to"]) == ("UAT", "PROD-DB"))
    assert cell["verdict"] == "excess"
    (excess,) = cell["excess"]
    assert (excess["protocol"], excess["destination_ports"]) == ("tcp", ["1521"])
    assert excess["witness"]["destination_port"] == 1521
    assert excess["rules"] == [
        {
            "device": "fw-ext",
            "rulebase": "firewall policy",
            "rule": "22",
            "file": "fw-ext/fw-ext.conf",
            "line": 412,
        }
    ]
    missing = next(one for one in document["cells"] if one["verdict"] == "missing")
    assert missing["missing"][0]["destination_ports"] == ["443"]
    open_path = next(one for one in document["cells"] if one["unfiltered_devices"])
    assert open_path["excess"][0]["rules"][0]["rule"] is None
