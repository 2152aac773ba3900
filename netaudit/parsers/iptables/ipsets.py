"""Members of the sets that `ipset save` lists beside the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.packets.services import ICMP, ICMP_PROTOCOLS, PORT_PROTOCOLS, ServiceSet
from netaudit.parsers.iptables.conditions import parse_addresses, parse_ports
from netaudit.parsers.iptables.names import ICMP_TYPES, ICMPV6_TYPES
from netaudit.parsers.linux_names import protocol_number


@dataclass(slots=True)
class Ipset:
    """One set: `kind` is its type ("hash:net", "hash:ip,port", "list:set"), `entries` as written.

    Entries with a timeout leave the set by themselves, so such a set is known from above only.
    """

    name: str
    kind: str
    index: int
    family: AddressSet
    entries: list[tuple[str, bool]] = field(default_factory=list)  # (element, nomatch)
    expires: bool = False

    def lookup(self, words: Sequence[str], sets: dict[str, Ipset], depth: int = 0) -> tuple[PacketSet, bool] | None:
        """Return the packets whose `words` ("src", "dst") are members, and whether that is exact; None if unknown."""
        if depth > 8 or not words or any(word not in ("src", "dst") for word in words):
            return None
        types = self.kind.partition(":")[2]
        dimensions = types.split(",")
        if types == "set":
            return self._list_lookup(words, sets, depth)
        if len(words) < len(dimensions) or any(kind not in ("ip", "net", "port") for kind in dimensions):
            return None
        if dimensions == ["ip"] or dimensions == ["net"]:
            return self._addresses_lookup(words[0])
        parts: list[PacketSet] = []
        for element, is_exception in self.entries:
            packets = _element(element.split(","), dimensions, words, self.kind.partition(":")[0])
            if packets is None or is_exception:
                return None
            parts.append(packets)
        return PacketSet.union(parts), not self.expires

    def _addresses_lookup(self, word: str) -> tuple[PacketSet, bool] | None:
        found: list[tuple[int, AddressSet, bool]] = []
        for element, is_exception in self.entries:
            addresses = _addresses(element)
            if addresses is None:
                return None
            size = addresses.ipv4.size() or addresses.ipv6.size()
            found.append((size, addresses, is_exception))
        if not any(is_exception for _, _, is_exception in found):
            members = AddressSet.union(addresses for _, addresses, _ in found) if found else NO_ADDRESS
        else:  # the most specific entry decides
            members = NO_ADDRESS
            for _, addresses, is_exception in sorted(found, key=lambda one: -one[0]):
                members = members - addresses if is_exception else members | addresses
        members = members & self.family
        packets = PacketSet.of(source=members) if word == "src" else PacketSet.of(destination=members)
        return (packets if members else NO_PACKETS), not self.expires

    def _list_lookup(self, words: Sequence[str], sets: dict[str, Ipset], depth: int) -> tuple[PacketSet, bool] | None:
        parts, is_exact = [], not self.expires
        for element, _ in self.entries:
            member = sets.get(element)
            found = member.lookup(words, sets, depth + 1) if member else None
            if found is None:
                return None
            parts.append(found[0])
            is_exact = is_exact and found[1]
        return PacketSet.union(parts), is_exact


def _addresses(text: str) -> AddressSet | None:
    first, dash, last = text.partition("-")
    if dash:
        try:
            return AddressSet.range(first, last)
        except ValueError:
            return None
    return parse_addresses(text)


def _element(
    values: Sequence[str], dimensions: Sequence[str], words: Sequence[str], kind_of_set: str
) -> PacketSet | None:
    if len(values) != len(dimensions):
        return None
    packets = PacketSet.of()
    for value, kind, word in zip(values, dimensions, words, strict=False):
        if kind == "port":
            services = _services(value, word, kind_of_set)
            if services is None:
                return None
            packets = packets & PacketSet.of(services=services)
        else:
            addresses = _addresses(value)
            if addresses is None:
                return None
            part = PacketSet.of(source=addresses) if word == "src" else PacketSet.of(destination=addresses)
            packets = packets & part
    return packets


def _services(text: str, word: str, kind: str) -> ServiceSet | None:
    """Return the packets of "tcp:443", "udp:1000-2000", "icmp:8/0", "gre:0".

    In a bitmap a port alone stands for TCP and UDP, elsewhere for TCP. Source: ipset(8).
    """
    protocol_text, colon, value = text.rpartition(":")
    protocol = protocol_number(protocol_text) if colon else 6
    if protocol is None:
        return None
    if protocol in ICMP_PROTOCOLS:
        names = ICMP_TYPES if protocol == ICMP else ICMPV6_TYPES
        known = names.get(value.lower())
        type_text, _, code_text = value.partition("/")
        if known is None and type_text.isdigit() and code_text.isdigit():
            known = (int(type_text), int(code_text))
        if known is None or max(known[0], known[1] or 0) > 255:
            return None
        return ServiceSet.icmp(protocol, IntervalSet.single(known[0]), IntervalSet.single(known[1] or 0))
    if protocol not in PORT_PROTOCOLS:
        return ServiceSet.protocol(protocol) if value == "0" else None
    ports = parse_ports(value.replace("-", ":"))
    if ports is None:
        return None
    protocols = (6, 17) if kind == "bitmap" and not colon else (protocol,)
    return ServiceSet.union(
        ServiceSet.ports(one, ports) if word == "dst" else ServiceSet.ports(one, source_ports=ports)
        for one in protocols
    )
