"""Routes that a table takes from another table of the same device, and which of them are not computed.

Sources: Juniper Protocol-Independent Routing Properties User Guide, "rib-groups" (what goes into the first table goes
into all), "interface-routes", "next-table" (the packet is looked up again there), "instance-import", "auto-export";
PAN-OS Web Interface Reference, "Static Routes" (next VR). Route targets between VRFs of one device are computed with
BGP (`routes.bgp`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from netaudit.model.device import Device, StaticRoute
from netaudit.model.routing import DEFAULT_VRF, TableGroup
from netaudit.packets.addresses import Family
from netaudit.topology.forwarding_entries import ForwardingEntry, ForwardingTable, TableKey
from netaudit.topology.routes.policies import PolicyBook, Verdict
from netaudit.topology.routes.route import Prefix, Route
from netaudit.topology.ways import Exit, static_exits

MAX_LOOKUPS = 8  # a packet that is looked up in more tables than this goes round

_FAMILIES = {"inet": Family.IPV4, "inet6": Family.IPV6}
# Route targets do nothing where no BGP runs (Cisco IOS MPLS Layer 3 VPNs Configuration Guide, "VRF route leaking";
# Cisco Nexus 9000 Unicast Routing Configuration Guide, "VRF-Lite route leaking"; Arista EOS User Manual, "VRF").
_TARGETS_NEED_BGP = frozenset({"cisco_ios", "cisco_nxos", "arista_eos"})


def looks_up_again(route: StaticRoute) -> bool:
    """Tell whether a route names another table and no way there."""
    return bool(route.next_vrf) and not (route.next_hop or route.interface or route.discards)


def shared_routes(device: Device, key: TableKey) -> tuple[list[Route], list[str]]:
    """Return what table groups copy into a table, and why it may be more or less than that."""
    found: list[Route] = []
    doubts: list[str] = []
    book = PolicyBook(device)
    for group in device.routing.table_groups:
        first, *others = [_named(table) for table in group.tables] or [("", None)]
        if group.virtual_system != key[0] or first[1] is None:
            continue
        if (key[1], first[1]) not in others:
            continue
        if _used_by_protocols(device, group):
            doubts.append(f"{device.name}: what routing protocols put into {key[1]} by {group.name} is not computed")
        for route in _group_routes(device, (key[0], first[0]), first[1], group):
            judged = book.chain(group.policies, route) if group.policies else None
            if judged is not None and judged.verdict is Verdict.UNKNOWN:
                doubts.append(f"{device.name}: what {group.name} makes of {route.prefix} was not understood")
            elif judged is None or judged.verdict is not Verdict.DENY:
                found.append(route)
    return found, list(dict.fromkeys(doubts))


def _named(table: str) -> tuple[str, Family | None]:
    """Return VRF and family of "RED.inet.0"."""
    head, _, rest = table.rpartition("inet")
    family = _FAMILIES.get("inet" + rest.removesuffix(".0")) if rest in (".0", "6.0") else None
    return head.removesuffix(".") or DEFAULT_VRF, family


def _used_by_protocols(device: Device, group: TableGroup) -> bool:
    for process in device.routing_processes:
        options = [*process.options]
        for neighbor in process.neighbors:
            options += [*neighbor.options, *(one for family in neighbor.families for one in family.options)]
        if any(name.startswith("rib-group") and group.name in value.split() for name, value in options):
            return True
    return False


def _group_routes(device: Device, key: TableKey, family: Family, group: TableGroup) -> Iterator[Route]:
    """Yield the interface routes and static routes of a table that are put into a group."""
    values = {
        one.name: one.value.split()
        for one in device.routing.settings
        if (one.virtual_system, one.vrf) == key and one.name in ("interface-routes", "static rib-group")
    }
    word = "inet" if family is Family.IPV4 else "inet6"
    if _follows(values.get("interface-routes", []), word, group.name):
        for interface in device.interfaces:
            if interface.enabled and (interface.virtual_system, interface.vrf) == key:
                for address in interface.addresses:
                    if address.family is family and not address.virtual:
                        prefix = Prefix.of(family, address.value, address.prefix_length)
                        yield Route(prefix, "connected", 0, exits=(Exit(interface.name),))
    if group.name in values.get("static rib-group", []):
        for route in device.static_routes:
            if route.enabled and (route.virtual_system, route.vrf) == key and route.family is family:
                exits = tuple(static_exits(device, route))
                if exits or route.discards:
                    yield Route(Prefix(family, route.network, route.prefix_length), "static", route.distance, 0, exits)


def _follows(words: list[str], word: str, name: str) -> bool:
    """Tell whether "rib-group inet NAME" names a group for a family."""
    return any(pair == (word, name) for pair in pairwise(words))


def leaks_not_computed(device: Device, key: TableKey) -> Iterator[str]:
    """Yield what a table may take from others and no computation here does."""
    system, vrf = key
    targets = [one for one in device.routing.vrf_targets if (one.virtual_system, one.vrf) == key]
    if any(one.imports for one in targets) and _over_vpn(device):
        yield f"{device.name}: routes that VRF {vrf} takes from others are not computed"
    if any(one.import_policies for one in targets):
        yield f"{device.name}: routes that VRF {vrf} takes by a policy are not computed"
    for one in device.routing.settings:
        if (one.virtual_system, one.vrf, one.name) == (system, vrf, "auto-export"):
            yield f"{device.name}: routes that VRF {vrf} takes by auto-export are not computed"


def _over_vpn(device: Device) -> bool:
    """Tell whether route targets may bring routes that BGP between the VRFs of the device does not."""
    by_bgp = any(one.protocol == "bgp" and one.autonomous_system for one in device.routing_processes)
    if not by_bgp:
        return device.platform not in _TARGETS_NEED_BGP
    return any(
        family.family.startswith(("vpn", "l2vpn", "evpn", "inet-vpn", "inet6-vpn"))
        for process in device.routing_processes
        for neighbor in process.neighbors
        for family in neighbor.families
    )


def with_next_tables(device: Device, tables: Mapping[TableKey, ForwardingTable]) -> dict[TableKey, ForwardingTable]:
    """Return the tables with routes that name another table followed into that table."""
    if not any(looks_up_again(route) for route in device.static_routes):
        return dict(tables)
    return {key: _followed(device, tables, key, table) for key, table in tables.items()}


def _followed(
    device: Device, tables: Mapping[TableKey, ForwardingTable], key: TableKey, table: ForwardingTable
) -> ForwardingTable:
    entries: list[ForwardingEntry] = []
    doubts: dict[str, None] = dict.fromkeys(table.doubts)
    waiting: list[tuple[ForwardingEntry, tuple[TableKey, ...]]] = [(entry, (key,)) for entry in table.entries]
    while waiting:
        entry, path = waiting.pop(0)
        nexts = [way.table for way in entry.exits if way.table]
        if not nexts:
            entries.append(entry)
            continue
        own = tuple(way for way in entry.exits if not way.table)
        if own:
            entries.append(replace(entry, exits=own))
        for name in nexts:
            there = (key[0], name)
            known = tables.get(there)
            if known is None or there in path or len(path) > MAX_LOOKUPS:
                doubts[f"{device.name}: where table {name} sends packets of {key[1]} is not known"] = None
                continue
            doubts |= dict.fromkeys(known.doubts)
            waiting += [
                (replace(further, destinations=part), (*path, there))
                for further, part in known.lookup(entry.family, entry.destinations)
            ]
    return ForwardingTable(tuple(entries), tuple(doubts))
