"""Text to model, one platform each; no platform knows another."""

from __future__ import annotations

from importlib import import_module

from netaudit.parsers.contract import ParsedFile, Parser

# platform -> module with `parse`; imported where it is used, so that start-up stays fast.
_PARSER_MODULES = {
    "cisco_ios": "netaudit.parsers.cisco_ios",
    "cisco_asa": "netaudit.parsers.cisco_asa",
    "cisco_nxos": "netaudit.parsers.cisco_nxos",
    "arista_eos": "netaudit.parsers.arista_eos",
    "fortios": "netaudit.parsers.fortios",
    "iptables": "netaudit.parsers.iptables",
    "juniper_junos": "netaudit.parsers.juniper_junos",
}

PLATFORMS = tuple(_PARSER_MODULES)

__all__ = ["PLATFORMS", "ParsedFile", "Parser", "parser_of"]


def parser_of(platform: str) -> Parser | None:
    """Return the parser of a platform, None where there is none."""
    module = _PARSER_MODULES.get(platform)
    if module is None:
        return None
    parse: Parser = import_module(module).parse
    return parse
