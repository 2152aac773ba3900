"""Reports: a result becomes bytes. Same result, same bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from netaudit.reports.result import AuditResult

LANGUAGES = ("zh-TW", "en")
"""The first is the default."""

Writer = Callable[[AuditResult, str], Mapping[str, bytes]]
"""(result, language) -> file name -> bytes. Raises ValueError on a language that is not in LANGUAGES."""


def _writer(module: str) -> Writer:
    """Return a writer whose module, with its heavy libraries, is imported when it writes."""

    def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
        files: Mapping[str, bytes] = import_module(f"netaudit.reports.{module}").write(result, language)
        return files

    return write


WRITERS: Mapping[str, Writer] = {
    "html": _writer("html_report"),
    "xlsx": _writer("xlsx_workbook"),
    "csv": _writer("csv_tables"),
    "json": _writer("json_document"),
    "svg": _writer("svg_picture"),
    "drawio": _writer("drawio_picture"),
    "mermaid": _writer("mermaid_picture"),
    "graphml": _writer("graphml_graph"),
}

__all__ = ["LANGUAGES", "WRITERS", "Writer"]
