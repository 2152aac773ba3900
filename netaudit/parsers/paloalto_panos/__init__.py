"""Palo Alto Networks PAN-OS and Panorama: XML exports, `set` lines, and braces, all read into one tree."""

from __future__ import annotations

from netaudit.model.source import Affects, SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.device import PLATFORM, build_devices
from netaudit.parsers.paloalto_panos.document import read_document

__all__ = ["parse"]


def parse(source: SourceFile) -> ParsedFile:
    """Return what a PAN-OS or Panorama configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    document = read_document(ledger)
    devices = build_devices(document, ledger)
    name = devices[0].name if devices else ""
    return ParsedFile(ledger.coverage(PLATFORM, name, lambda _: Affects.OTHER), devices)
