"""Rows of `show ip access-lists` and `show ipv6 access-lists` of EOS, one row an entry with its matches.

EOS counts where `counters per-entry` is set, and prints after an entry how often and how long ago it matched.
Source: Arista EOS User Manual, "ACLs and Route Maps", show ip access-lists.
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_LIST = re.compile(
    r"\s*(?:Standard )?(?:IP|IPv4|IPv6|MAC) Access List (?P<name>\S+)(?:\s+\[[^\]]*\])*\s*\Z", re.IGNORECASE
)
_ENTRY = re.compile(r"\s*(?P<sequence>\d+)\s+(?P<text>(?P<action>permit|deny|remark)\b.*?)\s*\Z")
_MATCHED = re.compile(r"\s*\[match (?:\d+ bytes in )?(?P<hits>\d+)(?: packets?)?(?:, (?P<last_hit>[^\]]*))?\]\s*\Z")


def read_access_lists(given: CaptureInput) -> ReadRows:
    """Return a row an entry. A list that counts and an entry without `[match` has matched nothing: `hits` is "0"."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    name = ""
    counted = False
    for number, line in enumerate(given.lines):
        if found := _ENTRY.match(line):
            if not name:
                unread.append(number)
                continue
            fields = {"name": name, "hits": "0" if counted and found["action"] != "remark" else "", "last_hit": ""}
            fields |= {key: found[key] for key in ("sequence", "action", "text")}
            if matched := _MATCHED.search(found["text"]):
                fields |= {key: text or "" for key, text in matched.groupdict().items()}
                fields["text"] = found["text"][: matched.start()].rstrip()
            rows.append(ReadRow(fields, (number,)))
        elif found := _LIST.match(line):
            name, counted = found["name"], False
            headers.append(number)
        elif line.strip().startswith(("counters per-entry", "statistics per-entry")):
            counted = True
            headers.append(number)
    return ReadRows(rows, unread, headers)
