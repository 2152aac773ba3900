"""RULE-003: a permit in which source, destination or service is any.

What it does
------------
Counts the fields that are any in every permit in force, objects and groups resolved, and reports rules with exactly
one; High where the rule lets another zone talk to production.

Why it matters
--------------
A field of any grants more than the need, and grows with every host that is added to the network.

Example
-------
access-list DMZ extended permit tcp any host 10.10.20.15 eq 9001

Use instead
-----------
The sources that need the service, as hosts or a group; the ports in use.

Limits
------
A source or destination that can only be the Internet does not count where the zone matrix or the list of published
services states all that the rule permits; a multicast group may have any source. A service of any between two
bounded ends counts here only towards production; elsewhere it is a protocol-wide permit. A rule whose match is not
fully known is reported as undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 SC-7(5), AC-6; PCI DSS 4.0.1 1.2.5.
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
    """Yield every scored rule; it fails where one field is any."""
    for scored in context.scored_rules:
        surely = unstated_any_fields(context, scored, scored.sure_width)
        maybe = unstated_any_fields(context, scored, scored.possible_width)
        to_production = len(surely) == 1 or len(maybe) == 1
        to_production = to_production and enters_production(context, scored)
        fails = len(surely) == 1 and (to_production or surely != {SERVICE})
        may_fail = len(maybe) == 1 and not surely and (to_production or maybe != {SERVICE})
        width = scored.sure_width if fails else scored.possible_width
        yield judged(
            scored,
            surely=fails,
            maybe=may_fail,
            facts={
                "any_fields": tuple(sorted(surely if fails else maybe)),
                "reason": width.reason or "none",
                "to_production": to_production,
                "towards": "to_production" if to_production else "none",
            },
            severity=width.at_most(Severity.HIGH if to_production else Severity.MEDIUM),
        )


CHECK = Check(
    id="RULE-003",
    name="one-any-field",
    severity=Severity.MEDIUM,
    title={
        "en": "{subject} is any in one field: {any_fields} {towards} {reason}",
        "zh-TW": "{subject} 有一個欄位為任意：{any_fields}{towards}{reason}",
    },
    remediation={
        "en": "Name the hosts or ports that are needed, or state the need in the zone matrix.",
        "zh-TW": "明列所需主機或埠號；確有需要者，於區域互通矩陣載明並核准。",
    },
    examine=examine,
    uses=(Register.ZONE_MAP, Register.ZONE_MATRIX, Register.PUBLISHED_SERVICES),
)
