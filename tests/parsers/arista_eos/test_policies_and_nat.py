"""Traffic policies and address translation of EOS."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, NatKind, Purpose
from netaudit.packets.services import ACK
from tests.parsers.switch_answers import fate_at

from .conftest import Reader

EDGE = "traffic-policy EDGE"


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("policies_and_nat.cfg").devices[0]


def test_field_sets_with_exceptions(switch: Device) -> None:
    def web(source: str, destination: str, port: int) -> str:
        return fate_at(switch, EDGE, source, destination, 6, port, source_port=5000)

    assert web("198.51.100.9", "10.20.0.5", 8050) == "permit"
    assert web("192.0.2.9", "10.21.0.5", 443) == "permit"
    assert web("192.0.2.9", "10.21.0.5", 444) == "deny"
    assert web("192.0.2.9", "10.20.0.9", 443) == "deny"
    assert fate_at(switch, EDGE, "192.0.2.9", "10.21.0.5", 6, 443, source_port=1000) == "deny"


def test_flags_and_messages(switch: Device) -> None:
    assert fate_at(switch, EDGE, "192.0.2.9", "10.50.0.5", 6, 9, tcp_flags=ACK) == "permit"
    assert fate_at(switch, EDGE, "192.0.2.9", "10.50.0.5", 1, icmp_type=8) == "permit"
    assert fate_at(switch, EDGE, "192.0.2.9", "10.50.0.5", 1, icmp_type=0) == "deny"


def test_undefined_sets_and_other_fields_leave_the_packet_open(switch: Device) -> None:
    assert fate_at(switch, EDGE, "192.0.2.9", "10.50.0.5", 17, 53) == "unknown"
    assert fate_at(switch, EDGE, "192.0.2.9", "10.50.0.5", 50) == "unknown"


def test_the_match_for_all_others_comes_last_wherever_it_stands(switch: Device) -> None:
    assert fate_at(switch, EDGE, "192.0.2.9", "10.99.0.5", 6, 9) == "permit"
    assert fate_at(switch, EDGE, "192.0.2.9", "10.98.0.5", 6, 9) == "deny"


def test_what_no_match_takes_is_passed(switch: Device) -> None:
    assert fate_at(switch, EDGE, "2001:db8::1", "2001:db8::2", 6, 9) == "permit"


def test_where_policies_are_bound(switch: Device, fixture_file: Reader) -> None:
    bound = [(one.interface, one.direction) for one in switch.bindings if one.rulebase == EDGE]
    assert bound == [("Ethernet1", Direction.IN)]
    # Ethernet2 has a list as well: that the policy filters there too is told, not modelled.
    notes = fixture_file("policies_and_nat.cfg").coverage.notes
    assert [(note.where.line, note.affects.value) for note in notes] == [(17, "nat"), (23, "filter")]


def test_translations(switch: Device) -> None:
    kinds = [one.kind for one in switch.nat_rules]
    assert kinds == [NatKind.STATIC] * 2 + [NatKind.SOURCE] * 2 + [NatKind.DESTINATION] * 2
    host, port, overload, pool, published, half = switch.nat_rules
    assert (str(host.match.surely.sources()), str(host.translated_source)) == ("10.20.0.5", "203.0.113.5")
    assert port.original_ports is not None and port.translated_ports is not None
    assert (port.protocol, port.original_ports.lowest(), port.translated_ports.lowest()) == (6, 80, 8080)
    assert str(overload.translated_source) == "203.0.113.1"
    assert str(pool.translated_source) == "203.0.113.10/31, 203.0.113.12"
    assert str(published.match.surely.destinations()) == "203.0.113.7"
    assert str(published.match.surely.sources()) == "10.0.0.0/8"
    assert not half.match.surely
    assert all("Ethernet1" in one.to_interface for one in (host, port, overload, pool))


def test_the_list_of_a_translation_is_no_filter(switch: Device) -> None:
    purposes = {one.purpose for one in switch.bindings if one.rulebase == "INSIDE" and not one.interface}
    assert purposes == {Purpose.NAT}
