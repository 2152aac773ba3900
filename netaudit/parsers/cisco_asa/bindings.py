"""What access lists are used for, and what is defined but never used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from netaudit.model.device import Reference
from netaudit.model.rules import Binding, Direction, Purpose
from netaudit.model.source import Affects
from netaudit.parsers.cisco_asa.access_lists import ACCESS_LIST
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.routing import REPORTED
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine


def bind(context: Context, name: str, purpose: Purpose, index: int, use: str) -> Binding:
    """Return a binding that is not at an interface, and record the use."""
    defined = context.use(ACCESS_LIST, name, index, use)
    return Binding(name, purpose, context.ledger.ref(index), defined=defined)


def read_access_groups(lines: Iterable[ConfLine], flavours: Mapping[str, str], context: Context) -> list[Binding]:
    """Read `access-group NAME in|out interface IF [per-user-override | control-plane]` and `... global`.

    An interface has one list for each direction; before 9.0 one for each family, and a transparent firewall one
    for frames that are not IP. `flavours` tells the kind of each list.
    """
    bindings: dict[tuple[object, ...], Binding] = {}
    for line in lines:
        words = Words(line.words, 1)
        try:
            binding = _access_group(words, line, context)
            flavour = flavours.get(binding.rulebase, "")
            if flavour == "ethertype":
                binding = replace(binding, purpose=Purpose.OTHER)
            key = (binding.interface, binding.direction, binding.purpose, flavour == "ipv6")
            bindings.pop(key, None)  # a later line takes the place of an earlier one
            bindings[key] = binding
            context.ledger.understood(line.index)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.FILTER, str(problem))
    return list(bindings.values())


def _access_group(words: Words, line: ConfLine, context: Context) -> Binding:
    name = words.take()
    where = context.ledger.ref(line.index)
    if words.take_if("global"):
        defined = context.use(ACCESS_LIST, name, line.index, "access-group global")
        return Binding(name, Purpose.FILTER, where, "*", Direction.IN, defined=defined, fallback=True)
    if words.peek() not in ("in", "out"):
        raise NotUnderstood("in, out or global was expected")
    direction = Direction.IN if words.take() == "in" else Direction.OUT
    words.take_if("interface")
    interface = words.take()
    use = f"access-group {direction.value}"
    defined = context.use(ACCESS_LIST, name, line.index, use)
    if any(kind == "interface" for kind, _ in context.defined):
        context.use("interface", interface, line.index, use)
    purpose = Purpose.FILTER
    if words.take_if("control-plane"):
        purpose = Purpose.MANAGEMENT  # traffic to the device itself
    elif words.take_if("per-user-override"):
        reason = "a list that a RADIUS server sends for a user comes before this one"
        context.ledger.unsupported(line.index, Affects.FILTER, reason)
    words.end()
    return Binding(name, purpose, where, interface, direction, defined=defined)


# (words of a line, with * for any word and the list's name at NAME) -> purpose; longest first.
_USES: tuple[tuple[str, Purpose], ...] = (
    ("crypto map * * match address NAME", Purpose.CRYPTO),
    ("crypto dynamic-map * * match address NAME", Purpose.CRYPTO),
    ("match ip address NAME", Purpose.ROUTING),
    ("match ipv6 address NAME", Purpose.ROUTING),
    ("match ip next-hop NAME", Purpose.ROUTING),
    ("match ip route-source NAME", Purpose.ROUTING),
    ("match access-list NAME", Purpose.QOS),
    ("split-tunnel-network-list value NAME", Purpose.SPLIT_TUNNEL),
    ("ipv6-split-tunnel-network-list value NAME", Purpose.SPLIT_TUNNEL),
    ("vpn-filter value NAME", Purpose.VPN_FILTER),
    ("ipv6-vpn-filter value NAME", Purpose.VPN_FILTER),
    ("filter value NAME", Purpose.VPN_FILTER),
    ("network-acl NAME", Purpose.VPN_FILTER),
    ("webtype-acl NAME", Purpose.VPN_FILTER),
    ("distribute-list NAME in", Purpose.ROUTING),
    ("distribute-list NAME out", Purpose.ROUTING),
    ("neighbor * distribute-list NAME in", Purpose.ROUTING),
    ("neighbor * distribute-list NAME out", Purpose.ROUTING),
    ("offset-list NAME", Purpose.ROUTING),
    ("aaa authentication match NAME", Purpose.OTHER),
    ("aaa authorization match NAME", Purpose.OTHER),
    ("aaa accounting match NAME", Purpose.OTHER),
    ("multicast boundary NAME", Purpose.OTHER),
    ("igmp access-group NAME", Purpose.OTHER),
    ("pim accept-register list NAME", Purpose.OTHER),
    ("pim neighbor-filter NAME", Purpose.OTHER),
    ("pim bidir-neighbor-filter NAME", Purpose.OTHER),
    ("dynamic-filter enable interface * classify-list NAME", Purpose.OTHER),
    ("dynamic-filter enable classify-list NAME", Purpose.OTHER),
)
_PATTERNS = [(pattern.split(), purpose) for pattern, purpose in _USES]
_FIRST_WORDS = frozenset(pattern[0] for pattern, _ in _PATTERNS) | {"capture", "wccp"}


def read_uses(lines: Iterable[ConfLine], context: Context) -> list[Binding]:
    """Find every other use of an access list by name, in lines and in the lines below them."""
    bindings: list[Binding] = []
    for line in lines:
        for one in line.walk():
            words = one.words
            if not words or words[0] not in _FIRST_WORDS:
                continue
            bindings += _uses_of(words, one.index, context)
    return bindings


def _uses_of(words: list[str], index: int, context: Context) -> Iterable[Binding]:
    if words[0] == "capture":
        for position, word in enumerate(words[:-1]):
            if word == "access-list":
                yield bind(context, words[position + 1], Purpose.CAPTURE, index, "capture")
        return
    if words[0] == "wccp":
        for position, word in enumerate(words[:-1]):
            if word in ("redirect-list", "group-list"):
                yield bind(context, words[position + 1], Purpose.OTHER, index, "wccp")
        return
    for pattern, purpose in _PATTERNS:
        if len(words) >= len(pattern) and all(
            mark in (word, "*", "NAME") for mark, word in zip(pattern, words, strict=False)
        ):
            position = pattern.index("NAME")
            use = " ".join(mark for mark in pattern if mark not in ("NAME", "*"))
            names = [words[position]]
            if words[0] == "match" and words[1] in ("ip", "ipv6"):
                if words[position] == "prefix-list":
                    return
                names = words[position:]
            for name in names:
                yield bind(context, name, purpose, index, use)
            return


# Kinds that are reported when nothing uses them.
_REPORTED = REPORTED | frozenset(
    {
        ACCESS_LIST,
        "address object",
        "address group",
        "service object",
        "service group",
        "protocol group",
        "icmp type group",
        "network service group",
        "user group",
        "security group",
        "time range",
    }
)


def unused_objects(context: Context) -> tuple[Reference, ...]:
    """Return what is defined but used nowhere, in the order of the configuration."""
    return tuple(
        Reference(kind, name, context.ledger.ref(index, end))
        for (kind, name), (index, end) in sorted(context.defined.items(), key=lambda item: item[1])
        if kind in _REPORTED and (kind, name) not in context.used
    )
