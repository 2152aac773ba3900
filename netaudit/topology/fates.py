"""What is told of one packet: its ways hop by hop, where each ends, and the end that they share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from netaudit.model.source import SourceRef
from netaudit.packets.packet import Flow


class Disposition(StrEnum):
    """Where a packet ends (DESIGN section 5)."""

    DELIVERED = "delivered"
    DENIED = "denied"
    NO_ROUTE = "no_route"
    NULL_ROUTED = "null_routed"
    EXITS = "exits"
    LOOP = "loop"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Step:
    """What one thing on a device did. `kind`: "filter", "policy", "nat", "route", "local", "session"."""

    kind: str
    name: str
    action: str
    where: SourceRef | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """One device on the way. "" = made by the device, or it stays there."""

    device: str
    in_interface: str
    out_interface: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """One way of a packet. `reason` says why it ends where that is not plain; `last` is the header at the end.

    `leaves_snapshot`: it was handed to a next hop without an export.
    """

    disposition: Disposition
    hops: tuple[Hop, ...]
    reason: str = ""
    last: Flow | None = None
    leaves_snapshot: bool = False


@dataclass(frozen=True, slots=True)
class FlowTrace:
    """All ways of a packet, and those of the answer where one of them delivers it."""

    traces: tuple[Trace, ...]
    answers: tuple[Trace, ...] = ()

    @property
    def disposition(self) -> Disposition:
        """Return the common end of all ways; unknown where they differ."""
        return common_end(self.traces)

    @property
    def answer(self) -> Disposition | None:
        """Return the common end of the answer's ways, None where there is no answer."""
        return common_end(self.answers) if self.answers else None


def common_end(traces: Sequence[Trace]) -> Disposition:
    """Return the end that all traces share; unknown where they differ."""
    ends = {one.disposition for one in traces}
    return ends.pop() if len(ends) == 1 else Disposition.UNKNOWN
