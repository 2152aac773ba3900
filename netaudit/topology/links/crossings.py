"""Tunnels as ways: what goes in at one end comes out at the other, inside of outer packets that need a way themselves.

Only ends that name each other are surely one tunnel (see `tunnels`). What the outer packets meet is asked in
`tunnel_ways`. Sources: RFC 2784 (GRE, protocol 47), RFC 2003 (IP in IP, protocol 4), RFC 4303 (ESP, protocol 50), RFC
7296 (IKE, UDP port 500), RFC 4213 (IPv6 in IPv4, protocol 41); RFC 2332 (who is behind a multipoint tunnel is learned).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.device import DEFAULT_VRF, Device, Interface
from netaudit.model.links import Tunnel
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.packet import Flow
from netaudit.packets.services import UDP
from netaudit.topology.links.far_ends import FarEnd, FarEnds
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.links.tunnels import TunnelEnd, TunnelState, find_tunnels
from netaudit.topology.ways import parsed_address

ESP, IKE_PORT = 50, 500
_PROTOCOLS = {"gre": 47, "gre multipoint": 47, "ipip": 4, "ipv6ip": 41, "ipv6": 41, "ipsec": ESP}
# Where nothing is said the outer packets go by the default table, whatever table the source interface has (Cisco IOS
# Interface and Hardware Component Command Reference, "tunnel vrf"); elsewhere by that of the interface that they leave.
_BY_DEFAULT_TABLE = frozenset({"cisco_ios", "arista_eos"})

Doubts = Mapping[tuple[Port, Port], str]  # (from, to) -> why packets may not come out there, "" = they do


@dataclass(frozen=True, slots=True)
class Crossing:
    """One direction of a tunnel that both ends name. `outer` are the packets that must come through."""

    from_port: Port
    to_port: Port
    from_table: tuple[str, str]  # virtual system and VRF of the outer packets
    outer: tuple[Flow, ...]
    doubts: tuple[str, ...] = ()

    @property
    def ends(self) -> tuple[Port, Port]:
        """Return both ports, the one where packets go in first."""
        return self.from_port, self.to_port


def find_crossings(devices: Sequence[Device]) -> tuple[Crossing, ...]:
    """Return both directions of every tunnel between two tunnel interfaces that name each other."""
    if not any(device.tunnels for device in devices):
        return ()
    by_name = {device.name: device for device in devices}
    found: dict[tuple[Port, Port], Crossing] = {}
    for link in find_tunnels(devices):
        if link.state is TunnelState.JOINED and link.other is not None:
            for one, other in ((link.one, link.other), (link.other, link.one)):
                crossing = _crossing(by_name, one, other)
                if crossing is not None:
                    found.setdefault(crossing.ends, crossing)
    return tuple(found.values())


def _crossing(devices: Mapping[str, Device], one: TunnelEnd, other: TunnelEnd) -> Crossing | None:
    near, far = devices[one.port.device], devices[other.port.device]
    here, there = _tunnel(near, one.port.interface), _tunnel(far, other.port.interface)
    if here is None or there is None:
        return None
    doubts = []
    if one.kind.partition(" ")[0] != other.kind.partition(" ")[0]:
        doubts.append(f"{near.name} {here.interface} is {one.kind}, {far.name} {there.interface} is {other.kind}")
    if one.encrypted != other.encrypted:
        doubts.append(f"only one end of the tunnel {near.name} {here.interface} is encrypted")
    if not (_takes_everything(near, here) and _takes_everything(far, there)):
        doubts.append(f"{near.name} {here.interface}: traffic selectors limit what the tunnel takes")
    table = _outer_table(near, here)
    return Crossing(one.port, other.port, table, tuple(_outer(near, here, far, there, one.encrypted)), tuple(doubts))


def _tunnel(device: Device, interface: str) -> Tunnel | None:
    return next((one for one in device.tunnels if one.interface == interface), None)


def _takes_everything(device: Device, tunnel: Tunnel) -> bool:
    """Tell whether no traffic selector of a tunnel's protection leaves packets out."""
    if device.platform not in ("fortios", "juniper_junos", "paloalto_panos"):
        return True  # the tunnel interface alone selects
    if tunnel.selective is not None:
        return not tunnel.selective
    found = [one for one in device.crypto_tunnels if one.name == tunnel.protection and tunnel.protection]
    return all(_is_all(one.local) and _is_all(one.remote) for one in found)


def _is_all(addresses: AddressSet | None) -> bool:
    return addresses is None or any(family.all_addresses <= addresses.family(family) for family in Family)


def _outer_table(device: Device, tunnel: Tunnel) -> tuple[str, str]:
    own = next((one for one in device.interfaces if one.name == tunnel.interface), None)
    system = own.virtual_system if own else ""
    if tunnel.outer_vrf or device.platform in _BY_DEFAULT_TABLE:
        return system, tunnel.outer_vrf or DEFAULT_VRF
    source = _source_interface(device, tunnel.source)
    return (source.virtual_system, source.vrf) if source else (system, DEFAULT_VRF)


def _source_interface(device: Device, source: str) -> Interface | None:
    address = parsed_address(source)
    if address is None:
        return find_interface(device, source) if source else None
    return next(
        (one for one in device.interfaces if any((own.family, own.value) == address for own in one.addresses)), None
    )


def _addresses(device: Device, tunnel: Tunnel) -> list[tuple[Family, int]]:
    address = parsed_address(tunnel.source)
    if address is not None:
        return [address]
    source = _source_interface(device, tunnel.source)
    return [(one.family, one.value) for one in source.addresses if not one.virtual] if source else []


def _outer(near: Device, here: Tunnel, far: Device, there: Tunnel, encrypted: bool) -> Iterator[Flow]:
    """Yield the outer packets from one end to the other: those of the tunnel, and of the key exchange."""
    peer = parsed_address(here.destination)
    back = parsed_address(there.destination)
    targets = [peer] if peer else _addresses(far, there)
    sources = [one for one in _addresses(near, here) if back is None or one == back]
    for family, destination in targets[:1]:
        for source_family, source in sources:
            if source_family is family:
                protocol = ESP if encrypted else _PROTOCOLS.get(here.kind, 47)
                yield Flow(family, source, destination, protocol, tcp_flags=0)
                if encrypted:
                    yield Flow(family, source, destination, UDP, IKE_PORT, IKE_PORT, tcp_flags=0)
                return


def tunnel_far_ends(devices: Sequence[Device], crossings: Iterable[Crossing], doubts: Doubts) -> FarEnds:
    """Return who is at the other end of tunnel interfaces; those on a subnet with nobody that names them are doubted.

    An interface whose other end is not in the snapshot is left out.
    """
    by_name = {device.name: device for device in devices}
    found: dict[tuple[str, str], list[FarEnd]] = {}
    for one in crossings:
        device = by_name[one.to_port.device]
        port = next((port for port in device.interfaces if port.name == one.to_port.interface), None)
        if port is not None:
            reason = doubts.get(one.ends, "")
            why = (*one.doubts, reason) if reason else one.doubts
            ends = found.setdefault((one.from_port.device, one.from_port.interface), [])
            ends.append(FarEnd(device, port, doubts=why, tunnel=True))
    _add_strangers(devices, found)
    return {key: tuple(ends) for key, ends in found.items()}


def _add_strangers(devices: Sequence[Device], found: dict[tuple[str, str], list[FarEnd]]) -> None:
    """Add who only shares the subnet of a tunnel interface: that the two are one tunnel nobody says."""
    members: dict[str, list[tuple[Device, Interface]]] = {}
    tunnels = {(device.name, one.interface): one for device in devices for one in device.tunnels if one.kind != "vxlan"}
    for device in devices:
        for port in device.interfaces:
            for address in port.addresses if port.enabled else ():
                if (device.name, port.name) in tunnels and address.prefix_length < address.family.bits:
                    members.setdefault(address.network_text, []).append((device, port))
    for ports in members.values():
        for device, port in ports:
            ends = found.setdefault((device.name, port.name), [])
            known = {(end.device.name, end.interface.name) for end in ends}
            if known and tunnels[device.name, port.name].destination:
                continue  # a tunnel between two ends has the one that it names
            for other, there in ports:
                if other is not device and (other.name, there.name) not in known:
                    reason = f"{device.name} {port.name}: {other.name} {there.name} does not name it as its other end"
                    ends.append(FarEnd(other, there, doubts=(reason,), tunnel=True))
            if not ends:
                del found[device.name, port.name]
