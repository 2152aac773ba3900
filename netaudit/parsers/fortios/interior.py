"""`config router ospf`, `ospf6`, `rip` and `ripng` of one VDOM.

Source: CLI Reference, config router ospf (distance 110, reference bandwidth 1000 Mbit/s unless set; an
`ospf-interface` entry holds settings and names its interface), ospf6, rip.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.routing import (
    DefaultRoute,
    RouteSummary,
    RoutingArea,
    RoutingFilter,
    RoutingInterface,
    RoutingNetwork,
    RoutingProcess,
)
from netaudit.model.source import Affects
from netaudit.parsers.fortios.addresses import prefix_set
from netaudit.parsers.fortios.bgp import redistributed
from netaudit.parsers.fortios.route_lists import ROUTE_MAP, RouteLists, further, prefix_text, whole
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.fortios.words import name_set

_NETWORK_TYPES = {
    "point-to-point": "point-to-point",
    "point-to-multipoint": "point-to-multipoint",
    "point-to-multipoint-non-broadcast": "point-to-multipoint",
    "non-broadcast": "non-broadcast",
    "broadcast": "broadcast",
}
_DISTANCES = (
    ("distance", "all"),
    ("distance-external", "external"),
    ("distance-inter-area", "inter-area"),
    ("distance-intra-area", "intra-area"),
)
# Settings that have a field in the model; all others are kept as options.
_OSPF_TAKEN = name_set("""
    router-id distance distance-external distance-inter-area distance-intra-area default-information-originate
    default-information-metric default-information-metric-type default-information-route-map default-metric
    auto-cost-ref-bandwidth passive-interface distribute-list-in distribute-route-map-in
    """)
_AREA_TAKEN = name_set("""
    type stub-type default-cost nssa-default-information-originate nssa-redistribution authentication keychain
    authentication-key ipsec-auth-alg ipsec-enc-alg
    """)
_INTERFACE_TAKEN = name_set("""
    interface area-id cost priority network-type mtu-ignore hello-interval dead-interval status passive
    authentication authentication-key md5-key md5-keychain md5-keys keychain ipsec-auth-alg ipsec-enc-alg
    """)
_RIP_TAKEN = name_set("default-information-originate default-metric passive-interface")
_RIP_KEYS = name_set("auth-mode auth-string auth-keychain")
_REFERENCE_MBPS = 1000


def read_ospf(table: Node, lists: RouteLists, protocol: str) -> RoutingProcess:
    """Return the process of `config router ospf` or `ospf6`."""
    context = table.name
    interfaces = {one.interface: one for one in _interfaces(table, lists)}
    for name in (*table.words("passive-interface"), *(one.name for one in table.entries_of("passive-interface"))):
        interfaces.setdefault(name, RoutingInterface(name, node_ref(lists.ledger, table), passive=True))
    router_id = table.value("router-id")
    reference = whole(table.value("auto-cost-ref-bandwidth"))
    distances = [(kind, whole(table.value(key), 255)) for key, kind in _DISTANCES]
    summaries = tuple(_summaries(table, lists))
    networks = tuple(_networks(table, lists))
    redistributions = tuple(redistributed(table, lists, context))
    filters = tuple(_filters(table, lists, context))
    default = _default(table, lists, context)
    areas = tuple(_areas(table, lists))
    options = further(table, _OSPF_TAKEN, lists.ledger)
    for area in table.entries_of("area"):
        options += [(f"area {area.name} {key}", text) for key, text in further(area, _AREA_TAKEN, lists.ledger)]
    for path in ("neighbor", "summary-address"):
        for one in table.entries_of(path):
            text = " ".join(f"{key} {value}" for key, value in further(one, frozenset(), lists.ledger))
            options.append((f"{path} {one.name}", text))
    return RoutingProcess(
        protocol=protocol,
        name=table.name.removeprefix("router "),
        where=node_ref(lists.ledger, table),
        virtual_system=lists.scope.name,
        router_id="" if router_id == "0.0.0.0" else router_id,
        networks=networks,
        interfaces=tuple(interfaces.values()),
        areas=areas,
        redistributions=redistributions,
        default_route=default,
        summaries=summaries,
        filters=filters,
        distances=tuple((kind, value) for kind, value in distances if value is not None),
        reference_bandwidth_mbps=_REFERENCE_MBPS if reference is None else reference,
        default_metric=whole(table.value("default-metric")),
        options=tuple(options),
        exact=lists.ledger.is_clear(table.line, table.end),
    )


def _default(table: Node, lists: RouteLists, context: str) -> DefaultRoute | None:
    word = table.value("default-information-originate")
    if word not in ("enable", "always"):
        return None
    return DefaultRoute(
        lists.ledger.ref(table.line_of("default-information-originate")),
        always=word == "always",
        metric=whole(table.value("default-information-metric")),
        metric_type=whole(table.value("default-information-metric-type"), 2) or 0,
        policy=lists.use(ROUTE_MAP, table, "default-information-route-map", f"{context} default route"),
    )


def _interfaces(table: Node, lists: RouteLists) -> Iterator[RoutingInterface]:
    for path in ("ospf-interface", "ospf6-interface"):
        for entry in table.entries_of(path):
            name = entry.value("interface")
            if not name:
                lists.ledger.unrecognized(entry.line, Affects.ROUTING, "no interface is named")
                continue
            authentication = entry.value("authentication")
            kind = entry.value("network-type")
            options = further(entry, _INTERFACE_TAKEN, lists.ledger)
            yield RoutingInterface(
                interface=name,
                where=node_ref(lists.ledger, entry),
                enabled=entry.value("status") != "disable" if path == "ospf6-interface" else None,
                area=entry.value("area-id"),
                cost=whole(entry.value("cost")) or None,  # 0 = from the bandwidth
                passive=True if entry.is_on("passive") else None,
                network_type=_NETWORK_TYPES.get(kind, kind),
                priority=whole(entry.value("priority"), 255),
                hello_s=whole(entry.value("hello-interval")) or None,
                dead_s=whole(entry.value("dead-interval")) or None,
                authenticated=None if not authentication else authentication not in ("none", "area"),
                ignores_mtu=entry.is_on("mtu-ignore"),
                options=tuple(options),
            )


def _networks(table: Node, lists: RouteLists) -> Iterator[RoutingNetwork]:
    for entry in table.entries_of("network"):
        try:
            addresses = prefix_set(entry.words("prefix"))
        except ValueError:
            lists.ledger.unrecognized(entry.line_of("prefix"), Affects.ROUTING, "not a prefix")
            continue
        yield RoutingNetwork(addresses, node_ref(lists.ledger, entry), entry.value("area"))


def _areas(table: Node, lists: RouteLists) -> Iterator[RoutingArea]:
    for entry in table.entries_of("area"):
        kind = entry.value("type", "regular")
        word = "normal" if kind == "regular" else kind
        if word != "normal" and entry.value("stub-type") == "no-summary":
            word = f"totally_{word}"
        imports: list[str] = []
        exports: list[str] = []
        for one in entry.entries_of("filter-list"):
            stem, name = lists.use_prefixes(one, "list", f"{table.name} area filter-list")
            (exports if one.value("direction") == "out" else imports).append(f"{stem} {name}")
        authentication = entry.value("authentication")
        yield RoutingArea(
            entry.name,
            node_ref(lists.ledger, entry),
            word,
            whole(entry.value("default-cost")),
            entry.value("nssa-default-information-originate") in ("enable", "always"),
            entry.value("nssa-redistribution") != "disable",
            tuple(one.value("peer") for one in entry.entries_of("virtual-link")),
            None if not authentication else authentication != "none",
            tuple(imports),
            tuple(exports),
        )


def _summaries(table: Node, lists: RouteLists) -> Iterator[RouteSummary]:
    for area in table.entries_of("area"):
        for entry in area.entries_of("range"):
            key = "prefix" if entry.words("prefix") else "prefix6"
            substitute = entry.is_on("substitute-status")
            text = _text(entry, "substitute" if substitute else key, lists)
            if text:
                yield RouteSummary(
                    text,
                    node_ref(lists.ledger, entry),
                    area.name,
                    summary_only=True,
                    announced=entry.value("advertise") != "disable",
                )
            if substitute:
                lists.ledger.unsupported(
                    entry.line_of("substitute-status"), Affects.ROUTING, "a range is announced as another prefix"
                )
    for entry in table.entries_of("summary-address"):
        text = _text(entry, "prefix" if entry.words("prefix") else "prefix6", lists)
        if text:
            where = node_ref(lists.ledger, entry)
            yield RouteSummary(text, where, summary_only=True, announced=entry.value("advertise") != "disable")


def _text(entry: Node, key: str, lists: RouteLists) -> str:
    try:
        return prefix_text(entry.words(key))
    except ValueError:
        lists.ledger.unrecognized(entry.line_of(key), Affects.ROUTING, "not a prefix")
        return ""


def _filters(table: Node, lists: RouteLists, context: str) -> Iterator[RoutingFilter]:
    if table.value("distribute-list-in"):
        stem, name = lists.use_prefixes(table, "distribute-list-in", f"{context} distribute-list-in")
        yield RoutingFilter("in", stem, name, lists.ledger.ref(table.line_of("distribute-list-in")))
    if table.value("distribute-route-map-in"):
        name = lists.use(ROUTE_MAP, table, "distribute-route-map-in", f"{context} distribute-route-map-in")
        yield RoutingFilter("in", "policy", name, lists.ledger.ref(table.line_of("distribute-route-map-in")))
    for entry in table.entries_of("distribute-list"):
        where = node_ref(lists.ledger, entry)
        if entry.words("access-list"):  # OSPF: what is taken from another protocol
            stem, name = lists.use_prefixes(entry, "access-list", f"{context} distribute-list")
            yield RoutingFilter("out", stem, name, where, entry.value("protocol"))
        elif entry.words("listname") and entry.value("status") != "disable":  # RIP
            stem, name = lists.use_prefixes(entry, "listname", f"{context} distribute-list")
            yield RoutingFilter(entry.value("direction", "out"), stem, name, where, entry.value("interface"))


def read_rip(table: Node, lists: RouteLists, protocol: str) -> RoutingProcess:
    """Return the process of `config router rip` or `ripng`."""
    where = node_ref(lists.ledger, table)
    interfaces: dict[str, RoutingInterface] = {}
    for entry in table.entries_of("interface"):
        authenticated = entry.value("auth-mode") not in ("", "none")
        options = further(entry, _RIP_KEYS, lists.ledger)
        interfaces[entry.name] = RoutingInterface(
            entry.name,
            node_ref(lists.ledger, entry),
            authenticated=authenticated or None,
            options=tuple(options),
        )
    for name in (*table.words("passive-interface"), *(one.name for one in table.entries_of("passive-interface"))):
        known = interfaces.get(name)
        interfaces[name] = RoutingInterface(name, where if known is None else known.where, passive=True)
    options = further(table, _RIP_TAKEN, lists.ledger)
    options += [("neighbor", one.text("ip") or one.text("ip6")) for one in table.entries_of("neighbor")]
    for path in ("offset-list", "distance"):
        for entry in table.entries_of(path):
            options.append((path, " ".join(f"{key} {one.text}" for key, one in sorted(entry.settings.items()))))
    networks = tuple(_networks(table, lists))
    redistributions = tuple(redistributed(table, lists, table.name))
    filters = tuple(_filters(table, lists, table.name))
    summaries = tuple(
        RouteSummary(text, node_ref(lists.ledger, entry))
        for entry in table.entries_of("aggregate-address")
        if (text := _text(entry, "prefix6", lists))
    )
    return RoutingProcess(
        protocol=protocol,
        name=protocol,
        where=where,
        virtual_system=lists.scope.name,
        networks=networks,
        interfaces=tuple(interfaces.values()),
        redistributions=redistributions,
        summaries=summaries,
        filters=filters,
        default_route=_default(table, lists, table.name),
        default_metric=whole(table.value("default-metric")),
        options=tuple(options),
        exact=lists.ledger.is_clear(table.line, table.end),
    )
