"""What of nftables is understood, in one place: fields, keys and statements.

A field is understood where a packet's header or interfaces decide it; another is known, and why it decides nothing here
is said: then a rule that asks for it is known from above only. Source: nft(8), EXPRESSIONS and STATEMENTS.
"""

from __future__ import annotations

# protocol -> field -> "" where it is understood, else the reason that the report gives
PAYLOADS: dict[str, dict[str, str]] = {
    "ip": {
        "saddr": "", "daddr": "", "protocol": "", "version": "IP header", "hdrlength": "IP options", "dscp": "DSCP",
        "ecn": "ECN", "length": "packet length", "id": "IP header", "frag-off": "fragment", "ttl": "TTL",
        "checksum": "IP header",
    },
    "ip6": {
        "saddr": "", "daddr": "", "nexthdr": "", "version": "IP header", "dscp": "DSCP", "ecn": "ECN",
        "flowlabel": "flow label", "length": "packet length", "hoplimit": "TTL",
    },
    "tcp": {
        "sport": "", "dport": "", "flags": "", "sequence": "TCP header", "ackseq": "TCP header", "doff": "TCP option",
        "reserved": "TCP header", "window": "TCP header", "checksum": "TCP header", "urgptr": "TCP header",
    },
    "udp": {"sport": "", "dport": "", "length": "packet length", "checksum": "UDP header"},
    "udplite": {"sport": "", "dport": "", "checksum": "UDP header"},
    "sctp": {"sport": "", "dport": "", "vtag": "SCTP header", "checksum": "SCTP header", "chunk": "SCTP chunk"},
    "dccp": {"sport": "", "dport": "", "type": "DCCP type"},
    "th": {"sport": "", "dport": ""},
    "icmp": {
        "type": "", "code": "", "checksum": "ICMP header", "id": "ICMP header", "sequence": "ICMP header",
        "mtu": "ICMP header", "gateway": "ICMP header",
    },
    "icmpv6": {
        "type": "", "code": "", "checksum": "ICMP header", "parameter-problem": "ICMP header",
        "packet-too-big": "ICMP header", "id": "ICMP header", "sequence": "ICMP header", "max-delay": "ICMP header",
        "taddr": "ICMP header", "daddr": "ICMP header", "mtu": "ICMP header",
    },
    "igmp": {"type": "IGMP", "mrt": "IGMP", "checksum": "IGMP", "group": "IGMP"},
    "ah": dict.fromkeys(("nexthdr", "hdrlength", "reserved", "spi", "sequence"), "IPsec header"),
    "esp": dict.fromkeys(("spi", "sequence"), "IPsec header"),
    "comp": dict.fromkeys(("nexthdr", "flags", "cpi"), "IPsec header"),
    "gre": dict.fromkeys(("flags", "version", "protocol", "key"), "tunnel"),
    "gretap": dict.fromkeys(("flags", "version", "protocol"), "tunnel"),
    "vxlan": dict.fromkeys(("vni", "flags", "ip", "tcp", "udp", "ether"), "tunnel"),
    "geneve": dict.fromkeys(("vni", "type", "ip", "tcp", "udp", "ether"), "tunnel"),
    "ether": {"saddr": "MAC address", "daddr": "MAC address", "type": ""},
    "vlan": dict.fromkeys(("id", "dei", "cfi", "pcp", "type"), "VLAN tag"),
    "arp": dict.fromkeys(("htype", "ptype", "hlen", "plen", "operation", "saddr", "daddr"), "ARP"),
}  # fmt: skip

# The protocol number and the IP version that a payload expression asks for by itself.
PAYLOAD_PROTOCOLS = {
    "tcp": 6, "udp": 17, "udplite": 136, "sctp": 132, "dccp": 33, "icmp": 1, "icmpv6": 58, "igmp": 2, "ah": 51,
    "esp": 50, "comp": 108, "gre": 47, "gretap": 47, "vxlan": 17, "geneve": 17,
}  # fmt: skip

META_KEYS: dict[str, str] = {
    "iif": "", "oif": "", "iifname": "", "oifname": "", "l4proto": "", "nfproto": "", "protocol": "",
    "length": "packet length", "priority": "traffic class", "random": "random", "mark": "packet mark",
    "iiftype": "interface type", "oiftype": "interface type", "iifkind": "interface type",
    "oifkind": "interface type", "iifgroup": "interface group", "oifgroup": "interface group",
    "skuid": "local user", "skgid": "local user", "nftrace": "tracing", "rtclassid": "realm",
    "ibriport": "bridge port", "obriport": "bridge port", "ibrname": "bridge port", "obrname": "bridge port",
    "ibridgename": "bridge port", "obridgename": "bridge port", "ibrpvid": "VLAN tag", "ibrvproto": "VLAN tag",
    "pkttype": "packet type", "cpu": "processor", "cgroup": "control group", "ipsec": "IPsec policy",
    "secpath": "IPsec policy", "sdif": "VRF", "sdifname": "VRF", "secmark": "security label", "broute": "bridge port",
    "day": "schedule", "hour": "schedule", "time": "schedule",
}  # fmt: skip
UNQUALIFIED_META = frozenset(
    {
        "iif", "oif", "iifname", "oifname", "iiftype", "oiftype", "iifgroup", "oifgroup", "mark", "skuid", "skgid",
        "nftrace", "rtclassid", "ibriport", "obriport", "ibrname", "obrname", "ibridgename", "obridgename", "pkttype",
        "cpu", "cgroup",
    }
)  # fmt: skip

CT_KEYS: dict[str, str] = {
    "state": "", "direction": "",
    **dict.fromkeys(
        ("status", "mark", "expiration", "helper", "label", "l3proto", "protocol", "zone", "id", "bytes", "packets",
         "avgpkt", "saddr", "daddr", "ip saddr", "ip daddr", "ip6 saddr", "ip6 daddr", "proto-src", "proto-dst",
         "secmark", "event", "count"),
        "connection",
    ),
}  # fmt: skip

# Other expressions than payload, meta and ct: why they decide nothing here.
OTHER_EXPRESSIONS = {
    "fib": "routing table", "rt": "routing table", "socket": "local socket", "osf": "operating system fingerprint",
    "ipsec": "IPsec policy", "numgen": "random", "jhash": "hash", "symhash": "hash", "exthdr": "IPv6 header",
    "tcp option": "TCP option", "ip option": "IP options", "sctp chunk": "SCTP chunk", "dccp option": "DCCP option",
    "tunnel": "tunnel", "osf name": "operating system fingerprint",
}  # fmt: skip

# Statements that change no packet's fate at the filter; those of ROUTING and DROPPING ones stand below.
HARMLESS = frozenset(
    {
        "counter", "last", "comment", "ct helper", "ct timeout", "ct expectation", "secmark", "meta nftrace", "tunnel",
        "set", "map", "flow", "dup",
    }
)  # fmt: skip
# Statements that match by a state of their own: what follows holds for some packets only.
LIMITING = {"limit": "rate limit", "quota": "quota", "ct count": "connection limit", "meter": "rate limit"}
# Statements that change the packet or its way, and what they change of these.
MANGLED_MATCHES = frozenset({"saddr", "daddr", "sport", "dport", "flags", "protocol", "nexthdr", "type", "code"})
UNDECIDED = {
    "queue": "a program decides", "tproxy": "a local proxy takes the packet", "synproxy": "a proxy answers first",
    "xt": "an iptables extension that nft does not show",
}  # fmt: skip
# In netdev tables: the packet leaves at once through another interface.
DIVERTING = {"fwd": "forwarded around all other hooks"}
NAT_STATEMENTS = frozenset({"snat", "dnat", "masquerade", "redirect"})
VERDICTS = frozenset({"accept", "drop", "continue", "return", "jump", "goto"})
