"""Rows of EOS's `| json` outputs, with the fields of the text forms, so that the same readers of facts take them.

Source: Arista EOS Command API, "Command Documentation" (the models of the show commands).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netaudit.parsers.captures.json_records import Fields, scalar
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue


def _members(parent: JsonObject, key: str) -> Iterator[tuple[str, JsonObject]]:
    """Yield name and object of each member of the object under a key."""
    for name, value in (parent.object(key) or {}).items():
        if isinstance(value, JsonObject):
            yield name, value


def versions(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the one record of `show version | json`."""
    if "modelName" in root:
        yield (
            {
                "model": root.text("modelName"),
                "image": root.text("version"),
                "serial_number": root.text("serialNumber"),
                "hw_version": root.text("hardwareRevision"),
                "sys_mac": root.text("systemMacAddress"),
                "uptime": f"{scalar(root.get('uptime'))} s" if "uptime" in root else "",
            },
            root,
        )


def hostnames(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the one record of `show hostname | json`."""
    if "hostname" in root:
        yield {"hostname": root.text("hostname"), "fqdn": root.text("fqdn")}, root


def inventories(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the parts of `show inventory | json`."""
    system = root.object("systemInformation")
    if system is not None:
        yield _part("system", "", system, system.text("name")), system
    for key, part in (
        ("powerSupplySlots", "power"),
        ("fanTraySlots", "fan"),
        ("xcvrSlots", "transceiver"),
        ("cardSlots", "card"),
    ):
        for port, item in _members(root, key):
            if item.text("name") or item.text("modelName"):
                yield _part(part, port, item, item.text("name") or item.text("modelName")), item


def _part(part: str, port: str, item: JsonObject, model: str) -> Fields:
    return {
        "part": part,
        "port": port,
        "pid": model,
        "descr": item.text("description") or item.text("mfgName"),
        "sn": item.text("serialNum"),
        "vid": item.text("hardwareRev") or item.text("hardwareRevision"),
    }


def interfaces(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the interfaces of `show interfaces | json` and `show ip interface [brief] | json`."""
    for name, item in _members(root, "interfaces"):
        primary: list[str] = []
        secondary: list[str] = []
        ipv4 = item.get("interfaceAddress")
        for held in ipv4 if isinstance(ipv4, JsonArray) else [ipv4]:
            if not isinstance(held, JsonObject):
                continue
            # The brief form holds the address itself one level down.
            primary += _addresses([held.object("primaryIp"), held.object("ipAddr"), held.object("virtualIp")])
            secondary += _addresses(
                [one for one in held.items_of("secondaryIpsOrderedList") if isinstance(one, JsonObject)]
            )
        ipv6 = item.object("interfaceAddressIp6")
        global_ipv6 = ipv6.objects("globalUnicastIp6s") if ipv6 is not None else iter(())
        yield (
            {
                "interface": item.text("name") or name,
                "link_status": "administratively down" if item.text("interfaceStatus") == "disabled" else "up",
                "protocol_status": item.text("lineProtocolStatus"),
                "description": item.text("description"),
                "mac_address": item.text("physicalAddress"),
                "ip_address": tuple(primary),
                "secondary_ip_address": tuple(secondary),
                "ipv6_address": tuple(
                    f"{one.text('address')}/{one.text('subnet').partition('/')[2]}" for one in global_ipv6
                ),
                "mtu": scalar(item.get("mtu")),
                "vrf": item.text("vrf"),
            },
            item,
        )


def _addresses(held: list[JsonObject | None]) -> list[str]:
    """Return the addresses that are set; the API writes 0.0.0.0/0 for none."""
    return [
        f"{one.text('address')}/{scalar(one.get('maskLen'))}"
        for one in held
        if one is not None and one.text("address") not in ("", "0.0.0.0")
    ]


def interface_states(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the ports of `show interfaces status | json`."""
    for name, item in _members(root, "interfaceStatuses"):
        vlan = item.object("vlanInformation")
        yield (
            {
                "port": name,
                "status": item.text("linkStatus"),
                "name": item.text("description"),
                "vlan_id": scalar(vlan.get("vlanId")) if vlan is not None else "",
            },
            item,
        )


def descriptions(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the ports of `show interfaces description | json`."""
    for name, item in _members(root, "interfaceDescriptions"):
        status = item.text("interfaceStatus").replace("adminDown", "admin down")
        yield (
            {
                "port": name,
                "description": item.text("description"),
                "status": status,
                "protocol": item.text("lineProtocolStatus"),
            },
            item,
        )


def routes(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the prefixes of `show ip route [vrf ...] | json`; a dropped one has no next hop."""
    for vrf, table in _members(root, "vrfs"):
        for prefix, route in _members(table, "routes"):
            network, _, length = prefix.partition("/")
            hops, interfaces = [], []
            if route.text("routeAction") != "drop":
                for via in route.objects("vias"):
                    vtep = via.object("vtepAddr")
                    hops.append(via.text("nexthopAddr") or via.text("vtepAddr") or (vtep.text("addr") if vtep else ""))
                    interfaces.append(via.text("interface"))
            yield (
                {
                    "vrf": vrf,
                    "network": network,
                    "prefix_length": length,
                    "protocol": route.text("routeType"),
                    "distance": scalar(route.get("preference")),
                    "metric": scalar(route.get("metric")),
                    "direct": "directly" if route.flag("directlyConnected") else "",
                    "next_hop": tuple(hops) if any(hops) else (),
                    "interface": tuple(interfaces),
                },
                route,
            )


def arp(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the addresses of `show ip arp [vrf ...] | json`."""
    tables: list[tuple[str, JsonObject]] = [("", root), *_members(root, "vrfs")]
    for vrf, table in tables:
        for item in table.objects("ipV4Neighbors"):
            yield (
                {
                    "vrf": vrf,
                    "ip_address": item.text("address"),
                    "mac_address": item.text("hwAddress"),
                    "interface": item.text("interface"),
                    "age": scalar(item.get("age")),
                },
                item,
            )


def lldp(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the neighbours of `show lldp neighbors [detail] | json`."""
    for item in root.objects("lldpNeighbors"):
        if "port" in item:
            yield (
                {
                    "local_interface": item.text("port"),
                    "neighbor_name": item.text("neighborDevice"),
                    "neighbor_interface": item.text("neighborPort"),
                },
                item,
            )
    for port, detail in _members(root, "lldpNeighbors"):
        for item in detail.objects("lldpNeighborInfo"):
            interface = item.object("neighborInterfaceInfo")
            yield (
                {
                    "local_interface": port,
                    "neighbor_name": item.text("systemName"),
                    "chassis_id": item.text("chassisId"),
                    "neighbor_description": item.text("systemDescription"),
                    "neighbor_interface": interface.text("interfaceId").strip('"') if interface is not None else "",
                    "mgmt_addresses": tuple(one.text("address") for one in item.objects("managementAddresses")),
                },
                item,
            )


def access_lists(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the entries of `show ip access-lists | json`, with their packet counts."""
    for held in root.objects("aclList"):
        for entry in held.objects("sequence"):
            counters = entry.object("counterData")
            yield (
                {
                    "name": held.text("name"),
                    "sequence": scalar(entry.get("sequenceNumber")),
                    "text": entry.text("text"),
                    "hits": scalar(counters.get("packetCount")) if counters is not None else "",
                    "last_hit": "",
                },
                entry,
            )


def vlans(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the VLANs of `show vlan | json`."""
    for number, item in _members(root, "vlans"):
        members: Mapping[str, JsonValue] = item.object("interfaces") or {}
        yield (
            {
                "vlan_id": number,
                "vlan_name": item.text("name"),
                "status": item.text("status"),
                "interfaces": tuple(members),
            },
            item,
        )


def vrfs(root: JsonObject) -> Iterator[tuple[Fields, JsonObject]]:
    """Yield the VRFs of `show vrf | json`."""
    for name, item in _members(root, "vrfs"):
        yield (
            {
                "name": name,
                "rd": item.text("routeDistinguisher"),
                "interfaces": tuple(one for one in item.items_of("interfaces") if isinstance(one, str)),
            },
            item,
        )
