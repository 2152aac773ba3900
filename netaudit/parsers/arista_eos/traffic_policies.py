"""Traffic policies: named matches over field sets, bound at interfaces.

Source: Arista EOS User Manual, "Traffic Policies": the first match decides; what no match takes is passed, unless
the matches for all other packets (`ipv4-all-default`, `ipv6-all-default`) say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6, NO_ADDRESS, AddressSet
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import (
    ACK,
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ESTABLISHED_FLAGS,
    ICMP,
    ICMPV6,
    PORT_PROTOCOLS,
    SYN,
    TCP,
    ServiceSet,
    tcp_flag_values,
)
from netaudit.parsers.arista_eos.tokens import EOS
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_LAST = frozenset({"ipv4-all-default", "ipv6-all-default", "ipv4-default-all", "ipv6-default-all"})
# What narrows a match by fields that the packet space does not have.
_NARROWING = frozenset({"dscp", "ecn", "fragment", "ip", "length", "tos", "ttl", "ttl-exceeded", "total-length"})
_ACTIONS_THAT_PASS = frozenset({"count", "log", "set", "police", "mirror", "redirect", "exit"})


@dataclass(slots=True)
class FieldSets:
    """The named sets: prefixes and ports."""

    prefixes: dict[str, AddressSet] = field(default_factory=dict)
    ports: dict[str, IntervalSet] = field(default_factory=dict)


@dataclass(slots=True)
class _Match:
    """One match of a policy while its lines are read."""

    ipv6: bool
    sources: list[AddressSet] = field(default_factory=list)
    destinations: list[AddressSet] = field(default_factory=list)
    services: list[ServiceSet] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=lambda: {"source": [], "destination": [], "service": []})
    reasons: list[str] = field(default_factory=list)
    action: Action = Action.PERMIT
    logged: bool = False
    return_traffic: bool = False
    unresolved: list[str] = field(default_factory=list)

    def packets(self) -> PacketMatch:
        """Return both bounds."""
        anywhere = ANY_IPV6 if self.ipv6 else ANY_IPV4
        source = AddressSet.union(self.sources) & anywhere if self.sources else anywhere
        destination = AddressSet.union(self.destinations) & anywhere if self.destinations else anywhere
        services = ServiceSet.union(self.services) if self.services else ANY_SERVICE
        packets = PacketSet.of(source, destination, services)
        return PacketMatch.upper(packets, *dict.fromkeys(self.reasons)) if self.reasons else PacketMatch.exact(packets)


def read_traffic_policies(reading: Reading) -> tuple[tuple[Rulebase, ...], tuple[Binding, ...]]:
    """Return each policy as a rulebase, and where it is bound."""
    rulebases: dict[str, Rulebase] = {}
    for block in reading.blocks("traffic-policies"):
        reading.understood(block)
        sets = FieldSets()
        for line in block.children:
            if line.words[0] == "field-set":
                _read_field_set(reading, line, sets)
        for line in block.children:
            words = line.words
            if words[0] == "traffic-policy" and len(words) == 2:
                rulebases[words[1]] = _read_policy(reading, line, sets)
            elif words[:2] == ["no", "traffic-policy"] and len(words) == 3:
                rulebases.pop(words[2], None)
                reading.understood(line)
    return tuple(rulebases.values()), _bindings(reading, rulebases)


def policy_name(name: str) -> str:
    """Return the name of a policy's rulebase: access lists and policies have names of their own."""
    return f"traffic-policy {name}"


def _bindings(reading: Reading, rulebases: dict[str, Rulebase]) -> tuple[Binding, ...]:
    found: list[Binding] = []
    for block in reading.blocks("interface"):
        for line in block.children:
            words = line.words
            if words[0] != "traffic-policy" or len(words) != 3 or words[1] not in ("input", "output"):
                continue
            direction = Direction.IN if words[1] == "input" else Direction.OUT
            interface = "".join(block.words[1:])
            if any(use.purpose is Purpose.FILTER and use.interface == interface for use in reading.uses):
                # Two filters in a row at one interface: the model joins several lists into one.
                reading.ledger.unsupported(line.index, Affects.FILTER, "a traffic policy beside a list")
                continue
            reading.understood(line)
            where = reading.ledger.ref(line.index)
            found.append(
                Binding(
                    policy_name(words[2]), Purpose.FILTER, where, interface, direction, defined=words[2] in rulebases
                )
            )
    return tuple(found)


def _read_field_set(reading: Reading, block: ConfLine, sets: FieldSets) -> None:
    """Read `field-set ipv4|ipv6 prefix NAME` and `field-set l4-port NAME`."""
    words = block.words
    try:
        if words[2:3] == ["prefix"] and len(words) == 4:
            added, taken = NO_ADDRESS, NO_ADDRESS
            for line in block.children:
                parts = line.words
                if parts[0] == "except":
                    taken |= AddressSet.union(AddressSet.prefix(word) for word in parts[1:])
                else:
                    added |= AddressSet.union(AddressSet.prefix(word) for word in parts)
            sets.prefixes[words[3]] = added - taken
        elif words[1:2] == ["l4-port"] and len(words) == 3:
            sets.ports[words[2]] = IntervalSet.of(
                interval for line in block.children for interval in _numbers(line.words, 65535)
            )
        else:
            raise NotUnderstood(" ".join(words))
    except (NotUnderstood, ValueError):
        reading.not_understood(block, Affects.FILTER, "field set")
        return
    for line in block.walk():
        reading.understood(line)


def _read_policy(reading: Reading, block: ConfLine, sets: FieldSets) -> Rulebase:
    reading.understood(block)
    rules: list[AccessRule] = []
    last: list[AccessRule] = []
    for line in block.children:
        words = line.words
        if words[0] == "match" and len(words) >= 3 and words[2] in ("ipv4", "ipv6"):
            (last if words[1] in _LAST else rules).append(_read_match(reading, line, sets))
        elif words[0] in ("counter", "exit"):
            reading.ledger.ignored(line.index)
        else:
            reading.not_understood(line, Affects.FILTER, "traffic policy")
            both = ANY_IPV4 | ANY_IPV6
            for action in Action.PERMIT, Action.DENY:
                match = PacketMatch.upper(PacketSet.of(both, both), "not understood")
                rules.append(AccessRule(f"line {line.index + 1}", action, match, reading.ledger.ref(line.index)))
    return Rulebase(
        name=policy_name(block.words[1]),
        kind=RulebaseKind.FILTER,
        rules=(*rules, *last),
        default_action=Action.PERMIT,
        where=reading.ledger.ref(block.index),
        default_logged=False,
        flavour="traffic policy",
    )


def _read_match(reading: Reading, block: ConfLine, sets: FieldSets) -> AccessRule:
    reading.understood(block)
    match = _Match(ipv6=block.words[2] == "ipv6")
    for line in block.children:
        try:
            _read_line(reading, line, match, sets)
        except (NotUnderstood, ValueError):
            reading.not_understood(line, Affects.FILTER, "traffic policy")
            match.reasons.append("not understood")
        else:
            reading.understood(line)
    return AccessRule(
        name=block.words[1],
        action=match.action,
        match=match.packets(),
        where=reading.block_ref(block),
        logged=match.logged,
        sources=tuple(match.texts["source"]) or ("any",),
        destinations=tuple(match.texts["destination"]) or ("any",),
        services=tuple(match.texts["service"]) or ("ip",),
        return_traffic=match.return_traffic and match.action is Action.PERMIT,
        unresolved=tuple(match.unresolved),
    )


def _read_line(reading: Reading, line: ConfLine, match: _Match, sets: FieldSets) -> None:
    words = Words(line.words)
    word = words.take()
    if word in ("source", "destination"):
        if words.take() != "prefix":
            raise NotUnderstood(word)
        match.texts[word] += [one for one in words.rest() if one != "field-set"]
        (match.sources if word == "source" else match.destinations).append(_prefixes(words, match, sets))
    elif word == "protocol":
        match.texts["service"].append(" ".join(words.rest()))
        match.services.append(_services(words, match, sets))
    elif word in _NARROWING:
        match.reasons.append(word)
    elif word == "actions":
        for child in line.children:
            _read_action(reading, child, match)
    else:
        raise NotUnderstood(word)


def _read_action(reading: Reading, line: ConfLine, match: _Match) -> None:
    word = line.words[0]
    if word == "drop":
        match.action = Action.DENY
    elif word not in _ACTIONS_THAT_PASS:
        reading.not_understood(line, Affects.FILTER, "action of a traffic policy")
        match.reasons.append("not understood")
        return
    match.logged = match.logged or word == "log"
    reading.understood(line)
    if word == "redirect":
        reading.ledger.unsupported(line.index, Affects.ROUTING, "a traffic policy redirects")


def _prefixes(words: Words, match: _Match, sets: FieldSets) -> AddressSet:
    if words.peek() != "field-set":
        return AddressSet.union(AddressSet.prefix(word) for word in words.rest())
    words.take()
    found = NO_ADDRESS
    for name in words.rest():
        if name not in sets.prefixes:
            match.unresolved.append(name)
            match.reasons.append("undefined field set")
            return ANY_IPV4 | ANY_IPV6
        found |= sets.prefixes[name]
    return found


def _services(words: Words, match: _Match, sets: FieldSets) -> ServiceSet:
    """Read `tcp [flags established] [source port L] [destination port L]`, `icmp [type L [code L]]`, `1-5,7-255`."""
    names = EOS.protocols_ipv6 if match.ipv6 else EOS.protocols
    word = words.take()
    if word in names:
        protocols = IntervalSet.single(names[word])
    else:
        protocols = IntervalSet.of(_numbers([word], 255))
    flags = ALL_OCTETS
    source = destination = ALL_PORTS
    types = codes = ALL_OCTETS
    while words.peek():
        word = words.take()
        if word == "flags" and protocols == IntervalSet.single(TCP):
            kind = words.take()
            if kind not in ("established", "initial"):
                raise NotUnderstood(kind)
            flags = ESTABLISHED_FLAGS if kind == "established" else tcp_flag_values(SYN, ACK)
            match.return_traffic = kind == "established"
        elif word in ("source", "destination") and words.take() == "port":
            ports = _ports(words, match, sets)
            source, destination = (ports, destination) if word == "source" else (source, ports)
        elif word in ("type", "code"):
            values = IntervalSet.of(_numbers(_listed(words), 255))
            types, codes = (values, codes) if word == "type" else (types, values)
        else:
            raise NotUnderstood(word)
    if (source, destination, flags) != (ALL_PORTS, ALL_PORTS, ALL_OCTETS):
        if not protocols <= PORT_PROTOCOLS:
            raise NotUnderstood("ports")
        return ServiceSet.union(
            ServiceSet.ports(one, destination, source, flags) for low, high in protocols for one in range(low, high + 1)
        )
    if (types, codes) != (ALL_OCTETS, ALL_OCTETS):
        if protocols not in (IntervalSet.single(ICMP), IntervalSet.single(ICMPV6)):
            raise NotUnderstood("type")
        return ServiceSet.icmp(protocols.lowest(), types, codes)
    return ServiceSet.of_protocols(protocols)


def _listed(words: Words) -> list[str]:
    """Take the words of a list of numbers."""
    found = []
    while words.peek()[:1].isdigit():
        found.append(words.take())
    return found


def _ports(words: Words, match: _Match, sets: FieldSets) -> IntervalSet:
    if words.peek() == "all":
        words.take()
        return ALL_PORTS
    if words.peek() != "field-set":
        return IntervalSet.of(_numbers(_listed(words), 65535))
    words.take()
    found = EMPTY
    while words.peek() and words.peek() not in ("source", "destination", "flags"):
        name = words.take()
        if name not in sets.ports:
            match.unresolved.append(name)
            match.reasons.append("undefined field set")
            return ALL_PORTS
        found |= sets.ports[name]
    return found


def _numbers(words: list[str], high: int) -> list[tuple[int, int]]:
    """Return the intervals of "80,443 1024-65535". Raises NotUnderstood for anything else, and for nothing."""
    found: list[tuple[int, int]] = []
    for part in ",".join(words).split(","):
        if not part:
            continue
        low_text, dash, high_text = part.partition("-")
        low = number(low_text, high)
        last = number(high_text, high) if dash else low
        if low is None or last is None or low > last:
            raise NotUnderstood(part)
        found.append((low, last))
    if not found:
        raise NotUnderstood("a list of numbers")
    return found
