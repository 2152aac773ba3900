"""EOL-006: the lifecycle of a device's hardware or software is not known.

What it does
------------
Lists every device of which the model, the part number or the version was not found in the catalogue, or not in the
export and register at all.

Why it matters
--------------
Nobody can say whether such a device is still in support, so the clause is not shown to be met.

Example
-------
A switch whose configuration names no model, and no row for it in the inventory

Use instead
-----------
Supply `show version` or `show inventory`, or the model in the inventory register; add the vendor's dates to the
catalogue of the firm.

Limits
------
The finding says that data are missing, never that the device is old. A product that the catalogue knows with no end
announced is not listed.

References
----------
期貨業網路安全自律規範 第四條第一款第(一)目; NIST SP 800-53r5 SA-22, CM-8.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.device_lifecycles import UNKNOWN, lifecycle_facts, parts, places
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield the hardware and the software of every device; an unknown lifecycle is undecided, not a failure."""
    for lifecycle in context.lifecycle:
        for kind, status in parts(lifecycle):
            unknown = status.word == UNKNOWN
            yield Examined(
                Outcome.UNKNOWN if unknown else Outcome.PASS,
                lifecycle.facts.device,
                lifecycle.facts.device,
                places(context, lifecycle, kind),
                lifecycle_facts(lifecycle, kind, status),
                key=kind,
                why_unknown="not in the catalogue" if unknown else "",
            )


CHECK = Check(
    id="EOL-006",
    name="unknown-lifecycle",
    severity=Severity.INFO,
    title={
        "en": "{device}: the lifecycle of its {kind} ({product}) is unknown",
        "zh-TW": "{device}：{kind}（{product}）的生命週期不明",
    },
    remediation={
        "en": "Supply model and version, and the vendor's dates, in the inventory and the lifecycle catalogue.",
        "zh-TW": "於設備清冊補齊型號與版本，並於生命週期目錄補上原廠公布日期。",
    },
    examine=examine,
    uses=(Register.INVENTORY, Register.LIFECYCLE),
)
