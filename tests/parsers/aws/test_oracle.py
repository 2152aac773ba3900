"""The answers of an independent engine (Batfish 0.36.0) about security groups and network ACLs of the corpus."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rule_relations import RelationKind, analyze_rulebase
from netaudit.model.rules import Rulebase
from tests.parsers.aws.reading import read_folder
from tests.parsers.switch_answers import flow_of


@cache
def _rulebases(folder: Path) -> dict[str, Rulebase]:
    """Return the rulebases of a snapshot by name; each name stands once, since it holds an identity."""
    found = [one for parsed in read_folder(folder) for device in parsed.devices for one in device.rulebases]
    by_name = {one.name: one for one in found if one.flavour in ("security group", "network ACL")}
    assert len(by_name) == sum(one.flavour in ("security group", "network ACL") for one in found)
    return by_name


def _records(oracle: Path, name: str) -> Iterator[dict[str, Any]]:
    with gzip.open(oracle / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            if '"aws"' in line:
                record = json.loads(line)
                if record["vendor"] == "aws":
                    yield record


@pytest.fixture(scope="module")
def judged(corpus: Path, oracle: Path) -> list[tuple[dict[str, Any], str]]:
    """Every record of a flow, with our verdict."""
    judges: dict[int, FlowJudge] = {}
    found = []
    for record in _records(oracle, "flows"):
        rulebase = _rulebases(corpus / record["config"])[record["filter"]]
        judge = judges.setdefault(id(rulebase), FlowJudge(rulebase))
        found.append((record, judge.fate(flow_of(record["flow"])).verdict))
    return found


def test_fates_of_single_packets(judged: list[tuple[dict[str, Any], str]]) -> None:
    outcomes = Counter(
        "agree" if verdict == record["verdict"].lower() else verdict
        for record, verdict in judged
        if "caution" not in record
    )
    assert outcomes.keys() == {"agree"}
    assert outcomes["agree"] > 2990


def test_nothing_is_contradicted_where_the_record_carries_a_caution(judged: list[tuple[dict[str, Any], str]]) -> None:
    cautioned = [(record, verdict) for record, verdict in judged if "caution" in record]
    assert len(cautioned) > 20
    assert [one for one in cautioned if one[1] not in ("unknown", one[0]["verdict"].lower())] == []


def test_unreachable_entries_and_filters_without_any(corpus: Path, oracle: Path) -> None:
    compared = 0
    for record in _records(oracle, "reachability"):
        if record.get("implicit_line"):
            continue  # the asterisk of an ACL, which is nobody's rule
        rulebase = _rulebases(corpus / record["config"])[record["filter"]]
        found = {
            one.rule.name
            for one in analyze_rulebase(rulebase)
            if one.kind in (RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE) and not one.rule.implicit
        }
        if record["kind"] == "no_unreachable_line":
            assert not found, (record["config"], record["filter"], found)
        else:
            assert found == {record["unreachable_line"].split()[0]}, (record["config"], record["filter"])
        compared += 1
    assert compared > 65
