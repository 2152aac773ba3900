"""Applications: their default ports as far as they are public, groups and filters.

An application is found by its content: a rule that names one surely matches nothing, and may match what it can be.
With the service `application-default` that is its default ports; an application that is not in the table may be
anything. Where the firewall decrypts, PAN-OS 9.0 and later also takes the secure port for a default one: it is in the
table. Source: Applipedia (Palo Alto Networks), default ports; IANA Service Name and Port Number Registry.
"""

from __future__ import annotations

from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import (
    ANY_SERVICE,
    ICMP,
    ICMPV6,
    TCP,
    UDP,
    ServiceSet,
)
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.tree import Node

_MAX_DEPTH = 32

# Name, then its default ports; `icmp`, `icmp6` and `proto/N` for applications that are not above TCP or UDP.
_KNOWN = """
    bgp tcp/179
    dns tcp/53 udp/53 tcp/5353 udp/5353
    dns-base tcp/53 udp/53 tcp/5353 udp/5353
    dhcp udp/67 udp/68
    dhcpv6 udp/546 udp/547
    ftp tcp/21 tcp/990
    gre proto/47
    icmp icmp
    igmp proto/2
    ike udp/500 udp/4500
    imap tcp/143 tcp/993
    ipsec-ah proto/51
    ipsec-esp proto/50
    ipsec-esp-udp udp/4500
    ipv6-icmp icmp6
    kerberos tcp/88 udp/88 tcp/464 udp/464
    l2tp udp/1701
    ldap tcp/389 udp/389 tcp/636 tcp/3268 tcp/3269
    ms-rdp tcp/3389 udp/3389
    mssql-db tcp/1433
    mysql tcp/3306
    ntp udp/123 tcp/123
    ntp-base udp/123 tcp/123
    oracle tcp/1521 tcp/1522 tcp/1525
    ospfigp proto/89
    pim proto/103
    ping icmp
    ping6 icmp6
    pop3 tcp/110 tcp/995
    postgres tcp/5432
    pptp tcp/1723
    quic udp/80 udp/443
    radius udp/1812 udp/1813 udp/1645 udp/1646 tcp/1812 tcp/1813 tcp/1645 tcp/1646
    rip udp/520
    rlogin tcp/513
    rsh tcp/514
    smtp tcp/25 tcp/465 tcp/587
    smtp-base tcp/25 tcp/465 tcp/587
    snmp tcp/161 udp/161
    snmp-base tcp/161 udp/161
    snmp-trap tcp/162 udp/162
    ssh tcp/22
    ssl tcp/443
    syslog tcp/514 udp/514 tcp/1468 tcp/1514 udp/1514 tcp/6514
    tacacs tcp/49 udp/49
    tacacs-plus tcp/49 udp/49
    telnet tcp/23 tcp/992
    tftp udp/69
    vrrp proto/112
    web-browsing tcp/80 tcp/443 tcp/8080
    whois tcp/43
    """

KNOWN = {words[0]: tuple(words[1:]) for line in _KNOWN.split("\n") if (words := line.split())}

_PROTOCOL_NUMBERS = frozenset(map(str, range(256)))

# Names of containers and categories of traffic that can stand on any port.
_WIDE = frozenset(
    ("unknown-tcp", "unknown-udp", "unknown-p2p", "non-syn-tcp", "insufficient-data", "incomplete", "any")
)


class Applications:
    """The applications of one scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._known: dict[str, ServiceSet] = {}

    def default_ports(self, names: tuple[Node, ...]) -> ServiceSet:
        """Return what the applications can be on their default ports: an upper bound."""
        found = []
        for node in names:
            value = self.get(node.word)
            self.scope.use("application", (node.word,))
            if value is ANY_SERVICE:
                return ANY_SERVICE
            found.append(value)
        return ServiceSet.union(found) if found else ANY_SERVICE

    def get(self, name: str, depth: int = 0) -> ServiceSet:
        """Return what one application can be on its default ports."""
        known = self._known.get(name)
        if known is not None:
            return known
        if depth > _MAX_DEPTH:
            return ANY_SERVICE
        self._known[name] = ANY_SERVICE  # groups that hold each other end here
        value = self._known[name] = self._resolve(name, depth)
        return value

    def _resolve(self, name: str, depth: int) -> ServiceSet:
        entries = self.scope.entries
        if name in _WIDE:
            return ANY_SERVICE
        if (node := entries("application").get(name)) is not None:
            return _custom(node)
        if (node := entries("application-group").get(name)) is not None:
            self.scope.use("application", node.words("members"))
            parts = [self.get(word, depth + 1) for word in node.words("members")]
            if not parts or any(part is ANY_SERVICE for part in parts):
                return ANY_SERVICE
            return ServiceSet.union(parts)
        if name in entries("application-filter") or name not in KNOWN:
            return ANY_SERVICE
        return ServiceSet.union(_specified(text) or ANY_SERVICE for text in KNOWN[name])


def _custom(node: Node) -> ServiceSet:
    """Return the default ports of an application of the configuration; without any it can be everything."""
    default = node.get("default")
    parts: list[ServiceSet | None] = []
    if default is not None:
        for child in default.below():
            if child.word == "port":
                parts += [_specified(word) for text in child.words() for word in _each_port(text)]
            elif child.word == "ident-by-ip-protocol" and child.value() in _PROTOCOL_NUMBERS:
                parts.append(ServiceSet.protocol(int(child.value())))
            elif child.word == "ident-by-icmp-type":
                parts.append(ServiceSet.protocol(ICMP))
            elif child.word == "ident-by-icmp6-type":
                parts.append(ServiceSet.protocol(ICMPV6))
            else:
                parts.append(None)
    known = [part for part in parts if part is not None]
    return ServiceSet.union(known) if known and len(known) == len(parts) else ANY_SERVICE


def _each_port(text: str) -> list[str]:
    protocol, _, ports = text.partition("/")
    return [f"{protocol}/{port.strip()}" for port in ports.split(",")]


def _specified(text: str) -> ServiceSet | None:
    """Return "tcp/80", "udp/1-100", "tcp/dynamic", "icmp", "proto/47"; None where it is none of them."""
    name, _, rest = text.partition("/")
    if name in ("icmp", "icmp6"):
        return ServiceSet.protocol(ICMP if name == "icmp" else ICMPV6)
    if name == "proto":
        return ServiceSet.protocol(int(rest))
    number = {"tcp": TCP, "udp": UDP}.get(name)
    if number is None:
        return None
    if rest == "dynamic":
        return ServiceSet.protocol(number)
    low, _, high = rest.partition("-")
    high = high or low
    if not (low.isascii() and low.isdigit() and high.isascii() and high.isdigit() and len(low) < 6 and len(high) < 6):
        return None
    return ServiceSet.ports(number, IntervalSet.span(int(low), min(int(high), 65535)))
