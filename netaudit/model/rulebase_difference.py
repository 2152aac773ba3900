"""Which packets two versions of a rulebase treat differently.

A packet's fate differs only if a rule that is in one version and not (or not at that place) in the other decides it
in its version. So only what changed rules really decide is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from netaudit.model.compiled_rulebase import compiled
from netaudit.model.permitted_flows import (
    DEFAULT_PIECES,
    Piece,
    disjoint,
    earlier_rules,
    grouped,
    pieces_less,
    rules_meeting,
)
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import Flow, PacketSet


class FateChangeKind(StrEnum):
    """What became of packets from the old to the new version."""

    NEWLY_PERMITTED = "newly_permitted"
    NEWLY_DENIED = "newly_denied"


@dataclass(frozen=True, slots=True)
class FateChange:
    """Packets between zones whose verdict differs, with the rule that decides in each version (None = default).

    Both versions are read with what their rules may match (`maybe`). `exact` is False where a rule that is only
    partly known took part, or the budget was spent: then `packets` is an upper bound.
    """

    kind: FateChangeKind
    packets: PacketSet
    old_rule: AccessRule | None
    new_rule: AccessRule | None
    from_zones: NameSet = ANY_NAME
    to_zones: NameSet = ANY_NAME
    exact: bool = True

    @property
    def witness(self) -> Flow | None:
        """Return one packet of the change."""
        return self.packets.witness()


def difference(old: Rulebase, new: Rulebase, pieces: int = DEFAULT_PIECES) -> tuple[FateChange, ...]:
    """Return the packets that are newly permitted and newly denied, as disjoint blocks."""
    removed, added = _changed(old, new)
    result: list[FateChange] = []
    for rule in added:
        result += _compare(rule, new, old, set(), True, pieces)
    new_and_changed = {id(rule) for rule in added}
    for rule in removed:
        result += _compare(rule, old, new, new_and_changed, False, pieces)
    if old.default_action.permits != new.default_action.permits:
        result += _default_change(old, new, pieces)
    return tuple(sorted(result, key=lambda change: change.kind is FateChangeKind.NEWLY_DENIED))


def _changed(old: Rulebase, new: Rulebase) -> tuple[list[AccessRule], list[AccessRule]]:
    """Return the enabled rules of each version that are not in a common subsequence of both."""
    before, after = ([rule for rule in one.rules if rule.enabled] for one in (old, new))
    numbers: dict[object, int] = {}
    keys = [
        [
            numbers.setdefault(
                (rule.action.permits, rule.match.surely, rule.match.maybe, rule.from_zones, rule.to_zones), len(numbers)
            )
            for rule in rules
        ]
        for rules in (before, after)
    ]
    if old.families != new.families:
        return before, after
    removed, added = [], []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
        if kind != "equal":
            removed += before[i1:i2]
            added += after[j1:j2]
    return removed, added


def _packets(rule: AccessRule, rulebase: Rulebase) -> PacketSet:
    return PacketSet(tuple(one for one in rule.match.maybe.products if one.family in rulebase.families))


def _compare(
    rule: AccessRule, own: Rulebase, other: Rulebase, skipped: set[int], is_new: bool, limit: int
) -> list[FateChange]:
    """Compare what a rule decides in its version with what decides there in the other one."""
    packets = _packets(rule, own)
    start: list[Piece] = [(rule.from_zones, rule.to_zones, product) for product in disjoint(packets)]
    before = earlier_rules(own, rule, packets)
    rest, exact = pieces_less(start, before, limit)
    exact = exact and rule.match.is_exact and all(one.match.is_exact for one in before)
    result: list[FateChange] = []

    def report(decided: list[Piece], by: AccessRule | None) -> None:
        old_rule, new_rule = (by, rule) if is_new else (rule, by)
        kind = FateChangeKind.NEWLY_PERMITTED if rule.action.permits == is_new else FateChangeKind.NEWLY_DENIED
        for entry, leave, found in grouped(decided):
            result.append(FateChange(kind, found, old_rule, new_rule, entry, leave, exact))

    for by in rules_meeting(compiled(other), packets):
        if not rest:
            return result
        exact = exact and by.match.is_exact
        kept, complete = pieces_less(rest, [by], limit)
        exact = exact and complete
        if by.action.permits != rule.action.permits and id(by) not in skipped:
            decided = _common(rest, by)
            if decided:
                report(decided, by)
        rest = kept
    if rest and other.default_action.permits != rule.action.permits:
        report(rest, None)
    return result


def _common(pieces: list[Piece], rule: AccessRule) -> list[Piece]:
    result = []
    for entry, leave, product in pieces:
        both = entry & rule.from_zones, leave & rule.to_zones
        if both[0] and both[1]:
            left = [product]
            for one in rule.match.maybe.products:
                for piece in left:
                    common = piece.intersection(one)
                    if common is not None:
                        result.append((*both, common))
                left = [rest for piece in left for rest in piece.difference(one)]
    return result


def _default_change(old: Rulebase, new: Rulebase, limit: int) -> list[FateChange]:
    """Return the packets that no rule of either version matches."""
    everything = PacketSet(tuple(one for one in PacketSet.of().products if one.family in old.families))
    start: list[Piece] = [(ANY_NAME, ANY_NAME, product) for product in everything.products]
    rules = [rule for one in (old, new) for rule in one.rules if rule.enabled]
    rest, exact = pieces_less(start, rules, limit)
    exact = exact and all(rule.match.is_exact for rule in rules)
    kind = FateChangeKind.NEWLY_PERMITTED if new.default_action.permits else FateChangeKind.NEWLY_DENIED
    return [FateChange(kind, found, None, None, entry, leave, exact) for entry, leave, found in grouped(rest)]
