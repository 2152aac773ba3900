"""The fate of packets agrees with reading the rules from the top."""

from __future__ import annotations

from hypothesis import given, settings

from netaudit.model.flow_fate import FlowFate, FlowJudge
from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import Flow, PacketMatch, PacketSet
from netaudit.packets.services import ServiceSet

from .small_universe import POINTS, ZONES, rulebases


def read_from_the_top(rulebase: Rulebase, flow: Flow, from_zone: str | None) -> tuple[str, str | None]:
    """Return verdict and the name of the rule, by plain membership."""
    verdicts = set()
    for rule in rulebase.rules:
        if not rule.enabled:
            continue
        zone_may = from_zone is None or from_zone in rule.from_zones
        zone_surely = not ~rule.from_zones if from_zone is None else from_zone in rule.from_zones
        if not rule.from_zones or not (zone_may and rule.match.maybe.contains(flow)):
            continue
        verdicts.add("permit" if rule.action.permits else "deny")
        if zone_surely and rule.match.surely.contains(flow):
            return (verdicts.pop(), rule.name) if len(verdicts) == 1 else ("unknown", None)
    verdicts.add("permit" if rulebase.default_action.permits else "deny")
    return (verdicts.pop(), None) if len(verdicts) == 1 else ("unknown", None)


def check(rulebase: Rulebase, from_zones: tuple[str | None, ...]) -> None:
    cases = [(flow, zone, "elsewhere") for flow in POINTS for zone in from_zones]
    for (flow, zone, _), fate in zip(cases, FlowJudge(rulebase).fates(cases), strict=True):
        verdict, rule = read_from_the_top(rulebase, flow, zone)
        assert fate.verdict == verdict
        assert (fate.rule.name if fate.rule else None) == rule


@settings(max_examples=150, deadline=None)
@given(rulebases(vague=True))
def test_fates_agree_with_reading_from_the_top(rulebase: Rulebase) -> None:
    check(rulebase, ("elsewhere",))


@settings(max_examples=100, deadline=None)
@given(rulebases(vague=True, zoned=True))
def test_fates_between_zones_agree_and_an_unknown_zone_is_never_guessed(rulebase: Rulebase) -> None:
    check(rulebase, (*ZONES, None))


def rule(name: str, action: Action, match: PacketMatch, from_zones: NameSet | None = None) -> AccessRule:
    found = AccessRule(name, action, match, SourceRef("example", 1))
    if from_zones is None:
        return found
    return AccessRule(name, action, match, SourceRef("example", 1), from_zones=from_zones)


def rulebase(*rules: AccessRule) -> Rulebase:
    return Rulebase("example", RulebaseKind.ZONE_POLICY, rules, Action.DENY, SourceRef("example", 1))


WEB = PacketSet.of(
    AddressSet.prefix("10.0.0.0/24"), AddressSet.host("192.0.2.10"), ServiceSet.ports(6, IntervalSet.single(443))
)
FLOW = Flow.of("10.0.0.7", "192.0.2.10", 6, source_port=50000, destination_port=443)


def test_a_schedule_makes_the_verdict_unknown_only_where_it_matters() -> None:
    timed = rule("timed", Action.PERMIT, PacketMatch.upper(WEB, "schedule"))
    assert FlowJudge(rulebase(timed)).fate(FLOW).verdict == "unknown"
    assert "schedule" in FlowJudge(rulebase(timed)).fate(FLOW).reason
    always = rule("always", Action.PERMIT, PacketMatch.exact(WEB))
    fate = FlowJudge(rulebase(timed, always)).fate(FLOW)
    assert (fate.verdict, fate.rule) == ("permit", always)


def test_a_zone_that_is_not_given_is_not_guessed() -> None:
    inside = rule("inside", Action.PERMIT, PacketMatch.exact(WEB), NameSet.of(["inside"]))
    judge = FlowJudge(rulebase(inside))
    assert judge.fate(FLOW, "inside", "outside") == FlowFate("permit", inside)
    assert judge.fate(FLOW, "dmz", "outside").verdict == "deny"
    assert judge.fate(FLOW).verdict == "unknown"


def test_an_empty_rulebase_does_its_default() -> None:
    fate = FlowJudge(rulebase()).fate(FLOW)
    assert (fate.verdict, fate.rule) == ("deny", None)
