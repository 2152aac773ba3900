"""Access lists: order, addresses, ports, messages, flags, and what only an upper bound is known of."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.rules import Action
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.packets.services import ACK, FIN, RST, SYN, URG

from .conftest import Judge, Reader


@pytest.fixture(scope="module")
def lists(fixture_file: Reader) -> Device:
    return fixture_file("lists.cfg").devices[0]


def rules(device: Device, name: str) -> list[str]:
    rulebase = device.rulebase(name)
    assert rulebase is not None
    return [f"{rule.name} {rule.action}" for rule in rulebase.rules]


def test_numbers_tell_standard_from_extended(lists: Device) -> None:
    flavours = {one.name: one.flavour for one in lists.rulebases}
    assert (flavours["10"], flavours["1300"], flavours["101"], flavours["2001"]) == (
        "standard",
        "standard",
        "extended",
        "extended",
    )


def test_lists_of_other_protocols_are_no_rulebases(lists: Device) -> None:
    names = {one.name for one in lists.rulebases}
    assert not names & {"LAYER-TWO", "TRUSTSEC", "700"}


def test_a_standard_list_matches_the_source_alone(lists: Device, fate: Judge) -> None:
    assert fate(lists, "10", "10.40.0.10", "192.0.2.9", port=22) == "permit"
    assert fate(lists, "10", "10.40.0.31", "192.0.2.9", 17, 5) == "permit"
    assert fate(lists, "10", "10.40.0.32", "192.0.2.9") == "deny"
    first = lists.rulebase("10").rules[0]  # type: ignore[union-attr]
    assert first.description == "jump hosts"
    assert first.sources == ("10.40.0.10",)


def test_entries_stand_in_the_order_of_their_numbers(lists: Device, fate: Judge) -> None:
    assert rules(lists, "NUMBERED-OUT-OF-ORDER") == ["10 permit", "20 permit", "30 deny"]
    assert fate(lists, "NUMBERED-OUT-OF-ORDER", "10.0.0.1", "192.0.2.2", port=22) == "permit"
    assert lists.rulebase("NUMBERED-OUT-OF-ORDER").rules[1].description == "a note for the next entry"  # type: ignore[union-attr]


def test_a_number_that_is_used_twice_leaves_the_fate_open(lists: Device, fate: Judge) -> None:
    assert fate(lists, "NUMBER-TWICE", "10.0.0.1", "10.0.0.2", port=22) == "unknown"
    assert fate(lists, "NUMBER-TWICE", "10.0.0.1", "10.0.0.2", port=23) == "deny"


def test_wildcards_may_have_holes(lists: Device, fate: Judge) -> None:
    assert fate(lists, "WILDCARDS", "10.77.1.200", "192.0.2.1") == "permit"
    assert fate(lists, "WILDCARDS", "10.77.2.200", "192.0.2.1") == "deny"
    assert fate(lists, "WILDCARDS", "172.16.7.13", "192.0.2.1") == "permit"
    assert fate(lists, "WILDCARDS", "172.16.7.12", "192.0.2.1") == "deny"


def test_a_wildcard_with_too_many_holes_is_known_from_above_only(lists: Device, fate: Judge) -> None:
    assert fate(lists, "ODD-ADDRESSES", "10.7.7.7", "192.0.2.1") == "unknown"
    assert fate(lists, "ODD-ADDRESSES", "11.7.7.7", "192.0.2.1") == "deny"


def test_ports(lists: Device, fate: Judge) -> None:
    for port in (80, 443, 8443):
        assert fate(lists, "101", "10.1.2.3", "192.0.2.10", port=port) == "permit"
    assert fate(lists, "101", "0.0.0.0", "255.255.255.255", 17, 67, source_port=68) == "permit"
    assert fate(lists, "101", "10.1.2.3", "192.0.2.10", port=81) == "deny"
    assert fate(lists, "PORTS", "10.0.0.1", "10.0.0.2", port=1023, source_port=1024) == "permit"
    assert fate(lists, "PORTS", "10.0.0.1", "10.0.0.2", 17, 162) == "permit"
    assert fate(lists, "PORTS", "10.0.0.1", "10.0.0.2", 17, 150) == "permit"  # range 200 100


def test_protocols_by_name_and_number(lists: Device, fate: Judge) -> None:
    assert fate(lists, "2001", "10.0.0.1", "224.0.0.5", 89) == "permit"
    assert fate(lists, "2001", "10.0.0.1", "224.0.0.6", 89) == "permit"


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [(8, 0, "permit"), (0, 0, "deny"), (3, 3, "permit"), (11, 0, "permit"), (11, 1, "deny"), (3, 13, "permit")],
)
def test_icmp_messages(lists: Device, fate: Judge, kind: int, code: int, expected: str) -> None:
    assert fate(lists, "MESSAGES", "10.0.0.1", "10.0.0.2", 1, icmp_type=kind, icmp_code=code) == expected


def test_an_igmp_type_is_no_part_of_the_header_that_we_know(lists: Device, fate: Judge) -> None:
    assert fate(lists, "MESSAGES", "10.0.0.1", "224.0.0.1", 2) == "unknown"


def test_tcp_flags(lists: Device, fate: Judge) -> None:
    def at(flags: int) -> str:
        return fate(lists, "FLAGS", "10.0.0.1", "10.0.0.2", port=5, tcp_flags=flags)

    assert at(ACK) == "permit"
    assert at(FIN) == at(RST | ACK) == at(SYN) == "permit"
    assert at(0) == at(URG) == "deny"


def test_established_means_ack_or_rst(fixture_file: Reader, fate: Judge) -> None:
    edge = fixture_file("edge-router.cfg").devices[0]
    assert fate(edge, "OUTSIDE-IN", "192.0.2.1", "10.0.0.1", port=80, tcp_flags=SYN) == "deny"
    assert fate(edge, "OUTSIDE-IN", "192.0.2.1", "10.0.0.1", port=80, tcp_flags=SYN | ACK) == "permit"
    assert fate(edge, "OUTSIDE-IN", "192.0.2.1", "10.0.0.1", port=80, tcp_flags=RST) == "permit"
    first, _, last = edge.rulebase("OUTSIDE-IN").rules  # type: ignore[union-attr]
    assert first.return_traffic
    assert first.description == "answers of our own connections"
    assert (first.logged, last.logged) == (False, True)


def test_fields_outside_the_packet_space_widen_only_the_upper_bound(lists: Device, fate: Judge) -> None:
    assert fate(lists, "NARROWED", "10.0.0.1", "10.0.0.2", port=22) == "unknown"
    assert fate(lists, "NARROWED", "10.0.0.1", "10.0.0.2", 17, 5) == "unknown"
    cookie = lists.rulebase("NARROWED").rules[-1]  # type: ignore[union-attr]
    assert cookie.logged
    assert cookie.match.is_exact


def test_reflexive_lists(lists: Device, fate: Judge) -> None:
    assert fate(lists, "REFLEXIVE-OUT", "10.0.0.1", "192.0.2.1", port=80) == "permit"
    answer = {"source_port": 80, "port": 40000}
    assert fate(lists, "REFLEXIVE-IN", "192.0.2.1", "10.0.0.1", tcp_flags=0x12, **answer) == "unknown"
    assert fate(lists, "REFLEXIVE-IN", "192.0.2.1", "10.0.0.1", tcp_flags=0x02, **answer) == "deny"
    assert fate(lists, "REFLEXIVE-IN", "192.0.2.1", "10.0.0.1", 17, 40000, source_port=80) == "deny"


def test_a_reflexive_list_that_nothing_fills_is_said(read: Reader, fate: Judge) -> None:
    parsed = read("ip access-list extended IN\n evaluate NOBODY\n deny ip any any\n")
    assert [note.where.line for note in parsed.coverage.notes] == [2]
    assert fate(parsed.devices[0], "IN", "192.0.2.1", "10.0.0.1", 17, 53) == "unknown"


def test_udp_answers_may_come_back_through_a_reflexive_list(read: Reader, fate: Judge) -> None:
    text = """\
ip access-list extended OUT
 permit udp 10.0.0.0 0.0.0.255 any eq 53 reflect DNS
 permit icmp any any reflect DNS
ip access-list extended IN
 evaluate DNS
"""
    device = read(text).devices[0]
    assert fate(device, "IN", "192.0.2.1", "10.0.0.9", 17, 4000, source_port=53) == "unknown"
    assert fate(device, "IN", "192.0.2.1", "10.0.1.9", 17, 4000, source_port=53) == "deny"
    assert fate(device, "IN", "192.0.2.1", "10.0.0.9", 17, 4000, source_port=54) == "deny"
    assert fate(device, "IN", "192.0.2.1", "10.0.0.9", 1) == "unknown"


def test_a_list_that_is_taken_back_begins_anew(read: Reader, fate: Judge) -> None:
    text = """\
access-list 101 permit tcp any any eq 22
no access-list 101
access-list 101 permit tcp any any eq 443
ip access-list extended GONE
 permit ip any any
no ip access-list extended GONE
interface Gi0
 ip access-group GONE in
"""
    parsed = read(text)
    device = parsed.devices[0]
    assert fate(device, "101", "192.0.2.1", "10.0.0.9", port=22) == "deny"
    assert fate(device, "101", "192.0.2.1", "10.0.0.9", port=443) == "permit"
    assert device.rulebase("GONE") is None
    assert [(one.rulebase, one.defined) for one in device.bindings] == [("GONE", False)]
    assert parsed.coverage.notes == ()


def test_groups_of_ports(read: Reader, fate: Judge) -> None:
    text = """\
object-group ip port WEB
 eq www 443
 range 8000 8010
ip access-list extended A
 permit tcp any any portgroup WEB
 permit udp any portgroup WEB any
 permit tcp any any portgroup NOBODY
"""
    device = read(text).devices[0]
    assert fate(device, "A", "192.0.2.1", "10.0.0.1", port=8005) == "permit"
    assert fate(device, "A", "192.0.2.1", "10.0.0.1", 17, 99, source_port=80) == "permit"
    assert fate(device, "A", "192.0.2.1", "10.0.0.1", 17, 80, source_port=99) == "deny"
    assert fate(device, "A", "192.0.2.1", "10.0.0.1", port=22) == "unknown"
    assert read(text).coverage.notes == ()


_INSPECTION = """\
ip inspect name FW tcp
ip inspect name FW udp timeout 30
ip inspect name FW icmp
interface Gi0
 ip access-group INNER in
 ip inspect FW in
interface Gi1
 ip access-group OUTER in
ip access-list extended INNER
 permit tcp any any
 permit udp any any eq domain
ip access-list extended OUTER
 deny ip any any
"""


def test_inspection_makes_the_list_that_judges_the_first_packet_stateful(read: Reader) -> None:
    parsed = read(_INSPECTION)
    assert {one.name: one.stateful for one in parsed.devices[0].rulebases} == {"INNER": True, "OUTER": False}
    assert parsed.coverage.notes == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("permit udp any any eq domain", "permit gre any any"),  # not all that it permits is followed
        ("ip inspect FW in", "ip inspect FW out"),  # the answers of what another list judged
        ("ip inspect FW in", "ip inspect OTHER in"),
        ("ip inspect name FW udp timeout 30", "ip inspect name FW http urlfilter"),  # may drop more
    ],
)
def test_an_inspection_that_is_not_known_in_full_stays_a_doubt(read: Reader, old: str, new: str) -> None:
    parsed = read(_INSPECTION.replace(old, new))
    assert not any(one.stateful for one in parsed.devices[0].rulebases)
    assert any(note.affects is Affects.FILTER for note in parsed.coverage.notes)


def test_a_list_without_entries_permits_everything(lists: Device) -> None:
    assert lists.rulebase("EMPTY").default_action is Action.PERMIT  # type: ignore[union-attr]
    assert lists.rulebase("ONLY-REMARKS").default_action is Action.PERMIT  # type: ignore[union-attr]
    assert lists.rulebase("101").default_action is Action.DENY  # type: ignore[union-attr]


def test_ipv6_lists(lists: Device, fate: Judge) -> None:
    assert rules(lists, "SIX")[:2] == ["10 permit", "20 permit"]
    assert fate(lists, "SIX", "2001:db8:1::5", "2001:db8:2::5", port=443) == "permit"
    assert fate(lists, "SIX", "2001:db8:3::5", "2001:db8:2::5", port=443) == "deny"
    assert lists.rulebase("SIX").families == (Family.IPV6,)  # type: ignore[union-attr]


def test_neighbour_discovery_passes_an_ipv6_list_by_itself(lists: Device, fate: Judge) -> None:
    assert fate(lists, "SIX", "fe80::1", "ff02::1", 58, icmp_type=136) == "permit"
    assert [rule.implicit for rule in lists.rulebase("SIX").rules] == [False, False, True]  # type: ignore[union-attr]


def test_time_ranges(lists: Device, fate: Judge) -> None:
    hours, june, nowhere = lists.rulebase("TIMED").rules  # type: ignore[union-attr]
    assert (hours.schedule, hours.expires) == ("HOURS", None)
    assert (june.schedule, june.expires) == ("UNTIL-JUNE", date(2026, 6, 30))
    assert nowhere.unresolved == ("NOWHERE",)
    assert fate(lists, "TIMED", "10.0.0.1", "10.0.0.2", port=22) == "unknown"


def test_object_groups(fixture_file: Reader, fate: Judge) -> None:
    groups = fixture_file("object-groups.cfg").devices[0]
    for host in ("10.1.1.1", "10.1.2.200", "10.1.3.20", "10.1.4.9"):
        assert fate(groups, "BY-GROUP", "192.0.2.1", host, port=443) == "permit"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.3.21", port=443) == "deny"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.1.1", 17, 53, source_port=1500) == "permit"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.1.1", 17, 53, source_port=999) == "deny"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.1.1", 17, 5060) == "permit"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.1.1", port=25) == "permit"
    assert fate(groups, "BY-GROUP", "192.0.2.1", "10.1.1.1", 51) == "permit"


def test_groups_that_are_not_known_whole_leave_the_fate_open(fixture_file: Reader, fate: Judge) -> None:
    parsed = fixture_file("object-groups.cfg")
    groups = parsed.devices[0]
    assert fate(groups, "UNSURE", "10.77.0.1", "192.0.2.1") == "unknown"
    assert fate(groups, "UNSURE", "10.2.0.1", "192.0.2.1") == "permit"
    assert [rule.unresolved for rule in groups.rulebase("UNSURE").rules] == [  # type: ignore[union-attr]
        (),
        (),
        ("MISSING",),
        ("MISSING-SERVICE",),
    ]
    assert any("contains itself" in note.reason for note in parsed.coverage.notes)
    exact = {one.name: one.exact for one in groups.address_objects}
    assert exact["SERVERS"] and not exact["LOOP-A"] and not exact["ODD-MEMBER"]
    assert {one.name for one in groups.unused_objects} == {"UNUSED-GROUP"}
