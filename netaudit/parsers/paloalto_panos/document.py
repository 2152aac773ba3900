"""A file as its parts: XML, commands, braces, and what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.model.source import Affects
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.brace_text import BraceReader, begins_block
from netaudit.parsers.paloalto_panos.header import Header, HeaderReader
from netaudit.parsers.paloalto_panos.set_text import SetReader, command_of
from netaudit.parsers.paloalto_panos.tree import Node, TreeBuilder
from netaudit.parsers.paloalto_panos.xml_text import XmlReader

MAX_LINE = 100_000  # characters of a line that is not XML; a command or statement has a few hundred
_CONFIGURATION = re.compile(r"<config[\s>]")
_MARKUP = re.compile(r"\s*<(?:\?xml|!|[A-Za-z])")


@dataclass(frozen=True, slots=True)
class Document:
    """The tree of a file. `damage` says why it may not be whole, "" where it is; `damage_line` is where it ends.

    `elsewhere` holds the values of what is not kept in the tree: names that it uses.
    """

    root: Node
    header: Header
    elsewhere: set[str]
    damage: str = ""
    damage_line: int = 0


def read_document(ledger: LineLedger, lines: Sequence[str]) -> Document:
    """Return the tree of a file, with every line that was read accounted for.

    `lines` are those of the file; the ledger may know long ones by a short text.
    """
    builder = TreeBuilder(ledger, lines)
    header, commands = HeaderReader(ledger, lines), SetReader(ledger, builder)
    damage, damage_line = "", 0
    whole = False
    index = 0
    while index < len(lines):
        text = lines[index]
        if len(text) > MAX_LINE and not _MARKUP.match(text):
            ledger.unrecognized(index, Affects.FILTER, f"a line of more than {MAX_LINE} characters")
            index += 1
        elif command_of(text):
            index = commands.read(index)
        elif _MARKUP.match(text):
            # Another whole configuration is not mixed into the first: the names of the two may mean different things.
            second = whole and _is_configuration(lines, index)
            xml = XmlReader(ledger, TreeBuilder(ledger, lines) if second else builder, index)
            xml.read()
            if second:
                ledger.unsupported(index, Affects.FILTER, "a second configuration in one file: split the file")
            whole = whole or _is_configuration(lines, index)
            index = xml.end
            damage, damage_line = damage or xml.fault, damage_line or xml.fault_line
        elif begins_block(text):
            braces = BraceReader(ledger, builder)
            index = braces.read(index)
            damage, damage_line = damage or braces.fault, damage_line or braces.fault_line
        else:
            index = header.read(index)
    return Document(builder.root, header.header, builder.elsewhere, damage, damage_line)


def _is_configuration(lines: Sequence[str], index: int) -> bool:
    """Tell whether the document that begins on a line is a whole configuration, not a part of one."""
    return any(_CONFIGURATION.search(line[:4000]) for line in lines[index : index + 5])
