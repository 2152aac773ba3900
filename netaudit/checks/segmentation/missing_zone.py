"""SEG-010: a zone that the norm names does not exist, or production and test share one.

What it does
------------
Asks the zone map for a DMZ, a production and a test zone, each bound to an enabled interface of a device; and every
interface, VLAN and subnet whether production and test stand on it together.

Why it matters
--------------
What the zone map does not have cannot be separated from the rest.

Example
-------
A zone map with PROD and OA only, or a VLAN interface whose subnet is in both PROD and UAT.

Use instead
-----------
Separate segments for DMZ, production and test, confirmed in the zone map.

Limits
------
The zone map is the firm's statement; names in configurations are never taken as proof of it.

References
----------
期貨業網路安全自律規範 第三條第二款第(二)目前段.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.findings import Examined, Outcome, Severity
from netaudit.policy.registers import Register, ZoneType

_REQUIRED = (
    ("DMZ", (ZoneType.DMZ,)),
    ("PROD", (ZoneType.PROD,)),
    ("UT/UAT", (ZoneType.UT, ZoneType.UAT)),
)


def examine(context: Context) -> Iterator[Examined]:
    """Yield the three required kinds of zone, then every segment that production and test share."""
    for word, types in _REQUIRED:
        zones = tuple(context.policy.zones_of_type(*types))
        bound = [
            zone
            for zone in zones
            if any(interface.enabled for _, interface in context.network.zone_interfaces(zone.name))
        ]
        yield Examined(
            Outcome.PASS if bound else Outcome.FAIL,
            "",
            word,
            tuple(zone.where for zone in zones),
            {"zone": word, "how": "missing" if not zones else "unbound"},
        )
    for segment in context.network.shared_segments:
        kinds = {context.network.zones[name].type for name in segment.zones}
        if ZoneType.PROD in kinds and kinds & {ZoneType.UT, ZoneType.UAT}:
            yield Examined(
                Outcome.FAIL,
                segment.devices[0],
                ", ".join(dict.fromkeys(one.name for _, one in segment.interfaces)),
                tuple(one.where for _, one in segment.interfaces),
                {"zone": ", ".join(segment.zones), "how": "shared"},
            )


CHECK = Check(
    id="SEG-010",
    name="missing-zone",
    severity=Severity.HIGH,
    title={
        "en": "Zone {zone} is missing, bound to no interface, or shared ({subject})",
        "zh-TW": "區域 {zone} 不存在、未綁定介面，或營運與測試共用（{subject}）",
    },
    remediation={
        "en": "Separate DMZ, production and test in segments of their own and confirm them in the zone map.",
        "zh-TW": "DMZ、營運與測試應各自劃分獨立網段，並於區域對照表確認。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
)
