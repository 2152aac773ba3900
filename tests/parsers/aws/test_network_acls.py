"""Network ACLs: ordered, stateless, with the asterisk at the end."""

from __future__ import annotations

from netaudit.model.rules import Rulebase
from tests.parsers.aws.reading import devices, fate, read
from tests.parsers.aws.reading_resources import Json, acl, entry


def _rulebase(entries: list[Json], name: str = "acl-1_ingress") -> Rulebase:
    found = devices(read(acls={"NetworkAcls": [acl("acl-1", entries)]}))["vpc-1"].rulebase(name)
    assert found is not None
    return found


def test_the_lowest_number_decides_whatever_the_order_of_the_answer() -> None:
    rules = [entry(200, "allow", "0.0.0.0/0"), entry(100, "deny", "192.0.2.0/24")]
    found = _rulebase(rules)
    assert [one.name for one in found.rules] == ["100", "200"]
    assert fate(found, "192.0.2.1", "10.1.1.1").verdict == "deny"
    assert fate(found, "198.51.100.1", "10.1.1.1").verdict == "permit"
    assert not found.stateful


def test_the_asterisk_denies_the_rest_and_is_shown_as_the_default() -> None:
    found = _rulebase([entry(100, "allow", "192.0.2.0/24")])
    judged = fate(found, "198.51.100.1", "10.1.1.1")
    assert (judged.verdict, judged.rule) == ("deny", None)
    assert found.default_where is not None and "32767" in found.default_where.text


def test_directions_are_two_lists() -> None:
    rules = [entry(100, "allow", "192.0.2.0/24"), entry(100, "allow", "198.51.100.0/24", egress=True)]
    assert fate(_rulebase(rules), "192.0.2.1", "10.1.1.1").verdict == "permit"
    out = _rulebase(rules, "acl-1_egress")
    assert fate(out, "10.1.1.1", "198.51.100.1").verdict == "permit"
    assert fate(out, "10.1.1.1", "192.0.2.1").verdict == "deny"


def test_ports_and_icmp_types() -> None:
    rules = [
        entry(10, "allow", "0.0.0.0/0", "6", PortRange={"From": 80, "To": 81}),
        entry(20, "allow", "0.0.0.0/0", "1", IcmpTypeCode={"Type": 0, "Code": -1}),
        entry(30, "allow", "::/0", "58", IcmpTypeCode={"Type": -1, "Code": -1}),
    ]
    found = _rulebase(rules)
    assert fate(found, "192.0.2.1", "10.1.1.1", 6, 81).verdict == "permit"
    assert fate(found, "192.0.2.1", "10.1.1.1", 6, 82).verdict == "deny"
    assert fate(found, "192.0.2.1", "10.1.1.1", 1).verdict == "permit"
    assert fate(found, "2001:db8::1", "2001:db8::2", 58).verdict == "permit"


def test_an_entry_that_is_not_understood_may_permit_and_may_deny() -> None:
    both = [entry(20, "allow", "0.0.0.0/0")]
    for odd in (
        entry(10, "maybe", "0.0.0.0/0"),
        entry(10, "deny", "somewhere"),
        entry(10, "deny", "0.0.0.0/0", "bogus"),
        {"RuleAction": "deny", "Egress": False, "CidrBlock": "0.0.0.0/0", "Protocol": "-1"},
    ):
        assert fate(_rulebase([odd, *both]), "192.0.2.1", "10.1.1.1").verdict == "unknown", odd
