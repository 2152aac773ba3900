"""Every operator of the packet algebra agrees with plain membership."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.packets.addresses import AddressSet, Family, netmask_length, parse_address, wildcard_intervals
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.service_text import service_text
from netaudit.packets.services import ANY_SERVICE, ServiceSet, tcp_flag_values

NUMBERS = range(-1, 18)


@st.composite
def intervals(draw: st.DrawFn) -> IntervalSet:
    return IntervalSet.of(draw(st.lists(st.tuples(st.integers(0, 16), st.integers(0, 16)), max_size=4)))


@given(intervals(), intervals())
def test_interval_sets(left: IntervalSet, right: IntervalSet) -> None:
    mine, theirs = ({n for n in NUMBERS if n in one} for one in (left, right))
    assert {n for n in NUMBERS if n in left | right} == mine | theirs
    assert {n for n in NUMBERS if n in left & right} == mine & theirs
    assert {n for n in NUMBERS if n in left - right} == mine - theirs
    assert (left <= right) == (mine <= theirs)
    assert left.overlaps(right) == bool(mine & theirs)
    assert left.size() == len(mine)
    assert (left == right) == (mine == theirs), "equal sets are written alike"
    assert ((left | right) - right) | (left & right) == left


NAMES = ("eth0", "eth1", "eth10", "e", "lan", "lan2", "wan", "", "et")


@st.composite
def name_sets(draw: st.DrawFn) -> NameSet:
    found = NameSet.of(
        draw(st.sets(st.sampled_from(("eth0", "lan", "wan", "eth10")))),
        draw(st.sets(st.sampled_from(("eth", "e", "lan", "eth1")))),
    )
    return ~found if draw(st.booleans()) else found


@settings(max_examples=200)
@given(name_sets(), name_sets())
def test_name_sets(left: NameSet, right: NameSet) -> None:
    probes = (*NAMES, "eth1x", "ethx", "lanx", "waneth")
    mine, theirs = ({n for n in probes if n in one} for one in (left, right))
    assert {n for n in probes if n in left | right} == mine | theirs
    assert {n for n in probes if n in left & right} == mine & theirs
    assert {n for n in probes if n in left - right} == mine - theirs
    assert {n for n in probes if n in ~left} == set(probes) - mine
    assert (left <= right) == (not left - right)
    if left <= right:
        assert mine <= theirs
    if mine:
        assert left


@st.composite
def address_sets(draw: st.DrawFn) -> AddressSet:
    return AddressSet(draw(intervals()), draw(intervals()))


@given(address_sets(), address_sets())
def test_address_sets_keep_the_families_apart(left: AddressSet, right: AddressSet) -> None:
    for family in Family:
        mine, theirs = ({n for n in NUMBERS if n in one.family(family)} for one in (left, right))
        assert {n for n in NUMBERS if n in (left | right).family(family)} == mine | theirs
        assert {n for n in NUMBERS if n in (left & right).family(family)} == mine & theirs
        assert {n for n in NUMBERS if n in (left - right).family(family)} == mine - theirs
        assert {n for n in NUMBERS if n >= 0 and n in (~left).family(family)} == {n for n in NUMBERS if n >= 0} - mine
    assert (left <= right) == (left.ipv4 <= right.ipv4 and left.ipv6 <= right.ipv6)
    assert left.overlaps(right) == bool(left & right)


@given(address_sets())
def test_prefixes_make_up_the_set(addresses: AddressSet) -> None:
    assert AddressSet.union(AddressSet.prefix(text) for text in addresses.prefixes()) == addresses


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_a_wildcard_asks_the_bits_that_are_zero(base: int, wildcard: int, probe: int) -> None:
    found = wildcard_intervals(base, wildcard)
    if found is not None:
        near = (base & ~wildcard) | (probe & wildcard)
        for value in (probe, near, base):
            assert (value in found) == ((value ^ base) & ~wildcard == 0)


def test_host_and_any_wildcards_are_not_swapped() -> None:
    _, base = parse_address("10.1.1.1")
    assert wildcard_intervals(base, 0) == IntervalSet.single(base)
    assert wildcard_intervals(base, 0xFFFFFFFF) == IntervalSet.span(0, 2**32 - 1)
    assert netmask_length(0xFFFFFF00) == 24
    assert netmask_length(0xFF00FF00) is None


PORTS = (0, 1, 2, 3, 65535)
POINTS = (
    tuple(
        (protocol, first, second, flags)
        for protocol in (6, 17)
        for first in PORTS
        for second in PORTS
        for flags in ((0, 2, 16, 18) if protocol == 6 else (0,))
    )
    + tuple((protocol, kind, code, 0) for protocol in (1, 58) for kind in (0, 3, 8, 255) for code in (0, 1, 255))
    + (
        (47, 0, 0, 0),
        (0, 0, 0, 0),
        (255, 0, 0, 0),
    )
)


def _ports(draw: st.DrawFn) -> IntervalSet:
    low, high = draw(st.sampled_from(PORTS)), draw(st.sampled_from(PORTS))
    return IntervalSet.span(min(low, high), max(low, high))


@st.composite
def service_sets(draw: st.DrawFn, depth: int = 2) -> ServiceSet:
    kind = draw(st.integers(0, 5 if depth else 3))
    if kind == 0:
        return ServiceSet.protocol(draw(st.sampled_from((1, 6, 17, 47, 58, 0, 255))))
    if kind == 1:
        flags = draw(st.sampled_from((tcp_flag_values(0, 0), tcp_flag_values(2, 16), tcp_flag_values(16, 0))))
        return ServiceSet.ports(draw(st.sampled_from((6, 17))), _ports(draw), _ports(draw), flags)
    if kind == 2:
        types = IntervalSet.of((n, n) for n in draw(st.sets(st.sampled_from((0, 3, 8, 255)))))
        codes = IntervalSet.of((n, n) for n in draw(st.sets(st.sampled_from((0, 1, 255)))))
        return ServiceSet.icmp(draw(st.sampled_from((1, 58))), types, codes)
    if kind == 3:
        return ANY_SERVICE
    if kind == 4:
        return ~draw(service_sets(depth - 1))
    return draw(service_sets(depth - 1)) | draw(service_sets(depth - 1))


def inside(services: ServiceSet) -> set[tuple[int, int, int, int]]:
    return {point for point in POINTS if services.contains(*point)}


@settings(max_examples=300, deadline=None)
@given(service_sets(), service_sets())
def test_service_sets(left: ServiceSet, right: ServiceSet) -> None:
    mine, theirs = inside(left), inside(right)
    assert inside(left | right) == mine | theirs
    assert inside(left & right) == mine & theirs
    assert inside(left - right) == mine - theirs
    assert inside(~left) == set(POINTS) - mine
    assert (left <= right) == (not left - right)
    assert left.overlaps(right) == bool(left & right)
    assert not mine - theirs if left <= right else True
    assert ServiceSet.union((left, right)).same_as(left | right)


@st.composite
def packet_sets(draw: st.DrawFn) -> PacketSet:
    return PacketSet.union(
        PacketSet.of(draw(address_sets()), draw(address_sets()), draw(service_sets(1)))
        for _ in range(draw(st.integers(1, 2)))
    )


FLOWS = tuple(
    Flow(family, source, destination, *service)
    for family in Family
    for source in (0, 5, 16)
    for destination in (1, 9)
    for service in ((6, 1, 2, 0, 0, 2), (6, 3, 1, 0, 0, 16), (17, 1, 1), (1, 0, 0, 8, 1), (47,), (58, 0, 0, 3, 0))
)


@settings(max_examples=150, deadline=None)
@given(packet_sets(), packet_sets())
def test_packet_sets(left: PacketSet, right: PacketSet) -> None:
    operators: tuple[tuple[PacketSet, Callable[[bool, bool], bool]], ...] = (
        (left | right, lambda a, b: a or b),
        (left & right, lambda a, b: a and b),
        (left - right, lambda a, b: a and not b),
    )
    for result, operator in operators:
        for flow in FLOWS:
            assert result.contains(flow) == operator(left.contains(flow), right.contains(flow))
    assert (left <= right) == (not left - right)
    assert left.overlaps(right) == bool(left & right)
    assert (left - right).same_as(left - (left & right))
    for one in (left, right, left - right):
        witness = one.witness()
        assert (witness is None) == (not one)
        assert witness is None or one.contains(witness)


@pytest.mark.parametrize(
    ("services", "text"),
    [
        (ANY_SERVICE, "any"),
        (ServiceSet(), "none"),
        (ServiceSet.ports(6, IntervalSet.of([(80, 80), (443, 443)])), "tcp 80, 443"),
        (ServiceSet.ports(17, IntervalSet.single(53), IntervalSet.single(53)), "udp 53 from port 53"),
        (ServiceSet.icmp(1, IntervalSet.single(8)), "icmp type 8"),
    ],
)
def test_services_are_written_as_people_do(services: ServiceSet, text: str) -> None:
    assert service_text(services) == text
