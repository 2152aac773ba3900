"""The kernel judges nftables: the script, what the kernel lists of it as text and as JSON, and real packets."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from netaudit.model.device import Device
from netaudit.model.source import SourceFile, SourceRef
from netaudit.packets.addresses import Family
from netaudit.parsers.nftables import parse
from tests.kernel.judging import Tally, compare
from tests.kernel.lab import Lab, Way
from tests.kernel.nft_rulesets import nftables
from tests.kernel.questions import questions
from tests.kernel.rulesets import WAYS

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


@pytest.mark.parametrize("seed", range(40))
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
