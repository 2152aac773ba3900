"""Access lists, object groups and time ranges.

Source: Cisco Nexus 9000 NX-OS Security Configuration Guide 9.x, "Configuring IP ACLs"; Nexus 7000 NX-OS Security
Configuration Guide, same chapter.
"""

from __future__ import annotations

from datetime import date

from netaudit.model.device import AddressObject, ServiceObject
from netaudit.model.rules import Rulebase
from netaudit.model.source import Affects
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.services import ALL_PORTS, TCP, UDP, ServiceSet
from netaudit.parsers import wildcard_addresses
from netaudit.parsers.cisco_nxos.tokens import NXOS
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.list_entries import read_ports
from netaudit.parsers.sequenced_lists import forget_list, open_list, read_entry, rulebases_of
from netaudit.parsers.switch_reading import (
    ACCESS_LIST,
    ADDRESS_GROUP,
    PORT_GROUP,
    TIME_RANGE,
    PortBounds,
    Reading,
)
from netaudit.parsers.wildcard_addresses import AddressBounds
from netaudit.parsers.word_cursor import NotUnderstood, Words, number

# Lines below a list that are no entries: counters, and how fragments without ports are handled.
_SETTINGS = frozenset({"statistics", "ignore", "fragments", "exit", "per-entry", "hardware"})
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


def read_access_lists(reading: Reading) -> None:
    """Read every access list that judges IP packets; note the names of the others."""
    for root in reading.roots:
        words = root.words
        if words[:1] == ["no"] and words[2:3] == ["access-list"] and len(words) == 4:
            forget_list(reading, words[3], words[1] == "ipv6")
            reading.understood(root)
            continue
        if len(words) < 3 or words[1] != "access-list":
            continue
        if words[0] in ("mac", "arp"):
            reading.other_lists.add(words[-1])
            reading.define(ACCESS_LIST, words[-1], root.index)
        elif words[0] in ("ip", "ipv6") and len(words) == 3:
            target = open_list(reading, words[2], "ipv6" if words[0] == "ipv6" else "extended", root.index)
            for line in root.children:
                read_entry(reading, target, line, NXOS, _SETTINGS)


def rulebases(reading: Reading) -> dict[str, Rulebase]:
    """Return the lists by name.

    The Nexus 7000 guide names four permits for neighbour discovery before the implicit deny of an IPv6 list; the
    Nexus 9000 guide (9.x) says that they are not there.
    """
    return rulebases_of(reading)


def read_object_groups(reading: Reading) -> None:
    """Read `object-group ip address`, `object-group ipv6 address` and `object-group ip port`."""
    for block in reading.blocks("object-group"):
        words = block.words
        if len(words) != 4 or words[1] not in ("ip", "ipv6") or words[2] not in ("address", "port"):
            continue
        reading.understood(block)
        if words[2] == "address":
            _read_addresses(reading, block, words[3], words[1] == "ipv6")
        else:
            _read_ports(reading, block, words[3])


def _members(block: ConfLine) -> list[tuple[ConfLine, list[str]]]:
    """Return the member lines with their words, sequence numbers left out."""
    found = []
    for line in block.children:
        words = line.words
        if len(words) > 1 and words[0].isdigit():
            words = words[1:]
        found.append((line, words))
    return found


def _read_addresses(reading: Reading, block: ConfLine, name: str, ipv6: bool) -> None:
    reading.define(ADDRESS_GROUP, name, block.index)
    surely: list[AddressSet] = []
    maybe: list[AddressSet] = []
    members: list[str] = []
    for line, words in _members(block):
        if words[0] in ("description", "exit"):
            reading.ledger.ignored(line.index)
            continue
        members.append(" ".join(words))
        try:
            found = _member(Words(words), ipv6)
        except NotUnderstood:
            reading.not_understood(line, Affects.FILTER, "member of an object group")
            maybe.append(wildcard_addresses.anywhere(ipv6).maybe)
        else:
            reading.understood(line)
            surely.append(found.surely)
            maybe.append(found.maybe)
    known = reading.address_bounds.get(name)
    if known is not None:  # a second block adds members
        surely.append(known.surely)
        maybe.append(known.maybe)
        members = [*reading.address_objects[name].members, *members]
    lower = AddressSet.union(surely) if surely else NO_ADDRESS
    upper = AddressSet.union(maybe) if maybe else NO_ADDRESS
    if lower == upper:
        lower = upper
    reading.address_bounds[name] = AddressBounds(lower, upper, name)
    reading.address_objects[name] = AddressObject(
        name, upper, reading.block_ref(block), "group", tuple(members), exact=lower is upper
    )


def _member(words: Words, ipv6: bool) -> AddressBounds:
    word = words.take()
    if word == "host":
        found = wildcard_addresses.host(words.take(), ipv6)
    elif word == "any":
        found = wildcard_addresses.anywhere(ipv6)
    elif "/" in word:
        found = wildcard_addresses.prefix(word, ipv6)
    elif words.peek():
        found = wildcard_addresses.wildcard(word, words.take())
    else:
        found = wildcard_addresses.host(word, ipv6)
    words.end()
    return found


def _read_ports(reading: Reading, block: ConfLine, name: str) -> None:
    reading.define(PORT_GROUP, name, block.index)
    surely: list[IntervalSet] = []
    maybe: list[IntervalSet] = []
    members: list[str] = []
    for line, words in _members(block):
        if words[0] in ("description", "exit"):
            reading.ledger.ignored(line.index)
            continue
        members.append(" ".join(words))
        try:
            ports = _port_member(words)
        except NotUnderstood:
            reading.not_understood(line, Affects.FILTER, "member of an object group")
            maybe.append(ALL_PORTS)
        else:
            reading.understood(line)
            surely.append(ports)
            maybe.append(ports)
    known = reading.port_bounds.get(name)
    if known is not None:
        surely.append(known.surely)
        maybe.append(known.maybe)
        members = [*reading.service_objects[name].members, *members]
    lower, upper = _union(surely), _union(maybe)
    reading.port_bounds[name] = PortBounds(upper if lower == upper else lower, upper)
    services = ServiceSet.union(ServiceSet.ports(protocol, upper) for protocol in (TCP, UDP))
    reading.service_objects[name] = ServiceObject(name, services, reading.block_ref(block), "group", tuple(members))


def _port_member(words: list[str]) -> IntervalSet:
    """Return the ports of a member; a name stands for its port of TCP, else of UDP (a group serves both)."""
    for protocol in (TCP, UDP):
        cursor = Words(words)
        try:
            ports = read_ports(cursor, NXOS, protocol)
            cursor.end()
        except NotUnderstood:
            continue
        return ports
    raise NotUnderstood(" ".join(words))


def _union(sets: list[IntervalSet]) -> IntervalSet:
    return IntervalSet.of(interval for one in sets for interval in one) if sets else EMPTY


def read_time_ranges(reading: Reading) -> None:
    """Read the time ranges; only an absolute end tells a date."""
    for block in reading.blocks("time-range"):
        words = block.words
        if len(words) < 2:
            continue
        reading.define(TIME_RANGE, words[1], block.index)
        reading.understood(block)
        ends: list[date | None] = []
        absolutes = 0
        for line, parts in _members(block):
            if parts[0] == "absolute":
                absolutes += 1
                if "end" in parts:
                    ends.append(_end(parts))
            if parts[0] in ("absolute", "periodic") and not (ends and ends[-1] is None):
                reading.understood(line)
        known = [end for end in ends if end is not None]
        whole = len(known) == absolutes == len(block.children)  # a part without an end never expires
        reading.expiries[words[1]] = max(known).isoformat() if known and whole else ""


def _end(words: list[str]) -> date | None:
    """Return the day of `absolute [start ...] end 23:59:59 30 june 2026`."""
    try:
        position = words.index("end")
        _clock, day, month, year = words[position + 1 : position + 5]
        return date(number(year, 9999) or 0, _MONTHS.index(month.lower()) + 1, number(day, 31) or 0)
    except ValueError:
        return None
