"""LOG-001: a device sends its log nowhere.

What it does
------------
Asks every device for at least one log destination that is switched on and is not the device itself.

Why it matters
--------------
A log that stays on the device is overwritten within days, is lost with the device, and is the intruder's to delete.

Example
-------
logging buffered 8192, and no logging host

Use instead
-----------
logging host 10.40.0.50 transport tcp port 6514, and a second collector

Limits
------
That the collector receives and keeps the log cannot be seen in a configuration. SNMP traps are no log. Where the
export does not hold the management plane (a packet filter of a host), the device is reported as undecided (Info).

References
----------
期貨業網路安全自律規範 第四條第三款; NIST SP 800-53r5 AU-4(1), AU-9(2); PCI DSS 4.0.1 10.3.3; CIS Controls 8.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.management_plane import silent_export
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.management import LogTarget


def examine(context: Context) -> Iterator[Examined]:
    """Yield every device."""
    for device in context.devices:
        silent = silent_export(device, {"targets": ()})
        if silent is not None:
            yield silent
            continue
        remote = [target for target in device.management.log_targets if _is_remote(target)]
        yield Examined(
            Outcome.PASS if remote else Outcome.FAIL,
            device.name,
            device.name,
            tuple(target.where for target in remote) or (device.where,),
            {"targets": tuple(target.address for target in remote)},
            key="remote log",
        )


def _is_remote(target: LogTarget) -> bool:
    return (
        target.enabled and target.kind != "trap" and not target.address.startswith("127.") and target.address != "::1"
    )


CHECK = Check(
    id="LOG-001",
    name="no-remote-log",
    severity=Severity.HIGH,
    title={
        "en": "{device} sends its log to no remote collector",
        "zh-TW": "{device} 未將日誌傳送至遠端日誌主機",
    },
    remediation={
        "en": "Send the log to at least one remote collector, over TCP or TLS.",
        "zh-TW": "將日誌傳送至至少一台遠端日誌主機，並以 TCP 或 TLS 傳輸。",
    },
    examine=examine,
)
