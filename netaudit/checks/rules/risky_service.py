"""RULE-011: a permit for a high-risk service across a zone boundary.

What it does
------------
Finds the zones that every permit in force lets talk, and compares its services with the table of high-risk services:
clear-text and remote administration, file sharing, directories, databases, monitoring, mail, amplification,
middleware, tunnels. The severity is that of the gravest class; some are graver towards production.

Why it matters
--------------
These are the services that intruders use to move from zone to zone.

Example
-------
permit tcp 10.10.40.0 0.0.3.255 10.10.23.0 0.0.0.255 eq 445

Use instead
-----------
An encrypted service through a jump host or a data exchange zone, stated in the zone matrix with its reason.

Limits
------
Services are told by their ports. Wide port ranges, services of any and the dynamic RPC range are judged as such, not
here. What the zone matrix states by port for the pair is not reported, nor are administration and monitoring from the
management zone, third-party lines (their agreements judge them), and from the Internet management, database and file
sharing ports (judged as exposure). Clear-text web counts only towards production.

References
----------
期貨業網路安全自律規範 第四條第二款第(二)目; PCI DSS 4.0.1 1.2.6, 2.2.5; NIST SP 800-53r5 CM-7(1).
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.high_risk_services import RISKY_SERVICES, RiskyService
from netaudit.checks.narrow_services import narrow_services
from netaudit.checks.rule_width import SOURCE
from netaudit.checks.scored_rules import ScoredRule, judged, zones_of
from netaudit.checks.stated_breadth import between_zones, stated_between
from netaudit.findings import Examined, Severity
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Register, Zone, ZoneType


def examine(context: Context) -> Iterator[Examined]:
    """Yield every scored rule; it fails where a high-risk service crosses a boundary unstated."""
    devices = _device_addresses(context)
    for scored in context.scored_rules:
        sure = _crossings(context, scored, narrow_services(scored.surely), devices)
        possible = sure or _crossings(context, scored, narrow_services(scored.maybe), devices)
        worst = max((severity for _, _, severity in possible), default=Severity.MEDIUM)
        yield judged(
            scored,
            surely=bool(sure),
            maybe=bool(possible),
            facts={
                "classes": tuple(dict.fromkeys(service.name for service, _, _ in possible)),
                "pairs": tuple(dict.fromkeys(pair for _, pair, _ in possible)),
            },
            severity=worst,
        )


def _device_addresses(context: Context) -> AddressSet:
    return AddressSet.union(
        AddressSet.host(address.address_text)
        for device in context.devices
        for interface in device.interfaces
        for address in interface.addresses
    )


def _crossings(
    context: Context, scored: ScoredRule, packets: PacketSet, devices: AddressSet
) -> list[tuple[RiskyService, str, Severity]]:
    services = packets.services()
    candidates = [
        one
        for one in RISKY_SERVICES
        if one.services.overlaps(services) and (not one.devices_only or packets.destinations() <= devices)
    ]
    if not candidates or scored.possible_width.reason in ("established", "client_ports"):
        return []
    from_zones, to_zones = zones_of(context, scored)
    found = []
    for from_zone in from_zones:
        for to_zone in to_zones:
            if from_zone.name == to_zone.name or ZoneType.THIRDPARTY in (from_zone.type, to_zone.type):
                continue
            passing = between_zones(context, scored, packets, from_zone, to_zone)
            if not passing:
                continue
            unstated = passing - stated_between(context, from_zone, to_zone, named_only=True)
            open_services = unstated.services()
            found += [
                (service, f"{from_zone.name}>{to_zone.name}", _severity(service, from_zone, to_zone))
                for service in candidates
                if _counts(service, scored, from_zone, to_zone) and service.services.overlaps(open_services)
            ]
    return found


def _counts(service: RiskyService, scored: ScoredRule, from_zone: Zone, to_zone: Zone) -> bool:
    from_internet = from_zone.type is ZoneType.INTERNET
    if service.exposure and from_internet:
        return False
    if service.is_management and from_zone.type is ZoneType.MGMT:
        return False
    if service.inbound_only and not (from_internet or SOURCE in scored.possible_width.any_fields):
        return False
    return not service.production_only or to_zone.type is ZoneType.PROD


def _severity(service: RiskyService, from_zone: Zone, to_zone: Zone) -> Severity:
    if from_zone.type is ZoneType.INTERNET:
        return service.internet
    if to_zone.type is ZoneType.PROD and service.to_production is not None:
        return service.to_production
    return service.boundary


CHECK = Check(
    id="RULE-011",
    name="risky-service",
    severity=Severity.HIGH,
    title={
        "en": "{subject} lets a high-risk service cross a zone boundary: {classes} ({pairs})",
        "zh-TW": "{subject} 允許高風險服務跨越區域邊界：{classes}（{pairs}）",
    },
    remediation={
        "en": "Replace the service by an encrypted one, go through a jump host, or justify it in the zone matrix.",
        "zh-TW": "改用加密服務或經由跳板主機；確有需要者，於區域互通矩陣載明理由並核准。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
    uses=(Register.ZONE_MATRIX,),
)
