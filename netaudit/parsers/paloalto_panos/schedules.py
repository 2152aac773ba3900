"""Schedules: when a rule is in force, and on which day it ends.

Source: PAN-OS Web Interface Reference, "Objects > Schedules"; a one-time schedule is written
"2026/01/01@08:00-2026/03/31@18:00".
"""

from __future__ import annotations

import re
from datetime import date

from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.tree import Node

SCHEDULE = "schedule"
_SPAN = re.compile(r".*-\s*(\d{4})/(\d{1,2})/(\d{1,2})@\d{1,2}:\d{2}\Z")


def expiry_of(scope: Scope, name: str, rule: Node, context: str) -> date | None:
    """Return the last day on which a schedule can be in force; None where it does not end or is not known."""
    scope.use("schedule", (name,))
    node = scope.entries("schedule").get(name)
    if node is None:
        scope.missing(SCHEDULE, name, rule.get("schedule") or rule, context)
        return None
    kinds = [kind for kind in node.below("schedule-type") if kind.word in ("recurring", "non-recurring")]
    if not kinds:
        kinds = [kind for kind in node.below() if kind.word in ("recurring", "non-recurring")]
    if not kinds or kinds[-1].word == "recurring":
        return None
    ends = [_last_day(word) for word in kinds[-1].words()]
    known = [day for day in ends if day is not None]
    return max(known) if known and len(known) == len(ends) else None


def _last_day(text: str) -> date | None:
    match = _SPAN.match(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
