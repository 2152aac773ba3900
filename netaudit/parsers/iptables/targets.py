"""What each target does with a packet, and a rule as a step of its chain. Source: iptables-extensions(8)."""

from __future__ import annotations

from netaudit.parsers.chain_unfolding import Effect, Shown, Step
from netaudit.parsers.iptables.conditions import Conditions
from netaudit.parsers.iptables.tables import RawRule
from netaudit.parsers.iptables.words import Option

_DECIDING = {
    "ACCEPT": Effect.ACCEPT,
    "RETURN": Effect.RETURN,
    "DROP": Effect.DROP,
    "TARPIT": Effect.DROP,
    "STEAL": Effect.DROP,
    "REJECT": Effect.REJECT,
    **dict.fromkeys(("DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "SAME", "BALANCE"), Effect.TRANSLATE),
    **dict.fromkeys(("LOG", "NFLOG", "ULOG"), Effect.LOG),
    "NOTRACK": Effect.EXEMPT,
}
# Those after which the next rule follows.
_CONTINUING = frozenset(
    {
        "MARK", "CONNMARK", "CONNSECMARK", "SECMARK", "CLASSIFY", "TOS", "DSCP", "TTL", "HL", "ECN", "TCPMSS",
        "TCPOPTSTRIP", "AUDIT", "TRACE", "CHECKSUM", "SET", "IDLETIMER", "LED", "RATEEST", "TEE", "CT", "ACCOUNT",
        "HMARK", "SYSRQ", "DNETMAP", "RAWDNAT", "RAWSNAT", "NFACCT", "CONTINUE",
    }
)  # fmt: skip
# Who decides is outside of the rules, or the packet is kept.
_UNDECIDED = frozenset({"NFQUEUE", "QUEUE", "TPROXY", "SYNPROXY", "CLUSTERIP", "DELUDE", "CHAOS", "LSCAN", "PROTO"})
# What an extension target takes follows it; iptables-save writes all matches before it.
WITH_OPTIONS = (
    _CONTINUING
    | _UNDECIDED
    | {name for name, effect in _DECIDING.items() if effect not in (Effect.ACCEPT, Effect.DROP)}
)


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
    effect = _DECIDING.get(target)
    if effect is None and target in chains:
        effect = Effect.GOTO if jump.name == "-g" else Effect.JUMP
    elif effect is None and target == "CT" and rule.first("--notrack"):
        effect = Effect.EXEMPT
    elif effect is None and target in _CONTINUING:
        return ()
    elif effect is None:
        effect = Effect.EITHER if target in _UNDECIDED else Effect.MISSING
    return (Step(effect, conditions.region, shown, target),)


def target_of(rule: RawRule) -> Option | None:
    """Return the rule's -j or -g option."""
    return rule.first("-j", "-g")
