"""Services as short words: "tcp/443, udp/53, icmp"."""

from __future__ import annotations

from dataclasses import replace

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.service_text import PROTOCOL_NAMES
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ALL_PROTOCOLS,
    ANY_SERVICE,
    ICMP_PROTOCOLS,
    PORT_PROTOCOLS,
    TCP,
    ServiceSet,
)


def service_words(services: ServiceSet, most: int = 6) -> str:
    """Return the services as words, at most `most` of them; TCP flags are left out."""
    if services.protocols() == ALL_PROTOCOLS and all(
        box.destination_ports == ALL_PORTS for box in services.boxes if box.protocols <= PORT_PROTOCOLS
    ):
        return "any"
    if services.protocols() == ALL_PROTOCOLS:
        rest = ANY_SERVICE - _with_all_flags(services)
        if len(rest.boxes) <= most:
            return f"any except {service_words(rest, most)}"
    words: dict[str, None] = {}
    for box in services.boxes:
        for low, high in box.protocols:
            if high - low > 8:
                words[f"ip/{low}-{high}"] = None
                continue
            for protocol in range(low, high + 1):
                name = PROTOCOL_NAMES.get(protocol, f"ip/{protocol}")
                if protocol in PORT_PROTOCOLS:
                    ports = interval_words(box.destination_ports, ALL_PORTS)
                    source = interval_words(box.source_ports, ALL_PORTS)
                    words[f"{name}/{ports}" + (f" from {source}" if source != "any" else "")] = None
                elif protocol in ICMP_PROTOCOLS:
                    types = interval_words(box.source_ports, ALL_OCTETS)
                    words[name if types == "any" else f"{name}/{types}"] = None
                else:
                    words[name] = None
    listed = list(words)
    more = f" +{len(listed) - most}" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def _with_all_flags(services: ServiceSet) -> ServiceSet:
    return ServiceSet(
        tuple(replace(box, tcp_flags=ALL_OCTETS) if TCP in box.protocols else box for box in services.boxes)
    )


def interval_words(intervals: IntervalSet, everything: IntervalSet, most: int = 12) -> str:
    """Return "80,443,8000-8010", or "any" for everything."""
    if intervals == everything:
        return "any"
    listed = [str(low) if low == high else f"{low}-{high}" for low, high in intervals]
    more = f" +{len(listed) - most}" if len(listed) > most else ""
    return ",".join(listed[:most]) + more
