"""The network of a snapshot: who is attached where, and in which of the firm's zones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import AddressSet
from netaudit.policy.registers import Zone


@dataclass(frozen=True, slots=True)
class Attachment:
    """An interface of a device with the zone that it belongs to; `zone` is "" where none is stated."""

    device: str
    interface: str
    zone: str


@dataclass(frozen=True)
class Network:
    """Devices, subnets and zones, joined. Build with `build_network`."""

    devices: Mapping[str, Device]
    zones: Mapping[str, Zone]
    attachments: tuple[Attachment, ...]
    zone_addresses: Mapping[str, AddressSet]  # subnets as stated; the internet has what no other zone has
    graph: Any  # networkx.Graph of ("device", name), ("interface", device, name), ("subnet", prefix) ...

    def interface_zone(self, device: str, interface: str) -> Zone | None:
        """Return the zone of an interface (by name or nickname), None where none is stated."""
        raise NotImplementedError

    def zone_interfaces(self, zone: str) -> tuple[tuple[Device, Interface], ...]:
        """Return the interfaces that stand in a zone, in the order of the snapshot."""
        raise NotImplementedError

    def zones_of(self, addresses: AddressSet) -> tuple[Zone, ...]:
        """Return the zones that share an address with the set."""
        raise NotImplementedError

    def rule_zones(self, device: Device, rulebase: str, virtual_system: str, rule_name: str) -> tuple[
        tuple[Zone, ...], tuple[Zone, ...]
    ]:
        """Return the zones that a rule lets talk: (from, to).

        From: the zones at the interfaces where the rulebase is bound inward (or the rule's from-zones), narrowed by
        the rule's sources; to: the zones of its destinations and to-zones. An upper bound, in register order.
        """
        raise NotImplementedError
