"""What one device lets pass: filters at interfaces, zone policies, security levels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from netaudit.model.device import Device, Interface
from netaudit.model.rules import AccessRule, Binding, Direction, Rulebase, RulebaseKind, layers_after
from netaudit.packets.addresses import AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketProduct, PacketSet
from netaudit.packets.services import ServiceSet
from netaudit.topology.reach import DecidingRule
from netaudit.topology.same import Same


@dataclass(frozen=True, slots=True)
class Passed:
    """Packets that a filter lets pass, with the rule that did; `surely` is False where they only may pass."""

    packets: PacketProduct
    surely: bool = True
    deciding: DecidingRule | None = None
    reasons: tuple[str, ...] = ()
    earlier: tuple[DecidingRule, ...] = ()  # of the layers before, which let the packets pass too


def at_interface(
    device: Device, interface: Interface, direction: Direction, packets: PacketProduct, as_of: date | None = None
) -> list[Passed]:
    """Return what the lists bound at an interface let pass; everything, where none is bound.

    Lists bound at the interface come first, then those for all interfaces ("*"); together they are one list
    with one default at its end (Cisco ASA Firewall CLI guide, "Access Rules": interface, then global rules). A
    name without a definition filters nothing (Cisco IOS Security Configuration Guide, "IP Access Lists").
    """
    rulebases = [one for one in bound_rulebases(device, interface, direction) if packets.family in one.families]
    passed = through_rulebases(device.name, rulebases, packets, as_of=as_of) if rulebases else [Passed(packets)]
    for hosts, lists in host_rulebases(device, interface, direction):
        concerned = [one for one in lists if packets.family in one.families]
        if concerned:
            passed = [then for one in passed for then in _at_hosts(device, direction, hosts, concerned, one, as_of)]
    return passed


def _at_hosts(
    device: Device,
    direction: Direction,
    hosts: AddressSet,
    rulebases: Sequence[Rulebase],
    before: Passed,
    as_of: date | None,
) -> Iterable[Passed]:
    """Yield what passes the lists in front of some hosts; packets of other hosts pass as they are."""
    packets, mine = before.packets, hosts.family(before.packets.family)
    side = packets.source if direction is Direction.IN else packets.destination
    if others := side - mine:
        yield replace(before, packets=_with_side(packets, direction, others))
    if concerned := side & mine:
        for then in through_rulebases(device.name, rulebases, _with_side(packets, direction, concerned), as_of=as_of):
            earlier = before.earlier + ((before.deciding,) if before.deciding else ())
            surely = before.surely and then.surely
            yield Passed(then.packets, surely, then.deciding, before.reasons + then.reasons, earlier)


def _with_side(packets: PacketProduct, direction: Direction, addresses: IntervalSet) -> PacketProduct:
    if direction is Direction.IN:
        return replace(packets, source=addresses)
    return replace(packets, destination=addresses)


def bound_rulebases(device: Device, interface: Interface, direction: Direction) -> list[Rulebase]:
    """Return the defined lists that all packets meet at an interface, those for all interfaces last."""
    bindings = [one for one in _bound(device, interface, direction) if one.hosts is None]
    return [known for binding in bindings for known in _defined(device, binding)]


def host_rulebases(
    device: Device, interface: Interface, direction: Direction
) -> list[tuple[AddressSet, list[Rulebase]]]:
    """Return the defined lists in front of single hosts behind an interface, by the hosts."""
    found: dict[AddressSet, list[Rulebase]] = {}
    for binding in _bound(device, interface, direction):
        if binding.hosts is not None:
            found.setdefault(binding.hosts, []).extend(_defined(device, binding))
    return list(found.items())


def has_filter(device: Device, interface: Interface, direction: Direction) -> bool:
    """Tell whether a defined list is bound at an interface in one direction."""
    return bool(bound_rulebases(device, interface, direction))


def _bound(device: Device, interface: Interface, direction: Direction) -> list[Binding]:
    found = {
        id(one): one
        for name in (interface.name, interface.nickname)
        if name
        for one in device.filters(name, direction)
        if one.virtual_system == interface.virtual_system
    }
    return sorted(found.values(), key=lambda one: one.interface == "*")


def _defined(device: Device, binding: Binding) -> list[Rulebase]:
    """Return the rulebases that a binding names: lists of the two families may share a name."""
    return [
        one for one in device.rulebases if one.name == binding.rulebase and one.virtual_system == binding.virtual_system
    ]


def policy_names(device: Device, interface: Interface) -> bool:
    """Tell whether zone policies or security levels decide over an interface."""
    return interface.security_level is not None or bool(zone_policies(device, interface))


def zone_policies(device: Device, interface: Interface) -> list[Rulebase]:
    """Return the zone policies of the virtual system that an interface belongs to."""
    return [
        one
        for one in device.rulebases
        if one.kind is RulebaseKind.ZONE_POLICY and one.virtual_system == interface.virtual_system
    ]


def by_policy(
    device: Device, incoming: Interface, outgoing: Interface, packets: PacketProduct, as_of: date | None = None
) -> list[Passed]:
    """Return what the device's zone policies and security levels let pass from one interface to another."""
    if incoming.security_level is not None and outgoing.security_level is not None:
        return _by_level(device, incoming, outgoing, packets)
    rulebases = [one for one in zone_policies(device, incoming) if packets.family in one.families]
    if not rulebases:
        return [Passed(packets)]
    from_name = incoming.security_zone or incoming.rule_name
    to_name = outgoing.security_zone or outgoing.rule_name
    return [
        passed
        for rulebase in rulebases
        if not rulebase.follows
        for passed in _through_layers(device.name, rulebase, rulebases, packets, (from_name, to_name), as_of)
    ]


def _through_layers(
    device: str,
    first: Rulebase,
    rulebases: Sequence[Rulebase],
    packets: PacketProduct,
    names: tuple[str, str],
    as_of: date | None,
) -> list[Passed]:
    """Return what a rulebase and, in turn, each that follows it let pass."""
    passed = through_rulebases(device, [first], packets, *names, as_of)
    for following in layers_after(first, rulebases):
        passed = [
            Passed(
                then.packets,
                one.surely and then.surely,
                then.deciding,
                one.reasons + then.reasons,
                one.earlier + ((one.deciding,) if one.deciding else ()),
            )
            for one in passed
            for then in through_rulebases(device, [following], one.packets, *names, as_of)
        ]
    return passed


def _by_level(device: Device, incoming: Interface, outgoing: Interface, packets: PacketProduct) -> list[Passed]:
    """Apply security levels (Cisco ASA General Operations guide, "Security Levels").

    From a higher to a lower level passes unless a list is bound where the packet comes in; equal levels need
    `same-security-traffic permit inter-interface` in any case.
    """
    inside, outside = incoming.security_level or 0, outgoing.security_level or 0
    if inside == outside and not device.same_level_permitted:
        return []
    if has_filter(device, incoming, Direction.IN):
        return [Passed(packets)]
    if inside >= outside:
        deciding = DecidingRule(device.name, f"security level {inside} to {outside}", None, incoming.where)
        return [Passed(packets, deciding=deciding)]
    return []


def through_rulebases(
    device: str,
    rulebases: Sequence[Rulebase],
    packets: PacketProduct,
    from_name: str | None = None,
    to_name: str | None = None,
    as_of: date | None = None,
) -> list[Passed]:
    """Return the parts that pass a list (or several that act as one), by the rule that lets them pass.

    Rules whose schedule ended before `as_of` are out of force.
    Parts of different rules may overlap: earlier permits are not taken off, since they change no fate.
    """
    return list(_through(device, tuple(map(Same, rulebases)), packets, from_name, to_name, as_of))


@lru_cache(maxsize=8192)
def _through(
    device: str,
    lists: tuple[Same[Rulebase], ...],
    packets: PacketProduct,
    from_name: str | None,
    to_name: str | None,
    as_of: date | None,
) -> tuple[Passed, ...]:
    rulebases = [one.value for one in lists]
    passed: list[Passed] = []
    may_deny: list[PacketSet] = []
    sure_deny: list[PacketSet] = []
    all_exact = True  # the denies so far
    for rulebase in rulebases:
        for rule, exact in _near_rules(rulebase, from_name, to_name, as_of, packets):
            maybe = _cut(packets, rule.match.maybe)
            if not maybe.products:
                continue
            surely = maybe if exact else _cut(packets, rule.match.surely)
            if rule.action.permits:
                sure_of_it = exact and all_exact
                passed += _permitted(device, rulebase, rule, surely, maybe, may_deny, sure_deny, sure_of_it)
            else:
                may_deny.append(maybe)
                sure_deny.append(surely)
                all_exact = all_exact and exact
            if packets in surely.products:
                return tuple(passed)
    last = rulebases[-1]
    if last.default_action.permits:
        deciding = DecidingRule(device, last.name, None, last.default_where or last.where)
        everything = PacketSet((packets,))
        sure = list(_parts(everything, may_deny, True, deciding, ()))
        passed += sure
        doubtful = PacketSet(tuple(one.packets for one in sure))
        reasons = (f"{device} {last.name}: an earlier rule may deny it",)
        passed += _parts(everything, [*sure_deny, doubtful], False, deciding, reasons)
    return tuple(passed)


def _concerns(rule: AccessRule, from_name: str | None, to_name: str | None) -> bool:
    return (from_name is None or from_name in rule.from_zones) and (to_name is None or to_name in rule.to_zones)


@dataclass(frozen=True, slots=True)
class _InForce:
    """A rule in force, with the ranges of what it may match: first and last destination, first and last source."""

    rule: AccessRule
    exact: bool
    ranges: tuple[tuple[int, int, int, int], ...]


@lru_cache(maxsize=4096)
def _in_force(
    rulebase: Same[Rulebase], from_name: str | None, to_name: str | None, as_of: date | None, family: Family
) -> tuple[_InForce, ...]:
    """Return the rules that packets of one family can meet between two zones on a day."""
    found = []
    for rule in rulebase.value.rules:
        if not rule.enabled or not _concerns(rule, from_name, to_name):
            continue
        if as_of is not None and rule.expires is not None and rule.expires < as_of:
            continue
        ranges = tuple(
            (
                *(one.destination.intervals[0][0], one.destination.intervals[-1][1]),
                *(one.source.intervals[0][0], one.source.intervals[-1][1]),
            )
            for one in rule.match.maybe.products
            if one.family is family
        )
        if ranges:
            found.append(_InForce(rule, rule.match.is_exact, ranges))
    return tuple(found)


def _near_rules(
    rulebase: Rulebase, from_name: str | None, to_name: str | None, as_of: date | None, packets: PacketProduct
) -> Iterator[tuple[AccessRule, bool]]:
    """Yield the rules whose ranges meet those of the packets, and whether each is exact: most are ruled out by that."""
    to_first, to_last = packets.destination.intervals[0][0], packets.destination.intervals[-1][1]
    first, last = packets.source.intervals[0][0], packets.source.intervals[-1][1]
    for one in _in_force(Same(rulebase), from_name, to_name, as_of, packets.family):
        for to_low, to_high, low, high in one.ranges:
            if to_low <= to_last and to_first <= to_high and low <= last and first <= high:
                yield one.rule, one.exact
                break


def _cut(packets: PacketProduct, match: PacketSet) -> PacketSet:
    return PacketSet(
        tuple(
            common
            for product in match.products
            if _near(packets.destination, product.destination)
            and _near(packets.source, product.source)
            and _same_services(packets.services, product.services)
            and (common := packets.intersection(product)) is not None
        )
    )


def _near(one: IntervalSet, other: IntervalSet) -> bool:
    """Tell whether the ranges of two sets overlap: most rules are ruled out by that alone."""
    return one.intervals[0][0] <= other.intervals[-1][1] and other.intervals[0][0] <= one.intervals[-1][1]


def _same_services(one: ServiceSet, other: ServiceSet) -> bool:
    """Tell whether the ranges of protocols and destination ports of two sets overlap anywhere."""
    return any(
        _near(left.destination_ports, right.destination_ports) and _near(left.protocols, right.protocols)
        for right in other.boxes
        for left in one.boxes
    )


def _permitted(
    device: str,
    rulebase: Rulebase,
    rule: AccessRule,
    surely: PacketSet,
    maybe: PacketSet,
    may_deny: Sequence[PacketSet],
    sure_deny: Sequence[PacketSet],
    sure_of_it: bool,
) -> Iterable[Passed]:
    # What the platform permits by itself is no filter that anybody wrote.
    deciding = None if rule.implicit else DecidingRule(device, rulebase.name, rule, rule.where)
    sure = list(_parts(surely, may_deny, True, deciding, ()))
    yield from sure
    if sure_of_it:
        return
    rest = maybe
    for one in (*sure_deny, PacketSet(tuple(part.packets for part in sure))):
        rest = rest - one
    reasons = rule.match.reasons or ("an earlier rule may deny it",)
    for product in rest.products:
        yield Passed(product, False, deciding, tuple(f"{device} {rulebase.name} {rule.name}: {why}" for why in reasons))


def _parts(
    packets: PacketSet,
    denied: Sequence[PacketSet],
    surely: bool,
    deciding: DecidingRule | None,
    reasons: tuple[str, ...],
) -> Iterable[Passed]:
    for one in denied:
        packets = packets - one
    for product in packets.products:
        yield Passed(product, surely, deciding, reasons)
