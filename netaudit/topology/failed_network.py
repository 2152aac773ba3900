"""A network in which something failed: interfaces down, routes computed anew, who stands in takes over.

First-hop groups and cluster partners need nothing: every member of a group is asked for its address, so those that are
left answer. A captured table is what was in force before the failure. Where the computation gives that same table for
the whole network, what it gives for the failed one is taken; where it does not, what holds now is doubted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TypeVar

from netaudit.model.device import Device
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet
from netaudit.policy.registers import ZoneType
from netaudit.topology.failing import FailingPart, devices_without
from netaudit.topology.forwarding import ForwardingTable, TableKey, forwarding_tables, fully_captured
from netaudit.topology.links.ports import Port
from netaudit.topology.network import Network, openings_of
from netaudit.topology.routes.computation import Key, LearnedRoutes, compute_routes, tables_of
from netaudit.topology.routes.openings import Opening
from netaudit.topology.tables import different_ways, joined_table, new_ways
from netaudit.topology.translation import published_addresses
from netaudit.topology.ways import LINK_BITS

MAX_TOGGLES = 3  # ports or tracked routes of one device of which all combinations are taken

_LOCAL = frozenset({"connected", "local", "static"})

Tables = Mapping[TableKey, ForwardingTable]
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class FailedNetwork:
    """The network without a part.

    `changed` are the devices that forward otherwise, `gaining` those of which packets for hosts of a zone may leave by
    an exit that they did not have; `gained` are the destinations of such packets. `dead` are the addresses of links
    that went down: no host is there.
    """

    network: Network
    changed: frozenset[str]
    gaining: frozenset[str]
    gained: AddressSet
    dead: AddressSet
    tables_computed: int


@dataclass(frozen=True)
class FailureBase:
    """A whole network, ready to be asked what it is without one part or another."""

    network: Network

    @cached_property
    def _computed(self) -> dict[str, Tables]:
        return {
            name: forwarding_tables(device, tables_of(self.network.learned, name))
            if device.captured.routes
            else self.network.tables[name]
            for name, device in self.network.devices.items()
        }

    @cached_property
    def _routing(self) -> dict[str, int]:
        """Return the devices with a routing protocol, by the number of the group that may tell each other routes."""
        speaking = [
            device
            for device in self.network.devices.values()
            if any(one.enabled for one in device.routing_processes) or device.routing.vrf_targets
        ]
        group = {device.name: number for number, device in enumerate(speaking)}
        places: dict[object, list[str]] = {}
        for device in speaking:
            for interface in device.interfaces:
                for address in interface.addresses if interface.enabled else ():
                    places.setdefault(address.network_text, []).append(device.name)
                    places.setdefault(address.address_text, []).append(device.name)
            for process in device.routing_processes:
                for neighbor in process.neighbors:
                    if neighbor.kind == "neighbor":
                        places.setdefault(neighbor.name, []).append(device.name)
                    elif neighbor.kind == "range":  # whoever connects: all that speak
                        places.setdefault("range", []).extend(group)
        for names in places.values():
            numbers = {group[name] for name in names}
            if len(numbers) > 1:
                least = min(numbers)
                group = {name: least if number in numbers else number for name, number in group.items()}
        return group

    @cached_property
    def _tracking(self) -> frozenset[tuple[str, str]]:
        return frozenset(
            (device.name, route.tracked)
            for device in self.network.devices.values()
            for route in device.static_routes
            if route.enabled and route.tracked
        )

    @cached_property
    def _hosts(self) -> AddressSet:
        """Return the destinations that may be hosts of a zone, or be translated to one.

        What leaves by a third party's line reaches it, whatever was stated: then all that no zone claims counts.
        """
        network = self.network
        zones = [zone for name, zone in network.zones.items() if name not in network.link_zones]
        if any(zone.type is ZoneType.THIRDPARTY for zone in zones):
            return ANY_ADDRESS
        return AddressSet.union([self.translated, *(network.zone_addresses[zone.name] for zone in zones)])

    @cached_property
    def translated(self) -> AddressSet:
        """Return the destinations that a device may translate to others."""
        network = self.network
        return AddressSet.union(
            [
                NO_ADDRESS,
                *(
                    nat.match.maybe.destinations()
                    for device in network.devices.values()
                    for nat in device.nat_rules
                    if nat.enabled and nat.translated_destination
                ),
                *(
                    published_addresses(device, interface)
                    for device in network.devices.values()
                    if device.nat_rules
                    for interface in device.interfaces
                ),
            ]
        )

    def without(self, part: FailingPart) -> FailedNetwork:
        """Return the network without a part; nothing of the whole network is changed."""
        whole = self.network
        tracked = frozenset({(part.tracked[0], part.tracked[1])}) if part.tracked else frozenset()
        waiting = frozenset(one for one in self._tracking if one[0] not in part.devices and not tracked)
        scenes = [
            devices_without(whole.devices, part.down | exposed, tracked | withdrawn)
            for exposed in ([frozenset[Port](), part.exposed] if part.exposed else [frozenset[Port]()])
            for withdrawn in ([frozenset[tuple[str, str]](), waiting] if waiting else [frozenset()])
        ]
        touched = part.touches | {name for name, _ in waiting}
        learned, concerned = self._learned(scenes, touched)
        computed = len(concerned) * len(scenes)
        tables: dict[str, Tables] = dict(whole.tables)
        doubts: dict[str, tuple[str, ...]] = dict(whole.doubts)
        openings = dict(whole.openings)
        mixed = _Mixed(part, waiting)
        changed: set[str] = set()
        gaining: set[str] = set()
        gained = NO_ADDRESS
        dead = self._dead(part)
        for name, device in whole.devices.items():
            if name in part.devices:
                tables[name], doubts[name] = {}, ()
                changed.add(name)
                continue
            if name not in touched and name not in concerned:
                continue
            tables[name], doubts[name] = self._device(device, part, learned, mixed, tracked)
            openings[name] = _joined_openings(device, learned)
            computed += len(learned)
            same = tables[name] == whole.tables[name] and openings[name] == whole.openings.get(name, {})
            if not same or doubts[name] != whole.doubts[name]:
                changed.add(name)
            more = AddressSet.union(
                [NO_ADDRESS, *(new_ways(whole.tables[name].get(key), one) for key, one in tables[name].items())]
            )
            # What policies steer, and what a neighbour without an export may take, no table says.
            unseen = name in changed and (device.routing.policy_routes or openings[name])
            more = ANY_ADDRESS if unseen else (more - dead) & self._hosts
            if more:
                gaining.add(name)
                gained |= more
        network = replace(
            whole,
            devices=scenes[0],
            tables=tables,
            doubts=doubts,
            learned=learned[0],
            openings=openings,
            whole=whole,
            tunnel_doubts=None,
        )
        return FailedNetwork(network, frozenset(changed), frozenset(gaining), gained, dead, computed)

    def _learned(
        self, scenes: Sequence[Mapping[str, Device]], touched: frozenset[str]
    ) -> tuple[list[LearnedRoutes], frozenset[str]]:
        """Return what the devices learn in each case, and whose routes were computed anew.

        A device without a routing protocol tells nobody anything: then the routes that others learned stay.
        """
        groups = {self._routing[name] for name in touched if name in self._routing}
        concerned = [name for name, group in self._routing.items() if group in groups]
        if not concerned:
            return [self.network.learned], frozenset()
        whole = [self.network.devices[name] for name in concerned]
        found = [
            _over(self.network.learned, compute_routes([scene[name] for name in concerned], whole), concerned)
            for scene in scenes
        ]
        return found, frozenset(concerned)

    def _dead(self, part: FailingPart) -> AddressSet:
        """Return the addresses of links that are down at all their ends.

        An end that may be down counts where the link is in no zone.
        """
        network = self.network
        zoned = AddressSet.union(
            [
                NO_ADDRESS,
                *(many for name, many in network.zone_addresses.items() if name not in network.link_zones),
            ]
        )
        found = []
        for port in part.down:
            interface = network.interface(port.device, port.interface)
            for address in interface.addresses if interface else ():
                size = address.family.bits - address.prefix_length
                subnet = AddressSet.of(address.family, address.network)
                ends = {Port(one.name, other.name) for one, other in network.neighbours.peers[address.network_text]}
                if size <= LINK_BITS and ends <= (part.down if subnet.overlaps(zoned) else part.down | part.exposed):
                    found.append(subnet)
        return AddressSet.union([NO_ADDRESS, *found])

    def _device(
        self,
        device: Device,
        part: FailingPart,
        learned: Sequence[LearnedRoutes],
        mixed: _Mixed,
        tracked: frozenset[tuple[str, str]],
    ) -> tuple[Tables, tuple[str, ...]]:
        """Return the tables of a device that is left, and why they may be otherwise."""
        name = device.name
        computed = self._computed[name]
        own = frozenset(one for one in part.down if one.device == name)
        base = devices_without({name: device}, own, frozenset(one for one in tracked if one[0] == name))[name]
        variants, complete = mixed.variants(base)
        cases: dict[TableKey, list[ForwardingTable]] = {}
        by_learned: dict[TableKey, list[ForwardingTable]] = {}
        for told in learned:
            for variant in variants:
                for key, table in forwarding_tables(variant, tables_of(told, name)).items():
                    known = computed.get(key)
                    # A route whose port went down is out of force; it is no riddle as it would be without a failure.
                    kept = tuple(one for one in table.doubts if known is not None and one in known.doubts)
                    cases.setdefault(key, []).append(replace(table, doubts=kept))
                    if variant is variants[0]:
                        by_learned.setdefault(key, []).append(table)
        reason = f"{name}: whether ports towards {part.name} go down or tracked routes are withdrawn is not known"
        tables = {key: joined_table(many, reason) for key, many in cases.items()}
        doubts: list[str] = []
        if not complete:
            doubts.append(f"{name}: more than {MAX_TOGGLES} ports or tracked routes may or may not go with {part.name}")
        if mixed.several and any(
            different_ways(many[0], other) - mixed.subnets(self.network)
            for many in by_learned.values()
            for other in many[1:]
        ):
            doubts.append(f"{name}: which ports towards {part.name} go down together is not known")
        for key, captured in self._captured(name).items():
            same = tables.get(key) == computed.get(key)
            if same:
                tables[key] = captured
            if key not in self._confirmed[name] and (not same or _learns(device, key)) and self._may_tell(device, part):
                what = "its captured table is not what is computed"
                doubts.append(f"{name}: {what}; what holds without {part.name} is not known")
        return tables, tuple(dict.fromkeys((*self._doubts(name, learned), *doubts)))

    @cached_property
    def _confirmed(self) -> dict[str, frozenset[TableKey]]:
        """Return the captured tables that the computation gives too, by device."""
        return {
            name: frozenset(
                key
                for key, captured in self._captured(name).items()
                if key in computed and not different_ways(captured, computed[key])
            )
            for name, computed in self._computed.items()
        }

    def _captured(self, name: str) -> Tables:
        device = self.network.devices[name]
        keys = {("", route.vrf) for route in device.captured.routes if route.active}
        return {key: table for key, table in self.network.tables[name].items() if key in keys}

    def _may_tell(self, device: Device, part: FailingPart) -> bool:
        """Tell whether a part may change what a device forwards by."""
        if device.name in part.touches:
            return True
        group = self._routing.get(device.name)
        return group is not None and any(self._routing.get(one) == group for one in part.touches)

    def _doubts(self, name: str, learned: Sequence[LearnedRoutes]) -> Iterator[str]:
        """Yield the doubts of a device: those that have nothing to do with routes learned, and those about these."""
        captured = fully_captured(self.network.devices[name])
        old = set(_route_doubts(self.network.learned, name))
        yield from (one for one in self.network.doubts[name] if one not in old)
        for told in learned:
            yield from _route_doubts(told, name, captured if told is self.network.learned else frozenset())


@dataclass(frozen=True)
class _Mixed:
    """What may or may not go down with a part: ports, and tracked routes that wait for something unknown."""

    part: FailingPart
    waiting: frozenset[tuple[str, str]]

    @property
    def several(self) -> bool:
        """Tell whether more than one thing may or may not go down."""
        return len(self.part.exposed) + len(self.waiting) > 1

    def subnets(self, network: Network) -> AddressSet:
        """Return the subnets of the ports: whether they are announced depends on each port alone."""
        return AddressSet.union(
            [
                NO_ADDRESS,
                *(
                    AddressSet.of(address.family, address.network)
                    for port in self.part.exposed
                    if (interface := network.interface(port.device, port.interface)) is not None
                    for address in interface.addresses
                ),
            ]
        )

    def variants(self, device: Device) -> tuple[list[Device], bool]:
        """Return a device with every combination of its own ports and tracked routes down, and whether all are there.

        With more than MAX_TOGGLES of them: none, all, and each alone.
        """
        name = device.name
        toggles: list[Port | tuple[str, str]] = [one for one in sorted(self.part.exposed) if one.device == name]
        toggles += [one for one in sorted(self.waiting) if one[0] == name]
        complete = len(toggles) <= MAX_TOGGLES
        sizes = range(len(toggles) + 1) if complete else (0, 1, len(toggles))
        found = []
        for size in sizes:
            for chosen in combinations(toggles, size):
                ports = frozenset(one for one in chosen if isinstance(one, Port))
                withdrawn = frozenset(one for one in chosen if not isinstance(one, Port))
                found.append(devices_without({name: device}, ports, withdrawn)[name])
        return found, complete


def _learns(device: Device, key: TableKey) -> bool:
    return any(one.vrf == key[1] and one.protocol not in _LOCAL for one in device.captured.routes)


def _joined_openings(device: Device, learned: Sequence[LearnedRoutes]) -> Mapping[TableKey, tuple[Opening, ...]]:
    found: dict[TableKey, dict[Opening, None]] = {}
    for told in learned:
        for key, many in openings_of(device, told).items():
            found.setdefault(key, {}).update(dict.fromkeys(many))
    return {key: tuple(many) for key, many in found.items()}


def _over(whole: LearnedRoutes, told: LearnedRoutes, concerned: Collection[str]) -> LearnedRoutes:
    """Return what all devices learn, where only some were computed anew."""
    return LearnedRoutes(
        {**_others(whole.tables, concerned), **told.tables},
        {**_others(whole.learned, concerned), **told.learned},
        {**_others(whole.doubts, concerned), **told.doubts},
        {**_others(whole.openings, concerned), **told.openings},
    )


def _others(found: Mapping[Key, Value], concerned: Collection[str]) -> dict[Key, Value]:
    return {key: value for key, value in found.items() if key[0] not in concerned}


def _route_doubts(learned: LearnedRoutes, name: str, captured: frozenset[TableKey] = frozenset()) -> Iterator[str]:
    for (device, system, vrf), reasons in learned.doubts.items():
        if device == name and (system, vrf) not in captured:
            for reason in reasons:
                yield f"{name}: {reason}"
