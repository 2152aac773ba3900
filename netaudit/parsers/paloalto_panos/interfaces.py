"""Interfaces, zones and virtual routers' interfaces.

Source: PAN-OS Web Interface Reference, "Network > Interfaces", "Network > Zones", "Network > Virtual Routers".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netaudit.model.device import Interface, InterfaceAddress, SecurityZone
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, netmask_length, parse_address
from netaudit.parsers.ledger import LineLedger
from netaudit.parsers.paloalto_panos.tree import Node, node_ref
from netaudit.parsers.secrets import mask_text

NO_ROUTER = "(no virtual router)"  # and the interface: such interfaces do not reach each other
_ZONE_KINDS = ("layer3", "layer2", "tap", "virtual-wire", "external")


def routers_of(network: Node) -> Iterator[tuple[str, Node]]:
    """Yield (name, node) of the virtual routers, and of the VRFs of logical routers."""
    for router in network.below("virtual-router"):
        yield router.word, router
    for router in network.below("logical-router"):
        vrfs = router.below("vrf")
        for vrf in vrfs:
            yield router.word if len(vrfs) == 1 or vrf.word == "default" else f"{router.word}/{vrf.word}", vrf


def read_zones(nodes: tuple[Node, ...], system: str, ledger: LineLedger) -> tuple[SecurityZone, ...]:
    """Return the zones of a virtual system."""
    found = []
    for node in nodes:
        interfaces: tuple[str, ...] = ()
        for kind in _ZONE_KINDS:
            if node.has("network", kind):
                interfaces = () if kind == "external" else node.words("network", kind)
                if kind == "external" and node.words("network", kind):
                    ledger.unsupported(
                        node.line_of("network", kind),
                        Affects.ROUTING,
                        "the way to another virtual system is not followed",
                    )
        found.append(SecurityZone(node.word, interfaces, node_ref(ledger, node), system, intrazone_permitted=None))
    return tuple(found)


class InterfaceReader:
    """Reads the interfaces below `network`.

    `zone_of` and `system_of` map an interface to its zone and virtual system. `address_of` resolves the names that may
    stand in the place of an address.
    """

    def __init__(
        self,
        network: Node,
        zone_of: Mapping[str, str],
        system_of: Mapping[str, str],
        objects: Mapping[str, str],
        ledger: LineLedger,
    ) -> None:
        self._network = network
        self._zone_of = zone_of
        self._system_of = system_of
        self._objects = objects
        self._ledger = ledger
        self._router_of = {name: router for router, node in routers_of(network) for name in node.words("interface")}

    def read(self) -> tuple[Interface, ...]:
        """Return the interfaces in the order of the file, each port before its sub-interfaces."""
        return tuple(self._all())

    def _all(self) -> Iterator[Interface]:
        for kind in self._network.below("interface"):
            if kind.word in ("ethernet", "aggregate-ethernet"):
                for port in kind.below():
                    yield from self._port(port)
            elif kind.word in ("vlan", "loopback", "tunnel"):
                if any(child.word != "units" for child in kind.below()):
                    yield self._layer3(kind.word, kind, kind, "")
                for unit in kind.below("units"):
                    yield self._layer3(unit.word, unit, unit, "")

    def _port(self, port: Node) -> Iterator[Interface]:
        layer3 = port.get("layer3")
        layer2 = port.get("layer2")
        yield self._layer3(port.word, port, layer3 if layer3 is not None else Node("", port.first), "")
        if layer3 is not None:
            for unit in layer3.below("units"):
                yield self._layer3(unit.word, unit, unit, port.word)
        if layer2 is not None:
            for unit in layer2.below("units"):
                yield self._layer3(unit.word, unit, unit, port.word)

    def _layer3(self, name: str, node: Node, layer3: Node, parent: str) -> Interface:
        tag = layer3.value("tag")
        comment = node.value("comment") or layer3.value("comment")
        return Interface(
            name=name,
            where=node_ref(self._ledger, node),
            addresses=tuple(self._addresses(layer3)),
            vrf=self._router_of.get(name, f"{NO_ROUTER} {name}"),
            enabled=node.value("link-state") != "down",
            description=mask_text(" ".join(comment.split())) if comment else "",
            security_zone=self._zone_of.get(name, ""),
            vlan=int(tag) if tag.isascii() and tag.isdigit() and 0 < int(tag[:5]) < 4095 else None,
            parent=parent,
            bundle=node.value("aggregate-group"),
            virtual_system=self._system_of.get(name, ""),
            dynamic_address=(layer3.has("dhcp-client") and layer3.value("dhcp-client", "enable") != "no")
            or layer3.has("pppoe"),
        )

    def _addresses(self, layer3: Node) -> Iterator[InterfaceAddress]:
        first = True
        for node in layer3.below("ip"):
            found = self.address(node)
            if found is not None:
                yield InterfaceAddress(*found, secondary=not first)
                first = False
        if layer3.value("ipv6", "enabled") == "yes" or not layer3.has("ipv6", "enabled"):
            first = True
            for node in layer3.below("ipv6", "address"):
                found = self.address(node)
                if found is not None:
                    yield InterfaceAddress(*found, secondary=not first)
                    first = False

    def address(self, node: Node) -> tuple[Family, int, int] | None:
        """Return family, address and prefix length of "10.0.0.1/24", or of an object or variable that holds it."""
        text = self._objects.get(node.word, node.word)
        address, slash, mask = text.partition("/")
        try:
            family, value = parse_address(address)
            if not slash:
                return family, value, family.bits
            if mask.isascii() and mask.isdigit() and int(mask) <= family.bits:
                return family, value, int(mask)
            length = netmask_length(parse_address(mask)[1])
            if length is None or family is not Family.IPV4:
                raise ValueError(mask)
        except ValueError:
            if text.startswith("$"):
                self._ledger.unsupported(node.first, Affects.ROUTING, "a variable without a value")
            else:
                self._ledger.unrecognized(node.first, Affects.ROUTING, "not an address")
            return None
        return family, value, length
