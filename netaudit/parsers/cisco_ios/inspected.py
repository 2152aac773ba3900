"""What `match protocol NAME` of the zone-based firewall stands for.

Source: Cisco IOS Security Configuration Guide, "Configuring Port to Application Mapping", the system-defined ports of
`show ip port-map`.
"""

from __future__ import annotations

from functools import lru_cache

from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, ANY_IPV6
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch, PacketSet
from netaudit.packets.services import ICMP, ICMPV6, TCP, UDP, ServiceSet

_TCP, _UDP, _BOTH = (TCP,), (UDP,), (TCP, UDP)
# Application -> protocols and ports.
_APPLICATIONS: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "bgp": (_BOTH, (179,)), "bootpc": (_UDP, (68,)), "bootps": (_UDP, (67,)), "citrix": (_BOTH, (1494,)),
    "daytime": (_BOTH, (13,)), "dhcp": (_UDP, (67, 68)), "discard": (_BOTH, (9,)), "dns": (_BOTH, (53,)),
    "echo": (_BOTH, (7,)), "exec": (_TCP, (512,)), "finger": (_BOTH, (79,)), "ftp": (_TCP, (21,)),
    "ftps": (_BOTH, (990,)), "gdoi": (_BOTH, (848,)), "gopher": (_BOTH, (70,)), "h323": (_TCP, (1720,)),
    "http": (_TCP, (80,)), "https": (_TCP, (443,)), "ident": (_BOTH, (113,)), "imap": (_TCP, (143,)),
    "imap3": (_BOTH, (220,)), "imaps": (_BOTH, (993,)), "ipsec-msft": (_UDP, (4500,)), "irc": (_BOTH, (194,)),
    "ircs": (_BOTH, (994,)), "isakmp": (_UDP, (500,)), "kerberos": (_BOTH, (88,)), "l2tp": (_UDP, (1701,)),
    "ldap": (_BOTH, (389,)), "ldaps": (_BOTH, (636,)), "login": (_TCP, (513,)), "lotusnote": (_BOTH, (1352,)),
    "microsoft-ds": (_BOTH, (445,)), "mgcp": (_UDP, (2427,)), "ms-sql": (_TCP, (1433,)), "ms-sql-m": (_BOTH, (1434,)),
    "mysql": (_BOTH, (3306,)), "netbios-dgm": (_BOTH, (138,)), "netbios-ns": (_BOTH, (137,)),
    "netbios-ssn": (_BOTH, (139,)), "nfs": (_BOTH, (2049,)), "nntp": (_BOTH, (119,)), "ntp": (_BOTH, (123,)),
    "oracle": (_BOTH, (1525,)), "pop3": (_TCP, (110,)), "pop3s": (_BOTH, (995,)), "pptp": (_TCP, (1723,)),
    "radius": (_BOTH, (1812, 1813)), "rtsp": (_TCP, (554, 8554)), "shell": (_TCP, (514,)),
    "sip": (_BOTH, (5060,)), "sip-tls": (_BOTH, (5061,)), "skinny": (_TCP, (2000,)), "smtp": (_TCP, (25,)),
    "snmp": (_BOTH, (161,)), "snmptrap": (_BOTH, (162,)), "socks": (_BOTH, (1080,)), "sqlnet": (_TCP, (1521,)),
    "ssh": (_BOTH, (22,)), "sunrpc": (_BOTH, (111,)), "syslog": (_UDP, (514,)), "syslog-conn": (_BOTH, (601,)),
    "tacacs": (_BOTH, (49,)), "telnet": (_TCP, (23,)), "telnets": (_TCP, (992,)), "tftp": (_UDP, (69,)),
    "time": (_BOTH, (37,)), "vdolive": (_TCP, (7000,)), "who": (_UDP, (513,)), "x11": (_TCP, (6000,)),
}  # fmt: skip


@lru_cache(maxsize=512)
def inspected_protocol(name: str) -> tuple[PacketMatch, bool]:
    """Return the packets of a protocol word, and whether the word is known.

    An unknown application may use any port. `icmp` stands for ICMP and ICMPv6.
    """
    if name in ("tcp", "udp"):
        return PacketMatch.exact(
            PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, ServiceSet.protocol(TCP if name == "tcp" else UDP))
        ), True
    if name == "icmp":
        return PacketMatch.exact(
            PacketSet.of(ANY_IPV4, ANY_IPV4, ServiceSet.protocol(ICMP))
            | PacketSet.of(ANY_IPV6, ANY_IPV6, ServiceSet.protocol(ICMPV6))
        ), True
    known = _APPLICATIONS.get(name)
    if known is None:
        return PacketMatch.upper(ALL_PACKETS, "application"), False
    protocols, ports = known
    services = ServiceSet.union(
        ServiceSet.ports(protocol, IntervalSet.of((port, port) for port in ports)) for protocol in protocols
    )
    return PacketMatch.exact(PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, services)), True
