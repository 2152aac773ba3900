"""Reads YAML registers as nodes: text exactly as written, with line numbers, and nothing resolved by type.

`NO`, `22:22`, `010` and `17.10` stay what they are; duplicate keys, aliases and tags are problems.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from netaudit.errors import InputError, Problem
from netaudit.model.source import SourceRef
from netaudit.model.table import Cell, Row, Table, quoted

_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A value of a YAML document: a text, a list or a mapping. `line` counts from 1.

    `kind` is "text", "list" or "mapping"; an empty value is the text "".
    """

    kind: str
    line: int
    text: str = ""
    items: tuple[YamlNode, ...] = ()
    entries: tuple[tuple[str, YamlNode], ...] = ()

    def get(self, key: str) -> YamlNode | None:
        """Return the value of a mapping's key."""
        return next((value for name, value in self.entries if name == key), None)


def compose_yaml(text: str, path: str) -> YamlNode:
    """Return the document's root. Raises InputError with every problem found."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if not text.strip():
        raise InputError.single(path, "is empty")
    reader = YAML(typ="rt", pure=True)
    try:
        root = reader.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise InputError.single(path, f"is not well-formed YAML: {error.problem or error.context}", place) from None
    except (YAMLError, ValueError, RecursionError) as error:
        message = (str(error).splitlines() or [type(error).__name__])[0]
        raise InputError.single(path, f"is not well-formed YAML: {message}") from None
    if root is None:
        raise InputError.single(path, "is empty")
    problems: list[Problem] = []
    node = _converted(root, path, problems, seen=set(), depth=0)
    if problems:
        raise InputError(problems)
    return node


def _converted(node: Any, path: str, problems: list[Problem], seen: set[int], depth: int) -> YamlNode:
    line = node.start_mark.line + 1
    if depth > _MAX_DEPTH:
        problems.append(Problem(path, f"line {line}", "is nested too deeply"))
        return YamlNode("text", line)
    if id(node) in seen:
        problems.append(Problem(path, f"line {line}", "is used by an alias (*name); write the value out"))
        return YamlNode("text", line)
    seen.add(id(node))
    if node.id == "scalar":
        value = "" if node.style is None and node.value in ("~", "null", "Null", "NULL") else node.value
        return YamlNode("text", line, value.strip())
    if node.id == "sequence":
        items = tuple(_converted(one, path, problems, seen, depth + 1) for one in node.value)
        return YamlNode("list", line, items=items)
    entries: dict[str, YamlNode] = {}
    for key, value in node.value:
        key_line = key.start_mark.line + 1
        if key.id != "scalar":
            problems.append(Problem(path, f"line {key_line}", "has a key that is not a plain word"))
            continue
        name = str(key.value).strip()
        if name in entries:
            problems.append(
                Problem(
                    path, f"line {key_line}", f"key {quoted(name)} stands twice, first at line {entries[name].line}"
                )
            )
        entries[name] = _at_line(_converted(value, path, problems, seen, depth + 1), key_line)
    return YamlNode("mapping", line, entries=tuple(entries.items()))


def _at_line(node: YamlNode, line: int) -> YamlNode:
    """Return the node at the line of its key: that is where people look."""
    return YamlNode(node.kind, line, node.text, node.items, node.entries)


def scalar_text(node: YamlNode) -> str | None:
    """Return the text of a value or of a list of texts (joined by "; "); None for anything nested."""
    if node.kind == "text":
        return node.text
    if node.kind == "list" and all(item.kind == "text" for item in node.items):
        return "; ".join(item.text for item in node.items)
    return None


def row_of_node(node: YamlNode, name: str, lines: list[str], nested: frozenset[str] = frozenset()) -> Row:
    """Return a mapping as a row; keys in `nested` may hold more than texts and become empty cells."""
    cells = {}
    for key, value in node.entries:
        place = f"line {value.line}, key {key}"
        text = scalar_text(value)
        if text is None:
            problem = "" if key in nested else "is nested; a text or a list of texts is expected"
            cells[key] = Cell("", place, problem)
        else:
            cells[key] = Cell(text, place)
    text = lines[node.line - 1].strip() if node.line <= len(lines) else ""
    return Row(SourceRef(name, node.line, text), f"line {node.line}", cells)


def table_of_nodes(root: YamlNode, path: str, name: str, text: str, draft: bool) -> Table:
    """Return a list of mappings as a table. Raises InputError."""
    if root.kind == "mapping" and len(root.entries) == 1 and root.entries[0][1].kind == "list":
        root = root.entries[0][1]
    if root.kind == "text" and not root.text:
        raise InputError.single(path, "is empty")
    if root.kind != "list":
        raise InputError.single(path, "must be a list of entries, each with its columns as keys", f"line {root.line}")
    problems = [
        Problem(path, f"line {item.line}", "is not an entry with keys") for item in root.items if item.kind != "mapping"
    ]
    if problems:
        raise InputError(problems)
    lines = text.split("\n")
    rows = tuple(row_of_node(item, name, lines) for item in root.items)
    return table_of_rows(rows, path, f"line {root.line}", draft)


def table_of_rows(rows: tuple[Row, ...], path: str, place: str, draft: bool) -> Table:
    """Return entries as a table: its headers are the keys of all entries, in order."""
    places: dict[str, str] = {}
    for row in rows:
        for key, cell in row.cells.items():
            places.setdefault(key, cell.place)
    return Table(path, tuple(places), rows, rows[0].place if rows else place, draft, places)
