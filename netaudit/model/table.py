"""A register as a table: rows of named cells that know their place, and the checking of its columns.

Registers are documents of the firm (CSV, XLSX, YAML). Reading them ends here in plain text cells; what a column
means is said by the room that owns the register.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from netaudit.errors import Problem
from netaudit.model.source import SourceRef

Value = TypeVar("Value")

# Cells that people write for "nothing".
EMPTY_CELLS = frozenset({"", "-", "--", "—", "–", "n/a", "無", "null", "~"})

_MAX_QUOTED = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a register may have.

    `required`: the file must have it. `filled`: every row must have a value in it. `aliases` are other headers,
    compared like the name itself (letter case, blanks, "-" and text in parentheses do not count).
    """

    name: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without surrounding blanks, and its place as the user sees it."""

    text: str
    place: str
    problem: str = ""  # why the cell cannot be used, "" = it can


@dataclass(frozen=True, slots=True)
class Row:
    """One row; `cells` are keyed by the header as written."""

    where: SourceRef
    place: str  # "line 7", "row 7"
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one register file.

    `path` is the path as the user gave it, for messages. `headers` are in the order of the file. `draft` tells
    that the file still carries the mark of `netaudit policy init`. `header_places` tells where a header first
    stands if they have no common line (`header_place`), as the keys of YAML entries.
    """

    path: str
    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    header_place: str = ""
    draft: bool = False
    header_places: Mapping[str, str] = field(default_factory=dict)


def header_key(text: str) -> str:
    """Return a header without what does not count: letter case, blanks, "-", "_" and a part in parentheses."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"[(\[{].*?[)\]}]", "", plain)
    return re.sub(r"[\s_\-/*:]+", "", plain).lower()


def quoted(text: str) -> str:
    """Return a value for a message: in quotes, on one line and not longer than a line."""
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= _MAX_QUOTED else flat[: _MAX_QUOTED - 1] + "…")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the nearest known word, "" where none is near."""
    return _nearest(word[:_MAX_QUOTED], tuple(known))


@lru_cache(maxsize=1024)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    by_key = {header_key(name): name for name in known}
    near = difflib.get_close_matches(header_key(word), list(by_key), n=1, cutoff=0.6)
    return f", did you mean {by_key[near[0]]!r}?" if near else ""


@dataclass(slots=True)
class RegisterReader:
    """Reads typed cells of one table and gathers every problem instead of stopping at the first.

    Build with `open_register`; `names` maps the names of the columns to the headers of this file.
    """

    table: Table
    names: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    required: Collection[str] = ()
    _noted: set[Problem] = field(default_factory=set)

    def has(self, column: str) -> bool:
        """Tell whether the file has the column."""
        return column in self.names

    def complain(self, row: Row, column: str, message: str) -> None:
        """Note a problem at a cell (column "" = the whole row), once."""
        problem = Problem(self.table.path, self._place(row, column), message)
        if problem not in self._noted:
            self._noted.add(problem)
            self.problems.append(problem)

    def warn(self, row: Row, column: str, message: str) -> None:
        """Note a warning at a cell (column "" = the whole row)."""
        self.warnings.append(Problem(self.table.path, self._place(row, column), message))

    def _place(self, row: Row, column: str) -> str:
        header = self.names.get(column, "")
        if not header:
            return f"{row.place}, column {column}" if column else row.place
        cell = row.cells.get(header)
        return cell.place if cell else f"{row.place}, column {header}"

    def text(self, row: Row, column: str) -> str:
        """Return the text of a cell, "" where it is empty, absent or not usable (which is noted)."""
        header = self.names.get(column)
        cell = row.cells.get(header) if header else None
        if cell is None:
            return ""
        if cell.problem:
            self.complain(row, column, cell.problem)
            return ""
        return "" if cell.text.lower() in EMPTY_CELLS else cell.text

    def parsed(self, row: Row, column: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the parsed cell; None where it is empty or wrong. `parse` raises ValueError with what is expected."""
        text = self.text(row, column)
        if not text:
            return None
        try:
            return parse(text)
        except ValueError as error:
            self.complain(row, column, str(error))
            return None

    def needed(self, row: Row, column: str, parse: Callable[[str], Value]) -> Value | None:
        """Return the parsed cell like `parsed`; an empty cell is a problem too."""
        header = self.names.get(column)
        cell = row.cells.get(header) if header else None
        if cell is None or (not cell.problem and cell.text.lower() in EMPTY_CELLS):
            if header or column not in self.required:  # a missing column was reported once already
                self.complain(row, column, "is empty; a value is needed here")
            return None
        return self.parsed(row, column, parse)


def open_register(table: Table, columns: Sequence[Column], ignored_headers: Collection[str] = ()) -> RegisterReader:
    """Return a reader for the table, with the problems of its header row already noted.

    A header that no column knows is a problem (with the nearest name), as is a missing required column and one
    that stands twice. `ignored_headers` are known headers that carry nothing for us.
    """
    known: dict[str, str] = {}
    for column in columns:
        for name in (column.name, *column.aliases):
            known.setdefault(header_key(name), column.name)
    ignored = {header_key(name) for name in ignored_headers}
    names: dict[str, str] = {}
    reader = RegisterReader(table, names, required=frozenset(c.name for c in columns if c.required))
    for header in table.headers:
        name = known.get(header_key(header), "")
        if not name:
            if header_key(header) not in ignored:
                hint = did_you_mean(header, (column.name for column in columns))
                reader.problems.append(
                    Problem(
                        table.path,
                        table.header_places.get(header, table.header_place),
                        f"unknown column {quoted(header)}{hint or '; known are ' + _listed(columns)}",
                    )
                )
        elif name in names:
            reader.problems.append(
                Problem(
                    table.path,
                    table.header_place,
                    f"column {name} stands twice ({quoted(names[name])} and {quoted(header)})",
                )
            )
        else:
            names[name] = header
    missing = [column.name for column in columns if column.required and column.name not in names]
    if missing and table.headers:  # an empty YAML list has no headers, and needs none
        word = "columns" if len(missing) > 1 else "column"
        reader.problems.append(
            Problem(table.path, table.header_place, f"required {word} missing: {', '.join(missing)}")
        )
    for column in columns:
        if column.filled and column.name in names:
            for row in table.rows:
                reader.needed(row, column.name, str)
    return reader


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(column.name for column in columns)
