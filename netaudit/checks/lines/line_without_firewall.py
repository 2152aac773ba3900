"""LINE-001: a third-party line reaches the firm with no firewall in between.

What it does
------------
Follows every path between a third-party zone and the firm's own zones, both ways, and asks for a decision of a stateful
firewall among those that let the packets pass. A firewall function that the path goes past counts for nothing.

Why it matters
--------------
The clause asks for a firewall on every leased line to a third party. A router or a switch, with or without an access
list, is none.

Example
-------
The bank's line ends on a router that hands its packets to the core switch.

Use instead
-----------
Lead the line to a firewall interface of its own.

Limits
------
A firewall that works transparently between two exports and has none itself is not seen. Whether the firewall's rules
are right is asked by LINE-002 and LINE-004.

References
----------
期貨業網路安全自律規範 第五條第一款第(三)目; NIST SP 800-53r5 SC-7(4).
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.line_traffic import inside_zones, third_party_lines, unplaced_lines
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register
from netaudit.topology.reach import PassedPackets


def examine(context: Context) -> Iterator[Examined]:
    """Yield every third-party zone."""
    yield from unplaced_lines(context)
    stateful = {
        (device.name, rulebase.name) for device in context.devices for rulebase in device.rulebases if rulebase.stateful
    }
    filters = {(device.name, rulebase.name) for device in context.devices for rulebase in device.rulebases}
    for line in third_party_lines(context):
        zone = line.zone.name
        pairs = [pair for inside in inside_zones(context) for pair in ((zone, inside), (inside, zone))]
        bare: dict[str, tuple[PassedPackets, tuple[str, str]]] = {}
        reasons: dict[str, None] = {}
        known = False
        for pair in pairs:
            conduit = context.conduits.get(pair)
            if conduit is None:
                continue
            known = True
            reasons |= dict.fromkeys(conduit.reasons)
            for passed in conduit.permitted:
                # A security level of the platform is no list, but it is a stateful firewall's decision.
                deciding = [(one.device, one.rulebase) for one in passed.deciding]
                if not any(one in stateful or one not in filters for one in deciding):
                    landing = passed.devices[0] if pair[0] == zone else passed.devices[-1]
                    bare.setdefault(landing, (passed, pair))
        where = tuple(interface.where for _, interface in context.network.zone_interfaces(zone))
        for device, (passed, pair) in bare.items():
            places = tuple(
                interface.where for owner, interface in context.network.zone_interfaces(zone) if owner.name == device
            )
            facts = {"line": line.name, "path": " > ".join(passed.devices), "pair": f"{pair[0]}>{pair[1]}"}
            yield Examined(
                Outcome.FAIL, device, line.name, places or where, facts, witness=passed.packets.witness(), key=zone
            )
        if bare:
            continue
        facts = {"line": line.name, "path": "", "pair": ""}
        if not where or not known:
            why = "no interface of the snapshot stands in the zone" if known else "no zone of the firm is stated"
            yield Examined(Outcome.UNKNOWN, "", line.name, (line.zone.where,), facts, why_unknown=why)
        elif reasons:
            why = "; ".join(list(reasons)[:3])
            yield Examined(Outcome.UNKNOWN, "", line.name, where, facts, why_unknown=why, severity=Severity.INFO)
        else:
            yield Examined(Outcome.PASS, "", line.name, where)


CHECK = Check(
    id="LINE-001",
    name="line-without-firewall",
    severity=Severity.CRITICAL,
    title={
        "en": "Third-party line {line} lands on {device} and reaches the firm with no firewall ({path})",
        "zh-TW": "第三方線路 {line} 介接於 {device}，未經防火牆即進入內部網路（{path}）",
    },
    remediation={
        "en": "Lead the line to a firewall interface of its own and permit only what is agreed.",
        "zh-TW": "將線路改接至防火牆獨立介面，僅開放約定之埠號。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
    uses=(Register.LINE_AGREEMENTS,),
)
