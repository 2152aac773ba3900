"""SEG-014: the internet reaches a production host directly.

What it does
------------
Computes everything that can open a connection from an internet zone to a PROD zone, translations included, and looks
at every published translation (virtual IP, static NAT) in force whose real address is in a PROD zone. The paths are
asked again with each line and device failed.

Why it matters
--------------
Connections from outside must end in the DMZ. A published production host is one fault away from being taken.

Example
-------
A virtual IP 203.0.113.33 mapped to 10.10.20.15 in PROD-ORD, used by a policy for tcp 443.

Use instead
-----------
Publish a front end in the DMZ, and let only the front end reach production.

Limits
------
A virtual IP that no enabled policy uses is no finding. What a load balancer or proxy in the DMZ forwards is not
followed. Two failures at once are not asked.

References
----------
期貨業網路安全自律規範 第三條第二款第(三)目; PCI DSS 4.0.1 1.4.2, 1.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.crossings import examine_pairs, failure_facts, pairs_between
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.device import Device
from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.packet import NO_PACKETS
from netaudit.policy.registers import Register, Zone, ZoneType


def examine(context: Context) -> Iterator[Examined]:
    """Yield every published translation in force, then every internet and production pair."""
    production = tuple(context.policy.zones_of_type(ZoneType.PROD))
    reported: set[tuple[str, str]] = set()
    for device in context.devices:
        for nat in device.nat_rules:
            real = _published(nat)
            if not real or not nat.enabled:
                continue
            users = [
                rule
                for rulebase in device.rulebases
                if rulebase.virtual_system == nat.virtual_system
                for rule in rulebase.rules
                if rule.enabled and rule.action.permits and rule.name in nat.used_by
            ]
            if nat.needs_rule and not users:
                continue
            if not _faces_internet(context, device, nat):
                continue
            hit = [zone for zone in production if context.network.zone_addresses[zone.name].overlaps(real)]
            yield _published_host(device, nat, real, hit, tuple(rule.where for rule in users))
            if hit:
                reported |= {(device.name, rule.name) for rule in users}
    for one in examine_pairs(
        context,
        pairs_between(context, (ZoneType.INTERNET,), (ZoneType.PROD,)),
        lambda source, target: NO_PACKETS,
        lambda crossing: True,
    ):
        rules = {(one.device, name.rpartition(" ")[2]) for name in one.subject.split(", ")}
        if not (one.outcome is Outcome.FAIL and rules & reported):
            yield one


def _published(nat: NatRule) -> AddressSet:
    if nat.kind is NatKind.DESTINATION and nat.translated_destination:
        return nat.translated_destination
    if nat.kind is NatKind.STATIC and nat.translated_source:
        return nat.match.maybe.sources()
    return NO_ADDRESS


def _faces_internet(context: Context, device: Device, nat: NatRule) -> bool:
    """Tell whether packets from the internet can meet the translation at one of the device's interfaces."""
    outside = nat.from_interface if nat.kind is NatKind.DESTINATION else nat.to_interface
    for interface in device.interfaces:
        names = [name for name in (interface.name, interface.nickname, interface.security_zone) if name]
        if interface.enabled and any(name in outside for name in names):
            zones = [
                zone
                for zone in context.network.interface_zones(device.name, interface.name)
                if zone.name not in context.network.link_zones
            ]
            if any(zone.type is ZoneType.INTERNET for zone in zones):
                return True
            behind = context.network.zones_behind(device.name, interface)
            if not zones and any(zone.type is ZoneType.INTERNET for zone in behind):
                return True
    return False


def _published_host(
    device: Device, nat: NatRule, real: AddressSet, zones: list[Zone], where: tuple[SourceRef, ...]
) -> Examined:
    facts: dict[str, Fact] = {
        "pairs": ", ".join(zone.name for zone in zones),
        "packets": str(real),
        "devices": (device.name,),
        "filtered": True,
        **failure_facts(()),
    }
    return Examined(
        Outcome.FAIL if zones else Outcome.PASS,
        device.name,
        f"{device.name} NAT {nat.name}",
        (nat.where, *where),
        facts,
        key=f"nat:{nat.name}:{real}",
    )


CHECK = Check(
    id="SEG-014",
    name="internet-to-production",
    severity=Severity.CRITICAL,
    title={
        "en": "The internet reaches production directly ({pairs}) by {subject}: {packets}{while_failed}{failed}",
        "zh-TW": "網際網路可直接連線至營運環境（{pairs}）：{subject}，{packets}{while_failed}{failed}",
    },
    remediation={
        "en": "End the connection in the DMZ and publish only the front end there.",
        "zh-TW": "對外連線應終止於 DMZ，僅公布 DMZ 之前端主機。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
)
