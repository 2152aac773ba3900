"""Puts a device together from its hierarchy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from netaudit.model.device import (
    DEFAULT_VRF,
    AddressObject,
    Device,
    Interface,
    Reference,
    RoutingProcess,
    SecurityZone,
    ServiceObject,
    StaticRoute,
)
from netaudit.model.links import CryptoTunnel, FirstHopGroup, Tunnel, Vlan
from netaudit.model.routing import RoutingPlane
from netaudit.model.rules import Binding, NatRule, Rulebase
from netaudit.model.source import SourceFile
from netaudit.parsers.juniper_junos.address_books import ADDRESS, ADDRESS_SET, AddressBooks
from netaudit.parsers.juniper_junos.applications import APPLICATION, APPLICATION_SET, Applications
from netaudit.parsers.juniper_junos.conditions import ConditionReader
from netaudit.parsers.juniper_junos.filters import FILTER, Filters
from netaudit.parsers.juniper_junos.header import Facts
from netaudit.parsers.juniper_junos.interfaces import InterfaceReader, read_vrfs, read_zones
from netaudit.parsers.juniper_junos.links import (
    LINK_KINDS,
    read_certificates,
    read_crypto_tunnels,
    read_first_hop_groups,
    read_tunnels,
    read_vlans,
)
from netaudit.parsers.juniper_junos.management import ManagementReader
from netaudit.parsers.juniper_junos.nat import POOL, NatReader
from netaudit.parsers.juniper_junos.policies import SCHEDULER, ZONE, PolicyReader
from netaudit.parsers.juniper_junos.prefix_lists import PREFIX_LIST, PrefixLists
from netaudit.parsers.juniper_junos.protocols import RoutingReader
from netaudit.parsers.juniper_junos.references import References
from netaudit.parsers.juniper_junos.route_policies import POLICY_USE_KINDS
from netaudit.parsers.juniper_junos.routing import RouteReader
from netaudit.parsers.juniper_junos.tree import APPLY_WORDS, Node, node_ref
from netaudit.parsers.juniper_junos.uses import note_uses
from netaudit.parsers.ledger import LineLedger

_UNUSED_KINDS = (
    *(f"{FILTER} ({family})" for family in ("inet", "inet6", "any", "ethernet-switching", "bridge", "mpls", "vpls")),
    PREFIX_LIST,
    ADDRESS,
    ADDRESS_SET,
    APPLICATION,
    APPLICATION_SET,
    *POLICY_USE_KINDS,
    *LINK_KINDS,
    f"{POOL} (source)",
    f"{POOL} (destination)",
)


@dataclass(frozen=True, slots=True)
class _System:
    """What one system (the device itself, a logical system, a tenant) adds to the device."""

    interfaces: tuple[Interface, ...]
    bindings: tuple[Binding, ...]
    zones: tuple[SecurityZone, ...]
    vrfs: tuple[str, ...]
    rulebases: tuple[Rulebase, ...]
    nat_rules: tuple[NatRule, ...]
    routes: tuple[StaticRoute, ...]
    processes: tuple[RoutingProcess, ...]
    routing: RoutingPlane
    vlans: tuple[Vlan, ...]
    first_hop_groups: tuple[FirstHopGroup, ...]
    tunnels: tuple[Tunnel, ...]
    crypto_tunnels: tuple[CryptoTunnel, ...]
    addresses: tuple[AddressObject, ...]
    services: tuple[ServiceObject, ...]
    undefined: tuple[Reference, ...]
    unused: tuple[Reference, ...]
    prefix_lists: PrefixLists


def systems_of(root: Node) -> list[tuple[str, Node]]:
    """Return the device's own system ("") and its logical systems and tenants."""
    found = [("", root)]
    for kind in ("logical-systems", "tenants"):
        found += [(node.word, node) for node in root.below(kind) if node.word not in APPLY_WORDS]
    return found


def build_device(source: SourceFile, root: Node, facts: Facts, ledger: LineLedger) -> Device:
    """Return the device of a file."""
    systems = [(name, _read(node, name, ledger)) for name, node in systems_of(root)]
    first = systems[0][1]
    management = ManagementReader(
        root, first.interfaces, first.zones, first.bindings, first.rulebases, first.prefix_lists, ledger
    )
    parts = [part for _, part in systems]
    host = root.value_node("system", "host-name")
    stem = source.path.rsplit("/", 1)[-1]
    name = host.word if host is not None else facts.host_name or source.host or stem.rsplit(".", 1)[0] or stem
    where = facts.sources.get("host_name", ledger.ref(0)) if host is None else node_ref(ledger, host, False)
    version = root.value_node("version")
    fact_sources = dict(facts.sources)
    if host is not None:
        fact_sources["hostname"] = where
    if version is not None:
        fact_sources["version"] = node_ref(ledger, version, False)
    fact_sources.pop("host_name", None)
    return Device(
        name=name,
        platform="juniper_junos",
        vendor="Juniper",
        where=where,
        model=facts.model,
        operating_system="Junos",
        version=facts.version if version is None else version.word,
        serials=(facts.serial,) if facts.serial else (),
        fact_sources=tuple(sorted(fact_sources.items())),
        virtual_systems=tuple(name for name, _ in systems if name),
        vrfs=tuple(dict.fromkeys([DEFAULT_VRF, *(vrf for part in parts for vrf in part.vrfs)])),
        interfaces=tuple(one for part in parts for one in part.interfaces),
        security_zones=tuple(one for part in parts for one in part.zones),
        address_objects=tuple(one for part in parts for one in part.addresses),
        service_objects=tuple(one for part in parts for one in part.services),
        rulebases=tuple(one for part in parts for one in part.rulebases),
        bindings=tuple(one for part in parts for one in part.bindings),
        nat_rules=tuple(one for part in parts for one in part.nat_rules),
        static_routes=tuple(one for part in parts for one in part.routes),
        routing_processes=tuple(one for part in parts for one in part.processes),
        routing=_joined(part.routing for part in parts),
        vlans=tuple(one for part in parts for one in part.vlans),
        first_hop_groups=tuple(one for part in parts for one in part.first_hop_groups),
        tunnels=tuple(one for part in parts for one in part.tunnels),
        crypto_tunnels=tuple(one for part in parts for one in part.crypto_tunnels),
        certificates=tuple(read_certificates(root, ledger)),
        last_change=facts.last_change,
        management=management.plane(),
        undefined_references=tuple(one for part in parts for one in part.undefined),
        unused_objects=tuple(one for part in parts for one in part.unused),
    )


def _joined(planes: Iterable[RoutingPlane]) -> RoutingPlane:
    """Return the routing planes of several systems as one."""
    parts = tuple(planes)
    return RoutingPlane(
        **{
            field.name: tuple(one for part in parts for one in getattr(part, field.name))
            for field in fields(RoutingPlane)
        }
    )


def _read(node: Node, name: str, ledger: LineLedger) -> _System:
    references = References(ledger)
    prefix_lists = PrefixLists(node, references)
    for scheduler in node.below("schedulers", "scheduler"):
        references.define(SCHEDULER, scheduler.word, scheduler)
    filters = Filters(node, name, ConditionReader(prefix_lists, references), references)
    zones = read_zones(node, name, ledger)
    for zone in node.below("security", "zones", "security-zone"):
        references.define(ZONE, zone.word, zone)
    zone_of = {interface: zone.name for zone in zones for interface in zone.interfaces}
    vrfs, vrf_of = read_vrfs(node)
    reader = InterfaceReader(node, name, filters, ledger, zone_of, vrf_of)
    interfaces = reader.read()
    zones = tuple(
        zone
        if "all" not in zone.interfaces
        else replace(zone, interfaces=tuple(one.name for one in interfaces if one.security_zone == zone.name))
        for zone in zones
    )
    books = AddressBooks(node, name, references)
    applications = Applications(node, name, references)
    policies = PolicyReader(node, name, books, applications, references).rulebase()
    nat = NatReader(node, name, zones, vrf_of, books, applications, references)
    nat_rules = tuple(nat.rules())
    note_uses(node, references, {one.name for one in interfaces})
    routes = RouteReader(node, name, ledger)
    routing = RoutingReader(node, name, prefix_lists, references)
    plane = routing.plane(filters, reader.bindings)
    crypto_tunnels = tuple(read_crypto_tunnels(node, references))
    addresses = tuple(books.objects())
    services = tuple(applications.objects())
    rulebases = tuple(filters.rulebases())
    return _System(
        interfaces,
        tuple(reader.bindings),
        zones,
        vrfs,
        rulebases if policies is None else (*rulebases, policies),
        nat_rules,
        tuple(routes.routes()),
        tuple(routing.processes()),
        plane,
        tuple(read_vlans(node, ledger)),
        tuple(read_first_hop_groups(node, ledger)),
        tuple(read_tunnels(node, ledger)),
        crypto_tunnels,
        addresses,
        services,
        tuple(references.undefined.values()),
        tuple(references.unused(_UNUSED_KINDS)),
        prefix_lists,
    )
