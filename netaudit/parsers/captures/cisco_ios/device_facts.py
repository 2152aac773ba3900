"""What `show version` and `show inventory` of IOS say of a device."""

from __future__ import annotations

import re

from netaudit.model.capture import Captured, CaptureRow, InventoryItem
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.values import text_of, texts_of

_UPTIME_UNITS = ("year", "week", "day", "hour", "minute")
_CHASSIS = re.compile(r"\bchassis\b|\A(?:Switch )?1\Z|\ASwitch 1\b(?! -)", re.IGNORECASE)
_VERSION = re.compile(r"Version ([^,\s]+)")


def version_fields(row: CaptureRow) -> CaptureRow:
    """Return a row of `show version` with the fields that are made of others: parts of the uptime, serials, rommon."""
    uptime = text_of(row, "uptime")
    parts = {}
    for unit in _UPTIME_UNITS:
        found = re.search(rf"(\d+) {unit}s?\b", uptime)
        parts[f"uptime_{unit}s"] = found[1] if found else ""
    label = text_of(row, "label")
    release = re.search(r"\((fc\d+[^)]*)\)", label)
    bootstrap = _VERSION.search(text_of(row, "rom"))
    image = text_of(row, "running_image_path")
    return {
        **row,
        **parts,
        "release": release[1] if release else "",
        "rommon": bootstrap[1] if bootstrap else text_of(row, "rom").partition(" ")[0],
        "running_image": re.split(r"[:/]", image)[-1],
        "reload_reason": text_of(row, "last_reload_reason") or text_of(row, "returned_to_rom_by"),
        "hardware": texts_of(row, "member_model") or texts_of(row, "hardware"),
        "serial": _serials(row),
    }


def _serials(row: CaptureRow) -> tuple[str, ...]:
    """Return the serial numbers of the chassis, one a member of a stack."""
    return tuple(dict.fromkeys((*texts_of(row, "serial")[:1], *texts_of(row, "system_serial"))))


def version_facts(rows: CaptureRows) -> Captured:
    """Return host name, model, version, serials and uptime. Stack members beyond the first count by their serials."""
    row = rows.rows[0]
    facts = {
        "name": text_of(row, "hostname"),
        "version": text_of(row, "version") or text_of(row, "xe_version"),
        "model": text_of(row, "hardware"),
        "serial": text_of(row, "serial"),
    }
    return Captured(
        hostname=facts["name"],
        model=facts["model"],
        operating_system=_operating_system(row),
        version=plain_version(facts["version"]),
        serials=texts_of(row, "serial"),
        uptime=text_of(row, "uptime"),
        fact_sources=tuple((field, rows.place_of(0, value)) for field, value in facts.items() if value),
    )


def _operating_system(row: CaptureRow) -> str:
    """Return "IOS-XE" where the output names it or the release is of 16 or later, else "IOS"."""
    major = text_of(row, "version").partition(".")[0]
    named = text_of(row, "xe_version") or re.search(r"IOS[- ]XE", text_of(row, "title") + text_of(row, "rom"))
    return "IOS-XE" if named or (major.isdigit() and int(major) >= 16) else "IOS"


def inventory_facts(rows: CaptureRows) -> Captured:
    """Return the parts. The chassis (of a stack the first switch) tells model and serial number."""
    items = tuple(
        InventoryItem(
            name=text_of(row, "name"),
            where=where,
            description=text_of(row, "descr"),
            part_number=text_of(row, "pid"),
            version=text_of(row, "vid"),
            serial=text_of(row, "sn"),
        )
        for row, where in zip(rows.rows, rows.places, strict=True)
    )
    chassis = next((one for one in items if _CHASSIS.search(one.name)), None)
    if chassis is None:
        return Captured(inventory=items)
    known = {"model": chassis.part_number, "serial": chassis.serial}
    row = items.index(chassis)
    return Captured(
        model=chassis.part_number,
        serials=(chassis.serial,) if chassis.serial else (),
        fact_sources=tuple((field, rows.place_of(row, value)) for field, value in known.items() if value),
        inventory=items,
    )


def plain_version(version: str) -> str:
    """Return a version without leading zeros in its parts, as a configuration and Cisco's notices have it: 17.9.4a."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", version)
