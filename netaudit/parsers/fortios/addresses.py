"""Firewall addresses and groups of one VDOM and one family, with what they surely hold and may hold.

Source: FortiOS Administration Guide, "Address objects"; CLI Reference, config firewall address, addrgrp.
"""

from __future__ import annotations

from collections.abc import Mapping

from netaudit.model.device import AddressObject, InterfaceAddress
from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    NO_ADDRESS,
    AddressSet,
    Family,
    netmask_length,
    parse_address,
    prefix_interval,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.rule_values import AddressValue, exact_addresses, joined_addresses

MAX_GROUP_DEPTH = 64


def address_and_mask(words: tuple[str, ...]) -> tuple[Family, int, int]:
    """Return family, address and prefix length of "10.1.1.1 255.255.255.0" or "10.1.1.1/24".

    Raises ValueError on anything else, also on a mask with holes.
    """
    if len(words) == 1:
        address, slash, length = words[0].partition("/")
        family, value = parse_address(address)
        if not slash:
            return family, value, family.bits
        if "." in length:
            words = (address, length)
        elif length.isascii() and length.isdigit() and int(length) <= family.bits:
            return family, value, int(length)
        else:
            raise ValueError(f"not a prefix length: {length}")
    if len(words) != 2:
        raise ValueError("not an address with a mask")
    family, value = parse_address(words[0])
    other, mask = parse_address(words[1])
    prefix_length = netmask_length(mask) if other is Family.IPV4 else None
    if family is not Family.IPV4 or prefix_length is None:
        raise ValueError(f"not an IPv4 netmask: {words[1]}")
    return family, value, prefix_length


def prefix_set(words: tuple[str, ...]) -> AddressSet:
    """Return the addresses of an address with its mask. Raises ValueError."""
    family, value, length = address_and_mask(words)
    return AddressSet.of(family, IntervalSet.span(*prefix_interval(family, value, length)))


# Types whose members are not in the configuration, with the reason that is given for the upper bound.
_OPEN_TYPES = {
    "fqdn": "fqdn",
    "wildcard-fqdn": "fqdn",
    "geography": "geography",
    "mac": "mac address",
    "dynamic": "dynamic address",
    "template": "address template",
    "nsx": "dynamic address",
    "sdn": "dynamic address",
    "device": "device",
    "route-tag": "route tag",
    "url": "url",
}


class AddressBook:
    """The addresses of one VDOM and one family; every name is resolved once."""

    def __init__(
        self,
        scope: Scope,
        family: Family,
        references: References,
        interface_addresses: Mapping[str, tuple[InterfaceAddress, ...]],
    ) -> None:
        self.scope = scope
        self.family = family
        self.references = references
        self.any = ANY_IPV4 if family is Family.IPV4 else ANY_IPV6
        suffix = "" if family is Family.IPV4 else "6"
        self.paths = (f"firewall address{suffix}", f"firewall addrgrp{suffix}")
        self.addresses = {node.name: node for node in scope.entries(self.paths[0])}
        self.groups = {node.name: node for node in scope.entries(self.paths[1])}
        self.vip_paths = (f"firewall vip{suffix}", f"firewall vipgrp{suffix}")
        self.vips = {node.name: node for path in self.vip_paths for node in scope.entries(path)}
        self.feeds = {node.name for node in scope.common_entries("system external-resource")}
        self.is_complete = scope.defines(self.paths[0])  # else names may be defined elsewhere
        self._interface_addresses = interface_addresses
        self._known: dict[str, AddressValue] = {}
        self._unions: dict[tuple[str, ...], AddressValue] = {}
        none = AddressSet.prefix("0.0.0.0/32" if family is Family.IPV4 else "::/128")
        self._predefined = {
            "all": exact_addresses(self.any),
            "none": exact_addresses(none),
            "any": exact_addresses(self.any),
        }

    def unknown(self, reason: str, undefined: tuple[str, ...] = ()) -> AddressValue:
        """Return a value of which only the upper bound is known: every address."""
        return AddressValue(NO_ADDRESS, self.any, (reason,), undefined)

    def is_virtual(self, name: str) -> bool:
        """Tell whether a destination is a virtual IP or a group of them."""
        return name in self.vips and name not in self.addresses and name not in self.groups

    def union(self, names: tuple[str, ...], node: Node, key: str, context: str) -> AddressValue:
        """Return what the names of one setting stand for together."""
        value = self._unions.get(names)
        if value is None:
            value = joined_addresses([self.resolve(name) for name in names]) if names else exact_addresses(NO_ADDRESS)
            self._unions[names] = value
            self.references.use("address", names)
        if value.undefined:
            for name in names:
                if not self._is_defined(name):
                    self.report_missing(name, node, key, context)
        return value

    def report_missing(self, name: str, node: Node, key: str, context: str) -> None:
        """Note an undefined name, unless the file holds no addresses at all (a partial export)."""
        if self.is_complete:
            self.references.missing("address object", name, node, key, context)

    def _is_defined(self, name: str) -> bool:
        return (
            name in self.addresses
            or name in self.groups
            or name in self.vips
            or name in self.feeds
            or name in self._predefined
        )

    def resolve(self, name: str, depth: int = 0, active: frozenset[str] = frozenset()) -> AddressValue:
        """Return what a name stands for."""
        value = self._known.get(name)
        if value is not None:
            return value
        if name in active:
            return self.unknown("group cycle")
        if depth > MAX_GROUP_DEPTH:
            return self.unknown("group nesting")
        if name in self.groups:
            value = self._group(self.groups[name], depth, active | {name})
        elif name in self.addresses:
            value = self._address(self.addresses[name])
        elif name in self._predefined:
            value = self._predefined[name]
        elif name in self.feeds:
            value = self.unknown("external resource")
        elif name in self.vips:
            value = self.unknown("virtual ip")
        else:
            value = self.unknown("undefined name" if self.is_complete else "not in this file", (name,))
        self._known[name] = value
        return value

    def _group(self, node: Node, depth: int, active: frozenset[str]) -> AddressValue:
        members = self._members(node, "member", depth, active)
        if not node.is_on("exclude"):
            return members
        excluded = self._members(node, "exclude-member", depth, active)
        if members.is_exact and excluded.is_exact:
            rest = members.maybe - excluded.maybe
            return AddressValue(rest, rest, (), members.undefined + excluded.undefined)
        return AddressValue(
            members.surely - excluded.maybe,
            members.maybe - excluded.surely,
            tuple(dict.fromkeys(members.reasons + excluded.reasons)),
            members.undefined + excluded.undefined,
        )

    def _members(self, node: Node, key: str, depth: int, active: frozenset[str]) -> AddressValue:
        names = node.words(key)
        if not names:
            return exact_addresses(NO_ADDRESS)
        self.references.use("address", names)
        for name in names:
            if not self._is_defined(name):
                self.report_missing(name, node, key, f"address group {node.name}")
        return joined_addresses([self.resolve(name, depth + 1, active) for name in names])

    def _address(self, node: Node) -> AddressValue:
        try:
            return self._typed(node)
        except ValueError:
            line = node.line_of(next((key for key in _VALUE_KEYS if key in node.settings), ""))
            self.references.ledger.unrecognized(line, Affects.FILTER, "not an address")
            return self.unknown("not understood")

    def _typed(self, node: Node) -> AddressValue:
        kind = node.value("type", "ipmask" if self.family is Family.IPV4 else "ipprefix")
        odd = [key for key in node.settings if key not in node.rule.states]
        if odd:
            return self.unknown("not understood")
        if kind == "ipmask":
            if "type" not in node.settings and "subnet" not in node.settings and _IMPLIES_TYPE & node.settings.keys():
                return self.unknown("not understood")
            return self._of_family(prefix_set(node.words("subnet") or ("0.0.0.0/0",)))
        if kind == "ipprefix":
            return self._of_family(prefix_set(node.words("ip6") or ("::/0",)))
        if kind == "iprange":
            zero = "0.0.0.0" if self.family is Family.IPV4 else "::"
            first, last = node.value("start-ip", zero), node.value("end-ip", node.value("start-ip", zero))
            return self._of_family(AddressSet.range(first, last))
        if kind == "wildcard":
            words = node.words("wildcard") or ("0.0.0.0", "0.0.0.0")
            if len(words) != 2 or self.family is not Family.IPV4:
                raise ValueError("not an IPv4 wildcard")
            base, mask = (parse_address(word)[1] for word in words)
            intervals = wildcard_intervals(base, mask ^ 0xFFFFFFFF)  # a 1 of the mask must match
            return self.unknown("wildcard") if intervals is None else exact_addresses(AddressSet(ipv4=intervals))
        if kind == "interface-subnet":
            return self._interface_subnet(node)
        reason = _OPEN_TYPES.get(kind)
        if reason is None:
            raise ValueError(f"address type {kind}")
        return self.unknown(reason)

    def _of_family(self, addresses: AddressSet) -> AddressValue:
        if not addresses.family(self.family):
            raise ValueError("an address of the other family")
        return exact_addresses(addresses)

    def _interface_subnet(self, node: Node) -> AddressValue:
        """Return the subnet of the interface as configured; the subnet of the object is a copy of it."""
        found = [
            one
            for one in self._interface_addresses.get(node.value("interface"), ())
            if one.family is self.family and not one.secondary and not one.virtual
        ]
        if found:
            return exact_addresses(AddressSet.of(self.family, found[0].network))
        return self.unknown("interface address")

    def objects(self) -> list[AddressObject]:
        """Return all addresses and groups for the model, resolved."""
        found = []
        for node in (*self.addresses.values(), *self.groups.values()):
            value = self.resolve(node.name)
            kind = "group" if node.name in self.groups else _KINDS.get(node.value("type"), "address")
            found.append(
                AddressObject(
                    node.name,
                    value.maybe if value.is_exact else value.surely,
                    node_ref(self.references.ledger, node),
                    kind,
                    node.words("member") if kind == "group" else (),
                    value.is_exact,
                    self.scope.name,
                )
            )
        return found


_VALUE_KEYS = ("subnet", "ip6", "start-ip", "end-ip", "wildcard", "type")
_IMPLIES_TYPE = frozenset(("fqdn", "country", "start-ip", "end-ip", "wildcard", "start-mac", "macaddr", "sdn"))
_KINDS = {
    "fqdn": "fqdn",
    "wildcard-fqdn": "fqdn",
    "geography": "geography",
    "mac": "mac",
    "dynamic": "dynamic",
    "interface-subnet": "interface",
}
