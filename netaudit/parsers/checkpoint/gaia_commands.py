"""What a Gaia configuration (`show configuration`) may hold, a table: the coverage of clish in one place.

Source: Check Point Gaia Administration Guide (R80.40 to R81.20) and Gaia Advanced Routing Administration Guide. Rows
are tried in order; the first whose expression matches the words after `set` or `add` tells the state. What `gaia`
reads itself is not here.
"""

from __future__ import annotations

import re

from netaudit.model.source import Affects

# Known, and without a say in what the device permits, routes or who manages it; by subject.
_WITHOUT_A_SAY: dict[str, tuple[str, ...]] = {
    "software and hardware": (
        *(
            "installer",
            "core-dump",
            "edition",
            "lcd",
            "fcd",
            "upgrade",
            "license",
            "volume",
            "raid",
            "chassis",
            "asset",
        ),
        *("hardware", "hw-monitoring", "hyperscale", "maestro", "smo", "sp ", "ha_", "skyline", "system-health"),
        *("snapshot", "backup", "multi-queue", "update-all", "dynamic-content"),
    ),
    "the shell": (
        *("clienv", "format", "command ", "display-format", "scratchpad", "config-lock", "cron", "job", "timezone"),
        *(
            "message caption",
            "mail-notification",
            "cloning-group",
            "virtual-system all",
            "virtual-system 0$",
            "vsx off",
        ),
    ),
    "names and neighbours": (
        *("dns ", "domainname", "host name", "arp (?:table|announce|static)", "neighbor-entry", "neighbor ", "proxy"),
        *("ipv6-state", "management interface", "lldp", "ip-conflicts-monitor", "rdisc", "ipv6 rdisc6", "bootp"),
        "dhcp server disable",
    ),
    "interfaces": (
        r"interface \S+ (?:link-speed|auto-negotiation|mtu|[rt]x-ringsize|monitor-mode off|multi-queue)",
        *(r"interface \S+ ipv6-autoconfig off", "cluster member"),
    ),
    "routing daemon": (
        *("max-path-splits", "tracefile", "trace ", "router-options", "routedsyslog", "kernel-routes (?:off|on)$"),
    ),
    "logs and monitoring": (
        *("syslog (?:cplogs|mgmtauditlogs|auditlog|filename|uncompressmessages)", "log-export", "netflow"),
        *("snmp traps (?:trap|advanced)", "snmp (?:contact|location|custom-trap|clear)", "snmp vsx off"),
    ),
    "portal, users and passwords": (
        *("web (?:table-refresh-rate|ssl3-enabled)", "ssl tunnel", "ssh server", "grub2-password", "user-management"),
        r"user \S+ (?:shell|homedir|realname|force-password-change|uid|gid|info|lock-out|ssh-key)",
        *("group ", r"rba user \S+ access-mechanisms"),
        "password-controls (?:expiration-warning-days|palindrome-check|history-checking|force-change-when)",
        "password-controls (?:deny-on-nonuse|expiration-lockout-days|password-hash-type)",
    ),
}
IGNORED = re.compile("|".join(one for many in _WITHOUT_A_SAY.values() for one in many))

# Known, and not modelled: what it can change, and how people call it.
UNSUPPORTED: tuple[tuple[re.Pattern[str], Affects, str], ...] = tuple(
    (re.compile(expression), affects, reason)
    for expression, affects, reason in (
        (r"pbr(?:-| |$)", Affects.ROUTING, "policy-based routing"),
        (r"pbrroute", Affects.ROUTING, "policy-based routing"),
        (r"(?:ip-reachability-detection|static-mroute|pim|igmp|isis)", Affects.ROUTING, "routing protocol"),
        (r"(?:vpn(?:-| )tunnel|vti|gre|6in4|tunnel|pppoe|modem)\b", Affects.ROUTING, "tunnel"),
        (r"mdps", Affects.ROUTING, "a separate management plane"),
        (r"arp proxy", Affects.NAT, "proxy ARP"),
        (r"bridging group", Affects.ROUTING, "bridge"),
        (r"(?:vsx|virtual-system|vswitch|vrouter)", Affects.FILTER, "virtual systems"),
        (r"dhcp server", Affects.OTHER, "DHCP server"),
        (r"(?:bootp|iphelper|dhcp|ipv6 dhcp)", Affects.OTHER, "DHCP relay"),
        (r"(?:vrrp|mcvr|ipv6 vrrp6?)", Affects.ROUTING, "VRRP"),
        (
            r"(?:aggregate|route-redistribution|inbound-route-filter|routemap|trace|bgp|ospf|ospf3|ipv6 ospf3|rip|ripng"
            r"|as |router-id|protocol-rank|nat-pool|prefix-list|prefix-tree)",
            Affects.ROUTING,
            "routing policy",
        ),
        (r"(?:rba|aaa|radius|tacacs)", Affects.MANAGEMENT, "roles and authentication servers"),
        (r"(?:interface \S+ (?:monitor-mode|ipv6-autoconfig|6in4|pppoe))", Affects.ROUTING, "interface mode"),
    )
)

# Defaults of dynamic routing and empty filters: they stand in every configuration and change nothing.
ROUTING_DEFAULTS = re.compile(
    r"(?:inbound-route-filter \S+ (?:instance \S+ )?accept-all-ipv[46]"
    r"|(?:ipv6 )?rip(?:ng)? (?:update|expire)-interval default"
    r"|vrrp (?:accept-connections off|coldstart-delay|interface-delay|monitor-firewall|disable-all-virtual-routers off)"
    r"|ospf (?:instance default )?area backbone on|ipv6 ospf3 (?:instance default )?area backbone on"
    r"|aaa (?:tacacs-servers state off|radius-servers (?:super-user-uid|default-shell|NAS-IP)))"
)


def guess(text: str) -> Affects:
    """Return what a line that no row knows could change, from its first words."""
    words = text.split()
    feature = words[1] if len(words) > 1 and words[0] in ("set", "add", "delete") else ""
    if feature in ("interface", "static-route", "bonding", "ipv6", "bgp", "ospf", "rip"):
        return Affects.ROUTING
    if feature in ("user", "snmp", "ssh", "web", "net-access", "password-controls", "allowed-client", "syslog", "ntp"):
        return Affects.MANAGEMENT
    return Affects.OTHER
