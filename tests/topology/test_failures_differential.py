"""Each failure against the network that is written down without the failed part."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device
from netaudit.packets.packet import PacketSet
from netaudit.policy.registers import Policy
from netaudit.topology.conduits import find_conduits
from netaudit.topology.failing import FailingPart, PartKind, failing_parts
from netaudit.topology.failures import examine_failures
from netaudit.topology.links.ports import Port
from netaudit.topology.network import build_network
from netaudit.topology.reach import Conduit
from tests.topology.networks import TODAY, device
from tests.topology.test_differential import described, networks, zones

QUIET = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
MORE = settings(QUIET, max_examples=300)
Conduits = dict[tuple[str, str], Conduit]


def by_hand(devices: list[Device], part: FailingPart, also: frozenset[Port] = frozenset()) -> Conduits:
    """Return the conduits of the network that somebody wrote without the part."""
    left = [
        replace(
            one,
            interfaces=tuple(
                replace(port, enabled=port.enabled and Port(one.name, port.name) not in part.down | also)
                for port in one.interfaces
            ),
        )
        for one in devices
        if one.name not in part.devices
    ]
    return find_conduits(build_network(left, Policy(zones=zones())), TODAY)


def sure(conduit: Conduit) -> PacketSet:
    return PacketSet.union(one.packets for one in conduit.permitted)


def everything(conduit: Conduit) -> PacketSet:
    return sure(conduit) | conduit.possible


def compare(devices: list[Device]) -> None:
    network = build_network(devices, Policy(zones=zones()))
    normal = find_conduits(network, TODAY)
    answer = examine_failures(network, Policy(zones=zones()), normal, TODAY)
    assert not answer.not_repeated
    changes = {(one.part, one.from_zone, one.to_zone): one for one in answer.changes}
    for part in failing_parts(network, Policy()):
        cases = [by_hand(devices, part)] + ([by_hand(devices, part, part.exposed)] if part.exposed else [])
        for pair, before in normal.items():
            change = changes.get((part, *pair))
            opens = PacketSet.union(one.packets for one in change.opens) if change else PacketSet()
            more = PacketSet.union(one.packets for one in change.may_open) if change else PacketSet()
            told = f"{part.kind} {part.name} {pair}\n{described(devices)}"
            for case in cases:
                new = sure(case[pair]) - everything(before)
                assert new <= opens | more, f"not told: {told}"
                assert opens <= sure(case[pair]), f"not so: {told}"
            if not part.exposed:
                assert opens.same_as(sure(cases[0][pair]) - everything(before)), told
                # The hand-written network takes a dead next hop for one without an export: it may know less.
                assert more <= cases[0][pair].possible, told
            else:
                either = everything(cases[0][pair]) | everything(cases[1][pair])
                assert opens | more <= either, f"in neither case: {told}"


@given(networks())
@settings(QUIET, max_examples=30)
def test_a_failure_is_the_network_without_the_part(found: tuple[list[Device], dict[str, int]]) -> None:
    compare(found[0])


def mask(length: int) -> str:
    value = 0xFFFFFFFF << (32 - length) & 0xFFFFFFFF
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


@st.composite
def meshes(draw: st.DrawFn, dynamic: bool) -> list[Device]:
    """Return routers in a ring with a chord or two, a zone at each, lists at some ports, OSPF or static routes."""
    count = draw(st.integers(3, 4))
    links = [(one, (one + 1) % count) for one in range(count)]
    if count == 4 and draw(st.booleans()):
        links.append((0, 2))
    texts = [[f"hostname d{number}"] for number in range(count)]
    routes: list[list[str]] = [[] for _ in range(count)]
    for number, lines in enumerate(texts):
        lines += ["interface Gi1/0", f" ip address 10.{number}.0.1 {mask(29)}"]
    for index, ends in enumerate(links):
        for side, number in enumerate(ends):
            lines = texts[number]
            lines += [f"interface Gi0/{index}", f" ip address 192.168.{index}.{side + 1} {mask(30)}"]
            if dynamic:
                lines.append(" ip ospf network point-to-point")
                lines.append(f" ip ospf cost {draw(st.sampled_from([1, 1, 10, 50]))}")
            shut = draw(st.sampled_from(["", "", "", "in", "out"]))
            if shut:
                lines.append(f" ip access-group L{draw(st.integers(0, 2))} {shut}")
            for goal in range(count):
                if not dynamic and goal != number and draw(st.integers(0, 2)):
                    distance = draw(st.sampled_from([1, 1, 150, 200]))
                    hop = f"192.168.{index}.{2 - side}"
                    routes[number].append(f"ip route 10.{goal}.0.0 {mask(29)} {hop} {distance}")
    for number, lines in enumerate(texts):
        for name in range(3):
            goal = draw(st.integers(0, count - 1))
            lines += [f"ip access-list extended L{name}", " permit ospf any any"]
            lines += [f" {draw(st.sampled_from(['deny', 'permit']))} tcp any 10.{goal}.0.0 0.0.0.7 eq 22"]
            lines += [f" {draw(st.sampled_from(['deny', 'permit']))} ip 10.{goal}.0.0 0.0.0.7 any"]
            lines += [f" {draw(st.sampled_from(['deny', 'permit']))} ip any any"]
        if dynamic:
            lines += ["router ospf 1", " network 0.0.0.0 255.255.255.255 area 0", " passive-interface Gi1/0"]
        lines += [*routes[number], "end"]
    return [device("cisco_ios", "\n".join(lines), f"d{number}.cfg") for number, lines in enumerate(texts)]


@given(meshes(dynamic=False))
@QUIET
def test_floating_routes_take_over_as_written(devices: list[Device]) -> None:
    compare(devices)


@given(meshes(dynamic=True))
@QUIET
def test_ospf_finds_the_way_that_it_finds_without_the_part(devices: list[Device]) -> None:
    assume(any(part.kind is PartKind.LINK for part in failing_parts(build_network(devices, Policy()), Policy())))
    compare(devices)


@pytest.mark.slow
@given(st.one_of(networks().map(lambda found: found[0]), meshes(dynamic=False), meshes(dynamic=True)))
@MORE
def test_every_failure_of_many_networks(devices: list[Device]) -> None:
    compare(devices)
