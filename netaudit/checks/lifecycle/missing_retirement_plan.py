"""EOL-004: a device past support has no retirement plan, or one without owner or target date.

What it does
------------
Looks for a row of the retirement plan for every device whose hardware or software is past support, and asks the row
for an owner and a target date.

Why it matters
--------------
The clause asks for a plan for each such device; without owner and date it is a wish.

Example
-------
fw-line-twse, past support since 2026-08-17, and no row in retirement_plan.csv

Use instead
-----------
A row with owner, target date, budget, replacement and compensating control.

Limits
------
Whether the plan is good, funded or being carried out cannot be seen. Rows that are done or cancelled do not count.
Without the register nothing is claimed.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; NIST SP 800-53r5 SA-22; CISA BOD 26-02.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import END_OF_SUPPORT, lifecycle_facts, open_plans, parts, places
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register, RetirementPlan


def examine(context: Context) -> Iterator[Examined]:
    """Yield every device whose hardware or software is past support."""
    for lifecycle in context.lifecycle:
        device = lifecycle.facts.device
        ended = [(kind, status) for kind, status in parts(lifecycle) if status.word == END_OF_SUPPORT]
        if not ended:
            continue
        plans = open_plans(context, device)
        missing = () if any(not _missing(plan) for plan in plans) else _missing(plans[0]) if plans else ("plan",)
        kind, status = ended[0]
        facts = lifecycle_facts(lifecycle, kind, status)
        yield Examined(
            Outcome.FAIL if missing else Outcome.PASS,
            device,
            device,
            tuple(plan.where for plan in plans) + places(context, lifecycle, kind),
            {**facts, "missing": missing},
            key="plan",
        )


def _missing(plan: RetirementPlan) -> tuple[str, ...]:
    fields = (("owner", bool(plan.owner.strip())), ("target_date", plan.target_date is not None))
    return tuple(name for name, given in fields if not given)


CHECK = Check(
    id="EOL-004",
    name="missing-retirement-plan",
    severity=Severity.HIGH,
    title={
        "en": "{device} ({product}) is past support; its retirement plan lacks: {missing}",
        "zh-TW": "{device}（{product}）已終止支援，汰除計畫缺少：{missing}",
    },
    remediation={
        "en": "Enter the device in the retirement plan with owner, target date, budget and compensating control.",
        "zh-TW": "於汰除計畫載明負責人、預計完成日、預算與補償性控制措施。",
    },
    examine=examine,
    registers=(Register.LIFECYCLE,),
    uses=(Register.INVENTORY,),
)
