"""Route tables as VRFs of a VPC's router, the gateways that they lead to, and the translations at these.

Gateways stand in the router's default VRF as interfaces without addresses, and what comes in there finds every subnet.
"The most specific route that matches the traffic" decides (Amazon VPC User Guide, "Route priority").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from netaudit.model.device import DEFAULT_VRF, Interface, StaticRoute
from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet, Family, parse_address
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.aws.export import Export, Resource, clean
from netaudit.parsers.aws.peers import Peers, interfaces
from netaudit.parsers.aws.subnets import Subnet
from netaudit.parsers.json_tree import JsonObject

_TARGETS = (
    *("GatewayId", "NatGatewayId", "TransitGatewayId", "VpcPeeringConnectionId", "EgressOnlyInternetGatewayId"),
    *("VpcEndpointId", "LocalGatewayId", "CarrierGatewayId", "NetworkInterfaceId", "InstanceId", "CoreNetworkArn"),
)
_LOCAL = "local"


def gateway_interfaces(vpc: str, tables: Iterable[Resource], export: Export) -> list[Interface]:
    """Return one interface for each gateway that is attached to the VPC or that its routes name."""
    found: dict[str, Interface] = {}
    for resource in _attached(vpc, export):
        name = clean(resource.id)
        found.setdefault(name, Interface(name, resource.where, description=resource.name))
    for table in tables:
        for route in table.value.objects("Routes"):
            name = clean(_target(route))
            if name and name != _LOCAL:
                where = table.file.ref(route)
                found.setdefault(name, Interface(name, where))
    return list(found.values())


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
        status = one.value.object("Status")
        ends = (one.value.object("AccepterVpcInfo"), one.value.object("RequesterVpcInfo"))
        if any(end is not None and end.text("VpcId") == vpc for end in ends) and (
            status is None or status.text("Code") == "active"
        ):
            yield one


def _target(route: JsonObject) -> str:
    return next((route.text(key) for key in _TARGETS if route.text(key)), "")


def static_routes(tables: Sequence[Resource], subnets: Sequence[Subnet], peers: Peers) -> list[StaticRoute]:
    """Return the routes of every table, and the ways to the subnets that are not of the same table.

    The route "local" is the network of the VPC itself: there every subnet is connected.
    """
    found = [one for table in tables for one in _of_table(table, peers)]
    vrfs = [DEFAULT_VRF, *(clean(one.id) for one in tables)]
    for vrf in vrfs:
        for subnet in subnets:
            own = clean(subnet.route_table) or DEFAULT_VRF
            if own == vrf:
                continue
            found += [_local_route(prefix, subnet, vrf, own) for prefix in subnet.prefixes]
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


def _of_table(table: Resource, peers: Peers) -> Iterator[StaticRoute]:
    vrf = clean(table.id)
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
                next_vrf="" if discards else DEFAULT_VRF,
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


def nat_rules(vpc: str, export: Export) -> list[NatRule]:
    """Return the translations: one to one at the internet gateway, many to one at NAT gateways.

    "The internet gateway logically provides the one-to-one NAT on behalf of your instance"; a NAT gateway "replaces
    the source IP address of the instances with the IP address of the NAT gateway" (Amazon VPC User Guide, "Internet
    gateways", "NAT gateways"). The NAT gateway and the internet gateway behind it are taken as one step.
    """
    internet = [
        clean(one.id)
        for one in export.of("internet_gateway")
        if any(place.text("VpcId") == vpc for place in one.value.objects("Attachments"))
    ]
    found = []
    for interface in interfaces(export):
        if interface.vpc == vpc and interface.value.text("InterfaceType") != "nat_gateway":
            found += list(_published(interface, internet))
    for gateway in export.of("nat_gateway"):
        if gateway.vpc == vpc and gateway.value.text("State") not in ("deleted", "deleting", "failed"):
            found += list(_shared(gateway))
    return found


def _published(interface: Resource, internet: list[str]) -> Iterator[NatRule]:
    for one in interface.value.objects("PrivateIpAddresses"):
        public = one.object("Association")
        if public is None or not internet:
            continue
        private, outside = _host(one.text("PrivateIpAddress")), _host(public.text("PublicIp"))
        if private is None or outside is None:
            continue
        yield NatRule(
            clean(interface.id),
            NatKind.STATIC,
            PacketMatch.exact(PacketSet.of(private, ANY_ADDRESS)),
            interface.file.ref(public),
            translated_source=outside,
            to_interface=NameSet.of(internet),
        )


def _shared(gateway: Resource) -> Iterator[NatRule]:
    private = gateway.value.text("ConnectivityType") == "private"
    for one in gateway.value.objects("NatGatewayAddresses"):
        outside = _host(one.text("PrivateIp" if private else "PublicIp"))
        if outside is not None:
            yield NatRule(
                clean(gateway.id),
                NatKind.SOURCE,
                PacketMatch.exact(PacketSet.of(ANY_ADDRESS, ANY_ADDRESS)),
                gateway.file.ref(one),
                translated_source=outside,
                to_interface=NameSet.of([clean(gateway.id)]),
            )


def _host(text: str) -> AddressSet | None:
    try:
        return AddressSet.host(text)
    except ValueError:
        return None
