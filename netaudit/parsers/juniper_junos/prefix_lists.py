"""Prefix lists, and the paths that fill them.

Source: Junos Routing Policies guide, "prefix-list" and "apply-path": the pattern walks the configuration after its
groups were applied; what is not an address is left out; an interface's address counts as its network.
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.source import Affects
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.parsers.juniper_junos.groups import is_wildcard, matches
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.text import split_quoted
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node
from netaudit.parsers.juniper_junos.vocabulary import prefix_of

PREFIX_LIST = "prefix list"
_MAX_FOUND = 20_000


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A list, prefix by prefix for the longest match, and as a whole; `exact` is False where not all is known."""

    prefixes: tuple[AddressSet, ...]
    exact: bool = True

    addresses: AddressSet = NO_ADDRESS


class PrefixLists:
    """The prefix lists of one system."""

    def __init__(self, system: Node, references: References) -> None:
        self._system = system
        self._ledger = references.ledger
        self._lists = {node.word: node for node in system.below("policy-options", "prefix-list")}
        self._known: dict[str, PrefixList] = {}
        for name, node in self._lists.items():
            if name not in APPLY_WORDS:
                references.define(PREFIX_LIST, name, node)

    def get(self, name: str) -> PrefixList | None:
        """Return a list, None where the file has none of that name."""
        known = self._known.get(name)
        if known is None and name in self._lists:
            known = self._known[name] = self._read(self._lists[name])
        return known

    def _read(self, node: Node) -> PrefixList:
        found: list[AddressSet] = []
        exact = True
        for child in node.below():
            if child.word in APPLY_WORDS:
                continue
            if child.word == "apply-path":
                for path in child.below():
                    prefixes = self.path(path.word)
                    exact = exact and prefixes is not None
                    found += prefixes or ()
                continue
            prefix = prefix_of(child.word)
            if prefix is None:
                self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "not a prefix")
                exact = False
            else:
                found.append(prefix)
        return PrefixList(tuple(found), exact, AddressSet.union(found) if found else NO_ADDRESS)

    def path(self, text: str) -> tuple[AddressSet, ...] | None:
        """Return what an apply-path finds, None where there is too much of it."""
        nodes = [self._system]
        for word in split_quoted(text):
            following: list[Node] = []
            for node in nodes:
                if is_wildcard(word):
                    following += [child for child in node.below() if matches(word, child.word)]
                else:
                    child = node.get(word)
                    if child is not None:
                        following.append(child)
            if len(following) > _MAX_FOUND:
                return None
            nodes = following
        found = (prefix_of(node.word) for node in nodes)
        return tuple(one for one in found if one is not None)
