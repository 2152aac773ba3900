"""A rule as steps of its chain: its matches narrow what reaches its verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netaudit.model.source import Affects
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS
from netaudit.parsers.chain_unfolding import Effect, Shown, Step
from netaudit.parsers.connection_tracking import Tracking
from netaudit.parsers.nftables.matches import Matcher, Reading
from netaudit.parsers.nftables.ruleset import Expression, NamedSet, RawRule
from netaudit.parsers.nftables.translations import Translation, translations
from netaudit.parsers.nftables.vocabulary import (
    DIVERTING,
    HARMLESS,
    LIMITING,
    MANGLED_MATCHES,
    NAT_STATEMENTS,
    UNDECIDED,
)
from netaudit.parsers.packet_region import Region, joined
from netaudit.parsers.secrets import mask_text

_VERDICTS = {
    "accept": Effect.ACCEPT,
    "drop": Effect.DROP,
    "return": Effect.RETURN,
    "jump": Effect.JUMP,
    "goto": Effect.GOTO,
    "reject": Effect.REJECT,
    "queue": Effect.EITHER,
    "dnat": Effect.TRANSLATE,
    "snat": Effect.TRANSLATE,
    "masquerade": Effect.TRANSLATE,
    "redirect": Effect.TRANSLATE,
}


_NOTHING_SHOWN = Shown()
_EVERYTHING = (Region.exact(ALL_PACKETS),)


@dataclass(frozen=True, slots=True)
class Note:
    """What of a rule is known and not modelled, and what it can change."""

    affects: Affects
    reason: str


@dataclass(slots=True)
class RuleReading:
    """A rule's steps, and what was found on the way."""

    steps: tuple[Step, ...]
    notes: tuple[Note, ...]
    unresolved: tuple[str, ...]
    used_sets: frozenset[str]
    problems: tuple[str, ...]


def read_rule(rule: RawRule, sets: Mapping[str, NamedSet], tracking: Tracking) -> RuleReading:
    """Return what a rule of a table with these sets does, where `tracking` is known of connections."""
    return _RuleReader(rule, Matcher(sets, tracking)).read()


class _RuleReader:
    def __init__(self, rule: RawRule, matcher: Matcher) -> None:
        self.rule = rule
        self.matcher = matcher
        self.reading = Reading()
        self.regions: tuple[Region, ...] = _EVERYTHING
        self.steps: list[Step] = []
        self.notes: list[Note] = []
        self.ended = False
        self.opaque = False

    def read(self) -> RuleReading:
        for statement in self.rule.statements:
            for kind, value in statement.items():
                if not self.ended:
                    self.statement(kind, value)
        if self.opaque and not self.ended:
            self.emit(Effect.EITHER, "xt")
        if self.rule.uncertain:
            self.steps = [_upper(step, "rule by its handle") for step in self.steps]
        shown = self.shown()
        return RuleReading(
            tuple(step if step.shown is not _NOTHING_SHOWN else replace(step, shown=shown) for step in self.steps),
            tuple(self.notes),
            self.reading.unresolved,
            frozenset(self.reading.used),
            self.reading.problems,
        )

    def shown(self, reading: Reading | None = None) -> Shown:
        reading = self.reading if reading is None else reading
        return Shown(
            reading.sources,
            reading.destinations,
            reading.services,
            mask_text(self.rule.comment),
            reading.schedule,
            reading.users,
            reading.states,
            reading.unresolved,
        )

    def narrow(self, regions: Iterable[Region]) -> None:
        others = tuple(regions)
        if self.regions is _EVERYTHING:
            self.regions = tuple(one for one in others if one)
            return
        self.regions = tuple(part for one in self.regions for other in others if (part := one & other))

    def limit(self, reason: str) -> None:
        """Let the rest of the rule hold for some of the packets only."""
        self.regions = tuple(
            Region(NO_PACKETS, one.maybe, one.ins, one.outs, (*one.reasons, reason)) for one in self.regions
        )

    def emit(
        self,
        effect: Effect,
        target: str,
        detail: object = None,
        regions: Iterable[Region] | None = None,
        shown: Shown = _NOTHING_SHOWN,
    ) -> None:
        chosen = self.regions if regions is None else tuple(regions)
        if not chosen and effect not in (Effect.LOG, Effect.EXEMPT):
            chosen = (Region.exact(NO_PACKETS),)  # shown as a rule that matches nothing
        self.steps += [Step(effect, one, shown, target, detail) for one in chosen]

    def statement(self, kind: str, value: Expression) -> None:
        if kind == "match" and isinstance(value, dict):
            self.narrow(self.matcher.match(value, self.reading))
        elif kind == "vmap" and isinstance(value, dict):
            self.verdict_map(value)
        elif kind in ("accept", "drop", "return", "reject"):
            self.emit(_VERDICTS[kind], kind)
            self.ended = True
        elif kind in ("jump", "goto"):
            target = value.get("target") if isinstance(value, dict) else None
            self.emit(_VERDICTS[kind], str(target))
            self.ended = True
        elif kind == "continue":
            self.ended = True
        elif kind in NAT_STATEMENTS:
            self.translation(kind, value)
        elif kind == "log":
            self.emit(Effect.LOG, "log")
        elif kind == "notrack":
            self.emit(Effect.EXEMPT, "notrack")
        elif kind in LIMITING:
            self.limit(LIMITING[kind])
        elif kind in UNDECIDED:
            self.undecided(kind)
        elif kind in DIVERTING:
            self.notes.append(Note(Affects.FILTER, DIVERTING[kind]))
            self.emit(Effect.EITHER, kind)
            self.ended = True
        elif kind == "mangle" and isinstance(value, dict):
            self.mangle(value)
        elif kind == "not understood":
            self.not_understood(value)
        elif kind == "counter":
            if isinstance(value, dict) and isinstance(value.get("packets"), int):
                self.rule.hit_count = int(str(value["packets"]))
        elif kind in HARMLESS:
            if kind == "set" and isinstance(value, dict) and (value.get("stmt") or value.get("op") == "delete"):
                self.limit("rate limit")
        else:
            self.reading.problems += ("a statement that is not known",)
            self.not_understood(["?"])

    def undecided(self, kind: str) -> None:
        self.notes.append(Note(Affects.FILTER, UNDECIDED[kind]))
        if kind == "xt":  # a match or a target: what follows tells
            self.opaque = True
            self.limit("iptables extension")
            return
        self.emit(Effect.EITHER, kind)
        self.ended = True

    def mangle(self, value: dict[str, Expression]) -> None:
        key = value.get("key")
        if isinstance(key, dict):
            payload, meta = key.get("payload"), key.get("meta")
            if isinstance(payload, dict) and payload.get("field") in MANGLED_MATCHES:
                self.notes.append(Note(Affects.FILTER, "changes the header of the packet"))
                self.emit(Effect.EITHER, "header change")
            elif (isinstance(meta, dict) and meta.get("key") in ("mark", "priority")) or "ct" in key:
                self.notes.append(Note(Affects.ROUTING, "a mark can change the way of a packet"))

    def verdict_map(self, value: dict[str, Expression]) -> None:
        key, data = value.get("key"), value.get("data")
        found = self.matcher.mapped(key, data, self.reading)
        self.ended = True
        if found is None:
            self.limit("verdict map")
            self.emit(Effect.EITHER, "vmap")
            return
        groups: dict[tuple[str, str], tuple[list[Region], list[Expression]]] = {}
        for regions, element, verdict in found:
            word, target = _verdict_words(verdict)
            if word == "continue":
                continue
            parts, elements = groups.setdefault((word, target), ([], []))
            parts += [part for one in self.regions for other in regions if (part := one & other)]
            elements.append(element)
        for (word, target), (parts, elements) in groups.items():
            reading = replace(self.reading)
            self.matcher.show(key, {"set": elements}, "==", reading)
            effect = _VERDICTS.get(word, Effect.EITHER)
            self.emit(effect, target or word, regions=joined(parts), shown=self.shown(reading))

    def translation(self, kind: str, value: Expression) -> None:
        self.ended = True
        for one in translations(kind, value, self.matcher, self.reading):
            if one.problem:
                self.notes.append(Note(Affects.NAT, one.problem))
            parts = [part for region in self.regions for other in one.regions if (part := region & other)]
            self.emit(Effect.TRANSLATE, kind, one, regions=joined(parts))

    def not_understood(self, named: Expression) -> None:
        self.limit("not understood")
        self.ended = True
        verdicts = named if isinstance(named, list) else []
        for one in verdicts:
            word, target = _verdict_words(one)
            effect = _VERDICTS.get(word, Effect.EITHER)
            if effect is Effect.TRANSLATE:
                problem = "translation that cannot be read"
                self.notes.append(Note(Affects.NAT, problem))
                self.emit(effect, word, Translation(word, (), problem=problem))
            else:
                self.emit(effect, target or word)


def _upper(step: Step, reason: str) -> Step:
    region = step.region
    return replace(step, region=replace(region, surely=NO_PACKETS, reasons=(*region.reasons, reason)))


def _verdict_words(verdict: Expression) -> tuple[str, str]:
    """Return the word of a verdict and its chain, "" for none."""
    if isinstance(verdict, dict) and verdict:
        ((word, inner),) = list(verdict.items())[:1]
        return word, str(inner.get("target", "")) if isinstance(inner, dict) else ""
    return str(verdict), ""
