"""`routing-options` and `routing-instances`: what stands beside static routes and protocols.

Source: Junos Protocol-Independent Routing Properties User Guide (aggregate and generated routes, preference 130;
rib-groups; martians; forwarding-table export), Junos Layer 3 VPNs User Guide (vrf-target, vrf-import, vrf-export).
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.routing import DEFAULT_VRF, AggregateRoute, RoutingSetting, TableGroup, VrfTargets
from netaudit.model.source import Affects
from netaudit.parsers.juniper_junos.section import Section, as_number, text_below
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_length_of, word_set
from netaudit.parsers.ledger import LineLedger

_DEFAULT_PREFERENCE = 130
_SETTINGS = word_set(
    """
    forwarding-table martians interface-routes auto-export route-distinguisher-id maximum-paths maximum-prefixes
    multipath resolution access access-internal source-routing longest-match fate-sharing instance-export
    nexthop validation srlg admin-groups dynamic-tunnels backup-selection topologies transport-class
    localized-fib fib-local rib-sharding label-switched-path srv6 mpls flow multicast
    """
)
_IGNORED = word_set(
    """
    traceoptions graceful-restart nonstop-routing nsr-phantom-holdtime ppm bmp options protect route-record
    bgp-orf-cisco-mode warning programmable-rpd lsp-telemetry logical-system-mux remote
    """
)
_AGGREGATE_KEPT = frozenset(("as-path", "community", "metric", "tag", "active", "passive", "brief", "full", "color"))


def table_vrf(table: str, vrf: str) -> str:
    """Return the instance of a routing table: "inet.0" is the default's, "RED.inet.0" that of RED."""
    head, _, _ = table.rpartition(".inet")
    return head or vrf


class RoutingOptions:
    """The routing options of one system or routing instance."""

    def __init__(self, options: Node, vrf: str, system: str, ledger: LineLedger) -> None:
        self._ledger = ledger
        self._vrf = vrf
        self._system = system
        self.aggregates: list[AggregateRoute] = []
        self.groups: list[TableGroup] = []
        self.settings: list[RoutingSetting] = []
        self.router_id = ""
        self.number = ""
        self.confederation = ""
        self.members: tuple[str, ...] = ()
        self.imports: tuple[str, ...] = ()
        section = Section(options, ledger)
        self._read(section)
        section.finish()

    def _read(self, section: Section) -> None:
        self.router_id = section.value("router-id")
        number = section.take("autonomous-system")
        for node in number.rest() if number is not None else ():
            if node.word == "loops" and node.value():
                self._set("autonomous-system loops", node.value(), node)
                continue
            self.number = as_number(node.word)
            for option in node.below():
                value = f" {option.value()}" if option.value() else ""
                self._set("autonomous-system", f"{option.word}{value}", option)
        confederation = section.take("confederation")
        for node in confederation.rest() if confederation is not None else ():
            if node.word == "members":
                self.members += tuple(as_number(one) for one in node.words())
            else:
                self.confederation = as_number(node.word)
                self.members += tuple(as_number(one) for one in node.words("members"))
        self.imports = section.chain("instance-import")
        self._routes(section, self._vrf)
        for group in section.blocks("rib-groups"):
            where = group.where
            self.groups.append(
                TableGroup(
                    group.node.word,
                    group.values("import-rib"),
                    where,
                    group.chain("import-policy"),
                    group.value("export-rib"),
                    self._system,
                )
            )
            group.finish()
        section.opaque("static")  # read with the static routes
        for rib in section.blocks("rib"):
            rib.opaque("static")
            self._routes(rib, table_vrf(rib.node.word, self._vrf))
            self._keep(rib, f"rib {rib.node.word} ")
            rib.finish()
        group_node = section.node.get("static", "rib-group")
        if group_node is not None:
            self._set("static rib-group", text_below(group_node, self._ledger), group_node)
        self._keep(section, "")

    def _keep(self, section: Section, head: str) -> None:
        section.ignore(_IGNORED)
        for word in sorted(_SETTINGS):
            node = section.node.get(word)
            if node is not None and section.opaque(word):
                self._set(head + word, text_below(node, self._ledger), node)

    def _set(self, name: str, value: str, node: Node) -> None:
        where = node_ref(self._ledger, node)
        self.settings.append(RoutingSetting(name, value, where, self._vrf, self._system))

    def _not_computed(self, node: Node) -> None:
        """Note at the first line that the statement is kept, and that no answer takes its routes into account yet."""
        self._ledger.unsupported(max(node.first, 0), Affects.ROUTING, "routes that depend on other routes")

    def _routes(self, section: Section, vrf: str) -> None:
        for word in ("aggregate", "generate"):
            block = section.take(word)
            if block is None:
                continue
            defaults = block.take("defaults")
            if defaults is not None:
                self._set(f"{word} defaults", text_below(defaults.node, self._ledger), defaults.node)
            for route in block.blocks("route"):
                self._aggregate(route, word, vrf)
            section.exact = block.finish() and section.exact

    def _aggregate(self, route: Section, word: str, vrf: str) -> None:
        where = route.where
        if prefix_length_of(route.node.word) is None:
            route.reject(route.node, "not a prefix")
            return
        self._not_computed(route.node)
        discards = any([route.opaque("discard"), route.opaque("reject")])
        distance = route.number("preference")
        policies = route.chain("policy")
        for name, text in route.options(_AGGREGATE_KEPT):
            self._set(f"{word} {route.node.word} {name}", text, route.node)
        route.finish()
        self.aggregates.append(
            AggregateRoute(
                route.node.word,
                where,
                vrf,
                word == "aggregate" or discards,
                policies,
                _DEFAULT_PREFERENCE if distance is None else distance,
                virtual_system=self._system,
            )
        )


def vrf_targets(instance: Node, system: str, ledger: LineLedger, imports: tuple[str, ...]) -> VrfTargets:
    """Return what a routing instance takes and gives: its own targets and policies, and those of instance-import."""
    return VrfTargets(
        instance.word or DEFAULT_VRF,
        node_ref(ledger, instance),
        route_distinguisher=instance.value("route-distinguisher"),
        imports=tuple(_targets(instance, "import")),
        exports=tuple(_targets(instance, "export")),
        import_policies=(*_policies(instance, "vrf-import"), *imports),
        export_policies=_policies(instance, "vrf-export"),
        kind=instance.value("instance-type"),
        virtual_system=system,
    )


def _targets(instance: Node, side: str) -> Iterator[str]:
    node = instance.get("vrf-target")
    for one in node.below() if node is not None else ():
        if one.word in ("import", "export"):
            if one.word == side:
                yield from (value.removeprefix("target:") for value in one.words())
        elif one.word not in APPLY_WORDS:
            yield one.word.removeprefix("target:")


def _policies(instance: Node, word: str) -> tuple[str, ...]:
    return tuple(one.word for one in instance.below(word) if one.word not in APPLY_WORDS)
