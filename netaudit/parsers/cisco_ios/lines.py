"""The text around the commands: banners, certificates, headers and comments; and the tree of what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence

from netaudit.parsers.cisco_ios.commands import is_top_command
from netaudit.parsers.conf_tree import ConfLine, conf_tree
from netaudit.parsers.ledger import LineLedger

# Entries of lists, comments and blank lines have no children and are the bulk of large files.
_BULK = re.compile(
    r"\s*(?:!|$|(?:\d+ )?(?:permit|deny|remark)\s|evaluate\s|access-list\s+\d+\s+\S|ip route\s|ip prefix-list\s"
    r"|host\s|\d+\.\d+\.)"
)
_BANNER = re.compile(
    r"^\s*(?:no\s+)?(banner\s+(?:motd|login|exec|incoming|slip-ppp|prompt-timeout|config-save)|aaa authentication"
    r" (?:banner|fail-message)|menu \S+ title|banner(?=\s+[^\w\s])|auth-proxy-banner (?:http|telnet|ftp))\s*(.*)$"
)
_PAGER = re.compile(r"-+ ?More ?-+")
_CERTIFICATE = re.compile(r"^\s+certificate(?:\s|$)")
_HEX = re.compile(r"^\s+[0-9A-Fa-f]{2,8}(?:\s+[0-9A-Fa-f]{2,8})*\s*$")
_HEADER = re.compile(
    r"^(?:Building configuration|Current configuration|Using \d+ out of \d+ bytes|Uncompressed configuration"
    r"|Load for |Time source is|show running|sh run|[\w.\-/@:()]+[#>] ?(?:show|sh|more|terminal|exit|quit|$))"
)


def is_bulk(line: str) -> bool:
    """Tell whether the line never has children and may bypass the tree library."""
    return _BULK.match(line) is not None


def configuration_tree(ledger: LineLedger) -> list[ConfLine]:
    """Return the tree of the commands; everything that is no command is marked and left out of it."""
    lines = ledger.source.lines
    plain = list(lines)
    _take_out_text(plain, ledger)
    if not any(line[:1] == " " for line in plain):
        _indent_flat(plain)
    roots = conf_tree(plain, "ios", is_bulk)
    return [_pruned(root, ledger) for root in roots if ledger.is_open(root.index)]


_BLOCK = re.compile(
    r"^(?:interface|line|ip access-list (?:standard|extended)|ipv6 access-list|object-group|class-map|policy-map|router"
    r"|route-map|vrf definition|ip vrf (?!forwarding)|zone-pair|crypto map|time-range|ipv6 router) "
)
# What is a command of its own as well, but below these blocks (and in this form) belongs to them.
_BELOW = re.compile(
    r"^(?:no )?(?:ip nat (?:inside|outside)$|ip vrf forwarding |ip verify |vrf forwarding |vrrp \d|login(?: local)?$"
    r"|login authentication|password |logging synchronous|privilege level|match |service-policy )"
)
_ENTRY = re.compile(r"^(?:\d+ )?(?:permit|deny|remark|evaluate) ")


def _indent_flat(plain: list[str]) -> None:
    """Give the lines below a block their indentation back where a file has lost all of it."""
    inside = False
    in_list = False
    for index, line in enumerate(plain):
        if not line:
            inside = False
        elif _BLOCK.match(line):
            inside = True
            in_list = "access-list" in line
        elif line in ("exit", "end"):
            inside = in_list = False
        elif (in_list and _ENTRY.match(line)) or (inside and (_BELOW.match(line) or not is_top_command(line.split()))):
            plain[index] = " " + line
        else:
            inside = in_list = False


def _pruned(node: ConfLine, ledger: LineLedger) -> ConfLine:
    """Leave out the children that are comments, blank lines or banner text."""
    waiting = [node]
    while waiting:
        line = waiting.pop()
        if line.children:
            line.children = [child for child in line.children if ledger.is_open(child.index)]
            waiting += line.children
    return node


def _take_out_text(plain: list[str], ledger: LineLedger) -> None:
    """Blank the lines that are no commands, so that they cannot be mistaken for some."""
    index = 0
    last = len(plain)
    while index < last:
        line = plain[index]
        stripped = line.strip()
        if not stripped or stripped[0] == "!" or (stripped[0] == "-" and _PAGER.match(stripped)):
            ledger.ignored(index)
            plain[index] = ""
        elif stripped[0] in "bam" and (banner := _BANNER.match(line)) is not None and banner[2]:
            end = _banner_end(plain, index, banner[2])
            ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif line.startswith("macro name "):
            end = next((i for i in range(index + 1, last) if plain[i].strip() == "@"), index)
            ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif stripped.startswith("certificate") and _CERTIFICATE.match(line):
            end = _certificate_end(plain, index)
            ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif line[0] not in " \t" and _HEADER.match(line):
            ledger.ignored(index)
            plain[index] = ""
        elif "\t" in line[: len(line) - len(line.lstrip())]:
            plain[index] = line.replace("\t", " ", len(line) - len(line.lstrip()))
        index += 1


def _banner_end(lines: Sequence[str], index: int, text: str) -> int:
    """Return the last line of a banner that begins at `index` with `text` (delimiter first).

    IOS writes the delimiter as "^C" (two characters, or the control character itself) or as any one character.
    A banner whose delimiter never comes back is taken to be that line alone: swallowing the file would hide
    everything after it.
    """
    delimiter = "^C" if text.startswith("^C") else text[0]
    if delimiter in text[len(delimiter) :]:
        return index
    for position in range(index + 1, len(lines)):
        if delimiter in lines[position]:
            return position
    return index


def _certificate_end(lines: Sequence[str], index: int) -> int:
    """Return the last line of a certificate: hexadecimal words, then `quit`."""
    position = index + 1
    while position < len(lines):
        if lines[position].strip() == "quit":
            return position
        if not _HEX.match(lines[position]) and lines[position].strip():
            break
        position += 1
    return position - 1
