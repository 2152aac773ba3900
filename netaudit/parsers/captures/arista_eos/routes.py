"""Rows of `show ip route` and `show ipv6 route` of EOS, one row a prefix with all its next hops.

The table is large and regular, so plain regular expressions read it.
Source: Arista EOS User Manual, "IPv4" and "IPv6", show ip route and show ipv6 route.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from netaudit.parsers.captures.contract import CaptureInput, ReadRow, ReadRows

_TABLE = re.compile(r"VRF(?: name)?: (?P<vrf>\S+)")
_ROUTE = re.compile(
    r"""\ {1,2}(?P<protocol>[A-Z][A-Za-z0-9]{0,2}(?:\ [A-Z0-9][A-Za-z0-9]?)?)[ *%#]*\s
    \s*(?P<network>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)/(?P<prefix_length>\d+)
    (?:\ \[(?P<distance>\d+)/(?P<metric>\d+)\])?\s*(?P<rest>.*)""",
    re.VERBOSE,
)
_LOOKS_LIKE_ONE = re.compile(r" {1,2}[A-Z]\S*(?: \S+)?\s+[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*/\d+\b")
_DIRECT = re.compile(r"(?:is )?directly connected(?: \([^)]*\))?, (?P<interface>\S+)")
_VIA_DIRECT = re.compile(r"via (?P<interface>[A-Z]\S*?), directly connected")
_DROP = re.compile(r"via (?P<interface>Null\d+)")
_VTEP = re.compile(r"via VTEP (?P<address>\S+) VNI \d+ .*?(?:local-interface (?P<interface>\S+))?\s*\Z")
_VIA = re.compile(r"via (?P<address>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*)(?:/\d+)?(?:, (?P<interface>[A-Za-z]\S*))?")
_LEAKED = re.compile(r"\((?:source|egress) VRF (?P<vrf>[^)\s]+)\)")


def read_routes(given: CaptureInput) -> ReadRows:
    """Return a row a prefix; `next_hop` and `interface` are parallel, `direct` is "directly" for a connected one."""
    vrf = given.arguments.get("vrf", "")
    vrf = "" if vrf == "all" else vrf
    prefixes: list[_Prefix] = []
    headers: list[int] = []
    unread: list[int] = []
    for number, line in enumerate(given.lines):
        text = line.strip()
        if found := _ROUTE.match(line):
            fields = {name: value or "" for name, value in found.groupdict().items()}
            rest = fields.pop("rest").strip()
            prefixes.append(_Prefix({"vrf": vrf, "direct": "", **fields}, [number]))
            if rest and not prefixes[-1].add(rest, number):
                unread.append(number)
        elif found := _TABLE.match(line):
            vrf = found["vrf"]
            headers.append(number)
        elif text.startswith(("via ", "directly connected", "is directly connected")):
            if not prefixes or not prefixes[-1].add(text, number):
                unread.append(number)
        elif _LOOKS_LIKE_ONE.match(line):
            unread.append(number)
    bare = [one.lines[0] for one in prefixes if not one.hops]
    return ReadRows([one.row() for one in prefixes if one.hops], sorted({*unread, *bare}), headers)


@dataclass(slots=True)
class _Prefix:
    """A prefix with the hops read so far."""

    fields: dict[str, str]
    lines: list[int]
    hops: list[str] = field(default_factory=list)
    interfaces: list[str] = field(default_factory=list)

    def add(self, text: str, number: int) -> bool:
        """Take a hop; tell whether it was understood."""
        if leaked := _LEAKED.search(text):
            self.fields["nexthop_vrf"] = leaked["vrf"]
            text = text.removeprefix(leaked[0]).lstrip()
        if found := _DIRECT.match(text) or _VIA_DIRECT.match(text):
            self.fields["direct"] = "directly"
            self.hops.append("connected")
        elif found := _DROP.match(text):
            self.hops.append("")
        elif found := _VTEP.match(text) or _VIA.match(text):
            self.hops.append(found["address"])
        else:
            return False
        self.interfaces.append(found["interface"] or "")
        if number not in self.lines:
            self.lines.append(number)
        return True

    def row(self) -> ReadRow:
        """Return the row."""
        hops, interfaces = tuple(self.hops), tuple(self.interfaces)
        return ReadRow({**self.fields, "next_hop": hops, "interface": interfaces}, tuple(self.lines))
