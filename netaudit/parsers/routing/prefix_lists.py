"""Prefix lists: `ip prefix-list NAME [seq N] permit|deny P/L [ge N] [le N] [eq N]`, flat or as a block.

Sources: Cisco IOS IP Routing: BGP Command Reference, "ip prefix-list"; NX-OS Unicast Routing Command Reference;
ASA Command Reference, "prefix-list"; Arista EOS User Manual, "ip prefix-list".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.routing import PrefixList, PrefixListEntry, PrefixRange
from netaudit.model.rules import Action
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.commands import without_comments
from netaudit.parsers.routing.values import HIGHEST, line_words, prefix, taken_number
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_ACTIONS = {"permit": Action.PERMIT, "deny": Action.DENY}
_STARTS = {"ip": Family.IPV4, "ipv6": Family.IPV6}


@dataclass(slots=True)
class _Draft:
    """A list while its lines are read; entries by sequence number."""

    name: str
    family: Family
    where: SourceRef
    entries: dict[int, PrefixListEntry] = field(default_factory=dict)
    highest: int = 0
    exact: bool = True


def read_prefix_lists(ledger: LineLedger, roots: Iterable[ConfLine], step: int = 5) -> tuple[PrefixList, ...]:
    """Read all prefix lists, in the order of their first lines; marks their lines.

    `step` lies between entries that are written without a number. An IPv4 and an IPv6 list of one name are two.
    """
    drafts: dict[tuple[Family, str], _Draft] = {}
    for root in roots:
        text = root.text
        if "prefix-list" not in text[:20]:
            continue
        words = line_words(ledger, root)
        negated = words.take_if("no")
        family = _STARTS.get(words.peek(), Family.IPV4)
        words.take_if("ip", "ipv6")
        if not words.take_if("prefix-list") or not words.peek():
            continue
        if words.words[-1] == "sequence-number":  # whether the numbers are shown
            ledger.ignored(root.index)
            continue
        name = words.take()
        if negated:
            _remove(ledger, drafts, (family, name), root, words)
            continue
        draft = drafts.get((family, name))
        if draft is None:
            draft = drafts[family, name] = _Draft(name, family, ledger.ref(root.index))
        if words.peek():
            _read_line(ledger, draft, root, words, step)
        else:
            ledger.understood(root.index)
        for line in without_comments(ledger, root.children):
            _read_line(ledger, draft, line, line_words(ledger, line), step)
    return tuple(
        PrefixList(one.name, tuple(entry for _, entry in sorted(one.entries.items())), one.where, one.exact)
        for one in drafts.values()
    )


def _remove(
    ledger: LineLedger, drafts: dict[tuple[Family, str], _Draft], key: tuple[Family, str], line: ConfLine, words: Words
) -> None:
    """Read `no ip prefix-list NAME [seq N ...]`."""
    draft = drafts.get(key)
    if not words.peek():
        drafts.pop(key, None)
    elif draft is None:
        pass  # there is nothing to take back
    elif words.take_if("seq") and (sequence := number(words.peek(), HIGHEST)) is not None:
        draft.entries.pop(sequence, None)
    else:
        draft.exact = False
        ledger.unsupported(line.index, Affects.ROUTING, "an entry is taken back")
        return
    ledger.understood(line.index)


def _read_line(ledger: LineLedger, draft: _Draft, line: ConfLine, words: Words, step: int) -> None:
    if words.peek() in ("description", "remark", "exit"):
        ledger.ignored(line.index)
        return
    try:
        if words.take_if("no"):
            words.take_if("seq")
            draft.entries.pop(taken_number(words), None)
        else:
            _read_entry(ledger, draft, line, words, step)
    except NotUnderstood as problem:
        ledger.unrecognized(line.index, Affects.ROUTING, f"prefix list: {problem}")
        draft.exact = False
    else:
        ledger.understood(line.index)


def _read_entry(ledger: LineLedger, draft: _Draft, line: ConfLine, words: Words, step: int) -> None:
    if words.take_if("seq") or words.peek().isdigit():
        sequence = taken_number(words)
    else:
        sequence = draft.highest + step
    action = _ACTIONS.get(words.take())
    if action is None:
        raise NotUnderstood("permit or deny was expected")
    prefixes = read_range(words, draft.family)
    words.end()
    if sequence in draft.entries:  # refused by some platforms, a replacement on others
        raise NotUnderstood(f"sequence number {sequence} is used twice")
    draft.entries[sequence] = PrefixListEntry(action, prefixes, ledger.ref(line.index), sequence)
    draft.highest = max(draft.highest, sequence)


def read_range(words: Words, family: Family | None = None) -> PrefixRange:
    """Take `P/L [eq N | [ge N] [le N]]`; `ge` alone reaches to the longest prefix, `le` alone begins at L."""
    text = words.take()
    if text == "any":
        family = family or Family.IPV4
        return PrefixRange(family, 0, 0, 0, family.bits)
    found, network, length = prefix(text, family)
    least: int | None = None
    most: int | None = None
    while word := words.peek():
        if word == "eq" and least is None and most is None:
            words.take()
            least = most = taken_number(words, found.bits)
        elif word == "ge" and least is None:
            words.take()
            least = taken_number(words, found.bits)
        elif word == "le" and most is None:
            words.take()
            most = taken_number(words, found.bits)
        else:
            break
    if least is None and most is None:
        least = most = length
    elif least is None:
        least = length
    elif most is None:
        most = found.bits
    assert least is not None and most is not None
    if not length <= least <= most:
        raise NotUnderstood("lengths out of order")
    return PrefixRange(found, network, length, least, most)
