"""The packets that translations of the destination can lead to."""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.rules import NatRule
from netaudit.packets.addresses import ANY_ADDRESS
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketSet
from netaudit.packets.services import ALL_PORTS, PORT_PROTOCOLS, ServiceBox, ServiceSet


def translated_packets(rules: Iterable[NatRule]) -> PacketSet:
    """Return every packet that may be the outcome of one of the rules, as it is behind them."""
    found = []
    for rule in rules:
        if not rule.enabled or not rule.match.maybe:
            continue
        for product in rule.match.maybe.products:
            targets = (rule.translated_destination or ANY_ADDRESS).family(product.family)
            if rule.translated_destination is None:
                targets = product.destination
            if not targets:
                continue
            services = product.services
            if rule.translated_ports is not None:
                services = _with_ports(services, rule.translated_ports)
            found.append(PacketSet((type(product)(product.family, product.source, targets, services),)))
    return PacketSet.union(found)


def _with_ports(services: ServiceSet, ports: IntervalSet) -> ServiceSet:
    boxes = [
        ServiceBox(box.protocols, box.source_ports, ports & ALL_PORTS, box.tcp_flags)
        if box.protocols <= PORT_PROTOCOLS
        else box
        for box in services.boxes
    ]
    return ServiceSet(tuple(boxes))
