"""What the filters of one device decide over one packet, with the line that does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from netaudit.model.device import Device, Interface
from netaudit.model.flow_fate import FlowFate, FlowJudge
from netaudit.model.rules import Direction, Rulebase, RulebaseKind, layers_after
from netaudit.model.source import SourceRef
from netaudit.packets.packet import Flow
from netaudit.packets.services import FIRST_FLAGS, TCP
from netaudit.topology.filters import bound_rulebases, has_filter, host_rulebases, zone_policies
from netaudit.topology.reach import DecidingRule
from netaudit.topology.same import Same


@dataclass(frozen=True, slots=True)
class Asked:
    """One filter that was asked, and what it said."""

    kind: str  # "filter", "policy" or "local"
    name: str
    action: str
    where: SourceRef | None


@dataclass(frozen=True, slots=True)
class Decision:
    """`verdict`: "permit", "deny" or "unknown" with the `reason`; permit without steps: nothing filters."""

    verdict: str
    steps: tuple[Asked, ...] = ()
    reason: str = ""
    deciding: tuple[DecidingRule, ...] = ()


_NOTHING = Decision("permit")


def decide_at_interface(
    device: Device, interface: Interface, direction: Direction, flow: Flow, as_of: date | None, *, known: bool = False
) -> Decision:
    """Ask the lists bound at an interface; several are one list with one default (see `filters.at_interface`).

    `known`: the device knows the connection, so that lists with a memory of connections let the packet pass.
    """
    bound = [one for one in bound_rulebases(device, interface, direction) if not (known and one.stateful)]
    decision = _ask_as_one(device, bound, flow, as_of)
    address = flow.source if direction is Direction.IN else flow.destination
    for hosts, before in host_rulebases(device, interface, direction):
        rulebases = [one for one in before if not (known and one.stateful)]
        if decision.verdict == "permit" and address in hosts.family(flow.family):
            then = _ask_as_one(device, rulebases, flow, as_of)
            steps, deciding = decision.steps + then.steps, decision.deciding + then.deciding
            decision = replace(then, steps=steps, deciding=deciding)
    return decision


def _ask_as_one(device: Device, bound: Sequence[Rulebase], flow: Flow, as_of: date | None) -> Decision:
    rulebases = [one for one in bound if flow.family in one.families]
    if not rulebases:
        return _NOTHING
    for rulebase in rulebases[:-1]:
        fate = _judge(rulebase, as_of).fate(flow)
        if fate.rule is not None or fate.verdict == "unknown":
            return _decision(device, "filter", rulebase, fate)
    last = rulebases[-1]
    return _decision(device, "filter", last, _judge(last, as_of).fate(flow))


def decide_policy(device: Device, incoming: Interface, outgoing: Interface, flow: Flow, as_of: date | None) -> Decision:
    """Ask the zone policies, each layer in turn, or the security levels."""
    if incoming.security_level is not None and outgoing.security_level is not None:
        return _by_level(device, incoming, outgoing)
    rulebases = [one for one in zone_policies(device, incoming) if flow.family in one.families]
    if not rulebases:
        return _NOTHING
    from_name = incoming.security_zone or incoming.rule_name
    to_name = outgoing.security_zone or outgoing.rule_name
    names = (from_name, to_name)
    found = [_through_layers(device, first, rulebases, flow, names, as_of) for first in rulebases if not first.follows]
    if any(one.verdict == "permit" for one in found):  # several rulebases for other pairs: one that permits is enough
        return next(one for one in found if one.verdict == "permit")
    return next((one for one in found if one.verdict == "unknown"), found[0])


def decide_local(
    device: Device, incoming: Interface, flow: Flow, as_of: date | None, *, known: bool = False
) -> Decision:
    """Ask the rulebases for traffic to the device itself (INPUT, local-in); without one nothing filters it.

    `known`: the device made the connection. Where the zone policies guard the device, what they deny may still be
    permitted by rules of the platform's own (Check Point Security Management Administration Guide, "Implied Rules").
    """
    if device.policies_guard_the_device:
        return _NOTHING if known else _by_guarding_policy(device, incoming, flow, as_of)
    name = incoming.security_zone or incoming.rule_name
    return _strictest(device, _local(device, incoming, flow, known, own=False), flow, (name, None), as_of)


def decide_own(device: Device, outgoing: Interface, flow: Flow, as_of: date | None, *, known: bool = False) -> Decision:
    """Ask the rulebases for what the device sends itself (OUTPUT); `known`: it answers a connection."""
    rulebases = _local(device, outgoing, flow, known, own=True)
    return _strictest(device, rulebases, flow, (None, outgoing.security_zone or outgoing.rule_name), as_of)


def _local(device: Device, interface: Interface, flow: Flow, known: bool, *, own: bool) -> list[Rulebase]:
    return [
        one
        for one in device.rulebases
        if one.kind is RulebaseKind.LOCAL
        and one.own_packets is own
        and one.virtual_system == interface.virtual_system
        and flow.family in one.families
        and not (known and one.stateful)
    ]


def _strictest(
    device: Device,
    rulebases: Iterable[Rulebase],
    flow: Flow,
    names: tuple[str | None, str | None],
    as_of: date | None,
) -> Decision:
    """Return what the strictest of several rulebases says: all of them are asked."""
    found = [_decision(device, "local", one, _judge(one, as_of).fate(flow, *names)) for one in rulebases]
    for verdict in ("deny", "unknown", "permit"):
        for one in found:
            if one.verdict == verdict:
                return one
    return _NOTHING


def _by_guarding_policy(device: Device, incoming: Interface, flow: Flow, as_of: date | None) -> Decision:
    rulebases = [one for one in zone_policies(device, incoming) if flow.family in one.families]
    names = (incoming.security_zone or incoming.rule_name, None)  # the device itself stands in no zone
    for first in rulebases:
        if not first.follows:
            decision = _through_layers(device, first, rulebases, flow, names, as_of)
            if decision.verdict == "deny":
                return replace(decision, verdict="unknown", reason=f"{device.name}: an implied rule may permit it")
            return decision
    return _NOTHING


def _through_layers(
    device: Device,
    first: Rulebase,
    rulebases: Sequence[Rulebase],
    flow: Flow,
    names: tuple[str, str | None],
    as_of: date | None,
) -> Decision:
    steps: tuple[Asked, ...] = ()
    deciding: tuple[DecidingRule, ...] = ()
    for rulebase in (first, *layers_after(first, rulebases)):
        if rulebase.stateful and flow.protocol == TCP and flow.tcp_flags not in FIRST_FLAGS:
            where = rulebase.where
            asked = Asked("policy", rulebase.name, "deny", where)
            return Decision("deny", (*steps, asked), f"{device.name} knows no connection that the packet belongs to")
        one = _decision(device, "policy", rulebase, _judge(rulebase, as_of).fate(flow, *names))
        steps, deciding = (*steps, *one.steps), (*deciding, *one.deciding)
        if one.verdict != "permit":
            return replace(one, steps=steps)
    return Decision("permit", steps, deciding=deciding)


def _by_level(device: Device, incoming: Interface, outgoing: Interface) -> Decision:
    """Apply security levels (see `filters.by_policy`)."""
    inside, outside = incoming.security_level or 0, outgoing.security_level or 0
    name = f"security level {inside} to {outside}"
    permitted = inside != outside or bool(device.same_level_permitted)
    if permitted and has_filter(device, incoming, Direction.IN):
        return _NOTHING
    permitted = permitted and inside >= outside
    verdict = "permit" if permitted else "deny"
    return Decision(verdict, (Asked("policy", name, verdict, incoming.where),))


def _decision(device: Device, kind: str, rulebase: Rulebase, fate: FlowFate) -> Decision:
    where = fate.rule.where if fate.rule else rulebase.default_where or rulebase.where
    rule = f" {fate.rule.name}" if fate.rule else ""
    asked = Asked(kind, f"{rulebase.name}{rule}", fate.verdict, where)
    deciding = DecidingRule(device.name, rulebase.name, fate.rule, where)
    reason = fate.reason if fate.verdict == "unknown" else ""
    return Decision(fate.verdict, (asked,), reason, (deciding,))


def is_stateful(device: Device, incoming: Interface, outgoing: Interface) -> bool:
    """Tell whether the device remembers connections that pass between two interfaces."""
    if incoming.security_level is not None and outgoing.security_level is not None:
        return True
    policies = zone_policies(device, incoming)
    filters: Iterable[Rulebase] = (
        *bound_rulebases(device, incoming, Direction.IN),
        *bound_rulebases(device, outgoing, Direction.OUT),
        *(one for _, lists in host_rulebases(device, incoming, Direction.IN) for one in lists),
        *(one for _, lists in host_rulebases(device, outgoing, Direction.OUT) for one in lists),
    )
    return any(one.stateful for one in (*policies, *filters))


@lru_cache(maxsize=4096)
def _cached(rulebase: Same[Rulebase], as_of: date | None) -> FlowJudge:
    found = rulebase.value
    if as_of is not None and any(rule.expires is not None and rule.expires < as_of for rule in found.rules):
        rules = tuple(rule for rule in found.rules if rule.expires is None or rule.expires >= as_of)
        found = replace(found, rules=rules)
    return FlowJudge(found)


def _judge(rulebase: Rulebase, as_of: date | None) -> FlowJudge:
    return _cached(Same(rulebase), as_of)
