"""A firm read from disk as a customer hands it over: its graph, its picture and its tables."""

from __future__ import annotations

import csv
import io
from datetime import date
from itertools import combinations

import pytest

from netaudit.audit import run_audit
from netaudit.reports import WRITERS
from netaudit.reports.diagram import Picture, legend_of, place
from netaudit.reports.result import AuditResult
from netaudit.reports.words import words_of

from .four_sites import SITES, ZONES, write_firm
from .test_diagram import boxes_crossed, lines_on_lines, overlapping, texts_crossed


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> AuditResult:
    snapshot, policy = write_firm(tmp_path_factory.mktemp("firm"))
    return run_audit(str(snapshot), policy_folder=policy, as_of=date(2026, 11, 20))


@pytest.fixture(scope="module")
def picture(result: AuditResult) -> Picture:
    return place(result.diagram_nodes, result.diagram_edges, result.policy)


def rows(result: AuditResult, name: str) -> list[dict[str, str]]:
    data = WRITERS["csv"](result, "en")[f"{name}.csv"]
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def edges(picture: Picture, one: str, other: str) -> list[str]:
    """Return the looks of the edges between two boxes, by their labels."""
    labels = {node.id: node.label for node in picture.nodes}
    return sorted(
        edge.look for edge in picture.edges if {labels[edge.link.source], labels[edge.link.target]} == {one, other}
    )


def test_every_line_of_every_file_is_understood(result: AuditResult) -> None:
    assert {one.path: one.notes for one in result.coverage if one.notes or one.problem} == {}
    assert len(result.devices) == 30 and result.missing_devices == ()


def test_the_graph_has_every_kind_of_part(result: AuditResult) -> None:
    graph = result.topology
    assert graph is not None
    kinds = {data["kind"] for _, data in graph.nodes(data=True)}
    assert kinds == {"device", "vrf", "interface", "subnet", "vlan", "first_hop", "end", "unknown"}
    joins = {data["kind"] for _, _, data in graph.edges(data=True)}
    assert joins >= {"has", "in", "part", "address", "vlan", "cable", "tunnel", "first_hop", "twin", "end", "peering"}
    assert graph.nodes["interface", "core-1", "port-channel10"]["members"] == ("Ethernet1/9", "Ethernet1/10")
    types = {data["type"] for _, _, data in graph.edges(data=True) if data["kind"] == "tunnel"}
    assert types == {"gre", "ipsec"}


def test_every_device_stands_in_the_column_of_its_site(picture: Picture) -> None:
    frames = {frame.site: frame.box for frame in picture.frames}
    assert set(frames) == set(SITES)
    placed = {node.label: node for node in picture.nodes if node.kind == "device"}
    for site, names in SITES.items():
        for name in names:
            node, box = placed[name], frames[site]
            assert box.x < node.x and node.x + node.width < box.x + box.width, name
            assert box.y < node.y and node.y + node.height < box.y + box.height, name
    assert len(placed) == sum(map(len, SITES.values()))


def test_nothing_lies_on_another(picture: Picture) -> None:
    assert overlapping(picture) == [] and boxes_crossed(picture) == []
    assert lines_on_lines(picture) == [] and texts_crossed(picture) == []


def test_every_zone_is_in_the_picture(picture: Picture) -> None:
    drawn = {node.label for node in picture.nodes if node.kind in ("zone", "internet")}
    assert drawn | {chip.zone for node in picture.nodes for chip in node.chips} == set(ZONES)


def test_every_link_is_in_the_picture(result: AuditResult, picture: Picture) -> None:
    """Two devices with a link are joined: by an edge, by a box between them, or by a zone that both are in."""
    labels = {node.id: node.label for node in picture.nodes}
    near: dict[str, set[str]] = {node.label: {chip.zone for chip in node.chips} for node in picture.nodes}
    for edge in picture.edges:
        near[labels[edge.link.source]].add(labels[edge.link.target])
        near[labels[edge.link.target]].add(labels[edge.link.source])
    twins = [{twin.one, twin.other} for twin in result.links.twins]
    for row in rows(result, "links"):
        for name in filter(None, row["other_device"].split(", ")):
            ends = {row["device"], name}
            joined = name in near[row["device"]] or near[row["device"]] & near[name]
            assert joined or ends in twins, (row["device"], name, row["subject"])


def test_firewalls_routers_switches_clouds_and_hosts_differ(picture: Picture) -> None:
    looks = {node.label: node.look for node in picture.nodes}
    assert {looks[name] for name in ("fw-ext-a", "fw-int", "fw-line", "dr-fw", "kh-fw")} == {"firewall"}
    assert {looks[name] for name in ("edge-1", "rtr-twse", "vpn-gw", "dr-wan", "kh-rtr")} == {"router"}
    assert {looks[name] for name in ("core-1", "acc-1", "kh-sw", "kh-acc")} == {"switch"}
    assert (looks["vpc-1"], looks["log-1"]) == ("cloud", "host")


def test_pairs_stand_side_by_side(picture: Picture) -> None:
    placed = {node.label: node for node in picture.nodes if node.kind == "device"}
    for one, other in (
        ("edge-1", "edge-2"),
        ("fw-ext-a", "fw-ext-b"),
        ("core-1", "core-2"),
        ("dr-core-1", "dr-core-2"),
    ):
        assert "pair" in edges(picture, one, other)
        left, right = sorted((placed[one], placed[other]), key=lambda node: node.x)
        assert left.y == right.y
        between = [node for node in placed.values() if node.y == left.y and left.x < node.x < right.x]
        assert between == []


def test_lines_tell_who_carries_them(picture: Picture) -> None:
    words = {node.label: node.lines for node in picture.nodes if node.look in ("line", "outside")}
    assert words["LINE-BANK-A"] == ("", "甲銀行", "甲電信 B-2001 20M"), "as agreed, not as described"
    notes = {edge.note.text for edge in picture.edges if edge.note}
    assert {"WAN dr-core-1 中華電信 200M", "GRE", "IPsec"} <= notes
    twse = [node for node in picture.nodes if node.label == "LINE-TWSE"]
    assert {node.lines[1] for node in twse} == {"TWSE 證交所 10M 電路 T-3001", "TWSE 證交所 備援 10M 電路 T-3002"}


def test_what_captures_say_is_seen(picture: Picture) -> None:
    assert edges(picture, "core-1", "fw-int") == ["link confirmed"]
    assert edges(picture, "core-1", "fw-line") == ["link contradicted"]
    assert edges(picture, "core-1", "acc-3") == ["cable"]
    assert edges(picture, "core-1", "SW-TEMP") == ["cable"]
    assert edges(picture, "vpn-gw", "dr-edge") == ["tunnel joined"]
    assert edges(picture, "vpn-gw", "18.180.0.9") == ["tunnel outside"]
    assert edges(picture, "vpc-1", "vpc-2") == ["peering"]
    assert edges(picture, "vpc-1", "INTERNET") == ["link"]


@pytest.mark.parametrize("language", ["zh-TW", "en"])
def test_the_legend_explains_all_and_fits(picture: Picture, language: str) -> None:
    legend = legend_of(picture, words_of(language))
    used = {node.look for node in picture.nodes} | {chip.look for node in picture.nodes for chip in node.chips}
    states = {word for edge in picture.edges for word in edge.look.split()} - {"joined", "outside", "open"}
    assert {key.look for key in legend.keys} == used | states
    for one, other in combinations(legend.keys, 2):
        assert one.y != other.y or abs(one.x - other.x) > 40
    assert all(key.y + 18 <= picture.height + legend.height for key in legend.keys)


def test_the_tables_tell_the_same(result: AuditResult) -> None:
    links = {(row["device"], row["other_device"], row["link_kind"]): row for row in rows(result, "links")}
    wrong = links["core-1", "fw-line", "subnet"]
    assert (wrong["link_state"], wrong["link_evidence"]) == ("contradicted", "not arp_elsewhere")
    assert wrong["evidence_places"].startswith("core-1_captures.txt:")
    assert links["vpc-1", "vpc-2", "peering"]["subject"] == "pcx-0a1b2c"
    assert links["vpn-gw", "", "tunnel"]["link_state"] == "outside"
    (unknown,) = rows(result, "unknown_neighbors")
    assert (unknown["neighbor"], unknown["platform"]) == ("SW-TEMP", "WS-C2960")
    (twins,) = rows(result, "address_clashes")
    assert (twins["clash_kind"], twins["subject"]) == ("twin_devices", "fw-ext-a fw-ext-b")
    hosts = {row["address"]: row for row in rows(result, "hosts")}
    assert hosts["10.40.0.11"]["known_as"] == "acc-1 Vlan40" and hosts["10.50.0.77"]["known_as"] == ""
    backups = {(row["backup_kind"], row["subject"]): row for row in rows(result, "backup_lines")}
    assert backups["first_hop", "HSRP 40 10.40.0.1"]["primary"] == "core-1 Vlan40 (110)"
    assert backups["line", "LINE-TWSE"]["backup"] == "rtr-twse GigabitEthernet0/1"
