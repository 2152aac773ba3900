"""Translations that belong to rules: they come and go with them.

FortiOS writes source translation into a policy, and a virtual IP does nothing while no policy names it (FortiOS
Administration Guide, "Static virtual IPs"). On PAN-OS a destination is translated only where a security rule lets the
packet pass (PAN-OS Networking Administrator's Guide, "NAT Policy Overview").
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from netaudit.model.device import Device
from netaudit.model.rules import AccessRule, NatRule, Rulebase


def with_translations(device: Device, old: Rulebase, new: Rulebase) -> Device:
    """Return a device with the translations that its rules have after a change of one rulebase."""
    if not any(nat.used_by for nat in device.nat_rules) and not any(nat.needs_rule for nat in device.nat_rules):
        return device
    return replace(device, nat_rules=tuple(_translations(device, old, new)))


def _translations(device: Device, old: Rulebase, new: Rulebase) -> Iterator[NatRule]:
    rules = {one.name: one for one in new.rules}
    others = [one for one in device.rulebases if one.virtual_system == new.virtual_system and one.name != new.name]
    elsewhere = {rule.name for one in others for rule in one.rules}
    before = {one.name: one for one in old.rules}
    gone = before.keys() - rules.keys() - elsewhere
    for nat in device.nat_rules:
        if nat.virtual_system != new.virtual_system:
            yield nat
        elif nat.needs_rule and device.platform == "paloalto_panos":
            yield _published(nat, before, rules)
        elif nat.needs_rule:
            yield replace(nat, used_by=tuple(name for name in nat.used_by if name not in gone))
        else:
            owner = next((name for name in before if _is_of(nat, old, name)), None)
            if owner is None:
                yield nat
            elif owner in rules:
                yield replace(nat, enabled=rules[owner].enabled) if before[owner] != rules[owner] else nat


def _is_of(nat: NatRule, rulebase: Rulebase, rule: str) -> bool:
    """Tell whether a source translation is written into a rule."""
    name = f"{rulebase.name} {rule}"
    return nat.used_by == (rule,) and (nat.name == name or nat.name.startswith(f"{name} by "))


def _published(nat: NatRule, before: dict[str, AccessRule], rules: dict[str, AccessRule]) -> NatRule:
    """Return a destination translation with the permits that name what it publishes."""
    lost = {name for name in before if name not in rules or not rules[name].enabled}
    kept = [name for name in nat.used_by if name not in lost]
    more = [
        one.name
        for one in rules.values()
        if one.name not in kept
        and before.get(one.name) != one
        and one.enabled
        and one.action.permits
        and one.from_zones & nat.from_interface
        and one.match.maybe.overlaps(nat.match.maybe)
    ]
    return replace(nat, used_by=(*kept, *more))
