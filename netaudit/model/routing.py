"""Dynamic routing as configured: processes, what they announce to whom, and the policies on the way.

Nothing is computed here. Words are the same on every platform: a Cisco `route-map` and a Junos `policy-statement` are
both a RoutePolicy. `exact` False says that a line of the part was not understood and may change its routes.
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.rules import Action
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, format_address
from netaudit.packets.packet import PacketMatch

DEFAULT_VRF = "default"


@dataclass(frozen=True, slots=True)
class PrefixRange:
    """The prefixes inside `network`/`prefix_length` whose own length is from `least` to `most`, inclusive."""

    family: Family
    network: int
    prefix_length: int
    least: int
    most: int

    def __str__(self) -> str:
        prefix = f"{format_address(self.family, self.network)}/{self.prefix_length}"
        if self.least == self.most == self.prefix_length:
            return prefix
        return f"{prefix} {self.least}-{self.most}"


@dataclass(frozen=True, slots=True)
class PrefixListEntry:
    """One entry; the first match decides and no match denies."""

    action: Action
    prefixes: PrefixRange
    where: SourceRef
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class PrefixList:
    """A named, ordered list of prefixes."""

    name: str
    entries: tuple[PrefixListEntry, ...]
    where: SourceRef
    exact: bool = True
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class TextListEntry:
    """An entry of an AS-path or community list. `values` match together; or `expression` is a regular expression."""

    action: Action
    where: SourceRef
    values: tuple[str, ...] = ()
    expression: str = ""


@dataclass(frozen=True, slots=True)
class TextList:
    """An AS-path list or community list.

    `kind` is "as_path", "as_path_group" (Junos), "community", "extended_community" or "large_community". `inverted`:
    a route fits where no entry does (Junos invert-match).
    """

    name: str
    kind: str
    entries: tuple[TextListEntry, ...]
    where: SourceRef
    exact: bool = True
    inverted: bool = False
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class PolicyCondition:
    """One condition of a term; any of its values satisfies it.

    `kind`: "prefix_list", "access_list", "prefix" (values as "10.0.0.0/8 8-24"), "next_hop", "next_hop_prefix_list",
    "next_hop_access_list", "source_prefix_list", "source_access_list", "as_path", "community", "community_exact",
    "extended_community", "large_community", "interface", "metric", "tag", "protocol" (a word of Redistribution,
    with the process where one is named: "ospf 1"), "route_type", "neighbor", "local_preference", "origin", "area",
    "family", "policy" (a nested policy), "length",
    "instance", "level", "rule" (values "RULEBASE" and "RULE": the packet is decided by that rule), and of Junos
    "source_prefix", "table", "as_path_group", "condition" (a RouteCondition), "preference", "color", "metric2", "tag2",
    "external_type", "validation_state", "state"; "to_" before a kind: the same of where the route goes. Of packets
    (policy-based routing without a list, FortiOS): "source", "destination" (prefixes or ranges as written),
    "source_object", "destination_object", "ip_protocol", "source_port", "destination_port" ("80-90"). A kind not listed
    here is not understood by any reader: the term is not exact.
    """

    kind: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """One attribute that a term sets.

    `kind`: "local_preference", "metric", "metric_type", "weight", "origin", "tag", "distance", "next_hop",
    "next_hop_self", "vrf", "interface", "as_path_prepend", "community_set", "community_add", "community_delete",
    "extended_community_set", "extended_community_add", "large_community_set", "large_community_add",
    "extended_community_delete", "large_community_delete" (a community, or "list NAME" for those of a list),
    "precedence", "dscp", "default_next_hop", "default_interface", "level", "color", "default_outcome" ("permit" or
    "deny": what follows should no later policy decide). Of packets alone: "discard", "virtual_system" (they go on in
    that one), "verify_availability" (next hops count only while they answer). Metric values may be "+5", "-5"; next
    hops
    "peer-address", "unchanged", "10.0.0.1 recursive" or "10.0.0.1 track 1" (while that track is up). Other settings
    of a platform that do not decide which routes pass keep its word ("load_balance").
    """

    kind: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoutePolicyTerm:
    """One clause: all conditions hold -> the changes are made and `outcome` follows.

    `outcome`: "permit" and "deny" end the policy, "next_policy" leaves it, "" and "next_term" go on with the next term.
    """

    name: str
    outcome: str
    where: SourceRef
    conditions: tuple[PolicyCondition, ...] = ()
    changes: tuple[PolicyChange, ...] = ()
    continues_at: str = ""  # a permit that goes on at this term (Cisco `continue`)
    exact: bool = True
    match: PacketMatch | None = None  # policy-based routing whose rules match packets by themselves (PAN-OS)


@dataclass(frozen=True, slots=True)
class RoutePolicy:
    """A route map or policy statement. `default_outcome`: "deny" (Cisco), "" (Junos: the protocol's own default)."""

    name: str
    terms: tuple[RoutePolicyTerm, ...]
    where: SourceRef
    default_outcome: str = "deny"
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class Redistribution:
    """Routes of another source that the process announces.

    `source`: "connected", "static", "local", "aggregate", "ospf", "ospfv3", "bgp", "eigrp", "isis", "rip", "mobile",
    "attached_host", or "any": whatever the policies of `chain` accept, asked in their order (Junos export).
    `metric_type` is 1 or 2 (OSPF external), 0 = default. `matches`: OSPF's "internal", "external 1", "external 2",
    "nssa-external ..." or IS-IS levels.
    """

    source: str
    where: SourceRef
    process: str = ""  # the other process, "" = the only one or not stated
    family: Family | None = None  # None = both
    policy: str = ""
    metric: int | None = None
    metric_type: int = 0
    subnets: bool = True  # False: classful networks only (IOS OSPF without `subnets` before 12.x)
    tag: int | None = None
    matches: tuple[str, ...] = ()
    vrf: str = ""  # the source's VRF where it is another one
    chain: tuple[str, ...] = ()  # names, or expressions of names: "( a && b )"


@dataclass(frozen=True, slots=True)
class RoutingNetwork:
    """A `network` statement: interfaces in `addresses` take part (OSPF, EIGRP, RIP), or BGP announces the prefix."""

    addresses: AddressSet
    where: SourceRef
    area: str = ""  # OSPF, dotted: "0.0.0.0"
    prefix: str = ""  # BGP: "10.0.0.0/8"
    policy: str = ""
    backdoor: bool = False


@dataclass(frozen=True, slots=True)
class RoutingInterface:
    """How an interface takes part in a process. None and "" = not stated at the interface."""

    interface: str
    where: SourceRef
    enabled: bool | None = None  # True: at the interface (`ip ospf 1 area 0`); None: by `network`
    area: str = ""
    cost: int | None = None
    passive: bool | None = None
    network_type: str = ""  # "broadcast", "point-to-point", "point-to-multipoint", "non-broadcast", "loopback"
    priority: int | None = None
    hello_s: int | None = None
    dead_s: int | None = None
    authenticated: bool | None = None
    level: str = ""  # IS-IS: "1", "2", "1-2"
    family: Family | None = None
    ignores_mtu: bool = False
    options: tuple[tuple[str, str], ...] = ()  # further settings, as those of the process


@dataclass(frozen=True, slots=True)
class RouteSummary:
    """A range or aggregate. `announced` False: the summary hides its routes and is not announced itself."""

    prefix: str
    where: SourceRef
    area: str = ""  # OSPF area range; "" = at redistribution, or BGP
    interface: str = ""  # EIGRP, RIP
    summary_only: bool = False
    announced: bool = True
    cost: int | None = None
    policy: str = ""  # attributes of the aggregate
    suppress_policy: str = ""
    advertise_policy: str = ""
    as_set: bool = False


@dataclass(frozen=True, slots=True)
class RoutingArea:
    """An OSPF area. `kind`: "normal", "stub", "totally_stub", "nssa", "totally_nssa"."""

    area: str
    where: SourceRef
    kind: str = "normal"
    default_cost: int | None = None
    announces_default: bool = False  # NSSA default-information-originate
    redistributes: bool = True  # NSSA no-redistribution
    virtual_links: tuple[str, ...] = ()  # router ids
    authenticated: bool | None = None
    import_filters: tuple[str, ...] = ()  # "prefix_list NAME", "access_list NAME"
    export_filters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultRoute:
    """A default route that the process announces; not `always`: only while the table has one."""

    where: SourceRef
    always: bool = False
    metric: int | None = None
    metric_type: int = 0
    policy: str = ""


@dataclass(frozen=True, slots=True)
class RoutingFilter:
    """A distribute list: a list or policy on what is taken into the table ("in") or announced ("out").

    `kind`: "access_list", "prefix_list", "policy" or "gateway". `peer`: an interface or source ("ospf 1"), "" = all.
    """

    direction: str
    kind: str
    name: str
    where: SourceRef
    peer: str = ""


@dataclass(frozen=True, slots=True)
class BgpFamily:
    """A neighbour's settings in one address family ("ipv4 unicast", "vpnv4 unicast", "l2vpn evpn" ...).

    Family "" holds what is stated for all families of the neighbour at once. Policies are asked in their order; an
    expression of policies (Junos) stays one text: "( a && b )".
    """

    family: str
    where: SourceRef
    active: bool | None = None
    import_policies: tuple[str, ...] = ()
    export_policies: tuple[str, ...] = ()
    import_filters: tuple[str, ...] = ()  # "prefix_list NAME", "access_list NAME", "as_path NAME"
    export_filters: tuple[str, ...] = ()
    next_hop_self: bool | None = None
    next_hop_unchanged: bool | None = None
    reflector_client: bool | None = None
    sends_default: bool | None = None
    default_policy: str = ""
    removes_private_as: str = ""  # "", "yes", "all", "replace"
    own_as_accepted: int | None = None  # how often the own number may stand in the path
    as_override: bool | None = None
    weight: int | None = None
    sends_communities: str = ""  # "", "standard", "extended", "both", "large", "all"
    maximum_prefixes: int | None = None
    add_path: tuple[str, ...] = ()  # "send", "receive"
    unsuppress_policy: str = ""
    options: tuple[tuple[str, str], ...] = ()  # further settings, as those of the process


@dataclass(frozen=True, slots=True)
class BgpNeighbor:
    """A neighbour, a group whose settings neighbours inherit, or a range that neighbours may come from.

    `name` is an address, an interface (unnumbered), a group's name or a prefix; kind "process": what the process
    itself states for all its groups. None and "" = not stated here: the group decides, then the process, then the
    platform.
    """

    name: str
    where: SourceRef
    kind: str = "neighbor"  # or "group", "range", "session" and "policy" (IOS and NX-OS templates), "process"
    group: str = ""
    session: str = ""  # NX-OS, IOS: the inherited peer-session or template, "" = none
    remote_as: str = ""  # a number as text ("65001"; dotted form converted), "external", "internal"
    local_as: str = ""
    local_as_options: tuple[str, ...] = ()  # "no-prepend", "replace-as", "dual-as", "private"
    source: str = ""  # an interface or address
    description: str = ""
    enabled: bool | None = None
    multihop: int | None = None  # hops; 1 = directly connected
    authenticated: bool | None = None
    confederation: str = ""
    passive: bool | None = None
    families: tuple[BgpFamily, ...] = ()
    options: tuple[tuple[str, str], ...] = ()  # further settings, as those of the process
    exact: bool = True


@dataclass(frozen=True, slots=True)
class RoutingProcess:
    """A dynamic routing protocol that runs on the device; `name` as configured ("ospf 1", "bgp 65001").

    `protocol`: "ospf", "ospfv3", "bgp", "eigrp", "isis", "rip", "ripng", "odr", "ldp" ... One value for each
    process and VRF. `options`, here and in the parts: settings that no field holds. They are understood and kept, and
    some change routes: who computes routes knows each of them or leaves the routes undecided.
    """

    protocol: str
    name: str
    where: SourceRef
    vrf: str = DEFAULT_VRF
    virtual_system: str = ""
    identifier: str = ""  # the process id or tag: "1"
    autonomous_system: str = ""  # BGP, EIGRP; a number as text
    router_id: str = ""
    enabled: bool = True
    passive_default: bool = False
    networks: tuple[RoutingNetwork, ...] = ()
    interfaces: tuple[RoutingInterface, ...] = ()
    areas: tuple[RoutingArea, ...] = ()
    redistributions: tuple[Redistribution, ...] = ()
    default_route: DefaultRoute | None = None
    summaries: tuple[RouteSummary, ...] = ()
    filters: tuple[RoutingFilter, ...] = ()
    neighbors: tuple[BgpNeighbor, ...] = ()
    distances: tuple[tuple[str, int], ...] = ()  # ("internal", 110), ("external", 20), ("local", 200) ...
    reference_bandwidth_mbps: int | None = None
    maximum_paths: int | None = None
    maximum_paths_internal: int | None = None
    default_metric: int | None = None
    cluster_id: str = ""
    confederation: str = ""  # the outer number
    confederation_members: tuple[str, ...] = ()
    level: str = ""  # IS-IS: "1", "2", "1-2"
    net: tuple[str, ...] = ()  # IS-IS network entity titles
    options: tuple[tuple[str, str], ...] = ()  # further settings as (lower-case name, value), understood and kept
    exact: bool = True


@dataclass(frozen=True, slots=True)
class VrfTargets:
    """What a VRF takes from others and gives to them in one family (None = both)."""

    vrf: str
    where: SourceRef
    family: Family | None = None
    route_distinguisher: str = ""
    imports: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    import_policies: tuple[str, ...] = ()
    export_policies: tuple[str, ...] = ()
    kind: str = ""  # the vendor's word for the instance: "vrf", "virtual-router", "mac-vrf" ...
    vni: int | None = None  # the VXLAN network of its routed traffic
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class PolicyRoute:
    """Policy-based routing: packets that enter at `interface` ("" = made by the device) meet the route policy."""

    policy: str
    where: SourceRef
    interface: str = ""
    family: Family | None = None
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class AggregateRoute:
    """A route that stands in the table while a more specific one does. It drops, or leads where those lead."""

    prefix: str
    where: SourceRef
    vrf: str = DEFAULT_VRF
    discards: bool = True  # False: it takes the next hop of a contributing route (Junos generate)
    policies: tuple[str, ...] = ()  # which routes contribute
    distance: int | None = None
    enabled: bool = True
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class TableGroup:
    """Tables that take the same routes (Junos rib-group): what goes into the first goes into all."""

    name: str
    tables: tuple[str, ...]  # as configured: "RED.inet.0"
    where: SourceRef
    policies: tuple[str, ...] = ()
    export_table: str = ""
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class RouteCondition:
    """A named condition that holds while a table has a route to the prefix."""

    name: str
    prefix: str
    where: SourceRef
    table: str = ""  # "" = the default table
    exact: bool = True
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class RoutingSetting:
    """A setting of routing outside of any process ("forwarding export", "martian", "interface routes group" ...)."""

    name: str
    value: str
    where: SourceRef
    vrf: str = DEFAULT_VRF
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class PathRule:
    """A rule, member or zone of path selection among several lines (SD-WAN). What it chooses is not known offline."""

    kind: str  # "zone", "member", "rule"
    name: str
    where: SourceRef
    settings: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    virtual_system: str = ""


@dataclass(frozen=True, slots=True)
class RoutingPlane:
    """What a configuration says of routing beside its processes and static routes."""

    policies: tuple[RoutePolicy, ...] = ()
    prefix_lists: tuple[PrefixList, ...] = ()
    text_lists: tuple[TextList, ...] = ()
    vrf_targets: tuple[VrfTargets, ...] = ()
    policy_routes: tuple[PolicyRoute, ...] = ()
    aggregates: tuple[AggregateRoute, ...] = ()
    table_groups: tuple[TableGroup, ...] = ()
    conditions: tuple[RouteCondition, ...] = ()
    settings: tuple[RoutingSetting, ...] = ()
    path_rules: tuple[PathRule, ...] = ()
