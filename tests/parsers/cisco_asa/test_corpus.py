"""Configurations by other people, and the answers of an independent engine about them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import FileStatus
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, FIN, PSH, RST, SYN, URG
from netaudit.parsers.cisco_asa import parse

from .conftest import source_of

_FLAGS = {"SYN": SYN, "ACK": ACK, "RST": RST, "FIN": FIN, "PSH": PSH, "URG": URG}
_MARK = re.compile(rb"^(?:! ?)?(?:ASA|PIX) Version|ciscoasa|This is an ASA", re.MULTILINE)

# Lists of the corpus with a wildcard where an ASA has a netmask. The device refuses the entry ("ERROR: IP address,mask
# <172.31.100.0,0.0.0.255> doesn't pair"), so that neither reading is sure: we say unknown where the other engine
# reads a netmask of 24 leading zeros.
_REFUSED_BY_THE_DEVICE = {("fwrule-mcp/candidates/asa_no_overlap.conf", "ISOLATED")}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace")


def _files(corpus: Path) -> Iterator[Path]:
    for path in sorted(corpus.rglob("*")):
        if not path.is_file() or path.suffix in (".json", ".yml", ".yaml", ".py", ".gz", ".zip"):
            continue
        relative = path.relative_to(corpus).as_posix().lower()
        if "asa" in relative or ("cisco" in relative and _MARK.search(path.read_bytes()[:4000])):
            yield path
    yield from sorted((corpus.parent / "oracle" / "generated" / "open" / "asa").glob("*.cfg"))


def test_every_file_parses_and_accounts_for_its_lines(corpus):
    seen = 0
    for path in _files(corpus):
        coverage = parse(source_of(_text(path), path.name)).coverage
        assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines, path
        seen += 1
    assert seen > 60


def _device(corpus: Path, config: str, cache: dict[str, Device]) -> Device:
    if config not in cache:
        root = corpus.parent if config.startswith("oracle/") else corpus
        cache[config] = parse(source_of(_text(root / config), config)).devices[0]
    return cache[config]


def _flow(fields: dict[str, Any]) -> Flow:
    return Flow.of(
        fields["src"],
        fields["dst"],
        fields["ip_protocol"],
        source_port=fields.get("src_port", 0),
        destination_port=fields.get("dst_port", 0),
        icmp_type=fields.get("icmp_type", 0),
        icmp_code=fields.get("icmp_code", 0),
        tcp_flags=sum(_FLAGS[name] for name in fields.get("tcp_flags", ())),
    )


def test_fates_agree_with_the_oracle(corpus, oracle):
    cache: dict[str, Device] = {}
    compared, agreed, others = 0, 0, []
    with gzip.open(oracle / "flows.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["vendor"] != "cisco_asa" or record.get("caution"):
                continue
            rulebase = _device(corpus, record["config"], cache).rulebase(record["filter"])
            assert rulebase is not None, record["config"]
            fate = FlowJudge(rulebase).fate(_flow(record["flow"])).verdict
            refused = (record["config"], record["filter"]) in _REFUSED_BY_THE_DEVICE
            if refused and fate == "unknown":
                continue
            compared += 1
            agreed += fate.upper() == record["verdict"]
            if fate.upper() != record["verdict"]:
                others.append((record["config"], record["flow"], record["verdict"], fate))
    assert compared > 450
    assert agreed / compared >= 0.99, others


def _facts(oracle: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(oracle / "facts.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record.get("vendor_guess") == "cisco_asa" and record.get("devices"):
                yield record


@pytest.fixture(scope="module")
def facts(corpus, oracle):
    cache: dict[str, Device] = {}
    return [(record, _device(corpus, record["config"], cache)) for record in _facts(oracle)]


def test_interfaces_and_connected_routes_agree_with_the_oracle(facts):
    compared = 0
    for record, device in facts:
        ours = {one.nickname: one for one in device.interfaces if one.nickname}
        for theirs in record["interfaces"]:
            interface = ours[theirs["interface"]]
            addresses = sorted(str(address) for address in interface.addresses)
            assert addresses == sorted(theirs["all_prefixes"]), (record["config"], theirs)
            assert interface.enabled == theirs["admin_up"]
            compared += 1
        for route in record["routes"]:
            if route["protocol"] == "connected":
                interface = ours[route["next_hop"]["interface"]]
                assert route["network"] in {address.network_text for address in interface.addresses}
                compared += 1
    assert compared > 10


def test_undefined_references_agree_with_the_oracle(facts):
    """Except in lines that the other engine could not parse, which it lists as issues."""
    for record, device in facts:
        offset = record.get("line_offset") or 0
        theirs = {(one["Ref_Name"], line - offset) for one in record["undefined_references"] for line in one["lines"]}
        not_parsed = {line - offset for issue in record["issues"] for line in issue["lines"]}
        ours = {(one.name, one.where.line) for one in device.undefined_references}
        assert theirs <= ours, record["config"]
        assert {one for one in ours if one[1] not in not_parsed} <= theirs, record["config"]


def test_unused_structures_agree_with_the_oracle(facts):
    for record, device in facts:
        theirs = {one["name"] for one in record["unused_structures"]}
        ours = {one.name for one in device.unused_objects}
        if record["config"] == "fwrule-mcp/asa_policy.conf":
            # Its interfaces are not in the file, so the other engine drops the access-groups and calls the lists
            # unused; they name lists all the same. WEB_PORTS is used by an entry that it could not parse.
            theirs -= {"OUTSIDE_IN", "INSIDE_IN", "DMZ_OUT", "MGMT_ACCESS", "WEB_PORTS"}
        assert ours == theirs, record["config"]


def test_static_routes_of_the_corpus(corpus):
    path = corpus / "batfish/testconfigs/grammar/cisco_asa/testconfigs/asa-static-route"
    parsed = parse(source_of(_text(path)))
    default, network = parsed.devices[0].static_routes
    assert (default.prefix, default.next_hop, default.interface, default.distance) == (
        "0.0.0.0/0",
        "3.0.0.1",
        "ifname",
        2,
    )
    assert (network.prefix, network.distance, network.tracked) == ("1.0.0.0/8", 3, "track 7")
    assert parsed.coverage.status is FileStatus.UNDERSTOOD
