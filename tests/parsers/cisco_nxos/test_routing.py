"""Routing as configured, and how a switch is joined to others: what a reader of the configuration would say."""

from __future__ import annotations

from datetime import date

import pytest

from netaudit.model.device import Device
from netaudit.model.routing import BgpNeighbor, RoutingProcess
from netaudit.parsers.contract import ParsedFile
from tests.parsers.cisco_nxos.conftest import Reader


@pytest.fixture(scope="module")
def parsed(fixture_file: Reader) -> ParsedFile:
    return fixture_file("leaf-routing.cfg")


@pytest.fixture(scope="module")
def leaf(parsed: ParsedFile) -> Device:
    return parsed.devices[0]


def process(device: Device, protocol: str, vrf: str = "default") -> RoutingProcess:
    return next(one for one in device.routing_processes if (one.protocol, one.vrf) == (protocol, vrf))


def peer(device: Device, name: str, vrf: str = "default") -> BgpNeighbor:
    return next(one for one in process(device, "bgp", vrf).neighbors if one.name == name)


def test_every_line_is_understood(parsed: ParsedFile) -> None:
    assert parsed.coverage.notes == ()


def test_ospf_with_its_vrf(leaf: Device) -> None:
    ospf = process(leaf, "ospf")
    assert (ospf.name, ospf.identifier, ospf.router_id, ospf.exact) == ("ospf CORE", "CORE", "192.0.2.1", True)
    assert (ospf.passive_default, ospf.reference_bandwidth_mbps) == (True, 100_000)
    assert ospf.default_route is not None and ospf.default_route.always
    areas = {one.area: one for one in ospf.areas}
    assert areas["0.0.0.1"].kind == "totally_stub"
    assert (areas["0.0.0.2"].kind, areas["0.0.0.2"].announces_default) == ("nssa", True)
    assert areas["0.0.0.2"].import_filters == ("policy SUMMARIES",)
    assert [(one.prefix, one.area, one.cost) for one in ospf.summaries] == [("10.20.0.0/16", "0.0.0.1", 9)]
    assert [(one.source, one.policy) for one in ospf.redistributions] == [("connected", "CONNECTED")]
    inner = process(leaf, "ospf", "RED")
    assert (inner.router_id, inner.reference_bandwidth_mbps) == ("192.0.2.2", 100_000)
    assert [(one.source, one.process) for one in inner.redistributions] == [("bgp", "64500")]


def test_interfaces_of_ospf(leaf: Device) -> None:
    found = {one.interface: one for one in process(leaf, "ospf").interfaces}
    port = found["Ethernet1/1"]
    assert (port.enabled, port.area, port.cost, port.network_type) == (True, "0.0.0.0", 40, "point-to-point")
    assert port.authenticated is True
    assert (found["Vlan20"].area, found["Vlan20"].passive) == ("0.0.0.1", True)
    assert found["loopback0"].passive is None


def test_eigrp_and_isis(leaf: Device) -> None:
    eigrp = process(leaf, "eigrp")
    assert (eigrp.autonomous_system, eigrp.exact) == ("100", True)
    (port,) = eigrp.interfaces
    assert (port.interface, port.hello_s) == ("Ethernet1/2", 2)
    assert [(one.prefix, one.interface) for one in eigrp.summaries] == [("10.20.0.0/16", "Ethernet1/2")]
    assert [(one.direction, one.kind, one.name, one.peer) for one in eigrp.filters] == [
        ("out", "prefix_list", "OFFICE", "Ethernet1/2")
    ]
    assert eigrp.redistributions[0].source == "static"
    isis = process(leaf, "isis")
    assert (isis.net, isis.level) == (("49.0001.1920.0000.2001.00",), "2")
    (port,) = isis.interfaces
    assert (port.network_type, port.options) == ("point-to-point", (("metric level-2", "30"),))


def test_bgp(leaf: Device) -> None:
    bgp = process(leaf, "bgp")
    assert (bgp.autonomous_system, bgp.router_id, bgp.exact) == ("64500", "192.0.2.1", True)
    assert [(one.prefix, one.policy) for one in bgp.networks] == [("10.20.0.0/16", "CONNECTED")]
    assert [(one.prefix, one.summary_only) for one in bgp.summaries] == [("10.0.0.0/8", True)]
    assert bgp.maximum_paths_internal == 4
    assert dict(bgp.distances) == {"external": 20, "internal": 200, "local": 220}
    assert ("bestpath", "as-path multipath-relax") in bgp.options


def test_templates_and_who_inherits_them(leaf: Device) -> None:
    template = peer(leaf, "SPINES")
    assert (template.kind, template.remote_as, template.source) == ("group", "64500", "loopback0")
    assert template.authenticated is True
    assert [(one.family, one.active, one.sends_communities) for one in template.families] == [
        ("l2vpn evpn", True, "both")
    ]
    spine = peer(leaf, "192.0.2.11")
    assert (spine.kind, spine.group, spine.description, spine.remote_as) == ("neighbor", "SPINES", "first spine", "")
    policy = peer(leaf, "EDGE")
    assert (policy.kind, policy.families[0].maximum_prefixes) == ("policy", 100)


def test_neighbours(leaf: Device) -> None:
    outer = peer(leaf, "203.0.113.1")
    assert (outer.remote_as, outer.multihop, outer.enabled) == (str(65536 + 2), 3, False)
    (family,) = outer.families
    assert (family.import_filters, family.export_policies) == (
        ("prefix_list OFFICE", "as_path OWN"),
        ("CONNECTED",),
    )
    assert (family.own_as_accepted, family.next_hop_self, family.sends_default, family.default_policy) == (
        3, True, True, "CONNECTED",
    )  # fmt: skip
    assert ("inherit peer-policy", "EDGE 10") in family.options
    assert peer(leaf, "10.9.0.0/24").kind == "range"
    customer = peer(leaf, "10.10.0.9", "RED")
    assert (customer.remote_as, customer.families[0].as_override) == ("65010", True)


def test_lists_and_route_maps(leaf: Device) -> None:
    plane = leaf.routing
    assert [str(one.prefixes) for one in plane.prefix_lists[0].entries] == ["192.0.2.0/24 32-32"]
    assert {(one.name, one.kind) for one in plane.text_lists} == {
        ("OWN", "as_path"), ("NEAR", "community"), ("TARGETS", "extended_community"),
    }  # fmt: skip
    policies = {one.name: one for one in plane.policies}
    assert [one.outcome for one in policies["SUMMARIES"].terms] == ["deny", "permit"]
    assert [(one.kind, one.values) for one in policies["STEER"].terms[0].changes] == [("next_hop", ("10.10.0.9",))]
    assert [(one.policy, one.interface) for one in plane.policy_routes] == [("STEER", "Vlan10")]


def test_vrfs_and_the_overlay(leaf: Device) -> None:
    targets = {(one.vrf, one.kind): one for one in leaf.routing.vrf_targets}
    plain = targets["RED", "vrf"]
    assert (plain.imports, plain.exports, plain.import_policies) == (("64500:99", "auto"), ("auto",), ("CONNECTED",))
    assert (plain.route_distinguisher, plain.vni) == ("auto", 50010)
    assert targets["RED", "vrf evpn"].imports == ("auto",)
    assert targets["vni 10010", "l2"].exports == ("64500:10010",)
    settings = {one.name: one.value for one in leaf.routing.settings}
    assert settings["vlan 10 vn-segment"] == "10010"
    assert settings["nve1 vni 10010"] == "mcast-group 239.1.1.1"
    assert settings["nve1 vni 50010"] == "associate-vrf"


def test_how_it_is_joined_to_others(leaf: Device) -> None:
    assert [(one.number, one.name) for one in leaf.vlans] == [(1, ""), (10, "users"), (20, "servers")]
    group, shared = leaf.first_hop_groups
    assert (shared.protocol, shared.interface, shared.addresses) == ("anycast", "Vlan10", ("10.10.0.2",))
    assert (group.protocol, group.group, group.interface, group.addresses) == ("hsrp", "20", "Vlan20", ("10.20.0.1",))
    assert (group.priority, group.preempts, group.tracked, group.authentication) == (110, True, ("5",), "key chain")
    gre, overlay = leaf.tunnels
    assert (gre.kind, gre.source, gre.destination, gre.outer_vrf) == ("gre", "loopback0", "203.0.113.9", "RED")
    assert (overlay.interface, overlay.kind, overlay.source) == ("nve1", "vxlan", "loopback1")
    ports = {one.name: one for one in leaf.interfaces}
    assert (ports["Ethernet1/4"].bundle, ports["port-channel4"].native_vlan) == ("port-channel4", 99)
    assert leaf.last_change is not None and leaf.last_change.day == date(2024, 3, 5)


def test_logins(leaf: Device) -> None:
    plane = leaf.management
    assert plane.password_policies[0].minimum_length == 12
    (lockout,) = plane.lockouts
    assert (lockout.attempts, lockout.window_s, lockout.duration_s) == (3, 30, 60)
    assert [(one.service, one.methods) for one in plane.aaa_methods] == [
        ("authentication login", ("group tacacs+", "local"))
    ]
    assert [one.text for one in plane.banners] == ["authorised users only you are recorded"]


def test_names_without_a_definition_and_without_a_use(leaf: Device) -> None:
    assert {(one.kind, one.name) for one in leaf.undefined_references} == {("route map", "NOWHERE")}
    assert ("route map", "IDLE") in {(one.kind, one.name) for one in leaf.unused_objects}


def test_no_key_is_kept(leaf: Device) -> None:
    text = repr(leaf)
    for secret in ("070c285f4d06", "a667d47acc18ea6b", "9125d59c18a9b015"):
        assert secret not in text


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("router ospf 1", "unheard-of 5"),
        ("router ospf 1", "area 0 unheard-of"),
        ("router bgp 1", "unheard-of"),
        ("router bgp 1", "neighbor 10.0.0.1 unheard-of"),
        ("router eigrp 1", "unheard-of"),
        ("router isis 1", "unheard-of"),
    ],
)
def test_a_line_that_is_not_known_is_said_and_makes_the_process_inexact(read: Reader, block: str, line: str) -> None:
    parsed = read(f"version 9.3(8)\nhostname a\n{block}\n  {line}\n")
    assert [note.where.line for note in parsed.coverage.notes] == [4]
    (found,) = parsed.devices[0].routing_processes
    assert found.exact is False


def test_a_neighbour_line_that_is_not_known(read: Reader) -> None:
    text = """version 9.3(8)
hostname a
router bgp 1
  neighbor 10.0.0.1
    remote-as 2
    address-family ipv4 unicast
      unheard-of
  neighbor 10.0.0.2
    remote-as 3
"""
    parsed = read(text)
    assert [note.where.line for note in parsed.coverage.notes] == [7]
    first, second = parsed.devices[0].routing_processes[0].neighbors
    assert (first.exact, second.exact) == (False, True)


def test_an_interface_of_a_process_that_is_not_there_is_said(read: Reader) -> None:
    text = "version 9.3(8)\ninterface Vlan1\n  ip address 10.0.0.1/24\n  ip router ospf X area 0\n"
    parsed = read(text)
    assert [note.where.line for note in parsed.coverage.notes] == [4]
    assert [(one.kind, one.name) for one in parsed.devices[0].undefined_references] == [("ospf process", "X")]
