"""The answers of an independent engine (Batfish 0.36.0) about the same PAN-OS files, and why some of ours differ."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.device import Device, Reference
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rule_relations import RelationKind, analyze_rulebase
from netaudit.model.rules import Rulebase
from netaudit.packets.names import ANY_NAME
from netaudit.parsers.paloalto_panos import parse
from netaudit.parsers.paloalto_panos.interfaces import NO_ROUTER
from tests.parsers.switch_answers import flow_of, source_of

_GRAMMAR = "batfish/testconfigs/grammar/palo_alto/testconfigs/"

# A rule that names applications matches what App-ID finds in the content, and `application-default` only their
# default ports (PAN-OS Web Interface Reference, "Policies > Security"): no header tells. The other engine takes any
# application, or one on its default port, as matched; elsewhere its records of such rules carry a caution.
_BY_APPLICATION = {
    _GRAMMAR + "panorama-rulebase-copy",
    _GRAMMAR + "panorama-namespace",
    _GRAMMAR + "panorama-rulebase-mixed-namespace",
}


@cache
def _devices(corpus: Path, config: str) -> tuple[Device, ...]:
    path = (corpus.parent if config.startswith("oracle/") else corpus) / config
    return parse(source_of(path.read_bytes().decode(), "paloalto_panos", path.name)).devices


def _records(oracle: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(oracle / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if "paloalto" in line or "PALO_ALTO" in line:
                yield json.loads(line)


def _rulebase(corpus: Path, record: dict[str, Any]) -> tuple[Rulebase, str, str]:
    """Return the rulebase and the two zones of "zone~A~vsys1~to~zone~B~vsys1"."""
    _, from_zone, system, _, _, to_zone, _ = record["filter"].split("~")
    for device in _devices(corpus, record["config"]):
        if device.name.lower() == record["device"].lower():
            found = device.rulebase("security", system) or device.rulebase("security")
            assert found is not None, record["config"]
            return found, from_zone, to_zone
    raise AssertionError((record["config"], record["device"]))


@pytest.fixture(scope="module")
def judged(corpus: Path, oracle: Path) -> list[tuple[dict[str, Any], str]]:
    """Every record of a flow, with our verdict."""
    judges: dict[int, FlowJudge] = {}
    found = []
    for record in _records(oracle, "flows"):
        if record["vendor"] == "paloalto":
            rulebase, from_zone, to_zone = _rulebase(corpus, record)
            judge = judges.setdefault(id(rulebase), FlowJudge(rulebase))
            found.append((record, judge.fate(flow_of(record["flow"]), from_zone, to_zone).verdict))
    return found


def test_fates_of_single_packets(judged: list[tuple[dict[str, Any], str]]) -> None:
    outcomes: Counter[str] = Counter()
    open_files = set()
    for record, verdict in judged:
        if "caution" not in record:
            outcome = "agree" if verdict == record["verdict"].lower() else verdict
            outcomes[outcome] += 1
            if outcome != "agree":
                open_files.add(record["config"])
    assert outcomes.keys() <= {"agree", "unknown"}
    assert outcomes["agree"] > 1570
    assert outcomes["unknown"] <= 0.05 * outcomes.total()
    assert open_files <= _BY_APPLICATION


def test_nothing_is_contradicted_where_the_record_carries_a_caution(judged: list[tuple[dict[str, Any], str]]) -> None:
    cautioned = [(record, verdict) for record, verdict in judged if "caution" in record]
    assert len(cautioned) > 700
    assert [one for one in cautioned if one[1] not in ("unknown", one[0]["verdict"].lower())] == []


def _unreachable(rulebase: Rulebase, from_zone: str, to_zone: str) -> set[str]:
    """Return the written rules that no packet of one zone pair reaches."""
    pair = replace(
        rulebase,
        rules=tuple(
            replace(rule, from_zones=ANY_NAME, to_zones=ANY_NAME)
            for rule in rulebase.rules
            if from_zone in rule.from_zones and to_zone in rule.to_zones
        ),
    )
    return {
        one.rule.name
        for one in analyze_rulebase(pair)
        if one.kind in (RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE) and not one.rule.implicit
    }


def test_unreachable_rules_and_zone_pairs_without_any(corpus: Path, oracle: Path) -> None:
    compared = 0
    for record in _records(oracle, "reachability"):
        if record["vendor"] != "paloalto" or "caution" in record or record.get("implicit_line"):
            continue
        if "EMPTY_ZONE" in record["filter"]:
            continue  # a zone without an interface: both deny all there, the other engine by no line of its own
        found = _unreachable(*_rulebase(corpus, record))
        if record["kind"] == "no_unreachable_line":
            assert not found, (record["config"], record["filter"])
        elif record["config"] not in _BY_APPLICATION:
            assert record["unreachable_line"] in found, (record["config"], record["filter"])
        compared += 1
    assert compared > 45


# The other engine has these on every device; ours are those of the configuration.
_ALWAYS_THERE = {"loopback", "tunnel", "vlan"}
_NO_ROUTER = {"~NULL_VRF~": NO_ROUTER}


def _facts(corpus: Path, oracle: Path) -> Iterator[tuple[dict[str, Any], dict[str, Device]]]:
    for record in _records(oracle, "facts"):
        if "unit-tests" not in record["config"]:  # a folder of many files
            yield record, {one.name.lower(): one for one in _devices(corpus, record["config"])}


def test_interfaces_and_static_routes(corpus: Path, oracle: Path) -> None:
    compared = 0
    differences = []
    for record, devices in _facts(corpus, oracle):
        for known in record.get("interfaces", ()):
            device = devices[known["device"].lower()]
            mine = next((one for one in device.interfaces if one.name == known["interface"]), None)
            if mine is None:
                if known["interface"] not in _ALWAYS_THERE:
                    differences.append((record["config"], known["interface"], "missing", None))
                continue
            compared += 1
            addresses = sorted(map(str, mine.addresses))
            router = NO_ROUTER if mine.vrf.startswith(NO_ROUTER) else mine.vrf
            if router == NO_ROUTER:
                addresses = []  # an interface without a virtual router forwards nothing: the other engine drops it
            for name, ours, theirs in (
                ("addresses", addresses, sorted(known["all_prefixes"] or [])),
                ("enabled", mine.enabled, known["admin_up"]),
                ("router", router, _NO_ROUTER.get(known["vrf"], known["vrf"])),
                ("zone", mine.security_zone or None, known["zone"]),
                ("description", mine.description or None, known["description"]),
            ):
                if ours != theirs:
                    differences.append((record["config"], known["interface"], name, (ours, theirs)))
        for known in record.get("routes", ()):
            if known["protocol"] == "static":
                compared += 1
                routes = {(one.vrf, one.prefix) for one in devices[known["device"].lower()].static_routes}
                if (known["vrf"], known["network"]) not in routes:
                    differences.append((record["config"], known["network"], "route", known))
    assert differences == []
    assert compared > 70


# What the other engine calls unused and we do not count: the model has no such noun, or another rule names it.
_OTHER_NOUNS = {"nat rule", "interface", "shared-gateway", "zone"}
_USED_BY_NAT = {"h5", "NEW_SRC_ADDR", "NEW_DST_ADDR"}  # by NAT rules that the other engine takes for inactive


def test_undefined_references_and_unused_structures(corpus: Path, oracle: Path) -> None:
    compared = 0
    for record, devices in _facts(corpus, oracle):
        undefined = {(one.name, one.where.line) for one in _all(devices, "undefined_references")}
        expected = set()
        for known in record.get("undefined_references", ()):
            if "application" in known["Struct_Type"]:
                continue  # whether an application is predefined depends on the content version of the device
            if known["Ref_Name"].endswith("~panorama") and known["Struct_Type"] == "zone":
                continue  # the zones of a device group are those of its firewalls: in their templates, or not here
            expected |= {(known["Ref_Name"].split("~")[0], line) for line in known["lines"]}
        assert undefined == expected, record["config"]
        unused = {one.name for one in _all(devices, "unused_objects")}
        theirs = {
            known["name"].split("~")[0]
            for known in record.get("unused_structures", ())
            if known["struct_type"] not in _OTHER_NOUNS
        }
        assert unused <= theirs, record["config"]
        assert theirs - unused <= _USED_BY_NAT, record["config"]
        compared += len(expected) + len(unused)
    assert compared > 20


def _all(devices: dict[str, Device], field: str) -> list[Reference]:
    return [one for device in devices.values() for one in getattr(device, field)]
