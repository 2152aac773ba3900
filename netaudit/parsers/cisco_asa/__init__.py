"""Cisco ASA (and PIX 7 and later) running configurations."""

from __future__ import annotations

from netaudit.parsers.cisco_asa.configuration import parse

__all__ = ["parse"]
