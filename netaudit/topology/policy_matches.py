"""What the conditions of policy-based routing match, as two bounds.

An access list matches what it permits; what it denies goes on to the next term (Cisco IOS IP Routing:
Protocol-Independent Configuration Guide, "Policy-Based Routing"). Lists that are used here filter nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from netaudit.model.device import Device, Interface
from netaudit.model.routing import PolicyCondition, RoutePolicyTerm
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, written_addresses
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketProduct, PacketSet
from netaudit.packets.services import PORT_PROTOCOLS, ServiceSet
from netaudit.topology.filters import through_rulebases

_SIDES = ("source", "destination", "source_object", "destination_object", "source_port", "destination_port")
_EVERYWHERE = frozenset({"any", "all"})


def term_match(
    device: Device, system: str, incoming: Interface | None, term: RoutePolicyTerm, packets: PacketProduct
) -> PacketMatch:
    """Return which of some packets a term matches; packets that the device made have no incoming interface."""
    everything = PacketSet((packets,))
    surely, maybe = everything, everything
    reasons: list[str] = []
    if term.match is not None:
        surely, maybe = everything & term.match.surely, everything & term.match.maybe
        reasons += term.match.reasons
    for condition in term.conditions:
        if not maybe:
            break
        found = _condition(device, system, incoming, condition, packets)
        if condition.negated:
            found = PacketMatch(everything - found.maybe, everything - found.surely, found.reasons)
        surely = surely & found.surely
        maybe = maybe & found.maybe
        reasons += found.reasons
    if not term.exact:
        return PacketMatch.upper(maybe, *reasons, "not all of the term was understood")
    return PacketMatch(surely, maybe, tuple(dict.fromkeys(reasons)))


def _condition(
    device: Device, system: str, incoming: Interface | None, condition: PolicyCondition, packets: PacketProduct
) -> PacketMatch:
    if condition.kind == "access_list":
        return _union(listed(device, system, name, packets) for name in condition.values)
    if condition.kind == "interface" and device.platform in ("fortios", "paloalto_panos"):
        names = {incoming.name, incoming.nickname, incoming.security_zone} - {""} if incoming else set()
        holds = bool(_EVERYWHERE & set(condition.values)) or bool(names & set(condition.values))
        return PacketMatch.exact(PacketSet((packets,)) if holds else NO_PACKETS)
    if condition.kind in ("ip_protocol", *_SIDES):
        return _union(_header(device, system, condition.kind, value, packets) for value in condition.values)
    return PacketMatch.upper(PacketSet((packets,)), f"the condition {condition.kind} is not known of a packet")


def _union(matches: Iterable[PacketMatch]) -> PacketMatch:
    found = list(matches)
    return PacketMatch(
        PacketSet.union(one.surely for one in found),
        PacketSet.union(one.maybe for one in found),
        tuple(dict.fromkeys(reason for one in found for reason in one.reasons)),
    )


def listed(device: Device, system: str, name: str, packets: PacketProduct) -> PacketMatch:
    """Return what a list permits of some packets: what it selects where it filters nothing."""
    rulebases = [
        one
        for one in device.rulebases
        if one.name == name and one.virtual_system == system and packets.family in one.families
    ]
    if not rulebases or not rulebases[0].rules:
        # Platforms differ in what a list without entries matches.
        return PacketMatch.upper(PacketSet((packets,)), f"the list {name} has no entries")
    passed = through_rulebases(device.name, rulebases[:1], packets)
    surely = PacketSet(tuple(one.packets for one in passed if one.surely))
    maybe = PacketSet(tuple(one.packets for one in passed))
    return PacketMatch(surely, maybe, tuple(dict.fromkeys(reason for one in passed for reason in one.reasons)))


def _header(device: Device, system: str, kind: str, value: str, packets: PacketProduct) -> PacketMatch:
    if kind in ("source", "destination"):
        spelled = value if "-" in value else value.replace(" ", "/")  # "10.0.0.0 255.0.0.0"
        return _addresses(packets, kind, written_addresses(spelled), value)
    if kind in ("source_object", "destination_object"):
        return _addresses(packets, kind.removesuffix("_object"), *_object(device, system, value))
    if kind == "ip_protocol":
        if not value.isdigit():
            return PacketMatch.upper(PacketSet((packets,)), f"the protocol {value} is not known")
        return _services(packets, ServiceSet.protocol(int(value)))
    low, _, high = value.partition("-")
    if not low.isdigit() or (high and not high.isdigit()):
        return PacketMatch.upper(PacketSet((packets,)), f"the ports {value} are not known")
    ports = IntervalSet.span(int(low), int(high or low))
    named = {"source_ports": ports} if kind == "source_port" else {"destination_ports": ports}
    return _services(
        packets, ServiceSet.union(ServiceSet.ports(one, **named) for low, _ in PORT_PROTOCOLS for one in (low,))
    )


def _services(packets: PacketProduct, services: ServiceSet) -> PacketMatch:
    common = packets.services & services
    return PacketMatch.exact(PacketSet((replace(packets, services=common),)) if common else NO_PACKETS)


def _addresses(packets: PacketProduct, side: str, found: AddressSet | None, text: str = "") -> PacketMatch:
    """Return the packets with one of some addresses at a side; `text` says why more than these may match."""
    if found is None:
        return PacketMatch.upper(PacketSet((packets,)), f"the addresses {text} are not known")
    have = packets.source if side == "source" else packets.destination
    common = have & found.family(packets.family)
    if not common:
        return PacketMatch.exact(NO_PACKETS)
    part = replace(packets, source=common) if side == "source" else replace(packets, destination=common)
    return PacketMatch.exact(PacketSet((part,)))


def _object(device: Device, system: str, name: str) -> tuple[AddressSet | None, str]:
    if name in _EVERYWHERE:
        return ANY_ADDRESS, name
    for one in device.address_objects:
        if one.name == name and one.virtual_system in (system, ""):
            return (one.addresses if one.exact else None), name
    return None, name
