"""iptables-save and ip6tables-save text, and plain scripts of iptables commands."""

from netaudit.parsers.iptables.device import parse

__all__ = ["parse"]
