"""What EOS configurations say of the device: facts, interfaces, VRFs, routes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.device import Device, Interface
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.arista_eos import parse
from tests.parsers.switch_answers import all_accounted_for, source_of

from .conftest import FIXTURES, Reader


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("device.cfg").devices[0]


def interface(device: Device, name: str) -> Interface:
    return next(one for one in device.interfaces if one.name == name)


def test_facts(switch: Device) -> None:
    assert (switch.name, switch.vendor, switch.operating_system) == ("leaf-2", "Arista", "EOS")
    assert (switch.model, switch.version) == ("DCS-7280SR-48C6-F", "4.28.3M")
    assert switch.vrfs == ("default", "PARTNER", "MGMT")


def test_the_boot_image_tells_the_version_where_nothing_else_does(read: Reader) -> None:
    assert read("! boot system flash:/EOS-4.19.1F.swi\nhostname X").devices[0].version == "4.19.1F"


def test_a_banner_configures_nothing(switch: Device) -> None:
    assert "Ethernet99" not in {one.name for one in switch.interfaces}


def test_addresses(switch: Device) -> None:
    first = interface(switch, "Ethernet1").addresses
    assert [(str(one), one.secondary) for one in first] == [("10.255.0.1/30", False), ("10.255.0.5/30", True)]
    assert [(str(one), one.virtual) for one in interface(switch, "Vlan20").addresses] == [("10.20.0.1/24", True)]
    assert [(str(one), one.virtual) for one in interface(switch, "Vlan30").addresses] == [
        ("10.30.0.2/24", False),
        ("2001:db8:30::2/64", False),
        ("10.30.0.1/24", True),
    ]


def test_switching(switch: Device) -> None:
    trunk = interface(switch, "Port-Channel7")
    assert (trunk.switchport, trunk.trunk_vlans) == ("trunk", IntervalSet.of([(20, 20), (30, 32)]))
    assert interface(switch, "Ethernet3").parent == "Port-Channel7"
    access = interface(switch, "Ethernet2")
    assert (access.switchport, access.vlan, access.enabled) == ("access", 20, False)
    sub = interface(switch, "Ethernet4.100")
    assert (sub.vlan, sub.parent, sub.vrf) == (100, "Ethernet4", "PARTNER")
    assert interface(switch, "Ethernet1").source_check is True


def test_ports_route_where_the_default_says_so(read: Reader) -> None:
    device = read("switchport default mode routed\ninterface Ethernet1\ninterface Ethernet2\n   switchport").devices[0]
    assert [one.switchport for one in device.interfaces] == ["", "access"]


def test_static_routes(switch: Device, fixture_file: Reader) -> None:
    found = {
        (one.vrf, one.prefix, one.next_hop, one.interface, one.next_vrf, one.distance, one.discards)
        for one in switch.static_routes
    }
    assert found == {
        ("default", "0.0.0.0/0", "10.255.0.2", "", "", 1, False),
        ("default", "10.66.0.0/16", "", "", "", 1, True),
        ("default", "10.77.0.0/16", "10.255.4.2", "", "PARTNER", 1, False),
        ("default", "2001:db8:f::/48", "2001:db8:30::9", "", "", 1, False),
        ("MGMT", "0.0.0.0/0", "192.0.2.1", "", "", 1, False),
        ("PARTNER", "198.51.100.0/24", "10.255.4.2", "Ethernet4", "", 200, False),
    }
    notes = fixture_file("device.cfg").coverage.notes
    assert notes[0].reason == "a route to a next-hop group"


def test_whether_the_device_routes(switch: Device, read: Reader) -> None:
    assert switch.forwards
    assert not read("hostname X\nno ip routing").devices[0].forwards
    assert read("hostname X").devices[0].forwards  # a part of a configuration does not tell


def test_routing_processes(switch: Device) -> None:
    assert [(one.protocol, one.vrf) for one in switch.routing_processes] == [("bgp", "default"), ("ospf", "PARTNER")]


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
    source = source_of(text, "arista_eos")
    assert all_accounted_for(parse(source), len(source.lines))
