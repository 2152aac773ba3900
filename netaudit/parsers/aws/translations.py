"""Translations of a VPC: one to one at the internet gateway, many to one at NAT gateways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.rules import NatKind, NatRule
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.nat_gateways import NatGateway, nat_gateways_in_use
from netaudit.parsers.aws.peers import interfaces
from netaudit.parsers.json_exports import clean


def nat_rules(vpc: str, export: Export, standing: Iterable[NatGateway]) -> list[NatRule]:
    """Return the translations of a VPC.

    "The internet gateway logically provides the one-to-one NAT on behalf of your instance"; a NAT gateway "replaces
    the source IP address of the instances with the IP address of the NAT gateway" (Amazon VPC User Guide, "Internet
    gateways", "NAT gateways"). NAT gateways in a known subnet (`standing`) are devices of their own, whose addresses
    the internet gateway translates; of others both are taken as one step.
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
    apart = {one.resource.id: one for one in standing}
    for gateway in nat_gateways_in_use(vpc, export):
        if gateway.id in apart:
            found += list(_published_gateway(gateway, internet))
        else:
            found += list(_shared(gateway))
    return found


def _published_gateway(gateway: Resource, internet: list[str]) -> Iterator[NatRule]:
    for one in gateway.value.objects("NatGatewayAddresses"):
        private, outside = _host(one.text("PrivateIp")), _host(one.text("PublicIp"))
        if private is not None and outside is not None and internet:
            yield NatRule(
                clean(gateway.id),
                NatKind.STATIC,
                PacketMatch.exact(PacketSet.of(private, ANY_ADDRESS)),
                gateway.file.ref(one),
                translated_source=outside,
                to_interface=NameSet.of(internet),
            )


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
