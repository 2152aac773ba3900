"""RULE-007: a permit with a source or destination that is wider than it should be.

What it does
------------
Measures the largest network in source and destination of every permit in force: more than a /16 of internal
addresses, or more than a /24 of others, is reported.

Why it matters
--------------
A wide network grants the rule to hosts that nobody thought of, and to those that will be added later.

Example
-------
permit tcp 10.0.0.0 0.255.255.255 host 10.10.24.8 eq 443

Use instead
-----------
Hosts, or a group of the subnets in question.

Limits
------
Internal means RFC 1918, RFC 6598 and RFC 4193 addresses; IPv6 is measured against a /48. Adjacent networks count as
one. Multicast groups, addresses that no router forwards, fields that are any (judged as such), addresses that a line
agreement names and answers are not reported. A rule whose match is not fully known is reported as undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 AC-6, SC-7(5).
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import judged
from netaudit.checks.stated_breadth import is_agreed
from netaudit.findings import Examined, Severity
from netaudit.policy.registers import Register


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where an address field is wide but not any."""
    for scored in context.scored_rules:
        surely = bool(scored.sure_width.wide_fields)
        maybe = bool(scored.possible_width.wide_fields)
        width = scored.sure_width if surely else scored.possible_width
        if (surely or maybe) and is_agreed(context, scored.maybe):
            surely = maybe = False
        yield judged(
            scored,
            surely=surely,
            maybe=maybe,
            facts={
                "fields": tuple(field for field, _ in width.wide_fields),
                "addresses": tuple(str(addresses) for _, addresses in width.wide_fields),
                "reason": width.reason or "none",
            },
            severity=width.at_most(Severity.MEDIUM),
        )


CHECK = Check(
    id="RULE-007",
    name="wide-address",
    severity=Severity.MEDIUM,
    title={
        "en": "{subject} covers a wide network in its {fields}: {addresses}",
        "zh-TW": "{subject} 的{fields}範圍過寬：{addresses}",
    },
    remediation={
        "en": "Use hosts or a group of the subnets that need the service.",
        "zh-TW": "改用主機或僅含所需網段的群組。",
    },
    examine=examine,
    uses=(Register.LINE_AGREEMENTS,),
)
