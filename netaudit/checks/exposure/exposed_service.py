"""EXT-004: a management, database or file-sharing port can be reached from outside.

What it does
------------
Looks for these ports in three places: permits of lists and policies whose packets can come from an external zone;
rules of a host's own filter that accept them from Internet addresses; and the packets that were computed to pass from
an external zone to an inner one by wide rules or past no filter. From the Internet it is Critical.

Why it matters
--------------
These ports are scanned within minutes of being opened and are the usual way in.

Example
-------
A policy from the provider's interface to a server in the DMZ with service RDP, from all addresses.

Use instead
-----------
A VPN with a second factor and a jump host; publish only the application.

Limits
------
Services are told by their ports. Published services of the register are not reported. Ports on third-party lines are
judged by the line agreements where that register is given. Where the computed paths show that another device stops
the packets of a permit, it is High, not Critical; paths that could not be decided are reported as such. A rule of a
host's own filter counts by the sources that it accepts: whether a firewall stands before the host is not asked, so it
is High unless an interface stands in an external zone.

References
----------
期貨業網路安全自律規範 第三條第二款第(三)目; NIST SP 800-53r5 SC-7, AC-17(3); PCI DSS 4.0.1 1.4.2, 1.4.4.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.checks.contract import Check, Context
from netaudit.checks.high_risk_services import RISKY_SERVICES
from netaudit.checks.narrow_services import narrow_services
from netaudit.checks.scored_rules import (
    ScoredRule,
    admits_answers_only,
    in_force,
    is_for_loopback,
    judged,
    rule_words,
    rulebase_words,
    surely_matched,
    zones_of,
)
from netaudit.checks.service_words import service_words
from netaudit.checks.stated_breadth import between_zones, is_published
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.rules import AccessRule, RulebaseKind
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.packets.services import ServiceSet
from netaudit.policy.registers import Register, Zone, ZoneType
from netaudit.topology.reach import Conduit, PassedPackets

_EXPOSED = ServiceSet.union(one.services for one in RISKY_SERVICES if one.exposure and not one.devices_only)
_ON_DEVICES = ServiceSet.union(one.services for one in RISKY_SERVICES if one.exposure and one.devices_only)


def examine(context: Context) -> Iterator[Examined]:
    """Yield the permits that external packets can meet, the rules of hosts, and the external conduits."""
    devices = _device_addresses(context)
    for scored in context.scored_rules:
        yield _permit(context, scored, devices)
    yield from _hosts(context)
    for (from_name, to_name), conduit in context.conduits.items():
        from_zone, to_zone = context.policy.zone(from_name), context.policy.zone(to_name)
        if from_zone is None or to_zone is None or to_zone.type.external or not _judges(context, from_zone):
            continue
        yield from _conduit(context, from_zone, conduit, devices)


def _device_addresses(context: Context) -> AddressSet:
    return AddressSet.union(
        AddressSet.host(address.address_text)
        for device in context.devices
        for interface in device.interfaces
        for address in interface.addresses
    )


def _judges(context: Context, zone: Zone) -> bool:
    """Tell whether the ports from a zone are judged here: the Internet, and lines without agreements."""
    if zone.type is ZoneType.THIRDPARTY:
        return Register.LINE_AGREEMENTS not in context.policy.given
    return zone.type.external


def _exposed(packets: PacketSet, devices: AddressSet) -> PacketSet:
    """Return the packets to exposed ports; web administration counts towards network devices only."""
    found = packets & PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, _EXPOSED)
    if packets and packets.destinations() <= devices:
        found = found | (packets & PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, _ON_DEVICES))
    return found


def _permit(context: Context, scored: ScoredRule, devices: AddressSet) -> Examined:
    """Judge a permit by the exposed ports that it names; sweeping permits are judged by what passes."""
    named = narrow_services(scored.maybe)
    possible = _exposed(named, devices)
    if not possible or scored.possible_width.reason or is_published(context, possible):
        return judged(scored, surely=False, maybe=False)
    from_zones, to_zones = zones_of(context, scored)
    outside = [zone for zone in from_zones if _judges(context, zone)]
    pairs = [
        (one, other)
        for one in outside
        for other in to_zones
        if one.name != other.name and not other.type.external and between_zones(context, scored, possible, one, other)
    ]
    sure = _exposed(narrow_services(scored.surely), devices)
    internet = any(one.type is ZoneType.INTERNET for one, _ in pairs)
    stopped = bool(pairs) and all(_is_stopped(context, scored.rule, one, other) for one, other in pairs)
    return judged(
        scored,
        surely=bool(pairs) and bool(sure),
        maybe=bool(pairs),
        facts={
            "ports": service_words(possible.services()),
            "from_zones": tuple(dict.fromkeys(one.name for one, _ in pairs)),
            "to_zones": tuple(dict.fromkeys(other.name for _, other in pairs)),
            "stopped_elsewhere": stopped,
        },
        severity=Severity.CRITICAL if internet and not stopped else Severity.HIGH,
    )


def _is_stopped(context: Context, rule: AccessRule, from_zone: Zone, to_zone: Zone) -> bool:
    """Tell whether the computed paths surely let nothing through by this rule."""
    conduit = context.conduits.get((from_zone.name, to_zone.name))
    if conduit is None or conduit.undecided:
        return False
    return not any(
        deciding.rule is not None and deciding.rule.where == rule.where
        for passed in conduit.permitted
        for deciding in passed.deciding
    )


def _hosts(context: Context) -> Iterator[Examined]:
    """Yield the permits of filters for traffic to the device itself, less what earlier rules surely deny."""
    zones = tuple(context.policy.zones_of_type(ZoneType.INTERNET))
    internet = AddressSet.union(context.network.zone_addresses[zone.name] for zone in zones)
    if not internet:
        return
    for device in context.devices:
        names = {one.rule_name for one in device.interfaces}
        outside = {
            one.rule_name
            for one in device.interfaces
            if one.enabled and set(zones) & set(context.network.interface_zones(device.name, one.name))
        }
        for rulebase in device.rulebases:
            if rulebase.kind is not RulebaseKind.LOCAL or rulebase.own_packets:
                continue
            denied: list[PacketSet] = []
            for rule in rulebase.rules:
                if not in_force(rule, context.as_of):
                    continue
                if not rule.action.permits:
                    if rule.from_zones == ANY_NAME:
                        denied.append(rule.match.surely)
                    continue
                if admits_answers_only(rule):
                    continue
                sure = _from_anywhere(surely_matched(rule.match), internet, denied)
                possible = sure or _from_anywhere(rule.match.maybe, internet, denied)
                if is_for_loopback(rule) or _comes_from_inside(rule.from_zones.names(), names - outside):
                    sure = possible = NO_PACKETS
                severity = Severity.CRITICAL if outside else Severity.HIGH
                yield Examined(
                    Outcome.FAIL if sure else Outcome.UNKNOWN if possible else Outcome.PASS,
                    device.name,
                    rule_words(rulebase, rule),
                    (rule.where,),
                    {
                        "ports": service_words(possible.services()),
                        "from_zones": tuple(zone.name for zone in zones),
                        "to_zones": (device.name,),
                        "stopped_elsewhere": False,
                    },
                    severity=severity if sure else Severity.MEDIUM,
                    witness=sure.witness(),
                    key=f"{rulebase_words(rulebase)}|{rule.fingerprint}",
                    why_unknown=", ".join(rule.match.reasons) if possible and not sure else "",
                )


def _comes_from_inside(names: tuple[str, ...], inner: set[str]) -> bool:
    """Tell whether a rule is for interfaces only that do not stand outside."""
    return bool(names) and all(name in inner for name in names)


def _from_anywhere(packets: PacketSet, internet: AddressSet, denied: list[PacketSet]) -> PacketSet:
    """Return the exposed packets of a match that takes every Internet address as source, else none."""
    exposed = packets & PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, _EXPOSED)
    for one in denied:
        exposed = exposed - one
    everyone = any(
        internet.family(one.family) and internet.family(one.family) <= one.source for one in exposed.products
    )
    return exposed if everyone else NO_PACKETS


def _conduit(context: Context, from_zone: Zone, conduit: Conduit, devices: AddressSet) -> Iterator[Examined]:
    """Yield a conduit with the exposed ports that pass it by sweeping rules or past no filter."""
    subject = f"{conduit.from_zone} > {conduit.to_zone}"
    open_ways = [
        (passed, exposed)
        for passed in conduit.permitted
        if not _is_named(passed) and (exposed := _exposed(passed.packets, devices))
    ]
    facts: dict[str, Fact] = {
        "ports": service_words(ServiceSet.union(exposed.services() for _, exposed in open_ways)),
        "from_zones": (conduit.from_zone,),
        "to_zones": (conduit.to_zone,),
        "stopped_elsewhere": False,
    }
    severity = Severity.CRITICAL if from_zone.type is ZoneType.INTERNET else Severity.HIGH
    if open_ways:
        where = tuple(dict.fromkeys(one.where for passed, _ in open_ways for one in passed.deciding))
        yield Examined(
            Outcome.FAIL,
            open_ways[0][0].devices[0],
            subject,
            where,
            facts,
            severity,
            open_ways[0][1].witness(),
            key=subject,
        )
        return
    possible = _exposed(conduit.possible, devices)
    yield Examined(
        Outcome.UNKNOWN if possible else Outcome.PASS,
        "",
        subject,
        (from_zone.where,),
        {**facts, "ports": service_words(possible.services())},
        severity=Severity.MEDIUM,
        key=subject,
        why_unknown="; ".join(conduit.reasons[:3]) if possible else "",
    )


def _is_named(passed: PassedPackets) -> bool:
    """Tell whether some rule on the way names the ports: then that permit was judged itself."""
    return any(
        one.rule is not None and bool(narrow_services(one.rule.match.maybe) & PacketSet.of(services=_EXPOSED))
        for one in passed.deciding
    )


CHECK = Check(
    id="EXT-004",
    name="exposed-service",
    severity=Severity.HIGH,
    title={
        "en": "{subject} exposes {ports} to {from_zones}",
        "zh-TW": "{subject} 使外部（{from_zones}）可連線至 {ports}",
    },
    remediation={
        "en": "Remove the permit; reach the service through a VPN with a second factor and a jump host.",
        "zh-TW": "移除該允許規則；改經由具多因子驗證的 VPN 與跳板主機存取。",
    },
    examine=examine,
    registers=(Register.ZONE_MAP,),
    uses=(Register.LINE_AGREEMENTS, Register.PUBLISHED_SERVICES),
)
