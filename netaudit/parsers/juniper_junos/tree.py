"""The hierarchy of a Junos configuration: one node a word, as `display set` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netaudit.model.source import SourceRef
from netaudit.parsers.juniper_junos.text import Statement
from netaudit.parsers.ledger import LineLedger


@dataclass(slots=True, eq=False)
class Node:
    """A word with what stands below it. Line indexes count from 0; -1 = no line of its own.

    `active` is False where every statement through the node is `inactive:` or it was deactivated.
    `origin` names the group that a node was inherited from, "" for the configuration's own.
    """

    word: str
    first: int = -1
    last: int = -1
    active: bool = False
    deactivated: bool = False
    origin: str = ""
    children: dict[str, Node] = field(default_factory=dict, repr=False)

    def own(self, word: str) -> Node | None:
        """Return a child, active or not."""
        return self.children.get(word)

    def get(self, *path: str) -> Node | None:
        """Return the active node below at a path of words."""
        node: Node | None = self
        for word in path:
            node = node.children.get(word) if node is not None else None
            if node is None or not node.active:
                return None
        return node

    def has(self, *path: str) -> bool:
        """Tell whether there is an active node at a path."""
        return self.get(*path) is not None

    def below(self, *path: str) -> Iterator[Node]:
        """Yield the active children at a path, the configuration's own first."""
        node = self.get(*path)
        if node is not None:
            yield from (child for child in node.children.values() if child.active)

    def entries(self, *path: str) -> Iterator[Node]:
        """Yield the children at a path, those that are inactive too."""
        node: Node | None = self
        for word in path:
            node = node.children.get(word) if node is not None else None
        if node is not None:
            yield from (child for child in node.children.values() if child.word not in APPLY_WORDS)

    def words(self, *path: str) -> tuple[str, ...]:
        """Return the values of a statement that takes many."""
        return tuple(child.word for child in self.below(*path) if child.word not in APPLY_WORDS)

    def value(self, *path: str) -> str:
        """Return the value of a statement that takes one: the last of the configuration's own, else a group's."""
        node = self.value_node(*path)
        return node.word if node is not None else ""

    def value_node(self, *path: str) -> Node | None:
        """Return the node of that value."""
        found: Node | None = None
        for child in self.below(*path):
            if child.word in APPLY_WORDS:
                continue
            if found is None or not child.origin:
                found = child
        return found

    def chains(self) -> Iterator[tuple[Node, ...]]:
        """Yield the active paths from the children to the leaves."""
        stack: list[tuple[Node, ...]] = [(child,) for child in reversed(self.children.values()) if child.active]
        while stack:
            path = stack.pop()
            below = [child for child in path[-1].children.values() if child.active]
            if not below:
                yield path
            stack.extend((*path, child) for child in reversed(below))

    def walk(self) -> Iterator[Node]:
        """Yield this node and all below."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children.values()))


APPLY_WORDS = ("apply-groups", "apply-groups-except", "apply-macro")


@dataclass(slots=True)
class Tree:
    """The whole configuration; `statements` are those that were read, for the account of lines."""

    root: Node
    statements: list[Statement]
    blocks: list[tuple[tuple[str, ...], int, int]]
    unmatched: set[int] = field(default_factory=set)  # lines of commands whose object is not in the file


def node_ref(ledger: LineLedger, node: Node, whole: bool = True) -> SourceRef:
    """Return the place of a node: its lines where `whole`, else its first."""
    first = max(node.first, 0)
    if whole and node.last > first:
        return ledger.ref(first, node.last)
    return ledger.ref(first)


class TreeBuilder:
    """Puts statements together, in the order of the file."""

    def __init__(self) -> None:
        self.root = Node("", active=True)
        self.unmatched: set[int] = set()

    def add(self, statement: Statement) -> None:
        """Carry out one statement."""
        command = statement.command
        words = statement.words
        if command == "set":
            self._insert(statement)
        elif command == "replace":
            if statement.is_block or len(words) < 2:
                self._remove(words)
            else:
                self._remove(words[:-1])
            self._insert(statement)
        elif command == "delete":
            if not self._remove(words):
                self.unmatched.add(statement.first)
        elif command in ("deactivate", "activate"):
            node = self._find(words)
            if node is None:
                self.unmatched.add(statement.first)
            else:
                node.deactivated = command == "deactivate"
        elif command in ("rename", "copy"):
            self._rename(words, command == "copy", statement.first)
        elif command == "insert":
            self._move(words, statement.first)

    def _insert(self, statement: Statement) -> None:
        node = parent = self.root
        first, last = statement.first, statement.last
        if not statement.words:
            return
        active = not (statement.inactive and not statement.is_block)
        for word in statement.words:
            child = node.children.get(word)
            if child is None:
                child = node.children[word] = Node(word, first, last)
            elif first <= child.last + 1:
                if last > child.last:
                    child.last = last
                if child.first < 0:
                    child.first = first
            if active:
                child.active = True
            parent, node = node, child
        if statement.is_block and statement.inactive:
            node.deactivated = True
        if not statement.is_block and node.last < first:
            # A value set again: the later statement decides.
            node.first, node.last = first, last
        if not statement.is_block and not node.children and next(reversed(parent.children)) != node.word:
            parent.children[node.word] = parent.children.pop(node.word)

    def _find(self, words: tuple[str, ...]) -> Node | None:
        node: Node | None = self.root
        for word in words:
            node = node.children.get(word) if node is not None else None
        return node

    def _remove(self, words: tuple[str, ...]) -> bool:
        if not words:
            return False
        parent = self._find(words[:-1])
        return parent is not None and parent.children.pop(words[-1], None) is not None

    def _rename(self, words: tuple[str, ...], keep: bool, line: int) -> None:
        """Carry out `rename PATH to NEW` or `copy PATH to NEW`; NEW may repeat the kind ("policy NEW")."""
        if "to" not in words:
            self.unmatched.add(line)
            return
        cut = len(words) - 1 - words[::-1].index("to")
        path, new = words[:cut], words[cut + 1 :]
        parent = self._find(path[:-1]) if path else None
        if parent is None or not new or path[-1] not in parent.children:
            self.unmatched.add(line)
            return
        old, name = path[-1], new[-1]
        if keep:
            parent.children[name] = _copy(parent.children[old], name)
            return
        parent.children = {(name if word == old else word): node for word, node in parent.children.items()}
        parent.children[name].word = name

    def _move(self, words: tuple[str, ...], line: int) -> None:
        """Carry out `insert PATH before|after NAME`."""
        for side in ("before", "after"):
            if side in words[:-1]:
                cut = len(words) - 1 - words[::-1].index(side)
                path, other = words[:cut], words[-1]
                parent = self._find(path[:-1]) if path else None
                if parent is not None and path[-1] in parent.children and other in parent.children:
                    if path[-1] == other:
                        return
                    moved = parent.children.pop(path[-1])
                    order: dict[str, Node] = {}
                    for word, node in parent.children.items():
                        if word == other and side == "before":
                            order[moved.word] = moved
                        order[word] = node
                        if word == other and side == "after":
                            order[moved.word] = moved
                    parent.children = order
                    return
        self.unmatched.add(line)

    def close_blocks(self, blocks: list[tuple[tuple[str, ...], int, int]]) -> None:
        """Let each node of a block end at its brace."""
        for words, first, last in blocks:
            node = self._find(words)
            if node is not None and words and node.first <= first and node.last <= last:
                node.last = last

    def finish(self) -> None:
        """Let what is below a deactivated node be inactive."""
        stack = [(self.root, True)]
        while stack:
            node, active = stack.pop()
            active = active and not node.deactivated
            if not active:
                node.active = False
            stack.extend((child, active) for child in node.children.values())


def _copy(node: Node, word: str) -> Node:
    clone = Node(word, node.first, node.last, node.active, node.deactivated, node.origin)
    stack = [(node, clone)]
    while stack:
        old, new = stack.pop()
        for name, child in old.children.items():
            made = Node(name, child.first, child.last, child.active, child.deactivated, child.origin)
            new.children[name] = made
            stack.append((child, made))
    return clone


def activated(node: Node) -> Node:
    """Return a copy of an inactive node in which everything is active: what it would do."""
    clone = Node(node.word, node.first, node.last, True, False, node.origin)
    stack = [(node, clone)]
    while stack:
        old, new = stack.pop()
        for word, child in old.children.items():
            made = Node(word, child.first, child.last, True, False, child.origin)
            new.children[word] = made
            stack.append((child, made))
    return clone
