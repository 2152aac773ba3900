"""The coordinates of the analysis are as coarse as the sets in use allow."""

from __future__ import annotations

from netaudit.packets.packet import PacketSet
from netaudit.packets.services import ANY_SERVICE, ESTABLISHED_FLAGS, ServiceSet
from netaudit.packets.space import SERVICE, Space


def test_services_without_tcp_flags_do_not_split_tcp() -> None:
    tcp, udp = (PacketSet.of(services=ServiceSet.protocol(number)) for number in (6, 17))
    space = Space([tcp, udp, PacketSet.of(services=ANY_SERVICE)])
    assert all(len(box[SERVICE]) == 1 for packets in (tcp, udp) for box in space.boxes(packets))


def test_established_is_told_apart_from_other_tcp() -> None:
    tcp = PacketSet.of(services=ServiceSet.protocol(6))
    established = PacketSet.of(services=ServiceSet.ports(6, tcp_flags=ESTABLISHED_FLAGS))
    space = Space([tcp, established])
    assert {box[SERVICE] for box in space.boxes(tcp)} != {box[SERVICE] for box in space.boxes(established)}
