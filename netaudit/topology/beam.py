"""A beam: a set of packets on their way from a zone, with what decided over them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from netaudit.model.device import Device
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import Flow, PacketProduct, PacketSet
from netaudit.packets.services import (
    ALL_PROTOCOLS,
    ANY_TCP,
    FIRST_FLAGS,
    PORT_PROTOCOLS,
    SYN,
    TCP,
    ServiceBox,
    ServiceSet,
)
from netaudit.topology.reach import DecidingRule

FIRST_PACKETS = (ServiceSet.of_protocols(ALL_PROTOCOLS) - ANY_TCP) | ServiceSet.ports(TCP, tcp_flags=FIRST_FLAGS)
"""What can open a connection: TCP with SYN and neither ACK nor RST, and everything that is not TCP."""

PLAIN_FIRST_PACKETS = (ServiceSet.of_protocols(ALL_PROTOCOLS) - ANY_TCP) | ServiceSet.ports(
    TCP, tcp_flags=IntervalSet.single(SYN)
)
"""The same with SYN alone: it stands for the other flags where no rule tells them apart."""


def first_packets(devices: Collection[Device]) -> ServiceSet:
    """Return what can open a connection, TCP by SYN alone where no rule of the devices tells first flags apart."""
    matches = [nat.match for device in devices for nat in device.nat_rules]
    matches += [rule.match for device in devices for rulebase in device.rulebases for rule in rulebase.rules]
    seen = {
        box.tcp_flags
        for match in matches
        for product in (*match.maybe.products, *match.surely.products)
        for box in product.services.boxes
        if TCP in box.protocols
    }
    apart = any(FIRST_FLAGS & one and not one >= FIRST_FLAGS for one in seen)
    return FIRST_PACKETS if apart else PLAIN_FIRST_PACKETS


@dataclass(frozen=True, slots=True)
class Beam:
    """Packets on their way. `sent` is the header at the source, `now` the header after translation.

    `surely` is False where the packets only may come this far; then `reasons` says why. `visits` holds what entered
    each device on the way: (device, interface, packets). `drawn` says which neighbour without an export may draw them
    here by its routes, "" = they go by the routes that are known.
    """

    sent: PacketProduct
    now: PacketProduct
    surely: bool = True
    deciding: tuple[DecidingRule, ...] = ()
    devices: tuple[str, ...] = ()
    visits: tuple[tuple[str, str, PacketProduct], ...] = ()
    reasons: tuple[str, ...] = ()
    drawn: str = ""

    def narrowed(self, part: PacketProduct) -> Beam:
        """Return the beam with `now` cut down to a part of it; fields that were not translated follow.

        A source that was translated to one of several addresses is not sure to be in the part.
        """
        if part == self.now:
            return self
        own_source = self.now.source == self.sent.source
        sent = replace(
            self.sent,
            source=part.source if own_source else self.sent.source,
            destination=part.destination if self.now.destination == self.sent.destination else self.sent.destination,
            services=part.services if self.now.services == self.sent.services else self.sent.services,
        )
        found = replace(self, sent=sent, now=part)
        if not own_source and part.source != self.now.source:
            return found.doubted("which address of its pool a translation takes is not known")
        return found

    def to(self, destination: IntervalSet) -> Beam:
        """Return the beam cut down to a part of its destinations."""
        return self.narrowed(replace(self.now, destination=destination))

    def doubted(self, *reasons: str) -> Beam:
        """Return the beam as one that only may pass."""
        return replace(
            self, surely=False, reasons=(*self.reasons, *(one for one in reasons if one not in self.reasons))
        )

    def covers(self, other: Beam) -> bool:
        """Tell whether all that can become of another beam at the same place becomes of this one too.

        It holds the packets of the other, is as sure of them, and no device decided over it that did not decide over
        the other: where the other went past every filter, so did this one.
        """
        return (
            self.surely >= other.surely
            and self.drawn in ("", other.drawn)
            and self.now.covers(other.now)
            and self.sent.covers(other.sent)
            and {one.device for one in self.deciding} <= {one.device for one in other.deciding}
        )

    def circles(self, device: str, interface: str) -> bool:
        """Tell whether the same packets entered the device there before: they go round for ever."""
        return any(
            place == device and port == interface and packets.covers(self.now) for place, port, packets in self.visits
        )


def less(beams: Iterable[Beam], product: PacketProduct) -> tuple[list[Beam], list[Beam]]:
    """Split beams into (what is in the product, the rest)."""
    inside: list[Beam] = []
    outside: list[Beam] = []
    for beam in beams:
        common = beam.now.intersection(product)
        if common is None:
            outside.append(beam)
        else:
            inside.append(beam.narrowed(common))
            outside += [beam.narrowed(piece) for piece in beam.now.difference(product)]
    return inside, outside


def met(
    beams: list[Beam], surely: PacketSet, maybe: PacketSet, why: str
) -> tuple[list[tuple[Beam, PacketProduct]], list[Beam]]:
    """Return what a match takes, with the product of the match that did, and what goes on to the next rule.

    What it only may take is in both, doubted for the reason `why`.
    """
    taken: list[tuple[Beam, PacketProduct]] = []
    rest = beams
    for product in surely.products:
        inside, rest = less(rest, product)
        taken += [(one, product) for one in inside]
    if maybe is surely:
        return taken, rest
    for product in maybe.products:
        inside, outside = less(rest, product)
        doubted = [one.doubted(why) for one in inside]
        taken += [(one, product) for one in doubted]
        rest = outside + doubted
    return taken, rest


def single(flow: Flow) -> PacketProduct:
    """Return the set that holds one packet."""
    protocol, first, second, flags = flow.service_point()
    box = ServiceBox(*(IntervalSet.single(value) for value in (protocol, first, second, flags)))
    return PacketProduct(
        flow.family, IntervalSet.single(flow.source), IntervalSet.single(flow.destination), ServiceSet((box,))
    )


def the_packet(packets: PacketProduct, like: Flow) -> Flow:
    """Return the packet of a set after translation: the lowest address of a pool stands for all of it."""
    found = replace(like, source=packets.source.lowest(), destination=packets.destination.lowest())
    box = packets.services.boxes[0]
    if like.protocol in PORT_PROTOCOLS:
        return replace(found, source_port=box.source_ports.lowest(), destination_port=box.destination_ports.lowest())
    return found
