"""Links that no subnet makes: the configuration names both ends, or the public internet lies between them.

A VPC peering or an attachment of a transit gateway has a name that both of its ends know. Whatever is sent into such a
link comes out at the other end. Ports that face the internet are joined by it too, but there only who answers for a
public address takes its packets: "the internet gateway logically provides the one-to-one NAT on behalf of your
instance" (Amazon VPC User Guide, "Internet gateways").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from netaudit.model.device import Device, Interface
from netaudit.model.rules import NatKind
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.names import ANY_NAME
from netaudit.topology.translation import published_addresses


@dataclass(frozen=True, slots=True)
class FarEnd:
    """A port at the other end of an interface, known by configuration.

    `takes` are the destinations that it takes, None for all that is sent there. `doubts` say why it is not sure that
    packets get there. Through a `tunnel` packets for its own subnet stay there.
    """

    device: Device
    interface: Interface
    takes: AddressSet | None = None
    doubts: tuple[str, ...] = ()
    tunnel: bool = False


FarEnds = Mapping[tuple[str, str], tuple[FarEnd, ...]]


def far_ends(devices: Iterable[Device]) -> FarEnds:
    """Return the other ends of interfaces, by device and interface; interfaces on no such link are left out.

    On the internet a port is also its own far end: hosts of one network meet there by their public addresses.
    """
    links: dict[str, list[FarEnd]] = {}
    internet: list[FarEnd] = []
    for device in devices:
        for interface in device.interfaces:
            if not interface.enabled:
                continue
            if interface.link:
                links.setdefault(interface.link, []).append(FarEnd(device, interface))
            if interface.faces_internet:
                first = not any(one.device is device for one in internet)
                internet.append(FarEnd(device, interface, _public_addresses(device, interface, first)))
    found: dict[tuple[str, str], tuple[FarEnd, ...]] = {}
    for ends in links.values():
        for end in ends:
            found[end.device.name, end.interface.name] = tuple(one for one in ends if one.device is not end.device)
    for end in internet:
        found[end.device.name, end.interface.name] = tuple(internet)
    return found


def _public_addresses(device: Device, interface: Interface, first: bool) -> AddressSet:
    """Return what a device takes from the internet: the addresses that it translates there, and its IPv6 subnets.

    To the addresses that sources get there come answers. IPv6 has no translation; of several gateways the first stands
    for all, since each leads to the same subnets.
    """
    own = [
        AddressSet.of(address.family, address.network)
        for port in device.interfaces
        if port.enabled and first
        for address in port.addresses
        if address.family is Family.IPV6
    ]
    given = [
        nat.translated_source
        for nat in device.nat_rules
        if nat.kind is NatKind.SOURCE and nat.enabled and nat.translated_source is not None
        if nat.to_interface != ANY_NAME and interface.name in nat.to_interface
    ]
    return AddressSet.union([published_addresses(device, interface), *own, *given])


def unknown_source(device: Device, interface: Interface) -> str:
    """Return why it is not known what a port of the internet makes of packets from private addresses."""
    return f"{device.name}: which public address {interface.rule_name} gives private sources is not known"


def unknown_way(device: Device, interface: Interface, target: str) -> str:
    """Return why it is not known what becomes of packets that the internet carries to a known device or zone."""
    return f"{device.name} {interface.rule_name}: how the internet leads to {target} is not known"
