"""The lines of a routing process, read by a table of commands.

A command is written with its first words; the longest entry that fits decides. `no COMMAND` and `default COMMAND` take
back the earlier lines that begin so; an entry of its own ("no passive-interface") says what it does beyond that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.values import line_words
from netaudit.parsers.word_cursor import NotUnderstood, Words

_LONGEST_ENTRY = 4  # words
_BACK = ("no", "default")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a command without a reader: `reason` "" = it changes no route and is ignored on purpose."""

    reason: str = ""


NO_ROUTE = Fate()
NOT_MODELLED = Fate("a setting of the routing process that is not modelled")

D = TypeVar("D")  # what is gathered while the lines of a block are read
E = TypeVar("E")

Reader = Callable[[D, Words, SourceRef], None]
"""Takes the words behind the command. Raises NotUnderstood where they do not fit."""

Table = Mapping[str, Reader[D] | Fate]

SectionReader = Callable[[D, ConfLine, Sequence[ConfLine]], None]
"""Takes the first line of a section, which is not marked yet, and the lines within."""


@dataclass(frozen=True, slots=True)
class Grammar(Generic[D]):
    """The commands of one kind of block. `exits` end a section whose lines are not indented deeper."""

    commands: Table[D]
    sections: Mapping[str, SectionReader[D]] | None = None
    exits: frozenset[str] = frozenset()


def fates(fate: Fate, text: str) -> dict[str, Fate]:
    """Return the commands of a comma-separated text with one fate."""
    return {" ".join(one.split()): fate for one in text.split(",") if one.strip()}


def read_lines(ledger: LineLedger, lines: Sequence[ConfLine], draft: D, grammar: Grammar[D]) -> bool:
    """Read the lines of a block into the draft and mark them; return whether every line was understood."""
    lines = without_comments(ledger, lines)
    gone = _taken_back(ledger, lines)
    exact = True
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        if line.index in gone:
            ledger.understood(line.index)
            continue
        section = None if grammar.sections is None else _find(grammar.sections, line.words)
        if section is not None:
            body: Sequence[ConfLine] = line.children
            if not body and grammar.exits:
                end = position
                while end < len(lines) and not _ends(lines[end], grammar):
                    end += 1
                body = lines[position:end]
                position = end
            section[0](draft, line, body)
            continue
        exact = _read_line(ledger, line, draft, grammar) and exact
        for below in line.children:
            for one in below.walk():
                ledger.unrecognized(one.index, Affects.ROUTING, "a line below a command that has none")
                exact = False
    return exact


def without_comments(ledger: LineLedger, lines: Sequence[ConfLine]) -> list[ConfLine]:
    """Return the lines that are commands; comments among them are marked as ignored."""
    kept = []
    for line in lines:
        text = line.text.strip()
        if text.startswith("!"):
            ledger.ignored(line.index)
        elif text:
            kept.append(line)
    return kept


def _ends(line: ConfLine, grammar: Grammar[D]) -> bool:
    words = line.words
    if words[0] in grammar.exits:
        return True
    return grammar.sections is not None and _find(grammar.sections, words) is not None


def _read_line(ledger: LineLedger, line: ConfLine, draft: D, grammar: Grammar[D]) -> bool:
    words = line_words(ledger, line)
    found = _find(grammar.commands, words.words)
    if found is None and words.peek() in _BACK:
        known = _find(grammar.commands, words.words[1:])
        if known is not None:
            ledger.understood(line.index)
            return True
    if found is None:
        ledger.unrecognized(line.index, Affects.ROUTING, "unknown command of a routing process")
        return False
    command, words.position = found
    if isinstance(command, Fate):
        if command.reason:
            ledger.unsupported(line.index, Affects.ROUTING, command.reason)
            return False
        ledger.ignored(line.index)
        return True
    try:
        command(draft, words, ledger.ref(line.index))
        words.end()
    except NotUnderstood as problem:
        ledger.unrecognized(line.index, Affects.ROUTING, f"routing process: {problem}")
        return False
    ledger.understood(line.index)
    return True


def find_command(table: Table[D], words: Words) -> Reader[D] | Fate | None:
    """Take the longest command that the next words are; None where the table has none. `default X` is `no X`."""
    rest = words.rest()
    if rest[:1] == ["default"]:
        rest = ["no", *rest[1:]]
    found = _find(table, rest)
    if found is None:
        return None
    words.position += found[1]
    return found[0]


def knows(table: Mapping[str, E], words: Sequence[str]) -> bool:
    """Tell whether the table has a command that the words begin with, or take back."""
    rest = words[1:] if words and words[0] in _BACK else words
    return _find(table, rest) is not None or (rest is not words and _find(table, ["no", *rest]) is not None)


def _find(table: Mapping[str, E], words: Sequence[str]) -> tuple[E, int] | None:
    for count in range(min(len(words), _LONGEST_ENTRY), 0, -1):
        entry = table.get(" ".join(words[:count]))
        if entry is not None:
            return entry, count
    return None


def _taken_back(ledger: LineLedger, lines: Sequence[ConfLine]) -> set[int]:
    """Return the indexes of lines that a later `no` or `default` line names by their first words."""
    named: dict[tuple[str, ...], int] = {}
    for line in lines:
        words = line.words
        if len(words) > 1 and words[0] in _BACK:
            named[tuple(words[1:])] = line.index
    if not named:
        return set()
    lengths = {len(words) for words in named}
    gone = set()
    for line in lines:
        words = line.words
        for length in lengths:
            if length <= len(words) and named.get(tuple(words[:length]), -1) > line.index:
                gone.add(line.index)
                break
    return gone
