"""What decides about packets before the firewall policies do, as rules in front of them.

- Access control lists drop at the interface, before address translation: the packet as it arrives.
- TTL policies drop by the time to live, which no question here names: a packet may be dropped.
- Multicast policies, and the NAT46 and NAT64 policies of FortiOS before 7.0, let packets through that the firewall
  policies never see. Their translations are not modelled, so they only say that a packet may pass.

Nobody reviews these as firewall policies, so the rules are implicit.
Source: FortiOS Administration Guide, "Access control lists", "Multicast forwarding", "NAT64 policy and DNS64";
CLI Reference, config firewall acl, ttl-policy, multicast-policy, policy46, policy64.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from netaudit.model.device import SecurityZone
from netaudit.model.rules import AccessRule, Action
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, ServiceSet
from netaudit.parsers.fortios.addresses import AddressBook
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.services import ServiceBook
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.rule_values import AddressValue

_MULTICAST = {Family.IPV4: AddressSet.prefix("224.0.0.0/4"), Family.IPV6: AddressSet.prefix("ff00::/8")}
_TABLES = {
    "firewall acl": Family.IPV4,
    "firewall acl6": Family.IPV6,
    "firewall ttl-policy": Family.IPV4,
    "firewall multicast-policy": Family.IPV4,
    "firewall multicast-policy6": Family.IPV6,
    "firewall policy46": Family.IPV4,  # the family of the packet as it arrives
    "firewall policy64": Family.IPV6,
}


@dataclass(frozen=True, slots=True)
class EarlyReader:
    """Reads the tables of one VDOM that come before the policies; `zone_of` maps an interface to its zone."""

    scope: Scope
    books: Mapping[Family, AddressBook]
    services: ServiceBook
    references: References
    zones: tuple[SecurityZone, ...]
    zone_of: Mapping[str, str]
    parents: Mapping[str, str]  # VLAN -> the interface that carries it

    def rules(self, families: tuple[Family, ...]) -> Iterator[AccessRule]:
        """Yield the rules for packets of some families."""
        for path, family in _TABLES.items():
            if family not in families:
                continue
            for node in self.scope.entries(path):
                yield from self._rules(node, path.removeprefix("firewall "), family)

    def _rules(self, node: Node, table: str, family: Family) -> Iterator[AccessRule]:
        action = node.value("action", "accept" if table.startswith("multicast") else "deny")
        if table.startswith("acl"):
            yield from self._drops(node, table, family)
        elif table == "ttl-policy":
            if action == "deny":
                yield self._ttl(node, family)
        elif action != "deny":
            yield self._passing(node, table, family)

    def _passing(self, node: Node, table: str, family: Family) -> AccessRule:
        context = f"{table} {node.name}"
        source = self._addresses(node, "srcaddr", family, context).maybe
        if table.startswith("multicast"):
            match = PacketMatch.upper(PacketSet.of(source, _MULTICAST[family], ANY_SERVICE), "multicast policy")
        else:
            if node.value("status") != "disable":
                self.references.ledger.unsupported(node.line, Affects.NAT, "translates between IPv4 and IPv6")
            everything = AddressSet.of(family, family.all_addresses)
            packets = PacketSet.of(source, everything, ANY_SERVICE)
            match = PacketMatch.upper(packets, "nat46" if table == "policy46" else "nat64")
            self.references.use("address", node.words("dstaddr"))
            self.references.use("service", node.words("service"))
        from_zones, to_zones = self._zones(node, "srcintf")[0], self._zones(node, "dstintf")[0]
        return self._made(node, table, Action.PERMIT, match, from_zones, to_zones)

    def _drops(self, node: Node, table: str, family: Family) -> Iterator[AccessRule]:
        context = f"{table} {node.name}"
        source = self._addresses(node, "srcaddr", family, context)
        destination = self._addresses(node, "dstaddr", family, context)
        names = node.words("service")
        services = self.services.union(names, node, "service", context)
        maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe if names else ANY_SERVICE)
        from_zones, certain = self._zones(node, "interface")
        reasons = (*source.reasons, *destination.reasons, *services.reasons)
        if certain and names and all(key in node.rule.states for key in node.settings) and not node.is_on("fragment"):
            surely = PacketSet.of(source.surely, destination.surely, services.surely)
            match = PacketMatch(surely, maybe, tuple(dict.fromkeys(reasons)))
        else:
            match = PacketMatch.upper(maybe, "access control list", *reasons)
        yield self._made(node, table, Action.DENY, match, from_zones, ANY_NAME)
        # Whether the list of a port sees the packets of its VLANs is up to the hardware.
        inside = [name for name, parent in self.parents.items() if parent in node.words("interface")]
        if inside and from_zones != ANY_NAME:
            places = NameSet.of([*inside, *(self.zone_of[name] for name in inside if name in self.zone_of)])
            open_match = PacketMatch.upper(maybe, "access control list", *reasons)
            yield self._made(node, table, Action.DENY, open_match, places - from_zones, ANY_NAME)

    def _ttl(self, node: Node, family: Family) -> AccessRule:
        source = self._addresses(node, "srcaddr", family, f"ttl-policy {node.name}").maybe
        names = node.words("service")
        services: ServiceSet = ANY_SERVICE
        if names:
            services = self.services.union(names, node, "service", f"ttl-policy {node.name}").maybe
        match = PacketMatch.upper(PacketSet.of(source, ANY_ADDRESS, services), "time to live")
        return self._made(node, "ttl-policy", Action.DENY, match, self._zones(node, "srcintf")[0], ANY_NAME)

    def _made(
        self, node: Node, table: str, action: Action, match: PacketMatch, from_zones: NameSet, to_zones: NameSet
    ) -> AccessRule:
        return AccessRule(
            name=f"{table} {node.name}",
            action=action,
            match=match,
            where=node_ref(self.references.ledger, node),
            from_zones=from_zones,
            to_zones=to_zones,
            enabled=node.value("status") != "disable",
            implicit=True,
        )

    def _addresses(self, node: Node, key: str, family: Family, context: str) -> AddressValue:
        book = self.books[family]
        names = node.words(key)
        return book.union(names, node, key, context) if names else book.unknown("no source")

    def _zones(self, node: Node, key: str) -> tuple[NameSet, bool]:
        """Return the interfaces with the zones that hold them, and whether they are the whole of these zones."""
        names = node.words(key)
        if not names or "any" in names:
            return ANY_NAME, bool(names)
        self.references.use("interface", names)
        zones = {self.zone_of[name] for name in names if name in self.zone_of}
        members = [one for zone in self.zones if zone.name in zones for one in zone.interfaces]
        return NameSet.of([*names, *zones]), all(one in names for one in members)
