"""Route tables as VRFs of a VPC's router.

Gateways stand in the router's default VRF as interfaces without addresses (see `gateway_ports`), and what comes in
there finds every subnet, except where a gateway has a route table of its own. "The most specific route that matches the
traffic" decides (Amazon VPC User Guide, "Route priority"); a route to a whole subnet wins over the local route of the
VPC ("Routing for a middlebox appliance"), so subnets whose table has one get a VRF each.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import DEFAULT_VRF, Interface, StaticRoute
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.gateway_ports import Attachment
from netaudit.parsers.aws.nat_gateways import NatGateway
from netaudit.parsers.aws.peers import Peers, interfaces
from netaudit.parsers.aws.subnets import Subnet, vpc_prefixes
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId"),
    *("VpcEndpointId", "LocalGatewayId", "CarrierGatewayId", "NetworkInterfaceId", "InstanceId", "CoreNetworkArn"),
)
_LOCAL = "local"
UNKNOWN_TABLE = "route table that is not in the export"
UNKNOWN_SUBNETS = "subnets that are not in the export"
_LAST = 254  # any number above that of written routes: only their order counts


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """The VRFs of a VPC: which tables they hold, and who stands in them.

    `vrfs` are names with their table, None for the default VRF; several tables of one name are used side by side.
    `diverted` are the prefixes of subnets that a table leads elsewhere, by the table's identity.
    """

    vrfs: tuple[tuple[str, Resource | None], ...]
    subnet_vrfs: Mapping[str, str]
    gateway_vrfs: Mapping[str, str]
    diverted: Mapping[str, frozenset[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the VRFs, the default one first."""
        return tuple(dict.fromkeys(name for name, _ in self.vrfs))


@dataclass(frozen=True, slots=True)
class NextHop:
    """Where a route leads that names a network interface or a NAT gateway: an address in a subnet.

    `drops`: the interface takes nothing that is not for itself.
    """

    subnet: str
    address: str
    drops: bool = False


def plan_of(
    tables: Sequence[Resource], subnets: Sequence[Subnet], attachments: Mapping[str, Attachment]
) -> RoutingPlan:
    """Return the VRFs of a VPC: one a table, and one a subnet where the table leads packets to other subnets away.

    What a transit gateway sends in follows the tables of the attachment's subnets ("Transit gateway route tables" in
    the Amazon VPC Transit Gateways guide: the appliance and NAT examples).
    """
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
        vrf = clean(subnet.route_table) or UNKNOWN_TABLE
        if diverted.get(subnet.route_table):
            vrf = f"{vrf} {clean(subnet.resource.id)}"
            vrfs.append((vrf, by_id[subnet.route_table]))
        subnet_vrfs[subnet.resource.id] = vrf
    if UNKNOWN_TABLE in subnet_vrfs.values():
        vrfs.append((UNKNOWN_TABLE, None))
    for gateway, attachment in attachments.items():
        standing = dict.fromkeys(subnet_vrfs[one] for one in attachment.subnets if one in subnet_vrfs)
        if len(standing) == 1:
            gateway_vrfs.setdefault(clean(gateway), next(iter(standing)))
        else:
            gateway_vrfs.setdefault(clean(gateway), f"tables of {clean(gateway)}")
            used = dict(vrfs)
            vrfs += [(f"tables of {clean(gateway)}", used[name]) for name in standing or (DEFAULT_VRF,)]
    return RoutingPlan(tuple(vrfs), subnet_vrfs, gateway_vrfs, diverted)


def unknown_tables(
    plan: RoutingPlan, attachments: Mapping[str, Attachment], where: SourceRef
) -> tuple[list[Interface], list[StaticRoute]]:
    """Return ways into the unknown: of subnets without a known table, and where a transit gateway's are not known.

    Every VPC has a main route table, so a subnet without one has a table that the export lacks.
    """
    ports = []
    if UNKNOWN_TABLE in plan.names:
        ports.append(Interface(UNKNOWN_TABLE, where, vrf=UNKNOWN_TABLE))
    for gateway, attachment in attachments.items():
        if not set(attachment.subnets) & set(plan.subnet_vrfs):
            name = f"subnets of {clean(gateway)} that are not in the export"
            ports.append(Interface(name, attachment.resource.where, vrf=plan.gateway_vrfs[clean(gateway)]))
    routes = [
        StaticRoute(family, 0, 0, port.where, interface=port.name, vrf=port.vrf) for port in ports for family in Family
    ]
    return ports, routes


def next_hops(
    vpc: str, export: Export, subnets: Sequence[Subnet], nat_gateways: Sequence[NatGateway]
) -> dict[str, NextHop]:
    """Return where routes lead that name NAT gateways or network interfaces, by the name of the target.

    "Each EC2 instance performs source/destination checks by default ... the instance must be the source or destination
    of any traffic it sends or receives" (Amazon VPC User Guide, "NAT instances").
    """
    found = {one.name: NextHop(one.subnet.resource.id, one.addresses[0]) for one in nat_gateways}
    known = {one.resource.id for one in subnets}
    for one in interfaces(export):
        place, address = one.value.text("SubnetId"), one.value.text("PrivateIpAddress")
        if one.vpc == vpc and place in known and address:
            found[clean(one.id)] = NextHop(place, address, drops=one.value.flag("SourceDestCheck") is True)
    return found


def route_targets(tables: Iterable[Resource], hops: Mapping[str, NextHop]) -> Iterator[tuple[str, SourceRef]]:
    """Yield the gateways that routes name, with the place of the route; next hops in subnets are left out."""
    for table in tables:
        for route in table.value.objects("Routes"):
            name = clean(_target(route))
            if name and name != _LOCAL and name not in hops:
                yield name, table.file.ref(route)


def _target(route: JsonObject) -> str:
    return next((route.text(key) for key in _TARGETS if route.text(key)), "")


def static_routes(
    plan: RoutingPlan, subnets: Sequence[Subnet], peers: Peers, hops: Mapping[str, NextHop]
) -> list[StaticRoute]:
    """Return the routes of every VRF, and its ways to the subnets that stand in another one."""
    found: list[StaticRoute] = []
    for vrf, table in plan.vrfs:
        diverted = plan.diverted[table.id] if table is not None else frozenset()
        if table is not None:
            found += _of_table(table, vrf, plan, peers, hops)
        for subnet in subnets:
            own = plan.subnet_vrfs[subnet.resource.id]
            if own != vrf:
                ways = [one for one in subnet.prefixes if _with_length(one) not in diverted]
                found += [_local_route(prefix, subnet, vrf, own) for prefix in ways]
    return found


def local_routes(plan: RoutingPlan, vpc: Resource, complete: bool) -> tuple[list[Interface], list[StaticRoute]]:
    """Return what becomes of addresses of a VPC that no known subnet has, and the port into the unknown for it.

    The route "local" is the network of the VPC itself: where all subnets are known (`complete`), what is in none of
    them is dropped.
    """
    ports = [] if complete else [Interface(UNKNOWN_SUBNETS, vpc.where)]
    routes = []
    for prefix in vpc_prefixes(vpc):
        family, network, length = prefix_parts(prefix)
        for vrf in plan.names:
            route = StaticRoute(family, network, length, vpc.where, vrf=vrf, distance=_LAST)
            if complete:
                routes.append(replace(route, discards=True))
            else:
                routes.append(replace(route, interface=UNKNOWN_SUBNETS, next_vrf=DEFAULT_VRF))
    return ports, routes


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


def _of_table(
    table: Resource, vrf: str, plan: RoutingPlan, peers: Peers, hops: Mapping[str, NextHop]
) -> Iterator[StaticRoute]:
    for route in table.value.objects("Routes"):
        target = clean(_target(route))
        if target == _LOCAL:
            continue
        where = table.file.ref(route)
        hop = hops.get(target)
        discards = route.text("State") == "blackhole" or (hop is not None and hop.drops)
        for prefix in _destinations(table, route, peers):
            family, network, length = prefix_parts(prefix)
            if discards:
                yield StaticRoute(family, network, length, where, vrf=vrf, discards=True)
            elif hop is not None:
                own = plan.subnet_vrfs[hop.subnet]
                yield StaticRoute(family, network, length, where, hop.address, clean(hop.subnet), vrf, own)
            else:
                own = plan.gateway_vrfs.get(target, DEFAULT_VRF)
                yield StaticRoute(family, network, length, where, interface=target, vrf=vrf, next_vrf=own)


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
