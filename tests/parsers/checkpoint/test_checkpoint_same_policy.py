"""The policies of `fixtures/same-policy`, written as Check Point objects and rules, give the rules that they state."""

from __future__ import annotations

import pytest

from netaudit.model.rules import Rulebase
from netaudit.packets.addresses import Family, format_address
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.packet import PacketProduct
from netaudit.packets.services import ALL_OCTETS, ALL_PORTS, ICMP, ICMP_PROTOCOLS, ICMPV6, TCP, ServiceBox, ServiceSet
from tests.parsers.checkpoint.reading import Json, named, policy, rule
from tests.relations.same_policy import SamePolicy, policies

_PORTS = {6: "service-tcp", 17: "service-udp", 132: "service-sctp"}


class Writer:
    """Makes the objects that rules need, each once a use."""

    def __init__(self) -> None:
        self.objects: list[Json] = []

    def add(self, found: Json) -> str:
        self.objects.append(found)
        return str(found["name"])

    def addresses(self, family: Family, intervals: IntervalSet) -> list[str] | str:
        if intervals == family.all_addresses:
            return "Any"
        word = f"ipv{int(family)}"
        return [
            self.add(
                named(
                    "address-range",
                    f"range-{len(self.objects)}",
                    **{
                        f"{word}-address-first": format_address(family, low),
                        f"{word}-address-last": format_address(family, high),
                    },
                )
            )
            for low, high in intervals
        ]

    def services(self, services: ServiceSet) -> list[str] | str:
        if services.same_as(ServiceSet.of_protocols(IntervalSet.span(0, 255))):
            return "Any"
        return [name for box in services.boxes for low, high in box.protocols for name in self._box(box, low, high)]

    def _box(self, box: ServiceBox, low: int, high: int) -> list[str]:
        found = []
        for protocol in range(low, high + 1):
            if protocol in _PORTS:
                found += [
                    self.add(
                        named(
                            _PORTS[protocol],
                            f"service-{len(self.objects)}",
                            port=f"{first}-{last}",
                            **({} if box.source_ports == ALL_PORTS else {"source-port": _text(box.source_ports)}),
                        )
                    )
                    for first, last in box.destination_ports
                ]
            elif protocol in ICMP_PROTOCOLS and box.source_ports != ALL_OCTETS:
                kind = {ICMP: "service-icmp", ICMPV6: "service-icmp6"}[protocol]
                code = {} if box.destination_ports == ALL_OCTETS else {"icmp-code": box.destination_ports.lowest()}
                fields = {"icmp-type": box.source_ports.lowest(), **code}
                found.append(self.add(named(kind, f"service-{len(self.objects)}", **fields)))
            else:
                fields = {"ip-protocol": protocol}
                found.append(self.add(named("service-other", f"service-{len(self.objects)}", **fields)))
        return found


def _text(ports: IntervalSet) -> str:
    return ",".join(f"{low}-{high}" for low, high in ports)


def _has_flags(product: PacketProduct) -> bool:
    return any(TCP in box.protocols and box.tcp_flags != ALL_OCTETS for box in product.services.boxes)


def written(stated: SamePolicy) -> Rulebase:
    """Return what the parser makes of a policy; a rule is one Check Point rule for each of its products."""
    writer = Writer()
    rules = []
    for one in stated.rules:
        for product in one.packets.products:
            cells = {
                "source": writer.addresses(product.family, product.source),
                "destination": writer.addresses(product.family, product.destination),
                "service": writer.services(product.services),
            }
            rules.append(rule(len(rules) + 1, "Accept" if one.permits else "Drop", **cells))
    return policy(writer.objects, rules).rulebases[0]


# A stateful firewall has no rules about TCP flags.
STATED = [
    one
    for one in policies()
    if not any(_has_flags(product) for rule_ in one.rules for product in rule_.packets.products)
]


def test_most_policies_can_be_written() -> None:
    assert len(STATED) >= 35


@pytest.mark.parametrize("stated", STATED, ids=[one.name for one in STATED])
def test_a_policy_gives_the_rules_that_it_states(stated: SamePolicy) -> None:
    rulebase = written(stated)
    expected = [(one.permits, product) for one in stated.rules for product in one.packets.products]
    assert len(rulebase.rules) == len(expected)
    for found, (permits, product) in zip(rulebase.rules, expected, strict=True):
        assert found.action.permits == permits
        assert found.match.is_exact
        mine = [one for one in found.match.maybe.products if one.family is product.family]
        assert [(one.source, one.destination) for one in mine] == [(product.source, product.destination)]
        assert mine[0].services.same_as(product.services)
    assert not rulebase.default_action.permits
