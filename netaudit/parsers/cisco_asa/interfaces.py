"""Interfaces: names, security levels, addresses, VLANs, and the failover links.

Source: Cisco ASA Series General Operations CLI Configuration Guide, "Basic Interface Configuration",
"Routed and Transparent Mode Interfaces", "Failover for High Availability".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from netaudit.model.device import DEFAULT_VRF, Interface, InterfaceAddress
from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet, Family, netmask_length, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.cisco_asa.addresses import literal_address, netmask_of
from netaudit.parsers.cisco_asa.bounds import AddressBounds
from netaudit.parsers.cisco_asa.commands import INTERFACE_LINES, UNDERSTOOD, Fate, fate_of, unrecognized, unsupported
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

# A management-only interface has a routing table of its own and passes no traffic through (9.5 and later).
MANAGEMENT_VRF = "management-only"


@dataclass(slots=True)
class _Draft:
    name: str
    index: int
    end: int
    nickname: str = ""
    security_level: int | None = None
    addresses: list[InterfaceAddress] = field(default_factory=list)
    enabled: bool = True
    description: str = ""
    vlan: int | None = None
    switchport: str = ""
    trunk_vlans: IntervalSet | None = None
    dynamic: bool = False
    management_only: bool = False
    bundle: str = ""
    native_vlan: int | None = None


def read_interfaces(
    lines: Iterable[ConfLine], other_lines: Iterable[ConfLine], context: Context
) -> tuple[Interface, ...]:
    """Read the `interface` blocks and the lines elsewhere that belong to interfaces (failover, uRPF)."""
    drafts: dict[str, _Draft] = {}
    for line in lines:
        _read_block(line, context, drafts)
        _read_members(line, drafts)
    source_checked = _read_other_lines(other_lines, context, drafts)
    interfaces = []
    for draft in drafts.values():
        level = draft.security_level
        if level is None and draft.nickname:
            level = 100 if draft.nickname == "inside" else 0  # the defaults of `nameif`
        interfaces.append(
            Interface(
                name=draft.name,
                where=context.ledger.ref(draft.index, draft.end),
                addresses=tuple(draft.addresses),
                vrf=MANAGEMENT_VRF if draft.management_only else DEFAULT_VRF,
                enabled=draft.enabled,
                description=draft.description,
                nickname=draft.nickname,
                security_level=level,
                vlan=draft.vlan,
                switchport=draft.switchport,
                trunk_vlans=draft.trunk_vlans,
                parent=draft.name.partition(".")[0] if "." in draft.name else "",
                bundle=draft.bundle,
                native_vlan=draft.native_vlan,
                dynamic_address=draft.dynamic,
                source_check=draft.nickname in source_checked if draft.nickname else None,
            )
        )
    _publish(interfaces, context)
    return tuple(_with_shut_parents(interfaces))


def _read_members(line: ConfLine, drafts: dict[str, _Draft]) -> None:
    """Note the ports below `interface Redundant1`; the command table marks their lines."""
    for child in line.children:
        words = child.words
        if words[:1] == ["member-interface"] and len(words) > 1:
            name = "".join(words[1:])
            drafts.setdefault(name, _Draft(name, child.index, child.index)).bundle = "".join(line.words[1:])


def _with_shut_parents(interfaces: list[Interface]) -> Iterable[Interface]:
    """A sub-interface is down with its port."""
    down = {one.name for one in interfaces if not one.enabled}
    for one in interfaces:
        yield replace(one, enabled=False) if one.parent in down and one.enabled else one


def _publish(interfaces: list[Interface], context: Context) -> None:
    for interface in interfaces:
        if not interface.nickname:
            continue
        context.defined["interface", interface.nickname] = (interface.where.line - 1, interface.where.last_line - 1)
        if interface.dynamic_address or not interface.addresses:
            continue
        context.interface_addresses[interface.nickname] = AddressBounds.exact(
            AddressSet.union(AddressSet.host(address.address_text) for address in interface.addresses)
        )


def _read_block(line: ConfLine, context: Context, drafts: dict[str, _Draft]) -> None:
    if len(line.words) < 2:
        context.ledger.unrecognized(line.index, Affects.ROUTING, "an interface without a name")
        return
    name = "".join(line.words[1:])
    end = max(one.index for one in line.walk())
    draft = drafts.setdefault(name, _Draft(name, line.index, end))
    if found := re.match(r"(?i)vlan(\d{1,4})$", name):
        draft.vlan = int(found[1])
    context.ledger.understood(line.index)
    for child in line.children:
        if not child.text.strip() or child.text.strip().startswith("!"):
            continue
        try:
            fate = _read_interface_line(child, context, draft)
        except NotUnderstood as problem:
            context.ledger.unrecognized(child.index, Affects.ROUTING, str(problem))
            fate = None
        if fate is not None:
            fate.mark(context.ledger, child)
        for below in child.children:
            for one in below.walk():
                (fate or unrecognized(Affects.ROUTING)).mark(context.ledger, one)


def _read_interface_line(child: ConfLine, context: Context, draft: _Draft) -> Fate | None:
    """Read one line; return what became of it where a table says so, None where it is settled here."""
    ledger = context.ledger
    words = Words(child.words)
    word = words.take()
    if word == "no":
        if words.peek() in ("shutdown",):
            draft.enabled = True
        elif words.peek() not in ("nameif", "security-level", "ip", "ipv6", "management-only", "vlan"):
            return fate_of(child.words, INTERFACE_LINES)
    elif word == "nameif":
        draft.nickname = words.take()
    elif word == "security-level":
        level = words.number()
        if level > 100:
            raise NotUnderstood("a security level is 0 to 100")
        draft.security_level = level
    elif word == "description":
        text = ledger.masked[child.index].split(None, 1)
        draft.description = text[1].strip() if len(text) > 1 else ""
    elif word == "shutdown":
        draft.enabled = False
    elif word == "management-only":
        draft.management_only = True
    elif word == "vlan":
        draft.vlan = words.number()
    elif word == "channel-group":
        draft.bundle = f"Port-channel{words.number()}"
    elif word == "tunnel":  # read with the VPN
        if words.peek() not in ("source", "destination", "mode", "protection"):
            return fate_of(child.words, INTERFACE_LINES)
    elif word == "switchport":
        return _read_switchport(words, child, draft)
    elif word == "ip" and words.take_if("address"):
        return _read_ip_address(words, child, context, draft)
    elif word == "ipv6" and words.take_if("address"):
        return _read_ipv6_address(words, child, context, draft)
    else:
        return fate_of(child.words, INTERFACE_LINES)
    ledger.understood(child.index)
    return None


def _read_switchport(words: Words, child: ConfLine, draft: _Draft) -> Fate | None:
    if words.take_if("mode"):
        draft.switchport = words.take()
    elif words.take_if("access"):
        words.take_if("vlan")
        draft.vlan = words.number()
        draft.switchport = draft.switchport or "access"
    elif words.peek() == "trunk" and words.peek(1) == "native":
        draft.native_vlan = Words(words.rest()[-1:]).number()
    elif words.take_if("trunk") and words.take_if("allowed"):
        words.take_if("vlan")
        draft.switchport = "trunk"
        draft.trunk_vlans = _vlans(words.take())
    else:
        return fate_of(child.words, INTERFACE_LINES)
    return UNDERSTOOD


def _vlans(text: str) -> IntervalSet:
    spans = []
    for part in text.split(","):
        low, _, high = part.partition("-")
        if not (low.isascii() and low.isdigit() and (not high or (high.isascii() and high.isdigit()))):
            raise NotUnderstood("a list of VLANs was expected")
        spans.append((int(low[:5]), int((high or low)[:5])))
    return IntervalSet.of(spans)


def _read_ip_address(words: Words, child: ConfLine, context: Context, draft: _Draft) -> Fate | None:
    if words.peek() in ("dhcp", "pppoe"):
        words.take()
        draft.dynamic = True
        if "setroute" in words.rest():
            return unsupported(Affects.ROUTING, "the default route comes from the provider")
        return UNDERSTOOD
    family, value = literal_address(words.take(), context.names)
    if family is not Family.IPV4:
        raise NotUnderstood("an IPv4 address was expected")
    length = 32
    if words and words.peek() not in ("standby", "cluster-pool"):
        found = netmask_length(netmask_of(words.take()))
        if found is None:
            raise NotUnderstood("the netmask has holes")
        length = found
    else:
        length = 8 if value < 1 << 31 else 16 if value < 3 << 30 else 24  # the classful mask
    draft.addresses = [one for one in draft.addresses if one.family is not Family.IPV4]
    draft.addresses.append(InterfaceAddress(Family.IPV4, value, length))
    if words.peek() == "pppoe":
        draft.dynamic = True
    return UNDERSTOOD


def _read_ipv6_address(words: Words, child: ConfLine, context: Context, draft: _Draft) -> Fate | None:
    text = words.take()
    if text in ("autoconfig", "dhcp") or (text not in context.names and ":" not in text):
        draft.dynamic = True
        return UNDERSTOOD
    address, _, length = text.partition("/")
    try:
        family, value = parse_address(context.names.get(address, address))
    except ValueError:
        raise NotUnderstood("an IPv6 address was expected") from None
    if family is not Family.IPV6:
        raise NotUnderstood("an IPv6 address was expected")
    if words.peek() == "link-local" or not length:
        return UNDERSTOOD  # link-local addresses carry no routed traffic
    if not (length.isascii() and length.isdigit() and int(length[:4]) <= 128):
        raise NotUnderstood("a prefix length was expected")
    if "eui-64" in words.rest():
        draft.dynamic = True
    draft.addresses.append(InterfaceAddress(Family.IPV6, value, int(length[:4])))
    return UNDERSTOOD


def _read_other_lines(lines: Iterable[ConfLine], context: Context, drafts: dict[str, _Draft]) -> set[str]:
    """Read `failover lan interface`, `failover interface ip` and `ip verify reverse-path`; return uRPF names."""
    source_checked: set[str] = set()
    links: dict[str, str] = {}
    for line in lines:
        words = Words(line.words)
        try:
            first = words.take()
            if first == "ip" and words.take_if("verify") and words.take_if("reverse-path"):
                words.take_if("interface")
                source_checked.add(words.take())
            elif first == "failover" and words.peek() in ("lan", "link"):
                kind = words.take()
                if kind == "lan" and not words.take_if("interface"):
                    continue
                name = words.take()
                if words:
                    links[name] = words.take()
            elif first == "failover" and words.take_if("interface") and words.take_if("ip"):
                _read_failover_address(words, context, drafts, links)
            else:
                continue
            context.ledger.understood(line.index)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.ROUTING, str(problem))
    return source_checked


def _read_failover_address(words: Words, context: Context, drafts: dict[str, _Draft], links: dict[str, str]) -> None:
    name = words.take()
    draft = drafts.get(links.get(name, ""))
    text = words.take()
    address, _, prefix = text.partition("/")
    family, value = literal_address(address, context.names)
    if family is Family.IPV6:
        length = int(prefix[:4]) if prefix.isascii() and prefix.isdigit() else 128
    else:
        length = netmask_length(netmask_of(words.take())) or 0
    if draft is not None and length <= family.bits:
        draft.addresses.append(InterfaceAddress(family, value, length))
        draft.nickname = draft.nickname or name
        draft.security_level = 100 if draft.security_level is None else draft.security_level
        draft.management_only = True  # carries the failover protocol only
