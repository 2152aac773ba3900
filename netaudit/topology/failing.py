"""What can fail in a network: devices, lines out of the firm, links between devices, ports, tracked routes.

A line or link that fails takes the interfaces at its ends down. A device that fails takes its own down; those of its
neighbours on a link of two go down where the cable is direct and stay up where something stands between, which no
configuration tells: they are `exposed`, and both cases are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from netaudit.model.device import Device, Interface
from netaudit.policy.registers import Policy
from netaudit.topology.links.cables import Cable, seen_neighbors
from netaudit.topology.links.ports import Port, find_interface
from netaudit.topology.links.tunnels import TunnelLink, find_tunnels
from netaudit.topology.network import Network
from netaudit.topology.routes.defaults import is_loopback
from netaudit.topology.ways import LINK_BITS, parsed_address


class PartKind(StrEnum):
    """The kinds of parts that can fail."""

    LINE = "line"  # an interface out of the firm: internet, third party
    LINK = "link"  # between two devices: a subnet of two, a tunnel
    DEVICE = "device"
    PORT = "port"  # one interface, or a port with all that it carries
    TRACKED = "tracked"  # the object that a tracked route waits for


@dataclass(frozen=True, slots=True)
class FailingPart:
    """One part that can fail. `down` are the ports that surely go down with it, `exposed` those that may.

    `lines` are the names of the line register (R04) that end there, with their circuits; `zones` those of the firm's
    external zones that the ports stand in.
    """

    kind: PartKind
    name: str
    devices: tuple[str, ...] = ()  # that fail as a whole
    down: frozenset[Port] = frozenset()
    exposed: frozenset[Port] = frozenset()
    tracked: tuple[str, ...] = ()  # (device, object) of PartKind.TRACKED
    lines: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()

    @property
    def touches(self) -> frozenset[str]:
        """Return the devices that fail, or of which a port goes or may go down."""
        return frozenset((*self.devices, *(one.device for one in self.down | self.exposed), *self.tracked[:1]))


def failing_parts(network: Network, policy: Policy) -> tuple[FailingPart, ...]:
    """Return everything that can fail, each once: lines and links, devices, ports, tracked routes.

    A physical port with several sub-interfaces fails with all of them. Loopbacks do not fail, nor do ports that carry
    hosts alone: nothing goes round them.
    """
    links = _Links(network, policy)
    found: dict[tuple[object, ...], FailingPart] = {}
    for part in (*links.lines(), *links.between(), *links.devices(), *links.ports(), *tracked_parts(network)):
        found.setdefault((part.devices, part.down, part.tracked), part)
    order = list(PartKind)
    return tuple(sorted(found.values(), key=lambda one: (order.index(one.kind), one.name)))


def tracked_parts(network: Network) -> Iterator[FailingPart]:
    """Yield the objects that tracked routes wait for, each as a part of its own."""
    for device in network.devices.values():
        for name in dict.fromkeys(one.tracked for one in device.static_routes if one.enabled and one.tracked):
            words = f"track {name}" if name.isdigit() else name
            yield FailingPart(PartKind.TRACKED, f"{device.name} {words}", tracked=(device.name, name))


class _Links:
    """The ports of a network by what joins them."""

    def __init__(self, network: Network, policy: Policy) -> None:
        devices = tuple(network.devices.values())
        self.network = network
        self.policy = policy
        self.cables: tuple[Cable, ...] = seen_neighbors(devices).cables
        self.tunnels: tuple[TunnelLink, ...] = find_tunnels(devices)
        self.by_subnet: dict[str, list[Port]] = {}
        self.routed: dict[Port, Interface] = {}
        for device in devices:
            for interface in device.interfaces if device.forwards else ():
                if not interface.enabled or not _has_subnet(interface):
                    continue
                port = Port(device.name, interface.name)
                self.routed[port] = interface
                for address in interface.addresses:
                    ports = self.by_subnet.setdefault(address.network_text, [])
                    if port not in ports:
                        ports.append(port)
        self.next_hops = {
            Port(name, way.interface)
            for name, tables in network.tables.items()
            for table in tables.values()
            for entry in table.entries
            for way in entry.exits
            if way.next_hop is not None
        }

    def lines(self) -> Iterator[FailingPart]:
        """Yield the interfaces that stand outside the firm, with who else of the snapshot is on a link of two."""
        for port, interface in self.routed.items():
            zones = self.network.interface_zones(port.device, port.interface)
            if zones and all(zone.type.external for zone in zones):
                ends = {port, *(self._opposite(port) or ())}
                lines = self._registered(port, interface)
                yield self._part(
                    PartKind.LINE, _port_words(port, interface), ends, lines, tuple(zone.name for zone in zones)
                )

    def between(self) -> Iterator[FailingPart]:
        """Yield the subnets of two devices, the links that have a name, and the tunnels with both ends here."""
        named: dict[str, set[Port]] = {}
        for port, interface in self.routed.items():
            if interface.link:
                named.setdefault(interface.link, set()).add(port)
            opposite = self._opposite(port)
            if opposite:
                yield self._part(PartKind.LINK, self._names({port, *opposite}), {port, *opposite})
        for ends in named.values():
            yield self._part(PartKind.LINK, self._names(ends), ends)
        for tunnel in self.tunnels:
            ends = {tunnel.one.port} | ({tunnel.other.port} if tunnel.other else set())
            if len(ends) == 2 and all(one in self.routed for one in ends):
                yield self._part(PartKind.LINK, self._names(ends), ends)

    def devices(self) -> Iterator[FailingPart]:
        """Yield the devices with the neighbours' ports that may notice."""
        for device in self.network.devices.values():
            own = frozenset(Port(device.name, one.name) for one in device.interfaces if one.enabled)
            exposed = {other for port in own for other in self._opposite(port) or ()}
            for cable in self.cables:
                for here, there in ((cable.one, cable.other), (cable.other, cable.one)):
                    if here.device == device.name:
                        exposed.add(there)
            down, noticing = self._followers(own)
            yield FailingPart(
                PartKind.DEVICE,
                device.name,
                (device.name,),
                own | frozenset(one for one in down if one.device == device.name),
                frozenset(self._with_children(exposed | noticing | down)) - own,
            )

    def ports(self) -> Iterator[FailingPart]:
        """Yield the ports with routed neighbours, alone, and the physical ports that carry several interfaces.

        Ports at the end of a line or link fail with it.
        """
        carried: dict[Port, set[Port]] = {}
        ends = {port for part in (*self.lines(), *self.between()) for port in part.down}
        for port, interface in self.routed.items():
            if port not in ends and self._has_neighbours(port, interface):
                yield self._part(PartKind.PORT, _port_words(port, interface), {port})
            if interface.parent and interface.parent != interface.name:
                carried.setdefault(Port(port.device, interface.parent), set()).add(port)
        for port, children in carried.items():
            if len(children) > 1:
                yield self._part(PartKind.PORT, f"{port.device} {port.interface}", {port, *children})

    def _part(
        self,
        kind: PartKind,
        name: str,
        ends: Iterable[Port],
        lines: tuple[str, ...] = (),
        zones: tuple[str, ...] = (),
    ) -> FailingPart:
        down = self._with_children(ends)
        more, noticing = self._followers(down)
        return FailingPart(
            kind, name, down=frozenset(down | more), exposed=frozenset(noticing - down - more), lines=lines, zones=zones
        )

    def _names(self, ends: Iterable[Port]) -> str:
        return " - ".join(_port_words(one, self.routed[one]) for one in sorted(ends))

    def _opposite(self, port: Port) -> tuple[Port, ...] | None:
        """Return the port at the other end of a link of two; None where the port is on no such link."""
        interface = self.routed.get(port)
        if interface is None:
            return None
        found: set[Port] = set()
        for address in interface.addresses:
            others = [one for one in self.by_subnet[address.network_text] if one != port]
            if address.virtual or address.family.bits - address.prefix_length > LINK_BITS or len(others) != 1:
                continue
            if others[0].device != port.device:
                found.add(others[0])
        return tuple(sorted(found)) or None

    def _has_neighbours(self, port: Port, interface: Interface) -> bool:
        return port in self.next_hops or any(
            one.device != port.device for address in interface.addresses for one in self.by_subnet[address.network_text]
        )

    def _with_children(self, ports: Iterable[Port]) -> set[Port]:
        """Return ports with the sub-interfaces that they carry."""
        found = set(ports)
        for port in tuple(found):
            device = self.network.devices[port.device]
            found |= {Port(port.device, one.name) for one in device.interfaces if one.parent == port.interface}
        return found

    def _followers(self, down: Iterable[Port]) -> tuple[set[Port], set[Port]]:
        """Return the tunnels that go down with ports whose addresses they use, and the far ends that may notice."""
        ports = set(down)
        here: set[Port] = set()
        there: set[Port] = set()
        for tunnel in self.tunnels:
            for end, other in ((tunnel.one, tunnel.other), (tunnel.other, tunnel.one)):
                if end is not None and self._outer(end.port) & ports and end.port not in ports:
                    here.add(end.port)
                if end is not None and other is not None and (self._outer(end.port) | {end.port}) & ports:
                    there.add(other.port)
        return {one for one in here if one in self.routed}, {one for one in there if one in self.routed}

    def _outer(self, port: Port) -> set[Port]:
        """Return the interfaces whose addresses the outer packets of a tunnel have."""
        device = self.network.devices[port.device]
        found: set[Port] = set()
        for tunnel in device.tunnels:
            if tunnel.interface != port.interface:
                continue
            source = parsed_address(tunnel.source)
            for interface in device.interfaces:
                if source in [(one.family, one.value) for one in interface.addresses]:
                    found.add(Port(device.name, interface.name))
            named = find_interface(device, tunnel.source) if source is None else None
            if named is not None:
                found.add(Port(device.name, named.name))
        return {one for one in found if not is_loopback(self._interface(one))}

    def _interface(self, port: Port) -> Interface:
        return next(one for one in self.network.devices[port.device].interfaces if one.name == port.interface)

    def _registered(self, port: Port, interface: Interface) -> tuple[str, ...]:
        """Return the lines of the register that end at a port: "BANK-A (B-2001)"."""
        names = {interface.name.lower(), interface.nickname.lower()} - {""}
        return tuple(
            dict.fromkeys(
                f"{one.line} ({one.circuit})" if one.circuit else one.line
                for one in self.policy.line_agreements
                if one.device.lower() == port.device.lower() and one.interface.lower() in names
            )
        )


def _has_subnet(interface: Interface) -> bool:
    if is_loopback(interface):
        return False
    subnets = any(0 < one.prefix_length < one.family.bits for one in interface.addresses)
    return subnets or interface.dynamic_address or bool(interface.link) or interface.faces_internet


def _port_words(port: Port, interface: Interface) -> str:
    return f"{port.device} {interface.rule_name}"


def devices_without(
    devices: Mapping[str, Device], down: frozenset[Port], withdrawn: frozenset[tuple[str, str]] = frozenset()
) -> dict[str, Device]:
    """Return the devices with some ports down and the routes withdrawn that wait for (device, object)."""
    found = dict(devices)
    for name in {one.device for one in down} | {name for name, _ in withdrawn}:
        device = devices[name]
        found[name] = replace(
            device,
            interfaces=tuple(
                replace(one, enabled=False) if one.enabled and Port(name, one.name) in down else one
                for one in device.interfaces
            ),
            static_routes=tuple(
                replace(one, enabled=False) if one.enabled and (name, one.tracked) in withdrawn else one
                for one in device.static_routes
            ),
        )
    return found
