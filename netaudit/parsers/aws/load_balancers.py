"""Load balancers as devices of their own: a node in each subnet, whose listeners translate to the targets.

A node answers at the address of its network interface and takes nothing but what a listener is for. "Traffic is routed
from the load balancer node to the target"; targets that are registered by address see the node's address with TCP and
TLS, others the client's (Elastic Load Balancing, User Guide for Network Load Balancers, "Client IP preservation"; what
a target group sets otherwise is not in these exports). With cross-zone load balancing off, a node uses the targets of
its own zone alone. Targets of an application load balancer always see the node; which of them is asked there may depend
on rules of its listeners that are not in the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from netaudit.model.device import DEFAULT_VRF, Device, Interface, InterfaceAddress, StaticRoute
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
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, parse_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import TCP, UDP, ServiceSet
from netaudit.parsers.aws.export import Export, Resource
from netaudit.parsers.aws.peers import interfaces
from netaudit.parsers.aws.subnets import Subnet, router_address
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_PROTOCOLS = {
    **dict.fromkeys(("TCP", "TLS", "HTTP", "HTTPS"), (TCP,)),
    **dict.fromkeys(("UDP", "QUIC"), (UDP,)),
    **dict.fromkeys(("TCP_UDP", "TCP_QUIC"), (TCP, UDP)),
}
_SEEN_AS_NODE = frozenset({"TCP", "TLS", "HTTP", "HTTPS"})  # by targets that are registered by address
_READ_TYPES = frozenset({"network", "application"})
_ANSWERS = frozenset({"redirect", "fixed-response"})


@dataclass(frozen=True, slots=True)
class Node:
    """A load balancer's network interface in a subnet."""

    interface: Resource
    subnet: Subnet
    address: str

    @property
    def name(self) -> str:
        """Return the name of its port."""
        return clean(self.interface.id)

    @property
    def zone(self) -> str:
        """Return the availability zone that it stands in."""
        return self.subnet.resource.value.text("AvailabilityZone")


@dataclass(frozen=True, slots=True)
class LoadBalancer:
    """A load balancer with its nodes and listeners."""

    resource: Resource
    nodes: tuple[Node, ...]
    listeners: tuple[Resource, ...]

    @property
    def name(self) -> str:
        """Return what its network interfaces and listeners call it: "net/web/0123456789abcdef"."""
        return clean(self.resource.id.rpartition(":loadbalancer/")[2])

    @property
    def addresses(self) -> AddressSet:
        """Return the private addresses of its nodes."""
        return AddressSet.union(AddressSet.host(one.address) for one in self.nodes)


@dataclass(frozen=True, slots=True)
class _Target:
    address: AddressSet
    zone: str
    port: int
    healthy: bool


@dataclass(frozen=True, slots=True)
class _Targets:
    """The targets of a group; `certain` is False where it is not known which of them are used."""

    targets: tuple[_Target, ...]
    by_address: bool
    certain: bool


def load_balancers(vpc: str, export: Export, subnets: Sequence[Subnet]) -> list[LoadBalancer]:
    """Return the load balancers of a VPC of which nodes and listeners are in the export."""
    by_id = {one.resource.id: one for one in subnets}
    found = []
    for one in export.of("load_balancer"):
        listed = any(holder.id == one.id for holder in export.of("listeners_of_balancer"))
        listeners = tuple(item for item in export.of("listener") if item.value.text("LoadBalancerArn") == one.id)
        wanted = f"ELB {one.id.rpartition(':loadbalancer/')[2]}"
        nodes = tuple(
            Node(item, by_id[item.value.text("SubnetId")], item.value.text("PrivateIpAddress"))
            for item in interfaces(export)
            if item.value.text("Description") == wanted
            and item.value.text("SubnetId") in by_id
            and _is_address(item.value.text("PrivateIpAddress"))
        )
        if one.vpc == vpc and one.value.text("Type") in _READ_TYPES and nodes and (listed or listeners):
            found.append(LoadBalancer(one, nodes, listeners))
    return found


def listener_guards(balancers: Iterable[LoadBalancer], export: Export) -> tuple[list[Binding], list[Rulebase]]:
    """Return what stands in front of nodes without a security group: their listeners take nothing else."""
    bindings: list[Binding] = []
    rulebases: list[Rulebase] = []
    for balancer in balancers:
        for node in balancer.nodes:
            if node.interface.value.items_of("Groups"):
                continue
            rules: list[AccessRule] = []
            for listener in balancer.listeners:
                translated = [
                    one for one in _translations(balancer, node, listener, export) if one.kind is NatKind.DESTINATION
                ]
                rules += [_permit(one.name, PacketMatch.exact(one.match.maybe), one.where) for one in translated]
                rules += _answers(node, listener, bool(translated), export)
            where, name = node.interface.where, f"listeners of {balancer.name} at {node.address}"
            rulebases.append(Rulebase(name, RulebaseKind.FILTER, tuple(rules), Action.DENY, where, stateful=True))
            place, hosts = clean(node.subnet.resource.id), AddressSet.host(node.address)
            bindings.append(Binding(name, Purpose.FILTER, where, place, Direction.OUT, hosts=hosts))
    return bindings, rulebases


def balancer_device(balancer: LoadBalancer, export: Export, platform: str) -> Device:
    """Return a load balancer as a device with one port and one table for each node."""
    where = balancer.resource.where
    rules: list[AccessRule] = []
    nat_rules: list[NatRule] = []
    for node in balancer.nodes:
        for listener in balancer.listeners:
            found = list(_translations(balancer, node, listener, export))
            nat_rules += found
            rules += _answers(node, listener, bool(found), export)
    ports = tuple(
        Interface(
            one.name,
            one.interface.where,
            (InterfaceAddress(*parse_address(one.address), prefix_length=32),),
            vrf=one.name,
            description=clean(one.subnet.resource.id),
        )
        for one in balancer.nodes
    )
    routes = []
    for one in balancer.nodes:
        family, router = router_address(one.subnet)
        routes.append(StaticRoute(family, 0, 0, one.interface.where, router, one.name, vrf=one.name))
    return Device(
        name=balancer.name,
        platform=platform,
        vendor="Amazon",
        where=where,
        model=f"{clean(balancer.resource.value.text('Type'))} load balancer",
        vrfs=(DEFAULT_VRF, *(one.name for one in balancer.nodes)),
        interfaces=ports,
        rulebases=(Rulebase("listeners", RulebaseKind.LOCAL, tuple(rules), Action.DENY, where),),
        nat_rules=tuple(nat_rules),
        static_routes=tuple(routes),
    )


def _translations(balancer: LoadBalancer, node: Node, listener: Resource, export: Export) -> Iterator[NatRule]:
    """Yield what a listener makes of packets to a node; nothing where it has no target there."""
    said = listener.value.text("Protocol")
    port = listener.value.number("Port")
    if said not in _PROTOCOLS or port is None or not 0 < port <= 65535:
        return
    named = list(_groups(listener.value))
    if balancer.resource.value.text("Type") == "application":
        others = [
            one.id
            for one in export.of("target_group")
            if balancer.resource.id in one.value.items_of("LoadBalancerArns")
        ]
        named += [one for one in others if one not in named]
    groups = [_targets(name, export) for name in named]
    used = [
        (group, target)
        for group in groups
        if group is not None
        for target in group.targets
        if _crosses_zones(balancer, export) or target.zone in (node.zone, "all", "")
    ]
    if not used:
        return
    certain = len(groups) == 1 and all(group.certain for group, _ in used) and len({one.port for _, one in used}) == 1
    by_port: dict[int, list[tuple[_Targets, _Target]]] = {}
    for group, target in used:
        by_port.setdefault(target.port, []).append((group, target))
    for protocol in _PROTOCOLS[said]:
        arriving = PacketSet.of(ANY_ADDRESS, AddressSet.host(node.address), ServiceSet.ports(protocol, _one(port)))
        reason = "which target is asked is not known"
        match = PacketMatch.exact(arriving) if certain else PacketMatch.upper(arriving, reason)
        for number, targets in by_port.items():
            real = AddressSet.union(target.address for _, target in targets)
            seen_as_node = balancer.resource.value.text("Type") == "application" or (
                said in _SEEN_AS_NODE and all(group.by_address for group, _ in targets)
            )
            yield NatRule(
                f"{said} {port}",
                NatKind.DESTINATION,
                match,
                listener.where,
                translated_destination=real,
                protocol=protocol,
                original_ports=_one(port),
                translated_ports=_one(number),
                from_interface=NameSet.of([node.name]),
                answers_return=not seen_as_node,
            )
            if seen_as_node:
                inside = PacketSet.of(ANY_ADDRESS, real, ServiceSet.ports(protocol, _one(number)))
                yield NatRule(
                    f"{said} {port} source",
                    NatKind.SOURCE,
                    PacketMatch.exact(inside),
                    listener.where,
                    translated_source=AddressSet.host(node.address),
                    to_interface=NameSet.of([node.name]),
                )


def _answers(node: Node, listener: Resource, translated: bool, export: Export) -> Iterator[AccessRule]:
    """Yield what a node takes itself: fixed answers, and what may have targets that the export does not tell."""
    said, port = listener.value.text("Protocol"), listener.value.number("Port")
    protocols = _PROTOCOLS.get(said, ())
    own = AddressSet.host(node.address)
    for protocol in protocols if port is not None and 0 < port <= 65535 else ():
        arriving = PacketSet.of(ANY_ADDRESS, own, ServiceSet.ports(protocol, _one(port or 0)))
        if any(action.text("Type") in _ANSWERS for action in listener.value.objects("DefaultActions")):
            match = PacketMatch.exact(arriving)
            yield _permit(f"{said} {port} answer", match, listener.where)
        elif not translated and any(_targets(name, export) is None for name in _groups(listener.value)):
            match = PacketMatch.upper(arriving, "the targets of the listener are not in the export")
            yield _permit(f"{said} {port}", match, listener.where)
    if not protocols:
        match = PacketMatch.upper(PacketSet.of(ANY_ADDRESS, own), "the protocol of the listener was not understood")
        yield _permit("listener", match, listener.where)


def _permit(name: str, match: PacketMatch, where: SourceRef) -> AccessRule:
    return AccessRule(name, Action.PERMIT, match, where, implicit=True)


def _groups(listener: JsonObject) -> Iterator[str]:
    found: dict[str, None] = {}
    for action in listener.objects("DefaultActions"):
        forward = action.object("ForwardConfig")
        for one in (action, *(forward.objects("TargetGroups") if forward is not None else ())):
            if one.text("TargetGroupArn"):
                found[one.text("TargetGroupArn")] = None
    yield from found


def _crosses_zones(balancer: LoadBalancer, export: Export) -> bool:
    """Tell whether nodes use targets of all zones; of application load balancers that is always so."""
    attributes = export.find("balancer_attributes", balancer.resource.id)
    if balancer.resource.value.text("Type") == "application" or attributes is None:
        return True
    said = {one.text("Key"): one.text("Value") for one in attributes.value.objects("Attributes")}
    return said.get("load_balancing.cross_zone.enabled", "false") == "true"


def _targets(group: str, export: Export) -> _Targets | None:
    """Return the targets of a group, None where the export does not tell them.

    Healthy ones are used. Where none is, the others may be: health changes. What is not in use is never asked.
    """
    resource, health = export.find("target_group", group), export.find("target_health", group)
    if resource is None or health is None:
        return None
    by_address = resource.value.text("TargetType") == "ip"
    hosts = {} if by_address else _hosts(export)
    found: list[_Target] = []
    for one in health.value.objects("TargetHealthDescriptions"):
        target, state = one.object("Target"), one.object("TargetHealth")
        if target is None or (state is not None and state.text("State") == "unused"):
            continue
        name, port = target.text("Id"), target.number("Port")
        host = hosts.get(name)
        if by_address and _is_address(name):
            host = (AddressSet.host(name), target.text("AvailabilityZone"))
        if host is None or port is None or not 0 < port <= 65535:
            return None
        healthy = state is None or state.text("State") == "healthy"
        found.append(_Target(host[0], host[1], port, healthy))
    healthy_ones = tuple(one for one in found if one.healthy)
    return _Targets(healthy_ones or tuple(found), by_address, bool(healthy_ones) or not found)


def _hosts(export: Export) -> Mapping[str, tuple[AddressSet, str]]:
    """Return the first address of each instance, with its availability zone."""
    found: dict[str, tuple[AddressSet, str]] = {}
    for one in export.of("instance"):
        address = one.value.text("PrivateIpAddress")
        placement = one.value.object("Placement")
        subnet = export.find("subnet", one.value.text("SubnetId"))
        zone = placement.text("AvailabilityZone") if placement is not None else ""
        zone = zone or (subnet.value.text("AvailabilityZone") if subnet is not None else "")
        if _is_address(address):
            found[one.id] = AddressSet.host(address), zone
    return found


def _is_address(text: str) -> bool:
    try:
        return bool(AddressSet.host(text))
    except ValueError:
        return False


def _one(port: int) -> IntervalSet:
    return IntervalSet.single(port)


def addresses_of_balancers(balancers: Iterable[LoadBalancer]) -> AddressSet:
    """Return the private addresses of all nodes."""
    return AddressSet.union([NO_ADDRESS, *(one.addresses for one in balancers)])
