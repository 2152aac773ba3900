"""RULE-008: two permits that mirror each other, so that both ends may open the connection.

What it does
------------
Looks on each device for two permits in force where the sources of one are the destinations of the other and the
reverse, and the services of one include those of the other.

Why it matters
--------------
One end opens the connection; the mirror rule hands the other end a way in that nobody needs.

Example
-------
permit ip 10.30.2.0 0.0.0.255 10.10.24.0 0.0.0.255, and permit ip 10.10.24.0 0.0.0.255 10.30.2.0 0.0.0.255

Use instead
-----------
The rule of the initiator only; on a device without state, `established` or source ports for the answers.

Limits
------
Only pairs with equal address sets count, not those that merely overlap. Rules for answers (source ports,
`established`), ICMP and rules that are any in source and destination are no pairs. Two peers may both have to open
connections: then the review states why.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; NIST SP 800-53r5 AC-6, SC-7(5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.scored_rules import ScoredRule, not_applicable
from netaudit.findings import Examined, Outcome, Severity
from netaudit.packets.addresses import AddressSet
from netaudit.packets.services import ServiceSet

_Ends = tuple[str, AddressSet, AddressSet]  # device, sources, destinations


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule that can have a mirror; a pair fails once, at its later rule."""
    by_ends: dict[_Ends, list[ScoredRule]] = defaultdict(list)
    for scored in context.scored_rules:
        if not scored.maybe or scored.unreachable:
            yield not_applicable(scored)
            continue
        sources, destinations = scored.maybe.sources(), scored.maybe.destinations()
        if sources == destinations or scored.possible_width.reason in ("established", "icmp", "icmp_answers"):
            yield not_applicable(scored)
            continue
        mirrors = [
            earlier
            for earlier in by_ends.get((scored.device.name, destinations, sources), ())
            if _mirrored(scored, earlier)
        ]
        by_ends[scored.device.name, sources, destinations].append(scored)
        if not mirrors:
            yield Examined(Outcome.PASS, scored.device.name, scored.subject, (scored.rule.where,), key=scored.key)
        for earlier in mirrors:
            yield _pair(scored, earlier)


def _mirrored(one: ScoredRule, other: ScoredRule) -> bool:
    mine, theirs = one.maybe.services(), other.maybe.services()
    return _includes(mine, theirs) or _includes(theirs, mine)


def _includes(wide: ServiceSet, narrow: ServiceSet) -> bool:
    return narrow <= wide


def _pair(scored: ScoredRule, earlier: ScoredRule) -> Examined:
    sure = scored.rule.match.is_exact and earlier.rule.match.is_exact
    return Examined(
        outcome=Outcome.FAIL if sure else Outcome.UNKNOWN,
        device=scored.device.name,
        subject=f"{scored.subject} / {earlier.subject}",
        where=(scored.rule.where, earlier.rule.where),
        facts={
            "rule": scored.subject,
            "mirror": earlier.subject,
            "services": scored.rule.services,
            "stateful": scored.rulebase.stateful,
        },
        key=" & ".join(sorted((scored.key, earlier.key))),
        why_unknown="" if sure else ", ".join(dict.fromkeys(scored.rule.match.reasons + earlier.rule.match.reasons)),
    )


CHECK = Check(
    id="RULE-008",
    name="mirror-pair",
    severity=Severity.MEDIUM,
    title={
        "en": "{rule} mirrors {mirror}: both ends may open the connection",
        "zh-TW": "{rule} 與 {mirror} 互為鏡像：雙方皆可主動建立連線",
    },
    remediation={
        "en": "Keep the rule of the end that opens the connection and remove its mirror.",
        "zh-TW": "僅保留連線發起端方向的規則，移除反向規則。",
    },
    examine=examine,
)
