"""Rows of Junos tables, by plain regular expressions or by the columns of their header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows


def _columns(header: str, titles: Mapping[str, str]) -> dict[str, slice]:
    """Return where each titled column of a header begins and ends; those that the header does not have are left out."""
    starts = sorted((at, name) for title, name in titles.items() if (at := header.find(title)) >= 0)
    ends = [at for at, _ in starts[1:]]
    return {name: slice(at, end) for (at, name), end in zip(starts, [*ends, None], strict=True)}


def _cells(line: str, columns: Mapping[str, slice]) -> dict[str, str]:
    return {name: line[place].strip() for name, place in columns.items()}


_HARDWARE_TITLES = {
    "Item": "item",
    "Version": "version",
    "Part number": "part_number",
    "Serial number": "serial",
    "Description": "description",
}
_MEMBER = re.compile(r"(?P<member>node\d+|fpc\d+|member\d+|localre|lcc\d+-re\d+):\s*\Z")


def read_hardware(given: CaptureInput) -> ReadRows:
    """Return a row a part of `show chassis hardware`; `member` is the node of a cluster or stack, "" for one alone."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    columns: dict[str, slice] = {}
    member = ""
    for number, line in enumerate(given.lines):
        if found := _MEMBER.match(line.strip()):
            member, columns = found["member"], {}
            headers.append(number)
        elif line.lstrip().startswith("Item ") and "Description" in line:
            columns = _columns(line, _HARDWARE_TITLES)
            headers.append(number)
        elif columns and line.strip() and not line.lstrip().startswith(("{", "---")):
            cells = _cells(line, columns)
            if cells["item"]:
                rows.append(ReadRow({"member": member, **cells}, (number,)))
    return ReadRows(rows, (), headers)


_LLDP_TITLES = {
    "Local Interface": "local_interface",
    "Parent Interface": "parent_interface",
    "Chassis Id": "chassis_id",
    "Port info": "neighbor_interface",
    "System Name": "neighbor_name",
}


def read_lldp(given: CaptureInput) -> ReadRows:
    """Return a row a neighbour of `show lldp neighbors`."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    columns: dict[str, slice] = {}
    for number, line in enumerate(given.lines):
        if "Local Interface" in line and "Chassis Id" in line:
            columns = _columns(line, _LLDP_TITLES)
            headers.append(number)
        elif columns and (line[:1].isalpha() or line[:1].isdigit()):
            rows.append(ReadRow({"parent_interface": "", **_cells(line, columns)}, (number,)))
    return ReadRows(rows, (), headers)


_ARP = re.compile(
    r"\s*(?P<mac_address>[0-9a-f]{2}(?::[0-9a-f]{2}){5})\s+(?P<ip_address>\d+\.\d+\.\d+\.\d+)"
    r"(?:\s+(?P<name>\S+))??\s+(?P<interface>[a-z]+[-.\d]\S*\d(?: \[\S+\])?|vtep\.\d+)"
    r"(?:\s+(?P<flags>none|permanent\S*(?: \S+)*|remote))?\s*\Z"
)
_POLICY_HIT = re.compile(
    r"\s*(?P<index>\d+)\s+(?P<from_zone>\S+)\s+(?P<to_zone>\S+)\s+(?P<name>\S+)\s+(?P<hits>\d+)(?:\s+(?P<action>[A-Z]\S*)(?:\s+\S+)?)?\s*\Z"
)
_LOGICAL_SYSTEM = re.compile(r"\s*Logical system: (?P<name>\S+)")
_IKE = re.compile(
    r"\s*(?P<index>\d+)\s+(?P<state>UP|DOWN|Matured|Not matured)\s+(?P<initiator>[0-9a-f]{16})\s+"
    r"(?P<responder>[0-9a-f]{16})\s+(?P<mode>\S+)\s+(?P<peer>[0-9A-Fa-f.:]+)\s*\Z"
)
_OLD_IKE = re.compile(
    r"\s*(?P<peer>[0-9A-Fa-f.:]+)\s+(?P<state>Matured|Not matured)\s+(?P<initiator>[0-9a-f]{16})\s+"
    r"(?P<responder>[0-9a-f]{16})\s+(?P<mode>\S+)\s*\Z"
)
_IPSEC = re.compile(
    r"\s*(?P<direction>[<>])(?P<index>\d+)\s+(?P<algorithm>\S+:\S+)\s+(?P<spi>[0-9a-f]+)\s+(?P<life>\d+/\s*\S+)\s+"
    r"(?P<monitor>\S+)\s+(?:(?P<system>\S+)\s+)?(?P<port>\d+)\s+(?P<peer>[0-9A-Fa-f.:]+)\s*\Z"
)


_OLD_IPSEC = re.compile(
    r"\s*(?P<direction>[<>])(?P<index>\d+)\s+(?P<peer>[0-9A-Fa-f.:]+)\s+(?P<port>\d+)\s+(?P<algorithm>\S+:\S+)\s+"
    r"(?P<spi>[0-9a-f]+)\s+(?P<life>\d+/\s*\S+)\s+(?P<monitor>\S+)\s+(?P<system>\S+)\s*\Z"
)


def _each_line(lines: Sequence[str], *patterns: re.Pattern[str]) -> ReadRows:
    rows = []
    for number, line in enumerate(lines):
        found = next((match for pattern in patterns if (match := pattern.match(line))), None)
        if found:
            rows.append(ReadRow({name: text or "" for name, text in found.groupdict().items()}, (number,)))
    return ReadRows(rows)


def read_arp(given: CaptureInput) -> ReadRows:
    """Return a row an address of `show arp`, with or without `no-resolve`."""
    return _each_line(given.lines, _ARP)


def read_ike(given: CaptureInput) -> ReadRows:
    """Return a row an SA of `show security ike security-associations`."""
    return _each_line(given.lines, _IKE, _OLD_IKE)


def read_ipsec(given: CaptureInput) -> ReadRows:
    """Return a row an SA (one direction of a tunnel) of `show security ipsec security-associations`."""
    return _each_line(given.lines, _IPSEC, _OLD_IPSEC)


def read_policy_hits(given: CaptureInput) -> ReadRows:
    """Return a row a policy of `show security policies hit-count`."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    system = ""
    for number, line in enumerate(given.lines):
        if found := _POLICY_HIT.match(line):
            fields = {name: text or "" for name, text in found.groupdict().items()}
            rows.append(ReadRow({**fields, "logical_system": system}, (number,)))
        elif found := _LOGICAL_SYSTEM.match(line):
            system = found["name"]
            headers.append(number)
    return ReadRows(rows, (), headers)


_FILTER = re.compile(r"\s*Filter: (?P<filter>\S+)")
_COUNTER = re.compile(r"\s*(?P<counter>\S+)\s+(?P<bytes>\d+)\s+(?P<packets>\d+)\s*\Z")


def read_counters(given: CaptureInput) -> ReadRows:
    """Return a row a counter of `show firewall`; policers are none."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    name, counting = "", True
    for number, line in enumerate(given.lines):
        if found := _FILTER.match(line):
            name, counting = found["filter"], True
            headers.append(number)
        elif line.strip().startswith(("Policers:", "Counters:")):
            counting = line.strip().startswith("Counters:")
        elif name and counting and (found := _COUNTER.match(line)):
            rows.append(ReadRow({"filter": name, **found.groupdict()}, (number,)))
    return ReadRows(rows, (), headers)


_TERSE = re.compile(
    r"(?P<interface>[a-z][\w-]*[\d/:.]*\S*)\s+(?P<admin_state>up|down)\s+(?P<link_status>up|down)(?:\s+(?P<family>[a-z]\S*)(?:\s+(?P<rest>\S.*?))?)?\s*\Z"
)
_TERSE_MORE = re.compile(
    r"\s{20,}(?:(?P<family>inet6?|iso|mpls|multiservice|vpls|eth-switch|tnp|aenet|ccc|bridge)\s*)?(?P<rest>\S.*?)?\s*\Z"
)


def read_terse(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show interfaces terse`, with the addresses of the lines below it."""
    rows: list[ReadRow] = []
    family = ""
    for number, line in enumerate(given.lines):
        if found := _TERSE.match(line):
            family = found["family"] or ""
            fields: dict[str, str | tuple[str, ...]] = {
                "interface": found["interface"],
                "admin_state": found["admin_state"],
                "link_status": found["link_status"],
                "families": (family,) if family else (),
                "addresses": _addresses(family, found["rest"] or ""),
            }
            rows.append(ReadRow(fields, (number,)))
        elif rows and line.strip() and (found := _TERSE_MORE.match(line)):
            last = rows[-1]
            family = found["family"] or family
            families = (*last.fields["families"], found["family"]) if found["family"] else last.fields["families"]
            addresses = (*last.fields["addresses"], *_addresses(family, found["rest"] or ""))
            rows[-1] = ReadRow({**last.fields, "families": families, "addresses": addresses}, (*last.lines, number))
    return ReadRows(rows)


def _addresses(family: str, text: str) -> tuple[str, ...]:
    local = text.partition("-->")[0].split()
    return tuple(local[:1]) if family in ("inet", "inet6") else ()


_INSTANCE = re.compile(r"(?P<name>\S+)\s+(?P<type>forwarding|non-forwarding|vrf|virtual-router|\S+)\s*\Z")
_RIB = re.compile(r"\s+(?P<table>\S+)\s+(?P<active>\d+)/(?P<holddown>\d+)/(?P<hidden>\d+)\s*\Z")


def read_instances(given: CaptureInput) -> ReadRows:
    """Return a row an instance of `show route instance`, with its tables."""
    rows: list[ReadRow] = []
    for number, line in enumerate(given.lines):
        if rows and (found := _RIB.match(line)):
            last = rows[-1]
            more = {
                name: (*last.fields[name], found[group])
                for name, group in (("tables", "table"), ("active",) * 2, ("holddown",) * 2, ("hidden",) * 2)
            }
            rows[-1] = ReadRow({**last.fields, **more}, (*last.lines, number))
        elif line[:1].strip() and not line.startswith(("Instance", "{", "+")) and (found := _INSTANCE.match(line)):
            empty = dict.fromkeys(("tables", "active", "holddown", "hidden", "interfaces"), ())
            rows.append(ReadRow({"name": found["name"], "type": found["type"], **empty}, (number,)))
    return ReadRows(rows)


_VLAN_TITLES = {"Routing instance": "instance", "VLAN name": "vlan_name", "Tag": "vlan_id", "Interfaces": "port"}


def read_vlans(given: CaptureInput) -> ReadRows:
    """Return a row a VLAN of `show vlans`; its ports stand in the lines below."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    columns: dict[str, slice] = {}
    for number, line in enumerate(given.lines):
        if "VLAN name" in line and "Tag" in line and "Interfaces" in line:
            columns = _columns(line, _VLAN_TITLES)
            headers.append(number)
        elif rows and line.startswith(" " * 20):
            last = rows[-1]
            ports = (*last.fields["interfaces"], *_ports(line))
            rows[-1] = ReadRow({**last.fields, "interfaces": ports}, (*last.lines, number))
        elif columns and line.strip() and not line.startswith("{"):
            cells = _cells(line, columns)
            ports = _ports(cells.pop("port", ""))
            if cells.get("vlan_name"):
                rows.append(ReadRow({**cells, "interfaces": ports}, (number,)))
    return ReadRows(rows, (), headers)


def _ports(text: str) -> tuple[str, ...]:
    """Return the ports; a star marks one that is up."""
    return tuple(word.rstrip("*,") for word in text.split())
