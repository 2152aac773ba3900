"""The gateways of a VPC as ports of its router: what they lead to, and what each of them lets through by itself.

An internet gateway serves IPv4 addresses that have a public one ("your instance must have a public IPv4 address ...
associated", Amazon VPC User Guide, "Internet gateways") and all of IPv6; an egress-only gateway lets nobody in. A
transit gateway is used by "resources in Availability Zones where there is a transit gateway attachment" alone (Amazon
VPC Transit Gateways guide, "VPC attachments"), and the network ACL of the attachment's subnet is asked about what
comes from and goes to other subnets ("Network ACLs for transit gateways").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import DEFAULT_VRF, Interface
from netaudit.model.rules import AccessRule, Action, Binding, Direction, NatRule, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV6, NO_ADDRESS, AddressSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.network_acls import acl_rulebase_name
from netaudit.parsers.aws.subnets import Subnet
from netaudit.parsers.json_exports import clean


@dataclass(frozen=True, slots=True)
class Attachment:
    """How a VPC is joined to a transit gateway. `subnets` are empty where the export does not tell them."""

    resource: Resource
    gateway: str
    subnets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortGuards:
    """What is bound at the ports of gateways, and the rulebases that no resource names."""

    bindings: tuple[Binding, ...] = ()
    rulebases: tuple[Rulebase, ...] = ()


def attachments_of(vpc: str, export: Export) -> dict[str, Attachment]:
    """Return the attachments of a VPC that are in use, by transit gateway."""
    found: dict[str, Attachment] = {}
    for kind, key in (("transit_attachment", "ResourceId"), ("transit_vpc_attachment", "VpcId")):
        for one in export.of(kind):
            gateway = one.value.text("TransitGatewayId")
            if one.value.text(key) == vpc and is_in_use(one) and gateway not in found:
                detailed = export.find("transit_vpc_attachment", one.id)
                subnets = detailed.value.items_of("SubnetIds") if detailed is not None else []
                found[gateway] = Attachment(one, gateway, tuple(text for text in subnets if isinstance(text, str)))
    return found


def is_in_use(attachment: Resource) -> bool:
    """Tell whether an attachment carries packets (EC2 API Reference, TransitGatewayAttachment, `state`)."""
    return attachment.value.text("State") in ("", "available", "modifying")


def gateway_ports(
    vpc: str,
    named: Iterable[tuple[str, SourceRef]],
    export: Export,
    attachments: Mapping[str, Attachment],
    vrfs: Mapping[str, str],
) -> list[Interface]:
    """Return one interface for each gateway that is attached to the VPC or that its routes name.

    `named` are the targets of routes with their places, `vrfs` the tables of gateways that have one. A peering and a
    transit gateway's attachment are links that both ends know by the same name. A peering that is not active carries
    nothing.
    """
    found: dict[str, Interface] = {}
    attached = ((clean(one.id), one.where, one.name) for one in _attached(vpc, export))
    for name, where, description in (
        *attached,
        *((clean(gateway), one.resource.where, one.resource.name) for gateway, one in attachments.items()),
        *((name, where, "") for name, where in named),
    ):
        peering = export.find("peering", name)
        link = name if name.startswith("pcx-") or peering is not None else ""
        if name in attachments:
            link = clean(attachments[name].resource.id)
        port = Interface(
            name,
            where,
            vrf=vrfs.get(name, DEFAULT_VRF),
            enabled=peering is None or _is_active(peering),
            description=description,
            link=link,
            faces_internet=_is_internet_gateway(name, export) or _is_egress_only(name, export),
        )
        found.setdefault(name, port)
    return list(found.values())


def _is_internet_gateway(name: str, export: Export) -> bool:
    return name.startswith("igw-") or export.find("internet_gateway", name) is not None


def _is_egress_only(name: str, export: Export) -> bool:
    return name.startswith("eigw-") or export.find("egress_only_gateway", name) is not None


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
    for one in export.of("peering"):
        ends = (one.value.object("AccepterVpcInfo"), one.value.object("RequesterVpcInfo"))
        if any(end is not None and end.text("VpcId") == vpc for end in ends) and _is_active(one):
            yield one


def port_guards(
    export: Export,
    ports: Iterable[Interface],
    nat_rules: Sequence[NatRule],
    complete: bool,
    attachments: Mapping[str, Attachment],
    subnets: Sequence[Subnet],
    acls: Mapping[str, Rulebase],
) -> PortGuards:
    """Return what guards the ports of gateways.

    `complete`: all network interfaces of the VPC are known, so all public addresses are. `acls` are the network ACLs
    of the subnets: their rulebases by name.
    """
    bindings: list[Binding] = []
    rulebases: list[Rulebase] = []
    for port in ports:
        guards: list[tuple[Direction, Rulebase]] = []
        if _is_egress_only(port.name, export):
            guards = [(Direction.IN, _rulebase(f"{port.name} in", port.where, [], stateful=True))]
        elif port.faces_internet:
            guards = list(_of_internet_gateway(port, nat_rules, complete))
        elif port.name in attachments:
            guards = list(_of_attachment(port, attachments[port.name], subnets, acls))
        for direction, rulebase in guards:
            rulebases.append(rulebase)
            bindings.append(Binding(rulebase.name, Purpose.FILTER, port.where, port.name, direction))
    return PortGuards(tuple(bindings), tuple(rulebases))


def _of_internet_gateway(
    port: Interface, nat_rules: Sequence[NatRule], complete: bool
) -> Iterator[tuple[Direction, Rulebase]]:
    """Yield what an internet gateway lets through: what it translates, and IPv6. Lists there see public addresses."""
    public = AddressSet.union(
        [
            NO_ADDRESS,
            *(one.translated_source for one in nat_rules if port.name in one.to_interface and one.translated_source),
        ]
    )
    for direction in Direction:
        packets = [PacketSet.of(ANY_IPV6, ANY_IPV6)]
        if public:
            ends = (public, ANY_ADDRESS) if direction is Direction.OUT else (ANY_ADDRESS, public)
            packets.append(PacketSet.of(*ends))
        rules = [_permit("public addresses", PacketMatch.exact(PacketSet.union(packets)), port.where)]
        if not complete:
            reason = "the network interfaces of the VPC are not in the export"
            rules.append(_permit("other addresses", PacketMatch.upper(PacketSet.of(), reason), port.where))
        yield direction, _rulebase(f"{port.name} {direction.value}", port.where, rules)


def _of_attachment(
    port: Interface, attachment: Attachment, subnets: Sequence[Subnet], acls: Mapping[str, Rulebase]
) -> Iterator[tuple[Direction, Rulebase]]:
    """Yield what a port to a transit gateway lets through.

    Subnets of other zones do not reach it. Then the network ACL of the attachment's subnet is asked, but not about
    that subnet's own hosts; where several subnets of an attachment have different ACLs it is not known which decides.
    """
    by_id = {one.resource.id: one for one in subnets}
    own = [by_id[name] for name in attachment.subnets if name in by_id]
    if not own:
        return
    zones = {one.resource.value.text("AvailabilityZone") for one in own}
    apart = AddressSet.union(
        [NO_ADDRESS, *(one.addresses for one in subnets if one.resource.value.text("AvailabilityZone") not in zones)]
    )
    hosts = AddressSet.union(one.addresses for one in own)
    for direction in Direction:
        outward = direction is Direction.OUT
        rules: list[AccessRule] = []
        if outward and apart:
            denied = PacketMatch.exact(PacketSet.of(apart, ANY_ADDRESS))
            rules.append(AccessRule("other zones", Action.DENY, denied, port.where, implicit=True))
        ends = (hosts, ANY_ADDRESS) if outward else (ANY_ADDRESS, hosts)
        inner = _permit("subnets of the attachment", PacketMatch.exact(PacketSet.of(*ends)), port.where)
        names = {acl_rulebase_name(one.network_acl, not outward) for one in own}
        deciding = acls.get(next(iter(names))) if len(names) == 1 else None
        if deciding is not None:
            rules += [inner, *(replace(rule, implicit=True) for rule in deciding.rules)]
        else:
            reason = "which network ACL of the attachment's subnets decides is not known"
            rules += [inner, _permit("others", PacketMatch.upper(PacketSet.of(), reason), port.where)]
        yield direction, _rulebase(f"{port.name} {direction.value}", port.where, rules)


def _permit(name: str, match: PacketMatch, where: SourceRef) -> AccessRule:
    return AccessRule(name, Action.PERMIT, match, where, implicit=True)


def _rulebase(name: str, where: SourceRef, rules: Sequence[AccessRule], *, stateful: bool = False) -> Rulebase:
    return Rulebase(name, RulebaseKind.FILTER, tuple(rules), Action.DENY, where, stateful=stateful)
