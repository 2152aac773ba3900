"""The text around the commands of a switch configuration (comments, banners, pager marks), and the tree of the rest."""

from __future__ import annotations

import re
from collections.abc import Callable

from netaudit.model.management import Banner
from netaudit.parsers.conf_tree import ConfLine, conf_tree
from netaudit.parsers.ledger import LineLedger

# Entries of lists, comments and blank lines have no children and are the bulk of large files.
_BULK = re.compile(
    r"\s*(?:!|$|(?:\d+ +)?(?:permit|deny|remark)\s|ip(?:v6)? route\s|ip(?:v6)? prefix-list\s+\S+\s+\S"
    r"|seq\s+\d+\s|host\s|\d+ +host\s|\d+\.\d+\.|logging level\s|rmon event\s|snmp-server\s)"
)
_PAGER = re.compile(r"-+ ?More ?-+")
_HEADER = re.compile(
    r"^(?:Building configuration|Current configuration|[\w.\-/@:()]+[#>] ?(?:show|sh|more|terminal)\b)"
)

BannerEnd = Callable[[list[str], int], int | None]
"""Returns the last line of a banner that begins at a line, None where the line begins none."""


def read_banners(ledger: LineLedger, banner_end: BannerEnd) -> tuple[Banner, ...]:
    """Return the banners, each as one line of text, and mark them as understood; called before `switch_tree`."""
    found: list[Banner] = []
    lines = list(ledger.source.lines)
    index = 0
    while index < len(lines):
        words = lines[index].split(None, 2)
        last = banner_end(lines, index) if words[:1] == ["banner"] and len(words) > 1 else None
        if last is not None:
            ledger.understood(index, last)
            first = ledger.masked[index].partition(words[1])[2].strip()
            if first:  # the text stands between two equal delimiters
                delimiter = "^C" if first.startswith("^C") else first[0]
                text = "\n".join((first, *ledger.masked[index + 1 : last + 1])).partition(delimiter)[2]
                text = text.partition(delimiter)[0]
            else:  # it ends with a line of its own
                text = "\n".join(ledger.masked[index + 1 : last])
            found.append(Banner(words[1], ledger.ref(index, last), " ".join(text.split())))
            index = last
        index += 1
    return tuple(found)


def switch_tree(ledger: LineLedger, syntax: str, banner_end: BannerEnd) -> list[ConfLine]:
    """Return the tree of the commands; everything that is no command is marked as ignored and left out of it."""
    plain = list(ledger.source.lines)
    _take_out_text(plain, ledger, banner_end)
    roots = conf_tree(plain, syntax, _is_bulk)
    return [_pruned(root, ledger) for root in _adopted(roots, ledger) if ledger.is_open(root.index)]


def _is_bulk(line: str) -> bool:
    return _BULK.match(line) is not None


def _take_out_text(plain: list[str], ledger: LineLedger, banner_end: BannerEnd) -> None:
    """Blank the lines that are no commands, so that they cannot be mistaken for some."""
    index = 0
    while index < len(plain):
        line = plain[index]
        stripped = line.strip()
        end = index
        if not stripped or stripped[0] == "!" or (stripped[0] == "-" and _PAGER.match(stripped)):
            if ledger.is_open(index):  # headers that tell of changes were read before
                ledger.ignored(index)
            plain[index] = ""
        elif "banner" in stripped and (last := banner_end(plain, index)) is not None:
            end = last
            if ledger.is_open(index):
                ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
        elif line[0] not in " \t" and _HEADER.match(line):
            ledger.ignored(index)
            plain[index] = ""
        elif "\t" in line[: len(line) - len(line.lstrip())]:
            plain[index] = line.replace("\t", " ", len(line) - len(line.lstrip()))
        index = end + 1


def _adopted(roots: list[ConfLine], ledger: LineLedger) -> list[ConfLine]:
    """Hang indented lines that stand alone (behind blank lines) below the block before them."""
    kept: list[ConfLine] = []
    for root in roots:
        if kept and root.text[:1] == " " and ledger.is_open(root.index):
            root.parent = kept[-1]
            kept[-1].children.append(root)
        elif ledger.is_open(root.index):
            kept.append(root)
    return kept


def _pruned(node: ConfLine, ledger: LineLedger) -> ConfLine:
    """Leave out the children that are comments, blank lines or banner text."""
    waiting = [node]
    while waiting:
        line = waiting.pop()
        if line.children:
            line.children = [child for child in line.children if ledger.is_open(child.index)]
            waiting += line.children
    return node
