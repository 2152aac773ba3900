"""Links inferred from shared subnets, and what captures say for and against them.

Ports with an address of the same subnet are taken to stand on one segment. An ARP entry for the other's address or a
cable between the two confirms it. It is contradicted where the other's address was seen behind another interface or
with another's hardware address, or where the cable ends at a routed port that has no address of the subnet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from netaudit.model.capture import ArpEntry
from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.topology.links.cables import Cable
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.ways import parsed_address

_HARDWARE = re.compile(r"[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}")


class LinkState(StrEnum):
    """How sure it is that a port stands on its segment."""

    INFERRED = "inferred"  # from the addresses alone
    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one capture says of a port. `reason`: "arp", "cable", "arp_elsewhere", "other_hardware", "other_subnet"."""

    confirms: bool
    reason: str
    where: SourceRef
    other: Port | None = None


@dataclass(frozen=True, slots=True)
class SegmentPort:
    """A port on a segment. Evidence against it outweighs evidence for it."""

    port: Port
    address: InterfaceAddress
    where: SourceRef
    virtual_system: str
    vrf: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def state(self) -> LinkState:
        """Return what the evidence amounts to."""
        if not self.evidence:
            return LinkState.INFERRED
        against = any(not one.confirms for one in self.evidence)
        return LinkState.CONTRADICTED if against else LinkState.CONFIRMED


@dataclass(frozen=True, slots=True)
class Segment:
    """A subnet with the ports that have an address of it, in the order of the snapshot.

    `ambiguous`: a device has the subnet in several tables, so that the text does not tell which of them the others
    share.
    """

    subnet: str
    family: Family
    ports: tuple[SegmentPort, ...]
    ambiguous: bool = False

    @property
    def joins(self) -> bool:
        """Tell whether several devices stand on it."""
        return len({one.port.device for one in self.ports}) > 1


def find_segments(devices: Sequence[Device], cables: Sequence[Cable]) -> tuple[Segment, ...]:
    """Return all subnets of the interfaces that are up, host addresses and link-local subnets left out."""
    found: dict[tuple[Family, str], list[SegmentPort]] = {}
    for device, interface, address in attached_addresses(devices):
        if address.virtual:
            continue
        port = SegmentPort(
            Port(device.name, interface.name), address, interface.where, interface.virtual_system, interface.vrf
        )
        ports = found.setdefault((address.family, address.network_text), [])
        if port.port not in [one.port for one in ports]:
            ports.append(port)
    evidence = _Evidence(devices, cables)
    return tuple(
        Segment(
            subnet,
            family,
            tuple(replace(one, evidence=tuple(evidence.of(one, ports))) for one in ports),
            _ambiguous(ports),
        )
        for (family, subnet), ports in found.items()
    )


def attached_addresses(devices: Sequence[Device]) -> Iterator[tuple[Device, Interface, InterfaceAddress]]:
    """Yield the addresses of interfaces that are up and whose subnet can hold others; no link-local ones."""
    for device in devices:
        for interface in device.interfaces:
            for address in interface.addresses:
                if interface.enabled and 0 < address.prefix_length < address.family.bits and not is_local(address):
                    yield device, interface, address


def is_local(address: InterfaceAddress) -> bool:
    """Tell whether an address means another thing on every link or host: loopback and link-local (RFC 6890)."""
    if address.family is Family.IPV4:
        return address.value >> 24 == 127 or address.value >> 16 == 0xA9FE
    return address.value == 1 or address.value >> 118 == 0xFE80 >> 6


def _ambiguous(ports: Sequence[SegmentPort]) -> bool:
    tables: dict[str, set[tuple[str, str]]] = {}
    for one in ports:
        tables.setdefault(one.port.device, set()).add((one.virtual_system, one.vrf))
    return len(tables) > 1 and any(len(found) > 1 for found in tables.values())


class _Evidence:
    """The captures of all devices, ready to be asked about one port."""

    def __init__(self, devices: Sequence[Device], cables: Sequence[Cable]) -> None:
        self.devices = {device.name: device for device in devices}
        self.named: dict[tuple[str, str], Interface | None] = {}
        self.arp: dict[str, dict[tuple[Family, int], list[ArpEntry]]] = {}
        self.hardware: dict[Port, str] = {}
        for device in devices:
            entries = self.arp.setdefault(device.name, {})
            for entry in device.captured.arp:
                value = parsed_address(entry.address)
                if value is not None and _HARDWARE.fullmatch(entry.hardware_address.lower()):
                    entries.setdefault(value, []).append(entry)
            for captured in device.captured.interfaces:
                interface = find_interface(device, captured.name)
                if interface is not None and _HARDWARE.fullmatch(captured.hardware_address.lower()):
                    self.hardware[Port(device.name, interface.name)] = captured.hardware_address.lower()
        self.cables: dict[Port, list[tuple[Port, Cable]]] = {}
        for cable in cables:
            for here, there in ((cable.one, cable.other), (cable.other, cable.one)):
                self.cables.setdefault(self._carrier(here), []).append((there, cable))

    def _find(self, device: Device, name: str) -> Interface | None:
        key = device.name, name
        if key not in self.named:
            self.named[key] = find_interface(device, name)
        return self.named[key]

    def _carrier(self, port: Port) -> Port:
        """Return the port channel of a member port, else the port."""
        device = self.devices[port.device]
        bundle = next((one.bundle for one in device.interfaces if one.name == port.interface), "")
        return Port(port.device, bundle) if bundle else port

    def of(self, port: SegmentPort, ports: Sequence[SegmentPort]) -> Iterator[Evidence]:
        """Yield what the port's own captures and those of the others on the segment say."""
        for other in ports:
            if other.port.device != port.port.device:
                yield from self._arp(port, other)
                yield from self._arp(other, port)
        yield from self._cable(port, ports)

    def _arp(self, observer: SegmentPort, seen: SegmentPort) -> Iterator[Evidence]:
        device = self.devices[observer.port.device]
        for entry in self.arp[device.name].get((seen.address.family, seen.address.value), ()):
            interface = self._find(device, entry.interface)
            if interface is None or interface.vrf != observer.vrf:
                continue
            known = self.hardware.get(seen.port)
            if interface.name != observer.port.interface:
                on_segment = any(
                    one.network_text == observer.address.network_text for one in interface.addresses
                ) or self._same_vlan(device, interface, observer.port.interface)
                if not on_segment:
                    yield Evidence(False, "arp_elsewhere", entry.where, seen.port)
            elif known is not None and known != entry.hardware_address.lower():
                yield Evidence(False, "other_hardware", entry.where, seen.port)
            else:
                yield Evidence(True, "arp", entry.where, seen.port)

    @staticmethod
    def _same_vlan(device: Device, interface: Interface, name: str) -> bool:
        """Tell whether a port carries the VLAN of a VLAN interface: some switches print the port."""
        own = next((one for one in device.interfaces if one.name == name), None)
        return own is not None and own.vlan is not None and bool(interface.switchport)

    def _cable(self, port: SegmentPort, ports: Sequence[SegmentPort]) -> Iterator[Evidence]:
        own = self._interface(port.port)
        if own is None or own.switchport:
            return
        members = {one.port for one in ports}
        tagged = own.parent or own.name
        for there, cable in self.cables.get(self._carrier(Port(port.port.device, tagged)), ()):
            carrier = self._carrier(there)
            device = self.devices[carrier.device]
            subs = [
                one for one in device.interfaces if one.name == carrier.interface or one.parent == carrier.interface
            ]
            if any(Port(carrier.device, one.name) in members for one in subs):
                yield Evidence(True, "cable", cable.where[0], there)
            elif subs and not any(one.switchport for one in subs) and _routed(subs) and own.name == tagged:
                yield Evidence(False, "other_subnet", cable.where[0], there)

    def _interface(self, port: Port) -> Interface | None:
        return next((one for one in self.devices[port.device].interfaces if one.name == port.interface), None)


def _routed(interfaces: Sequence[Interface]) -> bool:
    """Tell whether a port has addresses of its own; without any it may be bridged in a way that is not known."""
    return any(one.addresses and one.enabled for one in interfaces)
