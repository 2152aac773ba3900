"""The header that says when a configuration was changed and saved last, as the Cisco-like platforms print it."""

from __future__ import annotations

import re
from datetime import date
from enum import Enum

from netaudit.model.links import LastChange
from netaudit.model.source import SourceRef
from netaudit.parsers.ledger import LineLedger

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(r"\b([A-Z][a-z]{2})[a-z]*\s+(\d{1,2})(?:\s+\d{1,2}:\d\d:\d\d\S*)?(?:\s+[A-Z]{2,5})?,?\s+(\d{4})\b")
_ISO_DATE = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)\b")
_MAX_TEXT = 300  # letters of a header


class Header(Enum):
    """What a header line tells of."""

    CHANGED = "changed"
    SAVED = "saved"


# How a line begins, what it tells, and its words: "time" and "user" as printed.
_HEADERS: tuple[tuple[re.Pattern[str], Header], ...] = (
    # IOS, IOS-XE, IOS-XR; EOS writes no zone of time
    (re.compile(r"^!+ ?Last configuration change at (?P<time>.+?)(?: by (?P<user>\S+))?\s*$"), Header.CHANGED),
    (re.compile(r"^! ?NVRAM config last updated at (?P<time>.+?)(?: by (?P<user>\S+))?\s*$"), Header.SAVED),
    # NX-OS
    (re.compile(r"^! ?Running configuration last done at: (?P<time>.+?)\s*$"), Header.CHANGED),
    (re.compile(r"^! ?Startup config saved at: (?P<time>.+?)\s*$"), Header.SAVED),
    (re.compile(r"^! ?(?P<time>No configuration change since last restart)\s*$"), Header.CHANGED),
    # EOS
    (
        re.compile(r"^! ?Startup-config last modified at\s+(?P<time>.+?)(?: by (?P<user>\S+))?\s*$", re.IGNORECASE),
        Header.SAVED,
    ),
    (re.compile(r"^! ?Last modified(?: at)?\s*:?\s*(?P<time>.+?)(?: by (?P<user>\S+))?\s*$", re.IGNORECASE),
     Header.CHANGED),
    # ASA
    (re.compile(r"^: ?Written by (?P<user>\S+) at (?P<time>.+?)\s*$"), Header.SAVED),
)  # fmt: skip


def printed_day(text: str) -> date | None:
    """Return the date in "10:11:12 UTC Tue Mar 5 2024", "Tue Mar  5 10:11:12 2024" or "2024-03-05 10:11:12"."""
    match = _ISO_DATE.search(text)
    try:
        if match is not None:
            return date(int(match[1]), int(match[2]), int(match[3]))
        for match in _DATE.finditer(text):
            if match[1].lower() in _MONTHS:
                return date(int(match[3]), _MONTHS.index(match[1].lower()) + 1, int(match[2]))
    except ValueError:
        pass
    return None


def read_last_change(ledger: LineLedger) -> LastChange | None:
    """Return the last change that header comments state, and mark them as understood; None without one.

    Where only the saving is stated (an ASA prints nothing else), `time` is the time of the saving.
    """
    found: dict[Header, tuple[str, str, SourceRef]] = {}
    for index, line in enumerate(ledger.source.lines):
        if line[:1] not in ("!", ":") or not 10 < len(line) < _MAX_TEXT:
            continue
        for pattern, header in _HEADERS:
            match = pattern.match(line)
            if match is not None:
                # The last header counts where several exports stand in one file: it is that of the last text.
                found[header] = (match["time"], match.groupdict().get("user") or "", ledger.ref(index))
                ledger.understood(index)
                break
    if not found:
        return None
    time, user, where = found.get(Header.CHANGED) or found[Header.SAVED]
    saved = found[Header.SAVED][0] if Header.SAVED in found else ""
    return LastChange(time, where, printed_day(time), user, saved)
