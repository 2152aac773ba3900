"""Packet headers, sets of them, and the two bounds of a rule's match."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from netaudit.packets.addresses import (
    ANY_ADDRESS,
    AddressSet,
    Family,
    format_address,
    parse_address,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ANY_SERVICE, ICMP_PROTOCOLS, PORT_PROTOCOLS, SYN, TCP, ServiceSet


@dataclass(frozen=True, slots=True)
class Flow:
    """One packet header: a point of the packet space.

    Addresses are numbers of `family`. `source_port` and `destination_port` (0 to 65535) count for protocols
    with ports only, `icmp_type` and `icmp_code` (0 to 255) for ICMP and ICMPv6, `tcp_flags` (an octet,
    RFC 9293) for TCP; elsewhere they are 0.
    """

    family: Family
    source: int
    destination: int
    protocol: int
    source_port: int = 0
    destination_port: int = 0
    icmp_type: int = 0
    icmp_code: int = 0
    tcp_flags: int = SYN

    @classmethod
    def of(
        cls,
        source: str,
        destination: str,
        protocol: int,
        *,
        source_port: int = 0,
        destination_port: int = 0,
        icmp_type: int = 0,
        icmp_code: int = 0,
        tcp_flags: int = SYN,
    ) -> Flow:
        """Return a flow from address text. Raises ValueError on bad or mixed addresses."""
        family, from_address = parse_address(source)
        other, to_address = parse_address(destination)
        if family is not other:
            raise ValueError(f"source and destination are of different families: {source} {destination}")
        return cls(
            family, from_address, to_address, protocol, source_port, destination_port, icmp_type, icmp_code, tcp_flags
        )

    def service_point(self) -> tuple[int, int, int, int]:
        """Return protocol, source port or ICMP type, destination port or ICMP code, TCP flags."""
        if self.protocol in PORT_PROTOCOLS:
            flags = self.tcp_flags if self.protocol == TCP else 0
            return self.protocol, self.source_port, self.destination_port, flags
        if self.protocol in ICMP_PROTOCOLS:
            return self.protocol, self.icmp_type, self.icmp_code, 0
        return self.protocol, 0, 0, 0

    @property
    def source_text(self) -> str:
        """Return the source address as text."""
        return format_address(self.family, self.source)

    @property
    def destination_text(self) -> str:
        """Return the destination address as text."""
        return format_address(self.family, self.destination)

    def to_json(self) -> dict[str, str | int]:
        """Return the fields that the flow's protocol has, addresses as text."""
        result: dict[str, str | int] = {
            "source": self.source_text,
            "destination": self.destination_text,
            "protocol": self.protocol,
        }
        if self.protocol in PORT_PROTOCOLS:
            result |= {"source_port": self.source_port, "destination_port": self.destination_port}
            if self.protocol == TCP:
                result["tcp_flags"] = self.tcp_flags
        elif self.protocol in ICMP_PROTOCOLS:
            result |= {"icmp_type": self.icmp_type, "icmp_code": self.icmp_code}
        return result


@dataclass(frozen=True, slots=True)
class PacketProduct:
    """All packets of one family from `source` to `destination` with one of `services`; never empty."""

    family: Family
    source: IntervalSet
    destination: IntervalSet
    services: ServiceSet

    def contains(self, flow: Flow) -> bool:
        """Tell whether one packet is a member."""
        return (
            flow.family is self.family
            and flow.source in self.source
            and flow.destination in self.destination
            and self.services.contains(*flow.service_point())
        )

    def intersection(self, other: PacketProduct) -> PacketProduct | None:
        """Return the packets in both, None if there are none."""
        if self.family is not other.family:
            return None
        source = self.source & other.source
        if not source:
            return None
        destination = self.destination & other.destination
        if not destination:
            return None
        services = self.services & other.services
        return PacketProduct(self.family, source, destination, services) if services else None

    def difference(self, other: PacketProduct) -> Iterator[PacketProduct]:
        """Yield at most three disjoint products that make up this one less the other."""
        common = self.intersection(other)
        if common is None:
            yield self
            return
        services = self.services - common.services
        if services:
            yield PacketProduct(self.family, self.source, self.destination, services)
        destination = self.destination - common.destination
        if destination:
            yield PacketProduct(self.family, self.source, destination, common.services)
        source = self.source - common.source
        if source:
            yield PacketProduct(self.family, source, common.destination, common.services)

    def covers(self, other: PacketProduct) -> bool:
        """Tell whether every packet of the other is in this one."""
        return (
            self.family is other.family
            and other.source <= self.source
            and other.destination <= self.destination
            and other.services <= self.services
        )

    def witness(self) -> Flow:
        """Return one packet of the product: the lowest addresses, then the first service.

        An unused source port of 0 is replaced by 49152 (RFC 6335, dynamic ports) where the set has it;
        TCP flags are SYN where they may be.
        """
        box = min(self.services.boxes, key=lambda one: (one.protocols.lowest() != TCP, one.protocols.lowest()))
        protocol = box.protocols.lowest()
        first, second = box.source_ports.lowest(), box.destination_ports.lowest()
        flags = SYN if SYN in box.tcp_flags else box.tcp_flags.lowest()
        addresses = (self.family, self.source.lowest(), self.destination.lowest(), protocol)
        if protocol in ICMP_PROTOCOLS:
            if protocol == 1 and first == 0 and 8 in box.source_ports:
                first = 8
            return Flow(*addresses, icmp_type=first, icmp_code=second, tcp_flags=0)
        if protocol in PORT_PROTOCOLS:
            if 49152 in box.source_ports:
                first = 49152
            if second == 0 and 1 in box.destination_ports:
                second = 443 if 443 in box.destination_ports else 1
            return Flow(*addresses, source_port=first, destination_port=second, tcp_flags=flags)
        return Flow(*addresses, tcp_flags=0)


@dataclass(frozen=True, slots=True)
class PacketSet:
    """A finite union of products, which may overlap. `==` compares the writing; use `same_as` for members."""

    products: tuple[PacketProduct, ...] = ()

    @classmethod
    def of(
        cls,
        source: AddressSet = ANY_ADDRESS,
        destination: AddressSet = ANY_ADDRESS,
        services: ServiceSet = ANY_SERVICE,
    ) -> PacketSet:
        """Return source times destination times services; packets never mix the two families."""
        if not services:
            return NO_PACKETS
        products = []
        if source.ipv4 and destination.ipv4:
            products.append(PacketProduct(Family.IPV4, source.ipv4, destination.ipv4, services))
        if source.ipv6 and destination.ipv6:
            products.append(PacketProduct(Family.IPV6, source.ipv6, destination.ipv6, services))
        return cls(tuple(products))

    @classmethod
    def union(cls, sets: Iterable[PacketSet]) -> PacketSet:
        """Return the union of many sets; products covered by another single product are left out."""
        products = [product for one in sets for product in one.products]
        if len(products) > 512:
            return cls(tuple(dict.fromkeys(products)))
        kept: list[PacketProduct] = []
        for product in products:
            if any(other.covers(product) for other in kept):
                continue
            kept = [other for other in kept if not product.covers(other)]
            kept.append(product)
        return cls(tuple(kept))

    def contains(self, flow: Flow) -> bool:
        """Tell whether one packet is a member."""
        return any(product.contains(flow) for product in self.products)

    def __bool__(self) -> bool:
        return bool(self.products)

    def __or__(self, other: PacketSet) -> PacketSet:
        return PacketSet.union((self, other))

    def __and__(self, other: PacketSet) -> PacketSet:
        return PacketSet(
            tuple(
                common
                for left in self.products
                for right in other.products
                if (common := left.intersection(right)) is not None
            )
        )

    def __sub__(self, other: PacketSet) -> PacketSet:
        rest = list(self.products)
        for right in other.products:
            rest = [piece for left in rest for piece in left.difference(right)]
            if not rest:
                break
        return PacketSet(tuple(rest))

    def __le__(self, other: PacketSet) -> bool:
        """Tell whether every packet of this set is in the other."""
        for product in self.products:
            rest = [product]
            for right in other.products:
                rest = [piece for left in rest for piece in left.difference(right)]
                if not rest:
                    break
            if rest:
                return False
        return True

    def overlaps(self, other: PacketSet) -> bool:
        """Tell whether the two sets share a packet."""
        return any(
            left.family is right.family
            and left.source.overlaps(right.source)
            and left.destination.overlaps(right.destination)
            and left.services.overlaps(right.services)
            for left in self.products
            for right in other.products
        )

    def same_as(self, other: PacketSet) -> bool:
        """Tell whether both hold the same packets, however they are written."""
        return self <= other and other <= self

    def witness(self) -> Flow | None:
        """Return one packet of the set, None if it is empty."""
        return self.products[0].witness() if self.products else None

    def sources(self) -> AddressSet:
        """Return the source addresses that occur."""
        return AddressSet.union(AddressSet.of(product.family, product.source) for product in self.products)

    def destinations(self) -> AddressSet:
        """Return the destination addresses that occur."""
        return AddressSet.union(AddressSet.of(product.family, product.destination) for product in self.products)

    def services(self) -> ServiceSet:
        """Return the services that occur."""
        return ServiceSet.union(product.services for product in self.products)


NO_PACKETS = PacketSet()
ALL_PACKETS = PacketSet.of()


@dataclass(frozen=True, slots=True)
class PacketMatch:
    """What a rule matches, as two bounds: `surely` is a subset of `maybe`.

    FQDN, geography, application, user, schedule and text that was not understood widen only `maybe`;
    `reasons` says why the bounds differ (short English words such as "fqdn", "schedule"), empty where they
    are equal. A question names its bound: "could this flow pass?" reads `maybe` of permits and `surely` of
    denies; "is it surely blocked?" the other way round.
    """

    surely: PacketSet
    maybe: PacketSet
    reasons: tuple[str, ...] = ()

    @classmethod
    def exact(cls, packets: PacketSet) -> PacketMatch:
        """Return a match that is fully understood."""
        return cls(packets, packets)

    @classmethod
    def upper(cls, packets: PacketSet, *reasons: str) -> PacketMatch:
        """Return a match known from above only: it may match these packets, and surely matches none."""
        return cls(NO_PACKETS, packets, reasons)

    @property
    def is_exact(self) -> bool:
        """Tell whether the two bounds are written the same."""
        return self.surely is self.maybe or self.surely == self.maybe
