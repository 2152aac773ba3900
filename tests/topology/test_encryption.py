"""What a crypto map takes goes to its peer: it is neither what the table says, nor denied on the way."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.packets.packet import Flow
from netaudit.policy.registers import ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition, FlowTrace
from netaudit.topology.network import Network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import TODAY, device, may_pass, network, passes, zone

LEFT = zone("Left", ZoneType.OA, "10.1.0.0/24")
RIGHT = zone("Right", ZoneType.PROD, "10.2.0.0/24")
NET = zone("Internet", ZoneType.INTERNET, members=(("left", "Gi0/1"), ("left", "GigabitEthernet0/1")))

IOS = """
hostname left
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
interface Gi0/1
 ip address 192.0.2.5 255.255.255.252
 crypto map LINE
crypto ipsec transform-set T esp-aes
crypto map LINE 10 ipsec-isakmp
 set peer 192.0.2.9
 set transform-set T
 match address BRANCH
ip access-list extended BRANCH
 deny tcp any any eq 22
 permit ip 10.1.0.0 0.0.0.255 10.2.0.0 0.0.0.127
ip route 0.0.0.0 0.0.0.0 192.0.2.6
"""
ASA = """
ASA Version 9.12(2)
hostname left
interface GigabitEthernet0/0
 nameif inside
 security-level 100
 ip address 10.1.0.1 255.255.255.0
interface GigabitEthernet0/1
 nameif outside
 security-level 0
 ip address 192.0.2.5 255.255.255.252
access-list BRANCH extended deny tcp any any eq ssh
access-list BRANCH extended permit ip 10.1.0.0 255.255.255.0 10.2.0.0 255.255.255.128
crypto ipsec ikev1 transform-set T esp-aes esp-sha-hmac
crypto map LINE 10 match address BRANCH
crypto map LINE 10 set peer 192.0.2.9
crypto map LINE 10 set ikev1 transform-set T
crypto map LINE interface outside
route outside 0.0.0.0 0.0.0.0 192.0.2.6 1
"""
PROVIDER = device(
    "cisco_ios",
    """
    hostname provider
    interface Gi0/1
     ip address 192.0.2.6 255.255.255.252
     ip access-group PUBLIC in
    interface Gi0/2
     ip address 192.0.2.10 255.255.255.252
    ip access-list extended PUBLIC
     deny ip 10.0.0.0 0.255.255.255 any
     permit ip any any
    """,
    "provider.cfg",
)
BRANCH = device(
    "cisco_ios",
    """
    hostname right
    interface Gi0/0
     ip address 10.2.0.1 255.255.255.0
    interface Gi0/1
     ip address 192.0.2.9 255.255.255.252
    ip route 0.0.0.0 0.0.0.0 192.0.2.10
    """,
    "right.cfg",
)


def traced(known: Network, destination: str, port: int) -> FlowTrace:
    flow = Flow.of("10.1.0.9", destination, 6, source_port=50000, destination_port=port)
    (place,) = starting_places(known, "", "", flow)
    return trace_flow(known, place, flow)


@pytest.mark.parametrize(("platform", "text"), [("cisco_ios", IOS), ("cisco_asa", ASA)])
def test_what_the_list_permits_goes_to_the_peer_and_the_rest_in_clear(platform: str, text: str) -> None:
    left: Device = device(platform, text)
    known = network([left, PROVIDER, BRANCH], LEFT, RIGHT)
    conduit = find_conduits(known, TODAY)["Left", "Right"]
    assert not passes(conduit, "10.1.0.9", "10.2.0.9", 443)
    assert may_pass(conduit, "10.1.0.9", "10.2.0.9", 443)
    assert any("encrypted to 192.0.2.9 by LINE 10" in reason for reason in conduit.reasons)
    (trace,) = traced(known, "10.2.0.9", 443).traces
    assert (trace.disposition, trace.hops[-1].device) == (Disposition.UNKNOWN, "left")
    assert "encrypted to 192.0.2.9" in trace.reason
    for destination, port in (("10.2.0.9", 22), ("10.2.0.200", 443)):  # the provider denies what comes in clear
        assert not may_pass(conduit, "10.1.0.9", destination, port)
        assert traced(known, destination, port).disposition is Disposition.DENIED


def test_packets_in_clear_by_the_default_route_still_lead_out() -> None:
    known = network([device("cisco_ios", IOS)], LEFT, RIGHT, NET)
    conduits = find_conduits(known, TODAY)
    assert passes(conduits["Left", "Internet"], "10.1.0.9", "203.0.113.9", 443)
    assert may_pass(conduits["Left", "Right"], "10.1.0.9", "10.2.0.9", 443)
    assert not may_pass(conduits["Left", "Right"], "10.1.0.9", "10.2.0.200", 443)


def test_a_map_without_a_list_makes_what_leaves_there_doubtful_and_nothing_else() -> None:
    text = IOS.replace(" match address BRANCH\n", "") + "interface Gi0/2\n ip address 10.3.0.1 255.255.255.0\n"
    other = zone("Other", ZoneType.PROD, "10.3.0.0/24")
    known = network([device("cisco_ios", text)], LEFT, other, NET)
    conduits = find_conduits(known, TODAY)
    assert (
        not passes(conduits["Left", "Internet"], "10.1.0.9", "203.0.113.9", 443)
        or conduits["Left", "Internet"].undecided
    )
    assert passes(conduits["Left", "Other"], "10.1.0.9", "10.3.0.9", 443)
    assert traced(known, "203.0.113.9", 443).disposition is Disposition.UNKNOWN
