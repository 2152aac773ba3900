"""What a device is in the picture: a firewall, router, switch, cloud network or host."""

from __future__ import annotations

import re

from netaudit.model.device import Device
from netaudit.model.rules import RulebaseKind

_PLATFORMS = {
    "cisco_asa": "firewall",
    "fortios": "firewall",
    "paloalto_panos": "firewall",
    "checkpoint": "firewall",
    "cisco_nxos": "switch",
    "arista_eos": "switch",
    "aws": "cloud",
    "azure": "cloud",
    "iptables": "host",
    "nftables": "host",
}

# How the vendors number their products: Catalyst, Nexus, Arista DCS, Juniper EX and QFX; ISR, ASR, MX; SRX.
_MODELS = (
    ("switch", re.compile(r"(?:WS-C|C9[2-6]\d\d|N[2-9]K|DCS-|EX\d|QFX|IE-?\d|ME-?3)", re.IGNORECASE)),
    ("firewall", re.compile(r"(?:v?SRX|ASA|FPR|PA-|FG)", re.IGNORECASE)),
    ("router", re.compile(r"(?:ISR|ASR|C8\d\d\d|C1[01]\d\d|CSR|NCS|v?MX|ACX|PTX|CISCO[12378]\d\d)", re.IGNORECASE)),
)


def device_role(device: Device) -> str:
    """Return "firewall", "router", "switch", "cloud" or "host": by the platform, else the model, else what it does.

    What it does: a device with policies between zones is a firewall, one with switchports a switch.
    """
    known = _PLATFORMS.get(device.platform)
    if known:
        return known
    for role, pattern in _MODELS:
        if pattern.match(device.model) or pattern.match(device.part_number):
            return role
    if device.platform == "juniper_junos" and any(one.kind is RulebaseKind.ZONE_POLICY for one in device.rulebases):
        return "firewall"
    ports = [one for one in device.interfaces if one.switchport]
    routed = [one for one in device.interfaces if one.addresses and not one.name.lower().startswith(("vlan", "irb"))]
    vlans = any(one.addresses and one.name.lower().startswith(("vlan", "irb")) for one in device.interfaces)
    return "switch" if len(ports) > len(routed) or (vlans and not routed) or (vlans and ports) else "router"
