"""Dynamic and policy-based routing: the shared readers with what is particular to an ASA.

Networks have netmasks, passive interfaces the names of `nameif`: an interface that has one is told by it.

Source: Cisco ASA Series General Operations CLI Configuration Guide, "BGP", "OSPF", "EIGRP", "IS-IS", "Policy Based
Routing".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from netaudit.model.device import Interface
from netaudit.model.routing import RoutingPlane, RoutingProcess
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.name_uses import NameUse, used
from netaudit.parsers.routing.device_processes import InterfaceLines
from netaudit.parsers.routing.device_routing import RoutingLanguage, read_device_routing
from netaudit.parsers.routing.process import Dialect
from netaudit.parsers.switch_reading import AS_PATH_LIST, COMMUNITY_LIST, PREFIX_LIST, ROUTE_MAP

_LANGUAGE = RoutingLanguage(
    Dialect(netmasks=True, states_subnets=True, bgp_family="ipv4 unicast", exits=frozenset({"exit-address-family"}))
)

REPORTED = frozenset({AS_PATH_LIST, COMMUNITY_LIST, PREFIX_LIST, ROUTE_MAP})
"""Kinds of names that are reported when nothing uses them."""

_DEFINITIONS = (
    (re.compile(r"route-map (\S+)"), ROUTE_MAP),
    (re.compile(r"(?:ipv6 )?prefix-list (?!sequence-number)(\S+)"), PREFIX_LIST),
    (re.compile(r"as-path access-list (\S+)"), AS_PATH_LIST),
    (re.compile(r"community-list (?:standard |expanded )?(\S+)"), COMMUNITY_LIST),
)
_USES: tuple[NameUse, ...] = (
    used("route-map", r"match ip(?:v6)? address prefix-list (.+)", PREFIX_LIST, "route-map match ip address"),
    used(
        "route-map",
        r"match ip(?:v6)? (?:next-hop|route-source) prefix-list (.+)",
        PREFIX_LIST,
        "route-map match ip next-hop",
    ),
    used("route-map", r"match as-path (.+)", AS_PATH_LIST, "route-map match as-path"),
    used("route-map", r"match community (.+?)(?: exact(?:-match)?)?$", COMMUNITY_LIST, "route-map match community"),
    used("route-map", r"set comm-list (\S+) delete", COMMUNITY_LIST, "route-map set comm-list"),
    used("router", r"redistribute .*\broute-map (\S+)", ROUTE_MAP, "redistribute route-map"),
    used("router", r"neighbor \S+ route-map (\S+) (?:in|out)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"neighbor \S+ prefix-list (\S+) (?:in|out)", PREFIX_LIST, "bgp neighbor prefix-list"),
    used("router", r"neighbor \S+ filter-list (\S+) (?:in|out)", AS_PATH_LIST, "bgp neighbor filter-list"),
    used(
        "router",
        r"neighbor \S+ (?:unsuppress-map|default-originate route-map|advertise-map) (\S+)",
        ROUTE_MAP,
        "bgp neighbor route-map",
    ),
    used("router", r"neighbor \S+ advertise-map \S+ (?:non-)?exist-map (\S+)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"(?:network|default-information originate) .*\broute-map (\S+)", ROUTE_MAP, "network route-map"),
    used("router", r"bgp (?:dampening|nexthop) route-map (\S+)", ROUTE_MAP, "bgp route-map"),
    used("router", r"table-map (\S+)", ROUTE_MAP, "table-map"),
    used("router", r"aggregate-address .*\battribute-map (\S+)", ROUTE_MAP, "bgp aggregate-address"),
    used("router", r"aggregate-address .*\badvertise-map (\S+)", ROUTE_MAP, "bgp aggregate-address"),
    used("router", r"aggregate-address .*\bsuppress-map (\S+)", ROUTE_MAP, "bgp aggregate-address"),
    used("router", r"area \S+ filter-list prefix (\S+) (?:in|out)", PREFIX_LIST, "area filter-list"),
    used("router", r"distribute-list prefix (\S+)", PREFIX_LIST, "distribute-list prefix"),
    used("router", r"distribute-list route-map (\S+)", ROUTE_MAP, "distribute-list route-map"),
    used("interface", r"policy-route route-map (\S+)", ROUTE_MAP, "interface policy-route"),
)


def read_routing_plane(
    tree: Sequence[ConfLine], blocks: Iterable[ConfLine], interfaces: Iterable[Interface], context: Context
) -> tuple[tuple[RoutingProcess, ...], RoutingPlane]:
    """Read the processes, policies and lists, and note which names they define and use.

    `blocks` are the interface blocks, `interfaces` what was read of them.
    """
    known = {one.name: one for one in interfaces}
    found = read_device_routing(context.ledger, tree, list(_interface_lines(blocks, known)), (), _LANGUAGE)
    _note_definitions(tree, context)
    _note_uses(tree, context)
    return found


def _interface_lines(blocks: Iterable[ConfLine], known: Mapping[str, Interface]) -> Iterable[InterfaceLines]:
    for block in blocks:
        name = "".join(block.words[1:])
        one = known.get(name)
        lines = [line for line in block.children if line.text.strip() and not line.text.strip().startswith("!")]
        yield InterfaceLines(one.rule_name if one else name, one.vrf if one else "default", lines)


def _note_definitions(tree: Iterable[ConfLine], context: Context) -> None:
    for root in tree:
        for pattern, kind in _DEFINITIONS:
            match = pattern.match(root.text)
            if match is not None:
                end = root.children[-1].index if root.children else root.index
                context.defined.setdefault((kind, match[1]), (root.index, end))
                break


def _note_uses(tree: Iterable[ConfLine], context: Context) -> None:
    for root in tree:
        start = root.text.removeprefix("ipv6 ")
        rows = [row for row in _USES if root.children and start.startswith(f"{row.block} ")]
        if not rows:
            continue
        for line in root.walk():
            text = line.text.strip()
            for row in rows:
                match = row.pattern.match(text) if line is not root else None
                for name in match[1].split() if match is not None else ():
                    context.use(row.kind, name, line.index, row.context)
