"""What passes from one zone to another: the values that the conduit computation gives."""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.rules import AccessRule
from netaudit.model.source import SourceRef
from netaudit.packets.packet import NO_PACKETS, PacketSet


@dataclass(frozen=True, slots=True)
class DecidingRule:
    """A rule that lets packets through at one filter. `rule` is None where a default or no filter did."""

    device: str
    rulebase: str
    rule: AccessRule | None
    where: SourceRef


@dataclass(frozen=True, slots=True)
class PassedPackets:
    """Packets that pass along one path, with the rule of every filter on it that let them pass.

    `packets` is the header as the source sends it. `deciding` is empty where no filter stood on the path.
    `devices` is the path.
    """

    packets: PacketSet
    deciding: tuple[DecidingRule, ...]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conduit:
    """All that passes from one zone to another (DESIGN section 4).

    `permitted` surely passes; `possible` may pass beyond that, because a match or a route was not fully
    understood; `reasons` says why. `filtered` is False where some path has no filter at all;
    `paths` counts the paths found; `unknown_devices` are next hops with no export.
    """

    from_zone: str
    to_zone: str
    permitted: tuple[PassedPackets, ...] = ()
    possible: PacketSet = NO_PACKETS
    reasons: tuple[str, ...] = ()
    unfiltered_devices: tuple[str, ...] = ()  # devices that route between the two with no filter on the path
    paths: tuple[tuple[str, ...], ...] = ()
    open_reasons: tuple[str, ...] = ()  # those of `reasons` for which more than `possible` may pass
    possible_ways: tuple[PassedPackets, ...] = ()  # the paths of what may pass, also where it surely passes by another
    reached: frozenset[str] = frozenset()  # all devices that packets of the zone come into, wherever they go
    steps: int = 0  # what the answer cost, for all zones together: devices entered, and the rules of each
    by_path: bool = True  # each path was followed on its own; else `devices` is one path of several (see `waves`)

    @property
    def undecided(self) -> bool:
        """Tell whether something could not be decided."""
        return bool(self.possible) or bool(self.reasons)
