"""Names that are used: which of them are not defined, and which definitions nobody uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netaudit.model.device import Reference
from netaudit.model.source import SourceRef
from netaudit.parsers.juniper_junos.tree import Node, node_ref
from netaudit.parsers.ledger import LineLedger


@dataclass(slots=True)
class References:
    """Collects definitions and uses of names within one system.

    A kind is the word that people use; what follows in parentheses tells namespaces apart and is not shown.
    """

    ledger: LineLedger
    defined: dict[tuple[str, str], Node] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)
    undefined: dict[tuple[str, str, int], Reference] = field(default_factory=dict)

    def define(self, kind: str, name: str, node: Node) -> None:
        """Note a definition."""
        self.defined.setdefault((kind, name), node)

    def use(self, kind: str, name: str) -> None:
        """Note a use."""
        self.used.add((kind, name))

    def missing(self, kind: str, name: str, node: Node, context: str) -> None:
        """Note a use of a name without a definition."""
        where = node_ref(self.ledger, node, False)
        self.undefined.setdefault((kind, name, where.line), Reference(kind, name, where, context))

    def check(self, kind: str, name: str, node: Node, context: str) -> bool:
        """Note a use, and tell whether the name is defined."""
        self.used.add((kind, name))
        if (kind, name) in self.defined:
            return True
        self.missing(kind, name, node, context)
        return False

    def unused(self, kinds: Iterable[str]) -> Iterator[Reference]:
        """Yield the definitions of some kinds that nobody uses."""
        wanted = frozenset(kinds)
        for (kind, name), node in self.defined.items():
            if kind in wanted and (kind, name) not in self.used:
                where: SourceRef = node_ref(self.ledger, node, False)
                yield Reference(kind.partition(" (")[0], name, where)
