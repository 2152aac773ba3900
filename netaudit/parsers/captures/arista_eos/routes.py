"""Rows of `show ip route` and `show ipv6 route` of EOS, one row a prefix with all its next hops.

The table is large and regular, so plain regular expressions read it.
Source: Arista EOS User Manual, "IPv4" and "IPv6", show ip route and show ipv6 route.
"""

from __future__ import annotations

import re

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_TABLE = re.compile(r"VRF(?: name)?: (?P<vrf>\S+)")
_ROUTE = re.compile(
    r"""\ {1,2}(?P<protocol>[A-Z][A-Za-z0-9]{0,2}(?:\ [A-Z0-9][A-Za-z0-9]?)?)[ *%#]*\s
    \s*(?P<network>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)/(?P<prefix_length>\d+)
    (?:\ \[(?P<distance>\d+)/(?P<metric>\d+)\])?\s*(?P<rest>.*)""",
    re.VERBOSE,
)
_LOOKS_LIKE_ONE = re.compile(r" {1,2}[A-Z]\S*(?: \S+)?\s+[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*/\d+\b")
_DIRECT = re.compile(r"(?:is )?directly connected, (?P<interface>\S+)")
_VIA_DIRECT = re.compile(r"via (?P<interface>[A-Z]\S*?), directly connected")
_DROP = re.compile(r"via (?P<interface>Null\d+)")
_VTEP = re.compile(r"via VTEP (?P<address>\S+) VNI \d+ .*?(?:local-interface (?P<interface>\S+))?\s*\Z")
_VIA = re.compile(r"via (?P<address>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)(?:/\d+)?(?:, (?P<interface>[A-Za-z]\S*))?")
_LEAKED = re.compile(r"\((?:source|egress) VRF (?P<vrf>[^)\s]+)\)")


def read_routes(given: CaptureInput) -> ReadRows:
    """Return a row a prefix; `next_hop` and `interface` are parallel, `direct` is "directly" for a connected one."""
    reading = _Reading()
    vrf = given.arguments.get("vrf", "")
    vrf = "" if vrf == "all" else vrf
    headers, unread = [], []
    for number, line in enumerate(given.lines):
        if found := _ROUTE.match(line):
            if not reading.start(vrf, found, number):
                unread.append(number)
        elif found := _TABLE.match(line):
            vrf = found["vrf"]
            headers.append(number)
        elif line.strip().startswith(("via ", "directly connected", "is directly connected")):
            if not reading.add(line.strip(), number):
                unread.append(number)
        elif _LOOKS_LIKE_ONE.match(line):
            unread.append(number)
    rows, bare = reading.rows()
    return ReadRows(rows, sorted({*unread, *bare}), headers)


class _Reading:
    """The prefixes read so far; the last one takes further hops."""

    def __init__(self) -> None:
        self._entries: list[tuple[dict[str, str], list[str], list[str], list[int]]] = []

    def start(self, vrf: str, found: re.Match[str], number: int) -> bool:
        """Take a prefix, with the hop in its line if there is one; tell whether that was understood."""
        fields = {name: text or "" for name, text in found.groupdict().items() if name != "rest"}
        entry: tuple[dict[str, str], list[str], list[str], list[int]] = (
            {"vrf": vrf, "direct": "", **fields},
            [],
            [],
            [number],
        )
        self._entries.append(entry)
        return not found["rest"].strip() or self.add(found["rest"].strip(), number)

    def add(self, text: str, number: int) -> bool:
        """Take a hop; tell whether it was understood."""
        if not self._entries:
            return False
        fields, hops, interfaces, lines = self._entries[-1]
        if found := _DIRECT.match(text) or _VIA_DIRECT.match(text):
            fields["direct"] = "directly"
            hops.append("connected")
            interfaces.append(found["interface"])
        elif found := _DROP.match(text):
            hops.append("")
            interfaces.append(found["interface"])
        elif found := _VTEP.match(text) or _VIA.match(text):
            hops.append(found["address"])
            interfaces.append(found["interface"] or "")
            if leaked := _LEAKED.search(text):
                fields["nexthop_vrf"] = leaked["vrf"]
        else:
            return False
        if number not in lines:
            lines.append(number)
        return True

    def rows(self) -> tuple[list[ReadRow], list[int]]:
        """Return the rows, and the lines of prefixes whose hops were not understood."""
        rows, bare = [], []
        for fields, hops, interfaces, lines in self._entries:
            if hops:
                rows.append(ReadRow({**fields, "next_hop": tuple(hops), "interface": tuple(interfaces)}, tuple(lines)))
            else:
                bare.append(lines[0])
        return rows, bare
