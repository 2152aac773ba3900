"""Devices that stand in for each other: first-hop groups, and two exports with the same addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from netaudit.model.device import Device, Interface
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.links.segments import is_local
from netaudit.topology.ways import carries_transit, on_subnet, parsed_address

_MANAGEMENT_PORT = re.compile(r"(?:ha-?)?(?:mgmt|management)[\d/.]*", re.IGNORECASE)

DEFAULT_PRIORITY = 100  # HSRP (Cisco), VRRP (RFC 9568, 5.2.4) and GLBP alike


@dataclass(frozen=True, slots=True)
class GroupMember:
    """A port in a group. `priority` is the platform's default where none is stated."""

    port: Port
    priority: int
    where: SourceRef
    tracked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstHopPair:
    """A virtual address and who answers for it, highest priority first. One member: nobody stands in for it here."""

    protocol: str
    group: str
    address: str
    subnet: str
    members: tuple[GroupMember, ...]


@dataclass(frozen=True, slots=True)
class TwinDevices:
    """Two exports of the same platform with the same addresses everywhere: a cluster, or one device twice."""

    one: str
    other: str
    addresses: int
    where: tuple[SourceRef, ...]


def first_hop_pairs(devices: Sequence[Device]) -> tuple[FirstHopPair, ...]:
    """Return the groups of all devices by protocol, number, virtual address and subnet."""
    found: dict[tuple[str, str, str, str], list[GroupMember]] = {}
    for device in devices:
        for group in device.first_hop_groups:
            interface = find_interface(device, group.interface)
            if interface is None or not interface.enabled:
                continue
            for text in group.addresses:
                value = parsed_address(text.partition("/")[0])
                if value is None or on_subnet([interface], *value) is None:
                    continue
                subnet = min(
                    (one for one in interface.addresses if one.family is value[0] and value[1] in one.network),
                    key=lambda one: -one.prefix_length,
                ).network_text
                priority = DEFAULT_PRIORITY if group.priority is None else group.priority
                member = GroupMember(Port(device.name, interface.name), priority, group.where, group.tracked)
                found.setdefault((group.protocol, group.group, text, subnet), []).append(member)
    return tuple(
        FirstHopPair(
            protocol, group, address, subnet, tuple(sorted(members, key=lambda one: (-one.priority, one.port)))
        )
        for (protocol, group, address, subnet), members in sorted(found.items())
    )


def twin_devices(devices: Sequence[Device]) -> tuple[TwinDevices, ...]:
    """Return the pairs of devices with at least two addresses, all of them the same.

    Management ports do not count: in a cluster each unit has its own address there (FortiOS, "HA reserved management
    interface"; Junos, "fxp0" of each node; Cisco ASA, the standby address of a management interface).
    """
    known: dict[tuple[str, frozenset[tuple[str, Family, int]]], list[Device]] = {}
    for device in devices:
        addresses = frozenset(_addresses(device))
        if len(addresses) > 1:
            known.setdefault((device.platform, addresses), []).append(device)
    return tuple(
        TwinDevices(one.name, other.name, len(addresses), (one.where, other.where))
        for (_, addresses), found in known.items()
        for one, other in pairwise(found)
    )


def _is_management_port(device: Device, interface: Interface) -> bool:
    return not carries_transit(device, interface) or _MANAGEMENT_PORT.fullmatch(interface.name) is not None


def _addresses(device: Device) -> Iterator[tuple[str, Family, int]]:
    for interface in device.interfaces:
        for address in interface.addresses:
            if interface.enabled and not is_local(address) and not _is_management_port(device, interface):
                yield interface.name, address.family, address.value
