"""What every parser takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from netaudit.model.capture import Captured
from netaudit.model.device import Device
from netaudit.model.source import FileCoverage, SourceFile


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What one file says: the state of its lines, and its devices (one, or none where nothing could be read)."""

    coverage: FileCoverage
    devices: tuple[Device, ...] = ()
    captured: tuple[Captured, ...] = ()  # one a capture, each with its one entry in `captures`


Parser = Callable[[SourceFile], ParsedFile]
"""Parsers never raise on text and never guess; masking of secrets happens inside."""

TogetherParser = Callable[[Sequence[SourceFile]], Sequence[ParsedFile]]
"""The parser of a platform whose export of one device spreads over files (management APIs, clouds).

It takes all files of the platform in a snapshot and finds by itself which belong together. It gives one ParsedFile a
file, in their order; a device stands with one of its files. Its module's `parse` is the same for a single file.
"""
