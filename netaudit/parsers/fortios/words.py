"""Words of a FortiOS line: blanks separate, quotes join, a backslash takes the next character as it is.

Source: FortiOS Administration Guide, "CLI basics", special characters. A double-quoted value may go on over
several lines (certificates, comments, replacement messages).
"""

from __future__ import annotations

import re

_PLAIN = re.compile(r"[^\s\"\\]+")
_IN_DOUBLE = re.compile(r"[^\"\\]*")
_IN_SINGLE = re.compile(r"[^']*")


class WordReader:
    """Splits text into words, line by line, as long as a quote is open."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self._parts: list[str] = []
        self._started = False
        self._quote = ""

    @property
    def is_open(self) -> bool:
        """Tell whether a quote waits for its end on a later line."""
        return bool(self._quote)

    def feed(self, text: str) -> None:
        """Read one line; where a quote stays open its line end belongs to the word."""
        index, length = 0, len(text)
        while index < length:
            if self._quote:
                match = (_IN_DOUBLE if self._quote == '"' else _IN_SINGLE).match(text, index)
                assert match is not None
                self._parts.append(match.group())
                index = match.end()
                if index >= length:
                    break
                if text[index] == "\\":
                    self._parts.append(text[index + 1 : index + 2])
                    index += 2
                else:
                    self._quote = ""
                    index += 1
                continue
            char = text[index]
            if char.isspace():
                self._flush()
                index += 1
            elif char == '"' or (char == "'" and not self._started):
                self._quote, self._started = char, True
                index += 1
            elif char == "\\":
                self._started = True
                self._parts.append(text[index + 1 : index + 2])
                index += 2
            else:
                match = _PLAIN.match(text, index)
                assert match is not None
                self._started = True
                self._parts.append(match.group())
                index = match.end()
        if self._quote:
            self._parts.append("\n")
        else:
            self._flush()

    def close(self) -> tuple[str, ...]:
        """Return all words; an open quote ends here."""
        self._quote = ""
        self._flush()
        return tuple(self.words)

    def _flush(self) -> None:
        if self._started:
            self.words.append("".join(self._parts))
        self._parts.clear()
        self._started = False


def split_words(text: str) -> tuple[tuple[str, ...], bool]:
    """Return the words of one line, and whether a quote is still open at its end."""
    if '"' not in text and "'" not in text and "\\" not in text:
        return tuple(text.split()), False
    if "'" not in text and "\\" not in text:
        parts = text.split('"')  # the usual value: quoted words with blanks between them
        between = parts[2:-1:2]
        if len(parts) % 2 and "" not in between and not "".join(parts[::2]).strip():
            return tuple(parts[1::2]), False
    reader = WordReader()
    reader.feed(text)
    is_open = reader.is_open
    return reader.close(), is_open


def name_set(text: str) -> frozenset[str]:
    """Return the blank-separated names of a table in this package."""
    return frozenset(text.split())
