"""Packet sets as products of spans on number lines: the coordinates of the rule analysis."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import Flow, PacketSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ICMP,
    ICMP_PROTOCOLS,
    PORT_PROTOCOLS,
    SYN,
    TCP,
    ServiceSet,
)

Spans = tuple[tuple[int, int], ...]  # sorted, disjoint, both ends inclusive
Box = tuple[Spans, ...]  # one entry an axis, in the order of the constants below
Point = tuple[int, ...]

SOURCE, DESTINATION, SERVICE, SOURCE_PORT, FROM_ZONE, TO_ZONE = range(6)

_IPV6_OFFSET = 1 << 32
_PORT_SPACE = 1 << 16
_ALL_PORTS: Spans = ALL_PORTS.intervals
_WITH_PORTS = frozenset(value for low, high in PORT_PROTOCOLS for value in range(low, high + 1))
_WITH_TYPES = frozenset(value for low, high in ICMP_PROTOCOLS for value in range(low, high + 1))


class Space:
    """The coordinates of a family of packet sets.

    An address is its number, IPv6 shifted past the last IPv4 address, so that one line holds both families.
    A service is one number: protocol, class of TCP flags, and destination port (or ICMP type * 256 + code) laid
    out densely, so that "any" is one span. The source port has its own axis, whole where the protocol has none.
    A zone is the number of the class of names that no set in use tells apart.
    """

    def __init__(self, packets: Iterable[PacketSet], zones: Iterable[tuple[NameSet, NameSet]] = ()) -> None:
        flag_sets = {
            box.tcp_flags
            for services in {id(p.services): p.services for one in packets for p in one.products}.values()
            for box in services.boxes
            # Boxes of other protocols have flags too, 0 by convention: not to be told apart.
            if box.tcp_flags is not ALL_OCTETS and TCP in box.protocols
        }
        flag_sets.discard(ALL_OCTETS)
        self._flag_class, self._flag_sample = _octet_classes(flag_sets)
        self._one_class = len(self._flag_sample) == 1
        self._offsets = [0] * 257
        for protocol in range(256):
            width = _PORT_SPACE if protocol in _WITH_PORTS or protocol in _WITH_TYPES else 1
            if protocol == TCP:
                width *= len(self._flag_sample)
            self._offsets[protocol + 1] = self._offsets[protocol] + width
        self._service_memory: dict[int, tuple[ServiceSet, tuple[tuple[Spans, Spans], ...]]] = {}
        self._address_memory: dict[int, tuple[IntervalSet, Spans]] = {}
        pairs = list(zones)
        self._usual: tuple[int, ...] = ()
        self._zones = (_NameLine(pair[0] for pair in pairs), _NameLine(pair[1] for pair in pairs))

    def boxes(self, packets: PacketSet, from_zones: NameSet = ANY_NAME, to_zones: NameSet = ANY_NAME) -> list[Box]:
        """Return boxes whose union is the packets between the zones."""
        entry, leave = self._zones[0].spans(from_zones), self._zones[1].spans(to_zones)
        if not entry or not leave:
            return []
        result: list[Box] = []
        for product in packets.products:
            source = self._addresses(product.family, product.source)
            destination = self._addresses(product.family, product.destination)
            for service, source_port in self._services(product.services):
                result.append((source, destination, service, source_port, entry, leave))
        return result

    def point(self, flow: Flow) -> tuple[int, int, int, int]:
        """Return the coordinates of a flow on the first four axes."""
        shift = 0 if flow.family is Family.IPV4 else _IPV6_OFFSET
        protocol, first, second, flags = flow.service_point()
        start = self._offsets[protocol]
        source_port = 0
        if protocol == TCP:
            start += self._flag_class[flags] * _PORT_SPACE + second
            source_port = first
        elif protocol in _WITH_PORTS:
            start += second
            source_port = first
        elif protocol in _WITH_TYPES:
            start += first * 256 + second
        return flow.source + shift, flow.destination + shift, start, source_port

    def zone(self, axis: int, name: str) -> int:
        """Return the coordinate of a zone name on FROM_ZONE or TO_ZONE."""
        return self._zones[axis - FROM_ZONE].class_of(name)

    def zone_name(self, axis: int, value: int) -> str:
        """Return a name of a class of zones; "" where it is any name that no rule mentions."""
        return self._zones[axis - FROM_ZONE].samples[value]

    def all_zones(self, axis: int) -> Spans:
        """Return all of FROM_ZONE or TO_ZONE."""
        return self._zones[axis - FROM_ZONE].spans(ANY_NAME)

    def flow(self, point: Sequence[int]) -> Flow:
        """Return the flow at a point (its first four coordinates)."""
        source, destination, service, source_port = point[:4]
        family = Family.IPV4 if source < _IPV6_OFFSET else Family.IPV6
        if family is Family.IPV6:
            source -= _IPV6_OFFSET
            destination -= _IPV6_OFFSET
        protocol = bisect_right(self._offsets, service) - 1
        rest = service - self._offsets[protocol]
        if protocol in _WITH_TYPES:
            return Flow(family, source, destination, protocol, icmp_type=rest >> 8, icmp_code=rest & 255, tcp_flags=0)
        if protocol not in _WITH_PORTS:
            return Flow(family, source, destination, protocol, tcp_flags=0)
        flags = self._flag_sample[rest >> 16] if protocol == TCP else 0
        return Flow(
            family,
            source,
            destination,
            protocol,
            source_port=source_port,
            destination_port=rest & 0xFFFF,
            tcp_flags=flags,
        )

    def usual_services(self) -> tuple[int, ...]:
        """Return service coordinates that make a readable witness, best first: web, DNS, ICMP echo, ports from 1."""
        if self._usual:
            return self._usual
        syn = self._offsets[TCP] + self._flag_class[SYN] * _PORT_SPACE
        udp = self._offsets[17]
        self._usual = (syn + 443, syn + 80, syn + 22, udp + 53, syn + 1, udp + 1, self._offsets[ICMP] + 8 * 256)
        return self._usual

    def _addresses(self, family: Family, intervals: IntervalSet) -> Spans:
        if family is Family.IPV4:
            return intervals.intervals
        known = self._address_memory.get(id(intervals))
        if known is None:
            shifted = tuple((low + _IPV6_OFFSET, high + _IPV6_OFFSET) for low, high in intervals.intervals)
            known = self._address_memory[id(intervals)] = (intervals, shifted)
        return known[1]

    def _services(self, services: ServiceSet) -> tuple[tuple[Spans, Spans], ...]:
        # By identity: parsers share service objects, and hashing a large set is not free.
        known = self._service_memory.get(id(services))
        if known is None:
            known = self._service_memory[id(services)] = (services, self._service_boxes(services))
        return known[1]

    def _service_boxes(self, services: ServiceSet) -> tuple[tuple[Spans, Spans], ...]:
        offsets = self._offsets
        if len(services.boxes) == 1:
            # The common case: one protocol with ports, whatever the TCP flags.
            (only,) = services.boxes
            low, high = only.protocols.intervals[0]
            alone = low == high and len(only.protocols.intervals) == 1
            if alone and (low == 17 or (low == TCP and self._one_class and only.tcp_flags == ALL_OCTETS)):
                start = offsets[low]
                spans_there = tuple([(start + a, start + b) for a, b in only.destination_ports.intervals])
                return ((spans_there, only.source_ports.intervals),)
        by_source_port: dict[Spans, list[tuple[int, int]]] = {}
        for box in services.boxes:
            source_ports = _ALL_PORTS
            spans: list[tuple[int, int]] = []
            for low, high in box.protocols:
                if low in _WITH_PORTS or low in _WITH_TYPES:
                    for protocol in range(low, high + 1):
                        start = offsets[protocol]
                        if protocol == TCP:
                            classes = {
                                self._flag_class[octet]
                                for first, last in box.tcp_flags
                                for octet in range(first, last + 1)
                            }
                            for number in sorted(classes):
                                base = start + number * _PORT_SPACE
                                spans += [(base + a, base + b) for a, b in box.destination_ports]
                            source_ports = box.source_ports.intervals
                        elif protocol in _WITH_PORTS:
                            spans += [(start + a, start + b) for a, b in box.destination_ports]
                            source_ports = box.source_ports.intervals
                        elif box.destination_ports == ALL_OCTETS:
                            spans += [(start + a * 256, start + b * 256 + 255) for a, b in box.source_ports]
                        else:
                            spans += [
                                (start + kind * 256 + a, start + kind * 256 + b)
                                for first, last in box.source_ports
                                for kind in range(first, last + 1)
                                for a, b in box.destination_ports
                            ]
                else:
                    spans.append((offsets[low], offsets[high + 1] - 1))
            by_source_port.setdefault(source_ports, []).extend(spans)
        return tuple((IntervalSet.of(spans).intervals, source_ports) for source_ports, spans in by_source_port.items())


def _octet_classes(sets: Iterable[IntervalSet]) -> tuple[list[int], list[int]]:
    """Return the class of each octet, and one octet of each class (SYN for its own)."""
    ordered = sorted(sets, key=lambda one: one.intervals)
    numbers: dict[tuple[bool, ...], int] = {}
    classes = [numbers.setdefault(tuple(octet in one for one in ordered), len(numbers)) for octet in range(256)]
    samples = [classes.index(number) for number in range(len(numbers))]
    samples[classes[SYN]] = SYN
    return classes, samples


class _NameLine:
    """Numbers for the classes of names that some name sets tell apart."""

    def __init__(self, sets: Iterable[NameSet]) -> None:
        distinct = set(sets)
        self._exact = sorted({name for one in distinct for name, _ in one.exact})
        self._prefixes = sorted({name for one in distinct for name, _ in one.prefixes})
        self._numbers = {name: number for number, name in enumerate(self._exact)}
        self.samples = [*self._exact, *(f"{prefix}+" for prefix in self._prefixes), ""]
        self._memory: dict[NameSet, Spans] = {ANY_NAME: ((0, len(self.samples) - 1),)}

    def spans(self, names: NameSet) -> Spans:
        known = self._memory.get(names)
        if known is None:
            inside = [name in names for name in self._exact]
            inside += [names.inside_prefix(prefix) for prefix in self._prefixes]
            inside.append(names.default)
            known = IntervalSet.of((i, i) for i, member in enumerate(inside) if member).intervals
            self._memory[names] = known
        return known

    def class_of(self, name: str) -> int:
        number = self._numbers.get(name)
        if number is not None:
            return number
        best, number = -1, len(self.samples) - 1
        for index, prefix in enumerate(self._prefixes):
            if len(prefix) > best and name.startswith(prefix):
                best, number = len(prefix), len(self._exact) + index
        return number
