"""Our rows of IOS captures beside what Genie's parsers found in recorded outputs.

Compared are the leaves that our rows hold, which each entry of READ lists. Genie reads more of an output (counters of
every kind, energy, tunnels, licences); nothing asks for these.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.capture import CaptureRow
from netaudit.parsers.captures.cisco_ios.names import full_name
from netaudit.parsers.captures.values import text_of, texts_of
from tests.parsers.captures.genie import nest
from tests.parsers.captures.recorded import Comparison, read

Rows = Sequence[CaptureRow]


def _fields(row: CaptureRow, names: Mapping[str, str]) -> dict[str, str]:
    return {theirs: text_of(row, ours) for theirs, ours in names.items()}


def _version(rows: Rows) -> Any:
    names = {
        "chassis": "hardware", "compiled_by": "compiled_by", "compiled_date": "compiled_date",
        "control_processor_uptime": "control_processor_uptime", "uptime_this_cp": "control_processor_uptime",
        "curr_config_register": "config_register", "hostname": "hostname", "image_id": "software_image",
        "last_reload_reason": "last_reload_reason", "reason": "last_reload_reason", "mac_address": "mac_address",
        "mb_sn": "motherboard_serial", "model_num": "model_number", "processor_board_id": "serial",
        "processor_type": "processor_type", "returned_to_rom_by": "returned_to_rom_by",
        "system_image": "running_image_path", "system_sn": "system_serial", "uptime": "uptime", "version": "version",
        "xe_version": "xe_version", "bootldr": "bootldr",
    }  # fmt: skip
    fields = _fields(rows[0], names)
    return {"version": {**fields, "last_reload": {"reason": fields["reason"]}}}


def _inventory(rows: Rows) -> Any:
    names = {"name": "name", "descr": "descr", "pid": "pid", "vid": "vid", "sn": "sn"}
    return {"index": {str(number): _fields(row, names) for number, row in enumerate(rows, start=1)}}


def _interfaces(rows: Rows) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        address, length = text_of(row, "ip_address"), text_of(row, "prefix_length")
        found[text_of(row, "interface")] = {
            **_fields(
                row,
                {
                    "mtu": "mtu", "bandwidth": "bandwidth_number", "last_input": "last_input",
                    "last_output": "last_output", "output_hang": "last_output_hang", "mac_address": "mac_address",
                    "phys_address": "bia", "type": "hardware_type", "description": "description",
                    "media_type": "media_type",
                },
            ),
            "line_protocol": text_of(row, "protocol_status").split(" ")[0],
            "enabled": text_of(row, "link_status") != "administratively down",
            "delay": text_of(row, "delay").partition(" ")[0],
            "ipv4": {f"{address}/{length}": {"ip": address, "prefix_length": length}},
            "encapsulations": {"first_dot1q": text_of(row, "vlan_id")},
            "counters": {
                **_fields(
                    row,
                    {
                        "in_crc_errors": "crc", "in_errors": "input_errors", "in_frame": "frame",
                        "in_giants": "giants", "in_overrun": "overrun", "in_runts": "runts", "in_abort": "abort",
                        "in_pkts": "input_packets", "out_pkts": "output_packets", "out_errors": "output_errors",
                        "last_clear": "last_clearing",
                    },
                ),
                "rate": _fields(
                    row,
                    {
                        "in_rate": "input_rate", "in_rate_pkts": "input_pps", "out_rate": "output_rate",
                        "out_rate_pkts": "output_pps",
                    },
                ),
            },
            "queues": _fields(
                row,
                {
                    "input_queue_drops": "queue_drops", "input_queue_flushes": "queue_flushes",
                    "input_queue_max": "queue_max", "input_queue_size": "queue_size",
                    "queue_strategy": "queue_strategy", "total_output_drop": "queue_output_drops",
                },
            ),
        }  # fmt: skip
    return found


def _ip_interfaces(rows: Rows) -> Any:
    return {
        text_of(row, "interface"): {
            "oper_status": text_of(row, "protocol_status"),
            "enabled": text_of(row, "link_status") != "administratively down",
            "helper_address": texts_of(row, "ip_helper"),
            "mtu": text_of(row, "mtu"),
            "proxy_arp": text_of(row, "proxy_arp") == "enabled",
            "inbound_access_list": text_of(row, "inbound_acl"),
            "outbound_access_list": text_of(row, "outgoing_acl"),
            "policy_routing": text_of(row, "policy_routing") != "disabled",
            "ipv4": {
                text_of(row, "unnumbered_address"): {"ip": text_of(row, "unnumbered_address")},
                **{
                    f"{address}/{length}": {"ip": address, "prefix_length": length}
                    for address, length in zip(texts_of(row, "ip_address"), texts_of(row, "prefix_length"), strict=True)
                },
            },
        }
        for row in rows
    }


def _arp(rows: Rows) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        address, interface = text_of(row, "address"), text_of(row, "interface")
        hardware = text_of(row, "hardware_address")
        shared = {"age": text_of(row, "age"), "protocol": text_of(row, "protocol")}
        if interface:
            held = {**shared, "ip": address, "link_layer_address": hardware, "type": text_of(row, "type")}
            nest(found, ("interfaces", interface, "ipv4", "neighbors", address), held)
        else:
            held = {**shared, "ip_address": address, "mac_address": hardware, "encap_type": text_of(row, "type")}
            nest(found, ("global_static_table", address), held)
    return found


_PROTOCOLS = {
    "S": "static", "C": "connected", "L": "local", "O": "ospf", "i": "isis", "B": "bgp", "D": "eigrp", "m": "omp",
    "n": "nat_dia",
}  # fmt: skip


def _routes(rows: Rows) -> Any:
    found: dict[str, Any] = {}
    hops: dict[tuple[str, str], int] = {}
    for row in rows:
        prefix, vrf = f"{text_of(row, 'network')}/{text_of(row, 'prefix_length')}", text_of(row, "vrf")
        path = ("vrf", vrf, "address_family", "ipv4", "routes", prefix)
        for name, field in (("metric", "metric"), ("route_preference", "distance")):
            nest(found, (*path, name), text_of(row, field))
        nest(found, (*path, "route"), prefix)
        nest(found, (*path, "source_protocol"), _PROTOCOLS.get(text_of(row, "protocol"), ""))
        interface, address = text_of(row, "nexthop_if"), text_of(row, "nexthop_ip")
        if not address:
            nest(found, (*path, "next_hop", "outgoing_interface", interface, "outgoing_interface"), interface)
            continue
        hops[vrf, prefix] = hops.get((vrf, prefix), 0) + 1
        number = str(hops[vrf, prefix])
        hop = {"index": number, "next_hop": address, "outgoing_interface": interface}
        hop |= {"updated": text_of(row, "uptime"), "vrf": text_of(row, "nexthop_vrf")}
        nest(found, (*path, "next_hop", "next_hop_list", number), hop)
    return found


def _cdp_details(rows: Rows) -> Any:
    names = {
        "advertisement_ver": "advertisement_version", "capabilities": "capabilities", "device_id": "neighbor_name",
        "duplex_mode": "duplex", "hold_time": "hold_time", "local_interface": "local_interface",
        "native_vlan": "native_vlan", "platform": "platform", "port_id": "neighbor_interface",
        "vtp_management_domain": "vtp_domain",
    }  # fmt: skip
    return {"index": {str(number): _fields(row, names) for number, row in enumerate(rows, start=1)}}


def _cdp(rows: Rows) -> Any:
    names = {"capability": "capabilities", "device_id": "neighbor_name", "hold_time": "hold_time"}
    found = {
        str(number): {
            **_fields(row, names),
            "local_interface": full_name(text_of(row, "local_interface")),
        }
        for number, row in enumerate(rows, start=1)
    }
    return {"cdp": {"index": found, "total_entries": len(rows)}}


def _lldp(rows: Rows) -> Any:
    found: dict[str, Any] = {"total_entries": len(rows)}
    for row in rows:
        # Genie keeps the blanks that fill the column of the name.
        name = text_of(row, "neighbor_name").ljust(20)
        path = ("interfaces", full_name(text_of(row, "local_interface")), "port_id", text_of(row, "neighbor_interface"))
        held = {"hold_time": text_of(row, "hold_time"), "capabilities": text_of(row, "capabilities").split(",")}
        nest(found, (*path, "neighbors", name), held)
    return found


def _lldp_details(rows: Rows) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        port = text_of(row, "neighbor_interface")
        path = ("interface", full_name(text_of(row, "local_interface")), "port_id", port)
        chassis = _fields(
            row,
            {"chassis_id": "chassis_id", "port_description": "neighbor_port_description",
             "port_id": "neighbor_interface", "system_name": "neighbor_name"},
        )  # fmt: skip
        nest(found, (*path, "local_intf_service_instance"), chassis)
        system = _fields(
            row,
            {"enabled_capabilities": "capabilities", "system_capabilities": "system_capabilities",
             "time_remaining_sec": "time_remaining", "vlan_id": "vlan_id"},
        )  # fmt: skip
        nest(
            found, (*path, "system_description"), {**system, "management_addresses": {"ip": text_of(row, "addresses")}}
        )
    return found


def _vrfs(rows: Rows) -> Any:
    return {
        "vrf": {
            text_of(row, "name"): {
                "interfaces": sorted(map(full_name, texts_of(row, "interfaces"))),
                "protocols": text_of(row, "protocols").split(","),
                "route_distinguisher": text_of(row, "default_rd"),
            }
            for row in rows
        }
    }


def _access_lists(rows: Rows) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        name, number = text_of(row, "list"), text_of(row, "sequence")
        nest(found, ("acls", name, "name"), name)
        nest(found, ("acls", name, "type"), text_of(row, "type"))
        held = {"action": text_of(row, "action"), "sequence": number, "matches": text_of(row, "hits") or "0"}
        nest(found, ("acls", name, "aces", number), held)
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ROUTE = _words("metric route_preference route source_protocol index next_hop outgoing_interface updated")
READ: tuple[tuple[str, str, Callable[[Rows], Any], frozenset[str]], ...] = (
    (
        "ios/ShowVersion",
        "show version",
        _version,
        _words(
            "chassis compiled_by compiled_date control_processor_uptime curr_config_register hostname image_id reason "
            "processor_board_id processor_type returned_to_rom_by system_image uptime version"
        ),
    ),
    (
        "iosxe/ShowVersion",
        "show version",
        _version,
        _words(
            "bootldr chassis compiled_by compiled_date curr_config_register hostname image_id last_reload_reason "
            "mac_address mb_sn model_num processor_board_id processor_type returned_to_rom_by system_image system_sn "
            "uptime uptime_this_cp version xe_version"
        ),
    ),
    ("iosxe/ShowInventory", "show inventory", _inventory, _words("name descr pid vid sn")),
    (
        "iosxe/ShowInterfaces",
        "show interfaces",
        _interfaces,
        _words(
            "mtu bandwidth last_input last_output output_hang mac_address phys_address type description media_type "
            "line_protocol enabled delay ip prefix_length first_dot1q in_crc_errors in_errors in_frame in_giants "
            "in_overrun in_runts in_abort in_pkts out_pkts out_errors last_clear in_rate in_rate_pkts out_rate "
            "out_rate_pkts input_queue_drops input_queue_flushes input_queue_max input_queue_size queue_strategy "
            "total_output_drop"
        ),
    ),
    (
        "ios/ShowIpInterface",
        "show ip interface",
        _ip_interfaces,
        _words(
            "oper_status enabled helper_address mtu proxy_arp inbound_access_list outbound_access_list policy_routing "
            "ip prefix_length"
        ),
    ),
    (
        "ios/ShowArp",
        "show arp",
        _arp,
        _words("age ip link_layer_address type protocol encap_type ip_address mac_address"),
    ),
    ("ios/ShowIpArp", "show ip arp", _arp, _words("age ip link_layer_address type protocol")),
    ("iosxe/ShowIpArp", "show ip arp", _arp, _words("age ip link_layer_address type protocol")),
    ("ios/ShowIpRoute", "show ip route", _routes, _ROUTE),
    ("iosxe/ShowIpRoute", "show ip route", _routes, _ROUTE),
    (
        "iosxe/ShowCdpNeighborsDetail",
        "show cdp neighbors detail",
        _cdp_details,
        _words(
            "advertisement_ver capabilities device_id duplex_mode hold_time local_interface native_vlan platform "
            "port_id vtp_management_domain"
        ),
    ),
    # The columns of platform and port run together; Genie splits them at another place.
    (
        "iosxe/ShowCdpNeighbors",
        "show cdp neighbors",
        _cdp,
        _words("capability device_id hold_time local_interface total_entries"),
    ),
    ("ios/ShowLldpNeighbors", "show lldp neighbors", _lldp, _words("hold_time capabilities total_entries")),
    (
        "iosxe/ShowLldpNeighborsInterfaceDetail",
        "show lldp neighbors Gi1/0/1 detail",
        _lldp_details,
        _words(
            "chassis_id port_description port_id system_name enabled_capabilities system_capabilities "
            "time_remaining_sec vlan_id"
        ),
    ),
    (
        "iosxe/ShowIpAccessListInbound",
        "show ip access-list inbound",
        _access_lists,
        _words("name type action sequence matches"),
    ),
    ("ios/ShowVrf", "show vrf", _vrfs, _words("interfaces protocols route_distinguisher")),
)


@pytest.mark.parametrize(("folder", "command", "shape", "held"), READ, ids=[entry[0] for entry in READ])
def test_leaves_that_our_rows_hold_are_those_of_genie(
    corpus: Path, folder: str, command: str, shape: Callable[[Rows], Any], held: frozenset[str]
) -> None:
    result = Comparison()
    for text in sorted((corpus / "genieparser" / folder).glob("*.txt")):
        expected = json.loads(text.with_suffix("").with_suffix(".expected.json").read_text(encoding="utf-8"))
        (one,) = read(text.read_text(encoding="utf-8"), "cisco_ios", command).captured[0].captures
        found = shape(one.rows)
        for path, value in _leaves(expected):
            name = next(part for part in reversed(path) if not part.isdigit() or part == path[-1] in held)
            if name in held:
                result.add(f"{text.name} {'/'.join(path)}", value, _at(found, path))
    assert result.total > 0
    assert result.share >= 0.98, "\n".join(result.different)


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if children is None:
        yield path, value
        return
    for key, inner in children:
        yield from _leaves(inner, (*path, str(key)))


def _at(value: Any, path: Sequence[str]) -> Any:
    for key in path:
        if isinstance(value, Mapping):
            value = value.get(key, "no such leaf")
        elif isinstance(value, list | tuple) and key.isdigit() and int(key) < len(value):
            value = value[int(key)]
        else:
            return "no such leaf"
    return value
