"""Rows of `show access-lists` of NX-OS, one row an entry, with the matches that `statistics per-entry` counts.

Plain regular expressions, as lists grow to many thousand entries. The fields split an entry at its addresses and
no further: what follows the destination is `modifier` as printed.
Source: Cisco Nexus 9000 Series NX-OS Security Configuration Guide, "Monitoring and Clearing IP ACL Statistics".
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_LIST = re.compile(r"\s*(?P<family>IP|IPv4|IPv6|MAC|IPV4|IPV6) (?:access list|ACL) (?P<name>\S+)\s*\Z", re.IGNORECASE)
_ENTRY = re.compile(r"\s*(?P<sn>\d+) (?P<action>permit|deny|remark)(?: (?P<text>.*?))?\s*\Z")
_MATCHED = re.compile(r"\[match=(?P<hits>\d+)\]")

_ADDRESS = r"addrgroup \S+|host \S+|any|\d+\.\d+\.\d+\.\d+/\d+|\d+\.\d+\.\d+\.\d+ \d+\.\d+\.\d+\.\d+|[0-9a-fA-F:.]*:\S+"
_PORT = r"portgroup \S+|(?:eq|neq|gt|lt) \S+|range \S+ \S+"
_IP_BODY = re.compile(
    rf"(?P<protocol>\S+) (?P<source>{_ADDRESS})(?: (?P<source_port>{_PORT}))? (?P<destination>{_ADDRESS})"
    r"(?: (?P<modifier>.*))?\Z"
)
_MAC = r"any|host [0-9a-f.]{14}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4} [0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}"
_MAC_BODY = re.compile(rf"(?P<source>{_MAC}) (?P<destination>{_MAC})(?: (?P<modifier>.*))?\Z", re.IGNORECASE)


def read_access_lists(given: CaptureInput) -> ReadRows:
    """Return a row an entry; `hits` is "" where nothing is counted."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    name, family = "", ""
    for number, line in enumerate(given.lines):
        if found := _ENTRY.match(line):
            if name:
                rows.append(ReadRow({"name": name, "family": family, **_entry(family, found)}, (number,)))
            else:
                unread.append(number)
        elif found := _LIST.match(line):
            name, family = found["name"], found["family"].lower().replace("ipv4", "ip")
            headers.append(number)
    return ReadRows(rows, unread, headers)


def _entry(family: str, found: re.Match[str]) -> dict[str, str]:
    text = found["text"] or ""
    row = {"sn": found["sn"], "action": found["action"], "text": f"{found['action']} {text}".strip(), "hits": ""}
    row |= dict.fromkeys(("remark", "protocol", "source", "port", "range", "destination", "modifier"), "")
    if found["action"] == "remark":
        row["remark"] = text
        return row
    if matched := _MATCHED.search(text):
        row["hits"] = matched["hits"]
    body = _MAC_BODY.match(text) if family == "mac" else _IP_BODY.match(text)
    if body is None:
        return row
    fields = {key: value or "" for key, value in body.groupdict().items()}
    port = fields.pop("source_port", "")
    row |= fields
    if port.startswith("range "):
        row["range"] = port.removeprefix("range ")
    else:
        row["port"] = port
    return row
