"""The sections of routing and tunnels: which keys are kept, and which change no route.

Names are those of the FortiOS CLI Reference 6.0 to 7.6, config router ..., config vpn ipsec ..., config system sdwan.
A key that is in neither list is not known, and its process is not exact.
"""

from __future__ import annotations

from netaudit.model.source import Affects, LineState
from netaudit.parsers.fortios.section_rules import SectionRule, facts, ignored, modelled
from netaudit.parsers.fortios.words import name_set

_R, _O, _M = Affects.ROUTING, Affects.OTHER, Affects.MANAGEMENT

# The address families of a BGP neighbour, as its keys end.
BGP_SUFFIXES = {"": "ipv4 unicast", "6": "ipv6 unicast", "-vpnv4": "vpnv4 unicast", "-vpnv6": "vpnv6 unicast",
                "-evpn": "l2vpn evpn"}  # fmt: skip

# Keys that exist once for each family.
BGP_FAMILY_KEYS = name_set("""
    activate route-map-in route-map-out route-map-out-preferable prefix-list-in prefix-list-out
    distribute-list-in distribute-list-out filter-list-in filter-list-out next-hop-self next-hop-self-rr
    route-reflector-client route-server-client capability-default-originate default-originate-routemap
    remove-private-as allowas-in allowas-in-enable as-override send-community maximum-prefix
    maximum-prefix-warning-only unsuppress-map attribute-unchanged additional-path adv-additional-path
    """)

_NEIGHBOR_KEPT = [f"{key}{suffix}" for key in BGP_FAMILY_KEYS for suffix in BGP_SUFFIXES]
# The suffix stands within these: `default-originate-routemap6`, `route-map-out6-preferable`.
_NEIGHBOR_KEPT += ["route-map-out6-preferable", "route-map-out-vpnv4-preferable", "route-map-out-vpnv6-preferable"]
_NEIGHBOR_KEPT += name_set("""
    remote-as remote-as-filter local-as local-as-no-prepend local-as-replace-as ebgp-enforce-multihop
    ebgp-multihop-ttl ebgp-ttl-security-hops update-source interface description shutdown passive password
    auth-options weight neighbor-group rr-attr-allow-change
    """)
_NEIGHBOR_IGNORED = """
    bfd connect-timer holdtime-timer keep-alive-timer advertisement-interval capability-graceful-restart
    capability-graceful-restart6 capability-graceful-restart-vpnv4 capability-graceful-restart-vpnv6
    capability-graceful-restart-evpn capability-orf capability-orf6 capability-dynamic capability-route-refresh
    dont-capability-negotiate override-capability strict-capability-match link-down-failover stale-route restart-time
    retain-stale-time maximum-prefix-threshold maximum-prefix-threshold6 maximum-prefix-threshold-vpnv4
    maximum-prefix-threshold-vpnv6 maximum-prefix-threshold-evpn soft-reconfiguration soft-reconfiguration6
    soft-reconfiguration-vpnv4 soft-reconfiguration-vpnv6 soft-reconfiguration-evpn
    """
_NEIGHBOR = modelled(
    _R,
    _NEIGHBOR_KEPT,
    _NEIGHBOR_IGNORED,
    nested={
        "conditional-advertise": modelled(_R, "advertise-routemap condition-routemap condition-type"),
        "conditional-advertise6": modelled(_R, "advertise-routemap condition-routemap condition-type"),
    },
)
_RANGE = modelled(_R, "prefix prefix6 neighbor-group", "max-neighbor-num")
_REDISTRIBUTE = modelled(_R, "status route-map routemap metric metric-type tag level", is_table=False)
_SOURCES = ("connected", "static", "rip", "ripng", "ospf", "ospf6", "bgp", "isis")
_REDISTRIBUTES = {
    f"{word} {source}": _REDISTRIBUTE for word in ("redistribute", "redistribute6") for source in _SOURCES
}
_AGGREGATE = modelled(_R, "prefix prefix6 as-set summary-only")
_VRF = modelled(
    _R,
    "role rd export-rt import-rt import-route-map",
    nested={"leak-target": modelled(_R, "route-map interface")},
)

_BGP = modelled(
    _R,
    """as router-id cluster-id confederation-identifier confederation-peers default-local-preference distance-external
    distance-internal distance-local ebgp-multipath ibgp-multipath additional-path additional-path6
    additional-path-vpnv4 additional-path-vpnv6 additional-path-select additional-path-select6
    additional-path-select-vpnv4 additional-path-select-vpnv6 always-compare-med bestpath-as-path-ignore
    bestpath-cmp-confed-aspath bestpath-cmp-routerid bestpath-med-confed bestpath-med-missing-as-worst
    client-to-client-reflection dampening dampening-route-map deterministic-med enforce-first-as network-import-check
    synchronization recursive-next-hop recursive-inherit-priority tag-resolve-mode multipath-recursive-distance
    cross-family-conditional-adv""",
    """keepalive-timer holdtime-timer scan-time log-neighbour-changes graceful-restart graceful-restart-time
    graceful-stalepath-time graceful-update-delay graceful-end-on-timer fast-external-failover
    dampening-max-suppress-time dampening-reachability-half-life dampening-reuse dampening-suppress
    dampening-unreachability-half-life ignore-optional-capability""",
    nested={
        "neighbor": _NEIGHBOR,
        "neighbor-group": _NEIGHBOR,
        "neighbor-range": _RANGE,
        "neighbor-range6": _RANGE,
        "network": modelled(_R, "prefix route-map backdoor network-import-check prefix-name"),
        "network6": modelled(_R, "prefix6 route-map backdoor network-import-check"),
        "aggregate-address": _AGGREGATE,
        "aggregate-address6": _AGGREGATE,
        "admin-distance": modelled(_R, "neighbour-prefix route-list distance"),
        "vrf": _VRF,
        "vrf6": _VRF,
        "vrf-leak": modelled(_R, "", nested={"target": modelled(_R, "route-map interface")}),
        "vrf-leak6": modelled(_R, "", nested={"target": modelled(_R, "route-map interface")}),
        **_REDISTRIBUTES,
    },
    is_table=False,
)

_AREA = modelled(
    _R,
    """type stub-type default-cost nssa-default-information-originate nssa-default-information-originate-metric
    nssa-default-information-originate-metric-type nssa-redistribution nssa-translator-role authentication
    keychain authentication-key ipsec-auth-alg ipsec-enc-alg""",
    "comments shortcut key-rollover-interval",
    nested={
        "range": modelled(_R, "prefix prefix6 advertise substitute substitute-status"),
        "virtual-link": modelled(
            _R,
            "peer",
            """authentication authentication-key keychain md5-key md5-keychain dead-interval hello-interval
            retransmit-interval transmit-delay key-rollover-interval ipsec-auth-alg ipsec-enc-alg""",
            nested={"*": ignored()},
        ),
        "filter-list": modelled(_R, "list direction"),
        "*": ignored(),
    },
)
_OSPF_INTERFACE = modelled(
    _R,
    """interface ip area-id cost priority network-type mtu-ignore hello-interval dead-interval status passive
    authentication authentication-key md5-key md5-keychain md5-keys keychain database-filter-out prefix-length
    ipsec-auth-alg ipsec-enc-alg""",
    """hello-multiplier retransmit-interval transmit-delay bfd resync-timeout linkdown-fast-failover mtu comments
    key-rollover-interval""",
    nested={"md5-keys": ignored(), "neighbor": ignored(kept=True), "*": ignored()},
)
_OSPF = modelled(
    _R,
    """router-id abr-type distance distance-external distance-inter-area distance-intra-area
    default-information-originate default-information-metric default-information-metric-type
    default-information-route-map default-metric auto-cost-ref-bandwidth rfc1583-compatible passive-interface
    distribute-list-in distribute-route-map-in""",
    """bfd restart-mode restart-period restart-on-topology-change database-overflow database-overflow-max-lsas
    database-overflow-time-to-recover spf-timers log-neighbour-changes lsa-refresh-interval""",
    nested={
        "area": _AREA,
        "ospf-interface": _OSPF_INTERFACE,
        "ospf6-interface": _OSPF_INTERFACE,
        "network": modelled(_R, "prefix area", "comments"),
        "neighbor": modelled(_R, "ip cost", "poll-interval priority"),
        "passive-interface": modelled(_R, ""),
        "summary-address": modelled(_R, "prefix prefix6 tag advertise"),
        "distribute-list": modelled(_R, "access-list protocol"),
        **_REDISTRIBUTES,
    },
    is_table=False,
)
_RIP = modelled(
    _R,
    "default-information-originate default-metric max-out-metric version passive-interface",
    "garbage-timer timeout-timer update-timer recv-buffer-size",
    nested={
        "network": modelled(_R, "prefix"),
        "interface": modelled(
            _R,
            """split-horizon split-horizon-status receive-version send-version send-version2-broadcast flags auth-mode
            auth-string auth-keychain""",
        ),
        "neighbor": modelled(_R, "ip ip6 interface"),
        "passive-interface": modelled(_R, ""),
        "distance": modelled(_R, "prefix prefix6 distance access-list access-list6"),
        "distribute-list": modelled(_R, "direction interface listname status"),
        "offset-list": modelled(_R, "direction access-list access-list6 offset interface status"),
        "aggregate-address": modelled(_R, "prefix6"),
        **_REDISTRIBUTES,
    },
    is_table=False,
)
# Routes of these are not read: their processes are never exact.
_NOT_READ = ignored(kept=True, nested={"*": ignored(kept=True, nested={"*": ignored()})})

_ROUTE_MAP = modelled(
    _R,
    "",
    "comments",
    nested={
        "rule": modelled(
            _R,
            """action match-as-path match-community match-community-exact match-extcommunity match-extcommunity-exact
            match-interface match-ip-address match-ip6-address match-ip-nexthop match-ip6-nexthop match-metric
            match-origin match-route-type match-tag match-vrf set-aspath set-aspath-action set-community
            set-community-additive
            set-community-delete set-extcommunity-rt set-extcommunity-soo set-ip-nexthop set-ip6-nexthop
            set-ip6-nexthop-local set-vpnv4-nexthop set-vpnv6-nexthop set-vpnv6-nexthop-local set-local-preference
            set-metric set-metric-type set-origin set-tag set-route-tag set-weight set-priority""",
            """match-flags set-flags set-aggregator-as set-aggregator-ip set-atomic-aggregate set-originator-id
            set-dampening-max-suppress set-dampening-reachability-half-life set-dampening-reuse set-dampening-suppress
            set-dampening-unreachability-half-life set-ip-prefsrc match-suppress""",
        )
    },
)


def _list(keys: str, own: str = "") -> SectionRule:
    return modelled(_R, own, "comments", nested={"rule": modelled(_R, keys, "flags comments")})


_POLICY_ROUTE = modelled(
    _R,
    """input-device input-device-negate src srcaddr src-negate dst dstaddr dst-negate action protocol start-port
    end-port start-source-port end-source-port gateway output-device tos tos-mask status internet-service-id
    internet-service-custom internet-service-fortiguard users groups""",
    "comments seq-num",
)

_SDWAN = SectionRule(
    LineState.IGNORED, _R, True, "", {"status": LineState.UNDERSTOOD}, {},
    {
        "members": facts(_R),
        "zone": facts(_R),
        "service": facts(_R),
        "health-check": facts(_O),
        "health-check-fortiguard": ignored(), "duplication": ignored(), "neighbor": ignored(),
        "fail-alert-interfaces": ignored(),
    },
)  # fmt: skip

_PHASE1 = ignored(understood="interface type remote-gw remotegw-ddns comments ike-version")
_PHASE2 = ignored(
    understood="phase1name proposal pfs dhgrp src-subnet dst-subnet src-subnet6 dst-subnet6 src-addr-type dst-addr-type"
)
_CERTIFICATE = ignored(kept=True)

ROUTING_SECTIONS: dict[str, SectionRule] = {
    "router bgp": _BGP,
    "router ospf": _OSPF,
    "router ospf6": _OSPF,
    "router rip": _RIP,
    "router ripng": _RIP,
    **{f"router {name}": _NOT_READ for name in ("isis", "multicast", "multicast6")},
    "router prefix-list": _list("action prefix ge le"),
    "router prefix-list6": _list("action prefix6 ge le"),
    "router access-list": _list("action prefix wildcard exact-match"),
    "router access-list6": _list("action prefix6 exact-match"),
    "router aspath-list": _list("action regexp"),
    "router community-list": _list("action match regexp", "type"),
    "router extcommunity-list": _list("action type match regexp", "type"),
    "router route-map": _ROUTE_MAP,
    "router policy": _POLICY_ROUTE,
    "router policy6": _POLICY_ROUTE,
    "system sdwan": _SDWAN,
    "system virtual-wan-link": _SDWAN,
    "vpn ipsec phase1-interface": _PHASE1,
    "vpn ipsec phase1": _PHASE1,
    "vpn ipsec phase2-interface": _PHASE2,
    "vpn ipsec phase2": _PHASE2,
    "vpn certificate local": _CERTIFICATE,
    "vpn certificate ca": _CERTIFICATE,
    "vpn certificate remote": _CERTIFICATE,
    "system gre-tunnel": ignored(understood="interface remote-gw local-gw"),
    "system ipip-tunnel": ignored(understood="interface remote-gw local-gw"),
    "system sit-tunnel": ignored(understood="interface destination source"),
    "system vxlan": ignored(understood="interface vni remote-ip"),
    "system password-policy": ignored(
        understood="""status minimum-length min-lower-case-letter min-upper-case-letter min-non-alphanumeric min-number
        expire-status expire-day reuse-password min-change-characters"""
    ),
}
