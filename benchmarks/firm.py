"""Write a firm of many devices with its registers: `python benchmarks/firm.py DEVICES FOLDER`.

Two data centres with an edge, five firewalls' worth of filters and two cores each, a head office, four regions, and as
many branches of twelve devices as there is room for: routers, distribution and access switches. OSPF inside each site,
BGP between them, static routes at the firewalls, first-hop addresses, NAT at the edge; every way is there twice. Ten
zones besides the links; 40 filters of 300 rules stand on the ways between them, whatever the number of devices.
The same arguments give the same bytes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from firm_rules import Line, Pair, applications, cisco_list, filter_lines, fortios_policies, junos_policies

INSIDE = ("DMZ", "PROD", "DB", "UAT", "MGMT", "OA", "DEALER", "BRANCH")
SUBNETS: dict[str, tuple[str, ...]] = {
    "INTERNET": ("0.0.0.0/0",),
    "PARTNER": ("172.16.1.0/24", "172.16.2.0/24"),
    "DMZ": ("10.1.16.0/24", "10.2.16.0/24"),
    "PROD": ("10.1.32.0/24", "10.1.33.0/24", "10.2.32.0/24", "10.2.33.0/24"),
    "DB": ("10.1.40.0/24", "10.2.40.0/24"),
    "UAT": ("10.1.48.0/24", "10.2.48.0/24"),
    "MGMT": ("10.1.56.0/24", "10.2.56.0/24"),
    "OA": ("10.10.0.0/22",),
    "DEALER": ("10.10.64.0/23",),
    "BRANCH": ("10.64.0.0/10", *(f"10.64.{16 * site}.0/22" for site in range(6))),
}
TYPES = {"PARTNER": "thirdparty", "DEALER": "dealer", "INTERNET": "internet"}
FIXED, SITE, REGIONS = 50, 12, 4


def _pairs(froms: tuple[str, ...], tos: tuple[str, ...]) -> tuple[Pair, ...]:
    return tuple((one, other) for one in froms for other in tos if one != other)


def _but(*names: str) -> tuple[str, ...]:
    return tuple(one for one in INSIDE if one not in names)


@dataclass
class Firm:
    """The devices written so far, and the next free link."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    outside: list[tuple[str, str]] = field(default_factory=list)  # interfaces of the internet
    branches: list[str] = field(default_factory=list)  # their subnets
    links: int = 0

    def add(self, name: str, *lines: str) -> None:
        """Add lines to a device."""
        self.texts.setdefault(name, []).extend(lines)

    def link(self) -> tuple[str, str, str]:
        """Return the two addresses of a new link between two devices, and its subnet."""
        network = IPv4Network((int(IPv4Address("10.252.0.0")) + 4 * self.links, 30))
        self.links += 1
        return str(network[1]), str(network[2]), str(network.network_address)


def firm(devices: int) -> Firm:
    """Return a firm of that many devices."""
    made = Firm()
    cores = {dc: _data_centre(made, dc) for dc in (1, 2)}
    _join_cores(made, cores)
    _head_office(made, cores)
    regions = [_region(made, number, cores) for number in range(REGIONS)]
    for number in range((devices - FIXED) // SITE):
        _site(made, number, regions[number % REGIONS], SITE)
    rest = (devices - FIXED) % SITE
    for number in range(rest):
        _access(made, f"hq-access-x{number}", f"10.10.0.{200 + number}", "10.10.0.1")
    return made


# --- one data centre

_SEGMENTS = ("ext", "partner", "inta", "intb", "db")  # the subnet that joins the cores and a firewall


def _data_centre(made: Firm, dc: int) -> tuple[str, str]:
    here, other = f"dc{dc}", f"10.{dc}"
    cores = f"{here}-core1", f"{here}-core2"
    branches = filter_lines(f"{here}-wan", _pairs(("BRANCH",), (*_but("BRANCH"), "INTERNET", "PARTNER")), SUBNETS)
    office = filter_lines(f"{here}-hq", _pairs(("OA", "DEALER"), (*_but(), "INTERNET", "PARTNER")), SUBNETS)
    for number, core in enumerate(cores, start=1):
        _router(made, core, f"10.254.{dc}.{number}")
        for vlan, _ in enumerate(_SEGMENTS):
            base = vlan * 8
            made.add(core, f"interface Vlan{900 + vlan}", f" ip address 10.253.{dc}.{base + number} 255.255.255.248")
            made.add(core, f" standby {vlan} ip 10.253.{dc}.{base + 3}", f" standby {vlan} priority {90 + 10 * number}")
        made.add(core, f"ip route 0.0.0.0 0.0.0.0 10.253.{dc}.4", f"ip route {other}.16.0 255.255.255.0 10.253.{dc}.4")
        made.add(core, f"ip route 172.16.{dc}.0 255.255.255.0 10.253.{dc}.12")
        made.add(core, f"ip route {other}.32.0 255.255.254.0 10.253.{dc}.20")
        made.add(core, *(f"ip route {other}.{net}.0 255.255.255.0 10.253.{dc}.28" for net in (48, 56)))
        made.add(core, f"ip route {other}.40.0 255.255.255.0 10.253.{dc}.36")
        made.add(core, f"ip route {other}.0.0 255.255.0.0 Null0 250")
        made.add(core, *cisco_list("WAN-IN", branches, asa=False), *cisco_list("HQ-IN", office, asa=False))
    _edge(made, dc)
    _external_firewall(made, dc)
    _partner_firewall(made, dc)
    _internal_firewall(made, f"{here}-fw-inta", dc, 20, {"PROD": (("prod1", 32), ("prod2", 33))})
    _internal_firewall(made, f"{here}-fw-intb", dc, 28, {"UAT": (("uat", 48),), "MGMT": (("mgmt", 56),)})
    _database_firewall(made, dc)
    for number in range(8):
        _access(made, f"{here}-server-sw{number}", f"{other}.56.{100 + number}", f"{other}.56.1")
    return cores


def _edge(made: Firm, dc: int) -> None:
    lines = [_published(one) for one in filter_lines(f"edge-{dc}", _pairs(("INTERNET",), ("DMZ",)), SUBNETS)]
    for number in (1, 2):
        name = f"dc{dc}-edge{number}"
        _router(made, name, f"10.254.{dc}.{10 + number}")
        provider = f"203.0.113.{dc * 32 + number * 8}"
        made.add(name, "interface GigabitEthernet0/0", f" ip address {_plus(provider, 1)} 255.255.255.252")
        made.add(name, " ip access-group INTERNET-IN in", "interface GigabitEthernet0/1")
        made.add(name, f" ip address 10.253.{10 + dc}.{number} 255.255.255.248", f" standby 1 ip 10.253.{10 + dc}.3")
        made.add(name, f"ip route 0.0.0.0 0.0.0.0 {_plus(provider, 2)}")
        made.add(name, f"ip route 198.51.100.{(dc - 1) * 128} 255.255.255.128 10.253.{10 + dc}.4")
        made.add(name, *cisco_list("INTERNET-IN", lines, asa=False))
        made.outside.append((name, "GigabitEthernet0/0"))


def _published(line: Line) -> Line:
    """Return the rule as the edge sees it: public addresses in place of the real ones."""
    public = tuple(_public(one) for one in line.destinations)
    return Line(line.pair, line.permit, line.protocol, line.sources, tuple(dict.fromkeys(public)), line.ports)


def _public(text: str) -> str:
    network = IPv4Network(text)
    if network.prefixlen == 0:
        return text
    dc = int(network.network_address) >> 16 & 0xFF
    half = IPv4Network(f"198.51.100.{(dc - 1) * 128}/25")
    length = max(25, network.prefixlen)
    return str(IPv4Network((int(half.network_address) + (int(network.network_address) & 0x7F), length), strict=False))


def _plus(text: str, number: int) -> str:
    return str(IPv4Address(text) + number)


def _asa(made: Firm, name: str, *interfaces: tuple[str, int, str, str]) -> None:
    made.add(name, "ASA Version 9.16(4)", f"hostname {name}")
    for number, (nickname, level, address, mask) in enumerate(interfaces):
        made.add(name, f"interface GigabitEthernet0/{number}", f" nameif {nickname}", f" security-level {level}")
        made.add(name, f" ip address {address} {mask}")


def _external_firewall(made: Firm, dc: int) -> None:
    name, edge, core = f"dc{dc}-fw-ext", f"10.253.{10 + dc}", f"10.253.{dc}"
    _asa(
        *(made, name, ("outside", 0, f"{edge}.4", "255.255.255.248")),
        *(("dmz", 50, f"10.{dc}.16.1", "255.255.255.0"), ("inside", 100, f"{core}.4", "255.255.255.248")),
    )
    for host in range(8, 48):
        made.add(name, f"object network WEB-{host}", f" host 10.{dc}.16.{host}")
        made.add(name, f" nat (dmz,outside) static 198.51.100.{(dc - 1) * 128 + host}")
    made.add(name, "object network FIRM", " subnet 10.0.0.0 255.0.0.0", " nat (inside,outside) dynamic interface")
    for binding, pairs in (
        ("outside", _pairs(("INTERNET",), ("DMZ",))),
        ("dmz", _pairs(("DMZ",), (*_but("DMZ"), "INTERNET", "PARTNER"))),
        ("inside", (*_pairs(_but("DMZ"), ("DMZ", "INTERNET")), ("PARTNER", "DMZ"))),
    ):
        lines = filter_lines(f"{name}-{binding}", pairs, SUBNETS)
        made.add(
            name, *cisco_list(f"{binding}-in", lines, asa=True), f"access-group {binding}-in in interface {binding}"
        )
    made.add(name, f"route outside 0.0.0.0 0.0.0.0 {edge}.3 1")
    made.add(name, *(f"route inside {net} {core}.3 1" for net in ("10.0.0.0 255.0.0.0", "172.16.0.0 255.240.0.0")))


def _partner_firewall(made: Firm, dc: int) -> None:
    name, core = f"dc{dc}-fw-partner", f"10.253.{dc}"
    _asa(
        *(made, name, ("partner", 10, f"172.16.{dc}.1", "255.255.255.0")),
        ("inside", 100, f"{core}.12", "255.255.255.248"),
    )
    for binding, pairs in (("partner", _pairs(("PARTNER",), INSIDE)), ("inside", _pairs(INSIDE, ("PARTNER",)))):
        lines = filter_lines(f"{name}-{binding}", pairs, SUBNETS)
        made.add(
            name, *cisco_list(f"{binding}-in", lines, asa=True), f"access-group {binding}-in in interface {binding}"
        )
    made.add(name, f"route inside 10.0.0.0 255.0.0.0 {core}.11 1")


def _internal_firewall(
    made: Firm, name: str, dc: int, base: int, ports: dict[str, tuple[tuple[str, int], ...]]
) -> None:
    zones = tuple(ports)
    others = (*_but(*zones), "PARTNER", "INTERNET")
    pairs = (*_pairs(others[:-1], zones), *_pairs(zones, others), *_pairs(zones, zones))
    port_of = {zone: tuple(port for port, _ in ports.get(zone, (("core", 0),))) for zone in SUBNETS}
    made.add(name, "#config-version=FG600F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin")
    made.add(name, "config system global", f'    set hostname "{name}"', "end", "config system interface")
    made.add(name, '    edit "core"', '        set vdom "root"', f"        set ip 10.253.{dc}.{base} 255.255.255.248")
    made.add(name, "        set type physical", "    next")
    for port, net in (one for many in ports.values() for one in many):
        made.add(name, f'    edit "{port}"', '        set vdom "root"', f"        set ip 10.{dc}.{net}.1 255.255.255.0")
        made.add(name, "        set type physical", "    next")
    made.add(name, "end", *fortios_policies(filter_lines(name, pairs, SUBNETS), port_of), "config router static")
    made.add(name, "    edit 1", f"        set gateway 10.253.{dc}.{base - 1}", '        set device "core"', "    next")
    made.add(name, "end")


def _database_firewall(made: Firm, dc: int) -> None:
    name = f"dc{dc}-fw-db"
    pairs = (*_pairs((*_but("DB"), "PARTNER"), ("DB",)), *_pairs(("DB",), (*_but("DB"), "INTERNET")))
    zone_of = {zone: "database" if zone == "DB" else "core" for zone in SUBNETS}
    made.add(name, "set version 22.4R3.25", f"set system host-name {name}")
    made.add(name, f"set interfaces ge-0/0/0 unit 0 family inet address 10.253.{dc}.36/29")
    made.add(name, f"set interfaces ge-0/0/1 unit 0 family inet address 10.{dc}.40.1/24")
    made.add(name, f"set routing-options static route 0.0.0.0/0 next-hop 10.253.{dc}.35")
    made.add(name, "set security zones security-zone core interfaces ge-0/0/0.0")
    made.add(name, "set security zones security-zone database interfaces ge-0/0/1.0")
    made.add(name, *junos_policies(filter_lines(name, pairs, SUBNETS), zone_of))


# --- routers and switches


def _router(made: Firm, name: str, loopback: str) -> None:
    made.add(name, f"hostname {name}", "ip routing", "interface Loopback0", f" ip address {loopback} 255.255.255.255")


def _access(made: Firm, name: str, address: str, gateway: str) -> None:
    """Add a switch that does not route."""
    made.add(name, f"hostname {name}", "no ip routing", "vlan 10", " name USERS")
    for port in range(1, 49):
        made.add(name, f"interface GigabitEthernet1/0/{port}", " switchport access vlan 10", " switchport mode access")
    made.add(name, "interface Vlan10", f" ip address {address} 255.255.255.0", f"ip default-gateway {gateway}")


def _ports(made: Firm, one: str, other: str, *extra: str) -> tuple[str, str]:
    """Join two routers by a link; lines of `extra` go to the interface of the first. Return their addresses."""
    mine, theirs, _ = made.link()
    number = made.links
    made.add(one, f"interface TenGigabitEthernet1/{number}", f" ip address {mine} 255.255.255.252", *extra)
    made.add(other, f"interface TenGigabitEthernet1/{number}", f" ip address {theirs} 255.255.255.252")
    return mine, theirs


def _peers(made: Firm, one: tuple[str, int], other: tuple[str, int], addresses: tuple[str, str]) -> None:
    """State a BGP session at both ends of a link."""
    for (name, number), (_, remote), address in ((one, other, addresses[1]), (other, one, addresses[0])):
        made.add(name, f"router bgp {number}", f" neighbor {address} remote-as {remote}")
        if number == remote:
            made.add(name, f" neighbor {address} next-hop-self")


def _announces(made: Firm, name: str, number: int, *networks: str) -> None:
    made.add(name, f"router bgp {number}", " bgp log-neighbor-changes", " maximum-paths 4")
    for text in networks:
        network = IPv4Network(text)
        mask = f" mask {network.netmask}" if network.prefixlen else " mask 0.0.0.0"
        made.add(name, f" network {network.network_address}{mask}")


def _join_cores(made: Firm, cores: dict[int, tuple[str, str]]) -> None:
    for dc, pair in cores.items():
        for core in pair:
            _announces(made, core, 65000 + dc, "0.0.0.0/0", f"10.{dc}.0.0/16", f"172.16.{dc}.0/24")
        _peers(made, (pair[0], 65000 + dc), (pair[1], 65000 + dc), _ports(made, *pair))
    for one, other in zip(*cores.values(), strict=True):
        _peers(made, (one, 65001), (other, 65002), _ports(made, one, other))


def _head_office(made: Firm, cores: dict[int, tuple[str, str]]) -> None:
    for number in (1, 2):
        name = f"hq-dist{number}"
        _router(made, name, f"10.254.10.{number}")
        for net in (0, 1, 2, 3, 64, 65):
            zone = "OA" if net < 64 else "DEALER"
            made.add(name, f"interface Vlan{100 + net}", f" ip address 10.10.{net}.{1 + number} 255.255.255.0")
            made.add(name, f" standby {net} ip 10.10.{net}.1", f" ip access-group {zone}-IN in")
        for zone in ("OA", "DEALER"):
            pairs = _pairs((zone,), (*_but(zone), "INTERNET", "PARTNER"))
            made.add(name, *cisco_list(f"{zone}-IN", filter_lines(f"{name}-{zone}", pairs, SUBNETS), asa=False))
        _announces(made, name, 65010, "10.10.0.0/16")
        made.add(name, "ip route 10.10.0.0 255.255.0.0 Null0 250")
        for dc, pair in cores.items():
            addresses = _ports(made, pair[number - 1], name, " ip access-group HQ-IN in")
            _peers(made, (pair[number - 1], 65000 + dc), (name, 65010), addresses)
    _peers(made, ("hq-dist1", 65010), ("hq-dist2", 65010), _ports(made, "hq-dist1", "hq-dist2"))
    for number in range(6):
        _access(made, f"hq-access{number}", f"10.10.{number % 4}.{100 + number}", f"10.10.{number % 4}.1")


def _region(made: Firm, number: int, cores: dict[int, tuple[str, str]]) -> tuple[str, str]:
    pair = f"region{number}-a", f"region{number}-b"
    own = 65020 + number
    for side, name in enumerate(pair):
        _router(made, name, f"10.254.20.{number * 2 + side}")
        _announces(made, name, own)
        for dc, many in cores.items():
            addresses = _ports(made, many[side], name, " ip access-group WAN-IN in")
            _peers(made, (many[side], 65000 + dc), (name, own), addresses)
        pairs = _pairs(("BRANCH",), (*_but("BRANCH"), "INTERNET", "PARTNER"))
        made.add(name, *cisco_list("SITE-IN", filter_lines(f"site-in-{number}", pairs, SUBNETS), asa=False))
    _peers(made, (pair[0], own), (pair[1], own), _ports(made, *pair))
    return pair


def _site(made: Firm, number: int, region: tuple[str, str], size: int) -> None:
    """Add a branch: two routers to its region, two distribution switches, access switches, half of them routing."""
    own, start = 65100 + number, f"10.{64 + number // 16}"
    base = number % 16 * 16
    name = f"site{number:03}"
    made.branches += [f"{start}.{base}.0/22", f"{start}.{base + 4}.0/24"]
    wans, dists = [[f"{name}-{kind}{one}" for one in (1, 2)] for kind in ("wan", "dist")]
    for place, router in enumerate((*wans, *dists)):
        _router(made, router, f"{start}.{base + 15}.{place + 1}")
    for side, wan in enumerate(wans):
        _announces(made, wan, own, f"{start}.{base}.0/20")
        made.add(wan, f"ip route {start}.{base}.0 255.255.240.0 Null0 250")
        addresses = _ports(made, region[side], wan, " ip access-group SITE-IN in")
        _peers(made, (region[side], 65020 + number % REGIONS), (wan, own), addresses)
        for dist in dists:
            _ports(made, wan, dist)
        made.add(wan, "router ospf 1", " network 10.0.0.0 0.255.255.255 area 0", " default-information originate")
        made.add(wan, *(f" passive-interface {port}" for port in _outward(made, wan)))
    _peers(made, (wans[0], own), (wans[1], own), _ports(made, *wans))
    for dist in dists:
        made.add(dist, "router ospf 1", " network 10.0.0.0 0.255.255.255 area 0", " passive-interface Vlan10")
    for side, dist in enumerate(dists, start=2):
        made.add(dist, "interface Vlan10", f" ip address {start}.{base}.{side} 255.255.255.0")
        made.add(dist, f" standby 10 ip {start}.{base}.1")
    count = size - 4
    for place in range(count):
        switch = f"{name}-access{place}"
        if place < count // 2:
            _router(made, switch, f"{start}.{base + 15}.{10 + place}")
            made.add(switch, "interface Vlan20", f" ip address {start}.{base + 1 + place}.1 255.255.255.0")
            for dist in dists:
                _ports(made, switch, dist)
            made.add(switch, "router ospf 1", " network 10.0.0.0 0.255.255.255 area 0", " passive-interface Vlan20")
        else:
            _access(made, switch, f"{start}.{base}.{100 + place}", f"{start}.{base}.1")


def _outward(made: Firm, wan: str) -> list[str]:
    """Return the first port of a branch router, which leads to its region."""
    return [line.split()[1] for line in made.texts[wan] if line.startswith("interface Ten")][:1]


# --- registers


def zone_map(made: Firm) -> Iterator[str]:
    """Yield the zone map."""
    confirmed = "owner: network, confirmed_by: lin, confirmed_on: 2026-10-02"
    for zone, subnets in SUBNETS.items():
        kind = TYPES.get(zone, zone.lower())
        if zone == "INTERNET":
            members = ", ".join(f"{{device: {device}, interface: {port}}}" for device, port in made.outside)
            yield f"- {{zone: {zone}, type: {kind}, members: [{members}], {confirmed}}}"
        else:
            kind = {"db": "prod"}.get(kind, kind)
            subnets = tuple(made.branches) if zone == "BRANCH" else subnets
            yield f"- {{zone: {zone}, type: {kind}, subnets: [{', '.join(subnets)}], {confirmed}}}"
    yield f"- {{zone: LINKS, type: transit, subnets: [10.252.0.0/15, 10.254.0.0/16], {confirmed}}}"


def zone_matrix() -> Iterator[str]:
    """Yield the zone matrix: of every pair the first applications are stated."""
    yield "src_zone,dst_zone,default,service,source,destination,justification,approved_by,valid_to"
    for one in SUBNETS:
        for other in SUBNETS:
            if one != other and one != "INTERNET":
                for line in applications((one, other), SUBNETS, 10):
                    low, high = line.ports or (0, 0)
                    ports = f"{line.protocol}/{low}" if low == high else f"{line.protocol}/{low}-{high}"
                    sides = ["; ".join(side) for side in (line.sources, line.destinations)]
                    sides = ["" if side == "0.0.0.0/0" else side for side in sides]
                    yield f"{one},{other},permit,{ports},{sides[0]},{sides[1]},application,ciso,"


def _together(lines: list[str]) -> Iterator[str]:
    """Yield the lines with each interface and routing process in one place."""
    sections: dict[str, list[str]] = {}
    latest: list[str] = []
    for number, line in enumerate(lines):
        if line.startswith(" "):
            latest.append(line)
        else:
            one = line.startswith(("interface ", "router "))
            latest = sections.setdefault(line if one else f"{line}#{number}", [line])
    for section in sections.values():
        yield from section


def write(devices: int, folder: Path) -> tuple[Path, Path]:
    """Write configurations and registers; return the two folders."""
    made = firm(devices)
    configs, policy = folder / "configs", folder / "policy"
    for one in (configs, policy):
        one.mkdir(parents=True, exist_ok=True)
    for name, lines in made.texts.items():
        (configs / f"{name}.cfg").write_text("\n".join([*_together(lines), ""]), encoding="ascii")
    (policy / "zone_map.yaml").write_text("\n".join([*zone_map(made), ""]), encoding="ascii")
    (policy / "zone_matrix.csv").write_text("\n".join([*zone_matrix(), ""]), encoding="ascii")
    return configs, policy


def main() -> None:
    """Write one firm."""
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    write(int(sys.argv[1]), Path(sys.argv[2]))


if __name__ == "__main__":
    main()
