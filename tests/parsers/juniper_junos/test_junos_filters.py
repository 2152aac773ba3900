"""Firewall filters: conditions, actions, families, bindings."""

from __future__ import annotations

import pytest

from netaudit.model.rules import Direction, Purpose
from netaudit.model.source import LineState
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, FIN, RST, SYN
from tests.parsers.juniper_junos.reading import device_of, fate, icmp, load, read, tcp, udp


def verdict(conditions: str, flow: Flow, then: str = "accept", family: str = "inet", extra: str = "") -> str:
    """Return the fate of a packet at a filter of one term that has these conditions."""
    lines = [
        f"set firewall family {family} filter F term t from {line.strip()}" for line in conditions.split(";") if line
    ]
    lines.append(f"set firewall family {family} filter F term t then {then}")
    return fate(device_of("\n".join((*lines, extra))).rulebase("F"), flow)[0]


A, B = "10.0.0.1", "192.0.2.1"
TERM = "set firewall family inet filter F term t"


@pytest.mark.parametrize(
    ("conditions", "flow", "expected"),
    [
        ("source-address 10.0.0.0/8", tcp(A, B, 80), "permit"),
        ("source-address 10.0.0.0/8", tcp(B, A, 80), "deny"),
        ("destination-address 10", tcp(B, "10.0.0.0", 80), "permit"),  # an octet left out is 0, no length is a host
        ("destination-address 10", tcp(B, A, 80), "deny"),
        ("address 10.0.0.0/8", tcp(B, A, 80), "permit"),
        ("address 10.0.0.0/8", tcp(B, B, 80), "deny"),
        ("source-address 10.7.0.0/255.255.0.255", tcp("10.7.7.0", B, 80), "permit"),  # a mask with a gap
        ("source-address 10.7.0.0/255.255.0.255", tcp("10.7.7.1", B, 80), "deny"),
        ("source-address 10.0.0.0/255.0.0.255", tcp("10.7.7.0", B, 80), "unknown"),  # too many gaps to list
        ("protocol tcp", udp(A, B, 80), "deny"),
        ("protocol [ tcp 17 ]", udp(A, B, 80), "permit"),
        ("protocol-except udp", udp(A, B, 80), "deny"),
        ("protocol tcp; destination-port https", tcp(A, B, 443), "permit"),
        ("protocol tcp; destination-port 440-450", tcp(A, B, 443), "permit"),
        ("protocol tcp; destination-port 440 - 450", tcp(A, B, 443), "permit"),
        ("protocol tcp; destination-port-except 443", tcp(A, B, 443), "deny"),
        ("protocol tcp; destination-port-except 443", tcp(A, B, 80), "permit"),
        ("protocol tcp; port 40000", tcp(A, B, 443), "permit"),
        ("protocol tcp; port 40000; destination-port 80", tcp(A, B, 443), "deny"),
        ("protocol tcp; source-port 40000", tcp(A, B, 443), "permit"),
        ("protocol tcp; tcp-established", tcp(A, B, 443), "deny"),
        ("protocol tcp; tcp-established", tcp(A, B, 443, flags=ACK), "permit"),
        ("protocol tcp; tcp-established", tcp(A, B, 443, flags=RST), "permit"),
        ("protocol tcp; tcp-initial", tcp(A, B, 443), "permit"),
        ("protocol tcp; tcp-initial", tcp(A, B, 443, flags=SYN | ACK), "deny"),
        ('protocol tcp; tcp-flags "syn & !ack"', tcp(A, B, 443, flags=SYN | ACK), "deny"),
        ('protocol tcp; tcp-flags "(syn & !ack) | fin"', tcp(A, B, 443, flags=FIN | ACK), "permit"),
        ('protocol tcp; tcp-flags "!(syn&ack)"', tcp(A, B, 443, flags=SYN | ACK), "deny"),
        ("protocol tcp; tcp-flags 0x2", tcp(A, B, 443), "permit"),
        ("protocol icmp; icmp-type echo-request", icmp(A, B), "permit"),
        ("protocol icmp; icmp-type [ 0 3-5 ]", icmp(A, B), "deny"),
        ("protocol icmp; icmp-type-except echo-request", icmp(A, B), "deny"),
        ("protocol icmp; icmp-type unreachable; icmp-code port-unreachable", icmp(A, B, 3), "deny"),
    ],
)
def test_conditions(conditions, flow, expected):
    assert verdict(conditions, flow) == expected


@pytest.mark.parametrize(
    "condition",
    [
        "ttl 1", "is-fragment", "first-fragment", "fragment-offset 0", "ip-options any", "packet-length 100-200",
        "dscp ef",
        "precedence 5", "forwarding-class best-effort", "interface ge-0/0/0.0", "source-class x", "loss-priority low",
    ],
)  # fmt: skip
def test_what_a_header_does_not_tell_is_unknown(condition):
    assert verdict(condition, tcp(A, B, 80)) == "unknown"
    assert verdict(f"{condition}; protocol udp", tcp(A, B, 80)) == "deny"


@pytest.mark.parametrize(
    "condition", ["made-up 7", "protocol nonsense", "destination-port x; protocol tcp", "tcp-flags ()"]
)
def test_what_was_not_understood_is_unknown_and_noted(condition):
    assert verdict(condition, tcp(A, B, 80)) == "unknown"
    words = condition.split(";")[0]
    coverage = read(f"set firewall family inet filter F term t from {words}").coverage
    assert [note.state for note in coverage.notes] == [LineState.UNRECOGNIZED]


def test_a_port_without_a_protocol_may_match_other_protocols():
    assert verdict("destination-port 80", tcp(A, B, 80)) == "permit"
    assert verdict("destination-port 80", udp(A, B, 81)) == "deny"
    assert verdict("destination-port 80", Flow.of(A, B, 47)) == "unknown"


def test_the_longest_prefix_decides_over_exceptions():
    conditions = "source-address 10.0.0.0/8; source-address 10.0.0.0/9 except; source-address 10.0.0.0/10"
    assert verdict(conditions, tcp("10.0.0.1", B, 80)) == "permit"
    assert verdict(conditions, tcp("10.64.0.1", B, 80)) == "deny"
    assert verdict(conditions, tcp("10.128.0.1", B, 80)) == "permit"


def test_exceptions_alone_match_nothing():
    assert verdict("source-address 10.0.0.0/8 except", tcp(B, A, 80)) == "deny"


def test_addresses_and_prefix_lists_of_one_side_are_alternatives():
    lists = "set policy-options prefix-list L 172.16.0.0/12\nset policy-options prefix-list L 2001:db8::/32"
    conditions = "source-address 10.0.0.0/8; source-prefix-list L"
    for source, expected in (("10.1.1.1", "permit"), ("172.16.1.1", "permit"), ("192.0.2.9", "deny")):
        assert verdict(conditions, tcp(source, B, 80), extra=lists) == expected
    assert verdict("source-prefix-list L except; source-address 0/0", tcp("172.16.1.1", B, 80), extra=lists) == "deny"


def test_an_empty_prefix_list_is_unknown():
    assert verdict("source-prefix-list L", tcp(A, B, 80), extra="set policy-options prefix-list L") == "unknown"


def test_an_undefined_prefix_list_is_unknown_and_reported():
    device = device_of(f"{TERM} from source-prefix-list NONE\n{TERM} then accept")
    assert [(one.kind, one.name) for one in device.undefined_references] == [("prefix list", "NONE")]
    assert fate(device.rulebase("F"), tcp(A, B, 80))[0] == "unknown"
    assert device.rulebases[0].rules[0].unresolved == ("NONE",)


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("accept", "permit"), ("discard", "deny"), ("reject", "deny"), ("reject tcp-reset", "deny"),
        ("count c", "permit"), ("log", "permit"), ("policer P", "permit"), ("routing-instance RED", "permit"),
        ("next-ip 10.0.0.9/32", "permit"), ("next term", "deny"), ("made-up", "unknown"),
    ],
)  # fmt: skip
def test_actions(then, expected):
    assert verdict("protocol tcp", tcp(A, B, 80), then) == expected


def test_a_term_without_an_action_accepts():
    rulebase = device_of("set firewall family inet filter F term t from protocol tcp").rulebase("F")
    assert fate(rulebase, tcp(A, B, 80)) == ("permit", "t")


def test_a_filter_within_a_filter_is_unknown():
    text = "set firewall family inet filter F term t filter G\nset firewall family inet filter G term g then accept"
    device = device_of(text)
    assert fate(device.rulebase("F"), tcp(A, B, 80))[0] == "unknown"
    assert [one.name for one in device.unused_objects] == ["F"]


def test_filters_of_ipv6():
    six = ("2001:db8::1", "2001:db8::2")
    assert verdict("next-header icmp6; icmp-type echo-request", icmp(*six, 128, 58), family="inet6") == "permit"
    assert verdict("next-header tcp; destination-port 22", tcp(*six, 22), family="inet6") == "permit"
    assert verdict("source-address 2001:db8::/32", tcp(*six, 22), family="inet6") == "permit"


def test_the_old_place_of_filters():
    text = "set firewall filter OLD term t from source-address 10.0.0.0/8\nset firewall filter OLD term t then accept"
    assert fate(device_of(text).rulebase("OLD"), tcp(A, B, 80)) == ("permit", "t")


def test_the_fixture_as_a_whole():
    device = load("edge-router.set").devices[0]
    provider = device.rulebase("FROM-PROVIDER")
    assert fate(provider, tcp("10.1.1.1", "192.0.2.10", 80)) == ("deny", "no-spoof")
    assert fate(provider, tcp("203.0.113.5", "192.0.2.10", 80)) == ("permit", "web")
    assert fate(provider, tcp("203.0.113.5", "192.0.2.130", 80)) == ("deny", None)
    assert fate(provider, tcp("203.0.113.5", "192.0.2.200", 8080)) == ("permit", "web")
    assert fate(provider, tcp("203.0.113.5", "192.0.2.130", 5000, flags=ACK)) == ("permit", "answers")
    assert [rule.logged for rule in provider.rules] == [False, False, True]
    guard = device.rulebase("PROTECT-RE")
    assert fate(guard, tcp("10.9.0.3", "10.255.0.1", 22)) == ("permit", "ssh")
    assert fate(guard, tcp("198.51.100.1", "198.51.100.2", 179)) == ("permit", "bgp")
    assert fate(guard, tcp("10.10.0.3", "10.255.0.1", 23)) == ("deny", "rest")


def test_bindings():
    device = load("edge-router.set").devices[0]
    assert [(one.rulebase, one.interface, one.direction, one.purpose) for one in device.bindings] == [
        ("FROM-PROVIDER", "ge-0/0/0.0", Direction.IN, Purpose.FILTER),
        ("FROM-PROVIDER6 (inet6)", "ge-0/0/0.0", Direction.IN, Purpose.FILTER),
        ("COUNT-ONLY + BRANCHES", "ge-0/0/1.10", Direction.IN, Purpose.FILTER),
        ("PROTECT-RE", "lo0.0", Direction.IN, Purpose.MANAGEMENT),
    ]
    joined = device.rulebase("COUNT-ONLY + BRANCHES")
    assert fate(joined, tcp("10.10.0.9", B, 80)) == ("permit", "BRANCHES own")
    assert fate(joined, tcp("10.11.0.9", B, 80)) == ("deny", None)


def test_a_binding_of_an_undefined_filter():
    device = device_of("set interfaces ge-0/0/0 unit 0 family inet filter output NONE")
    (binding,) = device.bindings
    assert not binding.defined
    assert [one.name for one in device.undefined_references] == ["NONE"]


def test_unused_lists_and_filters():
    unused = {(one.kind, one.name) for one in load("edge-router.set").devices[0].unused_objects}
    assert unused == {("prefix list", "UNUSED-LIST"), ("firewall filter", "FROM-PROVIDER6")}  # that of family inet
