"""Named cases of rule relations, and changes to a rulebase that must not change its relations or its fates."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rule_relations import RelationKind, RuleRelation, analyze_rulebase, reachability
from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import ANY_ADDRESS, ANY_IPV4, AddressSet, Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet
from netaudit.packets.services import ANY_SERVICE, ANY_TCP, ServiceSet

from .small_universe import PLAIN, rulebases


def rule(
    action: Action,
    source: str | AddressSet,
    destination: str | AddressSet,
    services: ServiceSet = ANY_SERVICE,
    name: str = "",
) -> AccessRule:
    sides = [AddressSet.prefix(side) if isinstance(side, str) else side for side in (source, destination)]
    match = PacketMatch.exact(PacketSet.of(*sides, services))
    return AccessRule(name or f"{action} {source} {destination}", action, match, SourceRef("case", 1))


def permit(source: str | AddressSet, destination: str | AddressSet, services: ServiceSet = ANY_SERVICE) -> AccessRule:
    return rule(Action.PERMIT, source, destination, services)


def deny(source: str | AddressSet, destination: str | AddressSet, services: ServiceSet = ANY_SERVICE) -> AccessRule:
    return rule(Action.DENY, source, destination, services)


def listed(*rules: AccessRule, default: Action = Action.DENY) -> Rulebase:
    numbered = tuple(replace(one, name=str(number + 1)) for number, one in enumerate(rules))
    return Rulebase("case", RulebaseKind.FILTER, numbered, default, SourceRef("case", 1))


def relations(rulebase: Rulebase, *kinds: RelationKind) -> list[RuleRelation]:
    return [one for one in analyze_rulebase(rulebase) if one.kind in kinds]


def tcp(low: int, high: int | None = None) -> ServiceSet:
    return ServiceSet.ports(6, IntervalSet.span(low, low if high is None else high))


def test_covered_in_two_dimensions_by_three_rules_together() -> None:
    (found,) = relations(
        listed(
            deny("10.0.0.0/25", "192.168.0.0/24", ANY_TCP),
            deny("10.0.0.128/25", "192.168.0.0/25", ANY_TCP),
            deny("10.0.0.128/25", "192.168.0.128/25", ANY_TCP),
            permit("10.0.0.0/24", "192.168.0.0/24", ANY_TCP),
        ),
        RelationKind.UNREACHABLE,
    )
    assert found.rule.name == "4"
    assert [one.name for one in found.blocking_rules] == ["1", "2", "3"]
    assert found.different_action


def test_covered_by_ranges_of_ports_together() -> None:
    (found,) = relations(
        listed(
            deny(ANY_IPV4, ANY_IPV4, tcp(1, 1023)),
            deny(ANY_IPV4, ANY_IPV4, tcp(1024, 65535)),
            deny(ANY_IPV4, ANY_IPV4, tcp(0)),
            permit("10.1.1.1", "10.2.2.2", ANY_TCP),
        ),
        RelationKind.UNREACHABLE,
    )
    assert [one.name for one in found.blocking_rules] == ["1", "2", "3"]
    assert found.different_action


def test_one_port_left_over_keeps_a_rule_alive() -> None:
    found = reachability(
        listed(
            deny(ANY_IPV4, ANY_IPV4, tcp(1, 1023)),
            deny(ANY_IPV4, ANY_IPV4, tcp(1024, 65535)),
            permit("10.1.1.1", "10.2.2.2", ANY_TCP),
        )
    )
    assert found[2].reachable
    assert found[2].witness is not None and found[2].witness.destination_port == 0


def test_one_host_left_over_keeps_a_rule_alive() -> None:
    holes = AddressSet.prefix("10.0.0.0/24") - AddressSet.host("10.0.0.77")
    found = reachability(listed(permit(holes, ANY_IPV4), deny("10.0.0.0/24", ANY_IPV4)))
    assert found[1].witness is not None and found[1].witness.source_text == "10.0.0.77"


def test_any_of_both_families_is_not_hidden_by_any_of_one() -> None:
    found = reachability(listed(permit(ANY_IPV4, ANY_IPV4), deny(ANY_ADDRESS, ANY_ADDRESS)))
    assert found[1].witness is not None and found[1].witness.family is Family.IPV6
    only_ipv4 = replace(listed(permit(ANY_IPV4, ANY_IPV4), deny(ANY_ADDRESS, ANY_ADDRESS)), families=(Family.IPV4,))
    assert reachability(only_ipv4)[1].reachable is False


def test_the_blocker_that_acts_differently_is_told_even_if_another_covers_alone() -> None:
    (found,) = relations(
        listed(
            permit("10.0.0.1", ANY_IPV4),
            deny("10.0.0.0/24", ANY_IPV4),
            deny("10.0.0.0/28", ANY_IPV4),
        ),
        RelationKind.UNREACHABLE,
    )
    assert [one.name for one in found.blocking_rules] == ["2"]
    assert found.different_action


def test_a_rule_that_is_itself_hidden_blocks_nothing() -> None:
    found = relations(
        listed(deny("10.0.0.0/8", ANY_IPV4), permit("10.1.0.0/16", ANY_IPV4), deny("10.1.1.0/24", ANY_IPV4)),
        RelationKind.UNREACHABLE,
    )
    assert [(one.rule.name, [b.name for b in one.blocking_rules], one.different_action) for one in found] == [
        ("2", ["1"], True),
        ("3", ["1"], False),
    ]


def test_redundant_because_of_a_later_rule_and_because_of_the_default() -> None:
    found = relations(
        listed(permit("10.1.0.0/16", ANY_IPV4), permit("10.0.0.0/8", ANY_IPV4), deny("192.168.0.0/16", ANY_IPV4)),
        RelationKind.REDUNDANT,
    )
    assert [one.rule.name for one in found] == ["1", "3"]
    assert all(one.witness is not None for one in found)


def test_not_redundant_if_a_rule_between_acts_differently() -> None:
    found = relations(
        listed(permit("10.1.0.0/16", ANY_IPV4), deny("10.1.1.0/24", ANY_IPV4), permit("10.0.0.0/8", ANY_IPV4)),
        RelationKind.REDUNDANT,
    )
    assert not [one for one in found if one.rule.name == "1"]


def test_a_reject_before_a_silent_default_is_not_redundant() -> None:
    rejecting = replace(deny("10.0.0.0/8", ANY_IPV4), action=Action.REJECT)
    assert not relations(listed(rejecting), RelationKind.REDUNDANT)


def test_an_empty_match_is_unmatchable_with_its_reason() -> None:
    nothing = replace(permit("10.0.0.0/8", AddressSet()), unresolved=("SERVERS",))
    mixed = permit("10.0.0.0/8", "2001:db8::/32")
    nowhere = replace(permit("10.0.0.0/8", ANY_IPV4), from_zones=NameSet())
    found = relations(listed(nothing, mixed, nowhere), RelationKind.UNMATCHABLE)
    assert [one.rule.name for one in found] == ["1", "2", "3"]
    assert "SERVERS" in found[0].reason
    assert "source, destination and service" in found[1].reason
    assert "zone" in found[2].reason


def test_disabled_rules_neither_block_nor_are_reported() -> None:
    rulebase = listed(permit(ANY_IPV4, ANY_IPV4), deny("10.0.0.0/8", ANY_IPV4))
    without = replace(rulebase, rules=(replace(rulebase.rules[0], enabled=False), rulebase.rules[1]))
    assert not relations(without, RelationKind.UNREACHABLE)


def test_a_rule_between_other_zones_does_not_block() -> None:
    inside = replace(permit(ANY_IPV4, ANY_IPV4), from_zones=NameSet.of(["inside"]))
    assert not relations(listed(inside, deny("10.0.0.0/8", ANY_IPV4)), RelationKind.UNREACHABLE)
    outside = replace(permit(ANY_IPV4, ANY_IPV4), from_zones=~NameSet.of(["inside"]))
    (found,) = relations(listed(inside, outside, deny("10.0.0.0/8", ANY_IPV4)), RelationKind.UNREACHABLE)
    assert [one.name for one in found.blocking_rules] == ["1", "2"]


def test_a_schedule_blocks_only_perhaps() -> None:
    timed = replace(permit("10.0.0.0/8", ANY_IPV4))
    timed = replace(timed, match=PacketMatch.upper(timed.match.maybe, "schedule"))
    found = analyze_rulebase(listed(timed, deny("10.1.0.0/16", ANY_IPV4), permit(ANY_IPV4, ANY_IPV4)))
    (unknown,) = [one for one in found if one.kind is RelationKind.UNKNOWN and one.rule.name == "2"]
    assert [one.name for one in unknown.blocking_rules] == ["1"]
    assert "schedule" in unknown.reason
    (hidden,) = relations(listed(permit("10.0.0.0/8", ANY_IPV4), timed), RelationKind.UNREACHABLE)
    assert hidden.rule.name == "2", "all that it may match is surely taken"


def test_advice_names_exceptions_and_overlaps() -> None:
    rulebase = listed(
        deny("10.0.0.1", ANY_IPV4),
        permit("10.0.0.0/24", "192.168.0.0/16"),
        deny("10.0.0.0/16", "192.168.1.0/24"),
    )
    found = {(one.rule.name, one.kind) for one in analyze_rulebase(rulebase)}
    assert ("2", RelationKind.CORRELATED) in found
    assert ("3", RelationKind.CORRELATED) in found or ("3", RelationKind.REDUNDANT) in found
    wide = listed(deny("10.0.0.1", ANY_IPV4), permit("10.0.0.0/24", ANY_IPV4))
    assert [(one.kind, one.rule.name) for one in analyze_rulebase(wide)] == [(RelationKind.GENERALIZED, "2")]
    assert analyze_rulebase(wide, advisory=False) == ()


def test_a_wide_rule_over_very_many_is_explained() -> None:
    """Sixty-four hosts cover a /26 together; the rule below needs them all."""
    hosts = [deny(f"10.0.0.{number}", ANY_IPV4) for number in range(64)]
    (found,) = relations(listed(*hosts, permit("10.0.0.0/26", ANY_IPV4)), RelationKind.UNREACHABLE)
    assert len(found.blocking_rules) == 64
    assert found.different_action


@settings(max_examples=60, deadline=None)
@given(rulebases(longest=7), st.data())
def test_removing_a_redundant_or_unreachable_rule_changes_no_fate(rulebase: Rulebase, data: st.DataObject) -> None:
    superfluous = relations(rulebase, RelationKind.REDUNDANT, RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE)
    if superfluous:
        gone = data.draw(st.sampled_from(superfluous)).rule
        rest = replace(rulebase, rules=tuple(one for one in rulebase.rules if one is not gone))
        before, after = FlowJudge(rulebase).fates(PLAIN), FlowJudge(rest).fates(PLAIN)
        assert [one.verdict for one in before] == [one.verdict for one in after]


@settings(max_examples=60, deadline=None)
@given(rulebases(), st.data())
def test_splitting_a_rule_changes_no_relation_of_the_others(rulebase: Rulebase, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(rulebase.rules) - 1))
    whole = rulebase.rules[number]
    low = AddressSet.union([AddressSet.range("0.0.0.0", "10.0.0.0"), AddressSet.range("::", "::ffff")])
    halves = [
        replace(whole, name=f"{whole.name} {part}", match=PacketMatch.exact(whole.match.maybe & PacketSet.of(side)))
        for part, side in (("low", low), ("high", ~low))
    ]
    split = replace(rulebase, rules=(*rulebase.rules[:number], *halves, *rulebase.rules[number + 1 :]))

    def others(of: Rulebase) -> Counter[tuple[str, str]]:
        found = analyze_rulebase(of, advisory=False)
        return Counter((one.rule.name, str(one.kind)) for one in found if not one.rule.name.startswith(whole.name))

    assert others(rulebase) == others(split)
    before, after = FlowJudge(rulebase).fates(PLAIN), FlowJudge(split).fates(PLAIN)
    assert [one.verdict for one in before] == [one.verdict for one in after]


@settings(max_examples=60, deadline=None)
@given(rulebases(), st.data())
def test_the_order_of_disjoint_rules_is_free(rulebase: Rulebase, data: st.DataObject) -> None:
    rules = list(rulebase.rules)
    pairs = [i for i in range(len(rules) - 1) if not rules[i].match.maybe.overlaps(rules[i + 1].match.maybe)]
    if pairs:
        i = data.draw(st.sampled_from(pairs))
        swapped = replace(rulebase, rules=(*rules[:i], rules[i + 1], rules[i], *rules[i + 2 :]))
        kinds = [
            {(one.rule.name, one.kind, one.different_action) for one in analyze_rulebase(of, advisory=False)}
            for of in (rulebase, swapped)
        ]
        assert kinds[0] == kinds[1]
