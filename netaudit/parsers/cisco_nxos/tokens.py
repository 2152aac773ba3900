"""Names that NX-OS writes for protocols and ports, and what they stand for.

Source: Cisco Nexus 9000 NX-OS Security Command Reference, "permit (IPv4)", "permit (IPv6)"; IANA for the numbers.
"""

from __future__ import annotations

from netaudit.parsers.icmp_messages import ICMP_MESSAGES, ICMPV6_MESSAGES
from netaudit.parsers.list_entries import Dialect

_PROTOCOLS = {
    "ahp": 51, "eigrp": 88, "esp": 50, "gre": 47, "icmp": 1, "igmp": 2, "ipinip": 4, "nos": 94, "ospf": 89,
    "pcp": 108, "pim": 103, "tcp": 6, "udp": 17, "sctp": 132,
}  # fmt: skip
_SHARED_PORTS = {
    "discard": 9, "domain": 53, "echo": 7, "pim-auto-rp": 496, "sunrpc": 111, "tacacs": 49, "talk": 517, "time": 37,
}  # fmt: skip
_TCP_PORTS = _SHARED_PORTS | {
    "bgp": 179, "chargen": 19, "cmd": 514, "daytime": 13, "drip": 3949, "exec": 512, "finger": 79, "ftp": 21,
    "ftp-data": 20, "gopher": 70, "hostname": 101, "ident": 113, "irc": 194, "klogin": 543, "kshell": 544,
    "login": 513, "lpd": 515, "nntp": 119, "pop2": 109, "pop3": 110, "smtp": 25, "telnet": 23, "uucp": 540,
    "whois": 43, "www": 80,
}  # fmt: skip
_UDP_PORTS = _SHARED_PORTS | {
    "biff": 512, "bootpc": 68, "bootps": 67, "dnsix": 195, "isakmp": 500, "mobile-ip": 434, "nameserver": 42,
    "netbios-dgm": 138, "netbios-ns": 137, "netbios-ss": 139, "non500-isakmp": 4500, "ntp": 123, "rip": 520,
    "snmp": 161, "snmptrap": 162, "syslog": 514, "tftp": 69, "who": 513, "xdmcp": 177,
}  # fmt: skip
NXOS = Dialect(
    protocols=_PROTOCOLS,
    protocols_ipv6=_PROTOCOLS | {"icmp": 58},
    tcp_ports=_TCP_PORTS,
    udp_ports=_UDP_PORTS,
    icmp_messages=ICMP_MESSAGES,
    icmpv6_messages=ICMPV6_MESSAGES,
    igmp_messages=frozenset({"dvmrp", "host-query", "host-report", "pim", "trace"}),
    narrowing={
        "capture": 2, "dscp": 1, "dscp-mask": 1, "exp": 1, "flow-label": 1, "fragments": 0, "http-method": 1,
        "ingress": 1, "inner": 1, "load-share": 0, "nve": 2, "option": 1, "packet-length": -1, "precedence": 1,
        "redirect": 1, "set-erspan-dscp": 1, "set-erspan-gre-proto": 1, "set-vlan": 1, "tcp-option-length": 1,
        "telemetry_path": 0, "telemetry_queue": 0, "tos": 1, "ttl": -1, "udf": 3, "vlan": 1, "vni": 1,
    },
    address_group="addrgroup",
    port_group="portgroup",
    other_ports={132: {}},
)  # fmt: skip
