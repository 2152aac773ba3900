"""Waves: beams that come to one interface and fare alike from there on, followed together.

Where ways meet again (equal routes, pairs of devices, many sites behind one router) each path of its own would be
followed as often as there are paths. Beams that differ in their sources alone are one wave: the union of products that
are equal but for one side is exact. What a wave brings that went on from the interface before is not followed again;
who brought it is kept, so that the rules and the path of every packet can be told afterwards (`Naming`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from netaudit.model.device import Device, Interface
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import PacketProduct, PacketSet
from netaudit.topology.beam import Beam
from netaudit.topology.reach import DecidingRule, PassedPackets

Kind = tuple[object, ...]  # all of a beam but the sources that it may share with others

MAX_STEPS = 100_000  # of a search for rules and devices that no path told yet

BARE, LISTED, GUARDED = range(3)  # no filter stood on the way; only lists without a memory; a firewall


@dataclass(frozen=True, slots=True, eq=False)
class Arrival:
    """What one wave sent to the interface of another, with the rules of the device in between; None: a start."""

    sources: IntervalSet
    deciding: tuple[DecidingRule, ...]
    before: Wave | None
    marks: int


@dataclass(slots=True, eq=False)
class Wave:
    """Packets that enter a device together. `guard` is what stood on their way, `behind` marks who did."""

    device: Device
    interface: Interface
    beam: Beam
    guard: int
    mark: int
    arrivals: list[Arrival] = field(default_factory=list)
    behind: int = 0


@dataclass(slots=True, eq=False)
class Waves:
    """All waves from one zone. `firewalls` are the stateful rulebases and `lists` all rulebases, by device and name."""

    firewalls: frozenset[tuple[str, str]]
    lists: frozenset[tuple[str, str]]
    all: list[Wave] = field(default_factory=list)
    _entered: dict[tuple[str, str], dict[Kind, list[Wave]]] = field(default_factory=dict)
    _marks: dict[tuple[object, ...], int] = field(default_factory=dict)

    def enter(self, device: Device, interface: Interface, arriving: Sequence[tuple[Beam, Wave | None]]) -> list[Wave]:
        """Return the waves that go on from an interface, given the beams that came there, each from its wave."""
        groups: dict[tuple[bool, int, Kind], list[tuple[Beam, Arrival]]] = {}
        for beam, before in arriving:
            guard = max(before.guard if before else BARE, self._guard(beam.deciding))
            arrival = Arrival(beam.sent.source, beam.deciding, before, self.marks_of(beam.deciding))
            groups.setdefault((not beam.surely, guard, _kind(beam)), []).append((beam, arrival))
        entered = self._entered.setdefault((device.name, interface.name), {})
        found = []
        for (doubtful, guard, kind), many in sorted(groups.items(), key=lambda item: item[0][:2]):
            sources = _union(beam.sent.source for beam, _ in many)
            earlier = [
                one
                for one in entered.get(kind, ())
                if one.guard <= guard and (doubtful or one.beam.surely) and one.beam.sent.source.overlaps(sources)
            ]
            fresh = sources
            for one in earlier:
                fresh = fresh - one.beam.sent.source
            if fresh:
                reasons = tuple(dict.fromkeys(reason for beam, _ in many for reason in beam.reasons))
                mark = self._mark(device.name)
                wave = Wave(device, interface, _from(many[0][0], fresh, reasons), guard, mark)
                entered.setdefault(kind, []).append(wave)
                self.all.append(wave)
                found.append(wave)
                earlier.append(wave)
            for one in earlier:
                one.arrivals += [arrival for _, arrival in many if arrival.sources.overlaps(one.beam.sent.source)]
        return found

    def settle(self) -> None:
        """Mark behind every wave which devices and rules its packets may have met."""
        changed = True
        while changed:
            changed = False
            for wave in self.all:
                behind = wave.mark
                for one in wave.arrivals:
                    behind |= one.marks | (one.before.behind if one.before else 0)
                if behind != wave.behind:
                    wave.behind = behind
                    changed = True

    def marks_of(self, deciding: Iterable[DecidingRule]) -> int:
        found = 0
        for one in deciding:
            found |= self._mark(one.device, one.rulebase, one.where.path, one.where.line)
        return found

    def _guard(self, deciding: Iterable[DecidingRule]) -> int:
        """Return what stood on a way; a security level is no list, but a firewall's decision."""
        names = [(one.device, one.rulebase) for one in deciding]
        if any(one in self.firewalls or one not in self.lists for one in names):
            return GUARDED
        return LISTED if names else BARE

    def _mark(self, *what: object) -> int:
        return 1 << self._marks.setdefault(what, len(self._marks))


def _kind(beam: Beam) -> Kind:
    """Return what must be equal in beams of one wave: untranslated sources may differ, else those at the start."""
    now, sent = beam.now, beam.sent
    own = now.source == sent.source
    return (
        *(now.family, None if own else now.source),
        *(now.destination, now.services, sent.destination, sent.services, beam.drawn),
    )


def _from(beam: Beam, sources: IntervalSet, reasons: tuple[str, ...]) -> Beam:
    """Return a beam as it enters a device, from other sources."""
    sent = replace(beam.sent, source=sources)
    now = replace(beam.now, source=sources) if beam.now.source == beam.sent.source else beam.now
    return Beam(sent, now, beam.surely, reasons=reasons, drawn=beam.drawn)


def _union(sets: Iterable[IntervalSet]) -> IntervalSet:
    many = dict.fromkeys(sets)
    if len(many) == 1:
        return next(iter(many))
    return IntervalSet.of(interval for one in many for interval in one.intervals)


@dataclass(slots=True, eq=False)
class _Chain:
    deciding: tuple[DecidingRule, ...]
    devices: tuple[str, ...]
    products: list[PacketProduct] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Way:
    """The end of a path, from a wave on: the rules and devices behind it, and the waves that it went through."""

    deciding: tuple[DecidingRule, ...]
    devices: tuple[str, ...]
    marks: int
    waves: tuple[Wave, ...]

    def after(self, arrival: Arrival, before: Wave) -> _Way:
        return _Way(
            arrival.deciding + self.deciding,
            (before.device.name, *self.devices),
            self.marks | arrival.marks | before.mark,
            (before, *self.waves),
        )


class Naming:
    """The chains of rules and the paths by which packets pass: one for each packet, and for each rule and device.

    Not every combination is told: behind pairs of devices these are the same rules over and over.
    """

    def __init__(self, waves: Waves) -> None:
        self.paths: dict[tuple[str, ...], None] = {}
        self.complete = True  # every rule and device was told
        self._waves = waves
        self._chains: dict[tuple[object, ...], _Chain] = {}
        self._seen = {False: 0, True: 0}  # what was told of unfiltered and of filtered packets
        self._steps = 0

    def add(self, beam: Beam, packets: PacketProduct, wave: Wave) -> None:
        """Tell by which rules packets passed: those of a beam that left the device of a wave, from their sources."""
        marks = self._waves.marks_of(beam.deciding) | wave.mark
        filtered = bool(beam.deciding) or wave.guard > BARE
        way = _Way(beam.deciding, (wave.device.name,), marks, (wave,))
        self._walk(packets, packets.source, way, filtered, fresh=True)

    def passed(self) -> Iterator[PassedPackets]:
        """Yield what was told, one entry for each chain of rules; without rules, for each path."""
        for one in self._chains.values():
            yield PassedPackets(PacketSet(joined(one.products)), one.deciding, one.devices)

    def _walk(self, packets: PacketProduct, sources: IntervalSet, way: _Way, filtered: bool, fresh: bool) -> None:
        """Go back from a wave: by the arrivals that brought the packets first, and by those with something untold.

        The arrivals of a wave are alike but for their sources.
        """
        rest = sources if fresh else EMPTY
        for one in way.waves[0].arrivals:
            part = rest & one.sources
            first = bool(part)
            if first:
                rest = rest - part
            else:
                untold = (way.marks | one.marks | (one.before.behind if one.before else 0)) & ~self._seen[filtered]
                part = sources & one.sources if untold and self._has_steps() else EMPTY
            if not part:
                continue
            if one.before is None:
                self._tell(replace(packets, source=part), way, filtered, first)
            elif one.before not in way.waves:
                self._walk(packets, part, way.after(one, one.before), filtered, first)

    def _has_steps(self) -> bool:
        self._steps += 1
        self.complete = self._steps <= MAX_STEPS
        return self.complete

    def _tell(self, packets: PacketProduct, way: _Way, filtered: bool, fresh: bool) -> None:
        if not fresh and not way.marks & ~self._seen[filtered]:
            return
        self._seen[filtered] |= way.marks
        self.paths[way.devices] = None
        rules = tuple((one.device, one.rulebase, one.where.path, one.where.line) for one in way.deciding)
        chain = self._chains.setdefault(rules or way.devices, _Chain(way.deciding, way.devices))
        chain.products.append(packets)


def joined(products: Iterable[PacketProduct]) -> tuple[PacketProduct, ...]:
    """Return the same union with fewer products: those alike but for their sources, then destinations, become one."""
    by_rest: dict[tuple[object, ...], list[PacketProduct]] = {}
    for one in products:
        by_rest.setdefault((one.family, one.destination, one.services), []).append(one)
    wide = [replace(many[0], source=_union(one.source for one in many)) for many in by_rest.values()]
    by_rest = {}
    for one in wide:
        by_rest.setdefault((one.family, one.source, one.services), []).append(one)
    return tuple(replace(many[0], destination=_union(one.destination for one in many)) for many in by_rest.values())
