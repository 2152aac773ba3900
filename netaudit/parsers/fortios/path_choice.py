"""Policy routes, and SD-WAN as facts: what chooses a way before or beside the routing table.

Source: Administration Guide, "Policy routes": they are asked in order before the routing table; `action deny` sends
the packet back to it. "SD-WAN rules": which member is taken depends on measurements, so no answer computes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.routing import (
    PathRule,
    PolicyChange,
    PolicyCondition,
    PolicyRoute,
    RoutePolicy,
    RoutePolicyTerm,
)
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.ledger import LineLedger

_TABLES = (("router policy", Family.IPV4), ("router policy6", Family.IPV6))
_ADDRESSES = (
    ("src", "source", "src-negate"),
    ("srcaddr", "source_object", "src-negate"),
    ("dst", "destination", "dst-negate"),
    ("dstaddr", "destination_object", "dst-negate"),
)
_UNDECIDED = ("tos", "users", "groups", "internet-service-id", "internet-service-custom", "internet-service-fortiguard")
_NONE = ("", "0", "0x00", "0.0.0.0", "::")
_SDWAN = (("zone", "zone"), ("members", "member"), ("service", "rule"), ("health-check", "health check"))


def read_policy_routes(
    scope: Scope, references: References, ledger: LineLedger
) -> tuple[tuple[RoutePolicy, ...], tuple[PolicyRoute, ...]]:
    """Return the policy routes of a VDOM as one route policy for each family, and where they take effect."""
    policies, routes = [], []
    for path, family in _TABLES:
        table = scope.node.table(path)
        entries = [one for one in scope.entries(path) if one.value("status") != "disable"]
        if table is None or not entries:
            continue
        where = node_ref(ledger, table)
        policies.append(
            RoutePolicy(path, tuple(_term(one, references, ledger) for one in entries), where, "", scope.name)
        )
        routes.append(PolicyRoute(path, where, "*", family, scope.name))
    return tuple(policies), tuple(routes)


def _term(entry: Node, references: References, ledger: LineLedger) -> RoutePolicyTerm:
    clear = ledger.is_clear(entry.line, entry.end)
    conditions = list(_conditions(entry, references))
    changes = []
    if entry.value("gateway") not in _NONE:
        changes.append(PolicyChange("next_hop", (entry.value("gateway"),)))
    if entry.value("output-device"):
        changes.append(PolicyChange("interface", entry.words("output-device")))
    undecided = any(entry.value(key) not in (*_NONE, "disable") for key in _UNDECIDED)
    if undecided:
        ledger.unsupported(entry.line, Affects.ROUTING, "what the policy route matches is not in the packet's header")
    return RoutePolicyTerm(
        entry.name,
        "deny" if entry.value("action") == "deny" else "permit",
        node_ref(ledger, entry),
        tuple(conditions),
        tuple(changes),
        exact=clear and not undecided,
    )


def _conditions(entry: Node, references: References) -> Iterator[PolicyCondition]:
    if entry.words("input-device"):
        yield PolicyCondition("interface", entry.words("input-device"), entry.is_on("input-device-negate"))
    for key, kind, negate in _ADDRESSES:
        if entry.words(key):
            yield PolicyCondition(kind, entry.words(key), entry.is_on(negate))
        if key.endswith("addr"):
            references.use("address", entry.words(key))
    protocol = entry.value("protocol")
    if protocol not in ("", "0"):
        yield PolicyCondition("ip_protocol", (protocol,))
        for first, last, kind in (
            ("start-port", "end-port", "destination_port"),
            ("start-source-port", "end-source-port", "source_port"),
        ):
            low, high = entry.value(first, "0"), entry.value(last, "65535")
            if (low, high) not in (("0", "65535"), ("1", "65535")):
                yield PolicyCondition(kind, (f"{low}-{high}",))


def read_path_rules(scope: Scope, ledger: LineLedger) -> Iterator[PathRule]:
    """Yield the zones, members, rules and health checks of SD-WAN."""
    for path in ("system sdwan", "system virtual-wan-link"):
        table = scope.node.table(path)
        if table is None:
            continue
        on = table.is_on("status")
        for name, kind in _SDWAN:
            for entry in table.entries_of(name):
                settings = tuple((key, entry.free_text(key, ledger)) for key in sorted(entry.settings))
                enabled = on and entry.value("status") != "disable"
                yield PathRule(kind, entry.name, node_ref(ledger, entry), settings, enabled, scope.name)
                if kind == "rule" and enabled and entry.is_on("gateway"):
                    ledger.unsupported(
                        entry.line, Affects.ROUTING, "an SD-WAN rule chooses the way whatever the routes say"
                    )
