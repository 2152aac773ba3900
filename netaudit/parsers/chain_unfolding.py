"""A base chain of netfilter with its user chains unfolded into one list of rules, the first match of which decides.

A rule of a user chain matches what its own conditions and those of every jump on the way to it match. RETURN
takes its packets out of the rest of its chain, and so does a goto, whose chain never comes back to it.
Source: iptables(8), TARGETS; nft(8), VERDICT STATEMENT; the semantics agree with Diekmann et al., "Verified iptables
Firewall Analysis".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Generic, TypeVar

from netaudit.packets.names import ANY_NAME
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.parsers.packet_region import Region

MAX_DECISIONS = 20_000  # of one base chain; chains that call chains can grow beyond any bound
_MAX_REGIONS = 64
_MAX_LOGS = 64


class Effect(Enum):
    """What a rule does with the packets that it matches."""

    ACCEPT = auto()
    DROP = auto()
    REJECT = auto()
    RETURN = auto()
    JUMP = auto()
    GOTO = auto()
    LOG = auto()
    EXEMPT = auto()  # takes them out of connection tracking; the next rule follows
    TRANSLATE = auto()  # and ends the chain
    EITHER = auto()  # accepts or drops: who decides is not known
    MISSING = auto()  # as EITHER, since the chain or target is not defined


@dataclass(frozen=True, slots=True)
class Shown:
    """A rule's conditions as written, for people; `states` are lower case, None where none is asked for."""

    sources: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    description: str = ""
    schedule: str = ""
    users: tuple[str, ...] = ()
    states: frozenset[str] | None = None
    unresolved: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One effect of a rule. `target` is a chain's name, or what the platform calls the effect."""

    effect: Effect
    region: Region
    shown: Shown = Shown()
    target: str = ""
    detail: object = None  # the platform's own: what a translation is


RuleT = TypeVar("RuleT")


@dataclass(frozen=True, slots=True)
class Decision(Generic[RuleT]):
    """A rule as it takes effect on one way to it: ACCEPT, DROP, REJECT, TRANSLATE, EITHER or MISSING."""

    name: str
    step: Step
    rule: RuleT
    region: Region
    logged: bool = False
    path: tuple[str, ...] = ()
    on_every_packet: bool = False  # the jumps to it have no conditions
    number: int = 0  # of the step in its rule


@dataclass(slots=True)
class Unfolded(Generic[RuleT]):
    """The decisions of a base chain in order, and whether what its policy decides was logged before.

    `exempt` holds the regions that leave connection tracking. Where `is_complete` is False more would follow.
    """

    decisions: list[Decision[RuleT]]
    policy_logged: bool = False
    is_complete: bool = True
    missing: tuple[tuple[RuleT, str], ...] = ()
    exempt: tuple[Region, ...] = ()


class _TooMany(Exception):
    pass


@dataclass(frozen=True, slots=True)
class _Way:
    """How a chain was reached."""

    path: tuple[str, ...] = ()
    chains: tuple[str, ...] = ()
    on_every_packet: bool = True
    shown: Shown = Shown()


class _Unfolder(Generic[RuleT]):
    def __init__(self, chains: Mapping[str, Sequence[RuleT]], steps_of: Callable[[RuleT], Sequence[Step]]) -> None:
        self.chains = chains
        self.steps_of = steps_of
        self.decisions: list[Decision[RuleT]] = []
        self.logs: list[Region] = []
        self.exempt: list[Region] = []
        self.missing: list[tuple[RuleT, str]] = []

    def run(self, chain: str, everything: Region) -> Unfolded[RuleT]:
        is_complete = True
        rest: tuple[Region, ...] = ()
        try:
            rest = self.chain(chain, (everything,), _Way())
        except _TooMany:
            is_complete = False
        policy_logged = bool(rest) and all(any(log.covers(region) for log in self.logs) for region in rest)
        return Unfolded(
            _named(self._with_unmatched()), policy_logged, is_complete, tuple(self.missing), tuple(self.exempt)
        )

    def _with_unmatched(self) -> list[Decision[RuleT]]:
        """Add the rules that match nothing on any way to them, each where it was first met."""
        matched = {(id(decision.rule), decision.number) for decision in self.decisions if decision.region}
        found: list[Decision[RuleT]] = []
        for decision in self.decisions:
            key = (id(decision.rule), decision.number)
            if decision.region or key not in matched:
                matched.add(key)
                found.append(decision)
        return found

    def chain(self, chain: str, regions: tuple[Region, ...], way: _Way) -> tuple[Region, ...]:
        """Unfold a chain for the packets that reach it; return what passes all its rules."""
        inside = replace(way, chains=(*way.chains, chain))
        for number, rule in enumerate(self.chains[chain], start=1):
            for part, step in enumerate(self.steps_of(rule)):
                regions = self.step((rule, part), step, f"{chain} {number}", regions, inside)
            if len(regions) > _MAX_REGIONS:
                regions = (_blurred(regions),)
        return regions

    def step(
        self, part_of: tuple[RuleT, int], step: Step, name: str, regions: tuple[Region, ...], way: _Way
    ) -> tuple[Region, ...]:
        effect = step.effect
        if effect is Effect.LOG:
            if set(step.region.reasons) <= {"rate limit"}:
                self.logs += [part for region in regions if (part := region & step.region)]
                del self.logs[:-_MAX_LOGS]
            return regions
        if effect is Effect.EXEMPT:
            self.exempt += [part for region in regions if (part := region & step.region)]
            return regions
        if effect is Effect.RETURN:
            return _less(regions, step.region)
        if effect in (Effect.JUMP, Effect.GOTO) and step.target in self.chains and step.target not in way.chains:
            inner = tuple(part for region in regions if (part := region & step.region))
            self.chain(step.target, inner, _through(way, name, step))
            return _less(regions, step.region) if effect is Effect.GOTO else regions
        if effect in (Effect.JUMP, Effect.GOTO):  # to a chain that is not there, or round in a circle
            step = replace(step, effect=Effect.EITHER if step.target in self.chains else Effect.MISSING)
        if step.effect is Effect.MISSING:
            self.missing.append((part_of[0], step.target))
        self.decide(part_of, step, name, regions, way)
        return regions

    def decide(self, part_of: tuple[RuleT, int], step: Step, name: str, regions: tuple[Region, ...], way: _Way) -> None:
        rule, number = part_of
        step = replace(step, shown=_inherited(step.shown, way.shown))
        parts = [part for region in regions if (part := region & step.region)]
        nothing = replace(step.region, surely=NO_PACKETS, maybe=NO_PACKETS)
        for part in parts or [nothing]:
            if len(self.decisions) >= MAX_DECISIONS:
                raise _TooMany
            logged = bool(part) and any(log.covers(part) for log in reversed(self.logs))
            self.decisions.append(Decision(name, step, rule, part, logged, way.path, way.on_every_packet, number))


def _inherited(own: Shown, outer: Shown) -> Shown:
    return replace(
        own,
        sources=own.sources or outer.sources,
        destinations=own.destinations or outer.destinations,
        services=own.services or outer.services,
        description=own.description or outer.description,
    )


def _through(way: _Way, name: str, step: Step) -> _Way:
    shown, region = step.shown, step.region
    is_unconditional = (
        not region.reasons
        and region.ins == region.outs == ANY_NAME
        and not (shown.sources or shown.destinations or shown.services)
        and shown.states is None
    )
    return replace(
        way,
        path=(*way.path, name),
        on_every_packet=way.on_every_packet and is_unconditional,
        shown=_inherited(shown, way.shown),
    )


def _less(regions: tuple[Region, ...], gone: Region) -> tuple[Region, ...]:
    return tuple(part for region in regions for part in region.minus(gone))


def _blurred(regions: tuple[Region, ...]) -> Region:
    """Return one region that holds them all, known from above only."""
    first = regions[0]
    ins, outs = first.ins, first.outs
    for region in regions[1:]:
        ins, outs = ins | region.ins, outs | region.outs
    return Region(
        NO_PACKETS, PacketSet.union(region.maybe for region in regions), ins, outs, (*first.reasons, "too many rules")
    )


def _named(decisions: list[Decision[RuleT]]) -> list[Decision[RuleT]]:
    """Give every decision a name of its own: the rule's, with the way or the part where it has several."""
    ways: dict[int, dict[tuple[str, ...], int]] = {}
    for decision in decisions:
        ways.setdefault(id(decision.rule), {}).setdefault(decision.path, 0)
        ways[id(decision.rule)][decision.path] += 1
    seen: dict[tuple[int, tuple[str, ...]], int] = {}
    named: list[Decision[RuleT]] = []
    for decision in decisions:
        key = (id(decision.rule), decision.path)
        name = decision.name
        if len(ways[key[0]]) > 1:
            name += f" via {' > '.join(decision.path)}"
        if ways[key[0]][decision.path] > 1:
            seen[key] = seen.get(key, 0) + 1
            name += f" part {seen[key]}"
        named.append(replace(decision, name=name))
    return named


def unfold(
    chains: Mapping[str, Sequence[RuleT]],
    chain: str,
    steps_of: Callable[[RuleT], Sequence[Step]],
    everything: Region,
) -> Unfolded[RuleT]:
    """Unfold a chain for the packets that reach it. Jumps to chains that are not in `chains` may do anything."""
    return _Unfolder(chains, steps_of).run(chain, everything)
