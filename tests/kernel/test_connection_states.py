"""The state of every first packet: all TCP flags, all ICMP types, and the other protocols, at each hook."""

from __future__ import annotations

import pytest

from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow
from netaudit.parsers.connection_tracking import INVALID, NEW, UNTRACKED
from tests.kernel.lab import Lab, Way

PLACES = {"new": NEW, "invalid": INVALID, "untracked": UNTRACKED}
ENDS = {Family.IPV4: ("10.1.1.1", "10.2.2.2"), Family.IPV6: ("2001:db8::1", "2001:db8:1::2")}
# Without protocols whose own header these packets lack (SCTP, DCCP, UDP-Lite, extension headers of IPv6).
PROTOCOLS = (2, 4, 17, 41, 46, 47, 89, 103, 112)


def first_packets() -> list[Flow]:
    flows = []
    for ends in ENDS.values():
        flows += [Flow.of(*ends, 6, source_port=1000 + flags, destination_port=80, tcp_flags=flags)
                  for flags in range(256)]  # fmt: skip
        flows += [Flow.of(*ends, protocol, icmp_type=kind) for protocol in (1, 58) for kind in range(256)]
        flows += [Flow.of(*ends, protocol, source_port=5 * (protocol == 17)) for protocol in PROTOCOLS]
    return flows


@pytest.mark.parametrize("way", [Way("forward", "eth0", "eth1"), Way("input", "eth0"), Way("output", "", "eth1")])
@pytest.mark.parametrize("state", sorted(PLACES))
def test_the_kernel_calls_a_first_packet_what_we_call_it(lab: Lab, way: Way, state: str) -> None:
    rules = f"type filter hook {way.hook} priority 0; policy drop;\nct state {state} accept"
    lab.must_load(["nft", "-f", "-"], f"table inet t {{\nchain c {{\n{rules}\n}}\n}}\n")
    flows = first_packets()
    wrong = [
        flow.to_json()
        for flow, arrival in zip(flows, lab.arrivals(way, flows), strict=True)
        if PLACES[state].contains(flow) is not (arrival is not None)
    ]
    assert wrong == []


@pytest.mark.parametrize("state", ["new", "invalid", "untracked"])
def test_before_tracking_every_packet_is_invalid(lab: Lab, state: str) -> None:
    rules = f"type filter hook prerouting priority raw; policy drop;\nct state {state} accept"
    lab.must_load(["nft", "-f", "-"], f"table inet t {{\nchain c {{\n{rules}\n}}\n}}\n")
    arrivals = lab.arrivals(Way("forward", "eth0", "eth1"), first_packets())
    assert {one is not None for one in arrivals} == {state == "invalid"}
