"""`config router bgp` of one VDOM.

Source: CLI Reference, config router bgp: distances 20, 200 and 200 unless set; keys without a suffix are for IPv4
unicast, those with "6" for IPv6, "-vpnv4", "-vpnv6" and "-evpn" for the others; a multihop session without
`ebgp-multihop-ttl` has 255; `allowas-in` counts only with `allowas-in-enable`, three times unless set.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.routing import (
    BgpFamily,
    BgpNeighbor,
    Redistribution,
    RouteSummary,
    RoutingNetwork,
    RoutingProcess,
    VrfTargets,
)
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.parsers.fortios.addresses import prefix_set
from netaudit.parsers.fortios.route_lists import AS_PATH_LIST, ROUTE_MAP, RouteLists, further, prefix_text, whole
from netaudit.parsers.fortios.routing_sections import BGP_FAMILY_KEYS, BGP_SUFFIXES
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.fortios.words import name_set

_DISTANCES = (("distance-external", "external"), ("distance-internal", "internal"), ("distance-local", "local"))
_DEFAULT_DISTANCES = {"external": 20, "internal": 200, "local": 200}
# Settings that have a field in the model; all others are kept as options.
_TAKEN = name_set("""
    as router-id cluster-id confederation-identifier confederation-peers distance-external distance-internal
    distance-local
    """)
_NETWORK_TAKEN = name_set("prefix prefix6 route-map backdoor")
_PEER_TAKEN = name_set("""
    remote-as local-as local-as-no-prepend local-as-replace-as ebgp-enforce-multihop ebgp-multihop-ttl update-source
    interface description shutdown passive password auth-options neighbor-group
    """) | {f"{key}{suffix}" for key in BGP_FAMILY_KEYS for suffix in BGP_SUFFIXES}
_MULTIHOP_TTL = 255
_DEFAULT_OWN_AS = 3
_SOURCES = {"ospf6": "ospfv3"}


def read_bgp(table: Node, lists: RouteLists) -> RoutingProcess:
    """Return the process of `config router bgp`."""
    number = table.value("as")
    networks = tuple(_networks(table, lists))
    summaries = tuple(_summaries(table, lists))
    redistributions = tuple(redistributed(table, lists, "router bgp"))
    neighbors = tuple(_neighbors(table, lists))
    options = further(table, _TAKEN, lists.ledger)
    for path in ("network", "network6"):
        for entry in table.entries_of(path):
            options += [
                (f"{path} {entry.name} {key}", text) for key, text in further(entry, _NETWORK_TAKEN, lists.ledger)
            ]
    for path in ("vrf", "vrf6"):
        for entry in table.entries_of(path):
            options += [
                (f"{path} {entry.name} leak to {target.name}", lists.use(ROUTE_MAP, target, "route-map", path))
                for target in entry.entries_of("leak-target")
            ]
    for entry in table.entries_of("admin-distance"):
        text = f"{entry.text('neighbour-prefix')} {entry.value('distance')} {entry.value('route-list')}"
        options.append(("admin-distance", " ".join(text.split())))
    for path in ("vrf-leak", "vrf-leak6"):
        for entry in table.entries_of(path):
            options += [(f"{path} {entry.name}", f"to {target.name} {lists.use(ROUTE_MAP, target, 'route-map', path)}")
                        for target in entry.entries_of("target")]  # fmt: skip
    distances = {kind: whole(table.value(key), 255) for key, kind in _DISTANCES}
    return RoutingProcess(
        protocol="bgp",
        name=f"bgp {number}".strip(),
        where=node_ref(lists.ledger, table),
        virtual_system=lists.scope.name,
        autonomous_system=number,
        router_id=_address(table.value("router-id")),
        networks=networks,
        redistributions=redistributions,
        summaries=summaries,
        neighbors=neighbors,
        distances=tuple((kind, value or _DEFAULT_DISTANCES[kind]) for kind, value in distances.items()),
        cluster_id=_address(table.value("cluster-id")),
        confederation=table.value("confederation-identifier") if table.value("confederation-identifier") != "0" else "",
        confederation_members=table.words("confederation-peers"),
        options=tuple(options),
        exact=lists.ledger.is_clear(table.line, table.end),
    )


def _address(text: str) -> str:
    return "" if text in ("0.0.0.0", "") else text


def _networks(table: Node, lists: RouteLists) -> Iterator[RoutingNetwork]:
    for path, key in (("network", "prefix"), ("network6", "prefix6")):
        for entry in table.entries_of(path):
            where = node_ref(lists.ledger, entry)
            try:
                yield RoutingNetwork(
                    prefix_set(entry.words(key)),
                    where,
                    prefix=prefix_text(entry.words(key)),
                    policy=lists.use(ROUTE_MAP, entry, "route-map", "router bgp network"),
                    backdoor=entry.is_on("backdoor"),
                )
            except ValueError:
                lists.ledger.unrecognized(entry.line_of(key), Affects.ROUTING, "not a prefix")


def _summaries(table: Node, lists: RouteLists) -> Iterator[RouteSummary]:
    for path, key in (("aggregate-address", "prefix"), ("aggregate-address6", "prefix6")):
        for entry in table.entries_of(path):
            try:
                text = prefix_text(entry.words(key))
            except ValueError:
                lists.ledger.unrecognized(entry.line_of(key), Affects.ROUTING, "not a prefix")
                continue
            yield RouteSummary(
                text,
                node_ref(lists.ledger, entry),
                summary_only=entry.is_on("summary-only"),
                as_set=entry.is_on("as-set"),
            )


def redistributed(table: Node, lists: RouteLists, context: str) -> Iterator[Redistribution]:
    """Yield the sources of routes that a process announces; `show full-configuration` also writes those it does not."""
    for path, node in table.tables.items():
        word, _, source = path.partition(" ")
        if word not in ("redistribute", "redistribute6") or not node.is_on("status"):
            continue
        key = "route-map" if node.words("route-map") else "routemap"
        yield Redistribution(
            _SOURCES.get(source, source),
            node_ref(lists.ledger, node),
            family=Family.IPV6 if word.endswith("6") else Family.IPV4,
            policy=lists.use(ROUTE_MAP, node, key, f"{context} redistribute"),
            metric=whole(node.value("metric")) or None,  # 0 = none stated
            metric_type=whole(node.value("metric-type"), 2) or 0,
            tag=whole(node.value("tag")) or None,
        )


def _neighbors(table: Node, lists: RouteLists) -> Iterator[BgpNeighbor]:
    for path, kind in (("neighbor-group", "group"), ("neighbor", "neighbor")):
        for entry in table.entries_of(path):
            yield _neighbor(entry, kind, lists)
    for path, key in (("neighbor-range", "prefix"), ("neighbor-range6", "prefix6")):
        for entry in table.entries_of(path):
            try:
                name = prefix_text(entry.words(key))
            except ValueError:
                lists.ledger.unrecognized(entry.line_of(key), Affects.ROUTING, "not a prefix")
                continue
            yield BgpNeighbor(name, node_ref(lists.ledger, entry), "range", entry.value("neighbor-group"))


def _neighbor(entry: Node, kind: str, lists: RouteLists) -> BgpNeighbor:
    multihop: int | None = None
    if entry.is_on("ebgp-enforce-multihop"):
        multihop = whole(entry.value("ebgp-multihop-ttl"), 255) or _MULTIHOP_TTL
    families = tuple(_families(entry, lists))
    options = further(entry, _PEER_TAKEN, lists.ledger)
    for path in ("conditional-advertise", "conditional-advertise6"):
        for one in entry.entries_of(path):
            name = lists.use(ROUTE_MAP, one, "advertise-routemap", path) or one.name
            other = lists.use(ROUTE_MAP, one, "condition-routemap", path)
            options.append((path, f"{name} {one.value('condition-type', 'exist')} {other}"))
    local_as = entry.value("local-as")
    return BgpNeighbor(
        name=entry.name,
        where=node_ref(lists.ledger, entry),
        kind=kind,
        group=entry.value("neighbor-group"),
        remote_as=entry.value("remote-as"),
        local_as=local_as if local_as != "0" else "",
        local_as_options=tuple(
            word for word in ("no-prepend", "replace-as") if local_as and entry.is_on(f"local-as-{word}")
        ),
        source=entry.value("update-source") or entry.value("interface"),
        description=entry.free_text("description", lists.ledger),
        enabled=False if entry.is_on("shutdown") else None,
        multihop=multihop,
        authenticated=True if entry.words("password") or entry.words("auth-options") else None,
        passive=True if entry.is_on("passive") else None,
        families=families,
        options=tuple(options),
        exact=lists.ledger.is_clear(entry.line, entry.end),
    )


def _families(entry: Node, lists: RouteLists) -> Iterator[BgpFamily]:
    where = node_ref(lists.ledger, entry)
    for suffix, family in BGP_SUFFIXES.items():
        stated = [key for key in BGP_FAMILY_KEYS if entry.words(f"{key}{suffix}")]
        if not stated:
            continue

        def on(key: str, suffix: str = suffix) -> bool | None:
            value = entry.value(f"{key}{suffix}")
            return None if not value else value == "enable"

        def named(key: str, kind: str, suffix: str = suffix) -> tuple[str, ...]:
            name = lists.use(kind, entry, f"{key}{suffix}", f"router bgp neighbor {key}")
            return (name,) if name else ()

        filters: dict[str, list[str]] = {"in": [], "out": []}
        for way, found in filters.items():
            for key in ("prefix-list", "distribute-list"):
                if entry.value(f"{key}-{way}{suffix}"):
                    stem, name = lists.use_prefixes(entry, f"{key}-{way}{suffix}", f"router bgp neighbor {key}")
                    found.append(f"{stem} {name}")
            found += [f"as_path {name}" for name in named(f"filter-list-{way}", AS_PATH_LIST)]
        options = [
            (key, entry.text(f"{key}{suffix}"))
            for key in ("next-hop-self-rr", "route-server-client", "attribute-unchanged", "maximum-prefix-warning-only")
            if entry.words(f"{key}{suffix}")
        ]
        preferable = named("route-map-out-preferable", ROUTE_MAP)
        options += [("route-map-out-preferable", name) for name in preferable]
        add_path = entry.value(f"additional-path{suffix}")
        own = whole(entry.value(f"allowas-in{suffix}"), 10)
        policy = named("default-originate-routemap", ROUTE_MAP)
        yield BgpFamily(
            family,
            where,
            active=on("activate"),
            import_policies=named("route-map-in", ROUTE_MAP),
            export_policies=named("route-map-out", ROUTE_MAP),
            import_filters=tuple(filters["in"]),
            export_filters=tuple(filters["out"]),
            next_hop_self=on("next-hop-self"),
            reflector_client=on("route-reflector-client"),
            sends_default=on("capability-default-originate"),
            default_policy=policy[0] if policy else "",
            removes_private_as="yes" if on("remove-private-as") else "",
            own_as_accepted=(own or _DEFAULT_OWN_AS) if on("allowas-in-enable") else None,
            as_override=on("as-override"),
            weight=whole(entry.value("weight"), 65535) if not suffix else None,
            sends_communities={"disable": ""}.get(entry.value(f"send-community{suffix}"),
                                                  entry.value(f"send-community{suffix}")),
            maximum_prefixes=whole(entry.value(f"maximum-prefix{suffix}")) or None,
            add_path={"send": ("send",), "receive": ("receive",), "both": ("send", "receive")}.get(add_path, ()),
            unsuppress_policy=next(iter(named("unsuppress-map", ROUTE_MAP)), ""),
            options=tuple(options),
        )  # fmt: skip


def vrf_targets(table: Node, lists: RouteLists) -> Iterator[VrfTargets]:
    """Yield the route targets of `config vrf` below the process."""
    for path, family in (("vrf", Family.IPV4), ("vrf6", Family.IPV6)):
        for entry in table.entries_of(path):
            policy = lists.use(ROUTE_MAP, entry, "import-route-map", "router bgp vrf")
            yield VrfTargets(
                entry.name,
                node_ref(lists.ledger, entry),
                family,
                entry.value("rd"),
                tuple(one for text in entry.words("import-rt") for one in text.split()),
                tuple(one for text in entry.words("export-rt") for one in text.split()),
                (policy,) if policy else (),
                kind=entry.value("role"),
                virtual_system=lists.scope.name,
            )
