"""Where a packet starts, and what the first packet of its answer is and where that starts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from netaudit.model.device import Device, Interface
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, ICMP_PROTOCOLS, PORT_PROTOCOLS, SYN, TCP
from netaudit.topology.fates import Trace
from netaudit.topology.links.ports import find_interface
from netaudit.topology.network import NOT_INTERNET, Network

_ICMP_ANSWERS = {(1, 8): 0, (1, 13): 14, (1, 15): 16, (1, 17): 18, (58, 128): 129}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a packet is: at a device, coming in at an interface; None = the device itself made it.

    `at_host`: it is still at the host behind the interface that sends it.
    """

    device: Device
    interface: Interface | None
    vrf: tuple[str, str] = ("", "default")
    at_host: bool = False


def starting_places(network: Network, device: str, interface: str, flow: Flow) -> list[Place]:
    """Return where a packet starts: at an interface, at a device, or on the subnet that holds its source.

    One from a public address that no subnet holds starts at the ports that take its destination from the internet.
    Raises ValueError where nothing of that name is in the snapshot, or no subnet holds the source.
    """
    if device:
        known = next((one for name, one in network.devices.items() if name.lower() == device.lower()), None)
        if known is None:
            raise ValueError(f"no device {device} in the snapshot")
        if not interface:
            return [Place(known, None, _own_table(known, flow))]
        port = find_interface(known, interface)
        if port is None:
            raise ValueError(f"{device} has no interface {interface}")
        return [Place(known, port, (port.virtual_system, port.vrf))]
    found = [
        (address.prefix_length, Place(one, port, (port.virtual_system, port.vrf), at_host=True))
        for one in network.devices.values()
        if one.forwards
        for port in one.interfaces
        if port.enabled
        for address in port.addresses
        if address.family is flow.family and flow.source in address.network
    ]
    if not found and flow.source not in NOT_INTERNET.family(flow.family):
        found = [
            (0, Place(end.device, end.interface, (end.interface.virtual_system, end.interface.vrf)))
            for end in network.neighbours.on_internet
            if end.takes is not None and flow.destination in end.takes.family(flow.family)
        ]
    if not found:
        raise ValueError(f"no subnet of the snapshot holds {flow.source_text}")
    longest = max(length for length, _ in found)
    return [place for length, place in found if length == longest]


def _own_table(device: Device, flow: Flow) -> tuple[str, str]:
    for port in device.interfaces:
        if any(one.family is flow.family and one.value == flow.source for one in port.addresses):
            return port.virtual_system, port.vrf
    return "", "default"


def answer_of(flow: Flow) -> Flow | None:
    """Return the first packet of the answer; None for ICMP messages that nobody answers."""
    turned = replace(flow, source=flow.destination, destination=flow.source)
    if flow.protocol in PORT_PROTOCOLS:
        flags = SYN | ACK if flow.protocol == TCP else flow.tcp_flags
        return replace(turned, source_port=flow.destination_port, destination_port=flow.source_port, tcp_flags=flags)
    if flow.protocol in ICMP_PROTOCOLS:
        kind = _ICMP_ANSWERS.get((flow.protocol, flow.icmp_type))
        return None if kind is None else replace(turned, icmp_type=kind, icmp_code=0)
    return turned


def turning_point(network: Network, delivered: Trace) -> Place | None:
    """Return where the answer comes from: the subnet it was delivered to, or the device that took it."""
    last = delivered.hops[-1]
    device = network.devices[last.device]
    if not last.out_interface:
        incoming = network.interface(last.device, last.in_interface)
        vrf = (incoming.virtual_system, incoming.vrf) if incoming else ("", "default")
        return Place(device, None, vrf)
    port = network.interface(last.device, last.out_interface)
    return None if port is None else Place(device, port, (port.virtual_system, port.vrf))


def pulled_back(network: Network, delivered: Trace) -> Place | None:
    """Return the load balancer on the way that takes the answers back whatever the routes say, None where none does."""
    for hop in reversed(delivered.hops):
        device = network.devices[hop.device]
        names = {step.name for step in hop.steps if step.kind == "nat"}
        if any(one.answers_return and one.name in names for one in device.nat_rules):
            port = network.interface(hop.device, hop.out_interface)
            return None if port is None else Place(device, port, (port.virtual_system, port.vrf))
    return None


def keeps_to_itself(start: Place, flow: Flow) -> bool:
    """Tell whether a host sends to one of its own addresses: no network sees the packet.

    Hosts of the export tell which addresses are theirs; others have at least the one they send from.
    """
    if not start.at_host or flow.source == flow.destination:
        return start.at_host
    own = [one.addresses.family(flow.family) for one in start.device.address_objects if one.kind == "host"]
    return any(flow.source in addresses and flow.destination in addresses for addresses in own)
