"""LINE-005: an active third-party line has no agreement in force.

What it does
------------
Looks at every third-party zone with an enabled interface, and at every row of the line agreements, for the dates.

Why it matters
--------------
Without an agreement no port on the line is agreed.

Example
-------
The information vendor's agreement ended on 2026-03-31; its line is still up.

Use instead
-----------
Renew the agreement, or shut the line.

Limits
------
The dates are the register's; the contract itself is not read.

References
----------
期貨業網路安全自律規範 第五條第一款第(三)目.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.line_traffic import ThirdPartyLine, third_party_lines
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register
from netaudit.topology.stated import is_valid


def examine(context: Context) -> Iterator[Examined]:
    """Yield every line of every third-party zone that has an enabled interface."""
    for line in third_party_lines(context):
        active = [
            (device, interface)
            for device, interface in context.network.zone_interfaces(line.zone.name)
            if interface.enabled
        ]
        if not active:
            continue
        device = active[0][0].name
        places = tuple(interface.where for _, interface in active)
        if not line.agreements:
            facts = {"line": line.name, "ended": "", "how": "missing"}
            yield Examined(Outcome.FAIL, device, line.name, places, facts)
        yield from _examine_rows(context, line, device)


def _examine_rows(context: Context, line: ThirdPartyLine, device: str) -> Iterator[Examined]:
    for name in dict.fromkeys(one.line for one in line.agreements):
        rows = [one for one in line.agreements if one.line == name]
        ended = [one for one in rows if one.valid_to is not None and one.valid_to < context.as_of]
        in_force = [one for one in rows if is_valid(one, context.as_of)]
        where = tuple(one.where for one in ended) or tuple(one.where for one in rows)
        if not in_force or ended:
            latest = max((one.valid_to for one in ended if one.valid_to), default=None)
            facts = {
                "line": name,
                "ended": latest.isoformat() if latest else "",
                "how": "ended" if ended else "not begun",
            }
            yield Examined(Outcome.FAIL, device, name, where, facts)
        else:
            yield Examined(Outcome.PASS, device, name, where)


CHECK = Check(
    id="LINE-005",
    name="agreement-not-in-force",
    severity=Severity.MEDIUM,
    title={
        "en": "Line {line} is up with no agreement in force ({how} {ended})",
        "zh-TW": "線路 {line} 仍在使用，但約定不存在或已失效（{how} {ended}）",
    },
    remediation={
        "en": "Renew the agreement and record it, or shut the line down.",
        "zh-TW": "續約並更新線路約定紀錄，或停用該線路。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP, Register.LINE_AGREEMENTS),
)
