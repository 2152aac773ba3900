"""Reads `fixtures/same-policy`: one policy in plain words, and the same policy as each platform writes it.

The plain rules are read here with nothing but the packet sets, apart from every parser:
`permit|deny PROTOCOLS from ADDRESSES [port PORTS] to ADDRESSES [port PORTS] [type N [code N]] [flags ack|rst]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketSet
from netaudit.packets.services import ACK, ALL_OCTETS, ALL_PORTS, RST, SYN, ServiceSet

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "same-policy"

_RULE = re.compile(
    r"(?P<action>permit|deny) (?P<protocols>\S+) from (?P<sources>\S+)(?: port (?P<source_ports>\S+))?"
    r" to (?P<destinations>\S+)(?: port (?P<destination_ports>\S+))?"
    r"(?: type (?P<type>\d+)(?: code (?P<code>\d+))?)?(?: flags (?P<flags>\S+))?"
)
_PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "icmpv6": 58}
_FLAGS = {
    None: ALL_OCTETS,
    "ack|rst": IntervalSet.of((octet, octet) for octet in range(256) if octet & (ACK | RST)),
    "syn&!ack": IntervalSet.of((octet, octet) for octet in range(256) if octet & SYN and not octet & ACK),
}


@dataclass(frozen=True, slots=True)
class PlainRule:
    """What one rule says: the packets, and whether they pass."""

    permits: bool
    packets: PacketSet


@dataclass(frozen=True, slots=True)
class SamePolicy:
    """One policy. `texts` maps a platform to its configuration; `every_packet` is all of the policy's family."""

    name: str
    every_packet: PacketSet
    rules: tuple[PlainRule, ...]
    texts: dict[str, str]


def policies() -> Iterator[SamePolicy]:
    """Yield every policy of the folder by name. Raises ValueError on a line that is no rule."""
    for path in sorted(FOLDER.glob("*.txt")):
        head, *parts = re.split(r"^\[(\w+)\]\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        family = Family.IPV4
        rules = []
        for line in head.splitlines():
            if line.startswith("family "):
                family = {"ipv4": Family.IPV4, "ipv6": Family.IPV6}[line.split()[1]]
            elif line and not line.startswith("#"):
                rules.append(line)
        every_packet = PacketSet.of(_all(family), _all(family))
        yield SamePolicy(
            path.stem,
            every_packet,
            tuple(_rule(line, family) for line in rules),
            dict(zip(parts[::2], parts[1::2], strict=True)),
        )


def _all(family: Family) -> AddressSet:
    return AddressSet.of(family, family.all_addresses)


def _rule(line: str, family: Family) -> PlainRule:
    found = _RULE.fullmatch(line)
    if found is None:
        raise ValueError(f"not a rule: {line}")
    services = ServiceSet.union(_services(protocol, found) for protocol in found["protocols"].split(","))
    packets = PacketSet.of(_addresses(found["sources"], family), _addresses(found["destinations"], family), services)
    return PlainRule(found["action"] == "permit", packets)


def _services(protocol: str, found: re.Match[str]) -> ServiceSet:
    if protocol == "ip":
        return ServiceSet.of_protocols(IntervalSet.span(0, 255))
    number = _PROTOCOLS[protocol] if protocol in _PROTOCOLS else int(protocol)
    if number in (6, 17):
        return ServiceSet.ports(
            number, _ports(found["destination_ports"]), _ports(found["source_ports"]), _FLAGS[found["flags"]]
        )
    if number in (1, 58) and found["type"]:
        code = IntervalSet.single(int(found["code"])) if found["code"] else ALL_OCTETS
        return ServiceSet.icmp(number, IntervalSet.single(int(found["type"])), code)
    return ServiceSet.protocol(number)


def _ports(text: str | None) -> IntervalSet:
    if text is None:
        return ALL_PORTS
    ends = [part.partition("-") for part in text.split(",")]
    return IntervalSet.of((int(low), int(high or low)) for low, _, high in ends)


def _addresses(text: str, family: Family) -> AddressSet:
    if text == "any":
        return _all(family)
    return AddressSet.union(_address(part, family) for part in text.split(","))


def _address(text: str, family: Family) -> AddressSet:
    low, dash, high = text.partition("-")
    if not dash:
        return AddressSet.prefix(text)
    return AddressSet.of(family, IntervalSet.span(parse_address(low)[1], parse_address(high)[1]))
