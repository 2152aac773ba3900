"""Who takes a packet that a device sent out: a neighbour, a host, what lies beyond the snapshot, or nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.packets.addresses import Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow
from netaudit.packets.services import TCP
from netaudit.topology.fates import Disposition, Hop, Trace
from netaudit.topology.links.far_ends import FarEnd, unknown_source, unknown_way
from netaudit.topology.neighbours import Neighbours, Port, kept_apart
from netaudit.topology.network import NOT_INTERNET, Network
from netaudit.topology.places import Place


@dataclass(frozen=True, slots=True)
class Departed:
    """A packet on the wire. `incoming` is None for what the device itself made, `next_hop` where a route names none."""

    network: Network
    device: Device
    incoming: Interface | None
    outgoing: Interface
    next_hop: int | None
    flow: Flow
    hops: tuple[Hop, ...]  # the device is the last of them


def arrivals(left: Departed) -> Iterator[Trace | Place]:
    """Yield the places that a packet comes to, or how its way ends on the wire."""
    network, device, outgoing, hop = left.network, left.device, left.outgoing, left.next_hop
    flow, hops, neighbours = left.flow, left.hops, left.network.neighbours
    target = flow.destination if hop is None else hop
    if outgoing.faces_internet and flow.destination in NOT_INTERNET.family(flow.family):
        reason = f"the internet carries nothing to {format_address(flow.family, flow.destination)}"
        yield Trace(Disposition.NO_ROUTE, hops, reason, flow)
        return
    beyond = neighbours.beyond(
        device, outgoing, flow.family, IntervalSet.single(flow.destination), (flow.family, target)
    )
    whole = network.whole
    if not beyond and whole is not None:
        there = IntervalSet.single(flow.destination)
        if whole.neighbours.beyond(device, outgoing, flow.family, there, (flow.family, target)):
            yield Trace(Disposition.NO_ROUTE, hops, f"the other end of {outgoing.rule_name} is down", flow)
            return
    if beyond is not None:
        yield from _across(left, [end for end, _ in beyond])
        return
    near = [(other, port) for other, port, _ in neighbours.holding(outgoing, (flow.family, target))]
    if not near and hop is None:
        near = list(_publishers(neighbours, outgoing, flow))
    if near:
        for other, port in near:
            yield Place(other, port, (port.virtual_system, port.vrf))
        return
    if whole is not None and any(whole.neighbours.holding(outgoing, (flow.family, target))):
        yield Trace(Disposition.NO_ROUTE, hops, f"{format_address(flow.family, target)} is down", flow)
        return
    subnets = [one for one in outgoing.addresses if one.family is flow.family and flow.destination in one.network]
    if hop is None and subnets and all(_is_no_host(one, flow) for one in subnets):
        yield _broadcast(left)
        return
    if target in neighbours.elsewhere(outgoing, flow.family):
        yield Trace(Disposition.UNKNOWN, hops, kept_apart(device, outgoing, flow.family, target), flow)
        return
    unread = network.unread_file(flow.family, target)
    if unread:
        text = format_address(flow.family, target)
        reason = f"{text} stands in {unread}, which no parser reads"
        yield Trace(Disposition.UNKNOWN, hops, reason, flow, leaves_snapshot=True)
        return
    if hop is None:
        if subnets:
            yield Trace(Disposition.DELIVERED, hops, last=flow)
        elif (other_end := neighbours.at_other_end(outgoing, flow.family))[1]:
            for other, port in other_end[0]:
                yield Place(other, port, (port.virtual_system, port.vrf))
        else:
            reason = f"what lies behind {outgoing.rule_name} of {device.name} is not known"
            yield Trace(Disposition.UNKNOWN, hops, reason, flow)
        return
    text = format_address(flow.family, hop)
    if closed := neighbours.closed(outgoing, (flow.family, hop)):
        yield Trace(Disposition.UNKNOWN, hops, f"{device.name}: {closed}", flow)
    elif _is_inside(network, flow):
        reason = f"{device.name}: next hop {text} has no export"
        yield Trace(Disposition.UNKNOWN, hops, reason, flow, leaves_snapshot=True)
    else:
        yield Trace(Disposition.EXITS, hops, f"next hop {text} has no export", flow, leaves_snapshot=True)


def _across(left: Departed, ends: Sequence[FarEnd]) -> Iterator[Trace | Place]:
    """Hand the packet to the other end of a link that no subnet makes."""
    outgoing, flow, hops = left.outgoing, left.flow, left.hops
    hidden = outgoing.faces_internet and flow.source in NOT_INTERNET.family(flow.family)
    for end in ends:
        doubts = (*end.doubts, *((unknown_source(left.device, outgoing),) if hidden else ()))
        if doubts:
            yield Trace(Disposition.UNKNOWN, hops, "; ".join(doubts), flow)
        else:
            yield Place(end.device, end.interface, (end.interface.virtual_system, end.interface.vrf))
    if ends:
        return
    name = f"{left.device.name} {outgoing.rule_name}"
    if not outgoing.faces_internet:
        yield Trace(Disposition.UNKNOWN, hops, f"the other end of {name} has no export", flow)
    elif _is_inside(left.network, flow) or _is_published(left.network, flow):
        text = format_address(flow.family, flow.destination)
        yield Trace(Disposition.UNKNOWN, hops, unknown_way(left.device, outgoing, text), flow)
    else:
        yield Trace(Disposition.EXITS, hops, f"{name} leads to the internet", flow)


def _broadcast(left: Departed) -> Trace:
    """End a packet to all of a subnet, or to the subnet's own address, which stands for no host.

    What the device sends itself and what comes from the subnet is on the wire; no host takes TCP from it (RFC 1122,
    4.2.3.10). A broadcast from elsewhere is dropped unless the interface is told to send it on (RFC 2644; Cisco IOS IP
    Application Services Command Reference, "ip directed-broadcast"; Junos "targeted-broadcast"), by some platforms for
    certain services alone, so then it is not known.
    """
    incoming, outgoing, flow, hops = left.incoming, left.outgoing, left.flow, left.hops
    text = f"{format_address(flow.family, flow.destination)} names the subnet or all of it, no host"
    last = any(flow.destination == one.network.intervals[0][1] for one in outgoing.addresses)
    if last and flow.protocol != TCP and (incoming is None or (incoming is outgoing and len(hops) == 1)):
        return Trace(Disposition.DELIVERED, hops, text)  # who answers does so with an address of its own
    if outgoing.directed_broadcasts:
        text = f"{text}; which of them {outgoing.rule_name} sends on is not known"
        return Trace(Disposition.UNKNOWN, hops, text, flow)
    return Trace(Disposition.DENIED, hops, text, flow)


def _is_no_host(address: InterfaceAddress, flow: Flow) -> bool:
    """Tell whether an address is the subnet's own or its broadcast (RFC 1812, 4.2.2.11 and 5.3.5)."""
    if flow.family is not Family.IPV4 or address.prefix_length > 30:
        return False
    ((first, last),) = address.network.intervals
    return flow.destination in (first, last)


def _publishers(neighbours: Neighbours, outgoing: Interface, flow: Flow) -> Iterator[Port]:
    """Yield who answers on the subnet of an interface for an address that it translates."""
    for address, device, port, answers in neighbours.publishing(outgoing):
        if flow.destination in address.network and flow.destination in answers.family(flow.family):
            yield device, port


def _is_published(network: Network, flow: Flow) -> bool:
    """Tell whether a device of the snapshot translates the destination."""
    return any(network.neighbours.somewhere(flow.family, IntervalSet.single(flow.destination)))


def _is_inside(network: Network, flow: Flow) -> bool:
    """Tell whether a subnet of the snapshot holds the destination."""
    return flow.destination in network.subnets(flow.family)
