"""Text to model, one platform each; no platform knows another."""

from __future__ import annotations

from importlib import import_module

from netaudit.parsers.contract import ParsedFile, Parser, TogetherParser

# platform -> module with `parse`; imported where it is used, so that start-up stays fast.
_PARSER_MODULES = {
    "cisco_ios": "netaudit.parsers.cisco_ios",
    "cisco_asa": "netaudit.parsers.cisco_asa",
    "cisco_nxos": "netaudit.parsers.cisco_nxos",
    "arista_eos": "netaudit.parsers.arista_eos",
    "fortios": "netaudit.parsers.fortios",
    "iptables": "netaudit.parsers.iptables",
    "nftables": "netaudit.parsers.nftables",
    "juniper_junos": "netaudit.parsers.juniper_junos",
    "paloalto_panos": "netaudit.parsers.paloalto_panos",
    "checkpoint": "netaudit.parsers.checkpoint",
    "aws": "netaudit.parsers.aws",
    "azure": "netaudit.parsers.azure",
}

# Platforms whose modules have `parse_together` besides `parse`: one device's export spreads over files.
_SPREAD = frozenset({"aws", "azure", "checkpoint", "iptables"})

PLATFORMS = tuple(_PARSER_MODULES)

__all__ = ["PLATFORMS", "ParsedFile", "Parser", "TogetherParser", "parser_of", "together_parser_of"]


def parser_of(platform: str) -> Parser | None:
    """Return the parser of a platform, None where there is none."""
    module = _PARSER_MODULES.get(platform)
    if module is None:
        return None
    parse: Parser = import_module(module).parse
    return parse


def together_parser_of(platform: str) -> TogetherParser | None:
    """Return the parser that takes all files of a platform at once, None where each file stands for itself."""
    if platform not in _SPREAD:
        return None
    parse_together: TogetherParser = import_module(_PARSER_MODULES[platform]).parse_together
    return parse_together
