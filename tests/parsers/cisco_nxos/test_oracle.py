"""The answers of an independent engine about the same NX-OS files, and why some of ours differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.parsers.cisco_nxos import parse
from tests.parsers.switch_answers import Answers, interface_differences

_GRAMMAR = "batfish/testconfigs/vendor/cisco_nxos/grammar/testconfigs/"

# `permit udp any any nve vni 10000` matches the packets of one VXLAN segment; the other engine overlooks the segment
# and permits all of UDP.
_OPEN = {(_GRAMMAR + "nxos_ip_access_list", "acl_udp_vxlan")}
# A routed port is down until `no shutdown` (Nexus 9000 Interfaces Configuration Guide, "Default Settings"); the other
# engine gives up the rule in a file that names no platform.
_DOWN = {(_GRAMMAR + "nxos_interface_properties", "Ethernet100/100")}
# Nouns that the model does not hold.
_OTHER_NOUNS = {"interface", "vlan", "router eigrp"}


@pytest.fixture(scope="module")
def answers(corpus: Path, oracle: Path) -> Answers:
    return Answers(corpus, oracle, "cisco_nxos", "CISCO_NX", parse)


def test_fates_of_single_packets(answers: Answers) -> None:
    outcomes, others = answers.fates()
    assert [one for one in others if one[:2] not in _OPEN] == []
    assert outcomes["differ"] == 0
    assert outcomes["agree"] > 600
    assert outcomes["unknown"] <= 0.05 * outcomes.total()


def test_unreachable_lines_and_lists_without_any(answers: Answers) -> None:
    compared, others = answers.lines_that_differ()
    assert others == []
    assert compared > 20


def test_interfaces(answers: Answers) -> None:
    compared = 0
    for record, device in answers.facts():
        found = interface_differences(record, device)
        # `nve~N` is the other engine's own interface for a VXLAN segment.
        found = [one for one in found if not one[0].startswith("nve~")]
        assert [one for one in found if (record["config"], one[0]) not in _DOWN] == [], record["config"]
        compared += len(record["interfaces"])
    assert compared > 500


def test_static_routes(answers: Answers) -> None:
    for record, device in answers.facts():
        shown = {(one["vrf"], one["network"]) for one in record["routes"] if one["protocol"] == "static"}
        assert shown <= {(one.vrf, one.prefix) for one in device.static_routes}, record["config"]


def test_undefined_references_and_unused_structures(answers: Answers) -> None:
    compared = 0
    for record, device in answers.facts():
        undefined = {(one.name, one.where.line) for one in device.undefined_references}
        for known in record["undefined_references"]:
            if known["Struct_Type"] not in _OTHER_NOUNS:
                assert {(known["Ref_Name"], line) for line in known["lines"]} <= undefined, record["config"]
                compared += 1
        unused = {one.name for one in device.unused_objects}
        for known in record["unused_structures"]:
            if known["struct_type"] not in _OTHER_NOUNS:
                assert known["name"] in unused, (record["config"], known)
                compared += 1
    assert compared > 40
