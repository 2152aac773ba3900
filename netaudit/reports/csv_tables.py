"""The CSV report: one file a table, for spreadsheets and scripts."""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.reports.failure_views import failures_table
from netaudit.reports.network_tables import network_tables
from netaudit.reports.result import AuditResult
from netaudit.reports.tables import (
    Cell,
    Table,
    controls_table,
    findings_table,
    inventory_table,
    matrix_table,
    rules_table,
)
from netaudit.reports.words import readable, words_of

# What a spreadsheet may take for a formula, full-width forms included (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return the CSV files, UTF-8 with BOM for spreadsheets.

    Column names and codes are those of the JSON documents, titles stand in both languages: the files are
    the same whatever the `language`.
    """
    english = words_of("en")
    tables = (
        findings_table(result, english),
        rules_table(result),
        matrix_table(result, english),
        failures_table(result, english),
        inventory_table(result),
        controls_table(result, english),
        *network_tables(result),
    )
    return {f"{table.name}.csv": csv_bytes(table) for table in tables}


def csv_bytes(table: Table) -> bytes:
    """Return one table as CSV."""
    import pandas

    frame = pandas.DataFrame(
        [[harmless(cell) for cell in row] for row in table.rows], columns=list(table.columns), dtype=object
    )
    text: str = frame.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet runs: text that begins like a formula gets a leading apostrophe."""
    if not isinstance(cell, str):
        return cell
    text = readable(cell)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
