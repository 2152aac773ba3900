"""SEG-012: the DMZ reaches production beyond what the zone matrix states.

What it does
------------
Computes everything that can open a connection from a DMZ zone to a PROD zone, over every path, and takes off
what the zone matrix permits. The same is asked with each line and device failed.

Why it matters
--------------
A host in the DMZ is the first that an attacker takes; only the ports of the published applications may lead on.

Example
-------
A policy from DMZ-WEB to PROD-ORD with service ALL, where the matrix states tcp 9001 to 9004.

Use instead
-----------
One rule for each application: its hosts, its ports, entered in the matrix.

Limits
------
Traffic that a host relays (a jump host, a proxy) is not followed. Where a path or a match is not fully understood the
answer is unknown. Each line and device is failed alone; two failures at once are not asked.

References
----------
期貨業網路安全自律規範 第三條第二款第(二)目前段; PCI DSS 4.0.1 1.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import Crossing, every_port, examine_pairs, pairs_between
from netaudit.findings import Examined, Severity
from netaudit.policy.registers import Register, ZoneType
from netaudit.topology.stated import stated_packets


def examine(context: Context) -> Iterator[Examined]:
    """Yield what passes from each DMZ zone to each production zone."""
    yield from examine_pairs(
        context,
        pairs_between(context, (ZoneType.DMZ,), (ZoneType.PROD,)),
        lambda source, target: stated_packets(context.policy, context.network, source, target, context.as_of),
        _is_grave,
    )


def _is_grave(crossing: Crossing) -> bool:
    return every_port(crossing.packets.services())


CHECK = Check(
    id="SEG-012",
    name="wide-dmz-to-production",
    severity=Severity.HIGH,
    title={
        "en": "{pairs}: the DMZ reaches production beyond the matrix by {subject}: {packets}{while_failed}{failed}",
        "zh-TW": "{pairs}：DMZ 可經 {subject} 連線至營運環境，超出區域矩陣：{packets}{while_failed}{failed}",
    },
    remediation={
        "en": "Narrow the rule to the hosts and ports of the published application, as the zone matrix states.",
        "zh-TW": "將規則限縮至對外應用系統所需之主機與埠號，並與區域矩陣一致。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.ZONE_MATRIX),
)
