"""Who is next on the wire: who has an address on a subnet, who answers for one that it translates, who stands there.

And who is at the other end of a link that no subnet makes (see `links.far_ends`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.packets.addresses import AddressSet, Family, format_address
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.topology.links.far_ends import FarEnd, FarEnds, far_ends
from netaudit.topology.links.ports import Port as Standing
from netaudit.topology.links.wires import stated_wires
from netaudit.topology.translation import published_addresses
from netaudit.topology.ways import parsed_address

Port = tuple[Device, Interface]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The interfaces that are up, by what they answer for. Subnets are as in "10.1.0.0/24"."""

    owners: Mapping[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]]  # by interface address
    published: Mapping[str, list[tuple[Device, Interface, AddressSet]]]  # by subnet: the addresses translated there
    peers: Mapping[str, list[Port]]  # by subnet: who stands there
    unpaired: frozenset[tuple[Family, int]]  # first-hop addresses of groups with one known device
    down: Mapping[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]]  # addresses of closed ports
    far: FarEnds  # by device and interface: the other ends of links that no subnet makes
    segments: Mapping[int, int]  # by the id() of an interface: the segment that a cabling file states it to stand on

    @classmethod
    def of(cls, devices: Iterable[Device]) -> Neighbours:
        """Return the neighbours that the interfaces of the devices are."""
        devices = tuple(devices)
        owners: dict[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]] = {}
        published: dict[str, list[tuple[Device, Interface, AddressSet]]] = {}
        peers: dict[str, list[Port]] = {}
        down: dict[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]] = {}
        for device in devices:
            for interface in device.interfaces:
                if not interface.enabled:
                    for address in interface.addresses:
                        down.setdefault((address.family, address.value), []).append((device, interface, address))
                    continue
                answers = published_addresses(device, interface)
                for address in interface.addresses:
                    owners.setdefault((address.family, address.value), []).append((device, interface, address))
                    peers.setdefault(address.network_text, []).append((device, interface))
                    if answers:
                        published.setdefault(address.network_text, []).append((device, interface, answers))
        for device, interface, subnet in _hosts_on_subnets(devices, owners):
            if answers := published_addresses(device, interface):
                published.setdefault(subnet, []).append((device, interface, answers))
        wires = stated_wires(devices)
        segments = {
            id(interface): wires.segments[port]
            for device in devices
            for interface in device.interfaces
            if (port := Standing(device.name, interface.name)) in wires.segments
        }
        return cls(owners, published, peers, unpaired(devices), down, far_ends(devices), segments)

    def apart(self, one: Interface, other: Interface) -> bool:
        """Tell whether a cabling file keeps two interfaces on different segments (see `links.wires`)."""
        here, there = self.segments.get(id(one)), self.segments.get(id(other))
        return here is not None and there is not None and here != there

    def standing_with(self, outgoing: Interface, subnet: str) -> list[Port]:
        """Return the other ports on a subnet of an interface."""
        standing = self.peers.get(subnet, ())
        return [one for one in standing if one[1] is not outgoing and not self.apart(outgoing, one[1])]

    def elsewhere(self, outgoing: Interface, family: Family) -> IntervalSet:
        """Return the addresses of an interface's subnets that only ports have which a cabling file keeps from it.

        The addresses and the file contradict each other: what becomes of packets to them is not known.
        """
        if id(outgoing) not in self.segments:
            return EMPTY
        near: set[int] = set()
        far: set[int] = set()
        for subnet in outgoing.addresses:
            if subnet.family is family:
                for _, port in self.peers.get(subnet.network_text, ()):
                    values = {one.value for one in port.addresses if one.family is family}
                    (far if self.apart(outgoing, port) else near).update(values)
        return IntervalSet.of((value, value) for value in far - near)

    def holding(
        self, outgoing: Interface, hop: tuple[Family, int]
    ) -> Iterator[tuple[Device, Interface, InterfaceAddress]]:
        """Yield who has an address on the subnet of an interface; of a first-hop address, all who may answer for it."""
        mine = [one.value for one in outgoing.addresses if one.family is hop[0]]
        for device, interface, address in self.owners.get(hop, ()):
            if interface is outgoing or self.apart(outgoing, interface):
                continue
            near = not mine or any(value in address.network for value in mine)
            if near or _has_gateway(device, interface, address, mine):
                yield device, interface, address

    def closed(self, outgoing: Interface, hop: tuple[Family, int]) -> str:
        """Return why nobody answers for a next hop: a known interface has its address and is down. "" = none is known.

        It is not known whether the sender notices and takes another way.
        """
        if next(self.holding(outgoing, hop), None) is not None:
            return ""
        mine = [one.value for one in outgoing.addresses if one.family is hop[0]]
        for device, interface, address in self.down.get(hop, ()):
            if not mine or any(value in address.network for value in mine):
                return f"next hop {format_address(*hop)} is {interface.rule_name} of {device.name}, which is down"
        return ""

    def publishing(self, outgoing: Interface) -> Iterator[tuple[InterfaceAddress, Device, Interface, AddressSet]]:
        """Yield who answers on the subnets of an interface for addresses that it translates (proxy ARP).

        First stands the address of the outgoing interface whose subnet it is.
        """
        for address in outgoing.addresses:
            for device, interface, answers in self.published.get(address.network_text, ()):
                if interface is not outgoing and not self.apart(outgoing, interface):
                    yield address, device, interface, answers

    @property
    def on_internet(self) -> tuple[FarEnd, ...]:
        """Return the ports that the public internet leads to; each knows all of them."""
        return next((ends for ends in self.far.values() if ends and ends[0].interface.faces_internet), ())

    def somewhere(self, family: Family, public: IntervalSet) -> Iterator[tuple[Device, Interface, IntervalSet]]:
        """Yield who answers for public addresses at a port that the internet leads to in a way that is not known."""
        for found in self.published.values():
            for device, interface, answers in found:
                if not interface.faces_internet and (part := answers.family(family) & public):
                    yield device, interface, part

    def beyond(
        self,
        device: Device,
        outgoing: Interface,
        family: Family,
        destinations: IntervalSet,
        hop: tuple[Family, int] | None = None,
    ) -> list[tuple[FarEnd, IntervalSet]] | None:
        """Return who takes packets at the other end of an interface, with the destinations that each takes.

        None where no such link is stated, and where packets stay on the subnet of a tunnel. What nobody takes is not in
        the list. `hop` is who they are sent to: of the ends of a multipoint tunnel, the one that has the address.
        """
        ends = self.far.get((device.name, outgoing.name))
        if ends is None:
            return None
        if any(one.tunnel for one in ends):
            named = [one for one in ends if any((own.family, own.value) == hop for own in one.interface.addresses)]
            subnets = AddressSet.union(AddressSet.of(own.family, own.network) for own in outgoing.addresses)
            if not named and destinations <= subnets.family(family):
                return None
            ends = tuple(named) or ends
        parts = [(one, destinations if one.takes is None else one.takes.family(family) & destinations) for one in ends]
        return [(one, part) for one, part in parts if part]

    def at_other_end(self, outgoing: Interface, family: Family) -> tuple[list[Port], bool]:
        """Return who stands on the subnets of an interface through which a route leads without a next hop.

        And whether that is one other end: on a link of two addresses. Elsewhere it is not known who takes the packets.
        """
        found: list[Port] = []
        certain = False
        for address in outgoing.addresses:
            if address.family is family:
                others = self.standing_with(outgoing, address.network_text)
                certain = certain or (family.bits - address.prefix_length <= 2 and len(others) == 1)
                found += others
        return found, certain and len(found) == 1


def unpaired(devices: Iterable[Device]) -> frozenset[tuple[Family, int]]:
    """Return the first-hop addresses for which a router without an export may answer too."""
    answering: dict[tuple[Family, int], set[str]] = {}
    for device in devices:
        for group in device.first_hop_groups:
            for text in group.addresses:
                if (address := parsed_address(text.partition("/")[0])) is not None:
                    answering.setdefault(address, set()).add(device.name)
    return frozenset(address for address, names in answering.items() if len(names) == 1)


def kept_apart(device: Device, outgoing: Interface, family: Family, value: int) -> str:
    """Return why it is not known what becomes of packets to an address that is elsewhere."""
    text = format_address(family, value)
    return f"{device.name}: the cabling file keeps who has {text} from {outgoing.rule_name}, whose subnet holds it"


def _hosts_on_subnets(
    devices: Iterable[Device], owners: Mapping[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]]
) -> Iterator[tuple[Device, Interface, str]]:
    """Yield the ports with host addresses alone, with the subnets of the gateways that they have on their wire."""
    for device in devices:
        for interface in device.interfaces:
            if not interface.enabled or not interface.addresses:
                continue
            if all(one.prefix_length == one.family.bits for one in interface.addresses):
                gateways = dict.fromkeys(_gateways(device, interface))
                subnets = [one.network_text for hop in gateways for _, _, one in owners.get(hop, ())]
                yield from ((device, interface, text) for text in dict.fromkeys(subnets))


def _gateways(device: Device, interface: Interface) -> Iterator[tuple[Family, int]]:
    """Yield the next hops that static routes state at an interface itself."""
    for route in device.static_routes:
        if route.interface in (interface.name, interface.nickname) and route.next_hop:
            hop = parsed_address(route.next_hop)
            if hop is not None:
                yield hop


def _has_gateway(device: Device, interface: Interface, address: InterfaceAddress, gateways: Collection[int]) -> bool:
    """Tell whether a port with a host address alone has one of these gateways on its wire (clouds number so)."""
    if address.prefix_length != address.family.bits:
        return False
    return any(hop[0] is address.family and hop[1] in gateways for hop in _gateways(device, interface))
