"""Access lists: numbered and named, standard, extended and IPv6.

Source: Cisco IOS Security Command Reference, "access-list (IP standard)", "access-list (IP extended)",
"ip access-list", "permit (IP)", "permit (IPv6)", "ip access-list resequence".
"""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_IPV6,
    Family,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import (
    ICMPV6,
    ServiceSet,
)
from netaudit.parsers.cisco_ios.entries import Entry, all_packets
from netaudit.parsers.cisco_ios.inspections import answers
from netaudit.parsers.cisco_ios.reading import AccessList, Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

_TAKEN = "sequence number used twice"
_ACTIONS = {"permit": Action.PERMIT, "deny": Action.DENY}


def is_standard_number(value: int) -> bool:
    """Tell whether the number is one of a standard IP list."""
    return 1 <= value <= 99 or 1300 <= value <= 1999


def is_extended_number(value: int) -> bool:
    """Tell whether the number is one of an extended IP list."""
    return 100 <= value <= 199 or 2000 <= value <= 2699


def read_access_lists(reading: Reading) -> None:
    """Read every access list that judges IP packets."""
    for root in reading.roots:
        text = root.text
        if text.startswith(("mac access-list ", "ipx access-list ", "arp access-list ")):
            reading.other_lists.add(root.words[-1])
            reading.define(ACCESS_LIST, root.words[-1], root.index)
        elif text.startswith("access-list "):
            _read_numbered(reading, root)
        elif text.startswith(("ip access-list ", "ipv6 access-list ")):
            _read_named(reading, root)
        elif text.startswith(("no access-list ", "no ip access-list ", "no ipv6 access-list ")):
            _remove_list(reading, root)


def _remove_list(reading: Reading, root: ConfLine) -> None:
    """Read `no access-list N`, `no ip access-list extended NAME`: the list is gone, lines after it begin anew."""
    words = root.words
    if len(words) != {"access-list": 3, "ipv6": 4, "ip": 5}[words[1]]:
        return  # one entry, or a setting
    reading.definitions.pop((ACCESS_LIST, words[-1]), None)
    reading.access_lists.pop(words[-1], None)
    reading.ledger.understood(root.index)


def _list(reading: Reading, name: str, flavour: str, index: int) -> AccessList:
    found = reading.access_lists.get(name)
    if found is None:
        found = AccessList(name, flavour, reading.ledger.ref(index))
        reading.access_lists[name] = found
        reading.define(ACCESS_LIST, name, index)
    return found


# Numbers of lists that judge no IPv4 packets: protocol type, DECnet, MAC, IPX, simple MAC (same command, other parts).
_OTHER_LISTS = ((200, 299), (300, 399), (400, 499), (500, 599), (600, 699), (700, 799), (800, 1299))


def _read_numbered(reading: Reading, root: ConfLine) -> None:
    words = root.text.split()
    start = 2
    value = number(words[1], 99999) if len(words) > 1 else None
    if value is None:
        if len(words) < 4 or words[2] not in ("standard", "extended"):
            if words[1:2] not in (["compiled"], ["dynamic-extended"]):
                reading.not_understood(root, Affects.FILTER, "access list")
            return
        flavour, start = words[2], 3  # not how IOS writes it; the meaning is plain
    elif is_standard_number(value):
        flavour = "standard"
    elif is_extended_number(value):
        flavour = "extended"
    elif any(low <= value <= high for low, high in _OTHER_LISTS):
        reading.other_lists.add(words[1])
        reading.define(ACCESS_LIST, words[1], root.index)
        reading.ledger.ignored(root.index)
        return
    else:
        reading.not_understood(root, Affects.FILTER, "access list")
        return
    target = _list(reading, words[1], flavour, root.index)
    if len(words) > start:
        _read_entry(reading, target, root, words, start)
    else:
        reading.ledger.understood(root.index)
    for child in root.children:
        _read_entry(reading, target, child, child.text.split(), 0)


def _read_named(reading: Reading, root: ConfLine) -> None:
    words = root.words
    if words[0] == "ipv6":
        if len(words) != 3 or words[2] in ("log-update",):
            return
        flavour, name = "ipv6", words[2]
    elif len(words) == 4 and words[2] in ("standard", "extended"):
        flavour, name = words[2], words[3]
    elif len(words) == 3:  # NX-OS and EOS write no flavour
        flavour, name = "extended", words[2]
    else:
        return
    target = _list(reading, name, flavour, root.index)
    reading.ledger.understood(root.index)
    for child in root.children:
        _read_entry(reading, target, child, child.text.split(), 0)


def _read_entry(reading: Reading, target: AccessList, line: ConfLine, words: list[str], position: int) -> None:
    """Read one line below an access list."""
    cursor = Words(words, position)
    sequence = number(cursor.peek(), 2**32 - 1)
    if sequence is not None:
        cursor.take()
    if target.is_ipv6 and cursor.peek() == "sequence":
        cursor.take()
        sequence = number(cursor.peek(), 2**32 - 1)
        cursor.position += 1
    word = cursor.peek()
    if word == "remark":
        target.remarks.append(reading.ledger.masked[line.index].partition("remark")[2].strip())
        reading.ledger.understood(line.index)
        return
    action = _ACTIONS.get(word)
    if action is not None:
        cursor.take()
    elif word == "dynamic":  # lock-and-key: `dynamic NAME [timeout N] permit ...`
        while cursor.peek() and cursor.peek() not in _ACTIONS:
            cursor.take()
        action = _ACTIONS.get(cursor.peek())
        cursor.position += 1
    if action is None:
        _read_odd_entry(reading, target, line, sequence, word)
        return
    place, taken = _place(reading, target, line, sequence)
    entry = Entry(reading, line, target)
    try:
        if target.flavour == "standard":
            entry.read_standard(cursor)
        else:
            entry.read_extended(cursor)
    except NotUnderstood as problem:
        reading.not_understood(line, Affects.FILTER, f"access-list entry: {problem}")
        entry.give_up()
    else:
        reading.ledger.understood(line.index)
    if word == "dynamic":
        entry.narrow("dynamic entry")
    if taken:
        entry.narrow(_TAKEN)
    target.entries[place] = AccessRule(
        name=str(place),
        action=action,
        match=entry.match(),
        where=reading.ledger.ref(line.index),
        enabled=not entry.inactive,
        logged=entry.logged,
        description=" / ".join(target.remarks),
        sources=entry.sources,
        destinations=entry.destinations,
        services=entry.services,
        schedule=entry.schedule,
        expires=entry.expires,
        return_traffic=entry.established and action is Action.PERMIT,
        unresolved=tuple(entry.unresolved),
    )
    target.remarks.clear()
    if entry.reflects and action is Action.PERMIT:
        reading.reflected.setdefault(entry.reflects, []).append(target.entries[place].match)


def _place(reading: Reading, target: AccessList, line: ConfLine, sequence: int | None) -> tuple[int, bool]:
    """Return the sequence number of a new entry, and whether the written one was taken already."""
    taken = False
    if sequence is None:
        sequence = target.highest + target.step
    elif sequence in target.entries:
        # IOS refuses a number that is taken: one of the two lines is not in force, we cannot know which.
        reading.not_understood(line, Affects.FILTER, f"sequence number {sequence} is used twice")
        known = target.entries[sequence]
        target.entries[sequence] = replace(known, match=PacketMatch.upper(known.match.maybe, _TAKEN))
        taken = True
        while sequence in target.entries:
            sequence += 1
    if sequence < target.highest:
        target.disorder = True
    else:
        target.highest = sequence
    return sequence, taken


def _remove(target: AccessList, line: ConfLine) -> bool:
    """Take out the entry that `no 10` or `no permit ...` names; False where there is none."""
    named = line.words[1:]
    for sequence, rule in target.entries.items():
        written = rule.where.text.split()
        if named == [str(sequence)] or named == written or named == written[1:]:
            del target.entries[sequence]
            return True
    return False


def _read_odd_entry(reading: Reading, target: AccessList, line: ConfLine, sequence: int | None, word: str) -> None:
    """Read what is neither permit nor deny: `evaluate` of a reflexive list, or nothing that IOS knows."""
    everything = all_packets(target.is_ipv6)
    if word == "evaluate":
        match = PacketMatch.upper(everything, "reflexive list")
        place, _ = _place(reading, target, line, sequence)
        target.evaluated[place] = line.words[-1]
        reading.ledger.understood(line.index)
        target.entries[place] = AccessRule(
            str(place), Action.PERMIT, match, reading.ledger.ref(line.index), logged=False, return_traffic=True,
            services=(" ".join(line.words),),
        )  # fmt: skip
        return
    if word == "no" and _remove(target, line):
        reading.ledger.understood(line.index)
        return
    if word in ("exit", "default") or not word:
        reading.ledger.ignored(line.index)
        return
    reading.not_understood(line, Affects.FILTER, "access-list entry")
    match = PacketMatch.upper(everything, "not understood")
    for action in (Action.PERMIT, Action.DENY):  # it may be either: neither decides surely
        place, _ = _place(reading, target, line, sequence if action is Action.PERMIT else None)
        target.entries[place] = AccessRule(
            str(place), action, match, reading.ledger.ref(line.index), services=("not understood",)
        )


def rulebases(reading: Reading) -> tuple[Rulebase, ...]:
    """Return the lists in their device order: entries by sequence number, then the implicit deny."""
    for target in reading.access_lists.values():
        for place, name in target.evaluated.items():
            recorded = reading.reflected.get(name)
            rule = target.entries.get(place)
            if rule is None:
                continue
            if recorded is None:
                reading.ledger.unsupported(rule.where.line - 1, Affects.FILTER, "a reflexive list that nothing fills")
            else:
                target.entries[place] = replace(rule, match=answers(recorded))
    return tuple(_rulebase(target) for target in reading.access_lists.values())


def _rulebase(target: AccessList) -> Rulebase:
    rules = [rule for _, rule in sorted(target.entries.items())] if target.disorder else list(target.entries.values())
    # A list without entries permits everything, like one that is not defined (Cisco IOS Security Configuration
    # Guide, "IP Access List Overview": an empty access list permits all traffic).
    default = Action.DENY if rules else Action.PERMIT
    if target.is_ipv6 and rules:
        rules += _neighbour_discovery(target, rules)
    return Rulebase(
        name=target.name,
        kind=RulebaseKind.FILTER,
        rules=tuple(rules),
        default_action=default,
        where=target.where,
        default_logged=False,
        flavour=target.flavour,
        families=(Family.IPV6 if target.is_ipv6 else Family.IPV4,),
    )


def _neighbour_discovery(target: AccessList, rules: list[AccessRule]) -> list[AccessRule]:
    """Return the permits for neighbour discovery that IOS puts before the implicit deny of an IPv6 list."""
    added = []
    for name, kind in (("nd-na", 136), ("nd-ns", 135)):
        packets = PacketSet.of(ANY_IPV6, ANY_IPV6, ServiceSet.icmp(ICMPV6, IntervalSet.single(kind)))
        if not any(packets <= rule.match.surely for rule in rules if rule.match.surely is not NO_PACKETS):
            added.append(
                AccessRule(f"implicit {name}", Action.PERMIT, PacketMatch.exact(packets), target.where, logged=False,
                           sources=("any",), destinations=("any",), services=(f"icmp {name}",),
                           implicit=True)
            )  # fmt: skip
    return added
