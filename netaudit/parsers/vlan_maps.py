"""VLAN access maps: lists that filter what enters a VLAN, bridged or routed.

Source: Cisco Nexus 9000 NX-OS Security Configuration Guide, "Configuring VLAN ACLs"; Catalyst 9300 Security
Configuration Guide, "Configuring VLAN maps".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from netaudit.model.device import Interface
from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import ANY_IPV4, ANY_IPV6
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.permitted_packets import permitted_packets
from netaudit.parsers.vlan_blocks import vlan_numbers
from netaudit.parsers.word_cursor import number

_EVERYTHING = PacketSet.of(ANY_IPV4 | ANY_IPV6, ANY_IPV4 | ANY_IPV6)
_ACTIONS = {"forward": Action.PERMIT, "drop": Action.DENY, "redirect": Action.PERMIT}


@dataclass(slots=True)
class _Entry:
    """One sequence of a map: the lists that choose its packets, and what becomes of them."""

    sequence: int
    where: SourceRef
    names: list[str] = field(default_factory=list)
    action: str = "forward"
    logged: bool = False
    understood: bool = True


HasList = Callable[[str, Direction], bool]
"""Tells whether a list filters at an interface in a direction."""


def read_vlan_maps(
    roots: Iterable[ConfLine],
    ledger: LineLedger,
    interfaces: Mapping[str, Interface],
    lists: Mapping[str, Rulebase],
    has_list: HasList,
) -> tuple[tuple[Rulebase, ...], tuple[Binding, ...]]:
    """Return each map as a rulebase, and where it is bound: at the SVIs of the VLANs that `vlan filter` names."""
    bindings: list[Binding] = []
    entries: dict[str, list[_Entry]] = {}
    blocks = [root for root in roots if root.text.startswith(("vlan access-map ", "vlan filter "))]
    for block in blocks:
        if not block.text.startswith("vlan access-map "):
            continue
        words = block.words
        if len(words) not in (3, 4):
            continue
        below = entries.get(words[2], [])
        sequence = number(words[3], 65535) if len(words) == 4 else max((one.sequence for one in below), default=0) + 10
        if sequence is None:
            ledger.unrecognized(block.index, Affects.FILTER, "VLAN access map")
            continue
        ledger.understood(block.index)
        entries[words[2]] = [*below, _entry(ledger, block, sequence)]
    rulebases = {name: _rulebase(name, found, lists) for name, found in entries.items()}
    for root in blocks:
        if root.text.startswith("vlan filter "):
            _bind(ledger, root, interfaces, rulebases, bindings, has_list)
    return tuple(rulebases.values()), tuple(bindings)


def map_name(name: str) -> str:
    """Return the name of the rulebase of a map: lists and maps have names of their own."""
    return f"vlan access-map {name}"


def _entry(ledger: LineLedger, block: ConfLine, sequence: int) -> _Entry:
    entry = _Entry(sequence, ledger.ref(block.index, block.children[-1].index if block.children else None))
    for line in block.children:
        words = line.words
        if words[0] == "match" and words[2:3] == ["address"] and len(words) > 3:
            entry.names += words[3:]
        elif words[0] == "action" and len(words) >= 2 and words[1] in _ACTIONS:
            entry.action = words[1]
            entry.logged = "log" in words[2:]
        elif words[0] not in ("statistics", "exit", "no"):
            entry.understood = False
            ledger.unrecognized(line.index, Affects.FILTER, "VLAN access map")
            continue
        ledger.understood(line.index)
    return entry


def _rulebase(name: str, entries: list[_Entry], lists: Mapping[str, Rulebase]) -> Rulebase:
    rules = tuple(_rule(entry, lists) for entry in sorted(entries, key=lambda one: one.sequence))
    # What no entry matches: the guide does not say it of every model, so it is left open.
    last = AccessRule(
        "implicit", Action.PERMIT, PacketMatch.upper(_EVERYTHING, "end of a VLAN access map"), entries[0].where,
        services=("ip",), implicit=True,
    )  # fmt: skip
    return Rulebase(
        name=map_name(name),
        kind=RulebaseKind.FILTER,
        rules=(*rules, last),
        default_action=Action.DENY,
        where=entries[0].where,
        default_logged=False,
        flavour="VLAN access map",
    )


def _rule(entry: _Entry, lists: Mapping[str, Rulebase]) -> AccessRule:
    """Return one sequence as a rule: it matches what its lists permit; without a list, everything."""
    unresolved = tuple(name for name in entry.names if name not in lists)
    known = [permitted_packets(lists[name]) for name in entry.names if name in lists]
    reasons = dict.fromkeys(reason for match in known for reason in match.reasons)
    if not entry.names:
        match = PacketMatch.exact(_EVERYTHING)
    elif unresolved:  # a MAC list, or one that is not defined
        match = PacketMatch(PacketSet.union(one.surely for one in known), _EVERYTHING, ("list not known",))
    elif all(one.is_exact for one in known):
        match = PacketMatch.exact(PacketSet.union(one.maybe for one in known))
    else:
        match = PacketMatch(
            PacketSet.union(one.surely for one in known), PacketSet.union(one.maybe for one in known), tuple(reasons)
        )
    if not entry.understood:
        match = PacketMatch.upper(match.maybe, "not understood")
    return AccessRule(
        name=str(entry.sequence),
        action=_ACTIONS[entry.action],
        match=match,
        where=entry.where,
        logged=entry.logged,
        sources=tuple(entry.names) or ("any",),
        destinations=tuple(entry.names) or ("any",),
        services=("ip",),
        unresolved=unresolved,
    )


def _bind(
    ledger: LineLedger,
    root: ConfLine,
    interfaces: Mapping[str, Interface],
    rulebases: Mapping[str, Rulebase],
    bindings: list[Binding],
    has_list: HasList,
) -> None:
    """Read `vlan filter NAME vlan-list 10,20-30`."""
    words = root.words
    if len(words) < 5 or words[3] != "vlan-list":
        return
    vlans = vlan_numbers("".join(words[4:]))
    name = words[2]
    if vlans is None or name not in rulebases:
        ledger.unsupported(root.index, Affects.FILTER, "a filter at VLANs")
        return
    ledger.understood(root.index)
    doubtful = False
    for interface in interfaces.values():
        if not interface.name.lower().startswith("vlan") or interface.vlan is None or interface.vlan not in vlans:
            continue
        for direction in (Direction.IN, Direction.OUT):
            if has_list(interface.name, direction):
                doubtful = True
                continue
            bindings.append(Binding(map_name(name), Purpose.FILTER, ledger.ref(root.index), interface.name, direction))
    if doubtful:
        # Two filters in a row at one interface: the model joins several lists into one.
        ledger.unsupported(root.index, Affects.FILTER, "a VLAN map beside a list of the interface")
