"""Applications (protocol and ports), application sets, and those that Junos defines itself.

Source: Junos Security Policies User Guide, "Security Policy Applications and Application Sets". A name of the
configuration hides the predefined one.
"""

from __future__ import annotations

from collections.abc import Iterable

from netaudit.model.device import ServiceObject
from netaudit.model.source import Affects
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ICMP,
    ICMP_PROTOCOLS,
    ICMPV6,
    NO_SERVICE,
    PORT_PROTOCOLS,
    TCP,
    UDP,
    ServiceSet,
)
from netaudit.parsers.juniper_junos.predefined import APPLICATIONS, DYNAMIC, SETS
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.vocabulary import (
    ICMP6_CODES,
    ICMP6_TYPES,
    ICMP_CODES,
    ICMP_TYPES,
    PORTS,
    PROTOCOLS,
    number_of,
    numbers_of,
)
from netaudit.parsers.rule_values import ServiceValue, joined_services

APPLICATION = "application"
APPLICATION_SET = "application set"
_MAX_DEPTH = 32
_QUIET = frozenset(
    ("application-protocol", "alg", "inactivity-timeout", "description", "snmp-command", "ttl-threshold")
)  # they do not change which packets match
_DYNAMIC = frozenset(("rpc-program-number", "uuid", "ether-type"))
_VALUES = frozenset(
    ("protocol", "source-port", "destination-port", "icmp-type", "icmp-code", "icmp6-type", "icmp6-code")
)


_UNDERSTOOD_NOT = ServiceValue(NO_SERVICE, ANY_SERVICE, ("not understood",))


class Applications:
    """The applications of one system; every name is resolved once."""

    def __init__(self, system: Node, system_name: str, references: References) -> None:
        self._references = references
        self._ledger = references.ledger
        self._system_name = system_name
        self._plain = {node.word: node for node in system.below("applications", "application")}
        self._sets = {node.word: node for node in system.below("applications", "application-set")}
        for table in (self._plain, self._sets):
            for word in APPLY_WORDS:
                table.pop(word, None)
        self._known: dict[str, ServiceValue] = {}
        self._open: set[str] = set()  # the sets that are being resolved
        for name, node in self._plain.items():
            references.define(APPLICATION, name, node)
        for name, node in self._sets.items():
            references.define(APPLICATION_SET, name, node)

    def match(self, names: Iterable[Node], context: str) -> ServiceValue:
        """Return what the applications of a rule stand for together; uses and missing names are noted."""
        values: list[ServiceValue] = []
        for node in names:
            if node.word == "any":
                return ServiceValue(ANY_SERVICE, ANY_SERVICE)
            self._use(node, context)
            values.append(self.get(node.word))
        return joined_services(values)

    def _use(self, node: Node, context: str) -> None:
        name = node.word
        if name in self._sets:
            self._references.use(APPLICATION_SET, name)
        elif name in self._plain:
            self._references.use(APPLICATION, name)
        elif not (name in APPLICATIONS or name in DYNAMIC or name in SETS or name == "any"):
            self._references.missing(APPLICATION, name, node, context)

    def get(self, name: str, depth: int = 0) -> ServiceValue:
        """Return what a name stands for."""
        known = self._known.get(name)
        if known is not None:
            return known
        if depth > _MAX_DEPTH or name in self._open:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("application sets that hold each other",))
        if name in self._sets:
            node = self._sets[name]
            members = [*node.below("application"), *node.below("application-set")]
            members = [member for member in members if member.word not in APPLY_WORDS]
            for member in members:
                self._use(member, f"application-set {name}")
            self._open.add(name)
            value = joined_services([self.get(member.word, depth + 1) for member in members])
            self._open.discard(name)
        elif name in self._plain:
            value = self._application(self._plain[name])
        elif name == "any":
            value = ServiceValue(ANY_SERVICE, ANY_SERVICE)
        elif name in APPLICATIONS:
            found = ServiceSet.union(_specified(one) for one in APPLICATIONS[name])
            value = ServiceValue(found, found)
        elif name in DYNAMIC:
            number = TCP if DYNAMIC[name] == "tcp" else UDP
            value = ServiceValue(NO_SERVICE, ServiceSet.protocol(number), ("remote procedure call",))
        elif name in SETS:
            value = joined_services([self.get(member, depth + 1) for member in SETS[name]])
        else:
            value = ServiceValue(NO_SERVICE, ANY_SERVICE, ("undefined name",), (name,))
        self._known[name] = value
        return value

    def _application(self, node: Node) -> ServiceValue:
        terms = [term for term in node.below("term") if term.word not in APPLY_WORDS]
        parts = [self._term(term) for term in terms]
        if any(child.word in _VALUES or child.word in _DYNAMIC for child in node.below()) or not parts:
            parts.append(self._term(node, skipped=("term",)))
        return joined_services(parts)

    def _term(self, node: Node, skipped: tuple[str, ...] = ()) -> ServiceValue:
        """Return what the settings of a term say; on one line they follow each other as pairs."""
        settings: dict[str, dict[str, Node]] = {}
        dynamic = False
        for chain in node.chains():
            if chain[0].word in skipped or chain[0].word in APPLY_WORDS:
                continue
            position = 0
            while position < len(chain):
                key = chain[position].word
                if position + 1 < len(chain) and key in _VALUES:
                    settings.setdefault(key, {})[chain[position + 1].word] = chain[position + 1]
                elif key in _DYNAMIC:
                    dynamic = True
                elif key not in _QUIET and not key.startswith("do-not-translate"):
                    self._ledger.unrecognized(
                        max(chain[position].first, 0), Affects.FILTER, "a setting of an application that is not known"
                    )
                    return _UNDERSTOOD_NOT
                if key == "description":
                    break
                position += 2
        try:
            found = _services(settings)
        except ValueError:
            line = next((child.first for values in settings.values() for child in values.values()), node.first)
            self._ledger.unrecognized(max(line, 0), Affects.FILTER, "not a service")
            return _UNDERSTOOD_NOT
        if "protocol" not in settings:
            return ServiceValue(NO_SERVICE, ANY_SERVICE, ("no protocol stated",))
        if dynamic:
            return ServiceValue(NO_SERVICE, found, ("remote procedure call",))
        return ServiceValue(found, found)

    def objects(self) -> Iterable[ServiceObject]:
        """Yield all applications and sets for the model, resolved."""
        for name, node in (*self._plain.items(), *self._sets.items()):
            is_set = name in self._sets and node is self._sets[name]
            value = self.get(name)
            yield ServiceObject(
                name,
                value.maybe,
                node_ref(self._ledger, node),
                "group" if is_set else "service",
                (*node.words("application"), *node.words("application-set")) if is_set else (),
                self._system_name,
            )


def _numbers(
    settings: dict[str, dict[str, Node]], key: str, names: dict[str, int], everything: IntervalSet
) -> IntervalSet:
    if key not in settings:
        return everything
    parts: list[tuple[int, int]] = []
    for word, node in settings[key].items():
        other = node.value("-")
        value = numbers_of(f"{word}-{other}" if other else word, names, everything.intervals[-1][1])
        if value is None:
            raise ValueError(word)
        parts += value.intervals
    return IntervalSet.of(parts)


def _services(settings: dict[str, dict[str, Node]]) -> ServiceSet:
    """Return the services of the settings. Raises ValueError where a value cannot be read."""
    source = _numbers(settings, "source-port", PORTS, ALL_PORTS)
    destination = _numbers(settings, "destination-port", PORTS, ALL_PORTS)
    found: list[ServiceSet] = []
    for word in settings.get("protocol", {}):
        number = number_of(word, PROTOCOLS, 255)
        if number is None:
            raise ValueError(word)
        if number in PORT_PROTOCOLS:
            found.append(ServiceSet.ports(number, destination, source))
        elif number in ICMP_PROTOCOLS:
            six = "6" if number == ICMPV6 else ""
            types = _numbers(settings, f"icmp{six}-type", ICMP6_TYPES if six else ICMP_TYPES, ALL_OCTETS)
            codes = _numbers(settings, f"icmp{six}-code", ICMP6_CODES if six else ICMP_CODES, ALL_OCTETS)
            if six and "icmp-type" in settings:
                types = _numbers(settings, "icmp-type", ICMP6_TYPES, ALL_OCTETS)
            found.append(ServiceSet.icmp(number, types, codes))
        else:
            found.append(ServiceSet.protocol(number))
    return ServiceSet.union(found) if found else NO_SERVICE


def _specified(text: str) -> ServiceSet:
    """Return "tcp/80-90", "icmp/8/0", "47" of the table of predefined applications."""
    name, _, rest = text.partition("/")
    if name in ("tcp", "udp"):
        number = TCP if name == "tcp" else UDP
        if not rest:
            return ServiceSet.protocol(number)
        low, _, high = rest.partition("-")
        return ServiceSet.ports(number, IntervalSet.span(int(low), int(high or low)))
    if name in ("icmp", "icmp6"):
        kind, _, code = rest.partition("/")
        return ServiceSet.icmp(
            ICMP if name == "icmp" else ICMPV6,
            IntervalSet.single(int(kind)) if kind else ALL_OCTETS,
            IntervalSet.single(int(code)) if code else ALL_OCTETS,
        )
    return ServiceSet.protocol(int(name))
