"""The set answer against flow-by-flow traces: both follow packets in their own way through the same networks.

What a trace delivers a conduit permits or holds for possible; what it surely permits a trace delivers; what every
trace surely stops it does not permit. Networks: those of `test_differential`, and some of two families with virtual
systems, VRFs, ranges of ports, zone policies, and lists in both directions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import Flow, PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition, Trace
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.reach import Conduit
from netaudit.topology.trace import trace_flow
from tests.topology.test_differential import (
    ZONES,
    described,
    goals,
    home,
    hosts,
    networks,
    translated_networks,
    zone_at,
    zones,
)

PLACE = SourceRef("device.cfg", 1)
# Addresses that a host can have: a subnet's own, its broadcast and its router's are no matter of conduits.
HOSTS = [
    parse_address(text)[1]
    for place in range(4)
    for host in range(2, 7)
    for text in (f"10.{place}.0.{host}", f"2001:db8:{place}::{host}")
]
STOPPED = {Disposition.DENIED, Disposition.NO_ROUTE, Disposition.NULL_ROUTED, Disposition.LOOP}
Ends = dict[str, tuple[Device, Interface]]


def traced(network: Network, ends: tuple[Device, Interface], flow: Flow) -> tuple[Trace, ...]:
    device, entry = ends
    return trace_flow(network, Place(device, entry, (entry.virtual_system, entry.vrf)), flow).traces


def delivered(traces: tuple[Trace, ...]) -> list[Flow]:
    """Return the headers that come to a subnet; what a device takes for itself is no matter of conduits."""
    ended = [one for one in traces if one.disposition is Disposition.DELIVERED and one.hops[-1].out_interface]
    return [one.last for one in ended if one.last is not None]


def permits(conduit: Conduit, flow: Flow) -> bool:
    return any(one.packets.contains(flow) for one in conduit.permitted)


def agree(network: Network, ends: Ends, flows: list[tuple[str, Flow]], first: list[int], said: str) -> None:
    """Ask the three questions of conduits that were found path by path, and in waves."""
    for conduits in (find_conduits(network), find_conduits(network, max_paths=0)):
        agree_on(conduits, network, ends, flows, first, said)


def agree_on(
    conduits: Mapping[tuple[str, str], Conduit],
    network: Network,
    ends: Ends,
    flows: list[tuple[str, Flow]],
    first: list[int],
    said: str,
) -> None:
    """Ask the three questions; `first` are the addresses that translations may have replaced."""
    for name, flow in flows:
        traces = traced(network, ends[name], flow)
        for last in delivered(traces):
            for landed in (one for one in ends if last.destination in network.zone_addresses[one].family(last.family)):
                seen = replace(last, source=flow.source)
                if landed != name:
                    conduit = conduits[name, landed]
                    assert permits(conduit, seen) or conduit.possible.contains(seen), f"{name}: {seen} unseen\n{said}"
        if not first and {one.disposition for one in traces} <= STOPPED:
            for landed in (one for one in ends if one != name):
                assert not permits(conduits[name, landed], flow), f"{name} to {landed}: {flow} is stopped\n{said}"
    for (from_name, to_name), conduit in conduits.items():
        for passed in conduit.permitted:
            for product in passed.packets.products:
                possible = [one for one in HOSTS if one in product.destination]
                for source in {product.source.lowest(), product.source.intervals[-1][1]} if possible else ():
                    witness = replace(product.witness(), source=source, destination=possible[0])
                    arrives = any(
                        replace(last, source=source) == witness
                        for goal in (witness.destination, *first)
                        for last in delivered(traced(network, ends[from_name], replace(witness, destination=goal)))
                    )
                    assert arrives, f"{from_name} to {to_name}: {witness} does not arrive\n{said}"


# --- the networks of test_differential


def compare(found: tuple[list[Device], dict[str, int]], data: st.DataObject) -> None:
    devices, homes = found
    network = build_network(devices, Policy(zones=zones()))
    flows = [
        (
            name,
            Flow.of(
                f"10.{index}.0.{data.draw(hosts)}",
                data.draw(goals),
                TCP,
                source_port=50000,
                destination_port=data.draw(st.sampled_from((22, 80, 443))),
            ),
        )
        for index, name in enumerate(ZONES)
        for _ in range(3)
    ]
    first = [
        value
        for device in devices
        for nat in device.nat_rules
        if nat.translated_source is not None
        for low, high in nat.translated_source.ipv4
        for value in range(low, high + 1)
    ]
    assert zone_at(flows[0][1].source) == ZONES[0]
    agree(network, {name: home(devices, homes, name) for name in ZONES}, flows, first, described(devices))


QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
SLOW = settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))


@given(st.one_of(networks(), translated_networks()), st.data())
@QUICK
def test_conduits_agree_with_traces(found: tuple[list[Device], dict[str, int]], data: st.DataObject) -> None:
    compare(found, data)


@pytest.mark.slow
@given(st.one_of(networks(), translated_networks()), st.data())
@SLOW
def test_conduits_agree_with_traces_of_many(found: tuple[list[Device], dict[str, int]], data: st.DataObject) -> None:
    compare(found, data)


# --- virtual systems, VRFs, two families, ranges of ports

SIDES = ("A", "B", "C")
SUBNETS = {
    Family.IPV4: ("10.0.0.0/29", "10.1.0.0/29", "10.2.0.0/29", "10.1.0.4/30", "0.0.0.0/0"),
    Family.IPV6: ("2001:db8:0::/125", "2001:db8:1::/125", "2001:db8:2::/125", "2001:db8:1::4/126", "::/0"),
}
LINKS = {Family.IPV4: "192.168.{number}.{end}", Family.IPV6: "2001:db8:ff{number}::{end}"}
PORTS = (79, 80, 81, 90, 91, 443)


def address(text: str, length: int) -> InterfaceAddress:
    family, value = parse_address(text)
    return InterfaceAddress(family, value, length)


def inside(family: Family, side: int, host: int) -> str:
    return f"10.{side}.0.{host}" if family is Family.IPV4 else f"2001:db8:{side}::{host}"


def link(family: Family, number: int, end: int) -> str:
    return LINKS[family].format(number=number, end=end)


@st.composite
def rulebases(draw: st.DrawFn, name: str, kind: RulebaseKind, system: str, names: tuple[str, ...]) -> Rulebase:
    made = []
    for number in range(draw(st.integers(1, 3))):
        family = draw(st.sampled_from(list(Family)))
        low, high = sorted((draw(st.sampled_from(PORTS)), draw(st.sampled_from(PORTS))))
        service = draw(
            st.sampled_from([ANY_SERVICE, *(ServiceSet.ports(one, IntervalSet.span(low, high)) for one in (TCP, UDP))])
        )
        source, goal = (AddressSet.prefix(draw(st.sampled_from(SUBNETS[family]))) for _ in range(2))
        if draw(st.integers(0, 3)) == 0:
            source, goal = ANY_ADDRESS, ANY_ADDRESS
        zoned = draw(st.sampled_from([ANY_NAME, *(NameSet.of([one]) for one in names)]))
        made.append(
            AccessRule(
                str(number),
                draw(st.sampled_from([Action.PERMIT, Action.PERMIT, Action.DENY])),
                PacketMatch.exact(PacketSet.of(source, goal, service)),
                SourceRef("device.cfg", number),
                from_zones=zoned if kind is RulebaseKind.ZONE_POLICY else ANY_NAME,
            )
        )
    default = draw(st.sampled_from([Action.DENY, Action.PERMIT]))
    return Rulebase(name, kind, tuple(made), default, PLACE, virtual_system=system)


@st.composite
def divided(draw: st.DrawFn) -> tuple[list[Device], Ends]:
    """Return a chain of three tables with a zone behind each: virtual systems or VRFs of one device, or devices.

    Tables are joined by a link of which each end stands in its own one; addresses of other tables mean nothing there.
    """
    spread = draw(st.sampled_from(["devices", "systems", "vrfs", "mixed"]))
    owner = {"devices": (0, 1, 2), "systems": (0, 0, 0), "vrfs": (0, 0, 0), "mixed": (0, 0, 1)}[spread]
    tables = {
        "devices": (("", "default"),) * 3,
        "systems": (("root", "default"), ("middle", "default"), ("last", "default")),
        "vrfs": (("", "RED"), ("", "default"), ("", "BLUE")),
        "mixed": (("", "RED"), ("", "BLUE"), ("", "default")),
    }[spread]
    ports: dict[int, list[Interface]] = {one: [] for one in owner}
    routes: dict[int, list[StaticRoute]] = {one: [] for one in owner}
    lists: dict[int, list[Rulebase]] = {one: [] for one in owner}
    bindings: dict[int, list[Binding]] = {one: [] for one in owner}
    for place in range(3):
        system, vrf = tables[place]
        here = [
            Interface(
                f"z{SIDES[place]}",
                PLACE,
                (address(inside(Family.IPV4, place, 1), 29), address(inside(Family.IPV6, place, 1), 125)),
                security_zone=SIDES[place],
                vrf=vrf,
                virtual_system=system,
            )
        ]
        for number, end in ((place - 1, 2), (place, 1)):
            if number in (0, 1):
                both = (address(link(Family.IPV4, number, end), 30), address(link(Family.IPV6, number, end), 126))
                here.append(Interface(f"l{number}{end}", PLACE, both, vrf=vrf, virtual_system=system))
        for family in Family:
            for side in range(3):
                if side != place and draw(st.integers(0, 7)):
                    number, end = (place, 2) if side > place else (place - 1, 1)
                    text, _, length = SUBNETS[family][side].partition("/")
                    routes[owner[place]].append(
                        StaticRoute(
                            family,
                            parse_address(text)[1],
                            int(length),
                            PLACE,
                            next_hop=link(family, number, end),
                            vrf=vrf,
                            virtual_system=system,
                        )
                    )
        for port in here:
            for direction in Direction:
                if draw(st.integers(0, 5)) == 0:
                    name = f"{port.name}-{direction}"
                    lists[owner[place]].append(draw(rulebases(name, RulebaseKind.FILTER, system, ())))
                    bindings[owner[place]].append(
                        Binding(name, Purpose.FILTER, PLACE, port.name, direction, virtual_system=system)
                    )
        if draw(st.integers(0, 2)) == 0 and (spread != "vrfs" and spread != "mixed"):
            names = tuple(one.security_zone or one.name for one in here)
            lists[owner[place]].append(draw(rulebases(f"policy{place}", RulebaseKind.ZONE_POLICY, system, names)))
        ports[owner[place]] += here
    devices = [
        Device(
            f"d{number}",
            "fortios",
            "",
            PLACE,
            interfaces=tuple(ports[number]),
            static_routes=tuple(routes[number]),
            rulebases=tuple(lists[number]),
            bindings=tuple(bindings[number]),
        )
        for number in sorted(ports)
    ]
    ends = {
        side: next((one, port) for one in devices for port in one.interfaces if port.name == f"z{side}")
        for side in SIDES
    }
    return devices, ends


def compare_divided(found: tuple[list[Device], Ends], data: st.DataObject) -> None:
    devices, ends = found
    subnets = {side: [SUBNETS[family][place] for family in Family] for place, side in enumerate(SIDES)}
    known = tuple(
        Zone(side, ZoneType.PROD, PLACE, AddressSet.union(map(AddressSet.prefix, texts)))
        for side, texts in subnets.items()
    )
    network = build_network(devices, Policy(zones=known))
    flows = []
    for place, side in enumerate(SIDES):
        for family in Family:
            goal = data.draw(st.sampled_from([one for one in range(3) if one != place]))
            flows.append(
                (
                    side,
                    Flow.of(
                        inside(family, place, data.draw(st.sampled_from((2, 5)))),
                        inside(family, goal, data.draw(st.sampled_from((2, 5)))),
                        data.draw(st.sampled_from((TCP, UDP))),
                        source_port=50000,
                        destination_port=data.draw(st.sampled_from(PORTS)),
                    ),
                )
            )
    agree(network, ends, flows, [], "\n".join(repr(one) for one in devices))


@given(divided(), st.data())
@QUICK
def test_conduits_agree_with_traces_between_tables(found: tuple[list[Device], Ends], data: st.DataObject) -> None:
    compare_divided(found, data)


@pytest.mark.slow
@given(divided(), st.data())
@SLOW
def test_conduits_agree_with_traces_between_many_tables(found: tuple[list[Device], Ends], data: st.DataObject) -> None:
    compare_divided(found, data)
