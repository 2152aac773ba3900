"""Routes, and the table that keeps the best of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from netaudit.packets.addresses import Family, format_address, parse_address, prefix_interval
from netaudit.topology.ways import Exit

NO_WEIGHT = 0
DEFAULT_PREFERENCE = 100  # BGP local preference where none is set (RFC 4271 leaves it to the vendors; all use 100)


class Prefix(NamedTuple):
    """A destination; `network` has no host bits."""

    family: Family
    network: int
    length: int

    @classmethod
    def of(cls, family: Family, value: int, length: int) -> Prefix:
        """Return the prefix of that length that holds `value`."""
        return cls(family, prefix_interval(family, value, length)[0], length)

    @classmethod
    def parse(cls, text: str) -> Prefix:
        """Return the prefix of "10.0.0.0/8"; a plain address is a host. Raises ValueError."""
        address, slash, length = text.partition("/")
        family, value = parse_address(address)
        return cls.of(family, value, int(length) if slash else family.bits)

    @classmethod
    def read(cls, text: str) -> Prefix | None:
        """Return the prefix of a text, None where it is none."""
        try:
            return cls.parse(text)
        except ValueError:
            return None

    def holds(self, other: Prefix) -> bool:
        """Tell whether the other prefix is this one or inside it."""
        return (
            self.family is other.family
            and self.length <= other.length
            and other.network >> (self.family.bits - self.length) == self.network >> (self.family.bits - self.length)
        )

    def __str__(self) -> str:
        return f"{format_address(self.family, self.network)}/{self.length}"


@dataclass(frozen=True, slots=True)
class PathAttributes:
    """What BGP says of a path (RFC 4271 section 5). `origin`: 0 IGP, 1 EGP, 2 incomplete."""

    as_path: tuple[str, ...] = ()
    local_preference: int = DEFAULT_PREFERENCE
    metric: int | None = None
    origin: int = 0
    communities: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()  # route targets, of a route on its way between VRFs
    weight: int = NO_WEIGHT
    originator: str = ""  # the router that brought it into the AS, where a reflector passed it on (RFC 4456)
    clusters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a prefix. No exits: the route drops.

    `protocol` is a word of Redistribution.source; `kind` sharpens it ("inter area", "external 2", "ebgp" ...).
    `hop` is the next hop as announced, before it was resolved into `exits`.
    """

    prefix: Prefix
    protocol: str
    distance: int
    metric: int = 0
    exits: tuple[Exit, ...] = ()
    kind: str = ""
    process: str = ""
    tag: int = 0
    hop: int | None = None
    attributes: PathAttributes | None = None

    @property
    def rank(self) -> tuple[int, int]:
        """Return what decides between routes of one prefix: the lower wins."""
        return self.distance, self.metric


class RouteTable:
    """The best routes of one VRF: for each prefix those of the lowest distance, then metric, all if equal."""

    def __init__(self, routes: Iterable[Route] = ()) -> None:
        self.best: dict[Prefix, tuple[Route, ...]] = {}
        for route in routes:
            known = self.best.get(route.prefix)
            if known is None or route.rank < known[0].rank:
                self.best[route.prefix] = (route,)
            elif route.rank == known[0].rank and route.protocol == known[0].protocol and route not in known:
                self.best[route.prefix] = (*known, route)
        self._lengths = {
            family: sorted({prefix.length for prefix in self.best if prefix.family is family}, reverse=True)
            for family in Family
        }

    def __iter__(self) -> Iterator[Route]:
        for routes in self.best.values():
            yield merged(routes)

    def get(self, prefix: Prefix) -> Route | None:
        """Return the best route of exactly this prefix."""
        found = self.best.get(prefix)
        return merged(found) if found else None

    def longest(self, family: Family, value: int) -> Route | None:
        """Return the route that an address takes."""
        bits = family.bits
        for length in self._lengths[family]:
            found = self.best.get(Prefix(family, value >> (bits - length) << (bits - length), length))
            if found:
                return merged(found)
        return None

    def same_as(self, other: RouteTable) -> bool:
        """Tell whether both tables hold the same routes."""
        return self.best == other.best


def merged(routes: tuple[Route, ...]) -> Route:
    """Return equal routes to one prefix as one route with all their exits."""
    first = routes[0]
    if len(routes) == 1:
        return first
    return replace(first, exits=tuple(dict.fromkeys(way for route in routes for way in route.exits)))


def resolved(table: RouteTable, family: Family, hop: int) -> tuple[Exit, ...]:
    """Return the ways to a next hop: through the subnet it stands on, or through the route to it."""
    route = table.longest(family, hop)
    if route is None:
        return ()
    return tuple(way if way.next_hop is not None else replace(way, next_hop=hop) for way in route.exits)
