"""Ports taken down and brought up, with what stands on them and at the other end of their cable; lists bound there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.capture import CABLING, CapturedNeighbor
from netaudit.model.device import Device
from netaudit.model.source import SourceRef
from tests.topology.changes.planning import changed, refused
from tests.topology.networks import device

SWITCH = """
hostname core
interface GigabitEthernet1/0/1
 switchport mode access
 switchport access vlan 10
interface GigabitEthernet1/0/2
 switchport mode trunk
 switchport trunk allowed vlan 10,20
interface GigabitEthernet1/0/3
 no switchport
 ip address 192.168.0.1 255.255.255.252
interface GigabitEthernet1/0/4
 no switchport
 channel-group 1 mode active
interface GigabitEthernet1/0/5
 no switchport
 channel-group 1 mode active
interface Port-channel1
 no switchport
 ip address 192.168.1.1 255.255.255.252
interface Vlan10
 ip address 10.10.0.1 255.255.255.0
interface Vlan20
 ip address 10.20.0.1 255.255.255.0
ip access-list extended A
 10 permit ip any any
ip access-list extended B
 10 deny ip any any
"""


def switch() -> Device:
    return device("cisco_ios", SWITCH, "core.cfg")


def down(*names: str) -> str:
    return "\n".join(f"- {{change: interface_down, device: core, interface: {name}}}" for name in names)


def closed(devices: list[Device]) -> list[str]:
    return [f"{one.name} {port.name}" for one in devices for port in one.interfaces if not port.enabled]


def test_a_vlan_interface_stays_while_a_port_carries_its_vlan() -> None:
    assert closed(changed([switch()], down("GigabitEthernet1/0/1"))) == ["core GigabitEthernet1/0/1"]
    assert closed(changed([switch()], down("GigabitEthernet1/0/2"))) == ["core GigabitEthernet1/0/2", "core Vlan20"]
    both = changed([switch()], down("GigabitEthernet1/0/1", "GigabitEthernet1/0/2"))
    assert closed(both)[-2:] == ["core Vlan10", "core Vlan20"]


def test_a_port_channel_goes_down_with_its_last_port() -> None:
    one = changed([switch()], down("GigabitEthernet1/0/4"))
    assert closed(one) == ["core GigabitEthernet1/0/4"]
    assert "core Port-channel1" in closed(changed(one, down("GigabitEthernet1/0/5")))


def test_a_name_may_be_cut_short() -> None:
    assert closed(changed([switch()], down("Gi1/0/3"))) == ["core GigabitEthernet1/0/3"]


def test_sub_interfaces_go_down_with_their_port() -> None:
    text = (
        "hostname core\ninterface GigabitEthernet0/0\n no ip address\ninterface GigabitEthernet0/0.10\n"
        " encapsulation dot1Q 10\n ip address 10.10.0.1 255.255.255.0\n"
    )
    after = changed([device("cisco_ios", text)], down("GigabitEthernet0/0"))
    assert closed(after) == ["core GigabitEthernet0/0", "core GigabitEthernet0/0.10"]


def test_the_other_end_of_a_stated_cable_goes_down_too() -> None:
    other = device(
        "cisco_ios",
        "hostname far\ninterface GigabitEthernet0/1\n ip address 192.168.0.2 255.255.255.252\n",
        "far.cfg",
    )
    seen = CapturedNeighbor(CABLING, "GigabitEthernet1/0/3", "far", SourceRef("cables.csv", 2), "GigabitEthernet0/1")
    core = switch()
    cabled = replace(core, captured=replace(core.captured, neighbors=(seen,)))
    assert closed(changed([cabled, other], down("Gi1/0/3"))) == ["core GigabitEthernet1/0/3", "far GigabitEthernet0/1"]
    lldp = replace(core, captured=replace(core.captured, neighbors=(replace(seen, protocol="lldp"),)))
    assert closed(changed([lldp, other], down("Gi1/0/3"))) == ["core GigabitEthernet1/0/3"]


def test_a_list_takes_the_place_of_the_one_before() -> None:
    def bound(devices: list[Device]) -> list[tuple[str, str, str]]:
        return [(one.rulebase, one.interface, str(one.direction)) for one in devices[0].bindings]

    plan = "- {{change: bind, device: core, rulebase: {}, interface: Vlan10, direction: in}}"
    first = changed([switch()], plan.format("A"))
    assert bound(first) == [("A", "Vlan10", "in")]
    assert bound(changed(first, plan.format("B"))) == [("B", "Vlan10", "in")]
    out = changed(first, plan.format("B").replace("direction: in", "direction: out"))
    assert bound(out) == [("A", "Vlan10", "in"), ("B", "Vlan10", "out")]
    assert bound(changed(first, plan.format("A").replace("bind", "unbind"))) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "- {change: interface_up, device: core, interface: Vlan10}",
            "line 1, key interface: Vlan10 of core is up already (core.cfg:20)",
        ),
        (
            "- {change: interface_down, device: core, interface: Vlan30}",
            "line 1, key interface: there is no interface 'Vlan30' on core, did you mean 'Vlan20'?",
        ),
        (
            "- {change: bind, device: core, rulebase: C, interface: Vlan10, direction: in}",
            "line 1, key rulebase: there is no rulebase 'C' on core; there are A, B",
        ),
        (
            "- {change: unbind, device: core, rulebase: A, interface: Vlan10, direction: in}",
            "line 1, key rulebase: 'A' is not bound at Vlan10 of core in; bound there: none",
        ),
        (
            "- {change: add_route, device: core, prefix: 10.9.0.0/16, next_hop: 192.168.0.2, vrf: RED}",
            "line 1, key vrf: there is no VRF 'RED' on core; there are default",
        ),
        (
            "- {change: remove_route, device: core, prefix: 10.9.0.0/16}",
            "line 1, key prefix: core has no static route to 10.9.0.0/16 (routes of routing protocols and connected"
            " ones cannot be removed); there are none",
        ),
    ],
)
def test_what_does_not_fit_is_told(text: str, told: str) -> None:
    assert refused([switch()], text) == [told]


def test_platforms_whose_policies_are_in_force_by_themselves_bind_none() -> None:
    text = "config system global\n    set hostname fw\nend\nconfig system interface\n    edit port1\n"
    text += "        set ip 10.0.0.1 255.255.255.0\n    next\nend\nconfig firewall policy\nend\n"
    told = refused(
        [device("fortios", f"#config-version=FG100F-7.4.1-FW-build1:opmode=0:vdom=0:user=admin\n{text}")],
        "- {change: bind, device: fw, rulebase: policy, interface: port1, direction: in}",
    )
    assert told == ["line 1, key change: fw (fortios) binds no lists at interfaces"]
