"""Interfaces and VRFs.

Source: Cisco IOS Interface and Hardware Component Command Reference; "vrf definition" and "ip vrf" of the
MPLS Command Reference; "standby" and "vrrp" of the First Hop Redundancy Protocols Command Reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from netaudit.model.device import DEFAULT_VRF, Interface, InterfaceAddress
from netaudit.model.rules import Direction, Purpose
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family, netmask_length, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.cisco_ios.reading import CRYPTO_MAP, SECURITY_ZONE, Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST, POLICY_MAP, VRF
from netaudit.parsers.tunnel_lines import TunnelDraft
from netaudit.parsers.vlan_blocks import allowed_vlans
from netaudit.parsers.word_cursor import number

_NAME = re.compile(r"^interface\s+(?:range\s+)?(\S+(?:\s+\d\S*)?)(\s.*)?$")
_FIRST_HOP_PROTOCOLS = {"standby": "hsrp", "vrrp": "vrrp", "glbp": "glbp"}
_DIRECTIONS = {"in": Direction.IN, "out": Direction.OUT, "input": Direction.IN, "output": Direction.OUT}


@dataclass(slots=True)
class _Draft:
    """An interface while its lines are read."""

    name: str
    addresses: list[InterfaceAddress] = field(default_factory=list)
    vrf: str = DEFAULT_VRF
    enabled: bool = True
    description: str = ""
    zone: str = ""
    vlan: int | None = None
    switchport: str = ""
    access_vlan: int | None = None
    trunk_vlans: IntervalSet | None = None
    parent: str = ""
    bundle: str = ""
    native_vlan: int | None = None
    dynamic: bool = False
    source_check: bool | None = None
    directed_broadcasts: bool = False
    group_addresses: list[tuple[Family, int]] = field(default_factory=list)
    tunnel: TunnelDraft = field(default_factory=TunnelDraft)


def read_vrfs(reading: Reading) -> None:
    """Read `ip vrf NAME` and `vrf definition NAME`."""
    for block in reading.blocks("ip vrf", "vrf definition"):
        words = block.words
        if len(words) == 3:
            reading.define(VRF, words[2], block.index)
            reading.vrfs.setdefault(words[2], reading.ledger.ref(block.index))
            reading.ledger.understood(block.index)


def read_interfaces(reading: Reading) -> None:
    """Read all interfaces; lines of an interface that occurs twice add up."""
    drafts: dict[str, _Draft] = {}
    for block in reading.blocks("interface"):
        match = _NAME.match(block.text.rstrip())
        if match is None:
            continue
        name = match[1].replace(" ", "")
        reading.ledger.understood(block.index)
        draft = drafts.setdefault(name, _Draft(name))
        for line in block.children:
            _read_line(reading, draft, line)
        known = reading.interfaces.get(name)
        end = block.children[-1].index if block.children else None
        where = known.where if known else reading.ledger.ref(block.index, end)
        reading.interfaces[name] = _finished(draft, where)
    for name, draft in drafts.items():
        found = draft.tunnel.finished(name, reading.interfaces[name].where)
        if found is not None:
            reading.tunnels.append(found)


def _finished(draft: _Draft, where: SourceRef) -> Interface:
    name = draft.name
    parent = draft.parent
    if not parent and "." in name:
        parent = name.rpartition(".")[0]
    vlan = draft.vlan
    if name.lower().startswith("vlan"):
        vlan = number(name[4:], 4094)
    elif draft.switchport == "access":
        vlan = draft.access_vlan or 1
    elif draft.access_vlan is not None and draft.switchport != "trunk":
        vlan = draft.access_vlan
    addresses = list(draft.addresses)
    for family, value in draft.group_addresses:
        within = next((one for one in addresses if one.family is family and value in one.network), None)
        if within is None:
            length = family.bits
        else:
            length = within.prefix_length
        if not any(one.family is family and one.value == value for one in addresses):
            addresses.append(InterfaceAddress(family, value, length, virtual=True))
    return Interface(
        name=name,
        where=where,
        addresses=tuple(dict.fromkeys(addresses)),
        vrf=draft.vrf,
        enabled=draft.enabled,
        description=draft.description,
        security_zone=draft.zone,
        vlan=vlan,
        switchport=draft.switchport or ("access" if draft.access_vlan is not None else ""),
        trunk_vlans=draft.trunk_vlans,
        parent=parent,
        bundle=draft.bundle,
        native_vlan=draft.native_vlan,
        dynamic_address=draft.dynamic,
        source_check=draft.source_check,
        directed_broadcasts=draft.directed_broadcasts,
    )


def _read_line(reading: Reading, draft: _Draft, line: ConfLine) -> None:
    words = line.words
    handler = _HANDLERS.get(" ".join(words[:2])) or _HANDLERS.get(words[0])
    if handler is None:
        return
    problem = handler(reading, draft, words, line)
    if problem is None:
        reading.ledger.understood(line.index)
    elif problem:
        affects = Affects.FILTER if "access-group" in words or "traffic-filter" in words else Affects.ROUTING
        reading.not_understood(line, affects, problem)


_Handler = Callable[[Reading, _Draft, list[str], ConfLine], str | None]
# A handler returns None when it understood the line, "" to leave the line to the command table, else the reason.


def _ip_address(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) >= 3 and words[2] in ("dhcp", "negotiated", "pool"):
        draft.dynamic = True
        return None
    try:
        if len(words) >= 3 and "/" in words[2]:
            address, _, length_text = words[2].partition("/")
            family, value = parse_address(address)
            length = number(length_text, 32)
            options = words[3:]
        else:
            family, value = parse_address(words[2])
            _, mask = parse_address(words[3])
            length = netmask_length(mask)
            options = words[4:]
    except (IndexError, ValueError):
        return "interface address"
    if length is None or family is not Family.IPV4:
        return "interface address"
    secondary = "secondary" in options
    if not secondary:  # a later primary address replaces the earlier one
        draft.addresses = [one for one in draft.addresses if one.family is Family.IPV6 or one.secondary]
        draft.addresses.insert(0, InterfaceAddress(family, value, length))
    else:
        draft.addresses.append(InterfaceAddress(family, value, length, secondary=True))
    return None


def _no_ip_address(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if words[:3] != ["no", "ip", "address"]:
        if words[:3] == ["no", "ip", "unnumbered"]:
            return None
        return ""
    if len(words) == 3:
        draft.addresses = [one for one in draft.addresses if one.family is Family.IPV6]
        draft.dynamic = False
    return None


def _unnumbered(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    reading.ledger.unsupported(line.index, Affects.ROUTING, "the address is borrowed from another interface")
    return None


def _ipv6_address(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 3:
        return "interface address"
    if words[2] in ("dhcp", "autoconfig", "negotiated"):
        draft.dynamic = True
        return None
    text, _, length_text = words[2].partition("/")
    try:
        family, value = parse_address(text)
    except ValueError:
        if len(words) > 3 and "/" in words[3]:  # a general prefix name: only half of the address is here
            draft.dynamic = True
            return None
        return "interface address"
    length = number(length_text, 128) if length_text else 128
    if family is not Family.IPV6 or length is None:
        return "interface address"
    if words[-1] == "link-local" or value >> 118 == 0x3FA:
        length = 128  # fe80::/64 is on every link: as a subnet it would join strangers
    draft.addresses.append(InterfaceAddress(family, value, length, secondary=False))
    if "eui-64" in words[3:]:
        reading.ledger.unsupported(line.index, Affects.OTHER, "the host part comes from the MAC address")
    return None


def _vrf(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    name = words[-1]
    if len(words) not in (3, 4) or "forwarding" not in words:
        return ""
    draft.vrf = name
    reading.use(VRF, name, line.index, "interface vrf forwarding")
    return None


def _description(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    draft.description = reading.ledger.masked[line.index].strip().partition(" ")[2].strip()
    return None


def _shutdown(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    draft.enabled = False
    return None


def _no_shutdown(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    draft.enabled = True
    return None


def _access_group(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    # ip access-group NAME in [common NAME ...] | ip access-group common NAME ACL in
    parts = words[2:]
    if parts[:1] == ["common"]:
        return "interface access-group common"
    if len(parts) != 2 or parts[1] not in _DIRECTIONS:
        return "interface access-group"
    direction = _DIRECTIONS[parts[1]]
    reading.use(
        ACCESS_LIST, parts[0], line.index, f"interface access-group {direction}", Purpose.FILTER, draft.name, direction
    )
    return None


def _traffic_filter(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    parts = words[2:]
    if len(parts) != 2 or parts[1] not in _DIRECTIONS:
        return "interface traffic-filter"
    direction = _DIRECTIONS[parts[1]]
    reading.use(
        ACCESS_LIST, parts[0], line.index, f"interface ipv6 traffic-filter {direction}", Purpose.FILTER, draft.name,
        direction,
    )  # fmt: skip
    return None


def _zone_member(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) != 3:
        return "zone membership"
    draft.zone = words[2]
    reading.use(SECURITY_ZONE, words[2], line.index, "interface zone-member security")
    return None


def _encapsulation(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 3 or words[1].lower() not in ("dot1q", "isl"):
        return ""
    draft.vlan = number(words[2], 4094)
    if draft.vlan is None:
        return "VLAN of a sub-interface"
    if words[3:4] == ["native"]:
        draft.native_vlan = draft.vlan
    elif "second-dot1q" in words:
        # Two tags: the outer one alone does not tell the segment.
        reading.ledger.unsupported(line.index, Affects.ROUTING, "a second VLAN tag")
    return None


def _switchport(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    rest = words[1:]
    if not rest:
        draft.switchport = draft.switchport or "access"
    elif rest[:2] == ["access", "vlan"] and len(rest) == 3:
        draft.access_vlan = number(rest[2], 4094)
    elif rest[0] == "mode" and len(rest) >= 2:
        draft.switchport = {"access": "access", "trunk": "trunk"}.get(rest[1], draft.switchport)
        return None if rest[1] in ("access", "trunk") else ""
    elif rest[:3] == ["trunk", "allowed", "vlan"]:
        return _allowed_vlans(draft, rest[3:])
    elif rest[:3] == ["trunk", "native", "vlan"] and len(rest) == 4:
        draft.native_vlan = number(rest[3], 4094)
        return None if draft.native_vlan is not None else ("" if rest[3] == "tag" else "native VLAN of a trunk")
    elif rest[:2] == ["trunk", "encapsulation"]:
        return None
    else:
        return ""
    return None


def _allowed_vlans(draft: _Draft, words: list[str]) -> str | None:
    found = allowed_vlans(draft.trunk_vlans, words)
    if found is None:
        return "VLANs of a trunk"
    draft.trunk_vlans = found[0]
    return None


def _no_switchport(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) == 2:
        draft.switchport = ""
        draft.access_vlan = None
        return None
    return ""


def _directed_broadcast(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    draft.directed_broadcasts = True  # a list behind it is read where names are used
    return None


def _verify(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    # ip verify unicast source reachable-via {rx|any} [allow-default] [ACL] | ip verify unicast reverse-path [ACL]
    if len(words) < 4 or words[2] != "unicast":
        return ""
    draft.source_check = True
    last = words[-1]
    if last not in ("rx", "any", "reverse-path", "allow-default", "allow-self-ping", "l2-src"):
        reading.use(ACCESS_LIST, last, line.index, "ip verify unicast", Purpose.OTHER, draft.name, Direction.IN)
    return None


def _group_address(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    # standby [G] ip [A [secondary]] | standby G ipv6 A | vrrp G ip A [secondary] | glbp G ip A
    protocol = _FIRST_HOP_PROTOCOLS[words[0]]
    rest = words[1:]
    group = rest.pop(0) if rest and rest[0].isdigit() else "0"
    where = reading.ledger.ref(line.index)
    if rest[:1] == ["address-family"] or line.children:  # VRRPv3: the settings stand below
        for child in line.children:
            reading.ledger.understood(child.index)
            _group_setting(reading, draft, protocol, group, child.words, child, where)
        return None
    if rest[:1] in (["version"], ["delay"], ["redirect"], ["redirects"], ["bfd"], ["use-bia"], ["mac-refresh"]):
        return ""  # settings of the interface, of no group
    known = _group_setting(reading, draft, protocol, group, rest, line, where)
    return None if known and reading.ledger.is_open(line.index) else ""


def _group_setting(
    reading: Reading, draft: _Draft, protocol: str, group: str, words: list[str], line: ConfLine, where: SourceRef
) -> bool:
    """Read one setting of a first-hop group; what it does not know stays without consequence for addresses."""
    if len(words) > 1 and words[0] in ("ip", "ipv6", "address") and words[1] != "autoconfig":
        try:
            draft.group_addresses.append(parse_address(words[1].partition("/")[0]))
        except ValueError:
            reading.not_understood(line, Affects.ROUTING, "virtual address")
            return True
    return reading.first_hop_groups.setting(protocol, draft.name, group, words, where)


def _nat(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if words == ["ip", "nat", "inside"]:
        reading.inside.append(draft.name)
    elif words == ["ip", "nat", "outside"]:
        reading.outside.append(draft.name)
    elif words == ["ip", "nat", "enable"]:  # the NAT virtual interface
        reading.translating.append(draft.name)
    else:
        return ""
    return None


def _channel_group(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) < 2:
        return ""
    draft.parent = draft.bundle = f"Port-channel{words[1]}"
    return None


def _tunnel(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if words[1:3] == ["vrf", words[-1]] and len(words) == 3:
        reading.use(VRF, words[2], line.index, "tunnel vrf")
    return None if draft.tunnel.read(words[1:]) else ""


def _crypto_map(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    # crypto map NAME [redundancy ...]: packets that its lists permit leave encrypted, and come back so
    if len(words) < 3 or words[1] != "map":
        return ""
    reading.crypto_maps.setdefault(words[2], []).append(draft.name)
    reading.use(CRYPTO_MAP, words[2], line.index, "interface crypto map")
    return None


def _service_policy(reading: Reading, draft: _Draft, words: list[str], line: ConfLine) -> str | None:
    if len(words) == 3 and words[1] in ("input", "output"):
        reading.use(POLICY_MAP, words[2], line.index, f"interface service-policy {words[1]}")
    return ""


_HANDLERS: dict[str, _Handler] = {
    "ip address": _ip_address,
    "no ip": _no_ip_address,
    "ip unnumbered": _unnumbered,
    "ipv6 address": _ipv6_address,
    "vrf forwarding": _vrf,
    "ip vrf": _vrf,
    "description": _description,
    "description:": _description,  # as cleaned exports write it; the meaning is plain
    "shutdown": _shutdown,
    "no shutdown": _no_shutdown,
    "ip access-group": _access_group,
    "ipv6 traffic-filter": _traffic_filter,
    "zone-member security": _zone_member,
    "zone-member": _zone_member,
    "encapsulation": _encapsulation,
    "switchport": _switchport,
    "no switchport": _no_switchport,
    "ip directed-broadcast": _directed_broadcast,
    "ip verify": _verify,
    "ipv6 verify": _verify,
    "crypto": _crypto_map,
    "tunnel": _tunnel,
    "standby": _group_address,
    "vrrp": _group_address,
    "glbp": _group_address,
    "ip nat": _nat,
    "channel-group": _channel_group,
    "service-policy": _service_policy,
}
