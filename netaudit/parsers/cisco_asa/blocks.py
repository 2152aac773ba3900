"""Blocks whose lines lost their indentation, as mail and ticket systems leave them."""

from __future__ import annotations

from collections.abc import Sequence

from netaudit.parsers.cisco_asa.vocabulary import protocol_numbers
from netaudit.parsers.conf_tree import ConfLine

# Words that stand within a block and mean nothing, or something else, at the top.
_MEMBERS = {
    "object": frozenset({"host", "subnet", "range", "fqdn", "description"}),
    "object-group": frozenset(
        {
            "network-object",
            "port-object",
            "service-object",
            "protocol-object",
            "icmp-object",
            "group-object",
            "description",
        }
    ),
    "interface": frozenset(
        {"nameif", "security-level", "shutdown", "management-only", "vlan", "speed", "duplex", "description"}
    ),
    "time-range": frozenset({"absolute", "periodic"}),
}


def with_flat_blocks(lines: Sequence[ConfLine]) -> list[ConfLine]:
    """Return the top lines; those that can only belong to the block above them become its children."""
    roots: list[ConfLine] = []
    opener: ConfLine | None = None
    for line in lines:
        words = line.text.split(None, 4)
        if opener is not None and words and _belongs(opener.text.split(None, 2)[0], words):
            opener.children.append(line)
            line.parent = opener
            continue
        roots.append(line)
        if words and not words[0].startswith("!"):
            opener = line if words[0] in _MEMBERS else None
    return roots


def _belongs(opener: str, words: list[str]) -> bool:
    if words[0] in _MEMBERS[opener]:
        return True
    second = words[1] if len(words) > 1 else ""
    if opener == "object":
        if words[0] == "service":
            return protocol_numbers(second) is not None
        return words[0] == "nat" and len(words) > 2 and words[2] in ("static", "dynamic")
    if opener == "interface":
        if words[0] in ("ip", "ipv6"):
            return second == "address"
        return words[0] == "no" and second in ("nameif", "security-level", "shutdown", "ip")
    return False
