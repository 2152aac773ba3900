"""The answers of an independent engine about the same EOS files; none of ours differs."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.parsers.arista_eos import parse
from tests.parsers.switch_answers import Answers, interface_differences


@pytest.fixture(scope="module")
def answers(corpus: Path, oracle: Path) -> Answers:
    return Answers(corpus, oracle, "arista_eos", "ARISTA", parse)


def test_fates_of_single_packets(answers: Answers) -> None:
    outcomes, others = answers.fates()
    assert others == []
    assert outcomes["agree"] > 590


def test_unreachable_lines_and_lists_without_any(answers: Answers) -> None:
    compared, others = answers.lines_that_differ()
    assert others == []
    assert compared > 20


def test_interfaces(answers: Answers) -> None:
    compared = 0
    for record, device in answers.facts():
        assert interface_differences(record, device) == [], record["config"]
        compared += len(record["interfaces"])
    assert compared > 50


def test_static_routes(answers: Answers) -> None:
    for record, device in answers.facts():
        shown = {(one["vrf"], one["network"]) for one in record["routes"] if one["protocol"] == "static"}
        assert shown <= {(one.vrf, one.prefix) for one in device.static_routes}, record["config"]


def test_undefined_references_and_unused_structures(answers: Answers) -> None:
    compared = 0
    for record, device in answers.facts():
        undefined = {(one.name, one.where.line) for one in device.undefined_references}
        for known in record["undefined_references"]:
            assert {(known["Ref_Name"], line) for line in known["lines"]} <= undefined, record["config"]
            compared += 1
        unused = {one.name for one in device.unused_objects}
        for known in record["unused_structures"]:
            assert known["name"] in unused, (record["config"], known)
            compared += 1
    assert compared >= 15
