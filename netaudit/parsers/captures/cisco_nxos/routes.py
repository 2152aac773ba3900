"""Rows of `show ip route` and `show ipv6 route` of NX-OS, one row a next hop.

The table is large and regular (a hundred thousand lines on a border switch), so plain regular expressions read it.
Source: Cisco Nexus 9000 Series NX-OS Unicast Routing Configuration Guide, "Displaying Routing Table Information".
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows
from netaudit.parsers.captures.text_rows import texts

_TABLE = re.compile(r'\s*(?:IP|IPv6) (?:Route|Routing) Table for VRF "(?P<vrf>[^"]*)"')
_PREFIX = re.compile(
    r"\s*(?P<network>[0-9A-Fa-f.:]+)/(?P<prefix_length>\d+), ubest/mbest: (?P<ubest>\d+)/(?P<mbest>\d+)"
    r"(?P<attributes>.*)"
)
_HOP = re.compile(
    r"""\s*(?P<best>\*{0,2})via\ +
    (?:(?P<nexthop_ip>[0-9A-Fa-f.]*[.:][0-9A-Fa-f.:]*)(?:%(?P<nexthop_vrf>[^,]+))?,\ +)?
    (?:(?P<nexthop_if>[A-Za-z][^,\[]*),\ +)?
    \[(?P<distance>\d+)/(?P<metric>\d+)\],\ +(?P<uptime>[^,]+),\ +(?P<protocol>[^,\s]+)(?P<rest>.*)""",
    re.VERBOSE,
)
_VIA = re.compile(r"\s*\*{0,2}via\b")
_TYPES = re.compile(
    r"(?P<type>intra|inter|external|internal|nssa type-[12]|type-[12]|L[12]|local|summary|backup|hidden)\Z"
)
_DETAILS = {
    name: re.compile(pattern)
    for name, pattern in (
        ("tag", r"\btag (\d+(?: \([\w-]+\))?)"),
        ("discard", r"(?:\A|, )(discard)\b"),
        ("segid", r"\bsegid: (\S+)"),
        ("tunnelid", r"\btunnelid: (\S+)"),
        ("encap", r"\bencap: (\S+)"),
    )
}


def read_routes(given: CaptureInput) -> ReadRows:
    """Return a row a next hop; those of a prefix stand together and have its text."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    vrf = given.arguments.get("vrf", "default")
    vrf = "default" if vrf == "all" else vrf
    prefix: dict[str, str] = {}
    at = 0
    for number, line in enumerate(given.lines):
        if found := _HOP.match(line):
            if prefix:
                rows.append(ReadRow(_row(vrf, prefix, found), (at, number)))
            else:
                unread.append(number)
        elif found := _PREFIX.match(line):
            prefix, at = {name: text.strip(" ,") for name, text in found.groupdict().items()}, number
            headers.append(number)
        elif found := _TABLE.match(line):
            vrf, prefix = found["vrf"], {}
            headers.append(number)
        elif _VIA.match(line) or "ubest/mbest:" in line:
            unread.append(number)
    return ReadRows(rows, unread, headers)


def _row(vrf: str, prefix: dict[str, str], hop: re.Match[str]) -> dict[str, str]:
    fields = texts(hop)
    rest = fields.pop("rest")
    kinds = [word.strip() for word in rest.split("tag ")[0].split(",")]
    kind = next((word for word in kinds if _TYPES.match(word)), "")
    details = {name: found[1] if (found := pattern.search(rest)) else "" for name, pattern in _DETAILS.items()}
    return {"vrf": vrf, **prefix, **fields, "type": kind, **details}
