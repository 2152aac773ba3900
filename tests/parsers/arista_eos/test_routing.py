"""Routing as an EOS configuration states it (fixtures/arista_eos/routing.cfg)."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.routing import BgpNeighbor, RoutingProcess
from tests.parsers.arista_eos.conftest import Reader


@pytest.fixture(scope="module")
def device(fixture_file: Reader) -> Device:
    """The leaf of the fixture."""
    return fixture_file("routing.cfg").devices[0]


def _process(device: Device, name: str, vrf: str = "default") -> RoutingProcess:
    return next(one for one in device.routing_processes if (one.name, one.vrf) == (name, vrf))


def _neighbor(process: RoutingProcess, name: str) -> BgpNeighbor:
    return next(one for one in process.neighbors if one.name == name)


def test_every_line_is_understood(fixture_file: Reader) -> None:
    assert [note.where.text for note in fixture_file("routing.cfg").coverage.notes] == []


def test_processes(device: Device) -> None:
    assert [(one.name, one.vrf, one.router_id, one.exact) for one in device.routing_processes] == [
        ("bgp 65001", "default", "10.255.0.1", True),
        ("bgp 65001", "TENANT", "10.10.0.1", True),
        ("ospf 1", "default", "10.255.0.1", True),
        ("isis FABRIC", "default", "", True),
    ]


def test_ospf_is_enabled_at_interfaces(device: Device) -> None:
    ospf = _process(device, "ospf 1")
    shown = [(one.interface, one.enabled, one.area, one.cost, one.passive, one.network_type) for one in ospf.interfaces]
    assert shown == [
        ("Ethernet1", True, "0.0.0.0", 12, False, "point-to-point"),
        ("Loopback0", True, "0.0.0.0", None, None, ""),
    ]
    assert ospf.passive_default
    (nssa,) = [one for one in ospf.areas if one.area == "0.0.0.5"]
    assert (nssa.kind, nssa.import_filters) == ("nssa", ("prefix 10.9.0.0/16",))
    assert dict(ospf.distances) == {"inter area": 115}
    assert [(one.source, one.subnets) for one in ospf.redistributions] == [("static", True)]


def test_isis(device: Device) -> None:
    isis = _process(device, "isis FABRIC")
    assert [(one.interface, one.enabled, one.cost) for one in isis.interfaces] == [("Ethernet2", True, 50)]
    assert (isis.level, isis.maximum_paths) == ("2", 2)


def test_bgp_settings_outside_of_families_hold_for_all(device: Device) -> None:
    bgp = _process(device, "bgp 65001")
    assert dict(bgp.options) == {"default ipv4-unicast": "no", "maximum-paths ecmp": "8"}
    leaf = _neighbor(bgp, "LEAF")
    assert leaf.kind == "group"
    assert [(one.family, one.active, one.sends_communities) for one in leaf.families] == [
        ("", None, "all"),
        ("ipv4 unicast", True, ""),
    ]
    assert leaf.families[0].maximum_prefixes is None  # it only warns
    assert [(one.family, one.active) for one in _neighbor(bgp, "EVPN").families] == [
        ("", None),
        ("l2vpn evpn", True),
        ("ipv4 unicast", False),
    ]
    assert _neighbor(bgp, "10.0.1.0").families[0].import_policies == ("IN",)
    listening = _neighbor(bgp, "10.0.64.0/18")
    assert (listening.kind, listening.group, listening.options) == ("range", "LEAF", (("peer-filter", "LEAVES"),))


def test_a_vrf_uses_the_groups_of_the_process(device: Device) -> None:
    bgp = _process(device, "bgp 65001", "TENANT")
    assert {(one.kind, one.name, one.group) for one in bgp.neighbors} == {
        ("neighbor", "10.10.0.9", "LEAF"),
        ("group", "LEAF", ""),
    }
    assert [one.source for one in bgp.redistributions] == ["connected"]


def test_overlay(device: Device) -> None:
    assert [(one.vrf, one.kind, one.imports, one.exports) for one in device.routing.vrf_targets] == [
        ("vlan 110", "vlan", ("110:110",), ("110:110",)),
        ("TENANT", "vrf evpn", ("50001:50001",), ("50001:50001",)),
    ]
    assert {(one.name, one.value) for one in device.routing.settings} == {
        ("peer-filter LEAVES", "10 65001-65010 accept"),
        ("Vxlan1 source-interface", "Loopback0"),
        ("Vxlan1 udp-port", "4789"),
        ("vlan 110 vn-segment", "10110"),
        ("vrf TENANT vni", "50001"),
    }


def test_route_maps_ask_all_community_lists(device: Device) -> None:
    policy = next(one for one in device.routing.policies if one.name == "IN")
    first, second = policy.terms
    assert [(one.kind, one.values, one.negated) for one in first.conditions] == [
        ("community", ("KEEP",), False),
        ("community", ("REGION",), False),
        ("as_path", ("PROVIDER",), True),
    ]
    assert [(one.kind, one.values) for one in first.changes] == [
        ("local_preference", ("300",)),
        ("community_add", ("list KEEP",)),
    ]
    assert [(one.kind, one.values) for one in second.conditions] == [("policy", ("CONNECTED",))]
    assert [(one.kind, one.values) for one in second.changes] == [("as_path_prepend", ("auto", "auto"))]


def test_names(device: Device) -> None:
    assert device.undefined_references == ()
    assert {(one.kind, one.name) for one in device.unused_objects} == {
        ("prefix list", "SITE"),
        ("community list", "TENANT"),
    }


def test_no_secret_stays(device: Device) -> None:
    assert "Planted" not in repr(device)
    assert "oDUFzYVBLHo" not in repr(device)


def test_lines_that_restore_a_default_change_nothing(read: Reader) -> None:
    parsed = read(
        "hostname r1\nrouter bgp 1\n   neighbor G peer group\n   neighbor G remote-as 5\n   neighbor G weight 9\n"
        "   no neighbor G weight\n   no neighbor G local-as\n   no neighbor G shutdown\n   no redistribute static\n"
        "   default neighbor G description\n"
    )
    assert [note.where.text for note in parsed.coverage.notes] == []
    (group,) = parsed.devices[0].routing_processes[0].neighbors
    assert (group.remote_as, group.enabled, group.families) == ("5", True, ())


def test_a_line_that_is_not_understood_leaves_its_process_inexact(read: Reader) -> None:
    parsed = read(
        "hostname r1\nrouter bgp 1\n   vrf RED\n      neighbor 10.0.0.1 moonlight\n   neighbor 10.0.0.2 remote-as 2\n"
    )
    assert {(one.vrf, one.exact) for one in parsed.devices[0].routing_processes} == {("default", True), ("RED", False)}
    assert [note.where.text for note in parsed.coverage.notes] == ["neighbor 10.0.0.1 moonlight"]


def test_interfaces_of_a_range_share_their_lines(read: Reader) -> None:
    device = read("hostname r1\ninterface Ethernet1-2\n   no switchport\n   ip ospf area 0\nrouter ospf 1\n").devices[0]
    assert [(one.interface, one.area) for one in device.routing_processes[0].interfaces] == [
        ("Ethernet1", "0.0.0.0"),
        ("Ethernet2", "0.0.0.0"),
    ]
