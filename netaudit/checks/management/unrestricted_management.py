"""MGMT-001: a device can be managed from any address.

What it does
------------
Takes every way to manage a device over the network that is switched on (SSH, Telnet, web, SNMP, NETCONF ...) and asks
whether its sources are limited. Critical where it listens on an interface in an external zone, or on all interfaces of
a device that has one without an inbound filter.

Why it matters
--------------
A login prompt that everybody reaches is guessed at day and night, and each flaw of the service is open to all.

Example
-------
line vty 0 4, with transport input ssh and no access-class

Use instead
-----------
access-class on every vty line, trusted hosts on every administrator, permitted addresses on every service.

Limits
------
Filters on the path, and control-plane policies, are not weighed. The list of addresses is not compared with the
register of management segments. A port that passes no traffic (PAN-OS management port) and limits nobody is
undecided (Info): what stands behind it is in no export. SNMP communities are judged with their version. Where the
export does not hold the management plane (a packet filter of a host), the device is reported as undecided (Info).

References
----------
期貨業網路安全自律規範 第四條第一款第(五)目; NIST SP 800-53r5 AC-17(3); CIS Cisco IOS 15 4.1.1 1.2.5; STIG V-216682.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.management_plane import (
    REMOTE_PROTOCOLS,
    by_endpoint,
    enabled_accesses,
    endpoint_words,
    external_interfaces,
    is_unrestricted,
    silent_export,
)
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess
from netaudit.model.rules import Direction
from netaudit.policy.registers import Register
from netaudit.topology.filters import has_filter


def examine(context: Context) -> Iterator[Examined]:
    """Yield every place where a device listens for management."""
    for device in context.devices:
        silent = silent_export(device, {"protocols": "any protocol", "endpoint": "all interfaces"})
        if silent is not None:
            yield silent
        for endpoint, accesses in by_endpoint(enabled_accesses(device)).items():
            remote = [one for one in accesses if one.protocol in REMOTE_PROTOCOLS]
            if device.management.snmp_communities:
                remote = [one for one in remote if one.protocol != "snmp"]
            if remote:
                yield _examined(context, device, endpoint, remote)


def _examined(
    context: Context, device: Device, endpoint: tuple[str, str], accesses: list[ManagementAccess]
) -> Examined:
    open_to_all = [
        one for one in accesses if is_unrestricted(one.sources) and (one.sources is None or one.sources_exact)
    ]
    undecided = [one for one in accesses if is_unrestricted(one.sources) and one not in open_to_all]
    apart = bool(open_to_all) and all(one.dedicated for one in open_to_all)
    named = open_to_all or undecided or accesses
    if apart:
        why = "a port of its own: who stands behind it is not in the export, and the device limits nobody"
        open_to_all, undecided = [], named
        severity: Severity | None = Severity.INFO
    else:
        why = "the sources are known only in part" if undecided and not open_to_all else ""
        severity = Severity.CRITICAL if _faces_outside(context, device, endpoint[1]) else None
    return Examined(
        Outcome.FAIL if open_to_all else Outcome.UNKNOWN if undecided else Outcome.PASS,
        device.name,
        endpoint_words(endpoint),
        tuple(dict.fromkeys(one.where for one in named)),
        {"protocols": tuple(dict.fromkeys(one.protocol for one in named)), "endpoint": endpoint_words(endpoint)},
        severity=severity,
        why_unknown=why,
    )


def _faces_outside(context: Context, device: Device, endpoint: str) -> bool:
    outside = external_interfaces(context, device)
    own = context.network.interface(device.name, endpoint)
    if own is not None:
        return own.name in outside
    interfaces = [one for one in device.interfaces if one.name in outside]
    return any(not has_filter(device, one, Direction.IN) for one in interfaces)


CHECK = Check(
    id="MGMT-001",
    name="unrestricted-management",
    severity=Severity.HIGH,
    title={
        "en": "{device} can be managed by {protocols} at {endpoint} from any address",
        "zh-TW": "{device} 的 {endpoint} 未限制來源位址即可以 {protocols} 管理",
    },
    remediation={
        "en": "Limit the sources to the management segment or jump hosts; close management on external interfaces.",
        "zh-TW": "將管理來源限制為管理網段或跳板主機，並關閉外部介面的管理服務。",
    },
    examine=examine,
    uses=(Register.ZONE_MAP,),
)
