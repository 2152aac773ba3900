"""Facts from the rows of NX-OS captures. Names of interfaces are as the configuration has them."""

from __future__ import annotations

import re

from netaudit.model.capture import (
    ArpEntry,
    Captured,
    CapturedInterface,
    CapturedNeighbor,
    CapturedNextHop,
    CapturedRoute,
    CaptureRow,
    HitCount,
    InventoryItem,
)
from netaudit.model.source import SourceRef
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.identity import identity
from netaudit.parsers.captures.networks import expanded_name, is_address, merged_routes, network_of, with_length
from netaudit.parsers.captures.values import hardware_address, number_of, text_of, texts_of

_FULL_NAMES = {
    "eth": "Ethernet",
    "ethernet": "Ethernet",
    "po": "port-channel",
    "port-channel": "port-channel",
    "lo": "loopback",
    "loopback": "loopback",
    "vlan": "Vlan",
    "tu": "Tunnel",
    "tunnel": "Tunnel",
}
_PROTOCOLS = {"direct": "connected", "local": "local", "static": "static", "hsrp": "hsrp", "vrrp": "hsrp"}
_DYNAMIC = ("ospf", "bgp", "eigrp", "isis", "rip")
_KINDS = {
    "intra": "intra area",
    "inter": "inter area",
    "type-1": "external 1",
    "type-2": "external 2",
    "nssa type-1": "nssa external 1",
    "nssa type-2": "nssa external 2",
    "L1": "level 1",
    "L2": "level 2",
}


def interface_name(text: str) -> str:
    """Return "Ethernet1/1" for "Eth1/1"."""
    return expanded_name(text, _FULL_NAMES)


def read_version(given: CaptureRows) -> Captured:
    """Return name, model, version, serial number and time since start."""
    if not given.rows:
        return Captured()
    row = given.rows[0]
    return identity(
        given,
        hostname=text_of(row, "hostname"),
        model=text_of(row, "chassis"),
        version=text_of(row, "os").partition(" ")[0],
        uptime=text_of(row, "uptime"),
        serials=texts_of(row, "serial"),
    )


def read_inventory(given: CaptureRows) -> Captured:
    """Return the parts; the chassis has the device's own serial number."""
    items = tuple(
        InventoryItem(
            text_of(row, "name"),
            place,
            text_of(row, "descr"),
            text_of(row, "pid"),
            text_of(row, "vid"),
            "" if text_of(row, "sn") == "N/A" else text_of(row, "sn"),
        )
        for row, place in zip(given.rows, given.places, strict=True)
    )
    chassis = [item for item in items if item.name.lower() == "chassis"]
    return Captured(
        inventory=items,
        serials=tuple(item.serial for item in chassis if item.serial),
        fact_sources=tuple(("serials", item.where) for item in chassis if item.serial),
    )


def read_routes(given: CaptureRows) -> Captured:
    """Return the routes of every table."""
    entries = (_route(row, place) for row, place in zip(given.rows, given.places, strict=True))
    return Captured(routes=merged_routes(route for route in entries if route))


def _route(row: CaptureRow, place: SourceRef) -> CapturedRoute | None:
    prefix = network_of(text_of(row, "network"), text_of(row, "prefix_length"))
    if prefix is None:
        return None
    name = text_of(row, "protocol")
    protocol = _PROTOCOLS.get(name) or next((one for one in _DYNAMIC if name.startswith(one)), "other")
    kind = text_of(row, "type")
    interface = interface_name(text_of(row, "nexthop_if"))
    discards = bool(text_of(row, "discard")) or interface.startswith("Null")
    own = protocol in ("connected", "local", "hsrp")
    vrf, other = text_of(row, "vrf"), text_of(row, "nexthop_vrf").partition(":")[0]
    hop = CapturedNextHop("" if own else text_of(row, "nexthop_ip"), interface, other if other != vrf else "")
    return CapturedRoute(
        *prefix,
        protocol=protocol,
        where=place,
        vrf=vrf,
        kind=_KINDS.get(kind, kind if kind in ("internal", "external") else ""),
        next_hops=() if discards else (hop,),
        distance=number_of(text_of(row, "distance")),
        metric=number_of(text_of(row, "metric")),
        age=text_of(row, "uptime"),
        discards=discards,
        active=bool(text_of(row, "best")),
    )


def read_hit_counts(given: CaptureRows) -> Captured:
    """Return the counted entries. NX-OS prints no time of the last reset."""
    return Captured(
        hit_counts=tuple(
            HitCount(
                text_of(row, "name"), text_of(row, "sn"), hits, place, text_of(row, "text").partition(" [match")[0]
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if (hits := number_of(text_of(row, "hits"))) is not None
        )
    )


def read_arp(given: CaptureRows) -> Captured:
    """Return the addresses seen; one that is not resolved is left out."""
    return Captured(
        arp=tuple(
            ArpEntry(
                text_of(row, "ip_address"),
                address,
                interface_name(text_of(row, "interface").replace("-", "")),
                place,
                text_of(row, "vrf"),
                text_of(row, "age"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if (address := hardware_address(text_of(row, "mac_address")))
        )
    )


def read_ip_interfaces(given: CaptureRows) -> Captured:
    """Return state, addresses, VRF and MTU (`show ip interface`, with or without `brief`)."""
    return Captured(
        interfaces=tuple(_ip_interface(row, place) for row, place in zip(given.rows, given.places, strict=True))
    )


def _ip_interface(row: CaptureRow, place: SourceRef) -> CapturedInterface:
    admin = text_of(row, "admin_status") or text_of(row, "admin")
    protocol = text_of(row, "protocol_status") or text_of(row, "protocol")
    pairs = [
        (text_of(row, "primary_ip_address"), text_of(row, "primary_ip_subnet")),
        *zip(texts_of(row, "secondary_ip_address"), texts_of(row, "secondary_ip_subnet"), strict=False),
    ]
    addresses = [with_length(address, subnet.partition("/")[2]) for address, subnet in pairs]
    brief = text_of(row, "ip_address")
    if is_address(brief):
        addresses.append(brief)
    return CapturedInterface(
        interface_name(text_of(row, "interface")),
        place,
        enabled=admin == "up" if admin else None,
        up=protocol == "up" if protocol else None,
        addresses=tuple(address for address in addresses if address),
        vrf=text_of(row, "vrf_name") or text_of(row, "vrf"),
        mtu=number_of(text_of(row, "mtu")),
    )


def read_ipv6_interfaces(given: CaptureRows) -> Captured:
    """Return state and IPv6 addresses (`show ipv6 interface brief`, which prints no prefix lengths)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                interface_name(text_of(row, "interface")),
                place,
                enabled=text_of(row, "status").endswith("/up"),
                up=text_of(row, "proto") == "up",
                addresses=tuple(
                    address
                    for address in (
                        text_of(row, "ipv6_address"),
                        *texts_of(row, "more_addresses"),
                        text_of(row, "linkipaddr"),
                    )
                    if is_address(address.partition("/")[0])
                ),
                vrf=text_of(row, "vrf"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_interfaces(given: CaptureRows) -> Captured:
    """Return state, address, description and hardware address (`show interface`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                interface_name(text_of(row, "interface")),
                place,
                enabled=_enabled(row),
                up=text_of(row, "link_status").startswith("up") and text_of(row, "protocol_status") in ("up", ""),
                addresses=tuple(address for address in (text_of(row, "ip_address"),) if "/" in address),
                hardware_address=hardware_address(text_of(row, "mac_address")),
                description=text_of(row, "description"),
                mtu=number_of(text_of(row, "mtu")),
                vlan=text_of(row, "vlan_id"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def _enabled(row: CaptureRow) -> bool | None:
    admin = text_of(row, "admin_state")
    if admin:
        return admin == "up"
    reason = text_of(row, "reason").lower() + text_of(row, "link_status").lower()
    if "administratively" in reason:
        return False
    return True if text_of(row, "link_status").startswith("up") else None


def read_interface_table(given: CaptureRows) -> Captured:
    """Return state, VLAN and management address (`show interface brief`, `show interface status`)."""
    return Captured(
        interfaces=tuple(_table_interface(row, place) for row, place in zip(given.rows, given.places, strict=True))
    )


def _table_interface(row: CaptureRow, place: SourceRef) -> CapturedInterface:
    status, reason = text_of(row, "status"), text_of(row, "reason").lower()
    up = status in ("up", "connected")
    off = reason.startswith("administratively") or status == "disabled"
    address = text_of(row, "ip_address")
    vlan = text_of(row, "vlan_id")
    description = text_of(row, "name") or text_of(row, "description")
    return CapturedInterface(
        interface_name(text_of(row, "interface") or text_of(row, "port")),
        place,
        enabled=False if off else True if up else None,
        up=up,
        addresses=(address,) if is_address(address.partition("/")[0]) else (),
        description="" if description == "--" else description,
        mtu=number_of(text_of(row, "mtu")),
        vlan=vlan if vlan.isdigit() else "",
    )


def read_vrf_interfaces(given: CaptureRows) -> Captured:
    """Return the VRF of each interface (`show vrf interface`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(interface_name(text_of(row, "interface")), place, vrf=text_of(row, "name"))
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_cdp(given: CaptureRows) -> Captured:
    """Return the neighbours of `show cdp neighbors`, with or without `detail`."""
    return _neighbors(given, "cdp")


def read_lldp(given: CaptureRows) -> Captured:
    """Return the neighbours of `show lldp neighbors`, with or without `detail`."""
    return _neighbors(given, "lldp")


_SERIAL = re.compile(r"\([A-Z0-9]+\)\Z")


def _neighbors(given: CaptureRows, protocol: str) -> Captured:
    found = []
    for row, place in zip(given.rows, given.places, strict=True):
        name = text_of(row, "neighbor_name")
        if protocol == "cdp":
            # CDP's device name ends in the serial number of a Nexus.
            name = _SERIAL.sub("", text_of(row, "chassis_id") or name)
        elif name in ("", "null", "not advertised"):
            name = text_of(row, "chassis_id")
        addresses = [text_of(row, field) for field in ("interface_ip", "mgmt_address", "interface_ipv6", "mgmt_ipv6")]
        found.append(
            CapturedNeighbor(
                protocol,
                interface_name(text_of(row, "local_interface")),
                name,
                place,
                neighbor_interface=text_of(row, "neighbor_interface"),
                platform=text_of(row, "platform"),
                addresses=tuple(dict.fromkeys(address for address in addresses if is_address(address))),
                capabilities=text_of(row, "capabilities"),
            )
        )
    return Captured(neighbors=tuple(found))


def read_switchports(given: CaptureRows) -> Captured:
    """Return the access VLAN of each port (`show interface switchport`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(
                interface_name(text_of(row, "interface")),
                place,
                vlan=text_of(row, "access_vlan") if text_of(row, "mode") == "access" else "",
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_nothing(given: CaptureRows) -> Captured:
    """Return no facts: the rows of this output are for the reader of the report."""
    del given
    return Captured()
