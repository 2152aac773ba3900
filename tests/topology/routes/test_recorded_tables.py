"""Computed tables against those that the devices of running laboratories showed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.capture import CapturedRoute
from netaudit.model.device import Device
from netaudit.packets.addresses import Family, format_address, parse_address, prefix_interval
from netaudit.topology.routes.computation import LearnedRoutes, compute_routes

# What no configuration of the snapshot tells; these prefixes are not compared.
_FROM_OUTSIDE = {
    # Two routers make the same aggregate and pass it on: who came first keeps it. It is a doubt.
    ("eos_ospf_bgp", "dlh15", "10.203.0.0/16"),
    ("eos_ospf_bgp", "np01", "10.203.0.0/16"),
    ("eos_ospf_bgp", "np02", "10.203.0.0/16"),
    # The tunnels to the cloud were down: their other ends are no devices of the snapshot.
    ("eos_iosxe_aws_demo", "exitgw", "169.254.172.0/30"),
    ("eos_iosxe_aws_demo", "exitgw", "169.254.215.80/30"),
    ("eos_iosxe_aws_demo", "exitgw", "169.254.25.160/30"),
    ("eos_iosxe_aws_demo", "exitgw", "169.254.252.76/30"),
}
# Laboratories whose learned routes are not computed: the tables say so with a doubt.
_DOUBTED = {
    "cisco_xr_ios_vpnv4": "a provider network of a platform without a parser",
    "iosxe_eigrp_multi_process": "EIGRP",
    "eos_ospf_unnumbered": "unnumbered links: no configuration tells who is at the other end",
    "nxos_evpn_l3vni": "routes of a VRF over EVPN",
}
_SHOWN_ELSEWHERE = {"local", "hsrp"}  # entries of the device itself, no way to anywhere else


def _laboratories(corpus: Path) -> Iterator[tuple[str, Device, LearnedRoutes]]:
    for folder in sorted((corpus / "lab-validation").iterdir()):
        if folder.is_dir() and (folder / "show").is_dir():
            devices = read_snapshot(str(folder)).devices
            if any(one.captured.routes and one.interfaces for one in devices):
                learned = compute_routes(devices)
                for device in devices:
                    if device.captured.routes and device.interfaces:
                        yield folder.name, device, learned


@pytest.fixture(scope="module")
def laboratories(corpus: Path) -> list[tuple[str, Device, LearnedRoutes]]:
    return list(_laboratories(corpus))


Row = tuple[str, str, str, frozenset[str]]  # VRF, prefix, protocol, next hops


def _shown(laboratory: str, device: Device) -> set[Row]:
    rows = {}
    for route in device.captured.routes:
        compared = route.active and route.family is Family.IPV4 and route.protocol not in _SHOWN_ELSEWHERE
        if compared and (laboratory, device.name, route.prefix) not in _FROM_OUTSIDE:
            key = route.vrf, route.prefix, route.protocol
            rows[key] = rows.get(key, frozenset()) | frozenset(_hops(device, route))
    return {(*key, hops) for key, hops in rows.items()}


def _hops(device: Device, route: CapturedRoute, depth: int = 0) -> Iterator[str]:
    """Yield the next hops on a subnet: tables show BGP's next hop, which another route of theirs leads to."""
    for hop in route.next_hops:
        way = _way_to(device, route, hop.address) if hop.address and depth < 8 else None
        if way is None or way.protocol in ("connected", "local") or way is route or not way.prefix_length:
            yield hop.address
        else:
            yield from _hops(device, way, depth + 1)


def _way_to(device: Device, route: CapturedRoute, address: str) -> CapturedRoute | None:
    family, value = parse_address(address)
    holding = [
        one
        for one in device.captured.routes
        if one.vrf == route.vrf and one.family is family and one.active and _holds(one, value)
    ]
    return max(holding, key=lambda one: one.prefix_length, default=None)


def _holds(route: CapturedRoute, value: int) -> bool:
    low, high = prefix_interval(route.family, route.network, route.prefix_length)
    return low <= value <= high


def _computed(laboratory: str, device: Device, learned: LearnedRoutes) -> set[Row]:
    rows = set()
    for (name, _, vrf), table in learned.tables.items():
        for route in table if name == device.name else ():
            if route.prefix.family is Family.IPV4 and (laboratory, name, str(route.prefix)) not in _FROM_OUTSIDE:
                hops = {
                    "" if way.next_hop is None else format_address(route.prefix.family, way.next_hop)
                    for way in route.exits
                }
                rows.add((vrf, str(route.prefix), route.protocol, frozenset(hops)))
    return rows


def test_tables_are_those_of_the_devices(laboratories: list[tuple[str, Device, LearnedRoutes]]) -> None:
    differences = []
    equal = 0
    for laboratory, device, learned in laboratories:
        if laboratory in _DOUBTED:
            continue
        shown, computed = _shown(laboratory, device), _computed(laboratory, device, learned)
        equal += len(shown & computed)
        differences += [(laboratory, device.name, *row) for row in sorted(shown ^ computed, key=str)]
    assert differences == []
    assert equal > 750


def test_what_is_not_computed_is_a_doubt(laboratories: list[tuple[str, Device, LearnedRoutes]]) -> None:
    met = set()
    for laboratory, device, learned in laboratories:
        if laboratory in _DOUBTED:
            missing = _shown(laboratory, device) - _computed(laboratory, device, learned)
            met |= {laboratory} if missing else set()
            for vrf, prefix, *_ in missing:
                doubts = [key for key in learned.doubts if key[0] == device.name]
                importing = any(one.vrf == vrf and one.imports for one in device.routing.vrf_targets)
                assert doubts or importing, (laboratory, device.name, prefix)
    assert met == set(_DOUBTED)


def test_an_aggregate_that_two_routers_fight_over_is_a_doubt(
    laboratories: list[tuple[str, Device, LearnedRoutes]],
) -> None:
    [doubts] = [
        learned.doubts for name, device, learned in laboratories if (name, device.name) == ("eos_ospf_bgp", "np01")
    ]
    assert any("do not settle" in reason for reason in doubts["np01", "", "default"])
