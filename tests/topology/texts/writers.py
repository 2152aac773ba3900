"""The boxes in the words of each platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from ipaddress import ip_interface, ip_network

from tests.topology.texts.boxes import Box, Port, Route, Rule


def written(box: Box) -> tuple[str, str]:
    """Return the platform and the text of a box."""
    platform = "cisco_asa" if box.platform == "cisco_asa_8" else box.platform
    return platform, "\n".join(WRITERS[box.platform](box)) + "\n"


def port_name(box: Box, role: str) -> str:
    """Return what the platform calls a port."""
    number = next(number for number, one in enumerate(box.ports) if one.role == role)
    return {
        "cisco_ios": f"GigabitEthernet0/{number}",
        "cisco_nxos": f"Ethernet1/{number + 1}",
        "arista_eos": f"Ethernet{number + 1}",
        "cisco_asa": f"GigabitEthernet0/{number}",
        "cisco_asa_8": f"GigabitEthernet0/{number}",
        "fortios": f"port{number + 1}",
        "juniper_junos": f"ge-0/0/{number}.0",
        "paloalto_panos": f"ethernet1/{number + 1}",
    }[box.platform]


def _masked(prefix: str) -> str:
    if prefix == "any":
        return prefix
    network = ip_network(prefix)
    return f"{network.network_address} {network.netmask}"


def _wild(prefix: str) -> str:
    if prefix == "any":
        return "any"
    network = ip_network(prefix)
    return f"{network.network_address} {network.hostmask}"


def _services(rule: Rule) -> str:
    if rule.ports is None:
        return ""
    low, high = rule.ports
    return f" eq {low}" if low == high else f" range {low} {high}"


def _entry(rule: Rule, prefix: Callable[[str], str]) -> str:
    verb = "permit" if rule.permit else "deny"
    end = " established" if rule.answers else ""
    return f"{verb} {rule.protocol} {prefix(rule.source)} {prefix(rule.destination)}{_services(rule)}{end}"


def _six(prefix: str) -> bool:
    return ":" in prefix


def ios(box: Box) -> Iterator[str]:
    yield f"hostname {box.name}"
    yield "ipv6 unicast-routing"
    inner = {one.inside for one in box.nats}
    outer = {one.outside for one in box.nats}
    for port in box.ports:
        yield f"interface {port_name(box, port.role)}"
        yield f" ip address {ip_interface(port.address).ip} {ip_interface(port.address).netmask}"
        if port.inner:
            yield f" ipv6 address {port.inner}"
        for direction in ("in", "out"):
            if (port.role, direction) in box.lists:
                yield f" ip access-group {port.role}-{direction} {direction}"
        if port.virtual:
            yield f" standby 1 ip {port.virtual}"
        if port.role in inner:
            yield " ip nat inside"
        elif port.role in outer:
            yield " ip nat outside"
    for number, nat in enumerate(box.nats):
        if nat.kind == "static":
            yield f"ip nat inside source static {nat.real} {nat.mapped}"
        elif nat.kind == "forward":
            yield f"ip nat inside source static tcp {nat.real} {nat.port} {nat.mapped} {nat.mapped_port}"
        else:
            yield f"ip access-list standard HIDE{number}"
            yield f" permit {_wild(nat.real)}"
            yield f"ip nat inside source list HIDE{number} interface {port_name(box, nat.outside)} overload"
    for (role, direction), rules in box.lists.items():
        yield f"ip access-list extended {role}-{direction}"
        for rule in rules:
            yield f" {_entry(rule, _wild)}"
    for route in box.routes:
        words = f"ipv6 route {route.prefix}" if _six(route.prefix) else f"ip route {_masked(route.prefix)}"
        yield f"{words} {route.hop} {route.distance}"


def _prefixed(box: Box, start: list[str], six_route: str) -> Iterator[str]:
    yield from (f"hostname {box.name}", *start)
    for port in box.ports:
        yield f"interface {port_name(box, port.role)}"
        yield "   no switchport"
        yield f"   ip address {port.address}"
        if port.inner:
            yield f"   ipv6 address {port.inner}"
        for direction in ("in", "out"):
            if (port.role, direction) in box.lists:
                yield f"   ip access-group {port.role}-{direction} {direction}"
        yield "   no shutdown"
    for (role, direction), rules in box.lists.items():
        yield f"ip access-list {role}-{direction}"
        for number, rule in enumerate(rules, start=1):
            yield f"   {number * 10} {_entry(rule, str)}"
    for route in box.routes:
        yield f"{six_route if _six(route.prefix) else 'ip route'} {route.prefix} {route.hop} {route.distance}"


def nxos(box: Box) -> Iterator[str]:
    yield "!Command: show running-config"
    yield "version 9.3(10)"
    yield from _prefixed(box, [], "ipv6 route")


def eos(box: Box) -> Iterator[str]:
    yield from _prefixed(box, ["ip routing", "ipv6 unicast-routing"], "ipv6 route")


def _asa(box: Box, version: str, nats: Callable[[Box], Iterator[str]]) -> Iterator[str]:
    yield f"ASA Version {version}"
    yield f"hostname {box.name}"
    for port in box.ports:
        yield f"interface {port_name(box, port.role)}"
        yield f" nameif {port.role}"
        yield f" security-level {port.level}"
        yield f" ip address {ip_interface(port.address).ip} {ip_interface(port.address).netmask}"
        if port.inner:
            yield f" ipv6 address {port.inner}"
    for (role, direction), rules in box.lists.items():
        for rule in rules:
            yield f"access-list {role}-{direction} extended {_entry(rule, _masked)}"
    yield from nats(box)
    for role, direction in box.lists:
        yield f"access-group {role}-{direction} {direction} interface {role}"
    for route in box.routes:
        role = next(
            one.role
            for one in box.ports
            for text in (one.address, one.inner)
            if text and ip_interface(route.hop).ip in ip_interface(text).network
        )
        words = f"ipv6 route {role} {route.prefix}" if _six(route.prefix) else f"route {role} {_masked(route.prefix)}"
        yield f"{words} {route.hop} {route.distance}"


def _asa_objects(box: Box) -> Iterator[str]:
    for number, nat in enumerate(box.nats):
        if nat.kind == "exempt":
            yield from (f"object network X{number}", f" subnet {_masked(nat.real)}")
            yield from (f"object network Y{number}", f" subnet {_masked(nat.mapped)}")
            same = f"source static X{number} X{number} destination static Y{number} Y{number}"
            yield f"nat ({nat.inside},{nat.outside}) {same}"
            continue
        yield f"object network N{number}"
        if nat.kind == "hide":
            yield f" subnet {_masked(nat.real)}"
            yield f" nat ({nat.inside},{nat.outside}) dynamic interface"
        elif nat.kind == "static":
            yield f" host {nat.real}"
            yield f" nat ({nat.inside},{nat.outside}) static {nat.mapped}"
        else:
            yield f" host {nat.real}"
            yield f" nat ({nat.inside},{nat.outside}) static {nat.mapped} service tcp {nat.port} {nat.mapped_port}"


def _asa_statics(box: Box) -> Iterator[str]:
    for number, nat in enumerate(box.nats, start=1):
        if nat.kind == "exempt":
            yield f"access-list EXEMPT{number} extended permit ip {_masked(nat.real)} {_masked(nat.mapped)}"
            yield f"nat ({nat.inside}) 0 access-list EXEMPT{number}"
        elif nat.kind == "hide":
            yield f"nat ({nat.inside}) {number} {_masked(nat.real)}"
            yield f"global ({nat.outside}) {number} interface"
        elif nat.kind == "static":
            yield f"static ({nat.inside},{nat.outside}) {nat.mapped} {nat.real} netmask 255.255.255.255"
        else:
            yield (
                f"static ({nat.inside},{nat.outside}) tcp {nat.mapped} {nat.mapped_port} {nat.real} {nat.port} "
                "netmask 255.255.255.255"
            )


def fortios(box: Box) -> Iterator[str]:
    yield "#config-version=FG100F-7.4.8-FW-build2795-250523:opmode=0:vdom=0:user=admin"
    yield from ("config system global", f'    set hostname "{box.name}"', "end")
    yield "config system interface"
    for port in box.ports:
        yield from (f'    edit "{port_name(box, port.role)}"', f"        set ip {_with_mask(port)}")
        if port.inner:
            yield from ("        config ipv6", f"            set ip6-address {port.inner}", "        end")
        yield "    next"
    yield "end"
    prefixes = {text for _, _, rule in box.policy for text in (rule.source, rule.destination)} - {"any"}
    yield "config firewall address"
    for prefix in sorted(prefixes):
        yield from (f'    edit "{prefix}"', f"        set subnet {_masked(prefix)}", "    next")
    yield "end"
    yield "config firewall service custom"
    for name, rule in sorted({_service(rule): rule for _, _, rule in box.policy if rule.ports}.items()):
        assert rule.ports
        low, high = rule.ports
        yield from (f'    edit "{name}"', f"        set {rule.protocol}-portrange {low}-{high}", "    next")
    yield "end"
    yield "config firewall vip"
    for nat in box.nats:
        yield from (
            f'    edit "v-{nat.mapped}"',
            f"        set extip {nat.mapped}",
            f'        set mappedip "{nat.real}"',
        )
        yield from (f'        set extintf "{port_name(box, nat.outside)}"', "    next")
    yield "end"
    yield "config firewall policy"
    predefined = {"ip": "ALL", "tcp": "ALL_TCP", "udp": "ALL_UDP", "icmp": "ALL_ICMP"}
    for number, (source, target, rule) in enumerate(box.policy, start=1):
        names = ["all" if one == "any" else one for one in (rule.source, rule.destination)]
        if rule.publishes:
            names[1] = f"v-{rule.destination.partition('/')[0]}"
        yield f"    edit {number}"
        yield f'        set srcintf "{port_name(box, source)}"'
        yield f'        set dstintf "{port_name(box, target)}"'
        yield f"        set action {'accept' if rule.permit else 'deny'}"
        yield f'        set srcaddr "{names[0]}"'
        yield f'        set dstaddr "{names[1]}"'
        yield '        set schedule "always"'
        yield f'        set service "{_service(rule) if rule.ports else predefined[rule.protocol]}"'
        if rule.hides and rule.permit:
            yield "        set nat enable"
        yield "    next"
    yield "end"
    for family, words in ((False, "static"), (True, "static6")):
        yield f"config router {words}"
        for number, route in enumerate((one for one in box.routes if _six(one.prefix) is family), start=1):
            yield f"    edit {number}"
            yield f"        set dst {route.prefix if family else _masked(route.prefix)}"
            yield f"        set gateway {route.hop}"
            yield f"        set distance {route.distance}"
            yield f'        set device "{port_name(box, _towards(box, route))}"'
            yield "    next"
        yield "end"


def _with_mask(port: Port) -> str:
    one = ip_interface(port.address)
    return f"{one.ip} {one.netmask}"


def _service(rule: Rule) -> str:
    low, high = rule.ports or (0, 65535)
    return f"{rule.protocol}-{low}-{high}"


def _towards(box: Box, route: Route) -> str:
    return next(
        one.role
        for one in box.ports
        for text in (one.address, one.inner)
        if text and ip_interface(route.hop).ip in ip_interface(text).network
    )


def junos(box: Box) -> Iterator[str]:
    yield "set version 21.4R3.15"
    yield f"set system host-name {box.name}"
    for port in box.ports:
        name, _, unit = port_name(box, port.role).partition(".")
        yield f"set interfaces {name} unit {unit} family inet address {port.address}"
        if port.inner:
            yield f"set interfaces {name} unit {unit} family inet6 address {port.inner}"
        yield f"set security zones security-zone {port.role} interfaces {name}.{unit}"
    for prefix in sorted({text for _, _, rule in box.policy for text in (rule.source, rule.destination)} - {"any"}):
        yield f"set security address-book global address a-{prefix.replace('/', '-')} {prefix}"
    predefined = {"ip": "any", "tcp": "junos-tcp-any", "udp": "junos-udp-any", "icmp": "junos-icmp-all"}
    for rule in {_service(rule): rule for _, _, rule in box.policy if rule.ports}.values():
        assert rule.ports
        yield f"set applications application {_service(rule)} protocol {rule.protocol}"
        yield f"set applications application {_service(rule)} destination-port {rule.ports[0]}-{rule.ports[1]}"
    for number, (source, target, rule) in enumerate(box.policy, start=1):
        start = f"set security policies from-zone {source} to-zone {target} policy p{number}"
        for word, text in (("source-address", rule.source), ("destination-address", rule.destination)):
            yield f"{start} match {word} {'any-ipv4' if text == 'any' else 'a-' + text.replace('/', '-')}"
        yield f"{start} match application {_service(rule) if rule.ports else predefined[rule.protocol]}"
        yield f"{start} then {'permit' if rule.permit else 'deny'}"
    for nat in box.nats:
        if nat.kind == "hide":
            start = f"set security nat source rule-set {nat.inside}"
            yield f"{start} from zone {nat.inside}"
            yield f"{start} to zone {nat.outside}"
            yield f"{start} rule hide-{nat.inside} match source-address {nat.real}"
            yield f"{start} rule hide-{nat.inside} then source-nat interface"
            continue
        start = f"set security nat static rule-set {nat.outside} "
        yield f"{start}from zone {nat.outside}"
        rule_start = f"{start}rule r-{nat.mapped.replace('.', '-')}"
        yield f"{rule_start} match destination-address {nat.mapped}/32"
        yield f"{rule_start} then static-nat prefix {nat.real}/32"
    for route in box.routes:
        table = "rib inet6.0 " if _six(route.prefix) else ""
        way = f"set routing-options {table}static route {route.prefix}"
        yield f"{way} qualified-next-hop {route.hop} preference {route.distance}"


def panos(box: Box) -> Iterator[str]:
    yield f"set deviceconfig system hostname {box.name}"
    for port in box.ports:
        name = port_name(box, port.role)
        yield f"set network interface ethernet {name} layer3 ip {port.address}"
        if port.inner:
            yield f"set network interface ethernet {name} layer3 ipv6 enabled yes"
            yield f"set network interface ethernet {name} layer3 ipv6 address {port.inner}"
        yield f"set network virtual-router default interface {name}"
        yield f"set zone {port.role} network layer3 {name}"
    for prefix in sorted({text for _, _, rule in box.policy for text in (rule.source, rule.destination)} - {"any"}):
        yield f"set address a-{prefix.replace('/', '-')} ip-netmask {prefix}"
    for rule in {_service(rule): rule for _, _, rule in box.policy if rule.protocol != "ip"}.values():
        low, high = rule.ports or (0, 65535)
        yield f"set service {_service(rule)} protocol {rule.protocol} port {low}-{high}"
    for number, (source, target, rule) in enumerate(box.policy, start=1):
        start = f"set rulebase security rules p{number}"
        yield f"{start} from {source}"
        yield f"{start} to {target}"
        for word, text in (("source", rule.source), ("destination", rule.destination)):
            yield f"{start} {word} {'0.0.0.0/0' if text == 'any' else 'a-' + text.replace('/', '-')}"
        yield f"{start} application any"
        yield f"{start} service {'any' if rule.protocol == 'ip' else _service(rule)}"
        yield f"{start} action {'allow' if rule.permit else 'deny'}"
    for number, route in enumerate(box.routes, start=1):
        table = "ipv6" if _six(route.prefix) else "ip"
        start = f"set network virtual-router default routing-table {table} static-route r{number}"
        yield f"{start} destination {route.prefix}"
        yield f"{start} nexthop {'ipv6-address' if _six(route.prefix) else 'ip-address'} {route.hop}"
        yield f"{start} admin-dist {route.distance}"


WRITERS: dict[str, Callable[[Box], Iterator[str]]] = {
    "cisco_ios": ios,
    "cisco_nxos": nxos,
    "arista_eos": eos,
    "cisco_asa": lambda box: _asa(box, "9.16(4)", _asa_objects),
    "cisco_asa_8": lambda box: _asa(box, "8.2(5)", _asa_statics),
    "fortios": fortios,
    "juniper_junos": junos,
    "paloalto_panos": panos,
}
