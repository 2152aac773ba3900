"""The way back: what remembers a connection lets its answer pass, a list without a memory is asked again."""

from __future__ import annotations

import pytest

from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition
from netaudit.topology.network import build_network
from netaudit.topology.places import starting_places
from netaudit.topology.trace import trace_flow
from tests.topology.networks import device

_NAT = """hostname edge
interface Gi0/0
 ip address 10.1.0.1 255.255.255.0
 ip nat inside
interface Gi0/1
 ip address 192.0.2.1 255.255.255.0
 ip nat outside
 ip access-group BACK in
access-list 1 permit 10.1.0.0 0.0.0.255
ip nat inside source list 1 interface Gi0/1 overload
ip access-list extended BACK
 {back}
"""


@pytest.mark.parametrize(
    ("back", "end"),
    [
        ("permit tcp any host 192.0.2.1 established", Disposition.DELIVERED),
        ("permit udp any any", Disposition.DENIED),
        ("permit tcp any 10.1.0.0 0.0.0.255", Disposition.DENIED),  # the list sees the address before translation
    ],
)
def test_a_list_without_a_memory_is_asked_about_the_answer(back: str, end: Disposition) -> None:
    network = build_network([device("cisco_ios", _NAT.format(back=back))], Policy())
    flow = Flow.of("10.1.0.5", "192.0.2.9", 6, source_port=40000, destination_port=443)
    (place,) = starting_places(network, "", "", flow)
    found = trace_flow(network, place, flow)
    assert found.disposition is Disposition.DELIVERED
    assert found.answer is end
    if end is Disposition.DELIVERED:
        assert found.answers[0].last is not None
        assert found.answers[0].last.destination_text == "10.1.0.5"
