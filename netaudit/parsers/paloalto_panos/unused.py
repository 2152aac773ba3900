"""Definitions that nothing in the file uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.device import Reference
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.tree import Node, node_ref

# (kind of entry, kind of use, word for people)
_OBJECTS = (
    ("address", "address", "address object"),
    ("address-group", "address", "address group"),
    ("service", "service", "service object"),
    ("service-group", "service", "service group"),
    ("application-group", "application", "application group"),
    ("application-filter", "application", "application filter"),
    ("schedule", "schedule", "schedule"),
    ("external-list", "external-list", "external list"),
)
# (groups, where their members stand, kind of use)
_GROUPS = (
    ("address-group", "static", "address"),
    ("service-group", "members", "service"),
    ("application-group", "members", "application"),
)


def unused_objects(scopes: Iterable[Scope], elsewhere: set[str], ledger: LineLedger) -> Iterator[Reference]:
    """Yield the objects that no rule and no group uses, of all places that the scopes see.

    `elsewhere` are the words of what is not modelled. A place counts where every scope that sees it is whole.
    """
    used: dict[str, set[str]] = {}
    seen: dict[int, tuple[Node, bool]] = {}
    for scope in scopes:
        for kind, names in scope.used.items():
            used.setdefault(kind, set()).update(names)
        for node in scope.nodes:
            seen[id(node)] = node, seen.get(id(node), (node, True))[1] and scope.is_whole
    for node, _ in seen.values():
        for table, key, use in _GROUPS:
            for entry in node.below(table):
                used.setdefault(use, set()).update(entry.words(key))
    for node, is_whole in seen.values():
        if not is_whole:
            continue
        for kind, use, word in _OBJECTS:
            for entry in node.below(kind):
                if entry.word not in used.get(use, set()) and entry.word not in elsewhere:
                    yield Reference(word, entry.word, node_ref(ledger, entry, False))
