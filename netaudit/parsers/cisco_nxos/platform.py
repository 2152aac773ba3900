"""One running configuration of NX-OS -> one device and the account of its lines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.links import LastChange, Tunnel, Vlan
from netaudit.model.management import ManagementPlane
from netaudit.model.routing import RoutingPlane, RoutingProcess
from netaudit.model.rules import Binding, Rulebase
from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.aaa_methods import read_aaa_methods
from netaudit.parsers.cisco_nxos.access_lists import (
    read_access_lists,
    read_object_groups,
    read_time_ranges,
    rulebases,
)
from netaudit.parsers.cisco_nxos.commands import TOP
from netaudit.parsers.cisco_nxos.facts import read_facts
from netaudit.parsers.cisco_nxos.interfaces import read_interfaces, read_tunnels, read_vrfs
from netaudit.parsers.cisco_nxos.lines import configuration_tree
from netaudit.parsers.cisco_nxos.login_policy import read_banners, read_lockouts, read_password_policy
from netaudit.parsers.cisco_nxos.management import read_management
from netaudit.parsers.cisco_nxos.nat import read_nat
from netaudit.parsers.cisco_nxos.overlay import read_overlay
from netaudit.parsers.cisco_nxos.references import DEFINITIONS, USES
from netaudit.parsers.cisco_nxos.routes import read_plane, read_processes, read_static_routes
from netaudit.parsers.command_table import account, guess
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.last_changes import read_last_change
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.name_uses import read_definitions, read_uses
from netaudit.parsers.switch_reading import Reading, bindings_and_references, unused_objects
from netaudit.parsers.vlan_blocks import read_vlans
from netaudit.parsers.vlan_maps import read_vlan_maps

PLATFORM = "cisco_nxos"


def parse(source: SourceFile) -> ParsedFile:
    """Return what a configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    reading = Reading(ledger, configuration_tree(ledger))
    read_facts(reading)
    read_definitions(reading, DEFINITIONS)
    read_vrfs(reading)
    read_object_groups(reading)
    read_time_ranges(reading)
    read_access_lists(reading)
    read_interfaces(reading)
    read_static_routes(reading)
    processes = read_processes(reading)
    overlay = read_overlay(reading)
    plane = read_plane(reading, overlay)
    read_uses(reading, USES)
    lists = rulebases(reading)
    maps, map_bindings = read_vlan_maps(reading.roots, ledger, reading.interfaces, lists, reading.has_filter)
    read_nat(reading, lists)
    management = replace(
        read_management(reading, lists),
        password_policies=read_password_policy(reading),
        lockouts=tuple(read_lockouts(reading)),
        banners=tuple(read_banners(reading)),
        aaa_methods=read_aaa_methods(reading.roots, ledger),
    )
    links = Links(
        read_vlans(reading.roots, ledger), (*read_tunnels(reading), *overlay.tunnels), read_last_change(ledger)
    )
    account(ledger, reading.roots, TOP)
    device = _device(reading, (*lists.values(), *maps), map_bindings, management, processes, plane, links)
    coverage = ledger.coverage(PLATFORM, device.name, guess)
    return ParsedFile(coverage, (device,) if reading.roots else ())


@dataclass(frozen=True, slots=True)
class Links:
    """How the device is joined to others, and when it was changed."""

    vlans: tuple[Vlan, ...]
    tunnels: tuple[Tunnel, ...]
    last_change: LastChange | None


def _device(
    reading: Reading,
    lists: tuple[Rulebase, ...],
    map_bindings: tuple[Binding, ...],
    management: ManagementPlane,
    processes: tuple[RoutingProcess, ...],
    plane: RoutingPlane,
    links: Links,
) -> Device:
    bindings, undefined = bindings_and_references(reading)
    path = reading.ledger.source.path
    facts = reading.facts

    def fact(field: str) -> str:
        return facts[field][0] if field in facts else ""

    return Device(
        name=reading.hostname or reading.ledger.source.host or PurePosixPath(path).stem,
        platform=PLATFORM,
        vendor="Cisco",
        where=facts["name"][1] if "name" in facts else SourceRef(path, 1),
        model=fact("model"),
        part_number=fact("part"),
        operating_system="NX-OS",
        version=fact("version"),
        serials=tuple(reading.serials),
        fact_sources=tuple((field, where) for field, (_, where) in facts.items()),
        vrfs=(DEFAULT_VRF, *reading.vrfs),
        interfaces=tuple(reading.interfaces.values()),
        address_objects=tuple(reading.address_objects.values()),
        service_objects=tuple(reading.service_objects.values()),
        rulebases=lists,
        bindings=(*bindings, *map_bindings),
        nat_rules=tuple(reading.nat_rules),
        static_routes=tuple(reading.static_routes.values()),
        routing_processes=processes,
        routing=plane,
        vlans=links.vlans,
        first_hop_groups=reading.first_hop_groups.groups(),
        tunnels=links.tunnels,
        last_change=links.last_change,
        forwards=reading.forwards,
        management=management,
        undefined_references=undefined,
        unused_objects=unused_objects(reading),
    )
