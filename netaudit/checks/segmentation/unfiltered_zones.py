"""SEG-001: two zones share a segment or are routed with no filter between them.

What it does
------------
Looks at every interface, VLAN of a switch and subnet for the zones that stand on it, and at every pair of zones for a
path on which no list, zone policy or security level decides, also with each line and device failed.

Why it matters
--------------
Zones that share a segment, or that a layer-3 switch routes freely, are one zone in effect.

Example
-------
Two VLAN interfaces of a core switch, one for the test zone and one for the database zone, with no access group.

Use instead
-----------
A segment for each zone, and a firewall or an access list where they meet.

Limits
------
Hosts with two network cards, bridges that no export shows, and VLANs of one number on two switches are not seen.
Paths through devices without an export are reported as unknown. Two failures at once are not asked.

References
----------
期貨業網路安全自律規範 第三條第二款第(一)目; NIST SP 800-53r5 SC-7; STIG V-216662.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import failure_facts
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.source import SourceRef
from netaudit.policy.registers import Register, ZoneType
from netaudit.topology.segments import SharedSegment


def examine(context: Context) -> Iterator[Examined]:
    """Yield every interface with a zone, then every unordered pair of zones that are not outside the firm."""
    shared = {
        (device.name, one.name) for segment in context.network.shared_segments for device, one in segment.interfaces
    }
    for attachment in context.network.attachments:
        interface = context.network.interface(attachment.device, attachment.interface)
        if not attachment.zones or interface is None or not interface.enabled:
            continue
        if (attachment.device, attachment.interface) not in shared:
            yield Examined(Outcome.PASS, attachment.device, attachment.interface, (interface.where,))
    for segment in context.network.shared_segments:
        yield _segment(segment)
    names = [
        zone.name
        for zone in context.policy.zones
        if zone.type is not ZoneType.INTERNET and zone.name not in context.network.link_zones
    ]
    for position, one in enumerate(names):
        for other in names[position + 1 :]:
            yield _pair(context, one, other)


def _segment(segment: SharedSegment) -> Examined:
    words = " = ".join(dict.fromkeys(f"{device.name} {one.name}" for device, one in segment.interfaces))
    device, first = segment.interfaces[0]
    return Examined(
        Outcome.FAIL,
        device.name,
        first.name if len(segment.interfaces) == 1 else words,
        tuple(one.where for _, one in segment.interfaces),
        {
            "zones": segment.zones,
            "how": "segment",
            "path": f": {words}",
            "pair": ", ".join(segment.zones),
            **failure_facts(()),
        },
        key=f"segment:{words}:{','.join(segment.zones)}",
    )


def _pair(context: Context, one: str, other: str) -> Examined:
    ways = [context.conduits[pair] for pair in ((one, other), (other, one)) if pair in context.conduits]
    open_devices = list(dict.fromkeys(device for way in ways for device in way.unfiltered_devices))
    pair = f"{one} / {other}"
    facts: dict[str, Fact] = {"zones": (one, other), "how": "routed", "pair": pair, "path": "", **failure_facts(())}
    if open_devices:
        where = _ends(context, one, other, open_devices)
        witness = next(
            (passed.packets.witness() for way in ways for passed in way.permitted if not passed.deciding), None
        )
        facts["path"] = ": " + " > ".join(open_devices)
        return Examined(Outcome.FAIL, open_devices[0], pair, where, facts, witness=witness, key=f"routed:{pair}")
    changes = [change for way in ways for change in context.failures.opening(way.from_zone, way.to_zone)]
    bare = [(change, way) for change in changes for way in change.opens if not way.deciding]
    if bare:
        first = bare[0][1]
        facts["path"] = ": " + " > ".join(first.devices)
        facts |= failure_facts(tuple(dict.fromkeys(one.part.name for one, _ in bare)))
        where = _ends(context, one, other, first.devices)
        witness = first.packets.witness()
        return Examined(
            Outcome.FAIL, first.devices[0], pair, where, facts, witness=witness, key=f"routed during a failure:{pair}"
        )
    reasons = tuple(dict.fromkeys(reason for way in ways for reason in way.reasons))
    reasons += tuple(
        dict.fromkeys(
            [
                *(
                    reason
                    for change in changes
                    if any(not way.deciding for way in change.may_open)
                    for reason in change.reasons
                ),
                *(reason for way in ways for reason in context.failures.doubts(way.from_zone, way.to_zone)),
            ]
        )
    )
    if reasons or len(ways) < 2 or any(way.undecided for way in ways):
        facts["how"] = "undecided"
        why = "; ".join(reasons[:3]) or "not all of the paths are known"
        return Examined(Outcome.UNKNOWN, "", pair, (), facts, why_unknown=why, severity=Severity.INFO)
    return Examined(Outcome.PASS, "", pair)


def _ends(context: Context, one: str, other: str, devices: Sequence[str]) -> tuple[SourceRef, ...]:
    """Return the interfaces of two zones at some devices."""
    return tuple(
        interface.where
        for zone in (one, other)
        for owner, interface in context.network.zone_interfaces(zone)
        if owner.name in devices
    )


CHECK = Check(
    id="SEG-001",
    name="unfiltered-zones",
    severity=Severity.HIGH,
    title={
        "en": "{pair} share a segment or are routed with no filter{path}{while_failed}{failed}",
        "zh-TW": "{pair} 位於同一網段，或彼此路由而未經任何過濾{path}{while_failed}{failed}",
    },
    remediation={
        "en": "Give each zone its own segment and let a firewall or an access list decide where they meet.",
        "zh-TW": "各區域使用獨立網段，並於交界處以防火牆或存取控制清單管制。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
)
