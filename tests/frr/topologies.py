"""Networks made from a seed: the same routers as configurations that we read and as FRR reads them.

A router has a loopback, a LAN with hosts, and point-to-point links. Some networks are one OSPF domain of several areas,
some are several autonomous systems with OSPF inside and BGP between, with route maps on the way. FRR takes the
commands of IOS, so that the two texts differ in interface names and a few words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network
from random import Random

BACKBONE = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A link between two routers, by their numbers."""

    left: int
    right: int
    network: IPv4Network
    cost_left: int
    cost_right: int
    area: int
    external: bool  # between autonomous systems

    def end(self, router: int) -> tuple[IPv4Address, IPv4Address, int]:
        """Return a router's own address, that of the other end, and its cost."""
        first, second = self.network[1], self.network[2]
        return (first, second, self.cost_left) if router == self.left else (second, first, self.cost_right)


@dataclass
class Router:
    """A router: `number` from 1; `system` is its autonomous system, 0 where none speaks BGP."""

    number: int
    system: int
    area: int
    lan_area: int
    links: list[Link] = field(default_factory=list)
    statics: list[str] = field(default_factory=list)  # "PREFIX NEXTHOP", as both write it
    redistributes: list[str] = field(default_factory=list)  # lines below `router ospf`
    lan_in_bgp: bool = True
    filters: list[str] = field(default_factory=list)  # lines of iptables-save
    prepends: bool = False
    preferred: int = 0  # a neighbouring system whose routes get a higher preference
    hides_lan_from: int = 0  # a neighbouring system that does not hear the LAN of this router

    @property
    def name(self) -> str:
        """Return the host name."""
        return f"r{self.number}"

    @property
    def loopback(self) -> IPv4Address:
        """Return the address of the loopback."""
        return IPv4Address(f"10.255.0.{self.number}")

    @property
    def lan(self) -> IPv4Network:
        """Return the subnet with hosts; the router is its first address."""
        return IPv4Network(f"10.{100 + self.number}.0.0/24")

    @property
    def side(self) -> IPv4Network:
        """Return a subnet that no protocol speaks of; static routes lead into it."""
        return IPv4Network(f"192.168.{self.number}.0/24")


@dataclass(frozen=True)
class Topology:
    """A network. `routers` by number."""

    name: str
    routers: dict[int, Router]
    links: tuple[Link, ...]
    stub_areas: frozenset[int]

    def members(self, system: int) -> list[Router]:
        """Return the routers of an autonomous system."""
        return [one for one in self.routers.values() if one.system == system]


def topologies(count: int) -> Iterator[Topology]:
    """Yield networks of 5 to 20 routers, in turn with OSPF alone and with BGP between systems."""
    for seed in range(count):
        yield topology(seed)


def topology(seed: int) -> Topology:
    """Return one network."""
    random = Random(seed)
    size = 5 + (seed * 5) % 16
    systems = 1 if seed % 2 == 0 else random.randint(2, 4)
    routers = {}
    for number in range(1, size + 1):
        system = 0 if systems == 1 else 65001 + (number - 1) * systems // size
        area = BACKBONE if systems > 1 or number <= (size + 1) // 2 else 1 + number % 2
        routers[number] = Router(number, system, area, area)
    made = Topology(f"network {seed}", routers, (), frozenset())
    links = tuple(_links(random, made))
    for link in links:
        routers[link.left].links.append(link)
        routers[link.right].links.append(link)
    stubs = frozenset({2} if systems == 1 and seed % 4 == 2 else ())
    made = Topology(made.name, routers, links, stubs)
    _statics(random, made)
    if systems > 1:
        _policies(random, made)
    for router in routers.values():
        router.filters = list(_filters(random, made, router))
    return made


def _links(random: Random, made: Topology) -> Iterator[Link]:
    """Yield a tree inside every area and system, links between them, and some more."""
    numbers = sorted(made.routers)
    wanted: list[tuple[int, int]] = []
    for number in numbers[1:]:
        router = made.routers[number]
        near = [
            one
            for one in numbers
            if one < number
            and made.routers[one].system == router.system
            and made.routers[one].area in (router.area, BACKBONE)
        ]
        same = [one for one in near if made.routers[one].area == router.area]
        if near:
            wanted.append((random.choice(same or near), number))
        else:  # the first of a new system
            wanted.append((random.choice([one for one in numbers if one < number]), number))
    for _ in range(len(numbers) * 2 // 3):
        left, right = sorted(random.sample(numbers, 2))
        areas = {made.routers[left].area, made.routers[right].area}
        if (left, right) not in wanted and (len(areas) == 1 or BACKBONE in areas):
            wanted.append((left, right))
    for position, (left, right) in enumerate(wanted):
        one, other = made.routers[left], made.routers[right]
        network = IPv4Network((int(IPv4Address("10.0.0.0")) + position * 4, 30))
        cost = random.randint(1, 20)
        back = cost if random.random() < 0.7 else random.randint(1, 20)
        area = max(one.area, other.area)
        yield Link(left, right, network, cost, back, area, one.system != other.system)


def _statics(random: Random, made: Topology) -> None:
    """Give some routers static routes: to a host of their LAN, into nothing, and a default that OSPF announces."""
    numbers = sorted(made.routers)
    # FRR looks for the announcing router in stub areas too, where nothing external is announced (RFC 2328 16.4 has it
    # only where it is known as a boundary router); so none that stands in one announces anything.
    normal = [
        one
        for one in numbers
        if made.routers[one].area == BACKBONE
        and not any(link.area in made.stub_areas for link in made.routers[one].links)
    ]
    for number in random.sample(normal, min(2, len(normal))):
        router = made.routers[number]
        router.statics.append(f"172.20.{number}.0/24 {router.side[200]}")
        kind = random.choice((1, 2))
        router.redistributes.append(f"redistribute static metric {random.randint(5, 50)} metric-type {kind}")
    nothing = made.routers[random.choice(normal)]
    nothing.statics.append("172.30.0.0/16 Null0")
    if not any(line.startswith("redistribute static") for line in nothing.redistributes):
        nothing.redistributes.append("redistribute static metric 20 metric-type 2")
    if made.routers[1].system == 0:
        gate = made.routers[random.choice(normal)]
        gate.statics.append(f"0.0.0.0/0 {gate.side[254]}")
        gate.redistributes.append("default-information originate metric 7 metric-type 1")


def _policies(random: Random, made: Topology) -> None:
    for router in made.routers.values():
        others = sorted({_other(made, router, link).system for link in router.links if link.external})
        if others and random.random() < 0.5:
            router.prepends = True
        if others and min(others) < router.system and random.random() < 0.6:
            router.preferred = min(others)  # preferences that run in a circle have no single end
        if others and random.random() < 0.4:
            router.hides_lan_from = random.choice(others)


def _other(made: Topology, router: Router, link: Link) -> Router:
    return made.routers[link.right if link.left == router.number else link.left]


def _filters(random: Random, made: Topology, router: Router) -> Iterator[str]:
    """Yield what the router lets through: everything but a few services and subnets."""
    if random.random() < 0.4:
        return
    lans = [str(one.lan) for one in made.routers.values()]
    for _ in range(random.randint(1, 4)):
        words = ["-A FORWARD"]
        if random.random() < 0.7:
            words.append(f"-s {random.choice(lans)}")
        if random.random() < 0.7:
            words.append(f"-d {random.choice(lans)}")
        protocol = random.choice(("tcp", "udp", "icmp"))
        words.append(f"-p {protocol}")
        if protocol != "icmp":
            port = random.choice((22, 53, 80, 443, 3389, 8080))
            words.append(f"-m {protocol} --dport {port}")
        words.append(f"-j {random.choice(('DROP', 'DROP', 'ACCEPT'))}")
        yield " ".join(words)


def iptables(router: Router) -> str:
    """Return the router's filter as iptables-save has it."""
    lines = ["*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", *router.filters]
    return "\n".join([*lines, "COMMIT", ""])


def ios(made: Topology, router: Router) -> str:
    """Return the router's configuration as IOS has it."""
    lines = ["version 15.7", f"hostname {router.name}", "interface Loopback0"]
    lines += [f" ip address {router.loopback} 255.255.255.255"]
    for position, link in enumerate(router.links):
        own, _, cost = link.end(router.number)
        lines += [f"interface GigabitEthernet0/{position}", f" ip address {own} {link.network.netmask}"]
        lines += [f" ip ospf cost {cost}", " ip ospf network point-to-point"]
    lines += ["interface GigabitEthernet1/0", f" ip address {router.lan[1]} {router.lan.netmask}", " ip ospf cost 10"]
    lines += ["interface GigabitEthernet1/1", f" ip address {router.side[1]} {router.side.netmask}"]
    for static in router.statics:
        prefix, hop = static.split()
        network = IPv4Network(prefix)
        lines.append(f"ip route {network.network_address} {network.netmask} {hop}")
    lines += ospf(made, router, "GigabitEthernet0/", "GigabitEthernet1/0", "Loopback0")
    lines += bgp(made, router)
    return "\n".join([*lines, "end", ""])


def ospf(made: Topology, router: Router, link_name: str, lan_name: str, loopback: str) -> list[str]:
    """Return the lines of OSPF, the same on both."""
    lines = ["router ospf 1" if lan_name.startswith("Giga") else "router ospf", f" ospf router-id {router.loopback}"]
    if lan_name.startswith("Giga"):
        lines[1] = f" router-id {router.loopback}"
    lines.append(f" passive-interface {lan_name}")
    for position, link in enumerate(router.links):
        if link.external:
            lines.append(f" passive-interface {link_name}{position}")
    networks = [(f"{router.loopback}/32", router.area), (str(router.lan), router.lan_area)]
    networks += [(str(link.network), link.area) for link in router.links]
    for text, area in networks:
        network = IPv4Network(text)
        if lan_name.startswith("Giga"):
            lines.append(f" network {network.network_address} {network.hostmask} area {area}")
        else:
            lines.append(f" network {network} area {area}")
    lines += [f" area {area} stub" for area in sorted(made.stub_areas & {area for _, area in networks})]
    subnets = " subnets" if lan_name.startswith("Giga") else ""
    return lines + [f" {line}{subnets if line.startswith('redistribute') else ''}" for line in router.redistributes]


def bgp(made: Topology, router: Router) -> list[str]:
    """Return the lines of BGP with its policies, the same on both."""
    if not router.system:
        return []
    lines = [f"router bgp {router.system}", f" bgp router-id {router.loopback}", " bgp bestpath compare-routerid"]
    family = ["  maximum-paths 1"]
    if router.lan_in_bgp:
        family.append(f"  network {router.lan.network_address} mask {router.lan.netmask}")
    for other in made.members(router.system):
        if other is not router:
            lines.append(f" neighbor {other.loopback} remote-as {router.system}")
            lines.append(f" neighbor {other.loopback} update-source Loopback0")
            family += [f"  neighbor {other.loopback} activate", f"  neighbor {other.loopback} next-hop-self"]
    for link in router.links:
        if link.external:
            _, far, _ = link.end(router.number)
            other_system = _other(made, router, link).system
            lines.append(f" neighbor {far} remote-as {other_system}")
            family.append(f"  neighbor {far} activate")
            family.append(f"  neighbor {far} route-map OUT-{other_system} out")
            if router.preferred == other_system:
                family.append(f"  neighbor {far} route-map PREFER in")
    lines += [" address-family ipv4 unicast", *family, " exit-address-family"]
    return lines + list(policies(made, router))


def policies(made: Topology, router: Router) -> Iterator[str]:
    """Yield prefix lists and route maps, the same on both."""
    systems = sorted({_other(made, router, link).system for link in router.links if link.external})
    if not systems:
        return
    yield f"ip prefix-list OWN-LAN seq 5 permit {router.lan}"
    yield "ip prefix-list LANS seq 5 permit 10.0.0.0/8 ge 24 le 24"
    for system in systems:
        if router.hides_lan_from == system:
            yield f"route-map OUT-{system} deny 5"
            yield " match ip address prefix-list OWN-LAN"
        yield f"route-map OUT-{system} permit 10"
        yield " match ip address prefix-list LANS"
        if router.prepends:
            yield f" set as-path prepend {router.system} {router.system}"
    yield "route-map PREFER permit 10"
    yield " set local-preference 200"
