"""Relations that other projects wrote down for their own files, where the files are of our platforms.

`fwrule-mcp` has a policy and five candidate rules, labelled by the name of their file, for IOS and ASA. The golden file
of `iptables-semantics` says what is left of a FORWARD chain for the first packet of a connection.
"""

from __future__ import annotations

import ipaddress
import random
import re
from pathlib import Path

import pytest

from netaudit.model.flow_fate import FlowJudge
from netaudit.model.rule_relations import RelationKind, RuleReach, RuleRelation, analyze_rulebase, reachability
from netaudit.model.rules import AccessRule, Rulebase
from netaudit.packets.packet import Flow
from tests.relations.boxes import Box
from tests.relations.writers import read

DEAD = (RelationKind.UNREACHABLE, RelationKind.UNMATCHABLE)


def _with_candidate(corpus: Path, vendor: str, label: str) -> tuple[Rulebase, AccessRule]:
    """Return the list that a candidate joins, with the candidate as its last rule."""
    folder = corpus / "fwrule-mcp"
    policy = (folder / f"{vendor}_policy.conf").read_text(encoding="utf-8")
    candidate = (folder / f"candidates/{vendor}_{label}.conf").read_text(encoding="utf-8").strip()
    if vendor == "ios":
        text = f"{policy}ip access-list extended OUTSIDE_IN\n {candidate}\n"
        name = "OUTSIDE_IN"
    else:
        text = f"{policy}\n{candidate}\n"
        name = candidate.split()[1]
    (device,) = read(f"cisco_{vendor}", text).devices
    rulebase = device.rulebase(name)
    assert rulebase is not None
    assert rulebase.rules[-1].where.text.endswith(candidate)
    return rulebase, rulebase.rules[-1]


def _of(rulebase: Rulebase, rule: AccessRule) -> tuple[list[RuleRelation], RuleReach]:
    (reach,) = [one for one in reachability(rulebase) if one.rule is rule]
    return [one for one in analyze_rulebase(rulebase) if one.rule is rule], reach


@pytest.mark.parametrize("vendor", ["ios", "asa"])
@pytest.mark.parametrize(("label", "different"), [("duplicate", False), ("shadowed", False), ("conflict", True)])
def test_a_covered_candidate_is_unreachable(corpus: Path, vendor: str, label: str, different: bool) -> None:
    rulebase, rule = _with_candidate(corpus, vendor, label)
    (relation,), reach = _of(rulebase, rule)
    assert relation.kind is RelationKind.UNREACHABLE
    assert relation.different_action is different
    (blocker,) = relation.blocking_rules
    assert rule.match.maybe <= blocker.match.surely
    assert (rule.match.maybe == blocker.match.surely) is (label != "shadowed")
    assert reach.reachable is False


def test_a_partial_candidate_is_reached_outside_the_rules_before_it(corpus: Path) -> None:
    rulebase, rule = _with_candidate(corpus, "ios", "partial")
    found, reach = _of(rulebase, rule)
    assert found == []
    assert reach.witness is not None
    assert rule.match.surely.contains(reach.witness)
    assert not any(other.match.maybe.contains(reach.witness) for other in rulebase.rules[:-1])
    # The candidate holds all of the first rule and acts alike: now the first can go.
    assert any(
        one.rule is rulebase.rules[0] and one.kind is RelationKind.REDUNDANT for one in analyze_rulebase(rulebase)
    )


def test_a_candidate_without_overlap_has_no_relation(corpus: Path) -> None:
    rulebase, rule = _with_candidate(corpus, "ios", "no_overlap")
    found, reach = _of(rulebase, rule)
    assert found == []
    assert reach.reachable
    assert not any(rule.match.maybe & other.match.maybe for other in rulebase.rules[:-1])


@pytest.mark.parametrize("label", ["partial", "no_overlap"])
def test_a_wildcard_where_an_asa_has_a_netmask_is_left_open(corpus: Path, label: str) -> None:
    """These two ASA candidates say `10.2.0.0 0.0.255.255`; a device refuses the entry, so it matches nothing surely."""
    rulebase, rule = _with_candidate(corpus, "asa", label)
    found, reach = _of(rulebase, rule)
    assert not [one for one in found if one.kind in DEAD]
    assert reach.conditional


_GOLDEN = re.compile(r"(ACCEPT|DROP) +(all|tcp|udp)  --  (\S+) +(\S+) +(?:sports: ([\d:]+) *)?(?:dports: ([\d:]+) *)?$")
_PROTOCOLS = {"all": (0, 255), "tcp": (6, 6), "udp": (17, 17)}


def _golden_rules(text: str) -> list[tuple[str, Box]]:
    """Return the "simple firewall" of the golden file: action, and source, destination, protocol and port bounds."""
    section = text.split("== to simple firewall ==\n")[1].split("\n==")[0]
    rules = []
    for line in section.splitlines():
        match = _GOLDEN.match(line)
        assert match, line
        nets = [ipaddress.IPv4Network(one) for one in match.group(3, 4)]
        ports = [tuple(map(int, (one or "0:65535").split(":"))) for one in match.group(5, 6)]
        ports = [(one[0], one[-1]) for one in ports]
        sides = [bound for net in nets for bound in (int(net[0]), int(net[-1]))]
        rules.append((match[1], (*sides, *_PROTOCOLS[match[2]], *ports[0], *ports[1])))
    return rules


def _verdict(rules: list[tuple[str, Box]], point: tuple[int, ...]) -> str:
    for action, box in rules:
        if all(box[2 * i] <= value <= box[2 * i + 1] for i, value in enumerate(point)):
            return action
    raise AssertionError("the last rule matches all")


@pytest.fixture(scope="module")
def forward(corpus: Path) -> Rulebase:
    """Return the FORWARD chain of the parser test of iptables-semantics."""
    path = corpus / "iptables-semantics/examples/Parser_Test/data/iptables-save"
    found = read("iptables", path.read_text(encoding="utf-8")).devices[0].rulebase("FORWARD")
    assert found is not None
    return found


def test_what_the_golden_firewall_leaves_out_is_unreachable(forward: Rulebase) -> None:
    """Its last rule is the sixth, which drops all new packets; of those behind it only answers can still be matched."""
    drop_new = next(rule for rule in forward.rules if "--ctstate NEW,INVALID" in rule.where.text)
    behind = forward.rules[forward.rules.index(drop_new) + 1 :]
    relations = {id(one.rule): one for one in analyze_rulebase(forward) if one.kind in DEAD}
    assert len(behind) == 26
    assert {id(rule) for rule in behind if not rule.return_traffic} == set(relations)
    for relation in relations.values():
        if relation.kind is RelationKind.UNREACHABLE:
            assert len(relation.blocking_rules) == 1


def test_first_packets_fare_as_in_the_golden_firewall(corpus: Path, forward: Rulebase) -> None:
    """The golden rules are an upper closure: what an option unknown to them asks for may pass, and so with us."""
    golden = _golden_rules((corpus / "iptables-semantics/golden/parser_test").read_text(encoding="utf-8"))
    assert len(golden) == 7
    chosen = random.Random(3)
    judge, seen = FlowJudge(forward), set()
    for _ in range(3000):
        protocol = chosen.choice((1, 6, 6, 17, 17, 50))
        source = chosen.choice((0x7F000001, chosen.getrandbits(32)))
        destination, ports = chosen.getrandbits(32), (0, 0)
        if protocol in (6, 17):
            ports = tuple(chosen.choice((0, 1, 22, 80, 443, 8079, 8080, 8082, 8083, 65535)) for _ in range(2))
        theirs = _verdict(golden, (source, destination, protocol, *ports))
        flow = Flow.of(
            str(ipaddress.IPv4Address(source)),
            str(ipaddress.IPv4Address(destination)),
            protocol,
            source_port=ports[0],
            destination_port=ports[1],
        )
        ours = judge.fate(flow).verdict
        seen.add((theirs, ours))
        assert (ours != "deny") is (theirs == "ACCEPT"), (flow, ours, theirs)
    assert seen == {("ACCEPT", "permit"), ("ACCEPT", "unknown"), ("DROP", "deny")}


def test_a_file_and_what_the_kernel_made_of_it_have_the_same_relations(corpus: Path) -> None:
    """A generated policy, and the same as `iptables-save` wrote it back; each of its rules can match."""
    folder = corpus / "iptables-semantics/examples/topoS_generated"
    for name in ("", ".by-linux-kernel"):
        text = (folder / f"imaginray_factory_network.iptables-save{name}").read_text(encoding="utf-8")
        rulebase = read("iptables", text).devices[0].rulebase("FORWARD")
        assert rulebase is not None
        assert len(rulebase.rules) == 20
        assert analyze_rulebase(rulebase) == ()
