"""Rules of many values (sources x destinations x ports), as the object groups of three platforms.

iptables has no word for them in one rule: `iptables-save` writes one line for each pair of addresses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from tests.relations.boxes import Box
from tests.relations.classbench import ANY_PORT, TCP, UDP, PlainRule
from tests.relations.writers import Platform


@dataclass(frozen=True, slots=True)
class GroupRule:
    """One rule for every pair of a source and a destination, at any of the destination ports (both ends held)."""

    permits: bool
    protocol: int
    sources: tuple[IPv4Network, ...]
    destinations: tuple[IPv4Network, ...]
    ports: tuple[tuple[int, int], ...]

    def boxes(self) -> list[Box]:
        """Return the rule as boxes of source, destination and port."""
        return [
            (int(source[0]), int(source[-1]), int(destination[0]), int(destination[-1]), *ports)
            for source in self.sources
            for destination in self.destinations
            for ports in self.ports
        ]


def grouped(rules: Sequence[PlainRule], size: int) -> list[GroupRule]:
    """Return rules that each hold the values of `size` plain ones of one protocol, in the order of these."""
    found: list[GroupRule] = []
    waiting: dict[int, list[PlainRule]] = {TCP: [], UDP: []}
    for rule in rules:
        if rule.protocol not in waiting or rule.source_ports != ANY_PORT:
            continue
        if not rule.source.prefixlen or not rule.destination.prefixlen:
            continue
        taken = waiting[rule.protocol]
        taken.append(rule)
        if len(taken) == size:
            found.append(
                GroupRule(
                    len(found) % 2 == 0,
                    rule.protocol,
                    tuple(dict.fromkeys(one.source for one in taken)),
                    tuple(dict.fromkeys(one.destination for one in taken)),
                    tuple(dict.fromkeys(one.destination_ports for one in taken)),
                )
            )
            taken.clear()
    return found


def _name(rule: GroupRule) -> str:
    return "tcp" if rule.protocol == TCP else "udp"


def _address(network: IPv4Network) -> str:
    return f"host {network[0]}" if network.prefixlen == 32 else f"{network[0]} {network.netmask}"


def _ports(ports: tuple[int, int]) -> str:
    return f"eq {ports[0]}" if ports[0] == ports[1] else f"range {ports[0]} {ports[1]}"


def ios(rules: Sequence[GroupRule]) -> str:
    """Return the rules as an extended list of object groups."""
    lines = ["version 15.7", "hostname ios"]
    for number, rule in enumerate(rules):
        for letter, networks in (("S", rule.sources), ("D", rule.destinations)):
            lines += [f"object-group network {letter}{number}", *(f" {_address(one)}" for one in networks)]
        lines += [f"object-group service V{number}", *(f" {_name(rule)} {_ports(one)}" for one in rule.ports)]
    lines.append("ip access-list extended SET")
    for number, rule in enumerate(rules):
        action = "permit" if rule.permits else "deny"
        lines.append(f" {action} object-group V{number} object-group S{number} object-group D{number}")
    return "\n".join([*lines, "end", ""])


def asa(rules: Sequence[GroupRule]) -> str:
    """Return the rules as an extended list of object groups."""
    lines = ["ASA Version 9.16(4)", "hostname asa"]
    for number, rule in enumerate(rules):
        for letter, networks in (("S", rule.sources), ("D", rule.destinations)):
            lines.append(f"object-group network {letter}{number}")
            lines += [f" network-object {_address(one)}" for one in networks]
        lines.append(f"object-group service V{number} {_name(rule)}")
        lines += [f" port-object {_ports(one)}" for one in rule.ports]
    for number, rule in enumerate(rules):
        head = f"access-list SET extended {'permit' if rule.permits else 'deny'} {_name(rule)}"
        lines.append(f"{head} object-group S{number} object-group D{number} object-group V{number}")
    return "\n".join([*lines, ""])


def fortios(rules: Sequence[GroupRule]) -> str:
    """Return the rules as policies: sources in a group, destinations side by side, ports in one service."""
    networks = dict.fromkeys(one for rule in rules for one in (*rule.sources, *rule.destinations))
    names = {network: f'"a{number}"' for number, network in enumerate(networks)}
    lines = ['config system global\n    set hostname "forti"\nend', "config firewall address"]
    for network, name in names.items():
        lines.append(f"    edit {name}\n        set subnet {network[0]} {network.netmask}\n    next")
    lines += ["end", "config firewall addrgrp"]
    for number, rule in enumerate(rules):
        members = " ".join(names[one] for one in rule.sources)
        lines.append(f'    edit "S{number}"\n        set member {members}\n    next')
    lines += ["end", "config firewall service custom"]
    for number, rule in enumerate(rules):
        ports = " ".join(f"{low}-{high}" for low, high in rule.ports)
        lines.append(f'    edit "V{number}"\n        set {_name(rule)}-portrange {ports}\n    next')
    lines += ["end", "config firewall policy"]
    for number, rule in enumerate(rules):
        lines += [
            f"    edit {number + 1}",
            '        set srcintf "port1"',
            '        set dstintf "port2"',
            f'        set srcaddr "S{number}"',
            f"        set dstaddr {' '.join(names[one] for one in rule.destinations)}",
            f"        set action {'accept' if rule.permits else 'deny'}",
            '        set schedule "always"',
            f'        set service "V{number}"',
            "    next",
        ]
    return "\n".join([*lines, "end", ""])


PLATFORMS = (
    Platform("cisco_ios", "SET", ios),
    Platform("cisco_asa", "SET", asa),
    Platform("fortios", "policy", fortios, "port1", "port2"),
)
