"""Write the configurations of the benchmarks: `python benchmarks/generate.py KIND RULES FILE`.

Kinds:
  ios         extended ACL of random prefixes and ports; a tenth of the rules lies within an earlier one
  asa-groups  ASA object groups: about 50 sources, 20 destinations and 15 services in each rule
  classbench  a ClassBench rule set (RULES is its path) as an IOS extended ACL with random actions
  flows       as many random packets (CSV for `netaudit flow`) for the ACL of kind "ios"

The same arguments give the same bytes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

PROTOCOLS = ("tcp", "tcp", "tcp", "udp")


def _network(rng: random.Random) -> IPv4Network:
    length = rng.choice((16, 20, 22, 24, 24, 24, 26, 28, 30, 32, 32, 32))
    return IPv4Network((rng.getrandbits(32) >> (32 - length) << (32 - length), length))


def _side(network: IPv4Network) -> str:
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    if network.prefixlen == 0:
        return "any"
    return f"{network.network_address} {network.hostmask}"


def _ports(rng: random.Random) -> tuple[int, int]:
    if rng.random() < 0.15:
        return 0, 65535
    low = rng.randrange(1, 60000)
    return low, low + (rng.randrange(1, 3000) if rng.random() < 0.2 else 0)


def _port_text(low: int, high: int) -> str:
    if (low, high) == (0, 65535):
        return ""
    return f" eq {low}" if low == high else f" range {low} {high}"


def ios(rules: int, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a router with one ACL."""
    rng = random.Random(seed)
    yield from ("hostname bench-rtr", "interface GigabitEthernet0/0", " ip address 10.0.0.1 255.255.255.0")
    yield from (" ip access-group BENCH in", "ip access-list extended BENCH")
    made: list[tuple[str, IPv4Network, IPv4Network, tuple[int, int]]] = []
    for _ in range(rules):
        if made and rng.random() < 0.1:
            protocol, source, destination, (low, high) = rng.choice(made)
            source, destination = (
                IPv4Network(int(side.network_address) + rng.randrange(side.num_addresses))
                for side in (source, destination)
            )
            ports = (low, rng.randrange(low, high + 1))
        else:
            protocol, source, destination, ports = rng.choice(PROTOCOLS), _network(rng), _network(rng), _ports(rng)
            made.append((protocol, source, destination, ports))
        action = rng.choice(("permit", "deny"))
        yield f" {action} {protocol} {_side(source)} {_side(destination)}{_port_text(*ports)}"


def asa_groups(rules: int, seed: int = 1) -> Iterator[str]:
    """Yield the lines of a firewall whose rules are made of object groups."""
    rng = random.Random(seed)
    yield from ("hostname bench-fw", "interface GigabitEthernet0/0", " nameif inside", " security-level 100")
    yield " ip address 10.0.0.1 255.255.255.0"
    hosts = [IPv4Address(0x0A000000 + rng.randrange(1 << 22)) for _ in range(max(2000, rules // 2))]
    pool = max(100, rules // 4)

    def networks(prefix: str, least: int, most: int) -> Iterator[str]:
        for number in range(pool):
            yield f"object-group network {prefix}{number}"
            for _ in range(rng.randrange(least, most)):
                host = rng.choice(hosts)
                if rng.random() < 0.8:
                    yield f" network-object host {host}"
                else:
                    network = IPv4Network((host, rng.choice((24, 26, 28))), strict=False)
                    yield f" network-object {network.network_address} {network.netmask}"

    yield from networks("SRC", 35, 65)
    yield from networks("DST", 12, 28)
    services = max(50, min(500, rules // 20))
    for number in range(services):
        yield f"object-group service SVC{number}"
        for _ in range(rng.randrange(10, 20)):
            yield f" service-object {rng.choice(PROTOCOLS)} destination eq {rng.randrange(1, 20000)}"
    made: list[str] = []
    for _ in range(rules):
        if made and rng.random() < 0.05:
            body = rng.choice(made)
        else:
            names = rng.randrange(services), rng.randrange(pool), rng.randrange(pool)
            body = "object-group SVC{} object-group SRC{} object-group DST{}".format(*names)
            made.append(body)
        yield f"access-list BENCH extended {rng.choice(('permit', 'permit', 'deny'))} {body}"
    yield "access-group BENCH in interface inside"


def classbench(path: str, seed: int = 1) -> Iterator[str]:
    """Yield a ClassBench rule set as an IOS ACL."""
    rng = random.Random(seed)
    yield from ("hostname bench-rtr", "ip access-list extended BENCH")
    names = {6: "tcp", 17: "udp", 1: "icmp", 47: "gre", 50: "esp", 51: "ahp", 88: "eigrp", 89: "ospf"}
    with open(path, encoding="ascii") as file:
        for line in file:
            fields = line.strip().lstrip("@").split("\t")
            source, destination = (_side(IPv4Network(text, strict=False)) for text in fields[:2])
            ports = [tuple(int(part) for part in text.split(":")) for text in fields[2:4]]
            number, mask = (int(part, 16) for part in fields[4].split("/"))
            protocol = names.get(number, str(number)) if mask else "ip"
            action = rng.choice(("permit", "deny"))
            if protocol in ("tcp", "udp"):
                source += _port_text(ports[0][0], ports[0][1])
                destination += _port_text(ports[1][0], ports[1][1])
            yield f" {action} {protocol} {source} {destination}"


def flows(count: int, seed: int = 2) -> Iterator[str]:
    """Yield random packets as CSV."""
    rng = random.Random(seed)
    yield "rulebase,source,destination,protocol,source_port,destination_port"
    for _ in range(count):
        source, destination = IPv4Address(rng.getrandbits(32)), IPv4Address(rng.getrandbits(32))
        protocol = rng.choice(PROTOCOLS)
        yield f"BENCH,{source},{destination},{protocol},{rng.randrange(1024, 65536)},{rng.randrange(1, 65536)}"


def main() -> None:
    """Write one configuration."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    kind, size, path = sys.argv[1:]
    makers = {"ios": ios, "asa-groups": asa_groups, "flows": flows}
    lines = classbench(size) if kind == "classbench" else makers[kind](int(size))
    with open(path, "w", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
