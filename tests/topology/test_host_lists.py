"""Lists in front of single hosts behind an interface: a packet of theirs must pass these and the interface's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, Flow, PacketMatch, PacketSet
from netaudit.packets.services import TCP, ServiceSet
from netaudit.topology.decisions import decide_at_interface
from netaudit.topology.filters import at_interface, has_filter

WHERE = SourceRef("a.json", 1)
SUBNET = AddressSet.prefix("10.0.1.0/24")
HOST, OTHER = "10.0.1.4", "10.0.1.9"


def permits(name: str, *ports: int) -> Rulebase:
    services = ServiceSet.union(ServiceSet.ports(TCP, IntervalSet.single(port)) for port in ports)
    match = PacketMatch.exact(PacketSet.of(services=services))
    rule = AccessRule(f"{name} rule", Action.PERMIT, match, WHERE)
    return Rulebase(name, RulebaseKind.FILTER, (rule,), Action.DENY, WHERE, stateful=True)


def network(*lists: tuple[Rulebase, AddressSet | None]) -> tuple[Device, Interface]:
    port = Interface("app", WHERE, (InterfaceAddress(Family.IPV4, parse_address("10.0.1.1")[1], 24),))
    bindings = tuple(
        Binding(one.name, Purpose.FILTER, WHERE, "app", direction, hosts=hosts)
        for one, hosts in lists
        for direction in Direction
    )
    device = Device("net", "azure", "", WHERE, interfaces=(port,), rulebases=tuple(one for one, _ in lists))
    return replace(device, bindings=bindings), port


@pytest.mark.parametrize(
    ("address", "port", "passes"),
    [
        (HOST, 22, True),
        (HOST, 443, False),
        (HOST, 80, False),
        (OTHER, 22, True),
        (OTHER, 443, True),
        (OTHER, 80, False),
    ],
)
@pytest.mark.parametrize("direction", list(Direction))
def test_both_lists_must_permit_a_packet_of_the_host(
    direction: Direction, address: str, port: int, passes: bool
) -> None:
    device, interface = network((permits("subnet", 22, 443), None), (permits("host", 22, 80), AddressSet.host(HOST)))
    ends = (address, "192.0.2.1") if direction is Direction.IN else ("192.0.2.1", address)
    flow = Flow.of(*ends, TCP, source_port=40000, destination_port=port)
    decision = decide_at_interface(device, interface, direction, flow, None)
    assert decision.verdict == ("permit" if passes else "deny")
    (everything, _) = ALL_PACKETS.products
    found = at_interface(device, interface, direction, everything)
    assert any(one.packets.contains(flow) for one in found) == passes
    if passes:
        rules = {"host rule", "subnet rule"} if address == HOST else {"subnet rule"}
        one = next(one for one in found if one.packets.contains(flow))
        deciding = (*one.earlier, *((one.deciding,) if one.deciding else ()))
        assert {item.rule.name for item in deciding if item.rule} == rules
        assert {item.rule.name for item in decision.deciding if item.rule} == rules


def test_lists_in_front_of_the_same_host_act_as_one() -> None:
    host = AddressSet.host(HOST)
    device, interface = network((permits("first", 22), host), (permits("second", 443), host))
    for port, verdict in ((22, "permit"), (443, "permit"), (80, "deny")):
        flow = Flow.of("192.0.2.1", HOST, TCP, source_port=40000, destination_port=port)
        assert decide_at_interface(device, interface, Direction.OUT, flow, None).verdict == verdict


def test_a_list_in_front_of_one_host_is_no_filter_of_the_interface() -> None:
    device, interface = network((permits("host", 22), AddressSet.host(HOST)))
    assert not has_filter(device, interface, Direction.IN)
    (everything, _) = ALL_PACKETS.products
    passed = at_interface(device, interface, Direction.IN, everything)
    flow = Flow.of(OTHER, "192.0.2.1", TCP, source_port=40000, destination_port=80)
    assert any(one.packets.contains(flow) and one.deciding is None for one in passed)
