"""EOL-005: the target date of a retirement plan has passed.

What it does
------------
Compares the target date of every open row of the retirement plan with the day of the audit.

Why it matters
--------------
A plan that slipped in silence leaves the device where it was, with nobody asking.

Example
-------
acc-trd-2f, target date 2025-12-31, status open, audited on 2026-11-20

Use instead
-----------
A new date with an approved reason, or the finished replacement and its row closed.

Limits
------
The row's status is believed: one that says done is not compared with the network. Rows without a target date are
reported by the check for incomplete plans.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; CISA BOD 26-02.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import is_open
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every open row of the retirement plan that has a target date."""
    for plan in context.policy.retirement_plans:
        if plan.target_date is None or not is_open(plan):
            continue
        yield Examined(
            Outcome.FAIL if plan.target_date < context.as_of else Outcome.PASS,
            plan.device,
            plan.device,
            (plan.where,),
            {
                "target_date": plan.target_date.isoformat(),
                "owner": plan.owner,
                "days": (context.as_of - plan.target_date).days,
            },
            key=f"plan:{plan.milestone}:{plan.reason}",
        )


CHECK = Check(
    id="EOL-005",
    name="overdue-retirement",
    severity=Severity.MEDIUM,
    title={
        "en": "{device}: the retirement plan is overdue since {target_date} ({days} days)",
        "zh-TW": "{device}：汰除計畫已逾預計完成日 {target_date}（逾期 {days} 天）",
    },
    remediation={
        "en": "Escalate; carry the plan out, or have a new date approved.",
        "zh-TW": "提報主管；儘速執行汰除，或重新核定完成日。",
    },
    examine=examine,
    registers=(Register.LIFECYCLE,),
)
