"""The workbook that reviewers fill in."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import openpyxl
import pytest

from netaudit.reports import WRITERS
from netaudit.reports.tables import reconciliation_table, rules_table
from netaudit.reports.xlsx_workbook import DECISION_COLUMNS

from .sample import sample


def book(language: str = "zh-TW", result: Any = None) -> Any:
    """Return the workbook as a reader sees it."""
    data = WRITERS["xlsx"](result or sample(), language)[f"report.{language}.xlsx"]
    return openpyxl.load_workbook(io.BytesIO(data))


def rows(sheet: Any) -> list[list[object]]:
    """Return the cells of a sheet."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        (
            "zh-TW",
            [
                *("摘要", "缺失", "區域矩陣", "區域流量", "線路與設備故障", "規則檢視", "規則對帳"),
                *("專線開放埠", "設備清冊與EOL", "網段表", "路由表", "主機IP(ARP)", "備援線路表"),
                *("連線表", "未知鄰接設備", "網段重疊與位址重複", "條文", "證據缺口", "輸入檔"),
            ],
        ),
        (
            "en",
            [
                *("Summary", "Findings", "Zone matrix", "Zone flows", "Failures", "Rule review", "Rulebases"),
                *("Line ports", "Inventory and EOL", "Segments", "Routes", "Hosts (ARP)", "Backup lines"),
                *("Links", "Unknown neighbours", "Address clashes", "Controls", "Evidence gaps", "Inputs"),
            ],
        ),
    ],
)
def test_sheets_in_each_language(language: str, names: list[str]) -> None:
    assert book(language).sheetnames == names


def test_the_review_sheet_has_a_row_for_every_access_rule_and_reconciles() -> None:
    result = sample()
    sheet = book()["規則檢視"]
    listed = len(rows(sheet)) - 1
    parsed = sum(len(rulebase.rules) for device in result.devices for rulebase in device.rulebases)
    uses = {row[2]: (row[3], row[4], row[5]) for row in reconciliation_table(result).rows}
    assert uses["firewall policy"] == ("zone_policy", 4, 4)
    assert uses["BANK-A-IN"] == ("filter", 2, 2)
    assert uses["NONAT"] == ("nat", 1, 0), "a NAT list is no access list"
    assert listed == parsed - 1
    total = rows(book()["規則對帳"])[-1]
    assert (total[0], total[4], total[5]) == ("合計", parsed, listed)


def test_a_rule_row_tells_match_place_findings_and_clauses() -> None:
    table = rules_table(sample())
    row = next(dict(zip(table.columns, row, strict=True)) for row in table.rows if row[5] == "22")
    assert row["from_zones"] == "uat" and row["to_zones"] == "prod-db"
    assert row["sources_resolved"] == "10.10.30.0/24"
    assert row["services_resolved"] == "tcp/1521"
    assert (row["findings"], row["severity"]) == ("SEG-011", "critical")
    assert (row["file"], row["line"]) == ("fw-ext/fw-ext.conf", 412)
    assert row["hit_count"] == 0
    bank = next(dict(zip(table.columns, row, strict=True)) for row in table.rows if row[2] == "BANK-A-IN")
    assert bank["applied_at"] == "bank-a in"
    assert bank["findings"] == "LINE-004, RULE-001"


def test_a_rule_keeps_its_fingerprint_when_it_is_renumbered_or_moved() -> None:
    result = sample()
    device = result.devices[1]
    rulebase = device.rulebases[0]
    moved = replace(rulebase.rules[2], name="99", where=replace(rulebase.rules[2].where, line=999))
    changed = replace(device, rulebases=(replace(rulebase, rules=(moved, *rulebase.rules[:2])),))
    at = rules_table(result).columns.index("rule_fingerprint")
    before = {row[5]: row[at] for row in rules_table(result).rows if row[0] == "fw-ext"}
    after = {row[5]: row[at] for row in rules_table(replace(result, devices=(changed,))).rows}
    assert after["99"] == before["22"]


def test_decision_columns_are_yellow_empty_and_offer_choices() -> None:
    sheet = book()["規則檢視"]
    header = [cell.value for cell in sheet[1]]
    first = header.index("權責單位")
    assert len(header) - first == len(DECISION_COLUMNS)
    for row in sheet.iter_rows(min_row=2, min_col=first + 1):
        assert [cell.value for cell in row] == [None] * len(DECISION_COLUMNS)
        assert {cell.fill.start_color.rgb for cell in row} == {"FFFFF6C2"}
    (choices,) = sheet.data_validations.dataValidation
    assert choices.formula1 == '"保留,修改,移除,先停用,風險接受,待補件"'


def test_headers_stay_in_view_and_filter() -> None:
    for sheet in book():
        if sheet.title in ("摘要", "區域矩陣"):
            continue
        assert sheet.freeze_panes
        assert sheet.auto_filter.ref


def test_the_matrix_sheet_says_each_state_in_words() -> None:
    sheet = rows(book()["區域矩陣"])
    header = sheet[0]
    uat = next(row for row in sheet if row[0] == "UAT")
    assert uat[header.index("PROD-DB")] == "超出"
    assert next(row for row in sheet if row[0] == "OA")[header.index("PROD-ORD")] == "未通"


def test_gaps_hold_problems_missing_devices_registers_and_lines() -> None:
    text = "\n".join(
        " ".join(str(cell) for cell in row if cell is not None) for row in rows(book("en")["Evidence gaps"])
    )
    assert "missing device rtr-twse" in text
    assert "missing register R14 REV-020" in text
    assert "set internet-service-name Google-DNS" in text


def test_text_beyond_what_a_cell_holds_is_cut_and_not_lost() -> None:
    result = sample()
    long = replace(result.findings[0], subject="x" * 40_000)
    sheet = rows(book("en", replace(result, findings=(long,)))["Findings"])
    subject = str(sheet[1][sheet[0].index("Subject")])
    assert len(subject) == 32_001 and subject.endswith("…")
