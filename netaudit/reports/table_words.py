"""The cells of tables in the words of a language: codes that the locale knows, everything else as it is."""

from __future__ import annotations

from netaudit.reports.tables import Cell
from netaudit.reports.words import Words, readable

# Columns whose codes have words in the locale, under this prefix.
CODED = {
    "severity": "severity",
    "check_severity": "severity",
    "verdict": "any_verdict",
    "kind": "packets",
    "row_kind": "row_kind",
    "direction": "direction",
    "hardware_status": "lifecycle",
    "software_status": "lifecycle",
    "exported": "truth",
    "enabled": "truth",
    "logged": "truth",
    "return_traffic": "truth",
    "default_logged": "truth",
    "action": "action",
    "default_action": "action",
    "use": "use",
    "gap_kind": "gap",
    "affects": "affects",
    "status": "status",
    "input_kind": "input_kind",
    "link_state": "link_state",
    "remarks": "link_fact",
    "discards": "truth",
    "backup_kind": "backup_kind",
    "failed_kind": "failed_kind",
    "effect": "effect",
    "link_kind": "link_kind",
    "link_evidence": "link_evidence",
    "clash_kind": "link_fact",
    "certain": "truth",
}


def cell_words(column: str, cell: Cell, words: Words) -> Cell:
    """Return a cell of a column as people read it; lists of codes are joined by ", ", "not" may stand before one."""
    if not isinstance(cell, str):
        return cell
    if column not in CODED or not cell:
        return readable(cell)
    return ", ".join(_code_words(CODED[column], part, words) for part in cell.split(", "))


def _code_words(prefix: str, code: str, words: Words) -> str:
    name = code.removeprefix("not ")
    text = words.known(f"{prefix}.{name}", readable(name))
    return words("not_so", what=text) if name != code else text
