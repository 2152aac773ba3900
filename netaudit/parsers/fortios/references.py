"""Names that are used: which of them are not defined, and which definitions nobody uses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.device import Reference
from netaudit.parsers.fortios.tree import Node, setting_ref
from netaudit.parsers.ledger import LineLedger


@dataclass(slots=True)
class References:
    """Collects uses of names while a VDOM is read."""

    ledger: LineLedger
    used: dict[str, set[str]] = field(default_factory=dict)  # kind -> names
    undefined: dict[tuple[str, str, int], Reference] = field(default_factory=dict)

    def use(self, kind: str, names: Iterable[str]) -> None:
        """Note that names are used."""
        self.used.setdefault(kind, set()).update(names)

    def missing(self, kind: str, name: str, node: Node, key: str, context: str) -> None:
        """Note that a name has no definition."""
        where = setting_ref(self.ledger, node, key)
        self.undefined.setdefault((kind, name, where.line), Reference(kind, name, where, context))
