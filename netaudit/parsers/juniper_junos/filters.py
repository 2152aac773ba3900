"""Firewall filters: one rulebase each; where they are bound is read with the interfaces.

Source: Junos Routing Policies, Firewall Filters, and Traffic Policers User Guide, "Firewall Filter Nonterminating and
Terminating Actions": a term without a terminating action accepts, `next term` goes on, and what no term matched is
discarded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, Family
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.juniper_junos.conditions import ConditionReader
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, activated, node_ref

FILTER = "firewall filter"

_FAMILIES: dict[str, tuple[Family, ...]] = {"inet": (Family.IPV4,), "inet6": (Family.IPV6,)}
_BOTH = (Family.IPV4, Family.IPV6)

_ACCEPTING = frozenset(
    ("accept", "routing-instance", "next-ip", "next-ip6", "next-interface", "logical-system", "topology", "decapsulate",
     "encapsulate", "service-accounting", "packet-mode")
)  # fmt: skip
_GOING_ON = frozenset(
    ("count", "log", "syslog", "policer", "three-color-policer", "hierarchical-policer", "forwarding-class",
     "loss-priority", "dscp", "sample", "port-mirror", "port-mirror-instance", "prefix-action", "load-balance",
     "traffic-class", "ipsec-sa", "analyzer", "vlan", "interface", "dont-fragment", "inline-jflow", "policy-map",
     "service-filter-hit", "service-accounting-deferred", "clear-policy-map", "three-color", "force-premium",
     "user-priority", "next-hop-group", "decapsulate-gre", "set-gtp", "gtp-header", "ip-precedence", "precedence",
     "trap", "redirect", "timestamp", "exp", "police", "monitor", "port-mirroring", "source-checking", "log-prefix")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter of one family with the name that its rulebase has."""

    family: str
    name: str
    rulebase: Rulebase
    node: Node


class Filters:
    """The firewall filters of one system."""

    def __init__(self, system: Node, name: str, conditions: ConditionReader, references: References) -> None:
        self._conditions = conditions
        self._references = references
        self._ledger = references.ledger
        self._system_name = name
        self._found: dict[tuple[str, str], Filter] = {}
        self._lists: dict[tuple[str, tuple[str, ...]], Rulebase] = {}
        nodes = [("inet", node) for node in system.entries("firewall", "filter")]
        for family in system.below("firewall", "family"):
            nodes += [(family.word, node) for node in family.entries("filter")]
        for family_name, node in nodes:
            if node.active:
                references.define(f"{FILTER} ({family_name})", node.word, node)
        taken: set[str] = set()
        for family_name, node in nodes:
            if not node.active or (family_name, node.word) in self._found:
                continue
            shown = node.word if node.word not in taken else f"{node.word} ({family_name})"
            taken.add(shown)
            self._found[family_name, node.word] = Filter(
                family_name, node.word, self._read(node, family_name, shown), node
            )

    def rulebases(self) -> Iterator[Rulebase]:
        """Yield all filters, then the lists of filters that interfaces use."""
        yield from (one.rulebase for one in self._found.values())
        yield from self._lists.values()

    def all(self) -> tuple[Filter, ...]:
        """Return every filter with its place in the configuration."""
        return tuple(self._found.values())

    def get(self, family: str, name: str) -> Rulebase | None:
        """Return a filter by its name; interfaces of a family may use those of `family any`."""
        found = self._found.get((family, name)) or self._found.get(("any", name))
        return found.rulebase if found is not None else None

    def use(self, family: str, name: str, node: Node, context: str) -> Rulebase | None:
        """Return a filter that is used, None where it is not defined."""
        for one in (family, "any"):
            if (one, name) in self._found:
                self._references.use(f"{FILTER} ({one})", name)
                return self._found[one, name].rulebase
        self._references.missing(FILTER, name, node, context)
        return None

    def chain(self, family: str, names: tuple[str, ...], node: Node, context: str) -> tuple[Rulebase | None, str]:
        """Return the rulebase of an `input-list`, and its name; the filters follow each other as one."""
        parts = [self.use(family, name, node, context) for name in names]
        if len(names) == 1:
            return parts[0], parts[0].name if parts[0] is not None else names[0]
        title = " + ".join(names)
        if any(part is None for part in parts):
            return None, title
        known = self._lists.get((family, names))
        if known is None:
            present = [part for part in parts if part is not None]
            rules = tuple(replace(rule, name=f"{part.name} {rule.name}") for part in present for rule in part.rules)
            known = self._lists[family, names] = replace(
                present[0], name=title if family == "inet" else f"{title} ({family})", rules=rules
            )
        return known, known.name

    def _read(self, node: Node, family_name: str, shown: str) -> Rulebase:
        families = _FAMILIES.get(family_name, _BOTH)
        family = families[0] if len(families) == 1 else None
        rules: list[AccessRule] = []
        for term in node.entries("term"):
            rules += self._term(term, family, f"filter {node.word} term {term.word}")
        return Rulebase(
            name=shown,
            kind=RulebaseKind.FILTER,
            rules=tuple(rules),
            default_action=Action.DENY,
            where=node_ref(self._ledger, node),
            default_logged=False,
            virtual_system=self._system_name,
            families=families,
            flavour="firewall filter" if family_name == "inet" else f"firewall filter ({family_name})",
        )

    def _term(self, term: Node, family: Family | None, context: str) -> list[AccessRule]:
        enabled = term.active
        shown = term if enabled else activated(term)
        actions = self._actions(shown)
        if actions == ():
            return []  # `next term`: it decides nothing
        where = node_ref(self._ledger, term)
        if shown.has("filter"):
            for nested in shown.below("filter"):
                self._ledger.unsupported(max(nested.first, 0), Affects.FILTER, "a filter within a filter")
                for one in ("inet", "inet6", "any"):
                    self._references.use(f"{FILTER} ({one})", nested.word)
            everything = {Family.IPV4: ANY_IPV4, Family.IPV6: ANY_IPV6, None: ANY_ADDRESS}[family]
            match = PacketMatch.upper(PacketSet.of(everything, everything), "filter within a filter")
            return [AccessRule(term.word, one, match, where, enabled=enabled) for one in (Action.PERMIT, Action.DENY)]
        found = self._conditions.read(shown, family, context)
        match = found.match
        if len(actions) > 1:
            match = PacketMatch.upper(match.maybe, *match.reasons, "an action that is not known")
        return [
            AccessRule(
                name=term.word,
                action=action,
                match=match,
                where=where,
                enabled=enabled,
                logged=shown.has("then", "log") or shown.has("then", "syslog"),
                sources=found.sources,
                destinations=found.destinations,
                services=found.services,
                return_traffic=found.return_traffic and action is Action.PERMIT,
                unresolved=found.unresolved,
            )
            for action in actions
        ]

    def _actions(self, term: Node) -> tuple[Action, ...]:
        """Return the action of a term; none for `next term`, both where an action is not known."""
        decided: tuple[Action, ...] | None = None
        from_group = True
        unknown = False
        for child in term.below("then"):
            if child.word in APPLY_WORDS:
                continue
            if decided is not None and child.origin and not from_group:
                continue  # the configuration's own action wins
            action: tuple[Action, ...] | None = None
            if child.word in _ACCEPTING:
                action = (Action.PERMIT,)
            elif child.word == "discard":
                action = (Action.DENY,)
            elif child.word == "reject":
                action = (Action.REJECT,)
            elif child.word == "next" and child.value() == "term":
                action = ()
            elif child.word not in _GOING_ON:
                self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "an action that is not known")
                unknown = True
            if action is not None and (decided is None or not (child.origin and from_group)):
                if decided is not None and action == (Action.PERMIT,) and child.word != "accept":
                    continue  # next-ip and the like beside `accept`
                decided, from_group = action, bool(child.origin)
        if decided is None:
            return (Action.PERMIT, Action.DENY) if unknown else (Action.PERMIT,)
        return decided
