"""iptables-save and ip6tables-save text, `ipset save` beside it, and plain scripts of iptables commands."""

from netaudit.parsers.iptables.device import parse, parse_together

__all__ = ["parse", "parse_together"]
