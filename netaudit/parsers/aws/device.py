"""A VPC is a device: its subnets and gateways are the interfaces, its route tables the VRFs.

Security groups and network ACLs are its rulebases. What names a VPC that the export lacks stands in a device of that
name all the same, so that its rules can be asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from netaudit.model.device import Device, Reference
from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.parsers.aws.account import account
from netaudit.parsers.aws.export import Export, ExportFile, Resource, open_exports, open_file
from netaudit.parsers.aws.flow_logs import logging_of
from netaudit.parsers.aws.gateway_ports import attachments_of, gateway_ports, port_guards
from netaudit.parsers.aws.gateways import local_routes, next_hops, plan_of, route_targets, static_routes, unknown_tables
from netaudit.parsers.aws.load_balancers import (
    addresses_of_balancers,
    balancer_device,
    listener_guards,
    load_balancers,
)
from netaudit.parsers.aws.nat_gateways import nat_device, nat_gateways
from netaudit.parsers.aws.network_acls import acl_rulebases
from netaudit.parsers.aws.peers import Peers
from netaudit.parsers.aws.security_groups import group_rulebases
from netaudit.parsers.aws.subnets import (
    guards_of,
    instances_with_several_addresses,
    read_subnets,
    subnet_interface,
)
from netaudit.parsers.aws.transit import transit_gateways
from netaudit.parsers.aws.translations import nat_rules
from netaudit.parsers.aws.usage import unused_resources
from netaudit.parsers.aws.vpn import crypto_tunnels
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.json_exports import clean

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
        device
        for name, kinds in of_vpc.items()
        if set(kinds) & {"vpc", "security_group", "network_acl", "route_table", "subnet"}
        for device in _devices_of_vpc(name, export, peers, kinds)
    ]
    return [*found, *transit_gateways(export, PLATFORM)]


def _devices_of_vpc(name: str, export: Export, peers: Peers, kinds: dict[str, list[Resource]]) -> list[Device]:
    """Return the router of a VPC, and its NAT gateways and load balancers beside it."""
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
    tables, acls = kinds.get("route_table", []), kinds.get("network_acl", [])
    subnets = read_subnets(kinds.get("subnet", ()), tables, acls)
    attachments = attachments_of(name, export)
    plan = plan_of(tables, subnets, attachments)
    nats, balancers = nat_gateways(name, export, subnets), load_balancers(name, export, subnets)
    hops = next_hops(name, export, subnets, nats)
    ports = gateway_ports(name, route_targets(tables, hops), export, attachments, plan.gateway_vrfs)
    beyond, unknown_routes = unknown_tables(plan, attachments, first.where)
    translations = nat_rules(name, export, nats)
    hosts = guards_of(
        subnets,
        export,
        rulebases,
        closed=AddressSet.union([NO_ADDRESS, *(one.private for one in nats)]),
        open_=addresses_of_balancers(balancers),
    )
    listening, listeners = listener_guards(balancers, export)
    complete = export.is_complete("network_interface", subnets[0].resource if subnets else first)
    edges = port_guards(
        export, ports, translations, complete, attachments, subnets, {one.name: one for one in rulebases}
    )
    found = export.find("vpc", name)
    elsewhere, rest = local_routes(plan, found, export.is_complete("subnet", found)) if found is not None else ([], [])
    router = Device(
        name=clean(name) or "ec2-classic",
        platform=PLATFORM,
        vendor="Amazon",
        where=first.where,
        vrfs=plan.names,
        interfaces=(
            *(subnet_interface(one, plan.subnet_vrfs[one.resource.id]) for one in subnets),
            *ports,
            *beyond,
            *elsewhere,
        ),
        address_objects=(*hosts.hosts, *instances_with_several_addresses(name, export)),
        rulebases=(*rulebases, *hosts.rulebases, *listeners, *edges.rulebases),
        bindings=(*hosts.bindings, *listening, *edges.bindings),
        nat_rules=tuple(translations),
        static_routes=(*static_routes(plan, subnets, peers, hops), *unknown_routes, *rest),
        crypto_tunnels=tuple(
            tunnel
            for gateway in export.of("vpn_gateway")
            if any(place.text("VpcId") == name for place in gateway.value.objects("VpcAttachments"))
            for tunnel in crypto_tunnels(export, "VpnGatewayId", gateway.id, gateway.id)
        ),
        undefined_references=undefined,
        unused_objects=unused_resources(kinds, export),
    )
    return [
        router,
        *(nat_device(one, PLATFORM) for one in nats),
        *(balancer_device(one, export, PLATFORM) for one in balancers),
    ]
