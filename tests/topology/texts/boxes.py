"""Routers and firewalls before any vendor's words, and a plain walk of single packets through them.

The walk knows nothing of parsers, models, packet sets or conduits: it judges all of them, from the text on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_interface, ip_network

ROUTERS = ("cisco_ios", "cisco_nxos", "arista_eos")
ZONE_FIREWALLS = ("fortios", "juniper_junos", "paloalto_panos")
ASAS = ("cisco_asa", "cisco_asa_8")
PLATFORMS = (*ROUTERS, *ASAS, *ZONE_FIREWALLS)
PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17}
SYN = 2


@dataclass(frozen=True)
class Packet:
    """A header; ports are 0 for ICMP echo requests."""

    source: str
    destination: str
    protocol: str
    port: int = 0


@dataclass(frozen=True)
class Port:
    """An interface. `role` is its name to people: the firm's zone behind it, or the transit net."""

    role: str
    address: str  # with its length
    level: int = 50
    inner: str = ""  # the IPv6 address with its length
    virtual: str = ""  # a first-hop address that it shares with another box

    @property
    def host(self) -> str:
        return str(ip_interface(self.address).ip)


@dataclass(frozen=True)
class Rule:
    """`protocol` is "ip" for all; `ports` (low, high) are destination ports. `answers`: `established`."""

    permit: bool
    protocol: str
    source: str
    destination: str
    ports: tuple[int, int] | None = None
    answers: bool = False
    hides: bool = False  # of a FortiOS policy: the source becomes the outer interface's address
    publishes: bool = False  # of a FortiOS policy: the destination is the virtual IP of that address

    def takes(self, packet: Packet) -> bool:
        return (
            not self.answers
            and self.protocol in ("ip", packet.protocol)
            and within(packet.source, self.source)
            and within(packet.destination, self.destination)
            and (self.ports is None or self.ports[0] <= packet.port <= self.ports[1])
        )


@dataclass(frozen=True)
class Route:
    prefix: str
    hop: str
    distance: int = 1


@dataclass(frozen=True)
class Nat:
    """`kind`: "static" (both directions), "forward" (one TCP port, both directions for it), "hide" (source, many to
    the outer interface's address), "exempt" (from `real` to `mapped`, both prefixes), "virtual" (destination alone).
    `inside` and `outside` are roles. Exemptions come first, statics before what hides."""

    kind: str
    inside: str
    outside: str
    real: str  # a host, of "hide" a prefix
    mapped: str = ""
    port: int = 0
    mapped_port: int = 0


@dataclass(frozen=True)
class Box:
    """`lists` are those at ports, by role and direction; `policy` is (from role, to role, rule) of a zone firewall."""

    name: str
    platform: str
    ports: tuple[Port, ...]
    routes: tuple[Route, ...] = ()
    lists: dict[tuple[str, str], tuple[Rule, ...]] = field(default_factory=dict)
    policy: tuple[tuple[str, str, Rule], ...] = ()
    nats: tuple[Nat, ...] = ()

    def port(self, role: str) -> Port:
        return next(one for one in self.ports if one.role == role)


def within(address: str, prefix: str) -> bool:
    if prefix == "any":
        return True
    one, other = ip_address(address), ip_network(prefix)
    return one.version == other.version and one in other


Arrival = tuple[str, str, Packet]  # box, role of the port, header


def walk(
    boxes: tuple[Box, ...], box: Box, port: Port, packet: Packet, before: frozenset[Arrival] = frozenset()
) -> Iterator[Arrival]:
    """Yield on which subnets a packet that enters a box comes out: plain first match and longest prefix."""
    step = (box.name, port.role, packet)
    if step in before:
        return
    real_first = box.platform == "cisco_asa"
    inside = _to_real(box, port, packet)
    if not _listed(box, port, "in", inside if real_first else packet):
        return
    if any(_holds(one, inside.destination) for one in box.ports):
        return  # for the box itself
    for out, hop in _ways(box, inside.destination):
        if not _passes(box, port, out, inside, packet):
            continue
        left = _to_outside(box, port, out, inside, packet)
        if not _listed(box, out, "out", inside if real_first else left):
            continue
        target = hop or left.destination
        owners = [
            (other, one)
            for other in boxes
            for one in other.ports
            if (other, one) != (box, out) and _holds(one, target) and _share(one, out)
        ]
        if not owners and not hop:
            owners = [
                (other, one)
                for other in boxes
                for one in other.ports
                if (other, one) != (box, out) and _share(one, out) and _publishes(other, one, left)
            ]
            if not owners:
                yield out.role, box.name, left
        for other, one in owners:
            yield from walk(boxes, other, one, left, before | {step})


def _addresses(port: Port) -> list[str]:
    return [one for one in (port.address, port.inner) if one]


def _near(address: str, own: str) -> bool:
    return within(address, str(ip_interface(own).network))


def _holds(port: Port, address: str) -> bool:
    return address == port.virtual or any(ip_interface(one).ip == ip_address(address) for one in _addresses(port))


def _share(one: Port, other: Port) -> bool:
    return ip_interface(one.address).network == ip_interface(other.address).network


def _listed(box: Box, port: Port, direction: str, packet: Packet) -> bool:
    rules = box.lists.get((port.role, direction))
    if rules is None:
        return True
    if ":" in packet.source and box.platform in ROUTERS:
        return True  # its lists are of IPv4
    return next((one.permit for one in rules if one.takes(packet)), False)


def _ways(box: Box, destination: str) -> list[tuple[Port, str]]:
    found: list[tuple[int, int, Port, str]] = []
    for port in box.ports:
        for one in _addresses(port):
            network = ip_interface(one).network
            if within(destination, str(network)):
                found.append((network.prefixlen, 0, port, ""))
    for route in box.routes:
        if within(destination, route.prefix):
            port = next((one for one in box.ports if any(_near(route.hop, text) for text in _addresses(one))), None)
            if port is not None:
                found.append((ip_network(route.prefix).prefixlen, route.distance, port, route.hop))
    if not found:
        return []
    longest = max(length for length, *_ in found)
    nearest = min(distance for length, distance, *_ in found if length == longest)
    return [(port, hop) for length, distance, port, hop in found if (length, distance) == (longest, nearest)]


def _passes(box: Box, incoming: Port, outgoing: Port, packet: Packet, arrived: Packet) -> bool:
    if box.platform in ASAS:
        if incoming is outgoing or incoming.level == outgoing.level:
            return False
        return (incoming.role, "in") in box.lists or incoming.level > outgoing.level
    if box.platform not in ZONE_FIREWALLS:
        return True
    if rule := _deciding(box, incoming, outgoing, packet, arrived):
        return rule.permit
    return incoming is outgoing and box.platform == "paloalto_panos"  # intrazone-default


def _deciding(box: Box, incoming: Port, outgoing: Port, packet: Packet, arrived: Packet) -> Rule | None:
    """Return the first policy that takes a packet; those of FortiOS see the header before a virtual IP translates it.

    All of them are written for IPv4.
    """
    seen = arrived if box.platform == "fortios" else packet
    for source, target, rule in box.policy if ":" not in packet.source else ():
        if (source, target) == (incoming.role, outgoing.role) and rule.takes(seen):
            return rule
    return None


_BACK = ("static", "forward", "virtual")


def _publishes(box: Box, port: Port, packet: Packet) -> bool:
    """Tell whether a box answers for an address, whatever the protocol: ARP asks of no port."""
    return any(one.kind in _BACK and (one.outside, one.mapped) == (port.role, packet.destination) for one in box.nats)


def _forwards(nat: Nat, packet: Packet) -> bool:
    return nat.kind != "forward" or (packet.protocol == "tcp" and packet.port == nat.mapped_port)


def _to_real(box: Box, port: Port, packet: Packet) -> Packet:
    for one in box.nats:
        if one.kind not in _BACK or (one.outside, one.mapped) != (port.role, packet.destination):
            continue
        if _forwards(one, packet):
            return Packet(packet.source, one.real, packet.protocol, one.port if one.kind == "forward" else packet.port)
    return packet


def _to_outside(box: Box, incoming: Port, outgoing: Port, packet: Packet, arrived: Packet) -> Packet:
    if box.platform == "fortios":
        rule = _deciding(box, incoming, outgoing, packet, arrived)
        source = outgoing.host if rule is not None and rule.hides else packet.source
        return Packet(source, packet.destination, packet.protocol, packet.port)
    for one in box.nats:
        if (one.inside, one.outside) != (incoming.role, outgoing.role):
            continue
        if one.kind == "exempt" and within(packet.source, one.real) and within(packet.destination, one.mapped):
            return packet
        if one.kind == "static" and one.real == packet.source:
            return Packet(one.mapped, packet.destination, packet.protocol, packet.port)
        if one.kind == "hide" and within(packet.source, one.real):
            return Packet(outgoing.host, packet.destination, packet.protocol, packet.port)
    return packet
