"""Rows of NX-OS tables whose cells may be empty, run together or go on in the next line.

Plain regular expressions, as ttp reads single lines of fixed shape.
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows, RowReader
from netaudit.parsers.captures.text_rows import each_line, texts, vlan_rows

_NEIGHBOR = r"(?:(?P<neighbor_name>\S.*?)\s+)?(?P<local_interface>(?:mgmt|Eth|Ethernet|Po|Vlan)\S*\d)\s+"
_CDP = re.compile(
    _NEIGHBOR
    + r"(?P<holdtime>\d+)\s+(?P<capabilities>(?:[A-Za-z]\s+)*)(?P<platform>\S.*?)\s+(?P<neighbor_interface>\S+)\Z"
)
_LLDP = re.compile(
    _NEIGHBOR + r"(?P<holdtime>\d+)(?:\s+(?P<capabilities>[A-Z]{1,8}))?\s+(?P<neighbor_interface>\S.*)\Z"
)
_NEIGHBOR_TEXT = re.compile(
    r"Capability [Cc]odes|\s*[(A-Za-z)]+ ?- |\s*\([A-Z]\) |Device[ -]ID|Total entries|\s+[A-Za-z] - |.*[#>] ?show "
)


def neighbor_rows(line_pattern: re.Pattern[str]) -> RowReader:
    """Return the reader of a neighbour table, where a long name stands in a line of its own."""

    def read(given: CaptureInput) -> ReadRows:
        rows: list[ReadRow] = []
        unread: list[int] = []
        name, at = "", -1
        for number, raw in enumerate(given.lines):
            line = raw.strip()
            if not line or _NEIGHBOR_TEXT.match(raw):
                continue
            if found := line_pattern.match(line):
                fields = texts(found)
                places: tuple[int, ...] = (number,)
                if not fields["neighbor_name"]:
                    fields["neighbor_name"], places = name, (at, number) if at >= 0 else places
                rows.append(ReadRow(fields, places))
                name, at = "", -1
            else:
                if at >= 0:
                    unread.append(at)
                name, at = line, number
        return ReadRows(rows, [*unread, at] if at >= 0 else unread)

    return read


read_cdp_neighbors = neighbor_rows(_CDP)
read_lldp_neighbors = neighbor_rows(_LLDP)

_ARP = re.compile(
    r"\s*(?P<ip_address>\d+\.\d+\.\d+\.\d+)\s+(?P<age>\S+)\s+(?P<mac_address>[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|INCOMPLETE)"
    r"\s+(?P<interface>\S+)(?:\s+(?P<physical_interface>[A-Za-z-]\S*))?(?:\s+(?P<flags>\S.*?))?\s*\Z"
)
_ARP_CONTEXT = re.compile(r"\s*IP ARP Table for (?:context (?P<vrf>\S+)|(?P<all>all contexts))")
_IP_BRIEF = re.compile(
    r"\s*(?P<interface>\S+)\s+(?P<ip_address>\S+)\s+"
    r"(?P<status>protocol-(?P<protocol>\S+?)/link-(?P<link>\S+?)/admin-(?P<admin>\S+))\s*\Z"
)
_IP_TITLE = re.compile(r'\s*IP Interface Status for VRF "(?P<vrf>[^"]*)"')
_IPV6_BRIEF = re.compile(
    r"(?P<interface>[A-Za-z]\S*)\s+(?P<ipv6_address>\S+)\s+(?P<proto>[a-z]+)/(?P<status>[a-z]+/[a-z]+)\s*\Z"
)
_IPV6_MORE = re.compile(r"\s+(?P<address>[0-9a-fA-F:.]*:[0-9a-fA-F:./]*)\s*\Z")
_IPV6_TITLE = re.compile(r'\s*IPv6 Interface Status for VRF "(?P<vrf>[^"]*)"')
_VLAN = re.compile(
    r"(?P<vlan_id>\d+)\s+(?P<vlan_name>\S.*?)\s+(?P<status>active|suspended|sus/lshut|act/lshut|act/unsup|sus/ishut|act/ishut)"
    r"(?:\s+(?P<ports>\S.*?))?\s*\Z"
)
_PORTS = re.compile(r"\s+((?:[A-Za-z]+[\d/.]+)(?:,\s*[A-Za-z]+[\d/.]+)*,?)\s*\Z")


def read_arp(given: CaptureInput) -> ReadRows:
    """Return a row an address; `vrf` is "" where the table spans all of them without saying which."""
    rows, headers = [], []
    vrf = given.arguments.get("vrf", "default")
    vrf = "" if vrf == "all" else vrf
    for number, line in enumerate(given.lines):
        if found := _ARP.match(line):
            rows.append(ReadRow({**texts(found), "vrf": vrf}, (number,)))
        elif found := _ARP_CONTEXT.match(line):
            vrf = found["vrf"] or ""
            headers.append(number)
    return ReadRows(rows, (), headers)


def read_ip_interface_brief(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show ip interface brief`."""
    rows, headers = [], []
    vrf = "default"
    for number, line in enumerate(given.lines):
        if found := _IP_BRIEF.match(line):
            rows.append(ReadRow({**texts(found), "vrf": vrf}, (number,)))
        elif found := _IP_TITLE.match(line):
            vrf = found["vrf"]
            headers.append(number)
    return ReadRows(rows, (), headers)


def read_ipv6_interface_brief(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show ipv6 interface brief`; `more_addresses` are those of the lines below it."""
    rows: list[ReadRow] = []
    headers = []
    vrf = "default"
    for number, line in enumerate(given.lines):
        if found := _IPV6_BRIEF.match(line):
            rows.append(ReadRow({**texts(found), "linkipaddr": "", "more_addresses": (), "vrf": vrf}, (number,)))
        elif rows and (found := _IPV6_MORE.match(line)):
            rows[-1] = _with_address(rows[-1], found["address"], number)
        elif found := _IPV6_TITLE.match(line):
            vrf = found["vrf"]
            headers.append(number)
    return ReadRows(rows, (), headers)


def _with_address(row: ReadRow, address: str, number: int) -> ReadRow:
    fields = dict(row.fields)
    if address.lower().startswith("fe80:"):
        fields["linkipaddr"] = address
    else:
        fields["more_addresses"] = (*fields["more_addresses"], address)
    return ReadRow(fields, (*row.lines, number))


def read_vlans(given: CaptureInput) -> ReadRows:
    """Return a row a VLAN; its ports go on in the lines below."""
    return vlan_rows(given.lines, _VLAN, _PORTS)


_INTERFACE_STATUS = re.compile(
    r"(?P<port>(?:mgmt|Eth|Po|Lo|Vlan|nve|Tunnel|Ethernet|port-channel|loopback)\S*\d)\s+(?P<name>\S.*)\s+(?P<status>\S+)\s+"
    r"(?P<vlan_id>routed|trunk|\d+|--|f-path|pvlan|vlan\d+|monitor)\s+(?P<duplex>\S+)\s+(?P<speed>\S+)(?:\s+(?P<type>\S.*?))?\s*\Z"
)


def read_interface_status(given: CaptureInput) -> ReadRows:
    """Return a row a port of `show interface status`."""
    return each_line(given.lines, _INTERFACE_STATUS)


_BRIEF = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<interface>mgmt\d+)\s+(?P<vrf>\S+)\s+(?P<status>\S+)\s+(?P<ip_address>\S+)\s+(?P<speed>\S+)\s+(?P<mtu>\d+)\s*\Z",
        r"(?P<interface>Eth\S*\d)\s+(?P<vlan_id>\S+)\s+(?P<type>eth|nve|\S+)\s+(?P<mode>\S+)\s+(?P<status>up|down)\s+"
        r"(?P<reason>\S.*?)\s+(?P<speed>\S+)\s+(?P<portch>--|\d+)\s*\Z",
        r"(?P<interface>Po\S*\d)\s+(?P<vlan_id>\S+)\s+(?P<type>\S+)\s+(?P<mode>\S+)\s+(?P<status>up|down)\s+"
        r"(?P<reason>\S.*?)\s+(?P<speed>\S+)\s+(?P<protocol>\S+)\s*\Z",
        r"(?P<interface>Vlan\d+)\s+(?P<type>\S+)\s+(?P<status>up|down)\s+(?P<reason>\S.*?)\s*\Z",
        r"(?P<interface>Tunnel\d+)\s+(?P<status>up|down)\s+(?P<ip_address>\S+)\s+(?P<type>[A-Z]\S+)\s+(?P<mtu>\d+)\s*\Z",
        r"(?P<interface>(?:Lo|loopback|nve|Tunnel)\S*\d)\s+(?P<status>up|down)\s+(?P<description>\S.*?)\s*\Z",
    )
)
_BRIEF_FIELDS = (
    "description",
    "interface",
    "ip_address",
    "mode",
    "mtu",
    "peer_ip_address",
    "portch",
    "protocol",
    "reason",
    "speed",
    "status",
    "type",
    "vcid",
    "vlan_id",
    "vrf",
)


def read_interface_brief(given: CaptureInput) -> ReadRows:
    """Return a row an interface of `show interface brief`, whose tables have columns of their own."""
    rows = []
    for number, line in enumerate(given.lines):
        found = next((match for pattern in _BRIEF if (match := pattern.match(line.strip()))), None)
        if found:
            rows.append(ReadRow({**dict.fromkeys(_BRIEF_FIELDS, ""), **texts(found)}, (number,)))
    return ReadRows(rows)
