"""The same policy as every platform writes it gives the same rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from netaudit.model.rule_relations import RelationKind, analyze_rulebase
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.packet import NO_PACKETS, PacketSet
from tests.relations.same_policy import SamePolicy, policies
from tests.relations.writers import read

_POLICIES = tuple(policies())
_PARSERS = {"juniper_srx": "juniper_junos"}  # the zone firewall and the packet filter of one platform
_CASES = [pytest.param(one, platform, id=f"{one.name}-{platform}") for one in _POLICIES for platform in one.texts]


def test_the_set_is_large_and_every_platform_takes_part() -> None:
    platforms = ("cisco_ios", "cisco_asa", "cisco_nxos", "arista_eos", "juniper_junos", "juniper_srx", "fortios")
    assert len(_POLICIES) >= 30
    for platform in platforms:
        assert sum(platform in one.texts for one in _POLICIES) >= 30, platform


@pytest.mark.parametrize(("policy", "platform"), _CASES)
def test_the_rules_are_those_of_the_policy(policy: SamePolicy, platform: str) -> None:
    rulebase = _rulebase(policy, platform)
    written = [rule for rule in rulebase.rules if rule.enabled and not rule.implicit]
    for rule in written:
        assert rule.match.is_exact, (rule.where.text, rule.match.reasons)
    rest = _without_the_last_denial(written, policy.every_packet)
    for number, wanted in enumerate(policy.rules):
        if not wanted.permits and number == len(policy.rules) - 1 and wanted.packets.same_as(policy.every_packet):
            break
        rest = _take(rest, wanted.packets, wanted.permits, policy.every_packet)
    assert [rule.where.text for rule in rest] == []
    assert not rulebase.default_action.permits


@pytest.mark.parametrize("policy", _POLICIES, ids=lambda one: one.name)
def test_the_same_packets_can_never_match(policy: SamePolicy) -> None:
    found = {platform: _unreachable(policy, platform) for platform in policy.texts}
    first = next(iter(found.values()))
    for platform, packets in found.items():
        assert packets.same_as(first), platform


def _rulebase(policy: SamePolicy, platform: str) -> Rulebase:
    parsed = read(_PARSERS.get(platform, platform), policy.texts[platform])
    assert [note.where.text for note in parsed.coverage.notes] == []
    [rulebase] = [one for one in parsed.devices[0].rulebases if one.rules]
    return rulebase


def _without_the_last_denial(rules: Sequence[AccessRule], every_packet: PacketSet) -> list[AccessRule]:
    """Leave out a last rule that denies everything: it says what the default says."""
    if rules and not rules[-1].action.permits and every_packet <= rules[-1].match.surely:
        return list(rules[:-1])
    return list(rules)


def _take(rules: list[AccessRule], packets: PacketSet, permits: bool, every_packet: PacketSet) -> list[AccessRule]:
    """Return what is left after the leading rules that make up `packets`; a platform may need several for one."""
    made = NO_PACKETS
    for count, rule in enumerate(rules, start=1):
        assert rule.action.permits == permits, rule.where.text
        made |= rule.match.surely & every_packet
        assert made <= packets, rule.where.text
        if packets <= made:
            return rules[count:]
    raise AssertionError(f"missing: {(packets - made).witness()}")


def _unreachable(policy: SamePolicy, platform: str) -> PacketSet:
    relations = analyze_rulebase(_rulebase(policy, platform))
    return PacketSet.union(
        one.rule.match.surely & policy.every_packet
        for one in relations
        if one.kind is RelationKind.UNREACHABLE and not one.rule.implicit
    )
