"""Prefix lists, access lists, AS-path and community lists, and route maps of one VDOM.

Source: CLI Reference, config router prefix-list, access-list, aspath-list, community-list, route-map: rules are asked
in the order of their numbers, the first match decides, no match denies; an access list without `exact-match` takes
every prefix within its own. `match-ip-address` names a list of either kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netaudit.model.routing import (
    PolicyChange,
    PolicyCondition,
    PrefixList,
    PrefixListEntry,
    PrefixRange,
    RoutePolicy,
    RoutePolicyTerm,
    TextList,
    TextListEntry,
)
from netaudit.model.rules import Action
from netaudit.model.source import Affects, LineState
from netaudit.packets.addresses import Family, prefix_interval
from netaudit.parsers.fortios.addresses import address_and_mask
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.ledger import LineLedger

PREFIX_LIST, ACCESS_LIST, ROUTE_MAP = "prefix list", "access list", "route map"
AS_PATH_LIST, COMMUNITY_LIST = "as path list", "community list"
_PREFIX_TABLES = (
    ("router prefix-list", Family.IPV4, PREFIX_LIST),
    ("router prefix-list6", Family.IPV6, PREFIX_LIST),
    ("router access-list", Family.IPV4, ACCESS_LIST),
    ("router access-list6", Family.IPV6, ACCESS_LIST),
)
_TEXT_TABLES = (
    ("router aspath-list", "as_path", AS_PATH_LIST),
    ("router community-list", "community", COMMUNITY_LIST),
    ("router extcommunity-list", "extended_community", COMMUNITY_LIST),
)
_HIGHEST = 4294967295


def entry_order(table: Node, path: str) -> list[Node]:
    """Return the entries of a numbered table in the order in which they are asked."""
    return sorted(table.entries_of(path), key=lambda one: (whole(one.name) is None, whole(one.name) or 0))


def whole(text: str, most: int = _HIGHEST) -> int | None:
    """Return a decimal number up to `most`, None for other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most else None


def prefix_text(words: tuple[str, ...]) -> str:
    """Return "10.0.0.0/8" for "10.0.0.0 255.0.0.0"; raises ValueError on anything else."""
    family, value, length = address_and_mask(words)
    return str(PrefixRange(family, prefix_interval(family, value, length)[0], length, length, length))


def further(node: Node, taken: frozenset[str], ledger: LineLedger) -> list[tuple[str, str]]:
    """Return the known settings of a node that no field of the model holds, as they stand."""
    return [
        (key, node.free_text(key, ledger))
        for key, setting in node.settings.items()
        if setting.words and key not in taken and node.rule.state_of(key) is LineState.UNDERSTOOD
    ]


@dataclass(slots=True)
class RouteLists:
    """The lists of one VDOM by kind, with the uses of their names."""

    scope: Scope
    ledger: LineLedger
    references: References
    defined: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for path, _, kind in (*_PREFIX_TABLES, *_TEXT_TABLES, ("router route-map", "", ROUTE_MAP)):
            self.defined.setdefault(kind, set()).update(node.name for node in self.scope.entries(path))

    def use(self, kind: str, node: Node, key: str, context: str) -> str:
        """Note that a setting names a list, and return the name; "" where the setting is empty."""
        name = node.value(key)
        if name and name not in self.defined.get(kind, ()) and self.scope.is_whole:
            self.references.missing(kind, name, node, key, context)
        if name:
            self.references.use(kind, (name,))
        return name

    def use_prefixes(self, node: Node, key: str, context: str) -> tuple[str, str]:
        """Return (condition's stem, name) of a setting that names a prefix list or an access list."""
        name = node.value(key)
        in_prefix, in_access = (name in self.defined.get(kind, ()) for kind in (PREFIX_LIST, ACCESS_LIST))
        if in_access and not in_prefix:
            return "access_list", self.use(ACCESS_LIST, node, key, context)
        if in_access and in_prefix:
            self.references.use(ACCESS_LIST, (name,))
            self.ledger.unsupported(node.line_of(key), Affects.ROUTING, "a prefix list and an access list of one name")
        return "prefix_list", self.use(PREFIX_LIST, node, key, context)

    # Lists

    def prefix_lists(self) -> Iterator[PrefixList]:
        """Yield the prefix lists and access lists; an access list's name stands behind "access-list "."""
        for path, family, kind in _PREFIX_TABLES:
            for node in self.scope.entries(path):
                entries = []
                for rule in entry_order(node, "rule"):
                    prefixes = self._range(rule, family, kind)
                    if prefixes is not None:
                        action = Action.DENY if rule.value("action") == "deny" else Action.PERMIT
                        where = node_ref(self.ledger, rule)
                        entries.append(PrefixListEntry(action, prefixes, where, whole(rule.name) or 0))
                name = node.name if kind == PREFIX_LIST else f"access-list {node.name}"
                exact = self.ledger.is_clear(node.line, node.end)
                yield PrefixList(name, tuple(entries), node_ref(self.ledger, node), exact, self.scope.name)

    def _range(self, rule: Node, family: Family, kind: str) -> PrefixRange | None:
        """Return the prefixes of a rule, None where they are not understood."""
        key = "prefix" if family is Family.IPV4 else "prefix6"
        words = rule.words(key)
        if rule.words("wildcard"):
            self.ledger.unsupported(rule.line_of("wildcard"), Affects.ROUTING, "prefixes by a wildcard")
            return None
        least, most = (whole(rule.value(word), family.bits) for word in ("ge", "le"))
        try:
            if words in (("any",), ()):
                network, length = 0, 0
                least, most = least or 0, family.bits if most is None else most
            else:
                found, value, length = address_and_mask(words)
                if found is not family:
                    raise ValueError("another family")
                network = prefix_interval(family, value, length)[0]
                if kind == ACCESS_LIST and not rule.is_on("exact-match"):
                    least, most = length, family.bits
        except ValueError:
            self.ledger.unrecognized(rule.line_of(key), Affects.ROUTING, "not a prefix")
            return None
        if least is None and most is None:
            least = most = length
        low = length if least is None else least
        high = family.bits if most is None else most
        if not length <= low <= high:
            self.ledger.unrecognized(rule.line_of(key), Affects.ROUTING, "lengths out of order")
            return None
        return PrefixRange(family, network, length, low, high)

    def text_lists(self) -> Iterator[TextList]:
        """Yield the AS-path and community lists."""
        for path, kind, _ in _TEXT_TABLES:
            for node in self.scope.entries(path):
                expanded = kind == "as_path" or node.value("type") == "expanded"
                entries = []
                for rule in entry_order(node, "rule"):
                    action = Action.DENY if rule.value("action") == "deny" else Action.PERMIT
                    values = tuple(one.lower() for text in rule.words("match") for one in text.split())
                    if kind == "extended_community" and rule.value("type"):
                        values = tuple(f"{rule.value('type')} {one}" for one in values)
                    entries.append(
                        TextListEntry(
                            action,
                            node_ref(self.ledger, rule),
                            () if expanded else values,
                            rule.text("regexp") if expanded else "",
                        )
                    )
                exact = self.ledger.is_clear(node.line, node.end)
                where = node_ref(self.ledger, node)
                yield TextList(node.name, kind, tuple(entries), where, exact, virtual_system=self.scope.name)

    # Route maps

    def policies(self) -> Iterator[RoutePolicy]:
        """Yield the route maps."""
        for node in self.scope.entries("router route-map"):
            terms = tuple(self._term(rule, f"route-map {node.name}") for rule in entry_order(node, "rule"))
            yield RoutePolicy(node.name, terms, node_ref(self.ledger, node), virtual_system=self.scope.name)

    def _term(self, rule: Node, context: str) -> RoutePolicyTerm:
        conditions = tuple(self._conditions(rule, context))
        changes = tuple(self._changes(rule, context))
        return RoutePolicyTerm(
            name=rule.name,
            outcome="deny" if rule.value("action") == "deny" else "permit",
            where=node_ref(self.ledger, rule),
            conditions=conditions,
            changes=changes,
            exact=self.ledger.is_clear(rule.line, rule.end),
        )

    def _conditions(self, rule: Node, context: str) -> Iterator[PolicyCondition]:
        for key in ("match-ip-address", "match-ip6-address"):
            if rule.value(key):
                stem, name = self.use_prefixes(rule, key, context)
                yield PolicyCondition(stem, (name,))
        for key in ("match-ip-nexthop", "match-ip6-nexthop"):
            if rule.value(key):
                stem, name = self.use_prefixes(rule, key, context)
                yield PolicyCondition(f"next_hop_{stem}", (name,))
        if rule.value("match-as-path"):
            yield PolicyCondition("as_path", (self.use(AS_PATH_LIST, rule, "match-as-path", context),))
        if rule.value("match-community"):
            kind = "community_exact" if rule.is_on("match-community-exact") else "community"
            yield PolicyCondition(kind, (self.use(COMMUNITY_LIST, rule, "match-community", context),))
        if rule.value("match-extcommunity"):
            if rule.is_on("match-extcommunity-exact"):
                self.ledger.unsupported(
                    rule.line_of("match-extcommunity-exact"), Affects.ROUTING, "exactly these extended communities"
                )
            yield PolicyCondition(
                "extended_community", (self.use(COMMUNITY_LIST, rule, "match-extcommunity", context),)
            )
        for key, kind in (("match-interface", "interface"), ("match-metric", "metric"), ("match-tag", "tag")):
            if rule.words(key):
                yield PolicyCondition(kind, rule.words(key))
        if rule.value("match-origin") not in ("", "none"):
            yield PolicyCondition("origin", (rule.value("match-origin"),))
        if rule.value("match-route-type") not in ("", "none"):
            yield PolicyCondition("route_type", (rule.value("match-route-type").replace("external-type", "external "),))
        if rule.value("match-vrf"):
            yield PolicyCondition("instance", (rule.value("match-vrf"),))

    def _changes(self, rule: Node, context: str) -> Iterator[PolicyChange]:
        for key, kind in _NUMBERS:
            if rule.words(key):
                yield PolicyChange(kind, (rule.value(key).removeprefix("+") if kind != "metric" else rule.value(key),))
        if rule.words("set-aspath"):
            numbers = tuple(one for text in rule.words("set-aspath") for one in text.split())
            kind = "as_path_replace" if rule.value("set-aspath-action") == "replace" else "as_path_prepend"
            if kind == "as_path_replace":
                self.ledger.unsupported(rule.line_of("set-aspath-action"), Affects.ROUTING, "the AS path is replaced")
            yield PolicyChange(kind, numbers)
        if rule.words("set-community"):
            values = tuple(one.lower() for text in rule.words("set-community") for one in text.split())
            kind = "community_add" if rule.is_on("set-community-additive") else "community_set"
            yield PolicyChange(kind, values)
        if rule.value("set-community-delete"):
            name = self.use(COMMUNITY_LIST, rule, "set-community-delete", context)
            yield PolicyChange("community_delete", (name,))
        targets = [
            f"{word} {one}"
            for word in ("rt", "soo")
            for text in rule.words(f"set-extcommunity-{word}")
            for one in text.split()
        ]
        if targets:
            yield PolicyChange("extended_community_set", tuple(targets))
        if rule.value("set-origin") not in ("", "none"):
            yield PolicyChange("origin", (rule.value("set-origin"),))
        if rule.value("set-metric-type") not in ("", "none"):
            yield PolicyChange("metric_type", (rule.value("set-metric-type").removeprefix("external-type"),))


_NUMBERS = (
    ("set-local-preference", "local_preference"),
    ("set-metric", "metric"),
    ("set-tag", "tag"),
    ("set-route-tag", "tag2"),
    ("set-weight", "weight"),
    ("set-priority", "priority"),
    ("set-ip-nexthop", "next_hop"),
    ("set-ip6-nexthop", "next_hop"),
    ("set-ip6-nexthop-local", "next_hop_link_local"),
    ("set-vpnv4-nexthop", "next_hop"),
    ("set-vpnv6-nexthop", "next_hop"),
    ("set-vpnv6-nexthop-local", "next_hop_link_local"),
)
