"""The network of a snapshot: who is attached where, and in which of the firm's zones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netaudit.model.device import Device, Interface
from netaudit.model.rules import AccessRule, Direction, Purpose, RulebaseKind
from netaudit.model.source import Affects, FileCoverage
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ServiceSet
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.beam import first_packets
from netaudit.topology.changes.tables import Upheaval, at_any_time_up, same_ways, tables_after
from netaudit.topology.forwarding import (
    ForwardingTable,
    TableKey,
    addresses_behind,
    captured_tables,
    forwarding_tables,
    fully_captured,
)
from netaudit.topology.line_choice import chooses_without_routes
from netaudit.topology.links.crossings import Doubts
from netaudit.topology.neighbours import Neighbours, unpaired
from netaudit.topology.routes.computation import LearnedRoutes, compute_routes, tables_of
from netaudit.topology.routes.openings import Opening
from netaudit.topology.routing_decision import steered_tables
from netaudit.topology.segments import SharedSegment, shared_segments
from netaudit.topology.standing import loose_ends, zones_of_interface
from netaudit.topology.ways import LINK_BITS

if TYPE_CHECKING:
    import networkx

# What the internet is not: private, shared, loopback, link-local, multicast and reserved space
# (RFC 1918, 6598, 1122, 3927, 5771, 1112; RFC 4193, 4291).
NOT_INTERNET = AddressSet.union(
    AddressSet.prefix(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"),
        *("::/8", "fc00::/7", "fe80::/10", "ff00::/8"),
    )
)


# Platforms whose export of one device lies in several files.
_SPREAD_EXPORTS = frozenset({"aws", "azure", "checkpoint"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """An interface with the firm's zones that it stands in: none where none is stated, several if they share it."""

    device: str
    interface: str
    zones: tuple[str, ...]


@dataclass(frozen=True)
class Network:
    """Devices, subnets and zones, joined. Build with `build_network`."""

    devices: Mapping[str, Device]
    zones: Mapping[str, Zone]
    attachments: tuple[Attachment, ...]
    zone_addresses: Mapping[str, AddressSet]  # stated subnets and those of its interfaces; internet: all others
    tables: Mapping[str, Mapping[TableKey, ForwardingTable]]  # device -> its forwarding tables
    doubts: Mapping[str, tuple[str, ...]]  # device -> why packets may take other ways than computed
    loose_ends: Mapping[str, tuple[str, ...]]  # zone -> why it is not known where all of it stands
    openings: Mapping[str, Mapping[TableKey, tuple[Opening, ...]]]  # device -> what its tables may have besides
    unread: Mapping[str, AddressSet]  # file of a device that no parser reads -> the addresses that it names
    tunnel_doubts: Doubts | None = None  # why tunnels may not carry packets; None = to be found by tracing
    learned: LearnedRoutes = field(default_factory=LearnedRoutes)  # what OSPF and BGP of all devices tell each other
    whole: Network | None = None  # the network in which nothing failed, of one in which something did
    before: Network | None = None  # the network before a change: hosts stand where they stood
    # Interfaces named below have a name or nickname; both spellings are accepted.

    @cached_property
    def _zones_at(self) -> dict[tuple[str, str], tuple[str, ...]]:
        found: dict[tuple[str, str], tuple[str, ...]] = {}
        for attachment in self.attachments:
            interface = self.interface(attachment.device, attachment.interface)
            found[attachment.device, attachment.interface] = attachment.zones
            if interface is not None and interface.nickname:
                found[attachment.device, interface.nickname] = attachment.zones
        return found

    @cached_property
    def first_packets(self) -> ServiceSet:
        """Return what can open a connection, as far as the rules of the devices tell it apart."""
        return first_packets(tuple(self.devices.values()))

    @cached_property
    def neighbours(self) -> Neighbours:
        """Return who is next on the wire, and at the other end of tunnels."""
        from netaudit.topology.tunnel_ways import with_tunnels

        return with_tunnels(self, Neighbours.of(self.devices.values()))

    @cached_property
    def unpaired(self) -> frozenset[tuple[Family, int]]:
        """Return the first-hop addresses of which one device alone is known."""
        return unpaired(self.devices.values())

    def subnets(self, family: Family) -> IntervalSet:
        """Return all addresses of the subnets of the snapshot's interfaces."""
        return self._subnets[family]

    @cached_property
    def _subnets(self) -> dict[Family, IntervalSet]:
        return {
            family: IntervalSet.of(
                interval
                for device in self.devices.values()
                for interface in device.interfaces
                if interface.enabled
                for address in interface.addresses
                if address.family is family
                for interval in address.network
            )
            for family in Family
        }

    @cached_property
    def graph(self) -> networkx.MultiGraph[Any]:
        """Return devices, interfaces and subnets as a graph.

        Nodes: ("device", name), ("interface", device, name), ("subnet", "10.1.0.0/24"), ("address", text) for a next
        hop that no device has. Every node has `kind`; interfaces have `zones`.
        """
        from netaudit.topology.graph import build_graph

        return build_graph(self)

    @cached_property
    def link_zones(self) -> frozenset[str]:
        """Return the zones of type transit that hold nothing but links between devices.

        A link is a subnet of at most eight addresses. A transit zone with a larger subnet is a zone like any other:
        hosts may stand there.
        """
        return frozenset(
            zone.name for zone in self.zones.values() if zone.type is ZoneType.TRANSIT and self._holds_links(zone)
        )

    def _holds_links(self, zone: Zone) -> bool:
        subnets = [
            address.network for _, interface in self.zone_interfaces(zone.name) for address in interface.addresses
        ] or [IntervalSet((one,)) for family in Family for one in zone.subnets.family(family)]
        return bool(subnets) and all(one.size() <= 1 << LINK_BITS for one in subnets)

    @cached_property
    def host_zones(self) -> tuple[str, ...]:
        """Return the zones that hold more than links between devices, in register order."""
        return tuple(name for name in self.zones if name not in self.link_zones)

    @cached_property
    def shared_segments(self) -> tuple[SharedSegment, ...]:
        """Return the segments on which several zones stand."""
        return shared_segments(self)

    def interface(self, device: str, name: str) -> Interface | None:
        """Return an interface by name or nickname."""
        return self._interfaces.get((device, name))

    @cached_property
    def _interfaces(self) -> dict[tuple[str, str], Interface]:
        found: dict[tuple[str, str], Interface] = {}
        for name, device in self.devices.items():
            for interface in device.interfaces:
                for spelling in (interface.name, interface.nickname):
                    if spelling:
                        found.setdefault((name, spelling), interface)
        return found

    def interface_zones(self, device: str, interface: str) -> tuple[Zone, ...]:
        """Return the zones stated for an interface, usually one."""
        return tuple(self.zones[name] for name in self._zones_at.get((device, interface), ()))

    def interface_zone(self, device: str, interface: str) -> Zone | None:
        """Return the first zone stated for an interface, None where none is."""
        return next(iter(self.interface_zones(device, interface)), None)

    def zone_interfaces(self, zone: str) -> tuple[tuple[Device, Interface], ...]:
        """Return the interfaces that stand in a zone, in the order of the snapshot."""
        found = []
        for attachment in self.attachments:
            if zone in attachment.zones:
                interface = self.interface(attachment.device, attachment.interface)
                if interface is not None:
                    found.append((self.devices[attachment.device], interface))
        return tuple(found)

    def zones_of(self, addresses: AddressSet) -> tuple[Zone, ...]:
        """Return the zones that share an address with the set."""
        return tuple(zone for zone in self.zones.values() if self.zone_addresses[zone.name].overlaps(addresses))

    def table(self, device: str, interface: Interface) -> ForwardingTable | None:
        """Return the forwarding table that packets from an interface meet."""
        return self.tables.get(device, {}).get((interface.virtual_system, interface.vrf))

    def unread_file(self, family: Family, value: int) -> str:
        """Return the file of a device that no parser reads and that names an address, "" for none."""
        return next((path for path, named in self.unread.items() if value in named.family(family)), "")

    def missing_routes(self, device: str, key: TableKey) -> tuple[tuple[Opening, ...], tuple[str, ...]]:
        """Return what a table may have besides its routes: to known destinations, and why to any other.

        The tables that policy-based routing asks instead of it count too.
        """
        openings = self.openings.get(device, {}).get(key, ())
        tables = self.tables.get(device, {})
        steered = [one for one in steered_tables(self.devices[device], key) if one in tables]
        told = {one.reason for many in self.openings.get(device, {}).values() for one in many}
        asked = (tables[one] for one in (key, *steered) if one in tables)
        doubts = (*(reason for table in asked for reason in table.doubts), *self.doubts.get(device, ()))
        return openings, tuple(one for one in doubts if one not in told)

    def addresses_behind(self, device: str, interface: Interface) -> AddressSet:
        """Return the addresses that the device reaches through an interface, and all of the interface's own subnets.

        A route elsewhere takes nothing from a subnet: its hosts stand there and send. Nor does a change: who stood
        behind the interface before it is still there.
        """
        table = self.table(device, interface)
        own = [AddressSet.of(one.family, one.network) for one in interface.addresses]
        stood = self.before.addresses_behind(device, interface) if self.before else NO_ADDRESS
        return AddressSet.union([*own, addresses_behind(table, interface.name) if table else NO_ADDRESS, stood])

    def is_known_place(self, device: str, interface: Interface) -> bool:
        """Tell whether hosts may be known to stand at an interface: it is up, or was before a change."""
        if interface.enabled or self.before is None:
            return interface.enabled
        known = self.before.interface(device, interface.name)
        return known is not None and known.enabled

    def zones_behind(self, device: str, interface: Interface) -> tuple[Zone, ...]:
        """Return the zones that an interface stands in or leads to, in register order; links are left out.

        The default route of an interface that stands outside the firm leads outside, not to the firm's own zones.
        """
        standing = self.interface_zones(device, interface.name)
        here = {zone.name for zone in standing}
        outside = any(zone.type.external for zone in standing)
        table = self.table(device, interface)
        behind = addresses_behind(table, interface.name) if table else NO_ADDRESS
        routed = addresses_behind(table, interface.name, with_default=False) if table else NO_ADDRESS
        return tuple(
            zone
            for zone in self.zones.values()
            if zone.name not in self.link_zones
            and (
                zone.name in here
                or self.zone_addresses[zone.name].overlaps(routed if outside and not zone.type.external else behind)
            )
        )

    def rule_zones(
        self, device: Device, rulebase: str, virtual_system: str, rule: AccessRule
    ) -> tuple[tuple[Zone, ...], tuple[Zone, ...]]:
        """Return the zones that a rule lets talk: (from, to), an upper bound in register order.

        From: the zones at and behind the interfaces where packets can come in, narrowed by the rule's sources. To:
        the zones at and behind the interfaces where they can leave, narrowed by its destinations (virtual IPs
        translated).
        """
        known = device.rulebase(rulebase, virtual_system)
        if known is None:
            return (), ()
        everywhere = [one for one in device.interfaces if one.virtual_system == known.virtual_system and one.enabled]
        incoming, outgoing = everywhere, everywhere
        if known.kind is RulebaseKind.ZONE_POLICY:
            incoming = [one for one in everywhere if (one.security_zone or one.rule_name) in rule.from_zones]
            outgoing = [one for one in everywhere if (one.security_zone or one.rule_name) in rule.to_zones]
        else:
            bound = [one for one in device.bindings if one.rulebase == rulebase and one.purpose is Purpose.FILTER]
            inward = {one.interface for one in bound if one.direction is Direction.IN}
            outward = {one.interface for one in bound if one.direction is Direction.OUT}
            if bound and not {"*", ""} & (inward | outward):
                if inward and not outward:
                    incoming = [one for one in everywhere if {one.name, one.nickname} & inward]
                elif outward and not inward:
                    outgoing = [one for one in everywhere if {one.name, one.nickname} & outward]
        sources = rule.match.maybe.sources()
        destinations = rule.match.maybe.destinations() | translated_destinations(device, rule)
        if not everywhere:  # a host whose export has no interfaces: addresses alone tell
            return self.zones_of(sources), self.zones_of(destinations)
        pairs = [(one, other) for one in incoming for other in outgoing if one.name != other.name]
        return (
            self._narrowed(device, (one for one, _ in pairs), sources),
            self._narrowed(device, (other for _, other in pairs), destinations),
        )

    def _narrowed(self, device: Device, interfaces: Iterable[Interface], addresses: AddressSet) -> tuple[Zone, ...]:
        found = {
            zone.name
            for interface in {one.name: one for one in interfaces}.values()
            for zone in self.zones_behind(device.name, interface)
            if self.zone_addresses[zone.name].overlaps(addresses)
        }
        return tuple(zone for zone in self.zones.values() if zone.name in found)


def translated_destinations(device: Device, rule: AccessRule) -> AddressSet:
    """Return the real addresses behind the virtual IPs that a rule names as destination."""
    return AddressSet.union(
        nat.translated_destination
        for nat in device.nat_rules
        if nat.enabled and nat.translated_destination and nat.needs_rule and rule.name in nat.used_by
    )


def build_network(
    devices: Sequence[Device], policy: Policy, coverage: Sequence[FileCoverage] = (), before: Network | None = None
) -> Network:
    """Join devices and zones: explicit members of the zone map first, then subnets.

    Routes that cannot be computed, and lines of `coverage` that were not understood and can change filters, routes and
    translations, are doubts about their device. `before` is the network from which planned changes made the devices:
    its captured tables were in force then (see `changes.tables`), and its hosts stay where they stand.
    """
    learned, tables = _routed(devices, before)
    attachments = [
        Attachment(device.name, interface.name, zones_of_interface(device, interface, policy))
        for device in devices
        for interface in device.interfaces
    ]
    network = Network(
        devices={device.name: device for device in devices},
        zones={zone.name: zone for zone in policy.zones},
        attachments=tuple(attachments),
        zone_addresses={},
        tables=tables,
        doubts={device.name: _doubts(device, coverage, learned) for device in devices},
        loose_ends={},
        openings={device.name: openings_of(device, learned) for device in devices},
        unread={one.path: one.named_addresses for one in coverage if one.named_addresses},
        learned=learned,
        before=before,
    )
    addresses = _zone_addresses(network, policy)
    return replace(
        network,
        zone_addresses=addresses,
        loose_ends={zone.name: tuple(loose_ends(network, zone, addresses[zone.name])) for zone in policy.zones},
    )


def _zone_addresses(network: Network, policy: Policy) -> dict[str, AddressSet]:
    """Return the addresses of every zone: its stated subnets, and the subnets of the interfaces that stand in it.

    The internet has what no other zone has.
    """
    found = {
        zone.name: AddressSet.union(
            [
                zone.subnets,
                *(
                    AddressSet.of(address.family, address.network)
                    for device, interface in network.zone_interfaces(zone.name)
                    if network.is_known_place(device.name, interface)
                    for address in interface.addresses
                    if 0 < address.prefix_length < address.family.bits
                ),
            ]
        )
        for zone in policy.zones
    }
    others = [found[zone.name] for zone in policy.zones if zone.type is not ZoneType.INTERNET]
    stated = [zone.subnets for zone in policy.zones_of_type(ZoneType.INTERNET)]
    outside = ANY_ADDRESS - AddressSet.union([*others, *stated, NOT_INTERNET])
    for zone in policy.zones_of_type(ZoneType.INTERNET):
        found[zone.name] |= outside
    return found


def _routed(
    devices: Sequence[Device], before: Network | None
) -> tuple[LearnedRoutes, dict[str, dict[TableKey, ForwardingTable]]]:
    """Return what the devices learn and their tables, those of a network before a change where it changed no way."""
    if before is None:
        learned = compute_routes(devices)
        return learned, {device.name: _tables(device, learned) for device in devices}
    if all(same_ways(before.devices[device.name], device) for device in devices):
        return before.learned, {name: dict(tables) for name, tables in before.tables.items()}
    learned = compute_routes(devices, [at_any_time_up(before.devices[one.name], one) for one in devices])
    upheaval = Upheaval.between(before.devices, devices, before.learned, learned)
    computed = {device.name: forwarding_tables(device, tables_of(learned, device.name)) for device in devices}
    return learned, {
        device.name: {**computed[device.name], **tables_after(device, computed[device.name], upheaval)}
        for device in devices
    }


def _tables(device: Device, learned: LearnedRoutes) -> dict[TableKey, ForwardingTable]:
    """Return the tables of a device: as captured where there is a capture, else as computed."""
    computed = forwarding_tables(device, tables_of(learned, device.name))
    return {**computed, **captured_tables(device, computed)}


def openings_of(device: Device, learned: LearnedRoutes) -> dict[TableKey, tuple[Opening, ...]]:
    """Return what the tables of a device may have besides their routes; captured tables are whole."""
    captured = fully_captured(device)
    return {
        (system, vrf): found
        for (name, system, vrf), found in learned.openings.items()
        if name == device.name and (system, vrf) not in captured
    }


def _doubts(device: Device, coverage: Sequence[FileCoverage], learned: LearnedRoutes) -> tuple[str, ...]:
    captured = fully_captured(device)
    found = [
        f"{device.name}: {reason}"
        for (name, system, vrf), reasons in learned.doubts.items()
        if name == device.name and (system, vrf) not in captured
        for reason in reasons
    ]
    found += _ways_not_followed(device)
    found += [
        f"{device.name}: the address and the routes of {interface.rule_name} are assigned from outside"
        for interface in device.interfaces
        if interface.enabled
        and interface.dynamic_address
        and not any(
            route.enabled and route.interface in (interface.name, interface.nickname) for route in device.static_routes
        )
    ]
    for affects in (Affects.FILTER, Affects.NAT, Affects.ROUTING):
        lines = [
            note.where.line
            for one in coverage
            if _tells_of(one, device)
            for note in one.notes
            if note.affects is affects
        ]
        if lines:
            words = ", ".join(map(str, lines[:3])) + (" ..." if len(lines) > 3 else "")
            found.append(f"{device.name}: lines that affect {affects.value} were not understood ({words})")
    return tuple(found)


def _tells_of(coverage: FileCoverage, device: Device) -> bool:
    """Tell whether what was not understood of a file may change a device.

    A file may describe several devices, and an export that spreads over files describes each in several.
    """
    if coverage.path == device.where.path:
        return True
    return device.platform in _SPREAD_EXPORTS and coverage.platform == device.platform


def _ways_not_followed(device: Device) -> Iterator[str]:
    """Yield what the configuration does to the way of packets that no table holds."""
    if chooses_without_routes(device):
        yield f"{device.name}: which line is chosen (SD-WAN) is not known offline"
