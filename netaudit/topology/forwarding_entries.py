"""What a forwarding table is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
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
