"""NAT gateways as devices of their own: a packet goes into their subnet, and comes out of it again translated.

So the network ACL and the route table of the NAT gateway's subnet decide too. "A NAT gateway ... prevents external
services from initiating a connection with those instances" (Amazon VPC User Guide, "NAT gateways"): what belongs to no
connection that it knows is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.rules import (
    AccessRule,
    Action,
    Binding,
    Direction,
    NatKind,
    NatRule,
    Purpose,
    Rulebase,
    RulebaseKind,
)
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_TCP, SYN, TCP, ServiceSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.subnets import Subnet, router_address
from netaudit.parsers.json_exports import clean

_GONE = ("deleted", "deleting", "failed")


@dataclass(frozen=True, slots=True)
class NatGateway:
    """A NAT gateway that is in use, with its private addresses in its subnet."""

    resource: Resource
    subnet: Subnet
    addresses: tuple[str, ...]

    @property
    def name(self) -> str:
        """Return the name that routes use."""
        return clean(self.resource.id)

    @property
    def private(self) -> AddressSet:
        """Return its private addresses."""
        return AddressSet.union(AddressSet.host(one) for one in self.addresses)


def nat_gateways(vpc: str, export: Export, subnets: Sequence[Subnet]) -> list[NatGateway]:
    """Return the NAT gateways of a VPC that stand in a subnet of the export."""
    found = []
    for one in nat_gateways_in_use(vpc, export):
        for subnet in subnets:
            texts = [address.text("PrivateIp") for address in one.value.objects("NatGatewayAddresses")]
            inside = tuple(text for text in texts if _stands_in(text, subnet))
            if one.value.text("SubnetId") == subnet.resource.id and inside:
                found.append(NatGateway(one, subnet, inside))
    return found


def nat_gateways_in_use(vpc: str, export: Export) -> Iterator[Resource]:
    """Yield the NAT gateways of a VPC that are not deleted."""
    for one in export.of("nat_gateway"):
        if one.vpc == vpc and one.value.text("State") not in _GONE:
            yield one


def _stands_in(text: str, subnet: Subnet) -> bool:
    try:
        return AddressSet.host(text) <= subnet.addresses
    except ValueError:
        return False


def nat_device(gateway: NatGateway, platform: str) -> Device:
    """Return a NAT gateway as a device: what comes in leaves again towards the router of its subnet."""
    where = gateway.resource.where
    _, router = router_address(gateway.subnet)
    port = Interface(
        name=clean(gateway.subnet.resource.id),
        where=where,
        addresses=tuple(InterfaceAddress(*parse_address(text), 32) for text in gateway.addresses),
        description=gateway.resource.name,
    )
    guard = _connections(gateway)
    return Device(
        name=gateway.name,
        platform=platform,
        vendor="Amazon",
        where=where,
        model="NAT gateway",
        interfaces=(port,),
        rulebases=(guard,),
        bindings=(Binding(guard.name, Purpose.FILTER, where, port.name, Direction.IN),),
        nat_rules=(
            NatRule(
                gateway.name,
                NatKind.SOURCE,
                PacketMatch.exact(PacketSet.of(ANY_IPV4, ANY_IPV4)),
                where,
                translated_source=gateway.private,
            ),
        ),
        static_routes=(StaticRoute(Family.IPV4, 0, 0, where, router, port.name),),
    )


def _connections(gateway: NatGateway) -> Rulebase:
    """Return what a NAT gateway takes in: of TCP, the first packet of a connection; answers by its memory."""
    first = ServiceSet.ports(TCP, tcp_flags=IntervalSet.single(SYN))
    later = PacketSet.of(ANY_ADDRESS, ANY_ADDRESS, ANY_TCP - first)
    where = gateway.resource.where
    rules = (
        AccessRule("no connection", Action.DENY, PacketMatch.exact(later), where, implicit=True),
        AccessRule("connections", Action.PERMIT, PacketMatch.exact(PacketSet.of()), where, implicit=True),
    )
    return Rulebase(f"{gateway.name} connections", RulebaseKind.FILTER, rules, Action.DENY, where, stateful=True)
