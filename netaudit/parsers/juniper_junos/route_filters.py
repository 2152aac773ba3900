"""Which prefixes a list of route filters matches.

Source: Junos Routing Policies guide, "How Route Filters Are Evaluated": the filter with the longest prefix that holds
the route decides alone; if its match type fails the list does not match, whatever a shorter filter says. Of filters
with the same prefix the first whose type fits decides. "Route Filter Match Types": exact, longer, orlonger, upto,
prefix-length-range, through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from netaudit.model.routing import PrefixRange
from netaudit.packets.addresses import Family, prefix_interval

_MOST_PARTS = 5000  # past this many ranges a list of filters within filters is not worked out

Prefix = tuple[Family, int, int]  # family, first address, length


@dataclass(frozen=True, slots=True)
class RouteFilter:
    """One filter: the prefixes of `ranges`, which all lie within `prefix`."""

    prefix: Prefix
    ranges: tuple[PrefixRange, ...]


def route_filter(prefix: Prefix, kind: str, values: Sequence[str], other: Prefix | None = None) -> RouteFilter | None:
    """Return the filter of a match type with its values ("/24"; for `through` the `other` prefix), None if unread."""
    family, network, length = prefix
    network = prefix_interval(family, network, length)[0]
    prefix = family, network, length

    def span(least: int, most: int) -> RouteFilter:
        ranges = (PrefixRange(family, network, length, least, most),) if least <= most else ()
        return RouteFilter(prefix, ranges)

    if kind == "exact" and not values:
        return span(length, length)
    if kind == "longer" and not values:
        return span(length + 1, family.bits)
    if kind == "orlonger" and not values:
        return span(length, family.bits)
    if kind == "upto" and len(values) == 1:
        most = _length(values[0], family)
        return None if most is None else span(length, most)
    if kind == "prefix-length-range" and len(values) == 1:
        low, _, high = values[0].partition("-")
        least, most = _length(low, family), _length(high, family)
        return None if least is None or most is None else span(max(least, length), most)
    if kind == "through" and other is not None and other[0] is family and other[2] >= length:
        if prefix_interval(family, other[1], length)[0] != network:
            return None
        ranges = tuple(
            PrefixRange(family, prefix_interval(family, other[1], size)[0], size, size, size)
            for size in range(length, other[2] + 1)
        )
        return RouteFilter(prefix, ranges)
    return None


def _length(text: str, family: Family) -> int | None:
    text = text.strip().removeprefix("/")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= family.bits else None


def matched(filters: Sequence[RouteFilter]) -> tuple[tuple[PrefixRange, ...], ...] | None:
    """Return for each filter the prefixes for which it decides and that it matches; None where there are too many.

    No prefix is in the answer of two filters.
    """
    order = sorted(range(len(filters)), key=lambda i: (filters[i].prefix[:2], filters[i].prefix[2], i))
    inner: dict[Prefix, list[Prefix]] = {}  # the next longer prefixes within a prefix
    seen: dict[Prefix, list[PrefixRange]] = {}  # what earlier filters of the same prefix match
    open_: list[Prefix] = []
    for i in order:
        prefix = filters[i].prefix
        if prefix in inner:
            continue
        while open_ and not _holds(open_[-1], prefix):
            open_.pop()
        if open_:
            inner[open_[-1]].append(prefix)
        inner[prefix] = []
        open_.append(prefix)
    found: list[tuple[PrefixRange, ...]] = []
    total = 0
    for one in filters:
        parts: list[PrefixRange] = list(one.ranges)
        for longer in inner[one.prefix]:
            parts = [left for part in parts for left in _outside(part, longer)]
            if len(parts) + total > _MOST_PARTS:
                return None
        earlier = seen.setdefault(one.prefix, [])
        for other in earlier:
            parts = [left for part in parts for left in _without(part, other)]
            if len(parts) + total > _MOST_PARTS:
                return None
        earlier += one.ranges
        total += len(parts)
        found.append(tuple(parts))
    return tuple(found)


def _holds(outer: Prefix, inner: Prefix) -> bool:
    return (
        outer[0] is inner[0] and outer[2] <= inner[2] and prefix_interval(inner[0], inner[1], outer[2])[0] == outer[1]
    )


def _outside(part: PrefixRange, prefix: Prefix) -> list[PrefixRange]:
    """Return the prefixes of a range that do not lie within `prefix`."""
    family, network, length = prefix
    mine = family, part.network, part.prefix_length
    if family is not part.family or part.most < length:
        return [part]
    if _holds(prefix, mine):
        return []  # all of it lies within
    if not _holds(mine, prefix):
        return [part]
    found = []
    if part.least < length:
        found.append(PrefixRange(family, part.network, part.prefix_length, part.least, length - 1))
    least = max(part.least, length)
    for size in range(part.prefix_length + 1, length + 1):  # the siblings on the way down to it
        sibling = prefix_interval(family, network, size)[0] ^ 1 << (family.bits - size)
        found.append(PrefixRange(family, sibling, size, least, part.most))
    return found


def _without(part: PrefixRange, other: PrefixRange) -> list[PrefixRange]:
    """Return the prefixes of a range that are not in another."""
    if part.family is not other.family or part.most < other.least or part.least > other.most:
        return [part]
    mine = part.family, part.network, part.prefix_length
    theirs = other.family, other.network, other.prefix_length
    if not _holds(mine, theirs) and not _holds(theirs, mine):
        return [part]
    found = []
    if part.least < other.least:
        found.append(PrefixRange(*mine, part.least, other.least - 1))
    least, most = max(part.least, other.least), min(part.most, other.most)
    if not _holds(theirs, mine):
        common = PrefixRange(*mine, least, most)
        found += [one for one in _outside(common, theirs) if one.least <= one.most]
    if part.most > other.most:
        found.append(PrefixRange(*mine, other.most + 1, part.most))
    return found
