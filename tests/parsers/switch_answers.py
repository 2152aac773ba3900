"""How the tests of NX-OS and EOS read configurations, ask for fates, and compare with the recorded answers.

The answers are those of Batfish 0.36.0 (see the README of the oracle).
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rule_relations import RelationKind, analyze_rulebase
from netaudit.model.rules import Purpose
from netaudit.model.source import SourceFile
from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from netaudit.parsers.contract import ParsedFile, Parser

_FLAGS = {"FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "ECE": ECE, "CWR": CWR}


def source_of(text: str, platform: str, path: str = "switch.cfg") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), platform)


def fate_at(
    device: Device, name: str, source: str, destination: str, protocol: int = 6, port: int = 0, **fields: int
) -> str:
    """Return the fate of a packet at a list."""
    rulebase = device.rulebase(name)
    assert rulebase is not None, name
    return FlowJudge(rulebase).fate(Flow.of(source, destination, protocol, destination_port=port, **fields)).verdict


def all_accounted_for(parsed: ParsedFile, lines: int) -> bool:
    """Tell whether every line of a file ended in one state."""
    coverage = parsed.coverage
    return coverage.lines == lines == coverage.understood + coverage.ignored + len(coverage.notes)


@dataclass
class Answers:
    """The recorded answers about the files of one platform."""

    corpus: Path
    oracle: Path
    platform: str
    file_format: str
    parse: Parser
    _devices: dict[str, Device] = field(default_factory=dict)

    def device(self, config: str) -> Device:
        """Return the device of a file of the corpus or of the oracle's own."""
        if config not in self._devices:
            path = (self.corpus.parent if config.startswith("oracle/") else self.corpus) / config
            text = path.read_bytes().decode("utf-8", "replace")
            self._devices[config] = self.parse(source_of(text, self.platform, path.name)).devices[0]
        return self._devices[config]

    def _records(self, name: str) -> Iterator[dict[str, Any]]:
        with gzip.open(self.oracle / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)

    def facts(self) -> Iterator[tuple[dict[str, Any], Device]]:
        """Yield the facts of each file of the platform with the device that was read."""
        for record in self._records("facts"):
            if any(one["format"] == self.file_format for one in record.get("devices") or ()):
                yield record, self.device(record["config"])

    def fates(self) -> tuple[Counter[str], list[tuple[str, str, str, str, str]]]:
        """Return how often we agree on a packet, and where not: file, list, our verdict, theirs, the line."""
        outcomes: Counter[str] = Counter()
        others: list[tuple[str, str, str, str, str]] = []
        judges: dict[tuple[str, str], FlowJudge] = {}
        for record in self._records("flows"):
            if record["vendor"] != self.platform or "caution" in record:
                continue
            key = record["config"], record["filter"]
            if key not in judges:
                rulebase = self.device(key[0]).rulebase(key[1])
                assert rulebase is not None, key
                judges[key] = FlowJudge(rulebase)
            verdict = judges[key].fate(flow_of(record["flow"])).verdict
            if verdict == record["verdict"].lower():
                outcomes["agree"] += 1
            else:
                outcomes["unknown" if verdict == "unknown" else "differ"] += 1
                others.append((*key, verdict, record["verdict"], record["matched_line"] or ""))
        return outcomes, others

    def lines_that_differ(self) -> tuple[int, list[tuple[str, str, str]]]:
        """Return how many lists and unreachable lines were compared, and where we find others: file, list, line."""
        compared = 0
        found: list[tuple[str, str, str]] = []
        relations: dict[tuple[str, str], set[str]] = {}
        for record in self._records("reachability"):
            if record["vendor"] != self.platform or "caution" in record or record.get("implicit_line"):
                continue
            key = record["config"], record["filter"]
            if key not in relations:
                rulebase = self.device(key[0]).rulebase(key[1])
                assert rulebase is not None, key
                relations[key] = {
                    one.rule.where.text
                    for one in analyze_rulebase(rulebase)
                    if one.kind in (RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE)
                }
            compared += 1
            if record["kind"] == "no_unreachable_line":
                found += [(*key, line) for line in relations[key]]
            elif not any(record["unreachable_line"] in line for line in relations[key]):
                found.append((*key, record["unreachable_line"]))
        return compared, found


def flow_of(record: dict[str, Any]) -> Flow:
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


def interface_differences(record: dict[str, Any], device: Device) -> list[tuple[str, str, object, object]]:
    """Return where an interface differs from the record: name, field, ours, theirs."""
    mine = {one.name.lower(): one for one in device.interfaces}
    found: list[tuple[str, str, object, object]] = []
    for known in record["interfaces"]:
        interface = mine.get(known["interface"].lower())
        if interface is None:
            found.append((known["interface"], "name", None, known["interface"]))
            continue
        own = [one for one in interface.addresses if one.family is Family.IPV4 and not one.virtual]
        values: list[tuple[str, object, object]] = [
            ("addresses", sorted(map(str, own)), sorted(known["all_prefixes"])),
            ("enabled", interface.enabled, known["admin_up"]),
            ("vrf", interface.vrf, known["vrf"]),
            ("description", interface.description or None, known["description"]),
        ]
        for direction, name in (("in", "incoming_filter"), ("out", "outgoing_filter")):
            bound = [
                one.rulebase
                for one in device.bindings
                if one.purpose is Purpose.FILTER
                and one.interface == interface.name
                and one.direction == direction
                and one.where.text.startswith("ip access-group")
            ]
            values.append((direction, bound, [known[name]] if known[name] else []))
        found += [(interface.name, name, ours, theirs) for name, ours, theirs in values if ours != theirs]
    return found
