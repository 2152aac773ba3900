"""Policies that other people's generator wrote for several platforms decide alike wherever the generator means it."""

from __future__ import annotations

from pathlib import Path

import pytest

from netaudit.model.rulebase_difference import FateChangeKind, difference
from netaudit.model.rules import Rulebase
from netaudit.packets.addresses import Family
from netaudit.packets.intervals import IntervalSet
from netaudit.packets.services import ACK, OPENING_FLAGS, RST
from tests.relations.writers import read

_SAMPLE = "aerleon/refs/demo/TestRegressionDemo.testSmokeTest.sample_multitarget.{}.ref"
_PLATFORMS = {
    "acl": "cisco_ios",
    "asa": "cisco_asa",
    "eacl": "arista_eos",
    "nxacl": "cisco_nxos",
    "jcl": "juniper_junos",
    "ipt": "iptables",
}
_NO_ANSWER = IntervalSet.of((octet, octet) for octet in range(256) if not octet & (ACK | RST))


def _rulebase(corpus: Path, ending: str, name: str) -> Rulebase:
    parsed = read(_PLATFORMS[ending], (corpus / _SAMPLE.format(ending)).read_text(encoding="utf-8"))
    assert [note for note in parsed.coverage.notes if not note.where.text.startswith("no ")] == []
    rulebase = parsed.devices[0].rulebase(name)
    assert rulebase is not None
    return rulebase


@pytest.mark.parametrize("ending", ["eacl", "nxacl", "jcl"])
def test_the_inbound_filter_is_the_same_everywhere(corpus: Path, ending: str) -> None:
    assert difference(_rulebase(corpus, "acl", "edge-inbound"), _rulebase(corpus, ending, "edge-inbound")) == ()


def test_the_outbound_filter_is_the_same_on_both_that_have_it(corpus: Path) -> None:
    assert difference(_rulebase(corpus, "acl", "edge-outbound"), _rulebase(corpus, "jcl", "edge-outbound")) == ()


def test_asa_has_no_word_for_answers_and_permits_more(corpus: Path) -> None:
    changes = difference(_rulebase(corpus, "acl", "edge-inbound"), _rulebase(corpus, "asa", "asa_in"))
    ipv4 = [one for one in changes if any(product.family is Family.IPV4 for product in one.packets.products)]
    assert {one.kind for one in ipv4} == {FateChangeKind.NEWLY_PERMITTED}
    for one in ipv4:
        for product in one.packets.products:
            for box in product.services.boxes:
                assert box.protocols == IntervalSet.single(6)
                assert box.tcp_flags <= _NO_ANSWER


def test_iptables_knows_answers_by_their_connection(corpus: Path) -> None:
    changes = difference(_rulebase(corpus, "acl", "edge-inbound"), _rulebase(corpus, "ipt", "INPUT"))
    surely = [one for one in changes if one.exact]
    # A packet with ACK or RST passes the list by its flags; the chain asks for a connection instead, and that no other
    # packet than one with SYN or ACK alone begins.
    assert {one.kind for one in surely} <= {FateChangeKind.NEWLY_DENIED}
    for one in surely:
        for product in one.packets.products:
            for box in product.services.boxes:
                assert box.protocols == IntervalSet.single(6)
                assert not box.tcp_flags & _NO_ANSWER & OPENING_FLAGS
