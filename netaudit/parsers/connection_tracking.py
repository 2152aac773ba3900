"""The state that Linux connection tracking gives to a packet that belongs to no known connection.

Every question asks about such first packets. Most begin a connection (NEW). A TCP packet with other flags than SYN or
ACK, and an ICMP message that asks nothing, begin none (INVALID). Some ICMPv6 messages are not tracked (UNTRACKED).
An ACK alone counts as NEW, as the kernel takes up connections that it did not see begin (nf_conntrack_tcp_loose, on
unless it is turned off). Of SCTP and DCCP the first packet is taken to be the one that begins an association.
Source: the kernel's nf_conntrack_proto_tcp.c, nf_conntrack_proto_icmp.c and nf_conntrack_proto_icmpv6.c; the tests
ask the kernel about every value of the flags and types.
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.packets.services import ANY_SERVICE, ICMP, ICMPV6, OPENING_FLAGS, TCP, ServiceSet

_ICMP_QUESTIONS = IntervalSet.of((kind, kind) for kind in (8, 13, 15, 17))
_ICMPV6_QUESTIONS = IntervalSet.of((kind, kind) for kind in (128, 139))
_ICMPV6_UNTRACKED = IntervalSet.of([(130, 136), (143, 143), (151, 152)])

_OTHERS = ANY_SERVICE - (ServiceSet.protocol(TCP) | ServiceSet.protocol(ICMP) | ServiceSet.protocol(ICMPV6))
_TCP = ServiceSet.ports(TCP, tcp_flags=OPENING_FLAGS)

NEW = PacketSet.of(ANY_IPV4, ANY_IPV4, _OTHERS | _TCP | ServiceSet.icmp(ICMP, _ICMP_QUESTIONS)) | PacketSet.of(
    ANY_IPV6, ANY_IPV6, _OTHERS | _TCP | ServiceSet.icmp(ICMPV6, _ICMPV6_QUESTIONS)
)
UNTRACKED = PacketSet.of(ANY_IPV6, ANY_IPV6, ServiceSet.icmp(ICMPV6, _ICMPV6_UNTRACKED))
INVALID = ALL_PACKETS - NEW - UNTRACKED

STATES = frozenset({"new", "established", "related", "invalid", "untracked"})
_FIRST = {"new": NEW, "invalid": INVALID, "untracked": UNTRACKED}


@dataclass(frozen=True, slots=True)
class Tracking:
    """What is known where a state is looked at.

    `begun` is False in front of connection tracking (the raw table): there the kernel calls every packet invalid.
    Rules take the packets of `exempt_surely`, and at most those of `exempt_maybe`, out of tracking. `translated` holds
    every packet whose destination may have been rewritten before.
    """

    begun: bool = True
    exempt_surely: PacketSet = NO_PACKETS
    exempt_maybe: PacketSet = NO_PACKETS
    translated: PacketSet = ALL_PACKETS


def in_states(
    packets: PacketSet,
    states: frozenset[str],
    tracking: Tracking = Tracking(),
) -> tuple[PacketSet, PacketSet]:
    """Return which first packets are surely, and which may be, in one of some states (lower case)."""
    if not tracking.begun:
        packets = packets if "invalid" in states else NO_PACKETS
        return packets, packets
    if states >= STATES:
        return packets, packets
    found = PacketSet.union(packets & _FIRST[state] for state in sorted(states & _FIRST.keys()))
    if not tracking.exempt_maybe:
        return found, found
    if "untracked" in states:
        return found | (packets & tracking.exempt_surely), found | (packets & tracking.exempt_maybe)
    return found - tracking.exempt_maybe, found - tracking.exempt_surely
