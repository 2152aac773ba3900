"""What every parser takes and gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netaudit.model.device import Device
from netaudit.model.source import FileCoverage, SourceFile


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one file says: the state of its lines, and its devices (one, or none where nothing could be read)."""

    coverage: FileCoverage
    devices: tuple[Device, ...] = ()


Parser = Callable[[SourceFile], ParsedFile]
"""Parsers never raise on text and never guess; masking of secrets happens inside."""
