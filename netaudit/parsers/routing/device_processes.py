"""The processes of one device while they are read, and its interfaces as lines that say who takes part in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from netaudit.model.source import SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.routing.process import Dialect, ProcessDraft
from netaudit.parsers.word_cursor import NotUnderstood

_MOST_PROCESSES = 1000  # in one VRF; hostile text has more


@dataclass(frozen=True, slots=True)
class InterfaceLines:
    """An interface with the lines below it. `name` is what the model's RoutingInterface shall hold."""

    name: str
    vrf: str
    lines: Sequence[ConfLine]


@dataclass(slots=True)
class Processes:
    """The processes of a device while they are read, and how lines at interfaces find them."""

    dialect: Dialect
    drafts: list[ProcessDraft] = field(default_factory=list)
    doubted: set[str] = field(default_factory=set)  # protocols of which a line at an interface was not understood
    _by_protocol: dict[str, list[ProcessDraft]] = field(default_factory=dict)
    _by_vrf: dict[tuple[str, str], list[ProcessDraft]] = field(default_factory=dict)
    _by_name: dict[tuple[str, str], ProcessDraft] = field(default_factory=dict)
    _by_name_and_vrf: dict[tuple[str, str, str], ProcessDraft] = field(default_factory=dict)

    def add(self, draft: ProcessDraft) -> None:
        """Take a process; it is found by its identifier and by its AS number."""
        self.drafts.append(draft)
        self._by_protocol.setdefault(draft.protocol, []).append(draft)
        self._by_vrf.setdefault((draft.protocol, draft.vrf), []).append(draft)
        for name in (draft.identifier, draft.autonomous_system):
            self._by_name.setdefault((draft.protocol, name), draft)
            self._by_name_and_vrf.setdefault((draft.protocol, name, draft.vrf), draft)

    def of(self, protocol: str, vrf: str) -> list[ProcessDraft]:
        """Return the processes of a protocol in a VRF; IS-IS and RIP are not told apart by VRF at the interface.

        Raises NotUnderstood for more of them than a device runs.
        """
        everywhere = protocol in ("isis", "ripng", "ldp")
        found = self._by_protocol.get(protocol, []) if everywhere else self._by_vrf.get((protocol, vrf), [])
        if len(found) > _MOST_PROCESSES:
            raise NotUnderstood("too many processes")
        return found

    def named(self, protocol: str, identifier: str, vrf: str, where: SourceRef) -> ProcessDraft:
        """Return the process of that identifier or AS number.

        A line at an interface makes a process that no block describes: then only that much is known of it.
        """
        found = self._by_name_and_vrf.get((protocol, identifier, vrf))
        if found is None and protocol != "eigrp":
            found = self._by_name.get((protocol, identifier))
        if found is not None:
            return found
        if len(self.drafts) > _MOST_PROCESSES:
            raise NotUnderstood("too many processes")
        made = ProcessDraft(protocol, f"{protocol} {identifier}".strip(), where, self.dialect, vrf, identifier)
        if protocol == "eigrp":
            made.autonomous_system = identifier
        made.exact = protocol in ("ldp", "ripng")  # of the others a block would say more
        self.add(made)
        return made
