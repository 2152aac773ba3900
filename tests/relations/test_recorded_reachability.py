"""Unreachable lines as an independent engine recorded them (Batfish 0.36.0; see the README of the oracle).

Two sources: `reachability.jsonl.gz` of the oracle, and the answers to `filterLineReachability` in the notebooks
of pybatfish. Records with `caution` are left to the device; filters of the engine's own making (`~OUTGOING_FILTER`)
have no rulebase with us. Where we differ the difference is named here, with the source that decides it.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netaudit.audit import Reading, read_snapshot
from netaudit.model.device import Device
from netaudit.model.rule_relations import RelationKind, RuleRelation, analyze_rulebase, reachability
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.names import ANY_NAME
from tests.relations.writers import read

VENDORS = ("cisco_ios", "cisco_asa", "fortios")
DEAD = (RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE)
NOTEBOOKS = "pybatfish-networks/notebooks"
FIREWALL = f"{NOTEBOOKS}/example-filters/current/configs/firewall.cfg"

Filter = tuple[str, str]  # the file, and the name of the filter there

# A policy map takes its classes in the order in which they are written, and the first that matches decides (Cisco IOS
# Security Configuration Guide: Zone-Based Policy Firewall). The other engine asks them in the order of their names:
# the recorded index 17 is the place of the class among the sorted names. The class for the MySQL hosts is written
# before the wider one for all backup clients, which therefore cannot block it.
SORTED_BY_NAME = (FIREWALL, "~INSPECT_POLICY_MAP_ACL~policy-admin-to-z2~")
# The class map names an access list that the file does not define. The guide does not say what such a class matches
# (elsewhere in IOS a list that is not there permits all), so whether the class can match stays open; there it matches
# nothing.
UNDEFINED_LIST = (FIREWALL, "~INSPECT_POLICY_MAP_ACL~policy-admin-to-z3~")
# The same with a class map that is not defined: what comes after it may be hidden or not.
UNDEFINED_CLASS = (
    "batfish/tests/parsing-tests/networks/unit-tests/configs/cisco_qos",
    "~INSPECT_POLICY_MAP_ACL~pminspect~",
)
# `match protocol https` is TCP port 443 (Cisco IOS Security Configuration Guide, "Port to Application Mapping"), and
# the class also asks for port 8443: no packet is both. The other engine takes it for any TCP port.
TWO_PORTS_AT_ONCE = (FIREWALL, "~INSPECT_POLICY_MAP_ACL~policy-z2-to-admin~")


@cache
def _device(path: Path, vendor: str) -> Device:
    return read(vendor, path.read_bytes().decode("utf-8", "replace"), path.name).devices[0]


def _rulebase(corpus: Path, record: dict[str, Any]) -> Rulebase | None:
    """Return the enabled rules of a filter; those of one zone pair, if it is one."""
    root = corpus.parent if record["config"].startswith("oracle/") else corpus
    device = _device(root / record["config"], record["vendor"])
    pair = re.fullmatch(r"zone~(.+?)~to~zone~(.+)", record["filter"])
    if pair is None:
        found = device.rulebase(record["filter"].removeprefix("~INSPECT_POLICY_MAP_ACL~").removesuffix("~"))
        return found and replace(found, rules=tuple(rule for rule in found.rules if rule.enabled))
    policy = device.rulebase("policy")
    assert policy is not None
    between = tuple(
        replace(rule, from_zones=ANY_NAME, to_zones=ANY_NAME)
        for rule in policy.rules
        if rule.enabled and pair[1] in rule.from_zones and pair[2] in rule.to_zones
    )
    return replace(policy, rules=between)


@pytest.fixture(scope="module")
def recorded(corpus: Path, oracle: Path) -> dict[Filter, tuple[Rulebase, list[dict[str, Any]]]]:
    """Return our rulebase for each filter, with the unreachable lines that are recorded for it."""
    found: dict[Filter, tuple[Rulebase, list[dict[str, Any]]]] = {}
    with gzip.open(oracle / "reachability.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["vendor"] not in VENDORS or "caution" in record or record["filter"].endswith("~OUTGOING_FILTER"):
                continue
            key = record["config"], record["filter"]
            if key not in found:
                rulebase = _rulebase(corpus, record)
                assert rulebase is not None, key
                found[key] = rulebase, []
            if record["kind"] == "unreachable" and not record["implicit_line"]:
                found[key][1].append(record)
    return found


def _relations(rulebase: Rulebase, *kinds: RelationKind) -> list[RuleRelation]:
    return [one for one in analyze_rulebase(rulebase, advisory=False) if one.kind in kinds]


def _words(text: str) -> str:
    return " ".join(text.split())


def _is(rule: AccessRule, line: str) -> bool:
    """Tell whether a rule is the line that a record quotes: its name, or the end of its text."""
    return rule.name == line or _words(rule.where.text).endswith(_words(line))


def test_unreachable_lines_their_blockers_and_actions(recorded) -> None:
    compared = 0
    for key, (rulebase, known) in recorded.items():
        if not known or key in (SORTED_BY_NAME, UNDEFINED_LIST):
            continue
        ours = {rulebase.rules.index(one.rule): one for one in _relations(rulebase, *DEAD)}
        assert set(ours) == {record["line_index"] for record in known}, key
        for record in known:
            one = ours[record["line_index"]]
            assert _is(one.rule, record["unreachable_line"]), key
            assert one.kind is RelationKind.UNREACHABLE
            assert len(one.blocking_rules) == len(record["blocking_lines"])
            for rule, line in zip(one.blocking_rules, record["blocking_lines"], strict=True):
                assert _is(rule, line), (key, record["unreachable_line"], line)
            assert one.different_action is record["different_action"], (key, record["unreachable_line"])
            assert one.rule.action.permits is (record["unreachable_line_action"] == "PERMIT")
            compared += 1
    assert compared >= 18


def test_filters_without_an_unreachable_line(recorded) -> None:
    """No false positive: of all these filters one holds a rule that we call dead, and it is."""
    clean = {key: rulebase for key, (rulebase, known) in recorded.items() if not known}
    assert len(clean) > 80
    dead = {key: found for key, rulebase in clean.items() if (found := _relations(rulebase, *DEAD))}
    assert set(dead) == {TWO_PORTS_AT_ONCE}
    (one,) = dead[TWO_PORTS_AT_ONCE]
    assert (one.rule.name, one.kind) == ("class-z2-puppet-tcp-https-alt", RelationKind.UNMATCHABLE)


def test_unknown_only_where_a_name_is_undefined(recorded) -> None:
    unknown = {key for key, (rulebase, _) in recorded.items() if _relations(rulebase, RelationKind.UNKNOWN)}
    assert unknown == {UNDEFINED_CLASS, UNDEFINED_LIST}


def test_classes_of_a_policy_map_keep_their_written_order(recorded) -> None:
    rulebase, (record,) = recorded[SORTED_BY_NAME]
    assert record["unreachable_line"].endswith("'class-mysql-backup-z2-tcp-nfs'")
    assert sorted(rule.name for rule in rulebase.rules[:-1]).index("class-mysql-backup-z2-tcp-nfs") == 17
    assert record["line_index"] == 17
    assert not _relations(rulebase, *DEAD)
    lines = {rule.name: rule.where.line for rule in rulebase.rules}
    assert lines["class-mysql-backup-z2-tcp-nfs"] < lines["class-client-backup-mnt-backup-z2-tcp-nfs"]
    # The narrow class first and the wide one with the same action after it: the first changes nothing.
    redundant = {one.rule.name for one in _relations(rulebase, RelationKind.REDUNDANT)}
    assert "class-mysql-backup-z2-tcp-nfs" in redundant


def test_a_class_by_an_undefined_list_is_left_open(recorded) -> None:
    rulebase, (record,) = recorded[UNDEFINED_LIST]
    assert record["reason"] == "INDEPENDENTLY_UNMATCHABLE"
    (reach,) = [one for one in reachability(rulebase) if one.rule.name == "class-f5-syslog-tcp-syslog"]
    assert reach.conditional
    assert not reach.rule.match.surely


# What `filterLineReachability` answered in the notebooks: device, filter, unreachable line, blocking line, whether the
# actions differ. The answers list every row, so the other filters of those networks have no such line.
FILTERS_MD = [
    (
        "as2dept1",
        "RESTRICT_HOST_TRAFFIC_OUT",
        "deny   ip 1.128.0.0 0.0.255.255 2.128.0.0 0.0.255.255",
        "permit ip any 2.128.0.0 0.0.255.255",
        True,
    ),
    ("as2dept1", "RESTRICT_HOST_TRAFFIC_IN", "permit icmp any any", "deny   ip any any", True),
]
ANALYZING_MD = [
    ("rtr-with-acl", "acl_in", "670 permit ip 166.146.58.184 any", "540 deny ip 166.144.0.0/12 any", True),
    ("rtr-with-acl", "acl_in", "790 deny ip 54.203.159.1/32 any", "500 deny ip 54.0.0.0/8 any", False),
]


def _unreachable(reading: Reading) -> Iterator[tuple[str, str, str, str, bool]]:
    for device in reading.devices:
        for rulebase in device.rulebases:
            for one in _relations(rulebase, RelationKind.UNREACHABLE):
                blockers = ", ".join(rule.where.text for rule in one.blocking_rules)
                yield device.name, rulebase.name, one.rule.where.text, blockers, one.different_action


@pytest.mark.parametrize(
    ("page", "network", "answer"),
    [
        ("filters.md", "pybatfish-networks/docs/example", FILTERS_MD),
        ("Analyzing_ACLs_and_Firewall_Rules.md", f"{NOTEBOOKS}/example-filters", ANALYZING_MD),
    ],
)
def test_answers_of_the_notebooks(
    corpus: Path, page: str, network: str, answer: list[tuple[str, str, str, str, bool]]
) -> None:
    page_text = (corpus / "pybatfish-networks/answers" / page).read_text(encoding="utf-8")
    for device, name, line, blocker, _ in answer:
        for quoted in (f"['{device}: {name}']", line, f"['{blocker}']"):
            assert quoted in page_text, "the page no longer says what is compared here"
    reading = read_snapshot(str(corpus / network))
    assert sorted(_unreachable(reading)) == sorted(answer)
