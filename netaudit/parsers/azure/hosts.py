"""Network interfaces: which addresses stand in which subnet, guarded by which group.

Sources: Microsoft Learn, "Network interfaces", "Application security groups", "Private endpoints". A virtual machine
may have several network interfaces, and each several addresses; a group at the network interface counts for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from netaudit.packets.addresses import NO_ADDRESS, AddressSet
from netaudit.parsers.azure.addresses import upper
from netaudit.parsers.azure.export import Export, Resource
from netaudit.parsers.azure.views import View
from netaudit.parsers.rule_values import AddressValue, joined_addresses


@dataclass(frozen=True, slots=True)
class Host:
    """One address configuration. `address` is None where the export does not tell it (a dynamic one in a template)."""

    interface: Resource
    view: View
    subnet: str  # identity
    address: AddressSet | None
    public: str = ""  # identity of its public address
    group: str = ""  # identity of the security group of its network interface
    groups: tuple[str, ...] = ()  # application security groups
    endpoint: bool = False  # of a private endpoint

    @property
    def name(self) -> str:
        """Return the name of the network interface."""
        return self.interface.name


def read_hosts(export: Export) -> list[Host]:
    """Return every address configuration of the network interfaces of an export."""
    found: list[Host] = []
    endpoints = {
        export.canonical(key)
        for one in export.of_type("privateendpoints")
        for key in one.view.references("networkInterfaces")
    }
    for resource in export.of_type("networkinterfaces"):
        view = resource.view
        outer = view.references("applicationSecurityGroups")
        endpoint = resource.key in endpoints or bool(view.reference("privateEndpoint"))
        for configuration in view.views("ipConfigurations"):
            inner = configuration.references("applicationSecurityGroups")
            found.append(
                Host(
                    interface=resource,
                    view=configuration,
                    subnet=export.canonical(configuration.reference("subnet")),
                    address=_address(configuration),
                    public=export.canonical(configuration.reference("publicIPAddress")),
                    group=export.canonical(view.reference("networkSecurityGroup")),
                    groups=tuple(dict.fromkeys(export.canonical(one) for one in (*outer, *inner))),
                    endpoint=endpoint,
                )
            )
    return found


def _address(configuration: View) -> AddressSet | None:
    try:
        return AddressSet.host(configuration.text("privateIPAddress"))
    except ValueError:
        return None


def security_groups(
    export: Export, hosts: Iterable[Host], spaces: dict[str, AddressSet], complete: frozenset[str]
) -> dict[str, AddressValue]:
    """Return the addresses of every application security group, by identity.

    `spaces` has the address space of each subnet's network, by the subnet's identity; `complete` the subnets all of
    whose network interfaces are in the export: then a group of their networks is fully known.
    """
    members: dict[str, list[Host]] = {}
    for host in hosts:
        for group in host.groups:
            members.setdefault(group, []).append(host)
    for resource in export.of_type("applicationsecuritygroups"):
        members.setdefault(resource.key, [])
    return {group: _members_value(found, spaces, complete) for group, found in members.items()}


def _members_value(found: list[Host], spaces: dict[str, AddressSet], complete: frozenset[str]) -> AddressValue:
    surely = AddressSet.union([NO_ADDRESS, *(one.address for one in found if one.address is not None)])
    if not found:
        return upper("members of the application security group are not in the export")
    if all(one.address is not None and one.subnet in complete for one in found):
        return AddressValue(surely, surely)
    values = [
        upper("application security group", spaces[one.subnet]) if one.subnet in spaces else upper("subnet not known")
        for one in found
    ]
    return joined_addresses([AddressValue(surely, surely), *values])
