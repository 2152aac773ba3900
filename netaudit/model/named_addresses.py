"""The addresses that a text names, whatever its syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable

from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet

_IPV4 = re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)")
_IPV6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")


def addresses_in(lines: Iterable[str]) -> AddressSet:
    """Return every single address that lines hold, also masks and network addresses; prefixes are not spread out."""
    found: dict[Family, set[int]] = {family: set() for family in Family}
    for line in lines:
        for pattern in (_IPV4, _IPV6):
            for text in pattern.findall(line):
                try:
                    family, value = parse_address(text)
                except ValueError:
                    continue
                found[family].add(value)
    return AddressSet.union(
        AddressSet.of(family, IntervalSet.of((value, value) for value in values)) for family, values in found.items()
    )
