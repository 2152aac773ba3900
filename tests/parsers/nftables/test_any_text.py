"""Any text parses, whether script or JSON, and every line is accounted for."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from netaudit.collect import collect
from netaudit.parsers.nftables import parse
from tests.parsers.nftables.reading import read

FIXTURES = Path(__file__).parents[3] / "fixtures" / "nftables"
SCRIPT = (FIXTURES / "gateway.nft").read_text().splitlines()
LISTING = json.loads((FIXTURES / "gateway.json").read_text())
WORDS = sorted({word for line in SCRIPT for word in line.split()} | {"{", "}", ";", "!=", '"', "$X", "@", ".", "&"})


def all_lines_accounted(text: str) -> None:
    coverage = read(text).coverage
    assert coverage.understood + coverage.ignored + len(coverage.notes) == coverage.lines


@given(st.text(max_size=300))
def test_any_text_parses(text: str) -> None:
    all_lines_accounted(text)
    all_lines_accounted("{" + text)


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join), max_size=14))
def test_any_words_parse(lines: list[str]) -> None:
    all_lines_accounted("\n".join(lines))
    all_lines_accounted("table inet t {\nchain forward {\ntype filter hook forward priority 0\n" + "\n".join(lines))


@settings(deadline=None, max_examples=50)
@given(st.permutations(SCRIPT), st.integers(0, 60))
def test_shuffled_and_cut_lines_parse(lines: list[str], cut: int) -> None:
    all_lines_accounted("\n".join(lines[cut:]))


LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-9, 99999), st.sampled_from(WORDS))


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_a_listing_with_anything_in_it_parses(data: st.DataObject) -> None:
    """One value somewhere in the JSON is another."""
    document = json.loads(json.dumps(LISTING))
    place = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = data.draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 4)) == 0:
            place[key] = data.draw(st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3)))
            break
        place = inner
    all_lines_accounted(json.dumps(document))
    all_lines_accounted(json.dumps(document, indent=1))


def test_the_corpus_is_understood(corpus: Path) -> None:
    count = 0
    for file in collect(str(corpus / "aerleon")).files:
        if file.platform == "nftables":
            count += 1
            parsed = parse(file)
            assert len(parsed.devices) == 1 and parsed.devices[0].rulebases
            assert not parsed.coverage.notes, file.path
    assert count >= 5


def test_ten_thousand_rules_and_a_set_of_as_many() -> None:
    rules = "".join(f"ip saddr 10.{i // 250}.{i % 250}.0/24 tcp dport {i} accept\n" for i in range(10_000))
    elements = ", ".join(f"10.{i // 250}.{i % 250}.7 . {i}" for i in range(10_000))
    device = read(
        f"table inet t {{\nset s {{\ntype ipv4_addr . inet_service\nelements = {{ {elements} }}\n}}\n"
        "chain forward {\ntype filter hook forward priority 0; policy drop;\nip daddr . tcp dport @s drop\n"
        f"{rules}}}\n}}\n"
    ).devices[0]
    assert len(device.rulebases[0].rules) == 10_001
