"""Reads register files (CSV, XLSX, YAML) into tables. Malformed files become problems, never tracebacks."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from netaudit.errors import InputError, Problem
from netaudit.model.source import SourceRef
from netaudit.model.table import Cell, Row, Table
from netaudit.model.table_yaml import YamlNode, compose_yaml, table_of_nodes

# The mark of a drafted register: a comment line that the user deletes once the register is right.
DRAFT_MARK = "netaudit:draft"

SUFFIXES = (".csv", ".xlsx", ".yaml", ".yml")

# A register is a document that people read; anything larger is not one.
_MAX_BYTES = 64 * 2**20
_MAX_UNZIPPED_BYTES = 512 * 2**20
_MAX_ROWS, _MAX_COLUMNS = 200_000, 256
_MAX_EXACT_FLOAT = 2**53


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register file as read from disk. `name` is its name in the policy folder, `path` as the user gave it."""

    path: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Return the hash of the bytes, 64 hex digits."""
        return sha256(self.content).hexdigest()

    @property
    def suffix(self) -> str:
        """Return ".csv", ".xlsx", ".yaml", ".yml" or another ending, in lower case."""
        return Path(self.name).suffix.lower()


def open_file(path: Path) -> RegisterFile:
    """Return the bytes of a register file. Raises InputError where it cannot be read or is too large."""
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise InputError.single(str(path), f"is larger than {_MAX_BYTES >> 20} MB; a register is not")
        return RegisterFile(str(path), path.name, path.read_bytes())
    except OSError as error:
        raise InputError.single(str(path), f"cannot be read: {error.strerror or error}") from None


def read_table(file: RegisterFile) -> tuple[Table, tuple[Problem, ...]]:
    """Return the table of a register file, and warnings. Raises InputError.

    CSV: comma, semicolon or tab; UTF-8, UTF-16 with byte order mark, or Big5; lines that begin with "#" are
    comments. XLSX: the first sheet; the first row that is not empty is the header. YAML: a list of mappings, at
    the top or under one key.
    """
    if file.suffix == ".csv":
        return _csv_table(file), ()
    if file.suffix == ".xlsx":
        return _xlsx_table(file)
    if file.suffix in (".yaml", ".yml"):
        text = decode(file)
        return table_of_nodes(read_yaml(file), file.path, file.name, text, DRAFT_MARK in text), ()
    raise InputError.single(file.path, f"is not one of {', '.join(SUFFIXES)}")


def read_yaml(file: RegisterFile) -> YamlNode:
    """Return the root node of a YAML register. Raises InputError."""
    return compose_yaml(decode(file), file.path)


def decode(file: RegisterFile) -> str:
    """Return the text of a CSV or YAML register: UTF-8 (with or without mark), UTF-16 with mark, Big5 (CP950)."""
    content = file.content
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp950"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise InputError.single(file.path, "is neither UTF-8, UTF-16 nor Big5 text")


def _csv_table(file: RegisterFile) -> Table:
    text = decode(file)
    lines = text.split("\n")
    try:
        records = list(_csv_records(text))
    except csv.Error as error:
        raise InputError.single(file.path, f"is not well-formed CSV: {error}") from None
    if not records:
        raise InputError.single(file.path, "is empty; the first line must be the header")
    header_line, header = records[0]
    headers = [name.strip() for name in header]
    while headers and not headers[-1]:
        headers.pop()
    problems = _header_problems(file.path, f"line {header_line}", headers)
    rows = []
    for line, values in records[1:]:
        place = f"line {line}"
        if any(value.strip() for value in values[len(headers) :]):
            problems.append(
                Problem(
                    file.path,
                    place,
                    f"has {len(values)} cells, the header has {len(headers)}; "
                    "put a cell that holds a comma in double quotes",
                )
            )
            continue
        cells = {
            name: Cell(value.strip(), f"{place}, column {name}", _formula(value))
            for name, value in zip(headers, values, strict=False)
        }
        rows.append(Row(SourceRef(file.name, line, lines[line - 1].strip()), place, cells))
    if problems:
        raise InputError(problems)
    draft = any(DRAFT_MARK in one for one in lines if one.lstrip().startswith("#"))
    return Table(file.path, tuple(headers), tuple(rows), f"line {header_line}", draft)


def _formula(text: str) -> str:
    """Return what is wrong with a CSV cell that a spreadsheet would compute."""
    if text.strip().startswith("="):
        return "is a formula; write its value"
    return ""


def _csv_records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (first line, cells) of every record that is not empty; comment lines outside quotes are left out."""
    kept = []
    quoted = False
    header = ""
    for line in io.StringIO(text):
        if not quoted and line.lstrip().startswith("#"):
            kept.append("\n")
            continue
        if line.count('"') % 2:
            quoted = not quoted
        if not header and line.strip(" ,;\t\n"):
            header = line
        kept.append(line)
    delimiter = max(",;\t", key=lambda one: header.count(one))
    reader = csv.reader(kept, delimiter=delimiter, strict=True)
    line_number = 1
    for record in reader:
        if any(cell.strip() for cell in record):
            yield line_number, record
        line_number = reader.line_num + 1


def _header_problems(path: str, place: str, headers: list[str]) -> list[Problem]:
    problems = []
    for index, name in enumerate(headers, 1):
        if not name:
            problems.append(Problem(path, place, f"column {index} has no name"))
        elif headers.index(name) < index - 1:
            problems.append(Problem(path, place, f"column {name} stands twice"))
    return problems


def _xlsx_table(file: RegisterFile) -> tuple[Table, tuple[Problem, ...]]:
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNZIPPED_BYTES:
                raise InputError.single(file.path, "is larger than a register can be when unpacked")
        book = openpyxl.load_workbook(io.BytesIO(file.content), data_only=False)
        sheet = book.worksheets[0]
        if sheet.max_row > _MAX_ROWS or sheet.max_column > _MAX_COLUMNS:
            raise InputError.single(
                file.path,
                f"sheet {sheet.title!r} reaches to row {sheet.max_row}, column {sheet.max_column}; a register has at "
                f"most {_MAX_ROWS} rows and {_MAX_COLUMNS} columns. Delete the rows and columns after the last one",
            )
        merged = [str(one) for one in sheet.merged_cells.ranges]
        rows = [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()]
        others = [one.title for one in book.worksheets[1:] if one.max_row > 1]
    except InputError:
        raise
    except Exception as error:  # openpyxl raises many kinds on damaged files; none is the user's concern
        raise InputError.single(
            file.path, f"cannot be read as an XLSX workbook ({type(error).__name__}); save it again as .xlsx"
        ) from None
    warnings = []
    if others:
        warnings.append(
            Problem(file.path, "", f"only the first sheet {sheet.title!r} is read, not {', '.join(others)}")
        )
    first = next((i for i, row in enumerate(rows) if any(value is not None for value, _ in row)), None)
    if first is None:
        raise InputError.single(file.path, "is empty; the first row must be the header")
    headers = [str(value).strip() if value is not None else "" for value, _ in rows[first]]
    while headers and not headers[-1]:
        headers.pop()
    problems = _header_problems(file.path, f"row {first + 1}", headers)
    problems += [
        Problem(file.path, f"cells {area}", "are merged; a register needs one value in each cell") for area in merged
    ]
    found = []
    draft = False
    for number, row in enumerate(rows[first + 1 :], first + 2):
        place = f"row {number}"
        if isinstance(row[0][0], str) and row[0][0].lstrip().startswith("#"):
            draft = draft or DRAFT_MARK in row[0][0]
            continue
        if all(value is None or str(value).strip() == "" for value, _ in row):
            continue
        if any(value is not None for value, _ in row[len(headers) :]):
            problems.append(Problem(file.path, place, "has a value outside the columns of the header"))
        cells = {
            name: _xlsx_cell(value, kind, f"{place}, column {name}")
            for name, (value, kind) in zip(headers, row, strict=False)
        }
        text = " | ".join(cell.text for cell in cells.values())
        found.append(Row(SourceRef(file.name, number, text), place, cells))
    if problems:
        raise InputError(problems)
    return Table(file.path, tuple(headers), tuple(found), f"row {first + 1}", draft), tuple(warnings)


def _xlsx_cell(value: object, kind: str, place: str) -> Cell:
    if kind == "f":
        return Cell("", place, "is a formula; paste its value instead")
    if kind == "e":
        return Cell("", place, f"holds the error {value}")
    if value is None:
        return Cell("", place)
    if isinstance(value, bool):
        return Cell("true" if value else "false", place)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat() if value.time().isoformat() == "00:00:00" else str(value), place)
    if isinstance(value, date):
        return Cell(value.isoformat(), place)
    if isinstance(value, (int, float)):
        if abs(value) > _MAX_EXACT_FLOAT:
            return Cell("", place, "is a number that lost digits; format the cell as text")
        return Cell(str(int(value)) if value == int(value) else str(value), place)
    return Cell(str(value).strip(), place)
