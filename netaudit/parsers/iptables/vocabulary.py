"""What of iptables is understood, in one place: matches with their options, and targets.

Options that `conditions` reads hold exactly; those below are known, and a rule that has one is known from above only.
Source: iptables(8), iptables-extensions(8).
"""

from __future__ import annotations

from netaudit.parsers.chain_unfolding import Effect

# Known options of matches that no packet header shows, with the reason that the report gives.
UNSEEN_OPTIONS = {
    "--mac-source": "MAC address", "--uid-owner": "local user", "--gid-owner": "local user",
    "--socket-exists": "local user", "--suppl-groups": "local user", "--limit": "rate limit",
    "--limit-burst": "rate limit", "--connlimit-above": "connection limit", "--connlimit-upto": "connection limit",
    "--connlimit-mask": "connection limit", "--connlimit-saddr": "connection limit",
    "--connlimit-daddr": "connection limit", "--string": "payload", "--hex-string": "payload", "--algo": "payload",
    "--from": "payload", "--to": "payload", "--icase": "payload", "--length": "packet length",
    "--length2": "packet length", "--ttl-eq": "TTL", "--ttl-lt": "TTL", "--ttl-gt": "TTL", "--ttl": "TTL",
    "--hl-eq": "TTL", "--hl-lt": "TTL", "--hl-gt": "TTL", "--tos": "DSCP", "--dscp": "DSCP", "--dscp-class": "DSCP",
    "--mark": "packet mark", "--nfmark": "packet mark", "--probability": "random", "--every": "random",
    "--mode": "random", "--packet": "random", "--quota": "quota", "--tcp-option": "TCP option", "--mss": "TCP MSS",
    "--src-type": "address type", "--dst-type": "address type", "--limit-iface-in": "address type",
    "--limit-iface-out": "address type", "--pkt-type": "packet type", "--helper": "connection helper",
    "--realm": "realm", "--physdev-in": "bridge port", "--physdev-out": "bridge port",
    "--physdev-is-in": "bridge port", "--physdev-is-out": "bridge port", "--physdev-is-bridged": "bridge port",
    "--dir": "IPsec policy", "--pol": "IPsec policy", "--strict": "IPsec policy", "--reqid": "IPsec policy",
    "--spi": "IPsec policy", "--tunnel-src": "IPsec policy", "--tunnel-dst": "IPsec policy",
    "--ctproto": "connection", "--ctorigsrc": "connection", "--ctorigdst": "connection",
    "--ctreplsrc": "connection", "--ctrepldst": "connection", "--ctstatus": "connection",
    "--ctexpire": "connection", "--ctorigdstport": "connection", "--ctorigsrcport": "connection",
    "--ctreplsrcport": "connection", "--ctrepldstport": "connection", "--connbytes": "connection",
    "--connbytes-dir": "connection", "--connbytes-mode": "connection", "--label": "connection",
    "--source-country": "geography", "--destination-country": "geography", "--src-cc": "geography",
    "--dst-cc": "geography", "--u32": "payload", "--bytecode": "payload", "--object-pinned": "payload",
    "--path": "control group", "--cgroup": "control group", "--cpu": "processor", "--ahspi": "IPsec SPI",
    "--espspi": "IPsec SPI", "--header": "IPv6 header", "--soft": "IPv6 header", "--loose": "reverse path",
    "--validmark": "reverse path", "--accept-local": "reverse path", "--invert": "reverse path",
    "--transparent": "socket", "--nowildcard": "socket", "--restore-skmark": "socket", "--chunk-types": "SCTP chunk",
    "--dccp-types": "DCCP type", "--dccp-option": "DCCP option", "--genre": "operating system fingerprint",
    "--set": "recent list", "--rcheck": "recent list", "--update": "recent list", "--remove": "recent list",
    "--seconds": "recent list", "--reap": "recent list", "--hitcount": "recent list", "--rttl": "recent list",
    "--name": "recent list", "--rsource": "recent list", "--rdest": "recent list", "--mask": "recent list",
    "--return-nomatch": "ipset", "--update-counters": "ipset", "--update-subcounters": "ipset",
    "--packets-eq": "ipset", "--packets-lt": "ipset", "--packets-gt": "ipset", "--bytes-eq": "ipset",
    "--bytes-lt": "ipset", "--bytes-gt": "ipset", "--ssrr": "IP options", "--lsrr": "IP options",
    "--flags": "IP options", "--any": "IP options", "--rt-type": "IPv6 routing header",
    "--fragid": "fragment", "--fragfirst": "fragment", "--fragmore": "fragment", "--fraglast": "fragment",
    "--nfacct-name": "", "--rate": "rate limit", "--rateest": "rate limit",
}  # fmt: skip
TIME_OPTIONS = {
    "--timestart", "--timestop", "--datestart", "--datestop", "--weekdays", "--monthdays", "--kerneltz", "--utc",
    "--localtz", "--contiguous",
}  # fmt: skip
HARMLESS_OPTIONS = {"--nfacct-name", "-w", "-W", "-v", "-n", "-M", "--set-xmark-none"}
_MODULE_NAMES = """
    tcp udp udplite sctp dccp icmp icmp6 icmpv6 state conntrack multiport iprange comment set mac limit
    hashlimit recent time string owner connlimit length ttl hl tos dscp mark connmark statistic quota tcpmss
    addrtype pkttype helper realm physdev policy connbytes connlabel geoip u32 bpf cgroup cpu ah esp
    ipv6header rpfilter socket osf ipv4options rt frag nfacct rateest cluster devgroup eui64 dst hbh mh ecn
    standard tls ipp2p lscan account condition
"""
MODULES = frozenset(_MODULE_NAMES.split())
# Those whose mere presence is a condition.
CONDITION_MODULES = frozenset({"eui64", "rpfilter", "socket", "ecn", "dst", "hbh", "mh", "condition", "tls", "ipp2p"})

# What each target does with a packet.
DECIDING = {
    "ACCEPT": Effect.ACCEPT,
    "RETURN": Effect.RETURN,
    "DROP": Effect.DROP,
    "TARPIT": Effect.DROP,
    "STEAL": Effect.DROP,
    "REJECT": Effect.REJECT,
    **dict.fromkeys(("DNAT", "SNAT", "MASQUERADE", "REDIRECT", "NETMAP", "SAME", "BALANCE"), Effect.TRANSLATE),
    **dict.fromkeys(("LOG", "NFLOG", "ULOG"), Effect.LOG),
    "NOTRACK": Effect.EXEMPT,
}
# Those after which the next rule follows.
CONTINUING = frozenset(
    {
        "MARK", "CONNMARK", "CONNSECMARK", "SECMARK", "CLASSIFY", "TOS", "DSCP", "TTL", "HL", "ECN", "TCPMSS",
        "TCPOPTSTRIP", "AUDIT", "TRACE", "CHECKSUM", "SET", "IDLETIMER", "LED", "RATEEST", "TEE", "CT", "ACCOUNT",
        "HMARK", "SYSRQ", "DNETMAP", "RAWDNAT", "RAWSNAT", "NFACCT", "CONTINUE",
    }
)  # fmt: skip
# Who decides is outside of the rules, or the packet is kept.
UNDECIDED = frozenset({"NFQUEUE", "QUEUE", "TPROXY", "SYNPROXY", "CLUSTERIP", "DELUDE", "CHAOS", "LSCAN", "PROTO"})
# What an extension target takes follows it; iptables-save writes all matches before it.
WITH_OPTIONS = (
    CONTINUING
    | UNDECIDED
    | {name for name, effect in DECIDING.items() if effect in (Effect.REJECT, Effect.TRANSLATE, Effect.LOG)}
)
# Targets that can send a packet another way.
ROUTING_TARGETS = frozenset({"MARK", "CONNMARK", "TPROXY", "TEE", "ROUTE", "RAWDNAT", "RAWSNAT", "HMARK"})

# The matches that may also stand behind the target.
MATCH_OPTIONS = frozenset(
    {
        "-s", "-d", "-p", "-i", "-o", "-m", "-f", "-4", "-6", "--sport", "--dport", "--sports", "--dports", "--ports",
        "--state", "--ctstate", "--ctdir", "--icmp-type", "--icmpv6-type", "--tcp-flags", "--syn", "--comment",
        "--src-range", "--dst-range", "--match-set", "--limit", "--mac-source", "--uid-owner", "--gid-owner",
    }
)  # fmt: skip
