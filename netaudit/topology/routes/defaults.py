"""What platforms take where the configuration says nothing: distances, costs, and what BGP does by itself.

Sources: Cisco IOS "IP Routing: Protocol-Independent Configuration Guide" (administrative distance) and "Configuring
OSPF" (auto-cost); Cisco Nexus 9000 "Unicast Routing Configuration Guide"; Arista EOS "User Manual" (OSPFv2, BGP);
Juniper "Junos OS Routing Protocols" (route preferences, default policies); Fortinet "FortiOS CLI Reference"
(router ospf, router bgp); Palo Alto Networks "PAN-OS Networking Administrator's Guide" (administrative distances);
Check Point "Gaia Advanced Routing Administration Guide" (protocol rank, OSPF interfaces).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from netaudit.model.device import Interface


@dataclass(frozen=True, slots=True)
class RoutingDefaults:
    """The defaults of a platform. Distances by protocol and kind ("ospf external"), falling back to the protocol."""

    distances: dict[str, int]
    reference_bandwidth_mbps: int = 100
    speeds_mbps: dict[str, float] = field(default_factory=dict)  # beginnings of interface names, lower case
    fixed_cost: int | None = None  # the OSPF cost of any interface, whatever its speed
    loopback_cost: int = 1
    ospf_external_metric: int = 20
    bgp_active_by_default: bool = True  # IPv4 unicast is on for every neighbour
    bgp_exports_only_by_policy: bool = False  # Junos: nothing but BGP routes without an export policy
    communities_are_sent: bool = False
    weights: bool = True
    local_bgp_weight: int = 32768
    bgp_maximum_paths: int = 1
    table_makes_aggregates: bool = False


_CISCO = {
    "connected": 0,
    "static": 1,
    "ebgp": 20,
    "ibgp": 200,
    "bgp local": 200,
    "eigrp summary": 5,
    "eigrp": 90,
    "eigrp external": 170,
    "ospf": 110,
    "ospfv3": 110,
    "isis": 115,
    "rip": 120,
}
_IOS_SPEEDS = {
    "hundredgig": 100_000,
    "fortygig": 40_000,
    "twentyfivegig": 25_000,
    "tengig": 10_000,
    "te": 10_000,
    "gig": 1000,
    "gi": 1000,
    "fast": 100,
    "fa": 100,
    "ethernet": 10,
    "serial": 1.544,
    "tunnel": 0.1,
    "loopback": 8_000_000,
    "vlan": 1000,
    "bdi": 1000,
    "port-channel": 1000,
}

_DEFAULTS = {
    "cisco_ios": RoutingDefaults(_CISCO, speeds_mbps=_IOS_SPEEDS),
    "cisco_asa": RoutingDefaults(_CISCO, speeds_mbps={**_IOS_SPEEDS, "management": 1000}),
    "cisco_nxos": RoutingDefaults(
        {**_CISCO, "bgp local": 220},
        reference_bandwidth_mbps=40_000,
        speeds_mbps={"ethernet": 1000, "vlan": 1000, "port-channel": 1000, "mgmt": 1000, "tunnel": 0.1},
        bgp_active_by_default=False,
    ),
    "arista_eos": RoutingDefaults(
        {**_CISCO, "ebgp": 200, "bgp local": 200}, fixed_cost=10, loopback_cost=10, table_makes_aggregates=True
    ),
    "juniper_junos": RoutingDefaults(
        {
            "connected": 0,
            "static": 5,
            "ospf": 10,
            "ospf external": 150,
            "ospfv3": 10,
            "ospfv3 external": 150,
            "isis": 15,
            "rip": 100,
            "aggregate": 130,
            "ebgp": 170,
            "ibgp": 170,
            "bgp local": 170,
        },
        speeds_mbps={"fe-": 100, "ge-": 1000, "xe-": 10_000, "et-": 100_000, "em": 1000, "fxp": 1000},
        loopback_cost=0,
        ospf_external_metric=0,
        bgp_exports_only_by_policy=True,
        communities_are_sent=True,
        weights=False,
    ),
    "fortios": RoutingDefaults({**_CISCO, "static": 10}, speeds_mbps={"": 1000}, communities_are_sent=True),
    "paloalto_panos": RoutingDefaults(
        {**_CISCO, "static": 10, "ospf": 30, "ospf external": 110},
        fixed_cost=10,
        loopback_cost=10,
        communities_are_sent=True,
        weights=False,
    ),
    "checkpoint": RoutingDefaults(
        {
            "connected": 0,
            "ospf": 10,
            "ospf external": 150,
            "static": 60,
            "rip": 100,
            "aggregate": 130,
            "ebgp": 170,
            "ibgp": 170,
            "bgp local": 170,
        },
        fixed_cost=1,
        loopback_cost=1,
        bgp_exports_only_by_policy=True,
        communities_are_sent=True,
        weights=False,
    ),
}

_LOOPBACK = re.compile(r"lo(?:opback)?[\d.]*", re.IGNORECASE)


def defaults_of(platform: str) -> RoutingDefaults:
    """Return the defaults of a platform; those of IOS for one that is not listed."""
    return _DEFAULTS.get(platform, _DEFAULTS["cisco_ios"])


def is_loopback(interface: Interface) -> bool:
    """Tell whether an interface is a loopback, by its name."""
    return _LOOPBACK.fullmatch(interface.name.replace(" ", "")) is not None


def ospf_cost(platform: str, interface: Interface, reference_mbps: int | None) -> int:
    """Return the OSPF cost of an interface without one of its own: reference bandwidth through its speed, at least 1.

    The speed is that of the name; what a port negotiates is in no configuration.
    """
    defaults = defaults_of(platform)
    if is_loopback(interface):
        return defaults.loopback_cost
    if defaults.fixed_cost is not None and reference_mbps is None:
        return defaults.fixed_cost
    name = interface.name.lower()
    speed = next((speed for start, speed in defaults.speeds_mbps.items() if name.startswith(start)), 1000)
    return max(1, int((reference_mbps or defaults.reference_bandwidth_mbps) / speed))


def distance_of(platform: str, stated: tuple[tuple[str, int], ...], protocol: str, kind: str) -> int:
    """Return the administrative distance of a route; `stated` are the distances that the process sets."""
    words = dict(stated)
    for name in (kind, f"{protocol} {kind}", "all", ""):
        if name in words:
            return words[name]
    table = defaults_of(platform).distances
    for name in (kind, f"{protocol} {kind.split(' ')[0]}" if kind else protocol, protocol):
        if name in table:
            return table[name]
    return 255
