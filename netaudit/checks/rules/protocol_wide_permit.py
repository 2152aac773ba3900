"""RULE-006: a permit for a whole protocol family where ports are expected.

What it does
------------
Reports permits in force that let every protocol and port pass between a bounded source and a bounded destination.

Why it matters
--------------
The application needs a few ports; the rest of the protocol is open to whoever holds one of the two ends.

Example
-------
permit ip host 10.10.20.5 host 10.10.23.5

Use instead
-----------
permit tcp host 10.10.20.5 host 10.10.23.5 eq 1521

Limits
------
Rules that are also any in source or destination, or that enter production, are judged as any-field permits. Protocols
without ports (ESP, GRE, ICMP, OSPF) are not meant. A rule whose match is not fully known is reported as undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目, 第五條第三款第(二)目; NIST SP 800-53r5 CM-7(1); PCI DSS 4.0.1 1.2.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.rule_width import SERVICE
from netaudit.checks.scored_rules import enters_production, judged
from netaudit.checks.stated_breadth import unstated_any_fields
from netaudit.findings import Examined, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where the service alone is any."""
    for scored in context.scored_rules:
        surely = unstated_any_fields(context, scored, scored.sure_width)
        maybe = unstated_any_fields(context, scored, scored.possible_width)
        suspect = surely == {SERVICE} or maybe == {SERVICE}
        elsewhere = suspect and enters_production(context, scored)
        yield judged(
            scored,
            surely=surely == {SERVICE} and not elsewhere,
            maybe=maybe == {SERVICE} and not surely and not elsewhere,
        )


CHECK = Check(
    id="RULE-006",
    name="protocol-wide-permit",
    severity=Severity.MEDIUM,
    title={
        "en": "{subject} permits every protocol and port between {sources} and {destinations}",
        "zh-TW": "{subject} 於 {sources} 與 {destinations} 之間允許所有通訊協定與埠號",
    },
    remediation={
        "en": "Specify the protocol and the destination ports that the application needs.",
        "zh-TW": "指定應用系統所需的通訊協定與目的埠號。",
    },
    examine=examine,
    uses=(Register.ZONE_MAP, Register.ZONE_MATRIX, Register.PUBLISHED_SERVICES),
)
