"""Address translation.

Source: Cisco Nexus 9000 NX-OS Interfaces Configuration Guide, "Configuring Static and Dynamic NAT Translation".
"""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.model.rules import NatKind, NatRule, Purpose, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_nat import PROTOCOLS, StaticPair, chosen_by, interface_addresses, mark, port, read_pools
from netaudit.parsers.switch_reading import ACCESS_LIST, NAT_POOL, VRF, Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words

# Options without a value that change no packet's translation.
_PLAIN = frozenset({"overload", "add-route", "match-in-vrf", "dynamic", "no-payload"})


def read_nat(reading: Reading, lists: Mapping[str, Rulebase]) -> None:
    """Read the sides of interfaces, the pools, then the translations in their order."""
    sides: dict[str, list[str]] = {"inside": [], "outside": []}
    for block in reading.blocks("interface"):
        for line in block.children:
            words = line.words
            if words[:2] == ["ip", "nat"] and len(words) == 3 and words[2] in sides:
                sides[words[2]].append("".join(block.words[1:]))
                reading.understood(line)
    inside, outside = (NameSet.of(names) if names else ANY_NAME for names in sides.values())
    pools = read_pools(reading)
    for root in reading.roots:
        words = root.words
        if words[:2] != ["ip", "nat"] or words[2:3] not in (["inside"], ["outside"]) or words[3:4] != ["source"]:
            continue
        try:
            rule = _translation(reading, root, Words(words, 2), inside, outside, pools, lists)
        except (NotUnderstood, ValueError):
            reading.not_understood(root, Affects.NAT, "translation")
            continue
        mark(reading, root)
        reading.nat_rules.append(rule)


def _translation(
    reading: Reading,
    root: ConfLine,
    words: Words,
    inside: NameSet,
    outside: NameSet,
    pools: Mapping[str, AddressSet],
    lists: Mapping[str, Rulebase],
) -> NatRule:
    side = words.take()
    words.take()  # source
    kind = words.take()
    if side == "outside":  # what follows is said of hosts outside, as the inside sees them
        inside, outside = outside, inside
    name, where = f"line {root.index + 1}", reading.ledger.ref(root.index)
    if kind == "static":
        pair = _pair(words)
        packets = PacketSet.of(pair.original, ANY_IPV4, pair.services(source_side=True))
        twice = _options(reading, root, words)
        return NatRule(
            name,
            NatKind.STATIC,
            PacketMatch.upper(packets, "twice NAT") if twice else PacketMatch.exact(packets),
            where,
            translated_source=pair.translated,
            protocol=pair.protocol,
            original_ports=pair.original_ports,
            translated_ports=pair.translated_ports,
            from_interface=inside,
            to_interface=outside,
        )
    if kind != "list":
        raise NotUnderstood(kind)
    list_name = words.take()
    reading.use(ACCESS_LIST, list_name, root.index, "ip nat source list", Purpose.NAT)
    match = chosen_by(lists, list_name)
    target = words.take()
    translated: AddressSet | None
    if target == "interface":
        interface = words.take()
        if not interface[-1:].isdigit() and words.peek()[:1].isdigit():
            interface += words.take()
        translated = interface_addresses(reading, interface)
    elif target == "pool":
        pool = words.take()
        reading.use(NAT_POOL, pool, root.index, "ip nat pool")
        translated = pools.get(pool)
    else:
        raise NotUnderstood(target)
    if _options(reading, root, words):
        match = PacketMatch.upper(match.maybe, "twice NAT")
    return NatRule(
        name,
        NatKind.SOURCE,
        match,
        where,
        translated_source=translated or ANY_IPV4,
        from_interface=inside,
        to_interface=outside,
    )


def _pair(words: Words) -> StaticPair:
    """Read `[tcp|udp] LOCAL [PORT] GLOBAL [PORT]`."""
    protocol = PROTOCOLS[words.take()] if words.peek() in PROTOCOLS else None
    first = AddressSet.host(words.take())
    first_port = port(words.take()) if protocol is not None else None
    second = AddressSet.host(words.take())
    second_port = port(words.take()) if protocol is not None else None
    return StaticPair(first, second, protocol, first_port, second_port)


def _options(reading: Reading, root: ConfLine, words: Words) -> bool:
    """Read what follows; True where the line is one half of a twice NAT (`group N`)."""
    twice = False
    while word := words.peek():
        words.take()
        if word == "vrf":
            reading.use(VRF, words.take(), root.index, "ip nat vrf")
        elif word == "group":
            words.take()
            twice = True
            reading.ledger.unsupported(root.index, Affects.NAT, "twice NAT: the other half is not joined")
        elif word not in _PLAIN:
            raise NotUnderstood(word)
    return twice
