"""Transit gateways as devices: attachments are the interfaces, route tables the VRFs.

An attachment uses the route table that it is associated with; attachments propagate the networks behind them into
route tables, and static routes win over propagated ones (Amazon VPC Transit Gateways guide, "Transit gateway route
tables" and "Route evaluation order").
"""

from __future__ import annotations

from collections.abc import Iterator

from netaudit.model.device import DEFAULT_VRF, Device, Interface, StaticRoute
from netaudit.model.source import Affects
from netaudit.packets.addresses import AddressSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.gateway_ports import is_in_use
from netaudit.parsers.aws.gateways import prefix_parts
from netaudit.parsers.aws.subnets import vpc_prefixes
from netaudit.parsers.aws.vpn import crypto_tunnels
from netaudit.parsers.json_exports import clean

_PROPAGATED = 20  # any number above that of static routes: only their order counts


def transit_gateways(export: Export, platform: str) -> Iterator[Device]:
    """Yield the transit gateways of an export."""
    for gateway in export.of("transit_gateway"):
        attachments = [
            one for one in export.of("transit_attachment") if one.value.text("TransitGatewayId") == gateway.id
        ]
        tables = [one for one in export.of("transit_route_table") if one.value.text("TransitGatewayId") == gateway.id]
        interfaces = tuple(
            Interface(
                _port(one),
                one.where,
                vrf=_table_of(one),
                enabled=is_in_use(one),
                description=one.name,
                link=_port(one),
            )
            for one in attachments
        )
        vrf_of = {one.name: one.vrf for one in interfaces}
        routes = [route for table in tables for route in _routes(table.id, export, vrf_of)]
        yield Device(
            name=clean(gateway.id),
            platform=platform,
            vendor="Amazon",
            where=gateway.where,
            vrfs=(DEFAULT_VRF, *(clean(one.id) for one in tables)),
            interfaces=interfaces,
            static_routes=tuple(routes),
            crypto_tunnels=crypto_tunnels(export, "TransitGatewayId", gateway.id, gateway.id),
        )


def _port(attachment: Resource) -> str:
    return clean(attachment.id)


def _table_of(attachment: Resource) -> str:
    association = attachment.value.object("Association")
    if association is None or association.text("State") not in ("", "associated"):
        return DEFAULT_VRF
    return clean(association.text("TransitGatewayRouteTableId")) or DEFAULT_VRF


def _routes(table: str, export: Export, vrf_of: dict[str, str]) -> Iterator[StaticRoute]:
    for resource in export.of("transit_routes"):
        if resource.value.text("TransitGatewayRouteTableId") != table:
            continue
        for route in resource.value.objects("Routes"):
            prefix = route.text("DestinationCidrBlock")
            if not _is_prefix(prefix):
                resource.file.ledger.unsupported(route.line - 1, Affects.ROUTING, "destination not understood")
                continue
            family, network, length = prefix_parts(prefix)
            where = resource.file.ref(route)
            if route.text("State") == "blackhole":
                yield StaticRoute(family, network, length, where, vrf=clean(table), discards=True)
                continue
            for one in route.objects("TransitGatewayAttachments"):
                name = clean(one.text("TransitGatewayAttachmentId"))
                yield StaticRoute(
                    family,
                    network,
                    length,
                    where,
                    interface=name,
                    vrf=clean(table),
                    next_vrf=vrf_of.get(name, ""),
                    distance=_PROPAGATED if route.text("Type") == "propagated" else 1,
                )
    for resource in export.of("transit_propagations"):
        if resource.value.text("TransitGatewayRouteTableId") == table:
            yield from _propagated(resource, table, export, vrf_of)


def _propagated(resource: Resource, table: str, export: Export, vrf_of: dict[str, str]) -> Iterator[StaticRoute]:
    for one in resource.value.objects("TransitGatewayRouteTablePropagations"):
        if one.text("State") not in ("", "enabled"):
            continue
        vpc = export.find("vpc", one.text("ResourceId"))
        if vpc is None:
            reason = f"what {clean(one.text('ResourceType'))} {clean(one.text('ResourceId'))} propagates is not known"
            resource.file.ledger.unsupported(one.line_of("ResourceId") - 1, Affects.ROUTING, reason)
            continue
        name = clean(one.text("TransitGatewayAttachmentId"))
        for prefix in vpc_prefixes(vpc):
            family, network, length = prefix_parts(prefix)
            yield StaticRoute(
                family,
                network,
                length,
                resource.file.ref(one),
                interface=name,
                vrf=clean(table),
                next_vrf=vrf_of.get(name, ""),
                distance=_PROPAGATED,
            )


def _is_prefix(text: str) -> bool:
    try:
        AddressSet.prefix(text)
    except ValueError:
        return False
    return True
