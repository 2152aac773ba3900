"""Rows of `show route` and `show ipv6 route` of an ASA, one row a next hop.

The table is large and regular, so plain regular expressions read it.
Source: Cisco ASA Series Command Reference, S Commands, show route (the codes of the legend).
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows
from netaudit.parsers.captures.text_rows import texts

_CODE = r"(?P<protocol>[A-Za-z]{1,2})\*?(?: (?P<type>IA|N1|N2|E1|E2|EX|su|L1|L2|ia))?\*?"
_ROUTE = re.compile(
    rf"\s{{0,2}}{_CODE}\s+(?P<network>\S+)\s+(?P<netmask>\d+\.\d+\.\d+\.\d+)(?P<rest>\s.*|\s*)\Z",
)
_ROUTE6 = re.compile(
    rf"\s{{0,2}}{_CODE}\s+(?P<network>[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)/(?P<netmask>\d+)\s+(?P<rest>\[.*)\Z"
)
_DISTANCE = re.compile(r"\s*\[(?P<distance>\d+)(?:/(?P<metric>\d+))?\]\s*(?P<rest>.*)")
_ONLY_DISTANCE = re.compile(r"\s*\[\d+(?:/\d+)?\]\s*\Z")
_VIA = re.compile(
    r"via (?P<nexthopip>[0-9A-Fa-f.:]+|\S+?)(?:, (?P<uptime>\d+:\d+:\d+|\d+[ywdh]\S*))?"
    r"(?:, (?P<nexthopif>[^\s,\]]+))?(?: (?P<tunneled>tunneled))?\s*\Z"
)
_DIRECT = re.compile(r"is directly connected, (?P<nexthopif>\S+)")
_VPN = re.compile(r"connected by VPN \((?P<vpn>[^)]*)\), (?P<nexthopif>\S+)")
_TABLE = re.compile(r"\s*Routing Table: (?P<table>\S+)")
_LOOKS_LIKE_ONE = re.compile(
    r"\s?[A-Za-z]{1,2}\*?(?: \S{2})?\*?\s+(?:\d+\.\d+\.\d+\.\d+\s+\d+\.\d|[0-9A-Fa-f]*:[0-9A-Fa-f:]*/\d)"
)
_MANAGEMENT = "mgmt-only"
_FIELDS = (
    "protocol",
    "type",
    "network",
    "netmask",
    "distance",
    "metric",
    "nexthopip",
    "nexthopif",
    "uptime",
    "tunneled",
)


def read_routes(given: CaptureInput) -> ReadRows:
    """Return a row a next hop. `table` is the routing table's name, "" for that of the data interfaces.

    `tunneled` marks the default route that only decrypted traffic takes.
    """
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    route: dict[str, str] = {}
    at, complete = 0, True
    table = _MANAGEMENT if "management-only" in given.command else ""
    for number, line in enumerate(given.lines):
        if found := _ROUTE.match(line) or _ROUTE6.match(line):
            if not complete:
                unread.append(at)
            route, at = {**dict.fromkeys(_FIELDS, ""), **texts(found), "table": table}, number
            rest = route.pop("rest")
            complete = False
        elif route and line[:1] in (" ", "\t"):
            rest = line
        else:
            if title := _TABLE.match(line):
                table, route = title["table"], {}
                headers.append(number)
            elif line.strip():
                route = {}
                if _LOOKS_LIKE_ONE.match(line):
                    unread.append(number)
            continue
        hop = _hop(rest, route)
        if hop:
            rows.append(ReadRow({**route, **hop}, (at, number) if number != at else (at,)))
            complete = True
        elif rest.strip() and not _ONLY_DISTANCE.match(rest):
            unread.append(number)
    if not complete:
        unread.append(at)
    return ReadRows(rows, sorted(set(unread)), headers)


def _hop(text: str, route: dict[str, str]) -> dict[str, str]:
    """Return the fields of a next hop; distance and metric stay those of the route where they are not repeated."""
    if found := _DISTANCE.match(text):
        route["distance"], route["metric"] = found["distance"], found["metric"] or ""
        text = found["rest"]
    text = text.strip()
    for pattern in (_VIA, _DIRECT, _VPN):
        if found := pattern.match(text):
            return texts(found)
    return {}
