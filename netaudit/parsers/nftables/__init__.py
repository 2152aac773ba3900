"""nftables: `nft list ruleset` and nft scripts as text, and `nft -j list ruleset` as JSON."""

from netaudit.parsers.nftables.device import parse

__all__ = ["parse"]
