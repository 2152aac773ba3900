"""Statements of a Junos file, whatever its form: `set` commands or braces.

Source: Junos CLI User Guide, "Displaying the Current Configuration" and "Loading Configuration Files" (load set,
load merge, load replace). Every statement ends as the words from the root of the hierarchy, with its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.model.source import Affects
from netaudit.parsers.ledger import LineLedger

# Past this many words a statement is no Junos statement; it also keeps the tree shallow.
MAX_WORDS = 100
# A quoted text may go on over lines (certificates, banners); past this many the quote was never closed.
_MAX_QUOTED_LINES = 200
_QUOTE_END = re.compile(r'(?:[^"\\]|\\.)*"')
# Lists within lists multiply; no configuration has more statements on one line.
_MAX_STATEMENTS = 2000

COMMANDS = frozenset(
    ("set", "delete", "deactivate", "activate", "rename", "insert", "copy", "protect", "unprotect", "annotate")
)
# `edit`, `top` and `up` move through the hierarchy; others only look at it.
_MOVES = frozenset(("edit", "top", "up", "exit", "quit"))
_TAGS = {
    "inactive:": "inactive",
    "protect:": "",
    "replace:": "replace",
    "delete:": "delete",
    "active:": "",
    "merge:": "",
    "update:": "",
}

# Lines of a terminal log: the prompt with its command, the role of the routing engine, the edit path.
_TERMINAL = re.compile(
    r"[\w.\-]+@[\w.\-]+(?::\w+)?[>#%]|\{(?:master|backup|primary|secondary|linecard)\b[^{}]*\}|\[edit\b|-+\(more"
)

_REST_OF_WORD = re.compile(r"[^\s{};]*")
_QUOTED_WORD = re.compile(r'"((?:[^"\\]|\\(?:.|\Z))*)(?:"|\Z)')
_FLAT_WORD = re.compile(r"[\[\]](?=\s|\Z)|[^\s]+")
_TOKEN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[{};\[\]]|/\*|#|"|(?:[^\s{};\[\]"/]|/(?!\*))+|/')


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `first` and `last` are line indexes; `command` is set, delete, inactive, replace ..."""

    words: tuple[str, ...]
    first: int
    last: int
    command: str = "set"
    is_block: bool = False  # the head of `{`; its statements follow
    inactive: bool = False  # within or itself `inactive:`


@dataclass(slots=True)
class _Open:
    """A block whose `}` has not come yet."""

    words: tuple[str, ...]
    line: int
    inactive: bool


class TextReader:
    """Reads the lines of a file; comments and closing braces are accounted for here."""

    def __init__(self, ledger: LineLedger) -> None:
        self._ledger = ledger
        self._lines = ledger.source.lines
        self._open: list[_Open] = []
        self._words: list[str | list[str]] = []
        self._first = -1
        self._edit: tuple[str, ...] = ()
        self._last_comment_end = max((i for i, line in enumerate(self._lines) if "*/" in line), default=-1)
        self.blocks: list[tuple[tuple[str, ...], int, int]] = []  # words, first and last line of a closed block

    def statements(self) -> Iterator[Statement]:
        """Yield the statements in order."""
        index = 0
        while index < len(self._lines):
            text = self._lines[index]
            stripped = text.strip()
            if not stripped:
                self._ledger.ignored(index)
                index += 1
                continue
            if not self._words and stripped[0] != "/":
                if stripped[0] == "#":
                    self._ledger.ignored(index)
                    index += 1
                    continue
                head = stripped.split(None, 1)[0]
                if head in COMMANDS or head in _MOVES:
                    command = self._command(stripped, head, index)
                    if command is not None:
                        yield from command
                        index += 1
                        continue
                if _TERMINAL.match(stripped):
                    self._ledger.ignored(index)
                    index += 1
                    continue
            found: list[Statement] = []
            index = self._braces(index, found)
            yield from found
        self._abandon(len(self._lines) - 1)

    # `set` commands

    def _command(self, text: str, head: str, index: int) -> list[Statement] | None:
        """Return the statements of a command line; None where the line is not one (`set {`)."""
        if self._open and text.rstrip().endswith(("{", ";")):
            return None
        words = _flat_words(text)
        if words is None or len(words) > MAX_WORDS:
            self._ledger.unrecognized(index, Affects.OTHER, "not a statement")
            return []
        if head in _MOVES:
            names = tuple(word for word in words[1:] if isinstance(word, str))
            if head == "edit":
                self._edit = (*self._edit, *names)
            elif head == "up" or head == "exit" or head == "quit":
                self._edit = self._edit[:-1] if head == "up" else ()
            else:
                self._edit = names[1:] if names[:1] == ("edit",) else ()
            self._ledger.understood(index)
            return []
        above = self._open[-1].words if self._open else ()
        inactive = bool(self._open) and self._open[-1].inactive
        result = [
            Statement((*above, *self._edit, *one), index, index, head, inactive=inactive) for one in _spread(words[1:])
        ]
        if not result or len(words) < 2:
            self._ledger.unrecognized(index, Affects.OTHER, "not a statement")
            return []
        return result

    # Braces

    def _braces(self, index: int, found: list[Statement]) -> int:
        """Read tokens from one line on until it ends outside of a comment or a quote; return the next line."""
        text = self._lines[index]
        position = 0
        length = len(text)
        while position < length:
            match = _TOKEN.match(text, position)
            if match is None:  # no text gets here; it keeps the loop finite
                position += 1
                continue
            token = match.group()
            position = match.end()
            first = token[0]
            if first.isspace():
                continue
            if token == "/*":
                end = self._comment_end(index, position)
                if end is None:
                    self._ledger.unrecognized(index, Affects.OTHER, "a comment without an end")
                    return index + 1
                last, position = end
                for line in range(index, last + 1):
                    self._ledger.ignored(line)
                if last != index:
                    index, text = last, self._lines[last]
                    length = len(text)
                continue
            if first == "#" and (position < 2 or text[position - 2].isspace() or text[position - 2] in ";{}"):
                self._ledger.ignored(index)
                break
            if first == "#":
                rest = _REST_OF_WORD.match(text, position)
                token += rest.group() if rest else ""
                position += len(token) - 1
            if token == '"':
                joined = self._quoted(index, position)
                if joined is None:
                    # A stray quote, as in `key foo bar";`: part of the word.
                    self._word('"', index)
                    continue
                token, last, position = joined
                self._word(token, index)
                self._cover(index, last)
                index, text = last, self._lines[last]
                length = len(text)
                continue
            if first == "{":
                self._block(index, found)
            elif first == "}":
                self._close(index)
            elif first == ";":
                self._end(index, found)
            elif first == "[":
                self._words.append([])
                self._mark(index)
            elif first == "]":
                self._words.append("]")
                self._mark(index)
            elif first == '"':
                self._word(_unquoted(token), index)
            else:
                self._word(token, index)
        return index + 1

    def _mark(self, index: int) -> None:
        if self._first < 0:
            self._first = index

    def _cover(self, index: int, last: int) -> None:
        for line in range(index, last + 1):
            self._ledger.understood(line)

    def _word(self, word: str, index: int) -> None:
        self._mark(index)
        self._words.append(word)

    def _comment_end(self, index: int, position: int) -> tuple[int, int] | None:
        if index > self._last_comment_end:
            return None
        for line in range(index, len(self._lines)):
            end = self._lines[line].find("*/", position if line == index else 0)
            if end >= 0:
                return line, end + 2
        return None

    def _quoted(self, index: int, position: int) -> tuple[str, int, int] | None:
        """Return the text of a quote that goes on over lines, its last line and the place after it."""
        parts = [self._lines[index][position:]]
        for line in range(index + 1, min(len(self._lines), index + _MAX_QUOTED_LINES)):
            text = self._lines[line]
            match = _QUOTE_END.match(text) if '"' in text else None
            if match:
                after = text[match.end() :].strip()
                if after and after[0] not in ";]#{" and not after.startswith("/*"):
                    return None  # this quote opens a text of its own
                parts.append(match.group()[:-1])
                return "\n".join(parts), line, match.end()
            parts.append(text)
        return None

    def _taken(self) -> tuple[list[str | list[str]], str, bool]:
        """Return the waiting words without their tags, the command and whether they are inactive."""
        words = self._words
        self._words = []
        command, inactive = "set", False
        while words and isinstance(words[0], str) and words[0] in _TAGS:
            tag = _TAGS[words[0]]
            inactive = inactive or tag == "inactive"
            if tag in ("replace", "delete"):
                command = tag
            words = words[1:]
        return _listed(words), command, inactive

    def _block(self, index: int, found: list[Statement]) -> None:
        first = self._first if self._first >= 0 else index
        words, command, inactive = self._taken()
        self._first = -1
        above = self._open[-1] if self._open else _Open((), index, False)
        names = _spread(words)
        # `unit [ 0 1 ] {` does not exist: a head has one reading
        head = (*above.words, *(names[0] if names else ()))
        if len(head) > MAX_WORDS or len(names) > 1:
            for line in range(first, index + 1):
                self._ledger.unrecognized(line, Affects.OTHER, "not a statement")
            head = (*above.words, "?")[:MAX_WORDS]
        self._open.append(_Open(head, first, above.inactive or inactive))
        if len(self._open) > 1 and head == above.words:
            self._ledger.understood(index)
        found.append(
            Statement(head, first, index, command, True, inactive) if head else Statement((), first, index, "none")
        )

    def _close(self, index: int) -> None:
        self._abandon(index)
        if not self._open:
            self._ledger.unrecognized(index, Affects.OTHER, "a brace closes nothing")
            return
        block = self._open.pop()
        self.blocks.append((block.words, block.line, index))

    def _end(self, index: int, found: list[Statement]) -> None:
        if not self._words:
            self._ledger.ignored(index)
            self._first = -1
            return
        first = self._first
        self._first = -1
        words, command, inactive = self._taken()
        above = self._open[-1] if self._open else _Open((), index, False)
        for one in _spread(words):
            full = (*above.words, *one)
            if len(full) > MAX_WORDS:
                self._ledger.unrecognized(first, Affects.OTHER, "not a statement")
                continue
            found.append(Statement(full, first, index, command, inactive=above.inactive or inactive))

    def _abandon(self, index: int) -> None:
        """Give up words that no `;` or `{` ended."""
        if self._words and self._first >= 0:
            for line in range(self._first, index + 1):
                if self._lines[line].strip() not in ("", "}"):
                    self._ledger.unrecognized(line, Affects.OTHER, "a statement without an end")
        self._words, self._first = [], -1

    @property
    def depth(self) -> int:
        """Return how many blocks are still open."""
        return len(self._open)


def _unquoted(token: str) -> str:
    return token[1:-1].replace('\\"', '"')


def _flat_words(text: str) -> list[str | list[str]] | None:
    """Return the words of a command line with lists; None where brackets do not match."""
    if '"' not in text and "[" not in text and ";" not in text and "#" not in text and "{" not in text:
        return [*text.split()]
    words: list[str | list[str]] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        if text.startswith("##", position) and words:
            break
        if text[position] == '"':
            match = _QUOTED_WORD.match(text, position)
            assert match is not None
            words.append(match.group(1).replace('\\"', '"'))
            position = match.end()
            continue
        match = _FLAT_WORD.match(text, position)
        assert match is not None
        token = match.group()
        position = match.end()
        if token == "[":
            words.append([])
        else:
            words.append(token)
    if words and isinstance(words[-1], str) and words[-1].endswith(";") and words[-1] != ";":
        words[-1] = words[-1][:-1]
    elif words and words[-1] == ";":
        words.pop()
    return _listed(words)


def _listed(words: list[str | list[str]]) -> list[str | list[str]]:
    """Return the words with each `[ a b ]` as one list."""
    result: list[str | list[str]] = []
    members: list[str] | None = None
    for word in words:
        if isinstance(word, list):
            members = []
            result.append(members)
        elif word == "]" and members is not None:
            members = None
        elif members is not None:
            members.append(word)
        else:
            result.append(word)
    return result


def _spread(words: list[str | list[str]]) -> list[tuple[str, ...]]:
    """Return one statement for each member of the lists in it."""
    result: list[tuple[str, ...]] = [()]
    for word in words:
        if isinstance(word, str):
            result = [(*one, word) for one in result]
        elif len(result) == 1 or len(result) * len(word) <= _MAX_STATEMENTS:
            result = [(*one, member) for one in result for member in word]
        else:
            return []
    return [one for one in result if one]


def split_quoted(text: str) -> tuple[str, ...]:
    """Return the words of a path that is written as one quoted text."""
    return tuple(word for word in text.split() if word)
