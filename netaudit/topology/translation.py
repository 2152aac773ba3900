"""NAT: what one device's translations make of a beam, the first rule that matches deciding.

Both bounds of a match count: what a rule only may take goes both ways, and neither is sure. An exemption that
matches first ends the search (Cisco ASA Firewall CLI guide, "NAT rule order").
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from netaudit.model.device import Device, Interface
from netaudit.model.rules import NatKind, NatRule
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct, PacketSet
from netaudit.packets.services import ServiceBox, ServiceSet
from netaudit.topology.beam import FIRST_PACKETS, Beam, met
from netaudit.topology.reach import DecidingRule
from netaudit.topology.same import Same


@dataclass(frozen=True, slots=True)
class Publication:
    """A destination translation: packets that arrive at `interfaces`, and the real addresses behind them.

    `real` is None for an exemption: its packets stay as they are.
    """

    surely: PacketSet
    maybe: PacketSet
    real: AddressSet | None
    interfaces: NameSet


@dataclass(frozen=True, slots=True)
class Entered:
    """A beam inside a device. `nat` translated its destination there; `before` is the header as it arrived."""

    beam: Beam
    nat: NatRule | None = None
    before: PacketProduct | None = None


def interface_names(interface: Interface) -> tuple[str, ...]:
    """Return the names by which translations mean an interface."""
    return tuple(name for name in (interface.name, interface.nickname, interface.security_zone) if name)


def published_addresses(device: Device, interface: Interface) -> AddressSet:
    """Return the addresses for which a device answers on a subnet because it translates them (proxy ARP)."""
    found = [
        publication.maybe.destinations()
        for nat in device.nat_rules
        if nat.enabled and nat.virtual_system == interface.virtual_system
        for publication in _publications(nat)
        if publication.real is not None and _stands(publication.interfaces, interface)
    ]
    return AddressSet.union(one for one in found if not _is_everything(one))


def translate_destination(device: Device, interface: Interface, beam: Beam) -> Iterator[Entered]:
    """Yield the beam split by the destination translations that it meets."""
    rest = [beam]
    for nat, publications in _published_at(Same(device), Same(interface)):
        for publication in publications:
            if not rest:
                return
            taken, rest = met(rest, publication.surely, publication.maybe, _why(device, nat))
            for one, product in taken:
                if publication.real is None:
                    yield Entered(one)
                    continue
                inner = publication.real.family(one.now.family)
                if inner:
                    yield Entered(_to_real(one, nat, product, inner), nat, one.now)
                else:
                    yield Entered(one.doubted(f"{device.name} NAT {nat.name}: translates to the other address family"))
    for one in rest:
        yield Entered(one)


def translate_source(
    device: Device, incoming: Interface, outgoing: Interface, beam: Beam, passed: Collection[DecidingRule]
) -> Iterator[Beam]:
    """Yield the beam split by the source translations that it meets.

    A translation that belongs to rules (`used_by`) takes what those let pass here (`passed`: the rules that decided
    between these two interfaces; other virtual systems use the same names); the others go by their match.
    """
    rest = [beam]
    for nat in _translating(Same(device), Same(incoming), Same(outgoing)):
        if not rest:
            return
        if nat.used_by:
            if not {one.rule.name for one in passed if one.rule is not None} & set(nat.used_by):
                continue
            if nat.match.surely:
                taken = [(one, one.now) for one in rest]
                rest = []
            else:  # which of the rule's packets it takes is known from above only, and before destination NAT
                sources = PacketSet.of(source=nat.match.maybe.sources())
                taken, rest = met(rest, NO_PACKETS, sources, _why(device, nat))
        elif nat.translated_destination is not None:
            # Its match is the header before the destination was translated: from above only.
            sources = PacketSet.of(source=nat.match.maybe.sources())
            taken, rest = met(rest, NO_PACKETS, sources, _why(device, nat))
        else:
            taken, rest = met(rest, nat.match.surely, nat.match.maybe, _why(device, nat))
        for one, product in taken:
            mapped = nat.translated_source
            if mapped is None and nat.kind is NatKind.SOURCE and nat.translated_destination is None:
                mapped = _own(outgoing)
            yield one if mapped is None else _from_outside(device, one, nat, product, mapped)
    yield from rest


@lru_cache(maxsize=4096)
def _published_at(
    device: Same[Device], interface: Same[Interface]
) -> tuple[tuple[NatRule, tuple[Publication, ...]], ...]:
    """Return the rules that translate destinations of what comes in at an interface."""
    found = []
    for nat in device.value.nat_rules:
        if nat.enabled and nat.virtual_system == interface.value.virtual_system:
            here = tuple(one for one in _publications(nat) if _stands(one.interfaces, interface.value))
            if here:
                found.append((nat, here))
    return tuple(found)


@lru_cache(maxsize=4096)
def _translating(device: Same[Device], incoming: Same[Interface], outgoing: Same[Interface]) -> tuple[NatRule, ...]:
    """Return the rules that translate sources of what goes from one interface to another."""
    return tuple(
        nat
        for nat in device.value.nat_rules
        if nat.enabled
        and nat.virtual_system == incoming.value.virtual_system
        and nat.kind is not NatKind.DESTINATION
        and _stands(nat.from_interface, incoming.value)
        and _stands(nat.to_interface, outgoing.value)
    )


def _own(outgoing: Interface) -> AddressSet:
    """Return the address that a translation to "the interface" takes (Junos NAT User Guide, "Interface NAT")."""
    own = [one for one in outgoing.addresses if not one.secondary and not one.virtual]
    return AddressSet.union(AddressSet.of(one.family, IntervalSet.single(one.value)) for one in own) or ANY_ADDRESS


def _from_outside(device: Device, beam: Beam, nat: NatRule, product: PacketProduct, mapped: AddressSet) -> Beam:
    outside = mapped.family(beam.now.family)
    if not outside:
        return beam.doubted(f"{device.name} NAT {nat.name}: translates to the other address family")
    if nat.kind is NatKind.STATIC:
        outside = _moved(beam.now.source, product.source, outside) or outside
    return replace(beam, now=replace(beam.now, source=outside))


def _why(device: Device, nat: NatRule) -> str:
    return f"{device.name} NAT {nat.name}: {', '.join(nat.match.reasons) or 'not sure to match'}"


def _stands(names: NameSet, interface: Interface) -> bool:
    return any(name in names for name in interface_names(interface))


def _is_everything(addresses: AddressSet) -> bool:
    return any(family.all_addresses <= addresses.family(family) for family in Family)


def _publications(nat: NatRule) -> Iterator[Publication]:
    """Yield what a rule does to the destinations of packets, as they arrive.

    A virtual IP that no policy names does nothing (FortiOS Administration Guide, "Static virtual IPs").
    """
    if nat.needs_rule and not nat.used_by:
        return
    match = nat.match
    if nat.translated_destination is not None:
        surely = NO_PACKETS if _is_everything(nat.translated_destination) else match.surely
        yield Publication(surely, match.maybe, nat.translated_destination, nat.from_interface)
    if nat.kind is NatKind.EXEMPT:
        yield Publication(match.surely, match.maybe, None, nat.from_interface)
        back = PacketSet.of(match.maybe.destinations(), match.maybe.sources())
        yield Publication(back if match.is_exact else NO_PACKETS, back, None, nat.to_interface)
    if nat.kind is NatKind.STATIC and nat.translated_source is not None:
        real = match.maybe.sources()
        services = FIRST_PACKETS
        if nat.protocol is not None:
            services = (
                ServiceSet.ports(nat.protocol, nat.translated_ports)
                if nat.translated_ports
                else ServiceSet.protocol(nat.protocol)
            )
        sources = match.maybe.destinations() if nat.translated_destination is None else nat.translated_destination
        maybe = PacketSet.of(sources or ANY_ADDRESS, nat.translated_source, services)
        known = match.is_exact and not _is_everything(nat.translated_source) and not _is_everything(real)
        yield Publication(maybe if known else NO_PACKETS, maybe, real, nat.to_interface)


def _to_real(beam: Beam, nat: NatRule, outside: PacketProduct, inner: IntervalSet) -> Beam:
    """Return the beam with its destination replaced by the real addresses.

    Where a part of a range is translated to some of the real addresses, not known here to which, it is not sure.
    """
    services, ports_known = _forwarded(beam.now.services, nat)
    moved = _moved(beam.now.destination, outside.destination, inner)
    translated = replace(beam, now=replace(beam.now, destination=moved or inner, services=services))
    if ports_known and (moved or beam.now.destination == outside.destination or inner.size() == 1):
        return translated
    return translated.doubted(f"NAT {nat.name} translates a part of its range")


def _moved(part: IntervalSet, outside: IntervalSet, inner: IntervalSet) -> IntervalSet | None:
    """Return a part of a range after a translation that keeps the order; None where the ranges are not alike."""
    if len(outside.intervals) != 1 or len(inner.intervals) != 1 or outside.size() != inner.size():
        return None
    offset = inner.lowest() - outside.lowest()
    return IntervalSet(tuple((low + offset, high + offset) for low, high in part))


def _forwarded(services: ServiceSet, nat: NatRule) -> tuple[ServiceSet, bool]:
    """Return the services after port forwarding, and whether each is sure to occur."""
    published, real = nat.translated_ports, nat.original_ports
    if nat.kind is NatKind.DESTINATION:
        published, real = real, published
    if not real or nat.protocol is None:
        return services, True
    boxes = []
    known = True
    for box in services.boxes:
        if nat.protocol in box.protocols:
            ports = box.destination_ports
            moved = _moved(ports, published, real) if published else None
            known = known and (moved is not None or real.size() == 1 or ports == published)
            boxes.append(ServiceBox(IntervalSet.single(nat.protocol), box.source_ports, moved or real, box.tcp_flags))
    return ServiceSet(tuple(boxes)), known
