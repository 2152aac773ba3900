"""The ends of a virtual network: peerings, appliances in peered networks, and the internet, with what they let through.

Sources: Microsoft Learn, "Virtual network peering", "Create, change, or delete a virtual network peering" (settings
`allowForwardedTraffic`, `allowGatewayTransit`), "Virtual network traffic routing" (next hop types), "Default outbound
access". Decisions:
- A peering is a link that both networks know: one where the peering of each is connected. It is not transitive: what
  comes in there follows the default table, in which other peerings have no way for it but by an appliance.
- Where a network does not allow forwarded traffic over a peering, it takes packets from there only of the other
  network's own address space; where the export does not say, that is not known.
- A route to an appliance in a peered network hands packets to that address, whatever their destination: they cross the
  peering by a port of their own, whose table leads to the appliance.
- From the internet comes only what has a public address. A subnet without default outbound access reaches it by a
  public address or NAT gateway alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from netaudit.model.device import DEFAULT_VRF, Interface, StaticRoute
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
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.parsers.azure.addresses import PRIVATE, literal
from netaudit.parsers.azure.export import Export
from netaudit.parsers.azure.networks import Peering, Subnet, VirtualNetwork
from netaudit.parsers.azure.routes import INTERNET, peering_interface, table_of, user_routes


@dataclass(frozen=True, slots=True)
class ApplianceWay:
    """A route of a network to an address in a peered one, which the port of both ends is named after."""

    network: str  # identity of the network whose route it is
    peer: str  # identity of the network that has the address
    peering: str  # the name of the peering that the route crosses
    address: str

    @property
    def link(self) -> str:
        """Return the name of the link that both ends know."""
        return f"{peering_link(self.network, self.peer)} to {self.address} from {self.network}"


@dataclass(frozen=True, slots=True)
class Edges:
    """What stands at the ends of a network."""

    interfaces: tuple[Interface, ...]
    routes: tuple[StaticRoute, ...]
    rulebases: tuple[Rulebase, ...]
    bindings: tuple[Binding, ...]


def peering_link(one: str, other: str) -> str:
    """Return the name of the link between two networks, by their identities."""
    return f"peering {' '.join(sorted((one, other)))}"


def appliance_interface(peering: str, address: str) -> str:
    """Return the name of the port through which packets for an appliance in a peered network leave."""
    return f"{peering_interface(peering)} to {address}"


def appliance_ways(export: Export, networks: Iterable[VirtualNetwork]) -> list[ApplianceWay]:
    """Return the ways to appliances in peered networks that user-defined routes state."""
    found: dict[ApplianceWay, None] = {}
    for network in networks:
        tables = {table.key: table for one in network.subnets if (table := table_of(export, one)) is not None}
        for table in tables.values():
            for route in user_routes(export, table):
                inside = literal(route.address) if route.hop == "virtualappliance" else None
                if not inside or any(inside <= one.addresses for one in network.subnets):
                    continue
                peer = peering_towards(network, inside)
                if peer is not None and peer.remote_key:
                    found[ApplianceWay(network.key, peer.remote_key, peer.name, route.address)] = None
    return list(found)


def peering_towards(network: VirtualNetwork, addresses: AddressSet) -> Peering | None:
    """Return the connected peering behind which addresses lie."""
    return next((one for one in network.peerings if one.connected and one.remote and addresses <= one.remote), None)


def edges_of(
    network: VirtualNetwork,
    ways: Sequence[ApplianceWay],
    vrfs: dict[str, str],
    nat_rules: Sequence[NatRule],
) -> Edges:
    """Return the ports at the ends of a network, the tables behind them, and what each lets through."""
    interfaces: list[Interface] = []
    routes: list[StaticRoute] = []
    guards: list[tuple[Interface, Direction, Rulebase]] = []
    for peering in network.peerings:
        port = Interface(
            peering_interface(peering.name),
            peering.view.ref(),
            enabled=peering.connected,
            link=peering_link(network.key, peering.remote_key) if peering.remote_key else "",
        )
        mine = [port]
        for way in ways:
            if way.network == network.key and way.peering == peering.name:
                name = appliance_interface(peering.name, way.address)
                interfaces.append(Interface(name, port.where, enabled=port.enabled, link=way.link))
            elif way.peer == network.key and way.network == peering.remote_key:
                entry, ways_on = _entry(network, peering, way, vrfs)
                mine.append(entry)
                routes += ways_on
        interfaces += mine
        guard = _forwarded(peering)
        guards += [(one, Direction.IN, guard) for one in mine] if guard is not None else []
    internet = Interface(
        INTERNET, network.where, description="the internet, as Azure routes to it", faces_internet=True
    )
    guards += [(internet, direction, found) for direction, found in _internet(network, nat_rules)]
    rulebases = {id(one): one for _, _, one in guards}
    bindings = [Binding(one.name, Purpose.FILTER, port.where, port.name, where) for port, where, one in guards]
    return Edges((*interfaces, internet), tuple(routes), tuple(rulebases.values()), tuple(bindings))


def _entry(
    network: VirtualNetwork, peering: Peering, way: ApplianceWay, vrfs: dict[str, str]
) -> tuple[Interface, list[StaticRoute]]:
    """Return where packets for an appliance come in, and the table that leads to it alone."""
    vrf = f"to {way.address}"
    where = peering.view.ref()
    port = Interface(
        f"{peering_interface(peering.name)} for {way.address}",
        where,
        vrf=vrf,
        enabled=peering.connected,
        link=way.link,
    )
    inside = literal(way.address) or NO_ADDRESS
    holding = next((one for one in network.subnets if inside <= one.addresses), None)
    if holding is None:
        return port, []
    return port, [
        StaticRoute(family, 0, 0, where, way.address, holding.name, vrf, vrfs[holding.key]) for family in Family
    ]


def _forwarded(peering: Peering) -> Rulebase | None:
    """Return what a peering takes from the other network; None for everything."""
    if peering.forwarded:
        return None
    where = peering.view.ref()
    rules = []
    if peering.remote is not None:
        rules.append(_permit("the other network", PacketMatch.exact(PacketSet.of(peering.remote, ANY_ADDRESS)), where))
    if peering.forwarded is None or peering.remote is None:
        match = PacketMatch.upper(PacketSet.of(), "whether forwarded traffic is allowed is not in the export")
        rules.append(_permit("forwarded traffic", match, where))
    return _rulebase(f"{peering_interface(peering.name)} takes", rules, where)


def _internet(network: VirtualNetwork, nat_rules: Sequence[NatRule]) -> Iterator[tuple[Direction, Rulebase]]:
    """Yield what comes from the internet and what goes there. Lists there see public addresses."""
    where = network.where
    public = AddressSet.union(
        [
            NO_ADDRESS,
            *(
                one.translated_source
                for one in nat_rules
                if one.kind is NatKind.STATIC and one.translated_source and INTERNET in one.to_interface
            ),
            *(one.match.maybe.destinations() for one in nat_rules if one.translated_destination is not None),
        ]
    )
    rules = []
    if public:
        rules.append(_permit("public addresses", PacketMatch.exact(PacketSet.of(ANY_ADDRESS, public)), where))
    shared = [one.translated_source for one in nat_rules if one.kind is NatKind.SOURCE and one.translated_source]
    closed = AddressSet.union([PRIVATE, *shared]) - public
    inside = PacketMatch.exact(PacketSet.of(ANY_ADDRESS, closed))
    rules.append(AccessRule("private addresses and NAT gateways", Action.DENY, inside, where, implicit=True))
    if not network.is_complete:
        match = PacketMatch.upper(PacketSet.of(), "public addresses may be missing in the export")
        rules.append(_permit("other public addresses", match, where))
    yield Direction.IN, replace(_rulebase(f"from {INTERNET}", rules, where), stateful=True)
    without = [one.addresses for one in network.subnets if _is_closed(one)]
    if without:
        match = PacketMatch.exact(PacketSet.of(AddressSet.union(without), ANY_ADDRESS))
        denied = AccessRule("no default outbound access", Action.DENY, match, where, implicit=True)
        others = _permit("others", PacketMatch.exact(PacketSet.of()), where)
        yield Direction.OUT, _rulebase(f"to {INTERNET}", [denied, others], where)


def _is_closed(subnet: Subnet) -> bool:
    return subnet.in_export and subnet.view.flag("defaultOutboundAccess") is False and bool(subnet.addresses)


def _permit(name: str, match: PacketMatch, where: SourceRef) -> AccessRule:
    return AccessRule(name, Action.PERMIT, match, where, implicit=True)


def _rulebase(name: str, rules: Sequence[AccessRule], where: SourceRef) -> Rulebase:
    return Rulebase(name, RulebaseKind.FILTER, tuple(rules), Action.DENY, where)


def tables_of(edges: Edges) -> tuple[str, ...]:
    """Return the names of the tables that the ends have of their own."""
    return tuple(dict.fromkeys(one.vrf for one in edges.interfaces if one.vrf != DEFAULT_VRF))
