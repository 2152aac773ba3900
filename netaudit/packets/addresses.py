"""Sets of IPv4 and IPv6 addresses."""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from netaudit.packets.intervals import EMPTY, IntervalSet


class Family(IntEnum):
    """Address family; the value is the IP version."""

    IPV4 = 4
    IPV6 = 6

    @property
    def bits(self) -> int:
        """Return the width of an address in bits: 32 or 128."""
        return 32 if self is Family.IPV4 else 128

    @property
    def all_addresses(self) -> IntervalSet:
        """Return every address of the family."""
        return _ALL_IPV4 if self is Family.IPV4 else _ALL_IPV6


_ALL_IPV4 = IntervalSet.span(0, 2**32 - 1)
_ALL_IPV6 = IntervalSet.span(0, 2**128 - 1)

# Past this many intervals a discontiguous wildcard is not expanded (LIBRARIES.md 1.3).
MAX_WILDCARD_INTERVALS = 4096


def parse_address(text: str) -> tuple[Family, int]:
    """Return family and number of a plain address ("10.1.1.1", "2001:db8::1").

    Raises ValueError on anything else; a prefix length, mask or zone index is not accepted, and neither
    are the short IPv4 forms that inet_aton would take ("10.1").
    """
    try:
        if ":" in text:
            return Family.IPV6, int.from_bytes(socket.inet_pton(socket.AF_INET6, text), "big")
        return Family.IPV4, int.from_bytes(socket.inet_pton(socket.AF_INET, text), "big")
    except (OSError, UnicodeError, ValueError):
        raise ValueError(f"not an IP address: {text!r}") from None


def format_address(family: Family, value: int) -> str:
    """Return the usual text of an address (RFC 5952 for IPv6)."""
    if family is Family.IPV4:
        return socket.inet_ntop(socket.AF_INET, value.to_bytes(4, "big"))
    return socket.inet_ntop(socket.AF_INET6, value.to_bytes(16, "big"))


def prefix_interval(family: Family, value: int, prefix_length: int) -> tuple[int, int]:
    """Return first and last address of the prefix that holds `value`. Raises ValueError on a bad length."""
    if not 0 <= prefix_length <= family.bits:
        raise ValueError(f"prefix length {prefix_length} is not within 0 to {family.bits}")
    host = (1 << (family.bits - prefix_length)) - 1
    return value & ~host, value | host


def wildcard_intervals(base: int, wildcard: int) -> IntervalSet | None:
    """Return the IPv4 addresses that equal `base` in every bit where `wildcard` has a 0.

    A wildcard may be discontiguous (0.0.255.0). Returns None where it would need more than
    MAX_WILDCARD_INTERVALS intervals: the caller then knows only an upper bound.
    Source: Cisco IOS Security Configuration Guide, "Wildcard Mask for Addresses in an Access List".
    """
    tail = 0
    while tail < 32 and wildcard >> tail & 1:
        tail += 1
    free_bits = [bit for bit in range(tail, 32) if wildcard >> bit & 1]
    if 1 << len(free_bits) > MAX_WILDCARD_INTERVALS:
        return None
    low = base & ~wildcard & 0xFFFFFFFF
    bases = [low]
    for bit in free_bits:
        bases += [value | 1 << bit for value in bases]
    width = (1 << tail) - 1
    return IntervalSet.of((value, value + width) for value in bases)


def netmask_length(mask: int) -> int | None:
    """Return the prefix length of a contiguous IPv4 netmask, None for any other mask."""
    inverted = mask ^ 0xFFFFFFFF
    return None if inverted & (inverted + 1) else 32 - inverted.bit_length()


@dataclass(frozen=True, slots=True)
class AddressSet:
    """A set of addresses of both families; equal sets compare equal."""

    ipv4: IntervalSet = EMPTY
    ipv6: IntervalSet = EMPTY

    @classmethod
    def of(cls, family: Family, intervals: IntervalSet) -> AddressSet:
        """Return a set within one family."""
        return cls(ipv4=intervals) if family is Family.IPV4 else cls(ipv6=intervals)

    @classmethod
    def host(cls, text: str) -> AddressSet:
        """Return one address. Raises ValueError."""
        family, value = parse_address(text)
        return cls.of(family, IntervalSet.single(value))

    @classmethod
    def prefix(cls, text: str) -> AddressSet:
        """Return the addresses of "10.1.0.0/16", "2001:db8::/32" or one plain address.

        Host bits are ignored. Only a prefix length may follow the slash, never a mask. Raises ValueError.
        """
        return _prefix(text)

    @classmethod
    def range(cls, first: str, last: str) -> AddressSet:
        """Return the addresses from first to last, inclusive; both of one family. Raises ValueError."""
        family, low = parse_address(first)
        other, high = parse_address(last)
        if family is not other:
            raise ValueError(f"a range needs two addresses of one family: {first} {last}")
        return cls.of(family, IntervalSet.span(low, high))

    @classmethod
    def union(cls, sets: Iterable[AddressSet]) -> AddressSet:
        """Return the union of many sets in one pass."""
        many = list(sets)
        if len(many) == 1:
            return many[0]
        return cls(
            IntervalSet.of(interval for one in many for interval in one.ipv4.intervals),
            IntervalSet.of(interval for one in many for interval in one.ipv6.intervals),
        )

    def family(self, family: Family) -> IntervalSet:
        """Return the addresses of one family."""
        return self.ipv4 if family is Family.IPV4 else self.ipv6

    def __or__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.ipv4 | other.ipv4, self.ipv6 | other.ipv6)

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.ipv4 & other.ipv4, self.ipv6 & other.ipv6)

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(self.ipv4 - other.ipv4, self.ipv6 - other.ipv6)

    def __invert__(self) -> AddressSet:
        """Return all other addresses of both families."""
        return ANY_ADDRESS - self

    def __le__(self, other: AddressSet) -> bool:
        return self.ipv4 <= other.ipv4 and self.ipv6 <= other.ipv6

    def __bool__(self) -> bool:
        return bool(self.ipv4) or bool(self.ipv6)

    def overlaps(self, other: AddressSet) -> bool:
        """Tell whether the two sets share an address."""
        return self.ipv4.overlaps(other.ipv4) or self.ipv6.overlaps(other.ipv6)

    def prefixes(self) -> Iterator[str]:
        """Yield the set as the fewest prefixes in order, IPv4 first; a host has no "/32" or "/128"."""
        for family in Family:
            for low, high in self.family(family):
                yield from _cover(family, low, high)

    def __str__(self) -> str:
        """Return a readable text: prefixes where a few are enough, else ranges."""
        if self == ANY_ADDRESS:
            return "any"
        if self == ANY_IPV4:
            return "any (IPv4)"
        if self == ANY_IPV6:
            return "any (IPv6)"
        parts: list[str] = []
        for family in Family:
            for low, high in self.family(family):
                cover = list(_cover(family, low, high))
                if len(cover) > 2:
                    cover = [f"{format_address(family, low)}-{format_address(family, high)}"]
                parts += cover
        return ", ".join(parts) or "none"


@lru_cache(maxsize=65536)
def _prefix(text: str) -> AddressSet:
    address, slash, length = text.partition("/")
    family, value = parse_address(address)
    if not slash:
        return AddressSet.of(family, IntervalSet.single(value))
    if not (length.isascii() and length.isdigit()):
        raise ValueError(f"not a prefix: {text!r}")
    low, high = prefix_interval(family, value, int(length))
    return AddressSet.of(family, IntervalSet.span(low, high))


def _cover(family: Family, low: int, high: int) -> Iterator[str]:
    """Yield the fewest prefixes that make up one interval."""
    while low <= high:
        size = low & -low if low else 1 << family.bits
        while size > high - low + 1:
            size >>= 1
        length = family.bits - (size.bit_length() - 1)
        text = format_address(family, low)
        yield text if length == family.bits else f"{text}/{length}"
        low += size


NO_ADDRESS = AddressSet()
ANY_IPV4 = AddressSet(ipv4=_ALL_IPV4)
ANY_IPV6 = AddressSet(ipv6=_ALL_IPV6)
ANY_ADDRESS = AddressSet(_ALL_IPV4, _ALL_IPV6)


def written_addresses(text: str) -> AddressSet | None:
    """Return the addresses of a literal as firewalls spell it, None for what is none.

    "10.0.0.1", "10.0.0.0/8", "10.0.0.0/255.0.0.0" and "10.0.0.1-10.0.0.9".
    """
    try:
        first, dash, last = text.partition("-")
        if dash:
            return AddressSet.range(first.strip(), last.strip()) or None
        address, slash, mask = text.partition("/")
        if slash and not mask.isdigit():
            family, value = parse_address(mask)
            length = netmask_length(value) if family is Family.IPV4 else None
            return None if length is None else AddressSet.prefix(f"{address}/{length}")
        return AddressSet.prefix(text)
    except ValueError:
        return None
