"""Static routes as NX-OS and EOS write them.

Source: Cisco Nexus 9000 NX-OS Unicast Routing Configuration Guide, "Configuring Static Routing"; Arista EOS User
Manual, "ip route".
"""

from __future__ import annotations

import re

from netaudit.model.device import StaticRoute
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, parse_address, prefix_interval
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_interfaces import written_address
from netaudit.parsers.switch_reading import VRF, Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_INTERFACE = re.compile(r"^[A-Za-z][A-Za-z-]*\d[\d/.:]*$")
_INTERFACE_KIND = re.compile(r"^[A-Za-z][A-Za-z-]*$")
_NUMBER_PART = re.compile(r"^\d[\d/.:]*$")
_WITH_VALUE = frozenset({"name", "tag", "metric", "track", "vrf", "preference", "weight", "distance"})


def read_route(reading: Reading, line: ConfLine, position: int, vrf: str) -> None:
    """Read `ip|ipv6 route PREFIX NEXT-HOP ...` from a word on, or take one back where the line begins with `no`."""
    family = Family.IPV6 if "ipv6" in line.words[:2] else Family.IPV4
    words = Words(line.words, position)
    try:
        destination = _destination(words, family)
        if line.words[0] == "no":
            _remove(reading, destination, words, vrf)
        else:
            _add(reading, _route(reading, line, words, destination, vrf))
    except (NotUnderstood, ValueError, IndexError):
        reading.not_understood(line, Affects.ROUTING, "static route")
    else:
        reading.understood(line)


def _destination(words: Words, family: Family) -> tuple[Family, int, int]:
    found = written_address(words.rest())
    if found is None or found[0] is not family:
        raise NotUnderstood(words.peek())
    words.position = len(words.words) - len(found[3])
    _, value, length, _ = found
    return family, prefix_interval(family, value, length)[0], length


def _target(words: Words) -> tuple[str, str, bool]:
    """Return interface, next hop, and whether the route drops."""
    interface = next_hop = ""
    word = words.peek()
    if word.lower() == "null0" or (word.lower() == "null" and words.peek(1) == "0"):
        words.position += 1 if word.lower() == "null0" else 2
        return "", "", True
    if not _is_address(word) and _INTERFACE.match(word):
        interface = words.take()
    elif _INTERFACE_KIND.match(word) and _NUMBER_PART.match(words.peek(1)) and word not in _WITH_VALUE:
        interface = words.take() + words.take()
    if _is_address(words.peek()):
        next_hop = words.take().partition("/")[0]
    return interface, next_hop, False


def _route(
    reading: Reading, line: ConfLine, words: Words, destination: tuple[Family, int, int], vrf: str
) -> StaticRoute:
    family, network, length = destination
    next_vrf = tracked = ""
    if words.peek() == "egress-vrf":  # EOS: the next hop lives in another VRF
        words.take()
        next_vrf = words.take()
    interface, next_hop, discards = _target(words)
    if not (interface or next_hop or discards):
        raise NotUnderstood("a route needs a next hop")
    distance = 1
    while word := words.peek():
        words.take()
        value = number(word, 255)
        if value is not None:
            distance = value
        elif word == "track":
            tracked = words.take()
        elif word == "vrf":  # NX-OS: the VRF of the next hop
            next_vrf = words.take()
        elif word in ("preference", "distance"):
            distance = number(words.take(), 255) or distance
        elif word in _WITH_VALUE:
            words.take()
        else:
            raise NotUnderstood(word)
    if next_vrf:
        reading.use(VRF, next_vrf, line.index, "static route")
    return StaticRoute(
        family=family,
        network=network,
        prefix_length=length,
        where=reading.ledger.ref(line.index),
        next_hop=next_hop,
        interface=interface,
        vrf=vrf,
        next_vrf="" if next_vrf == vrf else next_vrf,
        distance=distance,
        discards=discards,
        tracked=tracked,
    )


RouteKey = tuple[object, ...]


def _key(route: StaticRoute) -> RouteKey:
    return (route.vrf, route.family, route.network, route.prefix_length, route.next_hop, route.interface.lower(),
            route.next_vrf, route.discards)  # fmt: skip


def _add(reading: Reading, route: StaticRoute) -> None:
    """Add a route; one that differs in preference, tag or name alone takes the place of the earlier line."""
    reading.static_routes[_key(route)] = route


def _remove(reading: Reading, destination: tuple[Family, int, int], words: Words, vrf: str) -> None:
    interface, next_hop, discards = _target(words)
    every = not (interface or next_hop or discards)
    next_vrf = ""
    rest = words.rest()
    if "vrf" in rest[:-1]:
        next_vrf = rest[rest.index("vrf") + 1]
    gone = [
        key
        for key, route in reading.static_routes.items()
        if (route.family, route.network, route.prefix_length, route.vrf) == (*destination, vrf)
        and (
            every
            or (route.interface.lower(), route.next_hop, route.discards, route.next_vrf)
            == (interface.lower(), next_hop, discards, "" if next_vrf == vrf else next_vrf)
        )
    ]
    for key in gone:
        del reading.static_routes[key]


def _is_address(word: str) -> bool:
    try:
        parse_address(word.partition("/")[0])
    except ValueError:
        return False
    return True
