"""Outputs of EOS that no corpus has: written here after the vendor's manual."""

from __future__ import annotations

import json

import pytest

from tests.parsers.captures.recorded import facts, read

ROUTES = """\
VRF: default
Codes: C - connected, S - static, K - kernel,
       O - OSPF, IA - OSPF inter area, E1 - OSPF external type 1,
       B E - eBGP, A B - BGP Aggregate

Gateway of last resort:
 S        0.0.0.0/0 [1/0] via 192.0.2.1, Ethernet1
                          via 192.0.2.5, Ethernet2

 O IA     10.1.0.0/16 [110/20]
           via 192.0.2.1, Ethernet1
 A B      10.0.0.0/8 is directly connected, Null0
 C        192.0.2.0/30
           directly connected, Ethernet1
 B E      10.9.0.0/16 [200/0] via VTEP 198.51.100.9 VNI 5001 router-mac 00:00:5e:00:53:01 local-interface Vxlan1

VRF: BLUE
Codes: C - connected, S - static, K - kernel,

 C        198.51.100.0/24 is directly connected, Vlan20
"""


def test_routes_of_all_vrfs_in_every_layout() -> None:
    told = [
        (
            one.vrf,
            one.prefix,
            one.protocol,
            one.kind,
            one.discards,
            [(hop.address, hop.interface) for hop in one.next_hops],
        )
        for one in facts(ROUTES, "arista_eos", "show ip route vrf all").routes
    ]
    assert told == [
        ("default", "0.0.0.0/0", "static", "", False, [("192.0.2.1", "Ethernet1"), ("192.0.2.5", "Ethernet2")]),
        ("default", "10.1.0.0/16", "ospf", "inter area", False, [("192.0.2.1", "Ethernet1")]),
        ("default", "10.0.0.0/8", "aggregate", "", True, []),
        ("default", "192.0.2.0/30", "connected", "", False, [("", "Ethernet1")]),
        ("default", "10.9.0.0/16", "bgp", "external", False, [("198.51.100.9", "Vxlan1")]),
        ("BLUE", "198.51.100.0/24", "connected", "", False, [("", "Vlan20")]),
    ]


def test_leaked_routes_name_the_other_vrf() -> None:
    text = """\
VRF: BLUE
 B L      10.0.0.0/8 [200/0] (source VRF default) via 192.0.2.1, Ethernet1
 C L      192.0.2.0/30 is directly connected (source VRF default), Ethernet1
"""
    first, second = facts(text, "arista_eos", "show ip route vrf BLUE").routes
    assert (first.protocol, first.next_hops[0].address, first.next_hops[0].vrf) == ("bgp", "192.0.2.1", "default")
    assert (second.protocol, second.next_hops[0].interface, second.next_hops[0].vrf) == (
        "connected",
        "Ethernet1",
        "default",
    )


def test_ipv6_routes() -> None:
    text = """\
VRF: default
Displaying 2 of 6 IPv6 routing table entries
Codes: C - connected, S - static

 C        2001:db8::/64 [0/0]
           via Ethernet1, directly connected
 S        ::/0 [1/0]
           via fe80::1, Ethernet1
"""
    first, second = facts(text, "arista_eos", "show ipv6 route").routes
    assert (first.prefix, first.protocol, first.next_hops[0].interface) == ("2001:db8::/64", "connected", "Ethernet1")
    assert (second.prefix, second.next_hops[0].address) == ("::/0", "fe80::1")


@pytest.mark.parametrize(
    "spoiled",
    [
        ROUTES.replace("via 192.0.2.5, Ethernet2", "via the moon"),
        ROUTES.replace("[1/0] via 192.0.2.1, Ethernet1", "[1/0] by pigeon"),
        ROUTES.replace(" C        192.0.2.0/30\n           directly connected, Ethernet1", " C        192.0.2.0/30"),
    ],
)
def test_what_is_not_understood_costs_the_table(spoiled: str) -> None:
    captured = facts(spoiled, "arista_eos", "show ip route vrf all")
    assert not captured.routes
    assert "not understood" in captured.captures[0].problem


def test_part_of_a_table_gives_no_routes() -> None:
    assert not facts(ROUTES, "arista_eos", "show ip route bgp").routes
    assert not facts(ROUTES, "arista_eos", "show ip route vrf BLUE 198.51.100.7").routes


def test_entries_are_counted_where_the_list_counts() -> None:
    text = """\
Phone ACL bypass: disabled
IP Access List OUTSIDE
        counters per-entry
        10 remark the web
        20 permit tcp any host 192.0.2.9 eq https [match 7172 packets, 1 day, 20:46:09 ago]
        30 permit icmp any any [match 235032 bytes in 2807 packets, 0:20:16 ago]
        40 permit udp any any eq snmp [match 12, 0:00:14 ago]
        50 deny ip any any log

        Total rules configured: 5
        Configured on Ingress: Et1
Standard IP Access List MANAGERS
        10 permit 192.0.2.0/24
"""
    counts = facts(text, "arista_eos", "show ip access-lists").hit_counts
    assert [(one.rulebase, one.rule, one.hits, one.last_hit) for one in counts] == [
        ("OUTSIDE", "20", 7172, "1 day, 20:46:09 ago"),
        ("OUTSIDE", "30", 2807, "0:20:16 ago"),
        ("OUTSIDE", "40", 12, "0:00:14 ago"),
        ("OUTSIDE", "50", 0, ""),
    ]
    assert counts[3].text == "deny ip any any log"


def test_vrfs_with_interfaces_on_several_lines() -> None:
    text = """\
Maximum number of vrfs allowed: 1024
   VRF           RD              Protocols       State            Interfaces
------------- --------------- --------------- ------------------- ----------------------
   BLUE          65001:20        ipv4,ipv6       v4:routing,      Vlan20, Vlan21,
                                                 v6:no routing    Vlan22
   default       <not set>       ipv4,ipv6       v4:routing;      Ethernet1
"""
    told = [(one.name, one.vrf) for one in facts(text, "arista_eos", "show vrf").interfaces]
    assert told == [("Vlan20", "BLUE"), ("Vlan21", "BLUE"), ("Vlan22", "BLUE"), ("Ethernet1", "default")]


def test_the_system_gives_model_and_serial_number() -> None:
    text = """\
System Information
  Model                     Description
  ------------------------- ------------------------------------
  DCS-7050SX3-48YC8         48x25GbE SFP+ & 8x100GbE QSFP Switch
  HW Version    Serial Number    Mfg Date
  ------------  ---------------  ----------
  11.03         SSJ00000000      2021-05-14
System has 1 power supply slot
  Slot Model            Serial Number
  ---- ---------------- ----------------
  1    PWR-500AC-F      K192KU00000CZ
"""
    captured = facts(text, "arista_eos", "show inventory | no-more")
    assert (captured.model, captured.serials) == ("DCS-7050SX3-48YC8", ("SSJ00000000",))
    assert [(item.name, item.part_number) for item in captured.inventory] == [
        ("Chassis", "DCS-7050SX3-48YC8"),
        ("power 1", "PWR-500AC-F"),
    ]


def _json(document: object) -> str:
    return json.dumps(document, indent=4)


def test_json_has_the_facts_of_the_text() -> None:
    neighbor = {"port": "Ethernet1", "neighborDevice": "core1", "neighborPort": "Ethernet9", "ttl": 120}
    (found,) = facts(_json({"lldpNeighbors": [neighbor]}), "arista_eos", "show lldp neighbors | json").neighbors
    assert (found.interface, found.neighbor, found.neighbor_interface) == ("Ethernet1", "core1", "Ethernet9")
    information: dict[str, object] = {"systemName": "core1", "managementAddresses": [{"address": "192.0.2.1"}]}
    information["neighborInterfaceInfo"] = {"interfaceId": '"Ethernet9"'}
    document: dict[str, object] = {
        "lldpNeighbors": {"Ethernet1": {"lldpNeighborInfo": [information]}, "Ethernet2": {"lldpNeighborInfo": []}}
    }
    (found,) = facts(_json(document), "arista_eos", "show lldp neighbors detail | json").neighbors
    assert (found.neighbor, found.neighbor_interface, found.addresses) == ("core1", "Ethernet9", ("192.0.2.1",))
    entry = {"address": "192.0.2.1", "hwAddress": "0000.5e00.5301", "interface": "Vlan20, Ethernet1", "age": 12}
    (seen,) = facts(_json({"ipV4Neighbors": [entry]}), "arista_eos", "show arp | json").arp
    assert (seen.address, seen.interface, seen.vrf, seen.age) == ("192.0.2.1", "Vlan20", "default", "12")
    document = {"vrfs": {"BLUE": {"ipV4Neighbors": [entry]}}}
    assert facts(_json(document), "arista_eos", "show ip arp vrf all | json").arp[0].vrf == "BLUE"


def test_json_under_a_text_command_and_text_under_a_json_one() -> None:
    version = {"modelName": "DCS-7050SX3", "version": "4.29.2F", "serialNumber": "JPE00000001"}
    captured = facts(_json(version), "arista_eos", "show version")
    assert (captured.model, captured.version, captured.serials) == ("DCS-7050SX3", "4.29.2F", ("JPE00000001",))
    text = "Arista DCS-7050SX3\nHardware version: 11.00\nSerial number: JPE00000001\nSoftware image version: 4.29.2F\n"
    captured = facts(text, "arista_eos", "show version | json")
    assert (captured.model, captured.version, captured.serials) == ("DCS-7050SX3", "4.29.2F", ("JPE00000001",))


def test_an_interface_that_is_off() -> None:
    item: dict[str, object] = {
        "name": "Ethernet3",
        "interfaceStatus": "disabled",
        "lineProtocolStatus": "down",
        "mtu": 1500,
    }
    item["interfaceAddress"] = [
        {
            "primaryIp": {"address": "192.0.2.2", "maskLen": 30},
            "secondaryIpsOrderedList": [{"address": "192.0.2.6", "maskLen": 30}],
            "virtualIp": {"address": "0.0.0.0", "maskLen": 0},
        }
    ]
    (one,) = facts(_json({"interfaces": {"Ethernet3": item}}), "arista_eos", "show interfaces | json").interfaces
    assert (one.enabled, one.up, one.addresses) == (False, False, ("192.0.2.2/30", "192.0.2.6/30"))


def test_json_that_breaks_off_gives_nothing() -> None:
    text = _json({"vrfs": {"default": {"routes": {"10.0.0.0/8": {"routeType": "static", "vias": []}}}}})[:-20]
    captured = read(text, "arista_eos", "show ip route vrf all | json").captured[0]
    assert not captured.routes
    assert captured.captures[0].problem
