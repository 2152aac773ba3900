"""Network security groups: two stateful rulebases each, inbound and outbound.

Sources: Microsoft Learn, "Network security groups", "How network security groups filter network traffic",
"Manage network policies for private endpoints", "Security admin rules". Decisions:
- Rules are asked by priority, the lowest number first; the first that matches decides. Six default rules of 65000 to
  65500 stand behind them in every group and cannot be taken out, whether the export lists them or not.
- Connections are followed: answers pass by themselves.
- Of several prefixes, ports or groups each counts (augmented rules).
- Addresses are those inside the network: public ones are translated before inbound and after outbound rules.
- Packets to the platform's own services (168.63.129.16, 169.254.169.254) are not held back by outbound rules unless a
  rule names their tags: what a rule denies there may pass all the same.
- Security admin rules of a network manager come before the rules of groups. Which networks they hold for is not in an
  export: "Deny" and "AlwaysAllow" may decide, "Allow" leaves the packet to the group.
- A private endpoint is not guarded by the groups of its subnet unless the subnet turns that on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from netaudit.model.rules import AccessRule, Action, Direction, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet
from netaudit.parsers.azure.addresses import HOST_ADDRESS, METADATA_ADDRESS, prefix_value, upper
from netaudit.parsers.azure.export import Export, Resource
from netaudit.parsers.azure.expressions import Unresolved, Value
from netaudit.parsers.azure.services import services_value
from netaudit.parsers.azure.views import View, clean
from netaudit.parsers.rule_values import AddressValue, exact_addresses, joined_addresses

_ACTIONS = {"allow": Action.PERMIT, "deny": Action.DENY}
_ADMIN_ACTIONS = {"deny": (Action.DENY,), "alwaysallow": (Action.PERMIT,)}
# name, direction, priority, source, destination, action
_DEFAULTS = (
    ("AllowVnetInBound", "inbound", 65000, "VirtualNetwork", "VirtualNetwork", Action.PERMIT),
    ("AllowAzureLoadBalancerInBound", "inbound", 65001, "AzureLoadBalancer", "*", Action.PERMIT),
    ("DenyAllInBound", "inbound", 65500, "*", "*", Action.DENY),
    ("AllowVnetOutBound", "outbound", 65000, "VirtualNetwork", "VirtualNetwork", Action.PERMIT),
    ("AllowInternetOutBound", "outbound", 65001, "*", "Internet", Action.PERMIT),
    ("DenyAllOutBound", "outbound", 65500, "*", "*", Action.DENY),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a group's rules mean depends on the network that it stands in.

    `export` has rules that stand outside of their group; `groups` are the application security groups by
    identity; `exempt` are private endpoints that no group guards.
    """

    virtual_network: AddressValue
    export: Export
    groups: dict[str, AddressValue] = field(default_factory=dict)
    exempt: AddressSet = NO_ADDRESS


@dataclass(frozen=True, slots=True)
class _Placed:
    priority: int | None  # None: not known
    rule: AccessRule


WORDS = {Direction.IN: "inbound", Direction.OUT: "outbound"}  # as the virtual machine sees it


def unknown_group(name: str, where: SourceRef) -> tuple[Rulebase, Rulebase]:
    """Return the rulebases of a group that is not in the export: they may permit and may deny everything."""
    match = PacketMatch.upper(ALL_PACKETS, "the group is not in the export")
    rule = AccessRule("not in the export", Action.PERMIT, match, where, implicit=True)
    inbound, outbound = (
        Rulebase(f"{name} {word}", RulebaseKind.FILTER, (rule,), Action.DENY, where, stateful=True)
        for word in WORDS.values()
    )
    return inbound, outbound


def rulebases_of(group: Resource, around: Surroundings, name: str) -> tuple[Rulebase, Rulebase]:
    """Return the inbound and outbound rules of a group as they count in a network; `name` is the first word of both."""
    views = [*group.view.views("securityRules"), *(one.view for one in around.export.children(group, "securityRules"))]
    complete = group.view.has("securityRules") or bool(views) or bool(group.view.scope.template)
    loose = any(isinstance(one, Unresolved) for one in group.view.items("securityRules"))
    return (
        _rulebase(group, views, Direction.IN, around, name, complete and not loose),
        _rulebase(group, views, Direction.OUT, around, name, complete and not loose),
    )


def _rulebase(
    group: Resource, views: Iterable[View], direction: Direction, around: Surroundings, name: str, complete: bool
) -> Rulebase:
    word = WORDS[direction]
    placed: list[_Placed] = []
    for view in views:
        stated = view.text("direction").lower()
        if stated in ("inbound", "outbound") and stated != word:
            continue
        one = _rule(view, around, stated == word)
        placed.append(one)
    known = [one for one in placed if one.priority is not None]
    rules = [one.rule for one in sorted(known, key=lambda one: one.priority or 0)]
    # A rule whose place is not known may come before all others.
    rules = [*(_doubtful(one.rule, "priority not known") for one in placed if one.priority is None), *rules]
    rules = [*_admin_rules(word, around), *_platform_rules(group.where, direction, around), *rules]
    if not complete:
        match = PacketMatch.upper(ALL_PACKETS, "the rules of the group are not in the export")
        rules.append(AccessRule("not in the export", Action.PERMIT, match, group.where, implicit=True))
        rules.append(AccessRule("not in the export (deny)", Action.DENY, match, group.where, implicit=True))
    rules += _defaults(group, word, around)
    return Rulebase(
        name=f"{name} {word}",
        kind=RulebaseKind.FILTER,
        rules=tuple(rules),
        default_action=Action.DENY,
        where=group.where,
        stateful=True,
        flavour=f"network security group {word}",
    )


def _platform_rules(where: SourceRef, direction: Direction, around: Surroundings) -> Iterator[AccessRule]:
    if direction is Direction.OUT:
        packets = PacketSet.of(destination=HOST_ADDRESS | METADATA_ADDRESS)
        match = PacketMatch.upper(packets, "platform service")
        yield AccessRule("platform services", Action.PERMIT, match, where, implicit=True)
    if around.exempt:
        inward = direction is Direction.IN
        packets = PacketSet.of(ANY_ADDRESS if inward else around.exempt, around.exempt if inward else ANY_ADDRESS)
        yield AccessRule("private endpoints", Action.PERMIT, PacketMatch.exact(packets), where, implicit=True)


def _admin_rules(word: str, around: Surroundings) -> Iterator[AccessRule]:
    kind = "networkmanagers/securityadminconfigurations/rulecollections/rules"
    placed = sorted(around.export.of_type(kind), key=lambda one: one.view.number("priority") or 0)
    for one in placed:
        view, access = one.view, one.view.text("access").lower()
        if access == "allow" or view.text("direction").lower() not in (word, ""):
            continue
        sides = [
            joined_addresses(
                prefix_value(item.get("addressPrefix"), around.virtual_network) for item in view.views(side)
            )
            if view.views(side)
            else exact_addresses(ANY_ADDRESS)
            for side in ("sources", "destinations")
        ]
        services = services_value(
            [view.get("protocol")],
            view.items("sourcePortRanges") or ["*"],
            view.items("destinationPortRanges") or ["*"],
        )
        packets = PacketSet.of(sides[0].maybe, sides[1].maybe, services.maybe)
        for action in _ADMIN_ACTIONS.get(access, (Action.PERMIT, Action.DENY)):
            match = PacketMatch.upper(packets, "security admin rule")
            yield AccessRule(f"{one.name} (security admin)", action, match, one.where, implicit=True)


def _defaults(group: Resource, word: str, around: Surroundings) -> Iterator[AccessRule]:
    """Yield the default rules; the lines are those of the export where it lists them."""
    listed = {view.text("name").lower(): view for view in group.view.views("defaultSecurityRules")}
    for name, direction, _, source, destination, action in _DEFAULTS:
        if direction != word:
            continue
        view = listed.get(name.lower())
        where = view.ref() if view is not None else group.where
        sources = prefix_value(source, around.virtual_network)
        destinations = prefix_value(destination, around.virtual_network)
        maybe = PacketSet.of(sources.maybe, destinations.maybe)
        surely = PacketSet.of(sources.surely, destinations.surely)
        reasons = tuple(dict.fromkeys((*sources.reasons, *destinations.reasons)))
        yield AccessRule(
            name=name,
            action=action,
            match=PacketMatch.exact(maybe) if not reasons else PacketMatch(surely, maybe, reasons),
            where=where,
            sources=(source,),
            destinations=(destination,),
            services=("*",),
            implicit=True,
        )


def _doubtful(rule: AccessRule, reason: str) -> AccessRule:
    reasons = tuple(dict.fromkeys((*rule.match.reasons, reason)))
    return replace(rule, match=PacketMatch.upper(rule.match.maybe, *reasons))


def _rule(view: View, around: Surroundings, direction_known: bool) -> _Placed:
    sources, source_words = _side(view, "source", around)
    destinations, destination_words = _side(view, "destination", around)
    from_ports, _ = _written(view, "sourcePortRange")
    to_ports, port_words = _written(view, "destinationPortRange")
    protocol = view.get("protocol")
    services = services_value([protocol], from_ports, to_ports)
    why = [*sources.reasons, *destinations.reasons, *services.reasons]
    if not direction_known:
        why.append("direction not known")
    action = _ACTIONS.get(view.text("access").lower())
    if action is None:
        why.append("action not known")
    surely = PacketSet.of(sources.surely, destinations.surely, services.surely)
    maybe = PacketSet.of(sources.maybe, destinations.maybe, services.maybe)
    if not direction_known or action is None:
        surely = NO_PACKETS
    word = clean(protocol) or "?"
    return _Placed(
        view.number("priority"),
        AccessRule(
            name=view.shown("name") or f"line {view.line}",
            action=action or Action.PERMIT,
            match=PacketMatch(surely, maybe, tuple(dict.fromkeys(why))) if why else PacketMatch.exact(maybe),
            where=view.ref(),
            description=view.shown("description"),
            sources=source_words,
            destinations=destination_words,
            services=tuple(f"{word} {ports}" if ports != "*" else word for ports in port_words) or (word,),
            unresolved=tuple(dict.fromkeys((*sources.undefined, *destinations.undefined))),
        ),
    )


def _side(view: View, side: str, around: Surroundings) -> tuple[AddressValue, tuple[str, ...]]:
    """Return the addresses of one side with their words: prefixes, tags and application security groups together."""
    written, words = _written(view, f"{side}AddressPrefix")
    values = [prefix_value(one, around.virtual_network) for one in written]
    groups = view.references(f"{side}ApplicationSecurityGroups")
    for group in groups:
        value = around.groups.get(around.export.canonical(group))
        if value is None:
            name = clean(group.rpartition("/")[2])
            value = replace(upper("application security group not in the export"), undefined=(name,))
        values.append(value)
        words = (*words, clean(group.rpartition("/")[2]))
    if not values:
        return upper(f"{side} not in the export"), words
    return joined_addresses(values), words


def _written(view: View, name: str) -> tuple[list[Value], tuple[str, ...]]:
    """Return the single value and those of the array beside it ("sourcePortRange", "sourcePortRanges")."""
    several = f"{name}es" if name.endswith("x") else f"{name}s"
    single = view.get(name)
    found: list[Value] = [] if single in (None, "", []) else [single]
    if isinstance(single, list):
        found = view.items(name)
    found += [one for one in view.items(several) if one not in (None, "")]
    words = tuple(str(one) if isinstance(one, int) else clean(one) for one in found)
    return found, words
