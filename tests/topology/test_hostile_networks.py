"""Networks that nobody builds on purpose: each ends, with an answer or with the reason why there is none."""

from __future__ import annotations

from itertools import combinations

import pytest

from netaudit.model.device import Device
from netaudit.policy.registers import ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.reach import Conduit
from tests.topology.networks import TODAY, device, may_pass, network, passes, zone

UAT = zone("UAT", ZoneType.UAT, "10.1.0.0/24")
PROD = zone("PROD", ZoneType.PROD, "10.2.0.0/24")


def between(devices: list[Device]) -> Conduit:
    return find_conduits(network(devices, UAT, PROD), TODAY)["UAT", "PROD"]


def mesh(routers: int) -> list[Device]:
    """Return routers that are all joined to each other and speak OSPF; the first and the last have a zone."""
    lines = {number: [f"hostname r{number}"] for number in range(routers)}
    for count, (one, other) in enumerate(combinations(range(routers), 2)):
        start = count * 4
        for end, number in ((1, one), (2, other)):
            address = f"172.16.{start // 256}.{start % 256 + end}"
            lines[number] += [f"interface Gi1/{count}", f" ip address {address} 255.255.255.252"]
    for number, net in ((0, 1), (routers - 1, 2)):
        lines[number] += ["interface Gi0/0", f" ip address 10.{net}.0.1 255.255.255.0"]
    routing = ["router ospf 1", " network 0.0.0.0 255.255.255.255 area 0", " passive-interface Gi0/0"]
    return [device("cisco_ios", "\n".join([*text, *routing]), f"r{number}.cfg") for number, text in lines.items()]


def test_a_mesh_takes_the_one_hop() -> None:
    found = between(mesh(12))
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert found.paths == (("r0", "r11"),)


@pytest.mark.slow
def test_a_mesh_of_sixty_routers_ends() -> None:
    found = between(mesh(60))
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)


@pytest.mark.parametrize("sides", [2, 40])
def test_default_routes_in_a_circle_end_and_deliver_nothing(sides: int) -> None:
    texts = []
    for number in range(sides):
        behind = (number - 1) % sides
        text = [
            f"hostname r{number}",
            f"interface Gi1/0\n ip address 172.16.{number}.1 255.255.255.252",
            f"interface Gi1/1\n ip address 172.16.{behind}.2 255.255.255.252",
            f"ip route 0.0.0.0 0.0.0.0 172.16.{number}.2",
        ]
        if number == 0:
            text.append("interface Gi0/0\n ip address 10.1.0.1 255.255.255.0")
        texts.append(device("cisco_ios", "\n".join(text), f"r{number}.cfg"))
    aside = device("cisco_ios", "hostname home\ninterface Gi0/0\n ip address 10.2.0.1 255.255.255.0", "home.cfg")
    found = between([*texts, aside])
    assert not found.permitted
    if sides > 32:
        assert any("hops" in reason for reason in found.reasons)


def vlans(count: int) -> Device:
    """Return a switch with two zones and many more subnets."""
    text = ["hostname core", "interface Vlan1", " ip address 10.1.0.1 255.255.255.0"]
    text += ["interface Vlan2", " ip address 10.2.0.1 255.255.255.0"]
    for number in range(count):
        text += [f"interface Vlan{number + 3}", f" ip address 11.{number // 256}.{number % 256}.1 255.255.255.0"]
    return device("cisco_ios", "\n".join(text), "core.cfg")


@pytest.mark.parametrize("count", [200, pytest.param(5000, marks=pytest.mark.slow)])
def test_a_switch_with_many_subnets_answers(count: int) -> None:
    found = between([vlans(count)])
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert found.paths == (("core",),)


@pytest.mark.parametrize("count", [1000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_many_static_routes_answer(count: int) -> None:
    text = ["hostname edge", "interface Gi0/0", " ip address 10.1.0.1 255.255.255.0"]
    text += ["interface Gi0/1", " ip address 192.168.0.1 255.255.255.0"]
    text += ["ip route 10.2.0.0 255.255.255.128 192.168.0.2"]
    for number in range(count):
        network_text = f"11.{number // 256}.{number % 256}.0"
        text.append(f"ip route {network_text} 255.255.255.0 192.168.0.{number % 200 + 2}")
    inside = "hostname home\ninterface Gi0/1\n ip address 192.168.0.2 255.255.255.0\n"
    inside += "interface Gi0/0\n ip address 10.2.0.1 255.255.255.0"
    found = between([device("cisco_ios", "\n".join(text), "edge.cfg"), device("cisco_ios", inside, "home.cfg")])
    assert passes(found, "10.1.0.5", "10.2.0.5", 80)
    assert not passes(found, "10.1.0.5", "10.2.0.200", 80)
    assert not may_pass(found, "10.1.0.5", "10.2.0.200", 80)
