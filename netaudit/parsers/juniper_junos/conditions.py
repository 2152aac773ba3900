"""The `from` part of a firewall filter term as two bounds.

Decisions, with their source (Junos Routing Policies, Firewall Filters, and Traffic Policers User Guide):
- Conditions of one kind are alternatives, kinds add up; addresses and prefix lists of one side are one kind.
- The longest prefix that holds the address decides whether it is an exception, and every list ends with an implicit
  `0/0 except` ("Match Conditions Based on Address Fields"): exceptions alone match nothing. What an empty prefix list
  does is not documented: a bound only.
- A term that matches ports, ICMP types or TCP flags without naming the protocol also reads these fields in packets of
  other protocols: those may match.
- What depends on fragments, TTL, options, lengths, classes and interfaces is an upper bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY_SERVICE,
    ESTABLISHED_FLAGS,
    ICMP,
    ICMP_PROTOCOLS,
    ICMPV6,
    PORT_PROTOCOLS,
    TCP,
    ServiceSet,
    tcp_flag_values,
)

from netaudit.packets.services import ACK, SYN  # isort: skip
from netaudit.parsers.juniper_junos.prefix_lists import PREFIX_LIST, PrefixLists
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node
from netaudit.parsers.juniper_junos.vocabulary import (
    ICMP6_CODES,
    ICMP6_TYPES,
    ICMP_CODES,
    ICMP_TYPES,
    PORTS,
    PROTOCOLS,
    is_wide_mask,
    numbers_of,
    prefix_of,
    tcp_flags_of,
)

_ADDRESSES = {
    "source-address": "source", "ip-source-address": "source", "ip6-source-address": "source",
    "source-prefix-list": "source", "destination-address": "destination", "ip-destination-address": "destination",
    "ip6-destination-address": "destination", "destination-prefix-list": "destination", "address": "either",
    "ip-address": "either", "prefix-list": "either",
}  # fmt: skip
_PROTOCOL_WORDS = ("protocol", "next-header", "payload-protocol", "ip-protocol")
_NUMBERS = frozenset(
    word + tail
    for word in (*_PROTOCOL_WORDS, "port", "source-port", "destination-port", "icmp-type", "icmp-code")
    for tail in ("", "-except")
)
_FLAG_WORDS = ("tcp-flags", "tcp-established", "tcp-initial")

# Conditions on what the model of a packet does not hold, with the reason of the bound.
_NARROWING: Mapping[str, str] = {
    **dict.fromkeys(
        ("fragment-offset", "fragment-offset-except", "fragment-flags", "first-fragment", "is-fragment",
         "last-fragment"),
        "fragments",
    ),
    **dict.fromkeys(("ttl", "ttl-except", "hop-limit", "hop-limit-except"), "time to live"),
    **dict.fromkeys(("ip-options", "ip-options-except", "extension-header", "extension-header-except"), "ip options"),
    **dict.fromkeys(("packet-length", "packet-length-except", "payload-length"), "packet length"),
    **dict.fromkeys(
        ("dscp", "dscp-except", "precedence", "precedence-except", "traffic-class", "traffic-class-except",
         "ip-precedence", "ip-precedence-except", "user-priority"),
        "type of service",
    ),
    **dict.fromkeys(
        ("forwarding-class", "forwarding-class-except", "loss-priority", "loss-priority-except",
         "learn-vlan-1p-priority",
         "user-vlan-1p-priority", "exp", "exp-except", "policy-map", "policy-map-except", "service-filter-hit",
         "learn-vlan-1p-priority-except", "user-vlan-1p-priority-except"),
        "traffic class",
    ),
    **dict.fromkeys(
        ("interface", "interface-set", "interface-group", "interface-group-except", "interface-list"), "interface"
    ),
    **dict.fromkeys(
        ("source-class", "source-class-except", "destination-class", "destination-class-except",
         "rat-type", "prefix-action"),
        "route class",
    ),
    **dict.fromkeys(
        ("flexible-match-mask", "flexible-match-range", "flexible-mask", "flexible-range", "gre-key", "gre-key-except",
         "vxlan", "l2tp-session-id", "mpls-label", "label", "esp-spi", "esp-spi-except", "ah-spi", "ah-spi-except",
         "redirect-reason", "probe", "flow-label", "apply-groups"),
        "packet contents",
    ),
    **dict.fromkeys(
        ("source-mac-address", "destination-mac-address", "ether-type", "ether-type-except", "vlan-ether-type", "vlan",
         "dot1q-tag", "dot1q-user-priority", "user-vlan-id", "user-vlan-id-except", "learn-vlan-id",
         "learn-vlan-id-except",
         "learn-vlan-dei", "learn-vlan-dei-except", "traffic-type", "traffic-type-except", "l2-encap-type", "isid",
         "isid-dei", "isid-priority-code-point", "mac-address", "lp-ether-type", "vlan-ether-type-except",
         "source-mac-address-except", "arp-type", "ip-version", "ether_type"),
        "link layer",
    ),
}  # fmt: skip

_OF_FAMILY = {Family.IPV4: ANY_IPV4, Family.IPV6: ANY_IPV6, None: ANY_ADDRESS}


# Exceptions among more prefixes than this are not worked out one by one.
_MAX_LONGEST_MATCH = 3000


@dataclass(slots=True)
class TermMatch:
    """What a term matches, and its conditions as written."""

    match: PacketMatch
    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    return_traffic: bool = False


@dataclass(slots=True)
class _Side:
    """One kind of address conditions: (prefixes, their union, is an exception), and whether all are known."""

    entries: list[tuple[tuple[AddressSet, ...], AddressSet, bool]] = field(default_factory=list)
    unknown: str = ""
    stated: bool = False

    def bounds(self, everything: AddressSet, reasons: list[str]) -> tuple[AddressSet, AddressSet]:
        """Return what surely and what maybe fits."""
        if not self.stated:
            return everything, everything
        if self.unknown:
            reasons.append(self.unknown)
            return NO_ADDRESS, everything
        members = [union & everything for _, union, is_exception in self.entries if not is_exception]
        if not any(members) and not any(is_exception for _, _, is_exception in self.entries):
            reasons.append("empty prefix list")
            return NO_ADDRESS, everything
        if len(members) == len(self.entries):
            found = AddressSet.union(members)
            return found, found
        found = NO_ADDRESS
        # From the widest to the narrowest: the longest prefix has the last word.
        prefixes = [(one, is_exception) for parts, _, is_exception in self.entries for one in parts]
        if len(prefixes) > _MAX_LONGEST_MATCH:
            reasons.append("too many prefixes")
            return NO_ADDRESS, AddressSet.union(members) if members else NO_ADDRESS
        for one, is_exception in sorted(prefixes, key=lambda entry: (-_size(entry[0]), entry[1])):
            found = found - one if is_exception else found | (one & everything)
        return found, found


def _size(addresses: AddressSet) -> int:
    # IPv6 prefixes are compared among themselves: their sizes never mix with those of IPv4.
    return addresses.ipv4.size() or addresses.ipv6.size()


class ConditionReader:
    """Reads the conditions of the filters of one system."""

    def __init__(self, prefix_lists: PrefixLists, references: References) -> None:
        self._lists = prefix_lists
        self._references = references
        self._ledger = references.ledger
        self._services: dict[object, tuple[ServiceSet, ServiceSet, tuple[str, ...]]] = {}

    def read(self, term: Node, family: Family | None, context: str) -> TermMatch:
        """Return what a term matches; a term without conditions matches everything of its family."""
        everything = _OF_FAMILY[family]
        reasons: list[str] = []
        sides = {"source": _Side(), "destination": _Side(), "either": _Side()}
        shown: dict[str, list[str]] = {"source": [], "destination": [], "either": [], "service": []}
        unresolved: list[str] = []
        fields: dict[str, list[Node]] = {}
        for condition in term.below("from"):
            word = condition.word
            if word in APPLY_WORDS:
                continue
            if word in _ADDRESSES:
                side = _ADDRESSES[word]
                self._addresses(condition, sides[side], shown[side], family, unresolved, context)
            elif word in _NUMBERS or word in _FLAG_WORDS:
                fields[word] = list(condition.below())
                shown["service"].append(" ".join((word, *condition.words())))
            elif word in _NARROWING:
                reasons.append(_NARROWING[word])
            else:
                self._ledger.unrecognized(max(condition.first, 0), Affects.FILTER, "a condition that is not known")
                reasons.append("not understood")
        surely_services, maybe_services = self._all_services(fields, family, reasons)
        match = _product(sides, everything, surely_services, maybe_services, reasons)
        return TermMatch(
            match,
            tuple(shown["source"] or shown["either"]),
            tuple(shown["destination"] or shown["either"]),
            tuple(shown["service"]),
            tuple(unresolved),
            "tcp-established" in fields,
        )

    def _addresses(
        self,
        condition: Node,
        side: _Side,
        shown: list[str],
        family: Family | None,
        unresolved: list[str],
        context: str,
    ) -> None:
        side.stated = True
        is_list = condition.word.endswith("prefix-list")
        for value in condition.below():
            if value.word in APPLY_WORDS:
                continue
            is_exception = value.has("except")
            shown.append(value.word + (" except" if is_exception else ""))
            if not is_list:
                found = prefix_of(value.word)
                if is_wide_mask(value.word):
                    side.unknown = side.unknown or "wildcard"
                elif found is None:
                    self._ledger.unrecognized(max(value.first, 0), Affects.FILTER, "not an address")
                    side.unknown = side.unknown or "not understood"
                else:
                    side.entries.append(((found,), found, is_exception))
                continue
            self._references.check(PREFIX_LIST, value.word, value, context)
            prefixes = self._lists.get(value.word)
            if prefixes is None:
                unresolved.append(value.word)
                side.unknown = side.unknown or "undefined name"
            elif not prefixes.exact:
                side.unknown = side.unknown or "prefix list"
            else:
                side.entries.append((prefixes.prefixes, prefixes.addresses, is_exception))

    # Protocols, ports, ICMP and flags

    def _all_services(
        self, fields: dict[str, list[Node]], family: Family | None, reasons: list[str]
    ) -> tuple[ServiceSet, ServiceSet]:
        if not fields:
            return ANY_SERVICE, ANY_SERVICE
        key = (family, tuple((word, tuple(_value(node) for node in nodes)) for word, nodes in fields.items()))
        known = self._services.get(key)
        if known is None:
            found: list[str] = []
            surely, maybe = self._service_bounds(fields, family, found)
            if "not understood" in found:  # the ledger must hear of each such line
                reasons += found
                return surely, maybe
            known = self._services[key] = (surely, maybe, tuple(found))
        reasons += known[2]
        return known[0], known[1]

    def _service_bounds(
        self, fields: dict[str, list[Node]], family: Family | None, reasons: list[str]
    ) -> tuple[ServiceSet, ServiceSet]:
        wide = False
        protocols = ALL_PROTOCOLS
        is_stated = False
        for word in _PROTOCOL_WORDS:
            value = self._numbers(fields, word, PROTOCOLS, 255, ALL_PROTOCOLS)
            if value is None:
                wide = True
            elif value is not ALL_PROTOCOLS:
                protocols &= value
                is_stated = is_stated or word in fields
        ports = {
            word: self._numbers(fields, word, PORTS, 65535, ALL_PORTS)
            for word in ("port", "source-port", "destination-port")
        }
        is_ipv6 = family is Family.IPV6
        types = self._numbers(fields, "icmp-type", ICMP6_TYPES if is_ipv6 else ICMP_TYPES, 255, ALL_OCTETS)
        codes = self._numbers(fields, "icmp-code", ICMP6_CODES if is_ipv6 else ICMP_CODES, 255, ALL_OCTETS)
        flags = self._flags(fields)
        if wide or None in (*ports.values(), types, codes, flags):
            reasons.append("not understood")
            return ServiceSet(), ANY_SERVICE
        assert types is not None and codes is not None and flags is not None
        either, source, destination = ports["port"], ports["source-port"], ports["destination-port"]
        assert either is not None and source is not None and destination is not None
        with_ports = any(value is not ALL_PORTS for value in (either, source, destination))
        with_types = types is not ALL_OCTETS or codes is not ALL_OCTETS
        with_flags = flags is not ALL_OCTETS
        if not (with_ports or with_types or with_flags):
            found = ServiceSet.of_protocols(protocols) if protocols is not ALL_PROTOCOLS else ANY_SERVICE
            return found, found
        boxes: list[ServiceSet] = []
        pairs = [(source, destination)]
        if either is not ALL_PORTS:
            pairs = [(source & either, destination), (source, destination & either)]
        if with_types and not with_ports and not with_flags:
            usual = IntervalSet.single(ICMPV6 if is_ipv6 else ICMP)
            carriers = (protocols if is_stated else usual) & ICMP_PROTOCOLS
            boxes = [ServiceSet.icmp(number, types, codes) for number in _members(carriers)]
        elif not with_types:
            carriers = IntervalSet.single(TCP) if with_flags else PORT_PROTOCOLS
            for number in _members(carriers & protocols):
                boxes += [ServiceSet.ports(number, to, from_, flags) for from_, to in pairs if to and from_]
        else:
            reasons.append("fields of several protocols")
            return ServiceSet(), ServiceSet.of_protocols(protocols)
        surely = ServiceSet.union(boxes) if boxes else ServiceSet()
        if is_stated:
            return surely, surely
        reasons.append("no protocol stated")
        carriers = ICMP_PROTOCOLS if with_types else IntervalSet.single(TCP) if with_flags else PORT_PROTOCOLS
        return surely, ServiceSet.union((surely, ServiceSet.of_protocols(protocols - carriers)))

    def _numbers(
        self, fields: dict[str, list[Node]], word: str, names: Mapping[str, int], highest: int, everything: IntervalSet
    ) -> IntervalSet | None:
        """Return the numbers of a condition and its `-except`; `everything` where it is not stated, None if unread."""
        result = everything
        for key, negated in ((word, False), (f"{word}-except", True)):
            if key not in fields:
                continue
            parts: list[IntervalSet] = []
            for node in fields[key]:
                value = numbers_of(_value(node), names, highest)
                if value is None:
                    self._ledger.unrecognized(max(node.first, 0), Affects.FILTER, "not a number or a known name")
                    return None
                parts.append(value)
            if not parts:
                return None
            found = IntervalSet.of(interval for part in parts for interval in part.intervals)
            result = result & (everything - found if negated else found)
        return result

    def _flags(self, fields: dict[str, list[Node]]) -> IntervalSet | None:
        result = ALL_OCTETS
        if "tcp-established" in fields:
            result = ESTABLISHED_FLAGS
        if "tcp-initial" in fields:
            result = _also(result, tcp_flag_values(SYN, ACK))
        if "tcp-flags" in fields:
            found: IntervalSet | None = None
            for node in fields["tcp-flags"]:
                text = " ".join((node.word, *(one.word for chain in node.chains() for one in chain)))
                value = tcp_flags_of(text)
                if value is None:
                    self._ledger.unrecognized(max(node.first, 0), Affects.FILTER, "not TCP flags")
                    return None
                found = value if found is None else found | value
            if found is None:
                return None
            result = _also(result, found)
        return result


def _also(left: IntervalSet, right: IntervalSet) -> IntervalSet:
    return right if left is ALL_OCTETS else left & right


def _value(node: Node) -> str:
    """Return a value, "100-200" also where it is written "100 - 200"."""
    other = node.value("-")
    return f"{node.word}-{other}" if other else node.word


def _members(values: IntervalSet) -> list[int]:
    return [number for low, high in values for number in range(low, high + 1)]


def _product(
    sides: dict[str, _Side], everything: AddressSet, surely: ServiceSet, maybe: ServiceSet, reasons: list[str]
) -> PacketMatch:
    source = sides["source"].bounds(everything, reasons)
    destination = sides["destination"].bounds(everything, reasons)
    either = sides["either"].bounds(everything, reasons)
    is_exact = not reasons
    packets: list[PacketSet] = []
    for bound, services in ((0, surely), (1, maybe)):
        if bound == 0 and not is_exact and any(one != "no protocol stated" for one in reasons):
            packets.append(NO_PACKETS)
            continue
        found = PacketSet.of(source[bound], destination[bound], services)
        if sides["either"].stated:
            found = PacketSet.union(
                (
                    PacketSet.of(source[bound] & either[bound], destination[bound], services),
                    PacketSet.of(source[bound], destination[bound] & either[bound], services),
                )
            )
        packets.append(found)
        if is_exact:
            return PacketMatch.exact(found)
    return PacketMatch(packets[0], packets[1], tuple(dict.fromkeys(reasons)))
