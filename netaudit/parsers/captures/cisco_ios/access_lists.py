"""`show access-lists` of IOS: how often each entry matched. A plain reader: entries are lines of one shape.

Source: Cisco IOS Security Command Reference, "show access-lists", "show ip access-list", "show ipv6 access-list".
The counters of a list are cleared by `clear access-list counters`; the output does not tell when.
"""

from __future__ import annotations

import re

from netaudit.model.capture import Captured, HitCount
from netaudit.parsers.captures.contract import CaptureInput, CaptureRows, ReadRow, ReadRows
from netaudit.parsers.captures.values import text_of

_TITLE = re.compile(
    r"\s*(?P<type>Standard|Extended|Reflexive|Dynamic|Role-based)?\s*(?P<family>IPv6|IP|MAC|ARP)?\s*access[- ]list\s+"
    r"(?P<name>[^\s(]+)(?:\s+\(.*\))?\s*\Z",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"\s+(?:(?P<sequence>\d+)\s+)?(?P<text>(?P<action>permit|deny|evaluate|dynamic|remark)\b.*?)"
    r"(?:\s+sequence (?P<late_sequence>\d+))?\s*\Z",
    re.IGNORECASE,
)
_MATCHES = re.compile(r"\s*\((?P<hits>\d+) match(?:es)?(?:,[^)]*)?\)", re.IGNORECASE)
_STATE = re.compile(r"\s*\((?:active|inactive|time left [^)]*|Compiled)\)", re.IGNORECASE)
_OTHER = re.compile(r"\s*(?:\S+[#>]|Bridge|Load for|Time source)", re.IGNORECASE)


def read_access_lists(given: CaptureInput) -> ReadRows:
    """Return one row an entry; `hits` is "" where none are printed."""
    rows: list[ReadRow] = []
    headers: list[int] = []
    unread: list[int] = []
    title: dict[str, str] = {}
    for index, line in enumerate(given.lines):
        if not line.strip():
            continue
        if found := _TITLE.match(line):
            title = {
                "list": found["name"],
                "type": (found["type"] or "").lower(),
                "family": (found["family"] or "").lower(),
            }
            headers.append(index)
        elif title and (found := _ENTRY.match(line)):
            text = found["text"]
            sequence = found["sequence"] or found["late_sequence"] or ""
            hits = _MATCHES.search(text)
            text = _STATE.sub("", _MATCHES.sub("", text))
            late = re.search(r"\s+sequence (\d+)\Z", text)
            if late is not None:
                sequence, text = sequence or late[1], text[: late.start()]
            fields = {**title, "sequence": sequence, "action": found["action"].lower(), "text": " ".join(text.split())}
            rows.append(ReadRow({**fields, "hits": hits["hits"] if hits else ""}, (index,)))
        elif not _OTHER.match(line):
            unread.append(index)
    return ReadRows(rows, unread, headers)


def hit_count_facts(rows: CaptureRows) -> Captured:
    """Return the counters of the lists that show one at all.

    IOS prints none for an entry that never matched. Where a whole list has none it is not known whether the platform
    counts for it (hardware switching), so nothing is said of that list.
    """
    counted = {text_of(row, "list") for row in rows.rows if text_of(row, "hits")}
    return Captured(
        hit_counts=tuple(
            HitCount(
                rulebase=text_of(row, "list"),
                rule=text_of(row, "sequence"),
                hits=int(text_of(row, "hits") or "0"),
                where=where,
                text=text_of(row, "text"),
            )
            for row, where in zip(rows.rows, rows.places, strict=True)
            if text_of(row, "list") in counted and text_of(row, "action") in ("permit", "deny")
        )
    )
