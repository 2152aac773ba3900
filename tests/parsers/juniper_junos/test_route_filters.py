"""Route filters against the rule of the guide, prefix by prefix: the longest filter that holds a route decides."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netaudit.packets.addresses import Family, parse_address
from netaudit.parsers.juniper_junos.route_filters import RouteFilter, matched, route_filter

TOP = parse_address("10.0.0.0")[1]
LENGTH = 27  # the universe: 10.0.0.0/27 and all prefixes within it
UNIVERSE = [
    (Family.IPV4, TOP + step * (1 << 32 - length), length)
    for length in range(LENGTH, 33)
    for step in range(1 << length - LENGTH)
]


def prefix(text: str):
    address, _, length = text.partition("/")
    family, value = parse_address(address)
    return family, value, int(length)


def holds(outer, inner) -> bool:
    mask = (1 << 32) - (1 << 32 - outer[2])
    return outer[2] <= inner[2] and inner[1] & mask == outer[1]


def fits(rule, route) -> bool:
    """Return what the guide says of one filter and one route."""
    start, kind, value = rule
    if not holds(start, route):
        return False
    length = route[2]
    if kind == "through":
        return holds(route, value)
    return {
        "exact": length == start[2],
        "longer": length > start[2],
        "orlonger": True,
        "upto": isinstance(value, int) and length <= value,
        "prefix-length-range": isinstance(value, tuple) and value[0] <= length <= value[1],
    }[kind]


def decides(rules, route) -> int | None:
    """Return which rule matches a route: of the longest prefix that holds it, the first whose type fits."""
    longest = max((rule[0][2] for rule in rules if holds(rule[0], route)), default=None)
    for number, rule in enumerate(rules):
        if rule[0][2] == longest and holds(rule[0], route) and fits(rule, route):
            return number
    return None


def read(rule) -> RouteFilter:
    start, kind, value = rule
    words = ()
    if kind == "upto":
        words = (f"/{value}",)
    elif kind == "prefix-length-range":
        words = (f"/{value[0]}-/{value[1]}",)
    elif kind == "through":
        words = ("",)
    found = route_filter(start, kind, words, value if kind == "through" else None)
    assert found is not None
    return found


@st.composite
def rules(draw):
    start = draw(st.sampled_from(UNIVERSE))
    kind = draw(st.sampled_from(("exact", "longer", "orlonger", "upto", "prefix-length-range", "through")))
    if kind == "upto":
        return start, kind, draw(st.integers(start[2], 32))
    if kind == "prefix-length-range":
        low = draw(st.integers(start[2], 32))
        return start, kind, (low, draw(st.integers(low, 32)))
    if kind == "through":
        return start, kind, draw(st.sampled_from([one for one in UNIVERSE if holds(start, one)]))
    return start, kind, None


@given(st.lists(rules(), min_size=1, max_size=6))
def test_each_route_is_matched_by_the_filter_that_decides(listed):
    found = matched([read(rule) for rule in listed])
    assert found is not None
    for route in UNIVERSE:
        by = [
            number
            for number, parts in enumerate(found)
            for part in parts
            if holds((part.family, part.network, part.prefix_length), route) and part.least <= route[2] <= part.most
        ]
        expected = decides(listed, route)
        assert by == ([] if expected is None else [expected])


def test_a_longer_filter_hides_what_a_shorter_one_would_match():
    outer = route_filter(prefix("10.0.0.0/8"), "orlonger", ())
    inner = route_filter(prefix("10.1.0.0/16"), "exact", ())
    assert outer is not None and inner is not None
    first, second = matched([outer, inner]) or ((), ())
    assert [str(one) for one in second] == ["10.1.0.0/16"]
    assert "10.0.0.0/8 8-15" in [str(one) for one in first]
    assert not any(holds((one.family, one.network, one.prefix_length), prefix("10.1.2.0/24")) and one.most >= 24
                   for one in first)  # fmt: skip


def test_what_is_not_read():
    start = prefix("10.0.0.0/8")
    assert route_filter(start, "address-mask", ("255.0.255.0",)) is None
    assert route_filter(start, "upto", ("/40",)) is None
    assert route_filter(start, "through", ("x",), prefix("11.0.0.0/16")) is None
    assert route_filter(start, "prefix-length-range", ("/8",)) is None


def test_too_many_filters_within_one_are_left_undecided():
    outer = route_filter(prefix("0.0.0.0/0"), "orlonger", ())
    inner = [route_filter((Family.IPV4, number << 16, 16), "exact", ()) for number in range(0, 60000, 7)]
    assert matched([one for one in (outer, *inner) if one is not None]) is None
