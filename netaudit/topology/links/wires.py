"""Which ports a cabling file keeps apart although their addresses share a subnet.

A stated cable is the only one of its port. A segment is known where each of its ends is: cables are followed through
switches (whatever their VLANs: that joins too much rather than too little) to ports with addresses. Where one end is
open - a switchport without a stated cable, a port of a device without an export, one that is shut down or bridged in a
way that the configuration does not tell - nothing is known of the segment, and its ports stay neighbours of all whose
addresses fit. So a file with gaps keeps nobody apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from netaudit.model.capture import CABLING
from netaudit.model.device import Device, Interface
from netaudit.topology.links.cables import seen_neighbors
from netaudit.topology.links.ports import Port, find_interface


@dataclass(frozen=True, slots=True)
class Wires:
    """The segments that a cabling file states whole, as numbers, by the interfaces with addresses on them."""

    segments: Mapping[Port, int] = field(default_factory=dict)

    def apart(self, one: Port, other: Port) -> bool:
        """Tell whether two interfaces surely stand on different segments."""
        here, there = self.segments.get(one), self.segments.get(other)
        return here is not None and there is not None and here != there


def stated_wires(devices: Sequence[Device]) -> Wires:
    """Return the segments that cabling files state."""
    named = dict(_named_ports(devices))
    if not named:
        return Wires()
    groups = _Groups()
    for cable in seen_neighbors(devices).cables:
        if CABLING in cable.protocols:
            named[cable.one] = named[cable.other] = True
            groups.join(cable.one, cable.other)
    for port, is_known in named.items():
        if not is_known:
            groups.open(port)
    for device in devices:
        _join_ports(device, frozenset(named), groups)
    return Wires(dict(_segments(devices, groups)))


def _join_ports(device: Device, named: frozenset[Port], groups: _Groups) -> None:
    """Join what a device joins by itself, and mark where its ports may lead to more than is stated."""
    switch = _Switch(device.name)
    for interface in device.interfaces:
        port = Port(device.name, interface.name)
        own = Port(device.name, physical(interface))
        if own != port and interface.switchport:
            groups.open(switch)  # a flow point of a bridge domain: what it joins is not followed
        if own != port or _is_bundle(device, interface):
            continue  # the ports below it count
        carrier = _carrier(device, interface)
        whole = Port(device.name, carrier.name)
        routed = _routed(device, carrier)
        if carrier is not interface:
            groups.join(port, whole)
        if carrier.switchport:
            groups.join(port, switch)
        if port in named:
            if not interface.enabled or not (carrier.switchport or routed):
                groups.open(port)
        elif interface.enabled and carrier is not interface:
            groups.open(port)
        elif interface.enabled and not routed and (carrier.switchport or carrier.vlan is None):
            groups.open(switch)  # many switches switch at a port of which nothing is said
    if any(one.kind == "vxlan" for one in device.tunnels):
        groups.open(switch)


def physical(interface: Interface) -> str:
    """Return the port of a sub-interface; any other interface is one itself, also the member of a bundle."""
    return interface.name if interface.bundle else interface.parent or interface.name


def _named_ports(devices: Sequence[Device]) -> Iterator[tuple[Port, bool]]:
    for device in devices:
        for seen in device.captured.neighbors:
            if seen.protocol == CABLING:
                here = find_interface(device, seen.interface)
                if here is not None:
                    yield Port(device.name, here.name), False


@dataclass(frozen=True, slots=True)
class _Switch:
    """All that a switch joins by itself."""

    device: str


_Node = Port | _Switch


class _Groups:
    """What is joined, and where more may be joined than is known."""

    def __init__(self) -> None:
        self._parents: dict[_Node, _Node] = {}
        self._open: set[_Node] = set()

    def __contains__(self, node: _Node) -> bool:
        return node in self._parents

    def root(self, node: _Node) -> _Node:
        while (above := self._parents.setdefault(node, node)) != node:
            node = above
        return node

    def join(self, one: _Node, other: _Node) -> None:
        self._parents[self.root(one)] = self.root(other)

    def open(self, node: _Node) -> None:
        self.root(node)
        self._open.add(node)

    def known(self) -> Mapping[_Node, int]:
        """Return a number for each group without an open end, by its members."""
        opened = {self.root(node) for node in self._open}
        numbers: dict[_Node, int] = {}
        return {
            node: numbers.setdefault(self.root(node), len(numbers))
            for node in list(self._parents)
            if self.root(node) not in opened
        }


def _segments(devices: Sequence[Device], groups: _Groups) -> Iterator[tuple[Port, int]]:
    known = groups.known()
    for device in devices:
        for interface in device.interfaces:
            if not interface.addresses:
                continue
            node: _Node = Port(device.name, physical(interface))
            if interface.vlan is not None and not interface.parent and not interface.switchport:
                node = _Switch(device.name)  # a VLAN interface
            if node in known:
                yield Port(device.name, interface.name), known[node]


def _carrier(device: Device, interface: Interface) -> Interface:
    """Return the bundle that a port is a member of, else the port."""
    if not interface.bundle:
        return interface
    return next((one for one in device.interfaces if one.name == interface.bundle), interface)


def _is_bundle(device: Device, interface: Interface) -> bool:
    return any(one.bundle == interface.name for one in device.interfaces)


def _routed(device: Device, carrier: Interface) -> bool:
    """Tell whether a port, or one of its sub-interfaces, has an address."""
    return any(
        bool(one.addresses) or one.dynamic_address
        for one in device.interfaces
        if carrier.name in (one.name, one.parent)
    )
