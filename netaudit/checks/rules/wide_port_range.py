"""RULE-005: a permit that opens a wide range of ports.

What it does
------------
Measures the widest range of destination ports in every permit in force: more than 32 ports is reported, more than
1024 ports or every port of TCP or UDP is High.

Why it matters
--------------
Most ports of a range answer to nothing that was asked for; whatever starts to listen there later is reachable at
once.

Example
-------
permit tcp host 10.10.21.5 172.21.0.0 0.0.1.255 range 10000 10100

Use instead
-----------
The ports that the application or the counterparty's document names.

Limits
------
Ranges are measured, not sums: forty single ports are not a range. Source ports are not counted (an exchange may fix
them). Ranges that a line agreement in force names are not reported, nor are services that are any altogether. Answers
by client ports on a list without state are Medium at most. A rule whose match is not fully known is reported as
undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目, 第五條第三款第(二)目; NIST SP 800-53r5 CM-7(1); PCI DSS 4.0.1 1.2.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.rule_width import NARROW_PORT_SPAN, WIDE_PORT_SPAN
from netaudit.checks.scored_rules import judged
from netaudit.checks.stated_breadth import is_agreed
from netaudit.findings import Examined, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where a range of destination ports is wide."""
    for scored in context.scored_rules:
        surely = scored.sure_width.port_span > NARROW_PORT_SPAN
        maybe = scored.possible_width.port_span > NARROW_PORT_SPAN
        width = scored.sure_width if surely else scored.possible_width
        answers = width.reason == "established"  # the ports of answers are the clients'
        if answers or ((surely or maybe) and is_agreed(context, scored.maybe)):
            surely = maybe = False
        yield judged(
            scored,
            surely=surely,
            maybe=maybe,
            facts={"ports": width.port_span, "all_ports": width.all_ports, "reason": width.reason or "none"},
            severity=width.at_most(Severity.HIGH if width.port_span > WIDE_PORT_SPAN else Severity.MEDIUM),
        )


CHECK = Check(
    id="RULE-005",
    name="wide-port-range",
    severity=Severity.MEDIUM,
    title={
        "en": "{subject} opens a range of {ports} ports ({services})",
        "zh-TW": "{subject} 開放連續 {ports} 個埠號（{services}）",
    },
    remediation={
        "en": "Enumerate the ports in use.",
        "zh-TW": "逐一列出實際使用的埠號。",
    },
    examine=examine,
    uses=(Register.LINE_AGREEMENTS,),
)
