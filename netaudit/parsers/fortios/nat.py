"""NAT of one VDOM: virtual IPs, the source NAT of policies, and the central SNAT table.

`set nat enable` without a pool takes the address of the outgoing interface. Where the policy's interfaces tell
it, `translated_source` holds their addresses; where they do not (`any`, DHCP), it is every address of the family.
Source: FortiOS Administration Guide, "Source NAT", "Central SNAT".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from netaudit.model.device import InterfaceAddress
from netaudit.model.rules import AccessRule, NatKind, NatRule, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, PORT_PROTOCOLS, ServiceSet
from netaudit.parsers.fortios.addresses import AddressBook
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.services import port_interval
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.fortios.virtual_ips import VirtualIp, VirtualIpBook

_MANY = 16  # more virtual IPs on the way out of one policy stand in one rule


@dataclass(frozen=True, slots=True)
class _Leaving:
    """Virtual IPs whose inside hosts may leave with their external addresses, and both sides together."""

    vips: tuple[VirtualIp, ...]
    mapped: AddressSet
    external: AddressSet


@dataclass(slots=True)
class NatReader:
    """Reads the NAT of one VDOM. `members_of` gives the interfaces of a zone."""

    scope: Scope
    books: dict[Family, AddressBook]
    virtual_ips: dict[Family, VirtualIpBook]
    references: References
    interface_addresses: Mapping[str, tuple[InterfaceAddress, ...]]
    dynamic_interfaces: frozenset[str]
    members_of: Mapping[str, tuple[str, ...]]
    central_nat: bool = False
    _left: dict[tuple[AddressSet, NameSet, bool], _Leaving] = field(default_factory=dict)
    _exits: dict[tuple[NameSet, frozenset[Family]], AddressSet] = field(default_factory=dict)

    def read(self, rulebases: list[tuple[Rulebase, tuple[str, ...]]]) -> tuple[NatRule, ...]:
        """Return destination NAT, then source NAT; `rulebases` come with the paths of their tables."""
        rules: list[NatRule] = list(self._destination_nat(rulebases))
        if self.central_nat:
            return (*rules, *self._central())
        for rulebase, paths in rulebases:
            nodes = [node for path in paths for node in self.scope.entries(path)]
            written = {rule.where.line: rule for rule in rulebase.rules if not rule.implicit}
            for node in nodes:
                rule = written[node_ref(self.references.ledger, node).line]
                if node.is_on("nat") and rule.action.permits:
                    made = self._source_nat(rule, node, rulebase.name)
                    rules += [*self._published(made, pooled=node.is_on("ippool")), made]
        return tuple(rules)

    # Destination

    def _destination_nat(self, rulebases: list[tuple[Rulebase, tuple[str, ...]]]) -> Iterator[NatRule]:
        users: dict[tuple[Family, str], list[str]] = {}
        for _, paths in rulebases:
            for path in paths:
                for node in self.scope.entries(path):
                    for family, name in self._named(node, path):
                        users.setdefault((family, name), []).append(node.name)
        for family, book in self.virtual_ips.items():
            for vip in book.vips.values():
                yield self._virtual_ip(vip, family, tuple(dict.fromkeys(users.get((family, vip.name), ()))))

    def _named(self, node: Node, path: str) -> Iterator[tuple[Family, str]]:
        keys = [(Family.IPV4, "dstaddr"), (Family.IPV4, "dstaddr4"), (Family.IPV6, "dstaddr6")]
        if path.endswith("6"):
            keys = [(Family.IPV6, "dstaddr")]
        for family, key in keys:
            if self.books[family].vips:
                for name in node.words(key):
                    for vip in self.virtual_ips[family].members(name):
                        yield family, vip.name

    def _virtual_ip(self, vip: VirtualIp, family: Family, users: tuple[str, ...]) -> NatRule:
        services = vip.external_services
        maybe = PacketSet.of(vip.sources.maybe, vip.external.maybe, services)
        surely = PacketSet.of(vip.sources.surely, vip.external.surely, services)
        match = PacketMatch(surely, maybe, vip.reasons)
        return NatRule(
            name=vip.name,
            kind=NatKind.DESTINATION,
            match=PacketMatch.upper(maybe, *vip.reasons) if vip.reasons else match,
            where=node_ref(self.references.ledger, vip.node),
            translated_destination=vip.mapped,
            protocol=vip.protocol,
            original_ports=vip.external_ports,
            translated_ports=vip.mapped_ports,
            from_interface=vip.interface,
            enabled=vip.enabled,
            virtual_system=self.scope.name,
            used_by=users,
            needs_rule=not self.central_nat,
        )

    # Source

    def _source_nat(self, rule: AccessRule, node: Node, rulebase: str) -> NatRule:
        pools = self._pools(
            node, (("poolname", "firewall ippool"), ("poolname4", "firewall ippool"), ("poolname6", "firewall ippool6"))
        )
        translated = pools if node.is_on("ippool") and pools is not None else self._outgoing(rule)
        return NatRule(
            name=f"{rulebase} {rule.name}",
            kind=NatKind.SOURCE,
            match=rule.match,
            where=rule.where,
            translated_source=translated,
            from_interface=rule.from_zones,
            to_interface=rule.to_zones,
            enabled=rule.enabled,
            virtual_system=self.scope.name,
            used_by=(rule.name,),
        )

    def _published(self, rule: NatRule, *, pooled: bool) -> Iterator[NatRule]:
        """Yield what static virtual IPs may do to packets that their inside hosts send, before `rule` does.

        The order is: a virtual IP with `nat-source-vip`, the pool, any other virtual IP (on the way out through its
        interface, with a forwarded port as the source port), the outgoing interface. A virtual IP that nothing uses
        does nothing; whether a host is published is not asked here, so the match is an upper bound.
        Source: Fortinet, "Mapping VIP outbound connections", "VIP configured with Any interface".
        """
        found = self._leaving(rule.match.maybe.sources(), rule.to_interface, pooled)
        if len(found.vips) > _MANY:
            yield replace(
                rule,
                name=f"{rule.name} by virtual ips",
                match=PacketMatch.upper(rule.match.maybe & PacketSet.of(found.mapped, ANY_ADDRESS), "virtual ip"),
                translated_source=found.external,
            )
            return
        for vip in found.vips:
            packets = rule.match.maybe & PacketSet.of(vip.mapped or NO_ADDRESS, ANY_ADDRESS, vip.leaving_services)
            if packets:
                yield replace(
                    rule,
                    name=f"{rule.name} by {vip.name}",
                    match=PacketMatch.upper(packets, "virtual ip"),
                    where=node_ref(self.references.ledger, vip.node),
                    translated_source=vip.external.maybe,
                )

    def _leaving(self, sources: AddressSet, to_interface: NameSet, pooled: bool) -> _Leaving:
        """Return the virtual IPs that may decide the source of packets from `sources`."""
        found = self._left.get((sources, to_interface, pooled))
        if found is None:
            zones = [zone for zone in self.members_of if zone in to_interface]
            exits = to_interface | NameSet.of(name for zone in zones for name in self.members_of[zone])
            vips = [
                vip
                for book in self.virtual_ips.values()
                for vip in book.vips.values()
                if vip.enabled
                and vip.mapped is not None
                and vip.node.value("type", "static-nat") == "static-nat"
                and (vip.node.is_on("nat-source-vip") or (not pooled and _outside(vip) & exits))
                and vip.mapped.overlaps(sources)
            ]
            mapped = AddressSet.union(vip.mapped for vip in vips if vip.mapped is not None)
            found = _Leaving(tuple(vips), mapped, AddressSet.union(vip.external.maybe for vip in vips))
            self._left[sources, to_interface, pooled] = found
        return found

    def _pools(self, node: Node, keys: tuple[tuple[str, str], ...], grouped: bool = False) -> AddressSet | None:
        """Return the addresses of the pools that a node names, None where it names none."""
        found: list[AddressSet] = []
        for key, path in keys:
            for name in node.words(key):
                pool = self.scope.entry(path, name)
                group = None if pool is not None or grouped else self.scope.entry("firewall ippool_grp", name)
                self.references.use("ip pool", (name,))
                if group is not None:
                    found.append(self._pools(group, (("member", path),), grouped=True) or NO_ADDRESS)
                elif pool is None:
                    if self.scope.defines(path):
                        self.references.missing("ip pool", name, node, key, f"policy {node.name}")
                    found.append(ANY_ADDRESS)
                else:
                    found.append(self._pool(pool, path))
        return AddressSet.union(found) if found else None

    def _pool(self, node: Node, path: str) -> AddressSet:
        first = node.value("startip", "::" if path.endswith("6") else "0.0.0.0")
        try:
            return AddressSet.range(first, node.value("endip", first))
        except ValueError:
            self.references.ledger.unrecognized(node.line_of("startip"), Affects.NAT, "not an address")
            return ANY_ADDRESS

    def _outgoing(self, rule: AccessRule) -> AddressSet:
        families = frozenset(product.family for product in rule.match.maybe.products)
        found = self._exits.get((rule.to_zones, families))
        if found is None:
            found = self._exits[rule.to_zones, families] = self._exit_addresses(rule.to_zones, families)
        return found

    def _exit_addresses(self, zones: NameSet, families: frozenset[Family]) -> AddressSet:
        every = AddressSet.union(
            [AddressSet()] + [ANY_IPV4 if family is Family.IPV4 else ANY_IPV6 for family in families]
        )
        if zones.default:
            return every
        found: list[AddressSet] = [NO_ADDRESS]
        for zone in zones.names():
            for name in self.members_of.get(zone, (zone,)):
                addresses = self.interface_addresses.get(name, ())
                if name in self.dynamic_interfaces or not addresses:
                    return every
                found += [AddressSet.of(one.family, IntervalSet.single(one.value)) for one in addresses]
        return AddressSet.union(found)

    def _central(self) -> Iterator[NatRule]:
        for node in self.scope.entries("firewall central-snat-map"):
            rule = self._central_rule(node)
            if rule.kind is NatKind.SOURCE:
                yield from self._published(rule, pooled=bool(node.words("nat-ippool") or node.words("nat-ippool6")))
            yield rule

    def _central_rule(self, node: Node) -> NatRule:
        six = node.value("type") == "ipv6"
        book = self.books[Family.IPV6 if six else Family.IPV4]
        context = f"central SNAT {node.name}"
        suffix = "6" if six else ""
        source = book.union(node.words(f"orig-addr{suffix}") or ("all",), node, f"orig-addr{suffix}", context)
        destination = book.union(node.words(f"dst-addr{suffix}") or ("all",), node, f"dst-addr{suffix}", context)
        services, understood = self._central_services(node)
        maybe = PacketSet.of(source.maybe, destination.maybe, services)
        reasons = tuple(dict.fromkeys(source.reasons + destination.reasons))
        if not understood or any(key not in node.rule.states for key in node.settings):
            match = PacketMatch.upper(maybe, "not understood", *reasons)
        else:
            match = PacketMatch(PacketSet.of(source.surely, destination.surely, services), maybe, reasons)
        exempt = node.value("nat") == "disable"
        pools = self._pools(node, (("nat-ippool", "firewall ippool"), ("nat-ippool6", "firewall ippool6")))
        interfaces = [self._names(node, key) for key in ("srcintf", "dstintf")]
        return NatRule(
            name=f"central-snat-map {node.name}",
            kind=NatKind.EXEMPT if exempt else NatKind.SOURCE,
            match=match,
            where=node_ref(self.references.ledger, node),
            translated_source=None if exempt else (ANY_IPV6 if six else ANY_IPV4) if pools is None else pools,
            from_interface=interfaces[0],
            to_interface=interfaces[1],
            enabled=node.value("status") != "disable",
            virtual_system=self.scope.name,
        )

    def _names(self, node: Node, key: str) -> NameSet:
        names = node.words(key)
        self.references.use("interface", names)
        return ANY_NAME if not names or "any" in names else NameSet.of(names)

    def _central_services(self, node: Node) -> tuple[ServiceSet, bool]:
        """Return protocol and destination ports of a central rule, and whether they were understood."""
        word = node.value("protocol", "0")
        if not word.isascii() or not word.isdigit() or int(word[:4]) > 255:
            self.references.ledger.unrecognized(node.line_of("protocol"), Affects.NAT, "not a protocol")
            return ANY_SERVICE, False
        number = int(word)
        if number not in PORT_PROTOCOLS:
            return (ServiceSet.protocol(number) if number else ANY_SERVICE), True
        try:
            ports = {
                key: IntervalSet.of([port_interval(node.value(key))])
                for key in ("orig-port", "dst-port")
                if node.value(key, "0") != "0"
            }
        except ValueError:
            self.references.ledger.unrecognized(node.line_of("orig-port"), Affects.NAT, "not a port")
            return ServiceSet.protocol(number), False
        every = IntervalSet.span(0, 65535)
        return ServiceSet.ports(number, ports.get("dst-port", every), ports.get("orig-port", every)), True


def _outside(vip: VirtualIp) -> NameSet:
    """Return the external interface of a virtual IP."""
    name = vip.node.value("extintf", "any")
    return ANY_NAME if name == "any" else NameSet.of([name])
