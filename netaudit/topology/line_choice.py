"""SD-WAN: one of several lines is chosen for each packet, by measurements that no file holds.

By default a rule takes a line only if the table has a route to the destination through it, and no rule is asked where
the best route leads elsewhere; `gateway enable` lifts that. Source: FortiOS Administration Guide, "SD-WAN rules" and
"Controlling traffic with BGP route mapping and service rules" (order of policy routes, SD-WAN rules and the table).
"""

from __future__ import annotations

from netaudit.model.device import Device
from netaudit.packets.addresses import prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.topology.forwarding_entries import ForwardingEntry, TableKey
from netaudit.topology.ways import Exit, static_exits


def chooses_without_routes(device: Device) -> bool:
    """Tell whether a rule takes lines whatever the table says."""
    return any(
        one.enabled and one.kind == "rule" and dict(one.settings).get("gateway") == "enable"
        for one in device.routing.path_rules
    )


def lines_of(device: Device, key: TableKey, entry: ForwardingEntry, part: IntervalSet) -> tuple[tuple[Exit, ...], str]:
    """Return the exits that packets of an entry may take, and why it is not known which ("" = they take its own)."""
    rules = [one for one in device.routing.path_rules if one.enabled and one.virtual_system == key[0]]
    if not any(one.kind == "rule" for one in rules):
        return entry.exits, ""
    members = {dict(one.settings).get("interface", "") for one in rules if one.kind == "member"}
    if not any(way.interface in members for way in entry.exits):
        return entry.exits, ""
    others = [
        way
        for route in device.static_routes
        if route.enabled and (route.virtual_system, route.vrf) == key and route.family is entry.family
        if IntervalSet.span(*prefix_interval(route.family, route.network, route.prefix_length)).overlaps(part)
        for way in static_exits(device, route)
        if way.interface in members
    ]
    exits = tuple(dict.fromkeys((*entry.exits, *others)))
    return exits, "" if len(exits) == 1 else f"{device.name}: which line is chosen (SD-WAN) is not known offline"
