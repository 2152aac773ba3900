"""What a device says of itself, with the place that says so."""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.model.capture import Captured
from netaudit.model.source import SourceRef


def identity(
    where: SourceRef,
    *,
    hostname: str = "",
    model: str = "",
    version: str = "",
    uptime: str = "",
    serials: Sequence[str] = (),
) -> Captured:
    """Return the single facts of a device, each that is not empty with its source."""
    told = (
        ("hostname", hostname),
        ("model", model),
        ("version", version),
        ("uptime", uptime),
        ("serials", "".join(serials)),
    )
    return Captured(
        hostname=hostname,
        model=model,
        version=version,
        uptime=uptime,
        serials=tuple(serials),
        fact_sources=tuple((name, where) for name, text in told if text),
    )
