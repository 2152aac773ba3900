"""Where the firm's zones stand: the interfaces of each, and why it is not known where all of a zone stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import NO_ADDRESS, AddressSet, Family
from netaudit.policy.registers import Policy, Zone, ZoneMember, ZoneType

if TYPE_CHECKING:
    from netaudit.topology.network import Network


def zones_of_interface(device: Device, interface: Interface, policy: Policy) -> tuple[str, ...]:
    """Return the zones that an interface stands in: as stated, else by its subnets, else those of its VLAN or VRF.

    A VLAN interface stands where the access ports of its VLAN do, as their hosts send to it.
    """
    stated = tuple(
        zone.name
        for zone in policy.zones
        if any(member.kind != "vrf" and _is_member(member, device, interface) for member in zone.members)
    )
    if stated:
        return stated
    subnets = AddressSet.union(
        AddressSet.of(address.family, address.network)
        for address in interface.addresses
        if address.prefix_length < (32 if address.family is Family.IPV4 else 128)
    )
    by_subnet = tuple(zone.name for zone in policy.zones if subnets and zone.subnets.overlaps(subnets))
    if by_subnet:
        return by_subnet
    by_port = tuple(
        zone.name
        for zone in policy.zones
        if any(
            _is_member(member, device, port)
            for port in device.interfaces
            if _carries(port, interface)
            for member in zone.members
            if member.kind != "vrf"
        )
    )
    if by_port:
        return by_port
    by_vrf = tuple(
        zone.name
        for zone in policy.zones
        if any(member.kind == "vrf" and _is_member(member, device, interface) for member in zone.members)
    )
    if by_vrf or not interface.faces_internet:
        return by_vrf
    return tuple(zone.name for zone in policy.zones_of_type(ZoneType.INTERNET))


def _carries(port: Interface, interface: Interface) -> bool:
    """Tell whether a port is an access port of a VLAN interface's VLAN."""
    return (
        port.switchport == "access"
        and port.enabled
        and port.vlan is not None
        and port.vlan == interface.vlan
        and not interface.switchport
        and not interface.parent
    )


def _is_member(member: ZoneMember, device: Device, interface: Interface) -> bool:
    return member.device.lower() == device.name.lower() and member.name.lower() in _spellings(interface).get(
        member.kind, frozenset()
    )


def _spellings(interface: Interface) -> dict[str, frozenset[str]]:
    """Return by what names the zone map may mean an interface, for each kind of member."""
    named = {
        "interface": (interface.name, interface.nickname),
        "vlan": ("" if interface.vlan is None else str(interface.vlan),),
        "vrf": (interface.vrf,),
        "security_zone": (interface.security_zone,),
    }
    return {kind: frozenset(name.lower() for name in names if name) for kind, names in named.items()}


def loose_ends(network: Network, zone: Zone, addresses: AddressSet) -> Iterator[str]:
    """Yield why it is not known where all of a zone stands: then what reaches it is not known either."""
    standing = [
        (device, one)
        for device, one in network.zone_interfaces(zone.name)
        if network.is_known_place(device.name, one) and device.forwards
    ]
    if not standing:
        yield f"zone {zone.name} is attached to no device of the snapshot"
        return
    for member in zone.members:
        yield from _of_member(network, zone, member)
    if zone.type is ZoneType.INTERNET:
        return
    if not addresses:
        yield f"zone {zone.name}: no address of it is known"
    if zone.type is not ZoneType.THIRDPARTY:
        for device, interface in standing:
            if _shows_no_host(network, zone, device, interface):
                yield f"zone {zone.name}: what stands behind {device.name} {interface.rule_name} is not known"
            if any((one.family, one.value) in network.unpaired for one in interface.addresses):
                which = f"{device.name} {interface.rule_name}"
                yield f"zone {zone.name}: the router that stands in for {which} has no export"
    if zone.name not in network.link_zones:
        located = AddressSet.union(
            [
                NO_ADDRESS,
                *(network.addresses_behind(device.name, interface) for device, interface in standing),
            ]
        )
        rest = addresses - located
        if rest:
            yield f"zone {zone.name}: {rest} lies behind none of its interfaces"


def _of_member(network: Network, zone: Zone, member: ZoneMember) -> Iterator[str]:
    """Yield what is wrong with a statement: nobody has such an interface, or several devices have the name."""
    name = member.device.lower()
    devices = network.devices.values()
    if not any(_is_member(member, device, one) for device in devices for one in device.interfaces):
        yield f"zone {zone.name}: {member.device} {member.name} is in no export"
    # A second device of one name is listed as "name@path".
    if sum(device.name.lower() == name or device.name.lower().startswith(f"{name}@") for device in devices) > 1:
        yield f"zone {zone.name}: several devices are named {member.device}"


def _shows_no_host(network: Network, zone: Zone, device: Device, interface: Interface) -> bool:
    """Tell whether nothing says which addresses stand behind an interface of a zone.

    The hosts of an access port are those of its VLAN, wherever that has its gateway; those of a port may be behind its
    parts. Interfaces of wires and bridges have neither.
    """
    if network.addresses_behind(device.name, interface):
        return False
    kin = [one for one in device.interfaces if one.enabled and one is not interface and _are_kin(interface, one)]
    if kin:
        return not any(zone in network.interface_zones(device.name, one.name) for one in kin)
    return not interface.switchport and not interface.dynamic_address


def _are_kin(port: Interface, other: Interface) -> bool:
    """Tell whether an interface has the addresses of a port: its VLAN's, one of its parts, or its port channel."""
    return (
        port.name in (other.parent, other.bundle) or other.name in (port.parent, port.bundle) or _carries(port, other)
    )
