"""Files of other people: exports of whole devices, tables printed by the devices, and findings written down."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from netaudit.audit import run_audit
from netaudit.collect.platforms import detect
from netaudit.findings import Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.rule_relations import RelationKind, analyze_rulebase, reachability
from netaudit.model.source import Affects
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.paloalto_panos import parse
from tests.command_line import netaudit
from tests.parsers.paloalto_panos.conftest import parsed as parsed_text
from tests.parsers.switch_answers import all_accounted_for, source_of

WHOLE = (
    "lab-validation/palo_alto_nat_*/configs/pa",
    "lab-validation/panos_ebgp_loop_prevention/configs/*/show.txt",
    "iron-skillet/loadable_configs/*/*/iron_skillet_pan*_full.*",
    "pan-os-php/**/*.xml",
    "napalm-panos/panos/new_good.conf",
    "napalm-panos/panos/initial.conf",
)
PARTS = (
    "batfish/testconfigs/grammar/palo_alto/testconfigs/*",
    "batfish/tests/parsing-tests/networks/unit-tests/configs/palo_alto/*",
    "pan-analyzer-cases/*.xml",
    "napalm-panos/panos/*.conf",
    "napalm-panos/panos/*.set",
    "netutils-mock/parser/base/paloalto_panos/*_sent.txt",
    "aerleon/refs/**/*alo*lto*.ref",
    "fwrule-mcp/**/panos*.xml",
)
OTHERS = ("napalm-panos/**/*.xml", "ntc-templates/paloalto_panos/**/*.raw", "oxidized/*")
DECIDING = {Affects.FILTER, Affects.NAT, Affects.ROUTING}


@cache
def _parsed(path: Path) -> ParsedFile:
    text = path.read_bytes().decode("utf-8", "replace")
    return parse(source_of(text, "paloalto_panos", path.name))


def _paths(corpus: Path, patterns: tuple[str, ...]) -> list[Path]:
    return sorted({path for pattern in patterns for path in corpus.glob(pattern) if path.is_file()})


def test_every_file_is_read_without_an_exception(corpus: Path) -> None:
    paths = _paths(corpus, WHOLE + PARTS + OTHERS)
    assert len(paths) > 280
    for path in paths:
        result = _parsed(path)
        assert all_accounted_for(result, result.coverage.lines), path


def test_the_platform_is_told_from_the_content(corpus: Path) -> None:
    paths = _paths(corpus, WHOLE + PARTS)
    missed = [
        path
        for path in paths
        if detect(path.read_bytes().decode("utf-8", "replace").splitlines(), path.name).platform != "paloalto_panos"
    ]
    # `set vlan meh` alone, with its typing error, tells no platform.
    assert [path.name for path in missed if path.name != "merge_typo.conf"] == []
    assert len(missed) <= 0.02 * len(paths)


def test_lines_that_affect_packets_are_understood(corpus: Path) -> None:
    paths = _paths(corpus, WHOLE)
    assert len(paths) >= 20
    for path in paths:
        coverage = _parsed(path).coverage
        deciding = sum(note.affects in DECIDING for note in coverage.notes)
        assert deciding <= 0.05 * (coverage.understood + deciding), path


_LOGICAL = re.compile(r"(\S+)\s+\d+\s+1\s+(\S*)\s+vr:(\S+)\s+\d+\s+(\d\S*)\s*\Z")


def test_interfaces_as_the_device_prints_them(corpus: Path) -> None:
    lab = corpus / "lab-validation/panos_ebgp_loop_prevention"
    compared = 0
    for folder in sorted((lab / "configs").iterdir()):
        (device,) = _parsed(folder / "show.txt").devices
        mine = {one.name: one for one in device.interfaces}
        shown = (lab / "show" / folder.name / "run_show_interface_all.txt").read_text(encoding="utf-8")
        for line in shown.splitlines():
            if found := _LOGICAL.match(line):
                interface = mine[found[1]]
                assert (interface.security_zone, interface.vrf, str(interface.addresses[0])) == found.groups()[1:]
                compared += 1
    assert compared == 14


@pytest.mark.parametrize("number", range(1, 6))
def test_pings_through_a_real_firewall(corpus: Path, tmp_path: Path, number: int) -> None:
    """What was measured in the labs: security rules see the address before NAT and the zone after it."""
    lab = f"palo_alto_nat_{number}"
    measured = (corpus / "lab-validation/GROUND_TRUTH_traffic.tsv").read_text(encoding="utf-8").splitlines()
    (row,) = [line.split("\t") for line in measured if line.startswith(f"{lab}\t")]
    assert row[1:4] == ["h1", "10.13.13.2", "icmp"]
    flows = tmp_path / "flows.csv"
    flows.write_text("start,source,destination,protocol\nh1,10.11.11.2,10.13.13.2,icmp\n", encoding="utf-8")
    outcome = netaudit("trace", corpus / "lab-validation" / lab / "configs", "--flows", flows, "--format", "json")
    (flow,) = outcome.document["flows"]
    assert flow["disposition"] == {"PERMIT": "delivered", "DENY": "denied"}[row[6]]


# fwrule-mcp: a policy, and candidates that the name of their file labels.


def _with_candidate(corpus: Path, label: str) -> Device:
    policy = (corpus / "fwrule-mcp/panos_policy.xml").read_text(encoding="utf-8")
    candidate = (corpus / f"fwrule-mcp/candidates/panos_{label}.xml").read_text(encoding="utf-8")
    # Before the rules that deny all between two zones: those cover any candidate.
    head, mark, tail = policy.partition("<!-- Rule 5:")
    return parsed_text(head + candidate + mark + tail).devices[0]


@pytest.mark.parametrize(("label", "different"), [("duplicate", False), ("shadowed", False), ("conflict", True)])
def test_a_covered_candidate_is_unreachable(corpus: Path, label: str, different: bool) -> None:
    rulebase = _with_candidate(corpus, label).rulebases[0]
    candidate = rulebase.rules[4]
    (relation,) = [one for one in analyze_rulebase(rulebase) if one.rule is candidate]
    assert (relation.kind, relation.different_action) == (RelationKind.UNREACHABLE, different)
    (blocker,) = relation.blocking_rules
    assert blocker.name == "allow-web-traffic"
    assert candidate.match.maybe.same_as(blocker.match.surely) is (label != "shadowed")


@pytest.mark.parametrize("label", ["partial", "no_overlap"])
def test_other_candidates_are_reached(corpus: Path, label: str) -> None:
    rulebase = _with_candidate(corpus, label).rulebases[0]
    candidate = rulebase.rules[4]
    (reach,) = [one for one in reachability(rulebase) if one.rule is candidate]
    assert reach.reachable
    overlapping = [
        rule.name
        for rule in rulebase.rules[:4]
        if rule.from_zones & candidate.from_zones
        and rule.to_zones & candidate.to_zones
        and rule.match.maybe.overlaps(candidate.match.maybe)
    ]
    assert overlapping == (["allow-db-access"] if label == "partial" else [])


# pan-analyzer-cases: what the tests of another analyzer expect. Its other findings (names, similar and equivalent
# objects, consolidation) have no check here; ShadowingRules compares rules by the names of applications, which a
# packet does not show: both of its rules name one, so ours may be superfluous, and it is not said that they are.


def _case(corpus: Path, name: str) -> Device:
    (path,) = (corpus / "pan-analyzer-cases").glob(f"{name}__*.xml")
    return _parsed(path).devices[0]


def test_unused_services(corpus: Path) -> None:
    unused = {one.name for one in _case(corpus, "UnusedServices").unused_objects if one.kind == "service object"}
    # `service_unused_dg` is unused as well: the test of the other analyzer hands over no device group to look at.
    assert unused == {"service_unused_shared", "service_unused_dg"}


def test_shadowed_by_application_is_not_decided(corpus: Path) -> None:
    rulebase = _case(corpus, "ShadowingRules").rulebases[0]
    second = [rule for rule in rulebase.rules if rule.name == "Rule 2"]
    (first,) = {id(rule.match.maybe): rule for rule in rulebase.rules if rule.name == "Rule 1"}.values()
    assert all(rule.match.surely.products == () for rule in (*second, first))
    assert all(rule.applications == ("dns",) for rule in (*second, first))


def test_a_rule_within_a_wider_one_is_seen_as_such(corpus: Path) -> None:
    rulebase = _case(corpus, "SupersedingRules").rulebases[0]
    assert [rule.name for rule in rulebase.rules if not rule.implicit][::2] == ["first_rule", "superseding_rule"]
    assert set(_case(corpus, "SupersedingRules").rulebases[0].rules[0].unresolved) == {"ip-127.0.0.2", "ip-127.0.0.3"}


@pytest.mark.parametrize("kind", ["sample-mgmt-static", "sample-cloud-AWS"])
@pytest.mark.parametrize("product", ["panos", "panorama"])
def test_the_clean_configuration_of_the_vendor_raises_nothing(corpus: Path, kind: str, product: str) -> None:
    """That nobody is kept from the management port is undecided: the export does not tell what stands behind it."""
    path = corpus / f"iron-skillet/loadable_configs/{kind}/{product}/iron_skillet_{product}_full.xml"
    result = run_audit(str(path), policy_folder=None, as_of=date(2022, 6, 1))
    assert [one.check for one in result.findings if one.severity > Severity.LOW] == []
    assert "MGMT-001" in {one.check for one in result.findings if one.outcome is Outcome.UNKNOWN}
