"""Fortinet FortiOS: `show`, `show full-configuration` and backup files, with and without VDOMs."""

from __future__ import annotations

from netaudit.model.source import Affects, SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.fortios.device import build_device
from netaudit.parsers.fortios.header import read_facts
from netaudit.parsers.fortios.tree import read_tree
from netaudit.parsers.ledger import LineLedger

PLATFORM = "fortios"

__all__ = ["parse"]


def parse(source: SourceFile) -> ParsedFile:
    """Return what a FortiOS configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    tree = read_tree(source, ledger)
    facts = read_facts(tree, ledger)
    if not tree.statements and not facts.model:
        coverage = ledger.coverage(PLATFORM, "", lambda _: Affects.OTHER)
        return ParsedFile(coverage)
    if not tree.statements:  # `get system status` alone: facts, no configuration
        for index in range(len(source.lines)):
            if ledger.is_open(index):
                ledger.ignored(index)
    device = build_device(source, tree, facts, ledger)
    coverage = ledger.coverage(PLATFORM, device.name, lambda _: Affects.OTHER)
    return ParsedFile(coverage, (device,))
