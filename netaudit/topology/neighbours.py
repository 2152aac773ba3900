"""Who is next on the wire: who has an address on a subnet, who answers for one that it translates, who stands there.

And who is at the other end of a link that no subnet makes (see `links.far_ends`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, InterfaceAddress
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.topology.links.far_ends import FarEnd, FarEnds, far_ends
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
    far: FarEnds  # by device and interface: the other ends of links that no subnet makes

    @classmethod
    def of(cls, devices: Iterable[Device]) -> Neighbours:
        """Return the neighbours that the interfaces of the devices are."""
        devices = tuple(devices)
        owners: dict[tuple[Family, int], list[tuple[Device, Interface, InterfaceAddress]]] = {}
        published: dict[str, list[tuple[Device, Interface, AddressSet]]] = {}
        peers: dict[str, list[Port]] = {}
        for device in devices:
            for interface in device.interfaces:
                if not interface.enabled:
                    continue
                answers = published_addresses(device, interface)
                for address in interface.addresses:
                    owners.setdefault((address.family, address.value), []).append((device, interface, address))
                    peers.setdefault(address.network_text, []).append((device, interface))
                    if answers:
                        published.setdefault(address.network_text, []).append((device, interface, answers))
        return cls(owners, published, peers, unpaired(devices), far_ends(devices))

    def holding(
        self, outgoing: Interface, hop: tuple[Family, int]
    ) -> Iterator[tuple[Device, Interface, InterfaceAddress]]:
        """Yield who has an address on the subnet of an interface; of a first-hop address, all who may answer for it."""
        mine = [one.value for one in outgoing.addresses if one.family is hop[0]]
        for device, interface, address in self.owners.get(hop, ()):
            if interface is not outgoing and (not mine or any(value in address.network for value in mine)):
                yield device, interface, address

    def publishing(self, outgoing: Interface) -> Iterator[tuple[InterfaceAddress, Device, Interface, AddressSet]]:
        """Yield who answers on the subnets of an interface for addresses that it translates (proxy ARP).

        First stands the address of the outgoing interface whose subnet it is.
        """
        for address in outgoing.addresses:
            for device, interface, answers in self.published.get(address.network_text, ()):
                if interface is not outgoing:
                    yield address, device, interface, answers

    def beyond(
        self, device: Device, outgoing: Interface, family: Family, destinations: IntervalSet
    ) -> list[tuple[FarEnd, IntervalSet]] | None:
        """Return who takes packets at the other end of an interface, with the destinations that each takes.

        None where no such link is stated. What nobody takes is not in the list.
        """
        ends = self.far.get((device.name, outgoing.name))
        if ends is None:
            return None
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
                others = [one for one in self.peers.get(address.network_text, ()) if one[1] is not outgoing]
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
