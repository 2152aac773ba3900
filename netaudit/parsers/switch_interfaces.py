"""Interfaces of a switch that routes: what NX-OS and EOS write alike below `interface`.

A handler returns None when it understood the line, "" to leave the line to the command table, else the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from netaudit.model.device import DEFAULT_VRF, Interface, InterfaceAddress
from netaudit.model.rules import Direction, Purpose
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import Family, netmask_length, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST, POLICY_MAP, ROUTE_MAP, VRF, Reading
from netaudit.parsers.vlan_blocks import allowed_vlans
from netaudit.parsers.word_cursor import number

_NAME = re.compile(r"^interface\s+(\S.*?)\s*$")
_SPACED = re.compile(r"(?<=[A-Za-z-])\s+(?=\d)")
_RANGE_PART = re.compile(r"^((?:[A-Za-z-]+)?(?:\d+[/.])*)(\d+)(?:-(?:[A-Za-z-]*(?:\d+[/.])*)?(\d+))?$")
_MAX_RANGE = 512  # interfaces that one line may name
DIRECTIONS = {"in": Direction.IN, "out": Direction.OUT}


@dataclass(slots=True)
class InterfaceDraft:
    """An interface while its lines are read."""

    name: str
    addresses: list[InterfaceAddress] = field(default_factory=list)
    vrf: str = DEFAULT_VRF
    shutdown: bool | None = None  # None: the lines do not say
    description: str = ""
    switched: bool | None = None  # `switchport` or `no switchport` on its own
    mode: str = ""  # of `switchport mode`
    access_vlan: int | None = None
    trunk_vlans: IntervalSet | None = None
    vlan: int | None = None  # of a sub-interface
    parent: str = ""
    bundle: str = ""  # the port channel
    native_vlan: int | None = None
    dynamic: bool = False
    source_check: bool | None = None
    directed_broadcasts: bool = False
    virtual_addresses: list[tuple[Family, int, int | None]] = field(default_factory=list)  # with a length if written

    def clear_routing(self) -> None:
        """Forget the addresses: the device drops them when the VRF changes."""
        self.addresses.clear()
        self.virtual_addresses.clear()
        self.dynamic = False


Handler = Callable[[Reading, InterfaceDraft, list[str], ConfLine], str | None]


def read_drafts(
    reading: Reading, handlers: Mapping[str, Handler]
) -> Iterator[tuple[InterfaceDraft, SourceRef, ConfLine]]:
    """Read all interface blocks; yield each interface once, in the order of the first block that names it."""
    drafts: dict[str, InterfaceDraft] = {}
    places: dict[str, tuple[SourceRef, ConfLine]] = {}
    for block in reading.blocks("interface"):
        match = _NAME.match(block.text)
        if match is not None and match[1].startswith(("breakout ", "defaults")):
            continue  # a setting of the chassis
        names = interface_names(match[1]) if match is not None else []
        if not names:
            reading.not_understood(block, Affects.ROUTING, "interface name")
            continue
        reading.understood(block)
        for name in names:
            draft = drafts.setdefault(name, InterfaceDraft(name))
            places.setdefault(name, (reading.block_ref(block), block))
            for line in block.children:
                _read_line(reading, handlers, draft, line)
    for name, draft in drafts.items():
        yield draft, *places[name]


def interface_names(text: str) -> list[str]:
    """Return the names of "Ethernet 1/1", "Ethernet1/1-4, Vlan10": joined, ranges spelt out; [] for anything else."""
    joined = _SPACED.sub("", text)
    joined = re.sub(r"\s*([,-])\s*(?=\S)", r"\1", joined)
    if " " in joined:
        return []
    if "," not in joined and "-" not in joined.lstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"):
        return [joined]
    names: list[str] = []
    stem = ""
    for part in joined.split(","):
        match = _RANGE_PART.match(part)
        if match is None:
            return [joined]
        stem = match[1] if match[1][:1].isalpha() else re.match(r"[A-Za-z-]*", stem)[0] + match[1]  # type: ignore[index]
        first, last = int(match[2][:6]), int((match[3] or match[2])[:6])
        if last - first + len(names) > _MAX_RANGE:
            return [joined]
        names += [f"{stem}{value}" for value in range(first, last + 1)]
    return names


def _read_line(reading: Reading, handlers: Mapping[str, Handler], draft: InterfaceDraft, line: ConfLine) -> None:
    words = line.words
    handler = None
    for count in (3, 2, 1):
        handler = handlers.get(" ".join(words[:count]))
        if handler is not None:
            break
    if handler is None:
        return
    problem = handler(reading, draft, words, line)
    if problem is None:
        reading.understood(line)
    elif problem:
        affects = Affects.FILTER if "access-group" in words or "traffic-filter" in words else Affects.ROUTING
        reading.not_understood(line, affects, problem)


def finished(draft: InterfaceDraft, where: SourceRef, switched: bool, enabled: bool) -> Interface:
    """Return the interface. `switched`: a layer-2 port; `enabled`: its administrative state, defaults applied."""
    lowered = draft.name.lower()
    parent = draft.parent or (draft.name.rpartition(".")[0] if "." in draft.name else "")
    vlan = draft.vlan
    switchport = ""
    if lowered.startswith("vlan"):
        vlan = number(lowered.removeprefix("vlan"), 4094)
    elif switched:
        switchport = "trunk" if draft.mode in ("trunk", "tap", "fex-fabric") else "access"
        if switchport == "access":
            vlan = draft.access_vlan or 1
    return Interface(
        name=draft.name,
        where=where,
        addresses=tuple(dict.fromkeys([*draft.addresses, *_virtual(draft)])),
        vrf=draft.vrf,
        enabled=enabled,
        description=draft.description,
        vlan=vlan,
        switchport=switchport,
        trunk_vlans=draft.trunk_vlans if switchport == "trunk" else None,
        parent=parent,
        bundle=draft.bundle,
        native_vlan=draft.native_vlan if switchport == "trunk" else None,
        dynamic_address=draft.dynamic,
        source_check=draft.source_check,
        directed_broadcasts=draft.directed_broadcasts,
    )


def _virtual(draft: InterfaceDraft) -> Iterator[InterfaceAddress]:
    for family, value, length in draft.virtual_addresses:
        within = next((one for one in draft.addresses if one.family is family and value in one.network), None)
        if length is None:
            length = family.bits if within is None else within.prefix_length
        if not any(one.family is family and one.value == value for one in draft.addresses):
            yield InterfaceAddress(family, value, length, virtual=True)


def written_address(words: list[str]) -> tuple[Family, int, int, list[str]] | None:
    """Return family, number, prefix length and the words after "10.0.0.1/24" or "10.0.0.1 255.255.255.0"."""
    try:
        if "/" in words[0]:
            text, _, length_text = words[0].partition("/")
            family, value = parse_address(text)
            length = number(length_text, family.bits)
            rest = words[1:]
        else:
            family, value = parse_address(words[0])
            mask_family, mask = parse_address(words[1])
            length = netmask_length(mask) if mask_family is Family.IPV4 else None
            rest = words[2:]
    except (IndexError, ValueError):
        return None
    return None if length is None else (family, value, length, rest)


def ip_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip address A/L [secondary ...]` and `ip address dhcp`."""
    if words[2:3] == ["dhcp"]:
        draft.addresses = [one for one in draft.addresses if one.family is Family.IPV6]
        draft.dynamic = True
        return None
    found = written_address(words[2:])
    if found is None or found[0] is not Family.IPV4:
        return "interface address"
    family, value, length, options = found
    if "secondary" in options:
        draft.addresses.append(InterfaceAddress(family, value, length, secondary=True))
    else:  # a later primary address replaces the earlier one
        draft.dynamic = False
        draft.addresses = [one for one in draft.addresses if one.family is Family.IPV6 or one.secondary]
        draft.addresses.insert(0, InterfaceAddress(family, value, length))
    return None


def no_ip_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no ip address [A/L [secondary]]`."""
    found = written_address(words[3:])
    if found is not None:
        draft.addresses = [one for one in draft.addresses if (one.family, one.value) != found[:2]]
    elif len(words) == 3:
        draft.addresses = [one for one in draft.addresses if one.family is Family.IPV6]
        draft.dynamic = False
    return None


def ipv6_address(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ipv6 address A/L [secondary|eui-64|anycast|link-local]`."""
    if words[2:3] in (["dhcp"], ["autoconfig"], ["use-link-local-only"], ["auto-config"]):
        draft.dynamic = draft.dynamic or words[2] != "use-link-local-only"
        return None
    text, _, length_text = words[2].partition("/") if len(words) > 2 else ("", "", "")
    try:
        family, value = parse_address(text)
    except ValueError:
        return "interface address"
    length = number(length_text, 128) if length_text else 128
    if family is not Family.IPV6 or length is None:
        return "interface address"
    if words[-1] == "link-local" or value >> 118 == 0x3FA:
        length = 128  # fe80::/64 is on every link: as a subnet it would join strangers
    draft.addresses.append(InterfaceAddress(family, value, length, secondary="secondary" in words))
    if "eui-64" in words[3:]:
        reading.ledger.unsupported(line.index, Affects.OTHER, "the host part comes from the MAC address")
    return None


def unnumbered(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip unnumbered LOOPBACK`: the address is not repeated here."""
    reading.ledger.unsupported(line.index, Affects.ROUTING, "the address is borrowed from another interface")
    return None


def description(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read the description, secrets masked."""
    draft.description = reading.ledger.masked[line.index].strip().partition(" ")[2].strip()
    return None


def no_description(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no description`."""
    draft.description = ""
    return None


def shutdown(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `shutdown [force]`."""
    draft.shutdown = True
    return None


def no_shutdown(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no shutdown`."""
    draft.shutdown = False
    return None


def access_group(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip access-group NAME in|out`, `ip port access-group NAME in`, `ipv6 traffic-filter NAME in|out`."""
    start = next(i for i, word in enumerate(words) if word in ("access-group", "traffic-filter"))
    parts = words[start + 1 :]
    if len(parts) != 2 or parts[1] not in DIRECTIONS:
        return "interface access-group"
    direction = DIRECTIONS[parts[1]]
    context = f"interface {' '.join(words[: start + 1])} {direction}"
    reading.use(ACCESS_LIST, parts[0], line.index, context, Purpose.FILTER, draft.name, direction)
    return None


def vrf_member(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `vrf member NAME`, `vrf NAME`, `vrf forwarding NAME`; the device drops addresses that stood before."""
    if len(words) < 2:
        return "interface VRF"
    if words[-1] != draft.vrf:
        draft.clear_routing()
    draft.vrf = words[-1]
    if draft.vrf != DEFAULT_VRF:
        reading.use(VRF, draft.vrf, line.index, "interface vrf")
    return None


def no_vrf_member(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no vrf [member] [NAME]`."""
    if draft.vrf != DEFAULT_VRF:
        draft.clear_routing()
    draft.vrf = DEFAULT_VRF
    return None


def encapsulation(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `encapsulation dot1q N`, `encapsulation dot1q vlan N`."""
    if len(words) >= 3 and words[1].lower() == "dot1q":
        vlans = [value for word in words[2:] if (value := number(word, 4094)) is not None]
        draft.vlan = vlans[0] if vlans else None
        return None if vlans else "VLAN of a sub-interface"
    return ""


def switchport(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `switchport`, `switchport mode M`, `switchport access vlan N`, `switchport trunk allowed vlan LIST`."""
    rest = words[1:]
    if not rest:
        draft.switched = True
    elif rest[:2] == ["access", "vlan"] and len(rest) == 3:
        draft.access_vlan = number(rest[2], 4094)
    elif rest[0] == "mode" and len(rest) >= 2:
        draft.mode = rest[1]
        return None if rest[1] in ("access", "trunk") else ""
    elif rest[:3] == ["trunk", "allowed", "vlan"]:
        return _allowed_vlans(draft, rest[3:])
    elif rest[:3] == ["trunk", "native", "vlan"]:
        draft.native_vlan = number(rest[3], 4094) if len(rest) == 4 else None
    else:
        return ""
    return None


def no_switchport(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `no switchport`, and the forms that take one setting back."""
    rest = words[2:]
    if not rest:
        draft.switched = False
    elif rest[:2] == ["access", "vlan"]:
        draft.access_vlan = None
    elif rest[:1] == ["mode"]:
        draft.mode = ""
    elif rest[:3] == ["trunk", "allowed", "vlan"]:
        draft.trunk_vlans = None
    elif rest[:3] == ["trunk", "native", "vlan"]:
        draft.native_vlan = None
    else:
        return ""
    return None


def _allowed_vlans(draft: InterfaceDraft, words: list[str]) -> str | None:
    found = allowed_vlans(draft.trunk_vlans, words)
    if found is None:
        return "VLANs of a trunk"
    draft.trunk_vlans = found[0]
    return None


def virtual_address(draft: InterfaceDraft, text: str) -> bool:
    """Note a first-hop address, "10.0.0.1" or "10.0.0.1/24"; False where it is none."""
    address, slash, length_text = text.partition("/")
    try:
        family, value = parse_address(address)
    except ValueError:
        return False
    length = number(length_text, family.bits) if slash else None
    if slash and length is None:
        return False
    draft.virtual_addresses.append((family, value, length))
    return True


def directed_broadcast(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip directed-broadcast`."""
    draft.directed_broadcasts = True
    return None


def policy_route_map(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Read `ip policy route-map NAME`: packets may leave elsewhere than the routes say."""
    if len(words) == 4 and words[2] == "route-map":
        reading.use(ROUTE_MAP, words[3], line.index, "interface policy route-map")
        return None
    return ""


def service_policy(reading: Reading, draft: InterfaceDraft, words: list[str], line: ConfLine) -> str | None:
    """Note the policy map of `service-policy [type T] input|output NAME`; the command table tells what it affects."""
    for direction in ("input", "output"):
        if direction in words[1:-1]:
            reading.use(POLICY_MAP, words[words.index(direction) + 1], line.index, f"service-policy {direction}")
    return ""


COMMON_HANDLERS: dict[str, Handler] = {
    "ip address": ip_address,
    "no ip address": no_ip_address,
    "ip unnumbered": unnumbered,
    "ipv6 address": ipv6_address,
    "description": description,
    "no description": no_description,
    "shutdown": shutdown,
    "no shutdown": no_shutdown,
    "ip directed-broadcast": directed_broadcast,
    "ip access-group": access_group,
    "ipv6 access-group": access_group,
    "encapsulation": encapsulation,
    "switchport": switchport,
    "no switchport": no_switchport,
    "service-policy": service_policy,
}
