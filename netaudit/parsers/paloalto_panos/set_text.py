"""Commands of the configure mode, one a line: `set`, `delete`, `move`, `rename`, and what quotes carry over lines.

Source: PAN-OS CLI Quick Start, "Modify the Configuration": a word with blanks is quoted, a list stands in brackets;
`set` adds to lists and replaces single values. Several elements of one entry may follow each other on a line.
"""

from __future__ import annotations

import re
from itertools import pairwise

from netaudit.model.source import Affects, LineState
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.secret_words import is_secret
from netaudit.parsers.paloalto_panos.tree import Node, Place, TreeBuilder, path_to

_PROMPT = re.compile(r"\s*(?:[\w.-]+@[\w.() -]{1,80}[>#]\s*)?")
_COMMANDS = frozenset(("set", "delete", "move", "rename", "copy", "override", "edit"))
_MAX_QUOTED_LINES = 400
_MAX_QUOTES = 200  # of one line that are looked at for the end of a word


def command_of(text: str) -> str:
    """Return the command that a line gives, "" for none."""
    match = _PROMPT.match(text)
    rest = text[match.end() :] if match else text
    word, _, after = rest.partition(" ")
    return word if word in _COMMANDS and after.strip() else ""


class SetReader:
    """Reads commands into the tree."""

    def __init__(self, ledger: LineLedger, builder: TreeBuilder) -> None:
        self._ledger = ledger
        self._lines = builder.lines
        self._builder = builder
        self.count = 0

    def read(self, index: int) -> int:
        """Read the command that begins on a line, and return the index of the line after it."""
        text = self._lines[index]
        match = _PROMPT.match(text)
        assert match is not None
        command, _, rest = text[match.end() :].partition(" ")
        words, end = self._words(rest, index)
        self.count += 1
        last = end - 1
        if command == "set":
            self._set(words, index, last)
        elif command in ("delete", "move", "rename") and words:
            done = {"delete": self._delete, "move": self._move, "rename": self._rename}[command](words, last)
            if done:
                for line in range(index, end):
                    self._ledger.understood(line)
            else:
                self._ledger.unsupported(index, Affects.OTHER, "it changes what is not in this file")
        else:
            self._ledger.unsupported(index, Affects.FILTER, f"{command} is not followed")
        return end

    # Words

    def _words(self, text: str, index: int) -> tuple[list[str], int]:
        """Return the words from `text`, the rest of a line, on; and the index of the line after them."""
        words: list[str] = []
        position, end = 0, index + 1
        while position < len(text):
            if text[position].isspace():
                position += 1
            elif text[position] in "\"'":
                word, position, text, end = self._quoted(text, position, end)
                words.append(word)
            else:
                start = position
                while position < len(text) and not text[position].isspace():
                    position += 1
                words += _brackets(text[start:position])
        return words, end

    def _quoted(self, text: str, position: int, end: int) -> tuple[str, int, str, int]:
        """Return a quoted word, the position after it, the text that it ends in, and the index of the next line.

        A quote ends before a blank or at the end of a line. One that does not end goes on with the next line, if a line
        soon ends it; else it is no quote.
        """
        quote = text[position]
        close = _closing(text, quote, position + 1)
        if close >= 0:
            return text[position + 1 : close], close + 1, text, end
        parts = [text[position + 1 :]]
        for index in range(end, min(end + _MAX_QUOTED_LINES, len(self._lines))):
            line = self._lines[index]
            if command_of(line):
                break
            close = _closing(line, quote, 0)
            if close >= 0:
                return "\n".join([*parts, line[:close]]), close + 1, line, index + 1
            parts.append(line)
        return text[position + 1 :].rstrip(), len(text), text, end

    # set

    def _set(self, words: list[str], first: int, last: int) -> None:
        if words[:1] == ["config"]:
            words = words[1:]
        builder = self._builder
        if not words:
            self._ledger.understood(first, last)
            return
        path = [builder.top]
        index = 0
        while index < len(words):
            place, word = path[-1], words[index]
            if place.spec.is_leaf:
                index = self._values(path, words, index, first)
                path.pop()
                continue
            if word == "[":
                index = self._entries(place, words, index, first, last)
                continue
            if place.spec.below(word) is None:
                above = next((i for i in range(len(path) - 2, 0, -1) if word in path[i].spec.fields), None)
                if above is not None:
                    del path[above + 1 :]
                    continue
            inner = builder.step(place, word, first)
            builder.mark(inner.spec, first, last)
            path.append(inner)
            if inner.spec.state is not LineState.UNDERSTOOD and not inner.spec.is_leaf:
                builder.elsewhere.update(words[index + 1 :])
                break
            index += 1
        else:
            if path[-1].spec.is_leaf and path[-1].spec.state is LineState.UNDERSTOOD:
                builder.mark(path[-1].spec, first, last)
        for place in path:
            if place.node is not None:
                place.node.last = max(place.node.last, last)
        self._hide(words, first, last)

    def _entries(self, place: Place, words: list[str], index: int, first: int, last: int) -> int:
        """Read several entries in brackets, and return the index of the word after them."""
        end = words.index("]", index) if "]" in words[index:] else len(words)
        for word in words[index + 1 : end]:
            self._builder.mark(self._builder.step(place, word, first).spec, first, last)
        return end + 1

    def _values(self, path: list[Place], words: list[str], index: int, line: int) -> int:
        """Read the value of a leaf, and return the index of the word after it."""
        place = path[-1]
        node, shape = place.node, place.spec.shape
        if node is None:
            self._builder.elsewhere.update(words[index:])
        if words[index] == "[":
            end = words.index("]", index) if "]" in words[index:] else len(words)
            if node is not None:
                for word in words[index + 1 : end]:
                    node.add(self._builder.share(word), line)
            return end + 1
        value, index = words[index], index + 1
        if shape == "text" and index < len(words) and words[index] not in path[-2].spec.fields:
            value, index = " ".join([value, *words[index:]]), len(words)
        if node is not None:
            if shape != "list":
                node.clear()
            node.add(self._builder.share(value), line)
        return index

    def _hide(self, words: list[str], first: int, last: int) -> None:
        for position, (element, value) in enumerate(pairwise(words)):
            if is_secret(element, value):
                shown = "set " + " ".join(words[: position + 1])
                for line in range(first, last + 1):
                    self._ledger.hide(line, shown if line == first else "")
                return

    # delete, move, rename

    def _find(self, words: list[str]) -> list[Node] | None:
        """Return the nodes along the words, from above the first; None where one is missing."""
        if words[:1] == ["config"]:
            words = words[1:]
        if not words:
            return None
        node = self._builder.root.get(*path_to(words[0]))
        if node is None:
            return None
        found = [node]
        for word in words:
            if word in ("[", "]"):
                continue
            inner = found[-1].get(word)
            if inner is None:
                return None
            found.append(inner)
        return found

    def _delete(self, words: list[str], last: int) -> bool:
        if "[" in words:
            start = words.index("[")
            done = True
            for word in words[start + 1 :]:
                if word != "]":
                    done = self._delete([*words[:start], word], last) and done
            return done
        found = self._find(words)
        if found is None:
            return False
        found[-2].remove(found[-1].word)
        return True

    def _move(self, words: list[str], last: int) -> bool:
        """Move an entry: `... NAME top`, `bottom`, `before OTHER`, `after OTHER`."""
        relative = len(words) > 2 and words[-2] in ("before", "after")
        found = self._find(words[:-2] if relative else words[:-1])
        if found is None or len(found) < 2:
            return False
        table, moved = found[-2], found[-1]
        rest = [node for node in table.below() if node is not moved]
        if relative:
            at = next((i for i, node in enumerate(rest) if node.word == words[-1]), None)
            if at is None:
                return False
            rest.insert(at + (words[-2] == "after"), moved)
        elif words[-1] in ("top", "bottom"):
            rest.insert(0 if words[-1] == "top" else len(rest), moved)
        else:
            return False
        table.reorder(rest)
        return True

    def _rename(self, words: list[str], last: int) -> bool:
        if len(words) < 4 or words[-2] != "to":
            return False
        found = self._find(words[:-2])
        if found is None or len(found) < 2:
            return False
        renamed = found[-1]
        renamed.word = self._builder.share(words[-1])
        found[-2].reorder([node for node in found[-2].below() if node is renamed or node.word != renamed.word])
        return True


def _closing(text: str, quote: str, start: int) -> int:
    """Return where a quoted word ends: a quote before a blank, a bracket or the line's end; -1 where it does not."""
    position = text.find(quote, start)
    for _ in range(_MAX_QUOTES):
        if position < 0:
            break
        after = text[position + 1 : position + 2]
        if (not after or after.isspace() or after == "]") and _even(text, quote, position + 1):
            return position
        position = text.find(quote, position + 1)
    return -1


def _even(text: str, quote: str, start: int) -> bool:
    """Tell whether the quotes after a position can pair: else the one before it stands inside its word."""
    return text.count(quote, start) % 2 == 0


def _brackets(word: str) -> list[str]:
    """Return a word with the brackets at its ends as words of their own: "[a", "b]"."""
    found: list[str] = []
    while word.startswith("["):
        found.append("[")
        word = word[1:]
    tail = 0
    while word.endswith("]") and word.count("[") < word.count("]"):
        tail += 1
        word = word[:-1]
    if word:
        found.append(word)
    return found + ["]"] * tail
