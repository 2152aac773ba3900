"""Implied rules: what the global properties permit before, among and after the rules that somebody wrote.

Sources: Check Point Security Management Administration Guide, "Implied Rules"; Management API Reference, "Global
Properties". Only those that concern connections through a gateway are modelled: ICMP, domain names and RIP, all off
unless switched on. Those for the gateways' own connections (control connections, outgoing packets, VRRP) permit
nothing from one zone to another. With ordered layers, "first" stands in the first layer alone, "before last" and
"last" in each.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.rules import AccessRule, Action
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ICMP, ICMPV6, TCP, UDP, ServiceSet
from netaudit.parsers.checkpoint.export import Export

FIRST, BEFORE_LAST, LAST = "first", "before last", "last"

_ECHO = ServiceSet.icmp(ICMP, IntervalSet.single(8)) | ServiceSet.icmp(ICMPV6, IntervalSet.single(128))
_ICMP = ServiceSet.icmp(ICMP) | ServiceSet.icmp(ICMPV6)
_DNS, _RIP = IntervalSet.single(53), IntervalSet.single(520)

# Property, what it surely permits, what it may permit, the position where none is said, the words for people.
_IMPLIED: tuple[tuple[str, ServiceSet, ServiceSet, str, str], ...] = (
    ("accept-rip", ServiceSet.ports(UDP, _RIP), ServiceSet.ports(UDP, _RIP), FIRST, "RIP"),
    (
        "accept-domain-name-over-udp",
        ServiceSet.ports(UDP, _DNS),
        ServiceSet.ports(UDP, _DNS),
        FIRST,
        "domain name over UDP",
    ),
    (
        "accept-domain-name-over-tcp",
        ServiceSet.ports(TCP, _DNS),
        ServiceSet.ports(TCP, _DNS),
        FIRST,
        "domain name over TCP",
    ),
    ("accept-icmp-requests", _ECHO, _ICMP, BEFORE_LAST, "ICMP requests"),
)


def implied_rules(export: Export) -> Iterator[tuple[str, AccessRule]]:
    """Yield position ("first", "before last", "last") and rule of each implied rule that is switched on."""
    properties = export.properties
    firewall = properties.value.object("firewall") if properties is not None else None
    if properties is None or firewall is None:
        return
    for key, surely, maybe, default, words in _IMPLIED:
        if firewall.flag(key):
            reasons = () if surely == maybe else ("which ICMP messages count as requests",)
            match = PacketMatch(PacketSet.of(services=surely), PacketSet.of(services=maybe), reasons)
            rule = AccessRule(
                f"implied {words}", Action.PERMIT, match, properties.file.ref(firewall, key), implicit=True
            )
            yield firewall.text(f"{key}-position").lower() or default, rule
