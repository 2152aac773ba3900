"""Sets of packets as rows of the JSON documents and tables: one row a protocol."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import EMPTY, IntervalSet
from netaudit.packets.packet import Flow, PacketProduct, PacketSet
from netaudit.packets.services import ALL_PROTOCOLS, ANY_SERVICE, PORT_PROTOCOLS, ServiceSet
from netaudit.reports.packet_words import address_text, connections, interval_texts, protocol_name

MAX_PREFIXES = 50


@dataclass(frozen=True, slots=True)
class PacketRow:
    """Packets of one protocol (or of alike protocols) of one product."""

    protocol: str  # "tcp", "any", or numbers
    destination_ports: tuple[str, ...]  # "443", "9001-9004"; empty where the protocol has no ports
    sources: str
    destinations: str
    witness: Flow


def packet_rows(packets: PacketSet) -> Iterator[PacketRow]:
    """Yield the rows of a set, product by product, sorted by protocol within each."""
    for product in packets.products:
        sources = address_text(AddressSet.of(product.family, product.source), MAX_PREFIXES)
        destinations = address_text(AddressSet.of(product.family, product.destination), MAX_PREFIXES)
        for protocols, services in _by_protocol(product.services):
            ports = IntervalSet.of(interval for box in services.boxes for interval in box.destination_ports.intervals)
            part = PacketProduct(product.family, product.source, product.destination, services)
            yield PacketRow(
                _label(protocols),
                tuple(interval_texts(ports if protocols <= PORT_PROTOCOLS else EMPTY)),
                sources,
                destinations,
                part.witness(),
            )


def packet_views(packets: PacketSet, rules: Sequence[dict[str, Any]] = ()) -> list[dict[str, Any]]:
    """Return the rows as JSON values; `rules` are the views of the rules that decided."""
    return [
        {
            "protocol": row.protocol,
            "destination_ports": list(row.destination_ports),
            "sources": row.sources,
            "destinations": row.destinations,
            "witness": row.witness.to_json(),
            "rules": list(rules),
        }
        for row in packet_rows(packets)
    ]


def _by_protocol(services: ServiceSet) -> list[tuple[IntervalSet, ServiceSet]]:
    if connections(services).same_as(ANY_SERVICE):
        return [(ALL_PROTOCOLS, services)]
    groups: dict[IntervalSet, ServiceSet] = {}
    for box in services.boxes:
        keys = [box.protocols]
        if box.protocols <= PORT_PROTOCOLS:
            keys = [IntervalSet.single(number) for low, high in box.protocols for number in range(low, high + 1)]
        for key in keys:
            part = ServiceSet((box,)) & ServiceSet.of_protocols(key)
            groups[key] = groups[key] | part if key in groups else part
    return sorted(groups.items(), key=lambda pair: pair[0].intervals)


def _label(protocols: IntervalSet) -> str:
    if protocols == ALL_PROTOCOLS:
        return "any"
    return ",".join(protocol_name(low) if low == high else f"{low}-{high}" for low, high in protocols)
