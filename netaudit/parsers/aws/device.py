"""A VPC is a device: its subnets and network interfaces are the interfaces, its route tables the VRFs.

Security groups and network ACLs are its rulebases. What names a VPC that the export lacks stands in a device of that
name all the same, so that its rules can be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netaudit.model.device import Device, Reference
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.parsers.aws.account import account
from netaudit.parsers.aws.export import Export, ExportFile, Resource, clean, open_exports, open_file
from netaudit.parsers.aws.flow_logs import logging_of
from netaudit.parsers.aws.gateways import gateway_interfaces, plan_of, static_routes
from netaudit.parsers.aws.network_acls import acl_rulebases
from netaudit.parsers.aws.peers import Peers
from netaudit.parsers.aws.security_groups import group_rulebases
from netaudit.parsers.aws.subnets import guards_of, read_subnets, subnet_interface
from netaudit.parsers.aws.transit import transit_gateways
from netaudit.parsers.aws.translations import nat_rules
from netaudit.parsers.aws.usage import unused_resources
from netaudit.parsers.aws.vpn import crypto_tunnels
from netaudit.parsers.contract import ParsedFile

PLATFORM = "aws"

# The kinds whose `VpcId` tells of a VPC, the one that says most first.
_OF_A_VPC = ("vpc", "security_group", "network_acl", "route_table", "subnet", "network_interface", "instance_interface")


def parse(source: SourceFile) -> ParsedFile:
    """Read one file by itself."""
    return parse_together((source,))[0]


def parse_together(files: Sequence[SourceFile]) -> tuple[ParsedFile, ...]:
    """Read all files of a snapshot; a VPC stands with the file that describes it."""
    opened = [open_file(one) for one in files]
    devices: dict[str, list[Device]] = {}
    for export in open_exports(opened):
        for device in _devices_of(export):
            devices.setdefault(device.where.path, []).append(device)
    for file in opened:
        account(file)
    return tuple(_parsed(file, tuple(devices.pop(file.source.path, ()))) for file in opened)


def _parsed(file: ExportFile, devices: tuple[Device, ...]) -> ParsedFile:
    coverage = file.ledger.coverage(PLATFORM, ", ".join(one.name for one in devices))
    if file.problem is not None:
        coverage = replace(coverage, problem=f"is not read: {file.problem}")
    return ParsedFile(coverage, devices)


def _devices_of(export: Export) -> list[Device]:
    peers = Peers(export)
    of_vpc: dict[str, dict[str, list[Resource]]] = {}
    for kind in _OF_A_VPC:
        for resource in export.of(kind):
            of_vpc.setdefault(resource.vpc, {}).setdefault(kind, []).append(resource)
    found = [
        _device(name, export, peers, kinds)
        for name, kinds in of_vpc.items()
        if set(kinds) & {"vpc", "security_group", "network_acl", "route_table", "subnet"}
    ]
    return [*found, *transit_gateways(export, PLATFORM)]


def _device(name: str, export: Export, peers: Peers, kinds: dict[str, list[Resource]]) -> Device:
    first = next(iter(kinds.values()))[0]
    before = len(peers.undefined)
    rulebases: list[Rulebase] = []
    logging = logging_of(name, kinds.get("subnet", ()), export, first)
    for group in kinds.get("security_group", ()):
        rulebases += group_rulebases(group, peers)
    for acl in kinds.get("network_acl", ()):
        rulebases += acl_rulebases(acl)
    rulebases = [logging.at(one) for one in rulebases]
    undefined: tuple[Reference, ...] = tuple(peers.undefined[before:])
    tables = kinds.get("route_table", [])
    subnets = read_subnets(kinds.get("subnet", ()), tables)
    plan = plan_of(tables, subnets)
    guards = guards_of(subnets, export, kinds.get("network_acl", ()), rulebases)
    return Device(
        name=clean(name) or "ec2-classic",
        platform=PLATFORM,
        vendor="Amazon",
        where=first.where,
        vrfs=plan.names,
        interfaces=(
            *(subnet_interface(one, plan.subnet_vrfs[one.resource.id]) for one in subnets),
            *gateway_interfaces(name, tables, export, plan),
        ),
        address_objects=guards.hosts,
        rulebases=(*rulebases, *guards.rulebases),
        bindings=guards.bindings,
        nat_rules=tuple(nat_rules(name, export)),
        static_routes=tuple(static_routes(plan, subnets, peers)),
        crypto_tunnels=tuple(
            tunnel
            for gateway in export.of("vpn_gateway")
            if any(place.text("VpcId") == name for place in gateway.value.objects("VpcAttachments"))
            for tunnel in crypto_tunnels(export, "VpnGatewayId", gateway.id, gateway.id)
        ),
        undefined_references=undefined,
        unused_objects=unused_resources(kinds, export),
    )
