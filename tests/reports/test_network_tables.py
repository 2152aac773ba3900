"""The tables of segments, routes, hosts and backup lines."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from functools import cache

import openpyxl
import pytest

from netaudit.model.capture import CapturedNeighbor
from netaudit.model.source import SourceRef
from netaudit.policy.registers import Policy, ZoneType
from netaudit.reports import WRITERS
from netaudit.reports.link_tables import address_clashes_table, links_table
from netaudit.reports.network_tables import backup_lines_table
from netaudit.reports.result import AuditResult
from netaudit.reports.table_words import cell_words
from netaudit.reports.words import words_of
from netaudit.topology.links.ports import Port
from netaudit.topology.links.survey import survey_links
from tests.topology.networks import device, zone

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


def test_links_tell_what_they_rest_on() -> None:
    rows = {(row["device"], row["interface"], row["link_kind"]): row for row in read("links.csv")}
    seen = rows["edge-1", "GigabitEthernet0/1", "subnet"]
    assert (seen["other_device"], seen["link_state"], seen["link_evidence"]) == ("fw-ext-1", "confirmed", "cable")
    assert seen["evidence_places"] == "edge-1-cdp.txt:2"
    guessed = rows["fw-line", "GigabitEthernet0/1", "subnet"]
    assert (guessed["other_device"], guessed["link_state"], guessed["link_evidence"]) == ("rtr-twse", "inferred", "")
    tunnel = rows["edge-1", "Tunnel1", "tunnel"]
    assert (tunnel["other_device"], tunnel["link_state"], tunnel["link_evidence"]) == (
        *("kh-rtr", "joined", "not_encrypted"),
    )
    many = rows["acc-2", "Vlan40", "subnet"]
    assert many["other_device"] == "core-1, core-2, acc-1, acc-3, acc-4"
    assert rows["core-1", "Vlan50", "first_hop"]["subject"] == "HSRP 50 10.50.0.1"
    assert rows["acc-1", "GigabitEthernet0/1", "cable"]["link_evidence"] == "cdp"


def test_what_contradicts_a_link_is_told_as_such() -> None:
    known = result()
    crossed = CapturedNeighbor("cdp", "Gi0/1", "rtr-bank", SourceRef("fw-line-cdp.txt", 4), "Gi0/0")
    devices = tuple(
        replace(one, captured=replace(one.captured, neighbors=(crossed,))) if one.name == "fw-line" else one
        for one in known.devices
    )
    table = links_table(replace(known, links=survey_links(devices)))
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    (row,) = [row for row in rows if row["subject"] == "10.255.8.0/30"]
    assert (row["link_state"], row["link_evidence"]) == ("contradicted", "not other_subnet")
    assert row["evidence_places"] == "fw-line-cdp.txt:4"
    assert cell_words("link_evidence", row["link_evidence"], words_of("zh-TW")) == "不符：纜線接往其他網段之埠"


def test_neighbours_without_an_export_and_clashing_addresses_are_listed() -> None:
    (neighbor,) = read("unknown_neighbors.csv")
    assert (neighbor["neighbor"], neighbor["device"], neighbor["file"], neighbor["line"]) == (
        *("SW-TEMP", "core-1", "core-1-cdp.txt", "9"),
    )
    assert read("address_clashes.csv") == []
    known = result()
    copied = replace(known.devices[0], name="copy")
    table = address_clashes_table(replace(known, links=survey_links((*known.devices, copied))))
    (twin,) = [row for row in table.rows if row[0] == "twin_devices"]
    assert twin[1] == f"{known.devices[0].name} copy" and twin[3] == "no"


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_page_has_the_tables_with_their_number_of_rows(language: str) -> None:
    page = WRITERS["html"](result(), language)[f"report.{language}.html"].decode()
    words = words_of(language)
    for name, count in (("links", len(read("links.csv"))), ("segments", len(read("segments.csv")))):
        assert f'{words(f"sheet.{name}")} <span class="soft">({count})</span>' in page
    assert words("sheet.address_clashes") not in page, "an empty table is not shown"


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("zh-TW", ["網段表", "路由表", "主機IP(ARP)", "備援線路表", "連線表", "未知鄰接設備"]),
        ("en", ["Segments", "Routes", "Hosts (ARP)", "Backup lines", "Links", "Unknown neighbours"]),
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


def test_the_line_with_the_better_routes_is_the_main_one() -> None:
    edge = device(
        "cisco_ios",
        "hostname edge\ninterface Gi0/0\n ip address 198.51.100.2 255.255.255.248\ninterface Gi0/1\n"
        " ip address 203.0.113.2 255.255.255.248\nip route 0.0.0.0 0.0.0.0 203.0.113.1\n"
        "ip route 0.0.0.0 0.0.0.0 198.51.100.1 250\nend",
        "edge.cfg",
    )
    outside = zone("INTERNET", ZoneType.INTERNET, members=(("edge", "Gi0/0"), ("edge", "Gi0/1")))
    result = replace(
        sample(),
        devices=(edge,),
        policy=Policy(zones=(outside,)),
        zone_ports={"INTERNET": (Port("edge", "Gi0/0"), Port("edge", "Gi0/1"))},
    )
    (row,) = [one for one in backup_lines_table(result).rows if one[0] == "line"]
    assert row[3] == "edge Gi0/1 (0.0.0.0/0 203.0.113.1 [1])"
    assert row[4] == "edge Gi0/0 (0.0.0.0/0 198.51.100.1 [250])"
