"""IOS configurations against the show output of the same device, over all laboratories of lab-validation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from netaudit.audit import Reading, read_snapshot
from netaudit.model.device import Device
from netaudit.packets.addresses import Family, parse_address

LABS = (
    "checkpoint_basic_fw_policy", "checkpoint_simple_routing", "cisco_xr_ios_vpnv4", "eos_iosxe_aws_demo",
    "eos_multicast_base", "eos_ospf_bgp", "fortios_first_basic", "ios_add_path", "ios_basic_vrrp",
    "ios_ibgp_split_horizon", "iosxe_connectivity_sample", "iosxe_ebgp_loop_prevention", "iosxe_eigrp_multi_process",
    "iosxe_undefined_route_map", "iosxe_vrf_route_leaking_bgp_peering", "iosxe_vrf_route_leaking_export_map",
    "nxos_evpn_l2vni", "ospf_lab_validation",
)  # fmt: skip


@cache
def _reading(folder: Path) -> Reading:
    return read_snapshot(str(folder))


def _devices(corpus: Path, lab: str) -> list[Device]:
    folder = corpus / "lab-validation" / lab
    if not folder.is_dir():
        pytest.skip(f"the corpus has no {lab}")
    shown = [one for one in _reading(folder).devices if one.platform == "cisco_ios" and one.captured.captures]
    assert shown, "no capture found its device"
    return shown


@pytest.mark.parametrize("lab", LABS)
def test_every_capture_is_read_and_agrees_on_name_and_version(corpus: Path, lab: str) -> None:
    for device in _devices(corpus, lab):
        unread = {one.command: one.problem for one in device.captured.captures if one.problem}
        assert set(unread.values()) <= {"no reader for this command"}
        assert device.captured.hostname == device.name
        # The configuration tells the train, show version the release of it.
        assert device.captured.version == device.version
        assert device.captured.problems == ()
    told = [problem for problem in _reading(corpus / "lab-validation" / lab).problems if "tells" in problem.message]
    assert told == []


@pytest.mark.parametrize("lab", LABS)
def test_interfaces_and_addresses_are_those_shown(corpus: Path, lab: str) -> None:
    for device in _devices(corpus, lab):
        shown = {one.name: one for one in device.captured.interfaces}
        assert set(shown) == {one.name for one in device.interfaces}
        for interface in device.interfaces:
            assert shown[interface.name].enabled == interface.enabled, interface.name
            assert shown[interface.name].vrf in ("", interface.vrf)
            addresses = {
                str(one)
                for one in interface.addresses
                if one.family is Family.IPV4 and not one.secondary and not one.virtual
            }
            assert set(shown[interface.name].addresses) == addresses, interface.name


@pytest.mark.parametrize("lab", LABS)
def test_connected_routes_are_the_subnets_of_the_interfaces(corpus: Path, lab: str) -> None:
    for device in _devices(corpus, lab):
        up = {one.name for one in device.captured.interfaces if one.up}
        tables = {one.vrf for one in device.captured.routes}
        shown = {
            (one.vrf, one.prefix, hop.interface)
            for one in device.captured.routes
            if one.protocol == "connected"
            for hop in one.next_hops
        }
        ours = {
            (interface.vrf, address.network_text, interface.name)
            for interface in device.interfaces
            if interface.name in up and interface.vrf in tables
            for address in interface.addresses
            if address.family is Family.IPV4 and not address.virtual
        }
        assert shown == ours


@pytest.mark.parametrize("lab", LABS)
def test_static_routes_are_those_shown(corpus: Path, lab: str) -> None:
    for device in _devices(corpus, lab):
        tables = {one.vrf for one in device.captured.routes}
        shown = {(one.vrf, one.prefix) for one in device.captured.routes if one.protocol == "static"}
        configured = {
            (one.vrf, one.prefix) for one in device.static_routes if one.family is Family.IPV4 and one.vrf in tables
        }
        assert shown <= configured
        # A route whose next hop is in no subnet of an enabled interface is not in force: exitgw of eos_iosxe_aws_demo
        # has `ip route 0.0.0.0 0.0.0.0 172.24.0.1`, and the interface of that subnet is shut.
        missing = configured - shown
        assert missing <= set(_without_way(device)), missing


def _without_way(device: Device) -> Iterator[tuple[str, str]]:
    for route in device.static_routes:
        if not route.next_hop:
            continue
        hop = parse_address(route.next_hop)
        reached = any(
            address.family is hop[0] and hop[1] in address.network
            for interface in device.interfaces
            if interface.enabled and interface.vrf == (route.next_vrf or route.vrf)
            for address in interface.addresses
        )
        if not reached:
            yield route.vrf, route.prefix


def test_no_laboratory_records_neighbours_of_an_ios_device(corpus: Path) -> None:
    recorded = [
        path
        for pattern in ("show_cdp*", "show_lldp*")
        for path in (corpus / "lab-validation").glob(f"*/show/*/{pattern}")
    ]
    assert not [
        one for one in recorded if any("Cisco IOS" in path.read_text() for path in one.parent.glob("show_version.txt"))
    ]
