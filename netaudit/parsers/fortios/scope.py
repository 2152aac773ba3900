"""The virtual domains of a file: which tables belong to which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.parsers.fortios.tree import Node, Tree


@dataclass(frozen=True, slots=True)
class Scope:
    """One VDOM. `name` is "" on a device without VDOMs; `node` holds its tables, `common` those of the device."""

    name: str
    node: Node
    common: tuple[Node, ...]

    def entries(self, *paths: str) -> Iterator[Node]:
        """Yield the entries of the VDOM's tables, table by table."""
        for path in paths:
            yield from self.node.entries_of(path)

    @property
    def is_whole(self) -> bool:
        """Tell whether the file is the configuration of a device, not only a few sections of it."""
        return any("system global" in node.tables for node in self.common)

    def defines(self, path: str) -> bool:
        """Tell whether a name that a table does not have is undefined; else it may be defined elsewhere."""
        return self.is_whole or (path in self.node.tables and "firewall policy" in self.node.tables)

    def entry(self, path: str, name: str) -> Node | None:
        """Return one entry of a table of the VDOM."""
        table = self.node.tables.get(path)
        return table.entries.get(name) if table else None

    def common_entries(self, path: str) -> Iterator[Node]:
        """Yield the entries of a table of the whole device, such as `system interface`."""
        seen = [*self.common, self.node]
        for position, node in enumerate(seen):
            if node not in seen[:position]:
                yield from node.entries_of(path)


def device_nodes(tree: Tree) -> tuple[Node, ...]:
    """Return the nodes that hold settings of the whole device: the file itself and `config global`."""
    shared = tree.root.tables.get("global")
    return (shared, tree.root) if shared is not None else (tree.root,)


def scopes_of(tree: Tree) -> tuple[Scope, ...]:
    """Return the VDOMs in the order of the file; one without a name where the file has none."""
    common = device_nodes(tree)
    vdoms = tree.root.tables.get("vdom")
    if vdoms is None or not vdoms.entries:
        node = tree.root
        if len(common) == 2 and not any(path.startswith("firewall") for path in node.tables):
            node = common[0]
        return (Scope("", node, common),)
    scopes = [Scope(name, node, common) for name, node in vdoms.entries.items()]
    if any(path.startswith(("firewall", "router")) for path in tree.root.tables):
        scopes.append(Scope("", tree.root, common))
    return tuple(scopes)


def device_setting(tree: Tree, path: str, key: str) -> tuple[Node, str] | None:
    """Return the node and the first word of a setting of the whole device."""
    for node in device_nodes(tree):
        table = node.tables.get(path)
        if table is not None and table.words(key):
            return table, table.value(key)
    return None
