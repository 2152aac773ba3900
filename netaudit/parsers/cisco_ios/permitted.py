"""The packets that an access list permits as a whole: what class maps, NAT and access classes ask."""

from __future__ import annotations

from netaudit.model.rules import Rulebase
from netaudit.packets.packet import ALL_PACKETS, PacketMatch
from netaudit.parsers import permitted_packets as shared

MAX_STEPS = shared.MAX_STEPS


def permitted_packets(rulebase: Rulebase) -> PacketMatch:
    """Return both bounds of what the list permits. A list without entries permits everything."""
    if not any(rule.enabled for rule in rulebase.rules):
        return PacketMatch.exact(ALL_PACKETS)
    return shared.permitted_packets(rulebase)
