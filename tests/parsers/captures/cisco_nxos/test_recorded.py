"""Our rows of NX-OS captures against those that ntc-templates and Genie recorded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from netaudit.model.capture import CaptureRow
from netaudit.parsers.captures.cisco_nxos.facts import interface_name
from netaudit.parsers.captures.values import text_of, texts_of
from tests.parsers.captures.genie import Shape, compare_genie, nest, without_empty
from tests.parsers.captures.recorded import compare_ntc

NTC_COMMANDS = (
    "show_access-lists",
    "show_cdp_neighbors",
    "show_cdp_neighbors_detail",
    "show_interface_brief",
    "show_interface_status",
    "show_interface_switchport",
    "show_ip_arp_detail",
    "show_ip_interface",
    "show_ip_route",
    "show_ipv6_interface_brief",
    "show_lldp_neighbors",
    "show_version",
    "show_vlan",
    "show_vrf_detail",
    "show_vrf_interface",
)
# Not read, as no question is asked of them: breakout, capabilities, snmp-ifindex of `show interface`.

_WRAPPED = "a name that ends in a blank before the line goes on is lost by their template"
_KNOWN = {("cisco_nxos_show_lldp_neighbors_multiline.raw", "neighbor_name"): _WRAPPED}
_KNOWN |= {
    ("cisco_nxos_show_ip_interface.raw", field): 'their reader writes "None" where nothing is printed'
    for field in ("secondary_route_preference", "secondary_route_preference_tag")
}
# `show ip route` has the only other difference: a table "Route not found" is a row of its VRF alone there, none here.


@pytest.mark.parametrize("command", NTC_COMMANDS)
def test_rows_are_those_of_ntc_templates(corpus: Path, command: str) -> None:
    comparison = compare_ntc(corpus, "cisco_nxos", command, known=_KNOWN)
    assert comparison.share >= 0.98, "\n".join(comparison.different)


def _version(rows: Sequence[CaptureRow]) -> Any:
    (row,) = rows
    days, hours, minutes, seconds = (part.split()[0] for part in text_of(row, "uptime").split(", "))
    system = text_of(row, "os").partition(" ")[0]
    hardware = {
        "bootflash": text_of(row, "bootflash"),
        "chassis": text_of(row, "chassis"),
        "model": text_of(row, "chassis"),
        "cpu": text_of(row, "processor"),
        "device_name": text_of(row, "hostname"),
        "memory": text_of(row, "memory"),
        "processor_board_id": text_of(row, "serial"),
        "rp": text_of(row, "supervisor") or "None",
    }
    software = {
        "system_version": system,
        "system_compile_time": text_of(row, "compile_time"),
        "system_image_file": text_of(row, "system_image") or text_of(row, "boot_image"),
        "bios_version": text_of(row, "bios"),
        "bios_compile_time": text_of(row, "bios_compile_time"),
        "kickstart_version": text_of(row, "kickstart"),
        "kickstart_image_file": text_of(row, "boot_image"),
        "kickstart_compile_time": text_of(row, "kickstart_compile_time"),
    }
    uptime = {"days": days, "hours": hours, "minutes": minutes, "seconds": seconds}
    return {
        "platform": {
            "hardware": hardware,
            "software": software,
            "kernel_uptime": uptime,
            "reason": text_of(row, "last_reboot_reason"),
            "system_version": text_of(row, "reset_version"),
        }
    }


def _inventory(rows: Sequence[CaptureRow]) -> Any:
    return {
        "name": {
            text_of(row, "name"): {
                "description": text_of(row, "descr"),
                "pid": text_of(row, "pid"),
                "vid": text_of(row, "vid"),
                "serial_number": text_of(row, "sn"),
            }
            for row in rows
        }
    }


def _routes(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        prefix = f"{text_of(row, 'network')}/{text_of(row, 'prefix_length')}"
        path = ("vrf", text_of(row, "vrf"), "address_family", "ipv4", "routes", prefix)
        protocol, _, process = text_of(row, "protocol").partition("-")
        hop_vrf, _, family = text_of(row, "nexthop_vrf").partition(":")
        common = {
            "metric": text_of(row, "metric"),
            "route_preference": text_of(row, "distance"),
            "source_protocol": protocol,
            "source_protocol_status": text_of(row, "type") or protocol,
        }
        hop = without_empty(
            {
                **common,
                "best_ucast_nexthop": text_of(row, "best") == "*",
                "next_hop": text_of(row, "nexthop_ip"),
                "next_hop_vrf": hop_vrf,
                "next_hop_af": family,
                "outgoing_interface": interface_name(text_of(row, "nexthop_if")).replace("vlan", "Vlan"),
                "updated": text_of(row, "uptime"),
                "segid": text_of(row, "segid"),
                "tunnelid": text_of(row, "tunnelid"),
                "encap": text_of(row, "encap").lower(),
            }
        )
        route = {
            **common,
            "route": prefix,
            "active": True,
            "ubest": text_of(row, "ubest"),
            "mbest": text_of(row, "mbest"),
            "process_id": process,
            "tag": text_of(row, "tag").partition(" ")[0],
        }
        if text_of(row, "attributes").startswith("attached"):
            route["attached"] = True
        held = found
        for key in path:
            held = held.setdefault(key, {})
        hops = held.setdefault("next_hop", {}).setdefault("next_hop_list", {})
        held |= route
        hops[str(len(hops) + 1)] = {**hop, "index": len(hops) + 1}
    return found


_ROUTE_LEAVES_NOT_HELD = frozenset({"all_best", "pervasive", "direct", "asymmetric", "mpls_vpn"})


def _access_lists(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        name, number = text_of(row, "name"), text_of(row, "sn")
        if text_of(row, "action") == "remark":
            continue
        family = {"ip": "ipv4", "ipv6": "ipv6", "mac": "eth"}[text_of(row, "family")]
        nest(found, (name, "name"), name)
        nest(found, (name, "type"), f"{family}-acl-type")
        nest(found, (name, "aces", number, "name"), number)
        nest(found, (name, "aces", number, "actions", "forwarding"), text_of(row, "action"))
        if text_of(row, "hits"):
            nest(found, (name, "aces", number, "statistics", "matched_packets"), text_of(row, "hits"))
        matches = (name, "aces", number, "matches")
        source, destination = text_of(row, "source"), text_of(row, "destination")
        if family == "eth":
            nest(found, (*matches, "l2", "eth", "source_mac_address"), source)
            nest(found, (*matches, "l2", "eth", "destination_mac_address"), destination)
            continue
        nest(found, (*matches, "l3", family, "protocol"), text_of(row, "protocol"))
        nest(found, (*matches, "l3", family, "source_network", source, "source_network"), source)
        nest(found, (*matches, "l3", family, "destination_network", destination, "destination_network"), destination)
    return found


# The words behind the addresses are one text in our rows.
_ACCESS_LIST_LEAVES_NOT_HELD = frozenset(
    {"l4", "logging", "precedence", "ttl", "established", "ether_type", "mac_protocol_number", "vlan"}
)


def _arp(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        address = text_of(row, "ip_address")
        nest(
            found,
            ("interfaces", text_of(row, "interface"), "ipv4", "neighbors", address),
            {
                "age": text_of(row, "age"),
                "ip": address,
                "link_layer_address": text_of(row, "mac_address"),
                "physical_interface": text_of(row, "physical_interface"),
                "origin": "static" if text_of(row, "age") == "-" else "dynamic",
            },
        )
    return found


_COUNTERS = tuple(
    f"{kind}_{unit}_{what}"
    for kind in ("unicast", "multicast", "broadcast", "labeled")
    for unit in ("packets", "bytes")
    for what in ("sent", "received", "forwarded", "originated", "consumed")
)


def _ip_interfaces(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    by_name = {text_of(row, "interface"): row for row in rows}
    for row in rows:
        states = ("protocol", "link", "admin")
        ipv4: dict[str, Any] = {"counters": {name: text_of(row, name) for name in _COUNTERS}}
        lender = by_name.get(text_of(row, "unnumbered"), row)
        pairs = [
            (text_of(lender, "primary_ip_address"), text_of(lender, "primary_ip_subnet"), False),
            *(
                (address, subnet, True)
                for address, subnet in zip(
                    texts_of(row, "secondary_ip_address"), texts_of(row, "secondary_ip_subnet"), strict=True
                )
            ),
        ]
        for address, subnet, secondary in pairs:
            network, _, length = subnet.partition("/")
            ipv4[f"{address}/{length}"] = {
                "ip": address,
                "ip_subnet": network,
                "prefix_length": length,
                "secondary": secondary,
            }
        found[text_of(row, "interface")] = {
            "interface_status": "/".join(f"{state}-{text_of(row, f'{state}_status')}" for state in states),
            "iod": text_of(row, "iod"),
            "vrf": text_of(row, "vrf_name"),
            "ipv4": ipv4,
            "ip_mtu": text_of(row, "mtu"),
            "directed_broadcast": text_of(row, "directed_broadcast"),
            "icmp_port_unreachable": text_of(row, "icmp_port_unreachable"),
            "icmp_redirects": text_of(row, "icmp_redirects"),
            "icmp_unreachable": text_of(row, "icmp_unreachables"),
            "int_stat_last_reset": text_of(row, "last_reset"),
            "ip_forwarding": text_of(row, "ip_forwarding"),
            "load_sharing": text_of(row, "load_sharing"),
            "local_proxy_arp": text_of(row, "local_proxy_arp"),
            "proxy_arp": text_of(row, "proxy_arp"),
            "multicast_groups": sorted(text_of(row, "multicast_groups").split()),
            "multicast_routing": text_of(row, "multicast_routing"),
            "unicast_reverse_path": text_of(row, "urpf"),
            "wccp_redirect_exclude": text_of(row, "wccp_redirect_exclude"),
            "wccp_redirect_inbound": text_of(row, "wccp_redirect_inbound"),
            "wccp_redirect_outbound": text_of(row, "wccp_redirect_outbound"),
        }
    return found


# The first three hang at one address there, at the last one read; in our rows they are the interface's. The mode is
# that of an ACI fabric, and "none" stands there for no groups.
_IP_INTERFACE_LEAVES_NOT_HELD = frozenset(
    {"broadcast_address", "route_preference", "route_tag", "unnumbered", "mode", "multicast_groups_address"}
)


def _lldp(rows: Sequence[CaptureRow]) -> Any:
    found: dict[str, Any] = {}
    for row in rows:
        port = text_of(row, "neighbor_interface")
        names = {"Gi": "GigabitEthernet", "Te": "TenGigabitEthernet", "Eth": "Ethernet", "mgmt": "mgmt"}
        short = port.rstrip("0123456789/.")
        if short in names:
            port = names[short] + port[len(short) :]
        path = (
            "interfaces",
            interface_name(text_of(row, "local_interface")),
            "port_id",
            port.replace(" ", "").replace(":", "") if port.startswith("mgmt") else port.replace(" ", ""),
            "neighbors",
            text_of(row, "neighbor_name"),
        )
        nest(
            found,
            path,
            {
                "chassis_id": text_of(row, "chassis_id"),
                "management_address_v4": text_of(row, "mgmt_address"),
                "management_address_v6": text_of(row, "mgmt_ipv6"),
                "port_description": text_of(row, "port_description"),
                "system_name": text_of(row, "neighbor_name"),
                "time_remaining": text_of(row, "time_remaining"),
                "vlan_id": text_of(row, "vlan_id"),
            },
        )
    return found


# Capabilities are letters in our rows, a description there goes on over several lines, the total is the last line's.
_LLDP_LEAVES_NOT_HELD = frozenset(
    {"capabilities", "system_description", "enabled_capabilities", "system_capabilities", "total_entries"}
)


def _vrfs(rows: Sequence[CaptureRow]) -> Any:
    return {
        "vrfs": {
            text_of(row, "name"): {
                "vrf_id": text_of(row, "id"),
                "vrf_state": text_of(row, "state"),
                "reason": text_of(row, "reason"),
            }
            for row in rows
        }
    }


def _vrf_details(rows: Sequence[CaptureRow]) -> Any:
    return {
        text_of(row, "name"): {
            "vrf_id": text_of(row, "id"),
            "state": text_of(row, "state").lower(),
            "route_distinguisher": text_of(row, "default_rd"),
            "max_routes": text_of(row, "max_routes"),
            "mid_threshold": text_of(row, "mid_threshold"),
            "address_family": {
                family.lower(): {"table_id": table, "fwd_id": forwarding, "state": state.lower()}
                for family, table, forwarding, state in zip(
                    texts_of(row, "address_family"),
                    texts_of(row, "table_id"),
                    texts_of(row, "fwd_id"),
                    texts_of(row, "table_status"),
                    strict=True,
                )
            },
        }
        for row in rows
    }


def _vrf_interfaces(rows: Sequence[CaptureRow]) -> Any:
    return {
        "vrf_interface": {
            text_of(row, "interface"): {
                "vrf_name": text_of(row, "name"),
                "vrf_id": text_of(row, "id"),
                "site_of_origin": text_of(row, "origin"),
            }
            for row in rows
        }
    }


def _ip_brief(rows: Sequence[CaptureRow]) -> Any:
    return {
        "interface": {
            text_of(row, "interface"): {
                "vlan_id": {
                    text_of(row, "interface").removeprefix("Vlan"): {
                        "interface_status": text_of(row, "status"),
                        "ip_address": text_of(row, "ip_address"),
                    }
                }
            }
            for row in rows
        }
    }


GENIE: tuple[tuple[str, str, Shape, frozenset[str]], ...] = (
    # The name of the family and the operating system are Genie's own; no device of the corpus has slots.
    ("nxos/ShowVersion", "show version", _version, frozenset({"name", "os", "slots"})),
    ("nxos/ShowInventory", "show inventory", _inventory, frozenset({"slot"})),
    ("nxos/ShowIpRoute", "show ip route", _routes, _ROUTE_LEAVES_NOT_HELD),
    ("nxos/ShowAccessLists", "show access-lists", _access_lists, _ACCESS_LIST_LEAVES_NOT_HELD),
    ("nxos/ShowIpArpDetailVrfAll", "show ip arp detail vrf all", _arp, frozenset({"flag"})),
    ("nxos/ShowIpInterfaceVrfAll", "show ip interface vrf all", _ip_interfaces, _IP_INTERFACE_LEAVES_NOT_HELD),
    ("nxos/ShowIpInterfaceBriefPipeVlan", "show ip interface brief", _ip_brief, frozenset()),
    ("nxos/ShowLldpNeighborsDetail", "show lldp neighbors detail", _lldp, _LLDP_LEAVES_NOT_HELD),
    ("nxos/ShowVrf", "show vrf", _vrfs, frozenset()),
    ("nxos/ShowVrfDetail", "show vrf detail", _vrf_details, frozenset()),
    ("nxos/ShowVrfInterface", "show vrf interface", _vrf_interfaces, frozenset()),
)
# Not read: `show module`, `show ip route summary`, VLAN access maps and segments, running configurations.


@pytest.mark.parametrize(("folder", "command", "shape", "not_held"), GENIE, ids=[entry[0] for entry in GENIE])
def test_leaves_are_those_of_genie(
    corpus: Path, folder: str, command: str, shape: Shape, not_held: frozenset[str]
) -> None:
    comparison = compare_genie(corpus, folder, "cisco_nxos", command, shape, not_held)
    assert comparison.share >= 0.98, "\n".join(comparison.different)
