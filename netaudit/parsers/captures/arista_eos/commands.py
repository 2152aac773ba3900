"""The show commands of EOS that are read, as text and as `| json`, and by what.

Source: Arista EOS User Manual and Command API.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from netaudit.model.capture import CaptureRow
from netaudit.model.source import Affects
from netaudit.parsers.captures.arista_eos import access_lists, facts, json_forms, routes, tables
from netaudit.parsers.captures.contract import CaptureCommand, RowReader
from netaudit.parsers.captures.json_records import json_rows, text_or_json
from netaudit.parsers.captures.line_context import prepared, titled, unindented
from netaudit.parsers.captures.templates import Derive, template_rows


def _template(name: str, derive: Derive | None = None) -> RowReader:
    return unindented(template_rows(f"arista_eos/{name}.ttp", derive=derive))


def _both(*commands: str) -> tuple[str, ...]:
    return tuple(f"{command}{form}" for command in commands for form in ("", " | json"))


_LLDP_TITLE = re.compile(r"Interface (?P<local_interface>\S+) detected (?P<neighbor_count>\d+) LLDP neighbors?")


def _without_dash(lines: Sequence[str]) -> list[str]:
    return [re.sub(r"\A\s*(?:- )?", "", line).rstrip() for line in lines]


def _unquoted(row: CaptureRow) -> CaptureRow:
    fields = dict(row)
    for name in ("neighbor_interface", "neighbor_name", "neighbor_description", "port_description"):
        fields[name] = str(fields[name]).strip('"')
    fields["mgmt_address"] = fields["mgmt_addresses"][-1] if fields["mgmt_addresses"] else ""
    return fields


def _unquoted_description(row: CaptureRow) -> CaptureRow:
    fields = dict(row)
    description = str(fields["description"])
    if len(description) > 1 and description[0] == description[-1] == '"':
        fields["description"] = description[1:-1]
    return fields


COMMANDS = (
    CaptureCommand(
        _both("show version", "show version detail"),
        text_or_json(_template("show_version"), json_forms.versions),
        facts.read_version,
    ),
    CaptureCommand(
        _both("show hostname"), text_or_json(_template("show_hostname"), json_forms.hostnames), facts.read_hostname
    ),
    CaptureCommand(
        _both("show inventory"), text_or_json(tables.read_inventory, json_forms.inventories), facts.read_inventory
    ),
    CaptureCommand(
        _both("show interfaces", "show interfaces {interface}"),
        text_or_json(_template("show_interfaces", _unquoted_description), json_forms.interfaces),
        facts.read_interfaces,
    ),
    CaptureCommand(
        _both("show interfaces description"),
        text_or_json(tables.read_descriptions, json_forms.descriptions),
        facts.read_interface_table,
    ),
    CaptureCommand(
        _both("show interfaces status"),
        text_or_json(tables.read_status, json_forms.interface_states),
        facts.read_interface_table,
    ),
    CaptureCommand(
        ("show ip interface brief",),
        tables.read_ip_interface_brief,
        facts.read_ip_interfaces,
    ),
    CaptureCommand(
        ("show ip interface | json", "show ip interface brief | json"),
        json_rows(json_forms.interfaces),
        facts.read_interfaces,
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
        _both("show ip arp", "show arp", "show ip arp vrf {vrf}", "show arp vrf {vrf}"),
        text_or_json(tables.read_arp, json_forms.arp),
        facts.read_arp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show lldp neighbors"),
        text_or_json(tables.read_lldp, json_forms.lldp),
        facts.read_lldp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both("show lldp neighbors detail"),
        text_or_json(
            titled(
                prepared(template_rows("arista_eos/show_lldp_neighbors_detail.ttp", derive=_unquoted), _without_dash),
                _LLDP_TITLE,
                local_interface="",
                neighbor_count="",
            ),
            json_forms.lldp,
        ),
        facts.read_lldp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _both(
            "show ip access-lists",
            "show ip access-lists {name}",
            "show ipv6 access-lists",
            "show ipv6 access-lists {name}",
            "show access-lists",
        ),
        text_or_json(access_lists.read_access_lists, json_forms.access_lists),
        facts.read_hit_counts,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(_both("show vlan"), text_or_json(tables.read_vlans, json_forms.vlans), facts.read_nothing),
    CaptureCommand(
        _both("show vrf"), text_or_json(tables.read_vrfs, json_forms.vrfs), facts.read_vrfs, may_be_empty=True
    ),
)
