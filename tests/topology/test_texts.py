"""Generated networks as text, through the parsers of the platforms, against a plain walk of single packets.

Devices of all platforms on one or two transit nets, four zones behind them: lists in both directions, zone policies,
security levels, translations, first-hop groups, equal, floating, wrong and null routes, IPv4 and IPv6, TCP, UDP and
ICMP. Asked both ways: what the walk brings to a zone a conduit permits (or holds for possible, with a reason), and what
a conduit permits the walk brings there; traces end where the walk does.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.packet import Flow, PacketProduct
from netaudit.parsers import parser_of
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.topology.texts.boxes import (
    ASAS,
    PLATFORMS,
    PROTOCOLS,
    ROUTERS,
    ZONE_FIREWALLS,
    Arrival,
    Box,
    Nat,
    Packet,
    Port,
    Route,
    Rule,
    walk,
)
from tests.topology.texts.writers import port_name, written

ZONES = ("A", "B", "C", "D")
HOSTS = (2, 4, 5, 6)
SERVICE_PORTS = (79, 80, 85, 90, 91, 443)
MAPPED = tuple(f"192.168.{net}.{host}" for net in range(2) for host in (9, 10, 11))
MAPPED_PORT = 8080
PUBLISHED = ("static", "forward", "virtual")
NOT_SURE = (
    "where they came in",
    "may change source ports",
    "virtual ip",
    "of its pool",
    "affect nat",
    "names no next hop",
)


def subnet(place: int, six: bool = False) -> str:
    return f"2001:db8:{place}::/125" if six else f"10.{place}.0.0/29"


def host(place: int, last: int, six: bool = False) -> str:
    return f"2001:db8:{place}::{last}" if six else f"10.{place}.0.{last}"


@st.composite
def lists(draw: st.DrawFn, platform: str, ends: tuple[int, int] | None = None) -> tuple[Rule, ...]:
    """Return rules; with `ends`, between these two zones most of the time."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        words = ["ip", "tcp", "tcp", "udp"] + ([] if platform == "paloalto_panos" else ["icmp"])
        protocol = draw(st.sampled_from(words))
        ports = None
        if protocol in ("tcp", "udp") and draw(st.booleans()):
            low, high = sorted((draw(st.sampled_from(SERVICE_PORTS)), draw(st.sampled_from(SERVICE_PORTS))))
            ports = low, high
        places = ends or (draw(st.integers(0, 3)), draw(st.integers(0, 3)))
        source, goal = (
            draw(st.sampled_from(("any", subnet(one), subnet(one), f"10.{one}.0.4/30", f"10.{one}.0.5/32")))
            for one in places
        )
        if draw(st.integers(0, 5)) == 0:
            goal = draw(st.sampled_from([f"{one}/32" for one in MAPPED]))
        answers = protocol == "tcp" and ports is None and platform in ROUTERS and draw(st.integers(0, 4)) == 0
        made.append(Rule(draw(st.integers(0, 3)) > 0, protocol, source, goal, ports, answers))
    return tuple(made)


@st.composite
def translations(draw: st.DrawFn, platform: str, number: int, zones: list[int]) -> tuple[Nat, ...]:
    """Return the translations of a box between its zones and the transit net."""
    kinds = {
        "cisco_ios": ("static", "forward", "hide"),
        "cisco_asa": ("static", "forward", "hide", "exempt"),
        "cisco_asa_8": ("static", "hide", "exempt"),
        "juniper_junos": ("static", "hide"),
        "fortios": ("virtual",),
    }.get(platform, ())
    found = []
    if kinds and zones and draw(st.integers(0, 3)):
        place = draw(st.sampled_from(zones))
        mapped = MAPPED[number]
        for kind in dict.fromkeys(draw(st.lists(st.sampled_from(kinds), min_size=1, max_size=3))):
            if kind == "static":
                found.append(Nat(kind, f"z{ZONES[place]}", "t0", host(place, 5), mapped))
            elif kind == "forward" and not any(one.kind == "static" for one in found):
                found.append(Nat(kind, f"z{ZONES[place]}", "t0", host(place, 6), mapped, 80, MAPPED_PORT))
            elif kind == "virtual":
                found.append(Nat(kind, f"z{ZONES[place]}", "t0", host(place, 5), mapped))
            elif kind == "hide":
                found.append(Nat(kind, f"z{ZONES[place]}", "t0", subnet(place)))
            elif kind == "exempt":
                found.append(Nat(kind, f"z{ZONES[place]}", "t0", subnet(place), subnet(draw(st.integers(0, 3)))))
    return tuple(sorted(found, key=lambda one: ("exempt", "static", "forward", "virtual", "hide").index(one.kind)))


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Box, ...]:
    count = draw(st.integers(2, 3))
    nets = draw(st.integers(1, 2))
    homes = [draw(st.integers(0, count - 1)) for _ in ZONES]
    platforms = [draw(st.sampled_from(PLATFORMS)) for _ in range(count)]
    six = "cisco_asa_8" not in platforms and draw(st.booleans())  # its IPv6 lists are others
    paired = [one for one in range(count) if platforms[one] == "cisco_ios"]
    virtual = "192.168.0.14" if len(paired) > 1 and draw(st.booleans()) else ""
    found = []
    for number in range(count):
        platform = platforms[number]
        ports = [
            Port(
                f"t{net}",
                f"192.168.{net}.{number + 1}/28",
                draw(st.sampled_from((0, 50))),
                f"2001:db8:f{net}::{number + 1}/124" if six else "",
                virtual if net == 0 and number in paired else "",
            )
            for net in range(nets)
        ]
        zones = [place for place in range(4) if homes[place] == number]
        for place in zones:
            inner = f"{host(place, 1, True)}/125" if six else ""
            ports.append(Port(f"z{ZONES[place]}", f"{host(place, 1)}/29", draw(st.sampled_from((20, 50, 100))), inner))
        routes = []
        for place in range(4):
            if homes[place] == number:
                continue
            for family in (False, True)[: 1 + six]:
                targets = {homes[place]} if draw(st.integers(0, 5)) else {draw(st.integers(0, count - 1))}
                if draw(st.integers(0, 4)) == 0 and platform not in ASAS:
                    targets.add(draw(st.integers(0, count - 1)))
                distances = [1] if platform != "fortios" else [10]
                for target in sorted(targets - {number}):
                    net = draw(st.integers(0, nets - 1))
                    hop = f"2001:db8:f{net}::{target + 1}" if family else f"192.168.{net}.{target + 1}"
                    if virtual and not family and net == 0 and target in paired and number not in paired:
                        hop = virtual
                    distance = draw(st.sampled_from([*distances, *distances, 200]))
                    routes.append(Route(subnet(place, family), hop, distance))
        if draw(st.booleans()):
            target = draw(st.sampled_from([one for one in range(count) if one != number]))
            prefix = draw(st.sampled_from(("0.0.0.0/0", "10.2.0.4/30", "10.0.0.0/14")))
            routes.append(Route(prefix, f"192.168.0.{target + 1}", 10 if platform == "fortios" else 1))
        filters: dict[tuple[str, str], tuple[Rule, ...]] = {}
        policy: list[tuple[str, str, Rule]] = []
        if platform in ZONE_FIREWALLS:
            names = [one.role for one in ports]
            for _ in range(draw(st.integers(1, 4))):
                source, target = draw(st.sampled_from(names)), draw(st.sampled_from(names))
                if source != target:
                    policy += [(source, target, rule) for rule in draw(lists(platform))]
        else:
            for port in ports:
                for direction in ("in", "out"):
                    if draw(st.integers(0, 3)) == 0:
                        filters[port.role, direction] = draw(lists(platform))
        nats = draw(translations(platform, number, zones))
        if platform == "fortios":
            policy = [(source, target, replace(rule, hides=draw(st.booleans()))) for source, target, rule in policy]
            for nat in nats:
                for rule in draw(lists(platform)):
                    published = replace(rule, destination=f"{nat.mapped}/32", publishes=True, permit=True)
                    policy.insert(0, (nat.outside, nat.inside, published))
        found.append(
            Box(f"d{number}", platform, tuple(ports), tuple(dict.fromkeys(routes)), filters, tuple(policy), nats)
        )
    if draw(st.booleans()):  # what is published is reached by its outer address alone
        hidden = {subnet(ZONES.index(nat.inside[1:])) for box in found for nat in box.nats if nat.kind in PUBLISHED}
        found = [
            replace(one, routes=tuple(route for route in one.routes if route.prefix not in hidden)) for one in found
        ]
    return tuple(found)


def read(box: Box) -> tuple[Device, str]:
    platform, text = written(box)
    parser = parser_of(platform)
    assert parser is not None
    path = f"{box.name}.cfg"
    parsed = parser(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), platform=platform, host=box.name))
    lost = [note.where.text for note in parsed.coverage.notes if note.affects.value != "nat"]
    assert not lost, f"{lost}\n{text}"
    return parsed.devices[0], text


def header(packet: Packet) -> Flow:
    number = PROTOCOLS[packet.protocol]
    if packet.protocol == "icmp":
        return Flow.of(packet.source, packet.destination, number, icmp_type=8, tcp_flags=0)
    flags = 2 if packet.protocol == "tcp" else 0
    return Flow.of(
        packet.source, packet.destination, number, source_port=50000, destination_port=packet.port, tcp_flags=flags
    )


def traced(network: Network, box: Box, port: Port, packet: Packet) -> tuple[set[tuple[str, str, Flow]], bool]:
    """Return where the ways of a packet come out, and whether all of them are known."""
    device = network.devices[box.name]
    entry = network.interface(box.name, port_name(box, port.role))
    assert entry is not None
    traces = trace_flow(network, Place(device, entry, (entry.virtual_system, entry.vrf)), header(packet)).traces
    ended = [one for one in traces if one.disposition is Disposition.DELIVERED and one.hops[-1].out_interface]
    found = {(one.hops[-1].device, one.hops[-1].out_interface, one.last) for one in ended if one.last is not None}
    return found, all(one.disposition is not Disposition.UNKNOWN for one in traces)


def packets(draw: st.DataObject, place: int, six: bool, published: list[str]) -> Packet:
    protocol = draw.draw(st.sampled_from(("tcp", "tcp", "udp", "icmp")))
    port = draw.draw(st.sampled_from((*SERVICE_PORTS, MAPPED_PORT))) if protocol != "icmp" else 0
    if six and protocol != "icmp" and draw.draw(st.booleans()):
        goal = host(draw.draw(st.integers(0, 3)), draw.draw(st.sampled_from(HOSTS)), True)
        return Packet(host(place, draw.draw(st.sampled_from(HOSTS)), True), goal, protocol, port)
    hosts = st.builds(host, st.integers(0, 3), st.sampled_from(HOSTS))
    goal = draw.draw(st.one_of(hosts, st.sampled_from(published or MAPPED)))
    return Packet(host(place, draw.draw(st.sampled_from(HOSTS))), goal, protocol, port)


def compare(made: tuple[Box, ...], data: st.DataObject) -> None:
    parsed = [read(box) for box in made]
    said = "\n".join(text for _, text in parsed)
    six = any(port.inner for box in made for port in box.ports)
    stated = tuple(
        Zone(
            name,
            ZoneType.PROD,
            SourceRef("zone_map.yaml", 1),
            AddressSet.union(AddressSet.prefix(subnet(place, family)) for family in (False, True)[: 1 + six]),
        )
        for place, name in enumerate(ZONES)
    )
    network = build_network([device for device, _ in parsed], Policy(zones=stated))
    conduits = find_conduits(network)
    homes = {name: next((box, port) for box in made for port in box.ports if port.role == f"z{name}") for name in ZONES}
    firsts = [nat.mapped for box in made for nat in box.nats if nat.kind in PUBLISHED]
    for place, name in enumerate(ZONES):
        box, port = homes[name]
        for _ in range(4):
            packet = packets(data, place, six, firsts)
            arrivals = set(walk(made, box, port, packet))
            found, known = traced(network, box, port, packet)
            expected = {_outgoing(made, one) for one in arrivals}
            assert found <= expected, f"{name}: {packet} is traced to {found - expected}\n{said}"
            if known:
                assert found == expected, f"{name}: {packet} is not traced to {expected - found}\n{said}"
            for role, _, last in arrivals:
                landed = role.removeprefix("z")
                if landed in homes and landed != name:
                    seen = header(replace(last, source=packet.source))
                    conduit = conduits[name, landed]
                    sure = any(one.packets.contains(seen) for one in conduit.permitted)
                    assert sure or conduit.possible.contains(seen), f"{name} to {landed}: {packet} unseen\n{said}"
    for (from_zone, to_zone), conduit in conduits.items():
        odd = [one for one in conduit.reasons if not any(words in one for words in NOT_SURE)]
        odd = [one for one in odd if "NAT" not in one and "lies behind none" not in one]
        assert not odd, f"{from_zone} to {to_zone}: {odd}\n{said}"
        for passed in conduit.permitted:
            for product in passed.packets.products:
                for packet in sampled(product, data):
                    tries = [packet]
                    tries += [replace(packet, destination=mapped) for mapped in firsts]
                    tries += [replace(packet, destination=mapped, port=MAPPED_PORT) for mapped in firsts]
                    box, port = homes[from_zone]
                    arrives = any(
                        role == f"z{to_zone}" and replace(last, source=packet.source) == packet
                        for one in tries
                        for role, _, last in walk(made, box, port, one)
                    )
                    assert arrives, f"{from_zone} to {to_zone}: {packet} does not arrive\n{said}"


def _outgoing(made: tuple[Box, ...], arrival: Arrival) -> tuple[str, str, Flow]:
    role, name, packet = arrival
    return name, port_name(next(one for one in made if one.name == name), role), header(packet)


def sampled(product: PacketProduct, data: st.DataObject) -> list[Packet]:
    """Return some packets of a product between hosts."""
    six = product.family is Family.IPV6
    known = {host(place, last, six) for place in range(4) for last in HOSTS}
    sources, goals = (
        sorted(one for one in known if parse_address(one)[1] in side) for side in (product.source, product.destination)
    )
    found = []
    for word, number in PROTOCOLS.items() if sources and goals else ():
        ports = [
            port
            for port in ((0,) if word == "icmp" else SERVICE_PORTS)
            if product.services.contains(number, 8 if word == "icmp" else 50000, port, 2 if word == "tcp" else 0)
        ]
        if ports and not (six and word == "icmp"):
            source, goal = data.draw(st.sampled_from(sources)), data.draw(st.sampled_from(goals))
            found.append(Packet(source, goal, word, data.draw(st.sampled_from(ports))))
    return found


@given(boxes(), st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_and_traces_of_texts_agree_with_a_walk(made: tuple[Box, ...], data: st.DataObject) -> None:
    compare(made, data)


@pytest.mark.slow
@given(boxes(), st.data())
@settings(max_examples=1000, deadline=None, suppress_health_check=list(HealthCheck))
def test_conduits_and_traces_of_many_texts_agree_with_a_walk(made: tuple[Box, ...], data: st.DataObject) -> None:
    compare(made, data)
