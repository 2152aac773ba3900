"""RULE-004: a list or policy that does not end with a logged deny.

What it does
------------
Looks at the end of every list or policy that filters: a last deny that matches every packet and logs, or a default
of deny with logging on, is what it asks for. A default that permits is reported first.

Why it matters
--------------
A default permit turns a positive list into a list of exceptions. A deny that is not logged hides scans, mistakes and
blocked attacks.

Example
-------
An access list whose last entry is a permit: the platform denies the rest, but writes nothing.

Use instead
-----------
deny ip any any log

Limits
------
A last deny that covers only some zones or one of the two IP versions in use does not count. Where an earlier permit
lets everything pass, the end is never reached and only that permit is reported. Whether an implicit deny logs is taken
from the configuration; where the platform's own deny is implicit and nothing turns its log on, it counts as unlogged.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 SC-7(5); PCI DSS 4.0.1 1.3.1; STIG V-216662.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import in_force, rulebase_words, scored_rulebases
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, Rulebase, other_layers
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import PacketSet


def examine(context: Context) -> Iterator[Examined]:
    """Yield every rulebase that filters."""
    for device in context.devices:
        for rulebase in scored_rulebases(device):
            rules = [rule for rule in rulebase.rules if in_force(rule, context.as_of)]
            outcome, how, where = _end(rulebase, rules)
            if how == "default_permit" and _denied_elsewhere(rulebase, device, context):
                outcome, how = Outcome.NOT_APPLICABLE, "another_layer_denies"
            yield _examined(device, rulebase, outcome, how, where)


def _denied_elsewhere(rulebase: Rulebase, device: Device, context: Context) -> bool:
    """Tell whether another layer, which must permit a packet too, denies what no rule of its own permits."""
    return any(
        _end(one, [rule for rule in one.rules if in_force(rule, context.as_of)])[1]
        not in ("default_permit", "never_reached")
        for one in other_layers(rulebase, device.rulebases)
    )


def _end(rulebase: Rulebase, rules: list[AccessRule]) -> tuple[Outcome, str, SourceRef]:
    """Return what becomes of a packet that no earlier rule decides, and where that is said."""
    everything = PacketSet.of(
        AddressSet.union(AddressSet.of(family, family.all_addresses) for family in rulebase.families)
    )
    trailing: list[AccessRule] = []
    for rule in reversed(rules):
        if rule.action.permits:
            break
        trailing.append(rule)
        if _for_all_zones(rule) and everything <= PacketSet.union(one.match.surely for one in trailing):
            return _logged_deny(trailing)
    last = rules[-1].where if rules else rulebase.where
    start = rulebase.default_where or rulebase.where
    if any(rule.action.permits and _for_all_zones(rule) and everything <= rule.match.surely for rule in rules):
        return Outcome.NOT_APPLICABLE, "never_reached", last
    if rulebase.default_action.permits:
        return Outcome.FAIL, "default_permit", start
    if not rules:
        return Outcome.NOT_APPLICABLE, "no_rules", start
    if rulebase.default_logged:
        return Outcome.PASS, "logged_default", start
    if rulebase.default_logged is None and rulebase.default_where is not None:
        return Outcome.UNKNOWN, "log_not_stated", rulebase.default_where
    return Outcome.FAIL, "default_not_logged", start


def _for_all_zones(rule: AccessRule) -> bool:
    return rule.from_zones == ANY_NAME and rule.to_zones == ANY_NAME


def _logged_deny(denies: list[AccessRule]) -> tuple[Outcome, str, SourceRef]:
    where = denies[-1].where
    if any(rule.logged is False for rule in denies):
        return Outcome.FAIL, "deny_not_logged", where
    if any(rule.logged is None for rule in denies):
        return Outcome.UNKNOWN, "log_not_stated", where
    return Outcome.PASS, "logged_deny", where


def _examined(device: Device, rulebase: Rulebase, outcome: Outcome, how: str, where: SourceRef) -> Examined:
    return Examined(
        outcome=outcome,
        device=device.name,
        subject=rulebase_words(rulebase),
        where=(where,) if where == rulebase.where else (where, rulebase.where),
        facts={"rulebase": rulebase.name, "how": how, "default": rulebase.default_action.value},
        key=rulebase_words(rulebase),
        why_unknown="logging not stated" if outcome is Outcome.UNKNOWN else "",
    )


CHECK = Check(
    id="RULE-004",
    name="missing-final-deny",
    severity=Severity.HIGH,
    title={
        "en": "{subject} does not end with a logged deny: {how}",
        "zh-TW": "{subject} 結尾未明確拒絕並留存記錄：{how}",
    },
    remediation={
        "en": "End the list with an explicit deny of everything that logs, or turn on logging of the implicit deny.",
        "zh-TW": "於規則末端明定拒絕所有流量並啟用記錄，或啟用隱含拒絕的記錄功能。",
    },
    examine=examine,
)
