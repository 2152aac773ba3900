"""Gateways, clusters and management servers: what the management server says of a device.

Sources: Management API Reference, "Simple Gateway", "Simple Cluster", "Gateways & Servers"; Security Management
Administration Guide, "Network Topology" (anti-spoofing, security zones).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from netaudit.model.device import Interface, InterfaceAddress
from netaudit.model.management import LogTarget
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import netmask_length, parse_address
from netaudit.parsers.checkpoint.addresses import interface_objects
from netaudit.parsers.checkpoint.export import GATEWAY_TYPES, Export, Placed
from netaudit.parsers.json_exports import clean
from netaudit.parsers.json_tree import JsonObject

_CLUSTER_TYPES = frozenset(
    {"simple-cluster", "CpmiGatewayCluster", "CpmiVsClusterNetobj", "CpmiVsxClusterNetobj", "lsm-cluster"}
)
_MEMBER_TYPES = frozenset({"CpmiClusterMember", "cluster-member", "CpmiVsxClusterMember"})
# Hardware of other makers: no appliance whose lifecycle could be looked up.
_NO_HARDWARE = frozenset({"", "open server", "other", "vmware"})


@dataclass(frozen=True, slots=True)
class Gateway:
    """One gateway, cluster or server. `said` is what each file says of it, the longest first.

    `package` is the name of the access policy that is installed, "" where that is not said; `members` are the names of
    a cluster's members.
    """

    uid: str
    name: str
    said: tuple[Placed, ...]
    is_gateway: bool
    is_cluster: bool
    package: str
    members: tuple[str, ...]

    @property
    def where(self) -> SourceRef:
        """Return the place of the object."""
        return self.said[0].where

    def fact(self, *keys: str) -> tuple[str, SourceRef | None]:
        """Return the first of some keys that a file fills in, with its place."""
        for placed in self.said:
            for key in keys:
                if placed.value.text(key):
                    return clean(placed.value.text(key)), placed.file.ref(placed.value, key)
        return "", None

    @property
    def model(self) -> tuple[str, SourceRef | None]:
        """Return the appliance, "" for a server of another maker."""
        text, where = self.fact("hardware")
        return ("", None) if text.lower() in _NO_HARDWARE else (text, where)

    @property
    def member_addresses(self) -> tuple[str, ...]:
        """Return the main addresses of a cluster's members."""
        return tuple(
            one.text("ip-address") or one.text("ipv4-address")
            for placed in self.said
            for key in ("cluster-members", "members")
            for one in placed.value.objects(key)
        )

    @property
    def zones_known(self) -> bool:
        """Tell whether the interfaces say in which security zone they stand."""
        return any("security-zone" in one for placed in self.said for one in interface_objects(placed))


def read_gateways(export: Export) -> list[Gateway]:
    """Return the gateways, clusters and servers of an export by name; members of a cluster are part of it."""
    found = []
    for uid, said in export.gateways.items():
        ordered = tuple(sorted(said, key=lambda placed: -len(placed.value)))
        kind = ordered[0].type
        found.append(
            Gateway(
                uid,
                ordered[0].name,
                ordered,
                kind in GATEWAY_TYPES,
                kind in _CLUSTER_TYPES,
                _installed(ordered),
                tuple(dict.fromkeys(name for placed in ordered for name in _members(export, placed))),
            )
        )
    members = {name for one in found for name in one.members}
    return sorted(
        (one for one in found if not (one.said[0].type in _MEMBER_TYPES and one.name in members)),
        key=lambda one: one.name,
    )


def _installed(said: tuple[Placed, ...]) -> str:
    for placed in said:
        policy = placed.value.object("policy")
        if policy is not None and policy.text("access-policy-name"):
            return clean(policy.text("access-policy-name"))
    return ""


def _members(export: Export, placed: Placed) -> Iterator[str]:
    for key in ("cluster-member-names", "cluster-members", "members"):
        for one in placed.value.items_of(key):
            known = export.find(one)
            if known is not None:
                yield known.name
            elif isinstance(one, JsonObject):
                yield clean(one.text("name"))
            elif isinstance(one, str):
                yield clean(one)


def read_log_servers(export: Export, gateway: Gateway) -> tuple[LogTarget, ...]:
    """Return the servers that a gateway sends its logs to, over Check Point's own protocol."""
    found: dict[str, LogTarget] = {}
    for placed in gateway.said:
        for key in ("send-logs-to-server", "send-logs-to-backup-server"):
            for one in placed.value.items_of(key):
                server = export.find(one)
                name = clean(one) if isinstance(one, str) else server.name if server is not None else ""
                address = server.value.text("ipv4-address") if server is not None else ""
                # A gateway that keeps its logs names itself.
                if name and (server is None or server.uid != gateway.uid):
                    where = placed.file.ref(placed.value, key)
                    found.setdefault(name, LogTarget(clean(address) or name, where, kind="log server"))
    return tuple(found.values())


def read_interfaces(gateway: Gateway) -> tuple[Interface, ...]:
    """Return the interfaces as the management server knows them; the addresses of a cluster are virtual."""
    found: dict[str, Interface] = {}
    for placed in gateway.said:
        for value in interface_objects(placed):
            interface = _interface(placed, value, gateway.is_cluster)
            known = found.get(interface.name)
            if known is None or (interface.security_zone and not known.security_zone):
                found[interface.name] = interface
    return tuple(found.values())


def _interface(placed: Placed, value: JsonObject, virtual: bool) -> Interface:
    name = clean(value.text("name") or value.text("interface-name"))
    parent, dot, tag = name.partition(".")
    is_vlan = bool(dot) and tag.isascii() and tag.isdigit()
    return Interface(
        name=name,
        where=placed.file.ref(value),
        addresses=tuple(_addresses(value, virtual)),
        description=clean(value.text("comments")),
        security_zone=_zone(value),
        vlan=int(tag) if is_vlan and len(tag) < 6 else None,
        parent=parent if is_vlan else "",
        dynamic_address=value.flag("dynamic-ip") is True,
        source_check=_spoofing(value),
    )


def _addresses(value: JsonObject, virtual: bool) -> Iterator[InterfaceAddress]:
    for family, mask_key in (("ipv4", "ipv4-network-mask"), ("ipv6", "")):
        try:
            known, address = parse_address(value.text(f"{family}-address"))
            length = value.number(f"{family}-mask-length")
            if length is None and mask_key:
                length = netmask_length(parse_address(value.text(mask_key))[1])
        except ValueError:
            continue
        if length is not None and 0 <= length <= known.bits:
            yield InterfaceAddress(known, address, length, virtual=virtual)


def _zone(value: JsonObject) -> str:
    """Return the security zone of an interface: chosen, or that of its topology; "" for none."""
    if value.flag("security-zone") is not True:
        return ""
    settings = value.object("security-zone-settings")
    if settings is None:
        return ""
    return clean(settings.text("specific-zone") or settings.text("auto-calculated-zone"))


def _spoofing(value: JsonObject) -> bool | None:
    """Tell whether anti-spoofing drops; None where the object does not say."""
    switched = value.flag("anti-spoofing")
    if switched is None:
        return None
    settings = value.object("anti-spoofing-settings")
    action = settings.text("action").lower() if settings is not None else ""
    return switched and action in ("", "prevent")
