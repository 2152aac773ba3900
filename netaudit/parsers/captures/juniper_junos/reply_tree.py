"""What `| display xml` and `| display json` print, as one tree of elements with their lines.

Junos prints the JSON form from the same elements: each is a list of objects, its text under "data". So one set of
readers takes both. XML is read as a stream; a document type declaration is refused, depth is bounded, and where
the text is malformed the tree ends.
Source: Juniper, "Junos XML Protocol Developer Guide" (the JSON form of replies) and "Junos XML API Explorer".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.parsers import expat

from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue, read_json

_MAX_DEPTH = 100
_LINES_A_STEP = 2000
_TAG = re.compile(r"<[A-Za-z?]")


class Element:
    """An element: its name without namespace, its text, its children. Lines count from 1, inclusive."""

    __slots__ = ("children", "end_line", "line", "name", "text")

    def __init__(self, name: str, line: int) -> None:
        self.name = name
        self.line = self.end_line = line
        self.text = ""
        self.children: list[Element] = []

    def all(self, name: str) -> Iterator[Element]:
        """Yield the children of a name."""
        return (child for child in self.children if child.name == name)

    def first(self, name: str) -> Element | None:
        """Return the first child of a name, None for none."""
        return next(self.all(name), None)

    def value(self, *path: str) -> str:
        """Return the text of the first element on a path of names, "" for none."""
        at: Element | None = self
        for name in path:
            at = at.first(name) if at is not None else None
        return at.text.strip() if at is not None else ""

    def values(self, name: str) -> tuple[str, ...]:
        """Return the texts of all children of a name."""
        return tuple(child.text.strip() for child in self.all(name))

    def descendants(self, name: str) -> Iterator[Element]:
        """Yield the elements of a name below this one, in their order; none within another of them."""
        waiting = list(reversed(self.children))
        while waiting:
            at = waiting.pop()
            if at.name == name:
                yield at
            else:
                waiting += reversed(at.children)

    def lines(self) -> tuple[int, ...]:
        """Return the indexes of its lines, from 0."""
        return tuple(range(self.line - 1, self.end_line))


def read_reply(lines: Sequence[str]) -> Element | None:
    """Return the root of an XML or JSON output, whatever stands before it; None where there is none."""
    for index, line in enumerate(lines):
        text = line.strip()
        if text == "{" or text.startswith('{"'):
            return _from_json(lines, index)
        if text.startswith("<!"):
            return None
        if _TAG.match(text):
            return _from_xml(lines, index)
        if text and index > 20:
            break
    return None


def _from_json(lines: Sequence[str], start: int) -> Element | None:
    # Blank lines in front keep the numbers of the lines; what follows the document (the prompt) is not read.
    documents = read_json([""] * start + list(lines[start:])).documents
    if not documents or not isinstance(documents[0], JsonObject):
        return None
    root = Element("", documents[0].line)
    root.end_line = documents[0].end_line
    waiting: list[tuple[Element, JsonObject]] = [(root, documents[0])]
    while waiting:
        parent, held = waiting.pop()
        for name, value, line, _ in held.fields():
            if name == "attributes":
                continue
            for item in value if isinstance(value, JsonArray) else [value]:
                if name == "data":
                    parent.text = _text(item)
                elif isinstance(item, JsonObject):
                    child = Element(name, item.line)
                    child.end_line = item.end_line
                    parent.children.append(child)
                    waiting.append((child, item))
                elif not isinstance(item, JsonArray):
                    child = Element(name, line)
                    child.text = _text(item)
                    parent.children.append(child)
    return root


def _text(value: JsonValue) -> str:
    if isinstance(value, JsonArray):
        return ""
    return "" if value is None or isinstance(value, JsonObject) else str(value)


class _Refused(Exception):
    """What is not read: a document type, or too deep a tree."""


def _from_xml(lines: Sequence[str], start: int) -> Element:
    root = Element("", start + 1)
    stack = [root]
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True

    def open_element(name: str, attributes: object) -> None:
        del attributes
        if len(stack) > _MAX_DEPTH:
            raise _Refused
        element = Element(name.rpartition(":")[2], start + parser.CurrentLineNumber)
        stack[-1].children.append(element)
        stack.append(element)

    def close_element(name: str) -> None:
        del name
        stack.pop().end_line = start + parser.CurrentLineNumber

    def characters(text: str) -> None:
        stack[-1].text += text

    def refuse(*_: object) -> None:
        raise _Refused

    parser.StartElementHandler = open_element
    parser.EndElementHandler = close_element
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = refuse
    try:
        for position in range(start, len(lines), _LINES_A_STEP):
            text = "\n".join(lines[position : position + _LINES_A_STEP]) + "\n"
            parser.Parse((text.lstrip() if position == start else text).encode("utf-8", "replace"), False)
    except (expat.ExpatError, _Refused):
        pass  # what was read so far stands; the prompt behind the document ends here as well
    for element in stack:
        element.end_line = max(element.end_line, element.line)
    return root
