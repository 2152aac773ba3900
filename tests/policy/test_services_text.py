"""The text of services in registers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ANY_SERVICE, ICMP, ServiceSet
from netaudit.policy.services_text import parse_services


def tcp(*ports: int | tuple[int, int]) -> ServiceSet:
    return ServiceSet.ports(6, IntervalSet.of((p, p) if isinstance(p, int) else p for p in ports))


def udp(*ports: int) -> ServiceSet:
    return ServiceSet.ports(17, IntervalSet.of((p, p) for p in ports))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tcp/443", tcp(443)),
        ("TCP 443", tcp(443)),
        ("tcp/9001-9004", tcp((9001, 9004))),
        ("tcp/9001 ~ 9004", tcp((9001, 9004))),
        ("tcp/80,443", tcp(80, 443)),
        ("tcp/80, 443", tcp(80, 443)),
        ("tcp 80 443", tcp(80, 443)),
        ("tcp/443; udp/53", tcp(443) | udp(53)),
        ("tcp/443 udp/53", tcp(443) | udp(53)),
        ("tcp/443, udp/53,123", tcp(443) | udp(53, 123)),
        ("tcp/443、udp/53", tcp(443) | udp(53)),
        ("tcp/443\nudp/53", tcp(443) | udp(53)),
        ("tcp / 443", tcp(443)),
        ("tcp/443", tcp(443)),
        ("icmp", ServiceSet.icmp()),
        ("icmp/8", ServiceSet.icmp(ICMP, IntervalSet.single(8))),
        ("icmp/3/4", ServiceSet.icmp(ICMP, IntervalSet.single(3), IntervalSet.single(4))),
        ("icmpv6", ServiceSet.icmp(58)),
        ("ip/47", ServiceSet.protocol(47)),
        ("gre", ServiceSet.protocol(47)),
        ("esp; udp/500,4500", ServiceSet.protocol(50) | udp(500, 4500)),
        ("tcp/any", ServiceSet.protocol(6)),
        ("tcp any", ServiceSet.protocol(6)),
        ("any", ANY_SERVICE),
        ("ip/any", ANY_SERVICE),
        ("任意", ANY_SERVICE),
    ],
)
def test_a_service_cell_is_read_as_people_write_it(text: str, expected: ServiceSet) -> None:
    assert parse_services(text).same_as(expected)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tcp", "tcp needs ports: tcp/443, or tcp/any for all of them"),
        ("443", "'443' has no protocol"),
        ("udp/53; 443", "'443' has no protocol"),
        ("tcp/70000", "'70000' is not a port: the highest is 65535"),
        ("tcp/9004-9001", "'9004-9001' runs backwards; write 9001-9004"),
        ("tcp/https", "'https' is not a port"),
        ("tpc/443", "'tpc/443' is not a service, did you mean 'tcp'?"),
        ("ip", "for every protocol write any"),
        ("any; tcp/443", "any stands alone"),
        ("tcp/443 any", "any stands alone"),
        ("gre/80", "gre has no ports"),
        ("ip/256", "the highest is 255"),
        ("icmp/8/999", "'999' is not a ICMP code"),
        (";", "no service is given"),
    ],
)
def test_a_wrong_service_cell_says_what_was_expected(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_services(text)
    assert message in str(caught.value)


def test_bare_ports_take_the_protocol_of_the_column_where_it_has_one() -> None:
    assert parse_services("443, 8443", default_protocol="tcp").same_as(tcp(443, 8443))


PORTS = st.integers(0, 65535)
SPANS = st.tuples(PORTS, PORTS).map(sorted)
PIECES = st.tuples(st.sampled_from([("tcp", 6), ("udp", 17), ("sctp", 132)]), st.lists(SPANS, min_size=1, max_size=3))


@given(
    st.lists(PIECES, min_size=1, max_size=4),
    st.sampled_from([";", "; ", "、", "\n", " ", ", "]),
    st.sampled_from([",", ", ", " "]),
    st.sampled_from(["/", " "]),
)
def test_any_list_of_ports_reads_back_whatever_separates_it(pieces, between, within, slash) -> None:
    text = between.join(
        name + slash + within.join(f"{low}-{high}" if low != high else str(low) for low, high in spans)
        for (name, _), spans in pieces
    )
    expected = ServiceSet.union(
        ServiceSet.ports(number, IntervalSet.of(tuple(span) for span in spans)) for (_, number), spans in pieces
    )
    assert parse_services(text).same_as(expected)


@given(st.text(max_size=40) | st.text("tcpudimany/-,; 0123456789", max_size=40))
def test_any_text_is_a_service_or_a_message(text: str) -> None:
    try:
        services = parse_services(text)
    except ValueError as error:
        assert str(error)
    else:
        assert services
