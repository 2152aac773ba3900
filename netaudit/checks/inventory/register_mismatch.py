"""INV-001: a registered device has no export, or an exported device is not registered.

What it does
------------
Compares the devices of the snapshot with the inventory register, in both directions.

Why it matters
--------------
What was not exported was not audited. What is not registered has no owner, and nobody plans its retirement.

Example
-------
rtr-twse stands in the inventory with an expected export, and no file of the snapshot is its configuration.

Use instead
-----------
Collect the missing export; register the unknown device or take it off the network.

Limits
------
Devices are matched by name, letter case aside; a device whose export bears another name appears twice. That a device
exists which is neither registered nor exported cannot be seen here.

References
----------
期貨業網路安全自律規範 第二條第三款; NIST SP 800-53r5 CM-8; CIS Controls 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every registered device of which an export is expected, then every exported one."""
    missing = {name.lower() for name in context.missing_devices}
    unexpected = {name.lower() for name in context.unexpected_devices}
    exported = {device.name.lower() for device in context.devices}
    for entry in context.policy.inventory:
        if not entry.expected_export:
            continue
        names = {entry.hostname.lower(), entry.device.lower()} - {""}
        absent = bool(names & missing) or not names & exported
        name = entry.hostname or entry.device
        facts = {"how": "no_export", "name": name}
        yield Examined(Outcome.FAIL if absent else Outcome.PASS, name, name, (entry.where,), facts, key="export")
    for device in context.devices:
        unknown = device.name.lower() in unexpected or context.policy.inventory_entry(device.name) is None
        facts = {"how": "not_registered", "name": device.name}
        outcome = Outcome.FAIL if unknown else Outcome.PASS
        yield Examined(outcome, device.name, device.name, (device.where,), facts, key="register")


CHECK = Check(
    id="INV-001",
    name="register-mismatch",
    severity=Severity.MEDIUM,
    title={
        "en": "{name}: {how}",
        "zh-TW": "{name}：{how}",
    },
    remediation={
        "en": "Collect the missing export, or register the device.",
        "zh-TW": "補收設定檔，或將設備登錄於設備清冊。",
    },
    examine=examine,
    registers=(Register.INVENTORY,),
)
