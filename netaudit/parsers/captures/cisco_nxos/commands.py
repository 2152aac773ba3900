"""The show commands of NX-OS that are read, as text and as `| json`, and by what. There is no VPN on NX-OS.

Source: Cisco Nexus 9000 Series NX-OS Command Reference (Show Commands).
"""

from __future__ import annotations

import re

from netaudit.model.capture import CaptureRow
from netaudit.model.source import Affects
from netaudit.parsers.captures.cisco_nxos import access_lists, facts, json_forms, routes, tables
from netaudit.parsers.captures.contract import CaptureCommand, RowReader
from netaudit.parsers.captures.json_records import text_or_json
from netaudit.parsers.captures.line_context import prepared, titled, under_headings, unindented
from netaudit.parsers.captures.templates import Derive, template_rows


def _template(name: str, derive: Derive | None = None) -> RowReader:
    return unindented(template_rows(f"cisco_nxos/{name}.ttp", derive=derive))


def _both(*commands: str) -> tuple[str, ...]:
    """Return the commands, plain and in JSON."""
    forms = ("", " | json", " | json-pretty", " | json native", " | json-pretty native")
    return tuple(f"{command}{form}" for command in commands for form in forms)


def _platform(row: CaptureRow) -> CaptureRow:
    """Add the chassis without its family: "C9396PX" of "Nexus9000 C9396PX"."""
    fields = dict(row)
    words = str(fields["chassis"]).split()
    fields["platform"] = re.sub(r"\AN\d+K-", "", words[-1]) if words else ""
    return fields


_VRF_TITLE = re.compile(r'\s*IP Interface Status for VRF "(?P<vrf_name>[^"]*)"')
_addresses = under_headings(re.compile(r"(Interface|Mgmt) address\(es\):"), re.compile(r"IPv[46] Address: "))
_version = under_headings(re.compile(r"(Version):\Z"), re.compile(r"(?!Copyright|Compiled|Advertisement|Technical)\S"))

COMMANDS = (
    CaptureCommand(
        _both("show version"),
        text_or_json(_template("show_version", _platform), json_forms.versions),
        facts.read_version,
    ),
    CaptureCommand(
        _both("show inventory", "show inventory all"),
        text_or_json(_template("show_inventory"), json_forms.inventories),
        facts.read_inventory,
    ),
    CaptureCommand(
        _both("show interface", "show interface {interface}"),
        text_or_json(_template("show_interface"), json_forms.interfaces),
        facts.read_interfaces,
    ),
    CaptureCommand(("show interface brief",), tables.read_interface_brief, facts.read_interface_table),
    CaptureCommand(("show interface status",), tables.read_interface_status, facts.read_interface_table),
    CaptureCommand(("show interface switchport",), _template("show_interface_switchport"), facts.read_switchports),
    CaptureCommand(
        _both("show ip interface brief", "show ip interface brief vrf {vrf}"),
        text_or_json(tables.read_ip_interface_brief, json_forms.ip_interfaces),
        facts.read_ip_interfaces,
    ),
    CaptureCommand(
        _both("show ip interface", "show ip interface vrf {vrf}", "show ip interface {interface}"),
        text_or_json(
            titled(_template("show_ip_interface"), _VRF_TITLE, vrf_name=""),
            json_forms.ip_interfaces,
        ),
        facts.read_ip_interfaces,
    ),
    CaptureCommand(
        ("show ipv6 interface brief", "show ipv6 interface brief vrf {vrf}"),
        tables.read_ipv6_interface_brief,
        facts.read_ipv6_interfaces,
    ),
    CaptureCommand(
        _both("show ip route", "show ip route vrf {vrf}", "show ipv6 route", "show ipv6 route vrf {vrf}"),
        text_or_json(routes.read_routes, json_forms.routes),
        facts.read_routes,
        Affects.ROUTING,
    ),
    # Part of a table: no facts, as what is not in it may be in the table.
    CaptureCommand(
        (
            "show ip route {part...}",
            "show ip route vrf {vrf} {part...}",
            "show ipv6 route {part...}",
            "show ipv6 route vrf {vrf} {part...}",
        ),
        text_or_json(routes.read_routes, json_forms.routes),
        facts.read_nothing,
        Affects.ROUTING,
    ),
    CaptureCommand(
        _both("show ip arp", "show ip arp detail", "show ip arp vrf {vrf}", "show ip arp detail vrf {vrf}"),
        text_or_json(tables.read_arp, json_forms.arp),
        facts.read_arp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show cdp neighbors"),
        text_or_json(tables.read_cdp_neighbors, json_forms.cdp),
        facts.read_cdp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show cdp neighbors detail"),
        text_or_json(
            prepared(
                template_rows("cisco_nxos/show_cdp_neighbors_detail.ttp"), lambda lines: _version(_addresses(lines))
            ),
            json_forms.cdp,
        ),
        facts.read_cdp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show lldp neighbors"),
        text_or_json(tables.read_lldp_neighbors, json_forms.lldp),
        facts.read_lldp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show lldp neighbors detail"),
        text_or_json(_template("show_lldp_neighbors_detail"), json_forms.lldp),
        facts.read_lldp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both(
            "show access-lists",
            "show access-lists {name}",
            "show ip access-lists",
            "show ip access-lists {name}",
            "show ipv6 access-lists",
            "show ipv6 access-lists {name}",
        ),
        text_or_json(access_lists.read_access_lists, json_forms.access_lists),
        facts.read_hit_counts,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show vlan", "show vlan brief"), text_or_json(tables.read_vlans, json_forms.vlans), facts.read_nothing
    ),
    CaptureCommand(
        _both("show vrf", "show vrf all"), text_or_json(_template("show_vrf"), json_forms.vrfs), facts.read_nothing
    ),
    CaptureCommand(("show vrf detail", "show vrf {vrf} detail"), _template("show_vrf_detail"), facts.read_nothing),
    CaptureCommand(
        _both("show vrf interface", "show vrf {vrf} interface"),
        text_or_json(_template("show_vrf_interface"), json_forms.vrf_interfaces),
        facts.read_vrf_interfaces,
    ),
    CaptureCommand(("show hsrp", "show hsrp all"), _template("show_hsrp"), facts.read_nothing, may_be_empty=True),
)
