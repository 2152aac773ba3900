"""Which row and which place in it every box of the topology picture gets: tiers from the outside to the inside.

A row is a distance from the outside (the internet, third-party lines), the same over all sites; within a row the boxes
of a site stand side by side. Source: the layers, empty places and mean-place ordering of K. Sugiyama et al., "Methods
for Visual Understanding of Hierarchical System Structures" (1981).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import pairwise

MOST_IN_ROW = 7  # boxes of a site in one row; what is more goes to a row of its own
SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """An edge of the drawing, by its number; `distant` lines say nothing of the tiers (tunnels, pairs)."""

    number: int
    one: str
    other: str
    distant: bool = False
    pair: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What stands in a row: a box (`line` None), or the place where a line passes between the boxes."""

    id: str
    site: int
    row: int
    line: int | None = None


@dataclass(slots=True)
class Tiers:
    """The rows, each with the places of each site in their order, and the ways of the lines over the rows.

    `ways`: number of a line -> its places from top to bottom; of a line within a row both ends, left first.
    """

    rows: list[list[list[Place]]]
    ways: dict[int, list[Place]] = field(default_factory=dict)
    box: dict[str, Place] = field(default_factory=dict)


def arrange(sites: Mapping[str, int], outside: Iterable[str], lines: Sequence[Line], site_count: int) -> Tiers:
    """Return the rows of boxes (id -> number of its site) that lines join; `outside` stand in the first row."""
    row_of = _rows(sites, frozenset(outside), lines)
    count = max(row_of.values(), default=-1) + 1
    tiers = Tiers([[[] for _ in range(site_count)] for _ in range(count)])
    for one in sorted(sites):
        tiers.box[one] = Place(one, sites[one], row_of[one])
    crowd = [0] * site_count
    for place in tiers.box.values():
        tiers.rows[place.row][place.site].append(place)
        crowd[place.site] += 1
    for line in lines:
        tiers.ways[line.number] = _way(tiers, line, crowd)
    _order(tiers, lines)
    return tiers


def _rows(sites: Mapping[str, int], outside: frozenset[str], lines: Sequence[Line]) -> dict[str, int]:
    """Return the row of each box: its distance from the outside within its site, else over other sites.

    Pairs stand in one row. What is joined to nothing stands in the last row.
    """
    head: dict[str, str] = {one: one for one in sites}  # the first of each pair stands for it

    def first(one: str) -> str:
        while head[one] != one:
            one = head[one]
        return one

    for line in lines:
        if line.pair and sites[line.one] == sites[line.other]:
            ends = sorted((first(line.one), first(line.other)))
            head[ends[1]] = ends[0]
    joined: dict[str, set[str]] = {one: set() for one in sites}
    for line in lines:
        if not line.distant:
            joined[first(line.one)].add(first(line.other))
            joined[first(line.other)].add(first(line.one))
    at_home = {one: {other for other in found if sites[other] == sites[one]} for one, found in joined.items()}
    row_of: dict[str, int] = {}

    def spread(rows: Mapping[str, int], near: Mapping[str, set[str]]) -> None:
        waiting = [(row, one) for one, row in rows.items()]
        heapify(waiting)
        while waiting:
            row, one = heappop(waiting)
            if row_of.setdefault(one, row) == row:
                for other in near[one] - row_of.keys():
                    heappush(waiting, (row + 1, other))

    spread({first(one): 0 for one in outside}, at_home)
    spread(dict(row_of), joined)
    start = 1 if row_of else 0
    for one in sorted(joined, key=lambda one: (-len(joined[one]), one)):
        if one not in row_of and joined[one]:
            spread({one: start}, joined)
    last = max(start, *row_of.values()) if row_of else start
    return _not_crowded({one: row_of.get(first(one), last) for one in sites}, sites, joined)


def _not_crowded(row_of: Mapping[str, int], sites: Mapping[str, int], joined: Mapping[str, set[str]]) -> dict[str, int]:
    """Return the rows with those of too many boxes broken up, the least joined boxes last; no row is empty."""
    keys: dict[str, tuple[int, int]] = {}
    crowds: dict[tuple[int, int], list[str]] = {}
    for one in sorted(sites, key=lambda one: (-len(joined[one]), sorted(joined[one]), one)):
        crowd = crowds.setdefault((row_of[one], sites[one]), [])
        keys[one] = (row_of[one], len(crowd) // MOST_IN_ROW)
        crowd.append(one)
    numbers = {key: number for number, key in enumerate(sorted(set(keys.values())))}
    return {one: numbers[key] for one, key in keys.items()}


def _way(tiers: Tiers, line: Line, crowd: Sequence[int]) -> list[Place]:
    """Return the places of a line from its upper end to its lower end, the empty ones put into their rows."""
    upper, lower = sorted((tiers.box[line.one], tiers.box[line.other]), key=lambda place: place.row)
    site = min((upper.site, lower.site), key=lambda site: (crowd[site], site))
    way = [upper]
    for row in range(upper.row + 1, lower.row):
        place = Place(f"{line.number}:{row}", site, row, line.number)
        tiers.rows[row][site].append(place)
        way.append(place)
    return [*way, lower]


def _order(tiers: Tiers, lines: Sequence[Line]) -> None:
    """Sort each row by the mean place of what its boxes are joined to, swept to and fro; pairs stay together."""
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    beside: dict[str, list[str]] = {}
    for way in tiers.ways.values():
        for one, other in pairwise(way):
            if one.row == other.row:
                beside.setdefault(one.id, []).append(other.id)
                beside.setdefault(other.id, []).append(one.id)
            else:
                below.setdefault(one.id, []).append(other.id)
                above.setdefault(other.id, []).append(one.id)
    cluster = _clusters(tiers, lines)
    spot: dict[str, float] = {}
    for row in tiers.rows:
        _number(row, spot)
    best, fewest = _copy(tiers.rows), _crossings(tiers, below, spot)
    for sweep in range(SWEEPS):
        downward = sweep % 2 == 0
        for row in tiers.rows if downward else reversed(tiers.rows):
            near = above if downward else below
            _sort_row(row, spot, cluster, near, beside, above if sweep > SWEEPS // 2 else {}, below)
        _swap(tiers, above, below, spot, cluster)
        crossings = _crossings(tiers, below, spot)
        if crossings < fewest:
            best, fewest = _copy(tiers.rows), crossings
    tiers.rows = best
    _turn(tiers, below, spot)


def _turn(tiers: Tiers, below: Mapping[str, list[str]], spot: dict[str, float]) -> None:
    """Turn a site round where that brings more boxes into the order of their names and costs no crossing."""

    def unordered(site: int) -> int:
        pairs = [pair for row in tiers.rows for pair in pairwise(place for place in row[site] if place.line is None)]
        return sum(1 if one.id > other.id else -1 for one, other in pairs)

    def crossings() -> int:
        for row in tiers.rows:
            _number(row, spot)
        return _crossings(tiers, below, spot)

    fewest = crossings()
    for site in range(len(tiers.rows[0]) if tiers.rows else 0):
        if unordered(site) <= 0:
            continue
        for row in tiers.rows:
            row[site].reverse()
        now = crossings()
        if now > fewest:
            for row in tiers.rows:
                row[site].reverse()
        else:
            fewest = now


def _copy(rows: list[list[list[Place]]]) -> list[list[list[Place]]]:
    return [[list(places) for places in row] for row in rows]


def _number(row: Sequence[Sequence[Place]], spot: dict[str, float]) -> None:
    for site, places in enumerate(row):
        for number, place in enumerate(places):
            spot[place.id] = site * 2 + (number + 0.5) / len(places)


def _clusters(tiers: Tiers, lines: Sequence[Line]) -> dict[str, str]:
    """Return, for boxes of pairs within a row of one site, the first of them."""
    cluster: dict[str, str] = {}
    for line in lines:
        one, other = tiers.box[line.one], tiers.box[line.other]
        if line.pair and (one.row, one.site) == (other.row, other.site):
            names = sorted((cluster.get(one.id, one.id), cluster.get(other.id, other.id)))
            cluster |= {one.id: names[0], other.id: names[0]}
            cluster |= {member: names[0] for member, name in cluster.items() if name == names[1]}
    return cluster


def _sort_row(
    row: list[list[Place]],
    spot: dict[str, float],
    cluster: Mapping[str, str],
    near: Mapping[str, list[str]],
    beside: Mapping[str, list[str]],
    above: Mapping[str, list[str]],
    below: Mapping[str, list[str]],
) -> None:
    for places in row:
        mean = {}
        for place in places:
            others = near.get(place.id, ()) or above.get(place.id, ()) or below.get(place.id, ())
            found = [spot[other] for other in others] or [spot[other] for other in beside.get(place.id, ())]
            mean[place.id] = sum(found) / len(found) if found else spot[place.id]
        together: dict[str, list[float]] = {}
        for place in places:
            together.setdefault(cluster.get(place.id, place.id), []).append(mean[place.id])

        def key(place: Place, mean: Mapping[str, float] = mean, all_of: Mapping[str, list[float]] = together) -> object:
            name = cluster.get(place.id, place.id)
            return sum(all_of[name]) / len(all_of[name]), name, mean[place.id], place.id

        places.sort(key=key)  # type: ignore[arg-type]
    _number(row, spot)


def _swap(
    tiers: Tiers,
    above: Mapping[str, list[str]],
    below: Mapping[str, list[str]],
    spot: dict[str, float],
    cluster: Mapping[str, str],
) -> None:
    """Exchange neighbours where that makes fewer lines cross."""
    for row in tiers.rows:
        for places in row:
            for index in range(len(places) - 1):
                one, other = places[index], places[index + 1]
                if cluster.get(one.id, "") != cluster.get(other.id, ""):
                    continue
                now, then = 0, 0
                for near in (above, below):
                    mine = [spot[end] for end in near.get(one.id, ())]
                    theirs = [spot[end] for end in near.get(other.id, ())]
                    now += sum(left > right for left in mine for right in theirs)
                    then += sum(left < right for left in mine for right in theirs)
                if then < now:
                    places[index], places[index + 1] = other, one
                    spot[one.id], spot[other.id] = spot[other.id], spot[one.id]


def _crossings(tiers: Tiers, below: Mapping[str, list[str]], spot: Mapping[str, float]) -> int:
    """Count the crossings between each row and the next."""
    total = 0
    for row in tiers.rows:
        ends = [
            spot[end]
            for place in _in_order(row)
            for end in sorted(below.get(place.id, ()), key=lambda other: spot[other])
        ]
        starts = [place.id for place in _in_order(row) for _ in below.get(place.id, ())]
        total += sum(
            ends[one] > ends[other] and starts[one] != starts[other]
            for other in range(len(ends))
            for one in range(max(0, other - 60), other)
        )
    return total


def _in_order(row: Iterable[Sequence[Place]]) -> Iterator[Place]:
    for places in row:
        yield from places
