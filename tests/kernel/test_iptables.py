"""The kernel judges: rules go into it, packets go through it, and every fate must be the one that we say."""

from __future__ import annotations

import pytest

from netaudit.model.device import Device
from netaudit.model.source import SourceFile
from netaudit.packets.addresses import Family
from netaudit.parsers.iptables import parse
from tests.kernel.judging import Tally, compare
from tests.kernel.lab import Lab, Way
from tests.kernel.questions import questions
from tests.kernel.rulesets import WAYS, iptables

SEEDS = range(20)


def model(text: str, path: str = "fw.rules") -> Device:
    return parse(SourceFile(path, "0" * 64, "utf-8", tuple(text.splitlines()), "iptables", host="fw")).devices[0]


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("backend", ["legacy", "nft"])
@pytest.mark.parametrize("seed", SEEDS)
def test_generated_rulesets(lab: Lab, seed: int, version: int, backend: str) -> None:
    text = iptables(seed * 10 + version, version)
    complaint = lab.load([f"ip{'6' if version == 6 else ''}tables-{backend}-restore"], text)
    assert not complaint, f"{complaint}\n{text}"
    device = model(text)
    family = Family(version)
    tally = Tally()
    for incoming, outgoing in WAYS:
        lab.interface(incoming)
        lab.interface(outgoing)
        flows = questions(text, family, 30, seed)
        tally += compare(lab, device, Way("forward", incoming, outgoing), flows)
    tally += compare(lab, device, Way("input", "eth0"), questions(text, family, 30, seed + 1))
    tally += compare(lab, device, Way("output", "", "eth1"), questions(text, family, 30, seed + 2))
    assert not tally.wrong, "\n".join([*tally.wrong, text])
    assert tally.unknown == 0
