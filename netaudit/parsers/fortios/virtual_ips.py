"""Virtual IPs (destination NAT) of one VDOM and one family.

FortiOS translates the destination before it looks for a policy, and a policy takes such a packet where its
destination names the virtual IP. Here a rule's match is the packet as it arrives, with the external address and
port; the translation is the NatRule. The service of a policy is that of the translated packet, so a policy
for port 8443 takes arriving port 443 where the virtual IP forwards 443 to 8443.
Source: FortiOS Administration Guide, "Destination NAT", "Virtual IPs with port forwarding".
"""

from __future__ import annotations

from dataclasses import dataclass

from netaudit.model.source import Affects
from netaudit.packets.addresses import ANY_ADDRESS, NO_ADDRESS, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import ANY_NAME, NameSet
from netaudit.packets.packet import NO_PACKETS, PacketSet
from netaudit.packets.services import (
    ALL_PORTS,
    ANY_SERVICE,
    ICMP,
    ICMPV6,
    NO_SERVICE,
    TCP,
    UDP,
    ServiceBox,
    ServiceSet,
)
from netaudit.parsers.fortios.addresses import AddressBook
from netaudit.parsers.fortios.services import SCTP, ServiceValue, port_interval
from netaudit.parsers.fortios.tree import Node
from netaudit.parsers.rule_values import AddressValue, exact_addresses, joined_addresses

_PROTOCOLS = {"tcp": TCP, "udp": UDP, "sctp": SCTP}


@dataclass(frozen=True, slots=True)
class VirtualIp:
    """One virtual IP. `external_ports` is None where all ports are translated; `protocol` None for all protocols."""

    name: str
    node: Node
    external: AddressValue
    mapped: AddressSet | None
    sources: AddressValue
    interface: NameSet
    protocol: int | None
    external_ports: IntervalSet | None
    mapped_ports: IntervalSet | None
    enabled: bool
    reasons: tuple[str, ...]
    is_balanced: bool = False  # real servers answer, each at a port of its own

    @property
    def is_one_to_one(self) -> bool:
        """Tell whether each external port becomes the mapped port in the same place of one range."""
        external, mapped = self.external_ports, self.mapped_ports
        if external is None or mapped is None or self.is_balanced:
            return False
        return len(external.intervals) == len(mapped.intervals) == 1 and external.size() == mapped.size()

    @property
    def external_services(self) -> ServiceSet:
        """Return the arriving services that are translated."""
        if self.protocol is None:
            return ANY_SERVICE
        if self.external_ports is None:
            return ServiceSet.protocol(self.protocol)
        return ServiceSet.ports(self.protocol, self.external_ports)

    def meets(self, other: VirtualIp) -> bool:
        """Tell whether both may translate the same protocol and port."""
        if self.protocol is None or other.protocol is None:
            return True
        if self.protocol != other.protocol or self.external_ports is None or other.external_ports is None:
            return self.protocol == other.protocol
        return self.external_ports.overlaps(other.external_ports)

    @property
    def leaving_services(self) -> ServiceSet:
        """Return the services of packets from inside that leave with the external address."""
        if self.protocol is None or self.node.is_on("nat-source-vip"):
            return ANY_SERVICE
        if self.mapped_ports is None:
            return ServiceSet.protocol(self.protocol)
        return ServiceSet.ports(self.protocol, ALL_PORTS, self.mapped_ports)

    def arriving(self, services: ServiceSet, surely: bool = False) -> ServiceSet:
        """Return the arriving services whose translation may be, or surely is, one of `services`."""
        if self.protocol is None or services is ANY_SERVICE:
            return self.external_services if services is ANY_SERVICE else services
        if self.external_ports is None or self.mapped_ports is None:
            return self.external_services & services
        if not self.external_ports or not self.mapped_ports:
            return NO_SERVICE
        shift = self.mapped_ports.lowest() - self.external_ports.lowest()
        one_to_one = self.is_one_to_one
        # Of real servers the guide does not tell whether a policy sees their ports or the external ones.
        seen = self.mapped_ports | self.external_ports if self.is_balanced else self.mapped_ports
        boxes = []
        for box in services.boxes:
            common = box.destination_ports & seen
            if self.protocol not in box.protocols or not common:
                continue
            if surely and not one_to_one and not seen <= common:
                continue  # which of its ports a packet gets is not told
            ports = (
                IntervalSet.of((low - shift, high - shift) for low, high in common)
                if one_to_one
                else self.external_ports
            )
            boxes.append(ServiceBox(IntervalSet.single(self.protocol), box.source_ports, ports, box.tcp_flags))
        return ServiceSet(tuple(boxes))

    def packets(self, source: AddressValue, services: ServiceValue) -> tuple[PacketSet, PacketSet]:
        """Return what a policy with this destination surely takes and may take, as it arrives."""
        maybe = PacketSet.of(source.maybe & self.sources.maybe, self.external.maybe, self.arriving(services.maybe))
        if self.reasons or not self.enabled:
            return NO_PACKETS, maybe if self.enabled else NO_PACKETS
        surely = PacketSet.of(
            source.surely & self.sources.surely, self.external.surely, self.arriving(services.surely, True)
        )
        return surely, maybe


class VirtualIpBook:
    """The virtual IPs and their groups of one VDOM and family."""

    def __init__(self, book: AddressBook) -> None:
        self.book = book
        self.scope = book.scope
        self.ledger = book.references.ledger
        vip_path, group_path = book.vip_paths
        self.vips = {node.name: self._read(node) for node in self.scope.entries(vip_path)}
        self.groups = {node.name: node for node in self.scope.entries(group_path)}

    def members(self, name: str) -> tuple[VirtualIp, ...]:
        """Return the virtual IPs that a name stands for: one, or those of a group."""
        if name in self.vips:
            return (self.vips[name],)
        group = self.groups.get(name)
        if group is None:
            return ()
        members = group.words("member")
        self.book.references.use("virtual ip", members)
        for member in members:
            if member not in self.vips:
                self.book.references.missing("virtual ip", member, group, "member", f"virtual ip group {name}")
        return tuple(self.vips[member] for member in members if member in self.vips)

    def _read(self, node: Node) -> VirtualIp:
        reasons: list[str] = []
        if any(key not in node.rule.states for key in node.settings):
            reasons.append("not understood")
        kind = node.value("type", "static-nat")
        if kind not in ("static-nat", "load-balance", "server-load-balance"):
            reasons.append("virtual ip")
            if kind not in ("fqdn", "dns-translation"):
                self.ledger.unsupported(node.line_of("type"), Affects.NAT, f"virtual IP of type {kind}")
        external = self._external(node)
        mapped = self._mapped(node, kind)
        protocol, external_ports, mapped_ports = self._ports(node, kind, reasons)
        if node.words("service"):
            reasons.append("virtual ip service")
        reasons += external.reasons
        return VirtualIp(
            name=node.name,
            node=node,
            external=external,
            mapped=mapped,
            sources=self._sources(node),
            interface=_arrival(node),
            protocol=protocol,
            external_ports=external_ports,
            mapped_ports=mapped_ports,
            enabled=node.value("status") != "disable",
            reasons=tuple(dict.fromkeys(reasons)),
            is_balanced=kind == "server-load-balance",
        )

    def _external(self, node: Node) -> AddressValue:
        names = node.words("extaddr")
        if names:
            return self.book.union(names, node, "extaddr", f"virtual ip {node.name}")
        found = self._ranges(node, "extip")
        if found is None or found == AddressSet.prefix("0.0.0.0") or found == AddressSet.prefix("::"):
            # 0.0.0.0: whatever address the external interface has.
            return AddressValue(NO_ADDRESS, self.book.any, ("interface address",))
        return exact_addresses(found)

    def _mapped(self, node: Node, kind: str) -> AddressSet | None:
        if kind == "server-load-balance":
            servers = [server for server in node.entries_of("realservers") if server.value("status") != "disable"]
            found = [one for server in servers if (one := self._ranges(server, "ip")) is not None]
            return AddressSet.union(found) if found else self.book.any
        names = node.words("mapped-addr")
        if names:
            return self.book.union(names, node, "mapped-addr", f"virtual ip {node.name}").maybe
        found_mapped = self._ranges(node, "mappedip")
        return self.book.any if found_mapped is None else found_mapped

    def _ranges(self, node: Node, key: str) -> AddressSet | None:
        """Return addresses written "10.1.1.1", "10.1.1.1-10.1.1.9" or "10.1.1.0/24"; None where there are none."""
        found = []
        for word in node.words(key):
            first, dash, last = word.partition("-")
            try:
                found.append(AddressSet.range(first, last) if dash else AddressSet.prefix(word))
            except ValueError:
                self.ledger.unrecognized(node.line_of(key), Affects.NAT, "not an address")
                return None
        return AddressSet.union(found) if found else None

    def _sources(self, node: Node) -> AddressValue:
        if not node.words("src-filter"):
            return exact_addresses(ANY_ADDRESS)
        found = self._ranges(node, "src-filter")
        return AddressValue(NO_ADDRESS, ANY_ADDRESS, ("not understood",)) if found is None else exact_addresses(found)

    def _ports(
        self, node: Node, kind: str, reasons: list[str]
    ) -> tuple[int | None, IntervalSet | None, IntervalSet | None]:
        if not node.is_on("portforward") and kind != "server-load-balance":
            return None, None, None
        word = node.value("protocol", "tcp")
        if word == "icmp":
            return (ICMP if self.book.family is Family.IPV4 else ICMPV6), None, None
        if kind == "server-load-balance":
            server = node.value("server-type", "tcp")
            word = "udp" if server == "udp" else "tcp"
            if server == "ip":
                return None, None, None
        if word not in _PROTOCOLS:
            self.ledger.unrecognized(node.line_of("protocol"), Affects.NAT, "not a protocol")
            reasons.append("not understood")
            return None, None, None
        try:
            external = IntervalSet.of(port_interval(part) for part in node.words("extport") or ("0-65535",))
            if kind == "server-load-balance":
                ports = [server.value("port", "0") for server in node.entries_of("realservers")]
                mapped = IntervalSet.of(port_interval(port) for port in ports if port != "0") or external
            else:
                mapped = (
                    IntervalSet.of(port_interval(part) for part in node.words("mappedport"))
                    if node.words("mappedport")
                    else external
                )
        except ValueError:
            self.ledger.unrecognized(node.line_of("extport"), Affects.NAT, "not a port")
            reasons.append("not understood")
            return _PROTOCOLS[word], None, None
        return _PROTOCOLS[word], external, mapped


def _arrival(node: Node) -> NameSet:
    """Return the interfaces at which packets are translated: `extintf`, and of these what `srcintf-filter` leaves."""
    name, wanted = node.value("extintf", "any"), node.words("srcintf-filter")
    found = ANY_NAME if name == "any" else NameSet.of([name])
    return found & NameSet.of(wanted) if wanted and "any" not in wanted else found


def external_space(vips: list[VirtualIp]) -> tuple[tuple[AddressSet, ServiceSet], ...]:
    """Return where virtual IPs take packets away from the policies that do not name them.

    At most two pairs, which may hold a little more than the virtual IPs do.
    """
    pairs = []
    for whole in (True, False):
        chosen = [vip for vip in vips if (vip.protocol is None) is whole]
        if chosen:
            addresses = joined_addresses([vip.external for vip in chosen]).maybe
            pairs.append((addresses, ServiceSet.union(vip.external_services for vip in chosen)))
    return tuple(pairs)
