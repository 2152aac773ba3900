"""LINE-004: a third party reaches hosts of the firm that no agreement names.

What it does
------------
Computes everything that can open a connection from a third-party line to the firm's zones, and reports what reaches
addresses outside those of the agreements of direction in.

Why it matters
--------------
The third party's network is not ours; what it may reach must be the agreed hosts alone.

Example
-------
`permit ip 172.21.0.0 255.255.252.0 any` on the line's interface.

Use instead
-----------
Permit the agreed hosts and ports, and deny the rest with a log.

Limits
------
An agreement without a local address lets any of the firm's hosts be reached on its ports; write the hosts down.

References
----------
期貨業網路安全自律規範 第五條第一款第(三)目.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import examine_pairs
from netaudit.checks.line_traffic import agreed, inside_zones, third_party_lines, unplaced_lines
from netaudit.findings import Examined, Severity
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield what passes from each line to each of the firm's zones."""
    for line in third_party_lines(context):
        zone = line.zone.name
        # Packets to an agreed host on another port are LINE-002's.
        allowed = PacketSet.of(destination=agreed(context, line, "in").destinations())
        pairs = [(zone, inside) for inside in inside_zones(context)]

        def reachable(source: str, target: str, hosts: PacketSet = allowed) -> PacketSet:
            return hosts

        for one in examine_pairs(context, pairs, reachable, lambda crossing: False):
            yield replace(one, facts={**one.facts, "line": line.name}, key=one.key and f"{zone}:{one.key}")
    yield from unplaced_lines(context)


CHECK = Check(
    id="LINE-004",
    name="third-party-reaches-other-hosts",
    severity=Severity.HIGH,
    title={
        "en": "Line {line}: the third party reaches hosts not agreed ({pairs}) by {subject}: {packets}",
        "zh-TW": "線路 {line}：第三方可經 {subject} 連線至非約定主機（{pairs}）：{packets}",
    },
    remediation={
        "en": "Permit only the agreed hosts and ports inward and deny the rest with a log.",
        "zh-TW": "連入方向僅允許約定主機與埠號，其餘拒絕並記錄。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.LINE_AGREEMENTS),
)
