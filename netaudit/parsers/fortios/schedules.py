"""Schedules of one VDOM: always in force, never, or at times.

Source: FortiOS Administration Guide, "Schedules"; a one-time schedule ends at "HH:MM YYYY/MM/DD".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node

_DAYS = frozenset(("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"))
MAX_GROUP_DEPTH = 64


class Force(StrEnum):
    """When a schedule is in force."""

    ALWAYS = "always"
    NEVER = "never"
    AT_TIMES = "at times"


@dataclass(frozen=True, slots=True)
class ScheduleValue:
    """`expires` is the last day on which it can be in force, None where it does not end."""

    force: Force
    expires: date | None = None
    is_defined: bool = True


_ALWAYS = ScheduleValue(Force.ALWAYS)


class ScheduleBook:
    """The schedules of one VDOM."""

    def __init__(self, scope: Scope, references: References) -> None:
        self.references = references
        self.recurring = {node.name: node for node in scope.entries("firewall schedule recurring")}
        self.onetime = {node.name: node for node in scope.entries("firewall schedule onetime")}
        self.groups = {node.name: node for node in scope.entries("firewall schedule group")}
        self.is_complete = scope.defines("firewall schedule recurring")
        self._known: dict[str, ScheduleValue] = {}

    def lookup(self, name: str, node: Node, context: str) -> ScheduleValue:
        """Return the schedule of a policy; `always` where it names none."""
        if not name:
            return _ALWAYS
        value = self._known.get(name)
        if value is None:
            value = self._known[name] = self._resolve(name, 0)
            self.references.use("schedule", (name,))
        if not value.is_defined and self.is_complete:
            self.references.missing("schedule", name, node, "schedule", context)
        return value

    def _resolve(self, name: str, depth: int) -> ScheduleValue:
        if depth > MAX_GROUP_DEPTH:
            return ScheduleValue(Force.AT_TIMES)
        if name in self.groups:
            node = self.groups[name]
            self.references.use("schedule", node.words("member"))
            return _joined([self._resolve(member, depth + 1) for member in node.words("member")[:256]])
        if name in self.onetime:
            return ScheduleValue(Force.AT_TIMES, _last_day(self.onetime[name].words("end")))
        if name in self.recurring:
            return _recurring(self.recurring[name])
        if name == "always":
            return _ALWAYS
        if name == "none":
            return ScheduleValue(Force.NEVER)
        return ScheduleValue(Force.AT_TIMES, is_defined=False)


def _joined(values: list[ScheduleValue]) -> ScheduleValue:
    if any(value.force is Force.ALWAYS for value in values):
        return _ALWAYS
    live = [value for value in values if value.force is Force.AT_TIMES]
    if not live:
        return ScheduleValue(Force.NEVER)
    ends = [value.expires for value in live if value.expires is not None]
    return ScheduleValue(Force.AT_TIMES, max(ends) if len(ends) == len(live) else None)


def _recurring(node: Node) -> ScheduleValue:
    if any(key not in node.rule.states for key in node.settings):
        return ScheduleValue(Force.AT_TIMES)
    days = set(node.words("day"))
    if "day" not in node.settings:
        # The factory schedules: `show` writes their days, older exports may leave them out.
        return {"always": _ALWAYS}.get(node.name, ScheduleValue(Force.NEVER if node.name == "none" else Force.AT_TIMES))
    if days == {"none"}:
        return ScheduleValue(Force.NEVER)
    whole_day = node.value("start", "00:00") == "00:00" and node.value("end", "00:00") == "00:00"
    return _ALWAYS if days >= _DAYS and whole_day else ScheduleValue(Force.AT_TIMES)


def _last_day(words: tuple[str, ...]) -> date | None:
    """Return the day of "18:00 2026/03/31" (the words in either order)."""
    for word in words:
        parts = word.replace("-", "/").split("/")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
            try:
                return date(int(parts[0]), int(parts[1]), int(parts[2]))
            except ValueError:
                return None
    return None


def expiry_day(words: tuple[str, ...]) -> date | None:
    """Return the day of `set policy-expiry-date "2026-03-31 18:00:00"`."""
    return _last_day(tuple(part for word in words for part in word.split()))
