"""Which packets to send at a ruleset: on both sides of every edge that its text names.

The edges are found by plain search for numbers and addresses, not by a parser, so that what a parser overlooks is
asked about too.
"""

from __future__ import annotations

import ipaddress
import random
import re
from collections.abc import Sequence

from netaudit.packets.addresses import Family
from netaudit.packets.packet import Flow

_IPV4 = re.compile(r"(?<![\w.:])(\d+\.\d+\.\d+\.\d+)(?:/(\d+\.\d+\.\d+\.\d+|\d+))?")
_IPV6 = re.compile(r"(?<![\w.:])([0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?:/(\d+))?(?![\w.])")
_NUMBER = re.compile(r"(?<![\w./])(\d{1,5})(?![\w./])")
_PORT_NAMES = {"ssh": 22, "http": 80, "https": 443, "domain": 53, "smtp": 25, "ntp": 123}

# Kept out: what a router refuses before any rule is asked.
_REFUSED = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "224.0.0.0/3",
        "198.18.0.0/15",
        "::/8",
        "fe80::/10",
        "ff00::/8",
        "fc00::/7",
    )
)
_COMMON = {
    Family.IPV4: ("10.1.1.1", "10.2.2.2", "192.0.2.7", "203.0.113.200"),
    Family.IPV6: ("2001:db8:1::1", "2001:db8:2::2", "2001:db9::7"),
}
_TCP_FLAGS = (2, 2, 2, 2, 16, 18, 4, 20, 17, 1, 0, 41, 3, 6, 63, 34, 24, 194)
_ICMP = (8, 0, 3, 11, 5, 13, 17)
_ICMPV6 = (128, 129, 1, 2, 3, 4, 135, 136, 133, 143, 137)
_OTHER_PROTOCOLS = (2, 4, 46, 47, 50, 51, 89, 103, 112)


def questions(text: str, family: Family, count: int, seed: int) -> list[Flow]:
    """Return packets of one family about a ruleset's text, the same for the same seed."""
    dice = random.Random(seed)
    addresses = _addresses(text, family)
    ports = _ports(text)
    return [_flow(dice, family, addresses, ports, text) for _ in range(count)]


def _flow(dice: random.Random, family: Family, addresses: Sequence[int], ports: Sequence[int], text: str) -> Flow:
    source, destination = dice.choice(addresses), dice.choice(addresses)
    kind = dice.random()
    if kind < 0.5:
        flags = dice.choice(_TCP_FLAGS)
        return Flow(family, source, destination, 6, _source_port(dice, ports), dice.choice(ports), tcp_flags=flags)
    if kind < 0.75:
        return Flow(family, source, destination, 17, _source_port(dice, ports), dice.choice(ports))
    if kind < 0.92:
        return _icmp(dice, family, source, destination, text)
    return Flow(family, source, destination, dice.choice(_OTHER_PROTOCOLS))


def _source_port(dice: random.Random, ports: Sequence[int]) -> int:
    return dice.choice(ports) if dice.random() < 0.4 else dice.randrange(1024, 65536)


def _icmp(dice: random.Random, family: Family, source: int, destination: int, text: str) -> Flow:
    usual = _ICMP if family is Family.IPV4 else _ICMPV6
    named = [int(found) for found in _NUMBER.findall(text) if int(found) < 256]
    kind = dice.choice(usual if dice.random() < 0.8 or not named else named)
    code = dice.choice((0, 0, 0, 1, 3, 4))
    return Flow(family, source, destination, 1 if family is Family.IPV4 else 58, icmp_type=kind, icmp_code=code)


def _addresses(text: str, family: Family) -> list[int]:
    found = {int(ipaddress.ip_address(one)) for one in _COMMON[family]}
    for address, mask in (_IPV4 if family is Family.IPV4 else _IPV6).findall(text):
        try:
            value = int(ipaddress.ip_address(address))
            network = ipaddress.ip_network(f"{address}/{mask}" if mask else address, strict=False)
        except ValueError:
            continue
        first, last = int(network.network_address), int(network.broadcast_address)
        found |= {first, last, (first + last) // 2, first - 1, last + 1, value}
    most = (1 << family.bits) - 1
    return sorted(value for value in found if 0 < value < most and _is_routed(family, value)) or [
        int(ipaddress.ip_address(one)) for one in _COMMON[family]
    ]


def _is_routed(family: Family, value: int) -> bool:
    made = ipaddress.IPv4Address(value) if family is Family.IPV4 else ipaddress.IPv6Address(value)
    return not any(made in network for network in _REFUSED if network.version == made.version)


def _ports(text: str) -> list[int]:
    numbers = {int(number) for number in _NUMBER.findall(text)}
    numbers |= {port for name, port in _PORT_NAMES.items() if re.search(rf"\b{name}\b", text)}
    for low, high in re.findall(r"(?<![\w.])(\d{1,5})[-:](\d{1,5})(?![\w.])", text):
        numbers |= {int(low), int(high), (int(low) + int(high)) // 2}
    found = {value for number in numbers for value in (number - 1, number, number + 1)}
    return sorted(value for value in found | {22, 53, 80, 443, 40000} if 0 < value <= 65535)
