"""The JSON report: the document of `scan`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from netaudit.reports.result import AuditResult
from netaudit.reports.views import scan_document


def write(result: AuditResult, language: str) -> Mapping[str, bytes]:
    """Return report.json. It holds both languages, so `language` changes nothing."""
    return {"report.json": json_bytes(scan_document(result))}


def json_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document as UTF-8 JSON, keys in the order of the document, one line end at the end."""
    text = json.dumps(document, ensure_ascii=False, indent=1)
    # Lone surrogates (bytes that no encoding could read) become JSON escapes.
    return (text + "\n").encode("utf-8", "backslashreplace")
