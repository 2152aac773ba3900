"""Address words: `any`, `host`, `address mask`, IPv6 prefixes, `interface`, objects and groups."""

from __future__ import annotations

from functools import lru_cache

from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    AddressSet,
    Family,
    netmask_length,
    parse_address,
    prefix_interval,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.cisco_asa.bounds import AddressBounds
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words

_ALL_ONES = 0xFFFFFFFF
_ANY4 = AddressBounds.exact(ANY_IPV4)
_ANY6 = AddressBounds.exact(ANY_IPV6)
UNKNOWN_INTERFACE = AddressBounds.upper(ANY_IPV4, "interface address unknown")


def literal_address(text: str, names: dict[str, str]) -> tuple[Family, int]:
    """Return an address or what a `name` alias stands for; `0` is 0.0.0.0. Raises NotUnderstood."""
    try:
        return parse_address(names.get(text, text) if text != "0" else "0.0.0.0")
    except ValueError:
        raise NotUnderstood("an address was expected") from None


def netmask_of(text: str) -> int:
    """Return an IPv4 mask as a number. Raises NotUnderstood."""
    try:
        family, mask = parse_address(text if text != "0" else "0.0.0.0")
    except ValueError:
        raise NotUnderstood("a netmask was expected") from None
    if family is not Family.IPV4:
        raise NotUnderstood("a netmask was expected")
    return mask


@lru_cache(maxsize=65536)
def masked_addresses(address: int, mask: int) -> AddressBounds:
    """Return the IPv4 addresses of an address and a netmask (1 = the bit counts).

    A mask with holes is read bit by bit. An address with bits outside such a mask is refused by the device
    ("address,mask doesn't pair"); it is probably a wildcard of another platform, so either reading may hold.
    """
    length = netmask_length(mask)
    if length is not None:
        return AddressBounds.exact(AddressSet(ipv4=IntervalSet.span(*prefix_interval(Family.IPV4, address, length))))
    as_netmask = wildcard_intervals(address, mask ^ _ALL_ONES)
    if not address & ~mask & _ALL_ONES:
        if as_netmask is None:
            return AddressBounds.upper(ANY_IPV4, "mask with many holes")
        return AddressBounds.exact(AddressSet(ipv4=as_netmask))
    as_wildcard = wildcard_intervals(address, mask)
    if as_netmask is None or as_wildcard is None:
        return AddressBounds.upper(ANY_IPV4, "mask does not fit the address")
    return AddressBounds.upper(AddressSet(ipv4=as_netmask | as_wildcard), "mask does not fit the address")


@lru_cache(maxsize=65536)
def host_addresses(family: Family, value: int) -> AddressBounds:
    """Return one address."""
    return AddressBounds.exact(AddressSet.of(family, IntervalSet.single(value)))


def prefix_addresses(text: str, names: dict[str, str]) -> AddressBounds:
    """Return the addresses of an IPv6 prefix "2001:db8::/32" (or an IPv4 one). Raises NotUnderstood."""
    address, _, length = text.partition("/")
    family, value = literal_address(address, names)
    if not (length.isascii() and length.isdigit() and int(length[:4]) <= family.bits):
        raise NotUnderstood("a prefix was expected")
    return AddressBounds.exact(
        AddressSet.of(family, IntervalSet.span(*prefix_interval(family, value, int(length[:4]))))
    )


def read_literal(words: Words, names: dict[str, str]) -> AddressBounds:
    """Take `host A`, `A MASK` or a prefix. Raises NotUnderstood."""
    word = words.take()
    if word == "host":
        return host_addresses(*literal_address(words.take(), names))
    if "/" in word and word not in names:
        return prefix_addresses(word, names)
    family, value = literal_address(word, names)
    if family is Family.IPV6:
        raise NotUnderstood("a prefix length was expected")
    return masked_addresses(value, netmask_of(words.take()))


def read_address(words: Words, context: Context, index: int, any_bounds: AddressBounds) -> AddressBounds:
    """Take one address argument of a rule; names that it uses are recorded. Raises NotUnderstood."""
    word = words.peek()
    if word in ("any", "any4", "any6"):
        words.take()
        return any_bounds if word == "any" else _ANY4 if word == "any4" else _ANY6
    if word == "object":
        words.take()
        name = words.take()
        if context.use("address object", name, index, "access-list"):
            return context.address_objects[name]
        return AddressBounds.undefined(name)
    if word == "object-group":
        words.take()
        name = words.take()
        if context.use("address group", name, index, "access-list"):
            return context.address_groups[name]
        return AddressBounds.undefined(name)
    if word == "object-group-network-service":
        words.take()
        name = words.take()
        if context.use("network service group", name, index, "access-list"):
            return AddressBounds.upper(any_bounds.maybe, "network service")
        return AddressBounds.undefined(name)
    if word == "interface":
        words.take()
        name = words.take()
        return context.interface_addresses.get(name, UNKNOWN_INTERFACE)
    bounds = read_literal(words, context.names)
    if bounds.reasons:
        context.ledger.unsupported(index, Affects.FILTER, bounds.reasons[0])
    return bounds
