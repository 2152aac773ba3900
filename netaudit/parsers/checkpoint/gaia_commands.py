"""What a Gaia configuration (`show configuration`) may hold, a table: the coverage of clish in one place.

Source: Check Point Gaia Administration Guide (R80.40 to R81.20) and Gaia Advanced Routing Administration Guide. Rows
are tried in order; the first whose expression matches the words after `set` or `add` tells the state. What `gaia`
reads itself is not here.
"""

from __future__ import annotations

import re

from netaudit.model.source import Affects

# Known, and without a say in what the device permits, routes or who manages it.
IGNORED = re.compile(
    r"(?:installer|arp (?:table|announce)|core-dump|clienv|format|command |max-path-splits|tracefile|router-options"
    r"|timezone|lcd|kernel-routes (?:off|on)$|edition|web (?:table-refresh-rate|ssl3-enabled)|message caption"
    r"|routedsyslog|syslog (?:cplogs|mgmtauditlogs|auditlog|filename|uncompressmessages)"
    r"|snmp traps (?:trap|advanced)"
    r"|snmp (?:contact|location|custom-trap|clear)|dns |domainname|host name|backup|snapshot|cron|job|mail-notification"
    r"|ssl tunnel|proxy|ipv6-state|management interface|fcd|hyperscale|chassis|asset|neighbor-entry|neighbor |bootp"
    r"|hw-monitoring|hardware|volume|raid|upgrade|license|lldp|netflow|cluster member admin|dhcp client|scratchpad"
    r"|update-all|virtual-system all|multi-queue|interface \S+ (?:link-speed|auto-negotiation|mtu|[rt]x-ringsize"
    r"|monitor-mode off|multi-queue|ipv6-autoconfig off)|maestro|smo|sp |ha_|cloning-group|display-format|system-health"
    r"|user \S+ (?:shell|homedir|realname|force-password-change|uid|gid|info|lock-out|ssh-key)|group |grub2-password"
    r"|user-management|password-controls (?:expiration-warning-days|palindrome-check|history-checking"
    r"|force-change-when|deny-on-nonuse|expiration-lockout-days|password-hash-type))"
)

# Known, and not modelled: what it can change, and how people call it.
UNSUPPORTED: tuple[tuple[re.Pattern[str], Affects, str], ...] = tuple(
    (re.compile(expression), affects, reason)
    for expression, affects, reason in (
        (r"pbr(?:-| |$)", Affects.ROUTING, "policy-based routing"),
        (r"pbrroute", Affects.ROUTING, "policy-based routing"),
        (r"(?:ip-reachability-detection|static-mroute|pim|igmp|isis)", Affects.ROUTING, "routing protocol"),
        (r"(?:vpn-tunnel|vti|gre|6in4|tunnel|pppoe|modem)\b", Affects.ROUTING, "tunnel"),
        (r"arp proxy", Affects.NAT, "proxy ARP"),
        (r"bridging group", Affects.ROUTING, "bridge"),
        (r"(?:vsx|virtual-system|vswitch|vrouter)", Affects.FILTER, "virtual systems"),
        (r"dhcp server", Affects.OTHER, "DHCP server"),
        (r"(?:bootp|iphelper|dhcp)", Affects.OTHER, "DHCP relay"),
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
    r"(?:inbound-route-filter \S+ (?:instance \S+ )?accept-all-ipv[46]|rip (?:update|expire)-interval default"
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
