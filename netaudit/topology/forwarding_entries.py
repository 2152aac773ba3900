"""What a forwarding table is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.topology.ways import Exit

TableKey = tuple[str, str]  # (virtual system, VRF)


@dataclass(frozen=True, slots=True)
class ForwardingEntry:
    """The packets of one prefix that no longer prefix takes. No exits = they are dropped (a null route).

    `doubt` says why it is not sure which of the exits are in force, "" = all are; `anywhere`: others may be instead.
    """

    family: Family
    prefix_length: int
    destinations: IntervalSet
    exits: tuple[Exit, ...]
    doubt: str = ""
    anywhere: bool = False


@dataclass(frozen=True)
class ForwardingTable:
    """The table of one VRF of one virtual system. `doubts` are routes that may or may not be in force."""

    entries: tuple[ForwardingEntry, ...]
    doubts: tuple[str, ...] = ()

    def lookup(self, family: Family, destinations: IntervalSet) -> Iterable[tuple[ForwardingEntry, IntervalSet]]:
        """Yield the entries that take a part of the destinations, with that part."""
        for entry in self.entries:
            if entry.family is family:
                part = entry.destinations & destinations
                if part:
                    yield entry, part

    def by_exits(self, family: Family, destinations: IntervalSet) -> Iterable[tuple[ForwardingEntry, IntervalSet]]:
        """Yield the same parts, those with the same exits as one; then the entry is one of theirs.

        Default routes stay apart. Of a single address the entry is its own.
        """
        if destinations.is_single():
            yield from self.lookup(family, destinations)
            return
        for entry in self._by_exits:
            if entry.family is family:
                part = entry.destinations & destinations
                if part:
                    yield entry, part

    @cached_property
    def _by_exits(self) -> tuple[ForwardingEntry, ...]:
        found: dict[tuple[object, ...], list[ForwardingEntry]] = {}
        for entry in self.entries:
            key = entry.family, entry.exits, min(entry.prefix_length, 2), entry.doubt, entry.anywhere
            found.setdefault(key, []).append(entry)
        return tuple(
            replace(many[0], destinations=IntervalSet.of(part for one in many for part in one.destinations))
            for many in found.values()
        )
