"""Azure Firewall: its classic rules or those of its policy, in the order in which it asks them.

Sources: Microsoft Learn, "Azure Firewall rule processing logic", "Configure Azure Firewall rules", "Azure Firewall
policy rule sets", "Azure Firewall threat intelligence-based filtering". Decisions:
- NAT rules come first, then network rules, then application rules, whatever their priorities; within a kind the groups
  of the parent policy come before those of the policy, then the lowest priority of group and collection.
- The first match decides; nothing matched is denied. Connections are followed.
- What a NAT rule translates is permitted by a network rule that nobody wrote, unless a written one denies it.
- Application rules look at HTTP, HTTPS and SQL names: what a header shows is only who may ask. They, network rules with
  names, and the platform's own infrastructure rules widen the upper bound.
- A firewall with a public address takes from the internet what a NAT rule translates, and what it so sends to private
  addresses comes from itself; what it lets out to public addresses gets its public ones ("Azure Firewall NAT
  behaviors", "Azure Firewall SNAT private IP address ranges"; other ranges than the usual leave that open).
- Threat intelligence (in mode "Deny") may drop what rules permit; its lists are not in an export. It is noted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.rules import (
    AccessRule,
    Action,
    Binding,
    Direction,
    NatKind,
    NatRule,
    Purpose,
    Rulebase,
    RulebaseKind,
)
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_IPV4, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import TCP, UDP, ServiceSet
from netaudit.parsers.azure.addresses import PRIVATE, literal, prefix_value, upper
from netaudit.parsers.azure.export import Export, Resource
from netaudit.parsers.azure.networks import Subnet, VirtualNetwork
from netaudit.parsers.azure.routes import INTERNET
from netaudit.parsers.azure.services import services_value
from netaudit.parsers.azure.translations import public_addresses
from netaudit.parsers.azure.views import View, clean
from netaudit.parsers.rule_values import AddressValue, joined_addresses

MAX_PARENTS = 10
NAT, NETWORK, APPLICATION = "nat", "network", "application"
_ACTIONS = {"allow": Action.PERMIT, "deny": Action.DENY, "dnat": Action.PERMIT, "snat": Action.PERMIT}
_RULE_KINDS = {"natrule": NAT, "networkrule": NETWORK, "applicationrule": APPLICATION}
_CLASSIC = {
    "natRuleCollections": NAT,
    "networkRuleCollections": NETWORK,
    "applicationRuleCollections": APPLICATION,
}
# Ports of application rules that state none: HTTP, HTTPS, SQL.
_APPLICATION_PORTS = {"http": 80, "https": 443, "mssql": 1433}


@dataclass(frozen=True, slots=True)
class _PlacedRule:
    """A rule of a collection; `place` orders it among those of its kind, None where it is not known."""

    kind: str
    place: tuple[int, int, int] | None
    view: View
    collection: str
    action: str


@dataclass(slots=True)
class _Reader:
    export: Export
    virtual_network: AddressValue

    def addresses(self, view: View, side: str) -> tuple[AddressValue, tuple[str, ...]]:
        """Return the addresses of one side: prefixes, ranges, tags, IP groups; names only from above."""
        values, words = [], []
        for one in view.items(f"{side}Addresses"):
            values.append(prefix_value(one, self.virtual_network))
            words.append(clean(one))
        for key in view.references(f"{side}IpGroups"):
            values.append(self._ip_group(key))
            words.append(clean(key.rpartition("/")[2]))
        for one in view.items(f"{side}Fqdns"):
            values.append(upper("fqdn"))
            words.append(clean(one))
        if not values:
            return upper(f"{side} not in the export"), ()
        return joined_addresses(values), tuple(words)

    def _ip_group(self, key: str) -> AddressValue:
        group = self.export.find(key)
        if group is None:
            return AddressValue(NO_ADDRESS, upper("").maybe, ("IP group not in the export",), (clean(key),))
        return joined_addresses(prefix_value(one, self.virtual_network) for one in group.view.items("ipAddresses"))

    def network_rule(self, one: _PlacedRule) -> AccessRule:
        """Return a network rule. Classic rules call the protocols `protocols`, those of policies `ipProtocols`."""
        view = one.view
        sources, source_words = self.addresses(view, "source")
        destinations, destination_words = self.addresses(view, "destination")
        protocols = view.items("ipProtocols") or view.items("protocols")
        services = services_value(protocols, ["*"], view.items("destinationPorts") or ["*"])
        why = [*sources.reasons, *destinations.reasons, *services.reasons]
        action = _ACTIONS.get(one.action)
        why += [] if action is not None else ["action not known"]
        why += [] if one.place is not None else ["priority not known"]
        maybe = PacketSet.of(sources.maybe, destinations.maybe, services.maybe)
        surely = PacketSet.of(sources.surely, destinations.surely, services.surely)
        if action is None or one.place is None:
            surely = NO_PACKETS
        ports = [clean(str(item)) for item in view.items("destinationPorts")]
        return AccessRule(
            name=_rule_name(one),
            action=action or Action.PERMIT,
            match=PacketMatch(surely, maybe, tuple(dict.fromkeys(why))) if why else PacketMatch.exact(maybe),
            where=view.ref(),
            description=view.shown("description"),
            sources=source_words,
            destinations=destination_words,
            services=tuple(f"{clean(item)} {port}" for item in protocols for port in ports or ["*"]),
            unresolved=tuple(dict.fromkeys((*sources.undefined, *destinations.undefined))),
        )

    def application_rule(self, one: _PlacedRule) -> AccessRule:
        """Return an application rule: the names that it asks for are in no header."""
        view = one.view
        sources, source_words = self.addresses(view, "source")
        destinations = upper("application rule")
        if view.items("destinationAddresses"):
            destinations, _ = self.addresses(view, "destination")
        services = []
        for protocol in view.views("protocols"):
            word = protocol.text("protocolType").lower()
            port = protocol.number("port") or _APPLICATION_PORTS.get(word)
            services.append(
                ServiceSet.ports(TCP, IntervalSet.single(port)) if port and port <= 65535 else ServiceSet.protocol(TCP)
            )
        maybe = PacketSet.of(
            sources.maybe, destinations.maybe, ServiceSet.union(services) if services else ServiceSet.protocol(TCP)
        )
        names = [
            clean(item)
            for field in ("targetFqdns", "fqdnTags", "targetUrls", "webCategories")
            for item in view.items(field)
        ]
        why = dict.fromkeys(("application rule", *sources.reasons))
        return AccessRule(
            name=_rule_name(one),
            action=_ACTIONS.get(one.action, Action.PERMIT),
            match=PacketMatch.upper(maybe, *why),
            where=view.ref(),
            description=view.shown("description"),
            sources=source_words,
            destinations=tuple(names),
            services=tuple(item.shown("protocolType") for item in view.views("protocols")),
            applications=tuple(names),
        )

    def nat_rule(self, one: _PlacedRule) -> NatRule:
        """Return a translation; one to a name, or of a port range, is known from above only."""
        view = one.view
        sources, _ = self.addresses(view, "source")
        destinations, _ = self.addresses(view, "destination")
        protocols = view.items("ipProtocols") or view.items("protocols")
        services = services_value(protocols, ["*"], view.items("destinationPorts") or ["*"])
        inner = literal(view.text("translatedAddress"))
        port = view.number("translatedPort")
        why = [*sources.reasons, *destinations.reasons, *services.reasons]
        words = {str(item).lower() for item in protocols}
        protocol = {"tcp": TCP, "udp": UDP}.get(next(iter(words))) if len(words) == 1 else None
        original = _single_port(view.items("destinationPorts"))
        ports_known = protocol is not None and original is not None and port is not None
        if inner is None:
            why.append("translated address not known")
        if not ports_known and port is not None and original != port:
            why.append("translated port of several protocols")
        if one.place is None:
            why.append("priority not known")
        maybe = PacketSet.of(sources.maybe, destinations.maybe, services.maybe)
        surely = PacketSet.of(sources.surely, destinations.surely, services.surely)
        if inner is None or one.place is None or "translated port of several protocols" in why:
            surely = NO_PACKETS
        return NatRule(
            name=_rule_name(one),
            kind=NatKind.DESTINATION,
            match=PacketMatch(surely, maybe, tuple(dict.fromkeys(why))) if why else PacketMatch.exact(maybe),
            where=view.ref(),
            translated_destination=inner or upper("").maybe,
            protocol=protocol if ports_known else None,
            original_ports=IntervalSet.single(original) if ports_known and original is not None else None,
            translated_ports=IntervalSet.single(port) if ports_known and port is not None else None,
        )


def _single_port(items: list[object] | Iterable[object]) -> int | None:
    texts = [str(one) for one in items]
    return int(texts[0]) if len(texts) == 1 and texts[0].isascii() and texts[0].isdigit() else None


def _rule_name(one: _PlacedRule) -> str:
    name = one.view.shown("name") or f"line {one.view.line}"
    return f"{one.collection}/{name}" if one.collection else name


def firewall_devices(export: Export, networks: Iterable[VirtualNetwork], value: AddressValue) -> Iterator[Device]:
    """Yield a device for each firewall, and for each policy that no firewall of the export uses.

    `value` is what the tag VirtualNetwork stands for where nothing tells the network.
    """
    many = list(networks)
    used: set[str] = set()
    for firewall in export.of_type("azurefirewalls"):
        chain = list(_policies(export, firewall.view.reference("firewallPolicy")))
        used |= {one.key for one in chain}
        yield _device(export, firewall, chain, many, _Reader(export, value))
    parents = {export.canonical(one.view.reference("basePolicy")) for one in export.of_type("firewallpolicies")}
    for policy in export.of_type("firewallpolicies"):
        if policy.key not in used and policy.key not in parents:
            chain = list(_policies(export, policy.key))
            yield _device(export, policy, chain, [], _Reader(export, value))


def _policies(export: Export, reference: str) -> Iterator[Resource]:
    """Yield a policy and its parents, the parents first."""
    found: list[Resource] = []
    while (policy := export.find(reference)) is not None and policy not in found and len(found) < MAX_PARENTS:
        found.append(policy)
        reference = policy.view.reference("basePolicy")
    yield from reversed(found)


def _device(
    export: Export, owner: Resource, chain: list[Resource], networks: list[VirtualNetwork], reader: _Reader
) -> Device:
    rules = [one for level, policy in enumerate(chain) for one in _policy_rules(export, policy, level)]
    rules += _classic_rules(owner)
    first, last = chain[0] if chain else None, chain[-1] if chain else owner
    missing = _missing(export, owner, chain)
    for view in {id(one): one for one in (owner.view, last.view)}.values():
        if view.text("threatIntelMode").lower() == "deny":
            line = view.line_of("threatIntelMode") - 1
            view.file.ledger.unsupported(line, Affects.OTHER, "threat intelligence may drop what rules permit")
    by_kind = {
        kind: sorted((one for one in rules if one.kind == kind), key=lambda one: one.place or (0, 0, 0))
        for kind in (NAT, NETWORK, APPLICATION)
    }
    nat_rules = tuple(reader.nat_rule(one) for one in by_kind[NAT])
    access = [
        *_unknown_first(missing, owner.where),
        *(reader.network_rule(one) for one in by_kind[NETWORK]),
        *_translated(nat_rules),
        *(reader.application_rule(one) for one in by_kind[APPLICATION]),
        *_infrastructure(bool(by_kind[APPLICATION]) or first is not None, owner.where),
    ]
    public = _public(export, owner)
    inside = tuple(_interfaces(export, owner, networks))
    interfaces = (*inside, *_outside(owner, public))
    usual = not any(one.view.has("snat") for one in chain) and not owner.view.has("additionalProperties")
    guard = _from_internet(owner, nat_rules)
    sources = tuple(_sources(owner, inside, public, nat_rules, usual))
    return Device(
        name=owner.name,
        platform="azure",
        vendor="Microsoft",
        where=owner.where,
        model="Azure Firewall",
        interfaces=interfaces,
        rulebases=(
            Rulebase(
                name=last.name,
                kind=RulebaseKind.ZONE_POLICY,
                rules=tuple(access),
                default_action=Action.DENY,
                where=last.where,
                stateful=True,
                flavour="firewall policy" if chain else "firewall rules",
            ),
            *((guard,) if public else ()),
        ),
        bindings=(Binding(guard.name, Purpose.FILTER, owner.where, INTERNET, Direction.IN),) if public else (),
        nat_rules=(*nat_rules, *sources),
        static_routes=tuple(_default_route(interfaces)),
        policies_decide_hairpins=True,
    )


def _missing(export: Export, owner: Resource, chain: list[Resource]) -> bool:
    """Tell whether rules of the firewall may be in a policy that the export lacks."""
    if owner.view.reference("firewallPolicy") and not chain:
        return True
    for policy in chain:
        parent = policy.view.reference("basePolicy")
        if parent and export.find(parent) is None:
            return True
        listed = {export.canonical(one) for one in policy.view.references("ruleCollectionGroups")} - {""}
        if listed - {one.key for one in _groups(export, policy)}:
            return True
    return False


def _unknown_first(missing: bool, where: SourceRef) -> Iterator[AccessRule]:
    if missing:
        match = PacketMatch.upper(ALL_PACKETS, "a part of the policy is not in the export")
        yield AccessRule("not in the export", Action.PERMIT, match, where, implicit=True)
        yield AccessRule("not in the export (deny)", Action.DENY, match, where, implicit=True)


def _groups(export: Export, policy: Resource) -> list[Resource]:
    return [*export.children(policy, "ruleCollectionGroups"), *export.children(policy, "ruleGroups")]


def _policy_rules(export: Export, policy: Resource, level: int) -> Iterator[_PlacedRule]:
    for group in _groups(export, policy):
        for collection in group.view.views("ruleCollections") or group.view.views("rules"):
            priorities = group.view.number("priority"), collection.number("priority")
            place = None if None in priorities else (level, priorities[0] or 0, priorities[1] or 0)
            action = collection.view("action")
            word = action.text("type").lower() if action is not None else ""
            for rule in collection.views("rules") or collection.views("ruleConditions"):
                kind = _RULE_KINDS.get(rule.text("ruleType").lower())
                if kind is None:
                    rule.file.ledger.unsupported(rule.line - 1, Affects.FILTER, "rule type not known")
                    continue
                yield _PlacedRule(kind, place, rule, collection.shown("name"), word)


def _classic_rules(firewall: Resource) -> Iterator[_PlacedRule]:
    for field, kind in _CLASSIC.items():
        for collection in firewall.view.views(field):
            priority = collection.number("priority")
            action = collection.view("action")
            word = action.text("type").lower() if action is not None else ""
            place = None if priority is None else (0, 0, priority)
            for rule in collection.views("rules"):
                yield _PlacedRule(kind, place, rule, collection.shown("name"), word)


def _translated(nat_rules: Iterable[NatRule]) -> Iterator[AccessRule]:
    """Yield what permits translated packets: a rule that nobody wrote for each NAT rule."""
    for nat in nat_rules:
        services = nat.match.maybe.services()
        if nat.protocol is not None and nat.translated_ports is not None:
            services = ServiceSet.ports(nat.protocol, nat.translated_ports)
        inner = nat.translated_destination or NO_ADDRESS
        packets = PacketSet.of(nat.match.maybe.sources(), inner, services)
        # Only packets that were translated: one sent straight to the inner address is not meant. From the internet
        # nothing is sent straight to a private address.
        public = nat.match.surely.sources() - PRIVATE
        surely = PacketSet.of(public, inner, services) if inner <= PRIVATE else NO_PACKETS
        match = PacketMatch(surely, packets, ("translated by a NAT rule",))
        yield AccessRule(f"{nat.name} (translated)", Action.PERMIT, match, nat.where, implicit=True)


def _infrastructure(has_rules: bool, where: SourceRef) -> Iterator[AccessRule]:
    """Yield the built-in collection of names that Azure itself needs (storage, diagnostics, updates)."""
    if has_rules:
        services = ServiceSet.ports(TCP, IntervalSet.of([(80, 80), (443, 443)]))
        match = PacketMatch.upper(PacketSet.of(services=services), "infrastructure rule collection")
        yield AccessRule("infrastructure rule collection", Action.PERMIT, match, where, implicit=True)


def _interfaces(export: Export, firewall: Resource, networks: list[VirtualNetwork]) -> Iterator[Interface]:
    subnets: dict[str, Subnet] = {one.key: one for network in networks for one in network.subnets}
    for view in firewall.view.views("ipConfigurations"):
        subnet = subnets.get(export.canonical(view.reference("subnet")))
        address = literal(view.text("privateIPAddress"))
        if address is None or not address.ipv4:
            continue
        length = next((one.prefix_length for one in subnet.gateways), 32) if subnet is not None else 32
        own = InterfaceAddress(Family.IPV4, address.ipv4.lowest(), length)
        public = public_addresses(export, view.reference("publicIPAddress"))
        shown = f"public address {public}" if public is not None else ""
        name = subnet.name if subnet is not None else view.shown("name")
        yield Interface(name or "AzureFirewallSubnet", view.ref(), (own,), description=shown)


def _public(export: Export, firewall: Resource) -> AddressSet:
    """Return the public addresses of a firewall, as far as they are known."""
    views = firewall.view.views("ipConfigurations")
    found = [public_addresses(export, view.reference("publicIPAddress")) for view in views]
    return AddressSet.union([NO_ADDRESS, *(one for one in found if one)])


def _outside(firewall: Resource, public: AddressSet) -> Iterator[Interface]:
    if public:
        yield Interface(INTERNET, firewall.where, description=f"public address {public}", faces_internet=True)


def _from_internet(firewall: Resource, nat_rules: Iterable[NatRule]) -> Rulebase:
    """Return what a firewall takes from the internet: what a NAT rule translates."""
    rules = tuple(AccessRule(one.name, Action.PERMIT, one.match, one.where, implicit=True) for one in nat_rules)
    return Rulebase(f"from {INTERNET}", RulebaseKind.FILTER, rules, Action.DENY, firewall.where, stateful=True)


def _sources(
    firewall: Resource, inside: Iterable[Interface], public: AddressSet, nat_rules: Iterable[NatRule], usual: bool
) -> Iterator[NatRule]:
    """Yield the source translations that a firewall makes by itself."""
    names, own = [one.name for one in inside], [address for one in inside for address in one.addresses]
    if own:
        for one in nat_rules:
            inner = (one.translated_destination or NO_ADDRESS) & PRIVATE
            if inner:
                yield NatRule(
                    f"{one.name} (source)",
                    NatKind.SOURCE,
                    PacketMatch.exact(PacketSet.of(destination=inner)),
                    one.where,
                    translated_source=AddressSet.host(own[0].address_text),
                    from_interface=NameSet.of([INTERNET]),
                )
    if public:
        packets = PacketSet.of(destination=ANY_IPV4 - PRIVATE)
        reason = "which ranges are private is set"
        yield NatRule(
            "public addresses",
            NatKind.SOURCE,
            PacketMatch.exact(packets) if usual else PacketMatch.upper(packets, reason),
            firewall.where,
            translated_source=public,
            to_interface=NameSet.of([*names, INTERNET]),
        )


def _default_route(interfaces: Iterable[Interface]) -> Iterator[StaticRoute]:
    for one in interfaces:
        for address in one.addresses:
            if address.prefix_length < address.family.bits:
                gateway = AddressSet.of(address.family, IntervalSet.single(address.network.lowest() + 1))
                yield StaticRoute(address.family, 0, 0, one.where, str(gateway), one.name)
                return
