"""Address translation, which EOS binds at interfaces.

Source: Arista EOS User Manual, "Network Address Translation": "ip nat source static", "ip nat source dynamic",
"ip nat destination static", "ip nat pool".
"""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.model.rules import NatKind, NatRule, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_interfaces import interface_names
from netaudit.parsers.switch_nat import PROTOCOLS, StaticPair, chosen_by, interface_addresses, mark, port, read_pools
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words


def read_nat(reading: Reading, lists: Mapping[str, Rulebase]) -> None:
    """Read the pools, then the translations of each interface in their order."""
    pools = read_pools(reading)
    for block in reading.blocks("interface"):
        names = interface_names(block.text.partition(" ")[2].strip())
        for line in block.children:
            words = line.words
            if words[:2] != ["ip", "nat"] or words[2:3] not in (["source"], ["destination"]):
                continue
            try:
                rules = [_translation(reading, line, Words(words, 2), name, pools, lists) for name in names]
            except (NotUnderstood, ValueError):
                reading.not_understood(line, Affects.NAT, "translation")
                continue
            mark(reading, line)
            reading.nat_rules += rules


def _translation(
    reading: Reading,
    line: ConfLine,
    words: Words,
    interface: str,
    pools: Mapping[str, AddressSet],
    lists: Mapping[str, Rulebase],
) -> NatRule:
    what = words.take()
    if words.peek() in ("ingress", "egress"):
        words.take()
    kind = words.take()
    if kind == "static":
        return _static(reading, line, words, what, interface, lists)
    if kind != "dynamic" or words.take() != "access-list":
        raise NotUnderstood(kind)
    match = chosen_by(lists, words.take())
    target = words.take()
    translated: AddressSet | None = None
    if target == "overload":
        translated = interface_addresses(reading, interface)
    elif target == "pool":
        translated = pools.get(words.take())
    else:
        raise NotUnderstood(target)
    _options(reading, line, words)
    name, where, here = f"line {line.index + 1}", reading.ledger.ref(line.index), NameSet.of([interface])
    if what == "source":
        return NatRule(name, NatKind.SOURCE, match, where, translated_source=translated or ANY_IPV4, to_interface=here)
    return NatRule(
        name, NatKind.DESTINATION, match, where, translated_destination=translated or ANY_IPV4, from_interface=here
    )


def _static(
    reading: Reading, line: ConfLine, words: Words, what: str, interface: str, lists: Mapping[str, Rulebase]
) -> NatRule:
    """Read `ORIGINAL [PORT] [access-list LIST] TRANSLATED [PORT] [protocol P] [group N]`."""
    original = AddressSet.host(words.take())
    original_port = port(words.take()) if words.peek().isdigit() else None
    guard: PacketMatch | None = None
    if words.peek() == "access-list":
        words.take()
        guard = chosen_by(lists, words.take())
    translated = AddressSet.host(words.take())
    translated_port = port(words.take()) if words.peek().isdigit() else None
    protocol, twice = _options(reading, line, words)
    pair = StaticPair(original, translated, protocol, original_port, translated_port)
    services = pair.services(source_side=what == "source")
    packets = (
        PacketSet.of(original, ANY_IPV4, services) if what == "source" else PacketSet.of(ANY_IPV4, original, services)
    )
    match = PacketMatch.exact(packets)
    if twice:
        match = PacketMatch.upper(packets, "twice NAT")
    elif guard is not None:
        match = PacketMatch(packets & guard.surely, packets & guard.maybe, guard.reasons)
    name, where, here = f"line {line.index + 1}", reading.ledger.ref(line.index), NameSet.of([interface])
    if what == "source":
        return NatRule(
            name,
            NatKind.STATIC,
            match,
            where,
            translated_source=translated,
            protocol=protocol,
            original_ports=pair.original_ports,
            translated_ports=pair.translated_ports,
            to_interface=here,
        )
    return NatRule(
        name,
        NatKind.DESTINATION,
        match,
        where,
        translated_destination=translated,
        protocol=protocol,
        original_ports=pair.original_ports,
        translated_ports=pair.translated_ports,
        from_interface=here,
    )


def _options(reading: Reading, line: ConfLine, words: Words) -> tuple[int | None, bool]:
    """Return the protocol, and whether the line is one half of a twice NAT (`group N`)."""
    protocol: int | None = None
    twice = False
    while word := words.peek():
        words.take()
        if word == "protocol":
            protocol = PROTOCOLS.get(words.take())
            if protocol is None:
                raise NotUnderstood(word)
        elif word == "group":
            words.take()
            twice = True
            reading.ledger.unsupported(line.index, Affects.NAT, "twice NAT: the other half is not joined")
        elif word in ("comment", "priority"):
            words.position = len(words.words) if word == "comment" else words.position + 1
        elif word not in ("full-cone", "overload", "port-only"):
            raise NotUnderstood(word)
    return protocol, twice
