"""Cables as CDP and LLDP captures show them and cabling files state them, and the neighbours that have no export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netaudit.model.capture import CapturedNeighbor
from netaudit.model.device import Device, Interface
from netaudit.model.source import SourceRef, host_key
from netaudit.topology.links.ports import Directory, Port, find_interface


@dataclass(frozen=True, slots=True)
class Cable:
    """Two ports that saw each other, from both sides or one, or are stated so. `one` sorts before `other`."""

    one: Port
    other: Port
    where: tuple[SourceRef, ...]
    protocols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownNeighbor:
    """A neighbour without an export, as it calls itself. `port` is ours; its interface is as printed."""

    name: str
    port: Port
    where: SourceRef
    protocol: str
    interface: str = ""
    platform: str = ""
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenNeighbors:
    """What the neighbour captures of all devices say. Neighbours whose port is not known are in neither."""

    cables: tuple[Cable, ...] = ()
    unknown: tuple[UnknownNeighbor, ...] = ()


def seen_neighbors(devices: Sequence[Device]) -> SeenNeighbors:
    """Return the cables between devices of the snapshot, and the neighbours that are not in it."""
    directory = Directory.of(devices)
    cables: dict[tuple[Port, Port], list[CapturedNeighbor]] = {}
    unknown: dict[tuple[str, Port], UnknownNeighbor] = {}
    for device in devices:
        for seen in device.captured.neighbors:
            here = find_interface(device, seen.interface)
            port = Port(device.name, here.name if here is not None else seen.interface)
            there = directory.device(seen.neighbor, seen.addresses)
            if there is None:
                if not _ambiguous(directory, seen):
                    unknown.setdefault((seen.neighbor, port), _unknown(seen, port))
                continue
            interface = find_interface(there, seen.neighbor_interface)
            if here is not None and interface is not None and there is not device:
                ends = sorted((port, Port(there.name, interface.name)))
                cables.setdefault((ends[0], ends[1]), []).append(seen)
    return SeenNeighbors(
        tuple(
            Cable(one, other, tuple(seen.where for seen in found), tuple(sorted({seen.protocol for seen in found})))
            for (one, other), found in sorted(cables.items(), key=lambda item: item[0])
        ),
        tuple(found for _, found in sorted(unknown.items(), key=lambda item: item[0])),
    )


def _ambiguous(directory: Directory, seen: CapturedNeighbor) -> bool:
    """Tell whether several devices of the snapshot have the neighbour's name: then it is one of them."""
    return len(directory.by_name.get(host_key(seen.neighbor.partition("(")[0].strip()), ())) > 1


def _unknown(seen: CapturedNeighbor, port: Port) -> UnknownNeighbor:
    return UnknownNeighbor(
        seen.neighbor, port, seen.where, seen.protocol, seen.neighbor_interface, seen.platform, seen.addresses
    )


@dataclass(frozen=True, slots=True)
class CarriedVlan:
    """A VLAN that a cable carries from one switch to the other; the numbers differ where native VLANs do."""

    one: tuple[str, int]  # device and VLAN
    other: tuple[str, int]
    cable: Cable


DEFAULT_VLAN = 1  # the native VLAN of a trunk that states none (IEEE 802.1Q: default PVID 1)


def carried_vlans(cable: Cable, one: Device, other: Device) -> Iterator[CarriedVlan]:
    """Yield the VLANs that a cable between two switchports joins: tagged ones by number, untagged ones whatever theirs.

    Only VLANs that both switches use are named.
    """
    here, there = _layer_two(one, cable.one.interface), _layer_two(other, cable.other.interface)
    if here is None or there is None:
        return
    untagged = _untagged(here), _untagged(there)
    if untagged[0] is not None and untagged[1] is not None:
        yield CarriedVlan((one.name, untagged[0]), (other.name, untagged[1]), cable)
    if here.switchport == there.switchport == "trunk":
        for number in sorted(used_vlans(one) & used_vlans(other)):
            if number not in untagged and _carries(here, number) and _carries(there, number):
                yield CarriedVlan((one.name, number), (other.name, number), cable)


def used_vlans(device: Device) -> frozenset[int]:
    """Return the VLANs that a switch names, has an interface in, or gives to a port."""
    found = {one.number for one in device.vlans}
    for one in device.interfaces:
        if one.vlan is not None and not one.parent:
            found.add(one.vlan)
        if one.switchport == "trunk":
            found.add(one.native_vlan or DEFAULT_VLAN)
    return frozenset(found)


def _layer_two(device: Device, name: str) -> Interface | None:
    """Return the switchport, or the bundle that it is a member of."""
    port = next((one for one in device.interfaces if one.name == name), None)
    if port is not None and port.bundle:
        port = next((one for one in device.interfaces if one.name == port.bundle), port)
    return port if port is not None and port.enabled and port.switchport else None


def _untagged(port: Interface) -> int | None:
    """Return the VLAN of untagged frames, None where the trunk does not carry it."""
    if port.switchport == "access":
        return port.vlan if port.vlan is not None else DEFAULT_VLAN
    number = port.native_vlan or DEFAULT_VLAN
    return number if _carries(port, number) else None


def _carries(port: Interface, number: int) -> bool:
    return port.trunk_vlans is None or number in port.trunk_vlans
