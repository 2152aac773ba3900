"""What a change names, found on a device; what is not there is refused with what is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from netaudit.model.changes import Written
from netaudit.model.device import Device, Interface
from netaudit.model.rules import Rulebase
from netaudit.model.table import did_you_mean, quoted
from netaudit.topology.links import ports

_LISTED = 8


class Refused(Exception):
    """A change that cannot be applied, with the key that is wrong and what was expected.

    `written` is the part of the change that has the key, None for the change itself.
    """

    def __init__(self, key: str, message: str, written: Written | None = None) -> None:
        super().__init__(message)
        self.key = key
        self.written = written


def listed(names: Iterable[str]) -> str:
    """Return names for a message: the first few, and how many more there are."""
    known = [name for name in dict.fromkeys(names) if name]
    more = f" and {len(known) - _LISTED} more" if len(known) > _LISTED else ""
    return (", ".join(known[:_LISTED]) or "none") + more


def missing(kind: str, wanted: str, where: str, known: Sequence[str]) -> str:
    """Return "there is no rule 35 in EXG-IN; ..." with the nearest name, or with those that there are."""
    hint = did_you_mean(wanted, known) or f"; there are {listed(known)}"
    return f"there is no {kind} {quoted(wanted)} {where}{hint}"


def find_device(devices: Sequence[Device], name: str) -> Device:
    """Return a device by name; letter case does not count. Raises Refused."""
    for device in devices:
        if device.name.lower() == name.lower():
            return device
    raise Refused("device", missing("device", name, "in the snapshot", [one.name for one in devices]))


def find_system(device: Device, wanted: str | None, standing: Iterable[str]) -> str:
    """Return the virtual system that is meant; `standing` are those that have what is asked for. Raises Refused."""
    known = list(dict.fromkeys(standing))
    if wanted is not None:
        every = dict.fromkeys((*device.virtual_systems, *known))
        found = next((one for one in every if one.lower() == wanted.lower()), None)
        if found is None:
            raise Refused("virtual_system", missing("virtual system", wanted, f"on {device.name}", list(every)))
        return found
    if len(known) > 1:
        raise Refused("device", f"several virtual systems of {device.name} fit: {listed(known)}; name virtual_system")
    return known[0] if known else ""


def find_rulebase(device: Device, name: str, system: str | None) -> tuple[Rulebase, ...]:
    """Return the rulebases of a name in one virtual system: two where a list of each family has it. Raises Refused."""
    named = [one for one in device.rulebases if one.name == name]
    if not named:
        bound = any(one.rulebase == name for one in device.bindings)
        where = f"on {device.name}"
        if bound:
            message = f"rulebase {quoted(name)} is used {where} and not defined: nothing is known of its rules"
            raise Refused("rulebase", message)
        raise Refused("rulebase", missing("rulebase", name, where, [one.name for one in device.rulebases]))
    chosen = find_system(device, system, (one.virtual_system for one in named))
    found = tuple(one for one in named if one.virtual_system == chosen)
    if not found:
        raise Refused("rulebase", f"virtual system {chosen} of {device.name} has no rulebase {quoted(name)}")
    return found


def find_interface(device: Device, name: str, system: str | None = None) -> Interface:
    """Return an interface by its name, in full or cut short, or the name that rules use. Raises Refused."""
    wanted = name.lower()
    named = [one for one in device.interfaces if wanted in (one.name.lower(), one.nickname.lower())]
    short = ports.find_interface(device, name)
    if not named and short is not None:
        named = [short]
    if not named:
        known = [one.rule_name if one.nickname else one.name for one in device.interfaces]
        raise Refused("interface", missing("interface", name, f"on {device.name}", known))
    chosen = find_system(device, system, (one.virtual_system for one in named))
    found = next((one for one in named if one.virtual_system == chosen), None)
    if found is None:
        raise Refused("interface", f"virtual system {chosen} of {device.name} has no interface {quoted(name)}")
    return found
