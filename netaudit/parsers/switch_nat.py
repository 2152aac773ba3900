"""What NX-OS and EOS share of address translation: pools, the lists that choose packets, and static pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from netaudit.model.rules import Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.permitted_packets import permitted_packets
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.word_cursor import NotUnderstood, number

EVERYTHING = PacketSet.of(ANY_IPV4, ANY_IPV4)
PROTOCOLS = {"tcp": TCP, "udp": UDP}


def read_pools(reading: Reading) -> dict[str, AddressSet]:
    """Read `ip nat pool NAME FIRST LAST ...`, with `address|range FIRST LAST` lines below."""
    pools: dict[str, AddressSet] = {}
    for root in reading.blocks("ip nat pool"):
        words = root.words
        if len(words) < 4:
            continue
        ranges: list[AddressSet] = []
        try:
            if len(words) > 5 and words[4][:1].isdigit():
                ranges.append(AddressSet.range(words[4], words[5]))
            for line in root.children:
                parts = line.words
                if parts[0] in ("address", "range") and len(parts) >= 3:
                    ranges.append(AddressSet.range(parts[1], parts[2]))
                    reading.understood(line)
        except ValueError:
            reading.not_understood(root, Affects.NAT, "address pool")
            continue
        reading.understood(root)
        if ranges:
            pools[words[3]] = AddressSet.union(ranges)
    return pools


def chosen_by(lists: Mapping[str, Rulebase], name: str) -> PacketMatch:
    """Return the packets that a list chooses for translation."""
    rulebase = lists.get(name)
    if rulebase is None:
        return PacketMatch.upper(EVERYTHING, "undefined access list")
    return permitted_packets(rulebase)


def interface_addresses(reading: Reading, name: str) -> AddressSet | None:
    """Return the primary address of an interface, None where the configuration does not hold it."""
    known = next((one for one in reading.interfaces.values() if one.name.lower() == name.lower()), None)
    for address in known.addresses if known is not None else ():
        if address.family is Family.IPV4 and not address.secondary and not address.virtual:
            return AddressSet(ipv4=IntervalSet.single(address.value))
    return None


@dataclass(frozen=True, slots=True)
class StaticPair:
    """A host and what it is translated to. Ports are None where all ports are meant."""

    original: AddressSet
    translated: AddressSet
    protocol: int | None
    original_port: int | None
    translated_port: int | None

    @property
    def original_ports(self) -> IntervalSet | None:
        """Return the port of the original side."""
        return None if self.original_port is None else IntervalSet.single(self.original_port)

    @property
    def translated_ports(self) -> IntervalSet | None:
        """Return the port of the translated side."""
        return None if self.translated_port is None else IntervalSet.single(self.translated_port)

    def services(self, source_side: bool) -> ServiceSet:
        """Return the original's services: its port is the source port where its own packets are meant."""
        if self.original_port is None:
            return ANY_SERVICE if self.protocol is None else ServiceSet.protocol(self.protocol)
        ports = IntervalSet.single(self.original_port)
        protocols = (TCP, UDP) if self.protocol is None else (self.protocol,)
        return ServiceSet.union(
            ServiceSet.ports(one, source_ports=ports) if source_side else ServiceSet.ports(one, ports)
            for one in protocols
        )


def port(text: str) -> int:
    """Return a port. Raises NotUnderstood."""
    value = number(text, 65535)
    if value is None:
        raise NotUnderstood(text)
    return value


def mark(reading: Reading, line: ConfLine) -> None:
    """Mark a translation as understood, unless its reader has said less of it."""
    if reading.ledger.is_open(line.index):
        reading.understood(line)
