"""Policy-based IPsec: what the list of a crypto map permits leaves encrypted, and goes to the peer.

Where it comes out the table does not say, and what the peer's own lists make of it is not computed: such packets may
come to whoever has their destination. Sources: Cisco IOS Security Configuration Guide, "Configuring Security for VPNs
with IPsec" ("crypto access lists": permit encrypts, deny goes on in clear); Cisco "NAT Order of Operation" (the crypto
map is asked after NAT, before the packet leaves); Cisco ASA VPN CLI guide, "Crypto Maps".
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.device import Device, Interface
from netaudit.model.links import CryptoTunnel
from netaudit.packets.packet import PacketMatch, PacketProduct, PacketSet
from netaudit.topology.beam import Beam, met
from netaudit.topology.policy_matches import listed

OUTER_PROTOCOLS = frozenset({50, 51})  # ESP and AH that a device makes are encrypted already (RFC 4303, 4302)


def encrypted(device: Device, outgoing: Interface, beam: Beam) -> tuple[list[Beam], list[Beam]]:
    """Split what leaves through an interface into (what is or may be encrypted, what leaves or may leave in clear)."""
    taken: list[Beam] = []
    rest = [beam]
    for tunnel in crypto_maps(device, outgoing):
        following: list[Beam] = []
        reason = _reason(device, tunnel)
        for one in rest:
            match = _match(device, outgoing, tunnel, one.now)
            found, left = met([one], match.surely, match.maybe, f"{reason}: {', '.join(match.reasons)}")
            taken += [part.doubted(reason) for part, _ in found]
            following += left
        rest = following
    return taken, rest


def crypto_maps(device: Device, outgoing: Interface) -> Iterator[CryptoTunnel]:
    """Yield the policy-based tunnels that stand at an interface, in their order; tunnel interfaces are none."""
    if not device.crypto_tunnels:
        return
    interfaces = {one.interface for one in device.tunnels}
    protections = {one.protection for one in device.tunnels if one.protection}
    for tunnel in device.crypto_tunnels:
        here = {outgoing.name, outgoing.nickname} & set(tunnel.interfaces)
        if here and tunnel.enabled and not set(tunnel.interfaces) & interfaces and tunnel.name not in protections:
            yield tunnel


def _match(device: Device, outgoing: Interface, tunnel: CryptoTunnel, packets: PacketProduct) -> PacketMatch:
    if tunnel.rulebase:
        return listed(device, outgoing.virtual_system, tunnel.rulebase, packets)
    if tunnel.local is not None and tunnel.remote is not None:
        networks = PacketSet.of(tunnel.local, tunnel.remote) & PacketSet((packets,))
        return PacketMatch.upper(networks, "a policy says what is encrypted")
    return PacketMatch.upper(PacketSet((packets,)), "the peer says what is encrypted")


def _reason(device: Device, tunnel: CryptoTunnel) -> str:
    peers = ", ".join(tunnel.peers) or "peers that connect"
    return f"{device.name}: encrypted to {peers} by {f'{tunnel.name} {tunnel.sequence}'.strip()}"
