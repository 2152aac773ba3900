"""Prefixes with a length or a netmask, routes with several next hops, and short names of interfaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from netaudit.model.capture import CapturedRoute
from netaudit.packets.addresses import Family, netmask_length, parse_address, prefix_interval
from netaudit.parsers.captures.values import number_of


def is_address(text: str) -> bool:
    """Tell whether a text is a plain address."""
    try:
        parse_address(text)
    except ValueError:
        return False
    return True


def network_of(address: str, length: str) -> tuple[Family, int, int] | None:
    """Return family, first address and prefix length; `length` is a number or an IPv4 netmask. None if neither."""
    try:
        family, value = parse_address(address)
        bits = netmask_length(parse_address(length)[1]) if "." in length else number_of(length)
        if bits is None:
            return None
        return family, prefix_interval(family, value, bits)[0], bits
    except ValueError:
        return None


def with_length(address: str, length: str) -> str:
    """Return "10.1.1.1/24" from an address and a prefix length or netmask; "" where one is no such thing."""
    found = network_of(address, length)
    return f"{address}/{found[2]}" if found else ""


def merged_routes(routes: Iterable[CapturedRoute]) -> tuple[CapturedRoute, ...]:
    """Return routes with one next hop each, put together where neighbours differ in nothing but the hop.

    The place, the age and whether it is chosen are those of the first.
    """
    found: list[CapturedRoute] = []
    for route in routes:
        if found and _same_route(found[-1], route):
            last = found[-1]
            found[-1] = replace(last, next_hops=(*last.next_hops, *route.next_hops))
        else:
            found.append(route)
    return tuple(found)


def _same_route(one: CapturedRoute, other: CapturedRoute) -> bool:
    return _identity(one) == _identity(other)


def _identity(route: CapturedRoute) -> tuple[object, ...]:
    return (
        route.vrf,
        route.family,
        route.network,
        route.prefix_length,
        route.protocol,
        route.kind,
        route.distance,
        route.metric,
        route.discards,
        route.active,
    )


def expanded_name(text: str, full: Mapping[str, str]) -> str:
    """Return an interface's name with its short first letters ("Eth1/1") as the configuration has them."""
    found = re.match(r"([A-Za-z-]+)(?=\d)", text)
    if found is None:
        return text
    return full.get(found[1].lower(), found[1]) + text[found.end() :]
