"""Shortest paths: what OSPF puts into each router's table.

Intra-area routes by Dijkstra in each area, inter-area routes through the border routers and the backbone, external
routes from the routers that redistribute (RFC 2328 section 16; NSSA: RFC 3101). Cost and ways are those of the best
paths, all of them where they are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

from netaudit.topology.links.wires import Wires
from netaudit.topology.routes.defaults import distance_of
from netaudit.topology.routes.ospf_speakers import BACKBONE, Adjacency, Speaker, adjacencies
from netaudit.topology.routes.route import Prefix, Route
from netaudit.topology.ways import Exit

_NO_EXTERNALS = {"stub", "totally_stub", "nssa", "totally_nssa"}
_DEFAULT_ONLY = {"totally_stub", "totally_nssa"}
_NSSA = {"nssa", "totally_nssa"}


@dataclass(frozen=True, slots=True)
class Path:
    """The cheapest way to something: its cost and first hops; none where it is the router itself."""

    cost: int
    exits: frozenset[Exit]

    def further(self, cost: int) -> Path:
        """Return the path to what stands `cost` behind."""
        return Path(self.cost + cost, self.exits)


@dataclass(frozen=True, slots=True)
class External:
    """A prefix that a router announces from outside OSPF. `metric_type` is 1 or 2."""

    prefix: Prefix
    metric: int
    metric_type: int
    tag: int = 0


def _better(known: Path | None, new: Path) -> Path:
    if known is None or new.cost < known.cost:
        return new
    return Path(known.cost, known.exits | new.exits) if new.cost == known.cost else known


@dataclass
class OspfNetwork:
    """The routers of the snapshot that speak OSPF of one family, with their shortest paths inside each area."""

    everyone: Sequence[Speaker]
    neighbors: Mapping[Speaker, list[Adjacency]]
    doubts: Mapping[Speaker, list[str]]
    _paths: dict[tuple[Speaker, str], dict[Speaker, Path]] = field(default_factory=dict)
    _intra: dict[tuple[Speaker, str], dict[Prefix, Path]] = field(default_factory=dict)

    @classmethod
    def of(cls, everyone: Sequence[Speaker], wires: Wires) -> OspfNetwork:
        """Return the network that these processes form."""
        neighbors, doubts = adjacencies(everyone, wires)
        return cls(everyone, neighbors, doubts)

    def paths(self, root: Speaker, area: str) -> Mapping[Speaker, Path]:
        """Return the cheapest ways from a router to every router that it reaches inside an area."""
        if (root, area) not in self._paths:
            self._paths[root, area] = self._dijkstra(root, area)
        return self._paths[root, area]

    def _dijkstra(self, root: Speaker, area: str) -> dict[Speaker, Path]:
        best = {root: Path(0, frozenset())}
        done: set[Speaker] = set()
        queue: list[tuple[int, int, Speaker]] = [(0, 0, root)]
        count = 0
        while queue:
            cost, _, node = heappop(queue)
            if node in done:
                continue
            done.add(node)
            for link in self.neighbors[node]:
                if link.area != area:
                    continue
                exits = frozenset({link.way}) if node is root else best[node].exits
                new = Path(cost + link.cost, exits)
                known = best.get(link.neighbor)
                if known is None or new.cost <= known.cost:
                    best[link.neighbor] = _better(known, new)
                    count += 1
                    heappush(queue, (new.cost, count, link.neighbor))
        return best

    def intra(self, root: Speaker, area: str) -> Mapping[Prefix, Path]:
        """Return the prefixes inside an area as a router of it sees them."""
        if (root, area) not in self._intra:
            found: dict[Prefix, Path] = {}
            for node, path in self.paths(root, area).items():
                for port in node.ports:
                    if port.area == area:
                        for prefix, cost in port.prefixes():
                            found[prefix] = _better(found.get(prefix), path.further(cost))
            self._intra[root, area] = found
        return self._intra[root, area]


def ospf_routes(network: OspfNetwork, externals: Mapping[Speaker, Sequence[External]]) -> dict[Speaker, list[Route]]:
    """Return the routes that every process offers to its router's table."""
    into_backbone = {one: _summaries(network, one) for one in network.everyone if one.is_border}
    inter = {one: _through_backbone(network, one, into_backbone) for one in network.everyone if BACKBONE in one.areas}
    from_backbone = {one: inter[one] for one in into_backbone}
    for one in network.everyone:
        if BACKBONE not in one.areas:
            inter[one] = _from_borders(network, one, into_backbone, from_backbone)
    outside = _Outside(network, externals, into_backbone)
    found = {one: list(_routes(network, one, inter[one], outside)) for one in network.everyone}
    for border in into_backbone:
        found[border] += _discards(network, border)
    return found


def _routes(network: OspfNetwork, speaker: Speaker, inter: Mapping[Prefix, Path], outside: _Outside) -> Iterator[Route]:
    intra: dict[Prefix, Path] = {}
    for area in speaker.areas:
        for prefix, path in network.intra(speaker, area).items():
            intra[prefix] = _better(intra.get(prefix), path)
    inside = {prefix for prefix, path in intra.items() if not path.exits}  # its own subnets
    for prefix, path in intra.items():
        if prefix not in inside:
            yield _route(speaker, prefix, path.cost, path.exits, "intra area")
    for prefix, path in inter.items():
        if prefix not in intra and path.exits:
            yield _route(speaker, prefix, path.cost, path.exits, "inter area")
    for prefix, (metric_type, metric, path, tag, nssa) in outside.best(speaker).items():
        if prefix not in intra and prefix not in inter and path.exits:
            kind = f"{'nssa ' if nssa else ''}external {metric_type}"
            yield _route(speaker, prefix, metric, path.exits, kind, tag)


def _route(speaker: Speaker, prefix: Prefix, metric: int, exits: Iterable[Exit], kind: str, tag: int = 0) -> Route:
    process = speaker.process
    word = "external" if "external" in kind else kind
    return Route(
        prefix,
        process.protocol,
        distance_of(speaker.device.platform, process.distances, process.protocol, word),
        metric,
        tuple(sorted(exits, key=lambda one: (one.interface, one.next_hop or 0))),
        kind,
        process.identifier,
        tag,
    )


def _summaries(network: OspfNetwork, border: Speaker) -> dict[str, dict[Prefix, Path]]:
    """Return what a border router says of each of its areas to the others: area -> prefix -> path from itself."""
    found: dict[str, dict[Prefix, Path]] = {}
    for area in border.areas:
        told: dict[Prefix, Path] = {}
        ranges = [
            (Prefix.parse(one.prefix), one) for one in border.process.summaries if one.area == area and one.prefix
        ]
        for prefix, path in network.intra(border, area).items():
            holding = [(wide, one) for wide, one in ranges if wide.holds(prefix)]
            if not holding:
                told[prefix] = _better(told.get(prefix), path)
                continue
            wide, stated = max(holding, key=lambda item: item[0].length)
            if stated.announced:
                cost = path.cost if stated.cost is None else stated.cost
                known = told.get(wide)
                # RFC 2328 takes the largest cost of the components, RFC 1583 the smallest.
                choose = min if _by_rfc1583(border) else max
                told[wide] = Path(choose(cost, known.cost) if known else cost, frozenset())
        found[area] = told
    return found


def _by_rfc1583(border: Speaker) -> bool:
    """Tell whether ranges cost what RFC 1583 says: the default of IOS and ASA (`compatible rfc1583`)."""
    stated = dict(border.process.options).get("compatible rfc1583")
    return border.device.platform in ("cisco_ios", "cisco_asa") if stated is None else stated != "no"


def _discards(network: OspfNetwork, border: Speaker) -> Iterator[Route]:
    """Yield what a border router drops: the rest of each range that it announces (RFC 2328 section 16.2 has it open).

    Cisco, Arista, Juniper and FRR all keep such a route unless told otherwise (`no discard-route`).
    """
    if any(name == "no discard-route" and value in ("", "internal") for name, value in border.process.options):
        return
    for area in border.areas:
        inside = network.intra(border, area)
        for one in border.process.summaries:
            if one.area == area and one.prefix and one.announced and not one.policy:
                wide = Prefix.parse(one.prefix)
                if wide not in inside and any(wide.holds(prefix) for prefix in inside):
                    yield _route(border, wide, 0, (), "intra area")


def _through_backbone(
    network: OspfNetwork, root: Speaker, summaries: Mapping[Speaker, Mapping[str, Mapping[Prefix, Path]]]
) -> dict[Prefix, Path]:
    """Return the prefixes of other areas as a router of the backbone sees them; what its own areas hold goes first."""
    found: dict[Prefix, Path] = {}
    own = {prefix for area in root.areas for prefix in network.intra(root, area)}
    for border, path in network.paths(root, BACKBONE).items():
        if border is root or border not in summaries:
            continue
        for area, told in summaries[border].items():
            for prefix, inside in told.items() if area != BACKBONE else ():
                if prefix not in own:
                    found[prefix] = _better(found.get(prefix), path.further(inside.cost))
    return found


def _from_borders(
    network: OspfNetwork,
    root: Speaker,
    summaries: Mapping[Speaker, Mapping[str, Mapping[Prefix, Path]]],
    backbone: Mapping[Speaker, Mapping[Prefix, Path]],
) -> dict[Prefix, Path]:
    """Return the prefixes of other areas as a router outside the backbone sees them."""
    found: dict[Prefix, Path] = {}
    for area in root.areas:
        for border, path in network.paths(root, area).items():
            if border is root or border not in summaries:
                continue
            kind = border.kind(area)
            if kind != "normal" and (kind in _DEFAULT_ONLY or kind == "stub" or _announces_default(border, area)):
                stated = border.area(area)
                cost = stated.default_cost if stated and stated.default_cost is not None else 1
                for wide in _default_prefixes(root):
                    found[wide] = _better(found.get(wide), path.further(cost))
            if kind in _DEFAULT_ONLY:
                continue
            for other, told in summaries[border].items():
                if other != area:
                    for prefix, inside in told.items():
                        found[prefix] = _better(found.get(prefix), path.further(inside.cost))
            for prefix, beyond in backbone[border].items():
                found[prefix] = _better(found.get(prefix), path.further(beyond.cost))
    return found


def _announces_default(border: Speaker, area: str) -> bool:
    stated = border.area(area)
    return stated is not None and stated.announces_default


def _default_prefixes(root: Speaker) -> Iterator[Prefix]:
    yield Prefix(root.family, 0, 0)


@dataclass
class _Outside:
    """External routes: who announces them, and how far away that router is."""

    network: OspfNetwork
    externals: Mapping[Speaker, Sequence[External]]
    summaries: Mapping[Speaker, Mapping[str, Mapping[Prefix, Path]]]

    def best(self, root: Speaker) -> dict[Prefix, tuple[int, int, Path, int, bool]]:
        """Return type, metric, path, tag and whether it stays in an NSSA, for each external prefix."""
        found: dict[Prefix, tuple[int, int, Path, int, bool]] = {}
        ranks: dict[Prefix, tuple[int, int, int]] = {}
        for origin, path, nssa in self._origins(root):
            for one in self.externals.get(origin, ()):
                metric = one.metric + path.cost if one.metric_type == 1 else one.metric
                rank = (one.metric_type, metric, path.cost)
                known = ranks.get(one.prefix)
                if known is None or rank < known:
                    ranks[one.prefix] = rank
                    found[one.prefix] = (one.metric_type, metric, path, one.tag, nssa)
                elif rank == known:
                    kind, metric, best, tag, inside = found[one.prefix]
                    found[one.prefix] = (kind, metric, _better(best, path), tag, inside and nssa)
        return found

    def _origins(self, root: Speaker) -> Iterator[tuple[Speaker, Path, bool]]:
        """Yield the routers whose external routes reach a router, with the way there."""
        for origin in self.externals:
            if origin is root:
                continue
            inside = [(area, self.network.paths(root, area).get(origin)) for area in root.areas if area in origin.areas]
            within = [
                (path, root.kind(area) in _NSSA)
                for area, path in inside
                if path is not None and root.kind(area) not in ("stub", "totally_stub")
            ]
            if within:
                yield origin, *min(within, key=lambda item: item[0].cost)
                continue
            path = self._beyond(root, origin)
            if path is not None:
                yield origin, path, False

    def _beyond(self, root: Speaker, origin: Speaker) -> Path | None:
        """Return the way to a router of another area, through border routers (type 4 summaries)."""
        best: Path | None = None
        for area in root.areas:
            if root.kind(area) in _NO_EXTERNALS:
                continue
            for border, path in self.network.paths(root, area).items():
                if border in self.summaries and border is not root:
                    rest = self._from_border(border, origin)
                    if rest is not None:
                        best = _better(best, path.further(rest))
        return best

    def _from_border(self, border: Speaker, origin: Speaker) -> int | None:
        costs = [
            path.cost for area in border.areas if (path := self.network.paths(border, area).get(origin)) is not None
        ]
        if costs:
            return min(costs)
        for other, path in self.network.paths(border, BACKBONE).items():
            if other in self.summaries and other is not border:
                costs += [
                    path.cost + beyond.cost
                    for area in other.areas
                    if area != BACKBONE and (beyond := self.network.paths(other, area).get(origin)) is not None
                ]
        return min(costs, default=None)
