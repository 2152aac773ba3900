"""Public addresses, NAT gateways and load balancers: what is rewritten at the edge of a virtual network.

Sources: Microsoft Learn, "Public IP addresses", "What is Azure NAT Gateway", "Load balancer components", "Multiple
frontends for Azure Load Balancer". Decisions:
- A public address of a network interface is one to one, both ways, at the end called `Internet`.
- A NAT gateway of a subnet goes before the public addresses of its machines for what goes out, not for what comes in.
- A load-balancing rule rewrites the frontend's address and port to one of the backends; with floating IP the packet
  stays as it is and the machine owns the frontend's address.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from netaudit.model.rules import NatKind, NatRule
from netaudit.model.source import Affects
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, TCP, UDP, ServiceSet
from netaudit.parsers.azure.addresses import literal
from netaudit.parsers.azure.export import Export, Resource
from netaudit.parsers.azure.hosts import Host
from netaudit.parsers.azure.networks import VirtualNetwork
from netaudit.parsers.azure.routes import INTERNET
from netaudit.parsers.azure.views import View

_PROTOCOLS = {"tcp": TCP, "udp": UDP}


def public_addresses(export: Export, reference: str) -> AddressSet | None:
    """Return the addresses of a public address or prefix, None where they are not known."""
    resource = export.find(reference)
    if resource is None:
        return None
    found = literal(resource.view.text("ipAddress") or resource.view.text("ipPrefix"))
    return found or None


def translations(export: Export, network: VirtualNetwork) -> tuple[NatRule, ...]:
    """Return the translations at the edge of a network, those of NAT gateways first."""
    hosts = [host for subnet in network.subnets for host in subnet.hosts]
    return (
        *_nat_gateways(export, network),
        *_machines(export, hosts),
        *_load_balancers(export, network, hosts),
    )


def _machines(export: Export, hosts: Iterable[Host]) -> Iterator[NatRule]:
    for host in hosts:
        if not host.public:
            continue
        public = public_addresses(export, host.public)
        if public is None or host.address is None:
            line = host.view.line_of("publicIPAddress") - 1
            host.view.file.ledger.unsupported(line, Affects.NAT, "the addresses are not in the export")
            continue
        yield NatRule(
            name=f"public address of {host.name}",
            kind=NatKind.STATIC,
            match=PacketMatch.exact(PacketSet.of(host.address)),
            where=host.view.ref(),
            translated_source=public,
            to_interface=NameSet.of([INTERNET]),
        )


def _nat_gateways(export: Export, network: VirtualNetwork) -> Iterator[NatRule]:
    for subnet in network.subnets:
        gateway = export.find(subnet.view.reference("natGateway")) if subnet.in_export else None
        gateway = gateway or next(
            (
                one
                for one in export.of_type("natgateways")
                if subnet.key in [export.canonical(item) for item in one.view.references("subnets")]
            ),
            None,
        )
        if gateway is None:
            continue
        references = [
            item for name in ("publicIpAddresses", "publicIpPrefixes") for item in gateway.view.references(name)
        ]
        known = [found for one in references if (found := public_addresses(export, one)) is not None]
        if not subnet.addresses or not known or len(known) < len(references):
            reason = "the addresses are not in the export"
            gateway.view.file.ledger.unsupported(gateway.view.line_of("name") - 1, Affects.NAT, reason)
        if subnet.addresses and known:
            yield NatRule(
                name=f"{gateway.name} {subnet.name}",
                kind=NatKind.SOURCE,
                match=PacketMatch.exact(PacketSet.of(subnet.addresses)),
                where=gateway.where,
                translated_source=AddressSet.union(known),
                to_interface=NameSet.of([INTERNET]),
            )


def _load_balancers(export: Export, network: VirtualNetwork, hosts: list[Host]) -> Iterator[NatRule]:
    for balancer in export.of_type("loadbalancers"):
        frontends = {
            f"{balancer.key}/frontendipconfigurations/{one.text('name').lower()}": one
            for one in balancer.view.views("frontendIPConfigurations")
        }
        for kind in ("loadBalancingRules", "inboundNatRules"):
            for rule in balancer.view.views(kind):
                yield from _balancing_rule(export, network, balancer, frontends, rule, hosts)


def _balancing_rule(
    export: Export,
    network: VirtualNetwork,
    balancer: Resource,
    frontends: dict[str, View],
    rule: View,
    hosts: list[Host],
) -> Iterator[NatRule]:
    frontend = _frontend(frontends, rule.reference("frontendIPConfiguration"))
    backends = _backends(export, balancer, rule, hosts)
    if backends is not None and backends and not backends <= _addresses(network):
        return  # of another network
    front = _front_address(export, frontend) if frontend is not None else None
    protocol = _PROTOCOLS.get(rule.text("protocol").lower())
    word = rule.text("protocol").lower()
    if front is None or not backends or (protocol is None and word not in ("all", "*")):
        rule.file.ledger.unsupported(rule.line_of("name") - 1, Affects.NAT, "frontend, backend or protocol not known")
        return
    if rule.flag("enableFloatingIP"):
        rule.file.ledger.unsupported(rule.line_of("enableFloatingIP") - 1, Affects.NAT, "floating IP")
        return
    port, inner = rule.number("frontendPort"), rule.number("backendPort")
    services = ANY_SERVICE
    if protocol is not None and port:
        services = ServiceSet.ports(protocol, IntervalSet.single(port))
    ports = protocol is not None and bool(port) and bool(inner)
    yield NatRule(
        name=f"{balancer.name} {rule.shown('name')}",
        kind=NatKind.DESTINATION,
        match=PacketMatch.exact(PacketSet.of(destination=front, services=services)),
        where=rule.ref(),
        translated_destination=backends,
        protocol=protocol,
        original_ports=IntervalSet.single(port) if ports and port else None,
        translated_ports=IntervalSet.single(inner) if ports and inner else None,
    )


def _frontend(frontends: dict[str, View], reference: str) -> View | None:
    name = reference.rpartition("/")[2]
    found = frontends.get(reference)
    return found or next((one for key, one in frontends.items() if key.rpartition("/")[2] == name), None)


def _front_address(export: Export, frontend: View) -> AddressSet | None:
    if frontend.text("privateIPAddress"):
        return literal(frontend.text("privateIPAddress"))
    return public_addresses(export, frontend.reference("publicIPAddress"))


def _addresses(network: VirtualNetwork) -> AddressSet:
    return AddressSet.union([network.space or NO_ADDRESS, *(one.addresses for one in network.subnets)])


def _backends(export: Export, balancer: Resource, rule: View, hosts: list[Host]) -> AddressSet | None:
    """Return the addresses behind a rule, None where one of them is not known."""
    by_key = {host.view.reference("id"): host for host in hosts}
    if rule.has("backendIPConfiguration"):
        host = by_key.get(rule.reference("backendIPConfiguration"))
        return None if host is None else host.address
    pools = {rule.reference("backendAddressPool"), *rule.references("backendAddressPools")} - {""}
    names = {one.rpartition("/")[2] for one in pools}
    found: list[AddressSet] = []
    for pool in balancer.view.views("backendAddressPools"):
        if pool.text("name").lower() not in names:
            continue
        for one in pool.references("backendIPConfigurations"):
            host = by_key.get(one)
            if host is None or host.address is None:
                return None
            found.append(host.address)
        for view in pool.views("loadBalancerBackendAddresses"):
            address = literal(view.text("ipAddress"))
            if address is None and not view.reference("networkInterfaceIPConfiguration"):
                return None
            found += [address] if address is not None else []
    # In a template the network interfaces name the pool.
    for host in hosts:
        names_of = {one.rpartition("/")[2] for one in host.view.references("loadBalancerBackendAddressPools")}
        if names_of & names and host.address is not None:
            found.append(host.address)
    return AddressSet.union([NO_ADDRESS, *found])
