"""Address translation.

Source: Cisco IOS IP Addressing Services Command Reference, "ip nat inside source", "ip nat outside source",
"ip nat inside destination", "ip nat pool".
"""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.model.rules import NatKind, NatRule, Purpose, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family, netmask_length, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.cisco_ios.permitted import permitted_packets
from netaudit.parsers.cisco_ios.reading import ACCESS_LIST, NAT_POOL, ROUTE_MAP, VRF, Reading
from netaudit.parsers.cisco_ios.tokens import port_number
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_EVERYTHING = PacketSet.of(ANY_IPV4, ANY_IPV4)


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
    inside = NameSet.of(reading.inside) if reading.inside else ANY_NAME
    outside = NameSet.of(reading.outside) if reading.outside else ANY_NAME
    kind_word = words.take()
    name = f"line {root.index + 1}"
    if kind_word == "static" and what == "source":
        return _static(reading, root, words, side, name, inside, outside)
    match = _matched(reading, root, words, kind_word, lists)
    target = words.take()
    translated: AddressSet | None = None
    to_interface = outside
    if target == "interface":
        interface = words.take()
        if not interface[-1].isdigit() and words.peek()[:1].isdigit():
            interface += words.take()
        translated = _interface_addresses(reading, interface)
        to_interface = NameSet.of([interface]) if side == "inside" else outside
    elif target == "pool":
        pool = words.take()
        reading.use(NAT_POOL, pool, root.index, "ip nat pool")
        translated = pools.get(pool)
    else:
        raise NotUnderstood(target)
    _tail(reading, root, words)
    where = reading.ledger.ref(root.index)
    if what == "destination":  # packets that arrive at the list's addresses are spread over the pool
        return NatRule(
            name,
            NatKind.DESTINATION,
            match,
            where,
            translated_destination=translated or ANY_IPV4,
            from_interface=outside,
        )
    if side == "outside":
        return NatRule(
            name,
            NatKind.SOURCE,
            match,
            where,
            translated_source=translated or ANY_IPV4,
            from_interface=outside,
            to_interface=inside,
        )
    return NatRule(
        name,
        NatKind.SOURCE,
        match,
        where,
        translated_source=translated or ANY_IPV4,
        from_interface=inside,
        to_interface=to_interface,
    )


def _matched(
    reading: Reading, root: ConfLine, words: Words, kind_word: str, lists: Mapping[str, Rulebase]
) -> PacketMatch:
    name = words.take()
    if kind_word == "list":
        reading.use(ACCESS_LIST, name, root.index, "ip nat source list", Purpose.NAT)
        rulebase = lists.get(name)
        if rulebase is None:
            return PacketMatch.upper(_EVERYTHING, "undefined access list")
        return permitted_packets(rulebase)
    if kind_word == "route-map":
        reading.use(ROUTE_MAP, name, root.index, "ip nat source route-map")
        return PacketMatch.upper(_EVERYTHING, "route map")
    raise NotUnderstood(kind_word)


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
        interface = words.take()
        if not interface[-1].isdigit() and words.peek()[:1].isdigit():
            interface += words.take()
        translated = _interface_addresses(reading, interface)
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
