"""LINE-002: a third-party line opens ports, protocols or peers that nobody agreed.

What it does
------------
Computes everything that can open a connection between the firm's zones and a third-party line, both ways, and takes
off what the line agreements in force state. What reaches a host that is not agreed at all is LINE-004.

Why it matters
--------------
The clause asks to close the ports that are not agreed.

Example
-------
`permit tcp 10.10.21.0/24 172.21.0.0/23 range 10000 10100` where eight ports are agreed.

Use instead
-----------
One entry for each agreed port, as the agreement lists them.

Limits
------
A destination subnet wider than the servers of the day is taken as agreed where the agreement names the subnet.
Traffic of the device itself (routing protocols, probes) is not asked for.

References
----------
期貨業網路安全自律規範 第五條第一款第(三)目; NIST SP 800-53r5 SC-7(4), CA-3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import Crossing, every_port, examine_pairs
from netaudit.checks.line_traffic import ThirdPartyLine, agreed, inside_zones, third_party_lines, unplaced_lines
from netaudit.findings import Examined, Severity
from netaudit.packets.addresses import ANY_ADDRESS
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Register
from netaudit.topology.stated import agreed_between


def examine(context: Context) -> Iterator[Examined]:
    """Yield every chain of rules that opens more than agreed, then every pair of a line and an inside zone."""
    for line in third_party_lines(context):
        zone = line.zone.name
        pairs = [pair for inside in inside_zones(context) for pair in ((inside, zone), (zone, inside))]
        not_ours = _hosts_not_agreed(context, line)

        def allowed(source: str, target: str, line: ThirdPartyLine = line, not_ours: PacketSet = not_ours) -> PacketSet:
            stated = agreed_between(context.policy, context.network, source, target, context.as_of)
            return stated | not_ours if source == line.zone.name else stated

        for one in examine_pairs(context, pairs, allowed, _is_grave):
            yield replace(one, facts={**one.facts, "line": line.name}, key=one.key and f"{zone}:{one.key}")
    yield from unplaced_lines(context)


def _hosts_not_agreed(context: Context, line: ThirdPartyLine) -> PacketSet:
    """Return everything to hosts that no agreement of direction in names: that is LINE-004's."""
    hosts = agreed(context, line, "in").destinations()
    return PacketSet.of(destination=ANY_ADDRESS - hosts)


def _is_grave(crossing: Crossing) -> bool:
    return every_port(crossing.packets.services())


CHECK = Check(
    id="LINE-002",
    name="port-not-agreed",
    severity=Severity.HIGH,
    title={
        "en": "Line {line}: {subject} opens what is not agreed: {packets}",
        "zh-TW": "線路 {line}：{subject} 開放非約定之連線：{packets}",
    },
    remediation={
        "en": "Close what the agreement does not list, or have the agreement extended and recorded.",
        "zh-TW": "關閉約定以外之埠號；如屬必要，應補正線路約定並留存紀錄。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.LINE_AGREEMENTS),
)
