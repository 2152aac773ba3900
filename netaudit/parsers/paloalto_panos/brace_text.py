"""The default output of `show config`: elements in braces, values up to a semicolon, lists in brackets.

Source: PAN-OS CLI Quick Start, "View Settings and Statistics", and exports collected by RANCID and Oxidized. A value
may go on over several lines; a `#` at the start of a line begins a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netaudit.model.source import Affects, LineState
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.secret_words import is_secret
from netaudit.parsers.paloalto_panos.tree import Place, TreeBuilder

_BLOCK = re.compile(r"\s*[\w.\"'/$@:-][^{};]*\{\s*\Z|\s*[\w-]+\s*;\s*\Z")
_TOKEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"(?=\s|;|\]|\Z)|'[^']*'(?=\s|;|\]|\Z)|[{};\[\]]|[^\s{};\[\]]+")
_MAX_DEPTH = 128
_MAX_QUOTED_LINES = 400


def begins_block(text: str) -> bool:
    """Tell whether a line begins an element in braces, or is one without content."""
    return _BLOCK.match(text) is not None and not text.lstrip().startswith(("#", "!", "{"))


class BraceReader:
    """Reads one element in braces and all below it."""

    def __init__(self, ledger: LineLedger, builder: TreeBuilder) -> None:
        self._ledger = ledger
        self._lines = builder.lines
        self._builder = builder
        self.fault = ""
        self.fault_line = 0

    def read(self, first: int) -> int:
        """Read the element that begins on a line, and return the index of the line after it."""
        places: list[Place] = []
        words: list[str] = []
        start = line = first
        for line, token in self._tokens(first):
            if token == "{":
                if len(places) >= _MAX_DEPTH:
                    return self._broken(line, "too many braces inside each other")
                places.append(self._open(places, words, start))
                words = []
            elif token == ";":
                self._statement(places, words, start, line)
                words = []
                if not places:
                    return line + 1
            elif token == "}":
                if words:
                    self._statement(places, words, start, line)
                    words = []
                place = places.pop() if places else self._builder.top
                self._builder.mark(place.spec, line, line)
                if place.node is not None:
                    place.node.last = max(place.node.last, line)
                if not places:
                    return line + 1
            else:
                if not words:
                    start = line
                words.append(token)
        return self._broken(line, "the braces do not end")

    def _broken(self, line: int, reason: str) -> int:
        self.fault, self.fault_line = reason, line
        self._ledger.unrecognized(line, Affects.FILTER, f"{reason} (line {line + 1})")
        for index in range(line + 1, len(self._lines)):
            self._ledger.unrecognized(index, Affects.FILTER, f"not read: {reason} (line {line + 1})")
        return len(self._lines)

    def _tokens(self, first: int) -> Iterator[tuple[int, str]]:
        index, position = first, 0
        while index < len(self._lines):
            text = self._lines[index]
            if not position and text.lstrip().startswith("#"):
                self._ledger.ignored(index)
                index += 1
                continue
            match = _TOKEN.search(text, position)
            if match is None:
                index, position = index + 1, 0
                continue
            quote = match[0][0]
            if quote in "\"'" and not (len(match[0]) > 1 and match[0].endswith(quote)):
                last = self._end_of_quote(index, quote)
                if last is not None:
                    inside = [text[match.start() :], *self._lines[index + 1 : last]]
                    end = self._lines[last].rindex(quote)
                    yield index, "\n".join([*inside, self._lines[last][: end + 1]])
                    index, position = last, end + 1
                    continue
            yield index, match[0]
            position = match.end()

    def _end_of_quote(self, index: int, quote: str) -> int | None:
        """Return the line that ends a quoted value which goes on over several lines, None where none soon does."""
        for last in range(index + 1, min(index + 1 + _MAX_QUOTED_LINES, len(self._lines))):
            if re.search(rf"{quote}\s*;\s*\Z", self._lines[last]):
                return last
        return None

    def _open(self, places: list[Place], words: list[str], line: int) -> Place:
        if not words:
            return places[-1] if places else self._builder.top
        place = places[-1] if places else self._builder.top
        if not places and words == ["config"]:
            self._ledger.understood(line)
            return place
        for word in map(_plain, words):
            place = self._builder.step(place, word, line)
        self._builder.mark(place.spec, line, line)
        return place

    def _statement(self, places: list[Place], words: list[str], first: int, last: int) -> None:
        """Read `name value`, `name [ a b ]`, or a name alone: an empty element, or a member of a list."""
        if not words:
            return
        parent = places[-1] if places else self._builder.top
        name = _plain(words[0])
        values = [_plain(word) for word in words[1:] if word not in ("[", "]")]
        if values and is_secret(name, values[0]):
            for line in range(first, last + 1):
                self._ledger.hide(line, name if line == first else "")
        if parent.spec.is_leaf:
            place = parent
            values = [name, *values]
        else:
            place = self._builder.step(parent, name, first)
        self._builder.mark(place.spec, first, last)
        if place.node is None:
            self._builder.elsewhere.update(values)
            return
        if place is not parent:
            place.node.last = max(place.node.last, last)
        if place.spec.shape == "list":
            for value in values:
                place.node.add(self._builder.share(value), first)
        elif place.spec.is_leaf and values:
            place.node.add(self._builder.share(" ".join(values)), first)
        else:
            for value in values:
                place = self._builder.step(place, value, first)
                self._builder.mark(place.spec, first, last)
                if place.spec.state is not LineState.UNDERSTOOD:
                    break


def _plain(word: str) -> str:
    if len(word) >= 2 and word[0] == word[-1] and word[0] in "\"'":
        return word[1:-1].replace('\\"', '"')
    return word
