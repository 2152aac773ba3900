"""One entry of an access list of NX-OS or EOS: what it matches. What the platforms write differently is a `Dialect`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import (
    ACK,
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ESTABLISHED_FLAGS,
    FIN,
    ICMP,
    ICMPV6,
    PORT_PROTOCOLS,
    PSH,
    RST,
    SYN,
    TCP,
    URG,
    ServiceSet,
    tcp_flag_values,
)
from netaudit.parsers import wildcard_addresses
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ADDRESS_GROUP, PORT_GROUP, TIME_RANGE, PortBounds, Reading
from netaudit.parsers.wildcard_addresses import AddressBounds, anywhere
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

FLAGS = {"fin": FIN, "syn": SYN, "rst": RST, "psh": PSH, "ack": ACK, "urg": URG}
_COMPARISONS = frozenset({"eq", "neq", "lt", "gt", "range"})
Messages = Mapping[str, tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The words of a platform. `narrowing`: options that fields outside the packet space decide, with how many words
    follow; -1 stands for a comparison with its value or values."""

    protocols: Mapping[str, int]
    protocols_ipv6: Mapping[str, int]
    tcp_ports: Mapping[str, int]
    udp_ports: Mapping[str, int]
    icmp_messages: Messages
    icmpv6_messages: Messages
    narrowing: Mapping[str, int]
    every_protocol: frozenset[str] = frozenset({"ip", "ipv4", "ipv6"})
    igmp_messages: frozenset[str] = frozenset()
    address_group: str = ""
    port_group: str = ""
    other_ports: Mapping[int, Mapping[str, int]] = field(default_factory=dict)  # of protocols beside TCP and UDP
    masks_too: bool = False  # a netmask may stand where a wildcard is meant

    def port(self, protocol: int, text: str) -> int | None:
        """Return the port that a word stands for, None where there is none."""
        if text.isdigit():
            return number(text, 65535)
        if protocol == TCP:
            return self.tcp_ports.get(text)
        if protocol == 17:
            return self.udp_ports.get(text)
        return self.other_ports.get(protocol, {}).get(text)


_EVERY_PORT = PortBounds(ALL_PORTS, ALL_PORTS)


class Entry:
    """The match of one entry while its words are read."""

    __slots__ = (
        "destination", "destinations", "dialect", "established", "expires", "ipv6", "line", "logged", "reading",
        "reasons", "schedule", "services", "services_maybe", "services_surely", "source", "sources", "unresolved",
    )  # fmt: skip

    def __init__(self, reading: Reading, line: ConfLine, dialect: Dialect, ipv6: bool) -> None:
        self.reading = reading
        self.line = line
        self.dialect = dialect
        self.ipv6 = ipv6
        self.source = self.destination = anywhere(ipv6)
        self.services_surely = self.services_maybe = ANY_SERVICE
        self.reasons: list[str] = []
        self.unresolved: list[str] = []
        self.sources: tuple[str, ...] = ("any",)
        self.destinations: tuple[str, ...] = ("any",)
        self.services: tuple[str, ...] = ("ip",)
        self.logged = False
        self.established = False
        self.schedule = ""
        self.expires: date | None = None

    def narrow(self, reason: str) -> None:
        """Note that the entry matches less than its set says."""
        self.reasons.append(reason)

    def give_up(self) -> None:
        """Forget what was read: the entry may match anything."""
        self.source = self.destination = anywhere(self.ipv6)
        self.services_surely = self.services_maybe = ANY_SERVICE
        self.narrow("not understood")
        self.services = ("not understood",)

    def match(self) -> PacketMatch:
        """Return both bounds of the entry."""
        maybe = PacketSet.of(self.source.maybe, self.destination.maybe, self.services_maybe)
        if self.reasons:
            return PacketMatch.upper(maybe, *dict.fromkeys(self.reasons))
        if (
            self.source.surely is self.source.maybe
            and self.destination.surely is self.destination.maybe
            and self.services_surely is self.services_maybe
        ):
            return PacketMatch(maybe, maybe)
        surely = PacketSet.of(self.source.surely, self.destination.surely, self.services_surely)
        return PacketMatch(surely, maybe, () if surely == maybe else ("not fully known",))

    def read_standard(self, words: Words) -> None:
        """Read `SOURCE [WILDCARD] [OPTIONS]`. Raises NotUnderstood."""
        self.source = self._address(words)
        self.sources = (self.source.text,)
        self._options(words, None)

    def read_extended(self, words: Words) -> None:
        """Read `PROTOCOL SOURCE [PORTS] DESTINATION [PORTS] [MESSAGE] [OPTIONS]`. Raises NotUnderstood."""
        start = words.position
        protocol = self._protocol(words)
        self.source = self._address(words)
        self.sources = (self.source.text,)
        ports_start = words.position
        source_ports = self._ports(words, protocol)
        source_text = " ".join(words.words[ports_start : words.position])
        self.destination = self._address(words)
        self.destinations = (self.destination.text,)
        service_start = words.position
        destination_ports = self._ports(words, protocol)
        services = None
        if protocol in (ICMP, ICMPV6):
            services = self._message(words, protocol)
        elif protocol == 2 and (words.peek() in self.dialect.igmp_messages or number(words.peek(), 255) is not None):
            words.take()
            self.narrow("igmp type")
        text = " ".join([words.words[start], *words.words[service_start : words.position]])
        if source_text:
            text += f" (source ports {source_text})"
        flags = self._options(words, protocol)
        if flags is not None:
            text += " established" if self.established else " with flags"
        self.services = (text,)
        if services is not None:
            self.services_surely = self.services_maybe = services
        elif protocol is None:
            self.services_surely = self.services_maybe = ANY_SERVICE
        elif protocol in PORT_PROTOCOLS:
            surely, maybe = flags or (ALL_OCTETS, ALL_OCTETS)
            self.services_maybe = _services(protocol, source_ports.maybe, destination_ports.maybe, maybe)
            self.services_surely = _services(protocol, source_ports.surely, destination_ports.surely, surely)
        else:
            self.services_surely = self.services_maybe = ServiceSet.protocol(protocol)

    def _protocol(self, words: Words) -> int | None:
        word = words.take()
        if word in self.dialect.every_protocol:
            return None
        value = (self.dialect.protocols_ipv6 if self.ipv6 else self.dialect.protocols).get(word)
        if value is None:
            value = number(word, 255)
        if value is None:
            raise NotUnderstood(word)
        return value

    def _address(self, words: Words) -> AddressBounds:
        word = words.take()
        if word == "any":
            return anywhere(self.ipv6)
        if word == "host":
            return wildcard_addresses.host(words.take(), self.ipv6)
        if word == self.dialect.address_group and word:
            return self._address_group(words.take())
        if "/" in word:
            return wildcard_addresses.prefix(word, self.ipv6)
        following = words.peek()
        if self.ipv6 or "." not in following or not following[0].isdigit():
            return wildcard_addresses.host(word, self.ipv6)
        return wildcard_addresses.wildcard(word, words.take(), self.dialect.masks_too)

    def _address_group(self, name: str) -> AddressBounds:
        self.reading.use(ADDRESS_GROUP, name, self.line.index, "access list")
        found = self.reading.address_bounds.get(name)
        if found is None:
            self.unresolved.append(name)
            return AddressBounds(AddressSet(), anywhere(self.ipv6).maybe, name)
        self.unresolved += found.unresolved
        return found

    def _ports(self, words: Words, protocol: int | None) -> PortBounds:
        operator = words.peek()
        if operator == self.dialect.port_group and operator:
            words.take()
            return self._port_group(words.take())
        if operator not in _COMPARISONS:
            return _EVERY_PORT
        if protocol is None or protocol not in PORT_PROTOCOLS:
            raise NotUnderstood(operator)
        ports = read_ports(words, self.dialect, protocol)
        return PortBounds(ports, ports)

    def _port_group(self, name: str) -> PortBounds:
        self.reading.use(PORT_GROUP, name, self.line.index, "access list")
        found = self.reading.port_bounds.get(name)
        if found is None:
            self.unresolved.append(name)
            return PortBounds(EMPTY, ALL_PORTS)
        return found

    def _message(self, words: Words, protocol: int) -> ServiceSet:
        """Take an ICMP message name, or a type number with or without code."""
        names = self.dialect.icmp_messages if protocol == ICMP else self.dialect.icmpv6_messages
        word = words.peek()
        message = names.get(word)
        if message is not None:
            words.take()
            return _icmp(protocol, *message)
        kind = number(word, 255)
        if kind is None:
            return ServiceSet.protocol(protocol)
        words.take()
        code = number(words.peek(), 255)
        if code is not None:
            words.take()
        return _icmp(protocol, kind, code)

    def _options(self, words: Words, protocol: int | None) -> tuple[IntervalSet, IntervalSet] | None:
        """Read what follows the addresses; return both bounds of the TCP flag octets if the entry names flags."""
        flags: tuple[IntervalSet, IntervalSet] | None = None
        while word := words.peek():
            words.position += 1
            if word in ("log", "log-input"):
                self.logged = True
            elif word == "established" and protocol == TCP:
                flags = (ESTABLISHED_FLAGS, ESTABLISHED_FLAGS)
                self.established = True
            elif word in FLAGS and protocol == TCP:
                words.position -= 1
                flags = _flags(words)
            elif word == "time-range":
                self._time_range(words.take())
            elif word in self.dialect.narrowing:
                self._narrowing(words, word)
            else:
                # What is left can only narrow the entry further.
                self.narrow("not understood")
                self.reading.not_understood(self.line, Affects.FILTER, f"access-list entry: {word}")
                words.position = len(words.words)
        return flags

    def _narrowing(self, words: Words, word: str) -> None:
        count = self.dialect.narrowing[word]
        if count >= 0:
            for _ in range(count):
                words.take()
        else:
            operator = words.take()
            if operator in _COMPARISONS:
                for _ in range(2 if operator == "range" else 1):
                    words.take()
        self.narrow(word)

    def _time_range(self, name: str) -> None:
        self.reading.use(TIME_RANGE, name, self.line.index, "access list time-range")
        self.schedule = name
        self.narrow("schedule")
        expiry = self.reading.expiries.get(name)
        if expiry is None:
            self.unresolved.append(name)
        elif expiry:
            self.expires = date.fromisoformat(expiry)


def read_ports(words: Words, dialect: Dialect, protocol: int) -> IntervalSet:
    """Take a port operator with its values. Raises NotUnderstood."""
    operator = words.take()
    values = [_port(words, dialect, protocol)]
    if operator == "range":
        values.append(_port(words, dialect, protocol))
    elif operator in ("eq", "neq"):
        while (word := words.peek()) and (value := dialect.port(protocol, word)) is not None:
            words.take()
            values.append(value)
    return port_set(operator, tuple(values))


def _port(words: Words, dialect: Dialect, protocol: int) -> int:
    word = words.take()
    value = dialect.port(protocol, word)
    if value is None:
        raise NotUnderstood(word)
    return value


@lru_cache(maxsize=16384)
def port_set(operator: str, values: tuple[int, ...]) -> IntervalSet:
    """Return the ports of one operator and its values. Raises NotUnderstood for another operator."""
    if operator == "eq":
        return IntervalSet.of((value, value) for value in values)
    if operator == "neq":
        return ALL_PORTS - IntervalSet.of((value, value) for value in values)
    if operator == "lt":
        return IntervalSet.span(0, values[0] - 1) if values[0] else EMPTY
    if operator == "gt":
        return IntervalSet.span(values[0] + 1, 65535) if values[0] < 65535 else EMPTY
    if operator == "range" and len(values) == 2:
        return IntervalSet.span(min(values), max(values))
    raise NotUnderstood(operator)


def _flags(words: Words) -> tuple[IntervalSet, IntervalSet]:
    """Read `ack [syn ...] [tcp-flags-mask M]` as bounds.

    One flag: the packets with that bit set. With several the guides do not say whether one of them or all must be
    set: surely those with all, maybe those with any. The ones of a mask (0 to 63) are the bits that do not count.
    """
    bits = 0
    some: set[int] = set()
    while (bit := FLAGS.get(words.peek())) is not None:
        words.take()
        bits |= bit
        some.update(octet for octet in range(256) if octet & bit)
    if words.peek() == "tcp-flags-mask":
        words.take()
        mask = number(words.take(), 63)
        if mask is None:
            raise NotUnderstood("tcp-flags-mask")
        asked = ~mask & 63
        exact = tcp_flag_values(bits & asked, asked & ~bits)
        return exact, exact
    surely = tcp_flag_values(bits, 0)
    maybe = IntervalSet.of((octet, octet) for octet in some)
    return (surely, surely) if surely == maybe else (surely, maybe)


@lru_cache(maxsize=65536)
def _services(protocol: int, source: IntervalSet, destination: IntervalSet, flags: IntervalSet) -> ServiceSet:
    return ServiceSet.ports(protocol, destination, source, flags)


@lru_cache(maxsize=2048)
def _icmp(protocol: int, kind: int, code: int | None) -> ServiceSet:
    codes = ALL_OCTETS if code is None else IntervalSet.single(code)
    return ServiceSet.icmp(protocol, IntervalSet.single(kind), codes)
