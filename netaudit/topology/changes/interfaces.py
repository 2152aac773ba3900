"""Interfaces taken down and brought up, and lists bound at them.

What stands on a port goes down with it: sub-interfaces, a port channel without a port left, the interface of a VLAN
that no port carries any more (Cisco "Layer 3 Interfaces Configuration Guide", SVI autostate; Arista "User Manual",
VLAN interfaces), and the port at the other end of a stated cable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from netaudit.model.capture import CABLING
from netaudit.model.changes import BindingEdit, InterfaceEdit
from netaudit.model.device import Device, Interface
from netaudit.model.rules import Binding, Direction, Purpose, RulebaseKind
from netaudit.model.table import quoted
from netaudit.packets.addresses import Family
from netaudit.topology.changes.names import Refused, find_interface, find_rulebase, find_system, listed
from netaudit.topology.links.cables import seen_neighbors
from netaudit.topology.links.ports import Port

# Platforms that bind lists at interfaces; elsewhere a rulebase is in force by itself, or a cloud attaches it.
_BINDING = frozenset({"arista_eos", "cisco_asa", "cisco_ios", "cisco_nxos", "juniper_junos"})
_VLAN_INTERFACE = re.compile(r"vlan\s*\d+|irb\.\d+", re.IGNORECASE)


def edit_interface(device: Device, change: InterfaceEdit) -> tuple[Device, str]:
    """Return the device with an interface down or up, and what was done in words. Raises Refused."""
    port = find_interface(device, change.interface, change.virtual_system)
    if port.enabled is change.enabled:
        state = "up" if change.enabled else "down"
        raise Refused("interface", f"{port.rule_name} of {device.name} is {state} already ({_place(port)})")
    if change.enabled:
        return _with_states(device, {port.name}, True), port.name
    changed, down = _shut(device, port.name)
    others = sorted(down - {port.name})
    return changed, port.name + (f" (with {listed(others)})" if others else "")


def _shut(device: Device, name: str) -> tuple[Device, set[str]]:
    """Return a device with an interface down and all that stands on it, and what went down."""
    down = {name}
    changed = _with_states(device, down, False)
    while more := _following(changed):
        down |= more
        changed = _with_states(changed, more, False)
    return changed, down


def shut_far_ends(devices: Sequence[Device], before: Device, after: Device) -> tuple[list[Device], list[Port]]:
    """Return the devices with the ports down whose cable leads to a port that went down, and these ports.

    Only a cabling file says for sure that a cable is all there is between two ports.
    """
    current = list(devices)
    down = {
        Port(after.name, new.name)
        for old, new in zip(before.interfaces, after.interfaces, strict=True)
        if old.enabled and not new.enabled
    }
    far: list[Port] = []
    for cable in seen_neighbors(current).cables if _has_cabling(current) else ():
        for here, there in ((cable.one, cable.other), (cable.other, cable.one)):
            if CABLING in cable.protocols and here in down:
                for number, device in enumerate(current):
                    port = next((one for one in device.interfaces if one.name == there.interface), None)
                    if device.name == there.device and port is not None and port.enabled:
                        current[number], _ = _shut(device, port.name)
                        far.append(there)
    return current, far


def _has_cabling(devices: Sequence[Device]) -> bool:
    return any(one.protocol == CABLING for device in devices for one in device.captured.neighbors)


def _with_states(device: Device, names: set[str], enabled: bool) -> Device:
    ports = tuple(replace(one, enabled=enabled) if one.name in names else one for one in device.interfaces)
    return replace(device, interfaces=ports)


def _following(device: Device) -> set[str]:
    """Return the interfaces that are up on nothing that is up."""
    by_name = {one.name: one for one in device.interfaces}
    found = set()
    for one in device.interfaces:
        if not one.enabled:
            continue
        parent = by_name.get(one.parent)
        members = [other for other in device.interfaces if other.bundle and other.bundle == one.name]
        if (parent is not None and not parent.enabled) or (members and not any(other.enabled for other in members)):
            found.add(one.name)
        elif _VLAN_INTERFACE.fullmatch(one.name) and one.vlan is not None:
            carrying = [other for other in device.interfaces if _carries(other, one.vlan)]
            if carrying and not any(other.enabled for other in carrying):
                found.add(one.name)
    return found


def _carries(port: Interface, vlan: int) -> bool:
    if port.switchport == "access":
        return port.vlan == vlan
    return port.switchport == "trunk" and (port.trunk_vlans is None or vlan in port.trunk_vlans)


def edit_binding(device: Device, change: BindingEdit) -> tuple[Device, str]:
    """Return the device with a list bound at an interface, or no longer bound there. Raises Refused."""
    port = find_interface(device, change.interface, change.virtual_system)
    here = [one for one in device.bindings if _is_at(one, port, change.direction)]
    words = f"{change.rulebase} at {port.rule_name} {change.direction.value}"
    if not change.binds:
        return _unbound(device, change, port, here), words
    if device.platform not in _BINDING:
        raise Refused("change", f"{device.name} ({device.platform}) binds no lists at interfaces")
    rulebases = find_rulebase(device, change.rulebase, change.virtual_system)
    if any(one.kind is not RulebaseKind.FILTER for one in rulebases):
        raise Refused("rulebase", f"{change.rulebase} is in force by itself; it is not bound at interfaces")
    system = find_system(device, change.virtual_system, (port.virtual_system,))
    families = {family for one in rulebases for family in one.families}
    replaced = [one for one in here if _families(device, one) & families]
    if any(one.rulebase == change.rulebase for one in replaced):
        raise Refused("rulebase", f"{words} is bound already ({replaced[0].where.path}:{replaced[0].where.line})")
    where = change.written.where
    name = port.rule_name if device.platform == "cisco_asa" else port.name
    binding = Binding(change.rulebase, Purpose.FILTER, where, name, change.direction, system)
    kept = tuple(one for one in device.bindings if one not in replaced)
    instead = f" in place of {listed(one.rulebase for one in replaced)}" if replaced else ""
    return replace(device, bindings=(*kept, binding)), words + instead


def _unbound(device: Device, change: BindingEdit, port: Interface, here: list[Binding]) -> Device:
    named = [one for one in here if one.rulebase == change.rulebase]
    if not named:
        bound = listed(one.rulebase for one in here)
        message = (
            f"{quoted(change.rulebase)} is not bound at {port.rule_name} of {device.name} {change.direction.value}"
        )
        raise Refused("rulebase", f"{message}; bound there: {bound}")
    return replace(device, bindings=tuple(one for one in device.bindings if one not in named))


def _is_at(binding: Binding, port: Interface, direction: Direction) -> bool:
    """Tell whether a list that somebody wrote is bound at an interface itself, not at all of them or at hosts."""
    return (
        binding.purpose is Purpose.FILTER
        and binding.direction is direction
        and binding.interface in (port.name, port.nickname)
        and binding.interface != ""
        and binding.virtual_system == port.virtual_system
        and binding.hosts is None
    )


def _families(device: Device, binding: Binding) -> set[Family]:
    """Return the families of what a binding names; both where it has no definition. The platform's own lists stay."""
    named = [one for one in device.rulebases if one.name == binding.rulebase]
    if named and all(rule.implicit for one in named for rule in one.rules):
        return set()
    return {family for one in named for family in one.families} or set(Family)


def _place(port: Interface) -> str:
    return f"{port.where.path}:{port.where.line}"
