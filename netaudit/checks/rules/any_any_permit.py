"""RULE-001: a permit for any source, any destination and any service.

What it does
------------
Looks at every permit in force of every list or policy that filters, with all objects and groups resolved, and asks
whether its source, its destination and its service are all any.

Why it matters
--------------
Such a rule switches the firewall off: whatever no earlier rule denies passes.

Example
-------
access-list OUTSIDE extended permit ip any any

Use instead
-----------
One rule for each need, with hosts or groups as source and destination and the ports in use.

Limits
------
Any is taken by effect, not by word: 0.0.0.0/1 with 128.0.0.0/1, "all but 10.0.0.0/8" or all TCP and UDP ports count.
Half of a family's addresses is the limit. Lists for NAT, VPN, routing, QoS or captures are not judged, nor are
disabled and expired rules, rules that no packet reaches, or rules that connection tracking limits to answers. A rule
whose match is not fully known (FQDN, user, application) is reported as undecided.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 SC-7(5); PCI DSS 4.0.1 1.3.1, 1.4.2; CIS Controls 13.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import judged
from netaudit.findings import Examined, Severity


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where all three fields are any."""
    for scored in context.scored_rules:
        yield judged(
            scored,
            surely=len(scored.sure_width.any_fields) == 3,
            maybe=len(scored.possible_width.any_fields) == 3,
        )


CHECK = Check(
    id="RULE-001",
    name="any-any-permit",
    severity=Severity.CRITICAL,
    title={
        "en": "{subject} permits any source, any destination and any service",
        "zh-TW": "{subject} 允許任意來源、任意目的與任意服務",
    },
    remediation={
        "en": "Learn the need from the log, then replace the rule by rules that name sources, destinations and ports.",
        "zh-TW": "先依記錄釐清實際需求，再改以明列來源、目的與埠號的規則（正面表列）取代。",
    },
    examine=examine,
)
