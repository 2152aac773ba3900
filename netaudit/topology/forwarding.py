"""Forwarding tables: which addresses leave a device through which interface.

Connected and static routes of one device, longest prefix first, then the lowest distance; equal routes share
(ECMP). A static route counts only where its next hop or interface can be resolved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, StaticRoute
from netaudit.packets.addresses import AddressSet, Family, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet

MAX_RECURSION = 8


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a forwarding table. `next_hop` is None where the destination itself is on the subnet."""

    interface: str
    next_hop: int | None = None


@dataclass(frozen=True, slots=True)
class ForwardingEntry:
    """The packets of one prefix that no longer prefix takes. No exits = they are dropped (a null route)."""

    family: Family
    prefix_length: int
    destinations: IntervalSet
    exits: tuple[Exit, ...]


@dataclass(frozen=True, slots=True)
class ForwardingTable:
    """The table of one VRF of one virtual system. `doubts` are routes that may or may not be in force."""

    entries: tuple[ForwardingEntry, ...]
    doubts: tuple[str, ...] = ()

    def lookup(self, family: Family, destinations: IntervalSet) -> Iterable[tuple[ForwardingEntry, IntervalSet]]:
        """Yield the entries that take a part of the destinations, with that part."""
        for entry in self.entries:
            if entry.family is family:
                part = entry.destinations & destinations
                if part:
                    yield entry, part


TableKey = tuple[str, str]  # (virtual system, VRF)


def forwarding_tables(device: Device) -> dict[TableKey, ForwardingTable]:
    """Return the forwarding table of every VRF of every virtual system."""
    keys = {(one.virtual_system, one.vrf) for one in device.interfaces if one.addresses}
    keys |= {(route.virtual_system, route.vrf) for route in device.static_routes}
    return {key: _table(device, key) for key in sorted(keys)}


def _table(device: Device, key: TableKey) -> ForwardingTable:
    interfaces = [one for one in device.interfaces if one.enabled and (one.virtual_system, one.vrf) == key]
    routes: dict[tuple[Family, int, int], tuple[int, list[Exit]]] = {}
    doubts: list[str] = []
    for interface in interfaces:
        for address in interface.addresses:
            low, _ = prefix_interval(address.family, address.value, address.prefix_length)
            _offer(routes, (address.family, low, address.prefix_length), 0, Exit(interface.name))
    for route in device.static_routes:
        if (route.virtual_system, route.vrf) != key or not route.enabled:
            continue
        if route.tracked:
            doubts.append(f"{device.name}: route {route.prefix} is in force only while {route.tracked} is up")
        target = (route.family, route.network, route.prefix_length)
        if route.discards:
            _offer(routes, target, route.distance, None)
            continue
        exits = list(_exits(device, route))
        if not exits:
            doubts.append(f"{device.name}: route {route.prefix} has no interface that could carry it")
        for way in exits:
            _offer(routes, target, route.distance, way)
    return ForwardingTable(_without_longer_prefixes(routes), tuple(doubts))


def _offer(
    routes: dict[tuple[Family, int, int], tuple[int, list[Exit]]],
    target: tuple[Family, int, int],
    distance: int,
    way: Exit | None,
) -> None:
    known = routes.get(target)
    if known is None or distance < known[0]:
        routes[target] = (distance, [way] if way else [])
    elif distance == known[0] and way and way not in known[1]:
        known[1].append(way)


def _exits(device: Device, route: StaticRoute) -> Iterable[Exit]:
    """Yield the exits of a static route, next hops resolved through other static routes where needed."""
    vrf = route.next_vrf or route.vrf
    up = {
        one.name: one
        for one in device.interfaces
        if one.enabled and one.virtual_system == route.virtual_system and one.vrf == vrf
    }
    if route.interface:
        interface = next((one for one in up.values() if route.interface in (one.name, one.nickname)), None)
        if interface is not None:
            hop = _address(route.next_hop)
            yield Exit(interface.name, hop[1] if hop else None)
        return
    hop = _address(route.next_hop)
    for _ in range(MAX_RECURSION):
        if hop is None:
            return
        interface = _on_subnet(up.values(), *hop)
        if interface is not None:
            yield Exit(interface.name, hop[1])
            return
        via = _best_static(device, route, vrf, *hop)
        if via is None or via is route:
            return
        if via.interface and via.interface in up and not via.next_hop:
            yield Exit(via.interface, hop[1])
            return
        hop = _address(via.next_hop)


def _address(text: str) -> tuple[Family, int] | None:
    try:
        return parse_address(text)
    except ValueError:
        return None


def _on_subnet(interfaces: Iterable[Interface], family: Family, value: int) -> Interface | None:
    best: tuple[int, Interface] | None = None
    for interface in interfaces:
        for address in interface.addresses:
            if (
                address.family is family
                and value in address.network
                and (best is None or address.prefix_length > best[0])
            ):
                best = address.prefix_length, interface
    return best[1] if best else None


def _best_static(device: Device, route: StaticRoute, vrf: str, family: Family, value: int) -> StaticRoute | None:
    found = [
        other
        for other in device.static_routes
        if other is not route
        and other.enabled
        and other.family is family
        and (other.virtual_system, other.vrf) == (route.virtual_system, vrf)
        and value in IntervalSet.span(*prefix_interval(family, other.network, other.prefix_length))
    ]
    return max(found, key=lambda one: (one.prefix_length, -one.distance), default=None)


def _without_longer_prefixes(
    routes: dict[tuple[Family, int, int], tuple[int, list[Exit]]],
) -> tuple[ForwardingEntry, ...]:
    """Return entries with disjoint destinations, the longest prefixes first."""
    taken: dict[Family, IntervalSet] = {family: IntervalSet() for family in Family}
    entries = []
    for (family, network, length), (_, exits) in sorted(
        routes.items(), key=lambda item: (-item[0][2], item[0][0], item[0][1])
    ):
        prefix = IntervalSet.span(*prefix_interval(family, network, length))
        rest = prefix - taken[family]
        if rest:
            entries.append(ForwardingEntry(family, length, rest, tuple(exits)))
            taken[family] |= prefix
    return tuple(entries)


def addresses_behind(table: ForwardingTable, interface: str, with_default: bool = True) -> AddressSet:
    """Return all addresses that leave through an interface, those of a default route too where asked for."""
    return AddressSet.union(
        AddressSet.of(entry.family, entry.destinations)
        for entry in table.entries
        if (with_default or entry.prefix_length) and any(way.interface == interface for way in entry.exits)
    )
