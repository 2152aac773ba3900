"""Configuration groups: what `apply-groups` and interface ranges add to the hierarchy.

Source: Junos CLI User Guide, "Configuration Groups": the innermost `apply-groups` and the first group of a list
win, the configuration's own statements win over all; what a group adds to an ordered list comes last; a word in
`<>` is a pattern for names that the configuration has; `apply-groups-except` keeps a group away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import translate
from functools import lru_cache

from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node

_MAX_NODES = 2_000_000  # groups within groups of wildcards may multiply: past this nothing more is inherited
_MAX_MEMBERS = 4096

Source = tuple[str, Node]  # the group's name and its node at some path


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(translate(text))
    except re.error:
        return re.compile(r"(?!)")


def is_wildcard(word: str) -> bool:
    """Tell whether a word is a pattern in angle brackets."""
    return len(word) >= 2 and word[0] == "<" and word[-1] == ">"


def matches(pattern: str, word: str) -> bool:
    """Tell whether a name fits a pattern such as "<ge-*>"."""
    if word in APPLY_WORDS or (word.startswith("<") and word.endswith(">")):
        return False
    return _pattern(pattern[1:-1]).match(word) is not None


class Inheritance:
    """Copies what groups say to where they are applied."""

    def __init__(self, root: Node) -> None:
        self._root = root
        groups = root.children.get("groups")
        self._groups = {} if groups is None or not groups.active else groups.children
        self._with_apply: set[int] = set()
        self._made = 0
        self.used: set[str] = set()
        self.undefined: list[tuple[str, Node]] = []
        self.by_node: list[Node] = []  # `apply-groups "${node}"` of a cluster

    def run(self) -> None:
        """Apply the groups to the whole tree."""
        self._find_applications()
        if self._with_apply:
            self._visit(self._root, (), ())

    def _find_applications(self) -> None:
        stack: list[tuple[Node, tuple[int, ...]]] = [(self._root, ())]
        while stack:
            node, above = stack.pop()
            here = (*above, id(node))
            for word, child in node.children.items():
                if word == "apply-groups":
                    self._with_apply.update(here)
                elif child.children and not (node is self._root and word == "groups"):
                    stack.append((child, here))

    def _visit(self, node: Node, path: tuple[str, ...], sources: tuple[Source, ...]) -> None:
        if "apply-groups-except" in node.children:
            without = node.words("apply-groups-except")
            sources = tuple(one for one in sources if one[0] not in without)
        if "apply-groups" in node.children:
            sources = (*self._applied(node.below("apply-groups"), path), *sources)
        sources = self._nested(sources, path)
        for name, group in sources:
            for word, child in group.children.items():
                if word in node.children or is_wildcard(word) or word in APPLY_WORDS or self._made > _MAX_NODES:
                    continue
                self._made += 1
                node.children[word] = Node(word, child.first, child.last, child.active and node.active, False, name)
        for word, child in list(node.children.items()):
            if word in APPLY_WORDS or (not path and word == "groups"):
                continue
            below = tuple(
                (name, found) for name, group in sources for found in _fitting(group, word) if found is not child
            )
            if below or id(child) in self._with_apply:
                if not child.active and any(found.active for _, found in below) and child.origin:
                    child.active = node.active
                self._visit(child, (*path, word), below)

    def _nested(self, sources: tuple[Source, ...], path: tuple[str, ...]) -> tuple[Source, ...]:
        """Return the sources with the groups that they apply themselves, each after the one that names it."""
        if not any("apply-groups" in group.children for _, group in sources):
            return sources
        found: dict[int, Source] = {}
        waiting = list(reversed(sources))
        while waiting:
            name, group = waiting.pop()
            if id(group) in found:
                continue
            found[id(group)] = name, group
            waiting += reversed(list(self._applied(group.below("apply-groups"), path)))
        return tuple(found.values())

    def _applied(self, uses: Iterable[Node], path: tuple[str, ...]) -> Iterator[Source]:
        for use in list(uses):
            name = use.word
            if name == "${node}":
                self.by_node.append(use)
                name = "node0"
                if name not in self._groups:
                    continue
            group = self._groups.get(name)
            if group is None:
                if name != "junos-defaults":
                    self.undefined.append((name, use))
                continue
            self.used.add(name)
            if not group.active:
                continue
            found = [group]
            for word in path:
                found = [below for one in found for below in _fitting(one, word)]
            yield from ((name, one) for one in found)


def _fitting(group: Node, word: str) -> Iterator[Node]:
    """Yield the children of a group's node that speak of a word: itself first, then the patterns."""
    exact = group.children.get(word)
    if exact is not None and exact.active:
        yield exact
    for name, child in group.children.items():
        if child.active and name[:1] == "<" and is_wildcard(name) and matches(name, word):
            yield child


def expand_interface_ranges(interfaces: Node) -> None:
    """Give the members of each `interface-range` what the range says."""
    for one in list(interfaces.below("interface-range")):
        names: list[str] = []
        for member in one.words("member"):
            names += _members(member, interfaces)
        for member_range in one.below("member-range"):
            last = member_range.value("to")
            names += _between(member_range.word, last) if last else [member_range.word]
        for name in names[:_MAX_MEMBERS]:
            target = interfaces.children.get(name)
            if target is None:
                target = interfaces.children[name] = Node(name, one.first, one.last, True, False, one.word)
            _inherit(target, one, frozenset(("member", "member-range", "description")))


def _inherit(target: Node, source: Node, without: frozenset[str] = frozenset()) -> None:
    stack = [(target, source, without)]
    while stack:
        node, other, skipped = stack.pop()
        for word, child in other.children.items():
            if word in skipped:
                continue
            mine = node.children.get(word)
            if mine is None:
                mine = node.children[word] = Node(
                    word, child.first, child.last, child.active and node.active, False, "interface-range"
                )
            stack.append((mine, child, frozenset()))


def _members(member: str, interfaces: Node) -> list[str]:
    """Return the interfaces of `member ge-0/0/[0-3]`; a `*` stands for those that the file has."""
    if "*" in member or "?" in member:
        pattern = _pattern(member)
        return [word for word in interfaces.children if word not in _NOT_PORTS and pattern.match(word)]
    match = re.fullmatch(r"([^\[\]]*)\[([0-9,\- ]+)\]([^\[\]]*)", member)
    if match is None:
        return [member]
    numbers: list[int] = []
    for part in match[2].replace(" ", ",").split(","):
        low, _, high = part.partition("-")
        if low.isdigit() and (not high or high.isdigit()) and len(low) < 6 and len(high) < 6:
            numbers += range(int(low), min(int(high or low), int(low) + _MAX_MEMBERS) + 1)
    return [f"{match[1]}{number}{match[3]}" for number in numbers]


def _between(first: str, last: str) -> list[str]:
    """Return ge-0/0/0, ge-0/0/1 ... of `member-range ge-0/0/0 to ge-0/0/5`; the last number counts."""
    left = re.fullmatch(r"(.*?)(\d{1,6})", first)
    right = re.fullmatch(r"(.*?)(\d{1,6})", last)
    if left is None or right is None or left[1] != right[1]:
        return [first, last]
    low, high = int(left[2]), int(right[2])
    return [f"{left[1]}{number}" for number in range(low, min(high, low + _MAX_MEMBERS) + 1)]


_NOT_PORTS = frozenset(("interface-range", "interface-set", "traceoptions", *APPLY_WORDS))
