"""Route tables as VRFs of a VPC's router, and the gateways that they lead to.

Gateways stand in the router's default VRF as interfaces without addresses, and what comes in there finds every subnet,
except where a gateway has a route table of its own. "The most specific route that matches the traffic" decides (Amazon
VPC User Guide, "Route priority"); a route to a whole subnet wins over the local route of the VPC ("Routing for a
middlebox appliance"), so subnets whose table has one get a VRF each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.device import DEFAULT_VRF, Interface, StaticRoute
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.parsers.aws.export import Export, Resource, clean
from netaudit.parsers.aws.peers import Peers
from netaudit.parsers.aws.subnets import Subnet
from netaudit.parsers.json_tree import JsonObject

_TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId"),
    *("VpcEndpointId", "LocalGatewayId", "CarrierGatewayId", "NetworkInterfaceId", "InstanceId", "CoreNetworkArn"),
)
_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """The VRFs of a VPC: which tables they hold, and who stands in them.

    `vrfs` are names with their table, None for the default VRF. `diverted` are the prefixes of subnets that a table
    leads elsewhere, by the table's identity.
    """

    vrfs: tuple[tuple[str, Resource | None], ...]
    subnet_vrfs: Mapping[str, str]
    gateway_vrfs: Mapping[str, str]
    diverted: Mapping[str, frozenset[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the VRFs, the default one first."""
        return tuple(name for name, _ in self.vrfs)


def plan_of(tables: Sequence[Resource], subnets: Sequence[Subnet]) -> RoutingPlan:
    """Return the VRFs of a VPC: one a table, and one a subnet where the table leads packets to other subnets away."""
    prefixes = {_with_length(prefix) for subnet in subnets for prefix in subnet.prefixes}
    diverted: dict[str, frozenset[str]] = {}
    gateway_vrfs: dict[str, str] = {}
    vrfs: list[tuple[str, Resource | None]] = [(DEFAULT_VRF, None)]
    for table in tables:
        vrfs.append((clean(table.id), table))
        routes = [one for one in table.value.objects("Routes") if _target(one) != _LOCAL]
        written = (route.text(key) for route in routes for key in ("DestinationCidrBlock", "DestinationIpv6CidrBlock"))
        diverted[table.id] = frozenset(written) & prefixes
        for one in table.value.objects("Associations"):
            if one.text("GatewayId"):
                gateway_vrfs[clean(one.text("GatewayId"))] = clean(table.id)
    subnet_vrfs: dict[str, str] = {}
    by_id = {table.id: table for table in tables}
    for subnet in subnets:
        vrf = clean(subnet.route_table) or DEFAULT_VRF
        if diverted.get(subnet.route_table):
            vrf = f"{vrf} {clean(subnet.resource.id)}"
            vrfs.append((vrf, by_id[subnet.route_table]))
        subnet_vrfs[subnet.resource.id] = vrf
    return RoutingPlan(tuple(vrfs), subnet_vrfs, gateway_vrfs, diverted)


def gateway_interfaces(vpc: str, tables: Iterable[Resource], export: Export, plan: RoutingPlan) -> list[Interface]:
    """Return one interface for each gateway that is attached to the VPC or that its routes name.

    A peering and a transit gateway's attachment are links that both ends know by the same name. A peering that is not
    active and an attachment that is gone carry nothing.
    """
    found: dict[str, Interface] = {}
    for resource in _attached(vpc, export):
        name = clean(resource.id)
        found.setdefault(name, _port(name, resource.where, vpc, export, plan, resource.name))
    for table in tables:
        for route in table.value.objects("Routes"):
            name = clean(_target(route))
            if name and name != _LOCAL:
                found.setdefault(name, _port(name, table.file.ref(route), vpc, export, plan))
    return list(found.values())


def _port(name: str, where: SourceRef, vpc: str, export: Export, plan: RoutingPlan, description: str = "") -> Interface:
    peering = export.find("peering", name)
    link = name if name.startswith("pcx-") else _attachment(name, vpc, export)
    return Interface(
        name,
        where,
        vrf=plan.gateway_vrfs.get(name, DEFAULT_VRF),
        enabled=peering is None or _is_active(peering),
        description=description,
        link=link,
        faces_internet=name.startswith(("igw-", "eigw-")),
    )


def _attachment(gateway: str, vpc: str, export: Export) -> str:
    """Return the name of the attachment that joins a VPC to a transit gateway, "" where none is known."""
    for kind, key in (("transit_attachment", "ResourceId"), ("transit_vpc_attachment", "VpcId")):
        for one in export.of(kind):
            if (one.value.text("TransitGatewayId"), one.value.text(key)) == (gateway, vpc) and is_in_use(one):
                return clean(one.id)
    return ""


def is_in_use(attachment: Resource) -> bool:
    """Tell whether an attachment carries packets (EC2 API Reference, TransitGatewayAttachment, `state`)."""
    return attachment.value.text("State") in ("", "available", "modifying")


def _is_active(peering: Resource) -> bool:
    status = peering.value.object("Status")
    return status is None or status.text("Code") == "active"


def _attached(vpc: str, export: Export) -> Iterator[Resource]:
    for kind, key in (
        ("internet_gateway", "Attachments"),
        ("egress_only_gateway", "Attachments"),
        ("vpn_gateway", "VpcAttachments"),
    ):
        for one in export.of(kind):
            if any(place.text("VpcId") == vpc for place in one.value.objects(key)):
                yield one
    for one in export.of("nat_gateway"):
        if one.vpc == vpc and one.value.text("State") not in ("deleted", "deleting", "failed"):
            yield one
    for one in export.of("peering"):
        ends = (one.value.object("AccepterVpcInfo"), one.value.object("RequesterVpcInfo"))
        if any(end is not None and end.text("VpcId") == vpc for end in ends) and _is_active(one):
            yield one
    for one in export.of("transit_gateway"):
        if _attachment(one.id, vpc, export):
            yield one


def _target(route: JsonObject) -> str:
    return next((route.text(key) for key in _TARGETS if route.text(key)), "")


def static_routes(plan: RoutingPlan, subnets: Sequence[Subnet], peers: Peers) -> list[StaticRoute]:
    """Return the routes of every VRF, and its ways to the subnets that stand in another one.

    The route "local" is the network of the VPC itself: there every subnet is connected.
    """
    found: list[StaticRoute] = []
    for vrf, table in plan.vrfs:
        diverted = plan.diverted[table.id] if table is not None else frozenset()
        if table is not None:
            found += _of_table(table, vrf, plan, peers)
        for subnet in subnets:
            own = plan.subnet_vrfs[subnet.resource.id]
            if own != vrf:
                ways = [one for one in subnet.prefixes if _with_length(one) not in diverted]
                found += [_local_route(prefix, subnet, vrf, own) for prefix in ways]
    return found


def _local_route(prefix: str, subnet: Subnet, vrf: str, own: str) -> StaticRoute:
    family, network, length = prefix_parts(prefix)
    return StaticRoute(
        family,
        network,
        length,
        subnet.resource.where,
        interface=clean(subnet.resource.id),
        vrf=vrf,
        next_vrf=own,
        distance=0,
    )


def _of_table(table: Resource, vrf: str, plan: RoutingPlan, peers: Peers) -> Iterator[StaticRoute]:
    for route in table.value.objects("Routes"):
        target = clean(_target(route))
        if target == _LOCAL:
            continue
        where = table.file.ref(route)
        discards = route.text("State") == "blackhole"
        for prefix in _destinations(table, route, peers):
            family, network, length = prefix_parts(prefix)
            yield StaticRoute(
                family,
                network,
                length,
                where,
                interface="" if discards else target,
                vrf=vrf,
                next_vrf="" if discards else plan.gateway_vrfs.get(target, DEFAULT_VRF),
                discards=discards,
            )


def _destinations(table: Resource, route: JsonObject, peers: Peers) -> Iterator[str]:
    listed = route.text("DestinationPrefixListId")
    if listed:
        peer = peers.prefix_list(listed, table, table.file, route)
        if peer.reason:
            at = route.line_of("DestinationPrefixListId") - 1
            table.file.ledger.unsupported(at, Affects.ROUTING, "the entries of the prefix list are not in the export")
        yield from (_with_length(one) for one in peer.surely.prefixes())
        return
    text = route.text("DestinationCidrBlock") or route.text("DestinationIpv6CidrBlock")
    try:
        AddressSet.prefix(text)
    except ValueError:
        table.file.ledger.unsupported(route.line - 1, Affects.ROUTING, "destination not understood")
        return
    yield _with_length(text)


def _with_length(prefix: str) -> str:
    return prefix if "/" in prefix else f"{prefix}/{parse_address(prefix)[0].bits}"


def prefix_parts(prefix: str) -> tuple[Family, int, int]:
    """Return family, network and length of a prefix or plain address. Raises ValueError."""
    address, _, length = _with_length(prefix).partition("/")
    family, value = parse_address(address)
    bits = int(length)
    return family, value >> (family.bits - bits) << (family.bits - bits), bits
