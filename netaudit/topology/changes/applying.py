"""A change file applied to the devices of a snapshot: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.errors import InputError, Problem
from netaudit.model.changes import BindingEdit, Change, InterfaceEdit, RouteEdit, RuleAddition, RuleEdit
from netaudit.model.device import Device
from netaudit.topology.changes.interfaces import edit_binding, edit_interface, shut_far_ends
from netaudit.topology.changes.names import Refused, find_device
from netaudit.topology.changes.routes import edit_route
from netaudit.topology.changes.rules import add_rules, edit_rules, refuse_empty


@dataclass(frozen=True, slots=True)
class Applied:
    """One change as it was applied. `subject` says to what, in the words of the device."""

    kind: str
    device: str
    subject: str
    change: Change


@dataclass(frozen=True, slots=True)
class ChangedDevices:
    """The devices of a snapshot after planned changes, in their order."""

    devices: tuple[Device, ...]
    applied: tuple[Applied, ...]


def apply_changes(
    devices: Sequence[Device], changes: Sequence[Change], problems: Sequence[Problem] = ()
) -> ChangedDevices:
    """Return the devices after the changes, which are applied in their order: a later one sees the earlier.

    `problems` are those of reading the changes. Raises InputError with them and with every change that does not fit
    the devices.
    """
    current = list(devices)
    found = list(problems)
    applied: list[Applied] = []
    for change in changes:
        try:
            device = find_device(current, change.device)
            changed, subject = _apply(device, change)
        except Refused as refusal:
            found.append((refusal.written or change.written).problem(refusal.key, str(refusal)))
            continue
        current = [changed if one is device else one for one in current]
        if isinstance(change, InterfaceEdit) and not change.enabled:
            current, far = shut_far_ends(current, device, changed)
            subject += "".join(f", {one.device} {one.interface} by its cable" for one in far)
        applied.append(Applied(change.kind, device.name, subject, change))
    found += _empty_lists(current, applied)
    if found:
        raise InputError(sorted(found, key=_line))
    return ChangedDevices(tuple(current), tuple(applied))


def _line(problem: Problem) -> int:
    digits = problem.place.removeprefix("line ").partition(",")[0]
    return int(digits) if digits.isdigit() else 0


def _apply(device: Device, change: Change) -> tuple[Device, str]:
    if isinstance(change, RuleAddition):
        return add_rules(device, change)
    if isinstance(change, RuleEdit):
        return edit_rules(device, change)
    if isinstance(change, RouteEdit):
        return edit_route(device, change)
    if isinstance(change, InterfaceEdit):
        return edit_interface(device, change)
    assert isinstance(change, BindingEdit)
    return edit_binding(device, change)


def _empty_lists(devices: Sequence[Device], applied: Sequence[Applied]) -> list[Problem]:
    """Return a problem for each list that all changes together left without a rule."""
    found: dict[tuple[str, str], Problem] = {}
    for one in applied:
        change = one.change
        if isinstance(change, RuleEdit) and change.kind in ("remove_rule", "disable_rule"):
            try:
                refuse_empty(find_device(devices, one.device), change.rulebase, change.virtual_system)
            except Refused as refusal:
                found[one.device, change.rulebase] = change.written.problem(refusal.key, str(refusal))
    return list(found.values())
