"""Services: what the service cells of a rule stand for.

Sources: Check Point Management API Reference, "Service & Applications"; Security Management Administration Guide,
"Managing Objects". Decisions:
- Ports are written "80", "1024-65535", ">1023" or "<1024".
- A service that matches by its protocol signature, an INSPECT expression (`match`), RPC and DCE-RPC programs, Citrix,
  compound and GTP services narrow a transport in ways that a header does not tell: they widen the upper bound.
- Applications, sites, categories and their groups are recognised in the content: they widen the upper bound.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ANY_TCP,
    ANY_UDP,
    ICMP,
    ICMPV6,
    NO_SERVICE,
    TCP,
    UDP,
    ServiceSet,
)
from netaudit.parsers.checkpoint.export import Export, Placed, is_any
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonArray, JsonObject, JsonValue

MAX_GROUP_DEPTH = 64
SCTP = 132
_WITH_PORTS = {"service-tcp": TCP, "service-udp": UDP, "service-sctp": SCTP}
_ICMP_TYPES = {"service-icmp": ICMP, "service-icmp6": ICMPV6}
_TRANSPORT = ANY_TCP | ANY_UDP

# Types that a packet's header does not settle: what it may be at most, and the reason.
_FROM_ABOVE: dict[str, tuple[ServiceSet, str]] = {
    "service-rpc": (_TRANSPORT, "rpc program"),
    "service-dce-rpc": (_TRANSPORT, "dce-rpc interface"),
    "service-citrix-tcp": (ANY_TCP, "citrix application"),
    "service-compound-tcp": (ANY_TCP, "compound service"),
    "service-gtp": (ANY_UDP, "gtp"),
    "application-site": (ANY_SERVICE, "application"),
    "application-site-category": (ANY_SERVICE, "application"),
    "application-site-group": (ANY_SERVICE, "application"),
    "scada-application": (ANY_SERVICE, "application"),
    "data-type": (ANY_SERVICE, "content"),
    "resource-uri": (ANY_TCP, "resource"),
    "resource-ftp": (ANY_TCP, "resource"),
    "resource-smtp": (ANY_TCP, "resource"),
    "resource-cifs": (ANY_TCP, "resource"),
    "resource-tcp": (ANY_TCP, "resource"),
    "resource-mms": (_TRANSPORT, "resource"),
}
APPLICATION_TYPES = frozenset({"application-site", "application-site-category", "application-site-group"})


@dataclass(frozen=True, slots=True)
class ServiceValue:
    """What objects stand for: `surely` is a subset of `maybe`; `reasons` says why they differ."""

    surely: ServiceSet
    maybe: ServiceSet
    reasons: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    applications: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        """Tell whether both bounds are the same."""
        return self.surely is self.maybe or self.surely == self.maybe

    def inverted(self) -> ServiceValue:
        """Return every other service."""
        return ServiceValue(~self.maybe, ~self.surely, self.reasons, self.undefined, self.applications)


def _exactly(services: ServiceSet) -> ServiceValue:
    return ServiceValue(services, services)


def _union_of(values: list[ServiceValue]) -> ServiceValue:
    if len(values) == 1:
        return values[0]
    everything = any(one.maybe is ANY_SERVICE for one in values)
    maybe = ANY_SERVICE if everything else ServiceSet.union(one.maybe for one in values)
    surely = maybe
    if not all(one.is_exact for one in values):
        surely = ServiceSet.union([one.surely for one in values if one.surely] or [NO_SERVICE])
    return ServiceValue(
        surely,
        maybe,
        _joined(one.reasons for one in values),
        _joined(one.undefined for one in values),
        _joined(one.applications for one in values),
    )


def _joined(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for part in parts for text in part))


def port_set(text: str) -> IntervalSet:
    """Return the ports of "80", "1024-65535", ">1023", "<1024" or several with commas. Raises ValueError."""
    found: list[tuple[int, int]] = []
    for part in text.replace(" ", "").split(","):
        if part[:1] == ">":
            low, high = _port(part[1:]) + 1, 65535
        elif part[:1] == "<":
            low, high = 0, _port(part[1:]) - 1
        else:
            first, dash, last = part.partition("-")
            low = _port(first)
            high = _port(last) if dash else low
        if not 0 <= low <= high <= 65535:
            raise ValueError(f"not a port range: {part}")
        found.append((low, high))
    return IntervalSet.of(found)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not a port: {text}")
    return int(text)


class ServiceBook:
    """The services of one export; every object is resolved once."""

    def __init__(self, export: Export) -> None:
        self.export = export
        self._known: dict[str, ServiceValue] = {}
        self._cells: dict[tuple[str, ...], ServiceValue] = {}

    def cell(self, items: Iterable[JsonValue]) -> ServiceValue:
        """Return what the objects of a cell stand for together."""
        many = list(items)
        key = tuple(one for one in many if isinstance(one, str))
        if len(key) == len(many) and key in self._cells:
            return self._cells[key]
        value = _union_of([self.resolve(item) for item in many]) if many else _exactly(NO_SERVICE)
        if len(key) == len(many):
            self._cells[key] = value
        return value

    def resolve(self, reference: JsonValue, active: frozenset[str] = frozenset()) -> ServiceValue:
        """Return what a uid, name or inner object stands for."""
        placed = self.export.find(reference)
        if placed is None and is_any(reference):
            return _exactly(ANY_SERVICE)
        if placed is None:
            name = clean(reference.text("name")) if isinstance(reference, JsonObject) else clean(str(reference))
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("not in the export",), (name,))
        if placed.uid in active:
            return _upper(ANY_SERVICE, "group cycle")
        if len(active) > MAX_GROUP_DEPTH:
            return _upper(ANY_SERVICE, "group nesting")
        known = self._known.get(placed.uid)
        if known is None:
            known = self._value(placed, active | {placed.uid})
            if not active or "group cycle" not in known.reasons:
                self._known[placed.uid] = known
        return known

    def _value(self, placed: Placed, active: frozenset[str]) -> ServiceValue:
        value, kind = placed.value, placed.type
        if kind == "CpmiAnyObject":
            return _exactly(ANY_SERVICE)
        if kind == "service-group":
            members = value.get("members")
            if not isinstance(members, JsonArray):
                return _upper(ANY_SERVICE, "group members not in the export")
            return _union_of([self.resolve(one, active) for one in members] or [_exactly(NO_SERVICE)])
        if kind in _FROM_ABOVE:
            maybe, reason = _FROM_ABOVE[kind]
            names = (placed.name,) if kind in APPLICATION_TYPES else ()
            return ServiceValue(NO_SERVICE, maybe, (reason,), (), names)
        try:
            if kind in _WITH_PORTS:
                return _with_ports(value, _WITH_PORTS[kind])
            if kind in _ICMP_TYPES:
                return _exactly(
                    ServiceSet.icmp(_ICMP_TYPES[kind], _octet(value, "icmp-type"), _octet(value, "icmp-code"))
                )
            if kind == "service-other":
                return _other(value)
        except ValueError:
            return _upper(ANY_SERVICE, "not understood")
        return _upper(ANY_SERVICE, f"object type {clean(kind)}")


def _upper(services: ServiceSet, reason: str) -> ServiceValue:
    return ServiceValue(NO_SERVICE, services, (reason,))


def _with_ports(value: JsonObject, protocol: int) -> ServiceValue:
    """Return a TCP, UDP or SCTP service. Raises ValueError."""
    if "port" not in value:
        return _upper(ServiceSet.protocol(protocol), "port not in the export")
    destination = port_set(str(value["port"])) if value["port"] not in ("", None) else ALL_PORTS
    source = port_set(str(value["source-port"])) if value.get("source-port") not in ("", None) else ALL_PORTS
    services = ServiceSet.ports(protocol, destination, source)
    if value.flag("match-by-protocol-signature"):
        return _upper(ServiceSet.protocol(protocol), "protocol signature")
    return _exactly(services)


def _octet(value: JsonObject, key: str) -> IntervalSet:
    if value.get(key) is None:
        return ALL_OCTETS
    number = value.number(key)
    if number is None or not 0 <= number <= 255:
        raise ValueError(f"not an {key}")
    return IntervalSet.single(number)


def _other(value: JsonObject) -> ServiceValue:
    """Return a service by its protocol number; -1 stands for any. Raises ValueError."""
    number = value.number("ip-protocol")
    if number is None or not -1 <= number <= 255:
        raise ValueError("not a protocol number")
    services = ServiceSet.protocol(number) if number >= 0 else ANY_SERVICE
    if value.text("match"):
        return _upper(services, "inspect expression")
    return _exactly(services)
