"""Address translation of 8.3 and later: object NAT, twice NAT, and the order in which they are tried.

Source: Cisco ASA Series Firewall CLI Configuration Guide, "Network Address Translation (NAT)", "NAT Rule Order";
Command Reference, "nat (global)" and "nat (object)".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_IPV4, AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.services import ALL_PORTS, ANY_SERVICE, ServiceSet
from netaudit.parsers.cisco_asa.addresses import UNKNOWN_INTERFACE, host_addresses, literal_address
from netaudit.parsers.cisco_asa.bounds import AddressBounds, ServiceBounds, match_of
from netaudit.parsers.cisco_asa.context import Context
from netaudit.parsers.cisco_asa.objects import ADDRESS_GROUP, ADDRESS_OBJECT, SERVICE_OBJECT, Definition
from netaudit.parsers.cisco_asa.vocabulary import TYPED_GROUP_PROTOCOLS, port_number
from netaudit.parsers.cisco_asa.words import NotUnderstood, Words
from netaudit.parsers.conf_tree import ConfLine

_USE = "nat"
_ANY_SERVICE = ServiceBounds.exact(ANY_SERVICE)
# Words that change how a translation works, not which packets it takes.
_OPTIONS = frozenset(
    {
        "net-to-net",
        "dns",
        "no-proxy-arp",
        "route-lookup",
        "round-robin",
        "extended",
        "flat",
        "include-reserve",
        "block-allocation",
        "ipv6",
    }
)


@dataclass(frozen=True, slots=True)
class _Side:
    """Real or mapped addresses of one end; `text` is the word in the configuration."""

    text: str
    bounds: AddressBounds


def interface_names(word: str) -> tuple[NameSet, NameSet, tuple[str, str]]:
    """Return the interfaces of `(real,mapped)` as sets and as words. Raises NotUnderstood."""
    real, comma, mapped = word[1:-1].partition(",")
    if not (word.startswith("(") and word.endswith(")") and comma and real and mapped):
        raise NotUnderstood("two interfaces were expected")
    return name_set(real), name_set(mapped), (real, mapped)


def name_set(interface: str) -> NameSet:
    """Return one interface, or all for `any`."""
    return ANY_NAME if interface == "any" else NameSet.of([interface])


def read_nat(
    lines: Iterable[ConfLine], definitions: Mapping[tuple[str, str], Definition], context: Context
) -> list[NatRule]:
    """Read twice NAT lines and the `nat` lines of objects; return the rules in the order of evaluation."""
    before: list[NatRule] = []
    after: list[NatRule] = []
    for line in lines:
        try:
            rule, is_after, position = _twice_nat(Words(line.words, 1), line, context)
        except NotUnderstood as problem:
            context.ledger.unrecognized(line.index, Affects.NAT, str(problem))
            continue
        section = after if is_after else before
        section.insert(len(section) if position is None else max(position - 1, 0), rule)
        context.ledger.understood(line.index)
    objects = _object_rules(definitions, context)
    return [
        *(replace(rule, name=f"section 1 line {number}") for number, rule in enumerate(before, start=1)),
        *objects,
        *(replace(rule, name=f"section 3 line {number}") for number, rule in enumerate(after, start=1)),
    ]


def _named(name: str, index: int, context: Context) -> _Side:
    """Return what an object, a group or an inline address stands for."""
    if name == "any":
        return _Side(name, AddressBounds.exact(context.any_addresses))
    if (ADDRESS_OBJECT, name) not in context.defined and (ADDRESS_GROUP, name) in context.defined:
        context.use(ADDRESS_GROUP, name, index, _USE)
        return _Side(name, context.address_groups[name])
    if (ADDRESS_OBJECT, name) not in context.defined:
        try:
            return _Side(name, host_addresses(*literal_address(name, context.names)))
        except NotUnderstood:
            pass
    if context.use(ADDRESS_OBJECT, name, index, _USE):
        return _Side(name, context.address_objects[name])
    return _Side(name, AddressBounds.undefined(name))


def interface_address(interface: str, context: Context) -> AddressBounds:
    """Return the addresses of an interface, by nameif."""
    return context.interface_addresses.get(interface, UNKNOWN_INTERFACE)


def _mapped(words: Words, interface: str, index: int, context: Context) -> _Side:
    if words.take_if("interface"):
        words.take_if("ipv6")
        return _Side("interface", interface_address(interface, context))
    return _named(words.take(), index, context)


def _dynamic_mapped(words: Words, interface: str, index: int, context: Context) -> _Side:
    """Take `[OBJECT] [pat-pool OBJECT options] [interface [ipv6]]`."""
    sides = []
    while words and words.peek() not in ("destination", "service", "inactive", "description", "unidirectional", "dns"):
        if words.take_if("pat-pool"):
            sides.append(_named(words.take(), index, context))
        elif words.peek() in _OPTIONS:
            words.take()
        else:
            sides.append(_mapped(words, interface, index, context))
    if not sides:
        raise NotUnderstood("a mapped address was expected")
    return _Side(" ".join(side.text for side in sides), AddressBounds.union(side.bounds for side in sides))


def _twice_nat(words: Words, line: ConfLine, context: Context) -> tuple[NatRule, bool, int | None]:
    index = line.index
    real_names, mapped_names, interfaces = ANY_NAME, ANY_NAME, ("any", "any")
    if words.peek().startswith("("):
        real_names, mapped_names, interfaces = interface_names(words.take())
    is_after = words.take_if("after-auto")
    position = words.number() if words.peek().isdigit() else None
    if not words.take_if("source"):
        raise NotUnderstood("source was expected")
    how = words.take()
    if how not in ("static", "dynamic"):
        raise NotUnderstood("static or dynamic was expected")
    source = _named(words.take(), index, context)
    if how == "static":
        mapped_source = _mapped(words, interfaces[1], index, context)
    else:
        mapped_source = _dynamic_mapped(words, interfaces[1], index, context)
    destination = mapped_destination = _Side("any", AddressBounds.exact(context.any_addresses))
    services: ServiceBounds = _ANY_SERVICE
    mapped_services: ServiceBounds | None = None
    enabled = True
    one_way = how == "dynamic"
    while words:
        if words.take_if("destination"):
            if not words.take_if("static"):
                raise NotUnderstood("static was expected")
            mapped_destination = _mapped(words, interfaces[0], index, context)
            destination = _named(words.take(), index, context)
        elif words.take_if("service"):
            services = _service(words.take(), index, context)
            mapped_services = _service(words.take(), index, context)
        elif words.take_if("inactive"):
            enabled = False
        elif words.take_if("unidirectional"):
            one_way = True
        elif words.take_if("description"):
            break
        elif words.peek() in _OPTIONS:
            words.take()
        else:
            raise NotUnderstood("a word of the translation is not known")
    if source.text == "any" and not mapped_source.bounds.maybe.ipv6:
        source = _Side("any", AddressBounds.exact(ANY_IPV4))  # an IPv4 pool takes IPv4 packets only
    translates_source = how == "dynamic" or source.text != mapped_source.text
    translates_destination = destination.text != mapped_destination.text
    if not translates_source:
        kind = NatKind.DESTINATION if translates_destination else NatKind.EXEMPT
    else:
        kind = NatKind.SOURCE if one_way else NatKind.STATIC
    rule = NatRule(
        name="",
        kind=kind,
        match=match_of(source.bounds, mapped_destination.bounds, services),
        where=context.ledger.ref(index),
        translated_source=mapped_source.bounds.maybe if translates_source else None,
        translated_destination=destination.bounds.maybe if translates_destination else None,
        from_interface=real_names,
        to_interface=mapped_names,
        enabled=enabled,
    )
    if mapped_source.bounds.reasons or destination.bounds.reasons:
        rule = _uncertain(rule, mapped_source.bounds.reasons + destination.bounds.reasons)
    if mapped_services is not None:
        rule = _with_ports(rule, services, mapped_services, index, context)
    return rule, is_after, position


def _uncertain(rule: NatRule, reasons: tuple[str, ...]) -> NatRule:
    """Return the rule as one that may apply: what it would write is not known."""
    match = rule.match
    return replace(rule, match=type(match).upper(match.maybe, *dict.fromkeys(match.reasons + reasons)))


def _service(name: str, index: int, context: Context) -> ServiceBounds:
    if name == "any":
        return _ANY_SERVICE
    if context.use(SERVICE_OBJECT, name, index, _USE):
        return context.service_objects[name]
    return ServiceBounds.undefined(name)


def _with_ports(rule: NatRule, services: ServiceBounds, mapped: ServiceBounds, index: int, context: Context) -> NatRule:
    """Add the port translation of `service A B`; A is the packet as the real host sends it."""
    if services.maybe.same_as(mapped.maybe) and not (services.reasons or mapped.reasons):
        return rule
    real_box = services.maybe.boxes[0] if len(services.maybe.boxes) == 1 else None
    mapped_box = mapped.maybe.boxes[0] if len(mapped.maybe.boxes) == 1 else None
    if (
        real_box is None
        or mapped_box is None
        or services.reasons
        or mapped.reasons
        or real_box.protocols != mapped_box.protocols
        or real_box.protocols.size() != 1
    ):
        context.ledger.unsupported(index, Affects.NAT, "the port translation is not modelled")
        return _uncertain(rule, ("port translation",))
    changes_source = real_box.source_ports != mapped_box.source_ports
    changes_destination = real_box.destination_ports != mapped_box.destination_ports
    protocol = real_box.protocols.lowest()
    if changes_source and not changes_destination and rule.kind is NatKind.STATIC:
        return replace(
            rule,
            protocol=protocol,
            original_ports=real_box.source_ports,
            translated_ports=mapped_box.source_ports,
        )
    if changes_destination and not changes_source and rule.kind is NatKind.DESTINATION:
        return replace(
            rule,
            protocol=protocol,
            original_ports=real_box.destination_ports,
            translated_ports=mapped_box.destination_ports,
        )
    context.ledger.unsupported(index, Affects.NAT, "the port translation is not modelled")
    return _uncertain(rule, ("port translation",))


def _object_rules(definitions: Mapping[tuple[str, str], Definition], context: Context) -> list[NatRule]:
    """Return object NAT in its order: static first, then fewer addresses, lower address, name."""
    found: list[tuple[tuple[bool, int, int, str], NatRule]] = []
    for (kind, name), definition in definitions.items():
        if kind != ADDRESS_OBJECT:
            continue
        latest: tuple[tuple[bool, int, int, str], NatRule] | None = None  # an object has one translation
        for line in definition.nat_lines:
            try:
                rule = _object_nat(Words(line.words, 1), line, name, context)
            except NotUnderstood as problem:
                context.ledger.unrecognized(line.index, Affects.NAT, str(problem))
                continue
            context.ledger.understood(line.index)
            context.used.add((ADDRESS_OBJECT, name))
            addresses = context.address_objects[name].maybe
            lowest = min((value.lowest() for value in (addresses.ipv4, addresses.ipv6) if value), default=0)
            size = addresses.ipv4.size() + addresses.ipv6.size()
            latest = ((rule.kind is NatKind.SOURCE, size, lowest, name), rule)
        if latest is not None:
            found.append(latest)
    return [rule for _, rule in sorted(found, key=lambda item: item[0])]


def _object_nat(words: Words, line: ConfLine, name: str, context: Context) -> NatRule:
    index = line.index
    real_names, mapped_names, interfaces = ANY_NAME, ANY_NAME, ("any", "any")
    if words.peek().startswith("("):
        real_names, mapped_names, interfaces = interface_names(words.take())
    how = words.take()
    if how not in ("static", "dynamic"):
        raise NotUnderstood("static or dynamic was expected")
    real = context.address_objects[name]
    kind = NatKind.SOURCE if how == "dynamic" else NatKind.STATIC
    if how == "dynamic":
        mapped = _dynamic_mapped(words, interfaces[1], index, context)
    else:
        mapped = _mapped(words, interfaces[1], index, context)
        mapped = _Side(mapped.text, _as_large_as(mapped, real, context))
    if mapped.text == name or (how == "static" and mapped.bounds == real):
        kind = NatKind.EXEMPT
    services = _ANY_SERVICE
    protocol: int | None = None
    original: IntervalSet | None = None
    translated: IntervalSet | None = None
    while words:
        if words.take_if("service"):
            protocols = TYPED_GROUP_PROTOCOLS.get(words.peek()) or ((132,) if words.peek() == "sctp" else ())
            words.take()
            ports = [port_number(words.take()), port_number(words.take())]
            if len(protocols) != 1 or None in ports:
                raise NotUnderstood("a protocol and two ports were expected")
            protocol = protocols[0]
            original, translated = (IntervalSet.single(port or 0) for port in ports)
            services = ServiceBounds.exact(ServiceSet.ports(protocol, ALL_PORTS, original))
        elif words.peek() in _OPTIONS:
            words.take()
        else:
            raise NotUnderstood("a word of the translation is not known")
    rule = NatRule(
        name=f"object {name}",
        kind=kind,
        match=match_of(real, AddressBounds.exact(context.any_addresses), services),
        where=context.ledger.ref(index),
        translated_source=None if kind is NatKind.EXEMPT and protocol is None else mapped.bounds.maybe,
        protocol=protocol,
        original_ports=original,
        translated_ports=translated,
        from_interface=real_names,
        to_interface=mapped_names,
    )
    return _uncertain(rule, mapped.bounds.reasons) if mapped.bounds.reasons else rule


def _as_large_as(mapped: _Side, real: AddressBounds, context: Context) -> AddressBounds:
    """An inline mapped address begins a block as large as the real one."""
    if (ADDRESS_OBJECT, mapped.text) in context.defined or (ADDRESS_GROUP, mapped.text) in context.defined:
        return mapped.bounds
    try:
        family, first = parse_address(context.names.get(mapped.text, mapped.text))
    except ValueError:
        return mapped.bounds
    size = real.maybe.family(family).size()
    if real.reasons or size < 2 or first + size > 1 << family.bits:
        return mapped.bounds
    return AddressBounds.exact(AddressSet.of(Family(family), IntervalSet.span(first, first + size - 1)))
