"""Routing policies.

Source: Junos Routing Policies, Firewall Filters, and Traffic Policers User Guide: terms are asked in order, the
statements outside of any term last; within `from` all conditions hold, of one condition any value; actions given with a
route filter take the place of the term's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from netaudit.model.routing import (
    PolicyChange,
    PolicyCondition,
    RoutePolicy,
    RoutePolicyTerm,
)
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.policy_lists import (
    ROUTE_FILTER_LIST,
    TEXT_KINDS,
    PolicyLists,
    community_kind,
    parsed_prefix,
)
from netaudit.parsers.juniper_junos.policy_words import (
    CONDITIONS,
    IGNORED_OPTIONS,
    KEPT_ACTIONS,
    NAMED_CONDITIONS,
    NUMBERS,
    PROTOCOLS,
    UNSUPPORTED_OPTIONS,
)
from netaudit.parsers.juniper_junos.prefix_lists import PREFIX_LIST, PrefixLists
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.route_filters import RouteFilter, matched, route_filter
from netaudit.parsers.juniper_junos.section import Section, as_number, policy_chain
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref

POLICY_STATEMENT = "policy statement"
POLICY_USE_KINDS = (POLICY_STATEMENT, *TEXT_KINDS.values(), ROUTE_FILTER_LIST)
_LISTS = ("prefix-list", "prefix-list-filter", "route-filter", "route-filter-list")
_OUTCOMES = {"accept": "permit", "reject": "deny"}
_NAME = re.compile(r"[^\s()!&|]+")


def names_in(expression: str) -> list[str]:
    """Return the policies that a policy or an expression of policies names."""
    return _NAME.findall(expression) if expression[:1] in "(!" else [expression]


@dataclass(frozen=True, slots=True)
class _Filter:
    """A route filter with the actions of its own, None where the term's actions hold."""

    filter: RouteFilter
    node: Node
    actions: Node | None


class RoutePolicies:
    """The routing policies of one system."""

    def __init__(self, system: Node, name: str, prefix_lists: PrefixLists, references: References) -> None:
        self._options = system.get("policy-options") or Node("policy-options", active=True)
        self._name = name
        self._lists = prefix_lists
        self._references = references
        self._ledger = references.ledger
        self.lists = PolicyLists(self._options, name, prefix_lists, references)

    def account(self) -> None:
        """Report what stands below `policy-options` and is not kept."""
        section = Section(self._options, self._ledger)
        known = ("policy-statement", "prefix-list", "route-filter-list", *TEXT_KINDS)
        for word in known:
            section.opaque(word)
        section.ignore(IGNORED_OPTIONS)
        for node in section.rest():
            if node.word in UNSUPPORTED_OPTIONS:
                section.unsupported(node, "a list of routing policies that is not modelled")
            else:
                section.reject(node, "a routing policy statement that is not known")

    def policies(self) -> Iterator[RoutePolicy]:
        """Yield the policy statements."""
        for node in self.lists.entries("policy-statement"):
            section = Section(node, self._ledger)
            where = section.where
            terms = [part for term in section.blocks("term") for part in self._term(term, term.node.word, node.word)]
            if node.has("from") or node.has("to") or node.has("then"):
                terms += self._term(section, "", node.word)
            if not section.finish():  # `defaults` may change how all terms are read
                terms = [replace(one, exact=False) for one in terms]
            yield RoutePolicy(node.word, tuple(terms), where, "", self._name)

    # Terms

    def _term(self, section: Section, name: str, policy: str) -> list[RoutePolicyTerm]:
        context = f"policy-statement {policy} term {name}" if name else f"policy-statement {policy}"
        conditions: list[PolicyCondition] = []
        filters: list[_Filter] | None = None
        parts = [section]
        for word in ("from", "to"):
            block = section.take(word)
            if block is None:
                continue
            parts.append(block)
            conditions += self._conditions(block, "to_" if word == "to" else "", context)
            if word == "from":
                named, filters = self._filters(block, context)
                conditions += named
            block.finish()
        then = section.take("then")
        changes: tuple[PolicyChange, ...] = ()
        outcome = ""
        if then is not None:
            parts.append(then)
            changes, outcome = self._actions(then, context)
        if name:
            section.finish()
        exact = all(part.exact for part in parts)
        term = RoutePolicyTerm(name, outcome, section.where, tuple(conditions), changes, exact=exact)
        return [term] if filters is None else list(self._filtered(term, filters, context))

    def _filtered(self, term: RoutePolicyTerm, filters: Sequence[_Filter], context: str) -> Iterator[RoutePolicyTerm]:
        """Yield a term for each run of filters with the same actions; their prefixes do not overlap."""
        regions = matched([one.filter for one in filters])
        if regions is None:
            yield replace(term, exact=False)
            return
        common = [
            str(part) for one, parts in zip(filters, regions, strict=True) if one.actions is None for part in parts
        ]
        for one, parts in zip(filters, regions, strict=True):
            if one.actions is None or not parts:
                continue
            own = Section(one.actions, self._ledger)
            changes, outcome = self._actions(own, context)
            condition = PolicyCondition("prefix", tuple(str(part) for part in parts))
            yield replace(
                term,
                outcome=outcome,
                changes=changes,
                where=node_ref(self._ledger, one.node),
                conditions=(*term.conditions, condition),
                exact=own.finish() and term.exact,
            )
        if common or not any(one.actions is not None for one in filters):
            yield replace(term, conditions=(*term.conditions, PolicyCondition("prefix", tuple(common))))

    def _conditions(self, block: Section, head: str, context: str) -> Iterator[PolicyCondition]:
        for word, kind in CONDITIONS.items():
            values = block.values(word)
            if values:
                if kind == "protocol":
                    values = tuple(PROTOCOLS.get(one, one) for one in values)
                yield PolicyCondition(head + kind, values)
        for word, (kind, defined) in NAMED_CONDITIONS.items():
            nodes = [one for one in block.node.below(word) if one.word not in APPLY_WORDS]
            values = block.values(word)
            for node in nodes:
                if not self._references.check(TEXT_KINDS[defined], node.word, node, f"{context} from {word}"):
                    block.exact = False
            if values:
                yield PolicyCondition(head + kind, values)
        route_type = block.values("route-type")
        if route_type:
            yield PolicyCondition(head + "route_type", route_type)
        external = block.take("external")
        if external is not None:
            yield PolicyCondition(head + "external_type", external.values("type") or ("1", "2"))
            external.finish()
        nested = block.node.get("policy")
        if nested is not None:
            block.opaque("policy")
            chain = policy_chain(nested)
            for expression in chain:
                for name in names_in(expression):
                    self._references.check(POLICY_STATEMENT, name, nested, f"{context} from policy")
            yield PolicyCondition(head + "policy", chain)
        sources = block.node.get("source-address-filter")
        if sources is not None:
            block.opaque("source-address-filter")
            filters = [one for node in sources.below() if (one := self._filter(node, block)) is not None]
            regions = matched([one.filter for one in filters])
            if regions is None or any(one.actions is not None for one in filters):
                block.exact = False
            yield PolicyCondition(head + "source_prefix", tuple(str(part) for parts in regions or () for part in parts))

    def _filters(self, block: Section, context: str) -> tuple[list[PolicyCondition], list[_Filter] | None]:
        """Return the lists that a term names, and its route filters in order; None where it has none."""
        nodes = [
            (word, node)
            for word in _LISTS
            for node in block.node.below(word)
            if node.word not in APPLY_WORDS and not is_wildcard(node.word)
        ]
        for word in _LISTS:
            block.opaque(word)
        kinds = {word for word, _ in nodes}
        if not kinds:
            return [], None
        if kinds == {"prefix-list"}:
            for _, node in nodes:
                self._references.use(PREFIX_LIST, node.word)
                if self._lists.get(node.word) is None:
                    block.exact = False
            return [PolicyCondition("prefix_list", tuple(node.word for _, node in nodes))], None
        found: list[_Filter] = []
        for word, node in nodes:
            if word == "route-filter":
                one = self._filter(node, block)
                found += [] if one is None else [one]
            elif word == "route-filter-list":
                found += self._listed(node, block, context)
            else:
                found += self._prefixes(node, word, block)
        if len(kinds) > 1 and not kinds <= {"route-filter", "route-filter-list"}:
            for _, node in nodes:
                block.unsupported(node, "prefix lists and route filters in one term")
        return [], found

    def _filter(self, node: Node, block: Section) -> _Filter | None:
        """Return a route filter with its match type and actions, None where it is not understood."""
        prefix = parsed_prefix(node.word)
        section = Section(node, self._ledger)
        result: RouteFilter | None = None
        for kind in ("exact", "longer", "orlonger"):
            if section.opaque(kind) and prefix is not None and result is None:
                result = route_filter(prefix, kind, ())
                own = node.get(kind)
                if own is not None and any(one.active for one in own.children.values()):
                    return None if result is None else _Filter(result, node, own)
        for kind in ("upto", "prefix-length-range", "through"):
            child = node.get(kind)
            if child is None:
                continue
            section.opaque(kind)
            value = child.value_node()
            if prefix is not None and value is not None and result is None:
                other = parsed_prefix(value.word) if kind == "through" else None
                result = route_filter(prefix, kind, (value.word,), other)
                if value.children and result is not None:
                    return _Filter(result, node, value)
        if result is None:
            block.reject(node, "a route filter that is not known")
            return None
        own_actions = [child for child in node.below() if child.word not in (*APPLY_WORDS, *_MATCH_TYPES)]
        return _Filter(result, node, _without(node, _MATCH_TYPES) if own_actions else None)

    def _listed(self, node: Node, block: Section, context: str) -> list[_Filter]:
        if not self._references.check(ROUTE_FILTER_LIST, node.word, node, f"{context} from route-filter-list"):
            block.exact = False
            return []
        own = node if node.children else None
        filters = [self._filter(one, block) for one in self._options.below("route-filter-list", node.word)]
        return [replace(one, actions=own or one.actions) for one in filters if one is not None]

    def _prefixes(self, node: Node, word: str, block: Section) -> list[_Filter]:
        """Return the prefixes of a named list as filters."""
        self._references.use(PREFIX_LIST, node.word)
        listed = self._lists.get(node.word)
        if listed is None or not listed.exact or not listed.prefixes:
            block.exact = False
            return []
        kind, actions = "exact", None
        if word == "prefix-list-filter":
            kind = next((one.word for one in node.below() if one.word in _MATCH_TYPES), "")
            inner = node.get(kind) if kind else None
            if inner is None or kind not in ("exact", "longer", "orlonger"):
                block.reject(node, "a match type that is not known")
                return []
            actions = inner if inner.children else None
        found: list[_Filter] = []
        for text in (text for one in listed.prefixes for text in one.prefixes()):
            prefix = parsed_prefix(text)
            one = None if prefix is None else route_filter(prefix, kind, ())
            if one is not None:
                found.append(_Filter(one, node, actions))
        return found

    # Actions

    def _actions(self, then: Section, context: str) -> tuple[tuple[PolicyChange, ...], str]:
        """Return what is set and what follows.

        Of `accept` and `reject` the later one stands, of `next term` and `next policy` too; `next` wins over `accept`
        and `reject`, and those over `default-action`, wherever they stand (measured on Junos 25.4, lab-validation's
        junos_then_action_conflicts).
        """
        changes: list[PolicyChange] = []
        ending = following = default = ""
        for node in then.rest():
            word = node.word
            if word in _OUTCOMES and not node.children:
                if not node.origin or not ending:
                    ending = _OUTCOMES[word]
            elif word == "next" and node.value() in ("term", "policy"):
                following = f"next_{node.value()}"
                if node.origin and ending:
                    then.unsupported(node, "an action of its own and one of a group")
            elif word == "default-action" and node.value() in _OUTCOMES:
                default = _OUTCOMES[node.value()]
            else:
                found = self._change(node, then, context)
                if found is None:
                    then.reject(node, "an action that is not known")
                else:
                    changes += found
        if default and not ending:
            changes.append(PolicyChange("default_outcome", (default,)))
        return tuple(changes), following or ending

    def _change(self, node: Node, then: Section, context: str) -> list[PolicyChange] | None:
        """Return what an action sets, None where it is not understood."""
        word = node.word
        words = [one.word for chain in node.chains() for one in chain if one.word not in APPLY_WORDS]
        if word in _SINGLE:  # stated again, the later statement decides
            last = node.value_node()
            below = [] if last is None else [one.word for chain in last.chains() for one in chain]
            words = [] if last is None else [last.word, *below]
        if word in NUMBERS:
            value = _amount(words)
            return None if value is None else [PolicyChange(NUMBERS[word], (value,))]
        if word == "community":
            return self._community_change(node, then, context)
        if word == "as-path-prepend" and words:
            numbers = tuple(as_number(part) for text in words for part in text.split())
            return [PolicyChange("as_path_prepend", numbers)]
        if word == "origin" and words in (["igp"], ["egp"], ["incomplete"]):
            return [PolicyChange("origin", (words[0],))]
        if word == "external" and words in (["type", "1"], ["type", "2"]):
            return [PolicyChange("metric_type", (words[1],))]
        if word == "next-hop" and words == ["self"]:
            return [PolicyChange("next_hop_self", ())]
        if word == "next-hop" and len(words) == 2 and words[0] == "next-table":
            return [PolicyChange("vrf", (words[1],))]
        if word == "next-hop" and len(words) == 1:
            return [PolicyChange("next_hop", (words[0],))]
        if word in KEPT_ACTIONS:
            return [PolicyChange(word.replace("-", "_"), tuple(words))]
        return None

    def _community_change(self, node: Node, then: Section, context: str) -> list[PolicyChange] | None:
        """Return what is done with communities, in the order of the lines: each acts on what is there by then."""
        steps: list[tuple[int, str, Node]] = []
        for verb in node.below():
            kind = _COMMUNITY_VERBS.get(verb.word)
            if kind is None:
                return None
            steps += [(name.first, kind, name) for name in verb.below() if name.word not in APPLY_WORDS]
        steps.sort(key=lambda step: step[0])
        if any(one[0] == other[0] and one[1] != other[1] for one, other in pairwise(steps)):
            then.unsupported(node, "communities set and taken away on one line")
        found: list[PolicyChange] = []
        for _, kind, name in steps:
            defined = self._references.check(TEXT_KINDS["community"], name.word, name, f"{context} then community")
            listed = self.lists.communities.get(name.word)
            if not defined or listed is None:
                then.exact = False
            if kind == "delete":
                found.append(PolicyChange("community_delete", (name.word,)))
                continue
            entries = () if listed is None else listed.entries
            if any(one.expression for one in entries) or (listed is not None and not listed.exact):
                then.exact = False
            by_kind: dict[str, list[str]] = {}
            for value in (value for one in entries for value in one.values):
                by_kind.setdefault(community_kind(value), []).append(value)
            found += [PolicyChange(f"{one}_{kind}", tuple(values)) for one, values in by_kind.items()]
        return found


_MATCH_TYPES = frozenset(("exact", "longer", "orlonger", "upto", "prefix-length-range", "through"))
_SINGLE = frozenset((*NUMBERS, "origin", "next-hop", "external", "as-path-prepend"))
_COMMUNITY_VERBS = {"add": "add", "+": "add", "set": "set", "=": "set", "delete": "delete", "-": "delete"}


def _amount(words: Sequence[str]) -> str | None:
    if len(words) == 1 and words[0].isascii() and words[0].isdigit():
        return words[0]
    if len(words) == 2 and words[0] in ("add", "+", "subtract", "-") and words[1].isascii() and words[1].isdigit():
        return ("+" if words[0] in ("add", "+") else "-") + words[1]
    if words and words[0] in ("igp", "minimum-igp") and len(words) <= 2:
        return " ".join(words)
    return None


def _without(node: Node, words: frozenset[str]) -> Node:
    """Return a copy of a node with some children left out."""
    return Node(
        node.word, node.first, node.last, node.active, False, node.origin,
        {word: child for word, child in node.children.items() if word not in words},
    )  # fmt: skip
