"""Check Point R80 and later: exports of the Management API or ShowPolicyPackage, and Gaia configurations."""

from netaudit.parsers.checkpoint.device import parse, parse_together

__all__ = ["parse", "parse_together"]
