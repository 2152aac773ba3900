"""Services and service groups of one VDOM, with what they surely hold and may hold.

Source: FortiOS Administration Guide, "Services"; CLI Reference, config firewall service custom. A port range is
`destination` or `destination:source`.
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.device import ServiceObject
from netaudit.model.source import Affects
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ICMP,
    ICMPV6,
    NO_SERVICE,
    TCP,
    UDP,
    ZERO,
    ServiceBox,
    ServiceSet,
)
from netaudit.parsers.fortios.predefined import PREDEFINED_SERVICE_GROUPS, PREDEFINED_SERVICES
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref

MAX_GROUP_DEPTH = 64
SCTP, UDP_LITE = 132, 136
_PORT_KEYS = {"tcp-portrange": TCP, "udp-portrange": UDP, "sctp-portrange": SCTP, "udplite-portrange": UDP_LITE}
_WITH_PORTS = ServiceSet.of_protocols(IntervalSet.of((number, number) for number in _PORT_KEYS.values()))


@dataclass(frozen=True, slots=True)
class ServiceValue:
    """What a name stands for: `surely` is a subset of `maybe`; `reasons` says why they differ."""

    surely: ServiceSet
    maybe: ServiceSet
    reasons: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    plain: dict[int, IntervalSet] | None = None  # protocol -> destination ports, where that says it all

    @property
    def is_exact(self) -> bool:
        """Tell whether both bounds are the same."""
        return self.surely is self.maybe


def _exactly(services: ServiceSet) -> ServiceValue:
    return ServiceValue(services, services)


def _upper(services: ServiceSet, reason: str, undefined: tuple[str, ...] = ()) -> ServiceValue:
    return ServiceValue(NO_SERVICE, services, (reason,), undefined)


def _union_of(values: list[ServiceValue]) -> ServiceValue:
    if len(values) == 1:
        return values[0]
    ports: dict[int, list[tuple[int, int]]] = {}
    for value in values:
        if value.plain is None:
            break
        for protocol, intervals in value.plain.items():
            ports.setdefault(protocol, []).extend(intervals.intervals)
    else:
        return _of_ports({protocol: IntervalSet.of(found) for protocol, found in ports.items()})
    if any(value.maybe is ANY_SERVICE for value in values):
        maybe = ANY_SERVICE
    else:
        maybe = ServiceSet.union(value.maybe for value in values)
    undefined = tuple(dict.fromkeys(name for value in values for name in value.undefined))
    if all(value.is_exact for value in values):
        return ServiceValue(maybe, maybe, (), undefined)
    surely = ServiceSet.union([value.surely for value in values if value.surely] or [NO_SERVICE])
    reasons = tuple(dict.fromkeys(reason for value in values for reason in value.reasons))
    return ServiceValue(surely, maybe, reasons, undefined)


def _of_ports(ports: dict[int, IntervalSet]) -> ServiceValue:
    """Return the services of destination ports by protocol."""
    services = ServiceSet(
        tuple(
            ServiceBox(IntervalSet.single(protocol), ALL_PORTS, found, ALL_OCTETS if protocol == TCP else ZERO)
            for protocol, found in ports.items()
        )
    )
    return ServiceValue(services, services, plain=ports)


def port_interval(text: str) -> tuple[int, int]:
    """Return the ports of "80" or "80-90", inclusive. Raises ValueError."""
    low, dash, high = text.partition("-")
    first = int(low) if low.isascii() and low.isdigit() else -1
    last = first if not dash else int(high) if high.isascii() and high.isdigit() else -1
    if not 0 <= first <= last <= 65535:
        raise ValueError(f"not a port range: {text}")
    return first, last


def _port_services(ranges: dict[int, tuple[str, ...]]) -> ServiceValue:
    """Return the services of port ranges `destination[:source]` by protocol. Raises ValueError."""
    plain: dict[int, IntervalSet] = {}
    found: list[ServiceSet] = []
    for protocol, texts in ranges.items():
        destinations = [port_interval(text) for text in texts if ":" not in text]
        if destinations:
            plain[protocol] = IntervalSet.of(destinations)
        for text in texts:
            destination, colon, source = text.partition(":")
            if colon:
                ports = IntervalSet.of([port_interval(destination)]), IntervalSet.of([port_interval(source)])
                found.append(ServiceSet.ports(protocol, *ports))
    value = _of_ports(plain)
    return _exactly(ServiceSet.union([value.maybe, *found])) if found else value


class ServiceBook:
    """The services of one VDOM; every name is resolved once."""

    def __init__(self, scope: Scope, references: References) -> None:
        self.scope = scope
        self.references = references
        self.services = {node.name: node for node in scope.entries("firewall service custom")}
        self.groups = {node.name: node for node in scope.entries("firewall service group")}
        self.is_complete = scope.defines("firewall service custom")
        self._known: dict[str, ServiceValue] = {}
        self._unions: dict[tuple[str, ...], ServiceValue] = {}

    def union(self, names: tuple[str, ...], node: Node, key: str, context: str) -> ServiceValue:
        """Return what the names of one setting stand for together."""
        value = self._unions.get(names)
        if value is None:
            value = _union_of([self.resolve(name) for name in names]) if names else _exactly(NO_SERVICE)
            self._unions[names] = value
            self.references.use("service", names)
        if value.undefined:
            self._report(names, node, key, context)
        return value

    def _report(self, names: tuple[str, ...], node: Node, key: str, context: str) -> None:
        for name in names:
            if self.is_complete and not self._is_defined(name):
                self.references.missing("service object", name, node, key, context)

    def _is_defined(self, name: str) -> bool:
        return (
            name in self.services
            or name in self.groups
            or name in PREDEFINED_SERVICES
            or name in PREDEFINED_SERVICE_GROUPS
        )

    def resolve(self, name: str, depth: int = 0, active: frozenset[str] = frozenset()) -> ServiceValue:
        """Return what a name stands for."""
        value = self._known.get(name)
        if value is not None:
            return value
        if name in active:
            return _upper(ANY_SERVICE, "group cycle")
        if depth > MAX_GROUP_DEPTH:
            return _upper(ANY_SERVICE, "group nesting")
        if name in self.groups:
            node = self.groups[name]
            members = node.words("member")
            self.references.use("service", members)
            self._report(members, node, "member", f"service group {name}")
            value = self._members(members, depth, active | {name})
        elif name in self.services:
            value = self._service(self.services[name])
        elif name in PREDEFINED_SERVICES:
            value = _predefined(name)
        elif name in PREDEFINED_SERVICE_GROUPS:
            value = self._members(PREDEFINED_SERVICE_GROUPS[name], depth, active | {name})
        else:
            value = _upper(ANY_SERVICE, "undefined name" if self.is_complete else "not in this file", (name,))
        self._known[name] = value
        return value

    def _members(self, names: tuple[str, ...], depth: int, active: frozenset[str]) -> ServiceValue:
        if not names:
            return _exactly(NO_SERVICE)
        return _union_of([self.resolve(name, depth + 1, active) for name in names])

    def _service(self, node: Node) -> ServiceValue:
        if any(key not in node.rule.states for key in node.settings):
            return _upper(ANY_SERVICE, "not understood")
        try:
            value = _custom(node)
        except ValueError:
            key = next(
                (one for one in (*_PORT_KEYS, "protocol-number", "icmptype", "protocol") if one in node.settings), ""
            )
            self.references.ledger.unrecognized(node.line_of(key), Affects.FILTER, "not a service")
            return _upper(ANY_SERVICE, "not understood")
        if node.words("fqdn") or node.value("iprange", "0.0.0.0") not in ("0.0.0.0", "0.0.0.0-0.0.0.0"):
            return _upper(value.maybe, "service bound to addresses")
        if node.words("application") or node.words("app-category"):
            return _upper(value.maybe, "application")
        return value

    def objects(self) -> list[ServiceObject]:
        """Return all services and groups for the model, resolved to what they may hold."""
        return [
            ServiceObject(
                node.name,
                self.resolve(node.name).maybe,
                node_ref(self.references.ledger, node),
                "group" if node.name in self.groups else "service",
                node.words("member") if node.name in self.groups else (),
                self.scope.name,
            )
            for node in (*self.services.values(), *self.groups.values())
        ]


def _custom(node: Node) -> ServiceValue:
    """Return a `firewall service custom`. Raises ValueError on values that are not understood."""
    protocol = node.value("protocol", "TCP/UDP/SCTP").upper()
    if protocol.startswith("TCP/UDP"):
        ranges = {number: node.words(key) for key, number in _PORT_KEYS.items() if node.words(key)}
        return _port_services(ranges) if ranges else _upper(_WITH_PORTS, "service without ports")
    if protocol in ("ICMP", "ICMP6"):
        types = _octet(node, "icmptype")
        codes = _octet(node, "icmpcode") if node.words("icmptype") else ALL_OCTETS
        return _exactly(ServiceSet.icmp(ICMP if protocol == "ICMP" else ICMPV6, types, codes))
    if protocol == "IP":
        number = int(node.value("protocol-number", "0"))
        if not 0 <= number <= 254:
            raise ValueError("not a protocol number")
        return _exactly(ServiceSet.protocol(number) if number else ANY_SERVICE)
    if protocol == "ALL":
        return _upper(ANY_SERVICE, "proxy service") if node.is_on("proxy") else _exactly(ANY_SERVICE)
    if protocol in ("HTTP", "FTP", "CONNECT", "SOCKS-TCP", "SOCKS-UDP"):
        return _upper(ANY_SERVICE, "proxy service")
    raise ValueError(f"protocol {protocol}")


def _octet(node: Node, key: str) -> IntervalSet:
    words = node.words(key)
    if not words:
        return ALL_OCTETS
    number = int(words[0])
    if not 0 <= number <= 255:
        raise ValueError(f"not an ICMP {key}")
    return IntervalSet.single(number)


def _predefined(name: str) -> ServiceValue:
    specs = PREDEFINED_SERVICES[name]
    word, number = specs[0]
    if word == "any":
        return _exactly(ANY_SERVICE)
    if word == "ip":
        return _exactly(ServiceSet.protocol(int(number)))
    if word in ("icmp", "icmp6"):
        types = IntervalSet.single(int(number)) if number else ALL_OCTETS
        return _exactly(ServiceSet.icmp(ICMP if word == "icmp" else ICMPV6, types))
    return _port_services({TCP if kind == "tcp" else UDP: tuple(ports.split(",")) for kind, ports in specs})
