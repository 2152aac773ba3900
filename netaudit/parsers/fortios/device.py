"""Puts a device together from its tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.model.device import (
    AddressObject,
    Device,
    Interface,
    InterfaceAddress,
    Reference,
    RoutingProcess,
    SecurityZone,
    ServiceObject,
    StaticRoute,
)
from netaudit.model.routing import RoutingPlane
from netaudit.model.rules import NatRule, Rulebase
from netaudit.model.source import Affects, SourceFile, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.fortios.addresses import AddressBook
from netaudit.parsers.fortios.before_policies import EarlyReader
from netaudit.parsers.fortios.header import Facts
from netaudit.parsers.fortios.interfaces import read_interfaces, read_zones, special_interfaces
from netaudit.parsers.fortios.links import (
    read_certificates,
    read_crypto_tunnels,
    read_first_hop_groups,
    read_tunnels,
    with_bundles,
)
from netaudit.parsers.fortios.management import read_management
from netaudit.parsers.fortios.nat import NatReader
from netaudit.parsers.fortios.policies import PolicyReader
from netaudit.parsers.fortios.predefined import (
    FACTORY_ADDRESSES,
    FACTORY_SCHEDULES,
    PREDEFINED_SERVICE_GROUPS,
    PREDEFINED_SERVICES,
)
from netaudit.parsers.fortios.references import References
from netaudit.parsers.fortios.route_lists import (
    ACCESS_LIST,
    AS_PATH_LIST,
    COMMUNITY_LIST,
    PREFIX_LIST,
    ROUTE_MAP,
    RouteLists,
)
from netaudit.parsers.fortios.routing import joined, read_plane, read_routing_processes, read_static_routes
from netaudit.parsers.fortios.schedules import ScheduleBook
from netaudit.parsers.fortios.scope import Scope, device_setting, scopes_of
from netaudit.parsers.fortios.services import ServiceBook
from netaudit.parsers.fortios.tree import Node, Tree, node_ref, setting_ref
from netaudit.parsers.fortios.virtual_ips import VirtualIpBook
from netaudit.parsers.fortios.words import split_words
from netaudit.parsers.ledger import LineLedger


def build_device(source: SourceFile, tree: Tree, facts: Facts, ledger: LineLedger) -> Device:
    """Return the device of a file."""
    scopes = scopes_of(tree)
    multiple = any(scope.name for scope in scopes)
    zones = {scope.name: read_zones(scope, ledger) for scope in scopes}
    zone_of = {
        (scope.name, name): zone.name for scope in scopes for zone in zones[scope.name] for name in zone.interfaces
    }
    interfaces = read_interfaces(_interface_nodes(scopes), zone_of, multiple, ledger)
    interfaces = with_bundles(interfaces, _interface_nodes(scopes))
    parts = [_read_scope(scope, zones[scope.name], interfaces, tree, facts, ledger) for scope in scopes]
    vrfs = tuple(
        dict.fromkeys(["default", *(one.vrf for one in interfaces), *(r.vrf for p in parts for r in p.routes)])
    )
    name, where = _name(source, tree, facts, ledger)
    return Device(
        name=name,
        platform="fortios",
        vendor="Fortinet",
        where=where,
        model=facts.model,
        part_number=facts.part_number,
        operating_system=facts.model.split("-")[0] if facts.is_manager else "FortiOS",
        forwards=not facts.is_manager,
        version=facts.version,
        serials=(facts.serial,) if facts.serial else (),
        fact_sources=tuple(sorted(facts.sources.items())),
        virtual_systems=tuple(scope.name for scope in scopes if scope.name),
        vrfs=vrfs,
        interfaces=interfaces,
        security_zones=tuple(zone for scope in scopes for zone in zones[scope.name]),
        address_objects=tuple(one for part in parts for one in part.addresses),
        service_objects=tuple(one for part in parts for one in part.services),
        rulebases=tuple(one for part in parts for one in part.rulebases),
        nat_rules=tuple(one for part in parts for one in part.nat_rules),
        static_routes=tuple(route for part in parts for route in part.routes),
        routing_processes=tuple(one for part in parts for one in part.processes),
        routing=joined(part.routing for part in parts),
        first_hop_groups=tuple(read_first_hop_groups(_interface_nodes(scopes), ledger)),
        tunnels=tuple(one for scope in scopes for one in read_tunnels(scope, ledger)),
        crypto_tunnels=tuple(one for scope in scopes for one in read_crypto_tunnels(scope, ledger)),
        certificates=tuple(dict.fromkeys(one for scope in scopes for one in read_certificates(scope, ledger))),
        management=read_management(tree, scopes, interfaces, [one for part in parts for one in part.rulebases], ledger),
        undefined_references=tuple(one for part in parts for one in part.undefined),
        unused_objects=tuple(one for part in parts for one in part.unused),
    )


def _name(source: SourceFile, tree: Tree, facts: Facts, ledger: LineLedger) -> tuple[str, SourceRef]:
    found = device_setting(tree, "system global", "hostname")
    if found is not None and found[1]:
        facts.sources["hostname"] = setting_ref(ledger, found[0], "hostname")
        return found[1], facts.sources["hostname"]
    if facts.hostname:
        return facts.hostname, facts.sources["hostname"]
    if tree.prompt_host:
        return tree.prompt_host, ledger.ref(tree.prompt_line)
    stem = source.path.rsplit("/", 1)[-1]
    return source.host or stem.rsplit(".", 1)[0] or stem, ledger.ref(0)


def _interface_nodes(scopes: tuple[Scope, ...]) -> Iterator[Node]:
    seen: set[int] = set()
    for scope in scopes:
        for node in scope.common_entries("system interface"):
            if id(node) not in seen:
                seen.add(id(node))
                yield node


@dataclass(frozen=True, slots=True)
class _Part:
    """What one VDOM adds to the device."""

    addresses: tuple[AddressObject, ...]
    services: tuple[ServiceObject, ...]
    rulebases: tuple[Rulebase, ...]
    nat_rules: tuple[NatRule, ...]
    routes: tuple[StaticRoute, ...]
    processes: tuple[RoutingProcess, ...]
    routing: RoutingPlane
    undefined: tuple[Reference, ...]
    unused: tuple[Reference, ...]


_SECURITY_POLICY = "firewall security-policy"
_POLICY_TABLES = ("firewall policy", "firewall consolidated policy", "firewall policy6")


def _read_scope(
    scope: Scope,
    zones: tuple[SecurityZone, ...],
    interfaces: tuple[Interface, ...],
    tree: Tree,
    facts: Facts,
    ledger: LineLedger,
) -> _Part:
    references = References(ledger)
    own = [one for one in interfaces if one.virtual_system == scope.name]
    addresses_of: dict[str, tuple[InterfaceAddress, ...]] = {one.name: one.addresses for one in own}
    books = {family: AddressBook(scope, family, references, addresses_of) for family in Family}
    virtual_ips = {family: VirtualIpBook(book) for family, book in books.items()}
    services = ServiceBook(scope, references)
    policy_based = _settings_word(scope, "ngfw-mode") == "policy-based"
    central_nat = policy_based or _settings_word(scope, "central-nat") == "enable"
    layered = policy_based and _SECURITY_POLICY in scope.node.tables  # since 6.2 they stand in a table of their own
    if _settings_word(scope, "opmode") == "transparent":
        ledger.unsupported(
            scope.node.tables["system settings"].line_of("opmode"), Affects.ROUTING, "the device forwards as a bridge"
        )
    if policy_based and not layered:
        ledger.unsupported(
            scope.node.tables["system settings"].line_of("ngfw-mode"), Affects.FILTER, "the security policies decide"
        )
    if any(True for _ in scope.entries(_SECURITY_POLICY)) and not policy_based and not scope.is_whole:
        ledger.unsupported(
            scope.node.tables[_SECURITY_POLICY].line, Affects.FILTER, "in force in the policy-based mode only"
        )
    names = {one.name for one in own} | {zone.name for zone in zones} | special_interfaces(scope)
    zone_of = {name: zone.name for zone in zones for name in zone.interfaces}
    policies = PolicyReader(
        scope=scope,
        books=books,
        virtual_ips=virtual_ips,
        services=services,
        schedules=ScheduleBook(scope, references),
        references=references,
        interface_names=frozenset(names) if own else None,
        zones=zones,
        zone_of=zone_of,
        policy_based=policy_based and not layered,
        central_nat=central_nat,
        denials_match_vips=_at_least(facts.version, (7, 2, 4)),
        early=EarlyReader(
            scope, books, services, references, zones, zone_of, {one.name: one.parent for one in own if one.parent}
        ),
        management_ports=_management_ports(scope),
    )
    found = list(_rulebases(scope, policies, bool(own) and not facts.is_manager, tree.cut, ledger))
    layers = [_security_layer(scope, policies, one, tree.cut, ledger) for one, _ in found if layered]
    nat = NatReader(
        scope=scope,
        books=books,
        virtual_ips=virtual_ips,
        references=references,
        interface_addresses=addresses_of,
        dynamic_interfaces=frozenset(one.name for one in own if one.dynamic_address),
        members_of={zone.name: zone.interfaces for zone in zones},
        central_nat=central_nat,
    ).read(found)
    local_table = scope.node.table("firewall local-in-policy") or scope.node.table("firewall local-in-policy6")
    local = (
        policies.local_in(node_ref(ledger, local_table), _log_word(scope, "local-in-deny-unicast"))
        if local_table is not None
        else None
    )
    routes = read_static_routes(scope, books, ledger)
    lists = RouteLists(scope, ledger, references)
    processes = read_routing_processes(scope, lists, ledger)
    plane = read_plane(scope, lists, references, ledger)
    _use_interfaces(scope, zones, references)
    objects = tuple(one for book in books.values() for one in book.objects())
    return _Part(
        addresses=objects,
        services=tuple(services.objects()),
        rulebases=(*(one for one, _ in found), *layers, *((local,) if local else ())),
        nat_rules=nat,
        routes=routes,
        processes=processes,
        routing=plane,
        undefined=tuple(references.undefined.values()),
        unused=tuple(_unused(scope, tree, references, ledger)),
    )


def _settings_word(scope: Scope, key: str) -> str:
    table = scope.node.table("system settings")
    return table.value(key) if table is not None else ""


def _rulebases(
    scope: Scope, policies: PolicyReader, has_interfaces: bool, cut: list[Node], ledger: LineLedger
) -> Iterator[tuple[Rulebase, tuple[str, ...]]]:
    logged = _implicit_log(scope, ledger)
    present = [path for path in _POLICY_TABLES if path in scope.node.tables]
    if not present and has_interfaces and not cut:
        # Without a policy the implicit one denies all forwarded traffic.
        yield policies.rulebase((), "policy", ledger.ref(scope.node.line), logged), ()
    old = scope.node.table("firewall policy6")
    separate = old is not None and bool(old.entries)  # before 6.4 each family has a table of its own
    taken: set[str] = set()
    for path in present:
        name = "policy6" if path.endswith("6") else "policy"
        if name in taken:
            name = path.removeprefix("firewall ")
        table = scope.node.tables[path]
        if not table.entries and name != "policy" and not any(node is table for node in cut):
            continue
        taken.add(name)
        families = (Family.IPV6,) if name == "policy6" else (Family.IPV4,) if separate else (Family.IPV4, Family.IPV6)
        damaged = ""
        if any(node is table for node in cut):
            damaged = "the file is cut off"
        elif table.settings:
            damaged = "settings without their policy"
        where = node_ref(ledger, table)
        yield policies.rulebase((path,), name, where, logged, families, damaged), (path,)


def _security_layer(
    scope: Scope, policies: PolicyReader, first: Rulebase, cut: list[Node], ledger: LineLedger
) -> Rulebase:
    """Return the security policies, asked about what the policies of a rulebase let pass."""
    table = scope.node.tables[_SECURITY_POLICY]
    return policies.rulebase(
        (_SECURITY_POLICY,),
        "security-policy" if first.name == "policy" else f"security-policy after {first.name}",
        node_ref(ledger, table),
        _implicit_log(scope, ledger),
        first.families,
        "the file is cut off" if any(node is table for node in cut) else "",
        follows=first.name,
        flavour="security policy",
    )


def _at_least(version: str, wanted: tuple[int, ...]) -> bool:
    """Tell whether a version such as "7.4.7" is known and not older."""
    parts = version.split(".")
    if len(parts) < 3 or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts[:3]):
        return False
    return tuple(int(part) for part in parts[:3]) >= wanted


def _management_ports(scope: Scope) -> frozenset[str]:
    """Return the interfaces that HA reserves for the management of each unit."""
    found: set[str] = set()
    for node in (scope.node, *scope.common):
        table = node.table("system ha")
        if table is not None:
            found.update(table.words("ha-mgmt-interface"))
            found.update(name for entry in table.entries_of("ha-mgmt-interfaces") for name in entry.words("interface"))
    return frozenset(found)


def _implicit_log(scope: Scope, ledger: LineLedger) -> tuple[SourceRef | None, bool | None]:
    """Return where and whether the implicit deny is logged; off unless set, unknown in a partial export."""
    table = scope.node.table("log setting")
    logged = _log_word(scope, "fwpolicy-implicit-log")
    if table is not None and "fwpolicy-implicit-log" in table.settings:
        return setting_ref(ledger, table, "fwpolicy-implicit-log"), logged
    return None, logged


def _log_word(scope: Scope, key: str) -> bool | None:
    """Return a setting of `log setting`: off unless set, None in a partial export."""
    table = scope.node.table("log setting")
    if table is not None:
        return table.is_on(key)
    return False if scope.is_whole else None


def _use_interfaces(scope: Scope, zones: tuple[SecurityZone, ...], references: References) -> None:
    for zone in zones:
        references.use("interface", zone.interfaces)


# (table, kind in References.used, word for people, names that ship with the device)
_OBJECTS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    ("firewall address", "address", "address object", FACTORY_ADDRESSES),
    ("firewall address6", "address", "address object", FACTORY_ADDRESSES),
    ("firewall addrgrp", "address", "address group", frozenset(("Microsoft Office 365", "G Suite"))),
    ("firewall addrgrp6", "address", "address group", frozenset()),
    ("firewall service custom", "service", "service object", frozenset((*PREDEFINED_SERVICES, "webproxy"))),
    ("firewall service group", "service", "service group", frozenset(PREDEFINED_SERVICE_GROUPS)),
    ("firewall schedule recurring", "schedule", "schedule", FACTORY_SCHEDULES),
    ("firewall schedule onetime", "schedule", "schedule", frozenset()),
    ("firewall schedule group", "schedule", "schedule", frozenset()),
    ("firewall vip", "virtual ip", "virtual ip", frozenset()),
    ("firewall vip6", "virtual ip", "virtual ip", frozenset()),
    ("firewall vipgrp", "virtual ip", "virtual ip group", frozenset()),
    ("firewall ippool", "ip pool", "ip pool", frozenset()),
    ("firewall ippool6", "ip pool", "ip pool", frozenset()),
    ("router prefix-list", PREFIX_LIST, PREFIX_LIST, frozenset()),
    ("router prefix-list6", PREFIX_LIST, PREFIX_LIST, frozenset()),
    ("router access-list", ACCESS_LIST, ACCESS_LIST, frozenset()),
    ("router access-list6", ACCESS_LIST, ACCESS_LIST, frozenset()),
    ("router aspath-list", AS_PATH_LIST, AS_PATH_LIST, frozenset()),
    ("router community-list", COMMUNITY_LIST, COMMUNITY_LIST, frozenset()),
    ("router extcommunity-list", COMMUNITY_LIST, COMMUNITY_LIST, frozenset()),
    ("router route-map", ROUTE_MAP, ROUTE_MAP, frozenset()),
)


def _unused(scope: Scope, tree: Tree, references: References, ledger: LineLedger) -> Iterator[Reference]:
    """Yield definitions whose name occurs nowhere else, neither in what is modelled nor in other sections."""
    if not any(path in scope.node.tables for path in _POLICY_TABLES):
        return  # without the policies the file cannot tell
    elsewhere: set[str] | None = None
    for path, kind, word, factory in _OBJECTS:
        used = references.used.get(kind, set())
        for node in scope.entries(path):
            if node.name in used or node.name in factory:
                continue
            if elsewhere is None:
                elsewhere = _other_words(scope, tree, ledger)
            if node.name not in elsewhere:
                yield Reference(word, node.name, node_ref(ledger, node))


def _other_words(scope: Scope, tree: Tree, ledger: LineLedger) -> set[str]:
    """Return all words of settings in sections that are not objects or policies."""
    found: set[str] = set()
    for index in tree.left_out:
        found.update(split_words(ledger.source.lines[index].strip())[0][2:])
    skip = {path for path, *_ in _OBJECTS} | {*_POLICY_TABLES, _SECURITY_POLICY}
    todo = [table for node in (scope.node, *scope.common) for path, table in node.tables.items() if path not in skip]
    todo = [node for node in todo if node.name not in ("vdom", "global")]
    while todo:
        node = todo.pop()
        for setting in node.settings.values():
            found.update(setting.words)
        todo += (*node.entries.values(), *node.tables.values())
    return found
