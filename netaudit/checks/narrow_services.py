"""The part of a rule's packets whose services are named, not swept in by a wide range."""

from __future__ import annotations

from netaudit.checks.rule_width import NARROW_PORT_SPAN, is_any_service
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct, PacketSet
from netaudit.packets.services import ALL_PROTOCOLS, PORT_PROTOCOLS, ServiceBox, ServiceSet

# A protocol without ports is named where the rule lists few protocols ("gre"), not where it says any of them.
_NAMED_PROTOCOLS = 8


def narrow_services(packets: PacketSet) -> PacketSet:
    """Return the packets of ranges of at most 32 destination ports, and of protocols that the rule names."""
    found = []
    for product in packets.products:
        if is_any_service(product.services):
            continue
        boxes = tuple(box for one in product.services.boxes for box in _narrow(one))
        if boxes:
            found.append(PacketProduct(product.family, product.source, product.destination, ServiceSet(boxes)))
    return PacketSet(tuple(found)) if found else NO_PACKETS


def _narrow(box: ServiceBox) -> tuple[ServiceBox, ...]:
    if box.protocols <= PORT_PROTOCOLS:
        ports = IntervalSet(tuple(one for one in box.destination_ports if one[1] - one[0] < NARROW_PORT_SPAN))
        return (ServiceBox(box.protocols, box.source_ports, ports, box.tcp_flags),) if ports else ()
    named = (box.protocols & ALL_PROTOCOLS).size() <= _NAMED_PROTOCOLS
    return (box,) if named else ()
