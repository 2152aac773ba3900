"""The routing of one device: its processes, policies, lists, VRF targets and policy routes, from its lines.

What the readers of the platform must have read before: the interfaces with their VRFs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from netaudit.model.routing import PolicyRoute, RoutingPlane, RoutingProcess, VrfTargets
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.routing.bgp import read_bgp
from netaudit.parsers.routing.device_processes import InterfaceLines, Processes
from netaudit.parsers.routing.eigrp import read_eigrp
from netaudit.parsers.routing.interface_lines import read_interface_lines
from netaudit.parsers.routing.isis import read_isis
from netaudit.parsers.routing.labels import read_label_lines
from netaudit.parsers.routing.ospf import read_ospf
from netaudit.parsers.routing.prefix_lists import read_prefix_lists
from netaudit.parsers.routing.process import Dialect, ProcessDraft
from netaudit.parsers.routing.rip import read_rip
from netaudit.parsers.routing.route_maps import read_route_maps
from netaudit.parsers.routing.targets import read_vrf_targets
from netaudit.parsers.routing.text_lists import read_text_lists
from netaudit.parsers.routing.values import as_number, line_words
from netaudit.parsers.word_cursor import NotUnderstood

_PROTOCOLS = {"ospf3": "ospfv3"}
_BODIES = {
    "ospf": read_ospf,
    "ospfv3": read_ospf,
    "eigrp": read_eigrp,
    "rip": read_rip,
    "ripng": read_rip,
    "isis": read_isis,
}


@dataclass(frozen=True, slots=True)
class RoutingLanguage:
    """What differs between the platforms whose commands these readers know.

    `no_processes`: words behind `router` that are no routing process of unicast. `plain_communities`: what
    `send-community` alone sends. `community_lists_together`: see read_route_maps. `step`: see read_prefix_lists.
    """

    dialect: Dialect
    no_processes: frozenset[str] = frozenset()
    plain_communities: str = "standard"
    community_lists_together: bool = False
    step: int = 5


@dataclass(slots=True)
class _Block:
    """The lines of one process; a block that occurs twice adds up."""

    words: list[str]
    where: SourceRef
    heads: list[ConfLine] = field(default_factory=list)
    lines: list[ConfLine] = field(default_factory=list)


def read_device_routing(
    ledger: LineLedger,
    roots: Sequence[ConfLine],
    interfaces: Sequence[InterfaceLines],
    vrf_blocks: Sequence[ConfLine],
    language: RoutingLanguage,
) -> tuple[tuple[RoutingProcess, ...], RoutingPlane]:
    """Read everything and mark its lines. `vrf_blocks` are the blocks that define VRFs."""
    processes = Processes(language.dialect)
    targets = list(read_vrf_targets(ledger, vrf_blocks))
    for block in _blocks(ledger, roots, language):
        targets += _read_process(ledger, block, processes, language)
    read_interface_lines(ledger, interfaces, processes)
    read_label_lines(ledger, roots, processes)
    plane = RoutingPlane(
        policies=read_route_maps(ledger, roots, language.community_lists_together),
        prefix_lists=read_prefix_lists(ledger, roots, language.step),
        text_lists=read_text_lists(ledger, roots),
        vrf_targets=tuple(targets),
        policy_routes=(*_local_policies(ledger, roots), *_policies_at(ledger, interfaces)),
    )
    names = {one.name.lower(): one.name for one in interfaces}
    return tuple(_with_names(one.finished(), names) for one in processes.drafts), plane


def _blocks(ledger: LineLedger, roots: Iterable[ConfLine], language: RoutingLanguage) -> list[_Block]:
    """Return the processes in the order of their first lines; `no router ...` takes one out."""
    found: dict[tuple[str, ...], _Block] = {}
    for root in roots:
        if "router " not in root.text[:15]:
            continue
        words = line_words(ledger, root).words
        negated = words[0] == "no"
        words = words[1:] if negated else words
        family = words[0] if words[0] == "ipv6" else ""
        words = words[1:] if family else words
        if words[:1] != ["router"] or len(words) < 2 or words[1] in language.no_processes:
            continue
        protocol = _PROTOCOLS.get(words[1], words[1])
        if family:
            protocol = {"ospf": "ospfv3", "rip": "ripng"}.get(protocol, protocol)
        key = (family, protocol, *words[2:])
        if negated:
            gone = found.pop(key, None)
            ledger.understood(root.index)
            for line in (*gone.heads, *gone.lines) if gone is not None else ():
                for one in line.walk():
                    ledger.understood(one.index)
            continue
        block = found.setdefault(key, _Block([protocol, *words[2:]], ledger.ref(root.index)))
        block.heads.append(root)
        block.lines += root.children
    return list(found.values())


def _read_process(
    ledger: LineLedger, block: _Block, processes: Processes, language: RoutingLanguage
) -> tuple[VrfTargets, ...]:
    draft = _process_draft(block, language)
    found = [draft]
    targets: tuple[VrfTargets, ...] = ()
    body = _BODIES.get(draft.protocol)
    for head in block.heads:
        if draft.exact:
            ledger.understood(head.index)
        else:
            ledger.unsupported(head.index, Affects.ROUTING, "dynamic routing")
    if draft.protocol == "bgp":
        others, targets = read_bgp(ledger, block.lines, draft, language.plain_communities)
        found += others
    elif body is not None:
        others = body(ledger, block.lines, draft)
        if draft.protocol == "eigrp" and others and not draft.networks:
            found = [_inheriting(one, draft) for one in others]  # named mode: the address families are the processes
        else:
            found += others
    else:
        draft.exact = False
    for one in found:
        processes.add(one)
    return targets


def _inheriting(family: ProcessDraft, owner: ProcessDraft) -> ProcessDraft:
    """Return a named EIGRP process with what its head says of all its families."""
    family.enabled = family.enabled and owner.enabled
    family.exact = family.exact and owner.exact
    family.options += owner.options
    return family


def _process_draft(block: _Block, language: RoutingLanguage) -> ProcessDraft:
    """Return the process that a first line begins; inexact where the line holds more than is known."""
    protocol, *rest = block.words
    vrf = "default"
    if "vrf" in rest[:-1]:
        position = rest.index("vrf")
        vrf = rest[position + 1]
        rest = rest[:position] + rest[position + 2 :]
    identifier = rest[0] if rest else ""
    name = f"{protocol} {identifier}".strip()
    draft = ProcessDraft(protocol, name, block.where, language.dialect, vrf, identifier)
    draft.exact = len(rest) <= 1 and (protocol in _BODIES or protocol == "bgp")
    if protocol in ("bgp", "eigrp"):
        try:
            draft.autonomous_system = as_number(identifier)
        except NotUnderstood:
            draft.exact = draft.exact and protocol == "eigrp"  # a named process
    return draft


def _local_policies(ledger: LineLedger, roots: Iterable[ConfLine]) -> list[PolicyRoute]:
    """Read `ip local policy route-map NAME`: the packets that the device makes."""
    found: dict[Family, PolicyRoute] = {}
    for root in roots:
        if "local policy" not in root.text[:20]:
            continue
        words = line_words(ledger, root).words
        family = Family.IPV6 if "ipv6" in words[:2] else Family.IPV4
        if words[0] == "no":
            found.pop(family, None)
            ledger.understood(root.index)
        elif len(words) == 5 and words[3] == "route-map":
            found[family] = PolicyRoute(words[4], ledger.ref(root.index), family=family)
            ledger.understood(root.index)
    return list(found.values())


def _policies_at(ledger: LineLedger, interfaces: Iterable[InterfaceLines]) -> list[PolicyRoute]:
    """Read `ip policy route-map NAME`, `ipv6 policy route-map NAME` and ASA's `policy-route route-map NAME`."""
    found: dict[tuple[str, Family | None], PolicyRoute] = {}
    for one in interfaces:
        for line in one.lines:
            if "policy" not in line.text:
                continue
            words = line_words(ledger, line).words
            family = Family.IPV6 if words[0] == "ipv6" else Family.IPV4 if words[0] == "ip" else None
            plain = words[:3] in (["ip", "policy", "route-map"], ["ipv6", "policy", "route-map"]) and len(words) == 4
            if plain or (words[:2] == ["policy-route", "route-map"] and len(words) == 3):
                found[one.name, family] = PolicyRoute(words[-1], ledger.ref(line.index), one.name, family)
                ledger.understood(line.index)
    return list(found.values())


def _with_names(process: RoutingProcess, names: dict[str, str]) -> RoutingProcess:
    """Return the process with its interfaces named as their own blocks write them."""
    return replace(
        process,
        interfaces=tuple(
            replace(one, interface=names.get(one.interface.lower(), one.interface)) for one in process.interfaces
        ),
    )
