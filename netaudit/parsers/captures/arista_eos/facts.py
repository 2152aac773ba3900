"""Facts from the rows of EOS captures, text and JSON alike. Names of interfaces are as the configuration has them."""

from __future__ import annotations

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
from netaudit.parsers.captures.networks import expanded_name, is_address, network_of
from netaudit.parsers.captures.values import hardware_address, number_of, text_of, texts_of

_FULL_NAMES = {
    "et": "Ethernet",
    "ma": "Management",
    "po": "Port-Channel",
    "lo": "Loopback",
    "vl": "Vlan",
    "vx": "Vxlan",
    "tu": "Tunnel",
}
# The codes of the table's legend (without the L of a leaked route), and the `routeType` of the JSON form.
_PROTOCOLS = {
    "C": ("connected", ""),
    "connected": ("connected", ""),
    "S": ("static", ""),
    "static": ("static", ""),
    "O": ("ospf", "intra area"),
    "OSPF": ("ospf", "intra area"),
    "ospfIntraArea": ("ospf", "intra area"),
    "O IA": ("ospf", "inter area"),
    "ospfInterArea": ("ospf", "inter area"),
    "O E1": ("ospf", "external 1"),
    "ospfExternalType1": ("ospf", "external 1"),
    "O E2": ("ospf", "external 2"),
    "ospfExternalType2": ("ospf", "external 2"),
    "O N1": ("ospf", "nssa external 1"),
    "nssaExternalType1": ("ospf", "nssa external 1"),
    "O N2": ("ospf", "nssa external 2"),
    "nssaExternalType2": ("ospf", "nssa external 2"),
    "O3": ("ospf", ""),
    "ospfv3": ("ospf", ""),
    "B": ("bgp", ""),
    "B I": ("bgp", "internal"),
    "iBGP": ("bgp", "internal"),
    "B E": ("bgp", "external"),
    "eBGP": ("bgp", "external"),
    "R": ("rip", ""),
    "rip": ("rip", ""),
    "I L1": ("isis", "level 1"),
    "isisLevel1": ("isis", "level 1"),
    "I L2": ("isis", "level 2"),
    "isisLevel2": ("isis", "level 2"),
    "A B": ("aggregate", ""),
    "bgpAggregate": ("aggregate", ""),
    "A O": ("aggregate", ""),
    "ospfSummary": ("aggregate", ""),
}


def interface_name(text: str) -> str:
    """Return "Ethernet1" for "Et1"."""
    return expanded_name(text, _FULL_NAMES)


def read_version(given: CaptureRows) -> Captured:
    """Return model, version, serial number and time since start. EOS prints no host name here."""
    if not given.rows:
        return Captured()
    row = given.rows[0]
    return identity(
        given,
        model=text_of(row, "model"),
        version=text_of(row, "image"),
        uptime=text_of(row, "uptime"),
        serials=texts_of(row, "serial_number"),
    )


def read_hostname(given: CaptureRows) -> Captured:
    """Return the host name."""
    if not given.rows:
        return Captured()
    return identity(given, hostname=text_of(given.rows[0], "hostname"))


def read_inventory(given: CaptureRows) -> Captured:
    """Return the parts, and the model and serial number of the system itself; a count of ports is no part."""
    items = tuple(
        _part(row, place)
        for row, place in zip(given.rows, given.places, strict=True)
        if text_of(row, "part") != "ports"
    )
    chassis = next((item for item in items if item.name == "Chassis"), None)
    if chassis is None:
        return Captured(inventory=items)
    told = (("model", chassis.part_number), ("serials", chassis.serial))
    return Captured(
        inventory=items,
        model=chassis.part_number,
        serials=(chassis.serial,) if chassis.serial else (),
        fact_sources=tuple((name, chassis.where) for name, text in told if text),
    )


def _part(row: CaptureRow, place: SourceRef) -> InventoryItem:
    part, serial = text_of(row, "part"), text_of(row, "sn")
    return InventoryItem(
        "Chassis" if part == "system" else f"{part} {text_of(row, 'port')}".strip(),
        place,
        text_of(row, "descr"),
        text_of(row, "pid"),
        text_of(row, "vid"),
        "" if serial == "N/A" else serial,
    )


def read_routes(given: CaptureRows) -> Captured:
    """Return the routes of every table."""
    entries = (_route(row, place) for row, place in zip(given.rows, given.places, strict=True))
    return Captured(routes=tuple(route for route in entries if route))


def _route(row: CaptureRow, place: SourceRef) -> CapturedRoute | None:
    prefix = network_of(text_of(row, "network"), text_of(row, "prefix_length"))
    if prefix is None:
        return None
    protocol, kind = _PROTOCOLS.get(text_of(row, "protocol").removesuffix(" L"), ("other", ""))
    hops, interfaces = texts_of(row, "next_hop"), texts_of(row, "interface")
    pairs = list(zip(hops, interfaces, strict=False)) or [("", interface) for interface in interfaces]
    found = tuple(
        CapturedNextHop(hop if is_address(hop) else "", interface_name(interface), text_of(row, "nexthop_vrf"))
        for hop, interface in pairs
        if not interface.startswith("Null")
    )
    return CapturedRoute(
        *prefix,
        protocol=protocol,
        where=place,
        vrf=text_of(row, "vrf") or "default",
        kind=kind,
        next_hops=found,
        distance=number_of(text_of(row, "distance")),
        metric=number_of(text_of(row, "metric")),
        discards=not found,
    )


def read_interfaces(given: CaptureRows) -> Captured:
    """Return state, addresses, description, hardware address and MTU (`show interfaces`)."""
    return Captured(
        interfaces=tuple(_interface(row, place) for row, place in zip(given.rows, given.places, strict=True))
    )


def _interface(row: CaptureRow, place: SourceRef) -> CapturedInterface:
    status, protocol = text_of(row, "link_status"), text_of(row, "protocol_status")
    addresses = (*texts_of(row, "ip_address"), *texts_of(row, "secondary_ip_address"), *texts_of(row, "ipv6_address"))
    vlan = text_of(row, "vlan_id")
    description = text_of(row, "description")
    if len(description) > 1 and description.startswith('"') and description.endswith('"'):
        description = description[1:-1]
    return CapturedInterface(
        interface_name(text_of(row, "interface") or text_of(row, "port")),
        place,
        enabled=None if not status else status not in ("administratively down", "admin down", "disabled"),
        up=protocol.split(" ")[0].lower() in ("up", "connected") if protocol else None,
        addresses=tuple(address for address in addresses if is_address(address.partition("/")[0])),
        vrf=text_of(row, "vrf"),
        hardware_address=hardware_address(text_of(row, "mac_address")),
        description=description,
        mtu=number_of(text_of(row, "mtu")) or None,
        vlan=vlan if vlan.isdigit() else "",
    )


def read_ip_interfaces(given: CaptureRows) -> Captured:
    """Return state, address and MTU (`show ip interface brief`)."""
    return _table_interfaces(given)


def read_interface_table(given: CaptureRows) -> Captured:
    """Return state, description and VLAN (`show interfaces description`, `show interfaces status`)."""
    return _table_interfaces(given)


def _table_interfaces(given: CaptureRows) -> Captured:
    found = []
    for row, place in zip(given.rows, given.places, strict=True):
        status = text_of(row, "status")
        protocol = text_of(row, "protocol") or ("up" if status == "connected" else "down")
        fields = {
            **row,
            "link_status": status,
            "protocol_status": protocol,
            "description": text_of(row, "description") or text_of(row, "name"),
        }
        found.append(_interface(fields, place))
    return Captured(interfaces=tuple(found))


def read_arp(given: CaptureRows) -> Captured:
    """Return the addresses seen; of "Vlan101, Port-Channel2" the first is the interface that has the address."""
    return Captured(
        arp=tuple(
            ArpEntry(
                text_of(row, "ip_address"),
                address,
                interface_name(text_of(row, "interface").partition(",")[0]),
                place,
                text_of(row, "vrf") or "default",
                text_of(row, "age"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if (address := hardware_address(text_of(row, "mac_address")))
        )
    )


def read_lldp(given: CaptureRows) -> Captured:
    """Return the neighbours of `show lldp neighbors`, with or without `detail`."""
    return Captured(
        neighbors=tuple(
            CapturedNeighbor(
                "lldp",
                interface_name(text_of(row, "local_interface")),
                text_of(row, "neighbor_name") or text_of(row, "chassis_id"),
                place,
                neighbor_interface=text_of(row, "neighbor_interface"),
                platform=text_of(row, "neighbor_description"),
                addresses=tuple(address for address in texts_of(row, "mgmt_addresses") if is_address(address)),
                capabilities=text_of(row, "capabilities"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
        )
    )


def read_hit_counts(given: CaptureRows) -> Captured:
    """Return the counted entries. EOS prints no time of the last reset."""
    return Captured(
        hit_counts=tuple(
            HitCount(
                text_of(row, "name"),
                text_of(row, "sequence"),
                hits,
                place,
                text_of(row, "text"),
                last_hit=text_of(row, "last_hit"),
            )
            for row, place in zip(given.rows, given.places, strict=True)
            if (hits := number_of(text_of(row, "hits"))) is not None
        )
    )


def read_vrfs(given: CaptureRows) -> Captured:
    """Return the VRF of each interface (`show vrf`)."""
    return Captured(
        interfaces=tuple(
            CapturedInterface(interface_name(name), place, vrf=text_of(row, "name"))
            for row, place in zip(given.rows, given.places, strict=True)
            for name in texts_of(row, "interfaces")
        )
    )


def read_nothing(given: CaptureRows) -> Captured:
    """Return no facts: the rows of this output are for the reader of the report."""
    del given
    return Captured()
