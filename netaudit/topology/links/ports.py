"""Ports, and how the names that captures print lead to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.device import Device, Interface
from netaudit.model.source import host_key
from netaudit.packets.addresses import Family
from netaudit.topology.ways import parsed_address

_NAME = re.compile(r"([a-z][a-z-]*?)[ -]?(\d[\d/.:]*)?$")


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """An interface of a device, by its name in the configuration."""

    device: str
    interface: str


def find_interface(device: Device, name: str) -> Interface | None:
    """Return the interface that a printed name means: in full, by nickname, or cut short ("Gig 0/1", "Eth1/1").

    None where no interface fits, or several do.
    """
    wanted = name.strip().lower()
    if not wanted:
        return None
    for one in device.interfaces:
        if wanted in (one.name.lower(), one.nickname.lower()):
            return one
    parts = _NAME.match(wanted)
    if parts is None or len(parts[1]) < 2 or not parts[2]:
        return None
    found = []
    for one in device.interfaces:
        own = _NAME.match(one.name.lower())
        if own is not None and own[2] == parts[2] and (own[1].startswith(parts[1]) or parts[1].startswith(own[1])):
            found.append(one)
    return found[0] if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Directory:
    """The devices by the names and addresses that neighbours call them."""

    by_name: Mapping[str, tuple[Device, ...]]
    by_address: Mapping[tuple[Family, int], tuple[Device, ...]]

    @classmethod
    def of(cls, devices: Sequence[Device]) -> Directory:
        """Return the directory of some devices."""
        names: dict[str, list[Device]] = {}
        addresses: dict[tuple[Family, int], list[Device]] = {}
        for device in devices:
            for name in {host_key(device.name), host_key(device.captured.hostname or device.name)}:
                names.setdefault(name, []).append(device)
            for interface in device.interfaces:
                for address in interface.addresses:
                    owners = addresses.setdefault((address.family, address.value), [])
                    if device not in owners[-1:]:
                        owners.append(device)
        return cls(
            {name: tuple(found) for name, found in names.items()},
            {address: tuple(found) for address, found in addresses.items()},
        )

    def device(self, name: str, addresses: Iterable[str] = ()) -> Device | None:
        """Return the one device that a neighbour's name means, else the one that has one of its addresses.

        NX-OS adds the serial number to a name: "leaf-1(FDO12345678)".
        """
        named = self.by_name.get(host_key(name.partition("(")[0].strip()), ())
        if len(named) == 1:
            return named[0]
        if named:
            return None
        owners = {
            device.name: device
            for text in addresses
            if (address := parsed_address(text)) is not None
            for device in self.by_address.get(address, ())
        }
        return next(iter(owners.values())) if len(owners) == 1 else None
