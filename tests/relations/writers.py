"""The same plain rules as text of four platforms, and the rulebase that our parser makes of it.

Addresses are written as numbers of the platform (wildcard, netmask, subnet object, prefix), services as it has them:
FortiOS has no ports in a policy, so each distinct service is an object whose `tcp-portrange` is `destination:source`
(FortiOS CLI Reference, firewall service custom). A protocol without ports goes by its number everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from netaudit.model.rules import Rulebase
from netaudit.model.source import SourceFile
from netaudit.parsers import parser_of
from netaudit.parsers.contract import ParsedFile
from tests.relations.classbench import ANY_PORT, TCP, UDP, PlainRule

_NAMES = {TCP: "tcp", UDP: "udp", 1: "icmp"}


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform, the name of the rulebase that its writer makes, and the zones it lies between."""

    name: str
    rulebase: str
    write: Callable[[Any], str]
    from_zone: str = ""
    to_zone: str = ""

    def parse(self, rules: Sequence[Any]) -> Rulebase:
        """Return what our parser reads from the written rules; nothing may be left that it does not understand."""
        parsed = read(self.name, self.write(rules))
        found = next(one for one in parsed.devices[0].rulebases if one.name == self.rulebase)
        assert parsed.coverage.notes == ()
        assert len(found.rules) == len(rules)
        return found


def read(platform: str, text: str, path: str = "rendered.cfg") -> ParsedFile:
    """Return what the parser of a platform makes of a text."""
    parse = parser_of(platform)
    assert parse is not None
    return parse(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), platform))


def _cisco_ports(ports: tuple[int, int]) -> str:
    low, high = ports
    if ports == ANY_PORT:
        return ""
    return f" eq {low}" if low == high else f" range {low} {high}"


def _cisco(rule: PlainRule, address: Callable[[IPv4Network], str]) -> str:
    protocol = "ip" if rule.protocol is None else _NAMES.get(rule.protocol, str(rule.protocol))
    return (
        f"{'permit' if rule.permits else 'deny'} {protocol}"
        f" {address(rule.source)}{_cisco_ports(rule.source_ports)}"
        f" {address(rule.destination)}{_cisco_ports(rule.destination_ports)}"
    )


def _wildcard(network: IPv4Network) -> str:
    if network.prefixlen in (0, 32):
        return f"host {network.network_address}" if network.prefixlen else "any"
    return f"{network.network_address} {network.hostmask}"


def _netmask(network: IPv4Network) -> str:
    if network.prefixlen in (0, 32):
        return f"host {network.network_address}" if network.prefixlen else "any4"
    return f"{network.network_address} {network.netmask}"


def ios(rules: Sequence[PlainRule]) -> str:
    """Return the rules as a named extended list."""
    lines = [f" {_cisco(rule, _wildcard)}" for rule in rules]
    return "\n".join(["version 15.7", "hostname ios", "ip access-list extended SET", *lines, "end", ""])


def asa(rules: Sequence[PlainRule]) -> str:
    """Return the rules as an extended list."""
    lines = [f"access-list SET extended {_cisco(rule, _netmask)}" for rule in rules]
    return "\n".join(["ASA Version 9.16(4)", "hostname asa", *lines, ""])


def iptables(rules: Sequence[PlainRule]) -> str:
    """Return the rules as the FORWARD chain of iptables-save."""
    lines = ["*filter", ":INPUT DROP [0:0]", ":FORWARD DROP [0:0]", ":OUTPUT DROP [0:0]"]
    for rule in rules:
        words = ["-A FORWARD"]
        words += [f"-s {rule.source}"] if rule.source.prefixlen else []
        words += [f"-d {rule.destination}"] if rule.destination.prefixlen else []
        if rule.protocol is not None:
            name = _NAMES.get(rule.protocol, str(rule.protocol))
            words += [f"-p {name}"]
            ports = [("--sport", rule.source_ports), ("--dport", rule.destination_ports)]
            given = [f"{option} {low}:{high}" for option, (low, high) in ports if (low, high) != ANY_PORT]
            words += [f"-m {name}", *given] if given else []
        words.append("-j ACCEPT" if rule.permits else "-j DROP")
        lines.append(" ".join(words))
    return "\n".join([*lines, "COMMIT", ""])


def fortios(rules: Sequence[PlainRule]) -> str:
    """Return the rules as policies from port1 to port2."""
    networks = dict.fromkeys(network for rule in rules for network in (rule.source, rule.destination))
    addresses = {network: f"a{number}" for number, network in enumerate(networks)}
    wanted = dict.fromkeys((rule.protocol, rule.source_ports, rule.destination_ports) for rule in rules)
    services = {service: f"s{number}" for number, service in enumerate(wanted)}
    lines = ['config system global\n    set hostname "forti"\nend', "config firewall address"]
    for network, name in addresses.items():
        subnet = f"{network.network_address} {network.netmask}"
        lines.append(f'    edit "{name}"\n        set subnet {subnet}\n    next')
    lines += ["end", "config firewall service custom"]
    for (protocol, source_ports, destination_ports), name in services.items():
        lines.append(f'    edit "{name}"')
        if protocol in (TCP, UDP):
            ports = f"{destination_ports[0]}-{destination_ports[1]}"
            ports += "" if source_ports == ANY_PORT else f":{source_ports[0]}-{source_ports[1]}"
            lines.append(f"        set {_NAMES[protocol]}-portrange {ports}")
        else:
            lines.append("        set protocol IP")
            lines += [] if protocol is None else [f"        set protocol-number {protocol}"]
        lines.append("    next")
    lines += ["end", "config firewall policy"]
    for number, rule in enumerate(rules, start=1):
        service = services[rule.protocol, rule.source_ports, rule.destination_ports]
        lines += [
            f"    edit {number}",
            '        set srcintf "port1"',
            '        set dstintf "port2"',
            f'        set srcaddr "{addresses[rule.source]}"',
            f'        set dstaddr "{addresses[rule.destination]}"',
            f"        set action {'accept' if rule.permits else 'deny'}",
            '        set schedule "always"',
            f'        set service "{service}"',
            "    next",
        ]
    return "\n".join([*lines, "end", ""])


IOS = Platform("cisco_ios", "SET", ios)
ASA = Platform("cisco_asa", "SET", asa)
IPTABLES = Platform("iptables", "FORWARD", iptables)
FORTIOS = Platform("fortios", "policy", fortios, "port1", "port2")
PLATFORMS = (IOS, ASA, FORTIOS, IPTABLES)
