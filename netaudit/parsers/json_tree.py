"""JSON with line numbers: what the readers of exports (management APIs, cloud command lines) share.

The values are those of the standard library, objects and arrays being dict and list that also know their lines.
Reading is bounded in depth and in the number of values and never raises on text (RFC 8259 is the grammar; several
documents may follow each other, as a command line writes its pages into one file).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

# Real exports nest to about 15 and hold some ten million values in 300 MB; a file made to exhaust memory goes past.
MAX_DEPTH = 100
MAX_VALUES = 20_000_000
_MAX_DIGITS = 400

JsonValue: TypeAlias = "JsonObject | JsonArray | str | int | float | bool | None"


class JsonObject(dict[str, JsonValue]):
    """An object. `line` and `end_line` are those of its brackets, counted from 1.

    `key_lines` has the line of each key, in the order of the keys. Of keys that stand twice the last counts, as for
    the standard library; it keeps the place of the first.
    """

    __slots__ = ("end_line", "key_lines", "line")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = self.end_line = line
        self.key_lines: list[int] = []

    def line_of(self, key: str) -> int:
        """Return the line of a key, that of the object where it has no such key."""
        for known, line in zip(self, self.key_lines, strict=True):
            if known == key:
                return line
        return self.line

    def fields(self) -> Iterator[tuple[str, JsonValue, int, int]]:
        """Yield key, value, and the first and last line of both."""
        for (key, value), line in zip(self.items(), self.key_lines, strict=True):
            yield key, value, line, value.end_line if isinstance(value, JsonObject | JsonArray) else line

    def text(self, key: str) -> str:
        """Return the text of a key, "" where it is absent or no text."""
        value = self.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int | None:
        """Return the whole number of a key, None where it is absent or none."""
        value = self.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, key: str) -> bool | None:
        """Return the truth value of a key, None where it is absent or none."""
        value = self.get(key)
        return value if isinstance(value, bool) else None

    def object(self, key: str) -> JsonObject | None:
        """Return the object under a key, None where it is absent or none."""
        value = self.get(key)
        return value if isinstance(value, JsonObject) else None

    def items_of(self, key: str) -> list[JsonValue]:
        """Return the items of the array under a key, none where it is absent or no array."""
        value = self.get(key)
        return value if isinstance(value, JsonArray) else []

    def objects(self, key: str) -> Iterator[JsonObject]:
        """Yield the objects among the items of the array under a key."""
        return (one for one in self.items_of(key) if isinstance(one, JsonObject))


class JsonArray(list[JsonValue]):
    """An array. `line` and `end_line` are those of its brackets; `item_lines` has the first line of each item."""

    __slots__ = ("end_line", "item_lines", "line")

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = self.end_line = line
        self.item_lines: list[int] = []


@dataclass(frozen=True, slots=True)
class JsonProblem:
    """Why a text is no JSON: `line` counts from 1; the message quotes nothing of the text, which may be secret."""

    line: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class JsonReading:
    """The documents of a text, in order; those after a problem are not read."""

    documents: tuple[JsonObject | JsonArray, ...] = ()
    problem: JsonProblem | None = None


def read_json(lines: Sequence[str]) -> JsonReading:
    """Read the JSON documents of a file. Each must be an object or an array."""
    reader = _Reader("\n".join(lines))
    documents: list[JsonObject | JsonArray] = []
    try:
        while (document := reader.document()) is not None:
            documents.append(document)
    except _MalformedError as error:
        return JsonReading(tuple(documents), JsonProblem(reader.line, str(error)))
    return JsonReading(tuple(documents))


class _MalformedError(ValueError):
    """The text is no JSON at the reader's line."""


_SPACE = r"[ \t\n\r]*"
_CHARACTERS = r'[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*'
# A value: the inside of a text, a number, a word, or the bracket that opens a container.
_VALUE = rf'(?:"({_CHARACTERS})"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{{\[]))'
_START = re.compile(rf"{_SPACE}([{{\[])")
_MEMBER = re.compile(rf'{_SPACE}"({_CHARACTERS})"{_SPACE}:{_SPACE}{_VALUE}{_SPACE}(,|\}})?', re.ASCII)
_ITEM = re.compile(rf"{_SPACE}{_VALUE}{_SPACE}(,|\])?", re.ASCII)
_NEXT = re.compile(rf"{_SPACE}([,}}\]])")
_CLOSING = {"{": re.compile(rf"{_SPACE}\}}"), "[": re.compile(rf"{_SPACE}\]")}
_BLANK = re.compile(_SPACE)
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


class _Reader:
    """Reads one document after the other; `line` is that of the position where it stands."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._counted = 0  # the newlines before this offset are in `line`
        self._values = 0
        self.line = 1
        self._keys: dict[str, str] = {}

    def _line_at(self, offset: int) -> int:
        """Return the line of an offset, which never lies before that of the last call."""
        self.line += self._text.count("\n", self._counted, offset)
        self._counted = offset
        return self.line

    def document(self) -> JsonObject | JsonArray | None:
        """Return the next document, None at the end. Raises _MalformedError."""
        found = _START.match(self._text, self._position)
        if found is None:
            self._position = self._end_of_blank()
            self._line_at(self._position)
            if self._position < len(self._text):
                raise _MalformedError("expected an object or an array")
            return None
        line = self._line_at(found.start(1))
        self._position = found.end()
        root: JsonObject | JsonArray = JsonObject(line) if found[1] == "{" else JsonArray(line)
        self._fill(root)
        return root

    def _end_of_blank(self) -> int:
        found = _BLANK.match(self._text, self._position)
        return found.end() if found else self._position

    def _fill(self, root: JsonObject | JsonArray) -> None:
        stack: list[JsonObject | JsonArray] = [root]
        while stack:
            top = stack[-1]
            inner = None
            if not self._closed(top):
                inner = self._members(top) if isinstance(top, JsonObject) else self._items(top)
            if inner is not None:
                stack.append(inner)
                if len(stack) > MAX_DEPTH:
                    raise _MalformedError(f"nested deeper than {MAX_DEPTH} levels")
                continue
            stack.pop()
            while stack and not self._goes_on(stack[-1]):
                stack.pop()

    def _closed(self, container: JsonObject | JsonArray) -> bool:
        """Tell whether an empty container is closed right after its bracket."""
        if container:
            return False
        found = _CLOSING["{" if isinstance(container, JsonObject) else "["].match(self._text, self._position)
        if found is None:
            return False
        container.end_line = self._line_at(found.end() - 1)
        self._position = found.end()
        return True

    def _goes_on(self, container: JsonObject | JsonArray) -> bool:
        """Read what follows an inner container: True after a comma, False after the outer one's bracket."""
        found = _NEXT.match(self._text, self._position)
        closing = "}" if isinstance(container, JsonObject) else "]"
        if found is None or found[1] not in (",", closing):
            self._fail(f'expected "," or "{closing}"')
        line = self._line_at(found.end() - 1)
        self._position = found.end()
        if found[1] == ",":
            return True
        container.end_line = line
        return False

    def _members(self, target: JsonObject) -> JsonObject | JsonArray | None:
        """Read members until the object ends (None) or one opens a container, which is returned."""
        text, match = self._text, _MEMBER.match
        position = self._position
        keys, key_lines = self._keys, target.key_lines
        while True:
            found = match(text, position)
            if found is None:
                self._position = position
                self._fail('expected a member: "name": value')
            raw, string, number, word, opening, after = found.groups()
            key = keys.get(raw)
            if key is None:
                key = keys[raw] = self._string(raw, found.start(1))
            line = self._line_at(found.start(1))
            if key in target:
                key_lines[list(target).index(key)] = line
            else:
                key_lines.append(line)
            position = found.end()
            if opening:
                self._position = position = found.end(5)
                self._count()
                start = self._line_at(position - 1)
                inner: JsonObject | JsonArray = JsonObject(start) if opening == "{" else JsonArray(start)
                target[key] = inner
                return inner
            target[key] = self._scalar(string, number, word, found.start(2) if string else position)
            if after == "}":
                target.end_line = self._line_at(position - 1)
                self._position = position
                return None
            if after is None:
                self._position = position
                self._fail('expected "," or "}"')

    def _items(self, target: JsonArray) -> JsonObject | JsonArray | None:
        """Read items until the array ends (None) or one is a container, which is returned."""
        text, match = self._text, _ITEM.match
        position = self._position
        while True:
            found = match(text, position)
            if found is None:
                self._position = position
                self._fail("expected a value")
            string, number, word, opening, after = found.groups()
            group = 1 if string is not None else 2 if number is not None else 3 if word is not None else 4
            line = self._line_at(found.start(group))
            target.item_lines.append(line)
            position = found.end()
            if opening:
                self._position = found.end(4)
                self._count()
                inner: JsonObject | JsonArray = JsonObject(line) if opening == "{" else JsonArray(line)
                target.append(inner)
                return inner
            target.append(self._scalar(string, number, word, position))
            if after == "]":
                target.end_line = self._line_at(position - 1)
                self._position = position
                return None
            if after is None:
                self._position = position
                self._fail('expected "," or "]"')

    def _scalar(self, string: str | None, number: str | None, word: str | None, offset: int) -> JsonValue:
        self._count()
        if string is not None:
            return self._string(string, offset) if "\\" in string else string
        if number is not None:
            if len(number) > _MAX_DIGITS:
                raise _MalformedError("a number has too many digits")
            return int(number) if number.lstrip("-").isdigit() else float(number)
        return _WORDS[word or ""]

    def _count(self) -> None:
        self._values += 1
        if self._values > MAX_VALUES:
            raise _MalformedError(f"holds more than {MAX_VALUES} values")

    def _string(self, raw: str, offset: int) -> str:
        if "\\" not in raw:
            return raw
        try:
            decoded: str = json.loads(f'"{raw}"')
        except ValueError:
            self._line_at(offset)
            raise _MalformedError("a text holds an escape that JSON does not have") from None
        return decoded.encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair is no text

    def _fail(self, message: str) -> NoReturn:
        end = self._end_of_blank()
        self._line_at(max(end, self._counted))
        if end >= len(self._text):
            message = "the text ends before its brackets are closed"
        raise _MalformedError(message)
