"""The show commands of Junos that are read, as text, `| display xml` and `| display json`, and by what.

Source: Juniper, "Junos OS CLI Reference" and "Junos XML API Explorer" (operational tags).
"""

from __future__ import annotations

import re

from netaudit.model.capture import CaptureRow
from netaudit.model.source import Affects
from netaudit.parsers.captures.contract import CaptureCommand, RowReader
from netaudit.parsers.captures.juniper_junos import facts, reply_rows, routes, tables
from netaudit.parsers.captures.juniper_junos.reply_rows import text_or_reply
from netaudit.parsers.captures.line_context import titled, unindented
from netaudit.parsers.captures.networks import is_address
from netaudit.parsers.captures.templates import Derive, template_rows


def _template(name: str, derive: Derive | None = None) -> RowReader:
    return unindented(template_rows(f"juniper_junos/{name}.ttp", derive=derive))


def _forms(*commands: str) -> tuple[str, ...]:
    """Return the commands, plain and with each form of the display."""
    return tuple(f"{command}{form}" for command in commands for form in ("", " | display json", " | display xml"))


def _state_and_addresses(row: CaptureRow) -> CaptureRow:
    """Complete an interface: the state of a logical one, its addresses with their lengths, the first as printed."""
    fields = dict(row)
    fields["link_status"] = fields["link_status"] or fields["state"]
    fields["mtu"] = fields["mtu"] or fields["protocol_mtu"]
    found = []
    destination, local = "", ""
    for index, text in enumerate(fields["addresses"]):
        network, _, address = text.rpartition(", Local: ")
        if not index:
            destination, local = network, address
        length = network.partition("/")[2]
        found.append(f"{address}/{length}" if length and "/" not in address else address)
    fields["destination"], fields["local"], fields["addresses"] = destination, local, tuple(found)
    return fields


def _hops(row: CaptureRow) -> CaptureRow:
    """Split the next hops of `show route extensive`, which says the same one again where it resolves another."""
    fields = dict(row)
    pairs = [text.rpartition("via ")[::2] for text in dict.fromkeys(fields["hops"])]
    if not pairs and fields["local_interface"]:
        pairs = [("", str(fields["local_interface"]))]
    fields["to"] = tuple(to.strip() if is_address(to.strip()) else "" for to, _ in pairs)
    fields["via"] = tuple(via for _, via in pairs)
    fields["action"] = fields["nh_type"] if fields["nh_type"] in ("Reject", "Discard", "Unusable") else ""
    fields["active"] = fields["active_tag"]
    return fields


_PREFIX = re.compile(r"\s*(?P<prefix>\S+) \(\d+ entr(?:y|ies), (?P<announced>\d+) announced\)")
_TABLE = re.compile(r"\s*(?P<table>\S+): \d+ destinations?, \d+ routes? \(")
_EXTENSIVE = titled(
    titled(_template("show_route_extensive", _hops), _PREFIX, prefix="", announced=""), _TABLE, table=""
)

_HOSTNAME = re.compile(r"\s*Hostname: (?P<hostname>\S+)")

COMMANDS = (
    CaptureCommand(
        _forms("show version", "show version {selection}"),
        text_or_reply(titled(_template("show_version"), _HOSTNAME, hostname=""), reply_rows.versions),
        facts.read_version,
    ),
    CaptureCommand(
        _forms("show chassis hardware", "show chassis hardware {selection...}"),
        text_or_reply(tables.read_hardware, reply_rows.hardware),
        facts.read_hardware,
    ),
    CaptureCommand(
        _forms("show interfaces terse", "show interfaces terse {port}", "show interfaces {port} terse"),
        text_or_reply(tables.read_terse, reply_rows.interfaces),
        facts.read_interfaces,
    ),
    CaptureCommand(
        _forms(
            "show interfaces",
            "show interfaces detail",
            "show interfaces extensive",
            "show interfaces {port}",
            "show interfaces {port} detail",
            "show interfaces {port} extensive",
        ),
        text_or_reply(_template("show_interfaces", _state_and_addresses), reply_rows.interfaces),
        facts.read_interfaces,
    ),
    CaptureCommand(
        _forms(
            "show route extensive",
            "show route detail",
            "show route table {table} extensive",
            "show route table {table} detail",
        ),
        text_or_reply(_EXTENSIVE, reply_rows.routes),
        facts.read_routes,
        Affects.ROUTING,
    ),
    # Part of a table: no facts, as what is not in it may be in the table.
    CaptureCommand(
        _forms(
            "show route {part} extensive",
            "show route {part} detail",
            "show route protocol {protocol} extensive",
            "show route protocol {protocol} table {table} extensive",
        ),
        text_or_reply(_EXTENSIVE, reply_rows.routes),
        facts.read_nothing,
        Affects.ROUTING,
    ),
    CaptureCommand(
        _forms(
            "show route instance",
            "show route instance {instance}",
            "show route instance detail",
            "show route instance extensive",
        ),
        text_or_reply(tables.read_instances, reply_rows.instances),
        facts.read_nothing,
    ),
    CaptureCommand(
        _forms("show route", "show route table {table}", "show route all", "show route table {table} all"),
        text_or_reply(routes.read_routes, reply_rows.routes),
        facts.read_routes,
        Affects.ROUTING,
    ),
    CaptureCommand(
        _forms("show route {part}", "show route protocol {protocol}", "show route table {table} {part}"),
        text_or_reply(routes.read_routes, reply_rows.routes),
        facts.read_nothing,
        Affects.ROUTING,
    ),
    CaptureCommand(
        _forms("show arp", "show arp {selection}"),
        text_or_reply(tables.read_arp, reply_rows.arp),
        facts.read_arp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _forms("show lldp neighbors"),
        text_or_reply(tables.read_lldp, reply_rows.lldp),
        facts.read_lldp,
        may_be_empty=True,
    ),
    CaptureCommand(
        _forms("show firewall", "show firewall filter {filter}"),
        text_or_reply(tables.read_counters, reply_rows.counters),
        facts.read_counters,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(
        _forms("show security policies hit-count", "show security policies hit-count {selection...}"),
        text_or_reply(tables.read_policy_hits, reply_rows.policy_hits),
        facts.read_policy_hits,
        Affects.FILTER,
        may_be_empty=True,
    ),
    CaptureCommand(
        _forms("show security ike security-associations", "show security ike sa"),
        text_or_reply(tables.read_ike, reply_rows.ike),
        facts.read_ike,
        may_be_empty=True,
    ),
    CaptureCommand(
        _forms("show security ipsec security-associations", "show security ipsec sa"),
        text_or_reply(tables.read_ipsec, reply_rows.ipsec),
        facts.read_ipsec,
        may_be_empty=True,
    ),
    CaptureCommand(_forms("show vlans"), tables.read_vlans, facts.read_nothing),
)
