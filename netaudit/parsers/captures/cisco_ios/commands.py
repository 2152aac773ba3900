"""The show commands of IOS and IOS-XE that are read, a table.

Source of the outputs: the command references of Cisco IOS (Configuration Fundamentals, Interface and Hardware
Component, IP Routing, IP Addressing, Security).
"""

from __future__ import annotations

from netaudit.parsers.captures.cisco_ios.device_facts import version_facts, version_fields
from netaudit.parsers.captures.contract import CaptureCommand
from netaudit.parsers.captures.templates import template_rows

COMMANDS: tuple[CaptureCommand, ...] = (
    CaptureCommand(
        ("show version",),
        template_rows("cisco_ios/show_version.ttp", one_row=True, derive=version_fields),
        version_facts,
    ),
)
