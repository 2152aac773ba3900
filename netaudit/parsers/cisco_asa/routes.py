"""Static routes.

Source: Cisco ASA Series General Operations CLI Configuration Guide, "Static and Default Routes".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from netaudit.model.device import DEFAULT_VRF, StaticRoute
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, format_address, netmask_length
from netaudit.parsers.cisco_asa.addresses import literal_address, netmask_of
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine


def read_routes(lines: Iterable[ConfLine], context: Context, vrfs: Mapping[str, str]) -> tuple[StaticRoute, ...]:
    """Read `route` and `ipv6 route` lines; `vrfs` tells the routing table of an interface (by nameif)."""
    routes = []
    for line in lines:
        words = Words(line.words)
        try:
            is_ipv6 = words.take_if("ipv6")
            words.take()
            route = _read_route(words, is_ipv6, line, context, vrfs)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.ROUTING, str(problem))
            continue
        if route is not None:
            routes.append(route)
            context.ledger.understood(line.index)
    return tuple(routes)


def _read_route(
    words: Words, is_ipv6: bool, line: ConfLine, context: Context, vrfs: Mapping[str, str]
) -> StaticRoute | None:
    interface = words.take()
    if is_ipv6:
        text, _, prefix = words.take().partition("/")
        if text == "any":
            text, prefix = "::", "0"
        family, network = literal_address(text, context.names)
        if family is not Family.IPV6 or not (prefix.isascii() and prefix.isdigit() and int(prefix[:4]) <= 128):
            raise NotUnderstood("an IPv6 prefix was expected")
        length: int | None = int(prefix[:4])
    else:
        family, network = literal_address(words.take(), context.names)
        length = netmask_length(netmask_of(words.take()))
        if family is not Family.IPV4 or length is None:
            raise NotUnderstood("a network with a netmask was expected")
    discards = interface.lower() == "null0"
    if not discards and vrfs:
        context.use("interface", interface, line.index, "route")
    next_hop = ""
    if words and (not discards or "." in words.peek() or ":" in words.peek()):
        next_hop = format_address(*literal_address(words.take(), context.names))
    elif not discards:
        raise NotUnderstood("a gateway was expected")
    distance, tracked = 1, ""
    while words:
        if words.take_if("track"):
            tracked = words.take()
        elif words.take_if("tunneled"):
            context.ledger.unsupported(line.index, Affects.ROUTING, "holds for decrypted VPN traffic only")
            return None
        else:
            distance = words.number()
    host = (1 << (family.bits - (length or 0))) - 1
    return StaticRoute(
        family=family,
        network=network & ~host,
        prefix_length=length or 0,
        where=context.ledger.ref(line.index),
        next_hop="" if discards else next_hop,
        interface="" if discards else interface,
        vrf=DEFAULT_VRF if discards else vrfs.get(interface, DEFAULT_VRF),
        distance=distance,
        discards=discards,
        tracked=f"track {tracked}" if tracked else "",
    )
