"""Cisco IOS and IOS-XE running configurations."""

from __future__ import annotations

from netaudit.parsers.cisco_ios.platform import parse

__all__ = ["parse"]
