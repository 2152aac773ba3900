"""Network objects: what the source and destination cells of a rule stand for.

Decisions, with their sources (Check Point Security Management Administration Guide, "Managing Objects"; Management API
Reference, "Network Objects"):
- A gateway object stands for the addresses of all its interfaces: that is what a stealth rule protects.
- A group with exclusion is `include` without `except`.
- An object with automatic static NAT may also be met under its translated address, which widens the upper bound.
- Security zones are names of interfaces, not addresses; a cell with zones and addresses is met by either.
- Access roles, dynamic, updatable and data-center objects, domains and the Internet object widen the upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.packets.addresses import (
    ANY_ADDRESS,
    NO_ADDRESS,
    AddressSet,
    netmask_length,
    parse_address,
    wildcard_intervals,
)
from netaudit.packets.names import NameSet
from netaudit.parsers.checkpoint.export import GATEWAY_TYPES, SERVER_TYPES, Export, Placed, is_any
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

MAX_GROUP_DEPTH = 64
NO_ZONE = NameSet()

# Types whose addresses the export does not tell, with the reason.
_UNKNOWN_ADDRESSES = {
    "access-role": "access role",
    "dynamic-object": "dynamic object",
    "dynamic-global-network-object": "dynamic object",
    "dns-domain": "fqdn",
    "updatable-object": "updatable object",
    "data-center-object": "data center object",
    "data-center-query": "data center object",
    "network-feed": "network feed",
    "Internet": "internet object",
    "identity-tag": "identity tag",
    "user-group": "user",
    "user": "user",
    "LegacyUserAtLocation": "user",
    "logical-server": "logical server",
    "gsn-handover-group": "gsn handover group",
    "voip-domain": "voip domain",
    "CpmiVoipSipDomain": "voip domain",
    "CpmiLogicalServer": "logical server",
    "tag": "tag",
}
_PLAIN_HOSTS = frozenset({"host", "interoperable-device", "CpmiInteroperableDevice", "CpmiOseDevice", *SERVER_TYPES})


@dataclass(frozen=True, slots=True)
class AddressValue:
    """What objects stand for: `surely` is a subset of `maybe`; `zones` are met as well as the addresses."""

    surely: AddressSet = NO_ADDRESS
    maybe: AddressSet = NO_ADDRESS
    zones: NameSet = NO_ZONE
    reasons: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    users: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether both bounds are the same."""
        return self.surely == self.maybe

    def inverted(self) -> AddressValue:
        """Return everything else; its zones are those that are in none of the cell's."""
        return AddressValue(~self.maybe, ~self.surely, self.zones, self.reasons, self.undefined, self.users)


def exactly(addresses: AddressSet) -> AddressValue:
    """Return addresses that are fully known."""
    return AddressValue(addresses, addresses)


def upper(reason: str, addresses: AddressSet = ANY_ADDRESS) -> AddressValue:
    """Return addresses known from above only."""
    return AddressValue(NO_ADDRESS, addresses, reasons=(reason,))


def union_of(values: Iterable[AddressValue]) -> AddressValue:
    """Return what several objects stand for together."""
    many = list(values)
    if len(many) == 1:
        return many[0]
    zones = NO_ZONE
    for one in many:
        if one.zones:
            zones = zones | one.zones
    return AddressValue(
        AddressSet.union(one.surely for one in many),
        AddressSet.union(one.maybe for one in many),
        zones,
        _joined(one.reasons for one in many),
        _joined(one.undefined for one in many),
        _joined(one.users for one in many),
    )


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for part in parts for text in part))


class AddressBook:
    """The network objects of one export; every object is resolved once."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self._known: dict[str, AddressValue] = {}

    def cell(self, items: Iterable[JsonValue]) -> AddressValue:
        """Return what the objects of a cell stand for together."""
        return union_of([self.resolve(item) for item in items])

    def resolve(self, reference: JsonValue, active: frozenset[str] = frozenset()) -> AddressValue:
        """Return what a uid, name or inner object stands for."""
        placed = self.export.find(reference)
        if placed is None and is_any(reference):
            return exactly(ANY_ADDRESS)
        if placed is None:
            name = clean(reference.text("name")) if isinstance(reference, JsonObject) else clean(str(reference))
            return AddressValue(NO_ADDRESS, ANY_ADDRESS, NO_ZONE, ("not in the export",), (name,))
        if placed.uid in active:
            return upper("group cycle")
        if len(active) > MAX_GROUP_DEPTH:
            return upper("group nesting")
        known = self._known.get(placed.uid)
        if known is None:
            known = self._value(placed, active | {placed.uid})
            if not active or "group cycle" not in known.reasons:
                self._known[placed.uid] = known
        return known

    def _value(self, placed: Placed, active: frozenset[str]) -> AddressValue:
        value, kind = placed.value, placed.type
        try:
            if kind == "CpmiAnyObject" or (kind in ("Global", "any") and placed.name in ("Any", "All")):
                return exactly(ANY_ADDRESS)
            if kind == "security-zone":
                return AddressValue(zones=NameSet.of([placed.name]))
            if kind in ("group", "CpmiGroup"):
                return self._group(value, active)
            if kind == "group-with-exclusion":
                return self._exclusion(value, active)
            if kind == "access-role":
                return self._role(placed, active)
            if kind in _UNKNOWN_ADDRESSES:
                return upper(_UNKNOWN_ADDRESSES[kind])
            if kind in GATEWAY_TYPES:
                return self._gateway(placed)
            return self._plain(placed)
        except ValueError:
            return upper("not understood")

    def _plain(self, placed: Placed) -> AddressValue:
        """Return the addresses of a host, network, range or wildcard. Raises ValueError."""
        value, kind = placed.value, placed.type
        if kind in _PLAIN_HOSTS:
            addresses = _both(value, "ipv4-address", "ipv6-address") | interface_addresses([placed])
        elif kind == "network":
            addresses = network_addresses(value)
        elif kind in ("address-range", "multicast-address-range", "CpmiAddressRange"):
            addresses = _both(value, "ipv4-address", "ipv6-address")
            for first, last in (
                ("ipv4-address-first", "ipv4-address-last"),
                ("ipv6-address-first", "ipv6-address-last"),
            ):
                if value.text(first):
                    addresses |= AddressSet.range(value.text(first), value.text(last))
        elif kind == "wildcard":
            return _wildcard(value)
        else:
            return upper(f"object type {clean(kind)}")
        if not addresses:
            return upper("address not in the export")
        translated = static_translation(value)
        if translated:
            return AddressValue(addresses, addresses | translated, reasons=("automatic static nat",))
        return exactly(addresses)

    def _gateway(self, placed: Placed) -> AddressValue:
        """Return all addresses of a gateway: those of its own and of its interfaces, from every file that tells."""
        said = self.export.gateways.get(placed.uid, [placed])
        addresses = AddressSet.union(_both(one.value, "ipv4-address", "ipv6-address") for one in said)
        if any(one.value.flag("dynamic-ip") for one in said):
            return AddressValue(addresses, ANY_ADDRESS, reasons=("dynamic address",))
        if not any(isinstance(one.value.get("interfaces"), JsonArray | JsonObject) for one in said):
            return AddressValue(addresses, ANY_ADDRESS, reasons=("gateway interfaces not in the export",))
        return exactly(addresses | interface_addresses(said))

    def _group(self, value: JsonObject, active: frozenset[str]) -> AddressValue:
        members = value.get("members")
        if isinstance(members, JsonArray):
            return union_of([self.resolve(one, active) for one in members] or [exactly(NO_ADDRESS)])
        ranges = value.object("ranges")  # `show-as-ranges`: the members as written out by the server
        if ranges is None:
            return upper("group members not in the export")
        found = [
            AddressSet.range(one.text("start"), one.text("end"))
            for family in ("ipv4", "ipv6")
            for one in ranges.objects(family)
        ]
        others = [self.resolve(one, active) for one in ranges.items_of("others")]
        return union_of([exactly(AddressSet.union(found)), *others])

    def _exclusion(self, value: JsonObject, active: frozenset[str]) -> AddressValue:
        if "include" not in value or "except" not in value:
            return upper("group members not in the export")
        include, without = (self.resolve(value[key], active) for key in ("include", "except"))
        if include.zones or without.zones:
            return upper("security zone")
        return AddressValue(
            include.surely - without.maybe,
            include.maybe - without.surely,
            NO_ZONE,
            _joined((include.reasons, without.reasons)),
            _joined((include.undefined, without.undefined)),
        )

    def _role(self, placed: Placed, active: frozenset[str]) -> AddressValue:
        """Return an access role: users or machines, in some networks or in any."""
        networks = placed.value.get("networks")
        maybe = ANY_ADDRESS
        if isinstance(networks, JsonArray) and networks and "any" not in networks:
            found = union_of([self.resolve(one, active) for one in networks])
            maybe = found.maybe if not found.zones else ANY_ADDRESS
        return AddressValue(NO_ADDRESS, maybe, reasons=("access role",), users=(placed.name,))


def _both(value: JsonObject, *keys: str) -> AddressSet:
    """Return the plain addresses under some keys. Raises ValueError."""
    return AddressSet.union(AddressSet.host(value.text(key)) for key in keys if value.text(key))


def network_addresses(value: JsonObject) -> AddressSet:
    """Return the addresses of a network object. Raises ValueError."""
    found = []
    for address_key, length_key in (("subnet4", "mask-length4"), ("subnet6", "mask-length6")):
        if value.text(address_key):
            length = value.number(length_key)
            if length is None and value.text("subnet-mask") and address_key == "subnet4":
                length = netmask_length(parse_address(value.text("subnet-mask"))[1])
            if length is None:
                raise ValueError("a network without a mask")
            found.append(AddressSet.prefix(f"{value.text(address_key)}/{length}"))
    return AddressSet.union(found)


def _wildcard(value: JsonObject) -> AddressValue:
    """Return a wildcard object: a 1 in the mask is a bit that may be anything. Raises ValueError."""
    if value.text("ipv6-address"):
        return upper("ipv6 wildcard")
    family, base = parse_address(value.text("ipv4-address"))
    _, mask = parse_address(value.text("ipv4-mask-wildcard"))
    intervals = wildcard_intervals(base, mask)
    if intervals is None:
        return upper("wildcard mask")
    return exactly(AddressSet.of(family, intervals))


def static_translation(value: JsonObject) -> AddressSet:
    """Return the address under which automatic static NAT shows an object, none where it has none."""
    settings = value.object("nat-settings")
    if settings is None or not settings.flag("auto-rule") or settings.text("method") != "static":
        return NO_ADDRESS
    try:
        return _both(settings, "ipv4-address", "ipv6-address")
    except ValueError:
        return NO_ADDRESS


def interface_objects(placed: Placed) -> list[JsonObject]:
    """Return the interfaces of a gateway as one file says them; R81 nests them under `objects`."""
    inner = placed.value.object("interfaces")
    return list(inner.objects("objects") if inner is not None else placed.value.objects("interfaces"))


def interface_addresses(said: Iterable[Placed]) -> AddressSet:
    """Return the addresses of a gateway's interfaces and of its members' interfaces. Raises ValueError."""
    found = []
    for one in said:
        holders = [one.value, *one.value.objects("cluster-members"), *one.value.objects("members")]
        interfaces = interface_objects(one)
        for holder in holders[1:]:
            found.append(_both(holder, "ip-address", "ipv4-address", "ipv6-address"))
            interfaces += list(holder.objects("interfaces"))
        found += [_both(interface, "ipv4-address", "ipv6-address") for interface in interfaces]
    return AddressSet.union(found)
