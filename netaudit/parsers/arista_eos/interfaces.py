"""Interfaces and VRFs.

Source: Arista EOS User Manual, "Ports", "VLANs", "IPv4" ("ip address virtual", "ip virtual-router address"), "VRRP".
"""

from __future__ import annotations

from netaudit.model.device import InterfaceAddress
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


def _ip_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip address A/L`, and `ip address virtual A/L`: one address that all routers of the VLAN share."""
    if words[2:3] != ["virtual"]:
        return ip_address(reading, draft, words, line)
    found = written_address(words[3:])
    if found is None or found[0] is not Family.IPV4:
        return "virtual address"
    family, value, length, options = found
    draft.addresses.append(
        InterfaceAddress(family, value, length, secondary="secondary" in options or bool(draft.addresses), virtual=True)
    )
    return None


def _ipv6_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    if words[2:3] == ["virtual"] and len(words) > 3:
        return None if virtual_address(draft, words[3]) else "virtual address"
    return ipv6_address(reading, draft, words, line)


def _virtual_router(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip virtual-router address A[/L]`."""
    if words[2:3] != ["address"] or len(words) < 4:
        return ""
    return None if virtual_address(draft, words[3]) else "virtual address"


def _vrrp(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `vrrp N ip|ipv4|ipv6 A [secondary]`."""
    if len(words) >= 4 and words[2] in ("ip", "ipv4", "ipv6") and words[3][:1].isalnum():
        if words[2] == "ipv4" and words[3] == "version":
            return ""
        return None if virtual_address(draft, words[3]) else "virtual address"
    return ""


def _channel_group(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 2:
        return ""
    draft.parent = f"Port-Channel{words[1]}"
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
    "vrf": _vrf,
    "no vrf": no_vrf_member,
    "channel-group": _channel_group,
    "ip verify": _verify,
    "ipv6 verify": _verify,
}
