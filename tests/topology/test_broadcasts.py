"""Packets to all of a subnet: routers drop those from elsewhere unless told otherwise."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.places import Place, starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import device, network

SWITCH = "hostname r1\ninterface {0}1\n no switchport\n ip address 10.1.0.1/24\n no shutdown\ninterface {0}2\n no switchport\n ip address 10.2.0.1/24\n no shutdown\n{1}"  # noqa: E501
PLATFORMS = {
    "cisco_ios": (
        "hostname r1\ninterface Gi0/1\n ip address 10.1.0.1 255.255.255.0\n"
        "interface Gi0/2\n ip address 10.2.0.1 255.255.255.0\n{}",
        " ip directed-broadcast 7\n",
        "Gi0/1",
    ),
    "cisco_nxos": (SWITCH.format("Ethernet1/", "{}"), " ip directed-broadcast\n", "Ethernet1/1"),
    "arista_eos": (SWITCH.format("Ethernet", "{}"), " ip directed-broadcast\n", "Ethernet1"),
    "juniper_junos": (
        "set system host-name r1\nset interfaces ge-0/0/1 unit 0 family inet address 10.1.0.1/24\n"
        "set interfaces ge-0/0/2 unit 0 family inet address 10.2.0.1/24\n{}",
        "set interfaces ge-0/0/2 unit 0 family inet targeted-broadcast\n",
        "ge-0/0/1.0",
    ),
}


def _sent(router: Device, port: str, destination: str) -> FlowTrace:
    flow = Flow.of("10.1.0.9", destination, 17, source_port=4000, destination_port=9)
    found = network([router])
    (place,) = starting_places(found, "r1", port, flow)
    return trace_flow(found, place, flow)


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_broadcast_from_elsewhere_is_dropped_unless_the_interface_sends_it_on(platform: str) -> None:
    text, told, port = PLATFORMS[platform]
    for destination in ("10.2.0.255", "10.2.0.0"):
        assert _sent(device(platform, text.format("")), port, destination).disposition is Disposition.DENIED
        assert _sent(device(platform, text.format(told)), port, destination).disposition is Disposition.UNKNOWN
    assert _sent(device(platform, text.format("")), port, "10.2.0.7").disposition is Disposition.DELIVERED


def test_a_broadcast_on_its_own_subnet_reaches_it_and_nobody_answers_as_all() -> None:
    text, _, port = PLATFORMS["cisco_ios"]
    found = _sent(device("cisco_ios", text.format("")), port, "10.1.0.255")
    assert found.disposition is Disposition.DELIVERED
    assert found.answer is None


def test_a_router_reaches_all_of_its_own_subnets() -> None:
    router = device("cisco_ios", PLATFORMS["cisco_ios"][0].format(""))
    flow = Flow.of("10.2.0.1", "10.2.0.255", 1, icmp_type=8)
    assert trace_flow(network([router]), Place(router, None), flow).disposition is Disposition.DELIVERED


@pytest.mark.parametrize(("destination", "protocol"), [("10.2.0.255", 6), ("10.2.0.0", 1)])
def test_no_host_takes_tcp_to_all_or_has_the_address_of_the_subnet(destination: str, protocol: int) -> None:
    router = device("cisco_ios", PLATFORMS["cisco_ios"][0].format(""))
    flow = Flow.of("10.2.0.1", destination, protocol, icmp_type=8 if protocol == 1 else 0)
    assert trace_flow(network([router]), Place(router, None), flow).disposition is Disposition.DENIED
