"""Puts the devices of a file together: a firewall, or a Panorama with the firewalls that it manages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from netaudit.model.device import (
    DEFAULT_VRF,
    AddressObject,
    Device,
    Interface,
    Reference,
    SecurityZone,
    ServiceObject,
)
from netaudit.model.routing import PolicyRoute, RoutePolicy, RoutingPlane
from netaudit.model.rules import AccessRule, Action, NatRule, Rulebase, RulebaseKind
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.names import NameSet
from netaudit.packets.packet import ALL_PACKETS, PacketMatch
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.addresses import AddressBook
from netaudit.parsers.paloalto_panos.applications import Applications
from netaudit.parsers.paloalto_panos.destination_zones import DestinationZones
from netaudit.parsers.paloalto_panos.document import Document
from netaudit.parsers.paloalto_panos.forwarding import read_forwarding
from netaudit.parsers.paloalto_panos.interfaces import NO_ROUTER, InterfaceReader, read_zones, routers_of
from netaudit.parsers.paloalto_panos.links import read_certificates, read_tunnels
from netaudit.parsers.paloalto_panos.management import ManagementReader, panorama_servers
from netaudit.parsers.paloalto_panos.nat import NatReader
from netaudit.parsers.paloalto_panos.panorama import DeviceGroup, Managed, Panorama
from netaudit.parsers.paloalto_panos.routing import RouteReader
from netaudit.parsers.paloalto_panos.rules import RULEBASE, RuleReader
from netaudit.parsers.paloalto_panos.scopes import Scope
from netaudit.parsers.paloalto_panos.services import ServiceBook
from netaudit.parsers.paloalto_panos.tree import Node, node_ref
from netaudit.parsers.paloalto_panos.unused import unused_objects

PLATFORM = "paloalto_panos"
_EMPTY = Node("", 0)
NO_SYSTEM = "(no virtual system)"


@dataclass(slots=True)
class _Part:
    """What one virtual system or device group adds to a device."""

    rulebases: list[Rulebase] = field(default_factory=list)
    nat_rules: list[NatRule] = field(default_factory=list)
    addresses: list[AddressObject] = field(default_factory=list)
    services: list[ServiceObject] = field(default_factory=list)
    zones: list[SecurityZone] = field(default_factory=list)
    forwarding: list[tuple[RoutePolicy, tuple[PolicyRoute, ...]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _System:
    """A virtual system to be read: its name in the model, its scope, and its rules by table in their order."""

    name: str
    scope: Scope
    zones: tuple[Node, ...]
    zones_known: bool
    places: tuple[Node, ...]  # rulebases in the order of matching
    defaults: tuple[Node, ...]  # the nodes that may override the default rules, the strongest first
    where: SourceRef
    flavour: str
    serial: str = ""
    has_rules: bool = True
    group: DeviceGroup | None = None
    is_firewall: bool = False


def build_devices(document: Document, ledger: LineLedger) -> tuple[Device, ...]:
    """Return the devices of a file; none where it holds no configuration."""
    return tuple(_Builder(document, ledger).devices())


class _Builder:
    def __init__(self, document: Document, ledger: LineLedger) -> None:
        self._document = document
        self._ledger = ledger
        self._root = document.root
        self._header = document.header
        entries = self._root.below("devices")
        self._device = entries[0] if entries else _EMPTY
        self._scopes: list[Scope] = []
        self._undefined: dict[tuple[str, str, int], Reference] = {}
        self._parts: dict[tuple[str, str, int, str], _Part] = {}
        self._panorama = Panorama(self._root, self._device, ledger)

    def devices(self) -> Iterator[Device]:
        """Yield the device that the file is of, then those that it manages."""
        if not self._root.below() and not self._header.facts:
            return
        own = self._own()
        managed = [self._managed(one) for one in self._panorama.managed()]
        # Objects of device groups and of the shared place are Panorama's: they are reported once, with it.
        yield replace(
            own,
            undefined_references=tuple(self._undefined.values()),
            unused_objects=tuple(unused_objects(self._scopes, self._document.elsewhere, self._ledger)),
        )
        yield from managed

    # The device itself

    def _own(self) -> Device:
        shared = self._root.get("shared")
        pushed = self._root.get("policy", "panorama")
        deviceconfig = self._device.get("deviceconfig")
        network = self._device.get("network")
        systems = list(self._systems(shared, pushed, deviceconfig))
        if self._panorama.is_panorama:
            systems += self._groups()
        name, where = self._name(deviceconfig)
        logs = [node for node in (shared, self._root.get("panorama"), *self._device.below("vsys")) if node is not None]
        return self._build(name, where, network, systems, (self._root,), deviceconfig, tuple(logs), True)

    def _systems(self, shared: Node | None, pushed: Node | None, deviceconfig: Node | None) -> Iterator[_System]:
        entries = self._device.below("vsys")
        if not entries and self._device.has("network", "interface") and not self._panorama.is_panorama:
            entries = (Node("vsys1", self._device.line_of("network", "interface")),)  # every firewall has it
        network = self._device.get("network")
        gateways = network.below("shared-gateway") if network is not None else ()
        gateways = tuple(one for one in gateways if one.below("zone") or one.below("import", "network", "interface"))
        alone = len(entries) == 1 and entries[0].word == "vsys1" and not gateways
        servers = panorama_servers(deviceconfig) if deviceconfig is not None else []
        managed = bool(servers) and pushed is None and not any(one.has("pre-rulebase") for one in entries)
        if managed and not self._panorama.is_panorama:
            self._ledger.unsupported(
                servers[0].first,
                Affects.FILTER,
                "rules that Panorama pushed around the local ones are not in this file",
            )
        for entry in (*entries, *gateways):
            nodes = tuple(node for node in (entry, pushed, shared) if node is not None)
            whole = deviceconfig is not None or self._root.has("version") or self._root.has("mgt-config")
            yield _System(
                name="" if alone else entry.word,
                scope=Scope(entry.word, nodes, self._ledger, whole and not managed),
                zones=entry.below("zone"),
                zones_known=entry.has("zone"),
                places=_places([shared, pushed, entry], entry),
                defaults=_defaults([entry.get("rulebase"), entry.get("pre-rulebase"), entry.get("post-rulebase"),
                                    *[node.get("post-rulebase") for node in (pushed, shared) if node is not None]]),
                where=node_ref(self._ledger, entry),
                flavour="security policy",
                is_firewall=deviceconfig is not None,
            )  # fmt: skip

    def _groups(self) -> Iterator[_System]:
        """Yield the device groups that no firewall of the file uses: each is a rulebase on its own.

        The rules of a group with others below it are part of theirs.
        """
        parents = {group.parent for group in self._panorama.groups.values()}
        for group in self._panorama.groups.values():
            if not group.serials and group.name not in parents:
                yield self._group_system(group, group.name, (), "")
        shared = self._root.get("shared")
        if not self._panorama.groups and shared is not None and _places([shared], None):
            yield self._group_system(DeviceGroup("shared", shared, ""), "shared", (), "")

    def _group_system(self, group: DeviceGroup, name: str, zones: tuple[Node, ...], serial: str) -> _System:
        chain = self._panorama.chain(group)  # from the group up to shared
        self._panorama.note_local_rules(group)
        return _System(
            name=name,
            scope=Scope(group.name, tuple(chain), self._ledger, True),
            zones=zones,
            zones_known=bool(zones),
            places=_places(list(reversed(chain)), None),
            defaults=_defaults([node.get("post-rulebase") for node in chain]),
            where=node_ref(self._ledger, group.node),
            flavour=f"device group {group.name}",
            serial=serial if self._panorama.has_targets(group) else "",
            group=group,
        )

    def _name(self, deviceconfig: Node | None) -> tuple[str, SourceRef]:
        node = deviceconfig.get("system", "hostname") if deviceconfig is not None else None
        if node is not None and node.below():
            self._header.places["hostname"] = node_ref(self._ledger, node)
            return node.value(), self._header.places["hostname"]
        if "hostname" in self._header.facts:
            return self._header.facts["hostname"], self._header.places["hostname"]
        source = self._ledger.source
        stem = source.path.rsplit("/", 1)[-1]
        return source.host or stem.rsplit(".", 1)[0] or stem, self._ledger.ref(0)

    # Managed firewalls

    def _managed(self, managed: Managed) -> Device:
        template = managed.template
        device = template.below("devices")[0] if template is not None and template.below("devices") else _EMPTY
        entries = {node.word: node for node in device.below("vsys")}
        multiple = len({*entries, *managed.groups}) > 1
        systems = []
        for system in tuple(dict.fromkeys((*managed.groups, *entries))) or ("vsys1",):
            group = managed.groups.get(system)
            entry = entries.get(system)
            zones = entry.below("zone") if entry is not None else ()
            name = system if multiple else ""
            if group is not None:
                systems.append(self._group_system(group, name, zones, managed.serial))
            else:
                systems.append(
                    _System(
                        name, Scope(system, (entry or _EMPTY,), self._ledger, False), zones, False, (), (),
                        managed.where, "rules that are not in this file", managed.serial, has_rules=False,
                    )
                )  # fmt: skip
        roots = (template,) if template is not None else ()
        logs = tuple(node for root in roots for node in (root.get("shared"), *device.below("vsys")) if node is not None)
        return self._build(
            managed.serial,
            managed.where,
            device.get("network"),
            systems,
            roots,
            device.get("deviceconfig"),
            logs,
            False,
        )

    # Both

    def _build(
        self,
        name: str,
        where: SourceRef,
        network: Node | None,
        systems: list[_System],
        roots: tuple[Node, ...],
        deviceconfig: Node | None,
        logs: tuple[Node, ...],
        is_own: bool,
    ) -> Device:
        ledger = self._ledger
        zones = [(one, read_zones(one.zones, one.name, ledger)) for one in systems]
        zone_of = {port: zone.name for _, found in zones for zone in found for port in zone.interfaces}
        system_of = {port: zone.virtual_system for _, found in zones for zone in found for port in zone.interfaces}
        for one in systems:
            for imported in one.scope.nodes[0].words("import", "network", "interface"):
                system_of[imported] = one.name
        objects = self._address_texts(systems)
        interfaces: tuple[Interface, ...] = ()
        routes: RouteReader | None = None
        if network is not None:
            interfaces = InterfaceReader(network, zone_of, system_of, objects, ledger).read()
            if systems and all(one.name for one in systems):
                interfaces = tuple(
                    one if one.virtual_system else replace(one, virtual_system=NO_SYSTEM) for one in interfaces
                )
            owners: dict[str, tuple[str, ...]] = {}
            for interface in interfaces:
                known = owners.get(interface.vrf, ())
                if interface.virtual_system not in known:
                    owners[interface.vrf] = (*known, interface.virtual_system)
            routes = RouteReader(network, objects, owners, ledger)
        static_routes = tuple(routes.routes()) if routes is not None else ()
        processes, policies, lists = routes.processes() if routes is not None else ([], [], [])
        behind = DestinationZones(interfaces, static_routes, bool(processes))
        parts = [self._part(one, found, interfaces, network, behind) for one, found in zones]
        vrfs = [router for router, _ in routers_of(network)] if network is not None else []
        facts = self._header.facts if is_own else {}
        version = self._root.get("version") if is_own else None
        panorama = is_own and self._panorama.is_panorama and not interfaces
        management = ManagementReader(roots, deviceconfig, network, ledger)
        sources = {key: place for key, place in self._header.places.items() if is_own and key in ("hostname", "model")}
        if is_own and "sw-version" in facts:
            sources["version"] = self._header.places["sw-version"]
        elif version is not None and version.below():
            sources["version"] = node_ref(ledger, version, False)
        if "serial" in facts:
            sources["serial"] = self._header.places["serial"]
        return Device(
            name=name,
            platform=PLATFORM,
            vendor="Palo Alto Networks",
            where=where,
            model=facts.get("model", ""),
            operating_system="Panorama" if panorama else "PAN-OS",
            version=facts.get("sw-version", "") or (version.value() if version is not None else ""),
            serials=(facts["serial"],) if "serial" in facts else () if is_own else (name,),
            fact_sources=tuple(sorted(sources.items())),
            virtual_systems=tuple(one.name for one in systems if one.name),
            vrfs=tuple(dict.fromkeys([*vrfs, *(one.vrf for one in interfaces if not one.vrf.startswith(NO_ROUTER))]))
            or (DEFAULT_VRF,),
            interfaces=interfaces,
            security_zones=tuple(zone for part in parts for zone in part.zones),
            address_objects=tuple(one for part in parts for one in part.addresses),
            service_objects=tuple(one for part in parts for one in part.services),
            rulebases=(*(one for part in parts for one in part.rulebases), *_closed_system(interfaces)),
            nat_rules=tuple(one for part in parts for one in part.nat_rules),
            static_routes=static_routes,
            routing_processes=tuple(processes),
            routing=RoutingPlane(
                policies=(*policies, *(policy for part in parts for policy, _ in part.forwarding)),
                text_lists=tuple(lists),
                policy_routes=tuple(one for part in parts for _, routes in part.forwarding for one in routes),
            ),
            forwards=not panorama,
            tunnels=tuple(read_tunnels(network, ledger)) if network is not None else (),
            certificates=tuple(read_certificates(logs, ledger)),
            management=management.plane(interfaces, logs),
        )

    def _other_rules(self, place: Node, rules: RuleReader) -> None:
        """Note what the rules of the other tables use, and those that people have to log in for."""
        for table in ("application-override", "dos", "authentication"):
            for node in place.below(table, "rules"):
                context = f"{table} rule {node.word}"
                rules.side(node, "source", context)
                rules.side(node, "destination", context)
                rules.services.match(node.below("service"), context)
                if table == "authentication" and not node.is_yes("disabled"):
                    self._ledger.unsupported(node.first, Affects.FILTER, "users may have to log in first")

    def _address_texts(self, systems: list[_System]) -> dict[str, str]:
        """Return the text of address objects that interfaces and routes may name."""
        found: dict[str, str] = {}
        for one in systems:
            for node in reversed(one.scope.nodes):
                for entry in node.below("address"):
                    text = entry.value("ip-netmask")
                    if text:
                        found[entry.word] = text
        return found

    def _part(
        self,
        one: _System,
        zones: tuple[SecurityZone, ...],
        interfaces: tuple[Interface, ...],
        network: Node | None,
        behind: DestinationZones,
    ) -> _Part:
        """Read a virtual system; the firewalls of one device group and template share what was read."""
        if one.group is None:
            return self._read(one, zones, interfaces, behind)
        key = one.group.name, one.name, id(network), one.serial
        if key not in self._parts:
            self._parts[key] = self._read(one, zones, interfaces, behind)
        return self._parts[key]

    def _read(
        self,
        one: _System,
        zones: tuple[SecurityZone, ...],
        interfaces: tuple[Interface, ...],
        behind: DestinationZones,
    ) -> _Part:
        scope = one.scope
        addresses, services = AddressBook(scope), ServiceBook(scope)
        rules = RuleReader(
            scope,
            addresses,
            services,
            Applications(scope),
            tuple(zone.name for zone in zones) or _zones_of_rules(one),
            one.zones_known,
            frozenset(zone.name for zone in zones),
            one.zones_known or one.is_firewall,
            one.name,
            one.serial,
            self._header.hits,
        )
        damaged = self._document.damage and "the file is damaged"
        if not one.has_rules:
            damaged = "rules that are not in this file"
        defaults: dict[str, Node] = {}
        for holder in one.defaults:
            for node in holder.below("default-security-rules", "rules"):
                defaults.setdefault(node.word, node)
        nodes = [node for place in one.places for node in place.below("security", "rules")]
        before: list[AccessRule] = []
        if one.is_firewall and scope.is_whole and zones and interfaces:
            # Else a template may hold the interfaces of a zone, or the firewall itself.
            before += (*_closed_zones(zones, one), *_unzoned(interfaces, one))
        before += [rule for place in one.places for node in place.below("dos", "rules") for rule in rules.dos(node)]
        rulebase = rules.rulebase(nodes, defaults, before, one.where, damaged, one.flavour)
        nat = NatReader(scope, addresses, services, rules, {port.name: port.addresses for port in interfaces}, behind)
        translations = [node for place in one.places for node in place.below("nat", "rules")]
        nat_rules = nat.read([node for node in translations if rules.applies(node) is not False], rulebase.rules)
        for place in one.places:
            self._other_rules(place, rules)
        steering = [node for place in one.places for node in place.below("pbf", "rules")]
        forwarding = list(
            read_forwarding((node for node in steering if _counts(node, rules)), rules, zones, self._ledger)
        )
        objects = list(addresses.objects(one.name)), list(services.objects(one.name))
        scope.forget()
        if one.has_rules:
            self._scopes.append(scope)
            for reference in scope.undefined.values():
                self._undefined.setdefault((reference.kind, reference.name, reference.where.line), reference)
        return _Part(
            [rulebase],
            list(nat_rules),
            *objects,
            list(zones),
            forwarding,
        )


def _counts(node: Node, rules: RuleReader) -> bool:
    return not node.is_yes("disabled") and rules.applies(node) is not False


def _closed_system(interfaces: tuple[Interface, ...]) -> Iterator[Rulebase]:
    """Yield what holds for interfaces that no virtual system imports: they forward nothing."""
    ports = [one for one in interfaces if one.virtual_system == NO_SYSTEM and (one.addresses or one.dynamic_address)]
    if ports:
        yield Rulebase(
            RULEBASE, RulebaseKind.ZONE_POLICY, (), Action.DENY, ports[0].where, virtual_system=NO_SYSTEM, stateful=True
        )


def _closed_zones(zones: tuple[SecurityZone, ...], one: _System) -> Iterator[AccessRule]:
    """Yield what holds for a zone without an interface: no packet comes from it or leaves to it."""
    outside = {node.word for node in one.zones if node.has("network", "external") or node.has("network", "tunnel")}
    for zone in zones:
        if zone.interfaces or zone.name in outside:
            continue
        name, match = NameSet.of([zone.name]), PacketMatch.exact(ALL_PACKETS)
        reason = f"no interface in zone {zone.name}"
        yield AccessRule(reason, Action.DENY, match, zone.where, from_zones=name, implicit=True)
        yield AccessRule(reason, Action.DENY, match, zone.where, to_zones=name, implicit=True)


def _unzoned(interfaces: tuple[Interface, ...], one: _System) -> Iterator[AccessRule]:
    """Yield what holds for interfaces without a zone: they take part in no traffic, whatever the rules say of `any`.

    Source: PAN-OS Administrator's Guide, "Segment Your Network Using Interfaces and Zones".
    """
    names = NameSet.of(
        port.name
        for port in interfaces
        if port.virtual_system == one.name and not port.security_zone and (port.addresses or port.dynamic_address)
    )
    if names:
        reason, match = "interface without a zone", PacketMatch.exact(ALL_PACKETS)
        yield AccessRule(reason, Action.DENY, match, one.where, from_zones=names, implicit=True)
        yield AccessRule(reason, Action.DENY, match, one.where, to_zones=names, implicit=True)


def _zones_of_rules(one: _System) -> tuple[str, ...]:
    """Return the zones that rules name, where the file does not define them."""
    found: dict[str, None] = {}
    for place in one.places:
        for node in place.below("security", "rules"):
            for key in ("from", "to"):
                found.update(dict.fromkeys(word for word in node.words(key) if word not in ("any", "multicast")))
    return tuple(found)


def _places(above: list[Node | None], local: Node | None) -> tuple[Node, ...]:
    """Return the rulebases in the order of matching. `above` goes from shared down to the nearest."""
    known = [node for node in above if node is not None]
    found = [one.get("pre-rulebase") for one in known]
    found.append(local.get("rulebase") if local is not None else None)
    found += [one.get("post-rulebase") for one in reversed(known)]
    return tuple(node for node in found if node is not None)


def _defaults(nodes: list[Node | None]) -> tuple[Node, ...]:
    return tuple(node for node in nodes if node is not None)
