"""Lines as the neutral readers of routing take them."""

from __future__ import annotations

from hashlib import sha256

from netaudit.model.source import FileCoverage, SourceFile
from netaudit.parsers.conf_tree import ConfLine, conf_tree
from netaudit.parsers.ledger import LineLedger


def lines_of(text: str) -> tuple[LineLedger, list[ConfLine]]:
    """Return the account and the top lines of a text; comments are left out."""
    lines = tuple(line for line in text.strip("\n").splitlines() if line.strip() != "!")
    digest = sha256(text.encode()).hexdigest()
    ledger = LineLedger(SourceFile("r1.cfg", digest, "utf-8", lines))
    return ledger, conf_tree(lines, "ios")


def open_lines(ledger: LineLedger) -> list[str]:
    """Return the lines that were not understood or ignored on purpose."""
    coverage: FileCoverage = ledger.coverage("test", "r1")
    return [note.where.text for note in coverage.notes]
