"""Rows of `show route` of Junos, one row an entry (a prefix and who offers it) with all its next hops.

The table is large and regular, so plain regular expressions read it.
Source: Juniper, "CLI Reference", show route (output fields).
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_TABLE = re.compile(r"\s*(?P<table>\S+): (?P<destinations>\d+) destinations?, (?P<routes>\d+) routes? \(")
_PREFIX = r"(?P<prefix>[0-9A-Fa-f.:]+/\d+|\d+(?:\([^)]*\))?|\S+:\S+/\d+(?: \S+)?)"
_ENTRY = re.compile(
    rf"\s*(?:{_PREFIX}\s*)?(?P<active>[*+@#-]?)\[(?P<protocol>[A-Za-z][\w-]*)/(?P<preference>-?\d+)(?:/(?P<preference2>-?\d+))?\]"
    r" (?P<age>(?:\d+[wd]\d*d? ?)*(?:\d+:\d+:\d+|\d+:\d+|\d+)?)(?P<rest>.*)"
)
_ALONE = re.compile(rf"\s*{_PREFIX}\s*\Z")
_HOP = re.compile(
    r"\s*(?P<best>>?)\s*(?:to (?P<to>[0-9A-Fa-f.:]+)(?: via (?P<via>[^\s,]+))?|via (?P<only>[^\s,]+))(?P<rest>.*)"
)
_LOCAL = re.compile(r"\s*(?:>\s*)?Local via (?P<via>\S+)")
_ACTION = re.compile(
    r"\s*(?:>\s*)?(?P<action>Reject|Discard|Receive|MultiRecv|Multicast \([^)]*\)|Unusable|Indirect)\s*\Z"
)
_TO_TABLE = re.compile(r"\s*(?:>\s*)?to table (?P<table>\S+)")
_AS_PATH = re.compile(r"\s*AS path: (?P<as_path>.*?)(?:, validation-state: (?P<validation>\S+))?\s*\Z")
_UNICAST = re.compile(r"(?:\A|\.)inet6?\.0\Z")
_METRIC = re.compile(r"\bmetric (\d+)")


def read_routes(given: CaptureInput) -> ReadRows:
    """Return a row an entry; `to` and `via` are parallel, "" where one has none.

    `active` is the sign of an entry that packets follow. Lines of tables that are not for unicast may go unread.
    """
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    table, prefix = given.arguments.get("table", ""), ""
    entry: dict[str, str | tuple[str, ...]] = {}
    lines: list[int] = []

    def close() -> None:
        if entry:
            rows.append(ReadRow(dict(entry), tuple(lines)))
            entry.clear()

    for number, line in enumerate(given.lines):
        if found := _ENTRY.match(line):
            close()
            prefix = found["prefix"] or prefix
            entry |= _entry(table, prefix, found)
            lines = [number]
        elif entry and _take_hop(entry, line):
            lines.append(number)
        elif found := _TABLE.match(line):
            close()
            table, prefix = found["table"], ""
            headers.append(number)
        elif found := _ALONE.match(line):
            close()
            prefix = found["prefix"]
            headers.append(number)
        elif not line.strip():
            close()
        elif entry and line[:1] in (" ", "\t") and _UNICAST.search(table):
            unread.append(number)
    close()
    return ReadRows(rows, unread, headers)


def _entry(table: str, prefix: str, found: re.Match[str]) -> dict[str, str | tuple[str, ...]]:
    metric = _METRIC.search(found["rest"])
    return {
        "table": table,
        "prefix": prefix,
        "active": found["active"] if found["active"] in ("*", "+", "#") else "",
        "active_tag": found["active"],
        "protocol": found["protocol"],
        "preference": found["preference"],
        "preference2": found["preference2"] or "",
        "age": found["age"].strip(),
        "metric": metric[1] if metric else "",
        "to": (),
        "via": (),
        "label": "",
        "action": "",
        "next_table": "",
        "as_path": "",
    }


def _take_hop(entry: dict[str, str | tuple[str, ...]], line: str) -> bool:
    """Take a line below an entry; tell whether it was understood."""
    if found := _TO_TABLE.match(line):
        entry["next_table"] = found["table"]
    elif found := _LOCAL.match(line):
        _add_hop(entry, "", found["via"])
    elif found := _ACTION.match(line):
        entry["action"] = found["action"]
    elif found := _AS_PATH.match(line):
        entry["as_path"] = found["as_path"]
    elif found := _HOP.match(line):
        _add_hop(entry, found["to"] or "", found["via"] or found["only"] or "")
        entry["label"] = found["rest"].strip(" ,")
    else:
        return False
    return True


def _add_hop(entry: dict[str, str | tuple[str, ...]], to: str, via: str) -> None:
    entry["to"] = (*entry["to"], to)
    entry["via"] = (*entry["via"], via)
