"""Forwarding tables beside each other: where they differ, and one table for several that may be in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.topology.forwarding import ForwardingEntry, ForwardingTable
from netaudit.topology.ways import DEFAULT_LENGTH


def joined_table(tables: Sequence[ForwardingTable], doubt: str) -> ForwardingTable:
    """Return one table for several of which one is in force, it is not known which.

    Where they agree it is that; elsewhere packets may take the exits of each, with `doubt`. What one of them drops may
    pass by another's exit: the table says what can happen, not what does.
    """
    first, *others = tables
    for other in others:
        first = _joined(first, other, doubt)
    return first


def _joined(one: ForwardingTable, other: ForwardingTable, doubt: str) -> ForwardingTable:
    mine, theirs = _only(one, other)
    if not mine and not theirs:
        return one
    common = tuple(entry for entry in one.entries if entry not in set(mine))
    return ForwardingTable(
        (*common, *(_either(left, right, part, doubt) for left, right, part in _meetings(mine, theirs))),
        tuple(dict.fromkeys((*one.doubts, *other.doubts))),
    )


def _either(
    left: ForwardingEntry | None, right: ForwardingEntry | None, part: IntervalSet, doubt: str
) -> ForwardingEntry:
    known = [entry for entry in (left, right) if entry is not None]
    exits = tuple(dict.fromkeys(way for entry in known for way in entry.exits))
    # Only what surely goes by a default route may be taken for it.
    length = max(entry.prefix_length for entry in known)
    same = left is not None and right is not None and set(left.exits) == set(right.exits)
    doubts = [entry.doubt for entry in known if entry.doubt]
    return ForwardingEntry(known[0].family, length, part, exits, doubts[0] if doubts else "" if same else doubt)


def different_ways(one: ForwardingTable, other: ForwardingTable) -> AddressSet:
    """Return the destinations that two tables send different ways; what drops and what has no route are the same."""
    return AddressSet.union(
        AddressSet.of(entry.family, part)
        for left, right, part in _meetings(*_only(one, other))
        if set(left.exits if left else ()) != set(right.exits if right else ()) and (entry := left or right)
    )


def new_ways(before: ForwardingTable | None, after: ForwardingTable) -> AddressSet:
    """Return the destinations that may leave by an exit that they did not have before.

    What went by a default route and goes the same way by another route counts too: where it lands is judged otherwise.
    """
    old, new = _only(before or ForwardingTable(()), after)
    found = NO_ADDRESS
    for left, right, part in _meetings(old, new):
        if right is None:
            continue
        more = not set(right.exits) <= set(left.exits if left else ())
        sharper = left is not None and left.prefix_length <= DEFAULT_LENGTH < right.prefix_length and right.exits
        if more or sharper:
            found |= AddressSet.of(right.family, part)
    return found


def _only(one: ForwardingTable, other: ForwardingTable) -> tuple[list[ForwardingEntry], list[ForwardingEntry]]:
    """Return the entries that only one of two tables has."""
    if one is other:
        return [], []
    left, right = set(one.entries), set(other.entries)
    return (
        [entry for entry in one.entries if entry not in right],
        [entry for entry in other.entries if entry not in left],
    )


def _meetings(
    mine: Sequence[ForwardingEntry], theirs: Sequence[ForwardingEntry]
) -> Iterator[tuple[ForwardingEntry | None, ForwardingEntry | None, IntervalSet]]:
    """Yield every group of destinations with the entry that takes it in each of two tables, None for no route."""
    lefts = {id(entry): entry.destinations for entry in mine}
    for right in theirs:
        rest = right.destinations
        for left in mine:
            if left.family is right.family and rest:
                part = rest & left.destinations
                if part:
                    yield left, right, part
                    rest = rest - part
                    lefts[id(left)] = lefts[id(left)] - part
        if rest:
            yield None, right, rest
    for left in mine:
        if lefts[id(left)]:
            yield left, None, lefts[id(left)]
