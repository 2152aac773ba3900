"""SEG-011: the test zones reach production beyond what the zone matrix states.

What it does
------------
Computes everything that can open a connection from a UT or UAT zone to a PROD zone, over every path, and takes off
what the zone matrix permits. The same is asked with each line and device failed.

Why it matters
--------------
Test systems are weaker guarded; from them production data and production systems must not be reachable.

Example
-------
`permit tcp 10.10.30.0/24 10.10.23.0/24 eq 1521` on the core firewall.

Use instead
-----------
A controlled transfer of masked data through a file host, entered in the matrix.

Limits
------
Traffic that a host relays (a jump host, a proxy) is not followed. Where a path or a match is not fully understood the
answer is unknown. Each line and device is failed alone; two failures at once are not asked.

References
----------
期貨業網路安全自律規範 第三條第二款第(二)目前段; ISO/IEC 27001:2022 A.8.22, A.8.31.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import Crossing, every_port, examine_pairs, pairs_between
from netaudit.findings import Examined, Severity
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import TCP, ServiceSet
from netaudit.policy.registers import Register, ZoneType
from netaudit.topology.stated import stated_packets

# Administration and databases (practice.md 3.5): reaching these from test is critical.
_GRAVE_PORTS = ServiceSet.ports(
    TCP,
    IntervalSet.of(
        (port, port)
        for port in (
            22,
            23,
            135,
            445,
            1433,
            1521,
            1522,
            1523,
            1524,
            1525,
            1526,
            3306,
            3389,
            5432,
            5900,
            5985,
            5986,
            27017,
        )
    ),
)


def examine(context: Context) -> Iterator[Examined]:
    """Yield what passes from each test zone to each production zone."""
    yield from examine_pairs(
        context,
        pairs_between(context, (ZoneType.UT, ZoneType.UAT), (ZoneType.PROD,)),
        lambda source, target: stated_packets(context.policy, context.network, source, target, context.as_of),
        _is_grave,
    )


def _is_grave(crossing: Crossing) -> bool:
    services = crossing.packets.services()
    return every_port(services) or services.overlaps(_GRAVE_PORTS)


CHECK = Check(
    id="SEG-011",
    name="test-to-production",
    severity=Severity.HIGH,
    title={
        "en": "{pairs}: test reaches production by {subject}: {packets}{while_failed}{failed}",
        "zh-TW": "{pairs}：測試環境可經 {subject} 連線至營運環境：{packets}{while_failed}{failed}",
    },
    remediation={
        "en": "Remove the rule; move data by a controlled, masked transfer that the zone matrix states.",
        "zh-TW": "移除該規則；如需交換資料，改以區域矩陣核准之受控去識別化傳輸。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.ZONE_MATRIX),
)
