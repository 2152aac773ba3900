"""`show ip route` and `show ipv6 route` of IOS, with plain regular expressions: tables have tens of thousands of lines.

Source: Cisco IOS IP Routing: Protocol-Independent Command Reference, "show ip route"; IPv6 Command Reference,
"show ipv6 route". A route without a length has that of the heading above it ("is subnetted"), else its class's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from netaudit.model.capture import Captured, CapturedNextHop, CapturedRoute, CaptureRow
from netaudit.parsers.captures.contract import CaptureInput, CaptureRows, ReadRow, ReadRows
from netaudit.parsers.captures.networks import merged_routes
from netaudit.parsers.captures.values import number_of, prefix_of, text_of

_TITLE = re.compile(
    r"\s*(?:Routing Table: (?P<ipv4>\S+)|IPv6 Routing Table(?: - (?P<ipv6>(?!\d+ entries)\S+))?(?: - .*)?)\s*\Z"
)
_PARENT = re.compile(r"\s*\d+\.\d+\.\d+\.\d+(?:/(?P<length>\d+))? is (?P<variably>variably )?subnetted, \d+ subnets?")
_ROUTE = re.compile(
    r"\s{0,2}(?P<code>[A-Za-z][A-Za-z0-9*+%&]{0,2}(?: ?[*+%&pA-Z]?[A-Za-z0-9]{0,2}){0,2}?[ *+%&p]*?)\s+"
    r"(?P<network>\d+\.\d+\.\d+\.\d+|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*)(?:/(?P<length>\d+))?(?:\s+(?P<rest>\S.*))?\Z"
)
_FLAGS = re.compile(r"[ *+%&p]")  # candidate default, replicated, overrides
_DISTANCE = re.compile(r"\[(?P<distance>\d+)/(?P<metric>\d+)\](?:,\s*tag \S+)?[,\s]*")
_VIA = re.compile(r"via\s+(?P<hop>[^\s,%]+)(?:%(?P<leak>[^\s,]+))?(?:\s+\((?P<vrf>[^)]*)\))?(?:,?\s+(?P<more>\S.*))?\Z")
_CONNECTED = re.compile(r"is (?:directly connected|a summary)(?:, (?P<more>\S.*))?\Z")
_DOWN = re.compile(r"is possibly down,\s+routing via (?P<hop>\S+?),\s*(?P<more>\S+)\Z")
_AGE = re.compile(r"(?:\d+:\d\d:\d\d|\d+[ywdh]\d*\w*|never)\Z")
_KNOWN = re.compile(
    r"\s*(?:Codes:|Gateway of last resort|Default gateway|\S{1,3} - |.*, \S{1,3} - |\S+[#>]|% |Host\s+Gateway|"
    r"ICMP redirect|Routing entry|-+\s*\Z|Load for|Time source)",
    re.IGNORECASE,
)

# Code of the first column -> (protocol, kind). What stands behind it sharpens the kind. A code that is not here is
# another source of routes (LISP, ODR, NHRP, OMP, mobile ...).
_IPV4 = {
    "L": ("local", ""), "C": ("connected", ""), "S": ("static", ""), "U": ("static", ""), "P": ("static", ""),
    "R": ("rip", ""), "B": ("bgp", ""), "D": ("eigrp", "internal"), "O": ("ospf", "intra area"), "i": ("isis", ""),
}  # fmt: skip
_IPV4_KINDS = {
    "EX": "external", "IA": "inter area", "N1": "nssa external 1", "N2": "nssa external 2", "E1": "external 1",
    "E2": "external 2", "su": "summary", "L1": "level 1", "L2": "level 2", "ia": "inter area",
}  # fmt: skip
_IPV6 = {
    "C": ("connected", ""), "L": ("local", ""), "LC": ("connected", ""), "S": ("static", ""), "U": ("static", ""),
    "B": ("bgp", ""), "R": ("rip", ""), "D": ("eigrp", "internal"), "EX": ("eigrp", "external"),
    "I1": ("isis", "level 1"), "I2": ("isis", "level 2"), "IA": ("isis", "inter area"), "IS": ("isis", "summary"),
    "O": ("ospf", "intra area"), "OI": ("ospf", "inter area"), "OE1": ("ospf", "external 1"),
    "OE2": ("ospf", "external 2"), "ON1": ("ospf", "nssa external 1"), "ON2": ("ospf", "nssa external 2"),
}  # fmt: skip


def read_routes(given: CaptureInput) -> ReadRows:
    """Return one row a next hop, with the fields of ntc-templates and the VRF."""
    rows: list[ReadRow] = []
    unread: list[int] = []
    headers: list[int] = []
    vrf = given.arguments.get("vrf", "default")
    subnet_length = ""
    route: dict[str, str] = {}
    start = 0
    for index, line in enumerate(given.lines):
        text = line.strip()
        if not text:
            continue
        if title := _TITLE.match(line):
            vrf, subnet_length, route = title["ipv4"] or title["ipv6"] or "default", "", {}
            headers.append(index)
            continue
        if parent := _PARENT.match(line):
            subnet_length, route = "" if parent["variably"] else parent["length"] or "", {}
            headers.append(index)
            continue
        if (found := _ROUTE.match(line)) and not _KNOWN.match(line):
            code = _FLAGS.sub("", found["code"])
            ipv6 = ":" in found["network"]
            route = {
                "vrf": vrf,
                "protocol": code if ipv6 else code[:1],
                "type": "" if ipv6 else code[1:],
                "network": found["network"],
                "prefix_length": found["length"] or subnet_length or _class_length(found["network"]),
                "distance": "",
                "metric": "",
            }
            start, text = index, found["rest"] or ""
        elif not route or not line[0].isspace():
            if not _KNOWN.match(line):
                unread.append(index)
                route = {}
            continue
        hop = _next_hop(text, route)
        if hop is None:
            unread.append(index)
        elif hop:
            # A wrapped route begins in the line above its first next hop.
            rows.append(ReadRow({**route, **hop}, (start,) if index == start else (start, index)))
    return ReadRows(rows, unread, headers)


def _class_length(network: str) -> str:
    """Return the length of the class that an address is of; "" for IPv6, which always has a length."""
    first = network.partition(".")[0]
    if ":" in network:
        return ""
    return "8" if int(first) < 128 else "16" if int(first) < 192 else "24"


def _next_hop(text: str, route: dict[str, str]) -> dict[str, str] | None:
    """Return the fields of a next hop, {} where it follows in the next line, None for text that is none."""
    hop = {"nexthop_ip": "", "nexthop_if": "", "nexthop_vrf": "", "uptime": "", "state": ""}
    if found := _DISTANCE.match(text):
        route["distance"], route["metric"] = found["distance"], found["metric"]
        text = text[found.end() :]
    if not text:
        return {}
    if found := _VIA.match(text):
        address = found["hop"]
        hop["nexthop_vrf"] = (found["vrf"] or found["leak"] or "").partition(":")[0]
        _ages_and_interface(found["more"] or "", hop)
        if prefix_of(address) is None:
            hop["nexthop_if"] = address  # IPv6: `via GigabitEthernet0/0, directly connected`
        else:
            hop["nexthop_ip"] = address
        return hop
    if (found := _CONNECTED.match(text)) or (found := _DOWN.match(text)):
        groups = found.groupdict()
        hop["nexthop_ip"] = groups.get("hop") or ""
        hop["state"] = "possibly down" if hop["nexthop_ip"] else ""
        _ages_and_interface(groups["more"] or "", hop)
        return hop
    if route["distance"] and _AGE.match(text.partition(",")[0]):  # `[6/0], 3w2d, Null0`
        _ages_and_interface(text, hop)
        return hop
    return None


def _ages_and_interface(text: str, hop: dict[str, str]) -> None:
    for part in (one.strip() for one in text.split(",")):
        if _AGE.match(part):
            hop["uptime"] = part
        elif part and part not in ("directly connected", "indirectly connected", "receive", "merge-labels"):
            hop["nexthop_if"] = hop["nexthop_if"] or part


def route_facts(rows: CaptureRows) -> Captured:
    """Return the table, next hops of one route together."""
    return Captured(routes=merged_routes(_routes(rows)))


def _routes(rows: CaptureRows) -> Iterator[CapturedRoute]:
    for row, where in zip(rows.rows, rows.places, strict=True):
        prefix = prefix_of(f"{text_of(row, 'network')}/{text_of(row, 'prefix_length')}")
        if prefix is None:
            continue
        family, network, length = prefix
        protocol, kind = _protocol(row, ":" in text_of(row, "network"))
        interface, address = text_of(row, "nexthop_if"), text_of(row, "nexthop_ip")
        discards = interface.lower().startswith("null") and not address
        yield CapturedRoute(
            family=family,
            network=network,
            prefix_length=length,
            protocol=protocol,
            where=where,
            vrf=text_of(row, "vrf"),
            kind=kind,
            next_hops=() if discards else (CapturedNextHop(address, interface, text_of(row, "nexthop_vrf")),),
            distance=number_of(text_of(row, "distance")),
            metric=number_of(text_of(row, "metric")),
            age=text_of(row, "uptime"),
            discards=discards,
            active=not text_of(row, "state"),
        )


def _protocol(row: CaptureRow, ipv6: bool) -> tuple[str, str]:
    code, kind = text_of(row, "protocol"), text_of(row, "type")
    protocol, plain = (_IPV6 if ipv6 else _IPV4).get(code, ("other", ""))
    return protocol, plain if ipv6 else _IPV4_KINDS.get(kind, plain)
