"""Interfaces, zones and SD-WAN zones.

Source: CLI Reference, config system interface, system zone, system sdwan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from netaudit.model.device import DEFAULT_VRF, Interface, InterfaceAddress, SecurityZone
from netaudit.model.source import Affects
from netaudit.packets.addresses import Family, parse_address
from netaudit.parsers.fortios.addresses import address_and_mask
from netaudit.parsers.fortios.scope import Scope
from netaudit.parsers.fortios.tree import Node, node_ref
from netaudit.parsers.ledger import LineLedger

DEFAULT_SDWAN_ZONE = "virtual-wan-link"


def vdom_of(node: Node, multiple: bool) -> str:
    """Return the VDOM of an interface; "" on a device without VDOMs."""
    return node.value("vdom", "root") if multiple else ""


def vrf_name(number: str) -> str:
    """Return the model's name of a VRF number: 0 is the default."""
    return DEFAULT_VRF if number in ("", "0") else number


def read_interfaces(
    nodes: Iterator[Node], zone_of: Mapping[tuple[str, str], str], multiple: bool, ledger: LineLedger
) -> tuple[Interface, ...]:
    """Return the interfaces in the order of the file. `zone_of` maps (VDOM, interface) to a zone."""
    return tuple(_interface(node, zone_of, multiple, ledger) for node in nodes)


def _interface(node: Node, zone_of: Mapping[tuple[str, str], str], multiple: bool, ledger: LineLedger) -> Interface:
    vdom = vdom_of(node, multiple)
    alias, description = node.free_text("alias", ledger), node.free_text("description", ledger)
    vlan = node.value("vlanid")
    return Interface(
        name=node.name,
        where=node_ref(ledger, node),
        addresses=tuple(_addresses(node, ledger)),
        vrf=vrf_name(node.value("vrf")),
        enabled=node.value("status") != "down",
        description=": ".join(part for part in (alias, description) if part),
        security_zone=zone_of.get((vdom, node.name), ""),
        vlan=int(vlan) if vlan.isascii() and vlan.isdigit() and 0 < int(vlan[:5]) < 4095 else None,
        parent=node.value("interface"),
        virtual_system=vdom,
        dynamic_address=node.value("mode") in ("dhcp", "pppoe"),
        source_check=node.value("src-check") != "disable",  # on by default
    )


def _addresses(node: Node, ledger: LineLedger) -> Iterator[InterfaceAddress]:
    primary: InterfaceAddress | None = None
    if node.value("mode") not in ("dhcp", "pppoe"):
        primary = _address(node, "ip", ledger)
        if primary is not None and primary.prefix_length == 32 and "remote-ip" in node.settings:
            # A tunnel: its own address is a host, the mask of the other end gives the subnet.
            far = _address(node, "remote-ip", ledger)
            if far is not None and primary.value in far.network:
                primary = InterfaceAddress(primary.family, primary.value, far.prefix_length)
    if primary is not None:
        yield primary
    if node.value("secondary-IP", "enable") == "enable":
        for entry in node.entries_of("secondaryip"):
            if (second := _address(entry, "ip", ledger, secondary=True)) is not None:
                yield second
    if primary is not None:
        for entry in node.entries_of("vrrp"):
            if entry.value("status") == "disable" or "vrip" not in entry.settings:
                continue
            try:
                family, value = parse_address(entry.value("vrip"))
            except ValueError:
                ledger.unrecognized(entry.line_of("vrip"), Affects.ROUTING, "not an address")
                continue
            if family is Family.IPV4:
                yield InterfaceAddress(family, value, primary.prefix_length, virtual=True)
    ipv6 = node.table("ipv6")
    if ipv6 is None:
        return
    if ipv6.value("ip6-mode", "static") == "static" and (first := _address(ipv6, "ip6-address", ledger)) is not None:
        yield first
    for entry in ipv6.entries_of("ip6-extra-addr"):
        try:
            family, value, length = address_and_mask((entry.name,))
        except ValueError:
            ledger.unrecognized(entry.line, Affects.ROUTING, "not an address")
            continue
        yield InterfaceAddress(family, value, length, secondary=True)


def _address(node: Node, key: str, ledger: LineLedger, *, secondary: bool = False) -> InterfaceAddress | None:
    words = node.words(key)
    if not words:
        return None
    try:
        family, value, length = address_and_mask(words)
    except ValueError:
        ledger.unrecognized(node.line_of(key), Affects.ROUTING, "not an address")
        return None
    if value == 0:
        return None
    return InterfaceAddress(family, value, length, secondary)


def read_zones(scope: Scope, ledger: LineLedger) -> tuple[SecurityZone, ...]:
    """Return the zones of a VDOM, SD-WAN zones among them."""
    zones = [
        SecurityZone(
            node.name,
            node.words("interface"),
            node_ref(ledger, node),
            scope.name,
            intrazone_permitted=node.value("intrazone", "deny") == "allow",
        )
        for node in scope.entries("system zone")
    ]
    for path in ("system sdwan", "system virtual-wan-link"):
        table = scope.node.table(path)
        if table is None or not table.is_on("status"):
            continue
        members: dict[str, list[str]] = {node.name: [] for node in table.entries_of("zone")}
        for node in table.entries_of("members"):
            if node.words("interface"):
                members.setdefault(node.value("zone", DEFAULT_SDWAN_ZONE), []).append(node.value("interface"))
        places = {node.name: node for node in table.entries_of("zone")}
        zones += [
            SecurityZone(name, tuple(names), node_ref(ledger, places.get(name, table)), scope.name)
            for name, names in members.items()
            if names
        ]
    return tuple(zones)


def special_interfaces(scope: Scope) -> set[str]:
    """Return names that policies may use and that are not entries of `system interface`."""
    vdom = scope.name or "root"
    names = {"any", DEFAULT_SDWAN_ZONE, "modem", f"ssl.{vdom}", f"naf.{vdom}", f"l2t.{vdom}", f"vw.{vdom}", "root"}
    for path in ("vpn ipsec phase1-interface", "system switch-interface", "wireless-controller vap",
                 "system gre-tunnel", "system ipip-tunnel", "system sit-tunnel", "system vxlan"):  # fmt: skip
        names |= {node.name for node in scope.common_entries(path)}
    for node in scope.common_entries("system vdom-link"):
        names |= {f"{node.name}0", f"{node.name}1"}
    return names
