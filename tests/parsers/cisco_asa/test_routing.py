"""Routing as an ASA configuration states it (fixtures/cisco_asa/routing.cfg)."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.routing import RoutingProcess
from netaudit.model.rules import Purpose


@pytest.fixture(scope="module")
def device(fixture_file) -> Device:
    """The firewall of the fixture."""
    return fixture_file("routing.cfg").devices[0]


def _process(device: Device, name: str) -> RoutingProcess:
    return next(one for one in device.routing_processes if one.name == name)


def test_every_line_is_understood(fixture_file) -> None:
    assert [note.where.text for note in fixture_file("routing.cfg").coverage.notes] == []


def test_interfaces_are_told_by_their_names(device: Device) -> None:
    ospf = _process(device, "ospf 1")
    assert [(one.interface, one.passive, one.cost, one.authenticated) for one in ospf.interfaces] == [
        ("outside", True, None, None),
        ("inside", None, 20, True),
    ]
    assert (ospf.interfaces[1].network_type, ospf.interfaces[1].options) == (
        "point-to-point",
        (("network", "non-broadcast"),),
    )
    eigrp = _process(device, "eigrp 100")
    assert [(one.interface, one.hello_s, one.authenticated) for one in eigrp.interfaces] == [
        ("outside", None, None),
        ("dmz", 2, True),
    ]
    assert [(one.prefix, one.interface) for one in eigrp.summaries] == [("10.2.0.0/16", "dmz")]


def test_networks_have_netmasks(device: Device) -> None:
    assert [(str(one.addresses), one.area) for one in _process(device, "ospf 1").networks] == [
        ("10.1.0.0/24", "0.0.0.0")
    ]
    assert [str(one.addresses) for one in _process(device, "eigrp 100").networks] == ["10.2.0.0/24"]


def test_ospf_announces_static_routes_and_a_default(device: Device) -> None:
    ospf = _process(device, "ospf 1")
    assert [(one.source, one.policy, one.subnets) for one in ospf.redistributions] == [("static", "OUT", True)]
    assert ospf.default_route is not None
    assert (ospf.default_route.always, ospf.default_route.metric) == (False, 5)
    assert [(one.prefix, one.area) for one in ospf.summaries] == [("10.20.0.0/16", "0.0.0.1")]


def test_bgp(device: Device) -> None:
    bgp = _process(device, "bgp 65001")
    assert (bgp.autonomous_system, bgp.router_id, bgp.exact) == ("65001", "10.255.0.5", True)
    (neighbor,) = bgp.neighbors
    assert (neighbor.name, neighbor.remote_as, neighbor.authenticated) == ("203.0.113.1", "65100", True)
    (family,) = neighbor.families
    assert (family.family, family.active, family.import_policies) == ("ipv4 unicast", True, ("GONE",))
    assert family.import_filters == ("as_path 5",)
    assert family.export_filters == ("prefix_list SITE", "access_list NETS")
    assert [one.prefix for one in bgp.networks] == ["10.1.0.0/24"]
    assert [(one.prefix, one.summary_only) for one in bgp.summaries] == [("10.0.0.0/8", True)]


def test_policy_routing(device: Device) -> None:
    assert [(one.policy, one.interface) for one in device.routing.policy_routes] == [("TO-PROXY", "inside")]
    assert {(one.rulebase, one.purpose) for one in device.bindings} == {
        ("WEB", Purpose.ROUTING),
        ("NETS", Purpose.ROUTING),
    }


def test_names(device: Device) -> None:
    assert [(one.kind, one.name) for one in device.undefined_references] == [("route map", "GONE")]
    assert {(one.kind, one.name) for one in device.unused_objects} == {
        ("prefix list", "SPARE"),
        ("community list", "KEEP"),
    }


def test_no_secret_stays(device: Device) -> None:
    assert "Planted" not in repr(device)


def test_a_line_that_is_not_understood_leaves_its_process_inexact(read) -> None:
    parsed = read("hostname fw\nrouter ospf 1\n network 10.0.0.0 255.0.0.0 area 0\n moonlight\n")
    (process,) = parsed.devices[0].routing_processes
    assert not process.exact
    assert [note.where.text for note in parsed.coverage.notes] == ["moonlight"]
