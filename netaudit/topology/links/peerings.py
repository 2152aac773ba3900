"""Links whose name both ends know: peerings of cloud networks and attachments of transit gateways.

Who takes which packets from such a link is told by `far_ends`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from netaudit.topology.links.ports import Port


@dataclass(frozen=True, slots=True)
class Peering:
    """A link by name with the ends that the snapshot has. One end: the other is in no export."""

    name: str
    ports: tuple[Port, ...]
    where: tuple[SourceRef, ...]


def find_peerings(devices: Sequence[Device]) -> tuple[Peering, ...]:
    """Return the links of interfaces that are up, by name."""
    found: dict[str, list[tuple[Port, SourceRef]]] = {}
    for device in devices:
        for interface in device.interfaces:
            if interface.link and interface.enabled:
                found.setdefault(interface.link, []).append((Port(device.name, interface.name), interface.where))
    return tuple(
        Peering(name, tuple(port for port, _ in ends), tuple(where for _, where in ends))
        for name, ends in sorted(found.items())
    )
