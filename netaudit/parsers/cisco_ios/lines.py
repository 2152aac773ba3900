"""The text around the commands: banners, certificates, headers and comments; and the tree of what is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.model.management import Banner
from netaudit.parsers.certificate_chains import certificate_end
from netaudit.parsers.cisco_ios.commands import is_top_command
from netaudit.parsers.conf_tree import ConfLine, conf_tree
from netaudit.parsers.ledger import LineLedger

# Entries of lists, comments and blank lines have no children and are the bulk of large files.
_BULK = re.compile(
    r"\s*(?:!|$|(?:\d+ )?(?:permit|deny|remark)\s|evaluate\s|access-list\s+\d+\s+\S|ip route\s|ip prefix-list\s"
    r"|host\s|\d+\.\d+\.|neighbor\s+\S+\s+\S|network\s+\d|match\s|set\s)"
)
_BANNER = re.compile(
    r"^\s*(?:no\s+)?(banner\s+(?:motd|login|exec|incoming|slip-ppp|prompt-timeout|config-save)|aaa authentication"
    r" (?:banner|fail-message)|(?:vacant|refuse)-message|menu \S+ title"
    r"|banner(?=\s+[^\w\s])|auth-proxy-banner (?:http|telnet|ftp))\s*(.*)$"
)
_PAGER = re.compile(r"-+ ?More ?-+")
_CERTIFICATE = re.compile(r"^\s+certificate(?:\s|$)")
_HEADER = re.compile(
    r"^(?:Building configuration|Current configuration|Using \d+ out of \d+ bytes|Uncompressed configuration"
    r"|Load for |Time source is|show running|sh run|[\w.\-/@:()]+[#>] ?(?:show|sh|more|terminal|exit|quit|$))"
)


def is_bulk(line: str) -> bool:
    """Tell whether the line never has children and may bypass the tree library."""
    return _BULK.match(line) is not None


@dataclass(frozen=True, slots=True)
class ConfigurationText:
    """The tree of the commands, and the banners that stood between them."""

    roots: list[ConfLine]
    banners: tuple[Banner, ...]


def configuration_text(ledger: LineLedger) -> ConfigurationText:
    """Return the commands and the banners; what else is no command is marked and left out."""
    lines = ledger.source.lines
    plain = list(lines)
    banners = _take_out_text(plain, ledger)
    if not any(line[:1] == " " for line in plain):
        _indent_flat(plain)
    roots = conf_tree(plain, "ios", is_bulk)
    return ConfigurationText([_pruned(root, ledger) for root in roots if ledger.is_open(root.index)], banners)


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


def _take_out_text(plain: list[str], ledger: LineLedger) -> tuple[Banner, ...]:
    """Blank the lines that are no commands, so that they cannot be mistaken for some; return the banners."""
    banners: list[Banner] = []
    index = 0
    last = len(plain)
    while index < last:
        line = plain[index]
        stripped = line.strip()
        if not stripped or stripped[0] == "!" or (stripped[0] == "-" and _PAGER.match(stripped)):
            if ledger.is_open(index):  # headers that tell of changes were read before
                ledger.ignored(index)
            plain[index] = ""
        elif stripped[0] in "bamvr" and (banner := _BANNER.match(line)) is not None and banner[2]:
            end = _banner_end(plain, index, banner[2])
            banners += _banner(ledger, index, end, banner[1], banner[2])
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif line.startswith("macro name "):
            end = next((i for i in range(index + 1, last) if plain[i].strip() == "@"), index)
            ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif stripped.startswith("certificate") and _CERTIFICATE.match(line):
            end = certificate_end(plain, index)
            if ledger.is_open(index):  # not in a chain
                ledger.ignored(index, end)
            plain[index : end + 1] = [""] * (end + 1 - index)
            index = end
        elif line[0] not in " \t" and _HEADER.match(line):
            ledger.ignored(index)
            plain[index] = ""
        elif "\t" in line[: len(line) - len(line.lstrip())]:
            plain[index] = line.replace("\t", " ", len(line) - len(line.lstrip()))
        index += 1
    return tuple(banners)


def _banner(ledger: LineLedger, index: int, end: int, words: str, text: str) -> list[Banner]:
    """Return a banner as one line of text, delimiters left out; [] for menus and for `no banner`."""
    kind = words.split()[-1] if words.startswith("banner ") else "motd" if words == "banner" else ""
    if not kind or ledger.source.lines[index].split()[0] == "no":
        ledger.ignored(index, end)
        return []
    ledger.understood(index, end)
    delimiter = "^C" if text.startswith("^C") else text[0]
    shown = "\n".join(ledger.masked[index : end + 1]).partition(words.split()[-1])[2]
    body = shown.partition(delimiter)[2].partition(delimiter)[0]
    return [Banner(kind, ledger.ref(index, end), " ".join(body.split()))]


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
