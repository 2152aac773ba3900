"""The coverage of the platform: commands that no reader takes, and what becomes of their lines.

The readers beside this file take: hostname, names, interface, failover addresses, object, object-group, access-list,
ipv6 access-list, access-group, time-range, route, ipv6 route, router, nat, static, global, ssh, telnet, http,
console, username, enable, passwd, aaa, aaa-server hosts, snmp-server, logging, ntp, and every use of an access list
(crypto maps, class maps, route maps, captures, group policies ...). Everything else stands in the tables below.

Source: Cisco ASA Series Command Reference, A to H, I to R, S, T to Z.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.source import Affects, LineState
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.ledger import LineLedger


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a line, and what it can change where it was not understood."""

    state: LineState
    affects: Affects = Affects.OTHER
    reason: str = ""

    def mark(self, ledger: LineLedger, line: ConfLine) -> None:
        """Write the fate into the account."""
        if self.state is LineState.UNDERSTOOD:
            ledger.understood(line.index)
        elif self.state is LineState.IGNORED:
            ledger.ignored(line.index)
        elif self.state is LineState.UNSUPPORTED:
            ledger.unsupported(line.index, self.affects, self.reason)
        else:
            ledger.unrecognized(line.index, self.affects, self.reason)


UNDERSTOOD = Fate(LineState.UNDERSTOOD)
IGNORED = Fate(LineState.IGNORED)


def unsupported(affects: Affects, reason: str) -> Fate:
    """Return the fate of a line that is known but not modelled."""
    return Fate(LineState.UNSUPPORTED, affects, reason)


def unrecognized(affects: Affects, reason: str = "") -> Fate:
    """Return the fate of a line that is not known."""
    return Fate(LineState.UNRECOGNIZED, affects, reason)


Table = Mapping[tuple[str, ...], Fate]


def _table(ignored: str, *others: tuple[Fate, str]) -> Table:
    """Return a table from texts with one command a line."""
    entries = {tuple(line.split()): IGNORED for line in ignored.splitlines() if line.strip()}
    for fate, text in others:
        entries |= {tuple(line.split()): fate for line in text.splitlines() if line.strip()}
    return entries


_VPN = unsupported(Affects.OTHER, "a part of the VPN that is not modelled")
_POLICY = unsupported(Affects.OTHER, "service policies (limits, policing, modules) are not modelled")
_MULTICAST = unsupported(Affects.ROUTING, "multicast is not modelled")
_BRIDGING = unsupported(Affects.ROUTING, "bridging is not modelled")
_DYNAMIC = unsupported(Affects.ROUTING, "routes of routing protocols are not computed")
_IDENTITY = unsupported(Affects.OTHER, "user identity is not modelled")

TOP_LINES: Table = _table(
    """
    app-agent
    arp
    asdm
    asp
    auth-prompt
    banner
    bfd
    bfd-template
    boot
    call-home
    capture
    checkheaps
    class-map
    clear configure
    client-update
    clock
    cluster exec
    command-alias
    compression
    config-register
    configure
    coredump
    cpu
    crashinfo
    crypto ca
    crypto key
    crypto engine
    crypto ikev1
    crypto ikev2
    crypto ipsec
    crypto isakmp
    isakmp
    anyconnect
    anyconnect-custom-attr
    anyconnect-custom-data
    group-policy
    tunnel-group
    tunnel-group-map
    tunnel-group-preference
    ipsec
    vpn-addr-assign
    vpn-load-balancing
    vpn-sessiondb
    vpn-simultaneous
    vpn-tunnel-protocol
    webvpn
    ctl-file
    ctl-provider
    ddns
    dhcp
    dhcp-client
    dhcpd
    dhcprelay
    dns
    dns-group
    dns-group-map
    dns-guard
    domain-name
    dynamic-map
    end
    exit
    e-mail
    enrollment
    erase
    event
    failover
    fips
    firewall
    flow-export
    fragment
    ftp
    ftp-map
    gtp-map
    group
    hpm
    icmp unreachable
    imap4s
    ip audit
    ip verify
    ipv6 icmp
    ipv6 neighbor
    jumbo-frame
    key
    ldap
    license
    locale
    logging
    mac-address
    mac-address-table
    mac-learn
    mac-list
    media-termination
    mode
    monitor-interface
    mount
    mtu
    mgcp-map
    names
    nbns-server
    netmask
    object-group-search
    pager
    password
    password-policy
    phone-proxy
    pki
    policy-map
    pop3s
    port-channel
    priority-queue
    privilege
    process
    prompt
    quit
    quota
    regex
    resource
    rest-api
    scansafe
    service
    service-module
    service-policy
    smart-tunnel
    smtp-server
    smtps
    sip-map
    sla
    snmp-map
    ssl
    sunrpc-server
    sysopt
    tcp-map
    terminal
    tftp-server
    threat-detection
    timeout
    tls-proxy
    track
    uc-ime
    upgrade-mp
    url-block
    url-cache
    url-server
    user-identity default-domain
    user-message
    crypto ipsec security-association
    dynamic-access-policy-record DfltAccessPolicy
    username-from-certificate
    usb-port
    write
    xlate
    zonelabs-integrity
    service-call-home
    ip dhcp
    crypto isakmp disconnect-notify
    """,
    (
        _VPN,
        """
        crypto
        dynamic-access-policy-record
        dynamic-access-policy-config
        eap
        ip local
        ipv6 local
        l2tp
        port-forward
        url-list
        vpdn
        vpn
        vpn-mode
        vpnclient
        vpnsetup
        vpif-num
        """,
    ),
    (
        _POLICY,
        """
        dynamic-filter
        http-map
        imap-map
        nat-assigned-to-public-ip
        """,
    ),
    (_MULTICAST, "multicast-routing\nmulticast\npim\nmroute\nigmp\nipv6 mld\nmfib"),
    (_IDENTITY, "user-identity\ncts\nuser-statistics"),
    (
        _DYNAMIC,
        "route-map\nrouter\nprefix-list\nipv6 prefix-list\nas-path\ncommunity-list\npolicy-list",
    ),
    (_BRIDGING, "firewall transparent\nbridge-group\nethertype"),
    (
        unsupported(Affects.FILTER, "filters beside the access lists are not modelled"),
        """
        conn
        established
        filter
        shun
        threat-detection scanning-threat shun
        ip audit interface
        ip audit attack
        ip audit name
        """,
    ),
    (unsupported(Affects.FILTER, "cut-through proxy rules are not modelled"), "aaa mac-exempt\naaa proxy-limit"),
    (
        unsupported(Affects.ROUTING, "changes forwarding, not modelled"),
        """
        cluster
        context
        admin-context
        allocate-interface
        interface-policy
        nve
        policy-route
        wccp
        zone
        vxlan
        """,
    ),
    (unsupported(Affects.NAT, "not modelled"), "alias\nvirtual"),
    (unsupported(Affects.MANAGEMENT, "management through a tunnel is not modelled"), "management-access"),
    (unsupported(Affects.MANAGEMENT, "not modelled"), "setup"),
)

INTERFACE_LINES: Table = _table(
    """
    arp
    channel-group
    clns
    cts
    delay
    dhcp
    dhcprelay
    duplex
    fec
    flowcontrol
    igmp
    ip address
    ip verify
    ipv6 dhcp
    ipv6 enable
    ipv6 enforce-eui64
    ipv6 nd
    ipv6 verify
    lacp
    lldp
    mac-address
    member-interface
    mfib
    mtu
    multicast
    negotiation
    pim
    port-channel
    pppoe
    security-level
    shutdown
    sgt
    speed
    switchport
    ttl
    tunnel
    poe
    power
    ddns
    nameif
    """,
    (_BRIDGING, "bridge-group"),
    (
        unsupported(Affects.ROUTING, "policy routing by path or cost is not modelled"),
        "policy-route cost\npolicy-route path-monitoring",
    ),
    (unsupported(Affects.ROUTING, "traffic zones are not modelled"), "zone-member"),
    (
        unsupported(Affects.ROUTING, "the VLANs share or hide one address"),
        "nve-only\nvtep-nve\nsegment-id\nmcast-group",
    ),
    (unsupported(Affects.ROUTING, "no forwarding to another VLAN"), "forward interface\nbackup interface\nforward"),
)

# Lines within `class-map` and `policy-map`. Protocol inspection opens only the secondary connections of permitted ones.
POLICY_LINES: Table = _table(
    """
    class
    description
    inspect
    match default-inspection-traffic
    match any
    message-length
    parameters
    id-mismatch
    id-randomization
    nat-rewrite
    dns-guard
    protocol-enforcement
    tcp-inspection
    eool
    nop
    router-alert
    """,
    (UNDERSTOOD, "match access-list"),
    (unsupported(Affects.FILTER, "an inspection module may drop traffic"), "sfr\nips\ncxsc\ncsc"),
    (
        unsupported(Affects.FILTER, "the policy may drop traffic beyond the access lists"),
        "drop\ndrop-connection\nreset\nmask\nrate-limit\nlog\nblock",
    ),
    (
        _POLICY,
        """
        flow-export
        match
        police
        priority
        set
        shape
        user-statistics
        subscriber-statistics
        """,
    ),
)

_GUESSES: dict[str, Affects] = {
    **dict.fromkeys(
        ("access-list", "access-group", "object", "object-group", "time-range", "network-object", "port-object",
         "service-object", "group-object", "same-security-traffic", "policy-map", "conduit", "outbound"),
        Affects.FILTER,
    ),
    **dict.fromkeys(("route", "router", "interface", "ip", "ipv6", "nameif", "vlan", "context"), Affects.ROUTING),
    **dict.fromkeys(("nat", "static", "global", "alias"), Affects.NAT),
    **dict.fromkeys(
        ("ssh", "telnet", "http", "snmp-server", "username", "enable", "passwd", "aaa", "aaa-server", "logging",
         "ntp", "console", "management-access"),
        Affects.MANAGEMENT,
    ),
}  # fmt: skip


def fate_of(words: Sequence[str], table: Table) -> Fate | None:
    """Return what a table says of a line, by its longest entry; None for an unknown line.

    `no COMMAND` of a known command leaves a default in place and is ignored.
    """
    negated = len(words) > 1 and words[0] == "no"
    if negated:
        words = words[1:]
    for length in range(min(4, len(words)), 0, -1):
        fate = table.get(tuple(words[:length]))
        if fate is not None:
            return IGNORED if negated else fate
    return None


def guess_affects(text: str) -> Affects:
    """Return what an unknown line could change, from its first word."""
    words = text.split()
    if len(words) > 1 and words[0] == "no":
        words = words[1:]
    return _GUESSES.get(words[0], Affects.OTHER) if words else Affects.OTHER
