"""From the files of an export to its devices: virtual networks, firewalls, and groups that nothing places.

Sources: Microsoft Learn, "Virtual network traffic routing", "How network security groups filter network traffic".
Decisions:
- A virtual network is a device, its subnets are interfaces; Azure answers at the first usable address of each.
- A group on a subnet is asked about packets that leave it (outbound) and come to it (inbound); one on a network
  interface about those of its addresses, and both must permit.
- `Internet`, `VirtualNetworkGateway` and each peering are interfaces without addresses: ends of the network (`edges`).
- Where the export lacks a subnet, or network interfaces that a subnet lists, they may have groups: what these decide is
  not known.
- A group whose network the export does not tell is a device of its own: its rules are known, its place is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from netaudit.model.device import DEFAULT_VRF, AddressObject, Device, Interface, Reference
from netaudit.model.rules import Binding, Direction, Purpose, Rulebase
from netaudit.model.source import Affects, SourceFile
from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.parsers.azure.account import account, hide_secrets
from netaudit.parsers.azure.addresses import UNKNOWN_NETWORK
from netaudit.parsers.azure.edges import ApplianceWay, appliance_ways, edges_of, tables_of
from netaudit.parsers.azure.export import Export, Resource, gather
from netaudit.parsers.azure.firewalls import firewall_devices
from netaudit.parsers.azure.hosts import Host, read_hosts, security_groups
from netaudit.parsers.azure.networks import Subnet, VirtualNetwork, read_networks, virtual_network_value
from netaudit.parsers.azure.routes import GATEWAY, network_routes, routed_prefixes
from netaudit.parsers.azure.security_groups import Surroundings, rulebases_of, unknown_group
from netaudit.parsers.azure.translations import translations
from netaudit.parsers.azure.views import View, clean, open_file
from netaudit.parsers.contract import ParsedFile
from netaudit.parsers.rule_values import AddressValue

PLATFORM, VENDOR = "azure", "Microsoft"
_UNKNOWN = "group of "  # in front of what may have a group that the export does not tell


def parse(source: SourceFile) -> ParsedFile:
    """Read one file by itself."""
    return parse_together((source,))[0]


def parse_together(sources: Sequence[SourceFile]) -> tuple[ParsedFile, ...]:
    """Read all files of a snapshot: an export may be one file or one for each resource."""
    files = [open_file(one) for one in sources]
    for file in files:
        hide_secrets(file)
    export = gather(files)
    devices = _named_apart(_devices(export))
    by_path: dict[str, list[Device]] = {}
    for device in devices:
        by_path.setdefault(device.where.path, []).append(device)
    parsed = []
    for file in files:
        account(file)
        found = tuple(by_path.pop(file.source.path, ()))
        coverage = file.ledger.coverage(PLATFORM, ", ".join(device.name for device in found))
        if file.problem is not None:
            coverage = replace(coverage, problem=f"is not read: {file.problem}")
        parsed.append(ParsedFile(coverage, found))
    return tuple(parsed)


def _named_apart(devices: Iterable[Device]) -> list[Device]:
    """Return devices with names that tell them apart: networks of several groups may share one."""
    found: list[Device] = []
    counts: dict[str, int] = {}
    for device in devices:
        key = device.name.lower()
        counts[key] = counts.get(key, 0) + 1
        found.append(device if counts[key] == 1 else replace(device, name=f"{device.name} ({counts[key]})"))
    return found


def _devices(export: Export) -> Iterator[Device]:
    hosts = read_hosts(export)
    networks = read_networks(export, hosts)
    spaces = {one.key: network.space for network in networks if network.space for one in network.subnets}
    complete = frozenset(one.key for network in networks if network.is_complete for one in network.subnets)
    groups = security_groups(export, hosts, spaces, complete)
    placed: set[str] = set()
    ways = appliance_ways(export, networks)
    for network in networks:
        yield _network_device(export, network, groups, placed, ways)
    yield from firewall_devices(export, networks, UNKNOWN_NETWORK)
    for group in export.of_type("networksecuritygroups"):
        if group.key not in placed:
            yield _loose_group(export, group, groups)


def _network_device(
    export: Export,
    network: VirtualNetwork,
    groups: dict[str, AddressValue],
    placed: set[str],
    ways: Sequence[ApplianceWay],
) -> Device:
    around = Surroundings(
        virtual_network_value(network, routed_prefixes(export, network)), export, groups, _endpoints(network)
    )
    bindings = list(_bindings(export, network))
    names: dict[str, str] = {}  # identity -> the first word of its rulebases
    rulebases: list[Rulebase] = []
    undefined: list[Reference] = []
    for key, binding in bindings:
        if key in names:
            continue
        group = export.find(key)
        name = group.name if group is not None else clean(key.rpartition("/")[2])
        # Groups of two resource groups may share a name.
        names[key] = name if name not in names.values() else f"{name} ({len(names) + 1})"
        if group is None:
            rulebases += unknown_group(names[key], binding.where)
            if not key.startswith(_UNKNOWN):
                undefined.append(Reference("network security group", name, binding.where, binding.interface))
        else:
            placed.add(key)
            rulebases += rulebases_of(group, around, names[key])
    bound = [replace(binding, rulebase=f"{names[key]} {binding.rulebase}") for key, binding in bindings]
    routes = network_routes(export, network)
    nat_rules = translations(export, network)
    edges = edges_of(network, ways, routes.vrfs, nat_rules)
    return Device(
        name=network.name,
        platform=PLATFORM,
        vendor=VENDOR,
        where=network.where,
        model="virtual network",
        vrfs=tuple(dict.fromkeys([DEFAULT_VRF, *routes.vrfs.values(), *tables_of(edges)])),
        interfaces=(*_interfaces(network, routes.vrfs), *edges.interfaces, *_gateway(network)),
        address_objects=tuple(_address_objects(network, groups, export)),
        rulebases=(*rulebases, *edges.rulebases),
        bindings=(*bound, *edges.bindings),
        nat_rules=nat_rules,
        static_routes=(*routes.routes, *edges.routes),
        undefined_references=(*undefined, *_undefined(rulebases)),
    )


def _endpoints(network: VirtualNetwork) -> AddressSet:
    """Return the private endpoints that no group guards: their subnets do not turn network policies on for them."""
    found = [
        host.address
        for subnet in network.subnets
        for host in subnet.hosts
        if host.endpoint and host.address is not None
        if subnet.view.text("privateEndpointNetworkPolicies").lower() not in ("enabled", "networksecuritygroupenabled")
    ]
    return AddressSet.union([NO_ADDRESS, *found])


def _bindings(export: Export, network: VirtualNetwork) -> Iterator[tuple[str, Binding]]:
    """Yield the identity of a group and where it stands, its rulebase by the direction alone.

    What goes to a subnet leaves the device, what comes out of one enters it.
    """
    for subnet in network.subnets:
        group = _group_of(export, subnet)
        if group:
            yield from _both_ways(group, subnet, subnet.view, None)
        elif not subnet.in_export:  # it may have a group
            yield from _both_ways(f"{_UNKNOWN}{subnet.name}", subnet, subnet.view, None)
        if subnet.lists_missing_hosts or any(one.group and one.address is None for one in subnet.hosts):
            known = [one.address for one in subnet.hosts if one.address is not None]
            others = AddressSet.union([NO_ADDRESS, subnet.addresses]) - AddressSet.union([NO_ADDRESS, *known])
            key = f"{_UNKNOWN}{subnet.name} network interfaces that are not in the export"
            yield from _both_ways(key, subnet, subnet.view, others)
        by_group: dict[str, list[Host]] = {}
        for host in subnet.hosts:
            if host.group:
                by_group.setdefault(host.group, []).append(host)
        for key, hosts in by_group.items():
            known = [one.address for one in hosts if one.address is not None]
            for one in hosts:
                if one.address is None:
                    line = one.interface.view.line_of("networkSecurityGroup") - 1
                    reason = "the address that the group guards is not in the export"
                    one.interface.view.file.ledger.unsupported(line, Affects.FILTER, reason)
            if known:
                yield from _both_ways(key, subnet, hosts[0].interface.view, AddressSet.union(known))


def _group_of(export: Export, subnet: Subnet) -> str:
    if subnet.in_export:
        found = export.canonical(subnet.view.reference("networkSecurityGroup"))
        if found:
            return found
    for group in export.of_type("networksecuritygroups"):
        if subnet.key in [export.canonical(one) for one in group.view.references("subnets")]:
            return group.key
    return ""


def _both_ways(key: str, subnet: Subnet, view: View, hosts: AddressSet | None) -> Iterator[tuple[str, Binding]]:
    where = view.ref("networkSecurityGroup")
    for direction, word in ((Direction.OUT, "inbound"), (Direction.IN, "outbound")):
        yield key, Binding(word, Purpose.FILTER, where, subnet.name, direction, hosts=hosts)


def _interfaces(network: VirtualNetwork, vrfs: dict[str, str]) -> Iterator[Interface]:
    for subnet in network.subnets:
        yield Interface(
            name=subnet.name,
            where=subnet.where,
            addresses=subnet.gateways,
            vrf=vrfs[subnet.key],
            description="subnet",
        )


def _gateway(network: VirtualNetwork) -> Iterator[Interface]:
    if network.has_gateway:
        yield Interface(GATEWAY, network.where, description="networks behind the virtual network gateway")


def _address_objects(
    network: VirtualNetwork, groups: dict[str, AddressValue], export: Export
) -> Iterator[AddressObject]:
    used: dict[str, list[Host]] = {}
    for subnet in network.subnets:
        for host in subnet.hosts:
            for group in host.groups:
                used.setdefault(group, []).append(host)
            if host.address is not None:
                yield AddressObject(host.name, host.address, host.view.ref(), "network interface")
    for key, hosts in used.items():
        resource = export.find(key)
        value = groups[key]
        name = resource.name if resource is not None else clean(key.rpartition("/")[2])
        where = resource.where if resource is not None else hosts[0].view.ref()
        members = tuple(dict.fromkeys(one.name for one in hosts))
        yield AddressObject(name, value.maybe, where, "group", members, value.is_exact)


def _undefined(rulebases: Iterable[Rulebase]) -> Iterator[Reference]:
    seen: set[str] = set()
    for rulebase in rulebases:
        for rule in rulebase.rules:
            for name in rule.unresolved:
                if name not in seen:
                    seen.add(name)
                    yield Reference("application security group", name, rule.where, f"{rulebase.name} {rule.name}")


def _loose_group(export: Export, group: Resource, groups: dict[str, AddressValue]) -> Device:
    rulebases = rulebases_of(group, Surroundings(UNKNOWN_NETWORK, export, groups), group.name)
    # Who stands behind the group is not known: its rules are judged, its place is nowhere.
    bindings = tuple(
        Binding(one.name, Purpose.FILTER, group.where, "", direction)
        for one, direction in zip(rulebases, (Direction.OUT, Direction.IN), strict=True)
    )
    return Device(
        name=group.name,
        platform=PLATFORM,
        vendor=VENDOR,
        where=group.where,
        model="network security group",
        rulebases=rulebases,
        bindings=bindings,
        forwards=False,
        undefined_references=tuple(_undefined(rulebases)),
    )
