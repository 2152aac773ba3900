"""The base chains that a packet passes on its way, as one rulebase.

A packet passes all base chains of a hook in the order of their priorities. A drop is final; an accept ends only the
chain (of iptables: the table) that says it, and the next chain is asked. So a packet gets through where every chain
lets it, in whatever order: one chain, the one with most rules, is kept as it is, and what the others drop stands
before it.
Source: nft(8), CHAINS and VERDICT STATEMENT; iptables(8), TABLES.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, TypeVar

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6, AddressSet, Family
from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS, PORT_PROTOCOLS, ServiceBox, ServiceSet
from netaudit.parsers.chain_unfolding import Decision, Effect, Unfolded
from netaudit.parsers.packet_region import Region

RuleT = TypeVar("RuleT")


@dataclass(frozen=True, slots=True)
class PassedChain(Generic[RuleT]):
    """A base chain of a hook, unfolded for the packets of `family`.

    `prefix` goes before the names of its rules where it is not the chain that is kept. `before_translation`: its
    packets still have the destination that a later chain rewrites.
    """

    name: str
    prefix: str
    unfolded: Unfolded[RuleT]
    family: AddressSet
    policy: Action
    where: SourceRef
    policy_where: SourceRef | None = None
    before_translation: bool = False
    size: int = 0  # rules, as written


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """What a platform knows of a rule beside its match."""

    where: SourceRef
    hit_count: int | None = None
    expires: date | None = None


Facts = Callable[[RuleT], RuleFacts]


def hook_rulebase(
    name: str,
    kind: RulebaseKind,
    chains: Sequence[PassedChain[RuleT]],
    facts: Facts[RuleT],
    translated: PacketSet = NO_PACKETS,
    flavour: str = "",
) -> Rulebase | None:
    """Return the rulebase of a hook, None where no chain stands there.

    `translated` holds the packets that a translation of the destination can lead to: what a chain before it saw of
    them is not known.
    """
    parts = list(_parts(chains))
    if not parts:
        return None
    rules: list[AccessRule] = []
    stateful: list[bool] = []
    for number, (family, main) in enumerate(parts):
        found: list[AccessRule] = []
        for chain in chains:
            if chain is not main and (chain.family & family):
                found += _denied(chain, family, facts, translated)
        found += _own_rules(main, facts)
        if not main.unfolded.is_complete:
            found += _either(main, family)
        suffix = " (IPv6)" if number else ""
        rules += [replace(_within(rule, family), name=rule.name + suffix) for rule in found]
        stateful.append(
            any(_accepts_answers(decision) for decision in main.unfolded.decisions)
            and all(
                chain.policy.permits or any(_accepts_answers(decision) for decision in chain.unfolded.decisions)
                for chain in chains
                if chain is not main and (chain.family & family)
            )
        )
    default = parts[0][1]
    if len(parts) > 1 and parts[1][1].policy is not default.policy:
        family, other = parts[1]
        match = PacketMatch.exact(PacketSet.of(family, family))
        rules.append(AccessRule(f"{other.name} policy (IPv6)", other.policy, match, other.where, logged=False))
    has = [family for family in Family if any(one.family(family) for one, _ in parts)]
    return Rulebase(
        name=name,
        kind=kind,
        rules=tuple(rules),
        default_action=default.policy,
        where=default.where,
        default_where=default.policy_where,
        default_logged=all(main.unfolded.policy_logged for _, main in parts),
        stateful=all(stateful),
        families=tuple(has),
        flavour=flavour or name,
    )


def _parts(chains: Sequence[PassedChain[RuleT]]) -> Iterator[tuple[AddressSet, PassedChain[RuleT]]]:
    """Yield the families with the chain that is kept for each: one for both, where one is kept for both."""
    kept = []
    for family in (ANY_IPV4, ANY_IPV6):
        of_family = [chain for chain in chains if chain.family & family]
        if of_family:
            kept.append((family, max(of_family, key=lambda chain: chain.size)))
    if len(kept) == 2 and kept[0][1] is kept[1][1]:
        yield kept[0][0] | kept[1][0], kept[0][1]
    else:
        yield from kept


def _within(rule: AccessRule, family: AddressSet) -> AccessRule:
    if family == ANY_IPV4 | ANY_IPV6:
        return rule
    match = rule.match
    if all(bool(family.family(product.family)) for product in match.maybe.products):
        return rule
    packets = PacketSet.of(family, family)
    exact = match.surely is match.maybe
    maybe = match.maybe & packets
    return replace(rule, match=PacketMatch(maybe if exact else match.surely & packets, maybe, match.reasons))


def _own_rules(chain: PassedChain[RuleT], facts: Facts[RuleT]) -> list[AccessRule]:
    rules: list[AccessRule] = []
    for decision in chain.unfolded.decisions:
        if decision.step.effect in (Effect.EITHER, Effect.MISSING):
            rules += [_access_rule(decision, action, facts) for action in (Action.DENY, Action.PERMIT)]
        else:
            rules.append(_access_rule(decision, action_of(decision), facts))
    return rules


def _either(chain: PassedChain[RuleT], family: AddressSet) -> list[AccessRule]:
    """Return two rules that say: from here on it is not known."""
    match = PacketMatch.upper(PacketSet.of(family, family), "too many rules")
    return [AccessRule(f"{chain.name} rest", action, match, chain.where) for action in (Action.DENY, Action.PERMIT)]


def _denied(
    chain: PassedChain[RuleT], family: AddressSet, facts: Facts[RuleT], translated: PacketSet
) -> list[AccessRule]:
    """Return what a chain drops, as rules before those of another."""
    rules: list[AccessRule] = []
    accepted: list[Region] = []
    for decision in chain.unfolded.decisions:
        if decision.step.effect in (Effect.ACCEPT, Effect.TRANSLATE):
            accepted.append(decision.region)
            continue
        is_open = decision.step.effect in (Effect.EITHER, Effect.MISSING)
        if is_open and not decision.region:
            continue
        if is_open:  # it may accept, and then nothing behind it in this chain is asked
            accepted.append(replace(decision.region, surely=NO_PACKETS))
        action = Action.REJECT if decision.step.effect is Effect.REJECT else Action.DENY
        rule = _access_rule(decision, action, facts)
        rules += _without(rule, decision.region, accepted, f"{chain.prefix} {decision.name}".strip())
    if not chain.policy.permits or not chain.unfolded.is_complete:
        everything = Region.exact(PacketSet.of(chain.family & family, chain.family & family))
        if not chain.unfolded.is_complete:
            everything = replace(everything, surely=NO_PACKETS, reasons=("too many rules",))
        rule = AccessRule("", Action.DENY, everything.match, chain.where, logged=False)
        rules += _without(rule, everything, accepted, f"{chain.prefix} {chain.name} policy".strip())
    if chain.before_translation and translated:
        rules = [_before_translation(rule, translated) for rule in rules]
    return rules


def _before_translation(rule: AccessRule, translated: PacketSet) -> AccessRule:
    """Return the rule for packets as they are behind a translation of the destination.

    It keeps the source: what does not ask for the destination stays exact.
    """
    match = rule.match
    surely = PacketSet.union((match.surely - translated, _of_any_destination(match.surely)))
    maybe = match.maybe | (translated & _with_any_destination(match.maybe))
    if match.is_exact and maybe <= surely:
        return rule
    reasons = tuple(dict.fromkeys((*match.reasons, "address translation")))
    return replace(rule, match=PacketMatch(surely, maybe, reasons))


def _of_any_destination(packets: PacketSet) -> PacketSet:
    """Return the packets of the products that ask neither for a destination nor for its port."""
    found = []
    for product in packets.products:
        boxes = tuple(box for box in product.services.boxes if box in _any_destination_port((box,)))
        if boxes and product.destination == product.family.all_addresses:
            found.append(replace(product, services=ServiceSet(boxes)))
    return PacketSet(tuple(found))


def _with_any_destination(packets: PacketSet) -> PacketSet:
    return PacketSet(
        tuple(
            replace(
                product,
                destination=product.family.all_addresses,
                services=ServiceSet(_any_destination_port(product.services.boxes)),
            )
            for product in packets.products
        )
    )


def _any_destination_port(boxes: Sequence[ServiceBox]) -> tuple[ServiceBox, ...]:
    return tuple(replace(box, destination_ports=ALL_PORTS) if box.protocols <= PORT_PROTOCOLS else box for box in boxes)


def _without(rule: AccessRule, region: Region, accepted: list[Region], name: str) -> list[AccessRule]:
    """Return the rule for what of its region no earlier rule of its chain accepted."""
    regions: tuple[Region, ...] = (region,)
    for gone in accepted:
        regions = tuple(part for one in regions for part in one.minus(gone))
    found = []
    for number, part in enumerate(regions, start=1):
        label = name if len(regions) == 1 else f"{name} part {number}"
        match = (
            part.match
            if rule.match.is_exact or part.reasons
            else PacketMatch(NO_PACKETS, part.maybe, rule.match.reasons)
        )
        if not rule.match.surely and rule.match.maybe:
            match = PacketMatch(NO_PACKETS, match.maybe, match.reasons or rule.match.reasons)
        found.append(replace(rule, name=label, match=match, from_zones=part.ins, to_zones=part.outs))
    return found


def _access_rule(decision: Decision[RuleT], action: Action, facts: Facts[RuleT]) -> AccessRule:
    shown, region = decision.step.shown, decision.region
    match = region.match
    if decision.step.effect in (Effect.EITHER, Effect.MISSING):
        match = PacketMatch(NO_PACKETS, region.maybe, (*region.reasons, "target"))
    known = facts(decision.rule)
    return AccessRule(
        name=decision.name,
        action=action,
        match=match,
        where=known.where,
        from_zones=region.ins,
        to_zones=region.outs,
        logged=decision.logged,
        description=shown.description,
        sources=shown.sources,
        destinations=shown.destinations,
        services=shown.services,
        schedule=shown.schedule,
        expires=known.expires,
        users=shown.users,
        hit_count=known.hit_count,
        return_traffic=shown.states is not None and shown.states <= {"established", "related"},
        unresolved=shown.unresolved,
    )


def action_of(decision: Decision[RuleT]) -> Action:
    """Return what a decision does; a translation lets the packet go on."""
    if decision.step.effect is Effect.REJECT:
        return Action.REJECT
    return Action.DENY if decision.step.effect is Effect.DROP else Action.PERMIT


def _accepts_answers(decision: Decision[RuleT]) -> bool:
    """Tell whether the rule lets the packets of every established connection through."""
    shown, region = decision.step.shown, decision.step.region
    return (
        decision.step.effect is Effect.ACCEPT
        and shown.states is not None
        and "established" in shown.states
        and decision.on_every_packet
        and not (shown.sources or shown.destinations or shown.services)
        and region.ins == region.outs == ANY_NAME
        and not set(region.reasons) - {"connection state", "connection tracking"}
    )
