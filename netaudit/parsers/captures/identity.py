"""What a device says of itself, with the place that says so."""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.capture import Captured
from netaudit.parsers.captures.contract import CaptureRows


def identity(
    given: CaptureRows,
    *,
    hostname: str = "",
    model: str = "",
    version: str = "",
    uptime: str = "",
    serials: Sequence[str] = (),
) -> Captured:
    """Return the single facts of a device, each that is not empty with the line of the first row that has it."""
    told = (
        ("hostname", hostname),
        ("model", model),
        ("version", version),
        ("uptime", uptime),
        ("serials", serials[0] if serials else ""),
    )
    return Captured(
        hostname=hostname,
        model=model,
        version=version,
        uptime=uptime,
        serials=tuple(serials),
        fact_sources=tuple((name, given.place_of(0, text)) for name, text in told if text),
    )
