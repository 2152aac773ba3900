"""Permitted sets and differences of rulebases agree with trying every packet."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.permitted_flows import Bound, effective_match, permitted, rows
from netaudit.model.rulebase_difference import FateChangeKind, difference
from netaudit.model.rules import Rulebase
from netaudit.packets.addresses import AddressSet
from netaudit.packets.packet import PacketSet
from netaudit.packets.services import ServiceSet

from .small_universe import PLAIN, ZONED, ZONES, addresses, rulebases, services
from .test_rule_relations import members


def permitted_points(rulebase: Rulebase, bound: Bound, universe: tuple = PLAIN) -> set[int]:
    """Return the packets that could pass (maybe), or pass for certain (surely)."""
    passed, stopped = set(), set()
    for rule in rulebase.rules:
        if not rule.enabled:
            continue
        surely, maybe = members(rule, universe)
        if rule.action.permits:
            passed |= (maybe if bound == "maybe" else surely) - stopped
        else:
            stopped |= surely if bound == "maybe" else maybe
    if rulebase.default_action.permits:
        passed |= set(range(len(universe))) - stopped
    return passed


@settings(max_examples=100, deadline=None)
@given(rulebases(vague=True), addresses(), addresses(), services(), st.sampled_from(("maybe", "surely")))
def test_what_passes_between_two_address_sets(
    rulebase: Rulebase, source: AddressSet, destination: AddressSet, wanted: ServiceSet, bound: Bound
) -> None:
    found = permitted(rulebase, source, destination, wanted, bound=bound)
    asked = PacketSet.of(source, destination, wanted)
    expected = {number for number in permitted_points(rulebase, bound) if asked.contains(PLAIN[number][0])}
    assert {number for number, (flow, _, _) in enumerate(PLAIN) if found.packets.contains(flow)} == expected
    assert found.exact


@settings(max_examples=60, deadline=None)
@given(rulebases(vague=True, zoned=True), st.sampled_from(ZONES), st.sampled_from(("maybe", "surely")))
def test_what_passes_between_two_zones(rulebase: Rulebase, zone: str, bound: Bound) -> None:
    expected = permitted_points(rulebase, bound, ZONED)
    one_zone = permitted(rulebase, from_zone=zone, to_zone="elsewhere", bound=bound).packets
    every_zone = permitted(rulebase, bound=bound).blocks
    for number, (flow, entry, leave) in enumerate(ZONED):
        if entry == zone:
            assert one_zone.contains(flow) == (number in expected)
        inside = any(
            entry in block.from_zones and leave in block.to_zones and block.packets.contains(flow)
            for block in every_zone
        )
        assert inside == (number in expected)


@settings(max_examples=60, deadline=None)
@given(rulebases(zoned=True))
def test_what_a_rule_decides_is_its_match_less_the_earlier_rules(rulebase: Rulebase) -> None:
    taken: set[int] = set()
    for rule in rulebase.rules:
        blocks = effective_match(rulebase, rule)
        if not rule.enabled:
            assert not blocks
            continue
        match = members(rule, ZONED)[1]
        found = [
            number
            for number, (flow, entry, leave) in enumerate(ZONED)
            for block in blocks
            if entry in block.from_zones and leave in block.to_zones and block.packets.contains(flow)
        ]
        assert sorted(found) == sorted(match - taken), "blocks are disjoint and exact"
        taken |= match


@settings(max_examples=100, deadline=None)
@given(rulebases(zoned=True, longest=5), rulebases(zoned=True, longest=3), st.randoms(use_true_random=False))
def test_the_difference_of_two_versions(old: Rulebase, other: Rulebase, random: object) -> None:
    mixed = [rule for rule in old.rules if random.random() < 0.7] + list(other.rules)  # type: ignore[attr-defined]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    new = Rulebase("small", old.kind, tuple(mixed), other.default_action, old.where)
    before, after = permitted_verdicts(old), permitted_verdicts(new)
    changes = difference(old, new)
    for number, (flow, entry, leave) in enumerate(ZONED):
        hits = [
            change
            for change in changes
            if entry in change.from_zones and leave in change.to_zones and change.packets.contains(flow)
        ]
        if before[number] == after[number]:
            assert not hits
        else:
            assert len(hits) == 1, "every changed packet is in one block"
            expected = FateChangeKind.NEWLY_PERMITTED if after[number] else FateChangeKind.NEWLY_DENIED
            assert hits[0].kind is expected
            assert hits[0].exact


def permitted_verdicts(rulebase: Rulebase) -> list[bool]:
    """Return for every packet whether it passes (rules are exact)."""
    verdicts = [rulebase.default_action.permits] * len(ZONED)
    for rule in reversed(rulebase.rules):
        if rule.enabled:
            for number in members(rule, ZONED)[1]:
                verdicts[number] = rule.action.permits
    return verdicts


def test_the_same_rules_have_no_difference() -> None:
    @settings(max_examples=20, deadline=None)
    @given(rulebases(vague=True, zoned=True))
    def same(rulebase: Rulebase) -> None:
        assert difference(rulebase, rulebase) == ()

    same()


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (ServiceSet.protocol(6), "tcp"),
        (ServiceSet.icmp(), "icmp"),
        (ServiceSet.protocol(50), "esp"),
    ],
)
def test_rows_read_well(wanted: ServiceSet, text: str) -> None:
    packets = PacketSet.of(AddressSet.prefix("10.1.0.0/16"), AddressSet.host("192.0.2.1"), wanted)
    (row,) = rows(packets)
    assert (row.source, row.destination, row.service) == ("10.1.0.0/16", "192.0.2.1", text)
