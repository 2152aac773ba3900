"""The platforms whose captures are read: platform -> its table of commands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from netaudit.parsers.captures.contract import CaptureCommand

# Imported where it is used, so that start-up stays fast.
_TABLES = {
    "cisco_ios": "netaudit.parsers.captures.cisco_ios.commands",
}

PLATFORMS = tuple(_TABLES)


def commands_of(platform: str) -> Sequence[CaptureCommand]:
    """Return the table of a platform, empty where its captures are not read."""
    module = _TABLES.get(platform)
    if module is None:
        return ()
    commands: Sequence[CaptureCommand] = import_module(module).COMMANDS
    return commands
