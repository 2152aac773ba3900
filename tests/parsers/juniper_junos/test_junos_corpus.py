"""Files of other people and the answers of another engine (see oracle/README.md there)."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Direction
from netaudit.model.source import Affects, SourceFile
from netaudit.packets.packet import Flow
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.juniper_junos import parse

FLAGS = {"FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ECE": 64, "CWR": 128}
PATTERNS = (
    "batfish/testconfigs/grammar/juniper/**/*", "batfish/tests/parsing-tests/networks/unit-tests/configs/j*",
    "lab-validation/junos*/configs/**/*", "oxidized/junos*output*", "fwrule-mcp/**/junos*", "aerleon/refs/juniper*/*",
    "hier-config/**/*junos*",
)  # fmt: skip
FILTERING = frozenset((Affects.FILTER, Affects.NAT, Affects.ROUTING))

# Where the other engine differs from the device: (file, rule) -> why. The guide is Juniper's "Routing Policies,
# Firewall Filters, and Traffic Policers User Guide".
EXPLAINED = {
    ("juniper-tcpflags", "bar"): "the term has no action: it accepts ('Terminating Actions'); they deny",
    ("JuniperTest.testNoMatchReversal.stdout.ref", "minimize-prefix-list"): (
        "10/8, 10/9 except, 10/10: the longest prefix decides ('Match Conditions Based on Address Fields'); "
        "they take every exception away"
    ),
}
# Unknown to us because a record does not tell the TTL; they take it as not matching.
WITHOUT_TTL = ("firewall-filter-ttl", "JuniperTest.testTTL.stdout.ref")


@cache
def parsed(path: Path) -> ParsedFile:
    text = path.read_text(encoding="utf-8", errors="replace")
    return parse(SourceFile(path.name, "0" * 64, "utf-8", tuple(text.splitlines()), "juniper_junos", path.name))


def records(oracle: Path, name: str):
    with gzip.open(oracle / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        for text in stream:
            yield json.loads(text)


def path_of(oracle: Path, config: str) -> Path:
    return oracle.parent / ("" if config.startswith("oracle/") else "corpus") / config


def facts(oracle: Path):
    """Yield the facts about single files of this platform."""
    for record in records(oracle, "facts"):
        formats = {status["File_Format"] for status in record["file_parse_status"]}
        if formats & {"JUNIPER", "FLAT_JUNIPER"} and path_of(oracle, record["config"]).is_file():
            yield record


def test_every_file_of_the_corpus_is_read_without_an_exception(corpus, oracle):
    paths = {path for pattern in PATTERNS for path in corpus.glob(pattern) if path.is_file() and path.suffix != ".json"}
    paths |= {path for name in ("junos", "srx") for path in (oracle / "generated/open" / name).iterdir()}
    paths |= {path_of(oracle, record["config"]) for record in facts(oracle)}
    assert len(paths) > 350
    for path in sorted(paths):
        coverage = parsed(path).coverage
        assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines, path


@pytest.mark.parametrize(
    ("patterns", "share"),
    [(("lab-validation/junos*/configs/**/*", "oxidized/junos*output*"), 0.97), (PATTERNS[:2], 0.90)],
)
def test_lines_that_affect_packets_are_understood(corpus, patterns, share):
    understood = missed = 0
    for path in sorted({path for pattern in patterns for path in corpus.glob(pattern) if path.is_file()}):
        if path.suffix == ".json":
            continue
        coverage = parsed(path).coverage
        understood += coverage.understood
        missed += sum(note.affects in FILTERING for note in coverage.notes)
    assert understood / (understood + missed) >= share


def test_fates_agree_with_the_other_engine(oracle):
    agree = total = unknown = without_ttl = 0
    differ: Counter[tuple[str, str, str | None]] = Counter()
    judges: dict[tuple[str, str], FlowJudge] = {}
    for record in records(oracle, "flows"):
        if record["vendor"] not in ("junos_filter", "srx_zone_policy") or "caution" in record:
            continue
        pair = re.fullmatch(r"zone~(.+)~to~zone~(.+)", record["filter"])
        name = "policies" if pair else record["filter"]
        key = record["config"], name
        if key not in judges:
            rulebase = parsed(path_of(oracle, record["config"])).devices[0].rulebase(name)
            assert rulebase is not None, key
            judges[key] = FlowJudge(rulebase)
        flow = record["flow"]
        packet = Flow.of(
            flow["src"], flow["dst"], flow["ip_protocol"],
            source_port=flow.get("src_port", 0), destination_port=flow.get("dst_port", 0),
            icmp_type=flow.get("icmp_type", 0), icmp_code=flow.get("icmp_code", 0),
            tcp_flags=sum(FLAGS[flag] for flag in flow.get("tcp_flags", ())),
        )  # fmt: skip
        fate = judges[key].fate(packet, *((pair[1], pair[2]) if pair else ()))
        file_name = record["config"].rsplit("/", 1)[-1]
        rule = fate.rule.name if fate.rule else None
        total += 1
        if fate.verdict == "unknown":
            without_ttl += file_name in WITHOUT_TTL
            unknown += 1
        elif fate.verdict != record["verdict"].lower():
            differ[file_name, fate.verdict, rule] += 1
        else:
            matched = record["matched_line"]
            assert rule == (matched and matched.removeprefix("global: ")), record
            agree += 1
    unexplained = {key: count for key, count in differ.items() if (key[0], key[2]) not in EXPLAINED}
    assert not unexplained
    assert total == 1202
    assert agree / (agree + sum(unexplained.values())) >= 0.995
    assert (unknown - without_ttl) / total < 0.01
    assert unknown / total <= 0.05


def test_interfaces_agree_with_the_other_engine(oracle):
    checked = 0
    for record in facts(oracle):
        device = parsed(path_of(oracle, record["config"])).devices[0]
        main = record["devices"][0]["hostname"]
        assert device.name.lower() == main
        mine = {one.name: one for one in device.interfaces}
        theirs = [one for one in record["interfaces"] if one["device"] == main]
        assert set(mine) == {one["interface"] for one in theirs}, record["config"]
        for one in theirs:
            found = mine[one["interface"]]
            assert sorted(str(address) for address in found.addresses if address.family == 4) == one["all_prefixes"]
            assert found.enabled == one["admin_up"]
            assert found.vrf == one["vrf"]
            assert found.security_zone == (one["zone"] or "")
            assert found.description == (one["description"] or "")
            for key, direction in (("incoming_filter", Direction.IN), ("outgoing_filter", Direction.OUT)):
                bound = [b.rulebase for b in device.bindings if (b.interface, b.direction) == (found.name, direction)]
                assert not one[key] or one[key].startswith("~") or one[key] in bound
            checked += 1
    assert checked > 60


def test_static_routes_agree_with_the_other_engine(oracle):
    """Routes of IPv4 as the other engine installs them: those over an interface or a next hop that it can reach."""
    for record in facts(oracle):
        device = parsed(path_of(oracle, record["config"])).devices[0]
        mine = {(one.vrf, one.prefix) for one in device.static_routes if one.enabled}
        theirs = {(one["vrf"], one["network"]) for one in record["routes"] if one["protocol"] == "static"}
        assert theirs <= mine, record["config"]


def test_addresses_and_static_routes_agree_with_the_devices_of_the_lab(corpus):
    """`show route` of the same devices: their Local routes are our addresses, their Static routes ours."""
    devices = 0
    for path in sorted(corpus.glob("lab-validation/junos*/show/*/show_route_|_display_json.txt")):
        (configuration,) = (path.parents[2] / "configs" / path.parent.name).iterdir()
        device = parsed(configuration).devices[0]
        text = path.read_text(encoding="utf-8")
        shown: dict[str, set[str]] = {"Local": set(), "Static": set()}
        for information in json.JSONDecoder().raw_decode(text[text.index("{") :])[0]["route-information"]:
            for table in information["route-table"]:
                if table["table-name"][0]["data"] != "inet.0":
                    continue
                for route in table.get("rt", ()):
                    for entry in route["rt-entry"]:
                        protocol = entry["protocol-name"][0]["data"]
                        if protocol in shown:
                            shown[protocol].add(route["rt-destination"][0]["data"])
        addresses = [one for interface in device.interfaces for one in interface.addresses if one.family == 4]
        assert shown["Local"] >= {f"{one.address_text}/32" for one in addresses if one.prefix_length < 32}
        assert shown["Static"] <= {one.prefix for one in device.static_routes}
        devices += 1
    assert devices >= 3


def test_no_password_of_the_corpus_leaves_the_parser(corpus):
    pattern = re.compile(r'"(\$[1569]\$[^"]{6,})"|"(very-secret[^"]*)"')
    for path in sorted({path for one in PATTERNS for path in corpus.glob(one) if path.is_file()}):
        text = path.read_text(encoding="utf-8", errors="replace")
        secrets = {found for match in pattern.finditer(text) for found in match.groups() if found}
        if secrets:
            shown = repr(parsed(path))
            assert not [secret for secret in secrets if secret in shown], path
