"""One running configuration of EOS -> one device and the account of its lines."""

from __future__ import annotations

from dataclasses import replace

from netaudit.model.source import SourceFile
from netaudit.parsers.aaa_methods import read_aaa_methods
from netaudit.parsers.arista_eos.access_lists import read_access_lists, rulebases
from netaudit.parsers.arista_eos.commands import TOP
from netaudit.parsers.arista_eos.facts import read_facts
from netaudit.parsers.arista_eos.interfaces import read_interfaces, read_tunnels, read_vrfs
from netaudit.parsers.arista_eos.lines import banners, configuration_tree
from netaudit.parsers.arista_eos.login_policy import read_lockouts, read_password_policies
from netaudit.parsers.arista_eos.management import read_management
from netaudit.parsers.arista_eos.nat import read_nat
from netaudit.parsers.arista_eos.references import DEFINITIONS, USES
from netaudit.parsers.arista_eos.routes import read_forwarding, read_static_routes
from netaudit.parsers.arista_eos.routing import read_routing_plane
from netaudit.parsers.arista_eos.traffic_policies import read_traffic_policies
from netaudit.parsers.command_table import account, guess
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.last_changes import read_last_change
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.name_uses import read_definitions, read_uses
from netaudit.parsers.switch_device import gathered_device
from netaudit.parsers.switch_reading import Reading
from netaudit.parsers.vlan_blocks import read_vlans

PLATFORM = "arista_eos"


def parse(source: SourceFile) -> ParsedFile:
    """Return what a configuration says. Never raises, whatever the text."""
    ledger = LineLedger(source)
    last_change = read_last_change(ledger)
    shown = banners(ledger)
    reading = Reading(ledger, configuration_tree(ledger))
    read_facts(reading)
    read_definitions(reading, DEFINITIONS)
    read_vrfs(reading)
    read_access_lists(reading)
    read_interfaces(reading)
    read_static_routes(reading)
    read_forwarding(reading)
    read_routing_plane(reading)
    read_uses(reading, USES)
    lists = rulebases(reading)
    policies, policy_bindings = read_traffic_policies(reading)
    read_nat(reading, lists)
    management = read_management(reading, lists)
    management = replace(
        management,
        password_policies=read_password_policies(reading),
        lockouts=read_lockouts(reading),
        banners=shown,
        aaa_methods=read_aaa_methods(reading.roots, ledger),
    )
    vlans = read_vlans(reading.roots, ledger)
    tunnels = read_tunnels(reading)
    account(ledger, reading.roots, TOP)
    device = gathered_device(reading, PLATFORM, "Arista", (*lists.values(), *policies), policy_bindings)
    device = replace(
        device,
        part_number=device.model,
        operating_system="EOS",
        routing_processes=tuple(reading.routing_processes),
        routing=reading.routing,
        vlans=vlans,
        tunnels=tunnels,
        last_change=last_change,
        management=management,
    )
    coverage = ledger.coverage(PLATFORM, device.name, guess)
    return ParsedFile(coverage, (device,) if reading.roots else ())
