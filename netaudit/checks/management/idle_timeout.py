"""MGMT-004: management sessions stay open for more than ten minutes without use.

What it does
------------
Reads the idle timeout of every way to log in (console, SSH, Telnet, web), or the platform's default where none is
configured. Zero means that a session never ends.

Why it matters
--------------
A session that an administrator left open is there for whoever sits down next, or takes over the workstation.

Example
-------
line vty 0 4, with exec-timeout 0 0

Use instead
-----------
exec-timeout 10 0

Limits
------
Timeouts of a jump host or of the authentication server are not seen. Where neither the configuration nor the platform
states a timeout, the place is reported as undecided (Low).

References
----------
期貨業網路安全自律規範 第四條第一款第(五)目; NIST SP 800-53r5 AC-12, SC-10; CIS Cisco IOS 15 4.1.1 1.2.7.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.management_plane import (
    SESSION_PROTOCOLS,
    by_endpoint,
    enabled_accesses,
    endpoint_words,
    silent_export,
)
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess

_LONGEST_S = 600


def examine(context: Context) -> Iterator[Examined]:
    """Yield every place where a device holds management sessions."""
    for device in context.devices:
        silent = silent_export(device, {"protocols": "any protocol", "endpoint": "all interfaces", "idle": "unstated"})
        if silent is not None:
            yield silent
        for endpoint, accesses in by_endpoint(enabled_accesses(device)).items():
            sessions = [one for one in accesses if one.protocol in SESSION_PROTOCOLS]
            if sessions:
                yield _examined(device, endpoint, sessions)


def _timeout_s(access: ManagementAccess) -> int | None:
    return access.default_idle_timeout_s if access.idle_timeout_s is None else access.idle_timeout_s


def _is_long(timeout_s: int | None) -> bool:
    return timeout_s is not None and (timeout_s == 0 or timeout_s > _LONGEST_S)


def _examined(device: Device, endpoint: tuple[str, str], accesses: list[ManagementAccess]) -> Examined:
    long = [one for one in accesses if _is_long(_timeout_s(one))]
    unstated = [one for one in accesses if _timeout_s(one) is None]
    named = long or unstated or accesses
    timeouts = [timeout for one in named if (timeout := _timeout_s(one)) is not None]
    never = 0 in timeouts
    return Examined(
        Outcome.FAIL if long else Outcome.UNKNOWN if unstated else Outcome.PASS,
        device.name,
        endpoint_words(endpoint),
        tuple(dict.fromkeys(one.where for one in named)),
        {
            "endpoint": endpoint_words(endpoint),
            "protocols": tuple(dict.fromkeys(one.protocol for one in named)),
            "idle": "never" if never else f"{max(timeouts)} s" if timeouts else "unstated",
        },
        severity=None if long else Severity.LOW,
        why_unknown="the idle timeout is not stated" if unstated and not long else "",
    )


CHECK = Check(
    id="MGMT-004",
    name="idle-timeout",
    severity=Severity.MEDIUM,
    title={
        "en": "{device} ends idle {protocols} sessions at {endpoint} too late: {idle}",
        "zh-TW": "{device} 的 {endpoint}（{protocols}）閒置逾時過長：{idle}",
    },
    remediation={
        "en": "Set an idle timeout of at most ten minutes.",
        "zh-TW": "將閒置逾時設定為 10 分鐘以內。",
    },
    examine=examine,
)
