"""A small universe of packets: rules drawn over it can be judged by trying every packet.

Two addresses, a handful of services and zones; what lies outside of all drawn sets has a class of its own.
"""

from __future__ import annotations

from hypothesis import strategies as st

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, Flow, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, ESTABLISHED_FLAGS, ServiceSet

HERE = SourceRef("small", 1)
BASE = 0x0A000000

_ADDRESSES = (BASE, BASE + 1)
SERVICE_PARTS = (
    ServiceSet.ports(6, IntervalSet.single(22)),
    ServiceSet.ports(6, IntervalSet.span(80, 443)),
    ServiceSet.ports(6, IntervalSet.single(443), IntervalSet.span(0, 1023)),
    ServiceSet.ports(6, tcp_flags=ESTABLISHED_FLAGS),
    ServiceSet.ports(17, IntervalSet.single(80)),
    ServiceSet.protocol(17),
    ServiceSet.protocol(6),
    ServiceSet.icmp(1, IntervalSet.single(8)),
    ServiceSet.icmp(1, IntervalSet.single(8), IntervalSet.single(3)),
    ServiceSet.protocol(50),
    ServiceSet.of_protocols(IntervalSet.of([(17, 17), (33, 33)])),
    ANY_SERVICE,
)

POINTS = tuple(
    Flow(family, source, destination, *service)
    for family in (Family.IPV4, Family.IPV6)
    for source in (*_ADDRESSES, 77)
    for destination in (*_ADDRESSES, 77)
    for service in (
        (6, 500, 443, 0, 0, 2),
        (6, 50000, 443, 0, 0, 16),
        (6, 50000, 22, 0, 0, 2),
        (6, 50000, 80, 0, 0, 2),
        (6, 50000, 80, 0, 0, 16),
        (6, 50000, 9, 0, 0, 2),
        (6, 500, 443, 0, 0, 16),
        (6, 50000, 443, 0, 0, 2),
        (6, 50000, 22, 0, 0, 16),
        (6, 50000, 9, 0, 0, 16),
        (17, 50000, 80, 0, 0, 0),
        (17, 50000, 53, 0, 0, 0),
        (33, 50000, 80, 0, 0, 0),
        (1, 0, 0, 8, 0, 0),
        (1, 0, 0, 8, 3, 0),
        (1, 0, 0, 0, 0, 0),
        (50, 0, 0, 0, 0, 0),
        (47, 0, 0, 0, 0, 0),
    )
)
ZONES = ("inside", "eth0", "eth9", "elsewhere", "outside")
PLAIN = tuple((flow, "elsewhere", "elsewhere") for flow in POINTS)
ZONED = tuple((flow, zone, "elsewhere") for flow in POINTS for zone in ZONES)


def _intervals(draw: st.DrawFn) -> IntervalSet:
    members = draw(st.sets(st.sampled_from((*_ADDRESSES, None)), min_size=1, max_size=3))
    spans = [(value, value) for value in members if value is not None]
    if None in members:
        spans += [(0, BASE - 1), (BASE + 2, 2**32 - 1)]
    return IntervalSet.of(spans)


@st.composite
def addresses(draw: st.DrawFn) -> AddressSet:
    """Return a non-empty set; IPv6 in about a third of the cases."""
    family = draw(st.integers(0, 5))
    ipv4 = _intervals(draw) if family < 5 else IntervalSet()
    ipv6 = _intervals(draw) if family > 3 else IntervalSet()
    return AddressSet(ipv4, ipv6)


@st.composite
def services(draw: st.DrawFn) -> ServiceSet:
    """Return a union of one to three parts, sometimes negated."""
    parts = draw(st.lists(st.sampled_from(SERVICE_PARTS), min_size=1, max_size=3))
    found = ServiceSet.union(parts)
    return ~found if draw(st.integers(0, 9)) == 0 else found


@st.composite
def packets(draw: st.DrawFn) -> PacketSet:
    """Return a product, or a union of two."""
    many = [
        PacketSet.of(draw(addresses()), draw(addresses()), draw(services()))
        for _ in range(2 if draw(st.integers(0, 5)) == 0 else 1)
    ]
    return PacketSet.union(many)


@st.composite
def matches(draw: st.DrawFn, vague: bool) -> PacketMatch:
    """Return an exact match, or (where `vague`) one with two bounds."""
    maybe = draw(packets())
    if not vague or draw(st.integers(0, 2)):
        return PacketMatch.exact(maybe)
    if draw(st.booleans()):
        return PacketMatch(NO_PACKETS, maybe, ("schedule",))
    surely = draw(packets())
    return PacketMatch(surely, surely | maybe, ("fqdn",))


@st.composite
def rulebases(draw: st.DrawFn, vague: bool = False, zoned: bool = False, longest: int = 6) -> Rulebase:
    """Return a rulebase with one to `longest` rules."""
    rules = []
    for number in range(draw(st.integers(1, longest))):
        zones = ANY_NAME
        if zoned and draw(st.booleans()):
            zones = NameSet.of(
                draw(st.sets(st.sampled_from(("inside", "eth0")))), draw(st.sets(st.sampled_from(("eth", "e"))))
            )
            zones = ~zones if draw(st.booleans()) else zones
        rules.append(
            AccessRule(
                name=str(number),
                action=draw(st.sampled_from((Action.PERMIT, Action.DENY, Action.PERMIT, Action.DENY, Action.REJECT))),
                match=draw(matches(vague)),
                where=SourceRef("small", number + 1),
                from_zones=zones,
                enabled=draw(st.integers(0, 9)) != 0,
            )
        )
    return Rulebase(
        name="small",
        kind=RulebaseKind.FILTER,
        rules=tuple(rules),
        default_action=draw(st.sampled_from((Action.PERMIT, Action.DENY))),
        where=HERE,
    )
