"""The policies of `fixtures/same-policy`, written as iptables and nftables rules, give the rules that they state."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest

from netaudit.packets.addresses import Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketProduct, PacketSet
from netaudit.packets.services import (
    ACK,
    ALL_OCTETS,
    ALL_PORTS,
    ANY_SERVICE,
    ICMP_PROTOCOLS,
    PORT_PROTOCOLS,
    RST,
    TCP,
    ServiceBox,
    tcp_flag_values,
)
from tests.relations.same_policy import PlainRule, SamePolicy, policies
from tests.relations.writers import read

_POLICIES = tuple(policies())
_ANSWERS = tcp_flag_values(ACK, 0) | tcp_flag_values(RST, 0)
_NAMES = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmpv6"}


def _ranges(family: Family, intervals: IntervalSet) -> list[str]:
    return [f"{format_address(family, low)}-{format_address(family, high)}" for low, high in intervals]


def _boxes(product: PacketProduct) -> Iterator[tuple[int | None, ServiceBox | None]]:
    """Yield protocol by protocol; (None, None) for every service."""
    if product.services.same_as(ANY_SERVICE):
        yield None, None
        return
    for box in product.services.boxes:
        yield from ((number, box) for low, high in box.protocols for number in range(low, high + 1))


def nftables_rules(rule: PlainRule) -> Iterator[str]:
    verdict = "accept" if rule.permits else "drop"
    for product in rule.packets.products:
        ip = "ip" if product.family is Family.IPV4 else "ip6"
        words = [f"meta nfproto ipv{int(product.family)}"]
        for side, intervals in (("saddr", product.source), ("daddr", product.destination)):
            if intervals != product.family.all_addresses:
                words.append(f"{ip} {side} {{ {', '.join(_ranges(product.family, intervals))} }}")
        for number, box in _boxes(product):
            yield " ".join([*words, *_nftables_service(number, box), verdict])


def _nftables_service(number: int | None, box: ServiceBox | None) -> Iterator[str]:
    if number is None or box is None:
        return
    yield f"meta l4proto {number}"
    for intervals, everything, port, kind in (
        (box.source_ports, ALL_PORTS, "sport", "type"),
        (box.destination_ports, ALL_PORTS, "dport", "code"),
    ):
        values = ", ".join(f"{low}-{high}" for low, high in intervals)
        if number in PORT_PROTOCOLS and intervals != everything:
            yield f"th {port} {{ {values} }}"
        elif number in ICMP_PROTOCOLS and intervals != ALL_OCTETS:
            yield f"{_NAMES[number]} {kind} {{ {values} }}"
    if number == TCP and box.tcp_flags != ALL_OCTETS:
        yield f"tcp flags {{ {', '.join(f'{low}-{high}' for low, high in box.tcp_flags)} }}"


def iptables_rules(rule: PlainRule) -> Iterator[str]:
    target = "ACCEPT" if rule.permits else "DROP"
    for product in rule.packets.products:
        sides: list[list[str]] = [
            [""]
            if intervals == product.family.all_addresses
            else [f" -m iprange --{side}-range {text}" for text in _ranges(product.family, intervals)]
            for side, intervals in (("src", product.source), ("dst", product.destination))
        ]
        for number, box in _boxes(product):
            for source, destination, service in itertools.product(*sides, _iptables_services(number, box)):
                yield f"-A FORWARD{source}{destination}{service} -j {target}"


def _iptables_services(number: int | None, box: ServiceBox | None) -> list[str]:
    if number is None or box is None:
        return [""]
    name = _NAMES.get(number, str(number)).replace("icmpv6", "ipv6-icmp")
    if number in ICMP_PROTOCOLS:
        option = "--icmp-type" if number == 1 else "--icmpv6-type"
        if box.source_ports == ALL_OCTETS:
            return [f" -p {name}"]
        kind = box.source_ports.lowest()
        codes = "" if box.destination_ports == ALL_OCTETS else f"/{box.destination_ports.lowest()}"
        return [f" -p {name} {option} {kind}{codes}"]
    if number not in PORT_PROTOCOLS:
        return [f" -p {name}"]
    flags = [""]
    if number == TCP and box.tcp_flags != ALL_OCTETS:
        answers = [" --tcp-flags ACK ACK", " --tcp-flags RST RST"]
        flags = answers if box.tcp_flags == _ANSWERS else [" --tcp-flags SYN,ACK SYN"]
    return [
        f" -p {name} --sport {low}:{high} --dport {first}:{last}{flag}"
        for low, high in box.source_ports
        for first, last in box.destination_ports
        for flag in flags
    ]


def nftables_text(policy: SamePolicy, rules: list[str]) -> str:
    head = "chain forward {\ntype filter hook forward priority filter; policy drop;"
    return "\n".join(["table inet t {", head, *rules, "}", "}", ""])


def iptables_text(policy: SamePolicy, rules: list[str]) -> str:
    version = "ip6" if policy.every_packet.products[0].family is Family.IPV6 else "ip"
    head = [f"# Generated by {version}tables-save v1.8.9 on today", "*filter", ":FORWARD DROP [0:0]"]
    return "\n".join([*head, *rules, "COMMIT", ""])


@pytest.mark.parametrize(
    ("platform", "write", "text_of"),
    [("nftables", nftables_rules, nftables_text), ("iptables", iptables_rules, iptables_text)],
    ids=["nftables", "iptables"],
)
@pytest.mark.parametrize("policy", _POLICIES, ids=lambda one: one.name)
def test_the_rules_are_those_of_the_policy(
    policy: SamePolicy,
    platform: str,
    write: Callable[[PlainRule], Iterator[str]],
    text_of: Callable[[SamePolicy, list[str]], str],
) -> None:
    written = [list(write(rule)) for rule in policy.rules]
    parsed = read(platform, text_of(policy, [line for lines in written for line in lines]))
    assert not parsed.coverage.notes
    (rulebase,) = parsed.devices[0].rulebases
    assert not rulebase.default_action.permits
    rest = iter(rulebase.rules)
    for rule, lines in zip(policy.rules, written, strict=True):
        found = list(itertools.islice(rest, len(lines)))
        assert all(one.match.is_exact and one.action.permits is rule.permits for one in found)
        assert PacketSet.union(one.match.surely for one in found).same_as(rule.packets)
    assert not list(rest)
