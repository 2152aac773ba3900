"""Rules and flows through `netaudit` as a process of its own, from the text of a configuration to the JSON document."""

from __future__ import annotations

import csv
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from tests.command_line import netaudit_process
from tests.relations.classbench import LinearScan, packets, read_rules
from tests.relations.writers import PLATFORMS

# Two things that tools which compare rules in pairs, or in one field, miss: a rule hidden by three others together,
# in two fields; and one hidden by three port ranges together.
IOS_EXAMPLES = """\
version 15.7
hostname examples
ip access-list extended TWO-FIELDS
 deny tcp 10.0.0.0 0.0.0.127 192.168.0.0 0.0.0.255
 deny tcp 10.0.0.128 0.0.0.127 192.168.0.0 0.0.0.127
 deny tcp 10.0.0.128 0.0.0.127 192.168.0.128 0.0.0.127
 permit tcp 10.0.0.0 0.0.0.255 192.168.0.0 0.0.0.255
ip access-list extended PORTS
 deny tcp any any range 1 1023
 deny tcp any any range 1024 65535
 deny tcp any any eq 0
 permit tcp host 10.1.1.1 host 10.2.2.2
end
"""
ASA_EXAMPLES = """\
ASA Version 9.16(4)
hostname examples
access-list TWO-FIELDS extended deny tcp 10.0.0.0 255.255.255.128 192.168.0.0 255.255.255.0
access-list TWO-FIELDS extended deny tcp 10.0.0.128 255.255.255.128 192.168.0.0 255.255.255.128
access-list TWO-FIELDS extended deny tcp 10.0.0.128 255.255.255.128 192.168.0.128 255.255.255.128
access-list TWO-FIELDS extended permit tcp 10.0.0.0 255.255.255.0 192.168.0.0 255.255.255.0
access-list PORTS extended deny tcp any any range 1 1023
access-list PORTS extended deny tcp any any range 1024 65535
access-list PORTS extended deny tcp any any eq 0
access-list PORTS extended permit tcp host 10.1.1.1 host 10.2.2.2
"""


@pytest.mark.parametrize(
    ("text", "first_line"),
    [(IOS_EXAMPLES, {"TWO-FIELDS": 4, "PORTS": 9}), (ASA_EXAMPLES, {"TWO-FIELDS": 3, "PORTS": 7})],
    ids=["ios", "asa"],
)
def test_a_rule_hidden_by_three_together(tmp_path: Path, text: str, first_line: dict[str, int]) -> None:
    (tmp_path / "examples.cfg").write_text(text, encoding="utf-8")
    outcome = netaudit_process("rules", tmp_path, "--format", "json")
    assert outcome.code == 0, outcome.error
    dead = {one["rulebase"]: one for one in outcome.document["relations"] if one["kind"] == "unreachable"}
    assert len([one for one in outcome.document["relations"] if one["kind"] == "unreachable"]) == 2
    for name, first in first_line.items():
        assert dead[name]["line"] == first + 3
        assert [one["line"] for one in dead[name]["blocking_rules"]] == [first, first + 1, first + 2]
        assert dead[name]["different_action"] is True
        assert dead[name]["reason"] == "earlier rules together match all of it"


@pytest.mark.parametrize("name", ["fw1_1k", "acl1_1k"])
def test_two_thousand_flows_fare_as_a_plain_scan_says_on_four_platforms(
    tmp_path: Path, corpus: Path, name: str
) -> None:
    """Half of the set, so that packets of the other half find no rule; the sets end with a rule for any packet."""
    rules = read_rules(corpus / "classbench/neurocuts" / name)
    kept = rules[: len(rules) // 2]
    snapshot = tmp_path / "snapshot"
    snapshot.mkdir()
    for platform in PLATFORMS:
        (snapshot / f"{platform.name}.cfg").write_text(platform.write(kept), encoding="utf-8")
    hosts = {one["platform"]: one["device"] for one in _files(snapshot)}
    sample = list(packets(rules, 2000, seed=5))
    scan = LinearScan(kept)
    expected = [scan.first(packet) for packet in sample]
    with (tmp_path / "flows.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            (
                *("device", "rulebase", "from_zone", "to_zone"),
                *("source", "destination", "protocol", "source_port", "destination_port"),
            )
        )
        for platform in PLATFORMS:
            place = hosts[platform.name], platform.rulebase, platform.from_zone, platform.to_zone
            for packet in sample:
                ends = IPv4Address(packet.source), IPv4Address(packet.destination)
                rows.writerow((*place, *ends, packet.protocol, packet.source_port, packet.destination_port))
    outcome = netaudit_process("flow", snapshot, "--flows", tmp_path / "flows.csv", "--format", "json")
    assert outcome.code == 0, outcome.error
    answers = outcome.document["flows"]
    assert len(answers) == len(PLATFORMS) * len(sample)
    for number, platform in enumerate(PLATFORMS):
        rulebase = platform.parse(kept)
        place = {(rule.name, rule.where.line): position for position, rule in enumerate(rulebase.rules)}
        mine = answers[number * len(sample) : (number + 1) * len(sample)]
        assert [one["rule"] and place[one["rule"], one["line"]] for one in mine] == expected, platform.name
        verdicts = ["permit" if first is not None and kept[first].permits else "deny" for first in expected]
        assert [one["verdict"] for one in mine] == verdicts, platform.name
    assert len(set(expected)) > 300
    assert None in expected


def _files(snapshot: Path) -> list[dict[str, str]]:
    outcome = netaudit_process("parse", snapshot, "--format", "json")
    assert outcome.code == 0, outcome.out
    return list(outcome.document["files"])
