"""Address translation.

Source: Cisco IOS IP Addressing Services Command Reference, "ip nat inside source", "ip nat outside source",
"ip nat inside destination", "ip nat pool", "ip nat source" (NAT virtual interface), "ip nat enable".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netaudit.model.rules import AccessRule, Action, NatKind, NatRule, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family, netmask_length, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.cisco_ios.permitted import permitted_packets
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.cisco_ios.tokens import port_number
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST, NAT_POOL, ROUTE_MAP, VRF
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_EVERYTHING = PacketSet.of(ANY_IPV4, ANY_IPV4)
_ANY_TCP = ServiceSet.protocol(TCP)
_EVERY_TCP = PacketSet.of(ANY_IPV4, ANY_IPV4, _ANY_TCP)


def read_nat(reading: Reading, lists: Mapping[str, Rulebase]) -> None:
    """Read the pools, then the translations in their order."""
    pools: dict[str, AddressSet | None] = {}
    for root in reading.roots:
        words = root.words
        if words[:3] == ["ip", "nat", "pool"] and len(words) >= 4:
            reading.define(NAT_POOL, words[3], root.index)
            pools[words[3]] = _pool(reading, root, words)
    for root in reading.roots:
        words = root.words
        if words[:2] != ["ip", "nat"] or len(words) < 5 or words[2] not in ("inside", "outside", "source"):
            continue
        try:
            rule = _translation(reading, root, Words(words, 2), pools, lists)
        except (NotUnderstood, ValueError):
            reading.not_understood(root, Affects.NAT, "translation")
            continue
        if reading.ledger.is_open(root.index):
            reading.ledger.understood(root.index)
        reading.nat_rules.append(rule)


def _pool(reading: Reading, root: ConfLine, words: list[str]) -> AddressSet | None:
    """Return the addresses of a pool: on its line, or below it with the prefix alone on the line."""
    ranges: list[AddressSet] = []
    try:
        if len(words) > 5 and words[4] not in ("netmask", "prefix-length"):
            ranges.append(AddressSet.range(words[4], words[5]))
        for child in root.children:
            parts = child.words
            if parts[0] == "address" and len(parts) >= 3:
                ranges.append(AddressSet.range(parts[1], parts[2]))
            reading.ledger.understood(child.index)
    except ValueError:
        reading.not_understood(root, Affects.NAT, "address pool")
        return None
    reading.ledger.understood(root.index)
    return AddressSet.union(ranges) if ranges else None


def _translation(
    reading: Reading,
    root: ConfLine,
    words: Words,
    pools: Mapping[str, AddressSet | None],
    lists: Mapping[str, Rulebase],
) -> NatRule:
    side = words.take()
    what = "source" if side == "source" else words.take()
    if what not in ("source", "destination"):
        raise NotUnderstood(what)
    inside, outside = _sides(reading, side, words.rest())
    kind_word = words.take()
    name = f"line {root.index + 1}"
    if kind_word == "static" and what == "source":
        return _static(reading, root, words, side, name, inside, outside)
    chosen = _matched(reading, root, words, kind_word, lists)
    target = words.take()
    translated: AddressSet | None = None
    if target == "interface":
        translated = _interface_addresses(reading, _interface_name(words))
    elif target == "pool":
        pool = words.take()
        reading.use(NAT_POOL, pool, root.index, "ip nat pool")
        translated = pools.get(pool)
    else:
        raise NotUnderstood(target)
    _tail(reading, root, words)
    where = reading.ledger.ref(root.index)
    translated = translated or ANY_IPV4
    if what == "destination":  # TCP that arrives at the list's addresses is spread over the pool
        match = _towards(chosen)
        return NatRule(
            name, NatKind.DESTINATION, match, where, translated_destination=translated, from_interface=outside
        )
    if side == "outside":
        inside, outside = outside, inside
    if chosen.leaving is not None:
        outside = outside & chosen.leaving
    return NatRule(
        name, NatKind.SOURCE, chosen.match, where, translated_source=translated, from_interface=inside,
        to_interface=outside,
    )  # fmt: skip


def _sides(reading: Reading, side: str, rest: list[str]) -> tuple[NameSet, NameSet]:
    """Return the interfaces inside and outside; with `vrf V` those inside are the ones of that VRF.

    `ip nat source` (without a side) works between all interfaces with `ip nat enable`.
    """
    if side == "source":
        both = NameSet.of(reading.translating) if reading.translating else ANY_NAME
        return _of_vrf(reading, both, reading.translating, rest), both
    inside = NameSet.of(reading.inside) if reading.inside else ANY_NAME
    outside = NameSet.of(reading.outside) if reading.outside else ANY_NAME
    return _of_vrf(reading, inside, reading.inside, rest), outside


def _of_vrf(reading: Reading, names: NameSet, interfaces: list[str], rest: list[str]) -> NameSet:
    if "vrf" not in rest[:-1] or not interfaces:
        return names
    vrf = rest[rest.index("vrf") + 1]
    return NameSet.of([name for name in interfaces if reading.interfaces[name].vrf == vrf])


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The packets that a list or route map chooses; `leaving` is set where only some outgoing interfaces count."""

    match: PacketMatch
    standard: bool = False  # a standard list: it names addresses, not sources and destinations
    leaving: NameSet | None = None


def _towards(chosen: _Chosen) -> PacketMatch:
    """Return the packets of `ip nat inside destination`: TCP; a standard list names their destinations."""
    bounds = [
        PacketSet.of(ANY_IPV4, bound.sources(), _ANY_TCP) if chosen.standard else bound & _EVERY_TCP
        for bound in (chosen.match.surely, chosen.match.maybe)
    ]
    if chosen.match.is_exact:
        return PacketMatch.exact(bounds[1])
    return PacketMatch(bounds[0], bounds[1], chosen.match.reasons)


def _matched(reading: Reading, root: ConfLine, words: Words, kind_word: str, lists: Mapping[str, Rulebase]) -> _Chosen:
    name = words.take()
    if kind_word == "list":
        reading.use(ACCESS_LIST, name, root.index, "ip nat source list", Purpose.NAT)
        rulebase = lists.get(name)
        if rulebase is None:
            return _Chosen(PacketMatch.upper(_EVERYTHING, "undefined access list"))
        return _Chosen(permitted_packets(rulebase), rulebase.flavour == "standard")
    if kind_word == "route-map":
        reading.use(ROUTE_MAP, name, root.index, "ip nat source route-map")
        return _route_map(reading, name, lists)
    raise NotUnderstood(kind_word)


def _route_map(reading: Reading, name: str, lists: Mapping[str, Rulebase]) -> _Chosen:
    """Return the packets that a route map permits, where its entries ask for access lists and interfaces alone.

    Source: Cisco IOS IP Addressing Services Configuration Guide, "NAT Route Maps".
    """
    entries = sorted(
        (
            (number(root.words[3], 65535) or 0 if len(root.words) > 3 else 10, root)
            for root in reading.blocks("route-map")
            if len(root.words) > 1 and root.words[1] == name
        ),
        key=lambda pair: pair[0],
    )
    rules: list[AccessRule] = []
    leaving: list[frozenset[str] | None] = []
    for sequence, root in entries:
        action = Action.DENY if "deny" in root.words[2:3] else Action.PERMIT
        match, interfaces, understood = _route_map_entry(root, lists)
        if not understood or (interfaces and action is Action.DENY):
            match = PacketMatch.upper(match.maybe, "route map")
        if action is Action.PERMIT:
            leaving.append(interfaces)
        rules.append(AccessRule(str(sequence), action, match, reading.ledger.ref(root.index)))
    if not rules:
        return _Chosen(PacketMatch.upper(_EVERYTHING, "route map"))
    where = rules[0].where
    found = permitted_packets(Rulebase(name, RulebaseKind.FILTER, tuple(rules), Action.DENY, where))
    if len(set(leaving)) == 1 and leaving[0]:
        return _Chosen(found, leaving=NameSet.of(leaving[0]))
    if any(leaving):
        return _Chosen(PacketMatch.upper(found.maybe, "route map"))
    return _Chosen(found)


def _route_map_entry(root: ConfLine, lists: Mapping[str, Rulebase]) -> tuple[PacketMatch, frozenset[str] | None, bool]:
    """Return what an entry matches, the outgoing interfaces that it asks for, and whether that is all it asks."""
    names: list[str] = []
    interfaces: list[str] = []
    understood = True
    for line in root.children:
        words = line.words
        if words[:3] == ["match", "ip", "address"] and "prefix-list" not in words:
            names += words[3:]
        elif words[:2] == ["match", "interface"]:
            interfaces += words[2:]
        elif words[0] == "match":
            understood = False
    if not names:
        match = PacketMatch.exact(_EVERYTHING)
    elif all(one in lists for one in names):
        found = [permitted_packets(lists[one]) for one in names]
        maybe = PacketSet.union(one.maybe for one in found)
        match = (
            PacketMatch.exact(maybe)
            if all(one.is_exact for one in found)
            else PacketMatch(PacketSet.union(one.surely for one in found), maybe, ("access list",))
        )
    else:
        match = PacketMatch.upper(_EVERYTHING, "undefined access list")
    return match, frozenset(interfaces) or None, understood


def _tail(reading: Reading, root: ConfLine, words: Words) -> None:
    while word := words.peek():
        words.take()
        if word in ("vrf", "match-in-vrf", "redundancy", "mapping-id"):
            if word == "vrf":
                reading.use(VRF, words.take(), root.index, "ip nat vrf")
            elif word != "match-in-vrf":
                words.take()
        elif word == "route-map":
            reading.use(ROUTE_MAP, words.take(), root.index, "ip nat source route-map")
        elif word not in (
            "overload", "extendable", "no-alias", "no-payload", "add-route", "oer", "egress-interface", "forced",
            "reversible", "stateless", "portmap",
        ):  # fmt: skip
            raise NotUnderstood(word)


def _static(
    reading: Reading, root: ConfLine, words: Words, side: str, name: str, inside: NameSet, outside: NameSet
) -> NatRule:
    """Read `static [tcp|udp] LOCAL [port] GLOBAL|interface X [port]` and `static network LOCAL GLOBAL /n`."""
    protocol: int | None = None
    network = False
    if words.peek() in ("tcp", "udp", "esp"):
        protocol = {"tcp": TCP, "udp": UDP, "esp": 50}[words.take()]
    elif words.peek() == "network":
        words.take()
        network = True
    first = words.take()
    ports: list[int] = []
    if protocol in (TCP, UDP):
        ports.append(_port(words, protocol or TCP))
    translated: AddressSet | None
    if words.peek() == "interface":
        words.take()
        translated = _interface_addresses(reading, _interface_name(words))
        second = ""
    else:
        second = words.take()
        translated = AddressSet.host(second)
    if protocol in (TCP, UDP):
        ports.append(_port(words, protocol or TCP))
    local = AddressSet.host(first)
    if network:
        length = _length(words.take())
        local, translated = _network(first, length), _network(second, length)
    conditional = "route-map" in words.rest()
    _tail(reading, root, words)
    if side == "outside":  # the first address is the outside host's own, the second what the inside sees
        inside, outside = outside, inside
    services = ANY_SERVICE
    if protocol is not None:
        services = (
            ServiceSet.ports(protocol, source_ports=IntervalSet.single(ports[0]))
            if ports
            else ServiceSet.protocol(protocol)
        )
    packets = PacketSet.of(local, ANY_IPV4, services)
    return NatRule(
        name,
        NatKind.STATIC,
        PacketMatch.upper(packets, "route map") if conditional else PacketMatch.exact(packets),
        reading.ledger.ref(root.index),
        translated_source=translated or ANY_IPV4,
        protocol=protocol,
        original_ports=IntervalSet.single(ports[0]) if ports else None,
        translated_ports=IntervalSet.single(ports[1]) if ports else None,
        from_interface=inside,
        to_interface=outside,
    )


def _interface_name(words: Words) -> str:
    """Take "GigabitEthernet0/1" or "Loopback 0"."""
    name = words.take()
    return name + words.take() if not name[-1].isdigit() and words.peek()[:1].isdigit() else name


def _port(words: Words, protocol: int) -> int:
    value = port_number(protocol, words.take())
    if value is None:
        raise NotUnderstood("port")
    return value


def _length(text: str) -> int:
    if text.startswith("/"):
        length = number(text[1:], 32)
    else:
        length = netmask_length(parse_address(text)[1])
    if length is None:
        raise NotUnderstood(text)
    return length


def _network(text: str, length: int) -> AddressSet:
    family, value = parse_address(text)
    if family is not Family.IPV4:
        raise NotUnderstood(text)
    return AddressSet(ipv4=IntervalSet.span(*prefix_interval(family, value, length)))


def _interface_addresses(reading: Reading, name: str) -> AddressSet | None:
    """Return the primary address of an interface, None where the configuration does not hold it."""
    interface = reading.interfaces.get(name)
    if interface is None:
        return None
    for address in interface.addresses:
        if address.family is Family.IPV4 and not address.secondary and not address.virtual:
            return AddressSet(ipv4=IntervalSet.single(address.value))
    return None
