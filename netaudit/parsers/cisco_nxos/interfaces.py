"""Interfaces and VRFs.

Source: Cisco Nexus 9000 NX-OS Interfaces Configuration Guide; "Configuring HSRP" and "Configuring VRRP" of the
Unicast Routing Configuration Guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from netaudit.model.links import Tunnel
from netaudit.model.source import Affects, SourceRef
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_interfaces import (
    COMMON_HANDLERS,
    Handler,
    InterfaceDraft,
    access_group,
    finished,
    no_vrf_member,
    policy_route_map,
    read_drafts,
    virtual_address,
    vrf_member,
)
from netaudit.parsers.switch_reading import VRF, Reading
from netaudit.parsers.tunnel_lines import TunnelDraft

_CHASSIS = re.compile(r"\b(?:n7000|n7700|n77|nexus7\d00|N7K|N77)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PortDefaults:
    """What a port is where its lines do not say: switched, and down."""

    switched: bool
    switched_shutdown: bool


def read_vrfs(reading: Reading) -> None:
    """Read `vrf context NAME`; the VRF of the management port is there without one."""
    reading.definitions[(VRF, "management")] = SourceRef(reading.ledger.source.path, 1)
    for block in reading.blocks("vrf context"):
        if len(block.words) == 3:
            name = block.words[2]
            reading.define(VRF, name, block.index)
            reading.vrfs.setdefault(name, reading.ledger.ref(block.index))
            reading.understood(block)
            for line in block.children:
                if line.words == ["no", "shutdown"]:
                    reading.understood(line)
                elif line.words == ["shutdown"]:
                    reading.ledger.unsupported(line.index, Affects.ROUTING, "the VRF is shut down")


def port_defaults(reading: Reading) -> PortDefaults:
    """Return the defaults of ports.

    `system default switchport` says them. Without it a Nexus 7000 routes and keeps its ports down; the others switch.
    A running configuration shows only what differs from the default: `switchport` on its own tells of routed ports,
    `no switchport` of switched ones.
    """
    switched: bool | None = None
    switched_shutdown: bool | None = None
    for root in reading.roots:
        text = " ".join(root.words)
        if text in ("system default switchport", "no system default switchport"):
            switched = not text.startswith("no")
            reading.understood(root)
        elif text in ("system default switchport shutdown", "no system default switchport shutdown"):
            switched_shutdown = not text.startswith("no")
            reading.understood(root)
    large = any(_CHASSIS.search(text) for text in _platform_texts(reading))
    if switched is None:
        plain = {
            " ".join(line.words)
            for block in reading.blocks("interface")
            if block.text.split()[1:] and block.text.split()[1].lower().startswith("ethernet")
            for line in block.children
        }
        if "no switchport" in plain:
            switched = True
        elif "switchport" in plain:
            switched = False
        else:
            switched = not large
    return PortDefaults(switched, large if switched_shutdown is None else switched_shutdown)


def _platform_texts(reading: Reading) -> list[str]:
    texts = [root.text for root in reading.blocks("boot")]
    if "model" in reading.facts:
        texts.append(reading.facts["model"][0])
    return texts


def read_interfaces(reading: Reading) -> None:
    """Read all interfaces."""
    defaults = port_defaults(reading)
    for draft, where, _ in read_drafts(reading, _HANDLERS):
        switched = _switched(draft, defaults)
        reading.interfaces[draft.name] = finished(draft, where, switched, not _down(draft, switched, defaults))


def _switched(draft: InterfaceDraft, defaults: PortDefaults) -> bool:
    kind = draft.name.lower()
    if not kind.startswith(("ethernet", "port-channel", "vethernet")) or "." in draft.name:
        return False
    if draft.switched is not None:
        return draft.switched
    if draft.mode or draft.access_vlan is not None or draft.trunk_vlans is not None:
        return True
    if draft.addresses or draft.dynamic:
        return False  # a switched port takes no address
    return defaults.switched


def _down(draft: InterfaceDraft, switched: bool, defaults: PortDefaults) -> bool:
    """Tell whether the port is administratively down: routed ports, sub-interfaces and SVIs are, unless brought up."""
    if draft.shutdown is not None:
        return draft.shutdown
    kind = draft.name.lower()
    if kind.startswith("vlan") or "." in draft.name:
        return True
    if kind.startswith("ethernet"):
        if switched:
            return defaults.switched_shutdown
        # An address on a switched port, and no word of `no switchport`: no device wrote that, so nothing says "down".
        return draft.switched is False or not defaults.switched
    return False


def _hsrp(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `hsrp G [ipv4|ipv6]` with `ip A [secondary]` below, and `vrrp G` with `address A [secondary]`."""
    is_group = len(words) > 1 and words[1].isdigit()
    for child in line.children:
        parts = child.words
        if is_group and reading.first_hop_groups.setting(
            words[0].removesuffix("v3"), draft.name, words[1], parts, reading.ledger.ref(line.index)
        ):
            reading.understood(child)
        if parts[0] in ("ip", "ipv6", "address") and len(parts) >= 2 and parts[1] != "autoconfig":
            if virtual_address(draft, parts[1]):
                reading.understood(child)
            else:
                reading.not_understood(child, Affects.ROUTING, "virtual address")
        elif parts[0] in ("ip", "address"):
            reading.understood(child)
    return None if is_group else ""


def _channel_group(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 2:
        return ""
    draft.bundle = f"port-channel{words[1]}"
    return None


def read_tunnels(reading: Reading) -> tuple[Tunnel, ...]:
    """Read the `tunnel ...` lines of tunnel interfaces."""
    found = []
    for block in reading.blocks("interface"):
        name = "".join(block.words[1:])
        if not name.lower().startswith("tunnel"):
            continue
        draft = TunnelDraft()
        for line in block.children:
            words = line.words
            if words[0] == "tunnel":
                rest = ["vrf", *words[2:]] if words[1:2] == ["use-vrf"] else words[1:]
                if draft.read(rest):
                    reading.understood(line)
        tunnel = draft.finished(name, reading.block_ref(block))
        found += [] if tunnel is None else [tunnel]
    return tuple(found)


def _verify(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip verify unicast source reachable-via rx|any [allow-default]`."""
    if words[2:3] != ["unicast"]:
        return ""
    draft.source_check = True
    return None


_HANDLERS: dict[str, Handler] = {
    **COMMON_HANDLERS,
    "ip port access-group": access_group,
    "ipv6 port traffic-filter": access_group,
    "ipv6 traffic-filter": access_group,
    "vrf member": vrf_member,
    "no vrf": no_vrf_member,
    "hsrp": _hsrp,
    "vrrp": _hsrp,
    "vrrpv3": _hsrp,
    "glbp": _hsrp,
    "channel-group": _channel_group,
    "ip verify": _verify,
    "ipv6 verify": _verify,
    "ip policy": policy_route_map,
    "ipv6 policy": policy_route_map,
}
