"""A firm of thirty devices at five sites, written as configurations: two centres, two branches and a co-location."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from netaudit.model.capture import ArpEntry, Captured, CapturedNeighbor
from netaudit.model.device import Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.parsers import parser_of
from netaudit.policy.registers import InventoryEntry, Policy, Zone, ZoneMember, ZoneType
from netaudit.reports.diagram_elements import diagram_elements
from netaudit.reports.result import AuditResult
from netaudit.topology.graph import link_survey, zone_ports
from netaudit.topology.network import Network, build_network

SITES = {
    "台北機房": (
        *("edge-1", "edge-2", "fw-ext-1", "fw-ext-2", "fw-int", "fw-line", "core-1", "core-2", "rtr-twse", "rtr-bank"),
        *("acc-1", "acc-2", "acc-3", "acc-4"),
    ),
    "台中備援": ("dr-edge", "dr-fw", "dr-core", "dr-line", "dr-acc-1", "dr-acc-2", "dr-twse"),
    "高雄分公司": ("kh-rtr", "kh-fw", "kh-sw"),
    "台南分公司": ("tn-rtr", "tn-fw", "tn-sw"),
    "共置機房": ("colo-rtr", "colo-sw", "colo-fw"),
}

# (one device, interface, other device, interface, subnet without its last number): point-to-point links.
LINKS = (
    ("edge-1", "Gi0/1", "fw-ext-1", "Gi0/0", "10.255.0"),
    ("edge-2", "Gi0/1", "fw-ext-2", "Gi0/0", "10.255.1"),
    ("fw-ext-1", "Gi0/1", "core-1", "Gi1/1", "10.255.2"),
    ("fw-ext-2", "Gi0/1", "core-2", "Gi1/1", "10.255.3"),
    ("core-1", "Gi1/2", "core-2", "Gi1/2", "10.255.4"),
    ("core-1", "Gi1/3", "fw-int", "Gi0/0", "10.255.5"),
    ("core-2", "Gi1/3", "fw-int", "Gi0/1", "10.255.6"),
    ("core-1", "Gi1/4", "fw-line", "Gi0/0", "10.255.7"),
    ("fw-line", "Gi0/1", "rtr-twse", "Gi0/0", "10.255.8"),
    ("fw-line", "Gi0/2", "rtr-bank", "Gi0/0", "10.255.9"),
    ("core-1", "Gi1/9", "dr-core", "Gi1/9", "10.255.20"),
    ("core-2", "Gi1/9", "dr-core", "Gi1/10", "10.255.21"),
    ("dr-edge", "Gi0/1", "dr-fw", "Gi0/0", "10.255.30"),
    ("dr-fw", "Gi0/1", "dr-core", "Gi1/1", "10.255.31"),
    ("dr-core", "Gi1/2", "dr-line", "Gi0/0", "10.255.32"),
    ("dr-line", "Gi0/1", "dr-twse", "Gi0/0", "10.255.33"),
    ("kh-rtr", "Gi0/1", "kh-fw", "Gi0/0", "10.255.40"),
    ("kh-fw", "Gi0/1", "kh-sw", "Gi1/1", "10.255.41"),
    ("tn-rtr", "Gi0/1", "tn-fw", "Gi0/0", "10.255.50"),
    ("tn-fw", "Gi0/1", "tn-sw", "Gi1/1", "10.255.51"),
    ("kh-rtr", "Gi0/2", "edge-1", "Gi0/5", "10.255.42"),
    ("tn-rtr", "Gi0/2", "edge-2", "Gi0/5", "10.255.52"),
    ("colo-rtr", "Gi0/1", "colo-fw", "Gi0/0", "10.255.60"),
    ("colo-fw", "Gi0/1", "colo-sw", "Gi1/1", "10.255.61"),
    ("colo-rtr", "Gi0/2", "core-1", "Gi1/8", "10.255.62"),
)

# device -> (interface, address with mask, lines after it)
PORTS = {
    "edge-1": (("Gi0/0", "203.0.113.2", 28, ()),),
    "edge-2": (("Gi0/0", "203.0.113.3", 28, ()),),
    "fw-ext-1": (("Gi0/2", "10.10.10.1", 24, ()), ("Gi0/3", "10.10.30.1", 24, ())),
    "fw-ext-2": (("Gi0/2", "10.10.10.2", 24, ()),),
    "fw-int": (("Gi0/2", "10.20.1.1", 24, ()), ("Gi0/3", "10.20.2.1", 24, ())),
    "core-1": (
        ("Vlan40", "10.40.0.2", 24, ("standby 40 ip 10.40.0.1", "standby 40 priority 110")),
        ("Vlan50", "10.50.0.2", 24, ("standby 50 ip 10.50.0.1",)),
    ),
    "core-2": (
        ("Vlan40", "10.40.0.3", 24, ("standby 40 ip 10.40.0.1",)),
        ("Vlan50", "10.50.0.3", 24, ("standby 50 ip 10.50.0.1",)),
    ),
    "rtr-twse": (("Gi0/1", "172.21.0.2", 24, ()),),
    "rtr-bank": (("Gi0/1", "172.20.40.2", 24, ()), ("Gi0/2", "172.20.41.2", 24, ())),
    "dr-edge": (("Gi0/0", "198.51.100.2", 28, ()),),
    "dr-fw": (("Gi0/2", "10.110.10.1", 24, ()),),
    "dr-core": (("Vlan41", "10.140.0.1", 24, ()), ("Vlan21", "10.120.1.1", 24, ())),
    "dr-twse": (("Gi0/1", "172.21.1.2", 24, ()),),
    "kh-rtr": (("Gi0/0", "192.0.2.2", 30, ()),),
    "kh-sw": (("Vlan60", "10.60.0.1", 24, ()),),
    "tn-rtr": (("Gi0/0", "192.0.2.6", 30, ()),),
    "tn-sw": (("Vlan61", "10.61.0.1", 24, ()),),
    "colo-rtr": (("Gi0/0", "172.22.0.2", 24, ()),),
    "colo-sw": (("Vlan70", "10.70.0.1", 24, ()),),
    **{f"acc-{number}": (("Vlan40", f"10.40.0.{10 + number}", 24, ()),) for number in range(1, 5)},
    **{f"dr-acc-{number}": (("Vlan41", f"10.140.0.{10 + number}", 24, ()),) for number in (1, 2)},
}

TUNNELS = (("kh-rtr", "192.0.2.2", "edge-1", "203.0.113.2", 1), ("tn-rtr", "192.0.2.6", "edge-2", "203.0.113.3", 2))
TRUNKS = (
    *((f"core-{core}", f"Gi1/{20 + acc}", f"acc-{acc}", f"Gi0/{core}") for core in (1, 2) for acc in range(1, 5)),
)

ZONES = (
    ("INTERNET", ZoneType.INTERNET, ()),
    ("DMZ-WEB", ZoneType.DMZ, ("10.10.10.0/24", "10.110.10.0/24")),
    ("UAT", ZoneType.UAT, ("10.10.30.0/24",)),
    ("PROD-ORD", ZoneType.PROD, ("10.20.1.0/24", "10.120.1.0/24", "10.70.0.0/24")),
    ("PROD-DB", ZoneType.PROD, ("10.20.2.0/24",)),
    ("MGMT", ZoneType.MGMT, ("10.40.0.0/24", "10.140.0.0/24")),
    ("OA", ZoneType.OA, ("10.50.0.0/24", "10.60.0.0/24", "10.61.0.0/24")),
    ("LINE-TWSE", ZoneType.THIRDPARTY, ("172.21.0.0/16",)),
    ("LINE-BANK-A", ZoneType.THIRDPARTY, ("172.20.40.0/24",)),
    ("LINE-BANK-B", ZoneType.THIRDPARTY, ("172.20.41.0/24",)),
    ("LINE-COLO", ZoneType.THIRDPARTY, ("172.22.0.0/24",)),
)


def _mask(length: int) -> str:
    value = (1 << 32) - (1 << (32 - length))
    return ".".join(str(value >> shift & 255) for shift in (24, 16, 8, 0))


def _full(name: str) -> str:
    return name.replace("Gi", "GigabitEthernet")


def _lines(name: str) -> Iterable[str]:
    yield f"hostname {name}"
    for number, (one, first, other, second, subnet) in enumerate(LINKS):
        for last, (owner, port) in enumerate(((one, first), (other, second)), start=1):
            if owner == name:
                yield f"interface {_full(port)}"
                yield f" description link {number}"
                yield f" ip address {subnet}.{last} 255.255.255.252"
    for port, address, length, more in PORTS.get(name, ()):
        yield f"interface {_full(port)}"
        yield f" ip address {address} {_mask(length)}"
        yield from (f" {line}" for line in more)
    for one, first, other, second, number in TUNNELS:
        for last, (owner, source, peer) in enumerate(((one, first, second), (other, second, first)), start=1):
            if owner == name:
                yield f"interface Tunnel{number}"
                yield f" ip address 10.254.{number}.{last} 255.255.255.252"
                yield f" tunnel source {source}"
                yield f" tunnel destination {peer}"
    for core, first, access, second in TRUNKS:
        port = first if core == name else second if access == name else ""
        if port:
            yield f"interface {_full(port)}"
            yield " switchport mode trunk"
    if name in ("edge-1", "edge-2"):
        yield "ip route 0.0.0.0 0.0.0.0 203.0.113.1"
    if name == "core-1":
        yield "ip route 10.120.0.0 255.255.0.0 10.255.20.2"
        yield "ip route 10.120.0.0 255.255.0.0 10.255.4.2 200"
        yield "ip route 10.99.0.0 255.255.0.0 10.255.99.9"


def _device(name: str) -> Device:
    parser = parser_of("cisco_ios")
    assert parser is not None
    source = SourceFile(f"{name}.cfg", "0" * 64, "utf-8", tuple(_lines(name)), platform="cisco_ios", host=name)
    device = parser(source).devices[0]
    neighbors = [
        CapturedNeighbor("cdp", first, access, SourceRef(f"{core}-cdp.txt", 1), second)
        for core, first, access, second in TRUNKS
        if core == name
    ]
    neighbors += [
        CapturedNeighbor("cdp", _full(first), other, SourceRef(f"{one}-cdp.txt", 2), _full(second))
        for one, first, other, second, _ in LINKS[:4]
        if one == name
    ]
    entries: tuple[ArpEntry, ...] = ()
    if name == "core-1":
        neighbors.append(CapturedNeighbor("cdp", "Gi1/30", "SW-TEMP", SourceRef("core-1-cdp.txt", 9), "Fa0/1"))
        entries = (
            ArpEntry("10.40.0.11", "0011.2233.4411", "Vlan40", SourceRef("core-1-arp.txt", 1), age="5"),
            ArpEntry("10.50.0.77", "0011.2233.4477", "Vlan50", SourceRef("core-1-arp.txt", 2)),
        )
    return replace(device, captured=Captured(neighbors=tuple(neighbors), arp=entries))


def devices() -> tuple[Device, ...]:
    """Return the thirty devices."""
    return tuple(_device(name) for names in SITES.values() for name in names)


def policy() -> Policy:
    """Return the zones, and the inventory with the sites."""
    internet = tuple(
        ZoneMember(device, "interface", "GigabitEthernet0/0")
        for device in ("edge-1", "edge-2", "dr-edge", "kh-rtr", "tn-rtr")
    )
    return Policy(
        zones=tuple(
            Zone(
                name,
                kind,
                SourceRef("zone_map.yaml", 1),
                AddressSet.union(AddressSet.prefix(text) for text in subnets) if subnets else AddressSet(),
                internet if name == "INTERNET" else (),
            )
            for name, kind, subnets in ZONES
        ),
        inventory=tuple(
            InventoryEntry(name, name, SourceRef("device_inventory.csv", 2), site=site)
            for site, names in SITES.items()
            for name in names
        ),
    )


def thirty_network() -> Network:
    """Return the devices joined."""
    return build_network(devices(), policy())


def thirty(base: AuditResult) -> AuditResult:
    """Return a result about the thirty devices; what is no topology is that of `base`."""
    known = thirty_network()
    nodes, edges = diagram_elements(known, policy())
    return replace(
        base,
        topology=known.graph,
        links=link_survey(known),
        zone_ports=zone_ports(known),
        as_of=date(2026, 11, 20),
        devices=tuple(known.devices.values()),
        policy=policy(),
        diagram_nodes=nodes,
        diagram_edges=edges,
    )
