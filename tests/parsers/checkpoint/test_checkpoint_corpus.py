"""Exports of other people, recorded outputs of the same devices, and the answers of another engine."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from netaudit.audit import parse_files, read_snapshot
from netaudit.collect import collect
from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import Affects, LineState
from netaudit.packets.addresses import AddressSet, Family, format_address
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.topology.routes.computation import compute_routes

LAB = "lab-validation/checkpoint_basic_fw_policy"
ROUTING_LAB = "lab-validation/checkpoint_simple_routing"
GRAMMAR = "batfish/testconfigs/vendor/check_point_gateway/grammar/snapshots/parsetest"
FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
# Where the lab's policy knows its hosts: `inside` by its subnet, `outside` by its loopback.
LAB_HOSTS = {"inside": "10.12.11.1", "outside": "172.16.0.3"}


@cache
def parsed(folder: Path) -> tuple[ParsedFile, ...]:
    files = collect(str(folder)).files
    return tuple(parse_files([one for one in files if (one.platform, one.kind) == ("checkpoint", "configuration")]))


def device_of(folder: Path, name: str) -> Device:
    (found,) = [device for one in parsed(folder) for device in one.devices if device.name == name]
    return found


@pytest.mark.parametrize("folder", [LAB, ROUTING_LAB, GRAMMAR])
def test_every_line_that_can_affect_packets_is_understood(corpus: Path, folder: str) -> None:
    """95 % of the lines that are about filtering and NAT; what is left is told apart by its reason."""
    notes = [note for one in parsed(corpus / folder) for note in one.coverage.notes]
    understood = sum(one.coverage.understood for one in parsed(corpus / folder))
    assert not [note for note in notes if note.state is LineState.UNRECOGNIZED]
    lost = [note for note in notes if note.affects in (Affects.FILTER, Affects.NAT)]
    assert len(lost) <= 0.05 * understood
    assert {note.reason.partition(":")[0] for note in lost} <= {"the global properties are not in the export"}


def test_the_policy_of_the_lab(corpus: Path) -> None:
    gateway = device_of(corpus / LAB / "configs", "cp-gw1")
    (rulebase,) = gateway.rulebases
    assert [(rule.name, rule.action.value, rule.description, rule.hit_count) for rule in rulebase.rules] == [
        ("1", "permit", "MGMT", 779),
        ("2", "permit", "OSPF_Multicast", 29056),
        ("3", "deny", "Deny_ICMP_in_to_out", 31),
        ("4", "permit", "Allow_SSH_in_to_out", 3),
        ("5", "deny", "Cleanup rule", 35107),
    ]
    assert (gateway.version, gateway.operating_system) == ("R80.40", "Gaia")
    assert gateway.undefined_references == ()


def test_verdicts_measured_on_the_running_lab(corpus: Path) -> None:
    """GROUND_TRUTH_traffic.tsv: what passed from inside to outside."""
    judge = FlowJudge(device_of(corpus / LAB / "configs", "cp-gw1").rulebases[0])
    with (corpus / "lab-validation/GROUND_TRUTH_traffic.tsv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream, delimiter="\t") if row["lab"] == Path(LAB).name]
    assert len(rows) == 2
    for row in rows:
        source, destination = LAB_HOSTS[row["source_host"]], LAB_HOSTS[row["destination"]]
        if row["protocol"] == "icmp":
            flow = Flow.of(source, destination, 1, icmp_type=8)
        else:
            flow = Flow.of(source, destination, 6, source_port=40000, destination_port=int(row["port"]))
        assert judge.fate(flow).verdict == row["verdict"].lower()


def test_fates_agree_with_the_other_engine(corpus: Path, oracle: Path) -> None:
    """56 flows at the lab's layer; the six that differ, differ for two reasons.

    The other engine does not know multicast ranges: for it rule 2 (OSPF to 224.0.0.5 and .6) matches nothing. And it
    takes a gateway object for its main address alone, where a rule with a gateway as destination protects all its
    addresses (Gateway and Management Hardening, "Security Gateway Stealth Rule").
    """
    gateway = device_of(corpus / LAB / "configs", "cp-gw1")
    judge = FlowJudge(gateway.rulebases[0])
    agree, differ = 0, Counter[str]()
    with gzip.open(oracle / "flows.jsonl.gz", "rt", encoding="utf-8") as stream:
        records = [json.loads(line) for line in stream if '"vendor":"checkpoint"' in line]
    for record in records:
        flow = record["flow"]
        packet = Flow.of(
            flow["src"], flow["dst"], flow["ip_protocol"],
            source_port=flow.get("src_port", 0), destination_port=flow.get("dst_port", 0),
            icmp_type=flow.get("icmp_type", 0), icmp_code=flow.get("icmp_code", 0),
            tcp_flags=sum(FLAGS[name] for name in flow.get("tcp_flags", ())),
        )  # fmt: skip
        fate = judge.fate(packet)
        if fate.verdict == record["verdict"].lower():
            agree += 1
        elif AddressSet.host(flow["dst"]) <= AddressSet.range("224.0.0.5", "224.0.0.6"):
            differ["multicast range"] += 1
        elif fate.rule is not None and fate.rule.name == "1" and flow["dst"] == "10.23.21.1":
            differ["gateway object"] += 1
        else:
            differ[f"{flow} {record['verdict']} {fate}"] += 1
    assert agree == 50
    assert differ == {"multicast range": 4, "gateway object": 2}


def test_interfaces_and_routes_are_those_that_the_devices_show(corpus: Path) -> None:
    """`show interfaces all` and `show route all` of the same devices."""
    for folder, name in ((LAB, "cp-gw1"), (LAB, "cp-mgmt"), (ROUTING_LAB, "cp_fwl")):
        device = device_of(corpus / folder / "configs", name)
        shown = corpus / folder / "show" / name
        interfaces = (shown / "show_interfaces_all.txt").read_text(encoding="utf-8")
        found = re.findall(r"^Interface (\S+)\n((?:    .*\n?)+)", interfaces, re.MULTILINE)
        assert len(found) >= 3
        for interface, block in found:
            own = next(one for one in device.interfaces if one.name == interface)
            address = re.search(r"ipv4-address (\d\S*)", block)
            assert [str(one) for one in own.addresses] == ([address[1]] if address else []), interface
            state = re.search(r"^    state (\S+)", block, re.MULTILINE)
            assert own.enabled == (state is not None and state[1] == "on"), interface
        routes = (shown / "show_route_all.txt").read_text(encoding="utf-8")
        static = re.findall(r"^S\s+(\S+)\s+via (\S+?),", routes, re.MULTILINE)
        assert static
        assert {(one.prefix, one.next_hop) for one in device.static_routes} == set(static)


def test_routes_computed_in_both_labs_are_those_that_the_devices_show(corpus: Path) -> None:
    """Connected, static, OSPF and BGP routes of `show route all`, with their next hops."""
    letters = {"C": "connected", "S": "static", "O": "ospf", "B": "bgp"}
    seen = Counter[str]()
    for folder, name in ((LAB, "cp-gw1"), (LAB, "cp-mgmt"), (ROUTING_LAB, "cp_fwl")):
        table = compute_routes(read_snapshot(str(corpus / folder / "configs")).devices).tables[name, "", "default"]
        computed = {
            (
                str(route.prefix),
                route.protocol,
                "" if way.next_hop is None else format_address(Family.IPV4, way.next_hop),
            )
            for route in table
            for way in route.exits
        }
        shown = (corpus / folder / "show" / name / "show_route_all.txt").read_text(encoding="utf-8")
        found = re.findall(r"^([CSOB])\s+(\d\S+)\s+(?:via (\S+?),|is directly)", shown, re.MULTILINE)
        assert computed == {(prefix, letters[letter], hop) for letter, prefix, hop in found}
        seen.update(letter for letter, _, _ in found)
    assert set(seen) == set(letters)


def test_layers_of_the_grammar_corpus_follow_each_other(corpus: Path) -> None:
    gateway = device_of(corpus / GRAMMAR, "cp_gw1")
    assert [(one.name, one.follows) for one in gateway.rulebases] == [
        ("Network", ""),
        ("StandardCustomLayer1", "Network"),
        ("Sharedlayer2", "StandardCustomLayer1"),
    ]
    # Of two packages the installed one: its NAT rules lie beside it.
    assert [one.name for one in gateway.nat_rules] == ["NAT 1", "NAT 2", "NAT 3", "NAT 4", "NAT 5"]
    assert str(gateway.nat_rules[0].translated_destination) == "10.1.1.2"


def test_all_objects_of_the_corpus_are_resolved(corpus: Path) -> None:
    """Address objects are exact; services only where a header tells them."""
    gateway = device_of(corpus / GRAMMAR, "cp_gw1")
    inexact = {one.name for one in gateway.address_objects if not one.exact and one.kind in ("address", "group")}
    assert inexact == set()
    assert len(gateway.service_objects) > 300
