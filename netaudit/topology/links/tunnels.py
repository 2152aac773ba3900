"""Tunnels joined by their peer addresses: GRE, VTI and policy-based IPsec, also across their kinds.

Two ends belong together where each names an address of the other as its peer. The address in the configuration is
what is compared: an end behind address translation is reported as outside, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from netaudit.model.device import Device, Interface
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import Family
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.ways import parsed_address

Address = tuple[Family, int]

# Kinds that are many-to-many networks, not a tunnel between two ends.
_NETWORKS = frozenset({"vxlan"})


class TunnelState(StrEnum):
    """What is known of the other end."""

    JOINED = "joined"  # both ends name each other
    UNANSWERED = "unanswered"  # the peer's device is here, and has no tunnel back
    OUTSIDE = "outside"  # no device of the snapshot has the peer's address
    OPEN = "open"  # the peer is learned, or written as a name


@dataclass(frozen=True, slots=True)
class TunnelEnd:
    """One end. `port` is the tunnel interface, or the interface that a crypto map stands at."""

    port: Port
    kind: str
    where: SourceRef
    encrypted: bool
    key: str = ""
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class TunnelLink:
    """A tunnel with the ends that are known. `peer` is the address or name as configured at `one`, "" = learned."""

    one: TunnelEnd
    state: TunnelState
    other: TunnelEnd | None = None
    peer: str = ""
    peer_device: str = ""  # who has the peer's address, "" = nobody


@dataclass(frozen=True, slots=True)
class _End:
    end: TunnelEnd
    own: frozenset[Address]
    peer: str

    @property
    def peer_address(self) -> Address | None:
        return parsed_address(self.peer)

    def answers(self, other: _End) -> bool:
        """Tell whether this end would take the other as its peer; an end without a peer takes any (multipoint)."""
        keys = self.end.key, other.end.key
        return self.end.enabled and keys[0] == keys[1] and (not self.peer or self.peer_address in other.own)


def find_tunnels(devices: Sequence[Device]) -> tuple[TunnelLink, ...]:
    """Return each tunnel once; an end with several peers gives several."""
    ends = [end for device in devices for end in _ends(device)]
    owners: dict[Address, list[str]] = {}
    for device in devices:
        for interface in device.interfaces:
            for address in interface.addresses:
                if interface.enabled:
                    owners.setdefault((address.family, address.value), []).append(device.name)
    by_own: dict[Address, list[_End]] = {}
    for end in ends:
        for own in end.own:
            by_own.setdefault(own, []).append(end)
    found: dict[frozenset[tuple[Port, str]], TunnelLink] = {}
    for end in ends:
        for link in _links(end, owners, by_own):
            ends_of = [(link.one.port, "" if link.other else link.peer)]
            ends_of += [(link.other.port, "")] if link.other else []
            found.setdefault(frozenset(ends_of), link)
    # A hub that learns its spokes is told by them.
    joined = {end.port for link in found.values() if link.other for end in (link.one, link.other)}
    return tuple(one for one in found.values() if one.other or one.peer or one.one.port not in joined)


def _links(
    end: _End, owners: Mapping[Address, Sequence[str]], by_own: Mapping[Address, Sequence[_End]]
) -> Iterator[TunnelLink]:
    peer = end.peer_address
    if peer is None:
        yield TunnelLink(end.end, TunnelState.OPEN, peer=end.peer)
        return
    here = end.end.port.device
    others = [one for one in by_own.get(peer, ()) if one.end.port != end.end.port]
    answering = [one for one in others if end.end.enabled and one.answers(end)]
    # Of ends that answer, one that names us is nearer than one that takes any.
    named = [one for one in answering if one.peer] or answering
    for other in named:
        yield TunnelLink(end.end, TunnelState.JOINED, other.end, end.peer, other.end.port.device)
    if not named:
        known = sorted(set(owners.get(peer, ())) - {here})
        state = TunnelState.UNANSWERED if known else TunnelState.OUTSIDE
        yield TunnelLink(end.end, state, None, end.peer, known[0] if len(known) == 1 else "")


def _ends(device: Device) -> Iterator[_End]:
    interfaces = {one.name: one for one in device.interfaces}
    destinations: set[str] = set()
    for tunnel in device.tunnels:
        if tunnel.kind in _NETWORKS:
            continue
        own = interfaces.get(tunnel.interface)
        destinations.add(tunnel.destination)
        yield _End(
            TunnelEnd(
                Port(device.name, tunnel.interface),
                tunnel.kind,
                tunnel.where,
                bool(tunnel.protection) or tunnel.kind == "ipsec",
                tunnel.key,
                own is None or own.enabled,
            ),
            _outer(device, tunnel.source),
            tunnel.destination,
        )
    for crypto in device.crypto_tunnels:
        if set(crypto.interfaces) & {one.interface for one in device.tunnels}:
            continue  # the protection of a tunnel interface
        for peer in crypto.peers or ("",):
            if peer in destinations and peer:
                continue
            for name in crypto.interfaces:
                port = Port(device.name, _named(device, name))
                end = TunnelEnd(port, "crypto map", crypto.where, True, enabled=crypto.enabled)
                yield _End(end, _outer(device, name), peer)


def _named(device: Device, name: str) -> str:
    interface = find_interface(device, name)
    return interface.name if interface is not None else name


def _outer(device: Device, source: str) -> frozenset[Address]:
    """Return the addresses that the outer packets may have: the one stated, or those of the interface."""
    address = parsed_address(source)
    if address is not None:
        return frozenset({address})
    interface: Interface | None = find_interface(device, source) if source else None
    if interface is None:
        return frozenset()
    return frozenset((one.family, one.value) for one in interface.addresses)
