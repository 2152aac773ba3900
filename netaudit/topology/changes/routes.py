"""Static routes added and removed."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.changes import RouteEdit
from netaudit.model.device import DEFAULT_VRF, Device, StaticRoute
from netaudit.model.table import did_you_mean
from netaudit.packets.addresses import format_address
from netaudit.topology.changes.names import Refused, find_interface, find_system, listed, missing
from netaudit.topology.routes.defaults import defaults_of
from netaudit.topology.ways import parsed_address


def edit_route(device: Device, change: RouteEdit) -> tuple[Device, str]:
    """Return the device with a static route more or less, and what was done in words. Raises Refused."""
    return _added(device, change) if change.kind == "add_route" else _removed(device, change)


def _added(device: Device, change: RouteEdit) -> tuple[Device, str]:
    interface = None
    if change.interface:
        interface = find_interface(device, change.interface, change.virtual_system)
    if interface is not None:
        system = interface.virtual_system
    else:
        systems = (one.virtual_system for one in device.interfaces)
        system = find_system(device, change.virtual_system, systems)
    vrf = _vrf(device, change, system, interface.vrf if interface else None)
    distance = change.distance
    if distance is None:
        distance = defaults_of(device.platform).distances.get("static", 1)
    route = StaticRoute(
        change.family,
        change.network,
        change.prefix_length,
        change.written.where,
        change.next_hop,
        interface.rule_name if interface else "",
        vrf,
        distance=distance,
        discards=change.discards,
        virtual_system=system,
    )
    for other in device.static_routes:
        same = replace(other, where=route.where, distance=distance, tracked="", enabled=True) == route
        if same and other.enabled and not other.tracked:
            raise Refused("prefix", f"{device.name} has this route already ({_words(other)})")
    return replace(device, static_routes=(*device.static_routes, route)), _words(route, placed=False)


def _vrf(device: Device, change: RouteEdit, system: str, of_interface: str | None) -> str:
    """Return the VRF of a new route: the one named, that of its interface, the default, or the only one."""
    standing = list(dict.fromkeys(one.vrf for one in device.interfaces if one.virtual_system == system))
    if change.vrf is not None:
        known = list(dict.fromkeys((*device.vrfs, *standing)))
        found = next((one for one in known if one.lower() == change.vrf.lower()), None)
        if found is None:
            raise Refused("vrf", missing("VRF", change.vrf, f"on {device.name}", known))
        if of_interface is not None and found != of_interface:
            raise Refused("vrf", f"{change.interface} of {device.name} stands in VRF {of_interface}")
        return found
    if of_interface is not None:
        return of_interface
    if DEFAULT_VRF in standing or not standing:
        return DEFAULT_VRF
    if len(standing) > 1:
        raise Refused("prefix", f"{device.name} has the VRFs {listed(standing)}; name vrf")
    return standing[0]


def _removed(device: Device, change: RouteEdit) -> tuple[Device, str]:
    target = (change.family, change.network, change.prefix_length)
    to_prefix = [
        one for one in device.static_routes if (one.family, one.network, one.prefix_length) == target and one.enabled
    ]
    found = [one for one in to_prefix if _is_meant(device, change, one)]
    if not found and to_prefix:
        message = f"no static route of {device.name} to {to_prefix[0].prefix} is like that"
        raise Refused("prefix", f"{message}; there are {listed(map(_words, to_prefix))}")
    if not found:
        known = [one.prefix for one in device.static_routes if one.enabled]
        wanted = f"{format_address(change.family, change.network)}/{change.prefix_length}"
        learned = " (routes of routing protocols and connected ones cannot be removed)"
        hint = did_you_mean(wanted, known) or f"; there are {listed(known)}"
        raise Refused("prefix", f"{device.name} has no static route to {wanted}{learned}{hint}")
    if len(found) > 1:
        raise Refused("prefix", f"several routes fit: {listed(map(_words, found))}; name next_hop, interface or vrf")
    routes = tuple(one for one in device.static_routes if one is not found[0])
    return replace(device, static_routes=routes), _words(found[0])


def _is_meant(device: Device, change: RouteEdit, route: StaticRoute) -> bool:
    if change.next_hop and parsed_address(change.next_hop) != parsed_address(route.next_hop):
        return False
    if change.interface:
        interface = find_interface(device, change.interface, change.virtual_system)
        if route.interface not in (interface.name, interface.nickname):
            return False
    if change.discards and not route.discards:
        return False
    wanted = ((change.vrf, route.vrf), (change.virtual_system, route.virtual_system))
    return all(asked is None or asked.lower() == has.lower() for asked, has in wanted)


def _words(route: StaticRoute, placed: bool = True) -> str:
    """Return "10.1.0.0/16 via 10.0.0.2 inside (core.cfg:12)"."""
    way = " ".join(filter(None, (route.next_hop and f"via {route.next_hop}", route.interface)))
    vrf = "" if route.vrf == DEFAULT_VRF else f" vrf {route.vrf}"
    place = f" ({route.where.path}:{route.where.line})" if placed else ""
    return f"{route.prefix} {way or 'discard'}{vrf}{place}"
