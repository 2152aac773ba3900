"""A device whose export no parser reads may do anything with a packet that meets it."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.named_addresses import addresses_in
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow

ROUTER = """
hostname r1
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
interface Gi0/1
 ip address 10.2.0.1 255.255.255.0
ip route 0.0.0.0 0.0.0.0 10.2.0.2
ip route 203.0.113.0 255.255.255.0 10.2.0.3
end
"""
UNREAD = """
!! IOS XR Configuration 7.3.2
hostname x1
interface GigabitEthernet0/0/0/0
 ipv4 address 10.2.0.2 255.255.255.0
!
interface Loopback0
 ipv6 address 2001:db8::1/128
!
end
"""


@pytest.mark.parametrize(
    ("destination", "alone", "beside"),
    [
        ("198.51.100.1", Disposition.EXITS, Disposition.UNKNOWN),  # the next hop is the unread device's
        ("10.2.0.2", Disposition.DELIVERED, Disposition.UNKNOWN),
        ("203.0.113.9", Disposition.EXITS, Disposition.EXITS),  # another next hop
        ("10.2.0.9", Disposition.DELIVERED, Disposition.DELIVERED),
    ],
)
def test_packets_to_its_addresses_are_unknown(
    tmp_path: Path, destination: str, alone: Disposition, beside: Disposition
) -> None:
    (tmp_path / "r1.cfg").write_text(ROUTER, encoding="utf-8")
    for expected in (alone, beside):
        reading = read_snapshot(str(tmp_path))
        network = build_network(reading.devices, Policy(), reading.coverage)
        flow = Flow.of("10.1.0.9", destination, 6, source_port=4000, destination_port=80)
        (place,) = starting_places(network, "R1", "gi0/0", flow)
        found = trace_flow(network, place, flow)
        assert found.disposition is expected
        assert ("x1.cfg, which no parser reads" in found.traces[0].reason) is (expected is Disposition.UNKNOWN)
        (tmp_path / "x1.cfg").write_text(UNREAD, encoding="utf-8")


def test_addresses_are_found_in_any_syntax() -> None:
    lines = ['"10.0.0.1/30"', "address=10.0.0.2;", "v 10.0.1.2.3 300.1.1.1 12:34:56", "ipv6 2001:db8::5/64 end"]
    assert str(addresses_in(lines)) == "10.0.0.1, 10.0.0.2, 2001:db8::5"
