"""A gateway read as a whole: its script, and what nft lists of it as text and as JSON (fixtures/nftables)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import Action, NatKind, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.packet import Flow
from netaudit.packets.services import RST
from tests.parsers.nftables.reading import read

FIXTURES = Path(__file__).parents[3] / "fixtures" / "nftables"
SCRIPT = (FIXTURES / "gateway.nft").read_text()
NOWHERE = SourceRef("", 0)


@pytest.fixture(params=["gateway.nft", "gateway-listed.nft", "gateway.json"])
def device(request: pytest.FixtureRequest) -> Device:
    parsed = read((FIXTURES / request.param).read_text(), request.param)
    assert not parsed.coverage.notes
    return parsed.devices[0]


def tcp(source: str, destination: str, port: int, **fields: int) -> Flow:
    return Flow.of(source, destination, 6, destination_port=port, **{"source_port": 50000, **fields})


def udp(source: str, destination: str, port: int) -> Flow:
    return Flow.of(source, destination, 17, source_port=50000, destination_port=port)


def without_places(rulebase: Rulebase) -> Rulebase:
    rules = tuple(replace(rule, where=NOWHERE) for rule in rulebase.rules)
    return replace(rulebase, where=NOWHERE, default_where=None, rules=rules)


def test_text_and_json_of_one_ruleset_give_equal_models() -> None:
    text = read((FIXTURES / "gateway-listed.nft").read_text()).devices[0]
    document = read((FIXTURES / "gateway.json").read_text()).devices[0]
    assert list(map(without_places, text.rulebases)) == list(map(without_places, document.rulebases))
    assert [replace(rule, where=NOWHERE) for rule in text.nat_rules] == [
        replace(rule, where=NOWHERE) for rule in document.nat_rules
    ]


def test_one_rulebase_a_hook(device: Device) -> None:
    assert [(base.name, base.kind, base.default_action, base.stateful) for base in device.rulebases] == [
        ("input", RulebaseKind.LOCAL, Action.DENY, True),
        ("forward", RulebaseKind.ZONE_POLICY, Action.DENY, True),
    ]
    assert device.rulebases[1].flavour == "inet filter forward + inet late forward"
    assert not device.undefined_references and not device.unused_objects


@pytest.mark.parametrize(
    ("flow", "ways", "verdict"),
    [
        (tcp("10.1.5.5", "203.0.113.9", 443), ("eth1", "eth0"), "permit"),
        (tcp("10.1.5.5", "203.0.113.9", 445), ("eth1", "eth0"), "deny"),  # the later chain drops what this one accepts
        (tcp("192.0.2.9", "10.1.1.10", 443), ("eth0", "eth1"), "deny"),  # dropped before it is forwarded
        (tcp("203.0.113.9", "10.1.1.10", 443), ("eth0", "eth1"), "permit"),  # a concatenation in a set
        (tcp("203.0.113.9", "10.1.1.9", 8449), ("eth0", "eth1"), "permit"),
        (tcp("203.0.113.9", "10.1.1.16", 8449), ("eth0", "eth1"), "deny"),
        (tcp("203.0.113.9", "10.1.1.53", 53), ("eth0", "eth1"), "deny"),
        (udp("203.0.113.9", "10.1.1.53", 53), ("eth0", "eth1"), "permit"),
        (tcp("203.0.113.9", "10.1.1.20", 8050), ("eth0", "eth1"), "unknown"),  # as far as the rate allows
        (tcp("10.200.1.1", "10.1.1.10", 22), ("vpn7", "eth1"), "unknown"),  # in office hours
        (udp("10.200.1.1", "10.1.1.10", 53), ("vpn7", "eth1"), "permit"),
        (udp("10.200.1.1", "10.1.1.10", 54), ("vpn7", "eth1"), "deny"),  # a goto does not come back
        (tcp("10.1.5.5", "203.0.113.9", 443, tcp_flags=RST), ("eth1", "eth0"), "deny"),  # begins no connection
    ],
)
def test_what_becomes_of_packets(device: Device, flow: Flow, ways: tuple[str, str], verdict: str) -> None:
    forward = device.rulebase("forward")
    assert forward is not None
    assert FlowJudge(forward).fate(flow, *ways).verdict == verdict


def test_a_rule_knows_its_lines() -> None:
    device = read(SCRIPT).devices[0]
    rules = {rule.name: rule for rule in device.rulebases[1].rules}
    assert rules["from_vpn 1"].where.text.startswith("ip daddr { 10.1.1.10, 10.1.1.11 } tcp dport")
    assert SCRIPT.splitlines()[rules["from_vpn 1"].where.line - 1].strip() == rules["from_vpn 1"].where.text
    assert rules["inet late forward 1"].services == ("tcp dport { 23, 445 }",)
    assert rules["from_vpn 1"].schedule == "08:00-18:00"


def test_translations_of_a_map_are_rules_of_their_own(device: Device) -> None:
    facts = [
        (rule.kind, str(rule.translated_destination or ""), str(rule.from_interface), rule.original_ports)
        for rule in device.nat_rules
    ]
    assert [(kind, goal, name) for kind, goal, name, _ in facts] == [
        (NatKind.DESTINATION, "10.1.1.10", "eth0"),
        (NatKind.DESTINATION, "10.1.1.11", "eth0"),
        (NatKind.DESTINATION, "10.1.1.12", "eth0"),
        (NatKind.EXEMPT, "", "any"),
        (NatKind.SOURCE, "", "any"),
    ]
    assert [ports.intervals for *_, ports in facts if ports] == [((443, 443),), ((8443, 8443),), ((2222, 2222),)]
