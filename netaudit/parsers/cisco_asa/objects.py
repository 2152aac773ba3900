"""Objects and object groups: `object network`, `object service`, `object-group ...`, nested and resolved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from netaudit.model.device import AddressObject, ServiceObject
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_OCTETS, ALL_PORTS, ALL_PROTOCOLS, ANY_SERVICE, ICMP, ServiceSet
from netaudit.parsers.cisco_asa.addresses import (
    host_addresses,
    literal_address,
    masked_addresses,
    netmask_of,
    prefix_addresses,
    read_literal,
)
from netaudit.parsers.cisco_asa.bounds import AddressBounds, NumberBounds, ServiceBounds
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.services import port_services, read_ports, read_service
from netaudit.parsers.cisco_asa.vocabulary import TYPED_GROUP_PROTOCOLS, icmp_type, protocol_numbers
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

ADDRESS_OBJECT, ADDRESS_GROUP = "address object", "address group"
SERVICE_OBJECT, SERVICE_GROUP = "service object", "service group"
PROTOCOL_GROUP, ICMP_GROUP = "protocol group", "icmp type group"
NETWORK_SERVICE_GROUP = "network service group"
USER_GROUP, SECURITY_GROUP = "user group", "security group"

_GROUP_KINDS = {
    "network": ADDRESS_GROUP,
    "network-service": NETWORK_SERVICE_GROUP,
    "service": SERVICE_GROUP,
    "protocol": PROTOCOL_GROUP,
    "icmp-type": ICMP_GROUP,
    "user": USER_GROUP,
    "security": SECURITY_GROUP,
}
NOT_UNDERSTOOD = "not understood"

Bounds = AddressBounds | ServiceBounds | NumberBounds


@dataclass(slots=True)
class Definition:
    """An object or group as written; several blocks of one name add up."""

    kind: str
    name: str
    index: int
    end: int
    typed: str = ""  # tcp, udp or tcp-udp of a service group
    flavour: str = ""  # "fqdn" ...
    parts: list[Bounds] = field(default_factory=list)
    members: list[tuple[str, str, int]] = field(default_factory=list)  # (kind, name, line)
    nat_lines: list[ConfLine] = field(default_factory=list)
    everything: Bounds = field(default_factory=lambda: AddressBounds.exact(ANY_ADDRESS))


_Definitions = dict[tuple[str, str], Definition]


def read_objects(lines: Iterable[ConfLine], context: Context) -> _Definitions:
    """Read all `object` and `object-group` blocks and put what they hold into the context."""
    definitions: _Definitions = {}
    for line in lines:
        if line.words[0] == "object":
            _read_object(line, context, definitions)
        else:
            _read_group(line, context, definitions)
    for key, definition in definitions.items():
        context.defined[key] = (definition.index, definition.end)
    _resolve(definitions, context)
    return definitions


def _start(definitions: _Definitions, kind: str, name: str, line: ConfLine, everything: Bounds) -> Definition:
    end = max((one.index for one in line.walk()), default=line.index)
    definition = definitions.get((kind, name))
    if definition is None:
        definition = Definition(kind, name, line.index, end, everything=everything)
        definitions[kind, name] = definition
    return definition


def _read_object(line: ConfLine, context: Context, definitions: _Definitions) -> None:
    words, ledger = line.words, context.ledger
    if len(words) < 3 or words[1] not in ("network", "service"):
        ledger.unrecognized(line.index, Affects.FILTER, "object of an unknown kind")
        _leave_children(line, context)
        return
    name = words[2]
    is_network = words[1] == "network"
    everything: Bounds = AddressBounds.exact(ANY_ADDRESS) if is_network else ServiceBounds.exact(ANY_SERVICE)
    kind = ADDRESS_OBJECT if is_network else SERVICE_OBJECT
    definition = _start(definitions, kind, name, line, everything)
    if len(words) > 3:
        ledger.unrecognized(line.index, Affects.FILTER, "words after the object's name")
    ledger.understood(line.index)
    for child in line.children:
        _read_object_line(child, context, definition, is_network)


def _read_object_line(child: ConfLine, context: Context, definition: Definition, is_network: bool) -> None:
    words = Words(child.words)
    if not words or words.peek().startswith("!"):
        return
    word = words.take()
    if word == "description":
        context.ledger.ignored(child.index)
        return
    if is_network and word == "nat":
        definition.nat_lines.append(child)
        return
    try:
        part: Bounds
        if is_network:
            part = _network_value(word, words, context, definition, child.index)
        elif word == "service":
            part = ServiceBounds.exact(read_service(words))
        else:
            raise NotUnderstood("unknown word")
        words.end()
        definition.parts = [part]  # a new value replaces the old one
        context.ledger.understood(child.index)
    except NotUnderstood as problem:
        definition.parts.append(_unknown(definition))
        context.ledger.unrecognized(child.index, Affects.FILTER, str(problem))


def _network_value(word: str, words: Words, context: Context, definition: Definition, index: int) -> AddressBounds:
    if word == "host":
        return host_addresses(*literal_address(words.take(), context.names))
    if word == "subnet":
        if "/" in words.peek():
            return prefix_addresses(words.take(), context.names)
        family, value = literal_address(words.take(), context.names)
        if family.bits != 32:
            raise NotUnderstood("a prefix length was expected")
        bounds = masked_addresses(value, netmask_of(words.take()))
        if bounds.reasons:
            context.ledger.unsupported(index, Affects.FILTER, bounds.reasons[0])
        return bounds
    if word == "range":
        family, low = literal_address(words.take(), context.names)
        other, high = literal_address(words.take(), context.names)
        if family is not other or low > high:
            raise NotUnderstood("the range is empty")
        return AddressBounds.exact(AddressSet.of(family, IntervalSet.span(low, high)))
    if word == "fqdn":
        version = words.take()
        if version in ("v4", "v6"):
            words.take()
        definition.flavour = "fqdn"
        addresses = ANY_IPV4 if version == "v4" else ANY_IPV6 if version == "v6" else ANY_ADDRESS
        return AddressBounds.upper(addresses, "fqdn")
    raise NotUnderstood("unknown word")


def _unknown(definition: Definition) -> Bounds:
    everything = definition.everything
    if isinstance(everything, AddressBounds):
        return AddressBounds.upper(everything.maybe, NOT_UNDERSTOOD)
    if isinstance(everything, ServiceBounds):
        return ServiceBounds.upper(everything.maybe, NOT_UNDERSTOOD)
    return NumberBounds.upper(everything.maybe, NOT_UNDERSTOOD)


def _read_group(line: ConfLine, context: Context, definitions: _Definitions) -> None:
    words = [word for position, word in enumerate(line.words) if not (position == 1 and word == "group")]
    kind = _GROUP_KINDS.get(words[1]) if len(words) > 2 else None
    if kind is None:
        context.ledger.unrecognized(line.index, Affects.FILTER, "object group of an unknown kind")
        _leave_children(line, context)
        return
    typed = words[3] if kind == SERVICE_GROUP and len(words) > 3 else ""
    everything: Bounds
    if kind in (ADDRESS_GROUP, NETWORK_SERVICE_GROUP, USER_GROUP, SECURITY_GROUP):
        everything = AddressBounds.exact(ANY_ADDRESS)
    elif kind == SERVICE_GROUP and not typed:
        everything = ServiceBounds.exact(ANY_SERVICE)
    else:
        numbers = {SERVICE_GROUP: ALL_PORTS, PROTOCOL_GROUP: ALL_PROTOCOLS, ICMP_GROUP: ALL_OCTETS}[kind]
        everything = NumberBounds.exact(numbers)
    is_new = (kind, words[2]) not in definitions
    definition = _start(definitions, kind, words[2], line, everything)
    context.ledger.understood(line.index)
    if is_new:
        definition.typed = typed
    elif definition.typed != typed:
        context.ledger.unrecognized(line.index, Affects.FILTER, "the group has another protocol above")
        definition.parts.append(_unknown(definition))
    if is_new and typed and typed not in TYPED_GROUP_PROTOCOLS:
        context.ledger.unrecognized(line.index, Affects.FILTER, "service group of an unknown protocol")
        definition.typed = "tcp-udp"
        definition.parts.append(_unknown(definition))
    for child in line.children:
        _read_member(child, context, definition)


def _read_member(child: ConfLine, context: Context, definition: Definition) -> None:
    words = Words(child.words)
    if not words or words.peek().startswith("!"):
        return
    word = words.take()
    if word == "description":
        context.ledger.ignored(child.index)
        return
    try:
        if word == "group-object":
            definition.members.append((definition.kind, words.take(), child.index))
        else:
            _MEMBER_READERS[definition.kind](word, words, context, definition, child.index)
        words.end()
        context.ledger.understood(child.index)
    except NotUnderstood as problem:
        definition.parts.append(_unknown(definition))
        context.ledger.unrecognized(child.index, Affects.FILTER, str(problem))


def _network_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    if word != "network-object":
        raise NotUnderstood("unknown word")
    if words.take_if("object"):
        definition.members.append((ADDRESS_OBJECT, words.take(), index))
    else:
        bounds = read_literal(words, context.names)
        if bounds.reasons:
            context.ledger.unsupported(index, Affects.FILTER, bounds.reasons[0])
        definition.parts.append(bounds)


def _service_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    if definition.typed:
        if word != "port-object":
            raise NotUnderstood("unknown word")
        definition.parts.append(NumberBounds.exact(read_ports(words)))
    elif word != "service-object":
        raise NotUnderstood("unknown word")
    elif words.take_if("object"):
        definition.members.append((SERVICE_OBJECT, words.take(), index))
    else:
        definition.parts.append(ServiceBounds.exact(read_service(words)))


def _protocol_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    numbers = protocol_numbers(words.take()) if word == "protocol-object" else None
    if numbers is None:
        raise NotUnderstood("the protocol is not known")
    definition.parts.append(NumberBounds.exact(numbers))


def _icmp_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    number = icmp_type(ICMP, words.take()) if word == "icmp-object" else None
    if number is None:
        raise NotUnderstood("the ICMP type is not known")
    definition.parts.append(NumberBounds.exact(IntervalSet.single(number)))


def _identity_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    """Users and security groups are known only at run time: every address may be theirs."""
    if word not in ("user", "user-group", "security-group"):
        raise NotUnderstood("unknown word")
    while words:
        words.take()
    reason = "user" if definition.kind == USER_GROUP else "security group"
    definition.parts.append(AddressBounds.upper(ANY_ADDRESS, reason))


def _application_member(word: str, words: Words, context: Context, definition: Definition, index: int) -> None:
    """Domains and applications (9.17 and later) are known only at run time: every address may be theirs."""
    while words:
        words.take()
    definition.parts.append(AddressBounds.upper(ANY_ADDRESS, "network service"))


_MEMBER_READERS: dict[str, Callable[[str, Words, Context, Definition, int], None]] = {
    ADDRESS_GROUP: _network_member,
    SERVICE_GROUP: _service_member,
    PROTOCOL_GROUP: _protocol_member,
    ICMP_GROUP: _icmp_member,
    NETWORK_SERVICE_GROUP: _application_member,
    USER_GROUP: _identity_member,
    SECURITY_GROUP: _identity_member,
}


def _leave_children(line: ConfLine, context: Context) -> None:
    for child in line.children:
        for one in child.walk():
            if one.text.strip() and not one.text.strip().startswith("!"):
                context.ledger.unrecognized(one.index, Affects.FILTER, "part of an unknown block")


def _resolve(definitions: _Definitions, context: Context) -> None:
    """Resolve members before the groups that hold them; a group in a cycle is known from above only."""
    waiting: dict[tuple[str, str], int] = {}
    holders: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for key, definition in definitions.items():
        known = [member[:2] for member in definition.members if member[:2] in definitions]
        waiting[key] = len(known)
        for member in known:
            holders.setdefault(member, []).append(key)
    resolved: dict[tuple[str, str], Bounds] = {}
    ready = [key for key, count in waiting.items() if not count]
    while ready:
        key = ready.pop()
        resolved[key] = _value(definitions[key], resolved, definitions, context)
        for holder in holders.get(key, ()):
            waiting[holder] -= 1
            if not waiting[holder]:
                ready.append(holder)
    for key in [key for key in definitions if key not in resolved]:
        value = _value(definitions[key], resolved, definitions, context)
        resolved[key] = value
    for (kind, name), bounds in resolved.items():
        _store(definitions[kind, name], name, bounds, context)


def _value(
    definition: Definition, resolved: dict[tuple[str, str], Bounds], definitions: _Definitions, context: Context
) -> Bounds:
    parts = list(definition.parts)
    for kind, name, index in definition.members:
        if not context.use(kind, name, index, f"{definition.kind} {definition.name}"):
            parts.append(_with_undefined(definition, name))
            continue
        bounds = resolved.get((kind, name))
        if bounds is None:
            context.ledger.unsupported(index, Affects.FILTER, "the group holds itself")
            parts.append(_unknown(definition))
        elif type(bounds) is type(definition.everything):
            parts.append(bounds)
        else:
            context.ledger.unsupported(index, Affects.FILTER, "the member is of another kind")
            parts.append(_unknown(definition))
    if not parts and definition.kind in (ADDRESS_OBJECT, SERVICE_OBJECT):
        return _unknown(definition)  # an object that was never given a value
    if isinstance(definition.everything, AddressBounds):
        return AddressBounds.union(part for part in parts if isinstance(part, AddressBounds))
    if isinstance(definition.everything, ServiceBounds):
        return ServiceBounds.union(part for part in parts if isinstance(part, ServiceBounds))
    return NumberBounds.union(part for part in parts if isinstance(part, NumberBounds))


def _with_undefined(definition: Definition, name: str) -> Bounds:
    everything = definition.everything
    if isinstance(everything, AddressBounds):
        return AddressBounds.undefined(name)
    if isinstance(everything, ServiceBounds):
        return ServiceBounds.undefined(name)
    return NumberBounds.upper(everything.maybe, "undefined reference", (name,))


def _store(definition: Definition, name: str, bounds: Bounds, context: Context) -> None:
    if isinstance(bounds, AddressBounds):
        if definition.kind == ADDRESS_OBJECT:
            context.address_objects[name] = bounds
        elif definition.kind == ADDRESS_GROUP:
            context.address_groups[name] = bounds
    elif isinstance(bounds, ServiceBounds):
        table = context.service_objects if definition.kind == SERVICE_OBJECT else context.service_groups
        table[name] = bounds
    elif definition.kind == SERVICE_GROUP:
        context.port_groups[name] = (definition.typed, bounds)
    elif definition.kind == PROTOCOL_GROUP:
        context.protocol_groups[name] = bounds
    else:
        context.icmp_groups[name] = bounds


def address_objects(definitions: _Definitions, context: Context) -> tuple[AddressObject, ...]:
    """Return the network objects and groups in the order of the configuration."""
    found = []
    for (kind, name), definition in definitions.items():
        if kind not in (ADDRESS_OBJECT, ADDRESS_GROUP):
            continue
        table = context.address_objects if kind == ADDRESS_OBJECT else context.address_groups
        bounds = table[name]
        found.append(
            AddressObject(
                name,
                bounds.maybe,
                context.ledger.ref(definition.index, definition.end),
                "group" if kind == ADDRESS_GROUP else definition.flavour or "address",
                tuple(member[1] for member in definition.members),
                not bounds.reasons,
            )
        )
    return tuple(found)


def service_objects(definitions: _Definitions, context: Context) -> tuple[ServiceObject, ...]:
    """Return the service, protocol and ICMP objects and groups; those not fully known by their upper bound."""
    found = []
    for (kind, name), definition in definitions.items():
        services: ServiceSet
        if kind == SERVICE_OBJECT:
            services = context.service_objects[name].maybe
        elif kind == SERVICE_GROUP and not definition.typed:
            services = context.service_groups[name].maybe
        elif kind == SERVICE_GROUP:
            protocols = IntervalSet.of((number, number) for number in TYPED_GROUP_PROTOCOLS[definition.typed])
            services = port_services(protocols, ALL_PORTS, context.port_groups[name][1].maybe)
        elif kind == PROTOCOL_GROUP:
            services = ServiceSet.of_protocols(context.protocol_groups[name].maybe)
        elif kind == ICMP_GROUP:
            services = ServiceSet.icmp(ICMP, context.icmp_groups[name].maybe)
        else:
            continue
        where = context.ledger.ref(definition.index, definition.end)
        members = tuple(member[1] for member in definition.members)
        found.append(ServiceObject(name, services, where, "service" if kind == SERVICE_OBJECT else "group", members))
    return tuple(found)
