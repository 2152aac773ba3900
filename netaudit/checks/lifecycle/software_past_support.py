"""EOL-002: software past the end of its security support.

What it does
------------
Looks the software train of every device up in the lifecycle catalogue and compares the end of its security support
with the day of the audit.

Why it matters
--------------
Flaws found after that day are published and never mended in this train.

Example
-------
IOS-XE 17.9, security support ended 2026-07-29

Use instead
-----------
A train in support, in the version that the vendor recommends.

Limits
------
Only the train is compared; whether the version within it is the newest is another question. A configuration may state
the train only. A train that the catalogue does not know is listed as unknown by its own check.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; NIST SP 800-53r5 SA-22, SI-2; STIG V-234193; CIS Controls 12.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import END_OF_SUPPORT, SOFTWARE, UNKNOWN, lifecycle_facts, places
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield the software of every device; where its lifecycle is unknown, nothing is claimed."""
    for lifecycle in context.lifecycle:
        status, device = lifecycle.software, lifecycle.facts.device
        outcome = Outcome.FAIL if status.word == END_OF_SUPPORT else Outcome.PASS
        yield Examined(
            Outcome.NOT_APPLICABLE if status.word == UNKNOWN else outcome,
            device,
            device,
            places(context, lifecycle, SOFTWARE),
            lifecycle_facts(lifecycle, SOFTWARE, status),
            key=SOFTWARE,
        )


CHECK = Check(
    id="EOL-002",
    name="software-past-support",
    severity=Severity.HIGH,
    title={
        "en": "{device}: software {product} is past the end of its security support ({end_of_support})",
        "zh-TW": "{device}：軟體 {product} 已終止安全性支援（{end_of_support}）",
    },
    remediation={
        "en": "Upgrade to a train in support.",
        "zh-TW": "升級至仍受支援的版本。",
    },
    examine=examine,
    uses=(Register.INVENTORY, Register.LIFECYCLE),
)
