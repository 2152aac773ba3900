"""Access lists whose entries carry sequence numbers (NX-OS, EOS): their order, their remarks, their rulebases."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV6, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ICMPV6, ServiceSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.list_entries import Dialect, Entry
from netaudit.parsers.switch_reading import ACCESS_LIST, AccessList, Reading
from netaudit.parsers.wildcard_addresses import anywhere
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

STEP = 10  # between entries that are written without a number
ACTIONS = {"permit": Action.PERMIT, "deny": Action.DENY}


def open_list(reading: Reading, name: str, flavour: str, index: int) -> AccessList:
    """Return the list of that name; lines of a list that occurs twice add up."""
    key = name, flavour == "ipv6"
    found = reading.access_lists.get(key)
    if found is None:
        found = AccessList(name, flavour, reading.ledger.ref(index))
        reading.access_lists[key] = found
        reading.define(ACCESS_LIST, name, index)
    reading.ledger.understood(index)
    return found


def read_entry(
    reading: Reading, target: AccessList, line: ConfLine, dialect: Dialect, settings: frozenset[str]
) -> None:
    """Read one line below a list. `settings` are first words that change no packet's fate."""
    words = Words(line.text.split())
    sequence = number(words.peek(), 2**32 - 1)
    if sequence is not None:
        words.take()
    word = words.peek()
    if word == "remark":
        target.remarks.append(reading.ledger.masked[line.index].partition("remark")[2].strip())
        _take_sequence(target, sequence)
        reading.understood(line)
    elif word in ACTIONS:
        _read_rule(reading, target, line, words, dialect, sequence)
    elif word == "no" and _remove(target, line.words[1:]):
        reading.understood(line)
    elif not word or word in settings or (word == "no" and words.peek(1) in settings):
        reading.ledger.ignored(line.index)
    else:
        _not_understood(reading, target, line, sequence)


def _read_rule(
    reading: Reading, target: AccessList, line: ConfLine, words: Words, dialect: Dialect, sequence: int | None
) -> None:
    action = ACTIONS[words.take()]
    entry = Entry(reading, line, dialect, target.is_ipv6)
    if sequence in target.entries:
        # The platform refuses a number that is taken: one of the two lines is not in force, we cannot know which.
        reading.not_understood(line, Affects.FILTER, f"sequence number {sequence} is used twice")
        reading.understood(line)
        entry.narrow("sequence number used twice")
        _doubt(target, sequence)
    place = _take_sequence(target, sequence)
    try:
        if words.peek() == "vlan" or words.peek() == "inner":
            _read_vlan(words, entry)
        if target.sources_only:
            entry.read_standard(words)
        else:
            entry.read_extended(words)
    except NotUnderstood as problem:
        reading.not_understood(line, Affects.FILTER, f"access-list entry: {problem}")
        entry.give_up()
    else:
        reading.understood(line)
    target.entries[place] = AccessRule(
        name=str(place),
        action=action,
        match=entry.match(),
        where=reading.ledger.ref(line.index),
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


def _read_vlan(words: Words, entry: Entry) -> None:
    """Read `vlan 123 0xfff`, `vlan inner ...` before the protocol (EOS)."""
    while words.peek() in ("vlan", "inner"):
        words.take()
        while words.peek() and (number(words.peek(), 4095) is not None or words.peek().startswith("0x")):
            words.take()
    entry.narrow("vlan")


def _doubt(target: AccessList, sequence: int | None) -> None:
    if sequence is not None:
        known = target.entries[sequence]
        match = PacketMatch.upper(known.match.maybe, "sequence number used twice")
        target.entries[sequence] = replace(known, match=match)


def _take_sequence(target: AccessList, sequence: int | None) -> int:
    """Return the number of a new line: the written one, else ten past the highest."""
    if sequence is None:
        sequence = target.highest + STEP
    while sequence in target.entries:
        sequence += 1
    target.highest = max(target.highest, sequence)
    return sequence


def _remove(target: AccessList, named: list[str]) -> bool:
    """Take out the entry that `no 10` or `no permit ...` names; False where there is none."""
    for sequence, rule in target.entries.items():
        written = rule.where.text.split()
        if named == [str(sequence)] or named == written or named == written[1:]:
            del target.entries[sequence]
            return True
    return False


def _not_understood(reading: Reading, target: AccessList, line: ConfLine, sequence: int | None) -> None:
    """Keep a line that is no entry as one that may permit or deny anything: neither decides surely."""
    reading.not_understood(line, Affects.FILTER, "access-list entry")
    everything = anywhere(target.is_ipv6).maybe
    match = PacketMatch.upper(PacketSet.of(everything, everything), "not understood")
    for action in (Action.PERMIT, Action.DENY):
        place = _take_sequence(target, sequence)
        target.entries[place] = AccessRule(
            str(place), action, match, reading.ledger.ref(line.index), services=("not understood",)
        )


def forget_list(reading: Reading, name: str, ipv6: bool) -> None:
    """Take a list out: `no ip access-list NAME`."""
    reading.access_lists.pop((name, ipv6), None)
    if (name, not ipv6) not in reading.access_lists:
        reading.definitions.pop((ACCESS_LIST, name), None)


def rulebases_of(reading: Reading) -> dict[str, Rulebase]:
    """Return the lists by name; an IPv6 list behind an IPv4 list of the same name has a key of its own.

    Whether neighbour discovery passes an IPv6 list by itself differs by model: these packets stay open.
    """
    found: dict[str, Rulebase] = {}
    for (name, ipv6), target in sorted(reading.access_lists.items(), key=lambda item: item[1].where.line):
        rulebase = rulebase_of(target, open_neighbour_discovery(target) if ipv6 else ())
        found[f"{name} (IPv6)" if ipv6 and (name, False) in reading.access_lists else name] = rulebase
    return found


def rulebase_of(target: AccessList, last: tuple[AccessRule, ...] = ()) -> Rulebase:
    """Return a list in its device order: entries by number, the platform's own rules, then the implicit deny."""
    rules = [rule for _, rule in sorted(target.entries.items())]
    if not rules:
        # The guides do not say what an empty list does where it is bound; releases differ.
        everything = anywhere(target.is_ipv6).maybe
        match = PacketMatch.upper(PacketSet.of(everything, everything), "empty access list")
        rules = [AccessRule("implicit", Action.PERMIT, match, target.where, services=("ip",), implicit=True)]
    return Rulebase(
        name=target.name,
        kind=RulebaseKind.FILTER,
        rules=(*rules, *last),
        default_action=Action.DENY,
        where=target.where,
        default_logged=False,
        flavour=target.flavour,
        families=(Family.IPV6 if target.is_ipv6 else Family.IPV4,),
    )


def open_neighbour_discovery(target: AccessList) -> tuple[AccessRule, ...]:
    """Return rules before the implicit deny of an IPv6 list that may permit neighbour discovery (RFC 4861)."""
    return tuple(
        AccessRule(
            f"implicit {name}",
            Action.PERMIT,
            PacketMatch.upper(
                PacketSet.of(ANY_IPV6, ANY_IPV6, ServiceSet.icmp(ICMPV6, IntervalSet.single(kind))),
                "neighbour discovery depends on the model",
            ),
            target.where,
            logged=False,
            sources=("any",),
            destinations=("any",),
            services=(f"icmp {name}",),
            implicit=True,
        )
        for name, kind in (("nd-na", 136), ("nd-ns", 135), ("router-advertisement", 134), ("router-solicitation", 133))
    )
