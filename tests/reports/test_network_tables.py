"""The tables of segments, routes, hosts and backup lines."""

from __future__ import annotations

import csv
import io
from functools import cache

import openpyxl
import pytest

from netaudit.reports import WRITERS
from netaudit.reports.result import AuditResult

from .sample import sample
from .thirty_devices import thirty


@cache
def result() -> AuditResult:
    return thirty(sample())


def read(name: str) -> list[dict[str, str]]:
    data = WRITERS["csv"](result(), "en")[name]
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_a_segment_has_a_row_for_each_interface_with_zone_evidence_and_place() -> None:
    rows = [row for row in read("segments.csv") if row["subnet"] == "10.40.0.0/24"]
    assert [row["device"] for row in rows] == ["core-1", "core-2", "acc-1", "acc-2", "acc-3", "acc-4"]
    assert {row["zones"] for row in rows} == {"MGMT"} and {row["vlan"] for row in rows} == {"40"}
    states = {row["device"]: row["link_state"] for row in rows}
    assert (states["acc-1"], states["acc-2"]) == ("confirmed", "inferred"), "core-1's ARP capture has the first"
    assert rows[0]["file"] == "core-1.cfg" and int(rows[0]["line"]) > 0


def test_segments_are_sorted_by_address() -> None:
    subnets = list(dict.fromkeys(row["subnet"] for row in read("segments.csv")))
    numbers = [tuple(int(part) for part in subnet.split("/")[0].split(".")) for subnet in subnets]
    assert numbers == sorted(numbers) and len(numbers) > 30


def test_static_routes_are_listed_with_distance_and_place() -> None:
    rows = [row for row in read("routes.csv") if row["device"] == "core-1" and row["prefix"] == "10.120.0.0/16"]
    assert [(row["next_hop"], row["distance"], row["route_source"]) for row in rows] == [
        ("10.255.20.2", "1", "static"),
        ("10.255.4.2", "200", "static"),
    ]


def test_hosts_come_from_arp_and_those_of_the_snapshot_are_named() -> None:
    rows = {row["address"]: row for row in read("hosts.csv")}
    assert rows["10.40.0.11"]["known_as"] == "acc-1 Vlan40"
    assert rows["10.50.0.77"]["known_as"] == "" and rows["10.50.0.77"]["hardware_address"] == "0011.2233.4477"


def test_backup_lines_tell_what_stands_in_and_where_nothing_does() -> None:
    rows = {(row["backup_kind"], row["subject"]): row for row in read("backup_lines.csv")}
    floating = rows["floating_route", "10.120.0.0/16"]
    assert (floating["primary"], floating["backup"]) == ("10.255.20.2 [1]", "10.255.4.2 [200]")
    assert rows["line", "LINE-BANK-A"]["backup"] == ""
    assert rows["line", "LINE-TWSE"]["backup"] == "dr-twse GigabitEthernet0/1"
    group = rows["first_hop", "HSRP 40 10.40.0.1"]
    assert (group["primary"], group["backup"]) == ("core-1 Vlan40 (110)", "core-2 Vlan40 (100)")


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-TW", ["網段表", "路由表", "主機IP(ARP)", "備援線路表"]),
        ("en", ["Segments", "Routes", "Hosts (ARP)", "Backup lines"]),
    ],
)
def test_the_workbook_has_a_sheet_a_table_in_words(language: str, names: list[str]) -> None:
    data = WRITERS["xlsx"](result(), language)[f"report.{language}.xlsx"]
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert [name for name in book.sheetnames if name in names] == names
    cells = [[cell.value for cell in row] for row in book[names[0]].iter_rows()]
    state = cells[0].index("依據" if language == "zh-TW" else "Evidence")
    assert {row[state] for row in cells[1:]} == (
        {"依位址推定", "擷取資料確認"} if language == "zh-TW" else {"from the addresses", "confirmed by captures"}
    )
