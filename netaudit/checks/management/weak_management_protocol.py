"""MGMT-002: a device is managed by a protocol that sends everything in clear text.

What it does
------------
Reports Telnet, HTTP, SSH version 1 and SNMP version 1 or 2c that are switched on. A community that everybody knows, or
one that may write, is Critical.

Why it matters
--------------
Whoever sees the traffic has the password, or the community, and with it the device.

Example
-------
transport input telnet ssh; snmp-server community public RO

Use instead
-----------
SSH version 2, HTTPS and SNMP version 3 with authentication and encryption.

Limits
------
A version that the configuration does not state is taken as the platform's default and passes unless the platform's
default is old and was recorded as such. Clear-text protocols inside an encrypted tunnel are reported all the same.
Communities are never shown; that one is a word of a dictionary is not tested beyond "public" and "private".

References
----------
期貨業網路安全自律規範 第四條第一款第(五)目; PCI DSS 4.0.1 2.2.7; CIS Cisco IOS 15 4.1.1 1.2.2, 1.5.3 to 1.5.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.management_plane import (
    REMOTE_PROTOCOLS,
    enabled_accesses,
    endpoint_words,
    is_unrestricted,
    silent_export,
)
from netaudit.findings import Examined, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.management import ManagementAccess, SnmpCommunity

_CLEAR_TEXT = frozenset({"telnet", "http", "rlogin"})
_OLD_VERSIONS = {"ssh": ("1", "1.5", "1.99"), "snmp": ("1", "2", "2c")}


def examine(context: Context) -> Iterator[Examined]:
    """Yield every way to manage a device over the network, then every SNMP community."""
    for device in context.devices:
        silent = silent_export(
            device, {"protocol": "a clear-text protocol", "endpoint": "all interfaces", "details": ()}
        )
        if silent is not None:
            yield silent
        for access in enabled_accesses(device):
            if access.protocol in REMOTE_PROTOCOLS:
                yield _access(device, access)
        for community in device.management.snmp_communities:
            yield _community(device, community)


def _access(device: Device, access: ManagementAccess) -> Examined:
    version = access.version.lower().removeprefix("v")
    weak = access.protocol in _CLEAR_TEXT or version in _OLD_VERSIONS.get(access.protocol, ())
    protocol = f"{access.protocol} {version}".strip()
    endpoint = endpoint_words((access.virtual_system, access.endpoint))
    return Examined(
        Outcome.FAIL if weak else Outcome.PASS,
        device.name,
        f"{protocol} ({endpoint})",
        (access.where,),
        {"protocol": protocol, "endpoint": endpoint, "details": ()},
    )


def _community(device: Device, community: SnmpCommunity) -> Examined:
    details = [f"snmp_{community.access}"]
    if community.well_known:
        details.append("well_known_community")
    if is_unrestricted(community.sources):
        details.append("no_source_restriction")
    grave = community.well_known or community.access == "rw"
    return Examined(
        Outcome.FAIL,
        device.name,
        f"snmp {community.version} ({community.access})",
        (community.where,),
        {"protocol": f"snmp {community.version}", "endpoint": "all interfaces", "details": tuple(details)},
        severity=Severity.CRITICAL if grave else Severity.HIGH,
        key=f"community:{community.version}:{':'.join(details)}",
    )


CHECK = Check(
    id="MGMT-002",
    name="weak-management-protocol",
    severity=Severity.HIGH,
    title={
        "en": "{device} is managed by {protocol} at {endpoint} {details}",
        "zh-TW": "{device} 於 {endpoint} 使用不安全的管理協定 {protocol} {details}",
    },
    remediation={
        "en": "Use SSH version 2, HTTPS and SNMP version 3; remove the communities.",
        "zh-TW": "改用 SSHv2、HTTPS 與 SNMPv3，並移除社群字串。",
    },
    examine=examine,
)
