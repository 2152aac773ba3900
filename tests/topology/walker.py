"""A plain walk of single packets through a network, written without the packet algebra and without the conduits.

One packet at a time, first match, longest prefix. It knows IOS-like lists, zone policies and NAT of the model, and
follows every equal route. It is the judge of `find_conduits` in test_differential.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netaudit.model.device import Device, Interface, StaticRoute
from netaudit.model.rules import Direction, NatKind, Rulebase, RulebaseKind
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.packet import Flow


@dataclass(frozen=True)
class Delivery:
    """Where a packet ended: on the subnet of an interface, with its header there."""

    device: str
    interface: str
    flow: Flow


Step = tuple[str, str, Flow]


def walk(
    devices: list[Device], device: Device, interface: Interface, flow: Flow, before: frozenset[Step] = frozenset()
) -> Iterator[Delivery]:
    """Yield where a packet that enters a device at an interface is delivered; one that comes back unchanged is lost."""
    step = (device.name, interface.name, flow)
    if step in before or not device.forwards or not interface.enabled:
        return
    if device.filters_see_real_addresses:
        inside = _to_real(device, interface, flow)
        if not _listed(device, interface, Direction.IN, inside):
            return
    else:
        if not _listed(device, interface, Direction.IN, flow):
            return
        inside = _to_real(device, interface, flow)
    for outgoing, hop in _routes(device, interface, inside.destination):
        if not _policy(device, interface, outgoing, inside):
            continue
        if device.filters_see_real_addresses:
            if not _listed(device, outgoing, Direction.OUT, inside):
                continue
            left = _to_outside(device, interface, outgoing, inside)
        else:
            left = _to_outside(device, interface, outgoing, inside)
            if not _listed(device, outgoing, Direction.OUT, left):
                continue
        if hop is None:
            if any(left.destination in one.network for one in outgoing.addresses):
                yield Delivery(device.name, outgoing.name, left)
            targets = _translators(devices, outgoing, left)
        else:
            targets = _owners(devices, outgoing, hop)
        for other, incoming in targets:
            yield from walk(devices, other, incoming, left, before | {step})


def _owners(devices: list[Device], outgoing: Interface, hop: int) -> Iterator[tuple[Device, Interface]]:
    for other in devices:
        for incoming in other.interfaces:
            if incoming is not outgoing and incoming.enabled and any(one.value == hop for one in incoming.addresses):
                yield other, incoming


def _translators(devices: list[Device], outgoing: Interface, flow: Flow) -> Iterator[tuple[Device, Interface]]:
    """Yield the devices that answer on a subnet for an address that they translate."""
    subnets = {one.network_text for one in outgoing.addresses}
    for other in devices:
        for incoming in other.interfaces:
            if incoming is outgoing or not incoming.enabled:
                continue
            if subnets & {one.network_text for one in incoming.addresses} and any(
                nat.kind is NatKind.STATIC
                and incoming.name in nat.to_interface
                and nat.translated_source is not None
                and _in(flow.destination, nat.translated_source)
                for nat in other.nat_rules
            ):
                yield other, incoming


def _routes(device: Device, interface: Interface, destination: int) -> list[tuple[Interface, int | None]]:
    """Return the ways of the longest prefix, of those the ones with the lowest distance."""
    ports = [one for one in device.interfaces if one.enabled and one.vrf == interface.vrf]
    found: list[tuple[int, int, Interface | None, int | None]] = []
    for port in ports:
        found += [(one.prefix_length, 0, port, None) for one in port.addresses if destination in one.network]
    for route in device.static_routes:
        if route.vrf != interface.vrf or not _covers(route, destination):
            continue
        if route.discards:
            found.append((route.prefix_length, route.distance, None, None))
            continue
        hop = AddressSet.host(route.next_hop).ipv4.lowest()
        for port in ports:
            if any(hop in one.network for one in port.addresses):
                found.append((route.prefix_length, route.distance, port, hop))
                break
    if not found:
        return []
    longest = max(length for length, *_ in found)
    nearest = min(distance for length, distance, *_ in found if length == longest)
    return [(port, hop) for length, far, port, hop in found if (length, far) == (longest, nearest) and port is not None]


def _covers(route: StaticRoute, destination: int) -> bool:
    return not (route.network ^ destination) >> (32 - route.prefix_length) if route.prefix_length else True


def _listed(device: Device, interface: Interface, direction: Direction, flow: Flow) -> bool:
    for binding in device.bindings:
        if binding.interface == interface.name and binding.direction is direction:
            for rulebase in device.rulebases:
                if rulebase.name == binding.rulebase:
                    return _decides(rulebase, flow)
    return True


def _policy(device: Device, incoming: Interface, outgoing: Interface, flow: Flow) -> bool:
    policies = [one for one in device.rulebases if one.kind is RulebaseKind.ZONE_POLICY]
    return not policies or any(
        _decides(one, flow, incoming.security_zone or incoming.name, outgoing.security_zone or outgoing.name)
        for one in policies
    )


def _decides(rulebase: Rulebase, flow: Flow, from_zone: str = "", to_zone: str = "") -> bool:
    for rule in rulebase.rules:
        if not rule.enabled or (from_zone and (from_zone not in rule.from_zones or to_zone not in rule.to_zones)):
            continue
        if rule.match.surely.contains(flow):
            return rule.action.permits
    return rulebase.default_action.permits


def _in(value: int, addresses: AddressSet) -> bool:
    return value in addresses.family(Family.IPV4)


def _to_real(device: Device, interface: Interface, flow: Flow) -> Flow:
    for nat in device.nat_rules:
        if nat.kind is NatKind.EXEMPT:
            back = replace(flow, source=flow.destination, destination=flow.source)
            if (interface.name in nat.from_interface and nat.match.surely.contains(flow)) or (
                interface.name in nat.to_interface
                and _in(back.source, nat.match.surely.sources())
                and _in(back.destination, nat.match.surely.destinations())
            ):
                return flow
        if nat.kind is NatKind.STATIC and interface.name in nat.to_interface and nat.translated_source is not None:
            outside = nat.translated_source.ipv4
            if flow.destination not in outside:
                continue
            if nat.translated_ports is not None:
                if flow.protocol != nat.protocol or flow.destination_port not in nat.translated_ports:
                    continue
                assert nat.original_ports is not None
                flow = replace(flow, destination_port=nat.original_ports.lowest())
            real = nat.match.surely.sources().ipv4
            return replace(flow, destination=real.lowest() + flow.destination - outside.lowest())
    return flow


def _to_outside(device: Device, incoming: Interface, outgoing: Interface, flow: Flow) -> Flow:
    for nat in device.nat_rules:
        if nat.kind is NatKind.DESTINATION:
            continue
        if incoming.name not in nat.from_interface or outgoing.name not in nat.to_interface:
            continue
        if not nat.match.surely.contains(flow):
            continue
        if nat.kind is NatKind.EXEMPT or nat.translated_source is None:
            return flow
        outside = nat.translated_source.ipv4
        if nat.kind is NatKind.STATIC:
            return replace(flow, source=outside.lowest() + flow.source - nat.match.surely.sources().ipv4.lowest())
        return replace(flow, source=outside.lowest())
    return flow
