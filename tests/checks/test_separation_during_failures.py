"""A pair that is shut off only while every line is up is no pass."""

from __future__ import annotations

from dataclasses import replace

from netaudit.checks.contract import Check, Context
from netaudit.checks.run import check_findings
from netaudit.checks.segmentation import dmz_to_production, uat_to_production, unfiltered_zones
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.packets.services import TCP, ServiceSet
from netaudit.policy.registers import MatrixEntry, Policy, Register
from netaudit.topology.conduits import find_conduits
from netaudit.topology.failures import examine_failures
from netaudit.topology.network import build_network
from tests.topology.networks import TODAY
from tests.topology.test_failures import MAIN, PROD, UAT, floating, router


def context(devices: list[Device], *matrix: MatrixEntry, budget: int = 100_000) -> Context:
    given = frozenset({Register.ZONE_MAP, Register.ZONE_MATRIX})
    policy = Policy(zones=(UAT, PROD), matrix=matrix, given=given)
    network = build_network(devices, policy)
    conduits = find_conduits(network, TODAY)
    failures = examine_failures(network, policy, conduits, TODAY, budget)
    return Context(tuple(devices), policy, network, conduits, {}, (), (), TODAY, failures=failures)


def pair(check: Check, known: Context) -> list[Examined]:
    return [one for one in check.examine(known) if "UAT" in str(one.facts.get("pairs", one.subject))]


def test_seg_011_names_the_failure_and_the_path_past_the_firewall() -> None:
    (found,) = pair(uat_to_production.CHECK, context(floating()))
    assert found.outcome is Outcome.FAIL
    assert found.severity is Severity.CRITICAL  # every port
    assert found.subject == "left > right"
    assert found.facts["failed"] == (MAIN,)
    (finding,) = check_findings(uat_to_production.CHECK, [found], ())
    assert f"while one of these has failed: {MAIN}" in finding.title["en"]
    assert f"故障期間：{MAIN}" in finding.title["zh-TW"]


def test_seg_011_names_no_failure_where_all_is_up() -> None:
    devices = [router("core", "10.1.0.1/24", "10.2.0.1/24")]
    (found,) = pair(uat_to_production.CHECK, context(devices))
    (finding,) = check_findings(uat_to_production.CHECK, [found], ())
    assert found.facts["failed"] == ()
    assert "while" not in finding.title["en"]


def test_seg_011_takes_what_the_matrix_states_off() -> None:
    entry = MatrixEntry("UAT", "PROD", True, SourceRef("zone_matrix.csv", 2), ServiceSet.ports(TCP))
    (found,) = pair(uat_to_production.CHECK, context(floating(), entry))
    assert found.outcome is Outcome.FAIL  # ICMP, UDP and the rest
    known = context(floating(), entry)
    changes = known.failures.opening("UAT", "PROD")
    assert any(change.excess for change in changes)
    assert not any(change.excess.services().overlaps(ServiceSet.ports(TCP)) for change in changes if change.excess)


def test_seg_011_is_open_where_only_the_firewall_itself_may_fail_open() -> None:
    known = context(floating())
    changes = tuple(one for one in known.failures.changes if one.part.name == "wall")
    alone = replace(known, failures=replace(known.failures, changes=changes))
    (found,) = pair(uat_to_production.CHECK, alone)
    assert found.outcome is Outcome.UNKNOWN
    assert found.facts["failed"] == ("wall",)
    assert "ports towards wall" in found.why_unknown
    (finding,) = check_findings(uat_to_production.CHECK, [found], ())
    assert "連接埠" not in finding.title["en"]
    assert "設定檔無法得知" in finding.title["zh-TW"]


def test_seg_011_passes_where_the_backup_is_shut_too() -> None:
    left, wall, _ = floating()
    right = router(
        "right",
        *("10.2.0.1/24", "192.168.2.1/30", "192.168.9.2/30 ip access-group SHUT in"),
        routing="ip route 10.1.0.0 255.255.255.0 192.168.2.2\nip route 10.1.0.0 255.255.255.0 192.168.9.1 200",
    )
    (found,) = pair(uat_to_production.CHECK, context([left, wall, right]))
    assert found.outcome is Outcome.PASS


def test_seg_011_does_not_pass_where_the_budget_did_not_last() -> None:
    (found,) = pair(uat_to_production.CHECK, context(floating(), budget=0))
    assert found.outcome is Outcome.UNKNOWN
    assert found.severity is Severity.INFO
    assert "not repeated" in found.why_unknown


def test_seg_001_fails_a_pair_that_is_routed_without_a_filter_during_a_failure() -> None:
    (found,) = [one for one in unfiltered_zones.CHECK.examine(context(floating())) if one.subject == "UAT / PROD"]
    assert found.outcome is Outcome.FAIL
    assert found.facts["path"] == ": left > right"
    assert MAIN in (found.facts["failed"] or ())
    (finding,) = check_findings(unfiltered_zones.CHECK, [found], ())
    assert "left > right while one of these has failed" in finding.title["en"]


def test_the_dmz_check_asks_its_own_pairs_alone() -> None:
    assert not list(dmz_to_production.CHECK.examine(context(floating())))
