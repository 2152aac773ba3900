"""VLAN access maps and address translation of NX-OS."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, NatKind, Purpose
from tests.parsers.switch_answers import fate_at

from .conftest import Reader

MAP = "vlan access-map VLAN-20"


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("vlan_maps_and_nat.cfg").devices[0]


def test_the_lists_of_a_map_choose_packets_and_its_actions_decide(switch: Device) -> None:
    assert fate_at(switch, MAP, "10.20.0.9", "10.20.0.5", 6, 443) == "permit"  # sequence 10 comes first
    assert fate_at(switch, MAP, "10.20.0.9", "10.20.0.5", 6, 22) == "deny"
    assert fate_at(switch, MAP, "10.30.0.9", "10.20.0.5", 6, 22) == "permit"
    rulebase = switch.rulebase(MAP)
    assert rulebase is not None and [rule.logged for rule in rulebase.rules[:3]] == [False, True, False]


def test_what_no_sequence_matches_is_left_open(read: Reader) -> None:
    device = read(
        "ip access-list L\n  permit tcp any any eq 80\nvlan access-map M 10\n  match ip address L\n  action forward\n"
    ).devices[0]
    assert fate_at(device, "vlan access-map M", "10.0.0.1", "10.0.0.2", 6, 80) == "permit"
    assert fate_at(device, "vlan access-map M", "10.0.0.1", "10.0.0.2", 6, 81) == "unknown"


def test_a_map_with_an_unknown_list_is_left_open(read: Reader) -> None:
    device = read("vlan access-map M 10\n  match ip address NOWHERE\n  action drop\n").devices[0]
    assert fate_at(device, "vlan access-map M", "10.0.0.1", "10.0.0.2", 6, 80) == "unknown"
    assert [one.name for one in device.undefined_references] == ["NOWHERE"]


def test_a_map_is_bound_at_the_interfaces_of_its_vlans(switch: Device, fixture_file: Reader) -> None:
    bound = {(one.interface, one.direction) for one in switch.bindings if one.rulebase == MAP}
    assert bound == {("Vlan20", Direction.IN), ("Vlan20", Direction.OUT), ("Vlan40", Direction.OUT)}
    assert all(one.purpose is Purpose.FILTER for one in switch.bindings if one.rulebase == MAP)
    # Vlan40 has a list of its own on the way in: that the map filters there too is told, not modelled.
    notes = fixture_file("vlan_maps_and_nat.cfg").coverage.notes
    assert [(note.where.line, note.affects.value) for note in notes] == [(21, "filter"), (48, "nat")]


def test_static_translations(switch: Device) -> None:
    host, port = switch.nat_rules[:2]
    assert (host.kind, str(host.match.surely.sources()), str(host.translated_source)) == (
        NatKind.STATIC, "10.20.0.5", "203.0.113.5",
    )  # fmt: skip
    assert "Ethernet1/1" in host.from_interface and "Ethernet1/2" in host.to_interface
    assert port.original_ports is not None and port.translated_ports is not None
    assert (port.protocol, port.original_ports.lowest(), port.translated_ports.lowest()) == (6, 80, 8080)


def test_dynamic_translations(switch: Device) -> None:
    pool, interface = switch.nat_rules[2:4]
    assert [str(one.translated_source) for one in (pool, interface)] == ["203.0.113.10/31, 203.0.113.12", "203.0.113.1"]
    assert str(pool.match.surely.sources()) == "10.0.0.0/8"


def test_translations_of_hosts_outside(switch: Device) -> None:
    outside = switch.nat_rules[4]
    assert "Ethernet1/2" in outside.from_interface and str(outside.match.surely.sources()) == "198.51.100.1"


def test_half_of_a_twice_translation_is_known_from_above_only(switch: Device) -> None:
    half = switch.nat_rules[5]
    assert not half.match.surely and half.match.maybe
