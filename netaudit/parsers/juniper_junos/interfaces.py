"""Interfaces with their units, the filters bound to them, VLANs, and security zones.

Source: Junos Interfaces Fundamentals (units are the logical interfaces that carry addresses), Ethernet Switching User
Guide (`interface-mode`, `vlan members`, `l3-interface`), High Availability User Guide (VRRP).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from netaudit.model.device import DEFAULT_VRF, Interface, InterfaceAddress, SecurityZone
from netaudit.model.rules import Binding, Direction, Purpose
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.juniper_junos.filters import Filters
from netaudit.parsers.juniper_junos.groups import is_wildcard
from netaudit.parsers.juniper_junos.section import number_of
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import prefix_length_of
from netaudit.parsers.ledger import LineLedger

_NOT_PORTS = frozenset(("interface-range", "interface-set", "traceoptions", *APPLY_WORDS))
_NOT_ZONED = frozenset(("lo0", "fxp0", "fxp1", "em0", "me0", "vme"))  # `interfaces all` of a zone leaves them out
_DHCP = ("dhcp", "dhcp-client", "dhcpv6-client", "negotiate-address")
_PARENTS = ("gigether-options", "fastether-options", "ether-options")
_FAMILY_FILTERS = ("inet", "inet6", "ethernet-switching", "bridge", "any", "mpls", "vpls", "ccc")
_DIRECTIONS = (("input", Direction.IN), ("output", Direction.OUT))


def unit_name(text: str) -> str:
    """Return the name of a logical interface: without a unit it is unit 0."""
    return text if "." in text or text in ("all", "any") else f"{text}.0"


@dataclass(slots=True)
class InterfaceReader:
    """Reads the interfaces of one system."""

    system: Node
    system_name: str
    filters: Filters
    ledger: LineLedger
    zone_of: dict[str, str]
    vrf_of: dict[str, str]
    bindings: list[Binding] = field(default_factory=list)
    _vlans: dict[str, int] = field(default_factory=dict)
    _routed: dict[str, int] = field(default_factory=dict)

    def read(self) -> tuple[Interface, ...]:
        """Return the ports and their units, in the order of the file."""
        self._read_vlans()
        found: list[Interface] = []
        for port in self.system.below("interfaces"):
            if port.word in _NOT_PORTS or is_wildcard(port.word):
                continue
            found.append(self._port(port))
            found += [
                self._unit(port, unit)
                for unit in port.below("unit")
                if unit.word not in APPLY_WORDS and not is_wildcard(unit.word)
            ]
        return tuple(found)

    def _read_vlans(self) -> None:
        roots = [self.system, *self.system.below("routing-instances")]
        for root in roots:
            for table in ("vlans", "bridge-domains"):
                for vlan in root.below(table):
                    tag = vlan.value("vlan-id")
                    if not (tag.isascii() and tag.isdigit()) or int(tag) > 4095:
                        continue
                    self._vlans.setdefault(vlan.word, int(tag))
                    for key in ("l3-interface", "routing-interface"):
                        name = vlan.value(key)
                        if name:
                            self._routed[unit_name(name)] = int(tag)

    def _port(self, port: Node) -> Interface:
        bundle = ""
        for options in _PARENTS:
            for key in ("802.3ad", "ieee-802.3ad", "redundant-parent"):
                bundle = bundle or port.value(options, key)
        return Interface(
            name=port.word,
            where=node_ref(self.ledger, port),
            enabled=not port.has("disable"),
            description=port.value("description"),
            bundle=bundle,
            virtual_system=self.system_name,
        )

    def _unit(self, port: Node, unit: Node) -> Interface:
        name = f"{port.word}.{unit.word}"
        addresses, dynamic = self._addresses(unit)
        mode, vlan, trunk = self._switching(unit)
        tag = unit.value("vlan-id")
        if tag.isascii() and tag.isdigit():
            vlan = int(tag)
        for family in _FAMILY_FILTERS:
            self._bind(unit, name, family)
        checks = [unit.has("family", family, "rpf-check") for family in ("inet", "inet6") if unit.has("family", family)]
        return Interface(
            name=name,
            where=node_ref(self.ledger, unit),
            addresses=addresses,
            vrf=self.vrf_of.get(name, DEFAULT_VRF),
            enabled=not (port.has("disable") or unit.has("disable")),
            description=unit.value("description"),
            security_zone=self.zone_of.get(name, "" if port.word in _NOT_ZONED else self.zone_of.get("all", "")),
            vlan=self._routed.get(name, vlan),
            switchport=mode,
            trunk_vlans=trunk,
            native_vlan=self._native(port, unit) if mode == "trunk" else None,
            parent=port.word,
            virtual_system=self.system_name,
            dynamic_address=dynamic,
            source_check=all(checks) if checks else None,
            directed_broadcasts=unit.has("family", "inet", "targeted-broadcast"),
        )

    def _addresses(self, unit: Node) -> tuple[tuple[InterfaceAddress, ...], bool]:
        found: list[InterfaceAddress] = []
        dynamic = False
        for name, family in (("inet", Family.IPV4), ("inet6", Family.IPV6)):
            dynamic = dynamic or any(unit.has("family", name, word) for word in _DHCP)
            primary = [node for node in unit.below("family", name, "address") if node.has("primary")]
            nodes = [*primary, *(node for node in unit.below("family", name, "address") if node not in primary)]
            for node in nodes:
                if node.word in APPLY_WORDS or is_wildcard(node.word):
                    continue
                value = prefix_length_of(node.word)
                if value is None or value[0] is not family:
                    self.ledger.unrecognized(max(node.first, 0), Affects.ROUTING, "not an address")
                    continue
                found.append(InterfaceAddress(family, value[1], value[2]))
                found += self._virtual(node, family, value[2])
        return tuple(found), dynamic

    def _virtual(self, address: Node, family: Family, length: int) -> Iterator[InterfaceAddress]:
        texts = [
            node
            for group in ("vrrp-group", "vrrp-inet6-group")
            for number in address.below(group)
            for key in ("virtual-address", "virtual-inet6-address")
            for node in number.below(key)
        ]
        texts += [
            node
            for key in ("virtual-gateway-address", "virtual-gateway-v4-address", "virtual-gateway-v6-address")
            for node in address.below(key)
        ]
        for node in texts:
            value = prefix_length_of(node.word)
            if value is not None and value[0] is family:
                yield InterfaceAddress(family, value[1], length, virtual=True)

    def _switching(self, unit: Node) -> tuple[str, int | None, IntervalSet | None]:
        for family in ("ethernet-switching", "bridge"):
            node = unit.get("family", family)
            if node is None:
                continue
            mode = node.value("interface-mode") or node.value("port-mode") or unit.value("interface-mode") or "access"
            mode = "trunk" if mode.startswith("trunk") else "access"
            members = (*node.words("vlan", "members"), *node.words("vlan-id-list"), *node.words("vlan-id"))
            tags = [self._tags(member) for member in members]
            if mode == "trunk":
                if not tags or any(tag is None for tag in tags):
                    return mode, None, None
                return mode, None, IntervalSet.of(part for tag in tags if tag is not None for part in tag.intervals)
            only = tags[0] if tags else None
            return mode, only.lowest() if only else None, None
        return "", None, None

    def _native(self, port: Node, unit: Node) -> int | None:
        texts = [port.value("native-vlan-id")]
        texts += [unit.value("family", family, "native-vlan-id") for family in ("ethernet-switching", "bridge")]
        found = (self._vlans.get(text, number_of(text)) for text in texts if text)
        return next((one for one in found if one is not None and 1 <= one <= 4094), None)

    def _tags(self, member: str) -> IntervalSet | None:
        """Return the tags of a VLAN by name, number or range; None where they are not known ("all")."""
        if member in self._vlans:
            return IntervalSet.single(self._vlans[member])
        low, _, high = member.partition("-")
        if low.isascii() and low.isdigit() and len(low) < 5 and (not high or (high.isdigit() and len(high) < 5)):
            return IntervalSet.span(int(low), int(high or low)) or None
        return None

    def _bind(self, unit: Node, name: str, family: str) -> None:
        node = unit.get("family", family, "filter")
        if node is None:
            return
        for word, direction in _DIRECTIONS:
            choices = [one for one in (node.get(word), node.get(f"{word}-list")) if one is not None and one.children]
            if choices:
                chosen = max(choices, key=lambda one: one.first)  # a list takes the place of a filter and vice versa
                single = chosen.value_node()
                uses = [single] if chosen.word == word else list(chosen.below())
                self._bound([one for one in uses if one is not None], name, family, direction, chosen.word)
            for one in node.below(f"{word}-chain"):  # each filter of a chain must accept
                self._bound([one], name, family, direction, f"{word}-chain")

    def _bound(self, uses: list[Node], name: str, family: str, direction: Direction, word: str) -> None:
        uses = [one for one in uses if one.word not in APPLY_WORDS]
        if not uses:
            return
        context = f"interface {name} family {family} filter {word}"
        rulebase, shown = self.filters.chain(family, tuple(one.word for one in uses), uses[0], context)
        self.bindings.append(
            Binding(
                rulebase=shown if rulebase is None else rulebase.name,
                purpose=Purpose.MANAGEMENT if name.startswith("lo0.") else Purpose.FILTER,
                where=node_ref(self.ledger, uses[0], False),
                interface=name,
                direction=direction,
                virtual_system=self.system_name,
                defined=rulebase is not None,
            )
        )


def read_zones(system: Node, name: str, ledger: LineLedger) -> tuple[SecurityZone, ...]:
    """Return the security zones; traffic within a zone needs a policy too."""
    return tuple(
        SecurityZone(
            name=zone.word,
            interfaces=tuple(unit_name(one) for one in zone.words("interfaces")),
            where=node_ref(ledger, zone),
            virtual_system=name,
            intrazone_permitted=False,
        )
        for zone in system.below("security", "zones", "security-zone")
        if zone.word not in APPLY_WORDS
    )


def read_vrfs(system: Node) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the routing instances, and the instance of each interface in one."""
    names: list[str] = []
    of_interface: dict[str, str] = {}
    for instance in system.below("routing-instances"):
        if instance.word in APPLY_WORDS or is_wildcard(instance.word):
            continue
        names.append(instance.word)
        for one in instance.words("interface"):
            of_interface[unit_name(one)] = instance.word
    return tuple(names), of_interface
