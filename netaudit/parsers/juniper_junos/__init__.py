"""Juniper Junos (routers, switches, SRX): `display set` and braces, with groups and logical systems."""

from __future__ import annotations

from netaudit.model.source import Affects, LineState, SourceFile
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.juniper_junos.device import build_device, systems_of
from netaudit.parsers.juniper_junos.groups import Inheritance, expand_interface_ranges
from netaudit.parsers.juniper_junos.header import read_facts
from netaudit.parsers.juniper_junos.statements import Fate, fate_of
from netaudit.parsers.juniper_junos.text import Statement, TextReader
from netaudit.parsers.juniper_junos.tree import TreeBuilder
from netaudit.parsers.ledger import LineLedger

PLATFORM = "juniper_junos"

__all__ = ["parse"]


def parse(source: SourceFile) -> ParsedFile:
    """Return what a Junos configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    facts = read_facts(ledger)
    text = TextReader(ledger)
    builder = TreeBuilder()
    count = 0
    for statement in text.statements():
        if statement.command == "none":
            ledger.understood(statement.first, statement.last)
            continue
        count += 1
        builder.add(statement)
        _account(statement, ledger)
    for line in builder.unmatched:
        ledger.unsupported(line, Affects.OTHER, "it changes what is not in this file")
    builder.close_blocks(text.blocks)
    for words, _, last in text.blocks:
        if ledger.is_open(last):
            _mark(ledger, fate_of(words, True) if words else Fate(LineState.UNDERSTOOD), last, last)
    builder.finish()
    root = builder.root
    if not count and not facts.version and not facts.model:
        return ParsedFile(ledger.coverage(PLATFORM, "", lambda _: Affects.OTHER))
    groups = Inheritance(root)
    groups.run()
    for use in groups.by_node:
        ledger.unsupported(max(use.first, 0), Affects.MANAGEMENT, "each node of the cluster has values of its own")
    for _, node in groups.undefined:
        ledger.unsupported(max(node.first, 0), Affects.FILTER, "a group that is not in this file")
    for _, system in systems_of(root):
        interfaces = system.get("interfaces")
        if interfaces is not None:
            expand_interface_ranges(interfaces)
    device = build_device(source, root, facts, ledger)
    return ParsedFile(ledger.coverage(PLATFORM, device.name, lambda _: Affects.OTHER), (device,))


def _account(statement: Statement, ledger: LineLedger) -> None:
    words = statement.words
    if not words:
        ledger.understood(statement.first, statement.last)
        return
    if statement.command in ("protect", "unprotect", "annotate"):
        for line in range(statement.first, statement.last + 1):
            ledger.ignored(line)
        return
    if statement.command in ("rename", "copy", "insert", "delete", "deactivate", "activate"):
        ledger.understood(statement.first, statement.last)
        return
    _mark(ledger, fate_of(words, statement.is_block), statement.first, statement.last)


def _mark(ledger: LineLedger, fate: Fate, first: int, last: int) -> None:
    for line in range(first, last + 1):
        if fate.state is LineState.UNDERSTOOD:
            ledger.understood(line)
        elif fate.state is LineState.IGNORED:
            ledger.ignored(line)
        elif fate.state is LineState.UNSUPPORTED:
            ledger.unsupported(line, fate.affects, fate.reason)
        else:
            ledger.unrecognized(line, fate.affects, fate.reason)
