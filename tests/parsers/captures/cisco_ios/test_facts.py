"""IOS outputs as devices print them -> facts. Addresses are of RFC 1918, 3849 and 5737."""

from __future__ import annotations

from netaudit.model.capture import CapturedRoute
from netaudit.model.source import Affects
from tests.parsers.captures.recorded import facts, read


def _routes(text: str, command: str = "show ip route") -> list[CapturedRoute]:
    return list(facts(text, "cisco_ios", command).routes)


def _brief(route: CapturedRoute) -> tuple[object, ...]:
    hops = [(hop.address, hop.interface, hop.vrf) for hop in route.next_hops]
    return route.vrf, route.prefix, route.protocol, route.kind, hops


IPV4 = """\
Routing Table: BLUE
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
       + - replicated route, % - next hop override, p - overrides from PfR

Gateway of last resort is 192.0.2.1 to network 0.0.0.0

S*    0.0.0.0/0 [1/0] via 192.0.2.1
      10.0.0.0/8 is variably subnetted, 9 subnets, 3 masks
O E2     10.1.0.0/16 [110/20] via 192.0.2.2, 1w2d, GigabitEthernet0/1
O*IA     10.2.0.0/16
           [110/11] via 192.0.2.2, 1w2d, GigabitEthernet0/1
           [110/11] via 192.0.2.6, 1w2d, GigabitEthernet0/2
D EX     10.3.0.0/16 [170/3072] via 192.0.2.3, 00:00:12, Tunnel1
B   +    10.4.0.0/16 [200/0] via 192.0.2.4 (RED), 2d01h
S        10.5.0.0/16 is directly connected, Null0
D        10.6.0.0/16 is a summary, 3d04h, Null0
R        10.7.0.0/16 is possibly down, routing via 192.0.2.7, Serial0/0
C        10.8.0.0/24 is directly connected, Vlan8
      172.16.0.0/24 is subnetted, 1 subnets
i L2     172.16.5.0 [115/30] via 192.0.2.5, 00:10:00, GigabitEthernet0/1
      198.51.100.0/24 is variably subnetted, 1 subnets, 1 masks
H        198.51.100.7/32 [250/1] via 192.0.2.9, 00:00:05, Tunnel1

Routing Table: RED
R     192.168.9.0 [120/1] via 192.0.2.8, 00:00:12, Ethernet0
"""


def test_routes_of_ipv4() -> None:
    routes = _routes(IPV4, "show ip route vrf *")
    gigabit = "GigabitEthernet0/1"
    assert [_brief(route) for route in routes] == [
        ("BLUE", "0.0.0.0/0", "static", "", [("192.0.2.1", "", "")]),
        ("BLUE", "10.1.0.0/16", "ospf", "external 2", [("192.0.2.2", gigabit, "")]),
        (
            *("BLUE", "10.2.0.0/16", "ospf", "inter area"),
            [("192.0.2.2", gigabit, ""), ("192.0.2.6", "GigabitEthernet0/2", "")],
        ),
        ("BLUE", "10.3.0.0/16", "eigrp", "external", [("192.0.2.3", "Tunnel1", "")]),
        ("BLUE", "10.4.0.0/16", "bgp", "", [("192.0.2.4", "", "RED")]),
        ("BLUE", "10.5.0.0/16", "static", "", []),
        ("BLUE", "10.6.0.0/16", "eigrp", "internal", []),
        ("BLUE", "10.7.0.0/16", "rip", "", [("192.0.2.7", "Serial0/0", "")]),
        ("BLUE", "10.8.0.0/24", "connected", "", [("", "Vlan8", "")]),
        ("BLUE", "172.16.5.0/24", "isis", "level 2", [("192.0.2.5", gigabit, "")]),
        ("BLUE", "198.51.100.7/32", "other", "", [("192.0.2.9", "Tunnel1", "")]),
        # A table of a release that prints no length: the class tells it.
        ("RED", "192.168.9.0/24", "rip", "", [("192.0.2.8", "Ethernet0", "")]),
    ]
    assert [route.prefix for route in routes if route.discards] == ["10.5.0.0/16", "10.6.0.0/16"]
    assert [route.prefix for route in routes if not route.active] == ["10.7.0.0/16"]
    first = routes[1]
    assert (first.distance, first.metric, first.age, first.where.line) == (110, 20, "1w2d", 10)


IPV6 = """\
IPv6 Routing Table - GREEN - 7 entries
Codes: C - Connected, L - Local, S - Static, U - Per-user Static route
       B - BGP, HA - Home Agent, MR - Mobile Router, R - RIP
S   ::/0 [1/0]
     via 2001:DB8::1
S   2001:DB8:9::/48 [1/0]
     via Null0, directly connected
C   2001:DB8:1::/64 [0/0]
     via GigabitEthernet0/0, directly connected
L   2001:DB8:1::1/128 [0/0]
     via GigabitEthernet0/0, receive
OE2 2001:DB8:2::/64 [110/20], tag 7
     via FE80::2, GigabitEthernet0/0
     via FE80::3, GigabitEthernet0/1
B   2001:DB8:3::/64 [20/0]
     via FE80::4%default, GigabitEthernet0/0
L   FF00::/8 [0/0]
     via Null0, receive
"""


def test_routes_of_ipv6() -> None:
    assert [_brief(route) for route in _routes(IPV6, "show ipv6 route vrf GREEN")] == [
        ("GREEN", "::/0", "static", "", [("2001:DB8::1", "", "")]),
        ("GREEN", "2001:db8:9::/48", "static", "", []),
        ("GREEN", "2001:db8:1::/64", "connected", "", [("", "GigabitEthernet0/0", "")]),
        ("GREEN", "2001:db8:1::1/128", "local", "", [("", "GigabitEthernet0/0", "")]),
        (
            *("GREEN", "2001:db8:2::/64", "ospf", "external 2"),
            [("FE80::2", "GigabitEthernet0/0", ""), ("FE80::3", "GigabitEthernet0/1", "")],
        ),
        ("GREEN", "2001:db8:3::/64", "bgp", "", [("FE80::4", "GigabitEthernet0/0", "default")]),
        ("GREEN", "ff00::/8", "local", "", []),
    ]


def test_the_vrf_that_was_asked_for_is_that_of_a_table_without_a_title() -> None:
    routes = _routes("C     10.0.0.0/24 is directly connected, Vlan1\n", "show ip route vrf BLUE")
    assert [route.vrf for route in routes] == ["BLUE"]


def test_part_of_a_table_gives_rows_and_no_routes() -> None:
    found = facts("B     10.0.0.0/8 [20/0] via 192.0.2.1, 1d02h\n", "cisco_ios", "show ip route bgp")
    assert (len(found.captures[0].rows), found.routes) == (1, ())


def test_an_empty_table_is_an_answer() -> None:
    (one,) = read("Codes: L - local\n\nGateway of last resort is not set\n", "cisco_ios", "sh ip ro").captured
    assert (one.routes, one.captures[0].problem) == ((), "")


def test_a_route_line_that_is_not_understood_is_noted_as_routing() -> None:
    parsed = read(
        "C     10.0.0.0/24 is directly connected, Vlan1\nS     10.9.0.0/16 by magic\n", "cisco_ios", "sh ip ro"
    )
    assert [(note.where.line, note.affects) for note in parsed.coverage.notes] == [(2, Affects.ROUTING)]


LISTS = """\
Standard IP access list 10
    10 permit 192.0.2.0, wildcard bits 0.0.0.255 (4 matches)
    20 deny   any
Extended IP access list OUT (Compiled)
    5 remark from the ticket
    10 permit tcp object-group A any eq www time-range NIGHT (inactive) (12 matches)
    20 permit tcp any any established (1 match)
    30 deny ip any any log
IPv6 access list SIX
    permit tcp any host 2001:DB8::1 eq 443 (8 matches) sequence 10
    deny ipv6 any any sequence 20
Extended IP access list SILENT
    10 permit ip any any
Extended MAC access list M
    deny   any any
"""


def test_hit_counts() -> None:
    found = facts(LISTS, "cisco_ios", "show access-lists").hit_counts
    assert [(one.rulebase, one.rule, one.hits, one.text) for one in found] == [
        ("10", "10", 4, "permit 192.0.2.0, wildcard bits 0.0.0.255"),
        ("10", "20", 0, "deny any"),
        ("OUT", "10", 12, "permit tcp object-group A any eq www time-range NIGHT"),
        ("OUT", "20", 1, "permit tcp any any established"),
        ("OUT", "30", 0, "deny ip any any log"),
        ("SIX", "10", 8, "permit tcp any host 2001:DB8::1 eq 443"),
        ("SIX", "20", 0, "deny ipv6 any any"),
    ]
    # The output does not tell when the counters were cleared.
    assert {one.since for one in found} == {""}


def test_crypto_session_of_a_user() -> None:
    text = """\
Crypto session current status

Interface: Virtual-Access2
Username: alice
Group: STAFF
Assigned address: 10.9.0.5
Session status: UP-ACTIVE
Peer: 198.51.100.7 port 4500
  IKEv1 SA: local 203.0.113.1/4500 remote 198.51.100.7/4500 Active
  IPSEC FLOW: permit ip 0.0.0.0/0.0.0.0 host 10.9.0.5
        Active SAs: 2, origin: dynamic crypto map
  IPSEC FLOW: permit ip 10.1.0.0/255.255.0.0 host 10.9.0.5
        Active SAs: 0, origin: dynamic crypto map
"""
    found = facts(text, "cisco_ios", "show crypto session").vpn_sessions
    assert [(one.kind, one.peer, one.state, one.user, one.interface, one.group) for one in found] == [
        ("ikev1", "198.51.100.7", "UP-ACTIVE", "alice", "Virtual-Access2", "STAFF")
    ] * 2


def test_security_associations() -> None:
    isakmp = """\
IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
203.0.113.1     198.51.100.7    QM_IDLE           1001 ACTIVE
203.0.113.1     198.51.100.8    MM_NO_STATE          0 ACTIVE (deleted)

IPv6 Crypto ISAKMP SA
"""
    assert [(one.peer, one.state) for one in facts(isakmp, "cisco_ios", "sh cry isa sa").vpn_sessions] == [
        ("198.51.100.7 or 203.0.113.1", "QM_IDLE"),
        ("198.51.100.8 or 203.0.113.1", "MM_NO_STATE"),
    ]
    ikev2 = """\
 IPv4 Crypto IKEv2  SA

Tunnel-id Local                 Remote                fvrf/ivrf            Status
1         203.0.113.1/500       198.51.100.7/500      none/none            READY
      Encr: AES-CBC, keysize: 256, PRF: SHA512, Hash: SHA512, DH Grp:19, Auth sign: PSK, Auth verify: PSK
      Life/Active Time: 86400/27 sec
"""
    (one,) = facts(ikev2, "cisco_ios", "show crypto ikev2 sa").vpn_sessions
    assert (one.kind, one.local, one.peer, one.state) == ("ikev2", "203.0.113.1", "198.51.100.7", "READY")
    ipsec = """\

interface: Tunnel0
    Crypto map tag: Tunnel0-head-0, local addr 203.0.113.1

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (10.1.0.0/255.255.0.0/0/0)
   remote ident (addr/mask/prot/port): (10.2.0.0/255.255.0.0/0/0)
   current_peer 198.51.100.7 port 500
     PERMIT, flags={origin_is_acl,}
    #pkts encaps: 8, #pkts encrypt: 8, #pkts digest: 8
    #pkts decaps: 9, #pkts decrypt: 9, #pkts verify: 9
"""
    (one,) = facts(ipsec, "cisco_ios", "show crypto ipsec sa").vpn_sessions
    assert (one.peer, one.interface, one.local, one.remote) == (
        *("198.51.100.7", "Tunnel0"),
        *("10.1.0.0/255.255.0.0", "10.2.0.0/255.255.0.0"),
    )


def test_vlans_of_ports() -> None:
    text = """\

VLAN Name                             Status    Ports
---- -------------------------------- --------- -------------------------------
1    default                          active    Gi1/0/1, Gi1/0/2
10   OFFICE FLOOR 2                   active    Gi1/0/3, Gi1/0/4, Gi1/0/5
                                                Te1/1/1
1002 fddi-default                     act/unsup
"""
    found = facts(text, "cisco_ios", "show vlan brief").interfaces
    assert [(one.name, one.vlan) for one in found] == [
        ("GigabitEthernet1/0/1", "1"),
        ("GigabitEthernet1/0/2", "1"),
        ("GigabitEthernet1/0/3", "10"),
        ("GigabitEthernet1/0/4", "10"),
        ("GigabitEthernet1/0/5", "10"),
        ("TenGigabitEthernet1/1/1", "10"),
    ]


def test_interfaces_of_two_outputs_are_one() -> None:
    from netaudit.parsers.captures.joining import joined

    brief = facts("Gi0/0   up   up   to the core\n", "cisco_ios", "show int des")
    text = "GigabitEthernet0/0 is up, line protocol is up\n  Internet address is 192.0.2.1/24\n"
    (one,) = joined([brief, facts(text, "cisco_ios", "show ip interface")]).interfaces
    assert (one.name, one.description, one.addresses, one.up) == (
        *("GigabitEthernet0/0", "to the core"),
        *(("192.0.2.1/24",), True),
    )


def test_arp_and_neighbours_have_full_names_of_interfaces() -> None:
    arp = "Internet  192.0.2.7    3   0011.2233.4455  ARPA   Gi0/1\nInternet  192.0.2.8    0   Incomplete      ARPA\n"
    (entry,) = facts(arp, "cisco_ios", "show ip arp vrf BLUE").arp
    assert (entry.address, entry.hardware_address, entry.interface, entry.vrf) == (
        *("192.0.2.7", "0011.2233.4455"),
        *("GigabitEthernet0/1", "BLUE"),
    )
    cdp = """\
Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID
a-name-that-is-far-too-long.example.net
                 Ten 1/1/1         150             R S I  WS-C4500X Ten 1/1/16
"""
    (neighbor,) = facts(cdp, "cisco_ios", "show cdp neighbors").neighbors
    assert (neighbor.protocol, neighbor.neighbor, neighbor.interface, neighbor.neighbor_interface) == (
        *("cdp", "a-name-that-is-far-too-long.example.net"),
        *("TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/16"),
    )


def test_a_stack_has_the_serial_numbers_of_its_members() -> None:
    text = """\
Cisco IOS Software, IOS-XE Software, Catalyst L3 Switch Software (CAT3K_CAA-UNIVERSALK9-M), Version 03.06.05E (fc2)
stack-1 uptime is 28 weeks, 1 day
cisco WS-C3850-48U (MIPS) processor with 4194304K bytes of physical memory.
Processor board ID FOC1
System Serial Number               : FOC1
Switch 02
System Serial Number               : FCW2
"""
    found = facts(text, "cisco_ios", "show version")
    assert (found.hostname, found.model, found.version, found.serials) == (
        *("stack-1", "WS-C3850-48U"),
        *("3.6.5E", ("FOC1", "FCW2")),
    )
