"""Access lists of EOS: what passes, what is denied, and what is left open."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, Purpose
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, SYN
from tests.parsers.switch_answers import fate_at

from .conftest import Reader

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("access_lists.cfg").devices[0]


def test_a_standard_list_asks_for_the_source_alone(switch: Device) -> None:
    assert fate_at(switch, "HOSTS", "10.1.1.1", "192.0.2.1", UDP, 53) == "permit"
    assert fate_at(switch, "HOSTS", "10.2.9.9", "192.0.2.1", TCP, 22) == "permit"
    assert fate_at(switch, "HOSTS", "10.3.9.9", "192.0.2.1", TCP, 22) == "deny"
    assert fate_at(switch, "HOSTS", "192.0.2.9", "192.0.2.1", TCP, 22) == "deny"


def test_a_mask_that_may_be_meant_either_way_is_left_open(switch: Device) -> None:
    """`permit 10.0.0.0 255.0.0.0` permits 10.0.0.0/8 as a netmask, and any x.0.0.0 as a wildcard."""
    assert fate_at(switch, "HOSTS", "10.9.9.9", "192.0.2.1") == "unknown"
    assert fate_at(switch, "HOSTS", "192.0.0.0", "192.0.2.1") == "unknown"
    assert fate_at(switch, "HOSTS", "10.0.0.0", "192.0.2.1") == "permit"


def test_sequence_numbers_give_the_order(switch: Device) -> None:
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.1.1.1", TCP, 23, tcp_flags=ACK) == "deny"


def test_several_ports_and_names(switch: Device) -> None:
    for port, verdict in ((80, "permit"), (443, "permit"), (22, "deny")):
        assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.1.1.1", TCP, port) == verdict
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.4.0.1", UDP, 54, source_port=1024) == "permit"
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.4.0.1", UDP, 53, source_port=1024) == "deny"


def test_established(switch: Device) -> None:
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.9.9.9", TCP, 9, tcp_flags=SYN | ACK) == "permit"
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.9.9.9", TCP, 9) == "deny"


def test_icmp(switch: Device) -> None:
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.9.9.9", ICMP, icmp_type=8) == "permit"
    assert fate_at(switch, "EXTENDED", "192.0.2.1", "10.9.9.9", ICMP, icmp_type=0) == "deny"


@pytest.mark.parametrize(("destination", "port"), [("10.5.5.5", 22), ("10.6.6.6", 22), ("10.6.6.7", 22)])
def test_vlan_ttl_and_tracked_leave_the_packet_open(switch: Device, destination: str, port: int) -> None:
    assert fate_at(switch, "EXTENDED", "192.0.2.1", destination, TCP, port) == "unknown"


def test_a_port_that_nobody_knows_may_match_anything(switch: Device, fixture_file: Reader) -> None:
    assert fate_at(switch, "UNKNOWN-NAME", "192.0.2.1", "10.7.7.7", TCP, 9) == "unknown"
    assert [note.where.line for note in fixture_file("access_lists.cfg").coverage.notes] == [25]


def test_an_empty_list_is_not_judged(switch: Device) -> None:
    assert fate_at(switch, "EMPTY", "192.0.2.1", "10.7.7.7", TCP, 9) == "unknown"


def test_ipv6(switch: Device) -> None:
    assert fate_at(switch, "V6", "2001:db8:10::9", "2001:db8::1", TCP, 22) == "permit"
    assert fate_at(switch, "V6", "2001:db8:10::9", "2001:db8::1", ICMPV6, icmp_type=128) == "permit"
    assert fate_at(switch, "V6", "2001:db8:10::9", "2001:db8::1", ICMPV6, icmp_type=129) == "deny"
    assert fate_at(switch, "V6", "2001:db8:10::9", "2001:db8::1", ICMPV6, icmp_type=136) == "unknown"


def test_entries_as_people_read_them(switch: Device) -> None:
    rulebase = switch.rulebase("EXTENDED")
    assert rulebase is not None
    web = rulebase.rules[1]
    assert (web.name, web.description, web.sources, web.destinations, web.services) == (
        "20", "web for everyone", ("any",), ("10.1.1.1",), ("tcp eq www https",),
    )  # fmt: skip
    assert rulebase.rules[-1].logged is True
    assert web.match.surely.contains(Flow.of("192.0.2.1", "10.1.1.1", TCP, destination_port=443))


def test_where_lists_are_bound(switch: Device) -> None:
    bound = {
        (one.rulebase, one.interface, one.direction, one.defined)
        for one in switch.bindings
        if one.purpose is Purpose.FILTER
    }
    assert bound == {
        ("EXTENDED", "Ethernet1", Direction.IN, True),
        ("HOSTS", "Ethernet1", Direction.OUT, True),
        ("V6", "Ethernet1", Direction.IN, True),
        ("MISSING", "Ethernet2", Direction.IN, False),
    }


def test_a_list_that_is_taken_back_is_gone(read: Reader) -> None:
    device = read("ip access-list X\n   10 permit ip any any\nno ip access-list X\n").devices[0]
    assert device.rulebases == ()


def test_an_entry_that_is_taken_back_is_gone(read: Reader) -> None:
    device = read("ip access-list X\n   10 permit ip any any\n   20 deny udp any any\n   no 10\n").devices[0]
    assert fate_at(device, "X", "10.0.0.1", "10.0.0.2") == "deny"
