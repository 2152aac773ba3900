"""The fields that a rule compares, as the packets that each value stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketSet
from netaudit.packets.services import ANY_SERVICE, ICMP, ICMPV6, PORT_PROTOCOLS, TCP, ServiceSet
from netaudit.parsers.connection_tracking import Tracking, in_states
from netaudit.parsers.nftables.names import DIRECTIONS, ETHERNET_TYPES, IP_VERSIONS, STATES
from netaudit.parsers.nftables.ruleset import Expression
from netaudit.parsers.nftables.vocabulary import (
    CT_KEYS,
    META_KEYS,
    OTHER_EXPRESSIONS,
    PAYLOAD_PROTOCOLS,
    PAYLOADS,
)

Bounds = tuple[PacketSet, PacketSet]


@dataclass(frozen=True, slots=True)
class Field:
    """A field whose values are numbers from 0 to `most`, or names of interfaces ("in", "out").

    `kind` tells which words its values have; `packets` gives the packets that surely have, and that may have, one of
    some values, all of them in `having`. Other packets do not have the field: they match no comparison, not even "!=".
    `bits`: a bare comparison asks whether any of the bits is set.
    """

    kind: str
    most: int
    packets: Callable[[IntervalSet], Bounds]
    having: PacketSet = ALL_PACKETS
    bits: bool = False
    shown: str = ""  # "source", "destination", "service": where people look for it
    label: str = ""

    @property
    def is_name(self) -> bool:
        """Tell whether the values are names of interfaces."""
        return self.kind in ("in", "out")


@dataclass(frozen=True, slots=True)
class Unseen:
    """A field that no header or interface shows; `reason` is for the report."""

    reason: str
    having: PacketSet = ALL_PACKETS


def field_of(expression: Expression, tracking: Tracking) -> Field | Unseen | None:
    """Return a field by its expression, None for one that is not known."""
    if not isinstance(expression, dict) or len(expression) != 1:
        return None
    ((kind, value),) = expression.items()
    if kind == "payload" and isinstance(value, dict):
        return _payload(value)
    if kind == "meta" and isinstance(value, dict):
        return _meta(value)
    if kind == "ct" and isinstance(value, dict):
        return _ct(value, tracking)
    if kind in OTHER_EXPRESSIONS:
        return Unseen(OTHER_EXPRESSIONS[kind])
    return None


def _payload(value: dict[str, Expression]) -> Field | Unseen | None:
    protocol, name = value.get("protocol"), value.get("field")
    if not isinstance(protocol, str) or not isinstance(name, str):
        return Unseen("raw bytes") if "base" in value else None
    known = PAYLOADS.get(protocol, {}).get(name)
    if known is None:
        return None
    if known:
        return Unseen(known, _having(protocol))
    return _PAYLOAD_FIELDS[protocol, name]


def _having(protocol: str) -> PacketSet:
    if protocol == "ip":
        return PacketSet.of(ANY_IPV4, ANY_IPV4)
    if protocol == "ip6":
        return PacketSet.of(ANY_IPV6, ANY_IPV6)
    if protocol == "arp":
        return NO_PACKETS
    number = PAYLOAD_PROTOCOLS.get(protocol)
    if number is None:
        return ALL_PACKETS
    services = ServiceSet.protocol(number)
    if number == ICMP:
        return PacketSet.of(ANY_IPV4, ANY_IPV4, services)
    if number == ICMPV6:
        return PacketSet.of(ANY_IPV6, ANY_IPV6, services)
    return PacketSet.of(services=services)


def _addresses(family: Family, side: str) -> Field:
    def packets(values: IntervalSet) -> Bounds:
        addresses = AddressSet.of(family, values)
        of_family = ANY_IPV4 if family is Family.IPV4 else ANY_IPV6
        found = PacketSet.of(addresses, of_family) if side == "source" else PacketSet.of(of_family, addresses)
        return found, found

    having = _having("ip" if family is Family.IPV4 else "ip6")
    return Field(f"ipv{int(family)}", (1 << family.bits) - 1, packets, having, shown=side)


def _ports(protocol: str, side: str) -> Field:
    number = PAYLOAD_PROTOCOLS.get(protocol)
    protocols = [number] if number else [one for low, high in PORT_PROTOCOLS for one in range(low, high + 1)]

    def packets(values: IntervalSet) -> Bounds:
        sets = [
            ServiceSet.ports(one, values) if side == "dport" else ServiceSet.ports(one, source_ports=values)
            for one in protocols
        ]
        surely = PacketSet.of(services=ServiceSet.union(sets))
        if number or not values:
            return surely, surely
        # "th" reads the bytes at the place of the port, whatever the protocol has there.
        return surely, surely | PacketSet.of(services=ANY_SERVICE - ServiceSet.of_protocols(PORT_PROTOCOLS))

    label = f"{protocol} {side}" if number else side
    return Field("port", 65535, packets, _having(protocol), shown="service", label=label)


def _protocol(addresses: AddressSet, label: str) -> Field:
    def packets(values: IntervalSet) -> Bounds:
        found = PacketSet.of(addresses, addresses, ServiceSet.of_protocols(values))
        return found, found

    return Field("protocol", 255, packets, PacketSet.of(addresses, addresses), shown="service", label=label)


def _icmp(protocol: int, name: str, side: str) -> Field:
    addresses = ANY_IPV4 if protocol == ICMP else ANY_IPV6

    def packets(values: IntervalSet) -> Bounds:
        services = (
            ServiceSet.icmp(protocol, types=values) if side == "type" else ServiceSet.icmp(protocol, codes=values)
        )
        found = PacketSet.of(addresses, addresses, services)
        return found, found

    return Field(f"{name} {side}", 255, packets, _having(name), shown="service", label=f"{name} {side}")


def _tcp_flags(values: IntervalSet) -> Bounds:
    found = PacketSet.of(services=ServiceSet.ports(TCP, tcp_flags=values))
    return found, found


_PAYLOAD_FIELDS: dict[tuple[str, str], Field] = {
    ("ip", "saddr"): _addresses(Family.IPV4, "source"),
    ("ip", "daddr"): _addresses(Family.IPV4, "destination"),
    ("ip6", "saddr"): _addresses(Family.IPV6, "source"),
    ("ip6", "daddr"): _addresses(Family.IPV6, "destination"),
    ("ip", "protocol"): _protocol(ANY_IPV4, ""),
    ("ip6", "nexthdr"): _protocol(ANY_IPV6, ""),
    ("tcp", "flags"): Field(
        "tcp flags", 255, _tcp_flags, _having("tcp"), bits=True, shown="service", label="tcp flags"
    ),
    **{
        (protocol, side): _ports(protocol, side)
        for protocol in ("tcp", "udp", "udplite", "sctp", "dccp", "th")
        for side in ("sport", "dport")
    },
    **{
        (name, side): _icmp(number, name, side)
        for name, number in (("icmp", ICMP), ("icmpv6", ICMPV6))
        for side in ("type", "code")
    },
}


def _of_versions(numbers: dict[str, int], kind: str, most: int) -> Field:
    versions = {numbers["ipv4" if kind == "version" else "ip"]: ANY_IPV4}
    versions[numbers["ipv6" if kind == "version" else "ip6"]] = ANY_IPV6

    def packets(values: IntervalSet) -> Bounds:
        found = PacketSet.union(PacketSet.of(one, one) for number, one in versions.items() if number in values)
        return found, found

    return Field(kind, most, packets, label="")


_PAYLOAD_FIELDS["ether", "type"] = _of_versions(ETHERNET_TYPES, "ethernet", 65535)
_META_FIELDS: dict[str, Field] = {
    "l4proto": _protocol(ANY_ADDRESS, ""),
    "nfproto": _of_versions(IP_VERSIONS, "version", 255),
    "protocol": _of_versions(ETHERNET_TYPES, "ethernet", 65535),
    **{name: Field("in", 0, lambda values: (ALL_PACKETS, ALL_PACKETS)) for name in ("iif", "iifname")},
    **{name: Field("out", 0, lambda values: (ALL_PACKETS, ALL_PACKETS)) for name in ("oif", "oifname")},
}


def _meta(value: dict[str, Expression]) -> Field | Unseen | None:
    key = value.get("key")
    if not isinstance(key, str) or key not in META_KEYS:
        return None
    reason = META_KEYS[key]
    return Unseen(reason) if reason else _META_FIELDS[key]


def _ct(value: dict[str, Expression], tracking: Tracking) -> Field | Unseen | None:
    key = value.get("key")
    if key == "state" and "dir" not in value:
        return Field("state", 127, lambda values: _states(values, tracking), bits=True, label="ct state")
    # All other keys are those of a connection, which invalid and untracked packets do not have.
    having = in_states(ALL_PACKETS, frozenset({"new"}), tracking)[1]
    if key == "direction":
        return Field("direction", 255, lambda values: _directions(values, tracking), having)
    if not isinstance(key, str) or key not in CT_KEYS:
        return None
    return Unseen(CT_KEYS[key], having)


def _states(values: IntervalSet, tracking: Tracking) -> Bounds:
    asked = frozenset(name for name, number in STATES.items() if number in values)
    return in_states(ALL_PACKETS, asked, tracking)


def _directions(values: IntervalSet, tracking: Tracking) -> Bounds:
    if DIRECTIONS["original"] not in values:
        return NO_PACKETS, NO_PACKETS
    return in_states(ALL_PACKETS, frozenset({"new"}), tracking)
