"""Names that IOS writes for protocols, ports and ICMP messages, and what they stand for.

Source: Cisco IOS Security Command Reference, "access-list (IP extended)", "permit (IPv6)", "object-group (service)";
the port names are those of the context help of IOS 15.9M and IOS-XE 17.12.
"""

from __future__ import annotations

from functools import lru_cache

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_OCTETS, ALL_PORTS
from netaudit.parsers.word_cursor import number

# Protocol number by name; `ip` and `ipv6` (every protocol) are not among them.
PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ipinip": 4, "tcp": 6, "udp": 17, "gre": 47, "esp": 50, "ahp": 51, "eigrp": 88,
    "ospf": 89, "nos": 94, "pim": 103, "pcp": 108, "sctp": 132,
}  # fmt: skip
# The IPv6 lists use the same words with these differences (`hbh` is the hop-by-hop header).
IPV6_PROTOCOLS = PROTOCOLS | {"icmp": 58, "icmpv6": 58, "hbh": 0}

_SHARED_PORTS = {
    "discard": 9, "domain": 53, "echo": 7, "pim-auto-rp": 496, "sunrpc": 111, "syslog": 514, "tacacs": 49,
    "talk": 517, "time": 37,
}  # fmt: skip
TCP_PORTS = _SHARED_PORTS | {
    "bgp": 179, "chargen": 19, "cmd": 514, "connectedapps-plain": 15001, "connectedapps-tls": 15002,
    "daytime": 13, "drip": 3949, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70,
    "hostname": 101, "ident": 113, "irc": 194, "klogin": 543, "kshell": 544, "login": 513, "lpd": 515,
    "msrpc": 135, "nntp": 119, "onep-plain": 15001, "onep-tls": 15002, "pop2": 109, "pop3": 110, "smtp": 25,
    "telnet": 23, "uucp": 540, "whois": 43, "www": 80,
}  # fmt: skip
UDP_PORTS = _SHARED_PORTS | {
    "biff": 512, "bootpc": 68, "bootps": 67, "dnsix": 195, "isakmp": 500, "mobile-ip": 434, "nameserver": 42,
    "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139, "non500-isakmp": 4500, "ntp": 123, "rip": 520,
    "ripv6": 521, "snmp": 161, "snmptrap": 162, "tftp": 69, "who": 513, "xdmcp": 177,
}  # fmt: skip

# ICMPv6 message name -> (type, code); None = any code. The names of ICMP are in parsers/icmp_messages.py.
ICMPV6_MESSAGES: dict[str, tuple[int, int | None]] = {
    "beyond-scope": (1, 2), "destination-unreachable": (1, 3), "dhaad-reply": (145, None),
    "dhaad-request": (144, None), "echo-reply": (129, None), "echo-request": (128, None), "header": (4, 0),
    "hop-limit": (3, 0), "mld-query": (130, None), "mld-reduction": (132, None), "mld-report": (131, None),
    "mldv2-report": (143, None), "mpd-advertisement": (147, None), "mpd-solicitation": (146, None),
    "nd-na": (136, None), "nd-ns": (135, None), "next-header": (4, 1), "no-admin": (1, 1),
    "no-route": (1, 0), "packet-too-big": (2, None), "parameter-option": (4, 2),
    "parameter-problem": (4, None), "port-unreachable": (1, 4), "reassembly-timeout": (3, 1),
    "redirect": (137, None), "renum-command": (138, 0), "renum-result": (138, 1),
    "renum-seq-number": (138, 255), "router-advertisement": (134, None), "router-renumbering": (138, None),
    "router-solicitation": (133, None), "time-exceeded": (3, None), "unreachable": (1, None),
}  # fmt: skip
IGMP_MESSAGES = frozenset({"dvmrp", "host-query", "host-report", "pim", "trace", "v2-leave", "v2-report", "v3-report"})

PORT_OPERATORS = frozenset({"eq", "neq", "lt", "gt", "range"})


def port_number(protocol: int, text: str) -> int | None:
    """Return the port that a word stands for, None where IOS has no such port."""
    if text.isdigit():
        return number(text, 65535)
    if protocol == 6:
        return TCP_PORTS.get(text)
    if protocol == 17:
        return UDP_PORTS.get(text)
    return None


@lru_cache(maxsize=16384)
def port_set(operator: str, values: tuple[int, ...]) -> IntervalSet:
    """Return the ports of one operator and its values; `eq` and `neq` take several."""
    if operator == "eq":
        return IntervalSet.of((value, value) for value in values)
    if operator == "neq":
        return ALL_PORTS - IntervalSet.of((value, value) for value in values)
    if operator == "lt":
        return IntervalSet.span(0, values[0] - 1)
    if operator == "gt":
        return IntervalSet.span(values[0] + 1, 65535)
    low, high = min(values), max(values)  # IOS turns a range that is written the wrong way round
    return IntervalSet.span(low, high)


@lru_cache(maxsize=1024)
def icmp_sets(kind: int, code: int | None) -> tuple[IntervalSet, IntervalSet]:
    """Return the type and code sets of one ICMP message."""
    return IntervalSet.single(kind), ALL_OCTETS if code is None else IntervalSet.single(code)
