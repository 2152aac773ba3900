"""RULE-002: a permit in which two of source, destination and service are any.

What it does
------------
Counts the fields that are any in every permit in force, objects and groups resolved, and reports rules with two.

Why it matters
--------------
Only one field still limits such a rule; a single compromised host or port opens the rest.

Example
-------
access-list INSIDE extended permit ip 10.10.40.0 255.255.252.0 any

Use instead
-----------
Name the servers and the ports that are needed; for the Internet, the ports and the zone matrix entry.

Limits
------
A source or destination that can only be the Internet does not count where the zone matrix or the list of published
services states all that the rule permits; a multicast group may have any source. Answers (`established`), ICMP,
neighbour protocols and address assignment are milder, with the reason given. A rule whose match is not fully known is
reported as undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 SC-7(5); PCI DSS 4.0.1 1.2.5, 1.3.1.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import judged
from netaudit.checks.stated_breadth import unstated_any_fields
from netaudit.findings import Examined, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where two fields are any."""
    for scored in context.scored_rules:
        surely = unstated_any_fields(context, scored, scored.sure_width)
        maybe = unstated_any_fields(context, scored, scored.possible_width)
        width = scored.sure_width if len(surely) == 2 else scored.possible_width
        yield judged(
            scored,
            surely=len(surely) == 2,
            maybe=len(maybe) == 2 and len(surely) < 2,
            facts={
                "any_fields": tuple(sorted(surely if len(surely) == 2 else maybe)),
                "reason": width.reason or "none",
            },
            severity=width.at_most(Severity.HIGH),
        )


CHECK = Check(
    id="RULE-002",
    name="two-any-fields",
    severity=Severity.HIGH,
    title={
        "en": "{subject} is any in two fields: {any_fields} {reason}",
        "zh-TW": "{subject} 有兩個欄位為任意：{any_fields}{reason}",
    },
    remediation={
        "en": "Name the hosts and ports that are needed, or state the need in the zone matrix.",
        "zh-TW": "明列所需主機與埠號；確有需要者，於區域互通矩陣載明並核准。",
    },
    examine=examine,
    uses=(Register.ZONE_MAP, Register.ZONE_MATRIX, Register.PUBLISHED_SERVICES),
)
