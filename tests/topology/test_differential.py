"""The conduits against a plain walk of single packets: nothing that arrives may be missing, nothing sure may be lost.

Networks: two to four routers or firewalls on shared transit nets, four zones, static routes (also wrong ones: loops,
null routes, equal routes), lists in both directions, zone policies, static and dynamic NAT, exemptions.
"""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.rules import (
    AccessRule,
    Action,
    Binding,
    Direction,
    NatKind,
    NatRule,
    Purpose,
    Rulebase,
    RulebaseKind,
)
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import Flow, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, ServiceSet
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.network import build_network
from tests.topology.walker import walk

PLACE = SourceRef("device.cfg", 1)
ZONES = ("A", "B", "C", "D")
# Few addresses, so that rules, routes and packets meet: a zone's subnet, its halves, its hosts, mapped addresses.
PREFIXES = (
    *(f"10.{number}.0.0/29" for number in range(4)),
    *(f"10.{number}.0.4/30" for number in range(4)),
    *(f"10.{number}.0.5" for number in range(4)),
    *("10.0.0.0/8", "0.0.0.0/0", "192.168.9.0/29", "192.168.9.4/30", "192.168.0.0/28"),
)
PORTS = (22, 80, 443)


def addresses(text: str) -> AddressSet:
    return ANY_ADDRESS if text == "0.0.0.0/0" else AddressSet.prefix(text)


services = st.sampled_from([ANY_SERVICE, *(ServiceSet.ports(TCP, IntervalSet.single(port)) for port in PORTS)])
prefixes = st.sampled_from(PREFIXES).map(addresses)


@st.composite
def rules(draw: st.DrawFn, number: int, zoned: tuple[str, ...] = ()) -> AccessRule:
    exact = PacketSet.of(draw(prefixes), draw(prefixes), draw(services))
    names = st.one_of(st.just(ANY_NAME), st.sampled_from(zoned).map(lambda one: NameSet.of([one]))) if zoned else None
    return AccessRule(
        str(number),
        draw(st.sampled_from([Action.PERMIT, Action.PERMIT, Action.DENY])),
        PacketMatch.exact(exact),
        SourceRef("device.cfg", number),
        from_zones=draw(names) if names is not None else ANY_NAME,
        to_zones=draw(names) if names is not None else ANY_NAME,
        enabled=draw(st.integers(0, 9)) > 0,
    )


@st.composite
def rulebases(draw: st.DrawFn, name: str, kind: RulebaseKind, zoned: tuple[str, ...] = ()) -> Rulebase:
    count = draw(st.integers(1, 4))
    default = draw(st.sampled_from([Action.DENY, Action.DENY, Action.PERMIT]))
    return Rulebase(name, kind, tuple(draw(rules(n, zoned)) for n in range(count)), default, PLACE)


@st.composite
def translations(draw: st.DrawFn, number: int, ports: tuple[str, ...]) -> NatRule:
    inside = NameSet.of([draw(st.sampled_from(ports[::-1]))])  # zones come last
    outside = NameSet.of([draw(st.sampled_from(("t0", "t0", *ports)))])
    kind = draw(st.sampled_from([NatKind.SOURCE, NatKind.STATIC, NatKind.STATIC, NatKind.EXEMPT]))
    real = AddressSet.prefix(draw(st.sampled_from(PREFIXES[:12])))
    goals = draw(st.one_of(st.just(ANY_ADDRESS), prefixes)) if kind is not NatKind.STATIC else ANY_ADDRESS
    nat = NatRule(str(number), kind, PacketMatch.exact(PacketSet.of(real, goals)), PLACE, from_interface=inside)
    nat = replace(nat, to_interface=outside)
    if kind is NatKind.SOURCE:
        return replace(nat, translated_source=AddressSet.host(draw(st.sampled_from(["192.168.9.5", "10.1.0.5"]))))
    if kind is NatKind.STATIC:
        low = parse_address(draw(st.sampled_from(["192.168.9.0", "192.168.9.4", "192.168.0.8", "10.2.0.4"])))[1]
        mapped = AddressSet(ipv4=IntervalSet.span(low, low + real.ipv4.size() - 1))
        nat = replace(nat, translated_source=mapped)
    return nat


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[Device], dict[str, int]]:
    """Return devices, and the number of the device that each zone is attached to. All stand on one transit net."""
    count = draw(st.integers(2, 4))
    homes = {zone: draw(st.integers(0, count - 1)) for zone in ZONES}
    nets = draw(st.integers(1, 2))  # transit nets 192.168.0.0/28 and 192.168.1.0/28
    devices = []
    for number in range(count):
        ports = [
            Interface(
                f"t{net}",
                PLACE,
                (InterfaceAddress(Family.IPV4, parse_address(f"192.168.{net}.{number + 1}")[1], 28),),
            )
            for net in range(nets)
        ]
        for index, zone in enumerate(ZONES):
            if homes[zone] == number:
                value = parse_address(f"10.{index}.0.1")[1]
                ports.append(
                    Interface(f"z{zone}", PLACE, (InterfaceAddress(Family.IPV4, value, 29),), security_zone=zone)
                )
        names = tuple(one.name for one in ports)
        routes = []
        for index, zone in enumerate(ZONES):
            if homes[zone] == number or draw(st.integers(0, 9)) == 0:
                continue
            targets = {homes[zone]} if draw(st.integers(0, 3)) else {draw(st.integers(0, count - 1))}
            if draw(st.integers(0, 5)) == 0:
                targets.add(draw(st.integers(0, count - 1)))
            for target in targets - {number}:
                hop = f"192.168.{draw(st.integers(0, nets - 1))}.{target + 1}"
                routes.append(StaticRoute(Family.IPV4, parse_address(f"10.{index}.0.0")[1], 29, PLACE, next_hop=hop))
        if draw(st.booleans()):
            hop = f"192.168.0.{draw(st.sampled_from([one + 1 for one in range(count) if one != number]))}"
            goal, length = draw(st.sampled_from([("0.0.0.0", 0), ("192.168.9.0", 29), ("10.2.0.4", 30)]))
            routes.append(StaticRoute(Family.IPV4, parse_address(goal)[1], length, PLACE, next_hop=hop))
        if draw(st.integers(0, 7)) == 0:
            routes.append(StaticRoute(Family.IPV4, parse_address("10.3.0.4")[1], 30, PLACE, discards=True))
        lists, bindings = [], []
        for name in names:
            for direction in Direction:
                if draw(st.integers(0, 3)) == 0:
                    lists.append(draw(rulebases(f"{name}-{direction}", RulebaseKind.FILTER)))
                    bindings.append(Binding(f"{name}-{direction}", Purpose.FILTER, PLACE, name, direction))
        if draw(st.integers(0, 4)) == 0:
            zoned = tuple(one.security_zone or one.name for one in ports)
            lists.append(draw(rulebases("policy", RulebaseKind.ZONE_POLICY, zoned)))
        devices.append(
            Device(
                f"d{number}",
                "cisco_ios",
                "",
                PLACE,
                interfaces=tuple(ports),
                rulebases=tuple(lists),
                bindings=tuple(bindings),
                static_routes=tuple(routes),
                nat_rules=tuple(draw(translations(n, names)) for n in range(draw(st.integers(0, 2)))),
                filters_see_real_addresses=draw(st.booleans()),
            )
        )
    return devices, homes


def zones() -> tuple[Zone, ...]:
    return tuple(
        Zone(name, ZoneType.PROD, PLACE, AddressSet.prefix(f"10.{index}.0.0/29")) for index, name in enumerate(ZONES)
    )


def described(devices: list[Device]) -> str:
    """Return the network as a few lines, for a failure."""
    lines = []
    for device in devices:
        lines.append(f"{device.name} real={device.filters_see_real_addresses}")
        lines += [f"  {one.name} {one.addresses[0]}" for one in device.interfaces]
        lines += [f"  route {one.prefix} {one.next_hop or 'null'}" for one in device.static_routes]
        for rulebase in device.rulebases:
            lines.append(f"  {rulebase.name} default {rulebase.default_action}")
            lines += [
                f"    {one.action} {words(one.match.maybe)} {one.from_zones}/{one.to_zones} {one.enabled}"
                for one in rulebase.rules
            ]
        lines += [
            f"  nat {one.kind} {words(one.match.maybe)} as {one.translated_source}"
            f" {one.from_interface}/{one.to_interface}"
            for one in device.nat_rules
        ]
    return "\n".join(lines)


def words(packets: PacketSet) -> str:
    return f"{packets.sources()} > {packets.destinations()} {len(packets.services().boxes)}"


def zone_at(destination: int) -> str | None:
    return next((zone for index, zone in enumerate(ZONES) if destination >> 16 == (10 << 8) + index), None)


hosts = st.sampled_from([2, 4, 5, 6])
goals = st.one_of(
    st.builds(lambda zone, host: f"10.{zone}.0.{host}", st.integers(0, 3), hosts),
    st.sampled_from(["192.168.9.4", "192.168.9.5", "192.168.0.12", "192.168.0.13"]),
)


@given(networks(), st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_agree_with_a_walk_of_single_packets(
    found: tuple[list[Device], dict[str, int]], data: st.DataObject
) -> None:
    compare(*found, data)


@st.composite
def translated_networks(draw: st.DrawFn) -> tuple[list[Device], dict[str, int]]:
    """Return a device that translates between zone A and a transit net, and one that filters behind it."""
    translator, filtering = (
        Device(
            f"d{number}",
            "cisco_ios",
            "",
            PLACE,
            interfaces=(
                Interface("t0", PLACE, (InterfaceAddress(Family.IPV4, (192 << 24) + (168 << 16) + number + 1, 28),)),
                *(
                    Interface(f"z{zone}", PLACE, (InterfaceAddress(Family.IPV4, (10 << 24) + (index << 16) + 1, 29),))
                    for index, zone in enumerate(ZONES)
                    if (zone == "A") is (number == 0)
                ),
            ),
            static_routes=tuple(
                StaticRoute(Family.IPV4, parse_address(goal)[1], 29, PLACE, next_hop=f"192.168.0.{2 - number}")
                for goal in (("10.1.0.0", "10.2.0.0", "10.3.0.0") if number == 0 else ("10.0.0.0", "192.168.9.0"))
            ),
            filters_see_real_addresses=draw(st.booleans()),
        )
        for number in range(2)
    )
    nats = []
    for number in range(draw(st.integers(1, 3))):
        real = draw(st.sampled_from(["10.0.0.0/29", "10.0.0.4/30", "10.0.0.5", "10.0.0.2"]))
        kind = draw(st.sampled_from([NatKind.SOURCE, NatKind.STATIC, NatKind.EXEMPT]))
        goal = draw(st.sampled_from(["0.0.0.0/0", "10.1.0.0/29", "10.2.0.0/29"]))
        inner = AddressSet.prefix(real)
        mapped: AddressSet | None = None
        if kind is not NatKind.EXEMPT:
            size = inner.ipv4.size() if kind is NatKind.STATIC else 1
            low = parse_address(draw(st.sampled_from(["192.168.9.0", "192.168.9.4"])))[1]
            mapped = AddressSet(ipv4=IntervalSet.span(low, low + size - 1))
        everywhere = kind is NatKind.STATIC
        match = PacketMatch.exact(PacketSet.of(inner, ANY_ADDRESS if everywhere else addresses(goal)))
        ends = NameSet.of(["zA"]), NameSet.of(["t0"])
        nats.append(
            NatRule(
                str(number), kind, match, PLACE, translated_source=mapped, from_interface=ends[0], to_interface=ends[1]
            )
        )
    near = st.sampled_from(
        [addresses(one) for one in ("10.0.0.0/29", "10.0.0.5", "192.168.9.0/29", "192.168.9.4/30", "0.0.0.0/0")]
    )
    own, other = (
        Rulebase(
            name,
            RulebaseKind.FILTER,
            tuple(
                AccessRule(
                    str(number),
                    draw(st.sampled_from(list(Action)[:2])),
                    PacketMatch.exact(
                        PacketSet.of(draw(near), ANY_ADDRESS)
                        if draw(st.booleans())
                        else PacketSet.of(ANY_ADDRESS, draw(near))
                    ),
                    SourceRef("device.cfg", number),
                )
                for number in range(2)
            ),
            draw(st.sampled_from([Action.DENY, Action.PERMIT])),
            PLACE,
        )
        for name in ("own", "other")
    )
    translator = replace(translator, nat_rules=tuple(nats))
    if draw(st.booleans()):
        side = draw(st.sampled_from(list(Direction)))
        binding = Binding("own", Purpose.FILTER, PLACE, "t0", side)
        translator = replace(translator, rulebases=(own,), bindings=(binding,))
    binding = Binding("other", Purpose.FILTER, PLACE, "t0", Direction.IN)
    filtering = replace(filtering, rulebases=(other,), bindings=(binding,))
    return [translator, filtering], {zone: int(zone != "A") for zone in ZONES}


@given(translated_networks(), st.data())
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_agree_with_a_walk_through_translations(
    found: tuple[list[Device], dict[str, int]], data: st.DataObject
) -> None:
    compare(*found, data)


def compare(devices: list[Device], homes: dict[str, int], data: st.DataObject) -> None:
    """Ask that nothing that arrives is missing, and that each sure answer has a packet that arrives."""
    conduits = find_conduits(build_network(devices, Policy(zones=zones())))
    for index, name in enumerate(ZONES):
        device, entry = home(devices, homes, name)
        for _ in range(4):
            source, goal, service = (
                f"10.{index}.0.{data.draw(hosts)}",
                data.draw(goals),
                data.draw(st.sampled_from(PORTS)),
            )
            flow = Flow.of(source, goal, TCP, source_port=50000, destination_port=service)
            for delivery in walk(devices, device, entry, flow):
                landed = zone_at(delivery.flow.destination)
                if landed is None or landed == name:
                    continue
                seen = replace(delivery.flow, source=flow.source)
                conduit = conduits[name, landed]
                sure = any(one.packets.contains(seen) for one in conduit.permitted)
                may = conduit.possible.contains(seen)
                assert sure or may, f"{name} to {landed}: {seen} arrives unseen\n{described(devices)}"
    for (from_name, to_name), conduit in conduits.items():
        device, entry = home(devices, homes, from_name)
        for passed in conduit.permitted:
            for product in passed.packets.products:
                for source in {product.source.lowest(), product.source.intervals[-1][1]}:
                    witness = replace(product.witness(), source=source)
                    arrives = _arrives(devices, device, entry, witness)
                    assert arrives, f"{from_name} to {to_name}: {witness} does not arrive\n{described(devices)}"


def home(devices: list[Device], homes: dict[str, int], zone: str) -> tuple[Device, Interface]:
    """Return the device that a zone is attached to, with the interface."""
    device = devices[homes[zone]]
    return device, next(one for one in device.interfaces if one.name == f"z{zone}")


def _arrives(devices: list[Device], device: Device, entry: Interface, witness: Flow) -> bool:
    """Tell whether some first header leads to the header at the destination: translations may have changed it."""
    first = [witness.destination]
    for other in devices:
        for nat in other.nat_rules:
            if nat.kind is NatKind.STATIC and nat.translated_source is not None:
                first += [value for low, high in nat.translated_source.ipv4 for value in range(low, high + 1)]
    return any(
        replace(delivery.flow, source=witness.source) == witness
        for goal in first
        for delivery in walk(devices, device, entry, replace(witness, destination=goal))
    )
