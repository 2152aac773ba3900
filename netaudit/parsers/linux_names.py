"""Names of protocols and ports as Linux tools take them.

Sources: the IANA registries; /etc/protocols and /etc/services as distributions ship them.
"""

from __future__ import annotations

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
