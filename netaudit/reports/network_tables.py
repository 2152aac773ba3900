"""The records of the network as tables: segments, routes, hosts (ARP) and what stands in for what."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from netaudit.model.device import Device, StaticRoute
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import format_address
from netaudit.reports.link_tables import link_tables
from netaudit.reports.result import AuditResult
from netaudit.reports.tables import Cell, Table
from netaudit.topology.links.ports import Port
from netaudit.topology.ways import parsed_address, static_exits

MAX_ROUTES = 3  # named of one line


def network_tables(result: AuditResult) -> tuple[Table, ...]:
    """Return the tables of this file and of the links, in the order of the workbook."""
    return (
        segments_table(result),
        routes_table(result),
        hosts_table(result),
        backup_lines_table(result),
        *link_tables(result),
    )


def segments_table(result: AuditResult) -> Table:
    """Return one row for each interface on a subnet, sorted by address; `remarks` are codes of what does not fit."""
    zones: dict[Port, list[str]] = {}
    for zone, ports in result.zone_ports.items():
        for port in ports:
            zones.setdefault(port, []).append(zone)
    remarks: dict[Port, list[tuple[str, str]]] = {}
    for fact in result.links.facts:
        for port in fact.ports:
            remarks.setdefault(port, []).append((fact.kind, fact.subject))
    interfaces = {(device.name, one.name): one for device in result.devices for one in device.interfaces}
    rows: list[tuple[Cell, ...]] = []
    for segment in sorted(result.links.segments, key=lambda one: (one.family, one.ports[0].address.network.intervals)):
        for one in segment.ports:
            interface = interfaces[one.port.device, one.port.interface]
            about = [
                kind
                for kind, subject in remarks.get(one.port, ())
                if {segment.subnet, one.address.address_text} & set(subject.split())
            ]
            rows.append(
                (
                    segment.subnet,
                    ", ".join(zones.get(one.port, ())),
                    interface.vlan,
                    one.port.device,
                    one.port.interface,
                    str(one.address),
                    one.vrf,
                    one.virtual_system,
                    one.state.value,
                    ", ".join(dict.fromkeys(about)),
                    interface.description,
                    *_place(one.where),
                )
            )
    columns = (
        *("subnet", "zones", "vlan", "device", "interface", "address", "vrf", "virtual_system", "link_state"),
        *("remarks", "description", "file", "line"),
    )
    return Table("segments", columns, tuple(rows))


def routes_table(result: AuditResult) -> Table:
    """Return one row for each static route, and for each next hop of each route that a capture shows."""
    rows: list[tuple[Cell, ...]] = []
    for device in result.devices:
        for route in device.static_routes:
            hop = "" if route.discards else route.next_hop
            rows.append(
                (
                    device.name,
                    route.virtual_system,
                    route.vrf,
                    route.prefix,
                    "static",
                    hop,
                    route.interface,
                    route.distance,
                    route.tracked,
                    "yes" if route.enabled else "no",
                    "yes" if route.discards else "no",
                    *_place(route.where),
                )
            )
        for captured in device.captured.routes:
            hops = [(one.address, one.interface) for one in captured.next_hops] or [("", "")]
            for address, interface in hops:
                rows.append(
                    (
                        device.name,
                        "",
                        captured.vrf,
                        captured.prefix,
                        f"captured {captured.protocol}",
                        address,
                        interface,
                        captured.distance,
                        "",
                        "yes" if captured.active else "no",
                        "yes" if captured.discards else "no",
                        *_place(captured.where),
                    )
                )
    columns = (
        *("device", "virtual_system", "vrf", "prefix", "route_source", "next_hop", "interface", "distance"),
        *("tracked", "enabled", "discards", "file", "line"),
    )
    return Table("routes", columns, tuple(rows))


def hosts_table(result: AuditResult) -> Table:
    """Return the addresses that ARP captures saw, sorted; `known_as` is the device whose interface has the address."""
    owners: dict[tuple[int, int], list[str]] = {}
    for device in result.devices:
        for interface in device.interfaces:
            for address in interface.addresses:
                owners.setdefault((address.family, address.value), []).append(f"{device.name} {interface.name}")
    rows: list[tuple[tuple[int, int], tuple[Cell, ...]]] = []
    for device in result.devices:
        for entry in device.captured.arp:
            value = parsed_address(entry.address)
            known = ", ".join(owners.get(value, ())) if value else ""
            rows.append(
                (
                    value or (0, 0),
                    (
                        entry.address,
                        entry.hardware_address,
                        device.name,
                        entry.interface,
                        entry.vrf,
                        entry.age,
                        known,
                        *_place(entry.where),
                    ),
                )
            )
    columns = ("address", "hardware_address", "device", "interface", "vrf", "age", "known_as", "file", "line")
    return Table("hosts", columns, tuple(row for _, row in sorted(rows, key=lambda item: item[0])))


def backup_lines_table(result: AuditResult) -> Table:
    """Return what stands in for what.

    `backup_kind`: "line" (the interfaces in a zone outside the firm with their routes and distances, the main line
    first), "floating_route" (a worse static route to the
    same prefix), "equal_routes" (static routes that share the traffic), "default_route" (one that stands alone),
    "first_hop" (a virtual address of several devices), "path_selection" (SD-WAN members). An empty `backup` says that
    the configurations show none.
    """
    rows = [*_lines(result), *_first_hops(result)]
    for device in result.devices:
        rows += _routes(device)
        rows += [
            (
                "path_selection",
                device.name,
                one.name,
                one.kind,
                ", ".join(f"{name} {value}" for name, value in one.settings),
                "",
                *_place(one.where),
            )
            for one in device.routing.path_rules
            if one.enabled and one.kind == "member"
        ]
    columns = ("backup_kind", "device", "subject", "primary", "backup", "tracked", "file", "line")
    return Table("backup_lines", columns, tuple(rows))


def _lines(result: AuditResult) -> Iterator[tuple[Cell, ...]]:
    places = {(device.name, one.name): one.where for device in result.devices for one in device.interfaces}
    devices_by_name = {device.name: device for device in result.devices}
    for zone in result.policy.zones:
        ports = result.zone_ports.get(zone.name, ())
        if not zone.type.external or not ports:
            continue
        made = [(*_carried(devices_by_name[port.device], port.interface), port) for port in ports]
        made.sort(key=lambda item: item[0])  # the main line first: it has the better routes
        first, *others = [
            f"{port.device} {port.interface}" + (f" ({'; '.join(routes)})" if routes else "")
            for _, routes, port in made
        ]
        main = made[0][2]
        where = places[main.device, main.interface]
        devices = ", ".join(dict.fromkeys(port.device for port in ports))
        yield "line", devices, zone.name, first, "\n".join(others), "", *_place(where)


def _carried(device: Device, interface: str) -> tuple[tuple[int, int, int], list[str]]:
    """Return the routes and costs that make a line the main one or a backup: a rank, the lower the better, and words.

    A static route counts before a routing protocol's cost, the route to more destinations before others.
    """
    found: list[tuple[tuple[int, int, int], str]] = []
    for route in device.static_routes:
        if route.enabled and any(way.interface == interface for way in static_exits(device, route)):
            tracked = f" track {route.tracked}" if route.tracked else ""
            found.append(((0, route.distance, route.prefix_length), f"{route.prefix} {_way(route)}{tracked}"))
    found += [
        ((1, setting.cost, 0), f"{process.name} cost {setting.cost}")
        for process in device.routing_processes
        for setting in process.interfaces
        if setting.interface.lower() == interface.lower() and setting.cost is not None
    ]
    found.sort()
    more = [f"+{len(found) - MAX_ROUTES}"] if len(found) > MAX_ROUTES else []
    return (found[0][0] if found else (2, 0, 0)), [text for _, text in found[:MAX_ROUTES]] + more


def _first_hops(result: AuditResult) -> Iterator[tuple[Cell, ...]]:
    for group in result.links.first_hop:
        first, *others = [f"{one.port.device} {one.port.interface} ({one.priority})" for one in group.members]
        tracked = ", ".join(dict.fromkeys(name for one in group.members for name in one.tracked))
        subject = f"{group.protocol.upper()} {group.group} {group.address}"
        devices = ", ".join(dict.fromkeys(one.port.device for one in group.members))
        yield "first_hop", devices, subject, first, "\n".join(others), tracked, *_place(group.members[0].where)


def _routes(device: Device) -> Iterator[tuple[Cell, ...]]:
    """Yield the prefixes that a device has several static routes to, and the default routes that stand alone."""

    def target(route: StaticRoute) -> tuple[str, str, int, int, int]:
        return route.virtual_system, route.vrf, route.family, route.network, route.prefix_length

    up = [route for route in device.static_routes if route.enabled and not route.discards]
    for (_, vrf, _, network, length), found in groupby(sorted(up, key=target), target):
        routes = sorted(found, key=lambda route: route.distance)
        if len(routes) == 1 and length:
            continue
        best = [route for route in routes if route.distance == routes[0].distance]
        others = routes[len(best) :]
        kind = "equal_routes" if len(best) > 1 else "floating_route" if others else "default_route"
        prefix = f"{format_address(routes[0].family, network)}/{length}"
        spread = [_way(route) for route in best]
        primary, rest = (spread[0], spread[1:]) if kind == "equal_routes" else (", ".join(spread), [])
        backup = [*rest, *(_way(route) for route in others)]
        tracked = ", ".join(dict.fromkeys(route.tracked for route in routes if route.tracked))
        subject = f"{prefix} ({vrf})" if vrf != "default" else prefix
        yield kind, device.name, subject, primary, "\n".join(backup), tracked, *_place(routes[0].where)


def _way(route: StaticRoute) -> str:
    return f"{' '.join(part for part in (route.interface, route.next_hop) if part)} [{route.distance}]"


def _place(where: SourceRef) -> tuple[Cell, Cell]:
    return where.path, where.line
