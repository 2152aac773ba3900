"""What the tests of this platform share: fixtures on disk, a few interfaces, and the fate of a packet."""

from __future__ import annotations

from pathlib import Path

from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.packet import Flow

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "fortios"

INTERFACES = """\
config system global
    set hostname "fw"
end
config system interface
    edit "port1"
        set vdom "root"
        set ip 10.1.0.1 255.255.255.0
    next
    edit "port2"
        set vdom "root"
        set ip 10.2.0.1 255.255.255.0
    next
end
"""


def source_of(text: str, path: str = "fw.conf") -> SourceFile:
    """Return text as a decoded input file."""
    return SourceFile(path, "0" * 64, "utf-8", tuple(text.split("\n")), "fortios")


def fate_in(rulebase: Rulebase, flow: Flow, from_zone: str, to_zone: str) -> tuple[str, str | None]:
    """Return the fate of a packet and the name of the rule: the first that surely or perhaps matches."""
    for rule in rulebase.rules:
        if not rule.enabled or from_zone not in rule.from_zones or to_zone not in rule.to_zones:
            continue
        if rule.match.surely.contains(flow):
            return rule.action.value, rule.name
        if rule.match.maybe.contains(flow):
            return "unknown", rule.name
    return rulebase.default_action.value, None
