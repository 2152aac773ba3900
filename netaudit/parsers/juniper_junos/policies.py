"""Security policies of one system (SRX) as one rulebase: zone pairs, then global policies, then the default.

Source: Junos Security Policies User Guide: the policies of a zone pair are asked first, then the global ones, then
`default-policy` (deny-all unless stated); a policy within a pair decides in the order of the file. Traffic to the
device itself (zone junos-host) that no policy matches is up to host-inbound-traffic.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE
from netaudit.parsers.juniper_junos.address_books import AddressBooks
from netaudit.parsers.juniper_junos.applications import Applications
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, activated, node_ref
from netaudit.parsers.rule_values import AddressValue, RuleMatches, ServiceValue

RULEBASE = "policies"
ZONE = "security zone"
SCHEDULER = "scheduler"
_HOST = "junos-host"

_MATCH = frozenset(
    ("source-address", "destination-address", "application", "from-zone", "to-zone", "source-address-excluded",
     "destination-address-excluded", *APPLY_WORDS)
)  # fmt: skip
# Matches that the configuration does not settle; the value `any` (or `none`) switches them off.
_NARROWING = {
    "dynamic-application": "application",
    "source-identity": "user",
    "source-end-user-profile": "user",
    "url-category": "url category",
    "source-l3vpn-vrf-group": "vrf group",
    "destination-l3vpn-vrf-group": "vrf group",
    "destination-identity": "user",
    "vrf-group": "vrf group",
    "source-identity-feed": "user",
    "destination-identity-feed": "user",
}
_OFF = frozenset(("any", "none"))
# Below `permit`: what narrows the policy, and what does not.
_PERMIT_NARROWING = {
    "firewall-authentication": "user",
    "destination-address": "translated destination",
}
_PERMIT_QUIET = frozenset(
    ("application-services", "tcp-options", "services-offload", "tunnel", "no-services-offload", *APPLY_WORDS)
)
_THEN_QUIET = frozenset(("log", "count", "trace", *APPLY_WORDS))
_ACTIONS = {"permit": Action.PERMIT, "deny": Action.DENY, "reject": Action.REJECT}


class PolicyReader:
    """Reads the policies of one system."""

    def __init__(
        self, system: Node, system_name: str, books: AddressBooks, applications: Applications, references: References
    ) -> None:
        self._system = system
        self._system_name = system_name
        self._books = books
        self._applications = applications
        self._references = references
        self._ledger = references.ledger
        self._zones = {zone.word for zone in system.below("security", "zones", "security-zone")}
        self._sides: dict[tuple[object, ...], AddressValue] = {}
        self._services: dict[tuple[str, ...], ServiceValue] = {}
        self._matches = RuleMatches()

    def rulebase(self) -> Rulebase | None:
        """Return the rulebase; None where the system has neither policies nor zones."""
        policies = self._system.get("security", "policies")
        if policies is None and not self._zones:
            return None
        anchor = policies if policies is not None else self._system.get("security", "zones")
        assert anchor is not None
        rules: list[AccessRule] = []
        packet_mode = self._packet_mode()
        if packet_mode is not None:
            # In packet mode the device is a router: the policies may not be asked at all.
            match = PacketMatch.upper(ALL_PACKETS, "packet mode")
            rules.append(
                AccessRule("packet mode", Action.PERMIT, match, node_ref(self._ledger, packet_mode), implicit=True)
            )
        pairs: list[AccessRule] = []
        if policies is not None:
            for from_zone, to_zone, policy in self._pairs(policies):
                context = f"policy {policy.word} from-zone {from_zone.word} to-zone {to_zone.word}"
                self._use_zone(from_zone, context)
                self._use_zone(to_zone, context)
                pairs += self._policy(
                    policy,
                    _zone(from_zone.word),
                    _zone(to_zone.word),
                    (from_zone.word, to_zone.word),
                    context,
                    from_zone.active and to_zone.active,
                )
            rules += pairs
            for policy in policies.entries("global", "policy"):
                rules += self._policy(policy, None, None, None, f"global policy {policy.word}", policies.has("global"))
        if any(_HOST in rule.from_zones.names() or _HOST in rule.to_zones.names() for rule in pairs):
            rules += self._own_traffic(anchor)
        default = policies.get("default-policy") if policies is not None else None
        permits = default is not None and default.has("permit-all")
        return Rulebase(
            name=RULEBASE,
            kind=RulebaseKind.ZONE_POLICY,
            rules=tuple(rules),
            default_action=Action.PERMIT if permits else Action.DENY,
            where=node_ref(self._ledger, anchor),
            default_where=node_ref(self._ledger, default) if default is not None else None,
            default_logged=default is not None and any(node.word == "log" for node in default.walk()),
            virtual_system=self._system_name,
            stateful=True,
            flavour="security policy",
        )

    def _packet_mode(self) -> Node | None:
        return self._system.get("security", "forwarding-options", "family", "mpls", "mode", "packet-based")

    @staticmethod
    def _pairs(policies: Node) -> Iterator[tuple[Node, Node, Node]]:
        for from_zone in policies.entries("from-zone"):
            for to_zone in from_zone.entries("to-zone"):
                for policy in to_zone.entries("policy"):
                    yield from_zone, to_zone, policy

    def _own_traffic(self, anchor: Node) -> Iterator[AccessRule]:
        host, where = NameSet.of([_HOST]), node_ref(self._ledger, anchor, False)
        match = PacketMatch.upper(ALL_PACKETS, "host-inbound-traffic")
        yield AccessRule("host-inbound-traffic", Action.PERMIT, match, where, to_zones=host, implicit=True)
        yield AccessRule("traffic of the device", Action.PERMIT, match, where, from_zones=host, implicit=True)

    def _use_zone(self, zone: Node, context: str) -> None:
        if zone.word not in self._zones and zone.word not in (_HOST, "any", "junos-global"):
            self._references.missing(ZONE, zone.word, zone, context)
        self._references.use(ZONE, zone.word)

    def _policy(
        self,
        policy: Node,
        from_zones: NameSet | None,
        to_zones: NameSet | None,
        pair: tuple[str, str] | None,
        context: str,
        above_active: bool,
    ) -> list[AccessRule]:
        enabled = policy.active and above_active
        shown = policy if policy.active else activated(policy)
        reasons: list[str] = []
        if from_zones is None:
            from_zones = self._global_zones(shown, "from-zone", context)
        if to_zones is None:
            to_zones = self._global_zones(shown, "to-zone", context)
        source = self._side(shown, "source", pair[0] if pair else None, context)
        destination = self._side(shown, "destination", pair[1] if pair else None, context)
        services = self._service(shown, context)
        self._read_match(shown, reasons)
        actions = self._actions(shown, reasons)
        scheduler = shown.value("scheduler-name")
        if scheduler:
            self._references.check(SCHEDULER, scheduler, shown, context)
            reasons.append("schedule")
        match = self._matches.match(source, destination, services, reasons)
        if len(actions) > 1:
            match = PacketMatch.upper(match.maybe, *match.reasons, "no action stated")
        where = node_ref(self._ledger, policy)
        logged = shown.has("then", "log", "session-init") or shown.has("then", "log", "session-close")
        return [
            AccessRule(
                name=policy.word,
                action=action,
                match=match,
                where=where,
                from_zones=from_zones,
                to_zones=to_zones,
                enabled=enabled,
                logged=logged,
                description=shown.value("description"),
                sources=_shown(shown, "source"),
                destinations=_shown(shown, "destination"),
                services=shown.words("match", "application"),
                schedule=scheduler,
                users=tuple(name for name in shown.words("match", "source-identity") if name not in _OFF),
                applications=tuple(name for name in shown.words("match", "dynamic-application") if name not in _OFF),
                unresolved=tuple(dict.fromkeys(source.undefined + destination.undefined + services.undefined)),
            )
            for action in actions
        ]

    def _global_zones(self, policy: Node, key: str, context: str) -> NameSet:
        names = [node for node in policy.below("match", key) if node.word not in APPLY_WORDS]
        if not names or any(node.word == "any" for node in names):
            return ANY_NAME
        for node in names:
            self._use_zone(node, context)
        return NameSet.of(node.word for node in names)

    def _side(self, policy: Node, side: str, zone: str | None, context: str) -> AddressValue:
        names = [node for node in policy.below("match", f"{side}-address") if node.word not in APPLY_WORDS]
        key = (zone, tuple(node.word for node in names), policy.has("match", f"{side}-address-excluded"))
        known = self._sides.get(key)
        if known is not None and not known.undefined:
            return known
        if names:
            value = self._books.match(names, () if zone is None else (zone,), context)
        else:
            value = AddressValue(AddressSet(), ANY_ADDRESS, (f"no {side} address",))
        if key[2]:
            value = AddressValue(ANY_ADDRESS - value.maybe, ANY_ADDRESS - value.surely, value.reasons, value.undefined)
        self._sides[key] = value
        return value

    def _service(self, policy: Node, context: str) -> ServiceValue:
        names = [node for node in policy.below("match", "application") if node.word not in APPLY_WORDS]
        key = tuple(node.word for node in names)
        known = self._services.get(key)
        if known is not None and not known.undefined:
            return known
        if names:
            value = self._applications.match(names, context)
        elif policy.has("match", "dynamic-application"):
            # Without `application` the default ports of the dynamic applications count.
            value = ServiceValue(NO_SERVICE, ANY_SERVICE, ("application",))
        else:
            value = ServiceValue(NO_SERVICE, ANY_SERVICE, ("no application stated",))
        self._services[key] = value
        return value

    def _read_match(self, policy: Node, reasons: list[str]) -> None:
        for child in policy.below("match"):
            if child.word in _MATCH:
                continue
            if child.word not in _NARROWING:
                self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "a match that is not known")
                reasons.append("not understood")
            elif any(name not in _OFF for name in child.words()):
                reasons.append(_NARROWING[child.word])

    def _actions(self, policy: Node, reasons: list[str]) -> tuple[Action, ...]:
        """Return the action; both where none is stated or it is not known."""
        found: Node | None = None
        for child in policy.below("then"):
            if child.word in _ACTIONS:
                if found is None or not child.origin:
                    found = child
            elif child.word not in _THEN_QUIET:
                self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "an action that is not known")
        if found is None:
            reasons.append("no action stated")
            return Action.PERMIT, Action.DENY
        if found.word == "permit":
            for child in found.below():
                if child.word in _PERMIT_NARROWING:
                    reasons.append(_PERMIT_NARROWING[child.word])
                elif child.word not in _PERMIT_QUIET:
                    self._ledger.unrecognized(max(child.first, 0), Affects.FILTER, "a permit that is not known")
                    reasons.append("not understood")
        return (_ACTIONS[found.word],)


def _zone(name: str) -> NameSet:
    return ANY_NAME if name == "any" else NameSet.of([name])


def _shown(policy: Node, side: str) -> tuple[str, ...]:
    names = policy.words("match", f"{side}-address")
    return (*names, "(excluded)") if policy.has("match", f"{side}-address-excluded") else names
