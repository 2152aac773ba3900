"""Service words: protocols, port operators, ICMP types, and the services that they make."""

from __future__ import annotations

from functools import lru_cache

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ICMP_PROTOCOLS,
    PORT_PROTOCOLS,
    ServiceSet,
)
from netaudit.parsers.cisco_asa.bounds import NumberBounds, ServiceBounds
from netaudit.parsers.cisco_asa.vocabulary import (
    ICMP_VERSIONS,
    PORT_OPERATORS,
    icmp_type,
    ports_of,
    protocol_numbers,
)
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words


def read_ports(words: Words) -> IntervalSet:
    """Take `eq P`, `neq P`, `lt P`, `gt P` or `range P Q`. Raises NotUnderstood."""
    operator = words.take()
    if operator not in PORT_OPERATORS:
        raise NotUnderstood("a port operator was expected")
    first = words.take()
    ports = ports_of(operator, first, words.take() if operator == "range" else "")
    if ports is None:
        raise NotUnderstood("the port is not known")
    return ports


@lru_cache(maxsize=65536)
def port_services(protocols: IntervalSet, source_ports: IntervalSet, destination_ports: IntervalSet) -> ServiceSet:
    """Return the packets of these protocols (each must have ports) with these ports."""
    if not protocols <= PORT_PROTOCOLS:
        raise NotUnderstood("the protocol has no ports")
    return ServiceSet.union(
        ServiceSet.ports(number, destination_ports, source_ports)
        for low, high in protocols
        for number in range(low, high + 1)
    )


@lru_cache(maxsize=4096)
def protocol_services(protocols: IntervalSet) -> ServiceBounds:
    """Return all packets of these protocols."""
    return ServiceBounds.exact(ServiceSet.of_protocols(protocols))


@lru_cache(maxsize=4096)
def exact_port_services(
    protocols: IntervalSet, source_ports: IntervalSet, destination_ports: IntervalSet
) -> ServiceBounds:
    """Return `port_services` as exact bounds."""
    return ServiceBounds.exact(port_services(protocols, source_ports, destination_ports))


def bounded_port_services(protocols: NumberBounds, source: NumberBounds, destination: NumberBounds) -> ServiceBounds:
    """Return the packets of bounded protocols and ports. Raises NotUnderstood for a protocol without ports."""
    if not (protocols.reasons or source.reasons or destination.reasons):
        return exact_port_services(protocols.maybe, source.maybe, destination.maybe)
    maybe = port_services(protocols.maybe & PORT_PROTOCOLS, source.maybe, destination.maybe)
    surely = port_services(protocols.surely & PORT_PROTOCOLS, source.surely, destination.surely)
    parts = (protocols, source, destination)
    reasons = tuple(dict.fromkeys(reason for part in parts for reason in part.reasons))
    unresolved = tuple(dict.fromkeys(name for part in parts for name in part.unresolved))
    return ServiceBounds(surely, maybe, reasons, unresolved)


def read_icmp(words: Words, protocol: int) -> tuple[IntervalSet, IntervalSet]:
    """Take `[type [code]]` of ICMP; missing words mean all. Raises NotUnderstood for an unknown type name."""
    types, codes = ALL_OCTETS, ALL_OCTETS
    if words:
        number = icmp_type(protocol, words.peek())
        if number is None:
            raise NotUnderstood("the ICMP type is not known")
        words.take()
        types = IntervalSet.single(number)
        code = words.peek()
        if code.isascii() and code.isdigit():
            words.take()
            if int(code[:4]) > 255:
                raise NotUnderstood("an ICMP code is 0 to 255")
            codes = IntervalSet.single(int(code))
    return types, codes


def read_service(words: Words) -> ServiceSet:
    """Take a service as objects write it: `PROTOCOL [source OP ..] [[destination] OP ..]` or ICMP with a type.

    Raises NotUnderstood.
    """
    protocols = protocol_numbers(words.take())
    if protocols is None:
        raise NotUnderstood("the protocol is not known")
    if not words:
        return ServiceSet.of_protocols(protocols)
    number = protocols.lowest()
    if protocols <= ICMP_PROTOCOLS and number in ICMP_VERSIONS:
        types, codes = read_icmp(words, number)
        words.end()
        return ServiceSet.icmp(number, types, codes)
    source, destination = ALL_PORTS, ALL_PORTS
    if words.take_if("source"):
        source = read_ports(words)
    words.take_if("destination")
    if words:
        destination = read_ports(words)
    words.end()
    return port_services(protocols, source, destination)
