"""Each condition of a rule, against packets on both sides of its edge."""

from __future__ import annotations

import pytest

from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, RST, SYN
from tests.parsers.iptables.reading import device_of, fate, icmp, read, rule_of, rulebase_of, tcp, udp

A, B = "10.1.1.1", "10.2.2.2"


@pytest.mark.parametrize(
    ("conditions", "inside", "outside"),
    [
        ("-s 10.1.0.0/16", tcp(A, B, 1), tcp(B, A, 1)),
        ("! -s 10.1.0.0/16", tcp(B, A, 1), tcp(A, B, 1)),
        ("-s ! 10.1.0.0/16", tcp(B, A, 1), tcp(A, B, 1)),
        ("-d 10.2.2.0/255.255.255.0", tcp(A, B, 1), tcp(A, "10.2.3.2", 1)),
        ("-d 10.0.2.0/255.0.255.0", tcp(A, B, 1), tcp(A, "10.2.3.2", 1)),
        ("-s 10.1.1.1,10.9.9.9", tcp("10.9.9.9", B, 1), tcp("10.9.9.8", B, 1)),
        ("-s 10/8", tcp(A, B, 1), tcp("11.0.0.1", B, 1)),
        ("-p tcp", tcp(A, B, 1), udp(A, B, 1)),
        ("! -p tcp", udp(A, B, 1), tcp(A, B, 1)),
        ("-p 47", Flow.of(A, B, 47), tcp(A, B, 1)),
        ("-p all", Flow.of(A, B, 99), Flow.of("2001:db8::1", "2001:db8::2", 99)),
        ("-p tcp --dport 22", tcp(A, B, 22), tcp(A, B, 23)),
        ("-p tcp -m tcp ! --dport 22", tcp(A, B, 23), tcp(A, B, 22)),
        ("-p udp --sport 1024:", udp(A, B, 1, 1024), udp(A, B, 1, 1023)),
        ("-p udp --dport :1023", udp(A, B, 1023), udp(A, B, 1024)),
        ("-p tcp --dport https", tcp(A, B, 443), tcp(A, B, 444)),
        ("--dport 22 -p tcp", tcp(A, B, 22), tcp(A, B, 23)),
        ("--protocol tcp --destination-port=22", tcp(A, B, 22), tcp(A, B, 23)),
        ("-p tcp -m multiport --dports 80,443,8000:8100", tcp(A, B, 8050), tcp(A, B, 81)),
        ("-p tcp -m multiport ! --dports 80,443", tcp(A, B, 81), tcp(A, B, 443)),
        ("-p tcp -m multiport --sports 80", tcp(A, B, 9, source_port=80), tcp(A, B, 80)),
        ("-p tcp -m multiport --ports 80", tcp(A, B, 9, source_port=80), tcp(A, B, 9)),
        ("-p tcp -m multiport --ports 80", tcp(A, B, 80), tcp(A, B, 9)),
        ("-p tcp -m multiport ! --ports 80", tcp(A, B, 9), tcp(A, B, 9, source_port=80)),
        ("-m iprange --src-range 10.1.1.0-10.1.1.9", tcp(A, B, 1), tcp("10.1.1.10", B, 1)),
        ("-m iprange ! --dst-range 10.2.2.0-10.2.2.9", tcp(A, "10.2.2.10", 1), tcp(A, B, 1)),
        ("-p tcp --syn", tcp(A, B, 1), tcp(A, B, 1, tcp_flags=SYN | ACK)),
        ("-p tcp ! --syn", tcp(A, B, 1, tcp_flags=ACK), tcp(A, B, 1)),
        ("-p tcp --tcp-flags FIN,SYN,RST,ACK RST", tcp(A, B, 1, tcp_flags=RST), tcp(A, B, 1)),
        ("-p tcp --tcp-flags ALL NONE", tcp(A, B, 1, tcp_flags=0), tcp(A, B, 1)),
        ("-p icmp --icmp-type echo-request", icmp(A, B, 8), icmp(A, B, 0)),
        ("-p icmp --icmp-type 3/4", icmp(A, B, 3, 4), icmp(A, B, 3, 3)),
        ("-p icmp ! --icmp-type 8", icmp(A, B, 0), icmp(A, B, 8)),
        ("-p icmp --icmp-type any", icmp(A, B, 77), tcp(A, B, 1)),
        ("-p tcp -m state --state NEW,ESTABLISHED", tcp(A, B, 1), udp(A, B, 1)),
        ("-p tcp -m conntrack ! --ctstate INVALID", tcp(A, B, 1), udp(A, B, 1)),
        ("-p tcp -m conntrack --ctdir ORIGINAL", tcp(A, B, 1), udp(A, B, 1)),
        ("-p tcp -m comment --comment \"-p udp ! -s x\"", tcp(A, B, 1), udp(A, B, 1)),
        ("-p tcp ! -f", tcp(A, B, 1), udp(A, B, 1)),
    ],
)  # fmt: skip
def test_a_condition_holds_exactly(conditions: str, inside: Flow, outside: Flow) -> None:
    match = rule_of(conditions).match
    assert match.is_exact
    assert match.surely.contains(inside)
    assert not match.maybe.contains(outside)


@pytest.mark.parametrize(
    ("conditions", "inside", "outside"),
    [
        ("-s 2001:db8::/32", tcp("2001:db8::1", "::1", 1), tcp("2001:db9::1", "::1", 1)),
        ("-s ::/0", tcp("2001:db8::1", "::1", 1), tcp(A, B, 1)),
        ("-p ipv6-icmp --icmpv6-type 135", icmp("2001:db8::1", "::1", 135), icmp("2001:db8::1", "::1", 136)),
        ("-p icmpv6 -m icmp6 --icmpv6-type packet-too-big", icmp("::2", "::1", 2), icmp("::2", "::1", 1)),
    ],
)
def test_ipv6_rules_match_ipv6(conditions: str, inside: Flow, outside: Flow) -> None:
    match = rule_of(conditions, family="6").match
    assert match.is_exact and match.surely.contains(inside) and not match.maybe.contains(outside)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ("-m mac --mac-source 00:00:5e:00:53:01", "MAC address"),
        ("-m owner --uid-owner 1000", "local user"),
        ("-m limit --limit 3/min --limit-burst 5", "rate limit"),
        ("-m hashlimit --hashlimit-upto 5/sec --hashlimit-name x", "rate limit"),
        ("-m recent --name bad --rcheck --seconds 60", "recent list"),
        ("-m string --string evil --algo bm", "payload"),
        ("-m set --match-set absent src", "ipset"),
        ("-m addrtype --dst-type LOCAL", "address type"),
        ("-m mark --mark 0x1", "packet mark"),
        ("-m physdev --physdev-in eth0", "bridge port"),
        ("-s host.example.com", "fqdn"),
        ("-f", "fragment"),
        ("-m conntrack --ctstate DNAT", "address translation"),
        ("-m frobnicate --level 9", "match frobnicate"),
        ("-p tcp --dport nowhere", "dport nowhere"),
    ],
)
def test_what_a_header_does_not_show_is_known_from_above_only(conditions: str, reason: str) -> None:
    match = rule_of(conditions).match
    assert not match.surely
    assert match.maybe.contains(tcp(A, B, 1))
    assert reason in match.reasons


@pytest.mark.parametrize("states", ["ESTABLISHED,RELATED", "RELATED"])
def test_rules_for_known_connections_match_no_first_packet(states: str) -> None:
    rule = rule_of(f"-m conntrack --ctstate {states}")
    assert rule.return_traffic and not rule.match.maybe


def test_first_packets_that_begin_no_connection_are_invalid() -> None:
    rule = rule_of("-m conntrack --ctstate INVALID")
    assert rule.match.is_exact and not rule.return_traffic
    assert rule.match.surely.contains(tcp(A, B, 1, tcp_flags=RST))
    assert rule.match.surely.contains(icmp(A, B, 0))
    assert not rule.match.maybe.contains(tcp(A, B, 1)) and not rule.match.maybe.contains(icmp(A, B, 8))


def test_neighbour_discovery_is_not_tracked() -> None:
    rule = rule_of("-m conntrack --ctstate UNTRACKED", "6")
    assert rule.match.surely.contains(icmp("::1", "::2", 135)) and not rule.match.maybe.contains(icmp("::1", "::2", 1))


def test_the_state_of_a_connection_asked_before_tracking_is_invalid() -> None:
    device = device_of(
        "*raw\n-A PREROUTING -m conntrack --ctstate NEW -p tcp -j DROP\n"
        "-A PREROUTING -m conntrack --ctstate INVALID -p udp -j DROP\nCOMMIT\n*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT\n"
    )
    assert [fate(device.rulebases[0], flow) for flow in (tcp(A, B, 1), udp(A, B, 1))] == ["permit", "deny"]


def test_a_translated_packet_is_one_that_a_translation_can_make() -> None:
    base = rulebase_of(
        "*nat\n-A PREROUTING -d 192.0.2.1/32 -p tcp -j VIPS\n-A VIPS -j DNAT --to-destination 10.2.2.2\nCOMMIT\n"
        "*filter\n:FORWARD DROP [0:0]\n-A FORWARD -m conntrack --ctstate DNAT -j ACCEPT\n"
        "-A FORWARD -s 10.1.0.0/16 -m conntrack ! --ctstate DNAT -j ACCEPT\nCOMMIT\n"
    )
    flows = tcp(A, "10.2.2.3", 1), tcp(B, "10.2.2.3", 1), tcp(B, B, 1)
    assert [fate(base, flow) for flow in flows] == ["permit", "deny", "unknown"]


@pytest.mark.parametrize("interface", ["", "-i eth9 "])
def test_packets_that_raw_does_not_track_are_not_new(interface: str) -> None:
    base = rulebase_of(
        f"*raw\n-A PREROUTING {interface}-p udp --dport 53 -j CT --notrack\nCOMMIT\n*filter\n:FORWARD DROP [0:0]\n"
        "-A FORWARD -m conntrack --ctstate NEW -j ACCEPT\n-A FORWARD -m conntrack --ctstate UNTRACKED -j ACCEPT\nCOMMIT"
    )
    new, untracked = base.rules
    assert new.match.surely.contains(tcp(A, B, 53)) and not new.match.surely.contains(udp(A, B, 53))
    assert new.match.maybe.contains(udp(A, B, 53)) is bool(interface)
    assert untracked.match.surely.contains(udp(A, B, 53)) is not bool(interface)
    assert untracked.match.maybe.contains(udp(A, B, 53)) and not untracked.match.maybe.contains(tcp(A, B, 53))


SETS = """\
create admins hash:net family inet hashsize 1024 maxelem 65536
add admins 10.1.0.0/16
add admins 10.1.1.0/24 nomatch
create services hash:ip,port family inet
add services 10.2.2.2,tcp:443
add services 10.2.2.2,udp:53
create leases hash:ip timeout 600
add leases 10.9.9.9 timeout 20
create all list:set size 8
add all admins
"""


@pytest.mark.parametrize(
    ("match_set", "inside", "outside"),
    [
        ("admins src", tcp("10.1.2.1", B, 1), tcp("10.1.1.1", B, 1)),
        ("all src", tcp("10.1.2.1", B, 1), tcp("10.1.1.1", B, 1)),
        ("services dst,dst", udp(A, B, 53), tcp(A, B, 53)),
    ],
)
def test_sets_listed_in_the_file_are_resolved(match_set: str, inside: Flow, outside: Flow) -> None:
    base = rulebase_of(SETS + f"*filter\n-A FORWARD -m set --match-set {match_set} -j ACCEPT\nCOMMIT")
    match = base.rules[0].match
    assert match.is_exact and match.surely.contains(inside) and not match.maybe.contains(outside)


def test_a_set_whose_entries_expire_is_known_from_above() -> None:
    match = rulebase_of(SETS + "*filter\n-A FORWARD -m set --match-set leases src -j ACCEPT\nCOMMIT").rules[0].match
    assert not match.surely and match.maybe.contains(tcp("10.9.9.9", B, 1)) and not match.maybe.contains(tcp(A, B, 1))


def test_an_unknown_option_is_reported_with_its_line() -> None:
    (note,) = read("*filter\n-A FORWARD -p udp --something-else -j ACCEPT\nCOMMIT").coverage.notes
    assert (note.where.line, note.reason) == (2, "not understood: option --something-else")


def test_an_expired_date_and_a_secret_in_a_comment() -> None:
    rule = rule_of('-m time --datestop 2024-06-30T00:00:00 -m comment --comment "vendor password=hunter2"')
    assert str(rule.expires) == "2024-06-30"
    assert "hunter2" not in rule.where.text
