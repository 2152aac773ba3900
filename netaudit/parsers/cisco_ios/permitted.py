"""The packets that an access list permits as a whole: what class maps, NAT and access classes ask."""

from __future__ import annotations

from netaudit.model.rules import Rulebase
from netaudit.packets.packet import ALL_PACKETS, NO_PACKETS, PacketMatch, PacketSet

# Past these the lower bound is given up and the upper one is the union of the permits: a list of thousands of entries
# behind a NAT rule or a class map must not hold up the run.
MAX_PRODUCTS = 512
MAX_STEPS = 20_000


def permitted_packets(rulebase: Rulebase) -> PacketMatch:
    """Return both bounds of what the list permits. A list without entries permits everything."""
    rules = [rule for rule in rulebase.rules if rule.enabled]
    if not rules:
        return PacketMatch.exact(ALL_PACKETS)
    if all(rule.action.permits and rule.match.is_exact for rule in rules):
        return PacketMatch.exact(PacketSet.union(rule.match.maybe for rule in rules))
    surely: list[PacketSet] = []
    maybe: list[PacketSet] = []
    reasons: dict[str, None] = {}
    denied_surely = denied_maybe = NO_PACKETS
    exact = True
    steps = 0
    for rule in rules:
        reasons |= dict.fromkeys(rule.match.reasons)
        if rule.action.permits:
            lower, upper = rule.match.surely - denied_maybe, rule.match.maybe - denied_surely
            if len(lower.products) + len(upper.products) > MAX_PRODUCTS:
                exact = False
                lower, upper = NO_PACKETS, rule.match.maybe
            surely.append(lower)
            maybe.append(upper)
        else:
            denied_surely |= rule.match.surely
            denied_maybe |= rule.match.maybe
        steps += len(denied_maybe.products)
        if len(denied_maybe.products) > MAX_PRODUCTS or steps > MAX_STEPS:
            exact = False
            break
    if not exact:
        return PacketMatch.upper(
            PacketSet.union(rule.match.maybe for rule in rules if rule.action.permits), "the list is too large"
        )
    if not reasons:
        return PacketMatch.exact(PacketSet.union(maybe))
    return PacketMatch(PacketSet.union(surely), PacketSet.union(maybe), tuple(reasons))
