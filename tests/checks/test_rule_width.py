"""How wide a permit is, whatever way it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.checks.narrow_services import narrow_services
from netaudit.checks.rule_width import DESTINATION, SERVICE, SOURCE, width_of
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.packets.services import ANY_SERVICE, ANY_TCP, ANY_UDP, ESTABLISHED_FLAGS, TCP, UDP, ServiceSet

HOST = AddressSet.host("10.10.20.15")
HTTPS = ServiceSet.ports(TCP, IntervalSet.single(443))


def prefixes(*texts: str) -> AddressSet:
    return AddressSet.union(AddressSet.prefix(text) for text in texts)


@pytest.mark.parametrize(
    "anybody",
    [
        ANY_ADDRESS,
        ANY_IPV4,
        prefixes("0.0.0.0/1", "128.0.0.0/1"),
        ~prefixes("10.0.0.0/8"),
        prefixes(
            "1.0.0.0/8", "2.0.0.0/7", "4.0.0.0/6", "8.0.0.0/5", "16.0.0.0/4", "32.0.0.0/3", "64.0.0.0/2", "128.0.0.0/2"
        ),
    ],
    ids=["any", "any4", "halves", "negated", "nearly all"],
)
def test_any_is_told_by_effect_and_not_by_word(anybody: AddressSet) -> None:
    assert width_of(PacketSet.of(anybody, HOST, HTTPS), True).any_fields == {SOURCE}
    assert width_of(PacketSet.of(HOST, anybody, HTTPS), True).any_fields == {DESTINATION}


def test_ipv6_counts_as_well() -> None:
    server = AddressSet.host("2001:db8::5")
    assert width_of(PacketSet.of(ANY_IPV6, server, HTTPS), True).any_fields == {SOURCE}
    assert width_of(PacketSet.of(prefixes("2000::/3"), server, HTTPS), True).any_fields == {SOURCE}
    assert width_of(PacketSet.of(prefixes("2001:db8::/40"), server, HTTPS), True).wide_fields


def test_all_tcp_and_all_udp_together_are_any_service() -> None:
    assert width_of(PacketSet.of(HOST, HOST, ANY_TCP | ANY_UDP), True).any_fields == {SERVICE}
    only_tcp = width_of(PacketSet.of(HOST, HOST, ANY_TCP), True)
    assert only_tcp.any_fields == frozenset() and only_tcp.port_span == 65536 and only_tcp.all_ports == ("tcp",)


def test_a_group_of_receivers_may_have_any_source() -> None:
    feed = PacketSet.of(ANY_IPV4, AddressSet.host("225.0.140.140"), ServiceSet.ports(UDP, IntervalSet.single(14000)))
    assert width_of(feed, True).any_fields == frozenset()


@pytest.mark.parametrize("local", ["169.254.0.0/16", "fe80::/10", "127.0.0.0/8"])
def test_what_no_router_forwards_is_not_wide(local: str) -> None:
    assert width_of(PacketSet.of(prefixes(local), ANY_ADDRESS, ANY_SERVICE), True).any_fields == frozenset()


def test_fields_of_different_parts_are_not_added_up() -> None:
    parts = PacketSet.of(ANY_IPV4, HOST, HTTPS) | PacketSet.of(HOST, ANY_IPV4, HTTPS)
    assert len(width_of(parts, True).any_fields) == 1


def test_answers_are_told_by_flags_and_on_lists_without_state_by_ports() -> None:
    established = ServiceSet.ports(TCP, tcp_flags=ESTABLISHED_FLAGS)
    assert width_of(PacketSet.of(services=established), False).reason == "established"
    from_dns = PacketSet.of(HOST, HOST, ServiceSet.ports(UDP, source_ports=IntervalSet.single(53)))
    assert width_of(from_dns, False).reason == "client_ports"
    assert width_of(from_dns, True).reason == ""
    assert width_of(PacketSet.of(HOST, HOST, ANY_TCP), False).reason == ""


@given(st.integers(0, 65535), st.integers(0, 65535))
def test_the_span_is_that_of_the_widest_range_of_destination_ports(low: int, high: int) -> None:
    ports = IntervalSet.span(min(low, high), max(low, high))
    packets = PacketSet.of(HOST, HOST, ServiceSet.ports(TCP, ports) | ServiceSet.ports(UDP, IntervalSet.single(53)))
    assert width_of(packets, True).port_span == ports.size()
    assert bool(narrow_services(packets).overlaps(PacketSet.of(services=ANY_TCP))) is (ports.size() <= 32)


def test_nothing_is_not_wide_and_everything_is() -> None:
    assert width_of(NO_PACKETS, True).any_fields == frozenset()
    assert width_of(ALL_PACKETS, True).any_fields == {SOURCE, DESTINATION, SERVICE}
    assert narrow_services(ALL_PACKETS) == NO_PACKETS
