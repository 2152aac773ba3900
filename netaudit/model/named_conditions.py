"""When one rule holds another although neither is sure to match: both ask for the same named thing.

Application, user and schedule are no fields of a packet, so a rule that names one is known from above only. But where
an earlier rule asks for nothing that the later one does not ask for too, every packet of the later one is taken by the
earlier one, whatever application or user it turns out to be.
"""

from __future__ import annotations

from netaudit.model.rules import AccessRule

_NAMED = frozenset({"application", "user", "schedule"})


def holds_by_name(earlier: AccessRule, rule: AccessRule) -> bool:
    """Tell whether an earlier rule takes all that a rule may match, given that names mean the same in both.

    Reasons other than names (FQDN, text that was not understood) decide nothing. Services must be the same words, or
    any at the earlier rule: ports that belong to an application (application-default) go with that application only.
    """
    if not rule.match.maybe or not set(earlier.match.reasons) <= _NAMED:
        return False
    if "schedule" in earlier.match.reasons and (not earlier.schedule or earlier.schedule != rule.schedule):
        return False
    if "application" in earlier.match.reasons and not _within(rule.applications, earlier.applications):
        return False
    if "user" in earlier.match.reasons and not _within(rule.users, earlier.users):
        return False
    any_service = not {one.lower() for one in earlier.services} - {"any", "all"}
    if "application" in earlier.match.reasons and not any_service and set(rule.services) != set(earlier.services):
        return False
    zones = rule.from_zones <= earlier.from_zones and rule.to_zones <= earlier.to_zones
    return zones and rule.match.maybe <= earlier.match.maybe


def _within(names: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Tell whether all names are among the others; no names stand for any."""
    return bool(names) and bool(others) and set(names) <= set(others)
