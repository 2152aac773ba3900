"""What is known of the FortiOS command tree: the coverage of the platform, in one place.

Each section (`config firewall policy`) has a rule that says what becomes of its lines: understood, ignored on
purpose (known, and changes no answer), unsupported (known, changes answers, not modelled) or, for whatever is
not listed, unrecognised. Names are those of the FortiOS CLI Reference 5.0 to 7.6.
"""

from __future__ import annotations

from netaudit.model.source import Affects, LineState
from netaudit.parsers.fortios.keys import (
    ADDRESS_IGNORED,
    INTERFACE_IGNORED,
    POLICY_IGNORED,
    POLICY_UNDERSTOOD,
    VIP_IGNORED,
)
from netaudit.parsers.fortios.routing_sections import ROUTING_SECTIONS
from netaudit.parsers.fortios.section_rules import SectionRule, ignored, modelled, unsupported
from netaudit.parsers.fortios.words import name_set

# The file itself, `config global` and one entry of `config vdom`: hold sections, no settings.
CONTAINER = SectionRule(LineState.UNRECOGNIZED, Affects.FILTER, True)

# The first words of top sections; a section with one of them never stands inside another.
ROOT_WORDS = name_set("""
    vdom global system firewall router vpn user log antivirus application webfilter dlp ips emailfilter
    spamfilter voip waf icap videofilter file-filter dnsfilter ssh-filter casb endpoint-control wanopt web-proxy
    ftp-proxy wireless-controller switch-controller extender-controller extension-controller report alertemail
    certificate monitoring nsxt virtual-patch sctp-filter authentication ztna telemetry-controller gui
    diameter-filter automation netscan imp2p cifs rule
    """)

# Sections whose quoted texts hold anything, also lines that look like configuration.
LITERAL_TEXT = (
    "system replacemsg",
    "system auto-script",
    "system automation",
    "system custom-language",
    "vpn certificate",
    "certificate",
    "system admin",
    "ips custom",
    "application custom",
    "system csf",
    "log threat-weight",
    "web-proxy",
    "system saml",
    "user saml",
    "firewall ssh",
    "switch-controller custom-command",
    "system lte-modem",
    "system dns-database",
    "vpn ssl web",
    "user setting",
    "system certificate",
)

# Keys whose values are names of objects; `rename` follows them.
REFERENCE_KEYS = name_set("""
    member exclude-member srcaddr dstaddr srcaddr6 dstaddr6 srcintf dstintf intf service schedule interface
    device associated-interface poolname poolname6 extintf orig-addr dst-addr nat-ippool groups users
    internet-service-name internet-service-src-name src dst input-device output-device srcintf-filter
    """)

_F, _R, _N, _M, _O = Affects.FILTER, Affects.ROUTING, Affects.NAT, Affects.MANAGEMENT, Affects.OTHER

_POLICY = modelled(
    _F,
    POLICY_UNDERSTOOD,
    POLICY_IGNORED,
    {
        "identity-based": "identity-based policies hold their services in a table of their own",
        "rtp-nat": "RTP NAT",
        "http-policy-redirect": "HTTP traffic goes to the proxy policies",
        "ssh-policy-redirect": "SSH traffic goes to the proxy policies",
        "ztna-policy-redirect": "ZTNA traffic goes to the proxy policies",
    },
    {"identity-based-policy": unsupported(_F, "identity-based policy")},
)

_ADDRESS = modelled(
    _F,
    """type subnet ip6 start-ip end-ip start-ip6 end-ip6 fqdn wildcard-fqdn country wildcard start-mac
    end-mac macaddr interface sub-type sdn associated-interface comment uuid host host-type template
    epg-name tenant organization tag-type tag-detection-level filter sdn-tag policy-group fsso-group
    clearpass-spt obj-id obj-tag obj-type hw-vendor hw-model os sw-version node-ip-only agent-id
    route-tag subnet-name sso-attribute-value""",
    ADDRESS_IGNORED,
    nested={
        "list": ignored(),
        "tagging": ignored(),
        "subnet-segment": ignored(),
    },
)
_ADDRESS_GROUP = modelled(
    _F, "member exclude exclude-member comment uuid type category", ADDRESS_IGNORED, nested={"tagging": ignored()}
)
_VIP = modelled(
    _N,
    """type extip extaddr extintf mappedip mapped-addr portforward protocol extport mappedport src-filter
    service status comment uuid srcintf-filter id server-type portmapping-type ldb-method
    ipv6-mappedip ipv6-mappedport ipv4-mappedip ipv4-mappedport nat44 nat46 nat64 nat66
    nat-source-vip""",
    VIP_IGNORED,
    nested={"realservers": modelled(_N, "ip port status address id type", VIP_IGNORED), "*": ignored()},
)
_IP_POOL = modelled(
    _N,
    "type startip endip comments name",
    """associated-interface arp-reply arp-intf permit-any-host source-startip source-endip block-size
    num-blocks-per-user pba-timeout startport endport port-per-user cgn-block-size
    cgn-client-startip cgn-client-endip cgn-client-ipv6shift cgn-fixedalloc cgn-overload
    cgn-port-start cgn-port-end cgn-spa utilization-alarm-raise utilization-alarm-clear
    add-nat64-route exclude-ip subnet-broadcast-in-ippool pba-interim-log icmp-session-quota
    tcp-session-quota udp-session-quota privileged-port-use-pba client-prefix-length uuid color
    add-nat46-route source-prefix6""",
    {"nat64": "the pool serves NAT64", "nat46": "the pool serves NAT46"},
)
_LOCAL_IN = modelled(
    _F,
    """intf srcaddr dstaddr srcaddr-negate dstaddr-negate service service-negate schedule action status
    comments name uuid ha-mgmt-intf-only logtraffic internet-service-src internet-service6-src
    internet-service-src-name internet-service6-src-name internet-service-src-group
    internet-service-src-custom internet-service-src-custom-group internet-service-src-negate
    internet-service-src-fortiguard internet-service6-src-group internet-service6-src-custom
    internet-service6-src-custom-group internet-service6-src-negate internet-service6-src-fortiguard""",
    "virtual-patch",
)
_ACCESS_CONTROL_LIST = modelled(
    _F, "policyid name uuid interface srcaddr dstaddr service status comments fragment", "color"
)
_MULTICAST_POLICY = modelled(
    _F,
    """id name uuid srcintf dstintf srcaddr dstaddr action protocol start-port end-port status snat snat-ip dnat
    comments""",
    "logtraffic auto-asic-offload traffic-shaper ips-sensor utm-status",
)
_TRANSLATING_POLICY = modelled(
    _F,
    """policyid permit-any-host name uuid srcintf dstintf srcaddr dstaddr action status schedule service comments
    logtraffic logtraffic-start ippool poolname fixedport""",
    [*POLICY_IGNORED, "traffic-shaper", "traffic-shaper-reverse"],
)
_SCHEDULE = modelled(
    _F, "day start end start-utc end-utc label-day member", "color fabric-object expiration-days uuid comment"
)

_STATIC_ROUTE = modelled(
    _R,
    """dst gateway device distance blackhole dstaddr sdwan sdwan-zone virtual-wan-link status comment vrf
    dynamic-gateway internet-service internet-service-custom priority weight src preferred-source
    tag""",
    "link-monitor-exempt bfd seq-num devindex internet-service-fortiguard",
)
_IPV6_INTERFACE = modelled(
    _O,
    "ip6-address ip6-allowaccess ip6-mode vrip6_link_local",
    """nd-mode ip6-send-adv autoconf ip6-dns-server-override ip6-manage-flag ip6-other-flag
    ip6-max-interval ip6-min-interval ip6-link-mtu ip6-reachable-time ip6-retrans-time
    ip6-default-life ip6-hop-limit ip6-subnet ip6-upstream-interface ip6-delegated-prefix-iaid
    dhcp6-relay-service dhcp6-relay-type dhcp6-relay-ip dhcp6-relay-source-ip
    dhcp6-relay-source-interface dhcp6-relay-interface-id dhcp6-client-options
    dhcp6-prefix-delegation dhcp6-prefix-hint dhcp6-prefix-hint-plt dhcp6-prefix-hint-vlt
    dhcp6-iapd-iaid dhcp6-information-request icmp6-send-redirect interface-identifier
    unique-autoconf-addr vrrp-virtual-mac6 ip6-prefix-mode ra-send-mtu ip6-route-pref ip6-rdnss
    ip6-adv-rio nd-cert nd-security-level nd-timestamp-delta nd-timestamp-fuzz nd-cga-modifier
    cli-conn6-status ip6-prefix-list""",
    nested={
        "ip6-extra-addr": modelled(_O, ""),
        "vrrp6": ignored(),
        "ip6-prefix-list": ignored(),
        "ip6-delegated-prefix-list": ignored(),
        "dhcp6-iapd-list": ignored(),
        "client-options": ignored(),
        "ip6-rdnss-list": ignored(),
        "ip6-dnssl-list": ignored(),
        "ip6-route-list": ignored(),
    },
    is_table=False,
)
_INTERFACE = modelled(
    _O,
    """vdom ip allowaccess type alias description status mode vlanid interface member role src-check vrf
    secondary-IP remote-ip management-ip name trunk""",
    INTERFACE_IGNORED,
    {
        "ipunnumbered": "the address is borrowed from another interface",
        "ip-managed-by-fortiipam": "the address may be set by IPAM",
        "ipmac": "IP/MAC binding drops packets",
        "security-mode": "a captive portal may hold traffic back",
        "pptp-client": "PPTP client",
        "forward-domain": "transparent forwarding between interfaces",
    },
    {
        "secondaryip": modelled(
            _O, "ip allowaccess", "gwdetect ping-serv-status detectserver detectprotocol ha-priority secip-relay-ip"
        ),
        "ipv6": _IPV6_INTERFACE,
        "vrrp": modelled(
            _O,
            "vrip status priority preempt vrdst",
            "vrgrp adv-interval start-time accept-mode vrdst-priority ignore-default-route version",
            nested={"*": ignored()},
        ),
        "tagging": ignored(),
        "l2tp-client-settings": ignored(),
        "egress-queues": ignored(),
        "client-options": ignored(),
        "dhcp-snooping-server-list": ignored(),
        "mirroring-filter": ignored(),
        "wifi-networks": ignored(),
        "phy-setting": ignored(),
    },
)
_ADMIN = ignored(
    understood=" ".join(f"trusthost{n} ip6-trusthost{n}" for n in range(1, 11))
    + " accprofile vdom password password2 two-factor fortitoken remote-auth wildcard remote-group peer-auth",
    nested={"*": ignored()},
)
_SYSLOG = ignored(understood="status server mode port enc-algorithm reliable")
_FORTIANALYZER = ignored(understood="status server enc-algorithm reliable")
_AUTHENTICATION_SERVER = ignored(understood="server secondary-server tertiary-server")
_LOG_TABLES = ("setting", "override-setting")

_RULES: dict[str, SectionRule] = {
    "vdom": CONTAINER,
    "global": CONTAINER,
    # Device and management. What `system global` and `system settings` hold besides are several hundred switches of
    # the graphical interface, of timers and of certificates: they are ignored without being listed.
    "system global": ignored(
        understood="""hostname alias admintimeout admin-ssh-v1 admin-telnet admin-https-redirect admin-sport
        admin-ssh-port admin-port admin-telnet-port vdom-mode vdom-admin admin-lockout-threshold
        admin-lockout-duration pre-login-banner post-login-banner revision-backup-on-logout"""
    ),
    "system settings": SectionRule(
        LineState.IGNORED,
        _F,
        True,
        "",
        dict.fromkeys(["opmode", "central-nat", "ngfw-mode", "status"], LineState.UNDERSTOOD)
        | dict.fromkeys(
            ["manageip", "asymroute", "asymroute6", "asymroute-icmp", "asymroute6-icmp"], LineState.UNSUPPORTED
        ),
        {
            "manageip": (_O, "the address of a transparent device"),
            "asymroute": (_F, "asymmetric routing switches the stateful inspection off"),
            "asymroute6": (_F, "asymmetric routing switches the stateful inspection off"),
            "asymroute-icmp": (_F, "ICMP is not checked statefully"),
            "asymroute6-icmp": (_F, "ICMP is not checked statefully"),
        },
    ),
    "system interface": _INTERFACE,
    "system zone": modelled(_F, "interface intrazone description", "uuid", nested={"tagging": ignored()}),
    "system vdom-link": ignored(kept=True),
    "system ha": ignored(
        understood="ha-mgmt-interface ha-mgmt-status",
        nested={"ha-mgmt-interfaces": ignored(understood="interface"), "*": ignored()},
    ),
    "system vdom-property": ignored(),
    "system admin": _ADMIN,
    "system api-user": ignored(
        understood="accprofile vdom", nested={"trusthost": ignored(understood="type ipv4-trusthost ipv6-trusthost")}
    ),
    "system snmp community": modelled(
        _M,
        "name query-v1-status query-v2c-status status",
        """id query-v1-port query-v2c-port trap-v1-status trap-v2c-status trap-v1-lport trap-v1-rport
    trap-v2c-lport trap-v2c-rport events mib-view vdoms mib-access""",
        nested={
            "hosts": modelled(_M, "ip host-type", "id ha-direct interface source-ip"),
            "hosts6": modelled(_M, "ipv6 host-type", "id ha-direct interface source-ipv6"),
        },
    ),
    "system snmp sysinfo": ignored(understood="status"),
    "system ntp": ignored(understood="ntpsync type", nested={"ntpserver": ignored(understood="server")}),
    "log setting": ignored(understood="fwpolicy-implicit-log fwpolicy6-implicit-log local-in-deny-unicast"),
    **{f"log syslogd{n} {kind}": _SYSLOG for n in ("", "2", "3", "4") for kind in _LOG_TABLES},
    **{f"log fortianalyzer{n} {kind}": _FORTIANALYZER for n in ("", "2", "3") for kind in _LOG_TABLES},
    "log fortianalyzer-cloud setting": _FORTIANALYZER,
    "user radius": _AUTHENTICATION_SERVER,
    "user tacacs+": _AUTHENTICATION_SERVER,
    "user ldap": _AUTHENTICATION_SERVER,
    # Objects
    "firewall address": _ADDRESS,
    "firewall address6": _ADDRESS,
    "firewall addrgrp": _ADDRESS_GROUP,
    "firewall addrgrp6": _ADDRESS_GROUP,
    "firewall service custom": modelled(
        _F,
        """protocol tcp-portrange udp-portrange sctp-portrange udplite-portrange icmptype icmpcode
    protocol-number iprange fqdn comment proxy app-service-type application app-category""",
        """category color visibility helper session-ttl check-reset-range tcp-halfclose-timer
    tcp-halfopen-timer tcp-timewait-timer tcp-rst-timer udp-idle-timer explicit-proxy fabric-object
    uuid""",
    ),
    "firewall service group": modelled(_F, "member comment", "color proxy explicit-proxy fabric-object uuid"),
    "firewall service category": ignored(),
    "firewall schedule recurring": _SCHEDULE,
    "firewall schedule onetime": _SCHEDULE,
    "firewall schedule group": _SCHEDULE,
    # Policies
    "firewall policy": _POLICY,
    "firewall policy6": _POLICY,
    "firewall consolidated policy": modelled(
        _F, [*POLICY_UNDERSTOOD, "srcaddr4", "dstaddr4", "poolname4"], POLICY_IGNORED
    ),
    "firewall local-in-policy": _LOCAL_IN,
    "firewall local-in-policy6": _LOCAL_IN,
    "firewall policy46": _TRANSLATING_POLICY,
    "firewall policy64": _TRANSLATING_POLICY,
    "firewall security-policy": modelled(
        _F, [*POLICY_UNDERSTOOD, "srcaddr4", "dstaddr4", "enforce-default-app-port"], POLICY_IGNORED
    ),
    "firewall proxy-policy": unsupported(_F, "proxy policy"),
    "firewall explicit-proxy-policy": unsupported(_F, "proxy policy"),
    "firewall multicast-policy": _MULTICAST_POLICY,
    "firewall multicast-policy6": _MULTICAST_POLICY,
    # Thresholds and inspection: they stop floods and attacks, and say nothing of which packets may pass.
    "firewall DoS-policy": ignored(),
    "firewall DoS-policy6": ignored(),
    "firewall interface-policy": ignored(),
    "firewall interface-policy6": ignored(),
    "firewall acl": _ACCESS_CONTROL_LIST,
    "firewall acl6": _ACCESS_CONTROL_LIST,
    "firewall ttl-policy": modelled(_F, "status srcintf srcaddr service schedule action ttl"),
    "firewall ipmacbinding table": unsupported(_F, "IP/MAC binding drops packets"),
    "firewall ipmacbinding setting": ignored(),  # in force only at interfaces with `set ipmac enable`
    "firewall access-proxy": unsupported(_F, "ZTNA access proxy"),
    "firewall access-proxy6": unsupported(_F, "ZTNA access proxy"),
    # NAT
    "firewall vip": _VIP,
    "firewall vip6": _VIP,
    "firewall vipgrp": modelled(_N, "member interface comments", "color uuid"),
    "firewall vipgrp6": modelled(_N, "member interface comments", "color uuid"),
    "firewall ippool": _IP_POOL,
    "firewall ippool6": _IP_POOL,
    "firewall ippool_grp": modelled(_N, "member comments"),
    "firewall central-snat-map": modelled(
        _N,
        """type srcintf dstintf orig-addr orig-addr6 dst-addr dst-addr6 protocol orig-port dst-port nat
    nat-ippool nat-ippool6 nat-port status comments uuid policyid""",
        "port-preserve port-random",
        {"nat46": "NAT46", "nat64": "NAT64"},
    ),
    "firewall vip46": unsupported(_N, "NAT46 virtual IP"),
    "firewall vip64": unsupported(_N, "NAT64 virtual IP"),
    "firewall vipgrp46": unsupported(_N, "NAT46 virtual IP"),
    "firewall vipgrp64": unsupported(_N, "NAT64 virtual IP"),
    "firewall ip-translation": unsupported(_N, "IP translation"),
    "firewall dnstranslation": ignored(),
    # Routing
    "router static": _STATIC_ROUTE,
    "router static6": _STATIC_ROUTE,
    "firewall identity-based-route": unsupported(_R, "routes by user"),
    **ROUTING_SECTIONS,
    "system link-monitor": unsupported(_R, "link monitors withdraw routes"),
    # VPN
    "vpn ssl settings": ignored(),
    "system switch-interface": ignored(understood="member vdom type"),
    "wireless-controller vap": ignored(kept=True),
    "system external-resource": ignored(understood="type status"),
    "user group": ignored(kept=True),
    "user adgrp": ignored(kept=True),
    "user local": ignored(kept=True),
}

# Sections that change none of the answers, whatever they hold. A name stands for all sections that begin with it.
_IGNORED_SECTIONS = name_set("""
    antivirus application webfilter dlp ips emailfilter spamfilter voip waf icap videofilter file-filter
    dnsfilter ssh-filter casb cifs sctp-filter diameter-filter virtual-patch endpoint-control wanopt web-proxy
    ftp-proxy wireless-controller switch-controller extender-controller extension-controller report alertemail
    certificate monitoring nsxt telemetry-controller authentication user gui log netscan imp2p rule dpdk
    vpn_ssl vpn_ipsec_forticlient vpn_ipsec_concentrator vpn_ipsec_fec vpn_ocvpn vpn_l2tp vpn_pptp vpn_kmip-server
    vpn_qkd router_key-chain router_auth-path router_setting router_bfd router_bfd6
    router_multicast-flow firewall_internet-service firewall_internet-service-name
    firewall_internet-service-group firewall_internet-service-custom firewall_internet-service-custom-group
    firewall_internet-service-definition firewall_internet-service-addition firewall_internet-service-append
    firewall_internet-service-extension firewall_internet-service-botnet firewall_internet-service-subapp
    firewall_internet-service-fallback firewall_internet-service-reputation firewall_internet-service-owner
    firewall_internet-service-ipbl-vendor firewall_internet-service-ipbl-reason firewall_internet-service-list
    firewall_internet-service-sld firewall_network-service-dynamic firewall_wildcard-fqdn
    firewall_multicast-address firewall_multicast-address6 firewall_proxy-address firewall_proxy-addrgrp
    firewall_address6-template firewall_profile-group firewall_profile-protocol-options firewall_ssl-ssh-profile
    firewall_ssl-server firewall_ssl firewall_ssh firewall_shaper firewall_shaping-policy
    firewall_shaping-profile firewall_sniffer firewall_on-demand-sniffer firewall_ldb-monitor
    firewall_auth-portal firewall_carrier-endpoint-bwl firewall_mms-profile firewall_gtp firewall_pfcp
    firewall_traffic-class firewall_vendor-mac firewall_vendor-mac-summary firewall_country firewall_region
    firewall_city firewall_global firewall_decrypted-traffic-mirror firewall_ipv6-eh-filter
    firewall_access-proxy-virtual-host firewall_access-proxy-ssh-client-cert firewall_identity-based-policy
    firewall_iprope firewall_deep-inspection-options firewall_profile firewall_GTP firewall_ssl-exempt
    system_replacemsg system_replacemsg-image system_replacemsg-group system_accprofile system_autoupdate
    system_fortiguard system_dns system_dns64 system_dns-database system_dns-server system_dhcp system_dhcp6
    system_email-server system_sms-server system_session-helper system_session-ttl system_object-tagging
    system_storage system_console system_ha-monitor system_custom-language system_auto-install
    system_auto-script system_automation-trigger system_automation-action system_automation-stitch
    system_automation-destination system_automation-condition system_csf system_central-management
    system_management-tunnel system_ftm-push system_fips-cc system_federated-upgrade system_fortisandbox
    system_fortimanager system_fortindr system_fortiai system_password-policy-guest-admin
    system_sso-admin system_sso-forticloud-admin system_sso-fortigate-cloud-admin system_saml
    system_sdn-connector system_sdn-proxy system_sflow system_netflow system_np6 system_np6xlite system_npu
    system_npu-vlink system_nst system_physical-switch system_virtual-switch system_virtual-wire-pair system_ips
    system_ips-urlfilter-dns system_ips-urlfilter-dns6 system_ipv6-neighbor-cache system_ipv6-tunnel
    system_arp-table system_proxy-arp system_mac-address-table system_lldp system_geoip-override
    system_geoip-country system_fsso-polling system_alarm system_auto-scale system_session-sync system_alias
    system_affinity-interrupt system_affinity-packet-redistribution system_acme system_cluster-sync
    system_standalone-cluster system_ddns system_dedicated-mgmt system_fm system_isf-queue-profile
    system_lte-modem system_modem system_3g-modem system_mobile-tunnel system_pppoe-interface
    system_probe-response system_ptp system_resource-limits system_vdom-dns system_vdom-exception
    system_vdom-netflow system_vdom-sflow system_vdom-radius-server system_vmlicense system_vne-tunnel
    system_wccp system_wireless system_stp system_smc-ntp system_speed-test-server system_speed-test-schedule
    system_speed-test-setting system_ssh-config system_snmp_user system_snmp_mib-view system_snmp_rmon-stat
    system_tos-based-priority system_traffic-class system_network-visibility system_nethsm system_ike
    system_ipam system_iscsi system_elbc system_evpn system_5g-modem system_gi-gk system_device-upgrade
    system_device-upgrade-exemptions system_icond system_interface-policy system_bypass system_certificate
    system_chassis-loadbalance system_status system_performance system_sov system_security-rating
    system_nd-proxy system_ngfw-settings system_pcp-server system_port-pair system_aux system_auto-update
    system_ngfw system_health-check-fortiguard system_session-helper-map system_mgmt-csum system_arp
    system_admin_tacacs system_backup system_admin_user system_admin_profile system_admin_setting system_log
    system_route system_locallog system_fortiview system_report system_sql system_alert-console system_mail
    system_syslog
    """)

# What an unlisted section could change, by its first word.
_FAMILIES = {"firewall": _F, "router": _R, "vpn": _O, "system": _M, "log": _M, "user": _M, "ztna": _F}

_CACHE: dict[str, SectionRule] = {}


def rule_of_section(path: str) -> SectionRule:
    """Return the rule of a top section by its path, quotes removed: "firewall policy"."""
    rule = _RULES.get(path)
    if rule is not None:
        return rule
    words = path.split(" ")
    for count in range(min(len(words), 3), 0, -1):
        if "_".join(words[:count]) in _IGNORED_SECTIONS:
            return _IGNORED
    affects = _FAMILIES.get(words[0], Affects.OTHER)
    return SectionRule(LineState.UNRECOGNIZED, affects, False, "section is not known")


_IGNORED = ignored()
