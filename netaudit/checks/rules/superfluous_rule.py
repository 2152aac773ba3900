"""RULE-009: a rule that never decides, or that could be left out.

What it does
------------
Takes the relations between the rules of every list or policy that filters: a rule is unreachable where earlier rules
match all of its packets, redundant where without it every packet would meet the same fate, unmatchable where it
matches nothing. It says whether the rules that shadow it act differently.

Why it matters
--------------
Rules that do nothing hide the ones that do. A deny below a permit that covers it protects nobody; a permit below a
deny does not do what its owner believes.

Example
-------
deny tcp any host 10.10.23.5 eq 1521, below permit ip any host 10.10.23.5

Use instead
-----------
Remove the rule, or move it above the rule that shadows it.

Limits
------
The relations are exact for what the configuration says; where FQDNs, users or schedules leave it open, or the budget
of the analysis was spent, the rule is reported as undecided (Info). Rules that only overlap others (correlated,
generalized) are no finding. Hit counts are not used. The written deny at the end of a
list is not called redundant, although the default denies too.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; E. Al-Shaer, H. Hamed, Discovery of Policy Anomalies in Distributed
Firewalls, INFOCOM 2004.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import in_force, rule_words, rulebase_words, scored_rulebases
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.rule_relations import RelationKind, RuleRelation
from netaudit.model.rules import AccessRule, Rulebase

_SUPERFLUOUS = (RelationKind.UNREACHABLE, RelationKind.REDUNDANT, RelationKind.UNMATCHABLE)


def examine(context: Context) -> Iterator[Examined]:
    """Yield every rule in force, permits and denies, of every rulebase that filters."""
    for device in context.devices:
        for rulebase in scored_rulebases(device):
            relations = context.relations.get((device.name, rulebase.virtual_system, rulebase.name))
            found = {
                (relation.rule.name, relation.rule.where): relation
                for relation in relations or ()
                if not relation.kind.is_advice
            }
            for rule in rulebase.rules:
                if in_force(rule, context.as_of):
                    known = relations is not None or len(rulebase.rules) == 1
                    yield _examined(device, rulebase, rule, found.get((rule.name, rule.where)), known)


def _examined(
    device: Device, rulebase: Rulebase, rule: AccessRule, relation: RuleRelation | None, known: bool
) -> Examined:
    outcome, why = Outcome.PASS, ""
    if relation is None:
        if not known:
            outcome, why = Outcome.UNKNOWN, "relations not computed"
    elif _is_explicit_end(rulebase, rule, relation):
        outcome = Outcome.PASS
    elif relation.kind in _SUPERFLUOUS:
        outcome = Outcome.FAIL
    else:
        outcome, why = Outcome.UNKNOWN, "rules around it are known in part"
    blocking = relation.blocking_rules if relation else ()
    return Examined(
        outcome=outcome,
        device=device.name,
        subject=rule_words(rulebase, rule),
        where=(rule.where, *(one.where for one in blocking[:8])),
        facts={
            "kind": relation.kind.value if relation else "none",
            "how": _how(relation),
            "blocking": tuple(one.name for one in blocking[:8]),
            "different_action": bool(relation and relation.different_action),
            "analysis": relation.reason if relation else "",
        },
        severity=Severity.INFO if outcome is Outcome.UNKNOWN else None,
        witness=relation.witness if relation else None,
        key=f"{rulebase_words(rulebase)}|{rule.fingerprint}",
        why_unknown=why,
    )


def _how(relation: RuleRelation | None) -> str:
    if relation is None or relation.kind not in _SUPERFLUOUS:
        return "may_be_superfluous"
    if relation.kind is RelationKind.UNREACHABLE:
        return "shadowed_other" if relation.different_action else "shadowed_same"
    return relation.kind.value


def _is_explicit_end(rulebase: Rulebase, rule: AccessRule, relation: RuleRelation) -> bool:
    """Tell whether the rule is the written deny at the end, which a positive list wants although the default denies."""
    return (
        relation.kind is RelationKind.REDUNDANT
        and not rule.action.permits
        and not rulebase.default_action.permits
        and rule is [one for one in rulebase.rules if one.enabled and not one.implicit][-1]
    )


CHECK = Check(
    id="RULE-009",
    name="superfluous-rule",
    severity=Severity.LOW,
    title={
        "en": "{subject} {how} {blocking}",
        "zh-TW": "{subject} {how}{blocking}",
    },
    remediation={
        "en": "Remove the rule, or move it above the rules that shadow it if it was meant to work.",
        "zh-TW": "移除該規則；若原意應生效，將其移至遮蔽規則之前。",
    },
    examine=examine,
)
