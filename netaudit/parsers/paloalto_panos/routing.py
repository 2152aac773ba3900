"""Static routes and dynamic protocols of the virtual routers.

Source: PAN-OS Web Interface Reference, "Network > Virtual Routers > Static Routes": the administrative distance is 10
unless set, metrics choose among static routes; `discard` drops, `next-vr` hands over to another virtual router.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from netaudit.model.device import RoutingProcess, StaticRoute
from netaudit.model.routing import RoutePolicy, TextList
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, parse_address, prefix_interval
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.interfaces import routers_of
from netaudit.parsers.paloalto_panos.protocols import ProtocolReader
from netaudit.parsers.paloalto_panos.tree import Node, node_ref

DEFAULT_DISTANCE = 10


class RouteReader:
    """Reads the routes below `network`. `objects` gives the addresses of names; `system_of` the owner of a router."""

    def __init__(
        self,
        network: Node,
        objects: Mapping[str, str],
        system_of_router: Mapping[str, tuple[str, ...]],
        ledger: LineLedger,
    ) -> None:
        self._network = network
        self._objects = objects
        self._system_of = system_of_router
        self._ledger = ledger

    def routes(self) -> Iterator[StaticRoute]:
        """Yield the static routes of all routers."""
        for name, router in routers_of(self._network):
            for table in ("ip", "ipv6"):
                nodes = router.below("routing-table", table, "static-route")
                best = _best_metrics(nodes)
                for node in nodes:
                    # Of routes to one prefix with one distance that of the least metric is used: the others stand by.
                    behind = _metric(node) > best.get((node.value("destination"), node.value("admin-dist")), 0)
                    for system in self._system_of.get(name, ("",)):
                        for route in self._route(node, name, system, router):
                            yield replace(route, distance=min(route.distance + 1, 255)) if behind else route

    def _route(self, node: Node, router_name: str, system: str, router: Node) -> Iterator[StaticRoute]:
        target = self._prefix(node)
        if target is None:
            return
        family, network, length = target
        hop = node.get("nexthop")
        next_hop = next_router = ""
        discards = False
        if hop is not None:
            for kind in hop.below():
                if kind.word in ("ip-address", "ipv6-address"):
                    next_hop = self._address(kind)
                elif kind.word in ("next-vr", "next-lr"):
                    next_router = kind.value()
                elif kind.word == "discard":
                    discards = True
                elif kind.word == "fqdn":
                    self._ledger.unsupported(kind.first, Affects.ROUTING, "the next hop is a name")
                    return
        if not (next_hop or next_router or discards or node.value("interface")):
            self._ledger.unsupported(node.first, Affects.ROUTING, "a route without a next hop")
            return
        distance = node.value("admin-dist") or router.value(
            "admin-dists", "static" if family is Family.IPV4 else "static-ipv6"
        )
        yield StaticRoute(
            family=family,
            network=network,
            prefix_length=length,
            where=node_ref(self._ledger, node),
            next_hop=next_hop,
            interface=node.value("interface"),
            vrf=router_name,
            next_vrf=next_router,
            distance=int(distance)
            if distance.isascii() and distance.isdigit() and len(distance) < 4
            else DEFAULT_DISTANCE,
            discards=discards,
            tracked="path-monitor" if node.is_yes("path-monitor", "enable") else "",
            virtual_system=system,
        )

    def _prefix(self, node: Node) -> tuple[Family, int, int] | None:
        text = node.value("destination")
        text = self._objects.get(text, text)
        address, slash, length = text.partition("/")
        try:
            family, value = parse_address(address)
            if slash and not (length.isascii() and length.isdigit()):
                raise ValueError(length)
            bits = int(length) if slash else family.bits
            return family, prefix_interval(family, value, bits)[0], bits
        except ValueError:
            self._ledger.unrecognized(node.line_of("destination"), Affects.ROUTING, "not a prefix")
            return None

    def _address(self, kind: Node) -> str:
        """Return a next hop, also from an address object: of its prefix only the address counts."""
        text = self._objects.get(kind.value(), kind.value()).partition("/")[0]
        try:
            parse_address(text)
        except ValueError:
            self._ledger.unrecognized(kind.first, Affects.ROUTING, "not an address")
            return ""
        return text

    def processes(self) -> tuple[list[RoutingProcess], list[RoutePolicy], list[TextList]]:
        """Return the dynamic protocols that run, and the policies and lists that they name."""
        processes: list[RoutingProcess] = []
        policies: list[RoutePolicy] = []
        lists: list[TextList] = []
        for name, router in routers_of(self._network):
            for system in self._system_of.get(name, ("",)):
                reader = ProtocolReader(router, name, self._ledger)
                processes += reader.processes(system)
            policies += reader.policies
            lists += reader.lists
        return processes, policies, lists


def _metric(node: Node) -> int:
    text = node.value("metric", default="10")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 10


def _best_metrics(nodes: Iterable[Node]) -> dict[tuple[str, str], int]:
    """Return the least metric for each destination and distance."""
    best: dict[tuple[str, str], int] = {}
    for node in nodes:
        key = node.value("destination"), node.value("admin-dist")
        best[key] = min(best.get(key, _metric(node)), _metric(node))
    return best
