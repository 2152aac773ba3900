"""Object groups and time ranges.

Source: Cisco IOS Security Configuration Guide, "Object Groups for ACLs"; IOS-XE 17 "object-group v6-network",
"object-group fqdn".
"""

from __future__ import annotations

from datetime import date

from netaudit.model.device import AddressObject, ServiceObject
from netaudit.model.source import Affects
from netaudit.packets.addresses import (
    ANY_IPV4,
    ANY_IPV6,
    NO_ADDRESS,
    AddressSet,
    Family,
    netmask_length,
    parse_address,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ANY_SERVICE, NO_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.cisco_ios.reading import SERVICE_GROUP, Reading, Schedule, ServiceBounds
from netaudit.parsers.cisco_ios.services import read_ports, read_protocol, service_set
from netaudit.parsers.cisco_ios.tokens import PORT_OPERATORS
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.switch_reading import ADDRESS_GROUP, TIME_RANGE
from netaudit.parsers.wildcard_addresses import AddressBounds
from netaudit.parsers.word_cursor import NotUnderstood, Words

_ADDRESS_KINDS = {"network": ANY_IPV4, "ip": ANY_IPV4, "v6-network": ANY_IPV6, "fqdn": ANY_IPV4 | ANY_IPV6}
MAX_NESTING = 32  # groups within groups; IOS allows far fewer
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip


def read_object_groups(reading: Reading) -> None:
    """Read all object groups; members may be defined after the group that names them."""
    address_groups: dict[str, list[ConfLine]] = {}
    service_groups: dict[str, list[ConfLine]] = {}
    anything: dict[str, AddressSet] = {}
    for block in reading.blocks("object-group"):
        words = block.words
        if len(words) >= 4 and words[1] == "ip" and words[2] in ("address", "port"):
            kind, name = ("ip" if words[2] == "address" else "port"), words[3]
        elif len(words) >= 3:
            kind, name = words[1], words[2]
        else:
            continue
        if kind in _ADDRESS_KINDS:
            reading.define(ADDRESS_GROUP, name, block.index)
            address_groups.setdefault(name, []).append(block)
            anything[name] = _ADDRESS_KINDS[kind]
        elif kind in ("service", "port"):
            reading.define(SERVICE_GROUP, name, block.index)
            service_groups.setdefault(name, []).append(block)
        else:
            continue
        reading.ledger.understood(block.index)
    for name in address_groups:
        _resolve_addresses(reading, address_groups, anything, name, ())
    for name in service_groups:
        _resolve_services(reading, service_groups, name, ())
        ports = _ports_of(service_groups[name])
        if ports is not None:
            reading.port_groups[name] = ports


def _resolve_addresses(
    reading: Reading,
    groups: dict[str, list[ConfLine]],
    anything: dict[str, AddressSet],
    name: str,
    above: tuple[str, ...],
) -> AddressBounds:
    known = reading.address_bounds.get(name)
    if known is not None:
        return known
    everything = anything[name]
    surely: list[AddressSet] = []
    maybe: list[AddressSet] = []
    members: list[str] = []
    unresolved: list[str] = []
    for line in (child for block in groups[name] for child in block.children):
        words = line.words
        if words[0] in ("description", "no"):
            reading.ledger.ignored(line.index)
            continue
        members.append(" ".join(words))
        if words[0] == "group-object" and len(words) == 2:
            other = words[1]
            reading.use(ADDRESS_GROUP, other, line.index, "object-group network group-object")
            if other not in groups:
                unresolved.append(other)
                maybe.append(everything)
                reading.ledger.understood(line.index)
            elif other == name or other in above or len(above) > MAX_NESTING:
                reading.not_understood(line, Affects.FILTER, f"object group {other} contains itself or nests too deep")
                maybe.append(everything)
            else:
                inner = _resolve_addresses(reading, groups, anything, other, (*above, name))
                surely.append(inner.surely)
                maybe.append(inner.maybe)
                unresolved += inner.unresolved
                reading.ledger.understood(line.index)
            continue
        addresses = _member_addresses(words, everything)
        if addresses is None:
            if everything == ANY_IPV4 | ANY_IPV6:
                reading.ledger.understood(line.index)  # a domain name: its addresses are not in the file
            else:
                reading.not_understood(line, Affects.FILTER, "member of an object group")
            maybe.append(everything)
        else:
            reading.ledger.understood(line.index)
            surely.append(addresses)
            maybe.append(addresses)
    lower = AddressSet.union(surely) if surely else NO_ADDRESS
    upper = AddressSet.union(maybe) if maybe else NO_ADDRESS
    bounds = AddressBounds(lower, upper, name, tuple(dict.fromkeys(unresolved)))
    first = groups[name][0]
    if not above:  # inside a cycle the inner result is only a part
        reading.address_bounds[name] = bounds
        reading.address_groups[name] = AddressObject(
            name=name,
            addresses=upper,
            where=reading.ledger.ref(first.index),
            kind="fqdn" if first.words[1] == "fqdn" else "group",
            members=tuple(members),
            exact=lower == upper,
        )
    return bounds


def _member_addresses(words: list[str], everything: AddressSet) -> AddressSet | None:
    """Return the addresses of a member line, None where it is not understood."""
    if words and words[0].isdigit() and len(words) > 1:  # Catalyst 6500 and NX-OS number the members
        words = words[1:]
    try:
        if words == ["any"]:
            return everything
        if words[0] in ("host", "host-info") and len(words) == 2:
            return AddressSet.host(words[1])
        if words[0] == "range" and len(words) == 3:
            return AddressSet.range(words[1], words[2])
        if len(words) == 1:
            return AddressSet.prefix(words[0])
        if len(words) == 2:
            family, base = parse_address(words[0])
            other, mask = parse_address(words[1].removeprefix("/")) if "." in words[1] else (family, -1)
            if mask == -1:
                return AddressSet.prefix(words[0] + words[1]) if words[1].startswith("/") else None
            if family is other is Family.IPV4:
                length = netmask_length(mask)
                if length is not None:
                    return AddressSet.prefix(f"{words[0]}/{length}")
                intervals = wildcard_intervals(base, mask ^ 0xFFFFFFFF)
                return AddressSet(ipv4=intervals) if intervals is not None else None
    except ValueError:
        return None
    return None


def _resolve_services(
    reading: Reading, groups: dict[str, list[ConfLine]], name: str, above: tuple[str, ...]
) -> ServiceBounds:
    known = reading.service_bounds.get(name)
    if known is not None:
        return known
    surely: list[ServiceSet] = []
    maybe: list[ServiceSet] = []
    members: list[str] = []
    unresolved: list[str] = []
    for line in (child for block in groups[name] for child in block.children):
        words = line.words
        if words[0] in ("description", "no"):
            reading.ledger.ignored(line.index)
            continue
        members.append(" ".join(words))
        if words[0] == "group-object" and len(words) == 2:
            other = words[1]
            reading.use(SERVICE_GROUP, other, line.index, "object-group service group-object")
            if other not in groups:
                unresolved.append(other)
                maybe.append(ANY_SERVICE)
                reading.ledger.understood(line.index)
            elif other == name or other in above or len(above) > MAX_NESTING:
                reading.not_understood(line, Affects.FILTER, f"object group {other} contains itself or nests too deep")
                maybe.append(ANY_SERVICE)
            else:
                inner = _resolve_services(reading, groups, other, (*above, name))
                surely.append(inner.surely)
                maybe.append(inner.maybe)
                unresolved += inner.unresolved
                reading.ledger.understood(line.index)
            continue
        try:
            services = _member_services(Words(words))
        except NotUnderstood:
            reading.not_understood(line, Affects.FILTER, "member of an object group")
            maybe.append(ANY_SERVICE)
        else:
            reading.ledger.understood(line.index)
            surely.append(services)
            maybe.append(services)
    lower = ServiceSet.union(surely) if surely else NO_SERVICE
    upper = ServiceSet.union(maybe) if maybe else NO_SERVICE
    bounds = ServiceBounds(lower, upper, (name,), tuple(dict.fromkeys(unresolved)))
    if not above:
        reading.service_bounds[name] = bounds
        reading.service_places[name] = (reading.ledger.ref(groups[name][0].index), tuple(members))
    return bounds


def _member_services(words: Words) -> ServiceSet:
    """Return the services of a member line ("tcp source gt 1023 eq 443", "icmp echo", "tcp-udp range 5 9")."""
    first = words.peek()
    if first in PORT_OPERATORS:  # object-group ip port: the protocol is the rule's
        ports = _member_ports(words)
        return ServiceSet.union(ServiceSet.ports(protocol, ports) for protocol in (TCP, UDP))
    if first == "tcp-udp":
        words.take()
        source = destination = None
        if words.peek() == "source":
            words.take()
            source = read_ports(words, TCP, bare=True)
        destination = read_ports(words, TCP, bare=True)
        words.end()
        return ServiceSet.union(service_set(protocol, source, destination) for protocol in (TCP, UDP))
    protocol = read_protocol(words, ipv6=False)
    if protocol is None:
        words.end()
        return ANY_SERVICE
    source = None
    if words.peek() == "source":
        words.take()
        source = read_ports(words, protocol, bare=True)
    if words.peek() == "destination":
        words.take()
    services = service_set(protocol, source, read_ports(words, protocol, bare=True), words)
    words.end()
    return services


def _ports_of(blocks: list[ConfLine]) -> IntervalSet | None:
    """Return the ports of `object-group ip port`, None for another group or one that is not understood in full."""
    ports = IntervalSet()
    for line in (child for block in blocks for child in block.children):
        words = line.words
        if words[0] in ("description", "no"):
            continue
        if words[0] not in PORT_OPERATORS:
            return None
        try:
            ports |= _member_ports(Words(words))
        except NotUnderstood:
            return None
    return ports


def _member_ports(words: Words) -> IntervalSet:
    """Return the ports of "eq 80 443", "range 5 9" ... with the names of TCP or UDP."""
    start = words.position
    for protocol in (TCP, UDP):
        words.position = start
        try:
            ports = read_ports(words, protocol)
            words.end()
        except NotUnderstood:
            continue
        if ports is not None:
            return ports
    raise NotUnderstood("ports")


def service_objects(reading: Reading) -> tuple[ServiceObject, ...]:
    """Return the service groups as objects of the model."""
    return tuple(
        ServiceObject(name, reading.service_bounds[name].maybe, where, "group", members)
        for name, (where, members) in reading.service_places.items()
    )


def read_time_ranges(reading: Reading) -> None:
    """Read the time ranges; only an absolute end tells a date."""
    for block in reading.blocks("time-range"):
        words = block.words
        if len(words) < 2:
            continue
        name = words[1]
        reading.define(TIME_RANGE, name, block.index)
        reading.ledger.understood(block.index)
        ends: list[date] = []
        for line in block.children:
            parts = line.words
            if parts[0] == "periodic":
                reading.ledger.understood(line.index)
            elif parts[0] == "absolute":
                end = _absolute_end(parts)
                if end is not None:
                    ends.append(end)
                if end is not None or "end" not in parts:
                    reading.ledger.understood(line.index)
                else:
                    reading.not_understood(line, Affects.FILTER, "end of a time range")
        # With a periodic part the absolute end still bounds it (IOS: "the absolute time is evaluated first").
        reading.schedules[name] = Schedule(
            name, reading.ledger.ref(block.index), ends[0].isoformat() if len(ends) == 1 else ""
        )


def _absolute_end(words: list[str]) -> date | None:
    """Return the day of `absolute [start ...] end 23:59 30 June 2026`."""
    try:
        position = words.index("end")
        _clock, day, month, year = words[position + 1 : position + 5]
        return date(int(year), _MONTHS.index(month.lower()) + 1, int(day))
    except ValueError:
        return None
