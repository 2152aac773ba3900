"""Names that EOS writes for protocols and ports, and what they stand for.

Source: Arista EOS User Manual, "permit (IPv4 ACL)"; the numbers are IANA's, and Arista's own for its services (MLAG,
LANZ, CVX, gNMI). A name that has two numbers (http-alt) is left out: it is not understood rather than guessed.
"""

from __future__ import annotations

from netaudit.parsers.icmp_messages import ICMP_MESSAGES, ICMPV6_MESSAGES
from netaudit.parsers.list_entries import Dialect

_PROTOCOLS = {
    "ah": 51, "ahp": 51, "egp": 8, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "icmpv6": 58, "igmp": 2, "igp": 9,
    "ipip": 4, "ipinip": 4, "ospf": 89, "pim": 103, "rsvp": 46, "sctp": 132, "tcp": 6, "udp": 17, "vrrp": 112,
}  # fmt: skip
# One table: each name belongs to one service, whichever protocol carries it.
_PORTS = {
    "acap": 674, "acr-nema": 104, "afpovertcp": 548, "arns": 384, "asip-webadmin": 311, "at-rtmp": 201, "aurp": 387,
    "auth": 113, "bfd": 3784, "bfd-echo": 3785, "bftp": 152, "bgmp": 264, "bgp": 179, "biff": 512, "bootpc": 68,
    "bootps": 67, "chargen": 19, "citadel": 504, "clearcase": 371, "cmd": 514, "commerce": 542, "courier": 530,
    "csnet-ns": 105, "cvx": 9979, "cvx-cluster": 9978, "daytime": 13, "dhcp-failover2": 847, "dhcpv6-client": 546,
    "dhcpv6-server": 547, "discard": 9, "dnsix": 195, "domain": 53, "dsp": 33, "echo": 7, "efs": 520, "epp": 700,
    "esro-gen": 259, "exec": 512, "finger": 79, "ftp": 21, "ftp-data": 20, "ftps": 990, "ftps-data": 989,
    "gdomap": 538, "gnmi": 6030, "gopher": 70, "ha-cluster": 694, "hostname": 101, "hp-alarm-mgr": 383, "http": 80,
    "http-mgmt": 280, "http-rpc-epmap": 593, "https": 443, "hyperwave-isp": 692, "ident": 113, "ieee-mms-ssl": 695,
    "imap": 143, "imap3": 220, "imap4": 143, "imaps": 993, "ipp": 631, "ipx": 213, "irc": 194, "irc-serv": 529,
    "isakmp": 500, "isi-gl": 55, "iso-tsap": 102, "kerberos": 88, "kerberos-adm": 749, "klogin": 543, "kpasswd": 464,
    "kshell": 544, "lanz": 50001, "ldap": 389, "ldaps": 636, "ldp": 646, "lmp": 701, "login": 513, "lpd": 515,
    "mac-srvr-admin": 660, "matip-type-a": 350, "matip-type-b": 351, "micro-bfd": 6784, "microsoft-ds": 445,
    "mlag": 50000, "mobile-ip": 434, "monitor": 561, "mpp": 218, "ms-sql-m": 1434, "ms-sql-s": 1433, "msdp": 639,
    "msexch-routing": 691, "msg-auth": 31, "msg-icp": 29, "msp": 18, "nameserver": 42, "nas": 991, "ncp": 524,
    "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139, "netbios-ssn": 139, "netconf-ssh": 830,
    "netrjs-1": 71, "netrjs-2": 72, "netrjs-3": 73, "netrjs-4": 74, "new-rwho": 550, "nfs": 2049, "nntp": 119,
    "nntps": 563, "non500-isakmp": 4500, "npp": 92, "nsw-fe": 27, "ntp": 123, "odmr": 366, "openvpn": 1194,
    "pim-auto-rp": 496, "pip": 321, "pkix-timestamp": 318, "pkt-krb-ipsec": 1293, "pop2": 109, "pop3": 110,
    "pop3s": 995, "pptp": 1723, "print-srv": 170, "ptp-event": 319, "ptp-general": 320, "qmtp": 209, "qotd": 17,
    "radius": 1812, "radius-acct": 1813, "re-mail-ck": 50, "remotefs": 556, "repcmd": 641, "rip": 520, "ripng": 521,
    "rje": 5, "rlp": 39, "rlzdbase": 635, "rmc": 657, "rmonitor": 560, "rpc2portmap": 369, "rsync": 873,
    "rtelnet": 107, "rtsp": 554, "sgmp": 153, "silc": 706, "smtp": 25, "smux": 199, "snagas": 108, "snmp": 161,
    "snmptrap": 162, "snpp": 444, "sqlserv": 118, "sqlsrv": 156, "ssh": 22, "submission": 587, "sunrpc": 111,
    "svrloc": 427, "syslog": 514, "systat": 11, "tacacs": 49, "talk": 517, "tbrpf": 712, "tcpmux": 1,
    "tcpnethaspsrv": 475, "telnet": 23, "tftp": 69, "time": 37, "tunnel": 604, "ups": 401, "uucp": 540,
    "uucp-path": 117, "vemmi": 575, "videotex": 516, "vmnet": 175, "vxlan": 4789, "who": 513, "whois": 43, "www": 80,
    "xdmcp": 177, "xns-auth": 56, "xns-ch": 54, "xns-mail": 58, "xns-time": 52, "xyplex-mux": 173, "z39-50": 210,
}  # fmt: skip

EOS = Dialect(
    protocols=_PROTOCOLS,
    protocols_ipv6=_PROTOCOLS | {"icmp": 58},
    tcp_ports=_PORTS,
    udp_ports=_PORTS,
    icmp_messages=ICMP_MESSAGES,
    icmpv6_messages=ICMPV6_MESSAGES,
    igmp_messages=frozenset({"dvmrp", "host-query", "host-report", "pim", "trace"}),
    narrowing={
        "copy": 2, "dscp": 1, "ecn": 1, "fragments": 0, "hop-limit": -1, "inner": 1, "nexthop-group": 1, "nvgre": 2,
        "payload": 4, "tos": 1, "tracked": 0, "ttl": -1, "vxlan": 2,
    },
    other_ports={132: _PORTS},
    masks_too=True,
)  # fmt: skip
