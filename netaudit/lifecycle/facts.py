"""What is known of one device: the export's word first, then the inventory register's."""

from __future__ import annotations

from typing import Protocol

from netaudit.lifecycle.hardware import product_key, without_licence
from netaudit.lifecycle.status import DeviceFacts
from netaudit.lifecycle.versions import parse_version
from netaudit.model.device import Device
from netaudit.model.source import SourceRef

_FIELDS = ("vendor", "model", "part_number", "serial", "operating_system", "version")


class RegisteredDevice(Protocol):
    """A device as the inventory register states it: what `netaudit.policy` calls an InventoryEntry."""

    @property
    def hostname(self) -> str: ...
    @property
    def where(self) -> SourceRef: ...
    @property
    def vendor(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def part_number(self) -> str: ...
    @property
    def serial(self) -> str: ...
    @property
    def operating_system(self) -> str: ...
    @property
    def version(self) -> str: ...


def gather_facts(device: Device | None, entry: RegisteredDevice | None) -> DeviceFacts:
    """Return the facts of a device from its export and its row of the inventory register; None = there is none.

    Each fact is the export's where it has one. Two refinements: an export that tells only the train ("17.9", as
    IOS XE configurations do) takes the register's version where that is a release of the same train; and where the
    export tells a model, the register's part number counts only if it is of that model.
    """
    stated = {name: getattr(entry, name) if entry else "" for name in _FIELDS}
    exported = dict.fromkeys(_FIELDS, "")
    places: dict[str, SourceRef] = {}
    if device is not None:
        exported = {
            "vendor": device.vendor,
            "model": device.model,
            "part_number": device.part_number,
            "serial": ", ".join(device.serials),
            "operating_system": device.operating_system,
            "version": device.version,
        }
        places = dict(device.fact_sources)
        if "serials" in places:
            places.setdefault("serial", places["serials"])
    if _only_train(exported, stated):
        exported["version"] = ""
    if exported["model"] and not _of_model(stated, exported["model"], exported["vendor"] or stated["vendor"]):
        stated["part_number"] = ""
    facts: dict[str, str] = {}
    sources: list[tuple[str, SourceRef]] = []
    for name_of_fact in _FIELDS:
        facts[name_of_fact] = exported[name_of_fact] or stated[name_of_fact]
        if not facts[name_of_fact]:
            continue
        if exported[name_of_fact]:
            place = places.get(name_of_fact) or (device.where if device else None)
        else:
            place = entry.where if entry else None
        if place is not None:
            sources.append((name_of_fact, place))
    return DeviceFacts(
        device=device.name if device else entry.hostname if entry else "",
        vendor=facts["vendor"],
        model=facts["model"],
        part_number=facts["part_number"],
        serial=facts["serial"],
        operating_system=facts["operating_system"],
        version=facts["version"],
        sources=tuple(sources),
    )


def _only_train(exported: dict[str, str], stated: dict[str, str]) -> bool:
    """Tell whether the register names a release of the train that the export names alone."""
    system = exported["operating_system"]
    mine, theirs = parse_version(system, exported["version"]), parse_version(system, stated["version"])
    return (
        mine is not None
        and theirs is not None
        and mine.train == theirs.train
        and len(mine.key) < len(theirs.key)
        and theirs.key[: len(mine.key)] == mine.key
    )


def _of_model(stated: dict[str, str], model: str, vendor: str) -> bool:
    """Tell whether the register speaks of the model that the export tells: it may be that of a predecessor."""
    wanted = product_key(vendor, model)
    part = product_key(vendor, stated["part_number"])
    return wanted in (product_key(vendor, stated["model"]), part, without_licence(vendor, part))
