"""The operating system of a gateway or management server: a Gaia configuration (`show configuration` of clish).

Sources: Check Point Gaia Administration Guide, "Network Interfaces", "Host Access", "SNMP", "System Logging"; Gaia
Advanced Routing Administration Guide, "Static Routes". Each command stands on one line and is complete by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from netaudit.model.device import Interface, InterfaceAddress, StaticRoute
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import Family, netmask_length, parse_address
from netaudit.parsers.checkpoint.gaia_commands import IGNORED, ROUTING_DEFAULTS, UNSUPPORTED, guess
from netaudit.parsers.checkpoint.gaia_management import MANAGEMENT_COMMANDS, ManagementDraft
from netaudit.parsers.checkpoint.gaia_routing import ROUTING_COMMANDS, RoutingDraft
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.secrets import mask_text

_HEADER = re.compile(r"#\s*(?:Configuration of (\S+)|Language version: (\S+)|Exported by (\S+) on (.*\S))\s*$")
_PROMPT = re.compile(r"[\w.:/@~\[\]-]+[>#]\s*(?:(?:show|save|lock|clish|exit|logout|cat)\b.*)?$")
_COMMAND = re.compile(r"(?:[\w.:@~\[\]-]+>\s+)?((?:set|add)\s+\S.*)$")
STATIC_RANK = 60
_WORD = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|\S+')


@dataclass(slots=True)
class GaiaSystem:
    """What a Gaia configuration says. `name` is the host name, as configured or as the header says."""

    source: SourceFile
    ledger: LineLedger
    where: SourceRef
    name: str = ""
    name_where: SourceRef | None = None
    exported: str = ""
    interfaces: dict[str, Interface] = field(default_factory=dict)
    routes: list[StaticRoute] = field(default_factory=list)
    ranks: dict[tuple[Family, int, int], int] = field(default_factory=dict)
    routing: RoutingDraft = field(default_factory=RoutingDraft)
    management: ManagementDraft = field(default_factory=ManagementDraft)


def split(text: str) -> list[str]:
    """Return the words of a command; quotes hold a word together and are taken off."""
    return [
        word[1:-1] if len(word) > 1 and word[0] in "\"'" and word[-1] == word[0] else word
        for word in _WORD.findall(text)
    ]


def read_gaia(source: SourceFile) -> GaiaSystem:
    """Read a Gaia configuration. Never raises on text; every line ends in one state of the ledger."""
    ledger = LineLedger(source)
    first = next((index for index, line in enumerate(source.lines) if line.strip()), 0)
    where = ledger.ref(first) if source.lines else SourceRef(source.path, 1)
    system = GaiaSystem(source, ledger, where)
    for index, line in enumerate(source.lines):
        text = line.strip()
        if not text:
            continue
        if text.startswith("#"):
            _comment(system, index, text)
        elif found := _COMMAND.match(text):
            _command(system, index, found[1])
        elif _PROMPT.match(text) or text.startswith(("Processing", "Copyright", "CLINFR0")):
            ledger.ignored(index)
    system.name = system.name or source.host
    system.routes = [_ranked(system, route) for route in system.routes]
    return system


def _ranked(system: GaiaSystem, route: StaticRoute) -> StaticRoute:
    """Return a route with the rank that another line gives its prefix."""
    rank = system.ranks.get((route.family, route.network, route.prefix_length), STATIC_RANK)
    return replace(route, distance=route.distance + rank - STATIC_RANK)


def _comment(system: GaiaSystem, index: int, text: str) -> None:
    found = _HEADER.match(text)
    if found is None:
        system.ledger.ignored(index)
        return
    system.ledger.understood(index)
    if found[1] and not system.name:
        system.name, system.name_where = mask_text(found[1]), system.ledger.ref(index)
    if found[4]:
        system.exported = found[4]


def _command(system: GaiaSystem, index: int, text: str) -> None:
    words = split(text)
    try:
        done = _read(system, index, words)
    except (ValueError, IndexError):
        system.ledger.unrecognized(index, guess(text), "not as the guide has it")
        return
    if done:
        system.ledger.understood(index)
        return
    rest = text.split(None, 1)[1] if len(words) > 1 else ""
    if ROUTING_DEFAULTS.match(rest) or IGNORED.match(rest):
        system.ledger.ignored(index)
        return
    for expression, affects, reason in UNSUPPORTED:
        if expression.match(rest):
            system.ledger.unsupported(index, affects, reason)
            return
    system.ledger.unrecognized(index, guess(text))


def _read(system: GaiaSystem, index: int, words: list[str]) -> bool:
    """Read one command; False where it is none of those that are read. Raises ValueError, IndexError."""
    feature = words[1]
    if feature in MANAGEMENT_COMMANDS:
        return MANAGEMENT_COMMANDS[feature](system.management, system.ledger.ref(index), words)
    if feature in ROUTING_COMMANDS:
        return ROUTING_COMMANDS[feature](system.routing, system.ledger.ref(index), words)
    reader = _READERS.get(feature)
    return reader(system, index, words) if reader is not None else False


def _hostname(system: GaiaSystem, index: int, words: list[str]) -> bool:
    system.name, system.name_where = mask_text(words[2]), system.ledger.ref(index)
    return True


# Interfaces


def _known(system: GaiaSystem, index: int, name: str) -> Interface:
    known = system.interfaces.get(name)
    if known is None:
        parent, dot, tag = name.rpartition(".")
        is_vlan = bool(dot) and tag.isascii() and tag.isdigit() and len(tag) < 6
        known = system.interfaces[name] = Interface(
            name=name,
            where=system.ledger.ref(index),
            vlan=int(tag) if is_vlan else None,
            parent=parent if is_vlan else "",
        )
    return known


def _interface(system: GaiaSystem, index: int, words: list[str]) -> bool:
    name, key, values = words[2], words[3], words[4:]
    if words[0] == "add":
        return _added(system, index, name, key, values)
    known = _known(system, index, name)
    if key == "state":
        system.interfaces[name] = replace(known, enabled=values[0] == "on")
    elif key in ("ipv4-address", "ipv6-address"):
        address = _address(values[0], values[1], values[2])
        others = tuple(one for one in known.addresses if one.family is not address.family or one.secondary)
        system.interfaces[name] = replace(known, addresses=(address, *others))
    elif key == "comments":
        system.interfaces[name] = replace(known, description=mask_text(values[0]))
    else:
        return False
    return True


def _address(address: str, word: str, mask: str) -> InterfaceAddress:
    """Return an address with `mask-length 24` or `subnet-mask 255.255.255.0`. Raises ValueError."""
    family, value = parse_address(address)
    length = netmask_length(parse_address(mask)[1]) if word == "subnet-mask" else int(mask)
    if length is None or not 0 <= length <= family.bits:
        raise ValueError("not a mask")
    return InterfaceAddress(family, value, length)


def _added(system: GaiaSystem, index: int, name: str, key: str, values: list[str]) -> bool:
    """Read `add interface NAME vlan|alias|loopback ...`."""
    if key == "vlan":
        _known(system, index, f"{name}.{int(values[0])}")
    elif key in ("alias", "loopback"):
        address, _, mask = values[0].partition("/")
        secondary = replace(_address(address, "mask-length", mask), secondary=True)
        if key == "loopback":
            # Gaia names it itself (loop00); the address stands again under that name.
            return True
        known = _known(system, index, name)
        system.interfaces[name] = replace(known, addresses=(*known.addresses, secondary))
    else:
        return False
    return True


def _dhcp(system: GaiaSystem, index: int, words: list[str]) -> bool:
    """Read `add dhcp client interface eth1`: the address comes from outside."""
    if words[2:4] != ["client", "interface"]:
        return False
    known = _known(system, index, words[4])
    system.interfaces[words[4]] = replace(known, dynamic_address=True)
    return True


def _bonding(system: GaiaSystem, index: int, words: list[str]) -> bool:
    """Read `add bonding group 1 interface eth1`; the other settings of a bond change no answer."""
    if words[2] != "group":
        return False
    bond = f"bond{int(words[3])}"
    _known(system, index, bond)
    if len(words) > 5 and words[4] == "interface":
        member = _known(system, index, words[5])
        system.interfaces[words[5]] = replace(member, parent=bond, bundle=bond)
    return True


# Routes


def _static_route(system: GaiaSystem, index: int, words: list[str], family: Family = Family.IPV4) -> bool:
    """Read `set static-route PREFIX nexthop gateway address A [priority P] on`, `... blackhole`, `... reject`.

    A route with several next hops stands on several lines. `priority` orders them (1 to 8, lowest first) within the
    rank of static routes (60): both make the distance. Settings without a next hop (comment, ping) add nothing.
    """
    prefix, key = words[2], words[3]
    if prefix == "default":
        network, length = 0, 0
    else:
        address, _, mask = prefix.partition("/")
        found, network = parse_address(address)
        length = int(mask) if mask else found.bits
        if found is not family or not 0 <= length <= family.bits:
            raise ValueError("not a prefix")
    route = StaticRoute(family, network, length, system.ledger.ref(index), distance=STATIC_RANK)
    if key == "rank":
        system.ranks[family, network, length] = int(words[4])
        return True
    if key in ("comment", "ping", "scopelocal", "ping6"):
        return True
    if key == "off" or words[-1] == "off":
        return True
    if key != "nexthop":
        return False
    how = words[4]
    if how in ("blackhole", "reject"):
        system.routes.append(replace(route, discards=True))
        return True
    if how != "gateway":
        return False
    distance = STATIC_RANK
    if "priority" in words:
        distance += int(words[words.index("priority") + 1]) - 1
    if words[5] != "logical":
        # IPv6 leaves the word "address" out.
        address = (words[6] if words[5] == "address" else words[5]).partition("%")[0]
        parse_address(address)
        system.routes.append(replace(route, next_hop=address, distance=distance))
    else:
        system.routes.append(replace(route, interface=words[6], distance=distance))
    return True


def _ipv6(system: GaiaSystem, index: int, words: list[str]) -> bool:
    if words[2] == "static-route" and len(words) > 4:
        return _static_route(system, index, [words[0], *words[2:]], Family.IPV6)
    return False


_READERS: dict[str, Callable[[GaiaSystem, int, list[str]], bool]] = {
    "hostname": _hostname,
    "interface": _interface,
    "bonding": _bonding,
    "dhcp": _dhcp,
    "static-route": _static_route,
    "ipv6": _ipv6,
}
