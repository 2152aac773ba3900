"""Names that an ASA writes for protocols, ports and ICMP messages, and what they stand for.

Source: Cisco ASA Series General Operations CLI Configuration Guide, appendix "Addresses, Protocols, and Ports",
and Command Reference, "access-list extended" and "object-group icmp-type".
"""

from __future__ import annotations

from functools import lru_cache

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ALL_PORTS, ALL_PROTOCOLS, ICMP, ICMPV6

# Protocol number by name; `ip` and `0` (every protocol) are not among them. `ipsec` is a synonym of esp.
PROTOCOLS = {
    "ah": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "icmp6": 58, "igmp": 2, "igrp": 9, "ipinip": 4,
    "ipsec": 50, "nos": 94, "ospf": 89, "pcp": 108, "pim": 103, "pptp": 47, "sctp": 132, "snp": 109, "tcp": 6,
    "udp": 17,
}  # fmt: skip

PORTS = {
    "aol": 5190, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "chargen": 19, "cifs": 3020,
    "citrix-ica": 1494, "cmd": 514, "ctiqbe": 2748, "daytime": 13, "discard": 9, "dnsix": 195, "domain": 53,
    "echo": 7, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "gopher": 70, "h323": 1720,
    "hostname": 101, "http": 80, "https": 443, "ident": 113, "imap4": 143, "irc": 194, "isakmp": 500,
    "kerberos": 750, "klogin": 543, "kshell": 544, "ldap": 389, "ldaps": 636, "login": 513, "lotusnotes": 1352,
    "lpd": 515, "mobile-ip": 434, "nameserver": 42, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139,
    "nfs": 2049, "nntp": 119, "ntp": 123, "pcanywhere-data": 5631, "pcanywhere-status": 5632,
    "pim-auto-rp": 496, "pop2": 109, "pop3": 110, "pptp": 1723, "radius": 1645, "radius-acct": 1646,
    "rip": 520, "rsh": 514, "rtsp": 554, "secureid-udp": 5510, "sip": 5060, "smtp": 25, "snmp": 161,
    "snmptrap": 162, "sqlnet": 1521, "ssh": 22, "sunrpc": 111, "syslog": 514, "tacacs": 49, "talk": 517,
    "telnet": 23, "tftp": 69, "time": 37, "uucp": 540, "vxlan": 4789, "who": 513, "whois": 43, "www": 80,
    "xdmcp": 177,
}  # fmt: skip

ICMP_TYPES = {
    "alternate-address": 6, "conversion-error": 31, "echo": 8, "echo-reply": 0, "information-reply": 16,
    "information-request": 15, "mask-reply": 18, "mask-request": 17, "mobile-redirect": 32,
    "parameter-problem": 12, "redirect": 5, "router-advertisement": 9, "router-solicitation": 10,
    "source-quench": 4, "time-exceeded": 11, "timestamp-reply": 14, "timestamp-request": 13, "traceroute": 30,
    "unreachable": 3,
}  # fmt: skip
ICMP6_TYPES = {
    "echo": 128, "echo-reply": 129, "echo-request": 128, "membership-query": 130, "membership-reduction": 132,
    "membership-report": 131, "neighbor-advertisement": 136, "neighbor-redirect": 137,
    "neighbor-solicitation": 135, "packet-too-big": 2, "parameter-problem": 4, "router-advertisement": 134,
    "router-renumbering": 138, "router-solicitation": 133, "time-exceeded": 3, "unreachable": 1,
}  # fmt: skip

PORT_OPERATORS = frozenset({"eq", "neq", "lt", "gt", "range"})
TYPED_GROUP_PROTOCOLS = {"tcp": (6,), "udp": (17,), "tcp-udp": (6, 17)}


@lru_cache(maxsize=1024)
def protocol_numbers(word: str) -> IntervalSet | None:
    """Return the protocols of a name or number: all for `ip` and 0, None for an unknown word."""
    if word in ("ip", "0"):
        return ALL_PROTOCOLS
    if word == "tcp-udp":
        return IntervalSet.of([(6, 6), (17, 17)])
    number = PROTOCOLS.get(word)
    if number is None and word.isascii() and word.isdigit() and len(word) <= 3 and int(word) <= 255:
        number = int(word)
    return None if number is None else IntervalSet.single(number)


def port_number(word: str) -> int | None:
    """Return a port by name or number, None for an unknown word."""
    if word.isascii() and word.isdigit() and len(word) <= 5:
        value = int(word)
        return value if value <= 65535 else None
    return PORTS.get(word)


def icmp_type(protocol: int, word: str) -> int | None:
    """Return the type of an ICMP (1) or ICMPv6 (58) message by name or number, None for an unknown word."""
    if word.isascii() and word.isdigit() and len(word) <= 3:
        value = int(word)
        return value if value <= 255 else None
    return (ICMP6_TYPES if protocol == ICMPV6 else ICMP_TYPES).get(word)


@lru_cache(maxsize=16384)
def ports_of(operator: str, first: str, second: str = "") -> IntervalSet | None:
    """Return the ports of `eq`, `neq`, `lt`, `gt` or `range`, None where a word is unknown."""
    low = port_number(first)
    if low is None:
        return None
    if operator == "eq":
        return IntervalSet.single(low)
    if operator == "neq":
        return ALL_PORTS - IntervalSet.single(low)
    if operator == "lt":
        return IntervalSet.span(0, low - 1)
    if operator == "gt":
        return IntervalSet.span(low + 1, 65535)
    high = port_number(second)
    return None if high is None or operator != "range" else IntervalSet.span(min(low, high), max(low, high))


# Service words that may stand after `object` without a definition: "icmp-echo", "icmp-redirect" ...
_BUILT_IN_ICMP = {f"icmp-{name}": number for name, number in ICMP_TYPES.items()}


def built_in_icmp_type(name: str) -> int | None:
    """Return the ICMP type of a service object that needs no definition ("icmp-echo"), None for others."""
    return _BUILT_IN_ICMP.get(name)


ICMP_VERSIONS = (ICMP, ICMPV6)
