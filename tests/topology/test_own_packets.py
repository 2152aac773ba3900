"""What a host sends itself meets its own chain for that, and what it receives meets the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family, parse_address
from netaudit.packets.packet import Flow
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.networks import device, network


def _host(name: str, address: str, inward: str, outward: str, *rules: str) -> Device:
    text = "\n".join(
        ("*filter", f":INPUT {inward} [0:0]", ":FORWARD DROP [0:0]", f":OUTPUT {outward} [0:0]", *rules, "COMMIT")
    )
    found = device("iptables", text, f"{name}.rules")
    own = InterfaceAddress(Family.IPV4, parse_address(address)[1], 24)
    interface = Interface("eth0", SourceRef(f"{name}.rules", 1), (own,))
    return replace(found, name=name, interfaces=(interface,), forwards=False)


def _sent(port: int, *hosts: Device) -> FlowTrace:
    flow = Flow.of("10.0.0.1", "10.0.0.2", 6, source_port=4000, destination_port=port)
    return trace_flow(network(list(hosts)), Place(hosts[0], None), flow)


OPEN = _host("server", "10.0.0.2", "ACCEPT", "ACCEPT")


@pytest.mark.parametrize(("port", "end"), [(80, Disposition.DELIVERED), (25, Disposition.DENIED)])
def test_the_output_chain_decides_over_own_packets(port: int, end: Disposition) -> None:
    sender = _host("client", "10.0.0.1", "DROP", "DROP", "-A OUTPUT -p tcp --dport 80 -j ACCEPT")
    found = _sent(port, sender, OPEN)
    assert found.disposition is end
    assert found.traces[0].hops[0].steps[-1].name.startswith("OUTPUT")


def test_the_output_chain_is_not_asked_about_packets_received() -> None:
    receiver = _host("server", "10.0.0.2", "ACCEPT", "DROP")
    assert _sent(80, _host("client", "10.0.0.1", "ACCEPT", "ACCEPT"), receiver).disposition is Disposition.DELIVERED


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        (("-A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",), Disposition.DELIVERED),
        (("-A INPUT -p tcp --dport 22 -j ACCEPT",), Disposition.DENIED),
    ],
)
def test_answers_come_in_where_the_host_keeps_its_connections(rules: tuple[str, ...], answer: Disposition) -> None:
    found = _sent(80, _host("client", "10.0.0.1", "DROP", "ACCEPT", *rules), OPEN)
    assert found.disposition is Disposition.DELIVERED
    assert found.answer is answer


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        (("-A OUTPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",), Disposition.DELIVERED),
        (("-A OUTPUT -p udp -j ACCEPT",), Disposition.DENIED),
    ],
)
def test_answers_go_out_where_the_host_keeps_its_connections(rules: tuple[str, ...], answer: Disposition) -> None:
    server = _host("server", "10.0.0.2", "ACCEPT", "DROP", *rules)
    found = _sent(80, _host("client", "10.0.0.1", "ACCEPT", "ACCEPT"), server)
    assert found.disposition is Disposition.DELIVERED
    assert found.answer is answer
