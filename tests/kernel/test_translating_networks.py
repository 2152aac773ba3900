"""Three routers of the real kernel that filter and translate, with equal routes: real packets against our answers.

Where a packet comes out, and with which header, one of the ways of its trace says; where all its ways deliver it, it
comes out. What comes out at another LAN the conduit of the two LANs permits, or holds for possible.
"""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import combinations
from random import Random

import pytest

from netaudit.model.device import Device, Interface, InterfaceAddress, StaticRoute
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet, Family, parse_address
from netaudit.packets.packet import Flow
from netaudit.policy.registers import Policy, Zone, ZoneType
from netaudit.topology.conduits import find_conduits
from netaudit.topology.fates import Disposition
from netaudit.topology.network import Network, build_network
from netaudit.topology.places import Place
from netaudit.topology.trace import trace_flow
from tests.kernel.frames import Arrival, arrival_of, frame
from tests.kernel.lab import Namespace, skip_or_fail
from tests.relations.writers import read

ROUTERS = (1, 2, 3)
HOSTS = (10, 11)
PACKETS = 120
SEEDS = (0, 1, 2, 3, 4, 6, 7, 8)  # in network 5 nothing gets through
PLACE = SourceRef("device.cfg", 1)
_ETH_P_IP = 0x0800


@dataclass
class Router:
    """`ports` are (name, own address with its length); `routes` are (prefix, next hops), none = dropped."""

    number: int
    ports: list[tuple[str, str]] = field(default_factory=list)
    routes: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    nats: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"r{self.number}"

    @property
    def saved(self) -> str:
        filters = [":INPUT ACCEPT [0:0]", f":FORWARD {self.policy} [0:0]", ":OUTPUT ACCEPT [0:0]", *self.rules]
        chains = [f":{one} ACCEPT [0:0]" for one in ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING")]
        return "\n".join(["*nat", *chains, *self.nats, "COMMIT", "*filter", *filters, "COMMIT", ""])

    policy: str = "ACCEPT"


def generated(seed: int) -> dict[int, Router]:
    """Return a triangle of routers with a LAN each, and what they filter, translate and where they send."""
    random = Random(seed)
    found = {number: Router(number, [("lan0", f"10.{number}.0.1/24")]) for number in ROUTERS}
    hops: dict[tuple[int, int], str] = {}
    for left, right in combinations(ROUTERS, 2):
        for own, other, last in ((left, right, 1), (right, left, 2)):
            found[own].ports.append((f"to{other}", f"192.168.{left}{right}.{last}/30"))
            hops[other, own] = f"192.168.{left}{right}.{last}"
    for number, router in found.items():
        for other in ROUTERS:
            if other == number:
                continue
            direct, around = hops[number, other], hops[number, 6 - number - other]
            for prefix in (f"10.{other}.0.0/24", f"172.31.{other}.0/24"):
                ways = random.choices(((direct,), (around,), (direct, around)), (6, 1, 3))[0]
                if (around,) == ways and prefix.startswith("172"):
                    ways = (direct,)
                router.routes.append((prefix, ways))
        router.policy = random.choice(("ACCEPT", "ACCEPT", "DROP"))
        names = [name for name, _ in router.ports]
        for _ in range(random.randint(2, 6)):
            words = ["-A FORWARD"]
            if random.random() < 0.4:
                words.append(f"-i {random.choice(names)}")
            if random.random() < 0.4:
                words.append(f"-o {random.choice(names)}")
            if random.random() < 0.5:
                side = random.choice(("-s", "-d"))
                end = random.choice((f"10.{random.choice(ROUTERS)}.0.0/24", f"10.{random.choice(ROUTERS)}.0.10/32"))
                words.append(f"{side} {end}")
            protocol = random.choice(("tcp", "tcp", "udp", "icmp", ""))
            if protocol:
                words.append(f"-p {protocol}")
            if protocol in ("tcp", "udp") and random.random() < 0.5:
                words.append(f"-m {protocol} --dport {random.choice(('80', '22:443', '8080'))}")
            if protocol == "icmp":
                words.append("-m icmp --icmp-type 8")
            verdict = random.choice(("ACCEPT", "ACCEPT", "ACCEPT", "DROP"))
            router.rules.append(" ".join([*words, "-j", verdict]))
        for kind in random.sample(("host", "port", "snat", "masquerade"), random.randint(1, 3)):
            inner = random.choice(ROUTERS)
            other = random.choice([one for one in ROUTERS if one != number])
            router.nats.append(
                {
                    "host": f"-A PREROUTING -d 172.31.{number}.6/32 -j DNAT --to-destination 10.{inner}.0.11",
                    "port": f"-A PREROUTING -d 172.31.{number}.5/32 -p tcp -m tcp --dport 8080 "
                    f"-j DNAT --to-destination 10.{inner}.0.10:80",
                    "snat": f"-A POSTROUTING -s 10.{number}.0.0/24 -o to{other} -j SNAT --to-source 172.31.{number}.9",
                    "masquerade": f"-A POSTROUTING -s 10.{number}.0.11/32 -o to{other} -j MASQUERADE",
                }[kind]
            )
    return found


def device(router: Router) -> Device:
    """Return a router as the parser reads its rules, with its interfaces and routes."""
    parsed = read("iptables", router.saved, f"{router.name}.rules")
    assert [note.where.text for note in parsed.coverage.notes] == []
    return replace(
        parsed.devices[0],
        name=router.name,
        interfaces=tuple(Interface(name, PLACE, (_address(text),)) for name, text in router.ports),
        static_routes=tuple(
            StaticRoute(Family.IPV4, parse_address(prefix.partition("/")[0])[1], 24, PLACE, next_hop=hop)
            for prefix, ways in router.routes
            for hop in ways
        ),
    )


def _address(text: str) -> InterfaceAddress:
    host, _, length = text.partition("/")
    return InterfaceAddress(Family.IPV4, parse_address(host)[1], int(length))


class Laboratory:
    """The routers as they run, each in a namespace; one more holds the hosts of all LANs."""

    def __init__(self, routers: dict[int, Router]) -> None:
        self.hosts = Namespace()
        self.spaces = {number: Namespace() for number in routers}
        for left, right in combinations(routers, 2):
            self.spaces[left].must(
                ["ip", "link", "add", f"to{right}", "type", "veth", "peer", "name", f"to{left}",
                 "netns", self.spaces[right].path]
            )  # fmt: skip
        self.wires: dict[int, socket.socket] = {}
        for number, router in routers.items():
            self._start(number, router)

    def _start(self, number: int, router: Router) -> None:
        inside = self.spaces[number]
        mac = _mac(2, number).hex(":")
        lines = [f"link add lan0 address {_mac(1, number).hex(':')} type veth peer name lan{number} address {mac} "
                 f"netns {self.hosts.path}"]  # fmt: skip
        lines += [f"addr add {text} dev {name}" for name, text in router.ports]
        lines += ["link set lo up", *(f"link set {name} up" for name, _ in router.ports)]
        lines += [f"neigh replace 10.{number}.0.{host} lladdr {mac} nud permanent dev lan0" for host in HOSTS]
        for prefix, ways in router.routes:
            lines.append(" ".join([f"route add {prefix}", *(f"nexthop via {hop}" for hop in ways)]))
        inside.must(["ip", "-batch", "-"], "\n".join(lines) + "\n")
        self.hosts.must(["ip", "link", "set", f"lan{number}", "arp", "off", "up"])
        settings = ["net.ipv4.ip_forward=1", *(f"net.ipv4.conf.{one}.rp_filter=0" for one in ("all", "default"))]
        settings += [f"net.ipv4.conf.{name}.rp_filter=0" for name, _ in router.ports]
        for one in (*settings, "net.ipv4.fib_multipath_hash_policy=1"):
            name, _, value = one.partition("=")
            inside.must(["sh", "-c", f"echo {value} > /proc/sys/{name.replace('.', '/')}"])
        inside.must(["iptables-restore"], router.saved)
        wire = self.hosts.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_IP))
        wire.bind((f"lan{number}", _ETH_P_IP))
        self.wires[number] = wire

    def close(self) -> None:
        for wire in self.wires.values():
            wire.close()
        for space in (self.hosts, *self.spaces.values()):
            os.close(space.descriptor)

    def arrivals(self, asked: Sequence[tuple[int, Flow]]) -> list[tuple[int, Arrival] | None]:
        """Send packets, each from the LAN of a router; return at which LAN each came out, and how."""
        came: dict[int, tuple[int, Arrival]] = {}
        for start in range(0, len(asked), 32):
            for identity in range(start, min(start + 32, len(asked))):
                number, flow = asked[identity]
                self.wires[number].send(frame(_mac(1, number), _mac(2, number), flow, identity))
            came.update(self._heard())
        return [came.get(identity) for identity in range(len(asked))]

    def _heard(self) -> dict[int, tuple[int, Arrival]]:
        found: dict[int, tuple[int, Arrival]] = {}
        numbers = {wire: number for number, wire in self.wires.items()}
        while ready := select.select(list(numbers), [], [], 0.3)[0]:
            for wire in ready:
                data, (_, _, kind, *_) = wire.recvfrom(2048)
                seen = arrival_of(data[14:])
                if seen is not None and kind != socket.PACKET_OUTGOING:  # type: ignore[attr-defined]
                    found[seen.identity] = numbers[wire], seen
        return found


def _mac(side: int, number: int) -> bytes:
    return bytes((2, 0, 0, 0, side, number))


@contextmanager
def running(routers: dict[int, Router]) -> Iterator[Laboratory]:
    laboratory = Laboratory(routers)
    try:
        yield laboratory
    finally:
        laboratory.close()


def flows(routers: dict[int, Router], seed: int) -> list[tuple[int, Flow]]:
    random = Random(seed)
    found = []
    for position in range(PACKETS):
        start, end = random.sample(ROUTERS, 2)
        last = random.choice(HOSTS)
        goal = f"10.{end}.0.{random.choice(HOSTS)}"
        if random.random() < 0.5:
            goal = f"172.31.{random.choice(ROUTERS)}.{random.choice((5, 6, 6))}"
        protocol = random.choice((6, 6, 17, 1))
        ports = {"source_port": 20000 + position, "destination_port": random.choice((80, 8080, 22, 53))}
        kind = {"icmp_type": 8, "tcp_flags": 0} if protocol == 1 else ports
        found.append((start, Flow.of(f"10.{start}.0.{last}", goal, protocol, **kind)))
    return found


Landed = tuple[int, int, int, int]


def landed(number: int, flow: Flow | Arrival, protocol: int) -> Landed:
    """Return what is compared of a packet: identifiers of ICMP are no ports, and who hides a source may change its."""
    return number, flow.source, flow.destination, 0 if protocol == 1 else flow.destination_port


def traced(network: Network, start: int, flow: Flow) -> tuple[set[Landed | None], bool]:
    """Return how a packet may come out (None: nowhere), and whether all of its ways are known.

    The rules do not say which address a masquerade takes.
    """
    router = network.devices[f"r{start}"]
    traces = trace_flow(network, Place(router, network.interface(router.name, "lan0")), flow).traces
    found: set[Landed | None] = set()
    for one in traces:
        out = one.hops[-1].out_interface if one.disposition is Disposition.DELIVERED else ""
        came = one.last if out == "lan0" else None
        found.add(landed(int(one.hops[-1].device[1:]), came, flow.protocol) if came else None)
    pool = any("pool" in step.action for one in traces for hop in one.hops for step in hop.steps)
    return found, not pool and all(one.disposition is not Disposition.UNKNOWN for one in traces)


@pytest.mark.parametrize("seed", SEEDS)
def test_real_packets_come_out_where_we_say(seed: int) -> None:
    skip_or_fail()
    routers = generated(seed)
    network = build_network([device(one) for one in routers.values()], Policy(zones=tuple(map(_zone, ROUTERS))))
    conduits = find_conduits(network)
    asked = flows(routers, seed)
    with running(routers) as laboratory:
        came = laboratory.arrivals(asked)
    wrong, known_ways = [], 0
    for (start, flow), arrival in zip(asked, came, strict=True):
        expected, known = traced(network, start, flow)
        known_ways += known
        got = None
        if arrival is not None:
            number, seen = arrival
            got = landed(number, seen, flow.protocol)
            last = replace(flow, destination=seen.destination)
            last = last if flow.protocol == 1 else replace(last, destination_port=seen.destination_port)
            if number != start:
                conduit = conduits[f"LAN{start}", f"LAN{number}"]
                sure = any(one.packets.contains(last) for one in conduit.permitted)
                if not sure and not conduit.possible.contains(last):
                    wrong.append(f"LAN{start} to LAN{number}: {last.to_json()} came out and no conduit has it")
        if known and got not in expected:
            wrong.append(f"LAN{start}: {flow.to_json()} came out as {got}, we say {expected}")
    assert not wrong, "\n".join([*wrong, *(one.saved for one in routers.values())])
    assert any(came) and known_ways > PACKETS // 2


def _zone(number: int) -> Zone:
    return Zone(f"LAN{number}", ZoneType.PROD, PLACE, AddressSet.prefix(f"10.{number}.0.0/24"))
