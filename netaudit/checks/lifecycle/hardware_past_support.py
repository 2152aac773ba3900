"""EOL-001: hardware past its last date of support.

What it does
------------
Looks the model or part number of every device up in the lifecycle catalogue and compares its last date of support with
the day of the audit. Critical where the device has an interface in an external zone.

Why it matters
--------------
No repair, no replacement part and no fix for new flaws: an edge device in that state is taken over sooner or later.

Example
-------
WS-C3750X-48PF-S, last date of support 2021-10-31

Use instead
-----------
A model in support; until then a retirement plan with compensating controls.

Limits
------
End of sale alone is no finding. The catalogue is that of its as-of date, with the firm's own rows first. A model that
it does not know is listed as unknown by its own check. A high-availability pair may be one export.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; NIST SP 800-53r5 SA-22; CISA BOD 26-02; CIS Controls 12.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import (
    END_OF_SUPPORT,
    HARDWARE,
    UNKNOWN,
    faces_internet,
    lifecycle_facts,
    places,
)
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield the hardware of every device; where its lifecycle is unknown, nothing is claimed."""
    for lifecycle in context.lifecycle:
        status, device = lifecycle.hardware, lifecycle.facts.device
        outcome = Outcome.FAIL if status.word == END_OF_SUPPORT else Outcome.PASS
        yield Examined(
            Outcome.NOT_APPLICABLE if status.word == UNKNOWN else outcome,
            device,
            device,
            places(context, lifecycle, HARDWARE),
            lifecycle_facts(lifecycle, HARDWARE, status),
            severity=Severity.CRITICAL if faces_internet(context, device) else None,
            key=HARDWARE,
        )


CHECK = Check(
    id="EOL-001",
    name="hardware-past-support",
    severity=Severity.HIGH,
    title={
        "en": "{device}: hardware {product} is past its last date of support ({end_of_support})",
        "zh-TW": "{device}：硬體 {product} 已終止支援（{end_of_support}）",
    },
    remediation={
        "en": "Replace the device; until then write a retirement plan with compensating controls.",
        "zh-TW": "汰換設備；汰換前應擬定汰除計畫並採取補償性控制措施。",
    },
    examine=examine,
    uses=(Register.INVENTORY, Register.ZONE_MAP, Register.LIFECYCLE),
)
