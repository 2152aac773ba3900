"""Rows of NX-OS's `| json` outputs, with the fields of the text forms, so that the same readers of facts take them.

A table is an object TABLE_x with a member ROW_x, which is a list, or the row itself where there is only one; `|
json-pretty native` and the sandbox's envelope ("ins_api") hold the same.
Source: Cisco Nexus 9000 Series NX-OS Programmability Guide, "NX-API CLI".
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.parsers.captures.json_records import Fields, scalar
from netaudit.parsers.json_tree import JsonArray, JsonObject

Found = Iterator[tuple[Fields, JsonObject]]


def _rows(parent: JsonObject, name: str) -> Iterator[JsonObject]:
    """Yield the rows of the table of a name, right below an object."""
    table = parent.get(f"TABLE_{name}")
    for held in table if isinstance(table, JsonArray) else [table]:
        if not isinstance(held, JsonObject):
            continue
        rows = held.get(f"ROW_{name}")
        for row in rows if isinstance(rows, JsonArray) else [rows]:
            if isinstance(row, JsonObject):
                yield row


def _body(root: JsonObject) -> JsonObject:
    """Return the output itself, without NX-API's envelope."""
    at = root
    for name in ("ins_api", "outputs", "output", "result", "body"):
        inner = at.object(name)
        at = inner if inner is not None else at
    return at


def _first(row: JsonObject, *names: str) -> str:
    return next((text for name in names if (text := scalar(row.get(name)).strip())), "")


def versions(root: JsonObject) -> Found:
    """Yield the one record of `show version | json`."""
    body = _body(root)
    if "host_name" in body or "chassis_id" in body:
        days, hours = _first(body, "kern_uptm_days"), _first(body, "kern_uptm_hrs")
        yield (
            {
                "hostname": _first(body, "host_name"),
                "chassis": _first(body, "chassis_id").removesuffix(" Chassis").removesuffix(" chassis"),
                "os": _first(body, "nxos_ver_str", "sys_ver_str", "rr_sys_ver", "kickstart_ver_str"),
                "serial": _first(body, "proc_board_id"),
                "uptime": f"{days} day(s), {hours} hour(s)" if days else "",
                "boot_image": _first(body, "nxos_file_name", "kick_file_name"),
            },
            body,
        )


def inventories(root: JsonObject) -> Found:
    """Yield the parts of `show inventory | json`."""
    for row in _rows(_body(root), "inv"):
        yield (
            {
                "name": _first(row, "name").strip('"'),
                "descr": _first(row, "desc").strip('"'),
                "pid": _first(row, "productid"),
                "vid": _first(row, "vendorid"),
                "sn": _first(row, "serialnum"),
            },
            row,
        )


def interfaces(root: JsonObject) -> Found:
    """Yield the interfaces of `show interface | json`."""
    for row in _rows(_body(root), "interface"):
        address, length = _first(row, "eth_ip_addr", "svi_ip_addr"), _first(row, "eth_ip_mask", "svi_ip_mask")
        yield (
            {
                "interface": _first(row, "interface"),
                "link_status": _first(row, "state", "svi_admin_state"),
                "protocol_status": _first(row, "svi_line_proto"),
                "admin_state": _first(row, "admin_state", "svi_admin_state"),
                "reason": _first(row, "state_rsn_desc"),
                "description": _first(row, "desc", "svi_desc"),
                "mac_address": _first(row, "eth_hw_addr", "svi_mac"),
                "ip_address": f"{address}/{length}" if address and length else "",
                "mtu": _first(row, "eth_mtu", "svi_mtu"),
            },
            row,
        )


def ip_interfaces(root: JsonObject) -> Found:
    """Yield the interfaces of `show ip interface [brief] | json`."""
    body = _body(root)
    tables = [("", body)]
    tables += [(_first(vrf, "vrf-name-out"), vrf) for vrf in _rows(body, "vrf")]
    for vrf, table in tables:
        for row in _rows(table, "intf"):
            address, length = _first(row, "prefix"), _first(row, "masklen")
            yield (
                {
                    "interface": _first(row, "intf-name"),
                    "admin": _first(row, "admin-state"),
                    "protocol": _first(row, "proto-state"),
                    "primary_ip_address": address if length else "",
                    "primary_ip_subnet": f"{_first(row, 'subnet') or address}/{length}" if length else "",
                    "ip_address": "" if length else address,
                    "mtu": _first(row, "mtu"),
                    "vrf": _first(row, "vrf-name-out") or vrf,
                },
                row,
            )


def routes(root: JsonObject) -> Found:
    """Yield the next hops of `show ip route | json` and `show ipv6 route | json`."""
    for vrf in _rows(_body(root), "vrf"):
        for family in _rows(vrf, "addrf"):
            for prefix in _rows(family, "prefix"):
                network, _, length = _first(prefix, "ipprefix").partition("/")
                for path in _rows(prefix, "path"):
                    hop, _, hop_vrf = _first(path, "ipnexthop").partition("%")
                    yield (
                        {
                            "vrf": _first(vrf, "vrf-name-out"),
                            "network": network,
                            "prefix_length": length,
                            "best": "*" if _first(path, "ubest") == "true" or path.flag("ubest") else "",
                            "nexthop_ip": hop,
                            "nexthop_vrf": hop_vrf,
                            "nexthop_if": _first(path, "ifname"),
                            "distance": _first(path, "pref"),
                            "metric": _first(path, "metric"),
                            "uptime": _first(path, "uptime"),
                            "protocol": _first(path, "clientname"),
                            "type": _first(path, "type"),
                            "discard": "discard" if _first(path, "type") == "discard" else "",
                        },
                        path,
                    )


def arp(root: JsonObject) -> Found:
    """Yield the addresses of `show ip arp | json`."""
    for vrf in _rows(_body(root), "vrf"):
        name = _first(vrf, "vrf-name-out")
        for row in _rows(vrf, "adj"):
            yield (
                {
                    "ip_address": _first(row, "ip-addr-out"),
                    "mac_address": _first(row, "mac"),
                    "interface": _first(row, "intf-out"),
                    "age": _first(row, "time-stamp"),
                    "vrf": "" if name == "all" else name,
                },
                row,
            )


def cdp(root: JsonObject) -> Found:
    """Yield the neighbours of `show cdp neighbors [detail] | json`."""
    body = _body(root)
    for table in ("cdp_neighbor_detail_info", "cdp_neighbor_brief_info"):
        for row in _rows(body, table):
            yield (
                {
                    "chassis_id": _first(row, "device_id"),
                    "neighbor_name": _first(row, "sysname"),
                    "platform": _first(row, "platform_id"),
                    "local_interface": _first(row, "intf_id"),
                    "neighbor_interface": _first(row, "port_id"),
                    "interface_ip": _first(row, "v4addr"),
                    "mgmt_address": _first(row, "v4mgmtaddr"),
                    "capabilities": _first(row, "capability"),
                },
                row,
            )


def lldp(root: JsonObject) -> Found:
    """Yield the neighbours of `show lldp neighbors [detail] | json`."""
    body = _body(root)
    for table in ("nbor_detail", "nbor"):
        for row in _rows(body, table):
            yield (
                {
                    "chassis_id": _first(row, "chassis_id"),
                    "neighbor_name": _first(row, "sys_name"),
                    "local_interface": _first(row, "l_port_id"),
                    "neighbor_interface": _first(row, "port_id"),
                    "mgmt_address": _first(row, "mgmt_addr"),
                    "capabilities": _first(row, "enabled_capability", "capability"),
                },
                row,
            )


def access_lists(root: JsonObject) -> Found:
    """Yield the entries of `show access-lists | json` that are counted."""
    body = _body(root)
    lists = [held for table in ("ip_ipv6_mac", "ip_acl") for held in _rows(body, table)]
    for held in lists:
        for row in _rows(held, "seqno"):
            yield (
                {
                    "name": _first(held, "acl_name"),
                    "sn": _first(row, "seqno"),
                    "action": _first(row, "permitdeny"),
                    "text": _first(row, "permitdeny"),
                    "hits": _first(row, "hitcnt", "match"),
                },
                row,
            )


def vlans(root: JsonObject) -> Found:
    """Yield the VLANs of `show vlan | json`."""
    body = _body(root)
    for table in ("vlanbrief", "vlanbriefxbrief"):
        for row in _rows(body, table):
            ports = row.get("vlanshowplist-ifidx")
            names = ports if isinstance(ports, JsonArray) else [ports]
            yield (
                {
                    "vlan_id": _first(row, "vlanshowbr-vlanid-utf", "vlanshowbr-vlanid"),
                    "vlan_name": _first(row, "vlanshowbr-vlanname"),
                    "status": _first(row, "vlanshowbr-vlanstate"),
                    "interfaces": tuple(
                        port for name in names if isinstance(name, str) for port in name.split(",") if port
                    ),
                },
                row,
            )


def vrfs(root: JsonObject) -> Found:
    """Yield the VRFs of `show vrf | json`."""
    for row in _rows(_body(root), "vrf"):
        yield {"name": _first(row, "vrf_name"), "id": _first(row, "vrf_id"), "state": _first(row, "vrf_state")}, row


def vrf_interfaces(root: JsonObject) -> Found:
    """Yield the interfaces of `show vrf interface | json`."""
    for row in _rows(_body(root), "if"):
        yield {"interface": _first(row, "if_name"), "name": _first(row, "vrf_name"), "id": _first(row, "vrf_id")}, row
