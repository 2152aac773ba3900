"""VLANs and their names: `vlan 10,20-30` with lines below, and the older `vlan database`.

Source: Cisco IOS LAN Switching Command Reference, "vlan (VLAN)"; Cisco Nexus 9000 NX-OS Layer 2 Switching
Configuration Guide, "Configuring VLANs"; Arista EOS User Manual, "VLANs".
"""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.links import Vlan
from netaudit.model.source import Affects
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.word_cursor import number

HIGHEST_VLAN = 4094
MAX_NAMED = 400_000  # VLANs that the lines of one file may name, repetitions counted


def vlan_numbers(text: str) -> IntervalSet | None:
    """Return the VLANs of "1,5-9", None where it is something else."""
    found: list[tuple[int, int]] = []
    for part in text.split(","):
        low_text, dash, high_text = part.partition("-")
        low = number(low_text, HIGHEST_VLAN)
        high = number(high_text, HIGHEST_VLAN) if dash else low
        if low is None or high is None or high < low:
            return None
        found.append((low, high))
    return IntervalSet.of(found)


EVERY_VLAN = IntervalSet.span(1, HIGHEST_VLAN)


def allowed_vlans(current: IntervalSet | None, words: list[str]) -> tuple[IntervalSet | None] | None:
    """Return the VLANs of a trunk after `switchport trunk allowed vlan WORDS`, (None,) for all; None if not understood.

    `words` are "10,20-30", "none", "all", or one of these behind "add", "remove" or "except". `current` is what held
    before.
    """
    mode = "set"
    if words and words[0] in ("add", "remove", "except"):
        mode, words = words[0], words[1:]
    if words == ["all"]:
        return (None,)
    vlans = IntervalSet() if words == ["none"] else vlan_numbers("".join(words))
    if vlans is None:
        return None
    if mode == "add":
        return (None if current is None else current | vlans,)
    if mode == "remove":
        return ((EVERY_VLAN if current is None else current) - vlans,)
    return (EVERY_VLAN - vlans if mode == "except" else vlans,)


def read_vlans(roots: Iterable[ConfLine], ledger: LineLedger) -> tuple[Vlan, ...]:
    """Return the VLANs in the order of their numbers; what other lines below them say is left to the caller."""
    found: dict[int, Vlan] = {}
    budget = MAX_NAMED
    for root in roots:
        if not root.text.startswith(("vlan ", "no vlan ")):
            continue
        words = root.words
        if words[:2] == ["vlan", "database"]:
            ledger.understood(root.index)
            for line in root.children:
                _database_line(line, ledger, found)
            continue
        negated = words[0] == "no"
        numbers = vlan_numbers("".join(words[2 if negated else 1 :]))
        if numbers is None or not numbers:
            continue
        ledger.understood(root.index)
        budget -= numbers.size()
        if budget < 0:  # thousands of lines that each name thousands of VLANs: no device wrote that
            ledger.unsupported(root.index, Affects.OTHER, "too many VLANs")
            continue
        for low, high in numbers:
            for value in range(max(low, 1), high + 1):
                if negated:
                    found.pop(value, None)
                elif value not in found:
                    found[value] = Vlan(value, ledger.ref(root.index))
        if not negated:
            _settings(root, ledger, found, numbers)
    return tuple(found[value] for value in sorted(found))


def _settings(root: ConfLine, ledger: LineLedger, found: dict[int, Vlan], numbers: IntervalSet) -> None:
    name: str | None = None
    enabled: bool | None = None
    for line in root.children:
        words = line.words
        if words[0] == "name" and len(words) >= 2:
            name = ledger.masked[line.index].strip().partition(" ")[2].strip().strip('"')
        elif words in (["shutdown"], ["state", "suspend"]):
            enabled = False
        elif words in (["no", "shutdown"], ["state", "active"]):
            enabled = True if enabled is None else enabled
        else:
            continue
        ledger.understood(line.index)
    if name is None and enabled is None:
        return
    for low, high in numbers:
        for value in range(max(low, 1), high + 1):
            known = found[value]
            found[value] = Vlan(
                value, known.where, known.name if name is None else name, known.enabled if enabled is None else enabled
            )


def _database_line(line: ConfLine, ledger: LineLedger, found: dict[int, Vlan]) -> None:
    """Read `vlan 10 name LAN state active` below `vlan database`."""
    words = line.words
    value = number(words[1], HIGHEST_VLAN) if words[0] == "vlan" and len(words) > 1 else None
    if value is None:
        return
    ledger.understood(line.index)
    name = words[words.index("name") + 1].strip('"') if "name" in words[:-1] else ""
    enabled = words[words.index("state") + 1] != "suspend" if "state" in words[:-1] else True
    found[value] = Vlan(value, ledger.ref(line.index), name, enabled)
