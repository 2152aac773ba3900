"""One running configuration of NX-OS -> one device and the account of its lines."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.source import SourceFile
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
from netaudit.parsers.cisco_nxos.lines import banner_end, configuration_tree
from netaudit.parsers.cisco_nxos.login_policy import read_lockouts, read_password_policy
from netaudit.parsers.cisco_nxos.management import read_management
from netaudit.parsers.cisco_nxos.nat import read_nat
from netaudit.parsers.cisco_nxos.overlay import read_anycast_gateways, read_overlay
from netaudit.parsers.cisco_nxos.references import DEFINITIONS, USES
from netaudit.parsers.cisco_nxos.routes import read_plane, read_processes, read_static_routes
from netaudit.parsers.command_table import account, guess
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.last_changes import read_last_change
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.name_uses import read_definitions, read_uses
from netaudit.parsers.switch_device import gathered_device
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.switch_text import read_banners
from netaudit.parsers.vlan_blocks import read_vlans
from netaudit.parsers.vlan_maps import read_vlan_maps

PLATFORM = "cisco_nxos"


def parse(source: SourceFile) -> ParsedFile:
    """Return what a configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    banners = read_banners(ledger, banner_end)
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
        banners=banners,
        aaa_methods=read_aaa_methods(reading.roots, ledger),
    )
    vlans = read_vlans(reading.roots, ledger)
    tunnels = (*read_tunnels(reading), *overlay.tunnels)
    first_hop_groups = (*reading.first_hop_groups.groups(), *read_anycast_gateways(reading))
    last_change = read_last_change(ledger)
    account(ledger, reading.roots, TOP)
    device = replace(
        gathered_device(reading, PLATFORM, "Cisco", (*lists.values(), *maps), map_bindings),
        first_hop_groups=first_hop_groups,
        operating_system="NX-OS",
        routing_processes=processes,
        routing=plane,
        vlans=vlans,
        tunnels=tunnels,
        last_change=last_change,
        management=management,
    )
    coverage = ledger.coverage(PLATFORM, device.name, guess)
    return ParsedFile(coverage, (device,) if reading.roots else ())
