"""The text around the commands."""

from __future__ import annotations

import re

from netaudit.model.management import Banner
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.switch_text import read_banners, switch_tree

_BANNER = re.compile(r"^\s*banner\s+(?:login|motd|exec)\s*$")


def configuration_tree(ledger: LineLedger) -> list[ConfLine]:
    """Return the tree of the commands."""
    return switch_tree(ledger, "ios", _banner_end)


def banners(ledger: LineLedger) -> tuple[Banner, ...]:
    """Return the banners; called before `configuration_tree`."""
    return read_banners(ledger, _banner_end)


def _banner_end(lines: list[str], index: int) -> int | None:
    """Return the last line of a banner: "EOF" alone on a line.

    Without one the banner is taken to be its first line: swallowing the file would hide everything after it.
    """
    if _BANNER.match(lines[index]) is None:
        return None
    for position in range(index + 1, len(lines)):
        if lines[position].strip() == "EOF":
            return position
    return index
