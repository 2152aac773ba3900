"""Security policies as one rulebase a virtual system; the order of matching is that of the vendor.

Decisions, with their sources (PAN-OS Administrator's Guide, "Security Policy", "Security Policy Rule Types";
Panorama Administrator's Guide, "Device Group Policies"):
- Order: shared pre-rules, those of the ancestors from the top down, of the device group, the local rules, then the
  post-rules of the device group, of its ancestors from the bottom up, the shared ones, then the default rules.
- A rule sees the addresses before NAT and the zone after it.
- Traffic within a zone is permitted by `intrazone-default`, traffic between zones denied by `interzone-default`,
  unless overridden.
- `rule-type intrazone` takes traffic within each of its source zones, `interzone` what leaves the zone.
- Applications, users, host profiles, URL categories, devices and schedules empty the lower bound; with
  `application-default` the default ports of the applications bound the upper one.
- Sessions are logged at their end unless switched off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE, ServiceSet
from netaudit.parsers.paloalto_panos.addresses import AddressBook
from netaudit.parsers.paloalto_panos.applications import Applications
from netaudit.parsers.paloalto_panos.schedules import expiry_of
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.services import DEFAULT, EVERYTHING, ServiceBook
from netaudit.parsers.paloalto_panos.spec import configuration_spec
from netaudit.parsers.paloalto_panos.tree import VSYS_PATH, Node, node_ref
from netaudit.parsers.rule_values import AddressValue, RuleMatches, ServiceValue
from netaudit.parsers.secrets import mask_text

RULEBASE = "security"
ZONE = "zone"
INTRAZONE, INTERZONE = "intrazone-default", "interzone-default"

_ACTIONS = {
    "allow": Action.PERMIT,
    "deny": Action.DENY,
    "drop": Action.DENY,
    "reset-client": Action.REJECT,
    "reset-server": Action.REJECT,
    "reset-both": Action.REJECT,
}
# What narrows a rule in ways that a packet header does not tell; `any` switches it off.
_NARROWING = {
    "source-user": "user",
    "category": "url category",
    "hip-profiles": "host profile",
    "source-hip": "host profile",
    "destination-hip": "host profile",
    "source-device": "device",
    "destination-device": "device",
    "source-imsi": "subscriber",
    "source-imei": "subscriber",
    "source-nw-slice": "network slice",
}
_OFF = frozenset(("any", "no-hip"))


@dataclass(slots=True)
class RuleReader:
    """Reads the security rules of one virtual system or device group.

    `zones` are those that are known; `zones_known` is False where there can be others. A zone that is not one of
    `defined_zones` is reported where `reports_zones`: elsewhere it may be defined in another file. `serial` is that of
    the firewall that the rules are for, "" for none: rules with targets then may or may not apply.
    """

    scope: Scope
    addresses: AddressBook
    services: ServiceBook
    applications: Applications
    zones: tuple[str, ...]
    zones_known: bool
    defined_zones: frozenset[str]
    reports_zones: bool
    virtual_system: str = ""
    serial: str = ""
    hits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    _names: dict[tuple[str, ...], NameSet] = field(default_factory=dict)
    _matches: RuleMatches = field(default_factory=RuleMatches)
    _sides: dict[tuple[tuple[str, ...], bool], AddressValue] = field(default_factory=dict)
    _ports: dict[tuple[tuple[str, ...], tuple[str, ...]], ServiceValue] = field(default_factory=dict)

    def rulebase(
        self,
        nodes: Iterable[Node],
        defaults: Mapping[str, Node],
        before: Iterable[AccessRule],
        where: SourceRef,
        damaged: str,
        flavour: str,
    ) -> Rulebase:
        """Return rules in their order, behind those of `before`, as one rulebase."""
        rules = list(before)
        if damaged:
            # Rules, and members of groups, may be missing: nothing is sure.
            match = PacketMatch.upper(ALL_PACKETS, damaged)
            rules += [AccessRule(damaged, one, match, where, implicit=True) for one in (Action.PERMIT, Action.DENY)]
        for node in nodes:
            rules += self._rules(node)
        rules += self._intrazone(defaults.get(INTRAZONE), where)
        default = defaults.get(INTERZONE)
        action = Action.DENY if default is None else _ACTIONS.get(default.value("action"), Action.DENY)
        return Rulebase(
            name=RULEBASE,
            kind=RulebaseKind.ZONE_POLICY,
            rules=tuple(rules),
            default_action=action,
            where=where,
            default_where=None if default is None else node_ref(self.scope.ledger, default),
            default_logged=default is not None and default.is_yes("log-end"),
            virtual_system=self.virtual_system,
            stateful=True,
            flavour=flavour,
        )

    def _intrazone(self, node: Node | None, where: SourceRef) -> Iterator[AccessRule]:
        """Yield what happens within each zone where no rule decides."""
        action = Action.PERMIT if node is None else _ACTIONS.get(node.value("action"), Action.PERMIT)
        place = where if node is None else node_ref(self.scope.ledger, node)
        logged = node is not None and node.is_yes("log-end")
        for zone in self.zones:
            name = NameSet.of([zone])
            match = PacketMatch.exact(ALL_PACKETS)
            yield AccessRule(INTRAZONE, action, match, place, name, name, logged=logged, implicit=True)
        if not self.zones_known:
            others = ~NameSet.of(self.zones)
            match = PacketMatch.upper(ALL_PACKETS, "a zone that is not in this file")
            yield AccessRule(INTRAZONE, action, match, place, others, others, logged=logged, implicit=True)

    def dos(self, node: Node) -> Iterator[AccessRule]:
        """Yield what a DoS protection rule that denies may drop: it is asked before the security rules."""
        if node.is_yes("disabled") or not node.has("action", "deny"):
            return
        context = f"DoS rule {node.word}"
        source, destination = self.side(node, "source", context), self.side(node, "destination", context)
        services = self.services.match(node.below("service"), context) if node.has("service") else EVERYTHING
        zones = [
            NameSet.of(names) if (names := node.words(end, "zone")) and "any" not in names else ANY_NAME
            for end in ("from", "to")
        ]
        yield AccessRule(
            f"DoS protection {node.word}",
            Action.DENY,
            PacketMatch.upper(PacketSet.of(source.maybe, destination.maybe, services.maybe), "DoS protection"),
            node_ref(self.scope.ledger, node),
            from_zones=zones[0],
            to_zones=zones[1],
            implicit=True,
        )

    # One rule

    def _rules(self, node: Node) -> list[AccessRule]:
        applies = self.applies(node)
        if applies is False:
            return []
        scope, context = self.scope, f"security rule {node.word}"
        reasons = [] if applies else ["target"]
        source = self.side(node, "source", context)
        destination = self.side(node, "destination", context)
        services = self._service(node, context)
        reasons += self._narrowing(node)
        schedule, expires = node.value("schedule"), None
        if schedule:
            reasons.append("schedule")
            expires = expiry_of(scope, schedule, node, context)
        actions = self._actions(node, reasons)
        match = self._matches.match(source, destination, services, reasons)
        pairs = list(self._zone_pairs(node, context))
        description = node.value("description")
        where = node_ref(scope.ledger, node)
        return [
            AccessRule(
                name=node.word,
                action=action,
                match=match
                if sure
                else PacketMatch.upper(match.maybe, *match.reasons, "zones that are not in this file"),
                where=where,
                from_zones=from_zones,
                to_zones=to_zones,
                enabled=not node.is_yes("disabled"),
                logged=node.value("log-end") != "no" or node.is_yes("log-start"),
                description=mask_text(" ".join(description.split())) if description else "",
                sources=_shown(node, "source"),
                destinations=_shown(node, "destination"),
                services=node.words("service"),
                schedule=schedule,
                expires=expires,
                users=tuple(word for word in node.words("source-user") if word not in _OFF),
                applications=tuple(word for word in node.words("application") if word != "any"),
                uid=node.value("uuid"),
                hit_count=self.hits.get((self.scope.name, node.word), self.hits.get(("", node.word))),
                unresolved=tuple(dict.fromkeys(source.undefined + destination.undefined + services.undefined)),
            )
            for action in actions
            for from_zones, to_zones, sure in pairs
        ]

    def applies(self, node: Node) -> bool | None:
        """Tell whether a rule is for the firewall; None where that is not known."""
        target = node.get("target")
        if target is None:
            return True
        devices = target.words("devices")
        if target.words("tags"):
            return None
        if not devices:
            return True
        if not self.serial:
            return None
        return (self.serial in devices) is not target.is_yes("negate")

    def side(self, node: Node, side: str, context: str) -> AddressValue:
        """Return the source or destination of a rule."""
        names = node.below(side)
        negated = node.is_yes(f"negate-{side}")
        key = tuple(one.word for one in names), negated
        known = self._sides.get(key)
        if known is not None and not known.undefined:
            return known
        if names:
            value = self.addresses.match(names, f"{context} {side}")
        else:
            value = AddressValue(NO_ADDRESS, ANY_ADDRESS, (f"no {side}",))
        if negated:
            rest = ANY_ADDRESS - value.surely
            value = AddressValue(
                ANY_ADDRESS - value.maybe if value.reasons else rest, rest, value.reasons, value.undefined
            )
        self._sides[key] = value
        return value

    def _service(self, node: Node, context: str) -> ServiceValue:
        names, applications = node.below("service"), node.below("application")
        key = tuple(one.word for one in names), tuple(one.word for one in applications)
        known = self._ports.get(key)
        if known is not None and not known.undefined:
            return known
        named = bool(applications) and all(one.word != "any" for one in applications)
        by_default = any(one.word == DEFAULT for one in names)
        value = self.services.match(names, context) if names else ServiceValue(NO_SERVICE, ANY_SERVICE, ("no service",))
        if named or by_default:
            ports = self.applications.default_ports(applications) if by_default else NO_SERVICE
            if named and not by_default:
                self.applications.default_ports(applications)  # notes their use
            reason = "application" if named else "default ports of applications"
            value = ServiceValue(
                NO_SERVICE,
                ServiceSet.union((value.maybe, ports)) if by_default else value.maybe,
                tuple(dict.fromkeys((*value.reasons, reason))),
                value.undefined,
            )
        elif not applications:
            value = ServiceValue(NO_SERVICE, value.maybe, (*value.reasons, "no application stated"), value.undefined)
        self._ports[key] = value
        return value

    def _narrowing(self, node: Node) -> list[str]:
        found = []
        for key, reason in _NARROWING.items():
            words = node.words(key)
            if words and not (len(words) == 1 and words[0] in _OFF):
                found.append(reason)
        known = _rule_fields()
        if any(child.word not in known for child in node.below()):
            found.append("not understood")
        return found

    def _actions(self, node: Node, reasons: list[str]) -> tuple[Action, ...]:
        """Return the action; both where none is stated or it is not known."""
        word = node.value("action")
        if word in _ACTIONS:
            return (_ACTIONS[word],)
        if word:
            self.scope.ledger.unrecognized(node.line_of("action"), Affects.FILTER, "not an action")
            reasons.append("not understood")
        else:
            reasons.append("no action stated")
        return Action.PERMIT, Action.DENY

    def zone_names(self, node: Node, key: str, context: str) -> NameSet:
        """Return the zones of one end of a rule."""
        names = node.words(key)
        known = self._names.get(names)
        if known is None:
            known = self._names[names] = ANY_NAME if "any" in names else NameSet.of(names)
            self.scope.use(ZONE, names)
        if self.reports_zones and not known.default:
            for one in node.below(key):
                if one.word not in self.defined_zones and one.word != "multicast":
                    self.scope.missing(ZONE, one.word, one, context)
        return known

    def _zone_pairs(self, node: Node, context: str) -> Iterator[tuple[NameSet, NameSet, bool]]:
        """Yield (from, to, whether that is sure) of a rule; several where its type ties the zones together."""
        from_zones = self.zone_names(node, "from", context) if node.has("from") else ANY_NAME
        kind = node.value("rule-type", default="universal")
        if kind == "universal":
            to_zones = self.zone_names(node, "to", context) if node.has("to") else ANY_NAME
            yield from_zones, to_zones, node.has("from") and node.has("to")
            return
        names = self.zones if from_zones.default else from_zones.names()
        if kind == "intrazone":
            for name in names:
                yield NameSet.of([name]), NameSet.of([name]), True
            if from_zones.default and not self.zones_known:
                others = ~NameSet.of(self.zones)
                yield others, others, False
            return
        to_zones = self.zone_names(node, "to", context) if node.has("to") else ANY_NAME
        if kind != "interzone":
            self.scope.ledger.unrecognized(node.line_of("rule-type"), Affects.FILTER, "not a type of rule")
            yield from_zones, to_zones, False
            return
        if not from_zones.default and not from_zones & to_zones:
            yield from_zones, to_zones, True
            return
        for name in names:
            yield NameSet.of([name]), to_zones - NameSet.of([name]), True
        if from_zones.default and not self.zones_known:
            yield ~NameSet.of(self.zones), to_zones, False


@lru_cache(maxsize=1)
def _rule_fields() -> frozenset[str]:
    spec = configuration_spec()
    for word in (*VSYS_PATH, "rulebase", "security", "rules", "*"):
        found = spec.below(word)
        assert found is not None
        spec = found
    return frozenset(spec.fields)


def _shown(node: Node, side: str) -> tuple[str, ...]:
    names = node.words(side)
    return tuple(f"not {name}" for name in names) if node.is_yes(f"negate-{side}") else names
