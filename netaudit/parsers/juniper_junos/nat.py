"""NAT of the SRX: static, then destination rules for arriving packets, source rules for those that leave.

Source: Junos Network Address Translation User Guide: rule sets are chosen by where the packet comes from and goes to
(interface before zone before routing instance), the first rule of a set that matches decides, `off` exempts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.model.device import SecurityZone
from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, PORT_PROTOCOLS, TCP, UDP, ServiceSet
from netaudit.parsers.juniper_junos.address_books import AddressBooks
from netaudit.parsers.juniper_junos.applications import Applications
from netaudit.parsers.juniper_junos.interfaces import unit_name
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, activated, node_ref
from netaudit.parsers.juniper_junos.vocabulary import PORTS, PROTOCOLS, number_of, numbers_of, prefix_of

POOL = "NAT pool"
_KNOWN = frozenset(
    ("source-address", "source-address-name", "destination-address", "destination-address-name", "source-port",
     "destination-port", "protocol", "application", *APPLY_WORDS)
)  # fmt: skip
_RANK = {"interface": 0, "zone": 1, "routing-instance": 2, "routing-group": 2}


@dataclass(frozen=True, slots=True)
class _Pool:
    addresses: AddressSet
    ports: IntervalSet | None


class NatReader:
    """Reads the NAT of one system."""

    def __init__(
        self,
        system: Node,
        system_name: str,
        zones: tuple[SecurityZone, ...],
        vrf_of: dict[str, str],
        books: AddressBooks,
        applications: Applications,
        references: References,
    ) -> None:
        self._nat = system.get("security", "nat")
        self._system_name = system_name
        self._zones = {zone.name: zone for zone in zones}
        self._vrf_of = vrf_of
        self._books = books
        self._applications = applications
        self._references = references
        self._ledger = references.ledger
        self._pools: dict[str, dict[str, Node]] = {}

    def rules(self) -> Iterator[NatRule]:
        """Yield the rules in the order in which they are asked."""
        if self._nat is None:
            return
        for kind in ("source", "destination"):
            self._pools[kind] = {
                node.word: node for node in self._nat.below(kind, "pool") if node.word not in APPLY_WORDS
            }
            for name, node in self._pools[kind].items():
                self._references.define(f"{POOL} ({kind})", name, node)
        for kind in ("static", "destination", "source"):
            for rule_set in sorted(self._nat.entries(kind, "rule-set"), key=self._rank):
                for rule in rule_set.entries("rule"):
                    found = self._rule(kind, rule_set, rule)
                    if found is not None:
                        yield found

    def _rank(self, rule_set: Node) -> int:
        shown = rule_set if rule_set.active else activated(rule_set)
        return min((_RANK.get(one.word, 3) for one in shown.below("from")), default=3)

    def _rule(self, kind: str, rule_set: Node, rule: Node) -> NatRule | None:
        shown = rule if rule.active else activated(rule)
        outer = rule_set if rule_set.active else activated(rule_set)
        context = f"nat {kind} rule-set {rule_set.word} rule {rule.word}"
        reasons: list[str] = []
        packets, protocol, ports = self._match(shown, context, reasons)
        settings = (
            f"{rule_set.word} {rule.word}",
            node_ref(self._ledger, rule),
            self._places(outer, "from", context),
            self._places(outer, "to", context),
            rule.active and rule_set.active,
        )
        match = PacketMatch.exact(packets) if not reasons else PacketMatch(NO_PACKETS, packets, tuple(reasons))
        if kind == "static":
            return self._static(shown, packets, ports, settings)
        then = shown.get("then", f"{kind}-nat")
        if then is None:
            return None
        name, where, from_interface, to_interface, enabled = settings
        target: _Pool | None = None
        nat_kind = NatKind.SOURCE if kind == "source" else NatKind.DESTINATION
        if then.has("off"):
            nat_kind = NatKind.EXEMPT
        elif then.has("pool"):
            target = self._pool(kind, then, context)
        elif not then.has("interface"):
            self._ledger.unsupported(max(then.first, 0), Affects.NAT, "a translation that is not modelled")
            return None
        is_source = nat_kind is NatKind.SOURCE
        return NatRule(
            name=name,
            kind=nat_kind,
            match=match,
            where=where,
            translated_source=target.addresses if target is not None and is_source else None,
            translated_destination=target.addresses if target is not None and not is_source else None,
            protocol=protocol,
            original_ports=ports,
            translated_ports=target.ports if target is not None and not is_source else None,
            from_interface=from_interface,
            to_interface=to_interface,
            enabled=enabled,
            virtual_system=self._system_name,
        )

    def _static(
        self,
        rule: Node,
        packets: PacketSet,
        ports: IntervalSet | None,
        settings: tuple[str, object, NameSet, NameSet, bool],
    ) -> NatRule | None:
        """Return a static rule: as written the destination of arriving packets, in both directions."""
        then = rule.get("then", "static-nat")
        if then is None:
            return None
        real: AddressSet | None = None
        for node in then.below("prefix"):
            real = prefix_of(node.word) or real
        for node in then.below("prefix-name"):
            if node.word != "routing-instance":
                value = self._books.named(node, "static nat")
                real = value.surely if not value.reasons else real
        line = max(then.first, 0)
        if real is None:
            self._ledger.unsupported(line, Affects.NAT, "a translation that is not modelled")
            return None
        mapped = node_numbers(then, "mapped-port")
        outside = packets.destinations()
        name, where, from_interface, _, enabled = settings
        services = ANY_SERVICE
        if mapped is not None or ports is not None:
            services = ServiceSet.union(
                ServiceSet.ports(one, ALL_PORTS, mapped or ports or ALL_PORTS) for one in (TCP, UDP)
            )
        peers = packets.sources()
        return NatRule(
            name=name,
            kind=NatKind.STATIC,
            match=PacketMatch.exact(PacketSet.of(real, peers or ANY_ADDRESS, services)),
            where=where,  # type: ignore[arg-type]
            translated_source=outside,
            original_ports=mapped if mapped is not None else ports,
            translated_ports=ports,
            # The packet of the inside host leaves where the published one arrives.
            to_interface=from_interface,
            enabled=enabled,
            virtual_system=self._system_name,
        )

    def _match(self, rule: Node, context: str, reasons: list[str]) -> tuple[PacketSet, int | None, IntervalSet | None]:
        sides: dict[str, AddressSet] = {}
        for side in ("source", "destination"):
            found: list[AddressSet] = []
            stated = False
            for node in rule.below("match", f"{side}-address"):
                if node.word in APPLY_WORDS:
                    continue
                stated = True
                prefix = prefix_of(node.word)
                if prefix is None:
                    self._ledger.unrecognized(max(node.first, 0), Affects.NAT, "not an address")
                    reasons.append("not understood")
                    prefix = ANY_ADDRESS
                found.append(prefix)
            for node in rule.below("match", f"{side}-address-name"):
                if node.word in APPLY_WORDS:
                    continue
                stated = True
                value = self._books.named(node, context)
                reasons += value.reasons
                found.append(value.maybe)
            sides[side] = AddressSet.union(found) if stated else ANY_ADDRESS
        for child in rule.below("match"):
            if child.word not in _KNOWN:
                self._ledger.unrecognized(max(child.first, 0), Affects.NAT, "a match that is not known")
                reasons.append("not understood")
        services, protocol, ports = self._services(rule, context, reasons)
        return PacketSet.of(sides["source"], sides["destination"], services), protocol, ports

    def _services(
        self, rule: Node, context: str, reasons: list[str]
    ) -> tuple[ServiceSet, int | None, IntervalSet | None]:
        match = rule.get("match")
        if match is None:
            return ANY_SERVICE, None, None
        numbers: list[int] = []
        for word in match.words("protocol"):
            number = number_of(word, PROTOCOLS, 255)
            if number is None:
                reasons.append("not understood")
                return ANY_SERVICE, None, None
            numbers.append(number)
        source, destination = node_numbers(match, "source-port"), node_numbers(match, "destination-port")
        parts: list[ServiceSet] = []
        applications = [node for node in match.below("application") if node.word not in APPLY_WORDS]
        if applications:
            value = self._applications.match(applications, context)
            reasons += value.reasons
            return value.maybe, None, None
        if source is not None or destination is not None:
            parts = [
                ServiceSet.ports(number, destination or ALL_PORTS, source or ALL_PORTS)
                for number in numbers or [TCP, UDP]
                if number in PORT_PROTOCOLS
            ]
        else:
            parts = [ServiceSet.protocol(number) for number in numbers]
        services = ServiceSet.union(parts) if parts else ANY_SERVICE
        return services, numbers[0] if len(numbers) == 1 else None, destination

    def _pool(self, kind: str, then: Node, context: str) -> _Pool | None:
        name = next((node for node in then.below("pool") if node.word not in APPLY_WORDS), None)
        if name is None or not self._references.check(f"{POOL} ({kind})", name.word, name, context):
            return None
        node = self._pools[kind][name.word]
        parts: list[AddressSet] = []
        ports = node_numbers(node, "port")
        for address in node.below("address"):
            if address.word in APPLY_WORDS:
                continue
            if address.word == "port":
                ports = node_numbers(node, "address", "port")
                continue
            last = address.value("to")
            found: AddressSet | None
            if last:
                found = _range(address.word, last)
            else:
                found = prefix_of(address.word)
            ports = ports or node_numbers(address, "port")
            if found is None:
                self._ledger.unrecognized(max(address.first, 0), Affects.NAT, "not an address")
                return None
            parts.append(found)
        return _Pool(AddressSet.union(parts), ports) if parts else None

    def _places(self, rule_set: Node, key: str, context: str) -> NameSet:
        """Return the interfaces of a rule set's side, zones with their interfaces."""
        names: list[str] = []
        stated = False
        for kind in rule_set.below(key):
            for node in kind.below():
                if kind.word in APPLY_WORDS or node.word in APPLY_WORDS:
                    continue
                stated = True
                if kind.word == "interface":
                    names.append(unit_name(node.word))
                elif kind.word == "zone":
                    zone = self._zones.get(node.word)
                    if zone is None and node.word != "junos-host":
                        self._references.missing("security zone", node.word, node, context)
                    self._references.use("security zone", node.word)
                    names += [node.word, *(zone.interfaces if zone is not None else ())]
                elif kind.word == "routing-instance":
                    if node.word == "default":
                        return ANY_NAME
                    names += [name for name, vrf in self._vrf_of.items() if vrf == node.word]
                else:
                    return ANY_NAME
        return NameSet.of(names) if stated else ANY_NAME


def node_numbers(node: Node, *path: str) -> IntervalSet | None:
    """Return the ports of a statement, ranges written "100 to 200" too; None where there are none."""
    parts: list[tuple[int, int]] = []
    for value in node.below(*path):
        if value.word in APPLY_WORDS:
            continue
        last = value.value("to")
        found = numbers_of(f"{value.word}-{last}" if last else value.word, PORTS, 65535)
        if found is not None:
            parts += found.intervals
    return IntervalSet.of(parts) if parts else None


def _range(first: str, last: str) -> AddressSet | None:
    """Return the addresses of "10.0.0.1 to 10.0.0.9", each perhaps with "/32"."""
    try:
        low_text, _, low_length = first.partition("/")
        high_text, _, high_length = last.partition("/")
        (family, low), (other, high) = parse_address(low_text), parse_address(high_text)
        if family is not other:
            return None
        start = prefix_interval(family, low, int(low_length) if low_length else family.bits)[0]
        end = prefix_interval(family, high, int(high_length) if high_length else family.bits)[1]
        return AddressSet.of(family, IntervalSet.span(start, end))
    except ValueError:
        return None
