"""RULE-013: a permit that writes no log.

What it does
------------
Asks of every permit in force whether it logs what it lets pass.

Why it matters
--------------
Without records nobody can tell who used the rule, whether it is still needed, or what an intruder did.

Example
-------
set action accept, with set logtraffic disable

Use instead
-----------
Log sessions of every permit on a firewall, and send the log to a remote collector.

Limits
------
Lists without state (routers, switches) log packet by packet at a cost in CPU: there the finding is Low, as the
firewall behind should log. Where the configuration does not say whether a rule logs, the rule is reported as
undecided. That a log is kept for years cannot be seen here.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目, 第四條第三款; NIST SP 800-53r5 AU-12; PCI DSS 4.0.1 10.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import judged
from netaudit.findings import Examined, Outcome, Severity


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where it is known not to log."""
    for scored in context.scored_rules:
        if scored.sure_width.reason == "established":
            continue
        logged = scored.rule.logged
        found = judged(
            scored,
            surely=logged is False,
            maybe=logged is None,
            facts={"stateful": scored.rulebase.stateful},
            severity=Severity.MEDIUM if scored.rulebase.stateful else Severity.LOW,
        )
        if found.outcome is Outcome.UNKNOWN:
            found = replace(found, why_unknown="logging not stated")
        yield found


CHECK = Check(
    id="RULE-013",
    name="unlogged-permit",
    severity=Severity.MEDIUM,
    title={
        "en": "{subject} permits without logging",
        "zh-TW": "{subject} 允許通過但未留存記錄",
    },
    remediation={
        "en": "Enable session logging on the rule and send the log to a remote collector.",
        "zh-TW": "啟用該規則的連線記錄，並傳送至遠端日誌主機。",
    },
    examine=examine,
)
