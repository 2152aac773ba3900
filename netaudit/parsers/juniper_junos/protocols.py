"""The routing plane of one system: processes in every routing instance, policies, tables, policy-based routing.

Source: Junos Routing Policies guide, "Filter-Based Forwarding": a filter term whose action is `routing-instance` (or
`next-ip`, `next-interface`) sends what it accepts on by another table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.device import DEFAULT_VRF, RoutingProcess
from netaudit.model.routing import (
    PolicyChange,
    PolicyCondition,
    PolicyRoute,
    RoutePolicy,
    RoutePolicyTerm,
    RoutingPlane,
)
from netaudit.model.rules import Binding, Direction
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.parsers.juniper_junos.bgp import read_bgp
from netaudit.parsers.juniper_junos.filters import Filters
from netaudit.parsers.juniper_junos.interior import Interior
from netaudit.parsers.juniper_junos.prefix_lists import PrefixLists
from netaudit.parsers.juniper_junos.protocol_words import EVPN_OPTIONS
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.route_policies import RoutePolicies
from netaudit.parsers.juniper_junos.routing import instances_of
from netaudit.parsers.juniper_junos.routing_options import RoutingOptions, vrf_targets
from netaudit.parsers.juniper_junos.section import Section
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref

_INTERIOR = {
    "ospf": "ospf",
    "ospf3": "ospfv3",
    "isis": "isis",
    "rip": "rip",
    "ripng": "ripng",
    "ldp": "ldp",
    "rsvp": "rsvp",
    "mpls": "mpls",
}
_FORWARDING = {
    "routing-instance": "vrf",
    "next-ip": "next_hop",
    "next-ip6": "next_hop",
    "next-interface": "interface",
    "logical-system": "virtual_system",
}
INSTANCE = "routing instance"


class RoutingReader:
    """Reads the routing plane of one system."""

    def __init__(self, system: Node, name: str, prefix_lists: PrefixLists, references: References) -> None:
        self._system = system
        self._name = name
        self._references = references
        self._ledger = references.ledger
        self._policies = RoutePolicies(system, name, prefix_lists, references)
        self._options = {
            vrf: RoutingOptions(node.get("routing-options") or Node("", active=True), vrf, name, self._ledger)
            for vrf, node in instances_of(system)
        }

    def plane(self, filters: Filters, bindings: Iterable[Binding]) -> RoutingPlane:
        """Return what is said of routing beside processes and static routes."""
        policy_routes, forwarding = self._policy_routes(filters, bindings)
        self._policies.account()
        options = self._options.values()
        return RoutingPlane(
            policies=(*self._policies.policies(), *forwarding),
            prefix_lists=tuple(self._policies.lists.prefix_lists()),
            text_lists=tuple(self._policies.lists.text_lists()),
            vrf_targets=tuple(
                vrf_targets(node, self._name, self._ledger, self._options[vrf].imports)
                for vrf, node in instances_of(self._system)
                if vrf != DEFAULT_VRF or self._options[vrf].imports
            ),
            policy_routes=policy_routes,
            aggregates=tuple(one for each in options for one in each.aggregates),
            table_groups=tuple(one for each in options for one in each.groups),
            conditions=tuple(self._policies.lists.conditions()),
            settings=tuple(one for each in options for one in each.settings),
        )

    def processes(self) -> Iterator[RoutingProcess]:
        """Yield the routing protocols that run."""
        own = self._options[DEFAULT_VRF]
        for vrf, node in instances_of(self._system):
            options = self._options[vrf]
            number = options.number or own.number
            router_id = options.router_id or own.router_id
            bgp = node.get("protocols", "bgp")
            if bgp is not None and not bgp.has("disable"):
                section = Section(bgp, self._ledger)
                neighbors, exact = read_bgp(section, self._ledger)
                yield RoutingProcess(
                    protocol="bgp",
                    name=f"bgp {number}" if number else "bgp",
                    where=node_ref(self._ledger, bgp),
                    vrf=vrf,
                    virtual_system=self._name,
                    autonomous_system=number,
                    router_id=router_id,
                    neighbors=neighbors,
                    confederation=options.confederation or own.confederation,
                    confederation_members=options.members or own.members,
                    exact=exact,
                )
            for word, protocol in _INTERIOR.items():
                found = node.get("protocols", word)
                if found is not None and not found.has("disable"):
                    yield self._interior(found, word, protocol, vrf, router_id)
            evpn = node.get("protocols", "evpn")
            if evpn is not None:
                section = Section(evpn, self._ledger)
                settings = section.options(EVPN_OPTIONS)
                where = section.where
                yield RoutingProcess("evpn", "evpn", where, vrf, self._name, options=settings, exact=section.finish())

    def _interior(self, node: Node, word: str, protocol: str, vrf: str, router_id: str) -> RoutingProcess:
        section = Section(node, self._ledger)
        where = section.where
        found = Interior(section, word)
        return RoutingProcess(
            protocol=protocol,
            name=word,
            where=where,
            vrf=vrf,
            virtual_system=self._name,
            router_id=router_id,
            interfaces=tuple(found.interfaces),
            areas=tuple(found.areas),
            redistributions=found.redistributions,
            summaries=tuple(found.summaries),
            filters=found.filters,
            distances=tuple(found.distances),
            reference_bandwidth_mbps=found.reference_mbps,
            level=found.level,
            net=tuple(self._net_titles()) if word == "isis" else (),
            options=tuple(found.options),
            exact=found.exact,
        )

    def _net_titles(self) -> Iterator[str]:
        """Yield the IS-IS network entity titles, which are addresses of interfaces."""
        for port in self._system.below("interfaces"):
            for unit in port.below("unit"):
                yield from unit.words("family", "iso", "address")

    def _policy_routes(
        self, filters: Filters, bindings: Iterable[Binding]
    ) -> tuple[tuple[PolicyRoute, ...], tuple[RoutePolicy, ...]]:
        """Return filter-based forwarding: the filters that choose a table, and where they take effect."""
        instances = {vrf for vrf, _ in instances_of(self._system)} - {DEFAULT_VRF}
        policies: dict[str, RoutePolicy] = {}
        families: dict[str, Family | None] = {}
        for one in filters.all():
            terms = []
            for term in one.node.below("term"):
                if term.word in APPLY_WORDS:
                    continue
                changes = []
                for action in term.below("then"):
                    kind = _FORWARDING.get(action.word)
                    if kind is None:
                        continue
                    value = action.value()
                    if kind == "virtual_system":
                        self._ledger.unsupported(max(action.first, 0), Affects.ROUTING, "packets enter another system")
                    changes.append(PolicyChange(kind, (value,) if value else ()))
                    if action.word == "routing-instance" and value and value not in (*instances, "default"):
                        self._references.missing(
                            INSTANCE, value, action, f"filter {one.name} term {term.word} then routing-instance"
                        )
                if changes:
                    condition = PolicyCondition("rule", (one.rulebase.name, term.word))
                    where = node_ref(self._ledger, term)
                    terms.append(RoutePolicyTerm(term.word, "permit", where, (condition,), tuple(changes)))
            if terms:
                name = one.rulebase.name
                policies[name] = RoutePolicy(f"filter {name}", tuple(terms), one.rulebase.where, "", self._name)
                families[name] = one.rulebase.families[0] if len(one.rulebase.families) == 1 else None
        routes = tuple(
            PolicyRoute(f"filter {part}", bound.where, bound.interface, families[part], self._name)
            for bound in bindings
            if bound.direction is Direction.IN
            for part in bound.rulebase.split(" + ")
            if part in policies
        )
        return routes, tuple(policies.values())
