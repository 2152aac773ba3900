"""The zone that an address lies behind, by connected subnets and static routes.

A NAT rule names the zone of the destination before NAT, which the firewall takes from its routing table (PAN-OS
Administrator's Guide, "Destination NAT").
"""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.device import Interface, StaticRoute
from netaudit.packets.addresses import AddressSet, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet


class DestinationZones:
    """Tells whether addresses surely lie behind some zones. `learns` says that other routes may be learned."""

    def __init__(self, interfaces: Iterable[Interface], routes: Iterable[StaticRoute], learns: bool) -> None:
        self._table: list[tuple[int, int, AddressSet, str]] = []  # -length, distance, destinations, zone ("" = unknown)
        self._learns = learns
        ports = [one for one in interfaces if one.enabled]
        zone_of = {one.name: one.security_zone for one in ports}
        for port in ports:
            for address in port.addresses:
                subnet = AddressSet.of(address.family, address.network)
                self._table.append((-address.prefix_length, 0, subnet, port.security_zone))
        for route in routes:
            zone = zone_of.get(route.interface, "")
            if not zone and route.next_hop:
                zone = _zone_behind(route.next_hop, ports)
            subnet = AddressSet.of(
                route.family, IntervalSet.span(*prefix_interval(route.family, route.network, route.prefix_length))
            )
            self._table.append((-route.prefix_length, route.distance, subnet, zone))
        self._table.sort(key=lambda row: row[:2])
        self._connected = AddressSet.union([AddressSet(), *(row[2] for row in self._table if row[1] == 0)])

    def surely_behind(self, destinations: AddressSet, zones: NameSet) -> bool:
        """Tell whether the routes lead all of the addresses to one of the zones."""
        if zones.default or not self._table:
            return True  # without routes in the file the rule is taken at its word
        if self._learns and not destinations <= self._connected:
            return False
        rest = destinations
        for _, _, subnet, zone in self._table:
            part = rest & subnet
            if part:
                if zone not in zones:
                    return False
                rest = rest - part
        return not rest


def _zone_behind(next_hop: str, ports: list[Interface]) -> str:
    family, value = parse_address(next_hop)
    return next(
        (
            port.security_zone
            for port in ports
            for one in port.addresses
            if one.family is family and value in one.network
        ),
        "",
    )
