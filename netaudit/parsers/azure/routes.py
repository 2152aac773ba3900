"""Routes of virtual networks: Azure's own, user-defined ones, and which subnet follows which.

Sources: Microsoft Learn, "Virtual network traffic routing", "Virtual network peering".
Decisions:
- A route table counts for packets that leave the subnets it is associated with: each such subnet is a VRF of its name.
- The longest prefix decides; of equal ones a user-defined route wins over Azure's own.
- Azure's own routes: the address space within the network, 0.0.0.0/0 to the internet, and none for 10.0.0.0/8,
  172.16.0.0/12, 192.168.0.0/16 and 100.64.0.0/10; each peered network's address space.
- Between subnets the route of the address space counts, not one of the subnet: a user-defined route for the address
  space takes their packets too.
- Routes that gateways learn (BGP) are not in an export: `VirtualNetworkGateway` is left as a next hop without a subnet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from netaudit.model.device import DEFAULT_VRF, StaticRoute
from netaudit.model.source import Affects, SourceRef
from netaudit.packets.addresses import NO_ADDRESS, AddressSet, Family, parse_address, prefix_interval
from netaudit.packets.intervals import IntervalSet
from netaudit.parsers.azure.export import Export, Resource
from netaudit.parsers.azure.hosts import Host
from netaudit.parsers.azure.networks import Subnet, VirtualNetwork
from netaudit.parsers.azure.views import View

INTERNET, GATEWAY = "Internet", "VirtualNetworkGateway"
_DROPPED = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
SYSTEM_DISTANCE, PEERING_DISTANCE = 5, 4

Prefix = tuple[Family, int, int]  # family, first address, length


@dataclass(frozen=True, slots=True)
class UserRoute:
    """A user-defined route. `hop` is "internet", "virtualappliance", "vnetlocal", "virtualnetworkgateway" or "none"."""

    prefix: Prefix
    hop: str
    address: str
    where: SourceRef

    @property
    def addresses(self) -> AddressSet:
        """Return the destinations of the prefix."""
        return _addresses(self.prefix)


def peering_interface(name: str) -> str:
    """Return the name of the interface that stands for a peering."""
    return f"peering {name}"


def parse_prefix(text: str) -> Prefix | None:
    """Return a prefix, None for any other text."""
    address, slash, length = text.strip().partition("/")
    try:
        family, value = parse_address(address)
        bits = int(length) if slash else family.bits
        return family, prefix_interval(family, value, bits)[0], bits
    except ValueError:
        return None


def _addresses(prefix: Prefix) -> AddressSet:
    return AddressSet.of(prefix[0], IntervalSet.span(*prefix_interval(*prefix)))


def table_of(export: Export, subnet: Subnet) -> Resource | None:
    """Return the route table of a subnet, None for none or where it is not in the export."""
    return export.find(subnet.view.reference("routeTable")) if subnet.in_export else _by_table(export, subnet)


def _by_table(export: Export, subnet: Subnet) -> Resource | None:
    for table in export.of_type("routetables"):
        if subnet.key in [export.canonical(one) for one in table.view.references("subnets")]:
            return table
    return None


def user_routes(export: Export, table: Resource) -> list[UserRoute]:
    """Return the routes of a table; one that is not understood is noted."""
    found: list[UserRoute] = []
    views = [*table.view.views("routes"), *(one.view for one in export.children(table, "routes"))]
    for view in views:
        one = _user_route(view)
        if one is None:
            view.file.ledger.unsupported(view.line_of("addressPrefix") - 1, Affects.ROUTING, "route not understood")
        else:
            found.append(one)
    return found


def _user_route(view: View) -> UserRoute | None:
    prefix = parse_prefix(view.text("addressPrefix"))
    hop = view.text("nextHopType").lower().replace("_", "")
    if prefix is None or hop not in ("internet", "virtualappliance", "vnetlocal", "virtualnetworkgateway", "none"):
        return None  # a service tag as prefix, or an expression
    address = view.text("nextHopIpAddress")
    if hop == "virtualappliance" and parse_prefix(address) is None:
        return None
    return UserRoute(prefix, hop, address, view.ref())


def routed_prefixes(export: Export, network: VirtualNetwork) -> AddressSet:
    """Return the destinations of all user-defined routes of a network's subnets."""
    tables = {table.key: table for one in network.subnets if (table := table_of(export, one)) is not None}
    routes = [route.addresses for table in tables.values() for route in user_routes(export, table)]
    return AddressSet.union([NO_ADDRESS, *routes])


@dataclass(slots=True)
class NetworkRoutes:
    """The VRF of each subnet (by its identity), and all routes."""

    vrfs: dict[str, str]
    routes: list[StaticRoute]


def network_routes(export: Export, network: VirtualNetwork) -> NetworkRoutes:
    """Return the routes of a network, those of each subnet with a route table in a VRF of its name."""
    tables: dict[str, Resource] = {}
    vrfs: dict[str, str] = {}
    for subnet in network.subnets:
        table = table_of(export, subnet)
        vrfs[subnet.key] = DEFAULT_VRF
        if table is not None:
            tables[subnet.name] = table
            vrfs[subnet.key] = subnet.name
        elif subnet.in_export and subnet.view.reference("routeTable"):
            line = subnet.view.line_of("routeTable") - 1
            subnet.view.file.ledger.unsupported(line, Affects.ROUTING, "the route table is not in the export")
    found: list[StaticRoute] = []
    for vrf in dict.fromkeys([DEFAULT_VRF, *vrfs.values()]):
        user = user_routes(export, tables[vrf]) if vrf in tables else []
        found += _table_routes(network, vrf, vrfs, user)
    return NetworkRoutes(vrfs, found)


def _table_routes(
    network: VirtualNetwork, vrf: str, vrfs: dict[str, str], user: list[UserRoute]
) -> Iterator[StaticRoute]:
    for subnet in network.subnets:
        if vrfs[subnet.key] != vrf:
            yield from _to_subnet(network, subnet, vrf, vrfs[subnet.key], user)
    for peering in network.peerings:
        if peering.remote is None or not peering.connected:
            continue
        for family in Family:
            for text in AddressSet.of(family, peering.remote.family(family)).prefixes():
                prefix = parse_prefix(text)
                if prefix is not None:
                    name = peering_interface(peering.name)
                    yield _route(prefix, peering.view.ref(), vrf, name, PEERING_DISTANCE)
    for one in user:
        yield from _of_user(network, one, vrf, vrfs)
    for text in _DROPPED:
        prefix = parse_prefix(text)
        if prefix is not None:
            yield _private(network, prefix, vrf)
    yield _route((Family.IPV4, 0, 0), network.where, vrf, INTERNET, SYSTEM_DISTANCE)
    yield _route((Family.IPV6, 0, 0), network.where, vrf, INTERNET, SYSTEM_DISTANCE)


def _private(network: VirtualNetwork, prefix: Prefix, vrf: str) -> StaticRoute:
    """Return Azure's route for private addresses: they are dropped, unless a gateway learns a way to them."""
    if network.has_gateway:
        return replace(
            _route(prefix, network.where, vrf, GATEWAY, SYSTEM_DISTANCE), tracked="a route that the gateway learns"
        )
    family, value, length = prefix
    return StaticRoute(family, value, length, network.where, vrf=vrf, distance=SYSTEM_DISTANCE, discards=True)


def _route(
    prefix: Prefix, where: SourceRef, vrf: str, interface: str, distance: int = 1, next_vrf: str = "", hop: str = ""
) -> StaticRoute:
    family, value, length = prefix
    # The ends of the network stand in the default table.
    beyond = next_vrf or (DEFAULT_VRF if vrf != DEFAULT_VRF else "")
    return StaticRoute(family, value, length, where, hop, interface, vrf, beyond, distance)


def _to_subnet(
    network: VirtualNetwork, subnet: Subnet, vrf: str, subnet_vrf: str, user: list[UserRoute]
) -> Iterator[StaticRoute]:
    """Yield the way to a subnet of another table, unless a user-defined route takes all of its addresses."""
    written = [parse_prefix(text) for text in (network.space.prefixes() if network.space else ())]
    spaces = [one for one in written if one is not None]
    for address in subnet.gateways:
        first, _ = prefix_interval(address.family, address.value, address.prefix_length)
        prefix = (address.family, first, address.prefix_length)
        inside = _addresses(prefix)
        own = max((one[2] for one in spaces if inside <= _addresses(one)), default=0)
        taking = [one for one in user if inside <= one.addresses and one.prefix[2] >= own]
        best = max(taking, key=lambda one: one.prefix[2], default=None)
        if best is None or best.hop == "vnetlocal":
            yield _route(prefix, subnet.where, vrf, subnet.name, next_vrf=subnet_vrf)


def _of_user(network: VirtualNetwork, one: UserRoute, vrf: str, vrfs: dict[str, str]) -> Iterator[StaticRoute]:
    family, value, length = one.prefix
    if one.hop == "none":
        yield StaticRoute(family, value, length, one.where, vrf=vrf, discards=True)
    elif one.hop == "internet":
        yield _route(one.prefix, one.where, vrf, INTERNET)
    elif one.hop == "virtualnetworkgateway":
        yield _route(one.prefix, one.where, vrf, GATEWAY)
    elif one.hop == "virtualappliance":
        hop = parse_prefix(one.address)
        inside = _addresses(hop) if hop is not None else NO_ADDRESS
        holding = [subnet for subnet in network.subnets if inside <= subnet.addresses]
        if any(_refuses(host, inside) for subnet in holding for host in subnet.hosts):
            yield StaticRoute(family, value, length, one.where, vrf=vrf, discards=True)
        elif holding:
            beyond = vrfs[holding[0].key]
            yield StaticRoute(
                family, value, length, one.where, one.address, holding[0].name, vrf, beyond if beyond != vrf else ""
            )
        else:
            peer = next(
                (item for item in network.peerings if item.connected and item.remote and inside <= item.remote), None
            )
            name = ""
            if peer is not None:  # a port of its own for the appliance, see `edges`
                name = f"{peering_interface(peer.name)} to {one.address}" if peer.remote_key else ""
            beyond = DEFAULT_VRF if vrf != DEFAULT_VRF and name else ""
            yield StaticRoute(family, value, length, one.where, one.address, name, vrf, beyond)


def _refuses(host: Host, address: AddressSet) -> bool:
    """Tell whether a network interface takes nothing that is not for itself (Microsoft Learn, "IP forwarding")."""
    return host.address == address and host.interface.view.flag("enableIPForwarding") is False
