"""Names of protocols, ports, ICMP types and TCP flags, and how numbers and ranges are written.

Source: Junos Routing Policies, Firewall Filters, and Traffic Policers User Guide, "Firewall Filter Match Conditions
for IPv4 Traffic" and "... for IPv6 Traffic" (the lists of keywords).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from netaudit.packets.addresses import (
    AddressSet,
    Family,
    format_address,
    netmask_length,
    parse_address,
    wildcard_intervals,
)
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ACK, ALL_OCTETS, CWR, ECE, FIN, PSH, RST, SYN, URG

PROTOCOLS = {
    "hop-by-hop": 0, "icmp": 1, "igmp": 2, "ggp": 3, "ipip": 4, "st": 5, "tcp": 6, "cbt": 7, "egp": 8, "igp": 9,
    "pup": 12, "udp": 17, "hmp": 20, "rdp": 27, "dccp": 33, "ipv6": 41, "routing": 43, "fragment": 44, "rsvp": 46,
    "gre": 47, "esp": 50, "ah": 51, "skip": 57, "icmp6": 58, "icmpv6": 58, "no-next-header": 59, "dstopts": 60,
    "eigrp": 88, "ospf": 89, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "isis": 124, "sctp": 132,
    "mobility": 135, "udplite": 136, "mpls-in-ip": 137, "hip": 139, "shim6": 140, "ip": 0,
}  # fmt: skip

PORTS = {
    "afs": 1483, "bgp": 179, "biff": 512, "bootpc": 68, "bootps": 67, "cmd": 514, "cvspserver": 2401, "dhcp": 67,
    "domain": 53, "eklogin": 2105, "ekshell": 2106, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "http": 80,
    "https": 443, "ident": 113, "imap": 143, "kerberos-sec": 88, "klogin": 543, "kpasswd": 761, "krb-prop": 754,
    "krbupdate": 760, "kshell": 544, "ldap": 389, "ldp": 646, "login": 513, "mobileip-agent": 434, "mobilip-mn": 435,
    "msdp": 639, "netbios-dgm": 138, "netbios-ns": 137, "netbios-ssn": 139, "nfsd": 2049, "nntp": 119, "ntalk": 518,
    "ntp": 123, "pop3": 110, "pptp": 1723, "printer": 515, "radacct": 1813, "radius": 1812, "rip": 520, "rkinit": 2108,
    "smtp": 25, "snmp": 161, "snmp-trap": 162, "snmptrap": 162, "snpp": 444, "socks": 1080, "ssh": 22, "sunrpc": 111,
    "syslog": 514, "tacacs": 49, "tacacs-ds": 65, "talk": 517, "telnet": 23, "tftp": 69, "timed": 525, "who": 513,
    "xdmcp": 177, "zephyr-clt": 2103, "zephyr-hm": 2104, "zephyr-srv": 2102,
}  # fmt: skip

ICMP_TYPES = {
    "echo-reply": 0, "unreachable": 3, "destination-unreachable": 3, "source-quench": 4, "redirect": 5,
    "echo-request": 8, "router-advertisement": 9, "router-solicit": 10, "time-exceeded": 11, "parameter-problem": 12,
    "timestamp": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16, "mask-request": 17, "mask-reply": 18,
}  # fmt: skip

ICMP6_TYPES = {
    "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4,
    "echo-request": 128, "echo-reply": 129, "membership-query": 130, "membership-report": 131,
    "membership-termination": 132, "router-solicit": 133, "router-advertisement": 134, "neighbor-solicit": 135,
    "neighbor-advertisement": 136, "redirect": 137, "router-renumbering": 138, "node-information-request": 139,
    "node-information-reply": 140, "inverse-neighbor-discovery-solicitation": 141,
    "inverse-neighbor-discovery-advertisement": 142, "home-agent-address-discovery-request": 144,
    "home-agent-address-discovery-reply": 145, "mobile-prefix-solicitation": 146,
    "mobile-prefix-advertisement-reply": 147, "certificate-path-solicitation": 148,
    "certificate-path-advertisement": 149, "private-experimentation-100": 100, "private-experimentation-101": 101,
    "private-experimentation-200": 200, "private-experimentation-201": 201,
}  # fmt: skip

# The names of codes are unique over the types of one family.
ICMP_CODES = {
    "network-unreachable": 0, "host-unreachable": 1, "protocol-unreachable": 2, "port-unreachable": 3,
    "fragmentation-needed": 4, "source-route-failed": 5, "destination-network-unknown": 6,
    "destination-host-unknown": 7,
    "source-host-isolated": 8, "destination-network-prohibited": 9, "destination-host-prohibited": 10,
    "network-unreachable-for-tos": 11, "network-unreachable-for-TOS": 11, "host-unreachable-for-tos": 12,
    "host-unreachable-for-TOS": 12, "communication-prohibited-by-filtering": 13, "host-precedence-violation": 14,
    "precedence-cutoff-in-effect": 15, "redirect-for-network": 0, "redirect-for-host": 1,
    "redirect-for-tos-and-net": 2, "redirect-for-tos-and-host": 3, "ttl-eq-zero-during-transit": 0,
    "ttl-eq-zero-during-reassembly": 1, "ip-header-bad": 0, "required-option-missing": 1,
}  # fmt: skip

ICMP6_CODES = {
    "no-route-to-destination": 0, "administratively-prohibited": 1, "address-unreachable": 3, "port-unreachable": 4,
    "ttl-eq-zero-during-transit": 0, "ttl-eq-zero-during-reassembly": 1, "ip6-header-bad": 0,
    "unrecognized-next-header": 1, "unrecognized-option": 2,
}  # fmt: skip

_FLAGS = {
    "fin": FIN, "syn": SYN, "rst": RST, "push": PSH, "psh": PSH, "ack": ACK, "urgent": URG, "urg": URG, "ece": ECE,
    "cwr": CWR,
}  # fmt: skip

_SHORT = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,2}")
_NUMBER = re.compile(r"\d{1,9}|0x[0-9a-fA-F]{1,8}")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a table."""
    return frozenset(text.split())


def number_of(word: str, names: Mapping[str, int], highest: int) -> int | None:
    """Return a number or what a name stands for; None where it is neither, or past `highest`."""
    value = names.get(word.lower())
    if value is None:
        if not (word.isascii() and _NUMBER.fullmatch(word)):
            return None
        value = int(word, 16) if word[:2] in ("0x", "0X") else int(word)
    return value if value <= highest else None


def numbers_of(word: str, names: Mapping[str, int], highest: int) -> IntervalSet | None:
    """Return the numbers of "80", "http", "1024-65535"; None where it is none of them."""
    value = number_of(word, names, highest)
    if value is not None:
        return IntervalSet.single(value)
    for cut in [match.start() for match in re.finditer("-", word)]:
        low = number_of(word[:cut], names, highest)
        high = number_of(word[cut + 1 :], names, highest)
        if low is not None and high is not None:
            return IntervalSet.span(low, high) if low <= high else None
    return None


def prefix_of(word: str) -> AddressSet | None:
    """Return the addresses of "10.0.0.0/8", "10.1/16", "10.0.0.1" or "10.0.0.0/255.255.0.255"; None for others.

    A mask after the slash may be discontiguous: its ones must match.
    """
    address, slash, length = word.partition("/")
    try:
        if not slash or (length.isascii() and length.isdigit()):
            if _SHORT.fullmatch(address):  # an octet that is left out is 0
                address += ".0" * (3 - address.count("."))
            return AddressSet.prefix(f"{address}{slash}{length}")
        family, mask = parse_address(length)
        if family is not Family.IPV4 or parse_address(address)[0] is not Family.IPV4:
            return None
        plain = netmask_length(mask)
        if plain is not None:
            return AddressSet.prefix(f"{address}/{plain}")
        intervals = wildcard_intervals(parse_address(address)[1], mask ^ 0xFFFFFFFF)
        return None if intervals is None else AddressSet(ipv4=intervals)
    except ValueError:
        return None


def is_wide_mask(word: str) -> bool:
    """Tell whether a word is an address with a mask that has too many gaps to list what it matches."""
    address, slash, mask = word.partition("/")
    return bool(slash) and is_address(address) and is_address(mask) and prefix_of(word) is None


def prefix_length_of(word: str) -> tuple[Family, int, int] | None:
    """Return family, address and prefix length of "10.0.0.1/24" or of a host address; None for others."""
    address, slash, length = word.partition("/")
    try:
        family, value = parse_address(address)
    except ValueError:
        return None
    if not slash:
        return family, value, family.bits
    if not (length.isascii() and length.isdigit()) or int(length) > family.bits:
        return None
    return family, value, int(length)


def is_address(word: str) -> bool:
    """Tell whether a word is one IP address."""
    try:
        parse_address(word)
    except ValueError:
        return False
    return True


def address_text(family: Family, value: int) -> str:
    """Return an address as text."""
    return format_address(family, value)


def tcp_flags_of(text: str) -> IntervalSet | None:
    """Return the flag octets of "(syn & !ack) | rst", "syn ack" or "0x12"; None where it cannot be read.

    Source: the same guide, "Firewall Filter Match Conditions Based on Bit-Field Values": `!`, `&` or `+`, `|` or `,`,
    and parentheses; a number is tested as a whole: all its bits are set.
    """
    tokens = re.findall(r"0x[0-9a-fA-F]+|\d+|[A-Za-z]+|[()!&+|,]|\S", text)
    position = 0

    def peek() -> str:
        return tokens[position] if position < len(tokens) else ""

    def either() -> IntervalSet | None:
        nonlocal position
        left = both()
        while left is not None and peek() in ("|", ","):
            position += 1
            right = both()
            left = None if right is None else left | right
        return left

    def both() -> IntervalSet | None:
        nonlocal position
        left = one()
        while left is not None and peek() in ("&", "+"):
            position += 1
            right = one()
            left = None if right is None else left & right
        return left

    def one() -> IntervalSet | None:
        nonlocal position
        token = peek()
        position += 1
        if token == "!":
            value = one()
            return None if value is None else ALL_OCTETS - value
        if token == "(":
            value = either()
            if peek() != ")":
                return None
            position += 1
            return value
        bits = number_of(token, _FLAGS, 255) if token else None
        if bits is None:
            return None
        return IntervalSet.of((octet, octet) for octet in range(256) if octet & bits == bits)

    if not tokens or len(tokens) > 64:
        return None
    result = either()
    return result if position == len(tokens) else None
