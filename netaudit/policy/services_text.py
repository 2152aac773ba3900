"""The text of services in registers: `tcp/443`, `tcp 80,443; udp/53`, `icmp/8`, `ip/47`, `any`."""

from __future__ import annotations

import re

from netaudit.model.cells import plain
from netaudit.model.table import did_you_mean, quoted
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_OCTETS, ANY_SERVICE, ICMP, ICMPV6, PORT_PROTOCOLS, ServiceSet

# Names of protocols as registers use them; numbers are IANA's (protocol-numbers).
PROTOCOLS = {
    "icmp": ICMP,
    "igmp": 2,
    "ipip": 4,
    "tcp": 6,
    "udp": 17,
    "dccp": 33,
    "ipv6": 41,
    "gre": 47,
    "esp": 50,
    "ah": 51,
    "icmpv6": ICMPV6,
    "icmp6": ICMPV6,
    "eigrp": 88,
    "ospf": 89,
    "pim": 103,
    "vrrp": 112,
    "l2tp": 115,
    "sctp": 132,
    "udplite": 136,
}

_ANY = frozenset({"any", "all", "*", "任意", "全部"})
_GRAMMAR = "write tcp/443, tcp/9001-9004, udp/53, icmp, icmp/8, ip/47 or any"
_NUMBERS = re.compile(r"\d{1,9}(-\d{1,9})?$")


def parse_services(text: str, default_protocol: str = "") -> ServiceSet:
    """Return the services of a cell. Raises ValueError with what was expected.

    Services stand apart by ";", "、" or a new line; within one, "," and blanks part the ports, and another
    protocol begins another service (`tcp/80,443 udp/53`). tcp and udp need ports: `tcp/any` is all of TCP.
    Numbers without a protocol take `default_protocol`, and are an error if there is none.
    """
    words = re.sub(r"\s*[-~–]\s*", "-", plain(text).lower())
    words = re.sub(r"\s*/\s*", "/", words)
    found: list[ServiceSet] = []
    for part in re.split(r"[;、\n]", words):
        tokens = [token for token in re.split(r"[,\s]+", part) if token]
        if tokens:
            found += _services(tokens, default_protocol)
    if not found:
        raise ValueError(f"no service is given; {_GRAMMAR}")
    if len(found) > 1 and any(one is ANY_SERVICE for one in found):
        raise ValueError(f"any stands alone; {quoted(text)} names other services beside it")
    if found[0] is ANY_SERVICE:
        return ANY_SERVICE
    return ServiceSet.union(found)


def _services(tokens: list[str], default_protocol: str) -> list[ServiceSet]:
    """Return the services of one part: every protocol with the numbers that follow it."""
    groups: list[tuple[str, list[str]]] = []
    for token in tokens:
        head, slash, rest = token.partition("/")
        if _NUMBERS.match(head):
            if not groups:
                if not default_protocol:
                    raise ValueError(f"{quoted(token)} has no protocol; {_GRAMMAR}")
                groups.append((default_protocol, []))
            groups[-1][1].append(token)
        elif token in _ANY and groups and groups[-1][0] not in _ANY and not groups[-1][1]:
            groups[-1][1].append(token)  # `tcp any`
        elif head in _ANY and not slash:
            groups.append((head, []))
        elif head in PROTOCOLS or head == "ip":
            groups.append((head, [rest] if slash else []))
        else:
            known = [*PROTOCOLS, "any", "ip"]
            raise ValueError(f"{quoted(token)} is not a service{did_you_mean(head, known) or '; ' + _GRAMMAR}")
    return [_service(protocol, numbers) for protocol, numbers in groups]


def _service(protocol: str, numbers: list[str]) -> ServiceSet:
    everything = bool(numbers) and all(number in _ANY for number in numbers)
    if protocol in _ANY:
        if numbers:
            raise ValueError(f"any stands alone, without {quoted(' '.join(numbers))}; {_GRAMMAR}")
        return ANY_SERVICE
    if protocol == "ip":
        if everything:
            return ANY_SERVICE
        if not numbers:
            raise ValueError(f"ip needs a protocol number (ip/47); for every protocol write any; {_GRAMMAR}")
        return ServiceSet.of_protocols(_ranges(numbers, 255, "protocol number"))
    number = PROTOCOLS[protocol]
    if number in (ICMP, ICMPV6):
        if not numbers or everything:
            return ServiceSet.icmp(number)
        return ServiceSet.union(_icmp(number, one) for one in numbers)
    if number not in PORT_PROTOCOLS:
        if numbers and not everything:
            raise ValueError(f"{protocol} has no ports: {quoted(' '.join(numbers))}")
        return ServiceSet.protocol(number)
    if not numbers:
        raise ValueError(f"{protocol} needs ports: {protocol}/443, or {protocol}/any for all of them")
    if everything:
        return ServiceSet.protocol(number)
    return ServiceSet.ports(number, _ranges(numbers, 65535, "port"))


def _icmp(protocol: int, text: str) -> ServiceSet:
    """Return ICMP packets of "type" or "type/code"."""
    kind, slash, code = text.partition("/")
    types = _ranges([kind], 255, "ICMP type")
    return ServiceSet.icmp(protocol, types, _ranges([code], 255, "ICMP code") if slash else ALL_OCTETS)


def parse_ports(text: str) -> IntervalSet:
    """Return the ports of "443", "80,443" or "9001-9004". Raises ValueError."""
    words = re.sub(r"\s*[-~–]\s*", "-", plain(text).lower())
    numbers = [token for token in re.split(r"[,;、\s]+", words) if token]
    if numbers and all(number in _ANY for number in numbers):
        return IntervalSet.span(0, 65535)
    return _ranges(numbers, 65535, "port")


def _ranges(numbers: list[str], highest: int, noun: str) -> IntervalSet:
    spans = []
    for text in numbers:
        if not _NUMBERS.match(text) or not text.isascii():
            raise ValueError(f"{quoted(text)} is not a {noun}; write a number or a range such as 9001-9004")
        low, _, high = text.partition("-")
        first, last = int(low), int(high or low)
        if last > highest or first > highest:
            raise ValueError(f"{quoted(text)} is not a {noun}: the highest is {highest}")
        if first > last:
            raise ValueError(f"{quoted(text)} runs backwards; write {last}-{first}")
        spans.append((first, last))
    if not spans:
        raise ValueError(f"no {noun} is given")
    return IntervalSet.of(spans)
