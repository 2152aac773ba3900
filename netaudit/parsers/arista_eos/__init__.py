"""Arista EOS running configurations."""

from __future__ import annotations

from netaudit.parsers.arista_eos.platform import parse

__all__ = ["parse"]
