"""The changes of a route map's term: what may stand behind `set`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from netaudit.model.routing import PolicyChange
from netaudit.parsers.routing.text_lists import communities, extended_communities
from netaudit.parsers.routing.values import (
    address_text,
    as_number,
    interface_name,
    is_address,
    large_community,
    route_target,
    taken_number,
)
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_Reader = Callable[[Words], Sequence[PolicyChange]]


def read_change(words: Words) -> Sequence[PolicyChange]:
    """Take one `set` line behind the word `set`. Raises NotUnderstood; words that are left are the caller's."""
    for count in (3, 2, 1):
        reader = _READERS.get(" ".join(words.words[words.position : words.position + count]))
        if reader is not None and len(words.words) >= words.position + count:
            words.position += count
            return reader(words)
    raise NotUnderstood(f"set {words.peek()}")


def _number(kind: str) -> _Reader:
    def read(words: Words) -> Sequence[PolicyChange]:
        return (PolicyChange(kind, (str(taken_number(words)),)),)

    return read


def _metric(words: Words) -> Sequence[PolicyChange]:
    """Read `set metric N|+N|-N`, and EIGRP's five values as one text."""
    word = words.take()
    value = number(word.lstrip("+-"), 2**32 - 1)
    if value is None or (word[0] in "+-" and len(word) - len(word.lstrip("+-")) != 1):
        raise NotUnderstood("a metric was expected")
    values = [word]
    while number(words.peek(), 2**32 - 1) is not None:
        values.append(words.take())
    if len(values) not in (1, 5):
        raise NotUnderstood("one or five values were expected")
    return (PolicyChange("metric", (" ".join(values),)),)


def _metric_type(words: Words) -> Sequence[PolicyChange]:
    word = words.take()
    if word not in ("type-1", "type-2", "internal", "external"):
        raise NotUnderstood(word)
    return (PolicyChange("metric_type", (word.removeprefix("type-"),)),)


def _origin(words: Words) -> Sequence[PolicyChange]:
    word = words.take()
    if word == "egp" and words.peek():
        words.take()
    elif word not in ("igp", "egp", "incomplete"):
        raise NotUnderstood(word)
    return (PolicyChange("origin", (word,)),)


def _prepend(words: Words) -> Sequence[PolicyChange]:
    """Read `set as-path prepend N ...` and `last-as N`; "auto" and "last-as 3" stay words."""
    found = []
    while words.peek():
        word = words.take()
        if word == "last-as":
            found.append(f"last-as {taken_number(words, 15, 1)}")
        elif word == "auto":
            found.append(word)
        elif word == "repeat":
            found += [found[-1]] * (taken_number(words, 15, 1) - 1) if found else []
        else:
            found.append(as_number(word))
    if not found:
        raise NotUnderstood("an AS number was expected")
    return (PolicyChange("as_path_prepend", tuple(found)),)


def _standard_communities(words: Words) -> Sequence[PolicyChange]:
    """Read `set community A B [additive|delete]`, `none`, and EOS' `community-list NAME ...`."""
    if words.take_if("none"):
        return (PolicyChange("community_set", ()),)
    if words.take_if("community-list"):
        lists = []
        while words.peek() and words.peek() not in ("additive", "delete"):
            lists.append(f"list {words.take()}")
        return (PolicyChange(_community_kind(words), tuple(lists)),)
    values, last = _without_last(words, "additive", "delete")
    kind = {"additive": "community_add", "delete": "community_delete"}.get(last, "community_set")
    return (PolicyChange(kind, communities(values, "community")),)


def _community_kind(words: Words) -> str:
    if words.take_if("additive"):
        return "community_add"
    return "community_delete" if words.take_if("delete") else "community_set"


def _without_last(words: Words, *last: str) -> tuple[Words, str]:
    """Take the rest of the line; return it without its last word where that is one of `last`, and that word."""
    rest = words.rest()
    words.position = len(words.words)
    found = rest[-1] if rest and rest[-1] in last else ""
    rest = rest[:-1] if found else rest
    if not rest:
        raise NotUnderstood("a value was expected")
    return Words(rest), found


def _large_communities(words: Words) -> Sequence[PolicyChange]:
    if words.take_if("none"):
        return (PolicyChange("large_community_set", ()),)
    values, last = _without_last(words, "additive", "delete")
    kind = {"additive": "large_community_add", "delete": "large_community_delete"}.get(last, "large_community_set")
    return (PolicyChange(kind, tuple(large_community(value) for value in values.rest())),)


def _extended_communities(words: Words) -> Sequence[PolicyChange]:
    """Read `set extcommunity rt A:B ... [additive|delete]`, `soo A:B`, `color N`, `vpn-distinguisher A:B`, `none`."""
    if words.take_if("none"):
        return (PolicyChange("extended_community_set", ()),)
    values, last = _without_last(words, "additive", "delete")
    found: list[str] = []
    while word := values.peek():
        if word in ("rt", "soo"):
            found += extended_communities(values)
        elif word == "color":
            values.take()
            found.append(f"color {taken_number(values)}")
        elif word == "vpn-distinguisher":
            values.take()
            found.append(f"vpn-distinguisher {route_target(values.take())}")
        else:
            raise NotUnderstood(word)
    kind = {"additive": "extended_community_add", "delete": "extended_community_delete"}
    return (PolicyChange(kind.get(last, "extended_community_set"), tuple(found)),)


def _deleted_list(kind: str) -> _Reader:
    def read(words: Words) -> Sequence[PolicyChange]:
        found = PolicyChange(kind, (f"list {words.take()}",))
        if words.take() != "delete":
            raise NotUnderstood("delete was expected")
        return (found,)

    return read


def _next_hop(words: Words) -> Sequence[PolicyChange]:
    """Read `set ip next-hop ...`: addresses, "peer-address", "unchanged", "10.0.0.1 track 1", "10.0.0.1 recursive"."""
    word = words.peek()
    if words.take_if("self"):
        return (PolicyChange("next_hop_self", ()),)
    if words.take_if("peer-address", "unchanged", "redist-unchanged"):
        return (PolicyChange("next_hop", (word,)),)
    if words.take_if("verify-availability"):
        if not words.peek():
            return (PolicyChange("verify_availability", ()),)  # the next hops are to be neighbours that CDP knows
        return (PolicyChange("next_hop", (_verified(words),)),)
    if words.take_if("recursive"):
        changes: list[PolicyChange] = []
        if words.take_if("vrf"):
            changes.append(PolicyChange("vrf", (words.take(),)))
        elif words.take_if("global"):
            changes.append(PolicyChange("vrf", ("default",)))
        return (*changes, PolicyChange("next_hop", (f"{_address(words)} recursive",)))
    found = []
    while words.peek() and is_address(words.peek()):
        found.append(address_text(words.take()))
    if not found:
        raise NotUnderstood("a next hop was expected")
    words.take_if("load-share")  # NX-OS: how several are used; each is possible
    return (PolicyChange("next_hop", tuple(found)),)


def _address(words: Words) -> str:
    if not is_address(words.peek()):
        raise NotUnderstood("an address was expected")
    return address_text(words.take())


def _verified(words: Words) -> str:
    """Read `A [SEQ] track N` behind `verify-availability`."""
    address = _address(words)
    if number(words.peek(), 65535) is not None:
        words.take()
    if words.take() != "track":
        raise NotUnderstood("track was expected")
    return f"{address} track {taken_number(words)}"


def _default_next_hop(words: Words) -> Sequence[PolicyChange]:
    if words.take_if("verify-availability"):
        return (PolicyChange("default_next_hop", (_verified(words),)),)
    found = []
    while words.peek():
        found.append(_address(words))
    if not found:
        raise NotUnderstood("a next hop was expected")
    return (PolicyChange("default_next_hop", tuple(found)),)


def _vrf_next_hop(words: Words) -> Sequence[PolicyChange]:
    """Read `set ip vrf NAME next-hop ...`."""
    vrf = PolicyChange("vrf", (words.take(),))
    if words.take() != "next-hop":
        raise NotUnderstood("next-hop was expected")
    return (vrf, *_next_hop(words))


def _global_next_hop(words: Words) -> Sequence[PolicyChange]:
    if words.take() != "next-hop":
        raise NotUnderstood("next-hop was expected")
    return (PolicyChange("vrf", ("default",)), *_next_hop(words))


def _vrf(words: Words) -> Sequence[PolicyChange]:
    return (PolicyChange("vrf", (words.take(),)),)


def _global(words: Words) -> Sequence[PolicyChange]:
    return (PolicyChange("vrf", ("default",)),)


def _interfaces(kind: str) -> _Reader:
    def read(words: Words) -> Sequence[PolicyChange]:
        found = [interface_name(words)]
        while words.peek():
            found.append(interface_name(words))
        return (PolicyChange(kind, tuple(found)),)

    return read


def _word(kind: str) -> _Reader:
    def read(words: Words) -> Sequence[PolicyChange]:
        return (PolicyChange(kind, (words.take(),)),)

    return read


def _level(words: Words) -> Sequence[PolicyChange]:
    levels = {"level-1": "1", "level-2": "2", "level-1-2": "1-2", "backbone": "backbone", "stub-area": "stub-area"}
    word = words.take()
    if word not in levels:
        raise NotUnderstood(word)
    return (PolicyChange("level", (levels[word],)),)


def _tag(words: Words) -> Sequence[PolicyChange]:
    word = words.take()
    if is_address(word):
        word = str(sum(int(part) << shift for part, shift in zip(word.split("."), (24, 16, 8, 0), strict=True)))
    if number(word, 2**32 - 1) is None:
        raise NotUnderstood("a tag was expected")
    return (PolicyChange("tag", (word,)),)


_READERS: dict[str, _Reader] = {
    "local-preference": _number("local_preference"),
    "metric": _metric,
    "metric-type": _metric_type,
    "weight": _number("weight"),
    "origin": _origin,
    "tag": _tag,
    "distance": _number("distance"),
    "as-path prepend": _prepend,
    "community": _standard_communities,
    "large-community": _large_communities,
    "extcommunity": _extended_communities,
    "comm-list": _deleted_list("community_delete"),
    "extcomm-list": _deleted_list("extended_community_delete"),
    "large-comm-list": _deleted_list("large_community_delete"),
    "ip next-hop": _next_hop,
    "ipv6 next-hop": _next_hop,
    "ip default next-hop": _default_next_hop,
    "ipv6 default next-hop": _default_next_hop,
    "ip vrf": _vrf_next_hop,
    "ipv6 vrf": _vrf_next_hop,
    "ip global": _global_next_hop,
    "ipv6 global": _global_next_hop,
    "vrf": _vrf,
    "global": _global,
    "interface": _interfaces("interface"),
    "default interface": _interfaces("default_interface"),
    "ip precedence": _word("precedence"),
    "ipv6 precedence": _word("precedence"),
    "ip dscp": _word("dscp"),
    "level": _level,
    "isis level": _level,
}

# They change no route's way: marks for accounting, quality of service and damping, the source of own packets (FRR).
IGNORED_CHANGES = frozenset({"bfd", "dampening", "description", "qos-group", "src", "traffic-index"})

# The first words of changes that are known and not in the model.
UNSUPPORTED_CHANGES: tuple[tuple[str, ...], ...] = tuple(
    tuple(entry.split())
    for entry in (
        "aigp-metric", "as-path match", "as-path replace", "as-path tag", "attribute-set", "automatic-tag", "clns",
        "evpn", "extcommunity bandwidth", "extcommunity cost", "extcommunity lbw", "extcommunity 4byteas-generic",
        "forwarding-address", "ip address", "ip df", "ip next-hop dynamic", "ip next-hop encapsulate",
        "ip qos-group", "ip tos", "ipv6 address", "label-index", "lisp", "metric igp-metric", "metric-type none",
        "mpls-label", "nlri", "path-selection", "peer", "resolution-rib", "rpki", "segment-index", "segment-routing",
    )
)  # fmt: skip
