"""Time objects: when a rule is in force.

Source: Management API Reference, "Time" and "Time Group": start, end, hours and recurrence all narrow.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from netaudit.parsers.checkpoint.export import Export, is_any
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

_EVERY_DAY = frozenset({"", "daily", "none"})


def in_force(export: Export, items: Iterable[JsonValue]) -> tuple[str, date | None, bool]:
    """Return the names in a time cell, the last day on which one of them can be in force, and whether one always is.

    The day is None where there is no end, or where it is not known.
    """
    names: list[str] = []
    ends: list[date | None] = []
    always = True
    for one in _objects(export, items, 0):
        if one is None:
            names.append("not in the export")
            ends.append(None)
            always = False
            continue
        if one.text("type") == "CpmiAnyObject":
            return "", None, True
        names.append(clean(one.text("name")))
        ends.append(_end(one))
        always = always and _always(one)
    if not names:
        return "", None, True
    known = [day for day in ends if day is not None]
    return ", ".join(names), max(known) if len(known) == len(ends) else None, always


def _objects(export: Export, items: Iterable[JsonValue], depth: int) -> list[JsonObject | None]:
    found: list[JsonObject | None] = []
    for item in items:
        placed = export.find(item)
        if placed is None:
            if not is_any(item):
                found.append(None)
        elif isinstance(placed.value.get("members"), JsonArray) and depth < 8:
            found += _objects(export, placed.value.items_of("members"), depth + 1)
        else:
            found.append(placed.value)
    return found


def _always(value: JsonObject) -> bool:
    recurrence = value.object("recurrence")
    pattern = recurrence.text("pattern").lower() if recurrence is not None else ""
    month = recurrence.text("month").lower() if recurrence is not None else ""
    return (
        value.flag("start-now") is True
        and value.flag("end-never") is True
        and not any(one.flag("enabled") is not False for one in value.objects("hours-ranges"))
        and pattern in _EVERY_DAY
        and month in ("", "any")
    )


def _end(value: JsonObject) -> date | None:
    """Return the last day of a time object, None where it has none."""
    end = value.object("end")
    if value.flag("end-never") is not False or end is None:
        return None
    try:
        return date.fromisoformat(end.text("iso-8601")[:10])
    except ValueError:
        return None
