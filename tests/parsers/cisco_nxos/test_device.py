"""What NX-OS configurations say of the device: facts, interfaces, VRFs, routes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device, Interface
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.cisco_nxos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

from .conftest import FIXTURES, Reader


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("device.cfg").devices[0]


def interface(device: Device, name: str) -> Interface:
    return next(one for one in device.interfaces if one.name == name)


def test_facts(switch: Device) -> None:
    assert (switch.name, switch.vendor, switch.operating_system) == ("dc-spine-1", "Cisco", "NX-OS")
    assert (switch.part_number, switch.version, switch.serials) == ("N9K-C93180YC-EX", "9.3(8)", ("FDO00000001",))
    assert "last change" in {field for field, _ in switch.fact_sources}
    assert switch.vrfs == ("default", "management", "PARTNER")


def test_a_banner_configures_nothing(switch: Device) -> None:
    assert "Ethernet9/9" not in {one.name for one in switch.interfaces}


def test_addresses(switch: Device) -> None:
    vlan = interface(switch, "Vlan20")
    assert [str(one) for one in vlan.addresses if not one.virtual] == [
        "10.20.0.2/24",
        "10.20.8.2/24",
        "2001:db8:20::2/64",
    ]
    assert [str(one) for one in vlan.addresses if one.virtual] == ["10.20.0.1/24", "2001:db8:20::1/64"]
    assert (vlan.vlan, vlan.description) == (20, "trading floor")
    assert [str(one) for one in interface(switch, "Ethernet1/4").addresses] == ["10.255.4.1/30"]


@pytest.mark.parametrize(
    ("name", "enabled"),
    [
        ("Vlan20", True),
        ("Vlan30", False),  # an SVI is down until `no shutdown`
        ("Ethernet1/1", True),
        ("Ethernet1/2", False),  # so is a routed port
        ("Ethernet1/5", True),  # a switched port is up
        ("Ethernet1/6", False),
        ("mgmt0", True),
        ("loopback0", True),
        ("port-channel7", True),
    ],
)
def test_what_is_up_without_being_told(switch: Device, name: str, enabled: bool) -> None:
    assert interface(switch, name).enabled is enabled


def test_ports_of_a_chassis_that_routes_by_default(read: Reader) -> None:
    device = read("boot kickstart bootflash:/n7000-s2-kickstart.6.2.bin\ninterface Ethernet1/1\n  mtu 9216").devices[0]
    port = interface(device, "Ethernet1/1")
    assert (port.switchport, port.enabled) == ("", False)


def test_switching(switch: Device) -> None:
    trunk = interface(switch, "port-channel7")
    assert (trunk.switchport, trunk.trunk_vlans) == ("trunk", IntervalSet.of([(20, 20), (30, 32), (40, 40)]))
    assert interface(switch, "Ethernet1/3").bundle == "port-channel7"
    sub = interface(switch, "Ethernet1/4.100")
    assert (sub.vlan, sub.parent, sub.vrf) == (100, "Ethernet1/4", "PARTNER")
    assert interface(switch, "Ethernet1/1").source_check is True


def test_static_routes(switch: Device) -> None:
    found = {
        (one.vrf, one.prefix, one.next_hop, one.interface, one.next_vrf, one.distance, one.discards, one.tracked)
        for one in switch.static_routes
    }
    assert found == {
        ("default", "0.0.0.0/0", "10.255.0.2", "", "", 1, False, ""),
        ("default", "10.66.0.0/16", "", "", "", 1, True, ""),
        ("default", "10.77.0.0/16", "10.255.4.2", "", "PARTNER", 1, False, ""),
        ("default", "10.88.0.0/16", "10.255.0.2", "", "", 50, False, ""),  # the later line replaces the earlier
        ("management", "0.0.0.0/0", "192.0.2.1", "", "", 1, False, ""),
        ("PARTNER", "198.51.100.0/24", "10.255.4.2", "Ethernet1/4", "", 200, False, "7"),
        ("PARTNER", "2001:db8:f::/48", "2001:db8:4::2", "", "", 1, False, ""),
    }


def test_routing_processes_are_read(switch: Device, fixture_file: Reader) -> None:
    assert {one.protocol for one in switch.routing_processes} == {"ospf", "bgp"}
    assert all(one.exact for one in switch.routing_processes)
    assert fixture_file("device.cfg").coverage.notes == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ethernet 1/1", ["Ethernet1/1"]),
        ("port-channel 7", ["port-channel7"]),
        ("Ethernet1/1-3", ["Ethernet1/1", "Ethernet1/2", "Ethernet1/3"]),
        ("Ethernet1/1, Ethernet1/4 - 5", ["Ethernet1/1", "Ethernet1/4", "Ethernet1/5"]),
        ("Vlan10,12", ["Vlan10", "Vlan12"]),
    ],
)
def test_names_of_interfaces(read: Reader, text: str, names: list[str]) -> None:
    device = read(f"interface {text}\n  description x").devices[0]
    assert [one.name for one in device.interfaces] == names
    assert {one.description for one in device.interfaces} == {"x"}


def test_a_breakout_is_no_interface(read: Reader) -> None:
    parsed = read("interface breakout module 1 port 1-4 map 10g-4x\ninterface Ethernet1/1/1")
    assert [one.name for one in parsed.devices[0].interfaces] == ["Ethernet1/1/1"]
    assert parsed.coverage.notes == ()


def test_a_name_that_is_none_is_told(read: Reader) -> None:
    parsed = read("interface some where else\n  ip address 10.0.0.1/24")
    assert [note.where.line for note in parsed.coverage.notes] == [1, 2]


_LINES = [
    line
    for path in sorted(FIXTURES.glob("*.cfg"))
    for line in path.read_text(encoding="utf-8").splitlines()
    if line.strip()
]


@given(st.lists(st.sampled_from(_LINES) | st.text(max_size=40), max_size=40), st.integers(0, 30))
@settings(max_examples=150, deadline=None)
def test_any_lines_in_any_order_parse(lines: list[str], cut: int) -> None:
    text = "\n".join(line[: len(line) - cut] if index % 5 == 0 else line for index, line in enumerate(lines))
    source = source_of(text, "cisco_nxos")
    assert all_accounted_for(parse(source), len(source.lines))
