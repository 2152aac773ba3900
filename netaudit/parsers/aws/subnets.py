"""The subnets of a VPC as interfaces of its router, with what guards them and the hosts behind them.

A network ACL guards what enters or leaves a subnet, never what stays in it; a security group guards each network
interface that has it, also within the subnet; several groups of one interface act as one (Amazon VPC User Guide,
"Network ACL basics" and "Control traffic to your AWS resources using security groups"). Addresses without a network
interface belong to nobody: packets for them end in the VPC.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from netaudit.model.device import AddressObject, Interface, InterfaceAddress
from netaudit.model.rules import AccessRule, Action, Binding, Direction, Purpose, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.network_acls import acl_rulebase_name
from netaudit.parsers.aws.peers import NO_ADDRESS, addresses_of, interfaces
from netaudit.parsers.aws.security_groups import group_rulebase_name
from netaudit.parsers.json_exports import clean

NOT_EXPORTED = "security groups not in the export"
NO_INTERFACE = "addresses without a network interface"
NO_CONNECTION = "NAT gateways take no connection"
OF_A_SERVICE = "what the service behind a network interface accepts"


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet with its prefixes, its route table and its network ACL, "" where none is known."""

    resource: Resource
    prefixes: tuple[str, ...]
    route_table: str
    network_acl: str = ""

    @property
    def addresses(self) -> AddressSet:
        """Return all addresses of the subnet."""
        return AddressSet.union(AddressSet.prefix(one) for one in self.prefixes)


def read_subnets(
    resources: Iterable[Resource], route_tables: Iterable[Resource], acls: Iterable[Resource]
) -> list[Subnet]:
    """Return the subnets; one without an association of its own uses the main route table (VPC User Guide)."""
    acl_of = {one.text("SubnetId"): acl.id for acl in acls for one in acl.value.objects("Associations")}
    explicit: dict[str, str] = {}
    main = ""
    for table in route_tables:
        for one in table.value.objects("Associations"):
            state = one.object("AssociationState")
            if state is not None and state.text("State") not in ("", "associated"):
                continue
            if one.text("SubnetId"):
                explicit[one.text("SubnetId")] = table.id
            elif one.flag("Main"):
                main = table.id
    return [
        Subnet(one, tuple(_prefixes(one)), explicit.get(one.id, main), acl_of.get(one.id, ""))
        for one in resources
        if one.id
    ]


def _prefixes(subnet: Resource) -> Iterator[str]:
    texts = [subnet.value.text("CidrBlock")]
    for one in subnet.value.objects("Ipv6CidrBlockAssociationSet"):
        state = one.object("Ipv6CidrBlockState")
        if state is None or state.text("State") in ("", "associated"):
            texts.append(one.text("Ipv6CidrBlock"))
    yield from (text for text in texts if _is_prefix(text))


def vpc_prefixes(vpc: Resource) -> list[str]:
    """Return the networks of a VPC, IPv4 first."""
    texts = [vpc.value.text("CidrBlock")]
    for key, field_name, state in (
        ("CidrBlockAssociationSet", "CidrBlock", "CidrBlockState"),
        ("Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock", "Ipv6CidrBlockState"),
    ):
        for one in vpc.value.objects(key):
            said = one.object(state)
            if said is None or said.text("State") in ("", "associated"):
                texts.append(one.text(field_name))
    return [text for text in dict.fromkeys(texts) if _is_prefix(text)]


def _is_prefix(text: str) -> bool:
    try:
        AddressSet.prefix(text)
    except ValueError:
        return False
    return True


def subnet_interface(subnet: Subnet, vrf: str) -> Interface:
    """Return the router's interface in a subnet; its address is the first after that of the subnet.

    Source: Amazon VPC User Guide, "Subnet CIDR blocks": "10.0.0.1: Reserved by AWS for the VPC router".
    """
    found = []
    for text in subnet.prefixes:
        address, _, length = text.partition("/")
        family, value = parse_address(address)
        bits = int(length or family.bits)
        low = value >> (family.bits - bits) << (family.bits - bits)
        found.append(InterfaceAddress(family, low + 1 if bits < family.bits else low, bits))
    name = clean(subnet.resource.id)
    return Interface(name, subnet.resource.where, tuple(found), vrf=vrf, description=subnet.resource.name)


def router_address(subnet: Subnet) -> tuple[Family, str]:
    """Return the IPv4 address at which the router of a subnet answers, else its IPv6 address."""
    found = subnet_interface(subnet, "").addresses
    one = next((one for one in found if one.family is Family.IPV4), found[0])
    return one.family, one.address_text


@dataclass(frozen=True, slots=True)
class Guards:
    """What is bound at the subnets of a VPC, the rulebases that no resource names, and the hosts."""

    bindings: tuple[Binding, ...]
    rulebases: tuple[Rulebase, ...]
    hosts: tuple[AddressObject, ...]


def guards_of(
    subnets: Iterable[Subnet], export: Export, known: Iterable[Rulebase], closed: AddressSet, open_: AddressSet
) -> Guards:
    """Return what guards the subnets. `known` are the rulebases of the VPC's groups and ACLs.

    `closed` are addresses that take no connection (NAT gateways), `open_` those of devices that decide for themselves.
    """
    by_name = {one.name: one for one in known}
    groups = {one.id: one for one in export.of("security_group")}
    of_subnet: dict[str, list[Resource]] = {}
    for interface in interfaces(export):
        of_subnet.setdefault(interface.value.text("SubnetId"), []).append(interface)
    bindings: list[Binding] = []
    made: dict[str, Rulebase] = {}
    hosts: list[AddressObject] = []
    for subnet in subnets:
        for direction in Direction:
            _guard_subnet(subnet, direction, by_name, made, bindings)
        rest = subnet.addresses - _router(subnet)
        reserved = rest & _reserved(subnet)
        rest -= reserved
        taker = made.setdefault(OF_A_SERVICE, _made(OF_A_SERVICE, subnet.resource.where))
        _bind_both(subnet, reserved, taker, bindings)
        taken = [closed, open_]
        _bind_closed(subnet, closed & subnet.addresses, made, bindings)
        for interface in of_subnet.get(subnet.resource.id, ()):
            own = addresses_of(interface.value)
            taken.append(own)
            hosts.append(_host(interface, own))
            if not own <= closed and (interface.value.items_of("Groups") or not own <= open_):
                _guard_host(subnet, interface, own, groups, by_name, made, bindings)
        rest -= AddressSet.union(taken)
        name = NO_INTERFACE if export.is_complete("network_interface", subnet.resource) else NOT_EXPORTED
        _bind_both(subnet, rest, made.setdefault(name, _made(name, subnet.resource.where)), bindings)
    return Guards(tuple(bindings), tuple(made.values()), tuple(hosts))


def _router(subnet: Subnet) -> AddressSet:
    return AddressSet.union(
        AddressSet.host(one.address_text) for one in subnet_interface(subnet, "").addresses
    )  # the router answers for itself, and no group guards it


def _reserved(subnet: Subnet) -> AddressSet:
    """Return what AWS keeps for itself in IPv4: name servers and later use (VPC User Guide, "Subnet CIDR blocks")."""
    found = []
    for one in subnet_interface(subnet, "").addresses:
        if one.family is Family.IPV4:
            kept = IntervalSet.span(one.value, min(one.value + 2, 2**32 - 1))
            found.append(AddressSet.of(one.family, kept))
    return AddressSet.union(found)


def _host(interface: Resource, own: AddressSet) -> AddressObject:
    description = clean(interface.value.text("Description"))
    name = clean(interface.id) or description
    return AddressObject(name, own, interface.where, kind="network interface")


def instances_with_several_addresses(vpc: str, export: Export) -> list[AddressObject]:
    """Return the hosts of a VPC that have several addresses: what they send to themselves meets no filter."""
    of_interface = {
        one.text("NetworkInterfaceId"): instance.id
        for instance in export.of("instance")
        for one in instance.value.objects("NetworkInterfaces")
    }
    found: dict[str, list[Resource]] = {}
    for interface in interfaces(export):
        attachment = interface.value.object("Attachment")
        owner = attachment.text("InstanceId") if attachment is not None else ""
        owner = owner or of_interface.get(interface.id, "")
        if owner and interface.vpc == vpc:
            found.setdefault(owner, []).append(interface)
    hosts = []
    for name, mine in found.items():
        addresses = AddressSet.union(addresses_of(one.value) for one in mine)
        if addresses.ipv4.size() > 1 or addresses.ipv6.size() > 1:
            hosts.append(AddressObject(clean(name), addresses, mine[0].where, kind="host"))
    return hosts


def _made(name: str, where: SourceRef) -> Rulebase:
    """Return a rulebase that nobody wrote: nobody takes the packets, or what the export does not hold decides."""
    rule = AccessRule(name, Action.DENY, PacketMatch.exact(PacketSet.of()), where, implicit=True)
    if name != NO_INTERFACE:
        match = PacketMatch.upper(PacketSet.of(), name)
        rule = AccessRule(name, Action.PERMIT, match, where, implicit=True)
    rules = (rule,)
    return Rulebase(name, RulebaseKind.FILTER, rules, Action.DENY, where, stateful=True)


def _guard_subnet(
    subnet: Subnet,
    direction: Direction,
    by_name: dict[str, Rulebase],
    made: dict[str, Rulebase],
    bindings: list[Binding],
) -> None:
    """Bind the network ACL: what goes into the subnet leaves the router there."""
    name = acl_rulebase_name(subnet.network_acl, egress=direction is Direction.IN)
    acl = by_name.get(name) if subnet.network_acl else None
    if acl is None:
        acl = made.setdefault(NOT_EXPORTED, _made(NOT_EXPORTED, subnet.resource.where))
    else:
        within = PacketSet.of(subnet.addresses, subnet.addresses)
        if not _lets_pass(acl, within):
            acl = _outside_only(acl, subnet, within)
            made.setdefault(acl.name, acl)
    bindings.append(Binding(acl.name, Purpose.FILTER, subnet.resource.where, clean(subnet.resource.id), direction))


def _lets_pass(acl: Rulebase, packets: PacketSet) -> bool:
    """Tell whether the first entry that can match these packets permits all of them."""
    first = next((rule for rule in acl.rules if rule.match.maybe.overlaps(packets)), None)
    return first is not None and first.action.permits and packets <= first.match.surely


def _outside_only(acl: Rulebase, subnet: Subnet, within: PacketSet) -> Rulebase:
    """Return an ACL as it acts at one subnet: what stays in the subnet never meets it."""
    stays = AccessRule(
        "within the subnet", Action.PERMIT, PacketMatch.exact(within), subnet.resource.where, implicit=True
    )
    rules = (stays, *(replace(rule, implicit=True) for rule in acl.rules))
    return replace(acl, name=f"{acl.name} of {clean(subnet.resource.id)}", rules=rules)


def _bind_closed(subnet: Subnet, closed: AddressSet, made: dict[str, Rulebase], bindings: list[Binding]) -> None:
    """Bind what keeps connections from addresses that take none; what they send on for others passes."""
    if closed:
        rule = AccessRule(
            NO_CONNECTION, Action.DENY, PacketMatch.exact(PacketSet.of()), subnet.resource.where, implicit=True
        )
        where = subnet.resource.where
        made.setdefault(
            NO_CONNECTION,
            Rulebase(NO_CONNECTION, RulebaseKind.FILTER, (rule,), Action.DENY, where, stateful=True),
        )
        place = clean(subnet.resource.id)
        bindings.append(Binding(NO_CONNECTION, Purpose.FILTER, where, place, Direction.OUT, hosts=closed))


def _guard_host(
    subnet: Subnet,
    interface: Resource,
    own: AddressSet,
    groups: dict[str, Resource],
    by_name: dict[str, Rulebase],
    made: dict[str, Rulebase],
    bindings: list[Binding],
) -> None:
    """Bind the security groups of a network interface in front of its addresses.

    Interfaces of services have none where groups do not apply. "A NAT gateway ... prevents external services from
    initiating a connection" (Amazon VPC User Guide, "NAT gateways"); the others answer as the service is set up.
    """
    if own == NO_ADDRESS:
        return
    if not interface.value.items_of("Groups"):
        name = NO_INTERFACE if interface.value.text("InterfaceType") == "nat_gateway" else OF_A_SERVICE
        taker = made.setdefault(name, _made(name, subnet.resource.where))
        place, port = interface.where, clean(subnet.resource.id)
        bindings.append(Binding(taker.name, Purpose.FILTER, place, port, Direction.OUT, hosts=own))
    for one in interface.value.objects("Groups"):
        group = groups.get(one.text("GroupId"))
        if group is None or group_rulebase_name(group, egress=False) not in by_name:
            unknown = made.setdefault(NOT_EXPORTED, _made(NOT_EXPORTED, subnet.resource.where))
            _bind_both(subnet, own, unknown, bindings)
            continue
        for direction in Direction:
            name = group_rulebase_name(group, egress=direction is Direction.IN)
            place = interface.file.ref(one)
            bindings.append(Binding(name, Purpose.FILTER, place, clean(subnet.resource.id), direction, hosts=own))


def _bind_both(subnet: Subnet, hosts: AddressSet, rulebase: Rulebase, bindings: list[Binding]) -> None:
    if hosts:
        where, name = subnet.resource.where, clean(subnet.resource.id)
        bindings += [
            Binding(rulebase.name, Purpose.FILTER, where, name, direction, hosts=hosts) for direction in Direction
        ]
