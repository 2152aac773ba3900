"""Where names are defined and used, as tables: one row for each way to write it."""

from __future__ import annotations

from netaudit.model.rules import Purpose
from netaudit.parsers.name_uses import NameDefinition, NameUse, defined, used
from netaudit.parsers.switch_reading import (
    ACCESS_LIST,
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
        "route-map",
        r"match (?:invert-result )?ip(?:v6)? address (?:access-list |dynamic )?(?!prefix-list)(\S+)",
        ACCESS_LIST,
        "route-map match ip address",
        _ROUTING,
    ),
    used(
        "route-map",
        r"match (?:invert-result )?ip(?:v6)? (?:address|next-hop|resolved-next-hop) prefix-list (\S+)",
        PREFIX_LIST,
        "route-map match ip address",
    ),
    used("route-map", r"match (?:invert-result )?as-path (?!length)(.+)", AS_PATH_LIST, "route-map match as-path"),
    used(
        "route-map",
        r"match (?:invert-result )?community (.+?)(?: exact-match| or-results)*$",
        COMMUNITY_LIST,
        "route-map match community",
    ),
    used(
        "route-map",
        r"match (?:invert-result )?(?:extcommunity|large-community) (.+?)(?: exact-match| or-results)*$",
        COMMUNITY_LIST,
        "route-map match community",
    ),
    used(
        "route-map",
        r"set (?:large)?community (?:large)?community-list (.+?)(?: additive| delete)?$",
        COMMUNITY_LIST,
        "route-map set community",
    ),
    used("route-map", r"sub-route-map (\S+)", ROUTE_MAP, "route-map sub-route-map"),
    # routing processes
    used("router", r"(?:.* )?redistribute .*\broute-map (\S+)", ROUTE_MAP, "redistribute route-map"),
    used("router", r"(?:no )?neighbor \S+ route-map (\S+) (?:in|out)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"neighbor \S+ prefix-list (\S+) (?:in|out)", PREFIX_LIST, "bgp neighbor prefix-list"),
    used("router", r"neighbor \S+ default-originate (?:always )?route-map (\S+)", ROUTE_MAP, "bgp default-originate"),
    used(
        "router", r"(?:network|aggregate-address) \S+.*\b(?:route-map|attribute-map|match-map) (\S+)", ROUTE_MAP, "bgp"
    ),
    used("router", r"aggregate-address .*\badvertise-map (\S+)", ROUTE_MAP, "bgp"),
    used("router", r"area \S+ filter prefix-list (\S+)", PREFIX_LIST, "area filter"),
    used("router", r"default-information originate .*\broute-map (\S+)", ROUTE_MAP, "default-information route-map"),
    used("router", r"distribute-list prefix-list (\S+)", PREFIX_LIST, "distribute-list"),
    used("router", r"distribute-list route-map (\S+)", ROUTE_MAP, "distribute-list"),
    used("router", r"table-map (\S+)", ROUTE_MAP, "bgp table-map"),
    used("router", r"rp address \S+ access-list (\S+)", ACCESS_LIST, "pim rp address", _ROUTING),
    used("router", r"(?:ssm range|anycast-rp .*access-list) (?!standard)(\S+)", ACCESS_LIST, "pim ssm", _ROUTING),
    used(
        "", r"ip pim rp-address \S+ (?!override|hashmask|priority)(\D\S*)", ACCESS_LIST, "ip pim rp-address", _ROUTING
    ),
    # interfaces
    used("interface", r"ip multicast boundary ((?!\d+\.\d)\S+)", ACCESS_LIST, "interface multicast boundary"),
    used("interface", r"mac access-group (\S+)", ACCESS_LIST, "interface mac access-group"),
    used(
        "interface",
        r"ip nat (?:source|destination) (?:static|dynamic) .*?\baccess-list (\S+)",
        ACCESS_LIST,
        "interface ip nat",
        Purpose.NAT,
    ),
    used("interface", r"ip nat .*\bpool (\S+)", NAT_POOL, "interface ip nat pool"),
    used("interface", r"ip igmp access-group (\S+)", ACCESS_LIST, "interface igmp access-group"),
    # quality of service
    used("class-map", r"match ip(?:v6)? access-group (?:name )?(\S+)", ACCESS_LIST, "class-map match", _QOS),
    used("class-map", r"match mac access-group (\S+)", ACCESS_LIST, "class-map match mac"),
    used(
        "policy-map",
        r"(?:\d+ )?class (?!class-default|built-in|copp-system)(\S+)",
        CLASS_MAP,
        "policy-map class",
    ),
    # captures and the management of the device
    used("", r"monitor session \S+ .*\bip access-group (\S+)", ACCESS_LIST, "monitor session", Purpose.CAPTURE),
    used("", r"ntp serve ip(?:v6)? access-group (\S+)", ACCESS_LIST, "ntp serve access-group", _MANAGEMENT),
)

DEFINITIONS: tuple[NameDefinition, ...] = (
    defined(r"route-map (\S+)", ROUTE_MAP),
    defined(r"ip(?:v6)? prefix-list (\S+)", PREFIX_LIST),
    defined(r"ip as-path access-list (\S+)", AS_PATH_LIST),
    defined(r"ip community-list (?:standard |expanded |regexp )?(\S+)", COMMUNITY_LIST),
    defined(r"ip (?:ext|large-)community-list (?:standard |expanded |regexp )?(\S+)", COMMUNITY_LIST),
    defined(r"class-map (?:type \S+ )?(?:match-any |match-all )?(\S+)", CLASS_MAP),
    defined(r"policy-map (?:type \S+ )?(?:shared )?(\S+)", POLICY_MAP),
    defined(r"ip nat pool (\S+)", NAT_POOL),
)
