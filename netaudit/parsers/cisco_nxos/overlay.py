"""VRFs with their route targets, EVPN, and the VXLAN interface, as far as a configuration states them.

Source: Cisco Nexus 9000 NX-OS VXLAN Configuration Guide, "Configuring VXLAN BGP EVPN": `vrf context` with `rd`, `vni`
and route targets (behind a target, `evpn` says that it is for EVPN routes); `evpn` with `vni N l2`; `interface nve1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from netaudit.model.links import FirstHopGroup, Tunnel
from netaudit.model.routing import RoutingSetting, VrfTargets
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.routing.commands import NO_ROUTE, Grammar, Table, fates, read_lines
from netaudit.parsers.routing.targets import TargetsDraft
from netaudit.parsers.routing.values import line_words
from netaudit.parsers.switch_interfaces import interface_names
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import NotUnderstood, Words

_FAMILIES = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}


def read_vrf_targets(reading: Reading) -> Iterator[VrfTargets]:
    """Yield what the blocks `vrf context NAME` and `evpn` say of route targets; marks their lines."""
    ledger = reading.ledger
    for block in reading.blocks("vrf context"):
        words = line_words(ledger, block).words
        if len(words) != 3:
            continue
        draft = TargetsDraft(words[2], ledger.ref(block.index))

        def address_family(owner: TargetsDraft, line: ConfLine, body: Sequence[ConfLine]) -> None:
            named = line_words(reading.ledger, line).words
            owner.family = _FAMILIES.get(named[1]) if len(named) > 1 else None
            if owner.family is None or named[2:] not in ([], ["unicast"]):
                reading.ledger.unrecognized(line.index, Affects.ROUTING, "address family")
            else:
                reading.ledger.understood(line.index)
            read_lines(reading.ledger, body, owner, Grammar(_TARGETS))
            owner.family = None

        lines = [line for line in block.children if _is_target_line(line)]
        read_lines(ledger, lines, draft, Grammar(_TARGETS, {"address-family": address_family}))
        yield from draft.finished()
    for block in reading.blocks("evpn"):
        reading.understood(block)
        for line in block.children:
            words = line_words(ledger, line).words
            if words[:1] != ["vni"] or len(words) != 3:
                continue
            reading.understood(line)
            draft = TargetsDraft(f"vni {words[1]}", ledger.ref(line.index), kind=words[2])
            read_lines(ledger, line.children, draft, Grammar(_TARGETS))
            yield from draft.finished()


def _is_target_line(line: ConfLine) -> bool:
    words = line.words
    return (words[1] if words[0] == "no" and len(words) > 1 else words[0]) in ("rd", "vni", "address-family")


def _target(draft: TargetsDraft, words: Words, where: SourceRef) -> None:
    """Read `route-target import|export|both VALUE [evpn]`."""
    rest = words.rest()
    if rest[-1:] == ["evpn"] and len(rest) > 2:
        rest = [rest[0], "evpn", *rest[1:-1]]
    turned = Words(rest)
    draft.target(turned, where)
    turned.end()
    words.position = len(words.words)


def _policy(way: str) -> object:
    def read(draft: TargetsDraft, words: Words, where: SourceRef) -> None:
        if words.take_if("vrf"):  # `import vrf default map NAME`, `export vrf ...`: routes of another VRF
            draft.options.append((f"{way} vrf", words.take()))
            if words.peek().isdigit():
                words.take()
        draft.policy(words, where, way)

    return read


_TARGETS: Table[TargetsDraft] = {
    **fates(NO_ROUTE, "maximum, exit, mdt"),
    "rd": TargetsDraft.distinguisher,
    "vni": TargetsDraft.virtual_network,
    "route-target": _target,
    "import": _policy("import"),  # type: ignore[dict-item]
    "export": _policy("export"),  # type: ignore[dict-item]
}


@dataclass(slots=True)
class Overlay:
    """The VXLAN interface and what stands around it."""

    tunnels: list[Tunnel] = field(default_factory=list)
    settings: list[RoutingSetting] = field(default_factory=list)


def read_overlay(reading: Reading) -> Overlay:
    """Read `interface nveN`, `vn-segment` below VLANs, and `nv overlay evpn`; marks their lines."""
    found = Overlay()
    ledger = reading.ledger
    for root in reading.roots:
        words = root.words
        if words[:1] == ["vlan"] and len(words) == 2:
            for line in root.children:
                parts = line.words
                if parts[0] == "vn-segment" and len(parts) == 2 and parts[1].isdigit():
                    reading.understood(line)
                    _keep(found, f"vlan {words[1]} vn-segment", parts[1], ledger.ref(line.index))
        elif words == ["nv", "overlay", "evpn"]:
            reading.understood(root)
            _keep(found, "nv overlay", "evpn", ledger.ref(root.index))
        elif words[:2] == ["evpn", "multisite"]:
            reading.understood(root)
            _keep(found, "evpn multisite", " ".join(words[2:]), ledger.ref(root.index))
            for line in root.children:
                ledger.ignored(line.index)
    tunnels: dict[str, Tunnel] = {}
    for block in reading.blocks("interface"):
        for name in interface_names(block.text.strip().partition(" ")[2].strip()):
            if name.lower().startswith("nve") and name[3:].isdigit():
                tunnel = _nve(reading, block, name, found)
                known = tunnels.get(name)
                tunnels[name] = tunnel if known is None or tunnel.source else known
    found.tunnels += tunnels.values()
    return found


def read_anycast_gateways(reading: Reading) -> Iterator[FirstHopGroup]:
    """Yield the interfaces whose addresses all switches of the fabric share; marks their lines."""
    for block in reading.blocks("interface"):
        for line in block.children:
            if line.words != ["fabric", "forwarding", "mode", "anycast-gateway"]:
                continue
            reading.understood(line)
            for name in interface_names(block.text.strip().partition(" ")[2].strip()):
                if name in reading.interfaces:
                    addresses = tuple(one.address_text for one in reading.interfaces[name].addresses)
                    yield FirstHopGroup("anycast", "", name, reading.ledger.ref(line.index), addresses)


def _keep(found: Overlay, name: str, value: str, where: SourceRef) -> None:
    found.settings.append(RoutingSetting(name, value, where))


def _nve(reading: Reading, block: ConfLine, name: str, found: Overlay) -> Tunnel:
    ledger = reading.ledger
    source = ""
    for line in block.children:
        words = line_words(ledger, line).words
        where = ledger.ref(line.index)
        if words[0] == "source-interface" and len(words) == 2:
            source = words[1]
        elif words[0] in ("host-reachability", "multisite", "global", "advertise", "suppress-arp"):
            _keep(found, f"{name} {words[0]}", " ".join(words[1:]), where)
        elif words[:2] == ["member", "vni"] and len(words) > 2:
            try:
                _member(reading, found, name, line, words[2:])
            except NotUnderstood as problem:
                ledger.unrecognized(line.index, Affects.ROUTING, f"member: {problem}")
                continue
        elif words[0] in ("source-interface", "vxlan"):
            _keep(found, f"{name} {words[0]}", " ".join(words[1:]), where)
        else:
            continue
        reading.understood(line)
    return Tunnel(name, "vxlan", ledger.ref(block.index), source=source)


def _member(reading: Reading, found: Overlay, name: str, line: ConfLine, words: list[str]) -> None:
    """Read `member vni N[-M] [associate-vrf]` with what stands below it."""
    numbers = words[0]
    if not all(part.isdigit() for one in numbers.split(",") for part in one.split("-")):
        raise NotUnderstood(numbers)
    kind = " ".join(words[1:])
    if kind not in ("", "associate-vrf"):
        raise NotUnderstood(kind)
    below = []
    for child in line.children:
        parts = line_words(reading.ledger, child).words
        if parts[0] in (
            "mcast-group",
            "ingress-replication",
            "peer-ip",
            "suppress-arp",
            "multisite",
            "spine-anycast-gateway",
        ):
            below.append(" ".join(parts))
            reading.understood(child)
        for deeper in child.children:
            words_below = line_words(reading.ledger, deeper).words
            if words_below[0] == "peer-ip":
                below.append(" ".join(words_below))
                reading.understood(deeper)
    _keep(
        found, f"{name} vni {numbers}", "; ".join([*([kind] if kind else []), *below]), reading.ledger.ref(line.index)
    )
