"""Packets read well: short where they can be, exact where it counts."""

from __future__ import annotations

from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.services import ANY_SERVICE, ESTABLISHED_FLAGS, ServiceSet
from netaudit.reports.packet_views import packet_rows, packet_views
from netaudit.reports.packet_words import address_text, flow_text, service_text
from netaudit.reports.words import words_of

from .sample import tcp


def test_services_are_named_by_protocol_and_port() -> None:
    assert service_text(ANY_SERVICE) == "any"
    assert service_text(tcp(443, (9001, 9004))) == "tcp/443,9001-9004"
    assert service_text(ServiceSet.protocol(17)) == "udp"
    assert service_text(ServiceSet.protocol(47)) == "gre"
    assert service_text(ServiceSet.icmp(1, IntervalSet.single(8))) == "icmp/type 8"
    fixed = ServiceSet.ports(6, IntervalSet.single(10005), IntervalSet.span(49003, 49020))
    assert service_text(fixed) == "tcp/10005 (src 49003-49020)"
    assert service_text(ServiceSet.ports(6, tcp_flags=ESTABLISHED_FLAGS)) == "tcp established"


def test_tcp_that_only_opens_connections_reads_as_tcp() -> None:
    syn = ServiceSet.ports(6, IntervalSet.single(443), tcp_flags=IntervalSet.single(2))
    assert service_text(syn) == "tcp/443"
    no_tcp = ANY_SERVICE - ServiceSet.protocol(6)
    opening = no_tcp | ServiceSet.ports(6, tcp_flags=IntervalSet.single(2))
    assert service_text(opening) == "any"
    views = packet_views(PacketSet.of(AddressSet.host("10.1.1.1"), AddressSet.host("10.2.2.2"), opening))
    assert [view["protocol"] for view in views] == ["any"]


def test_everything_but_one_port_is_not_called_any() -> None:
    text = service_text(ANY_SERVICE - tcp(80))
    assert text == "tcp/0-79,81-65535, icmp, icmpv6, udp, dccp, sctp, udplite, all other protocols"


def test_long_address_sets_are_cut_and_counted() -> None:
    many = AddressSet.union(AddressSet.host(f"10.0.{number}.1") for number in range(20))
    assert address_text(many, 2) == "10.0.0.1, 10.0.1.1 (+18)"
    assert address_text(ANY_ADDRESS) == "any"


def test_rows_are_one_a_protocol_with_a_witness_of_that_protocol() -> None:
    packets = PacketSet.of(
        AddressSet.host("10.1.1.1"),
        AddressSet.prefix("10.2.0.0/16"),
        ServiceSet.union([tcp(22, 443), ServiceSet.ports(17, IntervalSet.single(53)), ServiceSet.icmp()]),
    )
    rows = list(packet_rows(packets))
    assert [(row.protocol, row.destination_ports) for row in rows] == [
        ("icmp", ()),
        ("tcp", ("22", "443")),
        ("udp", ("53",)),
    ]
    assert [row.witness.protocol for row in rows] == [1, 6, 17]
    assert all(packets.contains(row.witness) for row in rows)


def test_any_traffic_is_one_row() -> None:
    views = packet_views(PacketSet.of(AddressSet.host("10.1.1.1"), AddressSet.host("10.2.2.2")))
    assert [(view["protocol"], view["destination_ports"]) for view in views] == [("any", [])]


def test_a_witness_is_told_in_words_of_each_language() -> None:
    flow = Flow.of("10.10.30.5", "10.10.23.9", 6, source_port=49152, destination_port=1521)
    assert flow_text(flow, words_of("en")) == "TCP from 10.10.30.5 port 49152 to 10.10.23.9 port 1521 (oracle)"
    assert flow_text(flow, words_of("zh-TW")) == "TCP：10.10.30.5 埠 49152 → 10.10.23.9 埠 1521 (oracle)"
    ping = Flow.of("10.1.1.1", "10.2.2.2", 1, icmp_type=8)
    assert flow_text(ping, words_of("en")) == "ICMP from 10.1.1.1 to 10.2.2.2, type 8, code 0"
