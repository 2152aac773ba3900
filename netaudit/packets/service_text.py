"""Services as people write them."""

from __future__ import annotations

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ESTABLISHED_FLAGS,
    ICMP_PROTOCOLS,
    OPENING_FLAGS,
    PORT_PROTOCOLS,
    TCP,
    ServiceBox,
    ServiceSet,
)

# IANA protocol numbers that firewall rules name.
PROTOCOL_NAMES = {
    1: "icmp",
    2: "igmp",
    4: "ipip",
    6: "tcp",
    17: "udp",
    33: "dccp",
    41: "ipv6-in-ip",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    88: "eigrp",
    89: "ospf",
    103: "pim",
    112: "vrrp",
    132: "sctp",
    136: "udplite",
}


def protocol_text(number: int) -> str:
    """Return the name of a protocol, or its number."""
    return PROTOCOL_NAMES.get(number, str(number))


def intervals_text(values: IntervalSet) -> str:
    """Return "80, 443, 8000-8010"."""
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in values)


def service_text(services: ServiceSet) -> str:
    """Return a readable text: "tcp 80, 443; udp 53", "any" for all services, "none" for no service."""
    if services == ANY_SERVICE or (len(services.boxes) >= len(ANY_SERVICE.boxes) and services >= ANY_SERVICE):
        return "any"
    return "; ".join(_box_text(box) for box in services.boxes) or "none"


def _box_text(box: ServiceBox) -> str:
    first = box.protocols.lowest()
    if box.protocols.size() > 6:
        text = f"protocols {intervals_text(box.protocols)}"
    else:
        text = "/".join(protocol_text(n) for low, high in box.protocols for n in range(low, high + 1))
    if first in PORT_PROTOCOLS:
        if box.destination_ports != ALL_PORTS:
            text += f" {intervals_text(box.destination_ports)}"
        if box.source_ports != ALL_PORTS:
            text += f" from port {intervals_text(box.source_ports)}"
        if first == TCP and box.tcp_flags == ESTABLISHED_FLAGS:
            text += " established"
        elif first == TCP and box.tcp_flags == OPENING_FLAGS:
            text += " new"
        elif first == TCP and box.tcp_flags != ALL_OCTETS:
            text += " with some TCP flags"
    elif first in ICMP_PROTOCOLS:
        if box.source_ports != ALL_OCTETS:
            text += f" type {intervals_text(box.source_ports)}"
        if box.destination_ports != ALL_OCTETS:
            text += f" code {intervals_text(box.destination_ports)}"
    return text
