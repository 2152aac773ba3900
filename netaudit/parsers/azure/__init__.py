"""Microsoft Azure: answers of the command line and of Resource Manager, resource exports and ARM templates."""

from netaudit.parsers.azure.device import parse, parse_together

__all__ = ["parse", "parse_together"]
