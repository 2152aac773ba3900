"""A platform's commands as a table: what becomes of every line that no reader has marked.

A command is written with its first words; the longest entry that fits decides. `no` and `default` before a command
change nothing here. Three ways to end: understood (read into the model), ignored on purpose (known, and it changes
no answer), or unsupported (known, not modelled, and it can change what is named). Everything else stays unrecognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netaudit.model.source import Affects
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger

_LONGEST_ENTRY = 4  # words


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a command: `affects` None = ignored. `below` is the table of the lines below it."""

    affects: Affects | None = None
    reason: str = ""
    below: Mapping[str, Fate] | None = None  # None: the lines below share this fate
    deep: bool = False  # the table holds for the lines below those too


def ignored(table: str) -> dict[str, Fate]:
    """Return the commands of a comma-separated text as ignored on purpose."""
    return dict.fromkeys(_commands(table), Fate())


def unsupported(affects: Affects, reason: str, table: str) -> dict[str, Fate]:
    """Return the commands of a comma-separated text as known and not modelled."""
    return dict.fromkeys(_commands(table), Fate(affects, reason))


def _commands(table: str) -> list[str]:
    return [" ".join(command.split()) for command in table.split(",") if command.strip()]


def find(table: Mapping[str, Fate], words: list[str]) -> Fate | None:
    """Return the fate of the longest entry that the words begin with."""
    if len(words) > 1 and words[0] in ("no", "default"):
        words = words[1:]
    for count in range(min(len(words), _LONGEST_ENTRY), 0, -1):
        fate = table.get(" ".join(words[:count]))
        if fate is not None:
            return fate
    return None


def account(ledger: LineLedger, roots: Iterable[ConfLine], top: Mapping[str, Fate]) -> None:
    """Give every line that no reader marked its state, as far as the table knows it."""
    for root in roots:
        fate = find(top, root.words)
        if fate is None:
            _leave(ledger, root)
        else:
            _settle(ledger, root, fate)


def _settle(ledger: LineLedger, node: ConfLine, fate: Fate) -> None:
    """Mark a block: its first line by `fate`, the lines below by the fate's table, or like their parent."""
    _mark(ledger, node, fate)
    waiting: list[tuple[ConfLine, Fate, Mapping[str, Fate] | None]] = [
        (child, fate, fate.below) for child in node.children
    ]
    while waiting:
        line, above, table = waiting.pop()
        found = above if table is None else find(table, line.words)
        if found is None:
            _leave(ledger, line)
            continue
        _mark(ledger, line, found)
        below = found.below if found.below is not None else table if fate.deep and table is not None else None
        waiting += [(child, found, below) for child in line.children]


def _mark(ledger: LineLedger, line: ConfLine, fate: Fate) -> None:
    if not ledger.is_open(line.index):
        return
    if fate.affects is None:
        ledger.ignored(line.index)
    else:
        ledger.unsupported(line.index, fate.affects, fate.reason)


def _leave(ledger: LineLedger, node: ConfLine) -> None:
    """Leave a block that nobody knows unrecognised: a line below may change what its first line may change."""
    affects = guess(node.text)
    for line in node.walk():
        if ledger.is_open(line.index):
            own = guess(line.text)
            ledger.unrecognized(line.index, own if own is not Affects.OTHER else affects, "unknown command")


_GUESSES: tuple[tuple[re.Pattern[str], Affects], ...] = (
    (
        re.compile(
            r"access-(?:group|list|map|class)|\b(?:permit|deny|filter|firewall|inspect|zone|object-group|policy-map"
            r"|class-map|drop|traffic-filter|traffic-polic\w+|acl)\b"
        ),
        Affects.FILTER,
    ),
    (re.compile(r"\bnat\d*\b|translat"), Affects.NAT),
    (
        re.compile(
            r"\b(?:route|router|routing|ospf|bgp|eigrp|isis|rip|vrf|neighbor|redistribute|forwarding|tunnel|next-hop"
            r"|address|interface|network|mpls|lisp|vxlan|evpn)\b"
        ),
        Affects.ROUTING,
    ),
    (
        re.compile(
            r"\b(?:aaa|username|user|password|secret|ssh|telnet|https?|snmp\S*|logging|ntp|login|authentication|line"
            r"|tacacs\S*|radius\S*|netconf|management|nxapi)\b"
        ),
        Affects.MANAGEMENT,
    ),
)


def guess(text: str) -> Affects:
    """Return what a line that nobody knows could change, from its words; filters first."""
    lowered = text.lower()
    for pattern, affects in _GUESSES:
        if pattern.search(lowered):
            return affects
    return Affects.OTHER
