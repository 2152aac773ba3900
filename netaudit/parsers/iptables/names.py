"""Names of protocols, ports, ICMP types and TCP flags as the iptables command takes them.

Sources: IANA registries; iptables-extensions(8); `iptables -p icmp -h` and `ip6tables -p icmpv6 -h`.
"""

from __future__ import annotations

from netaudit.packets.services import ACK, FIN, PSH, RST, SYN, URG

PROTOCOLS = {
    "icmp": 1, "igmp": 2, "ggp": 3, "ipencap": 4, "ipip": 4, "st": 5, "tcp": 6, "egp": 8, "igp": 9, "pup": 12,
    "udp": 17, "hmp": 20, "xns-idp": 22, "rdp": 27, "iso-tp4": 29, "dccp": 33, "xtp": 36, "ddp": 37,
    "idpr-cmtp": 38, "ipv6": 41, "ipv6-route": 43, "ipv6-frag": 44, "idrp": 45, "rsvp": 46, "gre": 47, "esp": 50,
    "ipsec-esp": 50, "ah": 51, "ipsec-ah": 51, "skip": 57, "ipv6-icmp": 58, "icmpv6": 58, "icmp6": 58,
    "ipv6-nonxt": 59, "ipv6-opts": 60, "rspf": 73, "vmtp": 81, "eigrp": 88, "ospf": 89, "ospfigp": 89, "ax.25": 93,
    "etherip": 97, "encap": 98, "pim": 103, "ipcomp": 108, "vrrp": 112, "l2tp": 115, "isis": 124, "sctp": 132,
    "fc": 133, "mobility-header": 135, "ipv6-mh": 135, "mh": 135, "udplite": 136, "mpls-in-ip": 137, "hip": 139,
    "shim6": 140, "wesp": 141, "rohc": 142,
}  # fmt: skip

PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "mail": 25, "time": 37, "whois": 43,
    "tacacs": 49, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "gopher": 70, "finger": 79, "http": 80,
    "www": 80, "kerberos": 88, "pop2": 109, "pop3": 110, "sunrpc": 111, "portmapper": 111, "auth": 113, "ident": 113,
    "nntp": 119, "ntp": 123, "epmap": 135, "loc-srv": 135, "netbios-ns": 137, "netbios-dgm": 138,
    "netbios-ssn": 139, "imap": 143, "imap2": 143, "snmp": 161, "snmp-trap": 162, "snmptrap": 162, "bgp": 179,
    "irc": 194, "ldap": 389, "https": 443, "microsoft-ds": 445, "submissions": 465, "urd": 465, "ssmtp": 465,
    "isakmp": 500, "exec": 512, "login": 513, "who": 513, "shell": 514, "syslog": 514, "printer": 515, "rip": 520,
    "route": 520, "submission": 587, "ldaps": 636, "rsync": 873, "ftps-data": 989, "ftps": 990, "telnets": 992,
    "imaps": 993, "pop3s": 995, "socks": 1080, "openvpn": 1194, "ms-sql-s": 1433, "ms-sql-m": 1434, "l2f": 1701,
    "radius": 1812, "radius-acct": 1813, "nfs": 2049, "mysql": 3306, "ms-wbt-server": 3389, "ipsec-nat-t": 4500,
    "sip": 5060, "sip-tls": 5061, "mdns": 5353, "postgresql": 5432, "amqp": 5672, "x11": 6000, "http-alt": 8080,
    "webcache": 8080, "syslog-tls": 6514,
}  # fmt: skip

# name -> (type, code); code None = any
ICMP_TYPES: dict[str, tuple[int, int | None]] = {
    "echo-reply": (0, None), "pong": (0, None), "destination-unreachable": (3, None), "network-unreachable": (3, 0),
    "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3),
    "fragmentation-needed": (3, 4), "source-route-failed": (3, 5), "network-unknown": (3, 6), "host-unknown": (3, 7),
    "network-prohibited": (3, 9), "host-prohibited": (3, 10), "tos-network-unreachable": (3, 11),
    "tos-host-unreachable": (3, 12), "communication-prohibited": (3, 13), "host-precedence-violation": (3, 14),
    "precedence-cutoff": (3, 15), "source-quench": (4, None), "redirect": (5, None), "network-redirect": (5, 0),
    "host-redirect": (5, 1), "tos-network-redirect": (5, 2), "tos-host-redirect": (5, 3), "echo-request": (8, None),
    "ping": (8, None), "router-advertisement": (9, None), "router-solicitation": (10, None),
    "time-exceeded": (11, None), "ttl-exceeded": (11, None), "ttl-zero-during-transit": (11, 0),
    "ttl-zero-during-reassembly": (11, 1), "parameter-problem": (12, None), "ip-header-bad": (12, 0),
    "required-option-missing": (12, 1), "timestamp-request": (13, None), "timestamp-reply": (14, None),
    "address-mask-request": (17, None), "address-mask-reply": (18, None),
}  # fmt: skip

ICMPV6_TYPES: dict[str, tuple[int, int | None]] = {
    "destination-unreachable": (1, None), "no-route": (1, 0), "communication-prohibited": (1, 1),
    "beyond-scope": (1, 2), "address-unreachable": (1, 3), "port-unreachable": (1, 4), "failed-policy": (1, 5),
    "reject-route": (1, 6), "packet-too-big": (2, None), "time-exceeded": (3, None), "ttl-exceeded": (3, None),
    "ttl-zero-during-transit": (3, 0), "ttl-zero-during-reassembly": (3, 1), "parameter-problem": (4, None),
    "bad-header": (4, 0), "unknown-header-type": (4, 1), "unknown-option": (4, 2), "echo-request": (128, None),
    "ping": (128, None), "echo-reply": (129, None), "pong": (129, None), "mld-listener-query": (130, None),
    "mld-listener-report": (131, None), "mld-listener-done": (132, None), "mld-listener-reduction": (132, None),
    "router-solicitation": (133, None), "router-advertisement": (134, None), "neighbor-solicitation": (135, None),
    "neighbour-solicitation": (135, None), "neighbor-advertisement": (136, None),
    "neighbour-advertisement": (136, None), "redirect": (137, None),
}  # fmt: skip

TCP_FLAGS = {
    "FIN": FIN, "SYN": SYN, "RST": RST, "PSH": PSH, "ACK": ACK, "URG": URG, "NONE": 0,
    "ALL": FIN | SYN | RST | PSH | ACK | URG,
}  # fmt: skip


def protocol_number(text: str) -> int | None:
    """Return a protocol's number, 0 for "all", None for an unknown name."""
    low = text.lower()
    if low == "all":
        return 0
    if low.isascii() and low.isdigit():
        number = int(low)
        return number if number <= 255 else None
    return PROTOCOLS.get(low)


def port_number(text: str) -> int | None:
    """Return a port's number, None for an unknown name."""
    if text.isascii() and text.isdigit():
        number = int(text)
        return number if number <= 65535 else None
    return PORTS.get(text.lower())
