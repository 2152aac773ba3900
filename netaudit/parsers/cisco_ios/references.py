"""Where names are defined and used, as a table: one row for each way to write it."""

from __future__ import annotations

from netaudit.model.rules import Purpose
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.conf_tree import ConfLine
from netaudit.parsers.name_uses import NameDefinition, NameUse, defined, used
from netaudit.parsers.switch_reading import (
    ACCESS_LIST,
    AS_PATH_LIST,
    CLASS_MAP,
    COMMUNITY_LIST,
    INSPECT_CLASS_MAP,
    INSPECT_POLICY_MAP,
    POLICY_MAP,
    PREFIX_LIST,
    ROUTE_MAP,
)

_NAME = r"(\S+)"
_ROUTING, _CRYPTO, _MANAGEMENT = Purpose.ROUTING, Purpose.CRYPTO, Purpose.MANAGEMENT

_USES: tuple[NameUse, ...] = (
    # route maps
    used(
        "route-map", r"match ip(?:v6)? address (?!prefix-list)(.+)", ACCESS_LIST, "route-map match ip address", _ROUTING
    ),
    used(
        "route-map", r"match ip(?:v6)? address prefix-list (.+)", PREFIX_LIST, "route-map match ip address prefix-list"
    ),
    used(
        "route-map",
        r"match ip(?:v6)? (?:next-hop|route-source) (?!prefix-list)(.+)",
        ACCESS_LIST,
        "route-map match ip next-hop",
        _ROUTING,
    ),
    used(
        "route-map",
        r"match ip(?:v6)? (?:next-hop|route-source) prefix-list (.+)",
        PREFIX_LIST,
        "route-map match ip next-hop prefix-list",
    ),
    used("route-map", r"match as-path (.+)", AS_PATH_LIST, "route-map match as-path"),
    used("route-map", r"match community (.+?)(?: exact(?:-match)?)?$", COMMUNITY_LIST, "route-map match community"),
    used(
        "route-map",
        r"match (?:extcommunity|large-community) (.+?)(?: exact-match)?$",
        COMMUNITY_LIST,
        "route-map match community",
    ),
    used("route-map", r"set (?:comm|extcomm|large-comm)-list (\S+) delete", COMMUNITY_LIST, "route-map set comm-list"),
    # routing processes
    used(
        "router",
        r"(?:.* )?distribute-list (?!prefix|route-map|gateway)(\S+) (?:in|out)\b",
        ACCESS_LIST,
        "distribute-list",
        _ROUTING,
    ),
    used("router", r"distribute-list prefix (\S+)", PREFIX_LIST, "distribute-list prefix"),
    used("router", r"distribute-list (?:prefix \S+ )?gateway (\S+)", PREFIX_LIST, "distribute-list gateway"),
    used("router", r"distribute-list route-map (\S+)", ROUTE_MAP, "distribute-list route-map"),
    used("router", r"offset-list (?!0 )(\S+) (?:in|out)\b", ACCESS_LIST, "offset-list", _ROUTING),
    used("router", r"neighbor \S+ prefix-list (\S+) (?:in|out)", PREFIX_LIST, "bgp neighbor prefix-list"),
    used("router", r"neighbor \S+ route-map (\S+) (?:in|out)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"neighbor \S+ filter-list (\S+) (?:in|out)", AS_PATH_LIST, "bgp neighbor filter-list"),
    used(
        "router",
        r"neighbor \S+ (?:unsuppress-map|default-originate route-map|advertise-map) (\S+)",
        ROUTE_MAP,
        "bgp neighbor route-map",
    ),
    used("router", r"neighbor \S+ advertise-map \S+ (?:non-)?exist-map (\S+)", ROUTE_MAP, "bgp neighbor advertise-map"),
    # the same below a template of BGP
    used("router", r"prefix-list (\S+) (?:in|out)", PREFIX_LIST, "bgp neighbor prefix-list"),
    used("router", r"route-map (\S+) (?:in|out)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"filter-list (\S+) (?:in|out)", AS_PATH_LIST, "bgp neighbor filter-list"),
    used("router", r"(?:unsuppress-map|default-originate route-map) (\S+)", ROUTE_MAP, "bgp neighbor route-map"),
    used("router", r"bgp (?:inject-map \S+ exist-map|inject-map|nexthop route-map) (\S+)", ROUTE_MAP, "bgp route-map"),
    used("router", r"(?:eigrp stub|summary-address) .*\bleak-map (\S+)", ROUTE_MAP, "eigrp leak-map"),
    used("router", r"redistribute .*\broute-map (\S+)", ROUTE_MAP, "redistribute route-map"),
    used(
        "router",
        r"(?:network|default-information originate|bgp dampening) .*\broute-map (\S+)",
        ROUTE_MAP,
        "network route-map",
    ),
    used("router", r"bgp dampening route-map (\S+)", ROUTE_MAP, "bgp dampening route-map"),
    used(
        "router",
        r"aggregate-address .*\b(?:attribute-map|advertise-map|suppress-map|route-map) (\S+)",
        ROUTE_MAP,
        "bgp aggregate-address",
    ),
    used("router", r"(?:table-map|distance \d+ \S+ \S+ route-map) (\S+)", ROUTE_MAP, "table-map"),
    used("router", r"distance \d+ \d+\.\S+ \d+\.\S+ (\S+)$", ACCESS_LIST, "distance", _ROUTING),
    used("router", r"(?:summary-prefix|area \S+ filter-list prefix) (\S+) (?:in|out)", PREFIX_LIST, "area filter-list"),
    used("vrf definition", r"(?:import|export) (?:ipv[46] unicast (?:\d+ )?)?map (\S+)", ROUTE_MAP, "vrf map"),
    used("ip vrf", r"(?:import|export) (?:ipv[46] unicast (?:\d+ )?)?map (\S+)", ROUTE_MAP, "vrf map"),
    used("interface", r"ip(?:v6)? policy route-map (\S+)", ROUTE_MAP, "interface ip policy route-map"),
    used("interface", r"ip(?:v6)? summary-address eigrp .*\bleak-map (\S+)", ROUTE_MAP, "eigrp leak-map"),
    used("", r"ip(?:v6)? local policy route-map (\S+)", ROUTE_MAP, "ip local policy route-map"),
    # VPN
    used("crypto map", r"match address (\S+)", ACCESS_LIST, "crypto map match address", _CRYPTO),
    used("crypto dynamic-map", r"match address (\S+)", ACCESS_LIST, "crypto dynamic-map match address", _CRYPTO),
    used(
        "crypto gdoi", r"(?:match address ipv4|client registration .*\bacl) (\S+)", ACCESS_LIST, "crypto gdoi", _CRYPTO
    ),
    used("crypto isakmp client", r"acl (\S+)", ACCESS_LIST, "split tunnel acl", Purpose.SPLIT_TUNNEL),
    used(
        "crypto ikev2 authorization",
        r"route set (?:remote )?access-list (?:ipv6 )?(\S+)",
        ACCESS_LIST,
        "split tunnel acl",
        Purpose.SPLIT_TUNNEL,
    ),
    used("crypto ikev2 authorization", r"access-list (\S+)", ACCESS_LIST, "ikev2 authorization policy", _CRYPTO),
    # quality of service
    used("policy-map", r"class (?!type |class-default)(\S+)", CLASS_MAP, "policy-map class"),
    used("policy-map", r"service-policy (?!type )(?:input |output )?(\S+)", POLICY_MAP, "policy-map service-policy"),
    used(
        "class-map",
        r"match (?:not )?access-group (?:name )?(\S+)",
        ACCESS_LIST,
        "class-map match access-group",
        Purpose.QOS,
    ),
    used("class-map", r"match (?:not )?class-map (\S+)", CLASS_MAP, "class-map match class-map"),
    used(
        "control-plane",
        r"service-policy (?:type \S+ )?(?:input|output) (\S+)",
        POLICY_MAP,
        "control-plane service-policy",
    ),
    used(
        "interface", r"rate-limit (?:input|output) access-group (\d+)", ACCESS_LIST, "interface rate-limit", Purpose.QOS
    ),
    used("interface", r"traffic-shape group (\d+)", ACCESS_LIST, "interface traffic-shape", Purpose.QOS),
    used("interface", r"mac access-group (\S+)", ACCESS_LIST, "interface mac access-group"),
    used("service-template", r"(?:ip )?access-group (\S+)", ACCESS_LIST, "service-template access-group"),
    # multicast
    used("interface", r"ip(?:v6)? (?:igmp|mld) access-group (\S+)", ACCESS_LIST, "interface igmp access-group"),
    used("interface", r"ip multicast boundary (?:in |out )?(\S+)", ACCESS_LIST, "interface multicast boundary"),
    used("interface", r"ip pim neighbor-filter (\S+)", ACCESS_LIST, "interface pim neighbor-filter", _ROUTING),
    used("interface", r"ip directed-broadcast (\S+)", ACCESS_LIST, "interface directed-broadcast"),
    used(
        "",
        r"ip pim (?:vrf \S+ )?rp-address \S+ (?:access-list |group-list )?(?!override|bidir|route-map)(\S+)",
        ACCESS_LIST,
        "ip pim rp-address",
        _ROUTING,
    ),
    used(
        "",
        r"ip pim (?:vrf \S+ )?(?:ssm range|spt-threshold infinity group-list) (\S+)",
        ACCESS_LIST,
        "ip pim ssm range",
        _ROUTING,
    ),
    used(
        "", r"ip pim (?:vrf \S+ )?(?:accept-register list|accept-rp \S+) (\S+)", ACCESS_LIST, "ip pim accept", _ROUTING
    ),
    used(
        "",
        r"ip pim (?:vrf \S+ )?(?:rp-candidate|send-rp-announce) .*\bgroup-list (\S+)",
        ACCESS_LIST,
        "ip pim rp-candidate",
        _ROUTING,
    ),
    used(
        "", r"ip pim (?:vrf \S+ )?rp-announce-filter rp-list (\S+)", ACCESS_LIST, "ip pim rp-announce-filter", _ROUTING
    ),
    used("", r"ip msdp .*\blist (\S+)", ACCESS_LIST, "ip msdp", _ROUTING),
    used("", r"ip igmp ssm-map static (\S+)", ACCESS_LIST, "ip igmp ssm-map"),
    # management of the device
    used(
        "",
        r"ntp access-group (?:ipv[46] )?(?:peer|query-only|serve|serve-only) (\S+)",
        ACCESS_LIST,
        "ntp access-group",
        _MANAGEMENT,
    ),
    used("", r"snmp-server tftp-server-list (\S+)", ACCESS_LIST, "snmp-server tftp-server-list", _MANAGEMENT),
    used("", r"tftp-server \S+ (?:alias \S+ )?(\d+)$", ACCESS_LIST, "tftp-server", _MANAGEMENT),
    used(
        "",
        r"(?:netconf-yang ssh|restconf) ipv[46] access-list name (\S+)",
        ACCESS_LIST,
        "netconf access-list",
        _MANAGEMENT,
    ),
    used("", r"netconf ssh acl (\S+)", ACCESS_LIST, "netconf ssh acl", _MANAGEMENT),
    used(
        "",
        r"ip (?:ssh|telnet) (?:server )?access-(?:class|group) (\S+)",
        ACCESS_LIST,
        "ip ssh access-class",
        _MANAGEMENT,
    ),
    used("", r"login quiet-mode access-class (\S+)", ACCESS_LIST, "login quiet-mode", _MANAGEMENT),
    used("wireless profile", r"ipv[46] acl (\S+)", ACCESS_LIST, "wireless profile acl"),
    # capture and the rest
    used("", r"monitor capture \S+ access-list (\S+)", ACCESS_LIST, "monitor capture", Purpose.CAPTURE),
    used(
        "",
        r"monitor session \d+ filter (?:ip |ipv6 )?access-group (\S+)",
        ACCESS_LIST,
        "monitor session filter",
        Purpose.CAPTURE,
    ),
    used(
        "monitor session",
        r"filter (?:ip |ipv6 )?access-group (\S+)",
        ACCESS_LIST,
        "monitor session filter",
        Purpose.CAPTURE,
    ),
    used("vlan access-map", r"match ip(?:v6)? address (.+)", ACCESS_LIST, "vlan access-map match"),
    used("", r"dialer-list \d+ protocol ip(?:v6)? list (\S+)", ACCESS_LIST, "dialer-list"),
    used("", r"ip wccp .*\bredirect-list (\S+)", ACCESS_LIST, "ip wccp redirect-list"),
    used("", r"ip wccp .*\bgroup-list (\S+)", ACCESS_LIST, "ip wccp group-list"),
    used("", r"ip tcp intercept list (\S+)", ACCESS_LIST, "ip tcp intercept"),
    used("", r"ip inspect name .*\bjava-list (\S+)", ACCESS_LIST, "ip inspect java-list"),
)

DEFINITIONS: tuple[NameDefinition, ...] = (
    defined(r"route-map (\S+)", ROUTE_MAP),
    defined(r"ip(?:v6)? prefix-list (?!sequence-number)(\S+)", PREFIX_LIST),
    defined(r"ip as-path access-list (\S+)", AS_PATH_LIST),
    defined(r"ip (?:ext|large-)?community-list (?:standard |expanded )?(\S+)", COMMUNITY_LIST),
    defined(
        r"class-map type inspect (?!http|smtp|imap|pop3|sunrpc|h323|sip|im|p2p|gtp)"
        r"(?:match-any |match-all )?(\S+)",
        INSPECT_CLASS_MAP,
    ),
    defined(r"class-map (?!type )(?:match-any |match-all )?(\S+)", CLASS_MAP),
    defined(
        r"policy-map type inspect (?!http|smtp|imap|pop3|sunrpc|h323|sip|im|p2p|gtp)(\S+)",
        INSPECT_POLICY_MAP,
    ),
    defined(r"policy-map (?!type )(\S+)", POLICY_MAP),
)


def read_uses(reading: Reading) -> None:
    """Note every use of a name that the table knows; lists of parsers with more to read note their own."""
    top = tuple(use for use in _USES if not use.block)
    for root in reading.roots:
        text = root.text.strip()
        if not root.children:
            if text.startswith(("access-list ", "ip route ", "ip prefix-list ")):
                continue
            for use in top:
                _note(reading, use, root, text)
            if not text.startswith("crypto map"):
                continue
        start = text.removeprefix("ipv6 ") if text.startswith("ipv6 router ") else text
        rows = [use for use in _USES if use.block and start.startswith(use.block) and not _is_inspection(text)]
        if not rows:
            continue
        for line in root.walk():
            if line is not root:
                stripped = line.text.strip()
                for use in rows:
                    _note(reading, use, line, stripped)


def _is_inspection(text: str) -> bool:
    return text.startswith(("class-map type inspect", "policy-map type inspect"))


def _note(reading: Reading, use: NameUse, line: ConfLine, text: str) -> None:
    match = use.pattern.match(text)
    if match is None:
        return
    for name in match[1].split():
        interface = ""
        if use.block == "interface":
            top = line
            while top.parent is not None:
                top = top.parent
            interface = top.text.partition(" ")[2].replace(" ", "")
        reading.use(use.kind, name, line.index, use.context, use.purpose, interface)
