"""Where names are defined and used, as tables: one row for each way to write it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from netaudit.model.rules import Purpose
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import Reading


class Definitions(Protocol):
    """What is gathered of one configuration: its top lines, and the names that they define."""

    roots: list[ConfLine]

    def define(self, kind: str, name: str, index: int) -> None:
        """Note the first definition of a name."""


@dataclass(frozen=True, slots=True)
class NameUse:
    """`block` is how the top line begins ("" = the line itself is a top line); group 1 of `pattern` holds names."""

    block: str
    pattern: re.Pattern[str]
    kind: str
    context: str
    purpose: Purpose = Purpose.OTHER


@dataclass(frozen=True, slots=True)
class NameDefinition:
    """A top line that defines a name: group 1 of `pattern`."""

    pattern: re.Pattern[str]
    kind: str


def used(block: str, pattern: str, kind: str, context: str, purpose: Purpose = Purpose.OTHER) -> NameUse:
    """Return a row of the table of uses."""
    return NameUse(block, re.compile(pattern), kind, context, purpose)


def defined(pattern: str, kind: str) -> NameDefinition:
    """Return a row of the table of definitions."""
    return NameDefinition(re.compile(pattern), kind)


def read_definitions(reading: Definitions, table: Iterable[NameDefinition]) -> None:
    """Note the names that the top lines define."""
    rows = tuple(table)
    for root in reading.roots:
        text = root.text
        for row in rows:
            match = row.pattern.match(text)
            if match is not None:
                reading.define(row.kind, match[1], root.index)
                break


def read_uses(reading: Reading, table: Iterable[NameUse]) -> None:
    """Note every use of a name that the table knows."""
    rows = tuple(table)
    top = tuple(row for row in rows if not row.block)
    below = tuple(row for row in rows if row.block)
    for root in reading.roots:
        text = root.text.strip()
        for row in top:
            _note(reading, row, root, text)
        if not root.children:
            continue
        of_block = [row for row in below if text.startswith(row.block)]
        if of_block:
            for line in root.walk():
                if line is not root:
                    stripped = line.text.strip()
                    for row in of_block:
                        _note(reading, row, line, stripped)


def _note(reading: Reading, row: NameUse, line: ConfLine, text: str) -> None:
    match = row.pattern.match(text)
    if match is None:
        return
    for name in match[1].split():
        reading.use(row.kind, name, line.index, row.context, row.purpose)
