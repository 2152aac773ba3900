"""Forwarding tables: which addresses leave a device through which interface.

Connected, static and learned routes of one device, longest prefix first, then the lowest distance; equal routes share
(ECMP). A static route counts only where its next hop or interface can be resolved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from netaudit.model.capture import CapturedNextHop, CapturedRoute
from netaudit.model.device import Device
from netaudit.packets.addresses import AddressSet, Family, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.topology.forwarding_entries import ForwardingEntry as ForwardingEntry
from netaudit.topology.forwarding_entries import ForwardingTable as ForwardingTable
from netaudit.topology.forwarding_entries import TableKey as TableKey
from netaudit.topology.leaks import leaks_not_computed, looks_up_again, shared_routes, with_next_tables
from netaudit.topology.routes.route import Route
from netaudit.topology.ways import Exit, on_subnet, parsed_address, static_exits


def forwarding_tables(
    device: Device, learned: Mapping[TableKey, Sequence[Route]] = MappingProxyType({})
) -> dict[TableKey, ForwardingTable]:
    """Return the forwarding table of every VRF of every virtual system; `learned` are its dynamic routes."""
    keys = {(one.virtual_system, one.vrf) for one in device.interfaces if one.addresses}
    keys |= {(route.virtual_system, route.vrf) for route in device.static_routes}
    keys |= set(learned)
    stated = {(one.virtual_system, one.vrf) for one in device.routing.vrf_targets}
    stated |= {(one.virtual_system, one.vrf) for one in device.routing.settings}
    keys |= {key for key in stated if any(leaks_not_computed(device, key))}
    return with_next_tables(device, {key: _table(device, key, learned.get(key, ())) for key in sorted(keys)})


def _table(device: Device, key: TableKey, learned: Sequence[Route]) -> ForwardingTable:
    interfaces = [one for one in device.interfaces if one.enabled and (one.virtual_system, one.vrf) == key]
    routes: dict[tuple[Family, int, int], tuple[int, list[Exit]]] = {}
    shared, doubts = shared_routes(device, key)
    doubts += leaks_not_computed(device, key)
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
        again = looks_up_again(route)
        exits = [Exit("", table=route.next_vrf)] if again else list(static_exits(device, route))
        if not exits:
            doubts.append(f"{device.name}: route {route.prefix} has no interface that could carry it")
        for way in exits:
            _offer(routes, target, route.distance, way)
    for one in (*learned, *shared):
        for exit_ in one.exits or (None,):
            _offer(routes, (one.prefix.family, one.prefix.network, one.prefix.length), one.distance, exit_)
    return ForwardingTable(without_longer_prefixes(routes), tuple(doubts))


def captured_tables(device: Device, computed: Mapping[TableKey, ForwardingTable]) -> dict[TableKey, ForwardingTable]:
    """Return the tables that `show ip route` captures give. They win over what is computed: they are what was in force.

    Captures name no virtual system: the device's own is meant. Of a family that no capture shows, the routes are those
    of the computed table.
    """
    by_vrf: dict[str, list[CapturedRoute]] = {}
    for route in device.captured.routes:
        if route.active:
            by_vrf.setdefault(route.vrf, []).append(route)
    found = {}
    for vrf, routes in by_vrf.items():
        table = _captured_table(device, vrf, routes)
        known = computed.get(("", vrf))
        seen = {one.family for one in routes}
        others = tuple(one for one in known.entries if one.family not in seen) if known else ()
        doubts = table.doubts + (known.doubts if known and ("", vrf) not in fully_captured(device) else ())
        found["", vrf] = ForwardingTable(table.entries + others, doubts)
    return found


def fully_captured(device: Device) -> frozenset[TableKey]:
    """Return the tables of which captures show every family that has a subnet or a static route in them."""
    seen = {(route.vrf, route.family) for route in device.captured.routes if route.active}
    used = {
        (one.vrf, address.family)
        for one in device.interfaces
        if one.enabled and not one.virtual_system
        for address in one.addresses
        if address.prefix_length < address.family.bits
    }
    used |= {(one.vrf, one.family) for one in device.static_routes if one.enabled and not one.virtual_system}
    lacking = {vrf for vrf, _ in used - seen}
    return frozenset(("", vrf) for vrf, _ in seen if vrf not in lacking)


def _captured_table(device: Device, vrf: str, captured: Sequence[CapturedRoute]) -> ForwardingTable:
    routes: dict[tuple[Family, int, int], tuple[int, list[Exit]]] = {}
    doubts: list[str] = []
    for route in captured:
        target = (route.family, route.network, route.prefix_length)
        if route.protocol == "local":
            continue
        if route.discards or not route.next_hops:
            _offer(routes, target, 0, None)
        for hop in route.next_hops:
            way = captured_exit(device, vrf, route, hop)
            if way is None:
                doubts.append(f"{device.name}: the captured route {route.prefix} leads to no interface of the device")
            else:
                _offer(routes, target, 0, way)
    return ForwardingTable(without_longer_prefixes(routes), tuple(dict.fromkeys(doubts)))


def captured_exit(device: Device, vrf: str, route: CapturedRoute, hop: CapturedNextHop) -> Exit | None:
    """Return the interface of a captured next hop; a next hop without one is found by its subnet."""
    value = parsed_address(hop.address)
    if hop.interface:
        wanted = hop.interface.lower()
        named = next((one for one in device.interfaces if wanted in (one.name.lower(), one.nickname.lower())), None)
        return None if named is None else Exit(named.name, value[1] if value else None)
    if value is None:
        return None
    up = [one for one in device.interfaces if one.enabled and one.vrf == (hop.vrf or vrf)]
    found = on_subnet(up, *value)
    return None if found is None else Exit(found.name, value[1])


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


def without_longer_prefixes(
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
