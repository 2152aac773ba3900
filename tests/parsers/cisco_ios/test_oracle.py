"""The answers of an independent engine (Batfish 0.36.0, see the README of the oracle) about the same files."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Purpose, RulebaseKind
from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from netaudit.parsers.cisco_ios import parse

from .conftest import source_of

_FLAGS = {"FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "ECE": ECE, "CWR": CWR}

# Filters whose fate we leave open where the other engine takes an undefined name to match nothing:
# IOS refuses an entry that names an object group it does not have, and says nothing of a class map whose access list is
# not there (elsewhere such a list permits everything), so neither "it passes" nor "it does not" is sure.
_UNDEFINED_NAMES = {
    ("batfish/tests/parsing-tests/networks/unit-tests/configs/cisco_eigrp", "bloop_blop"),
    ("pybatfish-networks/notebooks/example-filters/current/configs/firewall.cfg", "policy-admin-to-z3"),
}
# `match protocol https` is TCP port 443 (Cisco IOS Security Configuration Guide, "Port to Application Mapping");
# the other engine takes it for any TCP port, so that a class that also asks for port 8443 matches there.
_PORT_OF_AN_APPLICATION = {"class-z2-puppet-tcp-https-alt", "class-fw-z2-puppet-tcp-https-alt"}


def _records(oracle: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(oracle / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


@cache
def _device(path: Path) -> Device:
    return parse(source_of(path.read_bytes().decode("utf-8", "replace"), path.name)).devices[0]


def _path(corpus: Path, config: str) -> Path:
    return (corpus.parent if config.startswith("oracle/") else corpus) / config


def _flow(record: dict[str, Any]) -> Flow:
    return Flow.of(
        record["src"],
        record["dst"],
        record["ip_protocol"],
        source_port=record.get("src_port") or 0,
        destination_port=record.get("dst_port") or 0,
        icmp_type=record.get("icmp_type") or 0,
        icmp_code=record.get("icmp_code") or 0,
        tcp_flags=sum(_FLAGS[flag] for flag in record.get("tcp_flags", [])),
    )


@cache
def _judge(path: Path, name: str) -> tuple[FlowJudge, str | None, str | None] | None:
    """Return the judge of a list, or of an inspect policy with the zones of its first pair."""
    rulebase = _device(path).rulebase(name)
    if rulebase is None:
        return None
    if rulebase.kind is RulebaseKind.ZONE_POLICY:
        first = rulebase.rules[0]
        return FlowJudge(rulebase), first.from_zones.names()[0], first.to_zones.names()[0]
    return FlowJudge(rulebase), None, None


def _fate(path: Path, name: str, flow: Flow) -> str:
    found = _judge(path, name)
    if found is None:
        return "missing"
    judge, from_zone, to_zone = found
    return judge.fate(flow, from_zone, to_zone).verdict


def test_fates_of_single_packets(corpus: Path, oracle: Path) -> None:
    outcomes: Counter[str] = Counter()
    wrong: list[tuple[str, ...]] = []
    for record in _records(oracle, "flows"):
        if record["vendor"] != "cisco_ios" or "caution" in record:
            continue
        config = record["config"]
        name = record["filter"].removeprefix("~INSPECT_POLICY_MAP_ACL~").removesuffix("~")
        fate = _fate(_path(corpus, config), name, _flow(record["flow"]))
        if fate == record["verdict"].lower():
            outcomes["agree"] += 1
        elif fate == "unknown" and (config, name) in _UNDEFINED_NAMES:
            outcomes["undefined name"] += 1
        elif any(text in (record["matched_line"] or "") for text in _PORT_OF_AN_APPLICATION):
            outcomes["application port"] += 1
        else:
            wrong.append((config, name, fate, record["verdict"], record["matched_line"] or ""))
    assert not wrong, wrong[:5]
    assert outcomes["agree"] > 1400
    assert outcomes["undefined name"] + outcomes["application port"] < 0.02 * outcomes.total()


def _facts(oracle: Path) -> Iterator[dict[str, Any]]:
    for record in _records(oracle, "facts"):
        if record["vendor_guess"] in ("cisco_ios", "ios") and record["devices"]:
            yield record


def test_interfaces(corpus: Path, oracle: Path) -> None:
    compared = 0
    for record in _facts(oracle):
        device = _device(_path(corpus, record["config"]))
        mine = {one.name.lower(): one for one in device.interfaces}
        assert set(mine) == {one["interface"].lower() for one in record["interfaces"]}, record["config"]
        for known in record["interfaces"]:
            interface = mine[known["interface"].lower()]
            where = (record["config"], interface.name)
            own = [one for one in interface.addresses if one.family is Family.IPV4 and not one.virtual]
            assert sorted(map(str, own)) == sorted(known["all_prefixes"]), where
            primary = next((str(one) for one in own if not one.secondary), None)
            assert primary == known["primary_address"], where
            assert interface.enabled is known["admin_up"], where
            assert interface.vrf == known["vrf"], where
            assert (interface.description or None) == known["description"], where
            for direction, field in (("in", "incoming_filter"), ("out", "outgoing_filter")):
                if (known[field] or "").startswith("~"):
                    continue  # a name of the engine's own for the zone firewall
                bound = [
                    one.rulebase
                    for one in device.bindings
                    if one.purpose is Purpose.FILTER and one.interface == interface.name and one.direction == direction
                ]
                assert bound == ([known[field]] if known[field] else []), where
            compared += 1
    assert compared > 60


def test_connected_and_static_routes(corpus: Path, oracle: Path) -> None:
    for record in _facts(oracle):
        device = _device(_path(corpus, record["config"]))
        connected = {
            one.network_text if one.prefix_length < 32 else f"{one.address_text}/32"
            for interface in device.interfaces
            if interface.enabled
            for one in interface.addresses
            if one.family is Family.IPV4 and not one.virtual
        }
        shown = {one["network"] for one in record["routes"] if one["protocol"] == "connected"}
        assert shown <= connected, record["config"]
        static = {one["network"] for one in record["routes"] if one["protocol"] == "static"}
        assert static <= {one.prefix for one in device.static_routes}, record["config"]


# Structures that the model has no noun for; and lines of other platforms in files that grammar tests are made of.
_OTHER_NOUNS = {"interface", "service-template"}
_NOT_IOS = {"batfish/tests/parsing-tests/networks/unit-tests/configs/cisco_qos"}
_NO_RP_BY_ROUTE_MAP = "foobarmap"  # `ip pim rp-address A route-map M` is no IOS command


def test_undefined_references(corpus: Path, oracle: Path) -> None:
    compared = 0
    for record in _facts(oracle):
        if record["config"] in _NOT_IOS:
            continue
        device = _device(_path(corpus, record["config"]))
        mine = {(one.name, one.where.line) for one in device.undefined_references}
        for known in record["undefined_references"]:
            if known["Struct_Type"] in _OTHER_NOUNS or known["Ref_Name"] == _NO_RP_BY_ROUTE_MAP:
                continue
            for line in known["lines"]:
                assert (known["Ref_Name"], line) in mine, (record["config"], known)
                compared += 1
    assert compared > 5


@pytest.mark.parametrize(
    ("structure", "kind"),
    [
        ("extended ipv4 access-list", "access list"),
        ("standard ipv4 access-list", "access list"),
        ("object-group network", "address object"),
        ("object-group service", "service object"),
        ("route-map", "route map"),
        ("ipv4 prefix-list", "prefix list"),
        ("class-map type inspect", "inspect class map"),
        ("policy-map type inspect", "inspect policy map"),
    ],
)
def test_unused_structures(corpus: Path, oracle: Path, structure: str, kind: str) -> None:
    for record in _facts(oracle):
        if record["config"] in _NOT_IOS:
            continue
        device = _device(_path(corpus, record["config"]))
        mine = {one.name for one in device.unused_objects if one.kind == kind}
        known = {one["name"] for one in record["unused_structures"] if one["struct_type"] == structure}
        assert known <= mine, record["config"]
