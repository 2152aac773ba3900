"""The other end of a rule: addresses, prefix lists, and the members of security groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from netaudit.model.device import Reference
from netaudit.packets.addresses import ANY_ADDRESS, AddressSet
from netaudit.parsers.aws.export import Export, ExportFile, Resource
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

NO_ADDRESS = AddressSet()


@dataclass(frozen=True, slots=True)
class Peer:
    """The addresses of a rule's other end as two bounds, and how people write them. `unresolved`: not in the export."""

    surely: AddressSet
    maybe: AddressSet
    text: str
    reason: str = ""
    unresolved: str = ""


@dataclass(slots=True)
class Peers:
    """Resolves what rules refer to; each reference that the export lacks is kept in `undefined`."""

    export: Export
    undefined: list[Reference] = field(default_factory=list)
    rules_of: dict[str, list[Resource]] = field(default_factory=dict)  # group -> its rules that are listed apart
    _members: dict[str, AddressSet] = field(default_factory=dict)
    _hosts: dict[str, AddressSet] = field(default_factory=dict)  # VPC -> addresses of its known interfaces
    _lists: dict[str, tuple[AddressSet, bool] | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        members: dict[str, list[AddressSet]] = {}
        of_vpc: dict[str, list[AddressSet]] = {}
        for interface in interfaces(self.export):
            own = addresses_of(interface.value)
            of_vpc.setdefault(interface.vpc, []).append(own)
            for group in interface.value.objects("Groups"):
                members.setdefault(group.text("GroupId"), []).append(own)
        self._hosts = {name: AddressSet.union(found) for name, found in of_vpc.items()}
        self._members = {name: AddressSet.union(found) for name, found in members.items()}
        for rule in self.export.of("security_group_rule"):
            self.rules_of.setdefault(rule.value.text("GroupId"), []).append(rule)

    def prefix(self, text: str) -> Peer:
        """Return a range written as a prefix."""
        try:
            addresses = AddressSet.prefix(text)
        except ValueError:
            return Peer(NO_ADDRESS, ANY_ADDRESS, clean(text), "address not understood")
        return Peer(addresses, addresses, text)

    def prefix_list(self, identity: str, user: Resource, file: ExportFile, at: JsonObject) -> Peer:
        """Return the addresses of a prefix list; without its entries it may hold any address."""
        if identity not in self._lists:
            self._lists[identity] = self._read_list(identity)
        found = self._lists[identity]
        resource = self.export.find("prefix_list", identity)
        shown = f"{clean(resource.value.text('PrefixListName'))} ({clean(identity)})" if resource else clean(identity)
        if found is None:
            if resource is None:
                self._undefined("prefix list", identity, user, file, at)
            return Peer(NO_ADDRESS, ANY_ADDRESS, shown, "prefix list without entries", identity)
        addresses, exact = found
        if not exact:
            return Peer(addresses, ANY_ADDRESS, shown, "prefix list with entries not understood")
        return Peer(addresses, addresses, shown)

    def _read_list(self, identity: str) -> tuple[AddressSet, bool] | None:
        """Return the addresses of a list and whether all of its entries are understood.

        `describe-prefix-lists` gives `Cidrs`; of managed lists `get-managed-prefix-list-entries` prints the entries
        without the name of the list, which is then looked for in the name of the file.
        """
        resource = self.export.find("prefix_list", identity)
        texts: list[str] | None = None
        if resource is not None and "Cidrs" in resource.value:
            texts = [one for one in resource.value.items_of("Cidrs") if isinstance(one, str)]
        else:
            for entry in self.export.of("prefix_list_entries"):
                if identity in PurePosixPath(entry.file.source.path).stem:
                    texts = [one.text("Cidr") for one in entry.value.objects("Entries")]
        if texts is None:
            return None
        found, exact = NO_ADDRESS, True
        for text in texts:
            peer = self.prefix(text)
            found |= peer.surely
            exact = exact and not peer.reason
        return found, exact

    def group(self, identity: str, user: Resource, file: ExportFile, at: JsonObject) -> Peer:
        """Return the private addresses of the network interfaces with a security group.

        "When you specify a security group as the source or destination for a rule, the rule affects all instances that
        are associated with the security groups. The instances can communicate in the specified direction, using the
        private IP addresses of the instances" (Amazon VPC User Guide, "Security group rules"). Without the list of
        network interfaces beside the group other members may exist, but no interface of the VPC that is known
        without the group is one.
        """
        group = self.export.find("security_group", identity)
        members = self._members.get(identity, NO_ADDRESS)
        shown = f"{clean(group.value.text('GroupName'))} ({clean(identity)})" if group else clean(identity)
        others = self._hosts.get(user.vpc, NO_ADDRESS) - members
        if group is None:
            self._undefined("security group", identity, user, file, at)
            return Peer(members, ANY_ADDRESS - others, shown, "security group of another export", identity)
        if not self.export.is_complete("network_interface", group):
            return Peer(members, ANY_ADDRESS - others, shown, "members of the security group are not in the export")
        return Peer(members, members, shown)

    def _undefined(self, kind: str, identity: str, user: Resource, file: ExportFile, at: JsonObject) -> None:
        key = "GroupId" if kind == "security group" else "PrefixListId"
        self.undefined.append(Reference(kind, clean(identity), file.ref(at, key), f"rule of {clean(user.id)}"))


def interfaces(export: Export) -> Iterator[Resource]:
    """Yield the network interfaces, from their own list or else from the instances that have them."""
    yield from export.of("network_interface")
    for one in export.of("instance_interface"):
        if export.find("network_interface", one.id) is None:
            yield one


def addresses_of(interface: JsonObject) -> AddressSet:
    """Return the private addresses of a network interface, also those of delegated prefixes."""
    texts = [interface.text("PrivateIpAddress")]
    texts += [one.text("PrivateIpAddress") for one in interface.objects("PrivateIpAddresses")]
    texts += [one.text("Ipv6Address") for one in interface.objects("Ipv6Addresses")]
    texts += [one.text("Ipv4Prefix") for one in interface.objects("Ipv4Prefixes")]
    texts += [one.text("Ipv6Prefix") for one in interface.objects("Ipv6Prefixes")]
    found = []
    for text in dict.fromkeys(texts):
        try:
            found.append(AddressSet.prefix(text))
        except ValueError:
            continue
    return AddressSet.union(found)
