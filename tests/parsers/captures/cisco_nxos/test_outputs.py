"""Outputs of NX-OS that no corpus has: written here after the vendor's guides."""

from __future__ import annotations

import json

from tests.parsers.captures.recorded import facts, read


def test_ipv6_routes_and_one_that_drops() -> None:
    text = """\
IPv6 Routing Table for VRF "BLUE"
'*' denotes best ucast next-hop
'**' denotes best mcast next-hop
'[x/y]' denotes [preference/metric]

2001:db8::/64, ubest/mbest: 1/0, attached
    *via 2001:db8::2, Eth1/1, [0/0], 1w2d, direct,
2001:db8:1::/48, ubest/mbest: 1/0
    *via fe80::1%BLUE, Eth1/1, [1/0], 1w2d, static
2001:db8:2::/48, ubest/mbest: 1/0
    *via Null0, [220/2], 00:01:02, bgp-65001, discard, tag 65001
"""
    routes = facts(text, "cisco_nxos", "show ipv6 route vrf BLUE").routes
    assert [(one.vrf, one.prefix, one.protocol, one.discards) for one in routes] == [
        ("BLUE", "2001:db8::/64", "connected", False),
        ("BLUE", "2001:db8:1::/48", "static", False),
        ("BLUE", "2001:db8:2::/48", "bgp", True),
    ]
    assert [(hop.address, hop.interface, hop.vrf) for hop in routes[1].next_hops] == [("fe80::1", "Ethernet1/1", "")]


def test_paths_of_equal_cost_are_one_route() -> None:
    text = """\
IP Route Table for VRF "default"
10.0.0.0/8, ubest/mbest: 2/0
    *via 192.0.2.1, Eth1/1, [110/41], 1w2d, ospf-1, inter
    *via 192.0.2.5%RED, Eth1/2, [110/41], 1w2d, ospf-1, inter
    via 192.0.2.9, Eth1/3, [200/0], 1w2d, bgp-65001, internal, tag 65001
"""
    first, second = facts(text, "cisco_nxos", "show ip route vrf all").routes
    assert [(hop.address, hop.interface, hop.vrf) for hop in first.next_hops] == [
        ("192.0.2.1", "Ethernet1/1", ""),
        ("192.0.2.5", "Ethernet1/2", "RED"),
    ]
    assert (first.kind, first.active, second.active) == ("inter area", True, False)


def test_a_next_hop_that_is_not_understood_costs_the_table() -> None:
    text = 'IP Route Table for VRF "default"\n10.0.0.0/8, ubest/mbest: 1/0\n    *via somewhere else\n'
    text += "10.9.0.0/16, ubest/mbest: 1/0\n    *via 192.0.2.1, [1/0], 1w2d, static\n"
    captured = facts(text, "cisco_nxos", "show ip route")
    assert not captured.routes
    assert "not understood" in captured.captures[0].problem


def test_part_of_a_table_gives_no_routes() -> None:
    text = 'IP Route Table for VRF "default"\n10.0.0.0/8, ubest/mbest: 1/0\n    *via 192.0.2.1, [1/0], 1w2d, static\n'
    assert facts(text, "cisco_nxos", "show ip route").routes
    assert not facts(text, "cisco_nxos", "show ip route static").routes
    assert not facts(text, "cisco_nxos", "show ip route 10.0.0.0/8").routes


def test_hit_counts_are_those_of_the_entries() -> None:
    text = """\
IP access list OUTSIDE
        statistics per-entry
        10 remark the web
        20 permit tcp any 192.0.2.0/24 eq 443 [match=1200]
        30 deny ip any any log [match=0]
IPv6 access list NOT-COUNTED
        10 permit ipv6 any any
"""
    counts = facts(text, "cisco_nxos", "show access-lists").hit_counts
    assert [(one.rulebase, one.rule, one.hits, one.text) for one in counts] == [
        ("OUTSIDE", "20", 1200, "permit tcp any 192.0.2.0/24 eq 443"),
        ("OUTSIDE", "30", 0, "deny ip any any log"),
    ]


def test_interfaces_tell_their_administrative_state() -> None:
    text = """\
mgmt0 is up
admin state is up,
  Hardware: GigabitEthernet, address: 0000.5e00.5301 (bia 0000.5e00.5301)
  Internet Address is 192.0.2.9/24
  MTU 1500 bytes, BW 1000000 Kbit, DLY 10 usec
Ethernet1/1 is down (Link not connected)
admin state is up, Dedicated Interface
  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5302 (bia 0000.5e00.5302)
  Description: to the core
  MTU 9216 bytes, BW 10000000 Kbit, DLY 10 usec
  Port mode is routed
Ethernet1/2 is down (Administratively down)
admin state is down, Dedicated Interface
Vlan20 is up, line protocol is up, autostate enabled
  Hardware is EtherSVI, address is 0000.5e00.5303
  Internet Address is 198.51.100.1/24
"""
    told = {
        one.name: (one.enabled, one.up, one.addresses, one.description)
        for one in facts(text, "cisco_nxos", "show interface").interfaces
    }
    assert told == {
        "mgmt0": (True, True, ("192.0.2.9/24",), ""),
        "Ethernet1/1": (True, False, (), "to the core"),
        "Ethernet1/2": (False, False, (), ""),
        "Vlan20": (True, True, ("198.51.100.1/24",), ""),
    }


def test_groups_of_hsrp() -> None:
    text = """\
Vlan20 - Group 20 (HSRP-V2) (IPv4)
  Local state is Active, priority 110 (Cfged 110), may preempt
    Forwarding threshold(for vPC), lower: 1 upper: 110
  Virtual IP address is 198.51.100.254 (Cfged)
  Active router is local
  Standby router is 198.51.100.2 , priority 100 expires in 3.5 sec(s)
"""
    (row,) = read(text, "cisco_nxos", "show hsrp").captured[0].captures[0].rows
    assert (row["interface"], row["group"], row["state"], row["priority"], row["virtual_address"]) == (
        "Vlan20",
        "20",
        "Active",
        "110",
        "198.51.100.254",
    )


def test_transceivers_have_no_quotes() -> None:
    text = """\
NAME: "Chassis",  DESCR: "Nexus9300 C93180YC-FX3H Chassis"
PID: N9K-C93180YC-FX3H   ,  VID: V04 ,  SN: FDO20000000

NAME: Ethernet1/1,  DESCR: CISCO-ACCELINK
PID: SFP-10G-SR          ,  VID: RTXM228-551-C98,  SN: ACW20000001
"""
    captured = facts(text, "cisco_nxos", "show inventory all")
    assert captured.serials == ("FDO20000000",)
    assert [(item.name, item.part_number, item.serial) for item in captured.inventory] == [
        ("Chassis", "N9K-C93180YC-FX3H", "FDO20000000"),
        ("Ethernet1/1", "SFP-10G-SR", "ACW20000001"),
    ]


def _json(document: object) -> str:
    return json.dumps(document, indent=2)


def test_json_of_the_version_with_and_without_the_envelope() -> None:
    body: dict[str, object] = {
        "host_name": "leaf1",
        "chassis_id": "Nexus9000 C93180YC-FX Chassis",
        "nxos_ver_str": "10.3(4a)",
    }
    body |= {"proc_board_id": "FDO00000001", "kern_uptm_days": 3, "kern_uptm_hrs": 4}
    for document in (body, {"ins_api": {"outputs": {"output": {"body": body}}}}):
        captured = facts(_json(document), "cisco_nxos", "show version | json")
        assert (captured.hostname, captured.model, captured.version, captured.serials) == (
            "leaf1",
            "Nexus9000 C93180YC-FX",
            "10.3(4a)",
            ("FDO00000001",),
        )
    assert dict(captured.fact_sources)["version"].text.strip().startswith('"nxos_ver_str"')


def test_json_of_routes_with_one_row_and_with_several() -> None:
    path = {"ipnexthop": "192.0.2.1", "ifname": "Eth1/1", "pref": "110", "metric": "41", "clientname": "ospf-1"}
    path |= {"ubest": "true", "uptime": "P9DT1H", "type": "intra"}
    prefixes: list[dict[str, object]] = [
        {"ipprefix": "10.0.0.0/8", "TABLE_path": {"ROW_path": [path, {**path, "ipnexthop": "192.0.2.5%RED"}]}},
        {"ipprefix": "192.0.2.0/30", "TABLE_path": {"ROW_path": {**path, "clientname": "direct", "type": ""}}},
    ]
    family = {"addrf": "ipv4", "TABLE_prefix": {"ROW_prefix": prefixes}}
    document = {"TABLE_vrf": {"ROW_vrf": {"vrf-name-out": "default", "TABLE_addrf": {"ROW_addrf": family}}}}
    first, second = facts(_json(document), "cisco_nxos", "show ip route | json").routes
    assert [(hop.address, hop.interface, hop.vrf) for hop in first.next_hops] == [
        ("192.0.2.1", "Ethernet1/1", ""),
        ("192.0.2.5", "Ethernet1/1", "RED"),
    ]
    assert (first.protocol, first.kind, first.distance, second.protocol) == ("ospf", "intra area", 110, "connected")


def test_json_of_neighbours_addresses_and_interfaces() -> None:
    neighbor = {"device_id": "core1(FOX00000001)", "intf_id": "Ethernet1/1", "port_id": "Eth1/9", "v4addr": "192.0.2.1"}
    document: dict[str, object] = {"TABLE_cdp_neighbor_detail_info": {"ROW_cdp_neighbor_detail_info": neighbor}}
    (found,) = facts(_json(document), "cisco_nxos", "show cdp neighbors detail | json").neighbors
    assert (found.neighbor, found.interface, found.addresses) == ("core1", "Ethernet1/1", ("192.0.2.1",))
    adjacency = {"ip-addr-out": "192.0.2.1", "mac": "0000.5e00.5301", "intf-out": "Vlan20", "time-stamp": "PT5M"}
    document = {"TABLE_vrf": {"ROW_vrf": {"vrf-name-out": "RED", "TABLE_adj": {"ROW_adj": [adjacency]}}}}
    (entry,) = facts(_json(document), "cisco_nxos", "show ip arp vrf all | json").arp
    assert (entry.address, entry.interface, entry.vrf) == ("192.0.2.1", "Vlan20", "RED")
    port = {"interface": "Ethernet1/1", "state": "down", "admin_state": "up", "eth_mtu": "1500", "desc": "x"}
    svi = {"interface": "Vlan20", "svi_admin_state": "up", "svi_line_proto": "up", "svi_ip_addr": "192.0.2.1"}
    document = {"TABLE_interface": {"ROW_interface": [port, {**svi, "svi_ip_mask": "24"}]}}
    interfaces = facts(_json(document), "cisco_nxos", "show interface | json").interfaces
    assert [(one.name, one.enabled, one.up, one.addresses) for one in interfaces] == [
        ("Ethernet1/1", True, False, ()),
        ("Vlan20", True, True, ("192.0.2.1/24",)),
    ]


def test_json_of_access_lists_without_counters_gives_no_counts() -> None:
    entry = {"seqno": "10", "permitdeny": "permit"}
    lists = {"acl_name": "WEB", "TABLE_seqno": {"ROW_seqno": [entry, {**entry, "seqno": "20", "hitcnt": "5"}]}}
    document = {"TABLE_ip_ipv6_mac": {"ROW_ip_ipv6_mac": lists}}
    counts = facts(_json(document), "cisco_nxos", "show access-lists | json").hit_counts
    assert [(one.rulebase, one.rule, one.hits) for one in counts] == [("WEB", "20", 5)]
