"""Captured tables after a planned change: a `show ip route` was in force before it.

Routes are taken one prefix at a time. Where the computation says of a prefix the same before and after, the captured
route stays; where it says something else, and what was captured is what was computed before, the computed route is
taken. A route that nobody here computes stays while its way is there and nothing that it may depend on changed. All
others are doubted, each by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from netaudit.model.capture import CapturedRoute
from netaudit.model.device import Device, StaticRoute
from netaudit.model.rules import Purpose, Rulebase
from netaudit.packets.addresses import Family
from netaudit.topology.forwarding import (
    ForwardingEntry,
    ForwardingTable,
    TableKey,
    captured_exit,
    captured_tables,
    fully_captured,
    without_longer_prefixes,
)
from netaudit.topology.routes.computation import LearnedRoutes
from netaudit.topology.routes.route import Prefix, Route, RouteTable
from netaudit.topology.ways import Exit, parsed_address, static_exits

_OWN = frozenset({"connected", "static"})  # what the configuration of the device says by itself


@dataclass(frozen=True, slots=True)
class Upheaval:
    """What changed in the network: the devices before, what was computed of both, and who may have heard of it.

    `told`: a device that changed may tell others by a routing protocol; `news` are the prefixes that it has now and had
    not before. `lost`: addresses that nobody has any more.
    """

    before: Mapping[str, Device]
    learned_before: LearnedRoutes
    learned: LearnedRoutes
    told: bool
    news: frozenset[Prefix]
    lost: frozenset[tuple[Family, int]]

    @classmethod
    def between(
        cls,
        before: Mapping[str, Device],
        after: Iterable[Device],
        learned_before: LearnedRoutes,
        learned: LearnedRoutes,
    ) -> Upheaval:
        """Return what changed from some devices to others of the same names."""
        devices = list(after)
        telling = [one for one in devices if one.name in before and _tells(before[one.name], one)]
        news = {prefix for one in telling for prefix in _prefixes(one) - _prefixes(before[one.name])}
        lost = _addresses(before.values()) - _addresses(devices)
        return cls(before, learned_before, learned, bool(telling), frozenset(news), frozenset(lost))


def same_ways(one: Device, other: Device) -> bool:
    """Tell whether two devices have the same interfaces, static routes, and lists that routing asks."""
    same = one.interfaces == other.interfaces and one.static_routes == other.static_routes
    return same and _asked_by_routing(one) == _asked_by_routing(other)


def _asked_by_routing(device: Device) -> list[Rulebase]:
    names = {one.rulebase for one in device.bindings if one.purpose is Purpose.ROUTING}
    return [one for one in device.rulebases if one.name in names] if names else []


def at_any_time_up(before: Device, after: Device) -> Device:
    """Return a device with the interfaces up that are up before or after a change: all who may be known neighbours."""
    up = {one.name for one in (*before.interfaces, *after.interfaces) if one.enabled}
    if all(one.enabled or one.name not in up for one in after.interfaces):
        return after
    ports = tuple(replace(one, enabled=one.name in up) for one in after.interfaces)
    return replace(after, interfaces=ports)


def _tells(before: Device, after: Device) -> bool:
    running = [one for one in after.routing_processes if one.enabled and one.protocol != "ldp"]
    if before.interfaces != after.interfaces or _asked_by_routing(before) != _asked_by_routing(after):
        return bool(running)
    if before.static_routes == after.static_routes:
        return False
    return any(
        one.default_route is not None
        or (one.protocol == "bgp" and bool(one.networks))
        or any(stated.source in ("static", "any") for stated in one.redistributions)
        for one in running
    )


def _prefixes(device: Device) -> set[Prefix]:
    found = {Prefix.of(one.family, one.network, one.prefix_length) for one in device.static_routes if one.enabled}
    return found | {
        Prefix.of(one.family, one.value, one.prefix_length)
        for port in device.interfaces
        if port.enabled
        for one in port.addresses
    }


def _addresses(devices: Iterable[Device]) -> set[tuple[Family, int]]:
    return {
        (address.family, address.value)
        for device in devices
        for port in device.interfaces
        if port.enabled
        for address in port.addresses
    }


@dataclass(slots=True)
class _Known:
    """A captured route: all its ways."""

    protocol: str
    distance: int | None
    exits: list[Exit] = field(default_factory=list)
    whole: bool = True  # every next hop was found


@dataclass(frozen=True, slots=True)
class _Way:
    """What a prefix is taken to do after the change; with a `doubt` that is not known."""

    exits: tuple[Exit, ...]
    distance: int | None
    doubt: str = ""


def tables_after(
    device: Device, computed: Mapping[TableKey, ForwardingTable], upheaval: Upheaval
) -> dict[TableKey, ForwardingTable]:
    """Return the captured tables of a device as they are after a change; families that no capture shows as computed."""
    old = upheaval.before.get(device.name)
    if old is None:
        return captured_tables(device, computed)
    found = {}
    for key, captured in captured_tables(old, {}).items():
        seen = {route.family for route in old.captured.routes if route.active and route.vrf == key[1]}
        known = computed.get(key)
        others = tuple(one for one in known.entries if one.family not in seen) if known else ()
        doubts = known.doubts if known and key not in fully_captured(device) else ()
        patched = _Patch(device, old, key, upheaval, frozenset(seen)).table(captured)
        found[key] = replace(patched, entries=patched.entries + others, doubts=patched.doubts + doubts)
    return found


@dataclass(frozen=True)
class _Patch:
    device: Device
    old: Device
    key: TableKey
    upheaval: Upheaval
    families: frozenset[Family]  # that were captured

    def table(self, captured: ForwardingTable) -> ForwardingTable:
        """Return the table of one VRF; the one that was captured where nothing in it changes."""
        full = (self.device.name, *self.key)
        before = self.upheaval.learned_before.tables.get(full, RouteTable())
        after = self.upheaval.learned.tables.get(full, RouteTable())
        known = self._captured()
        learned = self.upheaval.learned
        unsure = bool(learned.doubts.get(full) or learned.openings.get(full))
        ways: dict[Prefix, _Way] = {}
        gone: list[Prefix] = []
        for prefix in dict.fromkeys((*known, *before.best, *after.best)):
            if prefix.family not in self.families:
                continue
            was, now, seen = before.get(prefix), after.get(prefix), known.get(prefix)
            if _same(was, now):
                if seen is not None and (seen.exits or seen.whole):
                    ways[prefix] = self._kept(prefix, seen, was)
            elif _agrees(seen, was) and now is None:
                gone.append(prefix)
            elif now is not None and _agrees(seen, was):
                hidden = now.protocol not in _OWN or (was is not None and now.distance > was.distance)
                known_now = _Way(now.exits, now.distance)
                ways[prefix] = _Way((), None, self._hidden(prefix)) if unsure and hidden else known_now
            else:
                ways[prefix] = self._either(prefix, seen, was, now)
        if unsure:
            told = (one for one in self.upheaval.news if one.family in self.families and one not in after.best)
            ways |= {prefix: _Way((), None, self._hidden(prefix)) for prefix in (*gone, *told)}
        nowhere = self._recursive(ways)
        return ForwardingTable(_entries(ways), tuple(dict.fromkeys((*captured.doubts, *nowhere))))

    def _hidden(self, prefix: Prefix) -> str:
        return f"{self.device.name}: whether another route to {prefix} comes into force is not known"

    @cached_property
    def _up(self) -> frozenset[str]:
        return frozenset(one.name for one in self.device.interfaces if one.enabled)

    def _captured(self) -> dict[Prefix, _Known]:
        found: dict[Prefix, _Known] = {}
        for route in self.old.captured.routes:
            if not route.active or route.vrf != self.key[1] or route.protocol == "local":
                continue
            prefix = Prefix.of(route.family, route.network, route.prefix_length)
            known = found.setdefault(prefix, _Known(route.protocol, route.distance))
            for exit_ in self._exits(route):
                if exit_ is None:
                    known.whole = False
                elif exit_ not in known.exits:
                    known.exits.append(exit_)
        return found

    def _exits(self, route: CapturedRoute) -> Iterator[Exit | None]:
        for hop in () if route.discards else route.next_hops:
            yield captured_exit(self.old, self.key[1], route, hop)

    def _kept(self, prefix: Prefix, seen: _Known, was: Route | None) -> _Way:
        """Return a captured route of which the computation says nothing new."""
        touched = any(way.interface not in self._up for way in seen.exits)
        if seen.protocol not in _OWN:
            lost = self.upheaval.lost
            touched = touched or any((prefix.family, way.next_hop) in lost for way in seen.exits)
            touched = touched or (self.upheaval.told and not _agrees(seen, was))
        doubt = f"{self.device.name}: the captured route {prefix} ({seen.protocol}) may not outlast the change"
        return _Way(() if touched else tuple(seen.exits), seen.distance, doubt if touched else "")

    def _either(self, prefix: Prefix, seen: _Known | None, was: Route | None, now: Route | None) -> _Way:
        """Return a route of which the computation says something new, where it had not said what was captured.

        The device's own new route wins or loses by its distance; else it is not known.
        """
        kept = self._kept(prefix, seen, was) if seen is not None else None
        if now is not None and now.protocol in _OWN and kept is not None and kept.distance is not None:
            if now.distance < kept.distance:
                return _Way(now.exits, now.distance)
            if now.distance > kept.distance and not kept.doubt:
                return kept
        reason = f"{self.device.name}: what takes {prefix} after the change is not known: it was captured otherwise"
        return _Way((), None, reason)

    def _recursive(self, ways: dict[Prefix, _Way]) -> list[str]:
        """Add new static routes whose next hop lies behind a captured route; return those that lead nowhere."""
        doubts = []
        for route in self.device.static_routes:
            if route in self.old.static_routes or not self._is_here(route) or route.discards:
                continue
            if route.family not in self.families:
                continue
            if route.interface or list(static_exits(self.device, route)):
                continue
            hop = parsed_address(route.next_hop)
            prefix = Prefix.of(route.family, route.network, route.prefix_length)
            via = _longest(ways, Prefix(*hop, hop[0].bits), 1) if hop else None
            known = ways.get(prefix)
            if via is not None and via.doubt:
                ways[prefix] = _Way((), None, via.doubt)
            elif via is None or hop is None or not via.exits:
                doubts.append(f"{self.device.name}: route {route.prefix} has no interface that could carry it")
            elif known is None or (known.distance is not None and route.distance < known.distance):
                exits = tuple(
                    Exit(way.interface, hop[1] if way.next_hop is None else way.next_hop) for way in via.exits
                )
                ways[prefix] = _Way(exits, route.distance)
        return doubts

    def _is_here(self, route: StaticRoute) -> bool:
        return route.enabled and (route.virtual_system, route.vrf) == self.key


def _same(one: Route | None, other: Route | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.protocol, set(one.exits)) == (other.protocol, set(other.exits))


def _agrees(seen: _Known | None, was: Route | None) -> bool:
    """Tell whether what was captured is what was computed."""
    if seen is None or was is None:
        return seen is None and was is None
    protocol = was.protocol.removesuffix("v3")
    return seen.whole and seen.protocol.removesuffix("v3") == protocol and set(seen.exits) == set(was.exits)


def _longest(ways: Mapping[Prefix, _Way], prefix: Prefix, shortest: int = 0) -> _Way | None:
    covering = [one for one in ways if one.holds(prefix) and one != prefix and one.length >= shortest]
    best = max(covering, key=lambda one: one.length, default=None)
    return None if best is None else ways[best]


def _entries(ways: Mapping[Prefix, _Way]) -> tuple[ForwardingEntry, ...]:
    routes = {(one.family, one.network, one.length): (0, list(way.exits)) for one, way in ways.items()}
    made = without_longer_prefixes(routes)
    doubts = {prefix: way.doubt for prefix, way in ways.items() if way.doubt}
    if not doubts:
        return made
    return tuple(
        replace(entry, doubt=doubt, anywhere=True) if (doubt := _doubt_of(entry, doubts)) else entry for entry in made
    )


def _doubt_of(entry: ForwardingEntry, doubts: Mapping[Prefix, str]) -> str:
    value = entry.destinations.lowest()
    return doubts.get(Prefix.of(entry.family, value, entry.prefix_length), "")
