"""Time ranges: absolute and periodic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from netaudit.model.source import Affects
from netaudit.parsers.cisco_asa.access_lists import TIME_RANGE, TimeRange
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.conf_tree import ConfLine

_MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12,
}  # fmt: skip


def read_time_ranges(lines: Iterable[ConfLine], context: Context) -> dict[str, TimeRange]:
    """Read `time-range` blocks. Source: Command Reference, "absolute" and "periodic"."""
    found: dict[str, TimeRange] = {}
    for line in lines:
        words = line.words
        if len(words) < 2:
            context.ledger.unrecognized(line.index, Affects.FILTER, "a time range without a name")
            continue
        expires: date | None = None
        for child in line.children:
            text = child.words
            if not text or text[0].startswith("!"):
                continue
            if text[0] == "periodic":
                context.ledger.understood(child.index)
            elif text[0] == "absolute":
                ends = _end_of(text)
                if "end" in text and ends is None:
                    context.ledger.unrecognized(child.index, Affects.FILTER, "the end is not a date")
                else:
                    context.ledger.understood(child.index)
                    expires = ends
            else:
                context.ledger.unrecognized(child.index, Affects.FILTER)
        found[words[1]] = TimeRange(words[1], expires)
        context.defined[TIME_RANGE, words[1]] = (line.index, max(one.index for one in line.walk()))
        context.ledger.understood(line.index)
    return found


def _end_of(words: list[str]) -> date | None:
    """Return the day of `absolute [start ..] end HH:MM DAY MONTH YEAR`, None where there is none."""
    if "end" not in words:
        return None
    parts = words[words.index("end") + 2 :]
    if len(parts) < 3:
        return None
    day, month, year = parts[:3]
    number = next((n for name, n in _MONTHS.items() if name.startswith(month.lower()) and len(month) >= 3), None)
    if number is None or not (day.isascii() and day.isdigit() and year.isascii() and year.isdigit()):
        return None
    try:
        return date(int(year[:5]), number, int(day[:3]))
    except ValueError:
        return None
