"""The applications of the large firm and the filters that let them pass, as text for four platforms.

An application is a few hosts of one zone that others use on a few ports. A filter takes the applications of every pair
of zones that passes it, some wider than asked for, with denies in between and a deny at the end: what passes one filter
of a way mostly passes the next one too, and rules overlap as people write them.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Network

Pair = tuple[str, str]
RULES = 300

PORTS = ((22, 22), (443, 443), (80, 80), (1521, 1521), (3306, 3306), (8080, 8089), (9001, 9016), (389, 389), (25, 25))


@dataclass(frozen=True, slots=True)
class Line:
    """One rule. Sources and destinations are prefixes; `ports` is inclusive, None for all of the protocol."""

    pair: Pair
    permit: bool
    protocol: str
    sources: tuple[str, ...]
    destinations: tuple[str, ...]
    ports: tuple[int, int] | None


def applications(pair: Pair, subnets: dict[str, tuple[str, ...]], count: int) -> Iterator[Line]:
    """Yield what one zone uses of another; the same pair gives the same."""
    rng = random.Random(f"{pair}")
    for _ in range(count):
        low, high = rng.choice(PORTS)
        if rng.random() < 0.3:
            low = rng.randrange(1024, 30000)
            high = low + rng.choice((0, 0, 3, 15, 99))
        protocol = rng.choice(("tcp", "tcp", "tcp", "udp"))
        sources = _members(rng, subnets[pair[0]], rng.random() < 0.3)
        yield Line(pair, True, protocol, sources, _members(rng, subnets[pair[1]], False), (low, high))


def _members(rng: random.Random, subnets: Sequence[str], whole: bool) -> tuple[str, ...]:
    """Return some hosts and small subnets of a zone, or all of it; wide subnets count for all in them."""
    if "0.0.0.0/0" in subnets:
        return ("0.0.0.0/0",)
    if whole:
        return tuple(one for one in subnets if not _within(one, subnets))
    found = []
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        network = IPv4Network(rng.choice([one for one in subnets if not _holds(one, subnets)]))
        length = max(network.prefixlen, rng.choice((26, 28, 32, 32, 32)))
        value = int(network.network_address) + rng.randrange(network.num_addresses)
        found.append(str(IPv4Network((value, length), strict=False)))
    return tuple(dict.fromkeys(found))


def _holds(text: str, subnets: Iterable[str]) -> bool:
    return any(one != text and IPv4Network(one).subnet_of(IPv4Network(text)) for one in subnets)


def _within(text: str, subnets: Iterable[str]) -> bool:
    return any(one != text and IPv4Network(text).subnet_of(IPv4Network(one)) for one in subnets)


def filter_lines(name: str, pairs: Sequence[Pair], subnets: dict[str, tuple[str, ...]]) -> list[Line]:
    """Return the 300 rules of a filter."""
    rng = random.Random(name)
    each = RULES * 10 // (8 * len(pairs)) + 1
    wanted = [line for pair in pairs for line in applications(pair, subnets, each)]
    rng.shuffle(wanted)
    lines: list[Line] = []
    for line in wanted:
        if len(lines) >= RULES - 1:
            break
        if rng.random() < 0.08:
            lines.append(replace(line, permit=False, sources=_members(rng, subnets[line.pair[0]], False)))
        if rng.random() < 0.1:
            line = replace(line, destinations=tuple(_wider(one) for one in line.destinations))
        if rng.random() < 0.05 and line.ports:
            line = replace(line, ports=(line.ports[0], min(65535, line.ports[1] + 200)))
        lines.append(line)
    while len(lines) < RULES - 1:
        lines.append(replace(rng.choice(wanted), protocol="icmp", ports=None))
    everything = ("0.0.0.0/0",)
    return [*lines[: RULES - 1], Line(pairs[0], False, "ip", everything, everything, None)]


def _wider(text: str) -> str:
    network = IPv4Network(text)
    return str(network.supernet(new_prefix=26)) if network.prefixlen > 26 else text


def cisco_list(name: str, lines: Iterable[Line], asa: bool) -> Iterator[str]:
    """Yield a list of IOS or ASA with its object groups."""
    groups: dict[tuple[str, ...], str] = {}
    body = []
    for line in lines:
        sides = [_cisco_side(name, members, groups, asa) for members in (line.sources, line.destinations)]
        action = "permit" if line.permit else "deny"
        ports = ""
        if line.ports is not None:
            low, high = line.ports
            ports = f" eq {low}" if low == high else f" range {low} {high}"
        start = f"access-list {name} extended " if asa else " "
        body.append(f"{start}{action} {line.protocol} {sides[0]} {sides[1]}{ports}")
    for members, group in groups.items():
        yield f"object-group network {group}"
        for member in members:
            network = IPv4Network(member)
            if network.prefixlen == 32:
                yield f" {'network-object ' if asa else ''}host {network.network_address}"
            else:
                yield f" {'network-object ' if asa else ''}{network.network_address} {network.netmask}"
    if not asa:
        yield f"ip access-list extended {name}"
    yield from body


def _cisco_side(name: str, members: tuple[str, ...], groups: dict[tuple[str, ...], str], asa: bool) -> str:
    if members == ("0.0.0.0/0",):
        return "any"
    if len(members) > 1:
        return f"object-group {groups.setdefault(members, f'{name}-G{len(groups)}')}"
    network = IPv4Network(members[0])
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    return f"{network.network_address} {network.netmask if asa else network.hostmask}"


def fortios_policies(lines: Sequence[Line], port_of: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield addresses, services and policies of a FortiGate; `port_of` gives the interfaces of each zone."""
    addresses = {one: f"N{number}" for number, one in enumerate(_distinct_members(lines))}
    services = {one: f"S{number}" for number, one in enumerate(_distinct_services(lines))}
    yield "config firewall address"
    for text, name in addresses.items():
        network = IPv4Network(text)
        yield from (f'    edit "{name}"', f"        set subnet {network.network_address} {network.netmask}", "    next")
    yield from ("end", "config firewall service custom")
    for (protocol, ports), name in services.items():
        yield f'    edit "{name}"'
        if ports is None:
            yield f"        set protocol {'ICMP' if protocol == 'icmp' else 'IP'}"
        else:
            yield f"        set {protocol}-portrange {ports[0]}-{ports[1]}"
        yield "    next"
    yield from ("end", "config firewall policy")
    for number, line in enumerate(lines, start=1):
        here, there = (" ".join(f'"{one}"' for one in port_of[zone]) for zone in line.pair)
        if line.protocol == "ip":
            here = there = '"any"'
        source, destination = (
            " ".join(f'"{addresses[one]}"' for one in side) for side in (line.sources, line.destinations)
        )
        yield from (f"    edit {number}", f"        set srcintf {here}", f"        set dstintf {there}")
        yield from (f"        set srcaddr {source}", f"        set dstaddr {destination}")
        yield f"        set action {'accept' if line.permit else 'deny'}"
        yield from ('        set schedule "always"', f'        set service "{services[line.protocol, line.ports]}"')
        yield from ("        set logtraffic all", "    next")
    yield "end"


def junos_policies(lines: Sequence[Line], zone_of: dict[str, str]) -> Iterator[str]:
    """Yield address book, applications and policies of an SRX as set commands."""
    addresses = {one: f"N{number}" for number, one in enumerate(_distinct_members(lines))}
    services = {one: f"S{number}" for number, one in enumerate(_distinct_services(lines)) if one[1] is not None}
    for text, name in addresses.items():
        yield f"set security address-book global address {name} {text}"
    for (protocol, ports), name in services.items():
        assert ports is not None
        yield f"set applications application {name} protocol {protocol}"
        yield f"set applications application {name} destination-port {ports[0]}-{ports[1]}"
    for number, line in enumerate(lines, start=1):
        if line.protocol == "ip":
            continue
        here, there = (zone_of[zone] for zone in line.pair)
        start = f"set security policies from-zone {here} to-zone {there} policy P{number}"
        yield from (f"{start} match source-address {addresses[one]}" for one in line.sources)
        yield from (f"{start} match destination-address {addresses[one]}" for one in line.destinations)
        application = "junos-icmp-all" if line.ports is None else services[line.protocol, line.ports]
        yield f"{start} match application {application}"
        yield f"{start} then {'permit' if line.permit else 'deny'}"
    yield "set security policies default-policy deny-all"


def _distinct_members(lines: Iterable[Line]) -> dict[str, None]:
    return dict.fromkeys(member for line in lines for side in (line.sources, line.destinations) for member in side)


def _distinct_services(lines: Iterable[Line]) -> dict[tuple[str, tuple[int, int] | None], None]:
    return dict.fromkeys((line.protocol, line.ports) for line in lines)
