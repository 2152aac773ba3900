"""Virtual networks as an export has them: address space, subnets, peerings, and who stands in which subnet.

Sources: Microsoft Learn, "Azure Virtual Network concepts", "Virtual network peering", "Virtual network service tags".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from netaudit.model.device import InterfaceAddress
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, parse_address, prefix_interval
from netaudit.parsers.azure.addresses import HOST_ADDRESS, UNKNOWN_NETWORK, literal
from netaudit.parsers.azure.export import NETWORK, Export, Resource
from netaudit.parsers.azure.hosts import Host
from netaudit.parsers.azure.views import View, clean, path_of, type_and_names
from netaudit.parsers.rule_values import AddressValue

_SUBNETS = NETWORK + "virtualnetworks/subnets"
_INTERFACES = NETWORK + "networkinterfaces/"
GATEWAY_SUBNET = "gatewaysubnet"


@dataclass(slots=True)
class Subnet:
    """A subnet. `gateways` are the first usable addresses of its prefixes, where Azure answers as default gateway."""

    key: str
    name: str
    view: View  # of the subnet, or of what names it where the subnet itself is not in the export
    addresses: AddressSet
    gateways: tuple[InterfaceAddress, ...]
    in_export: bool = True
    hosts: list[Host] = field(default_factory=list)

    @property
    def where(self) -> SourceRef:
        """Return its place."""
        return self.view.ref()

    @property
    def lists_missing_hosts(self) -> bool:
        """Tell whether the subnet lists network interfaces that the export lacks."""
        if not self.in_export:
            return False
        known = {one.interface.path for one in self.hosts}
        return any(one.startswith(_INTERFACES) and one not in known for one in self.listed)

    @property
    def listed(self) -> frozenset[str]:
        """Return the paths of what the subnet lists as having addresses in it."""
        references = self.view.references("ipConfigurations")
        return frozenset(path_of(one).partition("/ipconfigurations/")[0] for one in references)


@dataclass(slots=True)
class Peering:
    """A peering; `remote` are the addresses on the other side, None where they are not known.

    `remote_key` is the identity of the other network; `forwarded`: packets that it only forwards are taken, None where
    the export does not say.
    """

    name: str
    view: View
    remote: AddressSet | None
    connected: bool
    access: bool
    remote_key: str = ""
    forwarded: bool | None = None


@dataclass(slots=True)
class VirtualNetwork:
    """A virtual network. `space` is None where the export does not tell all of its address space."""

    key: str
    name: str
    where: SourceRef
    resource: Resource | None  # None: only parts of it are in the export
    space: AddressSet | None
    subnets: list[Subnet] = field(default_factory=list)
    peerings: list[Peering] = field(default_factory=list)

    @property
    def has_gateway(self) -> bool:
        """Tell whether it has a gateway to other networks, or gets one through a peering."""
        return any(one.name.lower() == GATEWAY_SUBNET for one in self.subnets) or any(
            one.view.flag("useRemoteGateways") is True for one in self.peerings
        )

    @property
    def is_complete(self) -> bool:
        """Tell whether all network interfaces of its subnets are in the export, as the subnets list them."""
        return self.resource is not None and all(_lists_known_hosts(one) for one in self.subnets)


def _lists_known_hosts(subnet: Subnet) -> bool:
    if not subnet.view.has("ipConfigurations"):
        return False
    known = {one.interface.path for one in subnet.hosts}
    return subnet.listed <= known


def read_networks(export: Export, hosts: Iterable[Host]) -> list[VirtualNetwork]:
    """Return the virtual networks of an export, also those of which only subnets or users of subnets are there."""
    found: dict[str, VirtualNetwork] = {}
    for resource in export.of_type("virtualnetworks"):
        space = _space(resource.view)
        found[resource.key] = VirtualNetwork(resource.key, resource.name, resource.where, resource, space)
    for resource in export.of_type("virtualnetworks/subnets"):
        network = _network_of(export, found, resource.key, resource.view)
        addresses, gateways = _prefixes(resource.view)
        network.subnets.append(Subnet(resource.key, resource.name, resource.view, addresses, gateways))
    for resource in export.of_type("virtualnetworks/virtualnetworkpeerings"):
        network = _network_of(export, found, resource.key, resource.view)
        network.peerings.append(_peering(export, resource))
    subnets = {one.key: one for network in found.values() for one in network.subnets}
    for key, view in _named_subnets(export, hosts):
        if key and key not in subnets and type_and_names(path_of(key))[0] == _SUBNETS:
            name = clean(key.rpartition("/")[2])
            subnets[key] = Subnet(key, name, view, NO_ADDRESS, (), in_export=False)
            _network_of(export, found, key, view).subnets.append(subnets[key])
    for host in hosts:
        if host.subnet in subnets:
            subnets[host.subnet].hosts.append(host)
    return list(found.values())


def _named_subnets(export: Export, hosts: Iterable[Host]) -> Iterable[tuple[str, View]]:
    """Yield the subnets that network interfaces, groups and route tables name, with what names them."""
    for host in hosts:
        yield host.subnet, host.view
    for resource in export.of_type("networksecuritygroups", "routetables", "natgateways"):
        for one in resource.view.references("subnets"):
            yield export.canonical(one), resource.view


def _network_of(export: Export, found: dict[str, VirtualNetwork], key: str, view: View) -> VirtualNetwork:
    """Return the network of a part (a subnet, a peering), made where it is not in the export."""
    parent = key.rpartition("/")[0].rpartition("/")[0]
    parent = export.canonical(parent)
    if parent not in found:
        name = clean(parent.rpartition("/")[2]) or "virtual network"
        found[parent] = VirtualNetwork(parent, name, view.ref(), None, None)
    return found[parent]


def _space(view: View) -> AddressSet | None:
    inner = view.view("addressSpace")
    items = inner.items("addressPrefixes") if inner is not None else view.items("addressPrefixes")
    found = [literal(one) if isinstance(one, str) else None for one in items]
    if not found or any(one is None for one in found):
        return None
    return AddressSet.union(one for one in found if one is not None)


def _prefixes(view: View) -> tuple[AddressSet, tuple[InterfaceAddress, ...]]:
    texts = [view.get("addressPrefix"), *view.items("addressPrefixes")]
    if isinstance(view.get("addressPrefix"), list):
        texts = view.items("addressPrefix")
    gateways: list[InterfaceAddress] = []
    for text in dict.fromkeys(one for one in texts if isinstance(one, str)):
        address, _, length = text.strip().partition("/")
        try:
            family, value = parse_address(address)
            first, _ = prefix_interval(family, value, int(length))
        except ValueError:
            continue
        gateways.append(InterfaceAddress(family, first + (1 if int(length) < family.bits else 0), int(length)))
    addresses = AddressSet.union([NO_ADDRESS, *(AddressSet.of(one.family, one.network) for one in gateways)])
    return addresses, tuple(gateways)


def _peering(export: Export, resource: Resource) -> Peering:
    view = resource.view
    other = export.find(view.reference("remoteVirtualNetwork"))
    remote: AddressSet | None = None
    for name in ("remoteVirtualNetworkAddressSpace", "remoteAddressSpace", "peerCompleteVnets"):
        inner = view.view(name)
        if inner is not None and remote is None:
            found = [literal(one) if isinstance(one, str) else None for one in inner.items("addressPrefixes")]
            if found and all(one is not None for one in found):
                remote = AddressSet.union(one for one in found if one is not None)
    if remote is None and other is not None:
        remote = _space(other.view)
    state = view.text("peeringState").lower()
    return Peering(
        resource.name,
        view,
        remote,
        state in ("", "connected"),
        view.flag("allowVirtualNetworkAccess") is not False,
        export.canonical(view.reference("remoteVirtualNetwork")),
        view.flag("allowForwardedTraffic"),
    )


def virtual_network_value(network: VirtualNetwork, routed: AddressSet) -> AddressValue:
    """Return what the tag VirtualNetwork stands for; `routed` are the prefixes of its user-defined routes."""
    if network.space is None:
        known = AddressSet.union([HOST_ADDRESS, *(one.addresses for one in network.subnets)])
        return AddressValue(known, ANY_ADDRESS, UNKNOWN_NETWORK.reasons)
    surely = network.space | HOST_ADDRESS
    maybe = surely | routed
    reasons = ["user-defined routes"] if not routed <= surely else []
    for one in network.peerings:
        if not one.connected and one.view.has("peeringState"):
            continue
        if one.remote is None:
            maybe = ANY_ADDRESS if one.access else maybe
            reasons.append("peered network not in the export")
        elif one.access:
            known_state = one.view.text("peeringState").lower() == "connected"
            surely = surely | one.remote if known_state else surely
            maybe |= one.remote
            reasons += [] if known_state else ["state of a peering"]
    if network.has_gateway:
        maybe = ANY_ADDRESS
        reasons.append("networks behind a gateway")
    return AddressValue(surely, maybe, tuple(dict.fromkeys(reasons)) if surely != maybe else ())
