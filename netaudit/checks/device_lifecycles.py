"""What the lifecycle checks share: places, plans, and whether a device faces the outside."""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Context
from netaudit.findings import Fact
from netaudit.lifecycle.status import DeviceLifecycle, LifecycleStatus
from netaudit.model.source import SourceRef
from netaudit.policy.registers import RetirementPlan

HARDWARE, SOFTWARE = "hardware", "software"
END_OF_SUPPORT = "eos"
SOON = "within-12-months"
UNKNOWN = "unknown"

_FIELDS = {HARDWARE: ("model", "part_number", "serial"), SOFTWARE: ("version", "operating_system")}
_ENDED = ("done", "cancelled", "canceled", "closed", "已完成", "完成", "取消", "已取消")


def parts(lifecycle: DeviceLifecycle) -> Iterator[tuple[str, LifecycleStatus]]:
    """Yield the hardware and the software of a device with their status."""
    yield HARDWARE, lifecycle.hardware
    yield SOFTWARE, lifecycle.software


def places(context: Context, lifecycle: DeviceLifecycle, kind: str) -> tuple[SourceRef, ...]:
    """Return where the model or version was read; the device's file or its inventory row where nothing was."""
    found = [place for field, place in lifecycle.facts.sources if field in _FIELDS[kind]]
    if found:
        return tuple(dict.fromkeys(found))
    for device in context.devices:
        if device.name == lifecycle.facts.device:
            named = tuple(place for field, place in device.fact_sources if field in _FIELDS[kind])
            return named or (device.where,)
    entry = context.policy.inventory_entry(lifecycle.facts.device)
    return (entry.where,) if entry else ()


def lifecycle_facts(lifecycle: DeviceLifecycle, kind: str, status: LifecycleStatus) -> dict[str, Fact]:
    """Return what the titles of the lifecycle checks use."""
    facts = lifecycle.facts
    milestones = status.milestones
    product = milestones.product if milestones else ""
    if not product:
        product = facts.model or facts.part_number if kind == HARDWARE else f"{facts.operating_system} {facts.version}"
    end = milestones.end_of_support if milestones else None
    return {
        "kind": kind,
        "product": product.strip() or "unnamed",
        "version": facts.version,
        "end_of_support": end.isoformat() if end else "undated",
        "source": milestones.source if milestones else "",
        "status": status.word,
    }


def faces_internet(context: Context, device: str) -> bool:
    """Tell whether a device has an enabled interface in an external zone."""
    known = context.network.devices.get(device)
    return known is not None and any(
        interface.enabled
        and any(zone.type.external for zone in context.network.interface_zones(device, interface.name))
        for interface in known.interfaces
    )


def open_plans(context: Context, device: str) -> tuple[RetirementPlan, ...]:
    """Return the rows of the retirement plan for a device that are not done or cancelled."""
    names = {device.lower()}
    entry = context.policy.inventory_entry(device)
    if entry is not None:
        names |= {entry.device.lower(), entry.hostname.lower()} - {""}
    return tuple(plan for plan in context.policy.retirement_plans if plan.device.lower() in names and is_open(plan))


def is_open(plan: RetirementPlan) -> bool:
    """Tell whether a plan is still to be carried out."""
    return plan.status.strip().lower() not in _ENDED
