"""Devices of running laboratories: what their show output says and what we read from their configurations.

The whole way is walked: the folder of a laboratory is read as a snapshot, its captures join their devices.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from netaudit.audit import read_snapshot
from netaudit.model.device import Device, Interface
from netaudit.packets.addresses import Family, format_address, parse_address, prefix_interval
from netaudit.parsers.captures.values import text_of

PLATFORMS = {"cisco_nxos", "arista_eos", "juniper_junos"}

LABS = (
    "a10_static_route",
    "eos_bgp_weight_behavior_ribd",
    "eos_ceos_bgp_weight_experiment",
    "eos_iosxe_aws_demo",
    "eos_multicast_base",
    "eos_ospf_bgp",
    "eos_ospf_unnumbered",
    "eos_private_asn",
    "eos_switchport_order",
    "junos_as_path_acl",
    "junos_community_delete",
    "junos_ext_community_literal",
    "junos_l3vpn",
    "junos_policy_chain_visibility",
    "junos_private_asn",
    "junos_then_action_conflicts",
    "junos_undefined_prefix_list_import",
    "nxos_bgp_redist_connected",
    "nxos_evpn_l2vni",
    "nxos_evpn_l3vni",
    "nxos_hsrp",
    "nxos_n9kv_ebgp",
    "nxos_undefined_route_map",
    "ospf_lab_validation",
    "sonic_bgp_lab",
)

# An interface without an address of its own (`ip address unnumbered loopback0`) shows the one that it borrows.
KNOWN = {
    "eos_ospf_unnumbered": {
        "leaf1: Ethernet1 10.0.1.1/32 is borrowed",
        "leaf2: Ethernet1 10.0.2.1/32 is borrowed",
        "spine: Ethernet1 10.0.0.1/32 is borrowed",
        "spine: Ethernet2 10.0.0.1/32 is borrowed",
    },
}
# Instances that a system makes by itself.
SYSTEM_INSTANCES = {"default", "master", "mgmt_junos", "egress-loadbalance-resolution-"}
# Neighbours: no laboratory of these platforms recorded CDP or LLDP.


@pytest.mark.parametrize("lab", LABS)
def test_configurations_agree_with_show_output(corpus: Path, lab: str) -> None:
    reading = read_snapshot(str(corpus / "lab-validation" / lab))
    devices = [one for one in reading.devices if one.platform in PLATFORMS and one.captured.captures]
    assert any(capture.rows for one in devices for capture in one.captured.captures)
    differences = {text for device in devices for text in _differences(device)}
    assert differences == KNOWN.get(lab, set())


def _differences(device: Device) -> Iterator[str]:
    """Yield what is shown and not configured, or configured and not shown."""
    for text in (*_identity(device), *_interfaces(device), *_routes(device), *_instances(device)):
        yield f"{device.name}: {text}"
    for capture in device.captured.captures:
        if capture.problem:
            yield f"{device.name}: {capture.command}: {capture.problem}"


def _identity(device: Device) -> Iterator[str]:
    shown = device.captured
    if shown.hostname and shown.hostname != device.name:
        yield f"host name {shown.hostname}"
    if shown.version and device.version and shown.version != device.version:
        yield f"version {shown.version} shown, {device.version} configured"


def _interfaces(device: Device) -> Iterator[str]:
    configured = {interface.name.lower(): interface for interface in device.interfaces}
    tables = {row.name.lower() for row in device.captured.interfaces if row.addresses}
    for shown in device.captured.interfaces:
        ours = configured.get(shown.name.lower())
        if ours is None:
            if shown.addresses:
                yield f"{shown.name} {', '.join(shown.addresses)} is shown only"
            continue
        with_length = any("/" in address for address in shown.addresses)
        if shown.addresses and not ours.addresses:
            yield f"{shown.name} {', '.join(shown.addresses)} is borrowed"
        elif shown.addresses and set(shown.addresses) != set(_addresses(ours, shown.addresses, with_length)):
            yield f"{shown.name} {', '.join(shown.addresses)} shown, {', '.join(_addresses(ours, (), True))} configured"
        if shown.enabled is not None and shown.enabled != ours.enabled:
            yield f"{shown.name} enabled {shown.enabled} shown, {ours.enabled} configured"
        if shown.description and shown.description != ours.description:
            yield f"{shown.name} description {shown.description!r} shown, {ours.description!r} configured"
        if shown.vrf and shown.vrf != ours.vrf:
            yield f"{shown.name} in VRF {shown.vrf} shown, {ours.vrf} configured"
    if tables:
        for interface in device.interfaces:
            if interface.enabled and _ipv4(interface) and interface.name.lower() not in tables:
                yield f"{interface.name} {', '.join(_ipv4(interface))} is configured only"


def _ipv4(interface: Interface) -> list[str]:
    return [f"{one.address_text}/{one.prefix_length}" for one in interface.addresses if one.family is Family.IPV4]


def _addresses(interface: Interface, shown: tuple[str, ...], with_length: bool) -> list[str]:
    """Return the configured addresses as shown: with or without lengths, IPv6 only where any is shown."""
    families = {parse_address(address.partition("/")[0])[0] for address in shown} or {Family.IPV4, Family.IPV6}
    return [
        f"{one.address_text}/{one.prefix_length}" if with_length else one.address_text
        for one in interface.addresses
        if one.family in families and not one.virtual
    ]


def _routes(device: Device) -> Iterator[str]:
    routes = [route for route in device.captured.routes if not route.vrf.startswith("__")]
    families = {route.family for route in routes}
    # Link-local addresses come by themselves.
    shown = {
        (route.vrf, route.prefix, hop.interface)
        for route in routes
        if route.protocol == "connected" and not route.prefix.startswith("fe80:")
        for hop in route.next_hops
    }
    configured = {
        (interface.vrf, _network(one.family, one.value, one.prefix_length), interface.name)
        for interface in device.interfaces
        for one in interface.addresses
        if interface.enabled and one.family in families and not one.virtual
    }
    yield from (f"connected {' '.join(one)} is shown only" for one in shown - configured)
    yield from (f"connected {' '.join(one)} is configured only" for one in configured - shown)
    static = {(route.vrf, route.prefix) for route in routes if route.protocol == "static"}
    ours = {(route.vrf, route.prefix) for route in device.static_routes if route.family in families}
    yield from (f"static {' '.join(one)} is shown only" for one in static - ours)
    yield from (f"static {' '.join(one)} is configured only" for one in ours - static)


def _instances(device: Device) -> Iterator[str]:
    """Compare the routing instances of Junos and the VRFs of the others, where they are shown."""
    for capture in device.captured.captures:
        if capture.command.partition(" |")[0] not in ("show route instance", "show vrf") or not capture.rows:
            continue
        shown = {text_of(row, "name") for row in capture.rows}
        shown = {name for name in shown if not name.startswith("__")} - SYSTEM_INSTANCES
        ours = {interface.vrf for interface in device.interfaces} - {"default"}
        yield from (f"VRF {name} is shown only" for name in shown - ours)
        yield from (f"VRF {name} is configured only" for name in ours - shown)


def _network(family: Family, value: int, length: int) -> str:
    return f"{format_address(family, prefix_interval(family, value, length)[0])}/{length}"
