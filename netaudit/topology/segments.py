"""Segments that several zones share: one VLAN of a switch, or one subnet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import NO_ADDRESS, AddressSet

if TYPE_CHECKING:
    from netaudit.topology.network import Network


@dataclass(frozen=True, slots=True)
class SharedSegment:
    """Interfaces of several zones in one broadcast domain. `addresses` are its subnets, as far as they are known."""

    zones: tuple[str, ...]
    interfaces: tuple[tuple[Device, Interface], ...]
    addresses: AddressSet

    @property
    def devices(self) -> tuple[str, ...]:
        """Return the names of the devices, each once."""
        return tuple(dict.fromkeys(device.name for device, _ in self.interfaces))


@dataclass(frozen=True, slots=True)
class _Standing:
    device: Device
    interface: Interface
    zones: tuple[str, ...]
    addresses: AddressSet


def shared_segments(network: Network) -> tuple[SharedSegment, ...]:
    """Return the segments that two zones share; links between devices count for no zone.

    A segment is an interface, a VLAN of one switch (its access ports and its VLAN interface), or a subnet: subnets
    that overlap are one. Tags of routed sub-interfaces are no VLAN of the device, and what VLANs of two switches have
    to do with each other no configuration tells.
    """
    standing = list(_standing(network))
    found: dict[tuple[tuple[str, str], ...], SharedSegment] = {}
    for group in (*([one] for one in standing), *_by_vlan(standing).values(), *_by_subnet(standing)):
        zones = {zone for one in group for zone in one.zones}
        if len(zones) > 1:
            key = tuple(dict.fromkeys((one.device.name, one.interface.name) for one in group))
            found.setdefault(key, _segment(network, group, zones))
    return tuple(found.values())


def _segment(network: Network, group: list[_Standing], zones: set[str]) -> SharedSegment:
    return SharedSegment(
        zones=tuple(zone for zone in network.zones if zone in zones),
        interfaces=tuple((one.device, one.interface) for one in group),
        addresses=AddressSet.union(one.addresses for one in group),
    )


def _standing(network: Network) -> Iterator[_Standing]:
    for attachment in network.attachments:
        interface = network.interface(attachment.device, attachment.interface)
        zones = tuple(zone for zone in attachment.zones if zone not in network.link_zones)
        if interface is not None and interface.enabled and zones:
            addresses = AddressSet.union(
                [
                    NO_ADDRESS,
                    *(
                        AddressSet.of(one.family, one.network)
                        for one in interface.addresses
                        if _has_hosts(one.prefix_length, one.family.bits)
                    ),
                ]
            )
            yield _Standing(network.devices[attachment.device], interface, zones, addresses)


def _has_hosts(length: int, bits: int) -> bool:
    return 0 < length < bits


def _by_vlan(standing: list[_Standing]) -> Mapping[tuple[str, int], list[_Standing]]:
    found: dict[tuple[str, int], list[_Standing]] = {}
    for one in standing:
        if one.interface.vlan is not None and not one.interface.parent:
            found.setdefault((one.device.name, one.interface.vlan), []).append(one)
    return found


def _by_subnet(standing: list[_Standing]) -> Iterator[list[_Standing]]:
    """Yield pairs of interfaces of different zones whose subnets overlap (of two prefixes one holds the other)."""
    subnets = sorted(
        (
            (address.family, *address.network.intervals[0], number)
            for number, one in enumerate(standing)
            for address in one.interface.addresses
            if _has_hosts(address.prefix_length, address.family.bits)
        ),
        key=lambda item: (item[0], item[1], -item[2], item[3]),
    )
    holding: list[tuple[int, int, int]] = []
    for family, low, high, number in subnets:
        holding = [(kind, last, other) for kind, last, other in holding if kind == family and last >= low]
        for _, _, other in holding:
            one, inner = standing[other], standing[number]
            if one.zones != inner.zones and not _apart(one, inner):
                yield [one, inner]
        holding.append((family, high, number))


def _apart(one: _Standing, other: _Standing) -> bool:
    """Tell whether two interfaces of a device are in different tables, where subnets may be used twice."""
    return one.device is other.device and (
        (one.interface.virtual_system, one.interface.vrf) != (other.interface.virtual_system, other.interface.vrf)
    )
