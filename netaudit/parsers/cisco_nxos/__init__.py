"""Cisco NX-OS running configurations."""

from __future__ import annotations

from netaudit.parsers.cisco_nxos.platform import parse

__all__ = ["parse"]
