"""What `show version` and `show inventory` of IOS say of a device."""

from __future__ import annotations

import re

from netaudit.model.capture import Captured, CaptureRow
from netaudit.parsers.captures.contract import CaptureRows
from netaudit.parsers.captures.values import text_of, texts_of

_UPTIME_UNITS = ("year", "week", "day", "hour", "minute")
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
    row, where = rows.rows[0], rows.places[0]
    facts = {
        "name": text_of(row, "hostname"),
        "version": plain_version(text_of(row, "version") or text_of(row, "xe_version")),
        "model": text_of(row, "hardware"),
        "serial": text_of(row, "serial"),
    }
    return Captured(
        hostname=facts["name"],
        model=facts["model"],
        version=facts["version"],
        serials=texts_of(row, "serial"),
        uptime=text_of(row, "uptime"),
        fact_sources=tuple((field, where) for field, value in facts.items() if value),
    )


def plain_version(version: str) -> str:
    """Return a version without leading zeros in its parts, as a configuration and Cisco's notices have it: 17.9.4a."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", version)
