"""Access lists of NX-OS: what passes, what is denied, and what is left open."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Direction, Purpose
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, FIN, PSH, RST, SYN
from tests.parsers.switch_answers import fate_at

from .conftest import Reader

TCP, UDP, ICMP, IGMP, GRE, ICMPV6 = 6, 17, 1, 2, 47, 58


@pytest.fixture(scope="module")
def switch(fixture_file: Reader) -> Device:
    return fixture_file("access_lists.cfg").devices[0]


def test_sequence_numbers_give_the_order(switch: Device) -> None:
    assert fate_at(switch, "OUT-OF-ORDER", "10.9.9.9", "10.1.1.1", TCP, 80) == "permit"
    assert fate_at(switch, "OUT-OF-ORDER", "10.9.9.9", "10.1.1.1", TCP, 443) == "deny"


def test_remarks_take_numbers_too(switch: Device) -> None:
    rulebase = switch.rulebase("OUT-OF-ORDER")
    assert rulebase is not None
    assert [(rule.name, rule.description) for rule in rulebase.rules] == [
        ("10", ""),
        ("20", ""),
        ("40", "numbered thirty"),
    ]


def test_what_no_entry_matches_is_denied(switch: Device) -> None:
    assert fate_at(switch, "OUT-OF-ORDER", "10.9.9.9", "10.1.1.1", UDP, 123) == "deny"


def test_groups_of_addresses_and_ports(switch: Device) -> None:
    assert fate_at(switch, "GROUPS", "10.20.1.10", "10.50.0.1", UDP, 5001) == "permit"
    assert fate_at(switch, "GROUPS", "10.20.3.127", "10.50.0.1", UDP, 6010) == "permit"
    assert fate_at(switch, "GROUPS", "10.20.3.10", "10.50.0.1", UDP, 65001) == "permit"
    assert fate_at(switch, "GROUPS", "10.1.0.1", "10.9.0.1", TCP, 7, source_port=6005) == "permit"


def test_an_undefined_group_leaves_the_packet_open(switch: Device) -> None:
    assert fate_at(switch, "GROUPS", "10.20.3.128", "10.50.0.1", UDP, 5001) == "unknown"
    assert ("address object", "NOWHERE") in {(one.kind, one.name) for one in switch.undefined_references}


def test_established_is_ack_or_rst(switch: Device) -> None:
    for flags, verdict in ((ACK, "permit"), (RST, "permit"), (SYN | ACK, "permit"), (SYN, "deny"), (FIN | PSH, "deny")):
        assert fate_at(switch, "FLAGS", "192.0.2.1", "10.1.1.1", TCP, 80, tcp_flags=flags) == verdict


def test_the_ones_of_a_flags_mask_do_not_count(switch: Device) -> None:
    rulebase = switch.rulebase("FLAGS")
    assert rulebase is not None
    masked = rulebase.rules[2].match
    assert masked.is_exact
    assert ACK in masked.surely.products[0].services.boxes[0].tcp_flags
    assert SYN not in masked.surely.products[0].services.boxes[0].tcp_flags


def test_several_flags_are_left_open_where_only_some_are_set(switch: Device) -> None:
    rulebase = switch.rulebase("FLAGS")
    assert rulebase is not None
    last = rulebase.rules[3].match
    assert FIN in last.maybe.products[0].services.boxes[0].tcp_flags
    assert FIN not in last.surely.products[0].services.boxes[0].tcp_flags
    assert FIN | PSH in last.surely.products[0].services.boxes[0].tcp_flags


def test_icmp_by_name_and_by_number(switch: Device) -> None:
    rulebase = switch.rulebase("OPTIONS")
    assert rulebase is not None
    echo, unreachable = (rule.match.surely for rule in rulebase.rules[:2])
    assert (echo.products[0].services.boxes[0].source_ports.lowest()) == 8
    box = unreachable.products[0].services.boxes[0]
    assert (box.source_ports.lowest(), box.destination_ports.lowest()) == (3, 4)


@pytest.mark.parametrize("line", [3, 4, 5, 6, 7, 8])
def test_fields_beyond_the_packet_space_widen_the_upper_bound_only(switch: Device, line: int) -> None:
    rulebase = switch.rulebase("OPTIONS")
    assert rulebase is not None
    match = rulebase.rules[line - 1].match
    assert match.maybe and not match.surely and match.reasons


def test_a_time_range_tells_when_the_rule_expires(switch: Device) -> None:
    rulebase = switch.rulebase("OPTIONS")
    assert rulebase is not None
    rule = next(rule for rule in rulebase.rules if rule.schedule)
    assert (rule.schedule, rule.expires, rule.logged) == ("JANUARY", date(2026, 1, 31), True)


def test_operators_on_both_sides_and_wildcards_with_holes(switch: Device) -> None:
    assert fate_at(switch, "NEQ", "10.6.77.0", "10.1.1.1", UDP, 1024) == "permit"
    assert fate_at(switch, "NEQ", "10.6.77.0", "10.1.1.1", UDP, 1023) == "unknown"  # by the last line, see below
    rulebase = switch.rulebase("NEQ")
    assert rulebase is not None
    assert not rulebase.rules[1].match.maybe.contains(Flow.of("10.6.77.1", "10.1.1.1", UDP, destination_port=1024))


def test_a_port_that_nobody_knows_may_match_anything(switch: Device, fixture_file: Reader) -> None:
    assert fate_at(switch, "NEQ", "192.0.2.1", "10.5.5.5", TCP, 2000, source_port=25) == "unknown"
    notes = fixture_file("access_lists.cfg").coverage.notes
    assert [(note.where.line, note.affects.value) for note in notes] == [(51, "filter")]


def test_an_empty_list_is_not_judged(switch: Device) -> None:
    assert fate_at(switch, "NOTHING-YET", "192.0.2.1", "10.5.5.5", TCP, 80) == "unknown"


def test_ipv6(switch: Device) -> None:
    assert fate_at(switch, "V6", "2001:db8:20::9", "2001:db8:1::1", TCP, 22) == "permit"
    assert fate_at(switch, "V6", "2001:db8:30::9", "2001:db8:1::1", TCP, 22) == "deny"
    # Neighbour discovery passes by itself on some models and not on others.
    assert fate_at(switch, "V6", "2001:db8:30::9", "2001:db8:1::1", ICMPV6, icmp_type=135) == "unknown"
    assert fate_at(switch, "V6", "2001:db8:66::9", "2001:db8:1::1", ICMPV6, icmp_type=135) == "deny"


def test_where_lists_are_bound(switch: Device) -> None:
    bound = {
        (one.rulebase, one.interface, one.direction, one.defined)
        for one in switch.bindings
        if one.purpose is Purpose.FILTER
    }
    assert bound == {
        ("OUT-OF-ORDER", "Ethernet1/1", Direction.IN, True),
        ("GROUPS", "Ethernet1/1", Direction.OUT, True),
        ("V6", "Ethernet1/1", Direction.IN, True),
        ("FLAGS", "Ethernet1/2", Direction.IN, True),
        ("MISSING", "Ethernet1/3", Direction.IN, False),
    }


def test_the_same_number_twice_decides_nothing(read: Reader) -> None:
    device = read(
        "ip access-list X\n  10 permit tcp any any eq 22\n  10 deny tcp any any eq 22\n  20 deny ip any any"
    ).devices[0]
    assert fate_at(device, "X", "10.0.0.1", "10.0.0.2", TCP, 22) == "unknown"
    assert fate_at(device, "X", "10.0.0.1", "10.0.0.2", TCP, 23) == "deny"


def test_a_line_that_is_no_entry_may_permit_or_deny(read: Reader) -> None:
    device = read("ip access-list X\n  10 frobnicate any\n  20 permit ip any any").devices[0]
    assert fate_at(device, "X", "10.0.0.1", "10.0.0.2", TCP, 22) == "unknown"


def test_lists_of_the_two_families_may_share_a_name(read: Reader) -> None:
    parsed = read(
        "ip access-list X\n  permit tcp any any eq 22\nipv6 access-list X\n  permit tcp 2001:db8::/32 any eq 443\n"
        "interface Ethernet1/1\n  ip access-group X in\n  ipv6 traffic-filter X in\n"
    )
    assert [(one.name, one.flavour, one.rules[0].sources) for one in parsed.devices[0].rulebases] == [
        ("X", "extended", ("any",)),
        ("X", "ipv6", ("2001:db8::/32",)),
    ]
    assert parsed.coverage.notes == ()
