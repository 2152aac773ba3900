"""One entry of an access list: what it matches.

Source: Cisco IOS Security Command Reference, "permit (IP)", "permit (IPv6)", "access-list (IP extended)".
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    AddressSet,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import (
    ACK,
    ANY_SERVICE,
    CWR,
    ECE,
    ESTABLISHED_FLAGS,
    FIN,
    PSH,
    RST,
    SYN,
    TCP,
    URG,
    ServiceSet,
    tcp_flag_values,
)
from netaudit.parsers.cisco_ios.reading import SERVICE_GROUP, AccessList, Reading, ServiceBounds
from netaudit.parsers.cisco_ios.services import read_ports, read_protocol, service_set
from netaudit.parsers.cisco_ios.tokens import IGMP_MESSAGES
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ADDRESS_GROUP, TIME_RANGE
from netaudit.parsers.wildcard_addresses import AddressBounds, anywhere, host, prefix, wildcard
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_FLAGS = {"fin": FIN, "syn": SYN, "rst": RST, "psh": PSH, "ack": ACK, "urg": URG, "ece": ECE, "cwr": CWR}
# Options with how many words follow them; they narrow the match by fields that the packet space does not have.
_NARROWING = {
    "dscp": 1, "tos": 1, "precedence": 1, "option": 1, "fragments": 0, "flow-label": 1, "routing": 0,
    "routing-type": 1, "mobility": 0, "mobility-type": 1, "dest-option": 0, "dest-option-type": 1,
    "undetermined-transport": 0, "hbh": 0, "sgt": 1, "dgt": 1, "auth": 0,
}  # fmt: skip
_AFTER_LOG = frozenset({"time-range", "established", "reflect", "ttl", "match-all", "match-any", *_FLAGS})


class Entry:
    """The match of one entry while its words are read."""

    __slots__ = (
        "anywhere", "destination", "destinations", "established", "expires", "inactive", "ipv6", "line", "logged",
        "reading", "reasons", "reflects", "schedule", "service", "services", "source", "sources", "unresolved",
    )  # fmt: skip

    def __init__(self, reading: Reading, line: ConfLine, target: AccessList) -> None:
        self.reading = reading
        self.line = line
        self.ipv6 = target.is_ipv6
        self.anywhere = ANY_IPV6 if self.ipv6 else ANY_IPV4
        self.source = self.destination = anywhere(self.ipv6)
        self.service = _EVERY_SERVICE
        self.reasons: list[str] = []
        self.unresolved: list[str] = []
        self.sources: tuple[str, ...] = ("any",)
        self.destinations: tuple[str, ...] = ("any",)
        self.services: tuple[str, ...] = ("ip",)
        self.logged = False
        self.inactive = False
        self.established = False
        self.reflects = ""  # the reflexive list that records its connections
        self.schedule = ""
        self.expires: date | None = None

    def narrow(self, reason: str) -> None:
        """Note that the entry matches less than its set says."""
        self.reasons.append(reason)

    def give_up(self) -> None:
        """Forget what was read: the entry may match anything."""
        self.source = self.destination = anywhere(self.ipv6)
        self.service = _EVERY_SERVICE
        self.narrow("not understood")
        self.services = ("not understood",)

    def match(self) -> PacketMatch:
        """Return both bounds of the entry."""
        maybe = _packets(self.source.maybe, self.destination.maybe, self.service.maybe)
        if self.reasons:
            return PacketMatch.upper(maybe, *self.reasons)
        if (
            self.source.surely is self.source.maybe
            and self.destination.surely is self.destination.maybe
            and self.service.surely is self.service.maybe
        ):
            return PacketMatch(maybe, maybe)
        surely = _packets(self.source.surely, self.destination.surely, self.service.surely)
        return PacketMatch(surely, maybe, () if surely == maybe else ("object group",))

    def read_standard(self, words: Words) -> None:
        """Read `SOURCE [WILDCARD] [log]`."""
        self.source = self._address(words)
        self.sources = (self.source.text,)
        self._options(words)

    def read_extended(self, words: Words) -> None:
        """Read `PROTOCOL SOURCE [PORTS] DESTINATION [PORTS] [MESSAGE] [OPTIONS]`."""
        protocol: int | None = None
        group = False
        start = words.position
        if words.peek() in ("object-group", "portgroup"):
            words.take()
            self.service = self._service_group(words.take())
            self.services = self.service.texts
            group = True
        else:
            protocol = read_protocol(words, self.ipv6)
        self.source = self._address(words)
        self.sources = (self.source.text,)
        source_ports = None if protocol is None else self._ports(words, protocol)
        self.destination = self._address(words)
        self.destinations = (self.destination.text,)
        if group:
            self._options(words)
            return
        if protocol is None:
            self.services = (words.words[start],)
            self._options(words)
            return
        service_start = words.position
        destination_ports = self._ports(words, protocol)
        services = service_set(protocol, source_ports, destination_ports, words)
        if protocol == 2 and words.peek() and (words.peek() in IGMP_MESSAGES or number(words.peek(), 255) is not None):
            words.take()
            self.narrow("igmp type")
        text = " ".join([words.words[start], *words.words[service_start : words.position]])
        if source_ports is not None:
            text += f" (source ports {_ports_text(source_ports)})"
        self.services = (text,)
        flags = self._options(words, protocol)
        if flags is not None:
            services = service_set(protocol, source_ports, destination_ports, None, flags)
            self.services = (f"{text} {'established' if self.established else 'with flags'}",)
        self.service = ServiceBounds(services, services, self.services)

    def _ports(self, words: Words, protocol: int) -> IntervalSet | None:
        """Take ports; `portgroup NAME` (Catalyst 6500) names a group of them."""
        if words.peek() != "portgroup":
            return read_ports(words, protocol)
        words.take()
        name = words.take()
        self.reading.use(SERVICE_GROUP, name, self.line.index, "access list")
        found = self.reading.port_groups.get(name)
        if found is None:
            self.unresolved.append(name)
            self.narrow("port group")
        return found

    def _address(self, words: Words) -> AddressBounds:
        word = words.take()
        if word == "any":
            return anywhere(self.ipv6)
        if word == "host":
            return host(words.take(), self.ipv6)
        if word in ("object-group", "addrgroup"):
            return self._address_group(words.take())
        if word in ("fqdn-group", "geo-group"):
            words.take()
            return AddressBounds(AddressSet(), self.anywhere, word)
        if "/" in word or self.ipv6:
            return _prefix(word, self.ipv6)
        following = words.peek()
        if not ("." in following and following[0].isdigit()) and not word.endswith(","):
            # A standard list writes one host without a mask; in an extended list IOS does not, but it can only
            # mean the same there.
            return host(word, self.ipv6)
        mask = words.take()
        if word.endswith(","):  # `show access-lists` writes "10.0.0.0, wildcard bits 0.0.0.255"
            words.take()
            word, mask = word[:-1], words.take()
        return _wildcard(word, mask)

    def _address_group(self, name: str) -> AddressBounds:
        self.reading.use(ADDRESS_GROUP, name, self.line.index, "access list")
        found = self.reading.address_bounds.get(name)
        if found is None:
            self.unresolved.append(name)
            return AddressBounds(AddressSet(), self.anywhere, name)
        self.unresolved += found.unresolved
        if self.ipv6:
            return AddressBounds(AddressSet(ipv6=found.surely.ipv6), AddressSet(ipv6=found.maybe.ipv6), name)
        if found.maybe.ipv6:
            return AddressBounds(AddressSet(ipv4=found.surely.ipv4), AddressSet(ipv4=found.maybe.ipv4), name)
        if found.surely == found.maybe:
            return AddressBounds(found.maybe, found.maybe, name)
        return found

    def _service_group(self, name: str) -> ServiceBounds:
        self.reading.use(SERVICE_GROUP, name, self.line.index, "access list")
        found = self.reading.service_bounds.get(name)
        if found is None:
            self.unresolved.append(name)
            return ServiceBounds(ServiceSet(), ANY_SERVICE, (name,))
        self.unresolved += found.unresolved
        if found.surely == found.maybe:
            return ServiceBounds(found.maybe, found.maybe, found.texts)
        return found

    def _options(self, words: Words, protocol: int | None = None) -> IntervalSet | None:
        """Read what follows the addresses; return the TCP flag octets if the entry names flags."""
        flags: IntervalSet | None = None
        while word := words.peek():
            words.position += 1
            if word in ("log", "log-input"):
                self.logged = True
                following = words.peek()
                if following and following not in _NARROWING and following not in _AFTER_LOG:
                    words.position += 1  # the user's cookie
            elif word == "established" and protocol == TCP:
                flags = ESTABLISHED_FLAGS
                self.established = True
            elif protocol == TCP and (word in ("match-all", "match-any") or word in _FLAGS or word[1:] in _FLAGS):
                words.position -= 1
                flags = _read_flags(words)
            elif word == "time-range":
                self._time_range(words.take())
            elif word == "reflect":
                self.reflects = words.take()
                if words.peek() == "timeout":
                    words.position += 2
            elif word == "timeout":  # of a dynamic or reflexive entry
                words.take()
            elif word == "ttl":
                operator = words.take()
                words.position += 2 if operator == "range" else 1
                self.narrow("ttl")
            elif word in _NARROWING:
                if _NARROWING[word]:
                    words.take()
                self.narrow(word)
            elif word == "inactive":
                self.inactive = True
            else:
                # What is left can only narrow the entry further.
                self.narrow("not understood")
                self.reading.not_understood(self.line, Affects.FILTER, f"access-list entry: {word}")
                words.position = len(words.words)
        return flags

    def _time_range(self, name: str) -> None:
        self.reading.use(TIME_RANGE, name, self.line.index, "access list time-range")
        self.schedule = name
        self.narrow("schedule")
        found = self.reading.schedules.get(name)
        if found is None:
            self.unresolved.append(name)
        elif found.expires:
            self.expires = date.fromisoformat(found.expires)


def _read_flags(words: Words) -> IntervalSet:
    """Read TCP flags: `match-all +ack -fin`, `match-any +syn +rst`, or the old `syn ack` (any of them)."""
    mode = words.peek()
    if mode in ("match-all", "match-any"):
        words.take()
    set_bits = clear_bits = 0
    octets: set[int] = set()
    while word := words.peek():
        sign, name = (word[0], word[1:]) if word[0] in "+-" else ("+", word)
        bit = _FLAGS.get(name)
        if bit is None:
            break
        words.take()
        if sign == "+":
            set_bits |= bit
            octets.update(octet for octet in range(256) if octet & bit)
        else:
            clear_bits |= bit
            octets.update(octet for octet in range(256) if not octet & bit)
    if not set_bits and not clear_bits:
        raise NotUnderstood(mode)
    if mode == "match-all":
        return tcp_flag_values(set_bits, clear_bits)
    return IntervalSet.of((octet, octet) for octet in octets)


def _ports_text(ports: IntervalSet) -> str:
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


_EVERY_SERVICE = ServiceBounds(ANY_SERVICE, ANY_SERVICE, ("ip",))


def _prefix(text: str, ipv6: bool) -> AddressBounds:
    """Return the addresses of "10.0.0.0/8", shown as written."""
    return replace(prefix(text, ipv6), text=text)


def _wildcard(text: str, mask: str) -> AddressBounds:
    """Return the addresses of a base and a wildcard; one host is shown with its length."""
    found = wildcard(text, mask)
    return found if found.text != text else replace(found, text=f"{text}/32")


_packets = PacketSet.of


@lru_cache(maxsize=2)
def all_packets(ipv6: bool) -> PacketSet:
    anywhere = ANY_IPV6 if ipv6 else ANY_IPV4
    return PacketSet.of(anywhere, anywhere)
