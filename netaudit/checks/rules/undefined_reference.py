"""RULE-020: something in force refers to a list, object or group that is not defined.

What it does
------------
Lists the names that are used but not defined: access lists bound to interfaces, lines or services, objects and groups
in rules of lists that filter, and in NAT.

Why it matters
--------------
An interface whose access list does not exist is open on many platforms. A rule with a missing group matches
something else than was reviewed.

Example
-------
ip access-group OUTSIDE-IN in, without an access list OUTSIDE-IN

Use instead
-----------
Define the name, or remove the reference.

Limits
------
Names in rules of lists that are bound nowhere are not reported. Objects that a manager or cloud feed fills (external
lists, dynamic groups) may be defined outside the export. Names of interfaces, zones and routing objects are not meant.

References
----------
期貨業網路安全自律規範 第三條第二款第(五)目; NIST SP 800-53r5 CM-6.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import in_force, rulebase_words, scored_rulebases
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device, Reference
from netaudit.model.rules import Purpose
from netaudit.model.source import SourceRef

MASK = "<masked>"

# Lists whose absence opens or closes a way in; other uses (NAT, QoS, routing) are Medium.
_GRAVE = frozenset({Purpose.FILTER, Purpose.MANAGEMENT, Purpose.VPN_FILTER})
# The words in a reference's kind that mean a list, an object or a group of addresses or services.
_MEANT = ("list", "object", "address", "service", "acl", "virtual ip", "vip", "ipset", "chain")
_NOT_MEANT = (
    *("interface", "zone", "route", "prefix", "community", "path", "track", "policy", "server", "time", "class map"),
)


def examine(context: Context) -> Iterator[Examined]:
    """Yield every use of a list that filters, every undefined name once a device and name."""
    for device in context.devices:
        names: dict[str, list[SourceRef]] = {}
        for rulebase in scored_rulebases(device):
            for rule in rulebase.rules:
                if in_force(rule, context.as_of):
                    for name in rule.unresolved:
                        names.setdefault(name, []).append(rule.where)
        yield from _bindings(device, frozenset(names))
        reported = {binding.rulebase for binding in device.bindings if not binding.defined}
        idle = _idle_lines(device, context)
        for reference in device.undefined_references:
            place = (reference.where.path, reference.where.line)
            if _is_meant(reference) and reference.name not in reported and place not in idle:
                places = names.setdefault(reference.name, [])
                if reference.where.line not in {one.line for one in places}:
                    places.append(reference.where)
        for name, places in names.items():
            yield Examined(
                Outcome.FAIL,
                device.name,
                _shown(name, places),
                tuple(places),
                {"name": _shown(name, places), "used_in": tuple(dict.fromkeys(place.text for place in places))[:3]},
                key=f"name:{name}",
            )


def _shown(name: str, places: list[SourceRef]) -> str:
    """Return the name, or the mask where the line that it was read from shows it nowhere: then it may be a secret."""
    hidden = any(MASK in place.text and name not in place.text for place in places)
    return MASK if hidden else name


def _bindings(device: Device, in_rules: frozenset[str]) -> Iterator[Examined]:
    """Yield the uses of lists; a list that rules in force refer to is reported there."""
    for binding in device.bindings:
        if not binding.defined and binding.rulebase in in_rules:
            continue
        place = " ".join(part for part in (binding.interface, binding.direction or "") if part)
        name = _shown(binding.rulebase, [binding.where])
        subject = f"{name} ({place})" if place else name
        yield Examined(
            Outcome.PASS if binding.defined else Outcome.FAIL,
            device.name,
            subject,
            (binding.where,),
            {"name": name, "used_in": (binding.where.text,)},
            severity=None if binding.purpose in _GRAVE else Severity.MEDIUM,
            key=f"binding:{binding.purpose}:{subject}",
        )


def _is_meant(reference: Reference) -> bool:
    kind = reference.kind.lower()
    return any(word in kind for word in _MEANT) and not any(word in kind for word in _NOT_MEANT)


def _idle_lines(device: Device, context: Context) -> set[tuple[str, int]]:
    """Return the lines of rules that are not in force: disabled, or in a list that filters nothing."""
    scored = {rulebase_words(rulebase) for rulebase in scored_rulebases(device)}
    return {
        (rule.where.path, line)
        for rulebase in device.rulebases
        for rule in rulebase.rules
        if rulebase_words(rulebase) not in scored or not in_force(rule, context.as_of)
        for line in range(rule.where.line, rule.where.last_line + 1)
    }


CHECK = Check(
    id="RULE-020",
    name="undefined-reference",
    severity=Severity.HIGH,
    title={
        "en": "{name} is used but not defined: {used_in}",
        "zh-TW": "引用了未定義的 {name}：{used_in}",
    },
    remediation={
        "en": "Define the list, object or group, or remove the reference.",
        "zh-TW": "補上該清單、物件或群組的定義，或移除引用。",
    },
    examine=examine,
)
