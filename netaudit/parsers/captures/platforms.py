"""The platforms whose captures are read: platform -> its table of commands."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from netaudit.parsers.captures.contract import CaptureCommand

# Imported where it is used, so that start-up stays fast.
_TABLES = {
    "cisco_ios": "netaudit.parsers.captures.cisco_ios.commands",
    "cisco_nxos": "netaudit.parsers.captures.cisco_nxos.commands",
    "arista_eos": "netaudit.parsers.captures.arista_eos.commands",
    "cisco_asa": "netaudit.parsers.captures.cisco_asa.commands",
    "juniper_junos": "netaudit.parsers.captures.juniper_junos.commands",
}

PLATFORMS = tuple(_TABLES)


def commands_of(platform: str) -> Sequence[CaptureCommand]:
    """Return the table of a platform, empty where its captures are not read."""
    module = _TABLES.get(platform)
    if module is None:
        return ()
    commands: Sequence[CaptureCommand] = import_module(module).COMMANDS
    return commands
