"""ttp, called in the only way that is safe here.

ttp unpickles a cache from `TTPCACHEFOLDER` or its own folder, logs the text that it reads, may start processes and
takes text for a path where a file of that name exists. So: one object for the whole process, made while the cache
folder is a place that cannot hold one; its log silent; `parse(one=True)`; text that always has a line end. Templates
are package data and are compiled once.

Every line goes in with its number behind an em space, and every template line gets a field that reads that number:
so a row knows the lines that it was read from, which ttp does not tell.

In a template: a regular expression with "|" must be a name of `<vars>` (ttp splits functions there), and every
expression is a raw string, r"...".
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from netaudit.model.capture import CaptureRow
from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows, RowReader

# White space to `\S`, not to `[\t ]`, no line end to `splitlines`, and allowed in XML: templates are XML.
_MARK = "\u2003"
_NUMBERS = "line_numbers_"
_NUMBER_FIELD = f"{_MARK}{{{{ {_NUMBERS} | DIGIT | joinmatches('{_MARK}') }}}}"

_FIELD = re.compile(r"\{\{(.+?)\}\}")
# Fields that cut the line where they stand: the number must come before them.
_CUTTING = re.compile(r"\{\{\s*(?:_start_|_end_|\w+\s*\|\s*set\()")


Derive = Callable[[CaptureRow], CaptureRow]


def template_rows(name: str, *, one_row: bool = False, derive: Derive | None = None) -> RowReader:
    """Return the reader of a template in this package, "cisco_ios/show_version.ttp".

    A template has one or more groups `rows*`, each record of which is a row. A child group `each*` gives one row a
    record, with the fields of its parent. A field with `joinmatches` is a tuple (of all its matches), any other its
    first match, "" for none. With `one_row` all records are one, so that lines may come in any order (a group with
    `method="table"`). `derive` completes a row's fields (a date made from its parts).
    """

    def read(given: CaptureInput) -> ReadRows:
        rows = _read(name, given.lines, one_row)
        if derive is not None:
            rows = [ReadRow(derive(row.fields), row.lines) for row in rows]
        return ReadRows(rows)

    return read


def _read(name: str, lines: Sequence[str], one_row: bool) -> list[ReadRow]:
    # Without a line end in it ttp could take the text for a path.
    text = "\n" + "\n".join(f"{line.replace(_MARK, ' ').rstrip()}{_MARK}{index}" for index, line in enumerate(lines))
    engine = _engine()
    fields, several = _compiled(name)
    engine.set_input(text, template_name=name)
    try:
        engine.parse(one=True)
        results = list(engine.result(templates=[name])[0])
    finally:
        engine.clear_input(template_name=name)
        engine.clear_result(templates=[name])
    records = [
        record for result in results if isinstance(result, Mapping) for record in _records(result.get("rows", ()))
    ]
    if one_row and records:
        records = [_merged(records)]
    rows = [_row(record, fields, several) for record in records]
    return sorted(rows, key=lambda row: row.lines)


def _merged(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    values: dict[str, list[str]] = {}
    for record in records:
        for field, value in record.items():
            values.setdefault(field, []).append(str(value))
    return {field: _MARK.join(found) for field, found in values.items()}


def _records(rows: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the records of `rows*`, those with `each*` once for each of these."""
    for record in rows:
        children = record.get("each")
        if not children:
            yield record
            continue
        own = {key: value for key, value in record.items() if key != "each"}
        for child in children:
            numbers = f"{own.get(_NUMBERS, '')}{_MARK}{child.get(_NUMBERS, '')}"
            yield {**own, **child, _NUMBERS: numbers}


def _row(record: Mapping[str, Any], fields: Sequence[str], several: frozenset[str]) -> ReadRow:
    row: dict[str, str | tuple[str, ...]] = {}
    for field in fields:
        values = [part.strip() for part in str(record.get(field, "")).split(_MARK)]
        if field in several:
            row[field] = tuple(value for value in values if value)
        else:
            row[field] = values[0]
    numbers = sorted({int(number) for number in str(record.get(_NUMBERS, "")).split(_MARK) if number})
    return ReadRow(row, tuple(numbers) or (0,))


@cache
def _compiled(name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """Add a template to the engine; return its fields, and those that hold several values."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    numbered: list[str] = []
    fields: dict[str, None] = {}
    several: set[str] = set()
    in_variables = False
    for line in text.splitlines():
        in_variables = (in_variables or "<vars" in line) and "</vars>" not in line
        if in_variables or "{{" not in line or line.lstrip().startswith("##"):
            numbered.append(line)
            continue
        for words in _FIELD.findall(line):
            field = words.partition("|")[0].strip()
            if field.startswith(("_", "ignore")):
                continue
            fields[field] = None
            if "joinmatches" in words:
                several.add(field)
        numbered.append(_with_number(line))
    _engine().add_template("\n".join(numbered), template_name=name)
    return tuple(fields), frozenset(several)


def _with_number(line: str) -> str:
    cut = _CUTTING.search(line)
    if cut is None:
        return line.rstrip() + _NUMBER_FIELD
    before = line[: cut.start()].rstrip()
    return before + _NUMBER_FIELD + line[cut.start() :] if before.strip() else line


@cache
def _engine() -> Any:
    log = logging.getLogger("ttp")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    folder = os.environ.get("TTPCACHEFOLDER")
    os.environ["TTPCACHEFOLDER"] = os.devnull  # a file: no cache can lie in it, none can be written
    try:
        from ttp import ttp

        return ttp(log_level="CRITICAL")
    finally:
        if folder is None:
            del os.environ["TTPCACHEFOLDER"]
        else:
            os.environ["TTPCACHEFOLDER"] = folder
