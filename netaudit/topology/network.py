"""The network of a snapshot: who is attached where, and in which of the firm's zones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from netaudit.model.device import Device, Interface
from netaudit.model.rules import AccessRule, Direction, Purpose, RulebaseKind
from netaudit.model.source import Affects, FileCoverage
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.forwarding import ForwardingTable, TableKey, addresses_behind, forwarding_tables

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


LINK_BITS = 3  # a subnet of at most eight addresses joins devices; it holds no hosts


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
    zone_addresses: Mapping[str, AddressSet]  # subnets as stated; the internet has what no other zone has
    tables: Mapping[str, Mapping[TableKey, ForwardingTable]]  # device -> its forwarding tables
    doubts: Mapping[str, tuple[str, ...]]  # device -> why packets may take other ways than computed
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
    def graph(self) -> networkx.Graph[Any]:
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
            zone.name
            for zone in self.zones.values()
            if zone.type is ZoneType.TRANSIT
            and all(
                address.family.bits - address.prefix_length <= LINK_BITS
                for _, interface in self.zone_interfaces(zone.name)
                for address in interface.addresses
            )
        )

    def interface(self, device: str, name: str) -> Interface | None:
        """Return an interface by name or nickname."""
        known = self.devices.get(device)
        if known is None:
            return None
        return next((one for one in known.interfaces if name and name in (one.name, one.nickname)), None)

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

    def addresses_behind(self, device: str, interface: Interface) -> AddressSet:
        """Return the addresses that the device reaches through an interface."""
        table = self.table(device, interface)
        return addresses_behind(table, interface.name) if table else NO_ADDRESS

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


def build_network(devices: Sequence[Device], policy: Policy, coverage: Sequence[FileCoverage] = ()) -> Network:
    """Join devices and zones: explicit members of the zone map first, then subnets.

    Learned routes are not computed, and lines of `coverage` that were not understood can change filters, routes and
    translations: both are doubts about their device.
    """
    addresses = {zone.name: zone.subnets for zone in policy.zones}
    claimed = AddressSet.union([*addresses.values(), NOT_INTERNET])
    for zone in policy.zones_of_type(ZoneType.INTERNET):
        addresses[zone.name] = zone.subnets | (ANY_ADDRESS - claimed)
    attachments = [
        Attachment(device.name, interface.name, _zones_of_interface(device, interface, policy))
        for device in devices
        for interface in device.interfaces
    ]
    return Network(
        devices={device.name: device for device in devices},
        zones={zone.name: zone for zone in policy.zones},
        attachments=tuple(attachments),
        zone_addresses=addresses,
        tables={device.name: forwarding_tables(device) for device in devices},
        doubts={device.name: _doubts(device, coverage) for device in devices},
    )


def _doubts(device: Device, coverage: Sequence[FileCoverage]) -> tuple[str, ...]:
    found = [
        f"{device.name}: routes learned by {process.name} are not computed" for process in device.routing_processes
    ]
    for affects in (Affects.FILTER, Affects.NAT, Affects.ROUTING):
        lines = [
            note.where.line
            for one in coverage
            if one.device == device.name and one.path == device.where.path
            for note in one.notes
            if note.affects is affects
        ]
        if lines:
            words = ", ".join(map(str, lines[:3])) + (" ..." if len(lines) > 3 else "")
            found.append(f"{device.name}: lines that affect {affects.value} were not understood ({words})")
    return tuple(found)


def _zones_of_interface(device: Device, interface: Interface, policy: Policy) -> tuple[str, ...]:
    spellings = {
        "interface": {interface.name.lower(), interface.nickname.lower()},
        "vlan": {str(interface.vlan)} if interface.vlan is not None else set(),
        "vrf": {interface.vrf.lower()},
        "security_zone": {interface.security_zone.lower()} if interface.security_zone else set(),
    }
    names = (device.name.lower(),)
    stated = tuple(
        zone.name
        for zone in policy.zones
        if any(
            member.device.lower() in names
            and member.kind != "vrf"
            and member.name.lower() in spellings.get(member.kind, set()) - {""}
            for member in zone.members
        )
    )
    if stated:
        return stated
    subnets = AddressSet.union(
        AddressSet.of(address.family, address.network)
        for address in interface.addresses
        if address.prefix_length < (32 if address.family is Family.IPV4 else 128)
    )
    by_subnet = tuple(zone.name for zone in policy.zones if subnets and zone.subnets.overlaps(subnets))
    if by_subnet:
        return by_subnet
    return tuple(
        zone.name
        for zone in policy.zones
        if any(
            member.device.lower() in names and member.kind == "vrf" and member.name.lower() in spellings["vrf"]
            for member in zone.members
        )
    )
