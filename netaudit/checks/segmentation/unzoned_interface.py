"""SEG-004: an interface stands in no zone.

What it does
------------
Looks at every enabled interface with a subnet for the zone that the zone map gives it.

Why it matters
--------------
What stands in no zone is left out of every statement about separation.

Example
-------
A VLAN interface that was added last month and never entered in the zone map.

Use instead
-----------
Name the interface, its VLAN or its subnet in the zone map.

Limits
------
Interfaces with host addresses only (loopbacks) and ports without an address are not asked for.

References
----------
期貨業網路安全自律規範 第三條第二款第(一)目.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every enabled interface with a subnet."""
    for attachment in context.network.attachments:
        interface = context.network.interface(attachment.device, attachment.interface)
        if interface is None or not interface.enabled:
            continue
        subnets = tuple(
            address.network_text for address in interface.addresses if address.prefix_length < address.family.bits
        )
        if not subnets:
            continue
        yield Examined(
            Outcome.PASS if attachment.zones else Outcome.FAIL,
            attachment.device,
            interface.rule_name,
            (interface.where,),
            {"subnets": subnets, "interface": interface.name},
        )


CHECK = Check(
    id="SEG-004",
    name="unzoned-interface",
    severity=Severity.MEDIUM,
    title={
        "en": "{device} {subject} stands in no zone of the zone map",
        "zh-TW": "{device} 介面 {subject} 未歸屬任何區域",
    },
    remediation={
        "en": "Enter the interface, its VLAN or its subnet in the zone map.",
        "zh-TW": "於區域對照表登錄該介面、VLAN 或網段所屬區域。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
)
