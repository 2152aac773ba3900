"""Sets of transport headers: protocol, ports or ICMP type and code, TCP flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from netaudit.packets.intervals import IntervalSet

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58

# Protocols with source and destination ports (IANA): TCP, UDP, DCCP, SCTP, UDP-Lite.
PORT_PROTOCOLS = IntervalSet.of([(6, 6), (17, 17), (33, 33), (132, 132), (136, 136)])
ICMP_PROTOCOLS = IntervalSet.of([(1, 1), (58, 58)])

ALL_PROTOCOLS = IntervalSet.span(0, 255)
ALL_PORTS = IntervalSet.span(0, 65535)
ALL_OCTETS = IntervalSet.span(0, 255)
ZERO = IntervalSet.single(0)

# Bits of the TCP flags octet, RFC 9293 section 3.1.
FIN, SYN, RST, PSH, ACK, URG, ECE, CWR = 1, 2, 4, 8, 16, 32, 64, 128

_TCP_ONLY = IntervalSet.single(TCP)
_OTHER_PORT_PROTOCOLS = PORT_PROTOCOLS - _TCP_ONLY
_PLAIN_PROTOCOLS = ALL_PROTOCOLS - PORT_PROTOCOLS - ICMP_PROTOCOLS


def tcp_flag_values(set_bits: int, clear_bits: int) -> IntervalSet:
    """Return the flag octets that have all of `set_bits` and none of `clear_bits`."""
    return IntervalSet.of(
        (octet, octet) for octet in range(256) if octet & set_bits == set_bits and not octet & clear_bits
    )


# What `established` means in a stateless list: ACK or RST is set (Cisco IOS command reference, access-list).
ESTABLISHED_FLAGS = IntervalSet.of((octet, octet) for octet in range(256) if octet & (ACK | RST))

# What a host that listens takes for the begin of a connection: SYN without ACK and RST, whatever the other flags say
# (RFC 9293 section 3.10.7.2; with ECE and CWR it is the first packet of RFC 3168).
FIRST_FLAGS = tcp_flag_values(SYN, ACK | RST)

# What Linux connection tracking takes for the begin of a connection: SYN or ACK, whatever PSH, URG, ECE and CWR say.
OPENING_FLAGS = IntervalSet.of((octet, octet) for octet in range(256) if octet & ~(PSH | URG | ECE | CWR) in (SYN, ACK))


@dataclass(frozen=True, slots=True)
class ServiceBox:
    """A product of header fields, all protocols of one kind.

    The kinds: TCP; the other protocols with ports; ICMP and ICMPv6; every other protocol. As in OpenFlow 1.0
    (tp_src, tp_dst) ICMP type and code stand in the two port fields. A field that the kind does not have
    is {0}: every packet is exactly one point.
    """

    protocols: IntervalSet
    source_ports: IntervalSet  # or ICMP types, 0 to 255
    destination_ports: IntervalSet  # or ICMP codes, 0 to 255
    tcp_flags: IntervalSet  # 0 to 255; {0} unless TCP

    def fields(self) -> tuple[IntervalSet, IntervalSet, IntervalSet, IntervalSet]:
        """Return the four fields in order."""
        return self.protocols, self.source_ports, self.destination_ports, self.tcp_flags

    def __le__(self, other: ServiceBox) -> bool:
        return all(mine <= theirs for mine, theirs in zip(self.fields(), other.fields(), strict=True))


def _kinds(protocols: IntervalSet) -> Iterator[tuple[IntervalSet, str]]:
    for kind, members in (
        ("tcp", _TCP_ONLY),
        ("ports", _OTHER_PORT_PROTOCOLS),
        ("icmp", ICMP_PROTOCOLS),
        ("plain", _PLAIN_PROTOCOLS),
    ):
        part = protocols & members
        if part:
            yield part, kind


@dataclass(frozen=True, slots=True)
class ServiceSet:
    """A finite union of service boxes.

    `==` compares the way the set is written; use `same_as` to compare the members.
    """

    boxes: tuple[ServiceBox, ...] = ()

    @classmethod
    def of_protocols(cls, protocols: IntervalSet) -> ServiceSet:
        """Return all packets of these protocols (numbers 0 to 255), whatever their other fields."""
        return _of_protocols(protocols)

    @classmethod
    def protocol(cls, number: int) -> ServiceSet:
        """Return all packets of one protocol."""
        return _of_protocols(IntervalSet.single(number))

    @classmethod
    def ports(
        cls,
        protocol: int,
        destination_ports: IntervalSet = ALL_PORTS,
        source_ports: IntervalSet = ALL_PORTS,
        tcp_flags: IntervalSet = ALL_OCTETS,
    ) -> ServiceSet:
        """Return packets of one protocol with ports. Raises ValueError for a protocol without ports.

        `tcp_flags` counts for TCP only.
        """
        return _ports(protocol, destination_ports, source_ports, tcp_flags if protocol == TCP else ZERO)

    @classmethod
    def icmp(cls, protocol: int = ICMP, types: IntervalSet = ALL_OCTETS, codes: IntervalSet = ALL_OCTETS) -> ServiceSet:
        """Return ICMP (1) or ICMPv6 (58) packets of these types and codes. Raises ValueError otherwise."""
        if protocol not in ICMP_PROTOCOLS:
            raise ValueError(f"protocol {protocol} has no ICMP type")
        return cls((ServiceBox(IntervalSet.single(protocol), types, codes, ZERO),) if types and codes else ())

    @classmethod
    def union(cls, sets: Iterable[ServiceSet]) -> ServiceSet:
        """Return the union of many sets, boxes that another box covers left out and ports joined."""
        many = list(sets)
        if len(many) == 1:
            return many[0]
        return cls(_joined([box for one in many for box in one.boxes]))

    def __or__(self, other: ServiceSet) -> ServiceSet:
        return ServiceSet.union((self, other))

    def __and__(self, other: ServiceSet) -> ServiceSet:
        if self is other or other is ANY_SERVICE:
            return self
        if self is ANY_SERVICE:
            return other
        found = [box for left in self.boxes for right in other.boxes if (box := _intersection(left, right)) is not None]
        return ServiceSet(_joined(found))

    def __sub__(self, other: ServiceSet) -> ServiceSet:
        rest = list(self.boxes)
        for right in other.boxes:
            rest = [piece for left in rest for piece in _difference(left, right)]
            if not rest:
                break
        return ServiceSet(_joined(rest))

    def __invert__(self) -> ServiceSet:
        return ANY_SERVICE - self

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def __le__(self, other: ServiceSet) -> bool:
        if self is other or other is ANY_SERVICE:
            return True
        if all(any(left <= right for right in other.boxes) for left in self.boxes):
            return True
        return not self - other

    def overlaps(self, other: ServiceSet) -> bool:
        """Tell whether the two sets share a packet."""
        return any(
            all(a.overlaps(b) for a, b in zip(left.fields(), right.fields(), strict=True))
            for left in self.boxes
            for right in other.boxes
        )

    def same_as(self, other: ServiceSet) -> bool:
        """Tell whether both hold the same packets, however they are written."""
        return self <= other and other <= self

    def contains(self, protocol: int, source_port: int, destination_port: int, tcp_flags: int) -> bool:
        """Tell whether one packet is a member; ICMP type and code go into the port fields."""
        return any(
            protocol in box.protocols
            and source_port in box.source_ports
            and destination_port in box.destination_ports
            and tcp_flags in box.tcp_flags
            for box in self.boxes
        )

    def protocols(self) -> IntervalSet:
        """Return the protocol numbers that occur."""
        return IntervalSet.of(interval for box in self.boxes for interval in box.protocols.intervals)


def _intersection(left: ServiceBox, right: ServiceBox) -> ServiceBox | None:
    parts = []
    for mine, theirs in zip(left.fields(), right.fields(), strict=True):
        part = mine & theirs
        if not part:
            return None
        parts.append(part)
    protocols, source, destination, flags = parts
    return ServiceBox(protocols, source, destination, flags)


def _difference(left: ServiceBox, right: ServiceBox) -> Iterator[ServiceBox]:
    """Yield disjoint boxes that make up left less right."""
    common = _intersection(left, right)
    if common is None:
        yield left
        return
    fields = list(left.fields())
    shared = common.fields()
    for index in range(4):
        rest = fields[index] - shared[index]
        if rest:
            protocols, source, destination, flags = fields[:index] + [rest] + fields[index + 1 :]  # noqa: RUF005
            yield ServiceBox(protocols, source, destination, flags)
        fields[index] = shared[index]


def _joined(boxes: list[ServiceBox]) -> tuple[ServiceBox, ...]:
    """Return the same union with fewer boxes: those alike but for one field become one."""
    if len(boxes) < 2:
        return tuple(boxes)
    for index in (2, 1, 0, 3):
        groups: dict[tuple[IntervalSet, ...], list[IntervalSet]] = {}
        for box in boxes:
            fields = box.fields()
            groups.setdefault(fields[:index] + fields[index + 1 :], []).append(fields[index])
        if len(groups) < len(boxes):
            boxes = []
            for key, values in groups.items():
                union = IntervalSet.of(interval for value in values for interval in value.intervals)
                protocols, source, destination, flags = key[:index] + (union,) + key[index:]  # noqa: RUF005
                boxes.append(ServiceBox(protocols, source, destination, flags))
    if len(boxes) <= 64:
        boxes = [
            box
            for i, box in enumerate(boxes)
            if not any(i != j and box <= other and (j < i or box != other) for j, other in enumerate(boxes))
        ]
    return tuple(boxes)


@lru_cache(maxsize=4096)
def _of_protocols(protocols: IntervalSet) -> ServiceSet:
    boxes = []
    for part, kind in _kinds(protocols & ALL_PROTOCOLS):
        if kind == "tcp":
            boxes.append(ServiceBox(part, ALL_PORTS, ALL_PORTS, ALL_OCTETS))
        elif kind == "ports":
            boxes.append(ServiceBox(part, ALL_PORTS, ALL_PORTS, ZERO))
        elif kind == "icmp":
            boxes.append(ServiceBox(part, ALL_OCTETS, ALL_OCTETS, ZERO))
        else:
            boxes.append(ServiceBox(part, ZERO, ZERO, ZERO))
    return ServiceSet(tuple(boxes))


@lru_cache(maxsize=65536)
def _ports(
    protocol: int, destination_ports: IntervalSet, source_ports: IntervalSet, tcp_flags: IntervalSet
) -> ServiceSet:
    if protocol not in PORT_PROTOCOLS:
        raise ValueError(f"protocol {protocol} has no ports")
    if not (destination_ports and source_ports and tcp_flags):
        return NO_SERVICE
    return ServiceSet((ServiceBox(IntervalSet.single(protocol), source_ports, destination_ports, tcp_flags),))


NO_SERVICE = ServiceSet()
ANY_SERVICE = ServiceSet.of_protocols(ALL_PROTOCOLS)
ANY_TCP = ServiceSet.protocol(TCP)
ANY_UDP = ServiceSet.protocol(UDP)
