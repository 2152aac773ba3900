"""The text around the commands."""

from __future__ import annotations

import re

from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.switch_text import switch_tree

_BANNER = re.compile(r"^\s*banner\s+(?:motd|exec)\s+(\S.*)$")


def configuration_tree(ledger: LineLedger) -> list[ConfLine]:
    """Return the tree of the commands."""
    return switch_tree(ledger, "nxos", banner_end)


def banner_end(lines: list[str], index: int) -> int | None:
    """Return the last line of a banner: its first character ends it.

    A banner whose delimiter never comes back is taken to be that line alone: swallowing the file would hide
    everything after it.
    """
    match = _BANNER.match(lines[index])
    if match is None:
        return None
    text = match[1]
    delimiter = "^C" if text.startswith("^C") else text[0]
    if delimiter in text[len(delimiter) :]:
        return index
    for position in range(index + 1, len(lines)):
        if delimiter in lines[position]:
            return position
    return index
