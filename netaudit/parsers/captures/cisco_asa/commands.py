"""The show commands of an ASA that are read, and by what.

Source: Cisco ASA Series Command Reference, S Commands.
"""

from __future__ import annotations

import re

from netaudit.model.capture import CaptureRow
from netaudit.model.source import Affects
from netaudit.parsers.captures.cisco_asa import access_lists, facts, routes, tables, vpn_sessions
from netaudit.parsers.captures.contract import CaptureCommand, RowReader
from netaudit.parsers.captures.line_context import prepared, titled, under_headings, unindented
from netaudit.parsers.captures.networks import is_address
from netaudit.parsers.captures.templates import Derive, template_rows


def _template(name: str, derive: Derive | None = None) -> RowReader:
    return unindented(template_rows(f"cisco_asa/{name}.ttp", derive=derive))


def _without_end_comma(row: CaptureRow) -> CaptureRow:
    fields = dict(row)
    fields["hardware"] = str(fields["hardware"]).rstrip(", ")
    return fields


def _speed_in_use(row: CaptureRow) -> CaptureRow:
    fields = dict(row)
    fields["duplex"], fields["speed"] = fields["used_duplex"], fields["used_speed"]
    return fields


def _speed_or_setting(row: CaptureRow) -> CaptureRow:
    """Complete a row of `detail`: what is in use, else what is configured; and the traffic of one without hardware."""
    fields = dict(row)
    fields["duplex"] = str(fields["used_duplex"]).partition("-")[0] or fields["configured_duplex"]
    fields["speed"] = fields["used_speed"] or str(fields["configured_speed"]).partition("-")[0]
    fields["interface_name"], fields["ignored"] = fields["interface_zone"], fields["frames_ignored"]
    fields["ip_address"] = fields["ip_address"] or fields["no_address"]
    fields["mtu"] = fields["mtu"] or fields["no_mtu"]
    for name in ("in_packets", "in_bytes", "out_packets", "out_bytes"):
        fields[name] = fields[name] or fields[f"traffic_{name}"]
    return fields


_NAMED = (
    ("local_address", "local_address_name"),
    ("current_peer", "current_peer_name"),
    ("dynamic_peer", "dynamic_peer_name"),
    ("local_crypto_endpoint", "local_crypto_endpoint_name"),
    ("remote_crypto_endpoint", "remote_crypto_endpoint_name"),
)


def _names_apart(row: CaptureRow) -> CaptureRow:
    """Put a name that stands for an address (`names`) into the field for names; take the brackets off the settings."""
    fields = dict(row)
    for address, name in _NAMED:
        text = str(fields[address])
        fields[name] = "" if not text or is_address(text) else text
        if fields[name]:
            fields[address] = ""
    for name in ("inbound_settings_in_use", "outbound_settings_in_use"):
        fields[name] = str(fields[name]).strip("{}, ")
    return fields


_direction = under_headings(
    re.compile(r"(inbound|outbound) (?:esp|ah) sas:"), re.compile(r"(?!Crypto map tag|interface:)\S")
)


_queue = under_headings(re.compile(r"(RX|TX)\[\d+\]: "), re.compile(r"Blocks free|Used by"))


def _interface(derive: Derive) -> RowReader:
    return prepared(template_rows("cisco_asa/show_interface.ttp", derive=derive), _queue)


COMMANDS = (
    CaptureCommand(("show version",), _template("show_version", _without_end_comma), facts.read_version),
    CaptureCommand(("show inventory",), _template("show_inventory"), facts.read_inventory),
    CaptureCommand(
        ("show interface", "show interface {name}"),
        _interface(_speed_in_use),
        facts.read_interfaces,
    ),
    CaptureCommand(("show interface detail",), _interface(_speed_or_setting), facts.read_interfaces),
    CaptureCommand(("show interface ip brief",), tables.read_ip_brief, facts.read_ip_brief),
    CaptureCommand(("show nameif",), tables.read_nameif, facts.read_named_interfaces),
    CaptureCommand(("show ip address", "show ip"), tables.read_ip_address, facts.read_named_interfaces),
    CaptureCommand(
        ("show route", "show ipv6 route", "show route all", "show route management-only"),
        routes.read_routes,
        facts.read_routes,
        Affects.ROUTING,
    ),
    # Part of a table: no facts, as what is not in it may be in the table.
    CaptureCommand(
        ("show route {part...}", "show ipv6 route {part...}"), routes.read_routes, facts.read_nothing, Affects.ROUTING
    ),
    CaptureCommand(("show arp",), tables.read_arp, facts.read_arp, may_be_empty=True),
    CaptureCommand(
        ("show access-list", "show access-list {name}"),
        access_lists.read_access_lists,
        facts.read_hit_counts,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show access-list brief", "show access-list {name} brief"),
        access_lists.read_brief,
        facts.read_brief_hit_counts,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show crypto ipsec sa", "show crypto ipsec sa {selection...}"),
        titled(
            prepared(template_rows("cisco_asa/show_crypto_ipsec_sa.ttp", derive=_names_apart), _direction),
            re.compile(r"\s*interface: (?P<interface>\S+)"),
            interface="",
        ),
        facts.read_ipsec,
        may_be_empty=True,
    ),
    CaptureCommand(
        ("show crypto ikev1 sa", "show crypto isakmp sa"),
        _template("show_crypto_ikev1_sa"),
        facts.read_ikev1,
        may_be_empty=True,
    ),
    CaptureCommand(("show crypto ikev2 sa",), _template("show_crypto_ikev2_sa"), facts.read_ikev2, may_be_empty=True),
    CaptureCommand(("show vpn-sessiondb", "show vpn-sessiondb summary"), vpn_sessions.read_summary, facts.read_nothing),
    CaptureCommand(
        ("show vpn-sessiondb detail {kind...}",), vpn_sessions.read_detail, facts.read_sessions, may_be_empty=True
    ),
    CaptureCommand(
        ("show vpn-sessiondb {kind...}",), vpn_sessions.read_sessions, facts.read_sessions, may_be_empty=True
    ),
)
