"""Static routes, and whether the device routes.

Source: Cisco IOS IP Routing: Protocol-Independent Command Reference, "ip route", "ip route vrf"; IOS IPv6 Command
Reference, "ipv6 route".
"""

from __future__ import annotations

import re

from netaudit.model.device import DEFAULT_VRF, StaticRoute
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, netmask_length, parse_address, prefix_interval
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import VRF
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_INTERFACE_WORD = re.compile(r"^[A-Za-z][A-Za-z-]*\d[\d/.:]*$")
_INTERFACE_KIND = re.compile(r"^[A-Za-z][A-Za-z-]*$")
_NUMBER_PART = re.compile(r"^\d[\d/.:]*$")


def read_static_routes(reading: Reading) -> None:
    """Read `ip route` and `ipv6 route`."""
    for root in reading.roots:
        text = root.text
        if text.startswith("ip route ") and not text.startswith("ip route profile"):
            family = Family.IPV4
        elif text.startswith("ipv6 route "):
            family = Family.IPV6
        else:
            continue
        try:
            route = _read_route(reading, root, family)
        except (NotUnderstood, ValueError, IndexError):
            reading.not_understood(root, Affects.ROUTING, "static route")
            continue
        reading.ledger.understood(root.index)
        reading.static_routes.append(route)


def _read_route(reading: Reading, root: ConfLine, family: Family) -> StaticRoute:
    words = Words(root.words, 2)
    vrf = DEFAULT_VRF
    if words.peek() in ("vrf", "topology"):
        kind = words.take()
        name = words.take()
        if kind == "vrf":
            vrf = name
            reading.use(VRF, name, root.index, "ip route vrf")
        else:
            raise NotUnderstood(kind)
    if family is Family.IPV4 and words.peek() == "static":
        raise NotUnderstood("static")
    network, length = _destination(words, family)
    interface = next_hop = next_vrf = tracked = ""
    discards = False
    distance = 1
    word = words.peek()
    if not _is_address(word) and _INTERFACE_WORD.match(word):
        interface = words.take()
    elif _INTERFACE_KIND.match(word) and _NUMBER_PART.match(_second(words)):
        interface = words.take() + words.take()
    if interface.lower() == "null0":
        discards, interface = True, ""
    if _is_address(words.peek()) or words.peek() == "dhcp":
        next_hop = words.take()
    elif not interface and not discards:
        raise NotUnderstood("a route needs a next hop")
    while word := words.peek():
        words.take()
        value = number(word, 255)
        if value is not None:
            distance = value
        elif word in ("name", "tag", "nexthop-vrf", "track"):
            value_word = words.take()
            if word == "name" and _opens_quotes(value_word):
                while not words.take().endswith('"'):  # a name in quotes may hold blanks
                    pass
            elif word == "track":
                tracked = value_word
            elif word == "nexthop-vrf":
                next_vrf = value_word
        elif word == "global":
            next_vrf = DEFAULT_VRF
        elif word not in ("permanent", "multicast", "unicast"):
            raise NotUnderstood(word)
    return StaticRoute(
        family=family,
        network=network,
        prefix_length=length,
        where=reading.ledger.ref(root.index),
        next_hop="" if next_hop == "dhcp" else next_hop,
        interface=interface,
        vrf=vrf,
        next_vrf="" if next_vrf == vrf else next_vrf,
        distance=distance,
        discards=discards,
        tracked=tracked,
    )


def _opens_quotes(word: str) -> bool:
    return word.startswith('"') and (len(word) == 1 or not word.endswith('"'))


def _read_default_gateway(reading: Reading) -> None:
    """Read `ip default-gateway`, which a device that does not route uses for its own packets."""
    for root in reading.blocks("ip default-gateway"):
        words = root.words
        if len(words) == 3 and _is_address(words[2]):
            reading.ledger.understood(root.index)
            reading.static_routes.append(
                StaticRoute(Family.IPV4, 0, 0, reading.ledger.ref(root.index), next_hop=words[2])
            )


def _destination(words: Words, family: Family) -> tuple[int, int]:
    word = words.take()
    if family is Family.IPV6 or "/" in word:
        text, _, length_text = word.partition("/")
        found, value = parse_address(text)
        length = number(length_text, family.bits)
    else:
        found, value = parse_address(word)
        _, mask = parse_address(words.take())
        length = netmask_length(mask)
    if found is not family or length is None:
        raise NotUnderstood(word)
    return prefix_interval(family, value, length)[0], length


def _second(words: Words) -> str:
    rest = words.rest()
    return rest[1] if len(rest) > 1 else ""


def _is_address(word: str) -> bool:
    try:
        parse_address(word)
    except ValueError:
        return False
    return True


def read_forwarding(reading: Reading) -> None:
    """Read whether the device routes at all."""
    for root in reading.roots:
        words = root.words
        if words == ["no", "ip", "routing"]:
            reading.forwards = False
            reading.ledger.understood(root.index)
        elif words == ["ip", "routing"]:
            reading.ledger.understood(root.index)
    if not reading.forwards:
        _read_default_gateway(reading)
