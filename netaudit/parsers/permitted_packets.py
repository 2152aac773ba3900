"""The packets that an access list permits as a whole: what management access and translations ask."""

from __future__ import annotations

from netaudit.model.rules import Rulebase
from netaudit.packets.packet import NO_PACKETS, PacketMatch, PacketSet

# Past these the lower bound is given up and the upper one is the union of the permits: a list of thousands of entries
# behind a NAT rule must not hold up the run.
MAX_PRODUCTS = 512
MAX_STEPS = 20_000


def permitted_packets(rulebase: Rulebase) -> PacketMatch:
    """Return both bounds of what the entries of a list permit."""
    rules = [rule for rule in rulebase.rules if rule.enabled]
    if all(rule.action.permits and rule.match.is_exact for rule in rules):
        return PacketMatch.exact(PacketSet.union(rule.match.maybe for rule in rules))
    surely: list[PacketSet] = []
    maybe: list[PacketSet] = []
    reasons: dict[str, None] = {}
    denied_surely = denied_maybe = NO_PACKETS
    steps = 0
    for rule in rules:
        reasons |= dict.fromkeys(rule.match.reasons)
        if rule.action.permits:
            lower, upper = rule.match.surely - denied_maybe, rule.match.maybe - denied_surely
            too_large = len(lower.products) + len(upper.products) > MAX_PRODUCTS
            surely.append(lower)
            maybe.append(upper)
        else:
            denied_surely |= rule.match.surely
            denied_maybe |= rule.match.maybe
            too_large = len(denied_maybe.products) > MAX_PRODUCTS
        steps += len(denied_maybe.products)
        if too_large or steps > MAX_STEPS:
            every = PacketSet.union(rule.match.maybe for rule in rules if rule.action.permits)
            return PacketMatch.upper(every, "the list is too large")
    if not reasons:
        return PacketMatch.exact(PacketSet.union(maybe))
    return PacketMatch(PacketSet.union(surely), PacketSet.union(maybe), tuple(reasons))
