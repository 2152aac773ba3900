"""Each comparison against packets on both sides of its edge, and scripts in all their forms."""

from __future__ import annotations

import pytest

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rules import AccessRule
from netaudit.packets.packet import Flow
from netaudit.packets.services import ACK, FIN, RST, SYN
from tests.parsers.nftables.reading import device_of, read, rulebase_of

A, B = "10.1.1.1", "10.2.2.2"


def tcp(source: str, destination: str, port: int, **fields: int) -> Flow:
    return Flow.of(source, destination, 6, destination_port=port, **{"source_port": 50000, **fields})


def udp(source: str, destination: str, port: int, source_port: int = 50000) -> Flow:
    return Flow.of(source, destination, 17, source_port=source_port, destination_port=port)


def icmp(source: str, destination: str, kind: int, code: int = 0) -> Flow:
    return Flow.of(source, destination, 58 if ":" in source else 1, icmp_type=kind, icmp_code=code)


def rule_of(conditions: str, family: str = "inet") -> AccessRule:
    """Return the only rule of a chain with one rule."""
    (rule,) = rulebase_of(
        f"table {family} t {{\nchain c {{\ntype filter hook forward priority 0; policy drop;\n"
        f"{conditions} accept\n}}\n}}"
    ).rules
    return rule


@pytest.mark.parametrize(
    ("conditions", "inside", "outside"),
    [
        ("ip saddr 10.1.0.0/16", tcp(A, B, 1), tcp(B, A, 1)),
        ("ip saddr != 10.1.0.0/16", tcp(B, A, 1), tcp("2001:db8::1", "::1", 1)),  # only IPv4 has the field
        ("ip daddr { 10.2.0.0/16, 10.9.9.9-10.9.9.12 }", tcp(A, "10.9.9.12", 1), tcp(A, "10.9.9.13", 1)),
        ("ip saddr & 255.0.255.0 == 10.0.1.0", tcp("10.7.1.9", B, 1), tcp("10.7.2.9", B, 1)),
        ("ip6 daddr { ::ffff:0.0.0.0/96, 2002::/24 }", tcp("::1", "2002::1", 1), tcp("::1", "2003::1", 1)),
        ("ip6 saddr 2001:db8::/32", tcp("2001:db8::1", "::1", 1), tcp("2001:db9::1", "::1", 1)),
        ("tcp dport 22", tcp(A, B, 22), udp(A, B, 22)),
        ("tcp dport != 22", tcp(A, B, 23), udp(A, B, 23)),
        ("tcp dport { ssh, 8000-8100 }", tcp(A, B, 8100), tcp(A, B, 8101)),
        ("tcp sport >= 1024", tcp(A, B, 1), tcp(A, B, 1, source_port=1023)),
        ("tcp dport & 1 == 1", tcp(A, B, 23), tcp(A, B, 22)),
        ("meta l4proto { tcp, udp } th dport 53", udp(A, B, 53), icmp(A, B, 0)),
        ("ip protocol != udp", tcp(A, B, 1), udp(A, B, 1)),
        ("ip6 nexthdr udp", udp("::2", "::1", 1), tcp("::2", "::1", 1)),
        ("meta nfproto ipv6", tcp("::2", "::1", 1), tcp(A, B, 1)),
        ("meta protocol ip", tcp(A, B, 1), tcp("::2", "::1", 1)),
        ("tcp flags syn", tcp(A, B, 1, tcp_flags=SYN | ACK), tcp(A, B, 1, tcp_flags=ACK)),
        ("tcp flags == syn", tcp(A, B, 1), tcp(A, B, 1, tcp_flags=SYN | ACK)),
        ("tcp flags syn,rst", tcp(A, B, 1, tcp_flags=RST), tcp(A, B, 1, tcp_flags=FIN)),
        ("tcp flags & (fin|syn|rst|ack) == syn", tcp(A, B, 1), tcp(A, B, 1, tcp_flags=SYN | ACK)),
        ("tcp flags syn / syn,ack", tcp(A, B, 1), tcp(A, B, 1, tcp_flags=SYN | ACK)),
        ("tcp flags ! syn", tcp(A, B, 1, tcp_flags=ACK), tcp(A, B, 1)),
        ("tcp flags != syn", tcp(A, B, 1, tcp_flags=SYN | ACK), tcp(A, B, 1)),
        ("icmp type echo-request", icmp(A, B, 8), icmp("::2", "::1", 8)),
        ("icmp type . icmp code { 3 . 4, 8 . 0 }", icmp(A, B, 3, 4), icmp(A, B, 3, 3)),
        ("icmpv6 type { nd-neighbor-solicit, 128 }", icmp("::2", "::1", 135), icmp("::2", "::1", 136)),
        ("ip saddr . tcp dport { 10.1.0.0/16 . 22, 10.2.2.2 . 80 }", tcp(A, B, 22), tcp(A, B, 80)),
        ("ip saddr . tcp dport != { 10.1.0.0/16 . 22 }", tcp(A, B, 80), udp(A, B, 80)),
        ("ct state new", tcp(A, B, 1), tcp(A, B, 1, tcp_flags=RST)),
        ("ct state != invalid", tcp(A, B, 1), icmp(A, B, 0)),
        ("ct state { new, established }", tcp(A, B, 1), icmp(A, B, 3)),
        ("ct direction original", tcp(A, B, 1), icmp(A, B, 0)),
    ],
)
def test_a_condition_holds_exactly(conditions: str, inside: Flow, outside: Flow) -> None:
    match = rule_of(conditions).match
    assert match.is_exact
    assert match.surely.contains(inside)
    assert not match.maybe.contains(outside)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ("meta mark 0x1", "packet mark"),
        ("meta mark and 0xff == 0x10", "packet mark"),
        ("meta skuid 1000", "local user"),
        ("meta day Saturday", "schedule"),
        ('meta hour "08:00"-"17:00"', "schedule"),
        ("meta pkttype broadcast", "packet type"),
        ("limit rate 10/second burst 5 packets", "rate limit"),
        ("limit rate over 10 mbytes/second", "rate limit"),
        ("quota over 10 mbytes", "quota"),
        ("ct count over 10", "connection limit"),
        ("meter flood { ip saddr limit rate 10/second }", "rate limit"),
        ("fib daddr type local", "routing table"),
        ("fib saddr . iif oif missing", "routing table"),
        ("ct status assured", "connection"),
        ("ct mark 5", "connection"),
        ("ct original ip saddr 10.1.1.1", "connection"),
        ("ip ttl < 5", "TTL"),
        ("ip frag-off & 0x1fff != 0", "fragment"),
        ("exthdr frag exists", "IPv6 header"),
        ("tcp option maxseg size 500", "TCP option"),
        ("ether saddr 00:00:5e:00:53:01", "MAC address"),
        ("@th,0,16 22", "raw bytes"),
        ("socket transparent 1", "local socket"),
        ("rt ip nexthop 10.1.1.1", "routing table"),
        ("ip saddr @elsewhere", "set"),
        ("ip saddr $nowhere", "value"),
    ],
)
def test_what_a_header_does_not_show_is_known_from_above_only(conditions: str, reason: str) -> None:
    match = rule_of(conditions).match
    assert not match.surely
    assert match.maybe.contains(tcp(A, B, 1))
    assert reason in match.reasons


def test_th_without_a_protocol_reads_bytes_of_any() -> None:
    match = rule_of("th dport 53").match
    assert match.surely.contains(udp(A, B, 53)) and not match.maybe.contains(udp(A, B, 54))
    assert match.maybe.contains(icmp(A, B, 8)) and not match.surely.contains(icmp(A, B, 8))


@pytest.mark.parametrize(
    "text",
    [
        "table inet t { chain c { type filter hook forward priority 0; policy drop; tcp dport 22 accept; }; }",
        "add table inet t\nadd chain inet t c { type filter hook forward priority 0; policy drop; }\n"
        "add rule inet t c tcp dport 22 accept",
        "#!/bin/sh\nnft flush ruleset\nnft add table inet t\n"
        "nft add chain inet t c '{ type filter hook forward priority 0 \\; policy drop \\; }'\n"
        "/usr/sbin/nft add rule inet t c tcp dport ssh accept",
        "define p = { 22 }\ntable inet t {\n chain c {\n  type filter hook forward priority filter\n  policy drop\n"
        "  tcp dport \\\n   $p accept # why\n }\n}",
        "table inet t { chain c { type filter hook forward priority 0; policy drop; }; }\n"
        "table inet t {\n chain c {\n tcp dport 23 accept\n}\n}\nflush chain inet t c\n"
        "insert rule inet t c tcp dport 22 accept",
        '{"nftables": [{"add": {"table": {"family": "inet", "name": "t"}}}, {"add": {"chain": {"family": "inet",'
        '"table": "t", "name": "c", "type": "filter", "hook": "forward", "prio": 0, "policy": "drop"}}},'
        '{"add": {"rule": {"family": "inet", "table": "t", "chain": "c", "expr": [{"match": {"op": "==",'
        '"left": {"payload": {"protocol": "tcp", "field": "dport"}}, "right": 22}}, {"accept": null}]}}}]}',
    ],
)
def test_the_same_ruleset_in_every_form(text: str) -> None:
    parsed = read(text)
    assert not parsed.coverage.notes
    judge = FlowJudge(parsed.devices[0].rulebases[0])
    assert [judge.fate(tcp(A, B, port)).verdict for port in (22, 23)] == ["permit", "deny"]


def hook(name: str, priority: str, policy: str, *rules: str, table: str = "inet t") -> str:
    chain = f"chain {name}{priority.replace('-', 'before')} {{"
    kind = f"type filter hook {name} priority {priority}; policy {policy};"
    return "\n".join([f"table {table} {{", chain, kind, *rules, "}", "}", ""])


def verdict(text: str, flow: Flow, base: str = "forward") -> str:
    return FlowJudge(rulebase_of(text, base)).fate(flow, "eth0", "eth1").verdict


def test_an_accept_ends_only_its_chain_and_a_drop_is_final() -> None:
    text = hook("forward", "-10", "accept", "tcp dport { 22, 23 } accept", "tcp dport 24 drop")
    text += hook("forward", "10", "drop", "tcp dport { 22, 24 } accept")
    assert [verdict(text, tcp(A, B, port)) for port in (22, 23, 24, 25)] == ["permit", "deny", "deny", "deny"]


def test_a_program_that_decides_in_an_earlier_chain_leaves_its_packets_open() -> None:
    text = hook("forward", "-10", "drop", "tcp dport 22 queue num 1", "tcp dport 23 accept")
    text += hook("forward", "10", "accept", "tcp dport 25 drop", "tcp dport 26 drop")
    assert [verdict(text, tcp(A, B, port)) for port in (22, 23, 24)] == ["unknown", "permit", "deny"]


def test_tables_of_other_families_stand_at_the_same_hook() -> None:
    text = hook("forward", "0", "accept") + hook("forward", "5", "drop", "tcp dport 22 accept", table="ip six")
    assert [verdict(text, flow) for flow in (tcp(A, B, 22), tcp(A, B, 23), tcp("::2", "::1", 23))] == [
        "permit",
        "deny",
        "permit",
    ]


def test_a_drop_before_a_translation_sees_the_packet_as_it_came() -> None:
    text = hook("prerouting", "-300", "accept", "ip daddr 192.0.2.1 tcp dport 80 drop", "ip saddr 10.9.0.0/16 drop")
    text += hook("forward", "0", "accept")
    nat = (
        "table ip n {\nchain p {\ntype nat hook prerouting priority dstnat\ntcp dport 443 dnat to 10.1.1.1:8443\n}\n}\n"
    )
    assert verdict(text, tcp(A, "192.0.2.1", 80)) == "deny"
    assert verdict(text + nat, tcp(A, "192.0.2.1", 80)) == "deny"
    assert verdict(text + nat, tcp("203.0.113.1", "10.1.1.1", 8443)) == "unknown"  # it may have come for 192.0.2.1:80
    assert verdict(text + nat, tcp("10.9.1.1", "10.1.1.1", 8443)) == "deny"  # the source stays


def test_a_translated_packet_is_one_that_a_translation_can_make() -> None:
    text = hook("forward", "0", "drop", "ct status dnat accept", "tcp dport 22 accept")
    assert [verdict(text, tcp(A, B, port)) for port in (22, 23)] == ["permit", "deny"]
    nat = "table ip n {\nchain p {\ntype nat hook prerouting priority dstnat\ntcp dport 80 dnat to 10.2.2.2:23\n}\n}\n"
    assert [verdict(text + nat, tcp(A, B, port)) for port in (22, 23, 24)] == ["permit", "unknown", "deny"]


def test_a_dormant_table_takes_no_part() -> None:
    text = hook("forward", "0", "accept") + "table ip d {\nflags dormant\n" + hook("forward", "1", "drop")[13:]
    assert verdict(text, tcp(A, B, 1)) == "permit"


def test_interfaces_that_a_hook_does_not_have() -> None:
    text = hook("input", "0", "drop", 'oifname "eth1" accept', 'oifname != "eth1" tcp dport 22 accept')
    assert [verdict(text, tcp(A, B, port), "input") for port in (22, 23)] == ["permit", "deny"]


def test_filters_of_single_interfaces_are_bound_there() -> None:
    device = device_of(
        "table netdev n {\nchain i {\ntype filter hook ingress devices = { eth0, eth1 } priority -500; policy accept;\n"
        "ip saddr 10.9.0.0/16 drop\n}\n}\n"
        "table bridge b {\nchain f {\ntype filter hook forward priority 0; policy drop;\n"
        "ether type arp accept\nip protocol tcp accept\n}\n}\n"
        "table arp a {\nchain i {\ntype filter hook input priority 0\narp operation request drop\n}\n}\n"
    )
    assert [base.name for base in device.rulebases] == ["bridge forward", "ingress eth0", "ingress eth1"]
    assert [(one.interface, one.rulebase) for one in device.bindings] == [
        ("eth0", "ingress eth0"),
        ("eth1", "ingress eth1"),
    ]
    assert [FlowJudge(device.rulebases[0]).fate(flow).verdict for flow in (tcp(A, B, 1), udp(A, B, 1))] == [
        "permit",
        "deny",
    ]


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        ("tcp dport 22 frobnicate 9 accept", "not understood: field frobnicate"),
        ("ip saddr 10.0.0.0/33 accept", "not understood: a value of ipv4"),
        ("jump nowhere", "chain nowhere is not defined"),
        ("queue num 3", "a program decides"),
        ("ip daddr set 10.1.1.9", "changes the header of the packet"),
        ('include "more.nft"', "included files are not read with this one"),
    ],
)
def test_what_is_not_understood_is_reported_and_leaves_the_packet_open(rule: str, note: str) -> None:
    text = hook("forward", "0", "accept", rule, "drop")
    (found,) = read(text).coverage.notes
    assert (found.where.line, found.reason) == (4, note)
    assert verdict(text, tcp(A, B, 22)) == "unknown"


def test_rules_that_are_removed_by_handle_may_be_there_or_not() -> None:
    text = hook("forward", "0", "accept", "tcp dport 22 drop") + "delete rule inet t forward0 handle 4\n"
    assert verdict(text, tcp(A, B, 22)) == "unknown"


def test_elements_come_and_go_with_the_script() -> None:
    text = "table ip t {\nset s {\ntype ipv4_addr\nelements = { 10.1.1.1, 10.9.9.9 timeout 1h }\n}\n}\n"
    text += hook("forward", "0", "accept", "ip saddr @s drop", table="ip t")
    text += "add element ip t s { 10.1.1.2 }\ndelete element ip t s { 10.1.1.1 }\n"
    assert [verdict(text, tcp(source, B, 1)) for source in (A, "10.1.1.2", "10.9.9.9")] == ["permit", "deny", "unknown"]


def test_flowtables_counters_and_sets_that_rules_fill() -> None:
    text = """table inet t {
        flowtable f { hook ingress priority 0; devices = { eth0, eth1 }; }
        set seen { type ipv4_addr; flags dynamic; size 100; }
        set unused { type ipv4_addr; }
        chain forward {
            type filter hook forward priority 0; policy drop;
            meta l4proto tcp flow add @f
            add @seen { ip saddr } counter
            ip saddr @seen tcp dport 22 accept
            ip protocol . th dport vmap { tcp . 443 : accept, udp . 53 : goto dns }
        }
        chain dns { ip daddr 10.2.2.2 accept }
    }"""
    device = device_of(text)
    assert [(one.kind, one.name) for one in device.unused_objects] == [("set", "unused")]
    assert [verdict(text, flow) for flow in (tcp(A, B, 22), tcp(A, B, 443), udp(A, B, 53), udp(B, A, 53))] == [
        "unknown",
        "permit",
        "permit",
        "deny",
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "tcp option maxseg size set rt mtu accept",
        "meta mark set ct mark and 0xff accept",
        "ct mark set meta mark | 0x10 counter packets 1 bytes 2 accept",
        'ct helper set "ftp" accept',
        "meta priority set 1:2 accept",
        "ip dscp set cs1 accept",
        'log prefix "a { b } ; drop" level warn flags tcp sequence,options flags ip options accept',
        'counter name "seen" log group 5 snaplen 100 accept comment "drop; goto nowhere {"',
        "dup to 10.1.1.9 device eth5 accept",
        "add @seen { ip saddr . tcp dport } accept",
        "meta nftrace set 1 accept",
    ],
)
def test_statements_before_the_verdict_do_not_hide_it(rule: str) -> None:
    text = hook("forward", "0", "drop", f"tcp dport 22 {rule}")
    assert [verdict(text, tcp(A, B, port)) for port in (22, 23)] == ["permit", "deny"]
    assert "not understood" not in str(read(text).coverage.notes)


def test_a_secret_in_a_comment_is_masked() -> None:
    text = hook("forward", "0", "accept", 'tcp dport 22 accept comment "password=hunter2"')
    (rule,) = rulebase_of(text).rules
    assert "hunter2" not in rule.where.text + rule.description


def test_the_order_of_elements_changes_nothing() -> None:
    """The kernel lists the elements of a set as they lie in its hash table, each time it may be another order."""
    rules = [
        (f"tcp dport {{ {ports} }} drop", f"tcp dport vmap {{ {pairs} }}", f"ip saddr {{ {hosts} }} accept")
        for ports, pairs, hosts in (
            ("22, 80, 443", "1 : drop, 2 : accept, 3 : drop", "10.1.1.1, 10.1.1.9"),
            ("443, 22, 80", "3 : drop, 2 : accept, 1 : drop", "10.1.1.9, 10.1.1.1"),
        )
    ]
    first, second = (
        [(rule.name, rule.action, rule.match, rule.services, rule.sources) for rule in rulebase_of(text).rules]
        for text in (hook("forward", "0", "drop", *lines) for lines in rules)
    )
    assert first == second
