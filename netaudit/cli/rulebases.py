"""The command rules: what the rules of each rulebase are to each other."""

from __future__ import annotations

from pathlib import Path

from netaudit.audit import Reading
from netaudit.cli.changes import planned, read_plan
from netaudit.cli.output import print_json, print_table
from netaudit.cli.snapshot import coverage_code, read_with_progress
from netaudit.errors import InputError
from netaudit.model.device import Device
from netaudit.model.rule_relations import RuleRelation, analyze_rulebase
from netaudit.model.rules import AccessRule, Rulebase


def run_rules(
    snapshot: str,
    device: str,
    rulebase: str,
    advice: bool,
    output: str,
    jobs: int,
    platform: str | None,
    change: Path | None = None,
) -> int:
    """Print the relations of every rulebase, or of those asked for; after planned changes where they are given."""
    file = read_plan(change)
    reading = read_with_progress(snapshot, jobs, platform)
    plan = planned(reading, file)
    reading = plan.reading if plan else reading
    chosen = chosen_rulebases(reading, device, rulebase)
    found = [
        (owner, one, relation)
        for owner, one in chosen
        for relation in analyze_rulebase(one, advisory=advice or output == "json")
    ]
    if output == "json":
        print_json(
            {
                "rulebases": [_rulebase_view(owner, one) for owner, one in chosen],
                "relations": [_relation_view(owner, one, relation) for owner, one, relation in found],
                **({"change": plan.view()} if plan else {}),
            }
        )
        return coverage_code(reading)
    print_table(
        (
            "設備 device",
            "規則集 rulebase",
            "規則 rule",
            "關係 kind",
            "遮蔽者 blocked by",
            "動作不同 different action",
            "位置 where",
        ),
        [
            (
                owner.name,
                one.name,
                relation.rule.name,
                relation.kind.value,
                ", ".join(rule.name for rule in relation.blocking_rules) or relation.reason or "-",
                "✓" if relation.different_action else "-",
                f"{relation.rule.where.path}:{relation.rule.where.line}",
            )
            for owner, one, relation in found
        ],
    )
    if plan is not None:
        plan.print()
    return coverage_code(reading)


def chosen_rulebases(reading: Reading, device: str, rulebase: str) -> list[tuple[Device, Rulebase]]:
    """Return the rulebases asked for; "" asks for all. Raises InputError where the names fit nothing."""
    owners = [one for one in reading.devices if not device or one.name.lower() == device.lower()]
    if device and not owners:
        names = ", ".join(one.name for one in reading.devices) or "none"
        raise InputError.single("--device", f"there is no device {device}; the snapshot has {names}")
    chosen = [(owner, one) for owner in owners for one in owner.rulebases if not rulebase or one.name == rulebase]
    if rulebase and not chosen:
        names = ", ".join(dict.fromkeys(one.name for owner in owners for one in owner.rulebases)) or "none"
        raise InputError.single("--rulebase", f"there is no rulebase {rulebase}; there are {names}")
    return chosen


def _rulebase_view(owner: Device, one: Rulebase) -> dict[str, object]:
    return {
        "device": owner.name,
        "rulebase": one.name,
        "virtual_system": one.virtual_system,
        "kind": one.kind.value,
        "rules": len(one.rules),
        "default": one.default_action.value,
    }


def _relation_view(owner: Device, one: Rulebase, relation: RuleRelation) -> dict[str, object]:
    return {
        "device": owner.name,
        "rulebase": one.name,
        **_rule_view(relation.rule),
        "kind": relation.kind.value,
        "blocking_rules": [_rule_view(rule) for rule in relation.blocking_rules],
        "different_action": relation.different_action,
        "witness": relation.witness.to_json() if relation.witness else None,
        "reason": relation.reason,
    }


def _rule_view(rule: AccessRule) -> dict[str, object]:
    return {"rule": rule.name, "file": rule.where.path, "line": rule.where.line}
