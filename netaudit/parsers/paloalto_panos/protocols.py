"""BGP, OSPF and RIP as a virtual router is configured, and the rules on their routes.

Sources: PAN-OS Networking Administrator's Guide, "BGP", "OSPF", "Route Redistribution"; PAN-OS Web Interface Reference,
"Network > Virtual Routers > BGP": private numbers are removed towards eBGP peers unless switched off; without import
or export rules a peer group takes and announces all routes, with rules only what one allows. A redistribution rule
names a redistribution profile or a prefix of the routing table.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from netaudit.model.routing import (
    BgpFamily,
    BgpNeighbor,
    PolicyChange,
    PolicyCondition,
    Redistribution,
    RoutePolicy,
    RoutePolicyTerm,
    RouteSummary,
    RoutingArea,
    RoutingInterface,
    RoutingNetwork,
    RoutingProcess,
    TextList,
    TextListEntry,
)
from netaudit.model.rules import Action
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.tree import Node, node_ref

_SOURCES = {"connect": "connected", "static": "static", "bgp": "bgp", "ospf": "ospf", "rip": "rip"}
_NETWORK_TYPES = {"p2p": "point-to-point", "broadcast": "broadcast", "p2mp": "point-to-multipoint"}


@dataclass(slots=True)
class ProtocolReader:
    """Reads the protocols of one virtual router; `policies` and `lists` collect what the processes name."""

    router: Node
    name: str
    ledger: LineLedger
    policies: list[RoutePolicy] = field(default_factory=list)
    lists: list[TextList] = field(default_factory=list)

    def processes(self, system: str) -> Iterator[RoutingProcess]:
        """Yield the protocols that run."""
        protocols = self.router.get("protocol") if self.router.has("protocol") else self.router
        assert protocols is not None
        for protocol in ("bgp", "ospf", "ospfv3", "rip"):
            node = protocols.get(protocol)
            if node is None or not node.is_yes("enable"):
                continue
            profiles = {one.word: one for one in protocols.below("redist-profile")}
            if protocol == "bgp":
                process = self._bgp(node, profiles, system)
            elif protocol == "rip":
                process = RoutingProcess(protocol, protocol, self._where(node), self.name, system, exact=False)
            else:
                process = self._ospf(node, protocol, profiles, system)
            if not process.exact:
                self.ledger.unsupported(node.first, Affects.ROUTING, "a part of the protocol is not modelled")
            yield process

    def _where(self, node: Node) -> SourceRef:
        return node_ref(self.ledger, node)

    # Redistribution

    def _redistributed(
        self, rules: Iterable[Node], profiles: dict[str, Node], protocol: str
    ) -> tuple[tuple[Redistribution, ...], tuple[RoutingNetwork, ...], bool]:
        """Return what redistribution rules announce: by profile, by prefix; and whether all was understood."""
        found: list[Redistribution] = []
        networks: list[RoutingNetwork] = []
        exact = all(not one.has("action", "no-redist") for one in profiles.values())
        for rule in rules:
            if rule.value("enable") == "no":
                continue
            profile = profiles.get(rule.word)
            if profile is None:
                try:
                    addresses = AddressSet.prefix(rule.word)
                except ValueError:
                    exact = False
                    continue
                networks.append(RoutingNetwork(addresses, self._where(rule), prefix=rule.word))
                continue
            exact &= not (profile.has("filter", "interface") or profile.has("filter", "nexthop"))
            exact &= not (profile.has("filter", "bgp") or profile.has("filter", "ospf"))
            policy = self._profile_policy(profile)
            metric = rule.value("metric") or rule.value("set-med")
            for word in profile.words("filter", "type") or tuple(_SOURCES):
                source = _SOURCES.get(word, protocol)
                if source == protocol:
                    continue
                found.append(
                    Redistribution(
                        source,
                        self._where(rule),
                        policy=policy,
                        metric=_number(metric),
                        metric_type=0 if protocol == "bgp" else 1 if rule.value("new-path-type") == "ext-1" else 2,
                    )
                )
        if protocol != "bgp" and networks:
            exact = False  # OSPF announces the prefix as external: the model has no such statement
        return tuple(found), tuple(networks), exact

    def _profile_policy(self, profile: Node) -> str:
        """Return the policy that stands for the destinations of a profile, "" where it takes all."""
        prefixes = profile.words("filter", "destination")
        if not prefixes:
            return ""
        name = f"{self.name} redist-profile {profile.word}"
        if not any(one.name == name for one in self.policies):
            where = self._where(profile)
            values = tuple(f"{one} {one.partition('/')[2]}-{_bits(one)}" for one in prefixes if _bits(one))
            term = RoutePolicyTerm(profile.word, "permit", where, (PolicyCondition("prefix", values),))
            self.policies.append(RoutePolicy(name, (term,), where))
        return name

    # BGP

    def _bgp(self, node: Node, profiles: dict[str, Node], system: str) -> RoutingProcess:
        number = node.value("local-as")
        redistributions, networks, exact = self._redistributed(node.below("redist-rules"), profiles, "bgp")
        neighbors: list[BgpNeighbor] = []
        for group in node.below("peer-group"):
            policies = {way: self._rules(node, way, group) for way in ("import", "export")}
            neighbors += [self._peer(group, peer, number, policies) for peer in group.below("peer")]
        for way in ("aggregation", "conditional-advertisement"):
            exact &= not node.below("policy", way)
        exact &= not node.has("routing-options", "confederation-member-as")
        return RoutingProcess(
            "bgp",
            f"bgp {number}".strip(),
            self._where(node),
            vrf=self.name,
            virtual_system=system,
            autonomous_system=number,
            router_id=node.value("router-id"),
            networks=networks,
            redistributions=redistributions,
            neighbors=tuple(neighbors),
            exact=exact and all(one.exact for one in neighbors),
        )

    def _peer(self, group: Node, peer: Node, number: str, policies: dict[str, str]) -> BgpNeighbor:
        kinds = group.below("type")
        kind = kinds[-1] if kinds else Node("ebgp", group.first)
        internal = kind.word == "ibgp"
        hops = peer.value("connection-options", "multihop")
        address = peer.value("local-address", "ip").partition("/")[0]
        mp = peer.is_yes("enable-mp-bgp")
        family = BgpFamily(
            "ipv6 unicast" if peer.value("address-family-identifier") == "ipv6" else "ipv4 unicast",
            self._where(peer),
            active=True,
            import_policies=(policies["import"],) if policies["import"] else (),
            export_policies=(policies["export"],) if policies["export"] else (),
            next_hop_self=kind.value("export-nexthop") == "use-self" if internal else None,
            reflector_client=peer.value("reflector-client") in ("client", "meshed-client"),
            removes_private_as="yes" if kind.word == "ebgp" and kind.value("remove-private-as") != "no" else "",
            sends_communities="all",
        )
        return BgpNeighbor(
            name=peer.value("peer-address", "ip") or peer.word,
            where=self._where(peer),
            group=group.word,
            remote_as=peer.value("peer-as") or (number if internal else ""),
            source=address or peer.value("local-address", "interface"),
            description=peer.word,
            enabled=group.value("enable") != "no" and peer.value("enable") != "no",
            multihop=_number(hops) or None,  # 0: the default of the platform
            authenticated=bool(peer.value("connection-options", "authentication")),
            families=(family,),
            exact=kind.word in ("ebgp", "ibgp") and not mp and kind.value("import-nexthop") in ("", "original"),
        )

    def _rules(self, node: Node, way: str, group: Node) -> str:
        """Return the name of the policy that the import or export rules of a peer group make, "" for none."""
        rules = [
            rule
            for rule in node.below("policy", way, "rules")
            if rule.value("enable") != "no" and group.word in rule.words("used-by")
        ]
        if not rules:
            return ""
        name = f"{self.name} {way} {group.word}"
        self.policies.append(RoutePolicy(name, tuple(self._term(rule, node) for rule in rules), self._where(rules[0])))
        return name

    def _term(self, rule: Node, bgp: Node) -> RoutePolicyTerm:
        conditions: list[PolicyCondition] = []
        exact = True
        for match in rule.below("match"):
            if match.word == "address-prefix":
                values = tuple(_range(one) for one in match.below())
                conditions.append(PolicyCondition("prefix", values))
            elif match.word == "from-peer":
                peers = {
                    peer.word: peer.value("peer-address", "ip")
                    for g in bgp.below("peer-group")
                    for peer in g.below("peer")
                }
                conditions.append(PolicyCondition("neighbor", tuple(peers.get(word, word) for word in match.words())))
            elif match.word in ("as-path", "community") and match.value("regex"):
                kind = match.word.replace("-", "_")
                conditions.append(PolicyCondition(kind, (self._list(kind, match),)))
            elif match.word == "med":
                conditions.append(PolicyCondition("metric", match.words()))
            elif match.word == "nexthop":
                conditions.append(PolicyCondition("next_hop", match.words()))
            elif match.word != "route-table":
                exact = False
        outcome = "deny" if rule.has("action", "deny") else "permit"
        changes: list[PolicyChange] = []
        for update in rule.below("action", "allow", "update"):
            known = _changes(update)
            exact &= known is not None
            changes += known or ()
        return RoutePolicyTerm(rule.word, outcome, self._where(rule), tuple(conditions), tuple(changes), exact=exact)

    def _list(self, kind: str, match: Node) -> str:
        expression = match.value("regex")
        name = f"{self.name} {kind} {expression}"
        if not any(one.name == name for one in self.lists):
            where = self._where(match)
            self.lists.append(
                TextList(name, kind, (TextListEntry(Action.PERMIT, where, expression=expression),), where)
            )
        return name

    # OSPF

    def _ospf(self, node: Node, protocol: str, profiles: dict[str, Node], system: str) -> RoutingProcess:
        areas: list[RoutingArea] = []
        interfaces: list[RoutingInterface] = []
        summaries: list[RouteSummary] = []
        redistributions, _, exact = self._redistributed(node.below("export-rules"), profiles, "ospf")
        for one in node.below("area"):
            number = one.word.partition("/")[0]
            areas.append(self._area(one, number))
            exact &= not one.below("virtual-link")
            interfaces += [self._ospf_interface(interface, number) for interface in one.below("interface")]
            summaries += [
                RouteSummary(summary.word, self._where(summary), area=number, announced=not summary.has("suppress"))
                for summary in one.below("range")
            ]
        return RoutingProcess(
            protocol,
            protocol,
            self._where(node),
            vrf=self.name,
            virtual_system=system,
            router_id=node.value("router-id"),
            areas=tuple(areas),
            interfaces=tuple(interfaces),
            redistributions=redistributions,
            summaries=tuple(summaries),
            exact=exact,
        )

    def _area(self, node: Node, number: str) -> RoutingArea:
        kinds = node.below("type")
        kind = kinds[-1] if kinds else Node("normal", node.first)
        word = kind.word
        if word != "normal" and kind.value("accept-summary") == "no":
            word = f"totally_{word}"
        metric = kind.value("default-route", "advertise", "metric")
        return RoutingArea(
            number,
            self._where(node),
            kind=word,
            default_cost=_number(metric),
            announces_default=kind.word == "nssa" and kind.has("default-route", "advertise"),
        )

    def _ospf_interface(self, node: Node, area: str) -> RoutingInterface:
        kinds = node.words("link-type")
        hello = _number(node.value("hello-interval", default="10"))
        counts = _number(node.value("dead-counts", default="4"))
        return RoutingInterface(
            node.word,
            self._where(node),
            enabled=node.value("enable") != "no",
            area=area,
            cost=_number(node.value("metric", default="10")),
            passive=node.is_yes("passive"),
            network_type=_NETWORK_TYPES.get(kinds[-1], "") if kinds else "broadcast",
            priority=_number(node.value("priority", default="1")),
            hello_s=hello,
            dead_s=None if hello is None or counts is None else hello * counts,
        )


def _changes(update: Node) -> tuple[PolicyChange, ...] | None:
    """Return what an update sets, None where the model has no word for it."""
    words = update.words()
    word = words[-1] if words else ""
    if update.word in ("origin", "weight"):
        return (PolicyChange(update.word, (word,)),)
    if update.word == "med":
        return (PolicyChange("metric", (word,)),)
    if update.word == "local-preference":
        return (PolicyChange("local_preference", (word,)),)
    if update.word == "nexthop":
        return (PolicyChange("next_hop", (word,)),)
    if update.word in ("as-path", "community", "extended-community"):
        if word in ("none", ""):
            return ()
        if update.word == "community" and word in ("append", "overwrite"):
            kind = "community_add" if word == "append" else "community_set"
            return (PolicyChange(kind, update.words(word)),)
    return None


def _range(node: Node) -> str:
    """Return "10.0.0.0/8" or "10.0.0.0/8 8-32" of a prefix that need not match exactly."""
    if node.value("exact") == "yes" or not _bits(node.word):
        return node.word
    return f"{node.word} {node.word.partition('/')[2]}-{_bits(node.word)}"


def _bits(prefix: str) -> int:
    try:
        family: Family = parse_address(prefix.partition("/")[0])[0]
    except ValueError:
        return 0
    return 0 if _number(prefix.partition("/")[2]) is None else family.bits


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
