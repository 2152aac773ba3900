"""How wide a permit is: which of its fields are any, how many ports it opens, how large its addresses are.

Each field is measured once: "any" by `any_fields`, else ports by `port_span` and addresses by `wide_fields`, so that
no two checks report the same fact.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netaudit.findings import Severity
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketProduct, PacketSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ESTABLISHED_FLAGS,
    ICMP,
    ICMP_PROTOCOLS,
    ICMPV6,
    PORT_PROTOCOLS,
    TCP,
    UDP,
    ServiceBox,
    ServiceSet,
)

SOURCE, DESTINATION, SERVICE = "source", "destination", "service"

# A list of prefixes that leaves out a few networks (0.0.0.0/1 and 128.0.0.0/1, "all but 10.0.0.0/8") is "any" too:
# half of a family's addresses is the limit, or all global unicast addresses of IPv6 (RFC 4291 section 2.4).
_HALF = {Family.IPV4: 2**31, Family.IPV6: 2**127}
_GLOBAL_IPV6 = AddressSet.prefix("2000::/3").ipv6
# Nearly all of the 65536 ports count as all (1-65535, 0-65000).
_ALL_PORTS_SPAN = 64512

# Groups of hosts: RFC 5771, RFC 4291 section 2.7. A receiver does not choose who sends to a group.
_MULTICAST = AddressSet.prefix("224.0.0.0/4") | AddressSet.prefix("ff00::/8")
# No router forwards these: RFC 3927, RFC 919, RFC 4291 section 2.5.6, and loopback.
_STAYS_ON_LINK = AddressSet.union(
    AddressSet.prefix(text)
    for text in ("169.254.0.0/16", "255.255.255.255", "224.0.0.0/24", "fe80::/10", "ff02::/16", "127.0.0.0/8", "::1")
)
# RFC 1918, RFC 6598, RFC 4193.
INTERNAL = AddressSet.union(
    AddressSet.prefix(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)

# IGMP, EIGRP, OSPF, PIM, VRRP and CARP: neighbours on one link talk to each other.
_NEIGHBOUR_PROTOCOLS = IntervalSet.of((number, number) for number in (2, 88, 89, 103, 112))
# Answers and errors: echo reply, unreachable, time exceeded, parameter problem (RFC 792); for ICMPv6 RFC 4890 section
# 4.3 with neighbour discovery (RFC 4861).
_ICMP_ANSWERS = {
    ICMP: IntervalSet.of((kind, kind) for kind in (0, 3, 11, 12)),
    ICMPV6: IntervalSet.of([(1, 4), (129, 129), (133, 137)]),
}
_ADDRESS_ASSIGNMENT_PORTS = IntervalSet.of([(67, 68), (546, 547)])
# Ports that clients use for their end (RFC 6056 section 3.2: 1024 to 65535).
_CLIENT_PORTS = IntervalSet.span(1024, 65535)

NARROW_PORT_SPAN = 32  # a range of at most this many ports is taken as enumerated (practice 3.4)
WIDE_PORT_SPAN = 1024
INTERNAL_WIDTH = 2**16  # addresses of a /16
EXTERNAL_WIDTH = 2**8  # addresses of a /24
IPV6_WIDTH = 2**80  # addresses of a /48, the usual size of one site (RFC 6177)

# Why a broad permit can be needed, and how grave it is at most then.
BREADTH_REASONS = {
    "established": Severity.MEDIUM,
    "client_ports": Severity.MEDIUM,
    "icmp": Severity.MEDIUM,
    "icmp_answers": Severity.LOW,
    "neighbour_protocol": Severity.LOW,
    "address_assignment": Severity.LOW,
}


@dataclass(frozen=True, slots=True)
class Width:
    """The width of a set of packets.

    `any_fields`: which of source, destination and service are any, for the widest part of the set. `port_span`: how
    many destination ports the widest range has, 0 where services are any or have no ports; `all_ports`: the protocols
    ("tcp", "udp") of which every port is open. `wide_fields`: addresses wider than the limits but not any, as (field,
    prefixes). `reason`: why the breadth may be needed, a key of BREADTH_REASONS, "" for none.
    """

    any_fields: frozenset[str] = frozenset()
    port_span: int = 0
    all_ports: tuple[str, ...] = ()
    wide_fields: tuple[tuple[str, AddressSet], ...] = ()
    reason: str = ""

    def at_most(self, severity: Severity) -> Severity:
        """Return the severity, lowered to what the reason for the breadth allows."""
        return min(severity, BREADTH_REASONS.get(self.reason, severity))


def is_any(addresses: IntervalSet, family: Family) -> bool:
    """Tell whether a set of addresses is any in effect, however it is written."""
    if addresses.size() >= _HALF[family]:
        return True
    return family is Family.IPV6 and addresses >= _GLOBAL_IPV6


def is_any_service(services: ServiceSet) -> bool:
    """Tell whether services are any in effect: every TCP port and every UDP port."""
    return {"tcp", "udp"} <= set(_protocols_with_all_ports(services))


def _protocols_with_all_ports(services: ServiceSet) -> tuple[str, ...]:
    return tuple(
        name
        for number, name in ((TCP, "tcp"), (UDP, "udp"))
        if any(number in box.protocols and _span(box.destination_ports) >= _ALL_PORTS_SPAN for box in services.boxes)
    )


def _span(ports: IntervalSet) -> int:
    return max((high - low + 1 for low, high in ports), default=0)


def stays_on_link(product: PacketProduct) -> bool:
    """Tell whether no router would forward these packets: link-local addresses, broadcast, loopback."""
    local = _STAYS_ON_LINK.family(product.family)
    return product.source <= local or product.destination <= local


def is_multicast(product: PacketProduct) -> bool:
    """Tell whether the packets go to groups only."""
    return product.destination <= _MULTICAST.family(product.family)


def width_of(packets: PacketSet, stateful: bool) -> Width:
    """Return the width of a rule's packets; `stateful` tells whether answers pass by themselves."""
    products = [product for product in packets.products if not stays_on_link(product)]
    if not products:
        return Width()
    widest = max(products, key=lambda product: len(_any_fields(product)))
    spans = [0]
    all_ports: dict[str, None] = {}
    wide: dict[str, AddressSet] = {}
    for product in products:
        if not is_any_service(product.services):
            spans += [_span(box.destination_ports) for box in product.services.boxes if _has_ports(box)]
            all_ports |= dict.fromkeys(_protocols_with_all_ports(product.services))
        for field, addresses in _wide_addresses(product):
            wide[field] = wide[field] | addresses if field in wide else addresses
    return Width(
        any_fields=_any_fields(widest),
        port_span=max(spans),
        all_ports=tuple(all_ports),
        wide_fields=tuple(wide.items()),
        reason=_reason(products, stateful),
    )


def _has_ports(box: ServiceBox) -> bool:
    return box.protocols <= PORT_PROTOCOLS


def _any_fields(product: PacketProduct) -> frozenset[str]:
    fields = set()
    if is_any(product.source, product.family) and not is_multicast(product):
        fields.add(SOURCE)
    if is_any(product.destination, product.family):
        fields.add(DESTINATION)
    if is_any_service(product.services):
        fields.add(SERVICE)
    return frozenset(fields)


def _wide_addresses(product: PacketProduct) -> list[tuple[str, AddressSet]]:
    found = []
    for field, addresses in ((SOURCE, product.source), (DESTINATION, product.destination)):
        if is_any(addresses, product.family) or (field == DESTINATION and is_multicast(product)):
            continue
        rest = addresses - _MULTICAST.family(product.family) - _STAYS_ON_LINK.family(product.family)
        if product.family is Family.IPV6:
            wide = [one for one in rest if one[1] - one[0] + 1 > IPV6_WIDTH]
        else:
            inner = INTERNAL.ipv4
            wide = [one for one in rest & inner if one[1] - one[0] + 1 > INTERNAL_WIDTH]
            wide += [one for one in rest - inner if one[1] - one[0] + 1 > EXTERNAL_WIDTH]
        if wide:
            found.append((field, AddressSet.of(product.family, IntervalSet.of(wide))))
    return found


def _reason(products: list[PacketProduct], stateful: bool) -> str:
    """Return why such breadth may be needed, where one reason holds for every packet."""
    boxes = [box for product in products for box in product.services.boxes]
    tests: dict[str, Callable[[ServiceBox], bool]] = {
        "neighbour_protocol": lambda box: box.protocols <= _NEIGHBOUR_PROTOCOLS,
        "icmp_answers": _is_icmp_answer,
        "icmp": lambda box: box.protocols <= ICMP_PROTOCOLS,
        "address_assignment": lambda box: (
            box.protocols == IntervalSet.single(UDP) and box.destination_ports <= _ADDRESS_ASSIGNMENT_PORTS
        ),
        "established": lambda box: (
            box.protocols == IntervalSet.single(TCP)
            and box.tcp_flags != ALL_OCTETS
            and box.tcp_flags <= ESTABLISHED_FLAGS
        ),
    }
    if not stateful:
        tests["client_ports"] = _is_answer_by_ports
    return next((reason for reason, holds in tests.items() if all(holds(box) for box in boxes)), "")


def _is_icmp_answer(box: ServiceBox) -> bool:
    return box.protocols <= ICMP_PROTOCOLS and all(
        box.source_ports <= _ICMP_ANSWERS[number] for number in (ICMP, ICMPV6) if number in box.protocols
    )


def _is_answer_by_ports(box: ServiceBox) -> bool:
    """Tell whether a list without state lets answers in by their ports: from a service, or to client ports only."""
    if not box.protocols <= PORT_PROTOCOLS or _span(box.destination_ports) <= NARROW_PORT_SPAN:
        return False
    return _span(box.source_ports) <= NARROW_PORT_SPAN or (
        box.destination_ports <= _CLIENT_PORTS and _span(box.destination_ports) > WIDE_PORT_SPAN
    )
