"""What opens a list for answers: reflexive lists, and stateful inspection at an interface (CBAC).

Source: Cisco IOS Security Command Reference, "evaluate", "permit (reflexive)", "ip inspect name", "ip inspect";
Security Configuration Guide, "Configuring Context-based Access Control": the list at the interface judges the first
packet of a connection, inspection then lets the answers pass the lists that would stop them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from netaudit.model.rules import Direction, Purpose, Rulebase
from netaudit.model.source import Affects
from netaudit.packets.packet import PacketMatch, PacketProduct, PacketSet
from netaudit.packets.services import (
    ACK,
    ALL_OCTETS,
    ICMP_PROTOCOLS,
    RST,
    SYN,
    TCP,
    ServiceBox,
    ServiceSet,
    tcp_flag_values,
)
from netaudit.parsers.cisco_ios.inspected import inspected_protocol
from netaudit.parsers.cisco_ios.permitted import permitted_packets
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ACCESS_LIST

_LATER_FLAGS = ALL_OCTETS - tcp_flag_values(SYN, ACK | RST)  # not those of the packet that asks for a connection
_DIRECTIONS = {"in": Direction.IN, "out": Direction.OUT}
# Words that may follow the protocol of an inspection rule and change nothing of what it answers.
_TUNING = frozenset({"alert", "audit-trail", "timeout", "on", "off", "router-traffic"})


def answers(matches: Iterable[PacketMatch]) -> PacketMatch:
    """Return the answers of the connections that match: ends swapped, of TCP only what is no first packet.

    Whether there is such a connection is not known, so the lower bound is empty.
    """
    products = [
        PacketProduct(product.family, product.destination, product.source, services)
        for match in matches
        for product in match.maybe.products
        if (services := _answering(product.services))
    ]
    return PacketMatch.upper(PacketSet(tuple(dict.fromkeys(products))), "reflexive list")


def _answering(services: ServiceSet) -> ServiceSet:
    boxes = []
    for box in services.boxes:
        if box.protocols <= ICMP_PROTOCOLS:
            box = next(iter(ServiceSet.of_protocols(box.protocols).boxes))  # the reply has another type
        elif TCP in box.protocols:
            box = ServiceBox(box.protocols, box.destination_ports, box.source_ports, _LATER_FLAGS)
        else:
            box = ServiceBox(box.protocols, box.destination_ports, box.source_ports, box.tcp_flags)
        boxes.append(box)
    return ServiceSet(tuple(boxes))


@dataclass(slots=True)
class _Inspection:
    """An inspection rule: the packets whose connections it follows; `exact` False where it may also drop some."""

    packets: list[PacketSet] = field(default_factory=list)
    exact: bool = True


def read_inspections(reading: Reading, lists: Mapping[str, Rulebase]) -> dict[str, Rulebase]:
    """Return the lists, those marked as stateful whose permitted connections are all followed where they are bound.

    An inspection that answers connections which another list judged stays a doubt about filters.
    """
    rules = _rules(reading)
    followed: set[str] = set()
    unfollowed: set[str] = set()
    places: dict[tuple[str, Direction], list[tuple[_Inspection | None, ConfLine]]] = {}
    for block in reading.blocks("interface"):
        name = block.text.partition(" ")[2].replace(" ", "")
        for line in block.children:
            words = line.words
            if words[:2] == ["ip", "inspect"] and len(words) == 4 and words[3] in _DIRECTIONS:
                places.setdefault((name, _DIRECTIONS[words[3]]), []).append((rules.get(words[2]), line))
    if not places:
        return dict(lists)
    for use in reading.uses:
        if use.kind != ACCESS_LIST or use.purpose is not Purpose.FILTER or use.direction is None:
            continue
        rulebase = lists.get(use.name)
        found = places.get((use.interface, use.direction), [])
        covered = rulebase is not None and any(_covers(rule, rulebase) for rule, _ in found)
        (followed if covered else unfollowed).add(use.name)
        if covered:
            for _, line in found:
                reading.ledger.understood(line.index)
    stateful = followed - unfollowed
    return {name: replace(one, stateful=True) if name in stateful else one for name, one in lists.items()}


def _covers(rule: _Inspection | None, rulebase: Rulebase) -> bool:
    if rule is None or not rule.exact or not rulebase.rules:
        return False
    return permitted_packets(rulebase).maybe <= PacketSet.union(rule.packets)


def _rules(reading: Reading) -> dict[str, _Inspection]:
    """Read `ip inspect name NAME PROTOCOL [options]`."""
    rules: dict[str, _Inspection] = {}
    for root in reading.blocks("ip inspect name"):
        words = root.words
        if len(words) < 5:
            continue
        rule = rules.setdefault(words[3], _Inspection())
        match, known = inspected_protocol(words[4])
        options = [word for word in words[5:] if word not in _TUNING and not word.isdigit()]
        if options:
            rule.exact = False
            reading.ledger.unsupported(root.index, Affects.FILTER, "an inspection that drops more than the lists")
            continue
        if known and match.is_exact:
            rule.packets.append(match.maybe)
        # An application whose ports are not known is followed too; without them nothing is claimed of it.
        reading.ledger.understood(root.index)
    return rules
