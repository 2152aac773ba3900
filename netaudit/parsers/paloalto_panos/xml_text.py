"""The XML of a configuration, read as a stream: nothing is expanded, nothing is fetched, every element has its lines.

A document type declaration is refused: it could define entities (OWASP, XML External Entity Prevention; a PAN-OS
export never has one). Depth and the length of one value are bounded. Where the XML is malformed the tree ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from netaudit.model.source import Affects
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.secret_words import is_secret
from netaudit.parsers.paloalto_panos.spec import Spec
from netaudit.parsers.paloalto_panos.tree import DEVICE_PATH, RULES_PATH, VSYS_PATH, Place, TreeBuilder

MAX_DEPTH = 128
MAX_VALUE_CHARACTERS = 1_000_000
_WRAPPERS = frozenset(("response", "result", "config"))
_CHUNK_LINES = 2000


class _Refused(Exception):
    """What the reader does not read, with the reason."""


class XmlReader:
    """Reads one XML document: it begins on line `first` and ends before line `end`. `fault` says why it broke off."""

    def __init__(self, ledger: LineLedger, builder: TreeBuilder, first: int) -> None:
        self.first = first
        self.end = first
        self.fault = ""
        self.fault_line = first
        self._ledger = ledger
        self._lines = builder.lines
        self._builder = builder
        self._places: list[Place] = []
        self._tags: list[str] = []
        self._starts: list[int] = []
        self._text: list[str] = []
        self._length = 0
        self._closed = False
        # The text is decoded already: what the document says of its encoding does not count.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.CommentHandler = self._comment

    def read(self) -> None:
        """Read the document into the tree."""
        try:
            for chunk in self._chunks():
                self._parser.Parse(chunk, False)
                if self._closed:
                    break
            else:
                self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            if self._closed:
                if self.first + error.lineno == self.end:
                    self._ledger.unsupported(self.end - 1, Affects.FILTER, "text behind the document on its last line")
            else:
                self._broken(self.first + error.lineno - 1, f"malformed XML: {expat.ErrorString(error.code)}")
        except _Refused as error:
            self._broken(self._line(), str(error))
        if not self.fault:
            self._blank_lines()

    def _chunks(self) -> Iterator[bytes]:
        for start in range(self.first, len(self._lines), _CHUNK_LINES):
            text = "\n".join(self._lines[start : start + _CHUNK_LINES]) + "\n"
            if start == self.first:
                text = text.lstrip()
            yield text.encode("utf-8", "replace")

    def _line(self) -> int:
        return min(self.first + self._parser.CurrentLineNumber - 1, len(self._lines) - 1)

    def _broken(self, line: int, reason: str) -> None:
        line = min(line, len(self._lines) - 1)
        self.fault, self.fault_line, self.end = reason, line, len(self._lines)
        self._ledger.unrecognized(line, Affects.FILTER, f"{reason} (line {line + 1})")
        for index in range(line + 1, len(self._lines)):
            if self._lines[index].strip():
                self._ledger.unrecognized(index, Affects.FILTER, f"not read: {reason} (line {line + 1})")
        for place in self._places:
            if place.node is not None:
                place.node.last = max(place.node.last, line)

    def _blank_lines(self) -> None:
        for index in range(self.first, self.end):
            if self._ledger.is_open(index):
                self._ledger.ignored(index)

    # What the parser calls

    def _document_type(self, *_: object) -> None:
        raise _Refused("a document type declaration is not read")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        line = self._line()
        if len(self._places) >= MAX_DEPTH:
            raise _Refused(f"more than {MAX_DEPTH} elements inside each other")
        place = self._enter(tag, attributes, line)
        self._places.append(place)
        self._tags.append(tag)
        self._starts.append(line)
        self._text.clear()
        self._length = 0
        # An attribute may stand on a line below its tag.
        self._builder.mark(place.spec, line, line)
        if place.node is not None and tag != "member":
            for name in ("uuid", "version", "urldb", "detail-version"):
                if name in attributes:
                    place.node.add(name, line).add(self._builder.share(attributes[name]), line)

    def _enter(self, tag: str, attributes: dict[str, str], line: int) -> Place:
        builder = self._builder
        if not self._places:
            if tag in _WRAPPERS:
                return builder.top
            if tag == "entry":
                return self._entry_alone(attributes.get("name", ""), line)
            return builder.step(builder.top, tag, line)
        parent = self._places[-1]
        if parent is builder.top and tag in _WRAPPERS:
            return parent
        if tag == "entry":
            name = attributes.get("name", "")
            spec = parent.spec
            if spec.shape == "list":  # a list may be written with entries
                return builder.enter(parent, name, line, Spec(affects=spec.affects))
            return builder.enter(parent, name, line, spec.any or spec.fields.get(name))
        if tag == "member":
            if parent.spec.is_leaf:
                return Place(parent.node, parent.spec)
            # Before PAN-OS 6.0 the members of a group stand in the group itself.
            for key in ("static", "members"):
                if key in parent.spec.fields:
                    return builder.enter(parent, key, line, parent.spec.fields[key])
        return builder.step(parent, tag, line)

    def _entry_alone(self, name: str, line: int) -> Place:
        """Return the place of an entry without its table: a device, a virtual system, or a security rule."""
        path: tuple[str, ...] = RULES_PATH
        if name == DEVICE_PATH[-1]:
            path = DEVICE_PATH[:-1]
        elif re.fullmatch(r"vsys\d+", name):
            path = VSYS_PATH[:-1]
        place = self._builder.top
        for word in (*path, name):
            place = self._builder.enter(place, word, line, place.spec.below(word))
        return place

    def _characters(self, text: str) -> None:
        self._length += len(text)
        if self._length > MAX_VALUE_CHARACTERS:
            raise _Refused(f"a value of more than {MAX_VALUE_CHARACTERS} characters")
        self._text.append(text)

    def _finish(self, tag: str) -> None:
        line = self._line()
        place, start = self._places.pop(), self._starts.pop()
        self._tags.pop()
        value = "".join(self._text).strip() if self._text else ""
        if value:
            self._value(place, tag, value, start, line)
        self._builder.mark(place.spec, line, line)
        if place.node is not None and tag != "member":
            place.node.last = max(place.node.last, line)
        self._text.clear()
        self._length = 0
        if not self._places:
            self._closed = True
            self.end = line + 1

    def _value(self, place: Place, tag: str, value: str, start: int, line: int) -> None:
        """Keep the text of an element that holds nothing else."""
        if line > start:
            self._builder.mark(place.spec, start, line)
        name = self._tags[-1] if tag in ("member", "entry") and self._tags else tag
        if is_secret(name, value):
            for index in range(start, line + 1):
                self._ledger.hide(index, f"<{tag}>")
        if place.node is None:
            if place.spec.shape != "text" and len(value) < 128:
                self._builder.elsewhere.add(self._builder.share(value))
            return
        if not place.spec.is_leaf:
            self._ledger.unrecognized(line, place.spec.affects, "text where elements belong")
            return
        place.node.add(self._builder.share(value), start)

    def _comment(self, text: str) -> None:
        last = self._line()
        first = last
        if "\n" in text:
            last = min(last + text.count("\n"), len(self._lines) - 1)
        for index in range(first, last + 1):
            if self._ledger.is_open(index):
                self._ledger.ignored(index)
