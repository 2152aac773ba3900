"""Outputs of Junos that no corpus has: written here after the vendor's field descriptions."""

from __future__ import annotations

from pathlib import Path

from netaudit.audit import read_snapshot
from tests.parsers.captures.recorded import facts, read

ROUTES = """\
inet.0: 7 destinations, 8 routes (7 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

0.0.0.0/0          *[Static/5] 2w1d 03:04:05
                    > to 192.0.2.1 via ge-0/0/0.0
                    [OSPF/150] 1d 00:00:01, metric 10, tag 0
                    > to 192.0.2.9 via ge-0/0/1.0
10.0.0.0/8         *[Static/5] 00:10:00
                      Discard
10.1.0.0/16        *[BGP/170] 00:10:00, localpref 100
                      AS path: 65001 I, validation-state: unverified
                      to 192.0.2.1 via ge-0/0/0.0
                    > to 192.0.2.9 via ge-0/0/1.0
10.2.0.0/16        *[Static/5] 00:10:00
                      to table BLUE.inet.0
192.0.2.0/30       *[Direct/0] 2w1d 03:04:05
                    > via ge-0/0/0.0
192.0.2.2/32       *[Local/0] 2w1d 03:04:05
                      Local via ge-0/0/0.0

BLUE.inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

198.51.100.0/24    *[OSPF/10] 00:01:00, metric 2
                    > to 10.9.0.1 via ge-0/0/2.0

inet6.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

2001:db8:ffff:ffff:ffff:ffff:ffff:0/112
                   *[Static/5] 00:01:00
                    > to fe80::1 via ge-0/0/0.0
"""


def test_a_route_has_its_hops_its_table_and_whether_it_is_chosen() -> None:
    captured = facts(ROUTES, "juniper_junos", "show route")
    told = [
        (
            route.vrf,
            route.prefix,
            route.protocol,
            route.active,
            route.discards,
            [(hop.address, hop.interface, hop.vrf) for hop in route.next_hops],
        )
        for route in captured.routes
    ]
    assert told == [
        ("default", "0.0.0.0/0", "static", True, False, [("192.0.2.1", "ge-0/0/0.0", "")]),
        ("default", "0.0.0.0/0", "ospf", False, False, [("192.0.2.9", "ge-0/0/1.0", "")]),
        ("default", "10.0.0.0/8", "static", True, True, []),
        (
            "default",
            "10.1.0.0/16",
            "bgp",
            True,
            False,
            [("192.0.2.1", "ge-0/0/0.0", ""), ("192.0.2.9", "ge-0/0/1.0", "")],
        ),
        ("default", "10.2.0.0/16", "static", True, False, [("", "", "BLUE")]),
        ("default", "192.0.2.0/30", "connected", True, False, [("", "ge-0/0/0.0", "")]),
        ("default", "192.0.2.2/32", "local", True, False, [("", "ge-0/0/0.0", "")]),
        ("BLUE", "198.51.100.0/24", "ospf", True, False, [("10.9.0.1", "ge-0/0/2.0", "")]),
        ("default", "2001:db8:ffff:ffff:ffff:ffff:ffff:0/112", "static", True, False, [("fe80::1", "ge-0/0/0.0", "")]),
    ]
    assert captured.routes[0].where.line == 4


def test_a_hop_that_is_not_understood_costs_the_table() -> None:
    text = ROUTES.replace("> via ge-0/0/0.0", "> over the hills")
    captured = facts(text, "juniper_junos", "show route")
    assert not captured.routes
    assert "not understood" in captured.captures[0].problem


def test_lines_of_other_tables_do_not_cost_those_of_unicast() -> None:
    text = (
        ROUTES
        + """
mpls.0: 2 destinations, 2 routes (2 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

299776             *[LDP/9] 00:10:00, metric 1
                    > somewhere by label
iso.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)
49.0001.0100.0000.0001/72
                   *[Direct/0] 00:10:00
                    > via lo0.0
"""
    )
    assert len(facts(text, "juniper_junos", "show route").routes) == 9


def test_part_of_a_table_gives_no_routes() -> None:
    assert not facts(ROUTES, "juniper_junos", "show route protocol static").routes
    assert not facts(ROUTES, "juniper_junos", "show route 10.0.0.0/8").routes
    assert facts(ROUTES, "juniper_junos", "show route table inet.0").routes


def test_terse_interfaces_take_the_addresses_of_the_lines_below() -> None:
    text = """\
Interface               Admin Link Proto    Local                 Remote
ge-0/0/0                up    up
ge-0/0/0.0              up    up   inet     192.0.2.2/30
                                            192.0.2.6/30
                                   inet6    2001:db8::2/64
                                            fe80::1/64
                                   mpls
ge-0/0/1                down  down
lo0.0                   up    up   inet     198.51.100.1        --> 0/0
"""
    told = {
        one.name: (one.enabled, one.up, one.addresses)
        for one in facts(text, "juniper_junos", "show interfaces terse").interfaces
    }
    assert told == {
        "ge-0/0/0": (True, True, ()),
        "ge-0/0/0.0": (True, True, ("192.0.2.2/30", "192.0.2.6/30", "2001:db8::2/64", "fe80::1/64")),
        "ge-0/0/1": (False, False, ()),
        "lo0.0": (True, True, ("198.51.100.1",)),
    }


def test_a_version_with_and_without_a_host_name() -> None:
    text = "Model: srx300\nJunos: 22.4R3-S2.11\nJUNOS Software Release [22.4R3-S2.11]\n"
    for host, lines in (("", text), ("edge1", f"Hostname: edge1\n{text}")):
        captured = facts(lines, "juniper_junos", "show version")
        assert (captured.hostname, captured.model, captured.version) == (host, "srx300", "22.4R3-S2.11")
    old = "Hostname: edge1\nModel: srx100\nJUNOS Software Release [12.1X46-D40.2]\n"
    assert facts(old, "juniper_junos", "show version").version == "12.1X46-D40.2"


HARDWARE = """\
Hardware inventory:
Item             Version  Part number  Serial number     Description
Chassis                                CM1234AF0001      SRX300
Routing Engine   REV 0x18 650-065041   CM1234AF0001      RE-SRX300
FPC 0                                                    FPC
  PIC 0                                                  6xGE,2xGE SFP Base PIC
Power Supply 0
"""


def test_the_chassis_gives_model_and_serial_number() -> None:
    captured = facts(HARDWARE, "juniper_junos", "show chassis hardware")
    assert (captured.model, captured.serials) == ("srx300", ("CM1234AF0001",))
    assert [(item.name, item.part_number, item.description) for item in captured.inventory] == [
        ("Chassis", "", "SRX300"),
        ("Routing Engine", "650-065041", "RE-SRX300"),
        ("FPC 0", "", "FPC"),
        ("PIC 0", "", "6xGE,2xGE SFP Base PIC"),
        ("Power Supply 0", "", ""),
    ]


def test_a_cluster_has_the_serial_numbers_of_both_nodes() -> None:
    line = "-" * 74
    other = HARDWARE.replace("CM1234AF0001", "CM1234AF0002")
    captured = facts(f"node0:\n{line}\n{HARDWARE}\nnode1:\n{line}\n{other}", "juniper_junos", "show chassis hardware")
    assert captured.serials == ("CM1234AF0001", "CM1234AF0002")
    assert captured.inventory[5].name == "node1 Chassis"


def test_policies_that_share_a_name_are_kept_apart() -> None:
    text = """\
Logical system: root-logical-system
Index   From zone        To zone           Name           Policy count  Action
1       trust            untrust           web            1200          Permit
2       untrust          trust             rest           0             Deny
3       trust            untrust           rest           40            Permit
4       all-zone         all-zone          default-policy 9             Deny
"""
    counts = facts(text, "juniper_junos", "show security policies hit-count").hit_counts
    assert [(one.rulebase, one.rule, one.hits) for one in counts] == [
        ("policies", "web", 1200),
        ("policies untrust to trust", "rest", 0),
        ("policies trust to untrust", "rest", 40),
        ("policies all-zone to all-zone", "default-policy", 9),
    ]


def test_a_terminal_log_gives_its_counts_to_the_policies_of_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "srx1.log").write_text(
        """\
admin@srx1> show security policies hit-count
Logical system: root-logical-system
Index   From zone        To zone           Name           Policy count  Action
1       trust            untrust           web            1200          Permit
2       untrust          trust             rest           7             Deny

Number of policy: 2

admin@srx1> show configuration | display set
set version 22.4R3
set system host-name srx1
set security zones security-zone trust interfaces ge-0/0/1.0
set security zones security-zone untrust interfaces ge-0/0/0.0
set security policies from-zone trust to-zone untrust policy web match source-address any
set security policies from-zone trust to-zone untrust policy web match destination-address any application any
set security policies from-zone trust to-zone untrust policy web then permit
set security policies from-zone untrust to-zone trust policy rest match source-address any
set security policies from-zone untrust to-zone trust policy rest match destination-address any application any
set security policies from-zone untrust to-zone trust policy rest then deny

{primary:node0}
admin@srx1> exit
""",
        encoding="utf-8",
    )
    (device,) = read_snapshot(str(tmp_path)).devices
    (policies,) = device.rulebases
    assert [(rule.name, rule.hit_count) for rule in policies.rules] == [("web", 1200), ("rest", 7)]


def test_the_old_layout_and_the_other_node_of_a_cluster() -> None:
    text = """\
node0:
index   from zone    to zone       name       policy count
 1      untrust      trust         web              40
Number of policy: 1
node1:
index   from zone    to zone       name       policy count
 1      untrust      trust         web              0
Number of policy: 1
"""
    (count,) = facts(text, "juniper_junos", "show security policies hit-count").hit_counts
    assert (count.rulebase, count.rule, count.hits) == ("policies", "web", 40)


def test_counters_of_a_filter_are_not_its_terms() -> None:
    text = """\
Filter: PROTECT-RE
Counters:
Name                                                Bytes              Packets
ssh-in                                              84000                 1200
dropped                                               120                    2
Policers:
Name                                                Bytes              Packets
icmp-limit                                              0                    0

Filter: __default_bpdu_filter__
"""
    counts = facts(text, "juniper_junos", "show firewall").hit_counts
    assert [(one.rulebase, one.rule, one.hits) for one in counts] == [
        ("counters of PROTECT-RE", "ssh-in", 1200),
        ("counters of PROTECT-RE", "dropped", 2),
    ]


def test_tunnels_of_both_layouts() -> None:
    ike = """\
Index   State  Initiator cookie  Responder cookie  Mode           Remote Address
3126079 UP     acc688c41a029562  6c4de2ff1014f7e1  IKEv2          192.0.2.7
3126080 DOWN   acc688c41a029563  6c4de2ff1014f7e2  Main           192.0.2.8
"""
    sessions = facts(ike, "juniper_junos", "show security ike security-associations").vpn_sessions
    assert [(one.kind, one.peer, one.state) for one in sessions] == [
        ("ikev2", "192.0.2.7", "UP"),
        ("ikev1", "192.0.2.8", "DOWN"),
    ]
    ipsec = """\
  Total active tunnels: 2     Total Ipsec sas: 2
  ID    Algorithm       SPI      Life:sec/kb  Mon lsys Port  Gateway
  <131073 ESP:aes-cbc-256/sha256 9beb1bf0 729/ unlim - root 4500 192.0.2.7
  >131073 ESP:aes-cbc-256/sha256 97791a28 729/ unlim - root 4500 192.0.2.7
  <131074 192.0.2.8 500 ESP:aes-128/sha1 df27aae4 326/ unlim - 0
"""
    sessions = facts(ipsec, "juniper_junos", "show security ipsec security-associations").vpn_sessions
    assert [(one.kind, one.peer) for one in sessions] == [("ipsec", "192.0.2.7"), ("ipsec", "192.0.2.8")]


REPLY = """\
<rpc-reply xmlns:junos="http://xml.juniper.net/junos/21.1R0/junos">
    <interface-information xmlns="urn:x">
        <physical-interface>
            <name>
ge-0/0/0
</name>
            <admin-status junos:format="Enabled">up</admin-status>
            <oper-status>down</oper-status>
            <mtu>1514</mtu>
            <current-physical-address>00:00:5e:00:53:01</current-physical-address>
            <logical-interface>
                <name>ge-0/0/0.0</name>
                <address-family>
                    <address-family-name>inet</address-family-name>
                    <mtu>1500</mtu>
                    <interface-address>
                        <ifa-destination>192.0.2.0/30</ifa-destination>
                        <ifa-local>192.0.2.2</ifa-local>
                    </interface-address>
                </address-family>
            </logical-interface>
        </physical-interface>
    </interface-information>
</rpc-reply>

{master:0}
"""


def test_xml_has_the_facts_of_the_text_and_their_lines() -> None:
    captured = facts(REPLY, "juniper_junos", "show interfaces | display xml")
    physical, logical = captured.interfaces
    assert (physical.name, physical.enabled, physical.up, physical.mtu) == ("ge-0/0/0", True, False, 1514)
    assert physical.hardware_address == "0000.5e00.5301"
    assert (logical.name, logical.addresses, logical.where.line) == ("ge-0/0/0.0", ("192.0.2.2/30",), 11)


def test_xml_with_a_document_type_is_not_read() -> None:
    text = '<!DOCTYPE a [<!ENTITY x "ge-0/0/9">]>\n' + REPLY.replace("ge-0/0/0.0", "&x;")
    assert not facts(text, "juniper_junos", "show interfaces | display xml").interfaces
    text = '<?xml version="1.0"?>\n' + text
    assert not facts(text, "juniper_junos", "show interfaces | display xml").interfaces


def test_xml_that_breaks_off_keeps_what_was_read() -> None:
    captured = facts(REPLY.partition("<address-family>")[0], "juniper_junos", "show interfaces | display xml")
    assert [one.name for one in captured.interfaces] == ["ge-0/0/0", "ge-0/0/0.0"]


def test_a_detailed_association_takes_its_state_from_the_inner_one() -> None:
    text = """\
<rpc-reply><ike-security-associations-information><ike-security-associations-block>
<ike-sa-remote-address>192.0.2.7</ike-sa-remote-address>
<ike-security-associations><ike-sa-state>UP</ike-sa-state><ike-sa-exchange-type>IKEv2</ike-sa-exchange-type>
</ike-security-associations></ike-security-associations-block></ike-security-associations-information></rpc-reply>
"""
    (session,) = facts(text, "juniper_junos", "show security ike security-associations | display xml").vpn_sessions
    assert (session.kind, session.peer, session.state) == ("ikev2", "192.0.2.7", "UP")


def test_vlans_and_neighbours() -> None:
    vlans = """\
Routing instance        VLAN name             Tag          Interfaces
default-switch          SERVERS               20
                                                          ge-0/0/1.0*
                                                          ge-0/0/2.0
default-switch          default               1
"""
    rows = read(vlans, "juniper_junos", "show vlans").captured[0].captures[0].rows
    assert [(row["vlan_name"], row["vlan_id"], row["interfaces"]) for row in rows] == [
        ("SERVERS", "20", ("ge-0/0/1.0", "ge-0/0/2.0")),
        ("default", "1", ()),
    ]
    arp = """\
MAC Address       Address         Name                      Interface               Flags
00:00:5e:00:53:01 192.0.2.1       192.0.2.1                 ge-0/0/0.0              none
00:00:5e:00:53:02 192.0.2.9       irb-host                  irb.20 [ge-0/0/1.0]     none
Total entries: 2
"""
    entries = facts(arp, "juniper_junos", "show arp").arp
    assert [(one.address, one.hardware_address, one.interface) for one in entries] == [
        ("192.0.2.1", "0000.5e00.5301", "ge-0/0/0.0"),
        ("192.0.2.9", "0000.5e00.5302", "irb.20"),
    ]
