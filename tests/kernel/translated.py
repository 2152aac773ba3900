"""Flows and their translations: the model's nat rules applied to a header, as the topology would."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import NatKind, NatRule
from netaudit.packets.packet import Flow
from tests.kernel.judging import Tally, rulebase_of
from tests.kernel.lab import Lab, Way

_SOURCES = ("192.0.2.7", "192.0.2.8", "10.1.1.5", "10.1.2.2", "10.9.9.9")
_DESTINATIONS = ("203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.7", "203.0.113.20", "203.0.113.50",
                 "203.0.113.99", "10.1.1.10", "10.1.1.11", "10.2.2.2")  # fmt: skip


def translated_flows() -> list[Flow]:
    """Return packets around every edge of the rules, each the only one of its connection."""
    flows = []
    for number, (source, destination, port, protocol) in enumerate(
        itertools.product(_SOURCES, _DESTINATIONS, (22, 53, 80, 443, 8443, 8080), (6, 17))
    ):
        flows.append(Flow.of(source, destination, protocol, source_port=20000 + number, destination_port=port))
    return flows


def compare_translated(lab: Lab, device: Device, way: Way, flows: Sequence[Flow]) -> Tally:
    """Hold what arrives, with its header as it is then, against the nat rules and the rulebase of the hook."""
    arrivals = lab.arrivals(way, flows)
    rulebase = rulebase_of(device, way.hook)
    assert rulebase is not None
    judge = FlowJudge(rulebase)
    tally = Tally(asked=len(flows), passed=sum(one is not None for one in arrivals))
    destinations = [rule for rule in device.nat_rules if _is_at(rule, NatKind.DESTINATION)]
    sources = [rule for rule in device.nat_rules if _is_at(rule, NatKind.SOURCE)]
    for flow, arrival in zip(flows, arrivals, strict=True):
        inside = _translated(flow, destinations, NatKind.DESTINATION)
        outside = _translated(inside, sources, NatKind.SOURCE)
        fate = judge.fate(inside, way.incoming, way.outgoing)
        where = f"{flow.to_json()} -> {inside.to_json()}"
        if fate.verdict == "unknown":
            tally.unknown += 1
        elif (fate.verdict == "permit") is not (arrival is not None):
            tally.wrong.append(f"{where}: we say {fate.verdict} {fate.rule and fate.rule.name}")
        if arrival is not None:
            got = (arrival.source, arrival.destination, arrival.source_port, arrival.destination_port)
            wanted = (outside.source, outside.destination, outside.source_port, outside.destination_port)
            if got != wanted:
                tally.wrong.append(f"{where} -> {outside.to_json()}: it came out as {got}")
    return tally


def _is_at(rule: NatRule, kind: NatKind) -> bool:
    """Tell whether a rule stands where such translations are made; exemptions stand in the chains of either."""
    if rule.kind is NatKind.EXEMPT:
        return ("prerouting" in rule.name.lower()) is (kind is NatKind.DESTINATION)
    return rule.kind is kind


def _translated(flow: Flow, rules: Sequence[NatRule], kind: NatKind) -> Flow:
    for rule in rules:
        if not rule.match.surely.contains(flow):
            continue
        if rule.kind is NatKind.EXEMPT:
            return flow
        addresses = rule.translated_destination if kind is NatKind.DESTINATION else rule.translated_source
        assert addresses is not None and addresses.ipv4.size() == 1
        ports = rule.translated_ports
        if kind is NatKind.DESTINATION:
            port = ports.lowest() if ports else flow.destination_port
            return replace(flow, destination=addresses.ipv4.lowest(), destination_port=port)
        port = ports.lowest() if ports else flow.source_port
        return replace(flow, source=addresses.ipv4.lowest(), source_port=port)
    return flow
