"""Where names are defined and used, as tables: one row for each way to write it."""

from __future__ import annotations

from netaudit.model.rules import Purpose
from netaudit.parsers.name_uses import NameDefinition, NameUse, defined, used
from netaudit.parsers.switch_reading import (
    ACCESS_LIST,
    ACCESS_MAP,
    AS_PATH_LIST,
    CLASS_MAP,
    COMMUNITY_LIST,
    NAT_POOL,
    POLICY_MAP,
    PREFIX_LIST,
    ROUTE_MAP,
)

_ROUTING, _MANAGEMENT, _QOS = Purpose.ROUTING, Purpose.MANAGEMENT, Purpose.QOS

USES: tuple[NameUse, ...] = (
    # route maps
    used(
        "route-map", r"match ip(?:v6)? address (?!prefix-list)(.+)", ACCESS_LIST, "route-map match ip address", _ROUTING
    ),
    used("route-map", r"match ip(?:v6)? address prefix-list (.+)", PREFIX_LIST, "route-map match ip address"),
    used("route-map", r"match ip(?:v6)? (?:next-hop|route-source) prefix-list (.+)", PREFIX_LIST, "route-map match"),
    used("route-map", r"match as-path (.+)", AS_PATH_LIST, "route-map match as-path"),
    used("route-map", r"match community (.+?)(?: exact-match)?$", COMMUNITY_LIST, "route-map match community"),
    used("route-map", r"match (?:ext|large-)community (.+?)(?: exact-match)?$", COMMUNITY_LIST, "route-map match"),
    used("route-map", r"set (?:ext|large-)?comm-list (\S+) delete", COMMUNITY_LIST, "route-map set comm-list"),
    # routing processes
    used("router", r"(?:.* )?redistribute .*\broute-map (\S+)", ROUTE_MAP, "redistribute route-map"),
    used(
        "router", r"(?:default-information originate .*|default-originate )route-map (\S+)", ROUTE_MAP, "default route"
    ),
    used("router", r"route-map (\S+) (?:in|out)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"prefix-list (\S+) (?:in|out)", PREFIX_LIST, "bgp neighbor prefix-list"),
    used("router", r"filter-list (\S+) (?:in|out)", AS_PATH_LIST, "bgp neighbor filter-list"),
    used("router", r"(?:unsuppress-map|advertise-map|table-map|nexthop route-map) (\S+)", ROUTE_MAP, "bgp route map"),
    used("router", r"advertise-map \S+ (?:non-)?exist-map (\S+)", ROUTE_MAP, "bgp advertise-map"),
    used("router", r"network \S+.*\broute-map (\S+)", ROUTE_MAP, "bgp network"),
    used("router", r"area \S+ filter-list route-map (\S+)", ROUTE_MAP, "ospf area filter-list"),
    used("router", r"area \S+ nssa .*\broute-map (\S+)", ROUTE_MAP, "ospf nssa"),
    used("router", r"(?:neighbor \S+ )?remote-as route-map (\S+)", ROUTE_MAP, "bgp remote-as"),
    used("interface", r"ip(?:v6)? distribute-list eigrp \S+ route-map (\S+)", ROUTE_MAP, "interface distribute-list"),
    used(
        "interface", r"ip(?:v6)? distribute-list eigrp \S+ prefix-list (\S+)", PREFIX_LIST, "interface distribute-list"
    ),
    used("vrf context", r"(?:import|export) (?:vrf \S+ (?:\d+ )?)?map (\S+)", ROUTE_MAP, "vrf context"),
    used("router", r"dampening route-map (\S+)", ROUTE_MAP, "bgp dampening"),
    used(
        "router",
        r"aggregate-address .*\b(?:attribute-map|advertise-map|suppress-map) (\S+)",
        ROUTE_MAP,
        "bgp aggregate-address",
    ),
    used("router", r"distribute-list (?:prefix-list|prefix) (\S+)", PREFIX_LIST, "distribute-list"),
    used("router", r"distribute-list route-map (\S+)", ROUTE_MAP, "distribute-list"),
    used("router", r"area \S+ filter-list route-map (\S+)", ROUTE_MAP, "area filter-list"),
    used("interface", r"ip distribute-list eigrp \S+ prefix-list (\S+)", PREFIX_LIST, "interface distribute-list"),
    used("interface", r"ip distribute-list eigrp \S+ route-map (\S+)", ROUTE_MAP, "interface distribute-list"),
    used("vrf context", r"(?:import|export) map (\S+)", ROUTE_MAP, "vrf map"),
    # quality of service and the control plane
    used("class-map", r"match access-group (?:name )?(\S+)", ACCESS_LIST, "class-map match access-group", _QOS),
    used("policy-map", r"class (?:type \S+ )?(?!class-default)(\S+)", CLASS_MAP, "policy-map class"),
    used("policy-map", r"service-policy (?:type \S+ )?(\S+)", POLICY_MAP, "policy-map service-policy"),
    used("control-plane", r"service-policy input (\S+)", POLICY_MAP, "control-plane service-policy"),
    used("system qos", r"service-policy (?:type \S+ )?(?:input |output )?(\S+)", POLICY_MAP, "system qos"),
    used("vlan configuration", r"service-policy (?:type \S+ )?(?:input|output) (\S+)", POLICY_MAP, "vlan qos"),
    # lists at VLANs, captures, multicast, and the management of the device
    used("vlan access-map", r"match ip(?:v6)? address (.+)", ACCESS_LIST, "vlan access-map match"),
    used("vlan access-map", r"match mac address (.+)", ACCESS_LIST, "vlan access-map match mac"),
    used("", r"vlan filter (\S+) ", ACCESS_MAP, "vlan filter"),
    used("interface", r"mac (?:port )?access-group (\S+)", ACCESS_LIST, "interface mac access-group"),
    used("interface", r"ip (?:igmp|pim) .*route-map (\S+)", ROUTE_MAP, "interface multicast"),
    used("", r"ip pim .*\b(?:route-map) (\S+)", ROUTE_MAP, "ip pim"),
    used("", r"ip pim .*\bprefix-list (\S+)", PREFIX_LIST, "ip pim"),
    used("monitor session", r"(?:filter|source) access-group (\S+)", ACCESS_LIST, "monitor session", Purpose.CAPTURE),
    used(
        "", r"ntp access-group (?:peer|query-only|serve|serve-only) (\S+)", ACCESS_LIST, "ntp access-group", _MANAGEMENT
    ),
    used("", r"sflow .*access-group (\S+)", ACCESS_LIST, "sflow", Purpose.CAPTURE),
    used("", r"nxapi use-acl (\S+)", ACCESS_LIST, "nxapi use-acl", _MANAGEMENT),
)

DEFINITIONS: tuple[NameDefinition, ...] = (
    defined(r"route-map (\S+)", ROUTE_MAP),
    defined(r"ip(?:v6)? prefix-list (\S+)", PREFIX_LIST),
    defined(r"ip as-path access-list (\S+)", AS_PATH_LIST),
    defined(r"ip (?:ext|large-)?community-list (?:standard |expanded )?(\S+)", COMMUNITY_LIST),
    defined(r"class-map (?:type \S+ )?(?:match-any |match-all )?(\S+)", CLASS_MAP),
    defined(r"policy-map (?:type \S+ )?(\S+)", POLICY_MAP),
    defined(r"vlan access-map (\S+)", ACCESS_MAP),
    defined(r"ip nat pool (\S+)", NAT_POOL),
)
