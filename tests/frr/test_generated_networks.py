"""The second judge: FRR's tables in the kernel, and real packets through them, against what we compute."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from netaudit.model.device import Device
from netaudit.packets.addresses import Family, format_address
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy
from netaudit.topology.fates import Disposition, Trace
from netaudit.topology.network import Network as Computed
from netaudit.topology.network import build_network
from netaudit.topology.places import Place
from netaudit.topology.routes.computation import compute_routes
from netaudit.topology.trace import trace_flow
from tests.frr.frr import Network, Rows, skip_or_fail
from tests.frr.topologies import Router, Topology, ios, iptables, topology
from tests.relations.writers import read

PACKETS = 220  # for each network


def devices(made: Topology) -> list[Device]:
    """Return the routers as our parsers read them: IOS for the routes, iptables for the filter."""
    return [_device(made, router) for router in made.routers.values()]


def _device(made: Topology, router: Router) -> Device:
    parsed = read("cisco_ios", ios(made, router), f"{router.name}.cfg")
    assert [note.where.text for note in parsed.coverage.notes] == []
    chains = read("iptables", iptables(router), f"{router.name}.rules").devices[0]
    return replace(parsed.devices[0], rulebases=chains.rulebases, bindings=chains.bindings)


def expected_rows(made: Topology, network: list[Device]) -> dict[int, Rows]:
    """Return the tables that we compute, by router."""
    learned = compute_routes(network)
    found: dict[int, Rows] = {}
    for number, router in made.routers.items():
        rows: Rows = set()
        for route in learned.tables[router.name, "", "default"]:
            if str(route.prefix) != f"{router.loopback}/32":  # the kernel keeps its own addresses elsewhere
                hops = {
                    "" if way.next_hop is None else format_address(Family.IPV4, way.next_hop) for way in route.exits
                }
                rows.add((str(route.prefix), frozenset(hops)))
        found[number] = rows
    return found


def flows(made: Topology, seed: int) -> list[tuple[int, Flow]]:
    """Return packets from hosts of the LANs, most of them to hosts of other LANs."""
    random = Random(seed)
    numbers = sorted(made.routers)
    found = []
    for position in range(PACKETS):
        start, end = random.sample(numbers, 2)
        target = str(made.routers[end].lan[10])
        if random.random() < 0.15:
            target = random.choice((f"172.20.{end}.9", "172.30.1.1", "192.0.2.1"))
        protocol = random.choice((6, 6, 17, 1))
        found.append(
            (
                start,
                Flow.of(
                    str(made.routers[start].lan[10]),
                    target,
                    protocol,
                    source_port=20000 + position if protocol != 1 else 0,
                    destination_port=random.choice((22, 53, 80, 443, 3389, 8080)) if protocol != 1 else 0,
                    icmp_type=8 if protocol == 1 else 0,
                ),
            )
        )
    return found


def fates(made: Topology, computed: Computed, asked: list[tuple[int, Flow]]) -> list[set[int]]:
    """Return at which LANs each packet may come out as we trace it; 0 = nowhere."""
    found = []
    for start, flow in asked:
        device = computed.devices[made.routers[start].name]
        port = computed.interface(device.name, "GigabitEthernet1/0")
        traced = trace_flow(computed, Place(device, port, ("", "default")), flow)
        found.append({_lan_of(made, one) for one in traced.traces})
    return found


def _lan_of(made: Topology, traced: Trace) -> int:
    """Return the LAN that a packet came out at; what goes to the side of a router is seen by nobody."""
    last = traced.hops[-1]
    if traced.disposition is not Disposition.DELIVERED or last.out_interface != "GigabitEthernet1/0":
        return 0
    return next(number for number, router in made.routers.items() if router.name == last.device)


# In network 5 the preferences of the systems contradict each other: what FRR does there depends on who speaks first.
UNDECIDED = 5
SEEDS = [seed for seed in range(12) if seed != UNDECIDED]


def test_preferences_that_contradict_each_other_are_a_doubt() -> None:
    doubts = compute_routes(devices(topology(UNDECIDED))).doubts
    assert any("several ways" in reason for reasons in doubts.values() for reason in reasons)


@pytest.mark.parametrize("seed", SEEDS)
def test_tables_and_packets_agree(seed: int) -> None:
    skip_or_fail()
    made = topology(seed)
    network = devices(made)
    expected = expected_rows(made, network)
    assert compute_routes(network).doubts.keys() == set()
    with Network(made) as running:
        tables = running.settled(lambda number: expected[number])
        for number, rows in tables.items():
            assert sorted(rows, key=str) == sorted(expected[number], key=str), f"{made.name}: r{number}"
        asked = flows(made, seed)
        came = running.arrivals(asked)
    computed = build_network(network, Policy())
    traced = fates(made, computed, asked)
    wrong = [
        (made.name, made.routers[start].name, flow, lan, ways)
        for (start, flow), lan, ways in zip(asked, came, traced, strict=True)
        if lan not in ways
    ]
    assert wrong == []
