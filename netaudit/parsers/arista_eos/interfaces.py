"""Interfaces and VRFs.

Source: Arista EOS User Manual, "Ports", "VLANs", "IPv4" ("ip address virtual", "ip virtual-router address"), "VRRP".
"""

from __future__ import annotations

from netaudit.model.device import InterfaceAddress
from netaudit.model.links import Tunnel
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_interfaces import (
    COMMON_HANDLERS,
    Handler,
    InterfaceDraft,
    finished,
    ip_address,
    ipv6_address,
    no_vrf_member,
    read_drafts,
    virtual_address,
    vrf_member,
    written_address,
)
from netaudit.parsers.switch_reading import VRF, Reading
from netaudit.parsers.tunnel_lines import TunnelDraft


def read_vrfs(reading: Reading) -> None:
    """Read `vrf instance NAME` and the older `vrf definition NAME`."""
    for block in reading.blocks("vrf instance", "vrf definition"):
        if len(block.words) == 3:
            name = block.words[2]
            reading.define(VRF, name, block.index)
            reading.vrfs.setdefault(name, reading.ledger.ref(block.index))
            reading.understood(block)


def read_interfaces(reading: Reading) -> None:
    """Read all interfaces: a port switches unless `switchport default mode routed` or `no switchport` says not."""
    default = True
    for root in reading.roots:
        if root.words[:3] == ["switchport", "default", "mode"] and len(root.words) == 4:
            default = root.words[3] != "routed"
            reading.understood(root)
    for draft, where, _ in read_drafts(reading, _HANDLERS):
        kind = draft.name.lower()
        port = kind.startswith(("ethernet", "port-channel", "recirc-channel")) and "." not in draft.name
        switched = port and (default if draft.switched is None else draft.switched)
        reading.interfaces[draft.name] = finished(draft, where, switched, not draft.shutdown)


def read_tunnels(reading: Reading) -> tuple[Tunnel, ...]:
    """Read the `tunnel ...` lines of tunnel interfaces."""
    drafts: dict[str, TunnelDraft] = {}
    for block in reading.blocks("interface"):
        name = "".join(block.words[1:])
        if not name.lower().startswith("tunnel"):
            continue
        draft = drafts.setdefault(name, TunnelDraft())
        for line in block.children:
            if line.words[:1] == ["tunnel"] and draft.read(line.words[1:]):
                reading.understood(line)
    found = (
        draft.finished(name, reading.interfaces[name].where)
        for name, draft in drafts.items()
        if name in reading.interfaces
    )
    return tuple(one for one in found if one is not None)


def _ip_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip address A/L`, and `ip address virtual A/L`: one address that all routers of the VLAN share."""
    if words[2:3] != ["virtual"]:
        return ip_address(reading, draft, words, line)
    found = written_address(words[3:])
    if found is None or found[0] is not Family.IPV4:
        return "virtual address"
    family, value, length, options = found
    _shared_address(reading, draft, words[3], line)
    draft.addresses.append(
        InterfaceAddress(family, value, length, secondary="secondary" in options or bool(draft.addresses), virtual=True)
    )
    return None


def _ipv6_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    if words[2:3] == ["virtual"] and len(words) > 3:
        if not virtual_address(draft, words[3]):
            return "virtual address"
        _shared_address(reading, draft, words[3], line)
        return None
    return ipv6_address(reading, draft, words, line)


def _virtual_router(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip virtual-router address A[/L]`."""
    if words[2:3] != ["address"] or len(words) < 4:
        return ""
    if not virtual_address(draft, words[3]):
        return "virtual address"
    _shared_address(reading, draft, words[3], line)
    return None


def _shared_address(reading: Reading, draft: InterfaceDraft, text: str, line: ConfLine) -> None:
    """Note an address that all routers of the VLAN answer for (VARP)."""
    where = reading.ledger.ref(line.index)
    reading.first_hop_groups.setting("varp", draft.name, "", ["address", text], where)


def _vrrp(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `vrrp N ip|ipv4|ipv6 A [secondary]` and the settings of the group."""
    known = len(words) > 2 and reading.first_hop_groups.setting(
        "vrrp", draft.name, words[1], words[2:], reading.ledger.ref(line.index)
    )
    if len(words) >= 4 and words[2] in ("ip", "ipv4", "ipv6") and words[3][:1].isalnum():
        if words[2] == "ipv4" and words[3] == "version":
            return ""
        return None if virtual_address(draft, words[3]) else "virtual address"
    return None if known else ""


def _no_vrrp(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no vrrp N preempt` and its like, which EOS shows where the default is on."""
    known = len(words) > 3 and reading.first_hop_groups.setting(
        "vrrp", draft.name, words[2], ["no", *words[3:]], reading.ledger.ref(line.index)
    )
    return None if known else ""


def _channel_group(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 2:
        return ""
    draft.parent = draft.bundle = f"Port-Channel{words[1]}"
    return None


def _verify(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip verify unicast source reachable-via rx|any`."""
    if words[2:3] != ["unicast"]:
        return ""
    draft.source_check = True
    return None


def _vrf(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    return vrf_member(reading, draft, words, line) if len(words) in (2, 3) else ""


def _unnumbered(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    reading.ledger.unsupported(line.index, Affects.ROUTING, "the address is borrowed from another interface")
    return None


_HANDLERS: dict[str, Handler] = {
    **COMMON_HANDLERS,
    "ip address unnumbered": _unnumbered,
    "ip address": _ip_address,
    "ipv6 address": _ipv6_address,
    "ip virtual-router": _virtual_router,
    "ipv6 virtual-router": _virtual_router,
    "vrrp": _vrrp,
    "no vrrp": _no_vrrp,
    "vrf": _vrf,
    "no vrf": no_vrf_member,
    "channel-group": _channel_group,
    "ip verify": _verify,
    "ipv6 verify": _verify,
}
