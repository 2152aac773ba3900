"""Reports: a result becomes bytes. Same result, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from netaudit.reports import csv_tables, html_report, json_document, xlsx_workbook
from netaudit.reports.result import AuditResult
from netaudit.reports.words import LANGUAGES

Writer = Callable[[AuditResult, str], Mapping[str, bytes]]
"""(result, language) -> file name -> bytes. Raises ValueError on a language that is not in LANGUAGES."""

WRITERS: Mapping[str, Writer] = {
    "html": html_report.write,
    "xlsx": xlsx_workbook.write,
    "csv": csv_tables.write,
    "json": json_document.write,
}

__all__ = ["LANGUAGES", "WRITERS", "Writer"]
