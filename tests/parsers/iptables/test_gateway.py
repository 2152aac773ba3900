"""A gateway with all tables, read as a whole: fixtures/iptables/gateway.rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Action, NatKind, RulebaseKind
from netaudit.model.source import Affects, LineState
from netaudit.packets.packet import Flow
from tests.parsers.iptables.reading import fate, icmp, read, tcp, udp

TEXT = (Path(__file__).parents[3] / "fixtures" / "iptables" / "gateway.rules").read_text()


@pytest.fixture
def device() -> Device:
    return read(TEXT).devices[0]


def test_the_base_chains_of_filter_are_the_rulebases(device: Device) -> None:
    facts = [(base.name, base.kind, base.default_action, base.stateful) for base in device.rulebases]
    assert facts == [
        ("INPUT", RulebaseKind.LOCAL, Action.DENY, True),
        ("FORWARD", RulebaseKind.ZONE_POLICY, Action.DENY, True),
        ("OUTPUT", RulebaseKind.LOCAL, Action.PERMIT, False),
    ]
    forward = device.rulebases[1]
    assert forward.default_where is not None and forward.default_where.text == ":FORWARD DROP [7:420]"
    assert device.version == "1.8.7" and device.vendor == "Linux" and device.name == "fw"


@pytest.mark.parametrize(
    ("flow", "ways", "verdict"),
    [
        (tcp("192.0.3.1", "10.1.1.10", 8443), ("eth0", "eth1"), "permit"),  # through WEB
        (tcp("192.0.2.1", "10.1.1.10", 8443), ("eth0", "eth1"), "unknown"),  # RETURN, then an unknown set
        (tcp("192.0.3.1", "10.1.1.11", 8443), ("eth0", "eth1"), "unknown"),
        (tcp("198.51.100.1", "10.1.1.10", 8443), ("eth0", "eth1"), "deny"),  # dropped in raw
        (udp("10.1.1.1", "10.2.2.2", 53), ("eth1", "eth2"), "permit"),
        (udp("10.1.1.1", "10.2.2.2", 53), ("eth1", "wlan0"), "unknown"),  # the time range may permit it
        (tcp("10.1.1.1", "10.2.2.2", 3307), ("eth1", "eth2"), "deny"),
        (tcp("10.1.1.1", "10.2.2.2", 99, source_port=1521), ("eth1", "eth2"), "deny"),
    ],
)
def test_packets_meet_the_first_rule_that_matches(
    device: Device, flow: Flow, ways: tuple[str, str], verdict: str
) -> None:
    assert fate(device.rulebases[1], flow, *ways) == verdict


def test_traffic_to_the_gateway_itself_is_decided_by_input(device: Device) -> None:
    base = device.rulebases[0]
    assert fate(base, tcp("10.1.9.7", "10.1.1.1", 22), "eth1") == "permit"
    assert fate(base, tcp("10.1.9.7", "10.1.1.1", 22), "eth0") == "deny"
    assert fate(base, icmp("10.1.9.7", "10.1.1.1", 8), "eth1") == "unknown"  # rate limit
    assert fate(base, udp("127.0.0.1", "127.0.0.1", 53), "lo") == "permit"


def test_rules_show_where_they_come_from(device: Device) -> None:
    forward = {rule.name: rule for rule in device.rulebases[1].rules}
    assert list(forward) == [
        "raw PREROUTING 1",
        "FORWARD 1",
        "WEB 2",
        "WEB 3",
        "FORWARD 3",
        "FORWARD 4",
        "FORWARD 5",
        "FORWARD 6",
    ]
    assert forward["WEB 2"].where.text == "[6:360] -A WEB -p tcp -m tcp --dport 8443 -j ACCEPT"
    assert forward["WEB 2"].hit_count == 6
    assert str(forward["WEB 2"].from_zones) == "eth0" and str(forward["WEB 2"].to_zones) == "eth1"
    assert forward["WEB 2"].destinations == ("10.1.1.10/32",)
    assert not forward["WEB 3"].match.maybe  # udp in a chain that only tcp reaches
    assert forward["FORWARD 1"].return_traffic and not forward["FORWARD 1"].match.maybe
    assert forward["FORWARD 4"].action is Action.REJECT
    assert forward["FORWARD 5"].unresolved == ("partners",)
    assert forward["FORWARD 6"].schedule == "timestart 08:00:00 timestop 18:00:00"
    assert forward["FORWARD 6"].match.reasons == ("schedule",)
    ssh = device.rulebases[0].rules[4]
    assert (ssh.name, ssh.description) == ("INPUT 4", "admin, ticket 42")


def test_logging_before_a_rule_makes_it_logged(device: Device) -> None:
    base = device.rulebases[0]
    assert {rule.name: rule.logged for rule in base.rules} == {
        "raw PREROUTING 1": False,
        "INPUT 1": False,
        "INPUT 2": False,
        "INPUT 3": False,
        "INPUT 4": False,
        "INPUT 5": False,
        "LOGDROP 2": True,
    }
    assert device.rulebases[1].default_logged


def test_the_nat_table_is_a_list_of_translations(device: Device) -> None:
    publish, redirect, exempt, snat, masquerade = device.nat_rules
    assert publish.kind is NatKind.DESTINATION
    assert str(publish.translated_destination) == "10.1.1.10"
    assert publish.original_ports is not None and publish.original_ports.lowest() == 443
    assert publish.translated_ports is not None and publish.translated_ports.lowest() == 8443
    assert str(publish.from_interface) == "eth0" and publish.protocol == 6
    assert publish.match.surely.contains(tcp("192.0.2.1", "203.0.113.10", 443))
    assert redirect.translated_ports is not None and redirect.translated_ports.lowest() == 3128
    assert exempt.kind is NatKind.EXEMPT
    assert snat.kind is NatKind.SOURCE and str(snat.translated_source) == "203.0.113.20/31"
    assert masquerade.name == "POSTROUTING 3" and str(masquerade.to_interface) == "eth0"


def test_every_line_is_accounted_for() -> None:
    parsed = read(TEXT)
    coverage = parsed.coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines
    assert [(note.state, note.affects) for note in coverage.notes] == [(LineState.UNSUPPORTED, Affects.ROUTING)]
    device = parsed.devices[0]
    assert [(ref.kind, ref.name) for ref in device.undefined_references] == [("ipset", "partners")]
    assert [(ref.kind, ref.name) for ref in device.unused_objects] == [("chain", "UNUSED")]
