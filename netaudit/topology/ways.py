"""Where a route leads, and the static routes of one device followed to an interface."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, StaticRoute
from netaudit.packets.addresses import Family, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet

MAX_RECURSION = 8
LINK_BITS = 3  # a subnet of at most eight addresses joins devices; it holds no hosts
DEFAULT_LENGTH = 1  # a default route is 0/0, or the two halves 0/1 and 128/1

# Ports that lead to the routing engine alone: "The management Ethernet interface does not forward transit packets"
# (Juniper, "Junos OS Interfaces Fundamentals", Management Ethernet Interface).
_MANAGEMENT_PORTS = {"juniper_junos": re.compile(r"(?:fxp|me)\d+(?:\.\d+)?|vme(?:\.\d+)?")}


def carries_transit(device: Device, interface: Interface) -> bool:
    """Tell whether packets that are not for the device itself pass through an interface."""
    pattern = _MANAGEMENT_PORTS.get(device.platform)
    return pattern is None or pattern.fullmatch(interface.name) is None


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a forwarding table. `next_hop` is None where the destination itself is on the subnet.

    `table` names the VRF where packets are looked up again while tables are made; then there is no interface.
    """

    interface: str
    next_hop: int | None = None
    table: str = ""


def static_exits(device: Device, route: StaticRoute) -> Iterable[Exit]:
    """Yield the exits of a static route, next hops resolved through other static routes where needed."""
    vrf = route.next_vrf or route.vrf
    up = {
        one.name: one
        for one in device.interfaces
        if one.enabled and one.virtual_system == route.virtual_system and one.vrf == vrf
    }
    if route.interface:
        interface = next((one for one in up.values() if route.interface in (one.name, one.nickname)), None)
        if interface is not None:
            hop = parsed_address(route.next_hop)
            yield Exit(interface.name, hop[1] if hop else None)
        return
    hop = parsed_address(route.next_hop)
    for _ in range(MAX_RECURSION):
        if hop is None:
            return
        interface = on_subnet(up.values(), *hop)
        if interface is not None:
            yield Exit(interface.name, hop[1])
            return
        via = _best_static(device, route, vrf, *hop)
        if via is None or via is route:
            return
        if via.interface and via.interface in up and not via.next_hop:
            yield Exit(via.interface, hop[1])
            return
        hop = parsed_address(via.next_hop)


def parsed_address(text: str) -> tuple[Family, int] | None:
    """Return family and number of an address, None where the text is none."""
    try:
        return parse_address(text)
    except ValueError:
        return None


def on_subnet(interfaces: Iterable[Interface], family: Family, value: int) -> Interface | None:
    """Return the interface whose narrowest subnet holds an address."""
    best: tuple[int, Interface] | None = None
    for interface in interfaces:
        for address in interface.addresses:
            if (
                address.family is family
                and value in address.network
                and (best is None or address.prefix_length > best[0])
            ):
                best = address.prefix_length, interface
    return best[1] if best else None


def _best_static(device: Device, route: StaticRoute, vrf: str, family: Family, value: int) -> StaticRoute | None:
    found = [
        other
        for other in device.static_routes
        if other is not route
        and other.enabled
        and other.family is family
        and (other.virtual_system, other.vrf) == (route.virtual_system, vrf)
        and value in IntervalSet.span(*prefix_interval(family, other.network, other.prefix_length))
    ]
    return max(found, key=lambda one: (one.prefix_length, -one.distance), default=None)
