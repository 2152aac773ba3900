"""The rules that the rule checks judge: permits in force, in lists that filter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from netaudit.checks.rule_width import Width, width_of
from netaudit.findings import Examined, Fact, Outcome, Severity
from netaudit.model.device import Device, Interface
from netaudit.model.rule_relations import RelationKind, RuleRelation
from netaudit.model.rules import AccessRule, Binding, Direction, Purpose, Rulebase, RulebaseKind, other_layers
from netaudit.packets.addresses import Family
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ESTABLISHED_FLAGS, TCP
from netaudit.policy.registers import Zone, ZoneType
from netaudit.topology.filters import through_rulebases

if TYPE_CHECKING:
    from netaudit.checks.contract import Context

_LOOPBACK = re.compile(r"(?i)lo(opback)?[\d.]*")
# Reasons that say when a rule is in force, not what it matches: its width is that of the written match.
_TIME_REASONS = frozenset({"schedule", "time range", "time-range"})


@dataclass(frozen=True)
class ScoredRule:
    """An enabled permit of a list that filters, with the width of both bounds of its match."""

    device: Device
    rulebase: Rulebase
    rule: AccessRule
    unreachable: bool = False  # no packet gets to it: it permits nothing

    @property
    def surely(self) -> PacketSet:
        """Return the packets that the rule surely permits, at the times when it is in force."""
        return surely_matched(self.rule.match)

    @property
    def maybe(self) -> PacketSet:
        """Return the packets that the rule may permit."""
        return self.rule.match.maybe

    @cached_property
    def sure_width(self) -> Width:
        """Return how wide the rule surely is."""
        return width_of(self.surely, self.rulebase.stateful)

    @cached_property
    def possible_width(self) -> Width:
        """Return how wide the rule may be."""
        if self.surely is self.maybe:
            return self.sure_width
        return width_of(self.maybe, self.rulebase.stateful)

    @property
    def subject(self) -> str:
        """Return the rule in words: "OUTSIDE-IN 30"."""
        return rule_words(self.rulebase, self.rule)

    @property
    def key(self) -> str:
        """Return an identity that renumbering does not change."""
        return f"{rulebase_words(self.rulebase)}|{self.rule.fingerprint}"

    @property
    def facts(self) -> dict[str, Fact]:
        """Return what the titles of all rule checks may use."""
        return {
            "rulebase": self.rulebase.name,
            "rule": self.rule.name,
            "sources": self.rule.sources,
            "destinations": self.rule.destinations,
            "services": self.rule.services,
        }


def surely_matched(match: PacketMatch) -> PacketSet:
    """Return the lower bound of a match at the times when its rule is in force."""
    if match.reasons and all(reason in _TIME_REASONS for reason in match.reasons):
        return match.maybe
    return match.surely


def rulebase_words(rulebase: Rulebase) -> str:
    """Return a rulebase's name, with its virtual system where there is one."""
    return f"{rulebase.virtual_system}/{rulebase.name}" if rulebase.virtual_system else rulebase.name


def rule_words(rulebase: Rulebase, rule: AccessRule) -> str:
    """Return a rule in words: "OUTSIDE-IN 30"; a name that begins with its list's is enough by itself."""
    words = rulebase_words(rulebase)
    return rule.name if rule.name.startswith(f"{words} ") else f"{words} {rule.name}"


def filter_bindings(device: Device, rulebase: Rulebase) -> tuple[Binding, ...]:
    """Return the places where a list filters packets; none for a zone policy, which needs no binding."""
    return tuple(
        one
        for one in device.bindings
        if one.purpose is Purpose.FILTER
        and one.rulebase == rulebase.name
        and one.virtual_system == rulebase.virtual_system
    )


def scored_rulebases(device: Device) -> Iterator[Rulebase]:
    """Yield the rulebases that filter packets through the device, in the order of the configuration.

    Lists that only serve NAT, VPN, routing, QoS, captures, split tunnels or the management plane are not among
    them, and neither are lists that are bound nowhere.
    """
    for rulebase in device.rulebases:
        if rulebase.kind is RulebaseKind.ZONE_POLICY or (
            rulebase.kind is RulebaseKind.FILTER and filter_bindings(device, rulebase)
        ):
            yield rulebase


def in_force(rule: AccessRule, as_of: date) -> bool:
    """Tell whether a rule that somebody wrote counts on a day: enabled, and not expired the day before."""
    return rule.enabled and not rule.implicit and (rule.expires is None or rule.expires >= as_of)


def admits_answers_only(rule: AccessRule) -> bool:
    """Tell whether connection tracking limits the rule to answers (`ct state established`, reflexive lists).

    The TCP flags of `established` are no such limit: anybody can set them.
    """
    return rule.return_traffic and not any(
        TCP in box.protocols and box.tcp_flags <= ESTABLISHED_FLAGS
        for product in rule.match.maybe.products
        for box in product.services.boxes
    )


def is_for_loopback(rule: AccessRule) -> bool:
    """Tell whether a rule is only for packets that the device sends to itself."""
    names = rule.from_zones.names()
    return bool(names) and not rule.from_zones.default and all(_LOOPBACK.fullmatch(name) for name in names)


def scored_rules(
    devices: Sequence[Device],
    relations: Mapping[tuple[str, str, str], tuple[RuleRelation, ...]],
    as_of: date,
) -> Iterator[ScoredRule]:
    """Yield every permit in force that can open a connection, in the order of the configurations."""
    for device in devices:
        for rulebase in scored_rulebases(device):
            unreachable = {
                (relation.rule.name, relation.rule.where)
                for relation in relations.get((device.name, rulebase.virtual_system, rulebase.name), ())
                if relation.kind is RelationKind.UNREACHABLE
            }
            layers = [_undecided_by_zone(one) for one in other_layers(rulebase, device.rulebases)]
            for rule in rulebase.rules:
                if not rule.action.permits or not in_force(rule, as_of):
                    continue
                if not admits_answers_only(rule) and not is_for_loopback(rule):
                    idle = (rule.name, rule.where) in unreachable
                    if layers and not idle:
                        match = _through_other_layers(device, rule, layers, as_of)
                        idle, rule = not match.maybe, replace(rule, match=match if match.maybe else rule.match)
                    yield ScoredRule(device, rulebase, rule, idle)


def _through_other_layers(device: Device, rule: AccessRule, layers: Sequence[Rulebase], as_of: date) -> PacketMatch:
    """Return what a rule permits of that which the layers before and after its own permit too."""
    surely, maybe = surely_matched(rule.match), rule.match.maybe
    parts = [(product, True) for product in surely.products]
    parts += [(product, False) for product in maybe.products if surely is not maybe]
    for layer in layers:
        parts = [
            (passed.packets, sure and passed.surely)
            for product, sure in parts
            for passed in through_rulebases(device.name, [layer], product, as_of=as_of)
        ]
    reasons = rule.match.reasons or ("another layer may deny it",)
    sure_part = PacketSet.union([PacketSet(tuple(product for product, sure in parts if sure))])
    whole = PacketSet.union([PacketSet(tuple(product for product, _ in parts))])
    return PacketMatch(sure_part, whole, () if whole <= sure_part else reasons)


def _undecided_by_zone(layer: Rulebase) -> Rulebase:
    """Return a layer in which rules for some zones only may match: the zones of a packet are not asked here."""
    rules = tuple(
        one
        if one.from_zones == ANY_NAME and one.to_zones == ANY_NAME
        else replace(one, match=PacketMatch.upper(one.match.maybe, "security zone"))
        for one in layer.rules
    )
    return replace(layer, rules=rules)


def zones_of(context: Context, scored: ScoredRule) -> tuple[tuple[Zone, ...], tuple[Zone, ...]]:
    """Return the firm's zones that a rule lets talk, (from, to); both empty without a zone map.

    Behind an interface that the zone map puts in the Internet, only the Internet counts: a default route leads there
    with every zone that has no route of its own.
    """
    if not context.policy.zones:
        return (), ()
    from_zones, to_zones = context.network.rule_zones(
        scored.device, scored.rulebase.name, scored.rulebase.virtual_system, scored.rule
    )
    return (
        _outside(context, scored, from_zones, Direction.IN),
        _outside(context, scored, to_zones, Direction.OUT),
    )


def _outside(context: Context, scored: ScoredRule, zones: tuple[Zone, ...], direction: Direction) -> tuple[Zone, ...]:
    internet = tuple(zone for zone in zones if zone.type is ZoneType.INTERNET)
    if not internet or len(internet) == len(zones):
        return zones
    stated = [
        {zone.type for zone in context.network.interface_zones(scored.device.name, name)}
        for name in _interfaces(scored, direction)
    ]
    return internet if stated and all(types == {ZoneType.INTERNET} for types in stated) else zones


def _interfaces(scored: ScoredRule, direction: Direction) -> list[str]:
    """Return the interfaces where packets of the rule come in (IN) or leave (OUT); none where they may be any."""
    system = scored.rulebase.virtual_system
    if scored.rulebase.kind is RulebaseKind.ZONE_POLICY:
        names = scored.rule.from_zones if direction is Direction.IN else scored.rule.to_zones
        return [
            one.name
            for one in scored.device.interfaces
            if one.virtual_system == system and (one.security_zone or one.rule_name) in names
        ]
    bindings = filter_bindings(scored.device, scored.rulebase)
    bound = {one.interface for one in bindings}
    if bound & {"", "*"} or len({one.direction for one in bindings}) != 1:
        return []
    if bindings[0].direction is direction:
        return list(bound)
    # The other side of a list at one interface: every other interface that leads somewhere.
    return [
        one.name
        for one in scored.device.interfaces
        if one.enabled and not {one.name, one.nickname} & bound and _leads_somewhere(one)
    ]


def _leads_somewhere(interface: Interface) -> bool:
    """Tell whether packets can leave by an interface: it has more than an address of its own (loopbacks do not)."""
    return interface.dynamic_address or any(
        address.prefix_length < (32 if address.family is Family.IPV4 else 128) for address in interface.addresses
    )


def judged(
    scored: ScoredRule,
    surely: bool,
    maybe: bool,
    facts: Mapping[str, Fact] | None = None,
    severity: Severity | None = None,
) -> Examined:
    """Return what a check says of a rule: it surely has the flaw, it may have it, or it has not.

    A rule that no packet reaches permits nothing, so its width is not judged. An undecided rule is never graver
    than Medium: what was not understood is to be looked at, not to be alarmed at.
    """
    outcome = Outcome.PASS
    why = ""
    if scored.unreachable:
        outcome = Outcome.NOT_APPLICABLE
    elif surely:
        outcome = Outcome.FAIL
    elif maybe:
        outcome = Outcome.UNKNOWN
        why = ", ".join(scored.rule.match.reasons) or "not understood"
        severity = Severity.MEDIUM if severity is None else min(severity, Severity.MEDIUM)
    return Examined(
        outcome=outcome,
        device=scored.device.name,
        subject=scored.subject,
        where=(scored.rule.where,),
        facts={**scored.facts, **(facts or {})},
        severity=severity,
        witness=(scored.surely or scored.maybe).witness() if outcome is Outcome.FAIL else None,
        key=scored.key,
        why_unknown=why,
    )


def not_applicable(scored: ScoredRule) -> Examined:
    """Return that a check does not judge this rule."""
    return Examined(Outcome.NOT_APPLICABLE, scored.device.name, scored.subject, (scored.rule.where,), key=scored.key)


def enters_production(context: Context, scored: ScoredRule) -> bool:
    """Tell whether a rule lets another zone talk to a production zone; False without a zone map."""
    from_zones, to_zones = zones_of(context, scored)
    return any(
        to_zone.type is ZoneType.PROD and from_zone.name != to_zone.name
        for to_zone in to_zones
        for from_zone in from_zones
    )
