"""OSPF as it stands: who speaks it on which interface in which area, and who are neighbours (RFC 2328, 5340)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.model.routing import RoutingArea, RoutingInterface, RoutingProcess
from netaudit.packets.addresses import AddressSet, Family
from netaudit.topology.links.ports import Port as Standing
from netaudit.topology.links.wires import Wires
from netaudit.topology.routes.defaults import is_loopback, ospf_cost
from netaudit.topology.routes.openings import OutsideNeighbor
from netaudit.topology.routes.route import Prefix
from netaudit.topology.routes.spreading import Stranger
from netaudit.topology.ways import LINK_BITS, Exit

BACKBONE = "0.0.0.0"
FAMILIES = {"ospf": Family.IPV4, "ospfv3": Family.IPV6}


@dataclass(frozen=True, slots=True)
class Port:
    """An interface that takes part. `addresses` are those of the process's family, none of them virtual."""

    interface: Interface
    area: str
    cost: int
    passive: bool
    setting: RoutingInterface | None
    addresses: tuple[InterfaceAddress, ...]

    @property
    def network_type(self) -> str:
        """Return the network type as stated, "" for the default of the medium."""
        return self.setting.network_type if self.setting else ""

    @property
    def is_loopback(self) -> bool:
        """Tell whether the interface is announced as a host (RFC 2328 section 12.4.1)."""
        return is_loopback(self.interface) and self.network_type != "point-to-point"

    def prefixes(self) -> Iterator[tuple[Prefix, int]]:
        """Yield what the router announces of the interface: prefix and cost."""
        for address in self.addresses:
            length = address.family.bits if self.is_loopback else address.prefix_length
            yield Prefix.of(address.family, address.value, length), self.cost


@dataclass(frozen=True, eq=False)
class Speaker:
    """One OSPF process of one device; two processes of one device know nothing of each other."""

    device: Device
    process: RoutingProcess
    family: Family
    ports: tuple[Port, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """Return device, virtual system and VRF: the table that the process fills."""
        return self.device.name, self.process.virtual_system, self.process.vrf

    @property
    def areas(self) -> tuple[str, ...]:
        """Return the areas that the router stands in."""
        return tuple(dict.fromkeys(port.area for port in self.ports))

    @property
    def is_border(self) -> bool:
        """Tell whether the router joins areas: it stands in the backbone and in another."""
        return BACKBONE in self.areas and len(self.areas) > 1

    def area(self, area: str) -> RoutingArea | None:
        """Return what the process states of an area."""
        return next((one for one in self.process.areas if one.area == area), None)

    def kind(self, area: str) -> str:
        """Return the kind of an area: "normal", "stub", "totally_stub", "nssa" or "totally_nssa"."""
        stated = self.area(area)
        return stated.kind if stated else "normal"


@dataclass(frozen=True, slots=True)
class Adjacency:
    """From one router to a neighbour: through which of its interfaces, at which cost."""

    neighbor: Speaker
    area: str
    cost: int
    way: Exit


def speakers(devices: Iterable[Device]) -> list[Speaker]:
    """Return every OSPF process with at least one interface."""
    found = []
    for device in devices:
        for process in device.routing_processes:
            family = FAMILIES.get(process.protocol)
            if family is not None and process.enabled:
                ports = tuple(_ports(device, process, family))
                if ports:
                    found.append(Speaker(device, process, family, ports))
    return found


def _ports(device: Device, process: RoutingProcess, family: Family) -> Iterator[Port]:
    settings = {one.interface.lower(): one for one in process.interfaces if one.family is None or one.family is family}
    for interface in device.interfaces:
        table = (interface.virtual_system, interface.vrf)
        if not interface.enabled or table != (process.virtual_system, process.vrf):
            continue
        addresses = tuple(one for one in interface.addresses if one.family is family and not one.virtual)
        setting = settings.get(interface.name.lower()) or settings.get(interface.nickname.lower() or interface.name)
        everywhere = settings.get("all")
        area = _area(process, setting or everywhere, addresses)
        if not area or (setting is not None and setting.enabled is False):
            continue
        used = setting or everywhere
        passive = process.passive_default if used is None or used.passive is None else used.passive
        stated = used.cost if used else None
        cost = ospf_cost(device.platform, interface, process.reference_bandwidth_mbps) if stated is None else stated
        yield Port(interface, area, cost, passive or is_loopback(interface), used, addresses)


def _area(process: RoutingProcess, setting: RoutingInterface | None, addresses: Sequence[InterfaceAddress]) -> str:
    """Return the area of an interface: its own statement, else the narrowest `network` that holds its address."""
    if setting is not None and setting.area:
        return setting.area
    primary = next((one for one in addresses if not one.secondary), None)
    if primary is None:
        return ""
    holding = [one for one in process.networks if one.area and primary.value in one.addresses.family(primary.family)]
    return min(holding, key=lambda one: one.addresses.family(primary.family).size()).area if holding else ""


def adjacencies(
    everyone: Sequence[Speaker], wires: Wires
) -> tuple[dict[Speaker, list[Adjacency]], dict[Speaker, list[str]]]:
    """Return each router's neighbours, and why a router's neighbours are not all known."""
    found: dict[Speaker, list[Adjacency]] = {one: [] for one in everyone}
    doubts: dict[Speaker, list[str]] = {one: [] for one in everyone}
    segments: dict[Prefix, list[tuple[Speaker, Port, InterfaceAddress]]] = {}
    for speaker in everyone:
        for port in speaker.ports:
            for address in port.addresses:
                if not port.passive and not address.secondary:
                    prefix = Prefix.of(address.family, address.value, address.prefix_length)
                    segments.setdefault(prefix, []).append((speaker, port, address))
    for members in segments.values():
        values = [address.value for _, _, address in members]
        if len(set(values)) < len(values):
            for speaker, port, address in members:
                doubts[speaker].append(
                    f"{speaker.process.name}: {address} at {port.interface.rule_name} is used by several routers"
                )
            continue
        for (speaker, port, _), (other, there, address) in permutations(members, 2):
            if wires.apart(_standing(speaker, port), _standing(other, there)):
                continue
            if speaker is not other and _form(port, there, len(members)) and _same_area(speaker, other, port.area):
                if _authenticated(speaker, port) != _authenticated(other, there):
                    doubts[speaker].append(
                        f"{speaker.process.name}: one end at {port.interface.rule_name} is authenticated alone"
                    )
                way = Exit(port.interface.name, address.value)
                found[speaker].append(Adjacency(other, port.area, port.cost, way))
    for speaker in everyone:
        doubts[speaker] += [Stranger(reason) for _, reason in _unmet(speaker, found[speaker])]
    return found, doubts


def _standing(speaker: Speaker, port: Port) -> Standing:
    return Standing(speaker.device.name, port.interface.name)


def _unmet(speaker: Speaker, near: Iterable[Adjacency]) -> Iterator[tuple[Port, str]]:
    """Yield the ports at which no neighbour is known, and what to say of each."""
    met = {one.way.interface for one in near}
    for port in speaker.ports:
        if not port.passive and port.interface.name not in met:
            yield port, f"{speaker.process.name}: no neighbour at {port.interface.rule_name} has an export"


def outside_neighbors(neighbors: Mapping[Speaker, Iterable[Adjacency]]) -> Iterator[OutsideNeighbor]:
    """Yield the neighbours without an export at links; what they announce may be anything.

    At a subnet with hosts nobody says that there is one: it stays a doubt of its router.
    """
    for speaker, near in neighbors.items():
        for port, reason in _unmet(speaker, near):
            if all(one.family.bits - one.prefix_length <= LINK_BITS for one in port.addresses):
                yield OutsideNeighbor(
                    (speaker.key, speaker.process.protocol),
                    AddressSet.of(speaker.family, speaker.family.all_addresses),
                    f"{speaker.device.name}: {reason}",
                    (Exit(port.interface.name),),
                )


def _same_area(one: Speaker, other: Speaker, area: str) -> bool:
    """Tell whether both take the area for the same: normal, stub or NSSA (RFC 2328 section 10.5, RFC 3101)."""
    return one.kind(area).removeprefix("totally_") == other.kind(area).removeprefix("totally_")


def _authenticated(speaker: Speaker, port: Port) -> bool:
    stated = port.setting.authenticated if port.setting else None
    if stated is None:
        area = speaker.area(port.area)
        stated = area.authenticated if area else None
    return bool(stated)


def _hello(port: Port) -> int:
    """Return the hello interval in seconds: stated, else 10, on non-broadcast networks 30 (RFC 2328 appendix C.3)."""
    if port.setting is not None and port.setting.hello_s is not None:
        return port.setting.hello_s
    return 30 if port.network_type in ("non-broadcast", "point-to-multipoint") else 10


def _dead(port: Port) -> set[int]:
    """Return what the dead interval may be: stated, else four hellos; on some platforms 40 whatever the hello."""
    if port.setting is not None and port.setting.dead_s is not None:
        return {port.setting.dead_s}
    return {4 * _hello(port), 120 if port.network_type in ("non-broadcast", "point-to-multipoint") else 40}


def _form(port: Port, there: Port, members: int) -> bool:
    """Tell whether two interfaces of one subnet become neighbours (RFC 2328 section 10.5)."""
    if port.area != there.area:
        return False
    one, other = port.setting, there.setting
    if _hello(port) != _hello(there) or not _dead(port) & _dead(there):
        return False
    types = {port.network_type or "broadcast", there.network_type or "broadcast"}
    if types == {"broadcast", "point-to-point"} and members == 2:
        return False
    priorities = [setting.priority if setting else None for setting in (one, other)]
    return not (types == {"broadcast"} and members == 2 and priorities == [0, 0])
