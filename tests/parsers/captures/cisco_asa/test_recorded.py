"""Our rows of ASA captures against those that ntc-templates and Genie recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.capture import CaptureRow
from netaudit.packets.addresses import netmask_length, parse_address
from netaudit.parsers.captures.values import text_of
from tests.parsers.captures.genie import Shape, compare_genie, nest, without_empty
from tests.parsers.captures.recorded import compare_ntc

NTC_COMMANDS = (
    "show_access-list_brief",
    "show_crypto_ipsec_sa",
    "show_interface",
    "show_interface_detail",
    "show_route",
    "show_version",
    "show_vpn-sessiondb",
    "show_vpn-sessiondb_anyconnect",
    "show_vpn-sessiondb_detail_l2l",
)
# The other differences of `show interface detail`: their reader takes "EtherChannel/LACP" apart at the slash and
# gives two members of a channel the speed of the channel below them.


@pytest.mark.parametrize("command", NTC_COMMANDS)
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "cisco_asa", command)
    assert comparison.share >= 0.98, "\n".join(comparison.different)


def test_rows_of_access_lists_are_those_of_ntc_templates(corpus: Path) -> None:
    # A row has the fields of its line alone: theirs has ninety, most of them empty.
    comparison = compare_ntc(corpus, "cisco_asa", "show_access-list", absent="")
    assert comparison.share >= 0.98, "\n".join(comparison.different)


def _arp(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        address, length = text_of(row, "ip_address"), text_of(row, "prefix_length")
        nest(
            found,
            (text_of(row, "interface"), "ipv4", "neighbors", f"{address}/{length}" if length else address),
            without_empty(
                {
                    "age": text_of(row, "age"),
                    "ip": address,
                    "link_layer_address": text_of(row, "mac_address"),
                    "prefix_length": length,
                }
            ),
        )
    return found


def _inventory(rows: Sequence[CaptureRow]) -> Any:
    return {
        text_of(row, "name"): {
            "description": text_of(row, "descr"),
            "pid": text_of(row, "pid"),
            "vid": text_of(row, "vid"),
            "sn": text_of(row, "sn"),
        }
        for row in rows
    }


_PROTOCOLS = {
    "C": "connected",
    "L": "local",
    "S": "static",
    "SI": "static intervrf",
    "O": "ospf",
    "B": "bgp",
    "D": "eigrp",
    "V": "vpn",
}


def _routes(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        length = netmask_length(parse_address(text_of(row, "netmask"))[1])
        prefix = f"{text_of(row, 'network')}/{length}"
        table = "tunneled_routes" if text_of(row, "tunneled") else "routes"
        route = found.setdefault(table, {}).setdefault(prefix, {})
        code, kind = text_of(row, "protocol"), text_of(row, "type")
        route |= without_empty(
            {
                "route": prefix,
                "active": True,
                "metric": text_of(row, "metric"),
                "route_preference": text_of(row, "distance"),
                "source_protocol": _PROTOCOLS[code],
                "source_protocol_codes": kind or code,
                "date": text_of(row, "uptime"),
            }
        )
        interface = text_of(row, "nexthopif")
        hops = route.setdefault("next_hop", {"next_hop_list": {}, "outgoing_interface_name": {}})
        hops["outgoing_interface_name"][interface] = {"outgoing_interface_name": interface}
        position = len(hops["next_hop_list"]) + 1
        hops["next_hop_list"][str(position)] = without_empty(
            {"index": position, "next_hop": text_of(row, "nexthopip"), "outgoing_interface_name": interface}
        )
    return {"vrf": {"default": {"address_family": {"ipv4": found}}}}


def _version(rows: Sequence[CaptureRow]) -> Any:
    (row,) = rows
    user, _, date = text_of(row, "last_mod").partition(" at ")
    return {
        "version": {
            "asa_version": text_of(row, "version"),
            "asdm_version": text_of(row, "device_mgr_version"),
            "asa_model": text_of(row, "model"),
            "firepower_version": text_of(row, "fxos_version"),
            "hostname": text_of(row, "hostname"),
            "uptime": text_of(row, "uptime"),
            "platform": text_of(row, "hardware").partition(",")[0],
            "system_image": text_of(row, "image"),
            "boot_config_file": text_of(row, "boot_config"),
            "license_mode": text_of(row, "license_mode"),
            "license_state": text_of(row, "license_state"),
            "serial_number": text_of(row, "serial"),
            "last_modified_by": user,
            "last_modified_date": date,
        }
    }


_VERSION_LEAVES_NOT_HELD = frozenset(
    (
        *("licensed_features", "disks", "encryption_hardware", "entitlement", "mem_allocation", "image_type"),
        # Unused ports count there and have no name.
        *("interfaces", "key_version", "bios_flash", "intf_irq", "mac_addr", "compiled_by", "compiled_date", "context"),
        *("mem_size", "processor_type", "core_count", "cpu_count", "ssp_slot_number"),
    )
)


def _interfaces(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        name = text_of(row, "interface")
        address = text_of(row, "ip_address")
        found[name] = without_empty(
            {
                "name": text_of(row, "interface_zone"),
                "mac_address": text_of(row, "mac_address"),
                "mtu": text_of(row, "mtu"),
                "subnet": text_of(row, "netmask"),
                # Genie takes "administratively down" for up.
                "interface_state": text_of(row, "link_status") != "down",
                "line_protocol": text_of(row, "protocol_status") == "up",
                "ipv4": {address: {"ip": address}},
                "traffic_statistics": {
                    "packets_input": text_of(row, "traffic_in_packets"),
                    "bytes_input": text_of(row, "traffic_in_bytes"),
                    "packets_output": text_of(row, "traffic_out_packets"),
                    "bytes_output": text_of(row, "traffic_out_bytes"),
                    "packets_dropped": text_of(row, "traffic_dropped"),
                },
                "control_point_states": {
                    "interface": {
                        "interface_config_status": text_of(row, "control_interface_config_status"),
                        "interface_number": text_of(row, "control_interface_number"),
                        "interface_state": text_of(row, "control_interface_state"),
                    },
                    name: {
                        "interface_vlan_config_status": text_of(row, "vlan_config_status"),
                        "interface_vlan_state": text_of(row, "vlan_state").partition(" ")[0],
                    },
                },
            }
        )
        found[name]["name"] = text_of(row, "interface_zone")
    return {"interfaces": found}


GENIE: tuple[tuple[str, str, Shape, frozenset[str]], ...] = (
    ("asa/ShowArp", "show arp", _arp, frozenset()),
    ("asa/ShowInventory", "show inventory", _inventory, frozenset()),
    ("asa/ShowRoute", "show route", _routes, frozenset({"candidate_default"})),
    ("asa/ShowVersion", "show version", _version, _VERSION_LEAVES_NOT_HELD),
    # The first three follow from the words of one line, in a way of Genie's own.
    (
        "asa/ShowInterfaceDetail",
        "show interface detail",
        _interfaces,
        frozenset({"link_status", "config_status", "config_issue"}),
    ),
)


@pytest.mark.parametrize(("folder", "command", "shape", "not_held"), GENIE, ids=[entry[0] for entry in GENIE])
def test_leaves_are_those_of_genie(
    corpus: Path, folder: str, command: str, shape: Shape, not_held: frozenset[str]
) -> None:
    comparison = compare_genie(corpus, folder, "cisco_asa", command, shape, not_held)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
