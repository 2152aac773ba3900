"""EOL-003: hardware or software whose support ends within twelve months.

What it does
------------
Compares the last date of support of every device's hardware and software with the day of the audit.

Why it matters
--------------
Budget, purchase and change windows take most of a year; after the date it is too late to plan.

Example
-------
IOS-XE 17.12, security support until 2027-07-28, audited on 2026-11-20

Use instead
-----------
A row in the retirement plan with owner, target date and budget.

Limits
------
Dates come from the catalogue; a vendor may extend them. What is past support already is reported by its own checks,
what is unknown too.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; NIST SP 800-53r5 SA-22; CISA BOD 26-02.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import SOON, UNKNOWN, lifecycle_facts, parts, places
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield the hardware and the software of every device."""
    for lifecycle in context.lifecycle:
        for kind, status in parts(lifecycle):
            outcome = Outcome.FAIL if status.word == SOON else Outcome.PASS
            yield Examined(
                Outcome.NOT_APPLICABLE if status.word == UNKNOWN else outcome,
                lifecycle.facts.device,
                lifecycle.facts.device,
                places(context, lifecycle, kind),
                lifecycle_facts(lifecycle, kind, status),
                key=kind,
            )


CHECK = Check(
    id="EOL-003",
    name="support-ends-soon",
    severity=Severity.MEDIUM,
    title={
        "en": "{device}: support of {kind} {product} ends on {end_of_support}",
        "zh-TW": "{device}：{kind} {product} 將於 {end_of_support} 終止支援",
    },
    remediation={
        "en": "Schedule the replacement or upgrade and enter it in the retirement plan.",
        "zh-TW": "排定汰換或升級時程，並納入汰除計畫。",
    },
    examine=examine,
    uses=(Register.INVENTORY, Register.LIFECYCLE),
)
