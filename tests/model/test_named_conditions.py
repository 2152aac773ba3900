"""Rules that name applications, users and schedules: one may hold another all the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from netaudit.model.named_conditions import holds_by_name
from netaudit.model.rule_relations import RelationKind, analyze_rulebase
from netaudit.model.rules import AccessRule, Action, Rulebase, RulebaseKind
from netaudit.model.source import SourceRef
from netaudit.packets.addresses import AddressSet
from netaudit.packets.names import NameSet
from netaudit.packets.packet import PacketMatch, PacketSet

_WHERE = SourceRef("fw.xml", 1)


def _rule(name: str, source: str, applications: tuple[str, ...] = ("dns",), **fields: object) -> AccessRule:
    packets = PacketSet.of(AddressSet.prefix(source))
    reasons = ("application",) if applications else ()
    match = PacketMatch.upper(packets, *reasons) if reasons else PacketMatch.exact(packets)
    rule = AccessRule(name, Action.PERMIT, match, _WHERE, applications=applications, services=("any",))
    return replace(rule, **fields)  # type: ignore[arg-type]


_WIDE = _rule("wide", "10.0.0.0/8", ("dns", "ntp"))
_NARROW = _rule("narrow", "10.1.0.0/16")


def test_the_same_application_in_a_wider_rule_holds_the_narrower() -> None:
    rulebase = Rulebase("policy", RulebaseKind.ZONE_POLICY, (_WIDE, _NARROW), Action.DENY, _WHERE)
    [relation] = analyze_rulebase(rulebase, advisory=False)
    assert (relation.rule, relation.kind, relation.blocking_rules) == (_NARROW, RelationKind.UNREACHABLE, (_WIDE,))
    assert not relation.different_action


@pytest.mark.parametrize(
    "narrow",
    [
        _rule("other application", "10.1.0.0/16", ("ssh",)),
        _rule("one application more", "10.1.0.0/16", ("dns", "ssh")),
        _rule("any application", "10.1.0.0/16", ()),
        _rule("outside", "192.168.0.0/16"),
    ],
    ids=lambda rule: rule.name,
)
def test_what_the_wider_rule_does_not_ask_for_may_reach_the_narrower(narrow: AccessRule) -> None:
    assert not holds_by_name(_WIDE, narrow)


def test_other_reasons_than_names_hold_nothing() -> None:
    unsure = replace(_WIDE, match=PacketMatch.upper(_WIDE.match.maybe, "application", "fqdn"))
    assert not holds_by_name(unsure, _NARROW)


def test_ports_of_an_application_go_with_it_alone() -> None:
    by_default = replace(_WIDE, services=("application-default",))
    assert not holds_by_name(by_default, _NARROW)
    assert holds_by_name(by_default, replace(_NARROW, services=("application-default",)))


def test_zones_users_and_schedules_count() -> None:
    here = NameSet.of(["trust"])
    assert not holds_by_name(replace(_WIDE, from_zones=here), _NARROW)
    assert holds_by_name(replace(_WIDE, from_zones=here), replace(_NARROW, from_zones=here))
    timed = replace(_WIDE, schedule="hours", match=PacketMatch.upper(_WIDE.match.maybe, "application", "schedule"))
    assert not holds_by_name(timed, _NARROW)
    assert holds_by_name(timed, replace(_NARROW, schedule="hours"))
    asked = replace(_WIDE, users=("staff",), match=PacketMatch.upper(_WIDE.match.maybe, "application", "user"))
    assert not holds_by_name(asked, _NARROW)
    assert holds_by_name(asked, replace(_NARROW, users=("staff",)))
