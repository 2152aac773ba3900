"""Lifecycle, retirement plans and the inventory, from values."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from netaudit.checks.inventory import register_mismatch
from netaudit.checks.lifecycle import (
    hardware_past_support,
    missing_retirement_plan,
    overdue_retirement,
    software_past_support,
    support_ends_soon,
    unknown_lifecycle,
)
from netaudit.findings import Outcome, Severity
from netaudit.lifecycle.status import DeviceFacts, DeviceLifecycle, LifecycleStatus, Milestones
from netaudit.model.device import Device, Interface
from netaudit.model.source import SourceRef
from netaudit.policy.registers import InventoryEntry, Policy, Register, RetirementPlan

from .harness import context_of, examine, failures, registers

HERE = SourceRef("r.csv", 2)
EOS = LifecycleStatus("eos", Milestones("Cisco", "WS-C3750X-48PF-S", "hardware", end_of_support=date(2021, 10, 31)))
SOON = LifecycleStatus("within-12-months", Milestones("Cisco", "IOS-XE 17.12", "software"))
SCHEDULED, UNKNOWN, NO_DATE = (LifecycleStatus(word) for word in ("scheduled", "unknown", "no-date"))


def lifecycle(
    device: str = "acc-1", hardware: LifecycleStatus = SCHEDULED, software: LifecycleStatus = SCHEDULED
) -> DeviceLifecycle:
    return DeviceLifecycle(DeviceFacts(device, model="X"), "15.0", hardware, software)


def plan(**changes: object) -> RetirementPlan:
    row = RetirementPlan("acc-1", HERE, owner="network team", target_date=date(2027, 3, 31), status="open")
    return replace(row, **changes)  # type: ignore[arg-type]


def with_plans(*plans: RetirementPlan) -> Policy:
    return Policy(retirement_plans=plans, given=frozenset({Register.LIFECYCLE}))


def test_hardware_past_support_is_high_and_critical_where_the_device_faces_outside() -> None:
    inside = failures(hardware_past_support.CHECK, context_of((), lifecycle=(lifecycle(hardware=EOS),)))
    assert [(one.severity, one.facts["end_of_support"]) for one in inside] == [(None, "2021-10-31")]
    edge = Device("edge-1", "cisco_ios", "Cisco", HERE, interfaces=(Interface("GigabitEthernet0/0", HERE),))
    outside = context_of((edge,), registers(), lifecycle=(lifecycle("edge-1", hardware=EOS),))
    assert failures(hardware_past_support.CHECK, outside)[0].severity is Severity.CRITICAL


def test_software_and_hardware_are_told_apart() -> None:
    context = context_of((), lifecycle=(lifecycle(software=EOS),))
    assert not failures(hardware_past_support.CHECK, context)
    assert len(failures(software_past_support.CHECK, context)) == 1
    soon = context_of((), lifecycle=(lifecycle(hardware=SOON, software=SOON),))
    assert {one.key for one in failures(support_ends_soon.CHECK, soon)} == {"hardware", "software"}


def test_an_unknown_lifecycle_is_undecided_and_never_a_pass() -> None:
    context = context_of((), lifecycle=(lifecycle(hardware=UNKNOWN, software=NO_DATE),))
    assert [one.outcome for one in examine(unknown_lifecycle.CHECK, context)] == [Outcome.UNKNOWN, Outcome.PASS]
    assert [one.outcome for one in examine(hardware_past_support.CHECK, context)] == [Outcome.NOT_APPLICABLE]
    assert Outcome.PASS in {one.outcome for one in examine(software_past_support.CHECK, context)}


def test_a_device_past_support_needs_a_plan_with_owner_and_date() -> None:
    def missing(*plans: RetirementPlan) -> list[object]:
        context = context_of((), with_plans(*plans), lifecycle=(lifecycle(hardware=EOS),))
        return [one.facts["missing"] for one in failures(missing_retirement_plan.CHECK, context)]

    assert missing() == [("plan",)]
    assert missing(plan()) == []
    assert missing(plan(owner="", target_date=None)) == [("owner", "target_date")]
    assert missing(plan(status="done")) == [("plan",)]
    assert missing(plan(device="ACC-1")) == []
    supported = context_of((), with_plans(), lifecycle=(lifecycle(),))
    assert not examine(missing_retirement_plan.CHECK, supported)


def test_a_plan_is_overdue_the_day_after_its_target_date() -> None:
    def overdue(day: date, status: str = "open") -> bool:
        context = context_of((), with_plans(plan(target_date=day, status=status)))
        return bool(failures(overdue_retirement.CHECK, context))

    assert overdue(date(2025, 12, 31))
    assert not overdue(date(2026, 11, 20))
    assert not overdue(date(2025, 12, 31), "done")


def test_the_inventory_is_compared_both_ways() -> None:
    known, unknown = (Device(name, "cisco_ios", "Cisco", HERE) for name in ("rtr-1", "sw-temp"))
    policy = Policy(
        inventory=(
            InventoryEntry("R1", "rtr-1", HERE),
            InventoryEntry("R2", "rtr-twse", HERE),
            InventoryEntry("R3", "spare", HERE, expected_export=False),
        ),
        given=frozenset({Register.INVENTORY}),
    )
    context = context_of((known, unknown), policy, missing_devices=("rtr-twse",))
    found = failures(register_mismatch.CHECK, context)
    assert [(one.device, one.facts["how"]) for one in found] == [
        ("rtr-twse", "no_export"),
        ("sw-temp", "not_registered"),
    ]
