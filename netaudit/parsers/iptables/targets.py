"""A rule as a step of its chain, by its target."""

from __future__ import annotations

from netaudit.parsers.chain_unfolding import Effect, Shown, Step
from netaudit.parsers.iptables.conditions import Conditions
from netaudit.parsers.iptables.tables import RawRule
from netaudit.parsers.iptables.vocabulary import CONTINUING, DECIDING, UNDECIDED
from netaudit.parsers.iptables.words import Option


def steps_of(rule: RawRule, conditions: Conditions, chains: frozenset[str]) -> tuple[Step, ...]:
    """Return what a rule does, nothing where it only counts or changes the packet. `chains` are those of its table."""
    jump = target_of(rule)
    if jump is None or not jump.value:
        return ()
    shown = Shown(
        conditions.sources,
        conditions.destinations,
        conditions.services,
        conditions.description,
        conditions.schedule,
        conditions.users,
        conditions.states,
        conditions.unresolved,
    )
    target = jump.value
    effect = DECIDING.get(target)
    if effect is None and target in chains:
        effect = Effect.GOTO if jump.name == "-g" else Effect.JUMP
    elif effect is None and target == "CT" and rule.first("--notrack"):
        effect = Effect.EXEMPT
    elif effect is None and target in CONTINUING:
        return ()
    elif effect is None:
        effect = Effect.EITHER if target in UNDECIDED else Effect.MISSING
    return (Step(effect, conditions.region, shown, target),)


def target_of(rule: RawRule) -> Option | None:
    """Return the rule's -j or -g option."""
    return rule.first("-j", "-g")
