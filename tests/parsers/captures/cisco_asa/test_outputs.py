"""Outputs of an ASA that no corpus has, and what facts they give."""

from __future__ import annotations

from tests.parsers.captures.recorded import facts, read

ACCESS_LIST = """\
access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
            alert-interval 300
access-list OUT; 4 elements; name hash: 0xcb4257a3
access-list OUT line 1 remark the web
access-list OUT line 2 extended permit tcp any object-group WEB eq https (hitcnt=12) 0x0001
  access-list OUT line 2 extended permit tcp any host 192.0.2.9 eq https (hitcnt=7) 0x0002
  access-list OUT line 2 extended permit tcp any host 192.0.2.10 eq https (hitcnt=5) 0x0003
access-list OUT line 3 extended deny ip any any log (hitcnt=0) 0x0004
access-list OUT line 4 extended permit ip any any inactive (hitcnt=0) (inactive) 0x0005
"""


def test_the_count_of_a_rule_is_not_that_of_its_elements() -> None:
    counts = facts(ACCESS_LIST, "cisco_asa", "show access-list").hit_counts
    assert [(one.rulebase, one.rule, one.hits, one.where.line) for one in counts] == [
        ("OUT", "2", 12, 5),
        ("OUT", "3", 0, 8),
        ("OUT", "4", 0, 9),
    ]
    assert counts[1].text == "extended deny ip any any log"


def test_the_elements_and_the_state_are_in_the_rows() -> None:
    rows = read(ACCESS_LIST, "cisco_asa", "show access-list OUT").captured[0].captures[0].rows
    assert [row.get("hits", "") for row in rows if row.get("expanded")] == ["7", "5"]
    assert [row["line_num"] for row in rows if row.get("state") == "inactive"] == ["4"]
    assert rows[1]["remark"] == "the web"


def test_the_last_hit_of_the_brief_form_is_a_time() -> None:
    text = "access-list OUT; 1 elements; name hash: 0xccfef45c\n06228509 d0a2680b 0000000a 5e0be100\n"
    (count,) = facts(text, "cisco_asa", "show access-list OUT brief").hit_counts
    assert (count.rulebase, count.rule, count.hits, count.last_hit) == (
        "OUT",
        "0x06228509",
        10,
        "2020-01-01 00:00:00 UTC",
    )


ROUTES = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area
Gateway of last resort is 192.0.2.1 to network 0.0.0.0

S*       0.0.0.0 0.0.0.0 [1/0] via 192.0.2.1, outside
O E2     10.1.0.0 255.255.0.0
           [110/20] via 10.0.0.2, 3w1d, inside
           [110/20] via 10.0.0.3, 3w1d, inside
C        10.0.0.0 255.255.255.0 is directly connected, inside
S        10.2.0.0 255.255.0.0 [1/0] is directly connected, Null0
V        10.3.0.0 255.255.255.0 connected by VPN (advertised), outside
S        0.0.0.0 0.0.0.0 [255/0] via 10.0.0.9, inside tunneled
"""


def test_routes_with_several_hops_and_one_for_tunnels_alone() -> None:
    told = [
        (one.prefix, one.protocol, one.active, one.discards, [(hop.address, hop.interface) for hop in one.next_hops])
        for one in facts(ROUTES, "cisco_asa", "show route").routes
    ]
    assert told == [
        ("0.0.0.0/0", "static", True, False, [("192.0.2.1", "outside")]),
        ("10.1.0.0/16", "ospf", True, False, [("10.0.0.2", "inside"), ("10.0.0.3", "inside")]),
        ("10.0.0.0/24", "connected", True, False, [("", "inside")]),
        ("10.2.0.0/16", "static", True, True, []),
        ("10.3.0.0/24", "other", True, False, [("", "")]),
        ("0.0.0.0/0", "static", False, False, [("10.0.0.9", "inside")]),
    ]


def test_a_route_to_a_name_costs_the_table() -> None:
    captured = facts(ROUTES.replace("10.2.0.0 255", "DATACENTRE 255"), "cisco_asa", "show route")
    assert not captured.routes
    assert "names" in captured.problems[0]


def test_what_is_not_understood_costs_the_table() -> None:
    captured = facts(ROUTES.replace("via 10.0.0.3, 3w1d, inside", "over the hills"), "cisco_asa", "show route")
    assert not captured.routes
    assert "not understood" in captured.captures[0].problem


def test_part_of_a_table_gives_no_routes_and_that_of_management_is_another() -> None:
    assert not facts(ROUTES, "cisco_asa", "show route outside").routes
    text = "S        0.0.0.0 0.0.0.0 [1/0] via 192.0.2.1, management\n"
    (route,) = facts(text, "cisco_asa", "show route management-only").routes
    assert route.vrf == "mgmt-only"


def test_ipv6_routes() -> None:
    text = """\
IPv6 Routing Table - 3 entries
Codes: C - Connected, L - Local, S - Static

S   ::/0 [1/0]
     via fe80::1, outside
C   2001:db8::/64 [0/0]
     via ::, inside
"""
    first, second = facts(text, "cisco_asa", "show ipv6 route").routes
    assert (first.prefix, first.protocol, first.next_hops[0].address) == ("::/0", "static", "fe80::1")
    assert (second.prefix, second.next_hops[0].address, second.next_hops[0].interface) == (
        "2001:db8::/64",
        "",
        "inside",
    )


def test_associations_of_both_versions_of_ike() -> None:
    text = """\
IKEv1 SAs:

   Active SA: 1
    Rekey SA: 0 (A tunnel will report 1 Active and 1 Rekey SA during rekey)
Total IKE SA: 1

1   IKE Peer: 192.0.2.7
    Type    : L2L             Role    : initiator
    Rekey   : no              State   : MM_ACTIVE
"""
    (session,) = facts(text, "cisco_asa", "show crypto ikev1 sa").vpn_sessions
    assert (session.kind, session.peer, session.state) == ("ikev1", "192.0.2.7", "MM_ACTIVE")
    text = """\
IKEv2 SAs:

Session-id:2, Status:UP-ACTIVE, IKE count:1, CHILD count:1

Tunnel-id Local                    Remote                   Status         Role
 51384811 198.51.100.1/500         192.0.2.8/500             READY    INITIATOR
      Encr: AES-CBC, keysize: 256, Hash: SHA256, DH Grp:14, Auth sign: PSK, Auth verify: PSK
      Life/Active Time: 86400/1200 sec
Child sa: local selector  10.0.0.0/0 - 10.0.0.255/65535
"""
    (session,) = facts(text, "cisco_asa", "show crypto ikev2 sa").vpn_sessions
    assert (session.kind, session.peer, session.local, session.state, session.duration) == (
        "ikev2",
        "192.0.2.8",
        "198.51.100.1",
        "READY",
        "1200 s",
    )


def test_sessions_of_people_and_of_sites() -> None:
    text = """\
Session Type: AnyConnect

Username     : alice                  Index        : 7
Assigned IP  : 10.9.0.7               Public IP    : 192.0.2.77
Protocol     : AnyConnect-Parent SSL-Tunnel
Group Policy : STAFF                  Tunnel Group : STAFF
Duration     : 2h:21m:21s

Session Type: LAN-to-LAN

Connection   :
Index        : 8                      IP Addr      : 192.0.2.6
Protocol     : IKEv1 IPsec

Connection   : 192.0.2.7
Index        : 9                      IP Addr      : 192.0.2.7
Protocol     : IKEv2 IPsec
Duration     : 3h:00m:00s
"""
    people, nameless, site = facts(text, "cisco_asa", "show vpn-sessiondb full").vpn_sessions
    assert (people.kind, people.user, people.peer, people.local, people.group) == (
        "anyconnect",
        "alice",
        "192.0.2.77",
        "10.9.0.7",
        "STAFF",
    )
    assert (nameless.kind, nameless.peer) == ("ikev1", "192.0.2.6")
    assert (site.kind, site.peer, site.duration) == ("ikev2", "192.0.2.7", "3h:00m:00s")


def test_a_protected_flow_has_its_networks() -> None:
    text = """\
interface: outside
    Crypto map tag: MAP, seq num: 10, local addr: 198.51.100.1

      local ident (addr/mask/prot/port): (10.0.0.0/255.255.255.0/0/0)
      remote ident (addr/mask/prot/port): (10.8.0.0/255.255.0.0/0/0)
      current_peer: 192.0.2.7

    inbound esp sas:
      spi: 0x32F752FF (855069439)
         SA State: active
    outbound esp sas:
      spi: 0x50023DDC (1342324188)
         SA State: active
"""
    (session,) = facts(text, "cisco_asa", "show crypto ipsec sa").vpn_sessions
    assert (session.peer, session.interface, session.local, session.remote, session.state) == (
        "192.0.2.7",
        "outside",
        "10.0.0.0/24",
        "10.8.0.0/16",
        "active",
    )


def test_names_and_addresses_of_interfaces() -> None:
    text = """\
Interface                Name                     Security
GigabitEthernet0/0       outside                    0
GigabitEthernet0/1       inside                   100
"""
    named = facts(text, "cisco_asa", "show nameif").interfaces
    assert [(one.name, one.security_zone) for one in named] == [
        ("GigabitEthernet0/0", "outside"),
        ("GigabitEthernet0/1", "inside"),
    ]
    text = """\
Interface                  IP-Address      OK? Method Status                Protocol
GigabitEthernet0/0         192.0.2.2       YES CONFIG up                    up
GigabitEthernet0/2         unassigned      YES unset  administratively down down
"""
    told = [
        (one.name, one.enabled, one.up, one.addresses)
        for one in facts(text, "cisco_asa", "show interface ip brief").interfaces
    ]
    assert told == [
        ("GigabitEthernet0/0", True, True, ("192.0.2.2",)),
        ("GigabitEthernet0/2", False, False, ()),
    ]
