"""Services and service groups of one scope, and those that PAN-OS defines itself.

Source: PAN-OS Web Interface Reference, "Objects > Services": ports as "80,443,8000-8080".
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.device import ServiceObject
from netaudit.model.source import Affects
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, NO_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.tree import Node, node_ref
from netaudit.parsers.rule_values import ServiceValue, exact_services, joined_services

SERVICE = "service object"
DEFAULT = "application-default"
_MAX_DEPTH = 64
_PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": 132}
_PREDEFINED = {
    "service-http": ServiceSet.ports(TCP, IntervalSet.of([(80, 80), (8080, 8080)])),
    "service-https": ServiceSet.ports(TCP, IntervalSet.single(443)),
}
EVERYTHING = exact_services(ANY_SERVICE)


def ports_of(text: str) -> IntervalSet | None:
    """Return the ports of "80,443,8000-8080"; None where it cannot be read."""
    found = []
    for part in text.split(","):
        low, dash, high = part.strip().partition("-")
        high = high if dash else low
        if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit()):
            return None
        if len(low) > 5 or len(high) > 5 or int(high) > 65535 or int(low) > int(high):
            return None
        found.append((int(low), int(high)))
    return IntervalSet.of(found)


class ServiceBook:
    """The services of one scope; every name is resolved once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._known: dict[str, ServiceValue] = {}
        self._open: set[str] = set()

    def match(self, names: tuple[Node, ...], context: str) -> ServiceValue:
        """Return what the services of a rule stand for together, `application-default` left out."""
        values = []
        for node in names:
            if node.word == "any":
                values.append(EVERYTHING)
            if node.word in ("any", DEFAULT):
                continue
            value = self.get(node.word)
            self.scope.use("service", (node.word,))
            if node.word in value.undefined:
                self.scope.missing(SERVICE, node.word, node, context)
            values.append(value)
        return EVERYTHING if EVERYTHING in values else joined_services(values)

    def get(self, name: str, depth: int = 0) -> ServiceValue:
        """Return what a name stands for."""
        known = self._known.get(name)
        if known is not None:
            return known
        if depth > _MAX_DEPTH or name in self._open:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("service groups that hold each other",))
        self._open.add(name)
        value = self._resolve(name, depth)
        self._open.discard(name)
        if depth == 0 or not value.reasons:
            self._known[name] = value
        return value

    def _resolve(self, name: str, depth: int) -> ServiceValue:
        entries = self.scope.entries
        if (node := entries("service").get(name)) is not None:
            return self._service(node)
        if (node := entries("service-group").get(name)) is not None:
            values = []
            for member in node.below("members"):
                self.scope.use("service", (member.word,))
                value = self.get(member.word, depth + 1)
                if member.word in value.undefined:
                    self.scope.missing(SERVICE, member.word, member, f"service-group {name}")
                values.append(value)
            return joined_services(values)
        if name in _PREDEFINED:
            return ServiceValue(_PREDEFINED[name], _PREDEFINED[name])
        if name == "any":
            return EVERYTHING
        if not self.scope.is_whole:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("a name that is not in this file",))
        return ServiceValue(NO_SERVICE, ANY_SERVICE, ("undefined name",), (name,))

    def _service(self, node: Node) -> ServiceValue:
        kinds = [kind for kind in node.below("protocol") if kind.word in _PROTOCOLS]
        if not kinds:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("no protocol stated",))
        kind = kinds[-1]
        number = _PROTOCOLS[kind.word]
        found: dict[str, IntervalSet] = {}
        for key in ("port", "source-port"):
            text = ",".join(kind.words(key))
            if not text:
                found[key] = ALL_PORTS
                continue
            ports = ports_of(text)
            if ports is None:
                self.scope.ledger.unrecognized(kind.line_of(key), Affects.FILTER, "not a port")
                return ServiceValue(NO_SERVICE, ServiceSet.protocol(number), ("not understood",))
            found[key] = ports
        services = ServiceSet.ports(number, found["port"], found["source-port"])
        if not kind.has("port"):
            return ServiceValue(NO_SERVICE, services, ("no port stated",))
        return ServiceValue(services, services)

    def objects(self, system: str) -> Iterator[ServiceObject]:
        """Yield the services and groups of the scope, and those that it uses, for the model, resolved."""
        used = self.scope.used.get("service", set())
        for kind in ("service", "service-group"):
            own = {node.word for node in self.scope.own(kind)}
            for name, node in self.scope.entries(kind).items():
                if name not in own and name not in used:
                    continue  # of another scope, and not needed here
                group = kind == "service-group"
                yield ServiceObject(
                    name,
                    self.get(name).maybe,
                    node_ref(self.scope.ledger, node),
                    "group" if group else "service",
                    node.words("members") if group else (),
                    system,
                )
