"""Protocols and ports of security group rules and network ACL entries."""

from __future__ import annotations

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ALL_PROTOCOLS,
    ICMP,
    ICMPV6,
    PORT_PROTOCOLS,
    TCP,
    UDP,
    ServiceSet,
)
from netaudit.parsers.json_tree import JsonObject

_NAMES = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6, "all": -1}
_SHOWN = {TCP: "tcp", UDP: "udp", ICMP: "icmp", ICMPV6: "icmpv6"}


def protocol_number(text: str) -> int | None:
    """Return the number of a protocol ("-1" is all), None where the text is none."""
    number = _NAMES.get(text.lower())
    if number is None and (text == "-1" or (text.isascii() and text.isdigit())):
        number = int(text)
    return number if number is not None and -1 <= number <= 255 else None


def group_services(protocol: str, low: int | None, high: int | None) -> tuple[ServiceSet, str] | None:
    """Return the services of a security group rule and a text for people; None where they cannot be told.

    `low` and `high` are FromPort and ToPort: ports of TCP and UDP, type and code of ICMP with -1 for all. "If you
    specify a protocol other than tcp, udp, icmp, or icmpv6, traffic on all ports is allowed, regardless of any ports
    that you specify" (Amazon EC2 API Reference, IpPermission).
    """
    number = protocol_number(protocol)
    if number is None:
        return None
    if number == -1:
        return ServiceSet.of_protocols(ALL_PROTOCOLS), "all"
    name = _SHOWN.get(number, str(number))
    if number in (TCP, UDP):
        return _ports(number, name, low, high)
    if number in (ICMP, ICMPV6):
        return _icmp(number, name, low, high)
    return ServiceSet.protocol(number), name


def entry_services(value: JsonObject) -> tuple[ServiceSet, str] | None:
    """Return the services of a network ACL entry, None where they cannot be told.

    `PortRange` counts for protocols with ports (6, 17), `IcmpTypeCode` for 1 and 58, with -1 for all types or codes
    (Amazon EC2 API Reference, NetworkAclEntry).
    """
    written = value.get("Protocol")
    number = protocol_number(str(written)) if isinstance(written, str | int) and written is not True else None
    if number is None:
        return None
    if number == -1:
        return ServiceSet.of_protocols(ALL_PROTOCOLS), "all"
    name = _SHOWN.get(number, str(number))
    ports, icmp = value.object("PortRange"), value.object("IcmpTypeCode")
    if number in (ICMP, ICMPV6):
        return _icmp(number, name, icmp.number("Type") if icmp else None, icmp.number("Code") if icmp else None)
    if number in (TCP, UDP):
        return _ports(number, name, ports.number("From") if ports else None, ports.number("To") if ports else None)
    if number in PORT_PROTOCOLS and ports is not None:
        return None  # the console offers no ports there, and no guide says what they do
    return ServiceSet.protocol(number), name


def _ports(number: int, name: str, low: int | None, high: int | None) -> tuple[ServiceSet, str] | None:
    if low in (None, -1) and high in (None, -1):
        return ServiceSet.ports(number, ALL_PORTS), name
    if low is None or high is None or not 0 <= low <= high <= 65535:
        return None
    text = str(low) if low == high else f"{low}-{high}"
    return ServiceSet.ports(number, IntervalSet.span(low, high)), f"{name}/{text}"


def _icmp(number: int, name: str, kind: int | None, code: int | None) -> tuple[ServiceSet, str] | None:
    if kind in (None, -1):
        return (ServiceSet.icmp(number), name) if code in (None, -1) else None
    if kind is None or not 0 <= kind <= 255 or not (code is None or -1 <= code <= 255):
        return None
    codes = ALL_OCTETS if code in (None, -1) else IntervalSet.single(code or 0)
    text = f"{kind}" if code in (None, -1) else f"{kind}/{code}"
    return ServiceSet.icmp(number, IntervalSet.single(kind), codes), f"{name}/{text}"
