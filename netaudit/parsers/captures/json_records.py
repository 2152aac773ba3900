"""Outputs in JSON: a row for each record that a platform's functions find, at the lines of its object."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows, RowReader
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue, read_json

Fields = dict[str, str | tuple[str, ...]]
Records = Callable[[JsonObject], Iterator[tuple[Fields, JsonObject]]]
"""A root object -> fields of each record, and the object that it is read from."""


def json_rows(records: Records) -> RowReader:
    """Return the reader of a JSON output."""

    def read(given: CaptureInput) -> ReadRows:
        rows = []
        for document in read_json(given.lines).documents:
            for root in document if isinstance(document, JsonArray) else [document]:
                if isinstance(root, JsonObject):
                    rows += [ReadRow(fields, lines_of(source)) for fields, source in records(root)]
        return ReadRows(rows)

    return read


def text_or_json(text: RowReader, records: Records) -> RowReader:
    """Return the reader of either form: what an output holds shows, whatever the command says."""
    from_json = json_rows(records)

    def read(given: CaptureInput) -> ReadRows:
        first = next((line.strip() for line in given.lines if line.strip()), "")
        return from_json(given) if first[:1] in ("{", "[") else text(given)

    return read


def lines_of(source: JsonObject) -> tuple[int, ...]:
    """Return the indexes of an object's lines, from 0."""
    return tuple(range(source.line - 1, source.end_line))


def scalar(value: JsonValue) -> str:
    """Return a text or number as text, "" for anything else."""
    if isinstance(value, bool):
        return ""
    return str(value) if isinstance(value, str | int | float) else ""
