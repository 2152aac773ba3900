"""The conditions of a route map's term: what may stand behind `match`.

Each reader takes the words behind its command. A condition that is known and not in the model is listed at the end.
"""

from __future__ import annotations

from collections.abc import Callable

from netaudit.model.routing import PolicyCondition
from netaudit.parsers.routing.redistribution_words import PROTOCOLS
from netaudit.parsers.routing.values import area_number, as_number, interface_name, is_address, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_Reader = Callable[[Words], PolicyCondition]


def read_condition(words: Words) -> PolicyCondition:
    """Take one condition. Raises NotUnderstood; words that are left are the caller's."""
    for count in (3, 2, 1):
        reader = _READERS.get(" ".join(words.words[words.position : words.position + count]))
        if reader is not None and len(words.words) >= words.position + count:
            words.position += count
            return reader(words)
    raise NotUnderstood(f"match {words.peek()}")


def _names(kind: str) -> _Reader:
    def read(words: Words) -> PolicyCondition:
        found = [words.take()]
        while words.peek():
            found.append(words.take())
        return PolicyCondition(kind, tuple(dict.fromkeys(found)))

    return read


def _lists(stem: str) -> _Reader:
    """Read `[prefix-list|access-list] NAME ...` behind `match ip address`, `match ip next-hop` ..."""
    prefix_lists, access_lists = _names(f"{stem}prefix_list"), _names(f"{stem}access_list")

    def read(words: Words) -> PolicyCondition:
        if words.take_if("prefix-list"):
            return prefix_lists(words)
        words.take_if("access-list")
        if stem == "next_hop_" and is_address(words.peek()):
            return _names("next_hop")(words)
        return access_lists(words)

    return read


def _community(words: Words) -> PolicyCondition:
    words.take_if("list")
    exact = False
    found: list[str] = []
    while word := words.peek():
        words.take()
        if word in ("exact", "exact-match"):
            exact = True
        elif word != "or-results":
            found.append(word)
    if not found:
        raise NotUnderstood("a community list was expected")
    return PolicyCondition("community_exact" if exact else "community", tuple(dict.fromkeys(found)))


def _numbers(kind: str) -> _Reader:
    def read(words: Words) -> PolicyCondition:
        found = [str(taken_number(words))]
        while number(words.peek(), 2**32 - 1) is not None:
            found.append(words.take())
        return PolicyCondition(kind, tuple(found))

    return read


def _tags(words: Words) -> PolicyCondition:
    """Read tags; IOS may show them as addresses."""
    found = []
    while words.peek():
        word = words.take()
        if number(word, 2**32 - 1) is None:
            area_number(word)  # raises where it is no dotted number
            word = str(sum(int(part) << shift for part, shift in zip(word.split("."), (24, 16, 8, 0), strict=True)))
        found.append(word)
    if not found:
        raise NotUnderstood("a tag was expected")
    return PolicyCondition("tag", tuple(found))


def _interfaces(words: Words) -> PolicyCondition:
    found = [interface_name(words)]
    while words.peek():
        found.append(interface_name(words))
    return PolicyCondition("interface", tuple(found))


def _protocols(words: Words) -> PolicyCondition:
    """Read `match source-protocol connected ospf 1 ...`, as "connected", "ospf 1"."""
    found = []
    while words.peek():
        protocol = PROTOCOLS.get(words.take())
        if protocol is None:
            raise NotUnderstood("a protocol was expected")
        process = f" {as_number(words.take())}" if words.peek()[:1].isdigit() else ""
        found.append(protocol + process)
    if not found:
        raise NotUnderstood("a protocol was expected")
    return PolicyCondition("protocol", tuple(found))


def _route_types(words: Words) -> PolicyCondition:
    """Read route types, in the words of Redistribution: "internal", "external 1", "nssa-external 2", "level-1"."""
    found = []
    while words.peek():
        word = words.take()
        if word in ("external", "nssa-external") and words.peek() in ("type-1", "type-2"):
            word += f" {words.take()[-1]}"
        elif word in ("type-1", "type-2"):
            word = f"external {word[-1]}"
        elif word not in (
            "internal", "external", "nssa-external", "local", "inter-area", "intra-area", "level-1", "level-2",
        ):  # fmt: skip
            raise NotUnderstood(word)
        found.append(word)
    if not found:
        raise NotUnderstood("a route type was expected")
    return PolicyCondition("route_type", tuple(found))


def _length(words: Words) -> PolicyCondition:
    return PolicyCondition("length", (f"{taken_number(words)}-{taken_number(words)}",))


def _level(words: Words) -> PolicyCondition:
    found = []
    while words.peek() in ("level-1", "level-2"):
        found.append(words.take()[-1])
    if not found:
        raise NotUnderstood("a level was expected")
    return PolicyCondition("level", tuple(found))


def _validation(words: Words) -> PolicyCondition:
    word = words.take()
    if word not in ("valid", "invalid", "not-found"):
        raise NotUnderstood(word)
    return PolicyCondition("validation_state", ("unknown" if word == "not-found" else word,))


def _origin(words: Words) -> PolicyCondition:
    word = words.take()
    if word not in ("igp", "egp", "incomplete"):
        raise NotUnderstood(word)
    return PolicyCondition("origin", (word,))


_READERS: dict[str, _Reader] = {
    "as-path": _names("as_path"),
    "community": _community,
    "extcommunity": _names("extended_community"),
    "large-community": _names("large_community"),
    "ip address": _lists(""),
    "ipv6 address": _lists(""),
    "ip next-hop": _lists("next_hop_"),
    "ipv6 next-hop": _lists("next_hop_"),
    "ip route-source": _lists("source_"),
    "ipv6 route-source": _lists("source_"),
    "interface": _interfaces,
    "metric": _numbers("metric"),
    "tag": _tags,
    "local-preference": _numbers("local_preference"),
    "source-protocol": _protocols,
    "route-type": _route_types,
    "length": _length,
    "isis level": _level,
    "rpki": _validation,
    "origin": _origin,
}

# The first words of conditions that are known and not in the model.
UNSUPPORTED_CONDITIONS: tuple[tuple[str, ...], ...] = tuple(
    tuple(entry.split())
    for entry in (
        "additional-paths", "as-number", "as-path length", "clns", "evpn", "ip address dynamic", "ip flowspec",
        "ip multicast",
        "ip redistribution-source", "ip resolved-next-hop", "ip route-source redistribution-source",
        "ipv6 flowspec", "ipv6 multicast", "ipv6 resolved-next-hop", "l2 protocol", "mac-list", "metric external",
        "mpls-label", "nlri", "ospf-area", "policy-list", "protocol", "router-id", "security-group", "track", "vlan",
        "vpn",
    )
)  # fmt: skip
