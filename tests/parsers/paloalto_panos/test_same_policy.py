"""The shared policies of `fixtures/same-policy`, written for PAN-OS, give the same packets.

A service of PAN-OS is a range of TCP, UDP or SCTP ports, or any; ICMP types, TCP flags and other protocols are matters
of App-ID there. The policies that need them are left out.
"""

from __future__ import annotations

import pytest

from netaudit.packets.addresses import format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import NO_PACKETS, PacketProduct
from netaudit.packets.services import ALL_OCTETS, ALL_PORTS, ANY_SERVICE, TCP, UDP, ServiceBox
from tests.parsers.paloalto_panos.conftest import device_of
from tests.relations.same_policy import PlainRule, SamePolicy, policies

_PROTOCOLS = {TCP: "tcp", UDP: "udp"}
_HEAD = """set deviceconfig system hostname fw1
set zone left network layer3 ethernet1/1
set zone right network layer3 ethernet1/2
"""


def _ports(ports: IntervalSet) -> str:
    return ",".join(f"{low}-{high}" if low != high else str(low) for low, high in ports)


def _is_service(box: ServiceBox) -> bool:
    return all(box.protocols.size() == 1 and number in _PROTOCOLS for number, _ in box.protocols) and (
        box.protocols.lowest() == UDP or box.tcp_flags == ALL_OCTETS
    )


def _written(number: int, rule: PlainRule, product: PacketProduct, part: int) -> str | None:
    """Return a rule as commands, None where PAN-OS has no service for it."""
    name = f"r{number}-{part}"
    prefix = f"set rulebase security rules {name}"
    services, lines = [], []
    if product.services.same_as(ANY_SERVICE):
        services.append("any")
    else:
        for index, box in enumerate(product.services.boxes):
            if not _is_service(box):
                return None
            service = f"{name}-{index}"
            protocol = _PROTOCOLS[box.protocols.lowest()]
            line = f"set service {service} protocol {protocol} port {_ports(box.destination_ports)}"
            if box.source_ports != ALL_PORTS:
                line += f" source-port {_ports(box.source_ports)}"
            lines.append(line)
            services.append(service)
    for side, intervals in (("source", product.source), ("destination", product.destination)):
        names = []
        for index, (low, high) in enumerate(intervals):
            names.append(f"{name}-{side}-{index}")
            first, last = (format_address(product.family, value) for value in (low, high))
            lines.append(f"set address {names[-1]} ip-range {first}-{last}")
        lines.append(f"{prefix} {side} [ {' '.join(names)} ]")
    action = "allow" if rule.permits else "deny"
    lines.append(f"{prefix} from left to right application any service [ {' '.join(services)} ] action {action}")
    return "\n".join(lines)


def _text(policy: SamePolicy) -> str | None:
    written = [
        _written(number, rule, product, part)
        for number, rule in enumerate(policy.rules)
        for part, product in enumerate(rule.packets.products)
    ]
    return None if None in written else _HEAD + "\n".join(line for line in written if line is not None) + "\n"


_CASES = [(policy, text) for policy in policies() if (text := _text(policy)) is not None]


def test_most_policies_can_be_written() -> None:
    assert len(_CASES) >= 20


@pytest.mark.parametrize(("policy", "text"), _CASES, ids=[policy.name for policy, _ in _CASES])
def test_the_rules_are_those_of_the_policy(policy: SamePolicy, text: str) -> None:
    (rulebase,) = device_of(text).rulebases
    rules = [rule for rule in rulebase.rules if not rule.implicit]
    assert all(rule.match.is_exact for rule in rules)
    for number, wanted in enumerate(policy.rules):
        made = NO_PACKETS
        for rule in rules:
            if rule.name.startswith(f"r{number}-"):
                assert rule.action.permits is wanted.permits
                made |= rule.match.surely
        assert made.same_as(wanted.packets)
    assert not rulebase.default_action.permits
