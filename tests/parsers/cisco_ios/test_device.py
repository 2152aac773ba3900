"""Device facts, interfaces, VRFs, routes and routing processes."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device, Interface
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet

from .conftest import Reader


@pytest.fixture(scope="module")
def edge(fixture_file: Reader) -> Device:
    return fixture_file("edge-router.cfg").devices[0]


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("switch.cfg").devices[0]


def interface(device: Device, name: str) -> Interface:
    return next(one for one in device.interfaces if one.name == name)


def test_facts_come_with_their_lines(edge: Device) -> None:
    assert (edge.name, edge.vendor, edge.operating_system) == ("EDGE-1", "Cisco", "IOS-XE")
    assert (edge.model, edge.version, edge.serials) == ("ISR4331/K9", "17.9", ("FDO21520TGH",))
    places = {field: where.line for field, where in edge.fact_sources}
    assert places["model"] == places["serial"] == 26
    assert places["version"] == 7
    assert places["last change"] == 5


def test_an_inventory_header_tells_the_release_that_the_version_line_does_not(switch: Device) -> None:
    assert (switch.model, switch.version, switch.operating_system) == ("WS-C3750X-48PF-S", "15.0(2)SE11", "IOS")
    assert switch.serials == ("FDO1234X0AB",)


def test_a_device_without_hostname_takes_the_name_of_its_file(read: Reader) -> None:
    assert read("interface Loopback0\n ip address 10.0.0.1 255.255.255.255").devices[0].name == "router"


def test_addresses(edge: Device) -> None:
    outside = interface(edge, "GigabitEthernet0/0/0")
    assert [str(one) for one in outside.addresses] == ["203.0.113.2/29", "203.0.113.10/29", "2001:db8:0:1::2/64"]
    assert [one.secondary for one in outside.addresses] == [False, True, False]
    assert outside.source_check is True
    assert outside.where.line == 31
    assert interface(edge, "Dialer1").dynamic_address
    assert interface(edge, "GigabitEthernet0").dynamic_address
    assert not interface(edge, "GigabitEthernet0").enabled


def test_a_subinterface_has_its_tag_parent_vrf_and_virtual_address(edge: Device) -> None:
    partner = interface(edge, "GigabitEthernet0/0/1.20")
    assert (partner.vlan, partner.parent, partner.vrf) == (20, "GigabitEthernet0/0/1", "PARTNER")
    assert [(str(one), one.virtual) for one in partner.addresses] == [("10.20.0.1/24", False), ("10.20.0.254/24", True)]


def test_old_and_new_vrf_syntax(edge: Device) -> None:
    assert edge.vrfs == ("default", "Mgmt-intf", "PARTNER")


def test_switch_ports(switch: Device) -> None:
    trunk = interface(switch, "Port-channel1")
    assert trunk.switchport == "trunk"
    assert trunk.trunk_vlans == IntervalSet.of([(10, 10), (20, 22), (30, 30)])
    access = interface(switch, "GigabitEthernet1/0/1")
    assert (access.switchport, access.vlan) == ("access", 10)
    assert interface(switch, "GigabitEthernet1/0/47").parent == "Port-channel1"
    assert interface(switch, "GigabitEthernet1/0/48").switchport == ""
    svi = interface(switch, "Vlan10")
    assert svi.vlan == 10
    assert [str(one) for one in svi.addresses if one.virtual] == ["10.10.10.1/24"]


def test_no_ip_routing(switch: Device, edge: Device) -> None:
    assert edge.forwards
    assert not switch.forwards


def test_static_routes(edge: Device) -> None:
    default, leak, null, six = edge.static_routes
    assert (default.prefix, default.next_hop, default.interface, default.distance, default.tracked) == (
        "0.0.0.0/0",
        "203.0.113.1",
        "GigabitEthernet0/0/0",
        250,
        "1",
    )
    assert (leak.vrf, leak.next_vrf, leak.prefix) == ("PARTNER", "default", "10.99.0.0/16")
    assert null.discards and not null.interface
    assert (six.family, six.prefix, six.next_hop) == (Family.IPV6, "::/0", "FE80::1")


def test_routing_processes(edge: Device) -> None:
    assert [one.name for one in edge.routing_processes] == ["ospf 1"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ip route 10.0.0.0 255.0.0.0 Serial0/0/0:0", ("Serial0/0/0:0", "")),
        ("ip route 10.0.0.0 255.0.0.0 Vlan 10 10.1.1.1", ("Vlan10", "10.1.1.1")),
        ("ip route 10.0.0.0 255.0.0.0 10.1.1.1 tag 7 permanent", ("", "10.1.1.1")),
        ('ip route 10.0.0.0 255.0.0.0 10.1.1.1 name "to the plant" 7', ("", "10.1.1.1")),
        ('ip route 10.0.0.0 255.0.0.0 10.1.1.1 name " plant " 7', ("", "10.1.1.1")),
        ("ipv6 route 2001:db8::/32 fd00::1", ("", "fd00::1")),
    ],
)
def test_forms_of_a_route(read: Reader, line: str, expected: tuple[str, str]) -> None:
    route = read(line).devices[0].static_routes[0]
    assert (route.interface, route.next_hop) == expected


def test_a_name_in_quotes_ends_at_the_second_quote(read: Reader) -> None:
    assert read('ip route 10.0.0.0 255.0.0.0 10.1.1.1 name "to the plant" 7').devices[0].static_routes[0].distance == 7
    broken = read('ip route 10.0.0.0 255.0.0.0 10.1.1.1 name "to the plant 7')
    assert [note.affects for note in broken.coverage.notes] == [Affects.ROUTING]


def test_flow_points_stand_in_their_bridge_domain(read: Reader) -> None:
    parsed = read(
        "hostname r1\ninterface GigabitEthernet0/0/1\n no ip address\n service instance 2 ethernet\n"
        "  encapsulation dot1q 20\n  rewrite ingress tag pop 1 symmetric\n  bridge-domain 7\n"
        " service instance 3 ethernet\n  encapsulation untagged\n  xconnect 10.0.0.9 5 encapsulation mpls\n"
        "interface BDI7\n ip address 10.7.0.1 255.255.255.0\n"
    )
    found = {one.name: one for one in parsed.devices[0].interfaces}
    point = found["GigabitEthernet0/0/1.EFP2"]
    assert (point.vlan, point.switchport, point.parent) == (7, "access", "GigabitEthernet0/0/1")
    assert found["BDI7"].vlan == 7
    assert "GigabitEthernet0/0/1.EFP3" not in found
    assert {note.where.text.split()[0] for note in parsed.coverage.notes} == {"service", "xconnect"}
