"""LINE-003: something agreed for a third-party line does not pass.

What it does
------------
Asks for every agreement in force whether any of its packets can open a connection between the line and one of the
firm's zones.

Why it matters
--------------
An agreement that nothing uses is out of date; or a service that counts on it will fail on the day it is needed.

Example
-------
The after-hours name servers are agreed, but no rule lets udp 53 pass to them.

Use instead
-----------
Open what is needed, or end the agreement.

Limits
------
An agreement counts as used when a part of it passes. Counters are not read here.

References
----------
期貨業網路安全自律規範 第五條第一款第(三)目.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.line_traffic import inside_zones, third_party_lines
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import LineAgreement, Register
from netaudit.topology.stated import agreed_packets, is_valid


def examine(context: Context) -> Iterator[Examined]:
    """Yield every agreement in force."""
    for line in third_party_lines(context):
        for agreement in line.agreements:
            if is_valid(agreement, context.as_of):
                yield _examine(context, line.zone.name, agreement)


def _examine(context: Context, zone: str, agreement: LineAgreement) -> Examined:
    packets = agreed_packets(agreement)
    inward = agreement.direction == "in"
    conduits = [
        conduit
        for inside in inside_zones(context)
        if (conduit := context.conduits.get((zone, inside) if inward else (inside, zone))) is not None
    ]
    subject = f"{agreement.line} {agreement.direction} {agreement.services_text}"
    facts = {
        "line": agreement.line,
        "service": agreement.services_text,
        "direction": agreement.direction,
        "peers": str(agreement.peers),
        "purpose": agreement.purpose,
    }
    where = (agreement.where,)
    if any(passed.packets.overlaps(packets) for conduit in conduits for passed in conduit.permitted):
        return Examined(Outcome.PASS, agreement.firewall, subject, where)
    reasons = [reason for conduit in conduits for reason in conduit.reasons]
    # Multicast follows no unicast route: the computed paths cannot show it.
    if agreement.multicast or reasons or any(conduit.possible.overlaps(packets) for conduit in conduits):
        why = "multicast is not followed" if agreement.multicast else "; ".join(dict.fromkeys(reasons))
        return Examined(
            Outcome.UNKNOWN, agreement.firewall, subject, where, facts, why_unknown=why, severity=Severity.INFO
        )
    return Examined(Outcome.FAIL, agreement.firewall, subject, where, facts)


CHECK = Check(
    id="LINE-003",
    name="agreed-but-closed",
    severity=Severity.MEDIUM,
    title={
        "en": "Line {line}: {direction} {service} ({purpose}) is agreed but does not pass",
        "zh-TW": "線路 {line}：約定之{direction} {service}（{purpose}）未開放",
    },
    remediation={
        "en": "Open what is needed, or end the agreement.",
        "zh-TW": "確認業務需求後開放該連線，或終止該項約定。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.LINE_AGREEMENTS),
)
