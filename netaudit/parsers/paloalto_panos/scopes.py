"""Where names are looked up, and what is known of their use.

Source: Panorama Administrator's Guide, "Device Group Hierarchy" and "Device Group Objects": a device group sees its own
objects, then those of its ancestors, then the shared ones; an object of a descendant hides one of the same name above
it. A virtual system sees its own objects, those that Panorama pushed, then the shared ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netaudit.model.device import Reference
from netaudit.model.source import SourceRef
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.tree import Node, node_ref


@dataclass(slots=True)
class Scope:
    """A virtual system or device group. `nodes` are the places of its names, the nearest first.

    `is_whole` is False for a fragment: a name that it does not define may be defined elsewhere.
    """

    name: str
    nodes: tuple[Node, ...]
    ledger: LineLedger
    is_whole: bool = True
    used: dict[str, set[str]] = field(default_factory=dict)  # kind -> names
    undefined: dict[tuple[str, str, int], Reference] = field(default_factory=dict)
    _indexes: dict[str, dict[str, Node]] = field(default_factory=dict)

    def entries(self, kind: str) -> dict[str, Node]:
        """Return the entries of a kind by name ("address", "service-group" ...), hidden ones left out."""
        known = self._indexes.get(kind)
        if known is None:
            known = self._indexes[kind] = {}
            for node in self.nodes:
                for entry in node.below(kind):
                    known.setdefault(entry.word, entry)
        return known

    def forget(self) -> None:
        """Let go of what only the reading of rules needs."""
        self._indexes.clear()

    def use(self, kind: str, names: Iterable[str]) -> None:
        """Note that names are used."""
        self.used.setdefault(kind, set()).update(names)

    def missing(self, kind: str, name: str, node: Node, context: str) -> None:
        """Note that a name has no definition; `node` is where it is used."""
        if self.is_whole:
            where = self.where(node)
            self.undefined.setdefault((kind, name, where.line), Reference(kind, name, where, context))

    def where(self, node: Node) -> SourceRef:
        """Return the place of a node."""
        return node_ref(self.ledger, node, False)

    def own(self, kind: str) -> Iterator[Node]:
        """Yield the entries of a kind that the scope itself defines."""
        yield from self.nodes[0].below(kind)
