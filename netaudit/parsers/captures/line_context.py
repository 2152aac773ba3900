"""What stands above a line: titles, headings and indentation, for the readers of outputs made of sections.

A ttp template reads lines one by one, knows no nesting and takes indentation literally. The functions here wrap a
row reader so that it does not have to: they change lines one to one, so the numbers of lines stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows, RowReader


def unindented(reader: RowReader) -> RowReader:
    """Return the reader of lines without the white space around them."""
    return prepared(reader, lambda lines: [line.strip() for line in lines])


def prepared(reader: RowReader, prepare: Callable[[Sequence[str]], Sequence[str]]) -> RowReader:
    """Return the reader of lines that `prepare` has rewritten, one to one."""

    def read(given: CaptureInput) -> ReadRows:
        return reader(replace(given, lines=prepare(given.lines)))

    return read


def under_headings(heading: re.Pattern[str], inner: re.Pattern[str]) -> Callable[[Sequence[str]], list[str]]:
    """Return the preparation that puts a heading's group 1 and a blank before the lines of its section.

    The section are the lines right below that match `inner`. Lines lose the white space around them.
    """

    def prepare(lines: Sequence[str]) -> list[str]:
        out: list[str] = []
        name = ""
        for raw in lines:
            line = raw.strip()
            if found := heading.match(line):
                name = found[1]
            elif name and inner.match(line):
                line = f"{name} {line}"
            else:
                name = ""
            out.append(line)
        return out

    return prepare


def titled(reader: RowReader, title: re.Pattern[str], **defaults: str) -> RowReader:
    """Return the reader whose rows also have the named groups of the last title above them, or the defaults."""

    def read(given: CaptureInput) -> ReadRows:
        found = [(number, match) for number, line in enumerate(given.lines) if (match := title.match(line))]
        numbers = [number for number, _ in found]
        result = reader(given)
        rows = []
        for row in result.rows:
            above = bisect_right(numbers, row.lines[0]) - 1
            groups = found[above][1].groupdict() if above >= 0 else {}
            context = {name: (groups.get(name) or default).strip() for name, default in defaults.items()}
            rows.append(ReadRow({**row.fields, **context}, row.lines))
        return ReadRows(rows, result.unread, (*result.headers, *numbers))

    return read
