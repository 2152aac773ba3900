"""The applications that Junos defines itself (group junos-defaults).

Names and ports are those of published outputs of `show configuration groups junos-defaults applications`; they were
not compared with a device or with Juniper's own list, and releases may differ (junos-smtps). `DYNAMIC` holds those
that follow a remote procedure call: their ports are agreed at run time, so only a bound is known.
"""

from __future__ import annotations

# name: protocol/ports ...; icmp/type; protocol number
APPLICATIONS = {
    name: specification.split()
    for name, _, specification in (
        line.strip().partition(" ")
        for line in """
        junos-ftp tcp/21
        junos-ftp-data tcp/20
        junos-tftp udp/69
        junos-twamp tcp/862
        junos-rtsp tcp/554
        junos-netbios-session tcp/139
        junos-smb-session tcp/445
        junos-ssh tcp/22
        junos-telnet tcp/23
        junos-smtp tcp/25
        junos-smtps tcp/587
        junos-tacacs tcp/49
        junos-tacacs-ds tcp/65
        junos-dhcp-client udp/68
        junos-dhcp-server udp/67
        junos-dhcp-relay udp/67
        junos-bootpc udp/68
        junos-bootps udp/67
        junos-finger tcp/79
        junos-http tcp/80
        junos-https tcp/443
        junos-http-ext tcp/7001
        junos-pop3 tcp/110
        junos-pop3s tcp/995
        junos-ident tcp/113
        junos-nntp tcp/119
        junos-ntp udp/123
        junos-imap tcp/143
        junos-imaps tcp/993
        junos-bgp tcp/179
        junos-ldap tcp/389
        junos-snpp tcp/444
        junos-biff udp/512
        junos-who udp/513
        junos-syslog udp/514
        junos-printer tcp/515
        junos-rip udp/520
        junos-radius udp/1812
        junos-radacct udp/1813
        junos-nfsd-tcp tcp/2049
        junos-nfsd-udp udp/2049
        junos-cvspserver tcp/2401
        junos-ldp-tcp tcp/646
        junos-ldp-udp udp/646
        junos-xnm-ssl tcp/3220
        junos-xnm-clear-text tcp/3221
        junos-ike udp/500
        junos-ike-nat udp/4500
        junos-aol tcp/5190-5193
        junos-chargen udp/19
        junos-discard udp/9
        junos-dns-udp udp/53
        junos-dns-tcp tcp/53
        junos-echo udp/7
        junos-gopher tcp/70
        junos-gtp udp/2123
        junos-gprs-gtp-c-tcp tcp/2123
        junos-gprs-gtp-c-udp udp/2123
        junos-gprs-gtp-c tcp/2123 udp/2123
        junos-gprs-gtp-u-tcp tcp/2152
        junos-gprs-gtp-u-udp udp/2152
        junos-gprs-gtp-u tcp/2152 udp/2152
        junos-gprs-gtp-v0-tcp tcp/3386
        junos-gprs-gtp-v0-udp udp/3386
        junos-gprs-gtp-v0 tcp/3386 udp/3386
        junos-gprs-sctp 132
        junos-gnutella udp/6346-6347
        junos-gre 47
        junos-h323 tcp/1720 udp/1719 tcp/1503 tcp/389 tcp/522 tcp/1731
        junos-icmp-all icmp
        junos-icmp-ping icmp/8
        junos-ping icmp
        junos-pingv6 icmp6
        junos-icmp6-all icmp6
        junos-icmp6-dst-unreach-route icmp6/1/0
        junos-icmp6-dst-unreach-admin icmp6/1/1
        junos-icmp6-dst-unreach-beyond icmp6/1/2
        junos-icmp6-dst-unreach-addr icmp6/1/3
        junos-icmp6-dst-unreach-port icmp6/1/4
        junos-icmp6-packet-to-big icmp6/2/0
        junos-icmp6-packet-too-big icmp6/2/0
        junos-icmp6-time-exceed-transit icmp6/3/0
        junos-icmp6-time-exceed-reassembly icmp6/3/1
        junos-icmp6-param-prob-header icmp6/4/0
        junos-icmp6-param-prob-nexthdr icmp6/4/1
        junos-icmp6-param-prob-option icmp6/4/2
        junos-icmp6-echo-request icmp6/128
        junos-icmp6-echo-reply icmp6/129
        junos-internet-locator-service tcp/389
        junos-irc tcp/6660-6669
        junos-l2tp udp/1701
        junos-lpr tcp/515
        junos-mail tcp/25
        junos-mgcp-ua udp/2427
        junos-mgcp-ca udp/2727
        junos-msn tcp/1863
        junos-ms-rpc-tcp tcp/135
        junos-ms-rpc-udp udp/135
        junos-ms-sql tcp/1433
        junos-nbname udp/137
        junos-nbds udp/138
        junos-nfs udp/111
        junos-ns-global tcp/15397
        junos-ns-global-pro tcp/15397
        junos-nsm udp/69
        junos-ospf 89
        junos-pc-anywhere udp/5632
        junos-persistent-nat 255
        junos-pptp tcp/1723
        junos-r2cp udp/28672
        junos-rdp tcp/3389
        junos-realaudio tcp/554
        junos-rsh tcp/514
        junos-sccp tcp/2000
        junos-sctp-any 132
        junos-sip udp/5060 tcp/5060
        junos-smb tcp/139 tcp/445
        junos-snmp-agentx tcp/705
        junos-sql-monitor udp/1434
        junos-sqlnet-v1 tcp/1525
        junos-sqlnet-v2 tcp/1521
        junos-stun udp/3478-3479 tcp/3478-3479
        junos-sun-rpc-tcp tcp/111
        junos-sun-rpc-udp udp/111
        junos-talk udp/517 tcp/517
        junos-ntalk udp/518 tcp/518
        junos-tcp-any tcp
        junos-udp-any udp
        junos-uucp udp/540
        junos-vdo-live udp/7000-7010
        junos-vnc tcp/5800
        junos-vxlan udp/4789
        junos-wais tcp/210
        junos-whois tcp/43
        junos-winframe tcp/1494
        junos-wxcontrol tcp/3578
        junos-x-windows tcp/6000-6063
        junos-ymsg tcp/5000-5010 tcp/5050 udp/5000-5010 udp/5050
        """.strip().splitlines()
    )
}


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_MS_RPC = _names("""
    epm msexchange-directory-rfr msexchange-info-store msexchange-directory-nsp wmic-admin wmic-admin2 wmic-mgmt
    wmic-webm-level1login wmic-webm-objectsink wmic-webm-services wmic-webm-callresult wmic-webm-login-clientid
    wmic-webm-login-helper wmic-webm-refreshing-services wmic-webm-remote-refresher wmic-webm-shutdown
    wmic-webm-classobject iis-com-1 iis-com-adminbase uuid-any-tcp
    """)
_SUN_RPC = _names("portmap nfs mountd ypbind status ypserv rquotad nlockmgr ruserd sadmind sprayd walld any")

DYNAMIC = {
    **{f"junos-ms-rpc-{name}": "tcp" for name in _MS_RPC},
    "junos-ms-rpc-uuid-any-udp": "udp",
    **{f"junos-sun-rpc-{name}-{protocol}": protocol for name in _SUN_RPC for protocol in ("tcp", "udp")},
}

SETS: dict[str, tuple[str, ...]] = {
    "junos-routing-inbound": ("junos-bgp", "junos-rip", "junos-ldp-tcp", "junos-ldp-udp"),
    "junos-cifs": ("junos-netbios-session", "junos-smb-session"),
    "junos-mgcp": ("junos-mgcp-ua", "junos-mgcp-ca"),
    "junos-ms-rpc": ("junos-ms-rpc-tcp", "junos-ms-rpc-udp"),
    "junos-ms-rpc-any": (
        "junos-ms-rpc-tcp",
        "junos-ms-rpc-udp",
        "junos-ms-rpc-uuid-any-tcp",
        "junos-ms-rpc-uuid-any-udp",
    ),
    "junos-ms-rpc-iis-com": ("junos-ms-rpc-tcp", "junos-ms-rpc-iis-com-1", "junos-ms-rpc-iis-com-adminbase"),
    "junos-ms-rpc-msexchange": (
        "junos-ms-rpc-tcp",
        "junos-ms-rpc-udp",
        "junos-ms-rpc-epm",
        "junos-ms-rpc-msexchange-directory-rfr",
        "junos-ms-rpc-msexchange-info-store",
        "junos-ms-rpc-msexchange-directory-nsp",
    ),
    "junos-ms-rpc-wmic": ("junos-ms-rpc-tcp", *(f"junos-ms-rpc-{name}" for name in _MS_RPC if name.startswith("wmic"))),
    "junos-sun-rpc": ("junos-sun-rpc-tcp", "junos-sun-rpc-udp"),
    "junos-sun-rpc-nfs-access": tuple(
        f"junos-sun-rpc{part}-{protocol}" for part in ("", "-portmap", "-nfs", "-mountd") for protocol in ("tcp", "udp")
    ),
    **{
        f"junos-sun-rpc-{name}": tuple(
            f"junos-sun-rpc{part}-{protocol}" for part in ("", "-portmap", f"-{name}") for protocol in ("tcp", "udp")
        )
        for name in _SUN_RPC
    },
}
