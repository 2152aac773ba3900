"""Static routes of one system and its routing instances.

Source: Junos Protocol-Independent Routing Properties User Guide: the preference of a static route is 5; `discard` and
`reject` drop; `next-table` hands the packet to another table; each qualified next hop has its own preference.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.device import DEFAULT_VRF, StaticRoute
from netaudit.model.source import Affects
from netaudit.packets.addresses import prefix_interval
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.routing_options import table_vrf
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, activated, node_ref
from netaudit.parsers.juniper_junos.vocabulary import address_text, is_address, prefix_length_of
from netaudit.parsers.ledger import LineLedger

_DEFAULT_PREFERENCE = 5
_TARGETS = ("next-hop", "qualified-next-hop", "discard", "reject", "receive", "next-table")


class RouteReader:
    """Reads the routes of one system."""

    def __init__(self, system: Node, name: str, ledger: LineLedger) -> None:
        self._system = system
        self._name = name
        self._ledger = ledger

    def routes(self) -> Iterator[StaticRoute]:
        """Yield the static routes, those of the default instance first."""
        for vrf, node in instances_of(self._system):
            options = node.get("routing-options")
            if options is None:
                continue
            yield from self._table(options, vrf)
            for rib in options.below("rib"):
                yield from self._table(rib, table_vrf(rib.word, vrf))

    def _table(self, table: Node, vrf: str) -> Iterator[StaticRoute]:
        default = _number(table.value("static", "defaults", "preference"), _DEFAULT_PREFERENCE)
        for route in table.entries("static", "route"):
            if not is_wildcard(route.word):
                yield from self._route(route, vrf, default)

    def _route(self, route: Node, vrf: str, default: int) -> Iterator[StaticRoute]:
        value = prefix_length_of(route.word)
        where = node_ref(self._ledger, route)
        if value is None:
            self._ledger.unrecognized(max(route.first, 0), Affects.ROUTING, "not a prefix")
            return
        family, address, length = value
        shown = route if route.active else activated(route)
        preference = _number(shown.value("preference"), default)
        network = prefix_interval(family, address, length)[0]

        def made(**target: object) -> StaticRoute:
            settings: dict[str, object] = {"vrf": vrf, "distance": preference} | target
            return StaticRoute(
                family,
                network,
                length,
                where,
                enabled=route.active,
                virtual_system=self._name,
                **settings,  # type: ignore[arg-type]
            )

        for target in self._targets(shown):
            if target.word in ("discard", "reject"):
                yield made(discards=True)
            elif target.word == "receive":
                self._ledger.unsupported(max(target.first, 0), Affects.ROUTING, "a route to the device itself")
            elif target.word == "next-table":
                yield made(next_vrf=table_vrf(target.value(), DEFAULT_VRF))
            elif target.word == "next-hop":
                for hop in target.words():
                    yield made(**_hop(hop))
            else:
                for hop_node in target.below():
                    own = _number(hop_node.value("preference"), preference)
                    target_settings = _hop(hop_node.word) | {"distance": own}
                    if hop_node.has("interface"):
                        target_settings["interface"] = hop_node.value("interface")
                    yield made(**target_settings)

    def _targets(self, route: Node) -> list[Node]:
        """Return where a route leads. Of alternatives that exclude each other the later one counts."""
        found = [node for node in route.below() if node.word in _TARGETS]
        hops = [node for node in found if node.word.endswith("next-hop") and node.children]
        others = [node for node in found if not node.word.endswith("next-hop")]
        own = [node for node in found if not node.origin]
        if hops and others:
            last = max(own or found, key=lambda node: node.first)
            return [last] if last in others else hops
        return hops or others[-1:]


def instances_of(system: Node) -> Iterator[tuple[str, Node]]:
    """Yield the default instance and the routing instances of a system by name."""
    yield DEFAULT_VRF, system
    for instance in system.below("routing-instances"):
        if instance.word not in APPLY_WORDS and not is_wildcard(instance.word):
            yield instance.word, instance


def _hop(text: str) -> dict[str, object]:
    if is_address(text):
        value = prefix_length_of(text)
        return {"next_hop": address_text(value[0], value[1]) if value is not None else text}
    return {"interface": text}


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 else default
