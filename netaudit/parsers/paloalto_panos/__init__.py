"""Palo Alto Networks PAN-OS and Panorama: XML exports, `set` lines, and braces, all read into one tree."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.compiled_rulebase import collector_paused
from netaudit.model.source import Affects, SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.device import PLATFORM, build_devices
from netaudit.parsers.paloalto_panos.document import read_document

MAX_SHOWN = 4000  # characters of a line

__all__ = ["parse"]


def parse(source: SourceFile) -> ParsedFile:
    """Return what a PAN-OS or Panorama configuration says. Never raises, whatever the text."""
    # The API gives XML as one line: a place in it cannot be shown by its line.
    shown = tuple(line if len(line) <= MAX_SHOWN else f"(a line of {len(line)} characters)" for line in source.lines)
    ledger = LineLedger(replace(source, lines=shown))
    with collector_paused():
        document = read_document(ledger, source.lines)
    devices = build_devices(document, ledger)
    name = devices[0].name if devices else ""
    coverage = ledger.coverage(PLATFORM, name, lambda _: Affects.OTHER)
    if document.damage:
        problem = f"line {document.damage_line + 1}: {document.damage}; what follows was not read, export it again"
        coverage = replace(coverage, problem=problem)
    return ParsedFile(coverage, devices)
