"""The second opinion on witnesses names exactly the claims that do not hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from netaudit.model.rules import AccessRule, Rulebase
from netaudit.model.witness_check import PlainFirstMatch
from netaudit.packets.packet import Flow

from .small_universe import POINTS, ZONES, rulebases


def first(rules: tuple[AccessRule, ...], flow: Flow, from_zone: str, to_zone: str) -> int | None:
    for number, rule in enumerate(rules):
        if rule.match.maybe.contains(flow) and from_zone in rule.from_zones and to_zone in rule.to_zones:
            return number
    return None


CLAIMS = st.tuples(st.integers(0, 5), st.sampled_from(POINTS), *[st.sampled_from(ZONES)] * 2)


@given(rulebases(vague=True, zoned=True), st.lists(CLAIMS))
def test_it_agrees_with_asking_every_rule_in_turn(rulebase: Rulebase, drawn: list[tuple[int, Flow, str, str]]) -> None:
    claims = [claim for claim in drawn if claim[0] < len(rulebase.rules)]
    wrong = PlainFirstMatch(rulebase.rules).wrong(claims)
    expected = [claim for claim in claims if first(rulebase.rules, *claim[1:]) != claim[0]]
    assert sorted(map(repr, wrong)) == sorted(map(repr, expected))
