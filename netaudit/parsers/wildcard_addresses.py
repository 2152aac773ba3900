"""Addresses as access lists write them: hosts, prefixes, and bases with a wildcard mask.

Source: Cisco NX-OS Security Configuration Guide, "Configuring IP ACLs", "Source and Destination"; Arista EOS User
Manual, "ACLs and Route Maps".
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from netaudit.packets.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    AddressSet,
    Family,
    netmask_length,
    parse_address,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.word_cursor import NotUnderstood


@dataclass(frozen=True, slots=True)
class AddressBounds:
    """Addresses known from below and above, with the text that they were written as."""

    surely: AddressSet
    maybe: AddressSet
    text: str
    unresolved: tuple[str, ...] = ()


_ANYWHERE = (AddressBounds(ANY_IPV4, ANY_IPV4, "any"), AddressBounds(ANY_IPV6, ANY_IPV6, "any"))


def anywhere(ipv6: bool) -> AddressBounds:
    """Return every address of a family."""
    return _ANYWHERE[ipv6]


@lru_cache(maxsize=65536)
def host(text: str, ipv6: bool) -> AddressBounds:
    """Return one address. Raises NotUnderstood."""
    try:
        family, value = parse_address(text)
    except ValueError as problem:
        raise NotUnderstood(text) from problem
    if (family is Family.IPV6) is not ipv6:
        raise NotUnderstood(text)
    addresses = AddressSet.of(family, IntervalSet.single(value))
    return AddressBounds(addresses, addresses, text)


@lru_cache(maxsize=65536)
def prefix(text: str, ipv6: bool) -> AddressBounds:
    """Return the addresses of "10.0.0.0/8". Raises NotUnderstood."""
    try:
        addresses = AddressSet.prefix(text)
    except ValueError as problem:
        raise NotUnderstood(text) from problem
    if bool(addresses.ipv6) is not ipv6 or "/" not in text:
        raise NotUnderstood(text)
    return AddressBounds(addresses, addresses, text.removesuffix("/128" if ipv6 else "/32"))


@lru_cache(maxsize=65536)
def wildcard(text: str, mask: str, masks_too: bool = False) -> AddressBounds:
    """Return the addresses of a base and a wildcard, whose ones are the bits that may differ. Raises NotUnderstood.

    `masks_too`: the platform may take a netmask in the same place. Then a mask such as 255.255.255.0 can be read two
    ways, and both bounds are kept.
    """
    try:
        family, base = parse_address(text)
        other, bits = parse_address(mask)
    except ValueError as problem:
        raise NotUnderstood(f"{text} {mask}") from problem
    if family is not Family.IPV4 or other is not Family.IPV4:
        raise NotUnderstood(f"{text} {mask}")
    if bits & (bits + 1) == 0:  # contiguous: one interval
        low = base & ~bits
        addresses = AddressSet(ipv4=IntervalSet(((low, low | bits),)))
        length = 32 - bits.bit_length()
        return AddressBounds(addresses, addresses, text if length == 32 else f"{text}/{length}")
    read = _discontiguous(text, mask, base, bits)
    length_of_mask = netmask_length(bits) if masks_too else None
    if length_of_mask is None:
        return read
    netmask = AddressSet.prefix(f"{text}/{length_of_mask}")
    return AddressBounds(read.surely & netmask, read.maybe | netmask, f"{text} {mask}")


def _discontiguous(text: str, mask: str, base: int, bits: int) -> AddressBounds:
    written = f"{text} {mask}"
    intervals = wildcard_intervals(base, bits)
    if intervals is None:
        # Too many pieces: known from above as the whole range that the fixed leading bits leave.
        width = bits.bit_length()
        low = base >> width << width
        return AddressBounds(AddressSet(), AddressSet(ipv4=IntervalSet.span(low, low + (1 << width) - 1)), written)
    addresses = AddressSet(ipv4=intervals)
    return AddressBounds(addresses, addresses, written)
