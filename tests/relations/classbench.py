"""ClassBench filter sets as plain rules, and the plainest judge of packets: a scan from the top.

D. E. Taylor and J. S. Turner, "ClassBench: A Packet Classification Benchmark", IEEE/ACM ToN 15(3), 2007. A line is
source prefix, destination prefix, source ports, destination ports, protocol with mask, and in some sets TCP flags with
mask; the format is told in the corpus' SOURCE.txt. There is no action, so odd lines permit and even ones deny.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

TCP, UDP = 6, 17
ANY_PORT = (0, 65535)


@dataclass(frozen=True, slots=True)
class Packet:
    """The five fields that ClassBench knows; ports are 0 where the protocol has none. Addresses are numbers."""

    source: int
    destination: int
    protocol: int
    source_port: int = 0
    destination_port: int = 0


@dataclass(frozen=True, slots=True)
class PlainRule:
    """One rule; `protocol` is None for any; port ranges hold both ends."""

    permits: bool
    source: IPv4Network
    destination: IPv4Network
    protocol: int | None
    source_ports: tuple[int, int] = ANY_PORT
    destination_ports: tuple[int, int] = ANY_PORT

    def bounds(self) -> tuple[int, ...]:
        """Return the first and the last number of each field: addresses, ports, protocol."""
        low, high = (0, 255) if self.protocol is None else (self.protocol, self.protocol)
        return (
            int(self.source.network_address),
            int(self.source.broadcast_address),
            int(self.destination.network_address),
            int(self.destination.broadcast_address),
            low,
            high,
            *self.source_ports,
            *self.destination_ports,
        )


def read_rules(path: Path, count: int | None = None) -> list[PlainRule]:
    """Return the rules of a set, or the first `count`, that every platform can say.

    Left out: ports of a protocol that has none (fw2, fw4: ClassBench draws the fields apart; no platform has a word
    for them, and a packet has no such field). Flags are dropped: FortiOS has no word for them.
    """
    rules: list[PlainRule] = []
    for line in path.read_text(encoding="ascii").splitlines():
        if count is not None and len(rules) == count:
            break
        fields = line.lstrip("@").split("\t")
        number, mask = (int(part, 16) for part in fields[4].split("/"))
        assert mask in (0, 0xFF), "no platform has a word for a mask over part of the protocol"
        protocol = number if mask else None
        source_ports, destination_ports = _ports(fields[2]), _ports(fields[3])
        if protocol not in (TCP, UDP) and (source_ports, destination_ports) != (ANY_PORT, ANY_PORT):
            continue
        source, destination = (IPv4Network(text, strict=False) for text in fields[:2])
        permits = len(rules) % 2 == 0
        rules.append(PlainRule(permits, source, destination, protocol, source_ports, destination_ports))
    return rules


def _ports(text: str) -> tuple[int, int]:
    low, high = text.split(":")
    return int(low), int(high)


class LinearScan:
    """Judges packets by asking the rules one by one."""

    def __init__(self, rules: Sequence[PlainRule]) -> None:
        self._bounds = [rule.bounds() for rule in rules]

    def first(self, packet: Packet) -> int | None:
        """Return the position of the first rule that matches, None where none does."""
        source, destination, protocol = packet.source, packet.destination, packet.protocol
        source_port, destination_port = packet.source_port, packet.destination_port
        for position, (a, b, c, d, e, f, g, h, i, j) in enumerate(self._bounds):
            if (
                a <= source <= b
                and c <= destination <= d
                and e <= protocol <= f
                and g <= source_port <= h
                and i <= destination_port <= j
            ):
                return position
        return None


def packets(rules: Sequence[PlainRule], count: int, seed: int) -> Iterator[Packet]:
    """Yield packets inside of rules, at their corners and just beside them; the same for the same seed."""
    chosen = random.Random(seed)
    for _ in range(count):
        numbers = chosen.choice(rules).bounds()
        beside = chosen.randrange(4) == 0
        values = [_near(chosen, low, high, beside) for low, high in zip(numbers[::2], numbers[1::2], strict=True)]
        source, destination, protocol, source_port, destination_port = values
        protocol = chosen.choice((TCP, UDP, 1, 47)) if numbers[4] != numbers[5] else numbers[4]
        ports = (source_port, destination_port) if protocol in (TCP, UDP) else (0, 0)
        yield Packet(source % 2**32, destination % 2**32, protocol, ports[0] % 65536, ports[1] % 65536)


def _near(chosen: random.Random, low: int, high: int, beside: bool) -> int:
    place = chosen.randrange(6)
    if beside and place < 2:
        return low - 1 if place == 0 else high + 1
    return low if place == 2 else high if place == 3 else chosen.randint(low, high)
