"""Definitions that nothing in the file uses."""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.device import Reference
from netaudit.parsers.paloalto_panos.scopes import Scope

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


def unused_objects(scope: Scope, elsewhere: set[str]) -> Iterator[Reference]:
    """Yield the objects of the scope itself that nothing uses; `elsewhere` are the words of what is not modelled."""
    for kind, use, word in _OBJECTS:
        used = scope.used.get(use, set())
        for node in scope.own(kind):
            if node.word not in used and node.word not in elsewhere:
                yield Reference(word, node.word, scope.where(node))
