"""One running configuration of IOS or IOS-XE -> one device and the account of its lines."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

from netaudit.model.device import DEFAULT_VRF, Device
from netaudit.model.rules import Binding, Rulebase
from netaudit.model.source import SourceFile, SourceRef
from netaudit.parsers.certificate_chains import read_certificates
from netaudit.parsers.cisco_ios.access_lists import read_access_lists, rulebases
from netaudit.parsers.cisco_ios.commands import account, guess
from netaudit.parsers.cisco_ios.crypto import read_crypto
from netaudit.parsers.cisco_ios.facts import operating_system, read_facts
from netaudit.parsers.cisco_ios.inspections import read_inspections
from netaudit.parsers.cisco_ios.interfaces import read_interfaces, read_vrfs
from netaudit.parsers.cisco_ios.lines import configuration_text
from netaudit.parsers.cisco_ios.management import read_management
from netaudit.parsers.cisco_ios.nat import read_nat
from netaudit.parsers.cisco_ios.objects import read_object_groups, read_time_ranges, service_objects
from netaudit.parsers.cisco_ios.reading import Reading
from netaudit.parsers.cisco_ios.references import DEFINITIONS, read_uses
from netaudit.parsers.cisco_ios.routes import read_forwarding, read_static_routes
from netaudit.parsers.cisco_ios.routing import read_routing_plane
from netaudit.parsers.cisco_ios.service_instances import read_service_instances
from netaudit.parsers.cisco_ios.zones import ZoneFirewall, read_zone_firewall
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.last_changes import read_last_change
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.name_uses import read_definitions
from netaudit.parsers.switch_reading import bindings_and_references, unused_objects
from netaudit.parsers.vlan_blocks import read_vlans
from netaudit.parsers.vlan_maps import read_vlan_maps

PLATFORM = "cisco_ios"


def parse(source: SourceFile) -> ParsedFile:
    """Return what a configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    certificates = read_certificates(ledger)
    last_change = read_last_change(ledger)
    text = configuration_text(ledger)
    reading = Reading(ledger, text.roots)
    read_facts(reading)
    read_definitions(reading, DEFINITIONS)
    read_vrfs(reading)
    read_object_groups(reading)
    read_time_ranges(reading)
    read_access_lists(reading)
    read_interfaces(reading)
    read_service_instances(reading)
    read_static_routes(reading)
    read_forwarding(reading)
    read_routing_plane(reading)
    read_uses(reading)
    lists = {one.name: one for one in rulebases(reading)}
    lists = read_inspections(reading, lists)
    read_crypto(reading)
    firewall = read_zone_firewall(reading, lists)
    maps, map_bindings = read_vlan_maps(reading.roots, ledger, reading.interfaces, lists, reading.has_filter)
    read_nat(reading, lists)
    management = read_management(reading, lists)
    vlans = read_vlans(reading.roots, ledger)
    account(reading)
    device = replace(
        _device(reading, (*lists.values(), *maps, *firewall.rulebases), firewall, map_bindings),
        vlans=vlans,
        first_hop_groups=reading.first_hop_groups.groups(),
        tunnels=tuple(reading.tunnels),
        crypto_tunnels=tuple(reading.crypto_tunnels),
        certificates=certificates,
        last_change=last_change,
        management=replace(management, banners=text.banners),
    )
    coverage = ledger.coverage(PLATFORM, device.name, guess)
    return ParsedFile(coverage, (device,) if reading.roots else ())


def _device(
    reading: Reading, all_rulebases: tuple[Rulebase, ...], firewall: ZoneFirewall, map_bindings: tuple[Binding, ...]
) -> Device:
    bindings, undefined = bindings_and_references(reading, reading.access_lists)
    path = reading.ledger.source.path
    name = reading.hostname or reading.ledger.source.host or PurePosixPath(path).stem
    facts = reading.facts

    def fact(field: str) -> str:
        return facts[field][0] if field in facts else ""

    return Device(
        name=name,
        platform=PLATFORM,
        vendor="Cisco",
        where=facts["name"][1] if "name" in facts else SourceRef(path, 1),
        model=fact("model"),
        part_number=fact("model"),
        operating_system=operating_system(reading),
        version=fact("version"),
        serials=tuple(dict.fromkeys(reading.serials)),
        fact_sources=tuple((field, where) for field, (_, where) in facts.items()),
        vrfs=(DEFAULT_VRF, *reading.vrfs),
        interfaces=tuple(reading.interfaces.values()),
        security_zones=firewall.zones,
        address_objects=tuple(reading.address_groups.values()),
        service_objects=service_objects(reading),
        rulebases=all_rulebases,
        bindings=(*bindings, *map_bindings),
        nat_rules=tuple(reading.nat_rules),
        static_routes=tuple(reading.static_routes),
        routing_processes=tuple(reading.routing_processes),
        routing=reading.routing,
        forwards=reading.forwards,
        undefined_references=undefined,
        unused_objects=unused_objects(reading),
    )
