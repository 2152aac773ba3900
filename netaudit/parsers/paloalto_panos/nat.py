"""NAT rules of one virtual system, the first match decides.

Decisions, with their sources (PAN-OS Administrator's Guide, "NAT Policy Rules", "Source NAT and Destination NAT";
PAN-OS Web Interface Reference, "Policies > NAT"):
- A rule matches the header before NAT; its destination zone is that of the destination before NAT.
- Security rules see the addresses before NAT: a destination translation asks them with the header as it arrived.
- One rule may translate both ends. A rule without translation takes what it matches from the rules below it: they
  are kept without those packets, and it needs no place of its own.
- `static-ip` with `bi-directional` also translates what comes to the translated address, from any zone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netaudit.model.device import InterfaceAddress
from netaudit.model.rules import AccessRule, NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ALL_PORTS
from netaudit.parsers.paloalto_panos.addresses import AddressBook
from netaudit.parsers.paloalto_panos.destination_zones import DestinationZones
from netaudit.parsers.paloalto_panos.rules import RuleReader
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.services import EVERYTHING, ServiceBook, ports_of
from netaudit.parsers.paloalto_panos.tree import Node, node_ref

_POOLS = ("dynamic-ip-and-port", "dynamic-ip", "persistent-dynamic-ip-and-port")
_MOST_RULES_COMPARED = 400


@dataclass(frozen=True, slots=True)
class _Translation:
    """One rule of the table, read."""

    node: Node
    match: PacketMatch
    from_zones: NameSet
    to_zones: NameSet
    source: AddressSet | None
    destination: AddressSet | None
    ports: IntervalSet | None
    both_ways: bool
    static: bool


@dataclass(slots=True)
class NatReader:
    """Reads the NAT of one virtual system."""

    scope: Scope
    addresses: AddressBook
    services: ServiceBook
    rules: RuleReader
    interface_addresses: Mapping[str, tuple[InterfaceAddress, ...]]
    zones: DestinationZones

    def read(self, nodes: Iterable[Node], access_rules: tuple[AccessRule, ...]) -> tuple[NatRule, ...]:
        """Return the translations in the order of the rules."""
        found: list[NatRule] = []
        earlier: list[_Translation] = []
        for node in nodes:
            one = self._translation(node)
            if node.is_yes("disabled"):
                found += [replace(rule, enabled=False) for rule in self._of(one, access_rules)]
                continue
            one = replace(one, match=self._less_earlier(one, earlier))
            earlier.append(one)
            found += self._of(one, access_rules)
        return tuple(found)

    def _less_earlier(self, one: _Translation, earlier: list[_Translation]) -> PacketMatch:
        """Take out what an earlier rule decides that does not translate the same end: that rule ends the search."""
        match = one.match
        if len(earlier) > _MOST_RULES_COMPARED:
            return PacketMatch.upper(match.maybe, *match.reasons, "earlier NAT rules")
        for other in earlier:
            if other.destination is not None and one.destination is None and other.from_zones & one.from_zones:
                # What that rule sends on to its real destination has met its one rule: it is not translated again.
                sent = _behind(other.match, other.destination, other.ports).maybe
                if match.surely.overlaps(sent):
                    reasons = tuple(dict.fromkeys((*match.reasons, "an earlier NAT rule")))
                    match = PacketMatch(match.surely - sent, match.maybe, reasons)
            alike = (other.source is None) == (one.source is None) and (other.destination is None) == (
                one.destination is None
            )
            if alike or not (other.from_zones & one.from_zones and other.to_zones & one.to_zones):
                continue
            if not match.maybe.overlaps(other.match.maybe):
                continue
            whole = one.from_zones <= other.from_zones and one.to_zones <= other.to_zones
            maybe = match.maybe - other.match.surely if whole else match.maybe
            surely = match.surely - other.match.maybe
            reasons = match.reasons if maybe.same_as(surely) else (*match.reasons, "an earlier NAT rule")
            match = PacketMatch(surely, maybe, tuple(dict.fromkeys(reasons)))
        return match

    def _translation(self, node: Node) -> _Translation:
        context = f"NAT rule {node.word}"
        reasons: list[str] = []
        source = self.rules.side(node, "source", context)
        destination = self.rules.side(node, "destination", context)
        services = self.services.match(node.below("service"), context) if node.has("service") else EVERYTHING
        reasons += [*source.reasons, *destination.reasons, *services.reasons]
        if node.value("nat-type", default="ipv4") != "ipv4":
            self.scope.ledger.unsupported(node.line_of("nat-type"), Affects.NAT, "a translation between the families")
            reasons.append("nat64")
        if node.has("target") and self.rules.applies(node) is None:
            reasons.append("target")
        if node.value("active-active-device-binding", default="both") not in ("both", "primary"):
            reasons.append("bound to a device of the cluster")
        to_source, static, both_ways = self._source_translation(node, context)
        to_destination, ports = self._destination_translation(node, context)
        maybe = PacketSet.of(source.maybe, destination.maybe, services.maybe)
        surely = PacketSet.of(source.surely, destination.surely, services.surely)
        if set(reasons) & {"nat64", "target", "bound to a device of the cluster"}:
            surely = NO_PACKETS
        match = PacketMatch.exact(maybe) if not reasons else PacketMatch(surely, maybe, tuple(dict.fromkeys(reasons)))
        egress = node.value("to-interface", default="any")
        to_zones = self.rules.zone_names(node, "to", context) if node.has("to") else ANY_NAME
        return _Translation(
            node,
            match,
            self.rules.zone_names(node, "from", context) if node.has("from") else ANY_NAME,
            to_zones if egress == "any" else NameSet.of([egress]),
            to_source,
            to_destination,
            ports,
            both_ways,
            static,
        )

    def _source_translation(self, node: Node, context: str) -> tuple[AddressSet | None, bool, bool]:
        """Return the translated source, whether it is one to one, and whether it goes both ways."""
        translation = node.get("source-translation")
        if translation is None:
            return None, False, False
        for kind in translation.below():
            if kind.word == "static-ip":
                found = self._addresses(kind, "translated-address", context)
                return found, True, kind.is_yes("bi-directional")
            if kind.word in _POOLS:
                return self._pool(kind, context), False, False
        return ANY_ADDRESS, False, False

    def _pool(self, kind: Node, context: str) -> AddressSet:
        found = []
        if kind.has("translated-address"):
            found.append(self._addresses(kind, "translated-address", context))
        if kind.has("interface-address"):
            found.append(self._interface(kind))
        if (fallback := kind.get("fallback")) is not None:
            found.append(self._pool(fallback, context))
        return AddressSet.union(found) if found else ANY_ADDRESS

    def _interface(self, kind: Node) -> AddressSet:
        """Return the address of an interface; every address where it comes from elsewhere."""
        for key in ("ip", "floating-ip"):
            node = kind.get("interface-address", key)
            if node is not None and node.below():
                return AddressSet.union(self.addresses.get(word.partition("/")[0]).maybe for word in node.words())
        name = kind.value("interface-address", "interface")
        known = self.interface_addresses.get(name)
        if not known:
            return ANY_ADDRESS
        return AddressSet.union(AddressSet.of(one.family, IntervalSet.single(one.value)) for one in known)

    def _addresses(self, node: Node, key: str, context: str) -> AddressSet:
        names = node.below(key)
        return self.addresses.match(names, context).maybe if names else ANY_ADDRESS

    def _destination_translation(self, node: Node, context: str) -> tuple[AddressSet | None, IntervalSet | None]:
        for key in ("destination-translation", "dynamic-destination-translation"):
            translation = node.get(key)
            if translation is None:
                continue
            ports = ports_of(translation.value("translated-port")) if translation.has("translated-port") else None
            if not translation.has("translated-address"):
                return None, ports
            return self._addresses(translation, "translated-address", context), ports
        return None, None

    # Into the model

    def _of(self, one: _Translation, access_rules: tuple[AccessRule, ...]) -> list[NatRule]:
        found: list[NatRule] = []
        where = node_ref(self.scope.ledger, one.node)
        base = NatRule(
            one.node.word,
            NatKind.SOURCE,
            one.match,
            where,
            from_interface=one.from_zones,
            to_interface=one.to_zones,
            virtual_system=self.rules.virtual_system,
        )
        if one.destination is not None or one.ports is not None:
            found.append(self._destination(base, one, access_rules))
        if one.source is not None:
            match = one.match
            if one.destination is not None:
                match = _behind(match, one.destination, one.ports)
            found.append(
                replace(
                    base,
                    match=match,
                    translated_source=one.source,
                    to_interface=ANY_NAME if one.destination is not None else one.to_zones,
                )
            )
            if one.static and one.both_ways:
                found.append(self._reverse(base, one, access_rules))
        return found

    def _destination(self, base: NatRule, one: _Translation, access_rules: tuple[AccessRule, ...]) -> NatRule:
        protocol, ports = _published(one.match)
        match = one.match
        if not self.zones.surely_behind(match.maybe.destinations(), one.to_zones):
            match = PacketMatch.upper(match.maybe, *match.reasons, "the zone of the destination before NAT")
        target = one.destination
        if target is None:  # only the port is translated
            target = one.match.maybe.destinations()
        return replace(
            base,
            kind=NatKind.DESTINATION,
            match=match,
            translated_destination=target,
            protocol=protocol if one.ports is not None else None,
            original_ports=ports if one.ports is not None else None,
            translated_ports=one.ports,
            to_interface=one.to_zones,
            used_by=_users(one.match, one.from_zones, access_rules),
            needs_rule=True,
        )

    def _reverse(self, base: NatRule, one: _Translation, access_rules: tuple[AccessRule, ...]) -> NatRule:
        assert one.source is not None
        real = one.match.maybe.sources()
        maybe = PacketSet.of(ANY_ADDRESS, one.source)
        known = one.match.is_exact and one.source != ANY_ADDRESS and real != ANY_ADDRESS
        match = (
            PacketMatch.exact(maybe) if known else PacketMatch.upper(maybe, *one.match.reasons, "static translation")
        )
        return replace(
            base,
            kind=NatKind.DESTINATION,
            match=match,
            translated_destination=real,
            from_interface=ANY_NAME,
            to_interface=ANY_NAME,
            used_by=_users(match, ANY_NAME, access_rules),
            needs_rule=True,
        )


def _behind(match: PacketMatch, destination: AddressSet, ports: IntervalSet | None) -> PacketMatch:
    """Return a match with the destination as it is after its translation, for the step that translates the source."""
    if ports is not None:
        return PacketMatch.upper(PacketSet.of(match.maybe.sources(), destination), *match.reasons, "translated port")
    maybe = _moved(match.maybe, destination)
    if match.is_exact and destination != ANY_ADDRESS:
        return PacketMatch.exact(maybe)
    return PacketMatch(_moved(match.surely, destination), maybe, match.reasons or ("translated destination",))


def _moved(packets: PacketSet, destination: AddressSet) -> PacketSet:
    return PacketSet.union(
        PacketSet.of(AddressSet.of(product.family, product.source), destination, product.services)
        for product in packets.products
    )


def _published(match: PacketMatch) -> tuple[int | None, IntervalSet | None]:
    """Return the protocol and ports of a match where they are one protocol's."""
    boxes = {box for product in match.maybe.products for box in product.services.boxes}
    if len(boxes) != 1:
        return None, None
    box = next(iter(boxes))
    if box.protocols.size() != 1 or box.destination_ports == ALL_PORTS:
        return None, None
    return box.protocols.lowest(), box.destination_ports


def _users(match: PacketMatch, from_zones: NameSet, access_rules: tuple[AccessRule, ...]) -> tuple[str, ...]:
    """Return the permits that name the published addresses: security rules see the header before NAT."""
    published = match.maybe.destinations()
    if published == NO_ADDRESS:
        return ()
    return tuple(
        dict.fromkeys(
            rule.name
            for rule in access_rules
            if rule.enabled
            and not rule.implicit
            and rule.action.permits
            and rule.from_zones & from_zones
            and rule.match.maybe.overlaps(match.maybe)
        )
    )
