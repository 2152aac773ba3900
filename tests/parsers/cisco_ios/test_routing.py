"""Dynamic and policy-based routing as an IOS configuration states it (fixtures/cisco_ios/routing.cfg)."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.routing import BgpFamily, BgpNeighbor, RoutingInterface, RoutingProcess
from netaudit.model.rules import Purpose
from netaudit.packets.addresses import Family
from tests.parsers.cisco_ios.conftest import Reader


@pytest.fixture(scope="module")
def device(fixture_file: Reader) -> Device:
    """The router of the fixture."""
    return fixture_file("routing.cfg").devices[0]


def _process(device: Device, name: str, vrf: str = "default") -> RoutingProcess:
    return next(one for one in device.routing_processes if (one.name, one.vrf) == (name, vrf))


def _interface(process: RoutingProcess, name: str, family: Family | None = None) -> RoutingInterface:
    return next(one for one in process.interfaces if (one.interface, one.family) == (name, family))


def _neighbor(process: RoutingProcess, name: str) -> BgpNeighbor:
    return next(one for one in process.neighbors if one.name == name)


def _family(neighbor: BgpNeighbor, family: str) -> BgpFamily:
    return next(one for one in neighbor.families if one.family == family)


def test_every_line_is_understood(fixture_file: Reader) -> None:
    assert [note.where.text for note in fixture_file("routing.cfg").coverage.notes] == []


def test_there_is_one_process_for_each_protocol_and_vrf(device: Device) -> None:
    assert {(one.protocol, one.name, one.vrf, one.autonomous_system) for one in device.routing_processes} == {
        ("ospf", "ospf 1", "default", ""),
        ("ospf", "ospf 20", "RED", ""),
        ("ospfv3", "ospfv3 9", "default", ""),
        ("eigrp", "eigrp 100", "default", "100"),
        ("eigrp", "eigrp CAMPUS", "RED", "200"),
        ("isis", "isis CORE", "default", ""),
        ("rip", "rip", "default", ""),
        ("bgp", "bgp 65001", "default", "65001"),
        ("bgp", "bgp 65001", "RED", "65001"),
        ("ldp", "ldp", "default", ""),
    }
    assert all(one.exact for one in device.routing_processes)


def test_ospf(device: Device) -> None:
    ospf = _process(device, "ospf 1")
    assert (ospf.router_id, ospf.reference_bandwidth_mbps, ospf.maximum_paths) == ("10.255.0.1", 100000, 8)
    assert [(str(one.addresses), one.area) for one in ospf.networks] == [
        ("10.1.0.0/24", "0.0.0.0"),
        ("10.9.0.0/16", "0.0.0.2"),
    ]
    assert dict(ospf.distances) == {"external": 180}
    assert [(one.direction, one.kind, one.name, one.peer) for one in ospf.filters] == [
        ("in", "access_list", "10", "GigabitEthernet0/0")
    ]
    default = ospf.default_route
    assert default is not None
    assert (default.always, default.metric, default.metric_type, default.policy) == (True, 30, 1, "HAVE-DEFAULT")


def test_ospf_areas(device: Device) -> None:
    areas = {one.area: one for one in _process(device, "ospf 1").areas}
    assert {area: one.kind for area, one in areas.items()} == {
        "0.0.0.0": "normal",
        "0.0.0.1": "totally_stub",
        "0.0.0.2": "nssa",
        "0.0.0.3": "normal",
    }
    assert (areas["0.0.0.2"].announces_default, areas["0.0.0.2"].redistributes) == (True, False)
    assert areas["0.0.0.3"].virtual_links == ("10.255.0.3",)
    assert (areas["0.0.0.3"].import_filters, areas["0.0.0.3"].default_cost) == (("prefix_list SITE",), 15)
    assert [(one.prefix, one.area, one.announced) for one in _process(device, "ospf 1").summaries] == [
        ("10.20.0.0/16", "0.0.0.2", False),
        ("10.30.0.0/16", "", True),
    ]


def test_ospf_redistribution_takes_classful_networks_alone_without_subnets(device: Device) -> None:
    found = _process(device, "ospf 1").redistributions
    assert [
        (one.source, one.process, one.policy, one.metric, one.metric_type, one.tag, one.subnets) for one in found
    ] == [
        ("static", "", "STATIC-OUT", None, 0, None, True),
        ("connected", "", "", 20, 1, 77, True),
        ("bgp", "65001", "", None, 0, None, False),
    ]


def test_ospf_at_interfaces(device: Device) -> None:
    ospf = _process(device, "ospf 1")
    core = _interface(ospf, "GigabitEthernet0/0")
    assert (core.enabled, core.passive, core.cost, core.network_type) == (None, False, 25, "point-to-point")
    assert (core.hello_s, core.dead_s, core.authenticated, core.ignores_mtu) == (3, 9, True, True)
    loopback = _interface(ospf, "Loopback0")
    assert (loopback.enabled, loopback.area, loopback.passive) == (True, "0.0.0.0", None)
    assert ospf.passive_default
    red = _interface(_process(device, "ospf 20", "RED"), "GigabitEthernet0/2")
    assert (red.enabled, red.area) == (True, "0.0.0.7")


def test_ospfv3_keeps_its_families_apart(device: Device) -> None:
    ospf = _process(device, "ospfv3 9")
    lan = _interface(ospf, "GigabitEthernet0/3", Family.IPV6)
    assert (lan.enabled, lan.area) == (True, "0.0.0.3")
    assert _interface(ospf, "GigabitEthernet0/3").cost == 44
    assert _interface(ospf, "Loopback0", Family.IPV6).passive
    assert [(one.source, one.family, one.policy) for one in ospf.redistributions] == [
        ("connected", Family.IPV6, "CONNECTED6")
    ]


def test_classic_eigrp(device: Device) -> None:
    eigrp = _process(device, "eigrp 100")
    assert [str(one.addresses) for one in eigrp.networks] == ["10.2.0.0/16", "172.16.0.0/16"]
    lan = _interface(eigrp, "GigabitEthernet0/1")
    assert (eigrp.passive_default, lan.passive, lan.hello_s, lan.authenticated) == (True, False, 2, True)
    assert [(one.prefix, one.interface) for one in eigrp.summaries] == [("10.2.0.0/16", "GigabitEthernet0/1")]
    assert dict(eigrp.distances) == {"internal": 90, "external": 171}
    assert [(one.direction, one.kind, one.name) for one in eigrp.filters] == [("out", "prefix_list", "SITE")]
    assert [(one.source, one.process, one.policy) for one in eigrp.redistributions] == [("ospf", "1", "FROM-OSPF")]
    assert dict(eigrp.options) == {
        "redistribute ospf 1 metric": "100000 100 255 1 1500",
        "variance": "2",
        "auto-summary": "no",
        "summary 10.2.0.0/16 leak-map": "LEAK",
    }


def test_named_eigrp_is_a_process_for_each_family(device: Device) -> None:
    eigrp = _process(device, "eigrp CAMPUS", "RED")
    assert [str(one.addresses) for one in eigrp.networks] == ["10.3.0.0/24"]
    lan = _interface(eigrp, "GigabitEthernet0/2")
    assert (eigrp.passive_default, lan.passive, lan.authenticated, lan.hello_s, lan.dead_s) == (
        True,
        False,
        True,
        4,
        12,
    )
    assert [(one.prefix, one.interface) for one in eigrp.summaries] == [("10.3.0.0/16", "GigabitEthernet0/2")]
    assert [one.source for one in eigrp.redistributions] == ["static"]


def test_isis_and_rip(device: Device) -> None:
    isis = _process(device, "isis CORE")
    assert (isis.net, isis.level) == (("49.0001.0102.5500.0001.00",), "2")
    lan = _interface(isis, "GigabitEthernet0/3")
    assert (lan.enabled, lan.cost, lan.level, lan.family) == (True, 30, "2", None)
    assert _interface(isis, "Loopback0").passive
    assert [(one.source, one.process, one.matches) for one in isis.redistributions] == [("ospf", "1", ("level-2",))]
    assert [str(one.addresses) for one in _process(device, "rip").networks] == ["192.168.5.0/24"]


def test_bgp(device: Device) -> None:
    bgp = _process(device, "bgp 65001")
    assert (bgp.router_id, bgp.cluster_id, bgp.maximum_paths, bgp.maximum_paths_internal) == (
        "10.255.0.1",
        "10.255.0.99",
        None,
        4,
    )
    assert dict(bgp.distances) == {"external": 20, "internal": 190, "local": 200}
    assert dict(bgp.options) == {"default ipv4-unicast": "no", "bestpath": "as-path multipath-relax"}
    assert [(one.prefix, one.policy) for one in bgp.networks] == [("198.51.100.0/24", "OURS"), ("10.0.0.0/8", "")]
    (aggregate,) = bgp.summaries
    assert (aggregate.prefix, aggregate.summary_only, aggregate.as_set, aggregate.suppress_policy) == (
        "10.64.0.0/10",
        True,
        True,
        "QUIET",
    )
    (ospf,) = bgp.redistributions
    assert (ospf.source, ospf.matches, ospf.policy) == ("ospf", ("internal", "external 1"), "FROM-OSPF")


def test_bgp_neighbours_groups_and_ranges(device: Device) -> None:
    bgp = _process(device, "bgp 65001")
    assert {(one.name, one.kind, one.group, one.session) for one in bgp.neighbors} == {
        ("FULL", "policy", "", ""),
        ("INSIDE", "session", "", ""),
        ("BRANCHES", "group", "", ""),
        ("10.50.0.0/16", "range", "BRANCHES", ""),
        ("10.255.0.2", "neighbor", "", "INSIDE"),
        ("203.0.113.1", "neighbor", "", ""),
        ("203.0.113.5", "neighbor", "", ""),
    }
    provider = _neighbor(bgp, "203.0.113.1")
    assert (provider.remote_as, provider.local_as, provider.local_as_options) == (
        "65546",
        "65009",
        ("no-prepend", "replace-as"),
    )
    assert (provider.multihop, provider.authenticated, provider.enabled) == (2, True, None)
    assert provider.description == "line A of the provider"
    unicast = _family(provider, "ipv4 unicast")
    assert (unicast.active, unicast.export_filters, unicast.import_filters) == (
        True,
        ("prefix_list SITE",),
        ("as_path 7",),
    )
    assert (unicast.maximum_prefixes, unicast.own_as_accepted) == (1000, 2)
    assert (unicast.sends_default, unicast.default_policy) == (True, "HAVE-DEFAULT")
    closed = _neighbor(bgp, "203.0.113.5")
    assert (closed.enabled, _family(closed, "ipv4 unicast").active) == (False, False)


def test_a_policy_template_stands_at_the_neighbour(device: Device) -> None:
    inside = _neighbor(_process(device, "bgp 65001"), "10.255.0.2")
    unicast = _family(inside, "ipv4 unicast")
    assert (unicast.export_policies, unicast.sends_communities) == (("FULL-OUT",), "both")
    assert (unicast.reflector_client, unicast.next_hop_self) == (True, True)
    assert _family(inside, "vpnv4 unicast").sends_communities == "extended"


def test_bgp_in_a_vrf_is_a_process_of_its_own(device: Device) -> None:
    bgp = _process(device, "bgp 65001", "RED")
    (neighbor,) = bgp.neighbors
    assert (neighbor.name, neighbor.remote_as) == ("10.3.0.2", "65300")
    assert _family(neighbor, "ipv4 unicast").as_override
    assert [one.source for one in bgp.redistributions] == ["connected"]


def test_route_targets_have_plain_numbers(device: Device) -> None:
    assert [
        (one.vrf, one.family, one.imports, one.exports, one.import_policies, one.export_policies)
        for one in device.routing.vrf_targets
    ] == [
        ("RED", None, ("65001:10",), ("65001:10",), (), ()),
        ("RED", Family.IPV4, ("65546:20",), (), ("RED-IN",), ()),
        ("BLUE", None, ("65001:30",), ("65001:30",), (), ("BLUE-OUT",)),
    ]


def test_policy_routes_and_what_they_ask(device: Device) -> None:
    assert [(one.policy, one.interface, one.family) for one in device.routing.policy_routes] == [
        ("VOICE-FIRST", "", Family.IPV4),
        ("VOICE-FIRST", "GigabitEthernet0/1", Family.IPV4),
    ]
    policy = next(one for one in device.routing.policies if one.name == "VOICE-FIRST")
    (term,) = policy.terms
    assert [(one.kind, one.values) for one in term.changes] == [("next_hop", ("10.1.0.2 track 1", "10.2.0.2"))]
    assert {one.purpose for one in device.bindings if one.rulebase in ("10", "110")} == {Purpose.ROUTING}


def test_names_that_have_no_definition(device: Device) -> None:
    assert {(one.kind, one.name) for one in device.undefined_references} == {
        ("route map", name)
        for name in (
            "BLUE-OUT", "CONNECTED6", "FROM-OSPF", "FULL-OUT", "HAVE-DEFAULT", "LEAK", "OURS", "QUIET", "RED-IN",
        )
    }  # fmt: skip
    assert device.unused_objects == ()


def test_no_secret_stays(device: Device) -> None:
    shown = repr(device)
    assert "0822455D0A16" not in shown
    assert "13061E010803" not in shown


def test_a_line_of_a_process_that_is_not_understood_leaves_it_inexact(read: Reader) -> None:
    parsed = read("router ospf 1\n network 10.0.0.0 0.0.0.255 area 0\n moonlight 5\nrouter ospf 2\n")
    assert [one.exact for one in parsed.devices[0].routing_processes] == [False, True]
    assert [note.where.text for note in parsed.coverage.notes] == ["moonlight 5"]


def test_a_line_of_a_neighbour_that_is_not_understood_leaves_it_inexact(read: Reader) -> None:
    parsed = read(
        "router bgp 1\n neighbor 10.0.0.1 remote-as 2\n neighbor 10.0.0.1 moonlight\n neighbor 10.0.0.2 remote-as 3\n"
    )
    (process,) = parsed.devices[0].routing_processes
    assert not process.exact
    assert [(one.name, one.exact) for one in process.neighbors] == [("10.0.0.1", False), ("10.0.0.2", True)]


def test_what_is_taken_back_is_gone(read: Reader) -> None:
    device = read(
        "router bgp 1\n neighbor 10.0.0.1 remote-as 2\n neighbor 10.0.0.1 route-map A in\n"
        " neighbor 10.0.0.1 weight 5\n no neighbor 10.0.0.1 route-map A in\n network 10.0.0.0\n no network 10.0.0.0\n"
        "router ospf 9\n network 10.0.0.0 0.0.0.255 area 0\nno router ospf 9\n"
    ).devices[0]
    (process,) = device.routing_processes
    (family,) = process.neighbors[0].families
    assert (process.protocol, process.networks) == ("bgp", ())
    assert (family.import_policies, family.weight) == ((), 5)


def test_address_families_whose_lines_lost_their_indentation(read: Reader) -> None:
    device = read(
        "hostname r1\nrouter bgp 1\n address-family ipv4 vrf RED\n neighbor 10.0.0.1 remote-as 2\n"
        " neighbor 10.0.0.1 activate\n exit-address-family\n neighbor 10.0.0.9 remote-as 9\n"
    ).devices[0]
    assert {(one.vrf, tuple(peer.name for peer in one.neighbors)) for one in device.routing_processes} == {
        ("default", ("10.0.0.9",)),
        ("RED", ("10.0.0.1",)),
    }


def test_groups_of_the_process_stand_with_the_vrfs_that_use_them(read: Reader) -> None:
    device = read(
        "router bgp 1\n template peer-session S\n  remote-as 7\n exit-peer-session\n"
        " address-family ipv4 vrf RED\n  neighbor 10.0.0.1 inherit peer-session S\n"
    ).devices[0]
    red = next(one for one in device.routing_processes if one.vrf == "RED")
    assert {(one.kind, one.name, one.remote_as) for one in red.neighbors} == {
        ("session", "S", "7"),
        ("neighbor", "10.0.0.1", ""),
    }


def test_a_template_that_inherits_itself_leaves_the_neighbour_inexact(read: Reader) -> None:
    device = read(
        "router bgp 1\n template peer-policy A\n  inherit peer-policy B 1\n  weight 3\n exit-peer-policy\n"
        " template peer-policy B\n  inherit peer-policy A 1\n exit-peer-policy\n"
        " neighbor 10.0.0.1 remote-as 2\n neighbor 10.0.0.1 inherit peer-policy A\n"
    ).devices[0]
    neighbor = next(one for one in device.routing_processes[0].neighbors if one.kind == "neighbor")
    assert (neighbor.exact, neighbor.families[0].weight) == (False, 3)


def test_an_interface_makes_a_process_that_no_block_describes(read: Reader) -> None:
    device = read("interface Gi0/0\n ip address 10.0.0.1 255.255.255.0\n ip ospf 5 area 1\n").devices[0]
    (process,) = device.routing_processes
    assert (process.name, process.exact, process.interfaces[0].area) == ("ospf 5", False, "0.0.0.1")
