"""Names of values as nft takes and prints them. Sources: nft(8), DATA TYPES; `nft describe`."""

from __future__ import annotations

from netaudit.packets.services import ACK, CWR, ECE, FIN, PSH, RST, SYN, URG
from netaudit.parsers.linux_names import PORTS, PROTOCOLS

ICMP_TYPES = {
    "echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
    "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12,
    "timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16, "address-mask-request": 17,
    "address-mask-reply": 18,
}  # fmt: skip
ICMP_CODES = {
    "net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
    "net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
}  # fmt: skip
ICMPV6_TYPES = {
    "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128,
    "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131, "mld-listener-done": 132,
    "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134, "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138, "ind-neighbor-solicit": 141,
    "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}  # fmt: skip
ICMPV6_CODES = {
    "no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5,
    "reject-route": 6,
}  # fmt: skip
TCP_FLAGS = {"fin": FIN, "syn": SYN, "rst": RST, "psh": PSH, "ack": ACK, "urg": URG, "ecn": ECE, "ece": ECE, "cwr": CWR}
STATES = {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64}
DIRECTIONS = {"original": 0, "reply": 1}
IP_VERSIONS = {"ipv4": 2, "ipv6": 10}  # linux/netfilter.h, NFPROTO_*
ETHERNET_TYPES = {"ip": 0x0800, "ip6": 0x86DD, "arp": 0x0806, "vlan": 0x8100, "8021q": 0x8100, "8021ad": 0x88A8}

# The names that a kind of field takes.
VALUES: dict[str, dict[str, int]] = {
    "port": PORTS,
    "protocol": PROTOCOLS,
    "icmp type": ICMP_TYPES,
    "icmp code": ICMP_CODES,
    "icmpv6 type": ICMPV6_TYPES,
    "icmpv6 code": ICMPV6_CODES,
    "tcp flags": TCP_FLAGS,
    "state": STATES,
    "direction": DIRECTIONS,
    "version": IP_VERSIONS,
    "ethernet": ETHERNET_TYPES,
}
