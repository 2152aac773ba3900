"""The kernel judges nftables: the script, what the kernel lists of it as text and as JSON, and real packets."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from netaudit.model.device import Device
from netaudit.model.flow_fate import FlowJudge
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.nftables import parse
from tests.kernel.judging import Tally, compare
from tests.kernel.lab import Lab, Way
from tests.kernel.nft_rulesets import nftables
from tests.kernel.questions import questions
from tests.kernel.rulesets import WAYS
from tests.kernel.translated import compare_translated, translated_flows

FIXTURES = Path(__file__).parents[2] / "fixtures" / "nftables"
_NOWHERE = SourceRef("", 0)


def model(text: str) -> Device:
    parsed = parse(SourceFile("fw.nft", "0" * 64, "utf-8", tuple(text.splitlines()), "nftables", host="fw"))
    assert not parsed.coverage.notes, [(note.where.text, note.reason) for note in parsed.coverage.notes]
    return parsed.devices[0]


def without_places(device: Device) -> object:
    return (
        [
            replace(
                rulebase,
                where=_NOWHERE,
                default_where=None,
                rules=tuple(replace(rule, where=_NOWHERE) for rule in rulebase.rules),
            )
            for rulebase in device.rulebases
        ],
        [replace(rule, where=_NOWHERE) for rule in device.nat_rules],
        [(one.kind, one.name) for one in (*device.undefined_references, *device.unused_objects)],
    )


def loaded(lab: Lab, text: str) -> str:
    """Load a script without the rules that contradict themselves (nft refuses those); return what was loaded."""
    lines = text.splitlines()
    for _ in range(20):
        complaint = lab.load(["nft", "-f", "-"], "\n".join(lines) + "\n")
        if not complaint:
            return "\n".join(lines) + "\n"
        refused = {int(number) - 1 for number in re.findall(r"/dev/stdin:(\d+):", complaint)}
        assert refused and all("{" not in lines[number].split()[-1:] for number in refused), complaint
        lines = [line for number, line in enumerate(lines) if number not in refused]
    raise AssertionError(complaint)


@pytest.mark.parametrize("seed", [*range(40), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(40, 300))])
def test_generated_rulesets(lab: Lab, seed: int) -> None:
    text = loaded(lab, nftables(seed))
    device = model(text)
    tally = Tally()
    for version in (4, 6):
        family = Family(version)
        for incoming, outgoing in WAYS:
            lab.interface(incoming)
            lab.interface(outgoing)
            tally += compare(lab, device, Way("forward", incoming, outgoing), questions(text, family, 25, seed))
        tally += compare(lab, device, Way("input", "eth0"), questions(text, family, 25, seed + 1))
        tally += compare(lab, device, Way("output", "", "eth1"), questions(text, family, 25, seed + 2))
    assert not tally.wrong, "\n".join([*tally.wrong, text])
    assert tally.unknown == 0


@pytest.mark.parametrize("seed", range(40))
def test_the_listing_as_text_and_as_json_give_one_model(lab: Lab, seed: int) -> None:
    loaded(lab, nftables(seed))
    text = model(lab.router.must(["nft", "list", "ruleset"]))
    document = model(lab.router.must(["nft", "-j", "list", "ruleset"]))
    assert without_places(text) == without_places(document)


def test_the_gateway_of_the_fixtures(lab: Lab) -> None:
    """What is left open are the rate limit, the office hours, and destinations that a chain asks for too early."""
    text = (FIXTURES / "gateway.nft").read_text()
    lab.must_load(["nft", "-f", "-"], text)
    device = model(text)
    tally = Tally()
    for name in ("eth2", "vpn7"):
        lab.interface(name)
    for incoming, outgoing in (("eth0", "eth1"), ("eth1", "eth0"), ("vpn7", "eth2")):
        # Packets for the addresses that are translated would be looked for behind the translation.
        flows = [
            flow for flow in questions(text, Family.IPV4, 400, 5) if flow.destination_port not in (443, 8443, 2222)
        ]
        tally += compare(lab, device, Way("forward", incoming, outgoing), flows)
        tally += compare(lab, device, Way("input", incoming), flows)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.passed > 100 and tally.unknown < tally.asked / 10


def test_filters_of_a_single_interface(lab: Lab) -> None:
    text = """table netdev n {
      chain early {
        type filter hook ingress device "eth0" priority -500; policy accept;
        ip saddr { 10.1.1.0/24, 10.9.0.0/16 } tcp dport != 22 drop
        ip6 nexthdr icmpv6 drop
        udp dport 53 drop
      }
    }
    """
    lab.must_load(["nft", "-f", "-"], text)
    rulebase = model(text).rulebase("ingress eth0")
    assert rulebase is not None
    flows = questions(text, Family.IPV4, 150, 3) + questions(text, Family.IPV6, 150, 3)
    arrivals = lab.arrivals(Way("forward", "eth0", "eth1"), flows)
    fates = FlowJudge(rulebase).fates((flow, "eth0", None) for flow in flows)
    wrong = [
        flow.to_json()
        for flow, arrival, fate in zip(flows, arrivals, fates, strict=True)
        if fate.verdict != ("deny" if arrival is None else "permit")
    ]
    assert wrong == []


AERLEON = "aerleon/refs"


def test_rulesets_of_the_corpus(lab: Lab, corpus: Path) -> None:
    tally, count = Tally(), 0
    for path in sorted((corpus / AERLEON).rglob("*nft*")):
        if not path.is_file() or not (text := path.read_text()).lstrip("#! \n").startswith(("table", "add", "usr")):
            continue
        lab.clear()
        # nft takes one comment a chain; the generator of these files writes several.
        text = loaded(lab, "\n".join(line for line in text.splitlines() if not line.strip().startswith("comment")))
        count += 1
        device = model(text)
        for version in (4, 6):
            for way in (Way("forward", "eth0", "eth1"), Way("input", "eth0"), Way("output", "", "eth1")):
                tally += compare(lab, device, way, questions(text, Family(version), 40, count))
    assert count >= 2
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.unknown == 0


TRANSLATING = """table inet filter {
  chain early {
    type filter hook prerouting priority raw; policy accept;
    ip daddr 203.0.113.99 drop
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip daddr 10.1.1.10 tcp dport { 443, 8443 } accept
    ip daddr 10.1.1.11 accept
    ip saddr 10.1.0.0/16 accept
    ct status dnat ip daddr 10.1.1.20 accept
  }
}
table ip nat {
  map hosts {
    type ipv4_addr . inet_service : ipv4_addr . inet_service
    elements = { 203.0.113.7 . 80 : 10.1.1.11 . 8080 }
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    ip saddr 192.0.2.7 accept
    ip daddr 203.0.113.1 dnat to tcp dport map { 443 : 10.1.1.10, 22 : 10.1.1.11 }
    dnat to ip daddr . tcp dport map @hosts
    ip daddr 203.0.113.2 tcp dport 80 dnat to 10.1.1.10:8443
    ip daddr 203.0.113.3 udp dport 53 drop
    ip daddr 203.0.113.20 dnat to 10.1.1.20
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip daddr 203.0.113.50 accept
    ip saddr 10.1.1.0/24 ip daddr 203.0.113.0/24 snat to 198.51.100.1
    ip saddr 10.1.2.2 tcp dport 80 snat to 198.51.100.9:5000
  }
}
"""


def test_translations(lab: Lab) -> None:
    """What comes out has the addresses and ports that our translations give it, and passes where we say so."""
    lab.must_load(["nft", "-f", "-"], TRANSLATING)
    tally = compare_translated(lab, model(TRANSLATING), Way("forward", "eth0", "eth1"), translated_flows())
    assert not tally.wrong, "\n".join(tally.wrong)
    assert tally.asked > 400 and tally.passed > 40
    # Packets that may be translated ones are open where a chain before the translation asks for their destination.
    assert tally.unknown <= tally.asked / 4
