"""What routing policies refer to: prefix lists, communities, AS paths, conditions.

Source: Junos Routing Policies, Firewall Filters, and Traffic Policers User Guide: a community holds where all its
members do (`invert-match`: where they do not); a member may be a regular expression; an AS path group holds where any
of its AS paths does; `if-route-exists` holds while a table has the route.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netaudit.model.routing import (
    PrefixList,
    PrefixListEntry,
    PrefixRange,
    RouteCondition,
    TextList,
    TextListEntry,
)
from netaudit.model.rules import Action
from netaudit.packets.addresses import parse_address
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.prefix_lists import PrefixLists
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.route_filters import Prefix
from netaudit.parsers.juniper_junos.section import Section, as_number
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_length_of, prefix_of

TEXT_KINDS = {"as-path": "as path list", "as-path-group": "as path group", "community": "community list",
               "condition": "policy condition"}  # fmt: skip
ROUTE_FILTER_LIST = "route filter list"
_PATTERN = re.compile(r"[*^$\[\]()?+{}|\\]|\.(?=[*+?]|\Z)|:\.")


class PolicyLists:
    """The lists below `policy-options` of one system."""

    def __init__(self, options: Node, name: str, prefix_lists: PrefixLists, references: References) -> None:
        self._options = options
        self._name = name
        self._lists = prefix_lists
        self._ledger = references.ledger
        for word, kind in TEXT_KINDS.items():
            for node in self.entries(word):
                references.define(kind, node.word, node)
        for node in self.entries("route-filter-list"):
            references.define(ROUTE_FILTER_LIST, node.word, node)
        self.communities = {one.name: one for one in self._read_communities()}

    def entries(self, word: str) -> list[Node]:
        """Return the named blocks of a kind."""
        return [one for one in self._options.below(word) if one.word not in APPLY_WORDS and not is_wildcard(one.word)]

    def prefix_lists(self) -> Iterator[PrefixList]:
        """Yield the prefix lists; each entry matches its very prefix."""
        for node in self.entries("prefix-list"):
            found = self._lists.get(node.word)
            entries: list[PrefixListEntry] = []
            for child in node.below():
                if child.word in APPLY_WORDS:
                    continue
                where = node_ref(self._ledger, child, False)
                if child.word == "apply-path":
                    own = [one for path in child.below() for one in self._lists.path(path.word) or ()]
                else:
                    prefix = prefix_of(child.word)
                    own = [] if prefix is None else [prefix]
                texts = [text for one in own for text in one.prefixes()]
                entries += [
                    PrefixListEntry(Action.PERMIT, PrefixRange(*one, one[2], one[2]), where)
                    for one in map(parsed_prefix, texts)
                    if one is not None
                ]
            exact = found is not None and found.exact
            yield PrefixList(node.word, tuple(entries), node_ref(self._ledger, node), exact, self._name)

    def text_lists(self) -> Iterator[TextList]:
        """Yield the AS paths, AS path groups and communities."""
        for node in self.entries("as-path"):
            where = node_ref(self._ledger, node)
            expression = " ".join(one.word for chain in node.chains() for one in chain)
            single = (TextListEntry(Action.PERMIT, where, (), expression),) if expression else ()
            yield TextList(node.word, "as_path", single, where, bool(single), virtual_system=self._name)
        for node in self.entries("as-path-group"):
            section = Section(node, self._ledger)
            entries = tuple(
                TextListEntry(
                    Action.PERMIT, one.where, (), " ".join(word.word for chain in one.node.chains() for word in chain)
                )
                for one in section.blocks("as-path")
            )
            exact = section.finish() and bool(entries)
            yield TextList(node.word, "as_path_group", entries, section.where, exact, virtual_system=self._name)
        yield from self.communities.values()

    def conditions(self) -> Iterator[RouteCondition]:
        """Yield the conditions on the existence of a route."""
        for node in self.entries("condition"):
            section = Section(node, self._ledger)
            prefix = table = ""
            exists = section.take("if-route-exists")
            if exists is not None:
                inner = exists.take("address-family")
                for part in () if inner is None else inner.rest():
                    below = Section(part, self._ledger)
                    table = below.value("table") or table
                    words = below.rest()
                    prefix = next((one.word for one in words if prefix_length_of(one.word)), prefix)
                    for one in words:
                        if prefix_length_of(one.word) is None or one.children:
                            exists.reject(one, "a condition that is not known")
                table = exists.value("table") or table
                for one in exists.rest():
                    if prefix_length_of(one.word) is None or one.children:
                        exists.reject(one, "a condition that is not known")
                    else:
                        prefix = one.word
            exact = section.finish(*([exists] if exists is not None else [])) and bool(prefix)
            yield RouteCondition(node.word, prefix, section.where, table, exact, self._name)

    def _read_communities(self) -> Iterator[TextList]:
        for node in self.entries("community"):
            section = Section(node, self._ledger)
            inverted = section.flag("invert-match")
            members = section.values("members")
            patterns = [one for one in members if _PATTERN.search(one)]
            exact = section.finish() and bool(members)
            values = tuple(_community(one) for one in members)
            entry = TextListEntry(Action.PERMIT, section.where, values)
            if len(members) == 1 and patterns:
                entry = TextListEntry(Action.PERMIT, section.where, (), members[0])
            elif patterns:
                exact = False
                section.unsupported(node, "communities and patterns that hold together")
            kinds = {community_kind(one) for one in members}
            kind = kinds.pop() if len(kinds) == 1 else "community"
            yield TextList(node.word, kind, (entry,) if members else (), section.where, exact, inverted, self._name)


_EXTENDED = frozenset(
    ("target", "origin", "bandwidth", "domain-id", "domain-id-vendor", "rt-import", "src-as", "encapsulation", "color",
     "ospf-domain-id", "mac-mobility", "router-id", "redirect", "traffic-rate")
)  # fmt: skip


def community_kind(member: str) -> str:
    """Return the kind of a community, in the words of TextList."""
    head = member.partition(":")[0]
    if head == "large":
        return "large_community"
    return "extended_community" if head in _EXTENDED else "community"


def _community(member: str) -> str:
    """Return a member with plain AS numbers: "target:672277L:36867" is "target:672277:36867"."""
    return ":".join(as_number(part) if part[:1].isdigit() else part for part in member.split(":"))


def parsed_prefix(text: str) -> Prefix | None:
    """Return family, address and length of "10.0.0.0/8", "10.1/16" or of a host address."""
    value = prefix_length_of(text)
    if value is not None:
        return value
    found = prefix_of(text)
    texts = [] if found is None else list(found.prefixes())
    if len(texts) != 1:
        return None
    address, _, length = texts[0].partition("/")
    family, number = parse_address(address)
    return family, number, int(length) if length else family.bits
