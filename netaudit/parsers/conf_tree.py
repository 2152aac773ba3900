"""The line tree of the Cisco-like platforms: the one place that touches ciscoconfparse."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class ConfLine:
    """A line with its children. `index` counts from 0 in the source; `text` keeps its indentation."""

    index: int
    text: str
    parent: ConfLine | None = field(default=None, repr=False)
    children: list[ConfLine] = field(default_factory=list, repr=False)

    @property
    def words(self) -> list[str]:
        """Return the blank-separated words."""
        return self.text.split()

    def walk(self) -> Iterator[ConfLine]:
        """Yield this line and all below it, in order."""
        waiting = [self]  # a stack of our own: hostile text may nest deeper than Python's
        while waiting:
            line = waiting.pop()
            yield line
            waiting.extend(reversed(line.children))


def conf_tree(lines: Sequence[str], syntax: str, is_bulk: Callable[[str], bool] | None = None) -> list[ConfLine]:
    """Return the top lines of a configuration, each with its children, in order.

    `syntax` is ciscoconfparse's word ("ios", "asa", "nxos"). Lines for which `is_bulk` holds (access-list
    entries and the like, which never have children) bypass ciscoconfparse, which needs 0.1 ms a line
    (LIBRARIES.md 1.1), and hang below the nearest earlier line with a smaller indentation.
    """
    skeleton = [i for i, line in enumerate(lines) if is_bulk is None or not is_bulk(line)]
    nodes = [ConfLine(i, lines[i]) for i in skeleton]
    for node, parent in zip(nodes, _parents([line.text for line in nodes], syntax), strict=True):
        if parent is not None:
            node.parent = nodes[parent]
            nodes[parent].children.append(node)
    if len(nodes) == len(lines):
        return [node for node in nodes if node.parent is None]
    return _with_bulk_lines(lines, nodes)


def _with_bulk_lines(lines: Sequence[str], nodes: list[ConfLine]) -> list[ConfLine]:
    known = {node.index: node for node in nodes}
    roots: list[ConfLine] = []
    grown: dict[int, ConfLine] = {}
    last: ConfLine | None = None  # the last line that ciscoconfparse placed
    for index, text in enumerate(lines):
        node = known.get(index)
        if node is not None:
            last = node
        else:
            node = ConfLine(index, text)
            indent = _indent(text)
            above = last
            while above is not None and _indent(above.text) >= indent:
                above = above.parent
            node.parent = above
            if above is not None:
                above.children.append(node)
                grown[above.index] = above
        if node.parent is None:
            roots.append(node)
    for parent in grown.values():  # the other children were there before: the order of the file decides
        parent.children.sort(key=lambda line: line.index)
    return roots


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _parents(lines: list[str], syntax: str) -> list[int | None]:
    """Return for each line the position of its parent.

    Passing a list with ignore_blank_lines=False keeps lines and objects one to one; the check below falls back
    to indentation should a line be lost. Errors of the library may quote the whole configuration (with its
    secrets), so their text is dropped.
    """
    if not lines:
        return []
    from ciscoconfparse import CiscoConfParse
    from loguru import logger

    logger.remove()  # after the import: the library installs sinks that print configuration text
    try:
        parsed = CiscoConfParse(list(lines), syntax=syntax, factory=False, ignore_blank_lines=False)
        objects = list(parsed.objs)
        if [line.text for line in objects] == lines:
            return [None if line.parent is line else line.parent.linenum for line in objects]
    except Exception:
        pass
    return _parents_by_indentation(lines)


def _parents_by_indentation(lines: list[str]) -> list[int | None]:
    parents: list[int | None] = []
    stack: list[tuple[int, int]] = []  # (indent, position)
    for position, text in enumerate(lines):
        if not text.strip():
            parents.append(None)
            continue
        indent = _indent(text)
        while stack and stack[-1][0] >= indent:
            stack.pop()
        parents.append(stack[-1][1] if stack else None)
        stack.append((indent, position))
    return parents
