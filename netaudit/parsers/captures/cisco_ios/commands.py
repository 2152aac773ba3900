"""The show commands of IOS and IOS-XE that are read, a table.

Source of the outputs: the command references of Cisco IOS (Configuration Fundamentals, Interface and Hardware
Component, IP Routing, IP Addressing, Security).
"""

from __future__ import annotations

import re

from netaudit.model.capture import Captured
from netaudit.model.source import Affects
from netaudit.parsers.captures.cisco_ios.access_lists import hit_count_facts, read_access_lists
from netaudit.parsers.captures.cisco_ios.device_facts import inventory_facts, version_facts, version_fields
from netaudit.parsers.captures.cisco_ios.interfaces import (
    brief_facts,
    interface_facts,
    interface_fields,
    ip_interface_lines,
    vlan_facts,
    vlan_fields,
    vrf_facts,
)
from netaudit.parsers.captures.cisco_ios.neighbors import (
    arp_facts,
    arp_fields,
    cdp_fields,
    cdp_lines,
    neighbor_facts,
    read_cdp_neighbors,
    read_lldp_neighbors,
)
from netaudit.parsers.captures.cisco_ios.routes import read_routes, route_facts
from netaudit.parsers.captures.cisco_ios.sessions import ikev2_facts, ipsec_facts, isakmp_facts, session_facts
from netaudit.parsers.captures.contract import CaptureCommand, CaptureRows, RowReader
from netaudit.parsers.captures.line_context import prepared, titled, unindented
from netaudit.parsers.captures.templates import Derive, template_rows


def _template(name: str, derive: Derive | None = None, *, one_row: bool = False) -> RowReader:
    """Return the reader of a template of this folder; indentation differs between releases and means nothing."""
    return unindented(template_rows(f"cisco_ios/{name}.ttp", one_row=one_row, derive=derive))


def _rows_only(rows: CaptureRows) -> Captured:
    """Return no facts: nothing asks for more than the rows."""
    return Captured()


# Titles above a table of BGP neighbours.
_FAMILY = re.compile(r"For address family: (?P<address_family>.+)")
_ROUTER = re.compile(r"BGP router identifier (?P<router_id>[\d.]+), local AS number (?P<local_as>[\d.]+)")

COMMANDS: tuple[CaptureCommand, ...] = (
    CaptureCommand(("show version",), _template("show_version", version_fields, one_row=True), version_facts),
    CaptureCommand(("show inventory", "show inventory {part...}"), _template("show_inventory"), inventory_facts),
    CaptureCommand(
        ("show interfaces", "show interfaces {interface...}"),
        _template("show_interfaces", interface_fields),
        interface_facts,
    ),
    CaptureCommand(("show interfaces description",), _template("show_interfaces_description"), brief_facts),
    CaptureCommand(
        ("show ip interface", "show ip interface {interface...}"),
        prepared(_template("show_ip_interface"), ip_interface_lines),
        interface_facts,
    ),
    CaptureCommand(
        ("show ip interface brief", "show ip interface brief {interface...}"),
        _template("show_ip_interface_brief"),
        brief_facts,
    ),
    CaptureCommand(
        ("show vrf", "show ip vrf", "show vrf ipv4", "show vrf brief", "show ip vrf brief"),
        _template("show_vrf"),
        vrf_facts,
        may_be_empty=True,
    ),
    CaptureCommand(("show ip vrf interfaces",), _template("show_ip_vrf_interfaces"), vrf_facts, may_be_empty=True),
    CaptureCommand(("show vlan", "show vlan brief"), _template("show_vlan", vlan_fields), vlan_facts),
    CaptureCommand(
        ("show ip route", "show ip route vrf {vrf}", "show ipv6 route", "show ipv6 route vrf {vrf}"),
        read_routes,
        route_facts,
        Affects.ROUTING,
        may_be_empty=True,
    ),
    # Part of a table: what is missing there may be in the rest, so no facts.
    CaptureCommand(
        (
            "show ip route {part...}",
            "show ip route vrf {vrf} {part...}",
            "show ipv6 route {part...}",
            "show ipv6 route vrf {vrf} {part...}",
        ),
        read_routes,
        _rows_only,
        Affects.ROUTING,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show arp", "show ip arp", "show ip arp vrf {vrf}", "show arp vrf {vrf}"),
        _template("show_arp", arp_fields),
        arp_facts,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show cdp neighbors detail", "show cdp neighbors {interface} detail", "show cdp entry {name}"),
        prepared(_template("show_cdp_neighbors_detail", cdp_fields), cdp_lines),
        neighbor_facts,
        may_be_empty=True,
    ),
    CaptureCommand(("show cdp neighbors",), read_cdp_neighbors, neighbor_facts, may_be_empty=True),
    CaptureCommand(
        ("show lldp neighbors detail", "show lldp neighbors {interface} detail", "show lldp entry {name}"),
        _template("show_lldp_neighbors_detail"),
        neighbor_facts,
        may_be_empty=True,
    ),
    CaptureCommand(("show lldp neighbors",), read_lldp_neighbors, neighbor_facts, may_be_empty=True),
    CaptureCommand(
        (
            "show access-lists",
            "show access-lists {list}",
            "show ip access-lists",
            "show ip access-lists {list}",
            "show ipv6 access-list",
            "show ipv6 access-list {list}",
        ),
        read_access_lists,
        hit_count_facts,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show crypto session", "show crypto session detail"),
        _template("show_crypto_session"),
        session_facts,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show crypto isakmp sa", "show crypto isakmp sa active"),
        _template("show_crypto_isakmp_sa"),
        isakmp_facts,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show crypto ikev2 sa", "show crypto ikev2 sa detailed"),
        _template("show_crypto_ikev2_sa"),
        ikev2_facts,
        may_be_empty=True,
    ),
    CaptureCommand(("show crypto ipsec sa",), _template("show_crypto_ipsec_sa"), ipsec_facts, may_be_empty=True),
    CaptureCommand(("show ip ospf neighbor",), _template("show_ip_ospf_neighbor"), _rows_only, may_be_empty=True),
    CaptureCommand(
        (
            "show ip bgp summary",
            "show bgp summary",
            "show ip bgp all summary",
            "show bgp all summary",
            "show ip bgp vpnv4 all summary",
        ),
        titled(
            titled(_template("show_ip_bgp_summary"), _FAMILY, address_family=""), _ROUTER, router_id="", local_as=""
        ),
        _rows_only,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show standby", "show standby {interface...}"), _template("show_standby"), _rows_only, may_be_empty=True
    ),
)
