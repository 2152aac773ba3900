"""Protocols and ports of rules.

Source: Microsoft Learn, "Network security groups", "Security rules": TCP, UDP, ICMP, ESP, AH or any; a port, a range,
"*" or several; ports of ICMP do not count. ICMPv6 is not filtered by name: a rule for ICMP may or may not take it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY_SERVICE,
    ICMP,
    ICMPV6,
    NO_SERVICE,
    PORT_PROTOCOLS,
    TCP,
    UDP,
    ServiceSet,
)
from netaudit.parsers.azure.expressions import Value

ESP, AH = 50, 51
_NUMBERS = {"tcp": TCP, "udp": UDP, "esp": ESP, "ah": AH}
_ANY_WORDS = frozenset({"*", "any", "all"})


@dataclass(frozen=True, slots=True)
class ServiceValue:
    """What is meant: `surely` is a subset of `maybe`."""

    surely: ServiceSet
    maybe: ServiceSet
    reasons: tuple[str, ...] = ()


def ports_value(written: Iterable[Value]) -> tuple[IntervalSet, IntervalSet]:
    """Return the ports that are surely and that may be meant by "22", "1024-65535", "*" or several with commas.

    Where nothing is written the export lacks it: all may be meant.
    """
    surely: list[tuple[int, int]] = []
    many = list(written)
    if not many:
        return IntervalSet(), ALL_PORTS
    for one in many:
        if isinstance(one, int) and not isinstance(one, bool):
            one = str(one)
        if not isinstance(one, str):
            return IntervalSet.of(surely), ALL_PORTS
        for part in one.replace(" ", "").split(","):
            if part in _ANY_WORDS:
                return ALL_PORTS, ALL_PORTS
            first, dash, last = part.partition("-")
            if not _is_port(first) or (dash and not _is_port(last)):
                return IntervalSet.of(surely), ALL_PORTS
            low, high = int(first), int(last if dash else first)
            if low > high:
                return IntervalSet.of(surely), ALL_PORTS
            surely.append((low, high))
    ports = IntervalSet.of(surely)
    return ports, ports


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535


def services_value(protocols: Iterable[Value], sources: Iterable[Value], destinations: Iterable[Value]) -> ServiceValue:
    """Return the services of protocols with source and destination ports."""
    source_surely, source_maybe = ports_value(sources)
    to_surely, to_maybe = ports_value(destinations)
    exact = source_surely == source_maybe and to_surely == to_maybe
    surely, maybe, reasons = [NO_SERVICE], [NO_SERVICE], [] if exact else ["ports not understood"]
    for one in protocols:
        low, high, reason = _of_protocol(one, (source_surely, to_surely), (source_maybe, to_maybe))
        surely.append(low)
        maybe.append(high)
        reasons += [reason] if reason else []
    return ServiceValue(ServiceSet.union(surely), ServiceSet.union(maybe), tuple(dict.fromkeys(reasons)))


def _of_protocol(
    written: Value, surely: tuple[IntervalSet, IntervalSet], maybe: tuple[IntervalSet, IntervalSet]
) -> tuple[ServiceSet, ServiceSet, str]:
    word = str(written).strip().lower() if isinstance(written, str | int) else ""
    if word in _ANY_WORDS:
        return _any_protocol(surely, maybe)
    number = _NUMBERS.get(word)
    if number is None and word.isascii() and word.isdigit() and int(word) <= 255:
        number = int(word)
    if word == "icmp" or number == ICMP:
        icmp = ServiceSet.protocol(ICMP)
        return icmp, icmp | ServiceSet.protocol(ICMPV6), "icmp of IPv6"
    if number is None:
        return NO_SERVICE, ANY_SERVICE, "protocol not understood"
    if number not in PORT_PROTOCOLS:
        return ServiceSet.protocol(number), ServiceSet.protocol(number), ""
    return _ports(number, *surely), _ports(number, *maybe), ""


def _ports(number: int, source: IntervalSet, destination: IntervalSet) -> ServiceSet:
    return ServiceSet.ports(number, destination, source) if source and destination else NO_SERVICE


def _any_protocol(
    surely: tuple[IntervalSet, IntervalSet], maybe: tuple[IntervalSet, IntervalSet]
) -> tuple[ServiceSet, ServiceSet, str]:
    """Return every protocol. Whether one without ports meets a rule that names ports, no source tells."""
    if surely == (ALL_PORTS, ALL_PORTS):
        return ANY_SERVICE, ANY_SERVICE, ""
    numbers = [number for low, high in PORT_PROTOCOLS for number in range(low, high + 1)]
    without_ports = ServiceSet.of_protocols(ALL_PROTOCOLS - PORT_PROTOCOLS)
    return (
        ServiceSet.union([NO_SERVICE, *(_ports(number, *surely) for number in numbers)]),
        ServiceSet.union([without_ports, *(_ports(number, *maybe) for number in numbers)]),
        "any protocol with ports",
    )
